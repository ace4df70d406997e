"""What follows the first screen: data categories, columns, how the count was reached, the worksheet, warnings."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from leakscan.i18n import counted, decimal, label, number, percent, phrase
from leakscan.renderers.audit import audit_lines, opinion_lines
from leakscan.renderers.breakdowns import breakdown_lines
from leakscan.renderers.first_screen import (
    THEMES_SHOWN,
    band_badge,
    fitted,
    interval,
    reason_text,
    themes_in_order,
    themes_table,
    unread_inputs,
)
from leakscan.untrusted import harmless, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType

    from leakscan.renderers.renderer import Report

INPUTS_SHOWN = 20
"""Inputs whose columns are listed; a folder of thousands belongs in the JSON report."""

WARNINGS_SHOWN = 20
"""Warnings listed, for the same reason."""

BY_INPUT_SHOWN = 10
"""Inputs listed with their people, the largest first."""

PATH_WIDTH = 60
"""Characters of a path in a heading or a warning."""

_TOTALS = frozenset({"rows", "persons"})
"""Steps of the waterfall that are sums; all others are added to or taken from what stands above."""


def details(report: Report, lang: str, width: int) -> Iterator[RenderableType]:
    """The blocks after the first screen, each after an empty line."""
    blocks = [_categories(report, lang), _breakdowns(report, lang, width), _by_input(report, lang)]
    if len(themes_in_order(report)) > THEMES_SHOWN:
        blocks.append([themes_table(report, lang)])
    blocks.extend(_columns(report, lang))
    blocks += [
        _waterfall(report, lang, width),
        _audit(report, lang),
        _worksheet(report, lang),
        _exposure(report, lang),
        _unread(report, lang),
        _warnings(report, lang),
    ]
    for block in blocks:
        if block:
            yield Text()
            yield from block


def _heading(key: str, lang: str, **values: object) -> Text:
    return Text(phrase(f"details.{key}", lang, **values), style="bold")


def _table(*headings: tuple[str, str], lang: str) -> Table:
    """A table without lines; headings are (phrase key or "", justification)."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for key, justify in headings:
        heading = Text(phrase(f"heading.{key}", lang) if key else "")
        table.add_column(heading, justify="right" if justify == "right" else "left", no_wrap=True)
    return table


def _categories(report: Report, lang: str) -> list[RenderableType]:
    persons = report["persons"]
    found = [(name, bounds) for name, bounds in persons["by_category"].items() if bounds["high"]]
    if not found:
        return []
    table = _table(("category", ""), ("people", "right"), ("share", "right"), ("interval", ""), lang=lang)
    for name, bounds in found:
        share = min(bounds["likely"] / persons["likely"], 1.0) if persons["likely"] else 0.0
        cells = (Text(label("category", name, lang)), number(bounds["likely"], lang), percent(share, lang))
        table.add_row(*cells, interval(bounds, lang))
    return [_heading("categories", lang), table]


def _breakdowns(report: Report, lang: str, width: int) -> list[RenderableType]:
    lines = breakdown_lines(report, lang, width)
    key = "breakdowns_read" if report["scan"]["sampled"] else "breakdowns"
    return [_heading(key, lang), *lines] if lines else []


def _by_input(report: Report, lang: str) -> list[RenderableType]:
    """People per input where several have some: all of them, those in others too, those in none before it."""
    found = report["persons"].get("by_input", ())
    if len(found) < 2:
        return []
    table = _table(("people", "right"), ("in_others", "right"), ("new", "right"), ("input", ""), lang=lang)
    table.columns[-1].no_wrap = False
    for entry in sorted(found, key=itemgetter("people"), reverse=True)[:BY_INPUT_SHOWN]:
        table.add_row(
            *(number(entry[name], lang) for name in ("people", "shared", "new")), _cell(_shown(_place(entry)))
        )
    block: list[RenderableType] = [_heading("by_input", lang), table]
    if len(found) > BY_INPUT_SHOWN:
        more = counted(len(found) - BY_INPUT_SHOWN, "input", lang)
        block.append(Text(phrase("details.more_inputs", lang, inputs=more), style="dim"))
    return block


def _place(entry: Mapping[str, Any]) -> tuple[str, str | None]:
    return entry["path"], entry["member"]


def _shown(place: tuple[str, str | None]) -> str:
    path, member = place
    return shorten(harmless(path if member is None else f"{path} > {member}"), PATH_WIDTH)


