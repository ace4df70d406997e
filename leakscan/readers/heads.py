"""The head of a source as text, as every text reader judges it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property

from leakscan.readers.dialect import cr_only
from leakscan.readers.encodings import Encoding, detect
from leakscan.readers.streams import HEAD_BYTES, Feed
from leakscan.records import ReadOptions


@dataclass(frozen=True, slots=True)
class HeadText:
    """The head as text bytes: whole lines only, unless the head is the `whole` source. `cr`: lines ended in CR."""

    data: bytes
    encoding: Encoding
    cr: bool
    whole: bool


@dataclass(frozen=True)
class Head:
    """The head of a source and what the user settled, as every reader is asked about it; `text` is made once."""

    data: bytes
    options: ReadOptions

    @cached_property
    def text(self) -> HeadText:
        """The head as text."""
        return head_text(self.data, self.options)


def head_text(head: bytes, options: ReadOptions) -> HeadText:
    """Turn a head into text bytes as a `Feed` will give them; every reader asks for the same head."""
    encoding = detect(head, options.encoding)
    whole = len(head) < HEAD_BYTES
    data = _fed(head, encoding, cr=False)
    cr = cr_only(data)
    if cr:
        data = _fed(head, encoding, cr=True)
    if not whole:
        data = data[: data.rfind(b"\n") + 1] or data
    return HeadText(data, encoding, cr, whole)


def _fed(head: bytes, encoding: Encoding, *, cr: bool) -> bytes:
    feed = Feed(io.BytesIO(), head, wide=encoding.wide, bom=encoding.bom, cr=cr)
    return feed.read(2 * len(head) + 4)
