"""What is rare links more: rules by name among people who fill a file, and the same records among namesakes."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from test_linkage import frames, persons, print_of

from leakscan.marks import known_birth, placeholder
from leakscan.persons.bits import TRAITS
from leakscan.persons.estimate import estimate
from leakscan.persons.identity import Fingerprinter, shortened, words_inside
from leakscan.persons.linkage import link
from leakscan.persons.names import slips
from leakscan.persons.shorter import INSIDE, SHORTER, parted
from leakscan.persons.slips import Misspellings

FILLERS = 400


def crowd(first: str = "", last: str = "", count: int = 0) -> list[dict[str, object]]:
    """People with names and birth dates of their own; `count` of them bear `first` and as many `last`."""
    people: list[dict[str, object]] = []
    for n in range(FILLERS):
        born = (date(1930, 1, 1) + timedelta(61 * n)).isoformat()
        one: dict[str, object] = {"first": f"QX{n:03d}WY", "last": f"ZK{n:03d}VJ", "birth": born, "sex": str(1 + n % 2)}
        people.append(one | ({"first": first} if n < count else {"last": last} if n < 2 * count else {}))
    return people


def with_forms(*rows: dict[str, object]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """As `frames`, the table of spellings with the shorter forms of first names."""
    people, typos = frames(*rows)
    firsts = pl.Series([str(row["first"]) for row in rows if "first" in row])
    found = [typos]
    for pairs, mark in ((shortened(firsts), SHORTER), (words_inside(firsts), INSIDE)):
        names, forms = pairs.iter_columns()
        marked = [print_of("name", name) ^ int(mark) for name in names]
        printed = {"name": marked, "deletion": [print_of("name", form) for form in forms]}
        found.append(pl.DataFrame(printed, schema=typos.schema))
    return people, pl.concat(found)


ANNE = {"first": "ANNE", "last": "MARTIN", "birth": "1980-05-17", "sex": "2"}
RULES: dict[str, tuple[tuple[int, int, int], tuple[dict[str, object], dict[str, object]]]] = {
    # people beyond the crowd: low, likely, high
    "no birth date, a rare name": ((1, 1, 1), (ANNE, ANNE | {"birth": None})),
    "no birth dates, a rare name": ((1, 1, 1), (ANNE | {"birth": None}, ANNE | {"birth": None, "phone": "P1"})),
    "no birth date, but a number each": ((2, 2, 2), (ANNE | {"nir": "N1"}, ANNE | {"birth": None, "nir": "N2"})),
    "birth year wrong, a rare name": ((1, 1, 1), (ANNE, ANNE | {"birth": "1981-05-17"})),
    "day and month swapped": ((1, 1, 1), (ANNE | {"birth": "1980-05-11"}, ANNE | {"birth": "1980-11-05"})),
    "another last name": ((1, 1, 1), (ANNE, ANNE | {"last": "QUERE"})),
    "another last name, sexes differ": ((2, 2, 2), (ANNE, ANNE | {"last": "QUERE", "sex": "1"})),
    "one number, birth dates nothing alike": (
        (1, 1, 2),
        (ANNE | {"nir": "N1"}, ANNE | {"nir": "N1", "birth": "1955-01-30"}),
    ),
    "a second first name": ((1, 1, 1), (ANNE, ANNE | {"first": "ANNE LOUISE"})),
    "another one of the first names": ((1, 2, 2), (ANNE | {"first": "LOUISE ANNE"}, ANNE)),
    "another one of the first names, sexes differ": ((2, 2, 2), (ANNE | {"first": "LOUISE ANNE"}, ANNE | {"sex": "1"})),
    "another one of the first names, born on another day": (
        (2, 2, 2),
        (ANNE | {"first": "LOUISE ANNE"}, ANNE | {"birth": "1961-11-30"}),
    ),
    "none of the first names": ((2, 2, 2), (ANNE | {"first": "LOUISE MARIE"}, ANNE)),
    "an initial": ((1, 1, 1), (ANNE, ANNE | {"first": "A"})),
    "a second first name and no birth date": ((1, 1, 1), (ANNE, ANNE | {"first": "ANNE LOUISE", "birth": None})),
    "a second first name, day and month swapped": (
        (1, 1, 1),
        (ANNE | {"birth": "1980-05-11"}, ANNE | {"first": "ANNE LOUISE", "birth": "1980-11-05"}),
    ),
    "both names one slip apart": ((1, 1, 1), (ANNE, ANNE | {"first": "ANE", "last": "MARTEN"})),
    "first name one slip apart, birth year wrong, one phone": (
        (1, 1, 1),
        (ANNE | {"phone": "P1"}, ANNE | {"first": "ANE", "birth": "1981-05-17", "phone": "P1"}),
    ),
    "twins of two sexes with like names": ((1, 2, 2), (ANNE, ANNE | {"first": "ANE", "sex": "1"})),
    "no birth date, a slip in a rare first name": ((1, 1, 2), (ANNE, ANNE | {"first": "ANE", "birth": None})),
    "no birth date, a slip in a rare last name": ((1, 1, 2), (ANNE, ANNE | {"last": "MARTEN", "birth": None})),
    "no birth date, a slip, but a number each": (
        (2, 2, 2),
        (ANNE | {"nir": "N1"}, ANNE | {"first": "ANE", "birth": None, "nir": "N2"}),
    ),
    "no birth date, a slip, sexes differ": ((2, 2, 2), (ANNE, ANNE | {"first": "ANE", "birth": None, "sex": "1"})),
    "no birth date, a first name one slip apart, one phone": (
        (1, 1, 2),
        (ANNE | {"phone": "P1"}, {"first": "ANE", "phone": "P1", "sex": "2"}),
    ),
    "an own number each, one phone": (
        (1, 1, 1),
        (ANNE | {"nir": "N1", "own": True, "phone": "P1"}, ANNE | {"nir": "N2", "own": True, "phone": "P1"}),
    ),
    "an own number each, one phone, twins": (
        (2, 2, 2),
        (
            ANNE | {"nir": "N1", "own": True, "phone": "P1"},
            ANNE | {"first": "LOUISE", "nir": "N2", "own": True, "phone": "P1"},
        ),
    ),
    "an own number each": (
        (2, 2, 2),
        (ANNE | {"nir": "N1", "own": True}, ANNE | {"nir": "N2", "own": True}),
    ),
}


def beyond(*rows: dict[str, object], others: list[dict[str, object]]) -> tuple[int, int, int]:
    """People that the rows add to others."""
    filled = [{name: value for name, value in row.items() if value is not None} for row in rows]
    alone = persons(link(*with_forms(*others)))
    low, likely, high = (
        count - before for count, before in zip(persons(link(*with_forms(*others, *filled))), alone, strict=True)
    )
    return low, likely, high


@pytest.mark.parametrize("name", RULES)
def test_rule(name: str) -> None:
    expected, rows = RULES[name]
    assert beyond(*rows, others=crowd()) == expected
    assert beyond(*reversed(rows), others=crowd()) == expected


@pytest.mark.parametrize(
    "name",
    ["no birth date, a rare name", "no birth dates, a rare name", "birth year wrong, a rare name", "another last name"],
)
def test_what_is_frequent_is_not_certain(name: str) -> None:
    _, rows = RULES[name]
    namesakes = crowd("ANNE", "MARTIN", 150)
    assert beyond(*rows, others=namesakes)[2] == 2


def test_few_people_do_not_tell_what_is_rare() -> None:
    _, rows = RULES["birth year wrong, a rare name"]
    assert beyond(*rows, others=crowd()[:20])[1:] == (2, 2)


def test_two_first_words_do_not_meet_over_a_third() -> None:
    """MARIE ANNE and MARIE LOUISE, born on one day, are twins as far as anybody knows; MARIE may be either."""
    rows = [ANNE | {"first": first} for first in ("MARIE ANNE", "MARIE LOUISE", "MARIE")]
    assert beyond(*rows, others=crowd())[1] == 3


def test_last_names_alone_do_not_chain_among_many() -> None:
    """Five of one last name in each of two tables that write no first name: among many, one pair may be one person."""
    rows = [
        {"last": "MARTIN", "whole": "MARTIN", "input": table, "record_number": f"R{n}"}
        for table in range(2)
        for n in range(5)
    ]
    assert persons(link(*frames(*rows)))[1:] == (10, 10)
    assert beyond(*rows, others=crowd()) == (9, 10, 10)


@pytest.mark.parametrize(("in_common", "certain"), [(180, True), (10, False)])
def test_a_name_without_a_birth_date_says_more_where_tables_have_most_people_in_common(
    in_common: int, *, certain: bool
) -> None:
    """A name that a few of the crowd may bear by chance: whose it is depends on how many others are met again."""
    dated = crowd("ANNE", "MARTIN", 8)
    again = [{"first": one["first"], "last": one["last"], "input": 1} for one in dated[100 : 100 + in_common]]
    elsewhere = [{"first": f"VB{n}QK", "last": f"HG{n}WX", "input": 1} for n in range(200 - in_common)]
    high = beyond(ANNE, {"first": "ANNE", "last": "MARTIN", "input": 1}, others=[*dated, *again, *elsewhere])[2]
    assert high == (1 if certain else 2)


def aged(person: dict[str, object], years: int) -> dict[str, object]:
    """The person with an age, as the ledger has it: one added, in the bits of `traits`."""
    return person | {"traits": (years + 1) << TRAITS["age"].low}


JANUARY = [{"first": f"JQ{n}XW", "last": f"VB{n}KZ", "birth": f"{1950 + 5 * n}-01-01"} for n in range(8)]
"""Who does not know his day of birth, and has a 1st of January instead."""


@pytest.mark.parametrize(
    ("guess", "real", "years", "likely"),
    [
        ("1980-01-01", "1980-09-23", (46, 46), 1),
        ("1980-01-01", "1980-12-23", (46, 45), 1),
        ("1980-01-01", "1961-12-23", (46, 64), 2),
        ("1980-02-02", "1980-09-23", (46, 46), 2),  # no day that many have
    ],
)
def test_the_first_of_january_is_a_guess_at_any_day_of_the_year(
    guess: str, real: str, years: tuple[int, int], likely: int
) -> None:
    rows = [aged(ANNE | {"birth": birth}, age) for birth, age in zip((guess, real), years, strict=True)]
    assert beyond(*rows, others=[*crowd(), *JANUARY])[1] == likely


def test_a_birth_date_that_far_more_people_have_than_any_other_is_not_known() -> None:
    """Some software writes a date of its own for who has told none: whoever has it may be anybody of his name."""
    unknown = [{"first": f"JQ{n}XW", "last": f"VB{n}KZ", "birth": "1911-11-11"} for n in range(30)]
    rows = (ANNE, ANNE | {"birth": "1911-11-11"})
    assert beyond(*rows, others=[*crowd(), *unknown]) == (1, 1, 1)
    assert beyond(*rows, others=[*crowd(), *unknown[:4]])[1:] == (2, 2)
    assert beyond(*rows, others=[*crowd()[:40], *unknown])[1:] == (2, 2)  # a list of those born that day


def test_days_of_a_maternity_are_neither_guesses_nor_unknown() -> None:
    """Nine a day, born within 40 days: each day is far more people's than chance brings, and no more than the next."""
    days = [(date(2025, 3, 1) + timedelta(n)).isoformat() for n in range(40)]
    babies = [aged(one | {"birth": days[n % 40]}, 1) for n, one in enumerate(crowd()[:360])]
    rows = [aged(ANNE | {"birth": day}, 1) for day in ("2025-03-04", "2025-04-07")]
    assert beyond(*rows, others=babies)[1:] == (2, 2)


