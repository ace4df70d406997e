"""Which tables list the staff of a house: what they are called, and what only an employer writes of people.

Whether staff are patients the other tables of a scan tell (`persons.staff`): a service of occupational medicine knows
its patients by such lists.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from leakscan.columns.hints import words
from leakscan.columns.keys import OF_PEOPLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakscan.records import ColumnRole

SIGNS = 2
"""So many signs make a table one of staff: kinds of headers that an employer writes, and what it is called."""
_CALLED = re.compile(
    r"^(?:salariee?s?|salaires?|paies?|payes?|payroll|personnels?|employee?s?|staff|rh|drh|hr|effectifs?|bulletins?"
    r"|agents?|remunerations?|annuaire|collaborateurs?|collaboratrices?|workforce|wages?|salaries)$"
)
_CARE = re.compile(
    r"^(?:patiente?s?|malades?|usagers?|visites?|consultations?|sante|medecine|medical|medicale?s?|medicaux|aptitudes?"
    r"|vaccins?|vaccinations?|depistages?|examens?|suivi|dossiers?|soins?|arrets?|maladies?|accidents?|sist|spst)$"
)
"""Words with which an employer's list is one of a service of health."""
_NAMING = ("last_name", "maiden_name", "full_name", "nir", "ins")
_EMPLOYED = (
    r"\b(?:matricule|mle|matr|employee (?:id|number|no)|personnel (?:id|number))\b",
    r"\b(?:salaires?|brut|net a payer|taux horaire|remuneration|echelon|traitement indiciaire|wages?|salary)\b",
    r"\b(?:type (?:de )?contrat|embauche|anciennete|quotite|temps (?:plein|partiel|de travail)|hired?|conges?)\b",
)
"""What only an employer writes ..."""
_ALSO = (
    r"\b(?:fonction|poste|emploi|grade|metier|qualification|corps|job|job title)\b",
    r"\b(?:iban|rib)\b",
)
"""... and what is known of patients as well."""


@lru_cache(4096)
def _told(header: str) -> tuple[str, ...]:
    """The words of a header; the tables of many inputs have the same."""
    return words(header)


def heads_of(columns: Sequence[ColumnRole]) -> frozenset[tuple[str, ...]]:
    """All headers of a table, as words."""
    return frozenset(_told(column.column) for column in columns)


def names_somebody(columns: Sequence[ColumnRole]) -> bool:
    """Whether a table has a column of names or of numbers of the insured."""
    return any(column.role in _NAMING for column in columns)


def numbers_of_staff(columns: Sequence[ColumnRole]) -> frozenset[tuple[str, ...]]:
    """The headers under which a list numbers its staff, as words."""
    told = {_told(column.column): column.role for column in columns}
    return frozenset(head for head, role in told.items() if role == "record_number" or _is_number(head))


def _is_number(told: tuple[str, ...]) -> bool:
    return re.search(_EMPLOYED[0], " ".join(told)) is not None


def is_of_staff(columns: Sequence[ColumnRole], called: str) -> bool:
    """Whether a table lists staff. `called`: the names of its file and of the table in it."""
    if not names_somebody(columns) or any(column.role in ("ins", "mutuelle") for column in columns):
        return False
    name = words(called)
    if any(OF_PEOPLE.match(word) or _CARE.match(word) for word in name):
        return False
    employed, also = _signs(tuple(_told(column.column) for column in columns))
    employed += any(_CALLED.match(word) for word in name)
    return employed > 0 and employed + also >= SIGNS


@lru_cache(4096)
def _signs(heads: tuple[tuple[str, ...], ...]) -> tuple[int, int]:
    """How many kinds of headers an employer writes, and of those of anybody; much less than none beside care."""
    if any(OF_PEOPLE.match(word) or _CARE.match(word) for told in heads for word in told):
        return -SIGNS, 0
    employed, also = (
        sum(any(re.search(sign, " ".join(told)) for told in heads) for sign in one) for one in (_EMPLOYED, _ALSO)
    )
    return employed, also
