"""Detectors: one file per entity and the table DETECTORS. To add one, write its file and add its row here."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import polars as pl

from leakscan.detectors.address import ADDRESS, ADDRESS_LINE
from leakscan.detectors.adeli import ADELI
from leakscan.detectors.blood_group import BLOOD_GROUP
from leakscan.detectors.credentials import CREDENTIALS, LOGIN, PASSWORD, PASSWORD_HASH
from leakscan.detectors.dates_in_text import BIRTH_DATE, DATE, EXAM_DATE
from leakscan.detectors.detector import Detector
from leakscan.detectors.ean13 import CIP13, EAN13
from leakscan.detectors.email import EMAIL
from leakscan.detectors.finess import FINESS
from leakscan.detectors.iban import IBAN
from leakscan.detectors.ins import INS, in_ins_column
from leakscan.detectors.names import FIRST_NAME, FULL_NAME, LAST_NAME, MAIDEN_NAME
from leakscan.detectors.nir import NIR, NIR_WITHOUT_KEY, in_nir_column
from leakscan.detectors.patient import NAME_FIELDS, PATIENT
from leakscan.detectors.phone import PHONE
from leakscan.detectors.postcode import CITY, POSTCODE, birth_place
from leakscan.detectors.prescriber import PRESCRIBER
from leakscan.detectors.record_number import LABORATORY, MUTUELLE, RECORD_NUMBER
from leakscan.detectors.rpps import RPPS
from leakscan.detectors.sex import SEX, TITLE
from leakscan.detectors.siret import SIREN, SIRET
from leakscan.detectors.text import fold, none_if_empty, once

DETECTORS: tuple[Detector, ...] = (
    NIR,
    NIR_WITHOUT_KEY,
    INS,
    LAST_NAME,
    MAIDEN_NAME,
    FIRST_NAME,
    FULL_NAME,
    PATIENT,
    NAME_FIELDS,
    TITLE,
    SEX,
    BIRTH_DATE,
    EXAM_DATE,
    DATE,
    ADDRESS,
    ADDRESS_LINE,
    POSTCODE,
    CITY,
    PHONE,
    EMAIL,
    MUTUELLE,
    BLOOD_GROUP,
    IBAN,
    RECORD_NUMBER,
    LOGIN,
    PASSWORD,
    PASSWORD_HASH,
    CREDENTIALS,
    PRESCRIBER,
    RPPS,
    ADELI,
    FINESS,
    LABORATORY,
    CIP13,
    EAN13,
    SIREN,
    SIRET,
)
"""Every kind of value that is recognised; those that need a column role are never looked for in running text."""

_CANONICAL: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    **{detector.entity: detector.canonical for detector in reversed(DETECTORS)},
    "nir": in_nir_column,
    "ins": in_ins_column,
    "specialty": lambda text: once(fold(text), none_if_empty),
    "nir_key": lambda text: pl.when(text.str.contains(r"^(?:0?[1-9]|[1-8][0-9]|9[0-7])$")).then(text.str.zfill(2)),
    "pseudonym": lambda text: pl.when(text.str.contains(r"^[^\s]{4,200}$") & ~text.str.contains(r"^[xX]+$")).then(text),
    "address": ADDRESS_LINE.canonical,
    "birth_place": birth_place,
}


def canonical_of(entity: str) -> Callable[[pl.Expr], pl.Expr]:
    """The scalar path of an entity or role: whole cells to canonical text, null where the cell is no such value."""
    return _CANONICAL[entity]


@cache
def canonical_cell(entity: str) -> pl.Expr:
    """The scalar path as an expression on the column `cell`, blanks around it taken off, built once."""
    return canonical_of(entity)(pl.col("cell").str.strip_chars()).alias("cell")


__all__ = ["DETECTORS", "Detector", "canonical_cell", "canonical_of"]
