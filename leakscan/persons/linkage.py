"""Which identities are one person: links in three strengths, and the three partitions that they make.

`high` keeps certain links only, `likely` adds what is probably one person, `low` all that may be one person. Each
partition is made by merging clusters of the one before, so low is coarser than likely and likely coarser than high:
every count of clusters with some property then keeps low <= likely <= high.
Two different INS, or two different NIRs that are each the patient's own, are never one person.
"""

from __future__ import annotations

from itertools import chain, product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from leakscan.persons.attachments import attached, bare, weak_stars
from leakscan.persons.by_name import ends_of_names, name_keys
from leakscan.persons.chance import (
    CERTAIN,
    LIKELY,
    Rarity,
    born_wrong,
    by_rare_names,
    close_birth_keys,
    close_births,
    numbers_doubled,
    rarity,
)
from leakscan.persons.components import (
    Attachment,
    Links,
    attach,
    carried,
    connected,
    connected_apart,
    mutual,
    pairs,
    pick,
    spread,
    star,
    together,
)
from leakscan.persons.identities import (
    Identities,
    births_close,
    both_frequent,
    identities,
    narrowed,
    sexes_agree,
)
from leakscan.persons.keys import Keys, Mask, Nodes, Places, may_share, mix
from leakscan.persons.merges import Merges, Ruled, by
from leakscan.persons.misspelt import corrected, far_misspelt, misspelt
from leakscan.persons.scored import scored
from leakscan.persons.shorter import parted, shorter_forms, written_shorter
from leakscan.persons.slips import Misspellings, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakscan.persons.frames import Frame
    from leakscan.persons.trail import Trail


class Partitions(NamedTuple):
    """Cluster label per row of people under each partition (labels are arbitrary, the same on every run)."""

    low: Places
    likely: Places
    high: Places


def link(people: Frame, typos: pl.DataFrame) -> Partitions:
    """Partition identities into people, three ways: as `link_counting`, without the count."""
    return link_counting(people, typos)[0]


def link_counting(people: Frame, typos: pl.DataFrame, trail: Trail | None = None) -> tuple[Partitions, int, Merges]:
    """Partition identities into people, three ways; how many merges of `likely` rest on a slip of the pen; what merged.

    The second tells how many more slips no rule could see, the third which rule merged how many; `trail` is told of the
    links themselves.
    `people`: rows as in the ledger with the column `input`, only those that bear a person; one label each is returned.
    `typos`: `name`, `deletion` (UInt64), the one-deletion variants of every name, itself included.
    """
    told = Merges(trail)
    if not people.height:
        nobody = np.zeros(0, np.int32)
        return Partitions(nobody, nobody, nobody), 0, told
    slips, forms = parted(in_order(typos))
    ids, node = identities(people, slips)
    told.identities = ids.size
    certain = _certain(ids, told)
    rare = rarity(ids, certain)
    doubled = numbers_doubled(ids, certain, rare)
    kept = np.flatnonzero(_open_to_more(ids, certain, doubled))
    doubled = Links(*(np.searchsorted(kept, end) for end in doubled))
    forms = shorter_forms(forms, ids["first"])
    ids, clusters = narrowed(ids, kept, certain)
    high = certain.astype(np.int32)
    del certain
    if trail is not None:
        trail.begin(ids, clusters, slips, forms, rare)
    clusters, slipped = _surely(ids, clusters, rare, forms, told)
    high[kept] = kept[clusters]
    likely, low = high.copy(), high.copy()
    linked, more = _likely(ids, clusters, doubled, slips, rare, forms, told)
    likely[kept] = kept[linked]
    if trail is not None:
        trail.settle(linked)
    low[kept] = kept[_possible(ids, linked, slips, told)]
    return Partitions(low[node], likely[node], high[node]), slipped + more, told


