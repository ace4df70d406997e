"""What a full scan of each format costs against the same rows delimited: one population, every format.

    POLARS_MAX_THREADS=1 python benchmarks/format_scans.py --people 30000 --rounds 3

A full scan may cost its reader and 1.2 times what detection costs on the same cells with semicolons between them
(the scan of that file without its reader). Processor seconds of one process, formats in turn, medians. Prints rows of
docs/performance.md; the exit code is 1 where a format costs more.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import population
from columnar import rows_of

from leakscan.looking import Lookers
from leakscan.options import ScanOptions
from leakscan.persons.identity import Fingerprinter
from leakscan.progress import NoProgress
from leakscan.readers import HashingStream, open_reader
from leakscan.reading import scan_source
from leakscan.records import ReadOptions, Source
from leakscan.report import build_report

KEY = Fingerprinter(bytes(32))
OPTIONS = ScanOptions(as_of=date(2026, 1, 1), workers=1)
PLAIN = "semicolons"
ALLOWED = 1.2
FORMATS = {**population.TABLES, **population.MESSAGES}


def read(path: Path) -> int:
    """Reader to batches."""
    with path.open("rb") as file:
        opened = open_reader(HashingStream(file), ReadOptions())
        assert not isinstance(opened, str), opened
        return rows_of(opened[1])


def scanned(path: Path) -> int:
    """Full scan in this process, formats that are else decoded by another one too, and who was found."""
    source = Source("rows", lambda: path.open("rb"), size=path.stat().st_size)
    lookers = Lookers(1, KEY, OPTIONS.as_of, isolates=False)
    return int(build_report(scan_source(source, OPTIONS, NoProgress(), lookers), OPTIONS)["persons"]["likely"])


def timed(work: Callable[[Path], int], path: Path) -> tuple[float, int]:
    """Processor seconds, and what came of it."""
    gc.collect()
    began = time.process_time()
    found = work(path)
    return time.process_time() - began, found


def main() -> int:
    """Measure all formats in turn and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--formats", nargs="*", default=list(FORMATS))
    given = parser.parse_args()
    rows = population.population(given.people)
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in dict.fromkeys([PLAIN, *given.formats])}
    people: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for at, name in enumerate(seconds):
            paths[name] = Path(folder) / f"rows{at}"
            paths[name].write_bytes(FORMATS[name](rows))
        scanned(paths[PLAIN])
        for _ in range(given.rounds):
            for name, path in paths.items():
                reading, _ = timed(read, path)
                whole, people[name] = timed(scanned, path)
                seconds[name].append((reading, whole))
        sizes = {name: path.stat().st_size / 1e6 for name, path in paths.items()}
    middle = {name: [statistics.median(column) for column in zip(*many, strict=True)] for name, many in seconds.items()}
    detection = middle[PLAIN][1] - middle[PLAIN][0]
    print(f"{len(rows):,} rows of {given.people:,} people; detection of the same cells delimited: {detection:.2f} s\n")
    print("| format | MB | reader, s | full scan, s | beyond its reader, of detection delimited | target |")
    print("|---|---|---|---|---|---|")
    missed = 0
    for name, (reading, whole) in middle.items():
        share = (whole - reading) / detection
        missed += share > ALLOWED
        verdict = "met" if share <= ALLOWED else "**missed**"
        print(f"| {name} | {sizes[name]:.1f} | {reading:.2f} | {whole:.2f} | {share:.2f} | {ALLOWED}, {verdict} |")
    print(f"\nPeople: {min(people.values()):,} to {max(people.values()):,}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
