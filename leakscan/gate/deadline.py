"""The time that a decision has. Behind it an exception ends whatever runs, so that no upload waits for ever."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any


class OutOfTime(BaseException):
    """The time is up. No `Exception`, so that no reader takes it for bytes that it cannot decode."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When the time is up, by the monotonic clock."""

    at: float

    @property
    def left(self) -> float:
        """Seconds left, below 0 behind it."""
        return self.at - time.monotonic()

    def check(self) -> None:
        """Raise OutOfTime behind it."""
        if self.left < 0:
            raise OutOfTime


@contextmanager
def within(seconds: float) -> Iterator[Deadline]:
    """Have what runs inside end by OutOfTime after so many seconds.

    In the main thread a timer (SIGALRM) does so, whatever runs. In any other thread, and beside a timer that somebody
    else has set, only `check` and the end of the block do: the caller is late there, but is never told of success.
    """
    deadline = Deadline(time.monotonic() + seconds)
    mine = threading.current_thread() is threading.main_thread() and not any(signal.getitimer(signal.ITIMER_REAL))
    before: Any = signal.signal(signal.SIGALRM, _ring) if mine else None
    try:
        if mine:
            signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-6))
        yield deadline
        deadline.check()
    finally:
        if mine:
            # a timer that rings in between must not leave the handler behind
            with suppress(OutOfTime):
                signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before if before is not None else signal.SIG_DFL)


def _ring(_number: int, _frame: object) -> None:
    raise OutOfTime
