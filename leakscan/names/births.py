"""Birth dates that no word of birth announces: behind a name, beside a sex, long before the other dates, or of an age.

Source: headers of letters, lists of patients and forms; general knowledge.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from leakscan.names.spans import BIRTH_DATE, EXAM_DATE, PATIENT, PERSON, Bools, Ints, Spans, slices

PAST_YEARS = 12
"""A date behind a name that lies so many years before the newest date of its text is a birth date."""
PAST_YEAR = 2000
"""The same of a date that is the only one of its text: one before this year."""
NEWEST_SHORT_YEAR = 30
"""Years of two digits up to it are 20xx."""
GAP_CHARS = 40
"""Most signs between a name and its birth date: a number in boxes."""
BORN_CHARS = 70
"""Characters before a date in which `née X, le` or a number in boxes makes it a birth date."""

_SEX = r"(?i:m|f|h|masc\w*|f[ée]m\w*|hommes?|femmes?|gar[çc]on|fille|sexe ?: ?\p{L}+)"
_GAP = rf"^[^\p{{L}}]*(?:{_SEX}[^\p{{L}}]{{1,4}})?$"
_NEAR = r"^ ?[;|,\n\t(\-\u2013/] ?\n?$"
_SEX_BEHIND = rf"^[ ;|,)\-\t\n/]{{1,4}}{_SEX}(?:$|[^\p{{L}}])"
_FIELD = r"(?i)(?:nom|patiente?|identit[ée]|b[ée]n[ée]ficiaire|malade)s? ?: ?\n? ?$"
_FIELD_CHARS = 20
_BORN = (
    r"(?i)(?:^|[^\p{L}])n?[ée]e[ \n][^0-9;:.]{2,50},?[ \n]le $"
    r"|(?:^|[^\p{L}])n[ée]e? (?:[àa]|au|aux|en) [^;:\n]{2,50}le $"
    r"|(?:^|[^0-9] )(?:[0-9] ){13,16}$"
)
"""`née X, le`, `né à X (75) le`, and the boxes of a form: the number of the insured, then the birth date."""
_AGE = r"(?i)([0-9]{1,3}) ?ans\b"
_AGE_BEHIND = r"(?i)^ ?\( ?(?:[àa]g[ée]e? de )?[0-9]{1,3} ?(?:ans|a|mois)\b"
_FULL_YEAR = r"(?:^|[^0-9]|[0-9]{4})((?:18|19|20)[0-9]{2})$|^((?:18|19|20)[0-9]{2})[^0-9]"
_NO_DAY = r"^(?:\p{L}+\.? )*(?:\p{L}+\.?[ \-]?|(?:0?[1-9]|1[0-2])[/\-. ]{1,3})?(?:[0-9]{4}|\p{L}+)$"
"""Parts of dates, as histories tell them."""
_SHORT_YEAR = r"[^0-9]([0-9]{2})$"


def with_births(spans: Spans, texts: pl.Series) -> Spans:
    """Spans in order, with dates told as birth dates that stand where birth dates stand."""
    dates = np.flatnonzero(spans.label == EXAM_DATE)
    if not len(dates):
        return spans
    written = slices(texts, spans.number, spans.start, spans.end)
    year = np.where(np.isin(spans.label, (EXAM_DATE, BIRTH_DATE)), _years(written), 0)
    newest = np.zeros(len(texts), dtype=np.int64)
    np.maximum.at(newest, spans.number, year)
    past = _past(spans, year, newest)[dates]
    before = slices(texts, spans.number[dates], np.maximum(spans.start[dates] - BORN_CHARS, 0), spans.start[dates])
    born = before.str.contains(_BORN).to_numpy() | _of_an_age(spans, year, newest, texts)[dates]
    named, gap = _behind_a_name(spans, dates, texts)
    end = spans.end[dates]
    behind = slices(texts, spans.number[dates], end, end + GAP_CHARS)
    sexed, born = behind.str.contains(_SEX_BEHIND).to_numpy(), born | behind.str.contains(_AGE_BEHIND).to_numpy()
    led = slices(texts, spans.number[dates], *_before_name(spans, dates)).str.contains(_FIELD).to_numpy()
    born |= named & gap.str.contains(_GAP).to_numpy() & past
    born |= named & gap.str.contains(_NEAR).to_numpy() & (sexed | (led & gap.str.contains("\n").to_numpy()))
    label = spans.label.copy()
    label[dates[born]] = BIRTH_DATE
    return replace(spans, label=label)


def _years(written: pl.Series) -> Ints:
    """The year of each date, 0 where none is written in figures."""
    boxed = written.str.contains(r"^[0-9](?: [0-9])+$")
    plain = written.str.replace_all(" ", "").zip_with(boxed, written)
    full = plain.str.extract_groups(_FULL_YEAR).struct.unnest()
    short = plain.str.extract(_SHORT_YEAR).cast(pl.Int64)
    read = pl.DataFrame({"late": full["1"].cast(pl.Int64), "early": full["2"].cast(pl.Int64), "short": short})
    century = pl.col("short") + pl.when(pl.col("short") <= NEWEST_SHORT_YEAR).then(2000).otherwise(1900)
    return read.select(pl.coalesce("late", "early", century, 0)).to_series().to_numpy()


def _past(spans: Spans, year: Ints, newest: Ints) -> Bools:
    """Whether a date lies long before the newest of its text, or long ago where it is the only one."""
    latest = newest[spans.number]
    past: Bools = (year > 0) & ((year <= latest - PAST_YEARS) | ((year == latest) & (year < PAST_YEAR)))
    return past


def _behind_a_name(spans: Spans, dates: Ints, texts: pl.Series) -> tuple[Bools, pl.Series]:
    """Whether a patient or a person stands closely before each date, and what stands between."""
    before = np.maximum(dates - 1, 0)
    named = (dates > 0) & (spans.number[before] == spans.number[dates])
    named &= np.isin(spans.label[before], (PATIENT, PERSON))
    start = np.where(named, spans.end[before], spans.start[dates])
    named &= spans.start[dates] - start <= GAP_CHARS
    dated = slices(texts, spans.number[dates], spans.start[dates], spans.end[dates])
    named &= ~dated.str.contains(_NO_DAY).to_numpy()
    return named, slices(texts, spans.number[dates], start, spans.start[dates])


def _before_name(spans: Spans, dates: Ints) -> tuple[Ints, Ints]:
    """The stretch before the span that precedes each date."""
    at = spans.start[np.maximum(dates - 1, 0)]
    return np.maximum(at - _FIELD_CHARS, 0), at


def _of_an_age(spans: Spans, year: Ints, newest: Ints, texts: pl.Series) -> Bools:
    """Whether a date is as many years before the newest of its text as the text says that somebody is old."""
    told = pl.DataFrame({"text": texts}).with_row_index("number").filter(pl.col("text").str.contains(_AGE))
    ages = told.select("number", age=pl.col("text").str.extract_all(_AGE)).explode("age")
    ages = ages.select(pl.col("number").cast(pl.Int64), pl.col("age").str.extract("([0-9]+)").cast(pl.Int64))
    since = pl.DataFrame({"number": spans.number, "age": newest[spans.number] - year, "year": year})
    old = since.with_row_index("at").filter((pl.col("year") > 0) & (pl.col("age") >= PAST_YEARS))
    either = pl.concat([old, old.with_columns(pl.col("age") - 1)])
    found = either.join(ages, on=["number", "age"], how="semi")["at"].to_numpy()
    born = np.zeros(len(spans), dtype=np.bool_)
    born[found] = True
    return born
