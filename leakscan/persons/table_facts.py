"""What every input is as a table with keys: whether it names people, knows them by numbers, or has keys alone."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from leakscan.persons.chains import Table, numbers_of, pairs_of
from leakscan.persons.frames import Frame, pieces
from leakscan.persons.kinship import AFTER_ANYBODY, AFTER_THE_TABLE, Called, called_after_patients, kinship
from leakscan.persons.nameless import nameless
from leakscan.persons.repeated_names import repeated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CONTAINED = 0.9
"""Least share of a table's numbers that stand in the table of people, for it to be about them."""
MOST_PAIRS = 10_000
"""Pairs of a table of people and one of numbers in a group that are compared at most."""
NAMED = 0.5
"""Share of records that name somebody from which on a table is one of people ..."""
NAMELESS = 0.05
"""... and up to which it names nobody."""
_NAMES = ("first", "last", "maiden", "full")
_REACHING = ("nir", "ins", "email", "phone")
_NAMING = (*_NAMES, *_REACHING, "birth", "pseudonym")
_CALLING = (*_NAMES, *_REACHING)
_SHARES = ("named", "known", "reached", "calling", "dated")
_NONE = pl.Series([], dtype=pl.UInt64)


@dataclass(frozen=True, slots=True)
class Facts:
    """A table with keys: what share of its records has a name, and one or a number; whether it describes a person.

    `reached`: what share has a number or a contact, by which somebody is known without a birth date. `unnamed`: hardly
    a record has any of these, or a name. `dated`: share with a birth date.
    """

    number: int
    called: Called
    named: float
    known: float
    reached: float
    described: bool
    unnamed: bool
    dated: float

    @property
    def refers(self) -> bool:
        """Whether it has no titles, and nothing of people but birth dates: its keys say who they are."""
        return self.called.column is None and self.reached <= NAMELESS


def facts_of(people: Frame, called: Sequence[Called], links: Mapping[int, Frame]) -> list[Facts]:
    """What every input with keys is."""
    told = (
        pl.len().alias("rows"),
        pl.any_horizontal(pl.col(*_NAMES).is_not_null()).sum().alias("named"),
        pl.any_horizontal(pl.col(*_NAMING).is_not_null()).sum().alias("known"),
        pl.any_horizontal(pl.col(*_REACHING).is_not_null()).sum().alias("reached"),
        pl.any_horizontal(pl.col(*_CALLING).is_not_null()).sum().alias("calling"),
        pl.col("birth").is_not_null().sum().alias("dated"),
        pl.col("sex").is_not_null().any().alias("described"),
        pl.col("record_number").is_not_null().any().alias("keyed"),
    )
    parts = [part.group_by("input").agg(told) for part in pieces(people, "input", "record_number", "sex", *_NAMING)]
    found = (
        pl.concat(parts)
        .group_by("input")
        .agg(pl.col("rows", *_SHARES).sum(), pl.col("described", "keyed").any())
        .with_columns(pl.col(_SHARES) / pl.col("rows"), unnamed=pl.col("calling") <= NAMELESS * pl.col("rows"))
    )
    names = [field.name for field in fields(Facts) if field.name not in {"number", "called"}]
    return [
        Facts(row["input"], called[row["input"]], **{name: row[name] for name in names})
        for row in found.sort("input").iter_rows(named=True)
        if row["keyed"] or row["input"] in links
    ]


def tables_of(
    people: Frame, facts: Mapping[int, Facts], members: Sequence[int], links: Mapping[int, Frame], least: int
) -> tuple[list[Table], list[Table], list[Table]]:
    """The tables of a group: those that name people, those that know them by numbers or contacts, and by keys alone.

    None where there are not at least two of them, one with people. The second kind is of the first one's people only
    if that is as sure as `least`.
    """
    known = [facts[number] for number in members if number in facts]
    naming = [one for one in known if one.named >= NAMED]
    further = [one for one in naming if max(one.dated, one.reached) <= NAMELESS]
    numbered = [one for one in known if one.named <= NAMELESS < one.known]
    others = [one for one in known if one.known <= NAMELESS]
    described = nameless(people, {one.number: one.called for one in others})
    numbered += [one for one in others if one.number in described]
    others = [one for one in others if one.number not in described]
    of_people = len(naming) + sum(one.known >= NAMED or one.number in described for one in numbered)
    if not of_people or len(naming) + len(numbered) + len(others) < 2 or of_people * len(known) > MOST_PAIRS:
        return [], [], []
    numbers = numbers_of(people, [one.number for one in (*naming, *numbered, *others)])

    def table(one: Facts, asking: int = AFTER_ANYBODY) -> Table:
        pairs = pairs_of(links[one.number], one.called.others) if one.number in links else {}
        held = [numbers.get(one.number, _NONE).to_numpy(), *(number for number, _ in pairs.values())]
        own = np.unique(np.concatenate(held))
        in_folder = least == AFTER_THE_TABLE
        patients = in_folder or one.dated >= NAMED or called_after_patients(one.called.table)
        return Table(one.number, one.called.table, one.called.column, own, pairs, asking, patients)

    asked = [table(one, AFTER_THE_TABLE) for one in further]
    repeating = repeated(people, [table(one) for one in naming if one not in further], asked, kinship, CONTAINED)
    others += [one for one in naming if one.number in repeating]
    naming = [one for one in naming if one.number not in repeating]
    numbers_alone = [table(one, AFTER_ANYBODY if one.refers else least) for one in numbered]
    return [table(one) for one in naming], numbers_alone, [table(one) for one in others]
