"""What each figure rests on: the columns behind a data category, a theme under a status, or a breakdown.

Anchors are made of our own names (`t-nir`, `t-hiv-affirmed`, `in-3`, `in-3-c-12`), never of a name in the data.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from heapq import nlargest
from typing import TYPE_CHECKING, Any

from leakscan.i18n import label, phrase
from leakscan.phrases import PHRASES
from leakscan.renderers.html.names import beginning, path_end, place_of
from leakscan.renderers.html.words import say
from leakscan.untrusted import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from leakscan.renderers.html.files import Shown
    from leakscan.renderers.renderer import Report

PLACES_LISTED = 8
"""Columns listed per figure, those with most records first."""

ENTITIES: dict[str, tuple[str, ...]] = {
    "name": ("last_name", "maiden_name", "first_name", "full_name"),
    "birth_date": ("birth_date",),
    "nir": ("nir", "ins", "nir_bad", "nir_wrong_key"),
    "address": ("address",),
    "phone": ("phone",),
    "email": ("email",),
    "mutuelle": ("mutuelle",),
    "prescriber": ("prescriber", "rpps", "adeli"),
    "exam_date": ("exam_date",),
    "blood_group": ("blood_group",),
    "credentials": ("password", "password_hash", "credentials", "login"),
    "financial": ("iban",),
    "sex": ("sex",),
    "residence": ("postcode",),
    "birth_place": ("birth_place", "nir", "ins"),
    "laboratory": ("laboratory", "finess"),
}
"""By topic, the kinds of values that are its evidence; a test holds the data categories against the count's own."""

THEME_TOPICS: dict[str, tuple[tuple[str, str], ...]] = {
    "treatment": (("treatment", "affirmed"),),
    "genetic_data": (("genetic", "affirmed"), ("genetic", "negated")),
}
"""Data categories that come from themes."""

ROLE_TOPICS: tuple[str, ...] = ("act", "result")
"""Column roles that severity asks for: whatever was found in such a column is their evidence."""

_BY_CODE = {"acts_present": "t-act", "results_present": "t-result"}
_BY_PART = {"inputs": "files", "severity": "what-if"}
_LEAST_SHARE = 1e-4
_STATUSES = ("affirmed", "tested", "negated", "other_person")


@dataclass(frozen=True, slots=True)
class Proof:
    """A finding in a column: where, what rule, how much, what it looks like. `href`: its line, where it is shown."""

    file: str
    column: str
    href: str | None
    rule: str
    records: int
    distinct: int
    share: float
    confidence: float
    shapes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """The evidence of a figure; `more`: how many columns are not listed."""

    anchor: str
    title: str
    proofs: tuple[Proof, ...]
    more: int


def topics(report: Report, shown: Shown, lang: str) -> dict[str, Topic]:
    """By anchor, every topic with evidence: data categories first, then themes by status, then breakdowns."""
    by_entity: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    by_theme: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    by_role: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in report["evidence"]:
        by_role[entry["role"]].append(entry)
        if entry["theme"] is None:
            by_entity[entry["entity"]].append(entry)
        else:
            by_theme[entry["theme"], entry["status"] or _STATUSES[0]].append(entry)
    found = {}
    roles = [(f"t-{role}", say(f"topic.{role}", lang), by_role[role]) for role in ROLE_TOPICS]
    for anchor, title, entries in (*_gathered(by_entity, by_theme, lang), *roles):
        if entries:
            largest = nlargest(PLACES_LISTED, entries, key=lambda entry: entry["records"])
            proofs = tuple(proof(entry, shown) for entry in largest)
            found[anchor] = Topic(anchor, title, proofs, len(entries) - len(proofs))
    return found


def _gathered(
    by_entity: Mapping[str, list[Mapping[str, Any]]],
    by_theme: Mapping[tuple[str, str], list[Mapping[str, Any]]],
    lang: str,
) -> Iterator[tuple[str, str, Sequence[Mapping[str, Any]]]]:
    """(anchor, title, entries) of every topic there can be."""
    for name, entities in ENTITIES.items():
        title = label("category", name, lang) if f"category.{name}" in PHRASES else say(f"topic.{name}", lang)
        yield f"t-{name}", title, [entry for entity in entities for entry in by_entity.get(entity, ())]
    for name, pairs in THEME_TOPICS.items():
        entries = [entry for pair in pairs for entry in by_theme.get(pair, ())]
        yield f"t-{name}", label("category", name, lang), entries
    for theme, status in sorted(by_theme, key=lambda pair: (pair[0], _STATUSES.index(pair[1]))):
        title = f"{label('theme', theme, lang)}, {label('status', status, lang)}"
        yield f"t-{theme}-{status}", title, by_theme[theme, status]


def proof(entry: Mapping[str, Any], shown: Shown) -> Proof:
    """A line of the report's evidence as it is shown."""
    column = entry["column"]
    return Proof(
        file=path_end(place_of(entry)),
        column="" if column is None else beginning(column),
        href=shown.anchor_of(place_of(entry), column),
        rule=rule(entry),
        records=entry["records"],
        distinct=entry["distinct"],
        share=share_of(entry),
        confidence=entry["confidence"],
        shapes=tuple(beginning(shape) for shape in entry["samples"]),
    )


def share_of(entry: Mapping[str, Any]) -> float:
    """The share of records, which the report rounds: something is never nothing."""
    share: float = entry["share"]
    return max(share, _LEAST_SHARE) if entry["records"] else share


def rule(entry: Mapping[str, Any]) -> str:
    """What was recognised, by the names that the detectors page lists."""
    if entry["theme"] is None:
        return harmless(entry["entity"] or "")
    parts = (entry["entity"], entry["theme"], entry["status"])
    return harmless(" / ".join(part for part in parts if part))


def topic_of_pointer(pointer: str, code: str) -> str:
    """The anchor that a JSON pointer of a severity reason leads to; `code` is the reason's."""
    match pointer.split("/")[1:]:
        case ["persons", "by_theme", theme, status]:
            return f"t-{theme}-{status}"
        case ["persons", "by_category", category]:
            return f"t-{category}"
        case ["persons", part, *_]:
            return "data" if part == "by_category" else "count"
        case ["evidence", *_]:
            return _BY_CODE.get(code, "evidence")
        case [part, *_]:
            return _BY_PART.get(part, "count")
    return "count"


def column_name(column: str | None, lang: str) -> str:
    """A column as it is shown; what stands in no column is text."""
    return phrase("word.text", lang) if column is None else beginning(column)
