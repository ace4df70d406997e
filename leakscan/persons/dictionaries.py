"""What a code means that another table explains: a result names its test by number, a visit its disease.

The words of a dictionary (`maladie`: `id`, `libelle`) are about nobody. A row that refers to one says them of its
person: affirmed as they stand, or as the result beside the number says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from leakscan.persons.bits import OWN_STATUSES
from leakscan.persons.chains import COLUMNS, MOST_LINKS, Told
from leakscan.persons.frames import Frame, InPieces, pieces
from leakscan.records import THEMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from leakscan.persons.keys import Keys

POSITIVE, NEGATIVE = 1 << 20, 2 << 20
"""Added to the column of a link whose row holds a result that says so."""
_EACH = np.uint64(sum(1 << (place * len(OWN_STATUSES)) for place in range(len(THEMES))))
"""The first status of every theme: affirmed; then tested, then negated."""
_TESTED, _NEGATED = (np.uint64(OWN_STATUSES.index(status)) for status in ("tested", "negated"))


@dataclass(frozen=True, slots=True, eq=False)
class Dictionary:
    """A table of words: its name, the title of its numbers, and the theme bits of each number."""

    name: str
    title: str | None
    words: Told = field(repr=False)

    @property
    def of_tests(self) -> bool:
        """Whether it names tests, and not diseases: what comes of a test is in its result."""
        return bool((self.words.people & (_EACH << _TESTED)).any())


@dataclass(frozen=True, slots=True)
class Explained(InPieces):
    """People with what dictionaries say of their rows: by input, the theme bits of each number of a record."""

    frame: Frame = field(repr=False)
    said: Mapping[int, Told] = field(repr=False)

    def pieces(self, *names: str) -> Iterator[pl.DataFrame]:
        """Some columns, part by part."""
        if "themes" not in names:
            yield from pieces(self.frame, *names)
            return
        for piece in pieces(self.frame, *dict.fromkeys(("input", "record_number", *names))):
            own, number = piece["input"].to_numpy(), piece["record_number"].fill_null(0).to_numpy()
            themes = piece["themes"].fill_null(0).to_numpy().copy()
            for table, words in self.said.items():
                at = np.flatnonzero((own == table) & (number != 0))
                if len(at):
                    bits, there = words.of(number[at])
                    themes[at] |= np.where(there, bits, np.uint64(0))
            yield piece.with_columns(pl.Series("themes", themes)).select(names)


def words_of(people: Frame, numbers: Sequence[int]) -> dict[int, Told]:
    """By input, the theme bits of its numbered rows; of inputs where any row speaks of health."""
    wanted = pl.Series(numbers, dtype=pl.UInt32).implode()
    own = pl.col("input").cast(pl.UInt32)
    parts = [
        part.filter(own.is_in(wanted) & pl.col("record_number").is_not_null())
        for part in pieces(people, "input", "record_number", "themes")
    ]
    whole = pl.concat(parts).group_by("input", "record_number").agg(pl.col("themes").fill_null(0).bitwise_or())
    return {
        int(number): Told(group["record_number"].to_numpy(), _as_tests(group["themes"].to_numpy()))
        for (number,), group in whole.sort("input", "record_number").group_by("input", maintain_order=True)
        if (group["themes"] != 0).any()
    }


def _as_tests(bits: Keys) -> Keys:
    """Theme bits of words: what one calls a test in a code, and a condition in its label, is a test."""
    return bits & ~((bits >> _TESTED) & _EACH)


def explained(
    links: Frame,
    titles: Mapping[int, str],
    dictionaries: Sequence[Dictionary],
    kinship: Callable[[Dictionary, str], int],
    contained: float,
) -> Told | None:
    """What dictionaries say of a table's numbers, by its links (LINKS_SCHEMA); None where they say nothing."""
    called = {column: [(kinship(one, title), one) for one in dictionaries] for column, title in titles.items()}
    surest = {column: max(kin for kin, _ in met) for column, met in called.items() if met}
    if not any(surest.values()) or not links.height or links.height > MOST_LINKS:
        return None
    whole = pl.concat(list(pieces(links, "column", "number", "other"))).unique()
    whole = whole.with_columns(plain=pl.col("column") & COLUMNS)
    found: list[tuple[Keys, Keys]] = []
    for (column,), group in whole.filter(pl.col("plain").is_in(list(surest))).group_by("plain"):
        other = group["other"].to_numpy()
        for one in [one for kin, one in called[column] if kin and kin == surest[column]]:
            bits, there = one.words.of(other)
            if np.count_nonzero(there) >= contained * len(other):
                said = _under_results(bits * there, group["column"].to_numpy(), tests=one.of_tests)
                found.append((group["number"].to_numpy()[said != 0], said[said != 0]))
    if not found:
        return None
    number, bits = (np.concatenate([pair[place] for pair in found]) for place in range(2))
    pairs = pl.DataFrame({"number": number, "bits": bits})
    together = pairs.group_by("number").agg(pl.col("bits").bitwise_or()).sort("number")
    return Told(together["number"].to_numpy(), together["bits"].to_numpy()) if together.height else None


def _under_results(bits: Keys, column: NDArray[np.int32], *, tests: bool) -> Keys:
    """Theme bits as the results beside them say: a test that is positive affirms, one that is negative denies.

    What is affirmed among tests is only done with those who have it, and stays.
    """
    positive, negative = (column & POSITIVE) != 0, (column & NEGATIVE) != 0
    affirmed, tested, others = bits & _EACH, (bits >> _TESTED) & _EACH, bits & ~(_EACH | (_EACH << _TESTED))
    bits = np.where(positive, others | affirmed | tested, bits)
    denied = tested if tests else tested | affirmed
    kept = affirmed if tests else np.zeros_like(affirmed)
    return np.where(negative, others | kept | (denied << _NEGATED), bits)
