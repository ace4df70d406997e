"""Identities as linkage compares them: distinct rows as nodes, shared numbers left out, rare spellings read right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan.persons.by_name import ends_of_names
from leakscan.persons.components import Links, connected, spread, star, together
from leakscan.persons.frames import Frame, counts_of, numbers, pieces
from leakscan.persons.keys import (
    Keys,
    Mask,
    Nodes,
    Places,
    among,
    crowded,
    digest,
    distinct,
    distinct_counts,
    first_of_each,
    found_in,
    look_up,
    mix,
    numbered,
    places_in,
    repeated,
    slices,
)
from leakscan.persons.slips import Misspellings

SHARED_BY_MANY = 12
"""More birth dates under one number (or contact) than a family has: a placeholder or a switchboard, not an identity."""
SHARED_SHARE = 0.3
"""With this many different first names per record under one number, they are people; misspellings are rarer."""
FREQUENT_BIRTHS = 4
"""A first name with at least so many birth dates in the scan is a real name, not a slip of the pen ..."""
FREQUENT_RATIO = 100
"""... unless its neighbour is this many times more frequent: then it is a common slip of a very common name."""
SLIP_RATIO = 4
"""A spelling is read as a slip of a neighbour that is at least so many times more frequent."""
RECORD_CONFLICTS = 0.15
"""Share of repeated record numbers with two people up to which a record number still stands for one person."""
RECORD_REPEATS = 0.05
"""Share of record numbers on several records from which on a column of them can be judged at all."""
LIVING_DAYS = 80 * 365
"""Days that living people are born on."""
LEAST_UNKNOWN, UNKNOWN_TIMES, MOST_UNKNOWN = 8, 30, 0.3
"""A birth date of at least so many first names, so many times as many as chance brings, and at most such a share ..."""
UNKNOWN_TIMES_A_DAY, UNKNOWN_DATES, UNKNOWN_TIMES_OTHERS = 8, 5, 3
"""... that has so many times as many as that day of other years is what software writes where none is known. There are
so many such dates at most: each has so many times as many as the next one, as no date of a maternity has."""
_COLUMNS: tuple[str, ...] = (
    "input", "kind", "ins", "nir", "nir_bad", "nir_own", "pseudonym", "birth", "birth_swap", "birth_dm", "birth_my",
    "birth_dy", "first", "last", "maiden", "full", "name_set", "sex", "phone", "email", "address", "record_number",
)  # fmt: skip
HELD_BYTES = 48 << 20
"""Columns of identities that are kept once they were made, in bytes (docs/thresholds.md)."""
HELD_WHOLE = 8
"""Columns are kept whole where so many fit; of larger crowds by the numbers of their distinct values, if few."""
CODED_VALUES = 1 << 16
"""Distinct values up to which a column is kept by their numbers, of two bytes."""
CONTACTS: tuple[str, ...] = ("phone", "email", "address")
_COUNTED_FROM_ONE = ("input", "nir_own")
"""Columns in which 0 is a value: one is added, for 0 means absent."""
_LONELY = np.uint64(1)
"""In place of a record number that stands on one record only."""
_OWN = 2
"""`nir_own` as a number: 0 unknown, 1 another person's, 2 the patient's own."""


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """A column that is kept: as it is, or as the number of each entry among its distinct values."""

    values: Keys
    codes: NDArray[np.unsignedinteger] | None = None

    @property
    def nbytes(self) -> int:
        """Bytes that it takes; none for a view of one zero."""
        own = self.values.nbytes if self.values.strides[0] else 0
        return own if self.codes is None else own + self.codes.nbytes

    def whole(self) -> Keys:
        """The column, not to be written to."""
        if self.codes is None:
            return self.values
        column = self.values.take(self.codes)
        column.setflags(write=False)
        return column

    def at(self, kept: Nodes) -> _Held:
        """Some entries of it."""
        if self.codes is not None:
            return _Held(self.values, self.codes.take(kept))
        if not self.values.strides[0]:
            return _Held(np.broadcast_to(np.uint64(0), len(kept)))
        column = self.values.take(kept)
        column.setflags(write=False)
        return _Held(column)


def _coded(column: Keys) -> _Held | None:
    """A column by its distinct values; None where two bytes cannot number them."""
    some = column[:: max(1, len(column) // CODED_VALUES)]
    if len(distinct(some)) * 2 > len(some) or len(values := distinct(column)) > CODED_VALUES:
        return None
    return _Held(values, places_in(values, column).astype(np.uint8 if len(values) <= 1 << 8 else np.uint16))


@dataclass(frozen=True, slots=True, eq=False)
class Identities:
    """Distinct identities as nodes in an order that depends on their content alone; 0 = absent in every column.

    A column is made from the people's frame whenever it is asked for, so that only those in use are in memory, and
    those first asked for up to `HELD_BYTES`. It may not be written to.
    `first`: a row of each node. `lonely`: its record number stands on one record only. `filed`: record numbers of its
    input prove to stand for one person each, and it has one. `shared`: by column, where the number or contact is
    shared by many. `births`: how many birth dates each first name has in the whole scan. `right`: by column, names and
    what they are read as. `unborn`: the birth date is what software writes where it is not known, and counts as absent.
    """

    people: Frame
    first: Places
    lonely: Mask
    filed: Mask
    shared: Mapping[str, Mask] = field(default_factory=dict)
    births: tuple[Keys, Nodes] = (np.empty(0, np.uint64), np.empty(0, np.int64))
    right: Mapping[str, tuple[Keys, Keys]] = field(default_factory=dict)
    unborn: Mask | None = None
    held: dict[str, _Held] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many nodes."""
        return len(self.first)

    def __getitem__(self, name: str) -> Keys:
        """One column; `nir_any`: the NIR whoever shares it; `right_first` ...: names with rare spellings read right."""
        if name == "nir_any":
            return self._plain("nir")
        if name in self.right:
            return _read_as(self._plain(name.removeprefix("right_")), *self.right[name])
        if name in ("nir", "ins"):
            return self._not_shared(name)
        return self._plain(name)

    @property
    def nir(self) -> Keys:
        """The NIR, without numbers shared by many."""
        return self["nir"]

    @property
    def own(self) -> Mask:
        """Where the NIR is the patient's own."""
        own: Mask = (self._plain("nir_own") == _OWN) & (self.nir != 0)
        return own

    @property
    def record(self) -> Keys:
        """The record number in its input, where it stands on several records."""
        return mix(self._plain("input"), self._plain("record_number") * ~self.lonely)

    @property
    def record_own(self) -> Keys:
        """The same where such numbers prove to stand for one person each."""
        return self.record * self.filed

    @property
    def contacts(self) -> Iterator[Keys]:
        """Phone, e-mail and address, one after the other, without those shared by many."""
        return (self._not_shared(name) for name in CONTACTS)

    @property
    def shared_things(self) -> Iterator[Keys]:
        """What two people hardly share: contacts, then record numbers."""
        yield from self.contacts
        yield self.record_own

    def frequency(self) -> Nodes:
        """How many birth dates each node's first name has in the whole scan."""
        return look_up(self["first"], *self.births)

    def _plain(self, name: str) -> Keys:
        if name in self.held:
            return self.held[name].whole()
        everyone = numbers(self.people, name, add=int(name in _COUNTED_FROM_ONE))
        if not everyone.any():
            column = np.broadcast_to(np.uint64(0), self.size)  # a view of one zero: takes no memory
            self.held[name] = _Held(column)
            return column
        column = everyone.take(self.first)
        del everyone
        if self.unborn is not None and name.startswith("birth"):
            column *= ~self.unborn
        column.setflags(write=False)
        held = _Held(column) if column.nbytes * HELD_WHOLE <= HELD_BYTES else _coded(column)
        if held is not None and sum(other.nbytes for other in self.held.values()) + held.nbytes <= HELD_BYTES:
            self.held[name] = held
        return column

    def _not_shared(self, name: str) -> Keys:
        number = self._plain(name)
        return number * ~self.shared[name] if name in self.shared else number


