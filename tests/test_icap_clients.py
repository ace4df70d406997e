"""The ICAP server before clients that others wrote: python-icap, c-icap-client, squid with curl."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from icap_client import QUICK, SECRET, Running, running
from icap_squid import CLEAN, LEAK, STORE, curl, proxied, stored
from servers.shares import program


@pytest.fixture(scope="module")
def one() -> Iterator[Running]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{Path(__file__).parents[1]}:{Path(__file__).parent}")
        with running(QUICK) as server:
            yield server


@pytest.mark.parametrize("size", [10, 5000, len(CLEAN)])
def test_python_icap(one: Running, size: int) -> None:
    icap = pytest.importorskip("icap", reason="python-icap is not installed")
    with icap.IcapClient("127.0.0.1", one.port) as client:
        assert client.options("outbound").status_code == 200
        clean, leak = CLEAN[:size], CLEAN[:size] + SECRET
        assert client.scan_bytes(clean, "outbound").is_no_modification
        assert not client.scan_bytes(leak, "outbound").is_no_modification
        for body, passes in ((clean, True), (leak, False)):
            head = b"PUT /x HTTP/1.1\r\nHost: store\r\nContent-Length: %d\r\n\r\n" % len(body)
            answer = client.reqmod("outbound", head, body)
            assert (answer.status_code == 204 or b"403 Forbidden" not in answer.body) is passes
        response = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(leak) + leak
        request = b"GET /x HTTP/1.1\r\nHost: store\r\n\r\n"
        assert not client.respmod("outbound", request, response, preview=1024).is_no_modification


@pytest.mark.parametrize("options", [(), ("-nopreview",), ("-no204",), ("-nopreview", "-no204"), ("-w", "100")])
@pytest.mark.parametrize("mode", [(), ("-req", "http://store/x", "-method", "PUT")])
def test_c_icap_client(one: Running, tmp_path: Path, options: tuple[str, ...], mode: tuple[str, ...]) -> None:
    client = program("c-icap-client")
    for name, body, passes in (("clean", CLEAN, True), ("leak", LEAK, False)):
        file, out = tmp_path / name, tmp_path / f"{name}.out"
        file.write_bytes(body)
        before = one.server.metrics.answers.copy()
        subprocess.run(
            [client, "-i", "127.0.0.1", "-p", str(one.port), "-s", "outbound", "-f", file, "-o", out, *mode, *options],
            capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        after = one.server.metrics.answers - before
        assert {action for _, _, action in after if action != "told"} == {"allow" if passes else "block"}
        given = out.read_bytes() if out.exists() else b""
        assert SECRET not in given
        assert given == (body if passes and given else given)
        assert (b"0123456789abcdef" in given) is not passes


def test_squid(one: Running, tmp_path: Path) -> None:
    with stored() as (web, kept), proxied(one.port) as proxy:
        for name, body in (("clean", CLEAN), ("leak", LEAK), ("large", CLEAN * 100), ("last", CLEAN * 100 + LEAK)):
            file = tmp_path / name
            file.write_bytes(body)
            passes = SECRET not in body
            said = curl(proxy, f"http://{STORE}:{web}/{name}", "-T", file)
            assert said == "201" if passes else said in ("403", "")  # the proxy may close while curl still sends
            assert (kept.get(f"/{name}") == body) is passes
        assert set(kept) == {"/clean", "/large"}
