"""Reader for HPRIM Médecin: letters with twelve lines of header, free text, coded results, `****FIN****`.

One record is one letter; a file may hold many. Source: HPRIM, "protocole HPRIM Médecin" (header and RES lines).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from leakscan.readers import segments
from leakscan.readers.clinical import Record
from leakscan.readers.clinical_cells import Professional, add, fill, finding, iso, nir_shaped, with_professionals
from leakscan.readers.heads import Head
from leakscan.readers.segments import Kind
from leakscan.readers.streams import Readable
from leakscan.records import Item

FORMAT = "hprim_medecin"
_NEAR = 2048
_HEADER = 12
_BORN, _NUMBER, _TOWN = 6, 7, 5
_MARKS = (b"****FIN****", b"****LAB****")
_END = re.compile(rb"\*{4}FIN\*{4}[^\r\n]*(?:\r\n?|\n)(?=[\s]*[^\s*])")
_DATE = re.compile(r"(0?[1-9]|[12]\d|3[01])[/.\- ]?(0?[1-9]|1[0-2])[/.\- ]?((?:18|19|20)?\d\d)")
_POINTS = re.compile(r"[\s.]")
_PLACE = re.compile(r"\s*((?:\d{5}|2[AB]\d{3}))?\s*(.*)")
_MARK, _SEGMENT = re.compile(r"\*{4}\w+\*{4}.*"), re.compile(r"[A-Z]{3}")
_DOCTOR = re.compile(r"(?i)\s*(?:dr|docteur|pr|professeur)\b")
_CODED = re.compile(r"\s*([0-9][0-9AB]\d{7,10}|\d{1,8})?\s*(.*)")


def sniff(head: Head) -> float:
    """By a birth date in line 7 and a NIR or nothing in line 8, with a mark of the format or a town before them."""
    lines = head.data[:_NEAR].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n", _HEADER)
    if len(lines) <= _HEADER or not _DATE.fullmatch(lines[_BORN].decode("latin-1").strip()):
        return 0.0
    number = lines[_NUMBER].decode("latin-1").strip()
    if number and not nir_shaped(number):
        return 0.0
    if any(mark in head.data for mark in _MARKS):
        return 0.9
    return 0.8 if number and re.match(rb"\s*\d{5}\s+[A-Za-z]", lines[_TOWN]) else 0.0


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """All letters of a source."""
    return segments.read(KIND, stream, head)


def starts(data: bytes) -> list[int]:
    """Where letters begin: behind the end of the one before."""
    return [found.end() for found in _END.finditer(data)]


def persons(message: bytes) -> int:
    """A letter is about one patient."""
    return 1 if message else 0


def attached(message: bytes) -> bool:
    """A letter carries no documents."""
    return not message


def records(text: str) -> list[Record]:
    """The record of one letter."""
    told = text.strip("\x0c\x1a\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = [*map(str.rstrip, told.split("\n"))]
    while lines and not lines[0] and len(lines) > _BORN and not _DATE.fullmatch(lines[_BORN].strip()):
        lines.pop(0)  # blank lines between letters
    if len(lines) <= _NUMBER or not (_DATE.fullmatch(lines[_BORN].strip()) or nir_shaped(lines[_NUMBER])):
        return [Record({"rest": text}, damaged="message_without_header")]
    top = [*map(str.strip, lines[:_HEADER]), *[""] * (_HEADER - len(lines))]
    place = _PLACE.fullmatch(top[_TOWN])
    given = {
        "record_number": top[0],
        "last_name": top[1],
        "first_name": top[2],
        "address": " ".join(filter(None, top[3:5])),
        "postcode": (place[1] or "") if place else "",
        "city": (place[2] or "") if place else top[_TOWN],
        "birth_date": _dated(top[_BORN]),
        "nir": _POINTS.sub("", top[_NUMBER]),
        "exam_date": _dated(top[9]),
    }
    cells = {name: value for name, value in given.items() if value}
    fill(cells, "record_number", top[8])
    for name, value in _correspondents(top[10], top[11]):
        add(cells, name, value)
    _body(cells, lines[_HEADER:])
    return [Record(cells)]


def _dated(text: str) -> str:
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return iso(text)
    return f"{found[1]:0>2}/{found[2]:0>2}/{found[3]}"


@lru_cache(maxsize=1024)
def _correspondents(sender: str, addressee: str) -> tuple[tuple[str, str], ...]:
    """Who wrote and whom to, each a code and a name: the addressee is the doctor who asked for it.

    As cells by name. A laboratory writes to the same few doctors again and again.
    """
    cells: dict[str, str] = {}
    people = []
    for text, is_sender in ((addressee, False), (sender, True)):
        found = _CODED.fullmatch(text)
        number, name = (found[1] or "", found[2]) if found else ("", text)
        if is_sender and not _DOCTOR.match(name):
            fill(cells, "laboratory", name)
            if len(number) == 9:
                fill(cells, "finess", number)
        else:
            people.append(Professional(name, number if len(number) in (9, 11) else ""))
        if number and len(number) not in (9, 11):
            add(cells, "rest", number)
    with_professionals(cells, people)
    return tuple(cells.items())


def _body(cells: dict[str, str], lines: list[str]) -> None:
    """Text as it stands; coded results (`RES|label|code|type|value|unit|low|high|flag`) as lines of their own."""
    prose: list[str] = []
    for line in lines:
        if line.startswith("****") and _MARK.fullmatch(line):
            continue
        if "|" not in line:
            prose.append(line)
            continue
        fields = line.split("|")
        if fields[0] == "RES" and len(fields) > 2:
            fields += [""] * (9 - len(fields))
            value = fields[4] or " ".join(field for field in fields[5:] if field)
            prose.append(finding(fields[1], value, fields[5] if fields[4] else "", fields[8]))
            add(cells, "rest", " ".join(field for field in (fields[2], *fields[6:8], *fields[9:]) if field))
        elif _SEGMENT.fullmatch(fields[0]):
            prose.append(" ".join(field for field in fields[1:] if field))
        else:
            prose.append(line)
    add(cells, "text", "\n".join(prose))


KIND = Kind(FORMAT, starts, persons, records, attached, "letter")
