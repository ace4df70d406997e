"""The exit codes, which are an interface: scripts and hooks decide by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakscan.severity import at_least

if TYPE_CHECKING:
    from leakscan.gate.verdict import Verdict
    from leakscan.renderers.renderer import Report

DONE = 0
FAIL_ON_REACHED = 1
NOTHING_OR_USAGE = 2
UNREAD_AND_STRICT = 3
INTERRUPTED = 130
"""128 + SIGINT, as shells have it."""
ALLOWED, BLOCKED, REVIEW = 0, 1, 4
CHECK_FAILED = 2
"""Whoever calls the gate takes it for `BLOCKED`: nothing is known of the upload."""


def exit_code(report: Report, *, interrupted: bool, fail_on: str | None, strict: bool) -> int:
    """The exit code of a finished scan: interrupted, then nothing scanned, then unread, then the band."""
    if interrupted:
        return INTERRUPTED
    statuses = {source["status"] for source in report["inputs"]}
    if statuses <= {"skipped"}:
        return NOTHING_OR_USAGE
    if strict and statuses != {"scanned"}:
        return UNREAD_AND_STRICT
    if fail_on is not None and at_least(report["severity"]["band"], fail_on):
        return FAIL_ON_REACHED
    return DONE


def gate_code(verdict: Verdict) -> int:
    """The exit code of a verdict; a check that failed itself has one of its own, unless it says review."""
    if verdict.rule == "error" and verdict.action == "block":
        return CHECK_FAILED
    return {"allow": ALLOWED, "block": BLOCKED, "review": REVIEW}[verdict.action]
