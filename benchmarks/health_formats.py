"""What the readers of health formats find in public sample messages and documents, against what their truth says.

    python benchmarks/health_formats.py DIR

DIR holds folders `hl7v2` and `cda` with a `truth.csv` each (see docs/accuracy.md). Only counts are printed.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from leakscan.options import ScanOptions
from leakscan.readers import HashingStream, open_reader
from leakscan.records import Batch, Child, ReadOptions, Table, Unparsed
from leakscan.report import build_report
from leakscan.scan import scan

TITLES = frozenset(("m", "mme", "mlle", "dr", "pr", "docteur", "d"))
PEOPLE = ("prescriber", "professional", "professional_2", "professional_3", "professional_4")
OPTIONS = ScanOptions(as_of=date(2026, 1, 1), workers=1)


@dataclass
class Seen:
    """What a reader gave: records as dicts, and how many documents lay in them."""

    format: str = ""
    rows: list[dict[str, str]] = field(default_factory=list)
    children: int = 0


def seen(path: Path) -> Seen:
    found = Seen()
    with path.open("rb") as file, suppress(OSError):
        opened = open_reader(HashingStream(file), ReadOptions())
        if isinstance(opened, str):
            return found
        found.format, columns = opened[0].format, ()
        for item in opened[1]:
            if isinstance(item, Table):
                columns = item.columns
            elif isinstance(item, Child):
                found.children += 1
            elif isinstance(item, Batch | Unparsed):
                batch = item if isinstance(item, Batch) else item.batch()
                found.rows += [dict(zip(columns, row[1:], strict=True)) for row in batch.frame.iter_rows()]
    return found


def words(name: str) -> set[str]:
    return {word for word in re.findall(r"[^\W\d_]+", name.lower()) if word not in TITLES}


def day(stamp: str) -> str:
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"


def judged(row: dict[str, str], found: Seen) -> Iterator[tuple[str, bool]]:
    """Each figure of one file of the truth, and whether it was found."""
    cells = found.rows[0] if found.rows else {}
    ins = row.get("patient_ins") or row.get("pid3_ins")
    yield "files read by their own format", found.format in ("hl7v2", "cda")
    yield "INS", cells.get("ins") == ins
    family = (row.get("patient_family") or row.get("pid5_name") or "").replace("^", "|").split("|")[0]
    yield "last name", cells.get("last_name", "").lower() == family.lower()
    yield "birth date", cells.get("birth_date") == day(row.get("birth") or row.get("pid7_birth") or "")
    if row.get("effectiveTime"):
        yield "date of the document", cells.get("date") == day(row["effectiveTime"])
    asked = row.get("prescriber_fields(OBR16/ORC12)") or ""
    people = [*filter(None, asked.split("~"))]
    parts = [part.partition(":") for part in (row.get("participants(typeCode:name)") or "").split("|") if part]
    for name in people + [name for code, _, name in parts if code == "REF"]:
        yield "prescribers as such", words(name.replace("^", " ")) <= words(cells.get("prescriber", ""))
    others = (row.get("authors") or "").split("|") + [name for code, _, name in parts if code != "REF"]
    for name in filter(None, others):
        wanted = words(name)
        yield "other people in a column of professionals", any(wanted <= words(cells.get(one, "")) for one in PEOPLE)
        yield "other people anywhere", wanted <= words(" ".join(cells.values()))
    parts_in_base64 = row.get("base64_parts") or row.get("b64_blocks") or ""
    if parts_in_base64:
        yield "documents in base64 taken out", found.children >= int(parts_in_base64)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--verbose", action="store_true", help="name the files that miss a figure")
    given = parser.parse_args()
    missed = 0
    for folder in ("hl7v2", "cda"):
        right: Counter[str] = Counter()
        total: Counter[str] = Counter()
        with (given.directory / folder / "truth.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            for figure, is_right in judged(row, seen(given.directory / folder / row["file"])):
                total[figure] += 1
                right[figure] += is_right
                if given.verbose and not is_right:
                    print(f"  missed in {row['file']}: {figure}")
        print(f"{folder}: {len(rows)} files")
        for figure, count in total.items():
            print(f"  {figure}: {right[figure]}/{count}")
            missed += count - right[figure]
        paths = [str(given.directory / folder / row["file"]) for row in rows]
        report = build_report(scan(paths, OPTIONS), OPTIONS)
        distinct = {row.get("patient_ins") or row.get("pid3_ins") for row in rows}
        persons = report["persons"]
        print(f"  persons: {persons['low']} .. {persons['likely']} .. {persons['high']}, truth {len(distinct)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
