"""Reader for RAR archives: the directory by the package rarfile, compressed members by an unpacking program.

Both are an extra: the format has no free compressor in Python. Stored members need no program. The program reads the
archive through a descriptor of this process and writes to a pipe: no file is written, but for links with neutral names
where an archive lies in several volumes.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from leakscan.readers.guarded import BrokenInput, Taken, guarded
from leakscan.readers.heads import Head
from leakscan.readers.streams import Readable, read_exactly
from leakscan.records import Child, InputWarning, Item

FORMAT = "rar"
PASSWORD_TRIES = 50
"""Passwords that are tried on one archive: each starts the unpacking program once."""
RAR_BYTES = 1 << 30
"""An archive that is no file of its own, or lies in volumes, is held in memory for the program, up to this size."""
LOCKED = "encrypted: give its password with --password-file"
NO_PROGRAM = "compressed as RAR: install one of the programs unrar, unar, 7z or bsdtar to read it"
_MAGIC = b"Rar!\x1a\x07"
_WHAT = "the archive's data"
_PIECE = 1 << 20
_PROOF = 1 << 16
_ODD_NAMES = ("-", "@")
_PATTERNS = ("unar", "bsdtar")
_SIGNS = re.compile(r"[\[\]\\]")
_VOLUME_4, _VOLUME_5 = 1, 1


def sniff(head: Head) -> float:
    """By the mark."""
    return 0.95 if head.data.startswith((_MAGIC + b"\0", _MAGIC + b"\1\0")) else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """Each file in it as a child, then its comment."""
    try:
        import rarfile
    except ImportError:
        message = "a RAR archive: install leakscan[rar] to read it"
        raise BrokenInput(message) from None
    rarfile.USE_EXTRACT_HACK = 0  # it would write members to temporary files
    rarfile.custom_popen = partial(_begun, rarfile)
    with ExitStack() as stack:
        path = _path(file, stack)
        try:
            archive = rarfile.RarFile(path)
        except (MemoryError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - their messages may hold anything
            first = type(error).__name__ == "NeedFirstVolume"
            reason = "a part of a RAR archive whose first part is missing" if first else "the RAR archive is damaged"
            raise BrokenInput(reason) from None
        yield from _members(rarfile, archive, head.options.passwords)


def _begun(rarfile: Any, command: list[str]) -> Any:
    """Start an unpacking program that writes a member to a pipe. rarfile would mix in what it complains of.

    bsdtar gets the archive behind `-f`, where rarfile 4.5 puts the mark of the end of options. To it and to unar
    brackets in a name stand for other signs, unless there is a stroke before them.
    """
    from subprocess import DEVNULL, PIPE, Popen

    if command[0] in _PATTERNS and "--" in command:
        at = command.index("--")
        archive, *names = command[at + 1 :]
        marks = [archive, "--"] if command[at - 1] == "-f" else ["--", archive]
        command = [*command[:at], *marks, *(_SIGNS.sub(r"\\\g<0>", name) for name in names)]
    try:
        return Popen(command, bufsize=0, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL)  # noqa: S603
    except (FileNotFoundError, PermissionError):
        raise rarfile.RarCannotExec from None


def _members(rarfile: Any, archive: Any, passwords: Sequence[str]) -> Iterator[Item]:
    tried = [*passwords[:PASSWORD_TRIES]]
    entries = _listed(archive)
    if not entries and archive.needs_password():
        entries = _unlocked(archive, tried)
    for entry in entries:
        if entry.is_dir():
            continue
        name = str(entry.filename)
        if entry.is_symlink():
            yield Child(name, reason="a symbolic link, not followed")
            continue
        found = _opened(rarfile, archive, entry, tried)
        if isinstance(found, str):
            yield Child(name, reason=found, size=entry.file_size)
            continue
        yield Child(name, lambda one=found: guarded(_Whole(one), _WHAT), size=entry.file_size)  # type: ignore[misc]
        _closed(found)
    if archive.comment:
        said = str(archive.comment).encode("utf-8", "replace")
        yield Child("[comment]", lambda: io.BytesIO(said), size=len(said))
    if archive.strerror():
        yield InputWarning("archive_cut", "the RAR archive goes on in a part that is missing, or is damaged")


class _Whole(Taken):
    """A member's stream that says which part of the archive is missing where it ends for want of one."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream

    def take(self, size: int) -> bytes:
        """Read on; BrokenInput where the archive goes on in a file that is not there."""
        try:
            return self._stream.read(size)
        except FileNotFoundError:
            message = "the archive's data go on in a part that is missing"
            raise BrokenInput(message) from None


def _listed(archive: Any) -> Sequence[Any]:
    entries: Sequence[Any] = archive.infolist()
    return entries


def _unlocked(archive: Any, tried: list[str]) -> Sequence[Any]:
    """The members of an archive whose names are encrypted too."""
    for at, password in enumerate(tried):
        try:
            archive.setpassword(password)
        except (MemoryError, OSError):
            raise
        except Exception:  # noqa: BLE001, S112 - another password
            continue
        if archive.infolist():
            tried.insert(0, tried.pop(at))
            return _listed(archive)
    raise BrokenInput("encrypted: none of the given passwords opens it" if tried else LOCKED)


