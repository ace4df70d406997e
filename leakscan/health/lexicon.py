"""The lexicon: one automaton over all terms and cues that the rows of models/lexicon/*.tsv (`terms`) expand to.

The whole of it is built once per process, on first use. A small text needs a few of its terms only: those whose words
stand in it, a hundredth of the work. The automaton reads tokens (see `folding`), so a pattern is a term between two
spaces, or after one where the row says `prefix`, or before one for the ending of a drug's name (`suffix`).
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

import ahocorasick_rs
import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan.health.folding import LIGATURE
from leakscan.health.needs import all_needs
from leakscan.health.rules import Need
from leakscan.health.terms import PARTS, Row, cue_rows, plurals, term_rows, variants

SMALL_TEXT = 64 << 10
"""For texts of at most so many bytes a lexicon of their own words is built (docs/thresholds.md)."""
SMALL_BUILDS = 12
"""After so many small lexicons the whole one is cheaper, and stays."""
_TELLING = frozenset(("agent", "condition", "denial", "drug", "immune", "sign", "test"))
_NEEDLESS = frozenset(("", "drug", "drugmind", "notother"))
_SURE_FROM = 3
"""Kinds and needs of rows of which a word of so many letters speaks of somebody's health wherever it stands."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`automaton` finds pattern numbers; what a pattern is stands in arrays and in `entries`.

    `is_term`, `is_prefix`, `is_suffix` (Bool) and `cues` (Int64, bit k for class k of CUES) are indexed by pattern
    number. `entries`: pattern, theme, kind, caps, needs, term: one row per pattern and theme; `needs` is a number in
    `needs` (tuples of rules that must all hold; number 0 is the empty tuple).
    """

    automaton: ahocorasick_rs.BytesAhoCorasick
    is_term: NDArray[np.bool_]
    is_prefix: NDArray[np.bool_]
    is_suffix: NDArray[np.bool_]
    cues: NDArray[np.int64]
    entries: pl.DataFrame
    needs: tuple[tuple[Need, ...], ...]


class _Words:
    """The words of a text, sorted to find those that begin like something."""

    def __init__(self, tokens: bytes) -> None:
        self.all = frozenset(tokens.decode("ascii").split(" "))
        self.sorted = sorted(self.all)

    def may_hold(self, word: str, *, plural: bool) -> bool:
        """Whether a word of a term stands in the text, in one of its spellings."""
        return (
            word in self.all
            or (plural and f"{word}s" in self.all)
            or ("oe" in word and self.may_hold(word.replace("oe", LIGATURE), plural=plural))
        )

    def may_begin(self, beginning: str) -> bool:
        """Whether a word of the text begins like this, in one of its spellings."""
        place = bisect_left(self.sorted, beginning)
        return (place < len(self.sorted) and self.sorted[place].startswith(beginning)) or (
            "oe" in beginning and self.may_begin(beginning.replace("oe", LIGATURE))
        )

    def may_end(self, ending: str) -> bool:
        """Whether a word of the text ends like this."""
        return any(word.endswith(ending) for word in self.all)


def _spellings(row: Row, found: _Words | None) -> Iterator[str]:
    """All spellings of a row, or of them those whose words may all stand in a text, without needless blanks."""
    chosen: Iterator[str] = map("".join, itertools.product(*row.pieces))
    if found is not None:
        chosen = filter(found.may_end, chosen) if row.mode == "suffix" else _in_text(row, found, "", 0)
    for spelling in chosen:
        blank = "  " in spelling or spelling[:1] == " " or spelling[-1:] == " "
        term = " ".join(spelling.split()) if blank else spelling
        if term:
            yield term


def _in_text(row: Row, found: _Words, begun: str, at: int) -> Iterator[str]:
    """Spellings that begin with `begun`, from the piece `at` on: one is given up at its first word that is missing."""
    last = at == len(row.pieces) - 1
    prefix = last and row.mode == "prefix"
    for piece in row.pieces[at]:
        spelling = begun + piece
        whole = spelling.split()
        open_word = whole.pop() if whole and (prefix or not (last or spelling.endswith(" "))) else ""
        known = len(begun[: begun.rfind(" ") + 1].split())
        if all(found.may_hold(word, plural=row.plural) for word in whole[known:]) and (
            not prefix or found.may_begin(open_word)
        ):
            if last:
                yield spelling
            else:
                yield from _in_text(row, found, spelling, at + 1)


def long_words(shortest: int, longest: int) -> tuple[frozenset[str], frozenset[str]]:
    """Words of so many letters that stand in terms, and in cues; parts of words and names that only hide are not.

    Drugs need a letter more: short brand names look like everything.
    """

    def words_of(rows: Iterator[Row]) -> frozenset[str]:
        return frozenset(
            word
            for row in rows
            for piece in row.pieces
            for words in piece
            for word in words.split()
            if shortest + (row.kind == "drug") <= len(word) <= longest and word.isalpha() and word.isascii()
        )

    rows = (row for row in term_rows() if row.kind != "stop" and row.mode not in PARTS)
    return words_of(rows), words_of(row for _, row in cue_rows())


@cache
def sure_words() -> frozenset[str]:
    """Folded words, each of them a term that needs nothing beside it to speak of somebody's health, or a drug."""
    return frozenset(
        word
        for row in term_rows()
        if row.kind in _TELLING and row.needs in _NEEDLESS and row.mode not in PARTS
        for number, piece in enumerate(row.pieces)
        if all("" in other for at, other in enumerate(row.pieces) if at != number)
        for word in piece
        if len(word) >= _SURE_FROM and word.isalpha()
    )


