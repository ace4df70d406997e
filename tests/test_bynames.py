"""People known by less than a name: initials beside a birth date, aliases beside a sex and an age."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from leakscan.columns import settle
from leakscan.columns.bynames import ALIAS, INITIALS, bynames
from leakscan.records import Table, column_id

PAIRS = ("KB", "RT", "MD", "AL", "SV", "JP", "NC", "FG", "EL", "OW", "HT", "CB")
CELLS: dict[str, Sequence[str]] = {
    "pairs": PAIRS,
    "dotted": tuple(f"{pair[0]}.{pair[1]}." for pair in PAIRS),
    "words": ("Momo", "La Fouine", "Titi", "Zaza", "Le Breton", "Kiki") * 2,
    "births": tuple(f"{10 + at}/0{at % 9 + 1}/19{60 + at}" for at in range(12)),
    "sexes": ("F", "M") * 6,
    "ages": tuple(f"{30 + at} ans" for at in range(12)),
    "remarks": tuple(f"revient le {at} pour son traitement habituel, a bien dormi" for at in range(12)),
    "numbers": tuple(str(100 + at) for at in range(12)),
    "names": ("LEMOINE", "POULAIN", "GARNIER", "COSQUER") * 3,
}
ENDS = ("low", "likely", "high")


def ends(report: dict[str, Any]) -> list[int]:
    return [report["persons"][end] for end in ENDS]


@pytest.mark.parametrize(
    ("header", "cells", "beside", "expected"),
    [
        ("initiales", "pairs", "births", INITIALS),
        ("INIT", "pairs", "births", INITIALS),
        ("Initiales patient", "dotted", "births", INITIALS),
        ("init_pat", "pairs", "births", INITIALS),
        ("initials", "pairs", "births", INITIALS),
        ("initiales", "pairs", "ages", None),  # no birth date
        ("initiales medecin", "pairs", "births", None),
        ("init_saisie", "pairs", "births", None),
        ("initiales", "words", "births", None),
        ("statut", "pairs", "births", None),
        ("Surnom", "words", "sexes", ALIAS),
        ("alias usager", "words", "births", ALIAS),
        ("alias", "words", "numbers", None),
        ("alias", "remarks", "sexes", None),
        ("alias_table", "words", "sexes", None),
    ],
)
def test_columns_of_what_people_are_called_by(header: str, cells: str, beside: str, expected: str | None) -> None:
    titles = {"births": "date_naissance", "ages": "age", "sexes": "sexe", "numbers": "numero"}
    head = pl.DataFrame({column_id(0): CELLS[cells], column_id(1): CELLS[beside]})
    columns = settle(Table("csv", "utf-8", (header, titles[beside]), True, head))
    found = bynames(columns)
    assert (INITIALS if found.initials else ALIAS if found.alias is not None else None) == expected


COHORT = [(f"{at + 1:04}", PAIRS[at % 12], f"{at % 28 + 1:02}/{at % 12 + 1:02}/{1950 + at % 40}", "FM"[at % 2])
          for at in range(60)]  # fmt: skip


def cohort(rows: Sequence[Sequence[str]], *titles: str) -> list[list[str]]:
    return [[*titles, "charge_virale_vih"], *([*row, "<20" if at % 3 else "1250"] for at, row in enumerate(rows))]


def test_initials_with_a_birth_date_are_somebody(
    write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    rows = cohort([row[1:] for row in COHORT] * 2, "initiales", "date_naissance", "sexe")
    persons = report_of(write_table("suivi.csv", rows))["persons"]
    assert [persons[end] for end in ENDS] == [60] * 3
    assert persons["basis"]["pseudonym"] == 60


@pytest.mark.parametrize("backwards", [False, True])
def test_two_centres_are_joined_by_initials_with_a_likelihood(
    backwards: bool, write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    """Their numbers differ: it is probable that it is one person, and high keeps both."""
    titles = ("num_patient", "init", "ddn", "sexe")
    further = [(f"B{at:05}", row[1][::-1] if backwards else row[1], *row[2:]) for at, row in enumerate(COHORT[:20])]
    paths = [write_table("nord.csv", cohort(COHORT, *titles)), write_table("sud.csv", cohort(further, *titles))]
    found = ends(report_of(*paths))
    assert found[1:] == [60, 80]
    assert found[0] <= 60


@pytest.mark.parametrize("change", ["sex", "day", "initials", "year alone"])
def test_what_differs_tells_people_apart(
    change: str, write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    def other(at: int, row: tuple[str, str, str, str]) -> tuple[str, ...]:
        number, letters, born, sex = row
        if change == "initials":
            letters = "QX"
        elif change == "sex":
            sex = "MF"[at % 2]
        elif change == "day":
            born = f"{29 - int(born[:2]):02}{born[2:]}" if born[:2] not in {"14", "15"} else f"28{born[2:]}"
        return (f"B{number}", letters, born[-4:] if change == "year alone" else born, sex)

    titles = ("num_patient", "init", "ddn", "sexe")
    rows = [(*row[:2], row[2][-4:], row[3]) if change == "year alone" else row for row in COHORT[:20]]
    paths = [
        write_table("nord.csv", cohort(rows, *titles)),
        write_table("sud.csv", cohort([other(at, row) for at, row in enumerate(COHORT[:20])], *titles)),
    ]
    assert report_of(*paths)["persons"]["likely"] == 40


VISITS = [(CELLS["words"][at % 6], "FM"[at % 2], f"{20 + 5 * (at % 6)} ans", "héroïne" if at % 4 else "cocaïne")
          for at in range(60)]  # fmt: skip


def test_aliases_of_those_who_came(write_table: Callable[..., Path], report_of: Callable[..., Any]) -> None:
    rows = [["alias", "sexe", "age", "produit"], *(list(row) for row in VISITS)]
    persons = report_of(write_table("passages.csv", rows))["persons"]
    assert persons["likely"] == len({row[:3] for row in VISITS})
    assert persons["by_theme"]["addiction"]["affirmed"]["likely"] == persons["likely"]


def test_a_number_goes_before_an_alias(write_table: Callable[..., Path], report_of: Callable[..., Any]) -> None:
    """Two who go by one alias are two where they have numbers; who has none is one of those who have."""
    rows = [("Momo", "M", "30 ans", "héroïne", ""), ("Momo", "M", "30 ans", "héroïne", "D-0012"),
            ("Momo", "M", "30 ans", "héroïne", "D-0047"),
            ("Titi", "M", "45 ans", "héroïne", "D-0051"), ("Titi", "M", "45 ans", "héroïne", ""),
            ("Zaza", "F", "25 ans", "héroïne", ""), ("Zaza", "F", "25 ans", "héroïne", "")]  # fmt: skip
    path = write_table("passages.csv", [["alias", "sexe", "age", "produit", "num_dossier"], *map(list, rows)])
    assert report_of(path)["persons"]["likely"] == 4


def test_who_comes_under_an_alias_is_the_patient_who_goes_by_it(
    write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    """The age is a guess, the birth date is not: they are some five years apart."""
    patients = [["num_dossier", "nom", "prenom", "alias", "date_naissance", "sexe", "produit"],
                ["D-0012", "LEMOINE", "Gaspard", "Momo", "04/02/1981", "M", "héroïne"],
                ["D-0013", "POULAIN", "Solene", "Zaza", "14/06/1996", "F", "cocaïne"],
                ["D-0014", "GARNIER", "Yannick", "Titi", "24/08/1966", "M", "héroïne"]]  # fmt: skip
    visits = [["alias", "sexe", "age", "produit"],
              ["Momo", "M", "30 ans", "héroïne"], ["Momo", "M", "45 ans", "héroïne"],
              ["Zaza", "F", "30 ans", "cocaïne"], ["Titi", "F", "55 ans", "héroïne"]]  # fmt: skip
    persons = report_of(write_table("suivis.csv", patients), write_table("passages.csv", visits))["persons"]
    assert persons["likely"] == 3 + 2
    assert persons["high"] == 3 + 4


def test_an_alias_alone_is_nobody(write_table: Callable[..., Path], report_of: Callable[..., Any]) -> None:
    rows = [["alias", "sexe", "couleur"], *([row[0], row[1], "bleu"] for row in VISITS)]
    assert ends(report_of(write_table("equipe.csv", rows))) == [0] * 3


@pytest.mark.parametrize(
    ("name", "number", "result", "expected"),
    [
        ("ANONYME", True, "VIH positif", 32),
        ("Anonymat", True, "VIH positif", 32),
        ("ANONYME", False, "VIH positif", 24),
        ("ANONYME", True, "", 24),
        ("TEST", True, "VIH positif", 24),
        ("CONTROLE", True, "VIH positif", 24),
    ],
)
def test_who_wants_no_name_is_known_by_a_number(
    name: str, number: bool, result: str, expected: int, write_table: Callable[..., Path],
    report_of: Callable[..., Any],
) -> None:  # fmt: skip
    first = ("Odile", "Gaspard", "Solene", "Yannick")
    rows = [[f"{at:05}", CELLS["names"][at % 4], first[at // 4 % 4], f"1{at % 9}/03/19{50 + at}", "FM"[at % 2],
             "asthme"]
            for at in range(24)]  # fmt: skip
    rows += [[f"{at:05}" if number else "", name, "", "", "FM"[at % 2], result] for at in range(24, 32)]
    titles = ["num_dossier", "nom", "prenom", "date_naissance", "sexe", "conclusion"]
    assert report_of(write_table("depistage.csv", [titles, *rows]))["persons"]["likely"] == expected


@pytest.mark.parametrize(("slip", "expected"), [("05/03/1971", 12), ("17/08/1988", 13)], ids=["swapped", "another"])
def test_a_slip_in_the_birth_date_under_one_number(
    slip: str, expected: int, write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    rows = [(f"{at:04}", "F", "03/05/1971" if at == 3 else f"{at + 14}/08/1{950 + at}") for at in range(12)]
    rows = [*rows, *rows[:8], ("0003", "F", slip)]
    path = write_table("suivi.csv", cohort(rows, "num_patient", "sexe", "date_naissance"))
    assert report_of(path)["persons"]["likely"] == expected
