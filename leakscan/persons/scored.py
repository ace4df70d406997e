"""Pairs of records that agree in part, scored: what agrees counts by how rare it is, what differs by how slips come.

Weights are bits, log2 of how much more often two records of one person agree (or differ) so than two people's do
(Fellegi and Sunter 1969). A last name, a number that may be the insured's, and contacts are shared by families: the
rarest of those that agree counts, and only that.
"""

from __future__ import annotations

from itertools import chain, product
from typing import TYPE_CHECKING

import numpy as np

from leakscan.persons.chance import FEWEST
from leakscan.persons.components import NO_LINKS, Links, pairs, spread, together
from leakscan.persons.keys import look_up, mix
from leakscan.persons.misspelt import slip_pairs
from leakscan.persons.shorter import are_shorter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from leakscan.persons.chance import Rarity
    from leakscan.persons.identities import Identities
    from leakscan.persons.keys import Keys, Nodes
    from leakscan.persons.slips import Misspellings

    Bits = NDArray[np.float64]

LINKS_AT_ONCE = 1 << 16
"""Candidates that are scored at once; changes time and memory, never results."""
LIKELY_BITS, CERTAIN_BITS = 3.0, 6.0
"""Score from which two records are probably, and surely, one person's: eight to one, and 64 to one."""
FIRST_DIFFERS, LAST_DIFFERS, SEX_DIFFERS = -6.0, -5.0, -5.0
BIRTH_DIFFERS, BIRTH_CLOSE, BIRTH_SWAPPED = -6.5, 2.0, 6.5
"""One birth date in fifty is mistyped; in 200 pairs of people one differs in a component alone, in 30,000 by a swap."""
SLIPPED = -4.0
"""A name with a slip, beside the same name without: one in sixteen."""
SHORTENED = -2.0
"""A name beside its initial or first word: one record in four is written so where some are."""
NUMBER_DIFFERS = -6.0
"""Two numbers: a slip in one, a provisional one, or a child under both parents'."""
TWINS = 5.5
"""One child in 45 has a twin: family and birth date in common tell no more than that."""
TWINS_ALIKE = 1.0
"""Twins' names are alike half as often as one of two spellings is a slip."""
FAMILY = 3.0
"""People who share a contact or an insured's number."""


def scored(
    ids: Identities, labels: Nodes, slips: Misspellings, forms: Misspellings, rare: Rarity, least: float = LIKELY_BITS
) -> Iterator[Links]:
    """Links between records that share something and score at least `least` bits; nothing is said of few people."""
    if rare.people < FEWEST:
        return
    first, waiting, piled = ids["first"], [], 0
    for found in chain(_candidates(ids, labels, slips), _shorter(ids, labels, forms), [NO_LINKS]):
        apart = found.where(labels.take(found.left) != labels.take(found.right))
        if len(apart.left):
            waiting.append(apart)
            piled += len(apart.left)
        if not piled or (piled < LINKS_AT_ONCE and found is not NO_LINKS):
            continue
        good = score(ids, together(waiting), slips, forms, rare) >= least
        ends = np.cumsum([len(links.left) for links in waiting])[:-1]
        for links, mask in zip(waiting, np.split(good, ends), strict=True):
            yield _of_one(first, labels, links.where(mask), forms)
        waiting, piled = [], 0


def _of_one(first: Keys, labels: Nodes, links: Links, forms: Misspellings) -> Links:
    """Without shorter names that fit several people: MARIE would join MARIE ANNE to MARIE LOUISE."""
    one, other = first[links.left], first[links.right]
    leftwards, rightwards = are_shorter(forms, one, other), are_shorter(forms, other, one)
    weak = labels[np.where(leftwards, links.left, links.right)].astype(np.uint64) + np.uint64(1)
    weak[~(leftwards | rightwards)] = 0
    return links.where(~spread(weak, labels[np.where(leftwards, links.right, links.left)], absent=None))


def _candidates(ids: Identities, labels: Nodes, slips: Misspellings) -> Iterator[Links]:
    """Pairs worth scoring: with a family in common and first names alike, or parts of a birth date and one name."""
    every, first = np.arange(ids.size), ids["first"]
    for shared in _families(ids):
        if not shared.any():
            continue
        yield pairs(mix(shared, first), labels=labels)
        yield slip_pairs(labels, every, shared.copy(), first, slips)
    for end in ("last", "maiden"):
        last = ids[end]
        if not last.any():
            continue
        for part in ("birth_dm", "birth_my", "birth_dy"):
            born = ids[part]
            yield slip_pairs(labels, every, mix(born, last), first, slips)
            yield slip_pairs(labels, every, mix(born, first), last, slips)
        yield slip_pairs(labels, every, ids["birth"].copy(), last, slips)


def _families(ids: Identities) -> Iterator[Keys]:
    """What families share, one column in memory at a time."""
    yield ids.nir
    yield from ids.contacts


