"""Small tables that share one header: settled once, parsed in one go. All that is not plain is left to `delimited`.

A table is plain when nothing about its bytes needs a decision: the header is the first line, every line has the same
number of fields, and there are no quotes, no control characters and nothing but UTF-8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from leakscan.readers import delimited
from leakscan.readers.delimited import HEAD_ROWS, settle_layout
from leakscan.readers.dialect import DELIMITERS, likely_delimiter
from leakscan.readers.fields import parsed_bytes
from leakscan.readers.heads import Head
from leakscan.readers.snds import has_pseudonyms
from leakscan.readers.stacked import holds_titles
from leakscan.readers.unreadable import known_format
from leakscan.records import Table

_BOM = b"\xef\xbb\xbf"
_LAYOUT = bytes(range(256))
_ODD = frozenset((*range(9), *range(11, 13), *range(14, 32), 127, ord('"')))
"""Control characters but tab, CR and LF; and the quote."""
_EVEN = bytes(value for value in range(256) if value not in _ODD)
_SURE_RECORDS = 4
_SURE_LINES = 500
"""Fewer records are judged more strictly, and of more not all are looked at (`dialect.likely_delimiter`)."""


@dataclass(frozen=True, slots=True)
class Shared:
    """The header of plain tables: its `line` with the line end, and how records below it are laid out."""

    line: bytes
    delimiter: str
    columns: tuple[str, ...]
    format: str
    encoding: str

    def table(self, rows: pl.DataFrame) -> Table:
        """A table under this header with these rows as its head."""
        return Table(
            self.format,
            self.encoding,
            self.columns,
            has_header=True,
            head=rows.head(HEAD_ROWS),
            delimiter=self.delimiter,
        )


def first_line(data: bytes) -> bytes:
    """The first line with its end; all bytes where no line ends."""
    return data[: data.find(b"\n") + 1] or data


def shared_header(head: Head) -> Shared | None:
    """What a source has in common with others under its first line; None where it is no plain table."""
    data = head.data
    line = first_line(data)
    widths = {delimiter: line.count(delimiter.encode()) + 1 for delimiter in DELIMITERS}
    bare = (Shared(line, delimiter, ("",) * width, "", "") for delimiter, width in widths.items() if width > 1)
    shared = next((one for one in bare if body_of(data, one) is not None), None)
    if shared is None or delimited.sniff(head) == 0:
        return None
    layout, table = settle_layout(head.text, head.options)
    if has_pseudonyms(table.columns):  # each says so of itself
        return None
    if (
        not layout.alone
        or not table.has_header
        or layout.titles
        or layout.body_at != len(line)
        or table.delimiter != shared.delimiter
    ):
        return None
    return replace(shared, columns=table.columns, format=table.format, encoding=table.encoding)


def body_of(data: bytes, shared: Shared) -> tuple[bytes, int] | None:
    """The lines below the header, each with its end, and their number; None where this is no plain table under it."""
    line, mark = shared.line, shared.delimiter.encode()
    if not data.startswith(line) or not _is_plain_text(data):
        return None
    body = data[len(line) :]
    if not body.endswith(b"\n"):
        body += b"\n"
    rows = body.count(b"\n")
    layout = mark * (len(shared.columns) - 1) + b"\n"
    # the delimiters and line ends alone, in their order
    if len(layout) < 2 or body.translate(None, _all_but(mark)) != layout * rows or rows > HEAD_ROWS:
        return None
    if holds_titles(body, rows, shared.delimiter):  # which may begin another table
        return None
    if line.rstrip(b"\r\n") in body or not _is_surely(data, shared.delimiter, len(shared.columns), rows + 1):
        return None
    return body, rows


def parsed(shared: Shared, bodies: Sequence[tuple[bytes, int]]) -> pl.DataFrame | None:
    """The rows of several bodies as text columns, in their order; None where the parser sees other rows than we do."""
    frame = parsed_bytes(b"".join([body for body, _ in bodies]), len(shared.columns), shared.delimiter, None)
    return frame if frame is not None and frame.height == sum(rows for _, rows in bodies) else None


def _is_plain_text(data: bytes) -> bool:
    if len(data.translate(None, _EVEN)) or data.count(b"\r") != data.count(b"\r\n") or known_format(data) is not None:
        return False
    if data.isascii():
        return True
    if _BOM in data:
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _all_but(mark: bytes) -> bytes:
    return _LAYOUT.replace(b"\n", b"").replace(mark, b"")


def _is_surely(data: bytes, delimiter: str, width: int, records: int) -> bool:
    """Whether the delimiter would be found here as well: at once where nothing speaks for another, else by asking."""
    others = [data.count(other.encode()) for other in DELIMITERS if other != delimiter]
    agreed = 1 - 0.5 / width**2
    spaced = data.count(delimiter.encode() + b" ") if delimiter in ",;" else 0
    prose = 2 * spaced > (width - 1) * records or (delimiter == "," and width == 2)
    if _SURE_RECORDS <= records <= _SURE_LINES and not prose and all(count < agreed * records for count in others):
        return True
    found = likely_delimiter(data, final=True)
    return found is not None and found[0] == delimiter
