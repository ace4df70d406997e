"""The ledger: what a scan found, kept per unit of work so that parts merge in any order, grouping and repetition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import polars as pl

from leakscan.errors import LedgerError
from leakscan.persons.frames import Frame, numbers
from leakscan.persons.keys import Keys, digest
from leakscan.records import ColumnRole, Exposure, InputWarning

PEOPLE_SCHEMA: dict[str, pl.DataType] = {
    "identity": pl.UInt64(),
    "kind": pl.UInt8(),
    "ins": pl.UInt64(),
    "nir": pl.UInt64(),
    "nir_bad": pl.UInt64(),
    "nir_own": pl.Boolean(),
    "pseudonym": pl.UInt64(),
    "birth": pl.UInt64(),
    "birth_swap": pl.UInt64(),
    "birth_dm": pl.UInt64(),
    "birth_my": pl.UInt64(),
    "birth_dy": pl.UInt64(),
    "first": pl.UInt64(),
    "last": pl.UInt64(),
    "maiden": pl.UInt64(),
    "full": pl.UInt64(),
    "name_set": pl.UInt64(),
    "sex": pl.UInt64(),
    "phone": pl.UInt64(),
    "email": pl.UInt64(),
    "address": pl.UInt64(),
    "record_number": pl.UInt64(),
    "bears": pl.UInt8(),
    "placeholder": pl.Boolean(),
    "themes": pl.UInt64(),
    "categories": pl.UInt32(),
    "flags": pl.UInt32(),
    "exam_first": pl.Date(),
    "exam_last": pl.Date(),
    "exam_years": pl.UInt32(),
    "traits": pl.UInt32(),
    "quasi": pl.UInt64(),
    "laboratory": pl.UInt64(),
    "rows": pl.UInt32(),
}
"""One row per distinct identity of a unit: keyed fingerprints (null if absent), then what is ORed over its records.

`identity`: `identity_of` the row. `traits` are small facts (bits.TRAITS). `quasi` stands for postcode, birth date and
sex, on records without a name only.
"""

GATHERED: tuple[str, ...] = (
    "themes", "categories", "flags", "exam_first", "exam_last", "exam_years", "traits", "quasi", "rows",
)  # fmt: skip
"""Columns that are combined when records share an identity; all others are the identity."""

LABORATORIES_SCHEMA: dict[str, pl.DataType] = {"laboratory": pl.UInt64(), "code": pl.String(), "finess": pl.String()}
"""What may be shown of a laboratory, beside its fingerprint: a code and a FINESS number, null where there is none."""

PRESCRIBED_SCHEMA: dict[str, pl.DataType] = {"identity": pl.UInt64(), "prescriber": pl.UInt64()}
"""Whose records name which prescriber: `identity` as in PEOPLE_SCHEMA and `names.prescriber_key`; each pair once."""

LINKS_SCHEMA: dict[str, pl.DataType] = {"column": pl.Int32(), "number": pl.UInt64(), "other": pl.UInt64()}
"""Further keys of rows: the `number` by which their people are, and the `other` key in a column. Pairs may repeat."""

EXACT_DISTINCT = 1_000_000
"""Distinct values are counted exactly up to here, then from the smallest fingerprints (error about 0.1 %)."""


SHELVED_PRINTS = 8_192
"""Distinct fingerprints of a line of evidence from which on they may be put on a shelf."""


class UnitId(NamedTuple):
    """A unit of work: a byte range (end exclusive) of an input, known by its content.

    `member`: a part of these bytes that is none of their runs, as a sheet; a member of an archive has its own hash.
    """

    sha256: str
    member: str | None
    start: int
    end: int


class EvidenceKey(NamedTuple):
    """What one line of evidence is about, within one input."""

    column: int
    entity: str
    theme: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Merged hits of one key: `distinct` holds the (smallest) unique fingerprints, `samples` shapes, never values.

    `distinct` is a frame of one column where it lies on a shelf; `prints` gives it in memory.
    """

    hits: int
    records: int
    confidence_sum: float
    distinct: pl.Series | Frame
    samples: tuple[str, ...] = ()

    @property
    def prints(self) -> pl.Series:
        """The distinct fingerprints, in memory."""
        return self.distinct if isinstance(self.distinct, pl.Series) else self.distinct.select("distinct").to_series()

    def __add__(self, other: Evidence) -> Evidence:
        """What both hold together: counts added, distinct values united."""
        return all_evidence([self, other])

    def distinct_count(self) -> tuple[int, bool]:
        """How many distinct values, and whether that is exact."""
        count = len(self.distinct) if isinstance(self.distinct, pl.Series) else self.distinct.height
        if count <= EXACT_DISTINCT:
            return count, True
        prints = self.prints
        return round(EXACT_DISTINCT * 2.0**64 / int(prints[EXACT_DISTINCT])), False


def all_evidence(parts: Sequence[Evidence]) -> Evidence:
    """What parts of one key hold together: counts added, distinct values united a few parts at a time."""
    if len(parts) == 1:
        return parts[0]
    waiting = [parts[0].prints]
    for part in parts[1:]:
        waiting.append(part.prints)
        if sum(map(len, waiting)) > 4 * EXACT_DISTINCT:
            waiting = [_smallest(waiting)]
    return Evidence(
        sum(part.hits for part in parts),
        sum(part.records for part in parts),
        sum(part.confidence_sum for part in parts),
        _smallest(waiting),
        tuple(sorted({sample for part in parts for sample in part.samples}))[:3],
    )


def _smallest(prints: Iterable[pl.Series]) -> pl.Series:
    return pl.concat(prints).unique().sort().head(EXACT_DISTINCT + 1)


