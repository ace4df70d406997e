"""The version, without importing anything heavy: scripts ask for it often."""

from __future__ import annotations


def version_line() -> str:
    """`leakscan 0.1.0` and a newline, from the installed package's metadata."""
    from importlib.metadata import version

    return f"leakscan {version('leakscan')}\n"
