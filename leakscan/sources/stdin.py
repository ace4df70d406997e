"""Standard input as a source: the same bytes give the same results as a file."""

from __future__ import annotations

import sys
from typing import BinaryIO

from leakscan.errors import UsageError
from leakscan.records import Source

STDIN_PATH = "-"
"""How standard input is named, on the command line and in reports."""


def stdin_source(stream: BinaryIO | None = None) -> Source:
    """Make standard input (or the given stream) a source that can be opened once."""
    taken: list[bool] = []

    def open_once() -> BinaryIO:
        if taken:
            message = "standard input can be read only once: save it to a file first"
            raise UsageError(message)
        taken.append(True)
        return stream if stream is not None else sys.stdin.buffer

    return Source(STDIN_PATH, open_once, seekable=False)
