"""RTF as lines and rows: text by code page and by number, tables, notes, properties; pictures and objects are children.

Fonts, styles and settings are passed over. Stretch by stretch: no tree is built.
"""

from __future__ import annotations

import binascii
import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from leakscan.readers.packaged import unpacked
from leakscan.readers.prose import PAGE_END, Event, Mark, notice
from leakscan.records import Child

DEPTH = 10_000
"""Groups within groups that are told apart."""
ROW_CELLS = 10_000
"""Cells of one row."""

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,40})(-?\d{1,10})?\x20?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|([\r\n]+|\\)",
    re.DOTALL,
)
_LONGEST = 64
_CHARSETS = {
    0: None, 1: None, 2: None, 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 255: "cp437",
}  # fmt: skip
_SIGNS = {
    "tab": "\t", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ", "nestcell": " ", "nestrow": " ",
}  # fmt: skip
_TEXTS = frozenset(
    """
    footnote header headerl headerr headerf footer footerl footerr footerf annotation atnid atnauthor shptxt
    title subject author manager company operator category keywords comment doccomm hlinkbase propname staticval
    docvar fldinst formfield ffdeftext ffname ffl ffhelptext ffstattext xe tc sp sn sv ud upr nonshppict shppict
    shpinst field fldrslt rtf pntext listtext result bkmkstart bkmkend atrfstart atrfend info userprops object
    picprop
    """.split()  # noqa: SIM905 - a list of words is read as words
)
_NOTES = frozenset(
    """
    footnote header headerl headerr headerf footer footerl footerr footerf annotation atnid atnauthor shptxt
    title subject author manager company operator category keywords comment doccomm propname staticval docvar
    fldinst
    """.split()  # noqa: SIM905 - a list of words is read as words
)
_PROPERTIES = {
    "title": "Titre", "subject": "Sujet", "author": "Auteur", "manager": "Responsable", "company": "Société",
    "operator": "Modifié par", "category": "Catégorie", "keywords": "Mots-clés", "doccomm": "Commentaires",
}  # fmt: skip
_BYTES = frozenset(("pict", "objdata", "datastore"))
_SKIPPED = frozenset(("fonttbl", "colortbl", "stylesheet", "listtable", "listoverridetable", "rsidtbl", "themedata"))
_ENDS, _PAGES = frozenset(("par", "line", "sect", "page")), ("sect", "page")
_DEFAULTS = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_TIMES = frozenset(("creatim", "revtim", "printim", "buptim"))


