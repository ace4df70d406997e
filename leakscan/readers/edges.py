"""Where the columns of fixed width begin and end: what blanks, titles and the digits of all lines say together."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from leakscan.readers.header import is_known
from leakscan.readers.windows import ODD_LINES, Window, windows

LEAST_LINES = 8
"""Fewer lines may stand under each other by chance."""
LEAST_TITLED = 3
"""Below a line of known titles fewer lines do."""
TITLES = 0.6
"""Least share of columns with a known title for that."""
LEAST_FIELDS = 3
"""Fewer columns are a list with remarks."""
WIDE_GAP = 1.8
"""Blanks between two columns on average: between the groups of a number there is one."""
KEEPING = 0.97
"""Least share of lines that keep to the columns."""
GLUED = 8
"""Digits of a number that may stand right beside a word in another column: a date, a NIR."""
POSTCODE = 5
"""The same where numbers of people are proven to stand side by side: a postcode before a town."""
CODES = (2, 1, 3)
"""Characters with which records of several kinds begin, that say which."""
KINDS = 8
"""Kinds of records in a file, at most."""
FILLED = 0.5
"""Least share of lines in which a column but the last two is filled, on average."""
ALIKE = 0.6
"""Least share of lines in which a column begins, or ends, at its edge."""
BEGUN = 0.98
"""Least share of lines that begin a word at one place, for a column to begin there beside proven windows."""

_WIDEST = 1_000
_RULES = set("-=_+ ")
_LOGGED = re.compile(
    r"\W{0,3}(?:\d{4}[-/.]\d\d[-/.]\d\d[T ]+\d\d[:h]\d\d|\d\d[-/.]\d\d[-/.]\d{2,4},?\s+\d{1,2}[:h]\d\d|\d\d:\d\d:\d\d"
    r"|[A-Z][a-z]{2}\s+\d{1,2}\s+\d\d:\d\d:\d\d|(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)\b)"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where columns begin and end, in characters; the last one ends with its line.

    `proven`: windows of numbers and dates (`windows`) that parted them. `code`: what lines begin with that have them.
    """

    edges: tuple[tuple[int, int], ...]
    proven: tuple[Window, ...] = ()
    code: str = ""


def layout_of(lines: list[str]) -> Layout | None:
    """The columns that lines agree on; None where they do not."""
    lines = [line for line in lines if set(line) - _RULES]
    if len(lines) < LEAST_TITLED or any("\t" in line for line in lines):
        return None
    width = max(map(len, lines))
    if width > 5_000 or 2 * sum(bool(_LOGGED.match(line)) for line in lines) >= len(lines):
        return None
    text = np.array([list(line.ljust(width)) for line in lines])
    edges = _edges(text, lines[0])
    found = windows(text)
    if edges is None and not _runs_on(text, found):
        return _of_one_kind(lines, text)
    parted = _titled_apart(text, _parted(text, edges or (), found))
    if found:
        parted = _unglued(parted, text, POSTCODE)
    return Layout(edges) if edges is not None and set(edges) == set(parted) else Layout(parted, found)


def _of_one_kind(lines: list[str], text: npt.NDArray[np.str_]) -> Layout | None:
    """The columns of the lines that begin with one code, where these hold numbers and others do not: `01`, `02` ..."""
    for width in CODES if text.shape[1] <= _WIDEST else ():
        codes = Counter(line[:width] for line in lines)
        if not 1 < len(codes) <= KINDS:
            continue
        for code, count in codes.most_common():
            own = text[[line.startswith(code) for line in lines]]
            if count < LEAST_LINES or not code.strip():
                continue
            found = windows(own)
            if any(one.kind == "nir" for one in found) and _runs_on(own, found):
                return Layout(_unglued(_parted(own, (), found), own, POSTCODE), found, code)
    return None


def _runs_on(text: npt.NDArray[np.str_], found: tuple[Window, ...]) -> bool:
    """Whether a number or a date is part of a longer run; two columns that blanks part are a list with remarks."""
    filled = np.append((text != " ").mean(axis=0) >= FILLED, [False])
    keys = {one.start: one.end for one in found if one.kind == "key"}
    return any(
        filled[keys.get(one.end, one.end)] or (one.start > 0 and filled[one.start - 1])
        for one in found
        if one.kind in ("nir", "date")
    )


def _edges(text: npt.NDArray[np.str_], first: str) -> tuple[tuple[int, int], ...] | None:
    """The columns between blanks that go through the lines; None where there are none."""
    blank = text == " "
    loose = _between(blank.mean(axis=0) >= KEEPING, blank)
    astray = sum((~blank[:, end:start]).any(axis=1).astype(np.int64) for (_, end), (start, _) in pairwise(loose))
    own = blank[astray < 2] if len(loose) > 1 else blank
    if len(own) < KEEPING * len(blank):
        return None
    blank = own
    edges = _between(blank.all(axis=0), blank)
    if len(edges) < LEAST_FIELDS or not _agree(blank, edges):
        return None
    if len(text) < LEAST_LINES and sum(is_known(first[start:end]) for start, end in edges) < TITLES * len(edges):
        return None
    return _unglued((*edges[:-1], (edges[-1][0], text.shape[1])), text)


