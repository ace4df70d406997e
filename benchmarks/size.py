"""Scan one big file and tell time, memory and the main figures beside the truth.

`python benchmarks/size.py FILE`; make one: `python samples/generate.py --rows 500000 --layout lab60_cp1252 --out DIR`.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import date
from pathlib import Path

from leakscan.options import ScanOptions
from leakscan.report import build_report
from leakscan.scan import scan


def main() -> None:
    """Scan, count, print."""
    path = Path(sys.argv[1])
    truth = json.loads(path.with_suffix(".truth.json").read_text(encoding="utf-8"))
    options = ScanOptions(as_of=date.fromisoformat(truth["as_of"]))
    began = time.perf_counter()
    ledger = scan([str(path)], options)
    scanned = time.perf_counter()
    report = build_report(ledger, options)
    done = time.perf_counter()
    megabytes = path.stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    persons, by_theme = report["persons"], report["persons"]["by_theme"]
    print(f"{megabytes:.0f} MB, {truth['rows']} rows: scan {scanned - began:.1f} s, report {done - scanned:.1f} s")
    workers = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = time.process_time() + workers.ru_utime + workers.ru_stime
    print(f"processor {processor:.1f} s, peak memory {peak:.0f} MiB, of a worker {workers.ru_maxrss / 1024:.0f} MiB")
    print(f"rows {report['records'] + report['records_damaged']} / {truth['rows']}", end=", ")
    print(f"NIR rows {report['records_by_entity']['nir']} / {truth['nir_rows']}")
    print(f"persons {persons['low']} .. {persons['likely']} .. {persons['high']} / {truth['persons']}")
    figures = {
        "minors": (persons["minors"], truth["minors"]),
        "prescribers": (report["prescribers"]["distinct"], truth["prescribers"]),
        "laboratories": (report["laboratories"]["distinct"], truth["laboratories"]),
        "first exam": (report["exam_dates"]["first"], truth["exam_dates"]["first"]),
        "last exam": (report["exam_dates"]["last"], truth["exam_dates"]["last"]),
    }
    for name, (found, true) in figures.items():
        print(f"{name} {found} / {true}")
    for theme, statuses in truth["persons_by_theme"].items():
        found = by_theme.get(theme, {})
        print(f"{theme:16}", {s: (found.get(s, {}).get("likely", 0), true) for s, true in statuses.items()})


if __name__ == "__main__":
    main()
