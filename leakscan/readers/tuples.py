"""Rows of values without keys in source code: `[("DURAND", "Anne", ...), ...]`, whose keys the code says elsewhere.

A loop takes them apart (`for (nom, prenom, ...) in patients`), a statement stores them (`INSERT INTO t (nom, prenom,
...)`), a comment explains them: a list of so many names, some of them keys of people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from leakscan.readers.literal_keys import weight
from leakscan.readers.loose_values import Node, Unknown

ROW = "row"
"""Stands for the bracket of a row."""
LEAST_ROWS = 2
"""One row alone is a call or a pair."""
LEAST_VALUES = 3
"""Fewer values in a row are a pair: a code and what it means."""
KEYS_OF_PEOPLE = 2
"""Names that must be keys of people in what says the keys."""
_NAMES = re.compile(r"(?:\$?[^\W\d]\w{0,40}\s*,\s*){2,60}\$?[^\W\d]\w{0,40}")
_VARIABLE = re.compile(r"\$?([^\W\d]\w{0,60})\s*(?::[^=\n]{0,60})?=\s*(?:new\s|array\s?|list\s?)?\s*\Z")
_SAYS_LITTLE = re.compile(r"(?i)[_-]?(?:data|datas|demo|list|liste|test|rows|seed|fixtures?|\d+)\Z")


def rows(text: str, nodes: list[Node]) -> Iterator[Node]:
    """Rows without keys as literals with keys, each named after the variable that holds the list."""
    lists = list(_lists(nodes))
    said = list(_keys(text)) if lists else []
    for own in lists:
        parts = [node for node in own.nodes if _is_row(node)]
        name = _called(text, own)
        fitting = [keys for _, keys in said if len(keys) == len(parts[0].items)]
        behind = [keys for at, keys in said if at >= own.end and len(keys) == len(parts[0].items)]
        for keys in [*behind, *fitting][:1]:  # a loop stands behind its list; a comment may stand before it
            for part in parts:
                yield Node(ROW, name, part.start, part.end, list(zip(keys, part.items, strict=True)))


def _lists(nodes: list[Node]) -> Iterator[Node]:
    """Lists of rows that are alike, wherever they stand."""
    waiting = nodes[::-1]
    while waiting:
        node = waiting.pop()
        alike = [one for one in node.nodes if _is_row(one)]
        if len(alike) >= LEAST_ROWS and len(alike) == len(node.nodes) and len({len(one.items) for one in alike}) == 1:
            yield node
        else:
            waiting += node.nodes[::-1]


def _is_row(node: Node) -> bool:
    """Whether a node is a row: values in a bracket without a name, most of them literals, none with a key."""
    if node.pairs or node.name or len(node.items) < LEAST_VALUES:
        return False
    return 2 * sum(not isinstance(one, Unknown) for one in node.items) > len(node.items)


def _keys(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lists of names that some keys of people stand in, and where they begin."""
    for found in _NAMES.finditer(text):
        names = [name.strip().lstrip("$") for name in found[0].split(",")]
        weights = [weight(name) for name in names]
        if len({*names}) == len(names) and max(weights) > 1 and sum(map(bool, weights)) >= KEYS_OF_PEOPLE:
            yield found.start(), names


def _called(text: str, node: Node) -> str:
    """The variable that holds a list, without what says that it is one."""
    found = _VARIABLE.search(text, max(0, node.start - 200), node.start)
    return _SAYS_LITTLE.sub("", found[1]) if found else ""
