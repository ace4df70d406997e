"""Large clean uploads through Debian's squid: the ICAP server beside ones that send back whatever comes, turn by turn.

`icap_through_squid.py --mb 91 --rounds 3` starts squid (the configuration of docs/icap.md), a store, and the servers,
and sends by curl. Squid wants the body of a large upload back, a mere 204 is not for it. Compared with an echo that
sends each piece back at once are: an echo that keeps the body in memory and sends it back when it is whole, as every
server must that decides before anything goes out; ours whose workers read each upload and allow it; and with
`--policy` ours with the policy that ships. Ratios are of the medians. With `--policy`, last comes an upload of this
size with one patient in its last line. Ends with 1 where that is stored, or where ours without the policy is slower
than 0.7 times the echo of whole bodies.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median

from icap_speed import ROOT, clean, started
from process_figures import cpu_seconds

sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from icap_squid import STORE, curl, proxied, stored  # noqa: E402 - the folder is known from here on

TARGET = 0.7
PATIENT = b"Patient : Paul DURAND, ne le 01/03/1962, NIR 1 62 03 75 115 001 20, VIH positif\n"


OPTIONS = (
    b'ICAP/1.0 200 OK\r\nISTag: "x"\r\nMethods: REQMOD\r\nAllow: 204\r\nMax-Connections: 100\r\n'
    b"Encapsulated: null-body=0\r\n\r\n"
)


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, whole: bool) -> None:
    """Send back whatever comes, once it is whole or at once."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if head.startswith(b"OPTIONS"):
                writer.write(OPTIONS)
                continue
            field = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"encapsulated:"))
            heads = await reader.readexactly(int(field.rpartition(b"=")[2]))
            kept = [b'ICAP/1.0 200 OK\r\nISTag: "x"\r\n' + field + b"\r\n\r\n" + heads]
            while b"null-body" not in field:
                line = await reader.readuntil(b"\r\n")
                kept += [line, await reader.readexactly(int(line, 16) + 2)]
                if not whole:
                    writer.writelines(kept)
                    kept.clear()
                    await writer.drain()
                if line == b"0\r\n":
                    break
            writer.writelines(kept)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def serve_echo(*, whole: bool) -> None:
    """Serve until it is ended."""
    server = await asyncio.start_server(partial(echo, whole=whole), "127.0.0.1", 0, limit=1 << 18)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, default=91)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--policy", action="store_true", help="also with the policy that ships")
    parser.add_argument("--echo", choices=["at-once", "whole"], help="serve one of the servers to compare with")
    given = parser.parse_args()
    if given.echo:
        asyncio.run(serve_echo(whole=given.echo == "whole"))
        return 0
    script = str(ROOT / "benchmarks" / "icap_speed.py")
    commands = {
        "echo at once": [__file__, "--echo", "at-once"],
        "echo whole": [__file__, "--echo", "whole"],
        "read and allow": [script, "--allow-all"],
    }
    if given.policy:
        commands["leakscan"] = ["-m", "leakscan", "serve", "icap", "--listen", "127.0.0.1:0"]
    servers = {name: started([sys.executable, *command]) for name, command in commands.items()}
    body = clean(given.mb * 1_000_000, 5)
    took: dict[str, list[float]] = {name: [] for name in servers}
    with tempfile.TemporaryDirectory() as folder, stored() as (web, kept):
        file = Path(folder) / "clean"
        file.write_bytes(body)
        try:
            print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
            for turn in range(given.rounds):
                for name, (process, port) in servers.items():
                    with proxied(port) as proxy:
                        before, begin = cpu_seconds(process.pid), time.perf_counter()
                        said = curl(proxy, f"http://{STORE}:{web}/{turn}", "-T", file, seconds=1000)
                        took[name].append(time.perf_counter() - begin)
                        assert said == "201", f"{name}: {said}"
                        spent = cpu_seconds(process.pid) - before
                    assert kept.pop(f"/{turn}") == body
                    print(
                        f"{name:14} {given.mb} MB: {given.mb / took[name][-1]:6.1f} MB/s, {spent:.2f} s of processor",
                        flush=True,
                    )
            for base in ("echo at once", "echo whole"):
                ratios = {name: median(took[base]) / median(figures) for name, figures in took.items()}
                print(
                    f"times the speed of {base}: " + ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items())
                )
            leaked = False
            if given.policy:
                file.write_bytes(body[: -len(PATIENT)] + PATIENT)
                with proxied(servers["leakscan"][1]) as proxy:
                    said = curl(proxy, f"http://{STORE}:{web}/leak", "-T", file, seconds=1000)
                leaked = bool(kept) or said == "201"
                print(f"one patient in the last line of {given.mb} MB: {said or 'closed'}, stored: {len(kept)}")
            print(f"load of the machine after: {os.getloadavg()[0]:.1f}")
        finally:
            for process, _ in servers.values():
                process.terminate()
                process.wait(60)
    return int(leaked or ratios["read and allow"] < TARGET)


if __name__ == "__main__":
    sys.exit(main())
