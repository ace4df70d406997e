"""What the commands of `leakscan serve` and `watch` share: options, addresses, certificates, policies by path."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leakscan.errors import UsageError

if TYPE_CHECKING:
    import ssl

    from leakscan.gate.audit import AuditLog
    from leakscan.gate.serving.settings import Service

MIB = 1 << 20
"""Bytes of a MiB, in which options are given."""
DEFAULT_SERVICE = "/outbound"
"""The service path of `--policy`."""
PolicyFile = Annotated[
    str | None, typer.Option("--policy", metavar="FILE", help="Policy of /outbound; default: the one that ships.")
]
Services = Annotated[
    list[str] | None,
    typer.Option("--service", metavar="/NAME=FILE", help="A further service path, its policy; repeatable."),
]
WorkerCount = Annotated[
    int | None, typer.Option("--workers", min=1, help="Worker processes; default: one per core, 2 at least.")
]
Connections = Annotated[int, typer.Option("--connections", min=1, help="Connections at a time.")]
MaxBody = Annotated[
    int, typer.Option("--max-body", min=1, metavar="MIB", help="Largest body; a larger one is refused.")
]
SpoolRoom = Annotated[int, typer.Option("--spool", min=1, metavar="MIB", help="Bodies kept at a time, in all.")]
BodyTime = Annotated[int, typer.Option("--body-time", min=1, metavar="SECONDS", help="Time for one body to arrive.")]
DecideTime = Annotated[
    int,
    typer.Option("--decide-time", min=1, metavar="SECONDS", help="Time for one decision, and 2 s more per MiB."),
]
DrainTime = Annotated[
    int, typer.Option("--drain-time", min=0, metavar="SECONDS", help="On SIGTERM, time for what is running to end.")
]
TlsKey = Annotated[str | None, typer.Option("--tls-key", metavar="FILE", help="Its private key.")]
LogFile = Annotated[
    str | None,
    typer.Option("--log", metavar="FILE", help="Audit log that each verdict is added to. Needs --key-file."),
]
KeyFile = Annotated[
    str | None, typer.Option("--key-file", metavar="FILE", help="Key of the log; made, for you alone, if missing.")
]
_ADDRESS = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^:\s]+)):([0-9]{1,5})")
_SERVICE = re.compile(r"(/[A-Za-z0-9_.~/-]{0,100})=(.+)")


def services(policy: str | None, more: list[str], log: AuditLog | None) -> tuple[Service, ...]:
    """The services of `--policy` and of each `--service`, ids under the log's key. UsageError for what is not sound."""
    from leakscan.gate.serving.deciding import service_of

    named: dict[str, Path | None] = {DEFAULT_SERVICE: None if policy is None else Path(policy)}
    for one in more:
        found = _SERVICE.fullmatch(one)
        if not found or found[1] in named:
            message = f"--service {one!r} is not a new /NAME=FILE: write for example --service /partners=partners.toml"
            raise UsageError(message)
        named[found[1]] = Path(found[2])
    return tuple(service_of(path, file, b"" if log is None else log.key) for path, file in named.items())


def address(option: str, text: str) -> tuple[str, int]:
    """Host and port of HOST:PORT. UsageError where it is none."""
    found = _ADDRESS.fullmatch(text)
    if not found or int(found[3]) > 65535:
        message = f"{option} {text!r} is not HOST:PORT: write for example 127.0.0.1:1344"
        raise UsageError(message)
    return found[1] or found[2], int(found[3])


def tls_context(cert: str | None, key: str | None) -> ssl.SSLContext | None:
    """A server's context of the two files; None where neither is given. UsageError where they cannot be used."""
    import ssl

    if cert is None and key is None:
        return None
    if cert is None or key is None:
        message = "TLS needs both --tls-cert and --tls-key"
        raise UsageError(message)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(cert, key)
    except (OSError, ssl.SSLError):
        message = (
            "the certificate or key of --tls-cert and --tls-key cannot be used: give PEM files that belong together"
        )
        raise UsageError(message) from None
    return context
