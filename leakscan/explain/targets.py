"""Which column somebody means by what they typed, and the command that counts people under a correction.

What was typed is never repeated: where no column has such a name, it may be a value.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from leakscan.errors import UsageError
from leakscan.explain.columns import Place, places
from leakscan.explain.correct import Correction, circumstances
from leakscan.records import ROLES
from leakscan.untrusted import harmless

if TYPE_CHECKING:
    from leakscan.renderers import Report

EVERY_FILE = "*"
"""Stands before the colon for all inputs that have such a column."""
PATHS_LISTED = 20
"""Inputs that a command names."""
_MASKED = re.compile(r"\[(?:nir|email|phone)\]")


def columns_meant(all_places: Iterable[Place], target: str, what: str) -> list[Place]:
    """The columns that `NAME`, a number from 1, or `FILE:NAME` means. `what`: the argument, for the UsageError."""
    known = list(all_places)
    found = [place for place in known if _is(place, target)]
    for at in (at for at, char in enumerate(target) if char == ":" and not found):
        file, column = target[:at], target[at + 1 :]
        found = [place for place in known if _is(place, column) and (file == EVERY_FILE or _lies_in(place, file))]
    if not found:
        message = f"{what} names no column of the result: give its name, its number from 1, or FILE:COLUMN"
        raise UsageError(message)
    return found


def parse_corrections(report: Report, given: Sequence[str]) -> list[Correction]:
    """`COLUMN=ROLE` and `FILE:COLUMN=ROLE` arguments as corrections. Raises UsageError, which repeats none of them."""
    known = places(report)
    found: dict[tuple[str, str | None, int], Correction] = {}
    for number, argument in enumerate(given, 1):
        what = f"--correct no. {number}"
        target, _, role = argument.rpartition("=")
        if not target or not role:
            message = f"{what} is not COLUMN=ROLE: write for example --correct N_SECU=nir"
            raise UsageError(message)
        if role not in (*ROLES, "none"):
            message = f"{what} has a role that does not exist: the roles are {', '.join(ROLES)} and none"
            raise UsageError(message)
        meant = columns_meant(known, target, what)
        sources = list(dict.fromkeys(place.source for place in meant))
        if len(sources) > 1 and not target.startswith(f"{EVERY_FILE}:"):
            message = (
                f"{what} names a column of {len(sources)} inputs: write FILE:COLUMN=ROLE, "
                f"or {EVERY_FILE}:COLUMN=ROLE for all of them"
            )
            raise UsageError(message)
        for place in meant:
            key = (*place.source, place.index)
            one = Correction(place, None if role == "none" else role)
            if found.setdefault(key, one) != one:
                message = f"{what} gives a column a second role: keep one"
                raise UsageError(message)
    return list(found.values())


def _is(place: Place, name: str) -> bool:
    return name in (place.column, str(place.index + 1))


def _lies_in(place: Place, file: str) -> bool:
    return file in (place.path, PurePath(place.path).name, place.shown, place.member)


def roles_by_path(report: Report) -> dict[str, dict[str, str]]:
    """`--role` of each path by all corrections of a report: column -> role, the last one holds."""
    found: dict[str, dict[str, str]] = {}
    for one in report.get("corrections", ()):
        found.setdefault(one["path"], {})[one["column"]] = one["to"] or "none"
    return found


def groups(report: Report) -> list[tuple[list[str], Mapping[str, str]]]:
    """Paths that one scan can read with one set of `--role`: those that are corrected alike, and those that are not.

    One group where no other input has a column of a corrected name.
    """
    wanted = roles_by_path(report)
    paths = list(dict.fromkeys(given["path"] for given in report["inputs"]))
    every: dict[str, str] = {}
    for roles in wanted.values():
        for column, role in roles.items():
            if every.setdefault(column, role) != role:
                return _apart(paths, wanted)
    named = {(place.path, place.column): place for place in places(report)}
    if any(column not in wanted.get(path, {}) for path, column in named if column in every):
        return _apart(paths, wanted)
    return [(paths, every)]


def _apart(paths: Iterable[str], wanted: Mapping[str, Mapping[str, str]]) -> list[tuple[list[str], Mapping[str, str]]]:
    found: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for path in paths:
        found.setdefault(tuple(sorted(wanted.get(path, {}).items())), []).append(path)
    return [(together, dict(roles)) for roles, together in found.items()]


def commands(report: Report) -> tuple[list[str], int]:
    """The commands that count the people of a corrected report anew, and how many inputs they do not name."""
    recipients, malicious = circumstances(report)
    common = ["--as-of", report["scan"]["as_of"], *(["--recipients", recipients] if recipients else [])]
    common += ["--malicious"] if malicious else []
    parts, left = groups(report), 0
    several, told = len(parts) > 1, []
    for number, (paths, roles) in enumerate(parts, 1):
        shown = sorted(paths, key=lambda path: path not in roles_by_path(report))[:PATHS_LISTED]
        left += len(paths) - len(shown)
        given = [one for column, role in roles.items() for one in ("--role", f"{column}={role}")]
        kept = ["--key-file", "keys/case", "--save", f"part-{number}.leakscan"] if several else []
        told.append(_line(["leakscan", "scan", *shown, *common, *given, *kept]))
    if several:
        results = [f"part-{number}.leakscan" for number in range(1, len(parts) + 1)]
        told.append(_line(["leakscan", "merge", *results, "--key-file", "keys/case", "--save", "all.leakscan"]))
    return told, left


def has_masked_paths(report: Report) -> bool:
    """Whether a path is not the one that was scanned, since a number or an address in it was replaced."""
    return any(_MASKED.search(given["path"]) for given in report["inputs"])


def _line(arguments: Iterable[str]) -> str:
    return " ".join(map(quoted, arguments))


def quoted(argument: str) -> str:
    r"""An argument for a shell; with what is no glyph in it as `$'\x1b'`, which bash reads as it stands."""
    if harmless(argument) == argument:
        return shlex.quote(argument)
    escaped = "".join(
        chr(byte) if 0x20 <= byte < 0x7F and chr(byte) not in "'\\" else f"\\x{byte:02x}"
        for byte in os.fsencode(argument)
    )
    return f"$'{escaped}'"
