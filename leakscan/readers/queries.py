"""Lines with queries of the web in them, `?nom=LE+BRAS&prenom=H%C3%A9l%E8ne`, as they were typed.

Letters are coded by their bytes: those of UTF-8 are tried first, what is left is Latin-1. A log may have both.
"""

from __future__ import annotations

from functools import cache

import polars as pl

_QUERY = r"[?&][\w.\[\]-]{1,40}=[^\s&]*(?:%[0-9A-Fa-f]{2}|\+)"
_PLUS = r"([=\p{L}])\+(\p{L})"


def as_typed(texts: pl.Series) -> pl.Series:
    """Texts with a query of the web in them without its codes; all others as they are."""
    coded = texts.str.contains(_QUERY)
    if not coded.any():
        return texts
    at = coded.arg_true()
    written, meant = _codes()
    plain = (
        texts.gather(at)
        .to_frame("text")
        .select(
            pl.col("text")
            .str.replace_all(_PLUS, "$1 $2")
            .str.replace_all(_PLUS, "$1 $2")
            .str.replace_many(list(written[0]), list(meant[0]))
            .str.replace_many(list(written[1]), list(meant[1]))
        )
    )
    return texts.scatter(at, plain.to_series())


@cache
def _codes() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], tuple[tuple[str, ...], tuple[str, ...]]]:
    """Codes of letters in UTF-8, then of single bytes, in capital and in small letters; and what they mean."""
    letters = [*range(0xA0, 0x180), 0x2019, 0x20AC]
    several = [(chr(code).encode(), chr(code)) for code in letters]
    single = [(bytes([code]), chr(code)) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))]
    several, single = ([(data, " " if sign == "\xa0" else sign) for data, sign in some] for some in (several, single))
    tables = []
    for some in (several, single):
        coded = [("".join(f"%{byte:02X}" for byte in data), sign) for data, sign in some]
        coded += [(code.lower(), sign) for code, sign in coded if code != code.lower()]
        tables.append(coded)
    first, second = tables
    return (
        (tuple(code for code, _ in first), tuple(code for code, _ in second)),
        (tuple(sign for _, sign in first), tuple(sign for _, sign in second)),
    )
