"""What the columns of an unseen layout write from: lines, people, the layout's shared draws, dates and numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from unseen_styles import without_accents

if TYPE_CHECKING:
    import datetime as dt
    import random

    import unseen_health as health
    from unseen_people import Person


@dataclass(eq=False, slots=True)
class Prescriber:
    """A prescribing professional."""

    index: int
    last: str
    first: str
    female: bool
    rpps: str
    adeli: str


@dataclass(eq=False, slots=True)
class Laboratory:
    """A laboratory or site: it has its own way of writing NIRs."""

    index: int
    name: str
    code: str
    finess: str
    nir_style: str


@dataclass(eq=False, slots=True)
class Row:
    """One line of the file before it is written."""

    number: int
    person: Person
    exam: dt.datetime
    first_of_person: bool
    request: int
    line: int
    lab: Laboratory
    prescriber: Prescriber
    nir: str
    key: str
    nir_state: str
    act: tuple[str, str, str | None]
    result: str
    drug: tuple[str, str, str | None] | None
    claims: list[health.Claim] = field(default_factory=list)


Filler = Callable[[Row], str]
Factory = Callable[["Context"], tuple[Filler, bool]]


@dataclass(eq=False)
class Context:
    """A layout's draws that several columns share."""

    rng: random.Random
    keys: frozenset[str]
    bare: bool
    unicode: bool
    decimal: str
    date_format: str
    one_date_format: bool
    name_case: str
    accents: float
    typo_rate: float
    flip_rate: float
    newlines: bool
    rows: int

    def date_style(self) -> str:
        """Return the layout's date format, or one of this column's own."""
        return self.date_format if self.one_date_format or self.rng.random() < 0.5 else draw_date_format(self.rng)

    def spell(self, text: str) -> str:
        """Write a name or address in the layout's case and with or without its accents."""
        if self.accents < 1 and self.rng.random() >= self.accents:
            text = without_accents(text)
        case = self.name_case if self.name_case != "mixed" else self.rng.choice(("upper", "title", "title", "lower"))
        return text.upper() if case == "upper" else text.lower() if case == "lower" else text

    def misspell(self, text: str) -> str:
        """Put one typing error into a name at the layout's rate."""
        rng = self.rng
        if len(text) < 4 or rng.random() >= self.typo_rate:
            return text
        place = rng.randrange(1, len(text) - 1)
        kind = rng.randrange(4)
        if kind == 0:
            return text[:place] + text[place + 1 :]
        if kind == 1:
            return text[:place] + text[place] + text[place:]
        if kind == 2:
            return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        letter = rng.choice("aeinrst")
        return text[:place] + (letter.upper() if text.isupper() else letter) + text[place + 1 :]


_DATE_FORMATS = ("dd/mm/yyyy", "yyyy-mm-dd", "yyyymmdd", "dd/mm/yy", "dd-mm-yyyy", "ddmmyyyy", "dd.mm.yyyy")
NIR_STYLES = ("compact", "spaced", "13 2", "dots", "dashes", "nbsp", "apostrophe", "13 2 narrow", "lower")


def draw_date_format(rng: random.Random) -> str:
    """Draw a date format, the everyday ones most often."""
    return rng.choices(_DATE_FORMATS, (40, 22, 12, 8, 8, 6, 4))[0]


def write_date(style: str, year: int, month: int, day: int) -> str:
    """Write a date; day 00 and months out of range (lunar dates) are written as they stand."""
    match style:
        case "yyyy-mm-dd":
            return f"{year:04}-{month:02}-{day:02}"
        case "yyyymmdd":
            return f"{year:04}{month:02}{day:02}"
        case "dd/mm/yy":
            return f"{day:02}/{month:02}/{year % 100:02}"
        case "ddmmyyyy":
            return f"{day:02}{month:02}{year:04}"
        case _:
            mark = style[2]
            return f"{day:02}{mark}{month:02}{mark}{year:04}"


def write_nir(style: str, number: str, key: str) -> str:
    """Write a 13-character number and its key in one of the spellings of real files."""
    if style in {"13 2", "13 2 narrow"}:
        return f"{number}{' ' if style == '13 2' else chr(0x202F)}{key}"
    parts = (number[0], number[1:3], number[3:5], number[5:7], number[7:10], number[10:], key)
    marks = {"spaced": " ", "dots": ".", "dashes": "-", "nbsp": "\u00a0"}
    text = marks.get(style, "").join(parts)
    return f"'{text}" if style == "apostrophe" else text.lower() if style == "lower" else text
