"""Links that are only possible: what may be one person, so that `low` counts it as one."""

from __future__ import annotations

from itertools import chain, product
from typing import TYPE_CHECKING

import polars as pl

from leakscan.persons.attachments import attached
from leakscan.persons.by_name import name_keys
from leakscan.persons.chance import close_births
from leakscan.persons.components import Links, attach, carried, mutual, pick, star, together
from leakscan.persons.identities import sexes_agree
from leakscan.persons.joined import merge
from leakscan.persons.keys import mix
from leakscan.persons.merges import by
from leakscan.persons.misspelt import far_misspelt, misspelt

if TYPE_CHECKING:
    from leakscan.persons.identities import Identities
    from leakscan.persons.keys import Keys, Mask, Nodes
    from leakscan.persons.merges import Merges
    from leakscan.persons.slips import Misspellings


def possible_clusters(ids: Identities, likely: Nodes, slips: Misspellings, told: Merges) -> Nodes:
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
    labels = joined("birth_date_slip", _mutual(labels, _close_births(ids, labels)))
    labels = joined("several_candidates", attached(ids, labels, sure=False))
    labels = joined("name_alone", _named_only(ids, labels))
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


def _unknown_relatives(ids: Identities, labels: Nodes) -> Links:
    """A further person whose NIR stands nowhere else may be a patient of the same input whose number is not known."""
    further = ids["kind"] == 1
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
