"""Reader for what Outlook packs into `winmail.dat` (TNEF): the message as a record, attachments as children.

Isolated; the whole file is held in memory. Source: [MS-OXTNEF], the open specification.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.readers.mapi import ANSI, BINARY, UNICODE, lines_of, text_of
from leakscan.readers.prose import Event, Written, documented
from leakscan.records import Child, Item

FORMAT = "tnef"
_MARK = b"\x78\x9f\x3e\x22"
_FIELDS = {0x8004: 0x0037, 0x800C: 0x1000, 0x8000: 0x0C1A}
_PROPERTIES = 0x9003
_BEGIN, _TITLE, _DATA, _OF_ATTACHMENT = 0x9002, 0x8010, 0x800F, 0x9005
_FIXED = {0x02: 2, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 2, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = (UNICODE, ANSI, BINARY, 0x0D)
_NAMED, _SEVERAL = 0x8000, 0x1000
_MANY = 100_000


def sniff(head: Head) -> float:
    """By its mark."""
    return 0.9 if head.data.startswith(_MARK) else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """The message, then its attachments."""
    del head
    yield from documented(_events(file.read()), Written(FORMAT))


def _events(data: bytes) -> Iterator[Event]:
    message: dict[tuple[int, int], bytes] = {}
    attached: list[_Attached] = []
    at, whole = 6, True
    while at + 9 <= len(data):
        number = int.from_bytes(data[at + 1 : at + 3], "little")
        size = int.from_bytes(data[at + 5 : at + 9], "little")
        value = data[at + 9 : at + 9 + size]
        whole = len(value) == size
        at += 11 + size
        if number == _BEGIN:
            attached.append(_Attached())
        elif attached:
            attached[-1].take(number, value)
        elif number == _PROPERTIES:
            message |= _properties(value)
        elif number in _FIELDS:
            message[_FIELDS[number], ANSI] = value
    yield from lines_of(message)
    for order, one in enumerate(attached, 1):
        held = one.data
        yield Child(one.name or f"attachment {order}", partial(io.BytesIO, held), size=len(held))
    if not whole or at < len(data):
        reason = "the package ends too early"
        raise BrokenInput(reason)


@dataclass(slots=True)
class _Attached:
    """An attachment whose attributes come one by one."""

    name: str = ""
    data: bytes = b""

    def take(self, number: int, value: bytes) -> None:
        """One more attribute."""
        if number == _TITLE:
            self.name = self.name or text_of(ANSI, value)
        elif number == _DATA:
            self.data = value
        elif number == _OF_ATTACHMENT:
            told = _properties(value)
            self.name = text_of(UNICODE, told.get((0x3707, UNICODE), b"")) or self.name
            self.data = self.data or told.get((0x3701, BINARY), b"") or told.get((0x3701, 0x0D), b"")[16:]


def _properties(data: bytes) -> dict[tuple[int, int], bytes]:
    """Properties one behind the other, up to the first that is not understood."""
    found: dict[tuple[int, int], bytes] = {}
    at = 4
    for _ in range(min(_MANY, int.from_bytes(data[:4], "little"))):
        kind, number = int.from_bytes(data[at : at + 2], "little"), int.from_bytes(data[at + 2 : at + 4], "little")
        at += 4
        if number >= _NAMED:  # a set, then a number or a name
            at += 24 + (_padded(data, at + 20) if int.from_bytes(data[at + 16 : at + 20], "little") else 0)
        values = 1
        if kind & _SEVERAL or kind in _VARIABLE:
            values, at = int.from_bytes(data[at : at + 4], "little"), at + 4
        kind &= ~_SEVERAL
        if kind not in _VARIABLE and kind not in _FIXED:
            break
        for _value in range(min(_MANY, values)):
            if at >= len(data):
                return found
            if kind in _FIXED:
                at += (_FIXED[kind] + 3) // 4 * 4
                continue
            size = int.from_bytes(data[at : at + 4], "little")
            found[number, kind] = data[at + 4 : at + 4 + size]
            at += 4 + _padded(data, at)
    return found


def _padded(data: bytes, at: int) -> int:
    """A size that stands there, up to the next multiple of four."""
    return (int.from_bytes(data[at : at + 4], "little") + 3) // 4 * 4
