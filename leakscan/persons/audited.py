"""Which pairs of a linkage a person is asked about: drawn by stratum, the same ones for the same result.

Two kinds of pairs can tell that `likely` is wrong: records that were merged though nothing certain joins them, and
records that were nearly merged. Each pair has a number made of what its records hold, by which the smallest of each
stratum are drawn: no chance is involved, more pairs are these and further ones, and the order of records is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leakscan.persons.chance import FEWEST
from leakscan.persons.components import Links, together
from leakscan.persons.identities import narrowed
from leakscan.persons.keys import digest, mix
from leakscan.persons.patterns import pattern, rarity_bands
from leakscan.persons.scored import LIKELY_BITS, score, scored
from leakscan.persons.trail import NO_EDGES, RULES, Edges, Trail, merges, pair_keys, possible, refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leakscan.persons.keys import Keys, Mask, Nodes
    from leakscan.persons.trail import Linkage

NEARLY_BITS = 8.0
"""Pairs are nearly merged whose score is at most so much below what merges them."""
LEAST_EACH = 4
"""Pairs that each stratum gets, if it has them, before the rest is shared out by size."""
CONFLICT, NEARLY, POSSIBLE = "conflict", "nearly", "possible"
MERGED: tuple[str, ...] = RULES
APART: tuple[str, ...] = (CONFLICT, NEARLY, POSSIBLE)
"""Strata: by the rule that merged, and by what kept apart: a conflict or another choice, a score, doubt."""
_HELD = (
    "input", "kind", "ins", "nir_any", "nir_bad", "nir_own", "pseudonym", "birth", "first", "last", "maiden", "full",
    "name_set", "sex", "phone", "email", "address", "record_number",
)  # fmt: skip
_SALT = np.uint64(0xC2B2AE3D27D4EB4F)
_RESCORED = -1
"""In place of where a link was proposed: the score of people who stayed apart was asked once more."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two groups of records, as they may be shown: `id` tells the pair again in the same result, and nothing else.

    `rule`: what proposed to join them. `score`: bits, None where names of too few people tell nothing. `records`:
    distinct records on each side. `one_of`: how common the names are (`patterns.rarity_bands`).
    """

    id: str
    stratum: str
    rule: str
    score: float | None
    records: tuple[int, int]
    fields: Mapping[str, str] = field(repr=False)
    one_of: Mapping[str, int | None] = field(repr=False)

    @property
    def merged(self) -> bool:
        """Whether `likely` has the two as one person."""
        return self.stratum in MERGED


@dataclass(frozen=True, slots=True)
class Drawn:
    """How many pairs each stratum has, and those drawn, in the order in which they are asked."""

    sizes: Mapping[str, int]
    pairs: tuple[Pair, ...]


class Group(NamedTuple):
    """A pair before it is drawn: its link, the rule that proposed it, and the nodes on each side."""

    number: int
    stratum: str
    rule: str
    link: tuple[int, int]
    sides: tuple[Nodes, Nodes]


def draw_pairs(trail: Trail, most: int, key: bytes) -> Drawn:
    """At most `most` pairs, half of them merged ones if there are as many of both. `key`: of the fingerprints."""
    if trail.linkage is None:
        return Drawn(dict.fromkeys((*MERGED, *APART), 0), ())
    sizes, groups = drawn_groups(trail, trail.linkage, most)
    return Drawn(sizes, _shown(trail.linkage, groups, key))


def drawn_groups(trail: Trail, linkage: Linkage, most: int) -> tuple[dict[str, int], list[Group]]:
    """How many pairs each stratum has, and those that are drawn."""
    content = digest((linkage.ids[name] for name in _HELD), linkage.ids.size)
    strata = _strata(trail, linkage)
    sizes = {name: len(edges.origin) for name, edges in strata.items()}
    quotas = _quotas(sizes, most)
    groups: list[Group] = []
    for name, edges in strata.items():
        numbers = _numbers(content, edges.links)
        places = np.argsort(numbers, kind="stable")[: quotas[name]].tolist()
        groups += [_group(trail, name, edges, place, int(numbers[place])) for place in places]
    groups.sort(key=lambda group: (group.number, group.stratum))  # nobody shall answer by the stratum
    return sizes, groups


def pair_id(number: int, key: bytes) -> str:
    """What tells a pair again to who has the key, and nothing to others."""
    return blake2b(number.to_bytes(8, "little"), key=key, person=b"audited pair", digest_size=8).hexdigest()


def _strata(trail: Trail, linkage: Linkage) -> dict[str, Edges]:
    """The pairs of each stratum; what is kept apart by a conflict is not also nearly merged, nor possible."""
    joined = merges(trail)
    rules = np.array([RULES.index(one.rule) if one.rule in RULES else -1 for one in trail.proposed], np.int64)
    by_rule = rules[joined.origin]
    found = {name: _where(joined, by_rule == at) for at, name in enumerate(RULES)}
    close, enough = _scored_apart(trail, linkage)
    known = np.empty(0, np.uint64)
    for name, edges in ((CONFLICT, _both(refused(trail), enough)), (NEARLY, close), (POSSIBLE, possible(trail))):
        keys = pair_keys(trail.likely[edges.links.left], trail.likely[edges.links.right])
        first = np.zeros(len(keys), np.bool_)
        first[np.unique(keys, return_index=True)[1]] = True
        found[name] = _where(edges, first & ~np.isin(keys, known))
        known = np.concatenate([known, keys])
    return found


def _where(edges: Edges, mask: Mask) -> Edges:
    return Edges(edges.links.where(mask), edges.origin[mask])


def _both(one: Edges, other: Edges) -> Edges:
    return Edges(together([one.links, other.links]), np.concatenate([one.origin, other.origin]))


def _scored_apart(trail: Trail, linkage: Linkage) -> tuple[Edges, Edges]:
    """Pairs of different people by `likely` whose score is a little too low, and those whose score is high enough."""
    if linkage.rare.people < FEWEST:
        return NO_EDGES, NO_EDGES
    ids, rest = linkage.ids, (linkage.slips, linkage.forms, linkage.rare)
    links = together(scored(ids, trail.likely, *rest, least=LIKELY_BITS - NEARLY_BITS))
    bits = score(ids, links, *rest)
    links = Links(links.left[order := np.argsort(-bits, kind="stable")], links.right[order])
    edges = Edges(links, np.full(len(order), _RESCORED))
    enough = bits[order] >= LIKELY_BITS
    return _where(edges, ~enough), _where(edges, enough)


def _quotas(sizes: Mapping[str, int], most: int) -> dict[str, int]:
    """Pairs to draw of each stratum: half of both kinds, what one has too few of goes to the other."""
    merged, apart = (sum(sizes[name] for name in names) for names in (MERGED, APART))
    of_merged = min(merged, max(most - most // 2, most - apart))
    shares = ((MERGED, of_merged), (APART, min(apart, most - of_merged)))
    return {name: quota for names, share in shares for name, quota in _shared_out(sizes, names, share).items()}


def _shared_out(sizes: Mapping[str, int], names: tuple[str, ...], most: int) -> dict[str, int]:
    """`LEAST_EACH` for each stratum while there are so many, the rest by size; one by one, so that all are given."""
    quotas = dict.fromkeys(names, 0)
    for _ in range(most):
        left = [name for name in names if quotas[name] < sizes[name]]
        few = [name for name in left if quotas[name] < LEAST_EACH]
        chosen = min(few or left, key=lambda name: (quotas[name] + 1) / (1 if few else sizes[name]))
        quotas[chosen] += 1
    return quotas


def _numbers(content: Keys, links: Links) -> Keys:
    """The number of each pair, whichever of the two comes first."""
    one, other = content[links.left], content[links.right]
    salt = np.full(len(one), _SALT)
    return mix(np.minimum(one, other), np.maximum(one, other), salt)


def _group(trail: Trail, name: str, edges: Edges, place: int, number: int) -> Group:
    left, right = int(edges.links.left[place]), int(edges.links.right[place])
    origin = int(edges.origin[place])
    rule = "scored" if origin == _RESCORED else trail.proposed[origin].rule
    labels = trail.proposed[origin].before if name in MERGED else trail.likely
    sides = (np.flatnonzero(labels == labels[left]), np.flatnonzero(labels == labels[right]))
    return Group(number, name, rule, (left, right), sides)


def _shown(linkage: Linkage, groups: Sequence[Group], key: bytes) -> tuple[Pair, ...]:
    """The pairs as they may be shown: columns are read for the records of these pairs alone."""
    if not groups:
        return ()
    kept = np.unique(np.concatenate([side for group in groups for side in group.sides]))
    ids, _ = narrowed(linkage.ids, kept, np.arange(linkage.ids.size))
    some = replace(linkage, ids=ids, certain=np.arange(len(kept)))
    ends = np.searchsorted(kept, np.array([group.link for group in groups]))
    bits: Sequence[float | None] = [None] * len(groups)
    if linkage.rare.people >= FEWEST:
        found_bits = score(ids, Links(ends[:, 0], ends[:, 1]), linkage.slips, linkage.forms, linkage.rare)
        bits = [round(float(one), 1) for one in found_bits]
    found = []
    for group, scored_bits in zip(groups, bits, strict=True):
        left, right = (np.searchsorted(kept, side) for side in group.sides)
        found.append(
            Pair(
                pair_id(group.number, key),
                group.stratum,
                group.rule,
                scored_bits,
                (len(left), len(right)),
                pattern(some, left, right),
                rarity_bands(some, left, right),
            )
        )
    return tuple(found)
