"""Archives split over several files: their parts in one folder are one source, in the order of their numbers."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, cast

from leakscan.records import Source

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_PARTS = 1000
"""An archive has no more parts: a number beyond that is part of a name."""
_NUMBERED = re.compile(r"(?is)^(?P<stem>.+\.(?:7z|zip|rar|tar|gz|tgz|bz2|xz|zst|csv|sql|txt|bak|dump))\.(?P<n>\d{3})$")
_PLAIN = re.compile(r"(?i)\.(?:csv|sql|txt|bak|dump)$")
_RAR = re.compile(r"(?is)^(?P<stem>.+)\.part(?P<n>\d{1,4})\.rar$")
_OLD_RAR = re.compile(r"(?is)^(?P<stem>.+)\.(?:rar|r(?P<n>\d\d))$")
_ZIP = re.compile(r"(?is)^(?P<stem>.+)\.(?:zip|zx?(?P<n>\d\d))$")


@dataclass(frozen=True, slots=True)
class Volumes:
    """An archive in parts: its `name`, places of its parts among those given, in order, and numbers that are `missing`.

    `plain`: no archive by its name; then only parts of one size were cut by a program.
    """

    name: str
    parts: tuple[int, ...]
    missing: tuple[int, ...]
    plain: bool = False

    @property
    def gap(self) -> str | None:
        """Why it cannot be read as one; None where all parts are there."""
        if not self.missing:
            return None
        known, missing = len(self.parts), len(self.missing)
        said = ", ".join(map(str, self.missing[:5])) + (" ..." if missing > 5 else "")
        return f"a part of a split archive of which {missing} of {known + missing} parts are missing: {said}"


def grouped(names: Sequence[str]) -> list[Volumes]:
    """The split archives among the names of one folder."""
    found: list[Volumes] = []
    taken: set[int] = set()
    for pattern, make in ((_RAR, _from_one), (_NUMBERED, _from_one), (_OLD_RAR, _with_first), (_ZIP, _with_last)):
        groups: dict[str, dict[int | None, int]] = {}
        for place, name in enumerate(names):
            match = pattern.match(name) if place not in taken else None
            if match is not None:
                number = match["n"]
                groups.setdefault(match["stem"], {})[None if number is None else int(number)] = place
        for stem, places in groups.items():
            volumes = make(stem, places, names)
            if volumes is not None:
                found.append(volumes)
                taken.update(volumes.parts)
    return found


def _from_one(stem: str, places: dict[int | None, int], names: Sequence[str]) -> Volumes | None:
    """`a.7z.001`, `a.7z.002`; `a.part1.rar`, `a.part2.rar`."""
    del names
    numbers = sorted(number for number in places if number is not None)
    if not numbers or numbers[-1] > MOST_PARTS or numbers[0] < 1:
        return None
    missing = tuple(number for number in range(1, numbers[-1]) if number not in places)
    plain = _PLAIN.search(stem) is not None
    return Volumes(stem, tuple(places[number] for number in numbers), missing, plain)


def _with_first(stem: str, places: dict[int | None, int], names: Sequence[str]) -> Volumes | None:
    """`a.rar`, `a.r00`, `a.r01`."""
    numbers = sorted(number for number in places if number is not None)
    if not numbers:
        return None
    missing = [number + 2 for number in range(numbers[-1]) if number not in places]
    if None not in places:
        missing.insert(0, 1)
    ordered = [places[number] for number in (None, *numbers) if number in places]
    return Volumes(f"{stem}.rar" if None not in places else names[places[None]], tuple(ordered), tuple(missing))


def _with_last(stem: str, places: dict[int | None, int], names: Sequence[str]) -> Volumes | None:
    """`a.z01`, `a.z02`, and `a.zip`, which is the last."""
    numbers = sorted(number for number in places if number is not None)
    if not numbers:
        return None
    missing = [number for number in range(1, numbers[-1]) if number not in places]
    if None not in places:
        missing.append(numbers[-1] + 1)
    ordered = [places[number] for number in (*numbers, None) if number in places]
    return Volumes(f"{stem}.zip" if None not in places else names[places[None]], tuple(ordered), tuple(missing))


class Joined(io.RawIOBase):
    """Several sources one behind the other as one file. State: where it is read, and the part that is open."""

    def __init__(self, parts: Sequence[Source]) -> None:
        """Parts must be such that can be moved in; their sizes must be known."""
        self._parts = parts
        self._starts = [0]
        for part in parts:
            self._starts.append(self._starts[-1] + (part.size or 0))
        self._at, self._open, self._number = 0, cast("BinaryIO | None", None), -1

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place."""
        self._at = max(0, offset + (0, self._at, self._starts[-1])[whence])
        return self._at

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read into a buffer, not beyond the end of a part."""
        view = memoryview(buffer).cast("B")
        number = next((at for at, end in enumerate(self._starts[1:]) if self._at < end), None)
        if number is None or not view:
            return 0
        if number != self._number or self._open is None:
            self._forget()
            self._open, self._number = self._parts[number].open(), number
        self._open.seek(self._at - self._starts[number])
        data = self._open.read(min(len(view), self._starts[number + 1] - self._at))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        """Close the part that is open."""
        self._forget()
        super().close()

    def _forget(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def joined(path: str, parts: Sequence[Source]) -> Source:
    """Parts as one source, exposed like the first of them."""
    stamps = [part.stamp for part in parts]
    return Source(
        path,
        partial(_open_joined, tuple(parts)),
        size=sum(part.size or 0 for part in parts),
        stamp=None if None in stamps else "+".join(map(str, stamps)),
        exposure=parts[0].exposure,
    )


def _open_joined(parts: Sequence[Source]) -> BinaryIO:
    return cast("BinaryIO", Joined(parts))


def is_part(name: str) -> bool:
    """Whether a name is one that a part of a split archive can have, cheaply."""
    return bool(_NUMBERED.match(name) or _RAR.match(name) or re.search(r"(?i)\.(?:r\d\d|zx?\d\d)$", name))


def any_parts(names: Iterable[str]) -> bool:
    """Whether a folder holds a part of a split archive."""
    return any(map(is_part, names))
