"""Which identities are one person: links in three strengths, and the three partitions that they make.

`high` keeps certain links only, `likely` adds what is probably one person, `low` all that may be one person. Each
partition is made by merging clusters of the one before, so low is coarser than likely and likely coarser than high:
every count of clusters with some property then keeps low <= likely <= high.
Two different INS, or two different NIRs that are each the patient's own, are never one person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from leakscan.persons.components import (
    NO_LINKS,
    Attachment,
    Keys,
    Links,
    Mask,
    Nodes,
    attach,
    connected,
    connected_apart,
    crowded,
    digest,
    distinct_counts,
    look_up,
    may_share,
    mix,
    mutual,
    pairs,
    pick,
    spread,
    star,
    together,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_OWN = 2
"""`nir_own` as a number: 0 unknown, 1 another person's, 2 the patient's own."""


class Partitions(NamedTuple):
    """Cluster label per row of people under each partition (labels are arbitrary, the same on every run)."""

    low: Nodes
    likely: Nodes
    high: Nodes


@dataclass(frozen=True, slots=True, eq=False)
class Identities:
    """Distinct identities as nodes in an order that depends on their content alone; 0 = absent in every column.

    `nir` leaves out numbers shared by many; `nir_any` keeps them. `record` is the record number in its input,
    `record_own` the same where such numbers prove to stand for one person each. `name_node`, `name_key` and
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


def link(people: pl.DataFrame, typos: pl.DataFrame) -> Partitions:
    """Partition identities into people, three ways.

    `people`: rows as in the ledger with the column `input`, only those that bear a person; one label each is returned.
    `typos`: `name`, `deletion` (UInt64), the one-deletion variants of every name, itself included.
    """
    order = typos.select("name", "deletion").drop_nulls().unique().sort("name", "deletion")
    slips = Misspellings(order["name"].to_numpy(), order["deletion"].to_numpy())
    ids, node = identities(people, slips)
    high = _certain(ids)
    kept = np.flatnonzero(_open_to_more(ids, high))
    some, clusters = _narrowed(ids, kept, high)
    likely, low = high.copy(), high.copy()
    linked = _likely(some, clusters, slips)
    likely[kept] = kept[linked]
    low[kept] = kept[_possible(some, linked, slips)]
    return Partitions(low[node], likely[node], high[node])


def identities(people: pl.DataFrame, slips: Misspellings) -> tuple[Identities, Nodes]:
    """Fold identical rows into nodes; also gives the node of each row."""
    column = {
        name: (people[name].cast(pl.UInt64) + (name in ("input", "nir_own"))).fill_null(0).to_numpy()
        for name in _COLUMNS
    }
    _, first, node = np.unique(digest(column.values(), people.height), return_index=True, return_inverse=True)
    rows = np.bincount(node, weights=people["rows"].fill_null(1).to_numpy(), minlength=len(first)).astype(np.int64)
    column = {name: values[first] for name, values in column.items()}

    nir = np.where(_shared_by_many(column["nir"], column, rows), 0, column["nir"]).astype(np.uint64)
    column["nir_any"] = column["nir"]
    column["ins"] = np.where(_shared_by_many(column["ins"], column, rows), 0, column["ins"]).astype(np.uint64)
    record = mix(column["input"], column["record_number"])
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
        record_own=np.where(_stands_for_one(record, column, rows), record, 0).astype(np.uint64),
        contacts=contacts,
        name_node=every[present],
        name_key=keys[present],
        name_exact=np.repeat([True, True, False], size)[present],
        frequency=look_up(column["first"], *distinct_counts(column["first"], column["birth"])),
    )
    return ids, node.astype(np.int64)


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
    """Where the record numbers of the row's input repeat, and repeat with one birth date (or first name)."""
    person = np.where(column["birth"] != 0, column["birth"], column["first"])
    held = record != 0
    frame = pl.DataFrame({"input": column["input"], "record": record, "person": person, "rows": rows}).filter(held)
    known = pl.col("person").replace(0, None)
    numbers = frame.group_by("record").agg(
        pl.col("input").first(),
        repeated=pl.col("rows").sum() > 1,
        compared=known.count() > 1,
        conflict=(known.min() < known.max()).fill_null(value=False),
    )
    proof = numbers.group_by("input").agg(
        repeats=pl.col("repeated").mean(),
        conflicts=pl.col("conflict").sum() / pl.col("compared").sum().clip(lower_bound=1),
    )
    fit = proof.filter((pl.col("repeats") >= RECORD_REPEATS) & (pl.col("conflicts") <= RECORD_CONFLICTS))["input"]
    fitting: Mask = np.isin(column["input"], fit.to_numpy()) & held
    return fitting


