"""Names met in a batch: as fingerprints of their words, with the spellings one slip away, and the prescribers named."""

from __future__ import annotations

import polars as pl

from leakscan.persons.identity import Fingerprinter, deletions

NAMES_SCHEMA: dict[str, pl.DataType] = {"kind": pl.String(), "name": pl.String()}
"""Distinct names met, by kind of fingerprint: patients' and prescribers' never meet."""


def name_tokens(names: pl.Series, prints: Fingerprinter) -> pl.Series:
    """Order-free fingerprint of a name's words: the wrapping sum of each word's own, null for null.

    Sums add up, so the words of a last and a first name give what the words of the full name give.
    """
    distinct = pl.DataFrame({"name": names.drop_nulls().unique()})
    words = distinct.with_columns(word=pl.col("name").str.split(" ")).explode("word")
    summed = words.with_columns(print=prints.column(words["word"], "word")).group_by("name").agg(pl.col("print").sum())
    return pl.DataFrame({"name": names}).join(summed, on="name", how="left", maintain_order="left")["print"]


def names_met(rows: pl.DataFrame) -> pl.DataFrame:
    """Distinct names of patients and of prescribers on the rows, as NAMES_SCHEMA."""
    patients = pl.concat([rows["last_name"], rows["first_name"], rows["maiden_name"]]).unique()
    named = [
        pl.DataFrame({"name": names}).select(pl.lit(kind).alias("kind"), "name")
        for kind, names in (("name", patients), ("prescriber", rows["prescriber"].unique()))
    ]
    return pl.concat(named).drop_nulls()


def slips(names: pl.DataFrame, prints: Fingerprinter) -> pl.DataFrame:
    """Keyed one-deletion variants (`deletion`) of distinct names (`name`), themselves included: both UInt64."""
    tables = [pl.DataFrame(schema={"name": pl.UInt64, "deletion": pl.UInt64})]
    for (kind,), group in names.group_by("kind"):
        pairs = deletions(group["name"])
        tables.append(
            pl.DataFrame(
                {
                    "name": prints.column(pairs["name"], str(kind)),
                    "deletion": prints.column(pairs["deletion"], str(kind)),
                }
            )
        )
    return pl.concat(tables).unique()


def prescribers_named(rows: pl.DataFrame, rpps: pl.Series, name: pl.Series, prints: Fingerprinter) -> pl.DataFrame:
    """Distinct prescribers of a batch: rpps, name, name_set (order-free), all keyed, and how many records name them."""
    found = pl.DataFrame({"rpps": rpps, "name": name, "name_set": name_tokens(rows["prescriber"], prints)})
    return found.filter(pl.any_horizontal(pl.all().is_not_null())).group_by("rpps", "name", "name_set").len("rows")
