"""Which names are one or two slips of the pen apart, by the spellings that they share with a letter left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import polars as pl

from leakscan.persons.keys import Keys, Mask, Nodes, among, begins, found_in, mix, numbered, slices, stable_order

PAIRS_AT_ONCE = 8_192
"""Pairs of names that are compared at once; changes memory use, never results."""


def in_order(typos: pl.DataFrame) -> Misspellings:
    """Names and their variants (`name`, `deletion`, UInt64) as they are looked up: sorted, each pair once."""
    known = typos.select("name", "deletion").drop_nulls()
    name, variant = known["name"].to_numpy(), known["deletion"].to_numpy()
    names, variants = [np.empty(0, np.uint64)], [np.empty(0, np.uint64)]
    for at in slices(name, absent=True):
        order = at[np.lexsort((variant[at], name[at]))]
        held, spelled = name[order], variant[order]
        new = np.ones(len(order), np.bool_)
        new[1:] = (held[1:] != held[:-1]) | (spelled[1:] != spelled[:-1])
        names.append(held[new])
        variants.append(spelled[new])
    return Misspellings(np.concatenate(names), np.concatenate(variants))


@dataclass(frozen=True, slots=True, eq=False)
class Misspellings:
    """The one-deletion variants of all names, sorted by name."""

    name: Keys
    variant: Keys
    _start: Nodes = field(init=False, repr=False)
    _distinct: Keys = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Note where each name begins."""
        start = np.flatnonzero(begins(self.name))
        object.__setattr__(self, "_distinct", self.name.take(start))
        object.__setattr__(self, "_start", np.append(start, len(self.name)))

    def expand(self, names: Keys) -> tuple[Nodes, Keys]:
        """Position in `names` and variant, one entry per variant."""
        if not len(self.name):
            return np.empty(0, np.int64), np.empty(0, np.uint64)
        place, there = found_in(self._distinct, names)
        there &= names != 0
        held = np.flatnonzero(there)
        place = place.take(held)
        start = self._start.take(place)
        counts = self._start.take(place + 1) - start
        at = np.arange(counts.sum()) + np.repeat(start - (np.cumsum(counts) - counts), counts)
        return np.repeat(held, counts), self.variant.take(at)

    def turned(self) -> Misspellings:
        """The names of each variant."""
        order = stable_order(self.variant)
        return Misspellings(self.variant.take(order), self.name.take(order))

    def one_slip(self, left: Keys, right: Keys) -> Mask:
        """Whether two different names share a one-deletion variant."""
        return _of_distinct_pairs(self._one_slip, left, right)

    def _one_slip(self, left: Keys, right: Keys) -> Mask:
        apart = np.zeros(len(left), np.bool_)
        asked = np.flatnonzero((left != right) & (left != 0) & (right != 0))
        (at_left, variant_left), (at_right, variant_right) = self.expand(left[asked]), self.expand(right[asked])
        one = np.uint64(1)
        here = among(
            mix(at_left.astype(np.uint64) + one, variant_left), mix(at_right.astype(np.uint64) + one, variant_right)
        )
        apart[asked[at_left[here]]] = True
        return apart

    def two_slips(self, left: Keys, right: Keys) -> Mask:
        """Whether some name of the scan is one slip from both."""
        return _of_distinct_pairs(partial(self._two_slips, self.turned()), left, right)

    def _two_slips(self, turned: Misspellings, left: Keys, right: Keys) -> Mask:
        position, variant = self.expand(left)  # a name one slip away (or the same), once per variant that they share
        place, between = turned.expand(variant)
        position = position.take(place)
        near = self._one_slip(between, right[position])
        met = np.zeros(len(left), np.bool_)
        met[position[near]] = True
        return met


def _of_distinct_pairs(told: Callable[[Keys, Keys], Mask], left: Keys, right: Keys) -> Mask:
    """What is told of pairs of names, each asked once and some at a time: people have many names in common.

    A pair has hundreds of neighbours, so that millions of pairs asked at once would take gigabytes.
    """
    number, first = numbered(mix(left, right))
    answers = [
        told(left[first[at : at + PAIRS_AT_ONCE]], right[first[at : at + PAIRS_AT_ONCE]])
        for at in range(0, len(first), PAIRS_AT_ONCE)
    ]
    answer: Mask = np.concatenate([np.zeros(0, np.bool_), *answers])[number]
    return answer
