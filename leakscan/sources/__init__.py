"""Sources: what can be opened and scanned, local files and standard input."""

from __future__ import annotations

from leakscan.sources.local import Unread, local_sources, reason_of, shown_path
from leakscan.sources.stdin import STDIN_PATH, stdin_source

__all__ = ["STDIN_PATH", "Unread", "local_sources", "reason_of", "shown_path", "stdin_source"]
