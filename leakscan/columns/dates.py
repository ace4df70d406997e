"""Which column of dates is the birth and which the exam: a birth comes before an exam, and a NIR repeats it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from leakscan.columns.compare import cells_of, having, numbers_of, seen, share_of
from leakscan.columns.hints import CLEAR, read_header
from leakscan.detectors.dates import FIRST_YEAR, LAST_YEAR, TWO_DIGIT_YEAR_PIVOT, iso_dates

if TYPE_CHECKING:
    from leakscan.columns.settle import Draft

AGREES = 0.5
"""Two columns belong together when they agree on at least this share of the rows that hold both."""
ENOUGH_DATES = 20
"""Under a header that speaks of something else, fewer dates than this prove no birth by their years alone."""
OLD_YEARS = 12
"""Dates of birth reach further back than the dates of an export by more than this many years."""
GENERATION = 30
"""In a small table without header, dates of which one lies further back than this and which differ are births."""
PARTS: dict[str, tuple[re.Pattern[str], int, int, str]] = {
    "year": (
        re.compile(r"\b(?:an|ann|annee|year|aaaa|yyyy|a|y)\b"),
        FIRST_YEAR,
        LAST_YEAR,
        "the year of a birth beside its month and day",
    ),
    "month": (re.compile(r"\b(?:mois|moi|month|mm|m)\b"), 1, 12, "the month of a birth beside its year"),
    "day": (re.compile(r"\b(?:jour|jou|day|jj|dd|j|d)\b"), 1, 31, "the day of a birth beside its year"),
}
"""Parts of a birth date in columns of their own: words of the header, smallest and largest number, and what is told."""
STILL = 0.95
"""Least share of numbers that can be such a part."""
ADULT = 18
"""Years before the newest two-digit year: dates before that, the only ones beside names, are births ..."""
SOME_YEARS = 3
"""... where they lie so many years apart, for dates of a file's own year do not."""
RESULT_DAYS = 4
"""Results leave the laboratory within this many days of the sample (median); a prescription is older than that."""
_BORN = re.compile(r"ne ?es?")


def birth_agreement(head: pl.DataFrame, nir: Draft, dates: Draft) -> float:
    """Share of rows whose NIR holds the year and month of the date."""
    rows = pl.DataFrame({"nir": numbers_of(head, nir), "date": _dates(head, dates)})
    agree = rows.select(
        pl.col("nir").str.slice(1, 4) == pl.col("date").str.slice(2, 2) + pl.col("date").str.slice(5, 2)
    )
    return share_of(agree.to_series())


