"""FINESS, the number of a health establishment: 9 characters, the last one a Luhn digit.

Corsican numbers start with 2A or 2B and take the letter's rank (A 1, B 2) in the check, which holds for published
numbers. Source: Agence du numerique en sante, repertoire FINESS.
"""

from __future__ import annotations

from leakscan.detectors.adeli import NINE, nine_luhn
from leakscan.detectors.anchors import at_numbers
from leakscan.detectors.detector import Detector

FINESS = Detector(
    entity="finess",
    pattern=NINE,
    prefilter=r"(?i)finess",
    begins=at_numbers(cues=("finess",)),
    canonical=nine_luhn,
    confidence=0.95,
    label=r"finess[^0-9]{0,20}$",
    examples=(
        ("FINESS 750000002", "750000002"),
        ("N° FINESS ET : 75 000 000 2", "750000002"),
        ("finess 2b0000004", "2B0000004"),
    ),
    counterexamples=("750000002", "FINESS 750000003", "FINESS 7500000020", "SIREN 750000002"),
    values=(("750000002", "750000002"), ("2B0000004", "2B0000004")),
    not_values=("", "750000003", "2C0000004", "75000000"),
    source="ANS, repertoire FINESS",
)
