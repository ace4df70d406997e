"""Tables of INS test identities, written in every form they are met in, held against how many people are in them.

    python benchmarks/ins_table.py DIR --seed 1
    python benchmarks/ins_table.py --table FILE --people 14369

The first command makes the tables where DIR has none (14,369 identities each, by an author who had not seen the
rules), scans each, two editors' tables together, and prints how many people were found. The second holds a real table,
as the public one of 14,369 test identities, against its truth; without `--people` that is the number of distinct
numbers with a right key in it, counted here and not by leakscan (people without a number are then not in the truth).
The exit code is 1 where `likely` is more than 1 % off or the truth is outside the interval.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from ins_histories import HISTORIES, two_editors
from ins_identities import Registry
from ins_messages import MESSAGES
from ins_tables import TABLES
from ins_writing import Form
from population_people import key_of

from leakscan.options import ScanOptions
from leakscan.persons.identity import KEY_BYTES, Fingerprinter
from leakscan.report import build_report
from leakscan.scan import scan

PEOPLE = 14_369
"""As many as in the public table."""
ERROR = 0.01
"""How far `likely` may be off."""
AS_OF = date(2026, 1, 1)
FORMS: tuple[Form, ...] = (*TABLES, *MESSAGES, *HISTORIES)
EDITORS = ("18_editeur_a.csv", "19_editeur_b.tsv")
_NUMBER = re.compile(
    r"""(?<!\d)([1-478])\ ?(\d\d)\ ?(\d\d)\ ?(\d\d|2[AB])\ ?(\d{3})\ ?(\d{3})[\s";,|]{0,3}(\d\d)(?!\d)"""
)
"""A number and its key, in one or cut at its fields, the key in the next column or not."""
_TAG = re.compile("<[^>]*>")


@dataclass(frozen=True, slots=True)
class Table:
    """Files that are scanned together, and how many people are in them."""

    files: tuple[Path, ...]
    people: int

    @property
    def name(self) -> str:
        """Of its files."""
        return " + ".join(path.name for path in self.files)


@dataclass(frozen=True, slots=True)
class Measured:
    """One table and what was found in it."""

    table: Table
    low: int
    likely: int
    high: int

    @property
    def error(self) -> float:
        """Of `likely`, relative to the truth."""
        return self.likely / self.table.people - 1

    @property
    def inside(self) -> bool:
        """Whether the truth lies inside [low, high]."""
        return self.low <= self.table.people <= self.high

    @property
    def met(self) -> bool:
        """Whether both targets are met."""
        return self.inside and abs(self.error) <= ERROR

    def line(self) -> str:
        """One row of the table that is printed."""
        width = (self.high - self.low) / self.table.people
        return (
            f"| {self.table.name} | {self.table.people:,} | {self.low:,} | {self.likely:,} | {self.high:,} "
            f"| {self.error:+.2%} | {width:.2%} | {'yes' if self.inside else '**no**'} |"
        )


def make(folder: Path, count: int, seed: int, only: Iterable[str] = ()) -> list[Table]:
    """Write tables (all, or those named by `only`) and their truth; the same numbers make the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    words = tuple(only)
    tables = [*_single(folder, count, seed, words), *_paired(folder, count, seed, words)]
    told = [{"files": [path.name for path in table.files], "people": table.people} for table in tables]
    truth = {"seed": seed, "people": count, "tables": told}
    (folder / "truth.json").write_text(json.dumps(truth, indent=1), encoding="utf-8")
    return tables


def _wanted(name: str, only: tuple[str, ...]) -> bool:
    return not only or any(word in name for word in only)


def _single(folder: Path, count: int, seed: int, only: tuple[str, ...]) -> Iterator[Table]:
    for form in FORMS:
        if _wanted(form.file, only):
            rng = random.Random(f"{form.file} {seed} {count}")
            people = form.ordered(Registry(rng, form.style).draw(count), rng)
            (folder / form.file).write_bytes(form.write(people, rng).data)
            yield Table((folder / form.file,), count)


def _paired(folder: Path, count: int, seed: int, only: tuple[str, ...]) -> Iterator[Table]:
    if not any(_wanted(name, only) for name in EDITORS):
        return
    *written, together = two_editors(random.Random(f"editors {seed} {count}"), count)
    paths = tuple(folder / name for name in EDITORS)
    for path, one in zip(paths, written, strict=True):
        path.write_bytes(one.data)
        yield Table((path,), one.rows)
    yield Table(paths, together)


def made(folder: Path, count: int, seed: int, only: Iterable[str] = ()) -> list[Table]:
    """The tables of a folder, made where it has none. Ends where they are of another seed or size."""
    kept = folder / "truth.json"
    if not kept.exists():
        return make(folder, count, seed, only)
    truth = json.loads(kept.read_text(encoding="utf-8"))
    if (truth["seed"], truth["people"]) != (seed, count):
        message = f"{folder} holds tables of seed {truth['seed']} with {truth['people']:,} people"
        raise SystemExit(message)
    found = [Table(tuple(folder / name for name in one["files"]), one["people"]) for one in truth["tables"]]
    return [table for table in found if _wanted(table.name, tuple(only))]


def numbers_in(path: Path) -> int:
    """How many distinct numbers with a right key a file holds, counted without leakscan; workbooks by their texts."""
    data = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            data = b"\n".join(parts.read(name) for name in parts.namelist() if name.endswith(".xml"))
        text = _TAG.sub("\n\n\n\n", data.decode("utf-8", "replace"))  # more than may stand before a key
    else:
        text = data.decode("latin-1")
    found = ("".join(match.groups()) for match in _NUMBER.finditer(text))
    return len({number[:13] for number in found if key_of(number[:13]) == number[13:]})


def measure(table: Table) -> Measured:
    """Scan the files of a table together, with a key that is not drawn, so that the figures come again."""
    options, prints = ScanOptions(as_of=AS_OF, workers=1), Fingerprinter(bytes(range(KEY_BYTES)))
    ledger = scan([str(path) for path in table.files], options, None, prints)
    persons = build_report(ledger, options)["persons"]
    return Measured(table, persons["low"], persons["likely"], persons["high"])


def real(path: Path, people: int | None) -> Table:
    """A table that somebody has. Ends where nobody says how many are in it and no number tells."""
    count = people or numbers_in(path)
    if not count:
        message = f"{path} holds no number with its key beside it: say --people"
        raise SystemExit(message)
    return Table((path,), count)


def main() -> int:
    """Make what is not there, scan and print; 1 when a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("dir", type=Path, nargs="?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, help=f"in each table ({PEOPLE:,}); with --table: in that one")
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="tables whose names hold one of these")
    parser.add_argument("--table", type=Path, action="append", default=[], help="a real table")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    if asked.dir is None and not asked.table:
        parser.error("a folder or --table is needed")
    tables = [real(path, asked.people) for path in asked.table]
    if asked.dir is not None:
        tables += made(asked.dir, PEOPLE if asked.table else asked.people or PEOPLE, asked.seed, asked.only)
    print("| table | people | low | likely | high | error | width | inside |\n|---|---|---|---|---|---|---|---|")
    missed = 0
    with ProcessPoolExecutor(asked.workers, get_context("spawn")) as pool:
        for one in pool.map(measure, tables):
            print(one.line(), flush=True)
            missed += not one.met
    print(f"\n{len(tables) - missed} of {len(tables)} within {ERROR:.0%} and inside the interval")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
