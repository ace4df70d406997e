"""What readers by library share: where a file lies for the library, and no word of what it says of the bytes."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from leakscan.readers.guarded import BrokenInput


@contextmanager
def decoding(what: str) -> Iterator[None]:
    """Whatever a library raises in here says that `what` is damaged: BrokenInput. OSErrors with a reason pass.

    Libraries of Rust may panic, which is no `Exception` in Python.
    """
    reason = f"{what} are damaged"
    try:
        yield
    except (MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except EOFError:
        reason = f"{what} end too early"
    except OSError as error:
        if error.strerror:
            raise
    except BaseException:  # noqa: BLE001, S110 - a panic is a BaseException; no message is kept, it may hold a cell
        pass
    else:
        return
    raise BrokenInput(reason)


def path_of(file: BinaryIO) -> str | None:
    """A path by which a library of this process opens the file itself; None where its bytes are in Python's hands."""
    try:
        return f"/proc/self/fd/{file.fileno()}"
    except (OSError, AttributeError):
        return None


def openable(file: BinaryIO) -> str | bytes:
    """What a library opens: the path of the file, or else all its bytes. It stands at its beginning afterwards."""
    path = path_of(file)
    if path is not None and os.path.exists(path):  # noqa: PTH110 - a descriptor, not a file of somebody
        return path
    file.seek(0)
    data = file.read()
    file.seek(0)
    return data


def size_of(file: BinaryIO) -> int:
    """Bytes in a file, which stands where it stood afterwards."""
    at = file.tell()
    size = file.seek(0, io.SEEK_END)
    file.seek(at)
    return size


def exactly(file: BinaryIO, size: int, what: str) -> bytes:
    """So many bytes; BrokenInput where they are not there. `size` may be a lie: nothing is taken for it beforehand."""
    if size < 0 or size > size_of(file) - file.tell():
        message = f"{what} end too early"
        raise BrokenInput(message)
    return file.read(size)
