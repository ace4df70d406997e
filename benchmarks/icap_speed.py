"""What the ICAP server costs over one that answers 204 to everything, in the same run, turn by turn.

`icap_speed.py --seconds 10 --rounds 3 --rate 50` sends clean uploads of 100 kB at a fixed rate, then large ones one by
one. A late answer delays no other upload, and counts from when it was due. It tells the processor time too.
`--server-only`: workers read each upload and allow it. Ends with 1 where a target is missed: p50 +5 ms, p99 +40 ms,
60 MB/s.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
WORDS = (
    "capteur", "mesure", "pression", "vitesse", "pompe", "atelier", "ligne", "stock", "piece", "lot", "commande",
    "facture", "moteur", "filtre",
)  # fmt: skip
P50, P99, LARGE = 5.0, 40.0, 60.0


def clean(size: int, number: int) -> bytes:
    """A log of machines: lines that differ from upload to upload."""
    lines, total, step = [], 0, number
    while total < size:
        step = (step * 1103515245 + 12345) % (1 << 31)
        line = f"{WORDS[step % 14]};{WORDS[step // 14 % 14]};{step % 997 / 10};{step % 89}\n".encode()
        lines.append(line)
        total += len(line)
    return b"".join(lines)[:size]


def message(body: bytes) -> bytes:
    head = b"PUT /depot/%d HTTP/1.1\r\nHost: store.example\r\nContent-Length: %d\r\n\r\n" % (len(body), len(body))
    icap = (
        "REQMOD icap://127.0.0.1/outbound ICAP/1.0\r\nHost: 127.0.0.1\r\nAllow: 204\r\n"
        f"Encapsulated: req-hdr=0, req-body={len(head)}\r\n\r\n"
    )
    parts = [body[at : at + 65536] for at in range(0, len(body), 65536)]
    return icap.encode() + head + b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


async def _no_op(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            size = int(head.rpartition(b"=")[2].split(b"\r")[0])
            await reader.readexactly(size)
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
            writer.write(b'ICAP/1.0 204 No Content\r\nISTag: "x"\r\nEncapsulated: null-body=0\r\n\r\n')
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _serve_no_op() -> None:
    server = await asyncio.start_server(_no_op, "127.0.0.1", 0, limit=1 << 18)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _serve_allow_all() -> None:
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    os.environ["PYTHONPATH"] = f"{ROOT}:{ROOT / 'tests'}"
    from icap_client import read_and_allow

    from leakscan.gate.icap import Server, Service, Settings

    server = Server((Service("/outbound", read_and_allow, "tag"),), Settings())
    await server.start("127.0.0.1", 0)
    print(server.ports[0], flush=True)
    await asyncio.Event().wait()


def started(command: list[str]) -> tuple[subprocess.Popen[str], int]:
    """A server and its port: the first number in what it says."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    return process, next(int(word) for word in line.replace(",", " ").split() if word.isdigit())


def cpu_seconds(process: int) -> float:
    """Time on a processor of a process and the processes that it started."""
    found = 0.0
    for one in [process, *map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split())]:
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        found += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return found


def kept(process: int) -> str:
    """Memory and descriptors that a server holds."""
    memory = next(line for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("VmRSS"))
    descriptors = len(list(Path(f"/proc/{process}/fd").iterdir()))
    return f"{int(memory.split()[1]) / 1024:.0f} MiB, {descriptors} descriptors"