@cache
def _some_only(rules: tuple[Need, ...]) -> Callable[[str], object]:
    """Whether a term is named by any of the rules that are for some terms only."""
    return re.compile("|".join(f"(?:{rule.only})" for rule in rules if rule.only)).fullmatch


@dataclass(slots=True)
class _Building:
    """A lexicon while it is made: pattern -> its number, and what is known of the numbers.

    `rows`: theme, kind, whether capitals count, and how many terms; `pattern`, `need` and `term` have a place per term.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    needs: dict[tuple[Need, ...], int] = field(default_factory=lambda: {(): 0})
    prefixes: list[int] = field(default_factory=list)
    suffixes: list[int] = field(default_factory=list)
    cues: dict[int, int] = field(default_factory=dict)
    pattern: list[int] = field(default_factory=list)
    rows: list[tuple[str, str, bool, int]] = field(default_factory=list)
    need: list[int] = field(default_factory=list)
    term: list[str] = field(default_factory=list)

    def add(self, row: Row, found: _Words | None) -> None:
        """Add the terms of a row."""
        numbers, begun = self.numbers, len(self.pattern)
        end = "" if row.mode == "prefix" else " "
        front = "" if row.mode == "suffix" else " "
        terms: Iterator[str] = _spellings(row, found)
        if row.plural:
            terms = itertools.chain.from_iterable(map(plurals, terms))
        pattern, known = self.pattern, self.term
        for term in terms:
            pattern.append(numbers.setdefault(f"{front}{term}{end}", len(numbers)))
            known.append(term)
            if "oe" in term:
                pattern.append(numbers.setdefault(f" {term.replace('oe', LIGATURE)}{end}", len(numbers)))
                known.append(term)
        more = len(pattern) - begun
        self.rows.append((row.theme, row.kind, row.mode == "caps", more))
        if row.mode == "prefix":
            self.prefixes += self.pattern[begun:]
        if row.mode == "suffix":
            self.suffixes += self.pattern[begun:]
        rules = all_needs()[row.needs]
        if any(rule.only for rule in rules):
            some = _some_only(rules)
            always = self._bearing(tuple(rule for rule in rules if not rule.only))
            self.need += [self._number(rules, term) if some(term) else always for term in self.term[begun:]]
        else:
            self.need += [self.needs.setdefault(rules, len(self.needs))] * more

    def _number(self, rules: tuple[Need, ...], term: str) -> int:
        return self._bearing(tuple(rule for rule in rules if not rule.only or re.fullmatch(rule.only, term)))

    def _bearing(self, rules: tuple[Need, ...]) -> int:
        return self.needs.setdefault(rules, len(self.needs))

    def add_cue(self, code: int, row: Row, found: _Words | None) -> None:
        """Add the spellings of a class of cues."""
        numbers, cues, bit = self.numbers, self.cues, 1 << code
        for term in _spellings(row, found):
            for variant in variants(term):
                number = numbers.setdefault(f" {variant} ", len(numbers))
                cues[number] = cues.get(number, 0) | bit

    def done(self, implementation: ahocorasick_rs.Implementation) -> Lexicon:
        """Build the automaton over all patterns."""
        size = len(self.numbers)
        is_term, is_prefix, is_suffix = (np.zeros(size, dtype=np.bool_) for _ in range(3))
        is_term[self.pattern] = True
        is_prefix[self.prefixes] = True
        is_suffix[self.suffixes] = True
        cue_bits = np.zeros(size, dtype=np.int64)
        cue_bits[list(self.cues)] = list(self.cues.values())
        patterns = "\n".join(self.numbers).encode("ascii").split(b"\n") if self.numbers else []
        schema = {"theme": pl.String, "kind": pl.String, "caps": pl.Boolean, "terms": pl.UInt32}
        row = pl.DataFrame(self.rows, schema=schema, orient="row")
        row = row.select(pl.all().gather(np.repeat(np.arange(row.height, dtype=np.uint32), row["terms"].to_numpy())))
        entries = pl.DataFrame(
            {
                "pattern": pl.Series(self.pattern, dtype=pl.Int64),
                "theme": row["theme"],
                "kind": row["kind"],
                "caps": row["caps"],
                "needs": pl.Series(self.need, dtype=pl.Int64),
                "term": pl.Series(self.term, dtype=pl.String),
            }
        ).unique(["pattern", "theme", "kind", "needs"], keep="first", maintain_order=True)
        automaton = ahocorasick_rs.BytesAhoCorasick(patterns, implementation=implementation)
        return Lexicon(automaton, is_term, is_prefix, is_suffix, cue_bits, entries, tuple(self.needs))


@cache
def _rows_by_first_word() -> tuple[dict[str, list[int]], tuple[int, ...]]:
    """First words of rows that begin with whole words only -> numbers of those rows; and the numbers of the others."""
    by_word: dict[str, list[int]] = {}
    others = []
    for number, row in enumerate(term_rows()):
        firsts = _first_words(row)
        if firsts is None:
            others.append(number)
            continue
        for word in {spelled for first in firsts for spelled in variants(first)}:
            for written in (word, f"{word}s") if row.plural else (word,):
                by_word.setdefault(written, []).append(number)
    return by_word, tuple(others)


def _first_words(row: Row) -> list[str] | None:
    """The words that a row's spellings may begin with; None where a first word goes on in the next piece."""
    if row.mode == "suffix":
        return None
    alone = len(row.pieces) == 1 and row.mode != "prefix"
    firsts = []
    for piece in row.pieces[0]:
        word, blank, _ = piece.lstrip(" ").partition(" ")
        if not word or not (blank or alone):
            return None
        firsts.append(word)
    return firsts


