"""Lines of the report that come a hundred thousand times: plain dicts that share what is the same in many of them.

A dict of 13 fields takes 472 bytes; one that was the attributes of an object takes 201, since CPython keeps the names
of attributes once for a class. It is a dict like any other, which turns into one of its own where a field is added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class InputLine:
    """Whose attributes are a line of `inputs`."""


class EvidenceLine:
    """Whose attributes are a line of `evidence`."""


def line_of(kind: type[InputLine | EvidenceLine], cells: Mapping[str, Any]) -> dict[str, Any]:
    """A dict of these cells; those of one kind have the same names in the same order."""
    holder = kind()
    for name, value in cells.items():
        setattr(holder, name, value)
    return vars(holder)


@dataclass(frozen=True, slots=True)
class Shared:
    """Values of one report that come again and again, each kept once. State: those that were met."""

    _lists: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    _numbers: dict[float, float] = field(default_factory=dict)

    def list(self, values: Sequence[str]) -> list[str]:
        """These values as a list that other lines may have too: nobody changes it."""
        return self._lists.setdefault(tuple(values), [*values])

    def number(self, value: float) -> float:
        """A share or a confidence, of a few thousand that there are after rounding."""
        return self._numbers.setdefault(value, value)
