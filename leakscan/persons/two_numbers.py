"""One person under two numbers that are both the patient's own: a slip in a number that is typed without its key.

Elsewhere two such numbers are two people. With keys a slip shows, so that whoever has two right ones is two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leakscan.persons.by_name import name_keys
from leakscan.persons.chance import BORN_WRONG, CERTAIN, FEWEST, LIKELY
from leakscan.persons.components import NO_LINKS, Links, carried, star, together
from leakscan.persons.frames import counts_of, numbers
from leakscan.persons.identities import sexes_agree
from leakscan.persons.keys import distinct, first_of_each, mix
from leakscan.persons.misspelt import misspelt
from leakscan.persons.shorter import among_first_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakscan.persons.chance import Rarity
    from leakscan.persons.identities import Identities
    from leakscan.persons.keys import Mask, Nodes
    from leakscan.persons.slips import Misspellings

ONCE = 0.98
"""Least share of the numbers of an input that stand on one record only, for it to be a register of people."""
LEAST_DOUBLED, MORE_THAN_CHANCE = 3, 5
"""Names and birth dates under two numbers: so many at least, and so many times as many as chance brings, are slips."""


def doubled_by_slips(ids: Identities, labels: Nodes, rare: Rarity, slips: Misspellings, forms: Misspellings) -> Links:
    """Records of people under two own numbers, where names and birth dates have two far more often than by chance."""
    same = _same_names(ids, labels)
    if not _more_than_chance(ids, labels, rare, same):
        return NO_LINKS
    alike = misspelt(ids, labels, "right_", slips).likely, among_first_names(ids, labels, forms)
    return together(_surely_slipped(ids, rare, links) for links in (same, *alike))


def under_other_numbers(ids: Identities, labels: Nodes, rare: Rarity) -> Links:
    """One name and birth date under two numbers, not both the patient's own, as of a child under both parents'.

    Surely one person where such pairs are so many that chance brings hardly any of them.
    """
    if rare.people < FEWEST:
        return NO_LINKS
    birth = ids["birth"]
    links = together(
        star(mix(key, birth[node])[exact], node[exact], labels) for node, key, exact in name_keys(ids).apart()
    )
    own = carried(labels, ids.own)[labels]
    links = links.where(~(own[links.left] & own[links.right]) & sexes_agree(ids, links))
    share = _pairs_met(labels, links) / rare.people
    return links.where(rare.doubles(ids, links.left) / 2 <= CERTAIN * share)


def with_more_in_common(ids: Identities, labels: Nodes) -> Iterator[Links]:
    """Two own numbers, and a record number or a contact: what two people of one first name and birth do not share."""
    own, birth = ids.own, ids["birth"]
    birth = birth * own
    if not birth.any():
        return
    named = mix(birth, ids["right_first"])
    for shared in ids.shared_things:
        links = star(mix(named, shared), labels=labels)
        yield links.where(sexes_agree(ids, links))


def _same_names(ids: Identities, labels: Nodes) -> Links:
    """One name and birth date, under two own numbers."""
    birth = ids["birth"] * ids.own
    return together(
        star(mix(key, birth[node])[exact], node[exact], labels) for node, key, exact in name_keys(ids).apart()
    )


def _more_than_chance(ids: Identities, labels: Nodes, rare: Rarity, same: Links) -> bool:
    """Whether people of one name and birth date have two numbers far more often than chance brings.

    Without keys a slip in a number shows nowhere else; with keys there are none, and such people are namesakes.
    """
    if rare.people < FEWEST or not len(same.left):
        return False
    one = first_of_each(labels.astype(np.uint64))
    expected = float(rare.doubles(ids, one[ids.own[one]]).sum()) / 2
    return _pairs_met(labels, same) >= LEAST_DOUBLED + MORE_THAN_CHANCE * expected


def _pairs_met(labels: Nodes, links: Links) -> int:
    """How many pairs of clusters some links are between."""
    return len(distinct(mix(*(labels[end].astype(np.uint64) + np.uint64(1) for end in links))))


def _surely_slipped(ids: Identities, rare: Rarity, links: Links) -> Links:
    """Without names that others bear, and without those of one register, which has everybody once."""
    own, source, register = ids.own, ids["input"], _registers(ids)
    links = links.where(own[links.left] & own[links.right])
    links = links.where((source[links.left] != source[links.right]) | ~register[links.left])
    expected = np.maximum(rare.doubles(ids, links.left), rare.doubles(ids, links.right))
    return links.where(expected <= LIKELY * BORN_WRONG)


def _registers(ids: Identities) -> Mask:
    """Where the input of an identity has every number on one record only, as a list of people has."""
    source, number = numbers(ids.people, "input", add=1), numbers(ids.people, "nir")
    at = np.flatnonzero(number)
    counted = int(source.max(initial=0)) + 1
    rows = np.bincount(source[at].astype(np.int64), weights=counts_of(ids.people, "rows")[at], minlength=counted)
    first = at[first_of_each(mix(source[at], number[at]))]
    register: Mask = np.bincount(source[first].astype(np.int64), minlength=counted) >= ONCE * rows
    return register[ids["input"].astype(np.int64)]
