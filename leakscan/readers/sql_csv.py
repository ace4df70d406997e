"""Rows as SQL writes them made rows of CSV, in numpy: what CSV has not is taken out, escapes are written out.

Of a function only its first argument stays: the date of `TO_DATE('..','..')`, the text of `CAST(N'..' AS ...)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from leakscan.readers.sql_fields import CONTROLS
from leakscan.readers.sql_statements import Bytes, Dialect, Ints, quotes

Bools = npt.NDArray[np.bool_]

_STRUCTURE, _SPACE, _LETTER = 1, 2, 4
_CLASS = np.zeros(256, np.uint8)
_CLASS[list(b"(),")] = _STRUCTURE
_CLASS[list(b" \t\r\n\v\f")] = _SPACE
_CLASS[list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")] = _LETTER
_CLASSES = _CLASS.tobytes()
_SHORT = 32
_ESCAPED = np.arange(256, dtype=np.uint8)
for _letter, _meant in CONTROLS.items():
    _ESCAPED[_letter[0]] = _meant[0]


@dataclass(frozen=True, slots=True)
class _Marks:
    """Where a run's rows open and close, and the commas between their fields; `deep`: all marks of functions."""

    opens: Ints
    closes: Ints
    commas: Ints
    structure: Ints
    depth: Ints


@dataclass(frozen=True, slots=True)
class Rewritten:
    """Rows as CSV. `opens`, `closes`: places of each row in what was given; `counts`: its fields.

    `lines`: the `plain` rows, those of the width that was asked for and with nothing in them that CSV could not say.
    """

    lines: bytes = field(repr=False)
    opens: Ints
    closes: Ints
    counts: Ints
    plain: Bools


def rewritten(data: bytes, width: int, dialect: Dialect) -> Rewritten | None:
    """Rows of `width` fields as lines of CSV; None where parentheses or quotes do not match."""
    array = np.frombuffer(data, np.uint8)
    places, escaping = quotes(data, array, dialect)
    kinds = _kinds(data, places)
    telling = np.flatnonzero(kinds != 0)
    kinds = kinds[telling]
    marks = _marks(array, telling[kinds == _STRUCTURE])
    if marks is None or len(places) & 1:
        return None
    counts = np.searchsorted(marks.commas, marks.closes) - np.searchsorted(marks.commas, marks.opens) + 1
    keep = np.ones(len(array), np.bool_)
    out = array.copy()
    keep[telling[kinds == _SPACE]] = False
    odd = _rewrite(array, keep, telling[kinds == _LETTER], places, marks)
    _unescape(array, out, keep, escaping, dialect)
    out[marks.closes] = 10
    _delete(keep, np.concatenate([[0], marks.closes[:-1] + 1]), marks.opens + 1)
    _delete(keep, marks.closes[-1:] + 1, np.array([len(array)]) if len(marks.closes) else marks.closes)
    plain = (counts == width) & ~odd
    drop = np.flatnonzero(~plain)
    _delete(keep, marks.opens[drop], marks.closes[drop] + 1)
    return Rewritten(out[keep].tobytes(), marks.opens, marks.closes, counts, plain)


def first_row(data: bytes, dialect: Dialect) -> bytes:
    """The first row `(...)` of a run; empty where no row ends."""
    array = np.frombuffer(data, np.uint8)
    places, _ = quotes(data, array, dialect)
    structure = np.flatnonzero(_kinds(data, places) == _STRUCTURE)
    step, depth = _depths(array[structure])
    ended = structure[(depth == 0) & (step == -1)]
    return data[int(structure[0]) : int(ended[0]) + 1] if len(ended) else b""


def _kinds(data: bytes, places: Ints) -> Bytes:
    """What each byte outside of strings is: structure, blank, letter; 0 for others and within strings."""
    toggles = np.zeros(len(data), np.uint8)
    toggles[places] = 1
    toggles[:1] ^= 1
    kinds: Bytes = np.frombuffer(data.translate(_CLASSES), np.uint8) * np.bitwise_xor.accumulate(toggles)
    return kinds


def _depths(signs: Bytes) -> tuple[Ints, Ints]:
    """What each mark of structure does to the depth of parentheses, and the depth behind it."""
    step = np.where(signs == ord("("), 1, np.where(signs == ord(")"), -1, 0))
    return step, np.cumsum(step)


def _marks(array: Bytes, structure: Ints) -> _Marks | None:
    """Where rows and fields begin and end; None where parentheses do not match."""
    step, depth = _depths(array[structure])
    if len(depth) and (depth.min() < 0 or depth[-1]):
        return None
    return _Marks(
        structure[(step == 1) & (depth == 1)],
        structure[(step == -1) & (depth == 0)],
        structure[(step == 0) & (depth == 1)],
        structure,
        depth,
    )


