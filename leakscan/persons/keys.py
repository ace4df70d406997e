"""Keys: columns of fingerprints as whole arrays, mixed, counted and looked up. A key of 0 stands for "absent".

What has to be sorted is sorted in slices of the key space: equal keys lie in one slice, so that a slice can be
treated on its own, and what a sort needs beside the keys stays small however many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Keys = NDArray[np.uint64]
Nodes = NDArray[np.int64]
Places = NDArray[np.int32]
Mask = NDArray[np.bool_]

SLICE_BITS = 19
"""Keys are sorted some 2 ** 19 at a time (docs/thresholds.md)."""
_LEADING_BITS = 8
_FEW = 1 << 10
"""Fewer keys than these are looked up one by one: what would spare the work costs as much."""
_LOOKED_UP_AT_ONCE = 1 << 18
_MIXED_AT_ONCE = 1 << 15
"""Keys that are mixed at a time: they fit the processor's cache."""
_MOST_BIN_BITS, _MOST_BUCKET_BITS = 22, 21
_MOST_IN_BUCKET = 16
"""Keys that share their leading bits, beyond which they are not spread as fingerprints are."""
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


def mix(*columns: Keys) -> Keys:
    """One key from several, in order; 0 wherever one of them is 0. Needs no seed: the fingerprints are keyed."""
    mixed = np.empty(len(columns[0]), np.uint64)
    for at in range(0, len(mixed), _MIXED_AT_ONCE):
        some = mixed[at : at + _MIXED_AT_ONCE]
        present = np.ones(len(some), np.bool_)
        some[:] = 0
        for column in columns:
            own = column[at : at + _MIXED_AT_ONCE]
            some ^= own
            some *= _FACTOR
            some ^= some >> _SHIFT
            present &= own != 0
        some *= present
    return mixed


def digest(columns: Iterable[Keys], size: int) -> Keys:
    """One fingerprint per row from all columns, absent values included: equal rows, equal fingerprints."""
    mixed = np.full(size, _FACTOR, np.uint64)
    for column in columns:
        mixed ^= column
        mixed *= _FACTOR
        mixed ^= mixed >> _SHIFT
    return mixed


def slices(key: Keys, *, absent: bool = False) -> Iterator[Nodes]:
    """The places of all present keys (with `absent` of all), slice by slice: smaller keys first, places ascending."""
    bits = min(_LEADING_BITS, max(0, len(key) - 1).bit_length() - SLICE_BITS)
    if bits <= 0:
        yield np.arange(len(key)) if absent else np.flatnonzero(key != 0)
        return
    leading = np.ascontiguousarray(key).astype("<u8", copy=False).view(np.uint8)[7::8] >> (_LEADING_BITS - bits)
    for number in range(1 << bits):
        places = np.flatnonzero(leading == number)
        yield places if absent or number else places[key[places] != 0]


def _bins(key: Keys, most_bits: int = 64) -> tuple[NDArray[np.intp], int]:
    """A small number per key, far more of them than keys: equal keys share it, others hardly ever."""
    bits = min(max(len(key), 1).bit_length() + 2, most_bits)
    return (key * _FACTOR >> np.uint64(64 - bits)).astype(np.intp), 1 << bits


def may_share(key: Keys, among: Mask) -> Mask:
    """Entries whose key may be that of an entry in `among`: none is missed, few are too many. Cheaper than sorting."""
    found = np.zeros(len(key), np.bool_)
    for places in slices(key):
        number, count = _bins(key[places])
        seen = np.zeros(count, np.bool_)
        seen[number.compress(among.take(places))] = True
        found[places] = seen.take(number)
    return found


def crowded(key: Keys, least: int = 2) -> Nodes:
    """Positions of entries whose key may occur at least so often: none is missed, few are too many."""
    found = [np.empty(0, np.int64)]
    for places in slices(key):
        number, count = _bins(key[places])
        found.append(places.compress(np.bincount(number, minlength=count).take(number) >= least))
    return np.concatenate(found)


def shared_among(key: Keys, value: NDArray[np.generic]) -> Mask:
    """Entries whose key may be that of an entry with another value: none is missed, few are too many.

    Each entry writes its value into the bin of its key; a bin in which one finds another's value has two.
    """
    number, count = _bins(key, _MOST_BIN_BITS)
    last = np.empty(count, value.dtype)
    last[number] = value
    several = np.zeros(count, np.bool_)
    several[number.compress(last.take(number) != value)] = True
    found: Mask = several.take(number)
    return found


def shared_between(key: Keys, one: Mask, other: Mask) -> Mask:
    """Entries whose key may be that of an entry in `one` and of an entry in `other`: as `shared_among`."""
    number, count = _bins(key, _MOST_BIN_BITS)
    in_one, in_other = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    in_one[number.compress(one)] = True
    in_other[number.compress(other)] = True
    in_one &= in_other
    found: Mask = in_one.take(number)
    return found


