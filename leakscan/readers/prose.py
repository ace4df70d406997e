"""What documents have in common: their text as records, and the tables in them as text or as tables of their own.

A reader of documents gives lines, `PAGE_END` where a page ends, and between two marks the rows of a table as lists of
cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import chain

import numpy as np
import polars as pl

from leakscan.readers.blocks import NO_DAMAGE
from leakscan.readers.grids import Row, are_records, table_items
from leakscan.readers.notices import MESSAGES
from leakscan.readers.text import DOCUMENT_BYTES, is_document
from leakscan.records import ROW, Batch, Child, InputWarning, Item, Table, column_id

PAGE_END = "\f"
"""Given between lines: a page, a slide or a section ends."""
CELLS = " | "
"""Between the cells of a row that is shown as a line."""
LONG_NUMBER = 13
"""Digits of a number that stands for one person where pages are about several: those of a NIR without its key."""

_LOOK_ROWS = 200
_BATCH = 4 << 20
_CELL = column_id(0)
_TELLS_APART = re.compile(r"\b\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}\b|\b\d{4}-\d\d-\d\d\b|(?:\d[ .\-]?){9}|@")
_GAPS = re.compile(r"[ .\-]")
_LONG = re.compile(rf"(?<![\w.,])\d(?:[ .\-]?\d){{{LONG_NUMBER - 1},{LONG_NUMBER + 1}}}(?![\w])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")


class Mark(Enum):
    """Where a table begins and ends."""

    TABLE = auto()
    TABLE_END = auto()


Event = str | Row | Mark | Child | InputWarning
"""What a reader of documents gives: a line of text, a row of cells, a mark, or what lies in the document."""


@dataclass(frozen=True, slots=True)
class Written:
    """What the report says of a document: its format and encoding."""

    format: str
    encoding: str = "utf-8"


def notice(code: str, count: int = 1) -> InputWarning:
    """A warning that is known by its code."""
    return InputWarning(code, MESSAGES[code], count=count)


def clean(text: str) -> str:
    """Text without control characters and without halves of characters."""
    if not text.isprintable():
        text = _CONTROLS.sub(" ", text)
        try:
            text.encode()
        except UnicodeEncodeError:
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def documented(events: Iterable[Event], how: Written) -> Iterator[Item]:
    """The text of a document as records, with tables of records as children; warnings and children pass through.

    Up to `DOCUMENT_BYTES` of text are one record, unless it is a list; of more text each page is one, or each line.
    What was read before an OSError counts.
    """
    text = _Text(how)
    try:
        for piece in laid_out(iter(events), how):
            if isinstance(piece, str):
                yield from text.add(piece)
            else:
                yield piece
    except OSError:
        if text.met:
            yield from text.close()
        raise
    yield from text.close()


def laid_out(events: Iterator[Event], how: Written) -> Iterator[str | Child | InputWarning]:
    """Lines, children and warnings: each table becomes lines or a child. A table around tables is mere layout."""
    tables = 0
    for event in events:
        if event is Mark.TABLE:
            start = _start_of_table(events)
            if not are_records(start.rows):
                yield from start.others
                yield from map(_line, start.rows)
                continue
            tables += 1
            yield from start.others
            late: list[str | Child | InputWarning] = []
            rest = iter(()) if start.ended else _rows(events, late)
            yield Child(f"table {tables}", items=table_items(chain(start.rows, rest), how.format, how.encoding))
            for _ in rest:
                pass
            yield from late
        elif isinstance(event, list):
            yield _line(event)
        elif not isinstance(event, Mark):
            yield event


@dataclass(slots=True)
class _Start:
    """The first rows of a table, what else stood between them, and whether that was all of it."""

    rows: list[Row] = field(default_factory=list, repr=False)
    others: list[str | Child | InputWarning] = field(default_factory=list, repr=False)
    ended: bool = False


def _start_of_table(events: Iterator[Event]) -> _Start:
    start = _Start()
    for event in events:
        if isinstance(event, list):
            start.rows.append(event)
            if len(start.rows) >= _LOOK_ROWS:
                break
        elif event is Mark.TABLE_END:
            start.ended = True
            break
        elif isinstance(event, Mark):
            start.others += map(_line, start.rows)
            start.rows = []
        else:
            start.others.append(event)
    return start


def _rows(events: Iterator[Event], others: list[str | Child | InputWarning]) -> Iterator[Row]:
    """The rows up to the end of a table, those of tables within among them; what else stands there goes to `others`."""
    depth = 1
    for event in events:
        if isinstance(event, list):
            yield event
        elif isinstance(event, Mark):
            depth += 1 if event is Mark.TABLE else -1
            if not depth:
                return
        else:
            others.append(event)


def _line(row: Row) -> str:
    return CELLS.join(cell for cell in row if cell)


def is_list(lines: list[str], content: str) -> bool:
    """Whether the lines of a document are about somebody else each: alike, and with a date or a long number in half.

    The results of one person are alike too, but hold neither.
    """
    filled = [line for line in lines if line.strip()]
    if len(filled) < 2:
        return False
    telling = sum(_TELLS_APART.search(line) is not None for line in filled)
    return 2 * telling >= len(filled) and not is_document(content)


def apart(pages: list[list[str]]) -> list[list[list[str]]]:
    """Pages that belong together: all of them, unless a long number shows that the next is about somebody else.

    A page has one such number or none; one without belongs to what came before.
    """
    runs: list[list[list[str]]] = []
    current = ""
    for page in pages:
        numbers = {_GAPS.sub("", found)[:LONG_NUMBER] for found in _LONG.findall("\n".join(page))}
        if len(numbers) > 1:
            return [pages]
        number = numbers.pop() if numbers else current
        if not runs or (current and number != current):
            runs.append([])
        runs[-1].append(page)
        current = number
    return runs


class _Text:
    """The text of a document on its way to records. State: lines that wait, and what was given so far."""

    def __init__(self, how: Written) -> None:
        self._how = how
        self._page: list[str] = []
        self._pages: list[list[str]] = []
        self._waiting = self._page_size = self._size = self._rows = self._at = 0
        self._long = self._by_line = self._begun = False
        self._cells: list[str] = []

    @property
    def met(self) -> bool:
        """Whether there was any text."""
        return bool(self._begun or self._page or self._pages)

    def add(self, line: str) -> Iterator[Item]:
        """Take a line, or the end of a page."""
        if line == PAGE_END:
            self._end_page()
            self._by_line = False
        else:
            line = clean(line)
            self._page.append(line)
            self._page_size += len(line) + 1
            if self._page_size > DOCUMENT_BYTES:  # no page of one person
                self._by_line = True
            if self._by_line:
                self._pages += [[line] for line in self._page]
                self._waiting += self._page_size
                self._page, self._page_size = [], 0
        self._long = self._long or self._waiting + self._page_size > DOCUMENT_BYTES
        if self._long:
            for page in self._pages:
                self._take(page)
            self._pages, self._waiting = [], 0
        if self._size >= _BATCH:
            yield from self._batch()

    def close(self) -> Iterator[Item]:
        """What is left."""
        self._end_page()
        if self._long:
            for page in self._pages:
                self._take(page)
        else:
            for pages in apart(self._pages):
                self._take([line for page in pages for line in page])
        self._pages = []
        if self._cells or not self._begun:
            yield from self._batch()

    def _end_page(self) -> None:
        if self._page:
            self._pages.append(self._page)
            self._waiting += self._page_size
            self._page, self._page_size = [], 0

    def _take(self, lines: list[str]) -> None:
        content = "\n".join(lines)
        cells = lines if len(content) > DOCUMENT_BYTES or is_list(lines, content) else [content]
        self._cells += [cell for cell in cells if cell.strip()]
        self._size += len(content)

    def _batch(self) -> Iterator[Item]:
        cells = pl.Series(_CELL, self._cells, dtype=pl.String)
        if not self._begun:
            yield Table(
                self._how.format, self._how.encoding, ("text",), has_header=False, head=cells.to_frame(), kind="text"
            )
        self._begun = True
        numbers = np.arange(self._rows + 1, self._rows + 1 + len(cells), dtype=np.uint64)
        frame = pl.DataFrame([pl.Series(ROW, numbers, dtype=pl.UInt64), cells])
        yield Batch(frame, NO_DAMAGE, self._at, self._at + self._size)
        self._rows, self._at = self._rows + len(cells), self._at + self._size
        self._cells, self._size = [], 0
