"""Codes that another table of a dump explains: what they mean is said of the person who has them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_chains import REQUESTS, csv_files, low_likely_high
from test_keyed_tables import Table, dump, people

DISEASES = ("Infection par le VIH", "Hypertension artérielle", "Cancer du sein", "Asthme", "Grossesse", "Grippe")
TESTS = ("Sérologie VIH 1+2", "Glycémie à jeun", "TSH", "Ferritine", "Sérologie hépatite C", "Calcium")
BOXES = ("BIKTARVY 50MG", "DOLIPRANE 1G", "SPASFON", "LEVOTHYROX 50", "GAVISCON", "TAMOXIFENE 20MG")
VISITS = [(100 + at, at % 12 + 1, at % 6 + 1, f"2021-0{at % 9 + 1}-1{at % 9}") for at in range(24)]


def themes(report: dict[str, Any]) -> dict[str, dict[str, int]]:
    found = report["persons"]["by_theme"]
    return {
        theme: {status: one["likely"] for status, one in told.items() if one["likely"]} for theme, told in found.items()
    }


def given(kind: str, tmp_path: Path, tables: dict[str, Table]) -> Path:
    return csv_files(tmp_path, tables) if kind == "csv" else dump(tmp_path, tables, kind)


@pytest.mark.parametrize("kind", ["sql", "sqlite", "csv"])
def test_a_visit_names_its_disease_by_number(kind: str, tmp_path: Path, report_of: Callable[..., Any]) -> None:
    tables = people("id") | {
        "maladie": (("id", "libelle"), list(enumerate(DISEASES, 1))),
        "consultation": (("id", "patient_id", "maladie_id", "date_consultation"), VISITS),
    }
    report = report_of(given(kind, tmp_path, tables))
    assert report["persons"]["likely"] == 12
    told = themes(report)
    assert told["hiv"] == {"affirmed": 2}  # two patients have visits for the first disease
    assert told["cancer"] == {"affirmed": 2}
    assert told["pregnancy"] == {"affirmed": 2}


@pytest.mark.parametrize(
    ("word", "status"), [("positif", "affirmed"), ("négatif", "negated"), ("", "tested"), ("en attente", "tested")]
)
@pytest.mark.parametrize("kind", ["sql", "csv"])
def test_a_result_names_its_test_by_number(
    word: str, status: str, kind: str, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    """Through two tables: the request tells whose it is, the list of tests what was looked for."""
    results = [(900 + at, 5000 + at % 36, at % 6 + 1, word if at % 6 == 0 else "1.2") for at in range(108)]
    tables = people("id") | {
        "analyse": (("id", "code", "libelle"), [(at, f"A{at}", one) for at, one in enumerate(TESTS, 1)]),
        "dossier": (("id", "patient_id", "date_prelevement"), REQUESTS),
        "resultat": (("id", "dossier_id", "analyse_id", "valeur"), results),
    }
    report = report_of(given(kind, tmp_path, tables))
    assert low_likely_high(report) == [12, 12, 12]
    assert themes(report)["hiv"] == {status: 2}


def test_a_box_names_its_drug_by_its_code(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    boxes = [(f"34009300000{at}0", one, "") for at, one in enumerate(BOXES)]
    lines = [(at, 5000 + at % 36, f"34009300000{at % 6}0") for at in range(72)]
    tables = people("id", "client") | {
        "produit": (("cip13", "designation", "rayon"), boxes),
        "ordonnance": (("id", "client_id", "date_ordo"), REQUESTS),
        "ligne": (("id", "ordonnance_id", "cip13"), lines),
    }
    report = report_of(dump(tmp_path, tables, "sql"))
    assert low_likely_high(report) == [12, 12, 12]
    assert themes(report)["hiv"] == {"affirmed": 2}


@pytest.mark.parametrize(
    ("title", "dictionary"), [("medecin_id", "maladie"), ("maladie_id", "maladies_rares_autres"), ("motif", "maladie")]
)
def test_a_number_that_is_not_called_after_the_dictionary_says_nothing(
    title: str, dictionary: str, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    tables = people("id") | {
        dictionary: (("id", "libelle"), list(enumerate(DISEASES, 1))),
        "consultation": (("id", "patient_id", title, "date_consultation"), VISITS),
    }
    report = report_of(dump(tmp_path, tables, "sql"))
    assert low_likely_high(report) == [12, 12, 12]
    assert ("hiv" in themes(report)) is (dictionary != "maladie" and title == "maladie_id")


def test_a_dictionary_that_lacks_most_of_the_numbers_is_another_one(
    tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    tables = people("id") | {
        "maladie": (("id", "libelle"), [(at + 700, one) for at, one in enumerate(DISEASES)]),
        "consultation": (("id", "patient_id", "maladie_id", "date_consultation"), VISITS),
    }
    assert themes(report_of(dump(tmp_path, tables, "sql"))) == {}


@pytest.mark.parametrize("seed", range(6))
def test_a_number_that_the_dictionary_lacks_says_nothing(
    seed: int, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    """Fingerprints lie in another order with every key: no neighbour's words may be taken."""
    del seed
    visits = [(at, patient, 900 + at if at >= 22 else disease, day) for at, patient, disease, day in VISITS]
    visits = [(at, patient, 2 if disease == 1 else disease, day) for at, patient, disease, day in visits]
    tables = people("id") | {
        "maladie": (("id", "libelle"), list(enumerate(DISEASES, 1))),
        "consultation": (("id", "patient_id", "maladie_id", "date_consultation"), visits),
    }
    assert "hiv" not in themes(report_of(dump(tmp_path, tables, "sql")))


