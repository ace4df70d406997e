"""Dates in running text: by themselves, of birth and of an exam behind a label. What a date says is read by `dates`."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from leakscan.detectors.anchors import Begins, Blob, Ints
from leakscan.detectors.dates import TWO_DIGIT_YEAR_PIVOT, iso_date
from leakscan.detectors.detector import Detector

_MONTH_NAMES = (
    r"(?:janv?(?:ier)?|f[ée]vr?(?:ier)?|mars?|avr(?:il)?|mai|juin|juil(?:let)?|ao[ûu]t"
    r"|sept?(?:embre)?|oct(?:obre)?|nov(?:embre)?|d[ée]c(?:embre)?)"
)
_DAY, _MONTH, _FULL_YEAR = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:18[89]|19[0-9]|20[0-3])[0-9]"
_NUMBERS = rf"""
      {_DAY} (?P<mark>\s?[/.\-]\s?) {_MONTH} (?P=mark) {_FULL_YEAR}
    | (?:0[1-9]|[12][0-9]|3[01]) (?P<short>[.\-]) (?:0[1-9]|1[0-2]) (?P=short) [0-9]{{2}}
    | {_DAY} / {_MONTH} / [0-9]{{2}}
    | {_FULL_YEAR} (?P<iso>[/.\-]) (?:0[1-9]|1[0-2]) (?P=iso) (?:0[1-9]|[12][0-9]|3[01])
    | {_DAY} (?:er)? [\s\-]+ {_MONTH_NAMES} \.? [\s\-]+ {_FULL_YEAR}
"""
_PADDED_DAY, _PADDED_MONTH = r"(?:0[1-9]|[12][0-9]|3[01])", r"(?:0[1-9]|1[0-2])"
_BARE = rf"""
      {_PADDED_DAY} (?P<blank>\s?) {_PADDED_MONTH} (?P=blank) {_FULL_YEAR}
    | {_FULL_YEAR} {_PADDED_MONTH} {_PADDED_DAY}
    | {_DAY} (?:er)? [\s\-]+ {_MONTH_NAMES} \.? [\s\-]+ [0-9]{{2}} (?!\s?[h:])
