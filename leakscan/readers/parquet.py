"""Reader for Parquet files, some row groups at a time: polars decodes, columns that nest are flattened."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from leakscan.readers.decoding import decoding, openable, size_of
from leakscan.readers.frames import Origin, rows_at_a_time, table_items, texts
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.records import Item

FORMAT = "parquet"
_MARK, _ENCRYPTED = b"PAR1", b"PARE"
_WHAT = "the Parquet data"
_OF_WRITERS = (
    "ARROW:schema",
    "pandas",
    "org.apache.",
    "parquet.",
    "writer.",
    "iceberg.",
    "geo",
    "delta.",
    "huggingface",
)
"""Keys of metadata that describe columns and nobody."""


def sniff(head: Head) -> float:
    """By the mark at its beginning."""
    return 0.9 if head.data.startswith((_MARK, _ENCRYPTED)) else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """Its table, its rows, and what its writer noted beside them."""
    if head.data.startswith(_ENCRYPTED) or _tail(file) == _ENCRYPTED:
        message = "an encrypted Parquet file, whose key is not in it"
        raise BrokenInput(message)
    if _tail(file) != _MARK:
        message = f"{_WHAT} end too early: what says where the columns lie stands at the end"
        raise BrokenInput(message)
    origin = Origin.of(FORMAT, head.options, size_of(file))
    with decoding(_WHAT):
        given = openable(file)
        source = given if isinstance(given, str) else io.BytesIO(given)
        lazy = pl.scan_parquet(source, glob=False)
        noted = pl.read_parquet_metadata(source)
        schema = lazy.collect_schema()
    yield from table_items(origin, _frames(lazy, schema, rows_at_a_time(len(schema), head.options)))
    found = [f"{key} : {value}" for key, value in noted.items() if not key.startswith(_OF_WRITERS)]
    if found:
        yield texts(origin, "metadata", (), found)


def _frames(lazy: pl.LazyFrame, schema: pl.Schema, rows: int) -> Iterator[pl.DataFrame]:
    """The rows in order, so many at a time; an empty frame where there are none."""
    met = False
    with decoding(_WHAT):
        for frame in lazy.collect_batches(chunk_size=rows, maintain_order=True, lazy=True):
            met = met or frame.height > 0
            if frame.height:
                yield frame
    if not met:
        yield schema.to_frame()


def _tail(file: BinaryIO) -> bytes:
    file.seek(-min(4, size_of(file)), io.SEEK_END)
    return file.read(4)
