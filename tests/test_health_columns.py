"""Columns of codes that look like diseases, and questions whose answers stand in the next column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from test_readers_messages import only, with_lines

from leakscan.health.cells import closed_lists, code_columns, without_codes

MONTHS = ["JAN", "FEV", "MAR", "AVR", "MAI", "JUN", "JUL", "AOU", "SEP", "OCT", "NOV", "DEC"]
COUNTRIES = ["FRA", "FRA", "BEL", "CIV", "FRA", "SEN", "MAR", "FRA", "CIV", "ITA", "FRA", "FRA"]
WARDS = ["CARDIO", "PNEUMO", "GASTRO", "ONCO", "PSY", "NEPHRO", "URO", "REA", "ORL", "CARDIO", "REA", "URG"]
STAGES = ["AA1", "BZ", "KW", "SLA", "QX", "TF2", "WX", "YY", "ZE", "QP", "LK", "JU"]
DISEASES = ["SEP", "HTA", "BPCO", "SLA", "HTA", "DT2", "HTA", "SEP", "HTA", "BPCO", "DT2", "HTA"]
NAMES = ["Lemaire", "Poulain", "Gaudin", "Marchand", "Roussel", "Carpentier", "Delattre", "Vasseur", "Hubert", "Colin"]


def themes_of(
    header: Sequence[str], columns: Sequence[Sequence[str]], report_of: Callable[..., Any], write: Callable[..., Path]
) -> dict[str, dict[str, int]]:
    people = [[name, f"LEA{at}", f"05/12/19{50 + at}"] for at, name in enumerate([*NAMES, "Barbier", "Picard"])]
    rows = [[*person, *cells] for person, cells in zip(people, zip(*columns, strict=True), strict=True)]
    report = report_of(write("liste.csv", [["nom", "prenom", "date_naissance", *header], *rows]))
    return {
        theme: {status: bounds["likely"] for status, bounds in statuses.items() if bounds["likely"]}
        for theme, statuses in report["persons"]["by_theme"].items()
        if any(bounds["likely"] for bounds in statuses.values())
    }


@pytest.mark.parametrize(
    ("header", "cells", "themes"),
    [
        ("mois", MONTHS, {}),
        ("pays", COUNTRIES, {}),
        ("nat", COUNTRIES, {}),
        ("champ", COUNTRIES, {}),
        ("service", WARDS, {}),
        ("etape", STAGES, {}),
        ("mois", [*MONTHS[:8], "SEP en poussée", *MONTHS[9:]], {"other_condition": {"affirmed": 1}}),
        ("champ", [*COUNTRIES[:8], "HTA", *COUNTRIES[9:]], {"other_condition": {"affirmed": 1}}),
        ("champ", [*STAGES[:3], "VIH", *STAGES[4:]], {"hiv": {"affirmed": 1}}),
        ("pathologie", DISEASES, {"other_condition": {"affirmed": 12}}),
        ("champ", DISEASES, {"other_condition": {"affirmed": 12}}),
        ("champ", [*[""] * 11, "SEP"], {}),
        ("champ", [*["SLA"] * 11, "SEP"], {"other_condition": {"affirmed": 12}}),
    ],
)
def test_short_codes_are_diseases_where_the_column_speaks_of_them(
    header: str,
    cells: Sequence[str],
    themes: dict[str, dict[str, int]],
    report_of: Callable[..., Any],
    write_table: Callable[..., Path],
) -> None:
    assert themes_of([header], [cells], report_of, write_table) == themes


OTHER = {"other_condition": {"affirmed": 12}}
TAKEN = {"treatment": {"affirmed": 12}}
ONE_PRODUCT = {"addiction": {"affirmed": 2}}
COVID = {"other_condition": {"affirmed": 4, "tested": 4, "negated": 4}}
SYPHILIS = {"sti_hepatitis": {"affirmed": 3, "negated": 9}}
ABUSED = {"addiction": {"affirmed": 12}}
ANSWERED = {"other_condition": {"affirmed": 6, "negated": 6}}


@pytest.mark.parametrize(
    ("header", "cells", "themes"),
    [
        ("allergies", ["paracetamol", "amoxicilline"] * 6, OTHER),
        ("allergiesMedicamenteuses", ["Doliprane", "Augmentin"] * 6, OTHER),
        ("allergies", ["pollens", "arachide"] * 6, OTHER),
        ("allergies", ["aspirine", "aucune"] * 6, ANSWERED),
        ("allergie", ["oui", "non"] * 6, ANSWERED),
        ("allergies", ["", "XXXX"] * 6, {}),
        ("traitement", ["Doliprane", "Augmentin"] * 6, TAKEN),
        ("medicament", ["paracetamol", "amoxicilline"] * 6, TAKEN),
        ("traitement de l'allergie", ["Aerius", "Zyrtec"] * 6, TAKEN),
        ("antibiogramme", ["Ampicilline R", "Gentamicine S"] * 6, {}),
        ("antibiotique", ["Amoxicilline 1 g", "Ceftriaxone 2 g"] * 6, TAKEN),
        ("allergies.libelle", ["Iode", "Bétadine"] * 6, OTHER),
        ("vaccin", ["Zona", "Méningocoque B", "Rotavirus"] * 4, {}),
        ("Nom du vaccin", ["Grippe saisonnière", "Hépatite A"] * 6, {}),
        ("vaccins reçus", ["Coqueluche", "Varicelle, rougeole"] * 6, {}),
        ("vaccinations.libelle", ["HPV", "Encéphalite japonaise"] * 6, {}),
        ("vaccin", ["Hépatite B (asthme sévère)", "Covid-19, épilepsie"] * 6, OTHER),
        ("motif", ["Zona", "Méningocoque B", "Rotavirus"] * 4, OTHER),
        ("remarque vaccin", ["asthme", "épilepsie"] * 6, OTHER),
        ("produit_principal", ["alcool", "cocaïne", "ecstasy"] * 4, ABUSED),
        ("addictions", ["Alcool", "tabac", "cannabis"] * 4, ABUSED),
        ("patient.substance", ["alcool", "héroïne", "crack"] * 4, ABUSED),
        ("produit", ["alcool", "compresses", "gel"] * 4, {}),
        (
            "produit",
            ["alcool", "compresses", "gants", "sparadrap", "cannabis", "coton"] * 2,
            {"addiction": {"affirmed": 2}},
        ),
    ],
)
def test_what_people_do_not_bear_and_what_germs_yield_to_is_not_taken(
    header: str,
    cells: Sequence[str],
    themes: dict[str, dict[str, int]],
    report_of: Callable[..., Any],
    write_table: Callable[..., Path],
) -> None:
    assert themes_of([header], [cells], report_of, write_table) == themes


@pytest.mark.parametrize(("result", "taken"), [("R", 0), ("S", 0), ("résistant", 0), ("12 mg/l", 12), ("", 12)])
def test_a_drug_with_the_answer_of_a_germ_is_not_taken(
    result: str, taken: int, report_of: Callable[..., Any], write_table: Callable[..., Path]
) -> None:
    tried = [["Ampicilline", "Gentamicine", "Vancomycine"] * 4, [result] * 12]
    found = themes_of(["analyse", "resultat"], tried, report_of, write_table)
    assert found.get("treatment", {}).get("affirmed", 0) == taken


def test_among_many_columns_without_a_role_each_is_judged_alone(
    report_of: Callable[..., Any], write_table: Callable[..., Path]
) -> None:
    columns = [MONTHS, *[["x", "y", "z"] * 4] * 8, DISEASES]
    found = themes_of([f"c{at}" for at in range(10)], columns, report_of, write_table)
    assert found == {"other_condition": {"affirmed": 12}}


ASKED = ["Êtes-vous enceinte ?", "Avez-vous un cancer ?", "Êtes-vous diabétique ?"] * 4


@pytest.mark.parametrize(
    ("header", "answers", "themes"),
    [
        (
            ("question", "reponse"),
            ["non"] * 12,
            {"pregnancy": {"negated": 4}, "cancer": {"negated": 4}, "other_condition": {"negated": 4}},
        ),
        (("q", "r"), ["Oui", "Non", ""] * 4, {"pregnancy": {"affirmed": 4}, "cancer": {"negated": 4}}),
        (("q", "r"), ["NSP", "Non", "Oui"] * 4, {"cancer": {"negated": 4}, "other_condition": {"affirmed": 4}}),
    ],
)
def test_questions_are_read_with_the_answers_beside_them(
    header: tuple[str, str],
    answers: Sequence[str],
    themes: dict[str, dict[str, int]],
    report_of: Callable[..., Any],
    write_table: Callable[..., Path],
) -> None:
    assert themes_of(header, [ASKED, answers], report_of, write_table) == themes


def test_the_place_of_a_visit_is_no_disease() -> None:
    row = only(with_lines("PV1||I|PNEUMO^P301^2^^^SIB||||||||GASTRO"))
    assert not any("PNEUMO" in str(cell) or "GASTRO" in str(cell) for cell in row.values())


def test_closed_lists_are_folded_words() -> None:
    assert {"sep", "civ", "pneumo", "xl", "kg", "lun"} <= frozenset().union(*closed_lists())
    empty = [""] * len(MONTHS)
    found = code_columns({0: "mois", 1: "maladie", 2: None}, pl.DataFrame({"c0": MONTHS, "c1": MONTHS, "c2": empty}))
    assert list(found) == [0]
    assert without_codes(pl.Series(["SEP", "sep ", "HTA"]), found[0]).to_list() == ["", "", "HTA"]
    assert code_columns({}, pl.DataFrame()) == {}


RESULTS = ["Positif", "Négatif", "négatif", "NEG"] * 3


@pytest.mark.parametrize(
    ("titles", "header", "cells", "themes"),
    [
        (["Dépistage VIH, avril 2023"], "Résultat", RESULTS, {"hiv": {"affirmed": 3, "negated": 9}}),
        (["CeGIDD Est", "sérologies syphilis 2023"], "resultat", RESULTS, SYPHILIS),
        (["export SI-DEP"], "Résultat", ["Négatif", "Indéterminé", "Positif"] * 4, COVID),
        (["Dépistage VIH, avril 2023"], "Résultat", ["Admis", "Refusé"] * 6, {}),
        (["Dépistage VIH et hépatite C"], "Résultat", RESULTS, {}),
        (["Centre de santé, unité 3"], "Résultat", RESULTS, {}),
        (["Dépistage du cancer colorectal"], "Résultat", RESULTS, {"cancer": {"tested": 12}}),
    ],
)
def test_results_are_of_the_test_that_a_title_names(
    titles: Sequence[str],
    header: str,
    cells: Sequence[str],
    themes: dict[str, dict[str, int]],
    report_of: Callable[..., Any],
    write_table: Callable[..., Path],
) -> None:
    people = [[name, f"LEA{at}", f"05/12/19{50 + at}"] for at, name in enumerate([*NAMES, "Barbier", "Picard"])]
    rows = [[*person, cell] for person, cell in zip(people, cells, strict=True)]
    above = [[title, "", "", ""] for title in titles]
    report = report_of(write_table("liste.csv", [*above, ["nom", "prenom", "date_naissance", header], *rows]))
    assert {
        theme: {status: bounds["likely"] for status, bounds in statuses.items() if bounds["likely"]}
        for theme, statuses in report["persons"]["by_theme"].items()
        if any(bounds["likely"] for bounds in statuses.values())
    } == themes
