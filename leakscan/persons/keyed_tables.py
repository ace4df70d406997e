"""Tables of one file that tell of the same people: visits name by number whom a table of patients names in full.

A number of a record means somebody in its input alone. Where a dump holds a table of people and others that have
nothing of a person but such numbers, these are compared: a table whose numbers are those of the people, and whose
column is called after them, is about them. A table that only counts its own rows is about nobody.

Within one file, where the column names the one table of people or its column, that is as sure as the dump itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from leakscan.persons.chains import Column, Table, Told, Way, numbers_of, pairs_of, reach
from leakscan.persons.dictionaries import Dictionary, Explained, explained, words_of
from leakscan.persons.frames import Frame, pieces
from leakscan.persons.joined_tables import BY_NUMBER, IN_FOLDER, KEYED, OF_SEVERAL, Joined
from leakscan.persons.keys import found_in
from leakscan.persons.nameless import nameless
from leakscan.persons.repeated_names import repeated
from leakscan.persons.same_numbers import Numbering, Same, are_random, same_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from leakscan.persons.keys import Keys, Mask

CONTAINED = 0.9
"""Least share of a table's numbers that stand in the table of people, for it to be about them."""
CONTAINED_IN_FILE = 0.5
"""The same within one file, where the key is called after the table or its column: dumps are cut, patients deleted."""
MOST_PAIRS = 10_000
"""Pairs of a table of people and one of numbers in a group that are compared at most."""
NAMED = 0.5
"""Share of records that name somebody from which on a table is one of people ..."""
NAMELESS = 0.05
"""... and up to which it names nobody."""
_NAMES = ("first", "last", "maiden", "full")
_REACHING = ("nir", "ins", "email", "phone")
_NAMING = (*_NAMES, *_REACHING, "birth", "pseudonym")
_CALLING = (*_NAMES, *_REACHING)
_SHARES = ("named", "known", "reached", "calling", "dated")
_NONE = pl.Series([], dtype=pl.UInt64)
_GENERIC = frozenset((
    "nr", "ident", "fk", "matricule",
    "id", "ids", "num", "numero", "no", "n", "code", "ref", "reference", "identifiant", "cle", "pk", "key", "rowid",
    "index", "ligne", "oid", "uuid",
))  # fmt: skip
_PATIENTS = r"patient|malade|assure|beneficiaire|usager|resident|hospitalise"
_OF_PATIENTS = re.compile(rf"^(?:{_PATIENTS}|dossier|ipp|nip|personne|person|individu|client)")
_REGISTERED = re.compile(r"^(?:patient|malade|usager|resident|hospitalise)")
_ANYBODY = re.compile(r"^(?:personnes?|persons?|people|individus?|identites?|tiers|contacts?|humains?|populations?)$")

_AFTER_ANYBODY, _AFTER_A_COLUMN, _AFTER_THE_TABLE = 1, 2, 3
"""Kinship of a column that is called after people and after none of these tables, after a column of one, after one."""


class Called(NamedTuple):
    """What a table (an input) is called, the column of its numbers, and the file and folder that it lies in.

    `others`: titles of its further columns of keys, by index. `numbered`: it has numbers of records, not but keys.
    `headers`: titles of all columns. `shapes`: of its numbers. `former`: columns of numbers that were given up for it.
    """

    file: str
    folder: str
    table: str
    column: str | None
    others: Mapping[int, str] = MappingProxyType({})
    numbered: bool = False
    headers: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()
    former: frozenset[int] = frozenset()


def joined(people: Frame, called: Sequence[Called], links: Mapping[int, Frame] | None = None) -> Joined | None:
    """The people with their tables taken together; None where no table is about another's people.

    `called`, `links` (LINKS_SCHEMA): by the number of the input. Files of one folder are taken together where one of
    them alone has the people.
    """
    files, folders = _several(one.file for one in called), _several(one.folder for one in called)
    if not files and not folders and not any(one.former for one in called):
        return None
    linked = {number: frame for number, frame in (links or {}).items() if frame.height}
    facts = {one.number: one for one in _facts(people, called, linked)}
    found = _Joining.of(called)
    said: dict[int, Told] = {}
    for in_one_file, group in ((True, files), (False, folders)):
        for members in group:
            least = _AFTER_A_COLUMN if in_one_file else _AFTER_THE_TABLE
            named, *rest = _tables(people, facts, members, linked, least)
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
    people: Frame, facts: Mapping[int, _Facts], members: Sequence[int], links: Mapping[int, Frame], found: _Joining
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

    def kinship(dictionary: Dictionary, title: str) -> int:
        kin = _kinship(Column(dictionary.name, dictionary.title), title, people=False)
        return kin if kin > _AFTER_ANYBODY else 0

    told = {}
    for one in asking:
        others = [dictionary for number, dictionary in known.items() if number != one.number]
        if (bits := explained(links[one.number], one.called.others, others, kinship, CONTAINED)) is not None:
            told[one.number] = bits
    return told


