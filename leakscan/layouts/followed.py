"""Rows that go on with the person of a row above them: each begins with the kind of row that it is (`E|...`, `L|...`).

Pharmacies, insurers and billing programs write a row for the patient and one for each box, act or payment.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from leakscan.columns.content import Profile, profiles
from leakscan.layouts.titles import FITS
from leakscan.records import ROW, Table, column_id

MOST_KINDS = 8
"""Kinds of rows."""
_KIND = r"^[A-Za-z0-9_]{1,12}$"
_MOST_LEFT_OUT = 0.02
"""Share of rows whose first cell is no kind: titles and totals."""
FILLED, UNFILLED = 0.5, 0.02
"""A column is the person's where so many of his rows fill it, and next to none of those that go on (thresholds.md)."""
OWN_COLUMNS = 2
"""Columns that are the person's alone."""
FOLLOWING = 0.1
"""Share of rows that go on with somebody."""
FOLLOWED = 0.3
"""Share of people with such rows: fewer where rows are sorted by their kind."""
FEWEST = 2
BELOW = "rows below"
"""Name of the last column: all cells of the rows that go on."""
_BETWEEN, _NEXT = " ; ", " | "


@dataclass(frozen=True, slots=True)
class Followed:
    """Rows whose first cell is `leader` begin a person; others go on with the one above them."""

    leader: str
    first: None = None
    scattered: bool = False
    number: None = None
    titled: bool = False
    code: str = "rows_joined"
    message: str = "rows of people and rows that go on with them; records are people with the rows below them"

    def begins(self, frame: pl.DataFrame) -> int:
        """The row at which the last person of a frame begins."""
        return leader_begins(frame, self)

    def people(self, frame: pl.DataFrame) -> int:
        """How many people are in some rows, at most."""
        return frame.height

    def turned(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A row per person."""
        return joined(frame, self)

    def names(self, table: Table) -> tuple[str, ...]:
        """Names of the columns to be."""
        return (*table.columns, BELOW)


def followed(head: pl.DataFrame) -> Followed | None:
    """Of a head, which rows begin a person, where rows of other kinds go on; None where that is not sure."""
    kinds = head["c0"].str.strip_chars()
    counted = kinds.value_counts(sort=True)
    told = counted.filter(pl.col("c0").str.contains(_KIND) & (pl.col("count") >= FEWEST))
    if not 2 <= told.height <= MOST_KINDS or told["count"].sum() < (1 - _MOST_LEFT_OUT) * head.height - FEWEST:
        return None
    others = [column_id(at) for at in range(1, head.width)]
    filled = head.with_columns(kinds).group_by("c0").agg((pl.col(others).str.strip_chars() != "").mean())
    people = [kind for kind in told["c0"].to_list() if _apart(kind, filled, others) and _people(head, kinds == kind)]
    if len(people) != 1:
        return None
    leader = people[0]
    rest = kinds.is_in([kind for kind in told["c0"].to_list() if kind != leader])
    first = (kinds == leader).arg_max()
    above = int(rest.head(first or 0).sum())
    goes_on = (rest.shift(-1) & (kinds == leader)).sum()
    if rest.sum() < FOLLOWING * head.height or goes_on < FOLLOWED * (kinds == leader).sum() or above >= FEWEST:
        return None
    return None if _somebody(head, rest) else Followed(leader)


def _apart(kind: str, filled: pl.DataFrame, others: list[str]) -> bool:
    """Whether some columns are filled in rows of this kind, and in no other."""
    own = filled.filter(pl.col("c0") == kind).select(others).row(0)
    rest = filled.filter((pl.col("c0") != kind) & pl.col("c0").str.contains(_KIND)).select(pl.col(others).max()).row(0)
    apart = [at for at in range(len(others)) if own[at] >= FILLED and rest[at] <= UNFILLED]
    return len(apart) >= OWN_COLUMNS


def _measured(head: pl.DataFrame, rows: pl.Series) -> list[Profile]:
    """What the columns of some rows hold, where it is more than one word."""
    return [one for one in profiles(head.filter(rows).select(pl.exclude("c0"))) if one.distinct > 1]


def _shows(found: list[Profile], *roles: str) -> bool:
    return any(FITS[role](one) for role in roles for one in found)


def _people(head: pl.DataFrame, rows: pl.Series) -> bool:
    """Whether rows prove that each is a person: by a NIR, or by a birth date beside names."""
    found = _measured(head, rows)
    return _shows(found, "nir", "ins") or (_shows(found, "full_name", "first_name") and _shows(found, "birth_date"))


def _somebody(head: pl.DataFrame, rows: pl.Series) -> bool:
    """Whether rows show anything of a person: then nobody may be lost in the row above."""
    return _shows(_measured(head, rows), "nir", "ins", "full_name", "first_name", "last_name", "email", "phone")


def _leads(frame: pl.DataFrame, how: Followed) -> pl.Series:
    return frame.select(pl.col("c0").str.strip_chars() == how.leader).to_series()


def leader_begins(frame: pl.DataFrame, how: Followed) -> int:
    """The row at which the last person of a frame begins."""
    places = _leads(frame, how).arg_true()
    return int(places[-1]) if len(places) else 0


def joined(frame: pl.DataFrame, how: Followed) -> pl.DataFrame:
    """A row per person, with all cells of the rows that go on with him in a last column; `_row` is his first one's."""
    names = [name for name in frame.columns if name != ROW]
    numbered = frame if ROW in frame.columns else frame.with_row_index(ROW, 1).cast({ROW: pl.UInt64})
    leads = _leads(numbered, how)
    cells = pl.concat_list(pl.col(names[1:]).str.strip_chars())
    said = cells.list.eval(pl.element().filter(pl.element() != "")).list.join(_BETWEEN)
    marked = numbered.with_columns(leads=leads, person=leads.cum_sum(), said=said)
    first = pl.col("leads").first()
    return (
        marked.group_by("person", maintain_order=True)
        .agg(
            pl.col(ROW).first(),
            *(pl.when(first).then(pl.col(name).first()).otherwise(pl.lit("")).alias(name) for name in names),
            pl.col("said").filter(~pl.col("leads")).str.join(_NEXT).alias(column_id(len(names))),
        )
        .drop("person")
        .with_columns(pl.col(column_id(len(names))).fill_null(""))
    )