def _parted(
    text: npt.NDArray[np.str_], edges: tuple[tuple[int, int], ...], found: tuple[Window, ...]
) -> tuple[tuple[int, int], ...]:
    """Columns parted by proven windows too, and where words begin at one place in all lines.

    `edges`: the columns between blanks, if there are any.
    """
    if not found:
        return edges
    blank = text == " "
    starts = {start for start, _ in edges} | {one.start for one in found} | {one.end for one in found} | {0}
    starts |= _beginnings(blank[np.char.isdigit(text).any(axis=1)])
    starts = {at for at in starts if at < blank.shape[1] and not any(one.start < at < one.end for one in found)}
    parted: list[tuple[int, int]] = []
    for start, end in pairwise([*sorted(starts), blank.shape[1]]):
        own = np.flatnonzero(~blank[:, start:end].all(axis=0))
        if own.size:
            parted.append((start, start + int(own[-1]) + 1))
    return (*parted[:-1], (parted[-1][0], blank.shape[1]))


def _titled_apart(text: npt.NDArray[np.str_], edges: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Columns parted at one blank where a title begins, and letters stand on one side of it and digits on the other."""
    if len(text) < LEAST_LINES or np.char.isdigit(text[0]).any():
        return edges
    begun = np.flatnonzero((text[0, 1:] != " ") & (text[0, :-1] == " ")) + 1
    blank = (text[1:] == " ").mean(axis=0) >= KEEPING
    digit = np.char.isdigit(text[1:])
    parted = []
    for start, end in edges:
        inner = [start]
        for at in begun.tolist():
            if start + 1 < at < end and blank[at - 1] and not (text[0, start:at] == " ").all():
                left, right = digit[:, inner[-1] : at - 1].any(axis=1), digit[:, at:end].any(axis=1)
                if {left.mean() >= KEEPING, right.mean() >= KEEPING} == {True, False} and (
                    left != right
                ).mean() >= KEEPING:
                    inner.append(at)
        parted += list(pairwise([*inner, end]))
    return tuple(parted)


def _beginnings(blank: npt.NDArray[np.bool_]) -> set[int]:
    """Where nearly all lines begin a word behind blanks, more than one on average."""
    filled = (~blank).sum(axis=0) >= min(BEGUN * len(blank), len(blank) - ODD_LINES)
    behind = np.concatenate([[False], blank[:, :-1].mean(axis=0) >= FILLED])
    return {at for at in np.flatnonzero(filled & behind).tolist() if _blanks(blank, at, at) >= WIDE_GAP}


def _unglued(
    edges: tuple[tuple[int, int], ...], text: npt.NDArray[np.str_], least: int = GLUED
) -> tuple[tuple[int, int], ...]:
    """Columns parted where a long number ends or begins at one place in all lines: `184127645108946MARTIN`."""
    if len(text) < LEAST_LINES:
        return edges
    codes = text.view(np.uint32).reshape(len(text), -1)
    digit = ((codes >= ord("0")) & (codes <= ord("9"))).mean(axis=0) >= KEEPING
    letter = ((codes >= ord("A")) & (codes <= ord("Z")) | (codes >= ord("a")) & (codes <= ord("z"))).mean(
        axis=0
    ) >= KEEPING
    change = np.flatnonzero(np.diff(np.concatenate([[False], digit, [False]]).astype(np.int8)))
    cuts = {
        at
        for start, end in zip(change[0::2].tolist(), change[1::2].tolist(), strict=True)
        if end - start >= least
        for at in (start if start and letter[start - 1] else None, end if end < len(letter) and letter[end] else None)
        if at is not None
    }
    parted = []
    for start, end in edges:
        inner = [start, *sorted(at for at in cuts if start < at < end), end]
        parted += list(pairwise(inner))
    return tuple(parted)


def _agree(blank: npt.NDArray[np.bool_], edges: list[tuple[int, int]]) -> bool:
    """Whether lines keep to columns, and these are filled and begin or end at their edges."""
    kept = np.ones(len(blank), np.bool_)
    for (_, end), (start, _) in pairwise(edges):
        kept &= blank[:, end:start].all(axis=1)
    filled = [~blank[:, start:end].all(axis=1) for start, end in edges]
    share = np.mean([one.mean() for one in filled[:-2]] or [0.0])
    if kept.mean() < KEEPING or share < FILLED or filled[0].mean() < KEEPING:
        return False
    for (start, end), own in list(zip(edges, filled, strict=True))[:-1]:
        if not own.any() or max((~blank[own, start]).mean(), (~blank[own, end - 1]).mean()) < ALIKE:
            return False
    return True


def _between(through: npt.NDArray[np.bool_], blank: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Columns between runs of blanks that are wide enough on average to part them."""
    change = np.flatnonzero(np.diff(np.concatenate([[True], through, [True]]).astype(np.int8)))
    spans = list(zip(change[0::2].tolist(), change[1::2].tolist(), strict=True))
    edges: list[tuple[int, int]] = []
    for start, end in spans:
        if edges and _blanks(blank, edges[-1][1], start) < WIDE_GAP and not _titled(blank[0], edges[-1][1], start):
            edges[-1] = (edges[-1][0], end)
        else:
            edges.append((start, end))
    return edges


def _titled(first: npt.NDArray[np.bool_], end: int, start: int) -> bool:
    """Whether the first line has more than one blank around a gap: two titles, where cells fill their columns."""
    return bool(first[max(0, end - 1) : start + 1].sum() > start - end and not first[:end].all() and not first[start])


def _blanks(blank: npt.NDArray[np.bool_], end: int, start: int) -> float:
    """How many blanks on average stand around a gap, in lines that are filled on both sides."""
    before = blank[:, :end][:, ::-1]
    after = blank[:, start:]
    left, right = np.argmin(before, axis=1), np.argmin(after, axis=1)
    both = ~before.all(axis=1) & ~after.all(axis=1)
    return float((left + right)[both].mean()) + start - end if both.any() else float(start - end)
