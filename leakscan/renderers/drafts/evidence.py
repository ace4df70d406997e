"""From a statement to its evidence: lines of the report's evidence, by data category, theme, or input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from leakscan.renderers.renderer import Report

MOST_CITED = 3
"""Lines of evidence that one cell cites, the fullest first: the report has them all."""

SMALL = 5
"""Fewer people than this are written as `moins de 5`."""

ENTITIES: dict[str, frozenset[str]] = {
    "name": frozenset(("last_name", "first_name", "full_name", "maiden_name")),
    "birth_date": frozenset(("birth_date",)),
    "nir": frozenset(("nir", "ins")),
    "address": frozenset(("address", "postcode", "city")),
    "phone": frozenset(("phone",)),
    "email": frozenset(("email",)),
    "mutuelle": frozenset(("mutuelle",)),
    "prescriber": frozenset(("prescriber", "rpps", "adeli")),
    "exam_date": frozenset(("exam_date",)),
    "blood_group": frozenset(("blood_group",)),
    "credentials": frozenset(("login", "password", "password_hash", "credentials")),
    "financial": frozenset(("iban",)),
    "laboratory": frozenset(("laboratory",)),
    "finess": frozenset(("finess",)),
    "treatment": frozenset(("cip13",)),
}
"""Entities of the evidence that show a data category."""

_THEME_OF = {"treatment": "treatment", "genetic_data": "genetic", "blood_group": "blood_group"}


def lines_of_category(report: Report, category: str) -> tuple[str, ...]:
    """Pointers to the fullest lines of evidence for a data category; none where no column shows it."""
    entities, theme = ENTITIES.get(category, frozenset()), _THEME_OF.get(category)
    return _fullest(report, lambda line: line["entity"] in entities or (theme is not None and line["theme"] == theme))


def lines_of_theme(report: Report, theme: str, status: str | None = None) -> tuple[str, ...]:
    """Pointers to the fullest lines of evidence for a health theme, under one status or any."""
    return _fullest(report, lambda line: line["theme"] == theme and status in {None, line["status"]})


def _fullest(report: Report, holds: Callable[[Mapping[str, Any]], bool]) -> tuple[str, ...]:
    found = [(-line["records"], at) for at, line in enumerate(report["evidence"]) if holds(line)]
    return tuple(f"/evidence/{at}" for _, at in sorted(found)[:MOST_CITED])


def resolve(report: Report, pointer: str) -> Any:
    """What stands at a JSON pointer of the report; KeyError, IndexError or ValueError where nothing does."""
    found: Any = report
    for part in pointer.split("/")[1:]:
        found = found[int(part)] if isinstance(found, list) else found[part.replace("~1", "/").replace("~0", "~")]
    return found
