"""People in lists within a text: names with a date right behind each, which is a birth date by the years it keeps.

`- DUPONT Jean, 12/03/1950 : ...` says nowhere that somebody was born. One such date may be of an exam or a letter; in a
list the dates of the names lie decades apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from leakscan.columns.content import word_set
from leakscan.detectors import canonical_of
from leakscan.names.spans import slices
from leakscan.records import HITS_SCHEMA
from leakscan.text_hits import Hits, text_hits

LEAST_PAIRS = 2
"""A name with a date behind it once is no list."""
LEAST_SHARE = 0.3
"""Least share of names with a date among the dates of many records: a list of people, not a log that names some."""
DECADES = 10
"""Years that birth dates of a list lie apart at least."""
LOOK_BACK = 128
"""Characters before a date in which a name is looked for."""

_WORD = r"\p{Lu}[\p{L}'\u{2019}\-]+"
_TITLE = r"(?:M\.|(?i:mr\.?|mme\.?|mlle\.?|melle|monsieur|madame|mademoiselle))"
_BLANK = r"[ \u{A0}]"
_NEXT = rf"{_BLANK}+(?:(?:de|du|des|la|le|el|al|ben|van|von|d'){_BLANK})?{_WORD}"
_NAME = rf"({_TITLE}{_BLANK}+{_WORD}|{_WORD}(?:{_NEXT}){{1,4}})"
_TIE = rf"{_BLANK}{{0,3}}[,;:(\[\-\u{{2013}}]?{_BLANK}{{0,3}}(?:\(?n[ée]e?(?:\(e\))?(?: le)?|ddn)?{_BLANK}?:?{_BLANK}?"
_BELOW = (
    rf"[*_]{{0,2}}(?:{_BLANK}?\([^()\n]{{1,60}}\))?[*_:,\u{{A0}} ]{{0,6}}(?:\r?\n[ \t]*){{1,2}}[>*\-\u{{2022}} ]{{0,8}}"
    r"(?i:n[ée]e?(?:\(e\))?(?: le)?|(?:date de )?naissance|ddn|birth ?date)"
    rf"[*_]{{0,2}}{_BLANK}{{0,2}}:?[*_]{{0,2}}{_BLANK}{{0,3}}"
)
"""A name on a line of its own, and below it when he was born."""
_BEFORE = rf"(?:^|[^\p{{L}}'\u{{2019}}\-]){_NAME}({_BELOW}|{_TIE})$"
_DOCTOR = rf"(?i)\b(?:dr|docteur|pr|professeur|prof)\b\.?{_BLANK}*(?:{_WORD}{_BLANK}*)*$"
_PAIRS = {"row": pl.UInt32(), "name_start": pl.UInt32(), "name_end": pl.UInt32(), "name": pl.String(),
          "start": pl.UInt32(), "end": pl.UInt32(), "canonical": pl.String()}  # fmt: skip


class Settled(NamedTuple):
    """What the head of a table of texts settles: whether its dated names are a list, and the last year of a birth."""

    listed: bool
    until: int


NOT_LISTED = Settled(listed=False, until=0)


def settle(head: pl.Series) -> Settled:
    """Whether the records of a table of texts are a list of dated names, by its head."""
    hits = text_hits({0: head}, {})
    dates = _dates(hits)
    pairs = _pairs(head, dates)
    if pairs.height < max(LEAST_PAIRS, LEAST_SHARE * dates.height) or _span(pairs) < DECADES:
        return NOT_LISTED
    return Settled(listed=True, until=_until(pairs, dates))


def named_before_births(texts: pl.Series, births: pl.DataFrame, known: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Hits of `full_name` right before birth dates that a text tells as such (`DUPONT Jean né le 12/03/1950`).

    A text in which a name is `known` (hits of `full_name`) is not asked again, unless several are born in it.
    """
    several = births.group_by("row").agg(pl.col("canonical").n_unique() > 1).filter("canonical")["row"]
    told = pl.concat([pl.Series("row", [], dtype=pl.UInt32), *(frame["row"] for frame in known)])
    asked = births.filter(~pl.col("row").is_in(told.implode()) | pl.col("row").is_in(several.implode()))
    named = _as_hits(_pairs(texts, asked.sort("row", "start")), "name_start", "name_end", "name")
    return _new(named, [(0, "full_name", frame) for frame in known], "full_name")


