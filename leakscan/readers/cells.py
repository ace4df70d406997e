"""Values of any type as text, written as a French export writes them and as the detectors read them.

Dates are ISO, and a time of midnight goes; numbers have no exponent, and no ".0" where they are whole, so that a NIR
kept as a floating-point number is one; nothing is "". What nests is flattened: fields of a record become columns
`record.field`, a list becomes one cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from leakscan.readers.guarded import BrokenInput
from leakscan.readers.unreadable import known_format, why_unread
from leakscan.records import column_id

DEEPEST = 24
"""Records and lists within one another that are followed."""
WIDEST = 20_000
"""Columns that a table may have once its records are flattened."""
_LARGE, _SMALL = 1e15, 1e-4
"""Beyond these polars may write an exponent."""
_HELD = (pl.String, pl.Binary, pl.Categorical, pl.Enum, pl.List, pl.Array, pl.Map)
"""Types of cells that may hold a NUL."""
_JUDGED = 64 << 10
_PARIS = "Europe/Paris"


@dataclass(frozen=True, slots=True)
class Bytes:
    """A cell that holds a file of another format: its `column` (a position), its `row` (from 0), its `data`."""

    column: int
    row: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cells:
    """A frame as text: columns `c0` ... never null, their `names`, cells that are `files`, how many are `unread`."""

    frame: pl.DataFrame = field(repr=False)
    names: tuple[str, ...]
    files: tuple[Bytes, ...] = ()
    unread: int = 0


def as_cells(frame: pl.DataFrame) -> Cells:
    """All values of a frame as text. BrokenInput where it nests deeper or is wider than anything that people write."""
    columns: list[pl.Series] = []
    names: list[str] = []
    files: list[Bytes] = []
    unread = 0
    for series in _flat(frame.get_columns(), 0):
        at = len(columns)
        if series.dtype == pl.Binary:
            read = text_of_bytes(series)
            files += [Bytes(at, row, data) for row, data in read.files]
            unread += read.unread
            text = read.text
        else:
            text = as_text(series)
        text = text.fill_null("") if text.null_count() else text
        columns.append(_without_nuls(text).alias(column_id(at)) if series.dtype in _HELD else text.alias(column_id(at)))
        names.append(series.name)
        if at > WIDEST:
            message = f"more than {WIDEST:,} columns"
            raise BrokenInput(message)
    return Cells(pl.DataFrame(columns), tuple(names), tuple(files), unread)


def _flat(columns: list[pl.Series], depth: int) -> Iterator[pl.Series]:
    """Columns without records: each field of one is a column of its own."""
    if depth > DEEPEST:
        message = f"records within records, more than {DEEPEST} deep"
        raise BrokenInput(message)
    for series in columns:
        if isinstance(series.dtype, pl.Struct):
            inner = [one.alias(f"{series.name}.{one.name}") for one in _fields(series)]
            yield from _flat(inner, depth + 1)
        else:
            yield series


def _fields(series: pl.Series) -> list[pl.Series]:
    return series.struct.unnest().get_columns()


def _without_nuls(text: pl.Series) -> pl.Series:
    return text.str.replace_all("\0", "", literal=True) if text.str.contains("\0", literal=True).any() else text


def as_text(series: pl.Series, depth: int = 0) -> pl.Series:
    """The values of a column as text; null where there is none. BrokenInput where lists nest too deep."""
    kind = series.dtype
    if kind.is_nested():
        return _nested(series, depth)
    if kind.is_float():
        return _floats(series)
    told = _TOLD.get(kind.base_type())
    return told(series) if told else series.cast(pl.String)


def _decimals(series: pl.Series) -> pl.Series:
    text = series.cast(pl.String)
    return text.str.replace(r"\.0+$", "") if getattr(series.dtype, "scale", 0) else text


def _floats(series: pl.Series) -> pl.Series:
    """Numbers with no exponent, whole ones without a fraction. No number is nothing."""
    if series.dtype not in (pl.Float64, pl.Float32):
        series = series.cast(pl.Float32)
    text = series.cast(pl.String).str.strip_suffix(".0")
    size = series.abs()
    is_odd = (size > _LARGE) | ((size < _SMALL) & (size > 0)) | series.is_nan()
    if not is_odd.any():
        return text
    odd = text.filter(is_odd)
    cells = odd.filter(odd.str.contains("e|N")).unique().to_list()
    return text.replace({cell: _without_exponent(cell) for cell in cells})


def _without_exponent(cell: str) -> str | None:
    if cell == "NaN":
        return None
    return format(Decimal(cell), "f")


def _datetimes(series: pl.Series) -> pl.Series:
    """A day, and its time where that is not midnight.

    A birth date that a French system wrote as a moment in UTC is 22:00 or 23:00 of the day before: midnight in Paris.
    """
    if getattr(series.dtype, "time_zone", None) is not None:
        wall = series.dt.replace_time_zone(None)
        paris = series.dt.convert_time_zone(_PARIS).dt.replace_time_zone(None)
        moments = pl.DataFrame([wall.alias("wall"), paris.alias("paris")])
        is_day = (pl.col("paris").dt.truncate("1d") == pl.col("paris")) & (pl.col("wall").dt.minute() == 0)
        series = moments.select(pl.when(is_day).then("paris").otherwise("wall").alias(series.name)).to_series()
    days = series.dt.date()
    is_midnight = days.cast(series.dtype) == series
    if is_midnight.all():
        return days.cast(pl.String)
    moments = pl.DataFrame(
        [days.cast(pl.String).alias("day"), series.dt.to_string("%Y-%m-%d %H:%M:%S").alias("moment")]
    )
    return moments.select(pl.when(is_midnight).then("day").otherwise("moment").alias(series.name)).to_series()


def _nested(series: pl.Series, depth: int) -> pl.Series:
    """A list as its values between commas, a record as its fields by name, a map as its keys with their values."""
    if depth > DEEPEST:
        message = f"lists within lists, more than {DEEPEST} deep"
        raise BrokenInput(message)
    kind, name = series.dtype, series.name
    if isinstance(kind, pl.Struct):
        fields = [as_text(one, depth + 1) for one in _fields(series)]
        labelled = [
            pl.when(pl.nth(at).fill_null("") != "").then(pl.lit(f"{one.name} : ") + pl.nth(at))
            for at, one in enumerate(fields)
        ]
        columns = [one.alias(str(at)) for at, one in enumerate(fields)]
        joined = pl.concat_str(labelled, separator=" ; ", ignore_nulls=True)
        return pl.DataFrame(columns).select(joined.alias(name)).to_series()
    if isinstance(kind, pl.List | pl.Array):
        rows = pl.DataFrame([series.alias("value")]).with_row_index("row")
        inner = rows.explode("value", empty_as_null=True, keep_nulls=True)
        text = inner.with_columns(as_text(inner["value"], depth + 1).alias("value"))
        return text.group_by("row", maintain_order=True).agg(pl.col("value").str.join(", ")).to_series(1).alias(name)
    of_map: Any = kind
    pairs = series.cast(pl.List(pl.Struct({"key": of_map.key, "value": of_map.value})))
    return as_text(pairs, depth + 1)


def _utf8(series: pl.Series) -> pl.Series:
    """Cells of bytes that are UTF-8, null where they are not: all at once, or one by one where any is not."""
    try:
        return series.cast(pl.String)
    except pl.exceptions.ComputeError:
        return pl.Series(series.name, [_decoded(cell) for cell in series.to_list()], dtype=pl.String)


def _decoded(cell: bytes | None) -> str | None:
    try:
        return None if cell is None else cell.decode()
    except UnicodeDecodeError:
        return None


@dataclass(frozen=True, slots=True)
class Read:
    """Cells of bytes as text (null where they are none), those that are files (row, data), and how many are neither."""

    text: pl.Series = field(repr=False)
    files: tuple[tuple[int, bytes], ...] = ()
    unread: int = 0


def text_of_bytes(series: pl.Series) -> Read:
    """Cells of bytes, judged one by one where they are no plain UTF-8: text in another encoding, a file, or neither."""
    text = _utf8(series)
    is_odd = series.is_not_null() & (text.is_null() | text.str.contains(r"^(?:%PDF-|[\x00-\x08\x0E-\x1F])"))
    if not is_odd.any():
        return Read(text)
    files: list[tuple[int, bytes]] = []
    texts: dict[int, str | None] = {}
    met: Counter[str] = Counter()
    for row in is_odd.arg_true().to_list():
        data = series[row]
        texts[row] = None
        if known_format(data[:_JUDGED]) is not None:
            files.append((row, data))
        elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
            texts[row] = data.decode("utf-16", "replace")
        elif why_unread(data[:_JUDGED]) is None:
            texts[row] = data.decode("cp1252", "replace")
        else:
            met["unread"] += 1
    text = text.scatter(list(texts), list(texts.values()))
    return Read(text, tuple(files), met["unread"])


_TOLD: dict[type[pl.DataType], Callable[[pl.Series], pl.Series]] = {
    pl.String: lambda series: series,
    pl.Decimal: _decimals,
    pl.Datetime: _datetimes,
    pl.Time: lambda series: series.dt.to_string("%H:%M:%S"),
    pl.Duration: lambda series: series.dt.to_string("iso"),
    pl.Binary: lambda series: text_of_bytes(series).text,
}
"""How values of some types are told; all others are cast."""
