"""Columns whose header names a condition or a test, and whose cells say yes, no or how much.

`VIH` over 0 and 1, `Êtes-vous enceinte ?` over Oui and Non, `Charge virale VIH` over numbers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from leakscan.health.mentions import find_mentions
from leakscan.health.results import act_result_mentions, polarity
from leakscan.records import MENTIONS_SCHEMA

CONFIDENCE_ASKED = 0.8
"""Confidence of what a cell answers to its header (docs/thresholds.md)."""
ANSWERED = 0.95
"""Least share of filled cells of the head that are answers."""
TOLD = 0.5
"""Least share of filled cells that are positive or negative, of the results of a test that a title names."""
TITLE = 400
"""Characters of the titles of a table that are read for that."""

_YES = r"(?i)^(?:1|o|oui|y|yes|v|vrai|t|true|x|✓|✔|☑|présente?|connue?|confirmée?|ok)[ .!]*$"
_NO = r"(?i)^(?:0|n|non|no|f|faux|false|-|☐|✗|absente?|aucune?|jamais|ras)[ .!]*$"
_UNKNOWN = (
    r"(?i)^(?:nsp|ne sait pas|inconnue?|nr|nc|na|n/a|nf|nd|9|99|\?|non (?:renseignée?|communiquée?)|en cours|en attente"
    r"|(?:non|pas) (?:faite?|réalisée?|realisee?|dosée?|dosee?)|[àa] faire)[ .!]*$"
)
_MEASURED = r"^(?:[<>]=?|≤|≥)? ?[0-9]+(?:[ ,.][0-9]+)?(?: ?[a-zA-Zµ%/][a-zA-Z0-9µ%/²³]{0,9})?$"
_AGENTS = ("hiv", "sti_hepatitis")
"""Themes that a value tells of: a viral load is measured in who has the virus."""
_NEW_WORD = re.compile(r"([a-zà-ÿ0-9])([A-ZÀ-Ý])")
_STROKES = re.compile(r"[_\-.?:]+")
_OWN = ("affirmed", "tested")


class Asked(NamedTuple):
    """One condition that a header names: what a yes says of it (`status`), and by which term it is named."""

    theme: str
    status: str
    term: str


@lru_cache(maxsize=64)
def conditions_of(headers: tuple[str, ...]) -> tuple[tuple[Asked, ...], ...]:
    """What each header names of health, whatever its status and theme; most name nothing. All are read in one go."""
    found = find_mentions(pl.Series([spelled(header) for header in headers], dtype=pl.String))
    named: list[dict[Asked, None]] = [{} for _ in headers]
    for row, *told in found.select("row", "theme", "status", "term").iter_rows():
        named[row][Asked(*told)] = None
    return tuple(tuple(one) for one in named)


def asked_in(named: tuple[Asked, ...], cells: pl.Series) -> tuple[Asked, ...]:
    """The conditions that a header names (`conditions_of`) and its cells (of the head) answer; none elsewhere."""
    asked = tuple(one for one in named if one.status in _OWN and one.theme != "blood_group")
    return asked if asked and _answering(cells, None) else ()


def measured_in(header: str, named: tuple[Asked, ...], cells: pl.Series) -> str | None:
    """The header as the name of a test, where it is one whose results its cells (of the head) are; else None."""
    tests = all(one.status == "tested" or (one.status == "affirmed" and one.theme in _AGENTS) for one in named)
    if not named or not tests or any(one.theme == "blood_group" for one in named):
        return None
    return spelled(header) if _answering(cells, _MEASURED) else None


def results_of(title: str, cells: pl.Series) -> str | None:
    """A title as the name of the one test whose results the cells (of a head) below it are; else None."""
    told = spelled(title)[:TITLE]
    (named,) = conditions_of((told,))
    asked = {one.theme for one in named if one.theme != "blood_group"}
    if len(asked) != 1 or any(one.status != "tested" for one in named):
        return None
    filled = cells.filter(cells.str.strip_chars() != "")
    said = polarity(filled).is_in(["positive", "negative"])
    return told if len(filled) and float(said.sum()) >= TOLD * len(filled) else None


def spelled(header: str) -> str:
    """A header as words: `statutVIH`, `hiv_status`, "Diabète :"."""
    return _STROKES.sub(" ", _NEW_WORD.sub(r"\1 \2", header))


def measured(cells: pl.Series, test: str) -> pl.DataFrame:
    """Mentions (MENTIONS_SCHEMA) that distinct cells are as results of a test."""
    filled = pl.DataFrame({"cell": cells}).with_row_index("at").filter(pl.col("cell").str.strip_chars() != "")
    found = act_result_mentions(pl.repeat(test, filled.height, eager=True), filled["cell"])
    return found.with_columns(filled["at"].gather(found["row"]).cast(pl.UInt32).alias("row"))


def _answering(cells: pl.Series, measured: str | None) -> bool:
    """Whether cells are answers, or values of that form of which there must be some, or say that none is known."""
    stripped = cells.str.strip_chars()
    filled = stripped.filter(stripped != "")
    if filled.is_empty():
        return False
    said = answers(filled).is_not_null()
    told = said if measured is None else filled.str.contains(measured)
    fitting = said | told | filled.str.contains(_UNKNOWN)
    return bool(told.any()) and float(fitting.sum()) >= ANSWERED * len(filled)


def unknown(cells: pl.Series) -> pl.Series:
    """Which cells say that the answer is not known."""
    return cells.str.contains(_UNKNOWN)


def answers(cells: pl.Series) -> pl.Series:
    """What each cell answers: `yes` or `no` of a question, `positive` or `negative` of a test; null otherwise."""
    yes, no = cells.str.contains(_YES), cells.str.contains(_NO)
    said = pl.DataFrame({"polarity": polarity(cells), "yes": yes, "no": no})
    tested = pl.when(pl.col("polarity").is_in(["positive", "negative"])).then("polarity")
    return said.select(
        pl.when("yes").then(pl.lit("yes")).when("no").then(pl.lit("no")).otherwise(tested).alias("said")
    ).to_series()


def answered(cells: pl.Series, asked: tuple[Asked, ...]) -> pl.DataFrame:
    """Mentions (MENTIONS_SCHEMA, of whole cells) that distinct cells under such a header are.

    A yes to a test says that it was done; its result says what it found. A no to a test says nothing of the condition.
    """
    said = pl.DataFrame({"said": answers(cells)}).with_row_index("row").drop_nulls()
    conditions = pl.DataFrame(asked, schema=["theme", "asked", "term"], orient="row")
    found = said.join(conditions, how="cross")
    status = (
        pl.when(pl.col("said") == "positive").then(pl.lit("affirmed"))
        .when(pl.col("said") == "negative").then(pl.lit("negated"))
        .when(pl.col("said") == "yes").then("asked")
        .when(pl.col("asked") == "affirmed").then(pl.lit("negated"))
    )  # fmt: skip
    whole = {"start": pl.lit(0), "end": pl.lit(0), "confidence": pl.lit(CONFIDENCE_ASKED)}
    told = found.with_columns(status.alias("status"), **whole).drop_nulls("status")
    return told.select(pl.col(name).cast(kind) for name, kind in MENTIONS_SCHEMA.items())
