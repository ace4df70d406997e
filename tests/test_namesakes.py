"""Where names alone tell people apart, the interval holds their namesakes."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import AS_OF

SURNAMES = [f"{head}{tail}" for head in ("MAR", "DUR", "PET", "LEM", "ROU", "BER", "FON", "CHA", "GIR", "GAR")
            for tail in ("TIN", "AND", "IT", "OINE", "SEL", "NARD", "TAINE", "VANNE", "ARD", "NIER")]  # fmt: skip
FIRST = ["MARIE", "JEAN", "PIERRE", "JULIE", "PAUL", "SOPHIE", "LUC", "ANNE", "MARC", "CLAIRE", "HUGO", "EMMA", "LOUIS",
         "JADE", "NATHALIE", "LEA", "TOM", "ZOE"]  # fmt: skip


def people(size: int, seed: int, evenness: float) -> list[tuple[str, str]]:
    """So many people, whose names are the rarer the further back in the lists, as `evenness` (0 to 1) says."""
    rng = random.Random(seed)
    weights = [[(at + 1) ** (evenness - 1) for at in range(len(names))] for names in (SURNAMES, FIRST)]
    return list(zip(rng.choices(SURNAMES, weights[0], k=size), rng.choices(FIRST, weights[1], k=size), strict=True))


def rows_of(found: list[tuple[str, str]], seed: int, *, born: bool = False) -> list[list[str]]:
    rng = random.Random(seed)
    rows = []
    for at, (last, first) in enumerate(found):
        birth = [f"{at % 28 + 1:02d}/{at % 12 + 1:02d}/{1940 + at % 71}"] if born else []
        days = [f"{rng.randint(1, 28):02d}/05/{AS_OF.year - 1}" for _ in range(rng.choice((1, 1, 2, 3)))]
        rows += [[last, first, *birth, day, "VIH négatif"] for day in days]
    return rows


@pytest.mark.parametrize("evenness", [1.0, 0.6, 0.3])
@pytest.mark.parametrize("size", [300, 1_500])
def test_the_truth_is_inside(
    size: int, evenness: float, write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    found = people(size, 7, evenness)
    header = ["nom", "prenom", "date_examen", "resultat"]
    persons = report_of(write_table("noms.csv", [header, *rows_of(found, 8)]))["persons"]
    assert persons["low"] <= len(set(found)) == persons["likely"]
    assert persons["likely"] < size <= persons["high"] * 1.02
    assert persons["high"] <= 1.5 * size
    assert persons["linkage"]["high"]["namesakes"] > 0


def test_birth_dates_tell_namesakes_apart(write_table: Callable[..., Path], report_of: Callable[..., Any]) -> None:
    found = people(300, 7, 1.0)
    header = ["nom", "prenom", "naissance", "date_examen", "resultat"]
    persons = report_of(write_table("noms.csv", [header, *rows_of(found, 8, born=True)]))["persons"]
    assert persons["linkage"]["high"].get("namesakes", 0) == 0
    assert persons["likely"] == pytest.approx(300, rel=0.02)


def test_few_names_say_nothing_of_namesakes(write_table: Callable[..., Path], report_of: Callable[..., Any]) -> None:
    rows = [["nom", "prenom", "resultat"], *([*names, "VIH négatif"] for names in people(30, 7, 1.0))]
    persons = report_of(write_table("noms.csv", rows))["persons"]
    assert persons["low"] == persons["likely"] == persons["high"]
