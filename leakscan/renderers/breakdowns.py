"""The people by age, sex, departments, exam years, laboratories, prescribers and shared contacts: a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from leakscan.i18n import counted, label, number, phrase
from leakscan.renderers.first_screen import fitted
from leakscan.untrusted import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType

    from leakscan.renderers.renderer import Report

LARGEST_SHOWN = 8
"""Departments, laboratories and prescribers named in a line; the JSON report has all that may be named."""

_HIDDEN = "*"
_TABLES = ("age_bands", "sex", "birth_department", "residence_department", "exam_years")
_LARGEST = frozenset({"birth_department", "residence_department"})


def breakdown_lines(report: Report, lang: str, width: int) -> list[RenderableType]:
    """A grid of lines, and what the mark of hidden figures means; nothing where the report tells nothing of people."""
    broken = report["persons"].get("breakdowns")
    if not broken or not report["persons"]["high"]:
        return []
    lines = list(_lines(broken, lang))
    if not lines:  # of people who are but names nothing else is known
        return []
    labels = [phrase(f"breakdown.{key}", lang) for key, _ in lines]
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column()
    room = width - max(map(len, labels)) - 2
    for name, (_, parts) in zip(labels, lines, strict=True):
        grid.add_row(Text(name), Text(fitted(parts, room)))
    block: list[RenderableType] = [grid]
    if any(_HIDDEN in part for _, parts in lines for part in parts):
        block.append(Text(phrase("breakdown.hidden", lang), style="dim"))
    return block


def _lines(broken: Mapping[str, Any], lang: str) -> Iterator[tuple[str, list[str]]]:
    """(phrase key of the label, parts of the line) of each line that says something."""
    for key in _TABLES:
        parts = _table_parts(key, broken[key], lang)
        if parts:
            yield key, parts
    if broken["laboratories"]["listed"]:
        yield "laboratories", _listed(broken["laboratories"], "laboratory", lang)
    if broken.get("prescribers", {"listed": []})["listed"]:
        yield "prescribers", _listed(broken["prescribers"], "prescriber", lang)
    channels = broken["channels"]
    if any(channel["reachable"] for channel in channels.values()):
        yield (
            "shared",
            [_part(phrase(f"reach.{name}", lang), channel["shared"], lang) for name, channel in channels.items()],
        )
    alone = broken["k_anonymity"]
    if alone:
        figures = {name: number(alone[name], lang) for name in ("k1", "people")}
        yield "unique", [phrase("breakdown.unique_text", lang, **figures)]


def _part(name: str, people: int | None, lang: str) -> str:
    return phrase("breakdown.cell", lang, name=name, people=_HIDDEN if people is None else number(people, lang))


def _table_parts(key: str, found: Mapping[str, Any], lang: str) -> list[str]:
    cells = found["cells"]
    if found["withheld"]:
        return [_HIDDEN]
    if not any(cell["people"] is None or cell["people"] for cell in cells):
        return []
    more = 0
    if key in _LARGEST:
        told = sorted((cell for cell in cells if cell["people"]), key=lambda cell: -cell["people"])
        cells, more = told[:LARGEST_SHOWN], len(cells) - len(told[:LARGEST_SHOWN])
    parts = [_part(label(key, cell["value"], lang), cell["people"], lang) for cell in cells]
    if more:
        parts.append(phrase("breakdown.more", lang, count=number(more, lang)))
    if found["unknown"]:
        parts.append(phrase("breakdown.unknown", lang, people=number(found["unknown"], lang)))
    return parts


def _listed(found: Mapping[str, Any], noun: str, lang: str) -> list[str]:
    listed = found["listed"][:LARGEST_SHOWN]
    parts = []
    for entry in listed:
        name = entry.get("code") or entry.get("finess")
        shown = phrase("breakdown.numbered", lang, number=entry["number"]) if name is None else harmless(name)
        parts.append(_part(shown, entry["people"], lang))
    more = len(found["listed"]) - len(listed) + found["not_listed"]
    return [*parts, phrase("breakdown.more", lang, count=counted(more, noun, lang))] if more else parts
