"""From rows as SQL writes them, `(1,'l''eau',NULL),(...)`, to columns: those that CSV can say split by polars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from leakscan.readers.blocks import DAMAGED_SCHEMA, NO_DAMAGE, Numbers, note_damaged
from leakscan.readers.encodings import Encoding
from leakscan.readers.fields import parsed_bytes
from leakscan.readers.notices import Notices
from leakscan.readers.recode import utf8
from leakscan.readers.sql_csv import Bools, Rewritten, first_row, rewritten
from leakscan.readers.sql_fields import fields
from leakscan.readers.sql_statements import Dialect, Ints
from leakscan.records import ROW, Batch, column_id, text_columns

PART_BYTES = 1 << 20
"""How much of a run is parsed at a time, in whole statements."""
_HEX = (
    r"(?i)^0x(?:[2-6][0-9a-f]|7[0-9a-e]|0[9ad]"  # printed ASCII, tabs and line ends
    r"|(?:c[2-9a-f]|d[0-9a-f])[89ab][0-9a-f]|e[1-9a-cef](?:[89ab][0-9a-f]){2})+$"  # what UTF-8 writes with more bytes
)


@dataclass(frozen=True, slots=True)
class Rows:
    """A run of rows in bytes: `width` fields each, `before` rows came earlier; `start`, `end`: bytes of the source.

    `seams`: places in the run where statements begin, and the bytes of the source they were. `counted`: the number of
    a row stands behind its fields.
    """

    width: int
    dialect: Dialect
    encoding: Encoding
    before: int
    seams: tuple[Ints, Ints] | None
    start: int
    end: int
    counted: bool = False


def parse(data: bytes, run: Rows) -> Batch:
    """The rows of a run: those with another number of fields are damaged, their text is searched.

    Some statements at a time: what numpy makes of a megabyte fits into memory that it has already.
    """
    found: list[tuple[pl.DataFrame, pl.DataFrame]] = []
    before = run.before
    for part, own in _parts(data, run):
        parsed = _parsed(part, replace(own, before=before))
        if parsed is None:
            return _all_damaged(data, run)
        found.append(parsed)
        before += parsed[0].height + parsed[1].height
    frame, damaged = (pl.concat(frames) for frames in zip(*found, strict=True))
    notices = Notices()
    note_damaged(damaged, notices)
    frame = _readable(frame)
    if run.counted:
        frame = frame.with_columns(pl.col(ROW).cast(pl.String).alias(column_id(run.width)))
    return Batch(frame, damaged, run.start, run.end, tuple(notices.warnings()))


def _parts(data: bytes, run: Rows) -> Iterator[tuple[bytes, Rows]]:
    """A run as runs of whole statements, each of some `PART_BYTES`."""
    if run.seams is None or len(data) <= 2 * PART_BYTES:
        yield data, run
        return
    places, sources = run.seams
    begin, first = 0, 0
    for at, place in enumerate([*places.tolist()[1:], len(data)], 1):
        if place - begin >= PART_BYTES or place == len(data):
            yield data[begin:place], replace(run, seams=(places[first:at] - begin, sources[first:at]))
            begin, first = place, at


def _parsed(data: bytes, run: Rows) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """Rows, and those that are damaged; None where parentheses or quotes do not match."""
    written = rewritten(data, run.width, run.dialect)
    if written is None:
        return None
    good, plain = written.counts == run.width, written.plain
    numbers = np.arange(run.before + 1, run.before + 1 + len(good), dtype=np.uint64)
    frame = _split(utf8(written.lines, run.encoding), run, int(plain.sum()))
    if frame is None:
        plain = np.zeros(len(good), np.bool_)
        frame = pl.DataFrame(schema=text_columns(run.width))
    slow = good & ~plain
    frame.insert_column(0, pl.Series(ROW, numbers[plain], dtype=pl.UInt64))
    if slow.any():
        rest = _one_by_one(data, run, written, np.flatnonzero(slow), numbers)
        frame = pl.concat([frame, rest]).sort(ROW)
    return frame, _damaged(data, run, written, ~good, numbers)


def _split(data: bytes, run: Rows, rows: int) -> pl.DataFrame | None:
    """CSV with SQL's quotes as text columns; None where polars sees other rows than we do."""
    if not rows:
        return pl.DataFrame(schema=text_columns(run.width))
    frame = parsed_bytes(data, run.width, ",", run.dialect.quote.decode())
    if frame is None or frame.height != rows:
        return None
    return frame.with_columns(pl.all().fill_null("")) if any(one.null_count() for one in frame) else frame


