"""Many texts as one blob of folded bytes: lower case, no accents, one byte for each character, so that offsets hold.

Folded bytes are ASCII: letters and digits stay, `œ` becomes LIGATURE, other letters become OTHER_LETTER, symbols
become SYMBOL, boxes of forms EMPTY_BOX or TICKED_BOX, and blanks a space. Texts are joined by JOINT, whose middle byte
stands for a word of its own.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

LIGATURE = "\x02"
OTHER_LETTER = "\x03"
SYMBOL = "\x04"
EMPTY_BOX, TICKED_BOX = "\x05", "\x06"
END_OF_TEXT = "\x1e"
JOINT = f" {END_OF_TEXT} "

_SPELLED = {
    "œ": LIGATURE,
    "β": "b",
    "…": ".",
    "≤": "<",
    "≥": ">",
    "⊕": "+",
    "⊖": "-",
    "ø": "0",
    "∅": "0",
    "‑": "-",
    **dict.fromkeys("☐□▢❏❑❒⬜◻", EMPTY_BOX),
    **dict.fromkeys("☑☒✓✔⊠⊗■", TICKED_BOX),
    "\r": "\n",
    "\x85": "\n",
}
_SURROGATES = range(0xD800, 0xE000)
_QUOTES = "’‘`´ʼ′"
_DASHES = "‐‒–—−⁃"


def _fold_character(char: str) -> str:  # noqa: PLR0911 (one way out per class of characters)
    """One ASCII character for any character."""
    lower = char.lower()
    if lower in _SPELLED:
        return _SPELLED[lower]
    if char in _QUOTES:
        return "'"
    if char in _DASHES:
        return "-"
    if char.isspace() and char not in "\n\x1c\x1d\x1e":
        return " "
    if len(lower) == 1 and " " <= lower <= "~":
        return lower
    if char in f"\n{END_OF_TEXT}":
        return char
    first = unicodedata.normalize("NFKD", lower)[:1]
    if "a" <= first <= "z" or "0" <= first <= "9":
        return first
    return OTHER_LETTER if char.isalpha() else SYMBOL


class _Folding(dict[int, str]):
    """The folding of every character met, worked out once: what `str.translate` asks for."""

    def __missing__(self, code: int) -> str:
        """Fold a character that was not met before."""
        self[code] = _fold_character(chr(code))
        return self[code]


_FOLDING = _Folding()


def fold(text: str) -> str:
    """A term folded like the texts are."""
    return text.translate(_FOLDING)


@cache
def _byte_table() -> bytes:
    """Folding of the 256 bytes of cp1252; its five undefined bytes cannot occur."""
    return bytes(ord(_fold_character(bytes([i]).decode("cp1252", errors="replace"))) for i in range(256))


@cache
def _wide_table() -> NDArray[np.uint8]:
    """Folding of the 65,536 characters of the basic plane; all beyond it count as one more symbol."""
    chars = (SYMBOL if i in _SURROGATES else _fold_character(chr(i)) for i in range(0x10000))
    return np.frombuffer("".join(chars).encode("ascii"), dtype=np.uint8)


@cache
def _upper_byte_table() -> bytes:
    """1 for the capitals of cp1252."""
    return bytes(bytes([i]).decode("cp1252", errors="replace").isupper() for i in range(256))


@cache
def _wide_upper_table() -> NDArray[np.uint8]:
    """1 for the capitals of the basic plane."""
    return np.fromiter((chr(i).isupper() for i in range(0x10000)), dtype=np.uint8, count=0x10000)


@cache
def _token_table() -> bytes:
    """Bytes of words stay, all others become a space."""
    words = f"abcdefghijklmnopqrstuvwxyz0123456789{LIGATURE}{OTHER_LETTER}{END_OF_TEXT}".encode()
    return bytes(i if i in words else 0x20 for i in range(256))


@dataclass(frozen=True, slots=True)
class Folded:
    """A run of texts, joined.

    `text` is the joined original, `raw` its folded bytes and `array` the same as numbers; `upper` is 1 where a letter
    is a capital. `starts` and `ends` are the character ranges of the texts. `tokens` is `raw` with each run of other
    characters than letters and digits as one space, and `places` the position in `raw` of each byte of `tokens`.
    """

    text: str
    raw: bytes
    array: NDArray[np.uint8]
    upper: NDArray[np.uint8]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    tokens: bytes
    places: NDArray[np.int64]


def fold_texts(texts: pl.Series) -> Folded:
    """Join and fold texts (no nulls); about 150 MB/s on cp1252 text, 60 MB/s on other text."""
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    ends = np.cumsum(lengths + len(JOINT))
    starts = ends - lengths
    text = JOINT + JOINT.join(texts.to_list()) + JOINT
    try:
        narrow = text.encode("cp1252")
        raw = narrow.translate(_byte_table())
        upper = np.frombuffer(narrow.translate(_upper_byte_table()), dtype=np.uint8)
    except UnicodeEncodeError:
        wide = np.frombuffer(text.encode("utf-32-le", errors="replace"), dtype=np.uint32)
        wide = np.minimum(wide, 0xFFFF)
        raw = _wide_table()[wide].tobytes()
        upper = _wide_upper_table()[wide]
    spaced = np.frombuffer(raw.translate(_token_table()), dtype=np.uint8)
    blank = spaced == ord(" ")
    keep = np.ones(len(spaced), dtype=np.bool_)
    keep[1:] = ~(blank[1:] & blank[:-1])
    places = np.flatnonzero(keep)
    tokens = spaced[places].tobytes()
    return Folded(text, raw, np.frombuffer(raw, dtype=np.uint8), upper, starts, ends, tokens, places)
