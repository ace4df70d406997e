"""Misspelled words of the lexicon: long words at one edit from one of its own, put right before terms are looked for.

The lexicon stays as it is: a deletion index (Garbe's SymSpell) of its words is asked for the words of a text that
were not met before. Words met are kept as hashes in a table, so that a text of known words costs one look-up a word.
Terms are compared also in the spellings that sound the same (`ph` as `f`, `y` as `i`). Ordinary words that stand one
edit from a term (`prostrate`) are listed in models/lexicon/ordinary.tsv.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from leakscan.data import model_file
from leakscan.health.folding import Folded
from leakscan.health.lexicon import long_words

SHORTEST_MISSPELLED = 7
"""Shorter words have too many ordinary neighbours."""
LONGEST_MISSPELLED = 24
"""The longest word compared: eight bytes at its begin, middle and end tell it from others."""

_TABLE_BITS = 18
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_FACTORS = np.array([0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], dtype=np.uint64)
_SOUNDS = (("ph", "f"), ("y", "i"), ("th", "t"), ("rh", "r"), ("ch", "c"), ("mm", "m"), ("nn", "n"), ("ss", "s"))
_SOUNDS_AT_ONCE = 2

Hashes = NDArray[np.uint64]

_met = np.zeros(1 << _TABLE_BITS, dtype=np.uint64)
"""Hashes of words that are right, or no word of ours: what it holds changes time, never results."""


@dataclass(frozen=True, slots=True)
class _Index:
    """Sorted hashes of words and of words less a letter; `word` is the number of the spelling of each."""

    hashes: Hashes
    word: NDArray[np.int64]
    spellings: tuple[str, ...]
    targets: tuple[str, ...]
    known: frozenset[str]


def _matrix(words: list[bytes]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Words as rows of LONGEST_MISSPELLED bytes, and their lengths."""
    blob = b"".join(word.ljust(LONGEST_MISSPELLED, b"\0") for word in words)
    rows = np.frombuffer(blob, dtype=np.uint8).reshape(-1, LONGEST_MISSPELLED).astype(np.uint64)
    return rows, np.fromiter(map(len, words), dtype=np.int64, count=len(words))


def _hashes(words: list[bytes]) -> tuple[Hashes, NDArray[np.bool_]]:
    """For each word the hash of itself and of itself less each letter; and which of these columns count."""
    rows, lengths = _matrix(words)
    powers = np.cumprod(np.full(LONGEST_MISSPELLED + 1, _PRIME, dtype=np.uint64))
    zero = np.zeros((len(rows), 1), dtype=np.uint64)
    whole = np.hstack([zero, np.cumsum(rows * powers[1:], axis=1)])
    moved = np.hstack([zero, np.cumsum(rows * powers[:-1], axis=1)])
    less = whole[:, :-1] + (moved[:, -1:] - moved[:, 1:])
    counts = np.arange(LONGEST_MISSPELLED) < lengths[:, None]
    everything = np.ones((len(rows), 1), dtype=np.bool_)
    return np.hstack([whole[:, -1:], less]), np.hstack([everything, counts])


def _alike(word: str) -> Iterator[str]:
    """The word, and spellings of it that sound the same."""
    sounds = [pair for pair in _SOUNDS if pair[0] in word]
    for count in range(min(len(sounds), _SOUNDS_AT_ONCE) + 1):
        for chosen in itertools.combinations(sounds, count):
            spelling = word
            for written, heard in chosen:
                spelling = spelling.replace(written, heard)
            yield spelling


@cache
def _index() -> _Index:
    terms, cues = long_words(SHORTEST_MISSPELLED, LONGEST_MISSPELLED)
    ordinary = model_file("lexicon/ordinary.tsv").read_text(encoding="ascii").split()[1:]
    pairs = {word: word for word in sorted(cues)}
    for word in sorted(terms):
        for spelling in _alike(word):
            if len(spelling) >= SHORTEST_MISSPELLED:
                pairs.setdefault(spelling, word)
    pairs |= {word: word for word in terms}
    spellings = tuple(pairs)
    hashes, counts = _hashes([word.encode("ascii") for word in spellings])
    number = np.broadcast_to(np.arange(len(spellings))[:, None], counts.shape)[counts]
    found = hashes[counts]
    order = np.argsort(found)
    # Drugs a letter too short to be put right are right themselves.
    drugs, _ = long_words(SHORTEST_MISSPELLED - 1, LONGEST_MISSPELLED)
    known = frozenset({*terms, *drugs, *cues, *(f"{word}s" for word in (*terms, *cues)), *ordinary})
    return _Index(found[order], number[order], spellings, tuple(pairs.values()), known)


