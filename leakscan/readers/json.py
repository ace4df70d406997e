"""Reader for JSON: objects one per line (NDJSON) or one after another, and documents with arrays of objects in them.

Each outermost array of objects is a table; the document's own fields, as far as the first 8 MiB show them, stand beside
its records. A document without such an array is a record, or columns where it holds lists of one length.
"""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from leakscan.readers.asides import Asides
from leakscan.readers.blocks import blocks
from leakscan.readers.encodings import Encoding
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.readers.json_broken import Mended, is_loose, mended, stretched, strict, text_child
from leakscan.readers.json_frames import (
    Lines,
    columns_for,
    finished,
    flat_rows,
    flattened,
    framed,
    loaded,
    parse,
    shown,
)
from leakscan.readers.json_records import Document, Run
from leakscan.readers.recode import utf8
from leakscan.readers.streams import HEAD_BYTES, Feed, Readable
from leakscan.records import ROW, Child, InputWarning, Item, Table, Unparsed, column_id, text_columns

FORMAT = "json"
HEAD_ROWS = 20_000
"""Most rows that a table is judged by."""
KEYED = 2
"""Objects under keys that have fields in common are records from so many on."""
CONFIDENCE = 0.7
"""Formats that are written in JSON know themselves better."""
LOOSE_CONFIDENCE = 0.69
"""The same for objects as programming languages write them, without anything else in the file."""
MAX_TAIL = 5
"""Lines of text behind lines of objects that a log would have between them."""

_MESSAGE = "parts of the document that are no records; their text was searched"
_BROKEN = "JSON that is broken from here on; what could be read of it was, the rest was read as text"
CUT = "the JSON ends before it closes: what would be behind is missing"
_OBJECT = re.compile(rb'[\s\xef\xbb\xbf]*(?:\[\s*)?\{\s*(?:"(?:[^"\\]|\\.){0,500}"\s*:|\})')
_ARRAY = re.compile(rb'[\s\xef\xbb\xbf]*\[\s*(?:["\[\d]|-\d|null|true|false)')
_LINE = re.compile(rb"\s*\{.*\}\s*,?\s*", re.DOTALL)
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_SAMPLE = 64 << 10
_ARRAY_BYTES = 1 << 20


def sniff(head: Head) -> float:
    """By the first brackets and key."""
    data = head.data
    if data.startswith(_WIDE):
        data = data[: _SAMPLE & ~1].decode("utf-16", "replace").encode()
    begun = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not begun.startswith((b"{", b"[", b"//", b"/*", b"#")) or head.options.delimiter is not None:
        return 0.0
    if _OBJECT.match(data[:_SAMPLE]):
        return CONFIDENCE if _is_even(data[:_SAMPLE]) else 0.0
    if is_loose(data[:_SAMPLE].decode("utf-8", "replace")):
        return LOOSE_CONFIDENCE
    if not _ARRAY.match(data[:_SAMPLE]) or len(data) > _ARRAY_BYTES:
        return 0.0
    return CONFIDENCE if isinstance(loaded(head.text.data), list) else 0.0


def _is_even(data: bytes) -> bool:
    """Whether lines after a first one that is an object are objects as well; a log has others between."""
    lines = [line for line in data.split(b"\n")[:200] if line.strip()]
    if len(lines) < 2 or loaded(lines[0]) is None:
        return True
    objects = [line.lstrip()[:1] in (b"{", b"[") for line in lines]
    tail = len(lines) - sum(objects)
    return 10 * sum(objects) >= 8 * len(lines) or (all(objects[:-tail]) and tail <= min(MAX_TAIL, sum(objects)))


