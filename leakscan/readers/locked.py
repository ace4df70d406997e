"""Reader for Office documents under a password: decrypted with the passwords that were given, into a child.

Isolated. What comes out is in memory whole and goes to no file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from leakscan.readers.compound import names_in_root
from leakscan.readers.heads import Head
from leakscan.readers.office_passwords import INSIDE, decrypted
from leakscan.records import Child, Item

FORMAT = "office-encrypted"
_PACKAGE = "EncryptedPackage"


def sniff(head: Head) -> float:
    """By what stands in its root."""
    return 0.95 if _PACKAGE in (names_in_root(head.data) or ()) else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """What is inside, as a child."""
    data = decrypted(file, head.options.passwords)
    yield Child(INSIDE, partial(io.BytesIO, data), size=len(data))
