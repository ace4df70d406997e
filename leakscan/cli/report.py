"""`leakscan report`: a saved result in, any output format out. It never scans, and needs no key."""

from __future__ import annotations

import os
from typing import Annotated, Any, Literal

import typer

from leakscan.cli.output import show
from leakscan.errors import UsageError


def report_command(
    result: Annotated[str, typer.Argument(metavar="RESULT", help="A result that scan wrote, by --save or --json.")],
    output_format: Annotated[
        Literal["terminal", "html", "csv", "json"], typer.Option("--format", help="Output format.")
    ] = "terminal",
    lang: Annotated[Literal["fr", "en"] | None, typer.Option(help="Language; default: from LANG, else en.")] = None,
) -> None:
    """Show a saved report again, without scanning."""
    from leakscan.i18n import language

    show(_load(result), output_format, lang or language(os.environ))


def _load(file: str) -> dict[str, Any]:
    import json
    from pathlib import Path

    from leakscan.persons.sealed import is_saved, stored_report
    from leakscan.renderers.schema import first_problem

    try:
        report: Any = stored_report(Path(file)) if is_saved(Path(file)) else json.loads(Path(file).read_bytes())
    except OSError as error:
        message = f"cannot read {file}: {error.strerror}; give a result that `leakscan scan` wrote"
        raise UsageError(message) from None
    except (ValueError, RecursionError):
        message = f"{file} is not JSON; give a result that `leakscan scan` wrote"
        raise UsageError(message) from None
    problem = first_problem(report)
    if problem is not None:
        message = f"{file} is not a report of schema leakscan-report/1 ({problem}); write it again with `leakscan scan`"
        raise UsageError(message)
    return dict(report)