@dataclass(frozen=True, slots=True)
class _Told:
    """What is the same for all tables of a document."""

    encoding: Encoding
    whole: bool
    beside: tuple[tuple[str, str], ...] = field(default=(), repr=False)


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """The table of a source of objects, or one child per table of a document."""
    text = head.text
    encoding = text.encoding
    feed = Feed(stream, head.data, wide=encoding.wide, bom=encoding.bom, cr=text.cr)
    if _has_lines(text.data):
        found = blocks(feed, encoding, encoding.bom, head.options.block_bytes)
        runs = (Run("", block.data, block.start, block.end, len(block.records)) for block in found)
        yield from _rows(runs, _Told(encoding, text.whole), Asides(_MESSAGE))
        return
    objects, sound = _follow(text.data)
    if text.whole and not (objects and sound):
        document = loaded(utf8(text.data, encoding))
        broken = mended(utf8(text.data, encoding).decode("utf-8", "replace")) if document is None else None
        if broken is not None:
            yield from _of_broken(broken, head)
            while feed.read(HEAD_BYTES):
                pass
            return
        tables = list(_tables(document))
        if tables:
            yield from _of_document(tables, encoding, len(head.data))
            while feed.read(HEAD_BYTES):
                pass
            return
    beside, paths, seen = ((), 1, 0) if objects else _frame_of(text.data, encoding, whole=text.whole)
    told = _Told(encoding, text.whole, beside)
    yield from _of_runs(Document(feed, encoding.bom, encoding.wide, objects=objects), told, paths, seen)


def _has_lines(data: bytes) -> bool:
    """Whether each line is an object."""
    lines = [line for line in data[: 4 * _SAMPLE].split(b"\n")[:3] if line.strip()]
    if not lines or not lines[0].lstrip(b"\xef\xbb\xbf \t").startswith(b"{"):
        return False
    if len(lines) == 1:
        return False
    whole = [line for line in lines[:2] if isinstance(loaded(line), dict)]
    return bool(whole) and lines[1].lstrip().startswith(b"{")


def _of_broken(broken: Mended, head: Head) -> Iterator[Item]:
    """What could be read of JSON that is broken, as if it were sound; then what is beside it, as a text of its own."""
    size, data = len(head.data), strict(broken.documents)
    options = replace(head.options, encoding="utf-8")
    items = read(io.BytesIO(data[HEAD_BYTES:]), Head(data[:HEAD_BYTES], options))
    yield from stretched(items, head.text.encoding.label, size / max(1, len(data)))
    yield InputWarning("json_broken", _BROKEN, offset=head.text.encoding.bom + broken.fault)
    if broken.texts:
        yield text_child(broken.texts, head.options)
    if broken.cut:
        raise BrokenInput(CUT)


def _follow(data: bytes) -> tuple[bool, bool]:
    """Whether objects follow one another, without an array around them; and whether nothing else is between them."""
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return False, True
    document = Document(Feed(io.BytesIO(), data, wide=None, bom=0, cr=False), 0, None, objects=True, partial=True)
    rows, end, sound = 0, 0, True
    for run in document.runs():
        rows += run.rows
        sound = sound and (run.path is not None or not _says(run, 0))
        end = run.end
    return rows > 1, sound and not data[end:].strip(b", \t\r\n")


def _frame_of(data: bytes, encoding: Encoding, *, whole: bool) -> tuple[tuple[tuple[str, str], ...], int, int]:
    """The fields of a document around its records, how many tables it has, and up to where that is known."""
    document = Document(Feed(io.BytesIO(), data, wide=None, bom=0, cr=False), 0, None, partial=not whole)
    pieces, paths, seen = [], set(), 0
    for run in document.runs():
        if run.path is None:
            pieces.append(run.data)
            seen = run.end
        else:
            paths.add(run.path)
    around = loaded(utf8(b"".join(pieces) + document.closing(), encoding))
    if not isinstance(around, dict):
        return (), len(paths), 0
    return (
        tuple((name, cell) for name, cell in flat_rows(around)[0].items() if cell),
        len(paths),
        sys.maxsize if whole else seen,
    )


