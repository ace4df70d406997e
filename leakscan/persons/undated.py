"""A name without a birth date, and one that differs from it in a slip of the pen: often the same person's.

Two tables of one laboratory repeat people, and one of them has no birth dates: whoever is misspelt in either would be
counted twice. Among many people a name alone says little, so only what few bear is compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leakscan.persons.by_name import ends_of_names
from leakscan.persons.chance import FEWEST
from leakscan.persons.components import Links, carried, spread
from leakscan.persons.identities import both_frequent, sexes_agree
from leakscan.persons.keys import may_share
from leakscan.persons.misspelt import slip_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakscan.persons.chance import Rarity
    from leakscan.persons.identities import Identities
    from leakscan.persons.keys import Keys, Mask, Nodes
    from leakscan.persons.slips import Misspellings

LIKELY_NAMESAKES, POSSIBLE_NAMESAKES = 0.1, 2.0
"""Expected people of the more frequent of two names, up to which a misspelt one is probably, or may be, the same."""


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
