"""Numbers of insured people that are no NIR: those of other countries, and invented ones, still tell people apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BORN = ["1924-03-28", "1961-02-17", "1975-11-03", "1990-06-25"]
WHAT = ["Cancer du sein", "Asthme", "Schizophrénie", "Tuberculose"]

NUMBERS: dict[str, tuple[str, list[str], int]] = {
    "Belgium": ("NISS", ["24032812345", "61021723456", "75110334567", "90062545678"], 4),
    "one on two rows": ("NISS", ["24032812345", "24032812345", "75110334567", "90062545678"], 3),
    "letters in them": ("n_secu_sociale", ["AB123456C", "CD123457D", "EF123458A", "GH123459B"], 4),
    "short codes": ("num_secu", ["12", "15", "18", "21"], 0),
    "words": ("num_secu", ["oui", "non", "oui", "non"], 0),
    "one for all": ("num_secu", ["184232301592"] * 4, 0),
}


@pytest.mark.parametrize("case", NUMBERS)
def test_numbers_of_the_insured_in_another_form(
    case: str, report_of: Callable[..., Any], write_table: Callable[..., Path]
) -> None:
    title, numbers, people = NUMBERS[case]
    born = BORN if case != "one on two rows" else [BORN[0], *BORN[:1], *BORN[2:]]
    rows = [(title, "naissance", "pathologie"), *zip(numbers, born, WHAT, strict=True)]
    basis = report_of(write_table("liste.csv", rows))["persons"]["basis"]
    assert basis["record_number"] == people
    assert basis["nir"] == 0
