"""What joins tables: for each row, the number by which its people are known and its other keys, as fingerprints.

Nothing of a person comes from here. Which tables belong together is seen when all were read (`persons.chains`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from leakscan.coded import coded
from leakscan.detectors import canonical_cell
from leakscan.health.results import polarity
from leakscan.persons.dictionaries import NEGATIVE, POSITIVE
from leakscan.persons.ledger import LINKS_SCHEMA
from leakscan.records import column_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakscan.coded import Coded
    from leakscan.persons.identity import Fingerprinter
    from leakscan.plan import Plan

NUMBER = "record_number"
"""Kind of the fingerprints of all keys: equal cells are equal whatever table they stand in."""


def keys_of(frame: pl.DataFrame, hashed: Mapping[int, Coded], how: Plan, prints: Fingerprinter) -> dict[int, pl.Series]:
    """Fingerprints (UInt64) of the cells in columns of keys, by index; null where a cell is no number.

    `hashed`: what was hashed for the people already (`patients.fingerprint_values`).
    """
    if how.keys is None:
        return {}
    surest = how.surest(NUMBER)[:1]
    found = {}
    for index in (how.keys.number, *how.keys.others, *how.keys.former):
        if index in surest and index in hashed:
            found[index] = hashed[index].per_row()
        else:
            cells = coded(frame[column_id(index)], repeats=index in how.repeating)
            numbers = cells.cells.to_frame("cell").select(canonical_cell(NUMBER)).to_series()
            found[index] = cells.become(prints.column(numbers, NUMBER)).per_row()
    return found


def links(
    keys: Mapping[int, pl.Series], how: Plan, results: pl.Series | None = None, by: pl.Series | None = None
) -> pl.DataFrame:
    """LINKS_SCHEMA of a batch, as often as they stand there; `by` says which of several sources a row is of.

    `results`: what is added to the columns of a row for its result (`results_of`).
    """
    part = [] if by is None else [by]
    none = pl.DataFrame(schema={**{one.name: one.dtype for one in part}, **LINKS_SCHEMA})
    others = () if how.keys is None else (*how.keys.others, *how.keys.former)
    if how.keys is None or not others:
        return none
    number = keys[how.keys.number].alias("number")
    told = pl.repeat(0, len(number), dtype=LINKS_SCHEMA["column"], eager=True) if results is None else results
    pairs = [
        pl.DataFrame([*part, (told + index).alias("column"), number, keys[index].alias("other")])
        .drop_nulls()
        .select(none.columns)
        for index in others
    ]
    return pl.concat([none, *pairs])


def results_of(frame: pl.DataFrame, how: Plan) -> pl.Series | None:
    """What each row's result says: POSITIVE, NEGATIVE or 0; None of a table without results or keys."""
    columns = how.having("result")
    if how.keys is None or not how.keys.refers or not columns:
        return None
    told = polarity(frame[column_id(columns[0])])
    says = {"positive": POSITIVE, "negative": NEGATIVE}
    return told.replace_strict(says, default=0, return_dtype=LINKS_SCHEMA["column"])


def numbered(keys: Mapping[int, pl.Series], how: Plan) -> pl.Series | None:
    """The key by which rows are known where no column numbers records; None where one does."""
    if how.keys is None or how.having(NUMBER):
        return None
    return keys[how.keys.number]
