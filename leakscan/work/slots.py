"""Slots: anonymous memory that a task goes out in and its result comes back in. No file has a name, none is on disk.

The socket beside them carries eight bytes a message, so that neither side can block the other with a full buffer.
"""

from __future__ import annotations

import os
import pickle
import struct
from typing import Any

_LENGTHS = struct.Struct("<QQ")


def open_slot() -> int:
    """A new slot: the descriptor of an unnamed file in memory."""
    return os.memfd_create("leakscan", os.MFD_CLOEXEC)


def write_slot(slot: int, what: object, data: bytes = b"") -> None:
    """Put an object (pickled) and a run of bytes into a slot, in place of what was there."""
    pickled = pickle.dumps(what, protocol=pickle.HIGHEST_PROTOCOL)
    os.ftruncate(slot, 0)
    at = 0
    for part in (_LENGTHS.pack(len(pickled), len(data)), pickled, data):
        view = memoryview(part)
        while view:
            written = os.pwrite(slot, view, at)
            view, at = view[written:], at + written


def read_slot(slot: int) -> tuple[Any, bytes]:
    """Take the object and the bytes out of a slot, and give its memory back.

    Both sides of a slot are this program: nothing that came from an input is ever unpickled.
    """
    size, data_size = _LENGTHS.unpack(_read(slot, _LENGTHS.size, 0))
    pickled = _read(slot, size, _LENGTHS.size)
    data = _read(slot, data_size, _LENGTHS.size + size)
    os.ftruncate(slot, 0)
    return pickle.loads(pickled), data  # noqa: S301 - see above


def _read(slot: int, size: int, at: int) -> bytes:
    data = os.pread(slot, size, at)
    if len(data) == size:
        return data
    pieces = [data]
    read = len(data)
    while read < size and pieces[-1]:
        pieces.append(os.pread(slot, size - read, at + read))
        read += len(pieces[-1])
    return b"".join(pieces)
