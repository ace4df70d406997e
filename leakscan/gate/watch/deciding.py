"""What a worker does with a file that was taken: open it as it lies there, decide, and see that it stayed the same."""

from __future__ import annotations

import errno
import os
import pwd
import secrets
import stat
from pathlib import Path
from typing import NamedTuple

from leakscan.gate.decide import ID_BYTES, decide
from leakscan.gate.policy import Facts, Policy
from leakscan.gate.verdict import ERROR, Verdict
from leakscan.gate.watch.looking import Seen, seen
from leakscan.gate.watch.moving import is_being_written

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Found(NamedTuple):
    """A verdict on a file, what is known of it, and how it looked; None where nobody could look at it."""

    verdict: Verdict
    facts: Facts
    seen: Seen | None


def decide_file(
    data: bytes,
    isolates: bool,  # noqa: FBT001 - tasks are called by place
    policy: Policy,
    path: str,
    parts: tuple[str, ...],
    destination: str | None,
) -> Found | Verdict | None:
    """The verdict on a file as it lies there; None where it has gone, changed meanwhile, or is being written to.

    A bare verdict where the decision itself failed, so that it can be tried in another way.
    """
    del data
    facts = Facts(destination, None, "/".join(parts))
    try:
        descriptor = os.open(path, _READ)
    except FileNotFoundError:
        return None
    except OSError as error:
        return Found(_refused(f"error.{errno.errorcode.get(error.errno or 0, 'EIO')}"), facts, None)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        facts = Facts(destination, _owner(status.st_uid), facts.path)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
            odd = "second-name" if stat.S_ISREG(status.st_mode) else "no-file"
            return Found(_refused(odd), facts, None)
        if is_being_written(descriptor):
            return None
        verdict = decide(file, status.st_size, facts, policy, isolates=isolates)
        after = os.fstat(descriptor)
        if seen(after) != seen(status) or after.st_nlink != 1 or is_being_written(descriptor):
            return None
        os.fsync(descriptor)
    return verdict if verdict.rule == ERROR and not isolates else Found(verdict, facts, seen(status))


def is_as_seen(path: Path, looked: Seen | None) -> bool:
    """Whether a file that lies there is still the one that was decided about, under one name alone."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return looked is None or (seen(status) == looked and status.st_nlink == 1)


def _refused(reason: str) -> Verdict:
    return Verdict("block", ERROR, (reason,), {}, secrets.token_hex(ID_BYTES))


def _owner(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
