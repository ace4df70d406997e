"""Cut an SQL dump into statements, in numpy: where strings and comments lie, and which statements give rows.

A quote that is never closed must not turn the rest of the dump inside out: a line that begins a statement is a place to
begin anew, and what lies between two such places is judged alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

_KEYWORDS = (b"INSERT ", b"REPLACE ", b"CREATE TABLE ")
_ENDS = np.zeros(256, np.bool_)
_ENDS[list(b";)\nOoNnFf/")] = True  # the last letters of GO, ON and OFF too
_NAMES = np.zeros(256, np.bool_)
_NAMES[list(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")] = True
_BACKSLASH, _SEMICOLON, _OPEN, _LF, _CR = b"\\;(\n\r"
_BLANK = b" \t\r\n"
_SHORT = 8
_MARKS = {True: (b"--", b"/*", b"#", b"DELIMITER "), False: (b"--", b"/*", b"AS $", b"DO $")}
_PAIRS = (b"--", b"/*")
"""Marks that numpy finds sooner than a search does, since dates are full of dashes and slashes."""
_AT_LINE_START = (b"#", b"DELIMITER ")
_DOLLAR = re.compile(rb"\$\w*\$")
_NEXT_DELIMITER = re.compile(rb"(?mi)^DELIMITER[ \t]+;[ \t]*\r?$")

_IDENTIFIER = rb'(?:`[^`]{1,200}`|"[^"]{1,200}"|\[[^\]]{1,200}\]|[\w$\x80-\xff]{1,200})'
IDENTIFIER = re.compile(_IDENTIFIER)
TABLE = rb"%b(?:\s{0,9}\.\s{0,9}%b){0,3}" % (_IDENTIFIER, _IDENTIFIER)
"""A table's name as statements write it, with what it lies in."""
INSERT = re.compile(
    rb"(?is)\s*(?:INSERT|REPLACE)\s+(?:(?:IGNORE|LOW_PRIORITY|HIGH_PRIORITY|DELAYED|OR\s+\w+)\s+)*(?:INTO\s+)?(%b)\s*"
    rb"(?:\((\s*%b\s*(?:,\s*%b\s*){0,5000})\))?\s*(?:OVERRIDING\s+\w+\s+VALUE\s*)?VALUES?\s*(?=\()"
    % (TABLE, _IDENTIFIER, _IDENTIFIER)
)
"""The beginning of a statement that gives rows: table, columns where it names them."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a dump writes strings: between `quote`s, which are doubled inside; `escapes`: backslashes mean something."""

    quote: bytes = b"'"
    escapes: bool = False


@dataclass(frozen=True, slots=True)
class Statements:
    """Statements of a section, in order: `start`, `end` in it (end exclusive). All behind `consumed` is not known yet.

    `body`: places of the opening parentheses of rows, but for one right behind `VALUES`. `broken`: spans whose quotes
    do not match. `dead`: comments.
    """

    start: Ints
    end: Ints
    body: Ints
    broken: list[tuple[int, int]]
    dead: list[tuple[int, int]]
    consumed: int


def quotes(data: bytes, array: Bytes, dialect: Dialect) -> tuple[Ints, Ints]:
    """Places of the quotes that begin or end strings (doubled ones twice), and of the backslashes that escape."""
    quoted = array == dialect.quote[0]
    if not dialect.escapes or b"\\" not in data:
        return np.flatnonzero(quoted), np.zeros(0, np.int64)
    places = np.flatnonzero(array == _BACKSLASH)
    begins = np.diff(places, prepend=-2) != 1
    if begins.all():
        escaping = places
    else:
        first = np.maximum.accumulate(np.where(begins, np.arange(len(places)), 0))
        escaping = places[((np.arange(len(places)) - first) & 1) == 0]
    quoted[escaping[escaping + 1 < len(array)] + 1] = False
    return np.flatnonzero(quoted), escaping


def cut(data: bytes, dialect: Dialect, *, final: bool) -> Statements:
    """Cut a section that begins with a statement; `final`: nothing follows it."""
    array = np.frombuffer(data, np.uint8)
    places, _ = quotes(data, array, dialect)
    anew = _beginnings(data, array)
    dead, open_at, anew, places = _comments(data, array, anew, places, escapes=dialect.escapes, final=final)
    limit = len(data) if open_at is None else open_at
    anew, places, broken, limit = _judged(anew, places, limit, final=final and open_at is None)
    ends = _outside(np.flatnonzero(array[:limit] == _SEMICOLON), places, dead)
    cuts = [ends + 1, anew[anew < limit], np.array([at for span in _leading(data, dead, ends, anew) for at in span])]
    cuts.append(np.array([at for span in broken for at in span]))
    if final and open_at is None:
        cuts.append(np.array([len(data)]))
    edges = np.sort(np.concatenate([np.zeros(1, np.int64), *(one.astype(np.int64) for one in cuts)]))
    edges = edges[(edges <= limit) & (np.diff(edges, prepend=-1) > 0)]
    starts, ends_at = _without_blank(array, edges)
    return Statements(starts, ends_at, _row_starts(array, places, dead, limit), broken, dead, int(edges[-1]))


