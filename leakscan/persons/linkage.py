"""Which identities are one person: links in three strengths, and the three partitions that they make.

`high` keeps certain links only, `likely` adds what is probably one person, `low` all that may be one person. Each
partition is made by merging clusters of the one before, so low is coarser than likely and likely coarser than high:
every count of clusters with some property then keeps low <= likely <= high.
Two different INS, or two different NIRs that are each the patient's own, are never one person.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from leakscan.persons.chance import (
    CERTAIN,
    LIKELY,
    Rarity,
    born_wrong,
    by_rare_names,
    close_birth_keys,
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
from leakscan.persons.slips import Misspellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakscan.persons.frames import Frame


class Partitions(NamedTuple):
    """Cluster label per row of people under each partition (labels are arbitrary, the same on every run)."""

    low: Places
    likely: Places
    high: Places


def link(people: Frame, typos: pl.DataFrame) -> Partitions:
    """Partition identities into people, three ways: as `link_counting`, without the count."""
    return link_counting(people, typos)[0]


def link_counting(people: Frame, typos: pl.DataFrame) -> tuple[Partitions, int, Merges]:
    """Partition identities into people, three ways; how many merges of `likely` rest on a slip of the pen; what merged.

    The second tells how many more slips no rule could see, the third which rule merged how many.
    `people`: rows as in the ledger with the column `input`, only those that bear a person; one label each is returned.
    `typos`: `name`, `deletion` (UInt64), the one-deletion variants of every name, itself included.
    """
    order = typos.select("name", "deletion").drop_nulls().unique().sort("name", "deletion")
    slips, forms = parted(Misspellings(order["name"].to_numpy(), order["deletion"].to_numpy()))
    ids, node = identities(people, slips)
    told = Merges()
    told.identities = ids.size
    certain = _certain(ids, told)
    rare = rarity(ids, certain)
    doubled = numbers_doubled(ids, certain, rare)
    kept = np.flatnonzero(_open_to_more(ids, certain, doubled))
    doubled = Links(*(np.searchsorted(kept, end) for end in doubled))
    forms = shorter_forms(forms, np.unique(ids["first"]))
    ids, clusters = narrowed(ids, kept, certain)
    high = certain.astype(np.int32)
    del certain
    clusters, slipped = _surely(ids, clusters, rare, forms, told)
    high[kept] = kept[clusters]
    likely, low = high.copy(), high.copy()
    linked, more = _likely(ids, clusters, doubled, slips, rare, forms, told)
    likely[kept] = kept[linked]
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
    family = np.concatenate([mix(birth, ids["right_last"]), mix(birth, ids["right_maiden"])])
    for half in np.split(may_share(family, np.tile(loose, 2)), 2):
        wanted |= half
    del family
    names, name_key, _ = ids.names()
    wanted[names[may_share(name_key, (birth == 0)[names])]] = True
    among = loose[names]
    wanted[names[may_share(mix(name_key, birth[names]), among)]] = True
    del birth
    for key, node in close_birth_keys(ids, names, name_key):
        wanted[node[may_share(key, loose[node])]] = True
    wanted[doubled.left] = wanted[doubled.right] = True
    return carried(labels, wanted)[labels]


def _open_keys(ids: Identities, birth: Keys) -> Iterator[Keys]:
    number = ids["nir_any"]
    yield np.where(number != 0, number, ids["nir_bad"])
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
    told.add(strength, rules, Links(left, right), clusters)
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
    told.add("certain", [("own_number", len(own.left))], own, labels)
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
    yield "email_alone", star(np.where(_bare(ids), ids["email"], np.uint64(0)), labels=labels)


def _under_one_record(ids: Identities, labels: Nodes) -> Iterator[Links]:
    """A record number within its input."""
    birth = ids["birth"]
    yield star(mix(ids.record_own, birth), labels=labels)
    yield star(mix(ids.record, birth, ids["first"]), labels=labels)
    alone = (birth == 0) & _nameless(ids)
    alone &= ids["nir_any"] == 0
    del birth
    yield star(np.where(alone, ids.record, np.uint64(0)), labels=labels)


def _under_one_nir(ids: Identities, labels: Nodes) -> Iterator[Links]:
    birth, first, every = ids["birth"], ids["first"], np.arange(ids.size)
    yield star(mix(ids["nir_any"], birth, first), labels=labels)
    # Same NIR and birth date, one side without a first name, where only one first name is known.
    under = mix(ids.nir, birth)
    yield _sure(attach(under, every, first == 0, first != 0, first))
    yield star(np.where(first == 0, under, np.uint64(0)), labels=labels)
    del under
    # Same NIR and names, one side without a birth date, where only one birth date is known.
    yield star(np.where(birth == 0, mix(ids["nir_any"], first), np.uint64(0)), labels=labels)
    # Same NIR and first name under whatever last name, one side without a birth date, where only one is known.
    yield _sure(attach(mix(ids["nir_any"], first), every, birth == 0, birth != 0, birth))
    # Nothing but the number.
    alone = (birth == 0) & _nameless(ids)
    yield star(np.where(alone, ids["nir_any"], np.uint64(0)), labels=labels)


def _under_one_name(ids: Identities, labels: Nodes) -> Iterator[Links]:
    names, name_key, exact = ids.names()
    yield star(mix(ids.record[names], name_key), names, labels)
    birth, nir = ids["birth"], ids.nir
    yield _sure(attach(mix(nir[names], name_key), names, (birth == 0)[names], (birth != 0)[names], birth))
    # Name and birth date, unless two different NIRs stand under them.
    name_key[~(exact | (ids["full"] != 0)[names])] = 0
    dated = mix(name_key, birth[names])
    del name_key, exact, birth
    number = nir[names]
    del nir
    several = spread(dated, number)
    number += np.uint64(1)
    dated[several] = mix(dated[several], number[several])
    del number
    yield star(dated, names, labels)


def _nameless(ids: Identities) -> Mask:
    nameless = np.ones(ids.size, np.bool_)
    for name in ("first", "last", "full"):
        nameless &= ids[name] == 0
    return nameless


def _sure(found: Attachment) -> Links:
    return Links(found.weak[found.single], found.strong[found.single])


def _bare(ids: Identities) -> Mask:
    """Identities with contacts alone."""
    known = ("ins", "nir_any", "nir_bad", "pseudonym", "birth", "first", "last", "full", "record_number")
    bare = np.ones(ids.size, np.bool_)
    for name in known:
        bare &= ids[name] == 0
    return bare


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
    return merged, len(np.unique(labels)) - len(np.unique(merged))


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
    told.add("likely", [("two_numbers", len(twofold.left))], twofold, joined)
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
    owner = _merge(ids, labels, told, "likely", by("something_missing", _weak_stars(ids, labels)))
    attached = by("something_missing", _attached(ids, owner, sure=True))
    return _merge(ids, owner, told, "likely", attached), slipped


def _likely_links(ids: Identities, labels: Nodes, slips: Misspellings) -> Iterator[Links]:
    # Name and birth date with different NIRs (a child under both parents), or with the fields swapped.
    names, name_key, _ = ids.names()
    yield star(mix(name_key, ids["birth"][names]), names, labels)
    # Same names, birth dates one component apart, and one more thing in common.
    for shared in chain([ids.nir], ids.shared_things):
        close = pairs(mix(shared[names], name_key), names, labels)
        yield close.where(births_close(ids, close))
    del names, name_key
    # A NIR whose key is wrong, as before or as the right number.
    birth, first, nir, every = ids["birth"], ids["first"], ids.nir, np.arange(ids.size)
    number = ids["nir_bad"]
    bad = (number != 0) & (nir == 0)
    number = np.where(nir != 0, nir, number)
    for key in (mix(number, birth), mix(number, first)):
        yield star(np.where(bad, key, np.uint64(0)), labels=labels)
        yield _sure(attach(key, every, bad, nir != 0, nir))
    del number, nir
    for contact in ids.contacts:
        yield star(mix(birth, first, contact), labels=labels)  # the last name changed
        both = pairs(mix(birth, contact), labels=labels)  # both names misspelt
        both = both.where(slips.one_slip(first[both.left], first[both.right]))
        last = ids["last"]
        both = both.where(slips.one_slip(last[both.left], last[both.right]))
        yield both.where(sexes_agree(ids, both) & ~both_frequent(ids, both))


def _weak_stars(ids: Identities, labels: Nodes) -> Iterator[Links]:
    """Identities that lack something and agree in the rest: together first, so that they then join one person only."""
    names, name_key, _ = ids.names()
    birth = ids["birth"]
    name_key[(birth != 0)[names]] = 0
    for shared in ids.shared_things:
        yield star(mix(name_key, shared[names]), names, labels)
    ends = np.concatenate([mix(ids["last"], birth), mix(ids["maiden"], birth)])
    ends[np.tile(ids["first"] != 0, 2)] = 0
    yield star(ends, np.tile(np.arange(ids.size), 2), labels)
    yield star(np.where(_bare(ids), ids["phone"], np.uint64(0)), labels=labels)


def _attached(ids: Identities, labels: Nodes, *, sure: bool) -> Links:
    """Links of clusters that lack something to the one that has it: the single one, or (not `sure`) one of several."""
    parts, ranks, singles = [], [], []
    for rank, one in enumerate(_attachments(ids, labels)):
        parts.append(Links(labels[one.weak], labels[one.strong]))
        ranks.append(np.full(len(one.weak), rank))
        singles.append(one.single)
    links, rank_of, single = together(parts), np.concatenate(ranks), np.concatenate(singles)
    allowed = single if sure else np.ones(len(single), np.bool_)
    return pick(links.where(allowed), (rank_of + np.where(single, 0, len(parts)))[allowed])


def _attachments(ids: Identities, labels: Nodes) -> Iterator[Attachment]:
    """What may be attached, the surest first."""
    birth, every = ids["birth"], np.arange(ids.size)
    dated = carried(labels, birth != 0)[labels]
    named = carried(labels, (ids["first"] != 0) | (ids["full"] != 0))[labels]
    someone, with_nir = dated | named, ids.nir != 0
    yield attach(mix(ids.nir, birth), every, ~named, named, labels)
    yield attach(mix(ids.nir, ids["first"]), every, ~dated, dated, labels)
    yield attach(mix(ids.nir, ids["right_first"]), every, ~dated, dated, labels)
    yield attach(mix(ids.nir, ids.record_own), every, ~dated, dated, labels)
    yield attach(ids["nir_any"], every, ~someone & with_nir, someone & ids.own, labels)
    yield attach(ids["nir_any"], every, ~someone & with_nir, someone & with_nir, labels)
    number = ids.nir
    yield attach(np.where(with_nir, number, ids["nir_bad"]), every, ~someone & ~with_nir, with_nir, labels)
    del number
    ends, twice = np.concatenate([mix(ids["last"], birth), mix(ids["maiden"], birth)]), np.tile(every, 2)
    yield attach(ends, twice, ~named[twice], named[twice], labels)
    del ends, twice
    del birth
    yield attach(ids.record, every, ~someone & ~with_nir, someone, labels)
    yield attach(ids.record_own, every, ~dated & ~carried(labels, with_nir)[labels], dated, labels)
    names, name_key, _ = ids.names()
    weak, strong = (~dated)[names], dated[names]
    for shared in ids.shared_things:
        yield attach(mix(name_key, shared[names]), names, weak, strong, labels)
    del names, name_key, weak, strong
    bare = _bare(ids)
    for contact in ids.contacts:
        yield attach(contact, every, bare & ~someone, ~bare, labels)


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
    labels = merge("several_candidates", _attached(ids, labels, sure=False))
    labels = merge("name_alone", _named_only(ids, labels))
    return merge("relatives", _unknown_relatives(ids, labels))


def _mutual(labels: Nodes, links: Links) -> Links:
    left, right = labels[links.left], labels[links.right]
    return mutual(Links(left, right).where(left != right))


def _undated_namesakes(ids: Identities) -> Links:
    """Same name, no birth date, no number on either side."""
    plain = (ids["birth"] == 0) & (ids["nir_any"] == 0)
    plain &= (ids["ins"] == 0) & ~ids.filed
    names, name_key, _ = ids.names()
    name_key[~plain[names]] = 0
    links = star(name_key, names)
    return links.where(sexes_agree(ids, links))


def _close_births(ids: Identities, labels: Nodes) -> Links:
    """Same name, birth dates one component apart, at least one side without a number of its own."""
    anchored = carried(labels, ids.own | (ids["ins"] != 0))[labels]
    names, name_key, _ = ids.names()
    links = together(pairs(key, node, labels) for key, node in close_birth_keys(ids, names, name_key))
    del names, name_key
    nir = ids.nir
    one, other = nir[links.left], nir[links.right]
    agree = (one == other) | (one == 0) | (other == 0)
    return links.where(agree & sexes_agree(ids, links) & ~(anchored[links.left] & anchored[links.right]))


def _named_only(ids: Identities, labels: Nodes) -> Links:
    """A name without a birth date joins one person of that name whom no number, record number or sex contradicts."""
    names, key, _ = ids.names()
    sex = ids["sex"]
    with_sex = mix(key, sex[names])
    has_nir, has_record = carried(labels, ids["nir_any"] != 0)[labels], carried(labels, ids.filed)[labels]
    dated = carried(labels, ids["birth"] != 0)[labels]
    found = []
    for nir in (False, True):
        for record in (False, True):
            weak = ~dated & (has_nir == nir) & (has_record == record)
            strong = (dated | has_nir) & ~(has_nir & nir) & ~(has_record & record)
            if not weak.any():
                continue
            found.append(attach(with_sex, names, weak[names], strong[names], labels))
            found.append(attach(key, names, (weak & (sex == 0))[names], strong[names], labels))
            found.append(attach(key, names, weak[names], (strong & (sex == 0))[names], labels))
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
