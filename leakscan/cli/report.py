"""`leakscan report`: a saved result in, any output format out. It never scans, and needs no key."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from leakscan.cli.output import check_writable, options_for, show, write_file
from leakscan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakscan.renderers import Renderer, RenderOptions, Report


def report_command(
    result: Annotated[str, typer.Argument(metavar="RESULT", help="A result that scan wrote, by --save or --json.")],
    output_format: Annotated[
        Literal["terminal", "html", "csv", "json", "cnil", "edpb", "sarif", "ocsf"],
        typer.Option("--format", help="Output format."),
    ] = "terminal",
    lang: Annotated[Literal["fr", "en"] | None, typer.Option(help="Language; default: from LANG, else en.")] = None,
    out: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write there; FILE.docx, FILE.pdf: of a format that has one.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="RESULT", help="cnil, edpb: an earlier result, whose differences are shown.")
    ] = None,
    split_by: Annotated[
        Literal["laboratory", "finess"] | None, typer.Option(help="cnil, edpb: one draft per controller.")
    ] = None,
) -> None:
    """Show a saved report again, without scanning."""
    from dataclasses import replace

    from leakscan.i18n import language
    from leakscan.renderers import RENDERERS

    chosen_lang = lang or language(os.environ)
    if not RENDERERS[output_format].drafts and (since is not None or split_by is not None):
        drafts = " and ".join(name for name, renderer in RENDERERS.items() if renderer.drafts)
        message = f"--since and --split-by are for drafts of notifications: give them with --format {drafts}"
        raise UsageError(message)
    if out is not None:
        check_writable(out, [result, *([] if since is None else [since])])
    report = load(result)
    options = replace(
        options_for(sys.stdout, chosen_lang), since=None if since is None else load(since), split_by=split_by
    )
    if out is None:
        show(report, output_format, chosen_lang, options)
        return
    for name, content in _files(RENDERERS[output_format], out, report, replace(options, color=False, unicode=True)):
        write_file(name, [content])


def _files(renderer: Renderer, out: str, report: Report, options: RenderOptions) -> Iterable[tuple[str, str | bytes]]:
    """(name, content) of each file: one, or one per draft, named after the first."""
    from pathlib import Path

    path = Path(out)
    if path.suffix in {".docx", ".pdf"} and path.suffix not in renderer.files:
        message = f"--format {renderer.format} has no {path.suffix[1:].upper()}: give another name to --out"
        raise UsageError(message)
    if path.suffix not in renderer.files:
        return [(out, renderer.render(report, options))]
    made = renderer.files[path.suffix](report, options)
    return ((str(path.with_name(f"{path.stem}{end}{path.suffix}")), content) for end, content in made)


def load(file: str) -> dict[str, Any]:
    """The report of a file that `scan` or `merge` wrote; UsageError for another."""
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