def _open_to_more(ids: Identities, labels: Nodes) -> Mask:
    """Nodes of clusters that some further rule may link: one side of such a link has no own NIR, and one has no INS."""
    without_nir, without_ins = (~_carried(labels, held)[labels] for held in (ids.own, ids["ins"] != 0))
    loose = min(without_nir, without_ins, key=np.count_nonzero)
    birth, names = ids["birth"], ids.name_node
    undated = birth == 0
    wanted = loose.copy()
    numbers = np.where(ids["nir_any"] != 0, ids["nir_any"], ids["nir_bad"])
    for key in (numbers, ids.record, *ids.contacts, mix(birth, ids["right_first"])):
        wanted |= may_share(key, loose)
    family = np.concatenate([mix(birth, ids["right_last"]), mix(birth, ids["right_maiden"])])
    for half in np.split(may_share(family, np.tile(loose, 2)), 2):
        wanted |= half
    wanted[names[may_share(ids.name_key, undated[names])]] = True
    wanted[names[may_share(mix(ids.name_key, birth[names]), loose[names])]] = True
    for key, node in _close_birth_keys(ids, names, ids.name_key):
        wanted[node[may_share(key, loose[node])]] = True
    return _carried(labels, wanted)[labels]


def _narrowed(ids: Identities, kept: Nodes, labels: Nodes) -> tuple[Identities, Nodes]:
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
        contacts=tuple(contact[kept] for contact in ids.contacts),
        name_node=place[ids.name_node[named]],
        name_key=ids.name_key[named],
        name_exact=ids.name_exact[named],
        frequency=ids.frequency[kept],
    )
    return some, place[labels[kept]]


def _merge(ids: Identities, labels: Nodes, links: Links, *, adopt: bool = True) -> Nodes:
    """Merge the clusters that links join, never two with an INS each or with an own NIR each."""
    left, right = labels[links.left], labels[links.right]
    with_ins, with_nir = _carried(labels, ids["ins"] != 0), _carried(labels, ids.own)
    joined = left != right
    joined &= ~(with_ins[left] & with_ins[right]) & ~(with_nir[left] & with_nir[right])
    clusters = connected_apart(ids.size, Links(left, right).where(joined), (with_ins, with_nir), adopt=adopt)
    merged: Nodes = clusters[labels]
    return merged


def _carried(labels: Nodes, nodes: Mask) -> Mask:
    """Per label, whether one of the masked nodes has it."""
    carried = np.zeros(len(labels), np.bool_)
    carried[labels[nodes]] = True
    return carried


# Certain -------------------------------------------------------------------------------------------------------------


def _certain(ids: Identities) -> Nodes:
    labels = connected(ids.size, _own_number(ids))
    return _merge(ids, labels, together(_certain_links(ids)), adopt=False)


def _own_number(ids: Identities) -> Links:
    """The INS, and the NIR where it is the patient's own: the number alone is the person."""
    ins, own = np.flatnonzero(ids["ins"]), np.flatnonzero(ids.own)
    return star(np.concatenate([ids["ins"][ins], ids.nir[own]]), np.concatenate([ins, own]))