def _columns(report: Report, lang: str) -> list[list[RenderableType]]:
    """One block per input with roles or findings."""
    evidence: dict[tuple[str, str | None], list[Mapping[str, Any]]] = {}
    for entry in report["evidence"]:
        evidence.setdefault(_place(entry), []).append(entry)
    inputs = [source for source in report["inputs"] if source.get("roles") or _place(source) in evidence]
    blocks = [_columns_of(source, evidence.get(_place(source), []), lang) for source in inputs[:INPUTS_SHOWN]]
    if len(inputs) > INPUTS_SHOWN:
        more = counted(len(inputs) - INPUTS_SHOWN, "input", lang)
        blocks.append([Text(phrase("details.more_inputs", lang, inputs=more), style="dim")])
    return blocks


def _columns_of(source: Mapping[str, Any], evidence: list[Mapping[str, Any]], lang: str) -> list[RenderableType]:
    by_column: dict[str | None, list[Mapping[str, Any]]] = {}
    for entry in evidence:
        by_column.setdefault(entry["column"], []).append(entry)
    roles = [(role["column"], role["role"]) for role in sorted(source.get("roles", ()), key=itemgetter("index"))]
    named = {column for column, _ in roles}
    roles += [(column, entries[0]["role"]) for column, entries in by_column.items() if column not in named]
    headings = (("column", ""), ("role", ""), ("records", "right"), ("share", "right"), ("shape", ""))
    table = _table(*headings, lang=lang)
    for flexible in (table.columns[0], table.columns[-1]):
        flexible.no_wrap = False
    plain = 0
    for column, role in roles:
        # columns may share a name: the first one takes the findings of all
        entries = by_column.pop(column, [])
        if role is None and not entries:
            plain += 1
            continue
        _add_column(table, column, role, entries, lang)
    block: list[RenderableType] = [_heading("columns", lang, path=_shown(_place(source)))]
    if table.row_count:
        block.append(table)
    if plain:
        columns = counted(plain, "column", lang)
        block.append(Text(phrase("details.plain_columns", lang, columns=columns), style="dim"))
    return block


def _add_column(
    table: Table, column: str | None, role: str | None, entries: list[Mapping[str, Any]], lang: str
) -> None:
    """The column's own line, then one per finding that is not its role."""
    name = phrase("word.text", lang) if column is None else harmless(column)
    own = next((entry for entry in entries if entry["theme"] is None and entry["entity"] == role), None)
    others = [entry for entry in entries if entry is not own]
    if role is not None or not others:
        table.add_row(_cell(name), Text(role or phrase("word.no_role", lang)), *_counts(own, lang))
        name = ""
    for entry in others:
        table.add_row(_cell(name), Text(_finding(entry, lang), style="yellow"), *_counts(entry, lang))
        name = ""


def _cell(text: str, style: str = "") -> Text:
    """Text of one line that gives way to the other columns where the width does not do for all."""
    return Text(text, style=style, no_wrap=True, overflow="ellipsis")


def _finding(entry: Mapping[str, Any], lang: str) -> str:
    if entry["theme"] is None:
        return f"+ {harmless(entry['entity'])}"
    status = f" {label('status', entry['status'], lang)}" if entry["status"] else ""
    return f"+ {label('theme', entry['theme'], lang)}{status}"


def _counts(entry: Mapping[str, Any] | None, lang: str) -> tuple[str, str, Text]:
    if entry is None:
        return "", "", Text()
    shape = harmless(entry["samples"][0]) if entry["samples"] else ""
    return number(entry["records"], lang), percent(entry["share"], lang), _cell(shape, style="dim")


def _waterfall(report: Report, lang: str, width: int) -> list[RenderableType]:
    persons = report["persons"]
    if not persons["waterfall"]:
        return []
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column()
    for step in persons["waterfall"]:
        name, count = step["step"], step["count"]
        sign = " " if name in _TOTALS or not count else "-" if count < 0 else "+"
        style = "bold" if name == "persons" else ""
        cells = (sign, number(abs(count), lang), label("step", name, lang))
        grid.add_row(*(Text(cell, style=style) for cell in cells))
    basis = [f"{label('basis', name, lang)} {number(count, lang)}" for name, count in persons["basis"].items() if count]
    block: list[RenderableType] = [_heading("waterfall", lang), grid]
    if basis:
        block.append(Text(fitted([phrase("details.basis", lang, basis=basis[0]), *basis[1:]], width)))
    return block


