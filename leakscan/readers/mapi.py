"""What Outlook says of a message, in properties by number: as lines of text, from .msg files and from winmail.dat.

Source: [MS-OXPROPS], [MS-OXRTFCP], the open specifications.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from leakscan.readers.charsets import decoded
from leakscan.readers.markup import page_events
from leakscan.readers.prose import Event
from leakscan.readers.richtext import rtf_events

RTF_BYTES = 64 << 20
"""A body that unpacks to more is cut there."""

UNICODE, ANSI, BINARY = 0x1F, 0x1E, 0x102
_LABELS = {
    0x0C1A: "From", 0x0C1F: "From", 0x5D01: "From", 0x0042: "From", 0x0065: "From", 0x0E04: "To", 0x0E03: "Cc",
    0x0E02: "Bcc", 0x0037: "Subject", 0x3001: "Name", 0x3003: "Address", 0x39FE: "Address",
}  # fmt: skip
_BODY, _HTML, _RTF = 0x1000, 0x1013, 0x1009
_TEXTS = (UNICODE, ANSI)
_CARRIED = frozenset(
    (0x001A, 0x007D, 0x0070, 0x0E1D, 0x0064, 0x0C1E, 0x3002, 0x1035, 0x1042, 0x1039, 0x3FF8, 0x3FFA, 0x003D)
)
"""How it was carried, or the same again."""
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymb"
    rb"olArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)

Properties = Mapping[tuple[int, int], bytes]
"""By number and type, as bytes."""


def text_of(kind: int, data: bytes) -> str:
    """A property of text."""
    text = data.decode("utf-16-le", "replace") if kind == UNICODE else decoded(data, None)[0]
    return text.rstrip("\0")


def lines_of(properties: Properties, recipients: Iterable[Properties] = ()) -> Iterator[Event]:
    """A message as lines: who, subject, body, then all other texts among its properties; nothing twice."""
    said: set[str] = set()
    texts = {number: text_of(kind, data) for (number, kind), data in properties.items() if kind in _TEXTS}
    receivers = (
        " ".join(dict.fromkeys(text_of(kind, data) for (number, kind), data in one.items() if kind in _TEXTS))
        for one in recipients
    )
    for number, label in _LABELS.items():
        yield from _new_lines(texts.get(number, ""), said, f"{label}: ")
    for receiver in receivers:
        yield from _new_lines(receiver, said, "To: ")
    yield from _new_lines(texts.get(_BODY, ""), said)
    html, rtf = properties.get((_HTML, BINARY), b""), properties.get((_RTF, BINARY), b"")
    if html or _HTML in texts:
        events = page_events((texts.get(_HTML) or decoded(html, None)[0],))
        yield from (event for event in events if not isinstance(event, str) or event not in said)
    elif rtf and _BODY not in texts:
        yield from rtf_events(iter((unpacked_rtf(rtf).decode("latin-1"),)))
    for number, text in texts.items():
        if number not in _LABELS and number not in _CARRIED and number not in (_BODY, _HTML):
            yield from _new_lines(text, said)


def _new_lines(text: str, said: set[str], label: str = "") -> Iterator[str]:
    for line in text.splitlines():
        short = " ".join(line.split())
        if short and short not in said:
            said.add(short)
            yield f"{label}{line}"


def unpacked_rtf(data: bytes) -> bytes:
    """RTF as Outlook packs it; none where it is not."""
    size, kind = int.from_bytes(data[4:8], "little"), data[8:12]
    if kind == b"MELA":
        return data[16 : 16 + size]
    if kind != b"LZFu":
        return b""
    window = bytearray(4096)
    window[: len(_DICTIONARY)] = _DICTIONARY
    out, write, at = bytearray(), len(_DICTIONARY), 16
    while at < len(data) and len(out) < min(size, RTF_BYTES):
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data):
                break
            if not control >> bit & 1:
                out.append(data[at])
                window[write] = data[at]
                write, at = (write + 1) % 4096, at + 1
                continue
            pair = int.from_bytes(data[at : at + 2], "big")
            at += 2
            offset, length = pair >> 4, (pair & 15) + 2
            if offset == write:
                return bytes(out)
            for step in range(length):
                byte = window[(offset + step) % 4096]
                out.append(byte)
                window[write] = byte
                write = (write + 1) % 4096
    return bytes(out)