def _certain_links(ids: Identities) -> Iterator[Links]:
    birth, first, nir, every = ids["birth"], ids["first"], ids.nir, np.arange(ids.size)
    yield star(ids["pseudonym"])
    nameless = (first == 0) & (ids["last"] == 0) & (ids["full"] == 0)
    yield star(mix(ids["nir_any"], birth, first))
    # Same NIR and birth date, one side without a first name, where only one first name is known.
    under = mix(nir, birth)
    yield _sure(attach(under, every, first == 0, first != 0, first))
    yield star(np.where(first == 0, under, 0).astype(np.uint64))
    # Same NIR and names, one side without a birth date, where only one birth date is known.
    yield star(np.where(birth == 0, mix(ids["nir_any"], first), 0).astype(np.uint64))
    by_name, names = mix(nir[ids.name_node], ids.name_key), ids.name_node
    yield _sure(attach(by_name, names, (birth == 0)[names], (birth != 0)[names], birth))
    # Nothing but the number.
    yield star(np.where((birth == 0) & nameless, ids["nir_any"], 0).astype(np.uint64))
    # Name and birth date, unless two different NIRs stand under them.
    exact = ids.name_exact | (ids["full"] != 0)[names]
    dated = mix(np.where(exact, ids.name_key, 0).astype(np.uint64), birth[names])
    several = spread(dated, nir[names])
    with_nir = mix(dated, nir[names] + np.uint64(1))
    yield star(np.where(several, with_nir, dated).astype(np.uint64), names)
    # A record number within its input.
    yield star(mix(ids.record_own, birth))
    yield star(mix(ids.record, birth, first))
    yield star(mix(ids.record[names], ids.name_key), names)
    yield star(np.where((birth == 0) & nameless & (ids["nir_any"] == 0), ids.record, 0).astype(np.uint64))
    # Nothing but an e-mail address.
    yield star(np.where(_bare(ids), ids["email"], 0).astype(np.uint64))


def _sure(found: Attachment) -> Links:
    return Links(found.weak[found.single], found.strong[found.single])


def _bare(ids: Identities) -> Mask:
    """Identities with contacts alone."""
    known = ("ins", "nir_any", "nir_bad", "pseudonym", "birth", "first", "last", "full", "record_number")
    bare = np.ones(ids.size, np.bool_)
    for name in known:
        bare &= ids[name] == 0
    return bare


# Likely --------------------------------------------------------------------------------------------------------------


def _likely(ids: Identities, high: Nodes, slips: Misspellings) -> Nodes:
    slipped = _misspelt(ids, high, (ids["first"], ids["last"], ids["maiden"]), slips)
    labels = _merge(ids, high, together([*_likely_links(ids, slips), *_corrected(ids), slipped.likely]))
    owner = _merge(ids, labels, together(_weak_stars(ids)))
    return _merge(ids, owner, _attached(ids, owner, sure=True))


def _likely_links(ids: Identities, slips: Misspellings) -> Iterator[Links]:
    birth, first, nir, names = ids["birth"], ids["first"], ids.nir, ids.name_node
    # Name and birth date with different NIRs (a child under both parents), or with the fields swapped.
    yield star(mix(ids.name_key, birth[names]), names)
    # Same names, birth dates one component apart, and one more thing in common.
    for shared in (nir, *ids.contacts, ids.record_own):
        close = pairs(mix(shared[names], ids.name_key), names)
        yield close.where(_births_close(ids, close))
    # A NIR whose key is wrong, as before or as the right number.
    number = np.where(nir != 0, nir, ids["nir_bad"])
    bad = ids["nir_bad"] != 0
    every = np.arange(ids.size)
    for key in (mix(number, birth), mix(number, first)):
        yield star(np.where(bad & (nir == 0), key, 0).astype(np.uint64))
        yield _sure(attach(key, every, bad & (nir == 0), nir != 0, nir))
    for contact in ids.contacts:
        yield star(mix(birth, first, contact))  # the last name changed
        both = pairs(mix(birth, contact))  # both names misspelt
        yield both.where(
            _one_slip(first[both.left], first[both.right], slips)
            & _one_slip(ids["last"][both.left], ids["last"][both.right], slips)
            & _sexes_agree(ids, both)
            & ~_both_frequent(ids, both)
        )


def _weak_stars(ids: Identities) -> Iterator[Links]:
    """Identities that lack something and agree in the rest: together first, so that they then join one person only."""
    birth, first, names = ids["birth"], ids["first"], ids.name_node
    undated = (birth == 0)[names]
    for shared in (*ids.contacts, ids.record_own):
        yield star(np.where(undated, mix(ids.name_key, shared[names]), 0).astype(np.uint64), names)
    yield star(np.where(first == 0, mix(ids["last"], birth), 0).astype(np.uint64))
    yield star(np.where(_bare(ids), ids["phone"], 0).astype(np.uint64))


