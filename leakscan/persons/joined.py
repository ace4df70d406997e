"""Clusters joined by links, as far as two people's numbers allow it, and counted by the rules that found them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leakscan.persons.components import Attachment, Links, carried, connected_apart, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakscan.persons.identities import Identities
    from leakscan.persons.keys import Nodes
    from leakscan.persons.merges import Merges, Ruled


def merge(
    ids: Identities, labels: Nodes, told: Merges, strength: str, found: Iterable[Ruled], *, adopt: bool = True
) -> Nodes:
    """Merge the clusters that links join, never two with an INS each or with an own NIR each."""
    rules: list[tuple[str, int]] = []
    links = together(_between(labels, found, rules))
    left, right = labels[links.left], labels[links.right]
    with_ins, with_nir = carried(labels, ids["ins"] != 0), carried(labels, ids.own)
    joined = left != right
    joined &= ~(with_ins[left] & with_ins[right]) & ~(with_nir[left] & with_nir[right])
    clusters = connected_apart(ids.size, Links(left, right).where(joined), (with_ins, with_nir), adopt=adopt)
    told.add(strength, rules, labels, links, clusters)
    merged: Nodes = clusters[labels]
    return merged


def _between(labels: Nodes, found: Iterable[Ruled], rules: list[tuple[str, int]]) -> Iterator[Links]:
    """Those links that join two clusters: few, while all links of the rules are many. Notes by which rule they are."""
    for rule, links in found:
        between = links.where(labels[links.left] != labels[links.right])
        rules.append((rule, len(between.left)))
        yield between


def slipping(ids: Identities, labels: Nodes, told: Merges, strength: str, found: Iterable[Ruled]) -> tuple[Nodes, int]:
    """The clusters merged by links that rest on a slip of the pen, and how many merges that was."""
    merged = merge(ids, labels, told, strength, found)
    return merged, _count(labels) - _count(merged)


def _count(labels: Nodes) -> int:
    """How many clusters."""
    return int(np.count_nonzero(carried(labels, np.ones(len(labels), np.bool_))))


def to_the_one(found: Attachment) -> Links:
    """Links of weak nodes to the strong one, where they met one value only."""
    return Links(found.weak[found.single], found.strong[found.single])
