"""Lists of prices and tables of counts in documents are about nobody; bills, offers and results are about somebody."""

from __future__ import annotations

from typing import Any

import pytest
from documents import report_here

PRICES = """Sérologie VIH | B 45 | 11,25 €
Charge virale VIH | B 220 | 55,00 €
Trisomie 21 (dépistage) | B 100 | 25,00 €
IVG médicamenteuse | K 30 | 193,16 €
Recherche BRCA1 | N 1503 | 405,81 €"""
CONTACT = "Réclamations : Mme Sylvie Bertholet, 02 99 10 20 30"
SPOKEN = "Le laboratoire vous reçoit tous les jours. Aucun rendez-vous n'est nécessaire pour les prises de sang."


def page(*parts: str) -> bytes:
    """A page of HTML whose lines with bars are rows of a table."""
    made = []
    for line in "\n".join(parts).splitlines():
        cells = "".join(f"<td>{cell.strip()}</td>" for cell in line.split("|"))
        made.append(f"<table><tr>{cells}</tr></table>" if "|" in line else f"<p>{line}</p>")
    return f"<html><body>{''.join(made).replace('</table><table>', '')}</body></html>".encode()


def themes(report: dict[str, Any]) -> set[str]:
    return {line["theme"] for line in report["evidence"] if line["theme"] is not None}


COUNTS = (
    "Variable | n (%) | p\nVIH connu | 52 (4,0) | 0,19\nEnceintes | 37 (6,2) | 0,82\nDépression | 141 (11) | NS",
    "Variable | Cas (n = 611) | Témoins (n = 402)\nVIH | 31 | 13\nCancer du sein | 7 | < 5\nHépatite C | 12 | 6",
    "Événement | Taux | IC 95 %\nSéroconversion VIH | 0,16 | 0,03-0,46\nGrossesse | 2,36 | 1,42-3,69",
    "Pathologie | Effectif | Taux\nVIH | 120 | 3,2 %\nHépatite C | 80 | 2,1 %\nSchizophrénie | 12 | 0,3 %",
)  # fmt: skip
NO_COUNTS = (
    "Patient | VIH | n (%)\nVERNAY Odile | positif | 1\nPRUDHON Bastien | positif | 1\nLACOMBE Mireille | positif | 1",
    "Analyse | Résultat | Norme\nVIH | positif | négatif\nCD4 | 350 | N = 500\nHépatite C | négatif | négatif",
    "Variable | n (%)\nVIH | positif depuis 1998\nTraitement | Biktarvy\nHépatite C | guérie",
)


@pytest.mark.parametrize("title", ["Tarifs au 1er octobre", "Grille tarifaire du laboratoire", "Prix des analyses"])
@pytest.mark.parametrize("header", ["Analyse | Cotation | Tarif\n", ""])
def test_a_list_of_prices_is_about_nobody(title: str, header: str) -> None:
    found = report_here(page(title, SPOKEN, header + PRICES, CONTACT))
    assert not themes(found)
    assert found["severity"]["band"] == "low"


def test_prices_at_the_ends_of_lines_are_a_list_as_well() -> None:
    lines = "\n".join(line.replace(" | ", ", ").replace(", ", " : ", 1) for line in PRICES.splitlines())
    found = report_here(page("Tarifs", SPOKEN, lines, CONTACT))
    assert not themes(found)


@pytest.mark.parametrize(
    "parts",
    [
        ("Facture n° 2291", "Nos tarifs sont affichés.", PRICES, CONTACT),
        ("Tarifs", "Patient : Mme VERNAY Odile", PRICES),
        ("Tarifs", "Madame Odile VERNAY, voici ce qui sera fait.", PRICES),
        ("Tarifs", PRICES, "Total | | 690,22 €", "pour Mme Odile VERNAY"),
        ("Tarifs et devis", PRICES, "Mme Odile VERNAY"),
        ("Tarifs", PRICES, "Mme Odile VERNAY, née le 03/04/1971"),
        ("Tarifs", "\n".join(PRICES.splitlines()[:3]), "Mme Odile VERNAY"),
        ("Soins de Mme Odile VERNAY", PRICES),
        ("Tarifs", PRICES, "Mme Odile VERNAY est suivie pour un VIH."),
    ],
)
def test_a_bill_and_an_offer_are_about_somebody(parts: tuple[str, ...]) -> None:
    found = report_here(page(*parts))
    assert "hiv" in themes(found)
    assert found["persons"]["likely"] >= 1


@pytest.mark.parametrize("table", COUNTS)
def test_counts_of_people_are_nobodys_illness(table: str) -> None:
    found = report_here(page("Rapport annuel", SPOKEN, table, CONTACT))
    assert not themes(found)


@pytest.mark.parametrize("table", NO_COUNTS)
def test_results_of_people_are_no_counts(table: str) -> None:
    found = report_here(page("Rapport", SPOKEN, table, "Mme Odile VERNAY, née le 03/04/1971"))
    assert "hiv" in themes(found)


def test_counts_beside_a_patient_take_nothing_from_him() -> None:
    cells = "Sous-population | Effectif | %\nLymphocytes CD4 | 350 | 22\nLymphocytes CD8 | 700 | 44\nCD3 | 1100 | 70"
    told = "Mme Odile VERNAY, née le 03/04/1971, VIH sous Biktarvy."
    assert "hiv" in themes(report_here(page("Typage", told.removesuffix("VIH sous Biktarvy."), cells)))
    found = report_here(page("Cas clinique", told, COUNTS[0]))
    assert found["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 1


STATISTICS = (
    "Parmi les inclus 31 (5,1 %) avaient le VIH et 22 (3,6 %) l'hépatite C et 7 (1 %) un cancer. Taux de décès : 8 %.",
    "31 patients avaient le VIH (5,1 %).\nSyphilis chez 22 sujets (3,6 %).\nSept étaient des femmes enceintes (1 %).",
)


@pytest.mark.parametrize("said", STATISTICS)
def test_shares_of_many_people_are_nobodys_illness(said: str) -> None:
    found = report_here(f"Rapport d'étude\n\n{said}\n\n{CONTACT}\n".encode())
    assert not themes(found)


@pytest.mark.parametrize(
    "said",
    [
        "Monsieur VERNAY est suivi pour un VIH. CD4 à 350 (22 %), CD8 à 700 (44 %), CD3 à 1100 (70 %).",
        f"Monsieur VERNAY, né le 03/04/1971, a le VIH. {STATISTICS[0]}",
        "Mme Odile VERNAY a le VIH, comme 31 patients (5,1 %) de la file active.",
    ],
)
def test_shares_in_a_letter_take_nothing_from_its_patient(said: str) -> None:
    found = report_here(f"Cher confrère,\n\n{said}\n\nBien à vous,\n".encode())
    assert found["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 1
