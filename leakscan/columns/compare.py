"""How rules look at columns beside one another: their cells, and the share of the rows that hold both."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan.detectors.nir import in_nir_column
from leakscan.detectors.text import fold
from leakscan.records import column_id

if TYPE_CHECKING:
    from leakscan.columns.settle import Draft

JUDGED = 5
"""Rows from which on columns say something about one another."""

_FOLDED = fold(pl.col("cell"))
_NUMBER = in_nir_column(pl.col("cell"))


def seen(draft: Draft, what: str, look: Callable[[], pl.Series]) -> pl.Series:
    """What a column's cells are when looked at in some way: looked at once, for all rules compare the same rows."""
    if what not in draft.seen:
        draft.seen[what] = look()
    return draft.seen[what]


def cells_of(head: pl.DataFrame, draft: Draft) -> pl.Series:
    """A column's cells without the blanks around them."""
    return seen(draft, "cells", head[column_id(draft.index)].str.strip_chars)


def fold_cells(head: pl.DataFrame, draft: Draft) -> pl.Series:
    """A column's cells in upper-case ASCII."""
    return seen(draft, "folded", lambda: _cell(head, draft).select(_FOLDED).to_series())


def numbers_of(head: pl.DataFrame, draft: Draft) -> pl.Series:
    """A column's cells as the bodies of NIRs, null where they are none."""
    return seen(draft, "number", lambda: _cell(head, draft).select(_NUMBER).to_series())


def _cell(head: pl.DataFrame, draft: Draft) -> pl.DataFrame:
    return cells_of(head, draft).alias("cell").to_frame()


def each_its_own(head: pl.DataFrame, draft: Draft) -> bool:
    """Whether each of several rows has a cell of its own in a column (profiles count the distinct cells of some)."""
    filled = cells_of(head, draft)
    filled = filled.filter(filled != "")
    return len(filled) > 1 and filled.n_unique() == len(filled)


def having(drafts: list[Draft], *roles: str) -> list[Draft]:
    """The columns that have one of the roles by now."""
    return [draft for draft in drafts if draft.role in roles]


def share_of(condition: pl.Series) -> float:
    """Share of the judged rows (not null) for which a condition holds; 0 where fewer than `JUDGED` are."""
    judged = condition.drop_nulls()
    return float(judged.mean()) if len(judged) >= JUDGED else 0.0  # type: ignore[arg-type]


def decides(head: pl.DataFrame, one: Draft, other: Draft, looseness: float = 1.25) -> bool:
    """Whether the values of one column decide those of another, row after row."""
    deciding, decided = _codes_of(head, one).to_numpy(), _codes_of(head, other).to_numpy()
    both = (deciding > 0) & (decided > 0)
    deciding, decided = deciding[both], decided[both]
    if len(deciding) < JUDGED:
        return False
    pairs = deciding * (int(decided.max()) + 1) + decided
    return _distinct(pairs) <= looseness * _distinct(deciding)


def _distinct(numbers: NDArray[np.int64]) -> int:
    ordered = np.sort(numbers)
    return 1 + int(np.count_nonzero(ordered[1:] != ordered[:-1]))


_CODE = pl.when(pl.col("cell") != "").then(pl.col("cell").rank("dense")).otherwise(0).cast(pl.Int64)


def _codes_of(head: pl.DataFrame, draft: Draft) -> pl.Series:
    """A number from 1 for each distinct cell of a column in upper-case ASCII, 0 for empty cells."""
    return seen(draft, "codes", lambda: fold_cells(head, draft).alias("cell").to_frame().select(_CODE).to_series())
