"""The first screen of the terminal summary: at most 24 lines of 80 columns, most urgent first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from leakscan.i18n import counted, decimal, label, number, percent, phrase
from leakscan.severity import sentence
from leakscan.untrusted import harmless, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType

    from leakscan.renderers.renderer import Report

BAND_STYLES: dict[str, str] = {
    "low": "bold black on green",
    "medium": "bold black on yellow",
    "high": "bold black on bright_red",
    "very_high": "bold white on red",
}
"""Colour of each band; its word always stands beside, for eyes or terminals without colour."""

THEMES_SHOWN = 5
"""Themes on the first screen: with the rest of it, they fit 24 lines; the others follow below."""

REASON_THEMES_SHOWN = 3
"""Themes named in a reason on the first screen, which has one line for it."""

_STATUSES = ("affirmed", "tested", "negated")
_FACTORS = ("dpc", "ei", "cb")


def first_screen(report: Report, lang: str, width: int) -> Iterator[RenderableType]:
    """The blocks of the first screen, top to bottom."""
    yield _title(report, lang, width)
    yield _verdict(report, lang)
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column()
    labels = max(len(phrase(f"screen.{key}", lang)) for key in ("people", "reach"))
    for key, line in _lines(report, lang, width - labels - 2):
        grid.add_row(Text(phrase(f"screen.{key}", lang) if key else ""), line)
    yield grid
    yield Text()
    yield themes_table(report, lang, limit=THEMES_SHOWN)
    # a group, because the console joins bare texts and forgets that they must not wrap
    yield Group(_reasons(report, lang))


def closing_line(report: Report, lang: str) -> Text:
    """The verdict once more, in one line."""
    severity = report["severity"]
    line = Text("\n")
    line.append_text(_badge(report, lang))
    people = counted(report["persons"]["likely"], "person", lang)
    if _model(report):
        people = phrase("screen.closing_model", lang, people=people)
    line.append(f" {decimal(severity['score'], lang)} - {people}")
    if _has_credentials(report):
        line.append(f" - {phrase('details.closing_action', lang)}", style="bold")
    return line


def fitted(parts: list[str], width: int) -> str:
    """Parts joined by commas, broken between parts only: rich would break a number at its thin space."""
    lines = [""]
    for part in parts:
        joined = f"{lines[-1]}, {part}" if lines[-1] else part
        if len(joined) < width or not lines[-1]:
            lines[-1] = joined
        else:
            lines[-1] += ","
            lines.append(part)
    return "\n".join(lines)


def band_badge(band: str, lang: str) -> Text:
    """The word of a band in its colour."""
    # assembled, for a style given to a Text as a whole would colour all that is appended to it
    return Text.assemble((f" {label('band', band, lang)} ", BAND_STYLES.get(band, "bold")))


def themes_in_order(report: Report) -> list[tuple[str, Mapping[str, Any]]]:
    """Themes with anybody under any status, most people affirmed first, then tested, then negated.

    The blood group comes last: laboratories often give it for nearly everybody, and it names no condition.
    """

    def likely(statuses: Mapping[str, Any], status: str) -> int:
        return int(statuses.get(status, {}).get("likely", 0))

    found = [
        (theme, statuses)
        for theme, statuses in report["persons"]["by_theme"].items()
        if any(interval["high"] for interval in statuses.values())
    ]
    return sorted(
        found,
        key=lambda item: (item[0] == "blood_group", [-likely(item[1], status) for status in _STATUSES], item[0]),
    )


def themes_table(report: Report, lang: str, limit: int | None = None) -> RenderableType:
    """Theme x status, in people, the interval beside the likely number of affirmed."""
    themes = themes_in_order(report)
    heading = phrase("screen.themes", lang)
    if not themes:
        return Text.assemble((heading, "bold"), "  ", phrase("screen.no_themes", lang))
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    table.add_column(Text(heading), no_wrap=True)
    table.add_column(Text(label("status", "affirmed", lang)), justify="right", no_wrap=True)
    table.add_column(Text(phrase("heading.interval", lang)), no_wrap=True)
    table.add_column(Text(label("status", "tested", lang)), justify="right", no_wrap=True)
    table.add_column(Text(label("status", "negated", lang)), justify="right", no_wrap=True)
    for theme, statuses in themes[:limit]:
        cells = {status: statuses.get(status, {"low": 0, "likely": 0, "high": 0}) for status in _STATUSES}
        table.add_row(
            Text(label("theme", theme, lang)),
            Text(number(cells["affirmed"]["likely"], lang), style="bold"),
            interval(cells["affirmed"], lang),
            number(cells["tested"]["likely"], lang),
            number(cells["negated"]["likely"], lang),
        )
    if limit is not None and len(themes) > limit:
        table.add_row(Text(phrase("screen.more_themes", lang, count=len(themes) - limit), style="dim"))
    return table


def interval(bounds: Mapping[str, int], lang: str) -> Text:
    """`low - high`, or nothing when both are the same."""
    if bounds["low"] == bounds["high"]:
        return Text()
    return Text(f"{number(bounds['low'], lang)} - {number(bounds['high'], lang)}", style="dim")


def unread_inputs(report: Report) -> list[Mapping[str, Any]]:
    """Inputs that were skipped or read in part."""
    return [source for source in report["inputs"] if source["status"] != "scanned"]


def _title(report: Report, lang: str, width: int) -> Text:
    tool = f"leakscan {report['tool']['version']}"
    inputs = report["inputs"]
    name = shorten(harmless(_place(inputs[0])), width - len(tool) - 3) if len(inputs) == 1 else ""
    return Text(f"{tool} - {name or counted(len(inputs), 'input', lang)}", style="dim")


def _place(source: Mapping[str, Any]) -> str:
    return source["path"] if source["member"] is None else f"{source['path']} > {source['member']}"


def _verdict(report: Report, lang: str) -> Text:
    severity = report["severity"]
    line = _badge(report, lang)
    line.append(f" {phrase('screen.severity', lang, score=decimal(severity['score'], lang))}", style="bold")
    if severity["dpc"] is None:
        line.append(f"  {phrase('screen.no_formula', lang)}")
    else:
        factors = {name: decimal(severity[name], lang) for name in ("ei", "cb")}
        formula = "screen.formula_at_least" if severity.get("at_least") else "screen.formula"
        line.append(f"  {phrase(formula, lang, dpc=severity['dpc'], **factors)}")
    return line


def undecided(report: Report) -> bool:
    """Whether nobody was found and not everything was read: no band may be said."""
    persons = report["persons"]
    return report["severity"]["dpc"] is None and not persons["exact"] and not _model(report)


def _badge(report: Report, lang: str) -> Text:
    """The report's band, and before it that it is a least one where it can only grow."""
    if undecided(report):
        return Text.assemble((f" {phrase('word.undecided', lang)} ", BAND_STYLES["medium"]))
    badge = band_badge(report["severity"]["band"], lang)
    if not report["severity"].get("at_least"):
        return badge
    return Text.assemble((f"{phrase('word.at_least', lang)} ", "bold"), badge)


