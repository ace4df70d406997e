"""Judge by the head of a table whether a person is a row in it, or rows of one field each, a block, or a column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations

import polars as pl

from leakscan.layouts.carets import Carets, carets
from leakscan.layouts.fields import Fields, slots_of, told
from leakscan.layouts.followed import Followed, followed
from leakscan.layouts.paired import Paired, paired
from leakscan.layouts.titles import IDENTITY, TITLE_LIKE, bare, fitting, is_value_word, person_roles, role_of
from leakscan.records import Table, column_id

WIDEST_LONG = 12
"""Columns of a table with a row per field, at most: wider ones are passed by for nothing."""
SEEN_ROWS = 200
"""Rows, spread over the head, in which something like a title must stand before anything else is asked."""
SEEN_SHARE = 0.04
"""On this share of them."""
MOST_TITLES = 400
"""Distinct titles of a table with a row per field."""
KNOWN_SHARE = 0.25
"""Of the distinct titles so many must name a role; of a label-value sheet and a transposed table, FORM_SHARE."""
FORM_SHARE = 0.4
SINGLE = 0.9
"""A person has a name, birth date or number once: so large a share of the pairs of person and title are distinct."""
FEW_ROWS = 200
"""Rows of a transposed table, at most."""
SCATTERED = 1.5
"""Runs of rows per person from which on a person's rows do not follow one another; or runs per row, above MOSTLY."""
MOSTLY = 0.5
ROWS_EACH = 1.5
"""Rows that a person has at least on average, with titles of people; ROWS_SEEN in a head that shows a part of many."""
ROWS_SEEN = 1.01
FULL_HEAD = 20_000
"""Rows of a head that shows a part of the table."""
_JUDGED = 5_000
"""Rows of the head by which cells are judged."""


@dataclass(frozen=True, slots=True)
class Transposed:
    """A table whose first column holds titles, and every other column a person.

    `first`: what the reader took for a header and is the first row.
    """

    first: tuple[str, ...] | None = field(default=None, repr=False)


def judge(table: Table) -> Fields | Transposed | Followed | Paired | Carets | None:
    """How people lie in a table; None where each is a row, which every ordinary table is, or where it is not sure."""
    if table.kind != "table" or table.roles is not None or table.head.width < 2 or table.head.is_empty():
        return None
    return paired(table) or _titled(table) or followed(table.head.head(_JUDGED)) or carets(table)


def _titled(table: Table) -> Fields | Transposed | None:
    likely = _like_titles(table)
    if not likely:
        return None
    head = table.head.head(_JUDGED)
    if 0 in likely and (form := _form(table, head)) is not None:
        return form
    if 0 in likely and table.head.height <= FEW_ROWS and (found := _transposed(table, head)) is not None:
        return found
    return next((long for at in likely if (long := _long(table, at)) is not None), None)


