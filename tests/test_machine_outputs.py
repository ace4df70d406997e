"""SARIF and OCSF: what their standards require, one entry per line of evidence, and no value."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import jsonschema
import pytest
import reports

from leakscan.i18n import LANGUAGES
from leakscan.renderers import RENDERERS, RenderOptions
from leakscan.renderers.ocsf import CLASS, SEVERITIES
from leakscan.renderers.rules import identity, is_grave, rule_of

REPORTS = {
    "reference": reports.reference_report,
    "empty": reports.empty_report,
    "interrupted": reports.interrupted_folder_report,
    "first_look": reports.first_look_report,
    "hostile": reports.hostile_report,
}
SURROGATE = "\udcff"

MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LOCATION = {
    "type": "object",
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "required": ["uri"],
                    "properties": {"uri": {"type": "string", "pattern": "^[A-Za-z0-9._~:@/%-]*$"}},
                }
            },
        },
        "logicalLocations": {"type": "array", "items": {"type": "object", "required": ["fullyQualifiedName"]}},
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "properties": {"shortDescription": MESSAGE},
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "invocations": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["executionSuccessful"],
                            "properties": {
                                "executionSuccessful": {"type": "boolean"},
                                "toolExecutionNotifications": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "required": ["message"],
                                        "properties": {"message": MESSAGE, "locations": {"items": LOCATION}},
                                    },
                                },
                            },
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message", "ruleId"],
                            "properties": {
                                "message": MESSAGE,
                                "ruleId": {"type": "string", "pattern": "^[a-z0-9_]+(/[a-z_]+)?$"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "locations": {"type": "array", "items": LOCATION},
                                "partialFingerprints": {
                                    "type": "object",
                                    "additionalProperties": {"type": "string"},
                                },
                                "properties": {"type": "object"},
                            },
                            "additionalProperties": False,
                        },
                    },
                },
            },
        },
    },
}
"""What the standard requires of what is written here (SARIF 2.1.0, sections 3.13, 3.14, 3.20, 3.27)."""

OCSF = {
    "type": "object",
    "required": [
        "activity_id", "category_uid", "class_uid", "type_uid", "time", "severity_id", "metadata", "finding_info",
    ],
    "properties": {
        "activity_id": {"const": 1},
        "category_uid": {"const": 2},
        "class_uid": {"const": 2006},
        "type_uid": {"const": 200601},
        "time": {"type": "integer", "minimum": 1},
        "severity_id": {"enum": [0, 1, 2, 3, 4, 5, 6, 99]},
        "confidence_score": {"type": "integer", "minimum": 0, "maximum": 100},
        "metadata": {
            "type": "object",
            "required": ["version", "product"],
            "properties": {"product": {"type": "object", "required": ["vendor_name"]}},
        },
        "finding_info": {"type": "object", "required": ["uid", "title"]},
        "file": {"type": "object", "required": ["name", "type_id"]},
    },
}  # fmt: skip
"""What the class Data Security Finding requires (OCSF 1.4.0)."""


def sarif(report: dict[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(RENDERERS["sarif"].render(report, RenderOptions()))
    return document


def ocsf(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in RENDERERS["ocsf"].render(report, RenderOptions()).splitlines()]


@pytest.mark.parametrize("name", REPORTS)
def test_sarif_has_what_the_standard_requires(name: str) -> None:
    report = REPORTS[name]()
    document = sarif(report)
    jsonschema.Draft202012Validator(SARIF).validate(document)
    (run,) = document["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(run["results"]) == len(report["evidence"])
    for result, line in zip(run["results"], report["evidence"], strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == rule_of(line)
        assert result["properties"]["samples"] == line["samples"]
    assert run["invocations"][0]["executionSuccessful"] == report["scan"]["complete"]


def test_sarif_says_what_a_gate_decides_by() -> None:
    results = {
        (one["ruleId"], one["properties"]["status"]): one
        for one in sarif(reports.reference_report())["runs"][0]["results"]
    }
    assert results["health/hiv", "affirmed"]["level"] == "error"
    assert results["password", None]["level"] == "error"
    assert results["city", None]["level"] == "warning"
    hiv = results["health/hiv", "affirmed"]
    assert hiv["message"]["text"].startswith("health/hiv (affirmed) in column COMMENTAIRE: 1498 records")
    assert hiv["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "export_labos.csv"


def test_sarif_tells_what_was_not_read() -> None:
    (invocation,) = sarif(reports.interrupted_folder_report())["runs"][0]["invocations"]
    told = [one["message"]["text"] for one in invocation["toolExecutionNotifications"]]
    assert told == ["partial: interrupted", "skipped: no reader for this format"]


@pytest.mark.parametrize("name", REPORTS)
def test_ocsf_has_what_the_class_requires(name: str) -> None:
    report = REPORTS[name]()
    events = ocsf(report)
    assert len(events) == len(report["evidence"])
    validator = jsonschema.Draft202012Validator(OCSF)
    for event, line in zip(events, report["evidence"], strict=True):
        validator.validate(event)
        assert event["class_uid"] == CLASS
        assert event["finding_info"]["uid"] == identity(line)
        expected = SEVERITIES[report["severity"]["band"]][0] if is_grave(line) else 1
        assert event["severity_id"] == expected


def test_ocsf_names_the_file_by_its_hash() -> None:
    event = ocsf(reports.reference_report())[0]
    assert event["file"]["hashes"][0]["value"] == reports.SHA
    assert event["file"]["size"] == 312_004_881
    assert event["time"] == 1_767_225_600_000  # the day of as_of, 2026-01-01, in milliseconds UTC


def test_a_finding_keeps_its_identity_when_its_counts_change() -> None:
    line = reports.reference_report()["evidence"][0]
    assert identity(line) == identity({**line, "records": 1, "hits": 2, "samples": []})
    others = [{**line, name: "x"} for name in ("path", "member", "column", "entity", "theme", "status")]
    assert len({identity(one) for one in (line, *others)}) == 7


@pytest.mark.parametrize("output", ["sarif", "ocsf"])
def test_hostile_texts_are_inert_and_the_language_changes_nothing(output: str) -> None:
    report = reports.hostile_report()
    assert SURROGATE in report["inputs"][0]["path"]
    texts = {RENDERERS[output].render(report, RenderOptions(lang)) for lang in LANGUAGES}
    (text,) = texts
    assert all(char == "\n" or unicodedata.category(char)[0] != "C" for char in text)
    text.encode("utf-8")


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("dump/été 1.csv", "dump/%C3%A9t%C3%A9%201.csv"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("javascript://x", "javascript%3A//x"),
        ("sftp://anne@host:22/a b.csv", "sftp://anne@host:22/a%20b.csv"),
        ("a\udcff.csv", "a%ED%B3%BF.csv"),
    ],
)
def test_a_path_is_a_reference_and_only_a_share_has_a_scheme(path: str, uri: str) -> None:
    report = reports.reference_report()
    report["evidence"][0]["path"] = path
    (location,) = sarif(report)["runs"][0]["results"][0]["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_a_line_without_entity_has_a_rule() -> None:
    line = {**reports.reference_report()["evidence"][0], "entity": None}
    assert rule_of(line) == "unknown"
