"""Tables that know their people through one another: results name a request, requests name their patient.

Every table has keys: the number by which its rows are known, and others beside it (`ledger.LINKS_SCHEMA`). A table of
people is known by its keys; a table whose key is called after one of these, and stands there, is known by its own; and
so on, table by table. So each row without a name is told whose it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from leakscan.persons.frames import pieces
from leakscan.persons.keys import found_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from leakscan.persons.frames import Frame
    from leakscan.persons.keys import Keys, Mask

FUNCTION = 0.98
"""Share of keys that must stand beside one other key alone, for that to say whose they are."""
NEARLY_ALL = 0.9
"""Where so large a share of keys stands in one table, another one that has fewer of them is not meant."""
MOST_LINKS = 20_000_000
"""Pairs of keys of one table that are followed at most; a table with more is known by its own number alone."""
COLUMNS = (1 << 20) - 1
"""What of the column of a link is its index; what a row's result says stands above that."""
DEEPEST = 8
"""Tables between a row and its people, at most."""


class Column(NamedTuple):
    """A column of keys: what its table is called, and what it is called itself."""

    table: str
    title: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """Whose each key is: sorted keys, and the number of the people for each.

    `themselves`: the keys are numbers of people, so one that is not there is that of somebody who was left out.
    """

    keys: Keys = field(repr=False)
    people: Keys = field(repr=False)
    themselves: bool = False

    @classmethod
    def own(cls, numbers: Keys) -> Told:
        """Numbers of people, each its own."""
        held = np.unique(numbers)
        return cls(held, held, themselves=True)

    @classmethod
    def by(cls, keys: Keys, people: Keys) -> Told:
        """Keys with the people beside them, the first of several; who has such a key himself is who that one is."""
        told = _told(keys, people)
        for _ in range(DEEPEST):
            further, there = told.of(told.people)
            told = replace(told, people=np.where(there, further, told.people))
        return told

    def of(self, wanted: Keys) -> tuple[Keys, Mask]:
        """Whose some keys are, and where that is known."""
        if not len(self.keys):
            return np.zeros(len(wanted), np.uint64), np.zeros(len(wanted), np.bool_)
        place, there = found_in(self.keys, wanted)
        return self.people.take(place), there

    def followed(self, wanted: Keys) -> tuple[Keys, Mask]:
        """The same; a number of somebody who was left out is his own."""
        people, there = self.of(wanted)
        return (np.where(there, people, wanted), there | True) if self.themselves else (people, there)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table: its numbers and, by the title of another column of keys, pairs of a number and the key beside it.

    `least`: how surely a key must be called after another table, for this one to be about that one's people.
    `patients`: of people, it is likely one of patients, who were born; a visit is not about its doctor.
    """

    number: int
    name: str
    title: str | None
    numbers: Keys = field(repr=False)
    pairs: Mapping[str | None, tuple[Keys, Keys]] = field(repr=False)
    least: int = 1
    patients: bool = True

    def asking(self) -> Iterator[tuple[str | None, Keys]]:
        """Its columns that may name another table's rows, with their keys; one beside a number must be one only."""
        yield self.title, self.numbers
        for title, (number, other) in self.pairs.items():
            if len(np.unique(number)) >= FUNCTION * len(number):
                yield title, other

    def told(self, title: str | None, by: Told) -> Told:
        """Whose its numbers are, where a column of it is told of."""
        if title == self.title:
            people, there = by.followed(self.numbers)
            return _told(self.numbers[there], people[there])
        number, other = self.pairs[title]
        people, there = by.followed(other)
        return _told(number[there], people[there])


@dataclass(frozen=True, slots=True)
class Reached:
    """A table whose people are known: whose table they are, how far that is, and whose each of its keys is.

    `columns`: by the title of a column, the number itself first.
    """

    table: Table
    root: int
    depth: int
    columns: tuple[tuple[str | None, Told], ...] = field(repr=False)

    @classmethod
    def by(cls, table: Table, root: int, depth: int, numbers: Told) -> Reached:
        """A table, of which it is known whose each number is."""
        columns = [(table.title, numbers)]
        for title, (number, other) in table.pairs.items():
            people, there = numbers.of(number)
            if there.any() and len(np.unique(other)) >= FUNCTION * len(other):  # a key of several is nobody's own
                columns.append((title, _told(other[there], people[there])))
        return cls(table, root, depth, tuple(columns))


