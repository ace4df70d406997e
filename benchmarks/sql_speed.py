"""How fast dumps and JSON come to batches of text, over the bare read of the same rows.

    python benchmarks/sql_speed.py --rows 200000 --rounds 5
    python benchmarks/sql_speed.py mysqldump sqlserver --rounds 3

The same invented rows in every format: ten columns, short notes, a fifth of them of two lines. Everything runs in this
process by turns; figures are medians of processor seconds of all threads. The bare read: polars on the same rows as CSV
for dumps, on the same bytes for JSON. `--profile FORMAT` prints where the time of one run goes.
"""

from __future__ import annotations

import argparse
import cProfile
import csv
import io
import json
import pstats
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import median

import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parent))
from speed_inputs import LAST_EXAM, full_nir, patients
from speed_measure import number, table

from leakscan.readers import HashingStream, open_reader
from leakscan.records import Batch, Child, Item, ReadOptions, Unparsed

FIELDS = ("id", "nir", "nom", "prenom", "naissance", "cp", "ville", "examen", "resultat", "note")
NOTES = ("", "RAS", "à jeun", "l'analyse est à refaire", "contrôle; voir courrier", 'résultat dicté au "docteur"')
PER_STATEMENT = 5_000
"""Rows of a statement of mysqldump: about a megabyte, which is its default."""

Row = tuple[str, ...]


def population(count: int, seed: int = 1) -> list[Row]:
    """Rows of invented people, dates as `2020-05-17`."""
    rng = Random(f"sql {seed}")
    crowd = patients(rng)
    rows = []
    for place in range(count):
        who = next(crowd)
        exam = (who.first_exam or LAST_EXAM).isoformat()
        note = rng.choice(NOTES)
        note = f"{note}\nsuite au verso" if rng.random() < 1 / 5 else note
        person = (full_nir(who), who.last_name, who.first_name, who.birth.isoformat(), who.postcode, who.city)
        rows.append((str(place + 1), *person, exam, f"{rng.randrange(1, 400) / 10}", note))
    return rows


def mysqldump(rows: Sequence[Row]) -> bytes:
    """Extended inserts, quotes and line ends behind backslashes."""
    signs = str.maketrans({"\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n"})
    head = "-- MySQL dump 10.13\nCREATE TABLE `p` (\n" + ",\n".join(f"  `{name}` text" for name in FIELDS)
    parts = [f"{head}\n) ENGINE=InnoDB;\nLOCK TABLES `p` WRITE;\n"]
    for at in range(0, len(rows), PER_STATEMENT):
        lines = (
            f"({row[0]},{','.join(_mysql(cell, signs) for cell in row[1:])})" for row in rows[at : at + PER_STATEMENT]
        )
        parts.append(f"INSERT INTO `p` VALUES {','.join(lines)};\n")
    return "".join([*parts, "UNLOCK TABLES;\n"]).encode()


def _mysql(cell: str, signs: dict[int, str]) -> str:
    return f"'{cell.translate(signs)}'" if cell else "NULL"


def copied(rows: Sequence[Row]) -> bytes:
    """The lines of a COPY of pg_dump."""
    head = f"--\n-- PostgreSQL database dump\n--\n\nCOPY public.p ({', '.join(FIELDS)}) FROM stdin;\n"
    lines = ("\t".join(cell.replace("\n", "\\n") or "\\N" for cell in row) + "\n" for row in rows)
    return f"{head}{''.join(lines)}\\.\n\n".encode()


def sqlserver(rows: Sequence[Row]) -> bytes:
    """A script of SQL Server: a statement per row, dates in CAST."""
    named = ", ".join(f"[{name}]" for name in FIELDS)
    cast = "CAST(N'{}T00:00:00.000' AS DateTime)"
    return "".join(f"INSERT [dbo].[p] ({named}) VALUES ({_in_script(row, 'N', cast)})\n" for row in rows).encode()


def oracle(rows: Sequence[Row]) -> bytes:
    """A script of SQL Developer: a statement per row, dates in TO_DATE."""
    named = ",".join(name.upper() for name in FIELDS)
    head = "REM INSERTING into P\nSET DEFINE OFF;\n"
    date = "to_date('{}','YYYY-MM-DD')"
    lines = (f"Insert into P ({named}) values ({_in_script(row, '', date)});\n" for row in rows)
    return f"{head}{''.join(lines)}".encode()


