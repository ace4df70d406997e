"""HTML as lines and rows of cells, stretch by stretch: no tree is built, nothing is fetched, no script is run.

A tokenizer of its own, since the bodies of a mailbox are read where the mailbox is: cutting text at its angle brackets
cannot crash, hang or bloat a process.
"""

from __future__ import annotations

import base64
import binascii
import html
import io
import re
from collections.abc import Iterable, Iterator
from functools import partial
from urllib.parse import unquote_to_bytes

from leakscan.readers.prose import Event, Mark, notice
from leakscan.records import Child

SPAN = 100
"""Columns or rows that one cell of a table may span."""
ROW_CELLS = 10_000
"""Cells of one row, those that it spans among them."""
SPANNED = 10
"""Cells that spans may add to a table, per cell that is written, and as many thousand in any case."""
TAG_CHARS = 16 << 20
"""A tag, a comment or a script that does not end within so many characters ends there."""

_ATTRIBUTE = re.compile(r"""([A-Za-z_][\w:.\-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9:\-]*")
_BLOCKS = frozenset(
    """
    address article aside blockquote body br caption center dd div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 head header hr html legend li main nav ol option p pre section select summary textarea
    title ul
    """.split()  # noqa: SIM905 - a list of words is read as words
)
_ROWS = frozenset(("tr", "td", "th"))
_TABLE = frozenset(("table", "tr", "td", "th"))
_PLAIN_TAGS = {
    form: name for name in ("tr", "td", "th", "/tr", "/td", "/th") for form in (f"<{name}>", f"<{name.upper()}>")
}
"""Most tags of a large table."""
_ROW = re.compile(r"\s*(<tr[^<>]{0,200}>)((?:\s*<t[dh][^<>]{0,200}>[^<]*</t[dh]>)+)\s*</tr>", re.IGNORECASE)
_CELL = re.compile(r"(<[^<>]*>)([^<]*)</...")
_PARAGRAPH = re.compile(r"\s*<(p|li|div|h[1-6])>([^<]*)</\1>", re.IGNORECASE)
"""What most of a large page is: whole rows and paragraphs with no other tag within."""
_QUIET, _QUIET_CHARS = 1_000, 200
"""Tags with attributes that say nothing, of which so many are kept: those of an export come again in each row."""
_RAW = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style")}
_SAID = frozenset(("alt", "title", "placeholder", "content", "summary", "label", "aria-label", "srcdoc", "datetime"))
_LINKS = frozenset(("href", "src", "action", "cite", "data", "background"))
_TELLING = re.compile(r"^(?:mailto|tel|sms):|[?&;][\w\-]+=", re.IGNORECASE)
_DATA = re.compile(r"data:([\w.+\-]*/?[\w.+\-]*)((?:;[\w\-]+=[^;,]*)*)(;base64)?,", re.IGNORECASE)
_LAYOUT_META = re.compile(
    r"name\s*=\s*[\"']?(?:viewport|generator|robots|progid|theme-color)|http-equiv", re.IGNORECASE
)
_MARKUP = re.compile(r"<[A-Za-z/!][^<>]*>")
_ENTITY_CHARS = 32
_SEEN = 10_000


class _Cells:
    """A table that is open: the row so far, the cell so far, and cells of rows above that reach down into it."""

    def __init__(self) -> None:
        self.row: list[str] = []
        self.cell: list[str] | None = None
        self.wide = self.deep = 1
        self.left = 1_000 * SPANNED
        self.down: dict[int, tuple[int, str]] = {}

    def end_cell(self) -> None:
        """Put the open cell into the row."""
        if self.cell is None:
            return
        text, self.cell = " ".join("".join(self.cell).split()), None
        if self.down:
            self._reach_down()
        self.left += SPANNED - self.wide * self.deep
        if self.left < 0:
            self.wide = self.deep = 1
        for extra in range(self.wide):
            shown = "" if extra else text
            if self.deep > 1:
                self.down[len(self.row)] = (self.deep - 1, shown)
            self.row.append(shown)

    def _reach_down(self) -> None:
        while len(self.row) in self.down:
            left, text = self.down.pop(len(self.row))
            if left > 1:
                self.down[len(self.row)] = (left - 1, text)
            self.row.append(text)

    def end_row(self) -> list[str]:
        """The row; empty where there is none."""
        self.end_cell()
        if self.row and self.down:
            self._reach_down()
        row, self.row = self.row, []
        return row


class Page:
    """A page on its way to lines and rows. State: what is open, and what came out so far."""

    def __init__(self) -> None:
        """Nothing is open."""
        self._tables: list[_Cells] = []
        self._line: list[str] = []
        self._seen: set[str] = set()
        self._held = self._raw = ""
        self._children = 0
        self._verbatim = False
        self._quiet = dict(_PLAIN_TAGS)
        self._out: list[Event] = []
        self.styles = 0

    def feed(self, text: str, *, final: bool = False) -> list[Event]:
        """What comes out of more text; a tag that is not whole waits for the rest."""
        text, at, size = self._held + text, 0, len(self._held) + len(text)
        self._held = ""
        while at < size:
            if not self._raw and not self._verbatim and (at := self._take_simple(text, at)) >= size:
                break
            begin, end = (at, at) if self._raw else self._next_tag(text, at, wait=not final)
            if begin > at or begin < 0:
                stop = size if begin < 0 else begin
                if begin < 0 and not final and (amp := text.rfind("&", max(at, size - _ENTITY_CHARS))) >= 0:
                    stop, self._held = amp, text[amp:]
                self._say(text[at:stop])
                if begin < 0:
                    break
            if self._raw:
                found = _RAW[self._raw].search(text, begin)
                end = found.start() if found else -1
            if end < 0 and not final and size - begin < TAG_CHARS:
                self._held = text[begin:]
                break
            if end < 0 and not self._raw and not text.startswith("<!--", begin):
                self._say(text[begin:])
            else:
                self._take(text, begin, size if end < 0 else end)
            at = size if end < 0 else end
        if final:
            self._close()
        out, self._out = self._out, []
        return out

    def _take_simple(self, text: str, at: int) -> int:
        """Take rows, or paragraphs, that hold nothing but text, as long as they follow one another; where they end."""
        if not self._tables:
            while found := _PARAGRAPH.match(text, at):
                self._end_line()
                said, at = found[2], found.end()
                if line := " ".join((html.unescape(said) if "&" in said else said).split()):
                    self._out.append(line)
            return at
        table = self._tables[-1]
        if table.cell is not None or table.row or table.down:
            return at
        while found := _ROW.match(text, at):
            cells = _CELL.findall(found[2])
            if (
                len(cells) > ROW_CELLS
                or self._quiet.get(found[1]) != "tr"
                or not {tag for tag, _ in cells} <= self._quiet.keys()
            ):
                break
            row = [" ".join((html.unescape(said) if "&" in said else said).split()) for _, said in cells]
            table.left += (SPANNED - 1) * len(row)
            table.wide = table.deep = 1
            if any(row):
                self._out.append(row)
            at = found.end()
        return at

    @staticmethod
    def _next_tag(text: str, at: int, *, wait: bool) -> tuple[int, int]:
        """Where the next tag begins (-1: nowhere) and where it ends (-1: not here). `wait`: more text will come."""
        begin = text.find("<", at)
        while begin >= 0:
            mark = text[begin + 1 : begin + 2]
            if mark == "!" and text.startswith("<!--", begin):
                end = text.find("-->", begin + 4)
                return begin, -1 if end < 0 else end + 3
            if mark.isalpha() or mark in ("", "/", "!", "?"):
                end = text.find(">", begin)
                if end >= 0 and text.count('"', begin, end) % 2:  # a quoted ">"
                    quote = text.find('"', end)
                    further = text.find(">", quote) if quote >= 0 else -1
                    if further < 0 and wait and len(text) - begin < TAG_CHARS:
                        return begin, -1
                    end = end if further < 0 else further
                return begin, -1 if end < 0 else end + 1
            begin = text.find("<", begin + 1)
        return -1, -1

    def _take(self, text: str, begin: int, end: int) -> None:
        if self._raw:
            self._take_raw(text[begin:end])
            return
        if text.startswith("<!", begin):
            self._take_declaration(text[begin:end])
            return
        plain = self._quiet.get(text[begin:end])
        if plain is not None and self._tables:
            self._take_table(plain, "")
            return
        named = _NAME.match(text, begin + 1)
        if named is None:
            if end - begin > 3 and text[begin + 1] != "?":
                self._say(text[begin:end])
            return
        name = named.group().lower()
        attributes = text[named.end() : end - 1]
        told = self._take_attributes(name, attributes) if "=" in attributes else False
        if name in _ROWS and not told and len(self._quiet) < _QUIET:
            self._keep_quiet(text[begin:end], name)
        if name.lstrip("/") in _TABLE:
            self._take_table(name, attributes)
        elif name.lstrip("/") in _BLOCKS:
            self._verbatim = name == "pre" or (self._verbatim and name != "/pre")
            self._end_line()
        elif name in _RAW:
            self._raw = name

    def _keep_quiet(self, tag: str, name: str) -> None:
        """Know a tag of a row or cell again that says nothing and spans nothing."""
        if (
            len(tag) < _QUIET_CHARS
            and len(self._quiet) < _QUIET
            and "span" not in tag.lower()
            and not tag.count('"') % 2
        ):
            self._quiet[tag] = name

    def _take_declaration(self, said: str) -> None:
        if said.startswith("<!--"):
            self._aside(_MARKUP.sub(" ", said[4:].removesuffix("-->")))
        elif said.startswith("<![CDATA["):
            self._say(said[9:].removesuffix(">").removesuffix("]]"))

    def _take_raw(self, content: str) -> None:
        name, self._raw = self._raw, ""
        if name == "style":
            self.styles += bool(content.strip())
        elif content.strip():
            self._child("script", content.strip().encode("utf-8", "replace"))

    def _child(self, name: str, data: bytes) -> None:
        self._children += 1
        self._out.append(Child(f"{name} {self._children}", partial(io.BytesIO, data), size=len(data)))

    def _take_attributes(self, name: str, attributes: str) -> bool:
        """Say what attributes say; whether any of them may say something."""
        told = False
        for found in _ATTRIBUTE.finditer(attributes):
            key, value = found.group(1).lower(), found.group(2) or found.group(3) or found.group(4)
            if not value:
                continue
            value = html.unescape(value)
            told = told or key in _LINKS or key in _SAID or key.startswith("data-")
            if key == "value" and name in ("input", "button", "param", "option", "data", "meter"):
                self._say(f" {value} ", entities=False)
            elif key in _LINKS:
                if value[:5].lower() == "data:":
                    self._take_data(value)
                elif _TELLING.search(value):
                    self._aside(value)
            elif (key in _SAID or key.startswith("data-")) and not (name == "meta" and _LAYOUT_META.search(attributes)):
                self._aside(_MARKUP.sub(" ", value))
        return told

    def _take_data(self, value: str) -> None:
        found = _DATA.match(value)
        if found is None:
            self._aside(value[:200])
            return
        data = unquote_to_bytes(value[found.end() :])
        if found.group(3):
            try:
                data = base64.b64decode(data, validate=False)
            except (binascii.Error, ValueError):
                data = b""
        self._child(found.group(1).rpartition("/")[0] or "data", data)

    def _take_table(self, name: str, attributes: str) -> None:
        if name == "table":
            self._end_row()
            self._end_line()
            self._tables.append(_Cells())
            self._out.append(Mark.TABLE)
        elif not self._tables:
            self._end_line()
        elif name == "/table":
            self._end_row()
            self._tables.pop()
            self._out.append(Mark.TABLE_END)
        elif name in ("tr", "/tr"):
            self._end_row()
        else:
            table = self._tables[-1]
            table.end_cell()
            if name[0] != "/" and len(table.row) < ROW_CELLS:
                table.cell = []
                table.wide, table.deep = (1, 1) if "span" not in attributes.lower() else _spans(attributes)

    def _say(self, text: str, *, entities: bool = True) -> None:
        if entities and "&" in text:
            text = html.unescape(text)
        cell = self._tables[-1].cell if self._tables else None
        if cell is not None:
            cell.append(text)
        elif self._verbatim and "\n" in text:
            *lines, last = text.split("\n")
            for line in lines:
                self._line.append(line)
                self._end_line()
            self._line.append(last)
        elif not self._tables or not text.isspace():
            self._line.append(text)

    def _aside(self, text: str) -> None:
        """A line that does not stand in the text: once, since pages repeat them."""
        text = " ".join(html.unescape(text).split())
        if text and text not in self._seen:
            if len(self._seen) < _SEEN:
                self._seen.add(text)
            self._out.append(text)

    def _end_line(self) -> None:
        cell = self._tables[-1].cell if self._tables else None
        if cell is not None:
            cell.append(" ")
        if self._line:
            text, self._line = " ".join("".join(self._line).split()), []
            if text:
                self._out.append(text)

    def _end_row(self) -> None:
        row = self._tables[-1].end_row() if self._tables else []
        if any(row):
            self._out.append(row)

    def _close(self) -> None:
        while self._tables:
            self._end_row()
            self._tables.pop()
            self._out.append(Mark.TABLE_END)
        self._end_line()


def _spans(attributes: str) -> tuple[int, int]:
    found = {key.lower(): one or two or three for key, one, two, three in _ATTRIBUTE.findall(attributes)}

    def span(key: str) -> int:
        value = found.get(key, "1").strip()
        return max(1, min(SPAN, int(value))) if value.isdecimal() and len(value) < 9 else 1

    return span("colspan"), span("rowspan")


def page_events(stretches: Iterable[str]) -> Iterator[Event]:
    """Lines, rows and what else is in a page that comes in stretches of text."""
    page = Page()
    for stretch in stretches:
        yield from page.feed(stretch)
    yield from page.feed("", final=True)
    if page.styles:
        yield notice("style_sheets", page.styles)
