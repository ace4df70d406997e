"""Sources: what can be opened and scanned: local files, standard input, and files on remote shares."""

from __future__ import annotations

from leakscan.sources.changes import HOLES, told_by
from leakscan.sources.local import Unread, local_sources, reason_of, shown_path
from leakscan.sources.remote import is_remote, remote_sources
from leakscan.sources.stdin import STDIN_PATH, stdin_source

__all__ = [
    "HOLES",
    "STDIN_PATH",
    "Unread",
    "is_remote",
    "local_sources",
    "reason_of",
    "remote_sources",
    "shown_path",
    "stdin_source",
    "told_by",
]
