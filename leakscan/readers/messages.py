"""One message of e-mail: its text, and what is attached to it. Whatever is broken in it, nothing is raised."""

from __future__ import annotations

import binascii
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from leakscan.readers.grids import RECORD_ROWS
from leakscan.readers.markup import page_events
from leakscan.readers.mime import Part, field_text, header_of, parts
from leakscan.readers.notices import Notices
from leakscan.readers.prose import Written, clean, laid_out
from leakscan.records import Child

FIELDS = {
    name.lower(): name
    for name in (
        "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Subject", "Date", "Thread-Topic", "Keywords", "Comments",
    )
}  # fmt: skip
"""Fields of a header that are text; the others are about how it was carried."""

_UU = re.compile(
    rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n((?:[!-`][^\r\n]*\r?\n)*)(?:`|\x20)?\r?\n?end\r?$", re.MULTILINE
)
_HTML = Written("html")
_BODIES = ("text/plain", "text/html", "text/enriched", "message/delivery-status")


def message_text(data: bytes, notices: Notices) -> str:
    """Header fields and bodies as one text; HTML says only what the plain body does not say."""
    begun, data = _without_mark(data)
    lines = [f"{FIELDS[name]}: {field_text(raw)}" for name, raw in header_of(data)[0] if name in FIELDS]
    if begun and not any(line.startswith("From:") for line in lines):
        lines.insert(0, begun)
    said: set[str] = set()
    for part in parts(data):
        if not _is_body(part):
            continue
        text, undecodable = part.text
        notices.add("undecodable", undecodable)
        if part.type == "text/html":
            found = [line for line in laid_out(page_events((text,)), _HTML) if isinstance(line, str)]
            lines += [line for line in found if line not in said]
        elif text.strip():
            if "begin " in text:
                text = _UU.sub(b"", text.encode("utf-8", "replace")).decode()
            found = text.splitlines()
            said.update(" ".join(line.split()) for line in found)
            lines += found
    return clean("\n".join(lines))


def attachments(data: bytes, before: str) -> Iterator[Child]:
    """What a message holds besides its text; `before` begins each name."""
    for number, part in enumerate(parts(_without_mark(data)[1]), 1):
        if part.type.startswith("multipart/") and not part.too_deep:
            continue
        if _is_body(part):
            yield from _in_body(part, before)
        else:
            yield _attachment(part, f"{before}{clean(part.filename) or f'part {number}'}")


def _without_mark(data: bytes) -> tuple[str, bytes]:
    """The line that begins a message in a mailbox, and the message."""
    if not data.startswith(b"From "):
        return "", data
    line, _, rest = data.partition(b"\n")
    return line.decode("latin-1").strip(), rest


def _is_body(part: Part) -> bool:
    if part.type.startswith("multipart/"):  # text around its parts
        return not part.too_deep
    return part.type in _BODIES and part.disposition != "attachment" and not part.filename


def _in_body(part: Part, before: str) -> Iterator[Child]:
    if part.type == "text/html":
        text, _ = part.text
        if text.lower().count("<tr") > RECORD_ROWS:
            for found in laid_out(page_events((text,)), _HTML):
                if isinstance(found, Child):
                    yield replace(found, name=f"{before}{found.name}")
        elif "<script" in text.lower() or "data:" in text:
            inner = (one for one in page_events((text,)) if isinstance(one, Child))
            yield from (replace(one, name=f"{before}{one.name}") for one in inner)
    elif b"begin " in part.body:
        yield from _uuencoded(part.text[0].encode("utf-8", "replace"), before)


def _attachment(part: Part, name: str) -> Child:
    if part.too_deep:
        return Child(name, reason="parts within parts that lie too deep")
    if part.type == "message/external-body":
        return Child(name, reason="it lies elsewhere, and nothing is fetched")
    data = part.data
    return Child(name, partial(io.BytesIO, data), size=len(data))


def _uuencoded(data: bytes, before: str) -> Iterator[Child]:
    for found in _UU.finditer(data):
        content = b"".join(map(_uu_line, found.group(2).splitlines()))
        name = before + found.group(1).decode("utf-8", "replace")
        yield Child(name, partial(io.BytesIO, content), size=len(content))


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:  # some encoders miscount the last line
        size = (((line[0] - 32) & 63) * 4 + 5) // 3
    try:
        return binascii.a2b_uu(line[:size])
    except binascii.Error:
        return b""
