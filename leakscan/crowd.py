"""The people of a ledger: all identities of all units under one another, and whom they count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import polars as pl

from leakscan.columns.row_keys import row_keys
from leakscan.columns.staff import heads_of, is_of_staff, names_somebody, numbers_of_staff
from leakscan.options import ScanOptions
from leakscan.persons.dictionaries import Explained
from leakscan.persons.estimate import Estimate, estimate
from leakscan.persons.frames import Frame, Stack, stacked
from leakscan.persons.joined_tables import Joined
from leakscan.persons.keyed_tables import joined
from leakscan.persons.kinship import Called
from leakscan.persons.ledger import PEOPLE_SCHEMA, Ledger, Unit, UnitId
from leakscan.persons.packing import in_order
from leakscan.persons.sampling import EXACT_ROWS
from leakscan.persons.shelf import Shelf
from leakscan.persons.staff import staff_apart
from leakscan.persons.trail import Trail
from leakscan.plan import OF_TABLES

TYPOS_AT_ONCE = 262_144
"""Spellings that may pile up before equal ones are put together."""
PART_ROWS = 65_536
"""Units with fewer identities are put under one another before linkage."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """The people of a ledger: its units in order, the number of each input, all identities, and whom they count.

    `staff`: inputs that list staff, who are none of the patients and count nobody.
    """

    units: Sequence[tuple[UnitId, Unit]] = field(repr=False)
    numbered: Mapping[tuple[str, str], int] = field(repr=False)
    everyone: Frame = field(repr=False)
    typos: pl.DataFrame = field(repr=False)
    found: Estimate = field(repr=False)
    staff: frozenset[int] = frozenset()


def crowd(ledger: Ledger, options: ScanOptions, exact_rows: int = EXACT_ROWS, trail: Trail | None = None) -> Crowd:
    """Who is in a ledger; `trail` is told of the linkage. Frames on a shelf are read column by column, when wanted."""
    numbered = {
        unit_input: number
        for number, unit_input in enumerate(sorted({(unit.sha256, unit.member or "") for unit in ledger.units}))
    }
    ordered = in_order(ledger.units)
    everyone = _people(ordered, numbered, Shelf(options.memory << 20))
    typos = _typos(ordered)
    damaged_bearing = sum(unit.damaged_bearing for unit in ledger.units.values())
    together = joined(everyone, _called(ledger, numbered), _links(ordered, numbered))
    inputs = _input_rows(ledger, numbered)
    staff = _staff_apart(everyone, together, _lists_of_staff(ledger, numbered), inputs)
    together = _without(staff, everyone, together, inputs.height)
    if together is not None:
        inputs = _taken_together(inputs, together)
    found = estimate(
        everyone if together is None else together, typos, inputs, damaged_bearing, exact_rows=exact_rows, trail=trail
    )
    told = everyone if together is None else together.frame
    return Crowd(ordered, numbered, told, typos, found, staff)


class Followed(NamedTuple):
    """An estimate with what it was made of, and how its people were linked, rule by rule."""

    found: Estimate
    trail: Trail
    people: Frame
    typos: pl.DataFrame


def linkage_of(ledger: Ledger, options: ScanOptions) -> Followed:
    """The linkage of a ledger, done once more for who audits it."""
    trail = Trail()
    again = crowd(ledger, options, trail=trail)
    return Followed(again.found, trail, again.everyone, again.typos)


def _people(ordered: Sequence[tuple[UnitId, Unit]], numbered: Mapping[tuple[str, str], int], shelf: Shelf) -> Stack:
    """People of all units, each with the number of its input; what is equal is put together by the linkage.

    Small units are put under one another first, for every column is asked for many times.
    """
    parts: list[tuple[int | None, Frame]] = [(0, pl.DataFrame(schema=PEOPLE_SCHEMA))]
    small: list[tuple[int | None, Frame]] = []
    piled = 0
    for unit_id, unit in ordered:
        own = (numbered[unit_id.sha256, unit_id.member or ""], unit.people)
        large = unit.people.height >= PART_ROWS
        if small and (large or piled >= PART_ROWS):
            parts, small, piled = [*parts, _together(small, shelf)], [], 0
        (parts if large else small).append(own)
        piled += 0 if large else unit.people.height
    return Stack([*parts, _together(small, shelf)] if len(small) > 1 else [*parts, *small])


def _together(small: list[tuple[int | None, Frame]], shelf: Shelf) -> tuple[int | None, Frame]:
    if len(small) == 1:
        return small[0]
    frames = [part for _, part in small]
    numbers = np.repeat(np.array([number or 0 for number, _ in small], np.uint32), [frame.height for frame in frames])
    return None, shelf.keep(stacked(frames, *PEOPLE_SCHEMA).select(pl.Series("input", numbers), *PEOPLE_SCHEMA))


def _typos(ordered: Sequence[tuple[UnitId, Unit]]) -> pl.DataFrame:
    """The spellings of all units, each once: what is new is added unit by unit."""
    found = pl.DataFrame(schema={"name": pl.UInt64, "deletion": pl.UInt64})
    waiting: list[Frame] = []
    piled = 0
    for _, unit in ordered:
        waiting.append(unit.typos)
        piled += unit.typos.height
        if piled > max(found.height, TYPOS_AT_ONCE):
            found, waiting, piled = stacked([found, *waiting], "name", "deletion").unique(), [], 0
    return stacked([found, *waiting], "name", "deletion").unique()


def _called(ledger: Ledger, numbered: Mapping[tuple[str, str], int]) -> list[Called]:
    """What each input is called, by its number."""
    found = [Called(sha256, sha256, part, None) for sha256, part in numbered]
    shapes = _shapes(ledger, numbered)
    for given in ledger.inputs:
        number = numbered.get((given.sha256 or "", given.part or ""))
        if number is None:
            continue
        known = [column for column in given.columns if column.role == "record_number"]
        surest = max(known, key=lambda column: (column.confidence, -column.index), default=None)
        keys = row_keys(given.columns, in_tables=given.format in OF_TABLES) if given.has_header else None
        if surest is None and keys is not None:
            surest = given.columns[keys.number]
        titled = surest.column if surest is not None and given.has_header else None
        others = {} if keys is None else {index: given.columns[index].column for index in keys.others}
        former = frozenset(() if keys is None else keys.former)
        outer, own = (given.path, given.member) if given.member else ("", given.path)
        folder, _, table = own.rpartition("/")
        name = table.rpartition(".")[2] if given.part else table.partition(".")[0]  # `public.patients`, `patients.csv`
        called = Called(found[number].file, f"{outer}!{folder}", name, titled, others, bool(known),
                        tuple(one.column for one in given.columns) if given.has_header else (),
                        shapes.get((number, surest.index), ()) if surest is not None else (), former)  # fmt: skip
        found[number] = max(found[number], called, key=lambda one: (one.column or "", one.table, one.folder))
    return found


def _shapes(ledger: Ledger, numbered: Mapping[tuple[str, str], int]) -> dict[tuple[int, int], tuple[str, ...]]:
    """Shapes of numbers of records, by the number of their input and their column."""
    found: dict[tuple[int, int], set[str]] = {}
    for unit_id, unit in ledger.units.items():
        for key in [one for one in unit.evidence if one.entity == "record_number"]:
            number = numbered[unit_id.sha256, unit_id.member or ""]
            found.setdefault((number, key.column), set()).update(unit.evidence[key].samples)
    return {place: tuple(sorted(shapes)) for place, shapes in found.items()}


def _links(ordered: Sequence[tuple[UnitId, Unit]], numbered: Mapping[tuple[str, str], int]) -> dict[int, Frame]:
    """What else the rows of each input are known by."""
    found: dict[int, list[tuple[int | None, Frame]]] = {}
    for unit_id, unit in ordered:
        if unit.links.height:
            found.setdefault(numbered[unit_id.sha256, unit_id.member or ""], []).append((None, unit.links))
    return {number: Stack(parts) for number, parts in found.items()}


def _taken_together(inputs: pl.DataFrame, together: Joined) -> pl.DataFrame:
    """Inputs with those that go by one number as one; codes that a dictionary of diseases explains speak of health."""
    space = pl.Series("input", together.spaces[inputs["input"].to_numpy()])
    heard = ~pl.Series(together.silent[inputs["input"].to_numpy()])
    said = together.frame.said if isinstance(together.frame, Explained) else {}
    told = pl.col("input").is_in(pl.Series(list(said), dtype=pl.UInt32).implode())
    return (
        inputs.with_columns(space, (pl.col("health") | told) & heard)
        .group_by("input", maintain_order=True)
        .agg(pl.col("health").any(), pl.col("rows", "damaged").sum())
    )


def _lists_of_staff(ledger: Ledger, numbered: Mapping[tuple[str, str], int]) -> frozenset[int]:
    """Inputs that list staff and say nothing of health, and whose numbers no table about health is known by."""
    asked = [given for given in ledger.inputs if given.has_header]
    lists = [
        given
        for given in asked
        if not given.health and is_of_staff(given.columns, f"{given.path.rpartition('/')[2]} {given.member or ''}")
    ]
    bare = (given for given in asked if lists and given.health and not names_somebody(given.columns))
    known = frozenset(head for given in bare for head in heads_of(given.columns))
    alone = (given for given in lists if known.isdisjoint(numbers_of_staff(given.columns)))
    return frozenset(numbered.get((given.sha256 or "", given.part or ""), -1) for given in alone) - {-1}


def _staff_apart(
    everyone: Stack, together: Joined | None, lists: frozenset[int], inputs: pl.DataFrame
) -> frozenset[int]:
    """Which of these lists are of staff who are no patients; not those by which other tables know their people."""
    if not lists:
        return frozenset()
    spaces = np.arange(inputs.height, dtype=np.uint32) if together is None else together.spaces
    shared = np.bincount(spaces, minlength=len(spaces)) > 1
    alone = [number for number in lists if not shared[spaces[number]]]
    return staff_apart(everyone, alone, inputs.filter("health")["input"].to_list())


def _without(staff: frozenset[int], everyone: Stack, together: Joined | None, count: int) -> Joined | None:
    """Tables taken together, those of staff silent."""
    if not staff:
        return together
    silent = np.isin(np.arange(count), list(staff))
    if together is None:
        return Joined(everyone, np.arange(count, dtype=np.uint32), silent, np.zeros(count, np.uint8))
    return replace(together, silent=together.silent | silent)


def _input_rows(ledger: Ledger, numbered: Mapping[tuple[str, str], int]) -> pl.DataFrame:
    health: dict[tuple[str | None, str], bool] = {}
    for given in ledger.inputs:
        key = (given.sha256, given.part or "")
        health[key] = health.get(key, False) or given.health
    rows: dict[tuple[str, str], list[int]] = {}
    for unit_id, unit in ledger.units.items():
        total = rows.setdefault((unit_id.sha256, unit_id.member or ""), [0, 0])
        total[0] += unit.records + unit.damaged
        total[1] += unit.damaged
    return pl.DataFrame(
        [(numbered[key], health.get(key, False), total, damaged) for key, (total, damaged) in sorted(rows.items())],
        schema={"input": pl.UInt32, "health": pl.Boolean, "rows": pl.UInt64, "damaged": pl.UInt64},
        orient="row",
    )
