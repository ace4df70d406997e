"""Tables of people who have no names: `patient` (`id`, `sexe`, `annee_naissance`) of a pseudonymised dump.

Nothing of these people is known but a number. A table that is called after them, tells when they were born or of which
sex they are, and has a number of its own for each row, is one of people: other tables refer to it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

import polars as pl

from leakscan.persons.frames import pieces

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakscan.persons.frames import Frame

_PEOPLE = (
    r"patiente?|malade|assuree?|beneficiaire|benef|usager|usagere|residente?|hospitalisee?|personne|person|individu|client"
    r"|cliente|sujet|subject|participante?"
)
_OF_PEOPLE = re.compile(rf"(?:^|[^a-z])(?:{_PEOPLE})s?(?:[^a-z]|$)")
_DESCRIBED = re.compile(r"naissance|birth|(?:^|[^a-z])(?:ddn|dob|age|sexe?|genre|gender|nai)(?:[^a-z]|$)")
_NEW_WORD = re.compile(r"([a-z0-9])([A-Z])")


class Titled(Protocol):
    """What a table is called, and its columns."""

    @property
    def table(self) -> str:
        """What it is called."""
        ...

    @property
    def headers(self) -> tuple[str, ...]:
        """The titles of its columns."""
        ...


def nameless(people: Frame, tables: Mapping[int, Titled]) -> frozenset[int]:
    """Which tables, by number of the input, are of people without names."""
    asked = [number for number, called in tables.items() if is_called_after_people(called)]
    if not asked:
        return frozenset()
    wanted = pl.Series(asked, dtype=pl.UInt32).implode()
    own = (
        part.filter(pl.col("input").cast(pl.UInt32).is_in(wanted))
        .group_by(pl.col("input").cast(pl.UInt32), "record_number")
        .agg(pl.col("rows").cast(pl.UInt64).sum())
        for part in pieces(people, "input", "record_number", "rows")
    )
    each = pl.concat(own).group_by("input", "record_number").agg(pl.col("rows").sum())
    alone = each.group_by("input").agg(
        ((pl.col("rows") == 1) & pl.col("record_number").is_not_null()).all().alias("alone")
    )
    return frozenset(alone.filter("alone")["input"].to_list())


def is_called_after_people(called: Titled) -> bool:
    """Whether a table is called after people, and a header asks for a birth or a sex.

    A column called after them says less: every laboratory has a `num_patient`, and counts from one.
    """
    described = any(_DESCRIBED.search(_lower(header)) for header in called.headers)
    return described and _OF_PEOPLE.search(_lower(called.table)) is not None


def _lower(name: str) -> str:
    return _NEW_WORD.sub(r"\1 \2", name).lower()
