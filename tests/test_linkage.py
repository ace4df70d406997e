"""Linkage: every rule by name, what must never be linked, and the laws of the three partitions."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakscan.persons import components, linkage
from leakscan.persons.ledger import PEOPLE_SCHEMA
from leakscan.persons.linkage import Partitions, link

SCHEMA = {"input": pl.UInt32(), **PEOPLE_SCHEMA}
NAMES = ("first", "last", "maiden")


def print_of(kind: str, value: str) -> int:
    return int.from_bytes(blake2b(f"{kind}|{value}".encode(), digest_size=8).digest(), "little")


def frames(*rows: dict[str, object]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """People and typos of rows given in plain text; `own` is nir_own."""
    records, names = [], set()
    for row in rows:
        text = {name: value for name, value in row.items() if isinstance(value, str)}
        record: dict[str, object] = {"input": 0, "kind": 0, "bears": 2, "placeholder": False, "themes": 0, "rows": 1}
        record |= {"categories": 0, "flags": 0, "nir_own": row.get("own")}
        record |= {name: value for name, value in row.items() if isinstance(value, int) and name != "own"}
        for name, value in text.items():
            kind = {"first": "name", "last": "name", "maiden": "name", "nir_bad": "nir", "ins": "nir"}.get(name, name)
            record[name] = print_of(kind, value)
        names |= {text[name] for name in NAMES if name in text}
        if "birth" in text:
            year, month, day = text["birth"].split("-")
            swap = f"{year}-{day}-{month}" if int(day) <= 12 else None
            record["birth_swap"] = print_of("birth", swap) if swap else None
            for part, kept in (("dm", day + month), ("my", month + year), ("dy", day + year)):
                record[f"birth_{part}"] = print_of(part, kept)
        if "first" in text and "last" in text:
            record["name_set"] = print_of("set", " ".join(sorted((text["first"] + " " + text["last"]).split())))
        if "whole" in text:
            record["name_set"] = print_of("set", " ".join(sorted(text["whole"].split())))
        if "full" in text:
            record["full"] = print_of("set", " ".join(sorted(text["full"].split())))
        records.append(record)
    variants = [
        (name, cut) for name in sorted(names) for cut in {name, *(name[:i] + name[i + 1 :] for i in range(len(name)))}
    ]
    typos = {
        "name": [print_of("name", one) for one, _ in variants],
        "deletion": [print_of("name", cut) for _, cut in variants],
    }
    people = pl.DataFrame([{name: record.get(name) for name in SCHEMA} for record in records], schema=SCHEMA)
    return people, pl.DataFrame(typos, schema={"name": pl.UInt64, "deletion": pl.UInt64})


def persons(partitions: Partitions) -> tuple[int, int, int]:
    low, likely, high = (len(np.unique(labels)) for labels in partitions)
    return low, likely, high


ANNE = {"first": "ANNE", "last": "MARTIN", "birth": "1980-05-17", "sex": "2"}
PAUL = {"first": "PAUL", "last": "MARTIN", "birth": "2015-02-03", "sex": "1"}
LEO = {"first": "LEO", "last": "MARTIN", "birth": "2015-02-03"}
NO_BIRTH = {"first": "ANNE", "last": "MARTIN"}
WHOLE = {"last": "ANNE MARTIN", "whole": "ANNE MARTIN"}
AS_NAMES = {"last": "ANNE", "first": "ROSE", "birth": "1980-05-17"}
OWN, OTHERS = {"nir": "N1", "own": True}, {"nir": "N1", "own": False}

ONE, LIKELY_ONE, MAYBE_ONE, TWO = (1, 1, 1), (1, 1, 2), (1, 2, 2), (2, 2, 2)

SCENARIOS: dict[str, tuple[tuple[int, int, int], list[dict[str, object]]]] = {
    # certain
    "same INS": (ONE, [{"ins": "I1"}, ANNE | {"ins": "I1"}]),
    "INS and own NIR are one number": (ONE, [ANNE | {"ins": "N1"}, {"nir": "N1", "own": True, "birth": "1980-05-18"}]),
    "same own NIR, everything else different": (ONE, [ANNE | OWN, OWN | {"first": "ANNA", "last": "DURAND"}]),
    "same NIR, birth date and first name": (ONE, [PAUL | OTHERS, PAUL | OTHERS | {"last": "DURAND"}]),
    "same NIR and birth date, first name absent": (ONE, [PAUL | OTHERS, OTHERS | {"birth": "2015-02-03"}]),
    "same NIR and name, birth date absent": (ONE, [ANNE | {"nir": "N1"}, NO_BIRTH | {"nir": "N1"}]),
    "name and birth date": (ONE, [ANNE, ANNE | OWN, ANNE | {"phone": "P"}]),
    "maiden name and birth date": (ONE, [ANNE | {"last": "DURAND", "maiden": "MARTIN"}, ANNE]),
    "full name in one cell": (ONE, [{"full": "ANNE MARTIN", "birth": "1980-05-17", "email": e} for e in ("E1", "E2")]),
    "full name against two cells": (LIKELY_ONE, [{"full": "MARTIN ANNE", "birth": "1980-05-17"}, ANNE]),
    "same pseudonym": (ONE, [{"pseudonym": "X"}, {"pseudonym": "X", "sex": "1"}]),
    "same record number and birth date": (
        ONE,
        [ANNE | {"record_number": "R"}, {"birth": "1980-05-17", "last": "DURAND", "record_number": "R"}],
    ),
    "same record number and name": (ONE, [NO_BIRTH | {"record_number": "R"}, ANNE | {"record_number": "R"}]),
    "same record number in two inputs": (
        TWO,
        [{"record_number": "R"}, {"record_number": "R", "input": 1}],
    ),
    "nothing but an e-mail address, in two inputs": (ONE, [{"email": "E"}, {"email": "E", "input": 1}]),
    # never
    "homonyms with an own NIR each": (TWO, [ANNE | OWN, ANNE | {"nir": "N2", "own": True}]),
    "homonyms with an INS each": (TWO, [ANNE | {"ins": "I1"}, ANNE | {"ins": "I2"}]),
    "typo, but an own NIR each": (TWO, [ANNE | OWN, ANNE | {"last": "MARTINS", "nir": "N2", "own": True}]),
    "child under a parent's NIR": (TWO, [ANNE | OWN, PAUL | OTHERS]),
    "twins under a parent's NIR": (TWO, [PAUL | OTHERS, PAUL | OTHERS | {"first": "LOUIS"}]),
    "twins of two sexes with like names": (
        (1, 2, 2),
        [LEO | OTHERS | {"sex": "1"}, LEO | OTHERS | {"first": "LEA", "sex": "2"}],
    ),
    "namesakes with other birth dates": (TWO, [ANNE, ANNE | {"birth": "1961-11-30"}]),
    "same birth date, other names": (TWO, [ANNE, ANNE | {"first": "JULIE", "last": "DURAND"}]),
    "undated namesakes with a NIR each": (TWO, [NO_BIRTH | {"nir": "N1"}, NO_BIRTH | {"nir": "N2"}]),
    "one phone in the family": (TWO, [ANNE | {"phone": "P"}, PAUL | {"phone": "P"}]),
    # likely
    "last name one slip apart": (LIKELY_ONE, [ANNE, ANNE | {"last": "MARTN"}]),
    "last name with neighbours swapped": (LIKELY_ONE, [ANNE, ANNE | {"last": "MATRIN"}]),
    "maiden name one slip apart": (LIKELY_ONE, [ANNE | {"last": "DURAND", "maiden": "MARTINN"}, ANNE]),
    "first name one slip apart": (LIKELY_ONE, [ANNE, ANNE | {"first": "ANE"}]),
    "same NIR and birth date, first name one slip apart": (
        LIKELY_ONE,
        [PAUL | OTHERS, PAUL | OTHERS | {"first": "PAULE", "last": "DURAND"}],
    ),
    "both names one slip apart, same phone": (
        LIKELY_ONE,
        [ANNE | {"phone": "P"}, ANNE | {"first": "ANE", "last": "MARTN", "phone": "P"}],
    ),
    "same NIR and name, birth day wrong": (LIKELY_ONE, [PAUL | OTHERS, PAUL | OTHERS | {"birth": "2015-02-23"}]),
    "same NIR and name, day and month swapped": (LIKELY_ONE, [PAUL | OTHERS, PAUL | OTHERS | {"birth": "2015-03-02"}]),
    "same phone and name, birth year wrong": (
        LIKELY_ONE,
        [ANNE | {"phone": "P"}, ANNE | {"phone": "P", "birth": "1990-05-17"}],
    ),
    "child under both parents": (LIKELY_ONE, [PAUL | OTHERS, PAUL | {"nir": "N2", "own": False}]),
    "first and last name swapped": (LIKELY_ONE, [ANNE, ANNE | {"first": "MARTIN", "last": "ANNE"}]),
    "wrong key, right first name": (LIKELY_ONE, [{"nir_bad": "N1", "first": "ANNE"}, ANNE | OWN]),
    "wrong key twice": (LIKELY_ONE, [{"nir_bad": "N9", "first": "ANNE"}, ANNE | {"nir_bad": "N9"}]),
    "NIR alone, one person known under it": (LIKELY_ONE, [{"nir": "N1"}, ANNE | OWN]),
    "further person who is a patient elsewhere": (LIKELY_ONE, [{"nir": "N1", "kind": 1}, ANNE | OWN]),
    "new last name, same e-mail address": (
        ONE,
        [ANNE | {"email": "E"}, ANNE | {"last": "DURAND", "email": "E"}],
    ),
    "name without birth date, same phone": (LIKELY_ONE, [NO_BIRTH | {"phone": "P"}, ANNE | {"phone": "P"}]),
    "names without birth dates, same address": (
        LIKELY_ONE,
        [NO_BIRTH | {"address": "A", "phone": "P"}, NO_BIRTH | {"address": "A", "email": "E"}],
    ),
    "e-mail address of one person": (LIKELY_ONE, [{"email": "E"}, ANNE | {"email": "E"}]),
    "last name and birth date of one person": (LIKELY_ONE, [{"last": "MARTIN", "birth": "1980-05-17"}, ANNE]),
    "undated and misspelt, same NIR and patient number": (
        LIKELY_ONE,
        [ANNE | OWN | {"record_number": "R"}, NO_BIRTH | {"first": "ANEN", "nir": "N1", "record_number": "R"}],
    ),
    "name without birth date, in another table": (LIKELY_ONE, [NO_BIRTH | {"input": 1}, ANNE]),
    "name without birth date in another table, two candidates": (
        (2, 3, 3),
        [NO_BIRTH | {"input": 1}, ANNE, ANNE | {"birth": "1961-11-30"}],
    ),
    "name without birth date in another table, sexes differ": (TWO, [NO_BIRTH | {"input": 1, "sex": "1"}, ANNE]),
    "name without birth date in another table, numbers differ": (
        TWO,
        [NO_BIRTH | {"input": 1, "nir": "N2"}, ANNE | {"nir": "N1"}],
    ),
    "NIR alone, its owner and a child known": ((2, 2, 3), [{"nir": "N1"}, ANNE | OWN, PAUL | OTHERS]),
    "homonyms and a row without a number": ((2, 2, 3), [ANNE | OWN, ANNE | {"nir": "N2", "own": True}, ANNE]),
    # only possible
    "name without birth date": (MAYBE_ONE, [NO_BIRTH, ANNE | OWN]),
    "names without birth dates": (MAYBE_ONE, [NO_BIRTH | {"email": "E"}, NO_BIRTH | {"phone": "P"}]),
    "names without birth dates, sexes differ": (TWO, [NO_BIRTH | {"sex": "1"}, NO_BIRTH | {"sex": "2"}]),
    "NIR alone, two children known": ((2, 3, 3), [{"nir": "N1"}, PAUL | OTHERS, LEO | OTHERS]),
    "birth year wrong, nothing more in common": (MAYBE_ONE, [ANNE | OWN, ANNE | {"birth": "1990-05-17"}]),
    "first name one slip apart, other last name, same phone": (
        MAYBE_ONE,
        [ANNE | {"phone": "P"}, ANNE | {"first": "ANE", "last": "DURAND", "phone": "P"}],
    ),
    "two slips in the first name, a third spelling between them": (
        (2, 3, 3),
        [ANNE | {"first": "ANE"}, ANNE | {"first": "ANNEE"}, {"first": "ANNE", "last": "PETIT", "birth": "1971-01-02"}],
    ),
    "last name one slip apart, sexes differ": (MAYBE_ONE, [ANNE, ANNE | {"last": "MARTN", "sex": "1"}]),
    "further person nobody knows": (MAYBE_ONE, [{"nir": "N9", "kind": 1}, ANNE]),
    "further person, patient with an own NIR": (TWO, [{"nir": "N9", "kind": 1}, ANNE | OWN]),
    "name in one column, in another table": (MAYBE_ONE, [WHOLE | {"input": 1}, ANNE]),
    "dated name in one column, in another table": (
        MAYBE_ONE,
        [WHOLE | {"input": 1, "birth": "1980-05-17"}, NO_BIRTH],
    ),
    "name in one column and another birth date": (TWO, [WHOLE | {"input": 1, "birth": "1961-11-30"}, ANNE]),
    "names in one column, in two tables": (MAYBE_ONE, [WHOLE, WHOLE | {"input": 1, "record_number": "R"}]),
    "name in one column twice in one table": (TWO, [WHOLE | {"record_number": r} for r in ("R1", "R2")]),
    "name in one column, phones differ": (TWO, [WHOLE | {"phone": "P"}, WHOLE | {"input": 1, "phone": "Q"}]),
    "name in one column, sexes differ": (TWO, [WHOLE | {"input": 1, "sex": "1"}, ANNE]),
    "first names read as a name, in another text": (MAYBE_ONE, [ANNE, AS_NAMES | {"input": 1}]),
    "first names read as a name, born on another day": (
        TWO,
        [ANNE, AS_NAMES | {"input": 1, "birth": "1961-11-30"}],
    ),
    "first names read as a name, in one table": (TWO, [ANNE, AS_NAMES]),
    "number of another table": (ONE, [{"record_number": "R", "kind": 2}, ANNE | {"record_number": "R"}]),
    "number of another table, two people under it": (
        (2, 3, 3),
        [{"record_number": "R", "kind": 2}, ANNE | {"record_number": "R"}, PAUL | {"record_number": "R"}],
    ),
    "number of a couple, and nothing else": (
        (2, 2, 3),
        [{"record_number": "R"}, ANNE | {"record_number": "R"}, PAUL | {"record_number": "R"}],
    ),
    "number of a couple, and a last name": (
        (2, 3, 3),
        [{"record_number": "R", "last": "ROUX"}, ANNE | {"record_number": "R"}, PAUL | {"record_number": "R"}],
    ),
    "number of one of several tables": (
        (2, 3, 3),
        [
            {"record_number": "R", "kind": 3},
            ANNE | {"record_number": "R", "input": 1},
            PAUL | {"record_number": "R", "input": 2},
        ],
    ),
    "a phone of two people": ((2, 3, 3), [{"phone": "P"}, ANNE | {"phone": "P"}, PAUL | {"phone": "P"}]),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(name: str) -> None:
    expected, rows = SCENARIOS[name]
    assert persons(link(*frames(*rows))) == expected
    assert persons(link(*frames(*reversed(rows)))) == expected


def test_frequent_first_names_are_twins_not_slips() -> None:
    others = [
        {"first": name, "last": f"X{n}", "birth": f"19{n}-{month}-01"}
        for name, month in (("LEO", "02"), ("LEA", "09"))
        for n in range(50, 56)
    ]
    assert persons(link(*frames(LEO, LEO | {"first": "LEA"}, *others))) == (13, 14, 14)
    assert persons(link(*frames(LEO | {"sex": "1"}, LEO | {"first": "LEA", "sex": "2"}, *others))) == (14, 14, 14)
    # LEOA is one slip from both: it joins one of them and does not join them to each other.
    assert persons(link(*frames(LEO, LEO | {"first": "LEA"}, LEO | {"first": "LEOA"}, *others)))[1:] == (14, 15)


def test_two_slips_of_one_frequent_name_meet() -> None:
    others = [{"first": "MARIE", "last": f"X{n}", "birth": f"19{n}-01-01"} for n in range(50, 56)]
    rows = [ANNE | {"first": first} for first in ("MRIE", "MARIEE")]
    assert persons(link(*frames(*rows, *others))) == (7, 7, 8)


def test_a_number_shared_by_many_identifies_nobody() -> None:
    rows = [{"nir": "N1", "own": False, "first": f"F{n}", "birth": f"19{n}-01-01"} for n in range(50, 70)]
    assert persons(link(*frames(*rows, {"nir": "N1"}))) == (21, 21, 21)
    named = [{"nir": "N1", "first": f"F{n}", "last": "X"} for n in range(20)]
    assert persons(link(*frames(*named))) == (20, 20, 20)
    assert persons(link(*frames(*rows, rows[0] | {"last": "X"}))) == (20, 20, 20)  # names agree


def test_a_record_number_is_one_persons_though_birth_dates_and_names_are_misspelt() -> None:
    """A slip in every number: in one record of the birth date, in another one of the first name."""
    rows: list[dict[str, object]] = []
    for n in range(10):
        person = {"record_number": f"R{n}", "first": f"QX{n}WY", "last": f"ZK{n}VJ", "birth": f"19{50 + n}-01-01"}
        rows += [person, person | {"birth": f"19{50 + n}-01-21"}, person | {"first": f"QX{n}W"}]
    known = {"record_number": "R3", "birth": "1953-01-11", "last": "ZKVJ", "first": "Q"}
    assert persons(link(*frames(*rows, known)))[1:] == (10, 11)


def test_record_numbers_that_stand_for_many_link_nobody_alone() -> None:
    rows = [
        {"record_number": f"R{n % 4}", "birth": f"19{n}-01-01", "first": f"F{n}", "last": "X"} for n in range(50, 62)
    ]
    again = {"record_number": "R0", "birth": "1950-01-01", "first": "Q", "last": "Z"}
    assert persons(link(*frames(*rows, again)))[2] == 13


def test_a_missing_birth_date_does_not_speak_against_a_record_number() -> None:
    """Each number stands on a dated and an undated row, whose names differ by too much to link them otherwise."""
    rows = [{"record_number": f"R{n}", "birth": f"19{n}-01-01", "first": f"F{n}", "last": "X"} for n in range(50, 62)]
    undated = [{"record_number": f"R{n}", "first": f"F{n}", "last": "YVES", "phone": f"P{n}"} for n in range(50, 62)]
    assert persons(link(*frames(*rows, *undated)))[1] == 12


def test_homonyms_are_not_joined_through_a_row_that_fits_both() -> None:
    """Married and maiden name lead to two people with a NIR each: the row without a number joins one only."""
    rows = [
        ANNE | OWN,
        ANNE | {"last": "DURAND", "maiden": "MARTIN"},
        ANNE | {"last": "DURAND", "nir": "N2", "own": True},
    ]
    assert persons(link(*frames(*rows))) == (2, 2, 3)


def test_an_undated_row_does_not_join_two_birth_dates() -> None:
    rows = [ANNE, ANNE | {"birth": "1961-11-30"}, NO_BIRTH, NO_BIRTH | {"phone": "P"}, NO_BIRTH | {"email": "E"}]
    assert persons(link(*frames(*rows))) == (2, 5, 5)


def test_common_names_do_not_chain() -> None:
    """Sixty people of one name, birth dates a year apart: low may pair them, not make them one."""
    rows = [ANNE | {"birth": f"19{year}-05-17"} for year in range(30, 90)]
    low, likely, high = persons(link(*frames(*rows)))
    assert (likely, high) == (60, 60)
    assert low >= 30


def test_nobody() -> None:
    people, typos = frames()
    assert [len(labels) for labels in link(people, typos)] == [0, 0, 0]


def few(kind: str, count: int) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, *(f"{kind}{n}" for n in range(count))])


ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "input": st.integers(0, 1),
            "kind": st.sampled_from([0, 0, 0, 1, 2, 3]),
            "ins": few("I", 2),
            "nir": few("N", 3),
            "nir_bad": few("N", 2),
            "own": st.sampled_from([True, False, None]),
            "pseudonym": few("P", 2),
            "birth": st.sampled_from(["1980-05-07", "1980-07-05", "1980-05-08", "1960-11-30"]),
            "first": st.sampled_from(["LEO", "LEA", "LEOA", "ANNE"]),
            "last": st.sampled_from(["MARTIN", "MARTN", "DURAND"]),
            "maiden": st.sampled_from(["MARTIN", "DURAND"]),
            "sex": few("S", 2),
            "phone": few("T", 2),
            "email": few("E", 2),
            "record_number": few("R", 2),
        },
    ),
    max_size=14,
)


def same_partition(one: np.ndarray, other: np.ndarray) -> bool:
    return (
        len(set(zip(one.tolist(), other.tolist(), strict=True))) == len(set(one.tolist())) == len(set(other.tolist()))
    )


@settings(max_examples=40, deadline=None)
@given(rows=ROWS, data=st.data())
def test_laws(rows: list[dict[str, object]], data: st.DataObject) -> None:
    people, typos = frames(*rows)
    found = link(people, typos)
    # Nested: each cluster of a finer partition lies in one cluster of the coarser.
    for coarse, fine in ((found.low, found.likely), (found.likely, found.high)):
        assert len(set(zip(fine.tolist(), coarse.tolist(), strict=True))) == len(set(fine.tolist()))
    # The order of rows does not matter, nor that of typos.
    order = data.draw(st.permutations(range(len(rows))))
    shuffled = link(people[order], typos.reverse())
    for labels, others in zip(found, shuffled, strict=True):
        assert same_partition(labels[order], others)
    # Identical rows are one identity.
    if rows:
        twice = link(pl.concat([people, people[-1:]]), typos)
        for labels, others in zip(found, twice, strict=True):
            assert same_partition(labels, others[:-1])
            assert others[-1] == others[-2]
    # Two own NIRs never meet, unless an INS holds them together.
    clusters = people.with_columns(cluster=pl.Series(found.low, dtype=pl.Int64)).group_by("cluster")
    held = clusters.agg(pl.col("ins").count(), own=pl.col("nir").filter("nir_own").drop_nulls().n_unique())
    assert held.filter((pl.col("ins") == 0) & (pl.col("own") > 1)).is_empty()


@settings(max_examples=30, deadline=None)
@given(rows=ROWS)
def test_narrowing_leaves_nothing_out(rows: list[dict[str, object]]) -> None:
    people, typos = frames(*rows)
    found = link(people, typos)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(linkage, "_open_to_more", lambda ids, *_, **__: np.ones(ids.size, np.bool_))
        everything = link(people, typos)
    for labels, others in zip(found, everything, strict=True):
        assert same_partition(labels, others)


@settings(max_examples=50, deadline=None)
@given(size=st.integers(1, 30), data=st.data())
def test_connected_components(size: int, data: st.DataObject) -> None:
    node = st.integers(0, size - 1)
    edges = data.draw(st.lists(st.tuples(node, node), max_size=40))
    tag = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    ends = np.array(edges, np.int64).reshape(-1, 2)
    links = components.Links(ends[:, 0], ends[:, 1])
    slow = list(range(size))
    for one, other in edges:
        old, new = slow[one], slow[other]
        slow = [new if label == old else label for label in slow]
    label = components.connected(size, links)
    assert same_partition(label, np.array(slow))
    assert all(label[at] <= at for at in range(size))
    for adopt in (True, False):
        apart = components.connected_apart(size, links, [tag], adopt=adopt)
        assert np.bincount(apart[tag], minlength=1).max() <= 1
        assert len(set(zip(apart.tolist(), label.tolist(), strict=True))) == len(set(apart.tolist()))


def test_large_blocks_are_compared_in_a_window() -> None:
    key = np.full(100, 7, np.uint64)
    links = components.pairs(key)
    assert len(links.left) < 100 * components.BLOCK_WINDOW
    assert len(np.unique(components.connected(100, links))) == 1
