"""Reader for CDA-R2: one clinical document in XML is one record of its patient.

The header gives identity, professionals and dates, sections and entries become lines of text, a body or copy in base64
becomes a child that knows its patient. Source: HL7 CDA Release 2, ANS CI-SIS structuration minimale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO

from leakscan.readers.clinical import Attachment, Record, children, document
from leakscan.readers.clinical_cells import (
    INS_OIDS,
    PROFESSIONALS_OID,
    STRUCTURES_OID,
    TEST_OIDS,
    Professional,
    add,
    fill,
    finding,
    iso,
    with_identifier,
    with_phone,
    with_professionals,
)
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.readers.xml_tree import Tree, attribute, every, find, lines, local, parse, text
from leakscan.records import Item

if TYPE_CHECKING:
    from lxml.etree import _Element

FORMAT = "cda"
_NEAR = 64 << 10
_ROOT = re.compile(rb"<(?:[\w.-]{1,40}:)?ClinicalDocument[\s>]")
_CIM10 = "2.16.840.1.113883.6.3"
_FAMILY = "10157-6"
"""LOINC: history of the family, a section about relatives."""
_HEADER = (
    "author", "dataEnterer", "informant", "custodian", "informationRecipient", "legalAuthenticator", "authenticator",
    "participant", "inFulfillmentOf", "documentationOf", "relatedDocument", "authorization", "componentOf",
)  # fmt: skip
_WORKERS = (
    "author/assignedAuthor",
    "legalAuthenticator/assignedEntity",
    "authenticator/assignedEntity",
    "documentationOf/serviceEvent/performer/assignedEntity",
    "componentOf/encompassingEncounter/responsibleParty/assignedEntity",
    "componentOf/encompassingEncounter/encounterParticipant/assignedEntity",
    "dataEnterer/assignedEntity",
    "informant/assignedEntity",
    "participant/associatedEntity",
    "informationRecipient/intendedRecipient",
)
_ACTS = ("{*}observation", "{*}procedure", "{*}substanceAdministration", "{*}supply")
_DRUGS = ("{*}manufacturedMaterial", "{*}manufacturedLabeledDrug")


def sniff(head: Head) -> float:
    """By its root element near the beginning."""
    start = head.data[:_NEAR]
    if start.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
        start = start.replace(b"\0", b"")
    return 0.97 if b"ClinicalDocument" in start and _ROOT.search(start) else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """The document as one record (one per patient where it has several), then what it carries in base64."""
    del head
    tree = parse(file)
    size = file.tell()
    root = tree.root
    if local(root) != "ClinicalDocument":
        root = next((element for element in root.iter() if local(element) == "ClinicalDocument"), root)
    found = records(tree, root)
    yield from document(FORMAT, found, size)
    yield from children(found[0], "document")
    if not tree.whole:
        message = "the XML is damaged or cut: what can be read of it was read"
        raise BrokenInput(message)


def records(tree: Tree, root: _Element) -> list[Record]:
    """One record per patient of a document; the text is everybody's."""
    shared: dict[str, str] = {}
    _body(shared, root)
    _dates(shared, root)
    others = [one for path in _WORKERS for one in _people(every(root, path))]
    asked = _people(
        entity
        for part in every(root, "participant")
        if attribute(part, "typeCode") == "REF"
        for entity in every(part, "associatedEntity")
    )
    for name in _HEADER:
        for element in every(root, name):
            add(shared, "rest", _words(element))
    attachments = tuple(_attachments(tree, root))
    people = [*every(root, "recordTarget/patientRole")]
    if not people:
        return [Record({"rest": "\n".join(shared.values())}, attachments, damaged="message_without_patient")]
    found = []
    for patient in people:
        cells: dict[str, str] = {}
        invented = _patient(cells, patient)
        rest = "\n".join(part for part in (cells.pop("rest", ""), shared.get("rest", "")) if part)
        cells = {**shared, **cells, "rest": rest}
        with_professionals(cells, [*asked, *others])
        found.append(Record(cells, attachments, invented))
    return found