def _in_script(row: Row, prefix: str, date: str) -> str:
    cells = [row[0]]
    for place, cell in enumerate(row[1:], 1):
        if FIELDS[place] in ("naissance", "examen"):
            cells.append(date.format(cell))
        else:
            cells.append(prefix + "'" + cell.replace("'", "''") + "'" if cell else "NULL")
    return (", " if prefix else ",").join(cells)


def ndjson(rows: Sequence[Row]) -> bytes:
    """An object per line."""
    return "".join(json.dumps(dict(zip(FIELDS, row, strict=True)), ensure_ascii=False) + "\n" for row in rows).encode()


def array(rows: Sequence[Row]) -> bytes:
    """An array of objects."""
    return json.dumps([dict(zip(FIELDS, row, strict=True)) for row in rows], ensure_ascii=False, indent=1).encode()


def as_csv(rows: Sequence[Row]) -> bytes:
    """The rows as CSV: what a bare library is given of a dump."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([FIELDS, *rows])
    return out.getvalue().encode()


FORMATS: dict[str, tuple[Callable[[Sequence[Row]], bytes], Callable[[io.BytesIO], object]]] = {
    "mysqldump": (mysqldump, lambda data: pl.read_csv(data, infer_schema=False)),
    "copy": (copied, lambda data: pl.read_csv(data, infer_schema=False)),
    "sqlserver": (sqlserver, lambda data: pl.read_csv(data, infer_schema=False)),
    "oracle": (oracle, lambda data: pl.read_csv(data, infer_schema=False)),
    "ndjson": (ndjson, pl.read_ndjson),
    "json": (array, pl.read_json),
}
DUMPS = frozenset(("mysqldump", "copy", "sqlserver", "oracle"))


def rows_in(data: bytes) -> int:
    """How many rows the reader gives, all of them as text in memory."""
    opened = open_reader(HashingStream(io.BytesIO(data)), ReadOptions())
    if isinstance(opened, str):
        raise TypeError(opened)
    return _rows(opened[1])


def read_whole(data: bytes, rows: int) -> None:
    """Read all rows. ValueError where the reader gives another number of them."""
    found = rows_in(data)
    if found != rows:
        message = f"{found} rows instead of {rows}"
        raise ValueError(message)


def _rows(items: Iterator[Item]) -> int:
    found = 0
    for item in items:
        if isinstance(item, Child):
            found += _rows(item.items) if item.items is not None else 0
        elif isinstance(item, Batch | Unparsed):
            found += (item if isinstance(item, Batch) else item.batch()).frame.height
    return found


def timed(work: Callable[[], object]) -> float:
    """Processor seconds of all threads."""
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    """Measure the formats by turns and print the table of docs/performance.md."""
    parser = argparse.ArgumentParser(description="Measure readers of dumps and of JSON.")
    parser.add_argument("formats", nargs="*", choices=[*FORMATS, []], help="all by default")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", choices=FORMATS)
    given = parser.parse_args()
    rows = population(given.rows)
    if given.profile:
        data = FORMATS[given.profile][0](rows)
        with cProfile.Profile() as profile:
            rows_in(data)
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
        return
    plain = as_csv(rows)
    inputs = {name: FORMATS[name][0](rows) for name in given.formats or FORMATS}
    ours: dict[str, list[float]] = {name: [] for name in inputs}
    bare: dict[str, list[float]] = {name: [] for name in inputs}
    for _ in range(given.rounds):
        for name, data in inputs.items():
            ours[name].append(timed(lambda data=data: read_whole(data, given.rows)))
            bytes_of = plain if name in DUMPS else data
            bare[name].append(timed(lambda name=name, given=bytes_of: FORMATS[name][1](io.BytesIO(given))))
    lines = []
    for name, data in inputs.items():
        megabytes, seconds = len(data) / 1e6, median(ours[name])
        speed = number(megabytes / seconds, 0)
        lines.append((name, number(megabytes, 0), number(seconds), speed, number(median(bare[name]))))
    print(table(("file", "MB", "reader, s", "MB per processor second", "bare library, s"), lines))


if __name__ == "__main__":
    main()