def rtf_events(stretches: Iterator[str]) -> Iterator[Event]:
    """Lines, rows and what else is in RTF that comes in stretches, one character per byte."""
    document = _Document()
    held = ""
    for stretch in stretches:
        held = document.feed(held + stretch, final=False)
        yield from document.taken()
    document.feed(held, final=True)
    document.close()
    yield from document.taken()
    if document.left_out:
        yield notice("left_out", document.left_out)


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds in a group: `kind` of its destination, None for text that is passed over."""

    kind: str | None = "rtf"
    codec: str | None = None
    uc: int = 1
    deleted: bool = False


class _Document:
    """RTF on its way to lines and rows. State: groups, the line and the row so far, what came out."""

    def __init__(self) -> None:
        self.left_out = 0
        self._group = _Group()
        self._groups: list[tuple[_Group, list[str] | None]] = []
        self._too_deep = 0
        self._default = "cp1252"
        self._fonts: dict[int, str | None] = {}
        self._font = 0
        self._line: list[str] = []
        self._bytes = bytearray()
        self._hex: list[str] = []
        self._binary: list[bytes] = []
        self._row: list[str] = []
        self._skip = self._to_pass = 0
        self._starred = self._in_row = self._table = False
        self._children = 0
        self._out: list[Event] = []

    def taken(self) -> list[Event]:
        """What came out since the last time."""
        out, self._out = self._out, []
        return out

    def feed(self, text: str, *, final: bool) -> str:
        """Take text; gives the end of it that may be half a token."""
        at, safe = 0, len(text) if final else max(0, len(text) - _LONGEST)
        while at < safe:
            if self._to_pass:
                piece = text[at : at + self._to_pass]
                self._to_pass -= len(piece)
                at += len(piece)
                if self._group.kind in _BYTES:
                    self._binary.append(piece.encode("latin-1"))
                continue
            for found in _TOKEN.finditer(text, at):
                at = found.end()
                self._token(*found.groups())
                if self._to_pass or at >= safe:
                    break
        return text[at:]

    def _token(
        self, word: str | None, number: str | None, code: str | None, sign: str | None, brace: str | None,
        plain: str | None, _: str | None,
    ) -> None:  # fmt: skip
        if word is not None:
            self._word(word, None if number is None else int(number))
        elif plain is not None:
            self._plain(plain)
        elif code is not None:
            if self._skip:
                self._skip -= 1
            elif self._group.kind is not None:
                self._bytes.append(int(code, 16))
        elif brace == "{":
            self._skip = 0
            self._open()
        elif brace == "}":
            self._skip = 0
            self._shut()
        elif sign is not None:
            self._sign(sign)

    def _plain(self, plain: str) -> None:
        kind = self._group.kind
        if kind is None or kind == "fonttbl":
            return
        if kind in _BYTES:
            self._hex.append(plain)
            return
        if self._skip:
            passed = min(self._skip, len(plain))
            self._skip -= passed
            plain = plain[passed:]
        if plain.isascii():
            self._flush()
            self._line.append(plain)
        else:
            self._bytes += plain.encode("latin-1")

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._starred = True
        elif self._group.kind is None:
            return
        elif sign == "~":
            self._say(" ")
        elif sign == "_":
            self._say("-")
        elif sign in "\\{}":
            self._say(sign)
        elif sign in "\r\n":
            self._paragraph()

    def _open(self) -> None:
        self._flush()
        if len(self._groups) >= DEPTH:
            self._too_deep += 1
            return
        self._groups.append((self._group, None))
        self._starred = False

    def _shut(self) -> None:
        self._flush()
        if self._too_deep:
            self._too_deep -= 1
            return
        if not self._groups:
            return
        kind = self._group.kind
        if kind in _BYTES and (self._hex or self._binary):
            self._end_bytes(str(kind))
        self._group, outer = self._groups.pop()
        if outer is not None:
            text = " ".join("".join(self._line).split())
            if text:
                label = _PROPERTIES.get(kind or "")
                self._out.append(f"{label} : {text}" if label else text)
            self._line = outer

    def _destination(self, kind: str | None) -> None:
        self._group = replace(self._group, kind=kind)
        if kind in _NOTES and self._groups and self._groups[-1][1] is None:
            self._groups[-1] = (self._groups[-1][0], self._line)
            self._line = []

    def _word(self, word: str, number: int | None) -> None:
        starred, self._starred = self._starred, False
        if word == "bin":
            self._to_pass = max(0, number or 0)
            return
        kind = self._group.kind
        if kind is None:
            return
        if word == "u" and number is not None:
            self._flush()
            if kind not in _BYTES:
                self._line.append(chr(number % 65536))
            self._skip = self._group.uc
        elif word == "uc":
            self._group = replace(self._group, uc=max(0, min(number or 0, 16)))
        elif word in _BYTES or word in _TEXTS:
            self._flush()
            self._destination(word)
        elif word in _SKIPPED or word in _TIMES or (starred and word not in ("hyphen", "pn")):
            self._flush()
            self.left_out += word not in _TIMES
            self._group = replace(self._group, kind="fonttbl" if word == "fonttbl" else None)
        else:
            self._format(word, number)

    def _format(self, word: str, number: int | None) -> None:
        if word in _SIGNS:
            self._say(_SIGNS[word])
        elif word in _ENDS:
            self._paragraph()
            if word in _PAGES and not self._table:
                self._out.append(PAGE_END)
        elif word in ("intbl", "trowd", "pard"):
            self._in_row = word != "pard"
        elif word == "cell":
            self._end_cell()
        elif word == "row":
            self._end_row()
        elif word == "deleted":
            self._say(" ")
        else:
            self._code_page(word, number or 0)

    def _code_page(self, word: str, number: int) -> None:
        if word in _DEFAULTS:
            self._default = _DEFAULTS[word]
        elif word == "ansicpg":
            self._default = _codec(f"cp{number}") or self._default
        elif word == "f":
            self._flush()
            self._font = number
            if self._group.kind != "fonttbl":
                self._group = replace(self._group, codec=self._fonts.get(number))
        elif word == "fcharset":
            self._fonts[self._font] = _CHARSETS.get(number)
        elif word == "plain":
            self._flush()
            self._group = replace(self._group, codec=None)

    def _say(self, text: str) -> None:
        self._flush()
        if self._group.kind not in _BYTES:
            self._line.append(text)

    def _flush(self) -> None:
        if self._bytes:
            if self._group.kind not in _BYTES and self._group.kind != "fonttbl":
                self._line.append(self._bytes.decode(self._group.codec or self._default, "replace"))
            self._bytes.clear()

    def _paragraph(self) -> None:
        self._flush()
        if self._in_row:
            self._line.append(" ")
            return
        self._end_table()
        self._end_line()

    def _end_line(self) -> None:
        text, self._line = " ".join("".join(self._line).split()), []
        if text:
            self._out.append(text)

    def _end_cell(self) -> None:
        self._flush()
        if not self._table:
            self._table = True
            self._out.append(Mark.TABLE)
        text, self._line = " ".join("".join(self._line).split()), []
        if len(self._row) < ROW_CELLS:
            self._row.append(text)
        else:
            self._row[-1] += f" {text}"

    def _end_row(self) -> None:
        self._flush()
        if self._row:
            self._out.append(self._row)
            self._row = []

    def _end_table(self) -> None:
        if self._table:
            self._end_row()
            self._table = False
            self._out.append(Mark.TABLE_END)

    def _end_bytes(self, kind: str) -> None:
        data, digits = b"".join(self._binary), re.sub(r"[^0-9a-fA-F]", "", "".join(self._hex))
        self._binary, self._hex = [], []
        try:
            data = binascii.unhexlify(digits[: len(digits) // 2 * 2]) + data
        except (binascii.Error, ValueError):
            return
        self._children += 1
        name = {"pict": "picture", "objdata": "object"}.get(kind, "data")
        inner = unpacked(data) if kind == "objdata" else None
        if inner is not None:
            name, data = inner[0] or name, inner[1]
        self._out.append(Child(f"{name} {self._children}", partial(io.BytesIO, data), size=len(data)))

    def close(self) -> None:
        """End all that is open."""
        self._flush()
        while self._groups:
            self._shut()
        self._end_table()
        self._end_line()


def _codec(name: str) -> str | None:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None
