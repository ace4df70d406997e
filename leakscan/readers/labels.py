"""What the labels of fields tell: whether records under them are about people, about care, or about machines.

Readers that have no header to go by (cards, YAML) ask this before they make a table of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from leakscan.readers.header import is_known, shown_name, tokens, unaccented

SHARED_LABELS = 5
"""So many labels that records share make a table, where they name nobody."""
PEOPLE_LABELS = 2
"""So many labels of people do."""

_WHO = frozenset(
    """
    nom noms prenom prenoms patronyme naissance ddn nir insee secu securite nss ins ne nee ssn birth dob birthdate
    birthday surname lastname firstname given givenname maiden sn cn displayname fullname patient patiente identite
    """.split()  # noqa: SIM905 - a list of words is read as words
)
_BESIDE = frozenset(
    "telephone tel mobile portable email courriel mail adresse sexe civilite ipp age phone gender address".split()  # noqa: SIM905
)
_NAME = frozenset(("name", "first", "last", "family"))
_OTHERS = frozenset(
    """
    medecin docteur dr prescripteur praticien medicament mere pere contact service infirmier infirmiere personne
    conjoint epouse fichier file host user hote domaine projet produit laboratoire etablissement app base db model cpu
    """.split()  # noqa: SIM905
)
_CARE = frozenset(
    """
    dossier ipp patient examen analyse prelevement resultat diagnostic medicament acte finess adresse adherent
    assure traitement motif
    """.split()  # noqa: SIM905
)
_TECHNICAL = frozenset(
    """
    version versions license licence package packages location host hostname hote port url path chemin size taille
    requires homepage summary architecture driver module kernel cpu processor device filename commit author auteur
    maintainer image script question reponse level niveau server serveur from to objet subject de bytes config
    database cache debug timeout
    """.split()  # noqa: SIM905
)
_MOST_TECHNICAL = 2
_MARKS = re.compile(r"[°ºª()\[\]/.'’_\-]+")


@dataclass(frozen=True, slots=True)
class Told:
    """How many of some labels are of people, of care, of machines and papers, and heads of any columns."""

    people: int
    care: int
    technical: int
    known: int

    @property
    def persons(self) -> bool:
        """Whether records under these labels are about people."""
        return self.people >= PEOPLE_LABELS and self.technical < _MOST_TECHNICAL


def told_by(labels: Iterable[str]) -> Told:
    """Judge labels together: beside a name or a birth date contacts count as well."""
    listed = list(labels)
    words = [_words(label) for label in listed]
    who = sum(_is_who(one) for one in words)
    beside = sum(not _is_who(one) and bool(one & _BESIDE) and not one & _OTHERS for one in words)
    return Told(
        who + beside if who else 0,
        sum(bool(one & _CARE) for one in words),
        sum(bool(one & _TECHNICAL) and not _is_who(one) for one in words),
        sum(map(is_known, listed)),
    )


def names_people(label: str) -> bool:
    """Whether a label is of a name, a birth date or a number of a person."""
    return _is_who(_words(label))


def named(labels: Iterable[str], *, known: bool) -> list[str]:
    """Labels as names of columns: such as look like a value, and all unknown ones unless `known`, are not shown.

    Where labels are not those of a form they may be names of people.
    """
    return [
        shown_name(label[:200], f"column_{at}") if known or is_known(label) else f"column_{at}"
        for at, label in enumerate(labels, 1)
    ]


def _words(label: str) -> frozenset[str]:
    found = frozenset(tokens(_MARKS.sub(" ", label)))
    plain = unaccented(label).lower()
    return found | {re.sub(r"[^a-z]", "", plain)}


def _is_who(words: frozenset[str]) -> bool:
    if words & _OTHERS:
        return False
    return bool(words & _WHO) or "naiss" in "".join(words) or (bool(words & _NAME) and len(words) <= 3)
