"""Departments as tiles, roughly where they lie: a map of our own making, without outlines to license."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leakscan.i18n import label, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GRID = """
..  ..  ..  ..  ..  80  62  59  ..  ..  ..  ..  ..
..  ..  ..  ..  76  95  60  02  08  ..  ..  ..  ..
..  ..  50  14  27  92  75  93  51  55  57  ..  ..
29  22  ..  61  28  78  94  77  10  54  88  67  ..
..  56  35  53  72  91  45  89  52  70  90  68  ..
..  ..  44  49  37  41  18  58  21  39  25  ..  ..
..  ..  85  79  86  36  23  03  71  01  74  ..  ..
..  ..  ..  17  16  87  19  63  42  69  73  ..  ..
971 ..  ..  33  24  46  15  43  07  38  05  ..  ..
972 ..  ..  40  47  82  12  48  30  26  04  06  ..
973 ..  ..  64  32  31  81  34  13  84  83  ..  ..
974 ..  ..  ..  65  09  11  ..  ..  ..  ..  ..  2B
976 ..  ..  ..  ..  ..  66  ..  ..  ..  ..  ..  2A
"""
TILES: dict[str, tuple[int, int]] = {
    code: (column, row)
    for row, line in enumerate(_GRID.split("\n")[1:-1])
    for column, code in enumerate(line.split())
    if code != ".."
}
"""Column and row of each department."""

_SHADES = 5


@dataclass(frozen=True, slots=True)
class Tile:
    """A department on the map: its shade 0 (nobody) to 5, or "hidden"."""

    code: str
    column: int
    row: int
    shade: str
    people: int | None


@dataclass(frozen=True, slots=True)
class Shade:
    """A step of the legend, from its least to its most people."""

    shade: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Map:
    """The tiles, the legend, and how far the map reaches."""

    tiles: tuple[Tile, ...]
    legend: tuple[Shade, ...]
    columns: int = 1 + max(column for column, _ in TILES.values())
    rows: int = 1 + max(row for _, row in TILES.values())


def tile_map(cells: Sequence[Mapping[str, Any]]) -> Map:
    """The map of a table of departments; steps of the legend hold as many departments each, as far as they can."""
    people = {cell["value"]: cell["people"] for cell in cells}
    told = sorted(count for code, count in people.items() if count and code in TILES)
    bounds = sorted({told[at * len(told) // _SHADES] for at in range(_SHADES) if told})
    above = [*bounds[1:], told[-1] + 1] if told else []
    tiles = tuple(
        Tile(code, column, row, _shade(people.get(code, 0), bounds), people.get(code, 0))
        for code, (column, row) in TILES.items()
    )
    first = _SHADES - len(bounds) + 1
    legend = tuple(
        Shade(str(first + at), least, max(count for count in told if count < limit))
        for at, (least, limit) in enumerate(zip(bounds, above, strict=True))
    )
    return Map(tiles, legend)


def _shade(people: int | None, bounds: Sequence[int]) -> str:
    if people is None:
        return "hidden"
    reached = sum(people >= bound for bound in bounds)
    return str(_SHADES - len(bounds) + reached) if people and reached else "0"


def department_label(code: str, lang: str) -> str:
    """A department by its code; abroad by its word."""
    return label("residence_department", code, lang)


def legend_text(shade: Shade, lang: str) -> str:
    """`5` or `5 - 12`."""
    least, most = number(shade.least, lang), number(shade.most, lang)
    return least if least == most else f"{least} - {most}"
