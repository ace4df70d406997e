"""The ledger: identities gathered, evidence added, distinct values counted exactly and beyond, overlaps refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakscan.errors import LedgerError
from leakscan.persons import ledger
from leakscan.persons.ledger import (
    GATHERED,
    PEOPLE_SCHEMA,
    Evidence,
    Input,
    Ledger,
    Unit,
    UnitId,
    gather,
)

SHA, OTHER_SHA = "a" * 64, "b" * 64


def people(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of identities; what is not given is absent, and counts as one record."""
    blank: dict[str, Any] = {
        **dict.fromkeys(PEOPLE_SCHEMA),
        "kind": 0,
        "bears": 2,
        "placeholder": False,
        "themes": 0,
        "categories": 0,
        "flags": 0,
        "rows": 1,
    }
    return pl.DataFrame([{**blank, **row} for row in rows], schema=PEOPLE_SCHEMA)


def evidence(*prints: int, hits: int = 1, samples: tuple[str, ...] = ()) -> Evidence:
    return Evidence(hits, hits, 0.5 * hits, pl.Series(sorted(prints), dtype=pl.UInt64), samples)


def parts(found: Evidence) -> tuple[Any, ...]:
    """What an Evidence holds, comparable (a Series compares by element)."""
    return (found.hits, found.records, found.confidence_sum, found.distinct.to_list(), found.samples)


def unit(records: int = 1) -> Unit:
    nobody = pl.DataFrame(schema=PEOPLE_SCHEMA)
    none = pl.DataFrame()
    return Unit(records, 0, 0, {}, {}, nobody, none, none, None, None)


def ledger_of(*ranges: tuple[int, int], sha256: str = SHA, member: str | None = None) -> Ledger:
    return Ledger(units={UnitId(sha256, member, start, end): unit() for start, end in ranges})


# ---- identities


def test_equal_identities_become_one_row() -> None:
    gathered = gather(
        people(
            {"nir": 1, "birth": 2, "themes": 0b001, "categories": 0b01, "flags": 0b1, "exam_first": date(2020, 5, 1)},
            {"nir": 1, "birth": 2, "themes": 0b100, "categories": 0b10, "flags": 0b1, "exam_last": date(2019, 5, 1)},
            {"nir": 1, "birth": 3},
        )
    )
    together = gathered.filter(pl.col("birth") == 2).row(0, named=True)
    assert gathered.height == 2
    assert (together["themes"], together["categories"], together["flags"], together["rows"]) == (0b101, 0b11, 0b1, 2)
    assert (together["exam_first"], together["exam_last"]) == (date(2020, 5, 1), date(2019, 5, 1))


def test_exam_dates_widen() -> None:
    days = [date(2020, 5, day) for day in (3, 1, 2)]
    gathered = gather(people(*({"nir": 1, "exam_first": day, "exam_last": day} for day in days)))
    assert gathered.select("exam_first", "exam_last").rows() == [(date(2020, 5, 1), date(2020, 5, 3))]


@pytest.mark.parametrize("name", [name for name in PEOPLE_SCHEMA if name not in GATHERED])
def test_every_part_of_an_identity_keeps_rows_apart(name: str) -> None:
    kinds: dict[object, tuple[Any, Any]] = {pl.Boolean: (False, True)}
    one, other = kinds.get(PEOPLE_SCHEMA[name], (1, 2))
    assert gather(people({name: one}, {name: other})).height == 2
    assert gather(people({name: one}, {name: one})).height == 1


def test_absent_is_no_value() -> None:
    assert gather(people({"nir": None}, {"nir": 0})).height == 2
    assert gather(people({"nir": None}, {"nir": None}))["rows"].to_list() == [2]


def test_nobody_gathers_to_nobody() -> None:
    gathered = gather(people())
    assert gathered.height == 0
    assert gathered.schema == pl.Schema(PEOPLE_SCHEMA)


SOMEBODY = st.builds(
    lambda nir, themes, rows: {"nir": nir, "themes": themes, "rows": rows},
    st.none() | st.integers(1, 3),
    st.integers(0, 7),
    st.integers(1, 5),
)


@settings(max_examples=30)
@given(st.lists(SOMEBODY, max_size=8), st.integers(0, 8))
def test_gathering_in_parts_is_gathering_at_once(rows: list[dict[str, Any]], cut: int) -> None:
    whole = gather(people(*rows))
    in_parts = gather(pl.concat([gather(people(*rows[:cut])), gather(people(*rows[cut:]))]))
    assert in_parts.sort("nir").equals(whole.sort("nir"))
    assert gather(whole).sort("nir").equals(whole.sort("nir"))
    assert whole["rows"].sum() == sum(row["rows"] for row in rows)


