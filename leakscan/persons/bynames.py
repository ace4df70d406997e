"""People who have no names: together by their initials and birth dates, or by what they go by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leakscan.persons.by_name import called
from leakscan.persons.components import NO_LINKS, Links, attach, pairs, star
from leakscan.persons.identities import births_close, sexes_agree
from leakscan.persons.joined_tables import BY_ALIAS, BY_INITIALS, BY_NUMBER
from leakscan.persons.keys import mix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakscan.persons.identities import Identities
    from leakscan.persons.keys import Mask, Nodes


def going_by(ids: Identities, labels: Nodes) -> Iterator[Links]:
    """One set of initials, birth date and sex, whatever the numbers; one alias where no number tells people apart.

    Who goes by an alias is one of those with a name or a number who do, if there are any, and nobody else.
    """
    probable = ids["kind"] * (ids["kind"] >= BY_NUMBER)
    if probable.any():
        yield star(mix(probable, ids["record_number"]) * ~_named(ids), labels=labels)
    by_alias, by_initials = called(ids, BY_ALIAS), called(ids, BY_INITIALS)
    yield star(ids["pseudonym"] * by_initials, labels=labels)
    if not by_alias.any():
        return
    alias, known = ids["pseudonym"], _named(ids) | (ids["record_number"] != 0)
    yield star(alias * (by_alias & ~known), labels=labels)
    found = attach(alias, np.arange(ids.size), by_alias & ~known, by_alias & known, labels)
    yield Links(found.weak, found.strong)


def dates_slipped(ids: Identities, labels: Nodes) -> Links:
    """One number without a name, under which two birth dates stand that are one slip apart."""
    unnamed = (ids["birth"] != 0) & ~_named(ids)
    if not unnamed.any():
        return NO_LINKS
    links = pairs(ids.record * unnamed, labels=labels)
    return links.where(births_close(ids, links) & sexes_agree(ids, links))


def _named(ids: Identities) -> Mask:
    """Where there is a name, or a number of a person."""
    found = np.zeros(ids.size, np.bool_)
    for name in ("first", "last", "full", "maiden", "nir_any", "ins"):
        found |= ids[name] != 0
    return found
