"""One small population in many formats, and how a source is scanned and read without a process of its own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
from reports import told

from leakscan.looking import Lookers
from leakscan.options import ScanOptions, parse_date
from leakscan.persons.identity import Fingerprinter
from leakscan.progress import NoProgress
from leakscan.readers import HEAD_BYTES, marked_reader
from leakscan.readers.heads import Head
from leakscan.reading import scan_source
from leakscan.records import Batch, Child, InputWarning, Item, ReadOptions, Source, Table
from leakscan.report import build_report

SAMPLES = Path(__file__).parent.parent / "samples"
CSV = (SAMPLES / "intl_utf8.csv").read_bytes()
OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"), workers=1)
KEY = Fingerprinter(bytes(32))


def population() -> pl.DataFrame:
    """The rows of a committed sample as text."""
    return pl.read_csv(CSV, infer_schema=False).fill_null("")


def report_here(data: bytes) -> dict[str, Any]:
    """The report on some bytes, read in this process whatever their format."""
    source = Source("given", lambda: io.BytesIO(data), size=len(data))
    lookers = Lookers(1, KEY, OPTIONS.as_of, isolates=False)
    return build_report(scan_source(source, OPTIONS, NoProgress(), lookers), OPTIONS)


def counted(report: dict[str, Any]) -> dict[str, Any]:
    """What must not depend on the format that rows are in."""
    return told(report)


class Gathered:
    """What a reader gave, children that were made already included. State: all of it, in order."""

    def __init__(self) -> None:
        self.tables: dict[str | None, Table] = {}
        self.rows: dict[str | None, list[tuple[Any, ...]]] = {}
        self.titles: list[str] = []
        self.spans: dict[str | None, list[tuple[int, int]]] = {}
        self.children: list[Child] = []
        self.files: dict[str, bytes] = {}
        self.met: dict[str, int] = {}
        self.broken: str | None = None

    def add(self, items: Iterator[Item], name: str | None = None) -> None:
        try:
            for item in items:
                self.one(item, name)
        except OSError as error:
            self.broken = error.strerror

    def one(self, item: Item, name: str | None) -> None:
        if isinstance(item, Table):
            self.tables[name] = item
            self.rows[name], self.spans[name] = [], []
        elif isinstance(item, Batch):
            assert item.frame.null_count().sum_horizontal().sum() == 0
            assert item.frame.columns[0] == "_row"
            assert set(item.frame.dtypes[1:]) <= {pl.String()}
            self.rows[name] += item.frame.drop("_row").rows()
            self.titles += item.damaged["text"].to_list()
            self.spans[name].append((item.start, item.end))
        elif isinstance(item, InputWarning):
            self.met[item.code] = self.met.get(item.code, 0) + item.count
        elif isinstance(item, Child):
            self.children.append(item)
            if item.items is not None:
                self.add(item.items, item.name)
            elif item.open is not None:
                self.files[item.name] = item.open().read()


def gathered(data: bytes, options: ReadOptions | None = None) -> Gathered:
    """What the reader of some bytes gives; it must be sure of them."""
    head = Head(data[:HEAD_BYTES], options or ReadOptions())
    reader = marked_reader(head)
    assert reader is not None
    found = Gathered()
    found.add(reader.read(io.BytesIO(data), head))  # type: ignore[arg-type]
    return found
