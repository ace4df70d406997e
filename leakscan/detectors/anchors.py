"""Where matches can begin: distinct texts joined as one blob, and what stands where in it, found in passes over bytes.

A pattern with look-around costs a tenth of a microsecond at every character. Most characters cannot begin a match, and
the few that can are told by arrays: digits, signs, and words that one automaton finds for all detectors at once.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LABEL_REACH = 40
"""Characters before a candidate in which its label may stand (docs/thresholds.md)."""

SEPARATOR = "\x00"
"""Between two texts: readers remove NUL from every cell, so no candidate can span two texts."""

_OTHER_LETTER, _OTHER_SIGN = 3, 1
_LETTERS = np.zeros(256, dtype=np.bool_)
_LETTERS[[*b"abcdefghijklmnopqrstuvwxyz", _OTHER_LETTER]] = True
_DIGITS = np.zeros(256, dtype=np.bool_)
_DIGITS[[*b"0123456789"]] = True
_ALNUM = _LETTERS | _DIGITS
_UNKNOWN = 255
_WIDE = np.full(0x110000, _UNKNOWN, dtype=np.uint8)
"""The plain byte of every character met, worked out once."""


def _plain_byte(char: str) -> int:
    r"""One byte for any character: ASCII in lower case, letters by the ASCII letter they come from, blanks a space.

    Exactly the characters of \p{L} become letters and exactly 0 to 9 digits, whatever the case and the accent.
    """
    if char.isascii() and (char.isprintable() or char == SEPARATOR):
        return ord(char.lower())
    if char.isspace():
        return ord(" ")
    if not unicodedata.category(char).startswith("L"):
        return _OTHER_SIGN
    first = "i" if char == "\u0131" else unicodedata.normalize("NFKD", char)[0].lower()
    return ord(first) if "a" <= first <= "z" else _OTHER_LETTER


@cache
def _byte_table() -> bytes:
    """Plain bytes of the 256 bytes of cp1252; its five undefined bytes cannot occur."""
    return bytes(_plain_byte(bytes([i]).decode("cp1252", errors="replace")) for i in range(256))


_WORD_BYTES = bytes(i if _LETTERS[i] else 0x20 for i in range(256))
"""Letters stay, all else becomes a space."""
_WORD_TABLE = np.frombuffer(_WORD_BYTES, dtype=np.uint8)


def plain_bytes(text: str) -> bytes:
    """A text as one plain byte per character (see `_plain_byte`)."""
    try:
        return text.encode("cp1252").translate(_byte_table())
    except UnicodeEncodeError:
        codes = np.frombuffer(text.encode("utf-32-le", errors="replace"), dtype=np.uint32)
    plain = _WIDE[codes]
    unknown = plain == _UNKNOWN
    if unknown.any():
        for code in in_order(codes[unknown]).tolist():
            _WIDE[code] = _plain_byte(chr(code))
        plain = _WIDE[codes]
    return plain.tobytes()


@dataclass(frozen=True, slots=True)
class Begins:
    """Where matches of a pattern can begin: never fewer places than there are, mostly not many more.

    `at` gives those places, in order. `words`: what it asks the blob's automaton for. `cues`: words one of which is in
    every label, for a detector that has one. Words are written in plain letters, with a space where no letter may
    stand: " dr " is a whole word, " prescri" begins one.
    """

    at: Callable[[Blob], Ints] = field(repr=False)
    words: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()


@dataclass(frozen=True)
class Runs:
    """Runs of digits: where they start and end, and how many digits there are before each (and in all)."""

    start: Ints
    end: Ints
    before: Ints

    @cached_property
    def length(self) -> Ints:
        """Digits of each run."""
        return self.end - self.start

    def heads(self, blob: Blob, marks: str) -> Bools:
        """Whether each run goes on from no other by one of these marks."""
        found: Bools = np.ones(len(self.start), dtype=np.bool_)
        tied = np.flatnonzero(self.start[1:] - self.end[:-1] == 1)
        found[tied + 1] = ~blob.is_one_of(self.end[tied], marks)
        return found

    def digits_from(self, at: Ints, within: int) -> Ints:
        """How many digits the runs have that begin from `at` on, less than `within` characters away."""
        return self.before[np.searchsorted(self.start, at + within)] - self.before[np.searchsorted(self.start, at)]


@dataclass(frozen=True)
class Blob:
    """Distinct texts joined, each with SEPARATOR behind it; `starts` are the places where they begin.

    `words` are all that anybody will ask `at` for.
    """

    text: str = field(repr=False)
    starts: Ints = field(repr=False)
    words: tuple[str, ...] = field(repr=False)

    @cached_property
    def plain(self) -> NDArray[np.uint8]:
        """One plain byte per character."""
        return np.frombuffer(self._bytes, dtype=np.uint8)

    @cached_property
    def runs(self) -> Runs:
        """All runs of digits."""
        digit = np.zeros(len(self.plain) + 2, dtype=np.bool_)
        digit[1:-1] = self.plain - np.uint8(ord("0")) < len("0123456789")
        edges = np.flatnonzero(digit[1:] ^ digit[:-1])
        start, end = edges[::2], edges[1::2]
        return Runs(start, end, np.concatenate([[0], np.cumsum(end - start)]))

    def at(self, *words: str) -> Ints:
        """Where one of these words begins, in order; a word may stand twice."""
        pattern, places = self._matches
        wanted = np.zeros(len(self.words), dtype=np.bool_)
        wanted[[self.words.index(word) for word in words]] = True
        return np.sort(places[wanted[pattern]])

    def where(self, signs: str) -> Ints:
        """Where one of some ASCII signs stands."""
        found: Bools = np.zeros(len(self.plain), dtype=np.bool_)
        for sign in signs.encode():
            found |= self.plain == sign
        return np.flatnonzero(found)

    def is_one_of(self, at: Ints, chars: str) -> Bools:
        """Whether one of some plain characters stands at each place; none stands before the first or after the last."""
        table = np.zeros(256, dtype=np.bool_)
        table[[*chars.encode()]] = True
        return table[self._bytes_at(at)]

    def is_letter(self, at: Ints) -> Bools:
        """Whether a letter stands at each place."""
        return _LETTERS[self._bytes_at(at)]

    def is_alnum(self, at: Ints) -> Bools:
        """Whether a letter or a digit of 0 to 9 stands at each place."""
        return _ALNUM[self._bytes_at(at)]

    def blanks(self, count: int) -> Ints:
        """Where that many blanks stand in a row."""
        if b" " * count not in self._bytes:
            return np.zeros(0, dtype=np.int64)
        at = np.flatnonzero(self.plain == ord(" "))
        in_a_row: Bools = at[count - 1 :] - at[: 1 - count] == count - 1
        return at[: 1 - count][in_a_row]

    def tokens_behind(self, places: Ints, reach: int) -> Ints:
        """Up to `reach` characters behind one of these places: where a letter or digit follows neither of them."""
        at = spread(places + 1, np.minimum(places + reach + 1, len(self.plain)))
        return at[self.is_alnum(at) & ~self.is_alnum(at - 1)]

    def may_hold(self, cues: tuple[str, ...]) -> bool:
        """Whether a label with one of these words can stand anywhere (see `near`)."""
        return any(cue.startswith(" ") for cue in cues) or len(self.at(*cues)) > 0

    def near(self, cues: tuple[str, ...], at: Ints, reach: int) -> Bools:
        """Whether a label with one of these words can stand in the `reach` characters before each place.

        Nobody looks at what is before those characters: what begins with them, even inside a word, may be a label.
        """
        places = self.at(*cues)
        # From each cue on, the places that it reaches: they lie together, so their first and last tell all.
        low = np.searchsorted(at, places, side="right")
        high = np.searchsorted(at, places + reach, side="right")
        close: Bools = np.zeros(len(at), dtype=np.bool_)
        close[spread(low, high)] = True
        inner = tuple(cue[1:3].ljust(2) for cue in cues if cue.startswith(" "))
        if inner:
            cut = at - reach
            close |= self.is_pair(cut, inner) & self.is_letter(cut - 1)
        return close

    def is_pair(self, at: Ints, pairs: tuple[str, ...]) -> Bools:
        """Whether two letters, or a letter and a space that stands for anything else, stand at each place."""
        table = np.zeros(1 << 16, dtype=np.bool_)
        table[[int.from_bytes(pair.encode(), "big") for pair in pairs]] = True
        first, second = self._bytes_at(at), _WORD_TABLE[self._bytes_at(at + 1)]
        found: Bools = table[first.astype(np.uint16) << 8 | second]
        return found

    def text_of(self, at: Ints) -> Ints:
        """The number of the text that each place is in."""
        return np.searchsorted(self.starts, at, side="right") - 1

    @cached_property
    def _bytes(self) -> bytes:
        return plain_bytes(self.text)

    @cached_property
    def _matches(self) -> tuple[Ints, Ints]:
        """Number and place of every word that is in the text."""
        # With the space in front a word that wants one is found where its first letter stands in the text.
        found = _automaton(self.words).find_matches_as_indexes(
            b" " + self._bytes.translate(_WORD_BYTES) + b" ", overlapping=True
        )
        table = np.fromiter(itertools.chain.from_iterable(found), dtype=np.int64, count=3 * len(found)).reshape(-1, 3)
        inner = np.array([not word.startswith(" ") for word in self.words], dtype=np.int64)
        return table[:, 0], table[:, 1] - inner[table[:, 0]]

    def _bytes_at(self, at: Ints) -> NDArray[np.uint8]:
        # What lies outside of the blob counts as one more separator: the last character is one.
        return self.plain[np.where((at < 0) | (at >= len(self.plain)), len(self.plain) - 1, at)]


@cache
def _automaton(words: tuple[str, ...]) -> ahocorasick_rs.BytesAhoCorasick:
    patterns = [word.encode() for word in words]
    return ahocorasick_rs.BytesAhoCorasick(patterns, implementation=ahocorasick_rs.Implementation.DFA)


def spread(low: Ints, high: Ints) -> Ints:
    """All places in ranges low..high (ends not included), each once; the lows must be in order."""
    if not len(low):
        return low
    high = np.maximum.accumulate(high)
    low = np.concatenate([low[:1], np.maximum(low[1:], high[:-1])])
    sizes = np.maximum(high - low, 0)
    ends = np.cumsum(sizes)
    places: Ints = np.arange(ends[-1]) + np.repeat(low - (ends - sizes), sizes)
    return places


def in_order(*parts: Ints) -> Ints:
    """Places of several kinds, each once, by sorting: what hashes them takes the square of its time on even steps."""
    places = np.sort(np.concatenate(parts))
    fresh: Bools = np.ones(len(places), dtype=np.bool_)
    fresh[1:] = places[1:] != places[:-1]
    return places[fresh]


def byte_set(chars: str, *, signs: bool = False) -> Bools:
    """A table of the plain bytes of some characters, with all letters, and with the signs outside ASCII if wanted."""
    table = _LETTERS.copy()
    table[[*chars.encode()]] = True
    table[_OTHER_SIGN] = signs
    return table


def at_words(*words: str, cues: tuple[str, ...] = ()) -> Begins:
    """A pattern that begins with one of these words."""
    return Begins(lambda blob: blob.at(*words), words, cues)


def at_numbers(*, first: str = "", least: int = 1, within: int = 1, cues: tuple[str, ...] = ()) -> Begins:
    """A pattern that begins with a digit (one of `first`) behind none, with `least` digits `within` some characters."""

    def at(blob: Blob) -> Ints:
        runs = blob.runs
        found = runs.start[runs.digits_from(runs.start, within) >= least]
        return found[blob.is_one_of(found, first)] if first else found

    return Begins(at, cues=cues)
