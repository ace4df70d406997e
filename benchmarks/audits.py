"""Audits of the linkage by somebody who knows the truth: is the true error rate inside the interval, and how far is it?

`python benchmarks/populations.py DIR --count 50` makes the populations; `python benchmarks/audits.py DIR` scans each,
draws pairs as `leakscan audit` does, answers them by the truth, and holds the intervals against the shares among all
pairs. It prints how often they hold the truth, and what the corrected `likely` is worth.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from people_rows import rows_of

from leakscan.persons.audited import APART, MERGED, Group, drawn_groups
from leakscan.persons.estimate import estimate
from leakscan.persons.rates import Bounded, Sampled, added, share_of_errors, taken_from
from leakscan.persons.trail import Trail

EVERY = 1 << 30
"""More pairs than there are."""
ROUNDING = 1e-9
"""What sums of floats may be off: a bound may be the true share itself."""


@dataclass(frozen=True, slots=True)
class Audited:
    """One population: shares of wrong and missed merges as audited and as they are, `likely` before and after."""

    name: str
    truth: int
    likely: int
    corrected: Bounded
    shares: dict[str, tuple[Bounded, float]]
    sizes: dict[str, int]


def answers(groups: Sequence[Group], person: NDArray[np.int64]) -> list[bool]:
    """Whether each pair is one person: whom most records of each side are of. `person`: of each node."""
    return [_usual(person[group.sides[0]]) == _usual(person[group.sides[1]]) for group in groups]


def _usual(person: NDArray[np.int64]) -> int:
    return Counter(person.tolist()).most_common(1)[0][0]


def sampled(
    names: Sequence[str], sizes: dict[str, int], groups: Sequence[Group], same: Sequence[bool]
) -> list[Sampled]:
    """Each stratum with its errors: a merged pair that is two people, or one person kept apart."""
    return [
        Sampled(
            sizes[name],
            sum(group.stratum == name for group in groups),
            sum(group.stratum == name and one == (name in APART) for group, one in zip(groups, same, strict=True)),
        )
        for name in names
    ]


def audit(folder: Path, pairs: int) -> Audited:
    """Draw pairs of one population and answer them by its truth."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    rows, typos, inputs, whose = rows_of(folder, truth)
    trail = Trail()
    found = estimate(rows, typos, inputs, trail=trail)
    assert trail.linkage is not None
    known = np.array([-1 - at if one is None else one for at, one in enumerate(whose)])
    person = known[found.clusters["likely"].is_not_null().to_numpy()][trail.linkage.ids.first]
    shares: dict[str, tuple[Bounded, float]] = {}
    totals: list[Bounded] = []
    sizes, groups = drawn_groups(trail, trail.linkage, pairs)
    _, everything = drawn_groups(trail, trail.linkage, EVERY)
    for kind, names in (("wrong", MERGED), ("missed", APART)):
        told = share_of_errors(sampled(names, sizes, groups, answers(groups, person)))
        true = share_of_errors(sampled(names, sizes, everything, answers(everything, person)))
        number = sum(sizes[name] for name in names)
        totals.append(Bounded(0, 0, 0) if told is None else told.times(number))
        if told is not None and true is not None:
            shares[kind] = (told, true.value)
    likely = Bounded(found.likely, found.likely, found.likely)
    corrected = taken_from(added([likely, totals[0]]), totals[1])
    return Audited(folder.name, truth["people"], found.likely, corrected, shares, sizes)


def main() -> None:
    """Audit all populations of a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("dir", type=Path)
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help="a line per population")
    asked = parser.parse_args()
    folders = sorted(path.parent for path in asked.dir.glob("*/truth.json"))
    with ProcessPoolExecutor(asked.workers, get_context("spawn")) as pool:
        audited = list(pool.map(partial(audit, pairs=asked.pairs), folders))
    for kind in ("wrong", "missed"):
        some = [one.shares[kind] for one in audited if kind in one.shares]
        inside = sum(told.low - ROUNDING <= true <= told.high + ROUNDING for told, true in some)
        width = statistics.median(told.high - told.low for told, _ in some)
        true = statistics.mean(true for _, true in some)
        print(f"- {kind} merges: true share inside {inside}/{len(some)}, median width {width:.1%}, true {true:.1%}")
    before = statistics.median(abs(one.likely / one.truth - 1) for one in audited)
    after = statistics.median(abs(one.corrected.value / one.truth - 1) for one in audited)
    print(f"- median error of likely: {before:.2%}, corrected by the audit {after:.2%}")
    for kind, names in (("merged", MERGED), ("apart", APART)):
        count = statistics.median(sum(one.sizes[name] for name in names) for one in audited)
        print(f"- {kind}: median {count:.0f} pairs")
    if asked.verbose:
        for one in audited:
            told = {
                kind: f"{share.low:.2f}..{share.high:.2f} true {true:.2f}" for kind, (share, true) in one.shares.items()
            }
            print(f"  {one.name}: {one.truth} {one.likely} -> {one.corrected.value:.0f}", told, one.sizes)


if __name__ == "__main__":
    main()
