"""Names that are a slip of the pen apart: links between spellings, and from rare ones to their frequent neighbour."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leakscan.persons.by_name import ends_of_names
from leakscan.persons.chance import CERTAIN, FEWEST
from leakscan.persons.components import Links, pairs, pick, star, together
from leakscan.persons.identities import Identities, both_frequent, sexes_agree
from leakscan.persons.keys import Keys, Nodes, digest, first_of_each, look_up, mix, shared_among, slices
from leakscan.persons.slips import Misspellings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakscan.persons.chance import Rarity

MISSPELT = 1 / 16
"""Share of people one of whose names is misspelt somewhere in their records."""


def corrected(ids: Identities, labels: Nodes) -> Iterator[Links]:
    """Same birth date (and NIR) and same names, once each rare spelling is read as its most frequent neighbour."""
    given = mix(ids["birth"], ids["right_first"])
    links = star(mix(ids.nir, given), labels=labels)
    yield links.where(sexes_agree(ids, links))
    ends, node = ends_of_names(ids, "right_last", "right_maiden")
    links = star(mix(given[node], ends), node, labels)
    del given, ends, node
    yield links.where(sexes_agree(ids, links))


class Misspelt(NamedTuple):
    """Links by misspelt names: probable ones, and those that are only possible."""

    likely: Links
    possible: Links


def misspelt(ids: Identities, labels: Nodes, read: str, slips: Misspellings) -> Misspelt:
    """Pairs with a birth date in common and one name one slip apart, the other name (or the NIR) being equal.

    `read`: prefix of the columns in which names are compared for equality.
    """
    birth = ids["birth"]
    given = mix(birth, ids[read + "first"])
    ends, node = ends_of_names(ids)
    last_pairs = slip_pairs(labels, node, given[node], ends, slips)
    del given, ends, node
    agree = sexes_agree(ids, last_pairs)
    likely, possible = [last_pairs.where(agree)], [last_pairs.where(~agree)]

    ends, node = ends_of_names(ids, read + "last", read + "maiden")
    family = np.concatenate([mix(birth[node], ends), mix(ids.nir, birth)])
    node = np.concatenate([node, np.arange(ids.size)])
    del birth, ends
    first_pairs = slip_pairs(labels, node, family, ids["first"][node], slips)
    del family, node
    agree, frequent = sexes_agree(ids, first_pairs), both_frequent(ids, first_pairs)
    possible.append(first_pairs.where(agree == frequent))
    # The rare spelling chooses one frequent one, so that LEOA cannot join LEA to LEO.
    chosen = first_pairs.where(agree & ~frequent)
    both = together([chosen, Links(chosen.right, chosen.left)])
    first = ids["first"]
    left, right = (look_up(first[end], *ids.births) for end in both)
    del first
    rarer = left <= right
    both, right = both.where(rarer), right[rarer]
    read_right = ids["right_first"]
    rank = np.where(read_right[both.left] == read_right[both.right], -ids.size, 0) - right
    likely.append(pick(Links(labels[both.left], labels[both.right]), rank))
    return Misspelt(together(likely), together(possible))


def surely_misspelt(ids: Identities, labels: Nodes, slips: Misspellings, rare: Rarity) -> Iterator[Links]:
    """As `misspelt`, where chance brings nobody else of those names and that birth date, which may be many people's."""
    if rare.people < FEWEST:
        return
    links = misspelt(ids, labels, "", slips).likely
    expected = np.maximum(rare.doubles(ids, links.left), rare.doubles(ids, links.right))
    yield links.where(expected <= CERTAIN * MISSPELT)


def slip_pairs(labels: Nodes, node: Nodes, key: Keys, name: Keys, slips: Misspellings) -> Links:
    """Pairs of nodes in different clusters that share `key` and whose `name` differs by one slip."""
    key[name == 0] = 0
    return together(_slips_within(labels, node[at], key[at], name[at], slips) for at in slices(key))


def _slips_within(labels: Nodes, node: Nodes, key: Keys, name: Keys, slips: Misspellings) -> Links:
    kept = np.flatnonzero(shared_among(key, labels.take(node).astype(np.int32)))
    kept = kept.compress(shared_among(key.take(kept), name.take(kept)))
    node, key, name = node.take(kept), key.take(kept), name.take(kept)
    entry, variant = slips.meeting(key, name)
    # Of entries that say the same the first one is kept.
    own = np.flatnonzero(np.bincount(entry, minlength=1))
    once = np.zeros(len(node), np.bool_)
    alike = (labels.take(node.take(own)).astype(np.uint64), key.take(own), name.take(own))
    once[own.take(first_of_each(digest(alike, len(own))))] = True
    kept = np.flatnonzero(once.take(entry))
    entry, variant = entry.take(kept), variant.take(kept)
    found = pairs(mix(key.take(entry), variant), entry)
    found = found.where(name.take(found.left) != name.take(found.right))
    links = Links(node.take(found.left), node.take(found.right))
    return links.where(labels.take(links.left) != labels.take(links.right))


def far_misspelt(ids: Identities, labels: Nodes, slips: Misspellings) -> Links:
    """Same birth date and two slips: in a first name, in both names, or in a first name while the last one changed."""
    birth = ids["birth"]

    def comparable(links: Links) -> Links:
        other = links.where(sexes_agree(ids, links))
        return other.where(~both_frequent(ids, other))

    ends, node = ends_of_names(ids, "right_last", "right_maiden")
    kin = comparable(pairs(mix(birth[node], ends), node, labels))
    del ends, node
    home = comparable(together(pairs(mix(birth, contact), labels=labels) for contact in ids.contacts))
    first, last = ids["first"], ids["last"]
    first_near = slips.one_slip(first[home.left], first[home.right])
    last_near = slips.one_slip(last[home.left], last[home.right])
    return together([
        kin.where(slips.two_slips(first[kin.left], first[kin.right])),
        home.where(first_near | (last_near & slips.two_slips(first[home.left], first[home.right]))),
    ])  # fmt: skip
