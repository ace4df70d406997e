"""What a review has come to: which columns were accepted, which corrected. Pure values; no screen is known here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size

from leakscan.explain.columns import Place, evidence_by_column, places, roles_by_place
from leakscan.explain.correct import Corrected, Correction, corrected
from leakscan.i18n import decimal, label, number, percent
from leakscan.review.words import say
from leakscan.untrusted import harmless

if TYPE_CHECKING:
    from leakscan.renderers import Report

ROWS_SHOWN = 20_000
"""Columns that a review lists; of more, those without a role and without a finding are not listed first of all."""
NAME_WIDTH = 32
FILE_WIDTH = 40
OPEN, ACCEPTED, CHANGED = " ", "+", "*"
"""States of a column, as the list shows them."""


@dataclass(frozen=True, slots=True)
class Review:
    """A report under review. `rows`: the columns listed; `left_out`: how many more there are.

    `roles`: by row, the role somebody gave it (None: no role); `accepted`: rows whose role was confirmed.
    """

    report: Report
    rows: tuple[Place, ...]
    left_out: int
    found: Mapping[Place, tuple[float, Sequence[Mapping[str, Any]]]] = field(repr=False)
    roles: Mapping[int, str | None] = field(default_factory=dict)
    accepted: frozenset[int] = frozenset()

    def role(self, row: int) -> str | None:
        """The role that a row has by now."""
        return self.roles[row] if row in self.roles else self.rows[row].role

    def state(self, row: int) -> str:
        """Whether a row is open, accepted or changed."""
        return CHANGED if row in self.roles else ACCEPTED if row in self.accepted else OPEN

    def corrections(self) -> list[Correction]:
        """The rows whose role is another one now."""
        return [Correction(self.rows[row], role) for row, role in sorted(self.roles.items())]


def begin(report: Report) -> Review:
    """A review of all columns that have a role or a finding; of all others too where the list has room for them."""
    evidence, told = evidence_by_column(report), roles_by_place(report)
    every = places(report)
    lines = {place: evidence.get((*place.source, place.column), []) for place in every}
    if len(every) > ROWS_SHOWN:
        every = [place for place in every if place.role is not None or lines[place]]
    shown = every[:ROWS_SHOWN]
    found = {place: (float(told[*place.source, place.index]["confidence"]), lines[place]) for place in shown}
    return Review(report, tuple(shown), len(lines) - len(shown), found)


def accept(review: Review, row: int) -> Review:
    """A row's role is right as the scan found it."""
    roles = {at: role for at, role in review.roles.items() if at != row}
    return replace(review, roles=roles, accepted=review.accepted | {row})


def change(review: Review, row: int, role: str | None) -> Review:
    """A row has another role, or none; the one that it had accepts it."""
    if role == review.rows[row].role:
        return accept(review, row)
    return replace(review, roles={**review.roles, row: role}, accepted=review.accepted - {row})


def undo(review: Review, row: int) -> Review:
    """Nothing was said of a row."""
    roles = {at: role for at, role in review.roles.items() if at != row}
    return replace(review, roles=roles, accepted=review.accepted - {row})


def next_open(review: Review, row: int) -> int:
    """The next row of which nothing was said; the same where there is none."""
    count = len(review.rows)
    after = ((row + step) % count for step in range(1, count))
    return next((at for at in after if review.state(at) == OPEN), row)


def outcome(review: Review, who: str = "", when: str = "") -> Corrected:
    """The report under the corrections so far."""
    return corrected(review.report, review.corrections(), who, when)


def cells(review: Review, row: int, lang: str) -> tuple[str, ...]:
    """A row of the list: state, number, column, role, confidence, share, findings, input. All harmless."""
    place, role = review.rows[row], review.role(row)
    confidence, lines = review.found[place]
    own = next((line for line in lines if line["theme"] is None and line["entity"] == place.role), None)
    others = [
        label("theme", line["theme"], lang) if line["theme"] else str(line["entity"])
        for line in lines
        if line is not own
    ]
    return (
        review.state(row),
        str(place.index + 1),
        end_of(harmless(place.column), NAME_WIDTH),
        role or say("choose.none", lang),
        decimal(1.0 if row in review.roles else confidence, lang) if role else "",
        percent(own["share"], lang) if own is not None and row not in review.roles else "",
        beginning_of(harmless(", ".join(dict.fromkeys(others))), NAME_WIDTH),
        end_of(harmless(place.shown), FILE_WIDTH),
    )


def beginning_of(text: str, width: int) -> str:
    """The beginning of a text that takes more than `width` places on a screen, before `...`."""
    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 3).rstrip()}..."


def end_of(text: str, width: int) -> str:
    """The end of such a text, after `...`: of a path the end tells most."""
    if cell_len(text) <= width:
        return text
    kept = text[-width:]
    while cell_len(kept) > width - 3:
        kept = kept[1:]
    return f"...{kept}"


def totals(review: Review, made: Corrected, lang: str) -> list[str]:
    """Lines above the list: severity, people and whether they stand, themes, how far the review has come."""
    was, now, persons = review.report["severity"], made.report["severity"], review.report["persons"]
    band = say("total.band", lang, band=label("band", now["band"], lang), score=decimal(float(now["score"]), lang))
    if (was["band"], was["score"]) != (now["band"], now["score"]):
        before = {"band": label("band", was["band"], lang), "score": decimal(float(was["score"]), lang)}
        band += say("total.before", lang, **before)
    people = say("total.people", lang, **{name: number(persons[name], lang) for name in ("likely", "low", "high")})
    gone = {line["theme"] for line in review.report["evidence"]} - {line["theme"] for line in made.report["evidence"]}
    themes = [
        label("theme", theme, lang)
        for theme, statuses in persons["by_theme"].items()
        if theme not in gone and any(bounds["likely"] for bounds in statuses.values())
    ]
    done = {"accepted": len(review.accepted), "corrected": len(review.roles), "columns": len(review.rows)}
    more = say("total.more", lang, count=number(review.left_out, lang)) if review.left_out else ""
    return [
        band,
        f"{people}, {say('total.stand' if made.stands else 'total.again', lang)}",
        say("total.themes", lang, names=", ".join(themes)) if themes else say("total.no_themes", lang),
        say("total.done", lang, **done) + more,
    ]
