"""Where a cue can reach a mention from: clauses, parts between commas, and lists of mentions that share their cues.

Mentions that follow one another as a list ("VIH, VHB et VHC", "pas d'HTA ni diabète") share what stands before the
first and after the last of them. All work is on arrays over mentions; nothing loops over them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan.health.folding import END_OF_TEXT, Folded
from leakscan.health.matching import Found, ascii_rule, cut_windows

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FAR = 1 << 40
"""A position behind every text."""

LIST_GAP = 32
"""Longest run of characters between two members of a list."""
OWN_REACH = 12
"""Farthest that "opéré" or "connu" stands behind a condition that it takes out of a denied list."""
ADJACENT = 2
"""At most a blank and a quote between: "non enceinte", "? grossesse"."""

_JOINED = (
    r"^(?: *[,/&] *| +[+-] +| +)(?:(?:et|ou|ni|de|d|du|des|la|le|l|les|un|une|anti|ac|ag|virus|igg|igm|pcr"
    r"|infection|arn"
    r"|adn|chronique|par|hep|serologies?|sero|anticorps|antigenes?|toxo|1|2|1 et 2|1/2)(?:['. :]+|$)|[,/&+] *)*$"
)
_HEADING = r"^ *: *(?:(?:serologie|recherche|pcr|test|ac|ag|anti|igg|igm|le|la)[ .-]*)*$"
_ANY_LIST = r"(?:\b(?:ni|ou)\b)|^ *,? *d['e]"
_ABBREVIATED = np.array(
    [int.from_bytes(word, "big") for word in (b"rech", b"susp", b" dep", b"ctrl", b" ser", b"sero", b" fam", b"atcd",
     b" dem", b"poss", b"prob", b" ant", b" mal", b" sd", b"synd", b" inf", b" anc", b" cf",
     b" env", b" ex", b" dr", b" pat", b"entr", b" tum", b" pre", b" dx", b" dg", b"diag",
     b" arg", b"'arg", b"argt", b" pr",
     b" gm", b" gp", b"ross", b"rost", b"astr", b"olon", b"ympt", b"ulm", b"hron", b"pith", b"anec", b"mphy", b" abs",
     b"bdom", b"gine", b"ypes", b"yper", b"irur", b"naph", b"iops", b"nfir",
     b"etas", b"ymph", b"ronc", b" bx",
     b" vir", b"irur", b"rtho", b"cerv", b"spon", b"fam", b"opl",
     b"heta", b" lig", b" gg", b"gang", b"secd", b" ttt", b"thyr",
     b"ovar", b"vesi")],
    dtype=np.int64,
)  # fmt: skip
"""Last characters, as numbers, of words whose full stop ends no sentence."""

_INFECTIONS = 1
_THEME_FAMILY = {
    "hiv": _INFECTIONS,
    "sti_hepatitis": _INFECTIONS,
    "cancer": 2,
    "pregnancy": 3,
    "treatment": 4,
    "genetic": 5,
}
_OTHER_FAMILY = 6
_TESTABLE, _CONDITION = 1, 2
_LIST_ENDS = np.frombuffer(f",;.)\n{END_OF_TEXT}".encode(), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class _Scope:
    """Per mention: limits of its clause (`low`, `high`) and of its part between commas (`near_low`, `near_high`)."""

    low: Ints
    high: Ints
    near_low: Ints
    near_high: Ints


@dataclass(frozen=True, slots=True)
class Lists:
    """Per mention, what it shares with its list.

    `start`, `end`: from the first to the last member. `low`, `high`: the clause around; `near_low`, `near_high`: the
    part between commas. `previous_end`, `next_start`: the neighbours that are not in the list. `testable`: the mention
    takes results. `has_test`: a member is a test. `of_infections`: several members, all infections, open the clause.
    `own_low`, `own_previous`: limits for words right before the mention itself.
    """

    start: Ints
    end: Ints
    low: Ints
    high: Ints
    near_low: Ints
    near_high: Ints
    previous_end: Ints
    next_start: Ints
    own_low: Ints
    own_previous: Ints
    testable: Bools
    titrated: Bools
    infection: Bools
    has_test: Bools
    of_infections: Bools
    ends_all: Bools


def last_before(positions: Ints, at: Ints) -> Ints:
    """The last of the sorted positions that is below `at`, or -1."""
    index = np.searchsorted(positions, at, side="left")
    return np.concatenate([[-1], positions])[index]


def first_from(positions: Ints, at: Ints) -> Ints:
    """The first of the sorted positions that is not below `at`, or FAR."""
    index = np.searchsorted(positions, at, side="left")
    return np.concatenate([positions, [FAR]])[index]


def _stops(folded: Folded, found: Found) -> Ints:
    """Where clauses end."""
    array = folded.array
    stop: Bools = np.zeros(256, dtype=np.bool_)
    stop[[*f";|!{END_OF_TEXT}".encode()]] = True
    ends = np.flatnonzero(stop[array])
    lines = np.flatnonzero(array == ord("\n"))
    if len(lines):
        before, after = array[lines - 1], array[np.minimum(lines + 1, len(array) - 1)]
        low = (after >= ord("a")) & (after <= ord("z")) & (folded.upper[lines + 1] == 0)
        wrapped = low & (((before >= ord("a")) & (before <= ord("z"))) | (before == ord(",")) | (before == ord(" ")))
        lines = lines[~wrapped]
    dots = np.flatnonzero((array[:-1] == ord(".")) | (array[:-1] == ord("?")))
    after = array[dots + 1]
    dots = dots[(after == ord(" ")) | (after == ord("\n")) | (folded.upper[dots + 1] == 1)]
    code = np.zeros(len(dots), dtype=np.int64)
    for step in (4, 3, 2, 1):
        code = code * 256 + array[np.maximum(dots - step, 0)]
    known = np.isin(code, _ABBREVIATED) | np.isin(code & 0xFFFFFF, _ABBREVIATED)
    letter = ((code & 0xFF) >= ord("a")) & (((code >> 8) & 0xFF) < ord("0"))
    ended = np.isin(dots, found.ends)  # "hépatite B." ends a sentence, "M. B" does not
    dots = dots[~(known | letter) | ended | (array[dots] == ord("?"))]
    return np.sort(np.concatenate([ends, lines, dots, found.cues["turn"][0]]))


def _commas(array: NDArray[np.uint8]) -> Ints:
    """Commas that are not a decimal's, nor followed by "de", "d'", "ni" or "ou"."""
    commas = np.flatnonzero(array[:-1] == ord(","))
    digits = (array >= ord("0")) & (array <= ord("9"))
    commas = commas[~(digits[commas - 1] & digits[commas + 1])]
    first = np.where(array[commas + 1] == ord(" "), commas + 2, commas + 1)
    first = np.minimum(first, len(array) - 4)
    opening = (array[first].astype(np.int64) << 16) | (array[first + 1].astype(np.int64) << 8) | array[first + 2]
    goes_on = np.isin(opening, _GOING_ON) | ((opening >> 8) == int.from_bytes(b"d'", "big"))
    parting: Ints = commas[~goes_on]
    return parting


