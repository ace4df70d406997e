"""`leakscan detectors`: what can be recognised, from the table itself."""

from __future__ import annotations

from leakscan.cli.output import write_out


def detectors_command() -> None:
    """List what leakscan recognises.

    Each with how sure a hit in running text is, and whether it is searched outside a column of its own.
    """
    from leakscan.detectors import DETECTORS

    for detector in DETECTORS:
        where = "in its column only" if detector.needs_role else "anywhere"
        write_out(f"{detector.entity:16} {detector.confidence:4.2f}  {where}\n")
