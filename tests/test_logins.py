"""Logins beside results of health: the only name of somebody where nothing else tells whom a row is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

Lines = Sequence[Sequence[str]]
RESULTS: Lines = [
    ("id", "login", "jour", "acAnti-HIV1+2", "arn_HIV", "antigeneHBs", "TPHA"),
    ("1", "mleduc", "2024-02-11", "0.12", "30", "0.4", "5"),
    ("2", "sroux", "2024-02-12", "0.2", "10", "0.5", "8"),
    ("3", "bpicaud", "2024-02-14", "14.2", "51000", "0.1", "9"),
    ("4", "bpicaud", "2024-03-14", "15.2", "20", "0.1", "9"),
]
WORDS: Lines = [
    ("pseudo", "date_prelevement", "antigene_HBs", "serologie_syphilis"),
    ("loup33", "03/01/2023", "négatif", "positif"),
    ("mimosa", "04/01/2023", "positif", "négatif"),
    ("zaza75", "05/01/2023", "négatif", "négatif"),
]
ACTS: Lines = [
    ("username", "analyse", "resultat"),
    ("mleduc", "Sérologie VIH", "positif"),
    ("sroux", "Sérologie VIH", "négatif"),
    ("zaza75", "Hépatite B", "négatif"),
]


def one_for_all(login: str, lines: Lines) -> Lines:
    at = next(at for at, title in enumerate(lines[0]) if title in ("login", "username", "pseudo"))
    return [lines[0], *((*line[:at], login, *line[at + 1 :]) for line in lines[1:])]


COUNTED = {
    "results in numbers": (RESULTS, 3, {"hiv", "sti_hepatitis"}),
    "results in words": (WORDS, 3, {"sti_hepatitis"}),
    "acts and results": (ACTS, 3, {"hiv", "sti_hepatitis"}),
    "one for all rows": (one_for_all("lori", RESULTS), 1, {"hiv", "sti_hepatitis"}),
}


@pytest.mark.parametrize("case", COUNTED)
def test_people_are_told_by_their_logins(
    case: str, report_of: Callable[..., Any], write_table: Callable[..., Path]
) -> None:
    lines, people, themes = COUNTED[case]
    persons = report_of(write_table("resultats.csv", lines))["persons"]
    assert persons["likely"] == persons["basis"]["pseudonym"] == people
    assert themes <= persons["by_theme"].keys()


NOBODY: dict[str, Lines] = {
    "accounts": [("id", "username", "email_verified"), ("1", "mleduc", "1"), ("2", "sroux", "0"), ("3", "bpic", "1")],
    "a school": [("login", "examen", "resultat"), ("mleduc", "Maths", "12"), ("sroux", "Sport", "14")],
    "a game": [("username", "result", "score"), ("mleduc", "win", "12"), ("sroux", "loss", "3"), ("bpic", "win", "7")],
    "an audit": [
        ("username", "date", "action"),
        ("mleduc", "2024-01-02", "lecture"),
        ("sroux", "2024-01-03", "export"),
    ],
}


@pytest.mark.parametrize("case", NOBODY)
def test_logins_without_results_are_nobody(
    case: str, report_of: Callable[..., Any], write_table: Callable[..., Path]
) -> None:
    assert report_of(write_table("comptes.csv", NOBODY[case]))["persons"]["high"] == 0


OTHERS = {
    "names": ("nom", ("VASSEUR", "LEGRIS", "KERBRAT", "BOUSQUET"), 4),
    "numbers of patients": ("id_patient", ("P7781", "P7782", "P7783", "P7784"), 4),
    "addresses of mail": ("email", tuple(f"a{at}@exemple.fr" for at in range(4)), 4),
}


@pytest.mark.parametrize("case", OTHERS)
def test_a_login_beside_a_better_name_is_none(
    case: str, report_of: Callable[..., Any], write_table: Callable[..., Path]
) -> None:
    title, cells, people = OTHERS[case]
    lines = [(*line, cell) for line, cell in zip(one_for_all("tech1", RESULTS), (title, *cells), strict=True)]
    persons = report_of(write_table("resultats.csv", lines))["persons"]
    assert (persons["likely"], persons["basis"]["pseudonym"]) == (people, 0)


def test_logins_of_the_staff_are_few(report_of: Callable[..., Any], write_table: Callable[..., Path]) -> None:
    lines = [("username", "jour", "arn_HIV"), *((f"tech{at % 4}", "2024-02-11", str(at)) for at in range(400))]
    assert report_of(write_table("resultats.csv", lines))["persons"]["likely"] == 0


def test_a_role_that_was_said_stays(report_of: Callable[..., Any], write_table: Callable[..., Path]) -> None:
    assert report_of(write_table("r.csv", RESULTS), roles={"login": "login"})["persons"]["basis"]["pseudonym"] == 0
