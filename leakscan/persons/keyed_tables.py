"""Tables of one file that tell of the same people: visits name by number whom a table of patients names in full.

A number of a record means somebody in its input alone. Where a dump holds a table of people and others that have
nothing of a person but such numbers, these are compared: a table whose numbers are those of the people, and whose
column is called after them, is about them. A table that only counts its own rows is about nobody.

Within one file, where the column names the one table of people or its column, that is as sure as the dump itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from leakscan.persons.chains import Column, Table, Told, Way, numbers_of, pairs_of, reach
from leakscan.persons.dictionaries import Dictionary, Explained, explained, words_of
from leakscan.persons.frames import Frame
from leakscan.persons.joined_tables import BY_NUMBER, IN_FOLDER, KEYED, OF_SEVERAL, Joined
from leakscan.persons.keys import found_in
from leakscan.persons.kinship import (
    AFTER_A_COLUMN,
    AFTER_ANYBODY,
    AFTER_THE_TABLE,
    Called,
    is_generic,
    kinship,
    kinship_without_titles,
    registers,
    words_of_title,
)
from leakscan.persons.same_numbers import Numbering, Same, are_random, same_numbers
from leakscan.persons.table_facts import CONTAINED, MOST_PAIRS, NAMELESS, Facts, facts_of, tables_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from leakscan.persons.keys import Keys, Mask

CONTAINED_IN_FILE = 0.5
"""The same within one file, where the key is called after the table or its column: dumps are cut, patients deleted."""


def joined(people: Frame, called: Sequence[Called], links: Mapping[int, Frame] | None = None) -> Joined | None:
    """The people with their tables taken together; None where no table is about another's people.

    `called`, `links` (LINKS_SCHEMA): by the number of the input. Files of one folder are taken together where one of
    them alone has the people.
    """
    files, folders = _several(one.file for one in called), _several(one.folder for one in called)
    folders = [group for group in folders if not any(set(group) <= set(one) for one in files)]
    if not files and not folders and not any(one.former for one in called):
        return None
    linked = {number: frame for number, frame in (links or {}).items() if frame.height}
    facts = {one.number: one for one in facts_of(people, called, linked)}
    found = _Joining.of(called)
    said: dict[int, Told] = {}
    for in_one_file, group in ((True, files), (False, folders)):
        for members in group:
            least = AFTER_A_COLUMN if in_one_file else AFTER_THE_TABLE
            named, *rest = tables_of(people, facts, members, linked, least)
            numbered, others = ([one for one in some if found.spaces[one.number] == one.number] for some in rest)
            ways, one_system = _ways(named, numbered, others, in_one_file=in_one_file)
            for one in (*numbered, *others):
                if one.number in ways or one in others:
                    told = facts[one.number], ways.get(one.number, ())
                    found.take(one, *told, in_one_file=in_one_file, one_system=one_system)
            said = _said(people, facts, members, linked, found) | said
    for same in same_numbers(people, found.numberings(facts, [*files, *folders]), CONTAINED):
        found.unite(same)
    for number, known in facts.items():
        former = dict.fromkeys(known.called.former, "former")
        for given_up in pairs_of(linked[number], former).values() if known.unnamed and number in linked else ():
            found.rename(number, Told.by(*given_up), numbers_of(people, [number])[number].to_numpy())
    return found.joined(Explained(people, said) if said else people)


def _said(
    people: Frame, facts: Mapping[int, Facts], members: Sequence[int], links: Mapping[int, Frame], found: _Joining
) -> dict[int, Told]:
    """What dictionaries of a group say of the numbers of its other tables."""
    asking = [facts[number] for number in members if number in facts and number in links]
    alone = [
        facts[one] for one in members if one in facts and found.spaces[one] == one and facts[one].known <= NAMELESS
    ]
    if not asking or not alone or len(asking) * len(alone) > MOST_PAIRS:
        return {}
    words = words_of(people, [one.number for one in alone])
    known = {one: Dictionary(facts[one].called.table, facts[one].called.column, told) for one, told in words.items()}

    def explains(dictionary: Dictionary, title: str) -> int:
        kin = kinship(Column(dictionary.name, dictionary.title), title, people=False)
        return kin if kin > AFTER_ANYBODY else 0

    told = {}
    for one in asking:
        others = [dictionary for number, dictionary in known.items() if number != one.number]
        if (bits := explained(links[one.number], one.called.others, others, explains, CONTAINED)) is not None:
            told[one.number] = bits
    return told


def _ways(
    named: Sequence[Table], numbered: Sequence[Table], others: Sequence[Table], *, in_one_file: bool
) -> tuple[dict[int, list[Way]], bool]:
    """How the tables of a group reach people; and whether they are one system around its only table with names."""

    def contained(kin: int) -> float:
        return CONTAINED_IN_FILE if in_one_file and kin > AFTER_ANYBODY else CONTAINED

    ways = reach(named, [*numbered, *others], kinship, contained)
    alone = [one for one in numbered if one.number not in ways]
    if alone:  # numbers and contacts that are of nobody with a name are people of their own
        ways |= reach(alone, [one for one in others if one.number not in ways], kinship, contained)
    one_system = _is_one_system(ways.values())
    refer = [one for one in (*numbered, *others) if one.title is None and one.least == AFTER_ANYBODY]
    if one_system and any(len(one.numbers) and one.number not in ways for one in refer):
        ways = reach(named, [*numbered, *others], kinship_without_titles, contained) | ways
    return ways, one_system


@dataclass(frozen=True, slots=True)
class _Joining:
    """What is known so far of which table is about whose people."""

    called: Sequence[Called]
    spaces: NDArray[np.uint32]
    silent: Mask
    kinds: NDArray[np.uint8]
    told: dict[int, Told] = field(default_factory=dict)
    registered: dict[int, list[Keys]] = field(default_factory=dict)
    renamed: dict[int, Told] = field(default_factory=dict)

    @classmethod
    def of(cls, called: Sequence[Called]) -> _Joining:
        """Every input by itself."""
        count = len(called)
        return cls(called, np.arange(count, dtype=np.uint32), np.zeros(count, np.bool_), np.zeros(count, np.uint8))

    def take(
        self, table: Table, facts: Facts, ways: Sequence[Way], *, in_one_file: bool, one_system: bool = False
    ) -> None:
        """One more table without names, and the ways by which it reaches people."""
        number = table.number
        if not ways:
            if in_one_file and not facts.described and is_generic(table.title):
                self.silent[number] = True
            return
        way = ways[0]
        root = way.through.root
        if not in_one_file and any(other.through.root != root for other in ways):
            self.kinds[number] = OF_SEVERAL
            return
        self.spaces[number] = root
        sure = way.kinship > AFTER_ANYBODY and all(other.through.root == root for other in ways)
        certain = in_one_file or one_system or (way.column == table.title and are_random(facts.called.shapes))
        self.kinds[number] = (KEYED if certain else IN_FOLDER) if sure else 0
        if way.through.depth or way.column != table.title or way.to != way.through.table.title:
            self.told[number] = way.told
        if not way.through.depth and registers(facts.called, self.called[root]):
            self.registered.setdefault(root, []).append(way.told.people)

    def numberings(self, facts: Mapping[int, Facts], groups: Iterable[Sequence[int]]) -> Iterator[list[Numbering]]:
        """Tables with numbers that are about nobody else's people, group by group."""
        for group in groups:
            known = [facts[number] for number in group if number in facts]
            yield [
                Numbering(
                    one.number, one.called.file, words_of_title(one.called.column), one.called.headers,
                    one.called.shapes, one.unnamed, one.dated,
                )
                for one in known
                if self.spaces[one.number] == one.number and not self.silent[one.number] and one.called.numbered
            ]  # fmt: skip

    def unite(self, same: Same) -> None:
        """Tables that number the same people: as one, or, where that is but probable, by a `kind` of their own."""
        if not same.surely:
            kind = max(int(self.kinds.max()), BY_NUMBER - 1) + 1
            if kind <= np.iinfo(np.uint8).max:
                self.kinds[[number for number in same.tables if not self.kinds[number]]] = kind
            return
        spaces = np.unique(self.spaces[list(same.tables)])
        self.spaces[np.isin(self.spaces, spaces)] = spaces[0]

    def rename(self, table: int, former: Told, numbers: Keys) -> None:
        """Numbers that were given up for others, if they are numbers of these people: both are one person's."""
        met = np.count_nonzero(found_in(numbers, former.people)[1])
        if met and met >= CONTAINED * len(former.people):
            self.renamed[int(self.spaces[table])] = former

    def joined(self, people: Frame) -> Joined | None:
        """All of it; None where every table stands by itself."""
        alone = (self.spaces == np.arange(len(self.called))).all() and not isinstance(people, Explained)
        if alone and not self.silent.any() and not self.kinds.any() and not self.renamed:
            return None
        patients = {root: np.unique(np.concatenate(numbers)) for root, numbers in self.registered.items()}
        reached = frozenset(np.flatnonzero(self.spaces != np.arange(len(self.called))).tolist())
        return Joined(people, self.spaces, self.silent, self.kinds, self.told, reached, patients, self.renamed)


def _several(names: Iterable[str]) -> list[list[int]]:
    """Places of equal names, where there are at least two."""
    found: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        found.setdefault(name, []).append(number)
    return [members for members in found.values() if len(members) > 1]


def _is_one_system(found: Iterable[Sequence[Way]]) -> bool:
    """Whether files that lie with a table of people are its system.

    Two or more refer to it, and to no other one; one of them by its name or through another one.
    """
    sure = [way for ways in found for way in ways if way.kinship > AFTER_ANYBODY]
    told = {way.number for way in sure if way.kinship >= AFTER_THE_TABLE or way.through.depth}
    return bool(told) and len({way.number for way in sure}) > 1 and len({way.through.root for way in sure}) == 1
