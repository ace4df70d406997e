"""The word lists of `samples/words/` as typed values, and how they are drawn from."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent.parent / "words"
"""Where the word lists lie."""

STATUS_LETTERS = {"a": "affirmed", "t": "tested", "n": "negated", "o": "other_person"}
"""Status letters of comments.tsv and icd10.tsv; strongest first, as in the truth."""

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "ß": "ss", "ø": "o", "Ø": "O", "\u2019": "'"})


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment template: what it says (theme, status letter), whom it fits (`*`, `a` adult, `f` woman), and its text.

    `genetic_data` marks texts that hold a genotype or karyotype, normal or not.
    """

    effects: tuple[tuple[str, str], ...]
    fits: str
    text: str
    genetic_data: bool


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug as a laboratory writes it, the theme it reveals ("" for none), ATC class and an invented CIP13 code."""

    label: str
    theme: str
    atc: str
    cip13: str


@dataclass(frozen=True, slots=True)
class Act:
    """A NABM act: code, label, the theme it tests ("" for none) and the kind of its result (`num` or `qual`)."""

    code: str
    label: str
    theme: str
    kind: str


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """The text without accents or ligatures, as old software stores it."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def ean13(first12: str) -> str:
    """The 12 digits with their EAN-13 check digit."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(first12))
    return first12 + str(-total % 10)


def luhn(body: str) -> str:
    """The digits with their Luhn check digit (RPPS, ADELI, FINESS, SIRET)."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


@cache
def lines(name: str) -> tuple[str, ...]:
    """The lines of a word list."""
    return tuple((FOLDER / name).read_text(encoding="utf-8").splitlines())


@cache
def cells(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a tab-separated word list."""
    return tuple(tuple(line.split("\t")) for line in lines(name))


@cache
def first_names(sex: str) -> tuple[str, ...]:
    """First names for `M` or `F`, common ones first."""
    return tuple((FOLDER / f"first_names_{sex.lower()}.txt").read_text(encoding="utf-8").split())


@cache
def surnames() -> tuple[str, ...]:
    """Surnames, common ones first; particle names at the end."""
    return tuple((FOLDER / "surnames.txt").read_text(encoding="utf-8").split()) + _bars("surnames_particle.txt")


@cache
def surnames_health() -> tuple[str, ...]:
    """Surnames that contain a health word."""
    return _bars("surnames_health.txt")


def _bars(name: str) -> tuple[str, ...]:
    return tuple((FOLDER / name).read_text(encoding="utf-8").strip().split("|"))


@cache
def comments() -> dict[str, dict[str, tuple[Comment, ...]]]:
    """Comment templates by first theme ("" for neutral ones), then by status letter."""
    found: dict[str, dict[str, list[Comment]]] = {}
    for effects, fits, text in cells("comments.tsv"):
        parts = [] if effects == "-" else effects.split("+")
        pairs = tuple((part.split(":")[0], part.split(":")[1]) for part in parts if ":" in part)
        theme, status = pairs[0] if pairs else ("", "")
        found.setdefault(theme, {}).setdefault(status, []).append(Comment(pairs, fits, text, "gd" in parts))
    return {theme: {status: tuple(texts) for status, texts in by.items()} for theme, by in found.items()}


@cache
def drugs() -> dict[str, tuple[Drug, ...]]:
    """Drugs by the theme they reveal, "" for those that reveal none."""
    found: dict[str, list[Drug]] = {}
    for number, (label, theme, atc) in enumerate(cells("drugs.tsv")):
        found.setdefault(theme, []).append(Drug(label, theme, atc, ean13(f"34009{3_000_001 + number * 4_567:07d}")))
    return {theme: tuple(listed) for theme, listed in found.items()}


@cache
def acts(kind: str) -> tuple[Act, ...]:
    """NABM acts with a numeric (`num`) or a positive / negative (`qual`) result."""
    return tuple(Act(*row) for row in cells("acts.tsv") if row[3] == kind)


@cache
def diagnoses() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """CIM-10 codes with what they say."""
    rows = cells("icd10.tsv")
    return tuple((row[0], ((row[1][:-2], row[1][-1]),) if len(row) > 1 and row[1] else ()) for row in rows)


def skewed(rng: Random, listed: tuple[str, ...]) -> str:
    """One item, the first ones more often (as names are)."""
    return listed[int(len(listed) * rng.random() ** 1.5)]


def typo(rng: Random, text: str) -> str:
    """The text with one slip: a letter dropped, doubled, swapped with the next or replaced; always a different text."""
    if len(text) < 3:
        return text + text[-1:]
    place = rng.randrange(1, len(text) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:place] + text[place + 1 :]
    if kind == 1:
        return text[:place] + text[place] + text[place:]
    if kind == 2 and text[place] != text[place + 1]:
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    letters = "ABDEGILMNORSTU" if text.isupper() else "abdegilmnorstu"
    wanted = [letter for letter in letters if letter != text[place]]
    return text[:place] + rng.choice(wanted) + text[place + 1 :]