def _one_by_one(data: bytes, run: Rows, written: Rewritten, rows: Ints, numbers: Numbers) -> pl.DataFrame:
    """The few rows whose fields are expressions: read token by token."""
    found = []
    for index in rows.tolist():
        cells = fields(data[int(written.opens[index]) : int(written.closes[index]) + 1], run.dialect)
        texts = [utf8(cell, run.encoding).decode("utf-8", "replace") for cell in cells]
        found.append([int(numbers[index]), *(texts + [""] * run.width)[: run.width]])
    return pl.DataFrame(found, schema={ROW: pl.UInt64(), **text_columns(run.width)}, orient="row")


def _damaged(data: bytes, run: Rows, written: Rewritten, bad: Bools, numbers: Numbers) -> pl.DataFrame:
    """Rows with another number of fields."""
    rows = np.flatnonzero(bad)
    if not len(rows):
        return NO_DAMAGE
    spans = list(zip(written.opens[rows].tolist(), (written.closes[rows] + 1).tolist(), strict=True))
    columns = {
        ROW: numbers[rows],
        "offset": [offset(run.seams, start) for start, _ in spans],
        "reason": np.where(written.counts[rows] > run.width, "too_many_fields", "too_few_fields").tolist(),
        "text": [utf8(data[start:end], run.encoding).decode("utf-8", "replace") for start, end in spans],
    }
    return pl.DataFrame(columns, schema=DAMAGED_SCHEMA)


def offset(seams: tuple[Ints, Ints] | None, place: int) -> int:
    """Byte in the source of a place in a run."""
    if seams is None:
        return 0
    index = int(np.searchsorted(seams[0], place, "right")) - 1
    return int(seams[1][index]) + place - int(seams[0][index])


def _all_damaged(data: bytes, run: Rows) -> Batch:
    """A run whose parentheses or quotes do not match, as one damaged row."""
    text = utf8(data, run.encoding).decode("utf-8", "replace")
    found = {ROW: [run.before + 1], "offset": [run.start], "reason": ["unclosed_quote"], "text": [text]}
    frame = pl.DataFrame(schema={ROW: pl.UInt64(), **text_columns(run.width + run.counted)})
    notices = Notices()
    notices.add("unclosed_quote", 1, run.before + 1, run.start)
    return Batch(frame, pl.DataFrame(found, schema=DAMAGED_SCHEMA), run.start, run.end, tuple(notices.warnings()))


def _readable(frame: pl.DataFrame) -> pl.DataFrame:
    """Hexadecimal literals that are text, as the text."""
    names = [name for name in frame.columns if name != ROW]
    begins = frame.select(pl.col(name).str.starts_with("0x").any() for name in names).row(0) if names else ()
    written = [name for name, begun in zip(names, begins, strict=True) if begun]
    return frame.with_columns(_unhexed(name) for name in written) if written else frame


def _unhexed(name: str) -> pl.Expr:
    cell = pl.col(name)
    text = pl.when(cell.str.contains(_HEX)).then(cell.str.slice(2)).str.decode("hex", strict=False)
    return text.cast(pl.String).fill_null(cell).alias(name)


def first_width(data: bytes, dialect: Dialect) -> int:
    """Fields of the first row of a run, 0 where no row ends."""
    row = first_row(data[: 1 << 16], dialect) or first_row(data, dialect)
    return len(fields(row, dialect)) if row else 0
