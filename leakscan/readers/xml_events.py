"""Elements of XML as they begin and end: of one document, or of several behind each other, with or without a root.

A text that goes on behind its root is read again with a root around it, and what was given is left out. Declarations
and document types mean nothing then. No entity is expanded, nothing outside of the document is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from leakscan.readers.guarded import BrokenInput
from leakscan.readers.xml_mended import Mending, waits

BROKEN = "the XML is damaged: what is behind this place may be unread"
BETWEEN = "between"
"""The event of a text that stands between documents."""
STRAY = 16
"""Roots around each other: a tag that closes nothing closes one of them, and the others hold on."""

_ROOT = "leakscan-root"
_OPENED, _CLOSED = (b"<%b>" % _ROOT.encode()) * STRAY, (b"</%b>" % _ROOT.encode()) * STRAY
_GOES_ON = frozenset((5, 64, 201))
"""Errors of libxml2 where a second document follows: an element or a text, or a declaration; a prefix that nobody
declared, since behind one it keeps quiet about the others."""
_DECLARED = re.compile(rb"<\?xml\s[^<>]{0,200}\?>|<!DOCTYPE[^<>\[]{0,400}(?:\[[^\]\[]{0,4000}\][^<>]{0,20})?>")
_HELD = 1024
"""A declaration that is cut by a piece's end waits for the rest, if it is no longer."""
_STEPS = {"start": 1, "end": -1}
_OF_A_ROW = 200_000
"""Events that one row may have: it is kept from what was given before it goes on."""
_NO_CONTROLS = bytes(32 if code < 32 and code not in (9, 10, 13) else code for code in range(256))


@dataclass(frozen=True, slots=True)
class Start:
    """Where the first tag stands behind what is no XML (else 0), how the text is encoded, and whether it says so.

    `wide`: two bytes for a character.
    """

    at: int = 0
    encoding: str | None = None
    declared: bool = False
    wide: bool = False

    @property
    def judged(self) -> str | None:
        """The encoding where no declaration tells it."""
        return None if self.declared or self.wide else self.encoding


def events(opened: Callable[[], Iterator[bytes]], start: Start) -> Iterator[tuple[str, Any]]:
    """Elements as they begin and end, and texts between documents. BrokenInput behind the last where it is damaged.

    `opened()` gives the bytes from their beginning. A damaged document is read again as a mended one.
    What ends has begun.
    """
    depth = 0
    for event, element in _read(opened, start):
        depth += _STEPS.get(event, 0)
        if depth < 0:  # damaged text may be read otherwise the second time
            depth = 0
            continue
        yield event, element


def _read(opened: Callable[[], Iterator[bytes]], start: Start) -> Iterator[tuple[str, Any]]:
    given = 0
    goes_on = bool(start.at)
    if not start.at:
        parser = _parser(("start", "end"), start.judged)
        for event, element in _parsed(parser, opened(), whole=not start.wide):
            given += 1
            yield event, element
        goes_on = bool(given) and _goes_on(parser)
        if start.wide or not (goes_on or _damaged(parser)):
            _hold(parser)
            return
    if goes_on and not (given and _damaged(parser)):
        parser = _parser(("start", "end"), start.encoding)
        for event, element in _behind(_parsed(parser, rooted(opened(), start.at), whole=True), given):
            given += event != BETWEEN
            yield event, element
        if not _fatal(parser):
            return
    parser, mending = _parser(("start", "end"), start.encoding), Mending()
    yield from _behind(_parsed(parser, mending.pieces(rooted(opened(), start.at))), given)
    if mending.lost:
        raise BrokenInput(BROKEN)
    _hold(parser)


def _behind(found: Iterator[tuple[str, Any]], given: int) -> Iterator[tuple[str, Any]]:
    """What a text with a root around it says behind the first elements, which were given, and what is between them.

    The last that were given may be of a row that goes on.
    """
    for event, element in found:
        if element.tag == _ROOT:
            if event == "end":
                yield from _between(list(element), element.text)
        elif given:
            given -= 1
            if event == "end" and given > _OF_A_ROW:
                forget(element)
        else:
            parent = element.getparent() if event == "start" else None
            if parent is not None and parent.tag == _ROOT:
                yield from _between(list(element.itersiblings(preceding=True))[::-1], parent.text)
            yield event, element


