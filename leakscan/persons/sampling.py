"""Crowds too large to link whole: whole blocks of birth dates are linked, and counted up to all.

A sample of records would break linkage, for a person's records would be apart. A block holds all records of some birth
dates, so that what is linked inside it is linked as in the whole; records without a birth date go by another key.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from leakscan.persons.frames import Frame, numbers
from leakscan.persons.keys import Keys, Mask, mix

BLOCKS = 1024
"""Blocks that all records are parted into, by the fingerprint of the birth date."""
EXACT_ROWS = 40_000_000
"""Identities up to which all are linked: 20 million people with two each, in 4 GB."""
SAMPLED_ROWS = 8_000_000
"""Identities that are linked of a larger crowd: as many blocks as hold so many."""
LEAST_BLOCKS = 8
"""Blocks that are linked however large they are: a variance needs several."""
NORMAL_95 = 1.96
"""Standard errors on either side of an estimate that hold the truth 19 times in 20."""
_WITHOUT_BIRTH = ("ins", "nir", "pseudonym", "name_set", "full", "last", "email", "phone", "record_number", "address")
"""What a record without a birth date goes by: the first of these that it has."""
_SALT = np.uint64(0xD6E8FEB86659FD93)


class Sample(NamedTuple):
    """Blocks that are linked: `chosen` marks their rows, `block` is the block of each chosen row (0 to `taken` - 1).

    `rows`: identities in each taken block. `all_rows`: in all blocks.
    """

    chosen: Mask
    block: NDArray[np.uint16]
    rows: NDArray[np.int64]
    all_rows: int

    @property
    def taken(self) -> int:
        """How many blocks are linked."""
        return len(self.rows)


class Total(NamedTuple):
    """A number of persons in all blocks, and its standard error."""

    value: float
    error: float


def draw(people: Frame, most_rows: int = SAMPLED_ROWS) -> Sample:
    """Choose blocks that hold some `most_rows` identities together: the first ones, for their order is keyed."""
    key = numbers(people, "birth")
    for name in _WITHOUT_BIRTH:
        without = key == 0
        if not without.any():
            break
        key[without] = numbers(people, name)[without]
    block = _block_of(key)
    del key
    sizes = np.bincount(block, minlength=BLOCKS)
    taken = max(LEAST_BLOCKS, int(np.searchsorted(np.cumsum(sizes), most_rows, "right")))
    chosen = block < taken
    return Sample(chosen, block[chosen], sizes[:taken], int(sizes.sum()))


def _block_of(key: Keys) -> NDArray[np.uint16]:
    salted = mix(key, np.full(len(key), _SALT))
    found: NDArray[np.uint16] = (salted >> np.uint64(64 - (BLOCKS.bit_length() - 1))).astype(np.uint16)
    return found


def scaled(label: NDArray[np.integer], sample: Sample) -> Total:
    """Clusters in all blocks, from those of the chosen rows (`label`), and the standard error between blocks.

    Clusters of a block are counted up by its identities, whose number is known for all blocks (a ratio estimate). A
    cluster in two blocks stands in both; that both are taken has a small chance, which the merges seen are divided by.
    The error is the jackknife's, one block left out at a time.
    """
    both = np.unique(label.astype(np.uint64) * np.uint64(BLOCKS) + sample.block)
    cluster, block = both // np.uint64(BLOCKS), (both % np.uint64(BLOCKS)).astype(np.int64)
    within = np.bincount(block, minlength=sample.taken).astype(np.float64)
    again = np.flatnonzero(cluster[1:] == cluster[:-1])
    merges = np.bincount(block[again + 1], minlength=sample.taken).astype(np.float64)
    merges += np.bincount(block[again], minlength=sample.taken)
    rows, taken = sample.rows.astype(np.float64), float(sample.taken)
    everything = _total(within.sum(), merges.sum() / 2, rows.sum(), taken, sample.all_rows)
    left_out = _total(
        within.sum() - within, merges.sum() / 2 - merges, rows.sum() - rows, taken - 1, sample.all_rows
    )  # fmt: skip
    spread = np.sum((left_out - left_out.mean()) ** 2) * (taken - 1) / taken * (1 - taken / BLOCKS)
    return Total(float(everything), float(np.sqrt(spread)))


def _total(
    within: NDArray[np.float64], merges: NDArray[np.float64], rows: NDArray[np.float64], taken: float, all_rows: int
) -> NDArray[np.float64]:
    pairs = BLOCKS * (BLOCKS - 1) / (taken * (taken - 1))
    found: NDArray[np.float64] = within / np.maximum(rows, 1) * all_rows - merges * pairs
    return found
