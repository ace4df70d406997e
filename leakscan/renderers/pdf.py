"""The HTML report as a PDF, for whoever must hand over a file that is printed: the same page, laid out by WeasyPrint.

Nothing is fetched, whatever stands in the page: the fetcher refuses every address, files included. WeasyPrint (extra
`pdf`) needs the system library Pango; a browser prints the HTML page as well.
"""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from leakscan.errors import UsageError
from leakscan.renderers.html import render_html

if TYPE_CHECKING:
    from leakscan.renderers.renderer import RenderOptions, Report

_TEMPLATES = Path(__file__).with_name("html") / "templates"
_DRAWN = re.compile(r'<(rect|path|g) class="([a-z0-9_ -]+)"')
_TEXT = re.compile(r'(<g class="tile m-)([0-5]|hidden)(" fill="[^"]*")(.*?)<text ')
_COLOUR = re.compile(r"--([a-z0-9-]+): (#[0-9a-f]{3,6})")
_FILL = re.compile(r"\.([sfm]-[a-z0-9_]+|mark) \{ fill: var\(--([a-z0-9]+)\)")


def weasyprint() -> Any:
    """The library. Raises UsageError that says what is missing, so that a scan can ask before it begins."""
    try:
        import weasyprint as found
    except ImportError:
        message = "a PDF needs the package WeasyPrint: pip install 'leakscan[pdf]'; or print the page of --html"
        raise UsageError(message) from None
    except OSError:
        message = (
            "a PDF needs the system library Pango, which is missing (Debian: apt-get install libpango-1.0-0 "
            "libpangoft2-1.0-0 libharfbuzz-subset0); or print the page of --html"
        )
        raise UsageError(message) from None
    return found


def render_pdf(report: Report, options: RenderOptions) -> bytes:
    """The page as PDF, in the language of the options."""
    found = weasyprint()
    style = (_TEMPLATES / "paper.css").read_text(encoding="utf-8")
    page = painted(render_html(report, replace(options, unicode=True))).replace("</style>", f"{style}</style>", 1)
    written = BytesIO()
    document = found.HTML(string=page, url_fetcher=Refusal(), base_url=None)
    document.write_pdf(written)
    return written.getvalue()


class Refusal:
    """In place of WeasyPrint's fetcher: whatever it is asked for is not fetched."""

    _fail_on_errors = False

    def __call__(self, url: str, *_: object, **__: object) -> NoReturn:
        """Raise ValueError, which WeasyPrint takes for a resource that is not there."""
        del url
        message = "nothing is fetched for a report"
        raise ValueError(message)

    fetch = __call__


def painted(page: str) -> str:
    """The page with the colours of its drawings beside them: WeasyPrint reads no style sheet there.

    Texts of the data hold no bare quote or bracket on the page, so none of them is taken for a drawing.
    """
    fills = _fills()

    def fill(found: re.Match[str]) -> str:
        colour = next((fills[name] for name in found[2].split() if name in fills), "#16202b")
        return f'<{found[1]} class="{found[2]}" fill="{colour}"'

    drawn = _DRAWN.sub(fill, page)
    return _TEXT.sub(
        lambda found: (
            f"{found[1]}{found[2]}{found[3]}{found[4]}"
            f'<text text-anchor="middle" font-size="13" fill="{"#ffffff" if found[2] in "45" else "#16202b"}" '
        ),
        drawn,
    )


def _fills() -> dict[str, str]:
    """Class -> colour, as the style sheet has them for paper."""
    style = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    colours = dict(_COLOUR.findall(style.partition("@media")[0]))
    return {name: colours[variable] for name, variable in _FILL.findall(style)} | {"m-hidden": "#ffffff"}
