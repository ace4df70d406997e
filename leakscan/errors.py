"""The error tree. Bad calls raise; bad input is data (an `InputWarning`).

LeakscanError
├── UsageError        the call cannot be carried out as written (exit code 2)
├── NothingToScan     no target could be opened (exit code 2)
├── KeyFileError      the key file is missing, readable by others, or in the wrong place
└── LedgerError       ledgers that cannot be merged, or a damaged ledger
"""

from __future__ import annotations


class LeakscanError(Exception):
    """Anything leakscan refuses with a sentence: what, where, what to do. Never holds a cell's content."""


class ReadingEnds(OSError):
    """An input cannot be read on, for a reason in our own words: what was read until then counts."""

    def __init__(self, reason: str) -> None:
        """`reason`: a few words for a person, never a library's message, which may hold contents or secrets."""
        super().__init__(reason)
        self.strerror = reason


class UsageError(LeakscanError):
    """The call cannot be carried out as it is written."""


class NothingToScan(LeakscanError):
    """None of the targets could be opened."""


class KeyFileError(LeakscanError):
    """The key file cannot be used."""


class LedgerError(LeakscanError):
    """These ledgers cannot be merged, or one is damaged."""
