"""Logins that are all that tells whom a row is about: names of one person each, where results stand beside them."""

from __future__ import annotations

import re
from dataclasses import replace

from leakscan.columns.hints import CLEAR, read_header
from leakscan.records import ColumnRole, Table, column_id

TELLING = frozenset(
    ("nir", "ins", "last_name", "maiden_name", "first_name", "full_name", "email", "phone", "pseudonym", "mutuelle")
)
"""Roles one of which tells whom a row is about: a login beside it may be the staff's."""
FEW_ROWS = 200
STAFF = 0.05
"""Of as many rows, distinct logins of so small a share are those of who typed them in."""
_PATIENTS_NUMBER = re.compile(r"(?<![a-z])(?:patiente?|malade|ipp|nip|pat|dossier)(?![a-z])")
_LOGIN = r"^[^\s@]{2,60}$"
_REASON = "rule nothing else tells whom the results are about"


def told_by_login(table: Table, columns: tuple[ColumnRole, ...]) -> tuple[ColumnRole, ...]:
    """The columns of a table of results, with the login as pseudonym where it alone tells whom they are about."""
    if not table.has_header or table.roles is not None or any(_tells(column) for column in columns):
        return columns
    logins = [column for column in columns if column.role in ("login", None) and _is_login(table, column)]
    if len(logins) != 1:
        return columns
    (login,) = logins
    reasons = (*(one for one in login.reasons if not one.startswith("rule ")), _REASON)
    told = replace(login, role="pseudonym", confidence=max(login.confidence, 0.5), reasons=reasons)
    return tuple(told if column is login else column for column in columns)


def _tells(column: ColumnRole) -> bool:
    if column.role != "record_number":
        return column.role in TELLING
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", column.column).lower()
    return _PATIENTS_NUMBER.search(parted) is not None


def _is_login(table: Table, column: ColumnRole) -> bool:
    """Whether a header asks for a login, and its cells are words with letters, and not those of a few for all rows."""
    if "rule set by --role" in column.reasons:
        return False
    hint = next((hint.score for hint in read_header(column.column) if hint.role == "login"), 0.0)
    if hint < CLEAR:
        return False
    cells = table.head[column_id(column.index)].str.strip_chars()
    filled = cells.filter(cells != "")
    if filled.is_empty() or (len(filled) >= FEW_ROWS and filled.n_unique() < STAFF * len(filled)):
        return False
    fitting = filled.str.contains(_LOGIN) & filled.str.contains(r"[^\W\d_]")
    return bool(fitting.all())
