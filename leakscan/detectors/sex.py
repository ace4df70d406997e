"""Sex and title, in columns that hold them: m, f, or x where the cell says neither.

Source: INSEE (1 man, 2 woman); HL7 v2 table 0001 (M F O U A N); HPRIM (M F U).
"""

from __future__ import annotations

import polars as pl

from leakscan.detectors.detector import Detector
from leakscan.detectors.text import NEVER, fold, unwrap

_SEXES = {
    "m": "M H 1 01 MASCULIN MASC HOMME HOM MALE MAN GARCON MONSIEUR MR",
    "f": "F W 2 02 FEMININ FEMININE FEM FEMME FEMALE WOMAN FILLE MADAME MME MLLE",
    "x": "X I U O A N 0 9 3 INCONNU INCONNUE INDETERMINE INDETERMINEE INTERSEXE AUTRE OTHER UNKNOWN NC ND",
}
_TITLES = {
    "m": "M MR MONSIEUR MONS SIEUR HR MISTER GARCON",
    "f": "MME MLE MLLE MELLE MADAME MADEMOISELLE MRS MS MISS FILLE",
    "x": "DR DOCTEUR PR PROFESSEUR ME MAITRE ENF ENFANT BB BEBE NN NNE NOUVEAU-NE NOURRISSON INCONNU SOEUR FRERE",
}


def _lookup(words: dict[str, str]) -> dict[str, str]:
    return {word: sex for sex, spellings in words.items() for word in spellings.split()}


def sex(text: pl.Expr) -> pl.Expr:
    """`m`, `f`, or `x` (unknown, other) of a sex cell; null where it is no sex."""
    word = fold(unwrap(text)).str.replace(r"\.0?$", "").str.strip_chars()
    return word.replace_strict(_lookup(_SEXES), default=None, return_dtype=pl.String)


def sex_of_title(text: pl.Expr) -> pl.Expr:
    """`m`, `f`, or `x` (does not tell) of a title such as `Mme`; null where it is no title."""
    word = fold(unwrap(text)).str.replace_all(r"[.\s]", "")
    return word.replace_strict(_lookup(_TITLES), default=None, return_dtype=pl.String)


SEX = Detector(
    entity="sex",
    pattern=NEVER,
    prefilter=NEVER,
    canonical=sex,
    confidence=0.9,
    needs_role=True,
    values=(
        ("M", "m"),
        ("h", "m"),
        ("1", "m"),
        ("1.0", "m"),
        ("Masculin", "m"),
        ("Homme", "m"),
        ("F", "f"),
        ("2", "f"),
        ("Féminin", "f"),
        ("W", "f"),
        ("Indéterminé", "x"),
        ("U", "x"),
    ),
    not_values=("", "M/F", "12", "oui", "DURAND", "?"),
    source="INSEE; HL7 v2 table 0001; HPRIM",
)

TITLE = Detector(
    entity="title",
    pattern=NEVER,
    prefilter=NEVER,
    canonical=sex_of_title,
    confidence=0.9,
    needs_role=True,
    values=(
        ("M.", "m"),
        ("MR", "m"),
        ("Mme", "f"),
        ("Mlle.", "f"),
        ("Mademoiselle", "f"),
        ("Enfant", "x"),
        ("DR", "x"),
    ),
    not_values=("", "MARTIN", "12", "F", "-"),
    source="French civil titles",
)
