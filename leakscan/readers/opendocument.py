"""Reader for OpenDocument texts and presentations (odt, ott, odp, otp): ZIP archives of XML parts.

Isolated: lxml and zlib decode it. XML parts are parsed as they come out; the whole file must be at hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.readers.parts import ENCRYPTED, Parts, attribute, elements, local, stored
from leakscan.readers.prose import PAGE_END, Event, Mark, Written, documented, notice
from leakscan.records import Item

TEXT, SLIDES = "odt", "odp"
SPACES = 1_000
"""Blanks that one element may stand for."""
REPEATED = 100
"""Cells or rows that one element may stand for, where they hold something."""

_KIND = b"application/vnd.oasis.opendocument."
_LINES = frozenset(("p", "h", "desc", "title", "creator", "author-initials", "date-string"))
_FORGET = frozenset(
    (
        *_LINES, "list-item", "list", "table-cell", "covered-table-cell", "table-row", "table", "page", "section",
        "annotation", "note", "frame", "text-box", "changed-region", "deletion", "style", "list-style",
    )
)  # fmt: skip
_SIGNS = {"tab": "\t", "line-break": "\n"}
_SKIPPED = frozenset(("font-face-decls", "scripts", "settings", "binary-data", "automatic-styles", "styles"))
_PROPERTIES = {
    "title": "Titre", "subject": "Sujet", "description": "Commentaires", "keyword": "Mots-clés",
    "creator": "Modifié par", "initial-creator": "Auteur", "printed-by": "Imprimé par",
}  # fmt: skip
_QUIET = frozenset(
    ("generator", "editing-cycles", "editing-duration", "creation-date", "date", "print-date", "language")
)
_STILL = ("META-INF/", "Thumbnails/", "Configurations2/", "settings.xml", "mimetype", "manifest.rdf", "layout-cache")


def sniff_text(head: Head) -> float:
    """By the kind that stands in its first member."""
    kind = _kind(head)
    return 0.95 if kind.startswith((b"text", b"formula")) else 0.0


def sniff_slides(head: Head) -> float:
    """By the kind that stands in its first member."""
    return 0.95 if _kind(head).startswith((b"presentation", b"graphics")) else 0.0


def _kind(head: Head) -> bytes:
    return stored(head, "mimetype").partition(_KIND)[2]


def read_text(file: BinaryIO, head: Head) -> Iterator[Item]:
    """A text."""
    return documented(_document(file, head), Written(TEXT))


def read_slides(file: BinaryIO, head: Head) -> Iterator[Item]:
    """A presentation or drawing."""
    return documented(_document(file, head), Written(SLIDES))


def _document(file: BinaryIO, head: Head) -> Iterator[Event]:
    """Body, headers and footers, properties, then what lies in it."""
    parts = Parts(file, head.options.limits)
    if _is_locked(parts):
        raise BrokenInput(ENCRYPTED)
    left_out = 0
    broken: BrokenInput | None = None
    order = {"content.xml": 0, "styles.xml": 1, "meta.xml": 3}
    for name in sorted(parts.names, key=lambda one: (order.get(one, 2), one)):
        if name.startswith(_STILL):
            parts.skip(name)
            left_out += name != "mimetype" and not name.startswith("META-INF/")
        elif name.endswith(".xml") and not name.endswith("/settings.xml"):
            stream = parts.open(name)
            try:
                if stream is not None:
                    yield from _properties(stream) if name.endswith("meta.xml") else _part(stream)
            except BrokenInput as error:
                broken = error
    yield from parts.children()
    if left_out:
        yield notice("left_out", left_out)
    if broken is not None:
        raise broken


def _is_locked(parts: Parts) -> bool:
    stream = parts.open("META-INF/manifest.xml")
    try:
        return stream is not None and any(name == "encryption-data" for _, name, _ in elements(stream))
    except OSError:
        return False


class _Body:
    """A part on its way to lines and rows. State: the tables, the row and the cells that are open."""

    def __init__(self) -> None:
        self.cells: list[list[str]] = []
        self.row: list[str] = []
        self.tables = 0
        self.out: list[Event] = []

    def put(self, text: str) -> None:
        """Lines, into the cell that is open, if any."""
        for piece in text.split("\n"):
            if line := " ".join(piece.split()):
                if self.cells:
                    self.cells[-1].append(line)
                else:
                    self.out.append(line)

    def begin(self, name: str, element: Any) -> None:
        """An element begins."""
        if name == "table":
            self.tables += 1
            if self.tables == 1:
                self.out.append(Mark.TABLE)
        elif name in ("table-cell", "covered-table-cell"):
            self.cells.append([])
        elif name == "a":
            link = attribute(element, "href")
            if ":" in link and not link.startswith("http"):
                self.put(link)

    def end(self, name: str, element: Any) -> None:
        """An element ends."""
        if name in _LINES:
            self.put(_whole(element))
        elif name in ("table-cell", "covered-table-cell") and self.cells:
            text = " ".join(self.cells.pop())
            if self.cells:
                self.cells[-1].append(text)
            else:
                self.row += [text] * (_count(element, "number-columns-repeated") if text else 1)
        elif name == "table-row" and not self.cells:
            if any(self.row):
                self.out.extend(list(self.row) for _ in range(_count(element, "number-rows-repeated")))
            self.row = []
        elif name == "table":
            self.tables -= 1
            if not self.tables:
                self.out.append(Mark.TABLE_END)
        elif name == "page":
            self.out.append(PAGE_END)


def _part(stream: BinaryIO) -> Iterator[Event]:
    body = _Body()
    skipped = 0
    for event, name, element in elements(stream, forget=_FORGET):
        if name in _SKIPPED:
            skipped += 1 if event == "start" else -1
        if skipped:
            continue
        if event == "start":
            body.begin(name, element)
        else:
            body.end(name, element)
        if body.out:
            yield from body.out
            body.out = []


def _whole(paragraph: Any) -> str:
    """The text of a paragraph with what lies in it, but for paragraphs within, which were lines already."""
    from lxml import etree

    pieces = []
    for event, element in etree.iterwalk(paragraph, events=("start", "end")):
        name = local(element)
        if event == "end":
            pieces.append((element.tail or "") if element is not paragraph else "")
        elif name == "s":
            pieces.append(" " * _count(element, "c", SPACES))
        else:
            pieces.append(_SIGNS.get(name) or (element.text or "" if name else ""))
    return "".join(pieces)


def _count(element: Any, name: str, most: int = REPEATED) -> int:
    value = attribute(element, name)
    return max(1, min(most, int(value))) if value.isdecimal() and len(value) < 9 else 1


def _properties(stream: BinaryIO) -> Iterator[Event]:
    for _, name, element in elements(stream, events=("end",)):
        text = " ".join((element.text or "").split())
        if text and name not in _QUIET:
            label = attribute(element, "name") if name == "user-defined" else ""
            yield f"{label or _PROPERTIES.get(name) or name} : {text}"
