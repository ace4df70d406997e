"""Likely persons by what a notification asks for: age, sex, department, exam year, laboratory, prescriber, channel.

Pure functions of the people of a merged ledger and their estimate. Each reads a column or two from beginning to end
and holds a number per person. What is published of small groups is settled by `disclosure`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan.persons.bits import (
    CATEGORIES,
    EXAM_YEARS,
    SEXES,
    TRAITS,
    category_bit,
    department_name,
    exam_year_name,
)
from leakscan.persons.disclosure import hidden, table
from leakscan.persons.estimate import Estimate, estimate, ored, per_bit
from leakscan.persons.frames import Frame, pieces
from leakscan.persons.keys import Keys, mix, stable_order
from leakscan.persons.ledger import LABORATORIES_SCHEMA, PEOPLE_SCHEMA, PRESCRIBED_SCHEMA
from leakscan.persons.memberships import Pairs, memberships

AGES: tuple[int, ...] = (0, 6, 15, 18, 25, 35, 45, 55, 65, 75, 85)
"""Ages at which a band begins."""
MINOR_BANDS = 3
"""So many bands are those of minors, whose sum stands in the report too."""
LISTED = 200
"""Laboratories and prescribers listed, the largest first."""
MATRIX_INPUTS = 200
"""Inputs with people up to which the report says how many each two of them share."""
IDENTITIES_AT_ONCE = 1 << 22
"""Identities that prescribers' patients are looked up among at a time (docs/thresholds.md)."""
PRINTS_AT_ONCE = 1 << 21
"""Contacts that are compared at a time (docs/thresholds.md)."""
CHANNELS: dict[str, str] = {"email": "email", "phone": "phone", "post": "address"}
"""By channel, the column of its fingerprints."""
CLASSES: dict[str, int] = {"k1": 1, "k2_4": 2, "k5_9": 5, "k10_more": 10}
"""Sizes of classes of people who share postcode, birth date and sex, by their smallest."""


@dataclass(frozen=True, slots=True)
class Professionals:
    """Whose records name whom: `laboratories` as LABORATORIES_SCHEMA, `prescribers` as `prescribing_people` gives them.

    `prescribed`: PRESCRIBED_SCHEMA of all units, with the number of each one's `input`.
    """

    laboratories: pl.DataFrame = field(repr=False)
    prescribers: pl.DataFrame = field(repr=False)
    prescribed: Frame = field(repr=False)


def breakdowns(
    people: Frame, found: Estimate, professionals: Professionals, reachable: Mapping[str, int]
) -> dict[str, Any]:
    """The part `persons.breakdowns` of the report.

    `people` was estimated; `reachable`: people by channel. Of a crowd that was sampled, what was counted in the linked
    blocks is counted up; who shares a channel with people of blocks that were not linked is not seen.
    """
    if not _count(found) and found.sampled is None and not any(reachable.values()):
        return deepcopy(_of_nobody())
    return _told(people, found, professionals, reachable)


@cache
def _of_nobody() -> dict[str, Any]:
    """The same of a crowd of nobody, as most ledgers of one file are."""
    people = pl.DataFrame(schema={"input": pl.UInt32(), **PEOPLE_SCHEMA})
    typos = pl.DataFrame(schema={"name": pl.UInt64, "deletion": pl.UInt64})
    inputs = pl.DataFrame(schema={"input": pl.UInt32, "health": pl.Boolean, "rows": pl.Int64, "damaged": pl.Int64})
    professionals = Professionals(
        pl.DataFrame(schema=LABORATORIES_SCHEMA),
        pl.DataFrame(schema={"prescriber": pl.UInt64, "person": pl.UInt32}),
        pl.DataFrame(schema={"input": pl.UInt32(), **PRESCRIBED_SCHEMA}),
    )
    return _told(people, estimate(people, typos, inputs), professionals, dict.fromkeys(CHANNELS, 0))


