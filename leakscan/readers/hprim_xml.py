"""Reader for HPRIM XML: events of patients, acts, diagnoses and stays, as hospital systems exchange them.

One record is one `patient` element with the event around it. Source: HPRIM XML 1.07 (evenementsPatients,
evenementsServeurActes, evenementsPMSI, evenementsFraisDivers).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from leakscan.readers.clinical import Record, document
from leakscan.readers.clinical_cells import (
    TEST_OIDS,
    Professional,
    add,
    fill,
    iso,
    nir_shaped,
    with_phone,
    with_professionals,
)
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.readers.xml_tree import attribute, local, parse, text
from leakscan.records import Item

if TYPE_CHECKING:
    from lxml.etree import _Element

FORMAT = "hprim_xml"
_NEAR = 4096
_ROOT = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:evenements\w{3,40}|enregistrementPatient)[\s>]|hprim\.org/hprimXML")
_DOCTORS = frozenset(("medecin", "medecinResponsable", "prescripteur", "executant", "medecinTraitant"))
_CODES = frozenset(("codeCim10", "codeActe", "libelle", "libelleActe", "commentaire", "lettreCle", "intitule"))


def sniff(head: Head) -> float:
    """By a root element or namespace of the format."""
    start = head.data[:_NEAR]
    return 0.96 if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" and _ROOT.search(start) else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """All patients of the document."""
    del head
    tree = parse(file)
    size = file.tell()
    found = [_record(patient) for patient in tree.root.iter() if local(patient) == "patient" and len(patient)]
    if not found:
        found = [Record({"rest": "\n".join(_leaves(tree.root, ()))}, damaged="message_without_patient")]
    yield from document(FORMAT, found, size)
    if not tree.whole:
        message = "the XML is damaged or cut: what can be read of it was read"
        raise BrokenInput(message)


def _record(patient: _Element) -> Record:
    cells: dict[str, str] = {}
    invented = _patient(cells, patient)
    event = patient.getparent()
    if event is None or sum(local(one) == "patient" for one in event) > 1:
        event = patient
    people = [_doctor(one) for one in event.iter() if local(one) in _DOCTORS]
    with_professionals(cells, people)
    for element in event.iter():
        name = local(element)
        if name in ("dateActe", "dateRealisation", "execute", "dateHeureEntree", "dateDebut") and not cells.get(
            "exam_date"
        ):
            fill(cells, "exam_date", iso(_first(element)))
        elif name == "codeCim10":
            if cells.get("diagnosis"):
                add(cells, "text", text(element))
            else:
                fill(cells, "diagnosis", text(element))
        elif name in _CODES and not len(element):
            add(cells, "text", text(element))
    told = set(cells.values())
    add(cells, "rest", "\n".join(line for line in _leaves(event, ()) if line not in told))
    return Record(cells, (), invented)


_FIELDS = {
    "numeroSecuriteSociale": "nir", "numeroSecu": "nir", "nir": "nir", "ins": "ins", "matriculeINS": "ins",
    "insNir": "ins", "INS": "ins", "nomUsuel": "last_name", "nom": "last_name", "nomNaissance": "maiden_name",
    "nomJeuneFille": "maiden_name", "sexe": "sex", "codePostal": "postcode", "ville": "city",
}  # fmt: skip
"""Leaves below a patient by their name; whatever else it says stays in the rest."""
_CONTACTS = frozenset(("telephone", "portable", "email", "mel"))


def _patient(cells: dict[str, str], patient: _Element) -> bool:
    invented = False
    for element in patient.iter():
        name, value = local(element), text(element) if not len(element) else ""
        if name in _FIELDS:
            fill(cells, _FIELDS[name], value)
        elif name in _CONTACTS:
            with_phone(cells, value)
        elif name == "valeur" and value:
            fill(cells, "ins" if _is_ins(element) else "nir" if nir_shaped(value) else "record_number", value)
        elif name == "personnePhysique":
            fill(cells, "sex", attribute(element, "sexe"))
        elif name == "dateNaissance":
            fill(cells, "birth_date", iso(_first(element)))
        invented = invented or (name == "oid" and value in TEST_OIDS)
    lines = [text(element) for element in patient.iter() if local(element) == "ligne"]
    fill(cells, "address", " ".join(lines))
    fill(cells, "first_name", next((text(one) for one in patient.iter() if local(one) == "prenom"), ""))
    born = cells.pop("maiden_name", "")
    fill(cells, "last_name", born)
    if born != cells.get("last_name"):
        fill(cells, "maiden_name", born)
    return invented


def _is_ins(value: _Element) -> bool:
    above = value.getparent()
    return above is not None and local(above).lower() in ("ins", "insnir", "matriculeins", "identifiantnationalsante")


def _doctor(element: _Element) -> Professional:
    found = {local(part): text(part) for part in element.iter() if not len(part)}
    name = " ".join(found[part] for part in ("nomUsuel", "prenom") if found.get(part))
    return Professional(name, found.get("numeroRpps") or found.get("numeroAdeli") or "")


def _first(element: _Element) -> str:
    return next((text(part) for part in element.iter() if not len(part) and text(part)), "")


def _leaves(element: _Element, names: tuple[str, ...]) -> list[str]:
    """All texts and values of attributes below an element, each once."""
    found: dict[str, None] = {}
    for part in element.iter():
        if local(part) in names:
            continue
        for value in (*part.attrib.values(), part.text or ""):
            said = " ".join(str(value).split())
            if said:
                found[said] = None
    return list(found)
