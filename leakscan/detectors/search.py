"""Search running text for one detector's hits: Rust picks cells, one pass over their unique texts finds the spans."""

from __future__ import annotations

from functools import cache

import polars as pl
import regex

from leakscan.detectors.detector import Detector
from leakscan.records import HITS_SCHEMA

LABEL_REACH = 40
"""Characters before a candidate in which its label may stand (docs/thresholds.md)."""

_ASCII_BOUNDARY = r"(?-u:\b)"
"""A Unicode \\b sends Rust's regex off its automaton at the first accent: 25 times slower on French text (measured).
An ASCII one differs only beside an accented letter, so gates must not end or begin a word with one."""

_SEPARATOR = "\x00"  # readers remove NUL from every cell, so no candidate can span two texts


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


def find(detector: Detector, texts: pl.Series, *, asked: bool = False) -> pl.DataFrame:
    """Every hit of a detector in a Series of texts, as `records.HITS_SCHEMA`, ordered by row and start.

    Hits of one detector never overlap: the earlier one stands. Cost is proportional to the unique texts that pass the
    prefilter; the rest is one Rust `contains`. `asked`: all texts are known to be worth a look.
    """
    if detector.needs_role:
        return pl.DataFrame(schema=HITS_SCHEMA)
    candidates = pl.DataFrame({"text": texts}).with_row_index("row")
    if not asked:
        candidates = candidates.filter(worth_a_look(detector, pl.col("text")))
    if candidates.is_empty():
        return pl.DataFrame(schema=HITS_SCHEMA)
    unique = candidates.select(pl.col("text").unique(maintain_order=True)).with_row_index("text_id")
    spans = _spans(detector, unique["text"])
    if spans.is_empty():
        return pl.DataFrame(schema=HITS_SCHEMA)
    return (
        candidates.join(unique, on="text")
        .join(spans, on="text_id", maintain_order="left_right")
        .select(pl.col(name).cast(dtype) for name, dtype in HITS_SCHEMA.items())
        .sort("row", "start")
    )


def _spans(detector: Detector, texts: pl.Series) -> pl.DataFrame:
    """Validated, non-overlapping spans (text_id, start, end, canonical, confidence) in distinct texts."""
    blob = _SEPARATOR.join(texts.to_list()) + _SEPARATOR
    matches = [
        (match.start(), match.end(), match.group())
        for match in _compiled(detector.pattern).finditer(blob, overlapped=True)
    ]
    if not matches:
        return pl.DataFrame()
    lengths = texts.str.len_chars().cast(pl.Int64) + 1
    begins = pl.DataFrame({"begin": lengths.cum_sum() - lengths}).with_row_index("text_id")
    found = pl.DataFrame(
        matches, schema={"start": pl.Int64, "end": pl.Int64, "raw": pl.String}, orient="row"
    ).join_asof(begins.with_columns(pl.col("begin").set_sorted()), left_on="start", right_on="begin")
    if detector.label is not None and not found.is_empty():
        reach = zip(found["begin"].to_list(), found["start"].to_list(), strict=True)
        before = pl.Series([blob[max(begin, start - LABEL_REACH) : start] for begin, start in reach], dtype=pl.String)
        found = found.filter(before.str.contains(f"(?i){detector.label}"))
    return (
        found.with_columns(_canonical_of_raw(detector))
        .drop_nulls("canonical")
        .filter(pl.col("start") >= pl.col("end").shift(1, fill_value=0).cum_max())
        .with_columns(
            pl.col("start") - pl.col("begin"),
            pl.col("end") - pl.col("begin"),
            confidence=pl.lit(detector.confidence, pl.Float32),
        )
        .select("text_id", "start", "end", "canonical", "confidence")
    )
