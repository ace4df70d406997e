"""The C library's heap: what Python and numpy have freed in it stays with the process unless somebody asks for it."""

from __future__ import annotations

import ctypes
from functools import cache


def give_back() -> None:
    """Give freed memory back to the system, where the C library can (glibc): takes some milliseconds.

    To be called where a process has just freed much that it will not need again: a head, a unit, a scan.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> ctypes._NamedFuncPointer | None:
    try:
        found: ctypes._NamedFuncPointer = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):  # another C library
        return None
    return found
