"""Who looks at runs of records: this process for small inputs, worker processes for large ones; looks come in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from leakscan.limits import Limits
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.shelf import Shelf
from leakscan.plan import Plan
from leakscan.records import Batch, InputWarning, Unparsed
from leakscan.units import Look, look, look_at
from leakscan.work import Checkpoint, Lost, Pool, Task, Workers, available_cores


@dataclass(frozen=True, slots=True)
class _Asked:
    task: Task
    item: Unparsed
    first_row: int


class Lookers:
    """Looks at batches side by side. State: the worker processes, once there are any, and what they were asked.

    `workers` None takes one per core; 1 keeps everything in this process. `close` it, so that no worker stays.
    """

    def __init__(
        self,
        workers: int | None,
        prints: Fingerprinter,
        as_of: date,
        shelf: Shelf | None = None,
        limits: Limits | None = None,
        *,
        isolates: bool = True,
        checkpoint: Checkpoint | None = None,
        start: Callable[[], Workers] | None = None,
    ) -> None:
        """Start nobody yet. `isolates`: whether risky formats are read by another process; not in a worker itself.

        `shelf`: where what is found is kept, else in memory. `checkpoint`: where it is kept for another scan. `start`:
        gives workers elsewhere, in place of processes of this machine.
        """
        self.isolates, self.limits = isolates, limits or Limits()
        self.checkpoint = checkpoint
        self.workers = available_cores() if workers is None else workers
        self.prints, self.as_of, self.shelf = prints, as_of, shelf or Shelf()
        self.pool: Workers | None = None
        self._start = start
        self._asked: deque[_Asked] = deque()
        self._rows = 0

    def close(self) -> None:
        """End the workers."""
        if self.pool is not None:
            self.pool.close()
            self.pool = None

    @property
    def capacity(self) -> int:
        """Tasks that workers can hold at a time."""
        return self.pool.capacity if self.pool is not None else 0

    def submit(self, function: Callable[..., Any], *given: Any, seconds: float | None = None) -> Task:
        """Have a worker call `function(b"", *given)`, and be ended if it takes longer."""
        if self.pool is None:
            message = "there are no workers"
            raise RuntimeError(message)
        return self.pool.submit(function, b"", *given, seconds=seconds)

    def answer(self, task: Task) -> Any:
        """Wait for what a worker says: its result, or `Lost`."""
        return self.pool.result(task) if self.pool is not None else Lost("there are no workers")

    def expect_much(self) -> None:
        """Start the workers, if they are wanted: they make ready while this process settles the columns."""
        if self.pool is None and (self.workers > 1 or self.elsewhere):
            self.pool = self._started()

    def expect_isolation(self) -> None:
        """Start a worker at least: somebody else must read what may crash its reader."""
        if self.pool is None:
            self.pool = self._started()

    @property
    def elsewhere(self) -> bool:
        """Whether the workers are on other machines."""
        return self._start is not None

    def _started(self) -> Workers:
        return Pool(self.workers, self.limits.worker_bytes) if self._start is None else self._start()

    def begin(self) -> None:
        """A source begins: rows are counted anew."""
        self._rows = 0

    def look(self, item: Batch | Unparsed, how: Plan) -> Iterator[Look]:
        """Have one run of records looked at; gives the looks that are finished, in the order they were asked for."""
        if isinstance(item, Batch):
            yield from self.rest()
            yield look(item, how, self.prints, self.as_of)
        elif self.pool is None:
            yield look(item.batch(), how, self.prints, self.as_of)
        else:
            seconds = self.limits.seconds(max(len(item.data), item.end - item.start))
            task = self.pool.submit(
                look_at, item.data, item.parse, item.given, how, self.prints, self.as_of, seconds=seconds
            )
            bare = Unparsed(b"", item.parse, (), item.start, item.end, item.rows)
            self._asked.append(_Asked(task, bare, self._rows + 1))
            self._rows += item.rows
            yield from self.finished()
            while len(self._asked) > self.capacity:
                yield self._next()

    def pass_by(self, item: Batch | Unparsed) -> None:
        """A run of records that an earlier scan looked at: only its rows are counted."""
        self._rows += item.rows if isinstance(item, Unparsed) else 0

    def finished(self) -> Iterator[Look]:
        """Looks that are finished, as far as those asked for before them are."""
        if self.pool is not None:
            self.pool.poll()
        while self._asked and self._asked[0].task.done:
            yield self._next()

    def rest(self) -> Iterator[Look]:
        """Wait for all that was asked."""
        while self._asked:
            yield self._next()

    def forget(self) -> None:
        """Wait for nothing more: the scan was interrupted."""
        self._asked.clear()

    def _next(self) -> Look:
        asked = self._asked.popleft()
        answer = self.answer(asked.task)
        return _lost(asked, answer.reason) if isinstance(answer, Lost) else answer


def _lost(asked: _Asked, reason: str) -> Look:
    """What is known of records that nobody could look at: their place and number. They count as damaged."""
    item = asked.item
    message = f"rows that could not be read: {reason}"
    met = InputWarning("lost", message, row=asked.first_row, offset=item.start, count=item.rows)
    return Look(item.start, item.end, damaged=item.rows, met=(met,), lost=reason)
