"""A pool of worker processes that replaces a dead worker and gives its tasks to another one.

The pools of the standard library lose every pending result when one worker dies; a scan of hostile files must not.
"""

from __future__ import annotations

import os
import selectors
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from leakscan.work.slots import empty_slot, open_slot, read_slot, write_slot

SLOTS = 2
"""Tasks that a worker holds: one that it works on, one that waits, so that it never waits for the main process."""
WHOLE_BYTES = 64 << 20
"""Of several sources, those up to this size are read whole by one worker each; larger ones are cut up for all."""
_GRACE = 0.05
_COMMAND = (sys.executable, "-P", "-m", "leakscan.work.worker")
TRIES = 2
"""A task whose worker died so many times is lost: it is what kills them (docs/thresholds.md)."""


def available_cores() -> int:
    """Cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Lost:
    """What became of a task that killed its workers or met an exception: the reason, without a cell's content."""

    reason: str


@dataclass(slots=True, eq=False)
class Task:
    """`function(data, *given)`, to be called in a worker; `answer` is set once it is `done`.

    `seconds`: how long a worker may take for it. While it is with a worker its `data` are in the worker's slot alone.
    """

    function: Callable[..., Any]
    data: bytes = field(repr=False)
    given: tuple[Any, ...] = field(repr=False)
    seconds: float | None = None
    tries: int = 0
    done: bool = False
    overdue: bool = False
    answer: Any = field(default=None, repr=False)

    def finish(self, answer: Any) -> None:
        """Keep the answer and forget what was asked."""
        self.done, self.answer, self.data, self.given = True, answer, b"", ()


class _Worker:
    """One process with its socket and slots. State: its tasks by slot and where they end, slots in order of work."""

    def __init__(self, memory: int | None) -> None:
        # -P: the current folder may be the leak itself, and no module of it may be imported. Standard error goes
        # nowhere: a library that panics prints what it stumbled over, which may be a cell.
        self.slots = [open_slot() for _ in range(SLOTS)]
        self.control, theirs = socket.socketpair()
        environment = {**os.environ, "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
                [*_COMMAND, str(memory or 0), str(theirs.fileno()), *map(str, self.slots)],
                pass_fds=(theirs.fileno(), *self.slots),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        self.held: list[Task | None] = [None] * SLOTS
        self.ends = [0] * SLOTS
        self.order: deque[int] = deque()
        self.since = time.monotonic()

    @property
    def busy(self) -> int:
        """How many tasks it holds."""
        return sum(task is not None for task in self.held)

    def take(self, task: Task) -> None:
        """Hand it a task; OSError if it died."""
        number = self.held.index(None)
        self.ends[number] = write_slot(self.slots[number], (task.function, task.given), task.data)
        self.held[number] = task
        task.data = b""
        if not self.order:
            self.since = time.monotonic()
        self.order.append(number)
        self.control.sendall(bytes([number]))

    def collect(self) -> None:
        """Take one answer that is ready; EOFError if it died."""
        message = self.control.recv(1)
        if not message:
            raise EOFError
        number = message[0]
        task, self.held[number] = self.held[number], None
        self.order.remove(number)
        self.since = time.monotonic()
        if task is not None:
            (good, answer), _, _ = read_slot(self.slots[number], at=self.ends[number])
            empty_slot(self.slots[number])
            task.finish(answer if good else Lost(answer))

    @property
    def deadline(self) -> float | None:
        """When the task that it works on has had its time; None where there is none or it may take any."""
        task = self.held[self.order[0]] if self.order else None
        return None if task is None or task.seconds is None else self.since + task.seconds

    def orphans(self) -> list[Task]:
        """The tasks of a dead worker; the first was being worked on, which counts as a try."""
        tasks = []
        for number in self.order:
            task = self.held[number]
            if task is not None:
                task.data = bytes(read_slot(self.slots[number])[1])
                tasks.append(task)
        if tasks:
            tasks[0].tries += 1
        return tasks

    def close(self) -> None:
        """End the process and give everything back."""
        self.control.close()
        for slot in self.slots:
            os.close(slot)
        self.process.kill()
        self.process.wait()


class Pool:
    """Worker processes. State over time: who is alive, which task is with whom, which wait.

    Workers start at once; `close` the pool, so that none outlives the scan.
    """

    def __init__(self, size: int, memory: int | None = None) -> None:
        """Start `size` workers that may each take so many bytes of `memory` for data."""
        self.size = size
        self._memory = memory
        self._waiting: deque[Task] = deque()
        self._selector = selectors.DefaultSelector()
        self._workers: list[_Worker] = []
        for _ in range(size):
            self._start()

    def close(self) -> None:
        """End all workers, whatever they are doing."""
        for worker in self._workers:
            self._selector.unregister(worker.control)
            worker.close()
        self._workers.clear()
        self._selector.close()

    @property
    def process_ids(self) -> list[int]:
        """The workers' process numbers."""
        return [worker.process.pid for worker in self._workers]

    @property
    def capacity(self) -> int:
        """Tasks that can be with the workers at a time: more only wait, and cost memory."""
        return self.size * SLOTS

    def submit(self, function: Callable[..., Any], data: bytes, *given: Any, seconds: float | None = None) -> Task:
        """Have `function(data, *given)` called in a worker: a module-level function of things that can be pickled."""
        task = Task(function, data, given, seconds)
        self._waiting.append(task)
        self._hand_out()
        return task

    def result(self, task: Task) -> Any:
        """Wait for a task: its result, or `Lost`."""
        while not task.done:
            self._pump(None)
        return task.answer

    def fileno(self) -> int:
        """A descriptor that can be read once there is something to `poll`, for whoever waits for other things too."""
        return self._selector.fileno()

    def poll(self) -> None:
        """Take what is ready, without waiting."""
        self._pump(0)

    def _start(self) -> None:
        worker = _Worker(self._memory)
        self._workers.append(worker)
        self._selector.register(worker.control, selectors.EVENT_READ, worker)

    def _pump(self, timeout: float | None) -> None:
        deadlines = [worker.deadline for worker in self._workers]
        if timeout is None and any(deadline is not None for deadline in deadlines):
            soonest = min(deadline for deadline in deadlines if deadline is not None)
            timeout = max(0.0, soonest - time.monotonic()) + _GRACE
        for key, _ in self._selector.select(timeout):
            worker: _Worker = key.data
            try:
                worker.collect()
            except (EOFError, OSError):
                self._bury(worker)
        self._end_late_ones()
        self._hand_out()

    def _hand_out(self) -> None:
        while self._waiting:
            worker = min(self._workers, key=lambda one: one.busy)
            if worker.busy == SLOTS:
                return
            task = self._waiting.popleft()
            try:
                worker.take(task)
            except OSError:
                self._bury(worker)

    def _end_late_ones(self) -> None:
        now = time.monotonic()
        for worker in [one for one in self._workers if one.deadline is not None and one.deadline < now]:
            task = worker.held[worker.order[0]]
            if task is not None:
                task.tries, task.overdue = TRIES, True
            self._bury(worker)

    def _bury(self, worker: _Worker) -> None:
        """Replace a dead worker; what it held is given out again, first of all, or lost."""
        self._selector.unregister(worker.control)
        self._workers.remove(worker)
        orphans = worker.orphans()
        with suppress(OSError):
            worker.close()
        for task in reversed(orphans):
            if task.tries >= TRIES:
                late = f"it took longer than {task.seconds or 0:.0f} seconds: its reader was ended"
                task.finish(Lost(late if task.overdue else "the process that read it died, twice"))
            else:
                self._waiting.appendleft(task)
        self._start()
