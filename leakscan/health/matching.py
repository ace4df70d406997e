"""Terms and cues in folded texts: which stand where, longest first, ambiguous ones settled by `needs`."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan.health.cues import CUES
from leakscan.health.folding import END_OF_TEXT, Folded
from leakscan.health.lexicon import Lexicon, lexicon
from leakscan.health.needs import NEEDS, REACH

_NEWLINE = ord("\n")
_SPACE = ord(" ")
_MARK = ord("@")

_STREET = (
    r"\b(rue|avenue|av|bd|bld|boulevard|chemin|che|impasse|imp|allee|allees|place|quai|square|residence|lotissement|lot"
    r"|lieu[- ]dit|passage|hameau|ruelle|sentier|faubourg|rond[- ]point|cours|esplanade|pont|venelle|zac|za|clos|villa)\.?"
    r" (du |de la |de l.|des |de |d.|aux |au )?(\w+ ){0,2}@"
)
_TITLE = r"(^|[^a-z0-9])(mme|mr|mlle|m|madame|monsieur|mademoiselle|dr|docteur|pr|professeur|me|maitre|mesdames)\.? @"
_ADJECTIVE = (
    r"^(enceinte|sero.*|diabetique|hypertendu.*|alcooliqu.*|depressi.*|asthmatique|epilepti.*|schizo.*|bipolaire.*|autiste"
    r"|toxico.*|fumeu.*|hemophil.*|dialys.*|greff.*|transplant.*|detenue?|sdf|accouchee?|.* .*|vih.*|hiv.*|k .*|g\d.*|\d.*)$"
)


@dataclass(frozen=True, slots=True)
class Found:
    """Mentions and cues of a folded blob.

    `starts`, `ends`: character ranges of the mentions, in order, none inside another.
    `entries`: one row per mention and theme: mention (its number), theme, kind, term.
    `cues`: by class, the sorted starts and ends of its cues.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    entries: pl.DataFrame
    cues: dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]]


def windows(
    array: NDArray[np.uint8], low: NDArray[np.int64], high: NDArray[np.int64], width: int, *, left: bool = False
) -> NDArray[np.uint8]:
    """Characters low..high of each row, cut to `width` and padded with spaces: at the end, or before if `left`."""
    steps = np.arange(width)
    at = (high - width)[:, None] + steps if left else low[:, None] + steps
    inside = (at >= low[:, None]) & (at < high[:, None])
    return np.where(inside, array[np.where(inside, at, 0)], _SPACE).astype(np.uint8)


def as_texts(matrix: NDArray[np.uint8]) -> pl.Series:
    """Rows of characters as texts; a newline in them becomes a space."""
    rows = np.full((matrix.shape[0], matrix.shape[1] + 1), _NEWLINE, dtype=np.uint8)
    rows[:, :-1] = np.where(matrix == _NEWLINE, _SPACE, matrix)
    if not len(rows):
        return pl.Series("window", [], dtype=pl.String)
    blob = rows.tobytes()[:-1].decode("ascii")
    return pl.Series("window", [blob]).str.split("\n").explode(empty_as_null=False, keep_nulls=False)


def _raw_matches(folded: Folded, words: Lexicon) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Pattern numbers and character ranges of all matches, overlapping ones too."""
    matches = words.automaton.find_matches_as_indexes(folded.tokens, overlapping=True)
    table = np.fromiter(itertools.chain.from_iterable(matches), dtype=np.int64, count=3 * len(matches)).reshape(-1, 3)
    pattern, low, high = table[:, 0], table[:, 1] + 1, table[:, 2] - 1
    prefix = words.is_prefix[pattern]
    if prefix.any():
        blanks = np.flatnonzero(np.frombuffer(folded.tokens, dtype=np.uint8) == _SPACE)
        high[prefix] = blanks[np.searchsorted(blanks, table[prefix, 2])]
    return pattern, folded.places[low], folded.places[high - 1] + 1


def _outermost(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers of the ranges that no other range contains, in order of place; equal ranges stay."""
    order = np.lexsort((-ends, starts))
    starts, ends = starts[order], ends[order]
    reach = np.maximum.accumulate(ends)
    inside = np.zeros(len(order), dtype=np.bool_)
    inside[1:] = reach[:-1] >= ends[1:]
    same = np.zeros(len(order), dtype=np.bool_)
    same[1:] = (starts[1:] == starts[:-1]) & (ends[1:] == ends[:-1])
    # A range equal to its forerunner shares its forerunner's fate.
    fate = np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))
    return order[~inside[fate]]


