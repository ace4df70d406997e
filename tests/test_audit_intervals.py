"""Error rates from strata that were sampled: exact bounds, sums, and how often an interval holds the truth."""

from __future__ import annotations

import random
from typing import Any

import pytest

from leakscan.persons.rates import Bounded, Sampled, added, exact, share_of_errors, taken_from


@pytest.mark.parametrize(
    ("stratum", "low", "high"),
    [
        (Sampled(10**9, 10, 0), 0.0, 0.3085),
        (Sampled(10**9, 10, 10), 0.6915, 1.0),
        (Sampled(10**9, 100, 10), 0.0490, 0.1762),
        (Sampled(20, 10, 0), 0.0, 0.2),
        (Sampled(10, 10, 3), 0.3, 0.3),
        (Sampled(10, 9, 3), 0.3, 0.4),
        (Sampled(10, 0, 0), 0.0, 1.0),
    ],
)
def test_exact_bounds(stratum: Sampled, low: float, high: float) -> None:
    """Clopper and Pearson's figures for what has no end; all of a stratum leaves no doubt, none of it all of it."""
    found = exact(stratum)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


def test_one_stratum_is_as_it_is_and_a_census_leaves_no_doubt() -> None:
    assert share_of_errors([Sampled(5_000, 50, 4)]) == pytest.approx(exact(Sampled(5_000, 50, 4)))
    assert share_of_errors([Sampled(8, 8, 2), Sampled(2, 2, 2)]) == pytest.approx((0.4, 0.4, 0.4))
    assert share_of_errors([Sampled(8, 0, 0)]) is share_of_errors([]) is share_of_errors([Sampled(0, 0, 0)]) is None
    unseen = share_of_errors([Sampled(50, 50, 5), Sampled(50, 0, 0)])
    assert unseen == pytest.approx((0.05, 0.1, 0.55))


def test_sums_and_differences_keep_their_order() -> None:
    one, other = Bounded(1, 2, 5), Bounded(0, 1, 1)
    assert added([one, other]) == pytest.approx((3 - 2**0.5, 3, 6))
    assert taken_from(one, other) == pytest.approx((0 + 1 - 1, 1, 1 + (9 + 1) ** 0.5))


@pytest.mark.parametrize(
    ("strata", "rates"),
    [
        (((400, 20), (100, 20), (50, 10)), (0.02, 0.3, 0.5)),
        (((2_000, 30), (30, 10), (10, 10)), (0.1, 0.6, 0.2)),
        (((300, 12), (300, 12), (300, 12), (300, 12)), (0.0, 0.05, 0.05, 0.4)),
        (((470, 25), (80, 4), (100, 5), (30, 4), (80, 4), (60, 4), (40, 4)), (0.02,) * 7),
    ],
)
def test_the_interval_holds_the_true_share_19_times_in_20(strata: Any, rates: Any) -> None:
    rng = random.Random(5)
    inside, rounds = 0, 800
    for _ in range(rounds):
        populations_of = [
            [rng.random() < rate for _ in range(size)] for (size, _), rate in zip(strata, rates, strict=True)
        ]
        sampled = [
            Sampled(size, taken, sum(rng.sample(errors, taken)))
            for (size, taken), errors in zip(strata, populations_of, strict=True)
        ]
        true = sum(map(sum, populations_of)) / sum(map(len, populations_of))
        found = share_of_errors(sampled)
        inside += found.low <= true <= found.high
    assert inside / rounds >= 0.945
