"""JSON as tables: lines, arrays, documents around arrays, nested fields, and what is broken or made to hurt."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from typing import Any

import pytest
from reading import tables

from leakscan.readers import json as reader
from leakscan.readers import json_frames, json_records
from leakscan.readers.encodings import Encoding
from leakscan.readers.heads import Head
from leakscan.records import ReadOptions

RECORDS: list[dict[str, Any]] = [
    {
        "nom": "LÉGER",
        "nir": 180017511500105.0,
        "adr": {"cp": "75001", "ville": "Paris"},
        "tags": ["a", "b"],
        "ok": True,
    },
    {"nom": 'dit "le" \\', "nir": 2, "adr": {"cp": None}, "tags": [], "note": "deux\nlignes, [{("},
    {"nom": "O'NEIL", "nir": "3", "n": 1.5, "autre": None},
]
ROWS = [
    {"nom": "LÉGER", "nir": "180017511500105", "adr.cp": "75001", "adr.ville": "Paris", "tags": "a; b", "ok": "true"},
    {"nom": 'dit "le" \\', "nir": "2", "note": "deux\nlignes, [{("},
    {"nom": "O'NEIL", "nir": "3", "n": "1.5"},
]

LAYOUTS = {
    "lines": "\n".join(json.dumps(one) for one in RECORDS),
    "lines, not escaped": "\r\n".join(json.dumps(one, ensure_ascii=False) for one in RECORDS) + "\r\n",
    "array": json.dumps(RECORDS),
    "array, a line each": "[\n" + ",\n".join(json.dumps(one) for one in RECORDS) + "\n]\n",
    "array, indented": json.dumps(RECORDS, indent=2),
    "array, narrow": json.dumps(RECORDS, separators=(",", ":")),
    "document": json.dumps({"a": {"b": {"patients": RECORDS}}}, indent=1),
    "one after another": "\n".join(json.dumps(one, indent=1) for one in RECORDS),
    "one after another, no blanks": "".join(json.dumps(one) for one in RECORDS),
}


def filled(columns: tuple[str, ...], row: tuple[Any, ...]) -> dict[str, str]:
    return {name: cell for name, cell in zip(columns, row[1:], strict=True) if cell}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_records_are_rows_however_they_are_laid_out(layout: str, encoding: str) -> None:
    found = tables(LAYOUTS[layout].encode(encoding))
    (table,) = found.values()
    assert [filled(table.columns, row) for row in table.rows] == ROWS
    assert [row[0] for row in table.rows] == [1, 2, 3]
    assert not table.damaged
    assert not table.texts


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_whatever_is_read_ahead(layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [{**one, "k": n} for n in range(40) for one in RECORDS]
    if layout == "document":
        text = json.dumps({"a": {"b": {"patients": records}}})
    else:
        text = json.dumps(records, indent=1) if layout.startswith("array") else "\n".join(map(json.dumps, records))
    whole = tables(text.encode())[None]
    for size in (400, 1500):
        monkeypatch.setattr(json_records, "BLOCK_BYTES", size)
        pieces = tables(text.encode(), ReadOptions(block_bytes=size))[None]
        assert [filled(pieces.columns, row) for row in pieces.rows] == [
            filled(whole.columns, row) for row in whole.rows
        ]
        assert all(first[1] <= second[0] for first, second in pairwise(pieces.ranges))
    assert len(whole.rows) == len(records)


def test_fields_that_turn_up_behind_the_head_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "HEAD_BYTES", 100)
    lines = [json.dumps({"nom": f"N{n}"} | ({"tel": "0612345678"} if n == 99 else {})) for n in range(100)]
    monkeypatch.setattr("leakscan.readers.streams.HEAD_BYTES", 500)
    monkeypatch.setattr("leakscan.readers.heads.HEAD_BYTES", 500)
    table = tables("\n".join(lines).encode(), ReadOptions(block_bytes=300))[None]
    assert table.columns == ("nom", "other_fields")
    assert table.rows[99] == (100, "N99", "tel: 0612345678")


EXAMS = [
    {"nom": "A", "exams": [{"act": "VIH", "res": "positif"}, {"act": "NFS", "res": 12, "d": {"j": "1"}}], "x": 1},
    {"nom": "B", "exams": []},
    {"nom": "C", "exams": [{"act": "TSH", "sub": [{"k": 1}, {"k": 2}]}], "tel": [{"n": "06"}]},
]
EXPLODED = [
    (1, {"nom": "A", "x": "1", "exams.act": "VIH", "exams.res": "positif"}),
    (1, {"nom": "A", "x": "1", "exams.act": "NFS", "exams.res": "12", "exams.d.j": "1"}),
    (2, {"nom": "B"}),
    (3, {"nom": "C", "exams.act": "TSH", "exams.sub.k": "1"}),
    (3, {"nom": "C", "exams.act": "TSH", "exams.sub.k": "2"}),
    (3, {"nom": "C", "tel.n": "06"}),
]


def test_lists_of_objects_are_rows_with_the_fields_of_their_record() -> None:
    (table,) = tables(json.dumps(EXAMS).encode()).values()
    assert [(row[0], filled(table.columns, row)) for row in table.rows] == EXPLODED
    assert table.given in (0, 3)


def test_the_slow_path_says_what_the_fast_one_says() -> None:
    for records in (EXAMS, RECORDS):
        data = "\n".join(json.dumps(one) for one in records).encode()
        encoding = Encoding("utf-8", None, bom=0)
        fast = json_frames.flattened(data, encoding)
        slow = json_frames._one_by_one(data)
        rows = [
            sorted(str(filled(tuple(names), row)) for row in frame.rows())
            for names, frame, bad in (fast, slow)
            if not bad
        ]
        assert rows[0] == rows[1]


def test_fields_around_the_records_stand_beside_them() -> None:
    text = json.dumps({"labo": {"nom": "X"}, "patients": [{"nom": "A"}, {"nom": "B"}], "date": "2020-01-02"})
    (table,) = tables(text.encode()).values()
    assert [filled(table.columns, row) for row in table.rows] == [
        {"nom": name, "labo.nom": "X", "date": "2020-01-02"} for name in "AB"
    ]
    found = tables(json.dumps({"nom": "Z", "a": [{"nom": "A"}], "b": [{"q": 1}]}).encode())
    assert set(found) == {None, "a", "b"}
    assert filled(found["a"].columns, found["a"].rows[0]) == {"nom": "A", "document.nom": "Z"}
    assert filled(found["b"].columns, found["b"].rows[0]) == {"q": "1", "nom": "Z"}


@pytest.mark.parametrize(
    ("document", "rows"),
    [
        ({"nom": ["A", "B"], "nir": [1, 2]}, [{"nom": "A", "nir": "1"}, {"nom": "B", "nir": "2"}]),
        (
            {"p1": {"nom": "A", "n": 1}, "p2": {"nom": "B"}},
            [{"key": "p1", "nom": "A", "n": "1"}, {"key": "p2", "nom": "B"}],
        ),
        ({"nom": "A", "adr": {"cp": "1"}}, [{"nom": "A", "adr.cp": "1"}]),
        ([[1, "A"], [2, "B"]], [{"column_1": "1", "column_2": "A"}, {"column_1": "2", "column_2": "B"}]),
        (["a@exemple.fr", "b"], [{"value": "a@exemple.fr"}, {"value": "b"}]),
    ],
)
def test_documents_without_an_array_of_objects(document: Any, rows: list[dict[str, str]]) -> None:
    (table,) = tables(json.dumps(document).encode()).values()
    assert [filled(table.columns, row) for row in table.rows] == rows


def test_broken_lines_are_damaged_and_their_neighbours_read() -> None:
    data = b'{"nom": "A"}\n{"nom": "B", broken 184127695108946\n{"nom": "C"}\nnull\n{"nom": "D"}\n'
    (table,) = tables(data * 3).values()
    assert [row[1] for row in table.rows] == ["A", "C", "D"] * 3
    assert [(row[0], row[2]) for row in table.damaged] == [(n, "no_object") for n in (2, 4, 7, 9, 12, 14)]
    assert "184127695108946" in table.damaged[0][3]
    assert table.met == {"no_object": 6}


def test_an_array_that_is_cut_is_read_up_to_there() -> None:
    text = json.dumps(RECORDS)
    (table,) = tables(text[: text.index("O'NEIL")].encode()).values()
    assert [filled(table.columns, row) for row in table.rows][:2] == ROWS[:2]
    assert reader.CUT in table.met
    assert table.met["json_broken"] == 1


def test_what_is_no_record_in_an_array_is_searched() -> None:
    (table,) = tables(b'[{"a":1}, 12, "184127695108946", {"a":2}]').values()
    assert [row[1] for row in table.rows] == ["1", "2"]
    assert any("184127695108946" in said for said in table.texts)


def test_a_record_too_long_to_be_held_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_records, "BLOCK_BYTES", 2000)
    text = json.dumps([{"type": "table", "data": [{"nom": f"N{n}"} for n in range(2000)]}])
    rows = [row for table in tables(text.encode()).values() for row in table.rows]
    assert [cell for row in rows for cell in row if str(cell).startswith("N")] == [f"N{n}" for n in range(2000)]


@pytest.mark.parametrize(
    "text",
    [
        "[section]\nkey = 1\n",
        "{\\rtf1 texte}",
        "{nom} ; {prenom}\n",
        "[12:30] bonjour\n",
        '{"a": 1}\nbonjour\nle monde\nest là\n',
    ],
)
def test_what_is_no_json(text: str) -> None:
    assert reader.sniff(Head(text.encode(), ReadOptions())) == 0


HOSTILE = {
    "deep objects": b'{"a":' * 3000 + b"1" + b"}" * 3000,
    "deep arrays": b"[" * 9000,
    "deep in a record": b'[{"a":' + b"[" * 3000 + b"]" * 3000 + b"}]",
    "many brackets": b'{"a":' + b"[]," * 9000,
    "a string without end": b'[{"a":"' + b"x" * 9000,
    "a name that is a pattern": b'[{"^.*$":1,"*":{"^a":2,"*":3}},{"^.*$":2}]',
    "one name twice": b'{"a.b":1,"a":{"b":2}}\n{"a.b":3}\n',
    "no names": b'[{"":1,"":2},{}]',
    "surrogates": b'[{"a":"\\ud800"},{"a":"\\u0000"}]',
    "large numbers": b'[{"a":1e999,"b":-1e999,"c":123456789012345678901234567890},{"a":NaN}]',
    "types that change": b'{"a":1}\n{"a":[1]}\n{"a":{"b":[{"c":1}]}}\n{"a":[{"b":1},2]}\n',
    "many columns": json.dumps([{f"k{n}": n for n in range(5000)}]).encode(),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_documents_end(case: str) -> None:
    assert tables(HOSTILE[case])


def test_many_columns_are_bounded_and_none_is_lost() -> None:
    (table,) = tables(HOSTILE["many columns"]).values()
    assert len(table.columns) == json_frames.MAX_COLUMNS + 1
    assert table.columns[:3] == ("k0", "k1", "k2")
    assert "k4999: 4999" in table.rows[0][-1]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_broken_documents_are_read_as_far_as_they_go(layout: str) -> None:
    random.seed(7)
    data = LAYOUTS[layout].encode()
    for _ in range(25):
        broken = bytearray(data[: random.randrange(20, len(data))])
        for _ in range(random.randrange(4)):
            broken[random.randrange(len(broken))] ^= 1 << random.randrange(8)
        if reader.sniff(Head(bytes(broken), ReadOptions())):
            assert tables(bytes(broken))
