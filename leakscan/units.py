"""Add up what a unit of work holds, batch by batch, and notice when a column turns out to be something else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from leakscan.coded import Coded
from leakscan.examine import CLOSED_ROLES, DAMAGED, Findings, examine
from leakscan.links import keys_of, links, numbered, results_of
from leakscan.patients import People, fingerprint_values
from leakscan.persons.frames import Frame, Stack
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import (
    EXACT_DISTINCT,
    LABORATORIES_SCHEMA,
    LINKS_SCHEMA,
    PEOPLE_SCHEMA,
    PRESCRIBED_SCHEMA,
    Evidence,
    EvidenceKey,
    Unit,
)
from leakscan.persons.names import NAMES_SCHEMA, PRESCRIBERS_SCHEMA, slips
from leakscan.persons.shelf import Shelf
from leakscan.plan import Plan
from leakscan.records import ROW, Batch, InputWarning, column_id
from leakscan.silent import who
from leakscan.tally import Tally

MIN_CONTRADICTED = 50
"""Filled cells from which on a role can be contradicted."""
STILL_FITS = 0.5
"""A role is contradicted when a smaller share of its column's cells are such values."""
DOUBTFUL = 0.9
"""Rows are kept to judge a column again where a smaller share of its cells in a batch are such values."""
LATE_ROWS = 2_000
"""Rows kept to judge columns that were empty in the head (docs/thresholds.md)."""
STACKED = 20_000
"""Sets of fingerprints up to this size are sorted out together: each alone would cost a query."""
PILE_ROWS = 131_072
"""Identity rows that may pile up before they are given to the shelf, and names before equal ones are put together."""
NOT_A_ROW = "preamble"
"""Reason code of lines that are searched but are no records."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one batch holds, ready to be added up in any process: counts, evidence, people; no cell but in memory.

    `filled`, `fitting`: by column of a closed role, how many cells it has and how many are such values.
    `misfits`, `late`: some rows that contradict a role, or fill a column which began empty, to judge columns by again.
    `lost`: why nobody could look at the batch.
    """

    start: int
    end: int
    records: int = 0
    damaged: int = 0
    damaged_bearing: int = 0
    evidence: Mapping[EvidenceKey, Evidence] = field(default_factory=dict)
    records_by_entity: Counter[str] = field(default_factory=Counter)
    people: People | None = None
    links: pl.DataFrame | None = field(default=None, repr=False)
    filled: Counter[int] = field(default_factory=Counter)
    fitting: Counter[int] = field(default_factory=Counter)
    misfits: pl.DataFrame | None = field(default=None, repr=False)
    late: pl.DataFrame | None = field(default=None, repr=False)
    met: tuple[InputWarning, ...] = ()
    lost: str | None = None


def look_at(
    data: bytes | bytearray,
    parse: Callable[..., Batch],
    given: tuple[Any, ...],
    how: Plan,
    prints: Fingerprinter,
    as_of: date,
) -> Look:
    """Parse one run of records and look at it: what a worker process is asked to do. A `bytearray` is used up."""
    return look(parse(_taken(data), *given), how, prints, as_of)


def _taken(data: bytes | bytearray) -> bytes:
    """The bytes; whoever else holds the array holds nothing any more."""
    taken = bytes(data)
    if isinstance(data, bytearray):
        data.clear()
    return taken


def look(batch: Batch, how: Plan, prints: Fingerprinter, as_of: date) -> Look:
    """Examine one batch: a pure function, so that batches can be looked at side by side."""
    tally = Tally(prints)
    findings = examine(batch.frame.drop(ROW), how, batch.damaged["text"])
    damaged, bearing = _count_damaged(batch.damaged["reason"], findings, tally)
    if batch.frame.is_empty():
        return Look(batch.start, batch.end, 0, damaged, bearing, tally.evidence[0], met=batch.met)
    filled, fitting, misfits = _misfits(batch.frame.drop(ROW), findings.values, how)
    late = _late_rows(batch.frame.drop(ROW), how)
    start, end, met = batch.start, batch.end, batch.met
    hashed = fingerprint_values(findings, how, prints)
    keys, results = keys_of(batch.frame, hashed, how, prints), results_of(batch.frame, how)
    del batch  # no cell is needed any more, and they are most of the memory
    tally.findings(findings, hashed, how)
    return Look(
        start,
        end,
        findings.height,
        damaged,
        bearing,
        tally.evidence[0],
        tally.by_entity[0],
        who(findings, hashed, how, prints, as_of, number=numbered(keys, how)),
        links(keys, how, results),
        filled,
        fitting,
        misfits,
        late,
        met,
    )


def _count_damaged(reasons: pl.Series, findings: Findings, tally: Tally) -> tuple[int, int]:
    """Count what was found in damaged rows: how many rows there are, and how many bear an identity."""
    bearing = 0
    is_row = reasons != NOT_A_ROW
    for entity, found in findings.damaged_hits:
        tally.hits(DAMAGED, entity, found)
        if entity in ("nir", "ins"):
            bearing += int(is_row.gather(found["row"].unique()).sum())
    if findings.damaged_mentions is not None:
        tally.mentions(DAMAGED, findings.damaged_mentions)
    return int(is_row.sum()), bearing


