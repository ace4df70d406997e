"""The evidence as OCSF events for security platforms: JSON lines of the class Data Security Finding (2006).

Source of the format: Open Cybersecurity Schema Framework 1.4.0, class data_security_finding.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from leakscan.renderers.rules import identity, is_grave, rule_of, said_of
from leakscan.untrusted import harmless, harmless_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leakscan.renderers.renderer import RenderOptions, Report

VERSION = "1.4.0"
CLASS = 2006
"""Data Security Finding."""

CREATE = 1
"""Activity: a finding is new. `type_uid` is 100 x class + activity."""

SEVERITIES: dict[str, tuple[int, str]] = {
    "low": (2, "Low"),
    "medium": (3, "Medium"),
    "high": (4, "High"),
    "very_high": (5, "Critical"),
}
"""Band of the report -> OCSF severity."""

_INFORMATIONAL = (1, "Informational")
_REGULAR_FILE = 1


def render_ocsf(report: Report, options: RenderOptions) -> str:
    """A line per line of evidence; the same text for the same report whatever the options."""
    del options
    return "".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    hashes = {(given["path"], given["member"]): given for given in report["inputs"]}
    # the report holds no clock time outside of `run`: a finding is dated by the day of the scan's `as_of`
    day = datetime.fromisoformat(report["scan"]["as_of"]).replace(tzinfo=UTC)
    for line in report["evidence"]:
        event = _event(line, report, hashes.get((line["path"], line["member"])), int(day.timestamp()) * 1000)
        yield harmless_json(json.dumps(event, ensure_ascii=False, allow_nan=False)) + "\n"


def _event(
    line: Mapping[str, Any], report: Report, given: Mapping[str, Any] | None, milliseconds: int
) -> dict[str, Any]:
    number, word = SEVERITIES[report["severity"]["band"]] if is_grave(line) else _INFORMATIONAL
    rule = rule_of(line)
    name = line["path"] if line["member"] is None else f"{line['path']} > {line['member']}"
    file: dict[str, Any] = {"name": harmless(name), "path": harmless(name), "type_id": _REGULAR_FILE}
    if given is not None and given["sha256"] is not None:
        file["hashes"] = [{"algorithm_id": 3, "algorithm": "SHA-256", "value": given["sha256"]}]
    if given is not None and given["bytes"] is not None:
        file["size"] = given["bytes"]
    return {
        "activity_id": CREATE,
        "category_uid": CLASS // 1000,
        "class_uid": CLASS,
        "type_uid": CLASS * 100 + CREATE,
        "time": milliseconds,
        "severity_id": number,
        "severity": word,
        "status_id": 1,
        "message": harmless(said_of(line)),
        "metadata": {
            "version": VERSION,
            "product": {"name": "leakscan", "vendor_name": "leakscan", "version": report["tool"]["version"]},
        },
        "finding_info": {"uid": identity(line), "title": f"leakscan: {rule}", "types": [rule]},
        "confidence_score": round(line["confidence"] * 100),
        "data_security": {
            "category_id": 99,
            "category": rule,
            "detection_pattern": " | ".join(line["samples"]) or rule,
            "detection_system_id": 99,
            "detection_system": "leakscan",
        },
        "resources": [{"name": file["name"], "type": "file"}],
        "file": file,
        "unmapped": {
            key: line[key] for key in ("column", "role", "theme", "status", "hits", "records", "distinct", "share")
        },
    }