def _like_titles(table: Table) -> list[int]:
    """Columns in which cells like the title of a person's field stand; of a wide table the first alone is asked."""
    head = table.head
    step = max(1, head.height // SEEN_ROWS)
    names = head.columns if head.width <= WIDEST_LONG else head.columns[:1]
    seen = head.lazy().select(pl.col(names).gather_every(step).str.contains(TITLE_LIKE).mean()).collect().row(0)
    return [at for at, share in enumerate(seen) if share is not None and share >= SEEN_SHARE]


def _titles(cells: pl.Series) -> list[str]:
    """Distinct titles of a column; none where there are too many."""
    distinct = cells.unique(maintain_order=True)
    return [] if len(distinct) > MOST_TITLES else list(dict.fromkeys(bare(one) for one in distinct if bare(one)))


def _share_known(titles: list[str]) -> float:
    return sum(role_of(title) is not None for title in titles) / max(1, len(titles))


def _first_row(table: Table) -> tuple[str, ...] | None:
    """What was taken for a header, where it is a title and a cell below no other title."""
    if not table.has_header or role_of(bare(table.columns[0])) is None:
        return None
    rest = [bare(one) for one in table.columns[1:]]
    return None if any(role_of(one) is not None or is_value_word(one) for one in rest) else table.columns


def above(first: tuple[str, ...] | None, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of text columns below a first one."""
    if first is None:
        return rows
    names = [name for name in rows.columns if name[0] == "c"]
    return pl.concat([pl.DataFrame([first], schema=dict.fromkeys(names, pl.String), orient="row"), rows.select(names)])


# A row per field ------------------------------------------------------------------------------------------------------


def _long(table: Table, title: int) -> Fields | None:
    head, width = table.head, table.head.width
    if not 3 <= width <= WIDEST_LONG:  # every pair of columns is tried
        return None
    cells = head[column_id(title)]
    titles = _titles(cells)
    roles = person_roles(titles)
    repeated = head.height >= 2 * len(titles) - 1
    if len(set(roles.values())) < 2 or _share_known(titles) < (KNOWN_SHARE if repeated else FORM_SHARE):
        return None
    about = head.filter(cells.str.strip_chars().str.strip_chars_end(":*. ").is_in(list(roles)))
    others = [at for at in range(width) if at != title]
    found: list[tuple[int, int, Fields]] = []
    for entity in others:
        people = _people(about, entity, title, ROWS_EACH if head.height < FULL_HEAD else ROWS_SEEN)
        if not people:
            continue
        left = tuple(at for at in others if at != entity)
        for values in _values(table, left):
            how = Fields(entity, title, values, tuple(at for at in left if at not in values))
            fits = fitting(_below(head.head(_JUDGED), how, roles), roles)
            if fits and (people > 1 or fits > 2):
                found.append((fits, people, how))
    if not found:
        return None
    how = max(found, key=lambda one: (one[0], one[1], -len(one[2].values)))[2]
    rows = told(head, how)
    runs, told_apart = int((rows["entity"] != rows["entity"].shift(1)).sum()) + 1, rows["entity"].n_unique()
    return replace(
        how,
        slots=slots_of(rows, frozenset(title for title in titles if role_of(title) is not None)),
        scattered=told_apart > 1 and runs > min(SCATTERED * told_apart, MOSTLY * rows.height),
    )


def _people(about: pl.DataFrame, entity: int, title: int, each: float) -> int:
    """How many people a column tells apart, who have each field once and `each` of them on average; 0 for none."""
    number, name = pl.col(column_id(entity)), pl.col(column_id(title))
    rows, people, pairs = about.filter(number != "").select(
        pl.len(), number.n_unique().alias("people"), pl.struct(number, name).n_unique().alias("pairs")
    ).row(0)  # fmt: skip
    return people if rows and pairs >= SINGLE * rows and rows >= each * people else 0


def _values(table: Table, left: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """What may be the column of values: each of those left, and those whose headers say so together."""
    yield from combinations(left, 1)
    worded = tuple(at for at in left if table.has_header and is_value_word(table.columns[at]))
    if len(worded) > 1:
        yield worded


def _below(head: pl.DataFrame, how: Fields, roles: dict[str, str]) -> dict[str, pl.Series]:
    """By title of a person's field, the cells below it."""
    rows = told(head, how).filter(pl.col("title").is_in(list(roles)) & (pl.col("value") != ""))
    return {str(title): part["value"] for (title,), part in rows.group_by("title", maintain_order=True)}


# A block per person ---------------------------------------------------------------------------------------------------


def _form(table: Table, head: pl.DataFrame) -> Fields | None:
    filled = [at for at in range(head.width) if (table.head[column_id(at)].str.strip_chars() != "").any()]
    if len(filled) != 2 or filled[0] != 0:
        return None
    first = _first_row(table)
    rows = above(first, table.head)
    titles = _titles(rows[column_id(0)])
    roles = person_roles(titles)
    if len(set(roles.values())) < 2 or _share_known(titles) < FORM_SHARE:
        return None
    how = Fields(None, 0, (filled[1],), tuple(at for at in range(head.width) if at not in filled), first=first)
    once = [at for at, title in enumerate(titles) if roles.get(title) in IDENTITY]
    if not once:
        return None
    ranked = [title for at, title in enumerate(titles) if at <= once[0] or at in once]
    how = replace(how, ranks=tuple((title, at) for at, title in enumerate(ranked)))
    below = told(rows, how)
    known = frozenset(title for title in titles if role_of(title) is not None)
    if int(below["title"].is_in(list(known)).sum()) < FORM_SHARE * below.height:
        return None
    if not fitting(_below(above(first, head), how, roles), roles):
        return None
    return replace(how, slots=slots_of(below, known))


# A column per person --------------------------------------------------------------------------------------------------


def _transposed(table: Table, head: pl.DataFrame) -> Transposed | None:
    if head.width < 3:
        return None
    first = _first_row(table) or (table.columns if table.has_header else None)
    rows = above(first, head)
    cells = [bare(cell) for cell in rows[column_id(0)]]
    titles = list(dict.fromkeys(cell for cell in cells if cell))
    roles = person_roles(titles)
    told_apart = 4 * len(titles) >= 3 * sum(map(bool, cells))
    if not told_apart or len(set(roles.values())) < 2 or _share_known(titles) < FORM_SHARE:
        return None
    if any(role_of(bare(cell)) is not None for cell in rows.row(0)[1:]):
        return None
    below = {title: pl.Series(rows.row(cells.index(title))[1:], dtype=pl.String) for title in roles}
    return Transposed(first) if fitting(below, roles) else None
