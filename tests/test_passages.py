"""Texts about several people: who is counted, and whose the findings are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.fr import nir as oracle

from leakscan.passages import PASSAGES_SCHEMA, passages


def number(body: str) -> str:
    return f"{body}{oracle.calc_check_digits(body)}"


ROUNDS = f"""Compte rendu de la réunion du 12 mars 2021.

M. Jean DUPONT, né le 12/03/1950, VIH positif depuis 2010, sous Biktarvy, va bien.
Mme Marie LEROY, née le 04/05/1971, cancer du sein, chimiothérapie en cours.
Mme Sophie PETIT, née le 30/11/1988, enceinte de 22 SA, sérologie VIH négative.
M. Paul ROUX ({number("1620375115001")}), hépatite C traitée.

Prochaine réunion le 19 mars 2021.
"""
IN_ONE_LINE = (
    "Bonjour, voici les résultats en attente : DURAND Lea 05/12/1984 - VIH positif ; MOREL Luc 07/02/1960 - négatif ; "
    "PETIT Anne 09/09/1990 - grossesse confirmée. Cordialement\n"
)
UNDER_A_HEADING = """Liste des patients à rappeler (VIH positifs)

- DUPONT Jean, 12/03/1950, tél 06 12 34 56 78
- LEROY Marie, 04/05/1971
- PETIT Sophie 30/11/1988, enceinte
- BEN AMAR Karim né le 03/03/1969
"""
ROOMS = """Transmissions du 3 juin

