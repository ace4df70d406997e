"""Staff beside patients: who works in a house whose patients leaked is none of them.

A list of staff says nothing of health. Where other tables of the scan name patients, and hardly any of the staff among
them, it is about nobody who is ill. A service of occupational medicine sees the staff it lists, and they stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from leakscan.persons.frames import pieces

if TYPE_CHECKING:
    from collections.abc import Collection

    from leakscan.persons.frames import Frame

SEEN = 0.1
"""From this share of a list's people on who stand in tables about patients, they are patients themselves."""
FEWEST_PATIENTS = 20
"""Fewer people in the tables about patients tell nothing of who else is one."""
_COLUMNS = ("input", "bears", "nir", "name_set", "birth", "record_number")
_NAMING = ("nir", "name_set", "birth")


def staff_apart(people: Frame, listed: Collection[int], health: Collection[int]) -> frozenset[int]:
    """Which of the inputs that list staff are about nobody ill. `health`: inputs about patients."""
    if not listed or not health:
        return frozenset()
    staff = _rows(people, listed)
    patients = _rows(people, health)
    named = patients.filter(pl.col("bears") > 0, pl.any_horizontal(pl.col("nir", "name_set").is_not_null()))
    if named.select("nir", "name_set", "birth").n_unique() < FEWEST_PATIENTS:
        return frozenset()
    undated = named.filter(pl.col("birth").is_null(), pl.col("nir").is_null())
    bare = patients.filter(pl.all_horizontal(pl.col(_NAMING).is_null()))
    met = pl.any_horizontal(
        pl.col("nir").is_in(named["nir"].drop_nulls().implode()),
        pl.struct("name_set", "birth").is_in(_both(named).implode()),
        pl.col("name_set").is_in(undated["name_set"].drop_nulls().implode()),
        pl.col("record_number").is_in(bare["record_number"].drop_nulls().implode()),
    )
    seen = staff.group_by("input").agg(met.fill_null(value=False).mean().alias("seen"))
    if (seen["seen"] >= SEEN).any():  # a service that sees the staff of one house follows the others as well
        return frozenset()
    return frozenset(seen["input"].to_list())


def _rows(people: Frame, inputs: Collection[int]) -> pl.DataFrame:
    """The rows of some inputs that differ in what names somebody."""
    wanted = pl.Series(sorted(inputs), dtype=pl.UInt32).implode()
    own = pl.col("input").cast(pl.UInt32)
    return pl.concat(
        part.with_columns(own).filter(own.is_in(wanted)).unique() for part in pieces(people, *_COLUMNS)
    ).unique()


def _both(rows: pl.DataFrame) -> pl.Series:
    """Names with birth dates."""
    return rows.select("name_set", "birth").drop_nulls().unique().to_struct()
