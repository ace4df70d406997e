"""The status of each mention: affirmed, tested, negated or of another person, from the cues around it.

Mentions that follow one another as a list ("VIH, VHB et VHC", "pas d'HTA ni diabète") form a group, which shares what
stands before its first and after its last member. All work is on arrays over mentions; nothing loops over them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan.health.folding import END_OF_TEXT, Folded
from leakscan.health.matching import Found, as_texts, ascii_rule, windows

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FAR = 1 << 40
"""A position behind every text."""

LIST_GAP = 32
"""Longest run of characters between two members of a list."""
NEGATION_REACH = 45
"""Farthest that "pas de" works before a mention: about eight words, as in ConText."""
REQUEST_REACH = 60
"""Farthest that "recherche de" works before a mention."""
RESULT_REACH = 45
"""Farthest that a result stands behind the test that it answers."""
CONDITION_REACH = 28
"""The same behind a condition, where only a few words may stand between ("cancer du sein gauche éliminé")."""
QUESTION_REACH = 25
"""Farthest that a question mark stands behind what it doubts."""
OWN_REACH = 12
"""Farthest that "opéré" or "connu" stands behind a condition that it takes out of a denied list."""
FAMILY_REACH = 80
"""Farthest that a relative stands before the relative's condition."""
SIGN_REACH = 20
"""Characters read behind a mention for `+`, `-`, `: 0`, `< 20`, a titre or a count."""

_JOINED = (
    r"^(?: *[,/&] *| +[+-] +| +)(?:(?:et|ou|ni|de|d|du|des|la|le|l|les|un|une|anti|ac|ag|virus|igg|igm|pcr|infection|arn|adn"
    r"|chronique|par|hep|serologies?|sero|anticorps|antigenes?|toxo|1|2|1 et 2|1/2)(?:['. :]+|$)|[,/&+] *)*$"
)
_HEADING = r"^ *: *(?:(?:serologie|recherche|pcr|test|ac|ag|anti|igg|igm|le|la)[ .-]*)*$"
_ANY_LIST = r"(?:\b(?:ni|ou)\b)|^ *,? *d['e]"
_POSITIVE = r"^(?: ?: ?| ?= ?| )?(?:\( ?\+{1,4} ?\)|\+{1,4})(?: *$| *[^a-z0-9+ ]| +[a-z])"
_NEGATIVE = r"^(?: ?[:=] ?| )?(?:\( ?-{1,2} ?\)|-{1,2}) *(?:$|[,;./)|]|\x1e)"
_NEGATIVE_TIGHT = r"^-{1,2}(?: |$)"
_ZERO = r"^ *[:=]? *\(?(?:0|n)\)? *(?:$|[,;)/|.] *(?:$|[^0-9]))|^ *[:=] *(?:0|n|non|neg\w*)\b(?:[^,.0-9]|$|[,.][^0-9])"
_BELOW = r"^[^,;.\x1e]{0,10}(?:< ?(?:\d|seuil|au seuil))"
_TITRE = r"^[^,;\x1e]{0,8}\b1/(?:\d\d+)|^ *[:=]? *> ?\d"
_COUNT = r"^[a-z ]{0,12}[:=]? *(\d[\d ]{0,8})(?:[.,]\d+)? *(?:$|[^\d/])"
_OF_RELATIVE = (
    r"^ *(?:gauche|droite?|\d{2,4}|precoce|decede\w*|connue?)? *(?:\( *(?:chez|de|du)? *|[:=] *|(?:\w+ ){0,2}?"
    r"(?:chez|de|du|cote|pour|d)[ ']+)(?:(?:sa|son|la|le|l|une|un|ses|les|leur)[ ']+)?$"
)
_TIGHT = (
    r"^[ :=(,-]*(?:(?:est|sont|a ete|ete|a|du|de|de la|clinique|gauche|droite?|actuel(?:le)?|connue?s?|en cours|evolutive?|le"
    r"|resultat|sein|colon|prostate|finalement|formellement) *[:]? *)*$"
)
_ABBREVIATED = np.array(
    [int.from_bytes(word, "big") for word in (b"rech", b"susp", b" dep", b"ctrl", b" ser", b"sero", b" fam", b"atcd",
     b" dem", b"poss", b"prob", b" ant", b"tecd", b"pist", b" mal", b" sd", b"synd", b" inf", b" anc", b"sitf", b" cf",
     b" env", b" ex", b"emme", b" dr", b" pat", b"cher", b"rech", b"entr", b" tum", b" pre", b" dx", b" dg", b"diag")],
    dtype=np.int64,
)  # fmt: skip
"""Last characters, as numbers, of words whose full stop ends no sentence."""

