"""Messages of segments and fields with declared separators, as HL7 v2 and HPRIM Santé write them, from a stream.

A message is a run of lines that begins with a header segment. A block of whole messages is parsed at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from leakscan.readers.clinical import HEAD_RECORDS, PREAMBLE, Record, batch, children, table
from leakscan.readers.heads import Head
from leakscan.readers.streams import Readable
from leakscan.records import Batch, Item, Unparsed

MESSAGE_BYTES = 64 << 20
"""A longer message is cut: what follows up to the next header is listed as damaged."""
_PIECE = 1 << 20
_DECLARED = {
    b"8859/1": "iso8859-1",
    b"8859/15": "iso8859-15",
    b"8859-1": "iso8859-1",
    b"8859-15": "iso8859-15",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A format of messages.

    `starts(data)`: where in a run of bytes messages begin, ascending. `persons(data)`: how many records one message
    gives: one per person it speaks of, at least one; none where it only opens or ends a file. `records(text)`: those
    records. `attached(data)`: whether a message holds documents. All are functions of modules, so that a worker can be
    asked.
    """

    format: str
    starts: Callable[[bytes], list[int]]
    persons: Callable[[bytes], int]
    records: Callable[[str], list[Record]]
    attached: Callable[[bytes], bool] = bool
    name: str = "message"


def read(kind: Kind, stream: Readable, head: Head) -> Iterator[Item]:
    """All messages of a source: the table, then blocks to be parsed and what is attached to messages."""
    yield table(kind.format, _label(head.data), _head(kind, head.data))
    number, at = 1, 0
    for data in _blocks(kind, stream, head):
        places = [*_places(kind, data), len(data)]
        count = 0
        attached = kind.attached(data)  # most blocks hold no document at all
        for start, end in pairwise(places):
            message = data[start:end]
            if attached and kind.attached(message):
                for more, record in enumerate(_records(kind, message)):
                    yield from children(record, f"{kind.name}_{number + count + more}")
            count += kind.persons(message)
        yield Unparsed(data, parse, (kind, number, at), at, at + len(data), count)
        number += count
        at += len(data)


def parse(data: bytes, kind: Kind, number: int, at: int) -> Batch:
    """A block of messages as a batch: `number` is that of its first record, `at` its first byte in the source."""
    records: list[Record] = []
    offsets: list[int] = []
    places = [*_places(kind, data), len(data)]
    for start, end in pairwise(places):
        found = _records(kind, data[start:end])
        records += found
        offsets += [at + start] * len(found)
    return batch(records, number, at, at + len(data), offsets)


def _head(kind: Kind, data: bytes) -> Iterator[Record]:
    places = [*_places(kind, data), len(data)][: HEAD_RECORDS + 1]
    for start, end in pairwise(places):
        yield from _records(kind, data[start:end])


def _places(kind: Kind, data: bytes) -> list[int]:
    """Where messages begin; what stands before the first is one too, unless it is blank."""
    places = kind.starts(data)
    first = places[0] if places else len(data)
    return [0, *places] if data[:first].strip(b"\r\n\x0b\x1c \t\xef\xbb\xbf\0") else places


def _records(kind: Kind, message: bytes) -> list[Record]:
    """The records of one message: as many as `persons` says, whatever it holds."""
    text, count = decode(message), kind.persons(message)
    if not count:
        return [Record({"rest": text}, damaged=PREAMBLE)]
    found = kind.records(text)
    if len(found) != count:
        return [Record({"rest": text}, damaged="message_unreadable"), *[Record({})] * (count - 1)]
    return found


def _blocks(kind: Kind, stream: Readable, head: Head) -> Iterator[bytes]:
    """Whole messages, some `block_bytes` at a time."""
    data, want = head.data, head.options.block_bytes
    ended = False
    while not ended:
        pieces, size = [data], len(data)
        while size < want and not ended:
            more = stream.read(min(_PIECE, want - size))
            ended = not more
            pieces.append(more)
            size += len(more)
        data = b"".join(pieces)
        if ended:
            break
        cut = (kind.starts(data) or [0])[-1]
        if not cut and size >= MESSAGE_BYTES:
            cut = size
        if cut:
            yield data[:cut]
            data, want = data[cut:], head.options.block_bytes
        want = max(want, len(data) + head.options.block_bytes)
    if data:
        yield data


def decode(message: bytes) -> str:
    """The text of a message: UTF-8 if it is that, else what its header declares (MSH-18), else cp1252."""
    try:
        return message.decode("utf-8-sig")
    except UnicodeDecodeError:
        head = message[:1000].upper()
        named = "cp1252"
        if b"8859" in head:  # most declare nothing
            named = next((codec for name, codec in _DECLARED.items() if name in head), "cp1252")
        return message.decode(named, "replace")


def _label(data: bytes) -> str:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return "cp1252" if error.start < len(data) - 4 else "utf-8"
    return "utf-8"


