"""How often two people agree by chance: MARTIN says less than a rare name, and less among a million than among ten.

Of two records that agree in names and birth, the expected number of other people who agree as well tells whether they
are one person's. It is counted on the scan's own people, so that what is frequent there weighs little.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from leakscan.persons.by_name import NameKeys, ends_of_names, name_keys
from leakscan.persons.components import Links, carried, pairs, star, together
from leakscan.persons.identities import LIVING_DAYS, Identities, births_close, sexes_agree
from leakscan.persons.keys import Keys, Nodes, distinct_counts, look_up, mix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

BIRTHS_CLOSE = 1 / 200
"""Share of people whose birth date differs from a given one in its day, month or year alone, or by a swap."""
CERTAIN, LIKELY = 0.02, 0.5
"""Odds of chance against one person, up to which records are surely, and probably, one person's."""
FEWEST = 100
"""People from which on their names tell what is rare."""
FILED_UNDER_PARENT, WHOLLY_WRONG = 0.15, 0.006
"""Share of people who stand under a parent's number, one of whom may bear the parent's name; and share of people with a
birth date that is nothing like their own."""
BORN_WRONG, NAMED_ANEW = 0.02, 0.01
"""Share of people with a birth date that is mistyped somewhere in their records, and with two last names in them."""


@dataclass(frozen=True, slots=True, eq=False)
class Rarity:
    """How many people bear each first name, each last name and each birth date, and how many there are."""

    people: int
    first: tuple[Keys, Nodes] = field(repr=False)
    last: tuple[Keys, Nodes] = field(repr=False)
    birth: tuple[Keys, Nodes] = field(repr=False)

    def namesakes(self, ids: Identities, node: Nodes) -> NDArray[np.float64]:
        """Expected people with the node's first and last name; as if all were, where it lacks one."""
        last, first = ids["last"][node], ids["first"][node]
        last = np.where(last != 0, last, ids["maiden"][node])
        return self._of(first, self.first) * self._of(last, self.last) / max(1, self.people)

    def others_called(self, ids: Identities, node: Nodes) -> NDArray[np.float64]:
        """As `namesakes`, of people who are not the one whom the node may be."""
        last, first = ids["last"][node], ids["first"][node]
        last = np.where(last != 0, last, ids["maiden"][node])
        given, family = (
            np.maximum(count - 1, 0.5) for count in (self._of(first, self.first), self._of(last, self.last))
        )
        return given * family / max(1, self.people)

    def born_alike(self, ids: Identities, node: Nodes) -> NDArray[np.float64]:
        """Expected people with the node's first name and birth date."""
        return self._of(ids["first"][node], self.first) * self.born(ids["birth"][node]) / max(1, self.people)

    def doubles(self, ids: Identities, node: Nodes) -> NDArray[np.float64]:
        """Expected people with the node's names and birth date."""
        return self.namesakes(ids, node) * self.born(ids["birth"][node]) / max(1, self.people)

    def share_of_first(self, ids: Identities, node: Nodes) -> NDArray[np.float64]:
        """Share of the people who bear the node's first name."""
        return self._of(ids["first"][node], self.first) / max(1, self.people)

    def born(self, birth: Keys) -> NDArray[np.float64]:
        """Expected people of a birth date, beyond the two that are compared: some dates mean `unknown`."""
        return np.maximum(0, look_up(birth, *self.birth) - 2) + self.people / LIVING_DAYS

    def _of(self, key: Keys, table: tuple[Keys, Nodes]) -> NDArray[np.float64]:
        return np.where(key != 0, look_up(key, *table), self.people).astype(np.float64)


def rarity(ids: Identities, labels: Nodes, *, dated: bool = False) -> Rarity:
    """Count the people (clusters of `labels`) under each name and each birth date; `dated`: those who have one."""
    person = labels.astype(np.uint64) + np.uint64(1)
    if dated:
        person *= carried(labels, ids["birth"] != 0)[labels]
    last, node = ends_of_names(ids)
    ends = distinct_counts(last, person[node])
    del last, node
    named = ((ids["first"] != 0) | (ids["last"] != 0)) & (person != 0)
    people = int(np.count_nonzero(carried(labels, named)))
    return Rarity(people, distinct_counts(ids["first"], person), ends, distinct_counts(ids["birth"], person))


def by_rare_names(ids: Identities, labels: Nodes, rare: Rarity, most: float) -> Iterator[Links]:
    """Links between records whose agreement is expected by chance at most `most` times."""
    if rare.people < FEWEST:
        return
    # First name and birth date, under another last name.
    renamed = star(mix(ids["birth"], ids["first"]), labels=labels)
    renamed = renamed.where(sexes_agree(ids, renamed))
    yield renamed.where(rare.born_alike(ids, renamed.left) <= most * NAMED_ANEW)


def born_wrong(ids: Identities, labels: Nodes, rare: Rarity, most: float) -> Iterator[Links]:
    """The same names with birth dates one component apart; or under one number, whatever the birth dates are."""
    if rare.people < FEWEST:
        return
    keys = name_keys(ids)
    for found in close_births(ids, keys, labels):
        close = found.where(births_close(ids, found) & sexes_agree(ids, found))
        yield close.where(rare.namesakes(ids, close.left) * BIRTHS_CLOSE <= most * BORN_WRONG)
    nir = ids.nir
    numbered = together(star(mix(key, nir[node]), node, labels) for node, key, _ in keys.apart())
    yield numbered.where(rare.share_of_first(ids, numbered.left) * FILED_UNDER_PARENT <= most * WHOLLY_WRONG)


def close_births(ids: Identities, keys: NameKeys, labels: Nodes) -> Iterator[Links]:
    """Pairs of one name whose birth dates may differ in one component or be swapped, kind by kind."""
    for kind in close_birth_keys(ids, keys, labels):
        yield together(pairs(key, node, labels) for key, node in kind)


def close_birth_keys(
    ids: Identities, keys: NameKeys, labels: Nodes | None = None
) -> Iterator[Iterator[tuple[Keys, Nodes]]]:
    """Keys (with their nodes) under which one name's birth dates differ in one component or are swapped, by kind.

    With `labels`, some of the names that only nodes of one label have are left out.
    """
    keys = keys if labels is None else keys.of_several(labels)
    for part in ("birth_dm", "birth_my", "birth_dy"):
        column = ids[part]
        yield ((mix(key, column.take(node)), node) for node, key, _ in keys.apart())
        del column
    birth, swapped = ids["birth"], ids["birth_swap"]
    yield (
        (np.concatenate([mix(key, birth.take(node)), mix(key, swapped.take(node))]), np.tile(node, 2))
        for node, key, _ in keys.apart()
    )