PERSONS = [(at, 8507 + 25 * (at % 2), 1931 + at * 2, at % 12 + 1, at % 28 + 1) for at in range(1, 31)]
SUBJECTS = [(at, "FM"[at % 2], 1931 + at * 2) for at in range(1, 31)]
OMOP = ("person_id", "gender_concept_id", "year_of_birth", "month_of_birth", "day_of_birth")
OCCURRENCES = [(at, at % 30 + 1, 4500 + at % 6, f"2019-03-1{at % 9}") for at in range(60)]
CONCEPTS = [(4500 + at, one) for at, one in enumerate(DISEASES)]


@pytest.mark.parametrize(
    ("who", "columns", "events", "code", "dictionary", "coded", "kinds"),
    [
        ("person", OMOP, "condition_occurrence", "condition_concept_id", "concept", "concept_id", "sqlite sql csv"),
        ("sujet", ("sujet_id", "sexe", "annee"), "evenement", "maladie_id", "maladie", "maladie_id", "sqlite sql"),
        ("individu", ("id", "sexe", "annee"), "lignes", "code_affection", "affection", "code_affection", "sqlite sql"),
    ],
)
def test_people_without_names_whose_illness_is_told_by_a_code(
    who: str, columns: tuple[str, ...], events: str, code: str, dictionary: str, coded: str, kinds: str,
    tmp_path: Path, report_of: Callable[..., Any],
) -> None:  # fmt: skip
    """Nothing but the dictionary speaks of health; what refers to it does as well."""
    number = columns[0] if who in columns[0] else f"{who}_id"
    tables: dict[str, Table] = {
        who: (columns, PERSONS if columns == OMOP else SUBJECTS),
        events: ((f"{events}_id", number, code, "date"), OCCURRENCES),
        dictionary: ((coded, "libelle"), CONCEPTS),
    }
    for kind in kinds.split():
        report = report_of(given(kind, tmp_path, tables))
        assert report["persons"]["likely"] == 30, kind
        assert report["persons"]["basis"]["record_number"] == 30
        assert report["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 5


@pytest.mark.parametrize("kind", ["sqlite", "sql"])
@pytest.mark.parametrize(
    ("table", "number", "words", "code"),
    [
        ("person", "person_id", ("Selle", "Guidon", "Frein", "Roue", "Pompe", "Antivol"), "article_id"),
        ("person", "person_id", DISEASES, "rayon_id"),  # nobody has any of these
    ],
    ids=["of a shop", "referred to by nobody"],
)
def test_codes_that_tell_nothing_of_health_make_no_patients(
    table: str, number: str, words: tuple[str, ...], code: str, kind: str, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    tables: dict[str, Table] = {
        table: ((number, "genre_id", "year_of_birth", "month_of_birth", "day_of_birth"), PERSONS),
        "vente": (("vente_id", number, code, "date"), OCCURRENCES),
        "article": (("article_id", "libelle"), [(4500 + at, one) for at, one in enumerate(words)]),
    }
    assert report_of(given(kind, tmp_path, tables))["persons"]["likely"] == 0


@pytest.mark.parametrize("kind", ["sqlite", "sql", "csv"])
@pytest.mark.parametrize(
    ("events", "expected"), [("condition_occurrence", 30), ("drug_exposure", 30), ("vente", 0), ("occurrence", 0)]
)
def test_a_table_of_care_needs_no_dictionary(
    events: str, expected: int, kind: str, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    tables: dict[str, Table] = {
        "person": (OMOP, PERSONS),
        events: ((f"{events}_id", "person_id", "code_id", "date"), OCCURRENCES),
    }
    assert report_of(given(kind, tmp_path, tables))["persons"]["likely"] == expected
