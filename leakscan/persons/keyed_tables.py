"""Tables of one file that tell of the same people: visits name by number whom a table of patients names in full.

A number of a record means somebody in its input alone. Where a dump holds a table of people and others that have
nothing of a person but such numbers, these are compared: a table whose numbers are those of the people, and whose
column is called after them, is about them. A table that only counts its own rows is about nobody.

Within one file, where the column names the one table of people or its column, that is as sure as the dump itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from leakscan.persons.chains import Column, Table, Told, Way, pairs_of, reach
from leakscan.persons.frames import Frame, pieces
from leakscan.persons.keys import found_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from leakscan.persons.keys import Keys, Mask

CONTAINED = 0.9
"""Least share of a table's numbers that stand in the table of people, for it to be about them."""
MOST_PAIRS = 10_000
"""Pairs of a table of people and one of numbers in a group that are compared at most."""
NAMED = 0.5
"""Share of records that name somebody from which on a table is one of people ..."""
NAMELESS = 0.05
"""... and up to which it names nobody."""
KEYED = 2
"""`kind` of a row that stands, by its number, for somebody in another table of its file ..."""
OF_SEVERAL = 3
"""... and of one that stands for somebody in one of several tables of its folder."""

_NAMING = ("first", "last", "maiden", "full", "nir", "ins", "birth", "email", "phone")
_GENERIC = frozenset((
    "id", "ids", "num", "numero", "no", "n", "code", "ref", "reference", "identifiant", "cle", "pk", "key", "rowid",
    "index", "ligne", "oid", "uuid",
))  # fmt: skip
_PATIENTS = r"patient|malade|assure|beneficiaire|usager|resident|hospitalise"
_OF_PATIENTS = re.compile(rf"^(?:{_PATIENTS}|dossier|ipp|nip|personne|person|individu|client)")
_REGISTERED = re.compile(rf"^(?:{_PATIENTS})")
_ANYBODY = re.compile(r"^(?:personnes?|persons?|people|individus?|identites?|tiers|contacts?|humains?|populations?)$")

_AFTER_ANYBODY = 1
"""Kinship of a column that is called after people, and after none of these tables."""
_ORPHAN = np.uint64(0x9E3779B97F4A7C15)
"""Mixed into a number that stands for nobody in the table that it refers to: it is none of that table's people."""


class Called(NamedTuple):
    """What a table (an input) is called, the column of its numbers, and the file and folder that it lies in.

    `others`: titles of its further columns of keys, by index. `bare`: nothing in it numbers records, it has but keys.
    """

    file: str
    folder: str
    table: str
    column: str | None
    others: Mapping[int, str] = MappingProxyType({})
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """People with the tables of a file taken together.

    By input: the number it goes by, whether it bears nobody, and the `kind` of its rows where they are another table's
    people. `told`: by input, whose its numbers are, where they are none of people. `bare`: inputs that bear people
    through other tables alone. `registered`: of inputs of anybody, who is a patient.
    """

    frame: Frame = field(repr=False)
    spaces: NDArray[np.uint32] = field(repr=False)
    silent: Mask = field(repr=False)
    kinds: NDArray[np.uint8] = field(repr=False)
    told: Mapping[int, Told] = field(default_factory=dict, repr=False)
    bare: frozenset[int] = frozenset()
    registered: Mapping[int, Keys] = field(default_factory=dict, repr=False)

    @property
    def height(self) -> int:
        """How many rows."""
        return self.frame.height

    def select(self, *names: str) -> pl.DataFrame:
        """Some columns of all rows, as a frame in memory."""
        return pl.concat(list(self.pieces(*names)))

    def pieces(self, *names: str) -> Iterator[pl.DataFrame]:
        """Some columns, part by part."""
        if not {"input", "bears", "kind", "record_number"} & set(names):
            yield from pieces(self.frame, *names)
            return
        asked = dict.fromkeys(("input", *(("record_number", "themes") if self._are_followed(names) else ()), *names))
        for piece in pieces(self.frame, *asked):
            own = piece["input"].to_numpy()
            changed = [pl.Series("input", self.spaces[own])]
            orphans = np.zeros(piece.height, np.bool_)
            if "record_number" in asked:
                followed, orphans = self._followed(piece, own)
                changed.append(followed)
            if "bears" in names:
                changed.append(self._bearing(piece, own, changed[-1]))
            if "kind" in names:
                kind = piece["kind"]
                other = pl.Series(np.where(orphans, np.uint8(OF_SEVERAL), self.kinds[own]))
                changed.append(kind.zip_with((other == 0) | (kind.fill_null(0) != 0), other))
            yield piece.with_columns(changed).select(names)

    def _are_followed(self, names: Sequence[str]) -> bool:
        return bool(self.told or self.bare or self.registered) and bool({"bears", "kind", "record_number"} & set(names))

    def _followed(self, piece: pl.DataFrame, own: NDArray[np.uint32]) -> tuple[pl.Series, Mask]:
        """Numbers of people instead of keys; and where a key stands for nobody."""
        number = piece["record_number"].fill_null(0).to_numpy().copy()
        orphans = np.zeros(len(number), np.bool_)
        for table, told in self.told.items():
            at = np.flatnonzero((own == table) & (number != 0))
            if len(at):
                people, there = told.of(number[at])
                number[at] = np.where(there, people, number[at] ^ _ORPHAN)
                orphans[at[~there]] = True
        return pl.Series("record_number", number).replace(0, None), orphans

    def _bearing(self, piece: pl.DataFrame, own: NDArray[np.uint32], number: pl.Series) -> pl.Series:
        bears = piece["bears"].to_numpy().copy()
        bears[self.silent[own]] = 0
        if not self._are_followed(("bears",)):
            return pl.Series("bears", bears)
        there, telling = number.is_not_null().to_numpy(), piece["themes"].fill_null(0).to_numpy() != 0
        for table in self.bare:
            bears[(own == table) & there] = 1
        space = self.spaces[own]
        for table, patients in self.registered.items():
            at = np.flatnonzero((space == table) & ~telling)
            if len(at):
                held = number.fill_null(0).to_numpy()[at]
                bears[at[~found_in(patients, held)[1]]] = 0
        return pl.Series("bears", bears)


