"""People whom a known first name beside a word that is not ordinary gives away: `Rose Kowalczyk`, `DIOP Awa`."""

from __future__ import annotations

from functools import cache

import polars as pl
import regex

from leakscan.data import model_file
from leakscan.names.candidates import folded, ordinary
from leakscan.names.spans import PERSON, Line, Spans

PAIRED_CONFIDENCE = 0.75
"""Of a name that only its first name proves."""

_WORD = r"(?:[DLdl]['\u2019])?\p{Lu}\p{L}{1,30}(?:-\p{L}{1,30}){0,3}+"
_PARTICLE = r"(?:de[ ]la|de|du|des|da|dos|le|la|van|von|der|ben|bel|el|al)"
_RUN = (
    rf"(?<![\p{{L}}0-9'\u2019\-.@])(?P<a>{_WORD})[ ]{{1,2}}(?:(?i:{_PARTICLE})[ ]){{0,2}}(?P<b>{_WORD})"
    r"(?![\p{L}'\u2019@])"
)
_WORDS = r"^[\p{L}'\u2019]+"


@cache
def _compiled() -> regex.Pattern[str]:
    return regex.compile(_RUN)


@cache
def first_names() -> pl.Series:
    """First names of the lexicon, folded."""
    lines = model_file("lexicon/first_names.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return folded(pl.Series([line.partition("\t")[0] for line in lines], dtype=pl.String))


@cache
def _cities() -> pl.Series:
    lines = model_file("lexicon/cities.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return folded(pl.Series(lines, dtype=pl.String))


def paired(texts: pl.Series) -> Spans:
    """Two capitalised words, one a first name that the lexicon knows, the other no ordinary word and no town."""
    line = Line.of(texts) if len(texts) else None
    matches = list(_compiled().finditer(line.text, overlapped=True)) if line else []
    if line is None or not matches:
        return Spans.of([], PAIRED_CONFIDENCE)
    sides = {side: folded(pl.Series([match[side] for match in matches], dtype=pl.String)) for side in "ab"}
    first = {side: words.is_in(first_names().implode()) | _begins_known(words) for side, words in sides.items()}
    other = {
        side: ~(words.is_in(ordinary().implode()) | words.is_in(_cities().implode())) for side, words in sides.items()
    }
    kept = ((first["a"] & other["b"]) | (first["b"] & other["a"])).to_list()
    places = [(*match.span(), PERSON) for match, keep in zip(matches, kept, strict=True) if keep]
    return line.spans(places, PAIRED_CONFIDENCE).apart()


def _begins_known(words: pl.Series) -> pl.Series:
    """Double first names, of which the first is known: `jean-sasha`."""
    return words.str.contains("-", literal=True) & words.str.extract(f"({_WORDS})").is_in(first_names().implode())
