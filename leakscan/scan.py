"""The pipeline: source -> reader -> batch -> detectors -> people -> ledger. It reads from top to bottom."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from functools import partial
from pathlib import PurePath

import polars as pl

from leakscan import columns
from leakscan.detectors.email import EMAIL
from leakscan.detectors.nir import NIR
from leakscan.detectors.phone import PHONE
from leakscan.detectors.search import find
from leakscan.errors import NothingToScan, UsageError
from leakscan.examine import Plan, plan
from leakscan.looking import Lookers
from leakscan.options import ScanOptions
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import Input, Ledger, Unit, UnitId
from leakscan.progress import NoProgress, Progress
from leakscan.readers import HEAD_BYTES, HashingStream, Notices, open_reader
from leakscan.records import ColumnRole, InputWarning, ReadOptions, Source, Table, column_id
from leakscan.sources import STDIN_PATH, Unread, local_sources, reason_of, stdin_source
from leakscan.units import Look, UnitBuilder

UNIT_BYTES = 256 << 20
"""A unit of work holds about this much of an input: small enough to lose, big enough to be few (docs/thresholds.md)."""
PATIENT_WORDS = r"(?i)\b(?:patiente?s?|laboratoires?|labo|m[ée]decins?|h[ôo]pital|clinique|ordonnances?)\b"
PATIENT_LINES = 0.01
"""A text is about patients when this share of its lines speaks of them, so that a portal's passwords open results."""
SURE_ROLE = 0.5
"""A role less sure than this makes no source one of patients."""
HEALTH_SOURCE_ROLES = frozenset(
    ("exam_date", "prescriber", "rpps", "act", "result", "diagnosis", "drug", "blood_group")
)
"""With one of these a source is about patients: then a name, a contact or a record number alone bears a person."""


@dataclass(slots=True)
class Pass:
    """One reading of a source: what is known of it so far."""

    prints: Fingerprinter
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

    def settled(self) -> tuple[Table, Plan]:
        """The table and how it is read: every reader gives the table before its first batch."""
        if self.table is None or self.how is None:
            message = "a reader gave a batch before its table"
            raise RuntimeError(message)
        return self.table, self.how

    def add_all(self, looks: Iterable[Look]) -> None:
        """Add what batches hold to the running unit, in the order of the file; a unit that is full is closed."""
        for seen in looks:
            if self.builder is None:
                self.builder = UnitBuilder(self.settled()[1], self.prints)
                self.start = seen.start
            self.builder.add(seen)
            self.notices.merge(seen.met)
            self.failure = self.failure or seen.lost
            self.end = seen.end
            if self.end - self.start >= UNIT_BYTES:
                self.close_unit()

    def close_unit(self) -> None:
        """Put the running unit away and begin none."""
        if self.builder is None:
            return
        self.units.append((self.start, self.end, self.builder.build()))
        late = self.builder.late_rows()
        if late is not None:
            self.late.append(late)
        broken, rows = self.builder.contradicted()
        self.contradicted |= broken
        if rows is not None:
            self.misfits.append(rows)
        self.builder, self.start = None, self.end


def scan(
    targets: Sequence[str], options: ScanOptions, progress: Progress | None = None, prints: Fingerprinter | None = None
) -> Ledger:
    """Scan files, folders and standard input (`-`): the ledger of all that was found and all that was not read.

    Raises NothingToScan when no target could be opened, UsageError for options that fit no target. Ctrl-C ends the scan
    and keeps what was found (`ledger.interrupted`).
    """
    began = time.monotonic()
    progress, prints = progress or NoProgress(), prints or Fingerprinter()
    ledger = Ledger()
    lookers = Lookers(options.workers, prints, options.as_of)
    try:
        found = [one for one in _sources(targets) if not _excluded(one.path, options.exclude)]
        sizes = [one.size for one in found if isinstance(one, Source)]
        progress.start(None if None in sizes else sum(size or 0 for size in sizes), len(sizes))
        for one in found:
            if isinstance(one, Unread):
                more = _unread(one)
            elif ledger.interrupted:
                more = _unread(Unread(one.path, "interrupted"))
            else:
                more = scan_source(one, options, progress, lookers, alone=len(found) == 1)
            ledger = ledger.merge(more)
    except KeyboardInterrupt:
        ledger = replace(ledger, interrupted=True)
    finally:
        lookers.close()
        progress.finish()
    if not ledger.interrupted and not any(given.sha256 for given in ledger.inputs):
        _nothing_was_opened(ledger)
    return replace(ledger, seconds=time.monotonic() - began)


def _sources(targets: Sequence[str]) -> Iterator[Source | Unread]:
    for target in targets:
        if target == STDIN_PATH:
            yield stdin_source()
        else:
            yield from local_sources([target])


def _shown(path: str) -> str:
    """A path that names nobody: numbers of people in it are replaced by their kind."""
    for detector in (NIR, EMAIL, PHONE):
        hits = find(detector, pl.Series([path]))
        for start, end in reversed(list(zip(hits["start"].to_list(), hits["end"].to_list(), strict=True))):
            path = f"{path[:start]}[{detector.entity}]{path[end:]}"
    return path


def _excluded(path: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(path, pattern) or fnmatch(PurePath(path).name, pattern) for pattern in patterns)


