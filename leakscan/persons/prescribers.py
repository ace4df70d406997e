"""Who prescribes: people too, told apart from patients, by RPPS where there is one and by name elsewhere."""

from __future__ import annotations

import polars as pl

from leakscan.persons.names import prescriber_key

RARE = 0.05
"""A spelling this much rarer than a name one slip apart is taken for a slip of it (docs/thresholds.md)."""


def prescribing_people(prescribers: pl.DataFrame, typos: pl.DataFrame) -> pl.DataFrame:
    """Who each prescriber is: `prescriber` (`names.prescriber_key`, each once) and `person` (0 ..., UInt32).

    `prescribers`: PRESCRIBERS_SCHEMA, merged; `typos`: `name` and `deletion`. A name that ever stands beside an RPPS
    belongs to it (to that of most records, where there are several). Names are compared without order; a rare spelling
    one slip from a frequent one is the frequent one.
    """
    if prescribers.is_empty():
        return pl.DataFrame(schema={"prescriber": pl.UInt64, "person": pl.UInt32})
    told = prescribers.filter(pl.any_horizontal(pl.col("rpps", "name_set").is_not_null()))
    named = told.drop_nulls("name_set")
    numbered = (
        named.drop_nulls("rpps")
        .group_by("name_set", "rpps")
        .agg(pl.col("rows").sum())
        .sort("rows", "rpps", descending=[True, False])
        .unique("name_set", keep="first", maintain_order=True)
        .select("name_set", number="rpps")
    )
    alone = named.join(numbered, on="name_set", how="anti")["name_set"].unique()
    right = _read_as(named, typos).filter(pl.col("name_set").is_in(alone.implode()))
    for _ in range(2):  # what a slip is read as may be a slip itself
        further = pl.coalesce("further", "right").alias("right")
        right = right.join(right.select(right="name_set", further="right"), on="right", how="left")
        right = right.with_columns(further).drop("further")
    read = pl.coalesce("right", "name_set")
    known = (
        told.with_columns(pl.Series("prescriber", prescriber_key(told)))
        .unique("prescriber")
        .join(right, on="name_set", how="left")
        .with_columns(read.alias("name_set"))
        .join(numbered, on="name_set", how="left")
        .with_columns(number=pl.coalesce("rpps", "number"))
        .with_columns(name=pl.when(pl.col("number").is_null()).then("name_set"))
    )
    people = known.select("number", "name").unique().sort("number", "name").with_row_index("person")
    return known.join(people, on=["number", "name"], nulls_equal=True).select("prescriber", "person")


def _read_as(named: pl.DataFrame, typos: pl.DataFrame) -> pl.DataFrame:
    """Rare spellings (`name_set`, each once) and what each is read as: the most frequent name a slip away (`right`)."""
    spellings = named.group_by("name_set", "name").agg(pl.col("rows").sum())
    totals = spellings.group_by("name_set").agg(total=pl.col("rows").sum())
    listed = spellings.join(totals, on="name_set").join(typos, on="name").select("name_set", "total", "deletion")
    return (
        listed.join(listed, on="deletion", suffix="_other")
        .filter((pl.col("name_set") != pl.col("name_set_other")) & (pl.col("total") < RARE * pl.col("total_other")))
        .sort("total_other", "name_set_other", descending=[True, False])
        .unique("name_set", keep="first", maintain_order=True)
        .select("name_set", right="name_set_other")
    )
