"""What a correction of a column's role changes in a report, as far as a report can tell.

A report holds counts, not cells. So roles, the roles of lines of evidence, data categories that come or go, and the
severity are computed anew; people were counted under the old roles and stand only where no count rests on the columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from leakscan.examine import HEALTH_ROLES
from leakscan.explain.columns import Place
from leakscan.passes import HEALTH_SOURCE_ROLES, SURE_ROLE
from leakscan.renderers.html.evidence import ENTITIES
from leakscan.report import ACT_ROLES, RESULT_ROLES
from leakscan.severity import Facts, assess

if TYPE_CHECKING:
    from leakscan.renderers import Report

BESIDE_PEOPLE = frozenset(("title", "city", "date"))
"""Roles that no person is counted, described or reached by: a correction between these leaves the people alone."""
CORRECTED = "role_corrected"
"""Code of the warning that a role was corrected and that the people are to be counted again."""
BY_HAND = "corrected by hand"
"""Rule of a role that a person gave a column after the scan."""
_COUNTED_OLD = (
    "its role was corrected after the scan: people, categories and themes are still counted under the old role; "
    "scan again with --role"
)
_OWN_THEMES = ("treatment", "blood_group")


class Correction(NamedTuple):
    """A column and the role that it has by somebody's word (None: no role)."""

    place: Place
    role: str | None


@dataclass(frozen=True, slots=True)
class Corrected:
    """A report with corrections in it. `withdrawn`: lines of evidence that were the old roles' own.

    `gained`, `lost`: data categories. `stands`: whether the people are still those that a scan would count.
    """

    report: dict[str, Any]
    corrections: tuple[Correction, ...]
    withdrawn: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    stands: bool


def corrected(report: Report, given: Iterable[Correction], who: str, when: str) -> Corrected:
    """The report as it is with these roles. `who` corrects, `when` in UTC. What is no change is left out."""
    made = tuple(one for one in dict.fromkeys(given) if one.role != one.place.role)
    if not made:
        return Corrected(dict(report), (), 0, (), (), stands=True)
    new = {(*one.place.source, one.place.index): one.role for one in made}
    inputs = [_input(line, new) for line in report["inputs"]]
    evidence, withdrawn = _evidence(report["evidence"], made)
    was_health, health = _health(report["inputs"], inputs, (report["evidence"], evidence))
    inputs = [
        {**line, "health": about} if "health" in line else line for line, about in zip(inputs, health, strict=True)
    ]
    old, now = _supported(report["evidence"]), _supported(evidence)
    had = {name for name, bounds in report["persons"]["by_category"].items() if bounds["likely"]}
    themes = _themes(report, report["evidence"], evidence)
    lost = {name for name in had & old if name not in now and name not in _themes_as_categories(themes)}
    gained = {name for one in made for name in _categories_of(one.role)} - (had - lost)
    lost -= gained
    categories = (had | gained) - lost
    blood = "blood_group" in categories
    if blood != ("affirmed" in themes.get("blood_group", ())) and "blood_group" in gained | lost:
        themes = {**themes, "blood_group": frozenset(("affirmed",) if blood else ())}
    stands = (
        all({one.place.role, one.role} <= BESIDE_PEOPLE for one in made)
        and health == was_health
        and themes == _themes(report, report["evidence"], report["evidence"])
    )
    severity = _severity(report, inputs, categories, themes, any(health))
    told = [_told(one, who, when, stands=stands) for one in made]
    warnings = [*([] if stands else [_warning(one) for one in made]), *report["warnings"]]  # first: lists are cut
    changed = {
        **report,
        "inputs": inputs,
        "evidence": evidence,
        "severity": severity,
        "corrections": [*report.get("corrections", ()), *told],
        "warnings": warnings,
    }
    return Corrected(changed, made, withdrawn, tuple(sorted(gained)), tuple(sorted(lost)), stands)


def _told(one: Correction, who: str, when: str, *, stands: bool) -> dict[str, Any]:
    place = one.place
    return {
        "path": place.path,
        "member": place.member,
        "index": place.index,
        "column": place.column,
        "from": place.role,
        "to": one.role,
        "who": who,
        "when": when,
        "people": "stand" if stands else "count_again",
    }


def _warning(one: Correction) -> dict[str, Any]:
    path, member = one.place.source
    line = {"code": CORRECTED, "path": path, "member": member, "row": None, "offset": None, "count": 1}
    return {**line, "message": f"column {one.place.index + 1}: {_COUNTED_OLD}"}


def _input(line: Mapping[str, Any], new: Mapping[tuple[str, str | None, int], str | None]) -> dict[str, Any]:
    roles = [_role(role, line, new) for role in line.get("roles", ())]
    return {**line, "roles": roles} if "roles" in line else dict(line)


def _role(
    role: Mapping[str, Any], line: Mapping[str, Any], new: Mapping[tuple[str, str | None, int], str | None]
) -> dict[str, Any]:
    key = (line["path"], line["member"], role["index"])
    if key not in new:
        return dict(role)
    return {**role, "role": new[key], "confidence": 1.0, "why": {"rule": BY_HAND}}


