"""Directories of professionals: their specialities are no illness of anybody, and they are no patients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakscan.columns.compare import having

if TYPE_CHECKING:
    import polars as pl

    from leakscan.columns.settle import Draft

SPECIALITIES = 0.7
"""Least share of cells that are specialities of medicine."""
OF_PATIENTS = (
    "nir", "ins", "birth_date", "exam_date", "act", "result", "diagnosis", "drug", "pseudonym", "mutuelle", "comment",
    "prescriber", "blood_group",
)  # fmt: skip
"""Roles one of which says that rows are about patients, who are seen in a speciality."""
_NAMES = ("last_name", "full_name", "maiden_name")


def specialities(drafts: list[Draft], head: pl.DataFrame) -> None:
    """A column of specialities beside names, in a table that has nothing of patients, is what these people do."""
    del head
    if having(drafts, *OF_PATIENTS) or not having(drafts, *_NAMES):
        return
    for draft in drafts:
        if draft.role is None and not draft.fixed and draft.profile.share.get("specialty", 0) >= SPECIALITIES:
            draft.become("specialty", 0.7, "specialities of medicine beside names, and nothing of patients")
