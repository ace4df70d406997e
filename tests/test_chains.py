"""Tables that know their people through others: results name a request, requests name their patient."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_keyed_tables import FIRST, PATIENTS, Table, dump, people
from test_merging import KEY, OPTIONS, kept, scanned

from leakscan.columns.row_keys import row_keys
from leakscan.merging import merged, merged_report
from leakscan.persons.chains import Table as Keyed
from leakscan.persons.chains import Told, reach
from leakscan.records import ColumnRole
from leakscan.report import build_report

REQUESTS = [(5000 + at, at % 12 + 1, f"2021-0{at % 9 + 1}-1{at % 9}") for at in range(36)]
RESULTS = [
    (90_000 + at, 5000 + at % 36, "Sérologie VIH", "positif" if at % 12 == 2 else "négatif") for at in range(108)
]


def low_likely_high(report: dict[str, Any]) -> list[int]:
    return [report["persons"][end] for end in ("low", "likely", "high")]


def csv_files(folder: Path, tables: dict[str, Table]) -> Path:
    """The tables as files of a folder of their own."""
    folder = folder / "export"
    folder.mkdir()
    for name, (columns, rows) in tables.items():
        lines = [columns, *rows]
        (folder / f"{name}.csv").write_text("".join(";".join(map(str, line)) + "\n" for line in lines))
    return folder


@pytest.mark.parametrize("kind", ["sql", "sqlite", "csv"])
@pytest.mark.parametrize(
    ("own", "request_table", "request_columns", "result_table", "result_columns"),
    [
        (
            "id",
            "dossier",
            ("id", "patient_id", "date_prelevement"),
            "resultat",
            ("id", "dossier_id", "examen", "valeur"),
        ),
        (
            "id",
            "demande",
            ("dem_id", "dem_patient_id", "dem_date"),
            "analyse",
            ("ana_id", "ana_dem_id", "ana_examen", "ana_res"),
        ),
        ("ipp", "sejour", ("iep", "ipp", "date_entree"), "resultats", ("numero", "iep", "examen", "resultat")),
        ("id", "prelevements", ("id", "idPatient", "date"), "lignes", ("id", "prelevementId", "examen", "valeur")),
    ],
    ids=["of a laboratory", "behind prefixes", "of a hospital", "camel case"],
)
def test_results_are_those_of_the_patients_of_their_requests(
    own: str, request_table: str, request_columns: tuple[str, ...], result_table: str, result_columns: tuple[str, ...],
    kind: str, tmp_path: Path, report_of: Callable[..., Any],
) -> None:  # fmt: skip
    tables = people(own) | {request_table: (request_columns, REQUESTS), result_table: (result_columns, RESULTS)}
    report = report_of(csv_files(tmp_path, tables) if kind == "csv" else dump(tmp_path, tables, kind))
    assert low_likely_high(report) == [12, 12, 12]
    assert report["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 1


def test_the_order_of_the_tables_does_not_matter(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    tables = {
        "resultat": (("id", "dossier_id", "examen", "valeur"), RESULTS),
        "dossier": (("id", "patient_id", "date_prelevement"), REQUESTS),
    } | people("id")
    assert low_likely_high(report_of(dump(tmp_path, tables, "sql"))) == [12, 12, 12]


def test_what_a_key_of_nobody_tells_is_told_of_nobody_for_certain(
    tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    """Requests that were deleted leave results behind: somebody's, who may be a patient of the table or not."""
    results = [*RESULTS, (99_999, 7777, "Sérologie VIH", "positif")]
    tables = people("id") | {
        "dossier": (("id", "patient_id", "date_prelevement"), REQUESTS),
        "resultat": (("id", "dossier_id", "examen", "valeur"), results),
    }
    low, likely, high = low_likely_high(report_of(dump(tmp_path, tables, "sql")))
    assert low == 12
    assert likely in {12, 13}
    assert high == 13


ANYBODY = [(1000 + at, last, first, born) for at, last, first, born in PATIENTS]
REGISTER = [(800_000 + 7 * at, 1001 + at) for at in range(8)]
STAYS = [(4_000 + at, 800_000 + 7 * (at % 8), f"2021-0{at % 9 + 1}-1{at % 9}") for at in range(30)]
VISITED = [(at, 1001 + at % 12, f"2021-0{at % 9 + 1}-1{at % 9}") for at in range(30)]
CODES = [(4_000 + at, "B24" if at % 8 == 3 else "I10") for at in range(30)]


