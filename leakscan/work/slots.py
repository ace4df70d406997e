"""Slots: anonymous memory that a task goes out in and its result comes back in. No file has a name, none is on disk.

The answer stands behind the task, so that the task is still there if the worker dies over it: nobody else keeps it.

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


def write_slot(slot: int, what: object, data: bytes = b"", *, at: int = 0) -> int:
    """Put an object (pickled) and a run of bytes into a slot, in place of what stood from `at` on; gives the end."""
    pickled = pickle.dumps(what, protocol=pickle.HIGHEST_PROTOCOL)
    os.ftruncate(slot, at)
    for part in (_LENGTHS.pack(len(pickled), len(data)), pickled, data):
        view = memoryview(part)
        while view:
            written = os.pwrite(slot, view, at)
            view, at = view[written:], at + written
    return at


def read_slot(slot: int, *, at: int = 0) -> tuple[Any, bytearray, int]:
    """The object and the bytes that stand in a slot from `at` on, and where they end.

    Both sides of a slot are this program: nothing that came from an input is ever unpickled.
    """
    size, data_size = _LENGTHS.unpack(_read(slot, _LENGTHS.size, at))
    pickled = _read(slot, size, at + _LENGTHS.size)
    start = at + _LENGTHS.size + size
    data = _read(slot, data_size, start)
    return pickle.loads(pickled), data, start + data_size  # noqa: S301 - see above


def empty_slot(slot: int) -> None:
    """Give a slot's memory back."""
    os.ftruncate(slot, 0)


def _read(slot: int, size: int, at: int) -> bytearray:
    data = bytearray(size)
    view = memoryview(data)
    while view and (read := os.preadv(slot, [view], at)):
        view, at = view[read:], at + read
    return data
