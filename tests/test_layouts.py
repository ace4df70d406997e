"""Tables in which a person is no row: what a scan finds in them, and which tables stay as they are."""

from __future__ import annotations

import io
import pickle
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from documents import KEY, OPTIONS, report_here
from hypothesis import given, settings
from hypothesis import strategies as st
from layouts import COLUMNS, FRENCH, HEAD, LABELS, TURNED, UNTURNED, Layout, delimited, forms, long, shuffled

from leakscan.layouts import judge, stream, upright
from leakscan.layouts.fields import OTHERS, Fields, last_begins, turned
from leakscan.readers import HashingStream, open_reader
from leakscan.records import ROW, Batch, Child, InputWarning, Item, ReadOptions, Table, Unparsed
from leakscan.report import build_report
from leakscan.scan import scan

TURNED_CODES = {"rows_turned", "columns_turned"}


def items_of(data: bytes, options: ReadOptions | None = None) -> Iterator[Item]:
    opened = open_reader(HashingStream(io.BytesIO(data)), options or ReadOptions())
    assert not isinstance(opened, str), opened
    return opened[1]


def read(items: Iterator[Item]) -> tuple[Table, pl.DataFrame, dict[str, int]]:
    """The table upright, all its rows, and how often what was met."""
    table, frames, met = None, [], {}
    for item in upright(items):
        if isinstance(item, Table):
            table = item
        elif isinstance(item, Batch | Unparsed):
            batch = item.batch() if isinstance(item, Unparsed) else item
            frames.append(batch.frame)
            for one in batch.met:
                met[one.code] = met.get(one.code, 0) + one.count
    assert table is not None
    return table, pl.concat(frames), met


# What is found --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", TURNED, ids=[layout.name for layout in TURNED])
def test_people_are_found_as_in_a_table_of_rows(layout: Layout) -> None:
    report = report_here(layout.data, layout.name)
    persons = report["persons"]
    found = {
        "people": (persons["low"], persons["likely"], persons["high"]),
        "records": sum(given["records"] for given in report["inputs"]),
        "damaged": sum(given["records_damaged"] for given in report["inputs"]),
        "named": persons["by_category"]["name"]["likely"],
        "hiv": persons["by_theme"]["hiv"]["affirmed"]["likely"],
        "rows": sum(told["count"] for told in report["warnings"] if told["code"] in TURNED_CODES),
    }
    assert found == {
        "people": (layout.people,) * 3,
        "records": layout.records,
        "damaged": 0,
        "named": layout.people,
        "hiv": layout.hiv,
        "rows": layout.rows,
    }


@pytest.mark.parametrize(("name", "data"), UNTURNED, ids=[name for name, _ in UNTURNED])
def test_other_tables_stay_as_they_are(name: str, data: bytes) -> None:
    seen = 0
    for item in items_of(data):
        if isinstance(item, Table):
            assert judge(item) is None, name
            seen += 1
        elif isinstance(item, Child) and item.items is not None:
            assert all(judge(one) is None for one in item.items if isinstance(one, Table)), name
            seen += 1
    assert seen


def test_an_ordinary_table_is_passed_on_item_by_item() -> None:
    data = dict(UNTURNED)["people.csv"]
    plain, passed = list(items_of(data)), list(upright(items_of(data)))
    assert [type(item) for item in plain] == [type(item) for item in passed]
    assert isinstance(passed[1], Unparsed)
    assert passed[1].batch().frame.equals(plain[1].batch().frame)


def test_files_of_one_person_each_under_one_header_are_people(tmp_path: Path) -> None:
    for number, person in enumerate(COLUMNS):
        (tmp_path / f"{number}.csv").write_bytes(delimited(HEAD + long(first=number, people=[person])))
    report = build_report(scan([str(tmp_path)], OPTIONS, prints=KEY), OPTIONS)
    assert report["persons"]["likely"] == len(COLUMNS)
    assert {given["records"] for given in report["inputs"]} == {1}


def test_a_role_may_be_set_for_a_field() -> None:
    said = replace(OPTIONS, roles={"ville": "birth_place"})
    report = report_here(TURNED[0].data, "long.csv", said)
    roles = {column["column"]: column["role"] for column in report["inputs"][0]["roles"]}
    assert roles["ville"] == "birth_place"
    assert roles["patient_id"] == "record_number"


# Names and places -----------------------------------------------------------------------------------------------------


def test_a_title_of_one_person_alone_is_no_name_of_a_column() -> None:
    rows = [*long(), ["3", "Jean ROUSSEAU 0612345678", "voisin"], ["4", "zzz", "sous méthadone"]]
    table, frame, _ = read(items_of(delimited(HEAD + rows)))
    assert table.columns == ("patient_id", *FRENCH, OTHERS)
    others = frame[frame.columns[-1]].to_list()
    assert others == ["", "", "", "Jean ROUSSEAU 0612345678 : voisin", "zzz : sous méthadone", "", "", ""]