_GOING_ON = np.array([int.from_bytes(word, "big") for word in (b"de ", b"ni ", b"ou ", b"du ")], dtype=np.int64)

_ONLY_BACKWARDS = frozenset({"neg_after", "pos_after", "test_after", "taken_after"})
_WORK_BACKWARDS = _ONLY_BACKWARDS | {"family", "family_all"}
"""Classes of cues that say something of what stands before them."""


def _says_ras(array: NDArray[np.uint8], at: Ints) -> Bools:
    """Whether "ras" begins at these positions; texts end in a joint, so that a position behind one is harmless."""
    last = len(array) - 1
    said: Bools = np.ones(len(at), dtype=np.bool_)
    for step, letter in enumerate(b"ras"):
        said &= array[np.minimum(at + step, last)] == letter
    return said


def _among(at: Ints, positions: Ints) -> Bools:
    """Which of `at` are among the sorted positions."""
    among: Bools = first_from(positions, at) == at
    return among


def dashes(array: NDArray[np.uint8], found: Found) -> Ints:
    """Dashes and strokes between blanks: they part two notes ("à jeun - asthme"), as a comma does.

    Where a cue touches one, it belongs together instead: "VIH - négatif", "mère - cancer du sein". "RAS" is a note of
    its own unless it answers the mention before ("VIH - RAS").
    """
    cues = found.cues
    marks: Ints = np.flatnonzero((array[1:-1] == ord("-")) | (array[1:-1] == ord("/"))) + 1
    marks = marks[(array[marks - 1] == ord(" ")) & (array[marks + 1] == ord(" "))]
    for name, (starts, ends) in cues.items():
        touched = np.zeros(len(marks), dtype=np.bool_)
        if name in _WORK_BACKWARDS:
            touched |= _among(marks + 2, starts) & ~(_says_ras(array, marks + 2) & ~_among(marks - 1, found.ends))
        if name not in _ONLY_BACKWARDS:
            touched |= _among(marks - 1, ends)
        marks = marks[~touched]
    return marks


def _scope(folded: Folded, found: Found, parting: Ints) -> _Scope:
    stops = _stops(folded, found)
    commas = np.sort(np.concatenate([_commas(folded.array), parting]))
    low = last_before(stops, found.starts) + 1
    high = first_from(stops, found.ends)
    return _Scope(
        low,
        high,
        np.maximum(low, last_before(commas, found.starts) + 1),
        np.minimum(high, first_from(commas, found.ends)),
    )


