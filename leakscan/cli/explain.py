"""`leakscan explain`: a result in, why it says what it says out; and what a corrected role changes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from leakscan.cli.output import STDOUT, check_writable, options_for, write_file, write_out
from leakscan.errors import UsageError

if TYPE_CHECKING:
    from leakscan.explain.correct import Corrected
    from leakscan.explain.tell import Explanation
    from leakscan.renderers import Report


def explain_command(
    result: Annotated[str, typer.Argument(metavar="RESULT", help="A result that scan wrote, by --save or --json.")],
    column: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Explain this column: its name, number or FILE:NAME.")
    ] = None,
    persons: Annotated[bool, typer.Option("--persons", help="Explain the count of people.")] = False,
    correct: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN=ROLE", help="What a column is; FILE:COLUMN where several have it; repeatable."),
    ] = None,
    rescan: Annotated[
        bool, typer.Option("--rescan", help="Count the people again, from inputs that lie unchanged at their paths.")
    ] = False,
    who: Annotated[str | None, typer.Option(metavar="NAME", help="Who corrects; default: your login name.")] = None,
    out: Annotated[str | None, typer.Option(metavar="FILE", help="Write the corrected report there, as JSON.")] = None,
    evidence_log: Annotated[
        str | None, typer.Option(metavar="FILE", help="Log the corrections there. Needs --signing-key.")
    ] = None,
    signing_key: Annotated[
        str | None, typer.Option(metavar="FILE", help="Key that signs the log; made, for you alone, if missing.")
    ] = None,
    json: Annotated[str | None, typer.Option(metavar="FILE|-", help="Write the explanation there as JSON.")] = None,
    lang: Annotated[Literal["fr", "en"] | None, typer.Option(help="Language; default: from LANG, else en.")] = None,
) -> None:
    """Explain a result: why columns have their roles, why so many people, why this band.

    Exit codes: 0 done; 2 bad usage.
    """
    from leakscan.cli.report import load
    from leakscan.i18n import language

    chosen = lang or language(os.environ)
    if not correct and (rescan or out is not None or evidence_log is not None or who is not None):
        message = "--rescan, --out, --who and --evidence-log are for corrections: give --correct COLUMN=ROLE too"
        raise UsageError(message)
    for file in (one for one in (out, json) if one not in (None, STDOUT)):
        check_writable(str(file), [result])
    report = load(result)
    if correct:
        told = _corrected(report, correct, rescan=rescan, who=who, out=out, log=evidence_log, signing_key=signing_key)
    else:
        told = _explained(report, column or [], persons=persons)
    _write(told, json, chosen)


def _explained(report: Report, columns: list[str], *, persons: bool) -> Explanation:
    from leakscan.explain.columns import places
    from leakscan.explain.people import people_statements
    from leakscan.explain.targets import columns_meant
    from leakscan.explain.tell import Explanation, all_explained, explained_columns

    if not columns and not persons:
        return all_explained(report)
    known = places(report)
    meant = [
        place
        for number, target in enumerate(columns, 1)
        for place in columns_meant(known, target, f"--column no. {number}")
    ]
    return Explanation(
        columns=explained_columns(report, dict.fromkeys(meant)) if columns else None,
        people=list(people_statements(report)) if persons else None,
    )


def _corrected(
    report: Report,
    given: list[str],
    *,
    rescan: bool,
    who: str | None,
    out: str | None,
    log: str | None,
    signing_key: str | None,
) -> Explanation:
    from leakscan.cli.evidence import log_corrections, now
    from leakscan.explain.correct import corrected
    from leakscan.explain.rescan import counted_again
    from leakscan.explain.targets import parse_corrections
    from leakscan.explain.tell import correction_explained

    made = corrected(report, parse_corrections(report, given), who or login(), now())
    recounted = counted_again(made.report) if rescan and made.corrections else None
    keep(report, made, recounted, out, log, signing_key, log_corrections)
    return correction_explained(report, made, recounted)


def login() -> str:
    """The login name, for who corrects; `unknown` where the system has none."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def keep(
    before: Report,
    made: Corrected,
    recounted: Report | None,
    out: str | None,
    log: str | None,
    signing_key: str | None,
    log_corrections: Any,
) -> None:
    """The corrections in the evidence log, and the corrected report in its file, where these are asked for."""
    from leakscan.renderers.json import json_pieces

    after = made.report if recounted is None else recounted
    if made.corrections:
        log_corrections(log, signing_key, before, after, len(made.corrections))
    if out is not None:
        write_file(out, json_pieces(after))


def _write(told: Explanation, json: str | None, lang: str) -> None:
    from json import dumps

    from leakscan.explain.tell import as_json, as_text
    from leakscan.renderers.terminal import ascii_only
    from leakscan.untrusted import harmless_json

    if json is not None:
        text = harmless_json(dumps(as_json(told, lang), ensure_ascii=False, indent=2, allow_nan=False)) + "\n"
        if json != STDOUT:
            write_file(json, [text])
        else:
            write_out(text)
            return
    options = options_for(sys.stdout, lang)
    text = as_text(told, lang, min(max(options.width, 80), 160))
    write_out(text if options.unicode else ascii_only(text))