def _without_blank(array: Bytes, edges: Ints) -> tuple[Ints, Ints]:
    """Spans between edges but for short ones of nothing but blanks."""
    start, end = edges[:-1], edges[1:]
    filled = end - start > _SHORT
    for step in range(_SHORT):
        at = np.minimum(start + step, end - 1)
        filled |= array[at] > 32
    return start[filled], end[filled]


def _beginnings(data: bytes, array: Bytes) -> Ints:
    """Starts of lines that begin a statement which gives rows or names a table, behind the end of another one."""
    lines = np.flatnonzero(array == _LF)
    lines = lines[lines < len(array) - 14]
    found = []
    first = array[lines + 1] & 0xDF
    before = array[np.maximum(lines - 1, 0)]
    before = np.where(before == _CR, array[np.maximum(lines - 2, 0)], before)
    ended = _ENDS[before] | (lines == 0)
    for keyword in _KEYWORDS:
        at = lines[(first == keyword[0]) & ended] + 1
        for step, letter in enumerate(keyword[1:], 1):
            at = at[(array[at + step] & (0xDF if letter != 32 else 0xFF)) == letter]
        found.append(at)
    del data
    return np.sort(np.concatenate(found))


def _found(data: bytes, array: Bytes, mark: bytes) -> list[int]:
    if mark in _PAIRS:
        pairs = np.flatnonzero((array[:-1] == mark[0]) & (array[1:] == mark[1]))
        if mark == b"--":  # a run of dashes is one mark
            pairs = pairs[np.diff(pairs, prepend=-2) != 1]
        return pairs.tolist()
    if mark.endswith(b"$") and b"$" not in data:
        return []
    places, at = [], data.find(mark)
    while at >= 0:
        if mark not in _AT_LINE_START or at == 0 or data[at - 1] == _LF:
            places.append(at)
        at = data.find(mark, at + 1)
    return places


def _comments(
    data: bytes, array: Bytes, anew: Ints, places: Ints, *, escapes: bool, final: bool
) -> tuple[list[tuple[int, int]], int | None, Ints, Ints]:
    """Spans of comments, routines and dollar-quoted bodies; where one is still open; beginnings and quotes outside."""
    marks = sorted((at, mark) for mark in _MARKS[escapes] for at in _found(data, array, mark))
    if not marks:
        return [], None, anew, places
    at_marks = np.array([at for at, _ in marks], np.int64)
    begins = np.concatenate([[0], anew])
    of_begins = np.searchsorted(places, begins)
    before = np.searchsorted(places, at_marks)
    segment = np.searchsorted(anew, at_marks, "right")
    dead: list[tuple[int, int]] = []
    dropped: list[tuple[int, int]] = []
    done, skipped, inside, since = 0, 0, -1, 0
    for (at, mark), count, own in zip(marks, before.tolist(), segment.tolist(), strict=True):
        if at < done:
            continue
        if own != inside:
            inside, skipped, since = own, 0, int(of_begins[own])
            if begins[own] < done:
                since = int(np.searchsorted(places, done))
        if (count - since - skipped) & 1:
            continue
        end = _end_of(data, at, mark)
        if end is None and not final:
            return dead, at, *_without(anew, places, dead, dropped)
        end = len(data) if end is None else end
        last = int(np.searchsorted(places, end))
        dead.append((at, end))
        dropped.append((count, last))
        skipped += last - count
        done = end
    return dead, None, *_without(anew, places, dead, dropped)


def _without(
    anew: Ints, places: Ints, dead: list[tuple[int, int]], dropped: list[tuple[int, int]]
) -> tuple[Ints, Ints]:
    spans = np.array(dead, np.int64).reshape(-1, 2)
    index = np.searchsorted(spans[:, 0], anew, "right") - 1
    live = (index < 0) | (anew >= spans[np.maximum(index, 0), 1]) if len(spans) else np.ones(len(anew), np.bool_)
    gone = [np.arange(first, last) for first, last in dropped if last > first]
    return anew[live], np.delete(places, np.concatenate(gone)) if gone else places


