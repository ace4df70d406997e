"""Reader for RTF by a small parser of its own (`richtext`). It streams."""

from __future__ import annotations

from collections.abc import Iterator

from leakscan.readers.heads import Head
from leakscan.readers.prose import Written, documented
from leakscan.readers.richtext import rtf_events
from leakscan.readers.streams import Readable
from leakscan.records import Item

FORMAT = "rtf"
_PIECE = 1 << 18
_MARK = b"{\\rtf"
_BLANK = b" \t\r\n\0\xef\xbb\xbf"


def sniff(head: Head) -> float:
    """By its mark."""
    return 0.9 if head.data[:64].lstrip(_BLANK).startswith(_MARK) else 0.0


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """Its text, its tables, then what it holds."""
    yield from documented(rtf_events(_stretches(stream, head.data)), Written(FORMAT, "rtf"))


def _stretches(stream: Readable, begun: bytes) -> Iterator[str]:
    for at in range(0, len(begun), _PIECE):
        yield begun[at : at + _PIECE].decode("latin-1")
    while data := stream.read(_PIECE):
        yield data.decode("latin-1")
