"""How many people a leak is about: an interval with its basis, per theme, data category and flag.

A pure function of the merged ledger: nothing is read here but keyed fingerprints, bits and counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from leakscan.persons.bits import OWN_STATUSES
from leakscan.persons.frames import Chosen, counts_of, numbers, pieces
from leakscan.persons.keys import mix
from leakscan.persons.linkage import link_counting
from leakscan.persons.merges import Merged
from leakscan.persons.namesakes import namesakes
from leakscan.persons.sampling import BLOCKS, EXACT_ROWS, NORMAL_95, SAMPLED_ROWS, Sample, Total, draw, scaled
from leakscan.records import THEMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from leakscan.persons.frames import Frame
    from leakscan.persons.keys import Mask, Places
    from leakscan.persons.trail import Trail

BASES: tuple[str, ...] = ("ins", "nir", "name_birth_date", "pseudonym", "record_number", "contact")
"""What a person was counted on, strongest first; `contact` includes a name with nothing beside it."""

STEPS: tuple[str, ...] = (
    "rows", "damaged", "without_person", "placeholders", "repeats", "merges", "further_people", "persons",
)  # fmt: skip
"""The waterfall: the last step is the sum of all before it."""

PARTITIONS: tuple[str, ...] = ("low", "likely", "high")
RESIDUE = 0.002
"""Share of the persons by which low and high are widened, for what no link can tell: records of one person that have
nothing in common, and two people who have everything in common. Measured on unseen populations (docs/accuracy.md)."""
UNSEEN_SLIPS, UNSEEN_MERGES = 0.4, 0.3
"""What the merges found tell of those that no rule finds, which only `low` allows for: for every merge on a slip 0.4,
for every merge that is not certain 0.3. Chosen on 100 populations, held against others (docs/accuracy.md)."""
BEARS_IN_ITSELF = 2
BEARS_IN_HEALTH = 1
FURTHER_PERSON = 1
NAMED_INPUT = 0.5
"""Share of an input's records with a name from which on one that has but a record number is no patient's."""
_KNOWN_BY = ("ins", "nir", "nir_bad", "pseudonym", "first", "last", "maiden", "full", "birth", "phone", "email")
_BEARING = ("bears", "placeholder", "input", "record_number", *_KNOWN_BY)
_IDENTIFYING = ("ins", "nir", "nir_bad", "first", "last", "maiden", "full", "birth", "pseudonym", "record_number")


class Interval(NamedTuple):
    """Persons: all that may be one is one (low), as linked (likely), nothing uncertain is merged (high)."""

    low: int
    likely: int
    high: int


class Linkage(NamedTuple):
    """How records became people, to be told: `records` that bear one, distinct `identities`, what merged them.

    `low`, `high`: how far these lie from `likely`, reason by reason. Of a sampled crowd the merges are of its blocks.
    """

    records: int = 0
    identities: int = 0
    merged: tuple[Merged, ...] = ()
    low: Mapping[str, int] = MappingProxyType({})
    high: Mapping[str, int] = MappingProxyType({})


class Sampled(NamedTuple):
    """What an estimate of a very large crowd rests on: blocks linked, of how many, and the error of `likely`."""

    blocks: int
    of: int
    standard_error: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many people, on what basis, and how rows become persons.

    `low` and `high` are widened by the `RESIDUE` that no link can tell; `high` includes damaged rows that bear an
    identity. `basis` sums to `likely`. `waterfall`: signed counts by step,
    of which all but the last sum to the last. `clusters`: columns low, likely and high (UInt32), one row per row of
    the people frame that was given; null where the row counts nobody. `sampled`: of a crowd too large to be linked
    whole, how it was sampled; `factors` then say how many persons a cluster of each partition stands for, and rows of
    blocks that were not linked have no clusters.
    """

    low: int
    likely: int
    high: int
    basis: dict[str, int]
    waterfall: tuple[tuple[str, int], ...]
    clusters: pl.DataFrame = field(repr=False, compare=False)
    factors: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PARTITIONS, 1.0))
    sampled: Sampled | None = None
    linkage: Linkage = field(default=Linkage(), compare=False)

    def persons(self, partition: str, clusters: int) -> int:
        """How many persons so many clusters of a partition are."""
        return clusters if self.sampled is None else round(clusters * self.factors[partition])


