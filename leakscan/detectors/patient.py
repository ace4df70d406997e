"""Patients' names in running text: two words or more behind a label or a civility. Prose beyond that comes later."""

from __future__ import annotations

import polars as pl

from leakscan.detectors.anchors import LABEL_REACH, Begins, Blob, Ints, in_order
from leakscan.detectors.detector import Detector
from leakscan.detectors.names import normalise_name
from leakscan.detectors.text import once

_WORD = r"\p{Lu}(?:[\p{L}\-]|['\u2019](?=\p{L}))+"

_CUES = (" patient", " nom", " m ", " mr ", " mme ", " mlle ", " monsieur", " madame", " mademoiselle")
_BLANKS = 6
"""A label that its reach cuts in mid-word has so many blanks in a row: words and signs are 14 of its characters."""


def _begins(blob: Blob) -> Ints:
    """Words close behind a label."""
    return blob.tokens_behind(in_order(blob.at(*_CUES), blob.blanks(_BLANKS)), LABEL_REACH)


_OF_RECORDS = r"\b(?:INS|NIR|IPP|NIP|UUID|FHIR|EXAMPLES?|EXEMPLES?)\b"


def _of_somebody(text: pl.Expr) -> pl.Expr:
    """The name; null where a word of it is what numbers and records are called (`Patient INS Example`)."""
    return once(once(text, normalise_name), lambda name: pl.when(~name.str.contains(_OF_RECORDS)).then(name))


PATIENT = Detector(
    entity="full_name",
    pattern=rf"""(?x)
        (?<![\p{{L}}0-9])
        {_WORD} (?: \x20 (?:d[eu]\x20|de\x20la\x20|le\x20|la\x20)? {_WORD} ){{1,3}}
        (?![\p{{L}}0-9@])
    """,
    prefilter=r"(?i)patient|\bnom\b|\bm\.|\bmr\b|\bmme\b|\bmlle\b|monsieur|madame|mademoiselle",
    begins=Begins(_begins, _CUES),
    canonical=_of_somebody,
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
        'Title: "FR Patient INS Example"',
        "Patient NIR Valide",
    ),
    values=(("KIEFFER Karim", "KIEFFER KARIM"), ("Le Goff Maryvonne", "LE GOFF MARYVONNE")),
    not_values=("", "0612345678", "jd@exemple.fr"),
    source="writings met in letters and portal logs",
)

_TIED = r"[\x22']?\s{0,3}(?:=>|[:=])\s{0,3}[\x22'\u2018\u2019]?"
_LAST = r"(?:nom(?:[ _]?(?:de[ _]?)?(?:famille|naissance|usage|usuel|patiente?))?|last[ _]?name|surname)"
_FIRST = r"(?:pr[\u00e9e]noms?(?:[ _]?patiente?)?|first[ _]?name)"
_BETWEEN = r"[\x22'\u2018\u2019]?\s{0,3}(?:[,;&|/]|(?i:\b(?:and|et)\b))?\s{0,40}[\x22']?(?:\w{1,12}[._])?"
_GLUE = rf"{_BETWEEN}(?i:{_FIRST}|{_LAST}){_TIED}"
_SHORT = rf"{_WORD}(?:[\x20]{_WORD}){{0,2}}"


def _of_fields(text: pl.Expr) -> pl.Expr:
    """The name without what stands between its two fields."""
    return once(text.str.replace(_GLUE, " "), normalise_name)


def _fields_begin(blob: Blob) -> Ints:
    """Words close behind the first of two labels."""
    return blob.tokens_behind(in_order(blob.at(*_FIELD_CUES), blob.blanks(_BLANKS)), LABEL_REACH)


_FIELD_CUES = (" nom", " prenom", " lastname", " last", " surname", " firstname", " first")

NAME_FIELDS = Detector(
    entity="full_name",
    pattern=rf"(?<![\p{{L}}0-9]){_SHORT}{_GLUE}{_SHORT}(?![\p{{L}}0-9@])",
    prefilter=r"(?i)pr[\u00e9e]nom|first.?name",
    begins=Begins(_fields_begin, _FIELD_CUES),
    canonical=_of_fields,
    confidence=0.8,
    label=rf"(?:\b|_)(?:{_LAST}|{_FIRST}){_TIED}$",
    examples=(
        ("WHERE nom='KIEFFER' AND prenom='Karim'", "KIEFFER KARIM"),
        ("['nom' => 'LE GOFF', 'prenom' => 'Maryvonne']", "LE GOFF MARYVONNE"),
        ("GET /bilan?nom=KIEFFER&prenom=Karim&ddn=1976", "KIEFFER KARIM"),
        ("Nom de famille : Kieffer\nPrénom : Karim", "KIEFFER KARIM"),
        ("first_name: 'Karim', last_name: 'KIEFFER'", "KARIM KIEFFER"),
    ),
    counterexamples=(
        "nom, prénom",
        "Nom : \nPrénom :",
        "Nom et prénom : à compléter",
        "le prénom de Paul et le nom de Marie",
    ),
    values=(("KIEFFER Karim", "KIEFFER KARIM"),),
    not_values=("", "0612345678", "jd@exemple.fr"),
    source="writings met in code, queries and forms",
)
