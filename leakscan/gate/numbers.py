"""Whether digits of a text may be a number of a person, a phone or a date of long ago: part of the proof (nobody.py).

Machines write as many digits as registers of people do: decimals, digests, times. What is written like those is left
out before the rest is held against what our detectors take for worth a look, and then against the detectors.
"""

from __future__ import annotations

from functools import cache

import polars as pl

NUMBERED = ("nir", "ins", "phone")
"""Entities that are told by their digits."""

_SPACE = r"[\x20.\-\u00a0\u202f\u2009_/]"
_MONTH = "(?:0[1-9]|1[0-2]|[2-9][0-9])"
_NUMBER = (
    rf"(?:^|[^0-9])[1-8][0-9]{{2}}{_MONTH}(?:[0-9]{{2}}|2[ABab])[0-9]{{6}}(?:[0-9]{{2}})?(?:[^0-9]|$)"
    r"|[0-9][.,][0-9]+[eE]\+?1[0-9]"
    rf"|[1-8]{_SPACE}{{1,3}}[0-9]{{2}}{_SPACE}{{1,3}}[0-9]{{2}}{_SPACE}{{1,3}}(?:[0-9]{{2}}|2[ABab]){_SPACE}{{1,3}}"
    r"[0-9]{3}"
)
"""A number with sex, year and month, in one or in its parts; what a spreadsheet makes of one."""
_PARTED = rf"([0-9]){_SPACE}{{1,3}}"
_BETWEEN = r"[\x20\t\u00a0\u202f\u2009.\-_/()]"
DIGITS = rf"[0-9OIl](?:{_BETWEEN}{{0,5}}[0-9OIl]){{7}}|2[ABab]{_BETWEEN}?[0-9]{{3}}|[0-9][eE]\+?1[0-9]"
"""What every number of a person, phone and packed date has: eight digits with little between them, or the like."""
_PACKED_DATE = (
    r"(?:^|[^0-9])(?:(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])(?:19|20)[0-9]{2}|[0-9]{2} [0-9]{2} (?:19|20)[0-9]{2})(?:[^0-9]|$)"
)
DATE_WITH_YEAR = (
    r"[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-](?:19|20)[0-9]{2}(?:[^0-9]|$)|(?:19|20)[0-9]{2}[/.\-][0-9]{1,2}[/.\-][0-9]{1,2}"
)
_ADDRESS = r"(?:^|[^0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:[^0-9.]|$)"
"""Of a machine in a network: not three numbers, as a date is."""
_BEHIND_THE_POINT = {1: (12, 14), 2: (11, 13), 3: (10, 12), 4: (9, 11), 5: (8, 10), 6: (7, 9)}
"""Digits before the point -> how many behind it make 13 or 15, as a number of a person has."""
_DECIMAL = (
    r"(^|[^0-9A-Za-z.,+])(?:0\.[0-9]{5,}|"
    + "|".join(
        rf"[1-9][0-9]{{{before - 1}}}\.(?:[0-9]{{5,{few - 1}}}|[0-9]{{{few + 1}}}|[0-9]{{{many + 1},}})"
        for before, (few, many) in _BEHIND_THE_POINT.items()
    )
    + r")(?:[eE]-?[0-9]{1,2})?([^0-9.]|$)"
)
_DIGEST = (
    r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"
    r"|\b[0-9]{0,12}(?:[a-f]+[0-9]{1,12}){2,}[a-f]*\b|\b[0-9]{0,12}(?:[A-F]+[0-9]{1,12}){2,}[A-F]*\b"
)
"""UUIDs, and hexadecimal digits: letters in two places at least, for a number from Corsica has one of them; never 13
digits in a row."""

_OF_DIGEST_LENGTH = r"\b(?:" + "|".join(f"[0-9a-f]{{{size}}}" for size in (16, 24, 32, 40, 56, 64)) + r")\b"
"""Among a thousand digests some have 13 digits in a row: small letters beside them in a word of such a length are of a
digest. Formats whose fields touch write capitals, and no word of digits and six letters alone."""


def without_machines(text: pl.Series) -> pl.Series:
    """The text without the decimals and digests that no register of people writes."""
    bare = text.str.replace_all(_DIGEST, ";")
    bare = bare.str.replace_all(_DECIMAL, "${1};${2}").str.replace_all(_DECIMAL, "${1};${2}")
    if not contains(bare, _NUMBER):
        return bare
    tokens = bare.str.extract_all(_OF_DIGEST_LENGTH).explode(empty_as_null=True).drop_nulls().unique()
    digests = tokens.filter(tokens.str.contains("[a-f]")).to_list()
    return bare.str.replace_many(dict.fromkeys(digests, ";")) if digests else bare


def no_number(text: pl.Series) -> bool:
    """Whether nothing in a text (one cell) is a number of a person, a phone or a packed date.

    Asks in the order of what an answer costs: gates of the whole text, then the detectors line by line.
    """
    if contains(text, _NUMBER) or contains(text, _PACKED_DATE):
        return False
    bare = without_dates(text)
    together = bare.str.replace_all(_PARTED, "$1")  # whole cells are read so, however their digits are parted
    if contains(together, _NUMBER):
        return False
    return not may_hold(bare, *NUMBERED) or _no_hit(bare)


def without_dates(text: pl.Series) -> pl.Series:
    """The text without dates that have a year of four digits, and without addresses of machines."""
    return text.str.replace_all(DATE_WITH_YEAR, "; ").str.replace_all(_ADDRESS, "; ")


def may_hold(text: pl.Series, *entities: str) -> bool:
    """Whether the detectors of some entities take a text for worth a look."""
    return any(contains(text, *patterns) for patterns in gates_of(*entities))


def contains(text: pl.Series, *patterns: str) -> bool:
    """Whether a text (one cell) has all of some patterns."""
    return all(bool(text.str.contains(pattern)[0]) for pattern in patterns)


@cache
def gates_of(*entities: str) -> tuple[tuple[str, ...], ...]:
    """Of the detectors of some entities the expressions that a text must match to be worth a look."""
    from leakscan.detectors import DETECTORS
    from leakscan.detectors.search import gates

    return tuple(gates(one) for one in DETECTORS if one.entity in entities and not one.needs_role)


def _no_hit(text: pl.Series) -> bool:
    from leakscan.detectors import DETECTORS
    from leakscan.detectors.search import find_all

    detectors = [one for one in DETECTORS if one.entity in NUMBERED and not one.needs_role]
    lines = pl.Series("line", text[0].split("\n"), dtype=pl.String)
    return all(hits.is_empty() for _, hits in find_all(detectors, lines))
