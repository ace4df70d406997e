"""Squid in front of the ICAP server, and stores behind it, started for a test and stopped behind it.

The stores are called by names of one label, which squid alone resolves (`hosts_file`): clients written in Go never send
what is for 127.0.0.1 or localhost to a proxy, and moto takes the first label of a name with a dot for a bucket.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from icap_client import SECRET
from servers.shares import HERE, free_port, program, running

STORE, PARTNER = "depot", "partenaire"
"""Names by which clients call a store; what goes to the second is asked of the service `/partners`."""
SQUID = """
http_port 127.0.0.1:{port}
http_access allow localhost
pid_filename {folder}/pid
cache_log {folder}/cache.log
access_log none
cache deny all
cache_mem 8 MB
coredump_dir {folder}
hosts_file {folder}/hosts
shutdown_lifetime 1 seconds
acl partner dstdomain partenaire
icap_service partners reqmod_precache icap://127.0.0.1:{icap}/partners bypass=off on-overload=block
adaptation_access partners allow partner
icap_enable on
icap_preview_enable on
icap_persistent_connections on
icap_send_client_username on
client_request_buffer_max_size 8 MB
force_request_body_continuation allow all
icap_service gate reqmod_precache icap://127.0.0.1:{icap}/outbound bypass=off on-overload=block
adaptation_access gate allow all
"""


LINE = b"Compte rendu de la reunion du budget.\n"
CLEAN = LINE * 3000
LEAK = CLEAN + b"NIR " + SECRET + b"\n"


def filled(size: int) -> bytes:
    return (LINE * (size // len(LINE) + 1))[:size]


@contextmanager
def proxied(icap: int) -> Iterator[str]:
    """Squid that asks the ICAP server on a port: its address. Its folder is its own: it gives up the rights of root."""
    squid = program("squid")
    with tempfile.TemporaryDirectory(prefix="squid-", ignore_cleanup_errors=True) as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o777)
        (folder / "hosts").write_text(f"{HERE} {STORE}\n{HERE} {PARTNER}\n")
        config = folder / "squid.conf"
        config.write_text(SQUID.format(port=port, folder=folder, icap=icap))
        with running([squid, "-N", "-f", str(config)], port, folder / "out.log"):
            yield f"http://{HERE}:{port}"


class Store(BaseHTTPRequestHandler):
    """A web server that keeps what is put or posted."""

    protocol_version = "HTTP/1.1"
    kept: dict[str, bytes]

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if len(body) == int(self.headers["Content-Length"]):
            self.kept[self.path] = body
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_PUT  # noqa: N815 - the library finds it by its name

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def stored() -> Iterator[tuple[int, dict[str, bytes]]]:
    """A store: its port, and what it keeps, by path."""
    handler = type("Kept", (Store,), {"kept": {}})
    web = ThreadingHTTPServer((HERE, 0), handler)
    thread = threading.Thread(target=web.serve_forever)
    thread.start()
    try:
        yield web.server_address[1], handler.kept
    finally:
        web.shutdown()
        thread.join()
        web.server_close()


@contextmanager
def s3_store() -> Iterator[int]:
    """An S3 store in this process: its port."""
    server = pytest.importorskip("moto.server", reason="moto is not installed").ThreadedMotoServer(
        ip_address=HERE, port=0, verbose=False
    )
    server.start()
    try:
        yield server.get_host_and_port()[1]
    finally:
        server.stop()


@contextmanager
def webdav_store(folder: Path) -> Iterator[int]:
    """What `rclone serve webdav` stores in a folder: its port."""
    port = free_port()
    command = [program("rclone"), "serve", "webdav", str(folder), "--addr", f"{HERE}:{port}", "--config", ""]
    with running(command, port, folder.parent / "webdav.log"):
        yield port


def curl(proxy: str, url: str, *more: str | Path, seconds: float = 300) -> str:
    """The status that curl was told for an upload; empty where the connection ended before one came."""
    done = subprocess.run(
        [program("curl"), "-s", "-o", "/dev/null", "-w", "%{http_code}", "-x", proxy, *more, url],
        capture_output=True, check=False, timeout=seconds, text=True,
    )  # fmt: skip
    return done.stdout.removeprefix("000")


@contextmanager
def server_to_kill() -> Iterator[tuple[int, int, subprocess.Popen[str]]]:
    """The ICAP server of the tests as a process of its own: its ports, and itself."""
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("icap_client.py"))],
        stdout=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            icap, figures = map(int, process.stdout.readline().split())
            yield icap, figures, process
        finally:
            os.killpg(process.pid, signal.SIGKILL)


NO_RETRIES = ("--retries", "1", "--low-level-retries", "1")


def rclone(proxy: str, file: Path, target: str, *options: str) -> bool:
    """Whether rclone says that it has uploaded a file."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [program("rclone"), "copyto", file, target, "--config", "", *NO_RETRIES, *options],
        capture_output=True, check=False, timeout=300, env={**plain, "HTTP_PROXY": proxy, "http_proxy": proxy},
    )  # fmt: skip
    assert SECRET not in done.stdout + done.stderr
    return done.returncode == 0
