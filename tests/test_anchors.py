"""Anchors only save time: a pattern tried where a match can begin finds what it finds when it is tried everywhere."""

from __future__ import annotations

import sys
import unicodedata
from random import Random

import numpy as np
import polars as pl
import pytest
import regex

from leakscan.detectors import DETECTORS, Detector
from leakscan.detectors.anchors import Blob, plain_bytes, spread
from leakscan.detectors.search import LABEL_REACH, find, find_all, worth_a_look

ANCHORED = [detector for detector in DETECTORS if detector.begins is not None]
SIGNS = (
    *(" ", " ", " ", "", " ", "\n", ".", ",", "/", "-", ":", "  ", " " * 11, " " * 29, "\u00a0", "\u202f", "\t", "_"),
    *("÷", "é", "²", "’", '"', " @", "e\u0301", "\u017f", "\u0131", "\u212a", "\u0130", "\U0001d400", "xxx", "œ", "ß"),
)


def scraps(seed: int, count: int) -> list[str]:
    """Texts put together from pieces of all examples: numbers cut, labels glued, signs of all kinds between."""
    rng = Random(seed)
    whole = [
        text
        for detector in DETECTORS
        for text in (
            *(text for text, _ in (*detector.examples, *detector.values)),
            *(*detector.counterexamples, *detector.not_values),
        )
    ]
    words = [word for text in whole for word in text.split(" ")]
    texts = []
    for _ in range(count):
        pieces = []
        for _ in range(rng.randrange(1, 9)):
            word = rng.choice(whole if rng.random() < 0.4 else words)
            pieces += [rng.choice((word, word, word, word.upper(), word.lower())), rng.choice(SIGNS)]
        texts.append("".join(pieces))
    return texts


def everywhere(detector: Detector, text: str) -> list[tuple[int, int, str]]:
    """Hits of a text by the plain way: every match, overlapping ones too, judged one by one."""
    if not pl.select(worth_a_look(detector, pl.lit(text))).item():
        return []
    hits: list[tuple[int, int, str]] = []
    for match in regex.finditer(detector.pattern, f"{text}\x00", overlapped=True):
        before = text[max(0, match.start() - LABEL_REACH) : match.start()]
        if detector.label and not pl.Series([before]).str.contains(f"(?i){detector.label}").item():
            continue
        canonical = pl.DataFrame({"raw": [match.group()]}).select(detector.canonical(pl.col("raw"))).item()
        if canonical is not None and (not hits or match.start() >= hits[-1][1]):
            hits.append((match.start(), match.end(), canonical))
    return hits


@pytest.mark.parametrize("detector", ANCHORED, ids=lambda detector: detector.entity)
def test_anchors_miss_nothing(detector: Detector) -> None:
    texts = scraps(11, 400)
    found = find(detector, pl.Series(texts)).select("row", "start", "end", "canonical").rows()
    expected = [(row, *hit) for row, text in enumerate(texts) for hit in everywhere(detector, text)]
    assert found == expected


def test_all_detectors_together_find_what_each_finds_alone() -> None:
    texts = pl.Series(scraps(12, 2_000))
    together = list(find_all(DETECTORS, texts))
    alone = [(detector, hits) for detector in DETECTORS if not (hits := find(detector, texts)).is_empty()]
    assert [detector for detector, _ in together] == [detector for detector, _ in alone]
    for (_, one), (_, other) in zip(together, alone, strict=True):
        assert one.equals(other)


def test_a_plain_byte_for_every_character_tells_letters_and_digits_as_patterns_do() -> None:
    text = "".join(chr(code) for code in range(0x3000) if not 0xD800 <= code < 0xE000) + "\U0001d400\U0001f600"
    plain = plain_bytes(text)
    assert len(plain) == len(text)
    for char, byte in zip(text, plain, strict=True):
        letter = chr(byte).isalpha() or byte == 3
        assert letter == unicodedata.category(char).startswith("L"), hex(ord(char))
        assert (48 <= byte <= 57) == (char in "0123456789"), hex(ord(char))
        assert (byte == 32) == char.isspace(), hex(ord(char))


def test_every_character_that_a_pattern_takes_for_a_letter_of_ascii_has_its_plain_byte() -> None:
    text = "".join(chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    for letter in "iks":  # the letters that have other cases outside ASCII
        for match in regex.finditer(f"(?i){letter}", text):
            assert plain_bytes(match.group()) == letter.encode()


def test_cp1252_and_wider_texts_have_the_same_plain_bytes() -> None:
    text = "".join(bytes([code]).decode("cp1252", errors="ignore") for code in range(256))
    assert plain_bytes(text + "\u4e00")[:-1] == plain_bytes(text)


def test_digits_are_counted_from_runs_that_begin_within_reach() -> None:
    blob = Blob("12 345x6789\x00", np.array([0]), ())
    assert list(zip(blob.runs.start.tolist(), blob.runs.end.tolist(), strict=True)) == [(0, 2), (3, 6), (7, 11)]
    assert blob.runs.digits_from(np.array([0, 0, 1, 3, 8]), 7).tolist() == [5, 5, 7, 7, 0]


def test_ranges_that_overlap_give_each_place_once() -> None:
    assert spread(np.array([0, 2, 2, 9]), np.array([3, 5, 4, 11])).tolist() == [0, 1, 2, 3, 4, 9, 10]
    assert spread(np.array([5, 5]), np.array([5, 4])).tolist() == []
    assert spread(np.array([], dtype=np.int64), np.array([], dtype=np.int64)).tolist() == []