def doubled(count: int) -> list[dict[str, object]]:
    return [
        person | {"nir": f"N{n}-{slip}", "own": True} for n, person in enumerate(crowd()[:count]) for slip in range(2)
    ]


def test_numbers_doubled_more_often_than_by_chance_are_slips() -> None:
    rest = [one | {"rows": 2} for one in crowd()[20:]]
    assert persons(link(*frames(*(one | {"rows": 2} for one in doubled(20)), *rest)))[1:] == (FILLERS, FILLERS + 20)
    assert persons(link(*frames(*(one | {"rows": 2} for one in doubled(2)), *rest)))[1] == len(rest) + 4


def test_in_a_list_that_has_everybody_once_they_are_namesakes() -> None:
    assert persons(link(*frames(*doubled(20), *crowd()[20:])))[1] == FILLERS + 20


def test_a_table_of_spellings_is_parted_again() -> None:
    names = ["THEO", "THEO CEDRIC", "S", "SERGE"]
    prints = Fingerprinter(bytes(32))
    table = slips(pl.DataFrame({"kind": "name", "name": names}), prints).unique().sort("name", "deletion")
    spelt, forms, inside = parted(Misspellings(table["name"].to_numpy(), table["deletion"].to_numpy()))
    theo, cedric, short, serge = prints.column(pl.Series(names), "name").to_numpy()
    assert set(spelt.name) == {theo, cedric, short, serge}
    known = set(zip(forms.name, forms.variant, strict=True))
    assert {(cedric, theo), (serge, short)} <= known
    assert len(inside.name) == 1
    assert inside.name[0] == cedric
    assert {name for name, _ in known} == {theo, cedric, serge}
    assert not spelt.one_slip(np.array([serge, cedric]), np.array([short, theo])).any()