class _Runs:
    """Runs of a document by table. State: the run that begins the next table."""

    def __init__(self, document: Document, seen: int) -> None:
        self._runs, self._seen = document.runs(), seen
        self._next: Run | None = None

    def following(self) -> Run | None:
        """The next run, a text only if it says something."""
        run, self._next = self._next, None
        while run is None and (found := next(self._runs, None)) is not None:
            run = found if found.path is not None or _says(found, self._seen) else None
        return run

    def of(self, first: Run) -> Iterator[Run]:
        """A table's runs from its first one, and the texts between them."""
        run: Run | None = first
        while run is not None and run.path in (None, first.path):
            yield run
            run = self.following()
        self._next = run


def _of_runs(document: Document, told: _Told, paths: int, seen: int) -> Iterator[Item]:
    """The tables of a document that is read in pieces; `seen`: up to there its own fields stand beside the records."""
    runs, names = _Runs(document, seen), Counter[str]()
    asides, alone, reached = Asides(_MESSAGE), paths <= 1, 0
    if not alone:
        yield text_table(told.encoding)
    while (run := runs.following()) is not None:
        reached = run.end
        if run.path is None:
            if asides.add(utf8(run.data, told.encoding), run.start) and not alone:
                yield from asides.batches(1, reached)
            continue
        names[run.path] += 1
        if alone and names.total() == 1:
            yield from _rows(runs.of(run), told, asides)
        else:
            name = run.path or "records"
            name = name if names[run.path] == 1 else f"{name} ({names[run.path]})"
            yield Child(name, items=_rows(runs.of(run), told, Asides(_MESSAGE)))
    if alone and not names:
        yield text_table(told.encoding)
    yield from asides.batches(1, reached)
    if document.cut:
        raise BrokenInput(CUT)


def _says(run: Run, seen: int) -> bool:
    """Whether a text outside of records says something that is not known already."""
    return run.end > seen and bool(run.data.strip(b" \t\r\n{}[],:"))


def text_table(encoding: Encoding) -> Table:
    """The table of a document whose records stand in several: no row, texts beside them."""
    nothing = pl.DataFrame(schema={column_id(0): pl.String()})
    return Table(FORMAT, encoding.label, ("text",), has_header=False, head=nothing, kind="text")


def _rows(runs: Iterator[Run], told: _Told, asides: Asides) -> Iterator[Item]:
    """A table, judged by its first runs, then all of them."""
    begun: list[tuple[Run, tuple[list[str], pl.DataFrame, list[tuple[int, str]]]]] = []
    columns: tuple[str, ...] | None = None
    size, rows, reached, others = 0, 0, 0, False
    beside = told.beside
    for run in runs:
        if run.path is None:
            if asides.add(utf8(run.data, told.encoding), run.start) and columns is not None:
                yield from asides.batches(len(columns), reached)
            continue
        reached = run.end
        if columns is not None:
            lines = Lines(columns, others, told.encoding, rows, run.start, run.end, beside)
            yield Unparsed(run.data, parse, (lines,), run.start, run.end, run.rows)
            rows += run.rows
            continue
        begun.append((run, flattened(run.data, told.encoding)))
        size += len(run.data)
        if size >= HEAD_BYTES:
            columns, others, beside = _columns(begun, told)
            yield from _first(begun, columns, told.encoding, beside, others=others)
            rows, begun = sum(one.rows for one, _ in begun), []
    if columns is None:
        columns, others, beside = _columns(begun, told)
        yield from _first(begun, columns, told.encoding, beside, others=others)
    yield from asides.batches(len(columns), reached)


_Begun = list[tuple[Run, tuple[list[str], pl.DataFrame, list[tuple[int, str]]]]]


def _columns(begun: _Begun, told: _Told) -> tuple[tuple[str, ...], bool, tuple[tuple[str, str], ...]]:
    own = dict.fromkeys(name for _, (names, _, _) in begun for name in names)
    beside = tuple((name if name not in own else f"document.{name}", cell) for name, cell in told.beside)
    first = loaded(begun[0][0].data.partition(b"\n")[0]) if begun else None
    order = dict.fromkeys(name for row in flat_rows(first) for name in row) if isinstance(first, dict) else {}
    # polars gives the fields of wide objects in any order
    names = [*(name for name in order if name in own), *sorted(name for name in own if name not in order)]
    columns, others = columns_for([*names, *(name for name, _ in beside)], whole=told.whole)
    return columns, others, beside