def _evidence(lines: Sequence[Mapping[str, Any]], made: Sequence[Correction]) -> tuple[list[dict[str, Any]], int]:
    """The lines under the new roles; what was the old role's own is withdrawn, and how many lines that is.

    Health that was read in a column whose new role holds none is withdrawn too: a name or a town only looks like it.
    """
    new = {(*one.place.source, one.place.column): one for one in made}
    kept: list[dict[str, Any]] = []
    for line in lines:
        one = new.get((line["path"], line["member"], line["column"]))
        if one is None:
            kept.append(dict(line))
            continue
        own = line["theme"] is None and line["entity"] == one.place.role
        spoken = line["theme"] is not None and one.role not in HEALTH_ROLES
        if not own and not spoken:
            kept.append({**line, "role": one.role})
    return kept, len(lines) - len(kept)


def _supported(lines: Iterable[Mapping[str, Any]]) -> set[str]:
    """Data categories that a line of evidence stands for."""
    entities = {line["entity"] for line in lines if line["theme"] is None}
    return {category for category, known in ENTITIES.items() if entities & set(known)}


def _categories_of(role: str | None) -> set[str]:
    counted = {"name", "birth_date", "nir", "address", "phone", "email", "mutuelle", "prescriber", "exam_date"}
    counted |= {"blood_group", "credentials", "financial"}
    known = {category for category, roles in ENTITIES.items() if role in roles and category in counted}
    return known - {"credentials"} if role == "login" else known


def _themes(
    report: Report, before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]
) -> dict[str, frozenset[str]]:
    """Themes with somebody, without those that only withdrawn lines spoke of."""
    old, now = ({(line["theme"], line["status"]) for line in lines if line["theme"]} for lines in (before, after))
    gone = old - now
    return {
        theme: frozenset(
            status for status, bounds in statuses.items() if bounds["likely"] and (theme, status) not in gone
        )
        for theme, statuses in report["persons"]["by_theme"].items()
    }


def _themes_as_categories(themes: Mapping[str, frozenset[str]]) -> set[str]:
    found = {theme for theme in _OWN_THEMES if "affirmed" in themes.get(theme, ())}
    return found | ({"genetic_data"} if themes.get("genetic", frozenset()) & {"affirmed", "negated"} else set())


def _health(
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
    findings: tuple[Iterable[Mapping[str, Any]], Iterable[Mapping[str, Any]]],
) -> tuple[list[bool], list[bool]]:
    """Whether each input is about patients, before and after; what made it so and is no role or finding stays.

    `findings`: the lines of evidence before and after.
    """
    old_spoken, new_spoken = map(_speaking, findings)
    was, told = [], []
    for old, new in zip(before, after, strict=True):
        shown = _tells_of_patients(old, old_spoken)
        known = bool(old["health"]) if "health" in old else shown  # an earlier version does not say it
        same = [role["role"] for role in old.get("roles", ())] == [role["role"] for role in new.get("roles", ())]
        was.append(known)
        told.append(known if same else _tells_of_patients(new, new_spoken) or (known and not shown))
    return was, told


def _speaking(lines: Iterable[Mapping[str, Any]]) -> set[tuple[str, str | None]]:
    """Inputs in which something of health was found."""
    return {
        (line["path"], line["member"])
        for line in lines
        if line["theme"] is not None or line["entity"] in HEALTH_SOURCE_ROLES
    }


def _tells_of_patients(line: Mapping[str, Any], speaking: set[tuple[str, str | None]]) -> bool:
    roles = {role["role"] for role in line.get("roles", ()) if role["confidence"] >= SURE_ROLE}
    return bool(roles & HEALTH_SOURCE_ROLES) or (line["path"], line["member"]) in speaking


def _severity(
    report: Report,
    inputs: Iterable[Mapping[str, Any]],
    categories: set[str],
    themes: Mapping[str, frozenset[str]],
    health: bool,  # noqa: FBT001  one of the facts
) -> dict[str, Any]:
    persons, severity = report["persons"], report["severity"]
    roles = {role["role"] for line in inputs for role in line.get("roles", ())}
    facts = Facts(
        persons_likely=persons["likely"],
        categories=frozenset(categories),
        themes=themes,
        has_results=bool(roles & RESULT_ROLES),
        has_acts=bool(roles & ACT_ROLES),
        health_source=health,
        pseudonymised=persons["basis"]["pseudonym"] > 0 and persons["basis"]["pseudonym"] == persons["likely"],
        unintelligible=severity["flags"]["unintelligible"],
    )
    found = assess(facts, *circumstances(report))
    return {**found, "at_least": True} if severity.get("at_least") else found


def circumstances(report: Report) -> tuple[str | None, bool]:
    """What was said of the recipients (None: nobody said) and of malice when a report was made."""
    severity = report["severity"]
    taken = [row for row in severity["what_if"] if row["current"]]
    if not taken:
        return None, False
    return None if severity["cb_assumed"] else str(taken[0]["recipients"]), bool(taken[0]["malicious"])
