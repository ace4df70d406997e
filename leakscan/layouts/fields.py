"""Rows of one field each as rows of one person each: the plan that the head settles, and the turning of a frame."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan.coded import coded
from leakscan.readers.header import shown_name
from leakscan.records import ROW, Table, column_id

MOST_FIELDS = 200
"""Titles that become columns; what stands under others is in the last column."""
MOST_TIMES = 4
"""Columns of a title that a person has several times, as exams; what comes more often is in the last column."""
OTHERS = "other fields"
"""Name of the last column: `title : cell`, for all titles that have no column."""
_BETWEEN = " ; "


@dataclass(frozen=True, slots=True)
class Fields:
    """How rows of one field each are read: columns by their 0-based index in the table.

    `entity`: the number of the person, None where a person is a block of rows, that begins as `ranks` say: at a title
    whose rank is not above that of the ranked title before it. `values` fill one another up. `beside`: other columns.
    `slots`: (title, time) of each column to be. `scattered`: a person's rows do not follow one another.
    `first`: what the reader took for a header and is the first row.
    """

    entity: int | None
    title: int
    values: tuple[int, ...]
    beside: tuple[int, ...]
    slots: tuple[tuple[str, int], ...] = ()
    ranks: tuple[tuple[str, int], ...] = ()
    scattered: bool = False
    first: tuple[str, ...] | None = field(default=None, repr=False)
    titled: bool = True
    code: str = "rows_turned"
    message: str = "rows that hold one field of a person each; records are the people to whom these rows were joined"

    @property
    def number(self) -> int | None:
        """The column to be that numbers the people."""
        return None if self.entity is None else 0

    def begins(self, frame: pl.DataFrame) -> int:
        """The row at which the last person of a frame begins."""
        return last_begins(frame, self)

    def people(self, frame: pl.DataFrame) -> int:
        """How many people are in some rows, about."""
        return frame.height if self.entity is None else frame[column_id(self.entity)].n_unique()

    def turned(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A row per person."""
        return turned(frame, self)

    def names(self, table: Table) -> tuple[str, ...]:
        """Names of the columns to be."""
        kept = [table.columns[at] for at in (self.entity, *self.beside) if at is not None]
        titles = [title if time == 1 else f"{title} {time}" for title, time in self.slots]
        shown = [shown_name(one, f"column_{at}") for at, one in enumerate(titles, len(kept) + 1)]
        return (*kept, *shown, OTHERS)


def told(frame: pl.DataFrame, how: Fields) -> pl.DataFrame:
    """Per row `entity` (String; of blocks their number), `title` and `value`, for rows that say something."""
    cell = pl.col(column_id(how.title)).str.strip_chars()
    values = [pl.col(column_id(at)).str.strip_chars() for at in how.values]
    value = values[0]
    for other in values[1:]:
        value = pl.when(value == "").then(other).when(other == "").then(value).otherwise(value + " " + other)
    told = frame.select(
        title=cell.str.strip_chars_end(":*. \u00a0"),
        value=value,
        entity=pl.lit("") if how.entity is None else pl.col(column_id(how.entity)).str.strip_chars(),
    )
    if how.entity is not None:  # rows without a number are nobody's: each stands for itself
        own = pl.lit("\0") + pl.int_range(pl.len()).cast(pl.String)
        return told.with_columns(entity=pl.when(pl.col("entity") == "").then(own).otherwise("entity"))
    # a cell without a title goes on with the one above it
    below = pl.when((pl.col("title") == "") & (pl.col("value") != "")).then(None).otherwise("title")
    rank = pl.col("title").replace_strict(dict(how.ranks), default=None, return_dtype=pl.Int32)
    starts = (rank <= rank.forward_fill().shift(1)).fill_null(value=False) & pl.col("titled")
    return (
        told.with_columns(title=below.forward_fill().fill_null(""), titled=pl.col("title") != "")
        .with_columns(entity=starts.cum_sum().cast(pl.String))
        .drop("titled")
    )


def last_begins(frame: pl.DataFrame, how: Fields) -> int:
    """The row at which the last person of a frame begins."""
    if frame.is_empty():
        return 0
    entity = told(frame, how)["entity"]
    others = (entity != entity[-1]).arg_true()
    return int(others[-1]) + 1 if len(others) else 0


