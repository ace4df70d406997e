"""Reader for workbooks (XLSX, XLSM, XLSB, XLS, ODS) by fastexcel: every sheet, hidden ones too, and texts beside them.

The library holds one sheet at a time in memory, with all texts of the workbook. Formulas are not worked out: what
counts is the value that was saved with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import polars as pl

from leakscan.readers.decoding import decoding, openable, size_of
from leakscan.readers.frames import HEAD_ROWS, Origin, batches, text_bytes, texts, titles_of
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.header import MAX_PREAMBLE, find_header, without_record
from leakscan.readers.heads import Head
from leakscan.readers.notices import Notices
from leakscan.readers.packed_parts import parts_of
from leakscan.records import ROW, Batch, Child, Item, Table, column_id

FORMAT = "workbook"
BESIDE = "properties and notes"
"""Name of what stands beside the cells: properties, names, comments, notes."""
_WHAT = "the workbook's data"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = tuple(f"{name}\0".encode("utf-16-le") for name in ("Workbook", "Book", "WORKBOOK", "BOOK"))
_OTHERS = tuple(name.encode("utf-16-le") for name in ("WordDocument", "PowerPoint Document", "__properties_version1.0"))
"""Streams of other documents, in which a workbook may lie."""
_BEGINS, _FIRST_SECTOR = b"\x09\x08\x10\x00\x00\x06\x05\x00", 512
_PACKED = b"PK\x03\x04"
_FIRST_MEMBERS = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"customXml/", b"customUI/")
_MEMBER_OF_SHEETS = re.compile(rb"PK\x03\x04.{26}xl/(?:workbook|worksheets|sharedStrings|styles|_rels)", re.DOTALL)
_OPEN_MARK = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_MARK_AT = 30
_MIDNIGHT = r"^(\d{4}-\d\d-\d\d)[ T]00:00:00(?:\.0+)?$"
_TIME_ONLY = r"^18(?:99-12-3[01]|99-12-31)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?$"
_DATED = r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d"


def sniff(head: Head) -> float:
    """By the members of a ZIP archive that only a workbook has, or by the streams of an old Office file."""
    data = head.data
    if data.startswith(_PACKED):
        if data.startswith(_OPEN_MARK, _MARK_AT):
            return 0.95
        if data.startswith(_FIRST_MEMBERS, _MARK_AT) and _MEMBER_OF_SHEETS.search(data):
            return 0.95
        return 0.0
    if not data.startswith(_COMPOUND):
        return 0.0
    if data.startswith(_BEGINS, _FIRST_SECTOR):  # of a large one this may be all that the head shows
        return 0.9
    return 0.9 if any(name in data for name in _STREAMS) and not any(name in data for name in _OTHERS) else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """The one sheet that is not empty as a table, or each as a child; then what stands beside the cells."""
    origin = Origin.of(FORMAT, head.options, size_of(file))
    book = _opened(file)
    names = list(book.sheet_names)
    shown: set[str] = set()
    notices = Notices()
    if len(names) == 1:
        yield from sheet_items(origin, _cells(book, 0))
    else:
        for number, name in enumerate(names):
            sheet = _sheet(origin, book, number, _unique(name, shown))
            notices.add("empty_sheets", int(sheet is None))
            if sheet is not None:
                yield sheet
    file.seek(0)
    beside = parts_of(file, head.options.limits) if head.data.startswith(_PACKED) else None
    lines = [*names, *(beside.lines if beside else ())]
    yield texts(origin, _unique(BESIDE, shown), beside.notes if beside else (), lines)
    if beside is not None:
        yield from beside.files
        yield from beside.met
    else:
        notices.add("old_workbook", 1)
    yield from notices.warnings()


def _unique(name: str, shown: set[str]) -> str:
    """A name that no sheet before has: tables of one file are told apart by it."""
    plain, number = name, 1
    while name in shown:
        number += 1
        name = f"{plain} ({number})"
    shown.add(name)
    return name


def _opened(file: BinaryIO) -> Any:
    import fastexcel

    given = openable(file)
    locked = False
    try:
        return fastexcel.read_excel(given)
    except fastexcel.FastExcelError as error:
        locked = "assword" in str(error)
    except BaseException as error:
        if isinstance(error, (MemoryError, KeyboardInterrupt, SystemExit)):
            raise
    raise BrokenInput("encrypted: its cells cannot be read without its password" if locked else f"{_WHAT} are damaged")


def _cells(book: Any, number: int) -> pl.DataFrame:
    """All cells of a sheet as text columns `c0` ..., null where there is nothing."""
    with decoding(_WHAT):
        sheet = book.load_sheet(number, header_row=None, dtypes="string")
        frame: pl.DataFrame = sheet.to_polars()
    return frame.rename({name: column_id(at) for at, name in enumerate(frame.columns)})


def _sheet(origin: Origin, book: Any, number: int, name: str) -> Child | None:
    """A sheet among others; one that cannot be read does not keep from the rest. None for an empty one."""
    try:
        cells = _cells(book, number)
    except BrokenInput as error:
        return Child(name, reason=error.strerror)
    if cells.is_empty() or not cells.width:
        return None
    return Child(name, items=sheet_items(origin, cells))


def sheet_items(origin: Origin, raw: pl.DataFrame) -> Iterator[Item]:
    """A sheet as a table: rows above its header are titles; rows without a cell and repeated headers are none."""
    if raw.is_empty() or not raw.width:
        return
    frame = raw.with_columns(_as_written(raw[name]) for name in raw.columns)
    filled = frame.filter(pl.any_horizontal(pl.all().str.strip_chars() != ""))
    first = [list(row) for row in filled.head(MAX_PREAMBLE).rows()]
    sample = filled.head(HEAD_ROWS + 1).with_row_index(ROW).cast({ROW: pl.UInt64})
    header = find_header([_trimmed(row) for row in first], sample, frame.width)
    body, notices = filled, Notices()
    if header.row is not None:
        body = filled[header.row + 1 :]
        kept = without_record(body, first[header.row])
        notices.add("repeated_header", body.height - kept.height)
        body = kept
    head = _spread(body)
    yield Table(origin.format, origin.encoding, header.columns, header.row is not None, head)
    at = 0
    if header.row:
        titles = _titles(filled[: header.row])
        at = text_bytes(titles.select("text"))
        notices.add("preamble", header.row)
        yield Batch(body.clear().with_row_index(ROW).cast({ROW: pl.UInt64}), titles, 0, at)
    yield from batches(origin, body, 0, at)
    yield from notices.warnings()


def _trimmed(row: list[str]) -> list[str]:
    """Cells of a row up to its last filled one, where a title stands alone in its row."""
    filled = [at for at, cell in enumerate(row) if cell.strip()]
    return row[: filled[-1] + 1] if len(filled) == 1 else row


def _titles(rows: pl.DataFrame) -> pl.DataFrame:
    joined = pl.concat_str(pl.when(pl.all() != "").then(pl.all()), separator=" ; ", ignore_nulls=True)
    return titles_of(rows.select(joined).to_series().to_list())


def _spread(body: pl.DataFrame) -> pl.DataFrame:
    """Rows to settle columns by: the first ones, and of a long sheet as many spread over the rest.

    A column may begin there; the whole sheet is at hand, and one among others is read but once.
    """
    if body.height <= HEAD_ROWS:
        return body
    first = HEAD_ROWS // 2
    return pl.concat([body[:first], body[first:].gather_every(-(-(body.height - first) // first))])


def _as_written(cells: pl.Series) -> pl.Series:
    """Cells as people see them: a day without midnight, a time without the day from which Excel counts."""
    cells = cells.cast(pl.String).fill_null("")
    if cells.str.contains(_DATED).any():
        cells = cells.str.replace(_MIDNIGHT, "$1").str.replace(_TIME_ONLY, "$1")
    return cells.str.replace_all("\0", "", literal=True) if cells.str.contains("\0", literal=True).any() else cells
