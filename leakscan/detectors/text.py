"""Text brought to one spelling: upper-case ASCII letters for comparison, digits without what people put around them."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

NEVER = r"[^\s\S]"
"""A regex of either engine that matches nothing: the pattern of detectors that need a column role."""

SPACES = "\\x20\\t\u00a0\u202f\u2009"
"""Inside a character class: blanks met between groups of digits (a plain blank is dropped by Rust in `(?x)`)."""

_WRAPPING = " \t\r\n\u00a0\u202f\u2009'\u2019\"="

_SPECIAL = {
    "Œ": "OE",
    "œ": "OE",
    "Æ": "AE",
    "æ": "AE",
    "Ø": "O",
    "ø": "O",
    "Ł": "L",
    "ł": "L",
    "Đ": "D",
    "đ": "D",
    "Ð": "D",
    "ð": "D",
    "Þ": "TH",
    "þ": "TH",
    "ß": "SS",
    "ẞ": "SS",
    "\u0131": "I",
    "\u00b4": "'",
    "`": "'",
    "\u02bc": "'",
    "\u2018": "'",
    "\u2019": "'",
    "\u201b": "'",
    "\u2032": "'",
    "«": '"',
    "»": '"',
    "\u201c": '"',
    "\u201d": '"',
}
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_LATIN_BLOCKS = (range(0xA0, 0x250), range(0x1E00, 0x1F00), range(0x2000, 0x2070), range(0xFB00, 0xFB07))


def _plain(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character)
    return "".join(part for part in decomposed if not unicodedata.combining(part)).upper()


def _folding_table() -> dict[str, str]:
    """Every Latin letter, blank and punctuation mark outside ASCII that has an ASCII spelling."""
    characters = (chr(code) for block in _LATIN_BLOCKS for code in block)
    plain = {character: _plain(character) for character in characters}
    table = {character: ascii_ for character, ascii_ in plain.items() if ascii_ and ascii_.isascii()}
    return table | dict.fromkeys(_DASHES, "-") | _SPECIAL


_FOLDING = _folding_table()
_COMMON = {
    character: plain
    for character, plain in _FOLDING.items()
    if character == character.upper() and (character < "\u0100" or character in "\u0152\u0178\u2009\u2013\u2019\u202f")
}
"""What French text holds: an automaton for these few takes a tenth of the time that one for all takes to build."""

_STRANGE = pl.col("text").str.contains(r"[^\x00-\x5F\x61-\x7F]").any()
"""Characters outside ASCII, and the one in it that is folded too: the grave accent."""


@cache
def _folded_by(*, common: bool) -> pl.Expr:
    table = _COMMON if common else _FOLDING
    folded = pl.col("text").str.replace_many(
        pl.Series(list(table)).implode(), pl.Series(list(table.values())).implode()
    )
    return folded if common else folded.str.replace_all(r"[\p{M}\p{Cf}\x{FFFD}]", "")


def _in_ascii(upper: pl.Series) -> pl.Series:
    """Upper-case texts with Latin letters in ASCII, by the least that they need."""
    texts = upper.alias("text").to_frame()
    for common in (True, False):
        if not texts.select(_STRANGE).item():
            break
        texts = texts.select(_folded_by(common=common))
    return texts["text"].alias(upper.name)


def once(expression: pl.Expr, use: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """`use(expression)` with the expression computed a single time, however often `use` names it.

    Eager polars computes every mention again, and mentions of mentions multiply. Inside a nested `once` only the inner
    value can be named. The result keeps the name of the expression.
    """
    name = expression.meta.output_name(raise_if_undetermined=False) or "text"
    value = pl.struct(expression.alias("value"))
    return value.struct.with_fields(use(pl.field("value")).alias("value")).struct.field("value").alias(name)


def fold(text: pl.Expr) -> pl.Expr:
    """Upper-case text with Latin letters in ASCII, so that `Hélène`, `HELENE` and `He\u0301le\u0300ne` are one.

    Ligatures become two letters, typographic apostrophes and dashes their ASCII kin, exotic blanks a blank. Invisible
    characters and U+FFFD (what a decoder could not read) are dropped; letters of other scripts stay.
    """
    return text.str.to_uppercase().map_batches(_in_ascii, return_dtype=pl.String, is_elementwise=True)


def squeeze(text: pl.Expr) -> pl.Expr:
    """Text with runs of blanks as one, none at the ends; null where nothing remains."""
    return once(text.str.replace_all(r"\s+", " ").str.strip_chars(), none_if_empty)


def none_if_empty(text: pl.Expr) -> pl.Expr:
    """Null in place of the empty text."""
    return pl.when(text != "").then(text)


def unwrap(text: pl.Expr) -> pl.Expr:
    """A cell without what spreadsheets put around it: blanks, quotes, `="..."`, a leading apostrophe."""
    return text.str.strip_chars(_WRAPPING)


def compact(text: pl.Expr) -> pl.Expr:
    """An upper-case number without separators, spreadsheet wrapping or a trailing `.0`; other characters stay."""
    return (
        unwrap(text)
        .str.replace(r"[.,]0$", "")
        .str.replace_all(rf"[{SPACES}.\-_/\x{{2010}}-\x{{2013}}]", "")
        .str.to_uppercase()
    )


def shaped(number: pl.Expr, shape: str) -> pl.Expr:
    """The numbers that match a Rust regex, others null."""
    return pl.when(number.str.contains(shape)).then(number)
