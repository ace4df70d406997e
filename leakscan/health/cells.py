"""Columns of short codes that only look like diseases, and columns of questions whose answers stand in the next one.

`SEP` among JAN, FEV and MAR is a month, `CIV` among FRA and TOG a country. A head decides for the whole column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

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


def code_columns(titles: Mapping[int, str | None], head: pl.DataFrame) -> dict[int, frozenset[str]]:
    """Of columns without a role, by index and header, those of codes, by their head.

    With each, its folded words that say nothing of health; an empty set: no short code says anything.
    """
    if not titles:
        return {}
    stripped = head.select(pl.col([column_id(index) for index in titles]).str.strip_chars())
    short = stripped.select(((pl.all() != "") & (pl.all().str.len_chars() <= _LONGEST)).sum()).row(0)
    filled = stripped.select((pl.all() != "").sum()).row(0)
    told = zip(titles, short, filled, strict=True)
    wanted = [index for index, few, many in told if many and few >= OF_ONE_LIST * many]
    if not wanted:
        return {}
    counted = _counted(stripped.select(column_id(index) for index in wanted))
    column, count = counted["column"].to_numpy(), counted["count"].to_numpy()

    def share(fits: pl.Series) -> NDArray[np.float64]:
        return np.bincount(column, count * fits.to_numpy()) / np.bincount(column, count)

    folded, codes = _folded(counted["cell"]), counted["cell"].str.contains(_CODE)
    coded = (np.bincount(column, codes.to_numpy()) >= CODES) & (share(codes) >= OF_ONE_LIST)
    found: dict[int, frozenset[str]] = {}
    for words in closed_lists():
        of_list = share(folded.is_in(words)) >= OF_ONE_LIST
        found = dict.fromkeys(np.flatnonzero(of_list).tolist(), words) | found
    unknown = [place for place in np.flatnonzero(coded).tolist() if place not in found]
    found |= dict.fromkeys(_saying_one_thing(counted, unknown), frozenset())
    of_health = _speak_of_health([titles[wanted[place]] for place in found])
    return {wanted[place]: words for (place, words), said in zip(found.items(), of_health, strict=True) if not said}


def _counted(stripped: pl.DataFrame) -> pl.DataFrame:
    """Each column's distinct cells that are not empty: `column` (its place), `cell`, `count`."""
    cells = pl.concat([column.alias("cell") for column in stripped.iter_columns()])
    places = np.repeat(np.arange(stripped.width, dtype=np.uint32), stripped.height)
    every = pl.DataFrame({"column": places, "cell": cells}).filter(pl.col("cell") != "")
    return every.group_by("column", "cell", maintain_order=True).len("count")


def _saying_one_thing(counted: pl.DataFrame, places: list[int]) -> list[int]:
    """Of these columns, those in which at most one cell seems to say anything of health."""
    if not places:
        return []
    asked = counted.filter(pl.col("column").is_in(places))
    rows = find_mentions(asked["cell"])["row"].unique()
    told = np.bincount(asked["column"].gather(rows).to_numpy(), minlength=max(places) + 1)
    return [place for place in places if told[place] <= 1]


def _folded(cells: pl.Series) -> pl.Series:
    return cells.str.strip_chars().str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")


def question_columns(titles: Mapping[int, str | None], head: pl.DataFrame) -> dict[int, int]:
    """Of columns that may ask or answer, those of questions, each with that of its answers: the next one."""
    before = [index for index in titles if index + 1 in titles]
    if not before:
        return {}
    cells = head.select(pl.col([column_id(index) for index in before]).str.strip_chars())
    filled = cells.select((pl.all() != "").sum()).row(0)
    marked = cells.select(pl.all().str.contains(_QUESTION).sum()).row(0)
    called = pl.Series([titles[index] or "" for index in before], dtype=pl.String).str.contains(_OF_QUESTIONS)
    told = zip(before, called.to_list(), marked, filled, strict=True)
    asking = [index for index, so_called, some, many in told if many and (so_called or some >= ASKING * many)]
    return {index: index + 1 for index in asking if answers_questions(head[column_id(index + 1)])}


def _speak_of_health(headers: Sequence[str | None]) -> list[bool]:
    names = pl.Series([spelled(header or "") for header in headers], dtype=pl.String)
    said = names.str.contains(_OF_HEALTH).to_numpy().copy()
    said[find_mentions(names)["row"].to_numpy()] = True
    told: list[bool] = said.tolist()
    return told


def without_codes(cells: pl.Series, words: frozenset[str]) -> pl.Series:
    """Cells with those left empty that are words of the list, or, where it is empty, short codes."""
    stripped = cells.str.strip_chars()
    short = stripped.str.contains(_CODE) & ~stripped.str.contains(_PLAIN)
    gone = _folded(cells).is_in(words) if words else short
    return cells.set(gone, "")


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
