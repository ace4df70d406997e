"""Tables of one file that tell of the same people: visits name by number whom a table of patients names in full.

A number of a record means somebody in its input alone. Where a dump holds a table of people and others that have
nothing of a person but such numbers, these are compared: a table whose numbers are those of the people, and whose
column is called after them, is about them. A table that only counts its own rows is about nobody.

Within one file, where the column names the one table of people or its column, that is as sure as the dump itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from leakscan.persons.frames import Frame, pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from leakscan.persons.keys import Mask

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
_OF_PATIENTS = re.compile(
    r"^(?:patient|malade|dossier|ipp|nip|assure|beneficiaire|usager|personne|person|individu|client)"
)


_AFTER_ANYBODY = 1
"""Kinship of a column that is called after people, and after none of these tables."""


class Called(NamedTuple):
    """What a table (an input) is called, the column of its numbers, and the file and folder that it lies in."""

    file: str
    folder: str
    table: str
    column: str | None


@dataclass(frozen=True, slots=True)
class Joined:
    """People with the tables of a file taken together.

    By input: the number it goes by, whether it bears nobody, and the `kind` of its rows where they are another table's
    people.
    """

    frame: Frame = field(repr=False)
    spaces: NDArray[np.uint32] = field(repr=False)
    silent: Mask = field(repr=False)
    kinds: NDArray[np.uint8] = field(repr=False)

    @property
    def height(self) -> int:
        """How many rows."""
        return self.frame.height

    def select(self, *names: str) -> pl.DataFrame:
        """Some columns of all rows, as a frame in memory."""
        return pl.concat(list(self.pieces(*names)))

    def pieces(self, *names: str) -> Iterator[pl.DataFrame]:
        """Some columns, part by part."""
        if not {"input", "bears", "kind"} & set(names):
            yield from pieces(self.frame, *names)
            return
        for piece in pieces(self.frame, *dict.fromkeys(("input", *names))):
            own = piece["input"].to_numpy()
            changed = [pl.Series("input", self.spaces[own])]
            if "bears" in names:
                nobody = pl.Series(self.silent[own])
                changed.append(piece["bears"].zip_with(~nobody, pl.Series([0], dtype=pl.UInt8)))
            if "kind" in names:
                kind, other = piece["kind"], pl.Series(self.kinds[own])
                changed.append(kind.zip_with((other == 0) | (kind.fill_null(0) != 0), other))
            yield piece.with_columns(changed).select(names)


def joined(people: Frame, called: Sequence[Called]) -> Joined | None:
    """The people with their tables taken together; None where no table is about another's people.

    `called`: by the number of the input. Files of one folder are taken together where one of them alone has the people.
    """
    count = len(called)
    spaces, silent, kinds = np.arange(count, dtype=np.uint32), np.zeros(count, np.bool_), np.zeros(count, np.uint8)
    groups = [_several(one.file for one in called), _several(one.folder for one in called)]
    if not any(groups):
        return None
    facts = {one.number: one for one in _facts(people, called)}
    mixed = [[_tables(people, facts, members) for members in group] for group in groups]
    for alone, group in zip((False, True), mixed, strict=True):
        for known in group:
            of_people = [one for one in known if one.named >= NAMED]
            for other in known:
                if other.named > NAMELESS or spaces[other.number] != other.number:
                    continue
                kin = _kin(other, of_people)
                if len(kin) > 1 and alone:
                    kinds[other.number] = OF_SEVERAL
                elif kin:
                    spaces[other.number] = kin[0].number
                    named = _kinship(kin[0].called, other.called) > _AFTER_ANYBODY
                    kinds[other.number] = KEYED if named and len(kin) == 1 and not alone else 0
                elif not alone and not other.described and _is_generic(other.called.column):
                    silent[other.number] = True
    if not silent.any() and not kinds.any() and (spaces == np.arange(count)).all():
        return None
    return Joined(people, spaces, silent, kinds)


def _several(names: Iterable[str]) -> list[list[int]]:
    """Places of equal names, where there are at least two."""
    found: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        found.setdefault(name, []).append(number)
    return [members for members in found.values() if len(members) > 1]


@dataclass(frozen=True, slots=True)
class _Table:
    """A table with numbers of records: what share of them names somebody; whether it tells anything of a person."""

    number: int
    called: Called
    named: float
    described: bool
    numbers: pl.Series = field(repr=False)


def _kin(other: _Table, of_people: Sequence[_Table]) -> list[_Table]:
    """The tables of people that a table may be about, the surest first."""
    met = [
        (_kinship(one.called, other.called), float(other.numbers.is_in(one.numbers.implode()).sum()), -one.number, one)
        for one in of_people
    ]
    held = [one for one in met if one[0] and one[1] >= CONTAINED * len(other.numbers)]
    most = max((kinship for kinship, *_ in held), default=0)
    surest = sorted((one for one in held if one[0] == most), key=lambda one: one[:3], reverse=True)
    return [one[3] for one in surest]


def _facts(people: Frame, called: Sequence[Called]) -> list[_Table]:
    """What every input is as a table, without its numbers."""
    told = (
        pl.len().alias("rows"),
        pl.any_horizontal(pl.col(*_NAMING).is_not_null()).sum().alias("named"),
        pl.col("sex").is_not_null().any().alias("described"),
        pl.col("record_number").is_not_null().any().alias("keyed"),
    )
    parts = [part.group_by("input").agg(told) for part in pieces(people, "input", "record_number", "sex", *_NAMING)]
    found = pl.concat(parts).group_by("input").agg(pl.col("rows", "named").sum(), pl.col("described", "keyed").any())
    none = pl.Series(dtype=pl.UInt64)
    return [
        _Table(number, called[number], named / rows, described, none)
        for number, rows, named, described, keyed in found.sort("input").iter_rows()
        if keyed
    ]


def _tables(people: Frame, facts: Mapping[int, _Table], members: Sequence[int]) -> list[_Table]:
    """The tables of a group with their numbers; none where they are not both of people and of numbers alone."""
    known = [facts[number] for number in members if number in facts]
    people_in, others = [one for one in known if one.named >= NAMED], [one for one in known if one.named <= NAMELESS]
    if not people_in or not others or len(people_in) * len(others) > MOST_PAIRS:
        return []
    wanted = pl.Series([one.number for one in (*people_in, *others)], dtype=pl.UInt32).implode()
    own = (
        part.filter(pl.col("input").cast(pl.UInt32).is_in(wanted)).drop_nulls().unique()
        for part in pieces(people, "input", "record_number")
    )
    numbers = {int(number): group["record_number"] for (number,), group in pl.concat(own).unique().group_by("input")}
    return [replace(one, numbers=numbers[one.number]) for one in known if one.number in numbers]


def _kinship(of_people: Called, other: Called) -> int:
    """How surely the column of numbers is called after the people's table or after their own column; 0: not at all.

    Their own column is `cliId` in `ordo_cliId` too, and `cli_id`: tables put a prefix of their own in front.
    """
    column, own = _words(other.column), _words(of_people.column)
    if not column or _is_generic(other.column):
        return 0
    table = {_singular(word) for word in _words(of_people.table)} - {""}
    if table & {_singular(word) for word in column}:
        return 3
    behind_a_prefix = not _is_generic(of_people.column) and own == column[len(column) - len(own) :]
    if behind_a_prefix:
        return 2
    return _AFTER_ANYBODY * any(_OF_PATIENTS.match(word) for word in column)


def _is_generic(column: str | None) -> bool:
    words = _words(column)
    return not words or all(word in _GENERIC for word in words)


def _words(name: str | None) -> list[str]:
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name or "")
    return [word for word in re.split(r"[^a-z]+", parted.lower()) if word]


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word