def joined(people: Frame, called: Sequence[Called], links: Mapping[int, Frame] | None = None) -> Joined | None:
    """The people with their tables taken together; None where no table is about another's people.

    `called`, `links` (LINKS_SCHEMA): by the number of the input. Files of one folder are taken together where one of
    them alone has the people.
    """
    files, folders = _several(one.file for one in called), _several(one.folder for one in called)
    if not files and not folders:
        return None
    linked = {number: frame for number, frame in (links or {}).items() if frame.height}
    facts = {one.number: one for one in _facts(people, called, linked)}
    found = _Joining.of(called)
    for in_one_file, group in ((True, files), (False, folders)):
        for members in group:
            of_people, others = _tables(people, facts, members, linked)
            open_to = [one for one in others if found.spaces[one.number] == one.number]
            ways = reach(of_people, open_to, _kinship, CONTAINED)
            for one in open_to:
                found.take(one, facts[one.number], ways.get(one.number, ()), in_one_file=in_one_file)
    return found.joined(people)


@dataclass(frozen=True, slots=True)
class _Joining:
    """What is known so far of which table is about whose people."""

    called: Sequence[Called]
    spaces: NDArray[np.uint32]
    silent: Mask
    kinds: NDArray[np.uint8]
    told: dict[int, Told] = field(default_factory=dict)
    bare: set[int] = field(default_factory=set)
    registered: dict[int, list[Keys]] = field(default_factory=dict)

    @classmethod
    def of(cls, called: Sequence[Called]) -> _Joining:
        """Every input by itself."""
        count = len(called)
        return cls(called, np.arange(count, dtype=np.uint32), np.zeros(count, np.bool_), np.zeros(count, np.uint8))

    def take(self, table: Table, facts: _Facts, ways: Sequence[Way], *, in_one_file: bool) -> None:
        """One more table without names, and the ways by which it reaches people."""
        number = table.number
        if not ways:
            if in_one_file and not facts.described and _is_generic(table.title):
                self.silent[number] = True
            return
        if len(ways) > 1 and not in_one_file:
            self.kinds[number] = OF_SEVERAL
            return
        way = ways[0]
        root = way.through.root
        self.spaces[number] = root
        sure = way.kinship > _AFTER_ANYBODY and len(ways) == 1 and in_one_file
        self.kinds[number] = KEYED if sure else 0
        if way.through.depth or way.column != table.title or way.to != way.through.table.title:
            self.told[number] = way.told
        if facts.called.bare:
            self.bare.add(number)
        if not way.through.depth and _registers(facts.called, self.called[root]):
            self.registered.setdefault(root, []).append(way.told.people)

    def joined(self, people: Frame) -> Joined | None:
        """All of it; None where every table stands by itself."""
        alone = (self.spaces == np.arange(len(self.called))).all()
        if alone and not self.silent.any() and not self.kinds.any():
            return None
        patients = {root: np.unique(np.concatenate(numbers)) for root, numbers in self.registered.items()}
        return Joined(people, self.spaces, self.silent, self.kinds, self.told, frozenset(self.bare), patients)


