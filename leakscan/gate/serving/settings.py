"""What the server is told once, and what each upload may cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol

from leakscan.work import available_cores

if TYPE_CHECKING:
    from leakscan.gate.audit import AuditLog

Action = Literal["allow", "review", "block"]
"""What becomes of an upload, the mildest first."""
ACTIONS: tuple[Action, ...] = ("allow", "review", "block")

HEAD_BYTES = 65536
"""Bytes of an ICAP head, and of the HTTP heads in it."""
FIELDS = 256
"""Lines of one head."""
LINE_BYTES = 4096
"""Bytes of the line before a chunk."""
PREVIEW_BYTES = 4096
"""Bytes of a preview that clients are asked for: a form or a small file is over within it."""
MEMORY_BYTES = 1 << 20
"""Bytes of one upload that stay in memory; more go to an encrypted file without a name."""
READ_BYTES = 1 << 18
"""Bytes read or written at a time."""
HEAVY_BYTES = 4 << 20
"""An upload beyond this leaves one worker free for smaller ones."""
PART_EDGE_BYTES = 16384
"""Bytes of each end of an S3 part that are read together with the end of its neighbour."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an upload beside its bytes: host, authenticated user, path, type, as the client gave them."""

    destination: str | None = field(default=None, repr=False)
    user: str | None = field(default=None, repr=False)
    path: str | None = field(default=None, repr=False)
    content_type: str | None = field(default=None, repr=False)


class VerdictLike(Protocol):
    """What `decide` gives back: no value of anybody in it."""

    @property
    def action(self) -> Action:
        """Allow, review or block."""

    @property
    def rule(self) -> str:
        """The rule that decided."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Codes such as `persons>=1`."""

    @property
    def counts(self) -> Mapping[str, int]:
        """What may be told."""

    @property
    def id(self) -> str:
        """The same for the same bytes and policy."""

    def sentence(self, lang: Literal["fr", "en"], /) -> str:
        """One line that repeats no data."""


Decide = Callable[[BinaryIO, int | None, Known], VerdictLike]
"""Decides one file; called in a worker process, so it must be a function of a module, or a partial of one."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service path, such as `/outbound`: who decides there, and a tag that differs when the rules do.

    `unreadable`: what becomes of a body that cannot be decoded.
    """

    path: str
    decide: Decide = field(repr=False)
    tag: str
    unreadable: Action = "block"


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits of the server; each has its reason in docs/icap.md. Seconds, bytes, counts.

    `fail`: `closed` refuses an upload whose decision failed (error, time, dead worker, no worker free), `open` lets it
    pass. What is not sound as a message, larger than `body_bytes` or beyond the spool is refused either way.
    `review`: what is done with that verdict, since a proxy cannot wait for a person.
    `log`: each verdict stands in it before it is told.
    """

    fail: Literal["closed", "open"] = "closed"
    review: Literal["block", "allow"] = "block"
    workers: int = field(default_factory=lambda: max(2, available_cores()))
    worker_bytes: int = 4 << 30
    connections: int = 256
    body_bytes: int = 4 << 30
    expanded_bytes: int = 8 << 30
    spool_bytes: int = 16 << 30
    memory_bytes: int = MEMORY_BYTES
    head_seconds: float = 10.0
    idle_seconds: float = 30.0
    body_seconds: float = 3600.0
    keep_alive_seconds: float = 120.0
    queue_seconds: float = 60.0
    decide_seconds: float = 120.0
    drain_seconds: float = 30.0
    uploads: int = 256
    uploads_bytes: int = 1 << 30
    log: AuditLog | None = field(default=None, repr=False)