def _misfits(
    frame: pl.DataFrame, values: Mapping[int, Coded], how: Plan
) -> tuple[Counter[int], Counter[int], pl.DataFrame | None]:
    """How many cells of closed roles there are and are such values, and some rows where they are not."""
    closed = [index for index in how.having(*CLOSED_ROLES) if index in values]
    if not closed:
        return Counter(), Counter(), None
    cells = frame.select((pl.col(column_id(index)) != "").sum() for index in closed).row(0)
    filled = Counter(dict(zip(closed, cells, strict=True)))
    fitting = Counter({index: values[index].count(values[index].cells.is_not_null()) for index in closed})
    doubtful = [index for index in closed if fitting[index] < DOUBTFUL * filled[index]]
    if not doubtful:
        return filled, fitting, None
    unfit = pl.DataFrame(
        {column_id(index): (frame[column_id(index)] != "") & values[index].per_row().is_null() for index in doubtful}
    )
    wrong = unfit.select(pl.any_horizontal(pl.all())).to_series()
    return filled, fitting, frame.filter(wrong).head(LATE_ROWS)


def _late_rows(frame: pl.DataFrame, how: Plan) -> pl.DataFrame | None:
    """Some rows that fill columns which the head knew as empty."""
    if not how.empty:
        return None
    kept = frame.filter(pl.any_horizontal(pl.col(column_id(index)) != "" for index in how.empty)).head(LATE_ROWS)
    return None if kept.is_empty() else kept


def contradicted_parts(frame: pl.DataFrame, values: Mapping[int, Coded], how: Plan, parts: pl.Series) -> set[int]:
    """Which of the sources that share a batch have a column whose cells do not fit its role."""
    closed = [index for index in how.having(*CLOSED_ROLES) if index in values]
    if not closed:
        return set()
    fits = [values[index].become(values[index].cells.is_not_null()).per_row().alias(f"fits{index}") for index in closed]
    counted = (
        frame.select(pl.col(column_id(index)) != "" for index in closed)
        .with_columns(*fits, parts.alias("part"))
        .group_by("part")
        .agg(pl.all().sum())
    )
    filled = {index: pl.col(column_id(index)) for index in closed}
    broken = pl.any_horizontal(
        (cells >= MIN_CONTRADICTED) & (pl.col(f"fits{index}") < STILL_FITS * cells) for index, cells in filled.items()
    )
    return set(counted.filter(broken)["part"].to_list())


