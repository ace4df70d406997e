"""People of several tables in one frame: rows of visits go by the numbers of their patients."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from leakscan.persons.frames import Frame, InPieces, pieces
from leakscan.persons.keys import found_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from leakscan.persons.chains import Told
    from leakscan.persons.keys import Keys, Mask

KEYED = 2
"""`kind` of a row that stands, by its number, for somebody in another table of its file ..."""
OF_SEVERAL = 3
"""... of one that stands for somebody in one of several tables of its folder ..."""
IN_FOLDER = 4
"""... of one that stands for somebody in the only such table of its folder ..."""
ORPHAN = 5
"""... and of one whose key is nobody's in the table that it refers to."""
BY_INITIALS, BY_ALIAS = 6, 7
"""`kind` of a row whose pseudonym is made of initials, and of an alias: what it joins is probable."""
BY_NUMBER = 8
"""The first `kind` of rows whose numbers are probably those of other tables of the same kind."""

_APART = np.uint64(0x9E3779B97F4A7C15)
"""Mixed into a number that stands for nobody in the table that it refers to: it is none of that table's people."""


@dataclass(frozen=True, slots=True)
class Joined(InPieces):
    """People with the tables of a file taken together.

    By input: the number it goes by, whether it bears nobody, and the `kind` of its rows where they are another table's
    people. `told`: by input, whose its numbers are, where they are none of people. `reached`: inputs that are
    about another one's people. `registered`: of inputs of anybody, who is a patient. `renamed`: numbers that people
    had before, by the number that an input goes by.
    """

    frame: Frame = field(repr=False)
    spaces: NDArray[np.uint32] = field(repr=False)
    silent: Mask = field(repr=False)
    kinds: NDArray[np.uint8] = field(repr=False)
    told: Mapping[int, Told] = field(default_factory=dict, repr=False)
    reached: frozenset[int] = frozenset()
    registered: Mapping[int, Keys] = field(default_factory=dict, repr=False)
    renamed: Mapping[int, Told] = field(default_factory=dict, repr=False)

    def pieces(self, *names: str) -> Iterator[pl.DataFrame]:
        """Some columns, part by part."""
        if not {"input", "bears", "kind", "record_number"} & set(names):
            yield from pieces(self.frame, *names)
            return
        asked = dict.fromkeys(("input", *(("record_number", "themes") if self._are_followed(names) else ()), *names))
        for piece in pieces(self.frame, *asked):
            own = piece["input"].to_numpy()
            changed = [pl.Series("input", self.spaces[own])]
            orphans = np.zeros(piece.height, np.bool_)
            if "record_number" in asked:
                followed, orphans = self._followed(piece, own)
                changed.append(followed)
            if "bears" in names:
                changed.append(self._bearing(piece, own, changed[-1]))
            if "kind" in names:
                kind = piece["kind"]
                other = pl.Series(np.where(orphans, np.uint8(ORPHAN), self.kinds[own]))
                changed.append(kind.zip_with((other == 0) | (kind.fill_null(0) != 0), other))
            yield piece.with_columns(changed).select(names)

    def _are_followed(self, names: Sequence[str]) -> bool:
        return bool(self.reached or self.renamed) and bool({"bears", "kind", "record_number"} & set(names))

    def _followed(self, piece: pl.DataFrame, own: NDArray[np.uint32]) -> tuple[pl.Series, Mask]:
        """Numbers of people instead of keys; and where a key stands for nobody."""
        number = piece["record_number"].fill_null(0).to_numpy().copy()
        orphans = np.zeros(len(number), np.bool_)
        for table, told in self.told.items():
            at = np.flatnonzero((own == table) & (number != 0))
            if len(at):
                people, there = told.of(number[at])
                number[at] = np.where(there, people, number[at] ^ _APART)
                orphans[at[~there]] = True
        for space, former in self.renamed.items():
            at = np.flatnonzero((self.spaces[own] == space) & (number != 0))
            before, there = former.of(number[at])
            number[at] = np.where(there, before, number[at])
        return pl.Series("record_number", number).replace(0, None), orphans

    def _bearing(self, piece: pl.DataFrame, own: NDArray[np.uint32], number: pl.Series) -> pl.Series:
        bears = piece["bears"].to_numpy().copy()
        bears[self.silent[own]] = 0
        if not self._are_followed(("bears",)):
            return pl.Series("bears", bears)
        there, telling = number.is_not_null().to_numpy(), piece["themes"].fill_null(0).to_numpy() != 0
        about = there & telling & np.isin(own, np.array(sorted(self.reached), np.uint32))
        bears[about] = np.maximum(bears[about], 1)
        space = self.spaces[own]
        for table, patients in self.registered.items():
            at = np.flatnonzero((space == table) & ~telling)
            if len(at):
                held = number.fill_null(0).to_numpy()[at]
                bears[at[~found_in(patients, held)[1]]] = 0
        return pl.Series("bears", bears)