def _attached(ids: Identities, labels: Nodes, *, sure: bool) -> Links:
    """Links of clusters that lack something to the one that has it: the single one, or (not `sure`) one of several."""
    birth, first, nir, names, every = ids["birth"], ids["first"], ids.nir, ids.name_node, np.arange(ids.size)
    dated, named = _carried(labels, birth != 0)[labels], _carried(labels, (first != 0) | (ids["full"] != 0))[labels]
    someone = dated | named
    bare = _bare(ids)
    found = [
        attach(mix(nir, birth), every, ~named, named, labels),
        attach(mix(nir, first), every, ~dated, dated, labels),
        attach(ids["nir_any"], every, ~someone & (nir != 0), someone & ids.own, labels),
        attach(ids["nir_any"], every, ~someone & (nir != 0), someone & (nir != 0), labels),
        attach(np.where(nir != 0, nir, ids["nir_bad"]), every, ~someone & (nir == 0), nir != 0, labels),
        attach(mix(ids["last"], birth), every, ~named, named, labels),
        attach(ids.record, every, ~someone & (nir == 0), someone, labels),
        attach(ids.record_own, every, ~dated & ~_carried(labels, nir != 0)[labels], dated, labels),
    ]
    found += [
        attach(mix(ids.name_key, shared[names]), names, (~dated)[names], dated[names], labels)
        for shared in (*ids.contacts, ids.record_own)
    ]
    found += [attach(contact, every, bare & ~someone, ~bare, labels) for contact in ids.contacts]
    links = together(Links(labels[one.weak], labels[one.strong]) for one in found)
    rank = np.repeat(np.arange(len(found)), [len(one.weak) for one in found])
    single = np.concatenate([one.single for one in found])
    ranks = rank + np.where(single, 0, len(found))
    allowed = single if sure else np.ones(len(single), np.bool_)
    return pick(links.where(allowed), ranks[allowed])


def _births_close(ids: Identities, links: Links) -> Mask:
    """Two birth dates equal but for the day, the month or the year, or with day and month swapped."""
    left, right = links
    close = ids["birth"][left] == ids["birth_swap"][right]
    for part in ("birth_dm", "birth_my", "birth_dy"):
        close |= ids[part][left] == ids[part][right]
    found: Mask = close & (ids["birth"][left] != 0) & (ids["birth"][right] != 0)
    return found


def _sexes_agree(ids: Identities, links: Links) -> Mask:
    left, right = ids["sex"][links.left], ids["sex"][links.right]
    agree: Mask = (left == right) | (left == 0) | (right == 0)
    return agree


def _both_frequent(ids: Identities, links: Links) -> Mask:
    """Both first names are real names (LEA and LEO may be twins), neither a slip of the other."""
    left, right = ids.frequency[links.left], ids.frequency[links.right]
    rare, common = np.minimum(left, right), np.maximum(left, right)
    differ = ids["first"][links.left] != ids["first"][links.right]
    both: Mask = differ & (rare >= FREQUENT_BIRTHS) & (rare * FREQUENT_RATIO >= common)
    return both


def _one_slip(left: Keys, right: Keys, slips: Misspellings) -> Mask:
    """Whether two different names share a one-deletion variant."""
    apart = np.zeros(len(left), np.bool_)
    asked = np.flatnonzero((left != right) & (left != 0) & (right != 0))
    (at_left, variant_left), (at_right, variant_right) = slips.expand(left[asked]), slips.expand(right[asked])
    one = np.uint64(1)
    here = np.isin(
        mix(at_left.astype(np.uint64) + one, variant_left), mix(at_right.astype(np.uint64) + one, variant_right)
    )
    apart[asked[at_left[here]]] = True
    return apart


def _corrected(ids: Identities) -> Iterator[Links]:
    """Same birth date (and NIR) and same names, once each rare spelling is read as its most frequent neighbour."""
    birth, first, last, maiden = (ids[name] for name in ("birth", "right_first", "right_last", "right_maiden"))
    links = together([
        star(mix(ids.nir, birth, first)),
        star(np.concatenate([mix(birth, first, last), mix(birth, first, maiden)]), np.tile(np.arange(ids.size), 2)),
    ])  # fmt: skip
    yield links.where(_sexes_agree(ids, links))


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


