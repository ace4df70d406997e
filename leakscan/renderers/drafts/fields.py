"""The nouns of a draft: fields that are either filled with their evidence or left to be completed, in sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TO_COMPLETE = "à compléter"
"""What a cell reads that the scan cannot know."""


@dataclass(frozen=True, slots=True)
class Field:
    """One cell of a form: what is asked, what is answered, and the evidence: JSON pointers (RFC 6901) into the report.

    `pointers` of an earlier report begin with `since:`. `hint` says what to write there, or what the answer leaves
    open. Raises ValueError where an answer has no evidence, or evidence has no answer.
    """

    id: str
    label: str
    value: str = TO_COMPLETE
    pointers: tuple[str, ...] = ()
    hint: str = ""

    def __post_init__(self) -> None:
        """No field is filled without evidence: that is what makes a draft one."""
        if (self.value == TO_COMPLETE) == bool(self.pointers):
            message = f"field {self.id}: an answer needs evidence, and a field to be completed has none"
            raise ValueError(message)

    @property
    def is_filled(self) -> bool:
        """Whether the scan answers it."""
        return self.value != TO_COMPLETE


@dataclass(frozen=True, slots=True)
class Section:
    """Fields under a title; `text` stands before them."""

    title: str
    fields: tuple[Field, ...]
    text: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Controller:
    """One controller of a draft that is split: its place in `persons.breakdowns.laboratories.listed` and its entry."""

    place: int
    entry: Any

    @property
    def pointer(self) -> str:
        """Where the report says how many people it has."""
        return f"/persons/breakdowns/laboratories/listed/{self.place}"

    @property
    def name(self) -> str:
        """What it is called in a draft: code, FINESS number, or its number in the list."""
        code, finess = self.entry["code"], self.entry["finess"]
        parts = [code or "", f"FINESS {finess}" if finess else ""]
        return ", ".join(part for part in parts if part) or f"laboratoire n° {self.entry['number']} de la liste"

    @property
    def slug(self) -> str:
        """The same for the name of a file."""
        return f"{self.entry['number']:03d}"


@dataclass(frozen=True, slots=True)
class Draft:
    """One notification: of the whole leak, or of one controller."""

    title: str
    preamble: tuple[str, ...]
    sections: tuple[Section, ...]
    controller: Controller | None = None

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field, in the order of the sections."""
        return tuple(field for section in self.sections for field in section.fields)
