"""Settle the role of every column of a table: scores first, then what columns say about one another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from leakscan.columns import relations
from leakscan.columns.content import Profile, profiles
from leakscan.columns.courses import courses_and_marks
from leakscan.columns.hints import read_header, shared_prefixes
from leakscan.columns.others import contacts_by_name
from leakscan.columns.score import ACCEPT, Scored, score_column
from leakscan.columns.things import names_of_things
from leakscan.columns.told import told
from leakscan.records import ColumnRole, Table

NUMBERED_SHARE = 0.6
"""Headers that are one word and a number ('CHAMP01', 'CHAMP02') on more than this share of the columns say nothing."""
_SAID = "rule set by --role"
_OWN_NUMBERS = frozenset(("nir", "ins", "pseudonym", "record_number", "email"))
TELLING_SHARE = 0.2
"""With fewer headers that name anything, a table is judged as if it had none (docs/thresholds.md)."""


@dataclass(slots=True)
class Draft:
    """A column while its role is being settled.

    `other`: how clearly its header says that it is no role of ours. `seen`: its cells as rules looked at them
    (see `compare`). `reason`: why another role than the scores' was taken, empty where they decided.
    """

    index: int
    name: str
    header: str | None
    profile: Profile
    scores: list[Scored]
    role: str | None
    score: float
    reason: str
    other: float = 0.0
    fixed: bool = False
    seen: dict[str, pl.Series] = field(default_factory=dict, repr=False)

    def hinted(self, role: str) -> float:
        """How clearly the header names a role, 0..1."""
        return next((one.hinted for one in self.scores if one.role == role), 0.0)

    def become(self, role: str | None, score: float, reason: str) -> None:
        """Take another role, for a reason that a person can read."""
        self.role, self.score, self.reason = role, score, reason


def settle(table: Table, overrides: Mapping[str, str] | None = None) -> tuple[ColumnRole, ...]:
    """The role of each column, in order. `overrides` maps column names (or 1-based numbers) to roles.

    What the overrides name must exist (`unmatched`).
    """
    if table.kind == "text":
        only = ("rule running text",)
        return tuple(ColumnRole(i, name, "comment", 1.0, only) for i, name in enumerate(table.columns))
    if table.roles is not None:
        return tuple(
            ColumnRole(i, name, role, 1.0, ("rule the format says so",))
            for i, (name, role) in enumerate(zip(table.columns, table.roles, strict=True))
        )
    prefixes = shared_prefixes(table.columns) if table.has_header else frozenset()
    telling = table.has_header and _headers_tell(table, prefixes)
    known = prefixes if telling else None
    measured = profiles(table.head)
    drafts = [_draft(table, index, measured[index], known) for index in range(len(table.columns))]
    if table.number is not None:
        _number_of_the_layout(drafts[table.number])
    _override(drafts, overrides or {})
    head = table.head.head(relations.ROWS)
    for rule in relations.RULES:
        rule(drafts, head)
    names_of_things(drafts, head, table.called)
    if table.called and table.has_header:
        contacts_by_name(drafts, table.called)
    courses_and_marks(drafts, head)
    return tuple(
        ColumnRole(
            draft.index,
            draft.name,
            draft.role,
            round(min(1.0, draft.score), 2),
            (_SAID,) if draft.fixed else told(draft.scores, draft.role, draft.profile.fill, draft.reason),
        )
        for draft in drafts
    )


def _number_of_the_layout(draft: Draft) -> None:
    """The number under which a table has a row per field is that of a record, unless it is a better known one."""
    if draft.role not in _OWN_NUMBERS:
        draft.become("record_number", max(draft.score, 0.9), "the number that joins the rows of one person")


def _draft(table: Table, index: int, measured: Profile, prefixes: frozenset[str] | None) -> Draft:
    name = table.columns[index]
    header = name if prefixes is not None else None
    scores = score_column(header, measured, prefixes or frozenset())
    best = scores[0] if scores and scores[0].score >= ACCEPT else None
    hints = read_header(header, prefixes or frozenset()) if header else ()
    return Draft(
        index,
        name,
        header,
        measured,
        scores,
        best.role if best else None,
        best.score if best else 0.0,
        "",
        next((hint.score for hint in hints if hint.role == "other"), 0.0),
    )


def _headers_tell(table: Table, prefixes: frozenset[str]) -> bool:
    """Whether enough headers name something: 'champ_1', 'champ_2' ... are a header line that says nothing."""
    stems = Counter("".join(re.findall(r"[^0-9]+", name)).strip(" _.-").lower() for name in table.columns)
    if stems.most_common(1)[0][1] > NUMBERED_SHARE * len(table.columns) > 2 * NUMBERED_SHARE:
        return False
    named = sum(any(hint.role != "other" for hint in read_header(name, prefixes)) for name in table.columns)
    return named >= TELLING_SHARE * len(table.columns)


def _override(drafts: list[Draft], overrides: Mapping[str, str]) -> None:
    for column, role in overrides.items():
        for draft in drafts:
            if column in (draft.name, str(draft.index + 1)):
                draft.become(None if role == "none" else role, 1.0, "")
                draft.fixed = True


def unmatched(table: Table, overrides: Mapping[str, str]) -> list[str]:
    """Overrides that name no column of a table, by name or 1-based number."""
    known = {*table.columns, *(str(index + 1) for index in range(len(table.columns)))}
    return [column for column in overrides if column not in known]
