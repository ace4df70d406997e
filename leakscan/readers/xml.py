"""Reader for XML that repeats itself: elements of one name beside each other are rows, what lies in them is columns.

`<patients><patient id="1"><nom>..</nom></patient>...`: a row per `patient`, columns `id`, `nom`. Fields around the rows
stand beside them. An element that comes several times in a row has its texts joined in one cell, unless it has fields
of its own: then each is a row with the fields around it. No entity is expanded, nothing outside of the document is
asked for; one row is in memory at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

import polars as pl

from leakscan.readers.asides import Asides
from leakscan.readers.blocks import NO_DAMAGE
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.readers.json_frames import JOINED, MAX_COLUMNS, OTHER, shown
from leakscan.readers.records_of_text import frame_of
from leakscan.records import ROW, Batch, Child, Item, Table, column_id

FORMAT = "xml"
CONFIDENCE = 0.7
"""Formats that are written in XML know themselves better."""
BATCH_ROWS = 20_000
"""Rows of a batch; the first one settles the columns."""
MAX_FIELDS = 100_000
"""Elements in one row; a document with more in one is read no further."""
MAX_TABLES = 20
"""Tables of one document, which is read once for each; of more the rows stand in one table."""
LARGE_ROW = 1_000
"""An element with more rows in it on average is none itself."""
MAX_PATHS = 10_000
"""Paths of elements that are told apart in the head."""

_NAME = re.compile(rb"<([A-Za-z_][\w:.-]*)")
_BEFORE = ((b"<?", b"?>"), (b"<!--", b"-->"), (b"<!DOCTYPE", b">"))
_HTML = re.compile(rb"(?is)<!doctype\s+html|<html[\s>]|<svg[\s>]")
_ENCODING = re.compile(rb"encoding=[\"']([\w.-]{1,30})")
_MESSAGE = "parts of the document that are no rows; their text was searched"
_WIDE = (b"\xff\xfe<\0", b"\xfe\xff\0<")
_PIECE = 1 << 16
_BROKEN = "the XML is damaged: what is behind this place may be unread"
_TOO_LARGE = f"an XML element holds more than {MAX_FIELDS:,} others: what is behind it is unread"

Path = tuple[str, ...]
Row = tuple[int, dict[str, str]]


def sniff(head: Head) -> float:
    """By the first tag, and that it is closed; a page of HTML is none."""
    data = head.data
    if data.startswith(_WIDE):
        return CONFIDENCE
    start = data[:8192]
    if not start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or head.options.delimiter is not None:
        return 0.0
    name = _first_tag(start)
    if name is None or _HTML.search(start):
        return 0.0
    return CONFIDENCE if b"<?xml" in start[:64] or b"</%b>" % name in data[-4096:] else 0.0


def _first_tag(start: bytes) -> bytes | None:
    """The name of the first element, behind instructions, comments and a document type."""
    at, size = 0, len(start)
    while at < size:
        at = size - len(start[at:].lstrip(b"\xef\xbb\xbf \t\r\n"))
        mark = next((mark for mark in _BEFORE if start.startswith(mark[0], at)), None)
        if mark is None:
            found = _NAME.match(start, at)
            return found[1] if found else None
        end = start.find(mark[1], at)
        subset = start.find(b"[", at, end) if mark[1] == b">" else -1
        if subset >= 0:
            end = start.find(b">", start.find(b"]", subset))
        if end < at:
            return b"" if mark[1] == b">" else None  # a long document type
        at = end + len(mark[1])
    return None


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """The table of the rows of a document, one child per table where it has several; a row of all where it has none."""
    declared = _ENCODING.search(head.data[:200])
    label = declared[1].decode().lower() if declared else "utf-8"
    paths = sorted(row_paths(head.data))
    if 1 < len(paths) <= MAX_TABLES:
        nothing = pl.DataFrame(schema={column_id(0): pl.String()})
        yield Table(FORMAT, label, ("text",), has_header=False, head=nothing, kind="text")
        for at, path in enumerate(paths):
            name = ".".join(path[1:]) or path[0]
            yield Child(name, items=_Rows(file, frozenset([path]), frozenset(paths), aside=at == 0).items(label))
    else:
        yield from _Rows(file, frozenset(paths), frozenset(paths), aside=True).items(label)


@dataclass(slots=True)
class _Seen:
    """How often an element of a path came, how often at most in one parent, and whether it holds others."""

    count: int = 0
    most: int = 0
    holds: bool = False


def row_paths(data: bytes) -> frozenset[Path]:
    """Which elements are rows: those of one name that repeat in one parent and hold others or attributes, outermost."""
    seen: dict[Path, _Seen] = {}
    path: list[str] = []
    counts: list[dict[str, int]] = [{}]
    try:
        for event, element in _events(iter([data])):
            if event == "end":
                path.pop()
                counts.pop()
                _forget(element)
                continue
            name = local(element.tag)
            if path:
                seen[tuple(path)].holds = True
            path.append(name)
            here = seen.setdefault(tuple(path), _Seen())
            here.count += 1
            here.holds = here.holds or bool(element.attrib)
            counts[-1][name] = counts[-1].get(name, 0) + 1
            here.most = max(here.most, counts[-1][name])
            counts.append({})
            if len(seen) > MAX_PATHS:
                break
    except BrokenInput:
        pass
    rows = {one for one, met in seen.items() if met.most > 1 and met.holds}
    large = {
        one[:size]
        for one in rows
        for size in range(1, len(one))
        if one[:size] in rows and seen[one].count > LARGE_ROW * seen[one[:size]].count
    }
    rows -= large
    return frozenset(one for one in rows if not any(one[:size] in rows for size in range(1, len(one))))


def _events(pieces: Iterator[bytes]) -> Iterator[tuple[str, Any]]:
    """Elements as they begin and end. BrokenInput behind the last one where the document is damaged."""
    from lxml import etree

    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=True,
    )
    fatal = False
    for piece in pieces:
        try:
            parser.feed(piece)
        except etree.XMLSyntaxError:
            fatal = True
        yield from _elements(parser)
        if fatal:
            break
    try:
        parser.close()
    except etree.XMLSyntaxError:
        fatal = True
    yield from _elements(parser)
    if fatal or any(error.level_name == "FATAL" for error in parser.feed_error_log):
        raise BrokenInput(_BROKEN)


def _elements(parser: Any) -> Iterator[tuple[str, Any]]:
    for event, element in parser.read_events():
        if isinstance(element.tag, str):
            yield event, element


def local(tag: str) -> str:
    """An element's or attribute's name without its namespace."""
    return tag.rsplit("}", 1)[-1]


def _forget(element: Any) -> None:
    """Let go of an element that is at its end, and of those before it."""
    element.clear(keep_tail=True)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


class _Rows:
    """The rows of some paths of a document. State: fields around the row that is read, texts that are beside no row."""

    def __init__(self, file: BinaryIO, wanted: frozenset[Path], known: frozenset[Path], *, aside: bool) -> None:
        """`known`: all paths of rows. `aside`: whether texts outside of rows are given here."""
        self._file, self._wanted, self._known, self._aside = file, wanted, known, aside
        self._asides = Asides(_MESSAGE)
        self._unsaid: dict[str, str] = {}
        self.broken: BrokenInput | None = None

    def items(self, label: str) -> Iterator[Item]:
        """The table and its batches, then the texts; BrokenInput at the end where the document is damaged."""
        self._file.seek(0)
        rows = self._kept()
        begun = list(islice(rows, BATCH_ROWS))
        names = list(dict.fromkeys(name for _, row in begun for name in row))
        others = len(begun) == BATCH_ROWS or len(names) > MAX_COLUMNS
        columns = (*names[:MAX_COLUMNS], OTHER) if others else (tuple(names) or ("text",))
        batch = _batch(begun, columns, 0, others=others)
        yield Table(FORMAT, label, tuple(shown(columns)), has_header=True, head=batch.frame.drop(ROW))
        yield batch
        at = batch.end
        while more := list(islice(rows, BATCH_ROWS)):
            batch = _batch(more, columns, at, others=others)
            yield batch
            at = batch.end
        if self._unsaid and self._aside:
            self._asides.add("\n".join(f"{name}: {text}" for name, text in self._unsaid.items()).encode(), 0)
        yield from self._asides.batches(len(columns), at)
        if self.broken is not None:
            raise self.broken

    def _kept(self) -> Iterator[Row]:
        try:
            yield from self._rows()
        except BrokenInput as error:
            self.broken = error

    def _pieces(self) -> Iterator[bytes]:
        while data := self._file.read(_PIECE):
            yield data

    def _rows(self) -> Iterator[Row]:
        """Rows with their numbers and the fields around them."""
        path: list[str] = []
        around: list[dict[str, str]] = []
        number = inside = 0
        for event, element in _events(self._pieces()):
            if event == "start":
                path.append(local(element.tag))
                if not inside and tuple(path) in self._known:
                    inside = len(path)
                elif not inside:
                    prefix = ".".join(path[1:])
                    own = {_dotted(prefix, local(key)): text for key, text in element.attrib.items() if text.strip()}
                    around.append(own)
                    self._unsaid.update(own)
                continue
            if inside == len(path):
                if tuple(path) in self._wanted:
                    number += 1
                    beside = {name: text for fields in around for name, text in fields.items()}
                    self._unsaid.clear()
                    for row in rows_of(element):
                        yield number, {**{name: text for name, text in beside.items() if name not in row}, **row}
                inside = 0
                _forget(element)
            elif not inside:
                self._around(element, path, around)
            path.pop()
        if not number and not self._known and self._unsaid:
            yield 1, dict(self._unsaid)
            self._unsaid.clear()

    def _around(self, element: Any, path: list[str], around: list[dict[str, str]]) -> None:
        """An element outside of rows ends: its text stands beside the rows that follow."""
        own = around.pop()
        text = " ".join((element.text or "").split())
        if text:
            name = ".".join(path[1:]) or path[0]
            own[name] = text
            if name in self._unsaid and self._known:
                self._asides.add(self._unsaid[name].encode(), 0)
                self._unsaid[name] = text
            else:
                _put(self._unsaid, name, text)
        if around and len(around[-1]) < MAX_COLUMNS:
            around[-1].update(own)
        _forget(element)


def _dotted(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def rows_of(element: Any) -> list[dict[str, str]]:
    """One element as rows of fields: attributes, texts of elements within, rows of those that repeat."""
    return _rows_of(element, [0])


def _rows_of(element: Any, count: list[int]) -> list[dict[str, str]]:
    own: dict[str, str] = {}
    lists: list[tuple[str, list[Any]]] = []
    _collect("", element, own, lists, count)
    rows = [
        {**own, **{_dotted(name, inner): text for inner, text in row.items()}}
        for name, found in lists
        for one in found
        for row in _rows_of(one, count)
    ]
    return rows or [own]


def _collect(
    path: str, element: Any, own: dict[str, str], lists: list[tuple[str, list[Any]]], count: list[int]
) -> None:
    count[0] += 1
    if count[0] > MAX_FIELDS:
        raise BrokenInput(_TOO_LARGE)
    for key, text in element.attrib.items():
        _put(own, _dotted(path, local(key)), text)
    texts = [element.text, *(child.tail for child in element)]
    text = " ".join(word for part in texts if part for word in part.split())
    if text:
        _put(own, path or "text", text)
    by_name: dict[str, list[Any]] = {}
    for child in element:
        if isinstance(child.tag, str):
            by_name.setdefault(local(child.tag), []).append(child)
        elif (child.text or "").strip(" \n&;"):  # a comment may say something too; an entity is named
            _put(own, _dotted(path, "comment"), child.text.strip())
    for name, found in by_name.items():
        below = _dotted(path, name)
        if len(found) > 1 and any(len(one) or one.attrib for one in found):
            lists.append((below, found))
        else:
            for one in found:
                _collect(below, one, own, lists, count)


def _put(own: dict[str, str], name: str, text: str) -> None:
    before = own.get(name)
    own[name] = text if not before else f"{before}{JOINED}{text}"


def _batch(rows: list[Row], columns: tuple[str, ...], at: int, *, others: bool) -> Batch:
    known = columns[:-1] if others else columns
    here = set(known)
    cells = []
    for _, row in rows:
        line = [row.get(name, "") for name in known]
        if others:
            line.append(JOINED.join(f"{name}: {text}" for name, text in row.items() if name not in here))
        cells.append(line)
    frame = frame_of([number for number, _ in rows], cells, len(columns))
    return Batch(frame, NO_DAMAGE, at, at + max(1, len(rows)))
