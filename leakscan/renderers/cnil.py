"""Drafts of a notification to the CNIL (art. 33, with the sheet of art. 34), in French: Markdown, or DOCX by file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakscan.renderers.drafts.article33 import drafts
from leakscan.renderers.drafts.blocks import blocks
from leakscan.renderers.drafts.markdown import markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakscan.renderers.renderer import RenderOptions, Report


def render_cnil(report: Report, options: RenderOptions) -> str:
    """Every draft, one below the other, parted by a line; French whatever the language of the options."""
    return "\n---\n\n".join(text for _, text in cnil_markdown(report, options))


def cnil_markdown(report: Report, options: RenderOptions) -> Iterator[tuple[str, str]]:
    """(end of the file name, text) of each draft: nothing for the whole leak, `-001` for the first controller."""
    for draft in drafts(report, options):
        end = f"-{draft.controller.slug}" if draft.controller else ""
        yield end, markdown(blocks(draft, report, options.since))


def cnil_docx(report: Report, options: RenderOptions) -> Iterator[tuple[str, bytes]]:
    """The same as DOCX files."""
    from leakscan.renderers.drafts.docx import docx

    for draft in drafts(report, options):
        end = f"-{draft.controller.slug}" if draft.controller else ""
        yield end, docx(blocks(draft, report, options.since))
