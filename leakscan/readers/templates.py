"""Pages that a program fills: HTML with code of PHP, JSP, Twig or Blade in it. The code is taken out and read apart."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from functools import partial

from leakscan.records import Child

CODE_CHARS = 1 << 20
"""Code of so many characters is given at once; a piece that does not end within so many is text."""

FILLED = " {{}} "
"""Stands where code says a value: what is before it is a label, and a label without a value is no statement."""
_LOOK = 1 << 20
_BEGINS = re.compile(
    rb"<\?(?:php\b|=)|<%|\{[%#{]|@(?:extends|section|include|php|if|foreach|props|auth|csrf|push|component|use)\b"
    rb"|<(?:section|main|nav|header|article|aside|form|ul|span|template|thead|tbody|tr|x-[\w.\-]+)\b",
    re.IGNORECASE,
)
_TABLE = re.compile(
    rb"<table\b[^<>]{0,1000}>(?:\s|<!--[^<>]*-->)*<(?:caption|thead|tbody|colgroup|tr)\b", re.IGNORECASE
)
_BLOCK = re.compile(rb"<\?(?!xml).*?(?:\?>|\Z)|<%.*?(?:%>|\Z)", re.DOTALL)
_CODE = re.compile(
    r"<\?(?!xml)(?:php\b|=)?([^<]*?(?:<(?!\?)[^<]*?)*?)\?>|<%[!@=]?([^<]*?(?:<(?!%)[^<]*?)*?)%>|\{\{([^\n{}]{0,400})\}\}|\{%([^\n]{0,400}?)%\}"
    r"|\{!!([^\n]{0,400}?)!!\}|^[ \t]*@[a-z]{2,20}\b(?:[ \t]*\([^\n<>]{0,400}\))?[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_SAYS = re.compile(r"<\?=|<\?php\s+(?:echo|print)\b|<%=|\{\{|\{!!")
_OPENS = re.compile(r"<[?%](?!xml)")


def begins(data: bytes) -> bool:
    """Whether a text begins as a page of a program does, and holds a table outside of its code."""
    return _BEGINS.match(data) is not None and _TABLE.search(_BLOCK.sub(b"", data[:_LOOK])) is not None


class Code:
    """The code of a page. State: what was taken out and not given yet."""

    def __init__(self) -> None:
        """Nothing was taken out."""
        self._taken: dict[str, None] = {}
        self._size = self._count = 0

    def without(self, stretches: Iterable[str]) -> Iterator[str]:
        """A page without its code; a block that is not whole waits for the rest."""
        held = ""
        for stretch in stretches:
            text = self._take_out(held + stretch)
            opened = [found.start() for found in _OPENS.finditer(text)][:1]
            at = opened[0] if opened and len(text) - opened[0] < CODE_CHARS else len(text)
            if at == len(text) and text.endswith("<"):
                at -= 1
            yield text[:at]
            held = text[at:]
        if held.startswith(("<?", "<%")):  # the last block needs no end
            self._keep(held[2:].removeprefix("php"))
        else:
            yield held

    def child(self, *, least: int = 1) -> Iterator[Child]:
        """The code that was taken out as a child of its own, where it is as long as that."""
        if self._size < least:
            return
        data = "\n".join(self._taken).encode("utf-8", "replace")
        self._count += 1
        self._taken, self._size = {}, 0
        yield Child(f"code {self._count}", partial(io.BytesIO, data), size=len(data))

    def _take_out(self, text: str) -> str:
        def out(found: re.Match[str]) -> str:
            self._keep(next((part for part in found.groups() if part is not None), found[0]))
            return FILLED if _SAYS.match(found[0]) else ""

        return _CODE.sub(out, text)

    def _keep(self, said: str) -> None:
        said = said.strip()
        if said and said not in self._taken:
            self._taken[said] = None
            self._size += len(said)
