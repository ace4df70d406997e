"""Which cells of a table of people are not shown, so that nobody is told of by being one of a few.

A cell below SMALL_CELL is hidden. Where it could be found by subtraction from what is shown, further cells are hidden
with it, the smallest first (docs/decisions/0018-*).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from leakscan.persons.keys import Mask

SMALL_CELL = 5
"""A cell of fewer people is not shown."""


def hidden(counts: NDArray[np.int64]) -> Mask:
    """Which cells of a table whose sum may be known are hidden: small ones, and as many others as they need.

    Of k hidden cells, each at least 1, the sum is left to whoever subtracts. They are enough when there are two of
    them and the sum leaves each at least SMALL_CELL possible values. Where no cell is left to hide, all are, 0 too.
    """
    small = (counts > 0) & (counts < SMALL_CELL)
    kept = small.copy()
    if not small.any():
        return kept
    further = iter(np.argsort(np.where(small | (counts == 0), np.iinfo(np.int64).max, counts), kind="stable"))
    for place in further:
        if _enough(counts[kept]):
            return kept
        if small[place] or counts[place] == 0:
            break
        kept[place] = True
    return kept if _enough(counts[kept]) else np.ones(len(counts), np.bool_)


def _enough(cells: NDArray[np.int64]) -> bool:
    return len(cells) > 1 and int(cells.sum()) - len(cells) >= SMALL_CELL - 1


def table(
    names: Sequence[str],
    counts: Sequence[int] | NDArray[np.int64],
    groups: Sequence[slice] = (slice(None),),
    *,
    zeros: bool = False,
) -> dict[str, Any]:
    """A table as the report has it: `cells` of `value` and `people` (null and `suppressed` where hidden), `withheld`.

    `groups`: runs of cells whose sums are shown elsewhere, each kept apart. Cells of nobody are listed if `zeros`.
    `withheld`: every cell had to be hidden, so none is listed.
    """
    numbers = np.array(counts, np.int64)
    unseen = np.zeros(len(numbers), np.bool_)
    for group in groups:
        unseen[group] = hidden(numbers[group])
    if len(numbers) and unseen[numbers > 0].all() and unseen.any():
        return {"cells": [], "withheld": True}
    cells: list[dict[str, Any]] = [
        {"value": name, "people": None, "suppressed": True} if hide else {"value": name, "people": int(count)}
        for name, count, hide in zip(names, numbers, unseen, strict=True)
        if count or hide or zeros
    ]
    return {"cells": cells, "withheld": False}
