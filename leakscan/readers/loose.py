"""Values as JSON and programming languages write them, read tolerantly: objects, lists, calls, dates by call.

A text is taken token by token. Brackets make nodes; what stands between commas in one is a value, or a key and its
value (`a: 1`, `'a' => 1`, `a=1`, `"a" to 1`). Comments, commas too many or too few, any kind of quotes, a missing end
do no harm. Nothing is run, and what is no literal (a variable, a sum) has no value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from leakscan.readers.loose_values import UNKNOWN, Node, Part, Value, called, month, number, unquoted, word

MAX_OPEN = 200
"""Brackets that may be open at a time; what opens more is not read on."""

_KEPT = 8
_TOKEN = re.compile(
    r'''(?xs)
      (?P<blank>[\s\ufeff]+)
    | (?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z)|\#[^\n]*)
    | (?P<fence>```\w*)
    | (?P<string>(?:(?<![\w$])[uUrRbBfF]{1,2}(?=["']))?
        (?:"""[^\0]*?"""|\'\'\'[^\0]*?\'\'\'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.){0,20000}`
        |"(?:[^"\\]|\\.){0,2000}?"(?=\s*[,}\]:)])
        |(?:(?<==>[ ])|(?<=:[ ]))'(?:[^'\\]|\\.){0,2000}?'(?=\s*[,}\]:)])))
    | (?P<number>-?\d[\w.]*)
    | (?P<word>[\\$@]*[^\W\d][\w$]*(?:(?:\.|::|\\)[^\W\d][\w$]*)*[!?]?)
    | (?P<pair>=>|->|:=|==|[:=])
    | (?P<open>[\[{(])
    | (?P<close>[\]})])
    | (?P<part>[,;])
    | (?P<sign>.)
    '''
)
_MONTH = re.compile(r"(?:time|Month|Calendar)(?:\.|::)[A-Z]")
_CLOSES = {"}": "{", "]": "[", ")": "("}
_WHOLE = ("value", "number", "node")
_KEYED = (":", "=>", "=")


@dataclass(slots=True)
class Read:
    """What stands in a text: its outermost nodes, comments in them, and whether it ends before it closes."""

    nodes: list[Node] = field(default_factory=list)
    comments: list[tuple[int, int]] = field(default_factory=list)
    cut: bool = False
    until: int = 0


@dataclass(slots=True)
class _Open:
    """A bracket that is open: its node, the key that waits for its value, and the parts of the value so far."""

    node: Node
    key: str | None = None
    parts: list[Part] = field(default_factory=list)
    symbol: bool = False


def node_at(text: str, at: int) -> Node:
    """The node whose bracket stands at a place."""
    return _read(text, at, once=True).nodes[0]


def read(text: str, *, raw: bool = False) -> Read:
    """All nodes of a text. `raw`: a value that is no literal is its text, as in JSON that is broken."""
    return _read(text, 0, raw=raw)


def _read(text: str, at: int, *, raw: bool = False, once: bool = False) -> Read:  # noqa: C901 - a table of tokens
    """As `read`, from a place on; `once`: no further than the first node."""
    found = Read(until=len(text))
    stack = [_Open(Node("", "", 0))]
    for token in _TOKEN.finditer(text, at):
        kind, top = token.lastgroup, stack[-1]
        if kind in ("blank", "fence"):
            continue
        if kind == "comment":
            if len(stack) > 1:
                found.comments.append(token.span())
        elif kind == "open":
            if len(stack) > MAX_OPEN:
                found.until = token.start()
                break
            stack.append(_Open(_opened(token, top, text, raw=raw)))
        elif kind == "close":
            _close(_CLOSES[token[0]], token.end(), stack, text, raw=raw)
            if once and len(stack) == 1:
                break
        elif kind == "part":
            _finish(top, text, raw=raw)
        else:
            _add(top, token, text, raw=raw)
        if len(stack) == 1 and len(stack[0].parts) > _KEPT:
            stack[0].node.nodes += [part.node for part in stack[0].parts[:-2] if part.node is not None]
            del stack[0].parts[:-2]
    found.cut = len(stack) > 1
    while len(stack) > 1:
        _end(stack, found.until, text, raw=raw)
    _finish(stack[0], text, raw=raw)
    found.nodes = stack[0].node.nodes
    return found


def _opened(token: re.Match[str], top: _Open, text: str, *, raw: bool) -> Node:
    """A bracket opens: the node it begins, named by the word right before it."""
    if top.parts and top.parts[-1].kind == "node" and top.node.opener and token[0] != "(":
        before = top.parts[-1]
        if (not text[before.end : token.start()].strip() and before.end < token.start()) or raw:
            _finish(top, text, raw=raw)  # a comma is missing
    name, start = "", token.start()
    if top.parts and top.parts[-1].kind == "word":
        before = top.parts[-1]
        if not text[before.end : start].strip(" "):
            name, start = before.text or "", before.start
            top.parts.pop()
    return Node(token[0], name, start)


def _add(top: _Open, token: re.Match[str], text: str, *, raw: bool) -> None:
    """A literal, a word or a sign joins the value that is being read; a sign of a pair makes it a key."""
    kind, said = token.lastgroup or "", token[0]
    start, end = token.span()
    if kind == "string":
        _next(top, Part("value", unquoted(said), start, end), text, raw=raw)
    elif kind == "number":
        _next(top, Part("number", number(said), start, end), text, raw=raw)
    elif kind == "word":
        named = month(said) if top.node.opener == "(" and _MONTH.match(said) else None
        if named is not None:
            top.parts.append(Part("number", named, start, end))
        elif top.symbol:
            top.symbol = False
            _next(top, Part("value", said.rstrip("!?"), start, end), text, raw=raw)
        else:
            top.parts.append(Part("word", said, start, end))
    elif kind == "pair" and said in _KEYED:
        if said == ":" and not top.parts:
            top.symbol = True
        elif not _keyed(top, text, said, raw=raw):
            top.parts.append(Part("sign", said, start, end))
    else:
        top.parts.append(Part("sign", said, start, end))


def _next(top: _Open, part: Part, text: str, *, raw: bool) -> None:
    """A literal behind another one without a comma on a line of its own begins a new value."""
    if top.parts and top.node.opener and top.parts[-1].kind in _WHOLE and not raw:
        before = top.parts[-1]
        if "\n" in text[before.end : part.start] and before.kind == "node":
            _finish(top, text, raw=raw)
    top.parts.append(part)


def _keyed(top: _Open, text: str, sign: str, *, raw: bool) -> bool:
    """Whether the last part is a key: alone, or behind a value that lacks its comma."""
    if not top.parts or not top.node.opener:
        return False
    *before, last = top.parts
    if last.kind in ("sign", "node") or last.text is None:
        return False
    if before:
        stands = before[-1].kind in _WHOLE or (before[-1].kind == "word" and word(before[-1].text) is not UNKNOWN)
        if top.key is None or not stands or sign == "=":
            return False
        top.parts = before
        _finish(top, text, raw=raw)
        top.parts = []
    elif top.key is not None:
        return False
    top.key, top.parts = last.text.lstrip("@$").rpartition(".")[2], []
    return True


def _finish(top: _Open, text: str, *, raw: bool) -> None:
    """A value is whole: it joins its node."""
    key, parts = top.key, top.parts
    top.key, top.parts, top.symbol = None, [], False
    if (
        key is None
        and len(parts) > 2
        and parts[1].kind == "word"
        and parts[1].text == "to"
        and parts[0].kind == "value"
    ):
        key, parts = str(parts[0].text), parts[2:]
    top.node.nodes += [part.node for part in parts if part.node is not None]
    if key is None and not parts:
        return
    value = _value(parts)
    if value is UNKNOWN and raw and parts:
        value = text[parts[0].start : parts[-1].end].strip("\"' ")
    if key is None:
        top.node.items.append(value)
    else:
        top.node.pairs.append((key, value))


_BEFORE = frozenset(("new", "await", "return", "const", "final"))


def _value(parts: list[Part]) -> Value:  # noqa: PLR0911 - a table of shapes
    """What the parts of a value say together."""
    while parts and ((parts[0].kind == "word" and parts[0].text in _BEFORE) or parts[0].text == "&"):
        parts = parts[1:]
    if not parts:
        return UNKNOWN
    first = parts[0]
    if first.kind == "sign":
        return UNKNOWN
    if first.node is not None:
        return called(first.node)
    if len(parts) == 1:
        return first.text if first.kind in _WHOLE else word(first.text)
    signs = [part.text for part in parts[1::2]]
    if (
        all(part.kind == "value" for part in parts[::2])
        and all(sign in ("+", ".") for sign in signs)
        and len(parts) % 2
    ):
        return "".join(str(part.text) for part in parts[::2])
    if first.kind == "word":
        return UNKNOWN
    if all(part.kind == "value" for part in parts):
        return "".join(str(part.text) for part in parts)
    return first.text if parts[1].text in (".", "as", "->", "?") else UNKNOWN


def _close(opener: str, end: int, stack: list[_Open], text: str, *, raw: bool) -> None:
    """A bracket closes, with it those in it that lack theirs; one that closes nothing is passed over."""
    depth = next((depth for depth in range(len(stack) - 1, 0, -1) if stack[depth].node.opener == opener), 0)
    while depth and len(stack) > depth:
        last = len(stack) - 1 == depth
        _end(stack, end if last else end - 1, text, raw=raw)


def _end(stack: list[_Open], end: int, text: str, *, raw: bool) -> None:
    top = stack.pop()
    _finish(top, text, raw=raw)
    top.node.end = end
    stack[-1].parts.append(Part("node", None, top.node.start, end, top.node))