def _rewrite(array: Bytes, keep: Bools, letters: Ints, places: Ints, marks: _Marks) -> Bools:
    """Take out what CSV has not: NULL, prefixes of strings, casts, functions. Says which rows are too odd for that."""
    odd = np.zeros(len(marks.opens), np.bool_)
    _without_null(array, keep, letters)
    opens, closes = _strings(places)
    before = array[np.maximum(opens - 1, 0)]
    prefixed = opens[(before != ord(",")) & (before != ord("("))]
    if len(prefixed):
        last, before_last = array[prefixed - 1], _CLASS[array[prefixed - 2]]
        national = ((last & 0xDF) == ord("N")) & ((before_last == _STRUCTURE) | (before_last == _SPACE))
        keep[prefixed[national] - 1] = False
        prefixed = prefixed[~national & ~((_CLASS[last] == _SPACE) & (before_last == _STRUCTURE))]
        since = marks.structure[np.searchsorted(marks.structure, prefixed) - 1] + 1
        _delete(keep, since, prefixed)
    after = array[np.minimum(closes + 1, len(array) - 1)]
    followed = closes[(after != ord(",")) & (after != ord(")"))]
    if len(followed):
        at = np.searchsorted(marks.structure, followed)
        until = marks.structure[np.minimum(at, len(marks.structure) - 1)]
        following = np.searchsorted(opens, followed)
        again = (following < len(opens)) & (opens[np.minimum(following, len(opens) - 1)] < until)
        joined = (marks.depth[at - 1] == 1) & (again | (array[until] == ord("(")))
        odd[np.searchsorted(marks.opens, followed[joined], "right") - 1] = True
        _delete(keep, followed + 1, until)
    if (marks.depth > 1).any():
        _functions(array, keep, opens, closes, marks, odd)
    return odd


def _without_null(array: Bytes, keep: Bools, letters: Ints) -> None:
    nulls = letters[(array[letters] & 0xDF) == ord("N")]
    nulls = nulls[nulls + 4 < len(array)]
    for step, letter in enumerate(b"ULL", 1):
        nulls = nulls[(array[nulls + step] & 0xDF) == letter]
    nulls = nulls[(_CLASS[array[nulls - 1]] != _LETTER) & (_CLASS[array[nulls + 4]] & (_STRUCTURE | _SPACE) != 0)]
    for step in range(4):
        keep[nulls + step] = False


def _strings(places: Ints) -> tuple[Ints, Ints]:
    """Where strings open and close: a doubled quote does neither."""
    opens, closes = places[0::2], places[1::2]
    apart = opens[1:] != closes[: len(opens) - 1] + 1
    first = np.ones(len(opens), np.bool_)
    first[1:] = apart
    last = np.ones(len(closes), np.bool_)
    last[: len(apart)] = apart[: len(closes)]
    return opens[first], closes[last]


def _functions(array: Bytes, keep: Bools, opens: Ints, closes: Ints, marks: _Marks, odd: Bools) -> None:
    """Leave of each function its first argument."""
    step = np.diff(marks.depth, prepend=0)
    begin = np.flatnonzero((marks.depth == 2) & (step == 1))
    end = np.flatnonzero((marks.depth == 1) & (step == -1))
    start, stop = marks.structure[begin], marks.structure[end]
    before = marks.structure[begin - 1]
    _delete(keep, before + 1, start + 1)
    first = np.searchsorted(opens, start)
    has = first < len(opens)
    string = np.where(has, opens[np.minimum(first, max(len(opens) - 1, 0))] if len(opens) else 0, len(array))
    quoted = has & (string < stop)
    # what is neither a blank, a mark nor the first argument ends at the first blank or comma
    following = marks.structure[begin + 1]
    bare = ~quoted | (following < string)
    if quoted.any():
        closing = closes[np.minimum(first, len(closes) - 1)]
        own = quoted & ~bare
        _delete(keep, start[own] + 1, string[own])
        _delete(keep, closing[own] + 1, stop[own] + 1)
    if bare.any():
        nested = bare & (following < stop) & (array[following] == ord("("))
        spaces = np.flatnonzero(~keep & (_CLASS[array] == _SPACE))
        at = np.searchsorted(spaces, start[bare] + 2)
        blank = (
            np.where(at < len(spaces), spaces[np.minimum(at, max(len(spaces) - 1, 0))], len(array))
            if len(spaces)
            else np.full(int(bare.sum()), len(array))
        )
        until = np.minimum(np.minimum(blank, following[bare]), stop[bare])
        _delete(keep, until, stop[bare] + 1)
        odd[np.searchsorted(marks.opens, start[nested], "right") - 1] = True
    after = array[np.minimum(stop + 1, len(array) - 1)]
    joined = stop[(after != ord(",")) & (after != ord(")"))]
    odd[np.searchsorted(marks.opens, joined, "right") - 1] = True


def _unescape(array: Bytes, out: Bytes, keep: Bools, escaping: Ints, dialect: Dialect) -> None:
    """Write what backslashes stand for: a quote is doubled, a NUL left out."""
    if not len(escaping):
        return
    escaping = escaping[escaping + 1 < len(array)]
    meant = array[escaping + 1]
    quote = meant == dialect.quote[0]
    out[escaping[quote]] = dialect.quote[0]
    keep[escaping[~quote]] = False
    out[escaping + 1] = _ESCAPED[meant]
    keep[escaping[meant == ord("0")] + 1] = False


def _delete(keep: Bools, starts: Ints, ends: Ints) -> None:
    """Take out ranges of bytes, end exclusive."""
    lengths = np.maximum(ends - starts, 0)
    total = int(lengths.sum())
    if not total:
        return
    longest = int(lengths.max())
    if longest <= _SHORT:
        for step in range(longest):
            keep[starts[lengths > step] + step] = False
        return
    before = np.cumsum(lengths) - lengths
    keep[np.repeat(starts - before, lengths) + np.arange(total)] = False
