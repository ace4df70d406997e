"""SQLite databases: every table as the same rows in a text, whatever a cell holds and however the file is damaged."""

from __future__ import annotations

import io
import random
import sqlite3
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tables import CSV, OPTIONS, counted, gathered, population, report_here

from leakscan.readers import FileReader, marked_reader
from leakscan.readers.heads import Head
from leakscan.readers.spool import Spool
from leakscan.records import Batch, ReadOptions
from leakscan.report import build_report
from leakscan.scan import scan

ROWS = population()


def made(*statements: str, rows: Sequence[tuple[Any, ...]] = (), into: str = "patients") -> bytes:
    """A database of some statements, with rows put into a table."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    for statement in statements:
        database.execute(statement)
    if rows:
        database.execute("BEGIN")
        database.executemany(f"INSERT INTO {into} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        database.execute("COMMIT")
    data = bytes(database.serialize())
    database.close()
    return data


def table(name: str = "patients", kind: str = "") -> str:
    return f"CREATE TABLE {name} ({', '.join(f'{column} TEXT' for column in ROWS.columns)}{kind})"


KEYED = f"CREATE TABLE patients ({', '.join(ROWS.columns)}, PRIMARY KEY ({', '.join(ROWS.columns)})) WITHOUT ROWID"
ONE = made(table(), rows=ROWS.rows())


@pytest.fixture(scope="module")
def plain() -> dict[str, Any]:
    return counted(report_here(CSV))


@pytest.mark.parametrize("made_by", [table(), KEYED])
def test_a_table_says_what_the_same_rows_say_as_a_text(made_by: str, plain: dict[str, Any]) -> None:
    rows = sorted(set(ROWS.rows())) if "WITHOUT" in made_by else ROWS.rows()
    data = made(made_by, rows=rows)
    found = gathered(data)
    assert sorted(found.rows[None]) == sorted(rows)
    if len(rows) == ROWS.height:
        assert counted(report_here(data)) == plain


def test_rows_come_in_order_in_batches_that_never_overlap() -> None:
    found = gathered(ONE, ReadOptions(block_bytes=10_000))
    assert found.rows[None] == ROWS.rows()
    assert found.tables[None].columns == tuple(ROWS.columns)
    spans = found.spans[None]
    assert len(spans) > 3
    assert all(before[1] == after[0] for before, after in pairwise(spans))


def test_every_table_is_a_child_and_views_are_none() -> None:
    data = made(
        table(),
        table('"les ""autres"""'),
        "CREATE TABLE vide (a, b)",
        "CREATE VIEW tous AS SELECT * FROM patients",
        "CREATE INDEX par_nom ON patients (last_name)",
        "CREATE TABLE compte (n INTEGER PRIMARY KEY AUTOINCREMENT, double AS (n * 2), garde AS (n * 3) STORED)",
        "INSERT INTO compte DEFAULT VALUES",
        "ANALYZE",
        rows=ROWS.rows(),
    )
    found = gathered(data)
    assert {name: len(rows) for name, rows in found.rows.items()} == {
        "patients": ROWS.height,
        'les "autres"': 0,
        "vide": 0,
        "compte": 1,
    }
    assert found.tables["compte"].columns == ("n", "garde")


def test_cells_of_any_type() -> None:
    cells: list[Any] = [
        1,
        "deux",
        3.0,
        1.80017511500105e14,
        2.5,
        None,
        "D\u00c9S".encode("cp1252"),
        9_007_199_254_740_993,
    ]
    data = made("CREATE TABLE t (a, b)", rows=[(at, cell) for at, cell in enumerate(cells)], into="t")
    expected = ["1", "deux", "3", "180017511500105", "2.5", "", "DÉS", "9007199254740993"]
    assert [row[1] for row in gathered(data).rows[None]] == expected


def test_text_in_another_encoding_is_read() -> None:
    statements = [f"INSERT INTO t VALUES ({at}, 'd\u00e9j\u00e0 {at}')" for at in range(50)]
    data = made("CREATE TABLE t (a, b)", *statements, "INSERT INTO t VALUES (50, CAST(x'64e96ae020' AS TEXT))")
    assert [row[1] for row in gathered(data).rows[None]] == [*(f"déjà {at}" for at in range(50)), "déjà "]
    wide = made("PRAGMA encoding = 'UTF-16le'", "CREATE TABLE t (a)", "INSERT INTO t VALUES ('d\u00e9j\u00e0')")
    assert gathered(wide).rows[None] == [("déjà",)]