def test_fields_that_come_several_times_have_columns_and_the_rest_is_kept() -> None:
    exams = [[str(number), title, f"{title}{time}"] for number in (0, 1) for time in range(6) for title in ("a", "b")]
    table, frame, _ = read(items_of(delimited(HEAD + sorted(long() + exams, key=lambda row: row[0]))))
    assert table.columns[-9:] == ("a", "b", "a 2", "b 2", "a 3", "b 3", "a 4", "b 4", OTHERS)
    assert frame.row(0)[-9:] == ("a0", "b0", "a1", "b1", "a2", "b2", "a3", "b3", "a : a4 ; b : b4 ; a : a5 ; b : b5")


def test_rows_keep_the_number_of_their_first_row_and_columns_beside_stay() -> None:
    rows = [["unite", "id", "champ", "valeur"], *(["kg" if title == "nom" else "", *row, cell]
            for *row, title, cell in ((n, t, t, c) for n, t, c in long()))]  # fmt: skip
    table, frame, _ = read(items_of(delimited(rows)))
    assert table.columns == ("id", "unite", *FRENCH, OTHERS)
    assert frame[ROW].to_list() == list(range(1, 41, 5))
    assert set(frame["c1"]) == {"kg"}


# Batches --------------------------------------------------------------------------------------------------------------


def _expected(rows: list[list[str]], titles: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    people: dict[str, dict[str, str]] = {}
    for number, title, cell in rows:
        if cell:
            people.setdefault(number, {}).setdefault(title, cell)
        else:
            people.setdefault(number, {})
    return {number: tuple(fields.get(title, "") for title in titles) for number, fields in people.items()}


@given(
    block=st.integers(60, 900),
    missing=st.sets(st.tuples(st.integers(0, 31), st.integers(0, 4)), max_size=30),
    mixed=st.booleans(),
)
@settings(max_examples=12)
def test_the_size_of_blocks_changes_no_person(block: int, missing: set[tuple[int, int]], mixed: bool) -> None:
    people = [(f"{last}", first, birth, town, note) for last, first, birth, town, note in COLUMNS] * 4
    rows = [row for at, row in enumerate(long(people=people)) if divmod(at, 5) not in missing]
    given_rows = [list(row) for row in (shuffled(rows) if mixed else rows)]
    data = delimited(HEAD + given_rows)
    table, frame, met = read(items_of(data, ReadOptions(block_bytes=block)))
    titles = table.columns[1:-1]
    assert set(titles) == set(FRENCH)
    assert {row[1]: row[2:-1] for row in frame.iter_rows()} == _expected(given_rows, titles)
    assert frame.height == frame["c0"].n_unique()
    assert met == {"rows_turned": len(rows)}


@given(block=st.integers(60, 600), blank=st.integers(0, 2))
@settings(max_examples=8)
def test_the_size_of_blocks_changes_no_form(block: int, blank: int) -> None:
    data = delimited(forms(people=COLUMNS * 2, blank=blank))
    whole = read(items_of(data))
    cut = read(items_of(data, ReadOptions(block_bytes=block)))
    assert cut[0].columns == whole[0].columns == (*LABELS, OTHERS)
    assert cut[1].equals(whole[1])
    assert cut[1].height == 2 * len(COLUMNS)
    assert cut[2] == whole[2]


def _batch(rows: list[list[str]], start: int, first: int) -> Batch:
    numbers = pl.Series(ROW, range(first, first + len(rows)), dtype=pl.UInt64)
    cells = pl.DataFrame(rows, schema={f"c{at}": pl.String for at in range(3)}, orient="row")
    empty = pl.DataFrame(schema={ROW: pl.UInt64, "offset": pl.UInt64, "reason": pl.String, "text": pl.String})
    return Batch(cells.select(numbers, pl.all()), empty, start, start + 100)


def _table() -> Table:
    head = pl.DataFrame(long(), schema={f"c{at}": pl.String for at in range(3)}, orient="row")
    return Table("made", "utf-8", tuple(HEAD[0]), has_header=True, head=head)


def test_rows_on_both_sides_of_a_jump_are_not_joined() -> None:
    rows = long()
    items = iter([_table(), _batch(rows[:7], 0, 1), _batch(rows[7:12], 100, 8), _batch(rows[12:], 900, 500)])
    _, *batches = upright(items)
    assert all(isinstance(batch, Batch) for batch in batches)
    assert [batch.frame["c0"].to_list() for batch in batches] == [["0"], ["1", "2"], ["2", "3", "4", "5", "6", "7"]]
    assert [(batch.start, batch.end) for batch in batches] == [(0, 100), (100, 200), (900, 1000)]


def test_what_was_read_before_the_bytes_break_is_kept() -> None:
    def broken() -> Iterator[Item]:
        yield _table()
        yield _batch(long()[:7], 0, 1)
        raise OSError(5, "broken")

    seen: deque[Item] = deque()
    with pytest.raises(OSError, match="broken"):
        seen.extend(upright(broken()))
    assert [item.frame.height for item in seen if isinstance(item, Batch)] == [2]


def test_one_person_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "GATHERED_BYTES", 1_000)
    rows = [["0", "diagnostic", f"note {at}"] for at in range(400)]
    batches = [_batch(rows[at : at + 20], 5 * at, at + 1) for at in range(0, 400, 20)]
    given_items = [_table(), *batches]
    seen = [item for item in upright(iter(given_items)) if isinstance(item, Batch)]
    assert sum(item.frame.height for item in seen) > 1
    assert max(sum(one.count for one in item.met) for item in seen) < 400
    assert sum(one.count for item in seen for one in item.met) == 400


