"""Directories of professionals: their specialities are no illness of anybody, and they are no patients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakscan.columns.called import kind_of, speaks_of_people
from leakscan.columns.compare import JUDGED, cells_of, having
from leakscan.columns.hints import CLEAR, words
from leakscan.columns.keys import own_prefix
from leakscan.health.mentions import find_mentions

if TYPE_CHECKING:
    import polars as pl

    from leakscan.columns.settle import Draft

SPECIALITIES = 0.7
"""Least share of cells that are specialities of medicine."""
CALLED_SPECIALITIES = 0.3
"""The same in a column that is called so: midwives and cashiers have theirs as well."""
OF_PATIENTS = (
    "nir", "ins", "birth_date", "exam_date", "act", "result", "diagnosis", "drug", "pseudonym", "mutuelle", "comment",
    "prescriber", "blood_group",
)  # fmt: skip
"""Roles one of which says that rows are about patients, who are seen in a speciality."""
_SPECIALITY = frozenset(("specialite", "specialites", "specialty", "speciality"))
_NAMES = ("last_name", "full_name", "maiden_name")


def specialities(drafts: list[Draft], head: pl.DataFrame) -> None:
    """A column of specialities beside names, in a table that has nothing of patients, is what these people do."""
    del head
    if having(drafts, *OF_PATIENTS) or not having(drafts, *_NAMES):
        return
    for draft in drafts:
        unsaid = _SPECIALITY.isdisjoint(words(draft.header or ""))
        least = SPECIALITIES if unsaid else CALLED_SPECIALITIES
        if draft.role is None and not draft.fixed and draft.profile.share.get("specialty", 0) >= least:
            draft.become("specialty", 0.7, "specialities of medicine beside names, and nothing of patients")


DIRECTORY = "each row has an RPPS of its own, and what a directory says of a practice"
OWN_NUMBERS = 0.9
"""Least share of rows with an RPPS, and of these that differ, in a directory of professionals ..."""
TITLED = 0.8
"""... and of its titles that are a doctor's ..."""
SIGNS = 2
"""... and fewest signs of a directory: specialities, how and where somebody practises, titles of doctors."""
OF_ILLNESS = 0.5
"""With more rows than this that say something of health in a comment, a list is one of patients."""
LOOKED_AT = 200
"""Distinct comments of a possible directory that are looked at."""
_BEFALLS = (
    "nir", "ins", "exam_date", "act", "result", "diagnosis", "drug", "pseudonym", "mutuelle", "prescriber",
    "blood_group",
)  # fmt: skip
"""Roles that no directory has, though it may have birth dates and comments."""
_SPECIALITY = frozenset(("specialite", "specialites", "speciality", "specialty", "savoir", "discipline"))
_PRACTICE = frozenset((
    "exercice", "secteur", "conventionnement", "convention", "mssante", "structure", "cabinet", "raison", "finess",
    "adeli", "practice",
))  # fmt: skip
_NUMBERED = ("record_number", "phone", "email", "login", "title")
_DOCTOR = r"(?i)^(?:drs?|docteure?|prs?|professeure?)\.?$"


