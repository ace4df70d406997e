"""Reader for SQLite databases: every table, in the order of the file; nothing is written, nothing else is opened.

Views and indexes show the same rows again and are left out, as are columns that are worked out when read. A log
(`-wal`, `-journal`) that lay beside the file cannot be seen.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any, BinaryIO

import polars as pl

from leakscan.readers.decoding import path_of, size_of
from leakscan.readers.frames import Origin, rows_at_a_time, table_items
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.readers.notices import Notices
from leakscan.records import Child, Item, ReadOptions

FORMAT = "sqlite"
CELL_BYTES = 256 << 20
"""A longer cell ends the reading of its table: no document is this long."""
_MARK = b"SQLite format 3\0"
_PAGE_AT, _VERSIONS_AT, _LOGGED = 16, 18, 2
_DAMAGED = "the database is damaged: what was read before this place counts"
_PRAGMAS = frozenset(("trusted_schema", "cell_size_check", "writable_schema", "mmap_size", "temp_store"))
_ASKED = frozenset(("table_xinfo", "freelist_count"))
_COMPUTED = (1, 2)
"""Kinds of columns that hold nothing of their own: hidden ones of virtual tables, and those worked out when read."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """A table and its columns that are stored. `cut`: the file ends within a page, whose rows come without any cell."""

    name: str
    columns: tuple[str, ...]
    cut: bool

    @property
    def query(self) -> str:
        """All its rows, in the order in which they lie."""
        return f"SELECT {', '.join(map(_quoted, self.columns))} FROM main.{_quoted(self.name)} NOT INDEXED"  # noqa: S608


def sniff(head: Head) -> float:
    """By the mark at its beginning."""
    return 0.95 if head.data.startswith(_MARK) else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """The one table that there is, or each as a child; then what is in no table."""
    origin = Origin.of(FORMAT, head.options, size_of(file), "sqlite")
    notices = Notices()
    with closing(_opened(file)) as database:
        stored, virtual = _tables(database, cut=_is_cut(file, head))
        notices.add("virtual_tables", virtual)
        if len(stored) == 1:
            yield from table_items(origin, _frames(database, stored[0], head.options))
        else:
            for one in stored:
                frames = _frames(database, one, head.options)
                yield Child(one.name, items=table_items(origin, frames, name=one.name))
        notices.add("free_pages", _free_pages(database))
    notices.add("write_ahead_log", int(_LOGGED in head.data[_VERSIONS_AT : _VERSIONS_AT + 2]))
    yield from notices.warnings()


def _opened(file: BinaryIO) -> sqlite3.Connection:
    """The database in the file itself where it has a path, else in memory. BrokenInput where it is none."""
    path = path_of(file)
    if path is not None:
        try:
            return _guarded(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True))
        except sqlite3.Error:  # a file that has no name any more, or lies in memory
            pass
    file.seek(0)
    data = bytearray(file.read())
    data[_VERSIONS_AT : _VERSIONS_AT + 2] = b"\x01\x01"  # one in memory has no log, and is refused where it says so
    database = sqlite3.connect(":memory:")
    try:
        database.deserialize(data)
        return _guarded(database)
    except (sqlite3.Error, OverflowError, ValueError):
        database.close()
    raise BrokenInput(_DAMAGED)


def _guarded(database: sqlite3.Connection) -> sqlite3.Connection:
    """A connection that reads stored tables and nothing else, whatever a schema asks for."""
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, CELL_BYTES)
    database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    database.set_authorizer(_allowed)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    database.execute("PRAGMA mmap_size = 0")
    database.execute("PRAGMA temp_store = MEMORY")
    database.execute("PRAGMA writable_schema = ON")  # a schema that is damaged in part is read in part
    database.execute("SELECT count(*) FROM main.sqlite_schema").fetchone()
    return database


def _allowed(action: int, first: str | None, *_: str | None) -> int:
    """Whether a statement may do something: read tables, count them, ask for columns."""
    if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS | _ASKED:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and _ and _[0] == "count":
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _tables(database: sqlite3.Connection, *, cut: bool) -> tuple[list[_Stored], int]:
    """Tables with stored rows in the order in which they were made, and how many are virtual."""
    stored: list[_Stored] = []
    virtual = 0
    rows = _rows(database, "SELECT name, sql, rootpage FROM main.sqlite_schema WHERE type = 'table' ORDER BY rowid")
    for name, made, root in rows:
        if not isinstance(name, str) or name.startswith("sqlite_"):
            continue
        if not root or (isinstance(made, str) and made[:24].upper().startswith("CREATE VIRTUAL TABLE")):
            virtual += 1
            continue
        columns = _rows(database, f"PRAGMA main.table_xinfo({_quoted(name)})")
        names = tuple(str(column[1]) for column in columns if column[6] not in _COMPUTED)
        if names:
            stored.append(_Stored(name, names, cut))
    return stored, virtual


def _rows(database: sqlite3.Connection, query: str) -> list[tuple[Any, ...]]:
    """Rows of a short answer, those before the damage where there is any."""
    found: list[tuple[Any, ...]] = []
    with suppress(sqlite3.Error, OverflowError, ValueError):
        found.extend(database.execute(query))
    return found


def _is_cut(file: BinaryIO, head: Head) -> bool:
    page = int.from_bytes(head.data[_PAGE_AT : _PAGE_AT + 2], "big")
    return size_of(file) % (65_536 if page == 1 else page or 1) != 0


def _holds(row: tuple[Any, ...]) -> bool:
    return any(cell is not None for cell in row)


def _free_pages(database: sqlite3.Connection) -> int:
    rows = _rows(database, "PRAGMA main.freelist_count")
    return int(rows[0][0]) if rows else 0


def _frames(database: sqlite3.Connection, stored: _Stored, options: ReadOptions) -> Iterator[pl.DataFrame]:
    """A table's rows, so many at a time; an empty frame where there are none. BrokenInput behind the last that reads.

    From where text is no UTF-8, all text is read as bytes.
    """
    step = rows_at_a_time(len(stored.columns), options)
    database.text_factory = str
    done, query, as_text = 0, stored.query, True
    cursor: sqlite3.Cursor | None = None
    while True:
        broken = redo = False
        rows: list[tuple[Any, ...]] = []
        try:
            cursor = cursor or database.execute(query)
            rows.extend(islice(cursor, step))
        except sqlite3.OperationalError as error:
            redo = as_text and str(error).startswith("Could not decode")
            broken = not redo
        except (sqlite3.Error, OverflowError, ValueError):
            broken = True
        if redo:
            as_text, cursor = False, None
            database.text_factory = bytes
            query = f"{stored.query} LIMIT -1 OFFSET {done}"
            continue
        if stored.cut:
            whole = list(takewhile(_holds, rows))
            rows, broken = whole, broken or len(whole) < len(rows)
        if rows or not done:
            yield _frame(stored.columns, rows)
        done += len(rows)
        if broken:
            raise BrokenInput(_DAMAGED)
        if len(rows) < step:
            return


def _frame(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    """Rows as columns, each of the type that its cells have."""
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pl.DataFrame([_column(cells).alias(str(at)) for at, cells in enumerate(columns)]).rename(
        {str(at): name for at, name in enumerate(_distinct(names))}
    )


_TYPES: dict[type, pl.DataType] = {str: pl.String(), int: pl.Int64(), bytes: pl.Binary()}


def _column(cells: Sequence[Any]) -> pl.Series:
    """Cells of a column: SQLite lets each have a type of its own, which hardly ever happens."""
    likely = next((type(cell) for cell in cells if cell is not None), str)
    if likely is float and set(map(type, cells)) <= {float, type(None)}:
        return pl.Series(cells, dtype=pl.Float64)
    if likely is not float:
        try:
            return pl.Series(cells, dtype=_TYPES[likely], strict=True)
        except (TypeError, OverflowError, pl.exceptions.PolarsError):
            pass
    return pl.Series([_as_bytes(cell) for cell in cells], dtype=pl.Binary)


def _as_bytes(cell: Any) -> bytes | None:
    if cell is None or isinstance(cell, bytes):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell)).encode()
    return str(cell).encode()


def _distinct(names: Sequence[str]) -> list[str]:
    """Names of columns, which only a damaged schema has twice."""
    seen: set[str] = set()
    told = []
    for at, name in enumerate(names):
        shown = name if name not in seen else f"{name} ({at + 1})"
        seen.add(shown)
        told.append(shown)
    return told


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
