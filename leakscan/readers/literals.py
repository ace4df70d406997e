"""Reader for source code with data about people in it: literals with keys are records, the rest is text.

Fixtures and seeds hold arrays of objects, hashes, calls with named arguments, chains of setters. Those that share keys
are one table; code, settings, forms and translations stay text, since their values are no data about anybody.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from operator import attrgetter

import polars as pl

from leakscan.readers import tuples
from leakscan.readers.gates import keyed_brackets
from leakscan.readers.heads import Head
from leakscan.readers.json import read as read_json
from leakscan.readers.json_broken import beside, plain, stretched, strict, text_child
from leakscan.readers.literal_keys import are_about_people, is_literal, leaves
from leakscan.readers.loose import Read
from leakscan.readers.loose import read as read_loose
from leakscan.readers.loose_values import Node
from leakscan.readers.recode import utf8
from leakscan.readers.setters import chains
from leakscan.readers.streams import HEAD_BYTES, Readable
from leakscan.readers.text import LOG_LINE
from leakscan.records import Child, Item, Table, column_id

FORMAT = "literals"
CONFIDENCE = 0.68
"""Surer than any table of lines, less sure than a format with a mark."""
SAMPLE = 64 << 10
"""How much of a file must show literals about people."""
MAX_TABLES = 20
"""Sets of keys that are told apart in one file; literals with others stay text."""

_OTHERS = (b"{", b"[", b"<!", b"<?xml", b"<html", b"\xff\xfe", b"\xfe\xff")
"""JSON, which takes what is written like it, and formats with a mark."""


@dataclass(slots=True)
class _Group:
    """Literals of like keys: those of the first one settle which. `named`: after the variable that holds them."""

    keys: frozenset[str]
    named: str = ""
    nodes: list[Node] = field(default_factory=list)


def sniff(head: Head) -> float:
    """By literals about people near the beginning; a log is none, nor is a file that is longer than the head."""
    data = head.data[:SAMPLE]
    if (
        head.options.delimiter is not None
        or b"\0" in data
        or not keyed_brackets(data)
        or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_OTHERS)
    ):
        return 0.0
    if len(head.data) >= HEAD_BYTES or not head.text.whole:
        return 0.0
    text = data.decode("utf-8", "replace")
    lines = [line for line in text[: 64 << 10].splitlines() if line.strip()]
    if 2 * sum(LOG_LINE.search(line) is not None for line in lines) >= len(lines):
        return 0.0
    return CONFIDENCE if _groups(text)[0] else 0.0


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """The table of literals with like keys, a child for each where there are several; then the rest as a text."""
    while stream.read(HEAD_BYTES):
        pass
    text = utf8(head.text.data, head.text.encoding).decode("utf-8", "replace")
    groups, found = _groups(text)
    if len(groups) == 1 and not groups[0].named:
        yield from _table(groups[0].nodes, head)
    else:
        nothing = pl.DataFrame(schema={column_id(0): pl.String()})
        yield Table(FORMAT, head.text.encoding.label, ("text",), has_header=False, head=nothing, kind="text")
        for group in groups:
            yield Child(group.named or _name(group.nodes[0]), items=_table(group.nodes, head))
    nodes = sorted((node for group in groups for node in group.nodes), key=lambda node: node.start)
    texts = beside(text, nodes, found)
    if texts:
        yield text_child(texts, head.options)


def _name(node: Node) -> str:
    """What a table is called: the type that its literals make, if they name one."""
    name = re.split(r"[.:]+", node.name)[0]
    return name if name.isidentifier() and name[:1].isupper() else "records"


def _table(nodes: list[Node], head: Head) -> Iterator[Item]:
    """Literals as a table, the way JSON gives it."""
    data = strict([[plain(node) for node in nodes]])
    options = replace(head.options, encoding="utf-8")
    items = read_json(io.BytesIO(data[HEAD_BYTES:]), Head(data[:HEAD_BYTES], options))
    share = len(head.data) / max(1, len(data))
    for item in stretched(items, head.text.encoding.label, share):
        yield replace(item, format=FORMAT) if isinstance(item, Table) else item


def _groups(text: str) -> tuple[list[_Group], Read]:
    """Literals about people by their keys, and all that was read."""
    found = read_loose(text)
    groups: list[_Group] = []
    tupled = [*filter(is_literal, tuples.rows(text, found.nodes))]
    for node in sorted([*_literals(found.nodes), *filter(is_literal, chains(text)), *tupled], key=attrgetter("start")):
        if groups and groups[-1].nodes and any(node.start < one.nodes[-1].end for one in groups):
            continue  # a chain in a literal, or a literal in a chain
        keys = frozenset(key for key, _ in leaves(node))
        named = node.name if node.opener == tuples.ROW else ""
        group = next((one for one in groups if one.named == named and _alike(one.keys, keys)), None)
        if group is None:
            if len(groups) >= MAX_TABLES:
                continue
            group = _Group(keys, named)
            groups.append(group)
        group.nodes.append(node)
    return [group for group in groups if are_about_people(group.nodes)], found


def _alike(keys: frozenset[str], others: frozenset[str]) -> bool:
    return 2 * len(keys & others) >= min(len(keys), len(others))


def _literals(nodes: list[Node]) -> Iterator[Node]:
    """The outermost literals that may be data about somebody; what is in code and in quotes is looked for there."""
    waiting = nodes[::-1]
    while waiting:
        node = waiting.pop()
        if is_literal(node):
            yield node
        else:
            waiting += node.nodes[::-1]
