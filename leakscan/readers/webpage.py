"""Reader for HTML: the text of a page as one record or as lines, its tables of records as tables.

What tools export as ".xls" or ".doc" is often HTML. It streams: a page may be larger than memory.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from leakscan.readers import templates
from leakscan.readers.charsets import encoding_of
from leakscan.readers.heads import Head
from leakscan.readers.markup import page_events
from leakscan.readers.prose import Event, Written, documented, notice
from leakscan.readers.streams import Readable
from leakscan.records import Item

FORMAT = "html"
_LOOK = 4096
_PIECE = 1 << 18
_BEGINS = re.compile(
    rb"(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*){0,3}"
    rb"<(?:!doctype\s+html|html|head|body|table|meta|title|div|p|center|h[1-6]|style|script)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.:\-]{2,40})", re.IGNORECASE)
_MARKS = (b"\xef", b"\xff", b"\xfe")
"""First bytes of byte order marks."""
_BLANK = b" \t\r\n\0\xef\xbb\xbf\xff\xfe"


def sniff(head: Head) -> float:
    """By its first tag, or by the code that begins it and a table below."""
    begin = head.data[:_LOOK].lstrip(_BLANK)
    if begin.startswith(b"<") and _BEGINS.match(begin.replace(b"\0", b"")):
        return 0.85
    return 0.85 if templates.begins(head.data.lstrip(_BLANK)) else 0.0


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """Its text, then its tables as they come."""
    found = _CHARSET.search(head.data[:_LOOK])
    encoding = head.options.encoding
    if encoding is None and head.data[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        declared = found.group(1).decode("ascii", "replace") if found else None
        encoding = encoding_of(head.data, declared, cut=not head.text.whole)
    encoding = encoding or head.text.encoding.label
    begun = head.data[head.text.encoding.bom :] if head.data[:1] in _MARKS else head.data
    yield from documented(page_events_of(stream, begun, encoding), Written(FORMAT, encoding))


def page_events_of(stream: Readable, begun: bytes, encoding: str) -> Iterator[Event]:
    """What a page in bytes gives, and how many characters of it meant nothing."""
    undecodable = 0
    templated = templates.begins(begun.lstrip(_BLANK))

    def stretches() -> Iterator[str]:
        nonlocal undecodable
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        for at in range(0, len(begun), _PIECE):
            text = decoder.decode(begun[at : at + _PIECE])
            undecodable += text.count("\ufffd")
            yield text
        while data := stream.read(_PIECE):
            text = decoder.decode(data)
            undecodable += text.count("\ufffd")
            yield text
        yield decoder.decode(b"", final=True)

    code = templates.Code()
    for event in page_events(code.without(stretches()) if templated else stretches()):
        yield event
        yield from code.child(least=templates.CODE_CHARS)
    yield from code.child()
    if undecodable:
        yield notice("undecodable", undecodable)
