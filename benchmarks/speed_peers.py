"""Peers of leakscan on the same file in the same run, each in an environment of its own, never in the project's.

Slow ones read a slice and are extrapolated to the whole file; start-up and imports are theirs for free, leakscan pays
its own. A peer that cannot be installed or run is listed with the reason.
"""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median

import speed_inputs as inputs
from speed_measure import HERE, FailedRunError, Run, Section, Verdict, in_turn, leakscan, number, run, spread, warm
from speed_peer_child import NIR
from speed_sections import Bench

PRESIDIO_TIMES = 2_000
"""How many times faster than Presidio's BatchAnalyzer the scan must be."""
HEADER = ("peer", "what it does", "rows", "s", "s for all rows", "MB/s of what it reads", "leakscan: times as fast")


@dataclass(frozen=True)
class Peer:
    """A package to hold leakscan against: how it is asked for, and how many times `--slice-rows` it can bear."""

    name: str
    package: str
    slices: int
    does: str


PEERS = (
    Peer(
        "presidio", "presidio-analyzer==2.2.366", 1, "BatchAnalyzer, blank pipeline, its French recognizers and a NIR"
    ),
    Peer("presidio-nir", "presidio-analyzer==2.2.366", 5, "the same with the NIR recognizer alone"),
    Peer("edsnlp", "edsnlp==0.23.0", 100, "terms, negation, family, hypothesis on two comment columns"),
    Peer("csv-detective", "csv-detective==0.13.0", 20, "formats and profile of every column"),
    Peer("dataprofiler", "DataProfiler==0.14.0", 20, "statistics of every column, no labels"),
)


class MissingPeerError(Exception):
    """A peer that is not there; the text is the reason."""


def reason(text: str) -> str:
    """The last words of a failure without addresses and paths, short enough for a table."""
    last = text.strip().splitlines()[-1] if text.strip() else "no reason given"
    return re.sub(r"\S*/\S*", "...", last)[:160]


def environment(folder: Path, package: str) -> Path:
    """The interpreter of an environment that has the package; made at the first call."""
    home = folder / package.partition("==")[0].lower()
    python = home / "bin" / "python"
    stamp = home / "installed.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != package:
        print(f"installing {package}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", package]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        if done.returncode:
            raise MissingPeerError(reason(done.stderr))
        stamp.write_text(package, encoding="utf-8")
    return python


def slice_of(table: inputs.Table, rows: int) -> tuple[Path, int]:
    """The first undamaged rows of a table as a file, and how many rows of the table they stand for."""
    path = table.path.with_name(f"{table.path.stem}-first-{rows}.csv")

    def write(draft: Path) -> None:
        with (
            table.path.open(encoding="cp1252", newline="") as given,
            draft.open("w", encoding="cp1252", newline="") as out,
        ):
            reader = csv.reader(given, delimiter=inputs.DELIMITER)
            writer = csv.writer(out, delimiter=inputs.DELIMITER)
            header = next(reader)
            writer.writerow(header)
            left = rows
            for row in reader:
                if len(row) == len(header) and left:
                    writer.writerow(row)
                    left -= 1

    inputs.made(path, write)
    with path.open("rb") as file:
        return path, sum(1 for _ in file) - 1


def ripgrep(table: inputs.Table) -> list[str]:
    """The command that counts lines with what looks like a NIR. Raises MissingPeerError without `rg`."""
    found = shutil.which("rg")
    if found is None:
        why = "no `rg` here: Debian's package is ripgrep"
        raise MissingPeerError(why)
    return [found, "--text", "--no-config", "--count", "--encoding", "none", f"(?-u:{NIR})", str(table.path)]


def command_of(bench: Bench, peer: Peer, table: inputs.Table) -> tuple[list[str], int]:
    """How a peer is run, and on how many rows. Raises MissingPeerError."""
    python = environment(bench.peers, peer.package)
    path, rows = slice_of(table, min(bench.rows, bench.slice_rows * peer.slices))
    return [str(python), str(HERE / "speed_peer_child.py"), peer.name, str(path)], rows