def test_scattered_rows_are_gathered_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    data = delimited(HEAD + shuffled(long(people=COLUMNS * 4)))
    whole = read(items_of(data, ReadOptions(block_bytes=100)))[1]
    monkeypatch.setattr(stream, "GATHERED_BYTES", 1_000)
    table, cut, met = read(items_of(data, ReadOptions(block_bytes=100)))
    assert whole.height == 32 < cut.height < 160
    assert set(cut["c0"]) == set(whole["c0"])
    assert table.number == 0
    assert met == {"rows_turned": 160}


def test_a_worker_can_be_asked_to_turn_rows() -> None:
    _, item = upright(items_of(TURNED[0].data))
    assert isinstance(item, Unparsed)
    again = pickle.loads(pickle.dumps(item))  # noqa: S301 - our own bytes
    assert again.batch().frame.equals(item.batch().frame)
    assert (item.rows, item.batch().frame.height) == (8, 8)


def test_what_is_no_table_passes_between_batches() -> None:
    note = InputWarning("note", "something")
    items = iter([note, _table(), _batch(long()[:10], 0, 1), note, _batch(long()[10:], 100, 11)])
    seen = list(upright(items))
    assert seen[0] is note
    assert seen.count(note) == 2
    assert [item.frame.height for item in seen if isinstance(item, Batch)] == [1, 7]


def test_a_transposed_table_that_goes_on_stays_as_it_is() -> None:
    rows = [[label, *cells] for label, *cells in zip(LABELS, *COLUMNS, strict=True)]
    names = {f"c{at}": pl.String for at in range(9)}
    head = pl.DataFrame(rows, schema=names, orient="row")
    table = Table("made", "utf-8", tuple(f"column_{at}" for at in range(9)), has_header=False, head=head)
    frame = head.with_row_index(ROW, 1).cast({ROW: pl.UInt64})
    batch = Batch(frame, pl.DataFrame(schema={"reason": pl.String}), 0, 100)
    many = Batch(pl.concat([frame] * 60), batch.damaged, 100, 900)
    assert [type(item) for item in upright(iter([table, batch]))] == [Table, Batch]
    assert next(upright(iter([table, batch]))) is not table
    assert list(upright(iter([table, batch, many]))) == [table, batch, many]


def test_a_frame_without_rows_is_turned() -> None:
    how = Fields(0, 1, (2,), (), (("nom", 1),))
    empty = _batch([], 0, 1).frame
    assert turned(empty, how).shape == (0, 4)
    assert last_begins(empty, how) == 0


def test_rows_without_a_number_are_nobody_s_but_their_own() -> None:
    how = Fields(0, 1, (2,), (), (("nom", 1),))
    frame = turned(_batch([["", "nom", "A"], ["", "nom", "B"], ["1", "nom", "C"]], 0, 1).frame, how)
    assert frame.rows() == [(1, "", "A", ""), (2, "", "B", ""), (3, "1", "C", "")]


def test_no_cell_is_shown_by_a_plan() -> None:
    rows = [[label, *cells] for label, *cells in zip(LABELS, *COLUMNS, strict=True)]
    head = pl.DataFrame(rows[1:], schema={f"c{at}": pl.String for at in range(9)}, orient="row")
    taken = Table("made", "utf-8", tuple(rows[0]), has_header=True, head=head)
    found = judge(taken)
    assert found is not None
    assert "MARTIN" not in repr(found)
