"""The steps of a file through an outbound folder: found at rest, taken, decided, moved on. Each move is one rename.

A file is in one place at any moment: the folder, `.leakscan/taken`, or the place of its verdict. A crash therefore
leaves nothing to undo: what lies in `taken` is decided again.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from leakscan.errors import UsageError
from leakscan.gate.audit import AuditLog, append
from leakscan.gate.crew import Asked, Crew
from leakscan.gate.policy import Facts, Policy
from leakscan.gate.verdict import Action, Verdict
from leakscan.gate.watch.deciding import Found, decide_file, is_as_seen
from leakscan.gate.watch.looking import Outlook
from leakscan.gate.watch.moving import made, move, move_into, settle
from leakscan.work import available_cores

OWN = ".leakscan"
"""The folder of what is being decided, which nobody else can enter."""
PLACES: dict[Action, str] = {"allow": "allowed", "review": "review", "block": "quarantine"}
"""Where a file goes by its verdict."""
HEAVY_BYTES = 4 << 20
"""A file beyond this leaves one worker free for smaller ones."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A folder, where its files go, and by what they are decided.

    `disturbed`: within it waiting may be broken off by a signal, nothing else may. `ending`: whether to stop.
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


class Hands:
    """Who decides: workers, of which one at least is never busy with a large file. State: who is busy with what."""

    def __init__(self, watched: Watched) -> None:
        """As many as there are cores, and two at least."""
        self._watched = watched
        self._crew = Crew(watched.policy, max(2, available_cores()))
        self._busy: dict[tuple[str, ...], tuple[Asked, bool]] = {}

    @property
    def full(self) -> bool:
        """Whether each has a file."""
        return len(self._busy) >= self._crew.size

    @property
    def busy(self) -> bool:
        """Whether a file is being decided."""
        return bool(self._busy)

    def takes(self, size: int) -> bool:
        """Whether a file of this size may be begun now, or once the next one is finished: small ones always may."""
        return size <= HEAVY_BYTES or sum(large for _, large in self._busy.values()) < self._crew.size - 1

    def has(self, parts: tuple[str, ...]) -> bool:
        """Whether a file that was taken is with somebody."""
        return parts in self._busy

    def begin(self, parts: tuple[str, ...], size: int) -> None:
        """Have a file that was taken decided about."""
        path = str(self._watched.taken.joinpath(*parts))
        asked = self._crew.ask(decide_file, b"", path, parts, self._watched.destination)
        self._busy[parts] = (asked, size > HEAVY_BYTES)

    def finished(self, seconds: float | None) -> Iterator[Moved]:
        """Wait until a file is decided, at most so long, and move on those that are."""
        if not any(asked.done for asked, _ in self._busy.values()):
            with self._watched.disturbed():
                self._crew.wait(seconds)
        for parts in [parts for parts, (asked, _) in self._busy.items() if asked.done]:
            asked, _ = self._busy.pop(parts)
            if not self._watched.ending():
                yield from _moved(self._watched, parts, asked.answer)

    def close(self) -> None:
        """End the workers: what they have stays where it was taken to."""
        self._crew.close()


def one_round(watched: Watched, outlook: Outlook, hands: Hands, now: float) -> Iterator[Moved]:
    """Have decided what was taken before, then take what has come to rest; move on what is decided meanwhile.

    A large file waits where it lies while all but one worker have another one.
    """
    for path in sorted(_files(watched.taken)):
        parts = path.relative_to(watched.taken).parts
        if not hands.has(parts) and hands.takes(size := _size(path)):
            yield from _begun(watched, hands, parts, size)
        if watched.ending():
            return
    for folder, parts, looked in outlook.at_rest(now, hands.takes):
        yield from _freed(watched, hands)
        if watched.ending():
            return
        if _take(watched, folder, parts):
            yield from _begun(watched, hands, parts, looked.size)
    yield from hands.finished(0)


def is_idle(watched: Watched, outlook: Outlook) -> bool:
    """Whether nothing is left to be decided, nor waited for."""
    return not outlook.waits and not any(True for _ in _files(watched.taken))


def _begun(watched: Watched, hands: Hands, parts: tuple[str, ...], size: int) -> Iterator[Moved]:
    yield from _freed(watched, hands)
    if not watched.ending():
        hands.begin(parts, size)


def _freed(watched: Watched, hands: Hands) -> Iterator[Moved]:
    """Wait until somebody has no file."""
    while hands.full and not watched.ending():
        yield from hands.finished(None)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


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


def _moved(watched: Watched, parts: tuple[str, ...], answer: Found | Verdict | None) -> Iterator[Moved]:
    """Move a file on by what was decided; nothing where it has changed or gone: it is decided again if it is there."""
    path = watched.taken.joinpath(*parts)
    if isinstance(answer, Verdict):
        answer = Found(answer, Facts(watched.destination, None, "/".join(parts)), None)
    if answer is None or not is_as_seen(path, answer.seen):
        return
    if watched.log is not None:
        append(watched.log, answer.verdict, answer.facts)
    lies = move_into(path, _place(watched, answer.verdict.action), parts)
    for above in path.parents[: len(parts) - 1]:
        with suppress(OSError):
            above.rmdir()
    yield Moved("/".join(parts), answer.verdict, str(lies.relative_to(watched.into)))


def _place(watched: Watched, action: Action) -> Path:
    return made(watched.into / PLACES[action], 0o777 if action == "allow" else 0o700)
