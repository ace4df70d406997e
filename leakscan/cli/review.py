"""`leakscan review`: look through the columns of a result in the terminal, and correct their roles."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from leakscan.cli.output import check_writable
from leakscan.errors import UsageError

if TYPE_CHECKING:
    from leakscan.explain.correct import Corrected


def review_command(
    result: Annotated[str, typer.Argument(metavar="RESULT", help="A result that scan wrote, by --save or --json.")],
    out: Annotated[
        str | None, typer.Option(metavar="FILE", help="Corrected report; default: RESULT with .corrected.json.")
    ] = None,
    who: Annotated[str | None, typer.Option(metavar="NAME", help="Who reviews; default: your login name.")] = None,
    evidence_log: Annotated[
        str | None, typer.Option(metavar="FILE", help="Log the corrections there. Needs --signing-key.")
    ] = None,
    signing_key: Annotated[
        str | None, typer.Option(metavar="FILE", help="Key that signs the log; made, for you alone, if missing.")
    ] = None,
    lang: Annotated[Literal["fr", "en"] | None, typer.Option(help="Language; default: from LANG, else en.")] = None,
) -> None:
    """Review the columns of a result in the terminal: accept, reject or change their roles. Needs the extra review.

    Exit codes: 0 done; 2 bad usage.
    """
    from leakscan.cli.evidence import log_corrections, now
    from leakscan.cli.explain import keep, login
    from leakscan.cli.report import load
    from leakscan.i18n import language

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        message = "review needs a terminal; elsewhere use `leakscan explain RESULT --correct COLUMN=ROLE`"
        raise UsageError(message)
    target = out or str(Path(result).with_suffix(".corrected.json"))
    check_writable(target, [result])
    report = load(result)
    try:
        from leakscan.review.app import ReviewApp
    except ModuleNotFoundError:
        message = "review needs the extra review: pip install 'leakscan[review]'"
        raise UsageError(message) from None
    logs: list[Path] = []

    def save(made: Corrected) -> str:
        log = None if evidence_log is None else _log_name(evidence_log, len(logs))
        keep(report, made, None, target, log, signing_key, log_corrections)
        logs.extend([] if log is None else [Path(log)])
        return target

    app = ReviewApp(report, lang or language(os.environ), who or login(), now, save)
    app.run()
    if app._exception is not None:  # noqa: SLF001  the library would print it with what variables held
        raise app._exception  # noqa: SLF001


def _log_name(file: str, saved: int) -> str:
    """A log is never written again: what is saved a second time gets a log of its own, FILE-2."""
    path = Path(file)
    return file if not saved else str(path.with_name(f"{path.stem}-{saved + 1}{path.suffix}"))