def _open_to_more(ids: Identities, labels: Nodes, doubled: Links) -> Mask:
    """Nodes of clusters that some further rule may link: one side of such a link has no own NIR, and one has no INS."""
    without_nir, without_ins = (~carried(labels, held)[labels] for held in (ids.own, ids["ins"] != 0))
    loose = min(without_nir, without_ins, key=np.count_nonzero)
    birth = ids["birth"]
    wanted = loose.copy()
    for key in _open_keys(ids, birth):
        wanted |= may_share(key, loose)
    family, node = ends_of_names(ids, "right_last", "right_maiden")
    family = mix(birth[node], family)
    wanted[node.compress(may_share(family, loose.take(node)))] = True
    del family, node
    keys, undated = name_keys(ids), birth == 0
    for node, key, _ in keys.apart():
        wanted[node.compress(may_share(key, undated.take(node)))] = True
        wanted[node.compress(may_share(mix(key, birth.take(node)), loose.take(node)))] = True
    del birth, undated
    for key, node in chain.from_iterable(close_birth_keys(ids, keys)):
        wanted[node.compress(may_share(key, loose.take(node)))] = True
        del key, node  # before the next are made
    wanted[doubled.left] = wanted[doubled.right] = True
    return carried(labels, wanted)[labels]


def _open_keys(ids: Identities, birth: Keys) -> Iterator[Keys]:
    number = ids["nir_any"]
    yield number + ids["nir_bad"] * (number == 0)
    del number
    yield ids.record
    yield from ids.contacts
    yield mix(birth, ids["right_first"])


def _merge(
    ids: Identities, labels: Nodes, told: Merges, strength: str, found: Iterable[Ruled], *, adopt: bool = True
) -> Nodes:
    """Merge the clusters that links join, never two with an INS each or with an own NIR each."""
    rules: list[tuple[str, int]] = []
    links = together(_between(labels, found, rules))
    left, right = labels[links.left], labels[links.right]
    with_ins, with_nir = carried(labels, ids["ins"] != 0), carried(labels, ids.own)
    joined = left != right
    joined &= ~(with_ins[left] & with_ins[right]) & ~(with_nir[left] & with_nir[right])
    clusters = connected_apart(ids.size, Links(left, right).where(joined), (with_ins, with_nir), adopt=adopt)
    told.add(strength, rules, labels, links, clusters)
    merged: Nodes = clusters[labels]
    return merged


def _between(labels: Nodes, found: Iterable[Ruled], rules: list[tuple[str, int]]) -> Iterator[Links]:
    """Those links that join two clusters: few, while all links of the rules are many. Notes by which rule they are."""
    for rule, links in found:
        between = links.where(labels[links.left] != labels[links.right])
        rules.append((rule, len(between.left)))
        yield between


# Certain -------------------------------------------------------------------------------------------------------------


def _certain(ids: Identities, told: Merges) -> Nodes:
    own = _own_number(ids)
    labels = connected(ids.size, own)
    told.count("certain", "own_number", int(np.count_nonzero(labels != np.arange(ids.size))))
    del own
    return _merge(ids, labels, told, "certain", _certain_links(ids, labels), adopt=False)


def _own_number(ids: Identities) -> Links:
    """The INS, and the NIR where it is the patient's own: the number alone is the person."""
    numbers, own = ids["ins"], ids.own
    ins, with_own = np.flatnonzero(numbers), np.flatnonzero(own)
    return star(np.concatenate([numbers[ins], ids.nir[with_own]]), np.concatenate([ins, with_own]))


def _certain_links(ids: Identities, labels: Nodes) -> Iterator[Ruled]:
    yield "pseudonym", star(ids["pseudonym"])
    yield from by("nir_and_more", _under_one_nir(ids, labels))
    yield from by("name_and_birth", _under_one_name(ids, labels))
    yield from by("record_number", _under_one_record(ids, labels))
    # Nothing but an e-mail address.
    yield "email_alone", star(ids["email"] * bare(ids), labels=labels)


