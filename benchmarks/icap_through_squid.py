"""Large clean uploads through Debian's squid: the ICAP server beside one that answers 204 to everything, turn by turn.

`icap_through_squid.py --mb 91 --rounds 3` starts squid (the configuration of docs/icap.md), a store, and both
servers, and sends by curl. Two servers are compared with the one that answers 204: ours whose workers read each
upload and allow it, and with `--policy` ours with the policy that ships. Ratios are of the medians. With `--policy`,
last comes an upload of this size with one patient in its last line. Ends with 1 where that is stored, or where ours
without the policy is slower than 0.7 times.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from icap_speed import ROOT, clean, cpu_seconds, large, message, started

sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from icap_squid import STORE, curl, proxied, stored  # noqa: E402 - the folder is known from here on

TARGET = 0.7
PATIENT = b"Patient : Paul DURAND, ne le 01/03/1962, NIR 1 62 03 75 115 001 20, VIH positif\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, default=91)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--policy", action="store_true", help="also with the policy that ships")
    given = parser.parse_args()
    script = str(ROOT / "benchmarks" / "icap_speed.py")
    commands = {"no-op": [script, "--no-op"], "read and allow": [script, "--allow-all"]}
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
                    direct = asyncio.run(large(port, message(body)))
                    print(
                        f"{name:14} {given.mb} MB: through squid {given.mb / took[name][-1]:6.1f} MB/s "
                        f"({spent:.2f} s of processor), direct {given.mb / direct:6.1f} MB/s",
                        flush=True,
                    )
            ratios = {name: median(took["no-op"]) / median(figures) for name, figures in took.items()}
            print("times the speed of no-op: " + ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items()))
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
