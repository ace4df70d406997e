"""Several names of one file: it is scanned under the first of them and listed under each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from leakscan.passes import name_of, shown_paths
from leakscan.persons.ledger import Input, Ledger
from leakscan.records import Source
from leakscan.sources import Unread

Twins = list[tuple[Source, Source]]
"""Pairs: a source that is scanned, and one that is the same file under another name."""


def apart(found: Sequence[Source | Unread]) -> tuple[list[Source | Unread], Twins]:
    """What is to be scanned, and what is another name of it: the stamps of one file are equal."""
    first: dict[str, Source] = {}
    scanned: list[Source | Unread] = []
    twins: Twins = []
    for one in found:
        known = first.setdefault(one.stamp, one) if isinstance(one, Source) and one.stamp is not None else one
        if known is one or isinstance(known, Unread) or isinstance(one, Unread):
            scanned.append(one)
        elif known.path != one.path:
            twins.append((known, one))
    return scanned, twins


def with_twins(ledger: Ledger, twins: Twins) -> Ledger:
    """A ledger in which the other names of a file, and of all that lies in it, are inputs as well."""
    if not twins:
        return ledger
    by_path: dict[str, list[Input]] = {}
    for given in ledger.inputs:
        by_path.setdefault(given.path, []).append(given)
    more = [_renamed(given, scanned, twin) for scanned, twin in twins for given in _inputs_of(scanned, by_path)]
    return replace(ledger, inputs=ledger.inputs | frozenset(more))


def _inputs_of(source: Source, by_path: dict[str, list[Input]]) -> Iterable[Input]:
    """The inputs of a source; paths are shown without numbers of people, so names tell which of two it is."""
    return (
        given
        for given in by_path.get(shown_paths([source.path])[0], [])
        if given.member is not None or given.name == name_of(source.path, None)
    )


def _renamed(given: Input, scanned: Source, twin: Source) -> Input:
    own = given.member is None
    return replace(
        given,
        path=shown_paths([twin.path])[0],
        name=name_of(twin.path, None) if own else given.name,
        exposure=twin.exposure if given.exposure == scanned.exposure else given.exposure,
    )
