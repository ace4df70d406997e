"""What the digits of fixed-width lines hold: numbers of people, dates of birth and sexes, as all lines together prove.

Files of mainframes leave no blanks between numbers: `219790328632202790351215189898` is a sex, a birth date, a place, a
NIR with its key and one digit more. A key is right by chance once in 97 times, no window is a date in all lines by
chance, and a number without key shows by the birth date or the sex that stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LEAST_LINES = 8
"""Fewer lines may look like anything by chance."""
IN_LINES = 0.3
"""Least share of lines in which a window is filled."""
DIGITS = 0.97
"""Least share of filled windows that are digits."""
KEYS = 0.85
"""Least share of numbers with a right key: some are mistyped."""
SHAPES = 0.95
"""Least share of numbers that are built like a NIR, where no key tells."""
AGREEING = 0.85
"""Least share of lines whose birth date, or sex, is the one in the NIR."""
DISTINCT = 5
"""Fewer different numbers, or dates, prove nothing."""
BIRTH_YEARS = 15
"""Different years of dates, at least, which nothing but their spread shows to be births."""
OLD = 1975
"""One in twenty of these is not later."""

ODD_LINES = 2
"""So many lines may be of another kind, in the smallest file: its first and its last."""

_BODY, _KEY = 13, 2
_LAYOUTS = ("YYYYMMDD", "DDMMYYYY", "YYYY-MM-DD", "DD/MM/YYYY", "DDMMYY", "YYMMDD")
_FIRST_YEAR, _LAST_YEAR = 1880, 2040
_WIDEST = 2_000
_MANY = 0.2
_MONTHS = 0.8
_SEXES = ({"1": 1, "2": 2}, {"M": 1, "F": 2}, {"H": 1, "F": 2}, {"m": 1, "f": 2})
_RARER = 0.05

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Window:
    """A field that lines prove, in characters. `kind`: nir, key, date or sex."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines as digits (-1 for anything else), as codes of characters, and where they are blank."""

    digit: npt.NDArray[np.int64]
    code: npt.NDArray[np.uint32]
    blank: Flags


@dataclass(frozen=True, slots=True)
class _Nir:
    """A window of numbers: which lines have one, and their parts."""

    at: int
    filled: Flags
    body: Numbers
    shaped: Flags
    year: Numbers
    month: Numbers

    @property
    def sex(self) -> Numbers:
        return self.body // 10**12

    @property
    def window(self) -> Window:
        return Window(self.at, self.at + _BODY, "nir")


@dataclass(frozen=True, slots=True)
class _Dates:
    """A window of dates: which lines have one, with year and month."""

    window: Window
    filled: Flags
    year: Numbers
    month: Numbers


def windows(text: npt.NDArray[np.str_]) -> tuple[Window, ...]:
    """The windows of lines, a character each cell; none where they prove nothing."""
    code = text.view(np.uint32).reshape(len(text), -1)
    digit = np.where((code >= ord("0")) & (code <= ord("9")), code.astype(np.int64) - ord("0"), -1)
    rows = (digit >= 0).any(axis=1)
    lines = _Lines(digit[rows], code[rows], code[rows] == ord(" "))
    if len(lines.digit) < LEAST_LINES or code.shape[1] > _WIDEST:
        return ()
    dates = list(_dates(lines))
    found: list[Window] = []
    nirs: list[_Nir] = []
    for nir, *keys in _numbers(lines, dates):
        if _apart(nir.window, found):
            found += [nir.window, *(key for key in keys if _apart(key, found))]
            nirs.append(nir)
    births = [one for one in dates if any(_same_birth(nir, one) for nir in nirs)]
    for one in (*births, *filter(_are_births, dates)):
        if _apart(one.window, found):
            found.append(one.window)
    for window in list(_sexes(lines, found, nirs)):
        if _apart(window, found):
            found.append(window)
    return tuple(sorted(found, key=lambda one: one.start))


def _apart(window: Window, found: Iterable[Window]) -> bool:
    return all(window.end <= one.start or one.end <= window.start for one in found)


def _share(passing: Flags, among: Flags) -> float:
    return float(passing[among].mean()) if among.any() else 0.0


def _pass(passing: Flags, among: Flags, least: float) -> bool:
    """Whether enough lines pass, and those that do not are few."""
    passed, asked = int(passing[among].sum()), int(among.sum())
    return passed >= DISTINCT and passed >= min(least * asked, asked - ODD_LINES)


def _filled(lines: _Lines, at: int, end: int) -> Flags:
    """Which lines have something there that is not one character over and over."""
    code = lines.code[:, at:end]
    return np.asarray((code != code[:, :1]).any(axis=1))


