"""One reading of a source: what it adds to the ledger."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

import polars as pl

from leakscan.columns import settle, unmatched
from leakscan.detectors.email import EMAIL
from leakscan.detectors.nir import NIR
from leakscan.detectors.phone import PHONE
from leakscan.detectors.search import find
from leakscan.led_lines import called_after_patients
from leakscan.options import ScanOptions
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import Input, Ledger, Unit, UnitId
from leakscan.persons.packing import all_put_away, put_away
from leakscan.persons.shelf import Shelf
from leakscan.plan import Plan
from leakscan.readers import Notices
from leakscan.records import ColumnRole, InputWarning, Source, Table, column_id
from leakscan.shapes import shape
from leakscan.sources import Unread
from leakscan.units import Look, UnitBuilder
from leakscan.work import give_back

UNIT_BYTES = 256 << 20
"""A unit of work holds about this much of an input: small enough to lose, big enough to be few (docs/thresholds.md)."""
PATIENT_WORDS = r"(?i)\b(?:patiente?s?|laboratoires?|labo|m[ée]decins?|h[ôo]pital|clinique|ordonnances?)\b"
PATIENT_LINES = 0.01
"""A text is about patients when this share of its lines speaks of them, so that a portal's passwords open results."""
_OF_SOMEBODY = frozenset(
    ("last_name", "maiden_name", "first_name", "full_name", "sex", "birth_date", "address", "phone", "email")
) | frozenset(("record_number", "pseudonym", "mutuelle", "title", "city"))
_OF_CARE = re.compile(
    r"(?i)(?<![a-z])(?:(?:condition|visit|procedure)_occurrence|(?:drug|device)_exposure|(?:drug|condition)_era)(?![a-z])"
)
"""Tables of the common model of observational data (OMOP), whose codes may say nothing without their dictionary."""
SURE_ROLE = 0.5
"""A role less sure than this makes no source one of patients."""
HEALTH_SOURCE_ROLES = frozenset(
    ("exam_date", "prescriber", "rpps", "act", "result", "diagnosis", "drug", "blood_group")
)
"""With one of these a source is about patients: then a name, a contact or a record number alone bears a person."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A unit that is finished, with what else is known of the source when it closes; `notices`: of all up to there."""

    start: int
    end: int
    unit: Unit
    late: pl.DataFrame | None = field(repr=False)
    contradicted: set[int]
    misfits: pl.DataFrame | None = field(repr=False)
    notices: tuple[InputWarning, ...]


@dataclass(slots=True)
class Pass:
    """One reading of a source: what is known of it so far. `elsewhere`: all of it, where another process read it.

    `keep` is told of each unit that closes, with its number. Batches up to `passed_by` were looked at by an
    earlier scan.
    """

    prints: Fingerprinter
    format: str | None = None
    table: Table | None = None
    how: Plan | None = None
    builder: UnitBuilder | None = None
    units: list[tuple[int, int, Unit]] = field(default_factory=list)
    notices: Notices = field(default_factory=Notices)
    late: list[pl.DataFrame] = field(default_factory=list)
    misfits: list[pl.DataFrame] = field(default_factory=list)
    contradicted: set[int] = field(default_factory=set)
    start: int = 0
    end: int = 0
    failure: str | None = None
    interrupted: bool = False
    alone: bool = False
    sampled: bool = False
    elsewhere: Ledger | None = None
    children: int = 0
    keep: Callable[[int, Piece], None] | None = None
    passed_by: int = -1
    shelf: Shelf = field(default_factory=Shelf)

    def settled(self) -> tuple[Table, Plan]:
        """The table and how it is read: every reader gives the table before its first batch."""
        if self.table is None or self.how is None:
            message = "a reader gave a batch before its table"
            raise RuntimeError(message)
        return self.table, self.how

    def add_all(self, looks: Iterable[Look]) -> None:
        """Add what batches hold to the running unit, in the order of the file; a unit that is full is closed.

        Each run of a first look is a unit of its own, by which the model sees who comes back in another one.
        """
        for seen in looks:
            if self.builder is None:
                self.builder = UnitBuilder(self.settled()[1], self.prints, self.shelf)
                self.start = seen.start
            self.builder.add(seen)
            self.notices.merge(seen.met)
            self.failure = self.failure or seen.lost
            self.end = seen.end
            if self.sampled or self.end - self.start >= UNIT_BYTES:
                self.close_unit()

    def close_unit(self) -> None:
        """Put the running unit away and begin none."""
        if self.builder is None:
            return
        broken, rows = self.builder.contradicted()
        notices = tuple(self.notices.warnings())
        piece = Piece(self.start, self.end, self.builder.build(), self.builder.late_rows(), broken, rows, notices)
        if self.keep is not None and self.failure is None:
            self.keep(len(self.units), piece)
        self._put(piece)
        if self.end - self.start >= UNIT_BYTES:
            give_back()
        self.builder, self.start = None, self.end

    def go_on(self, pieces: Iterable[Piece]) -> None:
        """Take over the units that an earlier scan of the same source finished; what they cover is passed by."""
        for piece in pieces:
            self._put(piece)
            self.notices = Notices()
            self.notices.merge(piece.notices)
            self.start = self.end = self.passed_by = piece.end

    def _put(self, piece: Piece) -> None:
        self.units.append((piece.start, piece.end, put_away(piece.unit, self.shelf, people=False)))
        complaint = self.shelf.complaint()
        if complaint is not None:
            self.notices.merge([InputWarning("stays_in_memory", complaint)])
        self.late += [] if piece.late is None else [piece.late]
        self.misfits += [] if piece.misfits is None else [piece.misfits]
        self.contradicted |= piece.contradicted


