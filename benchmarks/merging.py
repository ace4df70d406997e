"""What it costs to save a result, to show it again and to merge several: seconds, size, memory, as a user has them.

`python benchmarks/merging.py A.csv B.csv ... --rounds 3`: scans each file with `--save`, the first also without, in
turns; shows the first result without its key; reads and writes it in fresh processes; merges all of them, and holds the
report against that of one scan over all. Prints a table for docs/performance.md; ends with 1 when the reports differ.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from speed_measure import MIB, Run, leakscan, number, run, spread, table, warm

KEPT = ("--as-of", "2026-01-01")


def told(report: Path) -> dict[str, Any]:
    """A report without what varies from run to run."""
    read: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    del read["scan"]["run"]
    return read


def command(name: str, *arguments: Path | str) -> list[str]:
    """A command of leakscan as a user types it."""
    return [sys.executable, "-m", "leakscan", name, *map(str, arguments)]


def child(step: str, file: Path, key: Path) -> dict[str, float]:
    """One step in this process: `check`, `load`, or `save` (of what was loaded); its seconds and the peak memory."""
    from leakscan.merging import merged, save
    from leakscan.persons.sealed import checked, stored_report

    report = stored_report(file)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, spent = time.perf_counter(), time.process_time()
    if step == "check":
        checked(file)
    else:
        found = merged([file], key.read_bytes())
    if step == "save":
        began, spent = time.perf_counter(), time.process_time()
        save(file.with_suffix(".again"), found.ledger, report, found.options, key.read_bytes())
    return {
        "seconds": time.perf_counter() - began,
        "processor": time.process_time() - spent,
        "before": before / 1024,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def row(what: str, runs: list[Run]) -> tuple[str, ...]:
    """A line of the table: seconds and processor seconds of some runs, the highest peak of memory that was sampled."""
    peak = max(one.memory.total + one.memory.held for one in runs)
    return (
        what,
        spread([one.seconds for one in runs]),
        spread([one.processor for one in runs]),
        number(peak / MIB, 0) if peak else "",
    )


def step_row(what: str, runs: list[dict[str, float]]) -> tuple[str, ...]:
    """A line of the table for a step in a process of its own, whose memory before the step is told too."""
    peak, before = max(one["peak"] for one in runs), runs[0]["before"]
    memory = f"{number(peak, 0)}, of which {number(before, 0)} before"
    seconds = [one["seconds"] for one in runs]
    return what, spread(seconds), spread([one["processor"] for one in runs]), memory


def measure(files: list[Path], rounds: int, folder: Path) -> tuple[list[tuple[str, ...]], bool]:
    """All lines of the table, and whether the merged report is that of one scan."""
    key = folder / "keys" / "key"
    key.parent.mkdir()
    results = [folder / f"{place}.leakscan" for place in range(len(files))]
    keyed = [*KEPT, "--key-file", str(key)]
    warm(files)
    lines: list[tuple[str, ...]] = []

    def tell(line: tuple[str, ...]) -> None:
        """Keep a line, and show it at once: the whole takes minutes."""
        lines.append(line)
        print(" | ".join(line), file=sys.stderr, flush=True)

    plain, saving = [], []
    for _ in range(rounds):
        plain.append(run(leakscan(files[:1], folder / "plain.json", *keyed), sample=True))
        saving.append(run(leakscan(files[:1], folder / "0.json", *keyed, "--save", str(results[0])), sample=True))
    tell(row("scan", plain))
    tell(row("scan `--save`", saving))
    shown = [run(command("report", results[0], "--format", "json")) for _ in range(rounds)]
    tell(row("`report` of the result, without the key", shown))
    for step, what in (
        ("check", "reading it to its end, without the key"),
        ("load", "loading its ledger"),
        ("save", "saving its ledger"),
    ):
        alone = [sys.executable, __file__, "--child", step, str(results[0]), str(key)]
        tell(step_row(what, [run(alone).told() for _ in range(rounds)]))
    for file, result in zip(files[1:], results[1:], strict=True):
        run(leakscan([file], folder / "more.json", *keyed, "--save", str(result)))
    merge = command(
        "merge", *results, "--save", folder / "m.leakscan", "--key-file", key, "--json", folder / "m.json", "--quiet"
    )
    tell(row(f"`merge` of {len(files)} results", [run(merge, sample=True) for _ in range(rounds)]))
    sizes = [result.stat().st_size / 1e6 for result in results]
    print(f"{number(files[0].stat().st_size / 1e6, 0)} MB, {told(folder / '0.json')['records']:,} records; saved: "
          f"{number(sizes[0], 1)} MB; {len(files)} results {number(sum(sizes), 1)} MB, merged "
          f"{number((folder / 'm.leakscan').stat().st_size / 1e6, 1)} MB\n", flush=True)  # fmt: skip
    tell(row(f"one scan of {len(files)} files", [run(leakscan(files, folder / "whole.json", *keyed), sample=True)]))
    return lines, told(folder / "m.json") == told(folder / "whole.json")


def main() -> int:
    """Run it; 1 when the reports differ."""
    parser = argparse.ArgumentParser(description="Save, show and merge results.")
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", choices=("check", "load", "save"))
    given = parser.parse_args()
    if given.child:
        print(json.dumps(child(given.child, *given.files)))
        return 0
    with tempfile.TemporaryDirectory() as name:
        lines, same = measure(given.files, given.rounds, Path(name))
    print(table(("step", "wall, s", "processor, s", "peak memory, MiB"), lines))
    print(f"\nThe merged report is {'that of one scan' if same else 'ANOTHER ONE'}")
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
