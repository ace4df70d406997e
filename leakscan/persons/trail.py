"""What a linkage did, rule by rule: kept only for who audits it, for it costs memory and the linkage never asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leakscan.persons.components import Links, connected, together
from leakscan.persons.keys import Mask, Nodes, mix

if TYPE_CHECKING:
    from leakscan.persons.chance import Rarity
    from leakscan.persons.identities import Identities
    from leakscan.persons.slips import Misspellings

RULES: tuple[str, ...] = (
    "rare_names", "shorter", "birth_date", "doubled_number", "agreement", "misspelt", "scored", "incomplete",
)  # fmt: skip
"""What merges records in `likely` beside what is certain."""
_NAMES = {
    "rare_names": "rare_names", "shorter_names": "shorter", "birth_date_slip": "birth_date",
    "misspelt_names": "misspelt",
    "two_numbers": "doubled_number", "one_difference": "agreement", "pseudonym": "agreement",
    "much_in_common": "scored",
    "something_missing": "incomplete",
}  # fmt: skip
"""By rule as it is counted (`merges.RULES`), what an audit calls it."""
POSSIBLE = "possible"
"""What merges them in `low` alone."""


class Proposed(NamedTuple):
    """Links of one rule between clusters as they stood before it (`before`, a label per node)."""

    rule: str
    before: Nodes
    links: Links


@dataclass(frozen=True, slots=True, eq=False)
class Linkage:
    """What the rules saw: identities, their certain clusters, spellings, shorter forms, and how rare names are."""

    ids: Identities
    certain: Nodes
    slips: Misspellings
    forms: Misspellings
    rare: Rarity


@dataclass(slots=True, eq=False)
class Trail:
    """Filled by one linkage: all that was proposed, in order, and the clusters of `likely`. Empty where nobody is."""

    proposed: list[Proposed] = field(default_factory=list)
    linkage: Linkage | None = None
    likely: Nodes = field(default_factory=lambda: np.empty(0, np.int64))

    def begin(self, ids: Identities, certain: Nodes, slips: Misspellings, forms: Misspellings, rare: Rarity) -> None:
        """The identities that rules may still link, and the clusters that are certain."""
        self.linkage = Linkage(ids, certain, slips, forms, rare)

    def settle(self, likely: Nodes) -> None:
        """The clusters of `likely`."""
        self.likely = likely

    def propose(self, strength: str, rule: str, before: Nodes, links: Links) -> None:
        """Write down links between clusters, once there are identities that rules may link."""
        if self.linkage is not None:
            name = POSSIBLE if strength == POSSIBLE else _NAMES[rule]
            self.proposed.append(Proposed(name, before, links))


class Edges(NamedTuple):
    """Links, each with its place in `Trail.proposed`."""

    links: Links
    origin: Nodes


def merges(trail: Trail) -> Edges:
    """The links that `likely` rests on, one per merge: as many as it has clusters fewer than are certain.

    Where several rules join the same clusters, the earliest one counts, for rules go from the surest on.
    """
    if trail.linkage is None:
        return NO_EDGES
    found = _edges(trail, [at for at, one in enumerate(trail.proposed) if one.rule != POSSIBLE])
    left, right = found.links
    within = _where(found, trail.likely[left] == trail.likely[right])
    return _where(within, _forest(trail.linkage.certain, within.links))


def refused(trail: Trail) -> Edges:
    """Links that were proposed for `likely` and not made: one per pair of its clusters, the first proposed."""
    return _once(trail, _edges(trail, [at for at, one in enumerate(trail.proposed) if one.rule != POSSIBLE]))


def possible(trail: Trail) -> Edges:
    """Links of `low` alone, one per pair of clusters of `likely`."""
    return _once(trail, _edges(trail, [at for at, one in enumerate(trail.proposed) if one.rule == POSSIBLE]))


NO_EDGES = Edges(Links(np.empty(0, np.int64), np.empty(0, np.int64)), np.empty(0, np.int64))


def _where(edges: Edges, mask: Mask) -> Edges:
    return Edges(edges.links.where(mask), edges.origin[mask])


def _edges(trail: Trail, which: list[int]) -> Edges:
    parts = [trail.proposed[at].links for at in which]
    origin = np.repeat(np.array(which, np.int64), [len(part.left) for part in parts])
    return Edges(together(parts), origin)


def _once(trail: Trail, edges: Edges) -> Edges:
    """Those between two clusters of `likely`, the first of each pair."""
    left, right = trail.likely[edges.links.left], trail.likely[edges.links.right]
    apart = np.flatnonzero(left != right)
    _, first = np.unique(pair_keys(left[apart], right[apart]), return_index=True)
    kept = np.zeros(len(left), np.bool_)
    kept[apart[first]] = True
    return _where(edges, kept)


def pair_keys(left: Nodes, right: Nodes) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """One key per unordered pair of labels."""
    one = np.uint64(1)
    return mix(np.minimum(left, right).astype(np.uint64) + one, np.maximum(left, right).astype(np.uint64) + one)


def _forest(labels: Nodes, links: Links) -> Mask:
    """Which links make a spanning forest over clusters, earlier ones first (Boruvka's rounds on whole arrays)."""
    size = len(labels)
    label = labels.copy()
    chosen = np.zeros(len(links.left), np.bool_)
    while True:
        left, right = label[links.left], label[links.right]
        still = np.flatnonzero(left != right)
        if not len(still):
            return chosen
        best = np.full(size, len(left))
        np.minimum.at(best, left[still], still)
        np.minimum.at(best, right[still], still)
        picked = np.unique(best[best < len(left)])
        chosen[picked] = True
        label = connected(size, Links(left[picked], right[picked]))[label]
