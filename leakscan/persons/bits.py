"""Bit layouts of what the ledger ORs together per person: themes with status, data categories, flags."""

from __future__ import annotations

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
