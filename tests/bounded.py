"""Reads damaged files in a process of its own with little memory, as a worker does: a library may end it.

`python bounded.py FOLDER NAME...` prints a line per file: its reason, "read", or "no reader".
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

BYTES = 1 << 30
DIED = "died"


def outcomes(folder: Path, files: dict[str, bytes]) -> dict[str, str]:
    """What becomes of each file; "died" where it took its process with it."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    found: dict[str, str] = {}
    while left := [name for name in files if name not in found]:
        command = [sys.executable, __file__, str(folder), *left]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=120, check=False
        )
        lines = done.stdout.splitlines()
        found |= dict(zip(left, lines, strict=False))
        if len(lines) < len(left):
            found[left[len(lines)]] = DIED
    return found


def main(folder: Path, names: list[str]) -> None:
    """Read files one by one and say what became of each."""
    from tables import gathered

    from leakscan.readers import marked_reader
    from leakscan.readers.heads import Head
    from leakscan.records import ReadOptions

    resource.setrlimit(resource.RLIMIT_DATA, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name in names:
        data = (folder / name).read_bytes()
        reader = marked_reader(Head(data[: 8 << 20], ReadOptions()))
        try:
            told = "no reader" if reader is None else gathered(data).broken or "read"
        except MemoryError:
            told = DIED
        print(told, flush=True)  # noqa: T201 - what the other process reads


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
