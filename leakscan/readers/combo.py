"""Reader for combo lists: a login and a password per line, `mail:password`, parted by a colon, semicolon or bar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from leakscan.readers.blocks import Block, blocks, note_bytes, note_damaged, unparsed
from leakscan.readers.heads import Head
from leakscan.readers.notices import Notices
from leakscan.readers.splitting import CUT, split_records
from leakscan.readers.streams import Feed, Readable
from leakscan.records import ROW, Batch, Item, Table, column_id

FORMAT = "combo"
CONFIDENCE = 0.65
"""A list of pairs is no format of its own, but surer than any text."""
LEAST_LINES = 5
"""Fewer lines with addresses are no list."""
LEAST_LOGINS = 20
"""Fewer lines with other logins are no list: labels look like them."""
PAIRS = 0.9
"""Least share of lines that are pairs."""
MIXED = 0.3
"""Least share of passwords with letters and digits where logins are no addresses, or a table's delimiter parts them."""
HEAD_ROWS = 20_000
"""Most rows that a table shows."""

_LINES = 500
_SAMPLE = 64 << 10
_MAIL = re.compile(rb"[^\s:;|,@]{1,64}@[^\s:;|,@]{1,80}\.[A-Za-z]{2,24}([:;|])(?!//)([^\s]{3,128})\s*")
_LOGIN = re.compile(rb"[A-Za-z0-9][\w.\-]{2,40}(:)(?!//)([^\s:;,|/]{4,64})\s*")
_DIGITS = re.compile(rb"\d")
_LETTERS = re.compile(rb"[A-Za-z]")
_HEX = re.compile(rb"[0-9a-fA-F]{32,128}")


@dataclass(frozen=True, slots=True)
class _Kind:
    mark: bytes
    role: str


def sniff(head: Head) -> float:
    """By the share of lines that are a login, a mark and a password without blanks."""
    first = head.data[:400].lstrip(b"\xef\xbb\xbf\r\n").split(b"\n", 1)[0]
    if not (_MAIL.fullmatch(first) or _LOGIN.fullmatch(first)) or head.options.delimiter is not None:
        return 0.0
    return CONFIDENCE if _kind(head.data[:_SAMPLE]) is not None else 0.0


def _kind(data: bytes) -> _Kind | None:
    """What parts the pairs and what stands before it; None where the lines are no pairs."""
    lines = [line for line in data.split(b"\n")[: _LINES + 1] if line.strip()]
    lines = lines[:-1] if len(data) >= _SAMPLE else lines
    if len(lines) < LEAST_LINES:
        return None
    for pattern, role in ((_MAIL, "email"), (_LOGIN, "login")):
        pairs = [found for line in lines if (found := pattern.fullmatch(line))]
        if not pairs or len(pairs) < PAIRS * len(lines):
            continue
        marks = [found[1] for found in pairs]
        mark = max(set(marks), key=marks.count)
        passwords = [found[2] for found in pairs]
        mixed = sum(bool(_DIGITS.search(one) and _LETTERS.search(one)) for one in passwords)
        if marks.count(mark) < PAIRS * len(lines):
            continue
        if mark == b":" and role == "email":
            return _Kind(mark, role)
        if role == "login":
            logins = {found[0].split(b":", 1)[0] for found in pairs}
            hashes = sum(bool(_HEX.fullmatch(one)) for one in passwords)
            if len(lines) < LEAST_LOGINS or len(logins) < PAIRS * len(pairs) or 2 * hashes > len(pairs):
                continue
        if mixed >= MIXED * len(pairs) and not any(found[2].count(mark) for found in pairs):
            return _Kind(mark, role)
    return None


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """The table of two columns, and its batches."""
    text = head.text
    encoding = text.encoding
    kind = _kind(text.data[:_SAMPLE]) or _Kind(b":", "login")
    records = split_records(text.data, None, final=text.whole)
    top = Block(text.data, records.where(np.arange(len(records)) < HEAD_ROWS), encoding.bom, len(head.data), encoding)
    shown = _pairs(_lines(top), kind.mark)
    columns = (kind.role, "password")
    frame = shown.filter(pl.col("pair")).select(column_id(0), column_id(1))
    yield Table(FORMAT, encoding.label, columns, has_header=False, head=frame, roles=columns)
    feed = Feed(stream, head.data, wide=encoding.wide, bom=encoding.bom, cr=text.cr)
    rows = 0
    for block in blocks(feed, encoding, encoding.bom, head.options.block_bytes):
        yield unparsed(block, _batch, kind.mark, rows)
        rows += len(block.records)


def _batch(data: bytes, bare: Block, mark: bytes, rows: int) -> Batch:
    block = replace(bare, data=data)
    cut = block.records.kind == CUT
    numbers = np.arange(rows + 1, rows + 1 + len(cut), dtype=np.uint64)
    found = _pairs(_lines(block), mark).with_columns(pl.Series(ROW, numbers[~cut], dtype=pl.UInt64))
    odd = np.array(cut)
    odd[np.flatnonzero(~cut)[~found["pair"].to_numpy()]] = True
    reasons = np.where(cut[odd], "record_cut", "too_few_fields").tolist()
    damaged = block.damaged(block.records.where(odd), numbers[odd], reasons)
    notices = Notices()
    note_bytes(block, notices, rows)
    note_damaged(damaged, notices)
    frame = found.filter(pl.col("pair")).select(ROW, column_id(0), column_id(1))
    return Batch(frame, damaged, block.start, block.end, tuple(notices.warnings()))


def _lines(block: Block) -> pl.Series:
    records = block.records.where(block.records.kind != CUT)
    if not len(records):
        return pl.Series("line", [], dtype=pl.String)
    return pl.Series("line", block.joined(records)[:-1].decode().split("\n"), dtype=pl.String)


def _pairs(lines: pl.Series, mark: bytes) -> pl.DataFrame:
    """What stands before and behind the first mark of each line, and whether there is one."""
    halves = lines.str.strip_suffix("\r").str.splitn(mark.decode(), 2).struct.unnest()
    halves.columns = [column_id(0), column_id(1)]
    return halves.with_columns(pl.col(column_id(1)).is_not_null().alias("pair")).with_columns(
        pl.col(column_id(0), column_id(1)).fill_null("")
    )
