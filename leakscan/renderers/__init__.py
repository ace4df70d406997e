"""Renderers: a report in, a text out. To add an output, write one file and add one row to RENDERERS."""

from __future__ import annotations

from leakscan.renderers.json import render_json
from leakscan.renderers.renderer import Renderer, RenderOptions, Report


def _terminal(report: Report, options: RenderOptions) -> str:
    """The summary; rich is imported by whoever shows one."""
    from leakscan.renderers.terminal import render_terminal

    return render_terminal(report, options)


RENDERERS: dict[str, Renderer] = {
    renderer.format: renderer
    for renderer in (
        Renderer("terminal", "a summary for a person, plain text when not on a terminal", _terminal),
        Renderer("json", "the whole report, for machines (report-1.schema.json)", render_json),
    )
}
"""Every output format by its name."""

__all__ = ["RENDERERS", "RenderOptions", "Renderer", "Report"]