def turned(frame: pl.DataFrame, how: Fields) -> pl.DataFrame:
    """A row per person, in order of appearance: `_row` of the first of its rows, then text columns as in `names`."""
    rows = told(frame, how)
    people = coded(rows["entity"])
    codes = np.arange(rows.height) if people.codes is None else people.codes.to_numpy().astype(np.int64)
    count, width = len(people.cells), len(how.slots)
    said = (rows["value"] != "").to_numpy()
    slot = _slots(rows.with_columns(code=pl.Series(codes)), how, said)
    placed = np.full(count * width, rows.height, np.int64)
    at = np.flatnonzero(said & (slot >= 0))
    placed[(codes[at] * width + slot[at])[::-1]] = at[::-1]
    by_slot = placed.reshape(count, width)
    cells = pl.concat([rows["value"], pl.Series("value", [""])])
    first = np.full(count, frame.height, np.int64)
    np.minimum.at(first, codes, np.arange(rows.height))
    columns = [frame[ROW].gather(first) if ROW in frame.columns else pl.Series(ROW, first + 1, dtype=pl.UInt64)]
    if how.entity is not None:
        columns.append(people.cells.str.replace("^\0.*$", ""))
    columns += [_joined(frame[column_id(one)], codes, count) for one in how.beside]
    columns += [cells.gather(by_slot[:, one]) for one in range(width)]
    left = said & (slot < 0)
    rest = rows.select(
        pl.when(pl.col("title") == "").then("value").otherwise(pl.col("title") + " : " + pl.col("value"))
    )
    columns.append(_joined(rest.to_series().zip_with(pl.Series(left), pl.Series([""])), codes, count, distinct=False))
    named = [ROW, *(column_id(one) for one in range(len(columns) - 1))]
    return pl.DataFrame([column.alias(name) for name, column in zip(named, columns, strict=True)])


def _slots(rows: pl.DataFrame, how: Fields, said: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Per row, the place of its column among the slots; -1 where it has none."""
    known = pl.DataFrame(
        [(title, time, at) for at, (title, time) in enumerate(how.slots)],
        schema={"title": pl.String, "time": pl.Int64, "slot": pl.Int64},
        orient="row",
    )
    counted = rows.with_columns(said=pl.Series(said).cast(pl.Int64))
    timed = counted.select("title", time=pl.col("said").cum_sum().over("code", "title"))
    found = timed.join(known, on=["title", "time"], how="left", maintain_order="left")
    slots: NDArray[np.int64] = found["slot"].fill_null(-1).to_numpy()
    return slots


def _joined(cells: pl.Series, codes: NDArray[np.int64], count: int, *, distinct: bool = True) -> pl.Series:
    """Per person, all cells that say something, the same one once."""
    given = pl.DataFrame({"code": codes, "cell": cells}).filter(pl.col("cell").str.strip_chars() != "")
    given = given.unique(maintain_order=True) if distinct else given
    found = given.group_by("code").agg(pl.col("cell").str.join(_BETWEEN))
    everyone = pl.DataFrame({"code": np.arange(count)}).join(found, on="code", how="left", maintain_order="left")
    return everyone["cell"].fill_null("")


def slots_of(rows: pl.DataFrame, named: frozenset[str]) -> tuple[tuple[str, int], ...]:
    """Columns for the titles of a head: those that two people have, or that are `named` roles; no other may be shown.

    `rows` as `told`. Several times of a title stand behind the first ones, each time together.
    """
    counted = (
        rows.filter((pl.col("value") != "") & (pl.col("title") != ""))
        .group_by("title", "entity", maintain_order=True)
        .len("times")
        .group_by("title", maintain_order=True)
        .agg(people=pl.len(), times=pl.col("times").max())
    )
    kept = counted.filter((pl.col("people") > 1) | pl.col("title").is_in(list(named))).head(MOST_FIELDS)
    return tuple(
        (title, time) for time in range(1, MOST_TIMES + 1) for title, _, times in kept.iter_rows() if time <= times
    )
