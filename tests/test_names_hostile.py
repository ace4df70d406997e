"""Hostile text costs the rules of names what its length costs: a megabyte of titles, capitals and names without end."""

from __future__ import annotations

import time

import polars as pl
import pytest

import leakscan.names.people
from leakscan.names import find_people
from leakscan.names.spans import Spans

SHORT, TIMES = 60_000, 4
MEGABYTE = 1_000_000
MOST = 10
"""Times the cost of a quarter of the text: linear is 4, the square 16; the rest is noise and what a start costs."""
HOSTILE = {
    "titles": "Dr ",
    "titles and names": "Dr Dr Martin ",
    "capitals": "MARTIN ",
    "one word of capitals": "A",
    "a word that never ends": "Kowalczyk-",
    "apostrophes": "D'",
    "initials": "J.-",
    "initials and blanks": "J. P. ",
    "particles": "de la ",
    "known first names": "Jean Marie ",
    "fields": "Nom : ",
    "fields and names": "Nom : martin jean ",
    "births": "né le ",
    "names and births": "Martin né le 12/03/1961 ",
    "born somebody": "née Martin, le ",
    "dates": "12/03/2020 ",
    "dates in words": "vingt-deux août deux mille dix-sept ",
    "words of numbers": "vingt-deux ",
    "boxes": "0 5 ",
    "names, dates and ages": "Mme Durand ; 12/03/1961 ; F ; 59 ans ; 03/05/2020\n",
    "civilities": "Mme. Mme. ",
    "streets": "rue du Dr ",
    "eponyms": "maladie de ",
    "blanks": "Dr" + " " * 20,
    "lines": "Patient :\n",
    "authors": "Martin et al ",
}


def nothing(texts: pl.Series) -> Spans:
    """In place of the pipeline, which reads in pieces of a fixed length."""
    assert not texts.has_nulls()
    return Spans.of([], 0.8)


def cost(texts: pl.Series) -> float:
    """Processor seconds of all rules in one run."""
    began = time.process_time()
    find_people(texts)
    return time.process_time() - began


def seconds(texts: pl.Series) -> float:
    """Processor seconds of all rules, the least of two runs."""
    return min(cost(texts) for _ in range(2))


def within(most: float, texts: pl.Series) -> bool:
    """Whether the least of two runs costs no more: the first that does settles it."""
    return any(cost(texts) <= most for _ in range(2))


def filled(unit: str, size: int) -> pl.Series:
    """One text of that size, made of one unit."""
    return pl.Series([(unit * (size // len(unit) + 1))[:size]])


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_four_times_the_text_costs_four_times(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leakscan.names.people, "read", nothing)
    short, long = filled(unit, SHORT), filled(unit, TIMES * SHORT)
    assert within(MOST * max(seconds(short), 0.02), long)


def test_a_megabyte_of_everything_costs_four_times_a_quarter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leakscan.names.people, "read", nothing)
    unit = "".join(part * 40 for part in HOSTILE.values())
    assert within(MOST * seconds(filled(unit, MEGABYTE // TIMES)), filled(unit, MEGABYTE))
