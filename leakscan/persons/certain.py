"""Links that are certain: one number of the patient's own, or several things that agree and nothing against them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leakscan.persons.attachments import bare
from leakscan.persons.by_name import called, name_keys
from leakscan.persons.components import Links, attach, connected, spread, star
from leakscan.persons.identities import sexes_agree
from leakscan.persons.joined import merge, to_the_one
from leakscan.persons.joined_tables import IN_FOLDER, KEYED
from leakscan.persons.keys import mix
from leakscan.persons.merges import by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakscan.persons.identities import Identities
    from leakscan.persons.keys import Mask, Nodes
    from leakscan.persons.merges import Merges, Ruled


def certain_clusters(ids: Identities, told: Merges) -> Nodes:
    """Merge what is certain before it is known how rare names are: a label per node."""
    own = _own_number(ids)
    labels = connected(ids.size, own)
    told.count("certain", "own_number", int(np.count_nonzero(labels != np.arange(ids.size))))
    del own
    return merge(ids, labels, told, "certain", _certain_links(ids, labels), adopt=False)


def _own_number(ids: Identities) -> Links:
    """The INS, and the NIR where it is the patient's own: the number alone is the person."""
    numbers, own = ids["ins"], ids.own
    ins, with_own = np.flatnonzero(numbers), np.flatnonzero(own)
    return star(np.concatenate([numbers[ins], ids.nir[with_own]]), np.concatenate([ins, with_own]))


def _certain_links(ids: Identities, labels: Nodes) -> Iterator[Ruled]:
    yield "pseudonym", star(ids["pseudonym"] * ~called(ids))
    yield from by("nir_and_more", _under_one_nir(ids, labels))
    yield from by("name_and_birth", _under_one_name(ids, labels))
    yield from by("record_number", _under_one_record(ids, labels))
    yield from by("name_and_birth", _under_one_contact(ids, labels))
    # Nothing but an e-mail address.
    yield "email_alone", star(ids["email"] * bare(ids), labels=labels)


def _under_one_record(ids: Identities, labels: Nodes) -> Iterator[Links]:
    """A record number within its input."""
    birth = ids["birth"]
    yield star(mix(ids.record_own, birth), labels=labels)
    yield star(mix(ids.record, birth, ids["first"]), labels=labels)
    alone = (birth == 0) & _nameless(ids)
    keyed = alone & (ids["kind"] == KEYED)
    alone &= ids["nir_any"] == 0
    yield star(ids.record * alone, labels=labels)
    # Nothing but the number and a birth date.
    yield star(mix(ids.record, birth) * _nameless(ids), labels=labels)
    # One number, birth date and last name in two inputs, one without a first name: a child before it had one.
    number, first = ids["record_number"] * (birth != 0), ids["first"]
    numbered = mix(mix(number, birth), ids["last"])
    yield to_the_one(attach(numbered, np.arange(ids.size), first == 0, first != 0, labels))
    del number, first, numbered
    # Nothing but a number and a birth date, and the one person who has both.
    dated, settled = (birth != 0) & _nameless(ids), np.zeros(ids.size, np.bool_)
    if dated.any():
        found = attach(mix(ids.record, birth), np.arange(ids.size), dated, ~dated, labels)
        settled[found.weak[found.single]] = True
        yield to_the_one(found)
    # A row of another table that names nobody, and the one person under its number; or one with his last name.
    named = (birth == 0) & (ids["kind"] == KEYED) & (ids["first"] == 0) & (ids["full"] == 0) & (ids["last"] != 0)
    others = ~(alone | keyed | settled | named)
    if keyed.any():
        yield to_the_one(attach(ids.record, np.arange(ids.size), keyed, others, labels))
    if named.any():
        yield to_the_one(attach(mix(ids.record, ids["last"]), np.arange(ids.size), named, others, labels))
    # The same with a birth date, where the table of names has none.
    born = dated & (ids["kind"] == KEYED)
    if born.any():
        yield to_the_one(attach(ids.record, np.arange(ids.size), born, (birth == 0) & ~_nameless(ids), labels))


def _under_one_nir(ids: Identities, labels: Nodes) -> Iterator[Links]:
    birth, first, every = ids["birth"], ids["first"], np.arange(ids.size)
    yield star(mix(ids["nir_any"], birth, first), labels=labels)
    # Same NIR and birth date, one side without a first name, where only one first name is known.
    under = mix(ids.nir, birth)
    yield to_the_one(attach(under, every, first == 0, first != 0, first))
    yield star(under * (first == 0), labels=labels)
    del under
    # Same NIR and names, one side without a birth date, where only one birth date is known.
    yield star(mix(ids["nir_any"], first) * (birth == 0), labels=labels)
    # Same NIR and first name under whatever last name, one side without a birth date, where only one is known.
    yield to_the_one(attach(mix(ids["nir_any"], first), every, birth == 0, birth != 0, birth))
    # Nothing but the number; one beside a key is whoever has the key, and may be a parent's.
    alone = (birth == 0) & _nameless(ids) & (ids["kind"] != KEYED) & (ids["kind"] != IN_FOLDER)
    yield star(ids["nir_any"] * alone, labels=labels)


def _under_one_name(ids: Identities, labels: Nodes) -> Iterator[Links]:
    keys, record = name_keys(ids), ids.record
    for node, key, _ in keys.apart():
        yield star(mix(record[node], key), node, labels)
    del record
    birth, nir = ids["birth"], ids.nir
    for node, key, _ in keys.apart():
        yield to_the_one(attach(mix(nir[node], key), node, (birth == 0)[node], (birth != 0)[node], birth))
    # Name and birth date, unless two different NIRs stand under them.
    full = ids["full"] != 0
    for node, key, exact in keys.apart():
        dated, number = mix(key * (exact | full[node]), birth[node]), nir[node]
        several = spread(dated, number)
        number += np.uint64(1)
        dated[several] = mix(dated[several], number[several])
        yield star(dated, node, labels)


def _under_one_contact(ids: Identities, labels: Nodes) -> Iterator[Links]:
    """First name and birth date, and a phone, an e-mail or an address: the last name changed."""
    born = mix(ids["birth"], ids["first"])
    for contact in ids.contacts:
        links = star(mix(born, contact), labels=labels)
        yield links.where(sexes_agree(ids, links))


def _nameless(ids: Identities) -> Mask:
    nameless = np.ones(ids.size, np.bool_)
    for name in ("first", "last", "full"):
        nameless &= ids[name] == 0
    return nameless
