"""One ICAP request and its answer: receive, decide, pass or refuse. Whatever goes wrong on the way is no permission."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from leakscan.gate.icap import answers
from leakscan.gate.icap.inlet import Gone, Inlet
from leakscan.gate.icap.subject import Subject, subject_of
from leakscan.gate.icap.uploads import COMPLETION_BYTES, Asks, Uploads, numbers_of
from leakscan.gate.icap.wire import Asked, BadMessage, cut_heads, parse_asked
from leakscan.gate.serving import desk as desks
from leakscan.gate.serving.desk import Body, Full, ask, failed, logged
from leakscan.gate.serving.judging import (
    Judged,
    PartJudged,
    Upload,
    judge,
    judge_edge,
    judge_joined,
    judge_part,
    made_up,
    worst,
)
from leakscan.gate.serving.settings import HEAD_BYTES, READ_BYTES, Service
from leakscan.readers.spool import Spool

_LATER = ("unreadable", "encrypted", "opaque")
"""What is said of a piece of an archive need not hold for all of it: S3 parts that are kept are decided again."""


@dataclass(frozen=True, slots=True)
class Desk(desks.Desk):
    """What all exchanges share. `draining`: whether connections are to end after the running exchange."""

    uploads: Uploads
    draining: Callable[[], bool]


@dataclass(slots=True)
class _Body(Body):
    """A body that may have ended in a preview, which `in_preview` tells."""

    in_preview: bool = False


Then = Literal["again", "close", "drop"]
"""What becomes of a connection behind an answer: used again, closed, or closed once the rest of a body was dropped."""


async def exchange(desk: Desk, inlet: Inlet, writer: asyncio.StreamWriter) -> Then:
    """Serve one request. BadMessage, TimeoutError: an error is to be said; Gone: nothing can be said any more."""
    async with asyncio.timeout(desk.settings.head_seconds):
        asked = parse_asked(await inlet.block(HEAD_BYTES))
        size = asked.heads[-1][1] if asked.heads else 0
        if size > HEAD_BYTES:
            raise BadMessage(400, "HTTP heads that are too long")
        data = await inlet.exactly(size)
    service = desk.services.get(asked.service)
    if service is None:
        raise BadMessage(404, "no such service")
    closes = asked.closes or desk.draining()
    if asked.method == "OPTIONS":
        await _send(desk, writer, answers.options(service, desk.settings, closes=closes))
        desk.metrics.answers["OPTIONS", service.path, "told"] += 1
        return "close" if closes else "again"
    subject = subject_of(asked, cut_heads(asked, data))
    body = _Body(desk, Spool(desk.settings.memory_bytes))
    try:
        judged, whole = await _judged_body(desk, asked, subject, service, inlet, writer, body)
        judged = await logged(desk, judged, subject.known)
        closes = closes or not whole or desk.draining()
        desk.metrics.answers[asked.method, service.path, judged.action] += 1
        if not _passes(desk, judged):
            page = answers.refusal(judged, service.tag, for_s3=subject.for_s3, closes=closes)
            await _send(desk, writer, page)
        elif asked.allows_204 or body.in_preview:
            await _send(desk, writer, answers.head(204, service.tag, closes=closes, more=answers.about(judged)))
        else:
            try:
                await _echo(desk, writer, asked, subject, service, judged, body.spool, closes=closes)
            except BaseException as error:
                writer.transport.abort()  # half of an answer was sent: nothing may follow that could look like its rest
                if isinstance(error, asyncio.CancelledError):
                    raise
                raise Gone(midway=True) from None
    finally:
        body.close()
    return ("close" if closes else "again") if whole else "drop"


def _passes(desk: Desk, judged: Judged) -> bool:
    return judged.action == "allow" or (judged.action == "review" and desk.settings.review == "allow")


async def _judged_body(
    desk: Desk,
    asked: Asked,
    subject: Subject,
    service: Service,
    inlet: Inlet,
    writer: asyncio.StreamWriter,
    body: _Body,
) -> tuple[Judged, bool]:
    """The verdict, and whether the body was taken from the connection to its end."""
    if not asked.has_body:
        if subject.length:
            raise BadMessage(400, "a length without a body")
        return await _decide(desk, subject, service, body.spool), True
    try:
        async with asyncio.timeout(desk.settings.body_seconds):
            await _receive(desk, asked, subject, inlet, writer, body)
    except (Full, BadMessage) as error:
        if isinstance(error, BadMessage) and error.status != 413:
            raise
        reason = "spool-full" if isinstance(error, Full) else "body-too-long"
        desk.metrics.failures[reason] += 1
        return made_up("block", "limit", reason), False
    if subject.length is not None and subject.length != body.spool.size:
        raise BadMessage(400, "a body of another length than its head says")
    began = time.monotonic()
    judged = await _decide(desk, subject, service, body.spool)
    desk.metrics.decided(time.monotonic() - began)
    return judged, True


async def _receive(
    desk: Desk, asked: Asked, subject: Subject, inlet: Inlet, writer: asyncio.StreamWriter, body: _Body
) -> None:
    most = desk.settings.body_bytes
    if subject.length is not None and subject.length > most:
        raise BadMessage(413, "a body that is too long")
    if asked.preview is not None:
        try:
            body.in_preview = await inlet.body(body.take, asked.preview, preview=True)
        except BadMessage as error:
            raise BadMessage(400, "a preview that is longer than it says") if error.status == 413 else error from None
        if body.in_preview:
            return
        if body.spool.size < asked.preview:
            raise BadMessage(400, "a preview that is shorter than it says")
        await _send(desk, writer, answers.CONTINUE)
    await inlet.body(body.take, most - body.spool.size)


async def _decide(desk: Desk, subject: Subject, service: Service, spool: Spool) -> Judged:
    parts = subject.parts
    if parts is not None and parts.gives_up:
        desk.uploads.drop(subject.key)
    if parts is not None and not parts.gives_up and parts.number is None:
        return await _completion(desk, subject, service, spool)
    if not spool.size:
        return made_up("allow", "empty", "empty", "empty")
    upload = Upload(spool.handle(), subject.known, subject.codings)
    most = desk.settings.expanded_bytes
    if parts is None or parts.number is None:
        judged: Judged = await ask(desk, spool.size, judge, b"", upload, service, most)
        return judged
    found: PartJudged | Judged = await ask(desk, spool.size, judge_part, b"", upload, service, most)
    if not isinstance(found, PartJudged):
        return found  # a decision that failed: the part is not remembered, so the upload cannot be completed
    return await _part(desk, subject, service, spool, parts, found)


async def _part(desk: Desk, subject: Subject, service: Service, spool: Spool, parts: Asks, found: PartJudged) -> Judged:
    number = parts.number or 0
    kept = await desk.uploads.keep(subject.key, number, spool, subject.codings, found)
    edges = desk.uploads.edges(subject.key, number)
    own = found.judged
    later = kept and own.rule in _LATER and own.action != "allow"
    if later:
        own = made_up("allow", "upload", "decided-when-complete", "later")
    beside = [await ask(desk, len(edge), judge_edge, edge, subject.known, service) for edge in edges]
    judged = worst([own, *(one for one in beside if one.rule not in _LATER)])
    desk.uploads.judge_again(subject.key, number, judged, later=later)
    return judged


async def _completion(desk: Desk, subject: Subject, service: Service, spool: Spool) -> Judged:
    """The verdict on a whole S3 upload: of the list itself, of each part, then of all bytes where they are kept."""
    spool.seek(0)
    numbers = numbers_of(spool.read(COMPLETION_BYTES) or b"") if spool.size < COMPLETION_BYTES else []
    most = desk.settings.expanded_bytes
    verdicts = desk.uploads.verdicts(subject.key, numbers)
    if verdicts is None:
        return failed(desk, "upload", "parts-unknown")
    listed = Upload(spool.handle(), subject.known, subject.codings)
    judged = worst([await ask(desk, spool.size, judge, b"", listed, service, most), *verdicts])
    wholes = desk.uploads.wholes(subject.key, numbers)
    if wholes is None and desk.uploads.waits(subject.key, numbers):
        return worst([judged, made_up(service.unreadable, "unreadable", "parts-not-kept", "unreadable")])
    if wholes is None or not _passes(desk, judged):
        return judged
    everything, places = wholes
    known = replace(subject.known, content_type=None)
    size = sum(place[1] for place in places)
    again: Judged = await ask(desk, size, judge_joined, b"", everything.handle(), places, known, service, most)
    return again


async def _echo(
    desk: Desk,
    writer: asyncio.StreamWriter,
    asked: Asked,
    subject: Subject,
    service: Service,
    judged: Judged,
    spool: Spool,
    *,
    closes: bool,
) -> None:
    """Send back what came, for clients that must have it."""
    name = subject.echo_name
    kind = f"{name}-body" if asked.has_body else "null-body"
    heads = f"{name}-hdr=0, " if subject.echo else ""
    encapsulated = f"{heads}{kind}={len(subject.echo)}"
    more = answers.about(judged)
    await _send(desk, writer, answers.head(200, service.tag, encapsulated, closes=closes, more=more) + subject.echo)
    if not asked.has_body:
        return
    spool.seek(0)
    writer.transport.set_write_buffer_limits(high=4 * READ_BYTES)
    while data := spool.read(4 * READ_BYTES):
        writer.writelines([b"%x\r\n" % len(data), data, b"\r\n"])
        async with asyncio.timeout(desk.settings.idle_seconds):
            await writer.drain()
    await _send(desk, writer, answers.END)


async def _send(desk: Desk, writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    async with asyncio.timeout(desk.settings.idle_seconds):
        await writer.drain()