def _under_one_record(ids: Identities, labels: Nodes) -> Iterator[Links]:
    """A record number within its input."""
    birth = ids["birth"]
    yield star(mix(ids.record_own, birth), labels=labels)
    yield star(mix(ids.record, birth, ids["first"]), labels=labels)
    alone = (birth == 0) & _nameless(ids)
    alone &= ids["nir_any"] == 0
    del birth
    yield star(ids.record * alone, labels=labels)


def _under_one_nir(ids: Identities, labels: Nodes) -> Iterator[Links]:
    birth, first, every = ids["birth"], ids["first"], np.arange(ids.size)
    yield star(mix(ids["nir_any"], birth, first), labels=labels)
    # Same NIR and birth date, one side without a first name, where only one first name is known.
    under = mix(ids.nir, birth)
    yield _sure(attach(under, every, first == 0, first != 0, first))
    yield star(under * (first == 0), labels=labels)
    del under
    # Same NIR and names, one side without a birth date, where only one birth date is known.
    yield star(mix(ids["nir_any"], first) * (birth == 0), labels=labels)
    # Same NIR and first name under whatever last name, one side without a birth date, where only one is known.
    yield _sure(attach(mix(ids["nir_any"], first), every, birth == 0, birth != 0, birth))
    # Nothing but the number.
    alone = (birth == 0) & _nameless(ids)
    yield star(ids["nir_any"] * alone, labels=labels)


def _under_one_name(ids: Identities, labels: Nodes) -> Iterator[Links]:
    keys, record = name_keys(ids), ids.record
    for node, key, _ in keys.apart():
        yield star(mix(record[node], key), node, labels)
    del record
    birth, nir = ids["birth"], ids.nir
    for node, key, _ in keys.apart():
        yield _sure(attach(mix(nir[node], key), node, (birth == 0)[node], (birth != 0)[node], birth))
    # Name and birth date, unless two different NIRs stand under them.
    full = ids["full"] != 0
    for node, key, exact in keys.apart():
        dated, number = mix(key * (exact | full[node]), birth[node]), nir[node]
        several = spread(dated, number)
        number += np.uint64(1)
        dated[several] = mix(dated[several], number[several])
        yield star(dated, node, labels)


def _nameless(ids: Identities) -> Mask:
    nameless = np.ones(ids.size, np.bool_)
    for name in ("first", "last", "full"):
        nameless &= ids[name] == 0
    return nameless


def _sure(found: Attachment) -> Links:
    return Links(found.weak[found.single], found.strong[found.single])


def _surely(ids: Identities, labels: Nodes, rare: Rarity, forms: Misspellings, told: Merges) -> tuple[Nodes, int]:
    """What is certain once it is known how rare names are, and how many merges rest on a slip."""
    named = by("rare_names", by_rare_names(ids, labels, rare, CERTAIN))
    shorter = by("shorter_names", written_shorter(ids, labels, forms, rare, CERTAIN))
    labels = _merge(ids, labels, told, "certain", chain(named, shorter))
    wrongly = by("birth_date_slip", born_wrong(ids, labels, rare, CERTAIN))
    return _slipping(ids, labels, told, "certain", wrongly)


def _slipping(ids: Identities, labels: Nodes, told: Merges, strength: str, found: Iterable[Ruled]) -> tuple[Nodes, int]:
    """The clusters merged by links that rest on a slip of the pen, and how many merges that was."""
    merged = _merge(ids, labels, told, strength, found)
    return merged, _count(labels) - _count(merged)


def _count(labels: Nodes) -> int:
    """How many clusters."""
    return int(np.count_nonzero(carried(labels, np.ones(len(labels), np.bool_))))


# Likely --------------------------------------------------------------------------------------------------------------


