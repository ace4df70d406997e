"""Fields of a FHIR resource, whatever shape they have: what may repeat comes alone, as a list, or not at all.

A resource is a dict as JSON gives it. These are asked some twenty times per resource, so the common shapes come first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Resource = Mapping[str, Any]


def items(value: Any) -> list[Any]:
    """A value as a list: what may repeat comes alone in XML."""
    return value if isinstance(value, list) else [] if value is None else [value]


def dicts(holder: Any, *path: str) -> Sequence[Resource]:
    """All objects at a path of names, lists on the way walked through."""
    found = _objects(holder)
    for name in path:
        if not found:
            return found
        if len(found) == 1:
            found = _objects(found[0].get(name))
        else:
            found = [one for holding in found for one in _objects(holding.get(name))]
    return found


def _objects(value: Any) -> Sequence[Resource]:
    if value is None:
        return ()
    if isinstance(value, dict):
        return (value,)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else ()


def words(holder: Any, *path: str) -> list[str]:
    """All texts, numbers and truth values at a path of names."""
    last = path[-1]
    return [_plain(one) for holding in dicts(holder, *path[:-1]) for one in _plains(holding.get(last))]


def word(holder: Any, *path: str) -> str:
    """The first of `words`, or nothing."""
    value = holder
    for at, name in enumerate(path):  # most fields of most resources are not there, or stand alone
        if type(value) is not dict:
            if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
                value = value[0]
            else:
                return next(iter(words(value, *path[at:])), "")
        value = value.get(name)
        if value is None:
            return ""
    return value if isinstance(value, str) else next(map(_plain, _plains(value)), "")


def _plains(value: Any) -> Iterator[str | int | float]:
    return (one for one in items(value) if isinstance(one, str | int | float) and one != "")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def coded(concept: Any) -> str:
    """What a CodeableConcept calls itself."""
    return word(concept, "text") or word(concept, "coding", "display") or word(concept, "coding", "code")


_TAGS = re.compile(r"<(/?)(\w+)[^>]{0,2000}>")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&nbsp;": " ", "&#160;": " ", "&amp;": "&"}


def plain_html(text: str) -> str:
    """The text of XHTML: a line per block, cells parted by ` : `."""

    def blank(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        return " : " if name in ("td", "th") and tag[1] else "" if name in ("td", "th", "b", "i", "span", "a") else "\n"

    text = _TAGS.sub(blank, text)
    for entity, sign in _ENTITIES.items():
        text = text.replace(entity, sign)
    said = (" ".join(line.split()).strip(" :") for line in text.split("\n"))
    return "\n".join(line for line in said if line)
