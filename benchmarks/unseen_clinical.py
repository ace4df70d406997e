"""The columns of the unseen layouts that speak of health: acts, diagnoses, drugs and comments, with their claims."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import unseen_health as health
from unseen_people import ean_digit
from unseen_styles import without_accents

if TYPE_CHECKING:
    from unseen_rows import Context, Factory, Filler, Row


def act(ctx: Context) -> tuple[Filler, bool]:
    """Write the act's label."""
    upper = ctx.rng.random() < 0.4
    return (lambda row: row.act[1].upper() if upper else row.act[1]), True


def act_code(ctx: Context) -> tuple[Filler, bool]:
    """Write the act's NABM code, its leading zero lost in some files."""
    lost, mark = ctx.rng.random() < 0.3, ctx.rng.choice(["", "", "", "B"])
    return (lambda row: mark + (row.act[0].lstrip("0") if lost else row.act[0])), False


def diagnosis(ctx: Context) -> tuple[Filler, bool]:
    """Write a CIM-10 code for a share of the people, nearly always the same one."""
    share, dotted = ctx.rng.choice([0.05, 0.2, 0.6]), ctx.rng.random() < 0.6

    def fill(row: Row) -> str:
        if row.person.chance[11] >= share or row.person.placeholder:
            return ""
        rng = random.Random(f"diagnosis {row.person.login} {row.request % 3 if row.person.chance[0] < 0.2 else 0}")
        code, claim = rng.choice(health.DIAGNOSES if rng.random() < 0.4 else health.COMMON_DIAGNOSES)
        if claim:
            row.claims.append(claim)
        return code if dotted else code.replace(".", "")

    return fill, dotted


def drug(part: int) -> Factory:
    """Write the row's drug: its name (part 0) or its ATC code (part 1)."""

    def factory(_ctx: Context) -> tuple[Filler, bool]:
        def fill(row: Row) -> str:
            if row.drug is None:
                return ""
            row.claims.append(("treatment", "affirmed"))
            if row.drug[2]:
                row.claims.append((row.drug[2], "affirmed"))
            return row.drug[part]

        return fill, True

    return factory


def comment(ctx: Context) -> tuple[Filler, bool]:
    """Write a sparse free text: a neutral note, a phrase that claims something about health, or both."""
    share, themed = ctx.rng.uniform(0.02, 0.10), ctx.rng.uniform(0.25, 0.6)
    accents, shout = ctx.rng.random() < 0.7, ctx.rng.random() < 0.2

    def fits(who: str, row: Row) -> bool:
        age = row.exam.year - row.person.born.year
        return {
            "*": True,
            "A": age >= 19,
            "W": row.person.female and age >= 19,
            "F": row.person.female and 16 <= age <= 47,
            "M": not row.person.female and age >= 19,
        }[who]

    def fill(row: Row) -> str:
        rng = ctx.rng
        if rng.random() >= share or row.person.placeholder:
            return ""
        note = rng.choice(health.NEUTRAL)
        if rng.random() < themed:
            who, text, claims = rng.choice(health.PHRASES)
            while not fits(who, row):
                who, text, claims = rng.choice(health.PHRASES)
            row.claims.extend(claims)
            mark = rng.choice([". ", " - ", " / ", "; ", "\n" if ctx.newlines else ". "])
            place = rng.randrange(5)
            note = text if place > 1 else f"{note}{mark}{text}" if place else f"{text}{mark}{note}"
        note = note if accents else without_accents(note)
        return note.upper() if shout or rng.random() < 0.05 else note

    return fill, True


def cip13(row: Row) -> str:
    """Write an invented CIP13 (an EAN-13 that starts with 34009) of the row's drug; it names no real presentation."""
    if row.drug is None:
        return ""
    row.claims.append(("treatment", "affirmed"))
    body = f"340099{sum(map(ord, row.drug[0])) % 1_000_000:06}"
    return body + ean_digit(body)
