"""Which texts are worth the pipeline: those with a capitalised word that is not ordinary, or a form in lower case."""

from __future__ import annotations

from functools import cache

import polars as pl

from leakscan.data import model_file

LEAST_CHARS = 5
"""A shorter text holds no name that prose would prove."""
_CAPITALS = r"\p{Lu}\p{L}+"
_FIELDS = (
    r"(?i)\b(?:nom|pr.nom|patiente?|identit.|prescripteur|m.decin|op.rateur)[ \t]?[:=]"
    r"|(?i)\b(?:dr|pr|docteur|professeur|mr?|mme|mlle|monsieur|madame)\.?[ \t]\p{L}"
)
_FOLDED = (("àâä", "a"), ("éèêë", "e"), ("îï", "i"), ("ôö", "o"), ("ùûü", "u"), ("ç", "c"), ("œ", "oe"), ("æ", "ae"))


@cache
def ordinary() -> pl.Series:
    """Ordinary words, lower-case and without accents (models/names-fr/ordinary.txt)."""
    lines = model_file("names-fr/ordinary.txt").read_text(encoding="utf-8").splitlines()
    return pl.Series([line for line in lines if not line.startswith("#")], dtype=pl.String)


def folded(words: pl.Series) -> pl.Series:
    """Words in lower case without French accents."""
    folded = words.str.to_lowercase()
    for accented, plain in _FOLDED:
        folded = folded.str.replace_all(f"[{accented}]", plain)
    return folded


def promising(texts: pl.Series) -> pl.Series:
    """Numbers of the texts, of a Series without null, that may hold a name beyond what rules find."""
    frame = pl.DataFrame({"text": texts}).with_row_index("number").filter(pl.col("text").str.len_chars() >= LEAST_CHARS)
    fields = frame.filter(pl.col("text").str.contains(_FIELDS))["number"]
    rest = frame.filter(~pl.col("text").str.contains(_FIELDS) & pl.col("text").str.contains(_CAPITALS))
    words = rest.select("number", word=pl.col("text").str.extract_all(_CAPITALS)).explode("word")
    distinct = words["word"].unique()
    unknown = distinct.filter(~folded(distinct).is_in(ordinary().implode()))
    named = words.filter(pl.col("word").is_in(unknown.implode()))["number"].unique()
    return pl.concat([fields, named]).unique().sort()
