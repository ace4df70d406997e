r"""Reader for HL7 v2 messages: ORU, MDM, ADT, ORM and others, single, in batches (FHS, BHS), or as sent (MLLP).

One record is one message of one patient; a message about several gives one each. Results and notes become lines of
text, documents in OBX-5 become children that know their patient. Source: HL7 v2.5, IHE PAM with its French extension,
ANS volet "transmission d'un document CDA-R2 en HL7v2".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from leakscan.readers import segments
from leakscan.readers.clinical import Attachment, Record, looks_encoded
from leakscan.readers.clinical_cells import (
    INS_OIDS,
    TEST_OIDS,
    Professional,
    add,
    fill,
    iso,
    nir_shaped,
    under_title,
    with_identifier,
    with_phone,
    with_professionals,
)
from leakscan.readers.heads import Head
from leakscan.readers.segments import Kind, Marks, Segment, marks_of
from leakscan.readers.streams import Readable
from leakscan.records import Item

FORMAT = "hl7v2"
_NEAR = 4096
_BEGINS = re.compile(rb"(?:\A\xef\xbb\xbf|\A|(?<=[\r\n\x0b\x1c]))MSH([^A-Za-z0-9\s\x00])[^A-Za-z0-9\s\x00]{2,5}(?=\1)")
_STARTS = re.compile(rb"MSH(?=[^A-Za-z0-9\s\x00])")
_BEFORE = (b"", b"\r", b"\n", b"\x0b", b"\x1c", b"\xbf")
"""What may stand before a message: the beginning, the end of a line, a frame, a byte order mark."""
_PERSON = re.compile(rb"PID(?=[^A-Za-z0-9\s])")
_ENVELOPE = re.compile(rb"(?:[\s\x0b\x1c\x00]|\xef\xbb\xbf)*(?:FHS|BHS)[^A-Za-z0-9\s]")
_DOCUMENT = re.compile(rb"[\r\n]OBX[^\r\n]{0,40}?[^A-Za-z0-9]ED[^A-Za-z0-9]")
_BEGINNINGS = (b"JVBERi0", b"UEsDB", b"PD94bWw", b"e1xydG")
"""How documents in base64 begin."""
_BARE = frozenset(("ACK", "MFN", "MFK", "QBP", "QRY", "QCK", "NMD", "NMQ", "NMR"))
"""Messages that are about no patient."""
_ASKED = {"OBR": (16,), "ORC": (12,)}
_OTHERS = {
    "PV1": (8, 7, 9, 17), "PD1": (4,), "TXA": (5, 9, 22), "ORC": (10, 11), "OBR": (10,), "PRT": (5,), "ROL": (4,),
}  # fmt: skip
"""Where professionals stand: those who asked for it, and all others."""
_TOLD = {
    "PID": frozenset((1, 3, 5, 7, 8, 11, 13, 14, 19, 23)),
    "OBX": frozenset((1, 2, 3, 4, 5, 6, 7, 8, 11, 14)),
    "OBR": frozenset((1, 4, 7, 10, 13, 16, 31)),
    "ORC": frozenset((10, 11, 12)),
    "NTE": frozenset((1, 2, 3, 4)),
    "MSH": frozenset((1, 2, 4, 7)),
    "PV1": frozenset((3, 6, 7, 8, 9, 10, 11, 17, 40, 42, 43)),
    "PD1": frozenset((4,)),
    "TXA": frozenset((5, 9, 22)),
    "ROL": frozenset((4,)),
}
"""Fields that the rest need not repeat: they are told elsewhere, or name a ward or a bed (PV1), which is no disease.
In PRT a patient can stand too."""
_NOWHERE: frozenset[int] = frozenset()
_KEPT, _KEPT_CHARS = 1024, 400
"""Professionals and labels that are kept once they were read, and how long such a field may be: they come again."""
_NATIONAL = re.compile(r"[0-9][0-9AB]\d{7,10}")
_UNIT = re.compile(r"[\w{}]*")


Line = tuple[str, str, str, str]
"""A result: label, value, unit, flag."""


def sniff(head: Head) -> float:
    """By a header segment that declares its separators, at the beginning or behind a few lines."""
    return 0.95 if b"MSH" in head.data[:_NEAR] and _BEGINS.search(head.data, 0, _NEAR) else 0.0


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """All messages of a source."""
    return segments.read(KIND, stream, head)


def starts(data: bytes) -> list[int]:
    """Where messages begin."""
    places = (found.start() for found in _STARTS.finditer(data))  # a plain word is found fastest
    return [at for at in places if data[max(at - 1, 0) : at] in _BEFORE]


def persons(message: bytes) -> int:
    """As many as it has PID segments; none in the header of a batch."""
    if _ENVELOPE.match(message):
        return 0
    return max(1, _patients(message))


def _patients(message: bytes) -> int:
    return sum(message[at.start() - 1 : at.start()] in (b"\r", b"\n") for at in _PERSON.finditer(message))


def attached(message: bytes) -> bool:
    """Whether it may hold a document, or any of a run of messages may."""
    if any(begins in message for begins in _BEGINNINGS) or b"base64" in message.lower():
        return True
    return b"ED" in message and _DOCUMENT.search(message) is not None


@lru_cache(maxsize=64)
def _known(field: str) -> re.Pattern[str]:
    return re.compile(rf"[A-Z][A-Z0-9]{{2}}(?:{re.escape(field)}|$)")


def records(text: str) -> list[Record]:
    """One record per PID segment, each with what follows it; segments before the first are everybody's."""
    text = text.lstrip("\ufeff")
    if not text.startswith("MSH") or len(text) < 8:
        return [_damaged("message_without_header", text)] * 1
    field = text[3]
    declared = text[4 : text.find(field, 4)] if field in text[4:12] else ""
    if len(declared) < 2:
        return [_damaged("message_without_header", text)] * max(1, _patients(text.encode()))
    marks = marks_of(field, declared[0], declared[1], declared[2:3], declared[3:4])
    found = segments.segments(text, marks, _known(field))
    found[0] = Segment(["MSH", field, *found[0].fields[1:]], marks)
    at = [place for place, segment in enumerate(found) if segment.name == "PID"]
    if not at and found[0].get(9) not in _BARE:
        return [_damaged("message_without_patient", text)]
    first = at[0] if at else len(found)
    ends = [*at[1:], len(found)]
    groups = [found[start:end] for start, end in zip(at, ends, strict=True)] if at else [[]]
    return [_record([*found[:first], *group]) for group in groups]


