"""The headline, what to do first, and the severity worksheet of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leakscan.i18n import counted, number, phrase
from leakscan.renderers.first_screen import first_look, reason_text, unread_inputs
from leakscan.renderers.html.evidence import topic_of_pointer
from leakscan.renderers.html.words import say
from leakscan.untrusted import harmless

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from leakscan.renderers.renderer import Report

LABORATORIES_LISTED = 12
"""Laboratories to call that are named, the largest first; the others are counted."""

TOP_SCORE = 5.0
"""The highest score of the method, where the scale ends: data 4, identity 1, circumstances 1."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the headline: what it counts, the anchor that it leads to, and whether it is a span of days."""

    text: str
    label: str
    href: str | None
    span: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do: `kind` names what the template adds (a table of laboratories, of channels)."""

    kind: str
    title: str
    text: str
    urgent: bool
    href: str | None


@dataclass(frozen=True, slots=True)
class Reason:
    """A line of the worksheet; `evidence`: anchors."""

    factor: str
    value: float
    text: str
    rule: str
    decisive: bool
    evidence: tuple[str, ...]


def figures(report: Report, known: Container[str], lang: str) -> Iterator[Figure]:
    """The numbers beside the count of people, those that are nothing left out (minors apart: none is an answer)."""
    persons, dates = report["persons"], report["exam_dates"]

    def told(anchor: str) -> str | None:
        return anchor if anchor in known else None

    yield _counted(report["records"], "record", "count", lang)
    yield _counted(len(report["inputs"]), "input", "files", lang)
    if persons["with_credentials"]:
        yield Figure(number(persons["with_credentials"], lang), say("head.credentials", lang), told("t-credentials"))
    if persons["likely"]:
        minors = say("head.minors", lang, as_of=report["scan"]["as_of"].replace("-", "\u2011"))
        yield Figure(number(persons["minors"], lang), minors, told("t-birth_date"))
        yield Figure(number(persons["minors_at_exam"], lang), say("head.minors_exam", lang), told("t-exam_date"))
    for key, noun in (("laboratories", "laboratory"), ("prescribers", "prescriber")):
        if report[key]["distinct"]:
            yield _counted(report[key]["distinct"], noun, told(f"t-{noun}"), lang)
    if dates["first"]:
        span = say("head.exams_span", lang, first=dates["first"], last=dates["last"])
        yield Figure(span, say("head.exams", lang), told("t-exam_date"), span=True)


def _counted(value: int, noun: str, href: str | None, lang: str) -> Figure:
    figure = number(value, lang)
    return Figure(figure, counted(value, noun, lang).removeprefix(figure).strip(), href)


def cautions(report: Report, lang: str) -> list[str]:
    """What must be known before the figures are quoted."""
    if report["persons"].get("model"):
        return first_look(report, lang)
    return [] if report["persons"]["exact"] else [phrase("screen.not_exact", lang)]


def actions(report: Report, known: Container[str], lang: str) -> Iterator[Action]:
    """What to do first, most urgent first."""
    persons = report["persons"]
    yield from _credentials(report, known, lang)
    exposed = _open_to_everyone(report)
    if exposed:
        text = say("act.exposed_text", lang, inputs=counted(exposed, "input", lang))
        yield Action("exposed", say("act.exposed", lang), text, urgent=True, href="exposure")
    unread = unread_inputs(report)
    if report["scan"]["sampled"]:
        yield Action("unread", say("act.unread", lang), say("act.part_text", lang), urgent=True, href="unread")
    elif unread:
        inputs = counted(len(report["inputs"]), "input", lang)
        text = say("act.unread_text", lang, unread=number(len(unread), lang), inputs=inputs)
        yield Action("unread", say("act.unread", lang), text, urgent=True, href="unread")
    if report["laboratories"]["distinct"]:
        key = "act.laboratories_text" if laboratories(report, lang) else "act.laboratories_unnamed"
        text = say(key, lang, laboratories=counted(report["laboratories"]["distinct"], "laboratory", lang))
        href = "t-laboratory" if "t-laboratory" in known else None
        yield Action("laboratories", say("act.laboratories", lang), text, urgent=False, href=href)
    if persons["likely"]:
        yield Action("inform", say("act.inform", lang), say("act.inform_text", lang), urgent=False, href=None)
    if persons["minors"]:
        now = counted(persons["minors"], "minor", lang)
        text = say("act.minors_text", lang, now=now, as_of=report["scan"]["as_of"])
        yield Action(
            "minors", say("act.minors", lang), text, urgent=False, href="people" if "people" in known else None
        )
    if report["severity"]["dpc"] is not None and report["severity"]["cb_assumed"]:
        text = say("act.circumstances_text", lang)
        yield Action("circumstances", say("act.circumstances", lang), text, urgent=False, href="what-if")


def _credentials(report: Report, known: Container[str], lang: str) -> Iterator[Action]:
    people = report["persons"]["with_credentials"]
    if not people and not report["records_by_entity"].get("password"):
        return
    text = (
        say("act.credentials_text", lang, people=counted(people, "person", lang))
        if people
        else say("act.credentials_nobody", lang)
    )
    href = "t-credentials" if "t-credentials" in known else None
    yield Action("credentials", say("act.credentials", lang), text, urgent=True, href=href)


def _open_to_everyone(report: Report) -> int:
    """Inputs with people that everybody could read; all inputs where the report does not say which have people."""
    found = report["persons"].get("by_input")
    bearing = None if found is None else {(entry["path"], entry["member"]) for entry in found}
    if not report["persons"]["high"]:
        return 0
    return sum(
        (source.get("exposure") or {}).get("open_to") == "everyone"
        and (bearing is None or (source["path"], source["member"]) in bearing)
        for source in report["inputs"]
    )


def laboratories(report: Report, lang: str) -> list[tuple[str, int]]:
    """Name and people of the largest laboratories; those without a code go by their number."""
    listed = report["persons"].get("breakdowns", {"laboratories": {"listed": []}})["laboratories"]["listed"]
    return [
        (
            harmless(entry["code"] or entry["finess"] or phrase("breakdown.numbered", lang, number=entry["number"])),
            entry["people"],
        )
        for entry in listed[:LABORATORIES_LISTED]
    ]


def laboratories_left(report: Report) -> int:
    """Laboratories that are not named: the list is cut, or their people are too few to be told."""
    found = report["persons"].get("breakdowns", {"laboratories": {"listed": [], "not_listed": 0}})["laboratories"]
    return max(len(found["listed"]) - LABORATORIES_LISTED, 0) + int(found["not_listed"])


def channels(report: Report) -> list[tuple[str, int, float, Mapping[str, Any] | None]]:
    """Channel, people reachable, their share, and how many share it (None where the report does not say)."""
    persons = report["persons"]
    shared = persons.get("breakdowns", {}).get("channels", {})
    return [
        (name, count, min(count / persons["likely"], 1.0) if persons["likely"] else 0.0, shared.get(name))
        for name, count in persons["reachable"].items()
    ]


def reasons(report: Report, known: Container[str], lang: str) -> list[Reason]:
    """The worksheet, with the anchors of each reason's evidence that the page has."""
    lines = []
    for reason in report["severity"]["reasons"]:
        anchors = dict.fromkeys(topic_of_pointer(pointer, reason["code"]) for pointer in reason["evidence"])
        kept = tuple(anchor for anchor in anchors if anchor in known)
        text = reason_text(reason, lang)
        lines.append(Reason(reason["factor"], reason["value"], text, reason["code"], reason["decisive"], kept))
    return lines


def what_if(report: Report) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The severity under other circumstances: recipients, then without and with malicious intent."""
    by_recipients: dict[str, list[Mapping[str, Any]]] = {}
    for row in report["severity"]["what_if"]:
        by_recipients.setdefault(row["recipients"], []).append(row)
    return [
        (recipients, sorted(rows, key=lambda row: bool(row["malicious"]))) for recipients, rows in by_recipients.items()
    ]


def scale_place(score: float) -> float:
    """Where a score stands on the scale, in hundredths."""
    return round(min(max(score, 0.0), TOP_SCORE) / TOP_SCORE * 100, 1)
