"""Why there are so many people: from rows to records, identities and people, and what widens the interval."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from leakscan.explain.statement import Statement

if TYPE_CHECKING:
    from leakscan.renderers import Report

_BEFORE = ("rows", "damaged", "without_person", "placeholders")
_AFTER = ("repeats", "merges", "further_people", "unread_by_model")


def people_statements(report: Report) -> Iterator[Statement]:
    """What is to be said of the count, in the order in which it was reached."""
    persons = report["persons"]
    steps = {step["step"]: step["count"] for step in persons["waterfall"]}
    linkage = persons.get("linkage")
    yield Statement("people.likely", {name: persons[name] for name in ("likely", "low", "high")})
    if not report["scan"]["complete"]:
        yield Statement("people.not_all")
    about = [given.get("health") for given in report["inputs"]]
    if None not in about:
        yield Statement("people.patients", {"count": sum(map(bool, about)), "of": len(about)})
    for step in _BEFORE:
        if steps.get(step):
            yield Statement(f"people.{step}", {"count": abs(steps[step])})
    if linkage is not None:
        yield Statement("people.records", {"count": linkage["records"]})
        yield Statement("people.identities", {"count": linkage["identities"]})
    for step in _AFTER:
        if steps.get(step):
            yield Statement(f"people.{step}", {"count": abs(steps[step])})
    for basis, count in persons["basis"].items():
        if count:
            yield Statement("people.basis", {"basis": basis, "count": count})
    if linkage is None:
        yield Statement("people.no_linkage")
        return
    if "sampled" in persons:
        yield Statement("people.sampled", {name: persons["sampled"][name] for name in ("blocks", "of")})
    for one in linkage["merged"]:
        yield Statement("people.merged", {name: one[name] for name in ("strength", "merges", "rule")})
    if any(one["strength"] == "possible" for one in linkage["merged"]):
        yield Statement("people.possible_only")
    for side in ("low", "high"):
        for reason, count in linkage[side].items():
            if count:
                yield Statement(f"people.{side}", {"count": count, "reason": reason})
