"""`leakscan formats`: what can be read and written, from the tables themselves."""

from __future__ import annotations

from leakscan.cli.output import write_out


def formats_command() -> None:
    """List the formats read and written."""
    from leakscan.readers import READERS
    from leakscan.renderers import RENDERERS

    names = list(READERS) if isinstance(READERS, dict) else [reader.format for reader in READERS]
    lines = [f"reads   {name}" for name in names]
    lines += [f"writes  {renderer.format:10} {renderer.description}" for renderer in RENDERERS.values()]
    write_out("\n".join(lines) + "\n")
