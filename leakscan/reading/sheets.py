"""Tables and sheets that a reader finds in one source: each is a table of its own, with roles and units of its own."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace

from leakscan.passes import Pass, ledger_of, second_thoughts
from leakscan.persons.ledger import Ledger
from leakscan.progress import NoProgress
from leakscan.readers import choose_reader, start
from leakscan.reading.items import LATE, Inside, Setting, keeping, look_at, stream_of
from leakscan.reading.nesting import Children, about
from leakscan.records import Child, ColumnRole, InputWarning, Item, Source


class Sheets:
    """The tables in one source. State: the pass over each by its name, and the roles that some turned out to have."""

    def __init__(self, parent: Source, setting: Setting, children: Children) -> None:
        """`children` names what lies in `parent`."""
        self.parent, self.setting, self.children = parent, setting, children
        self.passes: dict[str, tuple[Source, Pass]] = {}
        self.late: dict[str, tuple[ColumnRole, ...]] = {}
        self.named: Counter[str] = Counter()

    def look_at(self, child: Child, items: Iterator[Item], inside: Inside) -> None:
        """Look at one; it is known by the hash of the source and its own name. `inside` reads what lies in it."""
        self.named[child.name] += 1
        name = _numbered(child.name, self.named[child.name])
        source = self.children.named(replace(child, name=name))
        done = self._passed(items, inside)
        roles = None if done.interrupted else second_thoughts(done, self.setting.options)
        if roles is not None:
            self.late[name] = roles
        self.passes[name] = (replace(source, part=name), done)
        if done.interrupted:
            raise KeyboardInterrupt

    def look_again(self) -> None:
        """A second pass, with other roles, over tables that turned out to hold something else than their heads.

        The first one stands, and the table is `partial`, where the source cannot be read again.
        """
        if self.late and self.parent.seekable:
            with suppress(OSError), closing(self.parent.open()) as opened:
                stream = stream_of(opened, self.parent)
                chosen = choose_reader(stream, self.setting.options.reading())
                items = iter(()) if isinstance(chosen, str) else start(*chosen, stream)
                self._read_again(about(self.parent.subject, items) if self.parent.subject else items)
        for name in self.late:
            done = self.passes[name][1]
            done.notices.merge([InputWarning("late_role", f"{LATE}: its file cannot be read twice")])
            done.failure = done.failure or LATE

    def ledgers(self, sha256: str) -> list[Ledger]:
        """What was found in each; `sha256` of the source."""
        return [ledger_of(source, sha256, 0, done) for source, done in self.passes.values()]

    def _passed(
        self, items: Iterator[Item], inside: Inside | None, roles: tuple[ColumnRole, ...] | None = None
    ) -> Pass:
        """One pass over a table."""
        lookers = self.setting.lookers
        done = Pass(prints=lookers.prints, shelf=lookers.shelf)
        with keeping(done, lookers):
            look_at(items, done, replace(self.setting, progress=NoProgress()), inside, roles, lambda: 0)
        return done

    def _read_again(self, items: Iterator[Item]) -> None:
        named: Counter[str] = Counter()
        for item in items:
            if not isinstance(item, Child) or item.items is None:
                continue
            named[item.name] += 1
            name = _numbered(item.name, named[item.name])
            if name not in self.late:
                deque(item.items, maxlen=0)  # a reader goes on where its table ends
                continue
            source, first = self.passes[name]
            done = self._passed(item.items, None, self.late.pop(name))
            done.failure, done.children = done.failure or first.failure, first.children
            self.passes[name] = (source, done)
            if done.interrupted:
                raise KeyboardInterrupt
            if not self.late:
                return


def _numbered(name: str, number: int) -> str:
    """The name of one of several tables of one name."""
    return name if number == 1 else f"{name} ({number})"
