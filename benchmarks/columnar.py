"""Reader to batches against the bare library: Parquet, Arrow, Avro, ORC, SQLite, XLSX of the same invented rows.

`POLARS_MAX_THREADS=1 python benchmarks/columnar.py` makes the files once and prints rows for docs/performance.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import random
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import fastexcel
import polars as pl
import xlsxwriter
from pyarrow import orc

from leakscan.readers import HEAD_BYTES, FileReader, marked_reader
from leakscan.readers.heads import Head
from leakscan.records import Batch, Child, Item, ReadOptions, Unparsed

NAMES = ("DURAND", "PETIT", "MOREAU", "LEFEVRE", "GARCIA", "ROUX", "FONTAINE", "CHEVALIER")
NOTES = (
    "RAS",
    "à revoir dans 6 mois, bilan normal",
    "suivi",
    "",
    "traitement en cours depuis 2019, pas d'allergie connue",
)
EXCEL_ROWS = 50_000


def invented(rows: int) -> pl.DataFrame:
    """Rows of 30 columns: numbers, names, dates, contacts, notes."""
    chance = random.Random(1)
    many = range(rows)
    columns = {
        "id": list(many),
        "nom": [f"{chance.choice(NAMES)}{at % 977}" for at in many],
        "prenom": [chance.choice(("Jean", "Marie", "Luc", "Anne")) for _ in many],
        "nir": [float(chance.randint(10**14, 3 * 10**14 - 1)) for _ in many],
        "naissance": [dt.date(1930, 1, 1) + dt.timedelta(days=chance.randint(0, 30_000)) for _ in many],
        "examen": [
            dt.datetime.fromisoformat("2015-01-01") + dt.timedelta(minutes=chance.randint(0, 3_000_000)) for _ in many
        ],
        "tel": [f"06{chance.randint(0, 10**8 - 1):08}" for _ in many],
        "mail": [f"a{chance.randint(0, 10**6)}@example.org" for _ in many],
        "cp": [f"{chance.randint(1_000, 95_999):05}" for _ in many],
        "commentaire": [chance.choice(NOTES) for _ in many],
        **{f"val{at}": [round(chance.uniform(0, 100), 2) for _ in many] for at in range(8)},
        **{f"n{at}": [chance.randint(0, 10**6) for _ in many] for at in range(6)},
        **{f"t{at}": [f"{chance.choice(NAMES)} {chance.randint(1, 99)} rue" for _ in many] for at in range(6)},
    }
    return pl.DataFrame(columns)


def write(frame: pl.DataFrame, folder: Path) -> None:
    """The rows in every format."""
    frame.write_parquet(folder / "rows.parquet")
    frame.write_ipc(folder / "rows.arrow", compression="zstd")
    frame.write_avro(folder / "rows.avro", compression="deflate")
    orc.write_table(frame.to_arrow(compat_level=pl.CompatLevel.oldest()), folder / "rows.orc")
    with closing(sqlite3.connect(folder / "rows.db")) as database, database:
        database.execute(f"CREATE TABLE patients ({', '.join(frame.columns)})")
        marks = ", ".join("?" * frame.width)
        rows = frame.with_columns(pl.col("naissance", "examen").cast(pl.String)).rows()
        database.executemany(f"INSERT INTO patients VALUES ({marks})", rows)  # noqa: S608 - question marks
    with xlsxwriter.Workbook(
        folder / "rows.xlsx", {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}
    ) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, frame.columns)
        for line, row in enumerate(frame.head(EXCEL_ROWS).rows(), 1):
            sheet.write_row(line, 0, row)


def of_database(path: Path) -> int:
    """All rows of the database."""
    with closing(sqlite3.connect(path)) as database:
        return len(database.execute("SELECT * FROM patients").fetchall())


def as_text(frame: pl.DataFrame) -> int:
    """All values cast to text."""
    return frame.with_columns(pl.all().cast(pl.String)).height


BARE: dict[str, Callable[[Path], int]] = {
    "parquet": lambda path: as_text(pl.read_parquet(path)),
    "arrow": lambda path: as_text(pl.read_ipc(path)),
    "avro": lambda path: as_text(pl.read_avro(path)),
    "orc": lambda path: as_text(pl.DataFrame(pl.from_arrow(orc.ORCFile(path).read()))),
    "db": of_database,
    "xlsx": lambda path: (
        fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string").to_polars().height - 1
    ),
}
"""What the library itself costs, by suffix."""


def rows_of(items: Iterator[Item]) -> int:
    """Rows that a reader gives, children included."""
    found = 0
    for item in items:
        if isinstance(item, Unparsed):
            found += item.batch().frame.height
        elif isinstance(item, Batch):
            found += item.frame.height
        elif isinstance(item, Child) and item.items is not None:
            found += rows_of(item.items)
    return found


def by_reader(path: Path) -> int:
    """All rows through the reader."""
    with path.open("rb") as file:
        head = Head(file.read(HEAD_BYTES), ReadOptions())
        file.seek(0)
        reader = marked_reader(head)
        assert isinstance(reader, FileReader)
        return rows_of(reader.read(file, head))


def timed(work: Callable[[Path], int], path: Path) -> tuple[float, float, int]:
    """Processor seconds, wall seconds, rows."""
    gc.collect()
    wall, own = time.perf_counter(), time.process_time()
    rows = work(path)
    return time.process_time() - own, time.perf_counter() - wall, rows


def main() -> None:
    """Make the files if they are missing, then measure, or with `--peak` read one file and say the peak of memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path(__file__).parent / "out" / "columnar")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peak", type=Path)
    given = parser.parse_args()
    if given.peak:
        by_reader(given.peak)
        status = Path("/proc/self/status").read_text(encoding="ascii")
        print(int(status.partition("VmHWM:")[2].split()[0]) >> 10)
        return
    given.dir.mkdir(parents=True, exist_ok=True)
    if not (given.dir / "rows.xlsx").exists():
        write(invented(given.rows), given.dir)
    for suffix, bare in BARE.items():
        path = given.dir / f"rows.{suffix}"
        rounds = [(timed(bare, path), timed(by_reader, path)) for _ in range(given.rounds)]
        assert len({one[2] for pair in rounds for one in pair}) == 1, "rows differ"
        cpu_bare, cpu = (statistics.median(pair[at][0] for pair in rounds) for at in (0, 1))
        wall_bare, wall = (statistics.median(pair[at][1] for pair in rounds) for at in (0, 1))
        command = [sys.executable, __file__, "--peak", str(path)]
        peak = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        size, ratio, walls = path.stat().st_size / 1e6, cpu / cpu_bare, wall / wall_bare
        print(
            f"| {suffix} | {size:.1f} | {cpu_bare:.2f} | {cpu:.2f} | {ratio:.2f} | {walls:.2f} | {peak} |", flush=True
        )


if __name__ == "__main__":
    main()
