"""SQL dumps as tables: each way to write rows, what stands between them, and dumps that are broken or made to hurt."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reading import Read, tables
from reports import told

from leakscan.options import ScanOptions, parse_date
from leakscan.persons.identity import Fingerprinter
from leakscan.readers import sql, sql_csv, sql_dump, sql_statements
from leakscan.readers.heads import Head
from leakscan.records import ReadOptions
from leakscan.report import build_report
from leakscan.scan import scan

COLUMNS = ("id", "nom", "né le", "note")
ROWS = [
    ("1", "D'ARC", "1980-01-02", ""),
    ("2", "O'NEIL; (x), y", "", "l'eau\nsuite; INSERT INTO p"),
    ("3", "LÉGER", "1975-12-31", "a\\b\tc -- d /* e"),
    ("4", 'dit "le"', "2001-02-03", "),("),
]


def mysql_cell(cell: str) -> str:
    if not cell:
        return "NULL"
    for sign, written in (("\\", "\\\\"), ("'", "\\'"), ("\n", "\\n"), ("\t", "\\t"), ('"', '\\"')):
        cell = cell.replace(sign, written)
    return f"'{cell}'"


def standard_cell(cell: str) -> str:
    return "NULL" if not cell else "'" + cell.replace("'", "''") + "'"


def copied_cell(cell: str) -> str:
    return r"\N" if not cell else cell.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def listed(rows: list[tuple[str, ...]], cell: Callable[[str], str], comma: str = ",") -> list[str]:
    return ["(" + comma.join([row[0], *map(cell, row[1:])]) + ")" for row in rows]


MYSQL_TABLE = "CREATE TABLE `p` (\n" + "".join(f"  `{name}` text COMMENT 'l\\'un, (2)',\n" for name in COLUMNS)
MYSQL_TABLE += "  PRIMARY KEY (`id`),\n  KEY `k` (`nom`,`note`)\n) ENGINE=InnoDB;\n"


def mysqldump(rows: list[tuple[str, ...]], prefix: str = "INSERT INTO `p` VALUES ", per: int = 2) -> str:
    written = listed(rows, mysql_cell)
    groups = [written[at : at + per] for at in range(0, len(written), per)]
    return (
        "-- MySQL dump 10.13  l'essai\n/*!40101 SET NAMES utf8 */;\nDROP TABLE IF EXISTS `p`;\n"
        + MYSQL_TABLE
        + "LOCK TABLES `p` WRITE;\n/*!40000 ALTER TABLE `p` DISABLE KEYS */;\n"
        + "".join(prefix + ",".join(group) + ";\n" for group in groups)
        + "UNLOCK TABLES;\n"
    )


def pg_copy(rows: list[tuple[str, ...]]) -> str:
    named = ", ".join(name if name.isidentifier() and name.isascii() else f'"{name}"' for name in COLUMNS)
    lines = "".join("\t".join(map(copied_cell, row)) + "\n" for row in rows)
    return f"--\n-- PostgreSQL database dump\n--\nSET x = on;\n\nCOPY public.p ({named}) FROM stdin;\n{lines}\\.\n\n"


def inserts(rows: list[tuple[str, ...]], head: str, begin: str, end: str, quotes: str = '""', comma: str = ",") -> str:
    named = ", ".join(f"{quotes[0]}{name}{quotes[1]}" for name in COLUMNS)
    begin = begin.format(named=named)
    return head + "".join(f"{begin}{row}{end}" for row in listed(rows, standard_cell, comma))


DUMPS: dict[str, Callable[[list[tuple[str, ...]]], str]] = {
    "mysqldump": mysqldump,
    "mysqldump, a statement per row": lambda rows: mysqldump(rows, per=1),
    "REPLACE": lambda rows: mysqldump(rows, "REPLACE INTO `p` VALUES "),
    "columns named": lambda rows: mysqldump(rows, "INSERT IGNORE INTO `p` (`id`, `nom`, `né le`, `note`) VALUES\n"),
    "pg_dump": pg_copy,
    "pg_dump --inserts": lambda rows: inserts(
        rows, "-- PostgreSQL database dump\n", "INSERT INTO public.p ({named}) VALUES ", ";\n", comma=", "
    ),
    "SQL Server": lambda rows: inserts(
        rows, "USE [x]\nGO\nSET IDENTITY_INSERT [dbo].[p] ON\n", "INSERT [dbo].[p] ({named}) VALUES ", "\nGO\n", "[]"
    ),
    "SQL Server without GO": lambda rows: inserts(rows, "USE [x]\nGO\n", "INSERT [p] ({named}) VALUES ", "\n", "[]"),
    "Oracle": lambda rows: inserts(rows, "SET DEFINE OFF;\n", "Insert into P ({named}) values ", ";\n"),
    "SQLite": lambda rows: inserts(
        rows, "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n", 'INSERT INTO "p" ({named}) VALUES', ";\n"
    ),
}


def the_table(data: bytes) -> Read:
    (found,) = [table for name, table in tables(data).items() if name is not None]
    return found


@pytest.mark.parametrize("writer", DUMPS)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_rows_are_read_as_they_were_written(writer: str, encoding: str) -> None:
    found = the_table(DUMPS[writer](ROWS).encode(encoding))
    assert found.columns == COLUMNS
    assert found.rows == [(number, *row) for number, row in enumerate(ROWS, 1)]
    assert not found.damaged


@pytest.mark.parametrize("writer", DUMPS)
def test_the_same_whatever_is_read_ahead(writer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = DUMPS[writer](ROWS * 9).encode()
    whole = tables(data)
    for size in (64, 333, 1024):
        monkeypatch.setattr(sql_dump, "BLOCK_BYTES", size)
        pieces = tables(data)
        assert list(pieces) == list(whole)
        for name, table in pieces.items():
            assert table.rows == whole[name].rows
            assert table.damaged == whole[name].damaged
            assert all(first[1] <= second[0] for first, second in pairwise(table.ranges))
        assert [said for one in pieces.values() for said in one.texts] == [
            said for one in whole.values() for said in one.texts
        ]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("(1,NULL,null,'NULL')", ("1", "", "", "NULL")),
        (r"(1,'a\\','b\'c','\n\t\0')", ("1", "a\\", "b'c", "\n\t")),
        ("(-1.5, 'x' ,N'y',_binary 'z')", ("-1.5", "x", "y", "z")),
        ("(0x4A65616E,0xFF,true,DEFAULT)", ("Jean", "0xFF", "true", "DEFAULT")),
        ("(1,CAST('1980-01-02' AS DATE),TO_DATE('02/01/80','DD/MM/RR'),NOW())", ("1", "1980-01-02", "02/01/80", "")),
        (
            "(1,CAST(12.50 AS DECIMAL(18, 2)),'1980-01-02'::date,'a' || chr(10) || 'b')",
            ("1", "12.50", "1980-01-02", "ab"),
        ),
        ("(1,'',' ','''')", ("1", "", " ", "'")),
        ("(1, /* l'un */ 'a', 'b', 'c')", ("1", "a", "b", "c")),
    ],
)
def test_what_a_cell_can_be(row: str, cells: tuple[str, ...]) -> None:
    found = the_table(f"-- MySQL dump\nINSERT INTO `t` VALUES {row},(2,'a','b','c');\n".encode())
    assert found.rows == [(1, *cells), (2, "2", "a", "b", "c")]


def test_what_is_no_row_is_text_and_no_record() -> None:
    trigger = "DELIMITER ;;\nCREATE TRIGGER t BEGIN\nINSERT INTO log VALUES (NEW.id, 'l''x');\nEND ;;\nDELIMITER ;\n"
    update = "UPDATE p SET nir='184127695108946';\n"
    data = mysqldump(ROWS) + trigger + update
    found = tables(data.encode())
    assert list(found) == ["p", None] or list(found) == [None, "p"]
    said = "\n".join(found[None].texts + found["p"].texts)
    assert "l'essai" in said
    assert "184127695108946" in said
    assert "CREATE TRIGGER" in said
    assert "l\\'un, (2)" in said  # what a column's comment says
    assert "PRIMARY KEY" not in said
    assert len(found["p"].rows) == len(ROWS)


def test_bodies_of_functions_are_no_statements() -> None:
    body = "CREATE FUNCTION f() RETURNS void AS $$\nBEGIN\nINSERT INTO x VALUES ('l''a;');\nEND; $$;\n"
    found = tables(("SET standard_conforming_strings = on;\n" + body + pg_copy(ROWS)).encode())
    assert set(found) == {None, "public.p"}
    assert len(found["public.p"].rows) == len(ROWS)


def test_tables_that_take_turns_are_one_table_each() -> None:
    lines = "".join(
        f"INSERT INTO a (x, y) VALUES ({n}, 'a{n}');\nINSERT INTO b (z) VALUES ('b{n}');\n" for n in range(50)
    )
    found = tables(("BEGIN;\n" + lines + "COMMIT;\n").encode())
    assert set(found) == {None, "a", "b"}
    assert found["a"].rows == [(n + 1, str(n), f"a{n}") for n in range(50)]
    assert found["b"].rows == [(n + 1, f"b{n}") for n in range(50)]


def test_a_table_that_comes_back_once_is_a_further_part() -> None:
    found = tables((mysqldump(ROWS) + "INSERT INTO `q` VALUES (1);\nINSERT INTO `p` (`id`) VALUES (9);\n").encode())
    assert {name: len(table.rows) for name, table in found.items() if name} == {"p": 4, "q": 1, "p (2)": 1}


def test_rows_with_other_fields_are_damaged_and_keep_their_place() -> None:
    data = b"-- MySQL dump\nINSERT INTO `t` VALUES (1,'a'),(2),(3,'b','c'),(4,'d');\n"
    found = the_table(data)
    assert found.rows == [(1, "1", "a"), (4, "4", "d")]
    assert [(row[0], row[2], row[3]) for row in found.damaged] == [
        (2, "too_few_fields", "(2)"),
        (3, "too_many_fields", "(3,'b','c')"),
    ]
    assert all(data[row[1] :].startswith(row[3].encode()) for row in found.damaged)
    copied = b"\\connect x\nCOPY t (a, b) FROM stdin;\n1\tx\n2\n3\ty\tz\n4\tw\n\\.\n"
    found = the_table(b"-- x\n" + copied)
    assert [row[0] for row in found.rows] == [1, 4]
    assert [row[2] for row in found.damaged] == ["too_few_fields", "too_many_fields"]


def test_a_quote_that_is_never_closed_costs_its_own_statement() -> None:
    lines = [f"INSERT INTO t (a, b) VALUES ({n}, 'x{n}');" for n in range(30)]
    lines[10] = "INSERT INTO t (a, b) VALUES (10, 'x10);"
    found = tables(("SET x = 1;\n" + "\n".join(lines) + "\n").encode())
    rows = [row[1] for name, table in found.items() if name for row in table.rows]
    assert rows == [str(n) for n in range(30) if n != 10]
    assert "unclosed_quote" in {code for table in found.values() for code in table.met}
    assert any("'x10)" in row[3] for table in found.values() for row in table.damaged)


def test_one_statement_longer_than_what_is_read_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ",\n".join(f"({n},'l''un (2), {n}')" for n in range(5_000))
    monkeypatch.setattr(sql_dump, "BLOCK_BYTES", 4096)
    found = the_table(f"-- x\nINSERT INTO t (a, b) VALUES {rows};\n".encode())
    assert found.rows == [(n + 1, str(n), f"l'un (2), {n}") for n in range(5_000)]


@pytest.mark.parametrize(
    "text",
    [
        "-- Cordialement\n-- Dr Dupont\nLe patient va bien.\n",
        "# Notes\nINSERT le drain (voir figure)\n",
        "CREATE TABLE t (a int);\n",
        "2021-01-01 INSERT INTO t VALUES (1)\n",
        "nom;prenom\nINSERT INTO;VALUES (1)\n",
    ],
)
def test_what_is_no_dump(text: str) -> None:
    assert sql.sniff(Head(text.encode(), ReadOptions())) == 0


HOSTILE = {
    "quotes without end": b"-- MySQL dump\nINSERT INTO `t` VALUES (1,'" + b"x" * 5000,
    "parentheses without end": b"-- x\nINSERT INTO t VALUES " + b"(" * 5000,
    "closing ones": b"-- x\nINSERT INTO t VALUES (1)" + b")" * 5000 + b";\n",
    "a comment without end": b"-- x\nINSERT INTO t VALUES (1);\n/* " + b"'" * 999,
    "COPY without end": b"-- x\nCOPY t (a, b) FROM stdin;\n1\t2\n3",
    "COPY of nothing": b"-- x\nCOPY t FROM stdin;\n\\.\n",
    "names without end": b"-- x\nINSERT INTO t (" + b"a," * 20_000 + b"b) VALUES (1);\n",
    "dots": b"-- x\nINSERT INTO " + b"a." * 9999 + b"b VALUES (1);\n",
    "backslashes": b"-- MySQL dump\nINSERT INTO `t` VALUES ('" + b"\\" * 9999 + b"');\n",
    "NULs": b"-- x\nINSERT INTO t VALUES (1,'\0a\0');\n",
    "empty rows": b"-- x\nINSERT INTO t VALUES (),(),(1);\n",
    "marks": b"-- x\nINSERT INTO t VALUES (1);\n" + b"--/*#$$" * 9999,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_dumps_end(case: str) -> None:
    found = tables(HOSTILE[case])
    assert found


@pytest.mark.parametrize("writer", DUMPS)
def test_broken_dumps_are_read_as_far_as_they_go(writer: str) -> None:
    random.seed(5)
    data = DUMPS[writer](ROWS * 5).encode()
    for _ in range(25):
        broken = bytearray(data[: random.randrange(40, len(data))])
        for _ in range(random.randrange(4)):
            broken[random.randrange(30, len(broken))] ^= 1 << random.randrange(8)
        if sql.sniff(Head(bytes(broken), ReadOptions())):
            for table in tables(bytes(broken)).values():
                assert all(len(row) == 1 + len(table.columns) for row in table.rows)


def test_a_dump_says_what_the_same_rows_say_as_csv(tmp_path: Path) -> None:
    sample = Path(__file__).parent.parent / "samples" / "intl_utf8.csv"
    header, *rows = list(csv.reader(sample.read_text().splitlines(), delimiter=","))
    rows = [row for row in rows if len(row) == len(header)]
    plain = io.StringIO()
    csv.writer(plain).writerows([header, *rows])
    named = "".join(f" `{name}` text,\n" for name in header)
    values = ",".join("(" + ",".join(map(mysql_cell, row)) + ")" for row in rows)
    written = {
        "plain.csv": plain.getvalue(),
        "dump.sql": f"-- MySQL dump\nCREATE TABLE `p` (\n{named} PRIMARY KEY (`id`)\n);\n"
        f"INSERT INTO `p` VALUES {values};\n",
        "copy.sql": "-- x\nCOPY p ("
        + ", ".join(header)
        + ") FROM stdin;\n"
        + "".join("\t".join(map(copied_cell, row)) + "\n" for row in rows)
        + "\\.\n",
    }
    options = ScanOptions(as_of=parse_date("2026-01-01"), workers=1)
    said: list[dict[str, Any]] = []
    for name, text in written.items():
        (tmp_path / name).write_text(text)
        report = build_report(scan([str(tmp_path / name)], options, prints=Fingerprinter(bytes(32))), options)
        said.append(told(report, "persons", "records", "records_by_entity", "severity"))
        assert {given["status"] for given in report["inputs"]} == {"scanned"}
    assert said[0]["records"] == len(rows) > 0
    assert said[1] == said[0]
    assert said[2] == said[0]


# ---- what numpy finds is what a search finds


def test_marks_quotes_and_runs_are_those_of_a_plain_search() -> None:
    rng = random.Random(7)
    for _ in range(300):
        data = b"".join(rng.choices((b"-", b"/", b"*", b"'", b"\\", b"\n", b"INSERT INTO p VALUES (", b"x"), k=60))
        array = np.frombuffer(data, np.uint8)
        assert sql_statements._found(data, array, b"--") == [found.start() for found in re.finditer(rb"--+", data)]
        pairs = [at for at in range(len(data)) if data[at : at + 2] == b"/*"]
        assert sql_statements._found(data, array, b"/*") == pairs
        plain = [found.start() for found in re.finditer(rb"\\.|(')", data, re.DOTALL) if found[1]]
        assert sql_statements.quotes(data, array, sql_statements.Dialect(escapes=True))[0].tolist() == plain
        starts = [at for at in range(len(data)) if data.startswith(b"I", at)]
        if starts:
            prefix = data[starts[0] : starts[0] + rng.randrange(8, 24)]
            stop = sql_dump._run(array, np.array(starts), 0, prefix, ())
            same = [data.startswith(prefix, at) for at in starts]
            assert stop == (same.index(False) if False in same else len(same))


@pytest.mark.parametrize("longest", [3, 200])
def test_ranges_are_taken_out_whatever_their_length(longest: int) -> None:
    rng = random.Random(longest)
    starts = np.array([rng.randrange(800) for _ in range(20)])
    ends = starts + np.array([rng.randrange(-2, longest) for _ in range(20)])
    keep = np.ones(1_000, np.bool_)
    sql_csv._delete(keep, starts, ends)
    gone = {at for start, end in zip(starts.tolist(), ends.tolist(), strict=True) for at in range(start, end)}
    assert set(np.flatnonzero(~keep).tolist()) == gone


def test_tables_that_come_back_take_turns() -> None:
    one, two = b"INSERT INTO `p` VALUES (1);\n", b"insert into q (a) values (2);\n"
    assert not sql.take_turns(b"")
    assert not sql.take_turns(one + one + two + two)
    assert sql.take_turns(b"-- a dump\n" + one + two + one)
    assert not sql.take_turns(one + b"x " + two + one)
