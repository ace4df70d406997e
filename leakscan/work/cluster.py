"""Workers on other machines: a Dask cluster is asked what this machine's pool would be asked, unit by unit.

Each task runs in a process that the Dask worker starts (`pool.Pool`), with the limits of a worker of this machine: what
is hostile kills that process and not the Dask worker. When a Dask worker dies, its tasks go to another one.
Tasks carry the key of the fingerprints and answers carry findings: the cluster is trusted as this machine is, and its
connections should be encrypted (docs/scale.md).
"""

from __future__ import annotations

import os
import pickle
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from leakscan.errors import UsageError
from leakscan.work.pool import SLOTS, Lost, Pool, Task

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_SECONDS = 20
"""How long the scheduler, and then a first worker, may take to answer."""
ASKED_ANEW_SECONDS = 10.0
"""How old the number of workers may be."""
ASKED_AGAIN_SECONDS = 2.0
"""How long nothing may be told before tasks are asked whether they are lost."""
_GONE = ("cancelled", "lost")
_children = threading.local()


class Cluster:
    """The workers of a Dask cluster. State: the connection, the tasks that are out, and who told that they are done."""

    def __init__(self, address: str, memory: int | None = None) -> None:
        """Connect. UsageError where Dask is not installed, nobody answers at `address`, or no worker is there."""
        try:
            from distributed import Client
        except ImportError:
            message = "--engine dask needs the extra `cluster`: pip install 'leakscan[cluster]'"
            raise UsageError(message) from None
        self._memory = memory
        self._out: dict[str, tuple[Task, Future]] = {}
        self._told: SimpleQueue[str] = SimpleQueue()
        self._number = 0
        self._threads, self._asked = 0, -ASKED_ANEW_SECONDS
        try:
            self._client: Client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False, name="leakscan")
        except (OSError, ValueError) as error:
            message = f"--scheduler {address}: {type(error).__name__}; give the address that `dask scheduler` printed"
            raise UsageError(message) from None
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError:
            self._client.close()
            message = f"--scheduler {address}: no worker has joined; start `dask worker {address}` on each machine"
            raise UsageError(message) from None

    @property
    def capacity(self) -> int:
        """Tasks that can be with the workers at a time; asked anew, since workers come and go."""
        now = time.monotonic()
        if now - self._asked >= ASKED_ANEW_SECONDS:
            self._threads, self._asked = sum(self._client.nthreads().values()), now
        return max(1, self._threads) * SLOTS

    def submit(self, function: Callable[..., Any], data: bytes, *given: Any, seconds: float | None = None) -> Task:
        """Have `function(data, *given)` called in a process of a worker."""
        task = Task(function, b"", (), seconds)
        self._number += 1
        asked = pickle.dumps((function, given), protocol=pickle.HIGHEST_PROTOCOL)
        future = self._client.submit(
            in_a_child,
            asked,
            data,
            str(Path.cwd()),
            seconds,
            self._memory,
            key=f"unit-{id(self)}-{self._number}",
            pure=False,
        )
        self._out[str(future.key)] = (task, future)
        future.add_done_callback(lambda done: self._told.put(str(done.key)))
        return task

    def result(self, task: Task) -> Any:
        """Wait for a task: its result, or `Lost`."""
        while not task.done:
            try:
                self._take(self._told.get(timeout=ASKED_AGAIN_SECONDS))
            except Empty:
                self._take_the_lost()
        return task.answer

    def poll(self) -> None:
        """Take what is ready, without waiting."""
        while not self._told.empty():
            self._take(self._told.get())

    def close(self) -> None:
        """Take back what is out and let go of the cluster, which goes on for others."""
        self._client.cancel([future for _, future in self._out.values()])
        self._out.clear()
        self._client.close()

    def _take_the_lost(self) -> None:
        """Nobody tells that a scheduler went away: its tasks say so when they are asked."""
        for key in [key for key, (_, future) in self._out.items() if future.status in _GONE]:
            self._take(key)

    def _take(self, key: str) -> None:
        task, future = self._out.pop(key, (None, None))
        if task is None or future is None:  # it was lost, and is told late
            return
        if future.status == "finished":
            task.finish(future.result())
            return
        task.finish(Lost(_reason(future)))


def _reason(future: Future) -> str:
    """Why a task has no answer; an exception's message may hold a cell and is not repeated."""
    if future.status in _GONE:
        return "the cluster cannot be reached any more"
    error = future.exception()
    if type(error).__name__ == "KilledWorker":
        return "the machines that read it died, several times"
    return f"{type(error).__name__} on the cluster"


def in_a_child(asked: bytes, data: bytes, folder: str, seconds: float | None, memory: int | None) -> Any:
    """On the cluster: have a process of this Dask worker do it, in the user's folder, from which paths were named."""
    pool, granted = getattr(_children, "pool", (None, None))
    if pool is None or granted != memory:
        if pool is not None:
            pool.close()
        pool = Pool(1, memory)
        _children.pool = (pool, memory)
    return pool.result(pool.submit(in_folder, data, folder, asked, seconds=seconds))


def in_folder(data: bytes, folder: str, asked: bytes) -> Any:
    """In that process: what was asked, or `Lost` where the folder is not there."""
    try:
        os.chdir(folder)
    except OSError:
        return Lost("the folder that the scan was started in is not on that machine: name targets by shared paths")
    function, given = pickle.loads(asked)  # noqa: S301 - from the client, as the task itself
    return function(data, *given)