def test_blobs_are_text_or_files_or_counted() -> None:
    noise = random.Random(3).randbytes(500)
    blobs = [b"%PDF-1.4 x", "né le 01/02/1980".encode(), noise, b"\x89PNG\r\n\x1a\n" + noise]
    data = made("CREATE TABLE a (n, blob)", "CREATE TABLE b (n)", rows=list(enumerate(blobs)), into="a")
    found = gathered(data)
    assert found.files == {"a, blob, row 1": blobs[0], "a, blob, row 4": blobs[3]}
    assert found.met == {"binary_cells": 1}
    assert [row[1] for row in found.rows["a"]] == ["", "né le 01/02/1980", "", ""]


def test_tables_behind_a_virtual_table_are_read_in_its_stead() -> None:
    data = made("CREATE VIRTUAL TABLE notes USING fts5(texte)", "INSERT INTO notes VALUES ('patient suivi')")
    found = gathered(data)
    assert found.rows["notes_content"] == [("1", "patient suivi")]
    assert "notes" not in found.rows
    assert found.met["virtual_tables"] == 1


def test_deleted_rows_and_a_log_beside_the_file_are_spoken_of(tmp_path: Path) -> None:
    data = made(table(), *[], rows=ROWS.rows())
    path = tmp_path / "a.db"
    path.write_bytes(data)
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("DELETE FROM patients WHERE rowid > 10")
    database.execute("PRAGMA journal_mode = WAL")
    database.close()
    found = gathered(path.read_bytes())
    assert found.met["free_pages"] > 10
    assert found.met["write_ahead_log"] == 1
    assert len(found.rows[None]) == 10


def test_a_file_is_read_where_it_lies_and_nothing_is_written(tmp_path: Path, plain: dict[str, Any]) -> None:
    path = tmp_path / "50% d'un #fichier?.db"
    path.write_bytes(ONE)
    path.chmod(0o400)
    report = build_report(scan([str(path)], OPTIONS), OPTIONS)
    assert counted(report) == plain
    assert path.read_bytes() == ONE
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_spool_is_read_by_its_memory_and_where_it_is_encrypted() -> None:
    for memory in (len(ONE), len(ONE) // 2):
        spool = Spool(memory)
        spool.write(ONE)
        head = Head(ONE[:1000], ReadOptions())
        reader = marked_reader(head)
        assert isinstance(reader, FileReader)
        with io.BufferedReader(spool) as file:
            items = list(reader.read(file, head))  # type: ignore[arg-type]
        assert sum(item.frame.height for item in items if isinstance(item, Batch)) == ROWS.height


def test_a_schema_asks_for_nothing_but_its_tables() -> None:
    data = made(
        "CREATE TABLE a (n, m AS (zeroblob(900000000)) VIRTUAL)",
        "INSERT INTO a VALUES (1)",
        "CREATE TABLE b (n DEFAULT (load_extension('x')))",
        "INSERT INTO b VALUES (2)",
    )
    assert gathered(data).rows == {"a": [("1",)], "b": [("2",)]}


def test_one_damaged_table_keeps_from_no_other() -> None:
    data = bytearray(made(table("a"), table("b"), table("c"), rows=ROWS.rows(), into="b"))
    database = sqlite3.connect(":memory:")
    database.deserialize(bytes(data))
    database.executemany(f"INSERT INTO c VALUES ({', '.join('?' * ROWS.width)})", ROWS.rows())
    database.commit()
    root = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'b'").fetchone()[0]
    size = database.execute("PRAGMA page_size").fetchone()[0]
    data = bytearray(database.serialize())
    pages = int.from_bytes(data[(root - 1) * size + 8 :][:4], "big")
    assert pages
    middle = (root + 30) * size
    data[middle : middle + size] = bytes(size)
    found = gathered(bytes(data))
    assert 0 < len(found.rows["b"]) < ROWS.height
    assert found.rows["b"] == ROWS.rows()[: len(found.rows["b"])]
    assert "damaged" in str(found.broken)
    assert found.rows["c"] == ROWS.rows()


@pytest.mark.parametrize("share", [0.001, 0.01, 0.3, 0.9])
def test_half_of_a_database_is_read_as_far_as_it_goes(share: float) -> None:
    found = gathered(ONE[: max(50, int(share * len(ONE)))])
    rows = found.rows.get(None, [])
    assert rows == ROWS.rows()[: len(rows)]
    assert found.broken is not None or not rows


def test_flipped_bits_end_in_rows_or_a_reason() -> None:
    chance = random.Random(5)
    for _ in range(40):
        data = bytearray(ONE)
        for _ in range(chance.choice((1, 8, 60, 400))):
            data[chance.randrange(16, len(data))] ^= 1 << chance.randrange(8)
        found = gathered(bytes(data))
        assert found.broken is None or "damaged" in found.broken
        assert len(found.rows.get(None, [])) <= 4 * ROWS.height
