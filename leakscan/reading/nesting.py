"""What lies in a source: children become sources of their own, within the limits of the whole."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import BinaryIO, cast

import polars as pl

from leakscan.bundles import BUNDLE_BYTES, BUNDLE_FILES, BUNDLED_BYTES
from leakscan.limits import Budget
from leakscan.readers import HEAD_BYTES, HashingStream, Readable
from leakscan.readers.guarded import BrokenInput, Chained, Taken
from leakscan.readers.spool import attached
from leakscan.records import (
    MEMBER_SEPARATOR,
    Batch,
    Child,
    Item,
    Source,
    Subject,
    Table,
    Unparsed,
    column_id,
)
from leakscan.sources import reason_of
from leakscan.work import WHOLE_BYTES

_PIECE = 1 << 20


class Metered(Taken):
    """A child's bytes as they come out, counted against the budget of what it lies in."""

    def __init__(self, stream: Readable, budget: Budget) -> None:
        """`budget` is shared by all that lies in one input."""
        self._stream, self._budget = stream, budget

    def take(self, size: int) -> bytes:
        """Read on; LimitReached where too much came out."""
        data = self._stream.read(size)
        self._budget.take(len(data))
        return data


class Broken(Taken):
    """Bytes that came out before a decoder failed; behind them reading raises what it raised."""

    def __init__(self, begun: bytes, reason: str) -> None:
        """`reason`: a few words for a person."""
        self._begun, self._reason = io.BytesIO(begun), reason

    def take(self, size: int) -> bytes:
        """Read on; BrokenInput behind the last byte."""
        data = self._begun.read(size)
        if not data and size:
            raise BrokenInput(self._reason)
        return data


class Children:
    """The children of one source as sources. State: the small ones that wait to be read together."""

    def __init__(self, parent: Source, budget: Budget) -> None:
        """`budget` is what the input may still cost."""
        self._parent, self._budget = parent, budget
        self._waiting: list[Source] = []
        self._size = self._seen = self._met = 0

    @property
    def many(self) -> bool:
        """Whether workers are worth their start."""
        return self._seen >= HEAD_BYTES

    def named(self, child: Child) -> Source:
        """A child by its name alone; ask once for each, since its stamp counts them: names may come again."""
        parent = self._parent
        self._met += 1
        name = child.name if parent.member is None else f"{parent.member}{MEMBER_SEPARATOR}{child.name}"
        return Source(
            parent.path,
            _nothing,
            child.size,
            member=name,
            share=parent.share,
            subject=child.subject or parent.subject,
            stamp=None if parent.stamp is None else f"{parent.stamp}#{self._met}",
        )

    def source(self, child: Child) -> Source:
        """A child as a source, which can be opened anew unless it is large. `child.open` must be set."""
        named = self.named(child)
        if child.open is None:
            return named
        pieces: list[bytes] = []
        size, most = 0, WHOLE_BYTES if named.share is None else min(WHOLE_BYTES, named.share)
        try:
            stream = Metered(child.open(), self._budget)
            while size <= most and (data := stream.read(min(_PIECE, most + 1 - size))):
                pieces.append(data)
                size += len(data)
        except OSError as error:
            return replace(named, open=partial(_broken, b"".join(pieces), reason_of(error)), size=size)
        if size <= most:
            return replace(named, open=partial(_in_memory, b"".join(pieces)), size=size)
        rest = cast("BinaryIO", Chained(b"".join(pieces), stream))
        return replace(named, open=lambda: rest, seekable=False)

    def wait(self, source: Source) -> bool:
        """Put a source with those that wait; says whether they are enough to be handed out."""
        self._waiting.append(source)
        self._size += source.size or 0
        self._seen += source.size or 0
        return self._size >= BUNDLE_BYTES or len(self._waiting) >= BUNDLE_FILES

    def bundles(self) -> Iterator[list[Source]]:
        """Those that wait, small ones together, large ones alone."""
        waiting, self._waiting, self._size = self._waiting, [], 0
        small = [source for source in waiting if (source.size or 0) <= BUNDLED_BYTES]
        if small:
            yield small
        yield from ([source] for source in waiting if (source.size or 0) > BUNDLED_BYTES)


def again(source: Source, stream: HashingStream, begun: bytes) -> Source:
    """A source that can be opened once as one that another process can open: its bytes wait in a spool."""
    spool = stream.spooled(begun)
    return replace(source, open=partial(attached, spool.handle()), size=spool.size, seekable=True)


def _in_memory(data: bytes) -> BinaryIO:
    return io.BytesIO(data)


def _broken(begun: bytes, reason: str) -> BinaryIO:
    return cast("BinaryIO", Broken(begun, reason))


def _nothing() -> BinaryIO:
    return io.BytesIO()


def about(subject: Subject, items: Iterator[Item]) -> Iterator[Item]:
    """A text as what its message is about: whom that names stands beside each record, in columns of their roles."""
    for item in items:
        if isinstance(item, Table) and item.kind != "text":
            yield item
            yield from items
            return
        if isinstance(item, Table):
            names = tuple(f"{role} (of the message)" for role, _ in subject)
            yield replace(
                item,
                columns=(*item.columns, *names),
                roles=("comment", *(role for role, _ in subject)),
                kind="table",
                head=beside(item.head, subject),
            )
        elif isinstance(item, Batch):
            yield replace(item, frame=beside(item.frame, subject))
        elif isinstance(item, Unparsed):
            yield replace(item, parse=parse_about, given=(item.parse, subject, *item.given))
        else:
            yield item


def parse_about(data: bytes, parse: Callable[..., Batch], subject: Subject, *given: object) -> Batch:
    """As `parse`, with the subject beside each record; a function of its own, so that a worker can be asked."""
    batch = parse(data, *given)
    return replace(batch, frame=beside(batch.frame, subject))


def beside(frame: pl.DataFrame, subject: Subject) -> pl.DataFrame:
    """A frame of one text column with the subject's cells in columns behind it."""
    return frame.with_columns(pl.lit(cell).alias(column_id(1 + at)) for at, (_, cell) in enumerate(subject))
