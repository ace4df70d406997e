"""Layouts in which a person is no row, as tables in which each one is: what stands between a reader and the roles.

`judge` sees the head of a table alone; `upright` turns what a reader gives (ADR 0034).
"""

from leakscan.layouts.judge import judge
from leakscan.layouts.stream import upright

__all__ = ["judge", "upright"]