def _patient(cells: dict[str, str], role: _Element) -> bool:
    invented = False
    for number in every(role, "id"):
        oid = attribute(number, "root")
        invented = with_identifier(cells, attribute(number, "extension"), oid) or invented
    for place in every(role, "addr"):
        _place(cells, place)
    for contact in every(role, "telecom"):
        with_phone(cells, attribute(contact, "value"))
    patient = find(role, "patient")
    families = [(attribute(name, "qualifier"), text(name)) for name in every(patient, "name/family")]
    givens = [(attribute(name, "qualifier"), text(name)) for name in every(patient, "name/given")]
    fill(cells, "last_name", _chosen(families, ("CL", "SP", "", "BR")))
    birth = _chosen(families, ("BR",))
    if birth and birth != cells.get("last_name"):
        fill(cells, "maiden_name", birth)
    fill(cells, "first_name", _chosen(givens, ("CL", "BR", "")))
    for _, name in (*families, *givens):
        if name not in cells.values():
            add(cells, "rest", name)
    fill(cells, "sex", attribute(find(patient, "administrativeGenderCode"), "code"))
    fill(cells, "birth_date", iso(attribute(find(patient, "birthTime"), "value")))
    fill(cells, "birth_place", text(find(patient, "birthplace/place/addr/city")) or text(find(patient, "birthplace")))
    for guardian in every(patient, "guardian"):
        add(cells, "rest", _words(guardian))
    fill(cells, "laboratory", text(find(role, "providerOrganization/name")))
    return invented


def _chosen(names: list[tuple[str, str]], order: tuple[str, ...]) -> str:
    """The first name with a qualifier, by order of preference."""
    return next((name for wanted in order for kind, name in names if kind == wanted and name), "")


def _place(cells: dict[str, str], place: _Element) -> None:
    parts = {local(part): text(part) for part in place}
    street = " ".join(
        parts[name]
        for name in (
            "streetAddressLine",
            "houseNumber",
            "houseNumberNumeric",
            "streetNameType",
            "streetName",
            "additionalLocator",
            "unitID",
        )
        if parts.get(name)
    )
    if cells.get("address"):
        add(cells, "rest", text(place))
        return
    fill(cells, "address", street)
    fill(cells, "postcode", parts.get("postalCode", ""))
    fill(cells, "city", parts.get("city", ""))


def _people(entities: Iterator[_Element]) -> list[Professional]:
    """Professionals by name and national number; patients and relatives who stand in the same places are none."""
    found = []
    for entity in entities:
        roots = {attribute(number, "root"): attribute(number, "extension") for number in every(entity, "id")}
        if any(oid in roots for oid in (*INS_OIDS, *TEST_OIDS)):
            continue
        if local(entity) == "associatedEntity" and attribute(entity, "classCode") not in (
            "PROV",
            "ASSIGNED",
            "QUAL",
            "",
        ):
            continue
        person = next((child for child in entity if local(child) in _PERSONS), None)
        names = {local(part): text(part) for part in every(person, "name") for part in part}
        name = " ".join(names[part] for part in ("family", "given") if names.get(part))
        number = roots.get(PROFESSIONALS_OID, "").partition("/")[0]
        if name or (number and person is not None):
            found.append(Professional(name, number if number.isalnum() else ""))
    return found


_PERSONS = ("assignedPerson", "associatedPerson", "informationRecipient")


def _dates(cells: dict[str, str], root: _Element) -> None:
    for event in every(root, "documentationOf/serviceEvent/effectiveTime"):
        stamp = (
            attribute(find(event, "low"), "value")
            or attribute(event, "value")
            or attribute(find(event, "high"), "value")
        )
        if not cells.get("exam_date"):
            fill(cells, "exam_date", iso(stamp))
    created = iso(attribute(find(root, "effectiveTime"), "value"))
    fill(cells, "date", created)
    if not cells.get("exam_date"):
        fill(cells, "exam_date", created)
    keeper = find(root, "custodian/assignedCustodian/representedCustodianOrganization")
    fill(cells, "laboratory", text(find(keeper, "name")))
    number = next(
        (attribute(one, "extension") for one in every(keeper, "id") if attribute(one, "root") == STRUCTURES_OID), ""
    )
    fill(cells, "finess", number[1:] if len(number) == 10 and number[0] == "1" else number)


