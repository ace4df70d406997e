"""Reader for XML that repeats itself: elements of one name beside each other are rows, what lies in them is columns.

`<patients><patient id="1"><nom>..</nom></patient>...`: a row per `patient`, columns `id`, `nom`. Fields around the rows
stand beside them. An element that comes several times in a row has its texts joined in one cell, unless it has fields
of its own: then each is a row with the fields around it. No entity is expanded, nothing outside of the document is
asked for; one row is in memory at a time.
"""

from __future__ import annotations

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
from leakscan.readers.xml_around import above, column_of, numbered, without_wrappers
from leakscan.readers.xml_events import BETWEEN, Start, events, forget, local
from leakscan.readers.xml_paths import Path, row_paths
from leakscan.readers.xml_start import begins, start_of
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
_MESSAGE = "parts of the document that are no rows; their text was searched"
_PIECE = 1 << 16
_TOO_LARGE = f"an XML element holds more than {MAX_FIELDS:,} others: what is behind it is unread"

Row = tuple[int, dict[str, str]]


def sniff(head: Head) -> float:
    """By the first tag, and that it is closed; a page of HTML is none."""
    return CONFIDENCE if begins(head) else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """The table of the rows of a document, one child per table where it has several; a row of all where it has none."""
    start = start_of(head)
    label = (start.encoding or "utf-8").lower()
    found, apart = row_paths(head.data, start)
    paths = sorted(found)
    source = _Source(file, start, head.data[: start.at].strip(), apart)
    if 1 < len(paths) <= MAX_TABLES:
        nothing = pl.DataFrame(schema={column_id(0): pl.String()})
        yield Table(FORMAT, label, ("text",), has_header=False, head=nothing, kind="text")
        for at, path in enumerate(paths):
            name = ".".join(path[1:]) or path[0]
            yield Child(name, items=_Rows(source, frozenset([path]), frozenset(paths), aside=at == 0).items(label))
    else:
        yield from _Rows(source, frozenset(paths), frozenset(paths), aside=True).items(label)


@dataclass(frozen=True, slots=True)
class _Source:
    """A document's bytes, where it starts in them, what stands before that, and its patients who come once."""

    file: BinaryIO
    start: Start
    before: bytes
    apart: frozenset[Path]

    def pieces(self) -> Iterator[bytes]:
        """All bytes, from their beginning."""
        self.file.seek(0)
        while data := self.file.read(_PIECE):
            yield data


class _Rows:
    """The rows of some paths of a document. State: fields around the row that is read, texts that are beside no row."""

    def __init__(self, source: _Source, wanted: frozenset[Path], known: frozenset[Path], *, aside: bool) -> None:
        """`known`: all paths of rows. `aside`: whether texts outside of rows are given here."""
        self._source, self._wanted, self._known, self._aside = source, wanted, known, aside
        self._asides = Asides(_MESSAGE)
        if aside and source.before:
            self._asides.add(source.before, 0)
        self._unsaid: dict[str, str] = {}
        self.broken: BrokenInput | None = None

    def items(self, label: str) -> Iterator[Item]:
        """The table and its batches, then the texts; BrokenInput at the end where the document is damaged."""
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
            yield from self._asides.batches(len(columns), at)
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

    def _events(self) -> Iterator[tuple[str, Any]]:
        """Elements as they begin and end; texts between documents are given here."""
        for event, element in events(self._source.pieces, self._source.start):
            if event != BETWEEN:
                yield event, element
            elif self._aside:
                self._asides.add(element.encode(), 0)

    def _rows(self) -> Iterator[Row]:
        """Rows with their numbers and the fields around them."""
        path: list[str] = []
        around: list[dict[str, str]] = []
        number = inside = below = 0
        for event, element in self._events():
            if inside and event == "start":  # what lies in a row is read when the row ends
                below += 1
                continue
            if below:
                below -= 1
                continue
            if event == "start":
                path.append(local(element.tag))
                if tuple(path) in self._known:
                    inside = len(path)
                else:
                    own = self._attributes(element, path)
                    around.append(own)
                    self._unsaid.update(own)
                continue
            if inside:
                if tuple(path) in self._wanted:
                    number += 1
                    beside = {name: text for fields in around for name, text in fields.items()}
                    self._unsaid.clear()
                    here = tuple(path)
                    if here in self._source.apart:
                        beside = above(here, beside)
                    yield from ((number, _beside(numbered(row, here, beside), beside)) for row in rows_of(element))
                inside = 0
                forget(element)
            else:
                self._around(element, path, around)
            path.pop()
        if not number and not self._known and self._unsaid:
            yield 1, without_wrappers(self._unsaid)
            self._unsaid.clear()

    def _around(self, element: Any, path: list[str], around: list[dict[str, str]]) -> None:
        """An element outside of rows ends: its text stands beside the rows that follow."""
        own = around.pop()
        text = " ".join((element.text or "").split())
        name = self._placed(tuple(path), text) if text else None
        if name is not None:
            own[name] = text
            if name in self._unsaid and self._known:
                self._asides.add(self._unsaid[name].encode(), 0)
                self._unsaid[name] = text
            else:
                _put(self._unsaid, name, text)
        if around and len(around[-1]) < MAX_COLUMNS:
            around[-1].update(own)
        forget(element)

    def _attributes(self, element: Any, path: list[str]) -> dict[str, str]:
        """The attributes of an element outside of rows, by column."""
        named = (
            (self._placed((*path, local(key)), text), text) for key, text in element.attrib.items() if text.strip()
        )
        return {name: text for name, text in named if name is not None}

    def _placed(self, path: Path, text: str) -> str | None:
        """The column of a field around rows; None where it is a text of its own, which is given here."""
        if not self._known:
            return ".".join(path[1:]) or path[0]
        name = column_of(path)
        if name is None and self._aside:
            self._asides.add(f"{path[-1]}: {text}".encode(), 0)
        return name


def _beside(row: dict[str, str], around: dict[str, str]) -> dict[str, str]:
    return {**{name: text for name, text in around.items() if name not in row}, **row} if around else row


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
    for key, text in element.items():
        _put(own, _dotted(path, local(key)), text)
    children = list(element)
    if text := _text_of(element, children):
        _put(own, path or "text", text)
    for name, found in _by_name(path, children, own).items():
        below = _dotted(path, name)
        if len(found) > 1 and any(len(one) or one.attrib for one in found):
            lists.append((below, found))
        else:
            for one in found:
                _collect(below, one, own, lists, count)


def _text_of(element: Any, children: list[Any]) -> str:
    """What stands in an element itself, blanks run together."""
    text = element.text or ""
    if children:
        text = " ".join((text, *(tail for child in children if (tail := child.tail))))
    return " ".join(text.split())


def _by_name(path: str, children: list[Any], own: dict[str, str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for child in children:
        tag = child.tag
        if isinstance(tag, str):
            found.setdefault(local(tag), []).append(child)
        elif (child.text or "").strip(" \n&;"):  # a comment may say something too; an entity is named
            _put(own, _dotted(path, "comment"), child.text.strip())
    return found


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
            told = () if row.keys() <= here else row.items()
            line.append(JOINED.join(f"{name}: {text}" for name, text in told if name not in here))
        cells.append(line)
    frame = frame_of([number for number, _ in rows], cells, len(columns))
    return Batch(frame, NO_DAMAGE, at, at + max(1, len(rows)))
