"""A connection of uvicorn with what it does not have: a limit on their number, and on the time for a head."""

from __future__ import annotations

import asyncio
import socket
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

from leakscan.gate.http.answers import raw
from leakscan.gate.serving.metrics import Metrics
from leakscan.gate.serving.settings import Settings


def guarded(settings: Settings, metrics: Metrics) -> type[asyncio.Protocol]:
    """The class of connections under these limits, for uvicorn to make them of."""
    return type("Guarded", (_Guarded,), {"settings": settings, "metrics": metrics})


class _Guarded(H11Protocol):
    """One connection. State: the timer of a head that has not come whole."""

    settings: ClassVar[Settings]
    metrics: ClassVar[Metrics]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.metrics.connections += 1
        self.metrics.connections_total += 1
        super().connection_made(transport)
        # asyncio does so only where a socket tells its protocol; without it head and body lie 40 ms apart
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.metrics.connections > self.settings.connections:
            self._end(503, "Service Unavailable", "too-many-connections")
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self.metrics.connections -= 1
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self._busy:
            self._stop()
        elif self._late is None and not self.transport.is_closing():
            self._wait()

    def send_400_response(self, msg: str) -> None:
        """What h11 cannot read: nothing of it is repeated, and half of an answer gets no second one."""
        del msg
        if self._busy and self.cycle.response_started:
            self.transport.close()
        else:
            self._end(400, "Bad Request", "bad-message")

    @property
    def _busy(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self) -> None:
        self._late = self.loop.call_later(self.settings.head_seconds, self._out_of_time)

    def _stop(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _out_of_time(self) -> None:
        self._late = None
        if not self._busy and not self.transport.is_closing():
            self._end(408, "Request Timeout", "slow-client")

    def _end(self, status: int, phrase: str, reason: str) -> None:
        self._stop()
        self.metrics.failures[reason] += 1
        self.transport.write(raw(status, phrase, reason))
        self.transport.close()
