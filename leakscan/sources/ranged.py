"""Bytes of a file on a server as a binary stream: asked for in large ranges, the next ones while one is being read."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as Late
from functools import partial
from typing import TYPE_CHECKING, Any

from leakscan.errors import ReadingEnds
from leakscan.moving import Moving
from leakscan.records import InputWarning
from leakscan.sources.changes import CHANGED

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BLOCK_BYTES = 8 << 20
"""Bytes asked for at a time where a file is read on and on: round trips then cost little (docs/thresholds.md)."""
FIRST_BYTES = 1 << 20
"""Bytes asked for after a jump, doubled with each range that follows: a directory or a block is often all it wants."""
RANGES_AHEAD = 2
"""Ranges that are on their way while one is being read."""
RANGES_KEPT = 4
"""Ranges kept, so that small steps back cost nothing."""
ONCE_BYTES = 256 << 20
"""Files up to this size are fetched once: what moves about in them does so in a spool in memory."""
ANSWER_SECONDS = 300.0
"""How long one range may take before the connection counts as broken."""

Fetch = Callable[[int, int], "Future[bytes]"]
"""`fetch(start, size)`: bytes of a range, fewer only where the file ended before; it fails as its library does."""


class RemoteError(ReadingEnds):
    """A server refused, failed or fell silent. The reason is ours: a library's message may hold what nobody may see."""


class Ranged(Moving):
    """A file of a known size on a server. State: where it is read, ranges that came, ranges on their way."""

    def __init__(
        self,
        size: int,
        fetch: Fetch,
        reason_for: Callable[[BaseException], str],
        *,
        end: Callable[[], None] | None = None,
        changed: Callable[[], bool] | None = None,
    ) -> None:
        """`reason_for`: what to say of an exception. `end` lets go of the file; `changed`: since it was listed."""
        self._size = size
        self._fetch, self._reason_for, self._end, self._changed = fetch, reason_for, end, changed
        self._window = BLOCK_BYTES
        self._kept: deque[tuple[int, bytes]] = deque(maxlen=RANGES_KEPT)
        self._coming: deque[tuple[int, int, Future[bytes]]] = deque()
        self._end_of_last = 0

    @property
    def size(self) -> int:
        """Bytes that it had when it was listed."""
        return self._size

    @property
    def fetched_once(self) -> bool:
        """Whether whoever needs all bytes at hand should keep them, rather than fetch them twice."""
        return self.size <= ONCE_BYTES

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read into a buffer from where it stands. RemoteError where the server does not give what it said it has."""
        view = memoryview(buffer).cast("B")
        if self._at >= self.size or not len(view):
            return 0
        start, data = self._range()
        begin = self._at - start
        given = memoryview(data)[begin : begin + len(view)]
        view[: len(given)] = given
        self._at += len(given)
        return len(given)

    def met(self) -> tuple[InputWarning, ...]:
        """What is to be said of the file once it was read."""
        return (CHANGED,) if self._changed is not None and self._changed() else ()

    def close(self) -> None:
        """Let go of the file; what is on its way is dropped."""
        if not self.closed:
            self._drop()
            if self._end is not None:
                self._end()
        super().close()

    def _range(self) -> tuple[int, bytes]:
        for start, data in self._kept:
            if start <= self._at < start + len(data):
                return start, data
        if not self._coming or self._coming[0][0] != self._at:
            self._drop()
            goes_on = self._at in (0, self._end_of_last)
            self._window = FIRST_BYTES if not goes_on else BLOCK_BYTES if self._at == 0 else self._doubled()
            self._ask(self._at)
        else:
            goes_on = True
        start, size, future = self._coming.popleft()
        if goes_on:
            self._ahead(start + size)
        self._end_of_last = start + size
        data = self._answer(size, future)
        self._kept.append((start, data))
        return start, data

    def _ahead(self, end: int) -> None:
        """Have the ranges behind `end` on their way."""
        while len(self._coming) < RANGES_AHEAD:
            following = self._coming[-1][0] + self._coming[-1][1] if self._coming else end
            if following >= self.size:
                return
            self._window = self._doubled()
            self._ask(following)

    def _doubled(self) -> int:
        return min(2 * self._window, BLOCK_BYTES)

    def _ask(self, start: int) -> None:
        size = min(self._window, self.size - start)
        self._coming.append((start, size, self._fetch(start, size)))

    def _answer(self, size: int, future: Future[bytes]) -> bytes:
        reason = "it became shorter while it was read"
        try:
            data = future.result(ANSWER_SECONDS)
            if len(data) == size:
                return data
        except (Late, CancelledError) as error:
            future.cancel()
            reason = "the server did not answer in time" if isinstance(error, Late) else "reading it was given up"
        except RemoteError:
            raise
        except Exception as error:  # noqa: BLE001 - every library has errors of its own, and their messages stay here
            reason = self._reason_for(error)
        raise RemoteError(reason)

    def _drop(self) -> None:
        for _, _, future in self._coming:
            future.cancel()
        self._coming.clear()


def event_loop() -> Any:
    """The loop, in a thread of its own, that libraries built on asyncio run in here. It reports nothing by itself."""
    from fsspec.asyn import get_loop

    loop = get_loop()
    loop.set_exception_handler(_silent)  # a connection that is lost fails many requests that nobody waits for
    return loop


def _silent(*_: object) -> None:
    """Say nothing: whoever asked hears of it, and a traceback on standard error may show what nobody may see."""


def in_thread(call: Callable[..., Any], *given: Any) -> Future[Any]:
    """What a blocking call gives, in a thread that does not keep the program from ending."""
    future: Future[Any] = Future()
    threading.Thread(target=partial(_run, future, call, given), daemon=True).start()
    return future


def _run(future: Future[Any], call: Callable[..., Any], given: tuple[Any, ...]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(call(*given))
    except BaseException as error:  # noqa: BLE001 - whoever waits for it must hear of it
        future.set_exception(error)
