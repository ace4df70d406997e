"""Which rule merged how many: what is told of a count, found on the way and never used for it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leakscan.persons.components import Links, connected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakscan.persons.keys import Nodes
    from leakscan.persons.trail import Trail

STRENGTHS: tuple[str, ...] = ("certain", "likely", "possible")
"""How sure a merge is: the partition that it first belongs to (`high`, `likely`, `low`)."""

RULES: tuple[str, ...] = (
    "own_number",
    "pseudonym",
    "nir_and_more",
    "name_and_birth",
    "record_number",
    "email_alone",
    "rare_names",
    "shorter_names",
    "birth_date_slip",
    "two_numbers",
    "one_difference",
    "misspelt_names",
    "much_in_common",
    "something_missing",
    "namesakes",
    "several_candidates",
    "name_alone",
    "relatives",
)
"""What makes two identities one person, in the order in which it is asked."""

Ruled = tuple[str, Links]
"""Links, and the rule that found them."""


class Merged(NamedTuple):
    """How many identities a rule made one with others: `merges` fewer are left after it."""

    strength: str
    rule: str
    merges: int


class Merges:
    """Counts merges by strength and rule, and tells a trail of links. State: the counts, and how many identities."""

    def __init__(self, trail: Trail | None = None) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._trail = trail
        self.identities = 0

    def count(self, strength: str, rule: str, merges: int) -> None:
        """Note merges that were counted elsewhere."""
        self._counts[strength, rule] += merges

    def add(self, strength: str, rules: list[tuple[str, int]], before: Nodes, links: Links, clusters: Nodes) -> None:
        """Count what links made of clusters; `rules`: by whom the links were found, and how many, in order.

        `before`: the cluster of each node until then. `clusters`: what became of each of these clusters. A link that
        was given up for the sake of two numbers counts nothing; of several that say the same the first one counts.
        """
        left, right = before[links.left], before[links.right]
        held = np.flatnonzero(clusters[left] == clusters[right])
        ends, place = np.unique(np.concatenate([left[held], right[held]]), return_inverse=True)
        one, other = place[: len(held)], place[len(held) :]
        now = np.arange(len(ends))
        at = 0
        for rule, count in rules:
            if self._trail is not None:
                own = slice(at, at + count)
                self._trail.propose(strength, rule, before, Links(links.left[own], links.right[own]))
            begun, done = np.searchsorted(held, (at, at + count))
            at += count
            after = connected(len(ends), Links(now[one[begun:done]], now[other[begun:done]]))
            self._counts[strength, rule] += int(np.count_nonzero(after != np.arange(len(ends))))
            now = after[now]

    def told(self) -> tuple[Merged, ...]:
        """The counts, strongest first, in the order of the rules."""
        order = {rule: place for place, rule in enumerate(RULES)}
        found = sorted(self._counts.items(), key=lambda one: (STRENGTHS.index(one[0][0]), order[one[0][1]]))
        return tuple(Merged(strength, rule, count) for (strength, rule), count in found if count)


def by(rule: str, found: Links | Iterable[Links]) -> Iterator[Ruled]:
    """Links under the name of the rule that finds them."""
    return ((rule, links) for links in ([found] if isinstance(found, Links) else found))
