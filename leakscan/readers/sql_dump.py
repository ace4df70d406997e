"""An SQL dump as pieces: rows of one table in bytes, or a text that gives no rows. Nothing is parsed here."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from leakscan.readers.encodings import Encoding
from leakscan.readers.heads import Head
from leakscan.readers.recode import utf8
from leakscan.readers.sql_statements import (
    IDENTIFIER,
    INSERT,
    TABLE,
    Bytes,
    Dialect,
    Ints,
    Statements,
    cut,
    last_row_end,
    without_comments,
)
from leakscan.readers.streams import Feed, Readable, source_length

BLOCK_BYTES = 4 << 20
"""How much of a dump is read ahead."""
STATEMENT_BYTES = 64 << 20
"""A statement that has not ended after so many bytes, nor a row of it, is cut and searched as text."""

_COPY = re.compile(rb"(?i)COPY\s+(%b)\s*(?:\(([^\n)]*)\))?\s+FROM\s+stdin[^;\n]*;[ \t]*\r?\n" % TABLE)
_CREATE = re.compile(rb"(?is)\s*CREATE\s+(?:\w+\s+){0,3}?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(%b)\s*\(" % TABLE)
_NO_COLUMN = re.compile(
    rb"(?i)(?:PRIMARY|UNIQUE|KEY|INDEX|CONSTRAINT|FOREIGN|CHECK|FULLTEXT|SPATIAL|EXCLUDE|PERIOD|LIKE)\b"
)
_ESCAPES = re.compile(
    rb"MySQL dump|MariaDB dump|phpMyAdmin|HeidiSQL|ENGINE ?=|LOCK TABLES `|AUTO_INCREMENT|`|\\'[^,);\s]|[^']\\'[^,);]"
)
_STANDARD = re.compile(rb"PostgreSQL database dump|standard_conforming_strings = on|PRAGMA |\[dbo\]|SET DEFINE OFF")
_DOUBLE = re.compile(rb"(?i)VALUES?\s*\((?:[^'\"(),]*,)*\s*\"")
_STRING = re.compile(r"'((?:[^'\\]|''|\\.)+)'", re.DOTALL)
_SIGNS = re.compile(rb"'(?:[^'\\]|''|\\.)*'|`[^`]*`|\"[^\"]*\"|[(),]", re.DOTALL)
_COPIES = (b"stdin", b"STDIN")
_COPY_LINE = 64 << 10
_COPY_TRIES = 1_000
_WORD = 8
_END_OF_COPY = b"\\."
_SILENT = re.compile(r"(?is)^[\s;/]*(?:GO\s*)*[\s;/]*$")


@dataclass(frozen=True, slots=True)
class Key:
    """A table: its name and the columns that its rows fill, None where they do not say."""

    name: str
    columns: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of one table in bytes, or a text (`key` None); `start`, `end` in the source.

    `copied`: lines of a COPY, else rows of INSERTs. `seams`: places in `data`, and the bytes of the source they were.
    `reason`: of a text, why it is no row.
    """

    key: Key | None
    data: bytes = field(repr=False)
    start: int
    end: int
    rows: int = 0
    copied: bool = False
    seams: tuple[Ints, Ints] | None = None
    reason: str = "preamble"


