"""JSON that is broken: what can be read of it as JSON that is sound, and what stands beside it, as text."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from leakscan.readers import text as text_reader
from leakscan.readers.heads import Head
from leakscan.readers.loose import Read, read
from leakscan.readers.loose_values import Node, Unknown, Value
from leakscan.readers.streams import HEAD_BYTES
from leakscan.records import Batch, Child, Item, ReadOptions, Table, Unparsed

LEAST_SHARE = 0.5
"""Share of a text that must stand in brackets for it to be JSON that is broken."""
_BEGINS = re.compile(
    r"""(?xs) (?:[\s\ufeff]|//[^\n]*|/\*.*?\*/|\#[^\n]*)*
    (?:\[(?:\s|//[^\n]*|/\*.*?\*/)*)? \{ (?:\s|//[^\n]*|/\*.*?\*/)*
    (?: "(?:[^"\\\n]|\\.){0,200}" | '(?:[^'\\\n]|\\.){0,200}' | [^\W\d][\w$]{0,99} ) \s* :"""
)
TEXT_KEY = "text"
"""What stands in an object without a key is called so."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What was read, and what was not.

    `documents`: as Python says them; `texts`: what is in none of them, each with its place; `cut`: it ends early;
    `fault`: the byte up to which it is sound.
    """

    documents: list[Any] = field(repr=False)
    texts: list[tuple[int, str]] = field(repr=False)
    cut: bool
    fault: int


def mended(text: str) -> Mended | None:
    """What a text of broken JSON says; None where it holds nothing in brackets, or little."""
    found = read(text, raw=True)
    nodes = [node for node in found.nodes if node.opener in "{[" and (node.pairs or node.items)]
    if not nodes:
        return None
    inside = sum(node.end - node.start for node in nodes)
    if inside < LEAST_SHARE * len(text.strip()):
        return None
    return Mended(
        [plain(node) for node in nodes], beside(text, nodes, found), found.cut or found.until < len(text), fault(text)
    )


def beside(text: str, nodes: list[Node], found: Read) -> list[tuple[int, str]]:
    """The texts between some nodes, and the comments in them, in order; those that say nothing are left out."""
    spans, at = [], 0
    for node in nodes:
        spans.append((at, node.start + (len(node.name) if node.opener == "(" else 0)))
        at = node.end
    spans.append((at, len(text)))
    spans += [span for span in found.comments if any(node.start < span[0] < node.end for node in nodes)]
    said = ((start, text[start:end]) for start, end in sorted(spans))
    return [(start, one) for start, one in said if any(sign.isalnum() for sign in one)]


def plain(value: Value) -> Any:
    """A value as the json module would give it; what is no literal is None. No deeper than `loose.MAX_OPEN`."""
    if isinstance(value, Unknown):
        return None
    if not isinstance(value, Node):
        return value
    if not value.pairs:
        return [plain(item) for item in value.items]
    said: dict[str, Any] = {}
    for key, inner in value.pairs:
        if said.get(key) is None:
            said[key] = plain(inner)
    rest = [plain(item) for item in value.items if not isinstance(item, Unknown)]
    if any(one is not None for one in rest):
        said.setdefault(TEXT_KEY, rest)
    return said


def mended_line(data: bytes) -> Any:
    """One object of a line that is broken; None where it is none."""
    text = data.decode("utf-8", "replace")
    found = read(text, raw=True)
    nodes = found.nodes
    if found.cut or len(nodes) != 1 or nodes[0].opener != "{" or not nodes[0].pairs or nodes[0].items:
        return None
    if beside(text, nodes, found):
        return None
    return plain(nodes[0])


def strict(documents: list[Any]) -> bytes:
    """Documents as sound JSON: one as it is, objects one per line; with lists among them, one list of all."""
    if len(documents) > 1 and any(isinstance(one, list) for one in documents):
        documents = [[inner for one in documents for inner in (one if isinstance(one, list) else [one])]]
    return b"\n".join(json.dumps(one, ensure_ascii=False).encode("utf-8", "replace") for one in documents)


def fault(text: str) -> int:
    """Up to which byte a text is sound JSON."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return len(text[: error.pos].encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return 0
    return len(text)


def is_loose(text: str) -> bool:
    """Whether a text begins with objects as JSON or a language writes them: literals under keys, and little else."""
    if not _BEGINS.match(text):
        return False
    found = read(text)
    pairs, nodes = 0, list(found.nodes[:1])
    literals = 0
    while nodes:
        node = nodes.pop()
        nodes += node.nodes
        pairs += len(node.pairs)
        literals += sum(not isinstance(value, Unknown) for _, value in node.pairs)
    inside = sum(node.end - node.start for node in found.nodes if node.opener in "{[")
    return pairs > 0 and 10 * literals >= 8 * pairs and inside >= LEAST_SHARE * len(text.strip())


def stretched(items: Iterator[Item], encoding: str, share: float) -> Iterator[Item]:
    """What was read of the sound JSON, as of its source: the encoding, and byte ranges times `share`."""
    for item in items:
        if isinstance(item, Table):
            yield replace(item, encoding=encoding)
        elif isinstance(item, Child) and item.items is not None:
            yield replace(item, items=stretched(item.items, encoding, share))
        elif isinstance(item, (Batch, Unparsed)):
            batch = item.batch() if isinstance(item, Unparsed) else item
            yield replace(batch, start=int(batch.start * share), end=int(batch.end * share))
        else:
            yield item


def text_child(texts: list[tuple[int, str]], options: ReadOptions) -> Child:
    """What is in no record, as a text of its own."""
    data = "\n".join(one for _, one in texts).encode("utf-8", "replace")
    head = Head(data[:HEAD_BYTES], replace(options, encoding="utf-8", delimiter=None))
    return Child("text", items=text_reader.read(io.BytesIO(data[HEAD_BYTES:]), head))
