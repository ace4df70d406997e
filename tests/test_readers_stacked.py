"""Several tables under each other in one file are as many tables; what only looks so stays one."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import Read, tables
from reports import told
from stacked import DRUG, EXAM, ORDINARY, PATIENT, STACKED, WIDE, drugs, exams, patients, stays, text
from tables import report_here

from leakscan.options import ScanOptions
from leakscan.readers.titles import are_titles, shown_title
from leakscan.records import ReadOptions
from leakscan.report import build_report
from leakscan.scan import scan

CASES = {**STACKED, **ORDINARY}
OPTIONS = ScanOptions(as_of=date(2026, 1, 1), workers=1)


def read(data: bytes, **options: Any) -> dict[str | None, Read]:
    found = tables(data, ReadOptions(**options))
    return {name: found[name] for name in sorted(found, key=lambda name: (name is not None, name or ""))}


def held(found: dict[str | None, Read]) -> tuple[tuple[tuple[str, ...], int], ...]:
    return tuple((one.columns, len(one.rows)) for one in found.values())


@pytest.mark.parametrize("name", CASES)
def test_every_table_is_read_with_its_own_columns(name: str) -> None:
    case = CASES[name]
    found = tables(case.data, ReadOptions())
    own = [found.pop(None), *found.values()]
    assert tuple((one.columns, len(one.rows)) for one in own) == case.tables
    assert sum(len(one.damaged) for one in own) == case.damaged


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("size", [120, 1000])
def test_the_size_of_blocks_changes_nothing(name: str, size: int) -> None:
    case = CASES[name]
    whole, cut = read(case.data), read(case.data, block_bytes=size)
    assert list(whole) == list(cut)
    for one, other in zip(whole.values(), cut.values(), strict=True):
        assert (one.columns, one.rows, one.damaged, one.texts) == (
            other.columns,
            other.rows,
            other.damaged,
            other.texts,
        )
        assert one.met == other.met


@pytest.mark.parametrize("name", CASES)
def test_rows_are_numbered_apart_and_lie_in_their_table(name: str) -> None:
    for one in read(CASES[name].data, block_bytes=500).values():
        numbers = sorted([row[0] for row in one.rows] + [row[0] for row in one.damaged])
        assert numbers == list(range(1, len(numbers) + 1))
        assert one.given == len(numbers)
        assert one.ranges == sorted(one.ranges)
        assert all(start <= end for start, end in one.ranges)


PIECES = st.lists(
    st.sampled_from([
        [PATIENT], [EXAM], [DRUG], [WIDE], [""], ["Examens"], ["Patients;;;;"], [";;;;"], ["TOTAL : 12"],
        ["nom;prénom;date"],
        patients(1), patients(3), patients(8), exams(1), exams(4), exams(8), drugs(3), drugs(8), stays(4),
        ['1;"a', 'b";c;01/01/2000;d'], ['9;"ouvert;x;y;z'], ["x"],
    ]),
    min_size=1,
    max_size=9,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(PIECES, st.integers(20, 400), st.sampled_from(["\n", "\r\n"]))
def test_whatever_stands_under_each_other_reads_the_same_in_any_blocks(pieces: Any, size: int, end: str) -> None:
    data = text(*pieces, end=end)
    if b";" not in data:
        return
    whole, cut = read(data, delimiter=";"), read(data, delimiter=";", block_bytes=size)
    assert {name: (one.columns, one.rows, one.damaged, one.texts, one.met) for name, one in whole.items()} == {
        name: (one.columns, one.rows, one.damaged, one.texts, one.met) for name, one in cut.items()
    }
    lines = [line for piece in pieces for line in piece if line.strip()]
    inside = sum(row[2].count("\n") for one in whole.values() for row in one.rows if len(row) > 2 and row[2])
    accounted = sum(len(one.rows) + len(one.damaged) + len(one.texts) for one in whole.values())
    again = sum(one.met.get("repeated_header", 0) for one in whole.values())
    titles = sum(one.columns[0] != "column_1" for one in whole.values())
    assert len(lines) - accounted - again - titles <= inside + len(whole)


def test_people_and_health_of_both_tables_are_found() -> None:
    report = report_here(STACKED["titles and an empty line"].data)
    own, other = report["inputs"]
    assert (own["member"], other["member"]) == (None, "Examens")
    assert [role["role"] for role in own["roles"]] == [
        "record_number",
        "last_name",
        "first_name",
        "birth_date",
        "phone",
    ]
    assert [role["role"] for role in other["roles"]] == ["record_number", "exam_date", "act", "result", "prescriber"]
    assert report["persons"]["basis"]["name_birth_date"] == 40
    assert report["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 20
    assert report["records"] == 80
    assert report["records_damaged"] == 0


def test_a_repeated_header_is_nobody() -> None:
    report = report_here(ORDINARY["the same header in other letters"].data)
    assert report["persons"]["likely"] == report["records"] == 85


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Patients", "Patients"),
        ("=== Liste des examens ===", "Liste des examens"),
        ("Dossier de DUPONT Jean", ""),
        ("Patient : MARTIN", ""),
        ("Prescott", ""),
        ("12/03/2024", ""),
        ("2850199350012", ""),
    ],
)
def test_a_title_is_shown_only_if_it_can_be_no_name(title: str, shown: str) -> None:
    assert shown_title(title) == shown


@pytest.mark.parametrize(
    ("line", "titles"),
    [
        (PATIENT, True),
        ("Nom;Prénom;Date de naissance", True),
        ("DUPONT;Jean;Rennes", False),
        ("patient;sans;résultat;à;rappeler", False),
        ("nom;;;;;date", False),
        ("nom;prenom;12/03/1980", False),
        ("nom;nom;nom;nom", False),
        ("Laboratoire;BIOLAB", False),
    ],
)
def test_titles_are_known_beyond_doubt(line: str, titles: bool) -> None:
    assert are_titles(line.split(";")) is titles


def _scanned(path: Path, **options: Any) -> dict[str, Any]:
    report = build_report(scan([str(path)], ScanOptions(as_of=date(2026, 1, 1), **options)), OPTIONS)
    report["scan"]["run"] = None
    return report


def test_a_table_is_read_again_when_columns_turn_out_late(tmp_path: Path) -> None:
    """The roles of a first table that fills late are settled again, and what lies below it is not lost."""
    rows = [f"{row};" for row in patients(30_000)]
    rows += [
        f"{row};2{n % 80 + 10}0{n % 9 + 1}75116{n % 900 + 100:03}" for n, row in enumerate(patients(2_000, 30_000))
    ]
    path = tmp_path / "leak.csv"
    path.write_bytes(text(PATIENT + ";x", rows, "", "Examens", EXAM, exams(40)))
    report = _scanned(path, workers=1)
    assert [one["records"] for one in report["inputs"]] == [32_000, 40]
    assert report["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 20


def test_a_pipe_reads_as_a_file_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "leak.csv"
    path.write_bytes(STACKED["three tables"].data)
    one = _scanned(path, workers=1)
    with path.open("rb") as pipe:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(pipe))
        other = build_report(scan(["-"], ScanOptions(as_of=date(2026, 1, 1), workers=1)), OPTIONS)
    assert [given["records"] for given in one["inputs"]] == [40, 12, 40]
    assert [given["records"] for given in other["inputs"]] == [40, 12, 40]
    assert told(one) == told(other)
