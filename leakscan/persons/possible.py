"""Links that are only possible: what may be one person, so that `low` counts it as one."""

from __future__ import annotations

from itertools import chain, product
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from leakscan.persons.attachments import attached
from leakscan.persons.by_name import in_one_column, name_keys
from leakscan.persons.chance import FEWEST, close_births
from leakscan.persons.components import NO_LINKS, Links, attach, carried, mutual, pick, star, together
from leakscan.persons.identities import sexes_agree
from leakscan.persons.joined import merge
from leakscan.persons.joined_tables import OF_SEVERAL, ORPHAN
from leakscan.persons.keys import mix
from leakscan.persons.merges import by
from leakscan.persons.misspelt import far_misspelt, misspelt
from leakscan.persons.shorter import among_first_names
from leakscan.persons.undated import POSSIBLE_NAMESAKES, undated_slips

if TYPE_CHECKING:
    from leakscan.persons.chance import Rarity
    from leakscan.persons.identities import Identities
    from leakscan.persons.keys import Keys, Mask, Nodes
    from leakscan.persons.merges import Merges
    from leakscan.persons.slips import Misspellings


def possible_clusters(
    ids: Identities, likely: Nodes, slips: Misspellings, inside: Misspellings, rare: Rarity, told: Merges
) -> Nodes:
    """Merge the clusters of `likely` that may be one person: a label per node."""
    slipped = misspelt(ids, likely, "right_", slips)
    weak = chain(
        by("namesakes", _undated_namesakes(ids)),
        by("misspelt_names", [_mutual(likely, slipped.possible), _mutual(likely, slipped.likely)]),
    )
    labels = merge(ids, likely, told, "possible", weak)

    def joined(rule: str, links: Links) -> Nodes:
        return merge(ids, labels, told, "possible", by(rule, links))

    labels = joined("misspelt_names", _mutual(labels, far_misspelt(ids, labels, slips)))
    undated = together(undated_slips(ids, labels, slips, rare, POSSIBLE_NAMESAKES, sure=False))
    labels = joined("misspelt_names", _mutual(labels, undated))
    labels = joined("birth_date_slip", _mutual(labels, _close_births(ids, labels)))
    labels = joined("shorter_names", among_first_names(ids, labels, inside))
    labels = joined("name_alone", _mutual(labels, _named_without_family(ids, labels, rare)))
    labels = joined("several_candidates", attached(ids, labels, sure=False))
    labels = joined("name_alone", _named_only(ids, labels))
    labels = joined("name_alone", _named_in_one_column(ids, labels, rare))
    labels = joined("several_candidates", _of_several_tables(ids, labels))
    return joined("relatives", _unknown_relatives(ids, labels))


def _mutual(labels: Nodes, links: Links) -> Links:
    left, right = labels[links.left], labels[links.right]
    return mutual(Links(left, right).where(left != right))


def _undated_namesakes(ids: Identities) -> Links:
    """Same name, no birth date, no number on either side."""
    plain = (ids["birth"] == 0) & (ids["nir_any"] == 0)
    plain &= (ids["ins"] == 0) & ~ids.filed
    links = together(star(key[plain[node]], node[plain[node]]) for node, key, _ in name_keys(ids).apart())
    return links.where(sexes_agree(ids, links))


def _close_births(ids: Identities, labels: Nodes) -> Links:
    """Same name, birth dates one component apart, at least one side without a number of its own."""
    anchored = carried(labels, ids.own | (ids["ins"] != 0))[labels]
    links = together(close_births(ids, name_keys(ids), labels))
    nir = ids.nir
    one, other = nir[links.left], nir[links.right]
    agree = (one == other) | (one == 0) | (other == 0)
    return links.where(agree & sexes_agree(ids, links) & ~(anchored[links.left] & anchored[links.right]))


