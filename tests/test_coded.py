"""Distinct cells: whatever is asked of them must come out as if each row had been asked."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakscan.coded import coded, on_distinct

CELLS = st.lists(st.text(alphabet="ab é;", max_size=3), max_size=40)


@given(CELLS, st.booleans())
def test_cells_and_codes_are_the_column(cells, repeats):
    column = pl.Series("c", cells, dtype=pl.String)
    known = coded(column, repeats=repeats)
    assert known.per_row().to_list() == cells
    if repeats:
        assert known.cells.to_list() == list(dict.fromkeys(cells))


@given(CELLS, st.booleans())
def test_rows_are_found_and_counted_by_their_cell(cells, repeats):
    known = coded(pl.Series("c", cells, dtype=pl.String), repeats=repeats)
    mask = known.cells.str.starts_with("a")
    expected = [row for row, cell in enumerate(cells) if cell.startswith("a")]
    assert known.rows_where(mask).to_list() == expected
    assert known.count(mask) == len(expected)


@given(CELLS, st.booleans())
def test_what_is_found_in_a_cell_is_placed_at_each_of_its_rows(cells, repeats):
    known = coded(pl.Series("c", cells, dtype=pl.String), repeats=repeats)
    letters = [(at, start) for at, cell in enumerate(known.cells) for start, letter in enumerate(cell) if letter == "b"]
    found = pl.DataFrame(letters, schema={"row": pl.UInt32, "start": pl.UInt32}, orient="row")
    expected = [(row, start) for row, cell in enumerate(cells) for start, letter in enumerate(cell) if letter == "b"]
    assert known.placed(found).rows() == expected


@pytest.mark.parametrize("values", [[], [None], ["a", None, "a", "b"]])
def test_nulls_stay_null(values):
    column = pl.Series("c", values, dtype=pl.String)
    upper = on_distinct(column, lambda cells: cells.str.to_uppercase())
    assert upper.to_list() == [value and value.upper() for value in values]