def dates_by_order(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Birth is the date that a NIR repeats or that reaches back; the exam is the first of the recent ones on a row."""
    dates = [
        d
        for d in drafts
        if not d.fixed
        and d.other < CLEAR
        and d.profile.share.get("date", 0) > 0.6
        and (d.role in ("birth_date", "exam_date", "date") or _is_hidden_date(d))
    ]
    numbers = having(drafts, "nir", "ins")
    oldness = {}
    newest = max((d.profile.year_high for d in dates), default=0)
    for draft in dates:
        agrees = max((birth_agreement(head, number, draft) for number in numbers), default=0.0)
        wide = draft.profile.year_high - draft.profile.year_low >= OLD_YEARS
        reaches_back = (
            newest - draft.profile.year_median >= OLD_YEARS
            and wide
            and (draft.header is None or draft.profile.filled >= ENOUGH_DATES or draft.hinted("birth_date") > 0)
        )
        if draft.header is None and draft.profile.filled < ENOUGH_DATES:  # too few for their median to tell
            reaches_back |= newest - draft.profile.year_high >= OLD_YEARS
            reaches_back |= wide and newest - draft.profile.year_low >= GENERATION
        reaches_back |= len(dates) == 1 and _of_adults(draft, drafts)
        oldness[draft.index] = agrees + (0.5 if reaches_back else 0.0)
    proven = [d for d in dates if oldness[d.index] >= AGREES]
    called = [
        d
        for d in dates
        if (d.hinted("birth_date") > 0.4 or _is_born(d)) and newest - d.profile.year_low > 1 and d not in proven
    ]
    swapped = [d for d in called if proven and _follows(head, d, [one for one in dates if one not in (*proven, d)])]
    births = [*proven, *(d for d in called if d not in swapped)]
    hinted_births = [d for d in births if d.hinted("birth_date") > 0.3 and oldness[d.index] > 0]
    for draft in dates:
        is_birth = draft in (hinted_births or births)
        if is_birth and draft.role != "birth_date" and max(draft.hinted("date"), draft.hinted("exam_date")) < 0.6:
            draft.become("birth_date", 0.9, "reaches far back or repeats what the NIR says")
        elif is_birth and (oldness[draft.index] >= 0.9 or swapped) and draft.role != "birth_date":
            draft.become("birth_date", 1.0, "repeats what the NIR says, whatever its header")
        elif (
            not is_birth and draft.role == "birth_date" and oldness[draft.index] < AGREES and (hinted_births or births)
        ):
            draft.become("date", 0.6, "too recent to be a birth, and another column is one")
        elif not is_birth and draft.role == "birth_date" and draft.hinted("birth_date") < 0.3:
            draft.become("date", 0.6, "recent dates")
    _first_recent_is_the_exam(drafts, [d for d in dates if d.role in ("date", None)], head)


def birth_in_parts(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Year, month and day of birth in columns of their own: the year's column stands for the date."""
    asked = [
        d for d in drafts if not d.fixed and any(hint.role == "birth_date" for hint in read_header(d.header or ""))
    ]
    if len(asked) < len(PARTS) or any(d.profile.share.get("date", 0) > AGREES for d in asked):
        return
    found: dict[str, Draft] = {}
    for part, (words, low, high, _) in PARTS.items():
        fitting = [
            d for d in asked if words.search(_spelled(d.header or "")) and _all_between(cells_of(head, d), low, high)
        ]
        if len(fitting) != 1:
            return
        found[part] = fitting[0]
    for part, draft in found.items():
        draft.become("birth_date" if part == "year" else None, 0.8 if part == "year" else 0.0, PARTS[part][3])


def _spelled(header: str) -> str:
    return re.sub(r"[^a-z]+", " ", re.sub(r"([a-z])([A-Z])", r"\1 \2", header).lower().replace("\u00e9", "e"))


def _all_between(cells: pl.Series, low: int, high: int) -> bool:
    numbers = cells.filter(cells != "").str.strip_chars().cast(pl.Int32, strict=False)
    return len(numbers) > 0 and float(numbers.is_between(low, high).sum()) >= STILL * len(numbers)


def _is_born(draft: Draft) -> bool:
    """Whether dates stand under `Né(e)`: names under it would be maiden names."""
    return _BORN.fullmatch(_spelled(draft.header or "").strip()) is not None


def _of_adults(draft: Draft, drafts: list[Draft]) -> bool:
    """Whether the only dates of a table without header, beside names, lie years apart and long ago."""
    profile = draft.profile
    past = 2000 + TWO_DIGIT_YEAR_PIVOT - ADULT
    return (
        draft.header is None
        and profile.year_low + SOME_YEARS <= profile.year_high <= past
        and bool(having(drafts, "first_name", "full_name"))
    )


def _follows(head: pl.DataFrame, draft: Draft, others: list[Draft]) -> bool:
    """Whether a column's dates come on or after another's, row after row: no birth follows an exam."""
    mine = _dates(head, draft)
    return any(share_of(mine >= _dates(head, other)) > AGREES for other in others)


def _dates(head: pl.DataFrame, draft: Draft) -> pl.Series:
    return seen(draft, "dates", lambda: iso_dates(cells_of(head, draft), TWO_DIGIT_YEAR_PIVOT, lunar=True))


def _is_hidden_date(draft: Draft) -> bool:
    return (
        draft.profile.mean_length >= 8
        and draft.profile.share["date"] > 0.9
        and draft.profile.share["phone"] < 0.5
        and draft.profile.share["finess"] < 0.5
    )


def _about_patients(drafts: list[Draft]) -> bool:
    """A date is an exam's only in a table of patients: a list of companies has dates too."""
    return bool(
        having(
            drafts,
            "nir",
            "ins",
            "prescriber",
            "rpps",
            "act",
            "result",
            "diagnosis",
            "drug",
            "blood_group",
            "birth_date",
        )
    )


def _first_recent_is_the_exam(drafts: list[Draft], recent: list[Draft], head: pl.DataFrame) -> None:
    exams = having(drafts, "exam_date")
    open_ones = [d for d in recent if d.hinted("date") < 0.6 or d.hinted("exam_date") >= d.hinted("date")]
    open_ones = [d for d in open_ones if d.profile.distinct > 3]
    open_ones = [d for d in open_ones if d.hinted("exam_date") >= 0.4] or open_ones
    for draft in recent:
        draft.become("date", max(draft.score, 0.5), draft.reason or "dates")
    if exams or not open_ones or not _about_patients(drafts):
        return
    _visit_of(open_ones, head).become("exam_date", 0.7, "the date from which the others follow within days")


def _visit_of(dates: list[Draft], head: pl.DataFrame) -> Draft:
    """The exam among recent dates: the first one that the next date follows within days, else the last."""
    frame = pl.DataFrame({str(d.index): _dates(head, d).str.to_date("%Y-%m-%d", strict=False) for d in dates})
    full = [d for d in dates if d.profile.fill > 0.5 * max(one.profile.fill for one in dates)]
    epoch = {d.index: frame[str(d.index)].dt.epoch("d").mean() or 0.0 for d in full}
    ordered = sorted(full, key=lambda d: (epoch[d.index], d.index))
    for draft, following in pairwise(ordered):
        gap = (frame[str(following.index)] - frame[str(draft.index)]).dt.total_days().median()
        if gap is not None and float(gap) <= RESULT_DAYS:  # type: ignore[arg-type]
            return _fullest_twin(draft, ordered, frame)
    return _fullest_twin(ordered[-1], ordered, frame)


def _fullest_twin(visit: Draft, dates: list[Draft], frame: pl.DataFrame) -> Draft:
    """Of columns that hold the same days (a record is created with the sample), the fullest, then the finest."""
    day = frame[str(visit.index)]
    same = [d for d in dates if share_of(frame[str(d.index)] == day) > 0.9]
    return max(same, key=lambda d: (d.profile.fill, d.profile.mean_length, -d.index), default=visit)
