"""The command line: one row per command, and one place where every failure becomes a sentence and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leakscan.cli.audit import audit_command
from leakscan.cli.contact_list import contact_list_command
from leakscan.cli.detectors import detectors_command
from leakscan.cli.explain import explain_command
from leakscan.cli.formats import formats_command
from leakscan.cli.gate import gate_command
from leakscan.cli.merge import merge_command
from leakscan.cli.output import say, write_out
from leakscan.cli.report import report_command
from leakscan.cli.review import review_command
from leakscan.cli.scan import scan_command
from leakscan.cli.serve import serve_app
from leakscan.cli.verify import verify_command
from leakscan.cli.version import version_line
from leakscan.cli.watch import watch_command
from leakscan.errors import LeakscanError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FAILED = 2

app = typer.Typer(
    name="leakscan",
    help="Find, count and rate French health data in leaked files.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("scan")(scan_command)
app.command("report")(report_command)
app.command("merge")(merge_command)
app.command("audit")(audit_command)
app.command("contact-list")(contact_list_command)
app.command("explain")(explain_command)
app.command("review")(review_command)
app.command("gate")(gate_command)
app.command("watch")(watch_command)
app.command("verify")(verify_command)
app.command("detectors")(detectors_command)
app.command("formats")(formats_command)
app.add_typer(serve_app, name="serve")


def _show_version(asked: bool) -> None:
    if asked:
        write_out(version_line())
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Find, count and rate French health data in leaked files."""


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; nothing but a sentence is ever shown for a failure."""
    try:
        app(args=list(arguments), prog_name="leakscan")
    except SystemExit as end:
        # typer turns Ctrl-C into an exit before we see it
        if isinstance(getattr(end.__context__, "__cause__", None), KeyboardInterrupt):
            say("interrupted before there was anything to report")
        return end.code if isinstance(end.code, int) else 0
    except LeakscanError as error:
        say(str(error))
    except Exception as error:  # noqa: BLE001  the last place that can keep a cell's content out of a traceback
        _say_unexpected(error)
    else:
        return 0
    return _FAILED


def _say_unexpected(error: BaseException) -> None:
    """Type and place of a defect, never its message: libraries put cell contents into theirs."""
    place = _place(error)
    say(
        f"unexpected {type(error).__name__} in {place}: a defect of leakscan, not of your call; "
        "run again with LEAKSCAN_DEBUG=1 for the places only (never values) and report it"
    )
    if os.environ.get("LEAKSCAN_DEBUG") == "1":
        for link in _chain(error):
            sys.stderr.write(f"{type(link).__name__} (message withheld), most recent call last:\n")
            sys.stderr.writelines(traceback.format_tb(link.__traceback__))


def _place(error: BaseException) -> str:
    """`module.py:line` of the deepest frame inside leakscan."""
    package = Path(__file__).parent.parent
    place = "the command line"
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(package):
            place = f"{path.relative_to(package).as_posix()}:{frame.lineno}"
    return place


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
