"""Readers for messages (.eml, web archives) and mailboxes (mbox): a message is a record, attachments are children.

A mailbox streams: runs of messages go to the workers as bytes, which make their text. Here they are only cut
into parts, for their attachments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from leakscan.readers.blocks import NO_DAMAGE
from leakscan.readers.heads import Head
from leakscan.readers.messages import attachments, message_text
from leakscan.readers.notices import Notices
from leakscan.readers.streams import Readable, read_exactly
from leakscan.records import ROW, Batch, InputWarning, Item, Table, Unparsed, column_id

EML, MBOX = "eml", "mbox"
MESSAGE_BYTES = 256 << 20
"""A message of a mailbox that is longer is cut: what follows is read as another."""
RUN_BYTES = 4 << 20
"""Bytes of messages that are handed to a worker together."""
RUN_MESSAGES = 2000
"""Messages that are handed to a worker together."""
HEAD_MESSAGES = 200
"""Messages that settle what a mailbox is about."""

_LOOK = 64 << 10
_PIECE = 1 << 20
_CELL = column_id(0)
_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9\-]{1,60}:[ \t]?[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n")
_FIELDS = re.compile(
    rb"(?im)^(?:from|to|subject|date|message-id|received|mime-version|return-path|delivered-to|content-type|x-mailer|cc"
    rb"|reply-to|x-unsent|importance|thread-topic)[ \t]*:"
)
_START = re.compile(rb"^From [^\r\n]{1,200}?\b(?:19|20)\d\d\b[^\r\n]{0,20}\r?\n", re.MULTILINE)
_NEXT = re.compile(rb"\n\r?\nFrom (?=[^\r\n]{1,200}?\b(?:19|20)\d\d\b[^\r\n]{0,20}\r?\n[A-Za-z>][\w\-]*[ :])")


def sniff_eml(head: Head) -> float:
    """By fields of a header on the first lines, up to an empty line."""
    return 0.85 if _is_header(head.data, 0) else 0.0


def sniff_mbox(head: Head) -> float:
    """By a line "From " and a header below it."""
    found = _START.match(head.data[:512]) if head.data.startswith(b"From ") else None
    return 0.9 if found is not None and _is_header(head.data, found.end()) else 0.0


def _is_header(data: bytes, at: int) -> bool:
    if _FIELD.match(data[at : at + 2000]) is None:
        return False
    look = data[at : at + _LOOK]
    end = 0
    while field := _FIELD.match(look, end):
        end = field.end()
    known = {found.group().lower() for found in _FIELDS.finditer(look[:end])}
    carried = any(name.startswith((b"mime-version", b"message-id", b"received")) for name in known)
    # as somebody saved them: at least a sender or a receiver, a subject or a date, and an empty line
    saved = len(known) >= 3 and any(name.startswith((b"from", b"to")) for name in known)
    return (saved or (carried and len(known) >= 2)) and (
        look[end : end + 2].startswith((b"\n", b"\r\n")) or end >= len(look) - 1
    )


def read_eml(stream: Readable, head: Head) -> Iterator[Item]:
    """One message: its text as a record, what it holds as children."""
    data = head.data + read_exactly(stream, MESSAGE_BYTES - len(head.data))
    rest = 0
    while more := stream.read(_PIECE):
        rest += len(more)
    notices = Notices()
    text = message_text(data, notices)
    cells = pl.Series(_CELL, [text] if text.strip() else [], dtype=pl.String)
    yield Table(EML, "mime", ("text",), has_header=False, head=cells.to_frame(), kind="text")
    yield Batch(_numbered(cells, 0), NO_DAMAGE, 0, len(data))
    yield from attachments(data, "")
    yield from notices.warnings()
    if rest:
        yield InputWarning("trailing_bytes", "bytes behind the end of the longest message: not read", count=rest)


def read_mbox(stream: Readable, head: Head) -> Iterator[Item]:
    """Each message as a record, in runs; attachments as children, named by the number of their message."""
    begun, at, rows, size = False, 0, 0, 0
    run: list[bytes] = []
    for message in _messages(stream, head.data):
        run.append(message)
        size += len(message)
        if size < RUN_BYTES and len(run) < RUN_MESSAGES:
            continue
        yield from _run(run, at, rows, begun=begun)
        begun, at, rows, size, run = True, at + size, rows + len(run), 0, []
    if run or not begun:
        yield from _run(run, at, rows, begun=begun)


def _run(run: list[bytes], at: int, rows: int, *, begun: bool) -> Iterator[Item]:
    if not begun:
        notices = Notices()
        texts = [message_text(message, notices) for message in run[:HEAD_MESSAGES]]
        cells = pl.Series(_CELL, texts, dtype=pl.String)
        yield Table(MBOX, "mime", ("text",), has_header=False, head=cells.to_frame(), kind="text")
    data = b"".join(run)
    yield Unparsed(data, parse_messages, (tuple(map(len, run)), at, rows), at, at + len(data), len(run))
    for number, message in enumerate(run, rows + 1):
        yield from attachments(message, f"message {number}: ")


def parse_messages(data: bytes, sizes: tuple[int, ...], at: int, rows: int) -> Batch:
    """The texts of messages that stand one behind the other; `rows` messages came before them."""
    texts, begin = [], 0
    notices = Notices()
    for size in sizes:
        texts.append(message_text(data[begin : begin + size], notices))
        begin += size
    cells = pl.Series(_CELL, texts, dtype=pl.String)
    return Batch(_numbered(cells, rows), NO_DAMAGE, at, at + len(data), tuple(notices.warnings()))


def _numbered(cells: pl.Series, rows: int) -> pl.DataFrame:
    numbers = pl.int_range(rows + 1, rows + 1 + len(cells), dtype=pl.UInt64, eager=True).alias(ROW)
    return pl.DataFrame([numbers, cells])


def _messages(stream: Readable, begun: bytes) -> Iterator[bytes]:
    """The messages of a mailbox, each with its "From " line and all bytes up to the next."""
    held, data, looked = bytearray(), begun, 0
    while data:
        held += data
        start = 0
        # a mark that the end of what is at hand cuts is looked for again
        for found in _NEXT.finditer(held, looked):
            if found.end() + 300 > len(held):
                break
            at = found.end() - len(b"From ")
            yield bytes(held[start:at])
            start = at
        del held[:start]
        looked = max(0, len(held) - 1000)
        if len(held) > MESSAGE_BYTES:
            yield bytes(held)
            held.clear()
            looked = 0
        data = stream.read(_PIECE)
    start = 0
    for found in _NEXT.finditer(held, looked):
        at = found.end() - len(b"From ")
        yield bytes(held[start:at])
        start = at
    if len(held) > start:
        yield bytes(held[start:])
