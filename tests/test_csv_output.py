"""The CSV output: every column and finding on a line, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
import reports
from hypothesis import given
from hypothesis import strategies as st

from leakscan.renderers import RENDERERS, RenderOptions
from leakscan.renderers.csv import FIELDS, inert


def table(report: dict[str, Any]) -> list[dict[str, str]]:
    text = RENDERERS["csv"].render(report, RenderOptions())
    return list(csv.DictReader(io.StringIO(text)))


def test_every_finding_and_every_column_has_a_line() -> None:
    report = reports.reference_report()
    lines = table(report)
    assert tuple(lines[0]) == FIELDS
    findings = [line for line in lines if line["entity"]]
    assert [(line["column"], line["entity"], line["records"]) for line in findings] == [
        (entry["column"] or "", entry["entity"], str(entry["records"])) for entry in report["evidence"]
    ]
    columns = {role["column"] for source in report["inputs"] for role in source.get("roles", ())}
    assert columns <= {line["column"] for line in lines}
    assert {line["sha256"] for line in lines} == {report["inputs"][0]["sha256"]}


def test_columns_without_finding_keep_their_role() -> None:
    report = reports.reference_report()
    report["evidence"] = []
    roles = report["inputs"][0]["roles"]
    assert [(line["column_number"], line["column"], line["role"]) for line in table(report)] == [
        (str(role["index"] + 1), role["column"], role["role"] or "") for role in roles
    ]


FORMULAS = (
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1dcmd", "x;=1", 'x";=1', "x\t=1",
    "x,-1", "x|@1",
)  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text(text: str) -> None:
    report = reports.reference_report()
    for entry in report["evidence"]:
        entry.update(column=text, path=text, samples=[text])
    rendered = RENDERERS["csv"].render(report, RenderOptions())
    for delimiter in ",;\t|":  # as spreadsheets of any locale would cut it
        for line in csv.reader(io.StringIO(rendered), delimiter=delimiter):
            for cell in line:
                assert not re.match(r"\"*\s*[=+@\uff1d\uff0b\uff0d\uff20]|\"*\s*-(?![0-9.]+$)", cell), cell


def test_an_ordinary_name_stays_as_it_is() -> None:
    for text in ("NOM", "Date de naissance", "a=b", "2020-01-01", "C:\\export - final.csv", "99 99-99", "é"):
        assert inert(text) == text
    assert inert("+99 9 99") == "'+99 9 99"
    assert inert("\t") == r"'\t"


@given(st.text())
def test_nothing_begins_with_a_sign(text: str) -> None:
    shown = inert(text)
    assert not re.match(r"\s*[=+\-@\t\r\n]", shown)
    assert shown.encode().decode() == shown


def test_hostile_names_cannot_break_a_line() -> None:
    report = reports.hostile_report()
    lines = table(report)
    assert all(None not in line and None not in line.values() for line in lines)
    text = RENDERERS["csv"].render(report, RenderOptions())
    assert not any(char in text for char in "\x1b\u202e\x07\x9b\r")
    assert text.count("\n") == len(lines) + 1