def _damaged(reason: str, text: str) -> Record:
    return Record({"rest": text}, damaged=reason)


def _record(found: Sequence[Segment]) -> Record:
    cells: dict[str, str] = {}
    invented = False
    asked: list[Professional] = []
    others: list[Professional] = []
    attachments: list[Attachment] = []
    title = ""
    lines: list[Line] = []
    for segment in found:
        name = segment.name
        if name in ("OBR", "PID"):
            _close(cells, title, lines)
            title, lines = "", []
        if name == "PID":
            invented = _patient(cells, segment) or invented
        elif name == "OBX":
            documents, line = _observation(segment)
            attachments += documents
            if line is not None:
                _append(lines, segment, line)
            fill(cells, "exam_date", iso(segment.get(14)))
        elif name == "OBR":
            title = _label(segment, 4)
        if name in _TELLING:
            _tell(cells, segment)
        for at in _ASKED.get(name, ()):
            asked += _people(segment, at)
        for at in _OTHERS.get(name, ()):
            others += _people(segment, at)
        add(cells, "rest", " | ".join(segment.left(_TOLD.get(name, _NOWHERE))))
    _close(cells, title, lines)
    with_professionals(cells, [*asked, *others])
    return Record(cells, tuple(attachments), invented)


def _patient(cells: dict[str, str], pid: Segment) -> bool:
    invented = False
    further: dict[str, None] = {}
    for number in pid.each(3):
        authority = pid.parts(number, 4)
        oid = next((part for part in authority if part.startswith("1.2.250.")), "")
        own: dict[str, str] = {}
        invented = with_identifier(own, pid.of(number, 1), oid, pid.of(number, 5).upper()) or invented
        for role, value in own.items():
            if cells.setdefault(role, value) != value:
                further[value] = None
    add(cells, "rest", "\n".join(further))  # at once: line by line, a field of 100,000 numbers costs their square
    fill(cells, "nir", pid.get(19))
    names = {pid.of(name, 7) or "L": name for name in reversed(pid.all(5))}
    used = next((names[kind] for kind in ("D", "U", "L", "C", *names) if kind in names), [])
    born = next((names[kind] for kind in ("L", "M", "B") if kind in names and names[kind] is not used), [])
    fill(cells, "last_name", pid.of(used, 1))
    fill(cells, "first_name", pid.of(used, 2) or pid.of(born, 2))
    if born and pid.of(born, 1) != pid.of(used, 1):
        fill(cells, "maiden_name", pid.of(born, 1))
    for name in pid.all(5):
        add(cells, "rest", " ".join(dict.fromkeys(pid.marks.words(part) for part in name[2:6] if part)))
    fill(cells, "birth_date", iso(pid.get(7)))
    fill(cells, "sex", pid.get(8))
    for place in pid.all(11):
        _place(cells, pid, place)
    fill(cells, "birth_place", pid.get(23))
    for at in (13, 14):
        for number in pid.all(at):
            local = "".join(pid.of(number, part) for part in (6, 7))
            for value in dict.fromkeys((pid.of(number, 1), pid.of(number, 4), pid.of(number, 12), local)):
                with_phone(cells, value)
    return invented


