"""Local trees as they come: loops, special files, odd names, holes, files that change, several names of one file."""

from __future__ import annotations

import gzip
import hashlib
import os
import pickle
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from reports import told

from leakscan.looking import Lookers
from leakscan.options import ScanOptions, parse_date
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import Ledger
from leakscan.progress import NoProgress
from leakscan.reading import scan_source, scan_together
from leakscan.records import Source
from leakscan.report import build_report
from leakscan.scan import scan
from leakscan.sources import Unread, files, local, local_sources
from leakscan.twins import apart

SAMPLES = Path(__file__).parent.parent / "samples"
TABLE = (SAMPLES / "intl_utf8.csv").read_bytes()
KEY = Fingerprinter(bytes(32))
OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"), workers=1)
HOLE = files.HOLE_BYTES


def report_of(*targets: Path | str, options: ScanOptions = OPTIONS) -> dict[str, Any]:
    return build_report(scan([str(target) for target in targets], options, prints=KEY), options)


def counted(report: dict[str, Any]) -> dict[str, Any]:
    return told(report)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_alone(source: Source) -> Ledger:
    return scan_source(source, OPTIONS, NoProgress(), Lookers(1, KEY, OPTIONS.as_of))


def read_in_a_bundle(source: Source) -> Ledger:
    other = Source("other.txt", source.open, size=source.size)
    ledger = scan_together([source, other], OPTIONS, Lookers(1, KEY, OPTIONS.as_of))
    return Ledger(frozenset(given for given in ledger.inputs if given.path == source.path), ledger.units)


def only(path: Path) -> Source:
    (source,) = local_sources([path])
    assert isinstance(source, Source)
    return source


