"""Article numbers: EAN-13 (a decoy that vetoes a 13-digit NIR) and CIP13, the French drug code (EAN-13 from 34009).

Source: GS1 general specifications; ANSM, Club Inter Pharmaceutique.
"""

from __future__ import annotations

import polars as pl

from leakscan.detectors.anchors import at_numbers
from leakscan.detectors.check_digits import ean13_holds
from leakscan.detectors.detector import Detector
from leakscan.detectors.text import NEVER, SPACES, compact, once, shaped


def article_number(text: pl.Expr) -> pl.Expr:
    """13 digits with a right EAN-13 check digit; else null. One random 13-digit number in ten passes."""
    number = once(compact(text), lambda cell: shaped(cell, r"^[0-9]{13}$"))
    return once(number, lambda digits: pl.when(ean13_holds(digits) & (digits != "0" * 13)).then(digits))


def drug_code(text: pl.Expr) -> pl.Expr:
    """A valid CIP13; else null."""
    return once(article_number(text), lambda number: pl.when(number.str.starts_with("34009")).then(number))


EAN13 = Detector(
    entity="ean13",
    pattern=NEVER,
    prefilter=NEVER,
    canonical=article_number,
    confidence=0.9,
    needs_role=True,
    values=(("4006381333931", "4006381333931"), ("4 006381 333931", "4006381333931")),
    not_values=("", "4006381333932", "400638133393", "0000000000000"),
    source="GS1",
)

CIP13 = Detector(
    entity="cip13",
    pattern=rf"(?x)(?<![0-9A-Za-z])34009(?:[{SPACES}]?[0-9]){{8}}(?![0-9A-Za-z])",
    prefilter=r"34009",
    begins=at_numbers(first="3", least=13, within=21),
    canonical=drug_code,
    confidence=0.97,
    examples=(
        ("CIP 3400930000007 boîte", "3400930000007"),
        ("34009 300 000 0 7", "3400930000007"),
    ),
    counterexamples=("3400930000008", "34009300000070", "13400930000007"),
    values=(("3400930000007", "3400930000007"), ("3400930000007.0", "3400930000007")),
    not_values=("", "4006381333931", "3400930000008", "340093000000"),
    source="ANSM, Club Inter Pharmaceutique",
)
