"""Halves of a character, as JSON may write them: a text that was cut in an emoji has one, and polars takes none."""

from __future__ import annotations

import sys
from typing import Any


def whole(found: Any, text: str | bytes, start: int = 0, end: int = sys.maxsize) -> Any:
    """What was read from a stretch of a text of JSON, each half of a character as a question mark."""
    if isinstance(text, str):
        held = any(text.find(mark, start, end) >= 0 for mark in ("\\ud", "\\uD"))
    else:
        held = any(text.find(mark, start, end) >= 0 for mark in (b"\\ud", b"\\uD"))
    return _whole(found) if held else found


def _whole(found: Any) -> Any:
    if isinstance(found, str):
        return found.encode("utf-8", "replace").decode()
    if isinstance(found, list):
        return [_whole(one) for one in found]
    if isinstance(found, dict):
        return {_whole(key): _whole(value) for key, value in found.items()}
    return found