def estimate(
    people: Frame,
    typos: pl.DataFrame,
    inputs: pl.DataFrame,
    damaged_bearing: int = 0,
    *,
    exact_rows: int = EXACT_ROWS,
    sampled_rows: int = SAMPLED_ROWS,
    trail: Trail | None = None,
) -> Estimate:
    """Estimate the persons behind the identities of a merged ledger.

    `people`: `ledger.PEOPLE_SCHEMA` and `input` (UInt32), one row per distinct identity. `typos`: `name`, `deletion`
    (UInt64), each name's one-deletion variants and itself. `inputs`: `input`, `health` (Boolean: has a health role),
    `rows`, `damaged`. `damaged_bearing`: damaged rows in which an identity stands; they add to `high` alone. With more
    than `exact_rows` identities, blocks that hold some `sampled_rows` of them are linked (`sampling`). `trail` is
    told of the linkage.
    """
    bears, placeholder, bare = _bearing(people, inputs.filter("health")["input"].cast(pl.UInt32))
    at = bears & ~placeholder
    without_name, nameless = _nameless(people, at, bare)
    at &= ~without_name
    borne, sample = _borne(Chosen(people, at)), None
    if np.count_nonzero(at) > exact_rows:
        sample = draw(Chosen(people, at), sampled_rows)
        at[np.flatnonzero(at)] = sample.chosen
    bearing = Chosen(people, at)
    partitions, slips, told = link_counting(bearing, typos, trail)
    labels = {name: _dense(getattr(partitions, name)) for name in PARTITIONS}
    del partitions
    totals = {name: _total(label, count, sample) for name, (label, count) in labels.items()}
    factors = {name: total.value / max(1, labels[name][1]) for name, total in totals.items()}
    counts = Interval(*(round(total.value) for total in totals.values()))
    residue = min(counts.low, round(RESIDUE * counts.likely))
    unseen = round(
        (UNSEEN_SLIPS * slips + UNSEEN_MERGES * (labels["high"][1] - labels["likely"][1])) * factors["likely"]
    )
    basis = _basis(bearing, *labels["likely"])
    alike = round(namesakes(bearing, *labels["high"]) * factors["high"]) if basis[BASES[-1]] else 0
    unsure_low, unsure_high = (NORMAL_95 * totals[name].error for name in ("low", "high"))

    patient = numbers(bearing, "kind") != FURTHER_PERSON
    likely, high = (
        round(int(np.count_nonzero(_used(labels[name][0][patient]))) * factors[name]) for name in ("likely", "high")
    )
    total, damaged = int(inputs["rows"].cast(pl.Int64).sum()), int(inputs["damaged"].cast(pl.Int64).sum())
    placeholders = _borne(Chosen(people, bears & placeholder))
    counted = (
        total, -damaged, -(total - damaged - borne - placeholders), -placeholders,
        high - borne, likely - high, counts.likely - likely,
    )  # fmt: skip
    low = max(0, counts.low - unseen - residue - round(unsure_low))
    widened_low = {
        "possible": counts.likely - counts.low,
        "unseen": unseen,
        "residue": residue,
        "sampling": round(unsure_low),
    }
    widened_high = {
        "uncertain": counts.high - counts.likely, "namesakes": alike, "damaged": damaged_bearing,
        "nameless": nameless, "residue": residue, "sampling": round(unsure_high),
    }  # fmt: skip
    return Estimate(
        low=low,
        likely=counts.likely,
        high=counts.high + alike + damaged_bearing + nameless + residue + round(unsure_high),
        basis=_shared_out(basis, counts.likely),
        waterfall=tuple(zip(STEPS, (*counted, sum(counted)), strict=True)),
        clusters=pl.DataFrame([_spread(name, labels.pop(name)[0], at) for name in PARTITIONS]),
        factors=factors,
        sampled=None if sample is None else Sampled(sample.taken, BLOCKS, round(totals["likely"].error)),
        linkage=Linkage(borne, told.identities, told.told(), widened_low, widened_high),
    )


