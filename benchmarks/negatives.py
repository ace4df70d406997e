"""Scan material without health data about a person: every NIR, person or severity above low is a false alarm.

`python benchmarks/negatives.py DIR` scans every file below DIR; gzip and tar archives are unpacked in memory first,
for containers are not read yet. The exit code is 1 when there is a false alarm.
"""

from __future__ import annotations

import argparse
import gzip
import io
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

from leakscan.looking import Lookers
from leakscan.options import ScanOptions
from leakscan.persons.identity import Fingerprinter
from leakscan.progress import NoProgress
from leakscan.records import Source
from leakscan.report import build_report
from leakscan.scan import scan_source


def contents(directory: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file, archives unpacked one level."""
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        if path.name.endswith((".tar.gz", ".tgz")):
            with tarfile.open(path) as archive:
                for member in archive:
                    opened = archive.extractfile(member)
                    if opened is not None:
                        data = opened.read()
                        yield (
                            f"{path.name}!{member.name}",
                            gzip.decompress(data) if member.name.endswith(".gz") else data,
                        )
        elif path.suffix == ".gz":
            yield path.name, gzip.decompress(path.read_bytes())
        else:
            yield path.name, path.read_bytes()


def main() -> int:
    """Print one line per file and the totals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    arguments = parser.parse_args()
    options = ScanOptions()
    lookers = Lookers(1, Fingerprinter(), options.as_of)
    false_alarms = files = total = 0
    began = time.perf_counter()
    for name, data in contents(arguments.directory):
        source = Source(name, lambda data=data: io.BytesIO(data), size=len(data))
        report = build_report(scan_source(source, options, NoProgress(), lookers), options)
        numbers = report["records_by_entity"].get("nir", 0) + report["records_by_entity"].get("ins", 0)
        persons, band = report["persons"], report["severity"]["band"]
        wrong = numbers > 0 or persons["high"] > 0 or band != "low"
        false_alarms += wrong
        files += 1
        total += len(data)
        if wrong or len(data) > 1_000_000:
            mark = "FALSE ALARM" if wrong else "ok"
            print(f"{mark:12} {name[:60]:60} nir {numbers} persons {persons['low']}..{persons['high']} {band}")
    print(
        f"{files} files, {total / 1e6:.1f} MB, {time.perf_counter() - began:.0f} s: {false_alarms} with a false alarm"
    )
    return int(false_alarms > 0)


if __name__ == "__main__":
    sys.exit(main())