def _place(cells: dict[str, str], pid: Segment, place: Sequence[str]) -> None:
    if pid.of(place, 7) in ("BDL", "BR", "N"):
        born = pid.of(place, 3) or pid.of(place, 9)
        fill(cells, "birth_place", born)
        return
    if cells.get("address") or cells.get("city"):
        add(cells, "rest", " ".join(pid.marks.words(part) for part in place if part))
        return
    fill(cells, "address", " ".join(part for part in (pid.of(place, 1), pid.of(place, 2)) if part))
    fill(cells, "city", pid.of(place, 3))
    fill(cells, "postcode", pid.of(place, 5))


def _people(segment: Segment, at: int) -> Sequence[Professional]:
    """Professionals of a field (XCN): name and number, if it is a national one."""
    value = segment.raw(at)
    if not value:
        return ()
    return _known_people(value, segment.marks) if len(value) <= _KEPT_CHARS else _people_in(value, segment.marks)


def _people_in(value: str, marks: Marks) -> tuple[Professional, ...]:
    field = Segment(("", value), marks)
    found = []
    for one in field.all(1):
        authority = field.parts(one, 9)
        if any(oid in authority for oid in (*INS_OIDS, *TEST_OIDS)) or field.of(one, 13) == "INS":
            continue
        number = field.of(one, 1)
        national = _NATIONAL.fullmatch(number) and len(number) in (9, 10, 11, 12)
        name = " ".join(part for part in (field.of(one, 2), field.of(one, 3)) if part)
        found.append(Professional(name, number if national else ""))
    return tuple(found)


_known_people = lru_cache(maxsize=_KEPT)(_people_in)


def _observation(obx: Segment) -> tuple[list[Attachment], tuple[str, str, str, str] | None]:
    """Documents of an OBX, or its result as (label, value, unit, flag)."""
    kind = obx.raw(2).strip()
    documents: list[Attachment] = []
    said: list[str] = []
    for value in obx.all(5):
        coding = obx.of(value, 4).lower() if len(value) > 4 else ""
        if kind == "ED" or (coding == "base64" and len(value) > 4):
            content = obx.marks.component.join(value[4:])
            documents += [_document(obx, content, coding)] if content else []
        elif len(value) == 1 and looks_encoded(value[0]):
            documents.append(Attachment(value[0]))
        elif kind in ("CE", "CWE", "CNE", "CF"):
            said.append(obx.of(value, 2) or obx.of(value, 5) or obx.of(value, 9) or obx.of(value, 1))
        elif kind == "SN":
            said.append("".join(obx.of(value, part) for part in (1, 2, 3, 4)))
        elif kind in ("DT", "TS", "DTM"):
            said.append(iso(obx.of(value, 1)))
        else:
            said.append(" ".join(obx.marks.plain(part) for part in value if part))
    label = _label(obx, 3)
    if documents and not said:
        return documents, None
    unit = obx.get(6)
    if _UNIT.fullmatch(unit):
        unit = obx.get(6, 2) or unit
    return documents, (label, "\n".join(said), unit, obx.get(8))