def _told(people: Frame, found: Estimate, professionals: Professionals, reachable: Mapping[str, int]) -> dict[str, Any]:
    return {
        "age_bands": _ages(_trait(people, found, "age"), found),
        "sex": _sexes(_trait(people, found, "sex"), found),
        "birth_department": _departments(_trait(people, found, "birth_department"), found),
        "residence_department": _departments(_trait(people, found, "residence_department"), found),
        "exam_years": _exam_years(ored(people, found, "likely", "exam_years"), found),
        "laboratories": _laboratories(people, found, professionals.laboratories),
        "prescribers": _prescribers(people, found, professionals),
        "channels": {
            name: {"reachable": reachable[name], **_cell("shared", _sharing(people, found, column))}
            for name, column in CHANNELS.items()
        },
        "k_anonymity": _k_anonymity(people, found),
    }


def overlap(
    people: Frame, found: Estimate, places: NDArray[np.uint32], inputs: int
) -> tuple[list[dict[str, int]], Any]:
    """People of each input, in the order of the report, and what each two inputs share.

    `places`: the input (below `inputs`) that each number of the column `input` is of. Gives a line per input with
    people: `input`, `people`, `shared` with any other, `only_here`, `new` (in none before it); and
    {`pairs`: [i, j, people] by places in these lines, i < j, or null, `reason`: why null}.
    """

    def pairs() -> Iterator[Pairs]:
        for cluster, part in _clusters(people, found, "input"):
            yield cluster, places[part["input"].to_numpy()]

    bearing = np.zeros(inputs, np.bool_)
    for _, group in pairs():
        bearing[group] = True
    held = np.flatnonzero(bearing)
    rank = np.cumsum(bearing, dtype=np.uint32) - np.uint32(1)
    within = memberships(
        lambda: ((cluster, rank[group]) for cluster, group in pairs()),
        _count(found),
        len(held),
        matrix=len(held) <= MATRIX_INPUTS,
    )
    lines = [
        {"input": int(place), "people": people_of, "shared": people_of - alone, "only_here": alone, "new": new}
        for place, people_of, alone, new in zip(
            held, within.people.tolist(), within.alone.tolist(), within.new.tolist(), strict=True
        )
    ]
    if within.shared is None:
        return lines, {"pairs": None, "reason": f"more than {MATRIX_INPUTS} inputs have people"}
    shared = np.triu(within.shared, 1)
    return lines, {
        "pairs": [[int(i), int(j), int(shared[i, j])] for i, j in zip(*np.nonzero(shared), strict=True)],
        "reason": None,
    }


def _count(found: Estimate) -> int:
    """How many likely clusters there are."""
    top = found.clusters["likely"].max()
    return int(top) + 1 if isinstance(top, int) else 0


def _clusters(people: Frame, found: Estimate, *columns: str) -> Iterator[tuple[NDArray[np.uint32], pl.DataFrame]]:
    """Some columns of the rows that count somebody, part by part, and whom each row counts."""
    cluster = found.clusters["likely"]
    at = 0
    for piece in pieces(people, *columns):
        own = cluster.slice(at, piece.height)
        counted = own.is_not_null()
        yield own.filter(counted).to_numpy(), piece.filter(counted)
        at += piece.height


def _trait(people: Frame, found: Estimate, name: str) -> NDArray[np.int64]:
    """A trait of each person: where records differ, that of the identity with most records; 0 where none tells."""
    width = TRAITS[name].width
    best = np.zeros(_count(found), np.uint64)
    for cluster, part in _clusters(people, found, "traits", "rows"):
        value = _value(part["traits"], name)
        weight = part["rows"].fill_null(1).cast(pl.UInt64).to_numpy() << np.uint64(width)
        np.maximum.at(best, cluster, np.where(value > 0, weight | value, 0).astype(np.uint64))
    return (best & np.uint64((1 << width) - 1)).astype(np.int64)


def _value(traits: pl.Series, name: str) -> NDArray[np.uint32]:
    """One trait of each row."""
    low, width = TRAITS[name]
    value: NDArray[np.uint32] = (traits.fill_null(0).to_numpy() >> np.uint32(low)) & np.uint32((1 << width) - 1)
    return value


def _persons(found: Estimate, counts: NDArray[np.integer]) -> NDArray[np.int64]:
    """How many persons so many likely clusters are."""
    return np.array([found.persons("likely", int(count)) for count in counts], np.int64)


