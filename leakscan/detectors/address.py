"""Postal addresses: a street with a house number or a postcode, in running text or in a column.

Source: AFNOR NF Z10-011 (order of the parts, names and abbreviations of street types).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from leakscan.detectors.anchors import Begins, Blob, Ints, in_order
from leakscan.detectors.detector import Detector
from leakscan.detectors.text import NEVER, fold, once, shaped

_ABBREVIATIONS = {
    "AVENUE": "AVE|AV",
    "BOULEVARD": "BVD|BLD|BLVD|BD",
    "CHEMIN": "CHE|CHEM|CH",
    "COURS": "CRS",
    "FAUBOURG": "FBG|FG",
    "HAMEAU": "HAM",
    "IMPASSE": "IMP",
    "LIEU DIT": "LIEUDIT|LD",
    "LOTISSEMENT": "LOT|LOTISS",
    "PASSAGE": "PASS",
    "PLACE": "PLCE|PL",
    "QUARTIER": "QRT|QUA",
    "RESIDENCE": "RES|RESID",
    "ROUTE": "RTE",
    "SQUARE": "SQ",
    "ALLEE": "ALLEES|ALL",
    "RUE": "R",
    "SAINT": "SAINTE|STE|ST",
    "DOCTEUR": "DR",
    "GENERAL": "GAL|GEN",
    "MARECHAL": "MAL",
    "BATIMENT": "BAT",
    "APPARTEMENT": "APPT|APT",
}
_WORDS = {f" {short} ": f" {full} " for full, shorts in _ABBREVIATIONS.items() for short in shorts.split("|")}
_PLAIN_TYPES = (
    r"rue|avenue|boulevard|all[ée]es?|chemin|route|impasse|quai|square|sente|sentier|faubourg|r[ée]sidence|lotissement"
    r"|hameau|esplanade|promenade|ruelle|rond[\s\-]point|venelle|lieu[\s\-]?dit|parvis|chauss[ée]e"
    r"|ave?|b[vl]?v?d|all|rte|imp|sq|fbg|lot|lieudit|ld"
)
_WORDY_TYPES = (
    r"place|plce|pl|cours|passage|mont[ée]e|cit[ée]|villa|quartier|domaine|mail|clos|c[ôo]te|mas|voie|traverse|ch[âa]teau"
    r"|chem?|r[ée]s|fg"
)
"""Street types that are everyday words too: in text a capital must follow."""
_TYPES = rf"{_PLAIN_TYPES}|{_WORDY_TYPES}"
_PARTICLE = r"(?:(?i:de|du|des|la|le|les|aux?|à|et|sur|sous|en|saint|sainte|st|ste)\s+|(?i:[dl]['\u2019]))"
_CAPITAL = rf"(?:{_PARTICLE}{{0,3}}\p{{Lu}}[\p{{L}}'\u2019\-]*\.?)"
_ANY_CASE = rf"(?:{_PARTICLE}{{0,3}}\p{{L}}[\p{{L}}'\u2019\-]+)"
_DATE_NAME = r"(?i:du\s+[0-9]{1,2}(?:er)?\s+\p{L}+(?:\s+(?:1[789]|20)[0-9]{2}(?![0-9]))?)"
_MORE = rf"(?:\s{_CAPITAL}){{0,4}}"
_PLAIN_STREET = rf"(?:(?i:{_PLAIN_TYPES})\b\.?|(?i:r)\b\.?(?=\s+{_PARTICLE}))\s+(?:{_DATE_NAME}|{_ANY_CASE}){_MORE}"
_WORDY_STREET = rf"(?i:{_WORDY_TYPES})\b\.?\s+(?!(?i:aux?\s+urgences))(?:{_DATE_NAME}|{_CAPITAL}){_MORE}"
_STREET = rf"(?:{_PLAIN_STREET}|{_WORDY_STREET})"
_NUMBER = r"[0-9]{1,4}(?:\s?(?i:bis|ter|quater|[a-d])\b)?(?:\s?[/\-]\s?[0-9]{1,4})?"
_TOWN = r"(?:0[1-9]|[1-8][0-9]|9[0-578])[0-9]{3}\s+\p{L}[\p{L}'\u2019.\-]+(?:[ \-]\p{Lu}[\p{L}'\u2019.\-]+){0,4}"


def normalise_address(text: pl.Expr) -> pl.Expr:
    """An address in upper-case ASCII words and numbers, street types written out; null without two characters.

    For cells of a column known to hold addresses, where `LE BOURG` is one too.
    """
    # two blanks between words, so that each has its own on both sides and one automaton replaces whole words
    words = " " + fold(text).str.replace_all(r"[^\p{L}0-9]+", "  ") + " "
    whole = words.str.replace_many(list(_WORDS), list(_WORDS.values())).str.replace_all(r" +", " ").str.strip_chars()
    return once(whole, lambda line: shaped(line, r"\p{L}."))


def street_address(text: pl.Expr) -> pl.Expr:
    """A normalised address that proves itself: house number and street type, or street type and postcode; else null."""
    types = rf"(?:{_TYPES}|r)"

    def proven(folded: pl.Expr) -> pl.Expr:
        numbered = folded.str.contains(rf"(?i)\b[0-9]{{1,4}}\s?(?:bis|ter|quater|[a-d])?\b[\s,./\-0-9]*\b{types}\b")
        placed = folded.str.contains(r"\b[0-9]{5}\s+\p{L}")
        named = folded.str.contains(rf"(?i)\b{types}\b\.?\s+\S*\p{{L}}")
        return pl.when((numbered | placed) & named).then(normalise_address(folded))

    return once(fold(text), proven)


_TYPE_WORDS = (
    *(" r ", " rue ", " avenue ", " boulevard ", " allee ", " allees ", " chemin ", " route ", " impasse "),
    *(" quai ", " square ", " sente ", " sentier ", " faubourg ", " residence ", " lotissement ", " hameau "),
    *(" esplanade ", " promenade ", " ruelle ", " venelle ", " lieudit ", " parvis ", " chaussee ", " av "),
    *(" ave ", " bd ", " bld ", " bvd ", " blvd ", " bvvd ", " all ", " rte ", " imp ", " sq ", " fbg "),
    *(" lot ", " ld ", " place ", " plce ", " pl ", " cours ", " passage ", " montee ", " cite ", " villa "),
    *(" quartier ", " domaine ", " mail ", " clos ", " cote ", " mas ", " voie ", " traverse ", " chateau "),
    *(" che ", " chem ", " res ", " fg "),
    *(" rond point ", " lieu dit "),
)
"""Plain spellings of the street types."""
_NUMBER_WIDTH = 22
"""Characters of a house number with all that may stand between it and the street."""


def _begins(blob: Blob) -> Ints:
    """A street type, or a house number close before one."""
    types = blob.at(*_TYPE_WORDS)
    runs = blob.runs
    following = np.append(types, len(blob.plain) + _NUMBER_WIDTH)[np.searchsorted(types, runs.start)]
    return in_order(types, runs.start[(runs.length <= 4) & (following - runs.start <= _NUMBER_WIDTH)])


ADDRESS = Detector(
    entity="address",
    pattern=rf"""(?x)
        (?<![\p{{L}}0-9/.,\-])
        (?: {_NUMBER} \s?,?\s{{0,2}} {_STREET} (?: \s?[,\-\u2013]?\s{{0,2}} {_TOWN} )?
          | {_STREET} \s?[,\-\u2013]?\s{{1,2}} {_TOWN}
        )
        (?![\p{{L}}])
    """,
    prefilter=rf"(?i)\b(?:{_TYPES}|r)\b",
    begins=Begins(_begins, _TYPE_WORDS),
    canonical=street_address,
    confidence=0.85,
    examples=(
        ("habite 12 rue de la Paix, 75002 Paris.", "12 RUE DE LA PAIX 75002 PARIS"),
        ("12 bis, av. du Général Leclerc 44000 NANTES", "12 BIS AVENUE DU GENERAL LECLERC 44000 NANTES"),
        ("3 place Saint-Pierre", "3 PLACE SAINT PIERRE"),
        ("Chemin des Lilas 06000 NICE", "CHEMIN DES LILAS 06000 NICE"),
        ("5 rue du Dr Roux", "5 RUE DU DOCTEUR ROUX"),
        ("8 BD VOLTAIRE", "8 BOULEVARD VOLTAIRE"),
        ("14 rue du 8 mai 1945", "14 RUE DU 8 MAI 1945"),
        ("habite 12 rue des lilas et vit seule", "12 RUE DES LILAS"),
        ("12 r. de la Paix\n75002 PARIS", "12 RUE DE LA PAIX 75002 PARIS"),
    ),
    counterexamples=(
        "traversait la rue",
        "rue Pasteur",
        "prise en cours de route",
        "12 mg par voie orale",
        "2 places de parking",
        "au cours de 3 examens",
        "1 passage aux urgences",
        "1 PASSAGE AUX URGENCES",
        "2 voies veineuses",
        "12/03/2020 place de la chirurgie",
    ),
    values=(
        ("12 R DE LA PAIX", "12 RUE DE LA PAIX"),
        ("Rés. Les Lilas, 3 av Foch", "RESIDENCE LES LILAS 3 AVENUE FOCH"),
        ("12 RUE PASTEUR BAT B", "12 RUE PASTEUR BATIMENT B"),
    ),
    not_values=("", "NEANT", "75013", "PARIS", "rue", "12", "12 mg"),
    source="AFNOR NF Z10-011",
)

ADDRESS_LINE = Detector(
    entity="address_line",
    pattern=NEVER,
    prefilter=NEVER,
    canonical=normalise_address,
    confidence=0.8,
    needs_role=True,
    values=(
        ("Le Bourg", "LE BOURG"),
        ("12, Av. Foch", "12 AVENUE FOCH"),
        ("Bât. C - Appt 12", "BATIMENT C APPARTEMENT 12"),
    ),
    not_values=("", "-", "12", "A"),
    source="AFNOR NF Z10-011",
)
