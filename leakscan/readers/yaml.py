"""Reader for YAML that holds records of people: lists of mappings, fixtures, or a document each. Then it is JSON.

Any other YAML (settings, schemas, pipelines) stays text, as does what is broken, too large or too costly.
"""

from __future__ import annotations

import io
import json as plain
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, BinaryIO

from leakscan.readers import json, text
from leakscan.readers.asides import Asides
from leakscan.readers.heads import Head
from leakscan.readers.json_frames import flat_rows
from leakscan.readers.labels import told_by
from leakscan.readers.recode import utf8
from leakscan.readers.streams import HEAD_BYTES, Feed, read_exactly
from leakscan.readers.yaml_documents import NoYaml, TooCostly, documents
from leakscan.records import Batch, Child, InputWarning, Item, Table, Unparsed

FORMAT = "yaml"
CONFIDENCE = 0.72
"""Surer than cards, whose labels and colons YAML may have too."""
YAML_BYTES = 32 << 20
"""A longer text is read as text: a document is held whole."""
LEAST_RECORDS = 2
"""Mappings that make records."""

_SAMPLE = 64 << 10
_MESSAGE = "comments of the document; their text was searched"
_LOOKED_AT = 200
_DEPTH = 20
_COMMENT = re.compile(r"(?m)(?:^|(?<=\s))#[ \t]*(\S.*)$")
_LOOKS = re.compile(r"(?m)^[ \t]*(?:- +)?(?:[\"']?[^\W\d_][^\n:]{0,80}:(?:\s|$))")


def sniff(head: Head) -> float:
    """By records in it: the first 64 KiB are parsed."""
    if head.options.delimiter is not None or head.text.data.lstrip()[:1] in (b"{", b"["):  # that is JSON
        return 0.0
    given = utf8(head.text.data[:_SAMPLE], head.text.encoding).decode("utf-8", "replace")
    if not _LOOKS.search(given):
        return 0.0
    if len(head.text.data) <= _SAMPLE:
        return CONFIDENCE if _has_records(given) else 0.0
    for share in (1, 2):  # a sample may end within something
        cut = given[: given.rfind("\n", 0, len(given) // share) + 1]
        if _has_records(cut):
            return CONFIDENCE
    return 0.0


def _has_records(given: str) -> bool:
    try:
        found = list(documents(given, strict=True))
    except NoYaml:
        return False
    return any(map(_are_people, _lists(found)))


def _lists(value: Any, depth: int = 0) -> Iterator[list[dict[str, Any]]]:
    """Mappings that may be records: in a list, or under keys with fields in common."""
    if depth > _DEPTH:
        return
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    mappings = [one for one in inner[:_LOOKED_AT] if isinstance(one, dict)]
    if len(mappings) >= LEAST_RECORDS and (isinstance(value, list) or json.is_keyed(value)):
        yield mappings
    for one in inner[:_LOOKED_AT]:
        yield from _lists(one, depth + 1)


def _are_people(mappings: list[dict[str, Any]]) -> bool:
    """Whether most of some mappings have labels of people, and not the same under them in all."""
    cells: dict[str, list[str]] = {}
    for one in mappings:
        for row in flat_rows(one)[:1]:
            for name, cell in row.items():
                cells.setdefault(name.rpartition(".")[2], []).append(cell)
    shared = [name for name, own in cells.items() if 2 * len(own) >= len(mappings) and len(set(own)) > 1]
    return told_by(shared).persons


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """The tables that the same JSON gives; a text where it is broken, too large or too costly."""
    data = read_exactly(file, YAML_BYTES + 1)
    if len(data) > YAML_BYTES:
        yield from _as_text(file, head, f"YAML of more than {YAML_BYTES >> 20} MiB is read as text")
        return
    encoding = head.text.encoding
    feed = Feed(io.BytesIO(), data, wide=encoding.wide, bom=encoding.bom, cr=head.text.cr)
    given = utf8(feed.read(2 * len(data) + 4), encoding).decode("utf-8", "replace")
    try:
        found = list(documents(given))
    except TooCostly as why:
        yield from _as_text(file, head, f"{why}: read as text")
        return
    except NoYaml:
        yield from _as_text(file, head, "YAML that is broken further on: read as text")
        return
    width, reached = 1, 0
    for item in _of_parts(_parts(found), head):
        if isinstance(item, Table):
            width = len(item.columns)
        if isinstance(item, Batch):
            reached = item.end
        yield item
    comments = Asides(_MESSAGE)
    for comment in _COMMENT.finditer(given):
        if comments.add(comment[1].encode(), reached):
            yield from comments.batches(width, reached)
    yield from comments.batches(width, reached)


def _of_parts(parts: list[Any], head: Head) -> Iterator[Item]:
    label = head.text.encoding.label
    if len(parts) == 1:
        yield from _as_json(parts[0], head, label)
        return
    yield replace(json.text_table(head.text.encoding), format=FORMAT)
    for number, part in enumerate(parts, 1):
        yield Child(f"document {number}", items=_as_json(part, head, label))


def _parts(found: list[Any]) -> list[Any]:
    """Documents that are read apart: those that hold records themselves. Others are records of one list."""
    found = [one for one in found if one is not None]
    if len(found) == 1:
        return found
    if all(isinstance(one, list) for one in found):
        return [[item for one in found for item in one]]
    apart = [one for one in found if any(True for _ in _lists(one))]
    rest = [one for one in found if not any(True for _ in _lists(one))]
    return [*apart, rest] if rest else apart


def _as_json(value: Any, head: Head, label: str) -> Iterator[Item]:
    data = _dumped(value)
    if len(data) >= HEAD_BYTES:  # read in pieces, which shows no records under keys
        data = _dumped(_unkeyed(value))
    file = io.BytesIO(data)
    options = replace(head.options, encoding="utf-8")
    yield from map(partial(_own, label=label), json.read(file, Head(file.read(HEAD_BYTES), options)))


def _dumped(value: Any) -> bytes:
    return plain.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _unkeyed(value: Any, depth: int = 0) -> Any:
    """Records under keys as lists, at the top of a document and one level below."""
    if json.is_keyed(value):
        return [{"key": key, **one} for key, one in value.items()]
    if isinstance(value, dict) and not depth:
        return {key: _unkeyed(one, 1) for key, one in value.items()}
    return value


def _own(item: Item, label: str) -> Item:
    """An item of JSON as one of ours."""
    if isinstance(item, Table):
        return replace(item, format=FORMAT, encoding=label)
    if isinstance(item, Child) and item.items is not None:
        return replace(item, items=map(partial(_own, label=label), item.items))
    return item.batch() if isinstance(item, Unparsed) else item


def _as_text(file: BinaryIO, head: Head, why: str) -> Iterator[Item]:
    file.seek(len(head.data))
    begun = False
    for item in text.read(file, head):
        yield item
        if not begun:
            begun = True
            yield InputWarning("yaml_as_text", why)
