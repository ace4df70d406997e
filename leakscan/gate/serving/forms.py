"""What a form holds: files one by one, all short fields as one text, so that a person spread over them is seen."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import BinaryIO
from urllib.parse import unquote_plus

from leakscan.gate.serving.codings import FORM_DAMAGED, Undecodable
from leakscan.gate.serving.settings import HEAD_BYTES, MEMORY_BYTES, READ_BYTES
from leakscan.readers.spool import Spool

PARTS = 10_000
"""Parts of one form."""
FORM_BYTES = 16 << 20
"""A form in an address's spelling up to this size is decoded; a larger one is decided as it stands."""
_BOUNDARY = re.compile(r"[\x20-\x7e]{1,200}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a form: its bytes, at their beginning, and what its head says of them."""

    file: Spool = field(repr=False)
    content_type: str | None = field(repr=False)
    name: str = field(repr=False)
    file_name: str | None = field(repr=False)
    codings: tuple[str, ...]

    @property
    def is_field(self) -> bool:
        """Whether it is one of the values typed into a form."""
        kind = (self.content_type or "text/plain").partition(";")[0].strip().lower()
        return self.file_name is None and self.file.size <= MEMORY_BYTES and kind == "text/plain" and not self.codings


def boundary_of(content_type: str | None) -> bytes | None:
    """The boundary of a multipart type, None for another type. Undecodable where it has none."""
    if content_type is None or not content_type.strip().lower().startswith("multipart/"):
        return None
    message = Message()
    try:
        message["Content-Type"] = content_type
        boundary = message.get_param("boundary")
    except Exception:  # noqa: BLE001 - the library raises many things for odd types; none may let a body pass
        raise Undecodable(FORM_DAMAGED) from None
    if not isinstance(boundary, str) or not _BOUNDARY.fullmatch(boundary):
        raise Undecodable(FORM_DAMAGED)
    return boundary.encode()


def pieces(file: BinaryIO, boundary: bytes, rest: io.BytesIO) -> Iterator[Piece]:
    """The parts of a multipart body one by one; heads of parts and what stands around them go to `rest`.

    Undecodable where the last boundary is missing. A piece is closed once the next one is asked for.
    """
    mark, cursor = b"\r\n--" + boundary, _Cursor(file)
    cursor.held = b"\r\n"  # the first boundary may be the first line
    cursor.until(mark, lambda data: _aside(rest, data))
    for number in range(PARTS + 1):
        cursor.fill(2)
        if cursor.held.startswith(b"--"):
            _aside(rest, cursor.held)
            for data in iter(lambda: file.read(READ_BYTES), b""):
                _aside(rest, data)
            return
        if number == PARTS or cursor.line(HEAD_BYTES).strip(b" \t"):
            break
        head = cursor.head()
        _aside(rest, head)
        cursor.fill(len(mark))
        if cursor.held.startswith(mark[2:]):  # a part of no bytes, whose boundary some clients put at once
            cursor.held = b"\r\n" + cursor.held
        with Spool(MEMORY_BYTES) as part:
            cursor.until(mark, part.write)
            part.seek(0)
            yield _piece(head, part)
    raise Undecodable(FORM_DAMAGED)


def text_of_field(name: str, value: bytes) -> bytes:
    """A field of a form as a line of text."""
    return name.encode() + b": " + value + b"\n"


def spelled_out(data: bytes) -> bytes:
    """A form in the spelling of addresses (`a=1&b=2`) as lines of text."""
    pairs = (pair.partition("=") for pair in data.decode("utf-8", "replace").split("&"))
    return "".join(f"{unquote_plus(name)}: {unquote_plus(value)}\n" for name, _, value in pairs).encode()


class _Cursor:
    """A file read forwards up to marks. State: bytes that were read and not taken."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.held = file, b""

    def fill(self, size: int) -> None:
        """Have so many bytes at hand, or all that are left."""
        while len(self.held) < size and (data := self._file.read(READ_BYTES)):
            self.held += data

    def until(self, mark: bytes, sink: Callable[[bytes], object]) -> None:
        """Hand over what stands before a mark, and pass the mark."""
        while (found := self.held.find(mark)) < 0:
            keep = len(mark) - 1
            sink(self.held[:-keep])
            self.held = self.held[-keep:]
            data = self._file.read(READ_BYTES)
            if not data:
                raise Undecodable(FORM_DAMAGED)
            self.held += data
        sink(self.held[:found])
        self.held = self.held[found + len(mark) :]

    def line(self, most: int) -> bytes:
        """Up to the end of a line, without it."""
        self.fill(most)
        line, ends, rest = self.held[:most].partition(b"\r\n")
        if not ends:
            raise Undecodable(FORM_DAMAGED)
        self.held = rest + self.held[most:]
        return line

    def head(self) -> bytes:
        """Up to an empty line."""
        self.fill(HEAD_BYTES)
        if self.held.startswith(b"\r\n"):
            self.held = self.held[2:]
            return b""
        end = self.held.find(b"\r\n\r\n", 0, HEAD_BYTES)
        if end < 0:
            raise Undecodable(FORM_DAMAGED)
        head, self.held = self.held[:end], self.held[end + 4 :]
        return head


def _aside(rest: io.BytesIO, data: bytes) -> None:
    if rest.tell() + len(data) > FORM_BYTES:
        raise Undecodable(FORM_DAMAGED)
    rest.write(data + b"\n")


def _piece(head: bytes, file: Spool) -> Piece:
    message = BytesParser(policy=compat32).parsebytes(head + b"\r\n\r\n", headersonly=True)
    try:
        name, kind = message.get_param("name", header="content-disposition"), message.get("content-type")
        file_name, way = message.get_filename(), message.get("content-transfer-encoding")
        coding = message.get("content-encoding")
    except Exception:  # noqa: BLE001 - as for the boundary
        raise Undecodable(FORM_DAMAGED) from None
    codings = tuple(word.strip().lower() for word in f"{coding or ''},{way or ''}".split(",") if word.strip())
    return Piece(
        file,
        None if kind is None else str(kind),
        name if isinstance(name, str) else "",
        file_name,
        tuple(coding for coding in codings if coding not in _AS_IT_IS),
    )


_AS_IT_IS = ("7bit", "8bit", "binary", "identity")
