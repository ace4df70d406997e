"""Tables that repeat the name beside the number of whom they refer to; and those that name somebody else there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from test_keyed_tables import Table, dump

NAMES = ("AUBRY", "DUVAL", "ROGER", "BENALI", "COLLIN", "PERROT", "VASSEUR", "LEMOINE", "POULAIN", "GRANGER")
OTHERS = ("KLEIN", "MARTEL", "SANCHEZ", "HUBERT", "BOUVIER", "CHEVAL", "TESSIER", "MOULIN", "GILBERT", "RENARD")
FIRST = ("Luc", "Agathe", "Marie", "Ines", "Paul", "Chloe", "Hugo", "Emma", "Jean", "Nina")
REMARKS = ("Nuit calme.", "Diabète équilibré sous insuline.", "Pansement refait.")


def objects(folder: Path, tables: dict[str, Table]) -> Path:
    """The tables as JSON arrays, a file each."""
    for name, (columns, rows) in tables.items():
        (folder / f"{name}.json").write_text(json.dumps([dict(zip(columns, row, strict=True)) for row in rows]))
    return folder


def key(at: int, lead: int = 1) -> str:
    return hashlib.sha256(f"{lead} {at}".encode()).hexdigest()[:24]


def people(numbers: Sequence[object], columns: Sequence[str]) -> Table:
    born = [(number, NAMES[at], FIRST[at], f"19{40 + at}-0{at % 9 + 1}-1{at % 9}") for at, number in enumerate(numbers)]
    return columns, born


def notes(numbers: Sequence[object], names: Sequence[str]) -> list[tuple[object, ...]]:
    return [(key(at, 2), numbers[at % 10], names[at % 10], REMARKS[at % 3]) for at in range(30)]


@pytest.mark.parametrize(
    ("who", "own", "born", "notes_table", "columns"),
    [
        ("residents", "_id", "dateNaissance", "transmissions", ("_id", "residentId", "nom", "texte")),
        ("patients", "id", "date_naissance", "rendez_vous", ("id", "patient_id", "patient_nom", "remarque")),
        ("usagers", "usager_id", "ddn", "observations", ("id", "usager_id", "nom_usager", "observation")),
    ],
)
@pytest.mark.parametrize("kind", ["json", "sql", "sqlite"])
def test_a_name_beside_the_number_is_that_of_the_person(
    who: str, own: str, born: str, notes_table: str, columns: Sequence[str], kind: str, tmp_path: Path,
    report_of: Callable[..., Any],
) -> None:  # fmt: skip
    numbers = [key(at) for at in range(10)] if kind == "json" else list(range(1, 11))
    tables = {who: people(numbers, (own, "nom", "prenom", born)), notes_table: (columns, notes(numbers, NAMES))}
    report = report_of(objects(tmp_path, tables) if kind == "json" else dump(tmp_path, tables, kind))
    assert [report["persons"][end] for end in ("low", "likely", "high")] == [10, 10, 10]


@pytest.mark.parametrize("kind", ["json", "sql"])
def test_other_names_beside_the_number_are_other_people(
    kind: str, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    """Whoever these are, they are not those whose number stands there."""
    numbers = [key(at) for at in range(10)] if kind == "json" else list(range(1, 11))
    columns = ("id", "patient_id", "nom", "observation")
    tables = {
        "patients": people(numbers, ("id", "nom", "prenom", "date_naissance")),
        "suivi": (columns, notes(numbers, OTHERS)),
    }
    report = report_of(objects(tmp_path, tables) if kind == "json" else dump(tmp_path, tables, kind))
    assert report["persons"]["high"] == 20


def test_two_that_have_one_last_name_stay_two(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    """A couple has one name and two numbers: what is noted of the one is not the other's."""
    couple = [
        (1, "AUBRY", "Jean", "1931-02-03"),
        (2, "AUBRY", "Marie", "1934-05-06"),
        (3, "DUVAL", "Ines", "1940-01-02"),
    ]
    written = [(at, at % 3 + 1, ("AUBRY", "AUBRY", "DUVAL")[at % 3], "VIH positif" if at % 3 == 1 else "va bien")
               for at in range(12)]  # fmt: skip
    tables: dict[str, Table] = {
        "patients": (("id", "nom", "prenom", "date_naissance"), couple),
        "suivi": (("id", "patient_id", "nom", "observation"), written),
    }
    report = report_of(dump(tmp_path, tables, "sql"))
    assert report["persons"]["likely"] == 3
    assert report["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 1