def _named_only(ids: Identities, labels: Nodes) -> Links:
    """A name without a birth date joins one person of that name whom no number, record number or sex contradicts."""
    sex = ids["sex"]
    has_nir, has_record = carried(labels, ids["nir_any"] != 0)[labels], carried(labels, ids.filed)[labels]
    dated = carried(labels, ids["birth"] != 0)[labels]
    lacking = []
    for nir, record in product((False, True), repeat=2):
        weak = ~dated & (has_nir == nir) & (has_record == record)
        if weak.any():
            lacking.append((weak, (dated | has_nir) & ~(has_nir & nir) & ~(has_record & record)))
    found = []
    for node, key, _ in name_keys(ids).apart():
        with_sex, unknown = mix(key, sex[node]), sex[node] == 0
        for weak, strong in lacking:
            one, other = weak[node], strong[node]
            found.append(attach(with_sex, node, one, other, labels))
            found.append(attach(key, node, one & unknown, other, labels))
            found.append(attach(key, node, one, other & unknown, labels))
    return pick(together(Links(labels[one.weak], labels[one.strong]) for one in found))


def _named_without_family(ids: Identities, labels: Nodes, rare: Rarity) -> Links:
    """First names read as last and first name, as in a text that has no other: one born that day bears the first.

    Among few people only: among many, strangers are born on one day.
    """
    if rare.people >= FEWEST:
        return NO_LINKS
    birth = ids["birth"]
    key = np.concatenate([mix(birth, ids["first"]), mix(birth, ids["last"])])
    node = np.tile(np.arange(ids.size), 2)
    is_last = np.arange(len(key)) >= ids.size
    found = attach(key, node, is_last, ~is_last, labels)
    links = Links(found.weak, found.strong).where(found.single)
    source = ids["input"]
    apart = (labels[links.left] != labels[links.right]) & (source[links.left] != source[links.right])
    return links.where(apart & sexes_agree(ids, links))


def _named_in_one_column(ids: Identities, labels: Nodes, rare: Rarity) -> Links:
    """A name that a table writes in one column, one word or several, may be what is a first and a last name elsewhere.

    One side has nothing but the name. Among many people, who share last names, each joins one other at most.
    """
    whole = in_one_column(ids)
    if not whole.any():
        return NO_LINKS
    known = ids["birth"] != 0
    for number in ("ins", "nir_any", "phone", "email", "address"):
        known |= ids[number] != 0
    weak = ~carried(labels, known)[labels]
    key, every = ids["name_set"], np.arange(ids.size)
    key = np.where(key != 0, key, ids["full"])
    found = [attach(key, every, weak & whole, ~(weak & whole), labels)]
    found.append(attach(key, every, weak & ~whole, ~weak & whole, labels))
    links = together([*(Links(one.weak, one.strong) for one in found), star(key * (weak & whole))])
    source, filed = ids["input"], carried(labels, ids.filed)[labels]
    apart = source[links.left] != source[links.right]
    apart &= ~(filed[links.left] & filed[links.right]) & sexes_agree(ids, links)
    links = links.where(apart)
    return links if rare.people < FEWEST else _mutual(labels, links)


def _of_several_tables(ids: Identities, labels: Nodes) -> Links:
    """A number of a table that may be about one of several others: somebody who has it in one of them."""
    weak = ids["kind"] == OF_SEVERAL
    if not weak.any():
        return NO_LINKS
    found = attach(ids["record_number"], np.arange(ids.size), weak, ~weak, labels)
    return Links(found.weak, found.strong)


def _unknown_relatives(ids: Identities, labels: Nodes) -> Links:
    """A further person whose NIR stands nowhere else may be a patient of the same input whose number is not known.

    So may somebody whose key leads to nobody.
    """
    orphan = ids["kind"] == ORPHAN
    further = (ids["kind"] == 1) | orphan
    patient = carried(labels, ~further)
    anchored = carried(labels, ids.own | (ids["ins"] != 0))
    alone = _numbered(ids["input"], labels, further & ~patient[labels] & ~anchored[labels])
    open_to = _numbered(ids["input"], labels, ~further & ~anchored[labels])
    pairs_found = alone.join(open_to, on=["input", "number"], suffix="_patient")
    return Links(pairs_found["label"].to_numpy(), pairs_found["label_patient"].to_numpy())


def _numbered(source: Keys, labels: Nodes, which: Mask) -> pl.DataFrame:
    """The distinct labels of each input at the masked nodes, in order and numbered from 1: input, label, number."""
    pairs_met = pl.DataFrame({"input": source[which], "label": labels[which]}).unique().sort("input", "label")
    return pairs_met.with_columns(pl.int_range(1, pl.len() + 1).over("input").alias("number"))