_THEME_FAMILY = {"hiv": 1, "sti_hepatitis": 1, "cancer": 2, "pregnancy": 3, "treatment": 4, "genetic": 5}
_OTHER_FAMILY = 6


@dataclass(frozen=True, slots=True)
class _Scope:
    """Per mention: limits of its clause (`low`, `high`) and of its part between commas (`near_low`, `near_high`)."""

    low: Ints
    high: Ints
    near_low: Ints
    near_high: Ints


def _last_before(positions: Ints, at: Ints) -> Ints:
    """The last of the sorted positions that is below `at`, or -1."""
    index = np.searchsorted(positions, at, side="left")
    return np.concatenate([[-1], positions])[index]


def _first_from(positions: Ints, at: Ints) -> Ints:
    """The first of the sorted positions that is not below `at`, or FAR."""
    index = np.searchsorted(positions, at, side="left")
    return np.concatenate([positions, [FAR]])[index]


def _stops(folded: Folded, found: Found) -> Ints:
    """Where clauses end."""
    array = folded.array
    ends = np.flatnonzero(np.isin(array, np.frombuffer(f";|!{END_OF_TEXT}".encode(), dtype=np.uint8)))
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
    dots = dots[~(known | letter) | (array[dots] == ord("?"))]
    return np.sort(np.concatenate([ends, lines, dots, found.cues["turn"][0]]))


def _commas(array: NDArray[np.uint8]) -> Ints:
    """Commas that are not a decimal's."""
    commas = np.flatnonzero(array[:-1] == ord(","))
    digits = (array >= ord("0")) & (array <= ord("9"))
    return commas[~(digits[commas - 1] & digits[commas + 1])]


def _scope(folded: Folded, found: Found) -> _Scope:
    stops, commas = _stops(folded, found), _commas(folded.array)
    low = _last_before(stops, found.starts) + 1
    high = _first_from(stops, found.ends)
    return _Scope(
        low,
        high,
        np.maximum(low, _last_before(commas, found.starts) + 1),
        np.minimum(high, _first_from(commas, found.ends)),
    )


def _groups(
    folded: Folded, found: Found, scope: _Scope, family: Ints, theme: Ints, testable: Bools
) -> tuple[Ints, Ints]:
    """Numbers of the first and the last mention of each mention's list."""
    size = len(found.starts)
    linked = np.zeros(size, dtype=np.bool_)
    before, after = found.ends[:-1], found.starts[1:]
    pairs = np.flatnonzero((after - before <= LIST_GAP) & (after > before) & (scope.low[1:] == scope.low[:-1]))
    if len(pairs):
        gaps = as_texts(windows(folded.array, before[pairs], after[pairs], LIST_GAP))
        lengths = pl.Series("n", (after - before)[pairs])
        frame = pl.DataFrame({"gap": gaps, "n": lengths}).select(pl.col("gap").str.head(pl.col("n")))
        gaps = frame["gap"]
        same = (family[pairs] == family[pairs + 1]) | (testable[pairs] & testable[pairs + 1])
        joined = gaps.str.contains(ascii_rule(_JOINED)).to_numpy() & (
            same | gaps.str.contains(ascii_rule(_ANY_LIST)).to_numpy()
        )
        held = _after(found.cues["pos_after"], found.ends[pairs + 1], scope.high[pairs + 1], OWN_REACH) < FAR
        joined &= testable[pairs + 1] | ~held | gaps.str.contains(ascii_rule(_ANY_LIST)).to_numpy()
        heading = gaps.str.contains(ascii_rule(_HEADING)).to_numpy() & (theme[pairs] == theme[pairs + 1])
        linked[pairs[joined | heading] + 1] = True
    first = np.maximum.accumulate(np.where(linked, 0, np.arange(size)))
    last_of = np.zeros(size, dtype=np.int64)
    np.maximum.at(last_of, first, np.arange(size))
    return first, last_of[first]