class Line:
    """One connection, used by one upload at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, data: bytes) -> int:
        """Send a message: the status of its answer."""
        self.writer.write(data)
        await self.writer.drain()
        head = await self.reader.readuntil(b"\r\n\r\n")
        return int(head.split()[1])


async def at_rate(port: int, messages: list[bytes], rate: float, seconds: float) -> list[float]:
    """Milliseconds from when each upload was due to its answer."""
    free: asyncio.Queue[Line] = asyncio.Queue()
    for _ in range(40):
        free.put_nowait(Line(*await asyncio.open_connection("127.0.0.1", port)))
    took: list[float] = []

    async def one(due: float, data: bytes) -> None:
        line = await free.get()
        assert await line.ask(data) == 204, "a clean upload was refused"
        took.append((time.perf_counter() - due) * 1000)
        free.put_nowait(line)

    begin = time.perf_counter()
    running = []
    for number in range(int(rate * seconds)):
        due = begin + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        running.append(asyncio.create_task(one(due, messages[number % len(messages)])))
    await asyncio.gather(*running)
    while not free.empty():
        free.get_nowait().writer.close()
    return took


async def large(port: int, data: bytes) -> float:
    """Seconds for one large upload."""
    line = Line(*await asyncio.open_connection("127.0.0.1", port))
    begin = time.perf_counter()
    status = await line.ask(data)
    took = time.perf_counter() - begin
    line.writer.close()
    assert status == 204, "a large clean upload was refused"
    return took


def at(share: float, figures: list[float]) -> float:
    return sorted(figures)[min(len(figures) - 1, int(share * len(figures)))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--large-mb", type=int, default=200)
    parser.add_argument("--server-only", action="store_true", help="have the workers read each upload and allow it")
    parser.add_argument("--allow-all", action="store_true", help="serve that server")
    parser.add_argument("--no-op", action="store_true", help="serve the server to compare with")
    given = parser.parse_args()
    if given.no_op:
        asyncio.run(_serve_no_op())
        return 0
    if given.allow_all:
        asyncio.run(_serve_allow_all())
        return 0
    no_op, no_op_port = started([sys.executable, __file__, "--no-op"])
    serve = ["-m", "leakscan", "serve", "icap", "--listen", "127.0.0.1:0"]
    gate, gate_port = started([sys.executable, *([__file__, "--allow-all"] if given.server_only else serve)])
    try:
        messages = [message(clean(100_000, number)) for number in range(97)]
        print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
        asyncio.run(at_rate(gate_port, messages, given.rate, 1))
        before = kept(gate.pid)
        figures: dict[str, list[float]] = {"no-op": [], "leakscan": []}
        spent = {"no-op": -cpu_seconds(no_op.pid), "leakscan": -cpu_seconds(gate.pid)}
        for _ in range(given.rounds):
            for name, port in (("no-op", no_op_port), ("leakscan", gate_port)):
                figures[name] += asyncio.run(at_rate(port, messages, given.rate, given.seconds))
        spent = {
            "no-op": spent["no-op"] + cpu_seconds(no_op.pid),
            "leakscan": spent["leakscan"] + cpu_seconds(gate.pid),
        }
        print(f"leakscan held {before}, then {kept(gate.pid)}")
        for name, took in figures.items():
            cpu = 1000 * spent[name] / len(took)
            print(f"{name:9} {len(took)} uploads: p50 {at(0.5, took):.2f} ms, p99 {at(0.99, took):.2f}, CPU {cpu:.2f}")
        p50, p99 = (at(share, figures["leakscan"]) - at(share, figures["no-op"]) for share in (0.5, 0.99))
        print(f"cost: p50 {p50:+.2f} ms (target +{P50:.0f}), p99 {p99:+.2f} ms (target +{P99:.0f})")
        data = message(clean(given.large_mb * 1_000_000, 5))
        speeds = {}
        for name, port, process in (("no-op", no_op_port, no_op), ("leakscan", gate_port, gate)):
            before = cpu_seconds(process.pid)
            speeds[name] = max(given.large_mb / asyncio.run(large(port, data)) for _ in range(2))
            cpu = (cpu_seconds(process.pid) - before) / 2
            print(f"{name:9} one of {given.large_mb} MB: {speeds[name]:.0f} MB/s, CPU {cpu:.2f} s")
        print(f"load of the machine after: {os.getloadavg()[0]:.1f}")
        return int(p50 > P50 or p99 > P99 or speeds["leakscan"] < LARGE)
    finally:
        gate.terminate()
        no_op.terminate()
        gate.wait(60)
        no_op.wait(60)


if __name__ == "__main__":
    sys.exit(main())
