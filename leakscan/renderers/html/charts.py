"""Geometry of the page's bars: where each piece begins and how wide it is, in thousandths of a bar's full width.

Drawn by the templates as inline SVG with plain attributes, since the page's policy allows no style attribute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FULL = 1000
_THINNEST = 4  # something is never drawn as nothing
_HEATS = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """A rectangle of a bar: its kind (a class of the style sheet), where it begins, how wide it is."""

    kind: str
    at: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a chart: a name, people (None: hidden), the interval if any, and the anchor of its evidence."""

    name: str
    people: int | None
    bar: tuple[Piece, ...] = ()
    interval: Mapping[str, int] | None = None
    share: float | None = None
    evidence: str | None = None


def stacked(parts: Sequence[tuple[str, int]], full: int) -> tuple[Piece, ...]:
    """Pieces one after another, `full` being the whole width."""
    pieces, at = [], 0.0
    for kind, count in parts:
        if count > 0:
            width = max(count / max(full, 1) * _FULL, _THINNEST)
            pieces.append(Piece(kind, round(at, 1), round(min(width, _FULL), 1)))
            at += width
    return tuple(pieces)


def ranged(bounds: Mapping[str, int], full: int) -> tuple[Piece, ...]:
    """A bar to the likely number, and a line from low to high."""
    (low, high) = (bounds[name] / max(full, 1) * _FULL for name in ("low", "high"))
    line = Piece("range", round(low, 1), round(max(high - low, 0.0), 1))
    return (*stacked([("people", bounds["likely"])], full), *([line] if line.width > 0 else []))


def step(before: int, after: int, kind: str, full: int) -> tuple[Piece, ...]:
    """What a step of the waterfall adds or takes, at its height."""
    low, high = sorted((max(before, 0), max(after, 0)))
    if low == high:
        return ()
    at = low / max(full, 1) * _FULL
    width = max((high - low) / max(full, 1) * _FULL, _THINNEST)
    return (Piece(kind, round(min(at, _FULL - width), 1), round(width, 1)),)


def heat(part: float) -> int:
    """A share 0..1 as one of the shades 0 (nothing) to 5."""
    return 0 if part <= 0 else min(int(part * _HEATS) + 1, _HEATS)
