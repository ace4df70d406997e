"""Renderers: a report in, a text out. To add an output, write one file and add one row to RENDERERS."""

from __future__ import annotations

from leakscan.renderers.json import render_json
from leakscan.renderers.renderer import Renderer, RenderOptions, Report
from leakscan.renderers.terminal import render_terminal

RENDERERS: dict[str, Renderer] = {
    renderer.format: renderer
    for renderer in (
        Renderer("terminal", "a summary for a person, plain text when not on a terminal", render_terminal),
        Renderer("json", "the whole report, for machines (report-1.schema.json)", render_json),
    )
}
"""Every output format by its name."""

__all__ = ["RENDERERS", "RenderOptions", "Renderer", "Report"]