def _audit(report: Report, lang: str) -> list[RenderableType]:
    block: list[RenderableType] = []
    for key, lines in (("audit.title", audit_lines(report, lang)), ("opinion.title", opinion_lines(report, lang))):
        if lines:
            block += [*([Text()] if block else []), Text(phrase(key, lang), style="bold"), *map(Text, lines)]
    return block


def _worksheet(report: Report, lang: str) -> list[RenderableType]:
    severity = report["severity"]
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column()
    for reason in severity["reasons"]:
        style = "" if reason["decisive"] else "dim"
        cells = (label("factor", reason["factor"], lang), decimal(reason["value"], lang), reason_text(reason, lang))
        grid.add_row(*(Text(cell, style=style) for cell in cells))
    block: list[RenderableType] = [_heading("worksheet", lang), grid]
    block += [Text(label("flag", flag, lang)) for flag, raised in severity["flags"].items() if raised]
    if severity["dpc"] is None:
        return block
    headings = (("recipients", ""), ("malicious", ""), ("score", "right"), ("band", ""), ("", ""))
    table = _table(*headings, lang=lang)
    for row in severity["what_if"]:
        current = phrase("word.current", lang) if row["current"] else ""
        if row["current"] and severity["cb_assumed"]:
            current += f" ({phrase('word.assumed', lang)})"
        table.add_row(
            label("recipients", row["recipients"], lang),
            phrase("word.yes" if row["malicious"] else "word.no", lang),
            decimal(row["score"], lang),
            band_badge(row["band"], lang),
            current,
        )
    return [*block, Text(), _heading("what_if", lang), table]


def _exposure(report: Report, lang: str) -> list[RenderableType]:
    """Who could read the inputs where they lie, and since when nobody has changed them."""
    known = [source for source in report["inputs"] if source.get("exposure")]
    if not known or not report["persons"]["high"]:
        return []
    block: list[RenderableType] = [_heading("exposure", lang)]
    for whom in ("everyone", "group", "owner"):
        count = sum(source["exposure"]["open_to"] == whom for source in known)
        if count:
            style = "bold red" if whom == "everyone" else ""
            inputs = counted(count, "input", lang)
            block.append(Text(phrase(f"details.open_to_{whom}", lang, inputs=inputs), style=style))
    days = [source["exposure"]["modified"] for source in known if source["exposure"]["modified"]]
    if days:
        ages = [source["exposure"]["age_days"] for source in known if source["exposure"]["age_days"] is not None]
        oldest = number(max(ages), lang)
        block.append(Text(phrase("details.unchanged", lang, day=min(days), days=oldest)))
    return block


def _unread(report: Report, lang: str) -> list[RenderableType]:
    unread = unread_inputs(report)
    if not unread:
        return []
    lines: list[RenderableType] = [_heading("unread", lang)]
    for source in unread[:INPUTS_SHOWN]:
        reason = f": {harmless(source['reason'])}" if source["reason"] else ""
        state = label("input", source["status"], lang)
        lines.append(Text(f"{_shown(_place(source))} - {state}{reason}"))
    if len(unread) > INPUTS_SHOWN:
        more = counted(len(unread) - INPUTS_SHOWN, "input", lang)
        lines.append(Text(phrase("details.more_inputs", lang, inputs=more), style="dim"))
    return lines


def _warnings(report: Report, lang: str) -> list[RenderableType]:
    warnings = report["warnings"]
    if not warnings:
        return []
    block: list[RenderableType] = [_heading("warnings", lang)]
    for place, group in groupby(warnings[:WARNINGS_SHOWN], key=_place):
        if len({_place(warning) for warning in warnings}) > 1:
            block.append(Text(_shown(place), style="dim"))
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True, justify="right")
        grid.add_column()
        for warning in group:
            grid.add_row(f"{number(warning['count'], lang)} x", Text(_warning(warning, lang)))
        block.append(grid)
    if len(warnings) > WARNINGS_SHOWN:
        more = number(len(warnings) - WARNINGS_SHOWN, lang)
        block.append(Text(phrase("details.more_warnings", lang, count=more), style="dim"))
    return block


def _warning(warning: Mapping[str, Any], lang: str) -> str:
    where = ""
    if warning["row"] is not None:
        where = phrase("word.row", lang, row=number(warning["row"], lang))
    elif warning["offset"] is not None:
        where = phrase("word.offset", lang, offset=number(warning["offset"], lang))
    text = f"{harmless(warning['message'])} [{harmless(warning['code'])}]"
    return f"{text}, {where}" if where else text
