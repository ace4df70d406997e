"""Names of prescribers: behind a title or a phrase in running text, or as the cell of a prescriber column.

A title before a street name (`rue du Dr Roux`) is no prescriber.
"""

from __future__ import annotations

import polars as pl

from leakscan.detectors.anchors import at_words
from leakscan.detectors.detector import Detector
from leakscan.detectors.names import normalise_name
from leakscan.detectors.text import fold, once

_TITLE = (
    r"(?:Dr\.?|DR\.?|dr\.?|[Dd]octeur|DOCTEUR|Pr\.?|PR\.|Prof\.?|[Pp]rofesseur|PROFESSEUR"
    r"|(?<=(?:^|[\n\x00,;:(]|\b(?i:le|par|du|au))[ ]*)PR)"  # in drug names PR is "pour"
)
_CIVIL = r"(?:Mme|MME|Mlle|MLLE|Mr\.?|MR\.?|M\.|Madame|MADAME|Monsieur|MONSIEUR)"
_STREETS = (
    r"(?:rue|avenue|ave?\.?|boulevard|bd\.?|place|pl\.?|all[ée]e|impasse|square|quai|cours|chemin|route|esplanade|passage"
    r"|cit[ée]|pont|stade|[ée]cole|coll[èe]ge|lyc[ée]e|h[ôo]pital|clinique|centre|r[ée]sidence|fondation|institut)"
)
_NO_STREET = rf"(?=[Dd][RrOo]|[Pp][Rr])(?<!(?i:\b{_STREETS}\s+(?:(?:du|de\s+la|de|des|le)\s+)?))"
_NOT_A_NAME = (
    r"(?:pour|par|et|ou|mais|donc|sur|sous|dans|avec|sans|chez|aux?|à|a|en|qui|que|dont|est|ont|lors|suite|depuis|vu|vue|ce"
    r"|cette|son|sa|ses|il|elle|non|oui|hier|demain|ce\s+jour|t[ée]l\w*|fax|rpps|adeli|finess|nir|service|sce|chu|chr|ch"
    r"|h[ôo]pital|clinique|cabinet|labo\w*|urgences?|bilan|prescri\w*|adress[ée]\w*|demand\w*|m[ée]decin\w*|consult\w*|rdv"
    r"|copie|patiente?s?|traitante?|g[ée]n[ée]raliste|sp[ée]cialiste|\w+(?:logue|iatre)|anesth[ée]siste|biologiste|interne"
    r"|positi(?:f|ve)|n[ée]gati(?:f|ve)|pos|n[ée]g|n[ée]e?|dr|docteur|pr|prof\w*|mme|mlle|mr|monsieur|madame|rue|avenue"
    r"|contact[ée]\w*|pr[ée]venu\w*|appel\w*|avis[ée]\w*|souhait\w*|r[ée]sultats?|compte|ordonnance|date|cc|ps)"
)
_PARTICLE = r"(?i:de|du|des|la|le|les|van|von|ben|el|al)"
_GAP = r"[ \t\u00a0]+"
_CAPITAL = r"(?:[DLOdl]['\u2019])?\p{Lu}\p{L}"
_WORD = (
    rf"(?={_CAPITAL})"  # asked first: most words have none
    rf"(?!(?i:{_NOT_A_NAME})(?![\p{{L}}'\u2019\-])){_CAPITAL}[\p{{L}}]*(?:['\u2019\-]\p{{L}}+)*"
)
_INITIALS = r"\p{Lu}\.?(?:-?\p{Lu}\.)*(?![\p{L}'\u2019\-])"
_NAME = (
    rf"(?:{_INITIALS}{_GAP}|{_WORD}{_GAP}){{0,2}}(?:{_PARTICLE}{_GAP}){{0,3}}{_WORD}"
    rf"(?:{_GAP}{_INITIALS}|{_GAP}{_WORD}){{0,2}}"
)
_BY = r"(?i:(?:prescrite?s?|adress[ée]e?s?|envoy[ée]e?s?|demand[ée]e?s?|suivie?)\s+par|m[ée]decin\s+traitant)"
_NOUN = r"(?i:m[ée]decin(?:\s+prescripteur)?|prescripteur|prescriptrice|\bMT|correspondant)"
_STRIPPED = (
    r"^.*?\b(?:(?:PRESCRITE?S?|ADRESSEE?S?|ENVOYEE?S?|DEMANDEE?S?|SUIVIE?)\s+PAR|MEDECIN(?:\s+(?:TRAITANT|PRESCRIPTEUR))?"
    r"|PRESCRIPTEUR|PRESCRIPTRICE|MT|CORRESPONDANT)\b\s*[:=]?\s*(?:LE |LA )?"
)
_TITLES = r"^(?:LE |LA )?(?:(?:DRS|DR|DOCTEUR|PROFESSEUR|PROF|PR|MME|MLLE|MR|M|MADAME|MONSIEUR)(?:\.\s*|\s+))+"
_TAIL = r"(?:[\s,(]+(?:MEDECIN\s+)?PRESCRIPT(?:EUR|RICE).*|[^A-Z]*\b(?:RPPS|ADELI|FINESS)\b.*|[^A-Z]*[0-9]{3,}.*)$"
_NO_NAME = r"^(?:INCONNU|NON RENSEIGNE|NEANT|AUCUN|SANS|NC|NR|AUTRE|DIVERS|MEDECIN|PRESCRIPTEUR|X+)$"


