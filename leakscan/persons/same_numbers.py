"""Tables whose people have numbers and no names: which of them number the same people.

Equal numbers alone are no proof, for every laboratory counts from 1. The birth dates beside them are, and the sexes
where there are many; so is the form of a number that tells its study, its site and its subject. In one file, and of
long numbers in one folder, tables of different columns are taken for one another's where one has the other's numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from leakscan.persons.frames import pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from leakscan.persons.frames import Frame

AGREE = 0.8
"""Share of the numbers that two tables have in common whose birth dates must agree ..."""
COMMON = 3
"""... and how many these are at least."""
AGREE_SEXES, COMMON_SEXES = 0.95, 30
"""The same for the sexes, of which two are equal by chance every second time."""
LONG = 6
"""Characters of numbers that are more than a counter's, at least."""
MOST_TABLES = 50
"""Tables of one group that are compared at most."""
DATED = 0.5
"""Share of a table's records with a birth date from which on its dates are asked."""

_GROUPED = re.compile(r"^(?=.*A{2})[9A]{1,8}(?:[-_./ ][9A]{1,8}){2,4}$")
_MIXED = re.compile(r"^(?=.*[Aa])(?=.*9)[9Aa-]{16,}$")


class Numbering(NamedTuple):
    """A table with numbers: the title of their column, all its titles, shapes of numbers, and what else it has."""

    number: int
    file: str
    title: tuple[str, ...]
    headers: tuple[str, ...]
    shapes: tuple[str, ...]
    unnamed: bool
    dated: float


@dataclass(frozen=True, slots=True)
class Same:
    """Tables of one numbering: `surely`, or probably."""

    tables: tuple[int, ...]
    surely: bool = field(default=True)


def is_structured(shapes: Sequence[str]) -> bool:
    """Whether numbers tell more than a count: of study, site and subject, or of letters and digits at random."""
    return bool(shapes) and all(_GROUPED.match(one) or _MIXED.match(one) for one in shapes)


def are_random(shapes: Sequence[str]) -> bool:
    """Whether numbers are so long and mixed that no two systems have the same."""
    return bool(shapes) and all(_MIXED.match(one) for one in shapes)


def same_numbers(people: Frame, groups: Iterable[Sequence[Numbering]], contained: float) -> Iterator[Same]:
    """Tables that number the same people, in groups of those that lie in one file or folder."""
    asked = [group for group in groups if _may_be_one(group)]
    if not asked:
        return
    wanted = pl.Series(sorted({one.number for group in asked for one in group}), dtype=pl.UInt32)
    told = _numbers(people, wanted)
    none = pl.DataFrame(schema=next(iter(told.values())).schema) if told else pl.DataFrame()
    for group in asked:
        links: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
        surely: dict[int, int] = {}
        for one, other in combinations(group, 2):
            if surely.get(one.number, one.number) == surely.get(other.number, other.number):
                continue
            held, others = (told.get(table.number, none) for table in (one, other))
            strength = _are_one(one, other, held, others, contained)
            if strength is not None:
                links[strength].append((one.number, other.number))
            if strength:
                joined = {surely.get(table.number, table.number) for table in (one, other)}
                surely |= {
                    table.number: min(joined) for table in group if surely.get(table.number, table.number) in joined
                }
        for strength in (True, False):
            yield from (Same(tables, strength) for tables in _together(links[strength]))


def _may_be_one(group: Sequence[Numbering]) -> bool:
    return 1 < len(group) <= MOST_TABLES and any(one.unnamed for one in group)


def _numbers(people: Frame, wanted: pl.Series) -> Mapping[int, pl.DataFrame]:
    """By table, its numbers with a birth date and a sex of each."""
    names = ("input", "record_number", "birth", "sex")
    parts = [
        part.filter(pl.col("input").cast(pl.UInt32).is_in(wanted.implode()) & pl.col("record_number").is_not_null())
        .select(pl.col("input").cast(pl.UInt32), "record_number", "birth", "sex")
        .unique()
        for part in pieces(people, *names)
    ]
    whole = pl.concat(parts).unique().sort("input", "record_number")
    return {int(number): group for (number,), group in whole.group_by("input", maintain_order=True)}


def _are_one(
    one: Numbering, other: Numbering, held: pl.DataFrame, others: pl.DataFrame, contained: float
) -> bool | None:
    """Whether two tables number the same people: surely, probably (False), or not as far as one can tell (None)."""
    if not (one.unnamed or other.unnamed) or held.is_empty() or others.is_empty():
        return None
    if one.dated >= DATED and other.dated >= DATED:
        share, common = _agreement(held, others, "birth")
        return True if common >= COMMON and share >= AGREE else None
    structured = is_structured(one.shapes) and is_structured(other.shapes)
    alike = one.unnamed and other.unnamed and one.title == other.title and bool(one.title)
    if not alike or (not structured and (one.headers == other.headers or _contained(held, others) < contained)):
        return None
    share, common = _agreement(held, others, "sex")
    if common >= COMMON and share < AGREE_SEXES:
        return None
    shapes = (*one.shapes, *other.shapes)
    long = bool(shapes) and min(map(len, shapes)) >= LONG
    sure = structured or one.file == other.file or common >= COMMON_SEXES
    return True if sure else False if long else None


def _agreement(one: pl.DataFrame, other: pl.DataFrame, what: str) -> tuple[float, int]:
    """Of the numbers that both have, the share for which something beside them may be the same, and how many."""
    known, further = (some.select("record_number", what).drop_nulls().unique() for some in (one, other))
    both = known.join(further, on="record_number", suffix="_other")
    each = both.group_by("record_number").agg((pl.col(what) == pl.col(f"{what}_other")).any().alias("agrees"))
    return float(each["agrees"].mean() or 0.0), each.height  # type: ignore[arg-type]


def _contained(one: pl.DataFrame, other: pl.DataFrame) -> float:
    """The share of the numbers of the one that has fewer that stand in the other."""
    numbers, further = (some.select("record_number").unique() for some in (one, other))
    return numbers.join(further, on="record_number").height / max(1, min(numbers.height, further.height))


def _together(links: Sequence[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    """Tables that are linked, one with another."""
    of: dict[int, set[int]] = {}
    for one, other in links:
        merged = of.get(one, {one}) | of.get(other, {other})
        of.update(dict.fromkeys(merged, merged))
    seen: set[int] = set()
    for number, tables in of.items():
        if number not in seen:
            seen |= tables
            yield tuple(sorted(tables))
