"""Uploads of all kinds to the ICAP server, as many as it holds, for minutes: does anything grow?

`icap_soak.py --minutes 3` (the hour: `--minutes 60`) starts `leakscan serve icap` with the policy that ships, and
sends from `--lines` connections without a pause: clean texts and large ones, leaks, forms, gzip, S3 uploads in parts
that are completed, given up or abandoned, damaged messages, clients that go away midway. Every 5 s it notes memory
(PSS of all processes, and spools that lie in memory), descriptors and spools. Ends with 1 where an answer was wrong,
memory grew by more than 10 % or descriptors by more than 10 (medians of the first and the last fifth of the time
behind the warm-up), or a body stayed in the spool.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import os
import random
import socket
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from statistics import median

from icap_speed import clean, started
from process_figures import MIB, Held, cpu_seconds, held, slope

KEEP_MIB = 1
"""Abandoned uploads fill this within the warm-up; then the oldest are forgotten."""
WARM = 0.2
GROWTH, MORE = 1.10, 10
LEAK = b"nom;prenom;date_naissance;nir;resultat\n" + b"".join(
    b"DURAND;Paul;0%d/03/1962;%d%02d;VIH positif\n" % (day, number, 97 - number % 97)
    for day, number in ((day, 1620375115000 + day) for day in range(1, 9))
)


def http(body: bytes | None, path: str, fields: str = "", method: str = "PUT") -> bytes:
    length = "" if body is None else f"Content-Length: {len(body)}\r\n"
    return f"{method} {path} HTTP/1.1\r\nHost: store.example\r\n{length}{fields}\r\n".encode()


def icap(head: bytes, body: bytes | None) -> bytes:
    kind = "null-body" if body is None else "req-body"
    first = (
        "REQMOD icap://127.0.0.1/outbound ICAP/1.0\r\nHost: 127.0.0.1\r\nAllow: 204\r\n"
        f"Encapsulated: req-hdr=0, {kind}={len(head)}\r\n\r\n"
    ).encode()
    if body is None:
        return first + head
    parts = [body[at : at + 65536] for at in range(0, len(body), 65536)]
    return first + head + b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def put(body: bytes, path: str = "/depot", fields: str = "") -> bytes:
    return icap(http(body, path, fields), body)


def form(body: bytes) -> bytes:
    inside = (
        b'--xyz\r\nContent-Disposition: form-data; name="note"\r\n\r\nbonjour\r\n--xyz\r\nContent-Disposition: '
        b'form-data; name="f"; filename="a.csv"\r\n\r\n' + body + b"\r\n--xyz--\r\n"
    )
    kind = "Content-Type: multipart/form-data; boundary=xyz\r\n"
    return icap(http(inside, "/form", kind, "POST"), inside)


def in_parts(name: str, bodies: list[bytes], end: str) -> list[tuple[bytes, str]]:
    """The messages of an S3 upload in parts; `end`: how it ends."""
    sent = [
        (put(body, f"/bucket/{name}?partNumber={number}&uploadId={name}"), "allow")
        for number, body in enumerate(bodies, 1)
    ]
    whole = f"/bucket/{name}?uploadId={name}"
    listed = "".join(f"<Part><PartNumber>{number}</PartNumber></Part>" for number in range(1, len(bodies) + 1))
    body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
    if end == "complete":
        sent.append((icap(http(body, whole, method="POST"), body), "allow"))
    elif end == "abort":
        sent.append((icap(http(None, whole, method="DELETE"), None), "allow"))
    return sent


class Load:
    """Uploads from several connections. State: answers by kind, and whether it is to end."""

    def __init__(self, port: int) -> None:
        self.port, self.ending = port, False
        self.answers: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self._small = [clean(20_000, number) for number in range(31)]
        self._middle = [clean(100_000, number) for number in range(17)]
        self._large = clean(9_000_000, 3)

    async def line(self, seed: int) -> None:
        """Send one by one until it is to end."""
        draw, number = random.Random(seed), 0
        while not self.ending:
            number += 1
            kind = draw.choices(
                ["small", "middle", "leak", "gzip", "form", "form-leak", "parts", "damaged", "gone", "large"],
                [300, 60, 60, 40, 40, 20, 20, 20, 20, 1],
            )[0]
            with suppress(ConnectionError):
                async for got, wanted in self._asked(kind, draw, f"u{seed}x{number}"):
                    self.answers[kind] += 1
                    if got != wanted:
                        self.wrong[f"{kind}: {got}, not {wanted}"] += 1

    async def _asked(self, kind: str, draw: random.Random, name: str) -> AsyncIterator[tuple[str, str]]:
        if kind == "gone":
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            sent = put(draw.choice(self._middle))
            writer.write(sent[: draw.randrange(1, len(sent))])
            await writer.drain()
            writer.transport.abort()
            yield "gone", "gone"
            return
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            for data, wanted in self._messages(kind, draw, name):
                writer.write(data)
                await writer.drain()
                status = (await reader.readline()).split()[1:2]
                rest = await reader.readuntil(b"\r\n\r\n")
                if status == [b"200"]:
                    size = int(rest.rpartition(b"res-body=")[2].split(b"\r")[0])
                    await reader.readexactly(size)
                    while more := int(await reader.readline(), 16):
                        await reader.readexactly(more + 2)
                    await reader.readline()
                yield {b"204": "allow", b"200": "block"}.get(b"".join(status), b"".join(status).decode()), wanted
        finally:
            writer.close()

    def _messages(self, kind: str, draw: random.Random, name: str) -> list[tuple[bytes, str]]:
        small = draw.choice(self._small)
        if kind == "parts":
            bodies = [draw.choice(self._small) for _ in range(3)]
            return in_parts(name, bodies, draw.choice(["complete", "complete", "abort", "abandon"]))
        if kind == "small":
            return [(put(draw.choice(self._small)), "allow") for _ in range(3)]
        return [
            {
                "middle": lambda: (put(draw.choice(self._middle)), "allow"),
                "large": lambda: (put(self._large), "allow"),
                "leak": lambda: (put(small + LEAK), "block"),
                "gzip": lambda: (put(gzip.compress(small, 1), fields="Content-Encoding: gzip\r\n"), "allow"),
                "form": lambda: (form(small), "allow"),
                "form-leak": lambda: (form(LEAK), "block"),
                "damaged": lambda: (put(small).replace(b"req-body=", b"req-body=1", 1), "400"),
            }[kind]()
        ]


def figure(port: int, name: str) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"leakscan_icap_{name}"))


async def soaked(port: int, process: int, minutes: float, lines: int) -> tuple[Load, list[tuple[float, Held]]]:
    load, seen, begin = Load(port), [], time.monotonic()
    running = [asyncio.create_task(load.line(seed)) for seed in range(lines)]
    told = 0.0
    while (now := time.monotonic() - begin) < minutes * 60:
        await asyncio.sleep(5)
        seen.append((now, held(process)))
        if now - told >= minutes * 60 / 20:
            told = now
            row(f"{now / 60:5.1f} min", seen[-1][1], sum(load.answers.values()))
    load.ending = True
    await asyncio.gather(*running)
    return load, seen


def row(when: str, one: Held, answers: int) -> None:
    print(
        f"{when:>12}: memory {one.memory / MIB:6.1f} MiB, spools in memory {one.spool_memory / MIB:5.1f}, on disk "
        f"{one.spool_disk / MIB:5.1f}, descriptors {one.descriptors:4}, processes {one.processes}, answers {answers}",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--lines", type=int, default=4, help="connections that send without a pause")
    given = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        figures = probe.getsockname()[1]
    server, port = started(
        [sys.executable, "-m", "leakscan", "serve", "icap", "--listen", "127.0.0.1:0", "--metrics",
         f"127.0.0.1:{figures}", "--keep-uploads", str(KEEP_MIB)]
    )  # fmt: skip
    try:
        print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
        row("begin", held(server.pid), 0)
        begin = time.monotonic()
        load, seen = asyncio.run(soaked(port, server.pid, given.minutes, given.lines))
        seconds, spent = time.monotonic() - begin, cpu_seconds(server.pid)
        time.sleep(3)
        rest, left = held(server.pid), figure(figures, "spool_bytes ")
        row("at rest", rest, sum(load.answers.values()))
        defects = figure(figures, 'failures_total{reason="defect"}')
    finally:
        server.terminate()
        server.wait(60)
    print(f"load of the machine after: {os.getloadavg()[0]:.1f}")
    total = sum(load.answers.values())
    print(f"{total} answers, {total / seconds:.1f} per second, {1000 * spent / total:.0f} ms of processor each")
    print(f"by kind: {dict(sorted(load.answers.items()))}")
    warm = [(when, one) for when, one in seen if when >= WARM * given.minutes * 60]
    fifth = max(1, len(warm) // 5)
    good = True
    for name, of, limit in (
        ("memory, MiB", lambda one: one.in_memory / MIB, lambda first: first * GROWTH),
        ("descriptors", lambda one: one.descriptors, lambda first: first + MORE),
    ):
        figures_seen = [float(of(one)) for _, one in warm]
        first, last = (median(part) for part in (figures_seen[:fifth], figures_seen[-fifth:]))
        per_hour = slope([when / 3600 for when, _ in warm], figures_seen)
        print(
            f"{name}: median {first:.1f} in the first fifth behind the warm-up, {last:.1f} in the last, most "
            f"{max(figures_seen):.1f}, slope {per_hour:+.1f} per hour"
        )
        good &= last <= limit(first)
    print(f"bodies left in the spool: {left} bytes; defects: {defects}; wrong answers: {dict(load.wrong)}")
    return int(not good or bool(left or defects or load.wrong))


if __name__ == "__main__":
    sys.exit(main())
