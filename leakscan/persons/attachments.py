"""Identities that lack something: together by what they have, and joined to the one person that has the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leakscan.persons.by_name import ends_of_names, name_keys
from leakscan.persons.components import Attachment, Links, attach, attached_apart, carried, pick, star, together
from leakscan.persons.joined_tables import IN_FOLDER, KEYED, OF_SEVERAL
from leakscan.persons.keys import Mask, Nodes, mix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakscan.persons.identities import Identities


def bare(ids: Identities) -> Mask:
    """Identities with contacts alone."""
    known = ("ins", "nir_any", "nir_bad", "pseudonym", "birth", "first", "last", "full", "record_number")
    found = np.ones(ids.size, np.bool_)
    for name in known:
        found &= ids[name] == 0
    return found


def _numbered_only(ids: Identities) -> Mask:
    """Identities without any name whose number is of their own table."""
    found: Mask = (ids["kind"] != KEYED) & (ids["kind"] != OF_SEVERAL)
    for name in ("first", "last", "maiden", "full"):
        found &= ids[name] == 0
    return found


def weak_stars(ids: Identities, labels: Nodes) -> Iterator[Links]:
    """Identities that lack something and agree in the rest: together first, so that they then join one person only."""
    keys, birth = name_keys(ids), ids["birth"]
    for shared in ids.shared_things:
        undated = shared * (birth == 0)
        for node, key, _ in keys.apart():
            yield star(mix(key, undated[node]), node, labels)
    del keys
    ends, node = ends_of_names(ids)
    alone = (ids["first"] == 0)[node]
    ends, node = ends[alone], node[alone]
    yield star(mix(ends, birth[node]), node, labels)
    yield star(ids["phone"] * bare(ids), labels=labels)


def attached(ids: Identities, labels: Nodes, *, sure: bool) -> Links:
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
    yield attach(number + ids["nir_bad"] * ~with_nir, every, ~someone & ~with_nir, with_nir, labels)
    del number
    ends, node = ends_of_names(ids)
    yield attach(mix(ends, birth[node]), node, ~named[node], named[node], labels)
    del ends, node
    in_folder = (birth == 0) & (ids["kind"] == IN_FOLDER) & ~someone
    yield attach(ids.record, every, in_folder, (ids["kind"] != IN_FOLDER) & someone, labels)
    del birth
    found = attach(ids.record, every, ~someone & ~with_nir, someone, labels)
    # Nothing but the number of several, as of a couple: somebody of them, and nobody else.
    yield found._replace(single=found.single | _numbered_only(ids)[found.weak])
    yield attach(ids.record_own, every, ~dated & ~carried(labels, with_nir)[labels], dated, labels)
    keys = name_keys(ids)
    for shared in ids.shared_things:
        yield attached_apart(
            attach(mix(key, shared[node]), node, ~dated[node], dated[node], labels) for node, key, _ in keys.apart()
        )
    del keys
    contact_alone = bare(ids)
    for contact in ids.contacts:
        yield attach(contact, every, contact_alone & ~someone, ~contact_alone, labels)
