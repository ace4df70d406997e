"""How fast, how flat in memory, how soon: every target of speed, measured as a user would meet it.

`python benchmarks/speed.py ratio memory --dir DIR` runs those sections; `all` runs every one. Each scan is a fresh
`python -m leakscan scan`, start-up included, interleaved with what it is held against; figures are medians, ratios are
taken within one run. Prints the Markdown of docs/performance.md; the exit code is 1 when a target is missed.

Inputs are generated into DIR once and reused (8 GB of tables and more for `memory` at full scale). `--scale 0.01` makes
everything a hundredth: a dry run whose figures judge nothing.
"""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import speed_peers
import speed_sections
import speed_texts
from speed_measure import Section
from speed_sections import Bench

import leakscan

OUT = Path(__file__).resolve().parent / "out"
SECTIONS: dict[str, Callable[[Bench], Section]] = {
    "start": speed_sections.start,
    "ratio": speed_sections.ratio,
    "linear": speed_sections.linear,
    "shapes": speed_sections.shapes,
    "small-files": speed_texts.small_files,
    "many": speed_texts.many,
    "prose": speed_texts.prose,
    "triage": speed_sections.triage,
    "memory": speed_sections.memory,
    "peers": speed_peers.peers,
}


def sizes(text: str) -> tuple[float, ...]:
    """Gigabytes, apart by commas."""
    return tuple(float(size) for size in text.split(","))


def names(text: str) -> tuple[str, ...]:
    """Words, apart by commas."""
    return tuple(text.split(","))


def chosen(names: list[str]) -> list[str]:
    """The sections asked for, each once, in the order of the table."""
    return [name for name in SECTIONS if name in names or "all" in names]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure the speed of leakscan against its targets.")
    parser.add_argument("sections", nargs="+", choices=[*SECTIONS, "all"], metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--dir", type=Path, default=OUT / "speed", help="where generated inputs are kept")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program")
    parser.add_argument("--scale", type=float, default=1.0, help="shrink every input; below 1 the run is dry")
    parser.add_argument("--sizes", type=sizes, default=Bench.sizes, help="GB of `memory`, as 0.5,1,2")
    parser.add_argument("--sources", type=names, default=Bench.sources, help="of `memory`: file, zcat or both")
    parser.add_argument("--large", action="store_true", help="`ratio` with 5,000,000 rows as well")
    parser.add_argument("--peers-venv", type=Path, default=OUT / "peers-venv", help="where peers are installed")
    parser.add_argument("--slice-rows", type=int, default=Bench.slice_rows, help="rows given to the slow peers")
    return parser


def machine() -> str:
    """What the figures were taken on."""
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, polars {version('polars')}, leakscan "
        f"{version('leakscan')}"
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the sections and print them; 1 when a target was missed."""
    given = parser().parse_args(arguments)
    folder = given.dir.resolve()
    peers = given.peers_venv.resolve()
    bench = Bench(folder, given.rounds, given.scale, given.sizes, given.large, peers, given.slice_rows, given.sources)
    print(f"{machine()}; {given.rounds} rounds.\n", flush=True)
    compileall.compile_dir(Path(leakscan.__file__).parent, quiet=1)  # as pip does when it installs
    if given.scale < 1:
        print(f"**Dry run at a scale of {given.scale:g}: the figures judge nothing.**\n", flush=True)
    missed = 0
    for name in chosen(given.sections):
        began = time.perf_counter()
        section = SECTIONS[name](bench)
        missed += sum(verdict.met is False for verdict in section.verdicts)
        print(section.markdown(), flush=True)
        print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
