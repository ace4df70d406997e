"""How much hostile input may cost: archives that inflate without end, nest without end, or hold members without end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from leakscan.errors import ReadingEnds

EXPANSION = 250
"""Bytes that may come out of an input per byte read of it. Deflate reaches 1,032; records 5 to 30, logs some 100."""
EXPANSION_FREE = 256 << 20
"""Bytes that may come out whatever was read: below this, expansion does no harm."""
DEPTH = 12
"""Archives within archives. Mail in an archive of mails in a backup makes six."""
MEMBERS = 1_000_000
"""Members of one input, nested ones included."""
WORKER_BYTES = 4 << 30
"""Memory that a worker may take for data: a decoder that wants more fails, and its unit with it."""
SECONDS_FREE = 120.0
"""Time that a worker has for anything, on a slow and busy machine."""
SECONDS_PER_MB = 2.0
"""Time that a worker has beyond that per megabyte: twenty times what the slowest text takes."""


class LimitReached(ReadingEnds):
    """A limit was met."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one input may cost. Sizes in bytes, times in seconds."""

    expansion: int = EXPANSION
    expansion_free: int = EXPANSION_FREE
    depth: int = DEPTH
    members: int = MEMBERS
    worker_bytes: int = WORKER_BYTES
    seconds_free: float = SECONDS_FREE
    seconds_per_mb: float = SECONDS_PER_MB

    def seconds(self, size: int) -> float:
        """How long a worker may work on so many bytes."""
        return self.seconds_free + self.seconds_per_mb * size / 1e6


@dataclass(frozen=True, slots=True)
class Grant:
    """What another process may take of a budget: bytes that may come out, and members."""

    bytes: int
    members: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What another process took of a budget. `limited`: it met the end of it, so that something was left unread."""

    bytes: int = 0
    members: int = 0
    limited: bool = False


class Budget:
    """What is left of the limits for one input and all that lies in it. State: bytes and members taken or granted."""

    def __init__(self, limits: Limits, fed: Callable[[], int], grant: Grant | None = None) -> None:
        """`fed` tells how many bytes of the input were read so far; a `grant` is all there is, whatever is read."""
        self.limits = limits
        self.taken = self.members = 0
        self.limited = False
        self._granted = Grant(0, 0)
        self._fed, self._grant = fed, grant

    @property
    def left(self) -> int:
        """Bytes that may still come out."""
        grant = self._grant
        most = max(self.limits.expansion_free, self.limits.expansion * self._fed()) if grant is None else grant.bytes
        return most - self.taken - self._granted.bytes

    @property
    def members_left(self) -> int:
        """Members that may still be met."""
        most = self.limits.members if self._grant is None else self._grant.members
        return most - self.members - self._granted.members

    @property
    def spent(self) -> Spent:
        """What was taken of it so far."""
        return Spent(self.taken, self.members, self.limited)

    def take(self, size: int) -> None:
        """So many bytes came out of it; raises LimitReached where they are too many."""
        self.taken += size
        if self.left < 0:
            self.limited = True
            message = f"more than {self.limits.expansion} times its own size comes out of it (an archive bomb?)"
            raise LimitReached(message)

    def member(self) -> None:
        """One more member; raises LimitReached where they are too many."""
        self.members += 1
        if self.members_left < 0:
            self.limited = True
            message = f"it holds more than {self.limits.members:,} members"
            raise LimitReached(message)

    def grant(self, share: int) -> Grant:
        """Set a part of what is left aside for another process, one of `share`; `settle` it when that is done."""
        given = Grant(max(0, self.left) // share, max(0, self.members_left) // share)
        self._granted = Grant(self._granted.bytes + given.bytes, self._granted.members + given.members)
        return given

    def settle(self, given: Grant, spent: Spent) -> None:
        """Take back what was granted, and charge what was spent of it."""
        self._granted = Grant(self._granted.bytes - given.bytes, self._granted.members - given.members)
        self.taken += spent.bytes
        self.members += spent.members
