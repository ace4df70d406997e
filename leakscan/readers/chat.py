"""Reader for exports of messengers: WhatsApp as text, Telegram, Messenger, Instagram and Signal as JSON.

A row per message: date, sender, text. Whom a message speaks of is not its sender, so the sender has no role.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import polars as pl

from leakscan.readers.blocks import NO_DAMAGE, blocks
from leakscan.readers.heads import Head
from leakscan.readers.json_frames import MAX_DEPTH, loaded, scalar
from leakscan.readers.records_of_text import Shape, frame_of, told
from leakscan.readers.streams import HEAD_BYTES, Feed, Readable
from leakscan.records import ROW, Batch, Item, column_id

FORMAT = "chat"
COLUMNS = ("date", "sender", "text", "other_fields")
ROLES = ("date", None, "comment", None)
LEAST_MESSAGES = 3
"""Fewer messages are no export."""
MESSAGE_LINES = 1_000
"""Lines of one message at most that are kept together from one block to the next."""

_SAMPLE = 64 << 10
_DATE = r"(\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{4}-\d\d-\d\d)"
_TIME = r"(\d{1,2}[:hH.]\d\d(?:[:.]\d\d)?(?:[\s\u202f]?[AaPp]\.?[Mm]\.?)?)"
_BEGIN = rf"^[\u200e\u202a\ufeff]*(?:\[{_DATE}(?:,| à)?\s{_TIME}\]|{_DATE}(?:,| à)?\s{_TIME}\s[-–])\s"
_BEGINS = re.compile(_BEGIN)
_SENDER = r"[\u200e\u202a]?([^:\n]{1,80}):\s"
_MESSAGE = re.compile(_BEGIN + _SENDER)
_FIRST = re.compile(rb"[\xe2\x80\x8e\xaa\xef\xbb\xbf]*\[?(?:\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{4}-\d\d-\d\d)[, ]")
_JSON = re.compile(rb'"(?:from_id|sender_name|text_entities|timestamp_ms|sent_at)"\s*:')
_HOLDS = re.compile(rb'"messages"\s*:\s*\[')


def sniff(head: Head) -> float:
    """By lines that begin with a date and a sender, or by the keys of an export."""
    data = head.data
    if head.options.delimiter is not None:
        return 0.0
    if data[:16].lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{"):
        small = len(data) < HEAD_BYTES
        sample = data[:_SAMPLE]
        return 0.85 if small and _HOLDS.search(sample) and _JSON.search(sample) and _messages(data) else 0.0
    if not _FIRST.match(data):
        return 0.0
    lines = [line for line in data[:_SAMPLE].decode("utf-8", "replace").splitlines()[:200] if line.strip()]
    begun = sum(bool(_BEGINS.match(line)) for line in lines)
    said = sum(bool(_MESSAGE.match(line)) for line in lines)
    return 0.75 if said >= LEAST_MESSAGES and 2 * said >= begun and 3 * begun >= len(lines) else 0.0


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """The table of messages, and its batches."""
    shape = Shape(FORMAT, head.text.encoding.label, COLUMNS, ROLES)
    if head.data[:16].lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{"):
        yield from told(shape, [_of_json(head.data, len(head.data))])
        while stream.read(HEAD_BYTES):
            pass
        return
    yield from told(shape, _of_lines(stream, head))


def _of_lines(stream: Readable, head: Head) -> Iterator[Batch]:
    """Messages of a text; a message of several lines may go on in the next block."""
    text = head.text
    encoding = text.encoding
    feed = Feed(stream, head.data, wide=encoding.wide, bom=encoding.bom, cr=text.cr)
    left, start, end, rows = "", encoding.bom, encoding.bom, 0
    for block in blocks(feed, encoding, encoding.bom, head.options.block_bytes):
        lines = (left + block.utf8(block.data).decode()).splitlines()
        last = next(
            (at for at in range(len(lines) - 1, max(-1, len(lines) - MESSAGE_LINES), -1) if _BEGINS.match(lines[at])),
            len(lines),
        )
        left, end = "\n".join(lines[last:]) + "\n" if last < len(lines) else "", block.end
        batch = _batch(lines[:last], rows, start, end)
        rows += batch.frame.height
        start = end
        yield batch
    if left:
        yield _batch(left.splitlines(), rows, start, end)


def _batch(lines: list[str], rows: int, start: int, end: int) -> Batch:
    line = pl.Series("line", lines, dtype=pl.String)
    frame = line.to_frame().with_columns(pl.col("line").str.contains(_BEGIN).alias("begins"))
    messages = (
        frame.with_columns(pl.col("begins").cum_sum().alias("message"))
        .filter((pl.col("line").str.strip_chars() != "") | pl.col("begins"))
        .group_by("message", maintain_order=True)
        .agg(pl.col("line").str.join("\n"))["line"]
    )
    told_by = messages.str.extract(_BEGIN + _SENDER, 5)
    split = pl.DataFrame({"all": messages, "sender": told_by}).select(
        pl.concat_str(
            [
                pl.coalesce(pl.col("all").str.extract(_BEGIN, 1), pl.col("all").str.extract(_BEGIN, 3), pl.lit("")),
                pl.coalesce(pl.col("all").str.extract(_BEGIN, 2), pl.col("all").str.extract(_BEGIN, 4), pl.lit("")),
            ],
            separator=" ",
        )
        .str.strip_chars()
        .alias(column_id(0)),
        pl.col("sender").fill_null("").alias(column_id(1)),
        pl.when(pl.col("sender").is_null())
        .then(pl.col("all").str.replace(_BEGIN, ""))
        .otherwise(pl.col("all").str.replace(_BEGIN + _SENDER, ""))
        .alias(column_id(2)),
        pl.lit("").alias(column_id(3)),
    )
    numbers = pl.int_range(rows + 1, rows + 1 + split.height, dtype=pl.UInt64, eager=True).alias(ROW)
    return Batch(split.select(numbers, pl.all()), NO_DAMAGE, start, end)


def _messages(data: bytes) -> list[dict[str, Any]]:
    document = loaded(data.lstrip(b"\xef\xbb\xbf"))
    found = document.get("messages") if isinstance(document, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _of_json(data: bytes, size: int) -> Batch:
    """Messages of an export, and what else it says (who takes part, its title) as a row of its own."""
    document = loaded(data.lstrip(b"\xef\xbb\xbf"))
    rows = [_message(one) for one in _messages(data)]
    rest = {key: value for key, value in document.items() if key != "messages"}
    if rest:
        rows.append(("", "", "", _listed(rest)))
    return Batch(frame_of(range(1, 1 + len(rows)), rows, len(COLUMNS)), NO_DAMAGE, 0, size)


_OWN = {
    "date": ("date", "timestamp_ms", "sent_at", "timestamp", "date_unixtime"),
    "sender": ("from", "sender_name", "actor", "source", "sender"),
    "text": ("text", "content", "body", "message"),
}


def _message(one: dict[str, Any]) -> tuple[str, str, str, str]:
    used: set[str] = {"text_entities", "date_unixtime"}
    cells = []
    for keys in _OWN.values():
        key = next((key for key in keys if one.get(key) not in (None, "")), "")
        used.add(key)
        cells.append(_plain(one.get(key)))
    cells[0] = _dated(cells[0])
    rest = {key: value for key, value in one.items() if key not in used}
    return cells[0], cells[1], cells[2], _listed(rest)


def _plain(value: Any) -> str:
    """A text, also one that is cut into pieces of different style; Messenger writes UTF-8 as if it were latin-1."""
    if isinstance(value, list):
        return "".join(_plain(one.get("text") if isinstance(one, dict) else one) for one in value)
    text = scalar(value)
    try:
        return text.encode("latin-1").decode() if not text.isascii() else text
    except UnicodeError:
        return text


def _dated(text: str) -> str:
    """A time in milliseconds since 1970 as a date; any other text as it is, without the T between date and time."""
    if text.isdigit() and len(text) == 13:
        return datetime.fromtimestamp(int(text) / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return text.replace("T", " ") if re.match(r"\d{4}-\d\d-\d\dT", text) else text


def _listed(fields: dict[str, Any], depth: int = 0) -> str:
    return "; ".join(
        f"{key}: {_said(value, depth)}" for key, value in fields.items() if value not in (None, "", [], {})
    )


def _said(value: Any, depth: int) -> str:
    """Whatever a field says, in one text."""
    if depth > MAX_DEPTH:
        return scalar(value)
    if isinstance(value, dict):
        return _listed(value, depth + 1)
    if isinstance(value, list):
        return "; ".join(_said(one, depth + 1) for one in value)
    return _plain(value)
