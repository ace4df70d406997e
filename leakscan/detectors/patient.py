"""Patients' names in running text: two words or more behind a label or a civility. Prose beyond that comes later."""

from __future__ import annotations

from leakscan.detectors.anchors import LABEL_REACH, Begins, Blob, Ints, in_order
from leakscan.detectors.detector import Detector
from leakscan.detectors.names import normalise_name

_WORD = r"\p{Lu}[\p{L}'\u2019\-]+"

_CUES = (" patient", " nom", " m ", " mr ", " mme ", " mlle ", " monsieur", " madame", " mademoiselle")
_BLANKS = 6
"""A label that its reach cuts in mid-word has so many blanks in a row: words and signs are 14 of its characters."""


def _begins(blob: Blob) -> Ints:
    """Words close behind a label."""
    return blob.tokens_behind(in_order(blob.at(*_CUES), blob.blanks(_BLANKS)), LABEL_REACH)


PATIENT = Detector(
    entity="full_name",
    pattern=rf"""(?x)
        (?<![\p{{L}}0-9])
        {_WORD} (?: \x20 (?:d[eu]\x20|de\x20la\x20|le\x20|la\x20)? {_WORD} ){{1,3}}
        (?![\p{{L}}0-9@])
    """,
    prefilter=r"(?i)patient|\bnom\b|\bm\.|\bmr\b|\bmme\b|\bmlle\b|monsieur|madame|mademoiselle",
    begins=Begins(_begins, _CUES),
    canonical=normalise_name,
    confidence=0.8,
    label=r"(?:\bpatiente?|\bnom(?:\s+(?:et|,|/)\s*pr[ée]noms?)?|\bm\.|\bmr\b\.?|\bmme\b\.?|\bmlle\b\.?|\bmonsieur|\bmadame|\bmademoiselle)\s*[:=]?\s*[\x22'«]?\s?$",
    examples=(
        ('consultation patient="KIEFFER Karim" ddn=16/04/1976', "KIEFFER KARIM"),
        ("Objet : Mme FOURNIER Solange, née le 06/01/1961", "FOURNIER SOLANGE"),
        ("Nom : Le Goff Maryvonne", "LE GOFF MARYVONNE"),
        ("reçu Madame DE LA TOUR Anne ce jour", "DE LA TOUR ANNE"),
    ),
    counterexamples=(
        "RAPPELER M. SIDA AU SUJET DE SA FACTURE".lower(),
        "vu par le docteur Jean Lefèvre",
        "le patient a bien reçu Le Monde",
        "Mme Durand, prescripteur",
    ),
    values=(("KIEFFER Karim", "KIEFFER KARIM"), ("Le Goff Maryvonne", "LE GOFF MARYVONNE")),
    not_values=("", "0612345678", "jd@exemple.fr"),
    source="writings met in letters and portal logs",
)
