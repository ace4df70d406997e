"""RPPS, the national number of a health professional: 11 digits, the last one a Luhn digit.

Source: Agence du numerique en sante, annuaire sante; interchange formats carry it as `8` + RPPS.
"""

from __future__ import annotations

import polars as pl

from leakscan.detectors.anchors import at_numbers
from leakscan.detectors.check_digits import luhn_holds
from leakscan.detectors.detector import Detector
from leakscan.detectors.text import SPACES, compact, once


def eleven_digits(text: pl.Expr) -> pl.Expr:
    """The 11 digits of a valid RPPS, also from its form with a leading 8; else null."""
    number = compact(text).str.extract(r"^(?:RPPS:?)?8?([0-9]{11})$")
    return once(number, lambda digits: pl.when(luhn_holds(digits, 11) & (digits != "0" * 11)).then(digits))


RPPS = Detector(
    entity="rpps",
    pattern=rf"(?x)(?<![0-9])(?<![0-9][.,])(?:8[{SPACES}]?)?[0-9](?:[{SPACES}.]?[0-9]){{10}}(?![0-9])",
    prefilter=r"(?i)rpps",
    begins=at_numbers(cues=("rpps",)),
    canonical=eleven_digits,
    confidence=0.98,
    label=r"rpps[^0-9]{0,20}$",
    examples=(
        ("Dr X, RPPS 10100000016", "10100000016"),
        ("N° RPPS : 10 1 00000016", "10100000016"),
        ("rpps=810100000016", "10100000016"),
    ),
    counterexamples=("10100000016", "RPPS 10100000018", "RPPS 1010000001", "RPPS 101000000160"),
    values=(("10100000016", "10100000016"), ("810100000016", "10100000016"), ("10100000016.0", "10100000016")),
    not_values=("", "10100000018", "00000000000", "1010000001", "A0100000016"),
    source="ANS, annuaire sante",
)
