"""`leakscan scan`: targets in, a summary and a report out."""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from leakscan.cli.evidence import finish_log, log_begun
from leakscan.cli.inputs import read_passwords
from leakscan.cli.output import STDOUT, check_outputs, say, show, write_file
from leakscan.cli.preview import preview
from leakscan.limits import DEPTH, EXPANSION, MEMBERS, SECONDS_FREE, WORKER_BYTES, Limits

if TYPE_CHECKING:
    from leakscan.errors import LeakscanError
    from leakscan.options import ScanOptions
    from leakscan.persons.identity import Fingerprinter
    from leakscan.persons.ledger import Ledger
    from leakscan.work import Checkpoint


def scan_command(
    targets: Annotated[
        list[str],
        typer.Argument(metavar="TARGET", help="Files, folders, s3:// smb:// sftp:// URLs, or - for standard input."),
    ],
    json: Annotated[str | None, typer.Option(metavar="FILE|-", help="Write the JSON report there.")] = None,
    html: Annotated[str | None, typer.Option(metavar="FILE", help="Write the report as an HTML page there.")] = None,
    pdf: Annotated[str | None, typer.Option(metavar="FILE", help="Write the page as PDF there (extra pdf).")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
    lang: Annotated[Literal["fr", "en"] | None, typer.Option(help="Language; default: from LANG, else en.")] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="Day that decides who is a minor (YYYY-MM-DD); default: today.")
    ] = None,
    exclude: Annotated[list[str] | None, typer.Option(metavar="GLOB", help="Paths to leave out; repeatable.")] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="E", help="Encoding of every input; default: found out.")
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(metavar="D", help="Delimiter of every table, or tab, comma ...; default: found out.")
    ] = None,
    role: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN=ROLE", help="What a column is, over leakscan's own judgement.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Processes for large inputs; default: one per core.")
    ] = None,
    engine: Annotated[
        Literal["local", "dask"], typer.Option(help="Who reads the inputs: this machine, or a Dask cluster.")
    ] = "local",
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Scheduler of the cluster for --engine dask, as tcp://host:8786."),
    ] = None,
    memory: Annotated[
        int,
        typer.Option(metavar="MIB", min=0, help="Findings kept in memory; more go encrypted to a temporary file."),
    ] = 64,
    triage: Annotated[
        bool,
        typer.Option("--triage", help="A first look in about 2 s, at a part of every file."),
    ] = False,
    password_file: Annotated[
        str | None, typer.Option(metavar="FILE", help="Passwords for encrypted archives, one per line, UTF-8.")
    ] = None,
    max_expansion: Annotated[
        int, typer.Option(metavar="N", min=1, help="Bytes that may come out of an input per byte of it.")
    ] = EXPANSION,
    max_depth: Annotated[int, typer.Option(metavar="N", min=1, help="Archives within archives.")] = DEPTH,
    max_members: Annotated[
        int, typer.Option(metavar="N", min=1, help="Members of one input, nested ones too.")
    ] = MEMBERS,
    worker_memory: Annotated[
        int, typer.Option(metavar="MIB", min=1, help="Memory that a worker may take for data.")
    ] = WORKER_BYTES >> 20,
    time_limit: Annotated[
        int, typer.Option(metavar="SECONDS", min=1, help="Time that a worker has, and 2 s per MB beyond.")
    ] = int(SECONDS_FREE),
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Read scanned pages and pictures too; needs the program tesseract.")
    ] = False,
    resume: Annotated[
        str | None, typer.Option(metavar="DIR", help="Keep what is finished there; go on from there. Needs --key-file.")
    ] = None,
    key_file: Annotated[
        str | None, typer.Option(metavar="FILE", help="Key of the fingerprints; made, for you alone, if missing.")
    ] = None,
    save: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Keep the result there, sealed, for report and merge. Needs --key-file."),
    ] = None,
    case: Annotated[
        str | None, typer.Option(metavar="FILE", help="TOML: mandate, acquisition, operator, retention; for the log.")
    ] = None,
    evidence_log: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Log inputs, rules and coverage there, chained. Needs --signing-key."),
    ] = None,
    signing_key: Annotated[
        str | None, typer.Option(metavar="FILE", help="Key that signs the log; made, for you alone, if missing.")
    ] = None,
    smb_credentials: Annotated[
        str | None, typer.Option(metavar="FILE", help="User and password for smb:// targets (username=, password=).")
    ] = None,
    recipients: Annotated[
        Literal["unknown", "known", "none"] | None,
        typer.Option(help="Who is known to have got the data; default: unknown, shown as assumed."),
    ] = None,
    malicious: Annotated[bool, typer.Option("--malicious", help="The data were taken with malicious intent.")] = False,
    fail_on: Annotated[
        Literal["low", "medium", "high", "very_high"] | None, typer.Option(help="Exit with 1 from this band on.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 if any input was not read whole.")] = False,
) -> None:
    """Scan leaked files: what, how many people, how bad.

    Exit codes: 0 done; 1 --fail-on reached; 2 nothing could be scanned or bad usage; 3 some input unread and --strict;
    130 interrupted, what was found is kept.
    """
    from leakscan.cli.exit_codes import INTERRUPTED, NOTHING_OR_USAGE, exit_code
    from leakscan.i18n import language
    from leakscan.options import ScanOptions, parse_date, parse_roles, today
    from leakscan.progress import progress_for
    from leakscan.report import build_report
    from leakscan.scan import scan

    if not gc.isenabled():  # by `__main__`, for the time of the imports
        gc.freeze()
        gc.enable()
    signal.siginterrupt(signal.SIGINT, True)  # polars makes a blocked read go on after Ctrl-C
    chosen_lang = lang or language(os.environ)
    options = ScanOptions(
        encoding=encoding,
        delimiter=delimiter,
        roles=parse_roles(role or []),
        exclude=tuple(exclude or ()),
        recipients=recipients,
        malicious=malicious,
        lang=chosen_lang,
        workers=workers,
        memory=memory,
        triage=triage,
        smb_credentials=smb_credentials,
        ocr=ocr,
        scheduler=_scheduler(engine, scheduler),
        as_of=today() if as_of is None else parse_date(as_of),
        passwords=() if password_file is None else read_passwords(password_file),
        limits=Limits(
            expansion=max_expansion,
            depth=max_depth,
            members=max_members,
            worker_bytes=worker_memory << 20,
            seconds_free=float(time_limit),
        ),
    )
    check_outputs(save, json, targets, html, pdf)
    prints, checkpoint = _kept(resume, key_file, options, save)
    log = log_begun(evidence_log, signing_key, case, key_file, targets, options)
    if not quiet and not triage and sys.stderr.isatty():
        preview(targets, options)
    progress = progress_for(sys.stderr, quiet=quiet)
    try:
        ledger = scan(targets, options, progress, prints, checkpoint)
    finally:
        progress.finish()
    report, interrupted = build_report(ledger, options), ledger.interrupted
    finish_log(log, report, targets, options)
    trouble = None if save is None or prints is None else _saved(save, ledger, report, options, prints)
    del ledger
    _show(report, json, html, pdf, chosen_lang, quiet=quiet)
    if trouble is not None:  # only now, so that a full disk costs no report
        raise trouble
    if checkpoint is not None and not interrupted:
        checkpoint.clear()
    code = exit_code(report, interrupted=interrupted, fail_on=fail_on, strict=strict)
    if code == NOTHING_OR_USAGE:
        say("nothing could be scanned: none of the inputs could be read; the report says why for each")
    if code == INTERRUPTED:
        say("interrupted: the report covers only what was read until then")
    raise typer.Exit(code)