def _two_slips(left: Keys, right: Keys, slips: Misspellings) -> Mask:
    """Whether some name of the scan is one slip from both."""
    position, between = slips.neighbours(left)
    near = _one_slip(between, right[position], slips)
    met = np.zeros(len(left), np.bool_)
    met[position[near]] = True
    return met


class _Misspelt(NamedTuple):
    likely: Links
    possible: Links


def _misspelt(ids: Identities, labels: Nodes, names: tuple[Keys, Keys, Keys], slips: Misspellings) -> _Misspelt:
    """Pairs with a birth date in common and one name one slip apart, the other name (or the NIR) being equal.

    `names`: first, last and maiden names as they are to be compared for equality.
    """
    birth, every = ids["birth"], np.arange(ids.size)
    first, last, maiden = names
    given = np.tile(mix(birth, first), 2)
    last_pairs = _slip_pairs(labels, np.tile(every, 2), given, np.concatenate([ids["last"], ids["maiden"]]), slips)
    agree = _sexes_agree(ids, last_pairs)
    likely, possible = [last_pairs.where(agree)], [last_pairs.where(~agree)]

    family = np.concatenate([mix(birth, last), mix(birth, maiden), mix(ids.nir, birth)])
    first_pairs = _slip_pairs(labels, np.tile(every, 3), family, np.tile(ids["first"], 3), slips)
    agree, frequent = _sexes_agree(ids, first_pairs), _both_frequent(ids, first_pairs)
    possible.append(first_pairs.where(agree == frequent))
    # The rare spelling chooses one frequent one, so that LEOA cannot join LEA to LEO.
    chosen = first_pairs.where(agree & ~frequent)
    both = together([chosen, Links(chosen.right, chosen.left)])
    both = both.where(ids.frequency[both.left] <= ids.frequency[both.right])
    read_alike = ids["right_first"][both.left] == ids["right_first"][both.right]
    rank = np.where(read_alike, -ids.size, 0) - ids.frequency[both.right]
    likely.append(pick(Links(labels[both.left], labels[both.right]), rank))
    return _Misspelt(together(likely), together(possible))


def _slip_pairs(labels: Nodes, node: Nodes, key: Keys, name: Keys, slips: Misspellings) -> Links:
    """Pairs of nodes in different clusters that share `key` and whose `name` differs by one slip."""
    asked = np.flatnonzero((key != 0) & (name != 0))
    node, key, name = node[asked], key[asked], name[asked]
    kept = spread(key, labels[node], absent=None) & spread(key, name)
    node, key, name = node[kept], key[kept], name[kept]
    _, once = np.unique(digest((labels[node].astype(np.uint64), key, name), len(node)), return_index=True)
    once.sort()
    node, key, name = node[once], key[once], name[once]
    entry, variant = slips.expand(name)
    found = pairs(mix(key[entry], variant), entry)
    found = found.where(name[found.left] != name[found.right])
    links = Links(node[found.left], node[found.right])
    return links.where(labels[links.left] != labels[links.right])


# Only possible -------------------------------------------------------------------------------------------------------


def _possible(ids: Identities, likely: Nodes, slips: Misspellings) -> Nodes:
    slipped = _misspelt(ids, likely, (ids["right_first"], ids["right_last"], ids["right_maiden"]), slips)
    weak = together([_undated_namesakes(ids), _mutual(likely, slipped.possible), _mutual(likely, slipped.likely)])
    labels = _merge(ids, likely, weak)
    labels = _merge(ids, labels, _mutual(labels, _far_misspelt(ids, labels, slips)))
    labels = _merge(ids, labels, _mutual(labels, _close_births(ids, labels)))
    labels = _merge(ids, labels, _attached(ids, labels, sure=False))
    labels = _merge(ids, labels, _named_only(ids, labels))
    return _merge(ids, labels, _unknown_relatives(ids, labels))


def _mutual(labels: Nodes, links: Links) -> Links:
    left, right = labels[links.left], labels[links.right]
    return mutual(Links(left, right).where(left != right))


