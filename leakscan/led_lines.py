"""Lists of people as lines of text that begin with a name and say nothing else of whom they are: the file's name does.

`patients.txt` with `MOREL Anne Doliprane 3` on each line: no header, no label, no birth date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from leakscan.columns.content import word_set
from leakscan.detectors import canonical_of
from leakscan.records import HITS_SCHEMA

LEAST_LINES = 5
"""Fewer lines are a note."""
LED = 0.8
"""Least share of lines that begin with two words as names have them ..."""
KNOWN = 0.3
"""... and of those that have a known first name among these."""
CONFIDENCE = 0.8

_PATIENTS = re.compile(r"(?i)(?<![a-z])(?:patient|malade|hospitalise|hospitalis\u00e9|parturiente)(?:e?s?)(?![a-z])")
_NEW_WORD = re.compile(r"([a-z0-9])([A-Z])")
_WORD = r"[\p{L}][\p{L}'\u{2019}\-]+"
_CAPITAL = r"\p{Lu}[\p{L}'\u{2019}\-]+"
_PARTICLE = r"(?i:(?:el|al|ben|bel|ait|de la|de|du|des|le|la|van|von|d')\s+)?"
_BEFORE = r"^(\s*(?:\d{1,4}\s*[.)\-]\s*)?(?:[\-*\u{2022}]\s*)?)"
_LEAD = rf"{_BEFORE.replace('(', '(?:', 1)}({_PARTICLE}{_WORD}\s+{_PARTICLE}{_CAPITAL})(?:[\s,;:(]|$)"


def called_after_patients(name: str) -> bool:
    """Whether the name of a file, or headers of a table, have a word of patients."""
    return _PATIENTS.search(_NEW_WORD.sub(r"\1 \2", name)) is not None


def begin_with_names(head: pl.Series) -> bool:
    """Whether the lines of a text begin with names of people, by its head."""
    lines = head.filter(head.str.strip_chars() != "")
    if len(lines) < LEAST_LINES:
        return False
    leads = lines.str.extract(_LEAD, 1).drop_nulls()
    words = leads.str.to_uppercase().str.split(" ").list.eval(pl.element().is_in(word_set("first_names").implode()))
    return len(leads) >= LED * len(lines) and int(words.list.any().sum()) >= KNOWN * len(lines)


def leading_names(texts: pl.Series, known: Sequence[pl.Series]) -> pl.DataFrame:
    """Hits of `full_name` for what lines begin with, but for the `known` lines that have one."""
    told = pl.concat([pl.Series("row", [], dtype=pl.UInt32), *known])
    frame = texts.to_frame("text").with_row_index("row").with_columns(raw=pl.col("text").str.extract(_LEAD, 1))
    frame = frame.drop_nulls("raw").filter(~pl.col("row").is_in(told.unique().implode()))
    start = pl.col("text").str.extract(_BEFORE, 1).str.len_chars()
    found = frame.with_columns(canonical_of("full_name")(pl.col("raw")).alias("canonical"), start.alias("start"))
    hits = found.drop_nulls("canonical").with_columns(
        end=pl.col("start") + pl.col("raw").str.len_chars(), confidence=pl.lit(CONFIDENCE)
    )
    return hits.select(pl.col(name).cast(dtype) for name, dtype in HITS_SCHEMA.items())
