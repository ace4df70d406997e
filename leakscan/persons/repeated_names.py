"""Tables that name whom they refer to: transmissions with the number of a resident, and the surname beside it.

A name alone makes a table one of people of its own. Where its number is called after a table of people that tells more
of them, and the names beside equal numbers agree, it is about these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from leakscan.persons.chains import reach
from leakscan.persons.frames import pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leakscan.persons.chains import Column, Table, Way
    from leakscan.persons.frames import Frame

_AGREEING = 0.8
"""Least share of the rows that name somebody, whose name must be that of the person with the number."""
_NAMES = ("last", "maiden", "full", "name_set")


def repeated(
    people: Frame,
    told: Sequence[Table],
    asked: Sequence[Table],
    kinship: Callable[[Column, str | None, bool], int],
    contained: float,
) -> frozenset[int]:
    """Which of the tables that are `asked`, by number, repeat the names of those that tell more of their people."""
    if not told or not asked:
        return frozenset()
    ways = reach(told, asked, kinship, lambda _: contained)
    return frozenset(number for number, found in ways.items() if _agree(people, number, found[0]))


def _agree(people: Frame, table: int, way: Way) -> bool:
    """Whether the names of a table (by the number of its input) are those of the people that it leads to."""
    root = way.through.root
    known = _names(people, root)
    told = pl.DataFrame({"number": way.told.keys, "person": way.told.people})
    named = _names(people, table).join(told, on="number")
    if named.is_empty():
        return False
    met = named.join(known, left_on=("person", "name"), right_on=("number", "name"), how="semi")
    return met["row"].n_unique() >= _AGREEING * named["row"].n_unique()


def _names(people: Frame, table: int) -> pl.DataFrame:
    """Numbers of a table's rows, with each name that stands there."""
    parts = [
        part.filter(pl.col("input").cast(pl.UInt32) == table).drop("input").drop_nulls("record_number")
        for part in pieces(people, "input", "record_number", *_NAMES)
    ]
    whole = pl.concat(parts).unique().sort("record_number", *_NAMES, nulls_last=True).with_row_index("row")
    return (
        whole.unpivot(_NAMES, index=("row", "record_number"), value_name="name")
        .drop_nulls("name")
        .select("row", pl.col("record_number").alias("number"), "name")
        .unique()
    )
