"""The fields of the EDPB's template in our own names, and what a report answers of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leakscan.renderers.drafts.consequences import sensitive_themes
from leakscan.renderers.drafts.evidence import SMALL, lines_of_category, lines_of_theme
from leakscan.severity import at_least

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakscan.renderers.drafts.fields import Controller
    from leakscan.renderers.renderer import Report

SECTIONS: dict[str, tuple[str, ...]] = {
    "notification": (
        "type", "previous_reference", "authority", "late", "reasons_for_delay", "phases", "language",
    ),
    "reporting_person": ("name", "function", "email", "phone", "acts_for"),
    "controller": (
        "name", "legal_form", "registration_number", "establishment_number", "address", "country", "sector", "size",
        "representative", "joint_controllers",
    ),
    "processor": ("involved", "name", "address", "informed_controller_at"),
    "dpo": ("appointed", "name", "email", "phone", "other_contact_point"),
    "breach": (
        "aware_at", "aware_how", "begin", "end", "ongoing", "summary", "confidentiality", "integrity", "availability",
        "incident_type", "cause", "actor", "intentional", "recipients", "published", "place", "files", "read_in_full",
        "systems", "processing_purposes",
    ),
    "data_subjects": (
        "number", "number_kind", "patients", "minors", "minors_at_event", "employees", "customers", "military",
        "vulnerable_others", "professionals", "member_states",
    ),
    "personal_data": (
        "records", "basic_identity", "contact", "national_identification_number", "credentials", "financial", "health",
        "health_themes", "genetic", "biometric", "sexual_life_or_orientation", "racial_or_ethnic_origin",
        "political_opinions", "religious_beliefs", "trade_union", "criminal_convictions", "location", "images",
        "communications", "period",
    ),
    "measures_before": ("technical", "organisational", "encrypted", "pseudonymised", "backups"),
    "consequences": (
        "likely_consequences", "severity", "severity_basis", "risk_to_rights", "high_risk", "damage_observed",
        "assessment_method",
    ),
    "measures_after": ("taken", "planned", "prevention", "urgent", "removal_requested"),
    "communication": (
        "required", "done", "date", "planned_date", "number_informed", "means", "content", "reachable_by_email",
        "reachable_by_phone", "reachable_by_post", "shared_channels", "reasons_not_to_inform", "public_communication",
    ),
    "cross_border": ("cross_border", "lead_authority", "authorities_concerned", "third_countries"),
    "other_authorities": ("health_authority", "cybersecurity_authority", "police", "others"),
    "attachments": ("documents", "comments"),
}  # fmt: skip
"""Parts of the template and their fields, in order."""

SEVERITY: dict[str, str] = {"low": "minor", "medium": "moderate", "high": "severe", "very_high": "severe"}
"""Band of the worksheet -> degree of the template: a proposal."""

_KINDS: dict[str, tuple[str, ...]] = {
    "basic_identity": ("name", "birth_date"),
    "contact": ("address", "phone", "email"),
    "national_identification_number": ("nir",),
    "credentials": ("credentials",),
    "financial": ("financial",),
    "health": ("exam_date", "prescriber", "treatment", "blood_group"),
    "genetic": ("genetic_data",),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the scan says of a field: a JSON value and the pointers to its evidence.

    `scope`: whether it is of the notification's own people or of the whole leak. `proposal`: whether it is a judgement
    that the controller must confirm.
    """

    value: Any
    pointers: tuple[str, ...]
    scope: str = "notification"
    proposal: bool = False


def answers(report: Report, since: Report | None) -> dict[str, Answer]:
    """Every field that the report answers of the whole leak; all others are to be completed."""
    found = {**_breach(report), **_data(report), **_people(report), **_risk(report), **_reach(report)}
    if since is not None:
        found["notification.type"] = Answer("complementary", ("/scan", "since:/scan"))
    return found


def answers_of_part(whole: Mapping[str, Answer], controller: Controller) -> dict[str, Answer]:
    """The same for one controller: people are its own, all else is said of the whole leak."""
    found = {
        name: one if name == "notification.type" else Answer(one.value, one.pointers, "whole_leak", one.proposal)
        for name, one in whole.items()
    }
    number = {"likely": controller.entry["people"], "low": None, "high": None}
    found["data_subjects.number"] = Answer(number, (controller.pointer,))
    if controller.entry["finess"]:
        found["controller.establishment_number"] = Answer(controller.entry["finess"], (controller.pointer,))
    return found


def _bounds(given: Mapping[str, int]) -> dict[str, Any]:
    """An interval; where people are few, only that they are."""
    if given["high"] and given["likely"] < SMALL:
        return {"fewer_than": SMALL}
    return {name: given[name] for name in ("likely", "low", "high")}


def _few(count: int) -> Any:
    return {"fewer_than": SMALL} if 0 < count < SMALL else count


