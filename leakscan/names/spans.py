"""Places in texts as numpy arrays: what the rules and the pipeline hand to one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

LABELS = ("PATIENT", "PRESCRIBER", "PERSON", "EXAM_DATE", "BIRTH_DATE", "ADDRESS", "HOSPITAL")
"""What a span is. PERSON: neither surely the patient nor surely the prescriber. EXAM_DATE: any but a birth date."""
PATIENT, PRESCRIBER, PERSON, EXAM_DATE, BIRTH_DATE, ADDRESS, HOSPITAL = range(len(LABELS))

SPANS_SCHEMA: dict[str, pl.DataType] = {
    "row": pl.UInt32(),
    "label": pl.Enum(LABELS),
    "start": pl.UInt32(),
    "end": pl.UInt32(),
    "confidence": pl.Float64(),
}
"""Spans in a Series of texts: `row` from 0; `start` and `end` in characters, end exclusive. No text is in it."""

_BETWEEN = "\x00"
_TEXT_BITS = 32


@dataclass(frozen=True)
class Spans:
    """Spans of numbered texts, in order of text and start; `label` is a position in `LABELS`."""

    number: Ints
    start: Ints
    end: Ints
    label: Ints
    confidence: Floats

    def __len__(self) -> int:  # noqa: D105 - how many
        return len(self.number)

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int, int, int]], confidence: float) -> Spans:
        """Rows of text, start, end and label, in any order, all of one confidence."""
        table = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=4 * len(rows)).reshape(-1, 4)
        number, start, end, label = table[np.lexsort((table[:, 1], table[:, 0]))].T
        return cls(number, start, end, label, np.full(len(number), confidence))

    @classmethod
    def joined(cls, parts: Iterable[Spans]) -> Spans:
        """All spans of some parts, in order."""
        some = [part for part in parts if len(part)]
        if not some:
            return cls.of([], 0.0)
        number, start, end, label = (
            np.concatenate([getattr(part, name) for part in some]) for name in ("number", "start", "end", "label")
        )
        confidence = np.concatenate([part.confidence for part in some])
        order = np.lexsort((start, number))
        return cls(number[order], start[order], end[order], label[order], confidence[order])

    def where(self, kept: Bools) -> Spans:
        """Those with a true `kept`."""
        return Spans(self.number[kept], self.start[kept], self.end[kept], self.label[kept], self.confidence[kept])

    @property
    def low(self) -> Ints:
        """Starts on one line on which texts lie far apart."""
        return (self.number << _TEXT_BITS) + self.start

    @property
    def high(self) -> Ints:
        """Ends on that line."""
        return (self.number << _TEXT_BITS) + self.end

    def apart(self) -> Spans:
        """Those that begin when all earlier ones have ended; of two that begin alike the longer stands."""
        order = np.lexsort((-self.end, self.start, self.number))
        spans = Spans(self.number[order], self.start[order], self.end[order], self.label[order], self.confidence[order])
        kept = np.zeros(len(spans), dtype=np.bool_)
        last = -1
        for at, (low, high) in enumerate(zip(spans.low.tolist(), spans.high.tolist(), strict=True)):
            if low >= last:
                kept[at] = True
                last = high
        return spans.where(kept)

    def first_over(self, others: Spans) -> Ints:
        """For each span the first of `others`, which lie apart, that overlaps it, by position; -1 where none does."""
        if not len(others):
            return np.full(len(self), -1, dtype=np.int64)
        at = np.searchsorted(others.high, self.low, side="right")
        inside = np.minimum(at, len(others) - 1)
        return np.where((at < len(others)) & (others.low[inside] < self.high), inside, -1)


@dataclass(frozen=True)
class Line:
    """Numbered texts behind one another, so that one pass of a regex reads them all."""

    text: str
    starts: Ints

    @classmethod
    def of(cls, texts: pl.Series) -> Line:
        """Texts without null, in which NUL is read as a blank."""
        lengths = texts.str.len_chars().to_numpy().astype(np.int64) + 1
        plain = texts.str.replace_all(_BETWEEN, " ", literal=True).to_list()
        return cls(_BETWEEN.join(plain) + _BETWEEN, np.cumsum(lengths) - lengths)

    def spans(self, places: Sequence[tuple[int, int, int]], confidence: float) -> Spans:
        """Places on the line as spans of the texts: start, end, label."""
        table = np.fromiter(chain.from_iterable(places), dtype=np.int64, count=3 * len(places)).reshape(-1, 3)
        start, end, label = table[np.argsort(table[:, 0], kind="stable")].T
        number = np.searchsorted(self.starts, start, side="right") - 1
        begin = self.starts[number]
        return Spans(number, start - begin, end - begin, label, np.full(len(start), confidence))


def slices(texts: pl.Series, number: Ints, start: Ints, end: Ints) -> pl.Series:
    """What stands at places of texts. Polars would count a long text's characters from its beginning for each."""
    distinct, at = np.unique(number, return_inverse=True)
    held = texts.gather(distinct).to_list()
    places = zip(at.tolist(), start.tolist(), end.tolist(), strict=True)
    return pl.Series([held[text][low:high] for text, low, high in places], dtype=pl.String)
