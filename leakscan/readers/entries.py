"""FHIR resources on their way from a document to batches: those that others refer to are kept, Bundles are unpacked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from leakscan.readers.clinical import Record, batch, children, table
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.resource_fields import Resource, dicts, items, word
from leakscan.readers.resources import REFERRED
from leakscan.records import Item

INDEX_RESOURCES = 500_000
"""Resources that are kept since others refer to them; references to any beyond give a number alone."""
BATCH_RESOURCES = 10_000
"""Resources of a document that are looked at together, at most."""
BATCH_BYTES = 16 << 20
"""Bytes of a document after which what was read of it is looked at: attachments may lie in them."""
NESTED_BUNDLES = 4
"""Bundles within Bundles that are unpacked; deeper ones are one record."""


def keep(index: dict[str, Resource], url: str, resource: Any) -> None:
    """Keep a resource that others may refer to, by full URL and by type and id."""
    kind = word(resource, "resourceType")
    if kind in REFERRED and len(index) < INDEX_RESOURCES:
        kept = {name: value for name, value in resource.items() if name not in ("text", "photo", "contained")}
        if url:
            index[url] = kept
        if word(resource, "id"):
            index[f"{kind}/{word(resource, 'id')}"] = kept


def unpacked(url: str, resource: Any, depth: int = 0) -> Iterator[tuple[str, Resource]]:
    """Full URL and resource; of a Bundle those that lie in it."""
    if not isinstance(resource, dict):
        return
    if word(resource, "resourceType") != "Bundle" or depth >= NESTED_BUNDLES:
        yield url, resource
        return
    for entry in dicts(resource, "entry"):
        for inner in items(entry.get("resource")):
            yield from unpacked(word(entry, "fullUrl"), inner, depth + 1)


def given(found: Iterator[Record], name: str, at: Callable[[], int]) -> Iterator[Item]:
    """A table of records with its batches and what is attached; `at` tells how far the source was read.

    What came before the source broke counts; then BrokenInput goes on.
    """
    waiting: list[Record] = []
    told, number, start = False, 1, 0
    broken: BrokenInput | None = None
    ended = False
    while not ended:
        try:
            following = next(found, None)
        except BrokenInput as error:
            following, broken = None, error
        ended = following is None
        if following is not None:
            waiting.append(following)
        full = len(waiting) >= BATCH_RESOURCES or (waiting and at() - start >= BATCH_BYTES)
        if full or (ended and (waiting or not told)):
            if not told:
                yield table(name, "utf-8", waiting)
                told = True
            for more, one in enumerate(waiting):
                yield from children(one, f"resource_{number + more}")
            end = max(start + 1, at())
            yield batch(waiting, number, start, end)
            number, start, waiting = number + len(waiting), end, []
    if broken is not None:
        raise broken