def _ages(ages: NDArray[np.int64], found: Estimate) -> dict[str, Any]:
    known = ages[ages > 0] - 1
    counts = np.bincount(np.searchsorted(AGES, known, side="right") - 1, minlength=len(AGES))
    names = [*(f"{low}-{above - 1}" for low, above in pairwise(AGES)), f"{AGES[-1]}+"]
    groups = (slice(MINOR_BANDS), slice(MINOR_BANDS, None))
    unknown = found.persons("likely", len(ages) - len(known))
    return {**table(names, _persons(found, counts), groups, zeros=True), "unknown": unknown}


def _sexes(sexes: NDArray[np.int64], found: Estimate) -> dict[str, Any]:
    unknown, *counts = _persons(found, np.bincount(sexes, minlength=len(SEXES))).tolist()
    return {**table(SEXES[1:], counts, zeros=True), "unknown": unknown}


def _departments(numbers: NDArray[np.int64], found: Estimate) -> dict[str, Any]:
    counts = _persons(found, np.bincount(numbers, minlength=1 << TRAITS["birth_department"].width)).tolist()
    named = sorted((department_name(number), count) for number, count in enumerate(counts) if number)
    names, people = zip(*named, strict=True)
    return {**table(names, people), "unknown": counts[0]}


def _exam_years(years: Keys, found: Estimate) -> dict[str, Any]:
    counts = _persons(found, np.array(per_bit(years, EXAM_YEARS)))
    names = [exam_year_name(bit) for bit in range(EXAM_YEARS)]
    return {**table(names, counts), "unknown": found.persons("likely", int(np.count_nonzero(years == 0)))}


def _cell(name: str, people: int) -> dict[str, Any]:
    """One number beside a sum that is shown."""
    return {name: None, "suppressed": True} if hidden(np.array([people])).any() else {name: people}


def _laboratories(people: Frame, found: Estimate, shown: pl.DataFrame) -> dict[str, Any]:
    """The largest laboratories, with a code or FINESS number where one belongs to them alone; how many are not listed.

    A laboratory with neither is known by its number in the list.
    """
    known = pl.concat([part.unique() for part in pieces(people, "laboratory")]).to_series().drop_nulls().unique().sort()
    prints = known.to_numpy()

    def pairs() -> Iterator[Pairs]:
        for cluster, part in _clusters(people, found, "laboratory"):
            own = part["laboratory"]
            told = own.is_not_null()
            group = np.searchsorted(prints, own.filter(told).to_numpy()).astype(np.uint32)
            yield cluster[told.to_numpy()], group

    counts = _persons(found, memberships(pairs, _count(found), len(prints)).people)
    labels = pl.DataFrame({"laboratory": known}).join(
        _labels(shown), on="laboratory", how="left", maintain_order="left"
    )
    return _listed(counts, labels.select("code", "finess"))