# ---- evidence


def test_evidence_adds_up() -> None:
    total = evidence(1, 2, hits=3, samples=("9", "99")) + evidence(2, 4, hits=1, samples=("a", "9", "A", "b"))
    assert parts(total) == (4, 4, 2.0, [1, 2, 4], ("9", "99", "A"))
    assert total.distinct_count() == (3, True)


EVIDENCE = st.builds(
    lambda prints, hits, samples: evidence(*prints, hits=hits, samples=tuple(sorted(samples)[:3])),
    st.sets(st.integers(1, 2**64 - 1), max_size=9),
    st.integers(1, 9),
    st.sets(st.sampled_from(("9", "99", "A", "Aa", "a 9")), max_size=4),
)


@settings(max_examples=60)
@given(EVIDENCE, EVIDENCE, EVIDENCE)
def test_adding_evidence_is_associative_and_commutative(one: Evidence, two: Evidence, three: Evidence) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "EXACT_DISTINCT", 8)
        assert parts((one + two) + three) == parts(one + (two + three))
        assert parts(one + two) == parts(two + one)


@pytest.mark.parametrize("distinct", [0, 1, 99])
def test_below_its_limit_the_count_is_exact(distinct: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "EXACT_DISTINCT", 100)
    assert evidence(*range(1, distinct + 1)).distinct_count() == (distinct, True)


@pytest.mark.parametrize("distinct", [1_000, 5_000, 20_000])
def test_beyond_its_limit_the_count_is_an_estimate(distinct: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fingerprints are uniform, so the smallest of them tell how many there are (error 1 / sqrt(limit), 3 sigma)."""
    limit = 900
    monkeypatch.setattr(ledger, "EXACT_DISTINCT", limit)
    prints = pl.Series(range(distinct)).hash(seed=7).sort()
    halves = [Evidence(1, 1, 1.0, part.sort()) for part in (prints[::2], prints[1::2], prints[::3])]
    total = halves[0] + halves[1] + halves[2]
    counted, exact = total.distinct_count()
    assert not exact
    assert len(total.distinct) == limit + 1
    assert counted == pytest.approx(distinct, rel=3 / limit**0.5)


def test_exactly_at_the_limit_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """DESIGN: exact to the limit, then a sketch."""
    monkeypatch.setattr(ledger, "EXACT_DISTINCT", 100)
    prints = pl.Series(range(100)).hash(seed=1).sort()
    assert (Evidence(1, 1, 1.0, prints) + evidence()).distinct_count() == (100, True)


# ---- units


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (((0, 100),), ((0, 100),)),
        (((0, 100),), ((100, 200),)),
        (((0, 100), (200, 300)), ((100, 200),)),
        ((), ((0, 100),)),
    ],
)
def test_same_and_neighbouring_ranges_merge(ours: Any, theirs: Any) -> None:
    merged = ledger_of(*ours).merge(ledger_of(*theirs))
    assert {(key.start, key.end) for key in merged.units} == {*ours, *theirs}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (((0, 100),), ((50, 150),)),
        (((0, 100),), ((0, 50),)),
        (((0, 100),), ((0, 101),)),
        (((0, 100),), ((20, 80),)),
        (((0, 300),), ((10, 20), (250, 400))),
        (((0, 100), (100, 200)), ((0, 200),)),
    ],
)
def test_overlapping_ranges_are_refused_with_a_sentence(ours: Any, theirs: Any) -> None:
    for one, other in ((ours, theirs), (theirs, ours)):
        with pytest.raises(LedgerError, match="different places") as refused:
            ledger_of(*one).merge(ledger_of(*other))
        assert SHA not in str(refused.value)


@pytest.mark.parametrize("elsewhere", [{"sha256": OTHER_SHA}, {"member": "inner.csv"}])
def test_ranges_of_different_inputs_never_overlap(elsewhere: dict[str, Any]) -> None:
    assert len(ledger_of((0, 100)).merge(ledger_of((50, 150), **elsewhere)).units) == 2


def test_merging_keeps_what_happened() -> None:
    given_one = Input("a", None, SHA, "delimited", "utf-8", 1, 1, "scanned")
    given_two = Input("b", None, SHA, "delimited", "utf-8", 1, 1, "scanned")
    one = Ledger(frozenset({given_one}), interrupted=True, seconds=2.0)
    merged = one.merge(Ledger(frozenset({given_two, given_one}), seconds=5.0))
    assert merged.inputs == {given_one, given_two}
    assert (merged.interrupted, merged.seconds) == (True, 5.0)
