"""Reader for pictures, only with `--ocr`: scans and photographs of pages. Isolated; the file is in memory whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from leakscan.readers import ocr
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.readers.prose import Written, documented
from leakscan.records import Item

FORMAT = "picture"
_MARKS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")


def sniff(head: Head) -> float:
    """By the mark, where pictures are to be read at all."""
    return 0.9 if head.options.ocr and head.data.startswith(_MARKS) else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """Its text as a record."""
    del head
    try:
        text = ocr.text_of_picture(file.read())
    except ocr.NoProgram:
        raise BrokenInput(ocr.MISSING) from None
    if text is None:
        message = "a picture whose text cannot be read"
        raise BrokenInput(message)
    yield from documented(text.splitlines(), Written(FORMAT, "picture"))
