"""The evidence as SARIF 2.1.0, for code hosts and git gates: a result per line, shapes instead of values.

Source of the format: OASIS Standard, Static Analysis Results Interchange Format 2.1.0.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from leakscan.renderers.rules import identity, is_grave, rule_of, said_of
from leakscan.untrusted import harmless, harmless_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakscan.renderers.renderer import RenderOptions, Report

SCHEMA_URI = "https://json.schemastore.org/sarif-2.1.0.json"
"""Where editors look for the schema; nothing here fetches it."""

_SCHEMES = frozenset(("s3", "smb", "sftp", "file"))


def render_sarif(report: Report, options: RenderOptions) -> str:
    """One run; the same text for the same report whatever the options."""
    del options
    rules = sorted({rule_of(line) for line in report["evidence"]})
    places = {rule: at for at, rule in enumerate(rules)}
    unread = [given for given in report["inputs"] if given["status"] != "scanned"]
    run = {
        "tool": {
            "driver": {
                "name": "leakscan",
                "version": report["tool"]["version"],
                "rules": [{"id": rule, "shortDescription": {"text": f"leakscan found {rule}"}} for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": report["scan"]["complete"],
                "toolExecutionNotifications": [_notification(given) for given in unread],
            }
        ],
        "results": [_result(line, places) for line in report["evidence"]],
        "properties": {
            "rulesSha256": report["tool"]["rules_sha256"],
            "people": {name: report["persons"][name] for name in ("low", "likely", "high")},
            "severityBand": report["severity"]["band"],
        },
    }
    document = {"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [run]}
    return harmless_json(json.dumps(document, ensure_ascii=False, allow_nan=False)) + "\n"


def _result(line: Mapping[str, Any], places: Mapping[str, int]) -> dict[str, Any]:
    rule = rule_of(line)
    return {
        "ruleId": rule,
        "ruleIndex": places[rule],
        "level": "error" if is_grave(line) else "warning",
        "message": {"text": harmless(said_of(line))},
        "locations": [_location(line)],
        "partialFingerprints": {"leakscan/v1": identity(line)},
        "properties": {
            name: line[name]
            for name in ("column", "role", "status", "hits", "records", "distinct", "share", "confidence", "samples")
        },
    }


def _location(line: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": _uri(line["path"])}}}
    inside = [part for part in (line["member"], line["column"]) if part is not None]
    if inside:
        found["logicalLocations"] = [{"fullyQualifiedName": harmless(" > ".join(inside))}]
    return found


def _notification(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "level": "warning",
        "message": {"text": harmless(f"{given['status']}: {given['reason'] or 'not read whole'}")},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(given["path"])}}}],
    }


def _uri(path: str) -> str:
    """A path as a URI reference, percent-encoded; only the URL of a share keeps its scheme."""
    scheme, parts, rest = path.partition("://")
    if parts and scheme in _SCHEMES:
        return f"{scheme}://{quote(rest.encode('utf-8', 'surrogatepass'), safe='/:@')}"
    return quote(path.encode("utf-8", "surrogatepass"), safe="/")