def _shorter(ids: Identities, labels: Nodes, forms: Misspellings) -> Iterator[Links]:
    """Pairs with a birth date, or part of it and a name, in common, one first name a shorter form of the other."""
    if not len(forms.name):
        return
    first = ids["first"]
    entry, form = forms.expand(first)
    node, name = np.concatenate([np.arange(ids.size), entry]), np.concatenate([first, form])
    for end in ("last", "maiden"):
        for part in ("birth_dm", "birth_my", "birth_dy"):
            yield pairs(mix(mix(ids[part], ids[end])[node], name), node, labels)
        swapped = np.concatenate([mix(ids[born], ids[end])[node] for born in ("birth", "birth_swap")])
        yield pairs(mix(swapped, np.tile(name, 2)), np.tile(node, 2), labels)
    yield pairs(mix(ids["birth"][node], name), node, labels)


def score(ids: Identities, links: Links, slips: Misspellings, forms: Misspellings, rare: Rarity) -> Bits:
    """Bits for one person, less those against, per link."""
    people = float(rare.people)
    found = np.full(len(links.left), -np.log2(people))
    sex = ids["sex"]
    one, other = sex[links.left], sex[links.right]
    sexes = np.where((one != 0) & (other != 0), np.where(one == other, 1.0, SEX_DIFFERS), 0.0)
    first, family = _first(ids, links, slips, forms, rare), _family(ids, links, slips, rare)
    found += sexes + first + _birth(ids, links, rare) + family
    birth, name = ids["birth"], ids["first"]
    twins = (family > 0) & (birth[links.left] == birth[links.right]) & (birth[links.left] != 0)
    twins &= name[links.left] != name[links.right]
    found = np.where(twins, np.minimum(found, sexes + np.minimum(first, TWINS_ALIKE) + TWINS), found)
    nir = ids.nir
    one, other = nir[links.left], nir[links.right]
    return found + np.where((one != 0) & (other != 0) & (one != other), NUMBER_DIFFERS, 0.0)


def _rareness(key: Keys, table: tuple[Keys, Nodes], people: float) -> Bits:
    return np.log2(people / np.maximum(1.0, look_up(key, *table).astype(np.float64)))


def _first(ids: Identities, links: Links, slips: Misspellings, forms: Misspellings, rare: Rarity) -> Bits:
    first = ids["first"]
    one, other = first[links.left], first[links.right]
    weight = np.minimum(_rareness(one, rare.first, rare.people), _rareness(other, rare.first, rare.people))
    alike = slips.one_slip(one, other)
    found = np.where(one == other, weight, np.where(alike, np.maximum(weight + SLIPPED, 0.0), FIRST_DIFFERS))
    short = are_shorter(forms, one, other) | are_shorter(forms, other, one)
    found = np.where(short, np.maximum(found, np.maximum(weight + SHORTENED, 0.0)), found)
    return np.where((one != 0) & (other != 0), found, 0.0)


def _birth(ids: Identities, links: Links, rare: Rarity) -> Bits:
    birth = ids["birth"]
    one, other = birth[links.left], birth[links.right]
    swapped = one == ids["birth_swap"][links.right]
    close = np.zeros(len(one), np.bool_)
    for part in ("birth_dm", "birth_my", "birth_dy"):
        column = ids[part]
        close |= column[links.left] == column[links.right]
    differ = np.where(swapped, BIRTH_SWAPPED, np.where(close, BIRTH_CLOSE, BIRTH_DIFFERS))
    found = np.where(one == other, np.log2(rare.people / rare.born(one)), differ)
    return np.where((one != 0) & (other != 0), found, 0.0)


def _family(ids: Identities, links: Links, slips: Misspellings, rare: Rarity) -> Bits:
    """The rarest of what families share and the two have in common; what last names that differ say against it."""
    people = float(rare.people)
    best = np.zeros(len(links.left))
    ends = {end: (ids[end][links.left], ids[end][links.right]) for end in ("last", "maiden")}
    any_last = np.zeros(len(best), np.bool_)
    agree = np.zeros(len(best), np.bool_)
    for left, right in product(("last", "maiden"), repeat=2):
        one, other = ends[left][0], ends[right][1]
        known = (one != 0) & (other != 0)
        if not known.any():
            continue
        any_last |= known
        same = known & (one == other)
        weight = np.minimum(_rareness(one, rare.last, people), _rareness(other, rare.last, people))
        alike = np.zeros(len(best), np.bool_)
        asked = np.flatnonzero(known & ~same)
        alike[asked] = slips.one_slip(one[asked], other[asked])
        agree |= same | alike
        best = np.maximum(best, np.where(same, weight, np.where(alike, weight + SLIPPED, 0.0)))
    for column in _families(ids):
        one = column[links.left]
        shared = (one != 0) & (one == column[links.right])
        best = np.maximum(best, np.where(shared, np.log2(people / FAMILY), 0.0))
    return best + np.where(any_last & ~agree, LAST_DIFFERS, 0.0)
