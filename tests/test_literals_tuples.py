"""Rows of values without keys in source code, whose keys a loop, a statement or a comment says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PEOPLE = (
    ("Vasseur", "Odile", "1950-03-12", "asthme"),
    ("Delmotte", "Karim", "1987-11-02", "diabète de type 2"),
    ("Ferrand", "Lucie", "1972-07-25", "épilepsie"),
)


def rows(pattern: str, between: str = ",\n    ") -> str:
    return between.join(pattern.format(*one, y=one[2][:4], m=int(one[2][5:7]), d=int(one[2][8:])) for one in PEOPLE)


TUPLE = '("{0}", "{1}", "{2}", "{3}")'
FOUND = {
    "a loop of Python": (
        f"patients_data = [\n    {rows(TUPLE)},\n]\n"
        "for (nom, prenom, naissance, maladie) in patients_data:\n    add(nom)\n"
    ),
    "dates by call": (
        f"PATIENTS = (\n    {rows('({0!r}, {1!r}, date({y}, {m}, {d}), {3!r})')},\n)\n"
        "for last, first, dob, antecedents in PATIENTS:\n    save(last)\n"
    ),
    "a statement that stores them": (
        f"malades = [\n    {rows(TUPLE)},\n]\n"
        'cur.executemany("INSERT INTO malade (nom, prenom, date_naissance, maladie) VALUES (?, ?, ?, ?)", malades)\n'
    ),
    "a comment above": f"# nom, prenom, date_naissance, maladie\npatients = [\n    {rows(TUPLE)},\n]\nload(patients)\n",
    "JavaScript": (
        f"const patients = [\n    {rows('[{0!r}, {1!r}, {2!r}, {3!r}]')},\n];\n"
        "patients.forEach(([nom, prenom, naissance, maladie]) => add(nom));\n"
    ),
    "PHP": (
        f"<?php\n$patients = [\n    {rows('[{0!r}, {1!r}, {2!r}, {3!r}]')},\n];\n"
        "foreach ($patients as [$nom, $prenom, $naissance, $maladie]) { add($nom); }\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_rows_without_keys_count(case: str, tmp_path: Path, report_of: Callable[..., dict[str, Any]]) -> None:
    path = tmp_path / "seed.txt"
    path.write_text(FOUND[case])
    persons = report_of(path)["persons"]
    assert persons["likely"] == len(PEOPLE)
    assert persons["by_theme"]["other_condition"]["affirmed"]["likely"] == len(PEOPLE)


NOBODY = {
    "doctors": (
        'medecins = [\n ("Dr. Vasseur", "Odile", "Vasseur", "ov@exemple.fr", "Cardiologie"),\n'
        ' ("Dr. Delmotte", "Karim", "Delmotte", "kd@exemple.fr", "Urologie"),\n]\n'
        "for affichage, prenom, nom, email, specialite in medecins:\n    add(nom)\n"
    ),
    "drugs": (
        'stock = [("Doliprane", "1 g", "boîte de 8"), ("Amoxicilline", "500 mg", "boîte de 12")]\n'
        "for nom, dose, boite in stock:\n    add(nom)\n"
    ),
    "towns": (
        'villes = [("Brest", "29200", "Finistère"), ("Rennes", "35000", "Ille-et-Vilaine")]\n'
        "for ville, cp, departement in villes:\n    add(ville)\n"
    ),
    "labels of a form": (
        'champs = [("nom", "Nom", "text"), ("prenom", "Prénom", "text"), ("email", "E-mail", "email")]\n'
        "# nom, prenom, email\nfor nom, label, genre in champs:\n    add(nom)\n"
    ),
}


@pytest.mark.parametrize("case", NOBODY)
def test_rows_that_are_about_nobody(case: str, tmp_path: Path, report_of: Callable[..., dict[str, Any]]) -> None:
    path = tmp_path / "seed.txt"
    path.write_text(NOBODY[case])
    assert report_of(path)["persons"]["high"] == 0
