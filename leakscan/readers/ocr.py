"""Text of pictures by the program tesseract, where the user asks for it (`--ocr`) and it is installed.

Pictures go to it through a pipe and nothing to a file. It runs under a limit of time; what it says of errors is not
shown.
"""

from __future__ import annotations

import os
import shutil
from functools import cache

PROGRAM = "tesseract"
SECONDS = 120.0
"""Time for one picture: a page of a scan takes some three seconds."""
DPI = 300
"""Dots per inch at which a page is drawn for it: below 200 small print is lost, above 400 nothing is won."""
PIXELS = 50_000_000
"""Dots of a page that is drawn for it: an A3 at 300 dots per inch has 17 million."""
MISSING = "a picture: install the program tesseract with French (tesseract-ocr-fra) to read it"
"""Why a picture was not read where the program is missing."""


class NoProgram(Exception):  # noqa: N818 - it says what is missing
    """There is no tesseract, or it does not know French."""


@cache
def _program() -> str:
    """Where the program is; NoProgram where it or its French is missing."""
    import subprocess

    found = shutil.which(PROGRAM)
    if found is None:
        raise NoProgram
    try:
        said = subprocess.run([found, "--list-langs"], capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        raise NoProgram from None
    if b"fra" not in (said.stdout + said.stderr).split():
        raise NoProgram
    return found


def is_there() -> bool:
    """Whether pictures can be read."""
    try:
        _program()
    except NoProgram:
        return False
    return True


def text_of_picture(data: bytes) -> str | None:
    """The text of a picture in any format that the program knows; None where it cannot read it. NoProgram as above."""
    import subprocess

    command = [_program(), "stdin", "stdout", "-l", "fra", "--psm", "3"]
    quiet = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        said = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False, env=quiet)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return said.stdout.decode("utf-8", "replace") if said.returncode == 0 else None


def grey(width: int, height: int, rows: bytes) -> bytes:
    """A picture of one byte per dot in the simplest format there is (PGM)."""
    return b"P5 %d %d 255\n" % (width, height) + rows
