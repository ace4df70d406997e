"""Names as HL7 and DICOM write them in one cell, and columns headed by the tags of DICOM."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from documents import BIRTHS, FIRST, NAMES
from reading import tables

from leakscan.layouts import judge
from leakscan.layouts.carets import Carets, parted
from leakscan.readers import HashingStream, open_reader
from leakscan.readers.dicom_tags import keyword
from leakscan.records import ReadOptions, Table

PEOPLE = list(zip(NAMES, FIRST, BIRTHS, strict=True))
CARETS = [f"{last}^{first}^{'Marie' if at % 3 == 1 else ''}" for at, (last, first, _) in enumerate(PEOPLE)]


def table_of(rows: Sequence[Sequence[str]], delimiter: str = "\t") -> Table:
    data = "".join(delimiter.join(row) + "\n" for row in rows).encode()
    opened = open_reader(HashingStream(io.BytesIO(data)), ReadOptions())
    assert not isinstance(opened, str)
    table = next(iter(opened[1]))
    assert isinstance(table, Table)
    return table


NAMED: dict[str, tuple[str, list[str], Carets]] = {
    "of a patient": ("PatientName", CARETS, Carets(3, (1,), ())),
    "in French": ("Nom patient", CARETS, Carets(3, (1,), ())),
    "all components": ("patient", [f"{name}^JR^MME^DR" for name in CARETS], Carets(3, (1,), ())),
    "with another script and a second name": ("Patient", [f"{name}=X~A^B" for name in CARETS], Carets(3, (1,), ())),
    "some without": ("Nom", ["DUPONT", *CARETS[1:]], Carets(3, (1,), ())),
    "of a doctor": ("ReferringPhysicianName", [f"{name}^DR" for name in CARETS], Carets(3, (), (1,))),
    "under a word that says nothing": ("valeur", CARETS, Carets(3, (1,), ())),
    "of staff": ("OperatorsName", CARETS, Carets(3, (), (1,))),
}


@pytest.mark.parametrize("case", NAMED)
def test_names_with_carets_are_last_and_first_names(case: str) -> None:
    header, cells, wanted = NAMED[case]
    rows = [["no", header, "sexe"], *([str(at), cell, "F"] for at, cell in enumerate(cells))]
    table = table_of(rows)
    found = judge(table)
    assert found == wanted
    shown = parted(table.head, found)
    if found.parted:
        assert shown["c2"].to_list() == [
            f"{first} Marie" if at % 3 == 1 else "" if cells[at] == "DUPONT" else first
            for at, (_, first, _) in enumerate(PEOPLE)
        ]
        assert found.names(table) == ("no", f"{header} family", f"{header} given", "sexe")
    else:
        assert shown["c1"].str.ends_with("DR").sum() == 0
        assert shown["c1"][0] == "MARTIN Jeanne"


LEFT_ALONE = {
    "codes with their labels": ("examen", [f"{code}^Numération^L" for code in ("NFS", "GLU", "CRE", "ION") * 2]),
    "codes without a header of names": ("valeur", [f"{code}^Glucose^LN" for code in ("NFS", "GLU", "CRE", "ION") * 2]),
    "codes of diagnoses": ("diagnostic", [f"K3{at}^Appendicite^CIM10" for at in range(8)]),
    "powers": ("surface", [f"{at}m^2" for at in range(8)]),
    "plain names": ("nom", [f"{last} {first}" for last, first, _ in PEOPLE]),
    "one of many": ("nom", [CARETS[0], *(f"{last} {first}" for last, first, _ in PEOPLE[1:])]),
}


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_other_carets_part_nothing(case: str) -> None:
    header, cells = LEFT_ALONE[case]
    assert judge(table_of([["no", header], *([str(at), cell] for at, cell in enumerate(cells))])) is None


def test_without_headers_the_names_of_most_people_are_the_patients() -> None:
    rows = [[f"RX{at}", name, "19500102", f"DURAND^{FIRST[at % 2]}^^^DR"] for at, name in enumerate(CARETS)]
    assert judge(table_of(rows)) == Carets(4, (1,), (3,))


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("(0010,0010)", "PatientName"),
        ("0010,0030", "PatientBirthDate"),
        ("00100040", "PatientSex"),
        ("(0008,103e)", "SeriesDescription"),
        ("(0099,0010)", None),
        ("0010", None),
        ("19500102", None),
        ("PatientName", None),
    ],
)
def test_tags_have_keywords(cell: str, name: str | None) -> None:
    assert keyword(cell) == name


def test_tags_head_columns() -> None:
    header = "(0010,0010)\t(0010,0020)\t(0010,0030)\t(0040,0002)\t(0009,1001)\n"
    body = "".join(f"{name}\tRX{at}\t195001{at + 10}\t20260301\tx\n" for at, name in enumerate(CARETS))
    table = tables((header + body).encode())[None]
    assert table.columns[:3] == ("PatientName", "PatientID", "PatientBirthDate")
    assert len(table.rows) == 8
    numbers = "".join(f"{10_010 * at:08};{100_010 + at:08};2\n" for at in range(1, 9))
    assert len(tables(numbers.encode())[None].rows) == 8


def test_people_of_a_worklist(report_of: Callable[..., Any], tmp_path: Path) -> None:
    header = "(0010,0010)\t(0010,0020)\t(0010,0030)\t(0010,0040)\t(0032,1032)\n"
    births = ["".join(reversed(born.split("/"))) for born in BIRTHS]
    body = "".join(
        f"{name}\tRX{at}\t{born}\t{'FMO'[at % 3]}\tDURAND^Anne^^DR\n"
        for at, (name, born) in enumerate(zip(CARETS, births, strict=True))
    )
    path = tmp_path / "worklist.txt"
    path.write_text(header + body + body.replace("^Marie\t", "^\t"), encoding="utf-8")
    persons = report_of(path)["persons"]
    assert (persons["low"], persons["likely"], persons["high"]) == (8, 8, 8)
