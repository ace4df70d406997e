"""The inputs that are shown, the largest first, each with its columns, roles and findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from leakscan.renderers.html.names import Place, beginning, path_end, place_of
from leakscan.untrusted import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leakscan.renderers.renderer import Report

INPUTS_LISTED = 200
"""Inputs that are shown: by people, then by findings, then by records."""

LINES_LISTED = 300
"""Lines of columns and findings that are shown of one input."""

LINES_IN_ALL = 4_000
"""And of all inputs together: a browser stays fluent."""

FILES_OPEN = 2
"""Inputs whose columns are unfolded at first."""


@dataclass(frozen=True, slots=True)
class Line:
    """A column, or a finding in it. `anchor` stands on the first line of a column only."""

    anchor: str | None
    column: str | None
    role: str | None
    role_confidence: float | None
    entry: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class File:
    """An input: its number in the page, its name, the report's own entry, people if known, and its columns."""

    number: int
    name: str
    source: Mapping[str, Any]
    reason: str
    people: int | None
    copies: int
    lines: tuple[Line, ...]
    left_out: int
    plain: int
    open: bool

    @property
    def anchor(self) -> str:
        """Where the page shows it."""
        return f"in-{self.number}"


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of the inputs, and where each column stands."""

    files: tuple[File, ...] = ()
    total: int = 0
    by_place: Mapping[Place, File] = field(default_factory=dict)
    columns: Mapping[tuple[Place, str | None], str] = field(default_factory=dict)

    def anchor_of(self, place: Place, column: str | None) -> str | None:
        """The anchor of a column, else of its input; None where the input is not shown."""
        file = self.by_place.get(place)
        return self.columns.get((place, column), file.anchor) if file else None


def shown_inputs(report: Report) -> Shown:
    """The largest inputs with their columns; every finding that has room, columns without a role or finding counted."""
    evidence: dict[Place, list[Mapping[str, Any]]] = defaultdict(list)
    weight: Counter[Place] = Counter()
    for entry in report["evidence"]:
        evidence[place_of(entry)].append(entry)
        weight[place_of(entry)] += entry["records"]
    people = {place_of(entry): entry for entry in report["persons"].get("by_input", ())}

    def size(source: Mapping[str, Any]) -> tuple[int, int, int]:
        place = place_of(source)
        return people.get(place, {"people": 0})["people"], weight[place], source["records"]

    largest = sorted(report["inputs"], key=size, reverse=True)[:INPUTS_LISTED]
    files: list[File] = []
    columns: dict[tuple[Place, str | None], str] = {}
    room = LINES_IN_ALL
    for at, source in enumerate(largest, 1):
        place = place_of(source)
        lines, plain = _lines(source, evidence.get(place, []), f"in-{at}")
        kept = tuple(lines[: min(LINES_LISTED, room)])
        room -= len(kept)
        for line in kept:
            if line.anchor is not None:
                columns.setdefault((place, line.column), line.anchor)
        known = people.get(place)
        files.append(
            File(
                number=at,
                name=path_end(place),
                source=source,
                reason=harmless(source["reason"] or ""),
                people=known["people"] if known else None,
                copies=known["copies"] if known else 0,
                lines=kept,
                left_out=len(lines) - len(kept),
                plain=plain,
                open=at <= FILES_OPEN,
            )
        )
    by_place: dict[Place, File] = {}
    for file in files:
        by_place.setdefault(place_of(file.source), file)
    return Shown(tuple(files), len(report["inputs"]), by_place, columns)


def _lines(source: Mapping[str, Any], entries: list[Mapping[str, Any]], anchor: str) -> tuple[list[Line], int]:
    """Every line of an input, and how many of its columns have neither role nor finding."""
    by_column: dict[str | None, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in entries:
        by_column[entry["column"]].append(entry)
    roles = [
        (role["column"], role["role"], role["confidence"])
        for role in sorted(source.get("roles", ()), key=itemgetter("index"))
    ]
    named = {column for column, _, _ in roles}
    roles += [(column, found[0]["role"], None) for column, found in by_column.items() if column not in named]
    lines: list[Line] = []
    plain = 0
    for at, (column, role, confidence) in enumerate(roles, 1):
        found = by_column.pop(column, [])  # columns may share a name: the first one takes the findings of all
        if role is None and not found:
            plain += 1
        else:
            lines += _of_column(column, role, confidence, found, f"{anchor}-c-{at}")
    return lines, plain


def _of_column(
    column: str | None, role: str | None, confidence: float | None, found: list[Mapping[str, Any]], anchor: str
) -> Iterator[Line]:
    own = next((entry for entry in found if entry["theme"] is None and entry["entity"] == role), None)
    others = [entry for entry in found if entry is not own]
    yield Line(anchor, column, role, confidence, own)
    yield from (Line(None, column, None, None, entry) for entry in others)


def shapes_of(line: Line) -> tuple[str, ...]:
    """What the values of a finding look like."""
    return tuple(beginning(shape) for shape in line.entry["samples"]) if line.entry else ()
