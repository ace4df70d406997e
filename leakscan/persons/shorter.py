"""First names written shorter, THEO for THEO CEDRIC, S for SERGE: they join the one person that bears a longer form.

CEDRIC for THEO CEDRIC may be a brother born the same day: that is but possible.

Which names are shorter forms of which is in the table of spellings, told from them by a mark (`names.slips`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leakscan.persons.by_name import ends_of_names
from leakscan.persons.chance import FEWEST
from leakscan.persons.components import Links, attach, carried
from leakscan.persons.identities import Identities, sexes_agree
from leakscan.persons.keys import Keys, Mask, Nodes, among, found_in, mix, shared_among
from leakscan.persons.slips import Misspellings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakscan.persons.chance import Rarity

SHORTER = np.uint64(0xA5A5_5A5A_C3C3_3C3C)
"""Mixed into the fingerprint of the name of a shorter form, so that the row is no spelling with a letter left out."""


INSIDE = np.uint64(0x3C3C_C3C3_5A5A_A5A5)
"""The same for a word inside of a name: of somebody's first names another one than the first."""


def parted(table: Misspellings) -> tuple[Misspellings, Misspellings, Misspellings]:
    """A table of spellings as those with a letter left out, the shorter forms, and the words inside.

    Each name is a spelling of itself.
    """
    names = table.name[table.name == table.variant]
    rest, found = np.ones(len(table.name), np.bool_), []
    for mark in (np.uint64(0), SHORTER, INSIDE):
        marked = table.name ^ mark
        own = rest & (found_in(names, marked)[1] if len(names) else rest & (mark == SHORTER))
        rest &= ~own
        order = np.argsort(marked[own], kind="stable")
        found.append(Misspellings(marked[own][order], table.variant[own][order]))
    return found[0], found[1], found[2]


def shorter_forms(forms: Misspellings, firsts: Keys) -> Misspellings:
    """First names of the scan (`firsts`, in any order), each with those shorter forms that the scan has too."""
    met = among(forms.variant, firsts) & among(forms.name, firsts) & (forms.variant != 0)
    return Misspellings(forms.name[met], forms.variant[met])


def written_shorter(ids: Identities, labels: Nodes, forms: Misspellings, rare: Rarity, most: float) -> Iterator[Links]:
    """Records whose first name is a shorter form of another's, under one family and birth date, number or contact.

    Or under one family alone where a birth date is missing and such names are expected at most `most` times.
    """
    if not len(forms.name):
        return
    birth = ids["birth"]
    if rare.people >= FEWEST:
        yield from _undated(ids, labels, forms, rare, most)
    ends, node = ends_of_names(ids)
    every = node[: ids.size]
    yield _under(mix(birth[node], ends), node, ids, labels, forms)
    for key in ids.contacts:
        if key.any():
            yield _under(mix(birth, key), every, ids, labels, forms)
            yield _under(mix(ends, key[node]), node, ids, labels, forms)
    yield _under(ids.nir, every, ids, labels, forms)


def among_first_names(ids: Identities, labels: Nodes, forms: Misspellings) -> Links:
    """Records whose first name is a form of another's, or one of several, under one family and birth date."""
    ends, node = ends_of_names(ids)
    return _under(mix(ids["birth"][node], ends), node, ids, labels, forms)


def _under(shared: Keys, node: Nodes, ids: Identities, labels: Nodes, forms: Misspellings) -> Links:
    """Links of shorter forms to the one longer form that shares a key with them; `node`: the node of each key."""
    held = np.flatnonzero(shared != 0)
    held = held.compress(shared_among(shared.take(held), labels.take(node.take(held))))
    shared, node = shared.take(held), node.take(held)
    first = ids["first"].take(node)
    entry, form = forms.expand(first)
    short_at = np.flatnonzero(among(first, forms.variant))
    key = np.concatenate([mix(shared[short_at], first[short_at]), mix(shared[entry], form)])
    weak = np.zeros(len(key), np.bool_)
    weak[: len(short_at)] = True
    found = attach(key, np.concatenate([node[short_at], node[entry]]), weak, ~weak, labels)
    links = Links(found.weak, found.strong).where(found.single)
    links = links.where(labels[links.left] != labels[links.right])
    return links.where(sexes_agree(ids, links))


def are_shorter(forms: Misspellings, short: Keys, name: Keys) -> Mask:
    """Whether names are shorter forms of others, pair by pair."""
    entry, form = forms.expand(name)
    found = np.zeros(len(short), np.bool_)
    found[entry.compress(form == short.take(entry))] = True
    return found


def _undated(ids: Identities, labels: Nodes, forms: Misspellings, rare: Rarity, most: float) -> Iterator[Links]:
    dated = carried(labels, ids["birth"] != 0)
    links = _under(*ends_of_names(ids), ids, labels, forms)
    links = links.where(~(dated[labels[links.left]] & dated[labels[links.right]]))
    yield links.where(rare.namesakes(ids, links.left) <= most)
