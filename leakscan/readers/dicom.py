"""Reader for DICOM files: the header of an image or a report as one record. Pixels are not read, and said to be so.

A DICOMDIR gives one record per patient in it. A document inside (encapsulated PDF, CDA) becomes a child. Needs pydicom.
Source: DICOM PS3.3, PS3.10.
"""

from __future__ import annotations

import io
import logging
import os
import warnings
from collections.abc import Iterator
from functools import cache, partial
from typing import Any, BinaryIO

from leakscan.readers.clinical import Record, document, subject
from leakscan.readers.clinical_cells import (
    INS_OIDS,
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
from leakscan.records import Child, InputWarning, Item

FORMAT = "dicom"
VALUE_CHARS = 1 << 20
"""A longer text of a header is cut: what is beyond is no text that a person wrote."""
NESTED_SEQUENCES = 16
"""Sequences within sequences that are walked; structured reports need some eight."""

_AT, _MARK = 128, b"DICM"
_PROFESSIONALS = (
    "ReferringPhysicianName", "RequestingPhysician", "PerformingPhysicianName", "NameOfPhysiciansReadingStudy",
    "PhysiciansOfRecord", "OperatorsName",
)  # fmt: skip
_TEXTS = frozenset(("LO", "LT", "SH", "ST", "UT", "UC", "PN", "CS", "DA", "DT", "AS", "IS", "DS"))
_NOTES = (
    "StudyDescription", "SeriesDescription", "RequestedProcedureDescription", "ReasonForStudy",
    "AdmittingDiagnosesDescription", "AdditionalPatientHistory", "PatientComments", "ImageComments", "StudyComments",
    "ReasonForTheRequestedProcedure", "MedicalAlerts", "Allergies", "BodyPartExamined", "TextValue",
)  # fmt: skip


def sniff(head: Head) -> float:
    """By the mark behind the preamble."""
    return 0.95 if head.data[_AT : _AT + 4] == _MARK else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """The header as one record, then documents inside; bytes of pixels are counted in a warning."""
    del head
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    data = _dataset(file)
    read_bytes = file.tell()
    found = _records(data)
    yield from document(FORMAT, found, max(1, size))
    inside = _text(data, "EncapsulatedDocument", raw=True)
    if inside:
        about = subject(found[0].cells) or None
        yield Child("document", partial(io.BytesIO, inside), size=len(inside), subject=about)
    if size > read_bytes:
        message = "bytes of pixels and waveforms, which may show names burnt in: not read"
        yield InputWarning("pixels_unread", message, offset=read_bytes, count=size - read_bytes)


def _dataset(file: BinaryIO) -> Any:
    """The header. BrokenInput where nothing can be read, or pydicom is missing."""
    try:
        import pydicom
    except ImportError:
        message = "a DICOM file: install leakscan[dicom] to read it"
        raise BrokenInput(message) from None
    logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)  # its messages show values
    data = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            data = pydicom.dcmread(file, stop_before_pixels=True)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001, S110 - it raises whatever its bytes lead it to
            pass
    if data is None:
        message = "the DICOM header is damaged"
        raise BrokenInput(message)
    return data


def _records(data: Any) -> list[Record]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        listed = [
            one for one in _sequence(data, "DirectoryRecordSequence") if _text(one, "DirectoryRecordType") == "PATIENT"
        ]
        if not listed:
            return [_record(data)]
        found = [_record(one) for one in listed]
        rest: dict[str, str] = {}
        _walk(rest, _elements(data), 0)
        cells = dict(found[-1].cells)
        add(cells, "rest", rest.get("rest", ""))
        return [*found[:-1], Record(cells, (), found[-1].invented)]


