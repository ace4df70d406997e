"""FHIR resources as records: what one resource says, with its patient and professionals found by reference.

A resource is a dict as JSON gives it; of XML `readers/fhir_xml.py` makes the same. Whatever has another shape than the
standard says is passed over here and stays in the rest of the record. Source: HL7 FHIR R4, FR Core.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from leakscan.readers.clinical import (
    PROFESSIONALS_OID,
    STRUCTURES_OID,
    Attachment,
    Professional,
    Record,
    add,
    fill,
    finding,
    iso,
    nir_shaped,
    with_identifier,
    with_phone,
    with_professionals,
)

Resource = Mapping[str, Any]
Index = Mapping[str, Resource]
"""Patients, professionals and others that references mean, by `Type/id` and by full URL."""

REFERRED = frozenset(
    ("Patient", "Practitioner", "PractitionerRole", "Organization", "RelatedPerson", "Medication", "Location")
)
"""Types that others refer to and that are kept for it."""
DEPTH = 40
"""A resource nested deeper is not walked further: what the standard nests comes to some ten."""
UNIQUE_ID = 16
"""Characters from which on a FHIR id is taken to be unique beyond its server, as UUIDs are."""
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


def items(value: Any) -> list[Any]:
    """A value as a list: what may repeat comes alone in XML."""
    return value if isinstance(value, list) else [] if value is None else [value]


def dicts(holder: Any, *path: str) -> Iterator[Resource]:
    """All objects at a path of names, lists on the way walked through."""
    found = [one for one in items(holder) if isinstance(one, dict)]
    for name in path:
        if not found:
            return
        found = [one for holding in found for one in items(holding.get(name)) if isinstance(one, dict)]
    yield from found


def words(holder: Any, *path: str) -> list[str]:
    """All texts, numbers and truth values at a path of names."""
    last = path[-1]
    return [
        _plain(one)
        for holding in dicts(holder, *path[:-1])
        for one in items(holding.get(last))
        if isinstance(one, str | int | float) and one != ""
    ]


def word(holder: Any, *path: str) -> str:
    """The first of `words`, or nothing."""
    if isinstance(holder, dict):  # most fields of most resources are not there, or one text
        value = holder.get(path[0])
        if value is None:
            return ""
        if len(path) == 1 and isinstance(value, str) and value:
            return value
    return next(iter(words(holder, *path)), "")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def record(resource: Resource, index: Index, *, by_id: bool = False) -> Record:
    """One resource as a record. `by_id`: a patient is known by the id that others refer to, before other numbers."""
    cells: dict[str, str] = {}
    kind = word(resource, "resourceType")
    own = {f"#{word(one, 'id')}": one for one in dicts(resource, "contained")}
    invented = False
    if kind in ("Patient", "Person"):
        invented = _patient(cells, resource, by_id=by_id)
    else:
        for name in filter(resource.__contains__, _SUBJECTS):
            for reference in dicts(resource, name):
                invented = _subject(cells, reference, index, own, by_id=by_id) or invented
    held = resource.__contains__
    asked = [one for name in filter(held, _ASKED) for one in _people(resource[name], index, own)]
    others = [one for name in filter(held, _OTHERS) for one in _people(resource[name], index, own)]
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
    _clinical(cells, resource, kind, index, own)
    _narrative(cells, resource, kind)
    _leave(cells, resource)
    return Record(cells, tuple(_attachments(resource)), invented)


def _patient(cells: dict[str, str], patient: Resource, *, by_id: bool) -> bool:
    invented = False
    if by_id:
        _known_by(cells, word(patient, "id"))
    for number in dicts(patient, "identifier"):
        system, code = word(number, "system"), word(number, "type", "coding", "code").upper()
        invented = with_identifier(cells, word(number, "value"), system, code) or invented
    names = {word(name, "use") or "official": name for name in reversed([*dicts(patient, "name")])}
    used = next((names[use] for use in ("usual", "official", *names) if use in names), {})
    born = next((names[use] for use in ("maiden", "official") if use in names and names[use] is not used), {})
    fill(cells, "last_name", word(used, "family") or word(born, "family"))
    fill(cells, "first_name", word(used, "given") or word(born, "given"))
    if word(born, "family") != cells.get("last_name"):
        fill(cells, "maiden_name", word(born, "family"))
    if not cells.get("last_name"):
        add(cells, "rest", word(used, "text"))
    fill(cells, "birth_date", iso(word(patient, "birthDate")))
    fill(cells, "sex", word(patient, "gender"))
    if not by_id and not cells.get("record_number"):
        fill(cells, "record_number", word(patient, "id"))
    for place in list(dicts(patient, "address"))[:1]:
        fill(cells, "address", " ".join(words(place, "line")))
        fill(cells, "postcode", word(place, "postalCode"))
        fill(cells, "city", word(place, "city"))
    for contact in dicts(patient, "telecom"):
        kind = "mailto:" if word(contact, "system") == "email" else ""
        with_phone(cells, kind + word(contact, "value"))
    for extension in dicts(patient, "extension"):
        fill(cells, "birth_place", word(extension, "valueAddress", "city"))
    return invented


def _subject(cells: dict[str, str], reference: Resource, index: Index, own: Index, *, by_id: bool) -> bool:
    """Put the patient that a reference means into the cells: its own cells, or at least its number."""
    target = word(reference, "reference")
    patient = resolved(target, index, own)
    if patient is not None:
        if word(patient, "resourceType") != "Patient":
            return False
        invented = _patient(cells, patient, by_id=by_id)
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
        if re.fullmatch(r"\w{9,12}", value) and (
            system == PROFESSIONALS_OID
            or code in ("RPPS", "ADELI", "IDNPS")
            or "rpps" in system.lower()
            or "adeli" in system.lower()
        ):
            number = value
            break
    name = next(dicts(practitioner, "name"), {})
    return Professional(" ".join([word(name, "family"), *words(name, "given")]).strip() or word(name, "text"), number)


def _people(holder: Any, index: Index, own: Index) -> Iterator[Professional]:
    """Professionals that references below a field mean; one that is not at hand by the name shown."""
    for holding in dicts(holder):
        for reference in (holding, *dicts(holding, "actor"), *dicts(holding, "individual"), *dicts(holding, "party")):
            target = word(reference, "reference")
            found = resolved(target, index, own) if target else None
            kind = word(found, "resourceType") if found is not None else target.rpartition("/")[0].rpartition("/")[2]
            if found is not None and kind == "PractitionerRole":
                yield from _people(found.get("practitioner"), index, own)
            elif found is not None and kind == "Practitioner":
                yield professional(found)
            elif kind in ("Practitioner", "PractitionerRole") or word(reference, "type") == "Practitioner":
                value = word(reference, "identifier", "value")
                yield Professional(word(reference, "display"), value if re.fullmatch(r"\d{9,12}", value) else "")


def _organisation(cells: dict[str, str], resource: Resource) -> None:
    fill(cells, "laboratory", word(resource, "name"))
    for number in dicts(resource, "identifier"):
        if "finess" in word(number, "system").lower() or word(number, "system").endswith(STRUCTURES_OID):
            fill(cells, "finess", word(number, "value")[-9:])


def coded(concept: Any) -> str:
    """What a CodeableConcept calls itself."""
    return word(concept, "text") or word(concept, "coding", "display") or word(concept, "coding", "code")


def _value(holder: Resource) -> str:
    """The value[x] of an observation as text."""
    for quantity in dicts(holder, "valueQuantity"):
        return " ".join(word(quantity, name) for name in ("comparator", "value", "unit") if word(quantity, name))
    if holder.get("valueCodeableConcept"):
        return coded(holder["valueCodeableConcept"])
    for span in dicts(holder, "valueRange"):
        return f"{word(span, 'low', 'value')} - {word(span, 'high', 'value')}"
    names = ("valueString", "valueBoolean", "valueInteger", "valueDateTime", "valueTime")
    return next((word(holder, name) for name in names if word(holder, name)), "")


def _observation(cells: dict[str, str], resource: Resource) -> None:
    """The value of an observation as a line, or its components as a line each; a single one behind its title."""
    parts, label = [*dicts(resource, "component")], coded(resource.get("code"))
    if _value(resource) or not parts:
        add(cells, "text", _line_of(resource, ""))
    for part in parts:
        add(cells, "text", _line_of(part, label if len(parts) == 1 else ""))


def _line_of(holder: Resource, title: str) -> str:
    label = coded(holder.get("code"))
    flag = word(holder, "interpretation", "coding", "code") or coded(holder.get("interpretation"))
    name = f"{title}, {label}" if title and title != label else label
    return finding(name, _value(holder), "", flag)


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
    for label, name in _LABELLED.get(kind, ()):
        for concept in items(resource.get(name)):
            said = coded(concept)
            add(cells, "text", f"{label} : {said}" if label and said else said)
    for told in (*words(resource, "conclusion"), *words(resource, "note", "text"), *words(resource, "comment")):
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


_TAGS = re.compile(r"<(/?)(\w+)[^>]{0,2000}>")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&nbsp;": " ", "&#160;": " ", "&amp;": "&"}


def plain_html(text: str) -> str:
    """The text of XHTML: a line per block, cells parted by ` : `."""

    def blank(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        return " : " if name in ("td", "th") and tag[1] else "" if name in ("td", "th", "b", "i", "span", "a") else "\n"

    text = _TAGS.sub(blank, text)
    for entity, sign in _ENTITIES.items():
        text = text.replace(entity, sign)
    said = (" ".join(line.split()).strip(" :") for line in text.split("\n"))
    return "\n".join(line for line in said if line)


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
    waiting: list[tuple[Any, int]] = [(resource, 0)]
    while waiting and size < TEXT_BYTES:
        value, depth = waiting.pop()
        if depth > DEPTH:
            continue
        if isinstance(value, dict):
            waiting += [(one, depth + 1) for name, one in reversed(value.items()) if name not in _HIDDEN]
        elif isinstance(value, list):
            waiting += [(one, depth + 1) for one in reversed(value)]
        elif isinstance(value, str) and value and value not in found and value.lower() not in told:
            found[value] = None
            size += len(value)
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
