"""Workbooks: every sheet as the same rows in a text, what stands beside the cells, files that are damaged or lie."""

from __future__ import annotations

import datetime as dt
import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from bounded import DIED, outcomes
from odf import dc, meta, office
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table as OdfTable
from odf.table import TableCell, TableRow
from odf.text import P
from openpyxl.comments import Comment
from tables import CSV, OPTIONS, counted, gathered, population, report_here

from leakscan.limits import Limits
from leakscan.readers import choose, marked_reader
from leakscan.readers.heads import Head
from leakscan.readers.workbook import BESIDE
from leakscan.records import ReadOptions
from leakscan.report import build_report
from leakscan.scan import scan

ROWS = population()
Sheets = dict[str, list[list[Any]]]


def typed(cell: str) -> Any:
    """A cell as a person types it into a sheet: numbers that lose nothing become numbers, days become days."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        return dt.date.fromisoformat(cell)
    return int(cell) if re.fullmatch(r"[1-9]\d{0,14}", cell) else cell or None


SHEET = [list(ROWS.columns), *([typed(cell) for cell in row] for row in ROWS.rows())]


def xlsx(sheets: Sheets, change: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(sheets: Sheets) -> bytes:
    book = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                if cell is not None:
                    sheet.write(y, x, cell, *([day] if isinstance(cell, dt.date) else []))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(sheets: Sheets, note: str = "", title: str = "") -> bytes:
    document = OpenDocumentSpreadsheet()
    if title:
        document.meta.addElement(dc.Title(text=title))
        document.meta.addElement(meta.Keyword(text="un mot"))
    for name, rows in sheets.items():
        table = OdfTable(name=name)
        for row in rows:
            line = TableRow()
            for cell in row:
                line.addElement(ods_cell(cell, note))
                note = ""
            table.addElement(line)
        document.spreadsheet.addElement(table)
    out = io.BytesIO()
    document.write(out)
    return out.getvalue()


def ods_cell(cell: Any, note: str) -> TableCell:
    if isinstance(cell, dt.date):
        made = TableCell(valuetype="date", datevalue=cell.isoformat())
    elif isinstance(cell, int):
        made = TableCell(valuetype="float", value=str(cell))
    else:
        made = TableCell(valuetype="string")
    if note:
        annotation = office.Annotation()
        annotation.addElement(P(text=note))
        made.addElement(annotation)
    if cell is not None:
        made.addElement(P(text=str(cell)))
    return made


WRITERS: dict[str, Callable[[Sheets], bytes]] = {"xlsx": xlsx, "xls": xls, "ods": ods}
ONE = {name: write({"Patients": SHEET}) for name, write in WRITERS.items()}


@pytest.fixture(scope="module")
def plain() -> dict[str, Any]:
    return counted(report_here(CSV))


@pytest.mark.parametrize("writer", WRITERS)
def test_a_sheet_says_what_the_same_rows_say_as_a_text(writer: str, plain: dict[str, Any]) -> None:
    report = report_here(ONE[writer])
    assert counted(report) == plain
    assert {given["status"] for given in report["inputs"]} == {"scanned"}


@pytest.mark.parametrize("writer", WRITERS)
def test_cells_are_text_as_people_see_them(writer: str) -> None:
    found = gathered(ONE[writer], ReadOptions(block_bytes=20_000))
    assert found.broken is None
    assert found.tables[None].columns == tuple(ROWS.columns)
    assert found.rows[None] == ROWS.rows()
    spans = found.spans[None]
    assert len(spans) > 3
    assert all(before[1] == after[0] for before, after in pairwise(spans))


def test_values_of_every_kind() -> None:
    moment, late = dt.datetime.fromisoformat("2020-01-02T03:04:05"), dt.time(8, 30)
    given = [1.80017511500105e14, 12.5, 1e-7, 1e20, True, dt.date(1980, 1, 31), moment, late, "0012", None, "  "]
    found = gathered(xlsx({"A": [[f"date_{at}" for at in range(len(given))], given, *([["x"] * len(given)] * 3)]}))
    expected = ("180017511500105", "12.5", "0.0000001", "1" + 20 * "0", "true", "1980-01-31", "2020-01-02 03:04:05")
    assert found.rows[None][0] == (*expected, "08:30:00", "0012", "", "  ")


@pytest.mark.parametrize("writer", WRITERS)
def test_titles_stand_above_a_header_and_blank_rows_are_none(writer: str) -> None:
    rows = [["Export des patients de l'hôpital", None], [None, None], *SHEET[:60], [], *SHEET[60:]]
    rows = [row + [None] * (len(SHEET[0]) - len(row)) for row in rows]
    found = gathered(WRITERS[writer]({"Patients": rows}))
    assert found.titles[0] == "Export des patients de l'hôpital"
    assert found.tables[None].columns == tuple(ROWS.columns)
    assert len(found.rows[None]) == ROWS.height
    assert found.met["preamble"] == 1


def test_a_header_that_is_repeated_is_no_row_and_one_that_is_missing_is_none() -> None:
    found = gathered(xlsx({"A": [*SHEET[:100], SHEET[0], *SHEET[100:]]}))
    assert len(found.rows[None]) == ROWS.height
    assert found.met["repeated_header"] == 1
    found = gathered(xlsx({"A": SHEET[1:]}))
    assert not found.tables[None].has_header
    assert len(found.rows[None]) == ROWS.height


@pytest.mark.parametrize("writer", WRITERS)
def test_every_sheet_is_a_child_known_by_its_name(writer: str) -> None:
    found = gathered(WRITERS[writer]({"Un": SHEET[:5], "Vide": [], "Deux": SHEET[:9]}))
    assert [child.name for child in found.children] == ["Un", "Deux", BESIDE]
    assert {name: len(rows) for name, rows in found.rows.items()} == {"Un": 4, "Deux": 8, BESIDE: 0}
    assert found.met["empty_sheets"] == 1
    assert found.titles[:3] == ["Un", "Vide", "Deux"]


def test_hidden_sheets_are_read() -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book.worksheets[1].sheet_state, book.worksheets[2].sheet_state = "hidden", "veryHidden"
        book.worksheets[2].row_dimensions[2].hidden = True

    found = gathered(xlsx({"A": SHEET[:3], "B": SHEET[:5], "C": SHEET[:9]}, hide))
    assert {name: len(found.rows[name]) for name in "ABC"} == {"A": 2, "B": 4, "C": 8}


def test_what_stands_beside_the_cells_is_text() -> None:
    def write(book: openpyxl.Workbook) -> None:
        book.properties.title, book.properties.keywords = "Suivi des patients", "dossier <42> & plus"
        book.properties.creator = "Accueil"
        sheet = book.worksheets[0]
        sheet["B2"].comment = Comment("Patiente enceinte,\nrappeler au 0612345678", "Dr Roux")
        sheet["A2"].hyperlink = "mailto:claire.petit@example.org"

    found = gathered(xlsx({"A": SHEET[:4]}, write))
    notes = "\n".join(row[0] for row in found.rows[BESIDE])
    assert "Patiente enceinte,\nrappeler au 0612345678" in notes
    assert {"Suivi des patients", "dossier <42> & plus", "Accueil", "mailto:claire.petit@example.org"} <= set(
        found.titles
    )
    found = gathered(ods({"A": SHEET[:4]}, "Patient suivi pour un cancer & plus", "Suivi des patients"))
    assert found.rows[BESIDE] == [("Patient suivi pour un cancer & plus",)]
    assert {"Suivi des patients", "un mot"} <= set(found.titles)
    found = gathered(xls({"A": SHEET[:4]}))
    assert found.met == {"old_workbook": 1}


def repacked(data: bytes, changed: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(member, changed.pop(member.filename, None) or old.read(member))
        for name, content in changed.items():
            new.writestr(name, content)
    return out.getvalue()


def test_files_in_a_workbook_are_children_and_caches_are_searched() -> None:
    cache = b'<pivotCacheDefinition><sharedItems><s v="0612345678"/><n v="3"/></sharedItems></pivotCacheDefinition>'
    parts = {"xl/embeddings/a.bin": b"embedded", "xl/media/b.png": b"\x89PNG", "xl/vbaProject.bin": b"macro"}
    found = gathered(repacked(ONE["xlsx"], {**parts, "xl/pivotCache/pivotCacheDefinition1.xml": cache}))
    assert found.files == parts
    assert "0612345678" in found.titles


def test_no_entity_is_expanded_and_no_part_grows_without_end() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x><t>&b;</t></x>'
    found = gathered(repacked(ONE["xlsx"], {"xl/comments/comment1.xml": bomb}))
    assert found.met == {"unread_parts": 1}
    assert len(found.rows[None]) == ROWS.height
    large = b"<x>" + b"<t>mot</t>" * 400_000 + b"</x>"
    limits = Limits(expansion=10, expansion_free=1 << 20)
    found = gathered(repacked(ONE["xlsx"], {"xl/comments/comment1.xml": large}), ReadOptions(limits=limits))
    assert found.met == {"unread_parts": 1}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_half_of_a_workbook_has_a_reason(writer: str, share: float) -> None:
    data = ONE[writer]
    cut = data[: int(share * len(data))]
    reader = marked_reader(Head(cut, ReadOptions()))
    if reader is not None and reader.format == "workbook":
        found = gathered(cut)
        assert found.broken is not None or len(found.rows[None]) <= ROWS.height


@pytest.mark.parametrize("writer", WRITERS)
def test_flipped_bits_end_in_rows_or_a_reason(writer: str, tmp_path: Path) -> None:
    chance = random.Random(11)
    files = {}
    for number in range(20):
        data = bytearray(ONE[writer])
        for _ in range(chance.choice((1, 8, 60))):
            data[chance.randrange(60, len(data))] ^= 1 << chance.randrange(8)
        files[str(number)] = bytes(data)
    told = list(outcomes(tmp_path, files).values())
    assert told.count(DIED) <= 4
    assert all(one in ("read", DIED, "no reader") or "damaged" in one or "encrypted" in one for one in told)


def test_a_size_that_a_sheet_claims_is_not_believed() -> None:
    with zipfile.ZipFile(io.BytesIO(ONE["xlsx"])) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    claimed = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', sheet)
    assert claimed != sheet
    found = gathered(repacked(ONE["xlsx"], {"xl/worksheets/sheet1.xml": claimed}))
    assert found.rows[None] == ROWS.rows()


def test_only_a_workbook_is_taken_for_one() -> None:
    assert marked_reader(Head(ONE["xlsx"], ReadOptions())).format == "workbook"  # type: ignore[union-attr]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a/patients.xlsx", ONE["xlsx"])
        archive.writestr("b.ods", ONE["ods"])
    assert marked_reader(Head(out.getvalue(), ReadOptions())).format == "zip"  # type: ignore[union-attr]
    word = repacked(ONE["xlsx"], {})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            new.writestr(member.filename.replace("xl/", "word/"), old.read(member))
    assert marked_reader(Head(out.getvalue(), ReadOptions())).format != "workbook"  # type: ignore[union-attr]
    stream = "Workbook\0".encode("utf-16-le")
    inside = Head(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + stream + "WordDocument".encode("utf-16-le"), ReadOptions())
    assert marked_reader(inside) is None or marked_reader(inside).format != "workbook"  # type: ignore[union-attr]
    long = Head(ONE["xls"].replace(stream, bytes(len(stream))), ReadOptions())
    assert marked_reader(long).format == "workbook"  # type: ignore[union-attr]
    other = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument\0".encode("utf-16-le")
    chosen = choose(Head(other + bytes(600), ReadOptions()))
    assert isinstance(chosen, str) or chosen.format != "workbook"


def test_a_sheet_that_is_too_large_for_memory_keeps_from_no_other_input(tmp_path: Path) -> None:
    def spread(book: openpyxl.Workbook) -> None:
        book.worksheets[0]["XFD1048576"] = "x"

    (tmp_path / "a.xlsx").write_bytes(xlsx({"A": SHEET[:3]}, spread))
    (tmp_path / "b.xlsx").write_bytes(ONE["xlsx"])
    options = replace(OPTIONS, limits=Limits(worker_bytes=1 << 30))
    report = build_report(scan([str(tmp_path)], options), options)
    status = {Path(given["path"]).name: given["status"] for given in report["inputs"] if given["member"] is None}
    assert status == {"a.xlsx": "skipped", "b.xlsx": "scanned"}
    assert report["records"] == ROWS.height