def places_in(keys: Keys, wanted: Keys) -> Nodes:
    """`np.searchsorted` in sorted keys, four times as fast where they are spread: leading bits tell where to look.

    A key beyond all others gets the place behind the last one.
    """
    if len(wanted) < max(_FEW, len(keys) // 8):
        return np.searchsorted(keys, wanted)
    bits = min(len(keys).bit_length() + 1, _MOST_BUCKET_BITS)
    shift = np.uint64(64 - bits)
    in_bucket = np.bincount((keys >> shift).astype(np.intp), minlength=1 << bits)
    if in_bucket.max() > _MOST_IN_BUCKET:
        return np.searchsorted(keys, wanted)
    starts = np.cumsum(in_bucket)
    starts -= in_bucket
    place = np.empty(len(wanted), np.int64)
    for at in range(0, len(wanted), _LOOKED_UP_AT_ONCE):
        some, found = wanted[at : at + _LOOKED_UP_AT_ONCE], place[at : at + _LOOKED_UP_AT_ONCE]
        found[:] = starts.take((some >> shift).astype(np.intp))
        behind = np.flatnonzero(_are_less(keys, found, some))
        while len(behind):
            found[behind] += 1
            behind = behind.compress(_are_less(keys, found.take(behind), some.take(behind)))
    return place


def _are_less(keys: Keys, place: Nodes, wanted: Keys) -> Mask:
    """Whether the key at a place is less than the wanted one; none behind the last is."""
    less: Mask = keys.take(place, mode="clip") < wanted
    less &= place < len(keys)
    return less


def found_in(keys: Keys, wanted: Keys) -> tuple[Nodes, Mask]:
    """Where each wanted key stands in a sorted table of at least one, and whether it does."""
    place = np.minimum(places_in(keys, wanted), len(keys) - 1)
    return place, keys.take(place) == wanted


def among(wanted: Keys, keys: Keys) -> Mask:
    """Whether each wanted key is one of some others, in any order: `np.isin`."""
    if not len(keys):
        return np.zeros(len(wanted), np.bool_)
    return found_in(distinct(keys), wanted)[1]


def distinct(key: Keys) -> Keys:
    """The distinct keys, sorted."""
    ordered = np.sort(key)
    return ordered.compress(begins(ordered))


def first_of_each(key: Keys) -> Nodes:
    """The first entry of each distinct key, keys in ascending order: the index of `np.unique`."""
    order = stable_order(key)
    return order.compress(begins(key.take(order)))


def begins(ordered: NDArray[np.generic]) -> Mask:
    """Where, in sorted values, another one begins."""
    new = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return new


def stable_order(key: Keys) -> Nodes:
    """As a stable argsort, five times faster where keys are spread: a sort of their leading bits with their places.

    Keys that share their leading bits but differ would come out mixed; then the slow way is taken. Bits that lead all
    keys alike tell none from another and are left out.
    """
    if not len(key):
        return np.empty(0, np.int64)
    bits = np.uint64(max(1, (len(key) - 1).bit_length()))
    places = np.uint64((1 << int(bits)) - 1)
    alike_in_all = np.uint64(64 - int(key.max() ^ key.min()).bit_length())
    packed = np.sort((key << min(alike_in_all, np.uint64(63))) & ~places | np.arange(len(key), dtype=np.uint64))
    order = (packed & places).astype(np.int64)
    ordered = key[order]
    alike = (packed[1:] ^ packed[:-1]) <= places
    if (alike & (ordered[1:] != ordered[:-1])).any():
        return np.argsort(key, kind="stable")
    return order


def numbered(key: Keys) -> tuple[Places, Places]:
    """The number of each entry's key, keys in ascending order, and the first entry of each: `np.unique`, but faster."""
    number, firsts, count = np.empty(len(key), np.int32), [np.empty(0, np.int32)], 0
    for places in slices(key, absent=True):
        held = key[places]
        order = stable_order(held)
        new = begins(held.take(order))
        number[places[order]] = np.cumsum(new) + (count - 1)
        firsts.append(places[order[new]].astype(np.int32))
        count += len(firsts[-1])
    return number, np.concatenate(firsts)


def repeated(key: Keys, weight: NDArray[np.uint32]) -> Mask:
    """Whether the entries with a present key weigh more than one together; absent keys by their own weight."""
    found: Mask = weight > 1
    for places in slices(key):
        order = places[stable_order(key[places])]
        ordered = key[order]
        same = ordered[1:] == ordered[:-1]
        found[order[1:]] |= same
        found[order[:-1]] |= same
    return found


def distinct_counts(key: Keys, value: Keys) -> tuple[Keys, Nodes]:
    """How many distinct present values each present key has: sorted keys, counts."""
    both = mix(key, value)
    firsts = (key[places[first_of_each(both[places])]] for places in slices(both))
    held = np.concatenate([np.empty(0, np.uint64), *firsts])
    del both
    held.sort()
    start = np.flatnonzero(begins(held))
    return held[start], np.diff(start, append=len(held))


def look_up(wanted: Keys, keys: Keys, counts: NDArray[np.generic]) -> Nodes:
    """The count of each wanted key in a sorted table; 0 where it is not there."""
    if not len(keys):
        return np.zeros(len(wanted), np.int64)
    place, there = found_in(keys, wanted)
    return np.where(there, counts.take(place), 0).astype(np.int64)