def _before(cues: tuple[Ints, Ints], limit: Ints, at: Ints, reach: int) -> Ints:
    """Start of the last cue that ends before `at`, begins at `limit` or later and is within reach; else -1."""
    starts, ends = cues
    index = np.searchsorted(ends, at, side="right") - 1
    start = np.concatenate([starts, [-1]])[index]
    end = np.concatenate([ends, [-FAR]])[index]
    return np.where((start >= limit) & (at - end <= reach), start, -1)


def _after(cues: tuple[Ints, Ints], at: Ints, limit: Ints, reach: Ints | int) -> Ints:
    """Start of the first cue from `at` on that begins before `limit` and within reach; else FAR."""
    start = _first_from(cues[0], at)
    return np.where((start < limit) & (start - at <= reach), start, FAR)


def statuses(folded: Folded, found: Found) -> pl.DataFrame:
    """Entries of `found` (mention, theme, term) with their status; entries that say nothing are left out."""
    entries = found.entries
    if not len(entries):
        return entries.with_columns(pl.lit("affirmed").alias("status"))
    size = len(found.starts)
    per = entries.group_by("mention", maintain_order=True).agg(
        pl.col("kind").is_in(["agent", "test", "immune"]).any().alias("testable"),
        (pl.col("kind") == "test").any().alias("test"),
        pl.col("theme")
        .first()
        .replace_strict(_THEME_FAMILY, default=_OTHER_FAMILY, return_dtype=pl.Int64)
        .alias("family"),
        pl.col("theme").first(),
    )
    theme = per["theme"].rank("dense").cast(pl.Int64).to_numpy()
    testable = per["testable"].to_numpy()
    scope = _scope(folded, found)
    first, last = _groups(folded, found, scope, per["family"].to_numpy(), theme, testable)
    start, end = found.starts[first], found.ends[last]
    low, near_low = scope.low[first], scope.near_low[first]
    high, near_high = scope.high[last], scope.near_high[last]
    previous_end = np.concatenate([[-1], found.ends])[first]
    next_start = np.concatenate([found.starts, [FAR]])[last + 1]
    cues = found.cues

    # A relative before ("père : K prostate") or after ("cancer chez sa mère").
    relative = _before(cues["family"], near_low, start, FAMILY_REACH)
    named = _before(cues["family"], low, start, FAMILY_REACH)
    family_end = np.concatenate([cues["family"][1], [0]])[np.searchsorted(cues["family"][0], np.maximum(named, 0))]
    colon = (named >= 0) & (folded.array[np.minimum(family_end, len(folded.array) - 1)] == ord(":"))
    colon |= (named >= 0) & (folded.array[np.minimum(family_end + 1, len(folded.array) - 1)] == ord(":"))
    relative = np.where(colon, named, relative)
    relative = np.maximum(relative, _before(cues["family_all"], low, start, 3 * FAMILY_REACH))
    patient = _before(cues["patient"], low, start, 3 * FAMILY_REACH)
    other = (relative >= 0) & (relative > patient)
    behind = _after(cues["family"], end, near_high, CONDITION_REACH)
    behind = np.minimum(behind, _after(cues["family_all"], end, near_high, CONDITION_REACH))
    some = np.flatnonzero((behind < FAR) & (behind < next_start))
    if len(some):
        texts = as_texts(windows(folded.array, end[some], behind[some], CONDITION_REACH))
        gap = pl.DataFrame({"t": texts, "n": (behind - end)[some]}).select(pl.col("t").str.head(pl.col("n")))["t"]
        plain = np.isin(behind[some], cues["family_all"][0])
        other[some] |= gap.str.contains(ascii_rule(_OF_RELATIVE)).to_numpy() | (
            plain & (gap.str.strip_chars(" (") == "").to_numpy()
        )

    # What is asked for.
    fresh = np.maximum(near_low, previous_end)
    asked = _before(cues["test_before"], np.where(testable, low, fresh), start, REQUEST_REACH)
    lab = _before(cues["lab_before"], low, start, 3 * REQUEST_REACH)
    lab = np.maximum(lab, _before(cues["lab_word"], low, start, REQUEST_REACH))
    asked = np.where(testable, np.maximum(asked, lab), asked)
    held = _before(cues["pos_before"], np.maximum(low, previous_end), start, NEGATION_REACH)
    tested = (asked >= 0) & (asked > held)
    listed_after = _after(cues["lab_word"], end, high, RESULT_REACH) < FAR
    in_test_group = np.zeros(size, dtype=np.bool_)
    np.logical_or.at(in_test_group, first, per["test"].to_numpy())
    in_test_group = in_test_group[first]
    alone_in_list = (last > first) & (per["family"].to_numpy() == 1) & (start - low <= 1 + 1)
    tested |= testable & (held < 0) & (listed_after | in_test_group | alone_in_list)

    # What was answered: the nearest of result, denial and postponement.
    reach = np.where(testable, RESULT_REACH, CONDITION_REACH)
    limit = np.minimum(near_high, next_start)
    yes, no = _after(cues["pos_after"], end, limit, reach), _after(cues["neg_after"], end, limit, reach)
    later = _after(cues["test_after"], end, np.where(testable, np.minimum(high, next_start), limit), reach)
    loose = np.flatnonzero((no < FAR) & ~testable)
    if len(loose):
        texts = as_texts(windows(folded.array, end[loose], no[loose], CONDITION_REACH))
        gap = pl.DataFrame({"t": texts, "n": (no - end)[loose]}).select(pl.col("t").str.head(pl.col("n")))["t"]
        no[loose[~gap.str.contains(ascii_rule(_TIGHT)).to_numpy()]] = FAR
    nearest = np.minimum(np.minimum(yes, no), later)
    positive = (nearest < FAR) & (nearest == yes)
    negative = (nearest < FAR) & (nearest == no)
    postponed = (nearest < FAR) & (nearest == later)

    # Signs and numbers right behind.
    signs = as_texts(windows(folded.array, end, np.minimum(high, end + SIGN_REACH), SIGN_REACH))
    signs = signs.str.strip_chars_end(" ")
    joined_next = (last < size - 1) & (next_start - end <= 2)
    plus = signs.str.contains(ascii_rule(_POSITIVE)).to_numpy() | (
        testable & signs.str.contains(ascii_rule(_TITRE)).to_numpy()
    )
    minus = (
        signs.str.contains(ascii_rule(_NEGATIVE)).to_numpy()
        | signs.str.contains(ascii_rule(_NEGATIVE_TIGHT)).to_numpy()
    )
    minus |= signs.str.contains(ascii_rule(_ZERO)).to_numpy() | (
        testable & signs.str.contains(ascii_rule(_BELOW)).to_numpy()
    )
    plus &= ~joined_next
    count = pl.select(
        pl.Series(signs)
        .str.extract(ascii_rule(_COUNT), 1)
        .str.replace_all(" ", "")
        .cast(pl.Float64, strict=False)
        .fill_null(-1)
    ).to_series()

    # Denied beforehand, unless something else is what is denied.
    no_limit = np.maximum(near_low, np.where(testable, near_low, previous_end))
    denied = _before(cues["neg_before"], no_limit, start, NEGATION_REACH)
    blocked = _before(cues["block"], no_limit, start, NEGATION_REACH + REQUEST_REACH)
    denied = np.where(blocked > denied, -1, denied)
    denied = np.maximum(denied, _before(cues["neg_near"], near_low, start, 2))
    own = np.maximum(_before(cues["neg_near"], scope.near_low, found.starts, 2),
                     _before(cues["neg_before"], np.maximum(scope.near_low, np.concatenate([[-1], found.ends[:-1]])),
                             found.starts, 3))  # fmt: skip
    absent = (denied >= 0) | (own >= 0)

    # Doubted.
    marks = np.flatnonzero(folded.array[:-1] == ord("?"))
    following = folded.array[marks + 1]
    marks = marks[(following < ord("0")) | (following == ord("?"))]
    mark = _first_from(marks, end)
    doubted = (mark - end <= QUESTION_REACH) & (mark <= near_high) & (mark < next_start)
    mark_before = _last_before(marks, start)
    doubted |= (mark_before >= 0) & (start - mark_before <= 2) & (mark_before - previous_end > 3)  # noqa: PLR2004

    doubted |= _before(cues["conditional"], near_low, start, OWN_REACH) >= 0

    # Not about the patient's health at all.
    vaccine = _before(cues["vaccine"], near_low, start, NEGATION_REACH) >= 0
    allergy = _before(cues["allergy"], near_low, start, NEGATION_REACH) >= 0

    frame = pl.DataFrame(
        {
            "mention": np.arange(size, dtype=np.uint32),
            "other": other,
            "tested": tested,
            "positive": positive,
            "negative": negative,
            "postponed": postponed,
            "plus": plus,
            "minus": minus,
            "count": count,
            "absent": absent,
            "doubted": doubted,
            "vaccine": vaccine & testable,
            "allergy": allergy,
        }
    )
    kind = pl.col("kind")
    open_kind = kind.is_in(["condition", "agent", "test", "immune"])
    answered = kind.is_in(["agent", "test", "immune"])
    hcg = pl.col("term").str.contains("hcg") & answered & (pl.col("count") >= 0)
    status = (
        pl.when(pl.col("other")).then(pl.lit("other_person"))
        .when(kind == "denial").then(pl.lit("negated"))
        .when(kind == "request").then(pl.lit("tested"))
        .when((kind == "immune") & (pl.col("plus") | pl.col("minus") | pl.col("positive") | pl.col("negative")))
        .then(pl.lit("negated"))
        .when(pl.col("doubted") & open_kind).then(pl.lit("tested"))
        .when(hcg & (pl.col("count") < 5)).then(pl.lit("negated"))  # noqa: PLR2004
        .when(hcg & (pl.col("count") >= 25)).then(pl.lit("affirmed"))  # noqa: PLR2004
        .when(pl.col("plus") & open_kind).then(pl.lit("affirmed"))
        .when(pl.col("minus") & open_kind).then(pl.lit("negated"))
        .when(pl.col("absent")).then(pl.lit("negated"))
        .when(pl.col("postponed") & open_kind).then(pl.lit("tested"))
        .when(pl.col("negative") & open_kind).then(pl.lit("negated"))
        .when(pl.col("positive") & open_kind).then(pl.lit("affirmed"))
        .when(pl.col("tested") & kind.is_in(["condition", "agent"])).then(pl.lit("tested"))
        .when(kind.is_in(["test", "immune"])).then(pl.lit("tested"))
        .otherwise(pl.lit("affirmed"))
    )  # fmt: skip
    return (
        entries.join(frame, on="mention", how="left", maintain_order="left")
        .filter(~pl.col("vaccine") & ~(pl.col("allergy") & (kind == "drug")))
        .select("mention", "theme", "term", "needs", status.alias("status"))
    )
