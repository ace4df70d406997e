"""Small documents share a batch: to begin with each of a folder's thousand letters would cost more than to read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import polars as pl

from leakscan.columns import settle
from leakscan.examine import Plan, examine, plan
from leakscan.options import ScanOptions
from leakscan.passes import Pass, ledger_of, shown_paths
from leakscan.patients import PART, fingerprint_values, people
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import PEOPLE_SCHEMA, Ledger, Unit
from leakscan.persons.names import PRESCRIBERS_SCHEMA, slips
from leakscan.readers import HashingStream, open_reader
from leakscan.records import ROW, Batch, ReadOptions, Source, Table
from leakscan.sources import Unread
from leakscan.tally import Tally

BUNDLED_BYTES = 64 << 10
"""Sources up to this size may share a batch: as much as the longest document (docs/thresholds.md)."""
BUNDLE_BYTES = 2 << 20
BUNDLE_FILES = 256

NO_PEOPLE = pl.DataFrame(schema=PEOPLE_SCHEMA)
NO_TYPOS = pl.DataFrame(schema={"name": pl.UInt64, "deletion": pl.UInt64})
NO_PRESCRIBERS = pl.DataFrame(schema=PRESCRIBERS_SCHEMA)


@dataclass(frozen=True, slots=True)
class _Document:
    """A source that turned out to be one record of text."""

    source: Source
    sha256: str
    count: int
    table: Table
    batch: Batch


def bundles(found: Iterable[Source | Unread]) -> Iterator[tuple[Source, ...] | Source | Unread]:
    """Runs of small sources as bundles, the others one by one, all in their order."""
    waiting: list[Source] = []
    size = 0
    for one in found:
        small = isinstance(one, Source) and one.seekable and one.size is not None and one.size <= BUNDLED_BYTES
        if waiting and (not small or size >= BUNDLE_BYTES or len(waiting) >= BUNDLE_FILES):
            yield _bundle(waiting)
            waiting, size = [], 0
        if small and isinstance(one, Source):
            waiting.append(one)
            size += one.size or 0
        else:
            yield one
    if waiting:
        yield _bundle(waiting)


def _bundle(sources: Sequence[Source]) -> tuple[Source, ...] | Source:
    return tuple(sources) if len(sources) > 1 else sources[0]


def look_at_documents(
    sources: Sequence[Source], options: ScanOptions, prints: Fingerprinter
) -> tuple[list[Ledger], list[Source]]:
    """Look at all short documents among the sources in one go; gives their ledgers, and the sources that are none."""
    documents, rest = [], []
    for source in sources:
        document = _document(source, options)
        if document is None:
            rest.append(source)
        else:
            documents.append(document)
    if not documents:
        return [], rest
    table = documents[0].table
    how = plan(table, settle(table), options.as_of.year % 100)
    units = _units([document.batch for document in documents], how, prints, options)
    shown = shown_paths([document.source.path for document in documents])
    ledgers = [
        _ledger(document, unit, how, prints, path) for document, unit, path in zip(documents, units, shown, strict=True)
    ]
    return ledgers, rest


def _document(source: Source, options: ScanOptions) -> _Document | None:
    """The source as a document: None where it is none, or cannot be read (which is said where it is read alone)."""
    try:
        with closing(source.open()) as opened:
            stream = HashingStream(opened)
            reader = open_reader(stream, ReadOptions(options.encoding, options.delimiter, options.block_bytes))
            items = [] if isinstance(reader, str) else [item for _, item in zip(range(2), reader[1], strict=False)]
            stream.drain()
    except OSError:
        return None
    match items:
        case [Table(kind="text") as table, Batch() as batch] if batch.frame.height == 1 and batch.damaged.is_empty():
            return _Document(source, stream.sha256, stream.count, table, batch)
    return None


def _units(batches: Sequence[Batch], how: Plan, prints: Fingerprinter, options: ScanOptions) -> list[Unit]:
    """One unit per batch, all looked at together."""
    frame = pl.concat([batch.frame for batch in batches]).drop(ROW)
    count = len(batches)
    parts = pl.Series(PART, np.repeat(np.arange(count, dtype=np.uint32), [batch.frame.height for batch in batches]))
    findings = examine(frame, how)
    hashed = fingerprint_values(findings, how, prints)
    tally = Tally(prints, parts, count)
    tally.findings(findings, hashed, how)
    found = people(findings, hashed, how, prints, options.as_of, parts)
    typos = slips(found.names, prints, by=(PART,))
    exams = {part: (first, last) for part, first, last in found.exams.select(PART, "first", "last").iter_rows()}
    someone, misspelt, named = _by_part(found.people), _by_part(typos), _by_part(found.prescribers)
    return [
        Unit(
            records=batches[part].frame.height,
            damaged=0,
            damaged_bearing=0,
            evidence=tally.evidence[part],
            records_by_entity=dict(tally.by_entity[part]),
            people=someone.get(part, NO_PEOPLE),
            typos=misspelt.get(part, NO_TYPOS),
            prescribers=named.get(part, NO_PRESCRIBERS),
            exam_first=exams.get(part, (None, None))[0],
            exam_last=exams.get(part, (None, None))[1],
        )
        for part in range(count)
    ]


def _by_part(frame: pl.DataFrame) -> dict[int, pl.DataFrame]:
    split = frame.partition_by(PART, as_dict=True, include_key=False)
    return {int(part): rows for (part,), rows in split.items()}


def _ledger(document: _Document, unit: Unit, how: Plan, prints: Fingerprinter, shown: str) -> Ledger:
    done = Pass(prints, document.table, how, units=[(document.batch.start, document.batch.end, unit)])
    done.notices.merge(document.batch.met)
    return ledger_of(document.source, document.sha256, document.count, done, shown)
