"""The steps of a file through an outbound folder: found at rest, taken, decided, moved on. Each move is one rename.

A file is in one place at any moment: the folder, `.leakscan/taken`, or the place of its verdict. A crash therefore
leaves nothing to undo: what lies in `taken` is decided again.
"""

from __future__ import annotations

import errno
import fcntl
import os
import pwd
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from leakscan.errors import UsageError
from leakscan.gate.audit import AuditLog, append
from leakscan.gate.decide import ID_BYTES, decide
from leakscan.gate.policy import Facts, Policy
from leakscan.gate.verdict import ERROR, Action, Verdict
from leakscan.gate.watch.looking import Outlook, seen
from leakscan.gate.watch.moving import is_being_written, made, move, move_into, settle

OWN = ".leakscan"
"""The folder of what is being decided, which nobody else can enter."""
PLACES: dict[Action, str] = {"allow": "allowed", "review": "review", "block": "quarantine"}
"""Where a file goes by its verdict."""
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Watched:
    """A folder, where its files go, and by what they are decided.

    `disturbed`: within it a decision may be broken off by a signal, nothing else may. `ending`: whether to stop.
    """

    folder: Path
    into: Path
    policy: Policy
    log: AuditLog | None = field(repr=False)
    destination: str | None
    disturbed: Callable[[], AbstractContextManager[None]] = field(repr=False)
    ending: Callable[[], bool] = field(repr=False)

    @property
    def taken(self) -> Path:
        """Where files are while they are decided."""
        return self.into / OWN / "taken"

    @property
    def leave_out(self) -> frozenset[str]:
        """Folders right below the watched one that are places of ours."""
        if self.into == self.folder:
            return frozenset((OWN, *PLACES.values()))
        inside = self.into.is_relative_to(self.folder)
        return frozenset(self.into.relative_to(self.folder).parts[:1] if inside else ())


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a file: its path below the folder, the verdict, and where it lies, below `into`."""

    path: str = field(repr=False)
    verdict: Verdict
    place: str = field(repr=False)


@contextmanager
def opened(watched: Watched) -> Iterator[None]:
    """Make the places and hold them alone. UsageError where they cannot be had."""
    try:
        device = watched.folder.stat().st_dev
        own = made(watched.into / OWN, 0o700)
        for place in (own, made(own / "taken", 0o700), *(_place(watched, action) for action in PLACES)):
            status = place.stat()
            if status.st_uid != os.geteuid() or (place.is_relative_to(own) and stat.S_IMODE(status.st_mode) & 0o077):
                message = f"{place} belongs to somebody else, or is open to others: remove it, or choose another --into"
                raise UsageError(message)
            if status.st_dev != device:
                message = f"{place} lies on another file system than {watched.folder}: choose another --into"
                raise UsageError(message)
        lock = os.open(own / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        message = f"{watched.into} cannot be worked in: {(error.strerror or 'refused').lower()}"
        raise UsageError(message) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        message = f"{watched.into} is watched by another process: end it first"
        raise UsageError(message) from None
    try:
        yield
    finally:
        os.close(lock)


def one_round(watched: Watched, outlook: Outlook, now: float) -> Iterator[Moved]:
    """Decide what was taken before, then take and decide what has come to rest."""
    for path in sorted(_files(watched.taken)):
        yield from _finished(watched, path.relative_to(watched.taken).parts)
        if watched.ending():
            return
    for folder, parts in outlook.at_rest(now):
        if _take(watched, folder, parts):
            yield from _finished(watched, parts)
        if watched.ending():
            return


def is_idle(watched: Watched, outlook: Outlook) -> bool:
    """Whether nothing is left to be decided, nor waited for."""
    return not outlook.waits and not any(True for _ in _files(watched.taken))


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(root) / name).is_symlink()]
        yield from (Path(root) / name for name in (*names, *links))


def _take(watched: Watched, folder: int, parts: tuple[str, ...]) -> bool:
    """Move a file to where only we reach it; False where it has gone, or another of its name is being decided."""
    target = watched.taken
    try:
        for part in parts[:-1]:
            target = made(target / part, 0o700)
        move(Path(parts[-1]), target / parts[-1], source_folder=folder)
    except (FileNotFoundError, FileExistsError, NotADirectoryError):
        return False
    settle(target)
    os.fsync(folder)
    return True


def _finished(watched: Watched, parts: tuple[str, ...]) -> Iterator[Moved]:
    """Decide about a file that was taken and move it on; nothing where somebody still writes to it, or at the end."""
    path = watched.taken.joinpath(*parts)
    try:
        found = _decided(watched, path, parts)
    except FileNotFoundError:
        return
    if found is None or watched.ending():
        return
    verdict, facts = found
    if watched.log is not None:
        append(watched.log, verdict, facts)
    lies = move_into(path, _place(watched, verdict.action), parts)
    for above in path.parents[: len(parts) - 1]:
        with suppress(OSError):
            above.rmdir()
    yield Moved("/".join(parts), verdict, str(lies.relative_to(watched.into)))


def _decided(watched: Watched, path: Path, parts: tuple[str, ...]) -> tuple[Verdict, Facts] | None:
    """The verdict on a file as it lies there; None where it changed meanwhile."""
    facts = Facts(watched.destination, None, "/".join(parts))
    try:
        descriptor = os.open(path, _READ)
    except FileNotFoundError:
        raise
    except OSError as error:
        return _refused(f"error.{errno.errorcode.get(error.errno or 0, 'EIO')}"), facts
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        facts = Facts(watched.destination, _owner(status.st_uid), facts.path)
        if not stat.S_ISREG(status.st_mode):
            return _refused("no-file"), facts
        if status.st_nlink > 1:
            return _refused("second-name"), facts
        if is_being_written(descriptor):
            return None
        with watched.disturbed():
            verdict = decide(file, status.st_size, facts, watched.policy)
        after = os.fstat(descriptor)
        if seen(after) != seen(status) or after.st_nlink != 1 or is_being_written(descriptor):
            return None
        os.fsync(descriptor)
    return verdict, facts


def _refused(reason: str) -> Verdict:
    return Verdict("block", ERROR, (reason,), {}, secrets.token_hex(ID_BYTES))


def _place(watched: Watched, action: Action) -> Path:
    return made(watched.into / PLACES[action], 0o777 if action == "allow" else 0o700)


def _owner(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
