"""What a compiled kernel would cost, stage by stage, against the bare parse and against leakscan today.

`python benchmarks/kernel/kernel.py FILE [--rounds 3]` prints the tables of docs/kernel.md. The C files beside it are
compiled with `cc` into a temporary folder. Records, distinct cells, NIRs, terms and identities must be those that
leakscan finds in the file (cp1252, delimiter `;`, a header), else it ends with an AssertionError. Every measurement is
a fresh process, all of them in turn.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from speed_measure import in_turn, leakscan, number, run, spread, table, warm  # noqa: E402

Told = dict[str, list[dict[str, Any]]]
LIMITS = (559_240, 100_000, 10_000)
"""Distinct cells per column: the kernel's own bound for 60 columns, and two that hurt."""


@dataclass(frozen=True)
class Stage:
    """A stage, and what leakscan does instead: in words, and as the steps of today.py that are added up."""

    name: str
    shown: str
    beside: str
    added: tuple[str, ...]


STAGES = (
    Stage("split", "1 split", "", ()),
    Stage("code", "1 and 2: split, code", "reading and coding", ("blocks", "parse", "coding")),
    Stage("classify", "3 classify", "values of all roles", ("values",)),
    Stage("seek", "4 seek terms, columns of health", "folding, automaton", ("folding", "automaton")),
    Stage("prints", "5 fingerprints of ten columns", "fingerprints of all roles", ("prints",)),
    Stage("identities", "5 distinct identities", "gathering equal identities", ("gather",)),
)
LEFT = (
    "settle",
    "roles",
    "lexicon",
    "values",
    "text",
    "health",
    "prints",
    "people",
    "gather",
    "tally",
    "slips",
    "close",
)
"""Steps of leakscan that are told one by one for the estimate of what a kernel would leave."""


