"""Names of people in columns that hold names: one spelling, so that the same person written twice compares equal."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from leakscan.detectors.detector import Detector
from leakscan.detectors.text import NEVER, fold, none_if_empty, once

_PARTICLES = r"(?:(?:LES|LE|LA|DES|DE|DU|D|EL|AL|BEN|BEL|AIT|VAN|VON|DER|DEN|DI|DA|SAINT|ST)[ ']\s*)*"
_TIE = r"(?:NEE|NE\(E\)|EPOUSE|EPSE|EP|VEUVE|VVE|DIVORCEE|DIV)\b[.: ]*"
_OTHER_NAME = rf"([^\s,;/])[\s,;/]+{_TIE}{_PARTICLES}[^\s,;/]+"
_LEADING_TIE = rf"^\s*{_TIE}"
_WHOLE_TITLE = r"^(?:MONSIEUR|MADAME|MADEMOISELLE|MLLE|MELLE|MME|MR|DOCTEUR|DR|PROFESSEUR|PR)\.?$"
_TITLES = (
    r"^(?:(?:MONSIEUR|MADAME|MADEMOISELLE|MLLE|MELLE|MME|MR|M|DOCTEUR|DR|PROFESSEUR|PROF|PR|ENFANT|ENF|BEBE|BB)"
    r"(?:\.,?\s*|,?\s+))+"
)
_LAST_TITLE = r"[\s,]+(?:MONSIEUR|MADAME|MADEMOISELLE|MLLE|MELLE|MME|MR|DR|DOCTEUR|PR)\.?$"
_PARENTHESES = r"([^\s(].*)\([^)]*\)?"
_LOST_LETTER = r"[?\x{BF}]"
"""What stands for a letter that an export could not write: `AM?LIE` is one word, and one slip from AMELIE."""
_UNUSUAL = (
    r"[(.,;/:]|\b[MN]'|\b(?:NEE|EP|EPSE|EPOUSE|VVE|VEUVE|DIV\w*|M|MR|M[A-Z]*LLE|MME|MONSIEUR|MADAME|DR|DOCTEUR|PR\w*|ENF\w*"
    r"|BEBE|BB)\b"
)


def _without_titles(folded: pl.Expr) -> pl.Expr:
    return (
        folded.str.strip_chars()
        .str.replace_all(r"\b([MN])'\b", "$1")  # M'BAPPA is also written MBAPPA, and M BAPPA would lose its "title"
        .str.replace(_PARENTHESES, "$1 ")
        .str.replace_all(_OTHER_NAME, "$1")
        .str.replace(_LEADING_TIE, "")
        .str.replace(_WHOLE_TITLE, "")
        .str.replace(_TITLES, "")
        .str.replace(_LAST_TITLE, "")
    )


def normalise_name(text: pl.Expr) -> pl.Expr:
    """A name in upper-case ASCII words parted by single blanks; null where no letter remains or it is no name.

    Titles, what stands in parentheses, and the other name after `née`, `ép.`, `veuve` are taken off; a cell that is
    nothing but `née X` is X. Hyphens and apostrophes are blanks. A run of three digits or an @ is no name.
    """
    return once(once(fold(text), _words), none_if_empty)


def _words(folded: pl.Expr) -> pl.Expr:
    folded = folded.str.replace_all(_LOST_LETTER, "")
    unusual = _without_titles(pl.when(folded.str.contains(_UNUSUAL)).then(folded))  # nulls cost nothing
    words = pl.coalesce(unusual, folded).str.replace_all(r"[^\p{L}]+", " ").str.strip_chars()
    return pl.when(~folded.str.contains(r"[0-9]{3}|@")).then(words)


def _by_role(entity: str, values: tuple[tuple[str, str], ...]) -> Detector:
    return Detector(
        entity=entity,
        pattern=NEVER,
        prefilter=NEVER,
        canonical=normalise_name,
        confidence=0.9,
        needs_role=True,
        values=values,
        not_values=("", "-", "...", "0612345678", "jd@exemple.fr", "Mme", "42"),
        source="writings met in laboratory exports",
    )


LAST_NAME = _by_role(
    "last_name",
    (
        ("DURAND", "DURAND"),
        ("Lefèvre", "LEFEVRE"),
        ("D\u2019Arçon-Le Goff", "D ARCON LE GOFF"),
        ("Mme DURAND ép. MARTIN", "DURAND"),
        ("DURAND née DE LA TOUR", "DURAND"),
        ("DURAND (MARTIN)", "DURAND"),
        ("DURAND, ", "DURAND"),
        ("NEEL", "NEEL"),
        ("LEF?VRE", "LEFVRE"),
        ("B\ufffdRANGER", "BRANGER"),
        ("M\u2019Bappa", "MBAPPA"),
        ("LŒUILLET", "LOEUILLET"),
    ),
)

MAIDEN_NAME = _by_role(
    "maiden_name", (("née DURAND", "DURAND"), ("Née: de La Tour", "DE LA TOUR"), ("DURAND", "DURAND"))
)

_NOT_NAMED_YET = r"^(?:BB|BEBE|NN|NNE|NOUVEAU NEE?|SANS PRENOM|ENFANT|GARCON|FILLE)$"
"""What a maternity writes in the place of a first name, until the child has one."""


def _first_name(text: pl.Expr) -> pl.Expr:
    return once(normalise_name(text), lambda name: pl.when(~name.str.contains(_NOT_NAMED_YET)).then(name))


FIRST_NAME = replace(
    _by_role(
        "first_name",
        (
            ("Jean-Noël", "JEAN NOEL"),
            ("HÉLÈNE", "HELENE"),
            ("He\u0301le\u0300ne", "HELENE"),
            ("Marie, Anne", "MARIE ANNE"),
            ("J.-P.", "J P"),
        ),
    ),
    canonical=_first_name,
    not_values=("", "-", "Mme", "BB", "Bébé", "nouveau-né", "GARÇON"),
)
FULL_NAME = _by_role(
    "full_name",
    (
        ("M. DURAND Jean", "DURAND JEAN"),
        ("Madame Hélène DURAND", "HELENE DURAND"),
        ("Monsieur le Goff Yann", "LE GOFF YANN"),
        ("DURAND NEE MARTIN Marie", "DURAND MARIE"),
        ("DURAND Marie (Mme)", "DURAND MARIE"),
        ("DURAND Marie, Mme", "DURAND MARIE"),
        ("M.DURAND", "DURAND"),
    ),
)