def dated_names(texts: pl.Series, hits: Hits, settled: Settled | None) -> Hits:
    """Hits of `full_name` and `birth_date` for the names that have a date behind them, where that makes a list.

    `texts`: a text per record; `hits`: what the detectors found in them. `settled`: by the head; None where each text
    is a document, which settles it for itself. Names and dates that are hits already are not told again.
    """
    if settled is not None and not settled.listed:
        return []
    dates = _dates(hits)
    pairs = _pairs(texts, dates)
    if pairs.is_empty():
        return []
    year = _year("canonical")
    if settled is None:
        others = dates.join(pairs, on=["row", "start"], how="anti")
        alone = pl.col("row").is_in(others["row"].unique().implode()).not_()
        latest = dates.group_by("row").agg(_year("canonical").max().alias("latest"))
        pairs = pairs.join(latest, on="row").filter(alone | (year < pl.col("latest")))
        untold = _new(pairs, hits, "birth_date")  # what is told to be one says nothing of the others
        several = untold.group_by("row").agg(pl.len(), (year.max() - year.min()).alias("span"))
        lists = several.filter((pl.col("len") >= LEAST_PAIRS) & (pl.col("span") >= DECADES))
        pairs = pairs.join(lists, on="row", how="semi")
    else:
        pairs = pairs.filter(year <= settled.until)
    return [
        (0, "full_name", _new(_as_hits(pairs, "name_start", "name_end", "name"), hits, "full_name")),
        (0, "birth_date", _new(_as_hits(pairs, "start", "end", "canonical"), hits, "birth_date")),
    ]


def _dates(hits: Hits) -> pl.DataFrame:
    found = [frame.select(HITS_SCHEMA.keys()) for _, entity, frame in hits if entity == "date"]
    return pl.concat([pl.DataFrame(schema=HITS_SCHEMA), *found]).unique(["row", "start"]).sort("row", "start")


def _pairs(texts: pl.Series, dates: pl.DataFrame) -> pl.DataFrame:
    """Names of people with a date right behind them, by what names are known."""
    if dates.is_empty():
        return pl.DataFrame(schema=_PAIRS)
    row, start = (dates[name].to_numpy().astype(np.int64) for name in ("row", "start"))
    before = slices(texts, row, np.maximum(start - LOOK_BACK, 0), start)
    found = dates.with_columns(before.alias("before")).with_columns(
        pl.col("before").str.extract_groups(_BEFORE).struct.rename_fields(["raw", "tie"]).struct.unnest()
    )
    found = found.drop_nulls("raw").with_columns(
        name_end=(pl.col("start") - pl.col("tie").str.len_chars()).cast(pl.UInt32)
    )
    found = found.with_columns(name_start=(pl.col("name_end") - pl.col("raw").str.len_chars()).cast(pl.UInt32))
    lead = pl.col("before").str.head(pl.col("before").str.len_chars() - (pl.col("start") - pl.col("name_start")))
    found = found.filter(~pl.concat_str(lead, pl.col("raw")).str.contains(_DOCTOR))
    found = found.with_columns(canonical_of("full_name")(pl.col("raw")).alias("name")).drop_nulls("name")
    at = pl.int_range(pl.len()).alias("at")
    words = found.select(at, word=pl.col("name").str.split(" ")).explode("word")
    first = pl.col("word").is_in(word_set("first_names").implode())
    last = pl.col("word").is_in(word_set("surnames").implode())
    told = words.group_by("at").agg(first.any().alias("first"), (first | last).sum().alias("known"))
    titled = found.select(at, pl.col("raw").str.contains(rf"^{_TITLE} ").alias("titled"))
    keep = told.join(titled, on="at").filter(pl.any_horizontal("first", "titled", pl.col("known") > 1))["at"].sort()
    return found[keep].select(_PAIRS.keys())


def _year(name: str) -> pl.Expr:
    return pl.col(name).str.head(4).cast(pl.Int32, strict=False)


def _span(pairs: pl.DataFrame) -> int:
    years = pairs.select(_year("canonical")).to_series().drop_nulls().to_list()
    return max(years, default=0) - min(years, default=0)


def _until(pairs: pl.DataFrame, dates: pl.DataFrame) -> int:
    """The last year of a birth: before the year of the last date, but where every date is of a name."""
    latest = int(dates.select(_year("canonical").max()).item() or 0)
    return latest if pairs.height == dates.height else latest - 1


def _as_hits(pairs: pl.DataFrame, start: str, end: str, canonical: str) -> pl.DataFrame:
    confidence = pl.lit(0.8, pl.Float32).alias("confidence")
    return pairs.select(
        "row", pl.col(start).alias("start"), pl.col(end).alias("end"), pl.col(canonical).alias("canonical"), confidence
    )


def _new(found: pl.DataFrame, hits: Hits, entity: str) -> pl.DataFrame:
    """What is no hit of that entity yet, nor lies over one."""
    known = [frame.select("row", from_="start", to="end") for _, name, frame in hits if name == entity]
    if not known:
        return found
    met = found.with_row_index("at").join(pl.concat(known), on="row")
    over = met.filter((pl.col("from_") < pl.col("end")) & (pl.col("start") < pl.col("to")))["at"].unique()
    return found.with_row_index("at").filter(~pl.col("at").is_in(over.implode())).drop("at")
