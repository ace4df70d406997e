"""Text that came with the data (paths, headers, reasons) made harmless before a person sees it.

A leaked file's author chooses its column names: escape sequences could repaint a terminal, bidirectional marks could
make `exe.csv` read as `vsc.exe`, and a lone surrogate from an undecodable file name would stop the output.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that are not shown as they stand: control, format, surrogate, private, unassigned, separators."""


def harmless(text: str) -> str:
    r"""The text with every character that is no glyph written as its escape: \x1b, \u202e, \udcff."""
    return _translated(text, lambda char: char.encode("unicode_escape").decode("ascii"))


def harmless_json(text: str) -> str:
    r"""A JSON text with the same characters as JSON escapes; they can only stand inside strings, newlines apart."""
    return _translated(text, _json_escaped, keep="\n")


def shorten(text: str, width: int) -> str:
    """The end of a text that is too wide, after `...`: of a path the end tells most."""
    if len(text) <= width:
        return text
    return "..." + text[len(text) - max(width - 3, 1) :]


def _translated(text: str, escaped: Callable[[str], str], keep: str = "") -> str:
    harmful = {char for char in set(text) if unicodedata.category(char) in _HARMFUL and char not in keep}
    return text.translate({ord(char): escaped(char) for char in harmful}) if harmful else text


def _json_escaped(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{int.from_bytes(units[at : at + 2], 'big'):04x}" for at in range(0, len(units), 2))
