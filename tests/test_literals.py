"""Broken JSON, literals in source code, XML with ancestors: each person of the file is a record, and nobody else is."""

from __future__ import annotations

import io
import json
from typing import Any

import literal_cases as cases
import pytest
from documents import report_here
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import Read, tables

from leakscan.readers import json as json_reader
from leakscan.readers import json_frames, json_records, loose, marked_reader
from leakscan.readers.encodings import Encoding
from leakscan.readers.heads import Head
from leakscan.readers.streams import Feed
from leakscan.records import ReadOptions

ENCODING = Encoding("utf-8", None, bom=0)


def format_of(text: str, encoding: str = "utf-8") -> str:
    found = marked_reader(Head(text.encode(encoding), ReadOptions()))
    return found.format if found else ""


def cells(table: Read) -> set[str]:
    return {str(cell) for row in table.rows for cell in row[1:]}


def found_in(text: str) -> list[str]:
    """Surnames that stand in a cell of a table of records, in the order of the people."""
    read = {cell for name, table in tables(text.encode()).items() if name != "text" for cell in cells(table)}
    return [one[0] for one in cases.PEOPLE if one[0] in read]


@pytest.mark.parametrize("name", cases.BROKEN)
def test_broken_json_gives_the_records_it_has(name: str) -> None:
    text, people = cases.BROKEN[name]
    assert format_of(text) == "json"
    assert found_in(text) == [one[0] for one in cases.PEOPLE[:people]]
    table = tables(text.encode())[None]
    assert all(len(table.rows) == people for _ in (0,))
    assert {"1950-03-12"} & cells(table)


@pytest.mark.parametrize("name", [name for name in cases.BROKEN if "cut" in name or "missing" in name.split()[-1]])
def test_json_that_is_cut_is_partial(name: str) -> None:
    text = cases.BROKEN[name][0]
    found = report_here(text.encode())["inputs"][0]
    assert (found["status"], found["reason"]) == ("partial", json_reader.CUT)


def test_a_fault_is_told_by_its_place() -> None:
    text = cases.BROKEN["an object, text behind"][0]
    (warning,) = report_here(text.encode())["warnings"]
    assert warning["code"] == "json_broken"
    assert warning["offset"] == text.encode().index(b"\n") + 1


def test_what_is_beside_broken_json_is_a_text() -> None:
    for name in ("an array, text behind", "comments between", "block comment above"):
        beside = tables(cases.BROKEN[name][0].encode())["text"]
        assert any("export" in cell or "l'un d'eux" in cell for cell in cells(beside))


@pytest.mark.parametrize("name", cases.LITERALS)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_literals_in_code_are_records(name: str, encoding: str) -> None:
    text, people = cases.LITERALS[name]
    assert format_of(text, encoding) == "literals"
    found = tables(text.encode(encoding))
    if name != "without a name":
        read = {cell for one, table in found.items() if one != "text" for cell in cells(table)}
        assert [one[1] for one in cases.PEOPLE[:people] if one[1] in read] == [one[1] for one in cases.PEOPLE[:people]]
        assert {one[2] for one in cases.PEOPLE[:people]} <= read
    assert len(found[None].rows) == people
    assert "Vasseur" not in str(found["text"].rows)


@pytest.mark.parametrize("name", cases.STILL)
def test_other_files_are_read_as_before(name: str) -> None:
    text, form, _ = cases.STILL[name]
    assert format_of(text) == (form if form in ("json", "xml") else "")


@pytest.mark.parametrize("name", cases.ANCESTORS)
def test_ancestors_make_nobody(name: str) -> None:
    text, people = cases.ANCESTORS[name]
    persons = report_here(text.encode())["persons"]
    assert (persons["low"], persons["likely"], persons["high"]) == (people, people, people)


@pytest.mark.parametrize("name", ["js, a field a line", "php setter chains", "ruby create", "dart"])
def test_people_of_code_count(name: str) -> None:
    text, people = cases.LITERALS[name]
    assert report_here(text.encode())["persons"]["likely"] == people


VALUES = {
    "1": "1", "-2.50": "-2.50", "3.0": "3", "1.80017511500105e14": "180017511500105", "0612": "0612", "8L": "8",
    "'l\\'an'": "l'an", '"a" + "b"': "ab", "'x'.trim()": "x", "True": True, "nil": None, ":homme": "homme",
    "Sexe.FEMININ": "FEMININ", "new Date('1950-03-12')": "1950-03-12", "new Date(1950, 2, 12)": "1950-03-12",
    "LocalDate.of(1950, 3, 12)": "1950-03-12", "date(1950, 3, 12)": "1950-03-12", "Date.new(1950, 3, 12)": "1950-03-12",
    "time.Date(1950, time.March, 12, 0, 0, 0, 0, time.UTC)": "1950-03-12", "new \\DateTime('1950-03-12')": "1950-03-12",
    "LocalDate.of(1950, Month.MARCH, 12)": "1950-03-12", '"""a\nb"""': "a\nb",
}  # fmt: skip


@pytest.mark.parametrize("said", VALUES)
def test_values_as_languages_write_them(said: str) -> None:
    (node,) = loose.read("x = {'k': " + said + ", 'l': 'z'}").nodes
    assert node.pairs == [("k", VALUES[said]), ("l", "z")]


@pytest.mark.parametrize("said", ["fake.name()", "a + 1", "nom", "f(x, y)", "String"])
def test_what_is_no_literal_has_no_value(said: str) -> None:
    (node,) = loose.read("x = {'k': " + said + ", 'l': 'z'}").nodes
    assert [value for key, value in node.pairs if key == "k" and isinstance(value, str)] == []
    assert ("l", "z") in node.pairs


@pytest.mark.parametrize(
    "text", ["[" * 9000, "{'a':" * 9000, "((((" + "}" * 99, "'" * 999, '{"a": "' + "x" * 9999, "`{" * 500]
)
def test_hostile_code_ends(text: str) -> None:
    assert loose.read(text).until <= len(text)


RECORD = st.fixed_dictionaries({"nom": st.text("abcé'\"{}[],: \\", max_size=8), "n": st.integers(0, 99)})


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(RECORD, st.booleans()), min_size=1, max_size=12), st.integers(64, 400))
def test_broken_records_are_the_same_whatever_is_read_ahead(
    records: list[tuple[dict[str, Any], bool]], size: int
) -> None:
    said = [json.dumps(one)[:-1] + (",}" if broken else "}") for one, broken in records]
    data = ("[" + ",\n".join(said) + "]").encode()

    def rows(ahead: int) -> list[Any]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(json_records, "BLOCK_BYTES", ahead)
            document = json_records.Document(Feed(io.BytesIO(), data, wide=None, bom=0, cr=False), 0, None)
            runs = [run for run in document.runs() if run.path is not None]
        assert not document.cut
        found = [json_frames.flattened(run.data, ENCODING) for run in runs]
        return [dict(zip(names, row[1:], strict=True)) for names, frame, _ in found for row in frame.rows()]

    whole = rows(1 << 20)
    assert rows(size) == whole
    assert [row["nom"] for row in whole] == [one["nom"] for one, _ in records]


def test_a_long_document_that_is_cut_is_partial(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("leakscan.readers.streams", "leakscan.readers.heads", "leakscan.readers.json"):
        monkeypatch.setattr(f"{module}.HEAD_BYTES", 300)
    text = json.dumps(cases.RECORDS * 4)
    found = tables(text[: text.rindex("{")].encode())[None]
    assert len(found.rows) == 15
    assert json_reader.CUT in found.met
