"""From the records of a block to columns: polars splits what is well formed, and each other row is accounted for.

Rows in the frame and damaged rows are together all rows of the block, always.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from leakscan.readers.blocks import Block, Numbers, note_bytes, note_damaged
from leakscan.readers.dialect import Dialect
from leakscan.readers.notices import Notices
from leakscan.readers.splitting import (
    CUT,
    LENIENT,
    LITERAL,
    PLAIN,
    QUOTED,
    UNCLOSED,
    Ints,
    Records,
    count_fields,
    delimiter_places,
    tolerant_fields,
)
from leakscan.records import ROW, Batch, text_columns

_Bools = npt.NDArray[np.bool_]
_DRAWN = np.isin(np.arange(256), list(b"-=:+"))
_DRAWN_LINE = re.compile(
    rb"\s*[|+]?(?:\s*:?[-=]{3,}:?\s*[|+]?)+\s*|\(?\d+ (?:rows?|lignes?)(?: in set.{0,40}|\)|\.)?\s*", re.IGNORECASE
)
_COUNT_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a block: `frame` and `damaged` as in a `Batch`."""

    frame: pl.DataFrame
    damaged: pl.DataFrame


def parse_rows(block: Block, dialect: Dialect, rows_before: int) -> Rows:
    """Split the records of a block into columns; the first record has the number `rows_before` + 1.

    Each record is read in one of three ways: well-formed ones by the polars CSV parser, those with stray quotes by
    the same parser with quotes switched off, and the few that only a tolerant parser understands by the csv module.
    """
    records, data, width = block.records, block.data, dialect.width
    places = delimiter_places(data, records, dialect.delimiter)
    counts = count_fields(data, records, dialect.delimiter, places)
    end = _without_empty_surplus(data, records, counts, places, dialect)
    readable = (records.kind != UNCLOSED) & (records.kind != CUT)
    del places  # as large as the block
    good = readable & ((counts == width) | (end < records.end))
    if dialect.short_rows:
        good |= readable & (counts < width) & (counts > 1)
    numbers = np.arange(rows_before + 1, rows_before + 1 + len(records), dtype=np.uint64)
    frame = _frame(block, Records(records.start, end, records.kind, 0).where(good), numbers[good], dialect)
    reasons = _reasons(records.where(~good), counts[~good], width)
    return Rows(frame, block.damaged(records.where(~good), numbers[~good], reasons))


def parsed_batch(data: bytes, bare: Block, dialect: Dialect, rows_before: int) -> Batch:
    """A block, whose bytes are `data`, as a batch; `rows_before` records came before it."""
    block = replace(bare, data=data)
    found = parse_rows(block, dialect, rows_before)
    notices = Notices()
    note_bytes(block, notices, rows_before)
    note_damaged(found.damaged, notices)
    return Batch(found.frame, found.damaged, block.start, block.end, tuple(notices.warnings()))


def _reasons(records: Records, counts: Ints, width: int) -> list[str]:
    reasons = np.where(counts > width, "too_many_fields", "too_few_fields")
    reasons = np.where(records.kind == UNCLOSED, "unclosed_quote", reasons)
    found: list[str] = np.where(records.kind == CUT, "record_cut", reasons).tolist()
    return found


def without_repeated_headers(block: Block, header: bytes | None) -> tuple[Block, int]:
    """Leave out the records that are the header again, byte for byte; also give their number."""
    if header is None or header not in block.data or header.count(b'"') & 1:
        return block, 0
    repeated = np.zeros(len(block.records), np.bool_)
    for index in np.flatnonzero(block.records.end - block.records.start == len(header)).tolist():
        repeated[index] = block.data.startswith(header, int(block.records.start[index]))
    return replace(block, records=block.records.where(~repeated)), int(repeated.sum())


def without_rules(data: bytes, records: Records, delimiter: str) -> Records:
    """Leave out the rules that draw a table between bars (psql, mysql, Markdown, Org mode), and its count of rows."""
    if delimiter != "|" or not len(records):
        return records
    array = np.frombuffer(data, np.uint8)
    third = np.minimum(records.start + 2, len(array) - 1)
    keep = np.ones(len(records), np.bool_)
    for index in np.flatnonzero(_DRAWN[array[third]] | (records.end - records.start < _COUNT_LENGTH)).tolist():
        keep[index] = not _DRAWN_LINE.fullmatch(data, int(records.start[index]), int(records.end[index]))
    return records if keep.all() else records.where(keep)


