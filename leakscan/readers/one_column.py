"""Tables of one column: a value per line, with or without a name above, where no delimiter tells a table from text.

A list is one when nearly all of its lines are short and of one kind: a number (a NIR, a phone, a date, a code), an
e-mail, or a name. Prose, logs, letters, `label: value`, `login:password` and lists of this and that are of no kind.
"""

from __future__ import annotations

import re

from leakscan.readers.dialect import SAMPLE_BYTES

NO_DELIMITER = "\x1f"
"""Stands for the delimiter of one column: the separator of units in ASCII, which no line of text holds."""
CONFIDENCE = 0.5
"""Surer than that anything readable is text, less sure than a delimiter that all records agree on."""
ONE_KIND = 0.9
"""Least share of lines of the kind: in real columns some cells say that there is no value."""
MIN_VALUES = 5
"""With fewer numbers or e-mails under one another a text is a note rather than a list."""
MIN_NAMES = 20
"""Lines of capitalised words are also found in letterheads and tables of contents, which are shorter than this."""
SAMPLE_LINES = 2_000
"""Lines that are looked at, spread over the sample."""

_FIRST_LINES, _LONGEST = 20, 64
_LETTER = rb"[A-Za-z\x80-\xff]"
_WORD = rb"(?:[A-Z\x80-\xff]%b*+(?:['.-]%b++)*+\.?|d[eu]s?|la|le)" % (_LETTER, _LETTER)
_KINDS: tuple[tuple[re.Pattern[bytes], int], ...] = (
    # digits with one or two capitals among them (Corsica's 2A, IBAN, codes) and what parts groups of digits
    (re.compile(rb"[+(']?(?:[A-Z]{1,2}[ .-]?)?(?:[0-9]++[A-Z]{0,2}[ .,:/()+-]{0,3})++"), MIN_VALUES),
    (re.compile(rb"[^\s@:;,|<>]++@[^\s@:;,|<>]+\.[A-Za-z]{2,}"), MIN_VALUES),
    (re.compile(rb"%b(?:[ ]%b){0,4}" % (_WORD, _WORD)), MIN_NAMES),
)


def is_one_column(text: bytes) -> bool:
    """Whether the head of a source, in an encoding that keeps ASCII, is a list of values of one kind."""
    lines = [line for raw in text[:SAMPLE_BYTES].splitlines() if (line := raw.strip(b' \t"\0'))]
    if len(lines) < MIN_VALUES or not any(_agree(lines[:_FIRST_LINES], kind, 0.5) for kind, _ in _KINDS):
        return False
    if len(text) > SAMPLE_BYTES:
        lines.pop()
    sample = lines[:: max(1, len(lines) // SAMPLE_LINES)]
    values = sample[1:]  # the first line may be their name
    return any(
        _agree(values, kind, ONE_KIND) and len(values) + _is(kind, sample[0]) >= fewest for kind, fewest in _KINDS
    )


def _agree(lines: list[bytes], kind: re.Pattern[bytes], share: float) -> bool:
    return sum(_is(kind, line) for line in lines) >= share * len(lines)


def _is(kind: re.Pattern[bytes], line: bytes) -> bool:
    return len(line) <= _LONGEST and kind.fullmatch(line) is not None