def _document(obx: Segment, content: str, coding: str) -> Attachment:
    if coding == "base64" or (not coding and looks_encoded(content)):
        return Attachment(content)
    if coding == "hex":
        return Attachment(content, "hex")
    return Attachment(obx.marks.plain(content), "text")


def _label(segment: Segment, at: int) -> str:
    """What a coded field calls itself: its text and its other text; its code where it has none."""
    value = segment.raw(at)
    if not value:
        return ""
    return _known_label(value, segment.marks) if len(value) <= _KEPT_CHARS else _label_in(value, segment.marks)


def _label_in(value: str, marks: Marks) -> str:
    field = Segment(("", value), marks)
    names = dict.fromkeys(name for part in (2, 5, 9) if (name := field.get(1, part)))
    return ", ".join(names) or field.get(1, 1) or field.get(1, 4)


_known_label = lru_cache(maxsize=_KEPT)(_label_in)


def _append(lines: list[Line], obx: Segment, line: Line) -> None:
    """One more result; a line of text under the label of the one before goes on with it."""
    if lines and obx.raw(2).strip() in ("TX", "FT", "ST") and lines[-1][0] == line[0] and not line[2]:
        label, value, unit, flag = lines[-1]
        lines[-1] = (label, f"{value}\n{line[1]}", unit, flag or line[3])
    else:
        lines.append(line)


def _close(cells: dict[str, str], title: str, lines: Sequence[Line]) -> None:
    """An examination ends: its results become lines."""
    for line in under_title(title, lines):
        add(cells, "text", line)


_TEXTS = {"NTE": (3,), "OBR": (13, 31), "AL1": (3,), "PR1": (3,), "IAM": (3,)}
_DATES_AND_PLACES: dict[str, tuple[tuple[str, int], ...]] = {
    "OBR": (("exam_date", 7),), "TXA": (("exam_date", 4),), "MSH": (("date", 7), ("laboratory", 4)),
    "IN1": (("mutuelle", 4),),
}  # fmt: skip
_INSURED = {"IN1": (49, 36), "IN2": (2,)}
_DRUGS = {"RXE": 2, "RXO": 1, "RXD": 2, "RXA": 5, "RXG": 4}
_TELLING = frozenset((*_TEXTS, *_DATES_AND_PLACES, *_INSURED, *_DRUGS, "DG1"))
"""Segments that say something beyond patient and results."""


def _tell(cells: dict[str, str], segment: Segment) -> None:
    """What a segment says beyond patient and results: notes, reasons, diagnoses, drugs, dates, places, insurers."""
    name = segment.name
    for at in _TEXTS.get(name, ()):
        for value in segment.all(at):
            texts = value[1:2] if len(value) > 1 and value[1] else value
            add(cells, "text", " ".join(segment.marks.plain(part) for part in texts if part))
    if name in _DRUGS:
        add(cells, "drug", _label(segment, _DRUGS[name]))
    for field, at in _DATES_AND_PLACES.get(name, ()):
        found = segment.get(at)
        fill(cells, field, iso(found) if field.endswith("date") else found)
    for at in _INSURED.get(name, ()):
        if nir_shaped(segment.get(at)):
            fill(cells, "nir", segment.get(at))
    if name == "DG1":
        code, label = segment.get(3), segment.get(3, 2) or segment.words(4)
        if cells.get("diagnosis"):
            add(cells, "text", code)
        else:
            fill(cells, "diagnosis", code or label)
        add(cells, "text", label)


KIND = Kind(FORMAT, starts, persons, records, attached)
