"""What a server and all processes below it hold: memory, descriptors, spools."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20


@dataclass(frozen=True)
class Held:
    """Sums over the processes: `memory` is their share of pages (PSS); spools are told by where their bytes lie."""

    processes: int
    memory: int
    descriptors: int
    spool_memory: int
    spool_disk: int

    @property
    def in_memory(self) -> int:
        """Bytes of memory, with those of spools that lie there."""
        return self.memory + self.spool_memory


def tree(process: int) -> list[int]:
    """A process and all below it."""
    found = [process]
    for one in found:
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                with suppress(OSError):
                    found += map(int, (task / "children").read_text().split())
    return found


def cpu_seconds(process: int) -> float:
    """Time on a processor of a process, of all below it, and of those below it that have ended and were waited for."""
    found = 0.0
    for one in tree(process):
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            found += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return found


def held(process: int) -> Held:
    """What they hold at this moment; a process that ends meanwhile is left out."""
    memory = descriptors = processes = 0
    spools: dict[tuple[int, int], tuple[bool, int]] = {}
    for one in tree(process):
        with suppress(OSError):
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
            memory += 1024 * int(next(line for line in text.splitlines() if line.startswith("Pss:")).split()[1])
            processes += 1
            for link in Path(f"/proc/{one}/fd").iterdir():
                descriptors += 1
                with suppress(OSError):
                    target, state = str(link.readlink()), link.stat()
                    if "(deleted)" in target:
                        spools[state.st_dev, state.st_ino] = ("memfd:leakscan" in target, state.st_blocks * 512)
    return Held(
        processes,
        memory,
        descriptors,
        sum(size for in_memory, size in spools.values() if in_memory),
        sum(size for in_memory, size in spools.values() if not in_memory),
    )


class Watch:
    """Looks at a server every `seconds` until `end`. State: what it saw."""

    def __init__(self, process: int, seconds: float) -> None:
        self.seen: list[Held] = []
        self._process, self._seconds, self._ending = process, seconds, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._ending.is_set():
            self.seen.append(held(self._process))
            self._ending.wait(self._seconds)

    def end(self) -> list[Held]:
        """Stop, and tell."""
        self._ending.set()
        self._thread.join()
        return self.seen


def slope(times: list[float], figures: list[float]) -> float:
    """How much a figure grows per unit of time, by least squares."""
    middle, level = sum(times) / len(times), sum(figures) / len(figures)
    spread = sum((time - middle) ** 2 for time in times)
    return sum((time - middle) * (figure - level) for time, figure in zip(times, figures, strict=True)) / spread
