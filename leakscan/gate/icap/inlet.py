"""The receiving end of a connection: heads and chunked bodies out of what arrives, within limits of size and time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from leakscan.gate.icap.wire import BadMessage, chunk_size
from leakscan.gate.serving.settings import LINE_BYTES, READ_BYTES

_HEAD_ENDS = b"\r\n\r\n"


class Gone(Exception):
    """The client closed the connection; `midway` where a message had begun."""

    def __init__(self, *, midway: bool) -> None:
        """Say whether something of a message was there."""
        super().__init__()
        self.midway = midway


class _Gathered:
    """Pieces on their way to a sink, which gets larger ones. State: those that wait."""

    def __init__(self, sink: Callable[[bytes], object]) -> None:
        self._sink = sink
        self._pieces: list[bytes] = []
        self._size = 0

    def take(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size >= READ_BYTES:
            self.hand_over()

    def hand_over(self) -> None:
        if self._pieces:
            self._sink(b"".join(self._pieces))
            self._pieces, self._size = [], 0


class Inlet:
    """What a client sends. State: bytes that have arrived and were not taken."""

    def __init__(self, reader: asyncio.StreamReader, idle_seconds: float) -> None:
        """`idle_seconds`: the client must send something within them; TimeoutError if not."""
        self._reader, self._idle = reader, idle_seconds
        self._held = bytearray()

    @property
    def empty(self) -> bool:
        """Whether nothing waits to be taken."""
        return not self._held

    async def arrives(self, seconds: float) -> bool:
        """Wait for the first bytes of a message; False where none come in time or at all."""
        if self._held:
            return True
        try:
            await self._more(seconds)
        except (TimeoutError, Gone):
            return False
        return True

    async def block(self, most: int) -> bytes:
        """A head with its empty line."""
        return await self._until(_HEAD_ENDS, most, "a head that is too long")

    async def exactly(self, size: int) -> bytes:
        """So many bytes."""
        while len(self._held) < size:
            await self._more(self._idle)
        return self._take(size)

    async def body(self, sink: Callable[[bytes], object], most: int, *, preview: bool = False) -> bool:
        """Hand the bytes of a chunked body to `sink`, up to its end: True where the end is that of a preview's body.

        BadMessage (413) for more than `most` bytes, which have not been handed over then.
        """
        total, gathered = 0, _Gathered(sink)
        while True:
            size, over = chunk_size((await self._until(b"\r\n", LINE_BYTES, "a chunk without a size"))[:-2])
            if not size:
                if await self._until(b"\r\n", LINE_BYTES, "fields behind a body") != b"\r\n":
                    raise BadMessage(400, "fields behind a body")
                if over and not preview:
                    raise BadMessage(400, "the end of a preview outside of one")
                gathered.hand_over()
                return over
            total += size
            if total > most:
                raise BadMessage(413, "a body that is too long")
            while size:
                if not self._held:
                    await self._more(self._idle)
                piece = self._take(min(size, len(self._held)))
                size -= len(piece)
                gathered.take(piece)
            if await self.exactly(2) != b"\r\n":
                raise BadMessage(400, "a chunk that is longer than it says")

    async def drop(self, most: int, seconds: float) -> None:
        """Throw away what still comes, so that an answer already sent is not lost with the connection."""
        self._held.clear()
        try:
            async with asyncio.timeout(seconds):
                while most > 0 and (data := await self._reader.read(READ_BYTES)):
                    most -= len(data)
        except (TimeoutError, OSError):
            return

    async def _until(self, mark: bytes, most: int, complaint: str) -> bytes:
        begin = 0
        while (found := self._held.find(mark, begin, most + len(mark))) < 0:
            if len(self._held) >= most:
                raise BadMessage(400, complaint)
            begin = max(0, len(self._held) - len(mark) + 1)
            await self._more(self._idle)
        return self._take(found + len(mark))

    async def _more(self, seconds: float) -> None:
        midway = bool(self._held)
        try:
            async with asyncio.timeout(seconds):
                data = await self._reader.read(READ_BYTES)
        except OSError as error:
            if isinstance(error, TimeoutError):
                raise
            data = b""
        if not data:
            raise Gone(midway=midway)
        self._held += data

    def _take(self, size: int) -> bytes:
        data = bytes(self._held[:size])
        del self._held[:size]
        return data
