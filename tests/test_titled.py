"""Remarks that call people by title and surname alone: whom they are about, where nothing else says so."""

from __future__ import annotations

import pytest
from documents import report_here

SAID = [
    "Mme Bignon sonde changée, chimio prévue",
    "passé chez M. Quentel : insuline faite",
    "Monsieur Abgrall a refusé son Haldol",
    "mme Leduc asthme, ventoline donnée",
]
HARMLESS = [
    "Mme Bignon a appelé pour le planning",
    "plus de gants au cabinet, prévenir M. Quentel",
    "le Dr Morvan passe demain pour le diabète",
    "Madame, Monsieur, la réunion sur le cancer est reportée",
    "dépistage du VIH : affiches à reprendre",
    "M. Abgrall et Mme Leduc parlent du diabète",
]


def chat(said: list[str]) -> bytes:
    lines = [f"[09/11/2026 09:{at:02}:00] Sandrine: {one}" for at, one in enumerate(said, 10)]
    return "\n".join(["[09/11/2026 08:00:00] Flo: bonjour à toutes", *lines, ""]).encode()


def journal(said: list[str]) -> bytes:
    rows = [f"2026-11-{at:02};note;{one}" for at, one in enumerate(said, 10)]
    return "\n".join(["date;type;remarque", *rows, ""]).encode()


@pytest.mark.parametrize("written", [chat, journal])
def test_each_is_a_person_with_what_is_said_of_her(written):
    persons = report_here(written(SAID + SAID[:1]))["persons"]
    assert persons["likely"] == 4
    assert {"cancer", "treatment", "other_condition"} <= persons["by_theme"].keys()


@pytest.mark.parametrize("written", [chat, journal])
def test_titles_without_health_and_several_in_one_remark_are_nobody(written):
    assert report_here(written(HARMLESS))["persons"]["likely"] == 0


def test_where_columns_name_people_the_rows_are_theirs():
    text = "nom;prenom;remarque\nMARTEAU;Anne;Mme Bignon la sœur a un cancer\nROUX;Paul;asthme\n"
    assert report_here(text.encode())["persons"]["likely"] == 2