def _number(digit: npt.NDArray[np.int64], at: int, end: int) -> Numbers:
    value = np.zeros(len(digit), np.int64)
    for place in range(at, end):
        value = value * 10 + digit[:, place]
    return value


def _runs(lines: _Lines, least: int) -> Iterator[tuple[int, int]]:
    """Where nearly all lines that have anything there have digits; a letter of Corsica may be one."""
    of_corsica = np.isin(lines.code, [ord("A"), ord("B")])
    of_corsica[:, 0] = False
    of_corsica[:, 1:] &= lines.digit[:, :-1] == 2
    some = (~lines.blank).sum(axis=0)
    good = ((lines.digit >= 0) | of_corsica).sum(axis=0) >= np.minimum(DIGITS * some, some - ODD_LINES)
    good &= some >= IN_LINES * len(lines.blank)
    edge = np.flatnonzero(np.diff(np.concatenate([[False], good, [False]]).astype(np.int8)))
    for start, end in zip(edge[0::2].tolist(), edge[1::2].tolist(), strict=True):
        if end - start >= least:
            yield start, end


def _numbers(lines: _Lines, dates: list[_Dates]) -> Iterator[tuple[_Nir, *tuple[Window, ...]]]:
    """Windows of NIRs, each with the window of its key if it has one; first those with a key beside them."""
    bodies = [
        nir
        for start, end in _runs(lines, _BODY)
        for at in range(start, end - _BODY + 1)
        if (nir := _body(lines, at)) is not None
    ]
    alone = []
    for nir in bodies:
        beside = [at for at in (nir.at + _BODY, nir.at + _BODY + 1) if _holds_key(lines, nir, at)]
        if beside:
            yield nir, Window(beside[0], beside[0] + _KEY, "key")
        elif _pass(nir.shaped, nir.filled, SHAPES):
            alone.append(nir)
    for nir in alone:
        width = lines.digit.shape[1]
        far = [at for at in range(width - 1) if _holds_key(lines, nir, at)]
        if far:
            yield nir, Window(far[0], far[0] + _KEY, "key")
        elif _is_spread(nir) or any(_same_birth(nir, one) for one in dates) or any(_sex_columns(lines, nir)):
            yield (nir,)


def _body(lines: _Lines, at: int) -> _Nir | None:
    """The numbers in a window, None where they are no NIRs at all."""
    digit, letter = lines.digit[:, at : at + _BODY], lines.code[:, at + 6]
    corsica = (digit[:, 5] == 2) & (digit[:, 6] < 0) & np.isin(letter, [ord("A"), ord("B")])
    if corsica.any():
        digit = digit.copy()
        digit[corsica, 5] = 1
        digit[corsica, 6] = np.where(letter[corsica] == ord("A"), 9, 8)
    filled = _filled(lines, at, at + _BODY)
    if filled.mean() < IN_LINES or not _pass(np.asarray((digit >= 0).all(axis=1)), filled, DIGITS):
        return None
    month, place, order = (_number(digit, first, end) for first, end in ((3, 5), (5, 7), (10, 13)))
    known = ((month >= 1) & (month <= 12)) | ((month >= 20) & (month <= 42)) | (month >= 50)
    shaped = (digit >= 0).all(axis=1) & (digit[:, 0] >= 1) & (digit[:, 0] <= 8) & known & (place >= 1) & (order >= 1)
    body = _number(digit, 0, _BODY)
    if not _pass(shaped, filled, KEYS) or len(np.unique(body[filled & shaped])) < DISTINCT:
        return None
    return _Nir(at, filled, body, shaped, _number(digit, 1, 3), month)


def _holds_key(lines: _Lines, nir: _Nir, at: int) -> bool:
    """Whether the two digits at a place are the keys of numbers."""
    if at + _KEY > lines.digit.shape[1] or (nir.at - _KEY < at < nir.at + _BODY):
        return False
    key = _number(lines.digit, at, at + _KEY)
    return _pass(key == 97 - nir.body % 97, nir.filled, KEYS)


def _is_spread(nir: _Nir) -> bool:
    """Whether numbers are of both sexes, of all months and of many years and places, as no counter's are."""
    own = nir.filled & nir.shaped & (nir.month <= 12)
    sex, place = nir.sex[own], nir.body[own] // 10**6 % 100
    return (
        own.mean() >= SHAPES * nir.filled.mean()
        and bool(np.isin(sex, [1, 2]).mean() >= SHAPES)
        and min((sex == 1).mean(), (sex == 2).mean()) >= _MANY
        and len(np.unique(nir.month[own])) == 12
        and len(np.unique(nir.year[own])) >= BIRTH_YEARS
        and bool((place > 31).mean() >= _MANY)
    )


