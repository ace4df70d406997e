"""Identities by their names: some entries of a crowd at a time, of which equal names lie together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leakscan.persons.joined_tables import BY_ALIAS, BY_INITIALS
from leakscan.persons.keys import Keys, Mask, Nodes, mix, shared_among

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from leakscan.persons.identities import Identities

ENTRIES_AT_ONCE = 1 << 21
"""Names of identities that are held with their nodes at a time; all entries of one name lie together."""
_MOST_BITS = 8


class Names(NamedTuple):
    """Names by node; `exact`: with the order of their words."""

    node: Nodes
    key: Keys
    exact: Mask


@dataclass(frozen=True, slots=True, eq=False)
class NameKeys:
    """Keys of names, one per node: last + first, maiden + first; and all name tokens, whatever their order.

    A block that holds nothing is left out: `exact` tells which are there.
    """

    blocks: tuple[Keys, ...]
    exact: tuple[bool, ...]
    _whole: list[Names] = field(default_factory=list, repr=False)

    def whole(self) -> Names:
        """All entries at once."""
        if not self._whole:
            self._whole.append(self._entries([np.flatnonzero(block != 0) for block in self.blocks]))
            for column in self._whole[0]:
                column.setflags(write=False)
        return self._whole[0]

    def apart(self) -> Iterator[Names]:
        """Some entries at a time: those of one name all in one part, and in it in the same order as in the whole."""
        most = sum(len(block) for block in self.blocks)
        bits = min(_MOST_BITS, max(0, (most - 1) // ENTRIES_AT_ONCE).bit_length())
        if not bits:
            yield self.whole()
            return
        leading = [_leading(block, bits) for block in self.blocks]
        for number in range(1 << bits):
            nodes = [np.flatnonzero(part == number) for part in leading]
            if not number:
                nodes = [held[block[held] != 0] for held, block in zip(nodes, self.blocks, strict=True)]
            yield self._entries(nodes)

    def of_several(self, labels: Nodes) -> NameKeys:
        """Without names that nodes of one label alone have: none of the others is missed, few of these are left.

        The same keys where there are too many to be held at once.
        """
        if sum(len(block) for block in self.blocks) > ENTRIES_AT_ONCE:
            return self
        node, key, exact = self.whole()
        kept = np.flatnonzero(shared_among(key, labels.take(node).astype(np.int32)))
        return NameKeys(self.blocks, self.exact, [Names(node.take(kept), key.take(kept), exact.take(kept))])

    def _entries(self, nodes: list[Nodes]) -> Names:
        exact = np.repeat(self.exact, [len(held) for held in nodes])
        keys = np.concatenate([np.empty(0, np.uint64), *(b[held] for b, held in zip(self.blocks, nodes, strict=True))])
        return Names(np.concatenate([np.empty(0, np.int64), *nodes]), keys, exact)


def _leading(key: Keys, bits: int) -> NDArray[np.uint8]:
    """The first bits of each key, one byte each."""
    part: NDArray[np.uint8] = np.ascontiguousarray(key).astype("<u8", copy=False).view(np.uint8)[7::8] >> np.uint8(
        8 - bits
    )
    return part


def ends_of_names(ids: Identities, last: str = "last", maiden: str = "maiden") -> tuple[Keys, Nodes]:
    """Last names and maiden names as one column, with their nodes; of maiden names only those that are there."""
    one, other = ids[last], ids[maiden]
    held = np.flatnonzero(other)
    return np.concatenate([one, other[held]]), np.concatenate([np.arange(ids.size), held])


def in_one_column(ids: Identities) -> Mask:
    """Where the name is a last name, or the whole of it: what a table writes that has no column of first names."""
    return _in_one_column(ids, ids["first"])


def _in_one_column(ids: Identities, first: Keys) -> Mask:
    found: Mask = first == 0
    for name, held in (("name_set", True), ("full", False)):
        if found.any():
            found &= (ids[name] != 0) == held
    return found


def called(ids: Identities, *kinds: int) -> Mask:
    """Where the pseudonym is made of what people go by: initials, or an alias."""
    return np.isin(ids["kind"], kinds or (BY_INITIALS, BY_ALIAS))


def name_keys(ids: Identities) -> NameKeys:
    """The keys of all names of some identities."""
    first, found = ids["first"], []
    last = mix(first, ids["last"])
    found.append((last, True))
    maiden = ids["maiden"]
    if maiden.any():
        by_maiden = mix(first, maiden)
        by_maiden[by_maiden == last] = 0
        found.append((by_maiden, True))
    del last, maiden
    one_column = _in_one_column(ids, first)
    del first
    tokens = ids["name_set"] * ~one_column if one_column.any() else ids["name_set"]
    del one_column
    if not tokens.all():
        tokens = np.where(tokens != 0, tokens, ids["full"])
    found.append((tokens, False))
    return NameKeys(tuple(block for block, _ in found), tuple(exact for _, exact in found))
