"""S3 uploads in parts: what is remembered of them between requests, so that no person is let out in two halves."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qsl

from leakscan.gate.serving.judging import Judged, PartJudged
from leakscan.gate.serving.settings import MEMORY_BYTES, PART_EDGE_BYTES, READ_BYTES
from leakscan.readers.spool import Spool

MOST_PARTS = 10_000
"""Parts of one upload (the limit of S3)."""
COMPLETION_BYTES = 4 << 20
"""Bytes of a list of parts: 10,000 of them with check sums take some 3 MB."""
_NUMBER = re.compile(rb"<(?:[A-Za-z0-9]+:)?PartNumber>\s*([0-9]{1,5})\s*</")


class Asks(NamedTuple):
    """What a request has to do with an upload in parts. `number`: of the part, None for the list of all."""

    upload: str
    number: int | None
    gives_up: bool


class _Part(NamedTuple):
    judged: Judged
    head: tuple[int, int]
    tail: tuple[int, int]
    size: int
    whole: tuple[int, int, tuple[str, ...]] | None
    later: bool = False


@dataclass(slots=True)
class _Kept:
    """One upload: its bytes and the ends of its parts, in one spool."""

    spool: Spool = field(repr=False)
    parts: dict[int, _Part] = field(default_factory=dict, repr=False)
    copying: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)


def asked(method: str, query: str) -> Asks | None:
    """Whether a request sends a part, ends an upload or gives one up; None for any other request."""
    pairs = parse_qsl(query, keep_blank_values=True)
    given = dict(pairs)
    upload = given.get("uploadId")
    if not upload or len(given) != len(pairs):  # a name that comes twice: the store may take the other one
        return None
    number = given.get("partNumber", "")
    if method == "PUT" and number.isascii() and number.isdigit() and 1 <= int(number[:6]) <= MOST_PARTS:
        return Asks(upload, int(number), gives_up=False)
    if method == "POST" and not number:
        return Asks(upload, None, gives_up=False)
    return Asks(upload, None, gives_up=True) if method == "DELETE" else None


def numbers_of(completion: bytes) -> list[int]:
    """The parts that a list of parts names, in its order."""
    return [int(number) for number in _NUMBER.findall(completion)]


class Uploads:
    """Uploads in parts that were begun. State: them, the one used last at the end.

    Beyond `most` uploads the oldest one is forgotten; so it is when all together take more than `bytes_kept`. A part
    that does not fit into half of that is not kept, only its ends. An upload that was forgotten cannot be ended.
    """

    def __init__(self, most: int, bytes_kept: int) -> None:
        """Nothing is known yet."""
        self._most, self._bytes = most, bytes_kept
        self._kept: OrderedDict[tuple[str, ...], _Kept] = OrderedDict()

    @property
    def size(self) -> int:
        """Bytes kept for all uploads."""
        return sum(one.spool.size for one in self._kept.values())

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._kept)

    async def keep(
        self, key: tuple[str, ...], number: int, sent: Spool, codings: tuple[str, ...], part: PartJudged
    ) -> bool:
        """Remember a part (again, where it is sent again): whether all of it is kept, not only its ends.

        The bytes are copied in a thread, one part of an upload at a time: no other request waits for it.
        """
        one = self._kept.get(key)
        if one is None:
            one = self._kept[key] = _Kept(Spool(MEMORY_BYTES))
        self._kept.move_to_end(key)
        async with one.copying:
            whole = None
            if one.spool.size + sent.size <= self._bytes // 2:
                whole = (one.spool.size, sent.size, codings)
                # by descriptors of its own: whoever gives up waiting closes those of `sent`
                await asyncio.to_thread(_copy, Spool(handle=sent.handle()), one.spool)
            head, tail = (_append(one.spool, end) for end in (part.head, part.tail))
            one.parts[number] = _Part(part.judged, head, tail, part.size, whole)
        self._forget()
        return whole is not None

    def judge_again(self, key: tuple[str, ...], number: int, judged: Judged, *, later: bool) -> None:
        """Settle what a part is, once it was read beside its neighbours; `later`: only with all others can it pass."""
        one = self._kept.get(key)
        if one is not None and number in one.parts:
            one.parts[number] = one.parts[number]._replace(judged=judged, later=later)

    def edges(self, key: tuple[str, ...], number: int) -> list[bytes]:
        """The ends of a part with those of its neighbours, where these are known."""
        one = self._kept.get(key)
        if one is None:
            return []
        return [
            self._run(one, left, -1) + self._run(one, left + 1, 1)
            for left in (number - 1, number)
            if left in one.parts and left + 1 in one.parts
        ]

    def verdicts(self, key: tuple[str, ...], numbers: list[int]) -> list[Judged] | None:
        """The verdicts on parts; None where one of them is not known."""
        one = self._kept.get(key)
        if one is None or not numbers or any(number not in one.parts for number in numbers):
            return None
        return [one.parts[number].judged for number in numbers]

    def wholes(
        self, key: tuple[str, ...], numbers: list[int]
    ) -> tuple[Spool, tuple[tuple[int, int, tuple[str, ...]], ...]] | None:
        """Where the bytes of parts lie; None where not all are kept."""
        one = self._kept.get(key)
        if one is None or any(number not in one.parts for number in numbers):  # forgotten while the list was decided
            return None
        found = [whole for number in numbers if (whole := one.parts[number].whole) is not None]
        return (one.spool, tuple(found)) if len(found) == len(numbers) else None

    def waits(self, key: tuple[str, ...], numbers: list[int]) -> bool:
        """Whether one of these parts can only pass when all bytes are decided together."""
        one = self._kept.get(key)
        return one is None or any(number not in one.parts or one.parts[number].later for number in numbers)

    def drop(self, key: tuple[str, ...]) -> None:
        """Forget an upload."""
        self._kept.pop(key, None)  # the spool closes with the last one who reads it

    def close(self) -> None:
        """Forget all."""
        self._kept.clear()

    def _run(self, one: _Kept, number: int, step: int) -> bytes:
        """From a boundary leftwards or rightwards: one end, and more parts where they are shorter than an end."""
        found = b""
        while number in one.parts and len(found) < PART_EDGE_BYTES:
            part = one.parts[number]
            begin, size = part.tail if step < 0 else part.head
            one.spool.seek(begin)
            data = one.spool.read(size)
            found = data + found if step < 0 else found + data
            if part.size > PART_EDGE_BYTES:
                break
            number += step
        return found

    def _forget(self) -> None:
        while self._kept and (len(self._kept) > self._most or self.size > self._bytes):
            self._kept.popitem(last=False)


def _copy(sent: Spool, into: Spool) -> None:
    with sent:
        while data := sent.read(READ_BYTES):
            into.write(data)


def _append(spool: Spool, data: bytes) -> tuple[int, int]:
    begin = spool.size
    spool.write(data)
    return begin, len(data)
