"""What the tests of the pool have worker processes do."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def echo(data: bytes, number: int) -> tuple[bytes, int]:
    """Give everything back."""
    return data, number


def slow(_: bytes, seconds: float) -> float:
    """Take a while."""
    time.sleep(seconds)
    return seconds


def die(_: bytes) -> None:
    """Kill the process, as a decoder that a hostile file brought down."""
    os.kill(os.getpid(), signal.SIGKILL)


def print_and_die(data: bytes) -> None:
    """Write to standard error below Python's streams, as a panic does, and die."""
    os.write(1, data)
    os.write(2, data)
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(_: bytes, mark: str) -> str:
    """Kill the first process that tries."""
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def fail(data: bytes) -> None:
    """Raise with a cell in the message, as libraries do."""
    message = f"bad cell: {data!r}"
    raise ValueError(message)
