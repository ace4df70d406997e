"""`leakscan verify`: an evidence log in, whether it holds out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leakscan.cli.output import say, write_out
from leakscan.errors import UsageError
from leakscan.untrusted import harmless

HOLDS = 0
BROKEN = 1


def verify_command(
    log: Annotated[str, typer.Argument(metavar="LOG", help="A log that scan --evidence-log wrote.")],
    key: Annotated[
        str | None, typer.Option(metavar="FILE", help="The key that must have signed it: FILE.pub, or the key file.")
    ] = None,
    inputs: Annotated[
        list[str] | None, typer.Option(metavar="TARGET", help="Where the inputs lie now: hashed again; repeatable.")
    ] = None,
    report: Annotated[
        str | None, typer.Option(metavar="RESULT", help="A result that must be the one of this log.")
    ] = None,
) -> None:
    """Check an evidence log: its chain and signature, and the inputs and the report if you give them.

    Exit codes: 0 it holds; 1 it was changed, or what it speaks of was; 2 bad usage.
    """
    from leakscan.cli.report import load
    from leakscan.custody.check import check
    from leakscan.custody.keys import public_key_from

    try:
        data = Path(log).read_bytes()
    except OSError as error:
        message = f"cannot read {log}: {error.strerror}; give a log that `leakscan scan --evidence-log` wrote"
        raise UsageError(message) from None
    public = None if key is None else public_key_from(key)
    found = check(data, public, inputs, None if report is None else load(report))
    for problem in found.problems:
        say(problem)
    if not found.problems:
        write_out("".join(f"{harmless(line)}\n" for line in (f"{log} holds", *found.notes)))
    raise typer.Exit(BROKEN if found.problems else HOLDS)
