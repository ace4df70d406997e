"""Links and connected components on whole arrays: what linkage is made of, with no word about people.

Nodes are positions 0 ... n-1; a link is a pair of nodes; a label is the smallest node of its component. A key of 0
stands for "absent" and joins nothing. Everything is numpy, in O(n log n); nothing loops over nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leakscan.persons.keys import Keys, Mask, Nodes, found_in, shared_among, shared_between, slices, stable_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

BLOCK_WINDOW = 16
"""Within one key, a node is compared with this many neighbours at most: a huge block must not cost its square."""
ADOPTION_ROUNDS = 64
"""How far an anchor reaches, in links, inside a component that had to be split. Beyond, nodes stay apart."""


class Links(NamedTuple):
    """Pairs of nodes, as two arrays of one length."""

    left: Nodes
    right: Nodes

    def where(self, mask: Mask) -> Links:
        """Only the links at which `mask` holds."""
        return Links(self.left.compress(mask), self.right.compress(mask))


NO_LINKS = Links(np.empty(0, np.int64), np.empty(0, np.int64))


def together(parts: Iterable[Links]) -> Links:
    """All links of all parts."""
    collected = [NO_LINKS, *parts]
    return Links(np.concatenate([part.left for part in collected]), np.concatenate([part.right for part in collected]))


class _Sorted(NamedTuple):
    order: Nodes  # positions in the key array
    starts: Nodes  # where each group starts
    group: Nodes  # group number of each sorted entry


def _groups(key: Keys, value: NDArray[np.generic] | None = None) -> Iterator[_Sorted]:
    """Entries by key, slice by slice; of a present key that only one has, or all with one `value`, maybe none."""
    for places in slices(key):
        held = key.take(places)
        own: NDArray[np.generic] = np.arange(len(held), dtype=np.int32) if value is None else value.take(places)
        kept = np.flatnonzero(shared_among(held, own))
        order = stable_order(held.take(kept))
        order = kept.take(order)
        ordered = held.take(order)
        same = ordered[1:] == ordered[:-1]
        crowd = np.zeros(len(ordered), np.bool_)
        crowd[1:] |= same
        crowd[:-1] |= same
        order, ordered = order.compress(crowd), ordered.compress(crowd)
        if len(order):
            new = np.ones(len(ordered), np.bool_)
            new[1:] = ordered[1:] != ordered[:-1]
            yield _Sorted(places.take(order), np.flatnonzero(new), np.cumsum(new) - 1)


def _labels_of(node: Nodes | None, labels: Nodes | None) -> NDArray[np.int32] | None:
    """The label of each entry, four bytes each."""
    if labels is None:
        return None if node is None else node.astype(np.int32)
    return (labels if node is None else labels.take(node)).astype(np.int32)


def carried(labels: Nodes, nodes: Mask) -> Mask:
    """Per label, whether one of the masked nodes has it."""
    found = np.zeros(len(labels), np.bool_)
    found[labels.compress(nodes)] = True
    return found


def star(key: Keys, node: Nodes | None = None, labels: Nodes | None = None) -> Links:
    """Link all nodes that share a key to the smallest of them. `node`: the node of each key (default: its place).

    With `labels`, links between nodes of one label are left out.
    """
    found = []
    for by_key in _groups(key, _labels_of(node, labels)):
        nodes = by_key.order if node is None else node.take(by_key.order)
        links = Links(np.minimum.reduceat(nodes, by_key.starts)[by_key.group], nodes)
        apart = links.left != links.right
        if labels is not None:
            apart &= labels.take(links.left) != labels.take(links.right)
        found.append(links.where(apart))
    return together(found)


def spread(key: Keys, value: NDArray[np.generic], *, absent: int | None = 0) -> Mask:
    """Where, per entry, the entries of its key hold more than one distinct value (those equal to `absent` left out)."""
    many = np.zeros(len(key), np.bool_)
    for by_key in _groups(key, value):
        values = value.take(by_key.order).astype(np.uint64)
        lowest, highest = values, values
        if absent is not None:
            gone = values == absent
            lowest = np.where(gone, np.uint64(np.iinfo(np.uint64).max), values)
            highest = np.where(gone, np.uint64(0), values)
        low, high = np.minimum.reduceat(lowest, by_key.starts), np.maximum.reduceat(highest, by_key.starts)
        many[by_key.order] = (low < high)[by_key.group]
    return many


def pairs(key: Keys, node: Nodes | None = None, labels: Nodes | None = None) -> Links:
    """All pairs of entries that share a key (positions, or `node` of them); in large groups, neighbours only.

    With `labels`, pairs of nodes of one label are left out.
    """
    found = []
    for by_key in _groups(key, None if labels is None else _labels_of(node, labels)):
        nodes = by_key.order if node is None else node.take(by_key.order)
        place = np.arange(len(nodes))
        for distance in range(1, BLOCK_WINDOW + 1):
            place = place[: np.searchsorted(place, len(nodes) - distance)]
            place = place.compress(by_key.group.take(place) == by_key.group.take(place + distance))
            if not len(place):
                break
            links = Links(nodes.take(place), nodes.take(place + distance))
            found.append(links if labels is None else links.where(labels.take(links.left) != labels.take(links.right)))
    return together(found)


class Attachment(NamedTuple):
    """Weak nodes that meet strong ones under a key: the smallest such node, and whether only one value was met."""

    weak: Nodes
    strong: Nodes
    single: Mask


def attach(key: Keys, node: Nodes, weak: Mask, strong: Mask, value: NDArray[np.generic]) -> Attachment:
    """Find for every weak entry the strong entries of its key. Masks are per entry of `key`, `value` per node."""
    found: list[Attachment] = []
    for places in slices(key * (weak | strong)) if weak.any() and strong.any() else ():
        held, are_weak, are_strong = key.take(places), weak.take(places), strong.take(places)
        met = shared_between(held, are_weak, are_strong)
        weak_at, strong_at = np.flatnonzero(met & are_weak), np.flatnonzero(met & are_strong)
        if not len(weak_at):
            continue
        strong_at = strong_at.take(stable_order(held.take(strong_at)))
        keys = held.take(strong_at)
        starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
        keys = keys.take(starts)
        nodes = node.take(places.take(strong_at))
        values = value.take(nodes)
        smallest = np.minimum.reduceat(nodes, starts)
        single = np.minimum.reduceat(values, starts) == np.maximum.reduceat(values, starts)
        place, hit = found_in(keys, held.take(weak_at))
        weak_at, place = weak_at.compress(hit), place.compress(hit)
        found.append(Attachment(node.take(places.take(weak_at)), smallest.take(place), single.take(place)))
    return attached_apart(found)


def attached_apart(parts: Iterable[Attachment]) -> Attachment:
    """What was found part by part as one, where no weak and strong entry of one key are of two parts."""
    empty = Attachment(NO_LINKS.left, NO_LINKS.left, np.empty(0, np.bool_))
    return Attachment(*(np.concatenate(column) for column in zip(empty, *parts, strict=True)))


def pick(links: Links, rank: NDArray[np.generic] | None = None) -> Links:
    """For each left label one right label only: the one of the smallest rank, then the smallest."""
    ranks = np.zeros(len(links.left), np.int64) if rank is None else rank
    order = np.lexsort((links.right, ranks, links.left))
    left = links.left[order]
    new = np.ones(len(left), np.bool_)
    new[1:] = left[1:] != left[:-1]
    return Links(left[new], links.right[order][new])


def mutual(links: Links) -> Links:
    """Pairs of labels that pick one another: what is only possible must not chain."""
    both = pick(together([links, Links(links.right, links.left)]))
    chosen = np.full(int(both.left.max(initial=-1)) + 1, -1, np.int64)
    chosen[both.left] = both.right
    return both.where((chosen[both.right] == both.left) & (both.left < both.right))


def connected(size: int, links: Links) -> Nodes:
    """Label of each node's component: smallest label propagated along the links, with pointer jumping."""
    label = np.arange(size)
    left, right = links.left, links.right
    while len(left):
        one, other = label[left], label[right]
        apart = one != other
        left, right, one, other = left[apart], right[apart], one[apart], other[apart]
        smaller = np.minimum(one, other)
        np.minimum.at(label, one, smaller)
        np.minimum.at(label, other, smaller)
        while True:
            jumped = label[label]
            if np.array_equal(jumped, label):
                break
            label = jumped
    return label


