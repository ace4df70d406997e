"""Columns of short codes that only look like diseases, and columns of questions whose answers stand in the next one.

`SEP` among JAN, FEV and MAR is a month, `CIV` among FRA and TOG a country. A head decides for the whole column.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import polars as pl

from leakscan.data import model_file
from leakscan.health.answers import answers, spelled, unknown
from leakscan.health.mentions import find_mentions
from leakscan.records import column_id

OF_ONE_LIST = 0.8
"""Least share of filled cells that are words of one closed list, or short codes (docs/thresholds.md)."""
CODES = 8
"""From so many distinct codes on, a column holds codes of a list that is not known here."""
ASKING = 0.5
"""Least share of filled cells that end in a question mark, in a column of questions."""

_CODE = r"^[\p{Lu}0-9]{1,5}$"
_PLAIN = r"^(?:VIH|HIV|SIDA|VH[ABCDE]|H[BC]V|HPV|IST|MST|PREP)[0-9]?$"
"""Letters that stand for one thing wherever they stand."""
_QUESTION = r"\?\s*:?\s*$"
_OF_QUESTIONS = r"(?i)^(?:libell[eé]s?[ _-]*)?(?:de[ _-]*)?(?:la[ _-]*)?questions?\b"
_OF_HEALTH = r"(?i)diag|patho|ant[eé]c|atcd|motif|malad|affection|comorb|cim|allerg|sympt|sant[eé]|clini|m[eé]dic"

_LONGEST = 14
"""Letters of the longest word of a closed list."""


@cache
def closed_lists() -> tuple[frozenset[str], ...]:
    """The closed lists of models/lexicon/lists.tsv: folded words that are no health where most of a column is such."""
    words: dict[str, frozenset[str]] = {}
    for line in model_file("lexicon/lists.tsv").read_text(encoding="utf-8").split("\n")[1:]:
        name, _, listed = line.partition("\t")
        words[name] = words.get(name, frozenset()) | frozenset(listed.split())
    return tuple(listed for listed in words.values() if listed)


def code_column(header: str | None, cells: pl.Series) -> frozenset[str] | None:
    """Folded words that say nothing of health in a column, by its head; an empty set: no short code does; else None."""
    stripped = cells.str.strip_chars()
    filled = stripped.filter(stripped != "")
    if not len(filled) or _share(filled.str.len_chars() <= _LONGEST) < OF_ONE_LIST:
        return None
    counted = filled.alias("cell").value_counts()
    folded = _folded(counted["cell"])
    counts = counted["count"]

    def share(mask: pl.Series) -> float:
        return float(counts.filter(mask).sum()) / len(filled)

    listed = next((words for words in closed_lists() if share(folded.is_in(words)) >= OF_ONE_LIST), None)
    codes = counted["cell"].str.contains(_CODE)
    coded = codes.sum() >= CODES and share(codes) >= OF_ONE_LIST
    if (listed is None and not coded) or _speaks_of_health(header):
        return None
    if listed is not None:
        return listed
    told = find_mentions(counted["cell"])["row"].n_unique()
    return frozenset() if told <= 1 else None


def _folded(cells: pl.Series) -> pl.Series:
    return cells.str.strip_chars().str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")


def _share(held: pl.Series) -> float:
    return float(held.sum()) / len(held)


def code_columns(titles: Mapping[int, str | None], head: pl.DataFrame) -> dict[int, frozenset[str]]:
    """Of columns without a role, by index and header, those of codes, with what says nothing there."""
    found = {index: code_column(title, head[column_id(index)]) for index, title in titles.items()}
    return {index: words for index, words in found.items() if words is not None}


def question_columns(titles: Mapping[int, str | None], head: pl.DataFrame) -> dict[int, int]:
    """Of columns that may ask or answer, those of questions, each with that of its answers: the next one."""
    return {
        index: index + 1
        for index, title in titles.items()
        if index + 1 in titles and asks(title, head[column_id(index)]) and answers_questions(head[column_id(index + 1)])
    }


def _speaks_of_health(header: str | None) -> bool:
    if not header:
        return False
    name = pl.Series([spelled(header)])
    return bool(name.str.contains(_OF_HEALTH).item()) or len(find_mentions(name)) > 0


def without_codes(cells: pl.Series, words: frozenset[str]) -> pl.Series:
    """Cells with those left empty that are words of the list, or, where it is empty, short codes."""
    stripped = cells.str.strip_chars()
    short = stripped.str.contains(_CODE) & ~stripped.str.contains(_PLAIN)
    gone = _folded(cells).is_in(words) if words else short
    return cells.set(gone, "")


def asks(header: str | None, cells: pl.Series) -> bool:
    """Whether a column, by its head, holds questions."""
    stripped = cells.str.strip_chars()
    filled = stripped.filter(stripped != "")
    if not len(filled):
        return False
    if header and pl.Series([header]).str.contains(_OF_QUESTIONS).item():
        return True
    return _share(filled.str.contains(_QUESTION)) >= ASKING


def answers_questions(cells: pl.Series) -> bool:
    """Whether any cell of a head answers a question by yes or no."""
    return answers(cells.str.strip_chars()).is_not_null().any()


def question_mentions(questions: pl.Series, beside: pl.Series) -> pl.DataFrame:
    """Mentions (MENTIONS_SCHEMA) of questions under the answers beside them; places are those in the question."""
    pairs = pl.DataFrame({"question": questions, "answer": beside.str.strip_chars()})
    short = answers(pairs["answer"]).is_not_null() | unknown(pairs["answer"])
    mark = pl.when(pl.col("question").str.contains(_QUESTION)).then(pl.lit(" ")).otherwise(pl.lit(" : "))
    return find_mentions(
        pairs.with_columns(short=short)
        .select(pl.when("short").then(pl.concat_str("question", mark, "answer")).otherwise("question"))
        .to_series()
    )
