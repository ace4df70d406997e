"""Dates in all the writings of an export, brought to `YYYY-MM-DD` by regex groups and arithmetic (no strptime).

Lunar dates (day 00, month 13 to 99, 31/02) are identities of the insurance world: with `lunar` they are kept as text.
"""

from __future__ import annotations

from functools import cache, partial
from typing import Literal

import polars as pl

from leakscan.detectors.text import fold, unwrap

Order = Literal["dmy", "mdy", "ymd", "serial"]
"""How the parts of a date follow one another; four digits are the year in any order. `serial`: a spreadsheet's days."""

SERIAL = r"^(?:[1-4][0-9]{4}|[5-9][0-9]{3})(?:[.,][0-9]+)?$"
"""A day of a spreadsheet, from 1913 to 2036, with or without a time."""
SERIALS = 0.9
"""Least share of distinct cells of a column of dates that are such days, for it to be written so."""
FIRST_YEAR, LAST_YEAR = 1880, 2035
"""Years outside are a typing error or no date (docs/thresholds.md)."""

TWO_DIGIT_YEAR_PIVOT = 26
"""In running text a two-digit year up to this one is 20xx, else 19xx; columns pass the year of `--as-of`."""

_EXCEL_FIRST, _EXCEL_LAST = 367, 49_674
"""Spreadsheet serial days from 1901-01-01 to 2035-12-31, counted from 1899-12-30."""

_EXCEL_EPOCH = 25_569
"""Days from 1899-12-30 to 1970-01-01."""

_REPEATS = 3
"""From this many cells per distinct text on, `iso_dates` computes on distinct texts."""

_MONTHS: dict[str, int] = {
    spelling: number
    for number, spellings in enumerate(
        (
            "JANVIER JANV JAN JANUARY",
            "FEVRIER FEVR FEV FEBRUARY FEB",
            "MARS MAR MARCH",
            "AVRIL AVR APRIL APR",
            "MAI MAY",
            "JUIN JUN JUNE",
            "JUILLET JUIL JUL JULY",
            "AOUT AOU AUGUST AUG",
            "SEPTEMBRE SEPT SEP SEPTEMBER",
            "OCTOBRE OCT OCTOBER",
            "NOVEMBRE NOV NOVEMBER",
            "DECEMBRE DEC DECEMBER",
        ),
        start=1,
    )
    for spelling in spellings.split()
}

_ZONE = r"(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})"
_CLOCK = r"[0-9]{1,2}\s?[:hH][0-9]{0,2}(?:[:mM][0-9]{1,2}(?:[.,:][0-9]{1,9})?)?s?\s?(?:[aApP]\.?[mM]\.?)?"
_TIME = rf"(?:(?:\s?[Tà,]\s?|\s+|\s-\s){_CLOCK}\s?{_ZONE}?|{_ZONE})?"
_SEPARATED = (
    r"^([0-9]{1,4})(?:\s?[/.\-]\s?|\s)([0-9]{1,2})(?:\s?[/.\-]\s?|\s)([0-9]{1,4})"
    rf"{_TIME}$"
)
_COMPACT = (
    r"^([0-9]{6,8})"
    rf"(?:T?(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9](?:\.[0-9]+)?)?{_ZONE}?|T{_CLOCK}{_ZONE}?)?$"
)
_WORDED = (
    r"^(?:(?:LUN|MAR|MER|JEU|VEN|SAM|DIM|MON|TUE|WED|THU|FRI|SAT|SUN)[A-Z]*\.?,?\s+)?(?:LE\s+)?"
    r"([0-9]{1,2})(?:ER|ST|ND|RD|TH)?[\s./\-]*([A-Z]{3,9})[\s./,\-]*([0-9]{4}|[0-9]{2})"
    rf"{_TIME.replace('à', 'A')}$"
)
_MONTH_FIRST = rf"^([A-Z]{{3,9}})\.?\s+([0-9]{{1,2}}),?\s+([0-9]{{4}}){_TIME.replace('à', 'A')}$"


def _number(digits: pl.Expr) -> pl.Expr:
    return digits.cast(pl.Int32, strict=False)


def _year(digits: pl.Expr, pivot: int | None) -> pl.Expr:
    """Four-digit year of a text of four digits, or of two when there is a pivot; else null."""
    number = _number(digits)
    length = digits.str.len_bytes()
    four = pl.when(length == 4).then(number)
    if pivot is None:
        return four
    short = pl.when(length == 2).then(number + pl.when(number <= pivot).then(2000).otherwise(1900))
    return pl.coalesce(four, short)


