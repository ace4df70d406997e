"""`leakscan watch`: an outbound folder, whose files are decided and moved on until somebody ends it."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from leakscan.cli.output import STDOUT, say, write_out
from leakscan.cli.serving import KeyFile, LogFile
from leakscan.errors import UsageError

if TYPE_CHECKING:
    from leakscan.gate.watch.looking import Outlook
    from leakscan.gate.watch.watching import Hands, Moved, Watched


@dataclass(slots=True)
class _Ending:
    """Whether somebody asked to end. State: that, and whether waiting can be broken off."""

    asked: bool = False
    loose: bool = False

    def ask(self, _number: int, _frame: object) -> None:
        """On SIGINT or SIGTERM: break off what can be, else end behind it."""
        self.asked = True
        if self.loose:
            raise KeyboardInterrupt

    @contextmanager
    def disturbed(self) -> Iterator[None]:
        """What may be broken off: waiting for a decision, a pause."""
        self.loose = True
        try:
            if self.asked:
                raise KeyboardInterrupt
            yield
        finally:
            self.loose = False


def watch_command(
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="The outbound folder.")],
    into: Annotated[
        str | None, typer.Option(metavar="DIR", help="Where allowed/, review/, quarantine/ are; default: in FOLDER.")
    ] = None,
    policy: Annotated[
        str | None, typer.Option(metavar="FILE", help="Policy in TOML; default: the one shipped.")
    ] = None,
    destination: Annotated[str | None, typer.Option(metavar="WHERE", help="Where the files go from there.")] = None,
    settle: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="A file that has not changed so long is complete.")
    ] = 2.0,
    every: Annotated[float, typer.Option(min=0.01, metavar="SECONDS", help="How often FOLDER is looked at.")] = 1.0,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="GLOB", help="Names of files that are left alone; repeatable.")
    ] = None,
    json: Annotated[
        str | None, typer.Option(metavar="FILE|-", help="Add a line of JSON per file there: paths and verdict.")
    ] = None,
    log: LogFile = None,
    key_file: KeyFile = None,
    once: Annotated[bool, typer.Option("--once", help="End when nothing is left to decide about.")] = False,
    lang: Annotated[Literal["fr", "en"] | None, typer.Option(help="Language; default: from LANG, else en.")] = None,
) -> None:
    """Decide about each file of an outbound folder and move it to allowed/, review/ or quarantine/.

    Exit codes: 0 it was told to end (SIGTERM, Ctrl-C), or --once is done; 2 it could not go on.
    """
    from leakscan.cli.gate import audit_of, policy_of
    from leakscan.gate.watch.looking import Outlook
    from leakscan.gate.watch.watching import Hands, Watched, opened
    from leakscan.i18n import language

    if not gc.isenabled():  # by `__main__`, for the time of the imports
        gc.freeze()
        gc.enable()
    chosen = lang or language(os.environ)
    top = Path(folder).resolve()
    if not top.is_dir():
        message = f"{folder} is no folder: make it first"
        raise UsageError(message)
    for option, file in (("--json", json), ("--log", log), ("--key-file", key_file)):
        if file not in (None, STDOUT) and Path(file or "").resolve().is_relative_to(top):
            message = f"{option} {file} lies in the folder that is watched, and would be moved: choose another place"
            raise UsageError(message)
    sealed = audit_of(log, key_file, make=True)
    ending = _Ending()
    watched = Watched(
        top, top if into is None else Path(into).resolve(), policy_of(policy, sealed), sealed, destination,
        ending.disturbed, lambda: ending.asked,
    )  # fmt: skip
    outlook = Outlook(top, watched.leave_out, tuple(ignore or ()), settle, say)
    before = {number: signal.signal(number, ending.ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with opened(watched):
            say(f"watching {folder}, looking every {every:g} s")
            with closing(Hands(watched)) as hands:
                for moved in _rounds(watched, outlook, hands, ending, every, once=once):
                    _tell(moved, json, "fr" if chosen == "fr" else "en")
    except KeyboardInterrupt:
        pass
    except OSError as error:
        message = f"{folder} cannot be worked in: {(error.strerror or 'refused').lower()}; nothing was let pass"
        raise UsageError(message) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if ending.asked:
        say("ended: what was being decided is decided at the next start")


def _rounds(
    watched: Watched, outlook: Outlook, hands: Hands, ending: _Ending, every: float, *, once: bool
) -> Iterator[Moved]:
    from leakscan.gate.watch.watching import is_idle, one_round

    while not ending.asked:
        yield from one_round(watched, outlook, hands, time.monotonic())
        if once and not hands.busy and is_idle(watched, outlook):
            return
        end = time.monotonic() + every
        while hands.busy and not ending.asked and (left := end - time.monotonic()) > 0:
            yield from hands.finished(left)
        with ending.disturbed():
            time.sleep(max(0.0, min(every, end - time.monotonic())))


def _tell(moved: Moved, json: str | None, lang: Literal["fr", "en"]) -> None:
    """A sentence without a path, and the line of JSON that somebody asked for, which has it."""
    from json import dumps

    say(moved.verdict.sentence(lang))
    if json is None:
        return
    line = dumps({"path": moved.path, "place": moved.place, **moved.verdict.as_json()}) + "\n"
    if json == STDOUT:
        write_out(line)
        return
    descriptor = os.open(json, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(line)
