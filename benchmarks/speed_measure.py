"""Time, processor time and memory of programs run in fresh processes, and the tables that tell them.

Nothing here knows leakscan beyond its command line: `leakscan(...)` is what a user would type.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import IO, Any

HERE = Path(__file__).resolve().parent
MIB = 1024 * 1024
SAMPLE_SECONDS = 0.05
"""How often the memory of a process tree is read."""


@dataclass(frozen=True)
class Memory:
    """Peak of a process tree in bytes. `held` is memory files that are open: a page that nobody maps has no Pss.

    `first`: Pss_Anon of the first process at its peak; `busy`: the same while it has others at work.
    """

    private: int = 0
    shared: int = 0
    held: int = 0
    processes: int = 0
    samples: int = 0
    first: int = 0
    busy: int = 0

    @property
    def total(self) -> int:
        """Pss_Anon + Pss_Shmem, the sum over all processes at one moment."""
        return self.private + self.shared


@dataclass(frozen=True)
class Run:
    """One program from start to end: wall seconds, user + system seconds of it and of the children it waited for."""

    seconds: float
    processor: float
    output: str
    errors: str
    memory: Memory = Memory()

    def told(self) -> dict[str, Any]:
        """The JSON object on the last line that the program printed."""
        return json.loads(self.output.strip().rpartition("\n")[2])


class FailedRunError(RuntimeError):
    """A program that ended badly; `errors` is what it said about it."""

    def __init__(self, command: Sequence[str], code: int, errors: str) -> None:
        """The failure of that command."""
        super().__init__(f"{' '.join(command)} ended with {code}: {errors[-600:]}")
        self.errors = errors


@dataclass(frozen=True)
class Verdict:
    """A target and the figure that met or missed it; `met` None: no target, or nothing to judge."""

    what: str
    figure: str
    target: str
    met: bool | None


@dataclass
class Section:
    """What one part of the benchmark found."""

    title: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def judge(self, what: str, value: float, most: float, unit: str = "", digits: int = 2) -> None:
        """Hold a figure against a target that it must not exceed."""
        self.verdicts.append(Verdict(what, number(value, digits) + unit, f"<= {most:,g}{unit}", value <= most))

    def judge_least(self, what: str, value: float, least: float, unit: str = "", digits: int = 1) -> None:
        """Hold a figure against a target that it must reach."""
        self.verdicts.append(Verdict(what, number(value, digits) + unit, f">= {least:,g}{unit}", value >= least))

    def markdown(self) -> str:
        """The section as it goes into docs/performance.md."""
        words = {True: "met", False: "**missed**", None: "-"}
        parts = [f"### {self.title}"]
        if self.rows:
            parts.append(table(self.header, self.rows))
        if self.verdicts:
            judged = [(v.what, v.target, v.figure, words[v.met]) for v in self.verdicts]
            parts.append(table(("target", "asked", "measured", ""), judged))
        parts += self.notes
        return "\n\n".join(parts) + "\n"


def number(value: float, digits: int = 2) -> str:
    """A figure with thousands apart."""
    return f"{value:,.{digits}f}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars in cells are escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def spread(values: Sequence[float], digits: int = 2) -> str:
    """A median with the least and the most, as rounds gave them."""
    if len(values) == 1:
        return number(values[0], digits)
    return f"{number(median(values), digits)} ({number(min(values), digits)} to {number(max(values), digits)})"


def paired(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Ratios round by round: two runs side by side share the moods of the machine."""
    return [one / other for one, other in zip(ours, theirs, strict=True)]


def in_turn(rounds: int, programs: Sequence[str]) -> list[str]:
    """Who runs when: every program once a round, the order turned from round to round."""
    order: list[str] = []
    for place in range(rounds):
        shift = place % len(programs)
        order += [*programs[shift:], *programs[:shift]]
    return order


def leakscan(targets: Sequence[Path | str], report: Path, *more: str) -> list[str]:
    """The command as a user types it."""
    return [sys.executable, "-m", "leakscan", "scan", *map(str, targets), "--json", str(report), "--quiet", *more]


def child(script: str, *arguments: Path | str) -> list[str]:
    """A script beside this one, in a fresh interpreter."""
    return [sys.executable, str(HERE / script), *map(str, arguments)]


