"""The HTTP server: what passes, what is refused, who may ask, and that nothing which goes wrong is a permission."""

from __future__ import annotations

import asyncio
import gzip
import logging
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import brotli
import httpx
import jsonschema
import pytest
from icap_client import QUICK, SECRET, SERVICES

from leakscan.gate.http import Server
from leakscan.gate.http.openapi import STATUSES, VERDICT
from leakscan.gate.serving.settings import Settings

CLEAN = b"Compte rendu de la r\xc3\xa9union du budget.\n" * 50
LEAK = CLEAN + b"NIR " + SECRET + b"\n"
TOKEN = "jeton-invente-0123456789"


@pytest.fixture(scope="module", autouse=True)
def _tasks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{Path(__file__).parents[1]}:{Path(__file__).parent}")
        yield


@dataclass
class Running:
    server: Server
    loop: asyncio.AbstractEventLoop
    told: list[str]
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server.port}"

    def do(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    def put(self, body: Any, **given: Any) -> httpx.Response:
        return checked(httpx.put(f"{self.url}/outbound", content=body, timeout=60, **given))

    def spooled(self) -> int:
        for _ in range(1000):
            if not self.server.metrics.spooled:
                break
            time.sleep(0.01)
        return self.server.metrics.spooled


def checked(answer: httpx.Response) -> httpx.Response:
    """Every answer about an upload is a verdict, under a status that is documented, and repeats nothing."""
    jsonschema.validate(answer.json(), VERDICT)
    assert answer.status_code in STATUSES
    assert STATUSES[answer.status_code].split(":")[0] == answer.json()["action"]
    assert (answer.status_code == 200) is (answer.json()["action"] == "allow")
    assert SECRET not in answer.content + str(answer.headers).encode()
    return answer


@contextmanager
def running(settings: Settings = QUICK, tokens: tuple[str, ...] = (), tls: Any = None) -> Iterator[Running]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    told: list[str] = []
    digests = tuple(sha256(token.encode()).digest() for token in tokens)
    try:
        server = Server(SERVICES, settings, digests, told.append)
        one = Running(server, loop, told, "http" if tls is None else "https")
        one.do(server.start("127.0.0.1", 0, tls=tls))
        yield one
        one.do(server.drain())
        assert not [line for line in told if SECRET.decode() in line]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture(scope="module")
def one(_tasks: None) -> Iterator[Running]:
    with running() as server:
        yield server


def pieces(body: bytes, size: int = 1000) -> Iterator[bytes]:
    yield from (body[at : at + size] for at in range(0, len(body), size))


def sent(port: int, data: bytes, seconds: float = 30) -> bytes:
    """What comes back to raw bytes, up to the end of the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(data)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_verdict_comes_back_on_one_connection(one: Running) -> None:
    with httpx.Client(base_url=one.url) as client:
        for method in ("PUT", "POST"):
            assert checked(client.request(method, "/outbound", content=CLEAN)).status_code == 200
            answer = checked(client.request(method, "/outbound", content=LEAK))
            assert answer.status_code == 403
            assert answer.json()["counts"] == {"nir": 1}
            assert answer.json()["sentence"]["en"] == "Blocked by <the rule>."
            assert answer.headers["x-leakscan-id"] == answer.json()["id"] == "0123456789abcdef"
            assert checked(client.request(method, "/outbound", content=b"REVIEW")).status_code == 409


def test_an_empty_body_passes(one: Running) -> None:
    assert one.put(b"").json()["rule"] == "empty"


@pytest.mark.parametrize("size", [1, 999, 70_000])
def test_bodies_in_chunks_are_read_to_their_end(one: Running, size: int) -> None:
    clean = CLEAN * (4 if size == 1 else 40)
    assert one.put(pieces(clean, size)).status_code == 200
    assert one.put(pieces(clean + LEAK, size)).status_code == 403


def test_a_large_body_is_spooled_and_given_back() -> None:
    with running(replace(QUICK, memory_bytes=1000)) as server:
        assert server.put(pieces(bytes(20 << 20) + LEAK, 1 << 20)).status_code == 403
        assert server.spooled() == 0
        assert server.server.metrics.body_bytes > 20 << 20


@pytest.mark.parametrize(("coding", "packed"), [("gzip", gzip.compress), ("br", brotli.compress)])
def test_codings_are_taken_off(one: Running, coding: str, packed: Any) -> None:
    told = {"Content-Encoding": coding}
    assert one.put(packed(LEAK), headers=told).status_code == 403
    assert one.put(packed(CLEAN), headers=told).status_code == 200
    damaged = one.put(packed(CLEAN)[:-5], headers=told)
    assert (damaged.status_code, damaged.json()["rule"]) == (403, "unreadable")
    assert one.put(CLEAN, headers={"Content-Encoding": "x-unknown"}).json()["reasons"] == ["encoding-unknown"]


def test_forms_are_parted(one: Running) -> None:
    for data, status in ((CLEAN, 200), (LEAK, 403)):
        answer = httpx.post(f"{one.url}/outbound", files={"file": ("x.txt", data)}, data={"note": "bonjour"})
        assert checked(answer).status_code == status


def test_facts_reach_the_policy_by_query_and_by_header(one: Running) -> None:
    told = {"destination": "trusted.example", "path": "/out/../in"}
    assert one.put(LEAK, params=told).json()["rule"] == "trusted"
    assert one.put(LEAK, params={"destination": "trusted.example", "filename": "/in"}).json()["rule"] == "trusted"
    heads = {"X-Leakscan-Destination": "trusted.example", "X-Leakscan-Path": "%2Fin", "X-Leakscan-User": "anna"}
    assert one.put(LEAK, headers=heads).json()["rule"] == "trusted"
    assert one.put(LEAK, params={"destination": "trusted.example"}).status_code == 403


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"params": {"dest": "trusted.example"}}, "unknown-fact"),
        ({"params": [("path", "a"), ("path", "b")]}, "fact-told-twice"),
        ({"params": {"path": "a"}, "headers": {"X-Leakscan-Path": "b"}}, "fact-told-twice"),
        ({"params": {"path": "a", "filename": "b"}}, "path-and-filename"),
        ({"headers": {"X-Leakscan-Destinaton": "a"}}, "unknown-fact"),
        ({"headers": {"X-Leakscan-User": "%FF"}}, "query"),
        ({"headers": [("X-Leakscan-User", "a"), ("X-Leakscan-User", "b")]}, "field-told-twice"),
        ({"headers": {"Content-Range": "bytes 0-9/99"}}, "a-piece-of-a-file"),
        ({"headers": [(f"x-{number}", "1") for number in range(300)]}, "too-many-fields"),
    ],
)
def test_a_request_that_can_be_read_in_two_ways_is_refused(one: Running, given: Any, reason: str) -> None:
    answer = one.put(CLEAN, **given)
    assert (answer.status_code, answer.json()["reasons"]) == (400, [reason])


def test_two_lengths_and_damaged_heads_are_refused(one: Running) -> None:
    two = b"PUT /outbound HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
    two += b"3\r\nabc\r\n0\r\n\r\n"
    for data in (two, b"\x16\x03\x01 nonsense\r\n\r\n", b"PUT /outbound HTTP/1.1\r\nContent-Length: x\r\n\r\n"):
        answer = sent(one.server.port, data)
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert b'"block"' in answer


def test_a_damaged_chunk_gets_no_permission(one: Running) -> None:
    head = b"PUT /outbound HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = sent(one.server.port, head + b"5\r\nhello\r\nXX\r\nwhat\r\n0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"what" not in answer


def test_other_paths_and_methods_are_refused(one: Running) -> None:
    for path, method, status in (("/else", "PUT", 404), ("/outbound", "DELETE", 405), ("/outbound/", "PUT", 404)):
        answer = httpx.request(method, f"{one.url}{path}", content=LEAK if method == "PUT" else None)
        assert (answer.status_code, answer.json()["action"]) == (status, "block")


def test_more_than_the_limit_is_refused_and_can_be_read() -> None:
    with running(replace(QUICK, body_bytes=100_000, spool_bytes=50_000)) as server:
        said = server.put(bytes(1 << 20))
        assert (said.status_code, said.json()["reasons"]) == (413, ["body-too-long"])
        unsaid = server.put(pieces(bytes(1 << 20), 1 << 15))
        assert (unsaid.status_code, unsaid.json()["reasons"]) in ((413, ["body-too-long"]), (503, ["spool-full"]))
        full = server.put(pieces(bytes(60_000)))
        assert (full.status_code, full.json()["reasons"]) == (503, ["spool-full"])
        assert server.spooled() == 0
        assert server.put(CLEAN).status_code == 200


def test_a_client_that_waits_to_be_told_to_go_on_is_refused_first() -> None:
    head = b"PUT /outbound HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
    with running(replace(QUICK, body_bytes=1000)) as server:
        with socket.create_connection(("127.0.0.1", server.server.port), timeout=30) as connection:
            connection.sendall(head % 5000)
            assert connection.recv(100).startswith(b"HTTP/1.1 413 ")
        with socket.create_connection(("127.0.0.1", server.server.port), timeout=30) as connection:
            connection.sendall(head % 5)
            assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
            connection.sendall(b"hello")
            assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


def test_tokens() -> None:
    with running(tokens=(TOKEN, "ein-anderes-zeichen-1234")) as server:
        for token in (TOKEN, "ein-anderes-zeichen-1234"):
            assert server.put(CLEAN, headers={"Authorization": f"Bearer {token}"}).status_code == 200
        for given in (
            {}, {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": TOKEN},
            {"Authorization": "Bearer x"}, [("Authorization", f"Bearer {TOKEN}"), ("Authorization", "Bearer x")],
        ):  # fmt: skip
            answer = server.put(CLEAN, headers=given)
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
            assert TOKEN not in answer.text
        assert httpx.get(f"{server.url}/metrics").status_code == 401
        assert httpx.get(f"{server.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
        assert httpx.get(f"{server.url}/healthz").status_code == 200
        assert httpx.get(f"{server.url}/openapi.json").status_code == 200


def test_slow_clients_lose_their_connection() -> None:
    head = b"PUT /outbound HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n"
    settings = replace(QUICK, head_seconds=0.3, idle_seconds=0.3, body_seconds=0.9)
    with running(settings) as server:
        for data in (b"", head[:20], head, head + b"some"):
            assert sent(server.server.port, data).startswith(b"HTTP/1.1 408 ")
        with socket.create_connection(("127.0.0.1", server.server.port), timeout=30) as drip:
            drip.sendall(head)
            answer = b""
            while not answer:
                drip.sendall(b"x")
                drip.settimeout(0.1)
                try:
                    answer = drip.recv(100)
                except TimeoutError:
                    continue
            assert answer.startswith(b"HTTP/1.1 408 ")
        with socket.create_connection(("127.0.0.1", server.server.port), timeout=30) as again:
            again.sendall(head.replace(b"500", b"5") + b"hello")
            assert again.recv(65536).startswith(b"HTTP/1.1 200 ")
            again.sendall(head[:20])  # a second head that never ends
            assert b"408" in b"".join(iter(lambda: again.recv(65536), b""))
        assert server.spooled() == 0


def test_a_client_that_goes_away_leaves_nothing(one: Running) -> None:
    before = one.server.metrics.failures["client-gone"]
    with socket.create_connection(("127.0.0.1", one.server.port)) as connection:
        connection.sendall(b"PUT /outbound HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n" + CLEAN[:100])
    for _ in range(1000):
        if one.server.metrics.failures["client-gone"] > before:
            break
        time.sleep(0.01)
    assert one.server.metrics.failures["client-gone"] == before + 1
    assert one.spooled() == 0


@pytest.mark.parametrize(
    ("body", "rule", "reason"),
    [(b"DIE", "error", "decision-failed"), (b"RAISE", "error", "decision-failed"), (b"SLEEP99", "timeout", "too-slow")],
)
def test_a_decision_that_fails_is_no_permission(body: bytes, rule: str, reason: str) -> None:
    with running(replace(QUICK, decide_seconds=2.0 if rule == "timeout" else 60.0)) as server:
        answer = server.put(body + SECRET)
        assert (answer.status_code, answer.json()["rule"], answer.json()["reasons"]) == (503, rule, [reason])
        assert rule == "timeout" or server.put(CLEAN).status_code == 200


def test_where_it_is_told_to_fail_open_a_failed_decision_is_a_permission() -> None:
    with running(replace(QUICK, fail="open")) as server:
        assert server.put(b"RAISE").json()["action"] == "allow"
        assert server.put(LEAK).status_code == 403


def test_a_worker_that_is_killed_is_replaced(one: Running) -> None:
    import os
    import signal

    victims = one.server.worker_ids
    for number in victims:
        os.kill(number, signal.SIGKILL)
    assert one.put(LEAK).status_code == 403
    assert one.put(CLEAN).status_code == 200


def test_no_worker_free_in_time_is_no_permission(tmp_path: Path) -> None:
    with running(replace(QUICK, workers=1, queue_seconds=0.2)) as server, ThreadPoolExecutor(2) as pool:
        slow = pool.submit(server.put, b"UNTIL:%s" % bytes(tmp_path / "ends"))
        while not server.server.metrics.body_bytes:
            time.sleep(0.01)
        time.sleep(0.3)
        answer = server.put(CLEAN)
        (tmp_path / "ends").touch()
        assert (answer.status_code, answer.json()["reasons"]) == (503, ["no-worker-free"])
        assert slow.result().status_code == 200


def test_many_at_a_time_get_each_their_own_verdict(one: Running) -> None:
    bodies = [(LEAK if number % 3 == 0 else CLEAN) + b"%d\n" % number * 200 for number in range(60)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(one.put, bodies))
    assert [answer.status_code for answer in answers] == [403 if number % 3 == 0 else 200 for number in range(60)]
    assert one.spooled() == 0


def test_a_connection_too_many_is_told_so() -> None:
    with running(replace(QUICK, connections=1)) as server, httpx.Client(base_url=server.url) as first:
        assert first.put("/outbound", content=CLEAN).status_code == 200
        assert sent(server.server.port, b"").startswith(b"HTTP/1.1 503 ")
        assert first.put("/outbound", content=CLEAN).status_code == 200


def test_figures_and_description() -> None:
    with running() as server:
        server.put(LEAK, params={"path": "/Marie", "user": "marie"})
        server.put(b"RAISE")
        text = httpx.get(f"{server.url}/metrics").text
        assert 'leakscan_http_answers_total{method="PUT",service="/outbound",action="block"} 2' in text
        assert 'leakscan_http_failures_total{reason="decision-failed"} 1' in text
        assert "leakscan_http_decision_seconds_count 2" in text
        assert "marie" not in text.casefold()
        assert httpx.get(f"{server.url}/healthz").text == "ok\n"
        page = httpx.get(f"{server.url}/openapi.json").json()
        assert set(page["paths"]) == {"/outbound", "/lenient", "/healthz", "/metrics", "/openapi.json"}
        assert set(page["paths"]["/outbound"]["put"]["responses"]) == {str(status) for status in STATUSES}
        assert page["components"]["schemas"]["Verdict"] == VERDICT


def test_a_defect_is_told_without_its_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(SECRET.decode())

    with running() as server:
        monkeypatch.setattr("leakscan.gate.http.uploads.asked_of", broken)
        answer = server.put(LEAK)
        assert (answer.status_code, answer.json()["reasons"]) == (500, ["defect"])
        until = time.monotonic() + 10  # it is told when the answer has left
        while not server.told and time.monotonic() < until:
            time.sleep(0.01)
        assert server.told == ["a defect of the server: RuntimeError in broken, line " + server.told[0].split()[-1]]


def test_nothing_of_an_upload_is_logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.DEBUG), running() as server:
        for body in (LEAK, b"RAISE" + SECRET, b"DIE" + SECRET):
            server.put(body, params={"path": f"/{SECRET.decode()}"})
        sent(server.server.port, b"NIR " + SECRET + b"\r\n\r\n")
    out, err = capfd.readouterr()
    logged = caplog.text.replace("HTTP Request", "").splitlines()
    ours = [line for line in logged if "httpx" not in line and "httpcore" not in line]
    assert [line for line in [*ours, out, err] if SECRET.decode() in line] == []


def test_what_runs_ends_before_the_server_does() -> None:
    with running(replace(QUICK, drain_seconds=60.0)) as server, ThreadPoolExecutor(1) as pool:
        busy = pool.submit(server.put, b"SLEEP1 " + SECRET)
        while not server.server.metrics.body_bytes:
            time.sleep(0.01)
        port = server.server.port
        server.do(server.server.drain())
        assert busy.result().status_code == 403
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=5)


def test_what_does_not_end_in_time_gets_no_permission() -> None:
    with running(replace(QUICK, drain_seconds=1.0)) as server, ThreadPoolExecutor(1) as pool:
        busy = pool.submit(httpx.put, f"{server.url}/outbound", content=b"SLEEP30", timeout=60)
        while not server.server.metrics.body_bytes:
            time.sleep(0.01)
        server.do(server.server.drain())
        answer = checked(busy.result())
        assert (answer.status_code, answer.json()["reasons"]) == (503, ["ending"])


def test_tls(tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    openssl = shutil.which("openssl") or pytest.skip("openssl is not installed")
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
        capture_output=True, check=True,
    )  # fmt: skip
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(cert, key)
    with running(tls=theirs) as server:
        assert server.put(LEAK, verify=ssl.create_default_context(cafile=str(cert))).status_code == 403
