"""The evidence log of a scan: begun before anything is read, ended when the report is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leakscan.cli.output import say
from leakscan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakscan.custody.log import EvidenceLog
    from leakscan.options import ScanOptions
    from leakscan.renderers import Report


def log_begun(
    file: str | None,
    signing_key: str | None,
    case: str | None,
    key_file: str | None,
    targets: list[str],
    options: ScanOptions,
) -> EvidenceLog | None:
    """The evidence log with what stands in it before the scan; None where none was asked for."""
    if file is None:
        if case is not None or signing_key is not None:
            message = "--case and --signing-key are for a log: give --evidence-log FILE too"
            raise UsageError(message)
        return None
    if signing_key is None:
        message = "--evidence-log needs --signing-key FILE: the end of the log is signed with it"
        raise UsageError(message)
    from leakscan.custody.case import read_case
    from leakscan.custody.keys import signing_key as key_of
    from leakscan.custody.log import EvidenceLog

    place = Path(file).absolute().resolve()
    if any(place.is_relative_to(Path(target).absolute().resolve()) for target in targets if Path(target).is_dir()):
        message = f"--evidence-log {file} lies in a target: put it into another folder"
        raise UsageError(message)
    told = None if case is None else read_case(case)
    log = EvidenceLog(file, key_of(signing_key, file, key_file))
    log.begin(targets, options, told)
    return log


def finish_log(log: EvidenceLog | None, report: Report, targets: Sequence[str], options: ScanOptions) -> None:
    """The end of the log, and a sentence where inputs are no longer what they were."""
    changed = 0 if log is None else log.finish(report, targets, options)
    if changed:
        say(f"{changed} inputs are no longer what they were when the scan began: the evidence log says which")


def now() -> str:
    """The time in UTC, to the second."""
    from leakscan.custody.log import now as clock

    return clock()


def log_corrections(file: str | None, signing_key: str | None, before: Report, after: Report, made: int) -> None:
    """A log of corrections, from beginning to signed end. `made`: how many of the report's corrections are new."""
    if file is None:
        if signing_key is not None:
            message = "--signing-key is for a log: give --evidence-log FILE too"
            raise UsageError(message)
        return
    if signing_key is None:
        message = "--evidence-log needs --signing-key FILE: the end of the log is signed with it"
        raise UsageError(message)
    from leakscan.custody.keys import signing_key as key_of
    from leakscan.custody.log import EvidenceLog

    EvidenceLog(file, key_of(signing_key, file, None)).corrected(before, after, made)
