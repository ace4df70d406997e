"""Rows of the lexicon (models/lexicon/*.tsv): terms and cues, each as pieces that its spellings are chosen from."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from leakscan.data import model_file
from leakscan.health.cues import CUES, words_of_cues
from leakscan.health.folding import LIGATURE, fold

KINDS = ("condition", "agent", "test", "immune", "sign", "request", "denial", "drug", "stop", "notice")
"""How a term behaves: see models/lexicon/README.md."""
PARTS = frozenset(("prefix", "suffix"))
"""Modes of rows that are a part of a word."""

_PIECE = re.compile(r"\(([^()]*)\)|\{(\d+)\.\.(\d+)\}")
_PLURAL_FROM = 5
"""A last word of fewer letters takes no automatic plural: `ists`, `hivs` are not French, `cancers` is."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the lexicon: its spellings as pieces to choose from, one after the other, and what they mean."""

    pieces: tuple[tuple[str, ...], ...]
    theme: str
    kind: str
    mode: str
    needs: str
    plural: bool = False


def _pieces(pattern: str) -> tuple[tuple[str, ...], ...]:
    """A pattern with `(a|b|)` and `{1..9}` in it as a tuple of alternatives per piece; numbers may stand in words."""
    pieces: list[tuple[str, ...]] = []
    at = 0
    for match in _PIECE.finditer(pattern):
        pieces.append((pattern[at : match.start()],))
        words, low, high = match.groups()
        if low is None:
            pieces.append(tuple(itertools.chain.from_iterable(map(_spellings_of, words.split("|")))))
        else:
            pieces.append(tuple(map(str, range(int(low), int(high) + 1))))
        at = match.end()
    pieces.append((pattern[at:],))
    return tuple(piece for piece in pieces if piece != ("",))


def _spellings_of(words: str) -> Iterator[str]:
    return map("".join, itertools.product(*_pieces(words))) if "{" in words else iter((words,))


def plurals(term: str) -> Iterator[str]:
    """The term, and its plurals: the last word, and all words."""
    yield term
    words = term.split(" ")
    if len(words[-1]) < _PLURAL_FROM or not words[-1].isalpha() or words[-1][-1] in "sxz":
        return
    yield f"{term}s"
    if len(words) > 1:
        yield " ".join(f"{word}s" if len(word) >= _PLURAL_FROM and word[-1] not in "sxz" else word for word in words)


def variants(term: str) -> tuple[str, ...]:
    """The spellings of `oe`."""
    return (term, term.replace("oe", LIGATURE)) if "oe" in term else (term,)


def _table(name: str) -> Iterator[list[str]]:
    """Rows of one table of the lexicon, without its header."""
    lines = model_file(f"lexicon/{name}.tsv").read_text(encoding="utf-8").split("\n")
    return (line.split("\t") for line in lines[1:] if line)


@cache
def term_rows() -> tuple[Row, ...]:
    """What the tables of themes, drugs and care say, each row once per theme."""
    found = []
    macros: dict[str, str] = {}
    for term, theme, kind, mode, needs, *_ in _table("themes"):
        if kind == "macro":
            macros[f"{{{mode}}}"] = term
            continue
        pattern = term
        for name, words in macros.items():
            pattern = pattern.replace(name, words)
        plural = mode == "word" and pattern == term
        found.append(Row(_pieces(fold(pattern)), theme, kind, mode, needs, plural))
    for term, reveals, *_ in itertools.chain(_table("drugs"), _table("care")):
        pieces = ((fold(term),),)
        for theme in ("treatment", *reveals.split()):
            name, _, status = theme.partition(":")
            needs = "drugmind" if name == "mental_health" else "drug"
            found.append(Row(pieces, name, "request" if status == "tested" else "drug", "word", needs))
    found += [Row(_pieces(ending), "treatment", "drug", "suffix", "drug") for ending, *_ in _table("stems")]
    return tuple(found)


@cache
def cue_rows() -> tuple[tuple[int, Row], ...]:
    """Class number and spellings of each pattern of cues."""
    return tuple((CUES.index(cue), Row(_pieces(fold(words)), cue, "", "word", "")) for cue, words in words_of_cues())
