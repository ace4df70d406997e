"""Documents that are a ZIP archive of XML parts: parts within bounds, XML without entities, all else as children."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from functools import partial
from typing import Any, BinaryIO, cast

from leakscan.limits import LimitReached, Limits
from leakscan.readers.guarded import BrokenInput, Taken, guarded
from leakscan.readers.heads import Head
from leakscan.readers.streams import Readable
from leakscan.records import Child

ZIP_MARK = b"PK\x03\x04"
ENCRYPTED = "encrypted: give its password with --password-file"
"""Why what is encrypted was not read."""
_LOCKED = 1
_LOOK = 64 << 10
_INLINE = frozenset(("p", "h", "span", "a", "ruby", "meta"))
"""What lies in these is part of a line."""


class _Bounded(Taken):
    """A part's bytes as they come out, so many at most."""

    def __init__(self, stream: Readable, most: int) -> None:
        self._stream, self._left = stream, most

    def take(self, size: int) -> bytes:
        """Read on; LimitReached where too much comes out."""
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            message = "a part of the document is larger than its file may hold (an archive bomb?)"
            raise LimitReached(message)
        return data


class Parts:
    """The parts of a document. State: the archive, and the parts that were read so far."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        """Raises BrokenInput where the directory of the archive cannot be read."""
        try:
            self._archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, EOFError):
            message = "the document is damaged: the directory of its parts cannot be read"
            raise BrokenInput(message) from None
        self._left = max(limits.expansion_free, limits.expansion * file.seek(0, 2))
        self._members = {one.filename: one for one in self._archive.infolist() if not one.is_dir()}
        self._taken: set[str] = set()

    @property
    def names(self) -> list[str]:
        """Names of all parts, in their order."""
        return list(self._members)

    def open(self, name: str) -> BinaryIO | None:
        """The bytes of a part; None where it is none or cannot be read. What was opened is no child any more."""
        member = self._members.get(name)
        if member is None or member.flag_bits & _LOCKED:
            return None
        self._taken.add(name)
        try:
            content = self._archive.open(member)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError):
            return None
        return cast("BinaryIO", _Bounded(guarded(content, "the document's data"), self._left))

    def skip(self, name: str) -> None:
        """Say that a part holds nothing to search."""
        self._taken.add(name)

    def children(self) -> Iterator[Child]:
        """The parts that were not read, as children."""
        for name, member in self._members.items():
            if name in self._taken:
                continue
            if member.flag_bits & _LOCKED:
                yield Child(name, reason=ENCRYPTED)
                continue
            stream = self.open(name)
            if stream is None:
                yield Child(name, reason="damaged, or compressed in a way that is not known")
            else:
                yield Child(name, partial(_same, stream), size=member.file_size)


def elements(
    stream: BinaryIO,
    *,
    events: tuple[str, ...] = ("start", "end"),
    only: frozenset[str] | None = None,
    forget: frozenset[str] | None = None,
) -> Iterator[tuple[str, str, Any]]:
    """Elements of an XML part as (event, local name, element) while it is parsed; BrokenInput where it is no XML.

    Entities are not expanded, DTDs not loaded, nothing is fetched. `only`: names of elements that are given, None for
    all. `forget`: names of elements that are forgotten when they end, with what lies in them; None for all.
    """
    from lxml import etree

    names: dict[Any, str] = {}
    try:
        walk = etree.iterparse(
            stream, events=events, tag=None if only is None else [f"{{*}}{name}" for name in sorted(only)],
            resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False,
            remove_comments=False, remove_pis=True, recover=True,
        )  # fmt: skip
        for event, element in walk:
            tag = element.tag
            name = names.get(tag)
            if name is None:
                name = names[tag] = local(element)
            yield event, name, element
            if event == "end" and (forget is None or name in forget):
                element.clear(keep_tail=True)
                parent = element.getparent()
                if parent is not None and (forget is None or local(parent) not in _INLINE):
                    while element.getprevious() is not None:
                        del parent[0]
        broken = len(walk.error_log.filter_from_errors()) > 0
    except etree.LxmlError:
        broken = True
    if broken:
        message = "a part of the document is no XML from some place on"
        raise BrokenInput(message)


def local(element: Any) -> str:
    """The name of an element without its namespace; "" for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str:
    """An attribute by its local name, whatever its namespace; "" where there is none."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return ""


def first_names(head: Head) -> list[str]:
    """Names of the first members of an archive, as they stand in its head."""
    found: list[str] = []
    at = 0
    data = head.data
    while data.startswith(ZIP_MARK, at) and len(found) < 100:
        length = int.from_bytes(data[at + 26 : at + 28], "little")
        extra = int.from_bytes(data[at + 28 : at + 30], "little")
        size = int.from_bytes(data[at + 18 : at + 22], "little")
        begin = at + 30
        found.append(data[begin : begin + length].decode("utf-8", "replace"))
        at = begin + length + extra + size
        if not size or not data.startswith(ZIP_MARK, at):
            at = data.find(ZIP_MARK, begin + length + extra, begin + length + extra + size + _LOOK)
            if at < 0:
                break
    return found


def stored(head: Head, name: str) -> bytes:
    """The content of the first member of an archive, where it is called so and is not compressed."""
    data = head.data
    length, extra = int.from_bytes(data[26:28], "little"), int.from_bytes(data[28:30], "little")
    if not data.startswith(ZIP_MARK) or data[30 : 30 + length] != name.encode() or data[8:10] != b"\0\0":
        return b""
    begin = 30 + length + extra
    return data[begin : begin + min(200, int.from_bytes(data[18:22], "little"))]


def _same(stream: BinaryIO) -> BinaryIO:
    return stream
