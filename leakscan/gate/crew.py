"""Worker processes that decide about uploads beside each other. None starts before the first upload is handed over.

A worker reads what may crash its reader itself: it may be lost. What kills it, or fails in it, is tried once more in
the way of a single upload, by a process below the worker, and the verdict is then the one that a single upload gets.
"""

from __future__ import annotations

import select
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from leakscan.gate.decide import failed
from leakscan.gate.policy import Policy
from leakscan.gate.verdict import ERROR, TIMEOUT, Verdict
from leakscan.limits import WORKER_BYTES
from leakscan.work import Lost, Pool, Task

GRACE_SECONDS = 10.0
"""A worker ends a decision itself when its time is over; so much later it is ended."""
POLL_SECONDS = 0.25
"""How often workers that have had their time are looked for."""


@dataclass(slots=True, eq=False)
class Asked:
    """An upload that a worker decides about; `answer` once it is `done`: what the function gave, or a verdict."""

    function: Callable[..., Any]
    data: bytes = field(repr=False)
    given: tuple[Any, ...] = field(repr=False)
    isolates: bool = False
    task: Task | None = field(default=None, repr=False)
    done: bool = False
    answer: Any = field(default=None, repr=False)


class Crew:
    """State: the workers, once there are any, and what they have not answered."""

    def __init__(self, policy: Policy, size: int) -> None:
        """`size` workers, which decide by this policy; each takes no workers of its own unless the policy says so."""
        self.size = size
        self.policy = replace(policy, workers=1) if policy.workers is None else policy
        self._pool: Pool | None = None
        self._out: list[Asked] = []

    @property
    def begun(self) -> bool:
        """Whether the workers were started."""
        return self._pool is not None

    @property
    def out(self) -> int:
        """Uploads that were not answered."""
        return len(self._out)

    def ask(self, function: Callable[..., Any], data: bytes, *given: Any) -> Asked:
        """Have `function(data, isolates, policy, *given)` called by a worker: a function of a module."""
        if self._pool is None:
            self._pool = Pool(self.size, WORKER_BYTES)
        asked = Asked(function, data, given)
        self._out.append(asked)
        self._hand_over(self._pool, asked)
        self._settle()
        return asked

    def wait(self, seconds: float | None = None) -> None:
        """Wait until something is answered, at most so long (None: as long as it takes), if anything is asked."""
        left = seconds
        before = len(self._out)
        while self._pool is not None and before and len(self._out) == before and (left is None or left >= 0):
            some = POLL_SECONDS if left is None else min(left, POLL_SECONDS)
            select.select([self._pool.fileno()], [], [], some)
            self._pool.poll()
            self._settle()
            left = None if left is None else left - max(some, 1e-3)

    def close(self) -> None:
        """End the workers, whatever they do."""
        if self._pool is not None:
            with suppress(OSError, KeyError):  # a signal may have come in the middle of anything
                self._pool.close()
            self._pool = None
        self._out.clear()

    def _hand_over(self, pool: Pool, asked: Asked) -> None:
        seconds = self.policy.most_seconds + GRACE_SECONDS
        given = (asked.isolates, self.policy, *asked.given)
        asked.task = pool.submit(asked.function, asked.data, *given, seconds=seconds)

    def _settle(self) -> None:
        for asked in [one for one in self._out if one.task is not None and one.task.done]:
            answer = asked.task.answer if asked.task is not None else None
            if self._pool is not None and not asked.isolates and _went_wrong(answer):
                asked.isolates = True
                self._hand_over(self._pool, asked)
                continue
            self._out.remove(asked)
            asked.answer, asked.data, asked.done = self._told(answer), b"", True

    def _told(self, answer: Any) -> Any:
        if not isinstance(answer, Lost):
            return answer
        if _late(answer):
            return failed(self.policy, "too_slow", TIMEOUT, "too_slow")
        return failed(self.policy, "error", ERROR, "error.worker")


def _went_wrong(answer: Any) -> bool:
    """Whether a second try may give a better answer: a worker that took all its time would take it again."""
    return (isinstance(answer, Lost) and not _late(answer)) or (isinstance(answer, Verdict) and answer.rule == ERROR)


def _late(lost: Lost) -> bool:
    return lost.reason.startswith("it took longer")
