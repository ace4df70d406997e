"""The status of each mention: affirmed, tested, negated or of another person, from the cues around it.

Every rule below gives one array over mentions; `statuses` says which rule goes before which.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from leakscan.health.folding import END_OF_TEXT, Folded
from leakscan.health.labels import SAID, labelled
from leakscan.health.matching import Found, ascii_rule, cut_windows
from leakscan.health.scopes import (
    ADJACENT,
    FAR,
    OWN_REACH,
    Bools,
    Ints,
    Lists,
    after_at,
    before_at,
    dashes,
    first_from,
    joined,
    last_before,
    lists,
)
from leakscan.health.signs import own_signs, signs

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
FAMILY_REACH = 80
"""Farthest that a relative stands before the relative's condition."""
SECOND_REACH = 32
"""Farthest that a second person stands behind a condition: ", patiente non porteuse"."""
LATE_REACH = 110
"""Farthest that an answer in a later sentence stands behind what it answers: two short sentences."""

HCG_NEGATIVE, HCG_POSITIVE = 5, 25
"""hCG in IU/L: below 5 nobody is pregnant, from 25 on a pregnancy is taken as proven."""

_YES, _NO, _DENIED, _NOTHING, _UNRECORDED, _PENDING = range(1, len(SAID))
_OF_RELATIVE = (
    r"^ *[+-]* *(?:gauche|droite?|\d{2,4}|precoce|decede\w*|connue?)? *(?:\( *(?:chez|de|du)? *|[:=] *|(?:\w+ ){0,2}?"
    r"(?:chez|de|du|cote|pour|d)[ ']+)(?:(?:sa|son|la|le|l|une|un|ses|les|leur)[ ']+)?$"
)
_EXPOSURE = (
    r"^(aes|accident.*expo.*|tpe|traitement post.*|post expo.*"
    r"|prep|pre expo.*|prophylaxie.*|kit aes|kit tpe|exposition.*)$"
)
_CLOSING = np.frombuffer(f",;.)+-\n{END_OF_TEXT}".encode(), dtype=np.uint8)
_TIGHT = (
    r"^[ :=(,-]*(?:(?:est|sont|a ete|ete|a|du|de|de la|clinique|gauche|droite?|actuel(?:le)?|connue?s?|en cours"
    r"|evolutive?|le|resultat"
    r"|donc|desormais|maintenant|ainsi|alors|enfin|totalement|bien|sein|colon|prostate"
    r"|finalement|formellement) *[:]? *)*$"
)


def _relative(folded: Folded, found: Found, at: Lists) -> Bools:
    """A relative before ("père : K prostate") or after ("cancer chez sa mère")."""
    cues, family = found.cues, joined(found.cues["family"], found.cues["also_other"])
    relative = before_at(family, at.near_low, at.start, FAMILY_REACH)
    named = before_at(family, at.low, at.start, FAMILY_REACH)
    end = np.concatenate([family[1], [0]])[np.searchsorted(family[0], np.maximum(named, 0))]
    colon = np.zeros(len(named), dtype=np.bool_)
    for step in (0, 1):
        colon |= (named >= 0) & (folded.array[np.minimum(end + step, len(folded.array) - 1)] == ord(":"))
    relative = np.where(colon, named, relative)
    relative = np.maximum(relative, before_at(cues["family_all"], at.low, at.start, 3 * FAMILY_REACH))
    other: Bools = (relative >= 0) & (relative > before_at(cues["patient"], at.low, at.start, 3 * FAMILY_REACH))
    behind = np.minimum(
        after_at(family, at.end, at.near_high, CONDITION_REACH),
        after_at(cues["family_all"], at.end, at.near_high, CONDITION_REACH),
    )
    some = np.flatnonzero((behind < FAR) & (behind < at.next_start))
    if len(some):
        gap = cut_windows(folded.array, at.end[some], behind[some], CONDITION_REACH)
        # "hémochromatose père": a relative that ends the note or its part.
        number = np.minimum(np.searchsorted(family[0], behind[some]), len(family[0]) - 1) if len(family[0]) else 0
        tail = family[1][number] if len(family[0]) else behind[some]
        closing = np.isin(folded.array[tail], _CLOSING) | np.isin(folded.array[tail + 1], _CLOSING)
        plain = np.isin(behind[some], cues["family_all"][0]) | (np.isin(behind[some], family[0]) & closing)
        plain &= (gap.str.strip_chars(" (") == "").to_numpy()
        other[some] |= gap.str.contains(ascii_rule(_OF_RELATIVE)).to_numpy() | plain
    return other


