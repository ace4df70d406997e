"""The worker processes that decide, driven by the event loop: small uploads do not wait for heavy ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from leakscan.gate.serving.judging import warm
from leakscan.gate.serving.settings import HEAVY_BYTES, Service, Settings
from leakscan.work import Lost, Pool, Task

POLL_SECONDS = 0.25
"""How often workers that have had their time are looked for."""
SECONDS_PER_MB = 2.0
"""Time that a decision may take beside `decide_seconds`, per megabyte."""
_MB = 1 << 20


class NoWorker(Exception):
    """No worker was free in time."""


class Judges:
    """A pool of workers, each with one task at a time. State: the pool, and who waits for which answer."""

    def __init__(self, settings: Settings, services: tuple[Service, ...]) -> None:
        """Start the workers and have them import what they need. Must be made inside of the event loop."""
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self._pool = Pool(settings.workers, settings.worker_bytes)
        self._waiting: dict[int, tuple[Task, asyncio.Future[Any]]] = {}
        self._free = asyncio.Semaphore(settings.workers)
        self._heavy = asyncio.Semaphore(max(1, settings.workers - 1))
        self._timer: asyncio.TimerHandle | None = None
        self._services = services
        self._loop.add_reader(self._pool.fileno(), self._ready)

    async def begin(self) -> None:
        """Wait until every worker is warm; a service that fails then says so when it is asked."""
        first = self._services[0] if self._services else None
        size = self._settings.workers
        await asyncio.gather(*(self.ask(0, warm, b"", first) for _ in range(size)))

    @property
    def process_ids(self) -> list[int]:
        """The workers' process numbers."""
        return self._pool.process_ids

    async def ask(self, size: int, function: Callable[..., Any], data: bytes, *given: Any) -> Any:
        """Have `function(data, *given)` called in a worker: its result, or `Lost`. NoWorker if none is free in time.

        `size`: bytes of the upload, which settle how long it may take.
        """
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(self._settings.queue_seconds):
                    if size > HEAVY_BYTES:
                        await stack.enter_async_context(self._heavy)
                    await stack.enter_async_context(self._free)
            except TimeoutError:
                raise NoWorker from None
            seconds = self._settings.decide_seconds + SECONDS_PER_MB * size / _MB
            answer: asyncio.Future[Any] = self._loop.create_future()
            task = self._pool.submit(function, data, *given, seconds=seconds)
            self._waiting[id(task)] = (task, answer)
            self._settle()
            self._watch()
            return await answer

    def close(self) -> None:
        """End all workers; whoever still waits hears that the answer is lost."""
        self._loop.remove_reader(self._pool.fileno())
        if self._timer is not None:
            self._timer.cancel()
        self._pool.close()
        for _, answer in self._waiting.values():
            if not answer.done():
                answer.set_result(Lost("the server is closing"))
        self._waiting.clear()

    def _ready(self) -> None:
        self._pool.poll()
        self._settle()

    def _settle(self) -> None:
        for key in [key for key, (task, _) in self._waiting.items() if task.done]:
            task, answer = self._waiting.pop(key)
            if not answer.done():
                answer.set_result(task.answer)

    def _watch(self) -> None:
        if self._timer is None and self._waiting:
            self._timer = self._loop.call_later(POLL_SECONDS, self._look)

    def _look(self) -> None:
        self._timer = None
        self._ready()
        self._watch()
