"""Names that came with the data (paths, columns), cut to what a page can show and made harmless.

Templates escape them for HTML; here goes what escaping does not cure: length, and characters that are no glyph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakscan.untrusted import harmless

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME_LENGTH = 120
"""Characters of a column, a path or a shape that are shown: of a column the beginning, of a path the end."""

MESSAGE_LENGTH = 480
"""Characters of a warning."""

Place = tuple[str, str | None]
"""Path and member of an input."""


def place_of(entry: Mapping[str, Any]) -> Place:
    """Where an entry of the report is from."""
    return entry["path"], entry["member"]


def beginning(text: str, length: int = NAME_LENGTH) -> str:
    """A text without its end where it is too long: a column name of a megabyte costs no more than one of a line."""
    cut = text[:length]
    return harmless(cut) + ("…" if len(text) > length else "")


def path_end(place: Place) -> str:
    """The end of a path and its member: there it tells most."""
    path, member = place
    text = path if member is None else f"{path} › {member}"
    return ("…" if len(text) > NAME_LENGTH else "") + harmless(text[-NAME_LENGTH:])
