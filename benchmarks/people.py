"""How many people: the interval held against populations whose truth is known, cell by cell, and pairs against peers.

`python benchmarks/populations.py DIR --count 400` makes the populations, by a generator written blind to the linkage;
`python benchmarks/people.py DIR` scans every file of each, merges them, and prints the calibration: how often the truth
lies inside [low, high], how wide that is, how far `likely` is off, and the pairs of records rightly put together (F1)
beside exact keys. `--splink VENV` lets Splink link the first `--peers N` populations as well. The exit code is 1 when
a target of docs/accuracy.md is missed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path

from people_rows import Linked, Pairs, exact_pairs, linked, pairs_of
from people_splink import splink_pairs

INSIDE = 0.95
"""Share of the populations whose truth must lie inside the interval."""
WIDTHS = {(0.0, 0.0): 0.01, (0.02, 0.2): 0.05, (0.1, 0.6): 0.20}
"""Median width (high - low) / truth that a cell of (typos, missing numbers) may have."""
ERROR, ERROR_CLEAN = 0.01, 0.005
"""Median error of `likely` over all populations, and over those without typos or missing numbers."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One population: its cell, truth, estimate, and the pairs of records that each way puts together."""

    name: str
    typos: float
    missing: float
    truth: int
    low: int
    likely: int
    high: int
    exact_keys: int
    seconds: float
    pairs: dict[str, Pairs] = field(default_factory=dict)

    @property
    def inside(self) -> bool:
        """Whether the truth lies inside [low, high]."""
        return self.low <= self.truth <= self.high

    @property
    def width(self) -> float:
        """(high - low) / truth."""
        return (self.high - self.low) / self.truth

    @property
    def error(self) -> float:
        """Of `likely`, relative to the truth."""
        return self.likely / self.truth - 1


def measure(folder: Path) -> Measured:
    """Scan one population and hold it against its truth."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    began = time.perf_counter()
    found: Linked = linked(folder, truth)
    seconds = time.perf_counter() - began
    keys, exact = exact_pairs(found)
    return Measured(
        folder.name, truth["cell"]["typos"], truth["cell"]["missing_nir"], truth["people"],
        found.low, found.likely, found.high, keys, seconds,
        {"leakscan": pairs_of(found.person, found.cluster), "exact keys": exact},
    )  # fmt: skip


def median(of: Sequence[Measured], what: Callable[[Measured], float]) -> float:
    """The median of one figure."""
    return statistics.median(map(what, of))


def line(name: str, cell: Sequence[Measured]) -> str:
    """One row of the calibration table."""
    inside = sum(one.inside for one in cell)
    worst = max(cell, key=lambda one: abs(one.error))
    f1 = {way: sum((one.pairs[way] for one in cell), Pairs()).f1 for way in ("leakscan", "exact keys")}
    return (
        f"| {name} | {len(cell)} | {inside}/{len(cell)} | {median(cell, lambda one: one.width):.2%} "
        f"| {median(cell, lambda one: abs(one.error)):.2%} | {median(cell, lambda one: one.error):+.2%} "
        f"| {worst.error:+.2%} | {median(cell, lambda one: one.exact_keys / one.truth - 1):+.1%} "
        f"| {f1['leakscan']:.4f} | {f1['exact keys']:.4f} |"
    )


def table(all_measured: Sequence[Measured]) -> str:
    """The calibration, cell by cell."""
    head = (
        "| typos, missing NIR | files | truth inside | median width | median error | its sign | worst | exact keys "
        "| F1 of pairs | exact keys |\n|---|---|---|---|---|---|---|---|---|---|"
    )
    cells = sorted({(one.typos, one.missing) for one in all_measured})
    rows = [
        line(
            f"{typos:.0%}, {missing:.0%}", [one for one in all_measured if (one.typos, one.missing) == (typos, missing)]
        )
        for typos, missing in cells
    ]
    return "\n".join([head, *rows, line("all", all_measured)])


def verdicts(all_measured: Sequence[Measured]) -> list[tuple[str, str, bool]]:
    """Each target: what, measured, whether it was met."""
    share = sum(one.inside for one in all_measured) / len(all_measured)
    error = median(all_measured, lambda one: abs(one.error))
    found = [
        ("truth inside", f"{share:.1%} (target {INSIDE:.0%})", share >= INSIDE),
        ("median error of likely", f"{error:.2%} (target {ERROR:.1%})", error <= ERROR),
    ]
    for (typos, missing), most in WIDTHS.items():
        cell = [one for one in all_measured if (one.typos, one.missing) == (typos, missing)]
        if cell:
            width = median(cell, lambda one: one.width)
            found.append(
                (f"median width at {typos:.0%}, {missing:.0%}", f"{width:.2%} (target {most:.0%})", width <= most)
            )
    clean = [one for one in all_measured if one.typos == one.missing == 0]
    if clean:
        error = median(clean, lambda one: abs(one.error))
        found.append(("median error on clean data", f"{error:.2%} (target {ERROR_CLEAN:.1%})", error <= ERROR_CLEAN))
    return found


def main() -> int:
    """Measure all populations of a folder; 1 when a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("dir", type=Path)
    parser.add_argument("--first", type=int, help="only so many populations")
    parser.add_argument("--skip", type=int, default=0, help="leave out so many first")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write one line per population there")
    parser.add_argument("--verbose", action="store_true", help="name the populations outside their interval")
    parser.add_argument("--splink", type=Path, metavar="VENV", help="a virtual environment with splink")
    parser.add_argument("--peers", type=int, default=25, help="populations that Splink links")
    asked = parser.parse_args()
    folders = sorted(path.parent for path in asked.dir.glob("*/truth.json"))[asked.skip :][: asked.first]
    with ProcessPoolExecutor(asked.workers, get_context("spawn")) as pool:
        measured = list(pool.map(measure, folders))
    print(table(measured), "\n")
    missed = 0
    for what, figure, met in verdicts(measured):
        print(f"- {what}: {figure}, {'met' if met else 'missed'}")
        missed += not met
    if asked.verbose:
        for one in measured:
            if not one.inside:
                print(f"  {one.name}: {one.low} .. {one.likely} .. {one.high}, truth {one.truth}")
    if asked.json is not None:
        asked.json.write_text("".join(json.dumps(asdict(one)) + "\n" for one in measured), encoding="utf-8")
    if asked.splink is not None:
        print("\n" + splink_pairs(folders[: asked.peers], asked.splink))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
