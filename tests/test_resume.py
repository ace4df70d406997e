"""A scan that is killed goes on where it was, and says at the end what one that ran through says."""

from __future__ import annotations

import io
import os
import random
import signal
import stat
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from leakscan import passes
from leakscan.cli.scan import _kept
from leakscan.errors import KeyFileError, UsageError
from leakscan.options import ScanOptions, parse_date
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.keyfile import key_from
from leakscan.report import build_report
from leakscan.scan import scan
from leakscan.work import Checkpoint

SAMPLES = Path(__file__).parent.parent / "samples"
KEY = bytes(range(32))
OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"), workers=1)
UNIT = 15_000
IN_BLOCKS = replace(OPTIONS, block_bytes=UNIT // 2)


def report_of(target: Path, checkpoint: Checkpoint | None = None, options: ScanOptions = OPTIONS) -> dict[str, Any]:
    report = build_report(scan([str(target)], options, None, Fingerprinter(KEY), checkpoint), options)
    del report["scan"]["run"]
    return report


def first_rows(name: str, size: int = 2 * UNIT) -> bytes:
    """So many bytes of a sample at most, up to the end of a row."""
    data = (SAMPLES / name).read_bytes()
    end = b"\n\0" if data.startswith(b"\xff\xfe") else b"\n"
    return data[: data.rindex(end, 0, size) + len(end)]


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Path, dict[str, Any]]]:
    """The first units of a sample, and what a scan that ran through says of them."""
    folder = tmp_path_factory.mktemp("beginnings")

    @cache
    def made(name: str) -> tuple[Path, dict[str, Any]]:
        path = folder / name
        path.write_bytes(first_rows(name, 5 * UNIT))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(passes, "UNIT_BYTES", UNIT)
            return path, report_of(path, options=IN_BLOCKS)

    return made


@pytest.fixture
def small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "UNIT_BYTES", UNIT)


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


