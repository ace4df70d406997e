"""Send damaged ICAP messages with a leak in them to a server: `icap_fuzz.py --count 10000 --seed 1`.

Ends with 1 where one was let pass, hung, or met a defect. The tests send 2,000; the same seed makes the same messages.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
os.environ["PYTHONPATH"] = f"{ROOT}:{ROOT / 'tests'}"

from icap_client import Client, reqmod, running  # noqa: E402 - the folder is known from here on
from icap_mutations import BODY, sent  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with running() as server:
        began = time.monotonic()
        found = sent(server.port, given.seed, given.count)
        seconds = time.monotonic() - began
        with Client(server.port) as client:
            alive = client.ask(reqmod(b"bonjour")).status == 204 and client.ask(reqmod(BODY)).blocked
        defects, spooled = server.server.metrics.failures["defect"], server.spooled()
    print(f"{given.count} messages of seed {given.seed} in {seconds:.1f} s: {dict(sorted(found.answers.items()))}")
    print(
        f"let pass {len(found.wrong)}, hung {len(found.hung)}, defects {defects}, bytes left {spooled}, alive {alive}"
    )
    return int(bool(found.wrong or found.hung or defects or spooled or not alive))


if __name__ == "__main__":
    sys.exit(main())