def _borne(bearing: Frame) -> int:
    """Records that these identities stand for, without those of further people in their text."""
    return int(counts_of(bearing, "rows")[numbers(bearing, "kind") != FURTHER_PERSON].sum(dtype=np.int64))


def _total(label: NDArray[np.uint32], count: int, sample: Sample | None) -> Total:
    return Total(float(count), 0.0) if sample is None else scaled(label, sample)


def _shared_out(counts: dict[str, int], total: int) -> dict[str, int]:
    """Counts of a sample, counted up so that they sum to the total; the largest takes what rounding leaves."""
    seen = sum(counts.values())
    if seen in (0, total):
        return counts
    shares = {name: round(count * total / seen) for name, count in counts.items()}
    largest = max(shares, key=lambda name: shares[name])
    return {**shares, largest: shares[largest] + total - sum(shares.values())}


def _bearing(people: Frame, health: pl.Series) -> tuple[Mask, Mask, Mask]:
    """Rows that bear a person (some only in an input about patients), placeholders, and rows with but a number."""
    in_health = pl.col("input").cast(pl.UInt32).is_in(health.implode())
    bears = (pl.col("bears") >= BEARS_IN_ITSELF) | ((pl.col("bears") == BEARS_IN_HEALTH) & in_health)
    placeholder = pl.col("placeholder").fill_null(value=False)
    bare = pl.all_horizontal(pl.col(_KNOWN_BY).is_null()) & pl.col("record_number").is_not_null()
    told = (bears.fill_null(value=False), placeholder, bare.alias("bare"))
    asked = [part.select(told) for part in pieces(people, *_BEARING)]
    schema = {"bears": pl.Boolean, "placeholder": pl.Boolean, "bare": pl.Boolean}
    found = pl.concat([pl.DataFrame(schema=schema), *asked])
    return found["bears"].to_numpy(), found["placeholder"].to_numpy(), found["bare"].to_numpy()


def _nameless(people: Frame, at: Mask, bare: Mask) -> tuple[Mask, int]:
    """Records with but a number of their own where others have names, and how many such numbers there are.

    They are samples that check a machine, or people whom nothing in the input identifies: counted in `high` alone.
    Records whose number stands on a record with a name as well are that person's.
    """
    alone = at & bare
    if not alone.any():
        return alone, 0
    source = numbers(people, "input", add=1)
    named = np.bincount(source[at & ~bare], minlength=int(source.max()) + 1)
    all_records = np.bincount(source[at], minlength=len(named))
    alone &= (named > NAMED_INPUT * all_records)[source]
    key = mix(source, numbers(people, "record_number"))
    alone[alone] = ~np.isin(key[alone], key[at & ~alone])
    return alone, len(np.unique(key[alone]))


def _dense(label: Places) -> tuple[NDArray[np.uint32], int]:
    """Labels numbered from 0 in their order, and how many there are."""
    used = _used(label)
    place = np.cumsum(used, dtype=np.uint32)
    return place[label] - np.uint32(1), int(np.count_nonzero(used))


def _used(label: NDArray[np.integer]) -> Mask:
    """Which numbers from 0 to the highest are in use."""
    used = np.zeros(int(label.max(initial=0)) + 1, np.bool_)
    used[label] = True
    return used


def _spread(name: str, numbers_of: NDArray[np.uint32], at: Mask) -> pl.Series:
    """The numbers on the rows that have one; null elsewhere."""
    rows = np.zeros(len(at), np.uint32)
    rows[at] = numbers_of
    found = pl.Series(name, rows)
    return found if at.all() else found.set(pl.Series(~at), None)


