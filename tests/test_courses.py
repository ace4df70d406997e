"""Tables of courses, marks and jobs of staff and students say nothing of health; patients in such tables stay."""

from __future__ import annotations

import pytest
from documents import report_here

from leakscan.columns.courses import LEARNED, LESSON_DATES
from leakscan.explain.rules import FRENCH

PEOPLE = (
    "VERNAY;Odile;03/04/1971", "PRUDHON;Bastien;14/11/1980", "LACOMBE;Mireille;23/05/1992",
    "KERVELLA;Yannick;08/09/1966", "DUPERRON;Lise;19/02/1975", "TOULLEC;Hugo;30/07/1988",
)  # fmt: skip


def csv(header: str, *cells: str) -> bytes:
    rows = [f"{one};{cells[at % len(cells)]}" for at, one in enumerate(PEOPLE)]
    return "\n".join([f"nom;prenom;date_naissance;{header}", *rows]).encode()


HARMLESS = {
    "staff": csv(
        "fonction;formation suivie;organisme;du;au;durée (h)",
        "IDE;Prise en charge du VIH en ville;Réseau Addictions;12/03/2025;13/03/2025;14",
        "Assistante sociale;Alcool et grossesse;CHS;02/04/2025;02/04/2025;7",
        "Sage-femme;Chimiothérapie orale;ARS;05/05/2025;06/05/2025;14",
    ),
    "sessions": csv("matricule;intitulé du module;présence", "A12;Hépatite C : transmission;oui", "A13;Cancer;non"),
    "english": csv("employeur;training;hours", "CHU;HIV testing and PrEP;7", "CHU;Cancer care;14"),
    "units": csv(
        "UE 2.6 psychiatrie;UE 2.5 VIH et hépatites;UE 2.9 cancer;moyenne;ECTS",
        "12,5;8;17;12;30", "9;13,5;ABS;11;27", "16;11;10,25;14;30",
    ),
    "marks": csv("VIH et hépatites;grossesse;cancérologie;moyenne;jury", "12,5;8;17;12;admis", "9;13,5;6;11;admis"),
    "development": csv("action de DPC;organisme", "VIH et PrEP;CESU", "Cancer : annonce;CESU"),
    "wards of staff": csv("fonction;service", "IDE;Psychiatrie", "Aide-soignante;Addictologie", "IDE;Dialyse"),
    "students by number": csv(
        "n° étudiant;UE 2.9 cancer;stage (lieu);moyenne", "2231;12,5;Oncologie HDJ;12", "2232;8;Psychiatrie secteur 4;9"
    ),
    "a catalogue": csv("intitulé;formateur", "Annonce d'un cancer;Maud Ségalen", "Addictions : repérage;Mme Roux"),
    "stages": csv("lieu de stage;promotion", "CSAPA Les Genêts;2024", "Oncologie 3B;2024", "CMP;2024"),
}  # fmt: skip
"""Each table has six people, and nobody's health."""
PATIENTS = {
    "school for patients": csv("module;presence;duree", "Diabète : insuline;oui;2", "Insuffisance cardiaque;non;2"),
    "comments": csv("poste;formation;observations", "IDE;AFGSU;diabétique sous insuline", "AS;PRAP;VIH suivi"),
    "results": csv("VIH;TPHA;note", "1;NEG;", "0;POS;revoir", "1;NEG;"),
    "results and their mean": csv("VIH;VHC;moyenne", "POS;NEG;12,5", "NEG;POS;13"),
    "yes and no among marks": csv("VIH;moyenne;ECTS", "1;12,5;30", "0;14;30"),
    "diagnoses": csv("formation;présence;diagnostic", "AFGSU;oui;cancer du sein", "PRAP;non;VIH"),
    "of patients": csv("patient_id;formation;durée;motif", "P1;AFGSU;7;VIH", "P2;AFGSU;7;cancer du sein"),
    "pupils": csv("classe;moyenne;commentaire", "5B;12,5;diabétique, insuline à midi", "5A;9;épilepsie traitée"),
    "comments of staff": csv("fonction;service;commentaire", "IDE;Psychiatrie;dépression", "AS;Onco;diabète traité"),
    "wards of patients": csv("métier;service;motif", "maçon;Oncologie;cancer", "IDE;Néphrologie;dialyse"),
    "units of patients": csv("profession;unité", "IDE;Psychiatrie, schizophrénie", "maçon;Oncologie, cancer du côlon"),
    "a school with a diagnosis": csv("intitulé;formateur;diagnostic", "Insuline;Mme Roux;diabète", "PPC;M. Le;apnée"),
    "an internship and comments": csv("stage;commentaire", "Oncologie;cancer du sein", "CMP;dépression"),
    "under way": csv("traitement en cours;durée", "Biktarvy;6 mois", "insuline;1 an"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_courses_marks_and_jobs_are_no_illness(name: str) -> None:
    found = report_here(HARMLESS[name])
    assert found["persons"]["likely"] == len(PEOPLE)
    assert not any(bounds["likely"] for one in found["persons"]["by_theme"].values() for bounds in one.values())
    assert found["severity"]["band"] == "low"


@pytest.mark.parametrize("name", PATIENTS)
def test_what_people_have_is_read_beside_courses_and_marks(name: str) -> None:
    found = report_here(PATIENTS[name])
    assert found["persons"]["likely"] == len(PEOPLE)
    assert found["severity"]["band"] == "very_high"


def test_the_reasons_are_told_in_french() -> None:
    assert {LEARNED, LESSON_DATES} <= FRENCH.keys()


LINES_OF_MARKS = {
    "id;eleve_id;matiere_id;valeur;jour": ("1;4;2;16.5;2020-09-06", "2;5;2;4;2020-12-12", "3;4;1;11;2021-01-09"),
    "etudiant_id;epreuve;note;coef": ("12;Anatomie;8,5;2", "13;Anatomie;14;2", "14;Histoire;19;1"),
    "student_id;course_id;grade;date": ("12;3;8.5;2021-03-04", "13;4;14;2021-05-01", "14;3;19;2021-06-30"),
    "num_eleve;trimestre;moyenne": ("12;1;8,5", "13;1;14", "14;2;19"),
}
LINES_OF_RESULTS = {
    "id;eleve_id;analyse_id;valeur;jour": ("1;4;2;16.5;2020-09-06", "2;5;2;4;2020-12-12", "3;4;1;11;2021-01-09"),
    "id;patient_id;matiere;valeur;jour": ("1;4;2;16.5;2020-09-06", "2;5;2;4;2020-12-12", "3;4;1;11;2021-01-09"),
    "eleve_id;trimestre;resultat;jour": ("4;1;négatif;2020-09-06", "5;1;positif;2020-12-12", "6;2;négatif;2021-01-09"),
}


def roles_of(header: str, lines: tuple[str, ...]) -> dict[str, str]:
    found = report_here("\n".join([header, *lines * 8]).encode())
    return {one["column"]: one["role"] for one in found["inputs"][0]["roles"]}


@pytest.mark.parametrize("header", LINES_OF_MARKS)
def test_a_row_per_mark_is_no_result(header: str) -> None:
    assert not {"result", "exam_date"} & set(roles_of(header, LINES_OF_MARKS[header]).values())


@pytest.mark.parametrize("header", LINES_OF_RESULTS)
def test_results_of_pupils_and_patients_stay(header: str) -> None:
    assert "result" in roles_of(header, LINES_OF_RESULTS[header]).values()
