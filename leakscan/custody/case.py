"""The case that a scan belongs to: on whose mandate, where the data came from, who scans, how long they are kept."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from leakscan.errors import UsageError

MOST_BYTES = 65_536
"""A file of a case is no larger: what is larger is another file, given by mistake."""


@dataclass(frozen=True, slots=True)
class Case:
    """What `--case FILE` says, each in the operator's own words: it goes into the evidence log, nowhere else."""

    mandate: str
    acquisition: str
    operator: str
    retention: str


KEYS: tuple[str, ...] = tuple(field.name for field in fields(Case))
"""What a file of a case says: all of it, and nothing else."""


def read_case(file: str) -> Case:
    """The case of a TOML file. Raises UsageError that names keys and never what they hold."""
    try:
        with Path(file).open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        message = f"--case {file} cannot be read: {(error.strerror or 'refused').lower()}"
        raise UsageError(message) from None
    if len(data) > MOST_BYTES:
        message = f"--case {file} is larger than {MOST_BYTES >> 10} KiB: give a TOML file with {', '.join(KEYS)}"
        raise UsageError(message)
    try:
        given = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):  # its message repeats the text
        message = (
            f'--case {file} is not TOML in UTF-8: write a line such as mandate = "..." for each of {", ".join(KEYS)}'
        )
        raise UsageError(message) from None
    unknown = sorted(set(given) - set(KEYS))
    if unknown:
        message = f"--case {file} has {len(unknown)} unknown keys: a case has {', '.join(KEYS)} and nothing else"
        raise UsageError(message)
    missing = [key for key in KEYS if not isinstance(given.get(key), str) or not given[key].strip()]
    if missing:
        message = f"--case {file} does not say {', '.join(missing)}: give each as a text"
        raise UsageError(message)
    return Case(**given)
