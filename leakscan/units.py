"""Add up what a unit of work holds, batch by batch, and notice when a column turns out to be something else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from leakscan.coded import Coded
from leakscan.examine import CLOSED_ROLES, Findings, Plan, examine, examine_text
from leakscan.patients import People, fingerprint_values, people
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import EXACT_DISTINCT, PEOPLE_SCHEMA, Evidence, EvidenceKey, Unit, gather
from leakscan.persons.names import NAMES_SCHEMA, slips
from leakscan.records import ROW, Batch, Table, column_id

SHAPE_LENGTH = 24
SHAPES = 3
SHAPED = 1_000
"""Cells of the head whose shapes stand for a column."""
MIN_CONTRADICTED = 50
"""Filled cells from which on a role can be contradicted."""
STILL_FITS = 0.5
"""A role is contradicted when a smaller share of its column's cells are such values."""
LEAST_SURE = 0.5
LATE_ROWS = 2_000
"""Rows kept to judge columns that were empty in the head (docs/thresholds.md)."""
GATHER_ROWS = 2_000_000
"""Identity rows that may pile up before equal ones are put together again."""
NOT_A_ROW = "preamble"
"""Reason code of lines that are searched but are no records."""


def shapes_of(values: pl.Series) -> tuple[str, ...]:
    """The first three shapes of the values in order: digits as 9, letters as A or a. Never a value.

    Even a NIR's prefix tells sex and birth. The three smallest of a union are those of the parts, in any grouping.
    """
    shapes = (
        values.str.slice(0, SHAPE_LENGTH)
        .str.replace_all(r"[0-9]", "9")
        .str.replace_all(r"\p{Lu}", "\x01")
        .str.replace_all(r"\p{L}", "a")
        .str.replace_all("\x01", "A", literal=True)
        .str.replace_all(r"[^9Aa@+/.,:;_()\-]+", " ")
    )
    return tuple(shapes.unique().sort().head(SHAPES).to_list())


@dataclass(frozen=True, slots=True)
class Look:
    """What one batch holds, before it is added up: `hashed` are the fingerprints of `findings.values`."""

    batch: Batch
    findings: Findings | None = None
    hashed: Mapping[int, Coded] | None = None
    people: People | None = None


def look(batch: Batch, how: Plan, prints: Fingerprinter, as_of: date) -> Look:
    """Examine one batch: a pure function, so that batches can be looked at side by side."""
    if batch.frame.is_empty():
        return Look(batch)
    findings = examine(batch.frame.drop(ROW), how)
    hashed = fingerprint_values(findings, how, prints)
    return Look(batch, findings, hashed, people(findings, hashed, how, prints, as_of))


