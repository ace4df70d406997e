"""A ledger as messages that can be kept in a file, and a ledger from such messages. No key and no file is known here.

Units go in groups: small ones together, as they are packed in memory, a large one alone. A group is one message of
facts, then its lines of evidence, the fingerprints of those, people, spellings, prescribers, laboratories and whose
records name which prescriber, each as Arrow IPC in runs of rows. Nothing is unpickled: what is read is JSON and Arrow
whose every type is checked. At no time is more than a group, or a run of a large unit, in memory.

Format 1 had no `identity` of people and nothing of whose records name which prescriber, format 2 nothing of what joins
tables: they are read without.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import polars as pl

from leakscan.errors import LedgerError
from leakscan.persons.frames import Frame, Stack, Stretch, pieces, stacked
from leakscan.persons.ledger import (
    LABORATORIES_SCHEMA,
    LINKS_SCHEMA,
    PEOPLE_SCHEMA,
    PRESCRIBED_SCHEMA,
    SHELVED_PRINTS,
    Evidence,
    EvidenceKey,
    Ledger,
    Unit,
    UnitId,
)
from leakscan.persons.listed import inputs_from, inputs_listed, typed, warnings_from, warnings_listed
from leakscan.persons.names import PRESCRIBERS_SCHEMA
from leakscan.persons.packing import PACKED_ROWS, EvidenceOf, Lines, in_order
from leakscan.persons.sealed import Message
from leakscan.persons.shelf import Shelf

ROWS_AT_ONCE = 65_536
"""Rows of a frame, or lines of evidence, in one message; units are put into one group up to as many."""
PRINTS_AT_ONCE = 1 << 20
"""Fingerprints of evidence in one message; a line is never cut, and has at most 1,000,001."""
UNITS_AT_ONCE = 4_096
"""Units of a group."""
TYPOS_SCHEMA: dict[str, pl.DataType] = {"name": pl.UInt64(), "deletion": pl.UInt64()}
LINES_SCHEMA: dict[str, pl.DataType] = {
    "column": pl.Int32(),
    "entity": pl.String(),
    "theme": pl.String(),
    "status": pl.String(),
    "hits": pl.Int64(),
    "records": pl.Int64(),
    "confidence": pl.Float64(),
    "prints": pl.UInt32(),
    "samples": pl.String(),
}
"""A line of evidence; `prints` says how many fingerprints are its own, `samples` are its shapes as JSON."""
_PRINTS_SCHEMA: dict[str, pl.DataType] = {"distinct": pl.UInt64()}
_LEDGER, _INPUTS, _UNITS, _LINES, _PRINTS, _PEOPLE, _TYPOS, _PRESCRIBERS, _LABORATORIES, _PRESCRIBED, _LINKS = range(
    1, 12
)
_FRAMES = (
    (_PEOPLE, "people", PEOPLE_SCHEMA),
    (_TYPOS, "typos", TYPOS_SCHEMA),
    (_PRESCRIBERS, "prescribers", PRESCRIBERS_SCHEMA),
    (_LABORATORIES, "laboratories", LABORATORIES_SCHEMA),
    (_PRESCRIBED, "prescribed", PRESCRIBED_SCHEMA),
    (_LINKS, "links", LINKS_SCHEMA),
)
_Evidence = Sequence[tuple[EvidenceKey, Evidence]]
_Group = Sequence[tuple[UnitId, Unit, _Evidence]]
_WHOLE, _TEXT, _MAYBE = (int,), (str,), (str, type(None))
_UNIT = (
    _TEXT, _MAYBE, _WHOLE, _WHOLE, _WHOLE, _WHOLE, _WHOLE, (dict,), _MAYBE, _MAYBE, (list,),
    *[_WHOLE] * (len(_FRAMES) + 1),
)  # fmt: skip
_FRAMES_IN_1 = 4
_NOT_IN_1 = frozenset(("identity",))


def messages(ledger: Ledger) -> Iterator[Message]:
    """All of a ledger, but for what is said of nobody again (`Input.name`), in messages of a bounded size."""
    yield Message(_LEDGER, json.dumps([ledger.interrupted, float(ledger.seconds)]).encode())
    for part in inputs_listed(ledger.inputs):
        yield Message(_INPUTS, part)
    for group in _groups(in_order(ledger.units)):
        yield from _group(group)


def ledger_from(given: Iterable[Message], shelf: Shelf) -> Ledger:
    """The ledger that `messages` told of, its large frames on a shelf. Raises LedgerError for anything else."""
    left = iter(given)
    try:
        first = next(left, Message(0, b""))
        if first.kind != _LEDGER:
            raise _wrong()
        interrupted, seconds = typed(json.loads(first.data), ((bool,), (float,)))
        inputs: set[Any] = set()
        units: dict[UnitId, Unit] = {}
        for kind, data in left:
            if kind == _INPUTS:
                inputs |= set(inputs_from(data))
            elif kind == _UNITS:
                units.update(_group_from(json.loads(data), left, shelf))
            else:
                raise _wrong()
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, pl.exceptions.PolarsError):
        raise _wrong() from None
    return Ledger(frozenset(inputs), units, interrupted=interrupted, seconds=seconds)


def _wrong() -> LedgerError:
    return LedgerError(
        "a saved result holds what leakscan does not write: it is damaged, or was made by something else"
    )


# ---- a ledger to messages


def _is_small(unit: Unit, lines: _Evidence) -> bool:
    return _most_rows(unit) < PACKED_ROWS and all(_count(found) < SHELVED_PRINTS for _, found in lines)


def _most_rows(unit: Unit) -> int:
    """Rows of the longest frame of a unit."""
    heights: list[int] = [getattr(unit, name).height for _, name, _ in _FRAMES]
    return max(heights)


def _lines_of(evidence: Mapping[EvidenceKey, Evidence]) -> _Evidence:
    """All lines of a unit; those of a table are taken by their places, for each look-up by key goes through all."""
    if isinstance(evidence, EvidenceOf):
        places = range(evidence.start, evidence.end)
        return list(zip(evidence, map(evidence.lines.at, places), strict=True))
    return list(evidence.items())


def _count(found: Evidence) -> int:
    return len(found.distinct) if isinstance(found.distinct, pl.Series) else found.distinct.height


def _groups(units: Iterable[tuple[UnitId, Unit]]) -> Iterator[_Group]:
    group: list[tuple[UnitId, Unit, _Evidence]] = []
    rows = lines = prints = 0
    for key, unit in units:
        found = _lines_of(unit.evidence)
        if not _is_small(unit, found):
            yield [(key, unit, found)]
            continue
        group.append((key, unit, found))
        rows += _most_rows(unit)
        lines += len(found)
        prints += sum(_count(line) for _, line in found)
        if len(group) >= UNITS_AT_ONCE or max(rows, lines) >= ROWS_AT_ONCE or prints >= PRINTS_AT_ONCE:
            yield group
            group, rows, lines, prints = [], 0, 0, 0
    if group:
        yield group


def _group(group: _Group) -> Iterator[Message]:
    yield Message(_UNITS, json.dumps([_facts(key, unit) for key, unit, _ in group]).encode())
    lines = [line for _, _, found in group for line in found]
    for start in range(0, len(lines), ROWS_AT_ONCE):
        yield _frame(_LINES, _lines(lines[start : start + ROWS_AT_ONCE]))
    for run in _runs([found for _, found in lines if _count(found)]):
        prints = [
            found.distinct.alias("distinct").to_frame() if isinstance(found.distinct, pl.Series) else found.distinct
            for found in run
        ]
        yield _frame(_PRINTS, stacked(prints, "distinct"))
    for kind, name, schema in _FRAMES:
        for frame in _held([getattr(unit, name) for _, unit, _ in group], schema):
            for start in range(0, frame.height, ROWS_AT_ONCE):
                yield _frame(kind, frame.slice(start, ROWS_AT_ONCE))


def _held(frames: Sequence[Frame], schema: Mapping[str, pl.DataType]) -> Iterator[pl.DataFrame]:
    """Frames of a group under one another: of small units all at once, of a large one part by part."""
    filled = [frame for frame in frames if frame.height]
    if len(filled) == 1:
        yield from pieces(filled[0], *schema)
    elif filled:
        yield stacked(filled, *schema)


def _facts(key: UnitId, unit: Unit) -> list[Any]:
    return [
        *key,
        unit.records,
        unit.damaged,
        unit.damaged_bearing,
        dict(unit.records_by_entity),
        unit.exam_first,
        unit.exam_last,
        warnings_listed(unit.warnings),
        *(getattr(unit, name).height for _, name, _ in _FRAMES),
        len(unit.evidence),
    ]


def _lines(lines: _Evidence) -> pl.DataFrame:
    """Lines of evidence as LINES_SCHEMA, without their fingerprints."""
    keys, found = [key for key, _ in lines], [line for _, line in lines]
    shapes = {samples: json.dumps(samples) for samples in {line.samples for line in found}}
    return pl.DataFrame(
        {
            "column": [key.column for key in keys],
            "entity": [key.entity for key in keys],
            "theme": [key.theme for key in keys],
            "status": [key.status for key in keys],
            "hits": [line.hits for line in found],
            "records": [line.records for line in found],
            "confidence": [float(line.confidence_sum) for line in found],
            "prints": [_count(line) for line in found],
            "samples": [shapes[line.samples] for line in found],
        },
        schema=LINES_SCHEMA,
    )


def _runs(lines: Iterable[Evidence]) -> Iterator[list[Evidence]]:
    run: list[Evidence] = []
    held = 0
    for found in lines:
        if run and held + _count(found) > PRINTS_AT_ONCE:
            yield run
            run, held = [], 0
        run.append(found)
        held += _count(found)
    if run:
        yield run


def _frame(kind: int, frame: pl.DataFrame) -> Message:
    data = BytesIO()
    frame.write_ipc_stream(data, compat_level=pl.CompatLevel.oldest())
    return Message(kind, data.getvalue())


# ---- messages to a ledger


def _group_from(facts: object, left: Iterator[Message], shelf: Shelf) -> dict[UnitId, Unit]:
    if not isinstance(facts, list) or not all(isinstance(one, list) for one in facts):
        raise _wrong()
    older = len(_UNIT) - len(facts[0]) if facts else 0
    told = [typed(one, _UNIT[: len(_UNIT) - older]) for one in facts]
    frames_told = len(_FRAMES) - older
    if not _FRAMES_IN_1 <= frames_told <= len(_FRAMES):
        raise _wrong()
    if not told or any(min(one[2], one[3] - one[2], *one[4:7], *one[11:]) < 0 for one in told):
        raise _wrong()
    counts = [one[-1] for one in told]
    lines = pl.concat([pl.DataFrame(schema=LINES_SCHEMA), *_runs_of(left, _LINES, LINES_SCHEMA, sum(counts))])
    if any(lines[name].null_count() for name in LINES_SCHEMA if name not in {"theme", "status"}):
        raise _wrong()
    evidence = _evidence_alone(lines, left, shelf) if len(told) == 1 else _evidence_shared(lines, counts, left, shelf)
    unwritten = _NOT_IN_1 if frames_told == _FRAMES_IN_1 else frozenset()
    frames = [
        _frames_from(left, kind, schema, [one[11 + place] for one in told], shelf, unwritten)
        for place, (kind, _, schema) in enumerate(_FRAMES[:frames_told])
    ]
    return {
        UnitId(*one[:4]): _unit(one, found, *held) for one, found, *held in zip(told, evidence, *frames, strict=True)
    }


def _unit(told: Sequence[Any], evidence: Mapping[EvidenceKey, Evidence], *frames: Frame) -> Unit:
    records, damaged, bearing, by_entity, exam_first, exam_last, warnings = told[4:11]
    held = {name: frame for (_, name, _), frame in zip(_FRAMES, frames, strict=False)}
    return Unit(
        records,
        damaged,
        bearing,
        evidence,
        _counts(by_entity),
        exam_first=exam_first,
        exam_last=exam_last,
        warnings=warnings_from(warnings),
        **held,
    )


def _counts(given: Mapping[str, object]) -> dict[str, int]:
    return dict(zip(given, typed(list(given.values()), (_WHOLE,) * len(given)), strict=True))


def _runs_of(
    left: Iterator[Message], kind: int, schema: Mapping[str, pl.DataType], height: int
) -> Iterator[pl.DataFrame]:
    """The next messages, of that kind, until there are so many rows."""
    while height > 0:
        one = next(left, Message(0, b""))
        if one.kind != kind:
            raise _wrong()
        try:
            frame = pl.read_ipc_stream(BytesIO(one.data))
        except (pl.exceptions.PanicException, OSError):
            raise _wrong() from None
        height -= frame.height
        if frame.schema != pl.Schema(schema) or not frame.height or height < 0:
            raise _wrong()
        yield frame


def _frames_from(
    left: Iterator[Message],
    kind: int,
    schema: Mapping[str, pl.DataType],
    heights: Sequence[int],
    shelf: Shelf,
    unwritten: frozenset[str],
) -> list[Frame]:
    """The next frame of each of some units; its columns `unwritten` are not in the file, and null."""
    written = {name: dtype for name, dtype in schema.items() if name not in unwritten}
    absent = [pl.lit(None, schema[name]).alias(name) for name in unwritten & schema.keys()]
    runs = (run.with_columns(absent).select(*schema) for run in _runs_of(left, kind, written, sum(heights)))
    if len(heights) > 1:
        shared = shelf.keep(pl.concat([pl.DataFrame(schema=schema), *runs], rechunk=True))
        return [Stretch(shared, start, height) for start, height in zip(accumulate(heights, initial=0), heights)]  # noqa: B905
    kept = [shelf.keep(run) for run in runs]
    return [
        Stack([(None, part) for part in kept]) if len(kept) > 1 else kept[0] if kept else pl.DataFrame(schema=schema)
    ]


def _shapes(lines: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    """The samples of lines, by the JSON that they stand in."""
    told = {text: json.loads(text) for text in lines["samples"].unique()}
    return {text: tuple(typed(samples, ((str,),) * len(samples))) for text, samples in told.items()}


def _evidence_alone(lines: pl.DataFrame, left: Iterator[Message], shelf: Shelf) -> list[dict[EvidenceKey, Evidence]]:
    """Evidence of a unit that has a group of its own; large sets of fingerprints are put away one by one."""
    found: dict[EvidenceKey, Evidence] = {}
    shapes = _shapes(lines)
    none = pl.Series("distinct", dtype=pl.UInt64)
    runs = _runs_of(left, _PRINTS, _PRINTS_SCHEMA, int(lines["prints"].sum()))
    run = none
    for column, entity, theme, status, hits, records, confidence, count, samples in lines.iter_rows():
        if count and run.is_empty():
            run = next(runs).to_series()
        if count > len(run):
            raise _wrong()
        own, run = run[:count], run[count:]
        distinct: pl.Series | Frame = pl.Series("distinct", own.to_numpy().copy(), dtype=pl.UInt64)
        if count >= SHELVED_PRINTS:
            distinct = shelf.keep(own.to_frame())
        key = EvidenceKey(column, entity, theme, status)
        found[key] = Evidence(hits, records, confidence, distinct, shapes[samples])
    return [found]


def _evidence_shared(
    lines: pl.DataFrame, counts: Sequence[int], left: Iterator[Message], shelf: Shelf
) -> list[EvidenceOf]:
    """Evidence of a group of small units: one table, of which each has some lines."""
    ends = np.concatenate([np.zeros(1, np.int64), lines["prints"].cast(pl.Int64).cum_sum().to_numpy()])
    runs = _runs_of(left, _PRINTS, _PRINTS_SCHEMA, int(ends[-1]))
    prints = shelf.keep(pl.concat([pl.DataFrame(schema=_PRINTS_SCHEMA), *runs], rechunk=True))
    keys = list(lines.select("column", "entity", "theme", "status").iter_rows())
    known = _shapes(lines)
    shapes = [known[samples] for samples in lines["samples"]]
    key_at = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    shape_at = {shape: place for place, shape in enumerate(dict.fromkeys(shapes))}
    table = Lines(
        tuple(EvidenceKey(*key) for key in key_at),
        tuple(shape_at),
        np.array([key_at[key] for key in keys], np.uint32),
        np.array([shape_at[shape] for shape in shapes], np.uint32),
        lines["hits"].to_numpy(),
        lines["records"].to_numpy(),
        lines["confidence"].to_numpy(),
        ends,
        prints,
    )
    return [EvidenceOf(table, start, end) for start, end in pairwise(accumulate(counts, initial=0))]
