"""Reader for plain text: a short document is one record, a log or a list is one record per line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from leakscan.readers.blocks import NO_DAMAGE, Block, Numbers, blocks, note_bytes, note_damaged, unparsed
from leakscan.readers.heads import Head, HeadText
from leakscan.readers.notices import Notices
from leakscan.readers.queries import as_typed
from leakscan.readers.splitting import CUT, Records, split_records
from leakscan.readers.streams import Feed, Readable
from leakscan.records import ROW, Batch, Item, Table, column_id

FORMAT = "text"
DOCUMENT_BYTES = 64 << 10
"""A longer text is not one person's letter: some 30 pages."""
CONFIDENCE = 0.3
"""Any text can be read as lines; a format that recognises itself is surer than this."""

_HEAD_ROWS = 20_000
_NO_RECORDS = split_records(b"", None, final=True)
_CELL = column_id(0)
LOG_LINE = re.compile(
    r"""(?xi) ^\W{0,3} (?:
      \d{4}[-/.]\d\d[-/.]\d\d | \d\d[-/.]\d\d[-/.]\d{2,4},?\s+\d{1,2}[:h]\d\d | \d\d:\d\d:\d\d    # date and time
    | (?: jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec )[a-z]*\s+\d{1,2}\s+\d\d:\d\d:\d\d    # syslog
    | (?: trace|debug|info|warn|warning|error|fatal|critical )\b
    | \d{1,3}(?:\.\d{1,3}){3}\b                                                                   # IP address
    | INSERT\ INTO\b
    )"""
)
_RECORD_LINE = re.compile(r"^(?:\{.*\}|\S+@\S+|\S+:\S+)$")
_LABELLED = re.compile(r"^\W{0,3}[^\W\d][\w .'’()/°-]{0,39}\s*[:=](?:\s|$)")
_DIGITS, _LETTERS = re.compile(r"\d+"), re.compile(r"[^\W\d_]+")


def sniff(head: Head) -> float:
    """How surely this is plain text: never more than a little, since anything readable is."""
    del head
    return CONFIDENCE


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """Read a source whose `head` was taken from `stream`: its table of one column, then its batches."""
    text = head.text
    found = document(head)
    if found is not None:
        yield from found
        return
    encoding = text.encoding
    records = split_records(text.data, None, final=text.whole)
    top = Block(text.data, records, encoding.bom, len(head.data), encoding)
    yield _table(text, _lines(top, top.records.where(np.arange(len(top.records)) < _HEAD_ROWS)))
    feed = Feed(stream, head.data, wide=encoding.wide, bom=encoding.bom, cr=text.cr)
    rows = 0
    for block in blocks(feed, encoding, encoding.bom, head.options.block_bytes):
        yield unparsed(block, _batch, rows)
        rows += len(block.records)


def document(head: Head) -> tuple[Table, Batch] | None:
    """A whole source that is one record of text; None for any other."""
    text = head.text
    if not text.whole or len(text.data) > DOCUMENT_BYTES:
        return None
    block = Block(text.data, _NO_RECORDS, text.encoding.bom, len(head.data), text.encoding)
    content = block.text(0, len(text.data)).replace("\r\n", "\n")
    if not is_document(content):
        return None
    cells = as_typed(pl.Series(_CELL, [content] if content.strip() else [], dtype=pl.String))
    notices = Notices()
    if b"\0" in text.data or len(block.check.foreign):  # places are told by record
        block = replace(block, records=split_records(text.data, None, final=True))
    note_bytes(block, notices, 0)
    frame = _numbered(cells, np.arange(1, 1 + len(cells), dtype=np.uint64))
    return _table(text, cells), Batch(frame, NO_DAMAGE, 0, len(head.data), tuple(notices.warnings()))


def _batch(data: bytes, bare: Block, rows: int) -> Batch:
    """The lines of a block; `rows` lines came before it."""
    block = replace(bare, data=data)
    cut = block.records.kind == CUT
    numbers = np.arange(rows + 1, rows + 1 + len(cut), dtype=np.uint64)
    damaged = block.damaged(block.records.where(cut), numbers[cut], ["record_cut"] * int(cut.sum()))
    notices = Notices()
    note_bytes(block, notices, rows)
    note_damaged(damaged, notices)
    frame = _numbered(_lines(block, block.records), numbers[~cut])
    return Batch(frame, damaged, block.start, block.end, tuple(notices.warnings()))


def _table(text: HeadText, cells: pl.Series) -> Table:
    head = cells.to_frame()
    return Table(FORMAT, text.encoding.label, ("text",), has_header=False, head=head, kind="text")


def _numbered(cells: pl.Series, numbers: Numbers) -> pl.DataFrame:
    return pl.DataFrame([pl.Series(ROW, numbers, dtype=pl.UInt64), cells])


def _lines(block: Block, records: Records) -> pl.Series:
    """One cell per record that is not cut; a CR before a line end goes."""
    records = records.where(records.kind != CUT)
    if not len(records):
        return pl.Series(_CELL, [], dtype=pl.String)
    lines = pl.Series(_CELL, [block.joined(records)[:-1]], dtype=pl.Binary).cast(pl.String).str.split("\n")
    return as_typed(lines.explode(empty_as_null=False, keep_nulls=False).str.strip_suffix("\r"))


def is_document(content: str) -> bool:
    """Tell a letter or a report, where all lines speak of one thing, from a log or a list with a record per line."""
    lines = [line for line in (raw.strip() for raw in content.splitlines()) if line]
    if len(lines) < 3:
        return not (len(lines) > 1 and _alike(lines) == len(lines))
    logged = sum(bool(LOG_LINE.search(line)) for line in lines)
    records = sum(bool(_RECORD_LINE.match(line)) for line in lines)
    if 2 * logged >= len(lines) or 2 * records >= len(lines):
        return False
    labelled = sum(bool(_LABELLED.match(line)) for line in lines)
    if 3 * labelled >= len(lines):
        return True
    return 2 * _alike(lines) < len(lines)


def _alike(lines: list[str]) -> int:
    """Number of lines that have the most frequent shape, where a run of digits is 9 and one of letters is a.

    A wrapped sentence has a shape of its own; numbers, names and codes under each other share one. Only lines with as
    many blanks can, so most shapes of a letter need not be made.
    """
    by_blanks: dict[int, list[str]] = {}
    for line in lines:
        by_blanks.setdefault(line.count(" "), []).append(line)
    most = 0
    for group in sorted(by_blanks.values(), key=len, reverse=True):
        if len(group) <= most:
            break
        shapes = Counter(_LETTERS.sub("a", _DIGITS.sub("9", line)) for line in group)
        most = max(most, *shapes.values())
    return most