def _show(
    report: dict[str, Any], json: str | None, html: str | None, pdf: str | None, lang: str, *, quiet: bool
) -> None:
    """The summary or the JSON report on standard output, and the files that were asked for, whatever becomes of it."""
    try:
        if json == STDOUT:
            show(report, "json", lang)
        elif not quiet:
            show(report, "terminal", lang)
    finally:
        _write(report, json, html, pdf, lang)


def _write(report: dict[str, Any], json: str | None, html: str | None, pdf: str | None, lang: str) -> None:
    from leakscan.renderers import RENDERERS, RenderOptions
    from leakscan.renderers.json import json_pieces

    if json is not None and json != STDOUT:
        write_file(json, json_pieces(report))
    if html is not None:
        write_file(html, [RENDERERS["html"].render(report, RenderOptions(lang))])
    if pdf is not None:
        write_file(pdf, [content for _, content in RENDERERS["html"].files[".pdf"](report, RenderOptions(lang))])


def _scheduler(engine: str, address: str | None) -> str | None:
    from leakscan.errors import UsageError

    if (engine == "dask") != (address is not None):
        message = "--engine dask and --scheduler ADDRESS go together: give both, or neither"
        raise UsageError(message)
    return address


def _kept(
    resume: str | None, key_file: str | None, options: ScanOptions, save: str | None = None
) -> tuple[Fingerprinter | None, Checkpoint | None]:
    """The fingerprints of a key file, and the folder that a scan goes on from; None for what was not asked for."""
    from dataclasses import replace

    from leakscan.errors import UsageError
    from leakscan.persons.identity import Fingerprinter
    from leakscan.persons.keyfile import key_from

    if key_file is None:
        if resume is not None:
            message = "--resume needs --key-file FILE: what is kept on the disk is sealed with it"
            raise UsageError(message)
        if save is not None:
            message = "--save needs --key-file FILE: the ledger is sealed with it, and merges with others made with it"
            raise UsageError(message)
        return None, None
    folder = None if resume is None else Path(resume)
    key = key_from(Path(key_file), not_in=folder, not_beside=[] if save is None else [Path(save)])
    if folder is None:
        return Fingerprinter(key), None
    from leakscan.report import rules_sha256
    from leakscan.work import Checkpoint

    decisive = replace(options, workers=None, lang="en", recipients=None, malicious=False, smb_credentials=None)
    decisive = replace(decisive, scheduler=None)
    settled = repr((decisive, options.passwords, rules_sha256()))  # passwords are in no repr of the options
    return Fingerprinter(key), Checkpoint(folder, key, settled)


def _saved(
    save: str, ledger: Ledger, report: dict[str, Any], options: ScanOptions, prints: Fingerprinter
) -> LeakscanError | None:
    """Keep the result; what went wrong, if anything."""
    from leakscan.errors import LeakscanError
    from leakscan.merging import save as save_result

    try:
        save_result(Path(save), ledger, report, options, prints.key)
    except LeakscanError as error:
        return error
    return None
