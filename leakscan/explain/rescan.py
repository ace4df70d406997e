"""Count the people of a corrected report anew, from inputs that still lie where they were, byte for byte."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leakscan.errors import UsageError
from leakscan.explain.correct import circumstances
from leakscan.explain.targets import groups
from leakscan.options import ScanOptions
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import union
from leakscan.report import build_report
from leakscan.scan import scan
from leakscan.sources import STDIN_PATH, is_remote

if TYPE_CHECKING:
    from leakscan.renderers import Report

_SAME = ("path", "member", "sha256", "records", "records_damaged", "status")


def counted_again(corrected: Report, workers: int | None = None) -> dict[str, Any]:
    """The report of a scan of the same inputs under the corrected roles; it keeps the corrections.

    Raises UsageError, before anything is scanned, where an input is not what it was; and after it, where it was read
    otherwise, since the first scan had options that a report does not hold (an encoding, a password).
    """
    _refuse_changed(corrected)
    prints = Fingerprinter()
    recipients, malicious = circumstances(corrected)
    as_of = date.fromisoformat(corrected["scan"]["as_of"])
    options = ScanOptions(as_of=as_of, recipients=recipients, malicious=malicious, workers=workers)
    parts = [scan(paths, replace(options, roles=dict(roles)), prints=prints) for paths, roles in groups(corrected)]
    report = build_report(union(parts), options)
    if _read(report) != _read(corrected):
        message = (
            "the inputs were not read as before: the first scan had other options of reading (--encoding, --delimiter, "
            "--password-file ...); scan them with these and --role"
        )
        raise UsageError(message)
    told = [{**one, "people": "counted_again"} for one in corrected["corrections"]]
    return {**report, "corrections": told}


def _read(report: Report) -> list[tuple[Any, ...]]:
    return sorted(tuple(str(given[name]) for name in _SAME) for given in report["inputs"])


def _refuse_changed(report: Report) -> None:
    for place, given in enumerate(report["inputs"], 1):
        if given["member"] is not None:
            continue
        path = given["path"]
        if path == STDIN_PATH or is_remote(path) or given["sha256"] is None or given["status"] == "skipped":
            message = (
                f"--rescan: input no. {place} was piped in, lies elsewhere or was not read whole; scan it with --role"
            )
            raise UsageError(message)
        if _sha256(path) != given["sha256"]:
            message = (
                f"--rescan: input no. {place} does not lie at its path with its SHA-256 any more; scan it with --role"
            )
            raise UsageError(message)


def _sha256(path: str) -> str | None:
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None