def _model(report: Report) -> Mapping[str, Any] | None:
    """What a first look says of the rows that it did not read; None where everything was to be read."""
    model: Mapping[str, Any] | None = report["persons"].get("model")
    return model


def first_look(report: Report, lang: str) -> list[str]:
    """How many people a first look met, how many there may be at most, and what its model says: a sentence each."""
    persons, model, scan = report["persons"], _model(report) or {}, report["scan"]
    met = counted(persons["low"], "person", lang) if persons["low"] else phrase("screen.nobody", lang)
    figures = {name: number(persons[name], lang) for name in ("likely", "high")}
    if scan["bytes_total"] is None:
        where = phrase("screen.look_head", lang)
    else:
        share = min(scan["bytes_read"] / scan["bytes_total"], 1.0) if scan["bytes_total"] else 0.0
        where = phrase("screen.look_share", lang, share=percent(share, lang))
    lines = [phrase("screen.look" if persons["low"] else "screen.look_nobody", lang, where=where, people=met)]
    if model.get("bytes_left_out", None) is None:
        return [*lines, phrase("screen.look_endless", lang)]
    lines.append(phrase("screen.look_most", lang, **figures))
    if persons["low"]:
        lines.append(phrase("screen.look_model", lang, **figures))
    return lines


def _lines(report: Report, lang: str, width: int) -> Iterator[tuple[str, Text]]:
    """(phrase key of the label or "", text) of each line between verdict and themes."""
    yield "people", _people(report, lang)
    yield "what", Text(fitted(_what(report, lang), width))
    if _has_credentials(report):
        people = report["persons"]["with_credentials"]
        whom = (
            phrase("screen.credentials", lang, people=counted(people, "person", lang))
            if people
            else phrase("screen.credentials_nobody", lang)
        )
        yield "alert", Text(whom, style="bold red")
        yield "", Text(phrase("screen.first_action", lang), style="bold red")
    if report["persons"]["likely"]:
        yield "minors", _minors(report, lang)
        yield "reach", _reach(report, lang, width)
    yield "unread", _unread(report, lang)


def _people(report: Report, lang: str) -> Text:
    persons = report["persons"]
    if _model(report):
        first, *more = first_look(report, lang)
        if len(more) > 1:
            more[-1] += f" {phrase('screen.look_below', lang)}"
        return Text("\n").join([Text(first, style="bold yellow"), *map(Text, more)])
    if persons["high"] == 0:
        line = Text(phrase("screen.nobody", lang))
    else:
        line = Text(counted(persons["likely"], "person", lang), style="bold")
        if persons["low"] != persons["high"]:
            bounds = {name: number(persons[name], lang) for name in ("low", "high")}
            line.append(f", {phrase('screen.between', lang, **bounds)}", style="not bold")
    if not persons["exact"]:
        line.append(f"\n{phrase('screen.not_exact', lang)}", style="bold yellow")
    return line


