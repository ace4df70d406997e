"""Many slow uploads at a time to the ICAP server: what do all its processes hold at most?

`icap_slow.py --uploads 20 100 200 --mb 4 --seconds 40` starts the server anew for each number, opens that many
connections, and sends a clean upload over each, evenly over the seconds. It looks every 0.5 s and tells the most that
it saw: memory (PSS of all processes), what spools hold in memory, and on disk. `--policy`: the policy that ships
decides; else workers read each upload and allow it. Ends with 1 where an upload was refused, or memory without spools
grew by more than 1 MiB per upload.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections import Counter

from icap_speed import clean, message, started
from process_figures import MIB, Held, Watch

PER_UPLOAD = 1.0
PIECES = 80


async def slow(port: int, data: bytes, seconds: float, late: float) -> int:
    """The status of an upload sent in equal pieces."""
    await asyncio.sleep(late)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    size = len(data) // PIECES + 1
    for at in range(0, len(data), size):
        writer.write(data[at : at + size])
        await writer.drain()
        await asyncio.sleep(seconds / PIECES)
    status = int((await reader.readuntil(b"\r\n\r\n")).split()[1])
    writer.close()
    return status


async def all_slow(port: int, uploads: int, data: bytes, seconds: float) -> Counter[int]:
    """All at a time; they begin within a tenth of the time, so that they do not end at the same moment."""
    late = seconds / 10 / uploads
    return Counter(await asyncio.gather(*(slow(port, data, seconds, number * late) for number in range(uploads))))


def most(seen: list[Held]) -> tuple[float, float, float, float, int]:
    """The highest of each figure, in MiB: memory, spools in memory, both at one moment, spools on disk; descriptors."""
    return (
        max(one.memory for one in seen) / MIB,
        max(one.spool_memory for one in seen) / MIB,
        max(one.in_memory for one in seen) / MIB,
        max(one.spool_disk for one in seen) / MIB,
        max(one.descriptors for one in seen),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uploads", type=int, nargs="+", default=[20, 100, 200])
    parser.add_argument("--mb", type=float, default=4)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--policy", action="store_true", help="decide by the policy that ships")
    given = parser.parse_args()
    data = message(clean(int(given.mb * 1_000_000), 3))
    serve = ["-m", "leakscan", "serve", "icap", "--listen", "127.0.0.1:0"]
    allow = [os.path.join(os.path.dirname(__file__), "icap_speed.py"), "--allow-all"]  # noqa: PTH118, PTH120
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
    good, found = True, []
    for uploads in given.uploads:
        server, port = started([sys.executable, *(serve if given.policy else allow)])
        try:
            watch = Watch(server.pid, 0.5)
            statuses = asyncio.run(all_slow(port, uploads, data, given.seconds))
            seen = watch.end()
        finally:
            server.terminate()
            server.wait(60)
        memory, spool, both, disk, descriptors = most(seen)
        found.append((uploads, memory))
        good &= statuses == {204: uploads}
        print(
            f"{uploads:4} uploads of {given.mb:g} MB: memory at rest {seen[0].memory / MIB:.0f} MiB, most "
            f"{memory:.0f}; spools in memory {spool:.0f}, on disk {disk:.0f}; in memory in all {both:.0f}; "
            f"descriptors {descriptors}; {dict(statuses)}",
            flush=True,
        )
    print(f"load of the machine after: {os.getloadavg()[0]:.1f}")
    (few, little), (many, much) = found[0], found[-1]
    if many > few:
        growth = (much - little) / (many - few)
        print(f"memory per upload without its spool: {growth:.2f} MiB")
        good &= growth <= PER_UPLOAD
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