@dataclass(frozen=True, slots=True)
class Unit:
    """All that was found in one unit of work. Its frames may lie on a shelf.

    `contacts`: plain names and channels (reach.CONTACTS_SCHEMA), for a contact list alone; they are never saved.
    """

    records: int
    damaged: int
    damaged_bearing: int
    evidence: Mapping[EvidenceKey, Evidence]
    records_by_entity: Mapping[str, int]
    people: Frame
    typos: Frame
    prescribers: Frame
    exam_first: str | None
    exam_last: str | None
    warnings: tuple[InputWarning, ...] = ()
    laboratories: Frame = field(default_factory=partial(pl.DataFrame, schema=LABORATORIES_SCHEMA), repr=False)
    prescribed: Frame = field(default_factory=partial(pl.DataFrame, schema=PRESCRIBED_SCHEMA), repr=False)
    links: Frame = field(default_factory=partial(pl.DataFrame, schema=LINKS_SCHEMA), repr=False)
    contacts: Frame | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Input:
    """One file (or member) that was given, and what became of it. `bytes_read` is 0 for what could not be opened.

    `bytes` is None where the end was not seen and the size is not known. `sampled`: a first look left a part unread on
    purpose, or all of it. `part`: which part of the bytes with this hash it is (`UnitId.member`), None for all of them.
    """

    path: str
    member: str | None
    sha256: str | None
    format: str | None
    encoding: str | None
    bytes: int | None
    bytes_read: int
    status: str
    reason: str | None = None
    columns: tuple[ColumnRole, ...] = ()
    has_header: bool = False
    health: bool = False
    warnings: tuple[InputWarning, ...] = ()
    sampled: bool = False
    part: str | None = None
    exposure: Exposure | None = None
    name: str = field(default="", repr=False)
    name_id: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The mergeable state of a scan: what was given (`inputs`) and what each unit of it held (`units`)."""

    inputs: frozenset[Input] = frozenset()
    units: Mapping[UnitId, Unit] = field(default_factory=dict)
    interrupted: bool = False
    seconds: float = 0.0

    def merge(self, other: Ledger) -> Ledger:
        """The set union by unit id: associative, commutative, idempotent.

        Raises LedgerError when the two cut one input at different places, for then records would be counted twice.
        """
        _refuse_overlaps(self.units, other.units)
        both = {key: _fuller(unit, other.units[key]) for key, unit in self.units.items() if key in other.units}
        return replace(
            self,
            inputs=self.inputs | other.inputs,
            units={**other.units, **self.units, **both},
            interrupted=self.interrupted or other.interrupted,
            seconds=max(self.seconds, other.seconds),
        )


def union(ledgers: Sequence[Ledger]) -> Ledger:
    """All ledgers merged, pairs first: as `merge` one by one, without copying what grows over and over."""
    if len(ledgers) <= 1:
        return ledgers[0] if ledgers else Ledger()
    middle = len(ledgers) // 2
    return union(ledgers[:middle]).merge(union(ledgers[middle:]))


def _fuller(one: Unit, other: Unit) -> Unit:
    """Which of two findings in the same bytes is kept, whatever the order: they differ where other rules found them."""
    return one if one is other or _weight(one) >= _weight(other) else other


def _weight(unit: Unit) -> tuple[object, ...]:
    heights = (unit.people.height, unit.prescribers.height, unit.typos.height)
    lines = sorted((*map(str, key), found.hits, found.records, found.samples) for key, found in unit.evidence.items())
    return unit.records, unit.damaged, unit.damaged_bearing, heights, sorted(unit.records_by_entity.items()), lines


def _refuse_overlaps(ours: Mapping[UnitId, Unit], theirs: Mapping[UnitId, Unit]) -> None:
    ordered = sorted({*ours, *theirs}, key=lambda unit: (unit.sha256, unit.member or "", unit.start, unit.end))
    for one, following in pairwise(ordered):
        same_input = (one.sha256, one.member) == (following.sha256, following.member)
        if same_input and following.start < one.end:
            message = (
                f"these results cut the input with SHA-256 {one.sha256[:12]}… at different places "
                f"(bytes {one.start}-{one.end} and {following.start}-{following.end}): scan it again in one go"
            )
            raise LedgerError(message)


_ABSENT: Mapping[str, int] = {"nir_own": 1, "placeholder": 1, "kind": 1, "bears": 1}
"""Columns in which 0 is a value: one is added, for 0 means absent."""


def identity_of(people: Frame) -> Keys:
    """One number per row of people (PEOPLE_SCHEMA): rows of one identity have the same, before and after `gather`."""
    told = (name for name in PEOPLE_SCHEMA if name not in GATHERED and name != "identity")
    return digest((numbers(people, name, add=_ABSENT.get(name, 0)) for name in told), people.height)


def gather(people: pl.DataFrame, *, by: tuple[str, ...] = ()) -> pl.DataFrame:
    """One row per distinct identity (within each `by`): the bits ORed, exam dates widened, rows added up."""
    identity = [*by, *(name for name in PEOPLE_SCHEMA if name not in GATHERED)]
    held = [name for name in identity if people[name].null_count() < people.height] or identity
    absent = [pl.lit(None).alias(name) for name in identity if name not in held]
    return (
        people.group_by(held)
        .agg(
            pl.col("themes").bitwise_or(),
            pl.col("categories").bitwise_or(),
            pl.col("flags").bitwise_or(),
            pl.col("exam_first").min(),
            pl.col("exam_last").max(),
            pl.col("exam_years").bitwise_or(),
            pl.col("traits").max(),
            pl.col("quasi").max(),
            pl.col("rows").sum(),
        )
        .with_columns(absent)
        .select(*by, *(pl.col(name).cast(dtype) for name, dtype in PEOPLE_SCHEMA.items()))
    )
