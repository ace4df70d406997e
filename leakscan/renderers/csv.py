"""Columns and evidence as CSV: a line per finding, and one per column without any. Nothing in it is a formula.

A spreadsheet runs what begins with `= + - @`; a leaked file's author chooses its column names. Such a cell gets an
apostrophe in front. Spreadsheets of other locales cut lines at semicolons, so a beginning after a separator counts too.
"""

from __future__ import annotations

import csv
import re
from io import StringIO
from typing import TYPE_CHECKING, Any

from leakscan.untrusted import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leakscan.renderers.renderer import RenderOptions, Report

FIELDS: tuple[str, ...] = (
    "path", "member", "sha256", "input_status", "column_number", "column", "role", "role_confidence",
    "entity", "theme", "status", "hits", "records", "distinct", "share", "confidence", "shapes",
)  # fmt: skip
"""The columns of the table; names are stable."""

_FORMULA = re.compile(r"(^|[;,|\t\r\n\"'])(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])|^(?=[\t\r\n])")


def render_csv(report: Report, options: RenderOptions) -> str:
    """The table: UTF-8, commas, every text in quotes, a header line, the same whatever the options."""
    del options
    written = StringIO()
    table = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    table.writerow(FIELDS)
    for line in _lines(report):
        table.writerow(_cell(line.get(name)) for name in FIELDS)
    return written.getvalue()


def inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula, and without characters that are no glyph."""
    return harmless(_FORMULA.sub(lambda found: f"{found[1] or ''}'", text))


def _cell(value: object) -> str | float:
    if value is None:
        return ""
    return value if isinstance(value, int | float) else inert(str(value))


def _lines(report: Report) -> Iterator[dict[str, Any]]:
    """Findings in the order of the report, then columns without one."""
    inputs: dict[tuple[str, str | None], Mapping[str, Any]] = {}
    for source in report["inputs"]:
        inputs.setdefault((source["path"], source["member"]), source)
    columns = {
        (place, role["column"]): role
        for place, source in inputs.items()
        for role in reversed(source.get("roles", ()))  # columns may share a name: the first one stands for all
    }
    met = set()
    for entry in report["evidence"]:
        place = (entry["path"], entry["member"])
        met.add((place, entry["column"]))
        known = columns.get((place, entry["column"]), {})
        source = inputs.get(place, {})
        yield {
            **entry,
            "sha256": source.get("sha256"),
            "input_status": source.get("status"),
            "column_number": known["index"] + 1 if known else None,
            "role_confidence": known.get("confidence"),
            "shapes": " | ".join(entry["samples"]),
        }
    for place, source in inputs.items():
        for role in source.get("roles", ()):
            if (place, role["column"]) not in met:
                yield {
                    "path": place[0],
                    "member": place[1],
                    "sha256": source["sha256"],
                    "input_status": source["status"],
                    "column_number": role["index"] + 1,
                    "column": role["column"],
                    "role": role["role"],
                    "role_confidence": role["confidence"],
                }