def _dates(lines: _Lines) -> Iterator[_Dates]:
    """Windows that are dates in nearly all lines that have any."""
    digits = np.zeros(lines.digit.shape[1] + 1, np.bool_)
    for start, end in _runs(lines, 2):
        digits[start:end] = True
    months = _months(lines)
    for layout in _LAYOUTS:
        month = layout.index("MM")
        wanted = np.array([letter.isalpha() for letter in layout])
        marks = [(place, ord(letter)) for place, letter in enumerate(layout) if not letter.isalpha()]
        for at in range(lines.digit.shape[1] - len(layout) + 1):
            if not months[at + month] or not digits[at : at + len(layout)][wanted].all():
                continue
            if (found := _dated(lines, layout, at, marks)) is not None:
                yield found


def _months(lines: _Lines) -> Flags:
    """At which places two digits may be months, by a look at all of them together."""
    first, second = lines.digit[:, :-1], lines.digit[:, 1:]
    both = (first >= 0) & (second >= 0)
    known = both & (10 * first + second <= 12)
    passed, asked = known.sum(axis=0), both.sum(axis=0)
    return np.append(passed >= np.minimum(_MONTHS * asked, asked - ODD_LINES), [False, False])


def _dated(lines: _Lines, layout: str, at: int, marks: list[tuple[int, int]]) -> _Dates | None:
    year, month, day = (
        _number(lines.digit, at + layout.index(letter), at + layout.rindex(letter) + 1) for letter in "YMD"
    )
    filled = _filled(lines, at, at + len(layout))
    if filled.mean() < IN_LINES:
        return None
    strict = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    for place, mark in marks:
        strict &= lines.code[:, at + place] == mark
    known = strict.copy()
    if "YYYY" in layout:
        strict &= (year >= _FIRST_YEAR) & (year <= _LAST_YEAR)
        unknown = ((month == 0) | (day == 0)) & (month >= 0) & (month <= 99) & (day >= 0) & (day <= 31)
        known = strict | unknown
    if not _pass(known, filled, DIGITS) or not _pass(strict, filled, AGREEING):
        return None
    if len(np.unique((year * 12 + month)[filled & strict])) < DISTINCT:
        return None
    return _Dates(Window(at, at + len(layout), "date"), filled & strict, year, month)


def _same_birth(nir: _Nir, dates: _Dates) -> bool:
    """Whether dates apart from the numbers have their year and month."""
    both = nir.filled & dates.filled & (nir.month <= 12)
    same = (dates.year % 100 == nir.year) & (dates.month == nir.month)
    return _apart(dates.window, [nir.window]) and _pass(same, both, AGREEING)


def _are_births(dates: _Dates) -> bool:
    """Whether the years alone show it: many of them, and some long ago."""
    years = dates.year[dates.filled]
    whole = dates.window.end - dates.window.start >= len("YYYYMMDD")
    return whole and len(np.unique(years)) >= BIRTH_YEARS and bool(np.quantile(years, 0.05) <= OLD)


def _sex_columns(lines: _Lines, nir: _Nir) -> Iterator[Window]:
    """Places whose one character is the sex in the numbers, both of which occur."""
    for at in range(lines.code.shape[1]):
        if not nir.at <= at < nir.at + _BODY and _is_sex(lines, at, [nir]):
            yield Window(at, at + 1, "sex")


def _sexes(lines: _Lines, found: list[Window], nirs: list[_Nir]) -> Iterator[Window]:
    """The sex right beside a proven window, where no number may begin or end."""
    for window in found:
        for at in (window.start - 1, window.end):
            if 0 <= at < lines.code.shape[1] and _is_sex(lines, at, nirs):
                yield Window(at, at + 1, "sex")


def _is_sex(lines: _Lines, at: int, nirs: list[_Nir]) -> bool:
    """Whether one character tells two sexes, those of the numbers if there are any."""
    code = lines.code[:, at]
    filled = ~lines.blank[:, at]
    for letters in _SEXES:
        one, two = (code == ord(letter) for letter in letters)
        if _share(one | two, filled) < DIGITS or min(_share(one, filled), _share(two, filled)) < _RARER:
            continue
        told = np.where(one, 1, 2)
        return all(_share(told == nir.sex, filled & nir.filled & np.isin(nir.sex, [1, 2])) >= AGREEING for nir in nirs)
    return False
