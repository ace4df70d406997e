"""YAML as plain values, from the parser's events: nothing is constructed, and everything is counted.

Texts stay as they are written, so that a phone that begins with 0 is no octal number. Merge keys (`<<`) are followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml import events as said

DEPTH = 100
"""Lists and mappings within each other."""
EXPANDED_BYTES = 128 << 20
"""Characters that come out of a text, aliases written out, and eight for each value."""
ALIASES = 1_000_000
"""Aliases of a text."""

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_FLOAT = re.compile(r"[-+]?\d+(?:\.0+|\.\d+[eE][-+]?\d{1,3})")
_PER_VALUE = 8
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NoYaml(ValueError):  # noqa: N818 - it is no error of ours
    """A text is no YAML."""


class TooCostly(NoYaml):
    """A text of YAML asks for more than it may; the message is in our own words."""


@dataclass(slots=True)
class _Open:
    """A list or a mapping that has not ended. `parts`: keys and values by turns in a mapping."""

    anchor: str | None
    mapping: bool
    parts: list[Any] = field(default_factory=list, repr=False)
    size: int = 0


class _Builder:
    """Events on their way to values. State: what is open, what is anchored with its size, what it cost so far."""

    def __init__(self, *, strict: bool) -> None:
        self._strict = strict
        self._open: list[_Open] = []
        self._anchored: dict[str, tuple[Any, int]] = {}
        self._spent = self._aliases = 0

    def take(self, event: Any) -> tuple[Any] | None:
        """Go on by an event; gives a document's value when it is whole."""
        if isinstance(event, said.ScalarEvent):
            size = len(event.value) + _PER_VALUE
            return self._put(_scalar(event), size, event.anchor)
        if isinstance(event, (said.MappingStartEvent, said.SequenceStartEvent)):
            if len(self._open) >= DEPTH:
                message = f"YAML of more than {DEPTH} levels"
                raise TooCostly(message)
            self._open.append(_Open(event.anchor, isinstance(event, said.MappingStartEvent)))
        elif isinstance(event, (said.MappingEndEvent, said.SequenceEndEvent)):
            done = self._open.pop()
            value = self._mapping(done.parts) if done.mapping else done.parts
            return self._put(value, done.size + _PER_VALUE, done.anchor, charged=True)
        elif isinstance(event, said.AliasEvent):
            return self._alias(event.anchor)
        elif isinstance(event, said.DocumentStartEvent):
            self._anchored = {}
        return None

    def _alias(self, anchor: str) -> tuple[Any] | None:
        self._aliases += 1
        if self._aliases > ALIASES:
            message = f"YAML of more than {ALIASES:,} aliases"
            raise TooCostly(message)
        if anchor not in self._anchored:  # unknown, or within itself
            message = "a YAML alias without its anchor"
            raise NoYaml(message)
        value, size = self._anchored[anchor]
        return self._put(value, size, None)

    def _put(self, value: Any, size: int, anchor: str | None, *, charged: bool = False) -> tuple[Any] | None:
        """Put a value where it belongs; what lay in it was `charged` when it came."""
        self._spent += _PER_VALUE if charged else size
        if self._spent > EXPANDED_BYTES:
            message = f"YAML whose aliases make more than {EXPANDED_BYTES >> 20} MiB of it"
            raise TooCostly(message)
        if anchor is not None:
            self._anchored[anchor] = value, size
        if not self._open:
            return (value,)
        self._open[-1].parts.append(value)
        self._open[-1].size += size
        return None

    def _mapping(self, parts: list[Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: list[dict[str, Any]] = []
        for key, value in zip(parts[::2], parts[1::2], strict=True):
            if key == "<<" and isinstance(value, (dict, list)):
                merged += [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]
                continue
            name = key if isinstance(key, str) else "" if key is None else str(key)[:200]
            if name in found and self._strict:
                message = "a YAML key that comes twice"
                raise NoYaml(message)
            if name in found and found[name] != value:
                before = found[name] if isinstance(found[name], list) else [found[name]]
                found[name] = [*before, *(value if isinstance(value, list) else [value])]
                continue
            found[name] = value
        for one in merged:
            for name, value in one.items():
                found.setdefault(name, value)
        return found


def _scalar(event: Any) -> Any:
    """A value as JSON knows it: a text, null, true, false, or a number that has `.0` or an exponent."""
    text = event.value
    if not isinstance(text, str) or event.style not in (None, "") or not event.implicit[0]:
        return text
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    return float(text) if _FLOAT.fullmatch(text) else text


def documents(text: str, *, strict: bool = False) -> Iterator[Any]:
    """The values of the documents in a text, in order. NoYaml, also where it is broken or (`strict`) a key comes twice.

    TooCostly where it is nested too deep or its aliases make too much of it.
    """
    builder = _Builder(strict=strict)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            whole = builder.take(event)
            if whole is not None:
                yield whole[0]
    except (yaml.YAMLError, UnicodeError, RecursionError):
        message = "broken YAML"
        raise NoYaml(message) from None
