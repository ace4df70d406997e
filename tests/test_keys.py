"""Keys: what is cheaper than sorting never misses an entry, and finds what `numpy` finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakscan.persons import keys, slips
from leakscan.persons.misspelt import slip_pairs
from leakscan.persons.slips import Misspellings

FEW = st.integers(0, 6)
ANY = st.one_of(FEW, st.integers(0, 2**64 - 1))


def column(values: list[int]) -> keys.Keys:
    return np.array(values, np.uint64)


@settings(max_examples=200, deadline=None)
@given(held=st.sets(ANY, min_size=1, max_size=60), wanted=st.lists(ANY, max_size=60))
def test_places_are_those_of_a_sorted_search(held: set[int], wanted: list[int]) -> None:
    table = np.sort(column(sorted(held)))
    asked = column([*wanted, *held])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_FEW", 0)
        patch.setattr(keys, "_LOOKED_UP_AT_ONCE", 7)
        place = keys.places_in(table, asked)
        there = keys.among(asked, table)
    assert (place == np.searchsorted(table, asked)).all()
    assert (there == np.isin(asked, table)).all()


def test_keys_that_are_not_spread_are_found_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_FEW", 0)
    table, asked = np.arange(1_000, dtype=np.uint64), np.arange(500, 1_500, dtype=np.uint64)
    assert (keys.places_in(table, asked) == np.searchsorted(table, asked)).all()


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.tuples(FEW, FEW, st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_no_entry_that_meets_another_is_missed(rows: list[tuple[int, int, bool, bool]]) -> None:
    key, value = column([row[0] for row in rows]), column([row[1] for row in rows])
    one, other = (np.array([row[at] for row in rows], np.bool_) for at in (2, 3))
    several = keys.shared_among(key, value)
    between = keys.shared_between(key, one, other)
    for at, held in enumerate(key):
        own = key == held
        assert several[at] or len(set(value[own].tolist())) == 1
        assert between[at] or not (one[own].any() and other[own].any())


def test_keys_of_their_own_are_left_out() -> None:
    key = np.random.default_rng(1).integers(1, 2**64, 10_000, dtype=np.uint64)
    assert np.count_nonzero(keys.shared_among(key, np.arange(len(key)))) < len(key) / 2
    assert keys.shared_among(np.concatenate([key, key[:100]]), np.arange(10_100))[:100].all()


@settings(max_examples=200, deadline=None)
@given(values=st.lists(ANY, max_size=40))
def test_distinct_keys_and_the_first_of_each(values: list[int]) -> None:
    given_keys = column(values)
    distinct, first = np.unique(given_keys, return_index=True)
    assert (keys.distinct(given_keys) == distinct).all()
    assert (keys.first_of_each(given_keys) == first).all()


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(["ANNA", "ANA", "ANN", "LEA", "LEO", "LE"]), FEW), max_size=16
    ),
    at_once=st.sampled_from([1, 3, 8_192]),
)
def test_pairs_one_slip_apart_are_all_of_them(rows: list[tuple[int, str, int]], at_once: int) -> None:
    texts = sorted({name for _, name, _ in rows})
    number = {text: place + 11 for place, text in enumerate(texts)}
    spelled = {text: {text, *(text[:at] + text[at + 1 :] for at in range(len(text)))} for text in texts}
    forms = {form: place + 101 for place, form in enumerate(sorted(set().union(*spelled.values())))}
    table = sorted((number[text], forms[form]) for text in texts for form in spelled[text])
    names, variants = column([name for name, _ in table]), column([form for _, form in table])
    labels = np.array([label for _, _, label in rows], np.int64)
    label_of = labels[:0] if not len(labels) else np.unique(labels, return_inverse=True)[1]
    key, name = column([key for key, _, _ in rows]), column([number[text] for _, text, _ in rows])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slips, "NAMES_AT_ONCE", at_once)
        found = slip_pairs(label_of, np.arange(len(rows)), key.copy(), name, Misspellings(names, variants))
    met = {
        frozenset(((int(label_of[i]), rows[i][1]), (int(label_of[j]), rows[j][1])))
        for i, j in zip(found.left.tolist(), found.right.tolist(), strict=True)
        if rows[i][0] == rows[j][0]
    }
    expected = {
        frozenset(((int(label_of[i]), rows[i][1]), (int(label_of[j]), rows[j][1])))
        for i in range(len(rows))
        for j in range(i)
        if rows[i][0] == rows[j][0] != 0
        and rows[i][1] != rows[j][1]
        and label_of[i] != label_of[j]
        and spelled[rows[i][1]] & spelled[rows[j][1]]
    }
    assert met == expected
    assert all(rows[i][0] == rows[j][0] for i, j in zip(found.left.tolist(), found.right.tolist(), strict=True))