@dataclass(frozen=True, eq=False)
class Marks:
    """The separators that a message declares, and its escape character. `marks_of` makes each but once."""

    field: str
    component: str
    repetition: str
    escape: str
    part: str

    @cached_property
    def _escaped(self) -> re.Pattern[str]:
        return re.compile(
            rf"{re.escape(self.escape)}([A-Za-z.][^{re.escape(self.escape)}\n]{{0,200}}|){re.escape(self.escape)}"
        )

    @cached_property
    def _parting(self) -> tuple[str, ...]:
        return tuple(mark for mark in (self.repetition, self.component, self.part) if mark)

    def plain(self, text: str) -> str:
        r"""A leaf with its escapes resolved: \F\ \S\ \T\ \R\ \E\, \Xhh\ in hexadecimal, \.br\ as a line end."""
        if not self.escape or self.escape not in text:
            return text
        return self._escaped.sub(lambda found: self._meant(found[1]), text)

    def _meant(self, code: str) -> str:
        named = {"F": self.field, "S": self.component, "T": self.part, "R": self.repetition, "E": self.escape}
        if code in named:
            return named[code]
        if code[:1] == "X" and re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", code[1:]):
            return decode(bytes.fromhex(code[1:]))
        if code.startswith((".br", ".sp", ".ce", ".in", ".ti", ".fi", ".nf", ".sk")):
            return "\n" if code[1:3] in ("br", "sp", "ce") else " "
        return ""

    def words(self, text: str) -> str:
        """All that a field says, its separators as blanks."""
        if text.isalnum():  # most are
            return text
        for mark in self._parting:
            text = text.replace(mark, " ")
        return " ".join(self.plain(text).split())


@lru_cache(maxsize=64)
def marks_of(field: str, component: str, repetition: str, escape: str, part: str) -> Marks:
    """The separators of messages that declare the same: one object, which what was made of a field is kept by."""
    return Marks(field, component, repetition, escape, part)


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: `fields[0]` is its name, `fields[n]` field n as it stands."""

    fields: Sequence[str]
    marks: Marks

    @property
    def name(self) -> str:
        """Its name: PID, OBX."""
        return self.fields[0]

    def raw(self, at: int) -> str:
        """A field as it stands, empty where it is absent; a pair of quotes means that it was deleted."""
        found = self.fields[at] if at < len(self.fields) else ""
        return "" if found == '""' else found

    def all(self, at: int) -> list[list[str]]:
        """The repetitions of a field, each as its components, which may have parts."""
        value = self.raw(at)
        if not value:
            return []
        pieces = value.split(self.marks.repetition) if self.marks.repetition else [value]
        return [one.split(self.marks.component) for one in pieces if one]

    def each(self, at: int) -> list[list[str]]:
        """The repetitions of a field that differ, in order, each as its components."""
        value, mark = self.raw(at), self.marks.repetition
        pieces = dict.fromkeys(value.split(mark)) if mark and mark in value else (value,)
        return [one.split(self.marks.component) for one in pieces if one]

    def get(self, at: int, component: int = 1) -> str:
        """A component (from 1) of the first repetition of a field, in plain text: the first part of it."""
        value = self.raw(at)
        if not value or (value.isalnum() and component > 1):
            return ""
        if value.isalnum():
            return value
        if self.marks.repetition and self.marks.repetition in value:
            value = next(filter(None, value.split(self.marks.repetition)), "")
        return self.of(value.split(self.marks.component), component) if value else ""

    def of(self, components: Sequence[str], at: int) -> str:
        """A component (from 1) in plain text: its first part."""
        value = components[at - 1] if at <= len(components) else ""
        if value.isalnum():
            return value
        first = value.partition(self.marks.part)[0] if self.marks.part else value
        return "" if first == '""' else self.marks.plain(first).strip()

    def parts(self, components: Sequence[str], at: int) -> list[str]:
        """All parts of a component, in plain text."""
        value = components[at - 1] if at <= len(components) else ""
        return [self.marks.plain(part) for part in (value.split(self.marks.part) if self.marks.part else [value])]

    def words(self, at: int) -> str:
        """All that a field says."""
        return self.marks.words(self.raw(at))

    def left(self, told: frozenset[int]) -> list[str]:
        """What the fields say that are not `told` elsewhere, empty ones left out."""
        words = self.marks.words
        said = [
            words(field) for at, field in enumerate(self.fields) if field and at and at not in told and field != '""'
        ]
        return [one for one in said if one]


_LINE_ENDS = re.compile(r"[\r\n\x0b\x0c\x1c]+")


def segments(text: str, marks: Marks, known: re.Pattern[str]) -> list[Segment]:
    """The segments of a message; a line that begins like none (`known`) goes on with the field before it."""
    lines: list[str] = []
    for line in _LINE_ENDS.split(text):
        if known.match(line) or not lines:
            lines.append(line.lstrip("\ufeff"))
        elif line.strip():
            lines[-1] += "\n" + line
    return [Segment(line.split(marks.field), marks) for line in lines if line.strip()]