def unmatched_roles(table: Table, overrides: Mapping[str, str]) -> InputWarning | None:
    """What is to be said where overrides of roles name columns that a table does not have.

    By place and shape: what was typed as a name may be a value, as the first person of a file without a header is.
    """
    missing = unmatched(table, overrides)
    if not missing:
        return None
    order = list(overrides)
    told = ", ".join(f"no. {order.index(name) + 1} ({shape(pl.Series([name]))[0]})" for name in missing)
    message = f"--role names columns that the input does not have: {told}"
    return InputWarning("role_unmatched", message, count=len(missing))


def second_thoughts(done: Pass, options: ScanOptions) -> tuple[ColumnRole, ...] | None:
    """Roles settled again for columns that began empty or no longer fit; None where nothing changes."""
    if done.table is None or done.how is None or not (done.late or done.contradicted):
        return None
    rows = [*done.late, *done.misfits]
    if not rows or done.table.roles is not None:
        return None
    shown = settle(replace(done.table, head=pl.concat(rows)), options.roles)
    open_again = done.contradicted | {
        column.index for column in done.how.columns if done.late and _began_empty(done.table, column.index)
    }
    settled = tuple(new if old.index in open_again else old for old, new in zip(done.how.columns, shown, strict=True))
    changed = [column.role for column in settled] != [column.role for column in done.how.columns]
    return settled if changed else None


def _began_empty(table: Table, index: int) -> bool:
    return bool(table.head[column_id(index)].str.strip_chars().eq("").all())


def ledger_of(source: Source, sha256: str, count: int, done: Pass, shown: str | None = None) -> Ledger:
    """What one source adds: its line in the inputs and its units, known by the hash of all its bytes that were read.

    `shown` is its path as `shown_paths` gives it, where that is known already.
    """
    table, part = done.table, _part(source, done)
    opened = table is not None or done.format is not None
    status = "scanned" if opened and done.failure is None else "partial" if done.units or done.children else "skipped"
    given = Input(
        path=shown or shown_paths([source.path])[0],
        member=None if source.member is None else shown_paths([source.member])[0],
        sha256=sha256,
        format=table.format if table else done.format,
        encoding=table.encoding if table else None,
        bytes=None if done.sampled and source.size is None else max(source.size or 0, count),
        bytes_read=count if status != "skipped" else 0,
        status=status,
        reason=done.failure,
        columns=done.how.columns if done.how else (),
        has_header=table.has_header if table else False,
        health=_is_about_health(done) or _is_called_after_patients(source, done),
        warnings=tuple(done.notices.warnings()),
        sampled=done.sampled,
        part=part,
        exposure=source.exposure,
        name=name_of(source.path, source.member),
    )
    units = {UnitId(sha256, part, start, end): unit for start, end, unit in done.units}
    return Ledger(frozenset({given}), units, interrupted=done.interrupted)