def _breach(report: Report) -> dict[str, Answer]:
    outermost = [at for at, given in enumerate(report["inputs"]) if given["member"] is None]
    found = {
        "breach.files": Answer(
            {"files": len(outermost), "inputs": len(report["inputs"]), "bytes": report["scan"]["bytes_total"]},
            tuple(f"/inputs/{at}" for at in outermost[:20]) or ("/inputs",),
        ),
        "breach.read_in_full": Answer(report["scan"]["complete"], ("/scan/complete",)),
    }
    if report["exam_dates"]["first"] is not None:
        found["personal_data.period"] = Answer(dict(report["exam_dates"]), ("/exam_dates/first", "/exam_dates/last"))
    return found


def _data(report: Report) -> dict[str, Answer]:
    by_category = report["persons"]["by_category"]
    found = {"personal_data.records": Answer({"approximate": report["records"]}, ("/records",))}
    for kind, categories in _KINDS.items():
        held = [name for name in categories if by_category.get(name, {}).get("high")]
        if not held:
            value: dict[str, Any] = {"found": False}
            found[f"personal_data.{kind}"] = Answer(value, ("/persons/by_category",))
            continue
        pointers = [
            pointer for name in held for pointer in (f"/persons/by_category/{name}", *lines_of_category(report, name))
        ]
        value = {"found": True, "people": {name: _bounds(by_category[name]) for name in held}}
        found[f"personal_data.{kind}"] = Answer(value, tuple(dict.fromkeys(pointers)))
    found["personal_data.health_themes"] = _themes(report)
    return found


def _themes(report: Report) -> Answer:
    by_theme = report["persons"]["by_theme"]
    value = {
        theme: {status: _bounds(bounds) for status, bounds in statuses.items() if bounds["high"]}
        for theme, statuses in by_theme.items()
        if any(bounds["high"] for bounds in statuses.values())
    }
    pointers = [
        pointer for theme in value for pointer in (f"/persons/by_theme/{theme}", *lines_of_theme(report, theme))
    ]
    return Answer(value, tuple(pointers) or ("/persons/by_theme",))


def _people(report: Report) -> dict[str, Answer]:
    found, sampled = report["persons"], report["scan"]["sampled"]
    as_of = report["scan"]["as_of"]
    said = {
        "data_subjects.number": Answer(
            {name: found[name] for name in ("likely", "low", "high")},
            ("/persons", f"/persons/waterfall/{len(found['waterfall']) - 1}"),
        ),
        "data_subjects.number_kind": Answer("to_be_determined" if sampled else "approximate", ("/scan/sampled",)),
        "data_subjects.minors": Answer(
            {"people": _few(found["minors"]), "on": as_of}, ("/persons/minors", "/scan/as_of")
        ),
        "data_subjects.minors_at_event": Answer(
            {"people": _few(found["minors_at_exam"])}, ("/persons/minors_at_exam",)
        ),
        "data_subjects.professionals": Answer(
            {"prescribers": report["prescribers"]["distinct"]},
            ("/prescribers/distinct", *lines_of_category(report, "prescriber")),
        ),
    }
    if found["high"]:
        said["data_subjects.patients"] = Answer(True, ("/persons/basis",), proposal=True)
    return said


def _risk(report: Report) -> dict[str, Answer]:
    severity = report["severity"]
    if severity["dpc"] is None:
        return {}
    decisive = [at for at, reason in enumerate(severity["reasons"]) if reason["decisive"]]
    themes = sensitive_themes(report)
    found = {
        "consequences.severity": Answer(SEVERITY[severity["band"]], ("/severity/band",), proposal=True),
        "consequences.severity_basis": Answer(
            {name: severity[name] for name in ("dpc", "ei", "cb", "cb_assumed", "score", "band")},
            ("/severity", *(f"/severity/reasons/{at}" for at in decisive)),
        ),
        "consequences.assessment_method": Answer("ENISA 2013", ("/severity",)),
        "consequences.high_risk": Answer(at_least(severity["band"], "high"), ("/severity/band",), proposal=True),
        "communication.required": Answer(at_least(severity["band"], "high"), ("/severity/band",), proposal=True),
    }
    if themes:
        found["consequences.likely_consequences"] = Answer(
            ["disclosure_of_health", "discrimination", "blackmail", "reputational_damage"],
            tuple(f"/persons/by_theme/{theme}" for theme in themes),
            proposal=True,
        )
    if report["persons"]["with_credentials"]:
        found["measures_after.urgent"] = Answer(
            "reset_passwords_and_close_sessions",
            ("/persons/with_credentials", *lines_of_category(report, "credentials")),
            proposal=True,
        )
    return found


def _reach(report: Report) -> dict[str, Answer]:
    persons = report["persons"]
    found = {
        f"communication.reachable_by_{channel}": Answer(_few(count), (f"/persons/reachable/{channel}",))
        for channel, count in persons["reachable"].items()
    }
    channels = persons.get("breakdowns", {}).get("channels")
    if channels is not None:
        value = {
            name: {"fewer_than": SMALL} if one["shared"] is None else one["shared"] for name, one in channels.items()
        }
        found["communication.shared_channels"] = Answer(value, ("/persons/breakdowns/channels",))
    return found
