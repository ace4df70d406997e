"""The lexicon: rows of models/lexicon/*.tsv expanded to terms, and one automaton over all terms and cues.

Built once per process, on first use. The automaton reads tokens (see `folding`), so a pattern is a term between two
spaces, or after one where the row says `prefix`.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import ahocorasick_rs
import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan.data import model_file
from leakscan.health.cues import CUES, WORDS_OF_CUE
from leakscan.health.folding import LIGATURE, fold
from leakscan.health.needs import NEEDS, Need

KINDS = ("condition", "agent", "test", "immune", "sign", "request", "denial", "drug", "stop")
"""How a term behaves: see models/lexicon/README.md."""

_PIECE = re.compile(r"\(([^()]*)\)|\{(\d+)\.\.(\d+)\}")
_PLURAL_FROM = 5
"""A last word of fewer letters takes no automatic plural: `ists`, `hivs` are not French, `cancers` is."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`automaton` finds pattern numbers; what a pattern is stands in arrays and in `entries`.

    `is_term`, `is_prefix` (Bool) and `cues` (Int64, bit k for class k of CUES) are indexed by pattern number.
    `entries`: pattern, theme, kind, caps, needs, term: one row per pattern and theme; `needs` is a number in `needs`
    (tuples of rules that must all hold; number 0 is the empty tuple).
    """

    automaton: ahocorasick_rs.BytesAhoCorasick
    is_term: NDArray[np.bool_]
    is_prefix: NDArray[np.bool_]
    cues: NDArray[np.int64]
    entries: pl.DataFrame
    needs: tuple[tuple[Need, ...], ...]


def _alternatives(pattern: str) -> Iterator[str]:
    """All spellings of a pattern with `(a|b|)` and `{1..9}` in it, not nested."""
    pieces: list[tuple[str, ...]] = []
    at = 0
    for match in _PIECE.finditer(pattern):
        pieces.append((pattern[at : match.start()],))
        words, low, high = match.groups()
        pieces.append(tuple(words.split("|")) if low is None else tuple(map(str, range(int(low), int(high) + 1))))
        at = match.end()
    pieces.append((pattern[at:],))
    for combination in itertools.product(*pieces):
        term = " ".join("".join(combination).split())
        if "{" in term:
            yield from _alternatives(term)
        elif term:
            yield term


def _plurals(term: str) -> Iterator[str]:
    """The term, and its plurals: the last word, and all words."""
    yield term
    words = term.split(" ")
    if len(words[-1]) < _PLURAL_FROM or not words[-1].isalpha() or words[-1][-1] in "sxz":
        return
    yield f"{term}s"
    if len(words) > 1:
        yield " ".join(f"{word}s" if len(word) >= _PLURAL_FROM and word[-1] not in "sxz" else word for word in words)


def _rows(name: str) -> list[dict[str, str]]:
    """Rows of one table of the lexicon."""
    with model_file(f"lexicon/{name}.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _terms() -> Iterator[tuple[str, dict[str, str]]]:
    """Each folded spelling with its row."""
    rows = _rows("themes")
    macros = {f"{{{row['mode']}}}": row["term"] for row in rows if row["kind"] == "macro"}
    for row in rows:
        if row["kind"] == "macro":
            continue
        pattern = row["term"]
        for name, words in macros.items():
            pattern = pattern.replace(name, words)
        for spelling in _alternatives(pattern):
            plural = row["mode"] == "word" and row["term"] == pattern
            for term in _plurals(fold(spelling)) if plural else (fold(spelling),):
                yield term, row
    for row in _rows("drugs"):
        for theme in ("treatment", *row["reveals"].split()):
            name, _, status = theme.partition(":")
            kind = "request" if status == "tested" else "drug"
            yield fold(row["term"]), {"theme": name, "kind": kind, "mode": "word", "needs": "drug"}


def _variants(term: str) -> tuple[str, ...]:
    """The spellings of `oe`."""
    return (term, term.replace("oe", LIGATURE)) if "oe" in term else (term,)


@cache
def lexicon() -> Lexicon:
    """The lexicon, built on first use."""
    numbers: dict[bytes, int] = {}
    entries: dict[tuple[int, str, str, str], tuple[int, str, str, bool, int, str]] = {}
    needs: dict[tuple[Need, ...], int] = {(): 0}
    prefixes: set[int] = set()
    terms: set[int] = set()
    cues: dict[int, int] = {}
    for term, row in _terms():
        for variant in _variants(term):
            prefix = row["mode"] == "prefix"
            number = numbers.setdefault(f" {variant}{'' if prefix else ' '}".encode(), len(numbers))
            terms.add(number)
            if prefix:
                prefixes.add(number)
            key = (number, row["theme"], row["kind"], row["needs"])
            rules = tuple(rule for rule in NEEDS[row["needs"]] if not rule.only or re.fullmatch(rule.only, term))
            need = needs.setdefault(rules, len(needs))
            entries.setdefault(key, (number, row["theme"], row["kind"], row["mode"] == "caps", need, term))
    for code, cue in enumerate(CUES):
        for spelling in itertools.chain.from_iterable(_alternatives(words) for words in WORDS_OF_CUE[cue]):
            for variant in _variants(fold(spelling)):
                number = numbers.setdefault(f" {variant} ".encode(), len(numbers))
                cues[number] = cues.get(number, 0) | 1 << code
    size = len(numbers)
    is_term, is_prefix = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
    is_term[list(terms)] = True
    is_prefix[list(prefixes)] = True
    cue_bits = np.zeros(size, dtype=np.int64)
    cue_bits[list(cues)] = list(cues.values())
    automaton = ahocorasick_rs.BytesAhoCorasick(list(numbers), implementation=ahocorasick_rs.Implementation.DFA)
    frame = pl.DataFrame(
        list(entries.values()),
        schema={
            "pattern": pl.Int64,
            "theme": pl.String,
            "kind": pl.String,
            "caps": pl.Boolean,
            "needs": pl.Int64,
            "term": pl.String,
        },
        orient="row",
    )
    return Lexicon(automaton, is_term, is_prefix, cue_bits, frame, tuple(needs))
