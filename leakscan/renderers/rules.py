"""What machines know a finding by: its rule, how grave it is, and an identity that stays from scan to scan."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_GRAVE = frozenset(("nir", "ins", "password", "password_hash", "credentials", "iban"))


def rule_of(line: Mapping[str, Any]) -> str:
    """`nir`, or `health/hiv`: the entity, and the theme where there is one."""
    entity = line["entity"] or "unknown"
    return f"{entity}/{line['theme']}" if line["theme"] else str(entity)


def is_grave(line: Mapping[str, Any]) -> bool:
    """Whether a line alone is reason to stop: a theme affirmed or tested, a national number, a secret."""
    return line["entity"] in _GRAVE or (line["theme"] is not None and line["status"] in {"affirmed", "tested"})


def identity(line: Mapping[str, Any]) -> str:
    """SHA-256 over place and rule: the same finding has it again in a later scan, whatever its counts."""
    parts = (line["path"], line["member"], line["column"], line["entity"], line["theme"], line["status"])
    text = "\0".join("" if part is None else str(part) for part in parts)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def said_of(line: Mapping[str, Any]) -> str:
    """A sentence of counts, without any value: what, where, in how many records."""
    what = rule_of(line) + (f" ({line['status']})" if line["status"] else "")
    where = f"column {line['column']}" if line["column"] is not None else "the text"
    return f"{what} in {where}: {line['records']} records, {line['distinct']} distinct values"
