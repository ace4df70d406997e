"""Tables that are about patients by what they are called, or by dates that no header names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from leakscan.cli.app import run

FIRST = ("Lea", "Julie", "Anne", "Claire")


@pytest.mark.parametrize(
    ("name", "header", "people"),
    [
        ("patients.csv", ["Nom", "Prénom", "Téléphone"], 9),
        ("malades_2021.csv", ["Nom", "Prénom", "Téléphone"], 9),
        ("export.csv", ["nom_malade", "prenom_malade", "tel"], 9),
        ("export.csv", ["NomPatient", "PrenomPatient", "tel"], 9),
        ("adherents.csv", ["Nom", "Prénom", "Téléphone"], 0),
        ("impatience.csv", ["Nom", "Prénom", "Téléphone"], 0),
        ("medecins.csv", ["Nom", "Prénom", "Téléphone", "accepte_nouveaux_patients"], 0),
    ],
)
def test_a_table_called_after_patients_is_about_them(
    name: str, header: list[str], people: int, write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    rows = [["DURAND", f"LEA{at}", f"06123456{at:02d}", *["oui"] * (len(header) - 3)] for at in range(9)]
    assert report_of(write_table(name, [header, *rows]))["persons"]["likely"] == people


def test_long_gone_dates_beside_names_are_births_where_no_header_says_it(
    report_of: Callable[..., Any], write_table: Callable[..., Path]
) -> None:
    days = ("1982-10-12", "1976-11-17", "1966-11-17", "1979-01-05")
    born = [["DURAND", first, "F", f"{first}@exemple.fr", day] for first, day in zip(FIRST, days, strict=True)]
    assert report_of(write_table("a.csv", born))["persons"]["likely"] == 4
    recent = [[*row[:-1], f"2021{row[-1][4:]}"] for row in born]
    assert report_of(write_table("b.csv", recent))["persons"]["likely"] == 0


def test_days_of_a_spreadsheet_are_dates_under_a_header_that_says_so(
    report_of: Callable[..., Any], write_table: Callable[..., Path]
) -> None:
    rows = [
        ["DURAND", first, str(18_000 + 401 * at), f"{44_000 + at},35", "12000"] for at, first in enumerate(FIRST * 5)
    ]
    found = report_of(write_table("a.csv", [["nom", "prenom", "DT_NAISS", "date_prelevement", "cout"], *rows]))
    assert found["persons"]["likely"] == 20
    assert found["persons"]["basis"]["name_birth_date"] == 20
    assert found["exam_dates"] == {"first": "2020-06-18", "last": "2020-07-07"}


@pytest.mark.parametrize(
    "header",
    [
        ["jour_naiss", "mois_naiss", "annee_naiss"],
        ["JOUR NAISSANCE", "MOIS NAISSANCE", "AN NAISSANCE"],
        ["birthDay", "birthMonth", "birthYear"],
        ["DDN_J", "DDN_M", "DDN_A"],
    ],
)
def test_a_birth_in_three_columns_is_one_date(
    header: list[str], report_of: Callable[..., Any], write_table: Callable[..., Path]
) -> None:
    rows = [["DURAND", first, str(at % 28 + 1), str(at % 12 + 1), str(1950 + at)] for at, first in enumerate(FIRST * 5)]
    persons = report_of(write_table("a.csv", [["nom", "prenom", *header], *rows]))["persons"]
    assert (persons["likely"], persons["basis"]["name_birth_date"]) == (20, 20)


def test_parts_of_another_date_are_no_birth(report_of: Callable[..., Any], write_table: Callable[..., Path]) -> None:
    rows = [["DURAND", first, str(at % 28 + 1), str(at % 12 + 1), str(1990 + at)] for at, first in enumerate(FIRST * 5)]
    header = ["nom", "prenom", "jour_embauche", "mois_embauche", "annee_embauche"]
    assert report_of(write_table("a.csv", [header, *rows]))["persons"]["likely"] == 0


def test_people_of_whom_nothing_but_a_name_is_known_can_be_shown(
    write_table: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    header = ["id", "patient_id", "nom", "diagnostic"]
    path = write_table("a.csv", [header, ["1", "P1", "MARTEAU", "Asthme"], ["2", "P2", "BIGNON", "Diabète"]])
    out = path.parent / "r.json"
    for lang in ("en", "fr"):
        assert run(["scan", str(path), "--json", str(out), "--html", str(path.parent / "r.html"), "--lang", lang]) == 0
        assert "2 p" in capsys.readouterr().out


def test_of_several_numbers_the_patients_own_counts(
    report_of: Callable[..., Any], write_table: Callable[..., Path]
) -> None:
    rows = [[f"R{at:04d}", f"A{at // 2:04d}", f"P{at % 6:04d}", "2021-03-04", "Cancer du sein"] for at in range(24)]
    header = ["id_rapport", "admission_id", "patient_id", "date_examen", "diagnostic"]
    assert report_of(write_table("a.csv", [header, *rows]))["persons"]["likely"] == 6
