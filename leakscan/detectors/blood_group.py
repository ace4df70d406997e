"""Blood groups: ABO with rhesus, `A+` to `O-`, with or without the phenotype behind.

Source: HAS and EFS, writing of ABO-RH1 results (RH:1 and RH:-1 are the numbers of D).
"""

from __future__ import annotations

import polars as pl

from leakscan.detectors.anchors import LABEL_REACH, Begins
from leakscan.detectors.detector import Detector
from leakscan.detectors.text import fold

_PREFIX = r"^(?:(?:GROUPE|GR|GP|GS|SANGUIN|ABO|RH(?:ESUS)?|TYPE)[\s.:\-]*)*"
_RHESUS = r"(?:RH(?:ESUS)?)?[\s.:=]*(?:\(?D\)?|1)?[\s.:=]*"
_SIGN = r"(\+|-|POS(?:ITIF|ITIVE|ITIVF)?\b|NEG(?:ATIF|ATIVE)?\b|\(\+\)|\(-\)|P\b|N\b|1\b)"
_MARKS = r"[\s.,;:/()\-]*"
_PHENOTYPE = rf"{_MARKS}(?:(?:PHENOTYPE|KELL?|CDE)?{_MARKS}(?:[CDEK]{{1,6}}|KELL|[CEK][+-]|[+-]){_MARKS})*"
_WHOLE = rf"{_PREFIX}(AB|A|B|O|0)[\s,.:/\-]*?{_RHESUS}{_SIGN}\.?{_PHENOTYPE}$"


def group(text: pl.Expr) -> pl.Expr:
    """`A+`, `AB-` and so on; null where ABO or rhesus is missing (a lone letter is any flag column)."""
    abo = pl.field("1").str.replace("0", "O", literal=True)
    sign = pl.when(pl.field("2").str.contains(r"^\(?[-N]")).then(pl.lit("-")).otherwise(pl.lit("+"))
    parts = fold(text).str.strip_chars().str.extract_groups(_WHOLE)
    return parts.struct.with_fields((abo + sign).alias("group")).struct.field("group")


_CUES = ("groupe", " gr ", " rh", "rhesus", " abo ", "sanguin", " gs ")

BLOOD_GROUP = Detector(
    entity="blood_group",
    pattern=r"""(?xi)
        (?<![\p{L}0-9+])
        (?:AB|A|B|O|0)
        (?: \s?(?:rh(?:[ée]sus)?)?[\s.:]{0,2}(?:\(?D\)?|:?1)?[\s:]{0,2}
            (?: pos(?:iti(?:f|ve))?\b | n[ée]g(?:ati(?:f|ve))?\b | \(\+\) | \(-\) | \+ | -(?!\s?[\p{L}0-9]) )
        )
    """,
    prefilter=r"(?i)groupe|\brh|rh[ée]sus|\babo\b|sanguin",
    begins=Begins(lambda blob: blob.tokens_behind(blob.at(*_CUES), LABEL_REACH), _CUES),
    canonical=group,
    confidence=0.95,
    label=r"(?:groupe|\bgr\b|\brh|rh[ée]sus|\babo\b|sanguin|\bGS\b)[^0-9]{0,30}$",
    examples=(
        ("Groupe sanguin : A+", "A+"),
        ("groupe AB négatif", "AB-"),
        ("Groupe ABO : O RH+", "O+"),
        ("GROUPE A Rh D positif", "A+"),
        ("groupe sanguin O-, RAI négatives", "O-"),
        ("Gr sanguin B POS", "B+"),
        ("groupe 0 Rhésus positif", "O+"),
    ),
    counterexamples=(
        "hépatite A +",
        "vitamine B-12",
        "groupe A",
        "groupe A - suite demain",
        "Ag HBs négatif",
        "réunion, PCR grippe A positif",
    ),
    values=(
        ("A+", "A+"),
        ("A +", "A+"),
        ("AB NEG", "AB-"),
        ("O RH+", "O+"),
        ("A Rh D positif", "A+"),
        ("O-", "O-"),
        ("B POS", "B+"),
        ("0+", "O+"),
        ("ARH+", "A+"),
        ("A RH:1", "A+"),
        ("O NEGATIF C-E-c+e+K-", "O-"),
        ("A+ ccee K-", "A+"),
        ("Groupe O Rhésus négatif", "O-"),
    ),
    not_values=("", "A", "O", "C+", "+", "OUI", "AOUT", "B12", "NON", "A POSTERIORI"),
    source="HAS, EFS",
)
