"""People who have numbers and no names: which tables number the same people, and which only count alike."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from leakscan.persons.same_numbers import is_structured

ILLS = ("Diabète", "VIH", "Asthme", "Cancer du sein", "Epilepsie")
MANY = 40
ENDS = ("low", "likely", "high")


def subject(at: int) -> str:
    return f"LUNA-{at % 4 + 1:02}-{at:04}"


def counted(at: int) -> str:
    return str(at + 1)


def long_number(at: int) -> str:
    return str(80_000_000 + at * 7919)


def described(number: Callable[[int], str], title: str, many: int = MANY, odd: int = 0) -> list[list[str]]:
    """Who is who: number, year of birth, sex; `odd` shifts the sexes."""
    rows = [[number(at), str(1950 + at % 40), "F" if (at * 7 // 3 + odd) % 2 else "M", "A"] for at in range(many)]
    return [[title, "annee", "sexe", "bras"], *rows]


def visited(number: Callable[[int], str], title: str, many: int = MANY, step: int = 1) -> list[list[str]]:
    """Two visits each, with what people suffer from."""
    rows = [[number(at % many), f"2024-0{at % 9 + 1}-1{at % 9}", ILLS[at % 5]] for at in range(0, 2 * many, step)]
    return [[title, "date_visite", "diagnostic"], *rows]


def ends(report: dict[str, Any]) -> list[int]:
    return [report["persons"][end] for end in ENDS]


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        (("AAAA-99-9999",), True),
        (("AA-999-9999", "AA-99-9999"), True),
        (("99AA/99/9999",), True),
        (("a99a9a99-9a9a-9a9a-a99a-",), True),
        (("9999",), False),
        (("9999/9999",), False),
        (("A-9999",), False),
        (("AA-99999",), False),
        (("99-999-9999",), False),
        (("9999999999",), False),
        (("AAAA-99-9999", "999"), False),
        ((), False),
    ],
)
def test_numbers_that_tell_more_than_a_count(shapes: Sequence[str], expected: bool) -> None:
    assert is_structured(shapes) is expected


@pytest.mark.parametrize("title", ["USUBJID", "num_patient", "code_patient"])
def test_subjects_of_a_trial_in_several_files(
    title: str, write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    paths = [
        write_table("demographie.csv", described(subject, title)),
        write_table("effets.csv", visited(subject, title, step=3)),
        write_table("visites.csv", [[*row, ""] for row in visited(subject, title)]),
    ]
    assert ends(report_of(*paths)) == [MANY] * 3


@pytest.mark.parametrize("number", [counted, lambda at: f"{at:03}"], ids=["counter", "with zeros"])
def test_two_laboratories_count_from_one(
    number: Callable[[int], str], write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    nord = [[*row, ILLS[at % 5] if at else "diagnostic"] for at, row in enumerate(described(number, "num_patient"))]
    sud = write_table("sud.csv", visited(number, "num_patient", many=30))
    assert ends(report_of(write_table("nord.csv", nord), sud)) == [70] * 3


def test_sexes_that_differ_tell_two_trials_apart(
    write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    one = [[*row, ILLS[at % 5] if at else "diagnostic"] for at, row in enumerate(described(subject, "USUBJID"))]
    other = [[*row, ILLS[at % 5] if at else "pathologie"]
             for at, row in enumerate(described(subject, "USUBJID", odd=1))]  # fmt: skip
    assert ends(report_of(write_table("a.csv", one), write_table("b.csv", other))) == [2 * MANY] * 3


def test_long_numbers_of_one_title_are_probably_the_same(
    write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    who = [[*row, ILLS[at % 5] if at else "diagnostic"] for at, row in enumerate(described(long_number, "ipp"))]
    found = ends(report_of(write_table("sejours.csv", who), write_table("biologie.csv", visited(long_number, "ipp"))))
    assert found[1:] == [MANY, 2 * MANY]
    other = write_table("autres.csv", visited(lambda at: long_number(at + 1_000), "ipp"))
    assert ends(report_of(write_table("sejours.csv", who), other)) == [2 * MANY] * 3


@pytest.mark.parametrize(
    ("second", "expected"),
    [("visite", MANY), ("patient_sud", 2 * MANY)],
    ids=["other columns", "equal columns, as of another site"],
)
def test_tables_of_one_file(second: str, expected: int, tmp_path: Path, report_of: Callable[..., Any]) -> None:
    path = tmp_path / "base.sqlite"
    who = [[*row, ILLS[at % 5] if at else "diagnostic"] for at, row in enumerate(described(counted, "num_patient"))]
    # two sites have other people under their numbers
    further = visited(counted, "num_patient") if second == "visite" else [
        [*row, ILLS[at % 5] if at else "diagnostic"]
        for at, row in enumerate(described(counted, "num_patient", odd=1))
    ]  # fmt: skip
    with sqlite3.connect(path) as base:
        for name, (head, *rows) in (("patient_nord", who), (second, further)):
            base.execute(f"CREATE TABLE {name} ({', '.join(head)})")
            base.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(head))})", rows)
    assert ends(report_of(path)) == [expected] * 3


def born(at: int, shift: int = 0) -> str:
    return f"{1940 + (at * 7 + shift) % 60}-{(at + shift) % 12 + 1:02}-{(at * 5 + shift) % 28 + 1:02}"


def dated(shift: int = 0, many: int = MANY) -> list[list[str]]:
    rows = [[counted(at), born(at, shift), "F" if at % 2 else "M", ILLS[at % 5]] for at in range(many)]
    return [["numero_dossier", "date_naissance", "sexe", "diagnostic"], *rows]


@pytest.mark.parametrize(("shift", "expected"), [(0, MANY), (11, MANY + 30)], ids=["a backup", "another laboratory"])
def test_birth_dates_prove_that_numbers_are_the_same(
    shift: int, expected: int, write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    paths = [write_table("base.csv", dated()), write_table("sauvegarde.csv", dated(shift, many=30))]
    assert ends(report_of(*paths)) == [expected] * 3


def test_results_without_names_are_their_patients(
    write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    first = ("Odile", "Gaspard", "Solene", "Yannick", "Marie", "Bruno", "Agathe")
    last = ("LEMOINE", "POULAIN")
    names = [["dossier", "nom", "prenom", "ddn"]]
    names += [[counted(at), last[at % 2], first[at % 7], born(at)] for at in range(MANY)]
    paths = [write_table("patients.csv", names), write_table("resultats.csv", dated())]
    assert ends(report_of(*paths)) == [MANY] * 3


@pytest.mark.parametrize(
    ("title", "former", "expected"),
    [
        ("PREVSUBJ", lambda at: subject(at - 30), MANY - 6),
        ("ancien_numero", lambda at: subject(at - 30), MANY - 6),
        ("previous_subject_id", lambda at: subject(at - 30), MANY - 6),
        ("ancien_numero", lambda at: f"OLD-07-{at:04}", MANY),  # of another register: tells nothing here
        ("parrain", lambda at: subject(at - 30), MANY),
        ("numero_conjoint", lambda at: subject(at - 30), MANY),
    ],
)
def test_who_has_another_number_now(
    title: str, former: Callable[[int], str], expected: int, write_table: Callable[..., Path],
    report_of: Callable[..., Any],
) -> None:  # fmt: skip
    rows = [[*row, ILLS[at % 5] if at else "diagnostic", (former(at - 1) if at > MANY - 6 else "") if at else title]
            for at, row in enumerate(described(subject, "USUBJID"))]  # fmt: skip
    alone = write_table("dm.csv", rows)
    assert ends(report_of(alone)) == [expected] * 3
    assert ends(report_of(alone, write_table("ae.csv", visited(subject, "USUBJID")))) == [expected] * 3


@pytest.mark.parametrize(("title", "expected"), [("STUDYID", MANY), ("num_patient", 1)])
def test_the_number_of_a_study_is_nobodys(
    title: str, expected: int, write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    rows = [["LUNA-22" if at else title, *row] for at, row in enumerate(visited(subject, "USUBJID"))]
    assert report_of(write_table("ae.csv", rows))["persons"]["likely"] == expected
