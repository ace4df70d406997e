"""Whose columns stand beside the patients': parents, who is to be called, who holds the account that booked.

Where a table has the patient's own names, those of somebody else are nobody's here, and who has but a contact of theirs
is no patient.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from leakscan.columns.compare import cells_of, having
from leakscan.columns.hints import CLEAR, words
from leakscan.columns.keys import OF_PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakscan.columns.settle import Draft

OF_SOMEBODY_ELSE = "of somebody else, whom its header names"
OF_THE_HOLDER = "of who holds the account, where no patient is named"
OF_A_CONTACT = "of who is to be called, as their kinship says"
EVERYWHERE = 0.9
"""Least share of rows that name who holds an account, for it to be the patient where no other is named ..."""
UNNAMED = 0.02
"""... on so large a share of the rows."""
FALLBACK = 0.31
"""The score of a holder's names: any other column of their role is surer."""
KINSHIPS = 0.6
"""Least share of filled cells that say how somebody is related, in a column of kinships."""
_ACCOUNTS = (
    "accounts?|comptes?|holders?|users?|utilisateurs?|utilisatrices?|owners?|proprietaires?|bookers?|titulaires?"
    "|demandeurs?|demandeuses?|declarants?|souscripteurs?|payeurs?|garants?|payers?|guarantors?|appelante?s?|callers?"
    "|emetteurs?|destinataires?|expediteurs?|signataires?|createurs?|creators?|auteurs?|authors?"
)
_CALLED = (
    "contacts?|contacter|prevenir|confiance|urgence|emergency|kin|proches?|aidante?s?|accompagnante?s?|accompagnateurs?"
    "|accompagnatrices?|caregivers?|carers?|tuteurs?|tutrices?|tutelle|curateurs?|curatrices?|mandataires?|resps?"
    "|responsables?|representante?s?|guardians?"
)
_FAMILY = (
    "parents?|peres?|meres?|papa|maman|mothers?|fathers?|conjointe?s?|compagnons?|compagnes?|partenaires?|spouses?"
    "|partners?"
)
_ELSE = re.compile(rf"^(?:{_ACCOUNTS}|{_CALLED}|{_FAMILY})$")
_HOLDS = re.compile(rf"^(?:{_ACCOUNTS})$")
_OF_FAMILY = re.compile(rf"^(?:{_FAMILY})$")
"""Relatives who may be patients as well: couples, mothers with their children."""
_CHILD = re.compile(r"^(?:eleves?|enfants?|child|children|pupils?|students?|bebes?|mineure?s?|protegee?s?)$")
_KIN = (
    r"(?i)^(?:(?:grand|petite?|belle|beau|arri[èe]re|ex|demi|premi[èe]re?)[ -])*(?:p[èe]re|m[èe]re|papa|maman|parents?"
    r"|filles?|fils|enfants?|fr[èe]re|s(?:oe|œ)ur|conjointe?|[ée]pou(?:x|se)|mari|femme|concubine?|compagnon|compagne"
    r"|partenaire|niece|ni[èe]ce|neveu|cousine?|oncle|tante|amie?|voisine?|tuteur|tutrice|curateur|curatrice"
    r"|mandataire|famille|aidante?|proche|bru|gendre|marraine|parrain|mother|father|son|daughter|wife|husband|spouse"
    r"|brother|sister|friend|neighbou?r|guardian)s?\b"
)
_RELATED = re.compile(r"\b(?:lien|liens|parente|relation|relationship|kinship|qualite|filiation)\b")
_LISTED = re.compile(
    r"^(?:contacts?|prevenir|confiance|proches?|familles?|aidante?s?|tuteurs?|tutelles?|curateurs?|mandataires?|parents?"
    r"|responsables?|representants?|accompagnants?|entourages?|caregivers?|carers?|guardians?|kin)$"
)
"""What a list of whom to call is called ..."""
_TRACED = re.compile(r"^(?:cas|covid\w*|tuberculose|index|tracing|traces?|exposee?s?|risques?|depistages?)$")
"""... unless those are meant whom an infected patient has met."""
_WHOLE = ("full_name",)
_LAST = ("last_name", "maiden_name")
_NAMES = (*_LAST, "first_name", *_WHOLE)
_IDENTITY = (*_NAMES, "birth_date", "sex", "title", "birth_place")
_REACHED = ("phone", "email", "address")
_BORN = ("birth_date", "nir", "ins")
_CARED_FOR = (
    *_BORN, "sex", "exam_date", "act", "result", "diagnosis", "drug", "blood_group", "mutuelle", "prescriber",
)  # fmt: skip
"""Roles that a list of whom to call has none of."""


