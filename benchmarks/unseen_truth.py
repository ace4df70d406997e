"""The truth of one unseen export, counted from the generator's own people and lines, never from the written file."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import unseen_health as health
from unseen_people import AS_OF, Person

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from unseen_rows import Row

THEMES = (
    "hiv",
    "cancer",
    "pregnancy",
    "genetic",
    "treatment",
    "sti_hepatitis",
    "mental_health",
    "addiction",
    "other_condition",
)
_STRENGTH = {"affirmed": 3, "tested": 2, "negated": 1}
_CATEGORIES: dict[str, tuple[str, ...]] = {
    "name": ("last_name", "first_name", "full_name"),
    "birth_date": ("birth_date",),
    "nir": ("nir", "nir13", "ins"),
    "address": ("address",),
    "phone": ("phone", "mobile"),
    "email": ("email",),
    "mutuelle": ("mutuelle", "mutuelle_no"),
    "prescriber": ("prescriber",),
    "exam_date": ("exam_date",),
    "blood_group": ("blood_group",),
    "credentials": ("password",),
}
_OTHER_DATES = {"edition_date", "invoice_date", "prescription_date", "created_at", "admission", "discharge"}
_TEXTS = {"comment", "comment2", "act", "act_code", "diagnosis", "drug", "atc", "cip"}


def is_minor(born: dt.date, day: dt.date) -> bool:
    """Say whether somebody born on `born` is under 18 on `day`."""
    return (day.year - born.year) - ((day.month, day.day) < (born.month, born.day)) < 18


def settle_acts(kinds: list[str], lines: list[Row], cells: list[list[str]]) -> None:
    """Add to each line what its act says: tested, or what the result says where results are in the file."""
    if not {"act", "act_code"} & set(kinds):
        return
    place = kinds.index("result") if "result" in kinds else None
    for row, line in zip(lines, cells, strict=True):
        if row.act[2] is None:
            continue
        status = "tested"
        if place is not None and line[place]:
            status = "affirmed" if line[place] in health.POSITIVE else "negated"
        row.claims.append((row.act[2], status))


def may_damage(lines: list[Row]) -> list[int]:
    """List lines that can be damaged with no harm to the truth: nothing stands on them alone."""
    seen = Counter(id(row.person) for row in lines)
    doctors, labs = Counter(row.prescriber.index for row in lines), Counter(row.lab.index for row in lines)
    ends = {min(row.exam.date() for row in lines), max(row.exam.date() for row in lines)}
    taken: set[int] = set()
    found: list[int] = []
    for number, row in enumerate(lines):
        alone = seen[id(row.person)] < 3 or doctors[row.prescriber.index] < 5 or labs[row.lab.index] < 5
        if alone or row.claims or row.first_of_person or row.exam.date() in ends or id(row.person) in taken:
            continue
        taken.add(id(row.person))
        found.append(number)
    return found


def _by_theme(lines: list[Row]) -> dict[str, dict[str, int]]:
    """Count each person once per theme, under the strongest status of all their rows."""
    best: dict[tuple[int, str], str] = {}
    for row in lines:
        for theme, status in row.claims:
            key = (id(row.person), theme)
            if status in _STRENGTH and _STRENGTH[status] > _STRENGTH.get(best.get(key, ""), 0):
                best[key] = status
    counts = Counter((theme, status) for (_, theme), status in best.items())
    return {theme: {status: counts[theme, status] for status in _STRENGTH} for theme in THEMES}


def truth_of(
    kinds: list[str],
    roles: list[str | None],
    lines: list[Row],
    cells: list[list[str]],
    damaged: Collection[int],
    *,
    bare: bool,
) -> dict[str, Any]:
    """Count the truth of a file over its intact lines; placeholders are nobody.

    `judged` says what the layout makes decidable; whatever is false there is given for information only.
    """
    intact = [(row, line) for number, (row, line) in enumerate(zip(lines, cells, strict=True)) if number not in damaged]
    real = [(row, line) for row, line in intact if not row.person.placeholder]
    rows = [row for row, _ in real]
    people: dict[int, Person] = {id(row.person): row.person for row in rows}
    first_exam: dict[int, dt.date] = {}
    for row in rows:
        key = id(row.person)
        first_exam[key] = min(first_exam.get(key, row.exam.date()), row.exam.date())
    role = dict(zip(kinds, roles, strict=True))
    present = set(kinds)
    by_theme = _by_theme(rows)
    categories: dict[str, int] = {}
    for category, members in _CATEGORIES.items():
        places = [kinds.index(kind) for kind in members if kind in present]
        if places:
            categories[category] = len({id(row.person) for row, line in real if any(line[place] for place in places)})
    if present & _TEXTS:
        categories["treatment"] = by_theme["treatment"]["affirmed"]
    nir_kinds = present & {"nir", "nir13"}
    named = "full_name" in present or {"last_name", "first_name"} <= present
    doctors = present & {"prescriber", "rpps", "adeli"}
    dated = "exam_date" in present and not (bare and present & _OTHER_DATES)
    born = "birth_date" in present
    days = [row.exam.date() for row, _ in intact]
    return {
        "as_of": AS_OF.isoformat(),
        "nir_rows": sum(row.nir_state == "right" for row, _ in intact) if nir_kinds else 0,
        "nir_wrong_key_rows": sum(row.nir_state == "wrong" for row, _ in intact) if nir_kinds else 0,
        "placeholder_rows": len(intact) - len(real),
        "persons": len(people),
        "persons_by_theme": by_theme,
        "persons_by_category": categories,
        "minors": sum(is_minor(person.born, AS_OF) for person in people.values()),
        "minors_at_exam": sum(is_minor(person.born, first_exam[key]) for key, person in people.items()),
        "exam_dates": {"first": min(days).isoformat(), "last": max(days).isoformat()}
        if "exam_date" in present
        else None,
        "prescribers": len({row.prescriber.index for row, _ in intact}) if doctors else 0,
        "laboratories": len({row.lab.index for row, _ in intact}) if "laboratory" in present else 0,
        "judged": {
            "nir_rows": all(role[kind] != "*" for kind in nir_kinds) and not (bare and "ins" in present),
            "persons": named and born,
            "minors": named and born,
            "minors_at_exam": named and born and dated,
            "exam_dates": dated,
            "prescribers": any(role[kind] != "*" for kind in doctors),
            "laboratories": role.get("laboratory", "*") != "*",
            "statuses": ["affirmed"] if bare else list(_STRENGTH),
            "categories": sorted(
                category
                for category in categories
                if all(role[kind] != "*" for kind in _CATEGORIES.get(category, ()) if kind in present)
            ),
        },
    }
