r"""Rows of `COPY ... FROM stdin` in a dump of PostgreSQL: cells between tabs, `\N` for NULL, a row per line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from leakscan.readers.blocks import DAMAGED_SCHEMA, NO_DAMAGE, note_damaged
from leakscan.readers.encodings import Encoding
from leakscan.readers.notices import Notices
from leakscan.readers.recode import utf8
from leakscan.records import ROW, Batch, column_id, text_columns

_ESCAPES = (("\\\\", "\x01"), ("\\n", "\n"), ("\\t", "\t"), ("\\r", "\r"), ("\\b", "\b"), ("\\f", "\f"), ("\\v", "\v"))


@dataclass(frozen=True, slots=True)
class Lines:
    """A run of lines in bytes: `width` cells each, `before` rows came earlier; `start`, `end`: bytes of the source."""

    width: int
    encoding: Encoding
    before: int
    start: int
    end: int
    counted: bool = False


def parse(data: bytes, run: Lines) -> Batch:
    """The rows of a run; lines with another number of cells are damaged."""
    if not data.endswith(b"\n"):
        data += b"\n"
    data = data.replace(b"\r\n", b"\n") if b"\r\n" in data else data
    array = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(array == 10)
    starts = np.concatenate([[0], ends[:-1] + 1])
    tabs = np.flatnonzero(array == 9)
    counts = np.searchsorted(tabs, ends) - np.searchsorted(tabs, starts) + 1
    good = counts == run.width
    numbers = np.arange(run.before + 1, run.before + 1 + len(good), dtype=np.uint64)
    damaged = NO_DAMAGE
    plain = data
    if not good.all():
        bad = np.flatnonzero(~good).tolist()
        pieces, at = [], 0
        for index in bad:
            pieces.append(data[at : int(starts[index])])
            at = int(ends[index]) + 1
        plain = b"".join([*pieces, data[at:]])
        columns = {
            ROW: numbers[~good],
            "offset": [run.start + int(starts[index]) for index in bad],
            "reason": np.where(counts[~good] > run.width, "too_many_fields", "too_few_fields").tolist(),
            "text": [
                utf8(data[int(starts[index]) : int(ends[index])], run.encoding).decode("utf-8", "replace")
                for index in bad
            ],
        }
        damaged = pl.DataFrame(columns, schema=DAMAGED_SCHEMA)
    frame = _split(utf8(plain, run.encoding), run.width, int(good.sum()))
    notices = Notices()
    note_damaged(damaged, notices)
    frame = frame.select(pl.Series(ROW, numbers[good], dtype=pl.UInt64), pl.all())
    if run.counted:
        frame = frame.with_columns(pl.col(ROW).cast(pl.String).alias(column_id(run.width)))
    return Batch(frame, damaged, run.start, run.end, tuple(notices.warnings()))


def _split(data: bytes, width: int, rows: int) -> pl.DataFrame:
    schema = text_columns(width)
    if not rows:
        return pl.DataFrame(schema=schema)
    if width == 1:  # an empty line is a row
        cells = pl.Series(column_id(0), data.decode("utf-8", "replace").split("\n")[:-1], dtype=pl.String)
        frame = cells.replace("\\N", "").to_frame()
    else:
        frame = pl.read_csv(
            data,
            has_header=False,
            separator="\t",
            quote_char=None,
            schema=schema,
            null_values=["\\N"],
            empty_string_is_null=False,
            glob=False,
        ).with_columns(pl.all().fill_null(""))
    escaped = frame.select(pl.all().str.contains("\\", literal=True).any()).row(0) if b"\\" in data else ()
    names = [name for name, has in zip(frame.columns, escaped, strict=False) if has]
    return frame.with_columns(_unescaped(name) for name in names) if names else frame


def _unescaped(name: str) -> pl.Expr:
    cell = pl.col(name)
    for written, meant in _ESCAPES:
        cell = cell.str.replace_all(written, meant, literal=True)
    return cell.str.replace_all("\x01", "\\", literal=True).alias(name)
