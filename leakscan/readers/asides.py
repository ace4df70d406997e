"""What a file says beside its rows: comments, statements, titles. Searched as text, counted as no records."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from leakscan.readers.blocks import DAMAGED_SCHEMA
from leakscan.readers.notices import MESSAGES
from leakscan.records import ROW, Batch, InputWarning, text_columns

NO_ROW = "preamble"
"""Reason of a text that is no row."""
MOST = 1_000
"""Texts that wait for each other at most."""
MOST_BYTES = 4 << 20
"""The same in bytes."""


class Asides:
    """Texts until they are enough for a batch. State: those that wait."""

    def __init__(self, message: str) -> None:
        """`message` of the warning that counts them."""
        self._message = message
        self._waiting: list[tuple[bytes, int, str]] = []
        self._size = 0

    def add(self, text: bytes, offset: int, reason: str = NO_ROW) -> bool:
        """Have a text (UTF-8) wait, which begins at byte `offset` of the source; says whether they are many."""
        self._waiting.append((text, offset, reason))
        self._size += len(text)
        return len(self._waiting) >= MOST or self._size >= MOST_BYTES

    def batches(self, width: int, reached: int) -> Iterator[Batch]:
        """Those that wait as a batch without records; all that was read of the source ends at `reached`."""
        waiting, self._waiting, self._size = self._waiting, [], 0
        if not waiting:
            return
        frame = pl.DataFrame(schema={ROW: pl.UInt64(), **text_columns(width)})
        columns = {
            ROW: [0] * len(waiting),
            "offset": [offset for _, offset, _ in waiting],
            "reason": [reason for _, _, reason in waiting],
            "text": [text.decode("utf-8", "replace") for text, _, _ in waiting],
        }
        met = []
        for code in dict.fromkeys(reason for _, _, reason in waiting):
            own = [offset for _, offset, reason in waiting if reason == code]
            known = ("asides", self._message) if code == NO_ROW else (code, MESSAGES[code])
            met.append(InputWarning(*known, offset=own[0], count=len(own)))
        yield Batch(frame, pl.DataFrame(columns, schema=DAMAGED_SCHEMA), reached, reached, tuple(met))
