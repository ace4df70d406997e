"""Names met in a batch: as fingerprints of their words, with the spellings one slip away, and the prescribers named."""

from __future__ import annotations

import polars as pl

from leakscan.coded import on_distinct
from leakscan.persons.frames import numbers
from leakscan.persons.identity import Fingerprinter, deletions, shortened, words_inside
from leakscan.persons.keys import Keys, digest
from leakscan.persons.ledger import PRESCRIBED_SCHEMA
from leakscan.persons.shorter import INSIDE, SHORTER

NAMES_SCHEMA: dict[str, pl.DataType] = {"kind": pl.String(), "name": pl.String()}
"""Distinct names met, by kind of fingerprint: patients' and prescribers' never meet."""


NAMES_AT_ONCE = 8_192
"""Names whose spellings one slip away are in memory as text at a time (docs/thresholds.md)."""
PRESCRIBERS_SCHEMA: dict[str, pl.DataType] = {
    "rpps": pl.UInt64(),
    "name": pl.UInt64(),
    "name_set": pl.UInt64(),
    "rows": pl.UInt32(),
}
"""Distinct professionals as fingerprints (`name_set`: in any order of words), and how many records name each."""


def name_tokens(names: pl.Series, prints: Fingerprinter) -> pl.Series:
    """Order-free fingerprint of a name's words: the wrapping sum of each word's own, null for null.

    Sums add up, so the words of a last and a first name give what the words of the full name give.
    """
    if names.null_count() == len(names):
        return pl.Series("print", [None] * len(names), dtype=pl.UInt64)
    distinct = pl.DataFrame({"name": names.drop_nulls().unique()})
    words = distinct.with_columns(word=pl.col("name").str.split(" ")).explode("word")
    summed = words.with_columns(print=prints.column(words["word"], "word")).group_by("name").agg(pl.col("print").sum())
    return pl.DataFrame({"name": names}).join(summed, on="name", how="left", maintain_order="left")["print"]


def names_met(rows: pl.DataFrame, *, by: tuple[str, ...] = ()) -> pl.DataFrame:
    """Distinct names of patients and of prescribers on the rows (within each `by`), as NAMES_SCHEMA."""
    kinds = {"last_name": "name", "first_name": "name", "maiden_name": "name", "prescriber": "prescriber"}
    named = [
        rows.select(*by, pl.lit(kind).alias("kind"), pl.col(role).alias("name")).drop_nulls("name").unique()
        for role, kind in kinds.items()
    ]
    return pl.concat(named).unique()


def slips(names: pl.DataFrame, prints: Fingerprinter, *, by: tuple[str, ...] = ()) -> pl.DataFrame:
    """Keyed one-deletion variants (`deletion`) of distinct names (`name`), themselves included: both UInt64.

    Shorter forms of a name (its initial, its first words) stand among them, told apart by a mark (`shorter.SHORTER`),
    and so do the words inside of it (`shorter.INSIDE`).
    `names`: NAMES_SCHEMA (within each `by`), each once; then so is each pair.
    """
    tables = []
    for (kind,), group in names.group_by("kind"):
        for some in group.iter_slices(NAMES_AT_ONCE):
            pairs, shorter, inside = deletions(some["name"]), shortened(some["name"]), words_inside(some["name"])
            printed = pl.concat([
                pairs.select(
                    pl.col("name").alias("plain"),
                    prints.column(pairs["name"], str(kind)).alias("name"),
                    prints.column(pairs["deletion"], str(kind)).alias("deletion"),
                ),
                shorter.select(
                    pl.col("name").alias("plain"),
                    prints.column(shorter["name"], str(kind)).alias("name") ^ pl.lit(int(SHORTER), pl.UInt64),
                    prints.column(shorter["shorter"], str(kind)).alias("deletion"),
                ),
                inside.select(
                    pl.col("name").alias("plain"),
                    prints.column(inside["name"], str(kind)).alias("name") ^ pl.lit(int(INSIDE), pl.UInt64),
                    prints.column(inside["inside"], str(kind)).alias("deletion"),
                ),
            ])  # fmt: skip
            own = some.select(*by, pl.col("name").alias("plain"))
            tables.append((own.join(printed, on="plain") if by else printed).select(*by, "name", "deletion"))
    empty = pl.DataFrame(schema={**{name: names.schema[name] for name in by}, "name": pl.UInt64, "deletion": pl.UInt64})
    return pl.concat([empty, *tables])


def prescribers_on(
    rows: pl.DataFrame, rpps: pl.Series, name: pl.Series, prints: Fingerprinter, *, by: tuple[str, ...] = ()
) -> pl.DataFrame:
    """The prescriber of each row (with the columns `by` in front) as PRESCRIBERS_SCHEMA without `rows`."""
    tokens = on_distinct(rows["prescriber"], lambda words: name_tokens(words, prints))
    named_by = [rpps.alias("rpps"), name.alias("name"), tokens.alias("name_set")]
    return pl.DataFrame([*(rows[column] for column in by), *named_by])


def prescribers_named(professionals: pl.DataFrame, *, by: tuple[str, ...] = ()) -> pl.DataFrame:
    """Distinct prescribers of a batch (within each `by`) as PRESCRIBERS_SCHEMA, from `prescribers_on` its rows."""
    named = pl.any_horizontal(pl.col("rpps", "name", "name_set").is_not_null())
    return professionals.filter(named).group_by(*by, "rpps", "name", "name_set").len("rows")


def prescriber_key(professionals: pl.DataFrame) -> Keys:
    """One number per row for what a prescriber is known by there: `rpps` and `name_set`."""
    return digest((numbers(professionals, name) for name in ("rpps", "name_set")), professionals.height)


def prescribed(identity: pl.Series, professionals: pl.DataFrame, *, by: tuple[str, ...] = ()) -> pl.DataFrame:
    """Whose rows name which prescriber (within each `by`): PRESCRIBED_SCHEMA. The arguments go row by row."""
    named = pl.any_horizontal(pl.col("rpps", "name_set").is_not_null())
    found = professionals.with_columns(identity.alias("identity")).filter(named)
    found = found.with_columns(pl.Series("prescriber", prescriber_key(found)))
    return found.select(*by, *PRESCRIBED_SCHEMA).unique()
