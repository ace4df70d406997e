"""Bit layouts of what the ledger puts together per person: themes with status, data categories, flags, traits."""

from __future__ import annotations

from typing import NamedTuple

from leakscan.records import STATUSES, THEMES

OWN_STATUSES: tuple[str, ...] = STATUSES[:3]
"""Statuses that speak of the row's patient; other_person never reaches the ledger's bits."""

CATEGORIES: tuple[str, ...] = (
    "name",
    "birth_date",
    "nir",
    "address",
    "phone",
    "email",
    "mutuelle",
    "prescriber",
    "exam_date",
    "blood_group",
    "credentials",
    "treatment",
    "genetic_data",
    "financial",
)
FLAGS: tuple[str, ...] = ("minor", "minor_at_exam", "email", "phone", "post", "credentials")


def theme_bit(theme: str, status: str) -> int:
    """Mask (UInt64) of one theme under one of the patient's own statuses."""
    return 1 << (THEMES.index(theme) * len(OWN_STATUSES) + OWN_STATUSES.index(status))


def category_bit(category: str) -> int:
    """Mask (UInt32) of one data category."""
    return 1 << CATEGORIES.index(category)


def flag_bit(flag: str) -> int:
    """Mask (UInt32) of one flag."""
    return 1 << FLAGS.index(flag)


class Span(NamedTuple):
    """Where a small number lies in `traits`: `width` bits from bit `low` on."""

    low: int
    width: int


TRAITS: dict[str, Span] = {
    "residence_department": Span(0, 7),
    "birth_department": Span(7, 7),
    "sex": Span(14, 2),
    "age": Span(16, 7),
}
"""Layout of the column `traits` (UInt32); 0 is unknown in each. A department as `department_name` tells, a sex as its
place in SEXES, and the age in whole years on the day of the scan, one added. What an identity tells itself stands
highest, so that the maximum over its records never mixes two answers."""

SEXES: tuple[str, ...] = ("", "woman", "man")
OLDEST = 120
"""A higher age, like one below 0, is a slip in the birth date: unknown."""

ABROAD = 99
CORSICA_SOUTH, CORSICA_NORTH = 100, 101
OVERSEAS_97, OVERSEAS_98 = 102, 112
"""Numbers of the departments 970 to 979 and of the territories 980 to 989 begin here."""

FIRST_EXAM_YEAR = 2005
EXAM_YEARS = 32
"""Bits of the column `exam_years` (UInt32): the lowest for all years before the first one, the highest also for all
after it."""


def department_name(number: int) -> str:
    """What is shown of a department: `01` to `95`, `2A`, `2B`, `971`, `988`, `99` (abroad); 20 is all of Corsica."""
    if number in (CORSICA_SOUTH, CORSICA_NORTH):
        return "2A" if number == CORSICA_SOUTH else "2B"
    if number >= OVERSEAS_97:
        return str(970 + number - OVERSEAS_97)
    return f"{number:02d}"


def exam_year_name(bit: int) -> str:
    """What is shown of a bit of `exam_years`: a year, `<2005` for all before it, `>=2035` for all from there on."""
    year = FIRST_EXAM_YEAR - 1 + bit
    if bit == 0:
        return f"<{FIRST_EXAM_YEAR}"
    return f">={year}" if bit == EXAM_YEARS - 1 else str(year)