class UnitBuilder:
    """Adds up the looks of a unit's batches. State: running evidence, people, counters; `build` closes the unit."""

    def __init__(self, how: Plan, prints: Fingerprinter, shelf: Shelf) -> None:
        """Begin an empty unit of a table; people found are given to `shelf`, pile by pile."""
        self.how, self.prints, self.shelf = how, prints, shelf
        self.filled: Counter[int] = Counter()
        self.fitting: Counter[int] = Counter()
        self.misfits: list[pl.DataFrame] = []
        self.late: list[pl.DataFrame] = []
        self.records = self.damaged = self.damaged_bearing = 0
        self.evidence: dict[EvidenceKey, Evidence] = {}
        self.distinct: dict[EvidenceKey, list[pl.Series]] = {}
        self.names: list[pl.DataFrame] = []
        self.records_by_entity: Counter[str] = Counter()
        self.people: list[pl.DataFrame] = []
        self.kept: list[tuple[None, Frame]] = []
        self.prescribers: list[pl.DataFrame] = []
        self.laboratories = pl.DataFrame(schema=LABORATORIES_SCHEMA)
        self.prescribed = [pl.DataFrame(schema=PRESCRIBED_SCHEMA)]
        self.links: list[pl.DataFrame] = []
        self.linked: list[tuple[None, Frame]] = []
        self.exams: list[str] = []
        self.contacts: list[tuple[None, Frame]] | None = [] if how.contacts else None

    def add(self, seen: Look) -> None:
        """Add what one batch holds."""
        self.records += seen.records
        self.damaged += seen.damaged
        self.damaged_bearing += seen.damaged_bearing
        for key, more in seen.evidence.items():
            self._add(key, more)
        self.records_by_entity.update(seen.records_by_entity)
        self.filled.update(seen.filled)
        self.fitting.update(seen.fitting)
        _keep(self.misfits, seen.misfits)
        _keep(self.late, seen.late)
        if seen.people is None:
            return
        self.people.append(seen.people.people)
        self.names.append(seen.people.names)
        if self.contacts is not None and seen.people.contacts is not None:
            self.contacts.append((None, self.shelf.keep(seen.people.contacts)))
        self.prescribers.append(seen.people.prescribers)
        self.laboratories = pl.concat([self.laboratories, seen.people.laboratories]).unique()
        self.prescribed.append(seen.people.prescribed)
        if seen.links is not None:
            self.links.append(seen.links)
        self.exams += [day for day in seen.people.exams.row(0) if day]
        if sum(frame.height for frame in self.people) > PILE_ROWS:
            self._put_people_away()
        if sum(frame.height for frame in self.names[1:]) > PILE_ROWS:
            self._put_names_together()
        if sum(frame.height for frame in self.links) > PILE_ROWS:
            self._put_links_away()

    def build(self) -> Unit:
        """The finished unit."""
        self._put_people_away()
        self._put_links_away()
        evidence = self._evidence()
        self._put_names_together()
        return Unit(
            records=self.records,
            damaged=self.damaged,
            damaged_bearing=self.damaged_bearing,
            evidence=evidence,
            records_by_entity=dict(self.records_by_entity),
            people=self.kept[0][1] if len(self.kept) == 1 else Stack(self.kept),
            typos=slips(self.names[0], self.prints),
            prescribers=self.prescribers[0],
            exam_first=min(self.exams, default=None),
            exam_last=max(self.exams, default=None),
            laboratories=self.laboratories,
            prescribed=self.shelf.keep(pl.concat(self.prescribed).unique()),
            links=self.linked[0][1] if len(self.linked) == 1 else Stack(self.linked),
            contacts=Stack(self.contacts) if self.contacts else None,
        )

    def late_rows(self) -> pl.DataFrame | None:
        """Rows that fill columns which the head knew as empty; None when there are none."""
        return pl.concat(self.late) if self.late else None

    def contradicted(self) -> tuple[set[int], pl.DataFrame | None]:
        """Columns whose cells no longer fit their role, and rows that show it."""
        broken = {
            i
            for i, filled in self.filled.items()
            if filled >= MIN_CONTRADICTED and self.fitting[i] < STILL_FITS * filled
        }
        return broken, pl.concat(self.misfits) if broken and self.misfits else None

    def _put_people_away(self) -> None:
        self.kept.append((None, self.shelf.keep(pl.concat([pl.DataFrame(schema=PEOPLE_SCHEMA), *self.people]))))
        self.people = []

    def _put_links_away(self) -> None:
        self.linked.append(
            (None, self.shelf.keep(pl.concat([pl.DataFrame(schema=LINKS_SCHEMA), *self.links]).unique()))
        )
        self.links = []

    def _put_names_together(self) -> None:
        self.names = [pl.concat([pl.DataFrame(schema=NAMES_SCHEMA), *self.names]).unique()]
        seen = pl.DataFrame(schema=PRESCRIBERS_SCHEMA)
        self.prescribers = [
            pl.concat([seen, *self.prescribers]).group_by("rpps", "name", "name_set").agg(pl.col("rows").sum())
        ]

    def _add(self, key: EvidenceKey, more: Evidence) -> None:
        """Add up all but the distinct fingerprints: merging sets batch by batch would cost the square of their size."""
        before = self.evidence.get(key)
        self.distinct.setdefault(key, []).append(more.prints)
        bare = replace(more, distinct=more.prints.clear())
        self.evidence[key] = bare if before is None else before + bare

    def _evidence(self) -> dict[EvidenceKey, Evidence]:
        sets = _distinct_sets([self.distinct.pop(key) for key in self.evidence])
        return {
            key: replace(evidence, distinct=distinct, samples=evidence.samples or self._shapes(key))
            for (key, evidence), distinct in zip(self.evidence.items(), sets, strict=True)
        }

    def _shapes(self, key: EvidenceKey) -> tuple[str, ...]:
        """Shapes of a role column, from its head: the same for every size of batch."""
        return self.how.shapes.get(key.column, ()) if key.theme is None else ()


def _distinct_sets(parts: list[list[pl.Series]]) -> list[pl.Series]:
    """Of each list of fingerprints the smallest distinct ones, in order. Small sets are sorted out all at once."""
    sizes = [sum(map(len, part)) for part in parts]
    small = [place for place, size in enumerate(sizes) if size <= STACKED]
    stacked = pl.DataFrame({
        "place": np.repeat(np.array(small, np.uint32), [sizes[place] for place in small]),
        "print": pl.concat([pl.Series(dtype=pl.UInt64), *(some for place in small for some in parts[place])]),
    }).unique().sort("place", "print")  # fmt: skip
    held = np.bincount(stacked["place"].to_numpy(), minlength=len(parts))
    starts = np.cumsum(held) - held
    return [
        stacked["print"].slice(int(start), int(count)) if size <= STACKED else _smallest(part)
        for part, size, start, count in zip(parts, sizes, starts, held, strict=True)
    ]


def _smallest(parts: list[pl.Series]) -> pl.Series:
    return pl.concat(parts).unique().sort().head(EXACT_DISTINCT + 1)


def _keep(kept: list[pl.DataFrame], more: pl.DataFrame | None) -> None:
    """Keep up to LATE_ROWS rows in all."""
    missing = LATE_ROWS - sum(frame.height for frame in kept)
    if more is not None and missing > 0:
        kept.append(more.head(missing))