def _far_misspelt(ids: Identities, labels: Nodes, slips: Misspellings) -> Links:
    """Same birth date and two slips: in a first name, in both names, or in a first name while the last one changed."""
    birth, first, last = ids["birth"], ids["first"], ids["last"]

    def comparable(links: Links) -> Links:
        other = links.where((labels[links.left] != labels[links.right]) & _sexes_agree(ids, links))
        return other.where(~_both_frequent(ids, other))

    family = np.concatenate([mix(birth, ids["right_last"]), mix(birth, ids["right_maiden"])])
    kin = comparable(pairs(family, np.tile(np.arange(ids.size), 2)))
    home = comparable(together(pairs(mix(birth, contact)) for contact in ids.contacts))
    first_near = _one_slip(first[home.left], first[home.right], slips)
    last_near = _one_slip(last[home.left], last[home.right], slips)
    return together([
        kin.where(_two_slips(first[kin.left], first[kin.right], slips)),
        home.where(first_near | (last_near & _two_slips(first[home.left], first[home.right], slips))),
    ])  # fmt: skip


def _undated_namesakes(ids: Identities) -> Links:
    """Same name, no birth date, no number on either side."""
    plain = (ids["birth"] == 0) & (ids["nir_any"] == 0) & (ids["ins"] == 0) & (ids.record_own == 0)
    links = star(np.where(plain[ids.name_node], ids.name_key, 0).astype(np.uint64), ids.name_node)
    return links.where(_sexes_agree(ids, links))


def _close_birth_keys(ids: Identities, node: Nodes, name: Keys) -> Iterator[tuple[Keys, Nodes]]:
    """Keys (with their nodes) under which one name's birth dates differ in one component or are swapped."""
    for part in ("birth_dm", "birth_my", "birth_dy"):
        yield mix(name, ids[part][node]), node
    yield np.concatenate([mix(name, ids["birth"][node]), mix(name, ids["birth_swap"][node])]), np.tile(node, 2)


def _close_births(ids: Identities, labels: Nodes) -> Links:
    """Same name, birth dates one component apart, at least one side without a number of its own."""
    anchored = _carried(labels, ids.own | (ids["ins"] != 0))[labels]
    links = together(pairs(key, node) for key, node in _close_birth_keys(ids, ids.name_node, ids.name_key))
    links = links.where(labels[links.left] != labels[links.right])
    numbers = (ids.nir[links.left], ids.nir[links.right])
    agree = (numbers[0] == numbers[1]) | (numbers[0] == 0) | (numbers[1] == 0)
    return links.where(agree & _sexes_agree(ids, links) & ~(anchored[links.left] & anchored[links.right]))


def _named_only(ids: Identities, labels: Nodes) -> Links:
    """A name without a birth date joins one person of that name whom no number, record number or sex contradicts."""
    names, sex = ids.name_node, ids["sex"]
    has_nir, has_record = _carried(labels, ids["nir_any"] != 0)[labels], _carried(labels, ids.record_own != 0)[labels]
    dated = _carried(labels, ids["birth"] != 0)[labels]
    found = []
    for nir in (False, True):
        for record in (False, True):
            weak = ~dated & (has_nir == nir) & (has_record == record)
            strong = (dated | has_nir) & ~(has_nir & nir) & ~(has_record & record)
            if not weak.any():
                continue
            key = ids.name_key
            found.append(attach(mix(key, sex[names]), names, weak[names], strong[names], labels))
            found.append(attach(key, names, (weak & (sex == 0))[names], strong[names], labels))
            found.append(attach(key, names, weak[names], (strong & (sex == 0))[names], labels))
    return pick(together(Links(labels[one.weak], labels[one.strong]) for one in found))


def _unknown_relatives(ids: Identities, labels: Nodes) -> Links:
    """A further person whose NIR stands nowhere else may be a patient of the same input whose number is not known."""
    further = ids["kind"] == 1
    patient = _carried(labels, ~further)
    anchored = _carried(labels, ids.own | (ids["ins"] != 0))
    alone = np.flatnonzero(further & ~patient[labels] & ~anchored[labels])
    open_to = np.flatnonzero(~further & ~anchored[labels])
    found = []
    for source in np.unique(ids["input"][alone]):
        left = np.unique(labels[alone[ids["input"][alone] == source]])
        right = np.unique(labels[open_to[ids["input"][open_to] == source]])
        count = min(len(left), len(right))
        found.append(Links(left[:count], right[:count]))
    return together(found) if found else NO_LINKS
