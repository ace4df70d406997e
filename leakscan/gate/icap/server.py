"""The ICAP server: its two ports, its connections, and how it ends."""

from __future__ import annotations

import asyncio
import ssl
import traceback
from collections.abc import Callable
from contextlib import suppress

from leakscan.gate.icap import answers
from leakscan.gate.icap.exchange import Desk, Then, exchange
from leakscan.gate.icap.inlet import Gone, Inlet
from leakscan.gate.icap.uploads import Uploads
from leakscan.gate.icap.wire import BadMessage
from leakscan.gate.serving import metrics
from leakscan.gate.serving.judges import Judges
from leakscan.gate.serving.settings import READ_BYTES, Service, Settings

DROP_BYTES = 64 << 20
"""Bytes still taken from a client whose upload was refused before its end, so that it can read the answer."""
DROP_SECONDS = 5.0
"""Time for that."""
_MOMENT = 1.0
BACKLOG = 512
"""Connections that wait to be accepted."""


class Server:
    """Serves until `drain`. State: listeners, workers, connections, uploads in parts, figures."""

    def __init__(
        self, services: tuple[Service, ...], settings: Settings, tell: Callable[[str], None] = lambda _: None
    ) -> None:
        """`tell`: where sentences about failures go; they hold no value of an upload."""
        self.settings, self.services = settings, services
        self.metrics = metrics.Metrics()
        self._tell = tell
        self._uploads = Uploads(settings.uploads, settings.uploads_bytes)
        self._listeners: list[asyncio.Server] = []
        self._connections: set[asyncio.Task[None]] = set()
        self._idle: set[asyncio.Task[None]] = set()
        self._draining = False
        self._judges: Judges | None = None
        self._desk: Desk | None = None

    async def start(
        self,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None = None,
        metrics_at: tuple[str, int] | None = None,
    ) -> None:
        """Start the workers, then listen. OSError where an address cannot be had."""
        self._judges = Judges(self.settings, self.services)
        try:
            await self._judges.begin()
            self._desk = Desk(
                self.settings,
                {service.path: service for service in self.services},
                self._judges,
                self.metrics,
                self._tell,
                self._uploads,
                lambda: self._draining,
            )
            self._listeners.append(
                await asyncio.start_server(
                    self._connected, host, port, ssl=tls, limit=READ_BYTES, backlog=BACKLOG,
                    ssl_handshake_timeout=None if tls is None else self.settings.head_seconds,
                )
            )  # fmt: skip
            if metrics_at is not None:
                self._listeners.append(await metrics.serve(*metrics_at, self._figures, self._healthy))
        except BaseException:
            self._close()
            raise

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports that are listened on: ICAP's, then that of the figures."""
        return tuple(listener.sockets[0].getsockname()[1] for listener in self._listeners if listener.sockets)

    @property
    def worker_ids(self) -> list[int]:
        """The workers' process numbers."""
        return [] if self._judges is None else self._judges.process_ids

    async def drain(self) -> None:
        """Take nothing new, let running exchanges end within `drain_seconds`, then end."""
        self._draining = True
        if self._listeners:
            self._listeners[0].close()
        for task in list(self._idle):
            task.cancel()
        if self._connections:
            _, late = await asyncio.wait(self._connections, timeout=self.settings.drain_seconds)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
        self._close()

    def _close(self) -> None:
        for listener in self._listeners:
            listener.close()
        if self._judges is not None:
            self._judges.close()
            self._judges = None
        self._uploads.close()

    def _healthy(self) -> bool:
        return not self._draining

    def _figures(self) -> str:
        return self.metrics.text("icap", part_uploads=len(self._uploads), part_upload_bytes=self._uploads.size)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine that runs is a task's
        self._connections.add(task)
        self.metrics.connections_total += 1
        self.metrics.connections += 1
        inlet = Inlet(reader, self.settings.idle_seconds)
        try:
            if self.metrics.connections > self.settings.connections or self._draining:
                self.metrics.failures["too-many-connections"] += 1
                await self._say(writer, 503)
                await inlet.drop(READ_BYTES, _MOMENT)
            else:
                await self._serve(task, inlet, writer)
        except asyncio.CancelledError:
            if not self._draining:
                raise
        finally:
            self._connections.discard(task)
            self.metrics.connections -= 1
            writer.close()
            with suppress(OSError, TimeoutError, asyncio.CancelledError):
                async with asyncio.timeout(DROP_SECONDS):
                    await writer.wait_closed()

    async def _serve(self, task: asyncio.Task[None], inlet: Inlet, writer: asyncio.StreamWriter) -> None:
        """Exchanges one by one, until one was the last."""
        then: Then = "again"
        while then == "again" and not self._draining:
            self._idle.add(task)
            try:
                if not await inlet.arrives(self.settings.keep_alive_seconds):
                    return
            finally:
                self._idle.discard(task)
            then = await self._exchanged(inlet, writer)
        if then == "drop":
            with suppress(OSError, RuntimeError):
                if writer.can_write_eof():
                    writer.write_eof()
            await inlet.drop(DROP_BYTES, DROP_SECONDS)

    async def _exchanged(self, inlet: Inlet, writer: asyncio.StreamWriter) -> Then:
        """One exchange; an error is said where that is possible, and ends this connection alone."""
        assert self._desk is not None  # noqa: S101 - set before anybody can connect
        try:
            return await exchange(self._desk, inlet, writer)
        except BadMessage as error:
            reason, status = "bad-message", error.status
        except TimeoutError:
            reason, status = "slow-client", 408
        except (Gone, OSError):
            self.metrics.failures["client-gone"] += 1
            return "close"
        except Exception as error:  # noqa: BLE001 - whatever it is, it is no permission
            reason, status = "defect", 500
            frame = traceback.extract_tb(error.__traceback__)[-1]
            self._tell(f"a defect of the server: {type(error).__name__} in {frame.name}, line {frame.lineno}")
        self.metrics.failures[reason] += 1
        await self._say(writer, status)
        return "drop"

    async def _say(self, writer: asyncio.StreamWriter, status: int) -> None:
        """An ICAP answer without a body, behind which the connection closes."""
        with suppress(OSError, TimeoutError):
            writer.write(answers.head(status, "", closes=True))
            async with asyncio.timeout(DROP_SECONDS):
                await writer.drain()
