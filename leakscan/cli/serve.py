"""`leakscan serve icap`, `leakscan serve http`: servers that tell whether uploads may leave, until told to end."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from leakscan.cli.output import say
from leakscan.cli.serve_http import http_command
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
    tls_context,
)
from leakscan.cli.serving import services as services_of
from leakscan.errors import UsageError

if TYPE_CHECKING:
    import ssl

    from leakscan.gate.icap import Service

serve_app = typer.Typer(
    help="Serve verdicts on uploads to proxies and programs.", no_args_is_help=True, rich_markup_mode=None
)


@serve_app.callback()
def _serve() -> None:
    """Serve verdicts on uploads to proxies and programs."""


@serve_app.command("icap")
def icap_command(
    listen: Annotated[str, typer.Option(metavar="HOST:PORT", help="Where ICAP is served.")] = "127.0.0.1:1344",
    policy: PolicyFile = None,
    service: Services = None,
    metrics: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Serve /metrics and /healthz there, in plain HTTP.")
    ] = None,
    fail: Annotated[
        Literal["closed", "open"], typer.Option(help="An upload whose decision failed is refused, or let pass.")
    ] = "closed",
    review: Annotated[Literal["block", "allow"], typer.Option(help="What is done with the verdict review.")] = "block",
    workers: WorkerCount = None,
    connections: Connections = 256,
    max_body: MaxBody = 4096,
    spool: SpoolRoom = 16384,
    keep_uploads: Annotated[
        int, typer.Option(min=1, metavar="MIB", help="Kept of S3 uploads in parts until they are complete.")
    ] = 1024,
    body_time: BodyTime = 3600,
    decide_time: DecideTime = 120,
    drain_time: DrainTime = 30,
    tls_cert: Annotated[
        str | None, typer.Option(metavar="FILE", help="Serve ICAP over TLS: certificate chain.")
    ] = None,
    tls_key: TlsKey = None,
    log: LogFile = None,
    key_file: KeyFile = None,
) -> None:
    """Serve ICAP (RFC 3507): each upload is decided before a proxy lets it out.

    Exit codes: 0 it was told to end (SIGTERM, Ctrl-C) and did; 2 it could not begin.
    """
    import asyncio

    from leakscan.cli.gate import audit_of
    from leakscan.gate.icap import Settings
    from leakscan.work import available_cores

    if not gc.isenabled():  # by `__main__`, for the time of the imports
        gc.freeze()
        gc.enable()
    settings = Settings(
        fail=fail,
        review=review,
        workers=workers or max(2, available_cores()),
        connections=connections,
        body_bytes=max_body * MIB,
        spool_bytes=spool * MIB,
        uploads_bytes=keep_uploads * MIB,
        body_seconds=float(body_time),
        decide_seconds=float(decide_time),
        drain_seconds=float(drain_time),
        log=audit_of(log, key_file, make=True),
    )
    where = address("--listen", listen)
    figures = None if metrics is None else address("--metrics", metrics)
    context = tls_context(tls_cert, tls_key)
    services = services_of(policy, service or [], settings.log)
    asyncio.run(_run(services, settings, where, figures, context))


async def _run(
    services: tuple[Service, ...],
    settings: object,
    where: tuple[str, int],
    figures: tuple[str, int] | None,
    context: ssl.SSLContext | None,
) -> None:
    import asyncio
    import signal

    from leakscan.gate.icap import Server, Settings

    assert isinstance(settings, Settings)  # noqa: S101 - a type that is imported late
    server = Server(services, settings, say)
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    try:
        await server.start(*where, tls=context, metrics_at=figures)
    except OSError as error:
        message = f"the server cannot listen ({error.strerror or type(error).__name__}): choose another address"
        raise UsageError(message) from None
    names = ", ".join(one.path for one in services)
    say(f"ICAP on port {server.ports[0]}, services {names}, fail {settings.fail}")
    await ending.wait()
    say("ending: nothing new is taken")
    await server.drain()


serve_app.command("http")(http_command)
