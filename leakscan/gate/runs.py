"""Whether runs of digits at one place in all lines hold numbers of people: a sign that no single line shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leakscan.records import Source

HEAD = 128 << 10
"""Bytes by which the columns of fixed width are settled."""

_FEW = 6
"""Of eight lines, the fewest that are fixed width, two may be of another kind."""
_RUN = re.compile(rb"[0-9]{14}|[0-9]{6,}[AB][0-9]{7,}")


def hold_numbers(source: Source) -> bool:
    """Whether the reader of fixed width would cut a number of a person out of the digits around it."""
    with source.open() as stream:
        head = stream.read(HEAD)
    if _RUN.search(head) is None or sum(_RUN.search(line) is not None for line in head.split(b"\n")) < _FEW:
        return False
    from leakscan.readers.edges import layout_of
    from leakscan.readers.heads import Head
    from leakscan.readers.positions import sample
    from leakscan.records import ReadOptions

    text = Head(head, ReadOptions()).text
    layout = layout_of(sample(text.data, text.encoding))
    return layout is not None and any(one.kind == "nir" for one in layout.proven)