def _without_empty_surplus(data: bytes, records: Records, counts: Ints, places: Ints, dialect: Dialect) -> Ints:
    """Give the ends of the records without surplus fields that are all empty: such fields are no damage."""
    end = records.end
    surplus = np.flatnonzero((counts > dialect.width) & (records.kind != LENIENT))
    if not len(surplus) or not dialect.empty_surplus:
        return end
    end = end.copy()
    last = places[np.searchsorted(places, records.start[surplus]) + dialect.width - 1]
    bare = end[surplus] - last == counts[surplus] - dialect.width  # nothing there but delimiters
    end[surplus[bare]] = last[bare]
    ignored = f'{dialect.delimiter}" '.encode()
    for index, at in zip(surplus[~bare].tolist(), last[~bare].tolist(), strict=True):
        if not data[at : int(end[index])].strip(ignored):
            end[index] = at
    return end


def _frame(block: Block, records: Records, numbers: Numbers, dialect: Dialect) -> pl.DataFrame:
    well_formed = (records.kind == PLAIN) | (records.kind == QUOTED)
    literal = records.kind == LITERAL
    lenient = records.kind == LENIENT
    parts = []
    if well_formed.any() or not len(records):
        quotes = bool((records.kind == QUOTED).any())
        parts.append(_parsed(block, records.where(well_formed), numbers[well_formed], dialect, quotes=quotes))
    if literal.any():
        part = _parsed(block, records.where(literal), numbers[literal], dialect, quotes=False)
        parts.append(part.with_columns(_unquoted(name) for name in text_columns(dialect.width)))
    if lenient.any():
        parts.append(_parsed_leniently(block, records.where(lenient), numbers[lenient], dialect))
    return parts[0] if len(parts) == 1 else pl.concat(parts).sort(ROW)


def _parsed(block: Block, records: Records, numbers: Numbers, dialect: Dialect, *, quotes: bool) -> pl.DataFrame:
    if not len(records):
        return pl.DataFrame(schema={ROW: pl.UInt64(), **text_columns(dialect.width)})
    quote = '"' if quotes else None
    frame = parsed_bytes(block.joined(records), dialect.width, dialect.delimiter, quote)
    if frame is None or frame.height != len(records):
        return _parsed_leniently(block, records, numbers, dialect)
    return frame.select(pl.Series(ROW, numbers, dtype=pl.UInt64), pl.all())


def parsed_bytes(data: bytes, width: int, delimiter: str, quote: str | None) -> pl.DataFrame | None:
    """Rows without a header as text columns, empty cells as empty text; None where the parser refuses."""
    try:
        return pl.read_csv(
            data,
            has_header=False,
            separator=delimiter,
            quote_char=quote,
            schema=text_columns(width),
            empty_string_is_null=False,
            missing_columns="insert",
            extra_columns="raise",
            glob=False,
        )
    except pl.exceptions.PolarsError:
        return None


def _unquoted(name: str) -> pl.Expr:
    """A cell that was split by character, without the quotes around it or a stray one before it."""
    cell = pl.col(name)
    whole = cell.str.starts_with('"') & cell.str.ends_with('"') & (cell.str.len_bytes() > 1)
    inner = cell.str.strip_prefix('"').str.strip_suffix('"').str.replace_all('""', '"', literal=True)
    return pl.when(whole).then(inner).otherwise(cell.str.strip_prefix('"')).alias(name)


def _parsed_leniently(block: Block, records: Records, numbers: Numbers, dialect: Dialect) -> pl.DataFrame:
    """Read the few records that need the csv module's tolerance, one by one."""
    rows = []
    for number, start, end in zip(numbers.tolist(), records.start.tolist(), records.end.tolist(), strict=True):
        cells = tolerant_fields(block.text(start, end).replace("\r\n", "\n"), dialect.delimiter)
        rows.append([number, *(cells + [""] * dialect.width)[: dialect.width]])
    schema = {ROW: pl.UInt64(), **text_columns(dialect.width)}
    return pl.DataFrame(rows, schema=schema, orient="row")