def _tested(found: Found, at: Lists) -> Bools:
    """What is asked for: by a word before, or as a member of a list of tests."""
    cues = found.cues
    fresh = np.maximum(at.near_low, at.previous_end)
    asked = before_at(
        joined(cues["test_before"], cues["self_test"]), np.where(at.testable, at.low, fresh), at.start, REQUEST_REACH
    )
    lab = before_at(cues["lab_before"], at.low, at.start, 3 * REQUEST_REACH)
    lab = np.maximum(lab, before_at(cues["lab_word"], at.low, at.start, REQUEST_REACH))
    asked = np.where(at.testable, np.maximum(asked, lab), asked)
    held = before_at(cues["pos_before"], np.maximum(at.low, at.previous_end), at.start, NEGATION_REACH)
    listed = (after_at(cues["lab_word"], at.end, at.high, RESULT_REACH) < FAR) | at.has_test | at.of_infections
    result: Bools = ((asked >= 0) & (asked > held)) | (at.testable & (held < 0) & listed)
    return result


def _answered(folded: Folded, found: Found, at: Lists, parting: Ints) -> tuple[Bools, Bools, Bools]:
    """What was answered, the nearest behind: confirmed, denied, put off."""
    cues = found.cues
    reach = np.where(at.testable, RESULT_REACH, CONDITION_REACH)
    limit = np.minimum(at.near_high, at.next_start)
    yes, no = (
        after_at(cues["pos_after"], at.end, limit, reach),
        after_at(joined(cues["neg_after"], cues["self_not"]), at.end, limit, reach),
    )
    all_no = after_at(cues["neg_all"], at.end, at.high, RESULT_REACH)
    no = np.where(at.testable, np.minimum(no, all_no), no)
    note = np.minimum(at.high, first_from(parting, at.end))
    far_limit = np.where(at.testable, np.minimum(note, at.next_start), limit)
    later = after_at(joined(cues["test_after"], cues["self_test"]), at.end, far_limit, reach)
    loose = np.flatnonzero((no < FAR) & ~at.testable)
    if len(loose):
        gap = cut_windows(folded.array, at.end[loose], no[loose], CONDITION_REACH)
        no[loose[~gap.str.contains(ascii_rule(_TIGHT)).to_numpy()]] = FAR
    taken = after_at(cues["taken_after"], at.end, far_limit, reach)
    later = np.minimum(later, np.where(at.testable, taken, FAR))
    nearest = np.minimum(np.minimum(yes, no), later)
    said = nearest < FAR
    return said & (nearest == yes), said & (nearest == no), said & (nearest == later)