class Way(NamedTuple):
    """How a table without names reaches people: how surely, by which of its columns, and through which table.

    `met`: how many of its keys stand there, and `share` of them all.
    """

    kinship: int
    met: int
    share: float
    number: int
    column: str | None
    to: str | None
    through: Reached
    told: Told


def _told(keys: Keys, people: Keys) -> Told:
    held, first = np.unique(keys, return_index=True)
    return Told(held, people[first])


def numbers_of(people: Frame, tables: Sequence[int]) -> dict[int, pl.Series]:
    """The numbers of records of some tables, sorted."""
    wanted = pl.Series(tables, dtype=pl.UInt32).implode()
    own = (
        part.filter(pl.col("input").cast(pl.UInt32).is_in(wanted)).drop_nulls().unique()
        for part in pieces(people, "input", "record_number")
    )
    found = pl.concat(own).unique().sort("record_number")
    return {int(number): group["record_number"] for (number,), group in found.group_by("input", maintain_order=True)}


def pairs_of(links: Frame, titles: Mapping[int, str]) -> dict[str | None, tuple[Keys, Keys]]:
    """Pairs of keys by the title of their column; none of a table that has too many."""
    if not links.height or links.height > MOST_LINKS:
        return {}
    whole = (
        pl.concat(list(pieces(links, "column", "number", "other"))).with_columns(pl.col("column") & COLUMNS).unique()
    )
    return {
        titles[column]: (group["number"].to_numpy(), group["other"].to_numpy())
        for (column,), group in whole.sort("column", "number", "other").group_by("column", maintain_order=True)
        if column in titles
    }


def reach(
    people: Sequence[Table],
    others: Sequence[Table],
    kinship: Callable[[Column, str | None, bool], int],
    contained: Callable[[int], float],
) -> dict[int, list[Way]]:
    """By number of the table, the ways by which those without names reach people, the surest first.

    `kinship` says how surely a key (`title`) is called after a column of a table, and whether that is one of people;
    `contained` what share of the keys must stand there, where they are so sure.
    Tables are reached step by step, each by the fewest steps; what reaches patients goes on to nobody else.
    """
    first = [one for one in people if one.patients]
    if 0 < len(first) < len(people):
        surely = reach(first, others, kinship, contained)
        rest = [one for one in people if not one.patients]
        return surely | reach(rest, [one for one in others if one.number not in surely], kinship, contained)
    newest = [Reached.by(one, one.number, 0, Told.own(one.numbers)) for one in people]
    open_to = list(others)
    asking = {one.number: [(title, keys) for title, keys in one.asking() if len(keys)] for one in others}
    ways: dict[int, list[Way]] = {}
    for depth in range(1, DEEPEST + 1):
        found = {one.number: _ways(one, asking[one.number], newest, kinship, contained) for one in open_to}
        now = {number: sure for number, sure in found.items() if sure}
        if not now:
            break
        ways |= now
        newest = [
            Reached.by(one, way.through.root, depth, way.told) for one in open_to for way in now.get(one.number, ())[:1]
        ]
        open_to = [one for one in open_to if one.number not in now]
    return ways


def _ways(
    table: Table,
    asking: Sequence[tuple[str | None, Keys]],
    reached: Sequence[Reached],
    kinship: Callable[[Column, str | None, bool], int],
    contained: Callable[[int], float],
) -> list[Way]:
    """The surest ways, one for each table that they lead through. `asking`: columns of the table, and their keys."""
    ways = []
    for other in reached:
        best: Way | None = None
        for to, told in other.columns:
            for title, keys in asking:
                kin = kinship(Column(other.table.name, to), title, other.depth == 0 and to == other.table.title)
                if kin < table.least or (best is not None and kin < best.kinship):
                    continue
                met = int(np.count_nonzero(told.of(keys)[1]))
                if met < contained(kin) * len(keys) or (best is not None and (kin, met) <= best[:2]):
                    continue
                best = Way(kin, met, met / len(keys), table.number, title, to, other, table.told(title, told))
        if best is not None:
            ways.append(best)
    most = max((way.kinship for way in ways), default=0)
    ways = [way for way in ways if way.kinship == most]
    if any(way.share >= NEARLY_ALL for way in ways):  # where some of them stand is by chance
        ways = [way for way in ways if way.share >= NEARLY_ALL]
    return sorted(ways, key=lambda way: (-way.met, way.through.table.number))
