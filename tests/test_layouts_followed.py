"""Rows that go on with the person of the row above them, and tables that only look like it."""

from __future__ import annotations

import pytest
from documents import BIRTHS, FIRST, NAMES, nir, report_here
from test_layouts import items_of, read

from leakscan.layouts import upright
from leakscan.readers import ReadOptions
from leakscan.records import Table

DRUGS = ("GENVOYA 1 CPR", "DOLIPRANE 500 MG", "METHADONE 40 MG", "AMLODIPINE 5 MG")
PEOPLE = list(zip(NAMES, FIRST, BIRTHS, map(nir, range(8)), strict=True))


def pharmacy(sign: str, person: str, box: str, *, numbers: bool = True) -> str:
    """A row for each of eight patients, and one to three for what they got; HIV drugs for four of them."""
    lines = []
    for at, (last, first, birth, number) in enumerate(PEOPLE):
        own = [person, f"F{2000 + at}", f"{last} {first}", birth, number if numbers else "", "MGEN", "N"]
        lines.append(sign.join(own))
        lines += [sign.join([box, f"{at}{step}", DRUGS[(at + step) % 4]]) for step in range(1 + at % 2)]
    return "\n".join(lines) + "\n"


JOINED = {
    "pharmacy": pharmacy("|", "P", "B"),
    "words": pharmacy(";", "PATIENT", "LIGNE"),
    "numbers": pharmacy("\t", "01", "02"),
    "birth dates": pharmacy(";", "ENT", "DET", numbers=False),
}


@pytest.mark.parametrize("text", JOINED.values(), ids=JOINED)
def test_what_stands_below_a_person_is_his(text: str) -> None:
    report = report_here(text.encode(), "export.txt")
    persons = report["persons"]
    assert persons["likely"] == 8
    assert persons["by_theme"]["treatment"]["affirmed"]["likely"] == 8
    assert persons["by_theme"]["hiv"]["affirmed"]["likely"] == 4
    assert sum(one["records"] for one in report["inputs"]) == 8
    assert {one["code"] for one in report["warnings"]} >= {"rows_joined"}


def test_the_size_of_blocks_changes_nothing() -> None:
    text = "".join(pharmacy("|", "P", "B") for _ in range(40)).encode()
    whole = read(items_of(text))
    parts = read(items_of(text, ReadOptions(block_bytes=512)))
    assert whole[0].columns == parts[0].columns
    assert whole[1].equals(parts[1])
    assert whole[1].height == 320


def rows(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()


ALIKE = {
    "a sex in front": rows(*(f"{'MF'[at % 2]};{p[0]};{p[1]};{p[2]};{p[3]}" for at, p in enumerate(PEOPLE))),
    "people of two kinds": rows(
        *(f"{'AB'[at % 2]};{p[3]};{p[2]};{p[0]} {p[1]};{'x' * (at % 2)}" for at, p in enumerate(PEOPLE))
    ),
    "sorted by kind": rows(
        *(f"P;{p[0]} {p[1]};{p[2]};{p[3]};MGEN" for p in PEOPLE), *(f"L;{drug};;;" for drug in DRUGS * 2)
    ),
    "no people": rows(*(line for at in range(8) for line in (f"C;lot {at};2026-01-0{at + 1};12;A", f"D;{at};;;"))),
    "both have numbers": rows(*(line for p in PEOPLE for line in (f"A;{p[3]};{p[2]};{p[0]} {p[1]};x", f"B;{p[3]};;;"))),
    "names without numbers": rows(
        *(line for p in PEOPLE for line in (f"H;{p[0]};{p[1]};{p[2]};{p[3]}", f"E;{p[1]};{p[0]};;"))
    ),
    "a contact below": rows(
        *(f"H;{p[0]};{p[1]};{p[2]};{p[3]}\nC;06 12 34 5{at} 0{at};;;" for at, p in enumerate(PEOPLE))
    ),
    "a person in each second row only": rows(*(f";{p[0]};{p[1]};{p[2]};{p[3]}\n;;;;" for p in PEOPLE)),
}


@pytest.mark.parametrize("data", ALIKE.values(), ids=ALIKE)
def test_other_tables_stay_as_they_are(data: bytes) -> None:
    before = next(item for item in items_of(data) if isinstance(item, Table))
    after = next(item for item in upright(items_of(data)) if isinstance(item, Table))
    assert before.columns == after.columns