def _prescribers(people: Frame, found: Estimate, professionals: Professionals) -> dict[str, Any]:
    """The largest prescribers, each known by a number in the list: a name or an RPPS would tell who it is."""
    prescribers = professionals.prescribers.sort("prescriber")
    keys, persons = prescribers["prescriber"].to_numpy(), prescribers["person"].to_numpy()
    count = professionals.prescribers["person"].n_unique()
    shares = max(1, -(-people.height // IDENTITIES_AT_ONCE))

    def pairs() -> Iterator[Pairs]:
        for share in range(shares if count else 0):
            identities, clusters = _of_share(people, found, share, shares)
            for part in pieces(professionals.prescribed, "input", *PRESCRIBED_SCHEMA):
                identity = _within_input(part)
                own = identity % np.uint64(shares) == share
                at = np.searchsorted(identities, identity[own])
                place = np.minimum(at, max(0, len(identities) - 1))
                met = identities[place] == identity[own] if len(identities) else np.zeros(len(at), np.bool_)
                key = part["prescriber"].to_numpy()[own][met]
                yield clusters[place[met]], persons[np.searchsorted(keys, key)].astype(np.uint32)

    return _listed(_persons(found, memberships(pairs, _count(found), count).people), pl.DataFrame())


def _of_share(people: Frame, found: Estimate, share: int, shares: int) -> tuple[Keys, NDArray[np.uint32]]:
    """Identities in one share of the key space (ascending, each once) and the person that each is of."""
    keys, owners = [np.empty(0, np.uint64)], [np.empty(0, np.uint32)]
    for cluster, part in _clusters(people, found, "input", "identity"):
        told = part["identity"].is_not_null().to_numpy()
        identity = _within_input(part)
        chosen = told & (identity % np.uint64(shares) == share)
        keys.append(identity[chosen])
        owners.append(cluster[chosen])
    key, first = np.unique(np.concatenate(keys), return_index=True)
    return key, np.concatenate(owners)[first]


def _within_input(part: pl.DataFrame) -> Keys:
    """Identities told apart by the input that they are in: a record number means another person in each."""
    return mix(part["identity"].fill_null(0).to_numpy(), part["input"].to_numpy().astype(np.uint64) + np.uint64(1))


def _listed(counts: NDArray[np.int64], labels: pl.DataFrame) -> dict[str, Any]:
    """The largest groups of people that may be told, numbered, with their labels; how many are not listed, and why."""
    unseen = hidden(counts)
    told = pl.DataFrame({"people": counts}).with_columns(labels).filter(pl.Series(~unseen & (counts > 0)))
    order = ["people", *labels.columns]
    largest = (
        told.sort(order, descending=[True, *[False] * (len(order) - 1)], nulls_last=True)
        .head(LISTED)
        .select(pl.int_range(1, pl.len() + 1).alias("number"), *labels.columns, "people")
    )
    listed = list(largest.iter_rows(named=True))
    return {
        "listed": listed,
        "not_listed": int(np.count_nonzero(counts)) - len(listed),
        "suppressed": int(np.count_nonzero(unseen & (counts > 0))),
    }


def _labels(shown: pl.DataFrame) -> pl.DataFrame:
    """Code and FINESS number by laboratory, null where it does not have just one."""
    one = pl.col("code", "finess").drop_nulls()
    return shown.group_by("laboratory").agg(pl.when(one.n_unique() == 1).then(one.first()))


def _sharing(people: Frame, found: Estimate, column: str) -> int:
    """People with a contact that somebody else has too; contacts are compared in shares of the key space.

    A line of a street stands in many towns: it is one address within a department.
    """
    shares = max(1, -(-people.height // PRINTS_AT_ONCE))
    shared = np.zeros(_count(found), np.bool_)
    for share in range(shares):
        prints, owners = [np.empty(0, np.uint64)], [np.empty(0, np.uint32)]
        for cluster, part in _clusters(people, found, column, "traits"):
            key = part[column].fill_null(0).to_numpy()
            if column == CHANNELS["post"]:
                key = mix(key, (_value(part["traits"], "residence_department") + 1).astype(np.uint64))
            chosen = (key != 0) & (key % np.uint64(shares) == share)
            prints.append(key[chosen])
            owners.append(cluster[chosen])
        key, owner = np.concatenate(prints), np.concatenate(owners)
        order = stable_order(key)
        shared[_of_several(key[order], owner[order])] = True
    return found.persons("likely", int(np.count_nonzero(shared)))


def _of_several(key: Keys, owner: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The owners of keys, sorted, that more than one has."""
    if not len(key):
        return owner
    begins = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    several = np.minimum.reduceat(owner, begins) < np.maximum.reduceat(owner, begins)
    return owner[np.repeat(several, np.diff(np.append(begins, len(key))))]


def _k_anonymity(people: Frame, found: Estimate) -> dict[str, int] | None:
    """People without a name by how many share their postcode, birth date and sex; None where there are none."""
    named = ored(people, found, "likely", "categories") & np.uint64(category_bit(CATEGORIES[0]))
    quasi = np.zeros(_count(found), np.uint64)
    for cluster, part in _clusters(people, found, "quasi"):
        np.maximum.at(quasi, cluster, part.to_series().fill_null(0).to_numpy())
    _, sizes = np.unique(quasi[(named == 0) & (quasi != 0)], return_counts=True)
    if not len(sizes):
        return None
    at = np.searchsorted(list(CLASSES.values()), sizes, side="right") - 1
    counted = np.bincount(at, weights=sizes, minlength=len(CLASSES))
    counts = _persons(found, counted.astype(np.int64)).tolist()
    return {"people": sum(counts), **dict(zip(CLASSES, counts, strict=True))}
