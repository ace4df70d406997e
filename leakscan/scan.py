"""The pipeline: source -> reader -> batch -> detectors -> people -> ledger. It reads from top to bottom."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from functools import partial
from itertools import groupby
from pathlib import PurePath

from leakscan.bundles import bundles
from leakscan.errors import NothingToScan
from leakscan.looking import Lookers
from leakscan.naming import with_names
from leakscan.options import ScanOptions
from leakscan.passes import ledger_of_unread, ledger_put_away
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import Ledger, union
from leakscan.persons.shelf import Shelf
from leakscan.progress import NoProgress, Progress
from leakscan.readers import HEAD_BYTES, shares
from leakscan.reading import ask, scan_source, scan_together
from leakscan.reading.asking import Asked, keep_ledger, kept_ledger, take
from leakscan.records import Source
from leakscan.sources import STDIN_PATH, Unread, is_remote, local_sources, remote_sources, stdin_source
from leakscan.twins import Twins, apart, with_twins
from leakscan.work import WHOLE_BYTES, Checkpoint, Cluster, give_back

NOT_LOOKED_AT = "triage: not looked at"
MANY_BUNDLES = 2
"""From so many bundles of small sources on they are worth worker processes."""


def scan(
    targets: Sequence[str],
    options: ScanOptions,
    progress: Progress | None = None,
    prints: Fingerprinter | None = None,
    checkpoint: Checkpoint | None = None,
) -> Ledger:
    """Scan files, folders, shares and standard input (`-`): the ledger of all that was found and all that was not read.

    Raises NothingToScan when no target could be opened, UsageError for options that fit no target. Ctrl-C ends the scan
    and keeps what was found (`ledger.interrupted`). `checkpoint`: where finished pieces are kept, and taken from where
    an earlier scan with the same `prints` and options was ended before its time.
    """
    ledger = scan_sources(_sources(targets, options), options, progress, prints, checkpoint)
    if not ledger.interrupted and not any(given.sha256 for given in ledger.inputs):
        _nothing_was_opened(ledger)
    return ledger


def scan_sources(
    given: Iterable[Source | Unread],
    options: ScanOptions,
    progress: Progress | None = None,
    prints: Fingerprinter | None = None,
    checkpoint: Checkpoint | None = None,
    *,
    isolates: bool = True,
) -> Ledger:
    """As `scan`, of sources that somebody else listed; what could not be opened is in the ledger, all of it or not.

    `isolates`: risky formats are read by another process; a process that may be lost itself needs none.
    """
    began = time.monotonic()
    progress, prints = progress or NoProgress(), prints or Fingerprinter()
    workers, shelf = 1 if options.triage else options.workers, Shelf(options.memory << 20)
    start = None if options.scheduler is None else partial(Cluster, options.scheduler, options.limits.worker_bytes)
    lookers = Lookers(
        workers, prints, options.as_of, shelf, options.limits, isolates=isolates, checkpoint=checkpoint, start=start
    )
    ledgers: list[Ledger] = []
    waiting: list[Source | Unread] = []
    twins: Twins = []
    interrupted = False
    try:
        found = (one for one in given if not _excluded(one.path, options.exclude))
        waiting, twins = apart(list(found))
        if options.triage:
            waiting = _shared(waiting)
        sizes = [one.size for one in waiting if isinstance(one, Source)]
        progress.start(None if None in sizes else sum(size or 0 for size in sizes), len(sizes))
        for done, more in _scanned(waiting, options, progress, lookers):
            ledgers.append(more)
            del waiting[: len(done)]
            if more.interrupted:
                break
    except KeyboardInterrupt:
        interrupted = True
    finally:
        lookers.close()
        progress.finish()
    give_back()
    ledgers += [ledger_of_unread(Unread(one.path, "interrupted")) for one in waiting]
    ledger = with_names(with_twins(union(ledgers), twins), options, prints)
    interrupted = interrupted or ledger.interrupted
    return replace(ledger, interrupted=interrupted, seconds=time.monotonic() - began)


def _scanned(
    found: list[Source | Unread], options: ScanOptions, progress: Progress, lookers: Lookers
) -> Iterator[tuple[tuple[Source | Unread, ...], Ledger]]:
    """What each source adds, in order; workers are some bundles of small sources, or some files, ahead."""
    groups, alone = deque(bundles(found)), len(found) == 1
    most = None if lookers.elsewhere else WHOLE_BYTES
    shareable = [_bytes_of(group) for group in groups if _is_shareable(group, most)]
    many = sum(isinstance(group, tuple) for group in groups) >= MANY_BUNDLES
    if many or (len(shareable) > 1 and sum(shareable) >= HEAD_BYTES) or lookers.elsewhere:
        lookers.expect_much()
    pending: deque[tuple[tuple[Source, ...] | Source | Unread, Asked | Ledger | None]] = deque()
    while groups:
        group, asked = groups.popleft(), None
        kept = None if isinstance(group, Unread) else kept_ledger(_sources_of(group), lookers.checkpoint)
        if (
            kept is None
            and lookers.pool is not None
            and _is_shareable(group, most)
            and not alone
            and not isinstance(group, Unread)
        ):
            asked = ask(_sources_of(group), options, lookers)
        pending.append((group, asked or kept))
        while pending and (not isinstance(pending[0][1], Asked) or len(pending) > lookers.capacity):
            yield _answer(*pending.popleft(), options, progress, lookers, alone=alone)
    while pending:
        yield _answer(*pending.popleft(), options, progress, lookers, alone=alone)


def _is_shareable(group: tuple[Source, ...] | Source | Unread, most: int | None) -> bool:
    """Whether a worker can take it whole, so that several are read at a time: a bundle, or a file of at most `most`.

    Machines of a cluster read files of any size where they are: this one would have to send them the bytes.
    """
    if isinstance(group, Source):
        return group.seekable and group.size is not None and (most is None or group.size <= most)
    return isinstance(group, tuple)


def _sources_of(group: tuple[Source, ...] | Source) -> tuple[Source, ...]:
    return group if isinstance(group, tuple) else (group,)


def _bytes_of(group: tuple[Source, ...] | Source | Unread) -> int:
    return 0 if isinstance(group, Unread) else sum(source.size or 0 for source in _sources_of(group))


def _answer(
    group: tuple[Source, ...] | Source | Unread,
    asked: Asked | Ledger | None,
    options: ScanOptions,
    progress: Progress,
    lookers: Lookers,
    *,
    alone: bool,
) -> tuple[tuple[Source | Unread, ...], Ledger]:
    """The sources of a group and what they add."""
    if isinstance(group, Unread):
        return (group,), ledger_of_unread(group)
    sources = _sources_of(group)
    if isinstance(group, Source) and asked is None:
        found = scan_source(group, options, progress, lookers, alone=alone)
        keep_ledger(sources, found, lookers.checkpoint)
        return sources, found
    progress.source(sources[0].path)
    if isinstance(asked, Ledger):
        found = asked
    elif asked is not None:
        found = take(asked, options, lookers)
    else:
        found = scan_together(sources, options, lookers)
        keep_ledger(sources, found, lookers.checkpoint)
    progress.advance(_bytes_of(group))
    return sources, ledger_put_away(found, lookers.shelf)


def listed(targets: Sequence[str], options: ScanOptions) -> Iterator[Source | Unread]:
    """What a scan of these targets is about, in its order, nothing of it read yet."""
    return (one for one in _sources(targets, options) if not _excluded(one.path, options.exclude))


def _kind_of(target: str) -> str:
    return STDIN_PATH if target == STDIN_PATH else "remote" if is_remote(target) else "local"


def _sources(targets: Sequence[str], options: ScanOptions) -> Iterator[Source | Unread]:
    for kind, together in groupby(targets, key=_kind_of):
        if kind == STDIN_PATH:
            yield from (stdin_source() for _ in together)
        elif kind == "remote":
            for target in together:
                yield from remote_sources(target, options.smb_credentials)
        else:
            yield from local_sources(together)


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


def _nothing_was_opened(ledger: Ledger) -> None:
    given = sorted(ledger.inputs, key=lambda one: one.path)
    if not given:
        message = "there is nothing to scan: every file was left out by --exclude"
        raise NothingToScan(message)
    first = given[0]
    more = f" (and {len(given) - 1} more)" if len(given) > 1 else ""
    message = f"nothing could be scanned: {first.path}: {first.reason}{more}"
    raise NothingToScan(message)
