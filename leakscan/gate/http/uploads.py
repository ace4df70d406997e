"""One upload and its answer: check who asks, receive, decide. Whatever goes wrong on the way is no permission."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from starlette.types import Receive, Scope, Send

from leakscan.gate.http.answers import answer, refused, status_of
from leakscan.gate.http.asked import Asked, BadRequest, asked_of
from leakscan.gate.serving.desk import Body, Desk, Full, ask, logged
from leakscan.gate.serving.judging import Judged, Upload, judge, made_up
from leakscan.gate.serving.settings import Service
from leakscan.gate.verdict import LIMIT, TIMEOUT
from leakscan.readers.spool import Spool


class Gone(Exception):
    """The client closed the connection: nobody is left to be answered."""


class TooLong(Exception):
    """A body beyond the limit."""


@dataclass(frozen=True, slots=True)
class Uploads:
    """The application behind one service path."""

    desk: Desk
    service: Service = field(repr=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        metrics = self.desk.metrics
        try:
            asked = asked_of(scope["query_string"], scope["headers"])
        except BadRequest as error:
            metrics.failures["bad-request"] += 1
            await answer(receive, send, refused(error.code), 400, whole=False)
            return
        body = Body(self.desk, Spool(self.desk.settings.memory_bytes))
        try:
            status: int | None = None
            try:
                judged, whole = await self._judged(asked, receive, body)
            except Full:
                judged, whole = made_up("block", LIMIT, "spool-full"), False
            except TooLong:
                judged, whole = made_up("block", LIMIT, "body-too-long"), False
            except TimeoutError:
                judged, whole, status = made_up("block", TIMEOUT, "slow-client"), False, 408
            except Gone:
                metrics.failures["client-gone"] += 1
                return
            if not whole:
                metrics.failures[judged.reasons[0]] += 1
            judged = await logged(self.desk, judged, asked.known)
            metrics.answers[scope["method"], self.service.path, judged.action] += 1
            await answer(receive, send, judged, status or status_of(judged), whole=whole, drop=status is None)
        finally:
            body.close()

    async def _judged(self, asked: Asked, receive: Receive, body: Body) -> tuple[Judged, bool]:
        settings = self.desk.settings
        if asked.length is not None and asked.length > settings.body_bytes:
            raise TooLong
        async with asyncio.timeout(settings.body_seconds):
            await self._receive(receive, body)
        if not body.spool.size:
            return made_up("allow", "empty", "empty", "empty"), True
        began = time.monotonic()
        upload = Upload(body.spool.handle(), asked.known, asked.codings)
        judged: Judged = await ask(
            self.desk, body.spool.size, judge, b"", upload, self.service, settings.expanded_bytes
        )
        self.desk.metrics.decided(time.monotonic() - began)
        return judged, True

    async def _receive(self, receive: Receive, body: Body) -> None:
        settings = self.desk.settings
        while True:
            async with asyncio.timeout(settings.idle_seconds):
                message = await receive()
            if message["type"] != "http.request":
                raise Gone
            data = message.get("body", b"")
            if body.spool.size + len(data) > settings.body_bytes:
                raise TooLong
            if data:
                body.take(data)
            if not message.get("more_body", False):
                return
