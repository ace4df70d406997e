"""What a command reads beside its targets: files that an option names."""

from __future__ import annotations

from pathlib import Path

from leakscan.errors import UsageError

MOST_BYTES = 1 << 20
"""A file of passwords is no larger: what is larger is another file, given by mistake."""


def read_passwords(file: str) -> tuple[str, ...]:
    """The passwords of a file; UsageError where there is none, which names the file and never a password."""
    from leakscan.options import parse_passwords
    from leakscan.sources import reason_of

    try:
        with Path(file).open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        message = f"--password-file {file} cannot be read: {reason_of(error)}"
        raise UsageError(message) from None
    if len(data) > MOST_BYTES:
        message = f"--password-file {file} is larger than {MOST_BYTES >> 20} MiB: give a list of known passwords"
        raise UsageError(message)
    return parse_passwords(data)
