"""What a rule of an ambiguous term is; the rules themselves stand in `needs`, by theme."""

from __future__ import annotations

from dataclasses import dataclass

REACH = 40
"""Characters read on each side of an ambiguous term: about seven words."""


@dataclass(frozen=True, slots=True)
class Need:
    """A mention whose term matches `only` stays if `requires` is found, `forbids` is not, and `caps` holds."""

    requires: str = ""
    forbids: str = ""
    only: str = ""
    caps: bool = False