def run(
    command: Sequence[str], *, feed: Sequence[str] = (), sample: bool = False, extra: Mapping[str, str] | None = None
) -> Run:
    """Run a program to its end. `feed` is a program whose output it reads; `sample` watches its memory.

    Raises FailedRunError with the last words of a program that failed.
    """
    environment = {**os.environ, **(extra or {})}
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors, contextlib.ExitStack() as stack:
        source: IO[bytes] | int | None = subprocess.DEVNULL
        feeder = None
        if feed:
            feeder = stack.enter_context(subprocess.Popen(feed, stdout=subprocess.PIPE))
            source = feeder.stdout
        began = time.perf_counter()
        process = subprocess.Popen(command, stdin=source, stdout=output, stderr=errors, env=environment)
        if feeder is not None and feeder.stdout is not None:
            feeder.stdout.close()
        sampler = Sampler(process.pid) if sample else None
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        memory = sampler.end() if sampler else Memory()
        for file in (output, errors):
            file.seek(0)
        said, complained = output.read().decode(errors="replace"), errors.read().decode(errors="replace")
    if process.returncode:
        raise FailedRunError(command, process.returncode, complained)
    return Run(seconds, usage.ru_utime + usage.ru_stime, said, complained, memory)


def warm(paths: Iterable[Path]) -> None:
    """Read files once, so that no program pays for the disk."""
    for path in paths:
        with path.open("rb", buffering=0) as file:
            while file.read(16 * MIB):
                pass


class Sampler:
    """Watches a process and all its descendants until `end`; keeps the moment at which they held most."""

    def __init__(self, pid: int, every: float = SAMPLE_SECONDS) -> None:
        """Start watching that process."""
        self._pid = pid
        self._every = every
        self._peak = Memory()
        self._held = self._samples = self._processes = self._first = self._busy = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> Memory:
        """Stop watching and tell the peak; open memory files and processes have their own peaks."""
        self._done.set()
        self._thread.join()
        peak = self._peak
        return Memory(peak.private, peak.shared, self._held, self._processes, self._samples, self._first, self._busy)

    def _watch(self) -> None:
        while True:
            now = tree_memory(self._pid)
            self._samples += 1
            self._held = max(self._held, now.held)
            self._processes = max(self._processes, now.processes)
            self._first = max(self._first, now.first)
            self._busy = max(self._busy, now.busy)
            if now.total > self._peak.total:
                self._peak = now
            if self._done.wait(self._every):
                return


def tree_memory(pid: int) -> Memory:
    """Memory of a process and its descendants now; those that end meanwhile count nothing."""
    private = shared = first = 0
    files: dict[tuple[int, int], int] = {}
    tree = descendants(pid)
    for member in tree:
        one, other = pss(member)
        private += one
        first = one if member == pid else first
        shared += other
        files |= memory_files(member)
    busy = first if len(tree) > 1 else 0
    return Memory(private, shared, sum(files.values()), len(tree), 1, first, busy)


def pss(pid: int) -> tuple[int, int]:
    """Pss_Anon and Pss_Shmem of a process in bytes."""
    figures = {"Pss_Anon": 0, "Pss_Shmem": 0}
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
            name, _, value = line.partition(":")
            if name in figures:
                figures[name] = int(value.split()[0]) * 1024
    return figures["Pss_Anon"], figures["Pss_Shmem"]


def memory_files(pid: int) -> dict[tuple[int, int], int]:
    """Open memfds and unlinked files in shared memory of a process: (device, inode) -> bytes they take."""
    found: dict[tuple[int, int], int] = {}
    with contextlib.suppress(OSError):
        for link in os.scandir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                name = os.readlink(link.path)  # noqa: PTH115 (Path would resolve what is no path)
                if name.startswith(("/memfd:", "/dev/shm/")):  # noqa: S108 (read, not written)
                    status = os.stat(link.path)  # noqa: PTH116
                    found[status.st_dev, status.st_ino] = status.st_blocks * 512
    return found


def descendants(pid: int) -> list[int]:
    """The process and everything it started, directly or not."""
    parents: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                stat = Path(entry.path, "stat").read_text(encoding="utf-8", errors="replace")
                parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(entry.name))
    tree = [pid]
    for member in tree:
        tree += parents.get(member, ())
    return tree
