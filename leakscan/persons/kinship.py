"""Whose numbers a column of keys has, by its title: called after a table, after a column of it, or after anybody.

Tables write the number of another's row under that table's name or that column's, behind a prefix of their own.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakscan.persons.chains import Column

_GENERIC = frozenset((
    "nr", "ident", "fk", "matricule",
    "id", "ids", "num", "numero", "no", "n", "code", "ref", "reference", "identifiant", "cle", "pk", "key", "rowid",
    "index", "ligne", "oid", "uuid",
))  # fmt: skip
_PATIENTS = r"patient|malade|assure|beneficiaire|usager|resident|hospitalise"
_OF_PATIENTS = re.compile(rf"^(?:{_PATIENTS}|dossier|ipp|nip|personne|person|individu|client)")
_REGISTERED = re.compile(r"^(?:patient|malade|usager|resident|hospitalise)")
_ANYBODY = re.compile(r"^(?:personnes?|persons?|people|individus?|identites?|tiers|contacts?|humains?|populations?)$")

AFTER_ANYBODY, AFTER_A_COLUMN, AFTER_THE_TABLE = 1, 2, 3
"""Kinship of a column that is called after people and after none of these tables, after a column of one, after one."""


class Called(NamedTuple):
    """What a table (an input) is called, the column of its numbers, and the file and folder that it lies in.

    `others`: titles of its further columns of keys, by index. `numbered`: it has numbers of records, not but keys.
    `headers`: titles of all columns. `shapes`: of its numbers. `former`: columns of numbers that were given up for it.
    """

    file: str
    folder: str
    table: str
    column: str | None
    others: Mapping[int, str] = MappingProxyType({})
    numbered: bool = False
    headers: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()
    former: frozenset[int] = frozenset()


def registers(other: Called, anybody: Called) -> bool:
    """Whether a table says who of a table of anybody is a patient."""
    of_anybody = any(_ANYBODY.match(word) for word in _words(anybody.table))
    return of_anybody and any(_REGISTERED.match(word) for word in _words(other.table))


def kinship(of: Column, title: str | None, people: bool) -> int:  # noqa: FBT001 - the answer to a question
    """How surely a column of keys is called after a table or a column of it; 0: not at all.

    That column is `cliId` in `ordo_cliId` too, and `cli_num` in `vte_cli`: tables put a prefix of their own in front,
    and ask for a number in their own words. What is called after a table means the number of its rows. `people`: these
    are people, known by this column.
    """
    column, own = _words(title), _words(of.title)
    if not column or is_generic(title):
        return 0
    table = {_singular(word) for word in _words(of.table)} - {""}
    rows = people or is_generic(of.title) or bool(table & {_singular(word) for word in own})
    if rows and table & {_singular(word) for word in column}:
        return AFTER_THE_TABLE
    core, asked = ([word for word in some if word not in _GENERIC] for some in (own, column))
    if core and core == asked[len(asked) - len(core) :]:
        return AFTER_A_COLUMN
    return AFTER_ANYBODY * (people and any(_OF_PATIENTS.match(word) for word in column))


def kinship_without_titles(of: Column, title: str | None, people: bool) -> int:  # noqa: FBT001 - as in `kinship`
    """The same among the files of one system: what has no titles may refer to any of them."""
    return AFTER_ANYBODY if title is None else kinship(of, title, people)


def is_generic(column: str | None) -> bool:
    """Whether a title asks for a number, and for nobody's in particular."""
    words = _words(column)
    return not words or all(word in _GENERIC for word in words)


def words_of_title(column: str | None) -> tuple[str, ...]:
    """The words of a title; none where it tells nothing."""
    return () if is_generic(column) else tuple(_words(column))


def _words(name: str | None) -> list[str]:
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name or "")
    return [word for word in re.split(r"[^a-z]+", parted.lower()) if word]


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word


def called_after_patients(table: str) -> bool:
    """Whether a table is called after patients, or after people at all."""
    return any(map(_OF_PATIENTS.match, _words(table)))
