"""Why there are so many people: from rows to records, identities and people, and what widens the interval."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

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
    yield from _steps(steps, _BEFORE)
    if linkage is not None:
        yield Statement("people.records", {"count": linkage["records"]})
        yield Statement("people.identities", {"count": linkage["identities"]})
    yield from _steps(steps, _AFTER)
    yield from (Statement("people.basis", {"basis": name, "count": n}) for name, n in persons["basis"].items() if n)
    if "sampled" in persons:
        yield Statement("people.sampled", {name: persons["sampled"][name] for name in ("blocks", "of")})
    yield from [Statement("people.no_linkage")] if linkage is None else _linkage(linkage)


def _steps(steps: Mapping[str, int], names: Iterable[str]) -> Iterator[Statement]:
    return (Statement(f"people.{name}", {"count": abs(steps[name])}) for name in names if steps.get(name))


def _linkage(linkage: Mapping[str, Any]) -> Iterator[Statement]:
    for one in linkage["merged"]:
        yield Statement("people.merged", {name: one[name] for name in ("strength", "merges", "rule")})
    if any(one["strength"] == "possible" for one in linkage["merged"]):
        yield Statement("people.possible_only")
    for side in ("low", "high"):
        for reason, count in linkage[side].items():
            if count:
                yield Statement(f"people.{side}", {"count": count, "reason": reason})
