"""Terms and cues in folded texts: which stand where, longest first, ambiguous ones settled by `needs`."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan.health.cues import CUES
from leakscan.health.folding import Folded
from leakscan.health.harmless import of_patients
from leakscan.health.lexicon import Lexicon, lexicon_for
from leakscan.health.rules import REACH, Need
from leakscan.health.spelling import respelled
from leakscan.health.text_windows import as_texts, ascii_rule, cut_windows, windows

__all__ = ["Cues", "Found", "as_texts", "ascii_rule", "cut_windows", "find", "windows"]

SHORTEST_STEMMED = 7
"""Letters of the shortest word that is a drug by its ending alone: shorter ones have ordinary look-alikes."""
_SPACE = ord(" ")
_MARK = ord("@")
_FAR = 1 << 40

_STREET_REACH = 34
"""Characters between the end of "rue" and a name of at most three words in it."""
_STREET = r"^\.? (?:du |de la |de l.|des |de |d.|aux |au )?(?:[a-z0-9]+ ){0,2}$"
_IN_OR_OF = np.array([int.from_bytes(word, "big") for word in (b"de ", b"en ")], dtype=np.int64)
_ON = int.from_bytes(b"sur ", "big")
"""Last characters before a word for a street that make it an everyday word."""
_ADJECTIVE = (
    r"^(enceinte|sero.*|diabetique|hypertendu.*"
    r"|alcooliqu.*|depressi.*|asthmatique|epilepti.*|schizo.*|bipolaire.*|autiste"
    r"|toxico.*|fumeu.*|hemophil.*|dialys.*|greff.*|transplant.*|detenue?|sdf|accouchee?|.* .*|vih.*|hiv.*"
    r"|k .*|g\d.*|\d.*)$"
)


Cues = dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]]


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
    cues: Cues


def _raw_matches(folded: Folded, words: Lexicon) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Pattern numbers and character ranges of all matches, overlapping ones too."""
    matches = words.automaton.find_matches_as_indexes(folded.tokens, overlapping=True)
    table = np.fromiter(itertools.chain.from_iterable(matches), dtype=np.int64, count=3 * len(matches)).reshape(-1, 3)
    pattern, low, high = table[:, 0], table[:, 1] + 1, table[:, 2] - 1
    prefix, suffix = words.is_prefix[pattern], words.is_suffix[pattern]
    if prefix.any() or suffix.any():
        blanks = np.flatnonzero(np.frombuffer(folded.tokens, dtype=np.uint8) == _SPACE)
        high[prefix] = blanks[np.searchsorted(blanks, table[prefix, 2])]
        low[suffix] = blanks[np.searchsorted(blanks, table[suffix, 1], side="right") - 1] + 1
        kept = ~suffix
        kept[suffix] = (high - low)[suffix] >= SHORTEST_STEMMED
        # A word that the lexicon lists is what the lexicon says.
        listed = np.zeros(len(folded.tokens), dtype=np.bool_)
        listed[low[~suffix & ~prefix]] = True
        kept[suffix] &= ~listed[low[suffix]]
        pattern, low, high = pattern[kept], low[kept], high[kept]
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


