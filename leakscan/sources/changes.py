"""What a source has to say of itself once it was read: a file can change under the reader's hands."""

from __future__ import annotations

from typing import Any

from leakscan.records import InputWarning

CHANGED = InputWarning(
    "changed_while_read", "somebody wrote to it while the scan ran: what was read may be neither the old nor the new"
)

HOLES = "holes"
"""Code of what is said where holes of a file were passed over: what was hashed is then not all of its bytes."""


def told_by(stream: Any) -> tuple[InputWarning, ...]:
    """What a stream that was read has to say; nothing, for those that have no `met`."""
    met = getattr(stream, "met", None)
    return tuple(met()) if met is not None else ()
