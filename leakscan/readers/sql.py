"""Reader for SQL dumps: the rows of each table with its columns' names. Whatever else a dump says is searched as text.

Reads what mysqldump, pg_dump (COPY and --inserts), sqlite3, SQL Server and Oracle write. A table ends where another one
begins; where tables take turns each is put aside until the end (in memory up to 256 MiB, then in an encrypted spool),
so that each is one table still.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from leakscan.readers import sql_copy, sql_rows
from leakscan.readers.asides import Asides
from leakscan.readers.gates import opens_sql
from leakscan.readers.heads import Head
from leakscan.readers.spool import Spool
from leakscan.readers.sql_dump import Dump, Key, Piece
from leakscan.readers.sql_statements import TABLE
from leakscan.readers.streams import HEAD_BYTES, Readable
from leakscan.records import ROW, Batch, Child, Item, Table, Unparsed, column_id

FORMAT = "sql"
RETURNS = 2
"""How often tables may come back after another one until all are put aside: single stragglers cost less as they are."""
HEAD_ROWS = 20_000
"""Most rows that a table is judged by."""
RUN_BYTES = 4 << 20
"""Shorter runs of rows of one table are put together."""

_GIVES_ROWS = re.compile(rb"(?mi)^[ \t]*(?:INSERT|REPLACE)[ \t]|^COPY [^\n]+ FROM stdin")
_ROWS = re.compile(rb"(?i)[)`\"\]\w]\s{0,99}VALUES?\s{0,99}\(")
_INTO = re.compile(rb"(?i)(?:INSERT|REPLACE)\s+(?:INTO\s+)?(%b)" % TABLE)
_SAMPLE = 1 << 20
_MESSAGE = "statements and comments that are no rows; their text was searched"
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def sniff(head: Head) -> float:
    """By a first word of SQL, and statements that give rows further on."""
    data = head.data
    if data.startswith(_WIDE):
        data = data[: _SAMPLE & ~1].decode("utf-16", "replace").encode()
    if not opens_sql(data) or head.options.delimiter is not None:
        return 0.0
    begun = _GIVES_ROWS.search(data)
    if begun is None:
        return 0.0
    given = begun[0].strip().upper()
    return 0.8 if given.startswith(b"COPY") or _ROWS.search(data, begun.start(), begun.start() + _SAMPLE) else 0.0


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """Each table as a child; the dump itself holds what gives no rows, as text that is searched and no record."""
    dump = Dump(stream, head)
    nothing = pl.DataFrame(schema={column_id(0): pl.String()})
    yield Table(FORMAT, dump.encoding.label, ("text",), has_header=False, head=nothing, kind="text")
    yield from _Tables(dump, turns=take_turns(head.text.data)).items()


def take_turns(data: bytes) -> bool:
    """Whether tables come back after another one in the head of a dump."""
    array = np.frombuffer(data[:HEAD_BYTES], np.uint8)
    lines = np.concatenate([[0], np.flatnonzero(array[:-1] == ord("\n")) + 1]) if len(array) else np.zeros(0, np.int64)
    first = array[lines] & 0xDF
    lines = lines[(first == ord("I")) | (first == ord("R"))]
    seen: set[bytes] = set()
    last = b""
    for at in lines.tolist():
        found = _INTO.match(data, at, len(array))
        if found is not None and found[1] != last:
            if found[1] in seen:
                return True
            last = found[1]
            seen.add(last)
    return False


@dataclass(frozen=True, slots=True)
class _Kept:
    """A piece that is put aside: its bytes lie in the spool."""

    at: int
    size: int
    piece: Piece


class _Tables:
    """Pieces sorted by table. State: the piece that begins the next table, and what is put aside."""

    def __init__(self, dump: Dump, *, turns: bool) -> None:
        self._dump, self._turns = dump, turns
        self._pieces = dump.pieces()
        self._next: Piece | None = None
        self._shown: set[Key] = set()
        self._names: dict[str, int] = {}
        self._returns = 0
        self._aside: dict[Key, list[_Kept]] = {}
        self._spool = Spool()

    def items(self) -> Iterator[Item]:
        """Children and texts of the dump in order."""
        texts, reached = Asides(_MESSAGE), 0
        while (piece := self._piece()) is not None:
            reached = piece.end
            if piece.key is None:
                if texts.add(piece.data, piece.start, piece.reason):
                    yield from texts.batches(1, reached)
                continue
            yield from texts.batches(1, piece.start)
            if self._turns and piece.key in self._shown:
                self._put_aside(piece)
            else:
                yield Child(self._name(piece.key), items=self._rows(piece, self._own(piece.key)))
        yield from texts.batches(1, reached)
        for key, kept in self._aside.items():
            pieces = (self._taken(one) for one in kept)
            yield Child(self._name(key), items=self._rows(next(pieces), pieces))

    def _piece(self) -> Piece | None:
        piece, self._next = self._next, None
        return piece if piece is not None else next(self._pieces, None)

    def _name(self, key: Key) -> str:
        """The table's name; a further part of it, or rows that fill other columns, get a number."""
        self._shown.add(key)
        number = self._names[key.name] = self._names.get(key.name, 0) + 1
        return key.name if number == 1 else f"{key.name} ({number})"

    def _own(self, key: Key | None) -> Iterator[Piece]:
        """Further pieces of a table, and the texts between them, up to the next one."""
        while (piece := next(self._pieces, None)) is not None:
            if piece.key is None or piece.key == key:
                yield piece
            elif self._turns:
                self._put_aside(piece)
            else:
                if piece.key in self._shown:
                    self._returns += 1
                    self._turns = self._returns > RETURNS
                self._next = piece
                return

    def _put_aside(self, piece: Piece) -> None:
        if piece.key is not None:
            at = self._spool.size
            self._spool.write(piece.data)
            self._aside.setdefault(piece.key, []).append(_Kept(at, len(piece.data), replace(piece, data=b"")))

    def _taken(self, kept: _Kept) -> Piece:
        self._spool.seek(kept.at)
        parts, size = [], kept.size
        while size and (part := self._spool.read(size)):
            parts.append(part)
            size -= len(part)
        return replace(kept.piece, data=b"".join(parts))

    def _rows(self, first: Piece, others: Iterator[Piece]) -> Iterator[Item]:
        """A table, judged by its first rows, then all its rows; the texts between them."""
        columns, width, named = self._layout(first)
        key = first.key
        counted = named and key is not None and self._names[key.name] == 1 and counts_itself(key.name, columns)
        if counted:
            columns = (*columns, "id")
        texts, begun, size, rows, reached = Asides(_MESSAGE), [], 0, 0, first.start
        waiting: Iterator[Piece] = merged([first], others)
        told: Table | None = None
        for piece in waiting:
            if piece.key is None:
                if texts.add(piece.data, piece.start, piece.reason) and told is not None:
                    yield from texts.batches(len(columns), reached)
                continue
            run = self._run(piece, width, rows, counted=counted)
            rows += run.rows
            reached = run.end
            if told is not None:
                yield run
                continue
            begun.append(run.batch())
            size += len(piece.data)
            if size >= HEAD_BYTES:
                told = self._table(columns, begun, named=named)
                yield told
                yield from begun
                begun = []
        if told is None:
            yield self._table(columns, begun, named=named)
            yield from begun
        yield from texts.batches(len(columns), reached)

    def _table(self, columns: tuple[str, ...], begun: list[Batch], *, named: bool) -> Table:
        head = pl.concat([batch.frame.head(HEAD_ROWS) for batch in begun]).drop(ROW).head(HEAD_ROWS)
        return Table(FORMAT, self._dump.encoding.label, columns, has_header=named, head=head)

    def _layout(self, first: Piece) -> tuple[tuple[str, ...], int, bool]:
        """Names of the columns, how many there are, and whether the dump names them."""
        columns = first.key.columns if first.key is not None else None
        if first.copied:
            counted = first.data.partition(b"\n")[0].count(b"\t") + 1
        else:
            counted = sql_rows.first_width(first.data, self._dump.dialect)
        said = first.key is not None and columns != self._dump.columns.get(first.key.name)
        if columns and (said or counted in (0, len(columns))):
            return columns, len(columns), True
        width = max(1, counted)
        return tuple(f"column_{index + 1}" for index in range(width)), width, False

    def _run(self, piece: Piece, width: int, before: int, *, counted: bool) -> Unparsed:
        encoding = self._dump.encoding
        if piece.copied:
            lines = sql_copy.Lines(width, encoding, before, piece.start, piece.end, counted)
            return Unparsed(piece.data, sql_copy.parse, (lines,), piece.start, piece.end, piece.rows)
        rows = sql_rows.Rows(width, self._dump.dialect, encoding, before, piece.seams, piece.start, piece.end, counted)
        return Unparsed(piece.data, sql_rows.parse, (rows,), piece.start, piece.end, piece.rows)


