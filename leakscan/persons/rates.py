"""Shares with their 95 % interval, from a stratified sample of few pairs: Wilson per stratum, put together by MOVER.

Wilson's interval has a bound above 0 where no error was seen, and its coverage is near 95 % where Clopper-Pearson's is
above it and wider. Strata are put together by the method of variance estimates recovery (Zou and Donner 2008): the
distances of the bounds from the estimates add up as variances do, which needs no variance that is 0 at no error.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from leakscan.persons.sampling import NORMAL_95

if TYPE_CHECKING:
    from collections.abc import Sequence


class Sampled(NamedTuple):
    """A stratum: pairs in all, pairs that somebody decided, and how many of those are errors."""

    size: int
    decided: int
    errors: int


class Bounded(NamedTuple):
    """An estimate and its bounds."""

    low: float
    value: float
    high: float

    def times(self, factor: float) -> Bounded:
        """Estimate and bounds multiplied."""
        return Bounded(self.low * factor, self.value * factor, self.high * factor)


def wilson(one: Sampled) -> Bounded:
    """Share of errors in one stratum; exact where all its pairs were decided, everything possible where none was."""
    if not one.decided:
        return Bounded(0.0, 0.5, 1.0)
    share = one.errors / one.decided
    if one.decided >= one.size:
        return Bounded(share, share, share)
    # the finite population: the fewer pairs are left, the more each decided one tells
    trials = one.decided * (one.size - 1) / (one.size - one.decided)
    square = NORMAL_95**2
    middle = (share + square / (2 * trials)) / (1 + square / trials)
    half = NORMAL_95 * sqrt(share * (1 - share) / trials + square / (4 * trials**2)) / (1 + square / trials)
    return Bounded(max(0.0, min(share, middle - half)), share, min(1.0, max(share, middle + half)))


def share_of_errors(strata: Sequence[Sampled]) -> Bounded | None:
    """Share of errors in all strata together; None where there is no pair, or none was decided.

    What nothing was decided of is taken to err as the rest does, and anything is possible there.
    """
    strata = [one for one in strata if one.size]
    decided = [one for one in strata if one.decided]
    if not decided:
        return None
    seen = sum(one.size for one in decided)
    usual = sum(one.size * wilson(one).value for one in decided) / seen
    total = sum(one.size for one in strata)
    parts = [wilson(one).times(one.size / total) for one in decided]
    found = added([*parts, Bounded(0.0, usual, 1.0).times(1 - seen / total)])
    return Bounded(max(0.0, found.low), found.value, min(1.0, found.high))


def added(parts: Sequence[Bounded]) -> Bounded:
    """The sum of independent estimates, by MOVER."""
    value = sum(part.value for part in parts)
    below = sqrt(sum((part.value - part.low) ** 2 for part in parts))
    above = sqrt(sum((part.high - part.value) ** 2 for part in parts))
    return Bounded(value - below, value, value + above)


def taken_from(one: Bounded, less: Bounded) -> Bounded:
    """An estimate less another one, by MOVER."""
    return added([one, Bounded(-less.high, -less.value, -less.low)])
