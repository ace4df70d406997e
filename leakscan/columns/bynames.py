"""Columns of what people are called by instead of a name: initials in cohorts, aliases where care is anonymous.

They are no names and have no role: what stands beside them, a birth date or a sex, makes somebody of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from leakscan.columns.compare import cells_of, having
from leakscan.columns.hints import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakscan.columns.settle import Draft
    from leakscan.records import ColumnRole

INITIALS = "the initials of a person"
ALIAS = "what a person goes by"
AGED = "the age beside what a person goes by"
MOSTLY = 0.9
"""Share of cells that must look like initials."""
MOST_LETTERS = 4
"""Letters that initials have at most, as of three first names and a name."""
LONGEST = 30
"""Characters of an alias at most: more are a remark."""
_LETTERS = rf"^\p{{L}}(?:[\s.\-/]{{0,2}}\p{{L}}){{0,{MOST_LETTERS - 1}}}\.?$"
_INITIALS = frozenset(("initiales", "initiale", "initials", "initial", "init", "inits", "trigramme"))
_ALIAS = frozenset(("alias", "surnom", "surnoms", "sobriquet", "nickname"))
_AGE = frozenset(("age", "ages"))
_AROUND = frozenset((
    "patient", "patiente", "pat", "pt", "subject", "sujet", "personne", "usager", "usagers", "nom", "prenom", "noms",
    "prenoms", "et", "du", "de", "la", "le", "ou", "rue", "approx", "approximatif", "estime", "environ", "ans",
    "anonyme", "cas", "participant", "malade", "naissance", "p", "n",
))  # fmt: skip
"""Words that may stand around: those of others say whose initials these are (`initiales medecin`)."""
_MAY_BE = (None, "full_name", "last_name", "first_name", "title", "act", "laboratory", "comment")


class Bynames(NamedTuple):
    """By index: columns of initials, one of aliases and one of ages, which goes with aliases."""

    initials: tuple[int, ...] = ()
    alias: int | None = None
    age: int | None = None


NO_BYNAMES = Bynames()


def bynames_of_people(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Initials beside a birth date, and aliases beside a sex, an age or a birth date."""
    born = bool(having(drafts, "birth_date"))
    ages = [draft for draft in drafts if draft.role is None and not draft.fixed and _is_called(draft, _AGE)]
    told = born or ages or having(drafts, "sex")
    for draft in drafts:
        if draft.fixed or draft.role not in _MAY_BE:
            continue
        if born and _is_called(draft, _INITIALS) and _are_initials(cells_of(head, draft)):
            draft.become(None, 0.0, INITIALS)
        elif told and _is_called(draft, _ALIAS) and _are_short(cells_of(head, draft)):
            draft.become(None, 0.0, ALIAS)
    if any(draft.reason == ALIAS for draft in drafts):
        for draft in ages[:1]:
            draft.become(None, 0.0, AGED)


def bynames(columns: Sequence[ColumnRole]) -> Bynames:
    """The columns that the rule found."""
    at = {why: [one.index for one in columns if f"rule {why}" in one.reasons] for why in (INITIALS, ALIAS, AGED)}
    return Bynames(tuple(at[INITIALS]), next(iter(at[ALIAS]), None), next(iter(at[AGED]), None))


def _is_called(draft: Draft, asked: frozenset[str]) -> bool:
    told = [word for word in words(draft.header or "") if not word.isdigit()]
    return any(word in asked for word in told) and all(word in asked or word in _AROUND for word in told)


def _are_initials(cells: pl.Series) -> bool:
    filled = cells.filter(cells != "")
    return filled.n_unique() > 1 and float(filled.str.contains(_LETTERS).mean() or 0) >= MOSTLY  # type: ignore[arg-type]


def _are_short(cells: pl.Series) -> bool:
    filled = cells.filter(cells != "")
    short = (filled.str.len_chars() <= LONGEST) & filled.str.contains(r"\p{L}")
    return len(filled) > 0 and float(short.mean() or 0) >= MOSTLY  # type: ignore[arg-type]
