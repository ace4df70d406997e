"""Find the records of a JSON document by its brackets, in numpy, without holding the document.

Records are the objects of the outermost arrays that hold objects (and objects that follow one another); where such an
object is too long to be held, the arrays within it are looked at instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from leakscan.readers.streams import Feed, source_length

Ints = npt.NDArray[np.int64]

BLOCK_BYTES = 16 << 20
"""How much of a document is read ahead; a longer object is opened rather than held."""
MAX_STRUCTURE = 1_000_000
"""Brackets outside of records that are followed one by one in a block; the rest of a document of more is text."""
MAX_STACK = 1_000
"""Brackets that may be open at a time outside of records; the same."""
_KEY_REACH = 420
_OBJECT, _ARRAY = b"{["
_CLOSING = {_OBJECT: ord("}"), _ARRAY: ord("]")}
_KEY = re.compile(rb'"((?:[^"\\]|\\.){0,200})"\s*:\s*$')
_BRACKETS = np.zeros(256, np.int8)
_BRACKETS[list(b"{[")] = 1
_BRACKETS[list(b"}]")] = -1
_STEPS = _BRACKETS.tobytes()
_TO_BLANK = bytes.maketrans(b"\n\r", b"  ")


@dataclass(frozen=True, slots=True)
class Run:
    """Records of one array, one per line; or text outside of records (`path` None). `start`, `end` in the source."""

    path: str | None
    data: bytes = field(repr=False)
    start: int
    end: int
    rows: int = 0


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch of a document: places of its brackets outside of strings, and how deep each leads from its start."""

    data: bytes
    places: Ints
    depth: Ints

    @classmethod
    def of(cls, data: bytes) -> _Block:
        """Find the brackets."""
        array = np.frombuffer(data, np.uint8)
        toggles = np.zeros(len(array), np.uint8)
        toggles[_quotes(data, array)] = 1
        steps = np.frombuffer(data.translate(_STEPS), np.int8)
        places = np.flatnonzero(steps != 0)
        places = places[(np.cumsum(toggles, dtype=np.uint8)[places] & 1) == 0]
        return cls(data, places, np.cumsum(steps[places], dtype=np.int64))


@dataclass(slots=True)
class _Place:
    """Where in a block the document is followed: next bracket, bytes given, brackets followed one by one."""

    at: int = 0
    used: int = 0
    followed: int = 0
    stopped: bool = False