def _one_edit(one: str, two: str) -> bool:
    """Whether one edit (a letter more, less, other, or two swapped), or none, leads from one word to the other."""
    if one == two:
        return True
    begin = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    rest_one, rest_two = one[begin:], two[begin:]
    return (
        rest_one[1:] == rest_two[1:]
        or rest_one[1:] == rest_two
        or rest_one == rest_two[1:]
        or (rest_one[:2] == rest_two[:2][::-1] and rest_one[2:] == rest_two[2:])
    )


def _right_spellings(words: list[bytes]) -> dict[bytes, bytes]:
    """Of words that were not met before, those that are misspelled terms, and what they should be."""
    index = _index()
    words = [word for word in words if word.isalpha() and word.decode("ascii") not in index.known]
    if not words:
        return {}
    hashes, counts = _hashes(words)
    place = np.minimum(np.searchsorted(index.hashes, hashes), len(index.hashes) - 1)
    hit = (index.hashes[place] == hashes) & counts
    right: dict[bytes, bytes] = {}
    for number in np.flatnonzero(hit.any(axis=1)):
        word = words[number].decode("ascii")
        candidates = set()
        for at, key in zip(place[number][hit[number]], hashes[number][hit[number]], strict=True):
            for same in range(int(at), int(np.searchsorted(index.hashes, key, side="right"))):
                spelling = int(index.word[same])
                if _one_edit(word, index.spellings[spelling]):
                    candidates.add((index.spellings[spelling][0] != word[0], index.targets[spelling]))
        if candidates:
            right[words[number]] = min(candidates)[1].encode("ascii")
    return right


def _keys(tokens: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Hashes:
    """A hash of each word of at least 7 and at most 24 bytes, from eight bytes at its begin, middle and end."""
    eight: Hashes = np.ndarray(shape=(len(tokens) - 7,), dtype=np.uint64, buffer=tokens, strides=(1,))
    # A word of seven letters begins with the blank before it.
    begin = np.minimum(starts, ends - 8)
    last = ends - 8
    keys = eight[begin] * _FACTORS[0]
    keys ^= (eight[np.minimum(starts + 8, last)] + (ends - starts).astype(np.uint64)) * _FACTORS[1]
    keys ^= keys >> np.uint64(29)
    result: Hashes = (keys + eight[last]) * _FACTORS[2]
    return result


def respelled(folded: Folded) -> Folded:
    """The same texts with misspelled long words of the lexicon put right in `tokens`; `places` still hold."""
    array = np.frombuffer(folded.tokens, dtype=np.uint8)
    blanks = np.flatnonzero(array == ord(" "))
    sizes = np.diff(blanks) - 1
    long = np.flatnonzero((sizes >= SHORTEST_MISSPELLED) & (sizes <= LONGEST_MISSPELLED))
    if not len(long):
        return folded
    starts, ends = blanks[long] + 1, blanks[long + 1]
    keys = _keys(folded.tokens, starts, ends)
    slots = (keys >> np.uint64(64 - _TABLE_BITS)).astype(np.int64)
    new = np.flatnonzero(_met[slots] != keys)
    if not len(new):
        return folded
    firsts = new[np.unique(keys[new], return_index=True)[1]]
    words = [folded.tokens[starts[at] : ends[at]] for at in firsts]
    right = _right_spellings(words)
    fine = np.fromiter((word not in right for word in words), dtype=np.bool_, count=len(words))
    _met[slots[firsts[fine]]] = keys[firsts[fine]]
    if not right:
        return folded
    wrong = new[np.isin(keys[new], keys[firsts[~fine]])]
    tokens: list[bytes] = []
    places: list[NDArray[np.int64]] = []
    done = 0
    for at in wrong:
        start, end = int(starts[at]), int(ends[at])
        word = right[folded.tokens[start:end]]
        tokens += [folded.tokens[done:start], word]
        inside = folded.places[start:end]
        spread = inside[np.minimum(np.arange(len(word)), end - start - 1)].copy()
        spread[-1] = inside[-1]
        places += [folded.places[done:start], spread]
        done = end
    tokens.append(folded.tokens[done:])
    places.append(folded.places[done:])
    return replace(folded, tokens=b"".join(tokens), places=np.concatenate(places))
