r"""Reader for code with messages of HL7 v2 or HPRIM Santé in it: they are inputs of their own, the rest is another.

They stand in quotes, with `\r`, `\n` or `<br/>` where segments end or a quote per segment, in texts that are indented,
in comments or in logs. A message at the beginning of a line needs none of this: its own reader takes the file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import polars as pl

from leakscan.readers.gates import braces, quoted_messages
from leakscan.readers.heads import Head
from leakscan.readers.recode import utf8
from leakscan.readers.streams import HEAD_BYTES, Readable
from leakscan.records import Child, Item, Table, column_id

FORMAT = "quoted_messages"
CONFIDENCE = 0.75
"""Surer than literals of code, less sure than a page with a table, whose code comes again."""
MESSAGE_CHARS = 1 << 20
"""A literal that does not end within so many characters is no message."""

_HEADS = re.compile(r"(?<![A-Za-z0-9_])(MSH|H)([|!;$])\\{0,2}[^A-Za-z0-9\s'\"]{2,8}\2")
_SEGMENTS = {
    "MSH": r"[A-Z][A-Z0-9]{2}",
    "H": r"(?:P|AP|AC|OBR|OBX|C|A|L|ACT|FAC|REG|ART|ERR)",
}
_PATIENT = {"MSH": re.compile(r"[\r\n]PID[|!;$]"), "H": re.compile(r"[\r\n]P[|!;$]")}
_OPENS = re.compile(r"(\"\"\"|'''|[\"'`])\s*\Z")
_BEFORE = 200
_GLUE = r"[\s\\+.,&]{0,200}[a-z]?"
"""What stands between quotes that go on with a message, a segment each."""
_ENDS = re.compile(r"\\r\\n|\\[rn]|<br\s*/?>|&#1[03];|\r\n|\n", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([\\'\"`]))")


@dataclass(frozen=True, slots=True)
class _Message:
    """One message in a text: where it stands, and what it says."""

    start: int
    end: int
    text: str


def sniff(head: Head) -> float:
    """By a message about a patient; JSON keeps its messages in its records."""
    if head.options.delimiter is not None or not quoted_messages(head.data) or braces(head.data.lstrip()[:1]):
        return 0.0
    if len(head.data) >= HEAD_BYTES or not head.text.whole:
        return 0.0
    return CONFIDENCE if next(_messages(_text(head)), None) is not None else 0.0


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """A table without rows, then the messages of each kind as a child, and what stands around them as another."""
    while stream.read(HEAD_BYTES):
        pass
    nothing = pl.DataFrame(schema={column_id(0): pl.String()})
    yield Table(FORMAT, head.text.encoding.label, ("text",), has_header=False, head=nothing, kind="text")
    text, at = _text(head), 0
    rest: list[str] = []
    kinds: dict[str, list[str]] = {}
    for message in _messages(text):
        rest.append(text[at : message.start])
        at = message.end
        kinds.setdefault("hl7" if message.text.startswith("MSH") else "hprim", []).append(message.text)
    for name, found in kinds.items():
        yield _child(name, "\r".join(found))
    yield _child("text", "".join([*rest, text[at:]]))


def _child(name: str, text: str) -> Child:
    data = text.encode("utf-8", "replace")
    return Child(name, partial(io.BytesIO, data), size=len(data))


def _text(head: Head) -> str:
    return utf8(head.text.data, head.text.encoding).decode("utf-8", "replace")


def _messages(text: str) -> Iterator[_Message]:
    """Messages about patients, in order."""
    at = 0
    seen = {"MSH": 0, "H": 0}
    for found in _HEADS.finditer(text):
        begun, kind = found.start(), found[1]
        if begun < max(at, seen[kind]):
            continue
        quote = _OPENS.search(text, max(at, begun - _BEFORE), begun)
        end, parts = _quoted(text, begun, quote[1], kind) if quote else _lines(text, begun, kind)
        said = "\r".join(line for part in parts for line in _segments(part) if line)
        seen[kind] = end
        if _PATIENT[kind].search(said):
            yield _Message(begun, end, said)
            at = end


def _segments(part: str) -> list[str]:
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], _ENDS.sub("\n", part))
    return [line.strip() for line in plain.split("\n")]


def _quoted(text: str, begun: int, quote: str, kind: str) -> tuple[int, list[str]]:
    """Where a message in quotes ends, and its parts: quotes behind it that begin with segments go on with it."""
    mark = re.escape(quote)
    inside = re.compile(rf"(?:[^\\{mark[-1]}]|\\.|(?!{mark}){mark[-1]})*+", re.DOTALL)
    more = re.compile(rf"{mark}{_GLUE}{mark}(?=\s*{_SEGMENTS[kind]}[|!;$])")
    parts: list[str] = []
    at = begun
    while True:
        found = inside.match(text, at, begun + MESSAGE_CHARS)
        end = found.end() if found else at
        parts.append(text[at:end])
        next_one = more.match(text, end)
        if next_one is None:
            return end, parts
        at = next_one.end()


def _lines(text: str, begun: int, kind: str) -> tuple[int, list[str]]:
    """Where a message ends that stands on lines without quotes, indented or in a comment or a log; and its lines."""
    goes_on = re.compile(rf"\r?\n[ \t]*(?:\*|//|#|>|--|;)?[ \t]*({_SEGMENTS[kind]}[|!;$][^\r\n]*)")
    line = re.compile(r"[^\r\n]*").match(text, begun)
    end = line.end() if line else begun
    parts = [text[begun:end]]
    while (found := goes_on.match(text, end)) is not None:
        parts.append(found[1])
        end = found.end()
    return end, parts
