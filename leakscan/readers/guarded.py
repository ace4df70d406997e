"""Streams around streams. Whatever a decoder raises on broken bytes becomes an OSError with a plain reason."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, cast

from leakscan.errors import ReadingEnds
from leakscan.readers.streams import Readable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class BrokenInput(ReadingEnds):
    """Bytes that cannot be decoded."""


class Taken(io.RawIOBase):
    """A stream that goes only forward, by `take`."""

    def take(self, size: int) -> bytes:
        """Up to `size` bytes, none at the end."""
        raise NotImplementedError

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read into a buffer."""
        view = memoryview(buffer).cast("B")
        data = self.take(len(view))
        view[: len(data)] = data
        return len(data)


class Chained(Taken):
    """Bytes that were read already, then the rest of a stream that goes only forward."""

    def __init__(self, begun: bytes, stream: Readable) -> None:
        """`begun` comes first."""
        self._begun = io.BytesIO(begun)
        self._stream = stream

    def take(self, size: int) -> bytes:
        """Read on."""
        return self._begun.read(size) or self._stream.read(size)


class Guarded(Taken):
    """A decoder's stream. OSErrors with a reason pass as they are; anything else says that the bytes are broken."""

    def __init__(self, stream: Readable, what: str) -> None:
        """`what` is being decoded, for the reason: "the gzip data"."""
        self._stream = stream
        self._what = what

    def take(self, size: int) -> bytes:
        """Read on."""
        reason = f"{self._what} are damaged"
        try:
            return self._stream.read(size)
        except MemoryError:
            raise
        except EOFError:
            reason = f"{self._what} end too early"
        except OSError as error:
            if error.strerror:
                raise
        except Exception:  # noqa: BLE001, S110 - every decoder has errors of its own
            pass
        raise BrokenInput(reason)


def guarded(stream: Readable, what: str) -> BinaryIO:
    """A decoder's stream as a binary file that raises nothing but OSError.

    It has no buffer, which would lose what came out just before an error.
    """
    return cast("BinaryIO", Guarded(stream, what))
