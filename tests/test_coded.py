"""Distinct cells: whatever is asked of them must come out as if each row had been asked."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import read_whole

from leakscan import examine
from leakscan.coded import coded, coded_together, on_distinct
from leakscan.columns import settle
from leakscan.plan import plan
from leakscan.records import ROW, ReadOptions, column_id

SAMPLES = Path(__file__).parent.parent / "samples"

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


@pytest.mark.parametrize("values", [[], [None], [None, None, None], ["a", None, "a", "b"]])
def test_nulls_stay_null(values):
    column = pl.Series("c", values, dtype=pl.String)
    upper = on_distinct(column, lambda cells: cells.str.to_uppercase())
    assert upper.to_list() == [value and value.upper() for value in values]


@given(st.lists(st.tuples(*[st.text(alphabet="ab é", max_size=3)] * 3), max_size=20))
def test_columns_coded_together_are_found_in_as_each_alone(rows):
    frame = pl.DataFrame(rows, schema=dict.fromkeys("xyz", pl.String), orient="row")
    together = coded_together(frame, {4: "x", 7: "y", 9: "z"})
    apart = together.apart()
    assert {index: own.per_row().to_list() for index, own in apart.items()} == {
        index: frame[name].to_list() for index, name in ((4, "x"), (7, "y"), (9, "z"))
    }
    assert together.cells.is_unique().all()
    letters = [
        (at, start) for at, cell in enumerate(together.cells) for start, letter in enumerate(cell) if letter == "b"
    ]
    found = pl.DataFrame(letters, schema={"row": pl.UInt32, "start": pl.UInt32}, orient="row")
    placed = {index: apart[index].placed(part).rows() for index, part in together.spread(found)}
    expected = {
        index: [
            (row, start) for row, cell in enumerate(frame[name]) for start in range(len(cell)) if cell[start] == "b"
        ]
        for index, name in ((4, "x"), (7, "y"), (9, "z"))
    }
    assert placed == {index: places for index, places in expected.items() if places}
    assert list(placed) == sorted(placed)


@pytest.mark.parametrize("sample", ["lab60_cp1252.csv", "lab60_noheader.txt", "intl_utf8.csv", "pipe_latin9.txt"])
@pytest.mark.parametrize("roles", [True, False])
def test_columns_searched_together_hold_what_each_holds_alone(sample, roles, monkeypatch):
    """With the roles taken away nearly all is found by searching text, in many columns."""
    table, batches, _ = read_whole(io.BytesIO((SAMPLES / sample).read_bytes()), ReadOptions())
    taken = {} if roles else {str(index + 1): "none" for index in range(len(table.columns)) if index % 7}
    how = plan(table, settle(table, taken), 26)

    def found(many):
        monkeypatch.setattr(examine, "MANY_COLUMNS", many)
        seen = [examine.examine(batch.frame.drop(ROW), how, batch.damaged["text"]) for batch in batches]
        hits = [(index, entity, frame.rows()) for one in seen for index, entity, frame in one.hits]
        mentions = [(index, frame.rows()) for one in seen for index, frame in one.mentions]
        return hits, sorted(mentions, key=lambda one: one[0])

    together, alone = found(1), found(10_000)
    assert together == alone
    assert roles or len({index for index, _, _ in together[0]}) > 5


def test_fewer_columns_are_not_coded_together(monkeypatch):
    table, (batch,), _ = read_whole(io.BytesIO(b"A;B;C\n1;x;y\n2;x;y\n3;x;z\n" * 3), ReadOptions())
    how = plan(table, settle(table, dict.fromkeys("ABC", "none")), 26)
    asked = []
    monkeypatch.setattr(
        examine, "coded_together", lambda frame, names: asked.append(names) or coded_together(frame, names)
    )
    examine.examine(batch.frame.drop(ROW), how)
    assert asked == []
    monkeypatch.setattr(examine, "MANY_COLUMNS", 3)
    examine.examine(batch.frame.drop(ROW), how)
    assert asked == [{index: column_id(index) for index in range(3)}]
