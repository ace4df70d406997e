"""Which names are one or two slips of the pen apart, by the spellings that they share with a letter left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import polars as pl

from leakscan.persons.keys import (
    Keys,
    Mask,
    Nodes,
    among,
    begins,
    found_in,
    mix,
    numbered,
    shared_among,
    slices,
    stable_order,
)

NAMES_AT_ONCE = 1 << 13
"""Names whose variants are compared at once; changes time and memory, never results."""
PAIRS_AT_ONCE = 8_192
"""Pairs of names that are compared at once; changes memory use, never results."""
_SPREAD = np.uint64(0xD6E8FEB86659FD93)


def in_order(typos: pl.DataFrame) -> Misspellings:
    """Names and their variants (`name`, `deletion`, UInt64) as they are looked up: sorted, each pair once."""
    known = typos.select("name", "deletion").drop_nulls()
    name, variant = known["name"].to_numpy(), known["deletion"].to_numpy()
    names, variants = [np.empty(0, np.uint64)], [np.empty(0, np.uint64)]
    for at in slices(name, absent=True):
        by_variant = at.take(stable_order(variant.take(at)))
        order = by_variant.take(stable_order(name.take(by_variant)))
        held, spelled = name.take(order), variant.take(order)
        new = begins(held) | begins(spelled)
        names.append(held.compress(new))
        variants.append(spelled.compress(new))
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
        held, place = self._known(names)
        counts, variants = self._spelled(place)
        return np.repeat(held, counts), variants

    def meeting(self, key: Keys, names: Keys) -> tuple[Nodes, Keys]:
        """As `expand`, but only variants that another name under the same key may have: none of those is missed.

        So many names at a time that their variants stay in the processor's cache.
        """
        held, place = self._known(names)
        bits = min(8, (len(held) // NAMES_AT_ONCE).bit_length())
        share = (key.take(held) * _SPREAD >> np.uint64(56)).astype(np.uint8) >> np.uint8(8 - bits)
        order = np.argsort(share, kind="stable") if bits else np.arange(len(held))
        entries, variants, begin = [np.empty(0, np.int64)], [np.empty(0, np.uint64)], 0
        for end in np.cumsum(np.bincount(share, minlength=1)).tolist():
            own = order[begin:end]
            at, of = held.take(own), place.take(own)
            counts, spelled = self._spelled(of)
            under = np.repeat(key.take(at), counts)
            under ^= spelled
            met = np.flatnonzero(shared_among(under, np.repeat(of.astype(np.int32), counts)))
            entries.append(np.repeat(at, counts).take(met))
            variants.append(spelled.take(met))
            begin = end
        entry, variant = np.concatenate(entries), np.concatenate(variants)
        in_order_of_names = np.argsort(entry, kind="stable")
        return entry.take(in_order_of_names), variant.take(in_order_of_names)

    def _known(self, names: Keys) -> tuple[Nodes, Nodes]:
        """Positions of the names that are in the table, and their places there."""
        if not len(self.name):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        place, there = found_in(self._distinct, names)
        there &= names != 0
        held = np.flatnonzero(there)
        return held, place.take(held)

    def _spelled(self, place: Nodes) -> tuple[Nodes, Keys]:
        """How many variants the names at some places have, and all of them."""
        start = self._start.take(place)
        counts = self._start.take(place + 1) - start
        at = np.arange(counts.sum())
        at += np.repeat(start - (np.cumsum(counts) - counts), counts)
        return counts, self.variant.take(at)

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
