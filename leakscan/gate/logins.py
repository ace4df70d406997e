"""Whether a text may hold results under logins: where nothing else tells whom they are about, these are people."""

from __future__ import annotations

from functools import cache

import polars as pl

_PARTS = ({"user", "name"}, {"nom", "utilisateur"}, {"account", "name"}, {"code", "utilisateur"})
"""Words of headers that ask for a login only together."""


def ask_for_logins(words: set[str]) -> bool:
    """Whether words may be of a header of logins."""
    return not words.isdisjoint(_logins()) or any(part <= words for part in _PARTS)


def speaks_of_health(data: bytes) -> bool:
    """Whether a text names anything of health, as headers and cells may."""
    from leakscan.health.answers import spelled
    from leakscan.health.mentions import find_mentions

    lines = pl.Series(spelled(data.decode(errors="replace")).splitlines(), dtype=pl.String)
    return not find_mentions(lines.unique()).is_empty()


@cache
def _logins() -> frozenset[str]:
    from leakscan.columns.hints import strong_words

    return strong_words(("login",))