def _ways(
    named: Sequence[Table], numbered: Sequence[Table], others: Sequence[Table], *, in_one_file: bool
) -> tuple[dict[int, list[Way]], bool]:
    """How the tables of a group reach people; and whether they are one system around its only table with names."""

    def contained(kin: int) -> float:
        return CONTAINED_IN_FILE if in_one_file and kin > _AFTER_ANYBODY else CONTAINED

    ways = reach(named, [*numbered, *others], _kinship, contained)
    alone = [one for one in numbered if one.number not in ways]
    if alone:  # numbers and contacts that are of nobody with a name are people of their own
        ways |= reach(alone, [one for one in others if one.number not in ways], _kinship, contained)
    one_system = _is_one_system(ways.values())
    refer = [one for one in (*numbered, *others) if one.title is None and one.least == _AFTER_ANYBODY]
    if one_system and any(len(one.numbers) and one.number not in ways for one in refer):
        ways = reach(named, [*numbered, *others], _kinship_without_titles, contained) | ways
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
        self, table: Table, facts: _Facts, ways: Sequence[Way], *, in_one_file: bool, one_system: bool = False
    ) -> None:
        """One more table without names, and the ways by which it reaches people."""
        number = table.number
        if not ways:
            if in_one_file and not facts.described and _is_generic(table.title):
                self.silent[number] = True
            return
        way = ways[0]
        root = way.through.root
        if not in_one_file and any(other.through.root != root for other in ways):
            self.kinds[number] = OF_SEVERAL
            return
        self.spaces[number] = root
        sure = way.kinship > _AFTER_ANYBODY and all(other.through.root == root for other in ways)
        certain = in_one_file or one_system or (way.column == table.title and are_random(facts.called.shapes))
        self.kinds[number] = (KEYED if certain else IN_FOLDER) if sure else 0
        if way.through.depth or way.column != table.title or way.to != way.through.table.title:
            self.told[number] = way.told
        if not way.through.depth and _registers(facts.called, self.called[root]):
            self.registered.setdefault(root, []).append(way.told.people)

    def numberings(self, facts: Mapping[int, _Facts], groups: Iterable[Sequence[int]]) -> Iterator[list[Numbering]]:
        """Tables with numbers that are about nobody else's people, group by group."""
        for group in groups:
            known = [facts[number] for number in group if number in facts]
            yield [
                Numbering(
                    one.number, one.called.file, _title(one.called.column), one.called.headers, one.called.shapes,
                    one.unnamed, one.dated,
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
    sure = [way for ways in found for way in ways if way.kinship > _AFTER_ANYBODY]
    told = {way.number for way in sure if way.kinship >= _AFTER_THE_TABLE or way.through.depth}
    return bool(told) and len({way.number for way in sure}) > 1 and len({way.through.root for way in sure}) == 1


def _registers(other: Called, anybody: Called) -> bool:
    """Whether a table says who of a table of anybody is a patient."""
    of_anybody = any(_ANYBODY.match(word) for word in _words(anybody.table))
    return of_anybody and any(_REGISTERED.match(word) for word in _words(other.table))


@dataclass(frozen=True, slots=True)
class _Facts:
    """A table with keys: what share of its records has a name, and one or a number; whether it describes a person.

    `reached`: what share has a number or a contact, by which somebody is known without a birth date. `unnamed`: hardly
    a record has any of these, or a name. `dated`: share with a birth date.
    """

    number: int
    called: Called
    named: float
    known: float
    reached: float
    described: bool
    unnamed: bool
    dated: float

    @property
    def refers(self) -> bool:
        """Whether it has no titles, and nothing of people but birth dates: its keys say who they are."""
        return self.called.column is None and self.reached <= NAMELESS


def _facts(people: Frame, called: Sequence[Called], links: Mapping[int, Frame]) -> list[_Facts]:
    """What every input with keys is."""
    told = (
        pl.len().alias("rows"),
        pl.any_horizontal(pl.col(*_NAMES).is_not_null()).sum().alias("named"),
        pl.any_horizontal(pl.col(*_NAMING).is_not_null()).sum().alias("known"),
        pl.any_horizontal(pl.col(*_REACHING).is_not_null()).sum().alias("reached"),
        pl.any_horizontal(pl.col(*_CALLING).is_not_null()).sum().alias("calling"),
        pl.col("birth").is_not_null().sum().alias("dated"),
        pl.col("sex").is_not_null().any().alias("described"),
        pl.col("record_number").is_not_null().any().alias("keyed"),
    )
    parts = [part.group_by("input").agg(told) for part in pieces(people, "input", "record_number", "sex", *_NAMING)]
    found = (
        pl.concat(parts)
        .group_by("input")
        .agg(pl.col("rows", *_SHARES).sum(), pl.col("described", "keyed").any())
        .with_columns(pl.col(_SHARES) / pl.col("rows"), unnamed=pl.col("calling") <= NAMELESS * pl.col("rows"))
    )
    names = [field.name for field in fields(_Facts) if field.name not in {"number", "called"}]
    return [
        _Facts(row["input"], called[row["input"]], **{name: row[name] for name in names})
        for row in found.sort("input").iter_rows(named=True)
        if row["keyed"] or row["input"] in links
    ]


def _tables(
    people: Frame, facts: Mapping[int, _Facts], members: Sequence[int], links: Mapping[int, Frame], least: int
) -> tuple[list[Table], list[Table], list[Table]]:
    """The tables of a group: those that name people, those that know them by numbers or contacts, and by keys alone.

    None where there are not at least two of them, one with people. The second kind is of the first one's people only
    if that is as sure as `least`.
    """
    known = [facts[number] for number in members if number in facts]
    naming = [one for one in known if one.named >= NAMED]
    further = [one for one in naming if max(one.dated, one.reached) <= NAMELESS]
    numbered = [one for one in known if one.named <= NAMELESS < one.known]
    others = [one for one in known if one.known <= NAMELESS]
    described = nameless(people, {one.number: one.called for one in others})
    numbered += [one for one in others if one.number in described]
    others = [one for one in others if one.number not in described]
    of_people = len(naming) + sum(one.known >= NAMED or one.number in described for one in numbered)
    if not of_people or len(naming) + len(numbered) + len(others) < 2 or of_people * len(known) > MOST_PAIRS:
        return [], [], []
    numbers = numbers_of(people, [one.number for one in (*naming, *numbered, *others)])

    def table(one: _Facts, asking: int = _AFTER_ANYBODY) -> Table:
        pairs = pairs_of(links[one.number], one.called.others) if one.number in links else {}
        held = [numbers.get(one.number, _NONE).to_numpy(), *(number for number, _ in pairs.values())]
        own = np.unique(np.concatenate(held))
        in_folder = least == _AFTER_THE_TABLE
        patients = in_folder or one.dated >= NAMED or any(map(_OF_PATIENTS.match, _words(one.called.table)))
        return Table(one.number, one.called.table, one.called.column, own, pairs, asking, patients)

    asked = [table(one, _AFTER_THE_TABLE) for one in further]
    repeating = repeated(people, [table(one) for one in naming if one not in further], asked, _kinship, CONTAINED)
    others += [one for one in naming if one.number in repeating]
    naming = [one for one in naming if one.number not in repeating]
    numbers_alone = [table(one, _AFTER_ANYBODY if one.refers else least) for one in numbered]
    return [table(one) for one in naming], numbers_alone, [table(one) for one in others]


def _kinship(of: Column, title: str | None, people: bool) -> int:  # noqa: FBT001 - the answer to a question
    """How surely a column of keys is called after a table or a column of it; 0: not at all.

    That column is `cliId` in `ordo_cliId` too, and `cli_num` in `vte_cli`: tables put a prefix of their own in front,
    and ask for a number in their own words. What is called after a table means the number of its rows. `people`: these
    are people, known by this column.
    """
    column, own = _words(title), _words(of.title)
    if not column or _is_generic(title):
        return 0
    table = {_singular(word) for word in _words(of.table)} - {""}
    rows = people or _is_generic(of.title) or bool(table & {_singular(word) for word in own})
    if rows and table & {_singular(word) for word in column}:
        return _AFTER_THE_TABLE
    core, asked = ([word for word in some if word not in _GENERIC] for some in (own, column))
    if core and core == asked[len(asked) - len(core) :]:
        return _AFTER_A_COLUMN
    return _AFTER_ANYBODY * (people and any(_OF_PATIENTS.match(word) for word in column))


def _kinship_without_titles(of: Column, title: str | None, people: bool) -> int:  # noqa: FBT001 - as in `_kinship`
    """The same among the files of one system: what has no titles may refer to any of them."""
    return _AFTER_ANYBODY if title is None else _kinship(of, title, people)


def _is_generic(column: str | None) -> bool:
    words = _words(column)
    return not words or all(word in _GENERIC for word in words)


def _title(column: str | None) -> tuple[str, ...]:
    """The words of a title; none where it tells nothing."""
    return () if _is_generic(column) else tuple(_words(column))


def _words(name: str | None) -> list[str]:
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name or "")
    return [word for word in re.split(r"[^a-z]+", parted.lower()) if word]


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word
