"""What an ICAP request is about: the HTTP message in it, who sends it where, and how its body is wrapped."""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from leakscan.gate.icap.uploads import Asks, asked
from leakscan.gate.icap.wire import Asked, Head, length_of, parse_http, target_of
from leakscan.gate.serving.codings import AWS_CHUNKED
from leakscan.gate.serving.settings import Known

_PORT = re.compile(r":[0-9]+$")
_SCHEME = re.compile(r"^[A-Za-z]+://")


@dataclass(frozen=True, slots=True)
class Subject:
    """`echo`: the heads that go back where the message passes. `key`: whose S3 upload in parts it may belong to."""

    known: Known
    codings: tuple[str, ...]
    length: int | None
    echo: bytes = field(repr=False)
    echo_name: str
    for_s3: bool
    parts: Asks | None = field(repr=False)
    key: tuple[str, ...] = field(repr=False)


def subject_of(asked_for: Asked, heads: dict[str, bytes]) -> Subject:
    """Read the HTTP heads; BadMessage where they are not sound."""
    request = parse_http(heads["req-hdr"], answer=False) if "req-hdr" in heads else None
    answer = parse_http(heads["res-hdr"], answer=True) if "res-hdr" in heads else None
    outbound = asked_for.method == "REQMOD"
    about = request if outbound else answer
    method, host, target = target_of(request) if request is not None else ("", "", "")
    host = _PORT.sub("", host).lower()
    path, _, query = target.partition("?")
    for_s3 = request is not None and any(name.startswith("x-amz-") for name, _ in request.fields)
    parts = asked(method, query) if outbound else None
    return Subject(
        Known(
            host or None,
            _user(asked_for.head),
            posixpath.normpath(unquote(path)) if path else None,
            None if about is None else about.one("content-type"),
        ),
        () if about is None else _codings(about),
        None if about is None or not (asked_for.has_body or outbound) else length_of(about),  # HEAD has one too
        heads.get("req-hdr" if outbound else "res-hdr", b""),
        "req" if outbound else "res",
        for_s3 or (request is not None and (request.one("authorization") or "").startswith("AWS4-")),
        parts,
        () if parts is None else (asked_for.service, host, path, parts.upload),
    )


def _codings(head: Head) -> tuple[str, ...]:
    """Codings of the body, the outermost last. What S3 clients put around it is outermost wherever it is named."""
    found = head.words("content-encoding")
    streams = (head.one("x-amz-content-sha256") or "").upper().startswith("STREAMING-")
    inner = [coding for coding in found if coding != AWS_CHUNKED]
    return (*inner, AWS_CHUNKED) if streams or AWS_CHUNKED in found else tuple(inner)


def _user(head: Head) -> str | None:
    """Who is signed in at the proxy: `X-Authenticated-User` (base64 of a URI) or `X-Client-Username`."""
    given = head.one("x-authenticated-user")
    if given is not None:
        try:
            given = base64.b64decode(given, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return given
        return _SCHEME.sub("", given)
    return head.one("x-client-username")
