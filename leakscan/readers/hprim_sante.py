r"""Reader for HPRIM Santé 2.x: lines `H|~^\&|`, P, OBR, OBX, C, AP, AC, A, L, as laboratories send them.

One record is one patient (a P segment) with the examinations below it. Source: HPRIM Santé 2.2 and 2.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from leakscan.readers import segments
from leakscan.readers.clinical import Record
from leakscan.readers.clinical_cells import (
    Professional,
    add,
    fill,
    iso,
    nir_shaped,
    under_title,
    with_phone,
    with_professionals,
)
from leakscan.readers.heads import Head
from leakscan.readers.segments import Kind, Segment, marks_of
from leakscan.readers.streams import Readable
from leakscan.records import Item

FORMAT = "hprim_sante"
_NEAR = 4096
_STARTS = re.compile(rb"H([|!;$])[^A-Za-z0-9\s|]{2,4}\1")
_BEFORE = (b"", b"\r", b"\n", b"\x02", b"\x0b", b"\xbf")
"""What may stand before a message: the beginning, the end of a line, a frame, a byte order mark."""
_PERSON = re.compile(rb"[\r\n]P[|!;$]")
_FOLLOWS = re.compile(rb"[\r\n](?:P|OBR|L)[|!;$]")
_KNOWN = re.compile(r"(?:H|P|AP|AC|OBR|OBX|C|A|L|ACT|FAC|REG|ART|ERR)[|!;$]")
_TOLD = {
    "H": frozenset((1, 2, 4, 6, 13)),
    "P": frozenset((1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 18, 19, 26, 31, 33)),
    "OBR": frozenset((1, 4, 7, 13, 16, 31)),
    "OBX": frozenset((1, 2, 3, 4, 5, 6, 8, 11, 14)),
    "C": frozenset((1, 2, 3)),
    "L": frozenset((1,)),
}
"""Fields that are told elsewhere, so that the rest need not repeat them."""
_NOWHERE: frozenset[int] = frozenset()
_NATIONAL = re.compile(r"[0-9][0-9AB]\d{7,10}")
_LETTERS, _WORD = re.compile(r"[A-Za-z]{2}"), re.compile(r"[^\W\d_]{3}")


def sniff(head: Head) -> float:
    """By a header line that declares its separators and a patient's or an end's line behind it."""
    at = starts(head.data[:_NEAR])
    return 0.9 if at and _FOLLOWS.search(head.data, at[0], at[0] + (1 << 16)) else 0.0


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """All messages of a source."""
    return segments.read(KIND, stream, head)


def starts(data: bytes) -> list[int]:
    """Where messages begin."""
    places = (found.start() for found in _STARTS.finditer(data))
    return [at for at in places if data[max(at - 1, 0) : at] in _BEFORE]


def persons(message: bytes) -> int:
    """As many as it has P segments."""
    return max(1, len(_PERSON.findall(message)))


def attached(message: bytes) -> bool:
    """HPRIM Santé carries no documents."""
    return not message


def records(text: str) -> list[Record]:
    """One record per P segment, each with what follows it."""
    text = text.lstrip("\ufeff")
    head = re.match(r"H([|!;$])([^A-Za-z0-9\s|]{2,4})\1", text)
    if head is None:
        count = max(1, len(_PERSON.findall(text.encode())))
        return [Record({"rest": text}, damaged="message_without_header")] * count
    declared = head[2]
    # HPRIM declares component, repetition, escape and part in this order: ~ ^ \ &
    marks = marks_of(head[1], declared[0], declared[1], declared[2:3], declared[3:4])
    found = _continued(segments.segments(text, marks, _KNOWN))
    at = [place for place, segment in enumerate(found) if segment.name == "P"]
    if not at:
        return [Record({"rest": text}, damaged="message_without_patient")]
    ends = [*at[1:], len(found)]
    groups = [found[start:end] for start, end in zip(at, ends, strict=True)]
    return [_record([*found[: at[0]], *group]) for group in groups]


def _continued(found: Sequence[Segment]) -> list[Segment]:
    """Segments with the lines A, which go on with the one before them, put behind it."""
    whole: list[Segment] = []
    for segment in found:
        if segment.name == "A" and whole:
            before = whole[-1].fields
            more = [before[-1] + segment.raw(1), *segment.fields[2:]]
            whole[-1] = Segment([*before[:-1], *more], segment.marks)
        else:
            whole.append(segment)
    return whole


Line = tuple[str, str, str, str]


def _record(found: Sequence[Segment]) -> Record:
    cells: dict[str, str] = {}
    asked: list[Professional] = []
    others: list[Professional] = []
    title, lines = "", list[Line]()
    for segment in found:
        name = segment.name
        if name in ("OBR", "P"):
            _close(cells, title, lines)
            title, lines = "", []
        if name == "H":
            fill(cells, "laboratory", segment.get(4, 2) or segment.get(4))
            fill(cells, "date", iso(segment.words(13)))
        elif name == "P":
            _patient(cells, segment)
            others += _people(segment, 13)
        elif name == "OBR":
            title = _labels(segment, 4)
            fill(cells, "exam_date", iso(segment.get(7)))
            asked += _people(segment, 16)
            add(cells, "text", segment.words(13))
            add(cells, "text", segment.words(31))
        elif name == "OBX":
            _result(lines, segment)
            fill(cells, "exam_date", iso(segment.get(14)))
        elif name == "C":
            add(cells, "text", segment.words(3))
        _leave(cells, segment)
    _close(cells, title, lines)
    with_professionals(cells, [*asked, *others])
    return Record(cells)


def _patient(cells: dict[str, str], p: Segment) -> None:
    for at in (2, 3, 4):
        fill(cells, "record_number", p.get(at))
    fill(cells, "last_name", p.get(5))
    fill(cells, "first_name", p.get(5, 2))
    fill(cells, "maiden_name", p.get(6))
    fill(cells, "birth_date", iso(p.get(7)))
    fill(cells, "sex", p.get(8))
    for place in p.all(10)[:1]:
        fill(cells, "address", " ".join(part for part in (p.of(place, 1), p.of(place, 2)) if part))
        fill(cells, "city", p.of(place, 3))
        fill(cells, "postcode", p.of(place, 5))
    for number in p.all(11):
        value = p.of(number, 1)
        fill(cells, "ins" if nir_shaped(value) and len(value) == 15 else "record_number", value)
    for number in p.all(12):
        with_phone(cells, p.of(number, 1))
    fill(cells, "diagnosis", p.get(26))
    for at in (18, 26):
        add(cells, "text", p.words(at) if at == 18 else p.get(at, 2))
    add(cells, "drug", p.words(19))
    if p.words(33):
        add(cells, "rest", f"décès : {iso(p.get(33))}")
    add(cells, "rest", p.words(31))


def _people(segment: Segment, at: int) -> list[Professional]:
    """Professionals of a field, written code~last name~first name."""
    found = []
    for one in segment.all(at):
        number = segment.of(one, 1)
        national = _NATIONAL.fullmatch(number) and len(number) in (9, 10, 11, 12)
        name = " ".join(part for part in (segment.of(one, 2), segment.of(one, 3)) if part)
        if not name and len(one) == 1 and not national and _LETTERS.search(number):
            name = number
        found.append(Professional(name, number if national else ""))
    return found


def _labels(segment: Segment, at: int) -> str:
    """The labels of all examinations that a field asks for."""
    return ", ".join(segment.of(one, 2) or segment.of(one, 1) for one in segment.all(at))


def _result(lines: list[Line], obx: Segment) -> None:
    label = obx.get(3, 2) or obx.get(3, 5) or obx.get(3)
    kind = obx.raw(2).strip()
    if kind in ("CE", "CNA", "GC"):
        said = [obx.of(value, 2) or obx.of(value, 1) for value in obx.all(5)]
    else:
        said = [" ".join(obx.marks.plain(part) for part in value if part) for value in obx.all(5)]
    value = "\n".join(said)
    if lines and lines[-1][0] == label and kind in ("TX", "FT", "ST") and not obx.get(6):
        lines[-1] = (label, f"{lines[-1][1]}\n{value}", lines[-1][2], lines[-1][3])
    else:
        lines.append((label, value, obx.get(6), obx.get(8)))


def _close(cells: dict[str, str], title: str, lines: Sequence[Line]) -> None:
    for line in under_title(title, lines):
        add(cells, "text", line)


def _leave(cells: dict[str, str], segment: Segment) -> None:
    """All other fields as one line of the rest; a NIR of the insured (AP), or anywhere in P, goes to its field."""
    left = segment.left(_TOLD.get(segment.name, _NOWHERE))
    if segment.name in ("AP", "AC", "P"):
        number = next((words for words in left if nir_shaped(words)), "")
        fill(cells, "nir", number)
        if number:
            left = [words for words in left if words != number]
        if segment.name == "AC":
            fill(cells, "mutuelle", next((words for words in left if _WORD.search(words)), ""))
    add(cells, "rest", " | ".join(left))


KIND = Kind(FORMAT, starts, persons, records, attached)
