"""Shares with their 95 % interval, from a stratified sample of few pairs: exact per stratum, put together by MOVER.

Clopper and Pearson's bounds, for finite strata. Wilson's are narrower, but strata of four put together by them held the
truth in 91 of 100 samples only, these in 95 and more (docs/decisions/0026-*). Strata are put together by the method of
variance estimates recovery (Zou and Donner 2008): the distances of the bounds from the estimates add up as variances
do, which needs no variance, for that is 0 where no error was seen.
"""

from __future__ import annotations

from math import exp, fsum, lgamma, sqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TAIL = 0.025
"""What both tails of an interval of 95 % have each."""


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


def exact(one: Sampled) -> Bounded:
    """Share of errors in one stratum; exact where all its pairs were decided, everything possible where none was.

    Bounds of Clopper and Pearson for a finite stratum: the least and the most errors in all of it with which a sample
    that has so many, or so few, is no rarer than TAIL.
    """
    size, decided, errors = one
    if not decided:
        return Bounded(0.0, 0.5, 1.0)
    least, most = errors, size - (decided - errors)
    low = _first(least, most, lambda total: _at_least(size, total, decided, errors) > TAIL)
    above = _first(least, most + 1, lambda total: total > most or _at_most(size, total, decided, errors) <= TAIL)
    share = errors / decided
    return Bounded(min(low / size, share), share, max((above - 1) / size, share))


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The first number from `low` on at which something holds that holds from there on; `high` if at none before."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _at_least(size: int, total: int, drawn: int, errors: int) -> float:
    return fsum(_chance(size, total, drawn, found) for found in range(errors, drawn + 1))


def _at_most(size: int, total: int, drawn: int, errors: int) -> float:
    return fsum(_chance(size, total, drawn, found) for found in range(errors + 1))


def _chance(size: int, total: int, drawn: int, found: int) -> float:
    """That `drawn` of `size` hold `found` of the `total` errors: the hypergeometric distribution."""
    if not max(0, drawn - (size - total)) <= found <= min(drawn, total):
        return 0.0
    return exp(_ways(total, found) + _ways(size - total, drawn - found) - _ways(size, drawn))


def _ways(of: int, chosen: int) -> float:
    return lgamma(of + 1) - lgamma(chosen + 1) - lgamma(of - chosen + 1)


def share_of_errors(strata: Sequence[Sampled]) -> Bounded | None:
    """Share of errors in all strata together; None where there is no pair, or none was decided.

    What nothing was decided of is taken to err as the rest does, and anything is possible there.
    """
    strata = [one for one in strata if one.size]
    decided = [one for one in strata if one.decided]
    if not decided:
        return None
    seen = sum(one.size for one in decided)
    usual = sum(one.size * exact(one).value for one in decided) / seen
    total = sum(one.size for one in strata)
    parts = [exact(one).times(one.size / total) for one in decided]
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
