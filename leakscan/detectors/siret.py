"""SIREN and SIRET, the numbers of companies and their places: decoys, never a person.

Source: INSEE, repertoire Sirene; places of La Poste (SIREN 356000000) have a digit sum that 5 divides instead of Luhn.
"""

from __future__ import annotations

import polars as pl

from leakscan.detectors.check_digits import digit_sum, luhn_holds
from leakscan.detectors.detector import Detector
from leakscan.detectors.text import NEVER, compact, once, shaped

_LA_POSTE = "356000000"
_LA_POSTE_HEAD_OFFICE = "35600000000048"


def siren(text: pl.Expr) -> pl.Expr:
    """9 digits with a right Luhn digit; else null."""
    number = once(compact(text), lambda cell: shaped(cell, r"^[0-9]{9}$"))
    return once(number, lambda digits: pl.when(luhn_holds(digits, 9) & (digits != "0" * 9)).then(digits))


def siret(text: pl.Expr) -> pl.Expr:
    """14 digits with right check digits for the company and the place; else null."""

    def checked(number: pl.Expr) -> pl.Expr:
        post = number.str.starts_with(_LA_POSTE) & (number != _LA_POSTE_HEAD_OFFICE)
        place = pl.when(post).then(digit_sum(number, 14) % 5 == 0).otherwise(luhn_holds(number, 14))
        return pl.when(place & siren(number.str.head(9)).is_not_null()).then(number)

    return once(once(compact(text), lambda cell: shaped(cell, r"^[0-9]{14}$")), checked)


SIREN = Detector(
    entity="siren",
    pattern=NEVER,
    prefilter=NEVER,
    canonical=siren,
    confidence=0.8,
    needs_role=True,
    values=(("732829320", "732829320"), ("732 829 320", "732829320")),
    not_values=("", "732829321", "000000000", "73282932"),
    source="INSEE, repertoire Sirene",
)

SIRET = Detector(
    entity="siret",
    pattern=NEVER,
    prefilter=NEVER,
    canonical=siret,
    confidence=0.95,
    needs_role=True,
    values=(("73282932000074", "73282932000074"), ("732 829 320 00074", "73282932000074")),
    not_values=("", "73282932000075", "7328293200007", "73282932100073"),
    source="INSEE, repertoire Sirene",
)
