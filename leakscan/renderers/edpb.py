"""Fields for the EDPB's draft template of a breach notification (consultation of June 2026), as JSON.

The names of fields are ours (`edpb-draft-1.schema.json`), in the order of the template's parts, until it is final.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leakscan.renderers.drafts.controllers import CANNOT_SPLIT, controllers, union
from leakscan.renderers.drafts.differences import differences
from leakscan.renderers.drafts.edpb_fields import SECTIONS, Answer, answers, answers_of_part
from leakscan.renderers.drafts.evidence import resolve
from leakscan.renderers.drafts.fields import TO_COMPLETE
from leakscan.renderers.drafts.figures import RECORD
from leakscan.untrusted import harmless_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakscan.renderers.drafts.fields import Controller, Section
    from leakscan.renderers.renderer import RenderOptions, Report

SCHEMA = "leakscan-edpb-draft/1"
EDPB_SCHEMA_FILE = Path(__file__).with_name("edpb-draft-1.schema.json")
"""The JSON Schema (draft 2020-12) of what is written here; it ships with the package."""

_SINCE = "since:"


def render_edpb(report: Report, options: RenderOptions) -> str:
    """One notification of the whole leak, then one per controller; the same whatever the language of the options."""
    parts = controllers(report, options.split_by)
    found = answers(report, options.since)
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "tool": {name: report["tool"][name] for name in ("version", "rules_sha256")},
        "to_complete": TO_COMPLETE,
        "record_means": RECORD,
        "notifications": [_notification(found, report, options, part) for part in (None, *parts)],
    }
    if options.since is not None:
        document["differences"] = _section(differences(report, options.since), report, options.since)
    if options.split_by is not None:
        document["split"] = {
            "by": options.split_by,
            "cannot_split": CANNOT_SPLIT,
            "fields": _section(union(report, options.split_by), report, options.since),
        }
    return harmless_json(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)) + "\n"


def _notification(
    whole: Mapping[str, Answer], report: Report, options: RenderOptions, controller: Controller | None
) -> dict[str, Any]:
    found = whole if controller is None else answers_of_part(whole, controller)
    sections = [
        {
            "section": section,
            "fields": [_field(f"{section}.{name}", found.get(f"{section}.{name}"), report, options) for name in names],
        }
        for section, names in SECTIONS.items()
    ]
    entry = None if controller is None else {name: controller.entry[name] for name in ("number", "code", "finess")}
    return {"controller": entry, "sections": sections}


def _field(name: str, answer: Answer | None, report: Report, options: RenderOptions) -> dict[str, Any]:
    if answer is None:
        return {"id": name, "state": "to_complete", "value": TO_COMPLETE, "evidence": []}
    field: dict[str, Any] = {
        "id": name,
        "state": "filled",
        "value": answer.value,
        "scope": answer.scope,
        "proposal": answer.proposal,
        "evidence": [_evidence(pointer, report, options.since) for pointer in answer.pointers],
    }
    if answer.scope == "whole_leak":
        field["part_of_controller"] = TO_COMPLETE
    return field


def _section(section: Section, report: Report, since: Report | None) -> list[dict[str, Any]]:
    return [
        {
            "id": field.id,
            "label": field.label,
            "state": "filled" if field.is_filled else "to_complete",
            "value": field.value,
            "evidence": [_evidence(pointer, report, since) for pointer in field.pointers],
        }
        for field in section.fields
    ]


def _evidence(pointer: str, report: Report, since: Report | None) -> dict[str, Any]:
    """Where it stands; a line of evidence with its file, column and rule, a file with its SHA-256."""
    earlier = pointer.startswith(_SINCE)
    place = pointer.removeprefix(_SINCE)
    said: dict[str, Any] = {"report": "since" if earlier else "this", "pointer": place}
    found = resolve(since if earlier and since is not None else report, place)
    names = {
        "evidence": ("path", "member", "column", "entity", "theme", "status"),
        "inputs": ("path", "member", "sha256"),
    }
    _, kind, *rest = place.split("/")
    if len(rest) == 1 and kind in names:
        said |= {name: found[name] for name in names[kind]}
    return said
