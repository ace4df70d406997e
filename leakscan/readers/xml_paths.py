"""Which elements of an XML document are its rows, from its head."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from leakscan.readers.xml_around import is_patient
from leakscan.readers.xml_events import Start, local, outermost

LARGE_ROW = 1_000
"""An element with more rows in it on average is none itself."""
MAX_PATHS = 10_000
"""Paths of elements that are told apart in the head."""

Path = tuple[str, ...]


@dataclass(slots=True)
class _Seen:
    """How often an element of a path came, how often at most in one parent, and whether it holds others.

    `now`: how often in its parent number `of`, the one that is open. `below`: what it holds, by tag and by name.
    `last`: how many elements had begun when the last one did.
    """

    path: Path
    count: int = 0
    most: int = 0
    now: int = 0
    of: int = 0
    holds: bool = False
    below: dict[str, _Seen] = field(default_factory=dict)
    last: int = 0


def row_paths(data: bytes, start: Start) -> tuple[frozenset[Path], frozenset[Path]]:
    """Which elements are rows: those of one name that repeat in one parent and hold others or attributes, outermost.

    Those that are patients who come once are given a second time.
    """
    seen = {one.path: one for one in _met(data, start)}
    rows = {one for one, met in seen.items() if met.most > 1 and met.holds}
    rows -= {one for one in rows if len(one) == 1 and _only_lists(seen[one], rows)}
    large = {
        one[:size]
        for one in rows
        for size in range(1, len(one))
        if one[:size] in rows and seen[one].count > LARGE_ROW * seen[one[:size]].count
    }
    rows -= large
    apart = _patients_apart(seen, rows)
    rows |= apart
    outermost_ones = frozenset(one for one in rows if not any(one[:size] in rows for size in range(1, len(one))))
    return outermost_ones, outermost_ones & apart


def _patients_apart(seen: dict[Path, _Seen], rows: set[Path]) -> set[Path]:
    """Elements called patients that are rows though they come once: the fields of one would stand beside no row.

    The fields of one before rows stand beside those. Where there are several, each is a row of its own.
    """
    lists = [one for one in rows if not is_patient(one[-1])]
    singles = [
        one
        for one, met in seen.items()
        if is_patient(one[-1])
        and _has_fields(met)
        and not any(one[: len(row)] == row or row[: len(one)] == one for row in rows)
    ]
    named = Counter(one[-1] for one in singles for _ in range(seen[one].count))
    end = max((seen[row].last for row in lists), default=0)
    return {one for one in singles if named[one[-1]] > 1 or (end and seen[one].last > end)}


def _has_fields(met: _Seen) -> bool:
    """Whether an element has attributes only, or several elements with texts in it."""
    return met.holds and (not met.below or _leaves(met) > 1)


def _leaves(met: _Seen) -> int:
    below = {id(one): one for one in met.below.values()}
    return sum(_leaves(one) for one in below.values()) if below else 1


def _only_lists(root: _Seen, rows: set[Path]) -> bool:
    """Whether a root that comes again, as documents behind each other have it, holds nothing but a list of rows."""
    below = {id(one): one for one in root.below.values()}
    return len(below) == 1 and all(one.path in rows for one in below.values())


def _met(data: bytes, start: Start) -> list[_Seen]:
    """What elements the head of a document holds, by path; of a damaged one those before the place.

    The tree of a head is walked, since events of an element's begin and end cost three times that.
    """
    met: list[_Seen] = []
    begun = 0
    open_: list[tuple[Iterator[Any], _Seen]] = [(outermost(data, start), _Seen((), count=1))]
    while open_ and len(met) <= MAX_PATHS:
        elements, parent = open_[-1]
        for element in elements:
            if isinstance(element.tag, str):  # and no comment
                here = _counted(element, parent, met)
                here.last = begun = begun + 1
                if len(element):
                    open_.append((iter(element), here))
                    break
                if len(met) > MAX_PATHS:
                    break
        else:
            open_.pop()
    return met


def _counted(element: Any, parent: _Seen, met: list[_Seen]) -> _Seen:
    tag = element.tag
    here = parent.below.get(tag)
    if here is None:
        name = local(tag)
        here = parent.below.get(name)
        if here is None:
            here = _Seen((*parent.path, name))
            met.append(here)
        parent.below[tag] = parent.below[name] = here
    parent.holds = True
    here.count += 1
    here.holds = here.holds or bool(element.keys())
    if here.of != parent.count:
        here.of, here.now = parent.count, 0
    here.now += 1
    here.most = max(here.most, here.now)
    return here
