"""The figures of people as charts: themes, data categories, breakdowns, the waterfall, what inputs share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leakscan.i18n import label
from leakscan.renderers.first_screen import themes_in_order
from leakscan.renderers.html.charts import Piece, Row, heat, ranged, stacked, step
from leakscan.renderers.html.departments import Map, department_label, tile_map
from leakscan.renderers.html.files import File, Shown
from leakscan.renderers.html.names import path_end, place_of

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from leakscan.renderers.renderer import Report

MATRIX_LISTED = 12
"""Inputs in the table of what each two share, those with most people."""

OVERLAP_LISTED = 50
"""Inputs listed with their people."""

STATUSES = ("affirmed", "tested", "negated")
_NOBODY = {"low": 0, "likely": 0, "high": 0}
_TOTALS = frozenset({"rows", "persons"})
_BREAKDOWNS = {"age_bands": "t-birth_date", "sex": "t-sex", "exam_years": "t-exam_date"}
_MAPS = {"residence_department": "t-residence", "birth_department": "t-birth_place"}


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme with its three statuses in one bar; `cells`: status, interval, anchor of its evidence."""

    name: str
    bar: tuple[Piece, ...]
    cells: tuple[tuple[str, Mapping[str, int], str | None], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A table of people with bars. `withheld`: too small to show; `unknown`: people of whom nothing is known."""

    key: str
    rows: tuple[Row, ...]
    withheld: bool
    unknown: int
    map: Map | None = None

    @property
    def hides(self) -> bool:
        """Whether a figure is hidden in it."""
        return any(row.people is None for row in self.rows)


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of the waterfall: what it adds or takes, and what is left after it."""

    step: str
    count: int
    left: int
    bar: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """People of each input, and what the largest share: a square of (people, shade), None on the diagonal."""

    lines: tuple[tuple[str, File | None, Mapping[str, Any]], ...]
    total: int
    heads: tuple[str, ...]
    square: tuple[tuple[tuple[int, int] | None, ...], ...]


def theme_rows(report: Report, known: Container[str], lang: str) -> list[ThemeRow]:
    """Themes with anybody, most people affirmed first."""
    found = themes_in_order(report)
    counts = [{status: statuses.get(status, _NOBODY) for status in STATUSES} for _, statuses in found]
    full = max((sum(cells[status]["likely"] for status in STATUSES) for cells in counts), default=0)
    return [
        ThemeRow(
            label("theme", theme, lang),
            stacked([(status, cells[status]["likely"]) for status in STATUSES], full),
            tuple((status, cells[status], _theme_topic(theme, status, known)) for status in STATUSES),
        )
        for (theme, _), cells in zip(found, counts, strict=True)
    ]


def _theme_topic(theme: str, status: str, known: Container[str]) -> str | None:
    """A blood group may come from a column of them, without a word about it."""
    return _known(f"t-{theme}-{status}", known) or (_known(f"t-{theme}", known) if theme == "blood_group" else None)


def category_rows(report: Report, known: Container[str], lang: str) -> list[Row]:
    """Data categories that somebody has, with the share of people."""
    persons = report["persons"]
    found = {name: bounds for name, bounds in persons["by_category"].items() if bounds["high"]}
    full = max([persons["high"], *(bounds["high"] for bounds in found.values())])
    if report["scan"]["sampled"]:  # the highest figure of a first look is a worst case that dwarfs all others
        full = max(persons["likely"], *(bounds["likely"] for bounds in found.values()), 1)
    return [
        Row(
            name=label("category", name, lang),
            people=bounds["likely"],
            bar=stacked([("people", bounds["likely"])], full) if report["scan"]["sampled"] else ranged(bounds, full),
            interval=bounds,
            share=min(bounds["likely"] / persons["likely"], 1.0) if persons["likely"] else 0.0,
            evidence=_known(f"t-{name}", known),
        )
        for name, bounds in found.items()
    ]


def charts(report: Report, known: Container[str], lang: str) -> dict[str, Chart]:
    """The breakdowns that say something, by their key in the report; departments with a map."""
    broken = report["persons"].get("breakdowns")
    if not broken or not report["persons"]["high"]:
        return {}
    found = {key: _chart(key, broken[key], _known(topic, known), lang) for key, topic in (_BREAKDOWNS | _MAPS).items()}
    return {key: chart for key, chart in found.items() if chart.withheld or any(row.people != 0 for row in chart.rows)}


def _chart(key: str, table: Mapping[str, Any], evidence: str | None, lang: str) -> Chart:
    cells = table["cells"]
    full = max((cell["people"] or 0 for cell in cells), default=0)
    rows = tuple(
        Row(
            name=department_label(cell["value"], lang) if key in _MAPS else label(key, cell["value"], lang),
            people=cell["people"],
            bar=stacked([("people", cell["people"] or 0)], full),
            evidence=evidence,
        )
        for cell in cells
    )
    drawn = tile_map(cells) if key in _MAPS and cells else None
    return Chart(key, rows, table["withheld"], table["unknown"], drawn)


def steps(report: Report) -> list[StepRow]:
    """The waterfall from records to people; sums stand on the ground, what is added or taken hangs where it was."""
    found = report["persons"]["waterfall"]
    left, rows = 0, []
    heights = []
    for entry in found:
        before = 0 if entry["step"] in _TOTALS else left
        left = before + entry["count"]
        heights.append((before, left))
    full = max((high for pair in heights for high in pair), default=0)
    for entry, (before, after) in zip(found, heights, strict=True):
        kind = "total" if entry["step"] in _TOTALS else "less" if entry["count"] < 0 else "more"
        rows.append(StepRow(entry["step"], entry["count"], after, step(before, after, kind, full)))
    return rows


def overlap(report: Report, shown: Shown) -> Overlap | None:
    """What inputs share; None where fewer than two have people."""
    found = report["persons"].get("by_input", ())
    if len(found) < 2:
        return None
    order = sorted(range(len(found)), key=lambda at: (-found[at]["people"], at))
    largest = order[:MATRIX_LISTED]
    pairs = report["persons"].get("overlap", {"pairs": None})["pairs"]
    common = {(pair[0], pair[1]): pair[2] for pair in pairs or ()}
    square = tuple(tuple(_cell(found, common, one, other) for other in largest) for one in largest) if common else ()

    def name(at: int) -> tuple[str, File | None]:
        place = place_of(found[at])
        return path_end(place), shown.by_place.get(place)

    lines = tuple((*name(at), found[at]) for at in order[:OVERLAP_LISTED])
    heads = tuple(f"#{file.number}" if file else "-" for _, file, _ in lines[: len(square)])
    return Overlap(lines, len(found), heads, square if _shares(square) else ())


def _cell(
    found: list[Mapping[str, Any]], common: Mapping[tuple[int, int], int], one: int, other: int
) -> tuple[int, int] | None:
    if one == other:
        return None
    people = common.get((min(one, other), max(one, other)), 0)
    return people, heat(people / min(found[one]["people"], found[other]["people"]))


def _shares(square: tuple[tuple[tuple[int, int] | None, ...], ...]) -> bool:
    return any(cell and cell[0] for row in square for cell in row)


def _known(anchor: str, known: Container[str]) -> str | None:
    return anchor if anchor in known else None