def main() -> None:
    """Measure, check, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    warm([given.file])
    with tempfile.TemporaryDirectory() as folder:
        print(measured(given.file, given.rounds, Path(folder)))


def _child(script: str, *arguments: object) -> list[str]:
    return [sys.executable, str(HERE / script), *map(str, arguments)]


def measured(path: Path, rounds: int, folder: Path) -> str:
    """All tables, from `rounds` rounds in turn; raises where the kernel disagrees with leakscan."""
    expected = folder / "expected.json"
    expected.write_text(run(_child("today.py", "found", path)).output, encoding="utf-8")
    commands = {
        "parse": _child("kernel_child.py", "parse", path),
        "kernel": _child("kernel_child.py", "kernel", path, expected, 2),
        "single": _child("kernel_child.py", "kernel", path, expected, 1),
        "profile": _child("today.py", "profile", path),
        "whole": _child("today.py", "whole", path),
        "scan": leakscan([path], folder / "report.json"),
        **{str(limit): _child("kernel_child.py", "bounded", path, limit) for limit in LIMITS},
    }
    told: Told = {name: [] for name in commands}
    loads = [os.getloadavg()[0]]
    for name in in_turn(rounds, list(commands)):
        done = run(commands[name], extra={"POLARS_MAX_THREADS": "1"} if name in ("profile", "whole") else None)
        told[name].append({"wall": done.seconds, "processor": done.processor} if name == "scan" else done.told())
        loads.append(os.getloadavg()[0])
    one = told["kernel"][0]
    facts = (
        f"{path.stat().st_size / 1e6:.0f} MB, {one['records']:,} records and {one['damaged']:,} damaged ones, "
        f"{sum(one['distinct']):,} distinct cells, {one['worded']:,} of them with words; {one['patterns']:,} terms in "
        f"{one['states']:,} states; {one['days']:,} of {one['date_cells']:,} distinct cells of date columns are days; "
        f"{rounds} rounds in turn at a load of {min(loads):.1f} to {max(loads):.1f}."
    )
    return "\n\n".join((facts, _stages(told), _wholes(told), _bounds(told), _left(told)))


def _stages(told: Told) -> str:
    """Each stage with its price, the ratio reached after it, and the same step of leakscan."""
    parse = {key: median(one[key] for one in told["parse"]) for key in ("wall", "processor")}
    far = dict.fromkeys(parse, 0.0)
    lines = []
    for stage in STAGES:
        prices = {key: [one[key][stage.name] for one in told["kernel"]] for key in parse}
        for key, values in prices.items():  # stage 1 is run once alone, and once more as a part of the next line
            far[key] = median(values) + (0.0 if stage.name in ("split", "code") else far[key])
        single = [one["processor"][stage.name] for one in told["single"]]
        own = [sum(one[a] for a in stage.added) for one in told["profile"]]
        lines.append((
            stage.shown,
            *(spread(prices[key], 3) for key in parse),
            spread(single, 3),
            *(number(far[key] / parse[key]) for key in parse),
            f"{spread(own)}: {stage.beside}" if stage.added else "",
        ))  # fmt: skip
    everywhere = [[one[key]["everywhere"] for one in told["kernel"]] for key in parse]
    single = [one["processor"]["everywhere"] for one in told["single"]]
    lines.append(("(4 in all columns)", *(spread(values, 3) for values in everywhere), spread(single, 3), "", "", ""))
    header = (
        "stage",
        "wall s",
        "processor s",
        "processor s, one thread",
        "wall so far / parse",
        "processor so far / parse",
        "leakscan today, processor s",
    )
    return table(header, lines)


def _wholes(told: Told) -> str:
    """The kernel, the bare parse and the scan of today as wholes, and the kernel's memory."""
    keys = ("wall", "processor")
    names = [stage.name for stage in STAGES[1:]]
    sums = {
        program: [{key: sum(one[key][name] for name in names) for key in keys} for one in told[program]]
        for program in ("kernel", "single")
    }
    parse = {key: median(one[key] for one in told["parse"]) for key in keys}
    lines = [
        (
            name,
            *(spread([one[key] for one in runs]) for key in keys),
            *(number(median(one[key] for one in runs) / parse[key]) for key in keys),
        )
        for name, runs in (
            ("bare parse, imports apart", told["parse"]),
            ("kernel, stages 1 to 5, two threads", sums["kernel"]),
            ("kernel, stages 1 to 5, one thread", sums["single"]),
            ("`leakscan scan`, whole process", told["scan"]),
        )
    ]
    peak, held = max(one["memory"] for one in told["kernel"]), told["kernel"][0]["held"] / 2**20
    made = spread([one["wall"]["automata"] for one in told["kernel"]], 3)
    memory = (
        f"Memory of the kernel: {peak:.0f} MiB more than its process held before; {held:.0f} MiB are set aside for "
        f"columns. The automaton of terms is made in {made} s, which is counted nowhere above."
    )
    return table(("whole", "wall s", "processor s", "wall / parse", "processor / parse"), lines) + "\n\n" + memory


def _bounds(told: Told) -> str:
    """What passes a bound on distinct cells, and what is held."""
    lines = [
        (
            f"{limit:,}",
            number(100 * told[str(limit)][0]["over"], 1),
            str(told[str(limit)][0]["columns"]),
            number(told[str(limit)][0]["held"], 0),
            spread([one["processor"] for one in told[str(limit)]]),
        )
        for limit in LIMITS
    ]
    return table(("bound of a column", "% of fields past it", "columns", "MiB of columns", "processor s"), lines)


def _left(told: Told) -> str:
    """What a scan of today does beside those stages: in its batches, and asked of the file's distinct cells once."""
    rows = [
        (name, spread([one[name] for one in told["profile"]]), spread([one.get(name, 0.0) for one in told["whole"]]))
        for name in LEFT
    ]
    return table(
        ("step of leakscan, with all it calls", "processor s, in batches", "processor s, all records as one batch"),
        [*rows, *((name, spread([one[name] for one in told["profile"]]), "") for name in ("report", "scan"))],
    )


if __name__ == "__main__":
    main()
