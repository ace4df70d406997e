"""Encodings of one byte per character, from before UTF-8: which of them a text is in, and its bytes as UTF-8."""

from __future__ import annotations

import codecs
import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt

LEGACY_ENCODINGS = ("cp1252", "iso8859-15", "cp850", "mac_roman")
"""What French software wrote before UTF-8, the likeliest first: the first wins a draw."""
FEW = 4_000
"""With fewer than one in so many bytes unlike latin-1, decoding around them is the faster way."""

_FRENCH_LETTERS = {"é": 4.0, "è": 2.0, "à": 2.0, "ç": 1.5, "ê": 1.5, "î": 1.0, "ô": 1.0, "û": 0.8, "ï": 0.8, "ë": 0.8}
_FRENCH_LETTERS |= {"â": 1.0, "ù": 0.8, "œ": 0.8, "ü": 0.5, "ö": 0.5, "ä": 0.5, "ñ": 0.5, "æ": 0.3, "ÿ": 0.1}
_FRENCH_SIGNS = frozenset("°’‘«»€“”–—…·²³µ½§±\u00a0\u202f")
_LOWER, _UPPER, _HIGH = 1, 2, 3  # kinds of neighbours, in `_contexts`


def best_legacy(sample: bytes) -> str:
    """Name the legacy encoding under which the high bytes of `sample` stand most like French."""
    histogram = _contexts(sample)
    scores = [float((histogram * _weights(name, histogram)).sum()) for name in LEGACY_ENCODINGS]
    scores[0] += 1.0  # a single sign proves little against the usual encoding
    return LEGACY_ENCODINGS[int(np.argmax(scores))]


def _contexts(sample: bytes) -> npt.NDArray[np.int64]:
    """Count each byte value by what stands before and after it: 0 other, 1 lower case, 2 upper case, 3 high byte."""
    kinds = np.zeros(256, np.uint8)
    kinds[97:123], kinds[65:91], kinds[128:] = 1, 2, 3
    array = np.frombuffer(b" " + sample + b" ", np.uint8)
    high = np.flatnonzero(array > 0x7F)
    index = array[high].astype(np.int64) * 16 + kinds[array[high - 1]] * 4 + kinds[array[high + 1]]
    return np.bincount(index, minlength=256 * 16).reshape(256, 4, 4)


def _weights(name: str, histogram: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """How French each (byte, before, after) that occurs is under an encoding; the shape is (256, 4, 4)."""
    weights = np.zeros((256, 4, 4))
    for value, before, after in np.argwhere(histogram).tolist():
        weights[value, before, after] = _frenchness(characters(name)[value], before, after)
    return weights


@cache
def _frenchness(character: str, before: int, after: int) -> float:  # noqa: PLR0911 - a table, read downwards
    lower, upper = _LOWER in {before, after}, _UPPER in {before, after}
    if character.isalpha() and unicodedata.category(character) != "Lo":
        known = _FRENCH_LETTERS.get(character.lower())
        if known is None:
            return -1.0
        if not lower and not upper:
            alone = known if character == "à" else 0.1
            return 0.2 * known if _HIGH in {before, after} else alone
        if character.islower():
            return known if lower else -1.0
        return -2.0 if before == _LOWER else known if upper or before == 0 else 0.0
    if character in _FRENCH_SIGNS:
        if lower and before and after and character != "’":
            return -1.0
        return 0.3 if before or after else 0.05
    return -3.0 if unicodedata.category(character) in {"Cc", "Cn"} else -2.0 if lower or upper else -0.5


@cache
def characters(name: str) -> str:
    """The 256 characters of a single-byte encoding; a byte that it leaves undefined stays a C1 control."""
    found = []
    for value in range(256):
        try:
            found.append(bytes([value]).decode(name))
        except UnicodeError:
            found.append(chr(value))
    return "".join(found)


@cache
def undefined(name: str) -> bytes:
    """Bytes that an encoding gives no meaning; those that it gives to C1 controls on purpose have one."""
    without = []
    for value in range(256):
        try:
            bytes([value]).decode(name)
        except UnicodeError:
            without.append(value)
    return bytes(without)


@cache
def _unlike_latin1(name: str) -> npt.NDArray[np.bool_]:
    """Which of the 256 bytes mean something else in an encoding than in latin-1."""
    return np.array([ord(character) != value for value, character in enumerate(characters(name))])


def legacy_to_utf8(data: bytes, name: str) -> bytes:
    """Bytes of a single-byte encoding as UTF-8: by way of latin-1, twice as fast, around the few bytes that differ."""
    unlike = _unlike_latin1(name)
    values = np.flatnonzero(unlike)
    if not len(values):
        return data.decode("latin-1").encode()
    array = np.frombuffer(data, np.uint8)
    places = np.flatnonzero((array >= values[0]) & (array <= values[-1]))
    places = places[unlike[array[places]]]
    if len(places) * FEW > len(data):
        return codecs.charmap_decode(data, "strict", characters(name))[0].encode()
    known, pieces, at = characters(name), [], 0
    for place in places.tolist():
        pieces.append(data[at:place].decode("latin-1").encode())
        pieces.append(known[data[place]].encode())
        at = place + 1
    pieces.append(data[at:].decode("latin-1").encode())
    return b"".join(pieces)
