"""Small cells: from what is published, nobody can find one."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakscan.persons.disclosure import SMALL_CELL, hidden, table


def possible(cells: list[int | None], total: int, least: int) -> list[set[int]]:
    """What each hidden cell may be, for one who knows the sum, what is shown, and that a small cell is hidden.

    Each set is found by going through every way to share out what is left: sums reached by the other hidden cells,
    with and without a small one among them.
    """
    left, count = total - sum(cell or 0 for cell in cells), cells.count(None)
    others: set[tuple[int, bool]] = {(0, False)}
    for _ in range(count - 1):
        others = {
            (done + people, small or 0 < people < SMALL_CELL)
            for done, small in others
            for people in range(least, left - done + 1)
        }
    one = {people for people in range(least, left + 1) if (left - people, True) in others}
    one |= {
        people for people in range(least, min(left, SMALL_CELL - 1) + 1) if people and (left - people, False) in others
    }
    return [one] * count


def assert_kept(counts: list[int]) -> None:
    total = sum(counts)
    published = table([str(place) for place in range(len(counts))], counts, zeros=True)
    if published["withheld"]:
        shown: list[int | None] = [None] * len(counts)
    else:
        shown = [cell["people"] for cell in published["cells"]]
    for count, cell in zip(counts, shown, strict=True):
        assert cell is None or cell == count
        assert cell is None or not 0 < cell < SMALL_CELL
    if None in shown:
        assert all(len(found) > 1 for found in possible(shown, total, 0 if published["withheld"] else 1))


@settings(max_examples=300)
@given(st.lists(st.integers(0, 14), min_size=2, max_size=6))
def test_no_hidden_cell_can_be_found_from_what_is_published(counts: list[int]) -> None:
    assert_kept(counts)


def test_no_hidden_cell_of_any_small_table_can_be_found() -> None:
    for counts in product(range(9), repeat=3):
        assert_kept(list(counts))


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([100, 50, 0], [100, 50, 0]),
        ([100, 3, 50, 7], [100, None, 50, None]),
        ([100, 4, 4, 50], [100, None, None, 50]),
        ([100, 1, 1, 50], [100, None, None, None]),
        ([100, 2, 0, 50], [100, None, 0, None]),
        ([5, 6], [5, 6]),
    ],
)
def test_small_cells_are_hidden_with_the_next_smallest(counts: list[int], shown: list[int | None]) -> None:
    found = table("abcd"[: len(counts)], counts, zeros=True)
    assert [cell["people"] for cell in found["cells"]] == shown
    assert [cell.get("suppressed", False) for cell in found["cells"]] == [people is None for people in shown]
    assert not found["withheld"]


def test_where_every_cell_is_hidden_none_is_listed() -> None:
    assert table("abc", [1000, 2, 0], zeros=True) == {"cells": [], "withheld": True}
    assert table("a", [3]) == {"cells": [], "withheld": True}


def test_runs_whose_sums_are_known_are_kept_apart() -> None:
    """The sum of the minors is in the report: 3 beside 40 and 9 of them, and not beside the adults."""
    found = table("abcdef", [40, 3, 9, 6, 700, 800], (slice(3), slice(3, None)))
    assert [cell["people"] for cell in found["cells"]] == [40, None, None, 6, 700, 800]


def test_cells_of_nobody_are_listed_where_they_are_asked_for() -> None:
    values: Any = [cell["value"] for cell in table("abc", [9, 0, 8])["cells"]]
    assert values == ["a", "c"]
    assert hidden(np.array([], np.int64)).tolist() == []
