"""Birth dates that are a guess: the 1st of January of a year, where the day is not known; and what software writes.

Both are told by how many people have them. Who was registered by his age somewhere has his real day elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leakscan.persons.bits import TRAITS
from leakscan.persons.by_name import name_keys
from leakscan.persons.chance import FEWEST
from leakscan.persons.components import Links, attach, carried, together
from leakscan.persons.frames import numbers
from leakscan.persons.identities import sexes_agree
from leakscan.persons.keys import distinct_counts, mix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakscan.persons.chance import Rarity
    from leakscan.persons.identities import Identities
    from leakscan.persons.keys import Keys, Mask, Nodes

TIMES_ANY_DAY, LEAST_GUESSED = 3, 5
"""A day of the year on which so many times as many people are born as on any other, and so many at least, is a guess:
of those born within a few weeks, as in a maternity, each day has many."""
GUESSED = 0.05
"""Share of people whose day of birth is guessed somewhere in their records, where some are."""
AGES = 40
"""Two ages in so many times two: of those who live, whom a year of birth leaves."""


def guessed_day(ids: Identities, labels: Nodes) -> Mask:
    """Where the day of birth is the one that far more people have than any other: the 1st of January."""
    day = ids["birth_dm"]
    days, people = distinct_counts(day, labels.astype(np.uint64) + np.uint64(1))
    if len(days) < 2:
        return np.zeros(ids.size, np.bool_)
    second, top = np.argsort(people, kind="stable")[-2:]
    enough = people[top] >= max(LEAST_GUESSED, TIMES_ANY_DAY * people[second])
    found: Mask = (day == days[top]) & bool(enough)
    return found


def known_by_year(ids: Identities, labels: Nodes, rare: Rarity, most: float) -> Iterator[Links]:
    """The same names, one birth date the 1st of January, the other another day of that year.

    The ledger has no year of birth, but ages: who was born later in the year is as old, or a year younger.
    """
    if rare.people < FEWEST:
        return
    guess = guessed_day(ids, labels)
    if not guess.any():
        return
    age = _ages(ids)
    sure = carried(labels, (ids["birth"] != 0) & ~guess)[labels]
    weak = guess & ~sure & (age != 0)
    found = []
    for node, key, _ in name_keys(ids).apart():
        at = np.flatnonzero(weak[node])
        old, told = age[node], key[at]
        keys = (mix(key, old * ~weak[node]), mix(told, old[at]), mix(told, old[at] - np.uint64(1)))
        guessed = np.repeat([False, True], [len(node), 2 * len(at)])
        every = np.concatenate([node, node[at], node[at]])
        met = attach(np.concatenate(keys), every, guessed, ~guessed, labels)
        found.append(Links(met.weak, met.strong).where(met.single))
    links = together(found)
    nir = ids.nir
    one, other = nir[links.left], nir[links.right]
    links = links.where(((one == other) | (one == 0) | (other == 0)) & sexes_agree(ids, links))
    yield links.where(rare.others_called(ids, links.left) / AGES <= most * GUESSED)


def _ages(ids: Identities) -> Keys:
    """The age of each identity and one; 0 where it is not known."""
    span = TRAITS["age"]
    held = numbers(ids.people, "traits").take(ids.first) >> np.uint64(span.low)
    age: Keys = held & np.uint64((1 << span.width) - 1)
    return age
