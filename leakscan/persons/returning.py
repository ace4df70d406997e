"""How many people a whole input holds, by a model, when only parts of it were read: how often people come back.

Rows of one person lie together (a file sorted by patient: a stay of many rows), or far apart (a file sorted by date),
or both. The head shows how many rows a stay has; people of one part that are met in another show how often a person
comes back. If people differ in how often they come as an exponential distribution has it, then the distinct people met
in n stays are D n / (D + n): docs/decisions/0012-triage.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.uint32]

ENOUGH = 25
"""People who come back, from which on the blocks behind the head suffice to tell how often: the head lies at one end
of the input, and those who begin there come back less often where rows are in the order of time."""
_NEARLY_NONE = 1e-9
_STEPS = 60
"""Halvings of the interval in which the root lies: more than a float can tell apart."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an input that was read: all rows, those of them that bear a person, and the people (unique numbers)."""

    rows: int
    bearing: int
    people: Ids


@dataclass(frozen=True, slots=True)
class Read:
    """One input: its parts, of which the first is the head, and the estimated number of rows that were not read."""

    parts: Sequence[Part]
    unread: float


def likely_people(inputs: Sequence[Read]) -> float:
    """People in all rows, read or not, as the model has it: never fewer than were met."""
    parts = [part for given in inputs for part in given.parts if len(part.people)]
    if not parts:
        return 0.0
    behind = [part for given in inputs for part in given.parts[1:] if len(part.people)]
    met, _ = _met(parts)
    rate = _rate(behind if _met(behind)[1] >= ENOUGH else parts)
    stays = sum(_stays_of(given, rate) for given in inputs)
    return max(float(met), stays / (1 + rate * stays))


def _met(parts: Sequence[Part]) -> tuple[int, int]:
    """How many people are in the parts, and how many of them come back in another one."""
    if not parts:
        return 0, 0
    met = len(np.unique(np.concatenate([part.people for part in parts])))
    return met, sum(len(part.people) for part in parts) - met


def _rate(parts: Sequence[Part]) -> float:
    """The 1 / D at which parts with so many distinct people have so many in all; 0 where nobody comes back."""
    met, twice = _met(parts)
    distinct = [len(part.people) for part in parts]
    low, high = 0.0, 1 / max(distinct)
    for _ in range(_STEPS if twice else 0):
        rate = (low + high) / 2
        stays = sum(_stays(people, rate) for people in distinct)
        low, high = (rate, high) if stays / (1 + rate * stays) > met else (low, rate)
    return low


def _stays(people: int, rate: float) -> float:
    """Stays in which so many distinct people are met."""
    return people / max(1 - rate * people, _NEARLY_NONE)


def _stays_of(given: Read, rate: float) -> float:
    """Stays in all rows of an input: those that bear somebody, by the head's rows per stay.

    Unread rows bear somebody as often as those behind the head, or as the head's where nothing else was read.
    """
    head = next((part for part in given.parts if part.bearing), None)
    if head is None:
        return 0.0
    behind = [part for part in given.parts if part is not head and part.rows] or [head]
    share = sum(part.bearing for part in behind) / sum(part.rows for part in behind)
    per_row = min(1.0, _stays(len(head.people), rate) / head.bearing)
    return (sum(part.bearing for part in given.parts) + given.unread * share) * per_row
