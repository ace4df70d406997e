"""Where XML begins: its first tag, behind instructions, comments and a document type, or behind other lines."""

from __future__ import annotations

import re

from leakscan.readers.heads import Head
from leakscan.readers.xml_events import Start

NEAR = 8192
"""Where the first tag stands, if it is XML."""
_NAME = re.compile(rb"<([A-Za-z_][\w:.-]*)")
_BEFORE = ((b"<?", b"?>"), (b"<!--", b"-->"), (b"<!DOCTYPE", b">"))
_HTML = re.compile(rb"(?is)<!doctype\s+html|<html[\s>]|<svg[\s>]|<\?(?:php|=)")
_PAGE = re.compile(
    rb"(?i)(?:a|abbr|article|aside|b|blockquote|body|br|center|code|details|div|em|figure|font|footer|form|h[1-6]|head"
    rb"|header|hr|i|iframe|img|input|kbd|label|li|link|main|meta|nav|ol|p|picture|pre|script|section|small|source|span"
    rb"|strong|style|sub|sup|svg|table|template|title|tr|ul|video)"
)
"""Elements of pages, as texts have them that are none (Markdown)."""
_BLANK = b"\xef\xbb\xbf \t\r\n"
_OPENS = re.compile(rb"(?m)^[ \t]*(<\?xml\s|<[A-Za-z_][\w:.-]*[\s>])")
_LAST = re.compile(rb"</([A-Za-z_][\w:.-]*)\s*>\s*\Z")
_ENCODING = re.compile(rb"<\?xml[^<>]{0,100}encoding=[\"']([\w.-]{1,30})")
_WIDE = (b"\xff\xfe<\0", b"\xfe\xff\0<")


def begins(head: Head) -> bool:
    """Whether a head is XML: by its first tag, and that it is closed; a page of HTML is none."""
    data = head.data
    if data.startswith(_WIDE):
        return True
    start = data[:NEAR]
    if head.options.delimiter is not None or _HTML.search(start):
        return False
    if not start.lstrip(_BLANK).startswith(b"<"):
        return _behind(data) > 0
    name = _first_tag(start)
    if name is None:
        return False
    if b"<?xml" in start[:64] or b"</%b>" % name in data[-4096:]:
        return True
    return b"</%b>" % name in start and _LAST.search(data[-4096:]) is not None and not _PAGE.fullmatch(name)


def start_of(head: Head) -> Start:
    """Where a head that is XML begins, and how it is encoded."""
    data = head.data
    at = 0 if data.startswith(_WIDE) or data[:NEAR].lstrip(_BLANK).startswith(b"<") else _behind(data)
    declared = _ENCODING.search(data, at, at + NEAR)
    label = declared[1].decode() if declared else head.text.encoding.label
    return Start(at, label, declared=declared is not None, wide=data.startswith(_WIDE))


def _behind(data: bytes) -> int:
    """Where a line begins a document or fragments behind lines that are no XML; 0 where none does.

    A declaration says so; without one, elements of one name must come again, and the last tag must close one of them.
    """
    found = _OPENS.search(data, 0, NEAR)
    if found is None:
        return 0
    at = found.start(1)
    last = _LAST.search(data[-4096:])
    if found[1].startswith(b"<?xml"):
        return at if last is not None else 0
    name = found[1][1:].rstrip(b" \t\r\n>")
    again = b"</%b>" % name
    if last is None or last[1] != name or _PAGE.fullmatch(name) or data.find(again, data.find(again, at) + 1) < 0:
        return 0
    return at


def _first_tag(start: bytes) -> bytes | None:
    """The name of the first element, behind instructions, comments and a document type."""
    at, size = 0, len(start)
    while at < size:
        at = size - len(start[at:].lstrip(_BLANK))
        mark = next((mark for mark in _BEFORE if start.startswith(mark[0], at)), None)
        if mark is None:
            found = _NAME.match(start, at)
            return found[1] if found else None
        end = start.find(mark[1], at)
        subset = start.find(b"[", at, end) if mark[1] == b">" else -1
        if subset >= 0:
            end = start.find(b">", start.find(b"]", subset))
        if end < at:
            return b"" if mark[1] == b">" else None  # a long document type
        at = end + len(mark[1])
    return None
