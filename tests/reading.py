"""A source read whole in one process, as the tests of the readers look at it."""

from __future__ import annotations

from leakscan.readers import Notices, Readable, open_reader
from leakscan.records import Batch, InputWarning, ReadOptions, Table, Unparsed


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
