"""Whether rows of cells list patients by name: small tables of documents tell it by their titles only."""

from __future__ import annotations

import re

from leakscan.readers.header import unaccented

PEOPLE = 2
"""Patients in a table from which on it is one of records; the titles of one person's table say whose it is."""

_WHOLE = re.compile(
    r"(?:(?:prenoms? et )?(?:noms?|identite)(?: et prenoms?| complet)? (?:du |de la |de l.|des )?)?"
    r"(?:patient|malade|beneficiaire|assure|resident|usager)(?:e|s|es|\(e\)|\(s\)|\(e\)s)?"
    r"|noms? ?(?:et|/|,|&|-)? ?prenoms?|prenoms? ?(?:et|/|,|&|-)? ?noms?"
)
_LAST = frozenset(("nom", "noms", "nom de naissance", "nom de famille", "nom usuel", "nom du patient", "last name"))
_FIRST = frozenset(("prenom", "prenoms", "prenom du patient", "first name"))
_PARTICLES = frozenset(("de", "du", "des", "la", "le", "les", "d", "l", "von", "van", "den", "el", "al", "ben", "et"))
_BLANK = re.compile(r"[\s'’.\-]+")


def lists_patients(rows: list[list[str]]) -> bool:
    """Whether the first row has a title of patients' names, and nothing but names stands below, of two people at least.

    A form of one person has labels below each other, and those are no names.
    """
    titles = [_plain(cell) for cell in rows[0]] if rows else []
    places = [[at] for at, title in enumerate(titles) if _WHOLE.fullmatch(title)]
    last, first = ([at for at, title in enumerate(titles) if title in known][:1] for known in (_LAST, _FIRST))
    if last and first:
        places.append(last + first)
    return any(_are_names([" ".join(row[at] for at in own if at < len(row)) for row in rows[1:]]) for own in places)


def _are_names(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return len(set(filled)) >= PEOPLE and 2 * len(filled) > len(cells) and all(map(_is_name, filled))


def _is_name(text: str) -> bool:
    words = _BLANK.sub(" ", text).split()
    return 2 <= len(words) <= 8 and all(word.isalpha() and (word[0].isupper() or word in _PARTICLES) for word in words)


def _plain(title: str) -> str:
    plain = unaccented(title).lower()
    return " ".join(plain.strip(" :*\t").split())
