"""Who belongs where: people per group (an input, a laboratory), who is in several, and how many two groups share.

Most people are in one group, which the lowest and the highest group of each show. Only of the others pairs are made,
so many people at a time, so that memory does not grow with the pairs, nor time with the square of the groups.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from leakscan.persons.keys import Mask

PEOPLE_AT_ONCE = 1 << 19
"""People in several groups whose pairs are made at a time (docs/thresholds.md)."""
ROWS_AT_ONCE = 1 << 14
"""People whose groups are multiplied with one another at a time: fewer than a Float32 counts exactly."""

Pairs = tuple["NDArray[np.uint32]", "NDArray[np.uint32]"]
"""People (numbers of clusters) and, one for one, a group that each is in; both may repeat."""


@dataclass(frozen=True, slots=True)
class Memberships:
    """Per group (Int64): its people, those in no other group, and those in none before it; `shared` by two groups.

    `shared`: people in both of groups i and j, a square matrix (Int64); None where it was not asked for.
    """

    people: NDArray[np.int64] = field(repr=False)
    alone: NDArray[np.int64] = field(repr=False)
    new: NDArray[np.int64] = field(repr=False)
    shared: NDArray[np.int64] | None = field(default=None, repr=False)


def memberships(pairs: Callable[[], Iterator[Pairs]], people: int, groups: int, *, matrix: bool = False) -> Memberships:
    """Count over distinct pairs of a person (below `people`) and a group (below `groups`).

    `pairs` gives them part by part, from the beginning whenever it is called.
    """
    first, last = np.full(people, groups, np.uint32), np.zeros(people, np.uint32)
    for person, group in pairs():
        np.minimum.at(first, person, group)
        np.maximum.at(last, person, group)
    new = np.bincount(first, minlength=groups + 1)[:groups].astype(np.int64)
    several = (first < last) & (first < groups)
    alone = np.bincount(first[~several], minlength=groups + 1)[:groups].astype(np.int64)
    del first, last
    counted, shared = alone.copy(), np.zeros((groups, groups), np.int64) if matrix else None
    for member, of in _in_several(pairs, several, groups):
        counted += np.bincount(of, minlength=groups)
        if shared is not None:
            _add_products(shared, member, of)
    return Memberships(counted, alone, new, shared)


def _in_several(
    pairs: Callable[[], Iterator[Pairs]], several: Mask, groups: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Distinct pairs of those in several groups, by person, so many people at a time."""
    place = np.cumsum(several, dtype=np.int64) - 1
    for begin in range(0, int(np.count_nonzero(several)), PEOPLE_AT_ONCE):
        found = [np.empty(0, np.int64)]
        for person, group in pairs():
            own = place[person]
            among = several[person] & (own >= begin) & (own < begin + PEOPLE_AT_ONCE)
            found.append(np.unique((own[among] - begin) * groups + group[among]))
        yield np.divmod(np.unique(np.concatenate(found)), groups)


def _add_products(shared: NDArray[np.int64], person: NDArray[np.int64], group: NDArray[np.int64]) -> None:
    """Add, for people numbered in ascending order, how many are in each two groups."""
    ends = np.searchsorted(person, np.arange(0, int(person.max(initial=0)) + ROWS_AT_ONCE + 1, ROWS_AT_ONCE))
    for begin, end in pairwise(ends.tolist()):
        if begin == end:
            continue
        rows = np.zeros((ROWS_AT_ONCE, len(shared)), np.float32)
        rows[person[begin:end] % ROWS_AT_ONCE, group[begin:end]] = 1
        shared += (rows.T @ rows).astype(np.int64)
