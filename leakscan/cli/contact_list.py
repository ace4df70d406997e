"""`leakscan contact-list`: whom to write to under art. 34, encrypted for whoever does it; by no theme."""

from __future__ import annotations

import gc
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leakscan.cli.evidence import finish_log, log_begun
from leakscan.cli.inputs import read_passwords
from leakscan.cli.output import STDOUT, check_writable, say

if TYPE_CHECKING:
    from leakscan.mailing import Mailing
    from leakscan.renderers import Report


def contact_list_command(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT", help="Files, folders or URLs, as for scan.")],
    recipient: Annotated[
        list[str], typer.Option(metavar="AGE1...", help="Public key of age that may open the list; repeatable.")
    ],
    out: Annotated[str, typer.Option(metavar="FILE", help="Write the encrypted list there; a new file.")],
    purpose: Annotated[str, typer.Option(metavar="TEXT", help="What the list is for; goes into the evidence log.")],
    operator: Annotated[str, typer.Option(metavar="NAME", help="Who makes it; goes into the evidence log.")],
    evidence_log: Annotated[str, typer.Option(metavar="FILE", help="Log of what was done and why; a new file.")],
    signing_key: Annotated[
        str, typer.Option(metavar="FILE", help="Key that signs the log; made, for you alone, if missing.")
    ],
    case: Annotated[str | None, typer.Option(metavar="FILE", help="Case of the log, as for scan.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(metavar="GLOB", help="Paths to leave out; repeatable.")] = None,
    encoding: Annotated[str | None, typer.Option(metavar="E", help="Encoding of every input.")] = None,
    delimiter: Annotated[str | None, typer.Option(metavar="D", help="Delimiter of every table.")] = None,
    role: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN=ROLE", help="What a column is, over leakscan's own judgement.")
    ] = None,
    password_file: Annotated[
        str | None, typer.Option(metavar="FILE", help="Passwords for encrypted archives, one per line, UTF-8.")
    ] = None,
    workers: Annotated[int | None, typer.Option(metavar="N", min=1, help="Processes for large inputs.")] = None,
    memory: Annotated[
        int, typer.Option(metavar="MIB", min=0, help="Findings kept in memory; more go encrypted to a temporary file.")
    ] = 64,
) -> None:
    """List whom to inform (art. 34): a name and one channel per person, encrypted with age.

    It holds no number of anybody and no theme, and cannot be cut by theme: such a list would say who has what.

    Exit codes: 0 written; 2 refused or nothing could be scanned; 130 interrupted, nothing is written.
    """
    from leakscan.age import exists, recipients_of, write_for
    from leakscan.crowd import crowd
    from leakscan.errors import UsageError
    from leakscan.mailing import csv_pieces, mailing
    from leakscan.options import ScanOptions, parse_roles
    from leakscan.progress import progress_for
    from leakscan.report import build_report
    from leakscan.scan import scan

    if not gc.isenabled():  # by `__main__`, for the time of the imports
        gc.freeze()
        gc.enable()
    signal.siginterrupt(signal.SIGINT, True)
    keys = recipients_of(recipient)
    _check(out, inputs, {"--purpose": purpose, "--operator": operator}, {evidence_log, signing_key})
    if Path(out).exists() or Path(out).is_symlink():
        raise UsageError(exists(out))
    options = ScanOptions(
        encoding=encoding,
        delimiter=delimiter,
        roles=parse_roles(role or []),
        exclude=tuple(exclude or ()),
        workers=workers,
        memory=memory,
        passwords=() if password_file is None else read_passwords(password_file),
        contacts=True,
    )
    log = log_begun(evidence_log, signing_key, case, None, inputs, options)
    if log is None:
        message = "a contact list needs --evidence-log FILE"
        raise UsageError(message)
    log.note("contact_list_asked", {"purpose": purpose, "operator": operator}, recipients=[str(key) for key in keys])
    progress = progress_for(sys.stderr, quiet=False)
    try:
        ledger = scan(inputs, options, progress)
    finally:
        progress.finish()
    if ledger.interrupted:
        say("interrupted: no list was written, since it would leave out people")
        raise typer.Exit(130)
    counted = crowd(ledger, options, exact_rows=sys.maxsize)
    report, found = build_report(ledger, options, counted), mailing(counted)
    digest = write_for(keys, out, csv_pieces(found))
    log.note(
        "contact_list_written",
        sha256=digest,
        people=found.people,
        by_channel=found.by_channel(),
        without_channel=found.without_channel,
        shared=found.shared,
    )
    finish_log(log, report, inputs, options)
    _tell(found, report, out)


def _check(out: str, inputs: list[str], texts: dict[str, str], others: set[str]) -> None:
    """Refuse what cannot be carried out before anything is read."""
    from leakscan.errors import UsageError

    for option, text in texts.items():
        if not text.strip():
            message = f"{option} is empty: the evidence log must say what a contact list is for and who makes it"
            raise UsageError(message)
    if out == STDOUT:
        message = "--out needs the name of a file: a contact list is not written to standard output"
        raise UsageError(message)
    check_writable(out, inputs)
    place = Path(out).absolute().resolve()
    if place in {Path(other).absolute().resolve() for other in others}:
        message = f"--out {out} is the evidence log or its key: give another name"
        raise UsageError(message)
    if any(place.is_relative_to(Path(given).absolute().resolve()) for given in inputs if Path(given).is_dir()):
        message = f"--out {out} lies in an input: put it into another folder"
        raise UsageError(message)


def _tell(found: Mailing, report: Report, out: str) -> None:
    """On standard error: how many the list reaches, and whom it does not. No name of anybody."""
    by = ", ".join(f"{count} by {channel}" for channel, count in found.by_channel().items())
    say(f"{found.lines.height} people in {out}: {by}; {found.shared} by a contact that others share")
    say(f"{found.without_channel} of {found.people} people have no channel in the inputs and are not in the list")
    unread = sum(source["status"] != "scanned" for source in report["inputs"])
    if found.nameless:
        say(f"{found.nameless} lines have no name")
    if unread or report["records_damaged"]:
        say(f"not in the list either: {unread} inputs not read whole, {report['records_damaged']} damaged rows")
