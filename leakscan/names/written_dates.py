"""Dates in prose in all their writings, whole ones and those that lack a part where a word before them proves them.

The detector of dates reads what becomes a canonical date; here places are enough, so words and short forms count.
Source: writings of French reports; general knowledge.
"""

from __future__ import annotations

from functools import cache

import polars as pl
import regex

from leakscan.names.spans import BIRTH_DATE, EXAM_DATE, Line, Spans

DATED_CONFIDENCE = 0.95
"""Of a date by its form."""

_DAY, _MONTH = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:0?[1-9]|1[0-2])"
_TWO_DAY, _TWO_MONTH = r"(?:0[1-9]|[12][0-9]|3[01])", r"(?:0[1-9]|1[0-2])"
_YEAR = r"(?:18[89]|19[0-9]|20[0-9])[0-9]"
_NAMED = (
    r"(?:janv?(?:ier)?|f[ée]v(?:r(?:ier)?)?|mars?|avr(?:il)?|mai|juin|juil(?:let)?|jul|ao[ûu](?:t)?"
    r"|sept?(?:embre)?|oct(?:obre)?"
    r"|nov(?:embre)?|d[ée]c(?:embre)?|feb|apr|may|jun|aug)"
)
_LONG_NAMED = r"(?:janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre)"
_UNITS = (
    r"(?:z[ée]ro|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
    r"|vingts?|trente|quarante"
    r"|cinquante|soixante|premier|1er)"
)
_WORDS = rf"{_UNITS}(?:[ -](?:et[ -])?(?:{_UNITS}|[0-9]{{1,2}})){{0,3}}"
_SPOKEN_YEAR = rf"(?:mill?e?[ ]neuf[ -]cents?|deux[ -]mille)(?:[ -](?:et[ -])?(?:{_UNITS}|[0-9]{{1,2}})){{0,4}}"
_BOX = "[ ]"
_BOXES = rf"[0-3]{_BOX}[0-9]{_BOX}[01]{_BOX}[0-9]{_BOX}(?:1{_BOX}[89]|2{_BOX}0){_BOX}[0-9]{_BOX}[0-9]"
"""Digits in boxes: at the beginning or the end of a run, since a number may stand beside."""
_BEFORE, _AFTER = r"(?<![0-9\p{L}])(?<![0-9][/.,:\-])", r"(?![0-9])(?![/.\-][0-9])"
_WEEKDAY = r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)[ ](?:le[ ])?)?"
_BEHIND = r"(?<=(?i:\b(?:le|du|au|des|et|rdv|date|depuis|[CJ][0-9]{1,2})[ ]|[(]))"
_SINCE = (
    r"(?<=(?i:\b(?:en|depuis|de|[àa]|d[èe]s|fin|d[ée]but|courant|mi|entre|et|vers|avant|apr[èe]s|jusqu['\u2019]en"
    r"|jusqu['\u2019]à|ann[ée]e|[ée]t[ée]|hiver"
    r"|printemps|automne|d['\u2019])[ ]|[(]|^-[ ]|[\n;][ ]?[-•*o]?[ ]?|-[ ]))"
)
_WHOLE = rf"""(?xi)
    {_BEFORE} {_WEEKDAY} (?: {_DAY} [ ]?[\-\u2013][ ]? (?={_DAY}(?:/|[ ]{_LONG_NAMED})) )? (?:
        {_DAY} (?P<m>[ ]{{0,2}}[/.\-|][ ]{{0,2}}) {_MONTH} [ ]{{0,2}}[/.\-|][ ]{{0,2}} (?:{_YEAR}|[0-9]{{2}}(?![0-9]))
      | {_TWO_DAY} [ ] {_TWO_MONTH} [ ] {_YEAR}
      | {_YEAR} (?P<i>[/.\-]) {_TWO_MONTH} (?P=i) {_TWO_DAY}
      | {_DAY} (?:[ ]?er)? [ .\-]{{0,2}} {_NAMED} (?!\p{{L}}) \.? [ .\-]{{0,2}}
        (?:{_YEAR}|[0-9]{{2}}(?![0-9hH:%]|[ ]?(?:h|ans|mg|kg|ml|%)))
      | {_DAY} (?:er)? [ ] {_LONG_NAMED} (?!\p{{L}})
      | {_LONG_NAMED} [ ] {_YEAR}
      | {_NAMED} (?!\p{{L}}) [.]? [ ]? {_YEAR}
      | {_YEAR} [ ] {_LONG_NAMED} (?!\p{{L}})
      | {_TWO_DAY} {_TWO_MONTH} (?:19[0-9]|20[0-7])[0-9]
      | (?<![0-9][ ]) {_BOXES}
      | {_BOXES} (?![ ][0-9])
      | (?<![0-9][ ]) {_BOXES.replace("[ ]", "[ ]?")} (?![ ][0-9])
      | (?<![0-9][ ]) [1-9]{_BOX}[01]{_BOX}[0-9]{_BOX}(?:1{_BOX}9|2{_BOX}0){_BOX}[0-9]{_BOX}[0-9]
      | {_TWO_DAY} {_NAMED} (?!\p{{L}})
      | (?:{_WORDS}|{_DAY}) [ ] (?:{_LONG_NAMED}|{_TWO_MONTH}) [ ] {_SPOKEN_YEAR}
      | {_WORDS} [ ] {_LONG_NAMED} [ ] {_YEAR}
      | (?<![\p{{L}}-]) (?:{_WORDS}) [ -] {_TWO_MONTH} [ -] {_YEAR}
      | {_LONG_NAMED} [ ] {_SPOKEN_YEAR}
    ) {_AFTER}
"""
_SHORT = rf"""(?xi)
    {_BEFORE} (?:
        {_BEHIND} {_DAY} (?:[ ]{{0,2}}[/.][ ]{{0,2}}|-) {_MONTH}
        (?![0-9]|[ ]?(?:mg|g|ml|%|kg|cm|mmol|/)|[ ](?:inf|sup|moyen|dist|prox|ext|int|ant|post|lat))
      | {_SINCE} (?:19[0-9]|20[0-4])[0-9]
        (?![ ]?(?:mg|g|ml|%|kg|cm|kcal|kj|copies|ui|m|euros|€|h|pas|mm)\b|[0-9]|[.,][0-9])
      | {_SINCE} {_LONG_NAMED} (?:[ ][0-9]{{2}})? (?!\p{{L}})
      | {_SINCE} {_NAMED} [.]? (?:[ ][0-9]{{2}})? (?!\p{{L}})
      | {_BEHIND} {_DAY} [ ]? {_NAMED} [.]? (?!\p{{L}})
      | {_LONG_NAMED} [ ] [0-9]{{2}} (?![ ]?(?:h|:|ans|mg|kg))
      | {_SINCE} {_TWO_MONTH} [/\-] {_YEAR}
      | {_TWO_MONTH} / {_YEAR}
    ) {_AFTER}
"""
_BIRTH = (
    r"(?i)(?:(?:^|[^\p{L}])n[ée]e?(?:[.·]?e| ?\(e\))?(?: le|:| |$)|naiss|\bnais\b|\bna[îi]t\b|d\.?d\.?n\.?"
    r"|\bd\.? ?n\b\.?|\bdob\b|mise? au monde|venue? au monde|\bnati(?:f|ve) du\b|\bborn\b)"
    r"[^0-9\n]{0,24}\n?[^0-9\n]{0,8}$"
)
LAW = (
    r"(?i)\b(?:loi|d[ée]cret|arr[êe]t[ée]|circulaire|directive|ordonnance n|article|r[èe]glement)\b[^\n]{0,40}?"
    r"\b(?:du|n°|le)?\s*$"
)
"""Dates of laws are nobody's."""
BIRTH_REACH = 48
"""Characters before a date in which a word of birth makes it a birth date."""


@cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern)


def dated(texts: pl.Series) -> Spans:
    """Dates in texts without null: BIRTH_DATE behind a word of birth, else EXAM_DATE."""
    numbers = texts.str.contains(r"[0-9] ?[0-9]|(?i)mille|(?i)cent").arg_true()
    some = texts.gather(numbers)
    if some.is_empty():
        return Spans.of([], DATED_CONFIDENCE)
    line = Line.of(some)
    found = Spans.of([], DATED_CONFIDENCE)
    for pattern in (_WHOLE, _SHORT):
        places = [(*match.span(), EXAM_DATE) for match in _compiled(pattern).finditer(line.text)]
        more = line.spans(places, DATED_CONFIDENCE)
        found = Spans.joined((found, more.where(more.first_over(found) < 0)))
    begins = line.starts[found.number]
    before = pl.Series(
        [
            line.text[max(low, at - BIRTH_REACH) : at]
            for low, at in zip(begins.tolist(), (begins + found.start).tolist(), strict=True)
        ],
        dtype=pl.String,
    )
    label = found.label.copy()
    label[before.str.contains(_BIRTH).to_numpy()] = BIRTH_DATE
    number = numbers.to_numpy().astype("int64")[found.number]
    spans = Spans(number, found.start, found.end, label, found.confidence)
    return spans.where(~before.str.contains(LAW).to_numpy())