def _valid(year: pl.Expr, month: pl.Expr, day: pl.Expr, *, lunar: bool) -> pl.Expr:
    """Whether the parts are a date of the calendar, or with `lunar` an identity of the insurance world."""
    years = year.is_between(FIRST_YEAR, LAST_YEAR)
    if lunar:
        return years & month.is_between(0, 99) & day.is_between(0, 31)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    february = pl.when(leap).then(29).otherwise(28)
    # 31 days in odd months up to July, in even ones from August
    last = pl.when(month == 2).then(february).otherwise(30 + (month + month // 8) % 2)
    return years & month.is_between(1, 12) & (day >= 1) & (day <= last)


def _ymd_number(parts: pl.Expr, year: pl.Expr, month: pl.Expr, day: pl.Expr, *, lunar: bool) -> pl.Expr:
    """The date as the number yyyymmdd, null where it is none; `year`, `month`, `day` are made of fields of `parts`.

    The steps live inside one struct because polars would compute the regex groups again for every use.
    """
    y, m, d = pl.field("year"), pl.field("month"), pl.field("day")
    return (
        parts.struct.with_fields(year.alias("year"), month.alias("month"), day.alias("day"))
        .struct.with_fields(pl.when(_valid(y, m, d, lunar=lunar)).then(y * 10_000 + m * 100 + d).alias("number"))
        .struct.field("number")
    )


def _separated(text: pl.Expr, pivot: int | None, order: Order, *, lunar: bool) -> pl.Expr:
    first, second, third = pl.field("1"), pl.field("2"), pl.field("3")
    year_first = first.str.len_bytes() >= 3
    if order == "ymd":
        year_first = year_first | (third.str.len_bytes() <= 2)
    day, month = (second, first) if order == "mdy" else (first, second)
    return _ymd_number(
        text.str.extract_groups(_SEPARATED),
        year=_year(pl.when(year_first).then(first).otherwise(third), pivot),
        month=_number(pl.when(year_first).then(second).otherwise(month)),
        day=_number(pl.when(year_first).then(third).otherwise(day)),
        lunar=lunar,
    )


def _worded(text: pl.Expr, pivot: int | None) -> pl.Expr:
    wordy = pl.when(text.str.contains(r"\p{L}{3}")).then(text)  # nulls cost nothing below
    folded = fold(wordy).str.replace_all(r"([A-Z]{3,4})\.", "$1")

    def number(pattern: str, year: int, month: int, day: int) -> pl.Expr:
        return _ymd_number(
            folded.str.extract_groups(pattern),
            year=_year(pl.field(str(year)), pivot),
            month=pl.field(str(month)).replace_strict(_MONTHS, default=None, return_dtype=pl.Int32),
            day=_number(pl.field(str(day))),
            lunar=False,
        )

    return pl.coalesce(number(_WORDED, 3, 2, 1), number(_MONTH_FIRST, 3, 1, 2))


def _compact(text: pl.Expr, pivot: int | None, order: Order, *, lunar: bool) -> pl.Expr:
    """Dates written as digits alone: yyyymmdd, ddmmyyyy (seven digits: its zero is lost), and six digits with a pivot.

    With years from 1880 to 2035 a date of the calendar is never both yyyymmdd and ddmmyyyy; a lunar one goes by order.
    """
    run = text.str.extract_groups(_COMPACT)
    length = pl.field("1").str.len_bytes()
    eight = pl.when(length == 8).then(pl.field("1"))
    ending = pl.when(length >= 7).then(pl.field("1").str.zfill(8))
    six = pl.when(length == 6).then(pl.field("1"))
    month_at, day_at = (0, 2) if order == "mdy" else (2, 0)

    def number(digits: pl.Expr, year: tuple[int, int], month: int, day: int, *, lunar: bool) -> pl.Expr:
        return _ymd_number(
            run,
            year=_year(digits.str.slice(*year), pivot),
            month=_number(digits.str.slice(month, 2)),
            day=_number(digits.str.slice(day, 2)),
            lunar=lunar,
        )

    year_first = (eight, (0, 4), 4, 6)
    year_last = (ending, (4, 4), month_at, day_at)
    readings = [year_first, year_last] if order == "ymd" else [year_last, year_first]
    if pivot is not None:
        readings.append((six, (0, 2), 2, 4) if order == "ymd" else (six, (4, 2), month_at, day_at))
    strict = [number(*reading, lunar=False) for reading in readings]
    return pl.coalesce(*strict, *([number(*reading, lunar=True) for reading in readings] if lunar else []))


def _excel(text: pl.Expr) -> pl.Expr:
    serial = text.str.extract(r"^([0-9]{3,5})(?:[.,][0-9]+)?$").cast(pl.Int32, strict=False)
    days = pl.when(serial.is_between(_EXCEL_FIRST, _EXCEL_LAST)).then(serial - _EXCEL_EPOCH)
    return days.cast(pl.Date).dt.to_string("%Y%m%d").cast(pl.Int32)


def iso_date(
    text: pl.Expr,
    pivot: int | None,
    *,
    order: Order = "dmy",
    lunar: bool = False,
    excel_serial: bool = False,
) -> pl.Expr:
    """`YYYY-MM-DD` of a whole cell that is a date, with or without a time; else null.

    `pivot`: two-digit years up to it are 20xx, above it 19xx; None refuses them. `order`: how parts follow one another
    where none has four digits at the front. `lunar`: keep day 00, month 00 and 13 to 99, and days that a month has not.
    `excel_serial`: read numbers as spreadsheet days. Years run from `FIRST_YEAR` to `LAST_YEAR`.
    """
    read = partial(iso_dates, pivot=pivot, order=order, lunar=lunar, excel_serial=excel_serial)
    return text.map_batches(read, return_dtype=pl.String, is_elementwise=True)


_WRITINGS = (
    pl.col("text").str.contains(r"[0-9][\s/.\-]").any().alias("separated"),
    pl.col("text").str.contains(r"[0-9]{6}").any().alias("compact"),
    pl.col("text").str.contains(r"\p{L}{3}").any().alias("worded"),
)
"""Which writings may be among some texts: each passes all that its regex matches."""


@cache
def _number_of(
    pivot: int | None, order: Order, writings: tuple[bool, bool, bool], *, lunar: bool, excel_serial: bool
) -> pl.Expr:
    """The date of the column `text` as the text yyyymmdd, read in these writings: each costs, whatever it finds."""
    text = pl.col("text")
    separated, compact, worded = writings
    readings = [
        *([_separated(text, pivot, order, lunar=lunar)] if separated else []),
        *([_compact(text, pivot, order, lunar=lunar)] if compact else []),
        *([_worded(text, pivot)] if worded else []),
        *([_excel(text)] if excel_serial else []),
    ]
    return pl.coalesce(*readings).cast(pl.String).alias("digits")


_UNWRAPPED = unwrap(pl.col("text")).alias("text")
_DIGITS = pl.col("digits")
_DASHED = pl.concat_str(
    _DIGITS.str.head(4), pl.lit("-"), _DIGITS.str.slice(4, 2), pl.lit("-"), _DIGITS.str.tail(2)
).alias("date")


def _dates(cells: pl.DataFrame, pivot: int | None, order: Order, *, lunar: bool, excel_serial: bool) -> pl.Series:
    """The dates of the column `text` of a frame, in steps: a nested expression would compute each step many times."""
    texts = cells.select(_UNWRAPPED)
    separated, compact, worded = texts.select(_WRITINGS).row(0)
    if not (separated or compact or worded or excel_serial):
        return pl.repeat(None, texts.height, dtype=pl.String, eager=True).alias("date")
    number = _number_of(pivot, order, (separated, compact, worded), lunar=lunar, excel_serial=excel_serial)
    return texts.select(number).select(_DASHED).to_series()


def iso_dates(
    values: pl.Series,
    pivot: int | None,
    *,
    order: Order = "dmy",
    lunar: bool = False,
    excel_serial: bool = False,
) -> pl.Series:
    """`iso_date` of a Series, computed once per distinct text where texts repeat; same name and length."""
    cells = pl.DataFrame({"text": values.cast(pl.String)})
    distinct = cells.unique()
    excel_serial |= order == "serial"
    if distinct.height * _REPEATS > cells.height:  # times of day: the join would cost more than it saves
        return _dates(cells, pivot, order, lunar=lunar, excel_serial=excel_serial).alias(values.name)
    known = distinct.with_columns(_dates(distinct, pivot, order, lunar=lunar, excel_serial=excel_serial))
    return cells.join(known, on="text", how="left", maintain_order="left")["date"].alias(values.name)


def _are_serials(values: pl.Series) -> bool:
    filled = values.cast(pl.String).str.strip_chars().unique()
    share = filled.filter(filled != "").str.contains(SERIAL).mean()
    return isinstance(share, float) and share >= SERIALS


def date_order(values: pl.Series) -> Order:
    """How the dates of a Series are written, judged from its distinct values; `dmy` where nothing tells.

    A four-digit or impossible first part says year first; a second part above 12 says month first. Lunar months above
    12 do not turn the order as long as more values say day first.
    """
    if _are_serials(values):
        return "serial"
    first, second, third, cell = (pl.col(name) for name in ("1", "2", "3", "cell"))
    day, month = _number(first), _number(second)
    compact = _number(cell.str.extract(_COMPACT).str.slice(0, 4))
    six = pl.when(cell.str.len_bytes() == 6).then(_number(cell.str.extract(r"^([0-9]{2})[0-9]{4}$")))
    found = (
        pl.DataFrame({"cell": values.cast(pl.String).unique()})
        .with_columns(unwrap(cell))
        .with_columns(cell.str.extract_groups(_SEPARATED).alias("groups"))
        .unnest("groups")
        .select(
            ymd=(
                (first.str.len_bytes() == 4)
                | ((third.str.len_bytes() <= 2) & (day > 31))
                | (six.is_null() & compact.is_between(FIRST_YEAR, LAST_YEAR) & (_number(cell.str.slice(4, 2)) <= 12))
                | (six > 31)
            ).sum(),
            dmy=((first.str.len_bytes() <= 2) & day.is_between(13, 31) & (month <= 12)).sum(),
            mdy=((first.str.len_bytes() <= 2) & month.is_between(13, 31) & (day <= 12)).sum(),
        )
        .row(0, named=True)
    )
    if found["ymd"] > max(found["dmy"], found["mdy"]):
        return "ymd"
    return "mdy" if found["mdy"] > found["dmy"] else "dmy"
