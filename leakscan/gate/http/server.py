"""The HTTP server: its routes, who may ask, and how it ends."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import traceback
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from leakscan.gate.http.answers import answer, as_json, refused
from leakscan.gate.http.connection import guarded
from leakscan.gate.http.openapi import description
from leakscan.gate.http.tokens import known
from leakscan.gate.http.uploads import Uploads
from leakscan.gate.serving.desk import Desk
from leakscan.gate.serving.judges import Judges
from leakscan.gate.serving.metrics import Metrics
from leakscan.gate.serving.settings import HEAD_BYTES, Service, Settings

OPEN: tuple[str, ...] = ("/healthz", "/openapi.json")
"""Paths that need no token: they tell nothing of an upload."""
OWN: tuple[str, ...] = (*OPEN, "/metrics")
"""Paths that no service can have."""
BACKLOG = 512
"""Connections that wait to be accepted."""
_LOOK_SECONDS = 0.01
_CHALLENGE = ((b"www-authenticate", b"Bearer"),)


class Server:
    """Serves until `drain`. State: the listener, workers, figures."""

    def __init__(
        self,
        services: tuple[Service, ...],
        settings: Settings,
        tokens: tuple[bytes, ...] = (),
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`tokens`: SHA-256 of each that may ask, none for everybody. `tell`: where sentences about failures go."""
        self.settings, self.services = settings, services
        self.metrics = Metrics()
        self._tokens, self._tell = tokens, tell
        self._judges: Judges | None = None
        self._listener: socket.socket | None = None
        self._served: _Served | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int, *, tls: ssl.SSLContext | None = None) -> None:
        """Start the workers, then listen. OSError where an address cannot be had."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
        try:
            self._judges = Judges(self.settings, self.services)
            await self._judges.begin()
            self._served = _Served(self._config(self._judges, tls))
            self._task = asyncio.create_task(self._served.serve([self._listener]))
            while not self._served.started:
                if self._task.done():
                    self._task.result()
                await asyncio.sleep(_LOOK_SECONDS)
        except BaseException:
            self._close()
            raise

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return 0 if self._listener is None else int(self._listener.getsockname()[1])

    @property
    def worker_ids(self) -> list[int]:
        """The workers' process numbers."""
        return [] if self._judges is None else self._judges.process_ids

    async def drain(self) -> None:
        """Take nothing new, let running requests end within `drain_seconds`, then end."""
        if self._served is not None and self._task is not None:
            self._served.should_exit = True
            await self._task
            await asyncio.gather(*self._served.server_state.tasks, return_exceptions=True)
        self._close()

    def _close(self) -> None:
        if self._judges is not None:
            self._judges.close()
            self._judges = None
        if self._listener is not None:
            self._listener.close()

    def _config(self, judges: Judges, tls: ssl.SSLContext | None) -> uvicorn.Config:
        # uvicorn and asyncio would put exceptions, which may hold what a client sent, on standard error
        for name in ("uvicorn.error", "uvicorn.access"):
            logger = logging.getLogger(name)
            logger.handlers, logger.propagate = [logging.NullHandler()], False
        desk = Desk(
            self.settings, {service.path: service for service in self.services}, judges, self.metrics, self._tell
        )
        config = uvicorn.Config(
            _Door(self._routes(desk), desk, self._tokens),
            http=guarded(self.settings, self.metrics),
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=BACKLOG,
            timeout_keep_alive=int(self.settings.keep_alive_seconds),
            timeout_graceful_shutdown=int(self.settings.drain_seconds),
            h11_max_incomplete_event_size=HEAD_BYTES,
        )
        config.load()
        config.ssl = tls
        return config

    def _routes(self, desk: Desk) -> Starlette:
        page = description(tuple(service.path for service in self.services))

        def healthy(_: Request) -> Response:
            draining = self._served is not None and self._served.should_exit
            return PlainTextResponse("not taking uploads\n" if draining else "ok\n", 503 if draining else 200)

        def figures(_: Request) -> Response:
            return PlainTextResponse(self.metrics.text("http"), media_type="text/plain; version=0.0.4")

        def described(_: Request) -> Response:
            return JSONResponse(page)

        app = Starlette(
            routes=[
                Route("/healthz", _awaited(healthy)),
                Route("/metrics", _awaited(figures)),
                Route("/openapi.json", _awaited(described)),
                *(Route(one.path, Uploads(desk, one), methods=["PUT", "POST"]) for one in self.services),
            ],
            exception_handlers={404: _no_path, 405: _no_method, Exception: _defect},
        )
        app.router.redirect_slashes = False
        return app


class _Served(uvicorn.Server):
    """uvicorn's server, which leaves signals to the command."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@dataclass(frozen=True, slots=True)
class _Door:
    """What each request passes first: its token, and a net below it that lets no exception out."""

    inside: ASGIApp
    desk: Desk
    tokens: tuple[bytes, ...] = field(repr=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noted(message: object) -> None:
            nonlocal begun
            begun = True
            await send(message)  # type: ignore[arg-type]

        if self.tokens and scope["path"] not in OPEN and not known(self.tokens, scope["headers"]):
            self.desk.metrics.failures["unauthorized"] += 1
            await answer(receive, send, refused("unauthorized"), 401, whole=False, more=_CHALLENGE)
            return
        try:
            await self.inside(scope, receive, noted)
        except asyncio.CancelledError:  # the time to end in is over
            if begun:
                raise
            self.desk.metrics.failures["ending"] += 1
            await answer(receive, send, refused("ending"), 503, whole=False, drop=False)
        except Exception as error:
            self.desk.metrics.failures["defect"] += 1
            frame = traceback.extract_tb(error.__traceback__)[-1]
            self.desk.tell(f"a defect of the server: {type(error).__name__} in {frame.name}, line {frame.lineno}")
            if begun:
                raise
            await answer(receive, send, refused("defect"), 500, whole=False)


def _refusal(reason: str, status: int, **more: str) -> Response:
    headers = {"connection": "close", "cache-control": "no-store", **more}
    return JSONResponse(as_json(refused(reason)), status, headers=headers)


async def _no_path(_: Request, __: Exception) -> Response:
    return _refusal("no-such-path", 404)


async def _no_method(_: Request, error: Exception) -> Response:
    return _refusal("no-such-method", 405, **(getattr(error, "headers", None) or {}))


async def _defect(_: Request, __: Exception) -> Response:
    return _refusal("defect", 500)


def _awaited(made: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    """In the event loop: starlette has plain functions called in threads."""

    async def endpoint(request: Request) -> Response:
        return made(request)

    return endpoint
