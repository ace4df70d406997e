"""ICAP messages with a leak in them, damaged in the ways that break parsers, and what may come back for each."""

from __future__ import annotations

import gzip
import random
import re
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from icap_client import SECRET, Client, chunks, http_put, reqmod

BODY = b"".join(b"ligne %d: NIR %b\n" % (number, SECRET) for number in range(30))


def _preview(size: int) -> bytes:
    head = http_put(BODY)
    return (
        b"REQMOD icap://x/outbound ICAP/1.0\r\nHost: x\r\nAllow: 204\r\nPreview: %d\r\n"
        b"Encapsulated: req-hdr=0, req-body=%d\r\n\r\n" % (size, len(head))
    ) + head + chunks(BODY[:size]) + chunks(BODY[size:])  # fmt: skip


def _form() -> bytes:
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n' + BODY + b"\r\n--b--\r\n"
    return reqmod(body, head=http_put(body, fields="Content-Type: multipart/form-data; boundary=b\r\n"))


def _respmod() -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY)
    icap = f"RESPMOD icap://x/outbound ICAP/1.0\r\nHost: x\r\nEncapsulated: res-hdr=0, res-body={len(head)}\r\n\r\n"
    return icap.encode() + head + chunks(BODY, 200)


_ZIPPED = gzip.compress(BODY, mtime=0)
_BARE = b"PUT /bucket/key HTTP/1.1\r\nHost: store.example\r\n\r\n"
SOUND = (
    reqmod(BODY, size=300),
    reqmod(BODY, size=100, allow=""),
    reqmod(BODY, head=_BARE, size=250, allow=""),
    reqmod(_ZIPPED, head=http_put(_ZIPPED, fields="Content-Encoding: gzip\r\n")),
    reqmod(BODY, head=http_put(BODY, "/bucket/key?partNumber=1&uploadId=mutated")),
    _preview(400),
    _form(),
    _respmod(),
)
_NUMBERS = (b"0", b"-1", b"+5", b"0x10", b"FFFFFFFF", b"FFFFFFFFFFFFFFFFF", b"1_0", b" 5", b"5 5", b"", b"00000000000a")
_LINES = (
    b"Content-Length: 0", b"Content-Length: 5, 6", b"Content-Length: -3", b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: identity", b"Transfer-Encoding : chunked", b" folded", b"Preview: 0", b"Preview: 99999999",
    b"Encapsulated: null-body=0", b"Encapsulated: req-body=0", b"Allow: 204", b"Content-Encoding: br", b"no colon",
    b"Content-Type: multipart/form-data; boundary=a", b"X: " + b"a" * 70_000, b"\x00: \x00", b"Content-Length:\x0b5",
    b"Host: trusted.example", b"Connection: close",
)  # fmt: skip


def mutated(rng: random.Random) -> bytes:
    """One sound message, damaged one to three times."""
    message = rng.choice(SOUND)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        message = rng.choice(_WAYS)(rng, message)
    return message


def _truncated(rng: random.Random, message: bytes) -> bytes:
    return message[: rng.randrange(len(message) + 1)]


def _flipped(rng: random.Random, message: bytes) -> bytes:
    at = rng.randrange(max(1, min(len(message), rng.choice((200, 600, 1 << 20)))))
    return message[:at] + bytes([rng.randrange(256)]) + message[at + 1 :]


def _cut_out(rng: random.Random, message: bytes) -> bytes:
    at = rng.randrange(len(message) + 1)
    return message[:at] + message[at + rng.randrange(1, 40) :]


def _put_in(rng: random.Random, message: bytes) -> bytes:
    at = rng.randrange(len(message) + 1)
    odd = (b"\r\n", b"\n", b"\r", b"\x00", b"0\r\n\r\n", b"0; ieof\r\n\r\n", b"\r\n\r\n", rng.randbytes(9), b"a" * 5000)
    return message[:at] + rng.choice(odd) + message[at:]


def _line_more(rng: random.Random, message: bytes) -> bytes:
    places = [found.end() for found in re.finditer(rb"\r\n", message)][:8]
    at = rng.choice(places) if places else 0
    return message[:at] + rng.choice(_LINES) + b"\r\n" + message[at:]


def _line_twice(rng: random.Random, message: bytes) -> bytes:
    lines = message.split(b"\r\n")
    at = rng.randrange(len(lines))
    lines.insert(at, lines[at] if rng.random() < 0.7 else lines[rng.randrange(len(lines))])
    return b"\r\n".join(lines)


def _line_away(rng: random.Random, message: bytes) -> bytes:
    lines = message.split(b"\r\n")
    del lines[rng.randrange(len(lines))]
    return b"\r\n".join(lines)


def _number(rng: random.Random, message: bytes) -> bytes:
    """Another size of a chunk, offset or length."""
    places = list(re.finditer(rb"(?:=|: ?|\r\n)([0-9a-f]{1,4})(?=\r\n|,)", message))
    if not places:
        return message
    begin, end = rng.choice(places).span(1)
    old = message[begin:end]
    near = b"%d" % (int(old) + rng.choice((-2, -1, 1, 2, 16))) if old.isdigit() else b"1"
    return message[:begin] + rng.choice((*_NUMBERS, near, near, near)) + message[end:]


def _line_ends(rng: random.Random, message: bytes) -> bytes:
    return message.replace(b"\r\n", rng.choice((b"\n", b"\r", b"\n\r")), rng.randrange(1, 12))


def _spliced(rng: random.Random, message: bytes) -> bytes:
    other = rng.choice(SOUND)
    return message[: rng.randrange(len(message) + 1)] + other[rng.randrange(len(other)) :]


_WAYS = (
    _truncated, _flipped, _flipped, _cut_out, _put_in, _line_more, _line_more, _line_twice, _line_away, _number,
    _number, _line_ends, _spliced,
)  # fmt: skip


@dataclass
class Findings:
    """What came back. `wrong`: numbers of messages that were allowed and should not; `hung`: without an answer."""

    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[int] = field(default_factory=list)
    hung: list[int] = field(default_factory=list)


def sent(port: int, seed: int, count: int) -> Findings:
    """Send so many damaged messages, each on a connection of its own that then says it is over."""
    rng, found = random.Random(seed), Findings()
    for number in range(count):
        message = mutated(rng)
        try:
            for status, echoed, options in _answers(port, message):
                found.answers[str(status)] += 1
                if not options and (SECRET in echoed or (status == 204 and not _may_pass(message))):
                    found.wrong.append(number)
        except TimeoutError:
            found.hung.append(number)
        except (EOFError, ConnectionError):
            found.answers["closed"] += 1
    return found


def _may_pass(message: bytes) -> bool:
    """Whether it says in itself that it has no body, or another one, so that 204 concerns nothing of the leak."""
    lengths = re.findall(rb"(?i)content-length: *([0-9]+)\r\n", message)
    return b"null-body" in message or not any(int(length) > 64 for length in lengths)


def _answers(port: int, message: bytes) -> Iterator[tuple[int, bytes, bool]]:
    with Client(port, seconds=20) as client:
        client.send(message)
        client.socket.shutdown(socket.SHUT_WR)
        while True:
            status, fields = client.head()
            if status == 100:
                continue
            places = [word.strip().split("=") for word in fields["encapsulated"].split(",")]
            http, body = client.file.read(int(places[-1][1])), b""
            if not places[-1][0].startswith("null"):
                while size := int(client.line() or b"0", 16):
                    body += client.file.read(size)
                    client.line()
                client.line()
            yield status, http + body, "methods" in fields