def _chosen(
    is_term: NDArray[np.bool_], pattern: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Numbers of the outermost matches; which of them are terms; and which overlap the term before in part."""
    kept = _outermost(starts, ends)
    terms, starts, ends = is_term[pattern[kept]], starts[kept], ends[kept]
    behind = np.maximum.accumulate(np.where(terms, ends, 0))
    overlaps = np.zeros(len(terms), dtype=np.bool_)
    overlaps[1:] = (starts[1:] < behind[:-1]) & (starts[1:] > np.maximum.accumulate(np.where(terms, starts, 0))[:-1])
    return kept, terms, overlaps & terms


def _capital(folded: Folded, mentions: pl.DataFrame) -> pl.Series:
    """Whether a mention begins and ends with a capital, or begins with one and ends with a digit."""
    start, last = mentions["start"].to_numpy(), mentions["end"].to_numpy() - 1
    upper = folded.upper.astype(np.bool_)
    return pl.Series("capital", upper[start] & (upper[last] | (folded.array[last] < ord("a"))))


def _names(
    folded: Folded, mentions: pl.DataFrame, cues: dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]]
) -> pl.Series:
    """Whether a mention is part of the name of a street or of a person."""
    start = mentions["start"].to_numpy()
    ends = np.concatenate([[-_FAR], cues["street"][1]])
    nearest = np.searchsorted(ends, start, side="right") - 1
    cue = ends[nearest]
    street = (start - cue <= _STREET_REACH) & (mentions["kind"] != "drug").to_numpy()
    # "patient de passage", "traitement en cours", "vu sur place": no street goes by these words.
    led = np.concatenate([[0], cues["street"][0]])[nearest]
    before = sum(folded.array[np.maximum(led - step, 0)].astype(np.int64) << (8 * (step - 1)) for step in (1, 2, 3, 4))
    street &= ~np.isin(before & 0xFFFFFF, _IN_OR_OF) & (before != _ON)
    near = np.flatnonzero(street)
    if len(near):
        gaps = cut_windows(folded.array, cue[near], start[near], _STREET_REACH)
        street[near] = gaps.str.contains(_STREET).to_numpy()
    ends = np.concatenate([[-_FAR], cues["title"][1]])
    cue = ends[np.searchsorted(ends, start, side="right") - 1]
    titled = start - cue <= 2
    if titled.any():
        titled &= ~mentions["term"].str.contains(_ADJECTIVE).to_numpy()
    ends = np.concatenate([[-_FAR], cues["doctor"][1]])
    nearest = np.searchsorted(ends, start, side="right") - 1
    doctor = start - ends[nearest] <= 2
    # "pr" in small letters before a blank is "pour".
    led = np.concatenate([[0], cues["doctor"][0]])[nearest]
    small = (folded.array[led] == ord("p")) & (folded.upper[led] == 0) & (folded.array[led + 1] == ord("r"))
    doctor &= ~(small & (ends[nearest] - led == len("pr")) & (folded.array[led + 2] == _SPACE))
    return pl.Series("name", street | titled | (doctor & (mentions["kind"] != "drug").to_numpy()))


def _settled(folded: Folded, mentions: pl.DataFrame, needs: tuple[tuple[Need, ...], ...]) -> pl.DataFrame:
    """The candidate entries (mention, start, end, low, high, and the lexicon's) that their surroundings bear out."""
    plain = mentions.filter(pl.col("needs") == 0)
    mentions = mentions.filter(pl.col("needs") != 0)
    if mentions.is_empty():
        return plain
    start, end = mentions["start"].to_numpy(), mentions["end"].to_numpy()
    left = windows(folded.array, mentions["low"].to_numpy(), start, REACH, left=True)
    right = windows(folded.array, end, mentions["high"].to_numpy(), REACH)
    mark = np.full((len(start), 1), _MARK, dtype=np.uint8)
    around = as_texts(np.hstack([np.where(left == _MARK, _SPACE, left), mark, right]))
    asked = pl.DataFrame({"needs": mentions["needs"], "capital": mentions["capital"], "around": around})
    asked = asked.with_row_index("at").sort("needs", maintain_order=True)
    asked = asked.with_columns(pl.col("around").str.replace(r"^ +", " "))
    numbers, begin = np.unique(asked["needs"].to_numpy(), return_index=True)
    kept = [
        asked.slice(first, last - first).filter(_holds(needs[int(number)])).select("at")
        for number, first, last in zip(numbers, begin, [*begin[1:], len(asked)], strict=True)
    ]
    return pl.concat([plain, mentions.select(pl.all().gather(pl.concat(kept)["at"]))])


@cache
def _holds(rules: tuple[Need, ...]) -> pl.Expr:
    """Whether the surroundings (`around`, `capital`) bear out a mention, as one expression for all rules of a name."""
    rule = pl.lit(value=True)
    for need in rules:
        if need.requires:
            rule &= pl.col("around").str.contains(ascii_rule(need.requires))
        if need.forbids:
            rule &= ~pl.col("around").str.contains(ascii_rule(need.forbids))
        if need.caps:
            rule &= pl.col("capital")
    return rule


def find(folded: Folded) -> Found:
    """Mentions of health terms and the cues around them."""
    folded = respelled(folded)
    words = lexicon_for(folded.tokens)
    pattern, starts, ends = _raw_matches(folded, words)
    kept, terms, overlaps = _chosen(words.is_term, pattern, starts, ends)
    if overlaps.any():
        # What gives way to the term before it hides nothing: "negatif" in "hepatite B negatif" is a result again.
        stays = np.ones(len(pattern), dtype=np.bool_)
        stays[kept[overlaps]] = False
        pattern, starts, ends = pattern[stays], starts[stays], ends[stays]
        kept, terms, overlaps = _chosen(words.is_term, pattern, starts, ends)
    pattern, starts, ends = pattern[kept], starts[kept], ends[kept]
    terms = terms & ~overlaps
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
    bits = words.cues[pattern]
    cues = {}
    for code, cue in enumerate(CUES):
        chosen = (bits & (1 << code)) != 0
        cues[cue] = (starts[chosen], ends[chosen])
    mentions = mentions.with_columns(_capital(folded, mentions)).filter(~pl.col("caps") | pl.col("capital"))
    mentions = mentions.filter(~_names(folded, mentions, cues))
    entries = (
        of_patients(folded, _settled(folded, mentions, words.needs))
        # of equals the first in the lexicon stands, and one without a rule before one with
        .sort("start", "end", "theme", "kind", "pattern", maintain_order=True)
        .unique(["start", "end", "theme"], keep="first", maintain_order=True)
    )
    spans = entries.select("start", "end").unique(maintain_order=True).with_row_index("mention")
    entries = entries.join(spans, on=["start", "end"], how="left", maintain_order="left")
    return Found(
        spans["start"].to_numpy(),
        spans["end"].to_numpy(),
        entries.select("mention", "theme", "kind", "term", "needs"),
        cues,
    )
