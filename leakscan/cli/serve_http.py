"""`leakscan serve http`: a program sends an upload and is told whether it may leave."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from leakscan.cli.output import say
from leakscan.cli.serving import (
    MIB,
    BodyTime,
    Connections,
    DecideTime,
    DrainTime,
    KeyFile,
    LogFile,
    MaxBody,
    PolicyFile,
    Services,
    SpoolRoom,
    TlsKey,
    WorkerCount,
    address,
    services,
    tls_context,
)
from leakscan.errors import UsageError

if TYPE_CHECKING:
    import ssl

    from leakscan.gate.serving.settings import Service, Settings


def http_command(
    listen: Annotated[str, typer.Option(metavar="HOST:PORT", help="Where HTTP is served.")] = "127.0.0.1:8344",
    token_file: Annotated[
        str | None, typer.Option(metavar="FILE", help="Tokens of those that may ask, one per line; for you alone.")
    ] = None,
    policy: PolicyFile = None,
    service: Services = None,
    fail: Annotated[
        Literal["closed", "open"], typer.Option(help="An upload whose decision failed is refused, or allowed.")
    ] = "closed",
    workers: WorkerCount = None,
    connections: Connections = 256,
    max_body: MaxBody = 4096,
    spool: SpoolRoom = 16384,
    body_time: BodyTime = 3600,
    decide_time: DecideTime = 120,
    drain_time: DrainTime = 30,
    tls_cert: Annotated[str | None, typer.Option(metavar="FILE", help="Serve HTTPS: certificate chain.")] = None,
    tls_key: TlsKey = None,
    log: LogFile = None,
    key_file: KeyFile = None,
) -> None:
    """Serve HTTP: a body in, a verdict out. Only the status 200 is a permission.

    Exit codes: 0 it was told to end (SIGTERM, Ctrl-C) and did; 2 it could not begin.
    """
    import asyncio

    from leakscan.cli.gate import audit_of
    from leakscan.gate.serving.settings import Settings
    from leakscan.work import available_cores

    if not gc.isenabled():  # by `__main__`, for the time of the imports
        gc.freeze()
        gc.enable()
    where = address("--listen", listen)
    tokens = _tokens(token_file, where[0])
    settings = Settings(
        fail=fail,
        workers=workers or max(2, available_cores()),
        connections=connections,
        body_bytes=max_body * MIB,
        spool_bytes=spool * MIB,
        body_seconds=float(body_time),
        decide_seconds=float(decide_time),
        drain_seconds=float(drain_time),
        log=audit_of(log, key_file, make=True),
    )
    context = tls_context(tls_cert, tls_key)
    asyncio.run(_run(services(policy, service or [], settings.log), settings, tokens, where, context))


def _tokens(file: str | None, host: str) -> tuple[bytes, ...]:
    """The tokens of a file. UsageError without one where others than this machine would be served."""
    from leakscan.gate.http.tokens import is_loopback, tokens_from

    if file is not None:
        return tokens_from(Path(file))
    if not is_loopback(host):
        message = f"{host} is no address of this machine alone: give --token-file FILE, or listen on 127.0.0.1"
        raise UsageError(message)
    return ()


async def _run(
    served: tuple[Service, ...],
    settings: Settings,
    tokens: tuple[bytes, ...],
    where: tuple[str, int],
    context: ssl.SSLContext | None,
) -> None:
    import asyncio
    import signal

    try:
        from leakscan.gate.http.server import OWN, Server
    except ModuleNotFoundError:
        message = "serving HTTP needs starlette and uvicorn: pip install 'leakscan[serve]'"
        raise UsageError(message) from None
    taken = [one.path for one in served if one.path in OWN]
    if taken:
        message = f"--service {taken[0]} is a path of the server itself: choose another name"
        raise UsageError(message)
    server = Server(served, settings, tokens, say)
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    try:
        await server.start(*where, tls=context)
    except OSError as error:
        message = f"the server cannot listen ({error.strerror or type(error).__name__}): choose another address"
        raise UsageError(message) from None
    names = ", ".join(one.path for one in served)
    asks = "a token" if tokens else "no token"
    say(f"HTTP on port {server.port}, services {names}, {asks}, fail {settings.fail}")
    await ending.wait()
    say("ending: nothing new is taken")
    await server.drain()
