"""Rows of cells as a table: what documents hold where they hold tables of records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

import polars as pl

from leakscan.readers.blocks import DAMAGED_SCHEMA
from leakscan.readers.delimited import HEAD_ROWS
from leakscan.readers.header import MAX_PREAMBLE, Header, find_header
from leakscan.readers.notices import Notices
from leakscan.readers.patient_tables import lists_patients
from leakscan.records import ROW, Batch, Item, Table, column_id

RECORD_ROWS = 3
"""A table in a document may be one of records from so many rows below its header on."""
SURE_ROWS = 50
"""A table of so many rows is one of records, whatever stands in it: no single person's results fill so many."""
YEARS_APART = 15
"""Dates of a column that are so many years apart are not those of one person's visits."""
LONG_NUMBER = 9
"""Digits of a number that tells people apart: a phone has ten, an INE eleven, a NIR thirteen."""

Row = list[str]
_BATCH_ROWS = 20_000
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NOT_DIGIT = re.compile(r"\D+")


def are_records(rows: list[Row]) -> bool:
    """Whether the rows of a table are about somebody else each, rather than a form or the results of one person.

    By form: a column whose cells tell the rows apart (long numbers, addresses of mail, dates many years apart), below a
    header; or very many rows. By its titles: a column of patients with the names of several below.
    """
    width = max(map(len, rows), default=0)
    if width >= 2 and lists_patients(rows):
        return True
    if width < 2 or len(rows) <= RECORD_ROWS:
        return False
    if len(rows) >= SURE_ROWS:
        return True
    below = [row + [""] * (width - len(row)) for row in rows]
    if _header(below, width).row is None:
        return False
    return any(_tells_apart([row[at].strip() for row in below[1:]]) for at in range(width))


def _tells_apart(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell]
    if 2 * len(filled) < len(cells) or 2 * len(set(filled)) < len(filled) + 1 or len(set(filled)) < RECORD_ROWS - 1:
        return False
    long = sum("@" in cell or len(_NOT_DIGIT.sub("", cell)) >= LONG_NUMBER for cell in filled)
    if 2 * long >= len(filled):
        return True
    years = [int(found.group()) for found in map(_YEAR.search, filled) if found]
    return 2 * len(years) >= len(filled) and max(years) - min(years) >= YEARS_APART


def table_items(rows: Iterable[Row], name: str, encoding: str) -> Iterator[Item]:
    """A table of its own: its header is found among the first rows; short rows are filled up, longer ones damaged."""
    rows = iter(rows)
    first = list(islice(rows, HEAD_ROWS))
    width = max(map(len, first), default=1)
    header = _header([row + [""] * (width - len(row)) for row in first], width)
    begin = 0 if header.row is None else header.row + 1
    titles = [] if header.row is None else first[: header.row]
    body = first[begin:]
    yield Table(name, encoding, header.columns, header.row is not None, _frame(body, width, None))
    number, at = 0, 0
    notices = Notices()
    if titles:
        text = [" ".join(cell for cell in row if cell) for row in titles]
        size = sum(map(len, text)) + 1
        notices.add("preamble", len(titles), offset=0)
        yield Batch(_frame([], width, 0), _damaged([0] * len(text), "preamble", text, 0), 0, size)
        at = size
    while body:
        size = sum(map(len, chain.from_iterable(body))) + sum(map(len, body)) + 1
        long = [(row, cells) for row, cells in enumerate(body, number + 1) if len(cells) > width]
        fitting = [(row, cells) for row, cells in enumerate(body, number + 1) if len(cells) <= width] if long else ()
        damaged = _damaged([row for row, _ in long], "too_many_fields", [" ".join(cells) for _, cells in long], at)
        frame = _frame([cells for _, cells in fitting] if long else body, width, number + 1)
        if long:
            frame = frame.with_columns(pl.Series(ROW, [row for row, _ in fitting], dtype=pl.UInt64))
        notices.add("too_many_fields", len(long), row=long[0][0] if long else None)
        yield Batch(frame, damaged, at, at + size)
        number, at = number + len(body), at + size
        body = list(islice(rows, _BATCH_ROWS))
    yield from notices.warnings()


def _header(rows: list[Row], width: int) -> Header:
    body = _frame(rows[: 10 * MAX_PREAMBLE], width, None)
    return find_header(rows[:MAX_PREAMBLE], body.with_row_index(ROW), width)


def _frame(rows: list[Row], width: int, first: int | None) -> pl.DataFrame:
    """Rows as text columns, filled up to the width; with `first`, numbered from there."""
    filled = [row if len(row) == width else row + [""] * (width - len(row)) for row in rows if len(row) <= width]
    columns = zip(*filled, strict=True) if filled else ([] for _ in range(width))
    frame = pl.DataFrame({column_id(at): pl.Series(cells, dtype=pl.String) for at, cells in enumerate(columns)})
    if first is None:
        return frame
    numbers = pl.int_range(first, first + frame.height, dtype=pl.UInt64, eager=True).alias(ROW)
    return frame.select(numbers, pl.all())


def _damaged(numbers: list[int], reason: str, texts: list[str], at: int) -> pl.DataFrame:
    cells = {"offset": [at] * len(numbers), "reason": [reason] * len(numbers), "text": texts}
    return pl.DataFrame({ROW: numbers, **cells}, schema=DAMAGED_SCHEMA)
