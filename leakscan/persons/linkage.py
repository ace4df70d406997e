"""Which identities are one person: links in three strengths, and the three partitions that they make.

`high` keeps certain links only, `likely` adds what is probably one person, `low` all that may be one person. Each
partition is made by merging clusters of the one before, so low is coarser than likely and likely coarser than high:
every count of clusters with some property then keeps low <= likely <= high.
Two different INS, or two different NIRs that are each the patient's own, are never one person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from leakscan.persons.components import (
    Attachment,
    Keys,
    Links,
    Mask,
    Nodes,
    attach,
    connected,
    connected_apart,
    digest,
    may_share,
    mix,
    mutual,
    pairs,
    pick,
    spread,
    star,
    together,
)
from leakscan.persons.identities import (
    Identities,
    Misspellings,
    births_close,
    both_frequent,
    identities,
    narrowed,
    sexes_agree,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


class Partitions(NamedTuple):
    """Cluster label per row of people under each partition (labels are arbitrary, the same on every run)."""

    low: Nodes
    likely: Nodes
    high: Nodes


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
    some, clusters = narrowed(ids, kept, high)
    likely, low = high.copy(), high.copy()
    linked = _likely(some, clusters, slips)
    likely[kept] = kept[linked]
    low[kept] = kept[_possible(some, linked, slips)]
    return Partitions(low[node], likely[node], high[node])


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
        yield close.where(births_close(ids, close))
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
            slips.one_slip(first[both.left], first[both.right])
            & slips.one_slip(ids["last"][both.left], ids["last"][both.right])
            & sexes_agree(ids, both)
            & ~both_frequent(ids, both)
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
        attach(mix(nir, ids["right_first"]), every, ~dated, dated, labels),
        attach(mix(nir, ids.record_own), every, ~dated, dated, labels),
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


def _corrected(ids: Identities) -> Iterator[Links]:
    """Same birth date (and NIR) and same names, once each rare spelling is read as its most frequent neighbour."""
    birth, first, last, maiden = (ids[name] for name in ("birth", "right_first", "right_last", "right_maiden"))
    links = together([
        star(mix(ids.nir, birth, first)),
        star(np.concatenate([mix(birth, first, last), mix(birth, first, maiden)]), np.tile(np.arange(ids.size), 2)),
    ])  # fmt: skip
    yield links.where(sexes_agree(ids, links))


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
    agree = sexes_agree(ids, last_pairs)
    likely, possible = [last_pairs.where(agree)], [last_pairs.where(~agree)]

    family = np.concatenate([mix(birth, last), mix(birth, maiden), mix(ids.nir, birth)])
    first_pairs = _slip_pairs(labels, np.tile(every, 3), family, np.tile(ids["first"], 3), slips)
    agree, frequent = sexes_agree(ids, first_pairs), both_frequent(ids, first_pairs)
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
        other = links.where((labels[links.left] != labels[links.right]) & sexes_agree(ids, links))
        return other.where(~both_frequent(ids, other))

    family = np.concatenate([mix(birth, ids["right_last"]), mix(birth, ids["right_maiden"])])
    kin = comparable(pairs(family, np.tile(np.arange(ids.size), 2)))
    home = comparable(together(pairs(mix(birth, contact)) for contact in ids.contacts))
    first_near = slips.one_slip(first[home.left], first[home.right])
    last_near = slips.one_slip(last[home.left], last[home.right])
    return together([
        kin.where(slips.two_slips(first[kin.left], first[kin.right])),
        home.where(first_near | (last_near & slips.two_slips(first[home.left], first[home.right]))),
    ])  # fmt: skip


def _undated_namesakes(ids: Identities) -> Links:
    """Same name, no birth date, no number on either side."""
    plain = (ids["birth"] == 0) & (ids["nir_any"] == 0) & (ids["ins"] == 0) & ~ids.filed
    links = star(np.where(plain[ids.name_node], ids.name_key, 0).astype(np.uint64), ids.name_node)
    return links.where(sexes_agree(ids, links))


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
    return links.where(agree & sexes_agree(ids, links) & ~(anchored[links.left] & anchored[links.right]))


def _named_only(ids: Identities, labels: Nodes) -> Links:
    """A name without a birth date joins one person of that name whom no number, record number or sex contradicts."""
    names, sex = ids.name_node, ids["sex"]
    has_nir, has_record = _carried(labels, ids["nir_any"] != 0)[labels], _carried(labels, ids.filed)[labels]
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
    alone = _numbered(ids["input"], labels, further & ~patient[labels] & ~anchored[labels])
    open_to = _numbered(ids["input"], labels, ~further & ~anchored[labels])
    pairs_found = alone.join(open_to, on=["input", "number"], suffix="_patient")
    return Links(pairs_found["label"].to_numpy(), pairs_found["label_patient"].to_numpy())


def _numbered(source: Keys, labels: Nodes, which: Mask) -> pl.DataFrame:
    """The distinct labels of each input at the masked nodes, in order and numbered from 1: input, label, number."""
    pairs_met = pl.DataFrame({"input": source[which], "label": labels[which]}).unique().sort("input", "label")
    return pairs_met.with_columns(pl.int_range(1, pl.len() + 1).over("input").alias("number"))
