"""Columns whose header names a condition and whose cells answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from leakscan.health.answers import answers, asked_in, conditions_of

PEOPLE = [["DURAND", f"LEA{at}", f"05/12/19{50 + at}"] for at in range(12)]
HEADER = ["nom", "prenom", "date_naissance"]


def told(header: str, cells: Sequence[str], report_of: Callable[..., Any], write_table: Callable[..., Path]) -> Any:
    rows = [[*person, cells[at % len(cells)]] for at, person in enumerate(PEOPLE)]
    themes = report_of(write_table("cohorte.csv", [[*HEADER, header], *rows]))["persons"]["by_theme"]
    return {
        theme: {status: bounds["likely"] for status, bounds in statuses.items() if bounds["likely"]}
        for theme, statuses in themes.items()
    }


@pytest.mark.parametrize(
    ("header", "cells", "themes"),
    [
        ("VIH", ("1", "0", "0"), {"hiv": {"affirmed": 4, "negated": 8}}),
        ("VIH", ("oui", "non", ""), {"hiv": {"affirmed": 4, "negated": 4}}),
        ("statutVIH", ("Positif", "Négatif", "NSP"), {"hiv": {"affirmed": 4, "negated": 4}}),
        ("hiv_status", ("+", "-", "-"), {"hiv": {"affirmed": 4, "negated": 8}}),
        ("Êtes-vous enceinte ?", ("Oui", "Non", "Non"), {"pregnancy": {"affirmed": 4, "negated": 8}}),
        ("grossesse_en_cours", ("true", "false", "false"), {"pregnancy": {"affirmed": 4, "negated": 8}}),
        ("ATCD cancer", ("x", "", ""), {"cancer": {"affirmed": 4}}),
        ("Hépatite C", ("O", "N", "N"), {"sti_hepatitis": {"affirmed": 4, "negated": 8}}),
        ("Schizophrénie", ("Vrai", "Faux", "Faux"), {"mental_health": {"affirmed": 4, "negated": 8}}),
        # a test that was done is not one that found something
        ("Dépistage VIH", ("oui", "non", "non"), {"hiv": {"tested": 4}}),
        # numbers
        ("Charge virale VIH", ("1200", "<20", ""), {"hiv": {"affirmed": 8}}),
        ("cd4_abs", ("350", "410 /mm3", ""), {"hiv": {"affirmed": 8}}),
        ("bHCG", ("1500", "2", "2,5"), {"pregnancy": {"affirmed": 4, "negated": 8}}),
        ("PSA", ("4,2", "0,8", ""), {"cancer": {"tested": 8}}),
        ("Sérologie VIH", ("positif", "négatif", "non fait"), {"hiv": {"affirmed": 4, "negated": 4}}),
        ("seroVih", ("POS", "NEG", "NF"), {"hiv": {"affirmed": 4, "negated": 4}}),
        ("sero_vih", ("POS", "NEG", "non réalisée"), {"hiv": {"affirmed": 4, "negated": 4}}),
    ],
)
def test_what_a_column_answers(
    header: str,
    cells: tuple[str, ...],
    themes: dict[str, dict[str, int]],
    report_of: Callable[..., Any],
    write_table: Callable[..., Path],
) -> None:
    assert told(header, cells, report_of, write_table) == themes


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Newsletter", ("oui", "non")),
        ("Accord RGPD", ("1", "0")),
        ("Antécédents familiaux de cancer", ("oui", "non")),
        ("VIH", ("", "")),
        ("Nombre de grossesses", ("1", "3")),
        ("Cancer", ("12,4", "8,1")),
    ],
)
def test_what_answers_nothing(
    header: str, cells: tuple[str, ...], report_of: Callable[..., Any], write_table: Callable[..., Path]
) -> None:
    found = told(header, cells, report_of, write_table)
    assert not any(status in statuses for statuses in found.values() for status in ("affirmed", "negated"))


def test_the_words_of_answers() -> None:
    cells = pl.Series(["oui", "N", "x", "positif", "-", "NSP", "", "12"])
    assert answers(cells).to_list() == ["yes", "no", "yes", "positive", "no", None, None, None]
    both, none = conditions_of(("VIH / VHC", "Nom"))
    assert [one.theme for one in asked_in(both, pl.Series(["1", "0"]))] == ["hiv", "sti_hepatitis"]
    assert asked_in(both, pl.Series(["", " "])) == none == ()
