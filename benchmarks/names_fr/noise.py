"""What scans, keyboards and exports do to text, done to pieces so that labels stay where they belong."""

from __future__ import annotations

import re
import unicodedata
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.names_fr.generate import Piece

_OCR = {
    "O": "0",
    "0": "O",
    "l": "1",
    "1": "l",
    "I": "l",
    "é": "e",
    "è": "ê",
    "m": "rn",
    "c": "e",
    "S": "5",
    "B": "8",
    "u": "ii",
    "'": "’",
}


def noisy(pieces: list[Piece], rng: Random) -> list[Piece]:
    """Pieces with none, one or two kinds of noise; labels are kept."""
    out = pieces
    if rng.random() < 0.09:
        out = _each(out, str.upper)
    elif rng.random() < 0.025:
        out = _each(out, str.lower)
    if rng.random() < 0.17:
        out = _each(out, _without_accents)
    if rng.random() < 0.06:
        rate = rng.choice((0.01, 0.03))
        out = _each(out, lambda text: _scanned(text, rng, rate))
    if rng.random() < 0.06:
        out = _each(out, lambda text: re.sub(" ", lambda _: "\n" if rng.random() < 0.12 else " ", text))
    if rng.random() < 0.05:
        out = _each(out, lambda text: re.sub(" ", lambda _: "  " if rng.random() < 0.25 else " ", text))
    if rng.random() < 0.03:
        out = _glued(out, rng)
    if rng.random() < 0.1:
        out = _each(out, lambda text: text.replace("'", "\u2019"))
    return out


def _each(pieces: list[Piece], change: object) -> list[Piece]:
    return [piece._replace(text=change(piece.text)) for piece in pieces]  # type: ignore[operator]


def _without_accents(text: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFKD", text) if not unicodedata.combining(part))


def _scanned(text: str, rng: Random, rate: float) -> str:
    out = []
    for character in text:
        draw = rng.random()
        if draw < rate and character in _OCR:
            out.append(_OCR[character])
        elif draw < rate * 1.15 and character.isalpha():
            continue
        else:
            out.append(character)
    return "".join(out)


def _glued(pieces: list[Piece], rng: Random) -> list[Piece]:
    """One blank between two pieces taken away, where a digit or a sign keeps them apart."""
    out = list(pieces)
    places = [
        at
        for at in range(1, len(out))
        if (out[at].label or out[at - 1].label)
        and out[at].text[:1] == " "
        and (out[at - 1].text[-1:].isdigit() or out[at].text[1:2].isdigit() or not out[at - 1].text[-1:].isalnum())
    ]
    for at in places:
        if rng.random() < 0.5:
            out[at] = out[at]._replace(text=out[at].text[1:])
    return out
