"""What is answered: a verdict as JSON under a status that no client takes for a permission unless it is one."""

from __future__ import annotations

import asyncio
import json

from starlette.types import Receive, Send

from leakscan.gate.serving.judging import Judged, made_up
from leakscan.gate.verdict import ERROR, LIMIT, TIMEOUT

OF_ACTION: dict[str, int] = {"allow": 200, "review": 409, "block": 403}
"""Status of a verdict. `review` is none of 2xx: whoever asks only for those must not let it pass."""
OF_FAILURE: dict[str, int] = {ERROR: 503, TIMEOUT: 503, LIMIT: 413}
"""Status where something was blocked because the check could not be made."""
DROP_BYTES = 64 << 20
"""Bytes still taken from a client that is answered before the end of its body, so that it can read the answer."""
DROP_SECONDS = 5.0
"""Time for that."""


def status_of(judged: Judged) -> int:
    """The status of a verdict."""
    if judged.action == "block" and judged.rule in OF_FAILURE:
        return 503 if "spool-full" in judged.reasons else OF_FAILURE[judged.rule]
    return OF_ACTION[judged.action]


def as_json(judged: Judged) -> dict[str, object]:
    """The verdict as `leakscan-verdict/1`, as `leakscan gate --json` writes it."""
    return {
        "schema": "leakscan-verdict/1",
        "action": judged.action,
        "rule": judged.rule,
        "reasons": list(judged.reasons),
        "counts": dict(judged.counts),
        "id": judged.id,
        "sentence": {"fr": judged.french, "en": judged.english},
    }


def refused(reason: str) -> Judged:
    """The verdict on a request that is none, which permits nothing either."""
    return made_up("block", ERROR, reason)


def raw(status: int, phrase: str, reason: str) -> bytes:
    """A whole answer for a connection that has no request, behind which it closes."""
    body = _body(refused(reason))
    head = f"HTTP/1.1 {status} {phrase}\r\n" + "".join(
        f"{name.decode()}: {value.decode()}\r\n" for name, value in _fields(body, None, closes=True)
    )
    return f"{head}\r\n".encode() + body


async def answer(
    receive: Receive,
    send: Send,
    judged: Judged,
    status: int,
    *,
    whole: bool = True,
    drop: bool = True,
    more: tuple[tuple[bytes, bytes], ...] = (),
) -> None:
    """Send a verdict. Unless the `whole` body was taken the connection closes, once some of the rest was dropped."""
    body = _body(judged)
    fields = [*_fields(body, judged, closes=not whole), *more]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    if not whole and drop:
        await _drop(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _drop(receive: Receive) -> None:
    most = DROP_BYTES
    try:
        async with asyncio.timeout(DROP_SECONDS):
            while most > 0:
                message = await receive()
                most -= len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
    except TimeoutError:
        return


def _body(judged: Judged) -> bytes:
    return json.dumps(as_json(judged), ensure_ascii=False, indent=1).encode() + b"\n"


def _fields(body: bytes, judged: Judged | None, *, closes: bool) -> list[tuple[bytes, bytes]]:
    fields = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if judged is not None:
        fields += [(b"x-leakscan-action", judged.action.encode()), (b"x-leakscan-id", judged.id.encode())]
    return [*fields, (b"connection", b"close")] if closes else fields
