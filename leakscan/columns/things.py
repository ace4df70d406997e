"""Names that are no patient's: what things are called, who professionals are, what codes mean.

A table called after diseases, services or towns lists these, whatever stands under `nom`; one called after doctors
lists professionals. Where anything in it speaks of patients, its names stay names of people.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import polars as pl

from leakscan.columns.called import kind_of, kind_of_table, led, speaks_of_people, words_of_kind
from leakscan.columns.compare import cells_of, fold_cells
from leakscan.columns.hints import CLEAR, words
from leakscan.columns.keys import NUMBER_WORDS
from leakscan.health.mentions import find_mentions
from leakscan.records import ROLES

if TYPE_CHECKING:
    from leakscan.columns.settle import Draft

NAMES = ("last_name", "maiden_name", "first_name", "full_name")
THINGS = "rows are things, which nobody's name calls"
PROFESSIONALS = "the table is called after professionals"
NAMED_THINGS = "what a thing is called"
_OF_PATIENTS = frozenset(
    ("nir", "ins", "pseudonym", "title", "blood_group", "exam_date", "result", "diagnosis", "drug", "act", "prescriber")
)
"""Roles one of which says that rows are about patients ..."""
_OF_PEOPLE = ("first_name", "birth_date", "sex", "maiden_name", "mutuelle")
"""... and those that say so under a header of their own."""
_OF_HEALTH = ("diagnosis", "drug", "act", "specialty")
_TOLD_OF = {**dict.fromkeys(_OF_HEALTH, frozenset((*_OF_HEALTH, "comment"))), "laboratory": frozenset(("act",))}
"""What is told of a thing that is known for one: the code of a disease, what a drug is for, what a laboratory does."""
_KNOWN_KINDS = ("drug", "specialty", "laboratory", "diagnosis")
"""Kinds of things that are known by their cells alone."""
_NUMBERS = ("record_number", "phone", "email", "login")
ASKED = 0.3
"""A header names a role from here on."""
SURNAMES = 0.5
"""From this share of known surnames or first names on, a list is one of people, whatever it is called."""
WHOLE_NAMES = 0.5
"""From this share of cells with a first name among their words on, cells are names of people."""
KNOWN = 0.6
"""Least share of cells that are known things, where something speaks of patients or nothing else of things ..."""
SOME = 0.3
"""... and where a description beside them speaks of health ..."""
UNKNOWN_NAMES = 0.2
"""... most cells that are names of people as well, there ..."""
FEWEST = 3
"""... and the fewest that differ."""
LISTED_ONCE = 0.8
"""Least share of cells that differ in a list of things."""
MOST = 200
"""Distinct cells that are looked up at most."""
TOLD = 0.2
"""From this share of cells that speak of health on, comments are about patients."""


def names_of_things(drafts: list[Draft], head: pl.DataFrame, called: str | None) -> None:
    """What things, professionals and codes are called is no name of a patient. `called`: the name of the table."""
    names = [draft for draft in drafts if draft.role in NAMES]
    if not names or any(draft.fixed for draft in names):
        return
    table = kind_of_table(called) if called else None
    if table == "professional" or _numbers_professionals(drafts[0]):
        _professionals(drafts, head)
        return
    told = [_kind(draft, table, drafts) for draft in names]
    if not any(told) and len(names) > 1:
        return
    things = []
    for draft, kind in zip(names, told, strict=True):
        kind = kind or _known_kind(draft, head, drafts)  # noqa: PLW2901
        if kind is not None and (known := _calls(draft, kind, names, drafts, head)) is not None:
            draft.become(kind if kind in ROLES else None, CLEAR if kind in ROLES else 0.0, NAMED_THINGS)
            things.append((draft, kind, known))
    others = [draft for draft in drafts if all(draft is not thing for thing, _, _ in things)]
    if not things or any(draft.role in NAMES for draft in others):
        return
    if any(_about_patients(others, head, kind, known=known) or _repeats(draft, kind) for draft, kind, known in things):
        return
    for draft in drafts:
        if not draft.fixed and (draft not in others or draft.role in _NUMBERS):
            draft.become(draft.role, draft.score, THINGS)


def _numbers_professionals(first: Draft) -> bool:
    """Whether the first column, each row its own, is the number of a professional (`provider_id`, `id_medecin`)."""
    told = [word for word in words(first.header or "") if word not in NUMBER_WORDS]
    own = 1 < first.profile.distinct == first.profile.filled
    return own and len(told) == 1 and len(words(first.header or "")) > 1 and kind_of(told[0]) == "professional"


def _repeats(draft: Draft, kind: str) -> bool:
    """Whether rows are rather what belongs to the things: a list of things has each of them once."""
    return kind not in ("animal", "codes") and draft.profile.distinct_share < LISTED_ONCE


def _kind(draft: Draft, table: str | None, drafts: list[Draft]) -> str | None:
    """What a column of names is said to name: by its header or by the name of the table."""
    if draft.header is None or speaks_of_people(draft.header):
        return None
    kind = led(draft.header)
    if kind is not None and any(_leads(draft) == _leads(other) for other in drafts if _is_first_name(other)):
        return None
    return kind or table


def _leads(draft: Draft) -> str:
    return next(iter(words(draft.header or "")), "")


def _is_first_name(draft: Draft) -> bool:
    return draft.role == "first_name" and draft.hinted("first_name") >= ASKED


def _known_kind(draft: Draft, head: pl.DataFrame, drafts: list[Draft]) -> str | None:
    """A lone `nom` all of whose cells are diseases, drugs, specialities or places of care, and none a surname."""
    share = draft.profile.share
    if draft.header is None or not share or speaks_of_people(draft.header):
        return None
    others = [other for other in drafts if other is not draft]
    surnames = max(share["last"], share["first"]) > UNKNOWN_NAMES
    kinds = ("laboratory",) if surnames or draft.profile.distinct < FEWEST else _KNOWN_KINDS
    for kind in kinds:
        offers = [other for other in others if other.role != "act"] if kind == "laboratory" else others
        if _known(draft, kind, head) >= KNOWN and not _about_patients(offers, head, kind, known=False):
            return kind
    return None


def _calls(draft: Draft, kind: str, names: list[Draft], drafts: list[Draft], head: pl.DataFrame) -> bool | None:
    """Whether cells are what things of a kind are called: True where they are known things; None if they are not."""
    share = draft.profile.share
    if kind in ("animal", "codes"):
        return None if any(_is_first_name(name) for name in names) else False
    surnames = max(share.get("last", 0.0), share.get("first", 0.0))
    known = _known(draft, kind, head)
    if known >= KNOWN and (known > surnames or kind == "laboratory"):
        return True
    if surnames >= SURNAMES or share.get("two_names", 0.0) > WHOLE_NAMES:
        return None
    described = known >= SOME and surnames <= UNKNOWN_NAMES
    others = [one for one in drafts if one is not draft]
    return None if _about_patients(others, head, kind, known=described) else described


def _about_patients(drafts: Iterable[Draft], head: pl.DataFrame, kind: str, *, known: bool) -> bool:
    """Whether one of the columns tells that rows are about patients."""
    return any(_speaks(draft, head, kind, known=known) for draft in drafts)


def _speaks(draft: Draft, head: pl.DataFrame, kind: str, *, known: bool) -> bool:
    """Whether a column tells that rows are about patients. `known`: they are known things, which may be described."""
    if draft.role in ("nir", "ins") or _is_first_name(draft):
        return True
    if kind == "animal":
        return False
    header = draft.header or ""
    if known and draft.role in _TOLD_OF.get(kind, ()):
        own = False
    elif draft.role in _OF_PEOPLE:
        own = draft.hinted(draft.role) >= ASKED
    elif draft.role == "record_number":
        own = draft.hinted("record_number") > ASKED and "id" not in words(header)
    elif draft.role == "comment":
        own = _share_of_conditions(cells_of(head, draft)) >= TOLD
    else:
        own = draft.role in _OF_PATIENTS
    return own or speaks_of_people(header)


def _known(draft: Draft, kind: str, head: pl.DataFrame) -> float:
    """Share of cells that are known things of a kind."""
    if kind in ("diagnosis", "act"):
        return _share_of_conditions(cells_of(head, draft))
    if kind == "laboratory":
        places = rf"^(?:LES? |LA |L )?(?:{'|'.join(words_of_kind(kind))})S? [A-Z0-9]".upper()
        cells = fold_cells(head, draft)
        return float(cells.filter(cells != "").str.contains(places).mean() or 0.0)  # type: ignore[arg-type]
    return draft.profile.share.get(kind, 0.0)


def _share_of_conditions(cells: pl.Series) -> float:
    """Share of distinct cells that name something of health."""
    distinct = cells.filter(cells != "").unique(maintain_order=True).head(MOST)
    return find_mentions(distinct)["row"].n_unique() / max(1, len(distinct))


def _professionals(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Names of doctors, as long as nothing of a patient stands beside them."""
    own = ("first_name", "prescriber")  # who is called a doctor in a table of doctors is one of them
    others = [draft for draft in drafts if draft.role not in own and draft.header is not None]
    if any(draft.header is None for draft in drafts) or _about_patients(others, head, "professional", known=False):
        return
    for draft in drafts:
        if draft.role in (*NAMES, *_NUMBERS) and not draft.fixed:
            draft.become(draft.role, draft.score, PROFESSIONALS)
