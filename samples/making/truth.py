"""The truth about a generated file, counted from what was written, never by reading the file back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from making.layouts import FIELDS, Layout
from making.people import THEMES, Person, years_before

AS_OF = date(2026, 1, 1)
"""The day on which `minors` are counted."""

CATEGORIES = (
    "name",
    "birth_date",
    "nir",
    "address",
    "phone",
    "email",
    "mutuelle",
    "prescriber",
    "exam_date",
    "blood_group",
    "credentials",
)
"""The data categories that are read off columns; treatment and genetic_data come from what is said."""

_LOOSE_DATES = ("presc_date", "invoice_date")
_NEAR_DATES = ("edit_date", "created_date")
"""Dates beside the exam's. Without headers nothing tells a prescription and an exam from an exam and an invoice: the
second follows by days or weeks in both. A result printed within days, or a record created on the day, tells them."""

_STRENGTH = {"affirmed": 3, "tested": 2, "negated": 1}


def note_theme(person: Person, theme: str, status: str) -> None:
    """Remember that a row says this of the person; the strongest status stays, a relative's counts nowhere."""
    if _STRENGTH.get(status, 0) > _STRENGTH.get(person.themes.get(theme, ""), 0):
        person.themes[theme] = status


@dataclass(slots=True)
class Truth:
    """The counts of one file; people are added once, when their last row is written (`settle`)."""

    rows: int = 0
    damaged_rows: int = 0
    repeated_rows: int = 0
    placeholder_rows: int = 0
    nir_rows: int = 0
    nir_wrong_key_rows: int = 0
    nir_unreadable_rows: int = 0
    ins_rows: int = 0
    persons: int = 0
    persons_on_several_rows: int = 0
    children_under_a_parent: int = 0
    minors: int = 0
    minors_at_exam: int = 0
    genetic_data: int = 0
    first_exam: date | None = None
    last_exam: date | None = None
    prescribers: set[int] = field(default_factory=set)
    laboratories: set[int] = field(default_factory=set)
    categories: list[int] = field(default_factory=lambda: [0] * len(CATEGORIES))
    themes: dict[str, dict[str, int]] = field(
        default_factory=lambda: {theme: dict.fromkeys(_STRENGTH, 0) for theme in THEMES}
    )

    def note_exam(self, person: Person, day: date) -> None:
        """Remember an exam date that stands in the file."""
        if person.first_exam is None or day < person.first_exam:
            person.first_exam = day
        if self.first_exam is None or day < self.first_exam:
            self.first_exam = day
        if self.last_exam is None or day > self.last_exam:
            self.last_exam = day

    def settle(self, person: Person) -> None:
        """Count a person of whom no more rows will come."""
        if not person.rows:
            return
        self.persons += 1
        self.persons_on_several_rows += person.rows > 1
        self.children_under_a_parent += person.insured == "E"
        self.minors += person.birth > years_before(AS_OF, 18)
        self.minors_at_exam += person.first_exam is not None and person.birth > years_before(person.first_exam, 18)
        self.genetic_data += person.genetic_data
        for place in range(len(CATEGORIES)):
            self.categories[place] += person.categories >> place & 1
        for theme, status in person.themes.items():
            self.themes[theme][status] += 1

    def as_json(self, layout: Layout, file: str, seed: int) -> dict[str, Any]:
        """The truth as it is written beside the file (samples/README.md explains the fields)."""
        shown = {FIELDS[key].category for _, key in layout.columns}
        by_category = {name: count for name, count in zip(CATEGORIES, self.categories, strict=True) if name in shown}
        by_category["treatment"] = self.themes["treatment"]["affirmed"]
        by_category["genetic_data"] = self.genetic_data
        keys = {key for _, key in layout.columns}
        speaks = _speaks(layout)
        dates_told = speaks or not keys.intersection(_LOOSE_DATES) or bool(keys.intersection(_NEAR_DATES))
        alike = {"exam_date", *(() if dates_told else _LOOSE_DATES), *(("created_date",) if not speaks else ())}
        columns: list[dict[str, Any]] = []
        for index, (header, key) in enumerate(layout.columns):
            column: dict[str, Any] = {"index": index, "name": header if layout.header else None}
            column["role"] = FIELDS[key].role
            accept = [*FIELDS[key].accept]
            if key in alike and len(alike & keys) > 1:
                accept.append("date" if key == "exam_date" else "exam_date")
            if accept:
                column["accept"] = accept
            columns.append(column)
        return {
            "file": file,
            "seed": seed,
            "as_of": AS_OF.isoformat(),
            "encoding": layout.encoding,
            "delimiter": layout.delimiter,
            "header": layout.header,
            "rows": self.rows,
            "damaged_rows": self.damaged_rows,
            "repeated_rows": self.repeated_rows,
            "placeholder_rows": self.placeholder_rows,
            "columns": columns,
            "nir_rows": self.nir_rows,
            "nir_wrong_key_rows": self.nir_wrong_key_rows,
            "nir_unreadable_rows": self.nir_unreadable_rows,
            "ins_rows": self.ins_rows,
            "persons": self.persons,
            "persons_on_several_rows": self.persons_on_several_rows,
            "children_under_a_parent": self.children_under_a_parent,
            "persons_by_theme": self.themes,
            "persons_by_category": by_category,
            "minors": self.minors,
            "minors_at_exam": self.minors_at_exam,
            "exam_dates": {
                "first": self.first_exam.isoformat() if self.first_exam else None,
                "last": self.last_exam.isoformat() if self.last_exam else None,
            },
            "prescribers": len(self.prescribers),
            "laboratories": len(self.laboratories),
            "judged": {"exam_dates": dates_told},
        }


def _speaks(layout: Layout) -> bool:
    """Whether the layout has a header line that says more than numbers."""
    return layout.header and not all(header.startswith("CHAMP") for header, _ in layout.columns)