def _rows_for(found: _Words) -> list[Row]:
    """The rows that may have a spelling in a text, by their first words."""
    by_word, others = _rows_by_first_word()
    numbers = set(others).union(*(by_word.get(word, ()) for word in found.all))
    return [term_rows()[number] for number in sorted(numbers)]


def _built(found: _Words | None, implementation: ahocorasick_rs.Implementation) -> Lexicon:
    building = _Building()
    for row in term_rows() if found is None else _rows_for(found):
        building.add(row, found)
    for code, cue in cue_rows():
        building.add_cue(code, cue, found)
    return building.done(implementation)


@cache
def lexicon() -> Lexicon:
    """The whole lexicon, built on first use."""
    return _built(None, ahocorasick_rs.Implementation.ContiguousNFA)


def lexicon_of(tokens: bytes) -> Lexicon:
    """The part of the lexicon that can match in folded `tokens`: each of its patterns is made of their words."""
    return _built(_Words(tokens), ahocorasick_rs.Implementation.ContiguousNFA)


_small_builds = itertools.count(1)


def lexicon_for(tokens: bytes) -> Lexicon:
    """A lexicon that finds in folded `tokens` what the whole one finds: one of their words where that is cheaper."""
    small = len(tokens) <= SMALL_TEXT and not lexicon.cache_info().currsize and next(_small_builds) <= SMALL_BUILDS
    return lexicon_of(tokens) if small else lexicon()