class Dump:
    """A dump as pieces. State: what is read ahead, where that lies in the source, and the columns of tables so far."""

    def __init__(self, stream: Readable, head: Head) -> None:
        """`head` was taken from `stream`."""
        text = head.text
        self.encoding: Encoding = text.encoding
        self.dialect = dialect_of(text.data)
        self.columns: dict[str, tuple[str, ...]] = {}
        self._feed = Feed(stream, head.data, wide=self.encoding.wide, bom=self.encoding.bom, cr=text.cr)
        self._data, self._at, self._start, self._ended = b"", 0, self.encoding.bom, False
        self._reached = 0

    def pieces(self) -> Iterator[Piece]:
        """All of the dump in order; pieces do not overlap."""
        want = BLOCK_BYTES
        while not self._ended or self._at < len(self._data):
            self._more(want)
            before = self._start
            for piece in self._sections():
                start = max(piece.start, self._reached)
                self._reached = max(piece.end, start)
                yield replace(piece, start=start, end=self._reached)
            want = BLOCK_BYTES if self._start != before else min(2 * want, STATEMENT_BYTES)

    def length(self, data: bytes) -> int:
        """Bytes in the source that `data` was."""
        return source_length(data, self.encoding.wide)

    def text(self, data: bytes) -> str:
        """Bytes of the dump as text."""
        return utf8(data, self.encoding).decode("utf-8", "replace")

    def _more(self, size: int) -> None:
        if self._ended:
            return
        more = self._feed.read(size)
        self._ended = len(more) < size
        self._data, self._at = self._data[self._at :] + more, 0

    def _take(self, end: int) -> bytes:
        """Go on to a place in what is read ahead."""
        data, self._at = self._data[self._at : end], end
        self._start += self.length(data)
        return data

    def _sections(self) -> Iterator[Piece]:
        """What is read ahead: statements up to the next COPY, its lines, and so on."""
        while (copy := self._next_copy()) is not None:
            yield from self._statements(self._data[self._at : copy.start()], final=True)
            self._take(copy.end())
            yield from self._lines(self._keyed(copy[1], copy[2]))
        rest = self._data[self._at :]
        consumed = yield from self._statements(rest, final=self._ended)
        if not consumed and len(rest) >= BLOCK_BYTES:
            yield from self._long()

    def _next_copy(self) -> re.Match[bytes] | None:
        found: list[re.Match[bytes]] = []
        for mark in () if self.dialect.escapes else _COPIES:
            at, tries = self._data.find(mark, self._at), 0
            while at >= 0 and tries < _COPY_TRIES:
                line = max(self._data.rfind(b"\n", max(0, at - _COPY_LINE), at) + 1, self._at)
                match = _COPY.match(self._data, line)
                if match is not None:
                    found.append(match)
                    break
                at, tries = self._data.find(mark, at + 1), tries + 1
        return min(found, key=lambda one: one.start(), default=None)

    def _lines(self, key: Key) -> Iterator[Piece]:
        r"""The lines of a COPY up to `\.`, in runs of whole ones."""
        while True:
            first = self._data.startswith(_END_OF_COPY, self._at)
            end = self._at if first else self._data.find(b"\n" + _END_OF_COPY, self._at) + 1
            ended = first or end > 0
            if not ended:
                end = len(self._data) if self._ended else max(self._data.rfind(b"\n", self._at) + 1, self._at)
            if not ended and not self._ended and end == self._at and len(self._data) - self._at > STATEMENT_BYTES:
                end = len(self._data)
            if end > self._at:
                start = self._start
                data = self._take(end)
                rows = data.count(b"\n") + (not data.endswith(b"\n"))
                yield Piece(key, data, start, self._start, rows, copied=True)
            if ended:
                line = self._data.find(b"\n", self._at)
                self._take(line + 1 if line >= 0 else len(self._data))
                return
            if self._ended:
                return
            self._more(BLOCK_BYTES)

    def _statements(self, section: bytes, *, final: bool) -> Generator[Piece, None, int]:
        """Runs of statements that fill one table in one way, all others as text; gives what was used of the section."""
        found = cut(section, self.dialect, final=final)
        starts, ends = found.start, found.end
        array, broken, base = np.frombuffer(section, np.uint8), dict(found.broken), self._start
        place = self._places(section, found)
        self._take(self._at + found.consumed)
        at = 0
        while at < len(starts):
            start, end = int(starts[at]), int(ends[at])
            insert = None if start in broken else INSERT.match(section, start, end)
            if insert is None:
                yield from self._other(section, start, end, base + int(place[at]), found, broken=start in broken)
                at += 1
                continue
            stop = _run(array, starts, at, insert[0], tuple(broken))
            begins = starts[at:stop] + len(insert[0])
            spans = zip(begins.tolist(), ends[at:stop].tolist(), strict=True)
            parts = [
                without_comments(section, first, last, found.dead) if found.dead else section[first:last]
                for first, last in spans
            ]
            seams = np.cumsum([0, *map(len, parts)])[:-1], base + place[at:stop] + self.length(insert[0])
            rows = np.searchsorted(found.body, ends[at:stop]) - np.searchsorted(found.body, begins)
            rows += ~_among(begins, found.body)  # `VALUES(` looks like a function
            first, last = (
                base + int(place[at]),
                base + int(place[stop - 1]) + self.length(section[int(starts[stop - 1]) : int(ends[stop - 1])]),
            )
            yield Piece(self._key(insert), b"".join(parts), first, last, int(rows.sum()), seams=seams)
            at = stop
        return found.consumed

    def _key(self, insert: re.Match[bytes]) -> Key:
        return self._keyed(insert[1], insert[2])

    def _keyed(self, table: bytes, columns: bytes | None) -> Key:
        name = self._named(table)
        return Key(name, identifiers(columns, self.encoding) if columns else self.columns.get(name))

    def _named(self, table: bytes) -> str:
        """A table's name without quotes, parts between dots."""
        return ".".join(identifiers(table, self.encoding))

    def _places(self, section: bytes, found: Statements) -> Ints:
        """Where in the source the statements of a section begin, counted from its start."""
        if self.encoding.wide is None:
            return found.start
        edges = [0, *found.start.tolist()]
        return np.cumsum([self.length(section[first:last]) for first, last in pairwise(edges)], dtype=np.int64)

    def _other(
        self, section: bytes, start: int, end: int, place: int, found: Statements, *, broken: bool
    ) -> Iterator[Piece]:
        """What gives no rows: the columns that a CREATE TABLE names are remembered, the rest is text."""
        data = section[start:end]
        said = self.text(data)
        if not broken and _CREATE.match(data):
            inner = without_comments(section, start, end, found.dead)
            made = _CREATE.match(inner)
            if made is not None:
                self.columns[self._named(made[1])] = columns_of(inner[made.end() :], self.encoding)
                said = "\n".join(_STRING.findall(said))
        if not _SILENT.match(said):
            reason = "unclosed_quote" if broken else "preamble"
            yield Piece(None, said.strip().encode(), place, place + self.length(data), reason=reason)

    def _long(self) -> Iterator[Piece]:
        """A statement longer than what is read ahead: the rows of it that are whole."""
        data = self._data[self._at :]
        insert = INSERT.match(data)
        end = last_row_end(data, self.dialect) if insert is not None else 0
        if insert is not None and end > insert.end():
            prefix, rows = insert[0], data[insert.end() : end]
            start = self._start + self.length(prefix)
            stop = start + self.length(rows)
            count = len(cut(rows + b";", self.dialect, final=True).body)
            yield Piece(self._key(insert), rows, start, stop, count, seams=(np.zeros(1, np.int64), np.array([start])))
            rest = data[end:]
            behind = rest.find(b",") + 1
            # the rest begins like the whole, as if its first rows had never been there
            self._data, self._at = prefix + rest[behind:], 0
            self._start = stop + self.length(rest[:behind]) - self.length(prefix)
        elif len(data) >= STATEMENT_BYTES:
            start = self._start
            taken = self._take(self._at + (data.rfind(b"\n") + 1 or len(data)))
            yield Piece(None, self.text(taken).encode(), start, self._start, reason="record_cut")