def directories(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Names beside an RPPS that each row has for itself are professionals', with birth dates and comments or without.

    A column of prescribers' numbers repeats, and a directory tells of practices.
    """
    prefix = own_prefix([draft.name for draft in drafts])
    described = having(drafts, "birth_date", "nir", "ins", "sex", "address")
    theirs = bool(prefix) and not described and not speaks_of_people(prefix)  # `med_nom`, `med_rpps`: all of one person
    own = [
        draft
        for draft in having(drafts, "rpps")
        if min(draft.profile.fill, draft.profile.distinct_share) >= OWN_NUMBERS
        and (theirs or not _of_prescribers(draft))
    ]
    if not own or having(drafts, *_BEFALLS) or not having(drafts, *_NAMES):
        return
    told = {draft.index: frozenset(words(draft.header or "")) for draft in drafts}
    special = [draft for draft in drafts if draft.role == "specialty" or told[draft.index] & _SPECIALITY]
    practice = any(draft.role in ("finess", "adeli") or told[draft.index] & _PRACTICE for draft in drafts)
    titles = any(cells_of(head, draft).str.contains(_DOCTOR).mean() >= TITLED for draft in having(drafts, "title"))  # type: ignore[operator]
    others = [draft for draft in drafts if draft.role in (None, "comment") and draft not in special]
    if bool(special) + practice + titles + SIGNS * theirs < SIGNS or any(_of_illness(draft, head) for draft in others):
        return
    for draft in drafts:
        if draft.fixed:
            continue
        if draft in special and draft.role in (None, "comment"):
            draft.become("specialty", CLEAR, DIRECTORY)
        elif draft.role in (*_NAMES, "first_name", *_NUMBERED):
            draft.become(draft.role, draft.score, DIRECTORY)


def _of_illness(draft: Draft, head: pl.DataFrame) -> bool:
    """Whether a column tells on most rows what somebody has: patients are sent to who has the number."""
    cells = cells_of(head, draft)
    distinct = cells.unique(maintain_order=True).head(LOOKED_AT)
    told = distinct.gather(find_mentions(distinct)["row"].unique())
    return float(cells.is_in(told.implode()).mean() or 0.0) > OF_ILLNESS  # type: ignore[arg-type]


ALL_DOCTORS = 0.9
"""From this share of cells with a doctor's title on, a column holds doctors alone, whatever its header."""
OF_DOCTORS = 1.5
"""Numbers of professionals that are no more than this many times the doctors are theirs, not their patients'."""
FIRST_NAMES = 0.5
"""From this share of cells that are known first names on, a column with some doctors holds first names."""
DOCTORS_AMONG = "names under a clear header, some of them of doctors"
DOCTORS_NUMBERED = "names, of whom those with an RPPS are professionals"


def doctors_among_people(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Under a clear `nom` or `prenom` some cells may begin with Dr.: the column holds names of patients as well.

    Where all do, and nothing beside them is a patient's, they are doctors.

    Where a number of professionals stands on these rows, and no prescriber beside, it is the doctors' own.
    """
    del head
    described = bool(having(drafts, "birth_date", "nir", "ins", "diagnosis", "pseudonym"))
    for draft in drafts:
        if draft.fixed or draft.profile.share.get("doctor", 0.0) == 0:
            continue
        if draft.profile.share["doctor"] >= ALL_DOCTORS:
            if draft.role in (*_NAMES, "first_name") and draft.profile.filled >= JUDGED and not described:
                draft.become("prescriber", CLEAR, "all of them are doctors")
            continue
        for role in ("first_name", "last_name"):
            named = having(drafts, role, "full_name") or not _holds(draft, role)
            if draft.role == "prescriber" and draft.hinted(role) >= CLEAR and not named:
                draft.become(role, CLEAR, DOCTORS_AMONG)
        doctors = draft.profile.share["doctor"] * draft.profile.fill
        theirs = any(
            one.profile.fill <= OF_DOCTORS * doctors and not _of_prescribers(one) for one in having(drafts, "rpps")
        )
        if draft.role in (*_NAMES, "first_name") and theirs and not _speaks_of_patients(drafts):
            draft.become(draft.role, draft.score, DOCTORS_NUMBERED)


def _speaks_of_patients(drafts: list[Draft]) -> bool:
    """Whether a doctor among these people may well be a patient: they have numbers, diseases, drugs or a prescriber."""
    return bool(having(drafts, "prescriber", "diagnosis", "drug", "act", "result", "pseudonym")) or any(
        draft.header is not None and speaks_of_people(draft.header) for draft in drafts if draft.role == "record_number"
    )


def _holds(draft: Draft, role: str) -> bool:
    """Whether cells are such names as the header says: `PRE_NOM` may be the prescriber's."""
    return role != "first_name" or draft.profile.share.get("first", 0.0) >= FIRST_NAMES


def _of_prescribers(draft: Draft) -> bool:
    return any(kind_of(word) == "professional" for word in words(draft.header or ""))