def prescriber_name(text: pl.Expr) -> pl.Expr:
    """Name of a prescriber in upper-case ASCII words, in the order written, without title, phrase and numbers.

    Null where no name remains.
    """
    bare = (
        fold(text)
        .str.replace(r"^[^A-Z]+", "")
        .str.replace(_TAIL, "")
        .str.replace(_STRIPPED, "")
        .str.replace(_TITLES, "")
    )
    return once(normalise_name(bare), lambda name: pl.when(~name.str.contains(_NO_NAME)).then(name))


_WORDS = (
    *(" dr ", " docteur ", " pr ", " prof ", " professeur "),
    *(" prescri", " adresse", " envoye", " demande", " suivi", " medecin"),
    *(" mt ", " correspondant ", " mme ", " mlle ", " mr ", " m ", " madame ", " monsieur "),
)
"""Plain spellings of what a match begins with: titles, phrases, nouns, civilities."""

PRESCRIBER = Detector(
    entity="prescriber",
    pattern=rf"""(?x)
        (?<![\p{{L}}0-9])
        (?: {_NO_STREET} {_TITLE} (?:{_GAP}|(?<=\.)) {_NAME}
          | {_BY} \s*[:=]?\s* (?:(?i:le|la){_GAP})? (?:(?:{_TITLE}|{_CIVIL})(?:{_GAP}|(?<=\.)))? {_NAME}
          | {_NOUN} \s*[:=]\s* (?:(?:{_TITLE}|{_CIVIL})(?:{_GAP}|(?<=\.)))? {_NAME}
          | {_NOUN} \s+ {_CIVIL} (?:{_GAP}|(?<=\.)) {_NAME}
          | {_CIVIL} {_GAP} {_NAME} [,\s(]+ (?i:(?:m[ée]decin\s+)?prescript(?:eur|rice))
        )
    """,
    prefilter=(
        r"(?i)\b(?:prescri|adress[ée]|envoy[ée]|demand[ée]|m[ée]decin"
        r"|(?:drs?|docteur|pr|prof|professeur|suivie?|mt|correspondant)\b)"
    ),
    begins=at_words(*_WORDS),
    canonical=prescriber_name,
    confidence=0.85,
    examples=(
        ("adressée par le Dr Jean-Paul MARTIN pour bilan", "JEAN PAUL MARTIN"),
        ("vu par le docteur Lefèvre hier", "LEFEVRE"),
        ("Dr. A. Le Goff", "A LE GOFF"),
        ("VU PAR DR MARTIN POUR BILAN", "MARTIN"),
        ("Pr DUBOIS-MARTIN, service de cardiologie", "DUBOIS MARTIN"),
        ("Médecin traitant : DURAND Sophie", "DURAND SOPHIE"),
        ("prescrit par Mme Durand", "DURAND"),
        ("Mme Durand, prescripteur", "DURAND"),
        ("prescripteur: Dr de La Tour", "DE LA TOUR"),
        ("Dr O'Brien et son interne", "O BRIEN"),
        ("DR MARTIN J.", "MARTIN J"),
        ("VU PAR LE PR MARTIN", "MARTIN"),
    ),
    counterexamples=(
        "5 rue du Dr Roux",
        "avenue du Docteur Calmette",
        "hôpital Professeur Grall",
        "le docteur est venu",
        "RO 80 % PR POSITIF",
        "prescrit par voie orale",
        "Dr de garde",
        "Mme Durand est venue",
        "SOLUTION PR APPLICATION CUTANEE",
        "prescripteur Identification",
    ),
    values=(
        ("DR MARTIN JEAN", "MARTIN JEAN"),
        ("Martin Jean", "MARTIN JEAN"),
        ("MARTIN JEAN DR", "MARTIN JEAN"),
        ("Dr. Sophie BERNARD (RPPS 10100000016)", "SOPHIE BERNARD"),
        ("MARTIN Jean - 75013", "MARTIN JEAN"),
        ("10100000016 MARTIN JEAN", "MARTIN JEAN"),
    ),
    not_values=("", "10100000016", "Dr", "Inconnu", "-"),
    source="writings met in laboratory exports; HPRIM P.13, OBR.16",
)
