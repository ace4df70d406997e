"""One pass over what a reader gives: tables are settled, batches looked at, children handed on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO, Protocol

from leakscan import columns
from leakscan.errors import UsageError
from leakscan.layouts import upright
from leakscan.looking import Lookers
from leakscan.options import ScanOptions
from leakscan.passes import Pass, Piece, unmatched_roles
from leakscan.plan import plan
from leakscan.progress import Progress
from leakscan.readers import HashingStream, SpreadStream, runs
from leakscan.records import Child, ColumnRole, InputWarning, Item, Source, Table
from leakscan.sources import reason_of
from leakscan.work import give_back

LATE = "columns turned out to be something else than their beginning said"
"""Why a source or a table of it is `partial` whose second pass could not be."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What stays the same from a source to what lies in it."""

    options: ScanOptions
    progress: Progress
    lookers: Lookers


class Inside(Protocol):
    """Who reads what lies in a source, or has it read."""

    def add(self, child: Child) -> None:
        """Take one child."""


def stream_of(opened: BinaryIO, source: Source) -> HashingStream:
    """All of a source as a stream, or its share spread over it."""
    size = source.size if source.seekable else None
    if size is not None and source.share is not None:
        opened.seek(0)  # its stretches are places in it, so holes must not be passed over
    if source.share is None or (size is not None and size <= source.share):
        return HashingStream(opened)
    return SpreadStream(opened, size, runs(size, source.share))


def look_at(
    items: Iterator[Item],
    done: Pass,
    setting: Setting,
    inside: Inside | None,
    roles: tuple[ColumnRole, ...] | None,
    read: Callable[[], int],
    earlier: Iterable[Piece] = (),
    *,
    name: str | None = None,
) -> None:
    """Settle the table's columns, then look at its batches, a few side by side, in order.

    `inside` takes the children, if any should be read; `roles`: known already; `read`: how many bytes were read.
    `name`: of the file.
    """
    lookers, counted = setting.lookers, 0
    lookers.begin()
    for item in upright(items):
        if isinstance(item, Table):
            item = item if item.called or item.kind != "text" else replace(item, called=name)  # noqa: PLW2901
            settled = roles or _settle(item, setting.options, done, lookers)
            year, wanted = setting.options.as_of.year % 100, setting.options.contacts
            done.table, done.how = item, plan(item, settled, year, contacts=wanted)
            done.go_on(earlier)
        elif isinstance(item, InputWarning):
            done.notices.merge([item])
        elif isinstance(item, Child):
            if inside is not None:
                done.add_all(lookers.rest())
                inside.add(item)
                done.children += 1
        elif item.end <= done.passed_by:
            lookers.pass_by(item)
        else:
            done.add_all(lookers.look(item, done.settled()[1]))
        setting.progress.advance(read() - counted)
        counted = read()
    done.add_all(lookers.rest())


@contextmanager
def keeping(done: Pass, lookers: Lookers) -> Iterator[None]:
    """Keep what was found when reading ends before its time: by Ctrl-C, or where the bytes cannot be read on."""
    try:
        yield
    except KeyboardInterrupt:
        done.interrupted, done.failure = True, "interrupted"
        try:
            done.add_all(lookers.rest())
        except KeyboardInterrupt:  # pressed twice: what is finished must do
            done.add_all(lookers.finished())
            lookers.forget()
    except OSError as error:
        done.failure = reason_of(error)
        done.add_all(lookers.rest())
    done.close_unit()


def _settle(table: Table, options: ScanOptions, done: Pass, lookers: Lookers) -> tuple[ColumnRole, ...]:
    """Settle the columns; an override that names no column is a bad call where there is one input, else a warning."""
    missing = unmatched_roles(table, options.roles)
    if missing is not None:
        if done.alone:
            raise UsageError(missing.message)
        done.notices.merge([missing])
    settled = columns.settle(table, options.roles)
    if lookers.pool is not None:  # a long scan follows: to settle the head takes more memory than to hand out the rest
        give_back()
    return settled
