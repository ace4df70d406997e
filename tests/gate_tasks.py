"""What workers are asked in tests of the gate in place of a decision: to wait, to die, to fail."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from leakscan.gate.policy import Facts
from leakscan.gate.verdict import Verdict
from leakscan.gate.watch.deciding import Found
from leakscan.gate.watch.looking import seen

LARGE = 5 << 20


def waits_if_large(_: bytes, __: bool, ___: Any, path: str, *____: Any) -> Found:
    """Allow a small file at once, a large one once somebody has made the file that is named in the environment."""
    status = Path(path).stat()
    while status.st_size >= LARGE and not Path(os.environ["RELEASE"]).exists():
        time.sleep(0.01)
    return Found(Verdict("allow", "x", (), {}, "ab"), Facts(), seen(status))


def dies(_: bytes, isolates: bool, __: Any, when: str) -> Verdict:
    if when == "always" or not isolates:
        os.kill(os.getpid(), signal.SIGKILL)
    return Verdict("review", "alone", (), {}, "ab")


def fails(_: bytes, isolates: bool, *__: Any) -> Verdict:
    return Verdict("review", "alone", (), {}, "ab") if isolates else Verdict("block", "error", ("x",), {}, "ab")


def raises(*_: Any) -> Verdict:
    message = "DURAND"
    raise ValueError(message)


def hangs(*_: Any) -> Verdict:
    while True:
        time.sleep(60)
