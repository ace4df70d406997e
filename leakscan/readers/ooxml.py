"""Reader for Word and PowerPoint documents (docx, docm, dotx, pptx, ppsx ...): ZIP archives of XML parts.

Isolated: lxml and zlib decode it. XML parts are parsed as they come out; the whole file must be at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.readers.parts import ZIP_MARK, Parts, attribute, elements, first_names
from leakscan.readers.prose import PAGE_END, Event, Mark, Written, documented, notice
from leakscan.records import Item

WORD, SLIDES = "docx", "pptx"
ROW_CELLS = 10_000
"""Cells of one row, those that it spans among them."""

_LOOK = 1 << 16
_STYLES = re.compile(
    r"(?:^|/)(?:styles|stylesWithEffects|theme\d*|themeOverride\d*|fontTable|numbering|webSettings|presProps|viewProps"
    r"|tableStyles|colors\d*|style\d*|quickStyle\d*|layout\d*|printerSettings\d*|item\w*Props\d*"
    r"|\[Content_Types\])\.xml$|^_rels/\.rels$|^docProps/thumbnail\.|/printerSettings"
)
_MASTERS = re.compile(r"(?:slideMasters|notesMasters|handoutMasters|slideLayouts)/[^/]+\.xml$")
"""What slides are made after: only what is no mere place for their text is text."""
_MAIN = (
    re.compile(r"^(?:word/document\d*|ppt/slides/slide\d+)\.xml$"),
    re.compile(r"^(?:word/(?:header|footer|footnotes|endnotes|comments)\d*|ppt/(?:notesSlides|comments)/\w+)\.xml$"),
    re.compile(r"^(?:word|ppt)/.*\.xml$"),
    re.compile(r"\.xml$"),
    re.compile(r"\.rels$"),
)
_NUMBER = re.compile(r"\d+")
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_TEXTS = frozenset(("t", "delText", "instrText", "delInstrText"))
_SAID = {"docPr": ("descr", "title"), "cNvPr": ("descr", "title"), "docVar": ("name", "val"), "shape": ("alt",)}
_SAID |= {"imagedata": ("title",), "listItem": ("displayText",), "fldSimple": ("instr",), "alias": ("val",)}
_SAID |= {"query": ("val",), "udl": ("val",), "connectString": ("val",), "listEntry": ("val",), "default": ("val",)}
_SAID |= {"textpath": ("string",), "cmAuthor": ("name",), "hlinkClick": ("tooltip",), "tag": ("val", "name")}
_FORGET = frozenset(("p", "tc", "tr", "tbl", "sp", "cm", "pt"))
_READ = frozenset(
    (*_TEXTS, *_SIGNS, *_SAID, *_FORGET, "gridSpan", "sectPr", "author", "text", "v", "Fallback", "ph")
)  # fmt: skip
_PROPERTIES = {
    "title": "Titre", "subject": "Sujet", "creator": "Auteur", "keywords": "Mots-clés", "description": "Commentaires",
    "lastModifiedBy": "Modifié par", "category": "Catégorie", "Company": "Société", "Manager": "Responsable",
    "contentStatus": "État",
}  # fmt: skip
_QUIET = frozenset(
    [
        "Template",
        "TotalTime",
        "Pages",
        "Words",
        "Characters",
        "Application",
        "DocSecurity",
        "Lines",
        "Paragraphs",
        "ScaleCrop",
        "LinksUpToDate",
        "CharactersWithSpaces",
        "SharedDoc",
        "HyperlinksChanged",
        "AppVersion",
        "revision",
        "Slides",
        "Notes",
        "HiddenSlides",
        "MMClips",
        "PresentationFormat",
        "i4",
        "HyperlinkBase",
        "created",
        "modified",
        "lastPrinted",
    ]
)


def sniff_word(head: Head) -> float:
    """By the names of its first members."""
    return _sniff(head, "word/")


def sniff_slides(head: Head) -> float:
    """By the names of its first members."""
    return _sniff(head, "ppt/")


def _sniff(head: Head, folder: str) -> float:
    if not head.data.startswith(ZIP_MARK):
        return 0.0
    if folder.encode() not in head.data[:_LOOK] and folder.encode() not in head.data[-_LOOK:]:
        return 0.0
    names = first_names(head)
    office = any(name == "[Content_Types].xml" or name.endswith(".rels") for name in names)
    return 0.95 if office and _main_folder(names, head) == folder else 0.0


def _main_folder(names: list[str], head: Head) -> str:
    for name in names:
        for folder in ("word/", "ppt/", "xl/", "visio/"):
            if name.startswith(folder):
                return folder
    return next((folder for folder in ("word/", "ppt/") if folder.encode() in head.data[-_LOOK:]), "")


def read_word(file: BinaryIO, head: Head) -> Iterator[Item]:
    """A Word document."""
    return documented(_document(file, head), Written(WORD))


def read_slides(file: BinaryIO, head: Head) -> Iterator[Item]:
    """A presentation."""
    return documented(_document(file, head), Written(SLIDES))


def _document(file: BinaryIO, head: Head) -> Iterator[Event]:
    """Body, then what stands around it, then properties, then what lies in it."""
    parts = Parts(file, head.options.limits)
    left_out = 0
    broken: BrokenInput | None = None
    for name in sorted(parts.names, key=_rank):
        if _STYLES.search(name):
            parts.skip(name)
            left_out += not name.endswith((".rels", "[Content_Types].xml"))
        elif name.lower().endswith((".xml", ".rels")) and (stream := parts.open(name)) is not None:
            try:
                yield from _read(name, stream)
            except BrokenInput as error:
                broken = error
    yield from parts.children()
    if left_out:
        yield notice("left_out", left_out)
    if broken is not None:
        raise broken


def _read(name: str, stream: BinaryIO) -> Iterator[Event]:
    if name.startswith("docProps/"):
        yield from _properties(stream)
    elif name.endswith(".rels"):
        yield from _links(stream)
    elif name.startswith(("word/", "ppt/")):
        yield from _part(stream, master=bool(_MASTERS.search(name)))
        if name.startswith("ppt/slides/"):
            yield PAGE_END
    else:
        yield from _any_text(stream)


def _rank(name: str) -> tuple[int, int, str]:
    kind = next((at for at, pattern in enumerate(_MAIN) if pattern.search(name)), len(_MAIN))
    number = _NUMBER.search(name.rpartition("/")[2])
    return (kind + 10 if name.startswith("docProps/") else kind, int(number.group()[:9]) if number else 0, name)


class _Body:
    """A part on its way to lines and rows. State: paragraphs and tables that are open."""

    def __init__(self) -> None:
        self.lines: list[list[str]] = [[]]
        self.deleted: list[str] = []
        self.tables: list[tuple[list[str], list[list[str]]]] = []
        self.out: list[Event] = []
        self.page_after = False
        self.span = 1

    def begin(self, name: str, element: Any) -> None:
        """An element begins; what its attributes say is a line."""
        if name == "p":
            self.lines.append([])
        elif name == "tbl":
            self.begin_table()
        elif name == "tc" and self.tables:
            self.tables[-1][1].append([])
            self.span = _span(attribute(element, "gridSpan"))
        elif name in _SAID:
            for key in _SAID[name]:
                if said := " ".join(attribute(element, key).split()):
                    self.put(said)

    def end(self, name: str, element: Any) -> None:
        """An element ends that is no text."""
        if name == "p":
            self.end_line()
        elif name == "gridSpan":
            self.span = _span(attribute(element, "val"))
        elif name == "tc":
            self.end_cell(self.span)
            self.span = 1
        elif name == "tr":
            self.end_row()
        elif name == "tbl":
            self.end_table()
        elif name == "sectPr":
            self.page_after = True
        elif name in ("author", "text", "v") and element.text:  # of comments of slides, of charts
            self.put(" ".join(element.text.split()))

    def say(self, text: str, *, deleted: bool = False) -> None:
        """Text of the paragraph that is open; what was deleted from it is a line of its own."""
        (self.deleted if deleted else self.lines[-1]).append(text)

    def sign(self, name: str, element: Any) -> None:
        """A tab, or the end of a line or a page."""
        if name == "br" and attribute(element, "type") == "page":
            self.end_line()
            self.lines.append([])
            self.end_page()
        else:
            self.say(_SIGNS[name])

    def end_line(self) -> None:
        """A paragraph ends: it is a line, or a piece of a cell."""
        text = "".join(self.lines.pop()) if len(self.lines) > 1 else ""
        if self.deleted or "\n" in text:
            deleted, self.deleted = "".join(self.deleted), []
            for piece in (*text.split("\n"), deleted):
                if line := " ".join(piece.split()):
                    self.put(line)
        elif line := " ".join(text.split()):
            self.put(line)
        if self.page_after:
            self.page_after = False
            self.end_page()

    def end_page(self) -> None:
        """A page ends, unless that lies in a table."""
        if not self.tables:
            self.out.append(PAGE_END)

    def put(self, line: str) -> None:
        """A line, into the cell that is open, if any."""
        cells = self.tables[-1][1] if self.tables else []
        if cells:
            cells[-1].append(line)
        else:
            self.out.append(line)

    def begin_table(self) -> None:
        """A table within a cell is text of the cell."""
        if not self.tables:
            self.out.append(Mark.TABLE)
        self.tables.append(([], []))

    def end_table(self) -> None:
        """Its mark, unless it lies in another."""
        self.end_row()
        if self.tables:
            self.tables.pop()
        if not self.tables:
            self.out.append(Mark.TABLE_END)

    def end_cell(self, span: int) -> None:
        """What its paragraphs say, and empty cells for those that it spans."""
        if self.tables and self.tables[-1][1]:
            row, cells = self.tables[-1]
            room = max(0, ROW_CELLS - len(row))
            row += [" ".join(cells.pop()), *[""] * (span - 1)][:room]

    def end_row(self) -> None:
        """Its cells; of a table in a cell as a line of it."""
        if not self.tables:
            return
        row, cells = self.tables.pop()
        if any(row):
            if self.tables:
                self.put(" | ".join(filter(None, row)))
            else:
                self.out.append(list(row))
        self.tables.append(([], cells))


def _part(stream: BinaryIO, *, master: bool) -> Iterator[Event]:
    body = _Body()
    fallback, place = 0, False
    for event, name, element in elements(stream, only=_READ, forget=_FORGET):
        if master and name in ("ph", "sp"):  # a place for text, with a sample of it
            place = name == "ph"
        if name == "Fallback":  # the same again, for old programs
            fallback += 1 if event == "start" else -1
        if place or fallback:
            continue
        if event == "start":
            body.begin(name, element)
        elif name in _TEXTS:
            body.say(element.text or "", deleted=name.startswith("del"))
        elif name in _SIGNS:
            body.sign(name, element)
        else:
            body.end(name, element)
        if body.out:
            yield from body.out
            body.out = []
    while len(body.lines) > 1:
        body.end_line()
    yield from body.out


def _span(value: str) -> int:
    return max(1, min(100, int(value))) if value.isdecimal() and len(value) < 9 else 1


def _properties(stream: BinaryIO) -> Iterator[Event]:
    named = ""
    for event, name, element in elements(stream):
        if event == "start":
            named = attribute(element, "name") if name == "property" else named
            continue
        text = " ".join((element.text or "").split())
        if text and name not in _QUIET and (named or not name.startswith("lp")):
            yield f"{_PROPERTIES.get(name) or named or name} : {text}"
        if name == "property":
            named = ""


def _links(stream: BinaryIO) -> Iterator[Event]:
    """Where links point to outside of the document; nothing is followed."""
    for _, _, element in elements(stream, events=("start",)):
        if element.get("TargetMode") == "External":
            yield " ".join(str(element.get("Target", "")).split())


def _any_text(stream: BinaryIO) -> Iterator[Event]:
    """All texts and attributes of a part of another making: data that fields of the document show."""
    for event, _, element in elements(stream):
        texts: list[Any] = list(element.attrib.values()) if event == "start" else [element.text]
        for text in texts:
            if text and (line := " ".join(str(text).split())) and not line.startswith(("http://schemas.", "{")):
                yield line