def _what(report: Report, lang: str) -> list[str]:
    inputs = report["inputs"]
    parts = [counted(report["records"], "record", lang)]
    columns = [source["columns"] for source in inputs if source["columns"]]
    if columns:
        parts.append(counted(max(columns), "column", lang))
    for name, key in (("laboratories", "laboratory"), ("prescribers", "prescriber")):
        if report[name]["distinct"]:
            parts.append(counted(report[name]["distinct"], key, lang))
    dates = report["exam_dates"]
    if dates["first"]:
        parts.append(phrase("screen.exams", lang, first=dates["first"], last=dates["last"]))
    return parts


def _minors(report: Report, lang: str) -> Text:
    persons = report["persons"]
    if not persons["minors"] and not persons["minors_at_exam"]:
        return Text(phrase("screen.no_minors", lang))
    counts = {"now": number(persons["minors"], lang), "exam": number(persons["minors_at_exam"], lang)}
    return Text(phrase("screen.minors_text", lang, as_of=report["scan"]["as_of"], **counts))


def _reach(report: Report, lang: str, width: int) -> Text:
    persons = report["persons"]
    parts = []
    for name in ("email", "phone", "post"):
        count = persons["reachable"][name]
        share = percent(min(count / persons["likely"], 1.0), lang)
        parts.append(f"{phrase(f'reach.{name}', lang)} {number(count, lang)} ({share})")
    return Text(fitted(parts, width))


def _unread(report: Report, lang: str) -> Text:
    scan = report["scan"]
    parts = []
    if _interrupted(report):
        share = scan["bytes_read"] / scan["bytes_total"] if scan["bytes_total"] else 0.0
        parts.append(phrase("screen.interrupted", lang, share=percent(min(share, 1.0), lang)))
    if scan["sampled"] and not _model(report):
        parts.append(phrase("screen.sampled", lang))
    unread = unread_inputs(report)
    if unread:
        inputs = counted(len(report["inputs"]), "input", lang)
        parts.append(phrase("screen.unread_inputs", lang, unread=number(len(unread), lang), inputs=inputs))
    if (_model(report) or {}).get("bytes_left_out"):
        parts.append(phrase("screen.left_out", lang))
    if parts:
        return Text(", ".join(parts), style="bold yellow")
    damaged = report["records_damaged"]
    if damaged:
        return Text(phrase("screen.all_read_damaged", lang, damaged=counted(damaged, "damaged", lang)))
    return Text(phrase("screen.all_read", lang))


def _interrupted(report: Report) -> bool:
    return bool(report["scan"].get("interrupted")) or any(
        source["reason"] == "interrupted" for source in report["inputs"]
    )


def _has_credentials(report: Report) -> bool:
    by_entity = report["records_by_entity"]
    return bool(report["persons"]["with_credentials"] or by_entity.get("password"))


def _reasons(report: Report, lang: str) -> Text:
    """The first deciding reason of each factor (every one of the circumstances), one line each."""
    heading = phrase("screen.why", lang)
    gutter = len(heading) + 2
    width = max(len(label("factor", factor, lang)) for factor in _FACTORS)
    lines = []
    for factor in _FACTORS if report["severity"]["dpc"] is not None else _FACTORS[:1]:
        deciding = [
            reason for reason in report["severity"]["reasons"] if reason["factor"] == factor and reason["decisive"]
        ]
        for reason in deciding if factor == "cb" else deciding[:1]:
            more = len(deciding) - 1 if factor != "cb" else 0
            note = f" {phrase('screen.more_reasons', lang, count=more)}" if more else ""
            value = decimal(reason["value"], lang)
            text = reason_text(reason, lang, themes_shown=REASON_THEMES_SHOWN)
            lines.append(Text(f"{heading:{gutter}}", style="bold"))
            lines[-1].append(f"{label('factor', factor, lang):{width}}  {value:>4}  {text}{note}", style="not bold")
            heading = ""
    return Text("\n", no_wrap=True, overflow="ellipsis").join(lines)


def reason_text(reason: Mapping[str, Any], lang: str, themes_shown: int | None = None) -> str:
    """A reason in a language; the report's own sentence where its code is not known here (a newer report)."""
    themes = list(reason["themes"])
    if themes_shown is not None and len(themes) > themes_shown:
        themes = [*themes[:themes_shown], f"+{len(themes) - themes_shown}"]
    try:
        return harmless(sentence(reason["code"], themes, lang))
    except KeyError:
        return harmless(reason["sentence"])
