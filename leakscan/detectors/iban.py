"""IBAN of any country, compact. Source: ISO 13616 (length per country) and ISO 7064 (remainder by 97 is 1)."""

from __future__ import annotations

import polars as pl

from leakscan.detectors.anchors import Begins, Blob, Ints
from leakscan.detectors.check_digits import mod97
from leakscan.detectors.detector import Detector
from leakscan.detectors.text import SPACES, compact, once

_LENGTHS = {
    15: "NO",
    16: "BE",
    18: "DK FI FO FK GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
LONGEST = 34
"""Characters that ISO 13616 leaves room for."""


def compact_iban(text: pl.Expr) -> pl.Expr:
    """A valid IBAN upper-case and without blanks; null where country, length or check digits are wrong."""
    return once(once(compact(text).str.replace(r"^IBAN:?", ""), _well_formed), _checked)


def _well_formed(number: pl.Expr) -> pl.Expr:
    countries = {country: length for length, names in _LENGTHS.items() for country in names.split()}
    length = number.str.head(2).replace_strict(countries, default=None, return_dtype=pl.UInt32)
    shape = number.str.contains(r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$")
    return pl.when(shape & (number.str.len_chars() == length)).then(number)


def _checked(number: pl.Expr) -> pl.Expr:
    return pl.when(mod97(number.str.slice(4) + number.str.head(4), LONGEST) == 1).then(number)


def _begins(blob: Blob) -> Ints:
    """Two letters before two digits or more."""
    runs = blob.runs
    at: Ints = runs.start[runs.length >= 2] - 2
    return at[blob.is_letter(at) & blob.is_letter(at + 1)]


IBAN = Detector(
    entity="iban",
    pattern=rf"""(?xi)
        (?: (?<![A-Za-z0-9]) | (?<=IBAN) )
        [A-Z]{{2}}[0-9]{{2}} (?: [{SPACES}\-]? [A-Z0-9]{{4}} ){{2,7}} (?: [{SPACES}\-]? [A-Z0-9]{{1,3}} )?
        (?![A-Za-z0-9])
    """,
    prefilter=rf"[A-Za-z]{{2}}[0-9]{{2}}[{SPACES}\-]?[A-Za-z0-9]{{4}}",
    begins=Begins(_begins),
    canonical=compact_iban,
    confidence=0.99,
    examples=(
        ("IBAN FR76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189"),
        ("fr7630006000011234567890189 BIC", "FR7630006000011234567890189"),
        ("IBAN : DE89 3704 0044 0532 0130 00.", "DE89370400440532013000"),
        ("BE68-5390-0754-7034", "BE68539007547034"),
    ),
    counterexamples=("FR76 3000 6000 0112 3456 7890 188", "FR7630006000011234567890", "ZZ7630006000011234567890189"),
    values=(
        ("FR76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189"),
        ("GB82WEST12345698765432", "GB82WEST12345698765432"),
    ),
    not_values=("", "FR76", "FR7630006000011234567890180", "30006000011234567890189"),
    source="ISO 13616, ISO 7064; the examples are the specimens of the standard",
)
