"""Where the text goes: standard output or a file, with what the stream can show."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from leakscan.errors import UsageError
from leakscan.renderers import RENDERERS, RenderOptions
from leakscan.untrusted import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakscan.renderers import Report

STDOUT = "-"
"""The file name that means standard output."""


def say(sentence: str) -> None:
    """One sentence on standard error, made harmless: it may name a path."""
    sys.stderr.write(f"leakscan: {harmless(sentence)}\n")


def options_for(stream: TextIO, lang: str) -> RenderOptions:
    """What a stream can show: colour on a terminal unless NO_COLOR or a dumb one, thin spaces where it encodes them."""
    terminal = stream.isatty()
    color = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = shutil.get_terminal_size(fallback=(80, 24)).columns
    try:
        "\u202f\u2026é".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return RenderOptions(lang, width, color, unicode=False)
    return RenderOptions(lang, width, color)


def show(report: Report, output_format: str, lang: str, options: RenderOptions | None = None) -> None:
    """Render a report on standard output, with what the stream can show unless `options` say it."""
    write_out(RENDERERS[output_format].render(report, options or options_for(sys.stdout, lang)))


def write_out(text: str) -> None:
    """Text on standard output; JSON is UTF-8 by its standard, so what the stream cannot encode is escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader has gone (`| head`): not our failure, and the interpreter must not flush again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def check_writable(file: str, targets: Sequence[str]) -> None:
    """Refuse an output file that cannot be written, or that would overwrite a target, before the scan is spent."""
    path = Path(file)
    if path.is_dir():
        message = f"cannot write {file}: it is a directory; give the name of a file"
        raise UsageError(message)
    if not path.parent.is_dir():
        message = f"cannot write {file}: the directory {path.parent} does not exist; make it first"
        raise UsageError(message)
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        message = f"cannot write {file}: no permission; choose another place"
        raise UsageError(message)
    if path.exists() and any(Path(target).exists() and path.samefile(target) for target in targets):
        message = f"cannot write the report to {file}: it is one of the targets; choose another name"
        raise UsageError(message)


def check_outputs(
    save: str | None, json: str | None, targets: Sequence[str], html: str | None = None, pdf: str | None = None
) -> None:
    """Refuse outputs that cannot be written, would overwrite a target, or one another, before time is spent."""
    if save == STDOUT:
        message = "--save needs the name of a file: a ledger is not written to standard output"
        raise UsageError(message)
    if html == STDOUT:
        message = "--html needs the name of a file; for standard output use `leakscan report RESULT --format html`"
        raise UsageError(message)
    if pdf is not None:
        from leakscan.renderers.pdf import weasyprint

        if pdf == STDOUT:
            message = "--pdf needs the name of a file"
            raise UsageError(message)
        weasyprint()
    asked = {"--json": None if json == STDOUT else json, "--html": html, "--pdf": pdf, "--save": save}
    given = {option: file for option, file in asked.items() if file is not None}
    for file in given.values():
        check_writable(file, targets)
    if save is not None and Path(save).exists() and not Path(save).is_file():
        message = f"cannot write {save}: it is no regular file; choose another name"
        raise UsageError(message)
    places: dict[Path, str] = {}
    for option, file in given.items():
        other = places.setdefault(Path(file).resolve(), option)
        if other != option:
            message = f"{other} and {option} both name {file}: choose another name for one of them"
            raise UsageError(message)


def write_file(file: str, pieces: Iterable[str | bytes]) -> None:
    """Pieces of a file, whole or not at all, readable by its owner only: it tells how bad a leak is."""
    try:
        _replace(Path(file).resolve(), pieces)
    except OSError as error:
        message = f"cannot write {file}: {error.strerror}; choose another place"
        raise UsageError(message) from None


def _replace(path: Path, pieces: Iterable[str | bytes]) -> None:
    encoded = (piece.encode("utf-8") if isinstance(piece, str) else piece for piece in pieces)
    if path.exists() and not path.is_file():  # a device or a pipe cannot be replaced
        with path.open("wb") as stream:
            stream.writelines(encoded)
        return
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.writelines(encoded)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
