"""Readers turn bytes into a table and batches: one file per format, and the table `READERS` (add a format there).

A reader knows its format and nothing of health. Results never depend on block sizes nor on file or stdin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from leakscan.readers import delimited, text
from leakscan.readers.heads import Head
from leakscan.readers.notices import Notices
from leakscan.readers.spread import runs, shares
from leakscan.readers.streams import HEAD_BYTES, HashingStream, Readable, SpreadStream, read_head
from leakscan.readers.unreadable import why_unread
from leakscan.records import Batch, Item, ReadOptions, Table

__all__ = [
    "HEAD_BYTES",
    "READERS",
    "HashingStream",
    "Notices",
    "Readable",
    "Reader",
    "SpreadStream",
    "choose",
    "open_reader",
    "read_document",
    "read_head",
    "runs",
    "shares",
]


@dataclass(frozen=True, slots=True)
class Reader:
    """A format that can be read.

    `sniff(head)` says how surely a source is of the format, 0..1, by content alone.
    `read(stream, head)` yields a `Table`, then batches, then warnings; `head` was taken from `stream`.
    """

    format: str
    sniff: Callable[[Head], float]
    read: Callable[[Readable, Head], Iterator[Item]]


READERS: tuple[Reader, ...] = (
    Reader(delimited.FORMAT, delimited.sniff, delimited.read),
    Reader(text.FORMAT, text.sniff, text.read),
)
"""Every format, in no particular order: the surest reader takes a source."""


def choose(head: bytes, options: ReadOptions) -> Reader | str:
    """Choose the reader for a source by its head, or give the reason why none reads it, for a person."""
    return _choose(Head(head, options))


def _choose(head: Head) -> Reader | str:
    reason = why_unread(head.data, head.options.encoding)
    return reason if reason is not None else max(READERS, key=lambda reader: reader.sniff(head))


def open_reader(stream: Readable, options: ReadOptions) -> tuple[Reader, Iterator[Item]] | str:
    """Take the head of a stream and start the reader that fits; or give the reason why none does.

    Wrap the stream in a `HashingStream` first to have the SHA-256 of all bytes: a reader reads to the end, and
    `HashingStream.drain` does so for a source that is not read.
    """
    head = Head(read_head(stream), options)
    reader = _choose(head)
    return reader if isinstance(reader, str) else (reader, reader.read(stream, head))


def read_document(data: bytes, options: ReadOptions) -> tuple[Table, Batch] | None:
    """All bytes of a source as one record of text, where its reader would make it one; None for any other source."""
    head = Head(data, options)
    reader = _choose(head)
    return text.document(head) if isinstance(reader, Reader) and reader.format == text.FORMAT else None
