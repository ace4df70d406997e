"""Messages of ICAP and the heads of HTTP in them, read strictly: what two readers could read in two ways is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import urlsplit

from leakscan.gate.serving.settings import FIELDS

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_ICAP_LINE = re.compile(r"([A-Z]{1,20}) (\S{1,2000}) ICAP/1\.0")
_HTTP_REQUEST = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,40}) (\S+) HTTP/[0-9]\.[0-9]")
_HTTP_STATUS = re.compile(r"HTTP/[0-9]\.[0-9] [0-9]{3}(?: [^\r\n]*)?")
_CHUNK = re.compile(r"([0-9A-Fa-f]{1,8})[ \t]*(?:;[ \t]*([\x20-\x7e\t]*))?")
_OFFSET = re.compile(r"([a-z]{3,4}-(?:hdr|body)) *= *([0-9]{1,8})")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_SHAPES = {
    "REQMOD": (("req-hdr",), ("req-body", "null-body")),
    "RESPMOD": (("req-hdr", "res-hdr"), ("res-body", "null-body")),
    "OPTIONS": ((), ("null-body",)),
}
METHODS = ("OPTIONS", "REQMOD", "RESPMOD")


class BadMessage(Exception):
    """A message that is refused, as an ICAP status and a reason in our own words; the connection ends with it."""

    def __init__(self, status: int, reason: str) -> None:
        """`reason`: never anything of the message."""
        super().__init__(reason)
        self.status, self.reason = status, reason


@dataclass(frozen=True, slots=True)
class Head:
    """A start line and the fields below it, names in lower case, in their order."""

    start: str = field(repr=False)
    fields: tuple[tuple[str, str], ...] = field(repr=False)

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        return [value for key, value in self.fields if key == name]

    def one(self, name: str) -> str | None:
        """The value of a field that may come once; BadMessage where it comes again."""
        found = self.all(name)
        if len(found) > 1:
            raise BadMessage(400, "a field comes twice that may come once")
        return found[0] if found else None

    def words(self, name: str) -> list[str]:
        """The comma-separated words of all values of a field, in lower case."""
        return [word.strip().lower() for value in self.all(name) for word in value.split(",") if word.strip()]


@dataclass(frozen=True, slots=True)
class Asked:
    """The head of an ICAP request. `heads`: where each HTTP head ends behind it; `body`: the kind of what follows."""

    method: str
    service: str
    head: Head
    heads: tuple[tuple[str, int], ...]
    body: str
    preview: int | None
    allows_204: bool
    closes: bool

    @property
    def has_body(self) -> bool:
        """Whether chunks follow the heads."""
        return self.body != "null-body"


def parse_head(block: bytes) -> Head:
    """A head up to and with its empty line. BadMessage for anything but lines of `name: value` that end in CR LF."""
    lines = block.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    if len(lines) > FIELDS:
        raise BadMessage(400, "a head has too many lines")
    if any(_CONTROL.search(line) for line in lines):
        raise BadMessage(400, "a head holds control characters")
    fields = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not _TOKEN.fullmatch(name):
            raise BadMessage(400, "a line of a head is no field")
        fields.append((name.lower(), value.strip(" \t")))
    return Head(lines[0], tuple(fields))


def parse_asked(block: bytes) -> Asked:
    """The ICAP request of a block. BadMessage where it is none, or one that could be read in two ways."""
    head = parse_head(block)
    line = _ICAP_LINE.fullmatch(head.start)
    if not line:
        raise BadMessage(
            505 if " ICAP/" in head.start and "ICAP/1.0" not in head.start else 400, "no ICAP request line"
        )
    method, target = line.groups()
    if method not in METHODS:
        raise BadMessage(405, "a method that is not served")
    if head.all("transfer-encoding") or (method != "OPTIONS" and head.all("content-length")):
        raise BadMessage(400, "a length beside the one that ICAP gives")
    heads, body = _encapsulated(method, head.one("encapsulated"))
    preview = head.one("preview")
    if preview is not None and not re.fullmatch(r"[0-9]{1,7}", preview):
        raise BadMessage(400, "no size of a preview")
    try:
        service = urlsplit(target).path
    except ValueError:
        raise BadMessage(400, "no ICAP address") from None
    return Asked(
        method,
        service,
        head,
        heads,
        body,
        None if preview is None or body == "null-body" else int(preview),
        "204" in head.words("allow"),
        "close" in head.words("connection"),
    )


def _encapsulated(method: str, value: str | None) -> tuple[tuple[tuple[str, int], ...], str]:
    """Name and end of each HTTP head, and the kind of body."""
    if value is None:
        if method == "OPTIONS":
            return (), "null-body"
        raise BadMessage(400, "no Encapsulated")
    found = [_OFFSET.fullmatch(word.strip()) for word in value.split(",")]
    if not all(found):
        raise BadMessage(400, "no offsets in Encapsulated")
    names, places = zip(*((one[1], int(one[2])) for one in found if one), strict=True)
    allowed, bodies = _SHAPES[method]
    heads = names[:-1]
    if names[-1] not in bodies or len(set(heads)) != len(heads) or list(heads) != [n for n in allowed if n in heads]:
        raise BadMessage(400, "parts in Encapsulated that do not belong together")
    if places[0] != 0 or any(after - before < 4 for before, after in pairwise(places)):
        raise BadMessage(400, "offsets in Encapsulated that do not ascend from 0")
    return tuple(zip(heads, places[1:], strict=True)), names[-1]


def cut_heads(asked: Asked, data: bytes) -> dict[str, bytes]:
    """The HTTP heads by name. BadMessage where one does not end where Encapsulated says, or where two would fit."""
    found, begin = {}, 0
    for name, end in asked.heads:
        block = data[begin:end]
        if block.find(b"\r\n\r\n") != len(block) - 4:
            raise BadMessage(400, "an HTTP head does not end where it should")
        found[name], begin = block, end
    return found


def parse_http(block: bytes, *, answer: bool) -> Head:
    """An HTTP head of a request or an answer; BadMessage where its length could be understood in two ways."""
    head = parse_head(block)
    if not (_HTTP_STATUS if answer else _HTTP_REQUEST).fullmatch(head.start):
        raise BadMessage(400, "no HTTP start line")
    length = length_of(head)
    codings = head.words("transfer-encoding")
    if codings and (length is not None or codings != ["chunked"]):
        raise BadMessage(400, "lengths that contradict one another")
    for name in ("host", "content-type", "x-amz-content-sha256", "x-amz-decoded-content-length"):
        head.one(name)
    return head


def length_of(head: Head) -> int | None:
    """Bytes of the body by its head, if that says so; once or, as some clients do, the same twice."""
    found = set(head.all("content-length"))
    if not found:
        return None
    length = found.pop()
    if found or not re.fullmatch(r"[0-9]{1,18}", length):
        raise BadMessage(400, "no length, or several, in Content-Length")
    return int(length)


def target_of(head: Head) -> tuple[str, str, str]:
    """Method, host and target (path and query) of an HTTP request head."""
    method, target, _ = head.start.split(" ", 2)
    host = head.one("host") or ""
    if "://" in target:
        try:
            parts = urlsplit(target)
        except ValueError:
            raise BadMessage(400, "no HTTP address") from None
        return method, parts.netloc.rpartition("@")[2], f"{parts.path or '/'}?{parts.query}".removesuffix("?")
    return method, target if method == "CONNECT" else host, target


def chunk_size(line: bytes) -> tuple[int, bool]:
    """Bytes of the chunk that a line announces, and whether it ends the body within a preview."""
    found = _CHUNK.fullmatch(line.decode("latin-1"))
    if not found:
        raise BadMessage(400, "no size of a chunk")
    return int(found[1], 16), (found[2] or "").strip().lower() == "ieof"