def columns_of_somebody_else(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Names under a header of somebody else, beside the patients' own, are not theirs; nor is what reaches them."""
    del head
    theirs = [draft for draft in drafts if not draft.fixed and _names_somebody_else(draft)]
    own = [draft for draft in drafts if draft not in theirs]
    named = [draft for draft in theirs if draft.role in _NAMES]
    if not named or not _whole(own):
        return
    born = {_group(draft) for draft in theirs if draft.role in _BORN and _is_relative(draft)}
    dated = bool(having(own, "birth_date"))
    for draft in theirs:
        if _group(draft) in born:  # a couple, or a mother and her child
            continue
        if draft.role in _IDENTITY and (dated or draft.role != "birth_date"):
            draft.become(None, 0.0, OF_SOMEBODY_ELSE)
            draft.other = 1.0
        elif draft.role in _REACHED:
            draft.become(draft.role, draft.score, OF_SOMEBODY_ELSE)


def holders_who_are_patients(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Who has an account and is named on every row is the patient where the patients' own columns are empty."""
    theirs = [draft for draft in drafts if draft.reason == OF_SOMEBODY_ELSE and _holds_an_account(draft)]
    scored = [(draft, _scored(draft)) for draft in theirs if draft.role is None]
    names = [draft for draft, role in scored if role in (*_LAST, *_WHOLE)]
    own = having(drafts, "last_name", *_WHOLE)
    if not names or not own or names[0].profile.fill < EVERYWHERE:
        return
    empty = pl.select(pl.all_horizontal(*(cells_of(head, draft) == "" for draft in own))).to_series()
    if float((empty & (cells_of(head, names[0]) != "")).mean() or 0.0) < UNNAMED:  # type: ignore[arg-type]
        return
    for draft, role in scored:
        if role in _IDENTITY:
            draft.become(role, FALLBACK, OF_THE_HOLDER)


def contacts_by_kinship(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Names beside a kinship and a column called after patients are those of whom to call for that patient."""
    _for_patients(drafts, lambda others: any(_is_kinship(draft, head) for draft in others))


def contacts_by_name(drafts: list[Draft], called: str) -> None:
    """The same in a table called after those who are called, helped by or kin."""
    told = words(called)
    if any(_LISTED.match(word) for word in told) and not any(_TRACED.match(word) for word in told):
        _for_patients(drafts, lambda _: True)


def _for_patients(drafts: list[Draft], are_called: Callable[[list[Draft]], bool]) -> None:
    patients = [draft for draft in drafts if _names_a_patient(draft)]
    others = [draft for draft in drafts if draft not in patients and not draft.fixed]
    if not patients or not having(others, *_NAMES) or having(others, *_CARED_FOR) or not are_called(others):
        return
    for draft in having(patients, *_CARED_FOR):  # R0001 is a number of theirs and no diagnosis
        draft.become("record_number", CLEAR, OF_A_CONTACT)
    for draft in others:
        if draft.role in _IDENTITY:
            draft.become(None, 0.0, OF_A_CONTACT)
            draft.other = 1.0
        elif draft.role in _REACHED:
            draft.become(draft.role, draft.score, OF_A_CONTACT)


def _whole(drafts: list[Draft]) -> bool:
    """Whether the columns name somebody in full."""
    return bool(having(drafts, *_WHOLE) or (having(drafts, *_LAST) and having(drafts, "first_name")))


def _names_somebody_else(draft: Draft) -> bool:
    return draft.header is not None and any(_ELSE.match(word) for word in words(draft.header))


def _holds_an_account(draft: Draft) -> bool:
    return any(_HOLDS.match(word) for word in words(draft.header or ""))


def _scored(draft: Draft) -> str | None:
    """The role that header and cells spoke for."""
    return draft.scores[0].role if draft.scores else None


def _names_a_patient(draft: Draft) -> bool:
    told = words(draft.header or "")
    return any(OF_PEOPLE.match(word) or _CHILD.match(word) for word in told) and not _names_somebody_else(draft)


def _is_relative(draft: Draft) -> bool:
    return any(_OF_FAMILY.match(word) for word in words(draft.header or ""))


def _group(draft: Draft) -> tuple[str, ...]:
    """Whom a header names, and which of several."""
    told = words(draft.header or "")
    return tuple(word for word in told if _ELSE.match(word) or word.isdigit())


def _is_kinship(draft: Draft, head: pl.DataFrame) -> bool:
    if draft.header is None or not _RELATED.search(" ".join(words(draft.header))):
        return False
    cells = cells_of(head, draft)
    return float(cells.filter(cells != "").str.contains(_KIN).mean() or 0.0) >= KINSHIPS  # type: ignore[arg-type]