def _between(before: list[Any], begun: str | None) -> Iterator[tuple[str, str]]:
    """What stands behind elements, or what their parent begins with where there are none."""
    texts = [one.tail for one in before] if before else [begun]
    if said := " ".join(" ".join(text.split()) for text in texts if text and not text.isspace()):
        yield BETWEEN, said


def outermost(data: bytes, start: Start) -> Iterator[Any]:
    """The roots of the head of a document, or of several; of a damaged one what was before the place."""
    parser = _parser(("start",), start.judged)
    if not start.at:
        _fed(parser, data)
    if start.at or (_goes_on(parser) and not start.wide):
        parser = _parser(("start",), start.encoding)
        for piece in rooted((data,), start.at):
            _fed(parser, piece)
    if not start.wide and (_fatal(parser) or waits(data)):
        parser = _parser(("start",), start.encoding)
        for piece in Mending().pieces(rooted((data,), start.at)):
            _fed(parser, piece)
    waiting = [element for _, element in parser.read_events()][:1]
    while waiting:
        element = waiting.pop()
        if element.tag == _ROOT:
            waiting += reversed(element)
        else:
            yield element


def rooted(pieces: Iterable[bytes], at: int) -> Iterator[bytes]:
    """Documents from a place on with a root around them, without their declarations."""
    yield _OPENED
    held = b""
    for piece in pieces:
        skipped = min(at, len(piece))
        at -= skipped
        data = held + piece[skipped:].translate(_NO_CONTROLS)
        begun = data.rfind(b"<", max(0, len(data) - _HELD))
        cut = begun if begun >= 0 and data.find(b">", begun) < 0 else len(data)
        data, held = data[:cut], data[cut:]
        yield _DECLARED.sub(b"", data).replace(b"\xef\xbb\xbf", b"")
    yield held
    yield _CLOSED


def forget(element: Any) -> None:
    """Let go of an element that is at its end, and of those before it."""
    element.clear(keep_tail=True)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def local(tag: str) -> str:
    """An element's or attribute's name without its namespace or the prefix of one that is not declared."""
    name = tag.rpartition("}")[2]
    return name.rpartition(":")[2] if ":" in name else name


def _parser(wanted: tuple[Literal["start", "end"], ...], encoding: str | None = None) -> Any:
    from lxml import etree

    def made(encoding: str | None) -> Any:
        return etree.XMLPullParser(
            events=wanted, resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
            huge_tree=False, recover=True, encoding=encoding,
        )  # fmt: skip

    try:
        return made(encoding)
    except LookupError:  # an encoding that nobody knows
        return made(None)


def _fed(parser: Any, data: bytes) -> bool:
    """Have a parser read more; whether it can read on."""
    from lxml import etree

    try:
        parser.feed(data)
    except etree.XMLSyntaxError:
        return False
    return True


def _parsed(parser: Any, pieces: Iterator[bytes], *, whole: bool = False) -> Iterator[tuple[str, Any]]:
    """Events of what a parser is fed, and of its end; with `whole` nothing from the piece on that is damaged."""
    from lxml import etree

    fine = True
    for piece in pieces:
        fine = _fed(parser, piece)
        if whole and _damaged(parser):
            return
        yield from parser.read_events()
        if not fine:
            break
    try:
        parser.close()
    except etree.XMLSyntaxError:
        fine = False
    if whole and _damaged(parser):
        return
    yield from parser.read_events()
    if not fine and not _goes_on(parser):
        raise BrokenInput(BROKEN)


def _goes_on(parser: Any) -> bool:
    return any(error.type in _GOES_ON for error in parser.feed_error_log)


def _fatal(parser: Any) -> set[int]:
    """The errors that a parser met which are no mere warnings."""
    return {error.type for error in parser.feed_error_log if error.level_name == "FATAL"}


def _damaged(parser: Any) -> bool:
    return bool(_fatal(parser) - _GOES_ON)


def _hold(parser: Any) -> None:
    """BrokenInput where a parser met damage."""
    if _fatal(parser):
        raise BrokenInput(BROKEN)
