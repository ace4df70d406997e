"""Which names are one or two slips of the pen apart, by the spellings that they share with a letter left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from leakscan.persons.keys import Keys, Mask, Nodes, mix, slices

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

    def expand(self, names: Keys) -> tuple[Nodes, Keys]:
        """Position in `names` and variant, one entry per variant."""
        start, stop = np.searchsorted(self.name, names, "left"), np.searchsorted(self.name, names, "right")
        counts = np.where(names != 0, stop - start, 0)
        position = np.repeat(np.arange(len(names)), counts)
        offset = np.arange(len(position)) - np.repeat(np.cumsum(counts) - counts, counts)
        return position, self.variant[np.repeat(start, counts) + offset]

    def neighbours(self, names: Keys) -> tuple[Nodes, Keys]:
        """Position in `names` and a name one slip away (or itself), one entry per variant that they share."""
        position, variant = self.expand(names)
        order = np.argsort(self.variant, kind="stable")
        turned = Misspellings(self.variant[order], self.name[order])
        place, neighbour = turned.expand(variant)
        return position[place], neighbour

    def one_slip(self, left: Keys, right: Keys) -> Mask:
        """Whether two different names share a one-deletion variant."""
        return _of_distinct_pairs(self._one_slip, left, right)

    def _one_slip(self, left: Keys, right: Keys) -> Mask:
        apart = np.zeros(len(left), np.bool_)
        asked = np.flatnonzero((left != right) & (left != 0) & (right != 0))
        (at_left, variant_left), (at_right, variant_right) = self.expand(left[asked]), self.expand(right[asked])
        one = np.uint64(1)
        here = np.isin(
            mix(at_left.astype(np.uint64) + one, variant_left), mix(at_right.astype(np.uint64) + one, variant_right)
        )
        apart[asked[at_left[here]]] = True
        return apart

    def two_slips(self, left: Keys, right: Keys) -> Mask:
        """Whether some name of the scan is one slip from both."""
        return _of_distinct_pairs(self._two_slips, left, right)

    def _two_slips(self, left: Keys, right: Keys) -> Mask:
        position, between = self.neighbours(left)
        near = self._one_slip(between, right[position])
        met = np.zeros(len(left), np.bool_)
        met[position[near]] = True
        return met


def _of_distinct_pairs(told: Callable[[Keys, Keys], Mask], left: Keys, right: Keys) -> Mask:
    """What is told of pairs of names, each asked once and some at a time: people have many names in common.

    A pair has hundreds of neighbours, so that millions of pairs asked at once would take gigabytes.
    """
    _, first, number = np.unique(mix(left, right), return_index=True, return_inverse=True)
    answers = [
        told(left[first[at : at + PAIRS_AT_ONCE]], right[first[at : at + PAIRS_AT_ONCE]])
        for at in range(0, len(first), PAIRS_AT_ONCE)
    ]
    answer: Mask = np.concatenate([np.zeros(0, np.bool_), *answers])[number]
    return answer