def _whole(folded: Folded, cues: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Those cues that no figure leads: the `0` of `N39.0` and of `1,0` is no word."""
    before = folded.array[np.maximum(cues[0] - 1, 0)]
    whole = (before != ord(".")) & (before != ord(",")) & (before != ord("/"))
    return cues[0][whole], cues[1][whole]


def _corrected(found: Found, at: Lists) -> Bools:
    """Taken back: "ce n'est pas VIH+ mais", "noté par erreur", ", diagnostic récusé"."""
    taken_back = after_at(found.cues["corrected"], at.end, np.minimum(at.high, at.next_start), RESULT_REACH) < FAR
    denied = before_at(found.cues["not_but"], np.maximum(at.own_low, at.own_previous), found.starts, ADJACENT + 1)
    result: Bools = taken_back | (denied >= 0)
    return result


def _absent(folded: Folded, found: Found, at: Lists) -> Bools:
    """Denied beforehand, unless something else is what is denied ("pas de traitement pour son cancer")."""
    cues = found.cues
    limit = np.maximum(at.near_low, np.where(at.testable, at.near_low, at.previous_end))
    denied = before_at(cues["neg_before"], limit, at.start, NEGATION_REACH)
    blocked = before_at(cues["block"], limit, at.start, NEGATION_REACH + REQUEST_REACH)
    denied = np.where(blocked > denied, -1, denied)
    none = _whole(folded, cues["neg_near"])
    near = before_at(none, at.near_low, at.start, ADJACENT)
    heading = before_at(none, at.low, at.start, ADJACENT + 1)  # "non : VIH, hépatite"
    colon = folded.array[np.maximum(at.start - 2, 0)] == ord(":")
    near = np.where(colon, np.maximum(near, heading), near)
    own = np.maximum(
        before_at(none, at.own_low, found.starts, ADJACENT),
        before_at(cues["neg_before"], np.maximum(at.own_low, at.own_previous), found.starts, ADJACENT + 1),
    )
    result: Bools = (denied >= 0) | (near >= 0) | (own >= 0)
    return result


def _near(cues: tuple[Ints, Ints], at: Lists) -> Bools:
    """Whether a cue stands before or behind in the clause."""
    near: Bools = before_at(cues, at.low, at.start, REQUEST_REACH) >= 0
    return near | (after_at(cues, at.end, at.high, REQUEST_REACH) < FAR)


def _doubted(folded: Folded, found: Found, at: Lists) -> Bools:
    """A question mark behind or right before, or a condition ("si VIH positif")."""
    marks: Ints = np.flatnonzero(folded.array[:-1] == ord("?"))
    following = folded.array[marks + 1]
    marks = marks[(following < ord("0")) | (following == ord("?"))]
    mark = first_from(marks, at.end)
    doubted: Bools = (mark - at.end <= QUESTION_REACH) & (mark <= at.near_high) & (mark < at.next_start)
    mark = last_before(marks, at.start)
    begins = last_before(np.flatnonzero(folded.array == ord(END_OF_TEXT)), at.start)
    free = (mark - at.previous_end > ADJACENT + 1) | (at.previous_end <= begins)
    doubted |= (mark >= 0) & (at.start - mark <= ADJACENT) & free
    return doubted | (before_at(found.cues["conditional"], at.near_low, at.start, OWN_REACH) >= 0)


def statuses(folded: Folded, found: Found) -> pl.DataFrame:
    """Entries of `found` (mention, theme, term, needs) with their status; entries that say nothing are left out."""
    entries = found.entries
    if not len(entries):
        return entries.select("mention", "theme", "term", "needs", pl.lit("affirmed").alias("status"))
    parting = dashes(folded.array, found)
    at = lists(folded, found, parting)
    positive, negative, postponed = _answered(folded, found, at, parting)
    plus, minus, sought, count = signs(folded, at)
    own_sign = own_signs(folded, found, at.testable)
    said, now_and_then = labelled(folded, found, at)
    frame = pl.DataFrame(
        {
            "mention": np.arange(len(found.starts), dtype=np.uint32),
            "other": _relative(folded, found, at),
            "tested": _tested(found, at),
            "positive": positive,
            "negative": negative,
            "postponed": postponed | sought,
            "plus": plus,
            "minus": minus,
            "count": count,
            "absent": _absent(folded, found, at),
            "corrected": _corrected(found, at),
            "also_other": _told_behind(folded, found, "also_other"),
            # A comma parts an exposure from what follows: "AES, patient source VIH +".
            "apart": at.near_high < np.minimum(at.next_start, at.high),
            "self_not": _told_behind(folded, found, "self_not"),
            "self_also": _told_behind(folded, found, "self_also"),
            "self_test": _told_behind(folded, found, "self_test"),
            "doubted": _doubted(folded, found, at),
            # A consent is signed before a genetic test, whatever stands between.
            "consented": _near(found.cues["consent"], at),
            "contact": before_at(found.cues["contact"], at.near_low, at.start, NEGATION_REACH) >= 0,
            "own_sign": own_sign,
            "said": said,
            "now_and_then": now_and_then,
            # `complementaire_sante_solidaire` among the scopes of an interface.
            "identifier": first_from(np.flatnonzero(folded.array == ord("_")), found.starts) < found.ends,
            "late_not": _late(folded, found, at, "late_not"),
            "late_yes": _late(folded, found, at, "late_yes"),
            # A vaccine against it, or a drug that is not taken, says nothing.
            "vaccine": at.testable & (before_at(found.cues["vaccine"], at.near_low, at.start, NEGATION_REACH) >= 0),
            "allergy": before_at(found.cues["allergy"], at.near_low, at.start, NEGATION_REACH) >= 0,
        }
    )
    kind = pl.col("kind")
    open_kind = kind.is_in(["condition", "agent", "test", "immune"])
    answered = kind.is_in(["agent", "test", "immune"])
    asked = open_kind & (pl.col("tested") | pl.col("postponed") | answered) & ~pl.col("positive") & ~pl.col("negative")
    # A yes or no to a test says whether it was done; a result says what it found.
    question_of_test = kind.is_in(["test", "request"]) | (kind.is_in(["agent", "immune"]) & pl.col("tested"))
    said_yes = (pl.col("said") == _YES) & kind.is_in(["condition", "agent"]) & ~question_of_test
    said_no = pl.col("said").is_in([_NO, _DENIED]) & (open_kind | (kind == "drug"))
    silent = (
        ((pl.col("said") == _NOTHING) & ~kind.is_in(["test", "request", "denial"]))
        | ((pl.col("said") == _UNRECORDED) & (kind == "condition"))
        | ((pl.col("said") == _DENIED) & question_of_test)
        | (pl.col("identifier") & (pl.col("theme") == "other_special") & (pl.col("said") != _YES))
    )
    hcg = pl.col("term").str.contains("hcg") & answered & (pl.col("count") >= 0)
    status = (
        pl.when(pl.col("other")).then(pl.lit("other_person"))
        .when(kind == "denial").then(pl.lit("negated"))
        .when(pl.col("corrected") & (kind != "request")).then(pl.lit("negated"))
        .when(kind == "request").then(pl.lit("tested"))
        .when((pl.col("said") == _PENDING) & kind.is_in(["agent", "test", "immune"])).then(pl.lit("tested"))
        .when(said_no).then(pl.lit("negated"))
        .when(said_yes).then(pl.lit("affirmed"))
        .when((kind == "immune") & (pl.col("plus") | pl.col("minus") | pl.col("positive") | pl.col("negative")))
        .then(pl.lit("negated"))
        .when(pl.col("doubted") & open_kind).then(pl.lit("tested"))
        .when(hcg & (pl.col("count") < HCG_NEGATIVE)).then(pl.lit("negated"))
        .when(hcg & (pl.col("count") >= HCG_POSITIVE)).then(pl.lit("affirmed"))
        .when((pl.col("own_sign") > 0) & open_kind).then(pl.lit("affirmed"))
        .when((pl.col("own_sign") < 0) & open_kind).then(pl.lit("negated"))
        .when(pl.col("plus") & open_kind).then(pl.lit("affirmed"))
        .when(pl.col("minus") & open_kind).then(pl.lit("negated"))
        .when(pl.col("absent")).then(pl.lit("negated"))
        .when(pl.col("late_not") & asked).then(pl.lit("negated"))
        .when(pl.col("late_yes") & asked).then(pl.lit("affirmed"))
        .when(pl.col("postponed") & open_kind).then(pl.lit("tested"))
        .when(pl.col("negative") & open_kind).then(pl.lit("negated"))
        .when(pl.col("positive") & open_kind).then(pl.lit("affirmed"))
        .when(pl.col("consented") & open_kind & (pl.col("theme") == "genetic")).then(pl.lit("tested"))
        .when(pl.col("contact") & open_kind & ~pl.col("tested")).then(pl.lit("other_person"))
        .when(pl.col("tested") & kind.is_in(["condition", "agent"])).then(pl.lit("tested"))
        .when(kind.is_in(["test", "immune"])).then(pl.lit("tested"))
        .otherwise(pl.lit("affirmed"))
    )  # fmt: skip
    told = (
        entries.join(frame, on="mention", how="left", maintain_order="left")
        .filter(~pl.col("vaccine") & ~(pl.col("allergy") & (kind == "drug")))
        .filter(~silent)
        .with_columns(status.alias("status"))
        .filter(~(pl.col("now_and_then") & (pl.col("status") == "affirmed") & (pl.col("theme") == "addiction")))
    )
    text = pl.Series("text", np.searchsorted(folded.starts, found.starts[told["mention"].to_numpy()], side="right"))
    return _with_second_statuses(_exposures(told.with_columns(text))).select(
        "mention", "theme", "term", "needs", "status"
    )


def _told_behind(folded: Folded, found: Found, name: str) -> Bools:
    """Whether a cue stands behind the mention, before the next one and in its text, past commas and a "mais"."""
    following = np.concatenate([found.starts[1:], [FAR]])
    return _told_later(folded, found.cues[name], found.ends, following, SECOND_REACH)


def _late(folded: Folded, found: Found, at: Lists, name: str) -> Bools:
    """An answer in a later sentence, before anything else is spoken of: "Sérologie VIH ce matin. Résultat négatif"."""
    return _told_later(folded, found.cues[name], at.end, at.next_start, LATE_REACH)


def _told_later(folded: Folded, cues: tuple[Ints, Ints], end: Ints, following: Ints, reach: int) -> Bools:
    """Whether a cue stands within reach behind `end`, before what follows and in the same text."""
    told: Bools = after_at(cues, end, np.minimum(first_from(folded.ends, end), following), reach) < FAR
    return told


def _exposures(told: pl.DataFrame) -> pl.DataFrame:
    """Where a note speaks of an exposure to HIV or of prophylaxis, a drug against HIV says no more than `tested`.

    The exposure itself says nothing more where the note tells a result or the status of the source.
    """
    exposure = (pl.col("kind") == "request") & pl.col("term").str.contains(_EXPOSURE) & (pl.col("theme") == "hiv")
    if not told.select(exposure.any()).item():
        return told
    hiv = pl.col("theme") == "hiv"
    answered = hiv & ~exposure & ((pl.col("status") == "other_person") | (pl.col("status") == "negated"))
    asked = (exposure & pl.col("tested")).any().over("text")
    told = told.with_columns(
        pl.when((pl.col("kind") == "drug") & hiv & exposure.any().over("text") & (pl.col("status") == "affirmed"))
        .then(pl.lit("tested"))
        .otherwise(pl.col("status"))
        .alias("status"),
        (answered.any().over("text") & ~asked).alias("answered"),
    )
    return told.filter(~(exposure & pl.col("answered") & ~pl.col("apart")))


def _with_second_statuses(told: pl.DataFrame) -> pl.DataFrame:
    """Add what a note says of a second person: "K sein, mère aussi"; "mère BRCA1, patiente négative"."""
    other = pl.col("status") == "other_person"
    also = told.filter(
        ~other & (pl.col("also_other") | (pl.col("contact") & (pl.col("status") != "affirmed")))
    ).with_columns(pl.lit("other_person").alias("status"))
    own = told.filter(other & (pl.col("self_not") | pl.col("self_also") | pl.col("self_test"))).with_columns(
        pl.when(pl.col("self_not"))
        .then(pl.lit("negated"))
        .when(pl.col("self_also"))
        .then(pl.lit("affirmed"))
        .otherwise(pl.lit("tested"))
        .alias("status")
    )
    return pl.concat([told, also, own]).sort("mention", maintain_order=True) if len(also) or len(own) else told