def identities(people: Frame, slips: Misspellings) -> tuple[Identities, Places]:
    """Fold identical rows into nodes; also gives the node of each row."""
    weight = counts_of(people, "rows")
    number = mix(numbers(people, "input", add=1), numbers(people, "record_number"))
    filed = _stands_for_one(people, number, weight)
    # A record number on one record links nothing; where the rest links for certain, that it is there is enough.
    lonely = (number != 0) & ~repeated(number, weight)
    del number
    for name in ("nir", "birth", "first"):
        lonely &= numbers(people, name) != 0
    node, first = numbered(digest(_all_columns(people, lonely), people.height))
    rows = np.bincount(node, weights=weight, minlength=len(first)).astype(np.uint64)
    plain = Identities(people, first, lonely[first], filed[first])
    del lonely, filed
    plain = replace(plain, unborn=_written_for_unknown(plain), held={})
    shared = {name: _shared_by_many(name, plain, rows) for name in ("nir", "ins", *CONTACTS)}
    births = distinct_counts(plain["first"], plain["birth"])
    right_first = _right_spellings(births, slips)
    ends, at = ends_of_names(plain)
    right_last = _right_spellings(distinct_counts(ends, plain["birth"][at]), slips)
    del ends, at
    right = {"right_first": right_first, "right_last": right_last, "right_maiden": right_last}
    return replace(plain, shared=shared, births=births, right=right), node


