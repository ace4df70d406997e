"""Figures for Prometheus and a health check, over a second, plain HTTP port. No fact of an upload is in them."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

BUCKETS: tuple[float, ...] = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper ends of the classes of time, in seconds."""
_REQUEST_BYTES = 8192
_SECONDS = 5.0


@dataclass(slots=True)
class Metrics:
    """Counts since the start. State: them."""

    answers: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    body_bytes: int = 0
    connections: int = 0
    connections_total: int = 0
    spooled: int = 0
    times: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    seconds: float = 0.0

    def decided(self, seconds: float) -> None:
        """Count one decision."""
        self.times[bisect_left(BUCKETS, seconds)] += 1
        self.seconds += seconds

    def text(self, protocol: str, **gauges: int) -> str:
        """All of it in the text format of Prometheus, version 0.0.4, under `leakscan_<protocol>_`."""
        lead = f"leakscan_{protocol}"
        lines = [f"# TYPE {lead}_answers_total counter"]
        for (method, service, action), count in sorted(self.answers.items()):
            labels = f'method="{method}",service="{service}",action="{action}"'
            lines.append(f"{lead}_answers_total{{{labels}}} {count}")
        lines.append(f"# TYPE {lead}_failures_total counter")
        lines += [
            f'{lead}_failures_total{{reason="{reason}"}} {count}' for reason, count in sorted(self.failures.items())
        ]
        for name, kind, value in (
            ("body_bytes_total", "counter", self.body_bytes),
            ("connections_total", "counter", self.connections_total),
            ("connections", "gauge", self.connections),
            ("spool_bytes", "gauge", self.spooled),
            *((name, "gauge", value) for name, value in gauges.items()),
        ):
            lines += [f"# TYPE {lead}_{name} {kind}", f"{lead}_{name} {value}"]
        lines.append(f"# TYPE {lead}_decision_seconds histogram")
        total = 0
        for end, count in zip((*map(str, BUCKETS), "+Inf"), self.times, strict=True):
            total += count
            lines.append(f'{lead}_decision_seconds_bucket{{le="{end}"}} {total}')
        lines += [f"{lead}_decision_seconds_sum {self.seconds:.6f}"]
        lines += [f"{lead}_decision_seconds_count {total}"]
        return "\n".join(lines) + "\n"


async def serve(host: str, port: int, text: Callable[[], str], healthy: Callable[[], bool]) -> asyncio.Server:
    """Answer `GET /metrics` and `GET /healthz` (200, or 503 while the server takes nothing new)."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                status, body = _answer(head.split(b"\r\n", 1)[0], text, healthy)
                kind = "text/plain; version=0.0.4; charset=utf-8"
                writer.write(
                    f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
                    f"Connection: close\r\n\r\n{body}".encode()
                )
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return
        finally:
            writer.close()

    return await asyncio.start_server(answer, host, port, limit=_REQUEST_BYTES)


def _answer(line: bytes, text: Callable[[], str], healthy: Callable[[], bool]) -> tuple[str, str]:
    match line.split(b" "):
        case [b"GET", b"/metrics", _]:
            return "200 OK", text()
        case [b"GET", b"/healthz", _]:
            return ("200 OK", "ok\n") if healthy() else ("503 Service Unavailable", "not taking uploads\n")
        case _:
            return "404 Not Found", "there are /metrics and /healthz\n"
