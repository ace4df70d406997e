"""Names without a birth date: the same name with one, or one that differs from it in a slip of the pen.

Two tables of one laboratory repeat people, and one of them has no birth dates. How far a name alone tells who it is
depends on how rare it is, and on how many people the tables have in common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leakscan.persons.by_name import ends_of_names, name_keys
from leakscan.persons.chance import CERTAIN, FEWEST, Rarity, rarity
from leakscan.persons.components import NO_LINKS, Links, attach, carried, spread, star, together
from leakscan.persons.identities import both_frequent, sexes_agree
from leakscan.persons.keys import among, distinct, may_share, mix
from leakscan.persons.misspelt import slip_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakscan.persons.identities import Identities
    from leakscan.persons.keys import Keys, Mask, Nodes
    from leakscan.persons.slips import Misspellings

LIKELY_NAMESAKES, POSSIBLE_NAMESAKES = 0.1, 2.0
"""Expected people of the more frequent of two names, up to which a misspelt one is probably, or may be, the same."""


class Again(NamedTuple):
    """How often a name without a birth date is met again, beside a birth date and without one elsewhere.

    `dated`, `undated`: shares of these names (0..1); `among`: how rare names are among those who have a birth date.
    """

    dated: float = 0.5
    undated: float = 0.5
    among: Rarity | None = None


def with_birth_dates(ids: Identities, labels: Nodes) -> Rarity | None:
    """How rare names are among those who have a birth date; None where all have, or nobody."""
    dated = carried(labels, ids["birth"] != 0)[labels]
    return rarity(ids, labels, dated=True) if dated.any() and not dated.all() else None


def found_again(ids: Identities, labels: Nodes, rare: Rarity, among: Rarity | None) -> Again:
    """How many names without a birth date are met again, told by those that are too rare to be met by chance.

    Where nearly all are, the tables are about the same people, and a more frequent name is theirs as well.
    """
    if among is None or rare.people < FEWEST:
        return Again()
    undated = ~carried(labels, ids["birth"] != 0)[labels]
    ends, node = ends_of_names(ids)
    whole = node[undated[node] & (ends != 0) & (ids["first"] != 0)[node]]
    single, several = _alike(ids, labels)

    def share(met: Nodes, names: Rarity) -> float:
        rarely = (node[names.others_called(ids, node) <= CERTAIN] for node in (met, whole))
        again, asked = (len(distinct(labels[node].astype(np.uint64) + np.uint64(1))) for node in rarely)
        return min(1.0, (1 + again) / (2 + asked))

    return Again(share(single.left, among), share(np.concatenate(several), rare), among)


def undated_names(ids: Identities, labels: Nodes, rare: Rarity, again: Again, most: float) -> Iterator[Links]:
    """A name without a birth date, and the only person of that name with one; or such names among themselves.

    Where chance brings another one who bears it, against the one who does, at most `most` times.
    """
    if rare.people < FEWEST:
        return
    shares, counted = (again.dated, again.undated), (again.among or rare, rare)
    for links, share, names in zip(_alike(ids, labels), shares, counted, strict=True):
        others = np.minimum(names.others_called(ids, links.left), 1.0) * (1 - share) / share
        yield links.where(others <= most)


def _alike(ids: Identities, labels: Nodes) -> tuple[Links, Links]:
    """Names without a birth date and the only one who has one; and such names among themselves."""
    dated, keys = carried(labels, ids["birth"] != 0)[labels], name_keys(ids)
    single, several = [], []
    for node, key, _ in keys.apart():
        found = attach(key, node, (~dated)[node], dated[node], labels)
        single.append(Links(found.weak, found.strong).where(found.single))
        open_to = np.flatnonzero(~dated[node] & ~_several_in_one_table(ids, key, node, labels))
        several.append(star(key[open_to], node[open_to], labels))
    del dated, keys
    one, other = (
        links.where(sexes_agree(ids, links) & _no_other_number(ids, labels, links))
        for links in (together(single), together(several))
    )
    return one, other


def _several_in_one_table(ids: Identities, key: Keys, node: Nodes, labels: Nodes) -> Mask:
    """Entries of a name that several numbered records of one table bear: there they are two people."""
    filed = ids.filed[node]
    if not filed.any():
        return filed
    own, number = key[filed], labels[node[filed]]
    twice = spread(mix(own, ids["input"][node[filed]]), number.astype(np.uint64), absent=None)
    return among(key, own[twice])


def undated_of_few(ids: Identities, labels: Nodes, rare: Rarity) -> Links:
    """Where few people tell how rare names are: a name without a birth date, and the only person of it elsewhere.

    Tables of one dump repeat names; that among few people two bear one is less likely.
    """
    if rare.people >= FEWEST:
        return NO_LINKS
    dated, (node, key, _), source = carried(labels, ids["birth"] != 0)[labels], name_keys(ids).whole(), ids["input"]
    found = attach(key, node, (~dated)[node], dated[node], labels)
    links = Links(found.weak, found.strong).where(found.single)
    apart = source[links.left] != source[links.right]
    return links.where(apart & sexes_agree(ids, links) & _no_other_number(ids, labels, links))


def _no_other_number(ids: Identities, labels: Nodes, links: Links) -> Mask:
    """Where not both sides have a number: if it were the same one, that would link them."""
    numbered = carried(labels, ids["nir_any"] != 0)[labels]
    free: Mask = ~(numbered[links.left] & numbered[links.right])
    return free


def undated_slips(
    ids: Identities, labels: Nodes, slips: Misspellings, rare: Rarity, most: float, *, sure: bool
) -> Iterator[Links]:
    """Links between names one slip apart, one side at least without a birth date, expected at most `most` times.

    `sure`: not where both first names are real ones, nor where several people are a slip away.
    """
    dated = carried(labels, ids["birth"] != 0)[labels]
    if rare.people < FEWEST or dated.all():
        return
    yield from _of_one_family(ids, labels, slips, dated)
    numbered = carried(labels, (ids["nir_any"] != 0) | (ids["ins"] != 0))[labels]
    for key, name, node in named_alike(ids, ~dated, rare, most):
        links = slip_pairs(labels, node, key, name, slips)
        links = links.where(~(dated[links.left] & dated[links.right]))
        links = links.where(~(numbered[links.left] & numbered[links.right]) & sexes_agree(ids, links))
        links = links.where(_of_two_tables(ids, dated, links))
        links = links.where(np.maximum(rare.namesakes(ids, links.left), rare.namesakes(ids, links.right)) <= most)
        if sure:
            links = links.where(~both_frequent(ids, links))
            links = links.where(_single(labels, dated, links))
        yield links


def _of_one_family(ids: Identities, labels: Nodes, slips: Misspellings, dated: Mask) -> Iterator[Links]:
    """First names one slip apart under one number or contact, which a family shares: hardly ever are two so alike."""
    first, every = ids["first"], np.arange(ids.size)
    for shared in (ids.nir, *ids.contacts):
        if not shared.any():
            continue
        links = slip_pairs(labels, every, shared.copy(), first, slips)
        links = links.where(~(dated[links.left] & dated[links.right]) & sexes_agree(ids, links))
        links = links.where(~both_frequent(ids, links))
        yield links.where(_single(labels, dated, links))


def named_alike(ids: Identities, undated: Mask, rare: Rarity, most: float) -> Iterator[tuple[Keys, Keys, Nodes]]:
    """What a misspelt name without a birth date has in common with the right one, what may differ, and the nodes."""
    ends, node = ends_of_names(ids)
    first = ids["first"][node]
    few = rare.namesakes(ids, node) <= most
    for key, name in ((ends, first), (first, ends)):
        kept = np.flatnonzero(few & (key != 0) & (name != 0) & may_share(key, undated[node]))
        yield key[kept], name[kept], node[kept]


def _of_two_tables(ids: Identities, dated: Mask, links: Links) -> Mask:
    """One side has a birth date, or they are not two numbered records of one table."""
    source, filed = ids["input"], ids.filed
    both = filed[links.left] & filed[links.right] & (source[links.left] == source[links.right])
    apart: Mask = dated[links.left] | dated[links.right] | ~both
    return apart


def _single(labels: Nodes, dated: Mask, links: Links) -> Mask:
    """Where the side without a birth date is a slip away from one person only."""
    leftwards = dated[links.right]
    weak = labels[np.where(leftwards, links.left, links.right)].astype(np.uint64) + np.uint64(1)
    strong = labels[np.where(leftwards, links.right, links.left)]
    found: Mask = ~spread(weak, strong, absent=None)
    return found