@pytest.mark.usefixtures("small_units")
@pytest.mark.parametrize("name", ["lab60_cp1252.csv", "tab_utf16.tsv", "lab60_noheader.txt", "portal_log.log"])
@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_file_goes_on_at_its_last_unit(
    name: str,
    after: int,
    beginning: Callable[[str], tuple[Path, dict[str, Any]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed after some units; the next run looks at no batch twice and says the same."""
    path, whole = beginning(name)
    kept = Checkpoint(tmp_path / "kept", KEY, "options")
    put, pieces = kept.put, 0

    def put_some(piece_name: str, piece: object) -> None:
        nonlocal pieces
        if pieces == after:
            raise Killed
        pieces += 1
        put(piece_name, piece)

    monkeypatch.setattr(kept, "put", put_some)
    with suppress(Killed):  # the shortest has fewer pieces than the last case
        report_of(path, kept, IN_BLOCKS)
    assert pieces == after or name == "portal_log.log"
    looked = []
    plain = passes.UnitBuilder.add
    monkeypatch.setattr(passes.UnitBuilder, "add", lambda self, seen: (looked.append(seen.start), plain(self, seen)))
    again = Checkpoint(tmp_path / "kept", KEY, "options")
    assert report_of(path, again, IN_BLOCKS) == whole
    if pieces:
        assert min(looked, default=1) > 0


def test_what_is_finished_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x.csv", first_rows("intl_utf8.csv"))
    kept = Checkpoint(tmp_path / "kept", KEY, "options")
    first = report_of(tmp_path / "a.zip", kept)
    monkeypatch.setattr("leakscan.scan.scan_source", None)
    assert report_of(tmp_path / "a.zip", Checkpoint(tmp_path / "kept", KEY, "options")) == first


@pytest.mark.parametrize("change", ["options", "key", "file", "damage"])
def test_a_piece_of_something_else_is_not_taken(change: str, tmp_path: Path) -> None:
    path = tmp_path / "leak.csv"
    path.write_bytes(first_rows("intl_utf8.csv"))
    folder = tmp_path / "kept"
    report_of(path, Checkpoint(folder, KEY, "options"))
    assert list(folder.iterdir())
    if change == "file":
        path.write_bytes(first_rows("pipe_latin9.txt"))
    if change == "damage":
        for piece in folder.iterdir():
            piece.write_bytes(piece.read_bytes()[:-1] + b"?")
    key = bytes(32) if change == "key" else KEY
    again = Checkpoint(folder, key, "others" if change == "options" else "options")
    assert report_of(path, again) == report_of(path)


def test_members_of_one_name_and_size_are_not_taken_for_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive that was added to holds older copies under the same name."""
    header, *rows = (SAMPLES / "intl_utf8.csv").read_bytes().splitlines(keepends=True)
    parts = [header + b"".join(rows[:400]), header + b"".join(rows[400:800])]
    size = max(map(len, parts))
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for part in parts:
            entry = tarfile.TarInfo("export.csv")
            entry.size = size
            archive.addfile(entry, io.BytesIO(part.ljust(size, b"\n")))
    monkeypatch.setattr("leakscan.reading.nesting.HEAD_BYTES", 1)
    whole = report_of(tmp_path / "a.tar")
    assert whole["records"] == 800
    kept = Checkpoint(tmp_path / "kept", KEY, "options")
    put, pieces = kept.put, 0

    def put_members(name: str, piece: object) -> None:
        nonlocal pieces
        if pieces == len(parts):
            raise Killed
        pieces += 1
        put(name, piece)

    monkeypatch.setattr(kept, "put", put_members)
    with pytest.raises(Killed):
        report_of(tmp_path / "a.tar", kept, replace(OPTIONS, workers=2))
    again = Checkpoint(tmp_path / "kept", KEY, "options")
    assert report_of(tmp_path / "a.tar", again, replace(OPTIONS, workers=2)) == whole


def test_a_scan_with_other_passwords_begins_anew(tmp_path: Path) -> None:
    key = str(tmp_path / "key")
    names = set()
    for passwords in ((), ("un",), ("deux",)):
        _, checkpoint = _kept(str(tmp_path / "kept"), key, replace(OPTIONS, passwords=passwords))
        assert checkpoint is not None
        names.add(checkpoint.name("unit"))
    assert len(names) == 3


def test_pieces_are_sealed_and_named_for_nobody(tmp_path: Path) -> None:
    path = tmp_path / "MARTIN_180017511500105.csv"
    path.write_bytes(first_rows("intl_utf8.csv"))
    kept = Checkpoint(tmp_path / "kept", KEY, "options")
    report_of(path, kept)
    for piece in kept.folder.iterdir():
        assert stat.S_IMODE(piece.stat().st_mode) == 0o600
        assert b"Fingerprint" not in piece.read_bytes()
        assert b"polars" not in piece.read_bytes()
        assert "MARTIN" not in piece.name
    kept.clear()
    assert list(kept.folder.iterdir()) == []


def test_a_full_disk_costs_the_piece_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Checkpoint(tmp_path / "kept", KEY, "options")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    path = tmp_path / "leak.csv"
    path.write_bytes(first_rows("intl_utf8.csv"))
    assert report_of(path, kept) == report_of(path)
    assert list(kept.folder.iterdir()) == []


def test_killed_at_random_moments(tmp_path: Path) -> None:
    """The command itself, killed three times, then left alone (benchmarks/resume.py does it twenty times)."""
    leak = tmp_path / "leak"
    leak.mkdir()
    for name in ("lab60_cp1252.csv", "pipe_latin9.txt", "intl_utf8.csv"):
        (leak / name).write_bytes((SAMPLES / name).read_bytes())
    base = [sys.executable, "-m", "leakscan", "scan", str(leak), "--quiet", "--as-of", "2026-01-01", "--workers", "1"]
    key = ["--key-file", str(tmp_path / "key")]
    once, resumed = tmp_path / "once.json", tmp_path / "resumed.json"
    subprocess.run([*base, *key, "--json", str(once)], check=True)
    rng = random.Random(4)
    kept = ["--resume", str(tmp_path / "kept"), "--json", str(resumed)]
    for _ in range(3):
        process = subprocess.Popen([*base, *key, *kept])
        time.sleep(rng.uniform(0.3, 2.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run([*base, *key, *kept], check=True)
    cut = [part.read_text(encoding="utf-8").partition('"run"')[0] for part in (once, resumed)]
    assert cut[0] == cut[1]
    assert once.stat().st_size > 10_000
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_key_file_is_made_once_and_kept_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "key"
    key = key_from(path)
    assert len(key) == 32
    assert key_from(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: (path.write_bytes(bytes(32)), path.chmod(0o644)), "can be read by others"),
        (lambda path: (path.write_bytes(b"short"), path.chmod(0o600)), "is no key file"),
        (lambda path: path.mkdir(mode=0o700), "cannot be read"),
    ],
)
def test_a_key_file_that_cannot_be_used_is_refused(make: Any, sentence: str, tmp_path: Path) -> None:
    make(tmp_path / "key")
    with pytest.raises(KeyFileError, match=sentence):
        key_from(tmp_path / "key")


def test_a_key_does_not_lie_with_what_it_opens(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    with pytest.raises(KeyFileError, match="another folder"):
        key_from(tmp_path / "kept" / "key", not_in=tmp_path / "kept")
    with pytest.raises(KeyFileError, match="another folder"):
        key_from(tmp_path / "key", not_beside=[tmp_path / "result.leakscan"])
    with pytest.raises(KeyFileError, match="cannot be made"):
        key_from(tmp_path / "absent" / "key")
    assert key_from(tmp_path / "key", not_in=tmp_path / "kept")


def test_a_folder_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="--resume"):
        Checkpoint(tmp_path / "file" / "kept", KEY, "options")


def test_a_first_look_keeps_nothing(tmp_path: Path) -> None:
    kept = Checkpoint(tmp_path / "kept", KEY, "options")
    look = replace(OPTIONS, triage=True)
    assert report_of(SAMPLES / "intl_utf8.csv", kept, look)["persons"]["likely"] > 0


@pytest.mark.usefixtures("small_units")
@pytest.mark.parametrize("after", [1, 3])
def test_a_file_of_several_tables_goes_on_in_its_first_one(
    after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Units of the first table are taken over; the tables below it are read again."""
    path = tmp_path / "stacked.csv"
    rows = [f"{n};DURAND{n % 60};LEA;{1 + n % 28:02}/05/19{10 + n % 80};" for n in range(3_000)]
    exams = [f"{n};{1 + n % 28:02}/05/2020;VIH;positif" for n in range(100)]
    path.write_text(
        "\n".join(["id;nom;prenom;naissance;tel", *rows, "", "Examens", "id_patient;date;examen;resultat", *exams, ""])
    )
    whole = report_of(path, options=IN_BLOCKS)
    kept = Checkpoint(tmp_path / "kept", KEY, "options")
    put, count = Checkpoint.put, 0

    def some(self: Checkpoint, name: str, piece: Any) -> None:
        nonlocal count
        count += 1
        if count > after:
            raise Killed
        put(self, name, piece)

    monkeypatch.setattr(Checkpoint, "put", some)
    with pytest.raises(Killed):
        report_of(path, kept, IN_BLOCKS)
    monkeypatch.setattr(Checkpoint, "put", put)
    assert report_of(path, Checkpoint(tmp_path / "kept", KEY, "options"), IN_BLOCKS) == whole
    assert [given["records"] for given in whole["inputs"]] == [3_000, 100]