@pytest.mark.parametrize("kind", ["sql", "csv"])
def test_who_is_a_patient_is_told_by_the_table_of_patients(
    kind: str, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    """Of a table of anybody (patients, their families, staff) those count whom the table of patients names."""
    tables: dict[str, Table] = {
        "personne": (("id_personne", "nom", "prenom", "ddn"), ANYBODY),
        "patient": (("ipp", "id_personne"), REGISTER),
        "sejour": (("iep", "ipp", "date_entree"), STAYS),
        "diagnostic": (("iep", "code_cim10"), CODES),
    }
    report = report_of(csv_files(tmp_path, tables) if kind == "csv" else dump(tmp_path, tables, "sql"))
    assert low_likely_high(report) == [8, 8, 8]
    assert report["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 1


@pytest.mark.parametrize("strangers", [0, 30])
def test_lines_without_titles_or_names_are_the_people_of_their_system(
    strangers: int, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    """Their numbers are those of stays, and a birth date stands beside them; other numbers are other people."""
    born = [f"{1931 + at % 60}-0{at % 9 + 1}-1{at % 8}" for at in range(130)]
    last = (
        "GARNIER",
        "ROUX",
        "FONTAINE",
        "CHEVALIER",
        "BLANCHARD",
        "GUERIN",
        "BOYER",
        "MULLER",
        "HENRY",
        "LEROY",
        "PETIT",
    )
    many = [(7000 + at, last[at % 11], FIRST[at % 12], born[at]) for at in range(130)]
    stays = [(260_000_100 + 3 * at, 7000 + at, "2021-03-04") for at in range(130)]
    tables: dict[str, Table] = {
        "patient": (("ipp", "nom", "prenom", "ddn"), many),
        "sejour": (("iep", "ipp", "date_entree"), stays),
        "diagnostic": (("iep", "code_cim10"), [(stay[0], "I10") for stay in stays]),
    }
    folder = csv_files(tmp_path, tables)
    numbers = [stays[at][0] + (500_000 if at < strangers else 0) for at in range(120)]
    births = ["".join(reversed(one.split("-"))) for one in born]
    rest = [f"{at % 2 + 1}4400  {('I10', 'K802', 'E119', 'C509', 'J189', 'N185')[at % 6]:<8}" for at in range(120)]
    lines = [f"0122    {numbers[at]}       {births[at]}{rest[at]}\n" for at in range(120)]
    (folder / "resumes.txt").write_text("".join(lines))
    assert low_likely_high(report_of(folder))[1] == 130 + (120 if strangers else 0)


def test_visits_of_people_known_by_a_number_and_a_birth_date(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    known = [(number, born, "FM"[at % 2]) for at, (number, _, _, born) in enumerate(PATIENTS)]
    tables: dict[str, Table] = {
        "patient": (("id", "date_naissance", "sexe"), known),
        "dossier": (("id", "patient_id", "date_prelevement"), REQUESTS),
        "resultat": (("id", "dossier_id", "examen", "valeur"), RESULTS),
    }
    report = report_of(dump(tmp_path, tables, "sql"))
    assert low_likely_high(report) == [12, 12, 12]
    assert report["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 1


@pytest.mark.parametrize("kind", ["sql", "csv"])
def test_numbers_in_a_table_of_their_own_are_the_peoples(
    kind: str, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    """A child has the number of a parent beside its own, and two children have the same one: nobody becomes another."""
    numbers = ("1841276451089", "2790351215189", "1700675123456", "2650813055001")
    kept = [(1001 + at, "NIR", f"{one}{97 - int(one) % 97:02d}") for at, one in enumerate(numbers)]
    kept += [(1005, "NIR_OD", kept[0][2]), (1006, "NIR_OD", kept[0][2])]
    tables: dict[str, Table] = {
        "personne": (("id_personne", "nom", "prenom", "ddn"), ANYBODY),
        "identifiant": (("id_personne", "type", "valeur"), kept),
        "visite": (("id", "id_personne", "date_visite"), VISITED),
    }  # fmt: skip
    report = report_of(csv_files(tmp_path, tables) if kind == "csv" else dump(tmp_path, tables, "sql"))
    assert low_likely_high(report) == [12, 12, 12]
    assert report["persons"]["basis"]["nir"] == 6


def test_boxes_of_a_pharmacy_without_any_number_of_a_person(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    lines = [(at, 5000 + at % 36, "BIKTARVY 50MG" if at % 12 == 5 else "DOLIPRANE 1G") for at in range(72)]
    tables = people("cli_id", "client") | {
        "ordonnance": (("ord_id", "ord_cli_id", "ord_date"), REQUESTS),
        "ordo_ligne": (("lig_id", "lig_ord_id", "lig_libelle"), lines),
    }
    tables["client"] = (("cli_id", "cli_nom", "cli_prenom", "cli_ddn"), PATIENTS)
    report = report_of(dump(tmp_path, tables, "sql"))
    assert low_likely_high(report) == [12, 12, 12]
    assert report["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 1


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (("id", "medecin_id", "remarque"), [(at, at % 12 + 1, "VIH positif vu") for at in range(30)]),
        (("id", "produit_id", "libelle"), [(at, at % 12 + 1, "BIKTARVY 50MG") for at in range(30)]),
        (("id", "lot", "libelle"), [(at, at % 12 + 1, "BIKTARVY 50MG") for at in range(30)]),
    ],
    ids=["doctors", "articles", "lots"],
)  # fmt: skip
def test_keys_of_something_else_are_nobodys(
    columns: tuple[str, ...], rows: list[tuple[object, ...]], tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    """Small numbers stand in every table: a key must be called after the table, too."""
    report = report_of(dump(tmp_path, people("id") | {"divers": (columns, rows)}, "sql"))
    assert low_likely_high(report) == [12, 12, 12]
    assert report["persons"]["by_theme"] == {}


def roles(*told: str) -> list[ColumnRole]:
    """`title=role`, or a title alone."""
    parted = [one.partition("=") for one in told]
    return [ColumnRole(at, title, role or None) for at, (title, _, role) in enumerate(parted)]


@pytest.mark.parametrize(
    ("columns", "in_tables", "number", "others"),
    [
        (("id=record_number", "patient_id=record_number", "date"), True, "id", ["patient_id"]),
        (("lig_id", "lig_ord_id", "lig_cip=drug"), True, "lig_ord_id", ["lig_cip"]),
        (("lig_id", "lig_ord_id", "lig_cip=drug"), False, "lig_ord_id", ["lig_cip"]),
        (("id", "user_id", "url"), True, "id", ["user_id"]),
        (("id", "user_id", "url"), False, None, []),
        (("id", "libelle=diagnosis"), True, "id", []),
        (("id", "ipp=record_number", "nom=last_name"), True, "ipp", ["id"]),
        (("ipp=record_number", "nom=last_name", "medecin_id"), True, None, []),
        (("nom=last_name", "prenom=first_name"), True, None, []),
        (("a", "b=comment"), True, None, []),
    ],
)
def test_columns_of_keys(columns: tuple[str, ...], in_tables: bool, number: str | None, others: list[str]) -> None:
    keys = row_keys(roles(*columns), in_tables=in_tables)
    titles = [one.partition("=")[0] for one in columns]
    assert (keys and titles[keys.number]) == number
    assert [titles[index] for index in (keys.others if keys else ())] == others


def test_a_wide_export_of_people_is_no_table_of_a_system() -> None:
    wide = roles("n_dossier=record_number", "n_patient=record_number", "nom=last_name", *(f"c{at}" for at in range(40)))
    assert row_keys(wide, in_tables=False) is None
    assert row_keys(wide, in_tables=True) is not None


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 9)), max_size=60))
def test_every_key_is_told_of_one_person_and_no_other_key_is(pairs: list[tuple[int, int]]) -> None:
    """However requests and patients are numbered, a result comes to a patient under whom its request stands."""
    whose = dict(pairs)  # request -> patient
    patients = Keyed(0, "patient", "id", np.arange(1, 10, dtype=np.uint64), {})
    number, other = (np.array(column, np.uint64) for column in (list(whose.values()), list(whose)))
    requests = Keyed(1, "demande", "patient_id", np.unique(number), {"id": (number, other)})
    results = Keyed(2, "resultat", "demande_id", np.unique(other), {})
    ways = reach(
        [patients], [results, requests], lambda of, title, _: 3 * ((title or "") == f"{of.table}_id"), lambda _: 0.9
    )
    assert set(ways) == ({1, 2} if pairs else set())
    if pairs:
        people_of, there = ways[2][0].told.of(np.arange(1, 41, dtype=np.uint64))
        assert {
            int(key): int(person) for key, person in zip(np.arange(1, 41)[there], people_of[there], strict=True)
        } == whose


def test_numbers_told_of_nothing() -> None:
    people_of, there = Told.own(np.empty(0, np.uint64)).of(np.array([1, 2], np.uint64))
    assert not people_of.any()
    assert not there.any()
    assert len(FIRST) == 12


WORKERS = [(70 + at, last, first, born) for at, last, first, born in PATIENTS]
DOCTORS = [(at, name) for at, name in enumerate(("KLEIN", "MARTEL", "SANCHEZ"), 1)]


@pytest.mark.parametrize("kind", ["sql", "sqlite"])
@pytest.mark.parametrize(
    ("doctor", "doctor_id", "who", "who_id"),
    [
        ("Medecin", "med_id", "Salarie", "sal_id"),  # the table of doctors comes first, by its name
        ("docteur", "docteur_id", "travailleur", "travailleur_id"),
        ("agent", "agent_id", "patient", "patient_id"),
    ],
)
def test_a_visit_is_about_the_one_who_was_born_and_not_its_doctor(
    doctor: str, doctor_id: str, who: str, who_id: str, kind: str, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    visits = [(at, 71 + at % 12, at % 3 + 1, f"2021-0{at % 9 + 1}-1{at % 9}",
               "VIH positif" if at % 12 == 2 else "apte") for at in range(36)]  # fmt: skip
    tables: dict[str, Table] = {
        doctor: ((doctor_id, "nom"), DOCTORS),
        who: ((who_id, "nom", "prenom", "ddn"), WORKERS),
        "visite": (("vis_id", who_id, doctor_id, "vis_date", "observation"), visits),
    }
    report = report_of(dump(tmp_path, tables, kind))
    assert report["persons"]["likely"] == 12
    assert report["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 1


@pytest.mark.parametrize("kind", ["sql", "sqlite"])
def test_nor_is_a_line_of_a_request_that_names_its_doctor(
    kind: str, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    """Its patient is two steps away, its doctor one."""
    lines = [(at, 5000 + at % 36, at % 3 + 1, "VIH positif" if at % 12 == 2 else "RAS") for at in range(36)]
    tables: dict[str, Table] = people("id") | {
        "docteur": (("docteur_id", "nom"), DOCTORS),
        "demande": (("id", "patient_id", "date_prelevement"), REQUESTS),
        "observation": (("id", "demande_id", "docteur_id", "texte"), lines),
    }
    report = report_of(dump(tmp_path, tables, kind))
    assert report["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 1
    assert report["persons"]["likely"] == 12


def test_what_is_saved_is_followed_as_it_was(tmp_path: Path) -> None:
    """Keys and dictionaries come back with a saved result; files of a folder that were scanned apart are one system."""
    tables = people("id") | {
        "analyse": (("id", "libelle"), [(1, "Sérologie VIH"), (2, "Glycémie")]),
        "dossier": (("id", "patient_id", "date_prelevement"), REQUESTS),
        "resultat": (
            ("id", "dossier_id", "analyse_id", "valeur"),
            [(at, 5000 + at % 36, 1 + at % 2, "positif" if at % 12 == 2 else "négatif") for at in range(108)],
        ),
    }
    folder = csv_files(tmp_path, tables)
    whole = build_report(scanned(folder), OPTIONS)["persons"]
    parts = [kept(tmp_path / path.stem, scanned(path)) for path in sorted(folder.iterdir())]
    again = merged_report(merged(parts, KEY))["persons"]
    for told in (whole, again):
        assert [told[end] for end in ("low", "likely", "high")] == [12, 12, 12]
        assert told["by_theme"]["hiv"]["affirmed"]["likely"] == whole["by_theme"]["hiv"]["affirmed"]["likely"] > 0
