"""Check digits as arithmetic on whole columns: Luhn, EAN-13 and ISO 7064 MOD 97-10."""

from __future__ import annotations

from functools import reduce
from operator import add

import polars as pl

from leakscan.detectors.text import once

_PIECE = 16  # digits that fit an Int64 together with the two of a remainder


def _digit(number: pl.Expr, place: int) -> pl.Expr:
    """Decimal digit at a place counted from the right, from 0."""
    return number // pl.lit(10**place, pl.Int64) % 10


def _doubled(digit: pl.Expr) -> pl.Expr:
    return digit * 2 - pl.when(digit > 4).then(9).otherwise(0)


def luhn_holds(digits: pl.Expr, width: int) -> pl.Expr:
    """Whether texts of at most `width` (up to 18) digits end with their Luhn check digit; null where not a number.

    Source: ISO/IEC 7812-1, annex B.
    """

    def holds(number: pl.Expr) -> pl.Expr:
        places = (_doubled(_digit(number, place)) if place % 2 else _digit(number, place) for place in range(width))
        return reduce(add, places) % 10 == 0

    return once(digits.cast(pl.Int64, strict=False), holds)


def ean13_holds(digits: pl.Expr) -> pl.Expr:
    """Whether 13-digit texts end with their EAN-13 check digit; null where not a number. Source: GS1."""

    def holds(number: pl.Expr) -> pl.Expr:
        places = (_digit(number, place) * (3 if place % 2 else 1) for place in range(13))
        return reduce(add, places) % 10 == 0

    return once(digits.cast(pl.Int64, strict=False), holds)


def digit_sum(digits: pl.Expr, width: int) -> pl.Expr:
    """Sum of the decimal digits of texts of at most `width` (up to 18) digits; null where not a number."""

    def total(number: pl.Expr) -> pl.Expr:
        return reduce(add, (_digit(number, place) for place in range(width)))

    return once(digits.cast(pl.Int64, strict=False), total)


def mod97(alphanumeric: pl.Expr, width: int) -> pl.Expr:
    """Remainder by 97 of upper-case alphanumeric texts of at most `width` characters, A read as 10 ... Z as 35.

    Computed in pieces of 16 digits; null where a text holds anything else. Source: ISO/IEC 7064, MOD 97-10.
    """
    letters = [chr(ord("A") + index) for index in range(26)]

    def remainder(digits: pl.Expr) -> pl.Expr:
        rest = pl.lit(0, pl.Int64)
        for start in range(0, 2 * width, _PIECE):
            piece = digits.str.slice(start, _PIECE)
            shift = pl.lit(10, pl.Int64) ** piece.str.len_bytes().cast(pl.Int64)
            rest = (rest * shift + pl.when(piece == "").then(0).otherwise(piece.cast(pl.Int64, strict=False))) % 97
        return rest

    return once(alphanumeric.str.replace_many(letters, [str(10 + index) for index in range(26)]), remainder)
