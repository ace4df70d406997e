"""FHIR resources as records: what one resource says, with its patient and professionals found by reference.

A resource is a dict as JSON gives it; of XML `readers/fhir_xml.py` makes the same. Whatever has another shape than the
standard says is passed over here and stays in the rest of the record. Source: HL7 FHIR R4, FR Core.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from leakscan.readers.clinical import Attachment, Record
from leakscan.readers.clinical_cells import STRUCTURES_OID, add, fill, finding, iso, nir_shaped, with_professionals
from leakscan.readers.resource_fields import Resource, coded, dicts, items, plain_html, word, words
from leakscan.readers.resource_people import Index, Referred, patient, people, professional, resolved, subject

REFERRED = frozenset(
    ("Patient", "Practitioner", "PractitionerRole", "Organization", "RelatedPerson", "Medication", "Location")
)
"""Types that others refer to and that are kept for it."""
DEPTH = 40
"""A resource nested deeper is not walked further: what the standard nests comes to some ten."""
TEXT_BYTES = 4 << 20
"""Most text that one resource gives to its rest."""

_SUBJECTS = ("subject", "patient", "beneficiary", "for", "individual")
_ASKED = ("requester", "prescriber", "orderer")
_OTHERS = (
    "performer", "author", "asserter", "recorder", "practitioner", "participant", "generalPractitioner", "attester",
    "authenticator", "resultsInterpreter", "informationSource", "custodian", "actor", "individual", "party",
)  # fmt: skip
_DATES = (
    "effectiveDateTime", "effectivePeriod", "effectiveInstant", "performedDateTime", "performedPeriod", "started",
    "occurrenceDateTime", "collectedDateTime", "onsetDateTime", "period", "issued", "authoredOn", "recordedDate",
    "date", "created",
)  # fmt: skip
_HIDDEN = frozenset((
    "system", "url", "reference", "profile", "div", "data", "id", "resourceType", "lastUpdated", "versionId", "fullUrl",
    "status", "contentType", "language", "use", "mode", "hash", "linkId", "gender",
))  # fmt: skip
_CIM10 = ("icd-10", "cim-10", "2.16.840.1.113883.6.3")
_REFUTED = frozenset(("refuted", "entered-in-error"))


def record(resource: Resource, referred: Referred, *, attached: bool = True) -> Record:
    """One resource as a record. `attached`: whether documents in base64 are taken out of it."""
    cells: dict[str, str] = {}
    kind = word(resource, "resourceType")
    own = {f"#{word(one, 'id')}": one for one in dicts(resource, "contained")}
    invented = False
    if kind in ("Patient", "Person"):
        invented = patient(cells, resource, by_id=referred.by_id)
    else:
        for name in filter(resource.__contains__, _SUBJECTS):
            for reference in dicts(resource, name):
                invented = subject(cells, reference, referred, own) or invented
    held = resource.__contains__
    asked = [one for name in filter(held, _ASKED) for one in people(resource[name], referred, own)]
    others = [one for name in filter(held, _OTHERS) for one in people(resource[name], referred, own)]
    if kind in ("Practitioner", "PractitionerRole"):
        asked = [professional(resource)] if kind == "Practitioner" else asked
    if kind == "Organization":
        _organisation(cells, resource)
    for name in filter(held, _DATES):
        stamp = word(resource, name) or word(resource, name, "start")
        if stamp and kind not in ("Patient", "Practitioner"):
            fill(cells, "exam_date" if not cells.get("exam_date") else "date", iso(stamp))
            if cells.get("date"):
                break
    with_professionals(cells, [*asked, *others])
    _clinical(cells, resource, kind, referred.index, own)
    _narrative(cells, resource, kind)
    _leave(cells, resource)
    return Record(cells, tuple(_attachments(resource)) if attached else (), invented)


def _organisation(cells: dict[str, str], resource: Resource) -> None:
    fill(cells, "laboratory", word(resource, "name"))
    for number in dicts(resource, "identifier"):
        if "finess" in word(number, "system").lower() or word(number, "system").endswith(STRUCTURES_OID):
            fill(cells, "finess", word(number, "value")[-9:])


def _value(holder: Resource) -> str:
    """The value[x] of an observation as text."""
    for quantity in dicts(holder, "valueQuantity"):
        return " ".join(said for name in ("comparator", "value", "unit") if (said := word(quantity, name)))
    if holder.get("valueCodeableConcept"):
        return coded(holder["valueCodeableConcept"])
    for span in dicts(holder, "valueRange"):
        return f"{word(span, 'low', 'value')} - {word(span, 'high', 'value')}"
    names = ("valueString", "valueBoolean", "valueInteger", "valueDateTime", "valueTime")
    return next((said for name in names if (said := word(holder, name))), "")


def _observation(cells: dict[str, str], resource: Resource) -> None:
    """The value of an observation as a line, or its components as a line each; a single one behind its title."""
    parts, label, value = dicts(resource, "component"), coded(resource.get("code")), _value(resource)
    if value or not parts:
        add(cells, "text", _line_of(resource, label, value))
    for part in parts:
        own = coded(part.get("code"))
        name = f"{label}, {own}" if len(parts) == 1 and label and label != own else own
        add(cells, "text", _line_of(part, name, _value(part)))


def _line_of(holder: Resource, name: str, value: str) -> str:
    told = holder.get("interpretation")
    flag = (word(told, "coding", "code") or coded(told)) if told else ""
    return finding(name, value, "", flag)


_LABELLED: dict[str, tuple[tuple[str, str], ...]] = {
    "DiagnosticReport": (("", "conclusionCode"),),
    "ServiceRequest": (("", "code"), ("motif", "reasonCode")),
    "Procedure": (("", "code"), ("motif", "reasonCode")),
    "AllergyIntolerance": (("allergie", "code"),),
    "Encounter": (("", "type"), ("motif", "reasonCode")),
    "Immunization": (("vaccin", "vaccineCode"),),
    "CarePlan": (("", "category"),),
    "Appointment": (("motif", "reasonCode"), ("", "serviceType")),
    "DocumentReference": (("", "type"),),
    "Composition": (("", "type"),),
    "ImagingStudy": (("", "procedureCode"), ("motif", "reasonCode")),
    "Claim": (("", "type"),),
}  # fmt: skip
"""Which coded fields of a resource say something of health, with the word before them."""


_REMARKS = (("conclusion",), ("note", "text"), ("comment",))


def _clinical(cells: dict[str, str], resource: Resource, kind: str, index: Index, own: Index) -> None:
    if kind == "Observation":
        _observation(cells, resource)
    elif kind == "Condition":
        _condition(cells, resource)
    elif kind == "FamilyMemberHistory":
        relation = coded(resource.get("relationship")) or "parent"
        for condition in dicts(resource, "condition"):
            add(cells, "text", f"antécédents familiaux : {relation} : {coded(condition.get('code'))}")
    elif kind.startswith("Medication"):
        _drugs(cells, resource, index, own)
    elif kind == "Coverage" and nir_shaped(word(resource, "subscriberId")):
        fill(cells, "nir", word(resource, "subscriberId"))
    _remarks(cells, resource, kind)


def _remarks(cells: dict[str, str], resource: Resource, kind: str) -> None:
    """What is said of health in words: coded fields that have no place of their own, conclusions, notes."""
    for label, name in _LABELLED.get(kind, ()):
        for concept in items(resource.get(name)):
            said = coded(concept)
            add(cells, "text", f"{label} : {said}" if label and said else said)
    for path in filter(lambda path: path[0] in resource, _REMARKS):
        for told in words(resource, *path):
            add(cells, "text", told)


def _drugs(cells: dict[str, str], resource: Resource, index: Index, own: Index) -> None:
    drugs = [coded(resource.get("medicationCodeableConcept")), coded(resource.get("code"))]
    for reference in dicts(resource, "medicationReference"):
        found = resolved(word(reference, "reference"), index, own)
        drugs.append(coded(found.get("code")) if found is not None else word(reference, "display"))
    for drug in drugs:
        add(cells, "drug", drug)
    add(cells, "text", "\n".join(coded(reason) for reason in items(resource.get("reasonCode"))))


def _condition(cells: dict[str, str], resource: Resource) -> None:
    said = coded(resource.get("code"))
    status = (*words(resource, "verificationStatus", "coding", "code"), *words(resource, "verificationStatus"))
    refuted = _REFUTED & {*status}
    add(cells, "text", f"absence de {said}" if refuted and said else said)
    for code in dicts(resource, "code", "coding"):
        if not refuted and any(mark in word(code, "system").lower() for mark in _CIM10):
            fill(cells, "diagnosis", word(code, "code"))


def _narrative(cells: dict[str, str], resource: Resource, kind: str) -> None:
    """Narrative that says more than the fields: all but what was generated from them, and every section."""
    for own in dicts(resource, "text"):
        if word(own, "status") != "generated":
            add(cells, "text" if kind == "Composition" else "rest", plain_html(word(own, "div")))
    waiting = [(section, 0) for section in dicts(resource, "section")]
    while waiting:
        section, depth = waiting.pop(0)
        told = plain_html(word(section, "text", "div"))
        if told:
            add(cells, "text", f"{word(section, 'title')} :\n{told}")
        if depth < DEPTH:
            waiting += [(inner, depth + 1) for inner in dicts(section, "section")]


def _leave(cells: dict[str, str], resource: Resource) -> None:
    """All other texts of a resource as lines of the rest."""
    told = "\n".join(cells.values()).lower()
    found: dict[str, None] = {}
    size = 0
    open_: list[Iterator[Any]] = [iter((resource,))]
    while open_:
        for value in open_[-1]:
            if isinstance(value, str):
                if value and value not in found and value.lower() not in told:
                    found[value] = None
                    size += len(value)
                    if size >= TEXT_BYTES:
                        open_.clear()
                        break
            elif len(open_) <= DEPTH and isinstance(value, dict):
                open_.append(iter([one for name, one in value.items() if name not in _HIDDEN]))
                break
            elif len(open_) <= DEPTH and isinstance(value, list):
                open_.append(iter(value))
                break
        else:
            open_.pop()
    add(cells, "rest", "\n".join(found))


def _attachments(resource: Resource) -> Iterator[Attachment]:
    """Documents in base64, wherever a resource carries them."""
    waiting: list[tuple[Any, int]] = [(resource, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, dict):
            data = value.get("data")
            if isinstance(data, str) and data and ("contentType" in value or value.get("resourceType") == "Binary"):
                yield Attachment(data)
            if depth < DEPTH:
                waiting += [(one, depth + 1) for one in reversed(value.values()) if isinstance(one, dict | list)]
        elif isinstance(value, list) and depth < DEPTH:
            waiting += [(one, depth + 1) for one in reversed(value) if isinstance(one, dict | list)]
