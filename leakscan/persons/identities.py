"""Identities as linkage compares them: distinct rows as nodes, shared numbers left out, rare spellings read right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from leakscan.persons.components import (
    Keys,
    Links,
    Mask,
    Nodes,
    crowded,
    digest,
    distinct_counts,
    look_up,
    mix,
    numbered,
    stable_order,
)

SHARED_BY_MANY = 12
"""More birth dates under one number (or contact) than a family has: a placeholder or a switchboard, not an identity."""
SHARED_SHARE = 0.3
"""With this many different first names per record under one number, they are people; misspellings are rarer."""
FREQUENT_BIRTHS = 4
"""A first name with at least so many birth dates in the scan is a real name, not a slip of the pen ..."""
FREQUENT_RATIO = 100
"""... unless its neighbour is this many times more frequent: then it is a common slip of a very common name."""
SLIP_RATIO = 4
"""A spelling is read as a slip of a neighbour that is at least so many times more frequent."""
RECORD_CONFLICTS = 0.1
"""Share of record numbers with two birth dates up to which a record number still stands for one person."""
RECORD_REPEATS = 0.05
"""Share of record numbers on several records from which on a column of them can be judged at all."""
_COLUMNS: tuple[str, ...] = (
    "input", "kind", "ins", "nir", "nir_bad", "nir_own", "pseudonym", "birth", "birth_swap", "birth_dm", "birth_my",
    "birth_dy", "first", "last", "maiden", "full", "name_set", "sex", "phone", "email", "address", "record_number",
)  # fmt: skip
_LONELY = np.uint64(1)
"""In place of a record number that stands on one record only."""
_OWN = 2
"""`nir_own` as a number: 0 unknown, 1 another person's, 2 the patient's own."""


@dataclass(frozen=True, slots=True, eq=False)
class Identities:
    """Distinct identities as nodes in an order that depends on their content alone; 0 = absent in every column.

    `nir` leaves out numbers shared by many; `nir_any` keeps them. `record` is the record number in its input where it
    stands on several records, `record_own` the same where such numbers prove to stand for one person each; `filed` says
    that there is such a number, on several records or not. `name_node`, `name_key` and
    `name_exact` list each node's names (last + first, maiden + first; the set of all name tokens, not exact).
    `frequency` counts the birth dates that each node's first name has in the whole scan. The columns `right_first`,
    `right_last` and `right_maiden` hold the names with rare spellings read as their frequent neighbour.
    """

    size: int
    column: dict[str, Keys]
    nir: Keys
    own: Mask
    record: Keys
    record_own: Keys
    filed: Mask
    contacts: tuple[Keys, ...]
    name_node: Nodes
    name_key: Keys
    name_exact: Mask
    frequency: Nodes

    def __getitem__(self, name: str) -> Keys:
        """One column by its name."""
        return self.column[name]


@dataclass(frozen=True, slots=True, eq=False)
class Misspellings:
    """The one-deletion variants of all names, sorted by name."""

    name: Keys
    variant: Keys

    def expand(self, names: Keys) -> tuple[Nodes, Keys]:
        """Position in `names` and variant, one entry per variant."""
        start, stop = np.searchsorted(self.name, names, "left"), np.searchsorted(self.name, names, "right")
        counts = np.where(names != 0, stop - start, 0)
        position = np.repeat(np.arange(len(names)), counts)
        offset = np.arange(len(position)) - np.repeat(np.cumsum(counts) - counts, counts)
        return position, self.variant[np.repeat(start, counts) + offset]

    def neighbours(self, names: Keys) -> tuple[Nodes, Keys]:
        """Position in `names` and a name one slip away (or itself), one entry per variant that they share."""
        position, variant = self.expand(names)
        order = np.argsort(self.variant, kind="stable")
        turned = Misspellings(self.variant[order], self.name[order])
        place, neighbour = turned.expand(variant)
        return position[place], neighbour

    def one_slip(self, left: Keys, right: Keys) -> Mask:
        """Whether two different names share a one-deletion variant."""
        apart = np.zeros(len(left), np.bool_)
        asked = np.flatnonzero((left != right) & (left != 0) & (right != 0))
        (at_left, variant_left), (at_right, variant_right) = self.expand(left[asked]), self.expand(right[asked])
        one = np.uint64(1)
        here = np.isin(
            mix(at_left.astype(np.uint64) + one, variant_left), mix(at_right.astype(np.uint64) + one, variant_right)
        )
        apart[asked[at_left[here]]] = True
        return apart

    def two_slips(self, left: Keys, right: Keys) -> Mask:
        """Whether some name of the scan is one slip from both."""
        position, between = self.neighbours(left)
        near = self.one_slip(between, right[position])
        met = np.zeros(len(left), np.bool_)
        met[position[near]] = True
        return met


def identities(people: pl.DataFrame, slips: Misspellings) -> tuple[Identities, Nodes]:
    """Fold identical rows into nodes; also gives the node of each row."""
    column = {
        name: (people[name].cast(pl.UInt64) + (name in ("input", "nir_own"))).fill_null(0).to_numpy()
        for name in _COLUMNS
    }
    weight = people["rows"].fill_null(1).cast(pl.Int64).to_numpy()
    number = mix(column["input"], column["record_number"])
    stands = _stands_for_one(number, column, weight)
    # A record number on one record links nothing; where the rest links for certain, that it is there is enough.
    certain = (column["nir"] != 0) & (column["birth"] != 0) & (column["first"] != 0)
    lonely = certain & (number != 0) & ~_repeated(number, weight)
    column["record_number"] = np.where(lonely, _LONELY, column["record_number"])
    node, first = numbered(digest(column.values(), people.height))
    rows = np.bincount(node, weights=weight, minlength=len(first)).astype(np.int64)
    column = {name: values[first] for name, values in column.items()}

    nir = np.where(_shared_by_many(column["nir"], column, rows), 0, column["nir"]).astype(np.uint64)
    column["nir_any"] = column["nir"]
    column["ins"] = np.where(_shared_by_many(column["ins"], column, rows), 0, column["ins"]).astype(np.uint64)
    record = mix(column["input"], np.where(lonely[first], 0, column["record_number"]).astype(np.uint64))
    contacts = tuple(
        np.where(_shared_by_many(column[name], column, rows), 0, column[name]).astype(np.uint64)
        for name in ("phone", "email", "address")
    )
    (column["right_first"],) = _right_spellings((column["first"],), column["birth"], slips)
    column["right_last"], column["right_maiden"] = _right_spellings(
        (column["last"], column["maiden"]), column["birth"], slips
    )
    size = len(first)
    by_last, by_maiden = mix(column["first"], column["last"]), mix(column["first"], column["maiden"])
    by_maiden[by_maiden == by_last] = 0
    tokens = np.where(column["name_set"] != 0, column["name_set"], column["full"])
    keys = np.concatenate([by_last, by_maiden, tokens])
    every = np.tile(np.arange(size), 3)
    present = keys != 0
    ids = Identities(
        size=size,
        column=column,
        nir=nir,
        own=(column["nir_own"] == _OWN) & (nir != 0),
        record=record,
        record_own=np.where(stands[first], record, 0).astype(np.uint64),
        filed=stands[first],
        contacts=contacts,
        name_node=every[present],
        name_key=keys[present],
        name_exact=np.repeat([True, True, False], size)[present],
        frequency=look_up(column["first"], *distinct_counts(column["first"], column["birth"])),
    )
    return ids, node.astype(np.int64)


def _repeated(key: Keys, weight: Nodes) -> Mask:
    """Whether the rows with a key weigh more than one together."""
    found = weight > 1
    order = stable_order(key)
    same = key[order][1:] == key[order][:-1]
    found[order[1:]] |= same
    found[order[:-1]] |= same
    return found


def _shared_by_many(number: Keys, column: dict[str, Keys], rows: Nodes) -> Mask:
    """Where a number has more birth dates than a family, or as many first names as records."""
    many = np.zeros(len(number), np.bool_)
    at = crowded(number, SHARED_BY_MANY + 1)
    held = number[at]
    births = look_up(held, *distinct_counts(held, column["birth"][at]))
    firsts = look_up(held, *distinct_counts(held, column["first"][at]))
    keys, inverse = np.unique(held, return_inverse=True)
    records = np.bincount(inverse, weights=rows[at], minlength=len(keys))[inverse]
    many[at] = (births > SHARED_BY_MANY) | ((firsts > SHARED_BY_MANY) & (firsts > SHARED_SHARE * records))
    return many


def _stands_for_one(record: Keys, column: dict[str, Keys], rows: Nodes) -> Mask:
    """Where the record numbers of the row's input repeat, and repeat with one birth date (undated: one first name)."""
    held = record != 0
    frame = pl.DataFrame(
        {"input": column["input"], "record": record, "birth": column["birth"], "first": column["first"], "rows": rows}
    ).filter(held)
    born, called = pl.col("birth").replace(0, None), pl.col("first").replace(0, None)
    known = pl.coalesce(born, pl.when(born.count().over("record") == 0).then(called)).alias("person")
    numbers = (
        frame.with_columns(known)
        .group_by("record")
        .agg(
            pl.col("input").first(),
            repeated=pl.col("rows").sum() > 1,
            compared=pl.col("person").count() > 1,
            conflict=(pl.col("person").min() < pl.col("person").max()).fill_null(value=False),
        )
    )
    proof = numbers.group_by("input").agg(
        repeats=pl.col("repeated").mean(),
        conflicts=pl.col("conflict").sum() / pl.col("compared").sum().clip(lower_bound=1),
    )
    fit = proof.filter((pl.col("repeats") >= RECORD_REPEATS) & (pl.col("conflicts") <= RECORD_CONFLICTS))["input"]
    fitting: Mask = np.isin(column["input"], fit.to_numpy()) & held
    return fitting


