"""A damaged XML document as one that a parser reads on: what is no tag becomes text, what is open is closed.

The usual damage is a text that nobody escaped: `CV <20`, `R & D`, a quotation in a value in quotation marks. Then come
values without quotation marks, tags that close nothing, and tags that nothing closes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MAX_OPEN = 200
"""Elements in each other; what is opened deeper is text."""
LONGEST_TAG = 4096
"""Bytes of attributes that are mended; more that are written wrongly are text."""
_HELD = 4096
"""A tag that is cut by a piece's end waits for the rest, if it is no longer."""

_NAME = rb"[A-Za-z_:\x80-\xff][\w:.\x80-\xff-]{0,200}"
_TOKEN = re.compile(
    rb"""(?xs)
      (?P<whole> <!--.{0,1000}?--> | <!\[CDATA\[.{0,10000}?\]\]> | <\?[^<>]{0,400}\?> )
    | </(?P<closed>%(name)b)\s*>
    | <(?P<opened>%(name)b)(?P<said>(?:"[^"]*"|'[^']*'|[^<>"'])*)>
    | <(?P<odd>%(name)b)(?P<rest>[^<>]*)>
    | (?P<bare>[<&]) (?P<entity> (?<=&)(?=(?:[A-Za-z_][\w.-]{0,60}|\#\d{1,7}|\#x[0-9A-Fa-f]{1,6});) )?
    """
    % {b"name": _NAME}
)
_BEGINS = re.compile(rb"<[A-Za-z_]")
_BARE = re.compile(rb"&(?!(?:[A-Za-z_][\w.-]{0,60}|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
_FIELDS = re.compile(rb"(?:\s+%b\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*\s*/?" % _NAME)
_FIELD = re.compile(
    rb"""(?xs) (?<![^\s"']) (?P<key>%(name)b) \s*=\s*
    (?P<value> ".*?"(?=\s+%(name)b\s*=|\s*/?\s*\Z) | '.*?'(?=\s+%(name)b\s*=|\s*/?\s*\Z) | [^\s"'/]+ )"""
    % {b"name": _NAME}
)


class Mending:
    """State: the names of the elements that are open, and whether tags were `lost` that closed or opened something."""

    def __init__(self) -> None:
        """Nothing is open."""
        self._open: list[bytes] = []
        self.lost = False

    def pieces(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The bytes of a document (of one byte for each sign of XML), well-formed as far as tags go."""
        held = b""
        for piece in pieces:
            data = held + piece
            begun = data.rfind(b"<", max(0, len(data) - _HELD))
            cut = begun if begun >= 0 and data.find(b">", begun) < 0 else len(data)
            entity = data.rfind(b"&", max(0, cut - 64), cut)
            if entity >= 0 and data.find(b";", entity, cut) < 0:
                cut = entity
            data, held = data[:cut], data[cut:]
            yield _TOKEN.sub(self._token, data)
        yield _TOKEN.sub(self._token, held)
        self.lost = self.lost or bool(self._open)
        yield b"".join(b"</%b>" % name for name in reversed(self._open))

    def _token(self, found: re.Match[bytes]) -> bytes:
        """One tag, comment or sign as it may stand."""
        if found["whole"]:
            return found[0]
        if found["bare"]:
            self.lost = self.lost or _BEGINS.match(found.string, found.start()) is not None
            return found[0] if found["entity"] is not None else {b"<": b"&lt;", b"&": b"&amp;"}[found[0]]
        if found["closed"]:
            return self._closed(found["closed"])
        name, said = (found["opened"], found["said"]) if found["opened"] else (found["odd"], found["rest"])
        ends = said.endswith(b"/")
        fields = said.removesuffix(b"/")
        sound = _FIELDS.fullmatch(said) is not None
        if len(self._open) >= MAX_OPEN or not (fields[:1].isspace() or not fields):
            return _escaped(found[0])
        if not sound and len(fields) > LONGEST_TAG:
            return _escaped(found[0])
        if not ends:
            self._open.append(name)
        if not sound:
            fields = _fields(fields)
        return b"<%b%b%b>" % (name, _BARE.sub(b"&amp;", fields), b"/" if ends else b"")

    def _closed(self, name: bytes) -> bytes:
        """A closing tag with those before it that are missing; nothing where it closes nothing."""
        if name not in self._open:
            self.lost = True
            return b""
        out = []
        while (last := self._open.pop()) != name:
            self.lost = True
            out.append(b"</%b>" % last)
        return b"".join((*out, b"</%b>" % name))


def waits(data: bytes) -> bool:
    """Whether a parser that is fed may wait behind a sign of an entity that is none."""
    return _BARE.search(data) is not None


def _fields(said: bytes) -> bytes:
    """Attributes that are written wrongly: without quotation marks, or with those of a quotation in them."""
    told: dict[bytes, bytes] = {}
    for found in _FIELD.finditer(said.removesuffix(b"/")):
        value = found["value"]
        inner = value[1:-1] if value[:1] in b"\"'" else value
        told.setdefault(found["key"], inner.replace(b"<", b"&lt;").replace(b'"', b"&quot;"))
    return b"".join(b' %b="%b"' % pair for pair in told.items())


def _escaped(text: bytes) -> bytes:
    return text.replace(b"&", b"&amp;").replace(b"<", b"&lt;")
