"""Hold a report against a policy: which rule matches first, and what of the content could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from leakscan.gate.policy import Amount, Facts, Policy, Rule, Scope, fits
from leakscan.gate.verdict import DEFAULT, ENCRYPTED, OPAQUE, UNREADABLE, Action, stricter
from leakscan.records import THEMES
from leakscan.severity import at_least

TOLD_ENTITIES: tuple[str, ...] = ("nir", "ins")
"""Entities whose distinct numbers a verdict tells."""
_NOTHING_IN_IT = ("the file is empty", "the file holds nothing but NUL bytes")
_NO_TEXT = ("not a text: ", "not read yet: DICOM", "a picture whose", "an object of another program")
_CONTAINERS = ("archive", "document", "database", "Parquet", "Arrow", "Feather", "Avro", "control characters")
_POINTERS = (
    "a symbolic link, not followed",
    "it lies elsewhere, and nothing is fetched",
    "its base64 cannot be decoded; its text was searched as it stands",
)
"""Reasons of members that hold nothing of their own."""
_UNREAD_CODES = frozenset(
    ("lost", "pages_left_out", "unread_parts", "archive_cut", "uncounted_members", "unlisted_bytes", "trailing_bytes")
)
_OPAQUE_CODES = frozenset(("scanned_pages", "pictures", "pixels_unread", "binary_cells"))


@dataclass(frozen=True, slots=True)
class Judged:
    """What a policy says of a report; `failed`: what could not be read, as `encrypted`, `unreadable` and `opaque`."""

    action: Action
    rule: str
    reasons: tuple[str, ...]
    failed: tuple[str, ...] = field(default=())


def judge(report: Mapping[str, Any], facts: Facts, policy: Policy) -> Judged:
    """The first rule that matches, then the stricter of it and of what the policy says of unread content."""
    matched = next(((rule, told) for rule in policy.rules if (told := _matched(rule, report, facts)) is not None), None)
    action, name, reasons = policy.default, DEFAULT, ["no_rule"]
    failures = dict(policy.failures)
    if matched is not None:
        action, name, reasons = matched[0].action, matched[0].name, matched[1] or ["always"]
        failures |= matched[0].failures
    failed = unread(report)
    for kind in failed:
        stricter_one = stricter(action, failures[kind])
        if stricter_one != action:
            action, name = stricter_one, kind
    return Judged(action, name, (*reasons, *failed), failed)


def settled(report: Mapping[str, Any], facts: Facts, policy: Policy) -> Judged | None:
    """What the beginning of an upload settles already, whatever follows; None where the rest may change the action.

    Numbers found are found in the whole as well, and `block` is the strictest action: a rule that blocks and asks for
    such numbers alone decides, unless a rule before it might match in the whole and let the upload through.
    """
    for rule in policy.rules:
        reasons = _matched(rule, report, facts)
        if rule.action == "block":
            if reasons is not None and _only_grows(rule):
                return Judged("block", rule.name, (*reasons, "early"))
        elif all(fits(patterns, getattr(facts, fact)) for fact, patterns in rule.globs.items()):
            return None
    return None


def _only_grows(rule: Rule) -> bool:
    """Whether all that a rule asks for of the content are numbers of people that are valid in themselves."""
    other = rule.persons or rule.categories or rule.themes or rule.band is not None or rule.scope is not None
    return bool(rule.entities) and not other and all(amount.entity in TOLD_ENTITIES for amount in rule.entities)


def counts_of(report: Mapping[str, Any]) -> dict[str, int]:
    """What a verdict tells: people, distinct numbers, likely people per theme however it is spoken of. No zeros."""
    persons = report["persons"]
    counts = {f"persons_{name}": persons[name] for name in ("low", "likely", "high")}
    for entity in TOLD_ENTITIES:
        counts[entity] = _sum(report, Amount(entity, {}), "distinct")
    for theme in THEMES:
        statuses = persons["by_theme"].get(theme, {})
        counts[theme] = max((interval["likely"] for interval in statuses.values()), default=0)
    return {name: count for name, count in counts.items() if count}


def is_wide(report: Mapping[str, Any]) -> bool:
    """Whether anything was read as a text of wide characters."""
    return any((given["encoding"] or "").startswith(("utf-16", "utf-32")) for given in report["inputs"])


def top_format(report: Mapping[str, Any]) -> str | None:
    """The format of the upload itself, not of what lies in it; None where it has none that is known."""
    return next((given["format"] for given in report["inputs"] if given["member"] is None), None)


def unread(report: Mapping[str, Any]) -> tuple[str, ...]:
    """What of the content could not be read, worst first: `encrypted`, `unreadable`, `opaque`."""
    kinds = {_kind(given["status"], given["reason"] or "") for given in report["inputs"]}
    kinds |= {UNREADABLE for warning in report["warnings"] if warning["code"] in _UNREAD_CODES}
    kinds |= {OPAQUE for warning in report["warnings"] if warning["code"] in _OPAQUE_CODES}
    return tuple(kind for kind in (ENCRYPTED, UNREADABLE, OPAQUE) if kind in kinds)


def _kind(status: str, reason: str) -> str | None:
    if status == "scanned" or (status == "skipped" and reason in (*_NOTHING_IN_IT, *_POINTERS)):
        return None
    if "encrypted" in reason or "password" in reason:
        return ENCRYPTED
    no_text = reason.startswith(_NO_TEXT) and not any(word in reason for word in _CONTAINERS)
    return OPAQUE if no_text and status == "skipped" else UNREADABLE


def _matched(rule: Rule, report: Mapping[str, Any], facts: Facts) -> list[str] | None:
    """Reasons of a rule of which every condition holds; None where one does not."""
    reasons: list[str] = []
    for reason in _conditions(rule, report, facts):
        if reason is None:
            return None
        reasons += reason
    return reasons


def _conditions(rule: Rule, report: Mapping[str, Any], facts: Facts) -> Iterator[list[str] | None]:
    """Of each condition its reasons, or None where it does not hold; the cheap ones first."""
    for fact, patterns in rule.globs.items():
        yield [fact] if fits(patterns, getattr(facts, fact)) else None
    for kind, least in rule.persons.items():
        yield [f"persons_{kind}>={least}"] if report["persons"][kind] >= least else None
    for category, least in rule.categories.items():
        enough = report["persons"]["by_category"][category]["likely"] >= least
        yield [f"category.{category}>={least}"] if enough else None
    if rule.band is not None:
        yield [f"band>={rule.band}"] if at_least(report["severity"]["band"], rule.band) else None
    for (theme, status), least in rule.themes.items():
        enough = _people_with(report, theme, status) >= least
        yield [f"theme.{theme}.{status}>={least}"] if enough else None
    for amount in rule.entities:
        for name, least in amount.least.items():
            yield [f"{amount.entity}.{name}>={least}"] if _sum(report, amount, name) >= least else None
    if rule.scope is not None:
        yield list(_beyond(rule.scope, report)) or None


def _people_with(report: Mapping[str, Any], theme: str, status: str) -> int:
    """Likely people of a theme under a status, at least: the most of one theme and status where `any` is asked."""
    by_theme = report["persons"]["by_theme"]
    return max(
        (
            interval["likely"]
            for found in THEMES
            if theme in (found, "any")
            for spoken, interval in by_theme.get(found, {}).items()
            if status in (spoken, "any")
        ),
        default=0,
    )


def _sum(report: Mapping[str, Any], amount: Amount, name: str) -> int:
    """How much of an entity stands in the content. Distinct values are those of the richest column: not added up."""
    found = [
        line[name]
        for line in report["evidence"]
        if line["entity"] == amount.entity and line["confidence"] >= amount.confidence
    ]
    return max(found, default=0) if name == "distinct" else sum(found)


def _beyond(scope: Scope, report: Mapping[str, Any]) -> Iterator[str]:
    """What goes beyond a declared scope."""
    columns = [column for given in report["inputs"] for column in given["roles"]]
    if scope.columns is not None:
        declared = scope.columns
        names = [column["column"].casefold() for column in columns]
        surplus = sum(not any(fnmatchcase(name, pattern) for pattern in declared) for name in names)
        if surplus:
            yield f"scope.columns+{surplus}"
    if scope.roles is not None:
        roles = {column["role"] for column in columns} - {None}
        yield from (f"scope.role.{role}" for role in sorted(roles - set(scope.roles)))
    if scope.persons is not None and report["persons"]["likely"] > scope.persons:
        yield f"scope.persons>{scope.persons}"
    first, last = (report["exam_dates"][end] for end in ("first", "last"))
    if scope.exams_from is not None and first is not None and date.fromisoformat(first) < scope.exams_from:
        yield f"scope.exams<{scope.exams_from}"
    if scope.exams_to is not None and last is not None and date.fromisoformat(last) > scope.exams_to:
        yield f"scope.exams>{scope.exams_to}"
