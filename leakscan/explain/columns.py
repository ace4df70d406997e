"""Why a column has its role: what its header and its cells added, what came next, what was found in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leakscan.columns.score import ACCEPT
from leakscan.explain.statement import Statement

if TYPE_CHECKING:
    from leakscan.renderers import Report


@dataclass(frozen=True, slots=True)
class Place:
    """A column of an input, and its role (None where it has none)."""

    path: str
    member: str | None
    index: int
    column: str
    role: str | None

    @property
    def source(self) -> tuple[str, str | None]:
        """The input that it is a column of."""
        return self.path, self.member

    @property
    def shown(self) -> str:
        """The input's name, with the member's."""
        return self.path if self.member is None else f"{self.path} > {self.member}"


def places(report: Report) -> list[Place]:
    """All columns of a report, in its order."""
    return [
        Place(given["path"], given["member"], role["index"], role["column"], role["role"])
        for given in report["inputs"]
        for role in given.get("roles", ())
    ]


def evidence_by_column(report: Report) -> dict[tuple[str, str | None, str | None], list[Mapping[str, Any]]]:
    """Lines of evidence by input and column name; columns of one name share theirs."""
    found: dict[tuple[str, str | None, str | None], list[Mapping[str, Any]]] = {}
    for line in report["evidence"]:
        found.setdefault((line["path"], line["member"], line["column"]), []).append(line)
    return found


def roles_by_place(report: Report) -> dict[tuple[str, str | None, int], Mapping[str, Any]]:
    """What the report says of each column."""
    return {
        (given["path"], given["member"], role["index"]): role
        for given in report["inputs"]
        for role in given.get("roles", ())
    }


def column_statements(
    place: Place,
    role: Mapping[str, Any],
    lines: Iterable[Mapping[str, Any]],
    corrections: Iterable[Mapping[str, Any]] = (),
) -> Iterator[Statement]:
    """What is to be said of a column. `role`: its entry in the report; `lines`: its evidence."""
    if place.role is None:
        yield Statement("column.none")
    else:
        yield Statement("column.role", {"role": place.role, "confidence": float(role["confidence"])})
    for one in corrections:
        told = {"who": one["who"], "when": one["when"], "before": one["from"] or "none", "role": one["to"] or "none"}
        yield Statement("column.corrected", told)
    yield from _why(place, role.get("why"))
    yield from _found(place, lines)


def _why(place: Place, why: Mapping[str, Any] | None) -> Iterator[Statement]:
    if not why:
        yield Statement("column.no_reason")
        return
    if "rule" in why:
        yield Statement("column.rule", {"rule": why["rule"]})
    if "header" in why:
        yield Statement("column.header", {"header": float(why["header"]), "phrase": why["phrase"]})
    elif "cells" in why and "rule" not in why:
        yield Statement("column.no_header")
    for name in ("cells", "fit", "filled"):
        if name in why:
            yield Statement(f"column.{name}", {name: float(why[name])})
        elif name == "fit" and "header" in why:
            yield Statement("column.few")
    if "next" in why:
        yield _next(place, {"next": why["next"], "next_score": float(why["next_score"])})


def _next(place: Place, told: Mapping[str, Any]) -> Statement:
    """The role that came next; of a column without one, the nearest, and whether it was near enough."""
    if place.role is not None:
        return Statement("column.next", told)
    if told["next_score"] >= ACCEPT:
        return Statement("column.against", told)
    return Statement("column.nearest", {**told, "needed": ACCEPT})


def _found(place: Place, lines: Iterable[Mapping[str, Any]]) -> Iterator[Statement]:
    for line in lines:
        told = {"records": line["records"], "share": float(line["share"])}
        if line["theme"] is not None:
            yield Statement("column.theme", {"theme": line["theme"], "status": line["status"], **told})
        elif line["entity"] == place.role:
            yield Statement("column.found", {**told, "distinct": line["distinct"]})
        else:
            yield Statement("column.also", {"entity": line["entity"], **told})
        if line["samples"] and line["theme"] is None:
            yield Statement("column.shapes", {"shapes": list(line["samples"])})