def joined(one: tuple[Ints, Ints], two: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """The cues of two classes, in order."""
    starts, ends = np.concatenate([one[0], two[0]]), np.concatenate([one[1], two[1]])
    order = np.argsort(starts, kind="stable")
    return starts[order], ends[order]


def before_at(cues: tuple[Ints, Ints], limit: Ints, at: Ints, reach: int) -> Ints:
    """Start of the last cue that ends before `at`, begins at `limit` or later and is within reach; else -1."""
    starts, ends = cues
    index = np.searchsorted(ends, at, side="right") - 1
    start = np.concatenate([starts, [-1]])[index]
    end = np.concatenate([ends, [-FAR]])[index]
    return np.where((start >= limit) & (at - end <= reach), start, -1)


def after_at(cues: tuple[Ints, Ints], at: Ints, limit: Ints, reach: Ints | int) -> Ints:
    """Start of the first cue from `at` on that begins before `limit` and within reach; else FAR."""
    start = first_from(cues[0], at)
    return np.where((start < limit) & (start - at <= reach), start, FAR)


def _linked(folded: Folded, found: Found, scope: _Scope, family: Ints, manner: Ints) -> Bools:
    """Whether a mention continues the list of the one before it."""
    linked = np.zeros(len(found.starts), dtype=np.bool_)
    before, after = found.ends[:-1], found.starts[1:]
    pairs = np.flatnonzero((after - before <= LIST_GAP) & (after > before) & (scope.low[1:] == scope.low[:-1]))
    if len(pairs):
        gaps = cut_windows(folded.array, before[pairs], after[pairs], LIST_GAP)
        any_list = gaps.str.contains(ascii_rule(_ANY_LIST)).to_numpy()
        testable = manner == _TESTABLE
        alike = manner[pairs] == manner[pairs + 1]
        same = alike & ((family[pairs] == family[pairs + 1]) | testable[pairs])
        held = after_at(found.cues["pos_after"], found.ends[pairs + 1], scope.high[pairs + 1], OWN_REACH) < FAR
        joined = gaps.str.contains(ascii_rule(_JOINED)).to_numpy()
        joined &= any_list | (same & (testable[pairs + 1] | ~held))
        # "pas d'HTA, diabète, cancer": a bare condition of another family goes on with a list of two.
        bare = np.isin(folded.array[found.ends[pairs + 1]], _LIST_ENDS) | np.isin(
            folded.array[found.ends[pairs + 1] + 1], _LIST_ENDS
        )
        weak = alike & (manner[pairs] == _CONDITION) & ~held & bare & gaps.is_in([", ", ","]).to_numpy()
        beside = np.zeros(len(linked) + 1, dtype=np.bool_)
        beside[pairs[joined] + 1] = True
        joined |= weak & (beside[pairs] | beside[pairs + 2])
        heading = gaps.str.contains(ascii_rule(_HEADING)).to_numpy() & (family[pairs] == family[pairs + 1])
        linked[pairs[joined | heading] + 1] = True
    return linked


def lists(folded: Folded, found: Found, parting: Ints) -> Lists:
    """The lists of mentions; `found` holds at least one. `parting`: its `dashes`."""
    size = len(found.starts)
    per = found.entries.group_by("mention", maintain_order=True).agg(
        pl.col("kind").is_in(["agent", "test", "immune"]).any().alias("testable"),
        (pl.col("kind") == "test").any().alias("test"),
        (pl.col("kind") == "condition").any().alias("condition"),
        pl.col("theme").first(),
    )
    themes = per["theme"].replace_strict(_THEME_FAMILY, default=_OTHER_FAMILY, return_dtype=pl.Int64)
    family, testable = themes.to_numpy(), per["testable"].to_numpy()
    manner = np.where(testable, _TESTABLE, np.where(per["condition"].to_numpy(), _CONDITION, 0))
    scope = _scope(folded, found, parting)
    agents = testable & (per["theme"] != "addiction").to_numpy()
    order = np.arange(size)
    first = np.maximum.accumulate(np.where(_linked(folded, found, scope, family, manner), 0, order))
    last_of = np.zeros(size, dtype=np.int64)
    np.maximum.at(last_of, first, order)
    last = last_of[first]
    has_test = np.zeros(size, dtype=np.bool_)
    np.logical_or.at(has_test, first, per["test"].to_numpy())
    previous_end = np.concatenate([[-1], found.ends])
    start, low = found.starts[first], scope.low[first]
    return Lists(
        start=start,
        end=found.ends[last],
        low=low,
        high=scope.high[last],
        near_low=scope.near_low[first],
        near_high=scope.near_high[last],
        previous_end=previous_end[first],
        next_start=np.concatenate([found.starts, [FAR]])[last + 1],
        own_low=scope.near_low,
        own_previous=previous_end[:-1],
        testable=testable,
        infection=testable & (family == _INFECTIONS),
        titrated=testable & (family != _THEME_FAMILY["genetic"]),
        has_test=has_test[first],
        of_infections=(start - low <= len("- "))
        & (((last > first) & (family == _INFECTIONS)) | ((last > first + 1) & agents)),
        ends_all=last == size - 1,
    )