"""
"""Writings that need a label: digits alone, and a month name with a two-digit year."""
_TIES = "/.,:-"
_BEFORE, _AFTER = rf"(?<![0-9A-Za-z])(?<![0-9][{re.escape(_TIES)}])", r"(?![0-9])(?![/.\-][0-9])"
_IN_TEXT = rf"(?xi) {_BEFORE} (?: {_NUMBERS} ) {_AFTER}"
_UNDER_LABEL = rf"(?xi) {_BEFORE} (?: {_NUMBERS} | {_BARE} ) {_AFTER}"
_BIRTH_LABEL = (
    r"(?:\bn[ée]e?(?:\(e\))?\s+(?:le|[àa])\b|\bn(?:ée?(?:\(e\))?|é\.e|ee)(?:\b|\s|:)"
    r"|\bnais(?:s|sance)?\b|naissance|\bd\.?d\.?n\b|\bdob\b|\bborn\b|\bbirth)"
)
_EXAM_LABEL = (
    r"(?:pr[ée]l[èeé]v|\bpr[ée]lv?t\b|\bexamen|date\s+d['\u2019\s]\s?(?:examen|analyse)|\banalys|re[çc]ue?s?\s+(?:le|au\s+labo)"
    r"|\bvenue?\s+(?:le|du)\b|\br[ée]alis[ée]e?s?\s+le\b)"
)
_NO_DIGIT_UP_TO_VALUE = r"[^0-9]{0,30}$"


def text_date(text: pl.Expr) -> pl.Expr:
    """`iso_date` of a date cut from running text, where no column tells the order or the century."""
    return iso_date(text, TWO_DIGIT_YEAR_PIVOT)


_MONTH_BEGINS = ("ja", "fe", "ma", "av", "ju", "ao", "se", "oc", "no", "de")


def _at_dates(blob: Blob) -> Ints:
    """A day or a year with a mark, a blank or `er` behind it, and behind a blank what goes on with a date."""
    runs = blob.runs
    day, mark = runs.length <= 2, blob.is_one_of(runs.end, "/.-")
    begun = (mark & (day | (runs.length == 4))) | (day & blob.is_one_of(runs.end, "e"))
    blank = np.flatnonzero(day & blob.is_one_of(runs.end, " "))
    behind = runs.end[blank] + 1
    begun[blank] = blob.is_one_of(behind, "/.- ") | blob.is_pair(behind, _MONTH_BEGINS)
    found: Ints = runs.start[begun & runs.heads(blob, _TIES)]
    return found


def _at_numbers(blob: Blob) -> Ints:
    """A number of as many digits as a day, a year or a date has."""
    runs = blob.runs
    fitting = (runs.length <= 2) | (runs.length == 4) | (runs.length == 8)
    found: Ints = runs.start[fitting & runs.heads(blob, _TIES)]
    return found


_BIRTH_CUES = (" ne ", " nee ", " nais", "naissance", " ddn", " d d n", " dd n", " d dn", " dob", " born", " birth")
_EXAM_CUES = ("prelev", " prelt", " prelvt", " examen", " analys", "recu", " venu", " realise")

DATE = Detector(
    entity="date",
    pattern=_IN_TEXT,
    prefilter=rf"(?i)[0-9]\s?[/.\-]\s?[0-9]{{1,2}}\s?[/.\-]\s?[0-9]{{2}}|[0-9](?:er)?[\s\-]+{_MONTH_NAMES}",
    begins=Begins(_at_dates),
    canonical=text_date,
    confidence=0.95,
    examples=(
        ("le 12/03/2020 au soir", "2020-03-12"),
        ("vu le 1/2/2019, revu", "2019-02-01"),
        ("12.03.2020", "2020-03-12"),
        ("12 / 03 / 2020", "2020-03-12"),
        ("2020-03-12T08:15:00Z", "2020-03-12"),
        ("facture du 1er août 2018.", "2018-08-01"),
        ("le 12 mars 1984", "1984-03-12"),
        ("contrôle 05/11/19", "2019-11-05"),
        ("C2 1/7/19", "2019-07-01"),
    ),
    counterexamples=(
        "31/02/2020",
        "TA 12/8",
        "version 1.2.20",
        "192.168.12.20",
        "12/03-2020",
        "112/03/2020",
        "06.12.03.20.20",
        "12/03/2020/4",
        "3-2-1800",
        "12 mais 1984",
        "réf. 12031984",
        "12 mars 10 comprimés",
    ),
    values=(
        ("12/03/1984", "1984-03-12"),
        ("19840312", "1984-03-12"),
        ("12031984", "1984-03-12"),
        ("2031984", "1984-03-02"),
        ("12-MAR-84", "1984-03-12"),
        ("12/03/2020 08:15", "2020-03-12"),
        ("Mar 12 2020 8:15AM", "2020-03-12"),
        ("lundi 12 août 2019 à 8h30", "2019-08-12"),
    ),
    not_values=("", "43831", "29/02/2019", "12/13/2020", "12/03", "12/03/1879", "12/03/2036", "soixante"),
    source="writings met in laboratory exports; ISO 8601; HL7 v2 TS",
)

BIRTH_DATE = Detector(
    entity="birth_date",
    pattern=_UNDER_LABEL,
    prefilter=rf"(?i){_BIRTH_LABEL}",
    begins=Begins(_at_numbers, cues=_BIRTH_CUES),
    canonical=text_date,
    confidence=0.95,
    label=_BIRTH_LABEL + _NO_DIGIT_UP_TO_VALUE,
    examples=(
        ("né le 12/03/1984", "1984-03-12"),
        ("NEE LE 12 03 1984 A LYON", "1984-03-12"),
        ("née à Paris le 12 mars 1984", "1984-03-12"),
        ("Né(e) le : 12.03.1984", "1984-03-12"),
        ("Date de naissance: 1984-03-12", "1984-03-12"),
        ("DDN 12/03/84", "1984-03-12"),
        ("DDN 12031984", "1984-03-12"),
        ("née le 12 mars 84", "1984-03-12"),
        ("nais. 12/03/1984, prélevé le 14/05/2020", "1984-03-12"),
    ),
    counterexamples=(
        "12/03/1984",
        "prélevé le 12/03/2020",
        "ne fume plus depuis le 12/03/2020",
        "journée du 12/03/2020",
    ),
    values=(("12/03/1984", "1984-03-12"),),
    not_values=("", "NC", "12/45/1984"),
    source="labels of French medical letters",
)

EXAM_DATE = Detector(
    entity="exam_date",
    pattern=_UNDER_LABEL,
    prefilter=rf"(?i){_EXAM_LABEL}",
    begins=Begins(_at_numbers, cues=_EXAM_CUES),
    canonical=text_date,
    confidence=0.9,
    label=_EXAM_LABEL + _NO_DIGIT_UP_TO_VALUE,
    examples=(
        ("prélevé le 14/05/2020 à 8h", "2020-05-14"),
        ("Prélèvement du : 14 mai 2020", "2020-05-14"),
        ("examen du 14-05-2020", "2020-05-14"),
        ("Date d'examen 2020-05-14", "2020-05-14"),
        ("PRELEVEMENT RECU LE 14/05/20", "2020-05-14"),
        ("né le 12/03/1984, prélevé le 14/05/2020", "2020-05-14"),
    ),
    counterexamples=("14/05/2020", "né le 12/03/1984", "édité le 14/05/2020"),
    values=(("14/05/2020 08:15", "2020-05-14"),),
    not_values=("", "14:05"),
    source="labels of French laboratory reports",
)
