"""How many people a leak is about: an interval with its basis, per theme, data category and flag.

A pure function of the merged ledger: nothing is read here but keyed fingerprints, bits and counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from leakscan.persons.bits import OWN_STATUSES
from leakscan.persons.linkage import link
from leakscan.records import THEMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

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


def estimate(people: pl.DataFrame, typos: pl.DataFrame, inputs: pl.DataFrame, damaged_bearing: int = 0) -> Estimate:
    """Estimate the persons behind the identities of a merged ledger.

    `people`: `ledger.PEOPLE_SCHEMA` and `input` (UInt32), one row per distinct identity. `typos`: `name`, `deletion`
    (UInt64), each name's one-deletion variants and itself. `inputs`: `input`, `health` (Boolean: has a health role),
    `rows`, `damaged`. `damaged_bearing`: damaged rows in which an identity stands; they add to `high` alone.
    """
    health = inputs.filter("health")["input"].cast(pl.UInt32)
    indexed = people.with_row_index("at")
    in_health = pl.col("input").cast(pl.UInt32).is_in(health.implode())
    bears = (pl.col("bears") >= BEARS_IN_ITSELF) | ((pl.col("bears") == BEARS_IN_HEALTH) & in_health)
    placeholder = pl.col("placeholder").fill_null(value=False)
    bearing = indexed.filter(bears & ~placeholder)

    labels = link(bearing, typos)
    dense = {name: np.unique(label, return_inverse=True)[1] for name, label in zip(PARTITIONS, labels, strict=True)}
    numbered = bearing.select("at").with_columns(pl.Series(name, ids, dtype=pl.UInt32) for name, ids in dense.items())
    clusters = indexed.select("at").join(numbered, on="at", how="left", maintain_order="left").select(PARTITIONS)
    counts = Interval(*(clusters[name].drop_nulls().n_unique() for name in PARTITIONS))
    residue = min(counts.low, round(RESIDUE * counts.likely))

    rows = pl.col("rows").fill_null(1).cast(pl.Int64).sum()
    patients = bearing.hstack(numbered.select(PARTITIONS)).filter(pl.col("kind") != FURTHER_PERSON)
    likely, high = (patients[name].n_unique() for name in ("likely", "high"))
    total, damaged = int(inputs["rows"].cast(pl.Int64).sum()), int(inputs["damaged"].cast(pl.Int64).sum())
    borne = int(patients.select(rows).item())
    left_out = people.filter(bears & placeholder & (pl.col("kind") != FURTHER_PERSON))
    placeholders = int(left_out.select(rows).item())
    counted = (
        total, -damaged, -(total - damaged - borne - placeholders), -placeholders,
        high - borne, likely - high, counts.likely - likely,
    )  # fmt: skip
    return Estimate(
        low=counts.low - residue,
        likely=counts.likely,
        high=counts.high + damaged_bearing + residue,
        basis=_basis(bearing.hstack(numbered.select("likely"))),
        waterfall=tuple(zip(STEPS, (*counted, sum(counted)), strict=True)),
        clusters=clusters,
    )


def per_theme(people: pl.DataFrame, found: Estimate, themes: Sequence[str] = THEMES) -> dict[str, dict[str, Interval]]:
    """Persons per theme and status, each once per theme under the strongest status: affirmed > tested > negated.

    `people` is the frame that was estimated; theme i with status j is bit i * 3 + j of its column `themes`.
    """
    width = len(OWN_STATUSES)
    bits = {name: _bits(people, found, name, "themes") for name in PARTITIONS}
    counts: dict[str, dict[str, Interval]] = {}
    for place, theme in enumerate(themes):
        own = {name: (bits[name] >> np.uint64(place * width)) & np.uint64((1 << width) - 1) for name in PARTITIONS}
        counts[theme] = {
            status: Interval(*(int(np.count_nonzero(_strongest(own[name], rank))) for name in PARTITIONS))
            for rank, status in enumerate(OWN_STATUSES)
        }
    return counts


def per_category(people: pl.DataFrame, found: Estimate, names: Sequence[str]) -> dict[str, Interval]:
    """Persons with at least one value of each data category; `names` in bit order of the column `categories`."""
    bits = {name: _bits(people, found, name, "categories") for name in PARTITIONS}
    return {
        category: Interval(*(_with_bit(bits[name], place) for name in PARTITIONS))
        for place, category in enumerate(names)
    }


def per_flag(people: pl.DataFrame, found: Estimate, names: Sequence[str]) -> dict[str, int]:
    """Persons (likely) with each flag on any of their records; `names` in bit order of the column `flags`."""
    bits = _bits(people, found, "likely", "flags")
    return {flag: _with_bit(bits, place) for place, flag in enumerate(names)}


def _bits(people: pl.DataFrame, found: Estimate, partition: str, column: str) -> NDArray[np.uint64]:
    """The column's bits ORed over each cluster."""
    cluster = found.clusters[partition]
    counted = cluster.is_not_null()
    numbers = cluster.filter(counted).cast(pl.Int64).to_numpy()
    ored = np.zeros(int(numbers.max(initial=-1)) + 1, np.uint64)
    np.bitwise_or.at(ored, numbers, people[column].filter(counted).cast(pl.UInt64).to_numpy())
    return ored


def _with_bit(bits: NDArray[np.uint64], place: int) -> int:
    return int(np.count_nonzero(bits & np.uint64(1 << place)))


def _strongest(bits: NDArray[np.uint64], rank: int) -> NDArray[np.bool_]:
    stronger = np.uint64((1 << rank) - 1)
    strongest: NDArray[np.bool_] = ((bits & np.uint64(1 << rank)) != 0) & ((bits & stronger) == 0)
    return strongest


def _basis(bearing: pl.DataFrame) -> dict[str, int]:
    """Likely persons by the strongest thing that any of their records identifies them with."""
    named = pl.any_horizontal(pl.col("first", "last", "maiden", "full").is_not_null())
    strength = (
        pl.when(pl.col("ins").is_not_null()).then(0)
        .when(pl.any_horizontal(pl.col("nir", "nir_bad").is_not_null())).then(1)
        .when(named & pl.col("birth").is_not_null()).then(2)
        .when(pl.col("pseudonym").is_not_null()).then(3)
        .when(pl.col("record_number").is_not_null()).then(4)
        .otherwise(5)
    )  # fmt: skip
    strongest = bearing.group_by("likely").agg(basis=strength.min()).group_by("basis").len()
    counted = dict(strongest.iter_rows())
    return {name: counted.get(rank, 0) for rank, name in enumerate(BASES)}
