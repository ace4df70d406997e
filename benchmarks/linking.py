"""How long people take to be told from saved results, and whether another copy of leakscan tells the same of them.

`python benchmarks/linking.py RESULT.leakscan ... --key-file KEY --rounds 5 --against FOLDER`: estimates the people of
each result in a process of its own, by this copy and by the one in FOLDER in turns. Prints medians and ratios for
docs/performance.md; ends with 1 when the two tell anything else of the people, breakdowns and merges included.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
_MEASURED = ("seconds", "processor", "peak")


def child(file: Path, key: Path) -> dict[str, Any]:
    """One estimate in this process: seconds, processor seconds, the peak in MiB, identities, and what is told."""
    from leakscan.crowd import crowd
    from leakscan.merging import merged
    from leakscan.report import build_report

    found = merged([file], key.read_bytes())
    began, spent = time.perf_counter(), time.process_time()
    counted = crowd(found.ledger, found.options)
    figures = {
        "seconds": time.perf_counter() - began,
        "processor": time.process_time() - spent,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    persons = build_report(found.ledger, found.options, counted)["persons"]
    return {**figures, "persons": persons}


def asked(copy: Path, file: Path, key: Path) -> dict[str, Any]:
    """What a copy of leakscan tells of a result."""
    command = [sys.executable, str(Path(__file__).resolve()), str(file), "--key-file", str(key), "--one"]
    told: dict[str, Any] = json.loads(
        subprocess.run(
            command, check=True, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(copy)}, cwd=copy
        ).stdout
    )
    return told


def compared(file: Path, key: Path, rounds: int, against: Path | None) -> bool:
    """Print a line per copy; whether both tell the same."""
    copies = [HERE, *([] if against is None else [against])]
    runs: list[list[dict[str, Any]]] = [[] for _ in copies]
    for _ in range(rounds):
        for copy, own in zip(copies, runs, strict=True):
            own.append(asked(copy, file, key))
    medians = [{name: statistics.median(run[name] for run in own) for name in _MEASURED} for own in runs]
    linked = runs[0][0]["persons"]["linkage"]
    told = {json.dumps(run["persons"], sort_keys=True) for own in runs for run in own}
    for copy, median in zip(("this", "other"), medians, strict=False):
        figures = " | ".join(f"{median[name]:.{places}f}" for name, places in zip(_MEASURED, (2, 2, 0), strict=True))
        print(f"| {file.stem} | {linked['identities']:,} | {copy} | {figures} |", flush=True)
    if against is not None:
        ratios = ", ".join(f"{name} {medians[0][name] / medians[1][name]:.2f}" for name in _MEASURED)
        print(f"this / other: {ratios}; {'the same' if len(told) == 1 else '**other**'} people", flush=True)
    return len(told) == 1


def main() -> None:
    """Measure each result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("results", nargs="+", type=Path)
    parser.add_argument("--key-file", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--against", type=Path, help="folder of another copy of leakscan")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(child(given.results[0], given.key_file), default=str))
        return
    key, against = given.key_file.resolve(), None if given.against is None else given.against.resolve()
    print("| result | identities | copy | s | processor s | peak, MiB |")
    print("|---|---|---|---|---|---|")
    same = [compared(file.resolve(), key, given.rounds, against) for file in given.results]
    raise SystemExit(not all(same))


if __name__ == "__main__":
    main()