def _among(places: Ints, known: Ints) -> npt.NDArray[np.bool_]:
    """Which of ascending places are known ones."""
    at = np.searchsorted(known, places)
    return (at < len(known)) & (known[np.minimum(at, len(known) - 1)] == places) if len(known) else places < 0


def _run(array: Bytes, starts: Ints, at: int, prefix: bytes, broken: tuple[int, ...]) -> int:
    """Behind the last of the statements that begin with the same bytes, one after another."""
    stop, step = at + 1, 4
    reach = len(array) - len(prefix)
    # eight bytes at a time, the last eight overlapping those before: `INSERT x VALUES` is longer
    edges = [*range(0, len(prefix) - _WORD, _WORD), len(prefix) - _WORD]
    wanted = [int.from_bytes(prefix[edge : edge + _WORD], "little") for edge in edges]
    words = np.ndarray((max(0, len(array) - _WORD + 1),), "<u8", array, strides=(1,))
    while stop < len(starts):
        some = starts[stop : stop + step]
        same = some <= reach
        fit = np.minimum(some, max(reach, 0))
        for edge, word in zip(edges, wanted, strict=True):
            same &= words[fit + edge] == word
        if broken:
            same &= ~np.isin(some, broken)
        if not same.all():
            return stop + int(same.argmin())
        stop += len(some)
        step = min(4 * step, 1 << 14)
    return stop


def dialect_of(data: bytes) -> Dialect:
    """How strings are written, judged by the head."""
    sample = data[: 1 << 20]
    escapes = not _STANDARD.search(sample) and _ESCAPES.search(sample) is not None
    double = _DOUBLE.search(sample)
    return Dialect(b'"' if double else b"'", escapes)


def identifiers(data: bytes, encoding: Encoding) -> tuple[str, ...]:
    """The names in a list of them, without quotes."""
    found = [utf8(one, encoding).decode("utf-8", "replace") for one in IDENTIFIER.findall(data)]
    return tuple(one[1:-1] if one[0] in '`"[' else one for one in found)


def columns_of(body: bytes, encoding: Encoding) -> tuple[str, ...]:
    """Names of the columns in what follows `CREATE TABLE t (`."""
    depth, start, parts = 0, 0, []
    for token in _SIGNS.finditer(body):
        sign = token[0]
        if sign == b"(":
            depth += 1
        elif sign == b")":
            depth -= 1
            if depth < 0:
                parts.append(body[start : token.start()])
                break
        elif sign == b"," and not depth:
            parts.append(body[start : token.start()])
            start = token.end()
    names: list[str] = []
    for part in parts:
        first = IDENTIFIER.match(part.strip())
        if first is not None and not _NO_COLUMN.match(part.strip()):
            names += identifiers(first[0], encoding)[:1]
    return tuple(names)
