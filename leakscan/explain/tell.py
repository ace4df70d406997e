"""An explanation as text and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from leakscan.explain.band import band_statements
from leakscan.explain.columns import Place, column_statements, evidence_by_column, places, roles_by_place
from leakscan.explain.correct import Corrected
from leakscan.explain.people import people_statements
from leakscan.explain.statement import Statement, sentence, words
from leakscan.explain.targets import commands, has_masked_paths
from leakscan.untrusted import harmless, shorten

if TYPE_CHECKING:
    from leakscan.renderers import Report

COLUMNS_TOLD = 100
"""Columns that are explained as text; all of them stand in the JSON."""
NAME_WIDTH = 60
SCHEMA = "leakscan-explanation/1"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Columns with their statements, the people, the band, and what corrections did; None for what was not asked."""

    columns: Sequence[tuple[Place, Sequence[Statement]]] | None = None
    people: Sequence[Statement] | None = None
    band: Sequence[Statement] | None = None
    corrections: Sequence[Statement] | None = None
    commands: Sequence[str] = ()


def explained_columns(report: Report, wanted: Iterable[Place] | None = None) -> list[tuple[Place, list[Statement]]]:
    """Statements of columns: of those wanted, else of all that have a role or a finding."""
    evidence, roles = evidence_by_column(report), roles_by_place(report)
    made: dict[tuple[str, str | None, int], list[Mapping[str, Any]]] = {}
    for one in report.get("corrections", ()):
        made.setdefault((one["path"], one["member"], one["index"]), []).append(one)
    told = []
    for place in places(report) if wanted is None else wanted:
        lines = evidence.get((*place.source, place.column), [])
        if wanted is None and place.role is None and not lines:
            continue
        key = (*place.source, place.index)
        told.append((place, list(column_statements(place, roles[key], lines, made.get(key, ())))))
    return told


def correction_statements(before: Report, made: Corrected, recounted: Report | None = None) -> Iterator[Statement]:
    """What corrections changed, what stands and what has to be counted again. `recounted`: where that was done."""
    if not made.corrections:
        yield Statement("correction.none")
        return
    for one in made.corrections:
        told = {"path": shorten(harmless(one.place.shown), NAME_WIDTH), "column": one.place.column}
        yield Statement("correction.made", {**told, "before": one.place.role or "none", "role": one.role or "none"})
    after = (recounted or made.report)["severity"]
    was = before["severity"]
    now: dict[str, Any] = {"band": after["band"], "score": float(after["score"])}
    if (was["band"], was["score"]) == (after["band"], after["score"]):
        yield Statement("correction.band_same", now)
    else:
        yield Statement("correction.band", {**now, "before_band": was["band"], "before_score": float(was["score"])})
    if recounted is not None:
        persons = {name: recounted["persons"][name] for name in ("likely", "low", "high")}
        yield Statement("correction.counted", {**persons, "before_likely": before["persons"]["likely"]})
        return
    if made.withdrawn:
        yield Statement("correction.withdrawn", {"count": made.withdrawn})
    for name in ("gained", "lost"):
        if getattr(made, name):
            yield Statement(f"correction.{name}", {"names": list(getattr(made, name))})
    if made.stands:
        yield Statement("correction.stand")
        return
    yield Statement("correction.again", {"likely": before["persons"]["likely"]})
    yield Statement("correction.how")


def correction_explained(before: Report, made: Corrected, recounted: Report | None = None) -> Explanation:
    """What corrections changed, with the command where the people are to be counted again."""
    told = list(correction_statements(before, made, recounted))
    if made.stands or recounted is not None:
        return Explanation(corrections=told)
    lines, left = commands(made.report)
    if left:
        told.append(Statement("correction.others", {"count": left}))
    if has_masked_paths(made.report):
        told.append(Statement("correction.masked"))
    told.append(Statement("correction.options"))
    return Explanation(corrections=told, commands=lines)


def all_explained(report: Report) -> Explanation:
    """Columns, people and band."""
    return Explanation(explained_columns(report), list(people_statements(report)), list(band_statements(report)))


def as_json(told: Explanation, lang: str) -> dict[str, Any]:
    """The explanation as plain data; parts that were not asked for are left out."""
    found: dict[str, Any] = {"schema": SCHEMA, "lang": lang}
    if told.corrections is not None:
        found["corrections"] = [one.plain(lang) for one in told.corrections]
        found["commands"] = list(told.commands)
    if told.columns is not None:
        found["columns"] = [
            {**asdict(place), "statements": [one.plain(lang) for one in statements]}
            for place, statements in told.columns
        ]
    for name, statements in (("people", told.people), ("band", told.band)):
        if statements is not None:
            found[name] = [one.plain(lang) for one in statements]
    return found


def as_text(told: Explanation, lang: str, width: int) -> str:
    """The explanation for a person: headings, and a sentence per line."""
    lines: list[str] = []
    if told.corrections is not None:
        lines += _block("heading.corrections", told.corrections, lang, width)
        lines += [*(["", *(f"  {line}" for line in told.commands)] if told.commands else []), ""]
    if told.columns is not None:
        lines += _columns(told.columns, lang, width)
    for key, statements in (("heading.people", told.people), ("heading.band", told.band)):
        if statements is not None:
            lines += [*_block(key, statements, lang, width), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _columns(columns: Sequence[tuple[Place, Sequence[Statement]]], lang: str, width: int) -> list[str]:
    lines = [words("heading.columns", lang)]
    source: tuple[str, str | None] | None = None
    for place, statements in columns[:COLUMNS_TOLD]:
        if place.source != source:
            source = place.source
            lines += ["", shorten(harmless(place.shown), max(NAME_WIDTH, width - 2))]
        lines.append(f"  {place.index + 1} {shorten(harmless(place.column), NAME_WIDTH)}")
        lines += _sentences(statements, lang, width, 4)
    if len(columns) > COLUMNS_TOLD:
        lines += ["", sentence(Statement("column.more", {"count": len(columns) - COLUMNS_TOLD}), lang)]
    return [*lines, ""]


def _block(key: str, statements: Iterable[Statement], lang: str, width: int) -> list[str]:
    return [words(key, lang), *_sentences(statements, lang, width, 2)]


def _sentences(statements: Iterable[Statement], lang: str, width: int, indent: int) -> list[str]:
    room = max(20, width - indent)
    wrapped = (textwrap.wrap(sentence(one, lang), room, subsequent_indent="  ") for one in statements)
    return [f"{' ' * indent}{line}" for lines in wrapped for line in lines]
