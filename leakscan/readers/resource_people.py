"""Who FHIR resources are about and who wrote them: patients and professionals, found by reference."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from leakscan.readers.clinical_cells import PROFESSIONALS_OID, Professional, add, fill, iso, with_identifier, with_phone
from leakscan.readers.resource_fields import Resource, dicts, word, words

Index = Mapping[str, Resource]
"""Patients, professionals and others that references mean, by `Type/id` and by full URL."""
UNIQUE_ID = 16
"""Characters from which on a FHIR id is taken to be unique beyond its server, as UUIDs are."""

_KEPT = 1_000
"""Patients, and professionals, that are kept as they were read: what follows one another is often about one."""
_NUMBER = re.compile(r"\d{9,12}")
_NUMBERED = re.compile(r"\w{9,12}")


@dataclass(slots=True)
class Referred:
    """Who resources refer to: the `index` of a document or file, and what was read of its patients and professionals.

    `by_id`: a patient is known by the id that others refer to, before other numbers.
    """

    index: Index = field(repr=False)
    by_id: bool = False
    _patients: dict[int, tuple[dict[str, str], bool]] = field(default_factory=dict, repr=False)
    _professionals: dict[int, Professional] = field(default_factory=dict, repr=False)

    def patient(self, found: Resource) -> tuple[dict[str, str], bool]:
        """The cells of a patient of the index, and whether that is an invented one."""
        told = self._patients.get(id(found))
        if told is None:
            if len(self._patients) >= _KEPT:
                self._patients.clear()
            cells: dict[str, str] = {}
            invented = patient(cells, found, by_id=self.by_id)
            told = self._patients[id(found)] = cells, invented
        return told

    def professional(self, found: Resource) -> Professional:
        """Name and number of a professional of the index."""
        told = self._professionals.get(id(found))
        if told is None:
            if len(self._professionals) >= _KEPT:
                self._professionals.clear()
            told = self._professionals[id(found)] = professional(found)
        return told


def patient(cells: dict[str, str], resource: Resource, *, by_id: bool) -> bool:
    """Put a Patient into the cells; says whether that is an invented one."""
    invented = False
    if by_id:
        _known_by(cells, word(resource, "id"))
    for number in dicts(resource, "identifier"):
        system, code = word(number, "system"), word(number, "type", "coding", "code").upper()
        invented = with_identifier(cells, word(number, "value"), system, code) or invented
    names = {word(name, "use") or "official": name for name in reversed(dicts(resource, "name"))}
    used = next((names[use] for use in ("usual", "official", *names) if use in names), {})
    born = next((names[use] for use in ("maiden", "official") if use in names and names[use] is not used), {})
    fill(cells, "last_name", word(used, "family") or word(born, "family"))
    fill(cells, "first_name", word(used, "given") or word(born, "given"))
    if word(born, "family") != cells.get("last_name"):
        fill(cells, "maiden_name", word(born, "family"))
    if not cells.get("last_name"):
        add(cells, "rest", word(used, "text"))
    fill(cells, "birth_date", iso(word(resource, "birthDate")))
    fill(cells, "sex", word(resource, "gender"))
    if not by_id and not cells.get("record_number"):
        fill(cells, "record_number", word(resource, "id"))
    for place in dicts(resource, "address")[:1]:
        fill(cells, "address", " ".join(words(place, "line")))
        fill(cells, "postcode", word(place, "postalCode"))
        fill(cells, "city", word(place, "city"))
    for contact in dicts(resource, "telecom"):
        kind = "mailto:" if word(contact, "system") == "email" else ""
        with_phone(cells, kind + word(contact, "value"))
    for extension in dicts(resource, "extension"):
        fill(cells, "birth_place", word(extension, "valueAddress", "city"))
    return invented


def subject(cells: dict[str, str], reference: Resource, referred: Referred, own: Index) -> bool:
    """Put the patient that a reference means into the cells: its own cells, or at least its number."""
    by_id = referred.by_id
    target = word(reference, "reference")
    found = resolved(target, referred.index, own)
    if found is not None:
        if word(found, "resourceType") != "Patient":
            return False
        if cells or target.startswith("#"):
            invented = patient(cells, found, by_id=by_id)
        else:
            known, invented = referred.patient(found)
            cells.update(known)
        cells.pop("rest", None)
        return invented
    kind, _, number = target.rpartition("/")
    if kind.rpartition("/")[2] == "Patient":
        if by_id:
            _known_by(cells, number)
        else:
            fill(cells, "record_number", number)
    invented = False
    for identifier in dicts(reference, "identifier"):
        code = word(identifier, "type", "coding", "code").upper()
        invented = with_identifier(cells, word(identifier, "value"), word(identifier, "system"), code) or invented
    return invented


def _known_by(cells: dict[str, str], number: str) -> None:
    """The id that other files refer to: if it is long it is a pseudonym, else it counts in its file."""
    fill(cells, "pseudonym" if len(number) >= UNIQUE_ID else "record_number", number)


def resolved(target: str, index: Index, own: Index) -> Resource | None:
    """The resource that a reference means: contained, by full URL, or by type and id."""
    if target.startswith("#"):
        return own.get(target)
    short = "/".join(target.partition("/_history/")[0].rsplit("/", 2)[-2:])
    return index.get(target) or index.get(short)


def professional(practitioner: Resource) -> Professional:
    """Name and national number of a Practitioner."""
    number = ""
    for one in dicts(practitioner, "identifier"):
        value, system = word(one, "value"), word(one, "system").removeprefix("urn:oid:")
        code = word(one, "type", "coding", "code").upper()
        if _NUMBERED.fullmatch(value) and (
            system == PROFESSIONALS_OID
            or code in ("RPPS", "ADELI", "IDNPS")
            or "rpps" in system.lower()
            or "adeli" in system.lower()
        ):
            number = value
            break
    name = next(iter(dicts(practitioner, "name")), {})
    return Professional(" ".join([word(name, "family"), *words(name, "given")]).strip() or word(name, "text"), number)


def people(holder: Any, referred: Referred, own: Index) -> Iterator[Professional]:
    """Professionals that references below a field mean; one that is not at hand by the name shown."""
    for holding in dicts(holder):
        references = [holding]
        for name in ("actor", "individual", "party"):
            if name in holding:
                references += dicts(holding, name)
        for reference in references:
            target = word(reference, "reference")
            found = resolved(target, referred.index, own) if target else None
            kind = word(found, "resourceType") if found is not None else target.rpartition("/")[0].rpartition("/")[2]
            if found is not None and kind == "PractitionerRole":
                yield from people(found.get("practitioner"), referred, own)
            elif found is not None and kind == "Practitioner":
                yield professional(found) if target.startswith("#") else referred.professional(found)
            elif kind in ("Practitioner", "PractitionerRole") or word(reference, "type") == "Practitioner":
                value = word(reference, "identifier", "value")
                yield Professional(word(reference, "display"), value if _NUMBER.fullmatch(value) else "")
