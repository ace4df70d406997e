"""Hostile bytes for the kernel, under the address and undefined-behaviour sanitizers of the compiler.

`python benchmarks/kernel/fuzz.py --seconds 60 --seed 1`: random tables of the signs that matter, cut, quoted, damaged
in all ways; the whole kernel runs over each twice, with one thread and one piece, then with other threads and
pieces, and must give the same records and cells. A sanitizer that finds something ends the process with its report.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import native
import shapes

SANITIZED = ("-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
SIGNS = (b"a", b'"', b'""', b";", b";", b";", b"\n", b"\n", b"\r\n", b"\r", b" ", b"\0", b"\xe9")
WORDS = (b"1 84 12 76 451 089 46", b"12/03/1984", b"vih", b"x" * 40, b"a;b;c\n", b'"q";2;3\n', b"\xff" * 9)
MADE = shapes.automaton()
PATTERNS = (b" vih ", b" vi", b" a ", b" a a ")


def main() -> None:
    """Run until the seconds are over and tell how many tables were read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if "LD_PRELOAD" not in os.environ:
        found = [
            subprocess.run([native.compiler() or "cc", f"-print-file-name={name}"], check=True, capture_output=True)
            for name in ("libasan.so", "libubsan.so")
        ]
        preload = ":".join(one.stdout.decode().strip() for one in found)
        environment = {**os.environ, "LD_PRELOAD": preload, "ASAN_OPTIONS": "detect_leaks=0"}
        raise SystemExit(subprocess.run([sys.executable, *sys.argv], env=environment, check=False).returncode)
    chance = random.Random(given.seed)
    until = time.monotonic() + given.seconds
    tables = records = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table")
        while time.monotonic() < until:
            path.write_bytes(b"".join(chance.choices(SIGNS + WORDS, k=chance.choice((1, 10, 100, 1000)))))
            limit = chance.choice((1, 5, 1 << 20))
            once = everything(path, threads=1, tile=1 << 20, limit=limit)
            again = everything(
                path, threads=chance.choice((1, 2, 3, 8)), tile=chance.choice((1, 7, 64, 999)), limit=limit
            )
            assert once == again, "the number of threads or the size of a piece changed what was read"
            tables += 1
            records += once[0][0]
    print(f"{tables:,} tables with {records:,} good records read twice: no report of a sanitizer, no difference")


def everything(path: Path, *, threads: int, tile: int, limit: int) -> tuple[tuple[int, int, int], list[bytes | None]]:
    """All stages on one file; its counts and its cells."""
    own = native.Kernel(3, threads=threads, tile=tile, limit=limit, flags=SANITIZED)
    own.read(path, 0, coding=False)
    own.read(path, 0)
    own.shapes(MADE)
    own.classify()
    own.terms(bytes(range(256)), PATTERNS)
    own.seek(range(3))
    own.prints(range(3))
    own.identities((0, 1, 2, 0))
    counts = own.counts()
    cells = [own.cell(column, row) for column in range(3) for row in range(counts[0])]
    own.close()
    return counts, cells


if __name__ == "__main__":
    main()
