"""Chains of setters in source code as literals: `->setNom('X')->setAge(3)`, or a call per line on one variable."""

from __future__ import annotations

import re

from leakscan.readers.loose import node_at
from leakscan.readers.loose_values import Node

REACH = 400
"""Most characters between two setters of one object."""

_SETTER = re.compile(r"(?:(?<!\w)(\$?\w{1,60})\s*)?(?:->|\.)\s*set_?([A-Z]\w{0,60})\s*(?=\()")


def chains(text: str) -> list[Node]:
    """What setters say, as literals: one per object, which ends where a setter comes again or the variable changes."""
    found: list[Node] = []
    of, keys = "", set[str]()
    for setter in _SETTER.finditer(text):
        if found and setter.start() < found[-1].end:
            continue  # within the brackets of another one
        call = node_at(text, setter.end())
        variable, key = setter[1] or "", setter[2]
        begun = not found or setter.start() - found[-1].end > REACH or key in keys
        if begun or (variable and of and variable != of):
            found.append(Node("(", "", setter.start()))
            of, keys = variable, set()
        found[-1].pairs.append((key, call.items[0] if len(call.items) == 1 else None))
        found[-1].end = call.end
        keys.add(key)
        of = variable or of
    return found
