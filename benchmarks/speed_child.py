"""What the speed benchmark runs in fresh processes beside leakscan; each prints one line of JSON.

`python benchmarks/speed_child.py parse FILE ENCODING DELIMITER [chunks]` is **the bare parse**: decode to UTF-8 and
`polars.read_csv` of every column as text, with polars' default threads; whole, or in 64 MiB chunks cut at line ends.
It is what full scans are held against: change it and every ratio that was ever printed is void.

`read PATH...` opens, reads and hashes every file below the paths. `scan ARGUMENT...` is `leakscan scan ARGUMENT...`
with its imports done first: the seconds without the start-up.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

CHUNK_BYTES = 64 * 1024 * 1024


def parse(path: str, encoding: str, delimiter: str, chunks: str = "") -> dict[str, float]:
    """The bare parse; seconds from opening the file to the last table, imports apart."""
    import polars as pl

    began = time.perf_counter()
    rows = 0
    schema: dict[str, pl.DataType | type[pl.DataType]] | None = None
    for block in _chunks(path) if chunks else [Path(path).read_bytes()]:
        text = block if encoding == "utf-8" else block.decode(encoding).encode()
        frame = pl.read_csv(
            text,
            separator=delimiter,
            infer_schema=False,
            truncate_ragged_lines=True,
            has_header=schema is None,
            schema=schema,
        )
        schema = dict.fromkeys(frame.columns, pl.String)
        rows += frame.height
    return {"seconds": time.perf_counter() - began, "rows": rows, "columns": len(schema or ())}


def _chunks(path: str) -> Iterator[bytes]:
    """The bytes of a file in chunks that end at line ends, each read in one piece."""
    with Path(path).open("rb") as file:
        start, size = 0, os.fstat(file.fileno()).st_size
        while start < size:
            file.seek(start + CHUNK_BYTES)
            file.readline()
            end = min(size, file.tell())
            file.seek(start)
            yield file.read(end - start)
            start = end


def read(*paths: str) -> dict[str, float]:
    """The bare read: every file below the paths opened, read and hashed, one after another."""
    began = time.perf_counter()
    files = size = 0
    for path in paths:
        for folder, _, names in os.walk(path):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:  # noqa: PTH118, PTH123 (the least work there is)
                    data = file.read()
                hashlib.sha256(data).digest()
                files += 1
                size += len(data)
    return {"seconds": time.perf_counter() - began, "files": files, "bytes": size}


def scan(*arguments: str) -> dict[str, float]:
    """A scan in this process, imports apart; a failed one raises SystemExit with its code."""
    import leakscan.report
    import leakscan.scan
    from leakscan.cli.app import run

    assert leakscan.scan
    assert leakscan.report
    began = time.perf_counter()
    try:
        code = run(["scan", *arguments])
    except SystemExit as end:
        code = end.code
    if code:
        raise SystemExit(code)
    return {"seconds": time.perf_counter() - began}


WORK = {"parse": parse, "read": read, "scan": scan}

if __name__ == "__main__":
    print(json.dumps(WORK[sys.argv[1]](*sys.argv[2:])))
