"""How many prescribers: people too, counted apart from patients, by RPPS where there is one and by name elsewhere."""

from __future__ import annotations

import polars as pl

RARE = 0.05
"""A spelling this much rarer than a name one slip apart is taken for a slip of it (docs/thresholds.md)."""


def count_prescribers(prescribers: pl.DataFrame, typos: pl.DataFrame) -> int:
    """Distinct prescribing people in merged rows (`rpps`, `name`, `name_set`: keyed UInt64, `rows`).

    A name that ever stands beside an RPPS belongs to it. Names are compared without order; a rare spelling one slip
    from a frequent one is the frequent one.
    """
    named = prescribers.drop_nulls("name_set")
    with_number = named.drop_nulls("rpps")["name_set"].unique()
    numbers = prescribers["rpps"].drop_nulls().n_unique()
    alone = named.filter(~pl.col("name_set").is_in(with_number.implode()))
    slips = _slips_of_others(named, typos)
    return numbers + alone.filter(~pl.col("name_set").is_in(slips.implode()))["name_set"].n_unique()


def _slips_of_others(named: pl.DataFrame, typos: pl.DataFrame) -> pl.Series:
    """Name sets of rare spellings that are one slip away from a frequent one."""
    spellings = named.group_by("name_set", "name").agg(pl.col("rows").sum())
    totals = spellings.group_by("name_set").agg(total=pl.col("rows").sum())
    listed = spellings.join(totals, on="name_set").join(typos, on="name").select("name_set", "total", "deletion")
    pairs = listed.join(listed, on="deletion", suffix="_other").filter(
        (pl.col("name_set") != pl.col("name_set_other")) & (pl.col("total") < RARE * pl.col("total_other"))
    )
    return pairs["name_set"].unique()
