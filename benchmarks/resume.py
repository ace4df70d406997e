"""Kill a scan at random moments, go on, and hold the last report against that of a scan that ran through.

`python benchmarks/resume.py TARGET --kills 20`: each run gets a random time up to that of a whole scan, then SIGKILL
for it and its workers. Prints how often it was killed, the pieces that were kept, and whether the reports are equal
outside `scan.run`; the exit code is 1 when they are not.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def scan(target: Path, folder: Path, out: Path, *more: str) -> list[str]:
    """The command line of one scan."""
    key = folder / "key"
    base = [sys.executable, "-m", "leakscan", "scan", str(target), "--quiet", "--as-of", "2026-01-01"]
    return [*base, "--key-file", str(key), "--json", str(out), *more]


def report(path: Path) -> dict[str, Any]:
    """A report without what varies from run to run."""
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    del read["scan"]["run"]
    return read


def main() -> int:
    """Run it; 1 when the reports differ."""
    parser = argparse.ArgumentParser(description="Kill scans and resume them.")
    parser.add_argument("target", type=Path)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = time.monotonic()
        subprocess.run(scan(given.target, folder, folder / "once.json"), check=True)
        whole = time.monotonic() - began
        resumed = scan(given.target, folder, folder / "resumed.json", "--resume", str(folder / "kept"))
        killed = early = 0
        while killed < given.kills:
            process = subprocess.Popen(resumed, start_new_session=True)
            try:
                process.wait(rng.uniform(0.05, 1.0) * whole)
                early += 1
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                killed += 1
            pieces = len(list((folder / "kept").glob("*.piece"))) if (folder / "kept").exists() else 0
            print(f"killed {killed}, finished before it {early}, pieces kept {pieces}", flush=True)
        subprocess.run(resumed, check=True)
        same = report(folder / "once.json") == report(folder / "resumed.json")
    print(f"{killed + early} runs, {killed} killed: the last report is {'the same' if same else 'DIFFERENT'}")
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
