"""Renderers: a report in, a text out. To add an output, write one file and add one row to RENDERERS."""

from __future__ import annotations

from collections.abc import Iterable

from leakscan.renderers.csv import render_csv
from leakscan.renderers.json import render_json
from leakscan.renderers.ocsf import render_ocsf
from leakscan.renderers.renderer import Renderer, RenderOptions, Report
from leakscan.renderers.sarif import render_sarif


def _terminal(report: Report, options: RenderOptions) -> str:
    """The summary; rich is imported by whoever shows one."""
    from leakscan.renderers.terminal import render_terminal

    return render_terminal(report, options)


def _html(report: Report, options: RenderOptions) -> str:
    """The page; jinja2 is imported by whoever makes one."""
    from leakscan.renderers.html import render_html

    return render_html(report, options)


def _html_pdf(report: Report, options: RenderOptions) -> Iterable[tuple[str, bytes]]:
    """The page as PDF; WeasyPrint is imported by whoever makes one."""
    from leakscan.renderers.pdf import render_pdf

    return [("", render_pdf(report, options))]


def _cnil(report: Report, options: RenderOptions) -> str:
    from leakscan.renderers.cnil import render_cnil

    return render_cnil(report, options)


def _cnil_markdown(report: Report, options: RenderOptions) -> Iterable[tuple[str, str]]:
    from leakscan.renderers.cnil import cnil_markdown

    return cnil_markdown(report, options)


def _cnil_docx(report: Report, options: RenderOptions) -> Iterable[tuple[str, bytes]]:
    from leakscan.renderers.cnil import cnil_docx

    return cnil_docx(report, options)


def _edpb(report: Report, options: RenderOptions) -> str:
    from leakscan.renderers.edpb import render_edpb

    return render_edpb(report, options)


RENDERERS: dict[str, Renderer] = {
    renderer.format: renderer
    for renderer in (
        Renderer("terminal", "a summary for a person, plain text when not on a terminal", _terminal),
        Renderer(
            "html",
            "one page for a browser or a printer: charts, evidence, first actions; PDF with --out FILE.pdf",
            _html,
            {".pdf": _html_pdf},
        ),
        Renderer("csv", "columns and evidence for a spreadsheet, safe against formulas", render_csv),
        Renderer("json", "the whole report, for machines (report-1.schema.json)", render_json),
        Renderer(
            "cnil",
            "draft notifications for the CNIL (art. 33 and 34), in French: Markdown, or DOCX with --out",
            _cnil,
            {".docx": _cnil_docx, ".md": _cnil_markdown},
            drafts=True,
        ),
        Renderer("edpb", "fields of the EDPB's draft template (edpb-draft-1.schema.json)", _edpb, drafts=True),
        Renderer("sarif", "SARIF 2.1.0: a result per line of evidence", render_sarif),
        Renderer("ocsf", "OCSF Data Security Finding (2006): a line of JSON per line of evidence", render_ocsf),
    )
}
"""Every output format by its name."""

__all__ = ["RENDERERS", "RenderOptions", "Renderer", "Report"]
