"""Mentions that bear no patient: in notices about supplies, trainings or machines, and letters that mean another thing.

Rows of kind `notice` in the lexicon are words of administration. A clause that holds one and names no patient is
about the house: "réactif VIH lot 12 reçu", "affiche dépistage du cancer". Letters that are spelled out behind a colon
mean what is spelled out: "HTA : haute tension"; if that is a disease, it is found by itself. Where somebody is lent to
a ward, the ward is nobody's illness: "partagée avec néphro".
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan.health.folding import Folded
from leakscan.health.text_windows import as_texts, ascii_rule, windows

NOTICE_REACH = 120
"""Farthest that a word of administration stands from what it makes harmless: a long note."""
_LETTERS = 5
"""The longest abbreviation that is held against what is spelled out behind it."""

_PATIENT = (
    r"\b(patiente?|pat|pt|pte|enfant|bebe|nourrisson|\d+ ?ans|agee?|atcds?|antecedents?|ttt|sous [a-z]+|traitee?"
    r"|hospitalisee?|elle"
    r"|son|ses|mere|pere|mari|conjointe?|epoux|epouse|soeur|frere|fils|fille|homme|positi[fv]e?s?|detectee?"
    r"|indetectable|enceinte de"
    r"|porteu\w*|atteinte?|infectee?|operee?|connue?|stade|mg|cp|prescri\w*|souffr\w*|decedee?|diagnosti\w* de"
    r"|chez|lui"
    r"|seropo\w*|diabetique|hypertendue?|dialysee?|greffee?|parturiente|accouchee?|prelevee? (ce|le|a domicile)"
    r"|suivie? (pour|par|en|au)"
    r"|douleurs?|consultante?|presente|refuse|adressee?|ordonnance|rcp)\b"
)
STAFF_REACH = 60
"""Characters before a mention in which words of staffing make it the ward that somebody works in."""
_STAFFED = (
    r"\b((partagee?|mutualisee?|detachee?|affectee?|pretee?|quotite)s?( [a-z]+){0,2} (en|au|aux|avec|sur|a)|renforts?"
    r"|pool|roulement|vacataires?|vacations?)( (en|au|aux|avec|sur|a|de|du|des|la|le|l|d))*[ ']*$"
)
_STAFF_WORD = re.compile(rb"\b(?:partagee?|mutualis|detachee?|affectee?|pretee?|quotite|renfort|pool|roulement|vacat)")
_ABOUT_CARE = r"\b(decisions?|dossiers?|pec|prise en charge|avis|soins?|discutee?|seances?|cas|indication|protocole)\b"
_SPELLED = r"@ ?[:=(] ?[^a-z0-9]*"
_SMALL = r"(?:(?:de|du|des|d|la|le|les|l|et|en|a|au|aux|pour)[ '.]+)*"

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def _stops(array: NDArray[np.uint8]) -> Ints:
    """Where clauses end: lines, semicolons, and dots before a blank."""
    hard = (array == ord("\n")) | (array == ord(";")) | (array == ord("!"))
    hard[:-1] |= (array[:-1] == ord(".")) & (array[1:] == ord(" "))
    return np.flatnonzero(hard)


def _noticed(folded: Folded, mentions: pl.DataFrame, notices: pl.DataFrame) -> Bools:
    """Mentions whose clause holds a notice and no word for a patient."""
    harmless = np.zeros(len(mentions), dtype=np.bool_)
    places = np.unique(notices["start"].to_numpy())
    start, end = mentions["start"].to_numpy(), mentions["end"].to_numpy()
    low, high = mentions["low"].to_numpy(), mentions["high"].to_numpy()
    first = np.searchsorted(places, np.maximum(low, start - NOTICE_REACH))
    last = np.searchsorted(places, np.minimum(high, end + NOTICE_REACH))
    near = np.flatnonzero(last > first)
    if not len(near):
        return harmless
    stops = np.concatenate([[-1], _stops(folded.array), [len(folded.array)]])
    left, right = np.maximum(low, start - NOTICE_REACH)[near], np.minimum(high, end + NOTICE_REACH)[near]
    left = np.maximum(left, stops[np.searchsorted(stops, start[near]) - 1] + 1)
    right = np.minimum(right, stops[np.searchsorted(stops, end[near])])
    held = np.searchsorted(places, right) > np.searchsorted(places, left)
    near, left, right = near[held], left[held], right[held]
    if len(near):
        clauses = as_texts(windows(folded.array, left, right, int((right - left).max())))
        harmless[near] = ~clauses.str.contains(ascii_rule(_PATIENT)).to_numpy()
    return harmless


@cache
def _initials(term: str) -> str:
    """What spells out a term behind it: words that begin with its letters."""
    return _SPELLED + _SMALL + (rf"[a-z0-9]*[^a-z0-9]+{_SMALL}").join(map(re.escape, term))


def _spelled_out(folded: Folded, mentions: pl.DataFrame) -> Bools:
    """Abbreviations that are spelled out right behind."""
    spelled = np.zeros(len(mentions), dtype=np.bool_)
    start, end = mentions["start"].to_numpy(), mentions["end"].to_numpy()
    behind = folded.array[np.minimum(end, len(folded.array) - 1)]
    further = folded.array[np.minimum(end + 1, len(folded.array) - 1)]
    marks = np.array([*b":=("], dtype=np.uint8)
    some = (end - start <= _LETTERS) & (np.isin(behind, marks) | ((behind == ord(" ")) & np.isin(further, marks)))
    near = np.flatnonzero(some & mentions["capital"].to_numpy())
    if len(near):
        high = np.minimum(mentions["high"].to_numpy()[near], end[near] + NOTICE_REACH)
        texts = as_texts(windows(folded.array, end[near], high, NOTICE_REACH))
        for place, term, text in zip(near, mentions["term"].gather(near), texts, strict=True):
            spelled[place] = term.isalnum() and re.match(_initials(term), f"@{text}") is not None
    return spelled


def _of_staff(folded: Folded, mentions: pl.DataFrame) -> Bools:
    """Wards in which somebody works: "détachée en psychiatrie", "renfort dialyse"."""
    start, low = mentions["start"].to_numpy(), mentions["low"].to_numpy()
    staffed = np.zeros(len(mentions), dtype=np.bool_)
    words: Ints = np.fromiter((one.start() for one in _STAFF_WORD.finditer(folded.array.tobytes())), dtype=np.int64)
    first = np.searchsorted(words, np.maximum(low, start - STAFF_REACH))
    near = np.flatnonzero(np.searchsorted(words, start) > first)
    if len(near):
        left = np.maximum(low, start - STAFF_REACH)[near]
        window = windows(folded.array, left, start[near], STAFF_REACH, left=True)
        before = as_texts(np.where(window == ord("\n"), ord(";"), window))
        patient = before.str.contains(ascii_rule(_PATIENT)) | before.str.contains(ascii_rule(_ABOUT_CARE))
        staffed[near] = (before.str.contains(ascii_rule(_STAFFED)) & ~patient).to_numpy()
    return staffed


def of_patients(folded: Folded, mentions: pl.DataFrame) -> pl.DataFrame:
    """The mentions (start, end, low, high, kind, term, capital) without notices and without what they make harmless."""
    notice = mentions["kind"] == "notice"
    rest = mentions.filter(~notice)
    harmless = _spelled_out(folded, rest) | _of_staff(folded, rest)
    if notice.any():
        harmless |= _noticed(folded, rest, mentions.filter(notice))
    return rest.filter(~harmless)