def _right_spellings(columns: tuple[Keys, ...], birth: Keys, slips: Misspellings) -> list[Keys]:
    """The columns with each rare name replaced by the most frequent name one slip away, where that is frequent."""
    names, counts = distinct_counts(np.concatenate(columns), np.tile(birth, len(columns)))
    entry, variant = slips.expand(names)
    if not len(entry):
        return list(columns)
    best = entry[_first_of_group(variant, counts[entry])]  # per entry: the most frequent name with this variant
    kept = _first_of_group(entry.astype(np.uint64) + np.uint64(1), counts[best])
    right = np.arange(len(names))
    right[entry] = best[kept]
    rare = (counts < FREQUENT_BIRTHS) | (counts * FREQUENT_RATIO < counts[right])
    rare &= (counts[right] >= FREQUENT_BIRTHS) & (counts[right] >= SLIP_RATIO * counts)
    corrected = np.where(rare, names[right], names)
    found = []
    for column in columns:
        place = np.minimum(np.searchsorted(names, column), len(names) - 1)
        found.append(np.where(names[place] == column, corrected[place], column))
    return found


def _first_of_group(key: Keys, weight: Nodes) -> Nodes:
    """For each entry, the entry of its group with the largest weight (the earliest of several)."""
    order = np.lexsort((-weight, key))
    ordered = key[order]
    new = np.ones(len(ordered), np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    heaviest = np.empty(len(key), np.int64)
    heaviest[order] = order[np.flatnonzero(new)][np.cumsum(new) - 1]
    return heaviest


def narrowed(ids: Identities, kept: Nodes, labels: Nodes) -> tuple[Identities, Nodes]:
    """The identities at `kept` (whole clusters, ascending) as nodes of their own, with their labels."""
    place = np.full(ids.size, -1, np.int64)
    place[kept] = np.arange(len(kept))
    named = place[ids.name_node] >= 0
    some = Identities(
        size=len(kept),
        column={name: values[kept] for name, values in ids.column.items()},
        nir=ids.nir[kept],
        own=ids.own[kept],
        record=ids.record[kept],
        record_own=ids.record_own[kept],
        filed=ids.filed[kept],
        contacts=tuple(contact[kept] for contact in ids.contacts),
        name_node=place[ids.name_node[named]],
        name_key=ids.name_key[named],
        name_exact=ids.name_exact[named],
        frequency=ids.frequency[kept],
    )
    return some, place[labels[kept]]


def births_close(ids: Identities, links: Links) -> Mask:
    """Two birth dates equal but for the day, the month or the year, or with day and month swapped."""
    left, right = links
    close = ids["birth"][left] == ids["birth_swap"][right]
    for part in ("birth_dm", "birth_my", "birth_dy"):
        close |= ids[part][left] == ids[part][right]
    found: Mask = close & (ids["birth"][left] != 0) & (ids["birth"][right] != 0)
    return found


def sexes_agree(ids: Identities, links: Links) -> Mask:
    """The sexes are the same, or one is not known."""
    left, right = ids["sex"][links.left], ids["sex"][links.right]
    agree: Mask = (left == right) | (left == 0) | (right == 0)
    return agree


def both_frequent(ids: Identities, links: Links) -> Mask:
    """Both first names are real names (LEA and LEO may be twins), neither a slip of the other."""
    left, right = ids.frequency[links.left], ids.frequency[links.right]
    rare, common = np.minimum(left, right), np.maximum(left, right)
    differ = ids["first"][links.left] != ids["first"][links.right]
    both: Mask = differ & (rare >= FREQUENT_BIRTHS) & (rare * FREQUENT_RATIO >= common)
    return both
