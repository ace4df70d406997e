"""How far the model of a first look is from the truth: generated tables in several orders, read in part.

    python benchmarks/triage.py DIR --rows 200000 --seeds 1,2 --megabytes 14,3.5

Tables of samples/generate.py are made into DIR once, and written again in other orders: as generated, shuffled, by
patient, by exam date, by laboratory; folders given by `--also` (benchmarks/unseen_layouts.py) are taken as they are.
`--megabytes` sets how much a first look reads: less of it stands for a larger file.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from leakscan.options import ScanOptions
from leakscan.readers import spread
from leakscan.report import build_report
from leakscan.scan import scan

GENERATOR = Path(__file__).resolve().parent.parent / "samples" / "generate.py"
LAYOUTS = {
    "lab60_cp1252": ("cp1252", ";", True, ("NOM", "PRENOM"), "DT_PRELEV", "CODE_LABO"),
    "intl_utf8": ("utf-8", ",", True, (), "", ""),
    "tab_utf16": ("utf-16", "\t", True, (), "", ""),
    "pipe_latin9": ("iso8859-15", "|", True, (), "", ""),
    "lab60_noheader": ("cp1252", ";", False, (), "", ""),
}
"""Layout -> encoding, delimiter, whether it has a header, and columns to order it by (none: shuffled only)."""


def made(folder: Path, layout: str, rows: int, seed: int) -> Path:
    """A table as generated."""
    target = folder / f"{layout}-{rows}-{seed}"
    if not target.exists():
        arguments = ("--out", str(target), "--rows", str(rows), "--seed", str(seed), "--layout", layout)
        subprocess.run([sys.executable, str(GENERATOR), *arguments], check=True, stdout=subprocess.DEVNULL)
    return next(path for path in target.iterdir() if path.stem == layout and path.suffix != ".json")


def orders(path: Path, layout: str, seed: int) -> Iterator[tuple[str, Path]]:
    """The table in every order that its columns allow."""
    yield "as generated", path
    encoding, delimiter, header, patient, exam, laboratory = LAYOUTS[layout]
    wanted = {"shuffled": lambda _: 0}
    if patient:
        wanted |= {
            "by patient": lambda row: [row[at] for at in places(patient)],
            "by exam date": lambda row: next(row[at] for at in places([exam])).split("/")[::-1],
            "by laboratory": lambda row: [row[at] for at in places([laboratory])],
        }
    names: list[str] = []

    def places(columns: tuple[str, ...] | list[str]) -> list[int]:
        return [names.index(column) for column in columns]

    for order, key in wanted.items():
        target = path.with_name(f"{order.replace(' ', '-')}{path.suffix}")
        if not target.exists():
            with path.open(encoding=encoding, newline="") as file:
                rows = list(csv.reader(file, delimiter=delimiter))
            first = [rows.pop(0)] if header else []
            names[:] = first[0] if first else []
            random.Random(seed).shuffle(rows)
            width = max(map(len, rows))
            rows.sort(key=lambda row: key([*row, *[""] * (width - len(row))]))
            with target.open("w", encoding=encoding, newline="") as file:
                csv.writer(file, delimiter=delimiter, lineterminator="\r\n").writerows(first + rows)
        yield order, target


def measure(path: Path, truth: int, megabytes: float) -> tuple[float, float, float, bool]:
    """Share of the bytes read; error of the model, and of scaling the people met by rows; whether inside."""
    spread.TRIAGE_BYTES = int(megabytes * (1 << 20))
    options = ScanOptions(triage=True)
    report = build_report(scan([str(path)], options), options)
    persons, given = report["persons"], report["scan"]
    model = persons.get("model")
    scaled = persons["likely"]
    if model:
        scaled = model["read"]["likely"] * (1 + model["rows_estimated"] / model["rows_read"])
    inside = persons["low"] <= truth <= persons["high"]
    share = given["bytes_read"] / given["bytes_total"]
    return share, persons["likely"] / truth - 1, scaled / truth - 1, inside


def cases(given: argparse.Namespace) -> Iterator[tuple[str, Path, int]]:
    """Kind of table, file, true number of people."""
    for layout in given.layouts.split(","):
        for seed in map(int, given.seeds.split(",")):
            path = made(given.folder, layout, given.rows, seed)
            truth = json.loads(path.with_suffix(".truth.json").read_text(encoding="utf-8"))["persons"]
            for order, file in orders(path, layout, seed):
                yield f"{layout}, {order}", file, truth
    for folder in given.also:
        for file in sorted(folder.glob("*.truth.json")):
            told = json.loads(file.read_text(encoding="utf-8"))
            if told.get("judged", {}).get("persons", True):
                yield f"unseen layouts ({folder.name})", file.with_name(told["file"]), told["persons"]


def main() -> None:
    """Print a table: a line per kind of table and share read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--seeds", default="1,2")
    parser.add_argument("--layouts", default=",".join(LAYOUTS))
    parser.add_argument("--megabytes", default="14,3.5")
    parser.add_argument("--also", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    found: dict[tuple[str, float], list[tuple[float, float, float, bool]]] = defaultdict(list)
    for kind, path, truth in cases(given):
        for megabytes in map(float, given.megabytes.split(",")):
            one = measure(path, truth, megabytes)
            found[kind, megabytes].append(one)
            print(f"{path.parent.name}/{path.name}: {one}", file=sys.stderr)
    print("| table, order | read | files | model: median error, worst | scaling by rows: median | inside |")
    print("|---|---|---|---|---|---|")
    for (kind, _), several in found.items():
        shares, errors, scaled, inside = zip(*several, strict=True)
        worst = max(errors, key=abs)
        model = f"{statistics.median(errors):+.1%}, {worst:+.1%}"
        print(
            f"| {kind} | {statistics.median(shares):.1%} | {len(several)} | {model}"
            f" | {statistics.median(scaled):+.1%} | {sum(inside)}/{len(several)} |"
        )


if __name__ == "__main__":
    main()
