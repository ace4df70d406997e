"""One source from beginning to end, and all that lies in it: reader, columns, batches, units, children."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import count, takewhile
from pathlib import PurePath

from leakscan.bundles import look_at_alike
from leakscan.limits import Budget, Grant, Spent
from leakscan.looking import Lookers
from leakscan.options import ScanOptions
from leakscan.passes import Pass, Piece, ledger_of, ledger_of_unread, ledger_put_away, second_thoughts
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import Ledger, union
from leakscan.persons.packing import packed
from leakscan.progress import NoProgress, Progress
from leakscan.readers import HEAD_BYTES, FileReader, HashingStream, SpreadStream, choose_reader, start
from leakscan.reading import asking
from leakscan.reading.asking import Asked, kept_ledger, take_spent, unread
from leakscan.reading.items import LATE, Setting, keeping, look_at, stream_of
from leakscan.reading.nesting import Children, about, again
from leakscan.reading.sheets import Sheets
from leakscan.records import Child, ColumnRole, InputWarning, Source
from leakscan.sources import HOLES, reason_of, told_by
from leakscan.work import WHOLE_BYTES, Checkpoint

SHARE = 4
"""A worker is granted one part in so many of what is left of a budget; if that is too little it is asked once more."""


def ask(
    sources: tuple[Source, ...], options: ScanOptions, lookers: Lookers, depth: int = 0, grant: Grant | None = None
) -> Asked:
    """Have a worker read sources whole, as `asking.ask`."""
    return asking.ask(scan_bundle, sources, options, lookers, depth, grant)


def scan_bundle(
    _: bytes,
    sources: tuple[Source, ...],
    options: ScanOptions,
    prints: Fingerprinter,
    depth: int = 0,
    grant: Grant | None = None,
) -> tuple[Ledger, Spent]:
    """Scan sources in a worker process, with all that lies in them; and what of a grant that took."""
    budget = None if grant is None else Budget(options.limits, lambda: 0, grant)
    lookers = Lookers(1, prints, options.as_of, isolates=False)
    found = scan_together(sources, options, lookers, depth, budget)
    return found, Spent() if budget is None else budget.spent


def scan_together(
    sources: Sequence[Source], options: ScanOptions, lookers: Lookers, depth: int = 0, budget: Budget | None = None
) -> Ledger:
    """Scan small sources in this process: what may share a batch together, all others one by one."""
    ledgers, rest = look_at_alike(sources, options, lookers.prints) if len(sources) > 1 else ([], sources)
    for place, one in enumerate(rest, 1):
        found = scan_source(one, options, NoProgress(), lookers, depth=depth, budget=budget)
        ledgers.append(found)
        if found.interrupted:
            ledgers += [ledger_of_unread(unread(other, "interrupted")) for other in rest[place:]]
            break
    return packed(union(ledgers))


def scan_source(
    source: Source,
    options: ScanOptions,
    progress: Progress,
    lookers: Lookers,
    *,
    alone: bool = False,
    depth: int = 0,
    budget: Budget | None = None,
) -> Ledger:
    """Scan one source and what lies in it; a second pass follows where the rest of it contradicts its head's roles.

    `depth`: how deep it lies in the input; `budget`: what the input may still cost.
    """
    setting = Setting(options, progress, lookers)
    progress.source(source.path)
    try:
        with closing(source.open()) as opened:
            stream = stream_of(opened, source)
            nested = Nested(source, setting, budget or Budget(options.limits, lambda: stream.count), depth)
            done = _read(stream, source, setting, nested, alone=alone)
            if done.elsewhere is not None:
                return done.elsewhere
            if not done.interrupted:
                stream.drain()
            if stream.broken is not None and not stream.count:
                return ledger_of_unread(unread(source, reason_of(stream.broken)))
            told = told_by(opened)
            if not done.interrupted:
                done.failure = _cut_short(stream, source, told) or done.failure
            said = partial(ledger_of, source, stream.sha256, stream.count - stream.passed_over)
        roles = None if done.interrupted else second_thoughts(done, options)
        if roles is not None and source.seekable:
            done = _once_more(done, source, setting, roles)
        elif roles is not None:
            message = f"{LATE}, and this input cannot be read twice: save it to a file and scan that"
            done.notices.merge([InputWarning("late_role", message)])
            done.failure = message
    except OSError as error:
        return ledger_of_unread(unread(source, reason_of(error)))
    done.notices.merge(told)
    done.sampled = stream.partial and not done.interrupted
    if done.sampled and done.failure is None:
        read = stream.count - stream.passed_over
        of = f"{read} of {source.size} bytes" if source.size else f"only the first {read} bytes"
        done.failure = f"triage: {of} read"
    found = nested.with_own(said(done), stream.sha256)
    if alone:  # nothing more to look at, and linkage wants the memory
        lookers.close()
    return found


def _once_more(done: Pass, source: Source, setting: Setting, roles: tuple[ColumnRole, ...]) -> Pass:
    """A second pass with other roles; the first one stands where the source cannot be opened again."""
    try:
        with closing(source.open()) as opened:
            stream = stream_of(opened, source)
            more = _read(stream, source, setting, None, roles)
    except OSError as error:
        done.failure = f"columns turned out to be something else, and it cannot be read again: {reason_of(error)}"
        return done
    if stream.broken is not None and more.failure is None:
        more.failure = f"reading stopped after {stream.count} bytes: {reason_of(stream.broken)}"
    more.failure = more.failure or done.failure
    return more


def _cut_short(stream: HashingStream, source: Source, told: Iterable[InputWarning]) -> str | None:
    """Why a source was not read to the end that it had when it was listed, as far as its stream can tell."""
    if stream.broken is not None:
        return f"reading stopped after {stream.count} bytes: {reason_of(stream.broken)}"
    missing = (source.size or 0) - stream.count - sum(one.count for one in told if one.code == HOLES)
    if missing <= 0 or not source.seekable or stream.partial:
        return None
    return f"it became shorter while it was read: {stream.count} of {source.size} bytes"


def _read(
    stream: HashingStream,
    source: Source,
    setting: Setting,
    nested: Nested | None,
    roles: tuple[ColumnRole, ...] | None = None,
    *,
    alone: bool = False,
) -> Pass:
    """One pass over a source: choose its reader, then look at all it gives."""
    lookers = setting.lookers
    done = Pass(alone=alone, prints=lookers.prints, shelf=lookers.shelf, sampled=isinstance(stream, SpreadStream))
    earlier = _kept_before(done, source, setting.lookers.checkpoint, again=roles is not None)
    with keeping(done, setting.lookers):
        chosen = choose_reader(stream, setting.options.reading())
        if isinstance(chosen, str):
            done.failure = chosen
            return done
        reader, head = chosen
        done.format = reader.format
        if isinstance(reader, FileReader) and done.sampled:
            done.failure = "triage: this format is not read in part"
            return done
        if isinstance(reader, FileReader) and reader.isolated and setting.lookers.isolates and nested is not None:
            done.elsewhere = nested.isolated(stream, head.data)
            return done
        if stream.count >= HEAD_BYTES:
            setting.lookers.expect_much()
        items = start(reader, head, stream)
        if source.subject:
            items = about(source.subject, items)
        name = PurePath(source.member or source.path).name
        look_at(items, done, setting, nested, roles, lambda: stream.count, earlier, name=name)
    return done


def _kept_before(done: Pass, source: Source, checkpoint: Checkpoint | None, *, again: bool) -> Iterator[Piece]:
    """What an earlier scan finished of a source; has what this one finishes kept as well."""
    if checkpoint is None or source.stamp is None or done.sampled:
        return iter(())
    name = partial(checkpoint.name, "unit", source.path, source.member, source.stamp, again)
    done.keep = lambda number, piece: checkpoint.put(name(number), piece)
    return takewhile(lambda piece: piece is not None, (checkpoint.get(name(number)) for number in count()))


class Nested:
    """What lies in one source. State: children that wait to be read together, workers asked, tables, ledgers so far."""

    def __init__(self, parent: Source, setting: Setting, budget: Budget, depth: int) -> None:
        """`parent` lies `depth` deep in the input, which may still cost `budget`."""
        self.parent, self.setting, self.budget, self.depth = parent, setting, budget, depth
        self.children = Children(parent, budget)
        self.ledgers: list[Ledger] = []
        self.asked: list[Asked] = []
        self.cut_short: list[Source] = []
        self.sheets = Sheets(parent, setting, self.children)

    def add(self, child: Child) -> None:
        """Read a child, or have it read. LimitReached where there are too many; what a child raises stays with it."""
        self.budget.member()
        if child.items is not None:
            self.sheets.look_at(child, child.items, self)
        elif child.open is None or self.depth >= self.budget.limits.depth:
            reason = child.reason or f"it lies more than {self.budget.limits.depth} archives deep"
            self.ledgers.append(ledger_of_unread(unread(self.children.named(child), reason, child.sha256)))
        else:
            source = self.children.source(child)
            if not source.seekable:
                self._scan([source])
            elif self.children.wait(source):
                self._hand_out()

    def isolated(self, stream: HashingStream, begun: bytes) -> Ledger:
        """Have a worker read the source itself, since its bytes may crash, hang or bloat whoever decodes them."""
        lookers = self.setting.lookers
        lookers.expect_isolation()
        source = self.parent if self.parent.seekable else again(self.parent, stream, begun)
        grant = self.budget.grant(1) if self.depth else None
        asked = ask((source,), self.setting.options, lookers, self.depth, grant)
        return self._settled(asked)

    def with_own(self, own: Ledger, sha256: str) -> Ledger:
        """All that was found in the source and in what lies in it; `sha256` of the source."""
        try:
            if not own.interrupted:
                self.sheets.look_again()
            self._hand_out()
            while self.asked:
                self._add(self._taken(self.asked[0]))
                del self.asked[0]
            self._once_more()
        except KeyboardInterrupt:
            left = [*self.cut_short, *(source for asked in self.asked for source in asked.sources)]
            self.ledgers += [ledger_of_unread(unread(source, "interrupted")) for source in left]
            own = replace(own, interrupted=True)
        self.ledgers += self.sheets.ledgers(sha256)
        return union([own, *self.ledgers])

    def _hand_out(self) -> None:
        """Give the small children that wait to a worker, or read them here where they are few."""
        lookers = self.setting.lookers
        if self.children.many:
            lookers.expect_much()
        for bundle in self.children.bundles():
            if lookers.pool is None:
                self._scan(bundle)
                continue
            while len(self.asked) > lookers.capacity:
                self._add(self._taken(self.asked.pop(0)))
            kept = kept_ledger(bundle, lookers.checkpoint)
            if kept is not None:
                self.ledgers.append(kept)
                continue
            grant = self.budget.grant(SHARE)
            self.asked.append(ask(tuple(bundle), self.setting.options, lookers, self.depth + 1, grant))

    def _add(self, found: Ledger | None) -> None:
        if found is not None:
            self.ledgers.append(ledger_put_away(found, self.setting.lookers.shelf))

    def _taken(self, asked: Asked) -> Ledger | None:
        """What a worker found; None where its part of the budget was too small, and it is asked again in the end."""
        found, spent = take_spent(asked, self.setting.options, self.setting.lookers)
        if asked.grant is None:
            return found
        size = sum(source.size or 0 for source in (*self.cut_short, *asked.sources))
        if spent.limited and size <= WHOLE_BYTES:
            self.budget.settle(asked.grant, Spent())
            self.cut_short += asked.sources
            return None
        self._charge(asked.grant, spent)
        return found

    def _once_more(self) -> None:
        """Have sources read whose part of the budget was too small, one by one, each with all that is left."""
        while self.cut_short:
            source = self.cut_short.pop(0)
            asked = ask((source,), self.setting.options, self.setting.lookers, self.depth + 1, self.budget.grant(1))
            self._add(self._settled(asked))

    def _charge(self, grant: Grant, spent: Spent) -> None:
        self.budget.settle(grant, spent)
        self.budget.limited = self.budget.limited or spent.limited

    def _settled(self, asked: Asked) -> Ledger:
        found, spent = take_spent(asked, self.setting.options, self.setting.lookers)
        if asked.grant is not None:
            self._charge(asked.grant, spent)
        return found

    def _scan(self, sources: Sequence[Source]) -> None:
        setting = self.setting
        found = scan_together(sources, setting.options, setting.lookers, self.depth + 1, self.budget)
        self.ledgers.append(found)
        if found.interrupted:
            raise KeyboardInterrupt