class UnitBuilder:
    """Adds up the looks of a unit's batches. State: running evidence, people, counters; `build` closes the unit."""

    def __init__(self, table: Table, how: Plan, prints: Fingerprinter) -> None:
        """Begin an empty unit of a table."""
        self.table, self.how, self.prints = table, how, prints
        self.shapes: dict[int, tuple[str, ...]] = {}
        self.filled: Counter[int] = Counter()
        self.fitting: Counter[int] = Counter()
        self.misfits: list[pl.DataFrame] = []
        self.records = self.damaged = self.damaged_bearing = 0
        self.evidence: dict[EvidenceKey, Evidence] = {}
        self.distinct: dict[EvidenceKey, list[pl.Series]] = {}
        self.names: list[pl.DataFrame] = []
        self.records_by_entity: Counter[str] = Counter()
        self.people: list[pl.DataFrame] = []
        self.prescribers: list[pl.DataFrame] = []
        self.exams: list[str] = []
        self.empty_at_first = [
            index for index in range(len(table.columns)) if table.head[column_id(index)].str.strip_chars().eq("").all()
        ]
        self.late: list[pl.DataFrame] = []
        self.broken: list[pl.DataFrame] = []

    def add(self, seen: Look) -> None:
        """Add what one batch holds."""
        if not seen.batch.damaged.is_empty():
            self.broken.append(seen.batch.damaged)
        if seen.findings is None or seen.hashed is None or seen.people is None:
            return
        self.records += seen.findings.height
        self._add_evidence(seen.findings, seen.hashed)
        self.people.append(seen.people.people)
        self.names.append(seen.people.names)
        self.prescribers.append(seen.people.prescribers)
        self.exams += [day for day in (seen.people.exam_first, seen.people.exam_last) if day]
        self._keep_late_rows(seen.batch.frame.drop(ROW))
        self._keep_misfits(seen.batch.frame, seen.findings.values)
        if sum(frame.height for frame in self.people) > GATHER_ROWS:
            self._put_together()

    def build(self) -> Unit:
        """The finished unit."""
        self._add_damaged()
        self._put_together()
        return Unit(
            records=self.records,
            damaged=self.damaged,
            damaged_bearing=self.damaged_bearing,
            evidence=self._evidence(),
            records_by_entity=dict(self.records_by_entity),
            people=self.people[0],
            typos=slips(self.names[0], self.prints),
            prescribers=self.prescribers[0],
            exam_first=min(self.exams, default=None),
            exam_last=max(self.exams, default=None),
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

    def _keep_misfits(self, frame: pl.DataFrame, values: Mapping[int, Coded]) -> None:
        """Count how many cells of closed roles are such values, and keep some rows where they are not."""
        closed = [index for index in self.how.having(*CLOSED_ROLES) if index in values]
        if not closed:
            return
        filled = frame.select((pl.col(column_id(index)) != "").sum() for index in closed).row(0)
        for index, cells in zip(closed, filled, strict=True):
            self.filled[index] += cells
            self.fitting[index] += values[index].count(values[index].cells.is_not_null())
        missing = LATE_ROWS - sum(kept.height for kept in self.misfits)
        doubtful = [index for index in closed if self.fitting[index] < 0.9 * self.filled[index]]
        if doubtful and missing > 0:
            unfit = pl.DataFrame(
                {
                    column_id(index): (frame[column_id(index)] != "") & values[index].per_row().is_null()
                    for index in doubtful
                }
            )
            wrong = unfit.select(pl.any_horizontal(pl.all())).to_series()
            self.misfits.append(frame.drop(ROW).filter(wrong).head(missing))

    def _put_together(self) -> None:
        self.people = [gather(pl.concat(self.people)) if self.people else pl.DataFrame(schema=PEOPLE_SCHEMA)]
        self.names = [pl.concat([pl.DataFrame(schema=NAMES_SCHEMA), *self.names]).unique()]
        seen = pl.DataFrame(schema={"rpps": pl.UInt64, "name": pl.UInt64, "name_set": pl.UInt64, "rows": pl.UInt32})
        self.prescribers = [
            pl.concat([seen, *self.prescribers]).group_by("rpps", "name", "name_set").agg(pl.col("rows").sum())
        ]

    def _add_damaged(self) -> None:
        if not self.broken:
            return
        damaged = pl.concat(self.broken)
        rows = damaged.filter(pl.col("reason") != NOT_A_ROW)
        self.damaged += rows.height
        hits, mentions = examine_text(damaged["text"])
        for index, entity, found in hits:
            self._count(EvidenceKey(index, entity), found["row"], found["canonical"], found["confidence"])
            if entity in ("nir", "ins"):
                is_row = damaged["reason"].gather(found["row"].unique()) != NOT_A_ROW
                self.damaged_bearing += int(is_row.sum())
        for index, found in mentions:
            self._count_mentions(index, found)

    def _add_evidence(self, findings: Findings, hashed: Mapping[int, Coded]) -> None:
        bearing: dict[str, list[pl.Series]] = {}
        for column in self.how.columns:
            if column.role is None or column.index not in hashed:
                continue
            known = hashed[column.index]
            rows = known.rows_where(known.cells.is_not_null())
            if len(rows):
                bearing.setdefault(column.role, []).append(rows)
                self._count_values(EvidenceKey(column.index, column.role), known.cells, len(rows), column.confidence)
        for index, entity, found in findings.hits:
            self._count(EvidenceKey(index, entity), found["row"], found["canonical"], found["confidence"])
            bearing.setdefault(entity, []).append(found["row"].unique())
        for index, found in findings.mentions:
            self._count_mentions(index, found)
            bearing.setdefault("health", []).append(found["row"].unique())
        for entity, positions in bearing.items():
            self.records_by_entity[entity] += (
                len(positions[0]) if len(positions) == 1 else pl.concat(positions).n_unique()
            )

    def _count_values(self, key: EvidenceKey, hashed: pl.Series, filled: int, confidence: float) -> None:
        """Count a role column: one hit per filled cell, as sure as its role."""
        sure = max(LEAST_SURE, min(1.0, confidence))
        distinct = hashed.drop_nulls().unique()
        self._add(key, Evidence(filled, filled, filled * sure, distinct, self._shapes(key.column)))

    def _add(self, key: EvidenceKey, more: Evidence) -> None:
        """Add up all but the distinct fingerprints: merging sets batch by batch would cost the square of their size."""
        before = self.evidence.get(key)
        self.distinct.setdefault(key, []).append(more.distinct)
        nothing = more.distinct.clear()
        self.evidence[key] = (
            replace(more, distinct=nothing) if before is None else before + replace(more, distinct=nothing)
        )

    def _evidence(self) -> dict[EvidenceKey, Evidence]:
        sets = {key: pl.concat(parts).unique().sort().head(EXACT_DISTINCT + 1) for key, parts in self.distinct.items()}
        return {key: replace(evidence, distinct=sets[key]) for key, evidence in self.evidence.items()}

    def _shapes(self, index: int) -> tuple[str, ...]:
        """Shapes of a column, from its head: the same for every size of batch."""
        if index not in self.shapes:
            cells = self.table.head[column_id(index)].str.strip_chars()
            self.shapes[index] = shapes_of(cells.filter(cells != "").head(SHAPED))
        return self.shapes[index]

    def _count_mentions(self, index: int, mentions: pl.DataFrame) -> None:
        for (theme, status), found in mentions.group_by("theme", "status"):
            self._count(
                EvidenceKey(index, "health", str(theme), str(status)), found["row"], found["term"], found["confidence"]
            )

    def _count(self, key: EvidenceKey, rows: pl.Series, canonical: pl.Series, confidence: pl.Series) -> None:
        unique = canonical.unique()
        more = Evidence(
            hits=len(rows),
            records=rows.n_unique(),
            confidence_sum=float(confidence.cast(pl.Float64).sum()),
            distinct=self.prints.column(unique, key.entity),
            samples=shapes_of(unique) if key.theme is None else (),
        )
        self._add(key, more)

    def _keep_late_rows(self, frame: pl.DataFrame) -> None:
        missing = LATE_ROWS - sum(kept.height for kept in self.late)
        if not self.empty_at_first or missing <= 0:
            return
        filled = pl.any_horizontal(pl.col(column_id(index)) != "" for index in self.empty_at_first)
        kept = frame.filter(filled).head(missing)
        if not kept.is_empty():
            self.late.append(kept)
