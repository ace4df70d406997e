"""What single tokens, and calls of types, say as values: strings without their quotes, numbers, dates by call."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, TypeAlias, Union


class Unknown:
    """What is no literal."""


UNKNOWN: Final = Unknown()

Value: TypeAlias = Union[str, bool, "Node", Unknown, None]

_MONTHS = {
    name: at
    for at, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_DATES = re.compile(r"(?i)(?:date|time|carbon|moment|dayjs|timestamp|day|instant)")
_CONTENTS = frozenset(
    [
        "array",
        "dict",
        "list",
        "tuple",
        "set",
        "map",
        "hash",
        "object",
        "mapof",
        "listof",
        "arrayof",
        "mutablelistof",
        "mutablemapof",
        "hashof",
        "of",
        "aslist",
        "frozenset",
        "ordereddict",
    ]
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "0": ""}
_SAID: dict[str, bool | None] = {
    "true": True, "false": False, "null": None, "none": None, "nil": None,
    "undefined": None, "nan": None, "infinity": None,
}  # fmt: skip


@dataclass(slots=True)
class Node:
    """What stands between two brackets, `start` to `end`: pairs of key and value, values without key, all nodes in it.

    `name`: the word before the bracket, as of a call.
    """

    opener: str
    name: str
    start: int
    end: int = 0
    pairs: list[tuple[str, Value]] = field(default_factory=list)
    items: list[Value] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """A piece of a value: `kind` is value, word, sign or node; `text` of a node is None."""

    kind: str
    text: str | None
    start: int
    end: int
    node: Node | None = None


def unquoted(token: str) -> str:
    """A string's text."""
    text = token.lstrip("uUrRbBfF")
    size = 3 if text.startswith(('"""', "'''")) and len(text) > 5 else 1
    text = text[size:-size]
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code is None:
        return _ESCAPED.get(found[3], found[3])
    return "" if 0xD800 <= int(code, 16) < 0xE000 else chr(int(code, 16))


def number(token: str) -> str:
    """A number as it is written, without marks of its type, exponent or `.0`."""
    plain = token.rstrip("lLfFdDmM").replace("_", "")
    if re.fullmatch(r"-?\d+\.0*", plain):
        return plain.partition(".")[0]
    if "e" in plain.lower():
        try:
            value = float(plain)
        except ValueError:
            return token
        return str(int(value)) if abs(value) < 1 << 53 and value == int(value) else token
    return plain


def word(said: str | None) -> Value:
    """What a word says: true, false, nothing; the last name of a constant (`Sexe.FEMININ`); else it is no literal."""
    said = said or ""
    if said.lower() in _SAID:
        return _SAID[said.lower()]
    before, _, last = said.replace("::", ".").rpartition(".")
    return last if before[:1].isupper() and last.isupper() else UNKNOWN


def called(node: Node) -> Value:
    """What a node says as a value: itself; a date that a call makes; the one text in the brackets of a call."""
    if not node.name or node.pairs or node.opener != "(" or node.name.lower().lstrip("\\") in _CONTENTS:
        return node
    if _DATES.search(node.name):
        return _date(node)
    said = [item for item in node.items if isinstance(item, str)]
    if len(node.items) == 1 and said:
        return said[0] if node.name[:1].isupper() or node.name in ("date", "str", "hash", "bcrypt") else UNKNOWN
    return node if node.nodes else UNKNOWN


def _date(node: Node) -> Value:
    """The date of a call with a text, or with year, month and day."""
    items = [str(item) for item in node.items if isinstance(item, str)]
    if items and not items[0].isdecimal():
        return items[0]
    if len(node.items) < 3 or not all(item.isdecimal() for item in items[:3]) or len(items) < 3:
        return UNKNOWN
    year, month, day = map(int, items[:3])
    zero = node.name == "Date"  # of JavaScript, which counts months from 0; Ruby and Java say Date.new, LocalDate.of
    return f"{year:04}-{month + zero:02}-{day:02}"


def month(said: str) -> str | None:
    """The number of a month named by a constant (`time.March`, `Month.JULY`)."""
    found = _MONTHS.get(said.rpartition(".")[2][:3].lower())
    return None if found is None else str(found)
