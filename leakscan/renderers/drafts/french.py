"""Figures as a French notification writes them: approximate where the report says so, hidden where they are few."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from leakscan.i18n import counted, number
from leakscan.renderers.drafts.evidence import SMALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakscan.renderers.renderer import Report


NONE, NOT_TOLD = "aucun", "non chiffré"
"""What is said of a difference: that there is none; that it would give a small figure away."""

_BEFORE = re.compile(r" (?=[:;?!»%])")


def figure(value: int) -> str:
    """A number with its thin spaces."""
    return number(value, "fr")


def plural(value: int, one: str, many: str) -> str:
    """`1 élément lu`, `2 éléments lus`; French counts 0 as singular."""
    return f"{figure(value)} {many if value > 1 else one}"


def signed(value: int) -> str:
    """A number with its sign, `+12` or `−12`."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{figure(abs(value))}"


def typeset(text: str) -> str:
    """French text with no-break spaces where its typography asks for them."""
    return _BEFORE.sub("\u00a0", text).replace("« ", "«\u00a0")


def people(value: int) -> str:
    """`12 personnes`, or `moins de 5 personnes`."""
    return f"moins de {SMALL} personnes" if 0 < value < SMALL else counted(value, "person", "fr")


def interval(bounds: Mapping[str, int]) -> str:
    """`environ 12 personnes (entre 10 et 14)`; the bounds are left out where they are one, or few."""
    likely, low, high = bounds["likely"], bounds["low"], bounds["high"]
    if high and likely < SMALL:
        return f"moins de {SMALL} personnes"
    if low == high:
        return people(likely)
    return f"environ {people(likely)} (entre {figure(low)} et {figure(high)})"


def difference(earlier: int, later: int) -> str:
    """`+12`, `−12`, `aucun`; `non chiffré` where it would give a figure away that is too small to be written."""
    if 0 < earlier < SMALL or 0 < later < SMALL:
        return NOT_TOLD
    change = later - earlier
    if change == 0:
        return NONE
    return signed(change)


def day(text: str | None) -> str:
    """An ISO day as 05/01/2015; a dash where there is none."""
    return "-" if text is None else "/".join(reversed(text.split("-")))


def size(value: int) -> str:
    """Bytes."""
    return f"{figure(value)} octet{'s' if value > 1 else ''}"


def model(report: Report) -> Any:
    """What a first look projected; None for a count."""
    return report["persons"].get("model")
