"""How long, in how much memory and how right the estimate is for crowds of a known size: fingerprints made directly.

`python benchmarks/crowds.py 1 4 20` makes ledgers of 1, 4 and 20 million people (3 records for 2 people, 2 % of last
names misspelt, a fifth of the numbers missing, households that share telephone and address), puts what does not fit
encrypted on the shelf as a scan does, and estimates each in a process of its own. `--exact-rows N`:
identities beyond which whole blocks of birth dates are sampled. Prints one line of docs/performance.md per size.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from crowds_made import MILLION, Crowd, units
from speed_measure import Sampler

from leakscan.persons.estimate import estimate
from leakscan.persons.frames import Frame, Stack
from leakscan.persons.sampling import EXACT_ROWS
from leakscan.persons.shelf import Shelf

MEMORY = 64 << 20
"""The shelf's budget of a scan by default, in bytes."""


def estimated(people: int, seed: int, exact_rows: int) -> str:
    """Make one crowd and estimate it: a line of figures."""
    crowd = Crowd(people, seed)
    shelf = Shelf(MEMORY)
    began = time.perf_counter()
    parts: list[tuple[int | None, Frame]] = [(0, shelf.keep(unit)) for unit in units(crowd)]
    everyone = Stack(parts)
    made = time.perf_counter() - began
    inputs = pl.DataFrame(
        {"input": [0], "health": [True], "rows": [everyone.height], "damaged": [0]},
        schema={"input": pl.UInt32, "health": pl.Boolean, "rows": pl.UInt64, "damaged": pl.UInt64},
    )
    typos = crowd.typos()
    print(f"made {everyone.height:,} records in {made:.0f} s, {typos.height:,} spellings", file=sys.stderr, flush=True)
    began, spent = time.perf_counter(), time.process_time()
    found = estimate(everyone, typos, inputs, exact_rows=exact_rows)
    seconds, spent = time.perf_counter() - began, time.process_time() - spent
    return (
        f"{people / MILLION:g} | {everyone.height / MILLION:.1f} | {seconds:.0f} | {spent:.0f} | {found.low:,} "
        f"| {found.likely:,} | {found.high:,} | {found.likely / people - 1:+.3%} "
        f"| {'yes' if found.low <= people <= found.high else '**no**'}"
    )


def lines(sizes: list[float], seed: int, exact_rows: int) -> Iterator[str]:
    """A line per size, each measured in a process of its own."""
    for millions in sizes:
        given = ("--one", str(int(millions * MILLION)), "--seed", str(seed), "--exact-rows", str(exact_rows))
        command = [sys.executable, str(Path(__file__).resolve()), *given]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        sampler = Sampler(child.pid)
        out, _ = child.communicate()
        peak = sampler.end()
        if child.returncode:
            message = f"the estimate of {millions:g} million people failed"
            raise SystemExit(message)
        yield f"| {out.strip()} | {peak.total >> 20:,} |"


def main() -> None:
    """Measure each size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("millions", nargs="*", type=float, default=[1.0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--exact-rows", type=int, default=EXACT_ROWS, help="identities from which on blocks are sampled"
    )
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one is not None:
        print(estimated(asked.one, asked.seed, asked.exact_rows))
        return
    print(
        "| people, millions | records, millions | s | processor s | low | likely | high | error | inside | peak, MiB |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for line in lines(asked.millions, asked.seed, asked.exact_rows):
        print(line, flush=True)


if __name__ == "__main__":
    main()
