"""How many people names alone stand for: where nothing else tells them apart, namesakes are counted as one.

Of names drawn as the scan's own are, a full name that is expected `m` times among its people, and is seen, stands for
m / (1 - e^-m) of them. Summed, these are the people and how often each name is borne, which gives `m` anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leakscan.persons.frames import Frame, numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST = 100
"""People with nothing but a name from which on their names tell how many namesakes there are (docs/thresholds.md)."""
MOST = 3.0
"""Times as many people as full names at most: beyond that the names say nothing."""
_TOLD_APART = (
    "ins", "nir", "nir_bad", "pseudonym", "birth", "phone", "email", "address", "record_number",
)  # fmt: skip
_ROUNDS, _SETTLED = 300, 0.2


def namesakes(people: Frame, person: NDArray[np.uint32], count: int) -> int:
    """Expected people beyond those counted who share a first and a last name with one, and have nothing else.

    `person`: whom each row of people counts, a number below `count`.
    """
    alone = np.ones(count, np.bool_)
    for name in _TOLD_APART:
        alone[person[numbers(people, name) != 0]] = False
    first, last = (_one_of_each(numbers(people, name), person, count) for name in ("first", "last"))
    alone &= (first != 0) & (last != 0)
    names = int(np.count_nonzero(alone))
    if names < FEWEST:
        return 0
    places = [np.unique(values[alone], return_inverse=True)[1] for values in (first, last)]
    behind = np.ones(names)
    for _ in range(_ROUNDS):
        total = float(behind.sum())
        shares = [np.bincount(place, weights=behind)[place] / total for place in places]
        met = total * shares[0] * shares[1]
        behind = met / -np.expm1(-met)
        if behind.sum() - total < _SETTLED or behind.sum() > MOST * names:
            break
    return round(min(float(behind.sum()), MOST * names)) - names


def _one_of_each(values: NDArray[np.uint64], person: NDArray[np.uint32], count: int) -> NDArray[np.uint64]:
    """A value of each person, 0 where none has one."""
    found = np.zeros(count, np.uint64)
    np.maximum.at(found, person, values)
    return found
