"""Several pseudonyms on one row: of `BEN_NIR_PSA` and `BEN_IDT_ANO`, other tables have the one or the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from leakscan.persons.ledger import PEOPLE_SCHEMA, identity_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_BARE = {
    "kind": 0, "bears": 2, "placeholder": False, "themes": 0, "categories": 0, "flags": 0, "traits": 0,
    "exam_years": 0, "rows": 1,
}  # fmt: skip
"""What a row says of somebody that tells but how else he is called."""


def under_all(everyone: pl.DataFrame, pseudonyms: Sequence[pl.Series]) -> tuple[pl.DataFrame, pl.DataFrame, pl.Series]:
    """People (PEOPLE_SCHEMA), their further pseudonyms as rows of their own, and the place of each among the people.

    `pseudonyms`: fingerprints, the one first by which people are known. The last one stands for the number of the
    record as well: rows that share it are one person, whatever else they are called.
    """
    others = [one.alias("pseudonym") for one in pseudonyms[1:]]
    nobody = everyone.clear(), pl.Series("at", [], dtype=pl.UInt32)
    if not others or everyone["record_number"].null_count() < everyone.height:
        return everyone, *nobody
    named = [one.alias(str(place)) for place, one in enumerate((*reversed(others), pseudonyms[0]))]
    record = pl.select(pl.coalesce(named)).to_series().alias("record_number")
    at = pl.int_range(len(record), dtype=pl.UInt32, eager=True).alias("at")
    told = pl.concat([pl.DataFrame([one, record, at]) for one in others]).drop_nulls()
    row = {name: pl.lit(_BARE.get(name)) for name in PEOPLE_SCHEMA}
    row |= {name: pl.col(name) for name in ("pseudonym", "record_number")}
    rows = told.select(row[name].cast(dtype).alias(name) for name, dtype in PEOPLE_SCHEMA.items())
    return identified(everyone.with_columns(record)), identified(rows), told["at"]


def identified(people: pl.DataFrame) -> pl.DataFrame:
    """People (PEOPLE_SCHEMA) with the number of each identity."""
    return people.with_columns(pl.Series("identity", identity_of(people)))
