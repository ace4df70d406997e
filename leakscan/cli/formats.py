"""`leakscan formats`: what can be read and written, from the tables themselves."""

from __future__ import annotations

from leakscan.cli.output import write_out


def formats_command() -> None:
    """List the formats read and written."""
    from leakscan.readers import READERS
    from leakscan.renderers import RENDERERS

    lines = [f"reads   {reader.format}" for reader in READERS]
    lines += [f"writes  {renderer.format:10} {renderer.description}" for renderer in RENDERERS.values()]
    write_out("\n".join(lines) + "\n")
