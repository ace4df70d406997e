"""XML as a tree, with nothing of it believed: no entities, no external references, no network, bounded size and depth.

Contents in base64 are taken out before lxml sees them: they are most of a document, and lxml bounds one text to 10 MB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO

from leakscan.readers.guarded import BrokenInput

if TYPE_CHECKING:
    from lxml.etree import _Element

XML_BYTES = 256 << 20
"""A longer document is not read: a tree takes some ten times its text."""
_ENCODED = (re.compile(rb">([A-Za-z0-9+/=\s]{400,})(?=</)"), re.compile(rb"\"([A-Za-z0-9+/=\s]{400,})(?=\")"))
"""Of elements and of attributes. An expression that begins with a character is searched for by that one."""
_TAKEN = re.compile(r"\s*@taken-(\d+)@\s*")


@dataclass(frozen=True)
class Tree:
    """A document: its `root`, whether it was `whole`, and the long base64 texts that were taken out of it."""

    root: _Element
    whole: bool
    taken: tuple[bytes, ...]

    def encoded(self, text: str | None) -> str | None:
        """The base64 that stood where `text` stands now; the text itself where it was short."""
        found = _TAKEN.fullmatch(text or "")
        if found is None:
            return text
        at = int(found[1])
        return self.taken[at].decode("ascii") if at < len(self.taken) else None


def parse(file: BinaryIO) -> Tree:
    """The tree of a document; of a damaged one what could be read. BrokenInput where nothing could."""
    from lxml import etree

    data = file.read(XML_BYTES + 1)
    if len(data) > XML_BYTES:
        message = f"the XML document is longer than {XML_BYTES >> 20} MiB"
        raise BrokenInput(message)
    taken: list[bytes] = []

    def take(found: re.Match[bytes]) -> bytes:
        taken.append(found[1])
        return b"%b@taken-%d@" % (found[0][:1], len(taken) - 1)

    for encoded in _ENCODED:
        data = encoded.sub(take, data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=True, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    root = None
    with suppress(etree.XMLSyntaxError, ValueError):
        root = etree.fromstring(data, parser)
    if root is None:
        message = "the XML is damaged: nothing of it can be read"
        raise BrokenInput(message)
    return Tree(root, not any(entry.level >= 2 for entry in parser.error_log), tuple(taken))


def local(element: _Element) -> str:
    """The name of an element without its namespace; empty for what is none (an entity)."""
    return _bare(element.tag)


@lru_cache(maxsize=512)
def _bare(tag: object) -> str:
    """Documents have few names, each many times."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def find(element: _Element | None, path: str) -> _Element | None:
    """The first element at a path of local names (`patient/name`), whatever their namespace."""
    return next(every(element, path), None)


def every(element: _Element | None, path: str) -> Iterator[_Element]:
    """All elements at a path of local names, in order."""
    if element is None:
        return
    first, _, rest = path.partition("/")
    for child in element.iterchildren("{*}" + first):
        if rest:
            yield from every(child, rest)
        else:
            yield child


def attribute(element: _Element | None, name: str) -> str:
    """An attribute; empty where it or the element is absent."""
    return "" if element is None else (element.get(name) or "")


def text(element: _Element | None) -> str:
    """All text of an element, blanks run together."""
    if element is None:
        return ""
    told = " ".join(_pieces(element)) if len(element) else element.text or ""
    return " ".join(told.split())


def _pieces(element: _Element) -> Iterator[str]:
    for piece in element.itertext(tag=None):
        yield str(piece)


_LINES = frozenset(
    ("paragraph", "p", "br", "item", "li", "tr", "caption", "title", "div", "list", "table", "h1", "h2", "h3")
)
_CELLS = ("{*}td", "{*}th")


def lines(element: _Element | None) -> str:
    """A narrative (CDA section text, XHTML) as lines: one per paragraph, item and row of a table.

    Of a row the first cell is said like a label: `Sérologie VIH : négatif ; 0,1`.
    """
    if element is None:
        return ""
    out: list[str] = []
    _say(element, out)
    joined = "".join(out)
    found = (" ".join(line.split()).strip(" ;") for line in joined.split("\n"))
    return "\n".join(line for line in found if line)


def _say(element: _Element, out: list[str]) -> None:
    name = local(element)
    if name == "tr":
        cells = [(local(cell), text(cell)) for cell in element.iterchildren(*_CELLS)]
        filled = [cell for _, cell in cells if cell]
        heading = all(kind == "th" for kind, _ in cells)
        label = filled[0].rstrip(" :") if filled else ""
        rest = " ; ".join(filled[1:])
        out.append("\n" + (" ; ".join(filled) if heading or not rest else f"{label} : {rest}") + "\n")
        return
    if name in _LINES:
        out.append("\n")
    out.append(element.text or "")
    for child in element:
        if local(child):
            _say(child, out)
        out.append(child.tail or "")
    if name in _LINES:
        out.append("\n")
