"""What a ledger holds in little memory: small units share frames and a table of evidence, and frames go to a shelf.

A frame of thirty columns takes some ten kilobytes for five rows, and a line of evidence half of one; a folder has a
hundred thousand files. What is shared is sent between processes, and given to a shelf, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan.persons.frames import Frame, Stack, Stretch
from leakscan.persons.ledger import SHELVED_PRINTS, Evidence, EvidenceKey, Ledger, Unit, UnitId
from leakscan.persons.shelf import Shelf

PACKED_ROWS = 8_192
"""A unit shares frames with others while each of its frames has fewer rows."""

_FRAMES = ("people", "typos", "prescribers", "laboratories", "prescribed", "links")


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Evidence of many units: a row per line. `key` and `shape` are places in `keys` and `shapes`.

    Line i has the fingerprints from `ends[i]` to `ends[i + 1]` of `prints` (column `distinct`).
    """

    keys: tuple[EvidenceKey, ...]
    shapes: tuple[tuple[str, ...], ...]
    key: NDArray[np.uint32]
    shape: NDArray[np.uint32]
    hits: NDArray[np.int64]
    records: NDArray[np.int64]
    confidence: NDArray[np.float64]
    ends: NDArray[np.int64] = field(repr=False)
    prints: Frame = field(repr=False)

    def at(self, line: int) -> Evidence:
        """One line."""
        start, end = int(self.ends[line]), int(self.ends[line + 1])
        return Evidence(
            int(self.hits[line]),
            int(self.records[line]),
            float(self.confidence[line]),
            Stretch(self.prints, start, end - start),
            self.shapes[self.shape[line]],
        )


class EvidenceOf(Mapping[EvidenceKey, Evidence]):
    """The evidence of one unit: some lines of a table."""

    __slots__ = ("end", "lines", "start")

    def __init__(self, lines: Lines, start: int, end: int) -> None:
        """The lines from `start` to before `end`."""
        self.lines, self.start, self.end = lines, start, end

    def __getitem__(self, key: EvidenceKey) -> Evidence:
        """The line of a key."""
        for place, known in enumerate(self):
            if known == key:
                return self.lines.at(self.start + place)
        raise KeyError(key)

    def __iter__(self) -> Iterator[EvidenceKey]:
        """The keys, in their order."""
        return (self.lines.keys[place] for place in self.lines.key[self.start : self.end].tolist())

    def __len__(self) -> int:
        """How many lines."""
        return self.end - self.start


def in_order(units: Mapping[UnitId, Unit]) -> list[tuple[UnitId, Unit]]:
    """All units, input by input, whatever order they were found in.

    Those that share a frame lie together, where the first of them does, so that it is read once.
    """
    ordered = sorted(units.items(), key=lambda pair: (pair[0].sha256, pair[0].start, pair[0].member or ""))
    places: dict[int, int] = {}
    for _, unit in ordered:
        places.setdefault(_base(unit), len(places))
    return sorted(ordered, key=lambda pair: places[_base(pair[1])])


def _base(unit: Unit) -> int:
    """What frame a unit's people are in."""
    return id(unit.people.frame if isinstance(unit.people, Stretch) else unit.people)


def packed(ledger: Ledger) -> Ledger:
    """The same ledger, with its small units in shared frames. Units that lie on a shelf, or share already, stay."""
    small = {key: unit for key, unit in ledger.units.items() if _is_small(unit)}
    if len(small) <= 1:
        return ledger
    units = list(small.values())
    names = [*_FRAMES, *(["contacts"] if all(isinstance(unit.contacts, pl.DataFrame) for unit in units) else [])]
    stretches = [_stretches([getattr(unit, name) for unit in units]) for name in names]
    evidence = _evidence([unit.evidence for unit in units])
    shared = {
        key: replace(unit, evidence=lines, **dict(zip(names, frames, strict=True)))
        for key, unit, lines, *frames in zip(small, units, evidence, *stretches, strict=True)
    }
    return replace(ledger, units={**ledger.units, **shared})


def _is_small(unit: Unit) -> bool:
    frames = [getattr(unit, name) for name in _FRAMES]
    return all(isinstance(frame, pl.DataFrame) and frame.height < PACKED_ROWS for frame in frames) and all(
        isinstance(found.distinct, pl.Series) and len(found.distinct) < SHELVED_PRINTS
        for found in unit.evidence.values()
    )


