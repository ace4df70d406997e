"""Samba, OpenSSH and moto, started for a test and stopped behind it; a test is skipped where one cannot start."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

HERE = "127.0.0.1"
USER, PASSWORD = getpass.getuser(), "Invente-2026!"
BUCKET = "fuite"
_STARTS_WITHIN = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


def program(name: str) -> str:
    """Where a program lies; skips the test where it is not installed."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@contextmanager
def running(command: list[str], port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server that listens on a port; skips the test where it does not come up."""
    with (
        log.open("wb") as out,
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True) as server,
    ):
        try:
            if not _listens(server, port):
                pytest.skip(f"{Path(command[0]).name} does not start: {log.read_text(errors='replace')[-300:]}")
            yield server
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(5)
            with suppress(ProcessLookupError):
                os.killpg(server.pid, 9)


def kill(process: int) -> None:
    """End a server and all that it started, at once."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    for child in map(int, children):
        kill(child)
    with suppress(ProcessLookupError):
        os.kill(process, 9)


def _listens(server: subprocess.Popen[bytes], port: int) -> bool:
    until = time.monotonic() + _STARTS_WITHIN
    while server.poll() is None and time.monotonic() < until:
        with suppress(OSError), socket.create_connection((HERE, port), timeout=1):
            return True
        time.sleep(0.05)
    return False


@contextmanager
def ssh_server(work: Path) -> Iterator[tuple[int, Path, subprocess.Popen[bytes]]]:
    """An SSH server for this user: its port, a home folder whose `.ssh` lets this user in, and its process."""
    sshd, keygen = program("sshd"), program("ssh-keygen")
    ssh = work / "home" / ".ssh"
    ssh.mkdir(parents=True, mode=0o700)
    for key in (work / "host_key", ssh / "id_ed25519"):
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    port = free_port()
    host = (work / "host_key.pub").read_text(encoding="utf-8")
    (ssh / "known_hosts").write_text(f"[{HERE}]:{port} {host}", encoding="utf-8")
    shutil.copy(ssh / "id_ed25519.pub", work / "authorized_keys")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    settings = work / "sshd_config"
    settings.write_text(
        f"ListenAddress {HERE}\nPort {port}\nHostKey {work / 'host_key'}\nPidFile {work / 'sshd.pid'}\n"
        f"AuthorizedKeysFile {work / 'authorized_keys'}\nStrictModes no\nUsePAM no\nPermitRootLogin prohibit-password\n"
        "PasswordAuthentication no\nSubsystem sftp internal-sftp\n",
        encoding="utf-8",
    )
    with running([sshd, "-D", "-e", "-f", str(settings)], port, work / "sshd.log") as server:
        yield port, work / "home", server


@contextmanager
def smb_server(work: Path, shared: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A Samba server with one share, `fuite`, of a folder, for USER and PASSWORD: its port and process."""
    smbd, pdbedit = program("smbd"), program("pdbedit")
    port = free_port()
    folders = [
        f"{name} directory = {work / name.replace(' ', '_')}" for name in ("private", "state", "cache", "lock", "pid")
    ]
    for line in folders:
        Path(line.partition(" = ")[2]).mkdir(parents=True)
    settings = work / "smb.conf"
    settings.write_text(
        "[global]\nserver role = standalone server\nworkgroup = LEAKSCAN\nserver min protocol = SMB3\n"
        f"interfaces = {HERE}\nbind interfaces only = yes\nsmb ports = {port}\ndisable spoolss = yes\n"
        f"passdb backend = tdbsam\nlog file = {work / 'smbd.log'}\nncalrpc dir = {work / 'ncalrpc'}\n"
        + "\n".join(folders)
        + f"\n[fuite]\npath = {shared}\nread only = yes\nvalid users = {USER}\n",
        encoding="utf-8",
    )
    made = subprocess.run(
        [pdbedit, "-s", str(settings), "-a", "-t", "-u", USER],
        input=f"{PASSWORD}\n{PASSWORD}\n".encode(),
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip(f"Samba takes no user: {made.stderr.decode(errors='replace')[-300:]}")
    command = [smbd, "--foreground", "--no-process-group", f"--configfile={settings}", f"--port={port}"]
    with running(command, port, work / "out.log") as server:
        yield port, server


@contextmanager
def s3_server(patch: pytest.MonkeyPatch) -> Iterator[str]:
    """An S3 server in this process, which the environment names to all that look for S3: its address."""
    server = pytest.importorskip("moto.server", reason="moto is not installed").ThreadedMotoServer(
        ip_address=HERE, port=0
    )
    server.start()
    host, port = server.get_host_and_port()
    for name, value in (
        ("AWS_ENDPOINT_URL", f"http://{host}:{port}"),
        ("AWS_ACCESS_KEY_ID", "invente"),
        ("AWS_SECRET_ACCESS_KEY", "invente"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ):
        patch.setenv(name, value)
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()
