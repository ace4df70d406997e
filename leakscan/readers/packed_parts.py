"""What stands in a packed workbook beside its cells: properties, names, comments, notes, links, caches, files."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO
from xml.parsers import expat

from leakscan.limits import Limits
from leakscan.readers.decoding import size_of
from leakscan.readers.guarded import BrokenInput, guarded
from leakscan.readers.notices import Notices
from leakscan.records import Child, InputWarning

PART_TEXTS = 2_000_000
"""Texts that are taken from the parts of one workbook; caches of pivot tables hold a table's worth."""
_PIECE = 1 << 16
_NOTE_BYTES = 1 << 20

_TEXTUAL = re.compile(
    r"""(?xi) ^(?:
      docProps/.*\.xml | meta\.xml | customXml/[^/]*\.xml
    | xl/(?: workbook\.xml | comments.*\.xml | comments/.*\.xml | threadedComments/.*\.xml | persons/.*\.xml
           | drawings/.*\.(?:xml|vml) | charts/.*\.xml | pivotCache/.*\.xml | externalLinks/.*\.xml
           | worksheets/_rels/.*\.rels | tables/.*\.xml | queryTables/.*\.xml | connections\.xml )
    )$"""
)
_WRITTEN = re.compile(r"(?i)^(?:content\.xml|xl/(?:comments|threadedComments|drawings))")
"""Members whose texts are notes of their own; those of the others name, describe or repeat what stands in cells."""
_OF_CELLS = re.compile(r"(?i)^content\.xml$")
_FILES = re.compile(
    r"(?i)^(?:xl/(?:embeddings|media)/|Object[^/]*/|Pictures/|ObjectReplacements/).*[^/]$|vbaProject\.bin$"
)
_BINARY_NOTES = re.compile(r"(?i)^xl/(?:comments|pivotCache/|externalLinks/|threadedComments/).*\.bin$")
_TELLING = frozenset(("v", "name", "displayName", "ref", "Target", "connection", "command", "author", "title", "descr"))
"""Attributes that hold words of people: cached values, names of sheets and ranges, links, queries."""
_DULL = re.compile(r"^(?:[A-Z]{1,3}\$?\d*(?::[A-Z]{1,3}\$?\d*)?|\.\./.*|rId\d+|\w+\.xml)$")
_NOTE = re.compile(rb"office:annotation[ >]")


@dataclass(frozen=True, slots=True)
class Parts:
    """What people wrote beside cells (`notes`), other texts (`lines`), `files` that lie in it, and what was `met`."""

    notes: tuple[str, ...] = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)
    files: tuple[Child, ...]
    met: tuple[InputWarning, ...]


def parts_of(file: BinaryIO, limits: Limits) -> Parts:
    """Look through the members of a packed workbook. What cannot be read is counted."""
    notices, files = Notices(), list[Child]()
    notes, lines = list[str](), list[str]()
    left = max(limits.expansion_free, limits.expansion * size_of(file))
    try:
        archive = zipfile.ZipFile(file)
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, EOFError):
        notices.add("unread_parts", 1)
        return Parts((), (), (), tuple(notices.warnings()))
    for member in members:
        name = member.filename
        if _FILES.search(name):
            files.append(_file(archive, member))
        elif _BINARY_NOTES.search(name):
            notices.add("unread_parts", 1)
        elif _TEXTUAL.search(name) or _OF_CELLS.search(name):
            if len(notes) + len(lines) >= PART_TEXTS or left <= 0:
                notices.add("unread_parts", 1)
                continue
            try:
                stream = guarded(archive.open(member), "a part of the workbook")
                pieces = _notes(stream, left) if _OF_CELLS.search(name) else _pieces(stream, left)
                more, taken = _texts(pieces, only_notes=bool(_OF_CELLS.search(name)))
                found = notes if _WRITTEN.search(name) else lines
                found += more[: PART_TEXTS - len(notes) - len(lines)]
                left -= taken
            except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError):
                notices.add("unread_parts", 1)
    return Parts(tuple(notes), tuple(lines), tuple(files), tuple(notices.warnings()))


def _file(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Child:
    try:
        content = archive.open(member)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, RuntimeError):
        return Child(member.filename, reason="damaged, encrypted, or compressed in a way that is not known")
    return Child(member.filename, partial(guarded, content, "a part of the workbook"), size=member.file_size)


def _pieces(stream: BinaryIO, left: int) -> Iterator[bytes]:
    taken = 0
    while data := stream.read(_PIECE):
        taken += len(data)
        if taken > left:
            message = "a part of the workbook is too large"
            raise BrokenInput(message)
        yield data


def _notes(stream: BinaryIO, left: int) -> Iterator[bytes]:
    """The cells' part of an open document, if there is a note in it; nothing else of it is wanted.

    Its bytes are looked at first, and only what holds a note is given, as XML of its own.
    """
    kept = b""
    for data in _pieces(stream, left):
        kept += data
        while (begun := _NOTE.search(kept)) is not None:
            end = kept.find(b"</office:annotation>", begun.start())
            if end < 0:
                break
            yield kept[begun.start() : end]
            kept = kept[end + 20 :]
        if begun is None:
            kept = kept[-32:]
        elif len(kept) > _NOTE_BYTES:
            kept = b""


def _texts(pieces: Iterator[bytes], *, only_notes: bool) -> tuple[list[str], int]:
    """Texts of XML, those of a paragraph or cell together, and how many bytes were looked at. OSError where broken."""
    if only_notes:
        notes = list(pieces)
        told = [_told(note) for note in notes]
        return [text for text in told if text], sum(map(len, notes))
    found, taken = _Found(), 0
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.EntityDeclHandler = _refused
    parser.StartElementHandler = found.begin
    parser.EndElementHandler = found.end
    parser.CharacterDataHandler = found.text
    try:
        for data in pieces:
            taken += len(data)
            parser.Parse(data, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        message = "XML that is damaged"
        raise BrokenInput(message) from None
    found.close()
    return found.texts, taken


def _told(note: bytes) -> str:
    """Text of a note in an open document: its author, its day, its paragraphs."""
    plain = re.sub(rb"<[^>]*>", b" ", note.partition(b">")[2]).decode("utf-8", "replace")
    for name, mark in (("lt", "<"), ("gt", ">"), ("quot", '"'), ("apos", "'"), ("amp", "&")):
        plain = plain.replace(f"&{name};", mark)
    return " ".join(plain.split())


def _refused(*_: object) -> None:
    message = "XML that declares entities"
    raise BrokenInput(message)


class _Found:
    """Texts as a parser meets them. State: the texts so far, and the pieces of the one that is going on."""

    def __init__(self) -> None:
        """Begin with none."""
        self.texts: list[str] = []
        self._open: list[str] = []

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins: attributes that tell something are texts."""
        del name
        for key, value in attributes.items():
            if key.rpartition(":")[2] in _TELLING and value.strip() and not _DULL.match(value):
                self.texts.append(value)

    def text(self, data: str) -> None:
        """Characters."""
        self._open.append(data)

    def end(self, name: str) -> None:
        """An element ends: with some the text that is going on ends too."""
        if name.rpartition(":")[2] not in ("t", "rPr", "r"):
            self.close()

    def close(self) -> None:
        """The text that is going on ends."""
        text = "".join(self._open).strip()
        self._open.clear()
        if text and not _DULL.match(text):
            self.texts.append(text)