def per_theme(people: Frame, found: Estimate, themes: Sequence[str] = THEMES) -> dict[str, dict[str, Interval]]:
    """Persons per theme and status, each once per theme under the strongest status: affirmed > tested > negated.

    `people` is the frame that was estimated; theme i with status j is bit i * 3 + j of its column `themes`.
    """
    width = len(OWN_STATUSES)
    by_partition = {name: _per_status(ored(people, found, name, "themes"), len(themes), width) for name in PARTITIONS}
    return {
        theme: {
            status: Interval(*(found.persons(name, by_partition[name][place * width + rank]) for name in PARTITIONS))
            for rank, status in enumerate(OWN_STATUSES)
        }
        for place, theme in enumerate(themes)
    }


def _per_status(bits: NDArray[np.uint64], themes: int, width: int) -> list[int]:
    """Clusters per theme and strongest status, theme by theme."""
    counted = []
    for place in range(themes):
        own = (bits >> np.uint64(place * width)) & np.uint64((1 << width) - 1)
        counted += [int(np.count_nonzero(_strongest(own, rank))) for rank in range(width)]
    return counted


def per_category(people: Frame, found: Estimate, names: Sequence[str]) -> dict[str, Interval]:
    """Persons with at least one value of each data category; `names` in bit order of the column `categories`."""
    counted = {name: per_bit(ored(people, found, name, "categories"), len(names)) for name in PARTITIONS}
    return {
        category: Interval(*(found.persons(name, counted[name][place]) for name in PARTITIONS))
        for place, category in enumerate(names)
    }


def per_flag(people: Frame, found: Estimate, names: Sequence[str]) -> dict[str, int]:
    """Persons (likely) with each flag on any of their records; `names` in bit order of the column `flags`."""
    counted = per_bit(ored(people, found, "likely", "flags"), len(names))
    return {name: found.persons("likely", count) for name, count in zip(names, counted, strict=True)}


def ored(people: Frame, found: Estimate, partition: str, column: str) -> NDArray[np.uint64]:
    """The column's bits ORed over each cluster."""
    cluster = found.clusters[partition]
    top = cluster.max()
    ored = np.zeros(int(top) + 1 if isinstance(top, int) else 0, np.uint64)
    at = 0
    for piece in pieces(people, column):
        own = cluster.slice(at, piece.height)
        counted = own.is_not_null()
        bits = piece.to_series().filter(counted).cast(pl.UInt64)
        np.bitwise_or.at(ored, own.filter(counted).to_numpy(), bits.to_numpy())
        at += piece.height
    return ored


def per_bit(bits: NDArray[np.uint64], count: int) -> list[int]:
    """Clusters with each of the lowest bits."""
    return [int(np.count_nonzero(bits & np.uint64(1 << place))) for place in range(count)]


def _strongest(bits: NDArray[np.uint64], rank: int) -> NDArray[np.bool_]:
    stronger = np.uint64((1 << rank) - 1)
    strongest: NDArray[np.bool_] = ((bits & np.uint64(1 << rank)) != 0) & ((bits & stronger) == 0)
    return strongest


def _basis(bearing: Frame, likely: NDArray[np.uint32], count: int) -> dict[str, int]:
    """Likely persons by the strongest thing that any of their records identifies them with."""
    named = pl.any_horizontal(pl.col("first", "last", "maiden", "full").is_not_null())
    strength = (
        pl.when(pl.col("ins").is_not_null()).then(0)
        .when(pl.any_horizontal(pl.col("nir", "nir_bad").is_not_null())).then(1)
        .when(named & pl.col("birth").is_not_null()).then(2)
        .when(pl.col("pseudonym").is_not_null()).then(3)
        .when(pl.col("record_number").is_not_null()).then(4)
        .otherwise(5)
    ).cast(pl.UInt8)  # fmt: skip
    strongest = np.full(count, len(BASES), np.uint8)
    at = 0
    for piece in pieces(bearing, *_IDENTIFYING):
        own = piece.select(strength).to_series().to_numpy()
        np.minimum.at(strongest, likely[at : at + piece.height], own)
        at += piece.height
    counted = np.bincount(strongest, minlength=len(BASES))
    return {name: int(counted[rank]) for rank, name in enumerate(BASES)}