@pytest.mark.parametrize(
    ("name", "nobody"),
    [
        ("TEST", True), ("ZZTEST", True), ("NE PAS UTILISER", True), ("CQ NIVEAU 2", True), ("TEMOIN POSITIF", True),
        ("CALIBRATEUR", True), ("SANS NOM", True), ("PATIENT FICTIF", True), ("DOUBLON", True),
        ("BLANC", False), ("TEMOIN", False), ("FORMATION", True), ("TESTUD", False), ("ESSAIDI", False),
        ("CONTROLEUR", False), ("STANDARD", False), ("ANONYMOS", False), ("DE SAINT ANONYME", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("column", ["last_name", "maiden_name", "full_name"])
def test_names_of_nobody(name: str, nobody: bool, column: str) -> None:
    assert stands_for_nobody({column: name}) is nobody


def stands_for_nobody(told: dict[str, str]) -> bool:
    """Whether a record that tells so much is a placeholder."""
    columns = ("last_name", "maiden_name", "full_name", "first_name", "birth_date", "nir", "ins", "pseudonym", "phone")
    row = pl.DataFrame([told], schema=dict.fromkeys((*columns, "email"), pl.String)).with_columns(known_birth())
    assert row["birth_date"].item() == (None if told.get("birth_date") == UNKNOWN else told.get("birth_date"))
    answer: bool = row.select(placeholder()).item()
    return answer


UNKNOWN = "1900-01-01"
"""What software writes where a birth date is asked for and nobody knows it."""


@pytest.mark.parametrize(
    ("told", "nobody"),
    [
        ({}, True),
        ({"last_name": "TEST", "first_name": "TEST"}, True),
        ({"last_name": "MARTIN", "first_name": "ANNE"}, False),
        ({"full_name": "MARTIN ANNE"}, False),
        ({"phone": "0612345678"}, False),
        ({"pseudonym": "S-004"}, False),
        ({"nir": "2800375116001"}, False),
    ],
)
def test_whose_birth_date_is_not_known_is_somebody_if_anything_else_is(told: dict[str, str], *, nobody: bool) -> None:
    assert stands_for_nobody(told | {"birth_date": UNKNOWN}) is nobody


def nameless(named: int) -> tuple[int, int, int]:
    """An estimate of ten records with a number and nothing else, one of which is a named patient's, beside others."""
    rows = [person | {"record_number": f"R{n}"} for n, person in enumerate(crowd()[:named])]
    bare: list[dict[str, object]] = [{"record_number": f"R{number}", "bears": 1} for number in (0, *range(900, 909))]
    people, typos = frames(*rows, *bare)
    schema = {"input": pl.UInt32, "health": pl.Boolean, "rows": pl.UInt64, "damaged": pl.UInt64}
    inputs = pl.DataFrame([(0, True, people.height, 0)], schema=schema, orient="row")
    found = estimate(people, typos, inputs)
    assert sum(count for _, count in found.waterfall[:-1]) == found.likely
    return found.low, found.likely, found.high


def test_a_number_alone_counts_in_high_where_others_have_names() -> None:
    assert nameless(60) == (60, 60, 70)  # that the unnamed R0 is the patient with R0 is probable, not certain
    assert nameless(5)[1] > 5
