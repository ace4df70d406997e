"""Listing and reading on loopback: S3 (moto), SMB (Samba), SFTP (OpenSSH) and the local disk, interleaved, medians.

`python benchmarks/remote.py --dir DIR [--files 2000] [--megabytes 256] [--rounds 3] [--no-access-lists]`: one large
file and many small ones are made in DIR; each round lists all of them and reads the large one through `Source.open`.
Prints a table for docs/performance.md. A server that cannot be started is left out, with its reason. Loopback has no
distance: what this shows is what client and server cost, never a network.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from servers.shares import BUCKET, HERE, PASSWORD, USER, s3_server, smb_server, ssh_server

from leakscan.records import Source
from leakscan.sources import local_sources, remote_sources

PIECE = 1 << 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--megabytes", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-access-lists", action="store_true", help="do not ask who may read each S3 object")
    asked = parser.parse_args()
    data = made(asked.dir / "data", asked.files, asked.megabytes)
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        if asked.no_access_lists:
            patch.setattr("leakscan.sources.s3.ACL_OBJECTS", 0)
        targets = {"local": str(data), **started(stack, patch, asked.dir, data)}
        measure(targets, asked.rounds, asked.files, asked.megabytes)


def made(folder: Path, files: int, megabytes: int) -> Path:
    """The files, which everybody may read, since servers look as other users."""
    folder.mkdir(parents=True)
    for number in range(files):
        below = folder / f"{number // 100:03}"
        below.mkdir(exist_ok=True)
        (below / f"{number}.csv").write_bytes(b"nom;naissance\nDURAND;1980-02-03\n")
    piece = os.urandom(PIECE)
    with (folder / "large.bin").open("wb") as large:
        for _ in range(megabytes):
            large.write(piece)
    return folder


def started(stack: ExitStack, patch: pytest.MonkeyPatch, work: Path, data: Path) -> dict[str, str]:
    found = {}
    for name in ("sftp", "smb", "s3"):
        try:
            found[name] = start(name, stack, patch, work / name, data)
        except pytest.skip.Exception as reason:
            print(f"{name} is left out: {reason}")
    return found


def start(name: str, stack: ExitStack, patch: pytest.MonkeyPatch, work: Path, data: Path) -> str:
    work.mkdir()
    if name == "sftp":
        port, home, _ = stack.enter_context(ssh_server(work))
        patch.setenv("HOME", str(home))
        return f"sftp://{HERE}:{port}{data}"
    if name == "smb":
        port, _ = stack.enter_context(smb_server(work, data))
        patch.setenv("LEAKSCAN_SMB_USER", USER)
        patch.setenv("LEAKSCAN_SMB_PASSWORD", PASSWORD)
        return f"smb://{HERE}:{port}/fuite"
    import logging

    import boto3

    stack.enter_context(s3_server(patch))
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET)
    for path in data.rglob("*"):
        if path.is_file():
            client.put_object(Bucket=BUCKET, Key=str(path.relative_to(data)), Body=path.read_bytes())
    return f"s3://{BUCKET}"


def measure(targets: dict[str, str], rounds: int, files: int, megabytes: int) -> None:
    listing: dict[str, list[float]] = {name: [] for name in targets}
    reading: dict[str, list[float]] = {name: [] for name in targets}
    digests = set()
    for _ in range(rounds):
        for name, target in targets.items():
            began = time.perf_counter()
            found = list(local_sources([target]) if name == "local" else remote_sources(target))
            listing[name].append(time.perf_counter() - began)
            sources = [one for one in found if isinstance(one, Source)]
            assert len(sources) == len(found) == files + 1, (name, len(sources), len(found))
            (large,) = (one for one in sources if one.path.endswith("large.bin"))
            digest = hashlib.sha256()
            began = time.perf_counter()
            with large.open() as stream:
                while piece := stream.read(PIECE):
                    digest.update(piece)
            reading[name].append(time.perf_counter() - began)
            digests.add(digest.hexdigest())
    assert len(digests) == 1
    print(f"| source | listing {files + 1} files, s | files/s | reading {megabytes} MiB with SHA-256, s | MB/s |")
    print("|---|---|---|---|---|")
    for name in targets:
        listed, read = statistics.median(listing[name]), statistics.median(reading[name])
        speed = megabytes * PIECE / 1e6 / read
        print(f"| {name} | {listed:.2f} | {(files + 1) / listed:,.0f} | {read:.2f} | {speed:,.0f} |")


if __name__ == "__main__":
    main()
