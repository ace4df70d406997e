"""Renderers: a report in, a text out. To add an output, write one file and add one row to RENDERERS."""

from __future__ import annotations

from leakscan.renderers.csv import render_csv
from leakscan.renderers.json import render_json
from leakscan.renderers.renderer import Renderer, RenderOptions, Report


def _terminal(report: Report, options: RenderOptions) -> str:
    """The summary; rich is imported by whoever shows one."""
    from leakscan.renderers.terminal import render_terminal

    return render_terminal(report, options)


def _html(report: Report, options: RenderOptions) -> str:
    """The page; jinja2 is imported by whoever makes one."""
    from leakscan.renderers.html import render_html

    return render_html(report, options)


RENDERERS: dict[str, Renderer] = {
    renderer.format: renderer
    for renderer in (
        Renderer("terminal", "a summary for a person, plain text when not on a terminal", _terminal),
        Renderer("html", "one page for a browser or a printer: charts, evidence, first actions", _html),
        Renderer("csv", "columns and evidence for a spreadsheet, safe against formulas", render_csv),
        Renderer("json", "the whole report, for machines (report-1.schema.json)", render_json),
    )
}
"""Every output format by its name."""

__all__ = ["RENDERERS", "RenderOptions", "Renderer", "Report"]