def _several(names: Iterable[str]) -> list[list[int]]:
    """Places of equal names, where there are at least two."""
    found: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        found.setdefault(name, []).append(number)
    return [members for members in found.values() if len(members) > 1]


def _registers(other: Called, anybody: Called) -> bool:
    """Whether a table says who of a table of anybody is a patient."""
    of_anybody = any(_ANYBODY.match(word) for word in _words(anybody.table))
    return of_anybody and any(_REGISTERED.match(word) for word in _words(other.table))


@dataclass(frozen=True, slots=True)
class _Facts:
    """A table with keys: what share of its records names somebody; whether it tells anything of a person."""

    number: int
    called: Called
    named: float
    described: bool


def _facts(people: Frame, called: Sequence[Called], links: Mapping[int, Frame]) -> list[_Facts]:
    """What every input with keys is."""
    told = (
        pl.len().alias("rows"),
        pl.any_horizontal(pl.col(*_NAMING).is_not_null()).sum().alias("named"),
        pl.col("sex").is_not_null().any().alias("described"),
        pl.col("record_number").is_not_null().any().alias("keyed"),
    )
    parts = [part.group_by("input").agg(told) for part in pieces(people, "input", "record_number", "sex", *_NAMING)]
    found = pl.concat(parts).group_by("input").agg(pl.col("rows", "named").sum(), pl.col("described", "keyed").any())
    return [
        _Facts(number, called[number], named / rows, described)
        for number, rows, named, described, keyed in found.sort("input").iter_rows()
        if keyed or number in links
    ]


def _tables(
    people: Frame, facts: Mapping[int, _Facts], members: Sequence[int], links: Mapping[int, Frame]
) -> tuple[list[Table], list[Table]]:
    """The tables of a group that name people, and those that do not; none where there are not both."""
    known = [facts[number] for number in members if number in facts]
    naming, others = [one for one in known if one.named >= NAMED], [one for one in known if one.named <= NAMELESS]
    if not naming or not others or len(naming) * len(others) > MOST_PAIRS:
        return [], []
    wanted = pl.Series([one.number for one in (*naming, *others)], dtype=pl.UInt32).implode()
    own = (
        part.filter(pl.col("input").cast(pl.UInt32).is_in(wanted)).drop_nulls().unique()
        for part in pieces(people, "input", "record_number")
    )
    numbers = {int(number): group["record_number"] for (number,), group in pl.concat(own).unique().group_by("input")}

    def table(one: _Facts) -> Table:
        pairs = pairs_of(links[one.number], one.called.others) if one.number in links else {}
        held = [numbers[one.number].to_numpy()] if one.number in numbers else []
        held += [number for number, _ in pairs.values()]
        return Table(
            one.number, one.called.table, one.called.column, np.unique(np.concatenate([np.empty(0, np.uint64), *held])),
            pairs,
        )  # fmt: skip

    return [table(one) for one in naming], [table(one) for one in others]


def _kinship(of: Column, title: str | None, people: bool) -> int:  # noqa: FBT001 - the answer to a question
    """How surely a column of keys is called after a table or a column of it; 0: not at all.

    That column is `cliId` in `ordo_cliId` too, and `cli_id`: tables put a prefix of their own in front. What is called
    after a table means the number of its rows. `people`: these are people, known by this column.
    """
    column, own = _words(title), _words(of.title)
    if not column or _is_generic(title):
        return 0
    table = {_singular(word) for word in _words(of.table)} - {""}
    rows = people or _is_generic(of.title) or bool(table & {_singular(word) for word in own})
    if rows and table & {_singular(word) for word in column}:
        return 3
    behind_a_prefix = not _is_generic(of.title) and own == column[len(column) - len(own) :]
    if behind_a_prefix:
        return 2
    return _AFTER_ANYBODY * (people and any(_OF_PATIENTS.match(word) for word in column))


def _is_generic(column: str | None) -> bool:
    words = _words(column)
    return not words or all(word in _GENERIC for word in words)


def _words(name: str | None) -> list[str]:
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name or "")
    return [word for word in re.split(r"[^a-z]+", parted.lower()) if word]


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word
