"""Crowds too large to be linked whole: what blocks of them say of all."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from crowds_made import Crowd, units

from leakscan.persons import by_name
from leakscan.persons.bits import TRAITS
from leakscan.persons.breakdowns import CHANNELS, Professionals, breakdowns
from leakscan.persons.estimate import Estimate, estimate, per_category, per_theme
from leakscan.persons.ledger import LABORATORIES_SCHEMA, identity_of
from leakscan.persons.sampling import BLOCKS, draw, scaled

PEOPLE = 40_000
INPUTS = pl.DataFrame(
    {"input": [0], "health": [True], "rows": [10**6], "damaged": [0]},
    schema={"input": pl.UInt32, "health": pl.Boolean, "rows": pl.UInt64, "damaged": pl.UInt64},
)


def crowd(seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records of a crowd, a tenth of them without a birth date, and its spellings."""
    made = Crowd(PEOPLE, seed)
    people = pl.concat(list(units(made))).with_columns(pl.lit(0, pl.UInt32).alias("input"))
    undated = np.random.default_rng(seed).random(people.height) < 0.1
    born = [name for name in people.columns if name.startswith("birth")]
    people = people.with_columns(pl.when(~pl.Series(undated)).then(pl.col(born)).name.keep())
    return people, made.typos()


def doctors(people: pl.DataFrame) -> Professionals:
    """Ten prescribers, one of whom every record names; identities as `people` gives them."""
    keys = pl.DataFrame(
        {"prescriber": range(1, 11), "person": range(10)}, schema={"prescriber": pl.UInt64, "person": pl.UInt32}
    )
    prescribed = people.select("input", "identity", prescriber=(pl.col("birth").fill_null(0) % 10 + 1).cast(pl.UInt64))
    return Professionals(pl.DataFrame(schema=LABORATORIES_SCHEMA), keys, prescribed)


def both(seed: int, sampled_rows: int) -> tuple[Estimate, Estimate, pl.DataFrame]:
    """A crowd linked whole, and by some blocks of it."""
    people, typos = crowd(seed)
    some = estimate(people, typos, INPUTS, exact_rows=10_000, sampled_rows=sampled_rows)
    return estimate(people, typos, INPUTS), some, people


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_blocks_say_what_the_whole_would(seed: int) -> None:
    whole, some, people = both(seed, 25_000)
    assert whole.sampled is None
    assert some.sampled is not None
    assert 0 < some.sampled.blocks < BLOCKS
    error = some.sampled.standard_error
    assert 0 < error < 0.03 * whole.likely
    assert abs(some.likely - whole.likely) < 4 * error
    assert some.low <= whole.likely <= some.high
    assert sum(some.basis.values()) == some.likely
    *steps, (_, persons) = some.waterfall
    assert sum(count for _, count in steps) == persons == some.likely
    theme, statuses = next(iter(per_theme(people, whole).items()))
    sampled = per_theme(people, some)[theme]
    assert sampled["affirmed"].likely == pytest.approx(statuses["affirmed"].likely, rel=0.2)
    categories = [per_category(people, found, ("one", "two"))["one"].likely for found in (whole, some)]
    assert categories[1] == pytest.approx(categories[0], rel=0.05)


def test_breakdowns_of_a_sample_are_counted_up() -> None:
    whole, some, people = both(4, 25_000)
    sexes = np.random.default_rng(4).integers(0, 3, people.height).astype(np.uint32) << TRAITS["sex"].low
    people = people.with_columns(identity=pl.Series(identity_of(people)))
    people = people.with_columns(traits=pl.Series(sexes), exam_years=pl.lit(1, pl.UInt32))
    reachable = dict.fromkeys(CHANNELS, 0)
    told, sampled = (breakdowns(people, found, doctors(people), reachable) for found in (whole, some))
    for name in ("sex", "birth_department", "age_bands"):
        shown = sum(cell["people"] or 0 for cell in sampled[name]["cells"]) + sampled[name]["unknown"]
        assert shown == pytest.approx(some.likely, rel=0.02)
    doctors_of = [[one["people"] for one in found["prescribers"]["listed"]] for found in (told, sampled)]
    assert doctors_of[1] == pytest.approx(doctors_of[0], rel=0.15)
    assert len(doctors_of[0]) == 10
    assert sampled["sex"]["unknown"] == pytest.approx(told["sex"]["unknown"], rel=0.05, abs=50)


def test_all_blocks_are_the_whole() -> None:
    people, _ = crowd(1)
    everything = draw(people, people.height)
    assert everything.taken == BLOCKS
    assert everything.chosen.all()
    label = np.random.default_rng(1).integers(0, 5_000, people.height)
    single = np.unique(label * BLOCKS + everything.block)
    alone = np.bincount(single // BLOCKS) == 1
    kept = alone[label]
    found = scaled(label[kept], everything._replace(block=everything.block[kept]))
    assert found.value == pytest.approx(len(np.unique(label[kept])))
    assert found.error == 0.0


def test_records_of_one_birth_date_are_in_one_block() -> None:
    people, _ = crowd(2)
    sample = draw(people, 20_000)
    taken = people.filter(pl.Series(sample.chosen)).drop_nulls("birth")["birth"].unique()
    left = people.filter(pl.Series(~sample.chosen)).drop_nulls("birth")["birth"].unique()
    assert not taken.is_in(left.implode()).any()
    assert sample.rows.sum() == sample.chosen.sum() < sample.all_rows == people.height


@pytest.mark.parametrize("seed", [5, 6])
def test_the_size_of_parts_changes_no_estimate(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    people, typos = crowd(seed)
    whole = estimate(people, typos, INPUTS)
    monkeypatch.setattr(by_name, "ENTRIES_AT_ONCE", 1_000)
    assert estimate(people, typos, INPUTS) == whole
