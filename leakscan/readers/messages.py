"""One message of e-mail: its text, and what is attached to it. Whatever is broken in it, nothing is raised."""

from __future__ import annotations

import binascii
import io
import re
from collections.abc import Iterator
from email import policy
from email.message import Message
from email.parser import BytesParser
from functools import partial
from typing import Any

from leakscan.readers.charsets import decoded
from leakscan.readers.markup import page_events
from leakscan.readers.notices import Notices
from leakscan.readers.prose import Written, clean, laid_out
from leakscan.records import Child

FIELDS = frozenset(
    ("from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date", "thread-topic", "keywords", "comments")
)
"""Fields of a header that are text; the others are about how it was carried."""

NESTED = 300
"""Parts that hold parts: of a message with more nothing is taken apart, since that takes the square of their number."""
_HOLDS_PARTS = re.compile(rb"multipart/|message/", re.IGNORECASE)
_WORD = re.compile(r"=\?([\w.\-]+)(?:\*[\w\-]+)?\?([bBqQ])\?([^?]*)\?=")
_GAP = re.compile(r"(=\?[^?\s]+\?[bBqQ]\?[^?]*\?=)\s+(?==\?)")
_UU = re.compile(
    rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n((?:[!-`][^\r\n]*\r?\n)*)(?:`|\x20)?\r?\n?end\r?$", re.MULTILINE
)
_HTML = Written("html")
_BROKEN = (LookupError, ValueError, TypeError, AttributeError, RecursionError, AssertionError)
"""What Python's parser of mail raises over bytes that are none."""


def message_text(data: bytes, notices: Notices) -> str:
    """Header fields and bodies as one text; HTML says only what the plain body does not say."""
    parsed = _parsed(data)
    if parsed is None:
        text, undecodable = decoded(data, None)
        notices.add("undecodable", undecodable)
        return clean(text)
    lines = [f"{name}: {value}" for name, value in _fields(parsed)]
    if data.startswith(b"From ") and not any(line.lower().startswith("from:") for line in lines):
        lines.insert(0, data[: data.find(b"\n")].decode("latin-1").strip())
    said: set[str] = set()
    for part in _parts(parsed):
        if _is_body(part):
            text, undecodable = _text_of(part)
            notices.add("undecodable", undecodable)
            if part.get_content_type() == "text/html":
                found = [line for line in laid_out(page_events((text,)), _HTML) if isinstance(line, str)]
                lines += [line for line in found if line not in said]
            else:
                found = _UU.sub(b"", text.encode("utf-8", "replace")).decode().splitlines()
                said.update(" ".join(line.split()) for line in found)
                lines += found
        elif part.get_content_type() == "message/delivery-status":
            lines += _status(part)
    return clean("\n".join(lines))


def attachments(data: bytes, before: str) -> Iterator[Child]:
    """What a message holds besides its text; `before` begins each name."""
    parsed = _parsed(data)
    if parsed is None:
        yield Child(
            f"{before}parts", reason=f"a message of more than {NESTED} parts within parts, or none: read as text"
        )
        return
    for number, part in enumerate(_parts(parsed), 1):
        if _is_body(part):
            text, _ = _text_of(part)
            if part.get_content_type() == "text/html":
                inner = (one for one in laid_out(page_events((text,)), _HTML) if not isinstance(one, str))
                yield from (_named(one, before) for one in inner if isinstance(one, Child))
            elif "begin " in text:
                yield from _uuencoded(text.encode("utf-8", "replace"), before)
        elif not part.is_multipart() or part.get_content_type() == "message/rfc822":
            yield _attachment(part, f"{before}{_filename(part) or f'part {number}'}")


def _named(child: Child, before: str) -> Child:
    return Child(f"{before}{child.name}", child.open, child.items, child.reason, child.size)


def _parsed(data: bytes) -> Message | None:
    if data.startswith(b"From "):
        data = data[data.find(b"\n") + 1 :]
    if len(_HOLDS_PARTS.findall(data)) > NESTED:
        return None
    try:
        return BytesParser(policy=policy.compat32).parsebytes(data)
    except _BROKEN:
        return None


def _parts(message: Message) -> Iterator[Message]:
    """Parts at every depth but those of messages within, which are children."""
    waiting: list[Any] = [message]
    while waiting:
        part = waiting.pop()
        inner = part.get_payload() if part.is_multipart() else None
        if isinstance(inner, list) and part.get_content_maintype() == "multipart":
            waiting += reversed(inner)
        elif isinstance(part, Message):
            yield part


def _is_body(part: Message) -> bool:
    if part.is_multipart() or part.get_content_type() not in ("text/plain", "text/html", "text/enriched"):
        return False
    return part.get_content_disposition() != "attachment" and not _filename(part)


def _fields(message: Message) -> Iterator[tuple[str, str]]:
    for name, raw in message.raw_items():
        if name.lower() in FIELDS:
            yield name, field_text(str(raw))


def field_text(raw: str) -> str:
    """A field of a header as text: folded lines joined, words decoded."""
    text = raw
    if not raw.isascii():
        text, _ = decoded(raw.encode("utf-8", "surrogateescape"), None)
    text = _WORD.sub(_word, _GAP.sub(r"\1", text)) if "=?" in text else text
    return " ".join(text.split())


def _word(found: re.Match[str]) -> str:
    charset, kind, said = found.groups()
    try:
        data = binascii.a2b_base64(said + "==") if kind in "bB" else binascii.a2b_qp(said, header=True)
    except (binascii.Error, ValueError):
        return said
    return decoded(data, charset)[0]


def _bytes_of(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except _BROKEN:
        data = None
    return data if isinstance(data, bytes) else b""


def _text_of(part: Message) -> tuple[str, int]:
    try:
        charset = part.get_content_charset()
    except _BROKEN:
        charset = None
    return decoded(_bytes_of(part), charset)


def _status(part: Message) -> Iterator[str]:
    inner = part.get_payload()
    for block in inner if isinstance(inner, list) else []:
        if isinstance(block, Message):
            yield from (f"{name}: {field_text(str(value))}" for name, value in block.raw_items())


def _filename(part: Message) -> str:
    try:
        name = part.get_filename() or part.get("Content-Location", "").rpartition("/")[2]
        return clean(field_text(str(name)))[:255]
    except _BROKEN:
        return "without a readable name"


def _attachment(part: Message, name: str) -> Child:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        if isinstance(inner, list) and inner and isinstance(inner[0], Message):
            try:
                data = inner[0].as_bytes()
            except (*_BROKEN, UnicodeError):
                return Child(name, reason="a message whose parts cannot be put together")
        else:
            data = _bytes_of(part)
    elif str(part.get("Content-Type", "")).lower().startswith("message/external-body"):
        return Child(name, reason="it lies elsewhere, and nothing is fetched")
    else:
        data = _bytes_of(part)
    return Child(name, partial(io.BytesIO, data), size=len(data))


def _uuencoded(data: bytes, before: str) -> Iterator[Child]:
    for found in _UU.finditer(data):
        pieces = []
        for line in found.group(2).splitlines():
            try:
                pieces.append(binascii.a2b_uu(line))
            except binascii.Error:  # some encoders miscount the last line
                size = (((line[0] - 32) & 63) * 4 + 5) // 3
                pieces.append(_uu_line(line[:size]))
        content = b"".join(pieces)
        name = before + decoded(found.group(1), None)[0]
        yield Child(name, partial(io.BytesIO, content), size=len(content))


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return b""