def scan_source(
    source: Source, options: ScanOptions, progress: Progress, lookers: Lookers, *, alone: bool = False
) -> Ledger:
    """Scan one source; a second pass follows where the rest of it contradicts the roles that its head suggested."""
    progress.source(source.path)
    try:
        with closing(source.open()) as opened:
            stream = HashingStream(opened)
            done = _read(stream, options, progress, lookers, None, alone=alone)
            if not done.interrupted:
                stream.drain()
            ledger_of = partial(_ledger_of, source, stream.sha256, stream.count)
        roles = None if done.interrupted else _second_thoughts(done, options)
        if roles is not None and source.seekable:
            with closing(source.open()) as again:
                done = _read(HashingStream(again), options, progress, lookers, roles)
        elif roles is not None:
            message = (
                "columns turned out to be something else than their beginning said, "
                "and this input cannot be read twice: save it to a file and scan that"
            )
            done.notices.merge([InputWarning("late_role", message)])
            done.failure = message
    except OSError as error:
        return _unread(Unread(source.path, reason_of(error)))
    return ledger_of(done)


def _second_thoughts(done: Pass, options: ScanOptions) -> tuple[ColumnRole, ...] | None:
    """Roles settled again for columns that began empty or no longer fit; None where nothing changes."""
    if done.table is None or done.how is None or not (done.late or done.contradicted):
        return None
    rows = [*done.late, *done.misfits]
    if not rows:
        return None
    shown = columns.settle(replace(done.table, head=pl.concat(rows)), options.roles)
    open_again = done.contradicted | {
        column.index for column in done.how.columns if done.late and _began_empty(done.table, column.index)
    }
    settled = tuple(new if old.index in open_again else old for old, new in zip(done.how.columns, shown, strict=True))
    changed = [column.role for column in settled] != [column.role for column in done.how.columns]
    return settled if changed else None


def _read(
    stream: HashingStream,
    options: ScanOptions,
    progress: Progress,
    lookers: Lookers,
    roles: tuple[ColumnRole, ...] | None,
    *,
    alone: bool = False,
) -> Pass:
    """One pass over a source: settle the table's columns, then look at its batches, a few side by side, in order."""
    done = Pass(alone=alone, prints=lookers.prints)
    counted = 0
    try:
        opened = open_reader(stream, ReadOptions(options.encoding, options.delimiter, options.block_bytes))
        if isinstance(opened, str):
            done.failure = opened
            return done
        if stream.count >= HEAD_BYTES:
            lookers.expect_much()
        lookers.begin()
        for item in opened[1]:
            if isinstance(item, Table):
                settled = roles or _settle(item, options, done)
                done.table, done.how = item, plan(item, settled, options.as_of.year % 100)
            elif isinstance(item, InputWarning):
                done.notices.merge([item])
            else:
                done.add_all(lookers.look(item, done.settled()[1]))
            progress.advance(stream.count - counted)
            counted = stream.count
        done.add_all(lookers.rest())
    except KeyboardInterrupt:
        done.interrupted, done.failure = True, "interrupted"
        try:
            done.add_all(lookers.rest())
        except KeyboardInterrupt:  # pressed twice: what is finished must do
            done.add_all(lookers.finished())
            lookers.forget()
    except OSError as error:
        done.failure = f"reading stopped after {stream.count} bytes: {reason_of(error)}"
        done.add_all(lookers.rest())
    done.close_unit()
    return done


def _settle(table: Table, options: ScanOptions, done: Pass) -> tuple[ColumnRole, ...]:
    """Settle the columns; an override that names no column is a bad call where there is one input, else a warning."""
    missing = columns.unmatched(table, options.roles)
    if missing:
        message = f"--role names columns that the input does not have: {', '.join(missing)}"
        if done.alone:
            raise UsageError(message)
        done.notices.merge([InputWarning("role_unmatched", message, count=len(missing))])
    return columns.settle(table, options.roles)


def _began_empty(table: Table, index: int) -> bool:
    return bool(table.head[column_id(index)].str.strip_chars().eq("").all())


def _ledger_of(source: Source, sha256: str, count: int, done: Pass) -> Ledger:
    """What one source adds: its line in the inputs and its units, known by the hash of all its bytes."""
    table = done.table
    status = "scanned" if table is not None and done.failure is None else "partial" if done.units else "skipped"
    given = Input(
        path=_shown(source.path),
        member=source.member,
        sha256=sha256,
        format=table.format if table else None,
        encoding=table.encoding if table else None,
        bytes=max(source.size or 0, count),
        bytes_read=count if status != "skipped" else 0,
        status=status,
        reason=done.failure,
        columns=done.how.columns if done.how else (),
        has_header=table.has_header if table else False,
        health=_is_about_health(done),
        warnings=tuple(done.notices.warnings()),
    )
    units = {UnitId(sha256, source.member, start, end): unit for start, end, unit in done.units}
    return Ledger(frozenset({given}), units, interrupted=done.interrupted)


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


def _speaks_of_patients(table: Table) -> bool:
    share = table.head[column_id(0)].str.contains(PATIENT_WORDS).mean()
    return isinstance(share, float) and share >= PATIENT_LINES


def _unread(unread: Unread) -> Ledger:
    given = Input(_shown(unread.path), None, None, None, None, 0, 0, "skipped", unread.reason)
    return Ledger(frozenset({given}))


def _nothing_was_opened(ledger: Ledger) -> None:
    given = sorted(ledger.inputs, key=lambda one: one.path)
    if not given:
        message = "there is nothing to scan: every file was left out by --exclude"
        raise NothingToScan(message)
    first = given[0]
    more = f" (and {len(given) - 1} more)" if len(given) > 1 else ""
    message = f"nothing could be scanned: {first.path}: {first.reason}{more}"
    raise NothingToScan(message)
