"""Targets with wildcards that no shell has put in place: `*.csv`, `exports/**/*.gz`."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from leakscan.sources.files import names_in, status_of

_MAGIC = "*?["
_DEEP = "**"


def is_pattern(target: str) -> bool:
    """Whether a target has wildcards and is not simply the name of something that is there."""
    return any(character in target for character in _MAGIC) and not os.path.lexists(target)


def matches(pattern: str) -> Iterator[Path]:
    """What matches, sorted by name and each once; `**` stands for any folders, names that begin with a dot are met too.

    Folders on the way that cannot be listed are given as they are, so that opening them says why.
    """
    parts = list(Path(pattern).parts)
    count = next(at for at, part in enumerate(parts) if any(character in part for character in _MAGIC))
    seen: set[tuple[str, tuple[str, ...]]] = set()
    given: set[str] = set()
    waiting: list[tuple[Path, tuple[str, ...]]] = [(Path(*parts[:count]), tuple(parts[count:]))]
    while waiting:
        path, rest = waiting.pop()
        if (os.fspath(path), rest) in seen:
            continue
        seen.add((os.fspath(path), rest))
        if rest in ((), (_DEEP,)):
            if os.fspath(path) not in given:
                given.add(os.fspath(path))
                yield path
            continue
        try:
            names = names_in(path) if _is_folder(path, top=len(path.parts) <= count) else None
        except OSError:
            if os.fspath(path) not in given:
                given.add(os.fspath(path))
                yield path
            continue
        waiting.extend(reversed(list(_steps(path, names, rest)) if names is not None else []))


def _steps(path: Path, names: list[str], rest: tuple[str, ...]) -> Iterator[tuple[Path, tuple[str, ...]]]:
    part, behind = rest[0], rest[1:]
    for name in names:
        if part == _DEEP:
            if fnmatchcase(name, behind[0]) or behind[0] == _DEEP:
                yield path / name, behind[1:] if behind[0] != _DEEP else behind
            yield path / name, rest
        elif fnmatchcase(name, part):
            yield path / name, behind


def _is_folder(path: Path, *, top: bool) -> bool:
    """Whether a path can be gone into: a link only where the target itself names it."""
    return stat.S_ISDIR(status_of(path, follow=top).st_mode)
