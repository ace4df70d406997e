"""The report as JSON: the form that machines and `leakscan report` read."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING

from leakscan.untrusted import harmless_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakscan.renderers.renderer import RenderOptions, Report


PIECE = 8_192
"""Chunks of the encoder (a key, a value) that are handed on as one piece."""


def render_json(report: Report, options: RenderOptions) -> str:
    """The report as indented JSON with a final newline, the same for the same report whatever the options."""
    del options
    return "".join(json_pieces(report))


def json_pieces(report: Report) -> Iterator[str]:
    """The same text piece by piece: of a hundred thousand inputs it is half a gigabyte.

    Keys keep their order. Characters that are no glyph are escaped, so that the text is safe on a terminal.
    """
    chunks = json.JSONEncoder(ensure_ascii=False, indent=2, allow_nan=False).iterencode(report)
    while piece := "".join(islice(chunks, PIECE)):
        yield harmless_json(piece)
    yield "\n"
