"""From JSON objects, one per line, to columns: nested fields are `a.b`, lists of scalars a cell, lists of objects rows.

A record with a list of objects gives a row per object, with its own fields beside it, since what the objects say
(an exam, a result) is about whom the record names. Of two such lists each gives its rows.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from leakscan.readers.blocks import DAMAGED_SCHEMA, NO_DAMAGE
from leakscan.readers.encodings import Encoding
from leakscan.readers.json_broken import mended_line
from leakscan.readers.lone_surrogates import whole
from leakscan.readers.notices import Notices
from leakscan.readers.recode import utf8
from leakscan.records import ROW, Batch, column_id

JOINED = "; "
"""Between the items of a list of scalars."""
MAX_COLUMNS = 2_000
"""Most columns of a table; fields beyond stand together in one column as text."""
MAX_DEPTH = 40
"""Objects within objects; what lies deeper stays JSON in one cell."""
OTHER = "other_fields"
_EXACT = float(1 << 53)
_LIST = "\x00list"


@dataclass(frozen=True, slots=True)
class Lines:
    """A run of objects in bytes, one per line; `start`, `end` in the source, `before` records came earlier.

    `columns`: names of the table's columns, the last one for other fields where `others`; `beside`: cells that stand
    beside each row.
    """

    columns: tuple[str, ...]
    others: bool
    encoding: Encoding
    before: int
    start: int
    end: int
    beside: tuple[tuple[str, str], ...] = field(default=(), repr=False)


def parse(data: bytes, run: Lines) -> Batch:
    """The rows of a run; lines that are no objects are damaged. Rows of one record share its number."""
    return finished(*flattened(data, run.encoding), run)


def finished(names: list[str], frame: pl.DataFrame, bad: list[tuple[int, str]], run: Lines) -> Batch:
    """A run that was flattened, in the columns of its table."""
    frame = _aligned(frame, names, run).with_columns(pl.col(ROW) + run.before)
    damaged, met = NO_DAMAGE, Notices()
    if bad:
        columns = {
            ROW: [run.before + number for number, _ in bad],
            "offset": [run.start] * len(bad),
            "reason": ["no_object"] * len(bad),
            "text": [text for _, text in bad],
        }
        damaged = pl.DataFrame(columns, schema=DAMAGED_SCHEMA)
        met.add("no_object", len(bad), run.before + bad[0][0], run.start)
    return Batch(frame, damaged, run.start, run.end, tuple(met.warnings()))


def flattened(data: bytes, encoding: Encoding) -> tuple[list[str], pl.DataFrame, list[tuple[int, str]]]:
    """Names of the columns, a frame of `_row` and text columns by position, and bad lines with their numbers."""
    data = utf8(data, encoding)
    frame = _read(data)
    if frame is not None and frame.height == _count(data):
        names, flat = _flat(frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.UInt64).alias(_LIST)))
        if flat is not None:
            return names, flat, []
    return _one_by_one(data)


def _count(data: bytes) -> int:
    return data.count(b"\n") + (not data.endswith(b"\n")) - data.count(b"\n\n") - data.startswith(b"\n")


def _read(data: bytes) -> pl.DataFrame | None:
    try:
        return pl.read_ndjson(io.BytesIO(data), infer_schema_length=None)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError):
        return None


def _flat(frame: pl.DataFrame) -> tuple[list[str], pl.DataFrame | None]:
    """All scalar fields as text, lists of objects as rows; None where it is too odd for that."""
    names: list[str] = []
    texts: list[pl.Expr] = []
    lists: list[tuple[str, pl.Expr]] = []
    schema = frame.schema
    frame = frame.rename({name: name if name == _LIST else f"f{at}" for at, name in enumerate(schema)})
    for at, (name, dtype) in enumerate(schema.items()):
        if name != _LIST:
            _fields(name, pl.col(f"f{at}"), dtype, names, texts, lists, 0)
    if len(names) > 4 * MAX_COLUMNS:
        return [], None
    row = pl.col(_LIST).alias(ROW)
    plain = frame.select(row, *(text.fill_null("").alias(column_id(at)) for at, text in enumerate(texts)))
    if not lists:
        return names, plain
    parts: list[tuple[list[str], pl.DataFrame]] = []
    filled = pl.Series([False] * frame.height)
    for name, expression in lists:
        exploded = frame.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias(_LIST), expression.alias("inner"))
        exploded = exploded.filter(pl.col("inner").list.len() > 0).explode(
            "inner", empty_as_null=False, keep_nulls=False
        )
        own = exploded["inner"].struct.unnest().with_columns(exploded[_LIST]) if exploded.height else None
        if own is None:
            continue
        inner_names, inner = _flat(own)
        if inner is None:
            return [], None
        record = inner[ROW].cast(pl.UInt32)
        beside = plain[record]
        renamed = inner.drop(ROW).rename(
            {column_id(index): column_id(len(names) + index) for index in range(len(inner_names))}
        )
        parts.append(
            ([*names, *(f"{name}.{one}" for one in inner_names)], pl.concat([beside, renamed], how="horizontal"))
        )
        filled = filled | pl.Series(range(frame.height), dtype=pl.UInt32).is_in(record.unique().implode())
    rest = plain.filter(~filled)
    if rest.height:
        parts.append((names, rest))
    return together(parts)


def _fields(
    name: str,
    value: pl.Expr,
    dtype: Any,
    names: list[str],
    texts: list[pl.Expr],
    lists: list[tuple[str, pl.Expr]],
    depth: int,
) -> None:
    if isinstance(dtype, pl.Struct) and depth < MAX_DEPTH:
        # by place: polars takes a name such as `^a$` for a pattern
        placed = value.struct.rename_fields([f"f{at}" for at in range(len(dtype.fields))])
        for at, one in enumerate(dtype.fields):
            inner = placed.struct.field(f"f{at}")
            _fields(f"{name}.{one.name}", inner, one.dtype, names, texts, lists, depth + 1)
    elif isinstance(dtype, pl.List) and isinstance(dtype.inner, pl.Struct) and depth < MAX_DEPTH:
        if dtype.inner.fields:
            lists.append((name, value))
    else:
        names.append(name)
        texts.append(_text(value, dtype))


def _text(value: pl.Expr, dtype: Any) -> pl.Expr:  # noqa: PLR0911 - a table of types
    if dtype == pl.String:
        return value
    if dtype == pl.Null:
        return pl.lit("")
    if dtype.is_float():
        whole = (value == value.floor()) & (value.abs() < _EXACT)
        return pl.when(whole).then(value.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(value.cast(pl.String))
    if isinstance(dtype, pl.List):
        inner = dtype.inner
        if isinstance(inner, (pl.List, pl.Struct)):
            return pl.struct(value.alias("")).struct.json_encode().str.slice(4).str.head(-1)
        return value.list.eval(_text(pl.element(), inner)).list.join(JOINED, ignore_nulls=True)
    if isinstance(dtype, pl.Struct):
        return value.struct.json_encode() if dtype.fields else pl.lit("")
    return value.cast(pl.String)


def together(parts: Sequence[tuple[Sequence[str], pl.DataFrame]]) -> tuple[list[str], pl.DataFrame]:
    """Frames of `_row` and columns by position, with the names of these, as one: equal names share a column."""
    names = list(dict.fromkeys(name for own, _ in parts for name in own))
    place = {name: at for at, name in enumerate(names)}
    frames = []
    for own, frame in parts:
        columns: dict[int, pl.Expr] = {}
        for at, name in enumerate(own):
            cell = pl.col(column_id(at))
            before = columns.get(place[name])
            columns[place[name]] = cell if before is None else _both(before, cell)
        frames.append(
            frame.select(pl.col(ROW), *(columns.get(at, pl.lit("")).alias(column_id(at)) for at in range(len(names))))
        )
    found = frames[0] if len(frames) == 1 else pl.concat(frames).sort(ROW, maintain_order=True)
    return names, found


def _both(first: pl.Expr, second: pl.Expr) -> pl.Expr:
    """Two fields of one name in one cell."""
    return pl.when(first == "").then(second).when(second == "").then(first).otherwise(first + JOINED + second)


def _aligned(frame: pl.DataFrame, names: list[str], run: Lines) -> pl.DataFrame:
    """A frame in the columns of its table; fields that this does not know stand in the last one."""
    names, frame = together([(names, frame)])
    own = {name: column_id(at) for at, name in enumerate(names)}
    outer = dict(run.beside)
    known = run.columns[:-1] if run.others else run.columns
    cells = [pl.col(own[name]) if name in own else pl.lit(outer.get(name, "")) for name in known]
    if run.others:
        here = set(known)
        unknown = sorted(name for name in names if name not in here)
        cells.append(_listed([(name, pl.col(own[name])) for name in unknown]))
    return frame.select(pl.col(ROW), *(cell.alias(column_id(at)) for at, cell in enumerate(cells)))


def _listed(fields: Sequence[tuple[str, pl.Expr]]) -> pl.Expr:
    """Fields as text, `name: cell`, those that are filled."""
    if not fields:
        return pl.lit("")
    said = [pl.when(cell != "").then(pl.lit(f"{name}: ") + cell) for name, cell in fields]
    return pl.concat_str(said, separator=JOINED, ignore_nulls=True)


def _one_by_one(data: bytes) -> tuple[list[str], pl.DataFrame, list[tuple[int, str]]]:
    """As `flattened`, for lines that polars does not take together: read by the json module."""
    rows: list[tuple[int, dict[str, str]]] = []
    bad: list[tuple[int, str]] = []
    number = 0
    for raw in data.split(b"\n"):
        if not raw.strip():
            continue
        number += 1
        found = loaded(raw)
        if found is None:
            found = mended_line(raw)
        if isinstance(found, dict):
            rows += [(number, row) for row in flat_rows(found)]
        elif isinstance(found, list):
            rows += [(number, row) for row in flat_rows({f"column_{at + 1}": one for at, one in enumerate(found)})]
        else:
            bad.append((number, raw.decode("utf-8", "replace")))
    names, frame = framed(rows)
    return names, frame, bad


def framed(rows: Iterable[tuple[int, Mapping[str, str]]]) -> tuple[list[str], pl.DataFrame]:
    """Rows by field as a frame of `_row` and columns by position."""
    rows = list(rows)
    names = list(dict.fromkeys(name for _, row in rows for name in row))
    columns = {ROW: pl.Series([number for number, _ in rows], dtype=pl.UInt64)}
    for at, name in enumerate(names):
        columns[column_id(at)] = pl.Series([row.get(name, "") for _, row in rows], dtype=pl.String)
    return names, pl.DataFrame(columns)


def loaded(data: bytes) -> Any:
    """What a text of JSON says; None where it says nothing or is none."""
    try:
        found = json.loads(
            data.decode("utf-8", "replace"), parse_float=_number, parse_constant=lambda _: None, strict=False
        )
        return whole(found, data)
    except (ValueError, RecursionError):
        return None


def _number(text: str) -> str:
    """A number as it is written in French exports: no exponent, no `.0`."""
    value = float(text)
    if value == int(value) if abs(value) < _EXACT else False:
        return str(int(value))
    return text


def flat_rows(record: Mapping[str, Any]) -> list[dict[str, str]]:
    """One record as rows of fields: as `_flat` does it."""
    own: dict[str, str] = {}
    lists: list[tuple[str, list[Any]]] = []
    _collect("", record, own, lists, 0)
    rows = [
        {**own, **{f"{name}.{inner}": text for inner, text in row.items()}}
        for name, found in lists
        for one in found
        for row in flat_rows(one)
    ]
    return rows or [own]


def _collect(path: str, value: Any, own: dict[str, str], lists: list[tuple[str, list[Any]]], depth: int) -> None:
    if isinstance(value, dict) and depth < MAX_DEPTH:
        for key, inner in value.items():
            _collect(f"{path}.{key}" if path else key, inner, own, lists, depth + 1)
    elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value) and depth < MAX_DEPTH:
        lists.append((path, value))
    elif value != []:
        text = scalar(value)
        own[path] = text if not own.get(path) else JOINED.join(filter(None, (own[path], text)))


def scalar(value: Any) -> str:
    """A value as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(one, (list, dict)) for one in value):
        return JOINED.join(filter(None, map(scalar, value)))
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def columns_for(names: Sequence[str], *, whole: bool) -> tuple[tuple[str, ...], bool]:
    """The columns of a table whose head has these fields; and whether one more takes fields that turn up later."""
    names = tuple(dict.fromkeys(names))
    others = not whole or len(names) > MAX_COLUMNS
    return ((*names[:MAX_COLUMNS], OTHER), True) if others else (names or (OTHER,), not names)


def shown(columns: Iterable[str]) -> Iterator[str]:
    """Names of columns as they may be shown: one that looks like a value is none."""
    for at, name in enumerate(columns):
        digits = sum(sign.isdigit() for sign in name)
        yield f"column_{at + 1}" if digits > 4 or "@" in name or not name.strip() else name[:200]