_PATIENTS = r"patients?|malades?|usagers?|residents?|beneficiaires?|assures?"
_IS_OF_PATIENTS = re.compile(rf"(?:\w+[._])?(?:t_|tbl_?|tab_?)?(?:{_PATIENTS})", re.IGNORECASE)
_OWN_NUMBER = re.compile(
    rf"(?:id|pk|cle|uuid|num|numero|no|code|ref|reference|matricule|ipp|nip|iep|rowid|identifiant)s?"
    rf"_?(?:(?:{_PATIENTS}|dossiers?)_?)?|(?:\w{{1,4}}_)?(?:{_PATIENTS}|dossiers?)_?"
    rf"(?:id|pk|uuid|num|numero|no|code|ref|key)|(?:\w{{1,4}}_)(?:id|pk|num|code)",
    re.IGNORECASE,
)


def counts_itself(table: str, columns: tuple[str, ...]) -> bool:
    """Whether a table of patients leaves their numbers to the database: its rows do not name them, others do."""
    return _IS_OF_PATIENTS.fullmatch(table) is not None and not any(map(_OWN_NUMBER.fullmatch, columns))


def merged(first: Iterable[Piece], others: Iterator[Piece]) -> Iterator[Piece]:
    """Pieces of one table, short ones put together; texts pass at once."""
    waiting: list[Piece] = list(first)
    size = sum(len(piece.data) for piece in waiting)
    for piece in others:
        if piece.key is None:
            yield piece
            continue
        if size >= RUN_BYTES or (waiting and waiting[-1].copied != piece.copied):
            yield _together(waiting)
            waiting, size = [], 0
        waiting.append(piece)
        size += len(piece.data)
    if waiting:
        yield _together(waiting)


def _together(pieces: list[Piece]) -> Piece:
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return first
    data = [piece.data if not piece.copied or piece.data.endswith(b"\n") else piece.data + b"\n" for piece in pieces]
    rows = sum(piece.rows for piece in pieces)
    if first.copied:
        return replace(first, data=b"".join(data), end=last.end, rows=rows)
    at = np.cumsum([0, *map(len, data)])
    seams = [piece.seams for piece in pieces if piece.seams is not None]
    joined = (
        np.concatenate([seam[0] + begin for seam, begin in zip(seams, at.tolist(), strict=False)]),
        np.concatenate([seam[1] for seam in seams]),
    )
    return replace(first, data=b"".join(data), end=last.end, rows=rows, seams=joined)
