"""A small ICAP client of the tests' own, on blocking sockets, and the stand-in that decides in the worker processes."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Self

from leakscan.gate.icap import Server, Service, Settings
from leakscan.gate.serving.settings import Known

SECRET = b"1 80 01 75 115 001 05"
"""What the stand-in finds; digits beside it are invented."""


@dataclass(frozen=True)
class Said:
    action: Any
    rule: str = "stand-in"
    reasons: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    id: str = "0123456789abcdef"

    def sentence(self, lang: str) -> str:
        return "Bloqué par <la règle>." if lang == "fr" else "Blocked by <the rule>."


def stand_in(file: BinaryIO, size: int | None, known: Known) -> Said:
    """Block what holds the secret; other words make it fail in every way that there is."""
    data = file.read()
    assert size == len(data)
    if b"DIE" in data:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"RAISE" in data:
        message = f"a message that holds {SECRET.decode()}"
        raise ValueError(message)
    if found := re.search(rb"SLEEP([0-9.]+)", data):
        time.sleep(float(found[1]))
    if found := re.search(rb"UNTIL:([^ ]+)", data):
        while not Path(found[1].decode()).exists():
            time.sleep(0.01)
    if b"REVIEW" in data:
        return Said("review")
    if data.startswith(b"\x1f\x8b"):
        return Said("block", "unreadable", ("packed",))
    if data.startswith(b"PK") and b"ENDOFZIP" not in data:
        return Said("block", "unreadable", ("damaged",))
    if known.destination == "trusted.example" and known.path == "/in":
        return Said("allow", "trusted")
    return Said("block", counts={"nir": data.count(SECRET)}) if SECRET in data else Said("allow")


def read_and_allow(file: BinaryIO, size: int | None, known: Known) -> Said:
    """What a decision costs beside the decision."""
    del known
    assert sum(len(data) for data in iter(lambda: file.read(1 << 20), b"")) == size
    return Said("allow")


SERVICES = (
    Service("/outbound", stand_in, "tag-of-outbound"),
    Service("/lenient", stand_in, "tag-of-lenient", unreadable="allow"),
)
QUICK = Settings(workers=2, connections=20, idle_seconds=5.0, head_seconds=5.0, drain_seconds=5.0)


@dataclass
class Running:
    server: Server
    loop: asyncio.AbstractEventLoop
    told: list[str]

    @property
    def port(self) -> int:
        return self.server.ports[0]

    def spooled(self) -> int:
        """Bytes kept of bodies once nothing is being served; those of the last exchange may take a moment."""
        for _ in range(1000):
            if not self.server.metrics.spooled:
                break
            time.sleep(0.01)
        return self.server.metrics.spooled

    def do(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)


@contextmanager
def running(settings: Settings = QUICK, services: tuple[Service, ...] = SERVICES, tls: Any = None) -> Iterator[Running]:
    """A server in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    told: list[str] = []
    try:
        server = asyncio.run_coroutine_threadsafe(_made(settings, services, told, tls), loop).result(60)
        one = Running(server, loop, told)
        yield one
        one.do(server.drain())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _made(settings: Settings, services: tuple[Service, ...], told: list[str], tls: Any) -> Server:
    server = Server(services, settings, told.append)
    await server.start("127.0.0.1", 0, tls=tls, metrics_at=("127.0.0.1", 0))
    return server


@dataclass(frozen=True)
class Answer:
    status: int
    fields: Mapping[str, str]
    http: bytes
    body: bytes

    @property
    def allowed(self) -> bool:
        return self.status == 204 or (self.status == 200 and not self.http.startswith(b"HTTP/1.1 403"))

    @property
    def blocked(self) -> bool:
        return self.status == 200 and self.http.startswith(b"HTTP/1.1 403")


class Client:
    """One connection."""

    def __init__(self, port: int, wrap: Any = None, seconds: float = 30) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        if wrap is not None:
            self.socket = wrap(self.socket)
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def line(self) -> bytes:
        return self.file.readline().rstrip(b"\r\n")

    def head(self) -> tuple[int, dict[str, str]]:
        first = self.line()
        if not first:
            raise EOFError
        fields = {}
        while line := self.line():
            name, _, value = line.decode("latin-1").partition(":")
            fields[name.lower()] = value.strip()
        return int(first.split()[1]), fields

    def answer(self) -> Answer:
        status, fields = self.head()
        places = [word.strip().split("=") for word in fields.get("encapsulated", "null-body=0").split(",")]
        http = self.file.read(int(places[-1][1]))
        body = b""
        if not places[-1][0].startswith("null"):
            while size := int(self.line(), 16):
                body += self.file.read(size)
                assert self.line() == b""
            assert self.line() == b""
        return Answer(status, fields, http, body)

    def ask(self, message: bytes) -> Answer:
        self.send(message)
        return self.answer()


def chunks(body: bytes, size: int = 65536) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def http_put(
    body: bytes | None, path: str = "/bucket/key", fields: str = "", method: str = "PUT", host: str = "store.example"
) -> bytes:
    length = "" if body is None else f"Content-Length: {len(body)}\r\n"
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{length}{fields}\r\n".encode()


def reqmod(
    body: bytes | None,
    *,
    head: bytes | None = None,
    service: str = "/outbound",
    allow: str = "Allow: 204\r\n",
    fields: str = "",
    size: int = 65536,
    **http: Any,
) -> bytes:
    """A whole REQMOD without a preview."""
    head = http_put(body, **http) if head is None else head
    kind = "null-body" if body is None else "req-body"
    icap = (
        f"REQMOD icap://127.0.0.1{service} ICAP/1.0\r\nHost: 127.0.0.1\r\n{allow}{fields}"
        f"Encapsulated: req-hdr=0, {kind}={len(head)}\r\n\r\n"
    )
    return icap.encode() + head + (b"" if body is None else chunks(body, size))


async def _serve() -> None:
    server = await _made(replace(QUICK, idle_seconds=30.0), SERVICES, [], None)
    sys.stdout.write(" ".join(map(str, server.ports)) + "\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    from icap_client import _serve as serve  # the workers know the tasks by the module's name

    os.environ["PYTHONPATH"] = f"{Path(__file__).parents[1]}:{Path(__file__).parent}"
    asyncio.run(serve())
