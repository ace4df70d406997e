"""Reader for single Outlook messages (.msg): one record, recipients, attachments and messages within as children.

Isolated. Compound files are parsed by `compound`; the streams of one message are in memory at a time.
Source: [MS-OXMSG], the open specification.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from leakscan.readers.compound import Compound, names_in_root
from leakscan.readers.heads import Head
from leakscan.readers.mapi import ANSI, BINARY, UNICODE, Properties, lines_of, text_of
from leakscan.readers.packaged import native
from leakscan.readers.prose import Event, Written, documented
from leakscan.records import Child, Item

FORMAT = "msg"
WITHIN = 12
"""Messages within messages, as `limits.DEPTH`."""

_MARK = "__properties_version1.0"
_STREAM = re.compile(r"__substg1\.0_([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})(-\d+)?")
_RECIPIENT, _ATTACHMENT = "__recip_version1.0_", "__attach_version1.0_"
_DATA, _MESSAGE = 0x3701, "__substg1.0_3701000D"
_SEVERAL = 0x1000
_NAMES = (0x3707, 0x3704, 0x3001)
_HOW = Written(FORMAT)


def sniff(head: Head) -> float:
    """By what stands in its root."""
    names = names_in_root(head.data)
    return 0.95 if names and _MARK in names else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """The message."""
    del head
    yield from documented(_message(Compound(file), ()), _HOW)


def _message(held: Compound, path: tuple[str, ...]) -> Iterator[Event]:
    names = held.names(*path)
    recipients = [_properties(held, (*path, name)) for name in names if name.startswith(_RECIPIENT)]
    yield from lines_of(_properties(held, path), recipients)
    for number, name in enumerate((name for name in sorted(names) if name.startswith(_ATTACHMENT)), 1):
        yield from _attachment(held, (*path, name), f"attachment {number}")


def _properties(held: Compound, path: tuple[str, ...]) -> Properties:
    found: dict[tuple[int, int], bytes] = {}
    for name in held.names(*path):
        named = _STREAM.fullmatch(name)
        if named is not None:
            number, kind = int(named.group(1), 16), int(named.group(2), 16)
            if kind & _SEVERAL and not named.group(3):  # their lengths; each value is a stream of its own
                continue
            kind &= ~_SEVERAL
            if kind in (UNICODE, ANSI) or (kind == BINARY and number in (0x1013, 0x1009)):
                found[number, kind] = found.get((number, kind), b"") + held.read(*path, name)
    return found


def _attachment(held: Compound, path: tuple[str, ...], otherwise: str) -> Iterator[Child]:
    texts = _properties(held, path)
    names = (
        text_of(kind, texts[number, kind]) for number in _NAMES for kind in (UNICODE, ANSI) if (number, kind) in texts
    )
    name = next((name for name in names if name), otherwise)
    if held.names(*path, _MESSAGE):
        inner = (*path, _MESSAGE)
        if any(one.startswith("__substg1.0_") for one in held.names(*inner)):
            if len(inner) // 2 > WITHIN:
                yield Child(name, reason="it lies more than 12 messages deep")
                return
            yield Child(name, items=documented(_message(held, inner), _HOW))
            return
        data = next(
            (held.read(*inner, one) for one in held.names(*inner) if one in ("Package", "\x01Ole10Native")), b""
        )
        packed = native(data)
        name, data = packed or (name, data)
        if not data:
            yield Child(name, reason="an object of another program, whose parts are no file")
            return
    else:
        data = held.read(*path, f"__substg1.0_{_DATA:04X}{BINARY:04X}")
    yield Child(name, partial(io.BytesIO, data), size=len(data))