class Document:
    """A document as runs. State: what is read ahead, and where in the document that begins."""

    def __init__(self, feed: Feed, bom: int, wide: str | None, *, objects: bool = False, partial: bool = False) -> None:
        """`feed` stands at the beginning. `objects`: it is objects one after another. `partial`: more would follow."""
        self._feed, self._wide, self.partial = feed, wide, partial
        self._data, self._start, self._ended = b"", bom, False
        self._stack: list[tuple[int, str]] = []
        self._records, self._lost = objects, False
        self._opened: set[tuple[str, ...]] = set()

    def runs(self) -> Iterator[Run]:
        """All of the document in order."""
        while not self._ended or self._data:
            if not self._ended:
                more = self._feed.read(BLOCK_BYTES)
                self._ended = len(more) < BLOCK_BYTES
                self._data += more
            if self._lost:
                if self._data:
                    yield self._run(None, len(self._data))
                continue
            yield from self._block()
            if self._ended and (self.partial or not self._data):
                return

    @property
    def cut(self) -> bool:
        """Whether it ended before its brackets closed; known once all runs are taken."""
        return bool(self._stack) and not self._lost

    def closing(self) -> bytes:
        """The brackets that are open where it ends."""
        return bytes(_CLOSING[sign] for sign, _ in reversed(self._stack))

    def _run(self, path: str | None, size: int, made: bytes | None = None, rows: int = 0) -> Run:
        data, self._data = self._data[:size], self._data[size:]
        start = self._start
        self._start += source_length(data, self._wide)
        return Run(path, data if made is None else made, start, self._start, rows)

    def _block(self) -> Iterator[Run]:
        """What the block holds, up to a record that is not whole."""
        block = _Block.of(self._data)
        place = _Place()
        while place.at < len(block.places) and not place.stopped:
            yield from self._within(block, place) if self._records else self._outside(block, place)
        left = len(block.data) - place.used
        if self._ended or self._lost or (not self._records and left >= 4 * BLOCK_BYTES):
            if left and not self.partial:
                yield self._run(None, left)
        elif not self._records and place.at:
            yield self._run(None, max(0, int(block.places[place.at - 1]) + 1 - place.used))

    def _within(self, block: _Block, place: _Place) -> Iterator[Run]:
        """The records of an array that are whole, and its end where that is in sight."""
        at, depth, places = place.at, block.depth, block.places
        base = int(depth[at - 1]) if at else 0
        stop = _first_below(depth, at, base)
        whole = np.flatnonzero(depth[at:stop] == base)
        if len(whole):
            last = at + int(whole[-1])
            end = int(places[last]) + 1
            yield from self._of_records(
                block.data, place.used, end, places[at : last + 1], depth[at : last + 1] == base
            )
            place.used, place.at = end, last + 1
        if stop < len(places):
            self._records = False
            self._stack = self._stack[:-1]
            end = int(places[stop]) + 1
            yield self._run(None, end - place.used)
            place.used, place.at = end, stop + 1
        elif not len(whole) and len(block.data) - place.used >= BLOCK_BYTES:
            self._records = False  # too long to be held: what lies in it
            self._opened.add(tuple(name for _, name in self._stack))
        else:
            place.stopped = True

    def _outside(self, block: _Block, place: _Place) -> Iterator[Run]:
        """One bracket outside of records."""
        place.followed += 1
        if place.followed > MAX_STRUCTURE or len(self._stack) > MAX_STACK:
            self._lost = place.stopped = True
            return
        data, at = block.data, int(block.places[place.at])
        if data[at] in b"{[":
            key = _KEY.search(data, max(place.used, at - _KEY_REACH), at)
            self._stack.append((data[at], key[1].decode("utf-8", "replace") if key else ""))
            path = tuple(name for _, name in self._stack)
            if data[at] == _ARRAY and path not in self._opened and _holds_objects(data, block.places, place.at):
                yield self._run(None, at + 1 - place.used)
                place.used = at + 1
                self._records = True
        else:
            self._stack = self._stack[:-1]
        place.at += 1

    def _of_records(self, data: bytes, used: int, end: int, places: Ints, ends: npt.NDArray[np.bool_]) -> Iterator[Run]:
        """The records from `used` to `end`, one per line; what stands between them and is none of them is text."""
        closes = places[ends] + 1
        opens = np.concatenate([places[:1], places[1:][ends[:-1]]])
        clean = data[used:end].translate(_TO_BLANK)
        spans = list(zip((opens - used).tolist(), (closes - used).tolist(), strict=True))
        path = ".".join(name for _, name in self._stack if name)
        run = self._run(path, end - used, b"\n".join([clean[first:last] for first, last in spans]) + b"\n", len(spans))
        yield run
        begins = np.concatenate([[used], closes[:-1]])
        gap = opens - begins
        between = np.frombuffer(data, np.uint8)[
            np.repeat(begins - (np.cumsum(gap) - gap), gap) + np.arange(int(gap.sum()))
        ].tobytes()
        if between.translate(None, b", \t\r\n"):
            yield Run(None, between, run.end, run.end)


def _first_below(depth: Ints, at: int, base: int) -> int:
    """The first place from `at` on where the depth is less; the end where there is none."""
    step = 64
    while at < len(depth):
        below = np.flatnonzero(depth[at : at + step] < base)
        if len(below):
            return at + int(below[0])
        at, step = at + step, 4 * step
    return len(depth)


def _holds_objects(data: bytes, places: Ints, at: int) -> bool:
    """Whether what the array that opens there holds begins with an object."""
    if at + 1 >= len(places):
        return False
    following = int(places[at + 1])
    return data[following] == _OBJECT and not data[int(places[at]) + 1 : following].strip()


def _quotes(data: bytes, array: npt.NDArray[np.uint8]) -> Ints:
    """Places of the quotes that begin or end strings."""
    found = np.flatnonzero(array == ord('"'))
    if b"\\" not in data:
        return found
    places = np.flatnonzero(array == ord("\\"))
    begins = np.diff(places, prepend=-2) != 1
    first = np.maximum.accumulate(np.where(begins, np.arange(len(places)), 0))
    escaping = places[((np.arange(len(places)) - first) & 1) == 0]
    escaped = escaping[escaping + 1 < len(array)] + 1
    escaped = escaped[array[escaped] == ord('"')]
    return np.delete(found, np.searchsorted(found, escaped))