def _first(
    begun: _Begun,
    columns: tuple[str, ...],
    encoding: Encoding,
    beside: tuple[tuple[str, str], ...],
    *,
    others: bool,
) -> Iterator[Item]:
    """The table and the batches that it was judged by."""
    batches, rows = [], 0
    for run, found in begun:
        lines = Lines(columns, others, encoding, rows, run.start, run.end, beside)
        batches.append(finished(*found, lines))
        rows += run.rows
    heads = [batch.frame.head(HEAD_ROWS).drop(ROW) for batch in batches]
    empty = pl.DataFrame(schema=text_columns(len(columns)))
    head = pl.concat(heads).head(HEAD_ROWS) if heads else empty
    yield Table(FORMAT, encoding.label, tuple(shown(columns)), has_header=True, head=head)
    yield from batches


def _tables(document: Any) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The tables of a document that is read whole, where it is no matter of arrays of objects: its name and records.

    None where it is one: that is read in pieces.
    """
    if isinstance(document, list):
        if document and all(isinstance(one, list) for one in document):
            yield "", [{f"column_{at + 1}": cell for at, cell in enumerate(row)} for row in document]
        elif not any(isinstance(one, dict) for one in document):
            yield "", [{"value": one} for one in document]
        return
    if isinstance(document, dict) and not _holds_records(document):
        yield from _of_object(document)


def _holds_records(value: Any, depth: int = 0) -> bool:
    """Whether arrays of objects lie in a document."""
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], dict)
    return isinstance(value, dict) and depth < 20 and any(_holds_records(one, depth + 1) for one in value.values())


def _of_object(document: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    lengths = {len(value) for value in document.values() if isinstance(value, list)}
    lists = [value for value in document.values() if isinstance(value, list)]
    if len(lists) > 1 and len(lengths) == 1 and lengths != {0} and 2 * len(lists) > len(document):
        keys = [key for key, value in document.items() if isinstance(value, list)]
        rest = {key: value for key, value in document.items() if not isinstance(value, list)}
        yield "", [{**dict(zip(keys, row, strict=True)), **rest} for row in zip(*lists, strict=True)]
        return
    keyed = {key: value for key, value in document.items() if is_keyed(value)}
    if is_keyed(document):
        yield "", [{"key": key, **value} for key, value in document.items()]
        return
    rest = {key: value for key, value in document.items() if key not in keyed}
    for key, value in keyed.items():
        yield key, [{"key": inner, **fields} for inner, fields in value.items()]
    if rest:
        yield "" if not keyed else "document", [rest]


def is_keyed(value: Any) -> bool:
    """Whether an object holds records under keys: objects with most fields in common, whole columns of a frame too."""
    if not isinstance(value, dict) or len(value) < KEYED or not all(isinstance(one, dict) for one in value.values()):
        return False
    fields = [set(one) for one in value.values()]
    common = set.intersection(*fields)
    return bool(common) and 2 * len(common) * len(fields) >= sum(map(len, fields))


def _of_document(tables: list[tuple[str, list[dict[str, Any]]]], encoding: Encoding, size: int) -> Iterator[Item]:
    if len(tables) > 1:
        yield text_table(encoding)
    for name, records in tables:
        items = _of_records(records, encoding, size)
        if len(tables) == 1:
            yield from items
        else:
            yield Child(name, items=items)


def _of_records(records: list[dict[str, Any]], encoding: Encoding, size: int) -> Iterator[Item]:
    rows = [(number, row) for number, record in enumerate(records, 1) for row in flat_rows(record)]
    names, frame = framed(rows)
    columns, others = columns_for(names, whole=True)
    lines = Lines(columns, others, encoding, 0, 0, size)
    batch = finished(names, frame, [], lines)
    yield Table(
        FORMAT, encoding.label, tuple(shown(columns)), has_header=True, head=batch.frame.drop(ROW).head(HEAD_ROWS)
    )
    yield batch
