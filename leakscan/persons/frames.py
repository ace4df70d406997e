"""Frames that need not be in memory: what linkage and the estimate ask of one, a column at a time.

A polars frame is such a frame. So is what a ledger has put on disk (`shelf.Shelved`), and so are those here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan.persons.keys import Keys, Mask


class Frame(Protocol):
    """Rows whose columns are taken when they are wanted."""

    @property
    def height(self) -> int:
        """How many rows."""

    def select(self, *names: str) -> pl.DataFrame:
        """Some columns of all rows, as a frame in memory."""


class InPieces:
    """Another frame whose columns are changed as they are taken, part by part."""

    __slots__ = ()
    frame: Frame

    @property
    def height(self) -> int:
        """How many rows."""
        return self.frame.height

    def select(self, *names: str) -> pl.DataFrame:
        """Some columns of all rows, as a frame in memory."""
        return pl.concat(list(self.pieces(*names)))

    def pieces(self, *names: str) -> Iterator[pl.DataFrame]:
        """Some columns, part by part."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some rows of a frame that others share: `height` of them from `start` on."""

    frame: Frame = field(repr=False)
    start: int
    height: int

    def select(self, *names: str) -> pl.DataFrame:
        """Some columns of these rows, as a frame in memory."""
        return self.frame.select(*names).slice(self.start, self.height)


def stacked(frames: Sequence[Frame], *names: str) -> pl.DataFrame:
    """Some columns of at least one frame, under one another in memory.

    Stretches of one frame that follow one another are read, and put together, in one go: each alone would cost thirty
    small columns.
    """
    found: list[pl.DataFrame] = []
    for _, group in groupby(frames, key=_shared):
        several = list(group)
        first = several[0]
        if isinstance(first, Stretch):
            whole = first.frame.select(*names)
            starts = np.array([frame.start for frame in several if isinstance(frame, Stretch)], np.uint32)
            heights = np.array([frame.height for frame in several], np.uint32)
            at = np.arange(heights.sum(), dtype=np.uint32)
            places = at + np.repeat(starts - (np.cumsum(heights, dtype=np.uint32) - heights), heights)
            found.append(whole.select(pl.all().gather(pl.Series(places))))
        else:
            found += [frame.select(*names) for frame in several]
    return pl.concat(found)


def _shared(frame: Frame) -> tuple[bool, int]:
    return (True, id(frame.frame)) if isinstance(frame, Stretch) else (False, id(frame))


@dataclass(frozen=True, slots=True)
class Stack:
    """Frames under one another; where a part has a number, that is its column `input` (UInt32)."""

    parts: Sequence[tuple[int | None, Frame]] = field(repr=False)

    @property
    def height(self) -> int:
        """How many rows."""
        return sum(part.height for _, part in self.parts)

    def select(self, *names: str) -> pl.DataFrame:
        """Some columns of all rows, as a frame in memory; at least one part must be there."""
        return pl.concat(list(self.pieces(*names)))

    def pieces(self, *names: str) -> Iterator[pl.DataFrame]:
        """Some columns, part by part."""
        plain = [name for name in names if name != "input"]
        for number, part in self.parts:
            if number is None or len(plain) == len(names):
                yield from pieces(part, *names)
                continue
            own = pl.lit(number, pl.UInt32).alias("input")
            for held in pieces(part, *plain) if plain else [pl.DataFrame(height=part.height)]:
                yield held.with_columns(own).select(names) if plain else _numbered(number, held.height)


def _numbered(number: int, height: int) -> pl.DataFrame:
    return pl.Series("input", [number], dtype=pl.UInt32).new_from_index(0, height).to_frame()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Those rows of a frame at which `mask` holds."""

    frame: Frame = field(repr=False)
    mask: Mask = field(repr=False)

    @property
    def height(self) -> int:
        """How many rows."""
        return int(np.count_nonzero(self.mask))

    def select(self, *names: str) -> pl.DataFrame:
        """Some columns of the chosen rows, as a frame in memory."""
        found = list(self.pieces(*names))
        return pl.concat(found) if found else self.frame.select(*names)

    def pieces(self, *names: str) -> Iterator[pl.DataFrame]:
        """Some columns, part by part."""
        at = 0
        for piece in pieces(self.frame, *names):
            mask = self.mask[at : at + piece.height]
            yield piece if mask.all() else piece.filter(pl.Series(mask))
            at += piece.height


def pieces(frame: Frame, *names: str) -> Iterator[pl.DataFrame]:
    """Some columns of a frame, in parts that together are all rows in their order."""
    in_parts = getattr(frame, "pieces", None)  # a look at a protocol would cost more than a small column
    if in_parts is None:
        yield frame.select(*names)
    else:
        yield from in_parts(*names)


def numbers(frame: Frame, name: str, *, add: int = 0) -> Keys:
    """One column as numbers, `add` added to each; 0 where it is absent."""
    found, at = np.zeros(frame.height, np.uint64), 0
    for part in _numbers(frame, name, add):
        found[at : at + len(part)] = part
        at += len(part)
    return found


def _numbers(frame: Frame, name: str, add: int) -> Iterator[Keys]:
    if isinstance(frame, Chosen):
        start = 0
        for part in _numbers(frame.frame, name, add):
            mask = frame.mask[start : start + len(part)]
            yield part if mask.all() else part.compress(mask)
            start += len(part)
        return
    for piece in pieces(frame, name):
        column = piece.to_series()
        if column.null_count() == piece.height:
            yield np.broadcast_to(np.uint64(0), piece.height)
            continue
        column = column.cast(pl.UInt64)
        yield ((column + add) if add else column).fill_null(0).to_numpy()


def counts_of(frame: Frame, name: str) -> NDArray[np.uint32]:
    """One column of counts as UInt32; 1 where it is absent."""
    parts = [piece.to_series().fill_null(1).to_numpy() for piece in pieces(frame, name)]
    return np.concatenate([np.empty(0, np.uint32), *parts])