def _all_columns(people: Frame, lonely: Mask) -> Iterator[Keys]:
    """The columns of an identity; all lonely record numbers are one."""
    for name in _COLUMNS:
        column = numbers(people, name, add=int(name in _COUNTED_FROM_ONE))
        if name == "record_number":
            column[lonely] = _LONELY
        yield column


def _written_for_unknown(ids: Identities) -> Mask | None:
    """Where the birth date is one that far more people have than any other: what is written where nobody knows it.

    By first names, so that who returns often counts once. The 1st of January of many years is no such date.
    """
    birth, day = ids["birth"], ids["birth_dm"]
    births, people = distinct_counts(birth, ids["first"])
    if len(people) <= UNKNOWN_DATES:
        return None
    total = int(people.sum())
    many = people >= max(LEAST_UNKNOWN, UNKNOWN_TIMES * total / LIVING_DAYS)
    many &= people <= MOST_UNKNOWN * total
    many &= people >= UNKNOWN_TIMES_OTHERS * np.sort(people)[-1 - UNKNOWN_DATES]
    births, people = births[many], people[many]
    if not len(births):
        return None
    held = np.flatnonzero(among(birth, births))
    node = held[first_of_each(birth[held])]  # in the order of the births
    days, of_day = distinct_counts(day, mix(birth, ids["first"]))
    _, dates = distinct_counts(day, birth * (ids["first"] != 0))
    at = found_in(days, day[node])[0]
    others = (of_day[at] - people) / np.maximum(1, dates[at] - 1)
    unknown = births[people >= UNKNOWN_TIMES_A_DAY * others]
    return among(birth, unknown) if len(unknown) else None


def _shared_by_many(name: str, ids: Identities, rows: Keys) -> Mask:
    """Where a number has more birth dates than a family, or as many first names as records."""
    number = ids[name]
    many = np.zeros(len(number), np.bool_)
    at = crowded(number, SHARED_BY_MANY + 1)
    held = number[at]
    del number
    if not len(at):
        return many
    births = look_up(held, *distinct_counts(held, ids["birth"][at]))
    firsts = look_up(held, *distinct_counts(held, ids["first"][at]))
    keys, inverse = np.unique(held, return_inverse=True)
    records = np.bincount(inverse, weights=rows[at], minlength=len(keys))[inverse]
    many[at] = (births > SHARED_BY_MANY) | ((firsts > SHARED_BY_MANY) & (firsts > SHARED_SHARE * records))
    return many


def _stands_for_one(people: Frame, number: Keys, rows: NDArray[np.uint32]) -> Mask:
    """Where the record numbers of the row's input repeat, and repeat with one person: see `_of_two_people`."""
    inputs = [part.to_series().to_numpy() for part in pieces(people, "input")]
    source = np.concatenate([np.empty(0, np.uint32), *inputs])
    birth, first = numbers(people, "birth"), numbers(people, "first")
    found = []
    for at in slices(number):
        conflict = _of_two_people(number[at], birth[at], first[at])
        per_number = (
            pl.DataFrame({"input": source[at], "record": number[at], "rows": rows[at], "conflict": conflict})
            .group_by("record")
            .agg(pl.col("input").first(), repeated=pl.col("rows").sum() > 1, conflict=pl.col("conflict").any())
        )
        judged = pl.col("repeated", "conflict").sum().cast(pl.Int64)
        found.append(per_number.group_by("input").agg(judged, all=pl.len().cast(pl.Int64)))
    if not found:
        return np.zeros(len(number), np.bool_)
    proof = pl.concat(found).group_by("input").agg(pl.col("all", "repeated", "conflict").sum())
    fit = proof.filter(
        (pl.col("repeated") / pl.col("all") >= RECORD_REPEATS)
        & (pl.col("conflict") <= RECORD_CONFLICTS * pl.col("repeated"))
    )["input"]
    fits = np.zeros(int(source.max(initial=0)) + 1, np.bool_)
    fits[fit.to_numpy()] = True
    fitting: Mask = fits[source] & (number != 0)
    return fitting


