"""One scan over a folder of hostile files: none crashes or hangs it, each is listed, every neighbour is read."""

from __future__ import annotations

import errno
import io
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from hostile.attacks import everything
from hostile.seeds import CSV, seeds

from leakscan.limits import Limits
from leakscan.looking import Lookers
from leakscan.options import ScanOptions, parse_date
from leakscan.persons.identity import Fingerprinter
from leakscan.progress import NoProgress
from leakscan.reading import scan_source
from leakscan.records import Source
from leakscan.renderers import RENDERERS, RenderOptions
from leakscan.report import build_report
from leakscan.scan import scan

LIMITS = Limits(
    expansion=20,
    expansion_free=2 << 20,
    depth=6,
    members=150,
    worker_bytes=1 << 30,
    seconds_free=90.0,
    seconds_per_mb=0.0,
)
OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"), workers=2, limits=LIMITS, passwords=("key",))
EVERY = 12
"""After so many hostile files stands a sound one."""


def neighbour(number: int) -> bytes:
    nir = f"184{1 + number % 12:02d}75{number // 90 + 1:03d}{number % 90 + 10:03d}"
    key = 97 - int(nir) % 97
    return f"NIR;NOM;PRENOM;DATE_NAISSANCE\n{nir}{key:02d};VOISIN{number};Anne;1984-{1 + number % 12:02d}-10\n".encode()


def test_nothing_of_a_hostile_folder_crashes_hangs_or_hides_its_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))
    monkeypatch.setattr("leakscan.scan.MANY_BUNDLES", 0)
    hostile = everything()
    assert len(hostile) >= 200
    sound = []
    for number, (name, data) in enumerate(hostile.items()):
        (tmp_path / f"{number:04d}_{name}").write_bytes(data)
        if number % EVERY == 0:
            sound.append(f"{number:04d}_sound.csv")
            (tmp_path / sound[-1]).write_bytes(neighbour(number))
    odd = [b"line\nbreak.csv", b"\x1b[31m.csv", "\u202ecsv.exe".encode(), b"\xff\xfe.csv", b" ", b"x" * 255]
    for number, name in enumerate(odd):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(neighbour(5000 + number))
    (tmp_path / "circle").symlink_to(tmp_path)
    (tmp_path / "itself").symlink_to("itself")
    deep = tmp_path / "deep"
    for _ in range(60):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "bottom.csv").write_bytes(neighbour(6000))

    report = build_report(scan([str(tmp_path)], OPTIONS), OPTIONS)

    listed = {given["path"]: given for given in report["inputs"] if given["member"] is None}
    by_name = {Path(path).name: given for path, given in listed.items()}
    assert len(listed) == len(hostile) + len(sound) + len(odd) + 3
    assert {by_name[name]["status"] for name in (*sound, "bottom.csv")} == {"scanned"}
    assert report["persons"]["low"] >= len(sound) + len(odd) + 1
    lost = [name for name, given in by_name.items() if "died" in (given["reason"] or "")]
    assert lost == []
    late = [name for name, given in by_name.items() if "took longer" in (given["reason"] or "")]
    assert late == []
    unexpected = {
        given["reason"] for given in report["inputs"] if " in " in (given["reason"] or "") and "line" in given["reason"]
    }
    assert unexpected == set()  # a worker says the type and place of an exception that nobody expected
    assert all(given["status"] == "scanned" or given["reason"] for given in report["inputs"])
    for output in ("terminal", "json"):
        shown = RENDERERS[output].render(report, RenderOptions("en"))
        assert "\x1b" not in shown
        assert "\u202e" not in shown


def scanned(source: Source) -> dict[str, Any]:
    options = replace(OPTIONS, workers=1)
    lookers = Lookers(1, Fingerprinter(bytes(32)), options.as_of, limits=options.limits, isolates=False)
    ledger = scan_source(source, options, NoProgress(), lookers)
    given: dict[str, Any] = build_report(ledger, options)["inputs"][0]
    return given


class Failing(io.RawIOBase):
    """A file that says an error after its bytes."""

    def __init__(self, data: bytes, error: OSError) -> None:
        self._data, self._error = io.BytesIO(data), error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self._data.read(len(buffer))
        if not data:
            raise self._error
        buffer[: len(data)] = data
        return len(data)


@pytest.mark.parametrize("ending", sorted(seeds()))
def test_files_that_vanish_while_they_are_read(ending: str) -> None:
    data = seeds()[ending]
    error = OSError(errno.ESTALE, os.strerror(errno.ESTALE))
    given = scanned(
        Source("a", lambda: cast("BinaryIO", Failing(data[: len(data) // 2], error)), len(data), seekable=False)
    )
    assert given["status"] in ("partial", "skipped")
    assert given["reason"]


def test_files_that_grow_shrink_or_go_before_they_are_read() -> None:
    assert scanned(Source("a", lambda: io.BytesIO(CSV * 3), len(CSV)))["status"] == "scanned"
    assert scanned(Source("a", lambda: io.BytesIO(CSV[:200]), len(CSV)))["status"] == "partial"

    def gone() -> BinaryIO:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))

    assert scanned(Source("a", gone, 10))["reason"] == "no such file or folder"
