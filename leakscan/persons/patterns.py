"""How two groups of records agree, field by field, without a value: what a person who audits the linkage sees.

The ledger holds fingerprints of normalised values, so `agrees` is said after accents, cases and separators are gone;
`agrees_normalised` means that it takes one reading more: words in another order, a maiden name, an initial, a number
without its key, day and month swapped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leakscan.persons.chance import FEWEST
from leakscan.persons.keys import look_up
from leakscan.persons.shorter import are_shorter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakscan.persons.keys import Keys, Nodes
    from leakscan.persons.trail import Linkage

FIELDS: tuple[str, ...] = (
    "last_name", "first_name", "birth_date", "sex", "nir", "ins", "record_number", "address", "phone", "email",
    "source_file",
)  # fmt: skip
STATES: tuple[str, ...] = ("agrees", "agrees_normalised", "one_slip", "differs", "missing_one", "missing_both")
GROUP_RECORDS = 64
"""Distinct records of a group that are compared: the first ones of a larger group."""
RAREST_BAND = 100_000
"""A name is never said to be rarer than one of so many."""
_LAST, _FIRST = ("last", "maiden"), ("first",)
_WHOLE = ("name_set", "full")
_BORN_CLOSE = ("birth_dm", "birth_my", "birth_dy")
_ALONE = {"sex": "sex", "ins": "ins", "phone": "phone", "email": "email", "address": "address", "source_file": "input"}


def pattern(linkage: Linkage, left: Nodes, right: Nodes) -> dict[str, str]:
    """A state of STATES per field of FIELDS. A field agrees where any value of one side agrees with any of the other.

    `left`, `right`: nodes of each group.
    """
    left, right = left[:GROUP_RECORDS], right[:GROUP_RECORDS]
    found = {
        "last_name": _name(linkage, left, right, _LAST),
        "first_name": _name(linkage, left, right, _FIRST),
        "birth_date": _birth(linkage, left, right),
        "nir": _number(linkage, left, right),
        "record_number": _record(linkage, left, right),
    }
    for name, column in _ALONE.items():
        values = linkage.ids[column]
        found[name] = _state(values[left], values[right], ())
    return {name: found[name] for name in FIELDS}


def rarity_bands(linkage: Linkage, left: Nodes, right: Nodes) -> dict[str, int | None]:
    """Of how many people one bears the more frequent last and first name of the pair, as a power of ten.

    None where neither side has one, or where too few people tell.
    """
    rare = linkage.rare
    tables = {"last_name": (_LAST, rare.last), "first_name": (_FIRST, rare.first)}
    found: dict[str, int | None] = {}
    for name, (columns, table) in tables.items():
        keys = np.concatenate([_values(linkage, side, columns) for side in (left, right)])
        bearers = int(look_up(keys, *table).max(initial=0))
        known = bearers > 0 and rare.people >= FEWEST
        found[name] = _band(rare.people / bearers) if known else None
    return found


def _band(one_of: float) -> int:
    band = 1
    while band * 10 <= one_of and band < RAREST_BAND:
        band *= 10
    return band


def _values(linkage: Linkage, side: Nodes, columns: tuple[str, ...]) -> Keys:
    """The distinct values of some columns on one side."""
    found = np.unique(np.concatenate([linkage.ids[column][side] for column in columns]))
    known: Keys = found[found != 0]
    return known


def _meet(one: Keys, other: Keys) -> bool:
    """Whether two sides have a value in common; 0 is none."""
    return bool((np.isin(one, other) & (one != 0)).any())


def _state(one: Keys, other: Keys, weaker: tuple[tuple[str, bool], ...] | Iterator[tuple[str, bool]]) -> str:
    """The state of a field: equal, else the first weaker agreement that holds; `one`, `other`: its values, 0 absent."""
    one, other = one[one != 0], other[other != 0]
    if not len(one) or not len(other):
        return "missing_both" if not len(one) and not len(other) else "missing_one"
    if _meet(one, other):
        return "agrees"
    return next((state for state, holds in weaker if holds), "differs")


def _name(linkage: Linkage, left: Nodes, right: Nodes, columns: tuple[str, ...]) -> str:
    turned = _meet(_values(linkage, left, _WHOLE), _values(linkage, right, _WHOLE))
    one, other = (_values(linkage, side, columns) for side in (left, right))
    state = _state(one, other, _names_alike(linkage, left, right, columns, turned=turned))
    return "agrees_normalised" if state.startswith("missing") and turned else state


def _names_alike(
    linkage: Linkage, left: Nodes, right: Nodes, columns: tuple[str, ...], *, turned: bool
) -> Iterator[tuple[str, bool]]:
    one, other = (_values(linkage, side, columns) for side in (left, right))
    every, each = np.repeat(one, len(other)), np.tile(other, len(one))
    short = are_shorter(linkage.forms, every, each) | are_shorter(linkage.forms, each, every)
    yield "agrees_normalised", turned or bool(short.any())
    yield "one_slip", bool(linkage.slips.one_slip(every, each).any())
    read = tuple(f"right_{name}" for name in columns)
    yield "one_slip", _meet(_values(linkage, left, read), _values(linkage, right, read))


def _birth(linkage: Linkage, left: Nodes, right: Nodes) -> str:
    ids = linkage.ids
    birth, swap = ids["birth"], ids["birth_swap"]

    def weaker() -> Iterator[tuple[str, bool]]:
        yield "agrees_normalised", _meet(birth[left], swap[right])
        for part in _BORN_CLOSE:
            known = ids[part]
            yield "one_slip", _meet(known[left], known[right])

    return _state(birth[left], birth[right], weaker())


def _number(linkage: Linkage, left: Nodes, right: Nodes) -> str:
    """The NIR; one whose key is wrong is compared without its key."""
    whole = linkage.ids["nir_any"]
    if _meet(whole[left], whole[right]):
        return "agrees"
    columns = ("nir_any", "nir_bad")
    state = _state(_values(linkage, left, columns), _values(linkage, right, columns), ())
    return "agrees_normalised" if state == "agrees" else state


def _record(linkage: Linkage, left: Nodes, right: Nodes) -> str:
    """The number of the record, which says something within one source file only."""
    number, source = linkage.ids["record_number"], linkage.ids["input"]
    state = _state(number[left], number[right], ())
    shared = np.intersect1d(source[left], source[right])
    if state not in ("agrees", "differs"):
        return state
    if not len(shared):
        return "missing_both"
    one, other = (number[side][np.isin(source[side], shared)] for side in (left, right))
    return _state(one, other, ())
