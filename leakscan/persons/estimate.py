"""How many people a leak is about: an interval with its basis, per theme, data category and flag.

A pure function of the merged ledger: nothing is read here but keyed fingerprints, bits and counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from leakscan.persons.bits import OWN_STATUSES
from leakscan.persons.frames import Chosen, counts_of, numbers, pieces
from leakscan.persons.linkage import link
from leakscan.records import THEMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from leakscan.persons.frames import Frame
    from leakscan.persons.keys import Mask, Places

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
BEARS_IN_ITSELF = 2
BEARS_IN_HEALTH = 1
FURTHER_PERSON = 1
_BEARING = ("bears", "placeholder", "input")
_IDENTIFYING = ("ins", "nir", "nir_bad", "first", "last", "maiden", "full", "birth", "pseudonym", "record_number")


class Interval(NamedTuple):
    """Persons: all that may be one is one (low), as linked (likely), nothing uncertain is merged (high)."""

    low: int
    likely: int
    high: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many people, on what basis, and how rows become persons.

    `low` and `high` are widened by the `RESIDUE` that no link can tell; `high` includes damaged rows that bear an
    identity. `basis` sums to `likely`. `waterfall`: signed counts by step,
    of which all but the last sum to the last. `clusters`: columns low, likely and high (UInt32), one row per row of
    the people frame that was given; null where the row counts nobody.
    """

    low: int
    likely: int
    high: int
    basis: dict[str, int]
    waterfall: tuple[tuple[str, int], ...]
    clusters: pl.DataFrame = field(repr=False, compare=False)


def estimate(people: Frame, typos: pl.DataFrame, inputs: pl.DataFrame, damaged_bearing: int = 0) -> Estimate:
    """Estimate the persons behind the identities of a merged ledger.

    `people`: `ledger.PEOPLE_SCHEMA` and `input` (UInt32), one row per distinct identity. `typos`: `name`, `deletion`
    (UInt64), each name's one-deletion variants and itself. `inputs`: `input`, `health` (Boolean: has a health role),
    `rows`, `damaged`. `damaged_bearing`: damaged rows in which an identity stands; they add to `high` alone.
    """
    bears, placeholder = _bearing(people, inputs.filter("health")["input"].cast(pl.UInt32))
    at = bears & ~placeholder
    bearing = Chosen(people, at)
    labels = {name: _dense(label) for name, label in zip(PARTITIONS, link(bearing, typos), strict=True)}
    counts = Interval(*(count for _, count in labels.values()))
    residue = min(counts.low, round(RESIDUE * counts.likely))

    patient = numbers(bearing, "kind") != FURTHER_PERSON
    likely, high = (int(np.count_nonzero(_used(labels[name][0][patient]))) for name in ("likely", "high"))
    total, damaged = int(inputs["rows"].cast(pl.Int64).sum()), int(inputs["damaged"].cast(pl.Int64).sum())
    borne = int(counts_of(bearing, "rows")[patient].sum(dtype=np.int64))
    left_out = Chosen(people, bears & placeholder)
    placeholders = int(counts_of(left_out, "rows")[numbers(left_out, "kind") != FURTHER_PERSON].sum(dtype=np.int64))
    counted = (
        total, -damaged, -(total - damaged - borne - placeholders), -placeholders,
        high - borne, likely - high, counts.likely - likely,
    )  # fmt: skip
    return Estimate(
        low=counts.low - residue,
        likely=counts.likely,
        high=counts.high + damaged_bearing + residue,
        basis=_basis(bearing, *labels["likely"]),
        waterfall=tuple(zip(STEPS, (*counted, sum(counted)), strict=True)),
        clusters=pl.DataFrame([_spread(name, labels.pop(name)[0], at) for name in PARTITIONS]),
    )


def _bearing(people: Frame, health: pl.Series) -> tuple[Mask, Mask]:
    """Rows that bear a person (some only in an input about patients), and rows that are placeholders."""
    in_health = pl.col("input").cast(pl.UInt32).is_in(health.implode())
    bears = (pl.col("bears") >= BEARS_IN_ITSELF) | ((pl.col("bears") == BEARS_IN_HEALTH) & in_health)
    placeholder = pl.col("placeholder").fill_null(value=False)
    asked = [part.select(bears.fill_null(value=False), placeholder) for part in pieces(people, *_BEARING)]
    found = pl.concat([pl.DataFrame(schema={"bears": pl.Boolean, "placeholder": pl.Boolean}), *asked])
    return found["bears"].to_numpy(), found["placeholder"].to_numpy()


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
            status: Interval(*(by_partition[name][place * width + rank] for name in PARTITIONS))
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
    counted = [per_bit(ored(people, found, name, "categories"), len(names)) for name in PARTITIONS]
    return {
        category: Interval(*(of_partition[place] for of_partition in counted)) for place, category in enumerate(names)
    }


def per_flag(people: Frame, found: Estimate, names: Sequence[str]) -> dict[str, int]:
    """Persons (likely) with each flag on any of their records; `names` in bit order of the column `flags`."""
    counted = per_bit(ored(people, found, "likely", "flags"), len(names))
    return dict(zip(names, counted, strict=True))


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
