"""The report as one HTML file: no script, nothing from elsewhere, nothing of its own that a browser would fetch.

Jinja2 templates with autoescape on and no way around it; the policy in the head allows the one style sheet, by its
digest. So a script in a file name, a header or a shape stays text.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leakscan import i18n
from leakscan.renderers.audit import audit_lines, opinion_lines
from leakscan.renderers.first_screen import undecided, unread_inputs
from leakscan.renderers.html import departments, evidence, files, people, verdict, words
from leakscan.renderers.html.names import MESSAGE_LENGTH, beginning, path_end, place_of
from leakscan.untrusted import harmless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment

    from leakscan.renderers.renderer import RenderOptions, Report

WARNINGS_LISTED = 200
"""Warnings, and inputs that were not read whole, that are shown."""

_STYLE = "report.css"
_PAGE = "report.html.j2"
_ALWAYS = ("count", "evidence", "exposure", "files", "unread")
_OPEN_TO = ("everyone", "group", "owner")


def render_html(report: Report, options: RenderOptions) -> str:
    """The page in the language of the options, the same for the same report but for `scan.run`, which it leaves out."""
    page = _environment(options.lang).get_template(_PAGE).render(_context(report, options.lang))
    return page if options.unicode else page.encode("ascii", "xmlcharrefreplace").decode("ascii")


def style_digest() -> str:
    """The style sheet's SHA-256 as a content policy writes it."""
    style = _environment(i18n.LANGUAGES[0]).get_template(_STYLE).render()
    return "sha256-" + b64encode(sha256(style.encode()).digest()).decode("ascii")


@cache
def _environment(lang: str) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "num": partial(i18n.number, lang=lang),
        "pct": partial(i18n.percent, lang=lang),
        "dec": partial(i18n.decimal, lang=lang),
        "harmless": harmless,
    }
    environment.globals |= {
        "lang": lang,
        "say": partial(words.say, lang=lang),
        "phrase": partial(i18n.phrase, lang=lang),
        "label": partial(i18n.label, lang=lang),
        "counted": partial(i18n.counted, lang=lang),
        "legend_text": partial(departments.legend_text, lang=lang),
        "column_name": partial(evidence.column_name, lang=lang),
        "rule": evidence.rule,
        "share_of": evidence.share_of,
        "shapes_of": files.shapes_of,
    }
    return environment


def _context(report: Report, lang: str) -> dict[str, Any]:
    """What the template shows. Names from the data are cut and made harmless here, and escaped there."""
    shown = files.shown_inputs(report)
    topics = evidence.topics(report, shown, lang)
    unread = unread_inputs(report)
    categories, charts = people.category_rows(report, topics, lang), people.charts(report, topics, lang)
    known = {*topics, *_ALWAYS}
    known |= {
        anchor
        for anchor, there in (("data", categories), ("people", charts), ("what-if", report["severity"]["dpc"]))
        if there
    }
    return {
        "report": report,
        "persons": report["persons"],
        "severity": report["severity"],
        "style_digest": style_digest(),
        "subject": path_end(place_of(report["inputs"][0])) if len(report["inputs"]) == 1 else None,
        "first_look": bool(report["persons"].get("model")),
        "undecided": undecided(report),
        "cautions": verdict.cautions(report, lang),
        "figures": list(verdict.figures(report, known, lang)),
        "scale_place": verdict.scale_place(report["severity"]["score"]),
        "actions": list(verdict.actions(report, known, lang)),
        "laboratories": verdict.laboratories(report, lang),
        "laboratories_left": verdict.laboratories_left(report),
        "channels": verdict.channels(report),
        "themes": people.theme_rows(report, topics, lang),
        "categories": categories,
        "charts": charts,
        "steps": people.steps(report),
        "judged": {"audit": audit_lines(report, lang), "opinion": opinion_lines(report, lang)},
        "basis": {name: count for name, count in report["persons"]["basis"].items() if count},
        "overlap": people.overlap(report, shown),
        "reasons": verdict.reasons(report, known, lang),
        "what_if": verdict.what_if(report),
        "exposure": _exposure(report),
        "unread": [(path_end(place_of(source)), _state(source, lang)) for source in unread[:WARNINGS_LISTED]],
        "unread_total": len(unread),
        "warnings": [_warning(warning, lang) for warning in report["warnings"][:WARNINGS_LISTED]],
        "warnings_total": len(report["warnings"]),
        "topics": topics,
        "shown": shown,
    }


def _exposure(report: Report) -> dict[str, Any]:
    """How many inputs are open to whom, and since when nobody has changed them."""
    known = [source["exposure"] for source in report["inputs"] if source.get("exposure")]
    days = [entry["modified"] for entry in known if entry["modified"]]
    ages = [entry["age_days"] for entry in known if entry["age_days"] is not None]
    counts = {whom: sum(entry["open_to"] == whom for entry in known) for whom in _OPEN_TO}
    return {
        "open_to": {whom: count for whom, count in counts.items() if count},
        "since": min(days) if days else None,
        "days": max(ages) if ages and max(ages) >= 0 else None,  # none where --as-of lies before it
    }


def _state(source: Mapping[str, Any], lang: str) -> str:
    reason = f": {beginning(source['reason'])}" if source["reason"] else ""
    return i18n.label("input", source["status"], lang) + reason


def _warning(warning: Mapping[str, Any], lang: str) -> dict[str, Any]:
    where = ""
    if warning["row"] is not None:
        where = i18n.phrase("word.row", lang, row=i18n.number(warning["row"], lang))
    elif warning["offset"] is not None:
        where = i18n.phrase("word.offset", lang, offset=i18n.number(warning["offset"], lang))
    return {
        "count": warning["count"],
        "place": path_end(place_of(warning)),
        "message": beginning(warning["message"], MESSAGE_LENGTH),
        "code": beginning(warning["code"]),
        "where": where,
    }
