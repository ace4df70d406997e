"""ADELI, the departmental number of a health professional: 9 characters, the last one a Luhn digit.

The first two are the department (2A and 2B in Corsica), the third the profession. One random number in ten passes.
Source: DREES, repertoire ADELI.
"""

from __future__ import annotations

import polars as pl

from leakscan.detectors.anchors import at_numbers
from leakscan.detectors.check_digits import luhn_holds
from leakscan.detectors.detector import Detector
from leakscan.detectors.text import SPACES, compact, once


def nine_luhn(text: pl.Expr) -> pl.Expr:
    """A compact 9-character number with a department in front and a right Luhn digit; else null.

    In Corsica the letter counts as its rank in the alphabet (A 1, B 2): it holds for published FINESS numbers.
    """
    number = compact(text).str.extract(r"^(?:ADELI|FINESS)?(?:N°)?:?((?:0[1-9]|[1-8][0-9]|9[0-8]|2[AB])[0-9]{7})$")

    def checked(found: pl.Expr) -> pl.Expr:
        digits = found.str.replace("A", "1", literal=True).str.replace("B", "2", literal=True)
        return pl.when(luhn_holds(digits, 9)).then(found)

    return once(number, checked)


NINE = rf"(?x)(?<![0-9A-Za-z])(?<![0-9][.,])[0-9][0-9ABab](?:[{SPACES}.]?[0-9]){{7}}(?![0-9A-Za-z])"

ADELI = Detector(
    entity="adeli",
    pattern=NINE,
    prefilter=r"(?i)ad[ée]li",
    begins=at_numbers(cues=("adeli",)),
    canonical=nine_luhn,
    confidence=0.95,
    label=r"ad[ée]li[^0-9]{0,20}$",
    examples=(
        ("ADELI 750012346", "750012346"),
        ("n° Adéli : 75 00 12346", "750012346"),
        ("adeli=2A1000005", "2A1000005"),
    ),
    counterexamples=("750012346", "ADELI 750012343", "ADELI 7500123460", "FINESS 750012346"),
    values=(("750012346", "750012346"), ("75 0 01234 6", "750012346")),
    not_values=("", "750012343", "000000000", "990000007", "75001234"),
    source="DREES, repertoire ADELI",
)
