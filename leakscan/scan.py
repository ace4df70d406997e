"""The pipeline: source -> reader -> batch -> detectors -> people -> ledger. It reads from top to bottom."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from fnmatch import fnmatch
from functools import partial
from pathlib import PurePath
from typing import BinaryIO

import polars as pl

from leakscan import columns
from leakscan.bundles import bundles, look_at_alike
from leakscan.errors import NothingToScan, UsageError
from leakscan.examine import plan
from leakscan.looking import Lookers
from leakscan.options import ScanOptions
from leakscan.passes import Pass, ledger_of, ledger_of_unread, ledger_put_away, unmatched_roles
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import Ledger, union
from leakscan.persons.shelf import Shelf
from leakscan.progress import NoProgress, Progress
from leakscan.readers import HEAD_BYTES, HashingStream, SpreadStream, open_reader, runs, shares
from leakscan.records import ColumnRole, InputWarning, ReadOptions, Source, Table, column_id
from leakscan.sources import STDIN_PATH, Unread, local_sources, reason_of, stdin_source
from leakscan.work import Lost, Task, give_back

NOT_LOOKED_AT = "triage: not looked at"
WHOLE_BYTES = 64 << 20
"""Of several files, those up to this size are read whole by one worker each; larger ones are cut up for all."""
MANY_BUNDLES = 2
"""From so many bundles of small sources on they are worth worker processes."""


def scan(
    targets: Sequence[str], options: ScanOptions, progress: Progress | None = None, prints: Fingerprinter | None = None
) -> Ledger:
    """Scan files, folders and standard input (`-`): the ledger of all that was found and all that was not read.

    Raises NothingToScan when no target could be opened, UsageError for options that fit no target. Ctrl-C ends the scan
    and keeps what was found (`ledger.interrupted`).
    """
    began = time.monotonic()
    progress, prints = progress or NoProgress(), prints or Fingerprinter()
    lookers = Lookers(1 if options.triage else options.workers, prints, options.as_of, Shelf(options.memory << 20))
    ledgers: list[Ledger] = []
    waiting: list[Source | Unread] = []
    interrupted = False
    try:
        waiting = [one for one in _sources(targets) if not _excluded(one.path, options.exclude)]
        if options.triage:
            waiting = _shared(waiting)
        sizes = [one.size for one in waiting if isinstance(one, Source)]
        progress.start(None if None in sizes else sum(size or 0 for size in sizes), len(sizes))
        for given, more in _scanned(waiting, options, progress, lookers):
            ledgers.append(more)
            del waiting[: len(given)]
            if more.interrupted:
                break
    except KeyboardInterrupt:
        interrupted = True
    finally:
        lookers.close()
        progress.finish()
    give_back()
    ledgers += [ledger_of_unread(Unread(one.path, "interrupted")) for one in waiting]
    ledger = union(ledgers)
    interrupted = interrupted or ledger.interrupted
    if not interrupted and not any(given.sha256 for given in ledger.inputs):
        _nothing_was_opened(ledger)
    return replace(ledger, interrupted=interrupted, seconds=time.monotonic() - began)


def _scanned(
    found: list[Source | Unread], options: ScanOptions, progress: Progress, lookers: Lookers
) -> Iterator[tuple[tuple[Source | Unread, ...], Ledger]]:
    """What each source adds, in order; workers are some bundles of small sources, or some files, ahead."""
    groups, alone = list(bundles(found)), len(found) == 1
    shareable = [group for group in groups if _is_shareable(group)]
    many = sum(isinstance(group, tuple) for group in groups) >= MANY_BUNDLES
    if many or (len(shareable) > 1 and sum(map(_bytes_of, shareable)) >= HEAD_BYTES):
        lookers.expect_much()
    pending: deque[tuple[tuple[Source, ...] | Source | Unread, Task | None]] = deque()
    for group in groups:
        task = None
        if lookers.pool is not None and isinstance(group, tuple):
            task = lookers.submit(scan_bundle, group, options, lookers.prints)
        elif lookers.pool is not None and isinstance(group, Source) and _is_shareable(group) and not alone:
            task = lookers.submit(scan_whole, group, options, lookers.prints)
        pending.append((group, task))
        while pending and (pending[0][1] is None or len(pending) > lookers.capacity):
            yield _answer(*pending.popleft(), options, progress, lookers, alone=alone)
    while pending:
        yield _answer(*pending.popleft(), options, progress, lookers, alone=alone)


def _is_shareable(group: tuple[Source, ...] | Source | Unread) -> bool:
    """Whether a worker can take it whole, so that several are read at a time: a bundle, or a file that is not large."""
    if isinstance(group, Source):
        return group.seekable and group.size is not None and group.size <= WHOLE_BYTES
    return isinstance(group, tuple)


def _bytes_of(group: tuple[Source, ...] | Source | Unread) -> int:
    sources = group if isinstance(group, tuple) else (group,)
    return sum(source.size or 0 for source in sources)


def _answer(
    group: tuple[Source, ...] | Source | Unread,
    task: Task | None,
    options: ScanOptions,
    progress: Progress,
    lookers: Lookers,
    *,
    alone: bool,
) -> tuple[tuple[Source | Unread, ...], Ledger]:
    """The sources of a group and what they add."""
    if isinstance(group, Unread):
        return (group,), ledger_of_unread(group)
    if isinstance(group, Source) and task is None:
        return (group,), scan_source(group, options, progress, lookers, alone=alone)
    sources = group if isinstance(group, tuple) else (group,)
    progress.source(sources[0].path)
    found = scan_bundle(b"", sources, options, lookers.prints) if task is None else lookers.answer(task)
    if isinstance(found, Lost) and len(sources) > 1:  # one kills whoever reads it: each alone, to lose no neighbour
        found = union([_alone(source, options, lookers) for source in sources])
    elif isinstance(found, Lost):
        found = ledger_of_unread(Unread(sources[0].path, found.reason))
    progress.advance(_bytes_of(group))
    return sources, ledger_put_away(found, lookers.shelf)


def _alone(source: Source, options: ScanOptions, lookers: Lookers) -> Ledger:
    found = lookers.answer(lookers.submit(scan_bundle, (source,), options, lookers.prints))
    return ledger_of_unread(Unread(source.path, found.reason)) if isinstance(found, Lost) else found


def scan_bundle(_: bytes, sources: tuple[Source, ...], options: ScanOptions, prints: Fingerprinter) -> Ledger:
    """Scan small sources, in any process: what may share a batch together, all others one by one."""
    ledgers, rest = look_at_alike(sources, options, prints)
    here = Lookers(1, prints, options.as_of)
    return union([*ledgers, *(scan_source(source, options, NoProgress(), here) for source in rest)])


def scan_whole(_: bytes, source: Source, options: ScanOptions, prints: Fingerprinter) -> Ledger:
    """Scan one source from beginning to end, in any process."""
    return scan_source(source, options, NoProgress(), Lookers(1, prints, options.as_of))


def _sources(targets: Sequence[str]) -> Iterator[Source | Unread]:
    for target in targets:
        if target == STDIN_PATH:
            yield stdin_source()
        else:
            yield from local_sources([target])


def _shared(found: list[Source | Unread]) -> list[Source | Unread]:
    """What a first look reads of each source; those that get no share of it are passed over."""
    share_of = iter(shares([one.size for one in found if isinstance(one, Source)]))
    given = [(one, next(share_of) if isinstance(one, Source) else None) for one in found]
    return [
        replace(one, share=share)
        if isinstance(one, Source) and share
        else Unread(one.path, NOT_LOOKED_AT, one.size, passed_over=True)
        if isinstance(one, Source)
        else one
        for one, share in given
    ]


def _excluded(path: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(path, pattern) or fnmatch(PurePath(path).name, pattern) for pattern in patterns)


def scan_source(
    source: Source, options: ScanOptions, progress: Progress, lookers: Lookers, *, alone: bool = False
) -> Ledger:
    """Scan one source; a second pass follows where the rest of it contradicts the roles that its head suggested."""
    progress.source(source.path)
    try:
        with closing(source.open()) as opened:
            stream = _stream(opened, source)
            done = _read(stream, options, progress, lookers, None, alone=alone)
            if not done.interrupted:
                stream.drain()
            said = partial(ledger_of, source, stream.sha256, stream.count - stream.passed_over)
        roles = None if done.interrupted else _second_thoughts(done, options)
        if roles is not None and source.seekable:
            with closing(source.open()) as again:
                done = _read(_stream(again, source), options, progress, lookers, roles)
        elif roles is not None:
            message = (
                "columns turned out to be something else than their beginning said, "
                "and this input cannot be read twice: save it to a file and scan that"
            )
            done.notices.merge([InputWarning("late_role", message)])
            done.failure = message
    except OSError as error:
        return ledger_of_unread(Unread(source.path, reason_of(error)))
    done.sampled = stream.partial and not done.interrupted
    if done.sampled and done.failure is None:
        read = stream.count - stream.passed_over
        of = f"{read} of {source.size} bytes" if source.size else f"only the first {read} bytes"
        done.failure = f"triage: {of} read"
    return said(done)


def _stream(opened: BinaryIO, source: Source) -> HashingStream:
    """All of a source as a stream, or its share spread over it."""
    size = source.size if source.seekable else None
    if source.share is None or (size is not None and size <= source.share):
        return HashingStream(opened)
    return SpreadStream(opened, size, runs(size, source.share))


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
    done = Pass(alone=alone, prints=lookers.prints, shelf=lookers.shelf, sampled=isinstance(stream, SpreadStream))
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
                settled = roles or _settle(item, options, done, lookers)
                done.table, done.how = item, plan(item, settled, options.as_of.year % 100)
            elif isinstance(item, InputWarning):
                done.notices.merge([item])
            else:
                done.add_all(lookers.look(item, done.settled()[1]))
            progress.advance(stream.count - counted)
            counted = stream.count
        done.add_all(lookers.rest())
        if alone:  # nothing more to look at, and linkage wants the memory
            lookers.close()
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


def _settle(table: Table, options: ScanOptions, done: Pass, lookers: Lookers) -> tuple[ColumnRole, ...]:
    """Settle the columns; an override that names no column is a bad call where there is one input, else a warning."""
    missing = unmatched_roles(table, options.roles)
    if missing is not None:
        if done.alone:
            raise UsageError(missing.message)
        done.notices.merge([missing])
    settled = columns.settle(table, options.roles)
    if lookers.pool is not None:  # a long scan follows: to settle the head takes more memory than to hand out the rest
        give_back()
    return settled


def _began_empty(table: Table, index: int) -> bool:
    return bool(table.head[column_id(index)].str.strip_chars().eq("").all())


def _nothing_was_opened(ledger: Ledger) -> None:
    given = sorted(ledger.inputs, key=lambda one: one.path)
    if not given:
        message = "there is nothing to scan: every file was left out by --exclude"
        raise NothingToScan(message)
    first = given[0]
    more = f" (and {len(given) - 1} more)" if len(given) > 1 else ""
    message = f"nothing could be scanned: {first.path}: {first.reason}{more}"
    raise NothingToScan(message)