Chambre 12 : Mme Bernard Yvette (14/02/1931), démence, sous Aricept.
Chambre 14 : M. Morel (02/09/1944) cancer de la prostate, hormonothérapie.
Chambre 15 : Mme Roux Anne-Marie née Petit le 5 mai 1950. RAS.
Chambre 16 : libre
"""
DATE_FIRST = """05/12/1984 Mme Lea DURAND, née le 05/12/1984 : enceinte.
Né le 07/02/1960, M. Luc MOREL : VIH positif.
Née le 09/09/1990, Mme Anne PETIT : RAS.
"""
NUMBERS_ALONE = f"VIH positif : {number('1620375115001')} puis\nsans suite : {number('2710575115002')}\n"


AGES = """Transmissions du 3 juin. Présents : M. Garnier, Mme Fontaine.
Chambre 12 : Mme Yvette Bernard, 82 ans, démence ; Mme Morel, 76 ans, cancer du sein.
Chambre 15 : M. Paul Roux, 54 ans, grippe. Sa fille, Mme Lea Roux, est prévenue.
"""


@pytest.mark.parametrize(
    ("text", "people", "affirmed"),
    [
        pytest.param(ROUNDS, 4, {"hiv": 1, "cancer": 1, "pregnancy": 1, "sti_hepatitis": 1}, id="a line each"),
        pytest.param(IN_ONE_LINE, 3, {"hiv": 1, "pregnancy": 1}, id="all in one line"),
        pytest.param(UNDER_A_HEADING, 4, {"hiv": 4, "pregnancy": 1}, id="the heading is about all"),
        pytest.param(ROOMS, 3, {"cancer": 1, "mental_health": 1}, id="dates in brackets"),
        pytest.param(DATE_FIRST, 3, {"hiv": 1, "pregnancy": 1}, id="dates before names"),
        pytest.param(AGES, 3, {"cancer": 1, "mental_health": 1}, id="names and ages alone"),
        pytest.param(
            "Je vois Mme Marie LEROY, née le 04/05/1971, enceinte, adressée par M. Jean PETIT. Son frère va bien.\n",
            1,
            {"pregnancy": 1},
            id="who wrote is named too",
        ),
        pytest.param(
            "M. Jean DURAND m'a confié sa mère, Mme Simone DURAND née le 02/02/1940, pour un cancer du sein.\n"
            "Sa fille Mme Claire MOREL est prévenue.\n",
            1,
            {"cancer": 1},
            id="relatives before and after",
        ),
        pytest.param(
            f"Objet : Mme Simone DURAND\nNIR {number('2400235115001')}\n\n"
            "Vue avec sa fille Mme Claire MOREL et M. Paul ROUX. VIH positif.\n",
            1,
            {"hiv": 1},
            id="a number and names",
        ),
        pytest.param(NUMBERS_ALONE, 2, {"hiv": 1}, id="numbers without names"),
    ],
)
def test_everybody_in_a_text_is_counted_with_his_own(
    text: str, people: int, affirmed: dict[str, int], tmp_path: Path, report_of: Callable[..., dict[str, Any]]
) -> None:
    (tmp_path / "note.txt").write_text(text, encoding="utf-8")
    persons = report_of(tmp_path / "note.txt")["persons"]
    assert persons["likely"] == people
    found = {theme: persons["by_theme"].get(theme, {}).get("affirmed", {"likely": 0})["likely"] for theme in affirmed}
    assert found == affirmed


@pytest.mark.parametrize(
    "text",
    [
        # one patient, whose relatives and doctors are named
        "Je vois Mme Marie LEROY, née le 04/05/1971, adressée par M. Jean PETIT. Son frère Paul LEROY va bien.\n",
        # dates that lie near names, and not decades apart
        "Rendez-vous : DURAND Lea 05/12/2020, MOREL Luc 07/02/2021, PETIT Anne 09/03/2021. VIH à contrôler.\n",
        # who signs, and when
        "Mme Marie LEROY, née le 04/05/1971, enceinte.\nJean PETIT, 12/03/2021\n",
        "Vu par le Dr Jean PETIT 12/03/1990 puis le Dr Luc MOREL 05/06/2021 : VIH négatif.\n",
    ],
)
def test_who_is_named_beside_a_patient_is_nobody(
    text: str, tmp_path: Path, report_of: Callable[..., dict[str, Any]]
) -> None:
    (tmp_path / "note.txt").write_text(text, encoding="utf-8")
    assert report_of(tmp_path / "note.txt")["persons"]["likely"] <= 1


def test_a_list_of_lines_tells_birth_dates_by_their_years(
    tmp_path: Path, report_of: Callable[..., dict[str, Any]]
) -> None:
    names = ("DUPONT Jean", "LEROY Marie", "PETIT Sophie", "MOREL Luc")
    born = [
        f"- {names[i % 4]} {i % 28 + 1:02d}/{i % 12 + 1:02d}/{1940 + i % 60} : {'VIH positif' if i % 3 else 'RAS'}"
        for i in range(1_500)
    ]
    (tmp_path / "born.txt").write_text("\n".join(born))
    seen = [line.replace(f"/{1940 + i % 60} ", "/2021 ") for i, line in enumerate(born)]
    (tmp_path / "seen.txt").write_text("\n".join(seen))
    truth = {line[2:].split(" :")[0] for line in born}
    assert report_of(tmp_path / "born.txt")["persons"]["likely"] == pytest.approx(len(truth), rel=0.01)
    assert report_of(tmp_path / "seen.txt")["persons"]["likely"] <= 2 * len(names)  # by name alone


WORDS = st.lists(st.sampled_from(["a", "b", "\n", ". ", "; ", ", ", " "]), max_size=30).map("".join)
TOLD = st.tuples(
    st.integers(0, 29), st.sampled_from(("birth_date", "nir", "full_name", "phone")), st.sampled_from("123")
)
KINDS = ("birth_date", "nir", "full_name", "phone")


@settings(max_examples=200, deadline=None)
@given(WORDS, st.lists(TOLD, max_size=12, unique_by=lambda hit: hit[0]))
def test_passages_begin_once_each_in_order_and_within_the_text(text: str, told: list[tuple[int, str, str]]) -> None:
    known = [(entity, {"row": 0, "start": start, "end": start + 1, "canonical": value, "confidence": 1.0})
             for start, entity, value in told if start < len(text)]  # fmt: skip
    types = {"row": pl.UInt32, "start": pl.UInt32, "end": pl.UInt32, "canonical": pl.String, "confidence": pl.Float32}
    hits = [(0, entity, pl.DataFrame([hit], schema=types)) for entity, hit in known]
    found = passages(pl.Series([text]), hits, [])
    assert found.schema == pl.Schema(PASSAGES_SCHEMA)
    starts = found["start"].to_list()
    assert starts == sorted(set(starts))
    assert all(start <= len(text) for start in starts)
    values = {kind: {hit["canonical"] for entity, hit in known if entity == kind} for kind in KINDS}
    several = max(len(values["birth_date"]), len(values["nir"]))
    alone = several == 1 and len(values["full_name"]) > 1  # one passage, which says whose
    assert len(starts) > 1 if several > 1 else len(starts) == alone


FIELDS = {
    "php": "['nom' => '{last}', 'prenom' => '{first}', 'date_naissance' => '{born}', 'maladie' => 'VIH positif'],",
    "sql": "SELECT * FROM patient WHERE nom='{last}' AND prenom='{first}' AND date_naissance='{born}' -- VIH positif",
    "url": '"GET /bilan?nom={last}&prenom={first}&ddn={born}&analyse=VIH_positif HTTP/1.1" 200 512',
    "first before last": "user first_name={first} last_name={last} birth_date={born} VIH positif",
}


@pytest.mark.parametrize("shape", FIELDS)
def test_names_in_two_fields_of_a_line(shape: str, tmp_path: Path, report_of: Callable[..., dict[str, Any]]) -> None:
    lines = [
        FIELDS[shape].format(last=last, first=first, born=f"19{50 + at}-0{at % 9 + 1}-1{at % 9}")
        for at, (last, first) in enumerate(
            (last, first) for last in ("DURAND", "LEROY", "PETIT") for first in ("Lea", "Luc")
        )
    ]
    (tmp_path / "lines.log").write_text("\n".join([*lines, *lines]))
    persons = report_of(tmp_path / "lines.log")["persons"]
    assert persons["likely"] == 6
    assert persons["by_theme"]["hiv"]["affirmed"]["likely"] == 6


def test_a_name_before_a_birth_date_in_a_cell(report_of: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    names = ("DURAND Lea", "LEROY Marie", "PETIT Sophie", "MOREL Luc", "ROUX Jean-Paul")
    rows = [f"{name} né(e) le 0{at + 1}/03/19{50 + at};Sérologie VIH;POSITIF" for at, name in enumerate(names)]
    (tmp_path / "identites.csv").write_text("\n".join(["Identité;Examen;Résultat", *rows]), encoding="utf-8")
    persons = report_of(tmp_path / "identites.csv")["persons"]
    assert persons["likely"] == 5
    assert persons["by_theme"]["hiv"]["affirmed"]["likely"] == 5


CARDS = {
    "Markdown": "1. **{name}** (a{at}@exemple.fr)\n   - Né le : {birth}\n   - Antécédents : asthme\n\n",
    "bold label": "### {name}\n\n- **Date de naissance** : {birth}\n- asthme\n\n",
    "lines": "{name}\nNé(e) le {birth}\nAsthme, suivi\n\n",
    "a label cut short": "* {name} :\n  DDN : {birth}\n  asthme\n\n",
    "an array of a program": (
        "$p{at} = add([\n  'nom' => '{last}', \n            'prenom' => '{first}', \n"
        "  'naissance' => '{birth}',\n  'antecedent' => 'asthme'\n]);\n"
    ),
}


@pytest.mark.parametrize("shape", CARDS)
def test_names_above_the_births_of_a_document(
    shape: str, tmp_path: Path, report_of: Callable[..., dict[str, Any]]
) -> None:
    people = [("Odile", "Garnier"), ("Pierre", "Lavigne"), ("Claire", "Fontenay"), ("Karim", "Benslimane")]
    path = tmp_path / "essai.md"
    path.write_text(
        "Jeu d'essai, page de M. Paul Hervé\n\n"
        + "".join(
            CARDS[shape].format(
                name=f"{first} {last}", first=first, last=last, at=at, birth=f"1{at}/03/19{50 + 9 * at}"
            )
            for at, (first, last) in enumerate(people)
        )
    )
    assert report_of(path)["persons"]["likely"] == len(people)


@pytest.mark.parametrize(
    "said",
    [
        "Groupe Sanguin\nNé le : 12/03/1950",
        "Points Forts\n- mis à jour le 12/03/1950",
        "Dr Marie Leroy\nné le 12/03/1950",
    ],
)
def test_what_stands_above_a_birth_and_is_no_patients_name(
    said: str, tmp_path: Path, report_of: Callable[..., dict[str, Any]]
) -> None:
    path = tmp_path / "fiche.md"
    path.write_text(f"# Titre\n\nCe que la fiche dit.\n\n{said}\n\nFin de la fiche, sans suite.\n")
    assert report_of(path)["persons"]["basis"]["name_birth_date"] == 0
