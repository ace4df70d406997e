"""How rules look at columns beside one another: their cells, and the share of the rows that hold both."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl

from leakscan.detectors.nir import in_nir_column
from leakscan.detectors.text import fold
from leakscan.records import column_id

if TYPE_CHECKING:
    from leakscan.columns.settle import Draft


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


def having(drafts: list[Draft], *roles: str) -> list[Draft]:
    """The columns that have one of the roles by now."""
    return [draft for draft in drafts if draft.role in roles]


def share_of(condition: pl.Series) -> float:
    """Share of the judged rows (not null) for which a condition holds; 0 where fewer than five are judged."""
    judged = condition.drop_nulls()
    return float(judged.mean()) if len(judged) >= 5 else 0.0  # type: ignore[arg-type]


def decides(head: pl.DataFrame, one: Draft, other: Draft, looseness: float = 1.25) -> bool:
    """Whether the values of one column decide those of another, row after row."""
    rows = pl.DataFrame({"one": fold_cells(head, one), "other": fold_cells(head, other)}).filter(
        (pl.col("one") != "") & (pl.col("other") != "")
    )
    return rows.height >= 5 and rows.n_unique() <= looseness * rows["one"].n_unique()
