"""What a cell says as the title of a field, and whether the cells under such titles are those of people."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import polars as pl

from leakscan.columns.content import Profile, profiles
from leakscan.columns.hints import SAYS_NOTHING, read_header, words

CLEAR_TITLE = 0.6
"""A cell is a title where the rules for headers are so sure of a role (docs/thresholds.md)."""
LONGEST_TITLE = 60
"""Characters of a title."""
MOST_WORDS = 8
_AROUND = r"0-9A-Za-z\x{C0}-\x{24F} _./\-'’°()"
"""Spelled out: sixty copies of all the world's letters took longer to compile than a small table to scan."""
TITLE_LIKE = (
    rf"^[{_AROUND}]{{0,30}}"
    r"(?i:nom|nam|naiss|birth|ddn|dob|nir|ins|n[°o]? ?ss|s[ée]cu|matricule|mail|m[ée]l|courriel"
    r"|t[ée]l|phone|mobile|patronyme|sexe?|gender|civil|adresse|address)"
    rf"[{_AROUND}:*]{{0,30}}$"
)
"""What every title of a person's field that matters holds; cheap, so that other tables are passed by at once."""
VALUE_WORDS = SAYS_NOTHING | {
    *("value", "values", "valeurs", "contenu", "content", "reponse", "reponses", "answer", "response", "text", "texte"),
    *(
        "val",
        "donnees",
        "resultat",
        "result",
        "saisie",
        "meta",
        "string",
        "char",
        "datetime",
        "date",
        "numeric",
        "bool",
        "coded",
    ),
}
"""Words above a column of values."""
IDENTITY = ("last_name", "first_name", "full_name", "maiden_name", "birth_date", "nir", "ins", "sex", "title")
"""What a person has once."""
_PERSON = frozenset((*IDENTITY, "email", "phone", "address", "postcode", "city", "record_number", "birth_place"))


def bare(cell: str) -> str:
    """A title without what stands around it."""
    return cell.strip().rstrip(":*. \u00a0").strip()


@cache
def role_of(cell: str) -> str | None:
    """The role that a title names clearly; None where it names none, or is no title."""
    if not cell or len(cell) > LONGEST_TITLE or len(words(cell)) > MOST_WORDS:
        return None
    hints = read_header(cell)
    return hints[0].role if hints and hints[0].role != "other" and hints[0].score >= CLEAR_TITLE else None


def person_roles(titles: Sequence[str]) -> dict[str, str]:
    """Which of some titles name something that a person has, and what."""
    named = {title: role_of(title) for title in titles}
    return {title: role for title, role in named.items() if role in _PERSON}


def is_value_word(cell: str) -> bool:
    """Whether a header cell only says that values stand below it."""
    told = words(cell)
    return bool(told) and VALUE_WORDS.issuperset(told)


FITS: dict[str, Callable[[Profile], bool]] = {
    "birth_date": lambda c: c.share["date"] >= 0.6,
    "nir": lambda c: c.share["nir"] >= 0.5,
    "ins": lambda c: c.share["nir15"] >= 0.5,
    "first_name": lambda c: c.share["alpha"] >= 0.8 and c.share["first"] >= 0.4,
    "last_name": lambda c: c.share["alpha"] >= 0.8 and c.share["last"] >= 0.3 and c.words <= 3,
    "full_name": lambda c: c.share["alpha"] >= 0.8 and c.share["two_names"] >= 0.4,
    "email": lambda c: c.share["email"] >= 0.6,
    "phone": lambda c: c.share["phone"] >= 0.6,
    "sex": lambda c: c.share["sex"] >= 0.8,
    "address": lambda c: c.share["street"] >= 0.3,
    "postcode": lambda c: c.share["postcode"] >= 0.8,
    "city": lambda c: c.share["city"] >= 0.3,
}
"""Whether cells are what a title says they are."""
_PROVING = frozenset(("birth_date", "nir", "ins", "first_name", "last_name", "full_name"))
_SURE = frozenset(("birth_date", "nir", "ins"))
VARIED = 0.2
"""Cells under a proving title are distinct on so large a share, or SEVERAL: one word that comes again is a type."""
SEVERAL = 5
OTHER_TITLES = 0.3
"""Cells of which so large a share are titles themselves are translations, or describe fields."""


def fitting(cells: Mapping[str, pl.Series], roles: Mapping[str, str]) -> int:
    """Of how many fields of people the cells fit, by title; 0 where they are not sure to be of people.

    `cells`: by title, the cells below it. Two roles must fit, and one of them prove a person by itself; of a single
    person a birth date or number must fit, or both names.
    """
    filled = {title: column.filter(column.str.strip_chars() != "") for title, column in cells.items() if title in roles}
    filled = {title: column for title, column in filled.items() if len(column)}
    if len(filled) < 2:
        return 0
    most = max(map(len, filled.values()))
    frame = pl.DataFrame({title: column.extend_constant("", most - len(column)) for title, column in filled.items()})
    measured = dict(zip(filled, profiles(frame), strict=True))
    found = {
        roles[title]
        for title, column in measured.items()
        if roles[title] in FITS
        and FITS[roles[title]](column)
        and (
            roles[title] not in _PROVING
            or column.filled == 1
            or column.distinct > max(1, min(SEVERAL, VARIED * column.filled))
        )
    }
    told = [cell for column in filled.values() for cell in column.head(20).to_list()]
    others = sum(role_of(bare(cell)) is not None and not re.search(r"\d", cell) for cell in told)
    if len(found) < 2 or not found & _PROVING or others >= OTHER_TITLES * len(told):
        return 0
    if most == 1 and not (found & _SURE or found >= {"first_name", "last_name"}):
        return 0
    return len(found)
