"""What a first look reads: how many bytes of which input, and where in a large input they lie."""

from __future__ import annotations

from collections.abc import Sequence

from leakscan.readers.streams import HEAD_BYTES, Stretch

TRIAGE_BYTES = 6 << 20
"""What a first look reads in all: the head of one input, and blocks spread over it (docs/thresholds.md)."""
RUNS = 2
"""Runs that the blocks behind the head are gathered in: whoever comes back is seen in another one. They interlace, so
that blocks of two runs lie as far from each other as any two rows do."""
BLOCKS_PER_RUN = 6
LEAST_BLOCK = 256 << 10
"""A smaller block holds too few whole records; fewer blocks are taken instead."""
LEAST_SHARE = 1 << 20
"""With many inputs each that is looked at gets at least so much: less settles no columns."""
INPUT_COSTS = 2 << 20
"""Opening and settling one more input takes as long as so many bytes more."""

_ALIGNED = 4
"""Blocks begin at multiples of the widest code unit (UTF-32)."""


def shares(sizes: Sequence[int | None]) -> list[int]:
    """Bytes to read of each input, the largest first (None: of unknown size); 0 for those that get no look."""
    left, each = TRIAGE_BYTES, max(TRIAGE_BYTES // max(1, len(sizes)), LEAST_SHARE)
    given = [0] * len(sizes)
    for at in sorted(range(len(sizes)), key=lambda at: (sizes[at] is not None, -(sizes[at] or 0))):
        size = sizes[at]
        if left < min(LEAST_SHARE, size or LEAST_SHARE):
            break
        given[at] = min(each, left) if size is None else min(each, left, max(size, 1))
        left -= given[at] + INPUT_COSTS
    return given


def runs(size: int | None, share: int) -> list[list[Stretch]]:
    """The stretches of an input that make up its share: head and two interlaced runs of evenly spaced blocks.

    The whole input where that is no larger than its share; only the head where its size is not known.
    """
    if size is None:
        return [[Stretch(0, min(share, HEAD_BYTES))]]
    if size <= share:
        return [[Stretch(0, size)]]
    head = min(share * 4 // 7, HEAD_BYTES) // _ALIGNED * _ALIGNED  # no more than the usual head
    count = min(RUNS * BLOCKS_PER_RUN, max(RUNS, (share - head) // LEAST_BLOCK // RUNS * RUNS))
    block = (share - head) // count // _ALIGNED * _ALIGNED
    gap = (size - head - count * block) / count
    blocks = [size - block - round((count - 1 - place) * (block + gap)) for place in range(count)]
    found = [Stretch(at // _ALIGNED * _ALIGNED, min(at // _ALIGNED * _ALIGNED + block, size)) for at in blocks[:-1]]
    found.append(Stretch(blocks[-1] // _ALIGNED * _ALIGNED, size))
    return [[Stretch(0, head)], *(found[at::RUNS] for at in range(RUNS))]
