"""The report as JSON: the form that machines and `leakscan report` read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from leakscan.untrusted import harmless_json

if TYPE_CHECKING:
    from leakscan.renderers.renderer import RenderOptions, Report


def render_json(report: Report, options: RenderOptions) -> str:
    """The report as indented JSON with a final newline, the same for the same report whatever the options.

    Keys keep their order. Characters that are no glyph are escaped, so that the text is safe on a terminal.
    """
    del options
    return harmless_json(json.dumps(report, ensure_ascii=False, indent=2, allow_nan=False)) + "\n"
