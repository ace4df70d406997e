"""Reader for ORC files, stripe by stripe, by pyarrow where it is installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import polars as pl

from leakscan.readers.decoding import decoding, size_of
from leakscan.readers.frames import Origin, table_items
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.records import Item

FORMAT = "orc"
_MARK = b"ORC"
_WHAT = "the ORC data"


def sniff(head: Head) -> float:
    """By the mark at its beginning, which three letters are: the byte after them is no text."""
    return 0.9 if head.data.startswith(_MARK) and head.data[3:4] < b"\x20" and len(head.data) > 16 else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """Its table and its rows."""
    try:
        from pyarrow import orc
    except ImportError:
        message = "ORC data: install leakscan[orc] to read them"
        raise BrokenInput(message) from None
    origin = Origin.of(FORMAT, head.options, size_of(file))
    with decoding(_WHAT):
        found = orc.ORCFile(file)
    yield from table_items(origin, _frames(found))


def _frames(found: Any) -> Iterator[pl.DataFrame]:
    """A frame per stripe; an empty one where there are none."""
    given = False
    for number in range(found.nstripes):
        with decoding(_WHAT):
            frame = _checked(found.read_stripe(number))
        if frame.height:
            yield frame
            given = True
    if not given:
        with decoding(_WHAT):
            empty = pl.DataFrame(pl.from_arrow(found.schema.empty_table()))
        yield empty


def _checked(batch: Any) -> pl.DataFrame:
    """A stripe as a frame. Who decodes text does not check it, and polars takes it on trust: it comes as bytes."""
    import pyarrow as pa

    columns = [one.cast(pa.binary()) if pa.types.is_string(one.type) else one for one in batch.columns]
    plain = pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
    plain.validate(full=True)
    return pl.DataFrame(pl.from_arrow(plain))
