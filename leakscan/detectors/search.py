"""Search running text: patterns are tried where a match can begin, then the candidates are judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, compress
from typing import Any

import numpy as np
import polars as pl
import regex

from leakscan.detectors.anchors import LABEL_REACH, SEPARATOR, Blob, Bools, Ints, in_order
from leakscan.detectors.detector import Detector
from leakscan.records import HITS_SCHEMA

_BLOCK_BYTES = 2 << 20
"""Text read at once; changes memory use (some 15 MiB in all), never results."""
_TEXT_BITS = 32
"""No text has so many characters that its places need more bits."""
_ASCII_BOUNDARY = r"(?-u:\b)"
"""A Unicode \\b sends Rust's regex off its automaton at the first accent: 25 times slower on French text (measured).
An ASCII one differs only beside an accented letter, so gates must not end or begin a word with one."""


@cache
def _canonical_of_raw(canonical: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Canonical form of the column `raw`, the expression built once."""
    return canonical(pl.col("raw")).alias("canonical")


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
    searched = tuple(detector for detector in detectors if not detector.needs_role)
    rows = pl.DataFrame({"text": texts}).with_row_index("row").drop_nulls("text")
    unique = rows["text"].unique(maintain_order=True)
    if not searched or unique.is_empty():
        return
    parts: dict[Detector, list[_Candidates]] = {detector: [] for detector in searched}
    for first, some in _blocks(unique):
        blob = _blob(some, _words(searched))
        for detector in searched:
            spans = _matches(detector, some, blob)
            if spans:
                parts[detector].append(_Candidates.of(spans, blob, first, labelled=detector.label is not None))
    candidates = {detector: _sifted(detector, _Candidates.joined(found), unique) for detector, found in parts.items()}
    canonical = _canonical({detector: found.raw for detector, found in candidates.items() if found.raw})
    repeats = None if len(unique) == len(texts) else _rows_of(rows, unique)
    for detector, forms in canonical.items():
        hits = _hits(candidates[detector], forms, detector.confidence)
        if not hits.is_empty():
            yield detector, hits if repeats is None else _placed(hits, repeats)


def _blocks(texts: pl.Series) -> Iterator[tuple[int, pl.Series]]:
    """Runs of texts of about `_BLOCK_BYTES`, each with the number of its first; a longer text comes alone."""
    size = texts.str.len_bytes().cum_sum().to_numpy()
    at = 0
    while at < len(texts):
        done = int(size[at - 1]) if at else 0
        stop = max(at + 1, int(np.searchsorted(size, done + _BLOCK_BYTES, side="right")))
        yield at, texts.slice(at, stop - at)
        at = stop


def _blob(texts: pl.Series, words: tuple[str, ...]) -> Blob:
    lengths = texts.str.len_chars().to_numpy().astype(np.int64) + len(SEPARATOR)
    return Blob(SEPARATOR.join(texts.to_list()) + SEPARATOR, np.cumsum(lengths) - lengths, words)


@cache
def _words(detectors: tuple[Detector, ...]) -> tuple[str, ...]:
    """All words that these detectors ask a blob for, each once."""
    begins = [detector.begins for detector in detectors if detector.begins is not None]
    return tuple(dict.fromkeys(word for each in begins for word in (*each.words, *each.cues)))


@dataclass(frozen=True)
class _Candidates:
    """Where a detector's pattern matches, in order of text and start; they may overlap.

    `number` is that of the text, `start` and `end` are characters in it, `raw` what stands there. `before`: for a
    detector with a label, the characters in which it must be.
    """

    number: Ints
    start: Ints
    end: Ints
    raw: list[str] = field(repr=False)
    before: list[str] = field(repr=False)

    @classmethod
    def of(cls, spans: list[tuple[int, int]], blob: Blob, first: int, *, labelled: bool) -> _Candidates:
        """Spans of a blob; its first text has the number `first`."""
        start, end = np.fromiter(chain.from_iterable(spans), dtype=np.int64, count=2 * len(spans)).reshape(-1, 2).T
        number = blob.text_of(start)
        begin, text = blob.starts[number], blob.text
        before: list[str] = []
        if labelled:
            reach = zip(np.maximum(begin, start - LABEL_REACH).tolist(), start.tolist(), strict=True)
            before = [text[low:high] for low, high in reach]
        return cls(number + first, start - begin, end - begin, [text[low:high] for low, high in spans], before)

    @classmethod
    def joined(cls, parts: list[_Candidates]) -> _Candidates:
        """Candidates of one detector in one blob after the other."""
        if len(parts) == 1:
            return parts[0]
        none = np.zeros(0, dtype=np.int64)
        return cls(
            np.concatenate([none, *(part.number for part in parts)]),
            np.concatenate([none, *(part.start for part in parts)]),
            np.concatenate([none, *(part.end for part in parts)]),
            [raw for part in parts for raw in part.raw],
            [before for part in parts for before in part.before],
        )

    def where(self, kept: Bools) -> _Candidates:
        """Those with a true `kept`."""
        raw, before = compress(self.raw, kept.tolist()), compress(self.before, kept.tolist())
        return _Candidates(self.number[kept], self.start[kept], self.end[kept], list(raw), list(before))


