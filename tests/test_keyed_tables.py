"""Tables of one dump: visits know their patients by number, dictionaries are about nobody."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

Table = tuple[Sequence[str], Sequence[Sequence[object]]]
FIRST = ("Luc", "Agathe", "Marie", "Ines", "Paul", "Chloe", "Hugo", "Emma", "Jean", "Nina", "Louis", "Zoe")
PATIENTS = [(at + 1, "LEMOINE" if at % 3 else "POULAIN", first, f"19{50 + at}-0{at % 9 + 1}-1{at % 9}")
            for at, first in enumerate(FIRST)]  # fmt: skip
VISITS = [(100 + at, at % 12 + 1, f"2021-0{at % 9 + 1}-1{at % 9}", "VIH positif" if at % 12 == 2 else "suivi, va bien")
          for at in range(30)]  # fmt: skip
SHORT = [(at, patient, remark) for at, patient, _, remark in VISITS]


def dump(folder: Path, tables: dict[str, Table], kind: str) -> Path:
    """The tables as a SQL dump or a SQLite database."""
    if kind == "sqlite":
        path = folder / "base.sqlite"
        with sqlite3.connect(path) as base:
            for name, (columns, rows) in tables.items():
                base.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
                base.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)
        return path
    path = folder / "base.sql"
    path.write_text(
        "".join(
            f"INSERT INTO `{name}` ({', '.join(columns)}) VALUES\n"
            + ",\n".join("(" + ", ".join(repr(cell) for cell in row) + ")" for row in rows)
            + ";\n"
            for name, (columns, rows) in tables.items()
        )
    )
    return path


def people(id_column: str, table: str = "patient") -> dict[str, Table]:
    return {table: (begun(id_column, "nom", "prenom", "date_naissance"), PATIENTS)}


def begun(number: str, *others: str) -> tuple[str, ...]:
    """Headers, with the prefix of the first one where that has one."""
    prefix = next((prefix for prefix in ("cli_", "usa_", "ordo_", "rdv_") if number.startswith(prefix)), "")
    return (number, *(f"{prefix}{header}" for header in others))


@pytest.mark.parametrize("kind", ["sql", "sqlite"])
@pytest.mark.parametrize(
    ("own", "other", "table"),
    [
        ("id", "patient_id", "patient"),
        ("id", "id_patient", "patients"),
        ("id_patient", "id_patient", "patient"),
        ("num_dossier", "num_dossier", "identite"),
        ("numero", "no_malade", "malade"),
        ("id", "idPersonne", "personne"),
        ("cli_id", "ordo_cliId", "client"),
        ("usa_id", "rdv_usager", "usagers"),
        ("id", "resident_id", "resident"),
        ("num_benef", "num_benef", "beneficiaire"),
    ],
)
def test_visits_are_their_patients(
    own: str, other: str, table: str, kind: str, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    number, *rest = begun(other, "id", "date_consultation", "compte_rendu")
    tables = people(own, table) | {"consultation": ((rest[0], number, *rest[1:]), VISITS)}
    persons = report_of(dump(tmp_path, tables, kind))["persons"]
    assert [persons[end] for end in ("low", "likely", "high")] == [12, 12, 12]
    assert persons["by_theme"]["hiv"]["affirmed"]["likely"] == 1


def test_tables_of_a_schema(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    path = dump(tmp_path, people("id") | {"consultation": (("id", "patient_id", "compte_rendu"), SHORT)}, "sql")
    path.write_text(path.read_text().replace("`patient`", "public.patient").replace("`consultation`", "public.visite"))
    assert report_of(path)["persons"]["high"] == 12


def test_a_number_called_after_nobody_of_these_tables_is_a_guess(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    """The accounts may be those patients, or the table of patients is another one, that did not leak."""
    accounts = [(at, "LEMOINE", first, f"{first}@exemple.fr") for at, first in enumerate(FIRST, 1)]
    tables = {
        "users": (("id", "nom", "prenom", "email"), accounts),
        "consultation": (("id", "patient_id", "date_consultation", "compte_rendu"), VISITS),
    }
    persons = report_of(dump(tmp_path, tables, "sql"))["persons"]
    assert persons["likely"] == 12
    assert persons["high"] == 24


@pytest.mark.parametrize(
    ("other", "tables"),
    [("medecin_id", 1), ("service_id", 1), ("patient_id", 2)],
    ids=["doctors", "wards", "two tables of people"],
)
def test_whose_numbers_they_are_is_not_known(
    other: str, tables: int, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    """Numbers of doctors are nobody's of ours; of two tables called alike either may be meant."""
    more = [(number, "GARNIER", first, born) for number, _, first, born in PATIENTS]
    known = people("id") | {"patient_sud": (people("id")["patient"][0], more)} if tables > 1 else people("id")
    visits = known | {"consultation": (("id", other, "date_consultation", "compte_rendu"), VISITS)}
    persons = report_of(dump(tmp_path, visits, "sql"))["persons"]
    assert persons["likely"] == 12 * tables
    assert persons["high"] == (36 if tables > 1 else 12)


