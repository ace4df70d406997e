"""Small sources share a batch: to begin with each of a folder's thousand files would cost more than to read it.

Short documents go together, and so do small tables under one header.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np
import polars as pl

from leakscan import columns
from leakscan.examine import examine
from leakscan.layouts import judge
from leakscan.links import keys_of, links, numbered, results_of
from leakscan.options import ScanOptions
from leakscan.passes import Pass, ledger_of, shown_paths, unmatched_roles
from leakscan.patients import PART, fingerprint_values
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import LABORATORIES_SCHEMA, LINKS_SCHEMA, PEOPLE_SCHEMA, PRESCRIBED_SCHEMA, Ledger, Unit
from leakscan.persons.names import PRESCRIBERS_SCHEMA, slips
from leakscan.plan import Plan, plan
from leakscan.readers import alike, marked_reader, read_document
from leakscan.readers.delimited import HEAD_ROWS
from leakscan.readers.heads import Head
from leakscan.readers.streams import read_exactly
from leakscan.records import ROW, InputWarning, Source, Table
from leakscan.shapes import shapes_by_part
from leakscan.silent import who
from leakscan.sources import Unread, told_by
from leakscan.tally import Tally
from leakscan.units import contradicted_parts

BUNDLED_BYTES = 64 << 10
"""Sources up to this size may share a batch: as much as the longest document (docs/thresholds.md)."""
BUNDLE_BYTES = 2 << 20
BUNDLE_FILES = 256

NO_PEOPLE = pl.DataFrame(schema=PEOPLE_SCHEMA)
NO_TYPOS = pl.DataFrame(schema={"name": pl.UInt64, "deletion": pl.UInt64})
NO_PRESCRIBERS = pl.DataFrame(schema=PRESCRIBERS_SCHEMA)
NO_LABORATORIES = pl.DataFrame(schema=LABORATORIES_SCHEMA)
NO_PRESCRIBED = pl.DataFrame(schema=PRESCRIBED_SCHEMA)
NO_LINKS = pl.DataFrame(schema=LINKS_SCHEMA)


@dataclass(frozen=True, slots=True)
class _Small:
    """A source that was read whole: its rows are `height` of those of its group, from byte `start` to `end`.

    `table`: its own, where it is a document.
    """

    source: Source
    sha256: str
    count: int
    height: int
    start: int
    table: Table | None = None
    met: tuple[InputWarning, ...] = ()


@dataclass(slots=True)
class _Tables:
    """Tables under one header. State: those met so far, and their rows still in bytes."""

    shared: alike.Shared
    members: list[_Small] = field(default_factory=list)
    bodies: list[tuple[bytes, int]] = field(default_factory=list, repr=False)
    rows: int = 0


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


def look_at_alike(
    sources: Sequence[Source], options: ScanOptions, prints: Fingerprinter
) -> tuple[list[Ledger], list[Source]]:
    """Look in one go at what may share a batch: short documents, and small tables under one header.

    Gives their ledgers, and the sources that are to be read one by one.
    """
    sorted_out = _sort_out(sources, options)
    ledgers, rest = _look_at_documents(sorted_out, options, prints)
    for group in sorted_out.tables:
        more, left = _look_at_tables(group, options, prints)
        ledgers += more
        rest += left
    return ledgers, rest


@dataclass(slots=True)
class _SortedOut:
    """Sources by what they share: documents with their texts, tables by header, and those that are read alone."""

    documents: list[_Small] = field(default_factory=list)
    texts: list[pl.DataFrame] = field(default_factory=list, repr=False)
    tables: list[_Tables] = field(default_factory=list)
    alone: list[Source] = field(default_factory=list)


def _sort_out(sources: Sequence[Source], options: ScanOptions) -> _SortedOut:
    found = _SortedOut()
    how = options.reading()
    groups: dict[bytes, _Tables] = {}
    for source in sources:
        data = None if source.subject else _bytes_of(source)
        head = None if data is None else Head(data, how)
        if head is None or marked_reader(head) is not None:
            found.alone.append(source)
        elif not _joins(groups, source, head, found):
            _as_document(source, head, found)
    return found


def _bytes_of(source: Source) -> bytes | None:
    """All bytes of a source; None where it cannot be read or changed (which is said where it is read alone)."""
    try:
        with closing(source.open()) as opened:
            data = read_exactly(opened, BUNDLED_BYTES + 1)
            steady = len(data) == source.size and not told_by(opened)
    except OSError:
        return None
    return data if len(data) <= BUNDLED_BYTES and steady else None


def _as_document(source: Source, head: Head, found: _SortedOut) -> None:
    """Put a source with the documents, if it is one."""
    read, data = read_document(head), head.data
    if read is None or not read[1].frame.height:
        found.alone.append(source)
        return
    table, batch = read
    found.texts.append(batch.frame)
    found.documents.append(
        _Small(source, sha256(data).hexdigest(), len(data), batch.frame.height, batch.start, table, batch.met)
    )


def _joins(groups: dict[bytes, _Tables], source: Source, head: Head, found: _SortedOut) -> bool:
    """Put a source with the tables under its header, if it is a plain one; the first of them opens a group."""
    data, how = head.data, head.options
    if how.encoding is not None or how.delimiter is not None:
        return False
    line = alike.first_line(data)
    group = groups.get(line)
    shared = group.shared if group is not None else alike.shared_header(head)
    body = alike.body_of(data, shared) if shared is not None else None
    if shared is None or body is None:
        return False
    if group is None or group.rows + body[1] > HEAD_ROWS:  # a group's head is all of its rows
        group = groups[line] = _Tables(shared)
        found.tables.append(group)
    group.members.append(_Small(source, sha256(data).hexdigest(), len(data), body[1], len(line)))
    group.bodies.append(body)
    group.rows += body[1]
    return True


def _look_at_documents(
    found: _SortedOut, options: ScanOptions, prints: Fingerprinter
) -> tuple[list[Ledger], list[Source]]:
    documents = found.documents
    if not documents or documents[0].table is None:
        return [], found.alone
    table = documents[0].table
    how = plan(table, columns.settle(table), options.as_of.year % 100, contacts=options.contacts)
    units, _ = units_together([one.height for one in documents], pl.concat(found.texts).drop(ROW), how, prints, options)
    return _ledgers(documents, units, table, how, prints, unmatched_roles(table, options.roles)), found.alone


def _look_at_tables(group: _Tables, options: ScanOptions, prints: Fingerprinter) -> tuple[list[Ledger], list[Source]]:
    """Look at tables under one header; others are read alone.

    These are tables that contradict the roles that all of them suggest, and those in which a person is no row.
    """
    sources = [member.source for member in group.members]
    frame = alike.parsed(group.shared, group.bodies) if len(sources) > 1 else None
    if frame is None:
        return [], sources
    table = group.shared.table(frame)
    if judge(table) is not None:
        return [], sources
    settled = columns.settle(table, options.roles)
    how = plan(table, settled, options.as_of.year % 100, contacts=options.contacts)
    units, contradicted = units_together([member.height for member in group.members], frame, how, prints, options)
    agreeing = [place for place in range(len(sources)) if place not in contradicted]
    ledgers = _ledgers(
        [group.members[place] for place in agreeing],
        [units[place] for place in agreeing],
        table,
        how,
        prints,
        unmatched_roles(table, options.roles),
    )
    return ledgers, [sources[place] for place in sorted(contradicted)]


def units_together(
    heights: Sequence[int], frame: pl.DataFrame, how: Plan, prints: Fingerprinter, options: ScanOptions
) -> tuple[list[Unit], set[int]]:
    """One unit per run of rows, all looked at together; and which of them contradict the roles of their columns.

    `heights`: rows of each run, in order; `frame`: text columns `c0` ... without provenance.
    """
    count = len(heights)
    parts = pl.Series(PART, np.repeat(np.arange(count, dtype=np.uint32), heights))
    findings = examine(frame, how)
    hashed = fingerprint_values(findings, how, prints)
    tally = Tally(prints, parts, count)
    tally.findings(findings, hashed, how)
    tally.show(shapes_by_part(frame, findings.values, parts))
    keys = keys_of(frame, hashed, how, prints)
    found = who(findings, hashed, how, prints, options.as_of, parts, numbered(keys, how))
    typos = slips(found.names, prints, by=(PART,))
    exams = {part: (first, last) for part, first, last in found.exams.select(PART, "first", "last").iter_rows()}
    someone, misspelt, named = _by_part(found.people), _by_part(typos), _by_part(found.prescribers)
    laboratories, prescribed = _by_part(found.laboratories), _by_part(found.prescribed)
    linked = _by_part(links(keys, how, results_of(frame, how), parts))
    reached, nobody = (
        ({}, None) if found.contacts is None else (_by_part(found.contacts), found.contacts.drop(PART).clear())
    )
    units = [
        Unit(
            records=heights[part],
            damaged=0,
            damaged_bearing=0,
            evidence=tally.evidence[part],
            records_by_entity=dict(tally.by_entity[part]),
            people=someone.get(part, NO_PEOPLE),
            typos=misspelt.get(part, NO_TYPOS),
            prescribers=named.get(part, NO_PRESCRIBERS),
            exam_first=exams.get(part, (None, None))[0],
            exam_last=exams.get(part, (None, None))[1],
            laboratories=laboratories.get(part, NO_LABORATORIES),
            prescribed=prescribed.get(part, NO_PRESCRIBED),
            links=linked.get(part, NO_LINKS),
            contacts=reached.get(part, nobody),
        )
        for part in range(count)
    ]
    return units, contradicted_parts(frame, findings.values, how, parts)


def _by_part(frame: pl.DataFrame) -> dict[int, pl.DataFrame]:
    """The rows of each part, as slices of one frame."""
    ordered = frame.sort(PART)
    counts = ordered.group_by(PART, maintain_order=True).len()
    rows = ordered.drop(PART)
    found, start = {}, 0
    for part, height in counts.iter_rows():
        found[int(part)] = rows.slice(start, height)
        start += height
    return found


def _ledgers(
    members: Sequence[_Small],
    units: Sequence[Unit],
    table: Table,
    how: Plan,
    prints: Fingerprinter,
    unmatched: InputWarning | None,
) -> list[Ledger]:
    """What each source adds; `unmatched` is said of every one."""
    shown = shown_paths([member.source.path for member in members])
    ledgers = []
    for member, unit, path in zip(members, units, shown, strict=True):
        done = Pass(prints, table=member.table or table, how=how, units=[(member.start, member.count, unit)])
        done.notices.merge(member.met if unmatched is None else (unmatched, *member.met))
        ledgers.append(ledger_of(member.source, member.sha256, member.count, done, path))
    return ledgers
