"""Reader for FHIR in XML: a resource or a Bundle, made into the objects that FHIR in JSON would be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from leakscan.readers.entries import given, keep, unpacked
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.readers.resource_fields import Resource
from leakscan.readers.resource_people import Referred
from leakscan.readers.resources import record
from leakscan.readers.xml_tree import Tree, attribute, lines, local, parse
from leakscan.records import Item

if TYPE_CHECKING:
    from lxml.etree import _Element

FORMAT = "fhir_xml"
_NEAR = 4096
_ROOT = re.compile(rb"<(?:[\w.-]{1,40}:)?[A-Z][A-Za-z]{2,40}\s[^>]{0,2000}http://hl7\.org/fhir[\"']")


def sniff(head: Head) -> float:
    """By a root element in the namespace of FHIR."""
    start = head.data[:_NEAR]
    return (
        0.97
        if b"http://hl7.org/fhir" in start and start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" and _ROOT.search(start)
        else 0.0
    )


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """All resources of the document."""
    del head
    tree = parse(file)
    size = file.tell()
    entries = [*unpacked("", _resource(tree.root, tree))]
    index: dict[str, Resource] = {}
    for url, resource in entries:
        keep(index, url, resource)
    referred = Referred(index)
    attached = next(tree.root.iter("{*}data"), None) is not None
    found = (record(resource, referred, attached=attached) for _, resource in entries)
    yield from given(found, FORMAT, lambda: size)
    if not tree.whole:
        message = "the XML is damaged or cut: what can be read of it was read"
        raise BrokenInput(message)


def _resource(element: _Element, tree: Tree) -> dict[str, Any]:
    return {"resourceType": local(element), **_object(element, tree)}


def _object(element: _Element, tree: Tree) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in element:
        name = local(child)
        if not name:
            continue
        value = _value(child, name, tree)
        if name in found:
            before = found[name]
            found[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            found[name] = value
    for name in ("url", "id"):
        if attribute(element, name) and name not in found:
            found[name] = attribute(element, name)
    return found


def _value(child: _Element, name: str, tree: Tree) -> Any:
    if name == "div":
        return "<br/>".join(lines(child).replace("&", "&amp;").replace("<", "&lt;").split("\n"))
    if name in ("resource", "contained") and len(child):
        inner = next((one for one in child if local(one)), None)
        return {} if inner is None else _resource(inner, tree)
    value = attribute(child, "value")
    if not len(child):
        return (tree.encoded(value) or "") if name == "data" else _TRUTH.get(value, value)
    fields = _object(child, tree)
    return {"value": value, **fields} if value and not _only_extended(child) else value or fields


def _only_extended(child: _Element) -> bool:
    """Whether a primitive has nothing but extensions below it."""
    return all(local(one) == "extension" for one in child)


_TRUTH: dict[str, Any] = {"true": True, "false": False}
