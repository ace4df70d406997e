"""From rows to people: names in one cell, whose pregnancy it is, and who prescribed; each on a small invented table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from conftest import AS_OF
from stdnum import luhn
from stdnum.fr import nir as oracle

from leakscan.options import ScanOptions
from leakscan.report import build_report
from leakscan.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

MOTHER = f"2840269955041{oracle.calc_check_digits('2840269955041')}"


@pytest.fixture
def report_of(write_table: Callable[..., Path]) -> Callable[[Sequence[Sequence[str]]], dict[str, Any]]:
    """Scan a table and give its report."""

    def report(rows: Sequence[Sequence[str]]) -> dict[str, Any]:
        options = ScanOptions(as_of=AS_OF)
        return build_report(scan([str(write_table("table.csv", rows))], options), options)

    return report


@pytest.mark.parametrize("first_names_lead", [True, False])
def test_twins_under_one_number_in_a_column_of_whole_names(
    first_names_lead: bool,
    report_of: Callable[..., dict[str, Any]],
) -> None:
    people = [("SALMON", "JUDITH"), ("SALMON", "ANGELIQUE"), ("GENEST", "TANGUY"), ("GENEST", "WILLIAM")]
    rows = [["PATIENT", "DDN", "NIR", "DATE EXAMEN"]]
    for last, first in people:
        name = f"{first} {last}" if first_names_lead else f"{last} {first}"
        rows.append([name, "29/04/2012", MOTHER, "03/02/2020"])
    persons = report_of(rows)["persons"]
    assert (persons["likely"], persons["minors"]) == (4, 4)


@pytest.mark.parametrize(
    ("sex", "pregnant"),
    [("F", 1), ("", 1), ("M", 0)],
)
def test_a_pregnancy_on_a_mans_record_is_a_relatives(
    sex: str, pregnant: int, report_of: Callable[..., dict[str, Any]]
) -> None:
    rows = [["NOM", "PRENOM", "SEXE", "DDN", "COMMENTAIRE"]]
    rows += [["DURAND", "CAMILLE", sex, "05/12/1984", "enceinte de 3 mois, couple suivi"]]
    rows += [["PETIT", "PAUL", "M", "07/03/1960", "VIH positif"], ["ROUX", "ANNE", "F", "09/05/1971", ""]]
    themes = report_of(rows)["persons"]["by_theme"]
    assert themes.get("pregnancy", {"affirmed": {"likely": 0}})["affirmed"]["likely"] == pregnant
    assert themes["hiv"]["affirmed"]["likely"] == 1


def test_prescribers_known_by_an_adeli_number_alone_are_counted(report_of: Callable[..., dict[str, Any]]) -> None:
    numbers = [body + luhn.calc_check_digit(body) for body in ("69100421", "69100438", "01103550")]
    rows = [["NOM", "PRENOM", "DDN", "ADELI PRESCRIPTEUR"]]
    rows += [["DURAND", f"LEA{i}", f"05/12/19{60 + i}", numbers[i % 3]] for i in range(9)]
    assert report_of(rows)["prescribers"]["distinct"] == 3


def test_a_first_name_with_a_birth_date_is_a_person(report_of: Callable[..., dict[str, Any]]) -> None:
    """Exports that leave out the surname still tell whom a line is about."""
    rows = [["prenom", "date_naissance", "email", "commentaire"]]
    rows += [["Lea", "12/03/1984", "lea@exemple.fr", "VIH positif"], ["Paul", "07/05/1960", "", "rien"]]
    rows += [["Paul", "07/05/1960", "", "rien"], ["Anne", "01/02/1971", "anne@exemple.fr", "enceinte"]]
    rows += [["Anne", "01/02/1971", "", "suivi"], ["Marc", "11/12/1990", "", "grippe"], ["Paul", "", "", "grippe"]]
    persons = report_of(rows)["persons"]
    assert (persons["low"], persons["likely"], persons["high"]) == (4, 4, 5)
    assert persons["by_theme"]["hiv"]["affirmed"]["likely"] == 1


def test_the_same_default_password_for_all_is_a_password(report_of: Callable[..., dict[str, Any]]) -> None:
    rows = [["identifiant", "motDePasse", "nom", "prenom", "dateDeNaissance"]]
    rows += [[f"compte{i}", "123" if i % 2 else "Azerty1", "DURAND", f"LEA{i}", f"05/12/19{60 + i}"] for i in range(9)]
    assert report_of(rows)["persons"]["with_credentials"] == 9


def test_france_as_a_country_of_birth_is_no_place(report_of: Callable[..., dict[str, Any]]) -> None:
    rows = [["nom", "prenom", "dateDeNaissance", "codePaysDeNaissance", "codePostalLieuDeNaissance"]]
    rows += [["DURAND", f"LEA{i}", f"05/12/19{60 + i}", "99100", "69123"] for i in range(9)]
    told = report_of(rows)["persons"]["breakdowns"]["birth_department"]
    assert {cell["value"]: cell["people"] for cell in told["cells"]} == {"69": 9}


def test_the_totals_under_a_list_are_nobody(report_of: Callable[..., dict[str, Any]]) -> None:
    rows = [["Nom", "Prénom", "Né(e) le", "Commentaire"]]
    rows += [["DURAND", f"LEA{i}", f"05/12/19{60 + i}", "VIH positif" if i else ""] for i in range(9)]
    rows += [
        ["Total", "9", "", ""],
        ["Sous-total femmes", "", "", "VIH positif : 8"],
        ["TOTAL", "JEAN", "07/03/1960", ""],
    ]
    assert report_of(rows)["persons"]["likely"] == 9


FIRST = ("LEA", "JULIE", "ANNE", "CLAIRE", "PAUL", "LUC", "MARC", "HUGO", "EMMA", "JADE", "LOUIS", "TOM")


def test_a_directory_of_doctors_is_about_no_patients(report_of: Callable[..., dict[str, Any]]) -> None:
    seen = ("Cardiologie", "Psychiatrie", "Oncologie", "Médecine générale")
    rows = [["Nom", "Prénom", "Spécialité", "Téléphone", "Adresse", "Code postal", "Ville"]]
    rows += [["DURAND", FIRST[i], seen[i % 4], f"01449920{i:02d}", f"{i} rue de la Paix", "75013", "PARIS"]
             for i in range(12)]  # fmt: skip
    report = report_of(rows)
    assert report["inputs"][0]["roles"][2]["role"] == "specialty"
    assert (report["persons"]["high"], report["persons"]["by_theme"]) == (0, {})
    assert report["prescribers"]["distinct"] == 12


@pytest.mark.parametrize(("header", "staff"), [("specialite", True), ("Spécialité", True), ("motif", False)])
def test_what_else_a_staff_does_under_its_specialities(
    header: str, staff: bool, report_of: Callable[..., dict[str, Any]]
) -> None:
    seen = ("Cardiologie", "Suivi grossesse", "Pédiatrie", "Accueil", "Accouchement", "Chirurgie", "Caisse")
    rows = [["type", "nom", "prenom", header, "date_embauche", "actif"]]
    rows += [["Agent", "DURAND", f"LEA{i}", seen[i % 7], f"20{10 + i % 9}-05-02", "oui"] for i in range(14)]
    assert (report_of(rows)["persons"]["likely"] == 0) == staff


def test_a_speciality_that_a_patient_is_seen_in_is_health(report_of: Callable[..., dict[str, Any]]) -> None:
    seen = ("Cardiologie", "Psychiatrie", "Oncologie", "Médecine générale")
    rows = [["Nom", "Prénom", "Date de naissance", "Spécialité"]]
    rows += [["DURAND", f"LEA{i}", f"05/12/19{50 + i}", seen[i % 4]] for i in range(1, 20)]
    assert report_of(rows)["persons"]["by_theme"]["mental_health"]["affirmed"]["likely"] == 5


def test_staff_numbers_are_no_diagnoses(report_of: Callable[..., dict[str, Any]]) -> None:
    rows = [["matricule", "nom", "prenom", "date_naissance"]]
    rows += [[f"M{i:05d}", "DURAND", f"LEA{i}", f"05/12/19{50 + i}"] for i in range(1, 40)]
    report = report_of(rows)
    assert report["inputs"][0]["roles"][0]["role"] != "diagnosis"
    assert report["persons"]["by_theme"] == {}


@pytest.mark.parametrize(
    ("last", "first", "counted"),
    [
        ("TEST", "TEST", False),
        ("PATIENT", "INCONNU", False),
        ("ZZTEST", "Paul", False),
        ("DOE", "JANE", False),
        ("FOO", "Bar", False),
        ("CQ", "NIVEAU 2", False),
        ("TESTA", "Anna", True),
        ("DOE", "MARIE", True),
        ("BAR", "MARIE", True),
        ("JOHN", "MARY", True),
        ("PATIENT", "MARTIN", True),
    ],
)
def test_a_name_typed_for_want_of_one_is_nobody_and_told_apart(
    last: str, first: str, counted: bool, report_of: Callable[..., dict[str, Any]]
) -> None:
    rows = [["NOM", "PRENOM", "DDN", "COMMENTAIRE"], [last, first, "05/12/1984", "VIH positif"]]
    rows += [["PETIT", "PAUL", "07/03/1960", "diabète"], ["ROUX", "ANNE", "09/05/1971", "asthme"]]
    persons = report_of(rows)["persons"]
    assert persons["likely"] == 2 + counted
    step = {one["step"]: one["count"] for one in persons["waterfall"]}
    assert step["placeholders"] == -(not counted)