@pytest.mark.parametrize(
    "pattern", ["*.csv", "**/*.csv", "**", "sub/*", "s?b", "[s]ub/**/b.csv", "*", "**/**", "**/sub/**"]
)
def test_patterns_match_as_a_shell_would_and_meet_hidden_files(pattern: str, tmp_path: Path) -> None:
    for name in ("a.csv", "a.txt", ".hidden.csv", "sub/b.csv", "sub/deep/b.csv", "sub/deep/c.gz"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    everything = [".hidden.csv", "a.csv", "a.txt", "sub/b.csv", "sub/deep/b.csv", "sub/deep/c.gz"]
    below = [name for name in everything if name.startswith("sub/")]
    expected = {
        "*.csv": [".hidden.csv", "a.csv"],
        "**/*.csv": [name for name in everything if name.endswith(".csv")],
        "sub/*": below,
        "s?b": below,
        "[s]ub/**/b.csv": ["sub/b.csv", "sub/deep/b.csv"],
        "**/sub/**": below,
    }.get(pattern, everything)
    found = [one.path.removeprefix(f"{tmp_path}/") for one in local_sources([tmp_path / pattern])]
    assert sorted(found) == expected


def test_a_pattern_that_is_a_name_is_that_name(tmp_path: Path) -> None:
    (tmp_path / "[1].csv").write_bytes(b"x")
    (tmp_path / "1.csv").write_bytes(b"x")
    assert [Path(one.path).name for one in local_sources([tmp_path / "[1].csv"])] == ["[1].csv"]


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("*.csv", "nothing matches the pattern"),
        ("none/*.csv", "vanished before it could be read"),
        ("*\0", "not a path"),
    ],
)
def test_a_pattern_without_a_match_says_so(pattern: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x")
    (found,) = local_sources([f"{tmp_path}/{pattern}"])
    assert isinstance(found, Unread)
    assert found.reason == ("nothing matches the pattern" if "\0" in pattern else reason)


def test_a_pattern_does_not_follow_links(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.csv").write_bytes(b"x")
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    found = [(Path(one.path).name, isinstance(one, Source)) for one in local_sources([tmp_path / "**" / "*"])]
    assert found == [("a.csv", True), ("up", False)]


def test_a_folder_that_a_mount_leads_back_to_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "x.csv").write_bytes(b"x")
    top = tmp_path.stat()

    def looped(path: Path, *, follow: bool = False) -> os.stat_result:
        status = files.status_of(path, follow=follow)
        if path.name != "b":
            return status
        numbers = list(status)
        numbers[1], numbers[2] = top.st_ino, top.st_dev
        return os.stat_result(numbers)

    monkeypatch.setattr(local, "status_of", looped)
    (found,) = local_sources([tmp_path])
    assert isinstance(found, Unread)
    assert found.reason == "a folder that leads back to one above it"


def test_the_same_folder_twice_is_no_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.csv").write_bytes(b"x")
    one = (tmp_path / "a").stat()
    monkeypatch.setattr(
        local,
        "status_of",
        lambda path, *, follow=False: one if path.name in ("a", "b") else files.status_of(path, follow=follow),
    )
    assert [Path(found.path).parent.name for found in local_sources([tmp_path])] == ["a", "b"]


@pytest.mark.parametrize(("name", "levels"), [("d" * 200, 60), ("d", 400)])
def test_folders_deeper_than_a_path_may_be_long_are_read(name: str, levels: int, tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=folder)
        below = os.open(name, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    handle = os.open("leak.csv", os.O_WRONLY | os.O_CREAT, dir_fd=folder)
    os.write(handle, TABLE)
    os.close(handle)
    os.close(folder)
    plain = tmp_path.with_name("plain.csv")
    plain.write_bytes(TABLE)
    report = report_of(tmp_path)
    assert [given["status"] for given in report["inputs"]] == ["scanned"]
    assert counted(report) == counted(report_of(plain))


def sparse(path: Path, hole: int) -> Path:
    """The table with a hole in its middle, between two rows."""
    cut = TABLE.index(b"\n", len(TABLE) // 2) + 1
    with path.open("wb") as file:
        file.write(TABLE[:cut])
        file.write(b"\n" * (-cut % 65536))
        file.seek(hole, os.SEEK_CUR)
        file.write(b"\n" + TABLE[cut:])
    if path.stat().st_blocks * 512 > path.stat().st_size - hole // 2:
        pytest.skip("this file system has no holes")
    return path


def test_a_terabyte_of_nothing_is_passed_over(tmp_path: Path) -> None:
    size = 1 << 40
    path = sparse(tmp_path / "leak.csv", size)
    (tmp_path / "plain.csv").write_bytes(TABLE)
    report = report_of(path)
    (given,) = report["inputs"]
    assert counted(report) == counted(report_of(tmp_path / "plain.csv"))
    assert (given["status"], given["sha256"], given["bytes"]) == ("scanned", None, path.stat().st_size)
    (told,) = (warning for warning in report["warnings"] if warning["code"] == "holes")
    assert told["count"] >= size - 65536


def test_a_small_hole_is_read_as_what_it_stands_for(tmp_path: Path) -> None:
    path = sparse(tmp_path / "leak.csv", 1 << 20)
    report = report_of(path)
    assert report["inputs"][0]["sha256"] == digest(path)
    assert "holes" not in {warning["code"] for warning in report["warnings"]}


def test_nothing_but_a_hole_is_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "empty.img"
    path.touch()
    os.truncate(path, 1 << 40)
    with only(path).open() as stream:
        assert stream.read(10) == b""
        assert stream.seek(5) == 5
        assert stream.read(10) == bytes(10)


def test_places_in_a_file_with_holes_are_where_they_are(tmp_path: Path) -> None:
    """What moves about in a file, as the reader of an archive does, and a first look, meet zeros in its holes."""
    path = tmp_path / "leak.zip"
    with path.open("wb") as file, zipfile.ZipFile(file, "w") as archive:
        archive.writestr("leak.csv", TABLE)
        file.seek(HOLE * 2, os.SEEK_CUR)
        archive.start_dir = file.tell()
    report = report_of(path)
    assert report["inputs"][1]["sha256"] == hashlib.sha256(TABLE).hexdigest()
    assert report["inputs"][0]["sha256"] is None
    table = sparse(tmp_path / "leak.csv", HOLE * 2)
    options = ScanOptions(as_of=OPTIONS.as_of, workers=1, triage=True)
    looked_at = report_of(table, options=options)
    assert 0 < looked_at["records"] <= TABLE.count(b"\n")


@pytest.mark.parametrize("read", [read_alone, read_in_a_bundle])
@pytest.mark.parametrize(
    ("change", "status", "reason", "warned"),
    [
        (lambda path: path.write_bytes(path.read_bytes() + b"\nmore"), "scanned", None, True),
        (lambda path: os.truncate(path, 3000), "partial", "it became shorter while it was read", True),
        (lambda path: os.utime(path, (1, 1)), "scanned", None, True),
        (lambda path: path.unlink(), "skipped", "no such file or folder", False),
        (lambda path: (path.unlink(), os.mkfifo(path)), "skipped", "vanished while it was read", False),
        (lambda path: (path.unlink(), path.symlink_to(SAMPLES)), "skipped", "a symbolic link", False),
        (lambda path: (path.unlink(), path.mkdir()), "skipped", "", False),
        (lambda path: path, "scanned", None, False),
    ],
)
def test_a_file_that_changes_after_it_was_listed(
    change: Callable[[Path], object],
    status: str,
    reason: str | None,
    warned: bool,
    read: Callable[[Source], Ledger],
    tmp_path: Path,
) -> None:
    path = tmp_path / "letter.csv"
    path.write_bytes(TABLE[:4000])
    source = only(tmp_path)
    change(path)
    (given,) = read(source).inputs
    assert given.status == status
    assert (given.reason or "").startswith(reason or "")
    assert any(warning.code == "changed_while_read" for warning in given.warnings) is warned
    if status == "scanned":
        assert given.sha256 == digest(path)


def test_a_file_that_grows_under_the_reader_is_read_and_told(tmp_path: Path) -> None:
    path = tmp_path / "growing.log"
    path.write_bytes(TABLE)
    source = only(path)

    def opened() -> Any:
        stream = source.open()
        with path.open("ab") as more:
            more.write(TABLE)
        return stream

    (given,) = read_alone(Source(source.path, opened, size=source.size)).inputs
    assert {warning.code for warning in given.warnings} >= {"changed_while_read"}


def test_a_file_with_two_names_is_scanned_once_and_listed_twice(tmp_path: Path) -> None:
    archive, second = tmp_path / "a.zip", tmp_path / "b.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("leak.csv", TABLE)
    alone = report_of(archive)
    os.link(archive, second)
    scanned, twins = apart(list(local_sources([tmp_path])))
    assert ([one.path for one in scanned], [two.path for _, two in twins]) == ([str(archive)], [str(second)])
    report = report_of(tmp_path)
    assert counted(report) == counted(alone)
    lines = [(given["path"], given["member"], given["sha256"], given["records"]) for given in report["inputs"]]
    assert [line[0] for line in lines] == [str(archive)] * 2 + [str(second)] * 2
    assert [line[1:] for line in lines[:2]] == [line[1:] for line in lines[2:]]


def test_a_target_given_twice_is_one_input(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(TABLE)
    report = report_of(tmp_path, tmp_path / "a.csv", tmp_path / "*.csv")
    assert len(report["inputs"]) == 1


def test_every_file_of_a_tree_is_an_input(tmp_path: Path) -> None:
    """Whatever lies there: each file has a line with its status, and a SHA-256 where its bytes could be read."""
    for name in ("a.csv", "sub/b.csv", "sub/.hidden", "sub/deep/c.csv.gz", "image.png", "empty.txt", "é è.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(TABLE) if name.endswith(".gz") else TABLE)
    (tmp_path / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / os.fsdecode(b"caf\xe9.csv")).write_bytes(TABLE[:3000])
    (tmp_path / "link").symlink_to(tmp_path)
    os.link(tmp_path / "a.csv", tmp_path / "sub" / "again.csv")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        report = report_of(tmp_path)
    inputs = {given["path"]: given for given in report["inputs"] if given["member"] is None}
    walked = [Path(folder) / name for folder, folders, names in os.walk(tmp_path) for name in (*names, *folders)]
    paths = [path for path in walked if path.is_symlink() or not path.is_dir()]
    assert len(inputs) == len(paths)
    for path in paths:
        given = inputs[local.shown_path(path)]
        assert given["status"] in ("scanned", "partial", "skipped")
        assert given["status"] == "scanned" or given["reason"]
        readable = path.is_file() and not path.is_symlink()
        assert given["sha256"] == (digest(path) if readable else None), path


def test_sources_can_be_handed_to_another_process(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.csv")
    path.write_bytes(b"x")
    again = pickle.loads(pickle.dumps(only(path)))  # noqa: S301 - of this process
    with again.open() as stream:
        assert stream.read() == b"x"
