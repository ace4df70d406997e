"""Names as HL7 and DICOM write them in one cell, `DUPONT^JEAN^MARIE^^MME`, as columns of last and first names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from leakscan.columns.content import word_set
from leakscan.columns.hints import read_header
from leakscan.detectors.text import fold
from leakscan.records import ROW, Table, column_id

SEEN_ROWS = 200
"""Cells, spread over the head, by which a column is judged."""
NAMED = 0.8
"""Least share of cells that are written so, or have no caret at all."""
WITH_CARETS = 0.5
"""Least share of cells with a caret."""
KNOWN = 0.3
"""Least share of known first names behind the caret, where no header speaks of a name."""

_PART = r"[\p{L}'\u2019. \-]*"
_NAME = rf"^{_PART}\p{{L}}{_PART}(?:\^{_PART}){{0,7}}(?:[=~].*)?$"
_FAMILY = r"^([^\^=~]*)"
_GIVEN = r"^[^\^=~]*\^([^\^=~]*(?:\^[^\^=~]*)?)"
_OF_PATIENTS = ("full_name", "last_name", "first_name")
_OF_OTHERS = ("prescriber", "other")
FAMILY, GIVEN = " family", " given"
"""What the names of the two columns end with."""


@dataclass(frozen=True, slots=True)
class Carets:
    """Which columns of `width` are the patients', each of which becomes two, and which are other people's."""

    width: int
    parted: tuple[int, ...]
    joined: tuple[int, ...]

    def names(self, table: Table) -> tuple[str, ...]:
        """Names of the columns; where there is no header, their numbers."""
        titled = [(name, at in self.parted) for at, name in enumerate(table.columns)]
        names = [name + end for name, both in titled for end in ((FAMILY, GIVEN) if both else ("",))]
        return tuple(names) if table.has_header else tuple(f"column_{at + 1}" for at in range(len(names)))


def carets(table: Table) -> Carets | None:
    """Which columns of a table hold such names; None where none does."""
    head = table.head
    step = max(1, head.height // SEEN_ROWS)
    seen = head.lazy().select(pl.all().gather_every(step).str.contains("^", literal=True).any()).collect().row(0)
    named = {at: cells for at, caret in enumerate(seen) if caret and (cells := _names(head[column_id(at)])) is not None}
    roles = {at: _role(table.columns[at]) if table.has_header else None for at in named}
    told = [at for at in named if roles[at] in _OF_PATIENTS]
    others = [at for at in named if at not in told and (roles[at] == "prescriber" or _known(named[at]))]
    if not told and others and not any(roles[at] in _OF_OTHERS for at in others):
        told = [max(others, key=lambda at: (head[column_id(at)].n_unique(), -at))]
    joined = tuple(at for at in others if at not in told)
    return Carets(head.width, tuple(told), joined) if told or joined else None


def _names(cells: pl.Series) -> pl.Series | None:
    """The filled cells of a column if they are names with carets."""
    filled = cells.str.strip_chars().alias("name").to_frame().filter(pl.col("name") != "")
    written = filled.select(
        pl.col("name").str.contains(_NAME).mean().alias("named"),
        pl.col("name").str.contains("^", literal=True).mean().alias("carets"),
    ).row(0)
    return filled["name"] if filled.height and written[0] >= NAMED and written[1] >= WITH_CARETS else None


def _role(header: str) -> str | None:
    """What a header says: a role, "other", or nothing."""
    return next((hint.role for hint in read_header(header)), None)


def _known(cells: pl.Series) -> bool:
    first = fold(pl.col("name").str.extract(_GIVEN).str.extract(r"^([^\^ ]*)"))
    known = cells.to_frame().select(first.is_in(word_set("first_names").implode()).mean()).item()
    return known is not None and float(known) >= KNOWN


def parted(frame: pl.DataFrame, how: Carets) -> pl.DataFrame:
    """The rows with last and first names in columns of their own."""
    columns = [column for at in range(how.width) for column in _columns(at, how)]
    row = [pl.col(ROW)] if ROW in frame.columns else []
    return frame.select(*row, *(column.alias(column_id(at)) for at, column in enumerate(columns)))


def _columns(at: int, how: Carets) -> Iterator[pl.Expr]:
    cell = pl.col(column_id(at))
    family = cell.str.extract(_FAMILY).fill_null("").str.strip_chars()
    given = cell.str.extract(_GIVEN).fill_null("").str.replace("^", " ", literal=True).str.strip_chars()
    if at in how.parted:
        yield from (family, given)
    elif at in how.joined:
        yield pl.concat_str(family, given, separator=" ").str.strip_chars()
    else:
        yield cell
