"""Numbers and names that mean something only in their column: records, complementary insurers, laboratories."""

from __future__ import annotations

import polars as pl

from leakscan.detectors.detector import Detector
from leakscan.detectors.text import NEVER, fold, once, shaped, squeeze, unwrap


def record_number(text: pl.Expr) -> pl.Expr:
    """Letters and digits of a record number, upper-case; null without a digit.

    Zeros that lead a number of digits alone are taken off: a spreadsheet, or another table, writes it without.
    """
    number = fold(unwrap(text)).str.replace(r"^([0-9]+)[.,]0$", "$1").str.replace_all(r"[^A-Z0-9]", "")
    return once(number.str.replace(r"^0+([0-9]+)$", "$1"), lambda found: shaped(found, r"[0-9]"))


def organisation(text: pl.Expr) -> pl.Expr:
    """Name or code of an organisation in upper-case ASCII words; null where it is empty or says there is none."""
    name = squeeze(fold(unwrap(text)).str.replace(r"^([0-9]+)[.,]0$", "$1").str.replace_all(r"[^\p{L}0-9]+", " "))
    nothing = r"^(?:NON|NEANT|AUCUNE?|SANS|NULL|NC|NR|ND|N A|0+|X+|INCONNUE?)$"
    return once(name, lambda found: pl.when(~found.str.contains(nothing)).then(found))


RECORD_NUMBER = Detector(
    entity="record_number",
    pattern=NEVER,
    prefilter=NEVER,
    canonical=record_number,
    confidence=0.7,
    needs_role=True,
    values=(
        (" d-2020/00123 ", "D202000123"),
        ("00123", "123"),
        ("0", "0"),
        ("A00123", "A00123"),
        ("12345.0", "12345"),
        ("P 12 34", "P1234"),
    ),
    not_values=("", "-", "DOSSIER"),
    source="writings met in laboratory exports",
)

MUTUELLE = Detector(
    entity="mutuelle",
    pattern=NEVER,
    prefilter=NEVER,
    canonical=organisation,
    confidence=0.7,
    needs_role=True,
    values=(("Mutuelle Générale", "MUTUELLE GENERALE"), ("75500017", "75500017"), ("M.G.X.", "M G X")),
    not_values=("", "-", "Néant", "AUCUNE", "0"),
    source="writings met in laboratory exports",
)

LABORATORY = Detector(
    entity="laboratory",
    pattern=NEVER,
    prefilter=NEVER,
    canonical=organisation,
    confidence=0.7,
    needs_role=True,
    values=(("Labo de l'Étang", "LABO DE L ETANG"), ("LAB-07", "LAB 07"), ("12", "12")),
    not_values=("", "/", "NC"),
    source="writings met in laboratory exports",
)
