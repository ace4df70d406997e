"""Sources: files and trees in sorted order, everything unread listed with its reason, standard input read once."""

from __future__ import annotations

import errno
import io
import os
import socket
from pathlib import Path

import pytest

from leakscan.errors import UsageError
from leakscan.records import Source
from leakscan.sources import Unread, local_sources, reason_of, shown_path, stdin_source


def listed(*targets: Path) -> list[tuple[str, str | int | None]]:
    base = str(targets[0])
    found = []
    for item in local_sources(targets):
        name = item.path.removeprefix(base).lstrip("/")
        found.append((name, item.reason if isinstance(item, Unread) else item.size))
    return found


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "b" / "deep").mkdir(parents=True)
    (tmp_path / "b" / "deep" / "2.csv").write_bytes(b"12")
    (tmp_path / "b" / "1.csv").write_bytes(b"1")
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "c.txt").write_bytes(b"123")
    return tmp_path


def test_a_tree_is_walked_in_sorted_order(tree: Path) -> None:
    assert listed(tree) == [("a.txt", 0), ("b/1.csv", 1), ("b/deep/2.csv", 2), ("c.txt", 3)]


def test_a_source_opens_afresh_each_time(tree: Path) -> None:
    (source,) = local_sources([tree / "c.txt"])
    assert isinstance(source, Source)
    for _ in range(2):
        with source.open() as stream:
            assert stream.read() == b"123"
    assert source.seekable


def test_links_and_special_files_in_a_tree_are_listed_unread(tree: Path) -> None:
    (tree / "d_link").symlink_to(tree / "b")
    (tree / "e_loop").symlink_to(tree / "e_loop")
    os.mkfifo(tree / "f_pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tree / "g_socket"))
        assert listed(tree)[4:] == [
            ("d_link", "a symbolic link, not followed"),
            ("e_loop", "a symbolic link, not followed"),
            ("f_pipe", "a named pipe"),
            ("g_socket", "a socket"),
        ]


def test_a_target_that_is_a_link_is_followed(tree: Path) -> None:
    link = tree / "z_link"
    link.symlink_to(tree / "b")
    assert listed(link) == [("1.csv", 1), ("deep/2.csv", 2)]
    loop = tree / "loop"
    loop.symlink_to(loop)
    assert listed(loop) == [("", "a symbolic link that leads back to itself")]


def test_a_pipe_as_a_target_is_a_source_that_opens_once(tree: Path) -> None:
    os.mkfifo(tree / "pipe")
    (source,) = local_sources([tree / "pipe"])
    assert isinstance(source, Source)
    assert (source.seekable, source.size) == (False, None)


def test_missing_and_empty_targets_say_so(tree: Path) -> None:
    (tree / "empty").mkdir()
    assert listed(tree / "nothing") == [("", "no such file or folder")]
    assert listed(tree / "a.txt" / "below") == [("", "no such file or folder")]
    assert listed(tree / "empty") == [("", "the folder holds no file")]
    assert [item.reason for item in local_sources(["a\0b"]) if isinstance(item, Unread)] == ["not a path"]
    assert [item.reason for item in local_sources(["/dev/null"]) if isinstance(item, Unread)] == ["a device"]


def test_what_may_not_be_read_or_vanishes_is_listed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_open = os.open

    def refuse(path: str, flags: int, *more: int, dir_fd: int | None = None) -> int:
        if Path(path).name in ("1.csv", "deep"):
            raise PermissionError(errno.EACCES, "Permission denied")
        if Path(path).name == "c.txt":
            raise FileNotFoundError(errno.ENOENT, "No such file or directory")
        return real_open(path, flags, *more, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refuse)
    assert listed(tree) == [
        ("a.txt", 0),
        ("b/1.csv", "permission denied"),
        ("b/deep", "permission denied"),
        ("c.txt", "vanished before it could be read"),
    ]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_listed(tree: Path) -> None:
    (tree / "b").chmod(0)
    try:
        assert ("b", "permission denied") in listed(tree)
    finally:
        (tree / "b").chmod(0o700)


@pytest.mark.parametrize(
    ("name", "shown"),
    [(b"caf\xc3\xa9.csv", "café.csv"), (b"caf\xe9.csv", "caf\\xe9.csv"), (b"a\nb\x1b[31m.csv", "a\\nb\\x1b[31m.csv")],
)
def test_names_are_shown_safely(tree: Path, name: bytes, shown: str) -> None:
    folder = tree / "names"
    folder.mkdir()
    (folder / os.fsdecode(name)).write_bytes(b"x")
    ((path, size),) = listed(folder)
    assert (path, size) == (shown, 1)
    assert shown_path(os.fsdecode(name)) == shown


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.EIO, "x"), "the disk reports a read error"),
        (OSError(errno.EBUSY, "Busy"), "busy"),
        (OSError(), "it could not be read"),
    ],
)
def test_reasons_are_words(error: OSError, reason: str) -> None:
    assert reason_of(error) == reason


def test_standard_input_opens_once(monkeypatch: pytest.MonkeyPatch) -> None:
    source = stdin_source(io.BytesIO(b"abc"))
    assert (source.path, source.size, source.seekable) == ("-", None, False)
    assert source.open().read() == b"abc"
    with pytest.raises(UsageError):
        source.open()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"def")))
    assert stdin_source().open().read() == b"def"
