"""What the tests of the pool have worker processes do."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from leakscan.limits import Spent
from leakscan.options import ScanOptions
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import Ledger
from leakscan.reading import scan_bundle
from leakscan.records import Source


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


def die_with_its_machine(_: bytes, mark: str) -> str:
    """Kill the process that started this one, and with it this one, once."""
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def allocate(_: bytes, size: int) -> int:
    """Take so much memory."""
    return len(bytearray(size))


def fail(data: bytes) -> None:
    """Raise with a cell in the message, as libraries do."""
    message = f"bad cell: {data!r}"
    raise ValueError(message)


def scan_with_care(
    data: bytes, sources: tuple[Source, ...], options: ScanOptions, prints: Fingerprinter, *more: Any
) -> tuple[Ledger, Spent]:
    """As `scan_bundle`, but what is called slow takes for ever, and what is called hungry all memory."""
    if any("slow" in source.path for source in sources):
        time.sleep(600)
    if any("hungry" in source.path for source in sources):
        bytearray(options.limits.worker_bytes)
    return scan_bundle(data, sources, options, prints, *more)
