"""`leakscan merge`: saved results in, one saved result and its report out. It never scans."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from leakscan.cli.output import STDOUT, check_outputs, say, show, write_file


def merge_command(
    results: Annotated[list[str], typer.Argument(metavar="RESULT...", help="Files that scan --save or merge wrote.")],
    save: Annotated[str, typer.Option(metavar="FILE", help="Keep the merged result there, sealed with the key.")],
    key_file: Annotated[str, typer.Option(metavar="FILE", help="The key file that all the results were made with.")],
    json: Annotated[str | None, typer.Option(metavar="FILE|-", help="Write the JSON report there.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No summary.")] = False,
    lang: Annotated[Literal["fr", "en"] | None, typer.Option(help="Language; default: from LANG, else en.")] = None,
) -> None:
    """Merge saved results: the report is that of one scan over all of them.

    Exit codes: 0 done; 2 they cannot be merged, or bad usage.
    """
    from leakscan.i18n import language
    from leakscan.merging import merged, merged_report
    from leakscan.merging import save as save_result
    from leakscan.persons.keyfile import key_from
    from leakscan.renderers.json import json_pieces

    if not gc.isenabled():  # by `__main__`, for the time of the imports
        gc.freeze()
        gc.enable()
    check_outputs(save, json, results)
    key = key_from(Path(key_file), not_beside=[Path(save), *map(Path, results)], make=False)
    found = merged([Path(result) for result in results], key)
    if found.complaint is not None:
        say(found.complaint)
    report = merged_report(found)
    save_result(Path(save), found.ledger, report, found.options, key, found.rules)
    del found
    chosen_lang = lang or language(os.environ)
    if json == STDOUT:
        show(report, "json", chosen_lang)
    elif not quiet:
        show(report, "terminal", chosen_lang)
    if json is not None and json != STDOUT:
        write_file(json, json_pieces(report))