def _likely(
    ids: Identities,
    sure: Nodes,
    doubled: Links,
    slips: Misspellings,
    rare: Rarity,
    forms: Misspellings,
    told: Merges,
) -> tuple[Nodes, int]:
    """What is probably one person, and how many merges rest on a slip."""
    twofold = Links(sure[doubled.left], sure[doubled.right])
    joined = connected(ids.size, twofold)
    told.add("likely", [("two_numbers", len(doubled.left))], sure, doubled, joined)
    sure = joined[sure]
    close = by("one_difference", _likely_links(ids, sure, slips))
    labels = _merge(ids, sure, told, "likely", chain(close, by("rare_names", by_rare_names(ids, sure, rare, LIKELY))))
    shorter = by("shorter_names", written_shorter(ids, labels, forms, rare, LIKELY))
    labels = _merge(ids, labels, told, "likely", shorter)
    misspelled = chain(corrected(ids, labels), [misspelt(ids, labels, "", slips).likely])
    wrongly = by("birth_date_slip", born_wrong(ids, labels, rare, LIKELY))
    alike = by("much_in_common", scored(ids, labels, slips, forms, rare))
    slipping = chain(by("misspelt_names", misspelled), wrongly, alike)
    labels, slipped = _slipping(ids, labels, told, "likely", slipping)
    owner = _merge(ids, labels, told, "likely", by("something_missing", weak_stars(ids, labels)))
    completed = by("something_missing", attached(ids, owner, sure=True))
    return _merge(ids, owner, told, "likely", completed), slipped


def _likely_links(ids: Identities, labels: Nodes, slips: Misspellings) -> Iterator[Links]:
    # Name and birth date with different NIRs (a child under both parents), or with the fields swapped.
    keys, birth = name_keys(ids), ids["birth"]
    for node, key, _ in keys.apart():
        yield star(mix(key, birth[node]), node, labels)
    # Same names, birth dates one component apart, and one more thing in common.
    for shared in chain([ids.nir], ids.shared_things):
        close = together(pairs(mix(shared[node], key), node, labels) for node, key, _ in keys.apart())
        yield close.where(births_close(ids, close))
    del keys
    # A NIR whose key is wrong, as before or as the right number.
    first, nir, every = ids["first"], ids.nir, np.arange(ids.size)
    number = ids["nir_bad"]
    bad = (number != 0) & (nir == 0)
    number = nir + number * (nir == 0)
    for key in (mix(number, birth), mix(number, first)):
        yield star(key * bad, labels=labels)
        yield _sure(attach(key, every, bad, nir != 0, nir))
    del number, nir
    for contact in ids.contacts:
        yield star(mix(birth, first, contact), labels=labels)  # the last name changed
        both = pairs(mix(birth, contact), labels=labels)  # both names misspelt
        both = both.where(slips.one_slip(first[both.left], first[both.right]))
        last = ids["last"]
        both = both.where(slips.one_slip(last[both.left], last[both.right]))
        yield both.where(sexes_agree(ids, both) & ~both_frequent(ids, both))


# Only possible -------------------------------------------------------------------------------------------------------


def _possible(ids: Identities, likely: Nodes, slips: Misspellings, told: Merges) -> Nodes:
    slipped = misspelt(ids, likely, "right_", slips)
    weak = chain(
        by("namesakes", _undated_namesakes(ids)),
        by("misspelt_names", [_mutual(likely, slipped.possible), _mutual(likely, slipped.likely)]),
    )
    labels = _merge(ids, likely, told, "possible", weak)

    def merge(rule: str, links: Links) -> Nodes:
        return _merge(ids, labels, told, "possible", by(rule, links))

    labels = merge("misspelt_names", _mutual(labels, far_misspelt(ids, labels, slips)))
    labels = merge("birth_date_slip", _mutual(labels, _close_births(ids, labels)))
    labels = merge("several_candidates", attached(ids, labels, sure=False))
    labels = merge("name_alone", _named_only(ids, labels))
    return merge("relatives", _unknown_relatives(ids, labels))


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
