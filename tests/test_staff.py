"""Staff in a dump about patients: they are none of them, unless a service sees the staff it lists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from test_others import table

from leakscan.columns.staff import is_of_staff
from leakscan.records import ColumnRole
from leakscan.report import STAFF as APART

if TYPE_CHECKING:
    from collections.abc import Callable

Cells = dict[str, tuple[str, ...]]
MANY = 30
ROOTS = ("VERN", "PRUDH", "LACOMB", "OZANN", "TISSER", "BOUV")
LAST = tuple(f"{root}{end}" for root in ROOTS for end in ("AY", "ON", "EL", "OT", "IER"))
THEIR_LAST = tuple(f"{root}{end}" for root in ("MOR", "COLL", "JOLIV", "GRAN", "DELM", "HAUT") for end in
                   ("ET", "AND", "EAU", "IN", "AS"))  # fmt: skip
FIRST = ("Odile", "Bastien", "Mireille", "Yannick", "Sabrina", "Quentin") * 5
BORN = tuple(f"1{at % 9 + 1}/0{at % 8 + 1}/19{40 + at}" for at in range(MANY))
THEIR_BORN = tuple(f"2{at % 8}/1{at % 3}/19{62 + at}" for at in range(MANY))
JOBS = ("AS", "IDE", "cuisine", "ASH", "secrétaire") * 6
NUMBERS = tuple(str(1000 + at) for at in range(MANY))
ILL = ("asthme", "diabète", "démence vasculaire", "épilepsie", "cancer du sein") * 6


def nirs(from_number: int) -> tuple[str, ...]:
    bodies = [f"{1 + at % 2}{40 + at:02d}{1 + at % 12:02d}75{100 + at:03d}{from_number + at:03d}" for at in range(MANY)]
    return tuple(f"{body}{97 - int(body) % 97:02d}" for body in bodies)


RESIDENTS = {"nom": LAST, "prenom": FIRST, "ne_le": BORN, "pathologie": ILL}
STAFF = {"nom": THEIR_LAST, "prenom": FIRST, "nir": nirs(100), "date_naissance": THEIR_BORN}
IBANS = ("FR7630006000011234567890189",) * MANY

LISTS: list[tuple[str, Cells]] = [
    ("salaries", {"matricule": NUMBERS, **STAFF, "fonction": JOBS}),
    ("personnel_2024", {**STAFF, "poste": JOBS, "iban": IBANS}),
    ("paie_mars", {**STAFF, "salaire brut": NUMBERS}),
    ("liste", {"Mle": NUMBERS, **STAFF, "Emploi": JOBS}),
    ("export", {**STAFF, "Date embauche": BORN, "grade": JOBS}),
    ("employees", {**STAFF, "job title": JOBS}),
]


@pytest.mark.parametrize(("name", "cells"), LISTS)
def test_staff_beside_patients_are_no_patients(
    name: str, cells: Cells, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    report = report_of(table(tmp_path, RESIDENTS, "residents"), table(tmp_path, cells, name))
    assert [report["persons"][end] for end in ("low", "likely", "high")] == [MANY] * 3
    told = [one for one in report["warnings"] if one["code"] == APART]
    assert [(Path(one["path"]).stem, one["count"]) for one in told] == [(name, MANY)]


def test_staff_are_told_where_a_dictionary_explains_codes_too(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    """What a result's code means is read, and the list of staff beside it is still said to be left out."""
    visits = {"id": NUMBERS, "resident_id": NUMBERS, "maladie_id": ("1", "2", "3") * 10}
    words = {"id": ("1", "2", "3"), "libelle": ("Infection par le VIH", "Asthme", "Grippe")}
    tables = {
        "residents": {"id": NUMBERS, **RESIDENTS}, "visites": visits, "maladie": words, "salaries": LISTS[0][1],
    }  # fmt: skip
    report = report_of(*(table(tmp_path, cells, name) for name, cells in tables.items()))
    assert report["persons"]["likely"] == MANY
    assert report["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 10
    told = [one for one in report["warnings"] if one["code"] == APART]
    assert [(Path(one["path"]).stem, one["count"]) for one in told] == [("salaries", MANY)]


@pytest.mark.parametrize(("name", "cells"), LISTS)
def test_staff_alone_are_people(name: str, cells: Cells, tmp_path: Path, report_of: Callable[..., Any]) -> None:
    report = report_of(table(tmp_path, cells, name))
    assert report["persons"]["likely"] == MANY
    assert not report["warnings"]


@pytest.mark.parametrize(("name", "cells"), LISTS)
def test_staff_whom_a_service_sees_stay(name: str, cells: Cells, tmp_path: Path, report_of: Callable[..., Any]) -> None:
    """A fifth of them came this year: who did not is followed all the same."""
    seen = {"nom": (*THEIR_LAST[:6], *LAST[6:]), "prenom": FIRST, "ne_le": (*THEIR_BORN[:6], *BORN[6:]), "avis": ILL}
    persons = report_of(table(tmp_path, seen, "visites"), table(tmp_path, cells, name))["persons"]
    assert persons["likely"] == 2 * MANY - 6


def test_who_is_followed_with_others_stays(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    """Of one of two firms nobody came this year."""
    seen = {"nom": THEIR_LAST, "prenom": FIRST, "ne_le": THEIR_BORN, "avis": ILL}
    firms = [
        table(tmp_path, {"Mle": NUMBERS, **STAFF, "Emploi": JOBS}, "firme_a"),
        table(tmp_path, {"Mle": NUMBERS, "nom": LAST, "prenom": FIRST, "né le": BORN, "Emploi": JOBS}, "firme_b"),
    ]
    assert report_of(table(tmp_path, seen, "visites"), *firms)["persons"]["likely"] == 2 * MANY


def test_staff_whom_visits_know_by_number_stay(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    name, cells = LISTS[0]
    visits = {"matricule": NUMBERS, "date visite": BORN, "conclusion": ILL}
    persons = report_of(
        table(tmp_path, RESIDENTS, "residents"), table(tmp_path, visits, "visites"), table(tmp_path, cells, name)
    )["persons"]
    assert persons["likely"] == 2 * MANY


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("assures", {**STAFF, "profession": JOBS, "iban": IBANS}),
        ("adherents", {"n_contrat": NUMBERS, **STAFF, "iban": IBANS, "prime": NUMBERS}),
        ("identites", {**STAFF, "metier": JOBS}),
        ("patients_rh", {"matricule": NUMBERS, **STAFF, "poste": JOBS}),
        ("export", {"matricule patient": NUMBERS, **STAFF, "emploi": JOBS}),
        ("agents_vaccination", {"matricule": NUMBERS, **STAFF, "poste": JOBS}),
        ("sauvegarde", STAFF),
    ],
)
def test_other_people_beside_patients_stay(
    name: str, cells: Cells, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    persons = report_of(table(tmp_path, RESIDENTS, "residents"), table(tmp_path, cells, name))["persons"]
    assert persons["likely"] == 2 * MANY


@pytest.mark.parametrize(
    ("headers", "called", "of_staff"),
    [
        (("matricule", "nom", "fonction"), "fichier.csv", True),
        (("nom", "prenom", "fonction"), "fichier.csv", False),
        (("nom", "prenom", "IBAN", "emploi"), "fichier.csv", False),
        (("nom", "prenom"), "personnel.csv", False),
        (("nom", "prenom", "grade"), "dump.xlsx Effectifs", True),
        (("nom", "prenom", "salaire", "taux horaire", "iban"), "x.csv", True),
        (("matricule", "nom", "poste", "date visite"), "x.csv", False),
    ],
)
def test_what_lists_staff(headers: tuple[str, ...], called: str, of_staff: bool) -> None:
    columns = tuple(
        ColumnRole(at, header, "last_name" if header == "nom" else None, 0.0, ()) for at, header in enumerate(headers)
    )
    assert is_of_staff(columns, called) is of_staff
