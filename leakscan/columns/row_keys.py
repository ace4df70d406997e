"""Which columns of a table hold keys: numbers of its own rows, and of rows in other tables that they belong to.

A key is nothing of a person. It joins the tables of a system: results name their request, requests their patient.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from leakscan.columns.called import NAMING
from leakscan.columns.hints import words
from leakscan.columns.keys import NUMBER_WORDS, own_prefix, without

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakscan.records import ColumnRole

KEYS = 4
"""Columns of keys that a table has at most, the one by which its rows are known among them."""
NARROW = 30
"""A table of people in a file of its own has so many columns at most, for others to refer to it: exports are wide."""
_DICTIONARY = 6
"""A table of codes and what they are called (`code`, `libelle`) has so many columns at most."""
_ASKING = frozenset((
    "id", "ids", "num", "numero", "no", "nr", "ref", "reference", "identifiant", "ident", "cle", "fk", "pk", "key",
    "uuid", "oid", "matricule", "mle",
))  # fmt: skip
_GLUED = re.compile(r"^(?:id|num|fk|ref)[a-z]{3,}$")
_OF_OTHERS = re.compile(
    r"^(?:medecins?|med|prescripteurs?|praticiens?|docteurs?|agents?|users?|utilisateurs?|operateurs?|auteurs?|soignants?"
    r"|services?|uf|sites?|labos?|laboratoires?|lieux?|salles?|chambres?|lits?|villes?|communes?|pays|produits?"
    r"|articles?|medicaments?|types?|statuts?|categories?|codes?)$"
)
_HEALTH = frozenset(("diagnosis", "drug", "act", "result", "comment"))
_LEAVES = ("result", "drug")
"""What stands in rows to which no other table refers: lines of results, boxes."""
_CODED = (None, "act", "drug", "diagnosis")
_CODES = frozenset(("code", "cod", "cip", "nabm", "acte"))
"""Words of titles of codes that a table of the same file may explain (`cip13`, `code_acte`)."""
_NAMING = frozenset(("last_name", "maiden_name", "first_name", "full_name", "birth_date", "nir", "ins", "pseudonym"))


_FORMER = re.compile(
    r"^(?:prev(?:ious)?|former|old|anc|anciene?|ancienne?s?|anciens?|precedent|precedente|prec|anterieure?|initiale?)"
    r"(?:subj(?:id)?|usubjid|id|num|ipp|nip|dossier|patient)?$"
)
_OF_A_RECORD = frozenset((
    "subj", "subject", "sujet", "subjid", "usubjid", "patient", "pat", "dossier", "ipp", "nip", "inclusion", "record",
    "screening", "participant",
))  # fmt: skip


class RowKeys(NamedTuple):
    """By index: the column by which rows are known, and other columns of keys.

    `refers`: one of them may name a row of another table. `former`: the column of numbers given up for `number`.
    """

    number: int
    others: tuple[int, ...]
    refers: bool = False
    former: tuple[int, ...] = ()


def row_keys(columns: Sequence[ColumnRole], *, in_tables: bool) -> RowKeys | None:
    """The columns of keys; None where a table has none, or has nothing to do with others.

    `in_tables`: it lies with other tables in one file. Elsewhere only what speaks of health or has numbers of records
    is asked: a log has keys too.
    """
    prefix = own_prefix([column.column for column in columns])
    former = tuple(column.index for column in columns if column.role in (None, "record_number") and _is_former(column))
    numbers = [one for one in columns if one.role == "record_number" and one.index not in former]
    plain = [one for one in columns if one.role is None and one.index not in former and _asks(one.column)]
    plain += [column for column in columns if column.role in _CODED and _CODES.intersection(words(column.column))]
    named = any(column.role in _NAMING for column in columns)
    if named:  # what names its people is known by that: only its own number is of use to others, and stands first
        plain = [column for column in plain if _own(column.column, prefix) or (not numbers and column.index == 0)][:1]
    words_alone = len(columns) <= _DICTIONARY and any(NAMING.intersection(words(one.column)) for one in columns)
    if not (numbers or in_tables or named or words_alone or any(column.role in _HEALTH for column in columns)):
        return None
    if named and not in_tables and len(columns) > NARROW:
        return None
    ordered = sorted(numbers, key=lambda column: (-column.confidence, column.index))
    ordered += sorted(plain, key=lambda column: (_rank(column.column, prefix), column.index))
    former = former[:1] if numbers and not named else ()
    if not ordered or (named and numbers and len(ordered) == 1):
        return None
    number, *others = ordered
    leaf = any(column.role in _LEAVES for column in columns)
    others = [column for column in others if not (leaf and _own(column.column, prefix))]
    others.sort(key=lambda column: not _own(column.column, prefix))
    kept = others[: KEYS - 1]
    refers = not named and any(not _own(column.column, prefix) for column in kept)
    return RowKeys(number.index, tuple(column.index for column in kept), refers, former)


def _is_former(column: ColumnRole) -> bool:
    """Whether a column has the number by which the record was known before (`PREVSUBJ`, `ancien_dossier`)."""
    told = words(column.column)
    of_a_record = any(word in _OF_A_RECORD or word in NUMBER_WORDS for word in told) or len(told) == 1
    return of_a_record and len(told) <= 4 and _FORMER.match(told[0] if told else "") is not None


def _asks(header: str) -> bool:
    told = words(header)
    return any(word in _ASKING for word in told) or any(_GLUED.match(word) for word in told)


def _own(header: str, prefix: str) -> bool:
    """Whether a column is called the number of the table's own rows: `id`, or `lig_id` behind the table's prefix."""
    return all(word in NUMBER_WORDS or word.isdigit() for word in without(prefix, header))


def _rank(header: str, prefix: str) -> int:
    """Which of several keys a table goes by: another table's number, its own, what is no patient's, last a code."""
    if _CODES.intersection(words(header)):
        return 3
    if any(_OF_OTHERS.match(word) for word in without(prefix, header)):
        return 2
    return 1 if _own(header, prefix) else 0
