"""Readers for FHIR: a resource, a Bundle or an array of resources in JSON, and NDJSON as bulk exports write it.

One record is one resource. A Bundle is gone through twice: first for the patients and professionals that its resources
refer to, then for all of it, one entry at a time. Source: HL7 FHIR R4, Bulk Data Access.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from leakscan.readers.clinical import HEAD_RECORDS, Record, batch, children, table
from leakscan.readers.entries import given, keep, unpacked
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.readers.lone_surrogates import whole
from leakscan.readers.resource_fields import Resource, word
from leakscan.readers.resource_people import Index, Referred
from leakscan.readers.resources import record
from leakscan.records import Batch, Item, Table, Unparsed

FORMAT, LINES_FORMAT = "fhir", "fhir_ndjson"
RESOURCE_BYTES = 64 << 20
"""A longer resource is listed as damaged: a tree of objects takes some ten times its text."""
SHARED_INDEX = 2_000
"""With an index up to this size lines are parsed by workers, who are given it with every block."""

_NEAR = 64 << 10
_TYPE = re.compile(rb'"resourceType"\s*:\s*"[A-Z][A-Za-z]{2,40}"')
_PIECE = 1 << 20
_OPENS = re.compile(r'"entry"\s*:\s*\[|\A\s*\[')
_BUNDLE = re.compile(r'"resourceType"\s*:\s*"Bundle"')
_HOLDS_DATA = ('"data"', "\\u")
_KEPT = re.compile(rb'"(?:Patient|Practitioner|PractitionerRole|Organization|Medication)"')


def sniff(head: Head) -> float:
    """By a `resourceType` near the beginning of a JSON object or array of them."""
    return 0.97 if _is_fhir(head) and not _is_lines(head.data) else 0.0


def sniff_lines(head: Head) -> float:
    """By a first line that is a resource and a second one that begins like one."""
    return 0.98 if _is_fhir(head) and _is_lines(head.data) else 0.0


def _is_fhir(head: Head) -> bool:
    start = head.data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start[:1] in (b"{", b"[") and _TYPE.search(head.data[:_NEAR]) is not None


def _is_lines(data: bytes) -> bool:
    line, _, rest = data.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    return line[:1] == b"{" and line.rstrip()[-1:] == b"}" and rest.lstrip()[:1] == b"{" and bool(_TYPE.search(line))


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """All resources of a document: those that others refer to are kept from a first pass."""
    del head
    index: dict[str, Resource] = {}
    try:
        for url, resource, _ in _entries(file):
            keep(index, url, resource)
    except BrokenInput:
        index = dict(index)  # what came before counts, and the second pass says where it broke
    referred = Referred(index)
    found = (record(resource, referred, attached=attached) for _, resource, attached in _entries(file))
    yield from given(found, FORMAT, file.tell)


def _entries(file: BinaryIO) -> Iterator[tuple[str, Resource, bool]]:
    """Full URL, resource, and whether documents may be attached to it, one by one.

    Of a Bundle its entries, of an array its items, else the document itself.
    """
    file.seek(0)
    text = _Text(file)
    first = text.more()
    opens = _OPENS.search(first)
    if opens is None or not (_BUNDLE.search(first) or first.lstrip("\ufeff \t\r\n")[:1] == "["):
        for url, resource in unpacked("", text.whole()):
            yield url, resource, True
        return
    for entry, attached in text.listed(opens.end()):
        if isinstance(entry, dict):
            for url, resource in unpacked(word(entry, "fullUrl"), entry.get("resource", entry)):
                yield url, resource, attached


class _Text:
    """A file as text that is taken value by value. State: the text read and not yet taken."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._text = ""
        self._ended = False

    def more(self) -> str:
        """Read on; all that is read and not taken."""
        data = self._file.read(max(_PIECE, len(self._text)))
        self._ended = not data
        self._text += self._decoder.decode(data, final=self._ended)
        return self._text

    def whole(self) -> Any:
        """All of it as one value."""
        while not self._ended and len(self._text) <= RESOURCE_BYTES:
            self.more()
        if len(self._text) > RESOURCE_BYTES:
            message = f"a FHIR resource is longer than {RESOURCE_BYTES >> 20} MiB"
            raise BrokenInput(message)
        found = _loaded(self._text)
        if found is None:
            message = "the JSON is damaged or cut"
            raise BrokenInput(message)
        return found

    def listed(self, at: int) -> Iterator[tuple[Any, bool]]:
        """The values of the list that is open at a place, until it ends; BrokenInput where it does not.

        With each whether a field `data` may be in it, in whatever way its name is written.
        """
        decoder = json.JSONDecoder()
        while True:
            while at < len(self._text) and self._text[at] in " \t\r\n,":
                at += 1
            if at < len(self._text):
                if self._text[at] == "]":
                    self._drain()
                    return
                try:
                    value, end = decoder.raw_decode(self._text, at)
                    value = whole(value, self._text, at, end)
                except (ValueError, RecursionError):
                    value, end = None, -1
                if end > at and (end < len(self._text) or self._ended):
                    yield value, any(self._text.find(mark, at, end) >= 0 for mark in _HOLDS_DATA)
                    at = end
                    if at > _PIECE:
                        self._text, at = self._text[at:], 0
                    continue
            if self._ended or len(self._text) - at > RESOURCE_BYTES:
                message = "the JSON is damaged, cut, or a resource of it too long"
                raise BrokenInput(message)
            self._text, at = self._text[at:], 0
            self.more()

    def _drain(self) -> None:
        while self._file.read(_PIECE):
            pass