def _opened(rarfile: Any, archive: Any, entry: Any, tried: list[str]) -> Readable | str:
    """The stream of a member, or why there is none."""
    stored = entry.compress_type == rarfile.RAR_M0 and not entry.needs_password()
    if not stored:
        if str(entry.filename).startswith(_ODD_NAMES) or any(sign in entry.filename for sign in "*?\0\n"):
            return "its name cannot be given to the unpacking program"
        if not _has_program(rarfile):
            return NO_PROGRAM
    if not entry.needs_password():
        return _stream(archive, entry, None) or "damaged"
    if not tried:
        return LOCKED
    for at, password in enumerate(tried):
        proof = _stream(archive, entry, password)
        if proof is None:
            continue
        try:
            fits = len(read_exactly(proof, _PROOF)) >= min(_PROOF, entry.file_size)
        except Exception:  # noqa: BLE001 - another password
            fits = False
        _closed(proof)
        if fits:
            tried.insert(0, tried.pop(at))
            return _stream(archive, entry, password) or "damaged"
    return "encrypted: none of the given passwords opens it"


def _stream(archive: Any, entry: Any, password: str | None) -> Readable | None:
    try:
        stream: Readable = archive.open(entry, pwd=password)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - their messages may hold anything
        return None
    return stream


def _closed(stream: Any) -> None:
    """End the program that feeds a stream."""
    process = getattr(stream, "_proc", None)
    if process is not None:
        process.kill()
    stream.close()


def _has_program(rarfile: Any) -> bool:
    try:
        rarfile.tool_setup()
    except rarfile.Error:
        return False
    return True


def _path(file: BinaryIO, stack: ExitStack) -> str:
    """A path by which the archive can be opened: that of a descriptor, in memory unless it is a file already."""
    begun = file.read(32)
    parts = _parts(file) if _in_volumes(begun) else [(0, file.seek(0, os.SEEK_END))]
    if len(parts) == 1:
        try:
            return f"/proc/{os.getpid()}/fd/{file.fileno()}"
        except OSError:
            return _held(file, *parts[0], stack)
    if parts[-1][1] > RAR_BYTES:
        message = f"a RAR archive in volumes of more than {RAR_BYTES >> 20} MiB: unpack it first"
        raise BrokenInput(message)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    for number, (begin, end) in enumerate(parts, 1):
        held = _held(file, begin, end, stack)
        (folder / f"a.part{number}.rar").symlink_to(held)
        old = "a.rar" if number == 1 else f"a.r{number - 2:02d}"
        (folder / old).symlink_to(held)
    return str(folder / ("a.rar" if _numbered_the_old_way(begun) else "a.part1.rar"))


def _held(file: BinaryIO, begin: int, end: int, stack: ExitStack) -> str:
    """A range of the archive in memory, as a path."""
    if end - begin > RAR_BYTES:
        message = f"a RAR archive of more than {RAR_BYTES >> 20} MiB inside of another source: unpack it first"
        raise BrokenInput(message)
    memory = os.memfd_create("leakscan", os.MFD_CLOEXEC)
    stack.callback(os.close, memory)
    file.seek(begin)
    while begin < end and (data := file.read(min(_PIECE, end - begin))):
        os.write(memory, data)
        begin += len(data)
    return f"/proc/{os.getpid()}/fd/{memory}"


def _in_volumes(begun: bytes) -> bool:
    """Whether the first header says that there are several volumes."""
    if begun[6:7] == b"\0":
        return bool(int.from_bytes(begun[10:12], "little") & _VOLUME_4)
    at = 12  # RAR 5: checksum, then numbers of variable length: size, type, flags, [size of extra,] archive flags
    numbers: list[int] = []
    while len(numbers) < 5 and at < len(begun):
        value = shift = 0
        while at < len(begun):
            value |= (begun[at] & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if not begun[at - 1] & 0x80:
                break
        numbers.append(value)
    if len(numbers) < 5 or numbers[1] != 1:
        return False
    return bool(numbers[4 if numbers[2] & 1 else 3] & _VOLUME_5)


def _numbered_the_old_way(begun: bytes) -> bool:
    return begun[6:7] == b"\0" and not int.from_bytes(begun[10:12], "little") & 0x10


def _parts(file: BinaryIO) -> list[tuple[int, int]]:
    """Where the volumes of a joined archive begin and end: at each mark."""
    file.seek(0)
    starts: list[int] = []
    at, kept = 0, b""
    while data := file.read(_PIECE):
        joined, begin = kept + data, at - len(kept)
        place = joined.find(_MAGIC)
        while place >= 0:
            starts.append(begin + place)
            place = joined.find(_MAGIC, place + 1)
        at += len(data)
        kept = joined[-(len(_MAGIC) - 1) :]
    starts = starts or [0]
    return list(zip(starts, [*starts[1:], at], strict=True))
