"""Damaged and slow messages: no crash, no hang, and above all no permission."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from icap_client import QUICK, Client, Running, chunks, http_put, reqmod, running
from icap_mutations import BODY, SOUND, sent

CLEAN = b"bonjour\n" * 20


@pytest.fixture(scope="module")
def one() -> Iterator[Running]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{Path(__file__).parents[1]}:{Path(__file__).parent}")
        with running() as server:
            yield server


def test_what_is_damaged_is_sound_before(one: Running) -> None:
    for message in SOUND:
        with Client(one.port) as client:
            client.send(message)
            status, _ = client.head()
            if status == 100:
                assert client.answer().blocked
            else:
                assert status == 200
                assert client.file.read(12) == b"HTTP/1.1 403"


@pytest.mark.parametrize("seed", range(4))
def test_damaged_messages_are_never_let_pass(one: Running, seed: int) -> None:
    found = sent(one.port, seed, 500)
    assert (found.wrong, found.hung) == ([], [])
    assert found.answers["400"] > 50
    assert one.server.metrics.failures["defect"] == 0
    assert one.spooled() == 0
    with Client(one.port) as client:
        assert client.ask(reqmod(CLEAN)).status == 204
        assert client.ask(reqmod(BODY)).blocked


def icap(encapsulated: str, head: bytes, rest: bytes, fields: str = "") -> bytes:
    return f"REQMOD icap://x/outbound ICAP/1.0\r\nHost: x\r\n{fields}Encapsulated: {encapsulated}\r\n\r\n".encode() + (
        head + rest
    )


HEAD = http_put(CLEAN)
SOUND_PLACES = f"req-hdr=0, req-body={len(HEAD)}"
REFUSED = {
    "no request": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "another version": b"OPTIONS icap://x/outbound ICAP/2.0\r\n\r\n",
    "another method": b"LOGMOD icap://x/outbound ICAP/1.0\r\n\r\n",
    "no encapsulated": b"REQMOD icap://x/outbound ICAP/1.0\r\nHost: x\r\n\r\n",
    "two encapsulated": icap(SOUND_PLACES, HEAD, chunks(CLEAN), f"Encapsulated: {SOUND_PLACES}\r\n"),
    "offset in the head": icap("req-hdr=0, req-body=20", HEAD, chunks(CLEAN)),
    "offset behind the head": icap(f"req-hdr=0, req-body={len(HEAD) + 5}", HEAD, chunks(CLEAN)),
    "offset not from 0": icap(f"req-hdr=2, req-body={len(HEAD)}", HEAD, chunks(CLEAN)),
    "offsets that go down": icap("req-hdr=0, res-hdr=90, res-body=30", HEAD, chunks(CLEAN)),
    "another body": icap(f"req-hdr=0, res-body={len(HEAD)}", HEAD, chunks(CLEAN)),
    "two heads": icap(f"req-hdr=0, req-body={2 * len(HEAD)}", HEAD + HEAD, chunks(CLEAN)),
    "a length in icap": icap(SOUND_PLACES, HEAD, chunks(CLEAN), "Content-Length: 5\r\n"),
    "transfer-encoding in icap": icap(SOUND_PLACES, HEAD, chunks(CLEAN), "Transfer-Encoding: chunked\r\n"),
    "two lengths": reqmod(CLEAN, head=http_put(CLEAN, fields="Content-Length: 5\r\n")),
    "length and chunked": reqmod(CLEAN, head=http_put(CLEAN, fields="Transfer-Encoding: chunked\r\n")),
    "a longer body": reqmod(CLEAN + b"more", head=HEAD),
    "a shorter body": reqmod(CLEAN[:-1], head=HEAD),
    "a length without a body": reqmod(None, head=HEAD),
    "two types": reqmod(CLEAN, head=http_put(CLEAN, fields="Content-Type: a/b\r\nContent-Type: c/d\r\n")),
    "blank before the colon": reqmod(CLEAN, head=http_put(CLEAN, fields="X-Y : 1\r\n")),
    "folded": reqmod(CLEAN, head=http_put(CLEAN, fields="X-Y: 1\r\n 2\r\n")),
    "bare line feed": reqmod(CLEAN, head=http_put(CLEAN, fields="X-Y: 1\nContent-Length: 1\r\n")),
    "chunk longer than it says": icap(SOUND_PLACES, HEAD, b"5\r\nbonjour\r\n0\r\n\r\n"),
    "signed size": icap(SOUND_PLACES, HEAD, b"+5\r\nbonjo\r\n0\r\n\r\n"),
    "hex with 0x": icap(SOUND_PLACES, HEAD, b"0x5\r\nbonjo\r\n0\r\n\r\n"),
    "huge size": icap(SOUND_PLACES, HEAD, b"fffffffff\r\nbonjo\r\n0\r\n\r\n"),
    "trailer": icap(SOUND_PLACES, HEAD, chunks(CLEAN)[:-2] + b"X: 1\r\n\r\n"),
    "ieof outside of a preview": icap(SOUND_PLACES, HEAD, chunks(CLEAN)[:-5] + b"0; ieof\r\n\r\n"),
    "preview too long": icap(SOUND_PLACES, HEAD, chunks(CLEAN), "Preview: 3\r\n"),
    "preview too short": icap(SOUND_PLACES, HEAD, b"5\r\nbonjo\r\n0\r\n\r\n", "Preview: 100\r\n"),
    "a long head": reqmod(CLEAN, fields="X: " + "a" * 70_000 + "\r\n"),
    "many fields": reqmod(CLEAN, fields="X: 1\r\n" * 300),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_be_read_in_two_ways_is_refused_and_ends_the_connection(one: Running, name: str) -> None:
    with Client(one.port) as client:
        with suppress(ConnectionError):
            client.send(REFUSED[name])
        answer = client.answer()
        assert answer.status in (400, 405, 505)
        assert answer.fields["connection"] == "close"


@pytest.mark.parametrize("begun", [b"", reqmod(CLEAN)[:60], reqmod(CLEAN)[:200], reqmod(CLEAN)[:-8]])
def test_slow_clients_lose_their_connection(begun: bytes) -> None:
    settings = replace(QUICK, head_seconds=0.5, body_seconds=0.5, keep_alive_seconds=0.5, idle_seconds=60)
    with running(settings) as server, Client(server.port) as client:
        client.send(begun)
        client.socket.settimeout(0.02)
        said = b""
        for byte in b"a" * (3000 if begun else 0):
            try:
                client.send(bytes([byte]))
            except OSError:
                break
            with suppress(TimeoutError):
                said += client.socket.recv(1000)
                if said:
                    break
        client.socket.settimeout(20)
        assert (said or client.socket.recv(1000)).startswith(b"ICAP/1.0 4" if begun else b"")
        with Client(server.port) as other:
            assert other.ask(reqmod(CLEAN)).status == 204


def test_many_slow_uploads_do_not_stop_a_quick_one() -> None:
    with running(replace(QUICK, connections=300, drain_seconds=0.0)) as server:
        slow = [Client(server.port) for _ in range(200)]
        for client in slow:
            client.send(reqmod(CLEAN)[:-30])
        with Client(server.port) as client:
            assert [client.ask(reqmod(CLEAN)).status for _ in range(5)] == [204] * 5
        for client in slow:
            client.send(reqmod(CLEAN)[-30:])
        assert [client.answer().status for client in slow] == [204] * 200
        for client in slow:
            client.__exit__()
        while server.server.metrics.connections:
            time.sleep(0.01)
        assert server.spooled() == 0