def _loaded(text: str | bytes) -> Any:
    try:
        return whole(json.loads(text), text)
    except (ValueError, RecursionError):
        return None


def read_lines(file: BinaryIO, head: Head) -> Iterator[Item]:
    """All resources of NDJSON, a line each. Exports hold one type per file; of a mixed one others are kept first."""
    kinds = {found[0].rpartition(b":")[2] for line in head.data.split(b"\n")[:1000] if (found := _TYPE.search(line))}
    if any(b"Bundle" in kind for kind in kinds):
        yield from given(_bundles(file), LINES_FORMAT, file.tell)
        return
    index: dict[str, Resource] = {}
    if len(kinds) > 1:
        for line in file:
            if len(line) <= RESOURCE_BYTES and _KEPT.search(line):
                keep(index, "", _loaded(line))
        file.seek(0)
    referred = Referred(index, by_id=True)
    yield _lines_table(head, referred)
    number, start = 1, 0
    for data in _runs(file, head.options.block_bytes):
        lines = [line for line in data.split(b"\n") if line.strip()]
        for more, line in enumerate(lines):
            if b'"data"' in line:
                yield from children(_line(line, referred, attached=True), f"resource_{number + more}")
        run = Unparsed(data, parse_lines, (index, number, start), start, start + len(data), len(lines))
        yield run if len(index) <= SHARED_INDEX else run.batch()
        number, start = number + len(lines), start + len(data)


def _bundles(file: BinaryIO) -> Iterator[Record]:
    """Lines that are Bundles: the resources of each, which refer to one another."""
    for line in iter(lambda: file.readline(RESOURCE_BYTES + 1), b""):
        if not line.strip():
            continue
        entries = [*unpacked("", _loaded(line) if len(line) <= RESOURCE_BYTES else None)]
        index: dict[str, Resource] = {}
        for url, resource in entries:
            keep(index, url, resource)
        if not entries:
            yield Record({"rest": line.decode("utf-8", "replace")}, damaged="resource_unreadable")
        referred = Referred(index)
        yield from (record(resource, referred) for _, resource in entries)


def _lines_table(head: Head, referred: Referred) -> Table:
    lines = [line for line in head.data.split(b"\n")[:HEAD_RECORDS] if line.strip()]
    return table(LINES_FORMAT, "utf-8", [_line(line, referred) for line in lines])


def _runs(file: BinaryIO, size: int) -> Iterator[bytes]:
    """Whole lines, some `size` bytes at a time; a line beyond all measure is cut."""
    rest = b""
    while data := file.read(max(size, len(rest))):
        data = rest + data
        cut = data.rfind(b"\n") + 1
        if not cut and len(data) > 2 * RESOURCE_BYTES:
            cut = len(data)
        rest = data[cut:]
        if cut:
            yield data[:cut]
    if rest:
        yield rest


def parse_lines(data: bytes, index: Index, number: int, start: int) -> Batch:
    """A run of lines as a batch."""
    referred = Referred(index, by_id=True)
    records: list[Record] = []
    offsets: list[int] = []
    at = start
    for line in data.split(b"\n"):
        if line.strip():
            records.append(_line(line, referred))
            offsets.append(at)
        at += len(line) + 1
    return batch(records, number, start, start + len(data), offsets)


def _line(line: bytes, referred: Referred, *, attached: bool = False) -> Record:
    found = _loaded(line.lstrip(b"\xef\xbb\xbf")) if len(line) <= RESOURCE_BYTES else None
    if not isinstance(found, dict):
        return Record({"rest": line.decode("utf-8", "replace")}, damaged="resource_unreadable")
    return record(found, referred, attached=attached)