def _record(data: Any) -> Record:
    cells: dict[str, str] = {}
    held = _elements(data)
    issuers = [_text(one, "UniversalEntityID") for one in _items(held, "IssuerOfPatientIDQualifiersSequence")]
    number = _said(held, "PatientID")
    invented = any(oid in TEST_OIDS for oid in issuers)
    if any(oid in (*INS_OIDS, *TEST_OIDS) for oid in issuers):
        fill(cells, "ins", number)
    else:
        fill(cells, "nir" if nir_shaped(number) and len(number) == 15 else "record_number", number)
    for other in _items(held, "OtherPatientIDsSequence"):
        value = _text(other, "PatientID")
        fill(cells, "nir" if nir_shaped(value) and len(value) == 15 else "record_number", value)
    family, given = _name(_said(held, "PatientName"))
    fill(cells, "last_name", family)
    fill(cells, "first_name", given)
    fill(cells, "maiden_name", _name(_said(held, "PatientBirthName"))[0])
    fill(cells, "birth_date", iso(_said(held, "PatientBirthDate")))
    fill(cells, "sex", _said(held, "PatientSex"))
    fill(cells, "address", _said(held, "PatientAddress"))
    for value in _said(held, "PatientTelephoneNumbers").split("\\"):
        with_phone(cells, value)
    for name in ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"):
        if not cells.get("exam_date"):
            fill(cells, "exam_date", iso(_said(held, name)))
    fill(cells, "laboratory", _said(held, "InstitutionName"))
    for name in _NOTES:
        add(cells, "text", _said(held, name))
    people = [
        Professional(" ".join(part for part in _name(one) if part))
        for name in _PROFESSIONALS
        for one in _said(held, name).split("\\")
    ]
    with_professionals(cells, people)
    _walk(cells, held, 0)
    return Record(cells, (), invented)


def _name(text: str) -> tuple[str, str]:
    """Last and first name of a PN value, of its alphabetic part."""
    parts = text.partition("=")[0].split("^")
    return parts[0].strip(), parts[1].strip() if len(parts) > 1 else ""


def _value(element: Any) -> str:
    """The value of an element as text; empty where it is none, or breaks when it is looked at."""
    try:
        value = element.value
        if isinstance(value, bytes):
            text = value.decode("cp1252", "replace").strip("\0 ")
            return text[:VALUE_CHARS] if element.tag.is_private and text.isprintable() else ""
        if value is None:
            return ""
        if isinstance(value, str):
            return value.strip("\0 ")[:VALUE_CHARS]
        several = not hasattr(value, "components") and hasattr(value, "__iter__")
        return ("\\".join(str(one) for one in value) if several else str(value)).strip("\0 ")[:VALUE_CHARS]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - values are decoded late, and a broken one is none
        return ""


def _text(data: Any, name: str, *, raw: bool = False) -> Any:
    try:
        element = data.get_item(name) and data[name]
    except Exception:  # noqa: BLE001 - as above
        element = None
    if raw:
        value = getattr(element, "value", b"")
        return value if isinstance(value, bytes) else b""
    return "" if element is None else _value(element)


def _sequence(data: Any, name: str) -> list[Any]:
    try:
        return list(data[name].value) if name in data else []
    except Exception:  # noqa: BLE001 - as above
        return []


@cache
def _tag(name: str) -> int | None:
    from pydicom.datadict import tag_for_keyword

    return tag_for_keyword(name)


def _said(held: dict[int, Any], name: str) -> str:
    """The text of an element by its name."""
    element = held.get(_tag(name) or 0)
    return "" if element is None else _value(element)


def _items(held: dict[int, Any], name: str) -> list[Any]:
    element = held.get(_tag(name) or 0)
    return [] if element is None else _value_items(element)


def _walk(cells: dict[str, str], held: dict[int, Any], depth: int) -> None:
    """All other texts, private ones too, as lines of the rest; concepts and texts of reports as lines of text."""
    told = "\n".join(cells.values())
    for tag, element in held.items():
        if element.VR == "SQ":
            if depth < NESTED_SEQUENCES:
                for one in _value_items(element):
                    _walk(cells, _elements(one), depth + 1)
            continue
        if element.VR not in _TEXTS and not (tag >> 16) & 1:
            continue
        value = _value(element)
        if value and value not in told:
            add(cells, "text" if tag == _tag("TextValue") else "rest", value.replace("^", " "))


def _elements(data: Any) -> dict[int, Any]:
    """The elements by tag, each decoded once."""
    try:
        tags = list(data.keys())
    except Exception:  # noqa: BLE001 - as above
        tags = []
    return {int(tag): found for tag in tags if (found := _element(data, tag)) is not None}


def _element(data: Any, tag: Any) -> Any:
    try:
        return data[tag]
    except Exception:  # noqa: BLE001 - one broken element leaves the others
        return None


def _value_items(element: Any) -> list[Any]:
    try:
        return list(element.value)
    except Exception:  # noqa: BLE001 - as above
        return []
