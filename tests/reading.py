"""A source read whole in one process, as the tests of the readers look at it."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from leakscan.readers import HashingStream, Notices, Readable, open_reader
from leakscan.records import Batch, Child, InputWarning, Item, ReadOptions, Table, Unparsed


def read_whole(stream: Readable, options: ReadOptions) -> tuple[Table, list[Batch], list[InputWarning]]:
    """The table, all batches parsed, and what was met, counted as a scan counts it."""
    opened = open_reader(stream, options)
    assert not isinstance(opened, str), opened
    (table, *items) = list(opened[1])
    assert isinstance(table, Table)
    batches = [
        item.batch() if isinstance(item, Unparsed) else item for item in items if not isinstance(item, InputWarning)
    ]
    notices = Notices()
    for batch in batches:
        notices.merge(batch.met)
    notices.merge(item for item in items if isinstance(item, InputWarning))
    return table, batches, notices.warnings()


@dataclass(frozen=True)
class Read:
    """A table as it was read: rows and damaged rows with their numbers, texts that are no rows, codes of warnings."""

    columns: tuple[str, ...]
    roles: tuple[str | None, ...] | None
    rows: list[tuple[Any, ...]]
    damaged: list[tuple[Any, ...]]
    texts: list[str]
    met: dict[str, int]
    given: int
    ranges: list[tuple[int, int]]


def tables(data: bytes, options: ReadOptions | None = None) -> dict[str | None, Read]:
    """All tables of a source by name, its own under None. A batch that comes before its table fails."""
    stream = HashingStream(io.BytesIO(data))
    opened = open_reader(stream, options or ReadOptions())
    assert not isinstance(opened, str), opened
    found: dict[str | None, Read] = {}
    _gather(None, opened[1], found)
    return found


def _gather(name: str | None, items: Iterator[Item], found: dict[str | None, Read]) -> None:
    table, batches, given = None, [], 0
    met: Counter[str] = Counter()
    try:
        for item in items:
            if isinstance(item, Table):
                assert table is None
                table = item
            elif isinstance(item, Child):
                assert item.items is not None
                _gather(item.name, item.items, found)
            elif isinstance(item, InputWarning):
                met[item.code] += item.count
            else:
                assert table is not None
                batch = item.batch() if isinstance(item, Unparsed) else item
                given += item.rows if isinstance(item, Unparsed) else 0
                batches.append(batch)
                assert batch.frame.width == 1 + len(table.columns)
                assert batch.frame.null_count().sum_horizontal().sum() == 0
    except OSError as error:
        met[error.strerror or "no reason"] += 1
    if table is None:
        return
    for batch in batches:
        met.update({warning.code: warning.count for warning in batch.met})
    rows = [row for batch in batches for row in batch.frame.rows()]
    damaged = [row for batch in batches for row in batch.damaged.rows()]
    found[name] = Read(
        table.columns,
        table.roles,
        rows,
        [row for row in damaged if row[2] != "preamble"],
        [row[3] for row in damaged if row[2] == "preamble"],
        dict(met),
        given,
        [(batch.start, batch.end) for batch in batches],
    )


def content_of(child: Child) -> bytes | str:
    """The bytes of a child, or why there are none, or how many came before they broke."""
    if child.open is None:
        return child.reason or ""
    stream, pieces = child.open(), []
    try:
        while piece := stream.read(1 << 16):
            pieces.append(piece)
    except OSError as error:
        return f"{len(b''.join(pieces))} bytes, then: {error.strerror}"
    return b"".join(pieces)
