"""What more workers of a cluster bring: a folder of tables read by 1, 2 ... N Dask workers and by this machine's pool.

`python benchmarks/cluster.py DIR --workers 1,2` starts a scheduler and workers as processes on this machine (extra
`cluster`), scans DIR with each, and holds every report against the local one. Prints one line per number of workers.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from leakscan.options import ScanOptions
from leakscan.persons.identity import Fingerprinter
from leakscan.report import build_report
from leakscan.scan import scan

KEY = bytes(32)


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[str]:
    """The address of a scheduler with so many workers of one thread."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "scheduler.json")
        common = ("--scheduler-file", str(file), "--no-dashboard")
        first = ("scheduler", "--host", "127.0.0.1", "--port", "0")
        one = ("worker", "--nthreads", "1", "--local-directory", folder)
        started = [
            subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{kind}", *common, *more],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            )
            for kind, *more in (first, *[one] * workers)
        ]  # fmt: skip
        try:
            while not file.exists():
                time.sleep(0.05)
            yield str(json.loads(file.read_text(encoding="utf-8"))["address"])
        finally:
            for process in started:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def measured(target: Path, **more: Any) -> tuple[float, float, dict[str, Any]]:
    """Seconds to scan, to report, and the report without what differs from run to run."""
    options = ScanOptions(as_of=date(2026, 1, 1), **more)
    began = time.perf_counter()
    ledger = scan([str(target.resolve())], options, None, Fingerprinter(KEY))
    scanned = time.perf_counter() - began
    report = build_report(ledger, options)
    del report["scan"]["run"]
    return scanned, time.perf_counter() - began - scanned, report


def main() -> int:
    """Measure; 1 when a report differs from the local one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("dir", type=Path)
    parser.add_argument("--workers", default="1,2", help="numbers of workers, apart by commas")
    asked = parser.parse_args()
    size = sum(path.stat().st_size for path in asked.dir.rglob("*") if path.is_file()) / 1e6
    print(f"{size:.0f} MB\n\n| read by | scan s | MB/s | report s | same report |\n|---|---|---|---|---|")
    scanned, told, expected = measured(asked.dir)
    print(f"| this machine's pool | {scanned:.1f} | {size / scanned:.1f} | {told:.1f} | |", flush=True)
    differs = 0
    for workers in map(int, asked.workers.split(",")):
        with cluster(workers) as address:
            measured(asked.dir, scheduler=address)  # processes of the workers start and build their automata
            scanned, told, found = measured(asked.dir, scheduler=address)
        differs += found != expected
        same = "yes" if found == expected else "**no**"
        print(f"| {workers} Dask workers | {scanned:.1f} | {size / scanned:.1f} | {told:.1f} | {same} |", flush=True)
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main())
