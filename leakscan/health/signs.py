"""Signs right behind a mention: `+`, `-`, `: 0`, `< 20`, a titre, a count, a sign in brackets."""

from __future__ import annotations

import numpy as np
import polars as pl

from leakscan.health.folding import Folded
from leakscan.health.matching import Found, as_texts, ascii_rule, windows
from leakscan.health.scopes import ADJACENT, Bools, Ints, Lists

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


def own_signs(folded: Folded, found: Found) -> Ints:
    """A sign in brackets right behind a mention is its own, whatever its list says: 1 plus, -1 minus, 0 none."""
    texts = as_texts(
        windows(folded.array, found.ends, np.minimum(found.ends + SIGN_REACH, len(folded.array)), SIGN_REACH)
    )
    plus, minus = (texts.str.contains(pattern).to_numpy().astype(np.int64) for pattern in (_OWN_PLUS, _OWN_MINUS))
    own: Ints = plus - minus
    return own
