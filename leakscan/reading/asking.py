"""What worker processes are asked: sources to read whole, what they may cost, and what is kept of the answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from leakscan.limits import Grant, Spent
from leakscan.looking import Lookers
from leakscan.options import ScanOptions
from leakscan.passes import Pass, ledger_of, ledger_of_unread
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import Ledger, union
from leakscan.readers import HashingStream
from leakscan.records import Source
from leakscan.sources import Unread
from leakscan.work import Checkpoint, Lost, Task

Read = Callable[..., tuple[Ledger, Spent]]
"""How a worker reads sources: `reading.scan_bundle`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Sources that a worker reads whole, how deep they lie in the input, and what they may cost of its budget."""

    sources: tuple[Source, ...]
    depth: int
    task: Task
    read: Read
    grant: Grant | None = None


def ask(
    read: Read,
    sources: tuple[Source, ...],
    options: ScanOptions,
    lookers: Lookers,
    depth: int = 0,
    grant: Grant | None = None,
) -> Asked:
    """Have a worker read sources whole; they must be such that can be opened anew.

    `grant`: what they may cost together; None where each is an input, with a budget of its own.
    """
    seconds = options.limits.seconds(sum(source.size or 0 for source in sources))
    task = lookers.submit(read, sources, options, lookers.prints, depth, grant, seconds=seconds)
    return Asked(sources, depth, task, read, grant)


def take(asked: Asked, options: ScanOptions, lookers: Lookers) -> Ledger:
    """What a worker found in sources, as `take_spent`."""
    return take_spent(asked, options, lookers)[0]


def take_spent(asked: Asked, options: ScanOptions, lookers: Lookers) -> tuple[Ledger, Spent]:
    """What a worker found in sources, and what of its grant that took.

    Where they killed it each is read alone, so that none takes others with it.
    """
    answer = lookers.answer(asked.task)
    if not isinstance(answer, Lost):
        found: tuple[Ledger, Spent] = answer
        if not found[1].limited:
            keep_ledger(asked.sources, found[0], lookers.checkpoint)
        return found
    if len(asked.sources) == 1:
        return ledger_of_lost(asked.sources[0], answer.reason), Spent()
    ledgers: list[Ledger] = []
    spent, grant = Spent(), asked.grant
    for one in asked.sources:
        ledger, more = take_spent(ask(asked.read, (one,), options, lookers, asked.depth, grant), options, lookers)
        ledgers.append(ledger)
        spent = Spent(spent.bytes + more.bytes, spent.members + more.members, spent.limited or more.limited)
        if grant is not None:
            grant = Grant(max(0, grant.bytes - more.bytes), max(0, grant.members - more.members))
    return union(ledgers), spent


def kept_ledger(sources: Sequence[Source], checkpoint: Checkpoint | None) -> Ledger | None:
    """What an earlier scan found in sources, all of it; None where they changed since, or it did not come so far."""
    name = _kept_as(sources, checkpoint)
    ledger: Ledger | None = checkpoint.get(name) if checkpoint is not None and name is not None else None
    return ledger


def keep_ledger(sources: Sequence[Source], ledger: Ledger, checkpoint: Checkpoint | None) -> None:
    """Keep what was found in sources, if it is all there is."""
    name = _kept_as(sources, checkpoint)
    if checkpoint is not None and name is not None and not ledger.interrupted:
        checkpoint.put(name, ledger)


def _kept_as(sources: Sequence[Source], checkpoint: Checkpoint | None) -> str | None:
    if checkpoint is None or any(source.stamp is None for source in sources):
        return None
    return checkpoint.name("sources", *((one.path, one.member, one.size, one.stamp, one.share) for one in sources))


def ledger_of_lost(source: Source, reason: str) -> Ledger:
    """A source that nobody could read: listed with its hash, if that can be taken."""
    try:
        with closing(source.open()) as opened:
            stream = HashingStream(opened)
            stream.drain()
    except OSError:
        return ledger_of_unread(unread(source, reason))
    return ledger_of(source, stream.sha256, stream.count, Pass(Fingerprinter(), failure=reason))


def unread(source: Source, reason: str, stored: str | None = None) -> Unread:
    """A source as one that was not read. `stored`: the hash of a member's bytes as its container stores them."""
    return Unread(source.path, reason, source.size, member=source.member, sha256=stored)
