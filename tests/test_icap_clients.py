"""The ICAP server before clients that others wrote: python-icap, c-icap-client, squid with curl."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from icap_client import QUICK, SECRET, Running, running

CLEAN = b"Compte rendu de la reunion du budget.\n" * 3000
LEAK = CLEAN + b"NIR " + SECRET + b"\n"


@pytest.fixture(scope="module")
def one() -> Iterator[Running]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{Path(__file__).parents[1]}:{Path(__file__).parent}")
        with running(QUICK) as server:
            yield server


def program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


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


class Store(BaseHTTPRequestHandler):
    """A web server that keeps what is put."""

    protocol_version = "HTTP/1.1"
    kept: dict[str, bytes]

    def do_PUT(self) -> None:
        self.kept[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def stored() -> Iterator[tuple[int, dict[str, bytes]]]:
    handler = type("Kept", (Store,), {"kept": {}})
    web = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=web.serve_forever)
    thread.start()
    try:
        yield web.server_address[1], handler.kept
    finally:
        web.shutdown()
        thread.join()
        web.server_close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one_port:
        return one_port.getsockname()[1]


SQUID = """
http_port 127.0.0.1:{port}
http_access allow localhost
pid_filename {folder}/pid
cache_log {folder}/cache.log
access_log none
cache deny all
cache_mem 8 MB
coredump_dir {folder}
shutdown_lifetime 1 seconds
icap_enable on
icap_preview_enable on
icap_persistent_connections on
icap_send_client_username on
client_request_buffer_max_size 512 KB
force_request_body_continuation allow all
icap_service gate reqmod_precache icap://127.0.0.1:{icap}/outbound bypass=off on-overload=block
adaptation_access gate allow all
"""


def test_squid(one: Running, tmp_path: Path) -> None:
    squid, curl = program("squid"), program("curl")
    tmp_path.chmod(0o777)
    with stored() as (web, kept):
        port = free_port()
        config = tmp_path / "squid.conf"
        config.write_text(SQUID.format(port=port, folder=tmp_path, icap=one.port))
        proxy = subprocess.Popen([squid, "-N", "-f", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(600):
                assert proxy.poll() is None, "squid has ended"
                with socket.socket() as probe:
                    if not probe.connect_ex(("127.0.0.1", port)):
                        break
                time.sleep(0.1)
            for name, body in (("clean", CLEAN), ("leak", LEAK), ("large", CLEAN * 100), ("last", CLEAN * 100 + LEAK)):
                file = tmp_path / name
                file.write_bytes(body)
                done = subprocess.run(
                    [curl, "-s", "-o", tmp_path / "said", "-w", "%{http_code}", "-x", f"http://127.0.0.1:{port}",
                     "-T", file, f"http://127.0.0.1:{web}/{name}"], capture_output=True, check=False, timeout=120,
                )  # fmt: skip
                passes = SECRET not in body
                if passes:
                    assert (done.returncode, done.stdout) == (0, b"201")
                elif not done.returncode:  # else the proxy closed while curl was still sending
                    assert done.stdout == b"403"
                assert (kept.get(f"/{name}") == body) is passes
            assert set(kept) == {"/clean", "/large"}
        finally:
            proxy.terminate()
            proxy.wait(30)
