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

from leakscan.persons.attachments import attached, weak_stars
from leakscan.persons.by_name import called, ends_of_names, in_one_column, name_keys
from leakscan.persons.bynames import dates_slipped, going_by
from leakscan.persons.certain import certain_clusters
from leakscan.persons.chance import (
    CERTAIN,
    FEWEST,
    LIKELY,
    Rarity,
    born_wrong,
    by_rare_names,
    close_birth_keys,
    rarity,
)
from leakscan.persons.components import Links, attach, carried, connected, pairs, star, together
from leakscan.persons.guessed import guessed_day, known_by_year
from leakscan.persons.identities import Identities, births_close, both_frequent, identities, narrowed, sexes_agree
from leakscan.persons.joined import merge, slipping, to_the_one
from leakscan.persons.joined_tables import BY_NUMBER, OF_SEVERAL
from leakscan.persons.keys import Keys, Mask, Nodes, Places, may_share, mix
from leakscan.persons.merges import Merges, by
from leakscan.persons.misspelt import corrected, misspelt, surely_misspelt
from leakscan.persons.possible import possible_clusters
from leakscan.persons.scored import CERTAIN_BITS, scored
from leakscan.persons.shorter import parted, shorter_forms, written_shorter
from leakscan.persons.slips import Misspellings, in_order
from leakscan.persons.two_numbers import doubled_by_slips, under_other_numbers, with_more_in_common
from leakscan.persons.undated import (
    LIKELY_NAMESAKES,
    POSSIBLE_NAMESAKES,
    Again,
    found_again,
    named_alike,
    undated_names,
    undated_of_few,
    undated_slips,
    with_birth_dates,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

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
    slips, forms, inside = parted(in_order(typos))
    ids, node = identities(people, slips)
    told.identities = ids.size
    certain = certain_clusters(ids, told)
    rare = rarity(ids, certain)
    forms, inside = (shorter_forms(table, ids["first"]) for table in (forms, inside))
    among = with_birth_dates(ids, certain)
    same, doubled = together(with_more_in_common(ids, certain)), doubled_by_slips(ids, certain, rare, slips, forms)
    kept = np.flatnonzero(_open_to_more(ids, certain, together([same, doubled]), rare))
    same, doubled = (Links(*(np.searchsorted(kept, end) for end in links)) for links in (same, doubled))
    ids, clusters = narrowed(ids, kept, certain)
    high = certain.astype(np.int32)
    del certain
    if trail is not None:
        trail.begin(ids, clusters, slips, forms, rare)
    again = found_again(ids, clusters, rare, among)
    clusters, slipped = _surely(ids, clusters, same, slips, rare, again, forms, told)
    high[kept] = kept[clusters]
    likely, low = high.copy(), high.copy()
    linked, more = _likely(ids, clusters, doubled, slips, rare, again, forms, told)
    likely[kept] = kept[linked]
    if trail is not None:
        trail.settle(linked)
    low[kept] = kept[possible_clusters(ids, linked, slips, inside, rare, told)]
    return Partitions(low[node], likely[node], high[node]), slipped + more, told


def _open_to_more(ids: Identities, labels: Nodes, doubled: Links, rare: Rarity) -> Mask:
    """Nodes of clusters that some further rule may link: one side of such a link has no own NIR, and one has no INS.

    Of few people, those too whose last name is the first name of another one.
    """
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
    for node in _open_names(ids, labels, loose, rare):
        wanted[node] = True
    del birth
    for number, asking in (("name_set", in_one_column(ids)), ("record_number", ids["kind"] == OF_SEVERAL)):
        if asking.any():
            wanted |= may_share(ids[number], asking)
    wanted |= called(ids) | (ids["kind"] >= BY_NUMBER)
    if rare.people < FEWEST:
        crossed = np.concatenate([ids["first"], ids["last"]])
        for end in np.split(may_share(crossed, np.tile(loose, 2)), 2):
            wanted |= end
    wanted[doubled.left] = wanted[doubled.right] = True
    return carried(labels, wanted)[labels]


def _open_names(ids: Identities, labels: Nodes, loose: Mask, rare: Rarity) -> Iterator[Nodes]:
    """Nodes whose names some rule may link."""
    keys, birth = name_keys(ids), ids["birth"]
    undated, guessed = birth == 0, guessed_day(ids, labels)
    for node, key, _ in keys.apart():
        yield node.compress(may_share(key, undated.take(node)))
        yield node.compress(may_share(mix(key, birth.take(node)), loose.take(node)))
        if guessed.any():
            yield node.compress(may_share(key, guessed.take(node)))
    del birth
    if rare.people >= FEWEST and undated.any():
        yield from (node for _, _, node in named_alike(ids, undated, rare, POSSIBLE_NAMESAKES))
    del undated, guessed
    for key, node in chain.from_iterable(close_birth_keys(ids, keys)):
        yield node.compress(may_share(key, loose.take(node)))


def _open_keys(ids: Identities, birth: Keys) -> Iterator[Keys]:
    number = ids["nir_any"]
    yield number + ids["nir_bad"] * (number == 0)
    del number
    yield ids.record
    yield from ids.contacts
    yield mix(birth, ids["right_first"])


def _surely(
    ids: Identities,
    labels: Nodes,
    same: Links,
    slips: Misspellings,
    rare: Rarity,
    again: Again,
    forms: Misspellings,
    told: Merges,
) -> tuple[Nodes, int]:
    """What is certain once it is known how rare names are, and how many merges rest on a slip."""
    labels = _under_two_numbers(labels, same, "certain", told)
    labels = merge(ids, labels, told, "certain", by("one_difference", under_other_numbers(ids, labels, rare)))
    named = by(
        "rare_names", chain(undated_names(ids, labels, rare, again, CERTAIN), by_rare_names(ids, labels, rare, CERTAIN))
    )
    shorter = by("shorter_names", written_shorter(ids, labels, forms, rare, CERTAIN))
    labels = merge(ids, labels, told, "certain", chain(named, shorter))
    born = chain(born_wrong(ids, labels, rare, CERTAIN), known_by_year(ids, labels, rare, CERTAIN))
    alike = by("much_in_common", scored(ids, labels, slips, forms, rare, CERTAIN_BITS))
    misspelled = by("misspelt_names", surely_misspelt(ids, labels, slips, rare))
    return slipping(ids, labels, told, "certain", chain(by("birth_date_slip", born), misspelled, alike))


def _likely(
    ids: Identities,
    sure: Nodes,
    doubled: Links,
    slips: Misspellings,
    rare: Rarity,
    again: Again,
    forms: Misspellings,
    told: Merges,
) -> tuple[Nodes, int]:
    """What is probably one person, and how many merges rest on a slip."""
    sure = _under_two_numbers(sure, doubled, "likely", told)
    close = chain(by("pseudonym", going_by(ids, sure)), by("one_difference", _likely_links(ids, sure, slips)))
    named = chain(undated_names(ids, sure, rare, again, LIKELY), by_rare_names(ids, sure, rare, LIKELY))
    labels = merge(ids, sure, told, "likely", chain(close, by("rare_names", named)))
    shorter = by("shorter_names", written_shorter(ids, labels, forms, rare, LIKELY))
    labels = merge(ids, labels, told, "likely", shorter)
    misspelled = chain(corrected(ids, labels), [misspelt(ids, labels, "", slips).likely])
    born = chain(born_wrong(ids, labels, rare, LIKELY), known_by_year(ids, labels, rare, LIKELY))
    alike = by("much_in_common", scored(ids, labels, slips, forms, rare))
    wrongly = by("birth_date_slip", chain(born, [dates_slipped(ids, labels)]))
    undated = by("misspelt_names", undated_slips(ids, labels, slips, rare, LIKELY_NAMESAKES, sure=True))
    slips_of_pen = chain(by("misspelt_names", misspelled), wrongly, alike, undated)
    labels, slipped = slipping(ids, labels, told, "likely", slips_of_pen)
    owner = merge(ids, labels, told, "likely", by("something_missing", weak_stars(ids, labels)))
    completed = by("something_missing", attached(ids, owner, sure=True))
    labels = merge(ids, owner, told, "likely", completed)
    repeated = by("something_missing", undated_of_few(ids, labels, rare))
    return merge(ids, labels, told, "likely", repeated), slipped


def _under_two_numbers(labels: Nodes, doubled: Links, strength: str, told: Merges) -> Nodes:
    """The clusters merged by links that may join two own numbers."""
    joined = connected(len(labels), Links(labels[doubled.left], labels[doubled.right]))
    told.add(strength, [("two_numbers", len(doubled.left))], labels, doubled, joined)
    merged: Nodes = joined[labels]
    return merged


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
    # One record number, birth dates one component apart, whatever became of the names.
    close = pairs(ids.record_own, labels=labels)
    yield close.where(births_close(ids, close) & sexes_agree(ids, close))
    # A NIR whose key is wrong, as before or as the right number.
    first, nir, every = ids["first"], ids.nir, np.arange(ids.size)
    number = ids["nir_bad"]
    bad = (number != 0) & (nir == 0)
    number = nir + number * (nir == 0)
    for key in (mix(number, birth), mix(number, first)):
        yield star(key * bad, labels=labels)
        yield to_the_one(attach(key, every, bad, nir != 0, nir))
    del number, nir
    for contact in ids.contacts:
        both = pairs(mix(birth, contact), labels=labels)  # both names misspelt
        both = both.where(slips.one_slip(first[both.left], first[both.right]))
        last = ids["last"]
        both = both.where(slips.one_slip(last[both.left], last[both.right]))
        yield both.where(sexes_agree(ids, both) & ~both_frequent(ids, both))
