"""What a scan asks of workers, wherever they are: this machine's processes or a cluster's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from leakscan.work.pool import Task


class Workers(Protocol):
    """Who calls functions elsewhere and survives it when they die: `pool.Pool`, `cluster.Cluster`."""

    @property
    def capacity(self) -> int:
        """Tasks that can be with the workers at a time: more only wait, and cost memory."""

    def submit(self, function: Callable[..., Any], data: bytes, *given: Any, seconds: float | None = None) -> Task:
        """Have `function(data, *given)` called: a module-level function of things that can be pickled."""

    def result(self, task: Task) -> Any:
        """Wait for a task: its result, or `Lost`."""

    def poll(self) -> None:
        """Take what is ready, without waiting."""

    def close(self) -> None:
        """Ask for nothing more."""
