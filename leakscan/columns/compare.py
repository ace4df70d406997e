"""How rules look at columns beside one another: their cells, and the share of the rows that hold both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from leakscan.detectors.text import fold
from leakscan.records import column_id

if TYPE_CHECKING:
    from leakscan.columns.settle import Draft


def cells_of(head: pl.DataFrame, draft: Draft) -> pl.Series:
    """A column's cells without the blanks around them."""
    return head[column_id(draft.index)].str.strip_chars()


def fold_cells(head: pl.DataFrame, draft: Draft) -> pl.Series:
    """A column's cells in upper-case ASCII."""
    return pl.DataFrame({"cell": cells_of(head, draft)}).select(fold(pl.col("cell"))).to_series()


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
