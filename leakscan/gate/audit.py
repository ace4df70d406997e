"""The audit log of the gate: JSON lines, each sealed and bound to the one before, with a signed head kept by the key.

What is removed, changed or written anew without the key shows. No value of anybody is in it: facts of an upload (who,
where to, which path) are there as keyed digests, by which whoever has the key can look for one.
"""

from __future__ import annotations

import errno
import fcntl
import hmac
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from leakscan.errors import LeakscanError
from leakscan.gate.policy import Facts
from leakscan.gate.verdict import Verdict
from leakscan.persons.keyfile import key_from

LOG_BYTES = 64 << 20
"""A log of this size is put aside under the next number, and a new one goes on with its chain."""
FACT_DIGITS = 16
"""Hexadecimal digits of the keyed digest that stands for a fact."""
_FIRST = "0" * 64
_MOST_LINE = 1 << 20


class AuditError(LeakscanError):
    """The log is not what was written: it says where, and never repeats a line."""


@dataclass(frozen=True, slots=True)
class AuditLog:
    """Where a log is, and the key that seals it. `most`: bytes from which on it is put aside."""

    path: Path
    head: Path
    key: bytes = field(repr=False)
    most: int = LOG_BYTES


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: how many lines, and the SHA-256 of the last one."""

    lines: int = 0
    sha256: str = _FIRST


def audit_log(path: Path, key_file: Path, *, make: bool = True, most: int = LOG_BYTES) -> AuditLog:
    """The log of a file under a key file, which is made where it is missing, if `make`.

    The key must lie in another folder, and the head lies beside it: who may change the log alone can hide nothing.
    Raises KeyFileError.
    """
    key = key_from(key_file, not_beside=[path], make=make)
    return AuditLog(path, key_file.with_name(f"{key_file.name}.{path.name}.head"), key, most)


def append(log: AuditLog, verdict: Verdict, facts: Facts) -> Head:
    """Write a verdict at the end, and the head anew; on the disk before it returns.

    Raises AuditError where the log does not end as its head says, or cannot be written: then nothing was decided.
    """
    try:
        with _locked(log):
            head = _head_to_go_on(log)
            head = _put_aside(log, head)
            line = _line(log, head, verdict, facts)
            _write(log.path, line)
            head = Head(head.lines + 1, sha256(line).hexdigest())
            _write_head(log, head)
            return head
    except OSError as error:
        message = f"the log {log.path} cannot be written: {(error.strerror or 'refused').lower()}"
        raise AuditError(message) from None


def verify(log: AuditLog) -> Head:
    """Walk the whole chain, put-aside parts first; the head where everything is as it was written, else AuditError."""
    try:
        with _locked(log):
            head = _stored_head(log)
            if head is None:
                message = f"there is no head of {log.path} beside the key: it was removed, or the log is another key's"
                raise AuditError(message)
            found, met = Head(), head.lines == 0
            for file in _parts(log):
                for place, line in _lines(file):
                    found = _followed(log, file, place, line, found)
                    met = met or found == head
    except OSError as error:
        message = f"the log {log.path} cannot be read: {(error.strerror or 'refused').lower()}"
        raise AuditError(message) from None
    if not met or found.lines > head.lines + 1:
        message = f"the log {log.path} does not hold the {head.lines} lines that its head tells of: some were removed"
        raise AuditError(message)
    return found


def _head_to_go_on(log: AuditLog) -> Head:
    """The head that the next line follows: the stored one, or one line more where a crash kept it from being told."""
    head = _stored_head(log)
    parts = _parts(log)
    if head is None:
        if parts:
            message = f"the log {log.path} has no head beside the key: check it, and begin another log"
            raise AuditError(message)
        return Head()
    if not parts:
        message = f"the log {log.path} is gone, its head tells of {head.lines} lines: begin another log under a new key"
        raise AuditError(message)
    *before, last = _last_lines(parts)
    if sha256(last).hexdigest() == head.sha256:
        return head
    if (sha256(before[0]).hexdigest() if before else _FIRST) == head.sha256:
        return _followed(log, log.path, head.lines + 1, last, head)
    message = f"the log {log.path} does not end as its head says: check it with --verify-log"
    raise AuditError(message)


def _followed(log: AuditLog, file: Path, place: int, line: bytes, before: Head) -> Head:
    """The head behind a line that follows another; AuditError where it does not, or was not sealed with the key."""
    try:
        entry: Any = json.loads(line)
        sealed = isinstance(entry, dict) and hmac.compare_digest(str(entry.pop("seal", "")), _seal(log, entry))
        follows = sealed and entry["line"] == before.lines + 1 and entry["before"] == before.sha256
    except (ValueError, RecursionError, TypeError):
        sealed = follows = False
    if not follows or not line.endswith(b"\n"):
        what = "lines before it were removed or put elsewhere" if sealed else "it was changed, or not written by us"
        message = f"the log {file.name} does not hold at line {place}: {what}"
        raise AuditError(message)
    return Head(before.lines + 1, sha256(line).hexdigest())


def _line(log: AuditLog, head: Head, verdict: Verdict, facts: Facts) -> bytes:
    entry: dict[str, Any] = {
        "line": head.lines + 1,
        "before": head.sha256,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "action": verdict.action,
        "rule": verdict.rule,
        "reasons": list(verdict.reasons),
        "counts": dict(verdict.counts),
        "id": verdict.id,
        "facts": _told(log, facts),
    }
    return _plain({**entry, "seal": _seal(log, entry)}) + b"\n"


def _told(log: AuditLog, facts: Facts) -> dict[str, str]:
    given = {
        "destination": facts.destination,
        "user": facts.user,
        "path": facts.path,
        "content_type": facts.content_type,
    }
    return {
        name: hmac.digest(log.key, f"{name}\0{fact}".encode("utf-8", "surrogateescape"), "sha256").hex()[:FACT_DIGITS]
        for name, fact in given.items()
        if fact is not None
    }


def _seal(log: AuditLog, entry: Mapping[str, Any]) -> str:
    return hmac.digest(log.key, b"line\0" + _plain(entry), "sha256").hex()


def _plain(entry: Mapping[str, Any]) -> bytes:
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _stored_head(log: AuditLog) -> Head | None:
    """The head as it lies beside the key; None where there is none."""
    try:
        text = log.head.read_bytes()
    except FileNotFoundError:
        return None
    try:
        told: Any = json.loads(text)
        seal = str(told.pop("seal"))
        head = Head(int(told["lines"]), str(told["sha256"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        seal, told, head = "", {}, Head()
    if not hmac.compare_digest(seal.encode(), hmac.digest(log.key, b"head\0" + _plain(told), "sha256").hex().encode()):
        message = f"the head of {log.path} is not signed with this key: it was changed, or the key is another log's"
        raise AuditError(message)
    return head


def _write_head(log: AuditLog, head: Head) -> None:
    told = {"log": log.path.name, "lines": head.lines, "sha256": head.sha256}
    seal = hmac.digest(log.key, b"head\0" + _plain(told), "sha256").hex()
    new = log.head.with_name(f".{log.head.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_plain({**told, "seal": seal}) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(log.head)


def _write(path: Path, line: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "ab", buffering=0) as file:
        start, whole = file.seek(0, os.SEEK_END), False
        try:
            whole = file.write(line) == len(line)
            os.fsync(file.fileno())
        finally:
            if not whole:
                file.truncate(start)
    if not whole:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _put_aside(log: AuditLog, head: Head) -> Head:
    """Give a full log the next number; the chain goes on in a new file."""
    if log.path.exists() and log.path.stat().st_size >= log.most:
        numbers = [int(part.suffix[1:]) for part in _parts(log) if part != log.path]
        log.path.rename(_numbered(log.path, max(numbers, default=0) + 1))
    return head


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number:06d}")


def _parts(log: AuditLog) -> list[Path]:
    """The files of a log, oldest first."""
    aside = sorted(
        part
        for part in log.path.parent.glob(f"{log.path.name}.*")
        if re.fullmatch(r"\.[0-9]+", part.suffix) and part.is_file()
    )
    return [*aside, *([log.path] if log.path.exists() else [])]


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    with file.open("rb") as opened:
        place = 0
        while line := opened.readline(_MOST_LINE):
            place += 1
            yield place, line


def _last_lines(parts: list[Path]) -> list[bytes]:
    """The last line of a log, behind the one before it where there is one; of the two last files at most."""
    found: list[bytes] = []
    for part in reversed(parts[-2:]):
        with part.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 2 * _MOST_LINE))
            found = file.read().splitlines(keepends=True) + found
        if len(found) > 1:
            break
    return found[-2:] or [b""]


@contextmanager
def _locked(log: AuditLog) -> Iterator[None]:
    """Nobody else writes meanwhile: other processes wait."""
    descriptor = os.open(log.head.with_name(f"{log.head.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