def _matches(detector: Detector, texts: pl.Series, blob: Blob) -> list[tuple[int, int]]:
    """Starts and ends of all matches in a blob of texts in order, overlapping ones too."""
    pattern, begins, text = _compiled(detector.pattern), detector.begins, blob.text
    if begins is not None:
        if begins.cues and not blob.may_hold(begins.cues):
            return []
        at = begins.at(blob)
        if begins.cues:
            at = at[blob.near(begins.cues, at, LABEL_REACH)]
        match = pattern.match
        return [found.span() for place in at.tolist() if (found := match(text, place))]
    numbers = _promising(detector, texts, np.arange(len(texts)))
    stops = np.append(blob.starts, len(text))
    ranges = zip(stops[numbers].tolist(), stops[numbers + 1].tolist(), strict=True)
    return [found.span() for low, high in ranges for found in pattern.finditer(text, low, high, overlapped=True)]


def _promising(detector: Detector, texts: pl.Series, numbers: Ints) -> Ints:
    """Those of some texts that pass a detector's gates."""
    for gate in reversed(gates(detector)):
        if len(numbers):
            numbers = numbers[texts.gather(numbers).str.contains(gate).to_numpy()]
    return numbers


def _sifted(detector: Detector, found: _Candidates, texts: pl.Series) -> _Candidates:
    """Candidates with a label before them where one is needed, in texts that pass the gates."""
    if detector.label is not None and found.raw:
        before = pl.Series(found.before, dtype=pl.String)
        found = found.where(before.str.contains(f"(?i){detector.label}").to_numpy())
    if detector.begins is not None and found.raw:
        passed = np.zeros(len(texts), dtype=np.bool_)
        passed[_promising(detector, texts, in_order(found.number))] = True
        kept = passed[found.number]
        found = found if kept.all() else found.where(kept)
    return found


def _canonical(raw: Mapping[Detector, list[str]]) -> dict[Detector, pl.Series]:
    """The canonical form of each candidate, or null. Equal texts are read once, by all that read alike."""
    numbers: dict[Callable[[pl.Expr], pl.Expr], dict[str, int]] = {}
    for detector, texts in raw.items():
        known = numbers.setdefault(detector.canonical, {})
        for text in dict.fromkeys(texts):
            known.setdefault(text, len(known))
    read = {
        canonical: pl.DataFrame({"raw": pl.Series(list(known), dtype=pl.String)})
        .select(_canonical_of_raw(canonical))
        .to_series()
        for canonical, known in numbers.items()
    }
    return {
        detector: read[detector.canonical].gather([numbers[detector.canonical][text] for text in texts])
        for detector, texts in raw.items()
    }


def _hits(found: _Candidates, canonical: pl.Series, confidence: float) -> pl.DataFrame:
    """Candidates that have a canonical form, the earlier one where two overlap; `row` is the number of the text."""
    valid = np.flatnonzero(canonical.is_not_null().to_numpy())
    number, start, end = found.number[valid], found.start[valid], found.end[valid]
    # Texts lie far apart on one line, so that an end in one is before any start in the next.
    line = number << _TEXT_BITS
    clear = np.ones(len(valid), dtype=np.bool_)
    clear[1:] = (line + start)[1:] >= np.maximum.accumulate(line + end)[:-1]
    columns: dict[str, Any] = {
        "row": number[clear],
        "start": start[clear],
        "end": end[clear],
        "canonical": canonical.gather(valid[clear]),
        "confidence": np.full(int(clear.sum()), confidence),
    }
    return pl.DataFrame([pl.Series(name, columns[name]).cast(dtype) for name, dtype in HITS_SCHEMA.items()])


def _rows_of(rows: pl.DataFrame, unique: pl.Series) -> pl.DataFrame:
    """Each row with the number of its text."""
    numbered = unique.to_frame("text").with_row_index("number")
    return rows.join(numbered, on="text", maintain_order="left").select("row", "number")


def _placed(hits: pl.DataFrame, repeats: pl.DataFrame) -> pl.DataFrame:
    """Hits in texts at each row that holds the text."""
    placed = repeats.join(hits.rename({"row": "number"}), on="number").sort("row", "start")
    return placed.select(pl.col(name).cast(dtype) for name, dtype in HITS_SCHEMA.items())
