"""First names written shorter, THEO for THEO CEDRIC, S for SERGE: they join the one person that bears a longer form.

Which names are shorter forms of which is in the table of spellings, told from them by a mark (`names.slips`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leakscan.persons.chance import FEWEST
from leakscan.persons.components import Links, attach
from leakscan.persons.identities import Identities, sexes_agree
from leakscan.persons.keys import Keys, Nodes, mix
from leakscan.persons.slips import Misspellings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakscan.persons.chance import Rarity

SHORTER = np.uint64(0xA5A5_5A5A_C3C3_3C3C)
"""Mixed into the fingerprint of a shorter form, so that it is no spelling with a letter left out."""


def shorter_forms(spellings: Misspellings, firsts: Keys) -> Misspellings:
    """Of a table of spellings: first names of the scan, each with those shorter forms that the scan has too."""
    unmarked = spellings.variant ^ SHORTER
    met = np.isin(unmarked, firsts[firsts != 0])
    return Misspellings(spellings.name[met], unmarked[met])


def written_shorter(ids: Identities, labels: Nodes, forms: Misspellings, rare: Rarity, most: float) -> Iterator[Links]:
    """Records whose first name is a shorter form of another's, under one family and birth date, number or contact.

    Or under one family alone where a birth date is missing and such names are expected at most `most` times.
    """
    if not len(forms.name):
        return
    birth = ids["birth"]
    if rare.people >= FEWEST:
        yield from _undated(ids, labels, forms, rare, most)
    families = (ids["last"], ids["maiden"])
    together = (*(mix(birth, last) for last in families), ids.nir, *(mix(birth, key) for key in ids.contacts))
    for shared in (*together, *(mix(last, key) for last in families for key in ids.contacts)):
        yield _under(shared, ids, labels, forms)


def _under(shared: Keys, ids: Identities, labels: Nodes, forms: Misspellings) -> Links:
    """Links of shorter forms to the one longer form that shares a key with them."""
    first = ids["first"]
    entry, form = forms.expand(first)
    short_at = np.flatnonzero(np.isin(first, forms.variant) & (shared != 0))
    long_at = np.flatnonzero(shared[entry])
    node = np.concatenate([short_at, entry[long_at]])
    key = np.concatenate([mix(shared[short_at], first[short_at]), mix(shared[entry[long_at]], form[long_at])])
    weak = np.zeros(len(node), np.bool_)
    weak[: len(short_at)] = True
    found = attach(key, node, weak, ~weak, labels)
    links = Links(found.weak, found.strong).where(found.single)
    links = links.where(labels[links.left] != labels[links.right])
    return links.where(sexes_agree(ids, links))


def _undated(ids: Identities, labels: Nodes, forms: Misspellings, rare: Rarity, most: float) -> Iterator[Links]:
    dated = np.zeros(len(labels), np.bool_)
    dated[labels[ids["birth"] != 0]] = True
    for last in (ids["last"], ids["maiden"]):
        links = _under(last, ids, labels, forms)
        links = links.where(~(dated[labels[links.left]] & dated[labels[links.right]]))
        yield links.where(rare.namesakes(ids, links.left) <= most)
