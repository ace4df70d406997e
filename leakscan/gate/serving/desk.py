"""What all requests to a server share, a body on its way into a spool, and the question to the workers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from leakscan.gate.audit import AuditError, append
from leakscan.gate.policy import Facts
from leakscan.gate.serving.judges import Judges, NoWorker
from leakscan.gate.serving.judging import Judged, made_up
from leakscan.gate.serving.metrics import Metrics
from leakscan.gate.serving.settings import Known, Service, Settings
from leakscan.gate.verdict import Verdict
from leakscan.readers.spool import Spool
from leakscan.work import Lost


class Full(Exception):
    """There is no room for a body."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What all requests share: limits, services by path, workers, figures, and where sentences about failures go."""

    settings: Settings
    services: dict[str, Service]
    judges: Judges
    metrics: Metrics
    tell: Callable[[str], None] = field(repr=False)


@dataclass(slots=True)
class Body:
    """A body on its way into a spool. State: how much of it counts in the figures."""

    desk: Desk
    spool: Spool = field(repr=False)

    def take(self, data: bytes) -> None:
        """Put bytes away; Full where there is no room for them."""
        metrics = self.desk.metrics
        if metrics.spooled + len(data) > self.desk.settings.spool_bytes:
            raise Full
        try:
            self.spool.write(data)
        except OSError:
            raise Full from None
        metrics.spooled += len(data)
        metrics.body_bytes += len(data)

    def close(self) -> None:
        """Give the room back."""
        self.desk.metrics.spooled -= self.spool.size
        self.spool.close()


async def ask(desk: Desk, size: int, function: Callable[..., Any], data: bytes, *given: Any) -> Any:
    """What a worker says, or the verdict on its failure."""
    try:
        found = await desk.judges.ask(size, function, data, *given)
    except NoWorker:
        return failed(desk, "timeout", "no-worker-free")
    except OSError:
        return failed(desk, "error", "worker-unreachable")
    if not isinstance(found, Lost):
        return found
    desk.tell(f"a decision failed: {found.reason}")
    late = found.reason.startswith("it took longer")
    return failed(desk, "timeout" if late else "error", "too-slow" if late else "decision-failed")


async def logged(desk: Desk, judged: Judged, known: Known) -> Judged:
    """The verdict, once it stands in the audit log where one is kept; without its line nothing is let pass.

    What holds no bytes is no upload, and not logged.
    """
    log = desk.settings.log
    if log is None or judged.rule == "empty":
        return judged
    verdict = Verdict(judged.action, judged.rule, judged.reasons, judged.counts, judged.id)
    facts = Facts(known.destination, known.user, known.path, known.content_type)
    try:
        await asyncio.to_thread(append, log, verdict, facts)
    except AuditError as error:
        desk.tell(str(error))
        desk.metrics.failures["not-logged"] += 1
        return made_up("block", "error", "not-logged")
    return judged


def failed(desk: Desk, rule: str, reason: str) -> Judged:
    """What becomes of an upload whose decision failed."""
    desk.metrics.failures[reason] += 1
    action: Literal["allow", "block"] = "allow" if desk.settings.fail == "open" else "block"
    return made_up(action, rule, reason)