def connected_apart(size: int, links: Links, tags: Sequence[Mask], *, adopt: bool) -> Nodes:
    """As `connected`, but no component may hold two nodes with the same tag.

    Components that would are split: with `adopt` every untagged node goes to the nearest tagged one (the smallest of
    several), without it the untagged keep to themselves.
    """
    label = connected(size, links)
    torn = np.zeros(size, np.bool_)
    tagged = np.zeros(size, np.bool_)
    for tag in tags:
        torn |= np.bincount(label[np.flatnonzero(tag)], minlength=size) > 1
        tagged |= tag
    if not torn.any():
        return label
    inside = torn[label[links.left]]
    hard = links.where(inside)
    free = hard.where(~tagged[hard.left] & ~tagged[hard.right])
    kept = _adopted(size, hard, tagged) if adopt else free
    return connected(size, together([links.where(~inside), kept]))


def _adopted(size: int, links: Links, tagged: Mask) -> Links:
    nobody = size
    owner = np.where(tagged, np.arange(size), nobody)
    for _ in range(ADOPTION_ROUNDS):
        following = owner.copy()
        for near, far in ((links.left, links.right), (links.right, links.left)):
            reached = (owner[near] != nobody) & (owner[far] == nobody)
            np.minimum.at(following, far[reached], owner[near[reached]])
        if np.array_equal(following, owner):
            break
        owner = following
    owned = np.flatnonzero((owner != nobody) & ~tagged)
    return Links(owner[owned], owned)