def _stretches(frames: Sequence[pl.DataFrame]) -> list[Stretch]:
    whole = pl.concat(frames, rechunk=True)
    starts = accumulate((frame.height for frame in frames), initial=0)
    return [Stretch(whole, start, frame.height) for start, frame in zip(starts, frames, strict=False)]


def _evidence(evidence: Sequence[Mapping[EvidenceKey, Evidence]]) -> list[EvidenceOf]:
    found = [line for known in evidence for line in known.values()]
    keys = {key: place for place, key in enumerate(dict.fromkeys(key for known in evidence for key in known))}
    shapes = {samples: place for place, samples in enumerate(dict.fromkeys(line.samples for line in found))}
    prints = [line.prints for line in found]
    lines = Lines(
        tuple(keys),
        tuple(shapes),
        np.array([keys[key] for known in evidence for key in known], np.uint32),
        np.array([shapes[line.samples] for line in found], np.uint32),
        np.array([line.hits for line in found], np.int64),
        np.array([line.records for line in found], np.int64),
        np.array([line.confidence_sum for line in found], np.float64),
        np.cumsum([0, *map(len, prints)], dtype=np.int64),
        pl.concat([pl.Series("distinct", dtype=pl.UInt64), *prints], rechunk=True).to_frame(),
    )
    ends = list(accumulate(map(len, evidence), initial=0))
    return [EvidenceOf(lines, start, end) for start, end in pairwise(ends)]


def all_put_away(units: Mapping[UnitId, Unit], shelf: Shelf) -> dict[UnitId, Unit]:
    """Units with their frames given to a shelf, which keeps them in memory or in its file; what is shared goes once."""
    kept = _Kept(shelf)
    return {key: _put_away(unit, kept, people=True) for key, unit in units.items()}


def put_away(unit: Unit, shelf: Shelf, *, people: bool = True) -> Unit:
    """One unit, as `all_put_away`; without `people`, the rest of it. What lies on a shelf already stays there."""
    return _put_away(unit, _Kept(shelf), people=people)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A shelf, and what became of the shared frames and tables that were given to it, by their `id`."""

    shelf: Shelf
    frames: dict[int, Frame] = field(default_factory=dict)
    lines: dict[int, Lines] = field(default_factory=dict)


def _put_away(unit: Unit, kept: _Kept, *, people: bool) -> Unit:
    return replace(
        unit,
        evidence=_evidence_given(unit.evidence, kept),
        people=_given(unit.people, kept) if people else unit.people,
        typos=_given(unit.typos, kept),
        prescribers=_given(unit.prescribers, kept),
        laboratories=_given(unit.laboratories, kept),
        prescribed=_given(unit.prescribed, kept),
        links=_given(unit.links, kept),
        contacts=None if unit.contacts is None else _given(unit.contacts, kept),
    )


def _given(frame: Frame, kept: _Kept) -> Frame:
    if isinstance(frame, Stack):
        return Stack([(number, _given(part, kept)) for number, part in frame.parts])
    if isinstance(frame, Stretch):
        known = kept.frames.get(id(frame.frame))
        if known is None:
            known = kept.frames[id(frame.frame)] = _given(frame.frame, kept)
        return replace(frame, frame=known)
    return kept.shelf.keep(frame) if isinstance(frame, pl.DataFrame) else frame


def _evidence_given(evidence: Mapping[EvidenceKey, Evidence], kept: _Kept) -> Mapping[EvidenceKey, Evidence]:
    if isinstance(evidence, EvidenceOf):
        lines = kept.lines.get(id(evidence.lines))
        if lines is None:
            lines = replace(evidence.lines, prints=_given(evidence.lines.prints, kept))
            kept.lines[id(evidence.lines)] = lines
        return EvidenceOf(lines, evidence.start, evidence.end)
    return {
        key: replace(found, distinct=kept.shelf.keep(found.distinct.alias("distinct").to_frame()))
        if isinstance(found.distinct, pl.Series) and len(found.distinct) >= SHELVED_PRINTS
        else found
        for key, found in evidence.items()
    }