def name_of(path: str, member: str | None) -> str:
    """What of a path came with the leak: the folder and file at its end, and all of what lies in it."""
    outer = "/".join(PurePath(path).parts[-2:])
    return outer if member is None else member


def _part(source: Source, done: Pass) -> str | None:
    """Which part of the bytes a source is: a sheet, or all of them as about somebody whom they do not name."""
    if source.subject is None:
        return source.part
    whose = done.prints.column(pl.Series(["\0".join(cell for pair in source.subject for cell in pair)]), "subject")
    return f"{source.part or ''}@{whose[0]:016x}"


def _is_about_health(done: Pass) -> bool:
    """Whether a source is about patients: by a column's role, by what its texts say, or by the words of its lines."""
    if done.how is None or done.table is None:
        return False
    roles = {column.role for column in done.how.columns if column.confidence >= SURE_ROLE}
    found = {key for _, _, unit in done.units for key in unit.evidence}
    spoken = any(key.theme is not None or key.entity in HEALTH_SOURCE_ROLES for key in found)
    return (
        bool(roles & HEALTH_SOURCE_ROLES) or spoken or (done.table.kind == "text" and _speaks_of_patients(done.table))
    )


def _is_called_after_patients(source: Source, done: Pass) -> bool:
    """Whether a table or its file is called after patients, or a column of it that tells who somebody is."""
    if done.how is None or done.table is None or done.table.kind == "text":
        return done.how is not None and done.how.led
    own = PurePath(source.path if source.member is None else source.member).name
    titled = [column.column for column in done.how.columns if column.role in _OF_SOMEBODY and done.table.has_header]
    return called_after_patients(" ".join([own, *titled])) or _OF_CARE.search(f"{own} {source.part or ''}") is not None


def _speaks_of_patients(table: Table) -> bool:
    share = table.head[column_id(0)].str.contains(PATIENT_WORDS).mean()
    return isinstance(share, float) and share >= PATIENT_LINES


def ledger_put_away(ledger: Ledger, shelf: Shelf) -> Ledger:
    """A ledger that another process made, with its frames on this one's shelf."""
    units = all_put_away(ledger.units, shelf)
    complaint = shelf.complaint()
    inputs = ledger.inputs
    if complaint is not None and inputs:
        first = min(inputs, key=lambda given: given.path)
        said = replace(first, warnings=(*first.warnings, InputWarning("stays_in_memory", complaint)))
        inputs = (inputs - {first}) | {said}
    return replace(ledger, inputs=inputs, units=units)


STORED = "stored"
"""The part of bytes that a container stores and that nobody can read: no file of the same bytes is taken for it."""


def ledger_of_unread(missing: Unread) -> Ledger:
    """What a source that was not opened adds: its line in the inputs, with the reason."""
    path, *members = shown_paths([missing.path] if missing.member is None else [missing.path, missing.member])
    given = Input(
        path,
        members[0] if members else None,
        missing.sha256,
        None,
        None,
        missing.size,
        0,
        "skipped",
        missing.reason,
        sampled=missing.passed_over,
        part=STORED if missing.sha256 else None,
        name=name_of(missing.path, missing.member),
    )
    return Ledger(frozenset({given}))


def shown_paths(paths: Sequence[str]) -> list[str]:
    """Paths that name nobody: numbers of people in them are replaced by their kind."""
    shown = list(paths)
    for detector in (NIR, EMAIL, PHONE):
        # words of names hang together by strokes, which addresses may hold; these may not hold a slash
        apart = [path.replace("/" if detector is EMAIL else "_", " ") for path in shown]
        hits = find(detector, pl.Series(apart, dtype=pl.String))
        for row, start, end in reversed(hits.select("row", "start", "end").rows()):
            shown[row] = f"{shown[row][:start]}[{detector.entity}]{shown[row][end:]}"
    return shown
