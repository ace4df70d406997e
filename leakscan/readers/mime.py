"""A message of e-mail taken apart: header fields, parts at every depth, what they are coded in. Nothing is raised.

Python's own parser goes line by line and takes the square of the depth; this one cuts bytes at the marks of parts.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from leakscan.readers.charsets import decoded

DEPTH = 30
"""Parts within parts that are taken apart; forwarded mail makes three or four."""

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)(?:\r?\n|\Z)")
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*+"?|[^;]*)', re.DOTALL)
_CONTINUED = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?")
_WORD = re.compile(r"=\?([\w.\-]+)(?:\*[\w\-]+)?\?([bBqQ])\?([^?]*)\?=")
_GAP = re.compile(r"(=\?[^?\s]+\?[bBqQ]\?[^?]*\?=)\s+(?==\?)")
_ESCAPED = re.compile(r"\\(.)")
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A part that holds no others: its fields (names in lower case), its type, its body as it was sent.

    `too_deep`: it holds parts that were not taken apart.
    """

    fields: tuple[tuple[str, bytes], ...]
    type: str
    parameters: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    too_deep: bool = False

    def raw(self, name: str) -> bytes:
        """The first field with a name, as it was sent."""
        return next((value for key, value in self.fields if key == name), b"")

    @property
    def disposition(self) -> str:
        """Whether it is shown (inline) or attached."""
        return self.raw("content-disposition").partition(b";")[0].strip().lower().decode("latin-1")

    @property
    def filename(self) -> str:
        """Its name; "" where it has none."""
        given = parameters(field_text(self.raw("content-disposition"))).get("filename") or self.parameters.get("name")
        return _words(given or field_text(self.raw("content-location")).rpartition("/")[2])[:255]

    @property
    def data(self) -> bytes:
        """Its body decoded."""
        coding = self.raw("content-transfer-encoding").strip().lower()
        if coding == b"base64":
            return _base64(self.body)
        return binascii.a2b_qp(self.body) if coding == b"quoted-printable" else self.body

    @property
    def text(self) -> tuple[str, int]:
        """Its body as text, and how many characters meant nothing."""
        return decoded(self.data, self.parameters.get("charset"))


def parts(data: bytes) -> Iterator[Part]:
    """The parts of a message in their order, the whole first where it holds none; text between parts is one too."""
    waiting: list[tuple[bytes, int, str]] = [(data, 0, "text/plain")]
    while waiting:
        piece, depth, kind = waiting.pop()
        fields, body = header_of(piece)
        said = field_text(next((value for name, value in fields if name == "content-type"), b""))
        named = parameters(said)
        kind = said.partition(";")[0].strip().lower() or kind
        boundary = named.get("boundary", "") if kind.startswith("multipart/") else ""
        inner = _split(body, boundary.encode("utf-8", "replace")) if boundary else []
        if not inner:
            yield Part(fields, "text/plain" if kind.startswith("multipart/") else kind, named, body)
        elif depth >= DEPTH:
            yield Part(fields, kind, named, body, too_deep=True)
        else:
            yield Part(fields, kind, named, inner[0])
            of_parts = "message/rfc822" if kind == "multipart/digest" else "text/plain"
            waiting += [(one, depth + 1, of_parts) for one in reversed(inner[1:])]


def header_of(data: bytes) -> tuple[tuple[tuple[str, bytes], ...], bytes]:
    """The fields at the beginning of a message or part, and what follows them."""
    fields, at = [], 0
    while found := _FIELD.match(data, at):
        fields.append((found.group(1).lower().decode("latin-1"), found.group(2)))
        at = found.end()
    end = 2 if data.startswith(b"\r\n", at) else 1 if data.startswith(b"\n", at) else 0
    return tuple(fields), data[at + end :]


def _split(body: bytes, boundary: bytes) -> list[bytes]:
    """What stands around the parts, then the parts; nothing where the mark of parts does not stand in the body."""
    mark = b"--" + boundary.rstrip()
    around: list[bytes] = []
    found: list[bytes] = []
    at = begin = 0
    inside = ended = False
    while (at := body.find(mark, at)) >= 0:
        end = body.find(b"\n", at)
        line = body[at + len(mark) : len(body) if end < 0 else end].strip()
        starts = at == 0 or body[at - 1 : at] == b"\n"
        if not starts or line not in (b"", b"--") or ended:
            at += len(mark)
            continue
        piece = body[begin : max(begin, at - 1)].removesuffix(b"\r")
        (found if inside else around).append(piece)
        inside, ended = line == b"", line == b"--"
        begin = at = len(body) if end < 0 else end + 1
    if not found and not inside:
        return []
    (found if inside else around).append(body[begin:])
    return [b"\n".join(around).strip(), *found]


def parameters(said: str) -> dict[str, str]:
    """The parameters of a field, those that are cut in pieces or coded put together."""
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, given in _PARAMETER.findall(said):
        found = _CONTINUED.fullmatch(name)
        if found is None:
            continue
        value = given.strip()
        if value.startswith('"'):
            value = _ESCAPED.sub(r"\1", given.strip()[1:].removesuffix('"'))
        key, number, coded = found.groups()
        pieces.setdefault(key.lower(), []).append((int(number or 0), coded is not None, value))
    return {key: _joined(sorted(values)) for key, values in pieces.items()}


def _joined(values: list[tuple[int, bool, str]]) -> str:
    if not any(coded for _, coded, _ in values):
        return "".join(value for _, _, value in values)
    charset, _, rest = values[0][2].partition("'")
    first = rest.partition("'")[2] if rest else charset
    texts = [first, *(value for _, _, value in values[1:])]
    return decoded(unquote_to_bytes("".join(texts)), charset if rest else None)[0]


def field_text(raw: bytes) -> str:
    """A field as text: folded lines joined, coded words decoded."""
    return " ".join(_words(decoded(raw, None)[0]).split())


def _words(text: str) -> str:
    return _WORD.sub(_word, _GAP.sub(r"\1", text)) if "=?" in text else text


def _word(found: re.Match[str]) -> str:
    charset, kind, said = found.groups()
    raw = said.encode("utf-8", "replace")
    return decoded(_base64(raw) if kind in "bB" else binascii.a2b_qp(raw, header=True), charset)[0]


def _base64(data: bytes) -> bytes:
    """What base64 means, as far as it is whole; signs that are none are passed over."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        signs = _NO_BASE64.sub(b"", data)
        whole = signs[: len(signs) - (len(signs) % 4 == 1)]
        return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
