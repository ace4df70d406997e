"""Signs right behind a mention: `+`, `-`, `: 0`, `< 20`, a titre, a count, a sign in brackets."""

from __future__ import annotations

import numpy as np
import polars as pl

from leakscan.health.folding import Folded
from leakscan.health.matching import Found, as_texts, ascii_rule, cut_windows, windows
from leakscan.health.scopes import ADJACENT, LIST_GAP, Bools, Ints, Lists, first_from

SIGN_REACH = 20
"""Characters read behind a mention for `+`, `-`, `: 0`, `< 20`, a titre or a count."""

_POSITIVE = r"^(?: ?: ?| ?= ?| )?(?:\( ?\+{1,4} ?\)|\+{1,4})(?: *$| *[^a-z0-9+ ]| +[a-z])"
_NEGATIVE = r"^(?: ?[:=] ?| )?(?:\( ?-{1,2} ?\)|-{1,2}) *(?:$|[,;./)|]|\x1e)"
_NEGATIVE_TIGHT = r"^-{1,2}(?: |$)"
_ZERO = r"^ *[:=]? *\(?(?:0|n)\)? *(?:$|[,;)/|.] *(?:$|[^0-9]))|^ *[:=] *(?:0|n|non|neg\w*)\b(?:[^,.0-9]|$|[,.][^0-9])"
_BELOW = r"^[^,;.\x1e]{0,10}(?:(?:<|inferieure?s? a|inf\.? a) ?(?:\d|seuil|au seuil))"
_TITRE = r"^[^,;\x1e]{0,8}\b1/(?:\d\d+)|^ *[:=]? *> ?\d"
_COUNT = r"^[a-z ]{0,12}[:=]? *(\d[\d ]{0,8})(?:[.,]\d+)? *(?:$|[^\d/])"
_OWN_PLUS = r"^ ?\( ?(?:\+{1,4}|pos\w*|oui) ?\)"
_OWN_MINUS = r"^ ?\( ?(?:-{1,2}|neg\w*|non|0) ?\)"
_SIGNED = (
    r"^ ?[:=]? ?(?:(?:\+{1,4}|-{1,2})(?: +| *[,;/] *)|\((?:\+{1,4}|-{1,2})\)[ ,;/]*)"
    r"(?:et +)?(?:(?:serologies?|sero|anti|ac|ag|virus|pcr|arn|adn|hepatite|igg|igm)[ .-]*)*$"
)
"""What stands between two tests each of which has a sign of its own ..."""
_LAST = r"^ ?[:=]? ?(?:\(?\+{1,4}\)?(?: *$| *[^a-z0-9+ ]| +[a-z])|\(?-{1,2}\)? *(?:$|[,;./)|]|\x1e))"
"""... and behind the last of them."""
_BEGUN_PLUS = r"^[ :=(]*\+"
_SPAN_OF_TIME = r"^[a-z ]{0,12}[:=]? *\d[\d ]{0,8} *(?:h|heures?|j|jours?|sem|semaines?|mois|ans|sa|x|e|eme|fois)\b"
_INDEX = r"^ *[:=]? *(?:index|indice|ratio|s/co|sco|ua/ml|val)? *[:=]? *0[.,]\d"
_SOUGHT = r"^ *recherche *(?:$|[,;.)/|]|\x1e)"


def signs(folded: Folded, at: Lists) -> tuple[Bools, Bools, Bools, pl.Series]:
    """What stands right behind: plus, minus, "recherché", and a count (-1 for none)."""
    behind = as_texts(windows(folded.array, at.end, np.minimum(at.high, at.end + SIGN_REACH), SIGN_REACH))
    behind = behind.str.strip_chars_end(" ")

    def shows(pattern: str) -> Bools:
        found: Bools = behind.str.contains(ascii_rule(pattern)).to_numpy()
        return found

    joined_next = ~at.ends_all & (at.next_start - at.end <= ADJACENT)
    plus = (shows(_POSITIVE) | (at.titrated & shows(_TITRE))) & ~joined_next
    minus = shows(_NEGATIVE) | shows(_NEGATIVE_TIGHT) | shows(_ZERO) | (at.testable & shows(_BELOW))
    minus |= at.infection & shows(_INDEX)
    digits = behind.str.extract(ascii_rule(_COUNT), 1).str.replace_all(" ", "")
    count = digits.cast(pl.Float64, strict=False).fill_null(-1)
    return plus, minus, shows(_SOUGHT), count.zip_with(~pl.Series(shows(_SPAN_OF_TIME)), pl.Series([-1.0]))


def own_signs(folded: Folded, found: Found, testable: Bools) -> Ints:
    """A sign in brackets right behind a mention is its own, whatever its list says: 1 plus, -1 minus, 0 none.

    So is each sign of a row of tests: "VIH - VHC +", "VIH +, VHC -".
    """
    texts = as_texts(
        windows(folded.array, found.ends, np.minimum(found.ends + SIGN_REACH, len(folded.array)), SIGN_REACH)
    )

    def shows(pattern: str) -> Bools:
        shown: Bools = texts.str.contains(ascii_rule(pattern)).to_numpy()
        return shown

    own = shows(_OWN_PLUS).astype(np.int64) - shows(_OWN_MINUS)
    in_row = _in_rows(folded, found, testable, shows(_LAST))
    return np.where((own == 0) & in_row, np.where(shows(_BEGUN_PLUS), 1, -1), own)


def _in_rows(folded: Folded, found: Found, testable: Bools, last: Bools) -> Bools:
    """Which mentions are tests in a row each of which has a sign. `last`: may end one."""
    leads = np.zeros(len(found.starts), dtype=np.bool_)
    before, after = found.ends[:-1], found.starts[1:]
    pairs = np.flatnonzero((after - before <= LIST_GAP) & (after > before) & testable[:-1] & testable[1:])
    if len(pairs):
        gaps = cut_windows(folded.array, before[pairs], after[pairs], LIST_GAP)
        leads[pairs[gaps.str.contains(ascii_rule(_SIGNED)).to_numpy()]] = True
    ends = first_from(np.flatnonzero(~leads), np.arange(len(leads)))
    follows = np.concatenate([[False], leads[:-1]])
    in_row: Bools = (leads | follows) & (last & testable)[ends]
    return in_row