def test_a_table_of_doctors_with_their_telephones_is_of_no_patients(
    tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    doctors = [
        (1, "COSQUER", "Alain", "0612345678"),
        (2, "MADEC", "Rose", "0698765432"),
        (3, "FLOCH", "Jean", "0655443322"),
    ]
    tables = people("id") | {"medecin": (("id", "nomMedecin", "prenomsMedecin", "contact"), doctors)}
    persons = report_of(dump(tmp_path, tables, "sql"))["persons"]
    assert persons["likely"] == persons["high"] == 12


def test_a_telephone_beside_a_prescriber_and_a_result_is_a_patient(
    write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    rows = [[f"06123450{at:02}", "Dr Madec", f"2022-02-{at + 1:02}", "négatif"] for at in range(10)]
    path = write_table("resultats.csv", [["telephone", "medecin", "date_examen", "resultat_vih"], *rows])
    assert report_of(path)["persons"]["likely"] == 10


def test_a_dictionary_is_about_nobody(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    labels = ("VIH", "Cancer du sein", "Hépatite C", "Diabète", "Asthme", "Grippe")
    tables = people("id") | {"maladie": (("id", "libelle"), list(enumerate(labels, 1)))}
    persons = report_of(dump(tmp_path, tables, "sql"))["persons"]
    assert persons["likely"] == persons["high"] == 12
    assert persons["by_theme"] == {}


def test_accounts_beside_patients_who_are_but_numbers(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    """The accounts' numbers are none of the patients', however alike: both count by themselves."""
    accounts = [(at, "LEMOINE", first, f"{first}@exemple.fr") for at, first in enumerate(FIRST, 1)]
    patients = [(at, "F" if at % 2 else "M", 20 + at, "VIH positif") for at in range(1, 41)]
    tables = {
        "users": (("id", "nom", "prenom", "email"), accounts),
        "patients": (("id", "sexe", "age", "diagnostic"), patients),
    }
    assert report_of(dump(tmp_path, tables, "sql"))["persons"]["likely"] == 40


def as_texts(rows: Sequence[Sequence[object]]) -> list[list[str]]:
    return [[str(cell) for cell in row] for row in rows]


def test_files_of_one_folder_go_together_where_one_alone_has_the_people(
    write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    header = ["id", "nom", "prenom", "date_naissance"]
    write_table("patients.csv", [header, *as_texts(PATIENTS)])
    visits = write_table("visites.csv", [["id", "patient_id", "date_consultation", "compte_rendu"], *as_texts(VISITS)])
    persons = report_of(visits.parent)["persons"]
    assert persons["likely"] == 12
    assert persons["by_theme"]["hiv"]["affirmed"]["likely"] == 1
    others = [[number, "GARNIER", first, born] for number, _, first, born in as_texts(PATIENTS)]
    write_table("patients_b.csv", [header, *others])
    assert report_of(visits.parent)["persons"]["likely"] == 36  # whose visits they are cannot be told


def test_nothing_is_joined_in_a_table_alone(write_table: Callable[..., Path], report_of: Callable[..., Any]) -> None:
    visits = [["id", "patient_id", "date_consultation", "compte_rendu"], *as_texts(VISITS)]
    assert report_of(write_table("visites.csv", visits))["persons"]["likely"] == 12


CARED_FOR = (("Odile Marchandeau", "1951-03-14"), ("Gaspard Tissier", "1962-07-21"), ("Solene", "1974-11-02"),
             ("Yannick Kervadec", "1980-01-29"), ("Mireille", "1939-09-08"))  # fmt: skip


@pytest.mark.parametrize(
    ("names", "likely"),
    [
        (("Gaspard Tissier", "Yannick Kervadec"), None),
        (("TISSIER Gaspard", "KERVADEC Yannick"), None),
        (("Solene", "Gaspard Tissier"), None),
        (("Solene", "Mireille"), None),
        (("Bastien Sarrazin", "Corinne Boutet"), 7),
    ],
)
def test_names_repeated_in_another_table(
    names: tuple[str, str], likely: int | None, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    """They may be the same people, whether a name has one word or two and whatever each table takes it for."""
    patients = [(at, name, born, "F" if at % 2 else "M") for at, (name, born) in enumerate(CARED_FOR, 1)]
    tables = {
        "patient": (("id", "nom", "date_naissance", "sexe"), patients),
        "prescription": (
            ("id", "nom", "medicament"),
            [(40 + at, name, "Spiramycine") for at, name in enumerate(names)],
        ),
    }
    persons = report_of(dump(tmp_path, tables, "sql"))["persons"]
    assert persons["low"] <= (likely or 5) <= persons["high"]
    assert persons["high"] == 7
    assert likely is None or persons["low"] == likely


def test_numbers_of_one_of_several_files_may_be_anybody_of_them(
    write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    header = ["id", "nom", "prenom", "date_naissance"]
    others = [[number, "GARNIER", first, born] for number, _, first, born in as_texts(PATIENTS)]
    write_table("patients_nord.csv", [header, *as_texts(PATIENTS)])
    write_table("patients_sud.csv", [header, *others])
    visits = write_table("visites.csv", [["id", "patient_id", "date_consultation", "compte_rendu"], *as_texts(VISITS)])
    persons = report_of(visits.parent)["persons"]
    assert [persons[end] for end in ("low", "likely", "high")] == [24, 36, 36]


def test_one_answer_as_several_records(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    """A registry answers with all first names; who asked wrote one of them. A brother's name is none of them."""
    firsts = ("Maela Rose", "Rose", "Maela", "Gwenn")
    records = [
        {"nomNaissance": "Kersaudy", "prenoms": first, "dateNaissance": "1947-04-18", "diagnostic": "Asthme"}
        for first in firsts
    ]
    path = tmp_path / "reponse.json"
    path.write_text(json.dumps(records))
    persons = report_of(path)["persons"]
    assert [persons[end] for end in ("low", "likely", "high")] == [2, 3, 3]


def test_one_man_registered_again_and_again(write_table: Callable[..., Path], report_of: Callable[..., Any]) -> None:
    """The same name, age and address under new numbers: one man; another address, another man."""
    same = [["VASSEUR", "Jean-Noel", "44", "3 rue des Lilas, Brest"]] * 4
    others = [["PRIGENT", "Maelle", "12", "8 rue du Port, Brest"], ["PRIGENT", "Loig", "15", "8 rue du Port, Brest"],
              ["VASSEUR", "Jean-Noel", "71", "1 quai du Sud, Quimper"]]  # fmt: skip
    rows = [[str(at), *row, "Asthme"] for at, row in enumerate((*same, *others), 3)]
    path = write_table("patients.csv", [["id_patient", "nom", "prenom", "age", "adresse", "diagnostic"], *rows])
    persons = report_of(path)["persons"]
    assert persons["likely"] == 4
    assert persons["low"] <= 4 <= persons["high"]


UNCOUNTED = [row[1:] for row in PATIENTS]
FILES = [(at % 12 + 1, "diabète" if at % 12 == 2 else "RAS", "A+") for at in range(12)]


@pytest.mark.parametrize(
    ("table", "columns", "other", "people_in", "joins"),
    [
        ("patient", ("nom", "prenom", "date_naissance"), "patient_id", UNCOUNTED, True),
        ("public.patients", ("nom", "prenom", "date_naissance"), "id_patient", UNCOUNTED, True),
        ("t_malade", ("nom", "prenom", "date_naissance"), "malade_id", UNCOUNTED, True),
        ("usagers", ("nom", "prenom", "date_naissance"), "usager_id", UNCOUNTED, True),
        ("patient", ("nom", "prenom", "date_naissance"), "patient_id", UNCOUNTED[:4], False),
        ("patient", ("nom", "prenom", "date_naissance", "ipp"), "patient_id",
         [(*row, 90_000 + at) for at, row in enumerate(UNCOUNTED)], False),
    ],
)  # fmt: skip
def test_patients_whose_numbers_the_database_gives(
    table: str, columns: Sequence[str], other: str, people_in: Sequence[Sequence[object]], joins: bool,
    tmp_path: Path, report_of: Callable[..., Any],
) -> None:  # fmt: skip
    tables: dict[str, Table] = {
        table: (columns, people_in),
        "dossier_medical": ((other, "antecedents", "groupe_sanguin"), FILES),
    }
    report = report_of(dump(tmp_path, tables, "sql"))
    assert (report["persons"]["likely"] == len(people_in)) == joins
    assert report["persons"]["likely"] >= len(people_in)


def test_samples_of_a_family_tree_are_its_people(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    """Everybody of a long tree has a number of a row; samples and visits name it, and are nobody new."""
    last = ("LEMOINE", "POULAIN", "GARNIER")
    tree = [(at, f"F{at // 5}", at - 1 if at % 5 > 1 else None, last[at // 5 % 3], FIRST[at % 12],
             f"{1930 + at // 20}-{at % 12 + 1:02}-{at % 28 + 1:02}") for at in range(1, 1_201)]  # fmt: skip
    tubes = [(f"5{at * 7919 % 10**8:08}", at, "BRCA1", "muté" if at % 4 else "normal") for at in range(1, 1_201, 3)]
    tables = {
        "sujet": (("suj_id", "fam_id", "pere", "nom", "prenom", "naissance"), tree),
        "tube": (("tube", "suj_id", "gene", "resultat"), tubes),
    }
    path = dump(tmp_path, tables, "sqlite")
    alone = report_of(dump((tmp_path / "x").mkdir() or tmp_path / "x", {"sujet": tables["sujet"]}, "sqlite"))["persons"]
    persons = report_of(path)["persons"]
    assert persons["likely"] == alone["likely"]
    assert persons["high"] == alone["high"]


SUBJECTS = [(at, "FM"[at % 2], 1931 + at * 2) for at in range(1, 31)]
CODED = [(at, at % 30 + 1, f"2019-03-1{at % 9}", ("B24", "I10", "E119", "C509", "F322", "J45")[at % 6])
         for at in range(60)]  # fmt: skip


@pytest.mark.parametrize("kind", ["sql", "sqlite"])
@pytest.mark.parametrize(
    ("table", "columns", "key", "expected"),
    [
        ("patient", ("id", "sexe", "annee_naissance"), "patient_id", 30),
        ("T_PATIENTS", ("id", "sexe", "age"), "idPatient", 30),
        ("sujet", ("sujet_id", "sexe", "annee_naissance"), "sujet_id", 30),
        ("beneficiaire", ("num_benef", "sexe", "annee"), "num_benef", 30),
        ("usager", ("id", "genre", "annee_naissance"), "usager_id", 30),
        ("tarif", ("id", "lettre", "annee"), "patient_id", 30),  # is about nobody: the numbers of patients count alone
    ],
)
def test_people_without_names_are_those_whom_others_refer_to(
    table: str, columns: tuple[str, ...], key: str, expected: int, kind: str, tmp_path: Path,
    report_of: Callable[..., Any],
) -> None:  # fmt: skip
    tables: dict[str, Table] = {
        table: (columns, SUBJECTS),
        "diagnostic": (("id", key, "date", "diag_cim10"), CODED),
    }
    report = report_of(dump(tmp_path, tables, kind))
    assert [report["persons"][end] for end in ("low", "likely", "high")] == [expected] * 3
    assert report["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 5


def test_a_shop_that_tells_sexes_has_no_patients(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    tables: dict[str, Table] = {
        "client": (("id", "sexe", "annee_naissance"), SUBJECTS),
        "vente": (("id", "client_id", "date"), [row[:3] for row in CODED]),
    }
    assert report_of(dump(tmp_path, tables, "sql"))["persons"]["likely"] == 0
