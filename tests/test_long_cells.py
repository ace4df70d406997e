"""A long cell costs what its bytes cost: hostile ones too, and as much as the same text in many short cells."""

from __future__ import annotations

import time
from collections.abc import Callable

import polars as pl
import pytest

from leakscan.health import find_mentions
from leakscan.text_hits import text_hits

SHORT, TIMES = 200_000, 4
MOST = 10
"""Times the cost of a quarter of the text: linear is 4, the square 16; the rest is noise and what a start costs."""
HOSTILE = {
    "digits": "1234567890",
    "numbers": "1 84 12 76 451 089 46 ",
    "labels": "nom nom nom ",
    "labels and half names": "nom A-",
    "dates": "12/03/2020 ",
    "dates under labels": "né le 12/03/1984 ",
    "titles": "Dr Dr Martin ",
    "streets": "12 rue de la ",
    "addresses": "a.b@c.fr:",
    "an address without end": "÷",
    "heads of hashes": "=$argon2i$",
    "mentions": "VIH, pas de VIH neg ? ",
    "blanks": "nom" + " " * 20,
}


def hits(texts: pl.Series) -> object:
    return text_hits({0: texts}, {})


def cost(task: Callable[[pl.Series], object], texts: pl.Series) -> float:
    """Processor seconds of one run."""
    began = time.process_time()
    task(texts)
    return time.process_time() - began


def seconds(task: Callable[[pl.Series], object], texts: pl.Series) -> float:
    """Processor seconds, the least of three runs."""
    return min(cost(task, texts) for _ in range(3))


def within(most: float, task: Callable[[pl.Series], object], texts: pl.Series) -> bool:
    """Whether the least of three runs costs no more: the first that does settles it."""
    return any(cost(task, texts) <= most for _ in range(3))


@pytest.mark.parametrize("task", [hits, find_mentions])
@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_cells_cost_in_proportion_to_their_length(task: Callable[[pl.Series], object], unit: str) -> None:
    short, long = (pl.Series([(unit * (size // len(unit) + 1))[:size]]) for size in (SHORT, TIMES * SHORT))
    assert within(MOST * max(seconds(task, short), 0.005), task, long)


@pytest.mark.parametrize("task", [hits, find_mentions])
def test_a_long_cell_costs_no_more_than_short_ones(task: Callable[[pl.Series], object]) -> None:
    sentences = [
        f"Mme DURAND Anne, née le {day:02}/03/1961, vue le {day:02}/0{month}/2020 par le Dr Martin : "
        f"tension {day}/8, pas de fièvre, sérologie VIH négative, suivi dans {day} jours au 12 rue des Lilas. "
        for day in range(1, 29)
        for month in range(1, 10)
    ]
    many = pl.Series([sentence * 20 for sentence in sentences])
    long = pl.Series(["".join(many.to_list())])
    assert within(2 * seconds(task, many), task, long)
