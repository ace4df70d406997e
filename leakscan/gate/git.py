"""What git is about to take: the blobs of the index, or those that a push brings, read by `git cat-file --batch`."""

from __future__ import annotations

import io
import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, BinaryIO, cast

from leakscan.errors import LeakscanError
from leakscan.readers.guarded import Taken
from leakscan.readers.spool import Spool

MESSAGES = "commit messages"
"""How the messages of all new commits and tags are called, which are decided about together."""
MOST_UPDATES = 10_000
"""Refs that one push may update: their names must fit into a command."""
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LINK = "160000"
_PIECE = 1 << 20
_KINDS = ("blob", "commit", "tag")


class GitError(LeakscanError):
    """Git did not tell what it was asked: nothing is known of what it would take."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A content that git would take, and its path in the tree. `file` is read before the next one is asked for."""

    path: str
    size: int
    file: BinaryIO = field(repr=False)


def staged() -> Iterator[Blob]:
    """What the next commit takes in addition: each blob of the index that the last commit has not at its path."""
    last = _asked("rev-parse", "--verify", "--quiet", "HEAD", may_fail=True).decode().strip()
    tree = last or _asked("hash-object", "-t", "tree", os.devnull).decode().strip()
    fields = _asked("diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", tree).split(b"\0")
    found: dict[str, str] = {}
    for told, name in zip(fields[0::2], fields[1::2], strict=False):
        _, mode, _, number, _ = told.decode().split(" ")
        if mode != _LINK and set(number) != {"0"}:
            found[os.fsdecode(name)] = number
    with _contents() as contents:
        for path, number in found.items():
            yield from _blob(contents, number, path)


def received(lines: Iterable[str]) -> Iterator[Blob]:
    """What a push brings: blobs that no ref has yet, each once, then the messages of new commits and tags.

    `lines`: as git gives them to `pre-receive`: old id, new id and name of a ref. Deleted refs bring nothing.
    """
    new = []
    for line in lines:
        parts = line.rstrip("\n").split(" ", 2)
        if len(parts) != 3 or not all(map(_ID.fullmatch, parts[:2])):
            message = "standard input is not what git gives to pre-receive: lines of old id, new id, ref"
            raise GitError(message)
        if set(parts[1]) != {"0"}:
            new.append(parts[1])
    if len(new) > MOST_UPDATES:
        message = f"the push updates more than {MOST_UPDATES} refs: push them in several steps"
        raise GitError(message)
    if not new:
        return
    with _contents() as contents, Spool() as messages:
        for number, kind, path in _new_objects(new):
            if kind == "blob":
                yield from _blob(contents, number, path or number)
            else:
                for blob in _blob(contents, number, ""):
                    _add_message(messages, blob.file)
        if messages.size:
            messages.seek(0)
            yield Blob(MESSAGES, messages.size, cast("BinaryIO", io.BufferedReader(messages)))


def _new_objects(new: list[str]) -> Iterator[tuple[str, str, str]]:
    """Id, kind and path of each object that no ref has: blobs, commits, tags."""
    with (
        _running("rev-list", "--objects", *new, "--not", "--all") as listed,
        _running("cat-file", "--batch-check=%(objectname) %(objecttype) %(rest)", stdin=listed.stdout) as checked,
    ):
        assert listed.stdout is not None  # noqa: S101 - it was asked for
        assert checked.stdout is not None  # noqa: S101
        listed.stdout.close()  # it is the other one's
        for line in checked.stdout:
            number, kind, path = line[:-1].split(b" ", 2)
            if kind not in {b"tree", *map(str.encode, _KINDS)}:
                message = "git lacks an object of what is pushed"
                raise GitError(message)
            if kind != b"tree":
                yield number.decode(), kind.decode(), os.fsdecode(path)
        for process in (checked, listed):
            if process.wait():
                message = "git could not list what is pushed"
                raise GitError(message)


def _add_message(messages: Spool, file: BinaryIO) -> None:
    """What stands behind the head of a commit or tag."""
    while (line := file.readline(_PIECE)) and line != b"\n":
        continue
    while data := file.read(_PIECE):
        messages.write(data)
    messages.write(b"\n")


def _blob(contents: subprocess.Popen[bytes], number: str, path: str) -> Iterator[Blob]:
    """One object, which is read to its end when the next one is asked for."""
    asked, told = cast("IO[bytes]", contents.stdin), cast("IO[bytes]", contents.stdout)
    try:
        asked.write(number.encode() + b"\n")
        asked.flush()
        head = told.readline().split()
    except OSError:
        head = []
    if len(head) != 3 or head[0].decode() != number:
        message = "git lacks an object of what it would take"
        raise GitError(message)
    size = int(head[2])
    stretch = _Stretch(told, size)
    yield Blob(path, size, cast("BinaryIO", io.BufferedReader(stretch)))
    while stretch.read(_PIECE):
        continue
    if told.read(1) != b"\n":
        message = "git broke off within an object"
        raise GitError(message)


class _Stretch(Taken):
    """So many bytes of a stream. State: how many are left."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream, self._left = stream, size

    def take(self, size: int) -> bytes:
        """Read on."""
        data = self._stream.read(min(size, self._left))
        self._left -= len(data)
        if not data and self._left and size:
            message = "git broke off within an object"
            raise OSError(message)
        return data


@contextmanager
def _contents() -> Iterator[subprocess.Popen[bytes]]:
    with _running("cat-file", "--batch", stdin=subprocess.PIPE) as process:
        yield process


@contextmanager
def _running(*arguments: str, stdin: int | IO[bytes] | None = subprocess.DEVNULL) -> Iterator[subprocess.Popen[bytes]]:
    """A git that runs meanwhile, and is ended with the block."""
    try:
        process = subprocess.Popen(  # noqa: S603 - our own arguments, and ids that were checked
            ["git", *arguments],  # noqa: S607 - the git that whoever calls us has
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
    except OSError:
        message = "git cannot be run: install it, or give the files by name"
        raise GitError(message) from None
    try:
        yield process
    finally:
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        process.kill()
        process.wait()


def _asked(*arguments: str, may_fail: bool = False) -> bytes:
    with _running(*arguments) as process:
        said = cast("IO[bytes]", process.stdout).read()
        if process.wait() and not may_fail:
            message = "git does not tell what is staged: run it in a repository"
            raise GitError(message)
    return said


def _environment() -> dict[str, str]:
    """Objects as they are, not as `refs/replace` has them be seen."""
    return {**os.environ, "GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C"}