def _end_of(data: bytes, at: int, mark: bytes) -> int | None:
    """Where what a mark begins ends; None where that is not in sight."""
    if mark in (b"--", b"#"):
        end = data.find(b"\n", at)
        return end + 1 if end >= 0 else None
    if mark == b"/*":
        end = data.find(b"*/", at + 2)
        return end + 2 if end >= 0 else None
    if mark == b"DELIMITER ":
        line = data.find(b"\n", at)
        if line >= 0 and data[at + 10 : line].strip() == b";":
            return line + 1
        found = _NEXT_DELIMITER.search(data, at + 1)
        return min(found.end() + 1, len(data)) if found else None
    tag = _DOLLAR.match(data, at + 3)
    if tag is None:
        return at
    end = data.find(tag[0], tag.end())
    return end + len(tag[0]) if end >= 0 else None


def _judged(anew: Ints, places: Ints, limit: int, *, final: bool) -> tuple[Ints, Ints, list[tuple[int, int]], int]:
    """Take out stretches with an odd number of quotes: a line inside a string where two follow each other, else broken.

    The last stretch is not judged while more may follow.
    """
    anew = anew[(anew < limit) & (anew > 0)]
    edges = np.concatenate([[0], anew, [limit]])
    counts = np.diff(np.searchsorted(places, edges))
    odd = np.flatnonzero(counts & 1).tolist()
    last = len(counts) - 1
    broken: list[tuple[int, int]] = []
    joined: list[int] = []
    skip = -1
    for index in odd:
        if index == skip or (index == last and not final):
            continue
        if index + 1 == last and not final:  # the next stretch tells what this one is
            limit = int(edges[index])
            break
        if index + 1 <= last and counts[index + 1] & 1:
            joined.append(index)
            skip = index + 1
        else:
            broken.append((int(edges[index]), int(edges[index + 1])))
    for first, end in broken:
        low, high = np.searchsorted(places, (first, end))
        places = np.delete(places, np.arange(low, high))
    return np.delete(anew, joined), places, broken, limit


def _outside(found: Ints, places: Ints, dead: list[tuple[int, int]]) -> Ints:
    """Those of ascending places that lie in no string and no comment."""
    found = found[(np.searchsorted(places, found) & 1) == 0]
    if dead:
        spans = np.array(dead, np.int64)
        index = np.searchsorted(spans[:, 0], found, "right") - 1
        found = found[(index < 0) | (found >= spans[np.maximum(index, 0), 1])]
    return found


def _leading(data: bytes, dead: list[tuple[int, int]], ends: Ints, anew: Ints) -> list[tuple[int, int]]:
    """Comments before a statement stand alone; those within one stay in it."""
    if not dead:
        return []
    starts = np.array([span[0] for span in dead])
    known = np.sort(np.concatenate([[0], ends + 1, anew]))
    since = known[np.searchsorted(known, starts, "right") - 1].tolist()
    found, done = [], 0
    for (start, end), at in zip(dead, since, strict=True):
        if not data[max(at, done) : start].strip(_BLANK + b"GOgo/"):
            found.append((start, end))
            done = end
    return found


def _row_starts(array: Bytes, places: Ints, dead: list[tuple[int, int]], limit: int) -> Ints:
    """Opening parentheses of rows: outside of strings and comments, and not behind the name of a function."""
    opens = np.flatnonzero(array[:limit] == _OPEN)
    return _outside(opens[(opens == 0) | ~_NAMES[array[np.maximum(opens - 1, 0)]]], places, dead)


def without_comments(data: bytes, start: int, end: int, dead: list[tuple[int, int]]) -> bytes:
    """A statement without the comments that lie in it."""
    within = [span for span in dead if start <= span[0] < end]
    if not within:
        return data[start:end]
    edges = [start, *(at for span in within for at in span), end]
    return b"".join(data[first:last] for first, last in list(pairwise(edges))[::2])


def last_row_end(data: bytes, dialect: Dialect) -> int:
    """Behind the last row of a statement that goes on; 0 where none ends in sight."""
    array = np.frombuffer(data, np.uint8)
    places, _ = quotes(data, array, dialect)
    if len(places) & 1:
        places = np.append(places, len(data))
    starts = _row_starts(array, places, [], len(data))
    if len(starts) < 2:
        return 0
    last = data.rfind(b")", 0, int(starts[-1]))
    return last + 1