def attempt(command: Sequence[str]) -> Run:
    """A run of a peer. Raises MissingPeerError with its last words when it fails."""
    try:
        return run(command)
    except FailedRunError as failure:
        raise MissingPeerError(reason(failure.errors)) from failure


@dataclass
class Race:
    """Leakscan and the peers on one table: what each did, or why it did not."""

    bench: Bench
    table: inputs.Table
    rows: dict[str, int] = field(default_factory=dict)
    runs: dict[str, list[Run]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def commands(self) -> dict[str, Sequence[str]]:
        """What can be run; installs peers that are not there yet."""
        table, rows = self.table, self.bench.rows
        ways: dict[str, Callable[[], tuple[Sequence[str], int]]] = {
            "leakscan": lambda: (leakscan([table.path], self.bench.report), rows),
            "ripgrep": lambda: (ripgrep(table), rows),
            **{peer.name: partial(command_of, self.bench, peer, table) for peer in PEERS},
        }
        found: dict[str, Sequence[str]] = {}
        for name, way in ways.items():
            try:
                found[name], self.rows[name] = way()
            except MissingPeerError as why:
                self.missing[name] = str(why)
        return found

    def go(self) -> None:
        """Run everyone in turn; who fails once is out. Raises MissingPeerError when leakscan itself fails."""
        commands = self.commands()
        for name in in_turn(self.bench.rounds, list(commands)):
            if name not in self.missing:
                try:
                    self.runs.setdefault(name, []).append(attempt(commands[name]))
                except MissingPeerError as why:
                    if name == "leakscan":
                        raise
                    self.missing[name] = str(why)

    def seconds(self, name: str) -> list[float]:
        """Seconds of each run: a peer's own clock, or the whole process."""
        return [one.told()["seconds"] if name in PEER_NAMES else one.seconds for one in self.runs[name]]

    def rate(self, name: str) -> float:
        """MB/s of what it looked at."""
        looked_at = self.runs[name][0].told()["bytes"] / 1e6 if name in PEER_NAMES else self.table.megabytes
        return looked_at / median(self.seconds(name))


def peers(bench: Bench) -> Section:
    """All peers and leakscan on the same file, interleaved."""
    section = Section("Peers", HEADER)
    table = inputs.table(bench.folder, 1, bench.rows)
    warm([table.path])
    race = Race(bench, table)
    race.go()
    does = {"leakscan": "full scan", **{peer.name: f"{peer.package}: {peer.does}" for peer in PEERS}}
    does["ripgrep"] = "lines with the NIR pattern alone"
    ours = race.rate("leakscan")
    for name, what in does.items():
        if name in race.missing:
            section.rows.append((name, what, "-", "-", "-", "-", f"not run: {race.missing[name]}"))
            continue
        taken, rate = race.seconds(name), race.rate(name)
        whole = number(median(taken) * bench.rows / race.rows[name])
        section.rows.append(
            (name, what, f"{race.rows[name]:,}", spread(taken), whole, f"{rate:,.3g}", f"{ours / rate:,.3g}")
        )
        if name == "presidio":
            section.judge_least("leakscan / Presidio", ours / rate, PRESIDIO_TIMES, " times", 0)
    if "presidio" in race.missing:
        section.verdicts.append(Verdict("leakscan / Presidio", "not run", f">= {PRESIDIO_TIMES:,} times", None))
    section.notes.append(
        f"{table.megabytes:.0f} MB, {bench.rows:,} rows; a peer that reads fewer is extrapolated by its rows. Slices "
        "hold no damaged rows, which the profilers refuse. Peers are timed without start-up and imports, leakscan and "
        "ripgrep with them. EDS-NLP reads the comments only. Presidio runs without a language model, which would only "
        "cost it more; the target is held against its French recognizers with a NIR recognizer added, for a full scan, "
        "too, looks for more than a NIR."
    )
    return section


PEER_NAMES = frozenset(peer.name for peer in PEERS)
