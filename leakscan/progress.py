"""How a scan tells that it moves: bytes, speed and time left, on standard error, for whoever looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

from leakscan.untrusted import harmless, shorten

_NAME_WIDTH = 32
"""Characters of the current path that are shown: leaves room for bar, speed and time on 80 columns."""


class Progress(Protocol):
    """What a scan calls while it works; none of it may change a result."""

    def start(self, total_bytes: int | None, files: int | None) -> None:
        """The scan begins; None where the total cannot be known (standard input)."""

    def source(self, path: str) -> None:
        """A source is about to be read."""

    def advance(self, bytes_read: int) -> None:
        """So many more bytes were read."""

    def finish(self) -> None:
        """The scan ended, whether complete, interrupted or failed; may be called more than once."""


class NoProgress:
    """Says nothing: for --quiet, for libraries, and where standard error is not a terminal."""

    def start(self, total_bytes: int | None, files: int | None) -> None:
        """Nothing."""

    def source(self, path: str) -> None:
        """Nothing."""

    def advance(self, bytes_read: int) -> None:
        """Nothing."""

    def finish(self) -> None:
        """Nothing."""


class TerminalProgress:
    """A rich progress bar on a terminal; it vanishes at the end, so that the result stands alone."""

    def __init__(self, stream: TextIO) -> None:
        """Draw on `stream`, a terminal."""
        self._stream = stream
        self._bar: Bar | None = None
        self._files: int | None = None
        self._seen = 0

    def start(self, total_bytes: int | None, files: int | None) -> None:
        """Show the bar; it pulses where the total is unknown."""
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
        from rich.progress import Progress as Bar

        self.finish()
        self._files = files
        self._seen = 0
        self._bar = Bar(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            DownloadColumn(binary_units=True),
            TransferSpeedColumn(),
            TimeRemainingColumn(compact=True),
            console=Console(file=self._stream, highlight=False, emoji=False, markup=False),
            transient=True,
        )
        self._bar.add_task("", total=total_bytes)
        self._bar.start()

    def source(self, path: str) -> None:
        """Name the source, with its place among the files."""
        self._seen += 1
        if self._bar is None:
            return
        place = f"{self._seen}/{self._files} " if self._files and self._files > 1 else ""
        name = shorten(harmless(path), _NAME_WIDTH - len(place))
        self._bar.update(self._bar.task_ids[0], description=place + name)

    def advance(self, bytes_read: int) -> None:
        """Move the bar."""
        if self._bar is not None:
            self._bar.advance(self._bar.task_ids[0], bytes_read)

    def finish(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def progress_for(stream: TextIO, *, quiet: bool) -> Progress:
    """The progress that fits a stream: a bar on a terminal, else silence."""
    return TerminalProgress(stream) if not quiet and stream.isatty() else NoProgress()
