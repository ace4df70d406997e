"""Search running text: patterns are tried where a match can begin, then the candidates are judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
import polars as pl
import regex

from leakscan.detectors.anchors import LABEL_REACH, SEPARATOR, Blob, Ints
from leakscan.detectors.detector import Detector
from leakscan.records import HITS_SCHEMA

_ASCII_BOUNDARY = r"(?-u:\b)"
"""A Unicode \\b sends Rust's regex off its automaton at the first accent: 25 times slower on French text (measured).
An ASCII one differs only beside an accented letter, so gates must not end or begin a word with one."""


@cache
def _canonical_of_raw(detector: Detector) -> pl.Expr:
    """Canonical form of the column `raw`, the expression built once."""
    return detector.canonical(pl.col("raw")).alias("canonical")


@cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern)


def gates(detector: Detector) -> tuple[str, ...]:
    """Rust regexes that a text must all match to be worth a look: the prefilter, and the label where one is needed."""
    label = () if detector.label is None else (f"(?i){detector.label.removesuffix('$')}",)
    return tuple(gate.replace(r"\b", _ASCII_BOUNDARY) for gate in (detector.prefilter, *label))


def worth_a_look(detector: Detector, text: pl.Expr) -> pl.Expr:
    """True where a text may hold a hit; cheap, and never false where there is one."""
    return pl.all_horizontal(text.str.contains(gate) for gate in reversed(gates(detector)))


def find(detector: Detector, texts: pl.Series) -> pl.DataFrame:
    """Every hit of a detector in a Series of texts, as `records.HITS_SCHEMA`, ordered by row and start.

    Hits of one detector never overlap: the earlier one stands.
    """
    return next((hits for _, hits in find_all((detector,), texts)), pl.DataFrame(schema=HITS_SCHEMA))


def find_all(detectors: Sequence[Detector], texts: pl.Series) -> Iterator[tuple[Detector, pl.DataFrame]]:
    """The hits of each detector that has any, as `find` gives them; equal texts are read once, by all of them."""
    searched = [detector for detector in detectors if not detector.needs_role]
    rows = pl.DataFrame({"text": texts}).with_row_index("row").drop_nulls("text")
    unique = rows.select(pl.col("text").unique(maintain_order=True)).with_row_index("text_id")
    if not searched or unique.is_empty():
        return
    rows = rows.join(unique, on="text", maintain_order="left").select("row", "text_id")
    read = _Read(unique["text"], tuple(searched))
    for detector in searched:
        spans = _spans(detector, read)
        if not spans.is_empty():
            yield (
                detector,
                rows.join(spans, on="text_id")
                .select(pl.col(name).cast(dtype) for name, dtype in HITS_SCHEMA.items())
                .sort("row", "start"),
            )


@dataclass(frozen=True)
class _Read:
    """Distinct texts and what the detectors have in common when they read them."""

    texts: pl.Series = field(repr=False)
    detectors: tuple[Detector, ...]

    @cached_property
    def blob(self) -> Blob:
        """The texts, joined."""
        lengths = self.texts.str.len_chars().to_numpy().astype(np.int64) + len(SEPARATOR)
        text = SEPARATOR.join(self.texts.to_list()) + SEPARATOR
        return Blob(text, np.cumsum(lengths) - lengths, _words(self.detectors))

    def promising(self, detector: Detector, numbers: Ints) -> Ints:
        """Those of some texts that pass a detector's gates."""
        some = pl.DataFrame({"text": self.texts.gather(numbers), "number": numbers})
        return some.filter(worth_a_look(detector, pl.col("text")))["number"].to_numpy()


@cache
def _words(detectors: tuple[Detector, ...]) -> tuple[str, ...]:
    """All words that these detectors ask a blob for, each once."""
    begins = [detector.begins for detector in detectors if detector.begins is not None]
    return tuple(dict.fromkeys(word for each in begins for word in (*each.words, *each.cues)))


def _spans(detector: Detector, read: _Read) -> pl.DataFrame:
    """Validated, non-overlapping spans (text_id, start, end, canonical, confidence) in distinct texts."""
    found = _candidates(detector, read)
    if not found:
        return pl.DataFrame()
    blob = read.blob
    start, end = np.array(found, dtype=np.int64).T
    number = blob.text_of(start)
    if detector.begins is not None:
        kept = np.isin(number, read.promising(detector, np.unique(number)))
        start, end, number = start[kept], end[kept], number[kept]
    begin = blob.starts[number]
    spans = pl.DataFrame({"text_id": number, "start": start, "end": end, "begin": begin})
    if detector.label is not None:
        reach = zip(np.maximum(begin, start - LABEL_REACH).tolist(), start.tolist(), strict=True)
        before = pl.Series([blob.text[low:high] for low, high in reach], dtype=pl.String)
        spans = spans.filter(before.str.contains(f"(?i){detector.label}"))
    return (
        spans.with_columns(_canonical(detector, blob, spans))
        .drop_nulls("canonical")
        .filter(pl.col("start") >= pl.col("end").shift(1, fill_value=0).cum_max())
        .select(
            pl.col("text_id").cast(pl.UInt32),
            pl.col("start") - pl.col("begin"),
            pl.col("end") - pl.col("begin"),
            "canonical",
            confidence=pl.lit(detector.confidence, pl.Float32),
        )
    )


def _candidates(detector: Detector, read: _Read) -> list[tuple[int, int]]:
    """Starts and ends of all matches in order, overlapping ones too."""
    pattern, begins = _compiled(detector.pattern), detector.begins
    if begins is not None:
        blob = read.blob
        at = begins.at(blob)
        if begins.cues:
            at = at[blob.near(begins.cues, at, LABEL_REACH)]
        match, text = pattern.match, blob.text
        return [found.span() for place in at.tolist() if (found := match(text, place))]
    numbers = read.promising(detector, np.arange(len(read.texts)))
    if not len(numbers):
        return []
    text, starts = read.blob.text, np.append(read.blob.starts, len(read.blob.text))
    ranges = zip(starts[numbers].tolist(), starts[numbers + 1].tolist(), strict=True)
    return [found.span() for low, high in ranges for found in pattern.finditer(text, low, high, overlapped=True)]


def _canonical(detector: Detector, blob: Blob, spans: pl.DataFrame) -> pl.Series:
    """The canonical form of each span's text, or null; equal texts are read once."""
    ranges = zip(spans["start"].to_list(), spans["end"].to_list(), strict=True)
    raw = [blob.text[low:high] for low, high in ranges]
    numbers = {text: number for number, text in enumerate(dict.fromkeys(raw))}
    distinct = pl.DataFrame({"raw": pl.Series(list(numbers), dtype=pl.String)}).select(_canonical_of_raw(detector))
    return distinct.to_series().gather([numbers[text] for text in raw])
