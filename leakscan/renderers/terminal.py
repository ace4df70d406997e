"""The summary for a person: a first screen of 80 x 24 that answers what, how many and how bad, then the details."""

from __future__ import annotations

import unicodedata
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console

from leakscan.renderers.details import details
from leakscan.renderers.first_screen import closing_line, first_screen
from leakscan.renderers.renderer import MAX_WIDTH, MIN_WIDTH

if TYPE_CHECKING:
    from leakscan.renderers.renderer import RenderOptions, Report


def render_terminal(report: Report, options: RenderOptions) -> str:
    """The summary as text; with escape codes only where `options.color`, in ASCII only unless `options.unicode`.

    The last line repeats the verdict, because a terminal shows the end of a long output.
    """
    buffer = StringIO()
    width = min(max(options.width, MIN_WIDTH), MAX_WIDTH)
    console = Console(
        file=buffer,
        width=width,
        force_terminal=options.color,
        no_color=not options.color,
        color_system="standard" if options.color else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    for block in (*first_screen(report, options.lang, width), *details(report, options.lang, width)):
        console.print(block)
    console.print(closing_line(report, options.lang), soft_wrap=True)
    text = "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"
    return text if options.unicode else ascii_only(text)


def ascii_only(text: str) -> str:
    """The nearest ASCII, for a stream that cannot encode more: accents dropped, thin spaces plain."""
    decomposed = unicodedata.normalize("NFKD", text)
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return kept.encode("ascii", "replace").decode("ascii")