def _body(cells: dict[str, str], root: _Element) -> None:
    """Titles, narrative and coded entries as lines."""
    add(cells, "text", text(find(root, "title")))
    for section in root.iter("{*}section"):
        title, told = text(find(section, "title")), lines(find(section, "text"))
        if told and attribute(find(section, "code"), "code") == _FAMILY:
            told = "\n".join(f"antécédents familiaux : {line}" for line in told.split("\n"))
        if told:
            add(cells, "text", f"{title} :\n{told}" if title else told)
        relatives = next(section.iter("{*}relatedSubject"), None) is not None
        for entry in every(section, "entry"):
            for act in entry.iter(*_ACTS):
                _entry(cells, act, _relative(act) if relatives else "")


def _entry(cells: dict[str, str], act: _Element, relative: str) -> None:
    """A coded entry as a line: what, which value; drugs and diagnoses by CIM-10 in their fields too.

    `relative`: whom else it is about.
    """
    if local(act) in ("substanceAdministration", "supply"):
        for material in act.iter(*_DRUGS):
            drug = _coded(find(material, "code")) or text(find(material, "name"))
            if drug and drug not in cells.get("drug", ""):
                add(cells, "drug", drug)
        return
    label = _coded(find(act, "code"))
    values = [_value(value) for value in every(act, "value")]
    said = ", ".join(value for value in values if value)
    flag = attribute(find(act, "interpretationCode"), "code")
    if not said and local(act) == "observation" and any(local(child) == "entryRelationship" for child in act):
        return
    line = finding(label, said, "", flag if said else "")
    if attribute(act, "negationInd") == "true":
        line = f"absence de {said or label}"
    line = f"antécédents familiaux : {relative} : {line}" if relative else line
    if line and line not in cells.get("text", ""):
        add(cells, "text", line)
    for value in every(act, "value"):
        if attribute(value, "codeSystem") == _CIM10 and not relative and not cells.get("diagnosis"):
            fill(cells, "diagnosis", attribute(value, "code"))


def _relative(act: _Element) -> str:
    """Who else an entry is about: the relation of a relative; empty where it is the patient."""
    for above in act.iterancestors():
        subject = find(above, "subject/relatedSubject")
        if subject is not None:
            return _coded(find(subject, "code")) or "parent"
        if local(above) == "section":
            break
    return ""


def _coded(element: _Element | None) -> str:
    """What a coded element calls itself."""
    if element is None:
        return ""
    return (
        attribute(element, "displayName")
        or text(find(element, "originalText"))
        or attribute(find(element, "translation"), "displayName")
    )


def _value(value: _Element) -> str:
    number = attribute(value, "value")
    if number:
        unit = attribute(value, "unit")
        return (
            iso(number)
            if not unit and len(number) >= 8 and number.isdigit()
            else f"{number} {unit if unit != '1' else ''}".strip()
        )
    return "" if attribute(value, "representation") else _coded(value) or text(value)


def _attachments(tree: Tree, root: _Element) -> Iterator[Attachment]:
    """Bodies and copies in base64 or as bare text, wherever they stand."""
    for element in _carriers()(root):
        if attribute(element, "representation") == "B64":
            content = tree.encoded(element.text)
            if content and content.strip():
                yield Attachment(content)
        elif attribute(find(element, "text"), "representation") != "B64":
            content = text(find(element, "text"))
            if content:
                yield Attachment(content, "text")


@cache
def _carriers() -> Any:
    """An expression for the elements that may carry a document: most elements are never made for Python."""
    from lxml import etree

    return etree.XPath("descendant-or-self::*[@representation = 'B64' or local-name() = 'nonXMLBody']")


def _words(element: _Element) -> str:
    """Names, numbers, contacts and labels of a part of the header, as one line."""
    found: list[str] = []
    for part in element.iter():
        said = {str(name): str(value) for name, value in part.items()}
        if said and local(part) != "time":
            found += [str(said[name]) for name in ("extension", "displayName", "value") if said.get(name)]
        if part.text and part.text.strip():
            found.append(part.text.strip())
    return " ".join(dict.fromkeys(found))
