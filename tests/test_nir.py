"""The NIR against an oracle (python-stdnum), against other projects' vectors where they are at hand, and our policy."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.fr import nir as oracle

from leakscan.detectors.nir import NIR, NIR_WITHOUT_KEY, in_nir_column, key_of, with_key, without_key, wrong_key
from leakscan.detectors.search import find

VECTORS = Path(__file__).parents[2] / "shared" / "corpora" / "nir_vectors.csv"
BODY = 13
MONTHS = [f"{month:02d}" for month in (*range(1, 13), *range(20, 43), *range(50, 100))]
"""Calendar months, and those of a civil status that is unknown or incomplete."""
PLACES = [
    *(f"{department:02d}{commune}" for department in range(1, 96) if department != 20 for commune in (950, 989)),
    *(f"2{island}{commune}" for island in "AB" for commune in (950, 989)),
    *(f"97{island}{commune}" for island in range(1, 7) for commune in (95, 99)),
    *("98895", "99109", "99352"),
]
"""Department and commune: metropolitan codes no commune has, Corsica, overseas, abroad."""
SEPARATED = (
    "{} {} {} {} {} {} {}",
    "{}.{}.{}.{}.{}.{}.{}",
    "{}-{}-{}-{}-{}-{}-{}",
    "{}{}{}{}{}{} {}",
    "{}{}{}{}{}{}{}",
)


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """The first 13 characters of a NIR."""
    year, order = draw(st.integers(0, 99)), draw(st.integers(1, 999))
    place = draw(st.sampled_from(PLACES))
    return f"{draw(st.sampled_from('12'))}{year:02d}{draw(st.sampled_from(MONTHS))}{place}{order:03d}"


def keyed(body: str) -> str:
    return f"{body}{oracle.calc_check_digits(body)}"


def grouped(number: str) -> tuple[str, ...]:
    return (number[0], number[1:3], number[3:5], number[5:7], number[7:10], number[10:13], number[13:])


def found(text: str) -> list[str]:
    """What running text gives, without any label."""
    return find(NIR, pl.Series([text]))["canonical"].to_list()


def labelled(text: str) -> list[str]:
    """What a detector that asks for a label gives."""
    return find(NIR_WITHOUT_KEY, pl.Series([text]))["canonical"].to_list()


def column(expression: pl.Expr) -> str | int | None:
    value: str | int | None = pl.select(expression).item()
    return value


def compact(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", text).upper()


# ---- the oracle


@given(bodies())
def test_key_is_that_of_the_oracle(body: str) -> None:
    assert column(key_of(pl.lit(body))) == int(oracle.calc_check_digits(body))


@given(bodies(), st.sampled_from(SEPARATED))
def test_a_right_number_is_found_however_it_is_written(body: str, spelling: str) -> None:
    number = keyed(body)
    assert oracle.is_valid(number)
    written = spelling.format(*grouped(number))
    assert found(written) == [body]
    assert found(f"Patient {written.lower()}, vu ce jour") == [body]
    assert column(in_nir_column(pl.lit(written))) == body
    assert column(with_key(pl.lit(written))) == body


@given(bodies(), st.integers(0, 99))
def test_search_and_oracle_agree_on_any_key(body: str, key: int) -> None:
    number = f"{body}{key:02d}"
    right = oracle.is_valid(number)
    assert found(number) == ([body] if right else [])
    assert column(in_nir_column(pl.lit(number))) == (body if right else None)
    assert column(wrong_key(pl.lit(number))) == (None if right else body)


@given(bodies(), st.integers(0, BODY - 1), st.integers(1, 9))
def test_one_wrong_digit_is_never_found(body: str, place: int, shift: int) -> None:
    """The key is a remainder by the prime 97, so no single digit can change unnoticed."""
    number = keyed(body)
    assume(number[place].isdigit())
    typo = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not oracle.is_valid(typo)
    assert found(typo) == []


@given(bodies())
def test_thirteen_characters_need_a_column_or_a_label(body: str) -> None:
    assert found(body) == []
    assert labelled(body) == []
    assert labelled(f"NIR : {body}") == [body]
    assert column(in_nir_column(pl.lit(body))) == body
    assert column(without_key(pl.lit(body))) == body


@given(st.integers(0, 10**18))
def test_digits_of_any_other_length_are_no_nir(number: int) -> None:
    text = str(number)
    assume(len(text) != BODY + 2)
    assert found(text) == []


@given(bodies(), st.sampled_from(("0.{}", "12,{}", "{}5", "3{}", "FR{}", "{},75", "{}.25", "A{}Z")))
def test_digits_of_something_longer_are_no_nir(body: str, around: str) -> None:
    number = keyed(body)
    assume(number.isdigit())
    assert found(around.format(number)) == []


@given(st.lists(bodies(), min_size=1, max_size=40, unique=True))
def test_a_text_with_many_numbers_counts_each(numbers: list[str]) -> None:
    text = "; ".join(f"beneficiaire {keyed(body)}" for body in numbers)
    assert found(text) == numbers


# ---- our policy where others disagree


@dataclass(frozen=True, slots=True)
class Policy:
    """What we do with one disputed kind of number: taken in running text, under a label, in a settled column."""

    decision: str
    shape: str
    example: str
    alone: bool
    under_a_label: bool
    in_column: bool


POLICY = (
    Policy("key 98 or 99 is refused: a key is 01 to 97", r"^.{13}9[89]$", "182057695504198", False, False, False),
    Policy("month 13 is refused", r"^[1-8]..13", keyed("1821376955041"), False, False, False),
    Policy("7 and 8 count only under a label", r"^[78]", keyed("7850569955041"), False, True, True),
    Policy("3 and 4 are taken: being registered", r"^[34]", keyed("3850569955041"), True, True, True),
)
"""First line that fits decides, as in the code."""


def check(policy: Policy, number: str) -> None:
    assert bool(found(number)) == policy.alone, policy.decision
    assert bool(labelled(f"NIR : {number}")) == policy.under_a_label, policy.decision
    assert (column(in_nir_column(pl.lit(number))) is not None) == policy.in_column, policy.decision


@pytest.mark.parametrize("policy", POLICY, ids=lambda policy: policy.decision)
def test_policy(policy: Policy) -> None:
    assert re.search(policy.shape, policy.example)
    check(policy, policy.example)


# ---- vectors of other projects


def vectors(*kinds: str) -> list[tuple[str, str, str]]:
    """Rows (value, expected, kind) of the kinds asked for."""
    if not VECTORS.exists():
        pytest.skip("the vectors of other projects are not at hand: they are not ours to ship")
    with VECTORS.open(encoding="utf-8", newline="") as file:
        rows = [(row["value"], row["expected"], row["kind"]) for row in csv.DictReader(file)]
    chosen = [row for row in rows if row[2] in kinds]
    assert chosen
    return chosen


def test_vectors_of_fifteen_characters() -> None:
    rows = [(value, expected) for value, expected, _ in vectors("nir15") if expected != "policy"]
    wrong = [(value, expected) for value, expected in rows if bool(found(value)) != (expected == "valid")]
    assert wrong == []


def test_vectors_of_fifteen_characters_in_their_column() -> None:
    valid = [value for value, expected, _ in vectors("nir15") if expected == "valid"]
    assert [value for value in valid if column(in_nir_column(pl.lit(value))) is None] == []


def test_vectors_of_thirteen_characters() -> None:
    rows = vectors("nir13")
    valid = [value for value, expected, _ in rows if expected == "valid"]
    invalid = [value for value, expected, _ in rows if expected == "invalid"]
    assert [value for value in valid if column(in_nir_column(pl.lit(value))) != compact(value)] == []
    assert [value for value in invalid if found(value) or labelled(value)] == []


def test_vectors_of_provisional_numbers() -> None:
    rows = vectors("mig13", "nnp13")
    labels = {"mig13": "MIG", "nnp13": "NNP"}
    wrong = [row for row in rows if bool(labelled(f"{labels[row[2]]} : {row[0]}")) != (row[1] == "valid")]
    assert wrong == []
    unlabelled = [value for value, _, _ in rows if found(value) or labelled(value)]
    assert unlabelled == []


def test_vectors_of_keys() -> None:
    numbers = [compact(value) for value, _, _ in vectors("key", "keyonly")]
    assert [column(key_of(pl.lit(number[:BODY]))) for number in numbers] == [int(number[BODY:]) for number in numbers]


def test_vectors_on_which_projects_disagree() -> None:
    for value, expected, _ in vectors("nir15"):
        if expected == "policy":
            policy = next(policy for policy in POLICY if re.search(policy.shape, compact(value)))
            check(policy, value)