def _of_two_people(number: Keys, birth: Keys, first: Keys) -> Mask:
    """Where a number's records are not all of one person: some have neither birth date nor first name in common.

    Records are one's that agree in either, one after the other: in a file full of slips of the pen nearly every number
    has two spellings of something. Where one of the two is not known at all, the other decides.
    """
    dated, named = _known(number, birth), _known(number, first)
    conflict = spread(number, birth) | (spread(number, first) & ~dated)
    both = np.flatnonzero(conflict & dated & named)
    held = number[both]
    parts = [star(mix(held, column[both])) for column in (birth, first)]
    conflict[both] = spread(held, connected(len(both), together(parts)), absent=None)
    return conflict


def _known(number: Keys, value: Keys) -> Mask:
    """Where some record of the number has a value."""
    return among(number, number[value != 0])


def _right_spellings(births: tuple[Keys, Nodes], slips: Misspellings) -> tuple[Keys, Keys]:
    """Names, and each rare one replaced by the most frequent name one slip away, where that is frequent."""
    names, many = births
    entry, variant = slips.expand(names)
    if not len(entry):
        return names, names
    best = entry[_first_of_group(variant, many[entry])]  # per entry: the most frequent name with this variant
    kept = _first_of_group(entry.astype(np.uint64) + np.uint64(1), many[best])
    right = np.arange(len(names))
    right[entry] = best[kept]
    rare = (many < FREQUENT_BIRTHS) | (many * FREQUENT_RATIO < many[right])
    rare &= (many[right] >= FREQUENT_BIRTHS) & (many[right] >= SLIP_RATIO * many)
    return names[rare], names[right[rare]]


def _read_as(column: Keys, names: Keys, right: Keys) -> Keys:
    """The column with each of `names` (sorted) replaced by what it is read as."""
    if not len(names):
        return column
    place, there = found_in(names, column)
    return np.where(there, right.take(place), column)


def _first_of_group(key: Keys, weight: Nodes) -> Nodes:
    """For each entry, the entry of its group with the largest weight (the earliest of several)."""
    order = np.lexsort((-weight, key))
    ordered = key[order]
    new = np.ones(len(ordered), np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    heaviest = np.empty(len(key), np.int64)
    heaviest[order] = order[np.flatnonzero(new)][np.cumsum(new) - 1]
    return heaviest


def narrowed(ids: Identities, kept: Nodes, labels: Nodes) -> tuple[Identities, Nodes]:
    """The identities at `kept` (whole clusters, ascending) as nodes of their own, with their labels."""
    place = np.full(ids.size, -1, np.int32)
    place[kept] = np.arange(len(kept))
    some = replace(
        ids,
        first=ids.first[kept],
        lonely=ids.lonely[kept],
        filed=ids.filed[kept],
        unborn=None if ids.unborn is None else ids.unborn[kept],
        shared={name: many[kept] for name, many in ids.shared.items()},
        held={name: column.at(kept) for name, column in ids.held.items()},
    )
    return some, place[labels[kept]].astype(np.int64)


def births_close(ids: Identities, links: Links) -> Mask:
    """Two birth dates equal but for the day, the month or the year, or with day and month swapped."""
    left, right = links
    birth = ids["birth"]
    known: Mask = (birth[left] != 0) & (birth[right] != 0)
    close = birth[left] == ids["birth_swap"][right]
    del birth
    for part in ("birth_dm", "birth_my", "birth_dy"):
        column = ids[part]
        close |= column[left] == column[right]
    found: Mask = close & known
    return found


def sexes_agree(ids: Identities, links: Links) -> Mask:
    """The sexes are the same, or one is not known."""
    sex = ids["sex"]
    left, right = sex[links.left], sex[links.right]
    agree: Mask = (left == right) | (left == 0) | (right == 0)
    return agree


def both_frequent(ids: Identities, links: Links) -> Mask:
    """Both first names are real names (LEA and LEO may be twins), neither a slip of the other."""
    first = ids["first"]
    one, other = first[links.left], first[links.right]
    del first
    left, right = look_up(one, *ids.births), look_up(other, *ids.births)
    rare, common = np.minimum(left, right), np.maximum(left, right)
    both: Mask = (one != other) & (rare >= FREQUENT_BIRTHS) & (rare * FREQUENT_RATIO >= common)
    return both