def _settled(folded: Folded, mentions: pl.DataFrame) -> pl.DataFrame:
    """The candidate entries (mention, start, end, low, high, and the lexicon's) that their surroundings bear out."""
    start, end = mentions["start"].to_numpy(), mentions["end"].to_numpy()
    left = windows(folded.array, mentions["low"].to_numpy(), start, REACH, left=True)
    right = windows(folded.array, end, mentions["high"].to_numpy(), REACH)
    mark = np.full((len(start), 1), _MARK, dtype=np.uint8)
    around = as_texts(np.hstack([np.where(left == _MARK, _SPACE, left), mark, right]))
    mentions = mentions.with_columns(around.str.replace(r"^ +", " ").alias("around"))
    capital = folded.upper[start].astype(np.bool_) & (folded.upper[np.maximum(end - 1, 0)].astype(np.bool_))
    digit_end = (folded.array[end - 1] < ord("a")) & folded.upper[start].astype(np.bool_)
    mentions = mentions.with_columns(pl.Series("capital", capital | digit_end))
    holds = ~pl.col("caps") | pl.col("capital")
    named = ~pl.col("term").str.contains(_ADJECTIVE) & pl.col("around").str.contains(_TITLE)
    holds &= ~(pl.col("around").str.contains(_STREET) & (pl.col("kind") != "drug")) & ~named
    parts = [mentions.filter((pl.col("needs") == "") & holds)]
    for (name,), part in mentions.filter(pl.col("needs") != "").partition_by("needs", as_dict=True).items():
        rule = holds
        for need in NEEDS.get(str(name), ()):
            passes = pl.lit(value=True)
            if need.requires:
                passes &= pl.col("around").str.contains(need.requires)
            if need.forbids:
                passes &= ~pl.col("around").str.contains(need.forbids)
            if need.caps:
                passes &= pl.col("capital")
            rule &= passes | ~pl.col("term").str.contains(f"^(?:{need.only})$") if need.only else passes
        parts.append(part.filter(rule))
    return pl.concat(parts).drop("around", "capital")


def find(folded: Folded) -> Found:
    """Mentions of health terms and the cues around them."""
    words = lexicon()
    pattern, starts, ends = _raw_matches(folded, words)
    kept = _outermost(starts, ends)
    pattern, starts, ends = pattern[kept], starts[kept], ends[kept]
    terms = words.is_term[pattern]
    text = np.searchsorted(folded.starts, starts[terms], side="right") - 1
    mentions = (
        pl.DataFrame(
            {
                "pattern": pattern[terms],
                "start": starts[terms],
                "end": ends[terms],
                "low": folded.starts[text],
                "high": folded.ends[text],
            }
        )
        .join(words.entries, on="pattern", how="inner")
        .filter(pl.col("kind") != "stop")
    )
    entries = _settled(folded, mentions).sort("start", "end", "theme", "kind").unique(
        ["start", "end", "theme"], keep="first", maintain_order=True
    )
    spans = entries.select("start", "end").unique(maintain_order=True).with_row_index("mention")
    entries = entries.join(spans, on=["start", "end"], how="left", maintain_order="left")
    bits = words.cues[pattern]
    cues = {}
    for code, cue in enumerate(CUES):
        chosen = (bits & (1 << code)) != 0
        cues[cue] = (starts[chosen], ends[chosen])
    return Found(
        spans["start"].to_numpy(),
        spans["end"].to_numpy(),
        entries.select("mention", "theme", "kind", "term", "needs"),
        cues,
    )


__all__ = ["END_OF_TEXT", "Found", "as_texts", "find", "windows"]
