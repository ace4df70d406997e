"""The bytes that go back: ICAP heads, and the page that a person sees whose upload was refused."""

from __future__ import annotations

from html import escape

from leakscan.gate.serving.judging import Judged
from leakscan.gate.serving.settings import PREVIEW_BYTES, Service, Settings
from leakscan.i18n import phrase

CONTINUE = b"ICAP/1.0 100 Continue\r\n\r\n"
END = b"0\r\n\r\n"
OPTIONS_SECONDS = 3600
"""How long a client may go by what OPTIONS told it."""
_PHRASES = {
    200: "OK",
    204: "No Content",
    400: "Bad Request",
    404: "ICAP Service Not Found",
    405: "Method Not Allowed For Service",
    408: "Request Timeout",
    413: "Request Entity Too Large",
    500: "Server Error",
    503: "Service Overloaded",
    505: "ICAP Version Not Supported",
}
_NO_TAG = "leakscan"


def head(
    status: int, tag: str, encapsulated: str = "null-body=0", *, closes: bool = False, more: tuple[str, ...] = ()
) -> bytes:
    """An ICAP answer's head. `tag`: the service's, which says by which rules it decides."""
    lines = [
        f"ICAP/1.0 {status} {_PHRASES[status]}",
        f'ISTag: "{tag or _NO_TAG}"',
        "Server: leakscan",
        f"Connection: {'close' if closes else 'keep-alive'}",
        f"Encapsulated: {encapsulated}",
        *more,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def options(service: Service, settings: Settings, *, closes: bool) -> bytes:
    """What a service can do."""
    more = (
        "Methods: REQMOD, RESPMOD",
        "Service: leakscan",
        f"Service-ID: {service.path.strip('/') or 'leakscan'}",
        f"Max-Connections: {settings.connections}",
        f"Options-TTL: {OPTIONS_SECONDS}",
        "Allow: 204",
        f"Preview: {PREVIEW_BYTES}",
        "Transfer-Preview: *",
    )
    return head(200, service.tag, closes=closes, more=more)


def chunk(data: bytes) -> bytes:
    """One chunk of a body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def about(judged: Judged) -> tuple[str, ...]:
    """Fields that tell a proxy's log what was decided: action and id."""
    return (f"X-Leakscan-Action: {judged.action}", f"X-Leakscan-Id: {judged.id}")


def refusal(judged: Judged, tag: str, *, for_s3: bool, closes: bool) -> bytes:
    """The whole ICAP answer to an upload that is refused: an HTTP 403 with the reason in French and English."""
    body, kind = (_s3_error(judged), "application/xml") if for_s3 else (_page(judged), "text/html; charset=utf-8")
    http = (
        f"HTTP/1.1 403 Forbidden\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        f"Cache-Control: no-store\r\nX-Leakscan-Id: {judged.id}\r\nConnection: close\r\n\r\n"
    ).encode("latin-1")
    icap = head(200, tag, f"res-hdr=0, res-body={len(http)}", closes=closes, more=about(judged))
    return icap + http + chunk(body) + END


def _page(judged: Judged) -> bytes:
    parts = []
    for lang, sentence in (("fr", judged.french), ("en", judged.english)):
        title, advice = phrase("gate.icap.title", lang), phrase("gate.icap.advice", lang)
        reference = phrase("gate.icap.reference", lang, id=judged.id)
        said = "".join(f"<p>{escape(text)}</p>" for text in (sentence, advice, reference))
        parts.append(f'<section lang="{lang}"><h1>{escape(title)}</h1>{said}</section>')
    return (
        '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>leakscan</title></head><body>'
        f"{''.join(parts)}</body></html>\n"
    ).encode()


def _s3_error(judged: Judged) -> bytes:
    message = escape(f"{judged.french} / {judged.english}")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>'
        f"<Message>{message}</Message><RequestId>{escape(judged.id)}</RequestId></Error>\n"
    ).encode()
