"""The estimate: who counts, the sums that must hold, and a made-up population whose truth is known."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakscan.persons.bits import CATEGORIES, FLAGS, OWN_STATUSES, category_bit, flag_bit, theme_bit
from leakscan.persons.estimate import BASES, Interval, estimate, per_category, per_flag, per_theme
from leakscan.persons.identity import deletions
from leakscan.persons.ledger import PEOPLE_SCHEMA
from leakscan.records import THEMES

SCHEMA = {"input": pl.UInt32(), **PEOPLE_SCHEMA}
KINDS = {"first": "name", "last": "name", "maiden": "name", "nir_bad": "nir", "ins": "nir"}
NO_TYPOS = pl.DataFrame(schema={"name": pl.UInt64, "deletion": pl.UInt64})


def print_of(kind: str, value: str) -> int:
    return int.from_bytes(blake2b(f"{kind}|{value}".encode(), digest_size=8).digest(), "little")


def people_of(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows in plain text: strings become fingerprints, all else stands as it is."""
    plain = {
        "input": 0,
        "kind": 0,
        "bears": 2,
        "placeholder": False,
        "themes": 0,
        "categories": 0,
        "flags": 0,
        "rows": 1,
    }
    records = []
    for row in rows:
        record = plain | {
            name: print_of(KINDS.get(name, name), value) if isinstance(value, str) else value
            for name, value in row.items()
        }
        if isinstance(birth := row.get("birth"), str):
            year, month, day = birth.split("-")
            record["birth_swap"] = print_of("birth", f"{year}-{day}-{month}") if int(day) <= 12 else None
            record |= {
                f"birth_{part}": print_of(part, kept)
                for part, kept in (("dm", day + month), ("my", month + year), ("dy", day + year))
            }
        if row.get("first") and row.get("last"):
            record["name_set"] = print_of("set", " ".join(sorted((row["first"], row["last"]))))
        records.append({name: record.get(name) for name in SCHEMA})
    return pl.DataFrame(records, schema=SCHEMA)


def typos_of(*rows: dict[str, Any]) -> pl.DataFrame:
    names = sorted({row[name] for row in rows for name in ("first", "last", "maiden") if row.get(name)})
    cuts = deletions(pl.Series(names, dtype=pl.String))
    return cuts.select(
        pl.Series(name, [print_of("name", text) for text in cuts[name]], dtype=pl.UInt64)
        for name in ("name", "deletion")
    )


def inputs_of(rows: int, damaged: int = 0, *, health: bool = True) -> pl.DataFrame:
    return pl.DataFrame(
        {"input": [0], "health": [health], "rows": [rows], "damaged": [damaged]},
        schema={"input": pl.UInt32, "health": pl.Boolean, "rows": pl.UInt64, "damaged": pl.UInt64},
    )


ANNE: dict[str, Any] = {"first": "ANNE", "last": "MARTIN", "birth": "1980-05-17"}
PAUL: dict[str, Any] = {"first": "PAUL", "last": "DURAND", "birth": "2015-02-03"}


def test_who_counts() -> None:
    people = people_of(
        ANNE | {"rows": 3},
        PAUL | {"placeholder": True, "rows": 2},
        {"email": "E", "bears": 1},
        {"sex": "1", "bears": 0, "rows": 4},
        {"nir": "N1", "kind": 1},
    )
    found = estimate(people, NO_TYPOS, inputs_of(12, 1), damaged_bearing=1)
    assert (found.low, found.likely, found.high) == (2, 3, 4)
    assert found.clusters["likely"].is_null().to_list() == [False, True, False, True, False]
    assert found.waterfall == (
        ("rows", 12),
        ("damaged", -1),
        ("without_person", -5),
        ("placeholders", -2),
        ("repeats", -2),
        ("merges", 0),
        ("further_people", 1),
        ("persons", 3),
    )
    without_health = estimate(people, NO_TYPOS, inputs_of(12, 1, health=False))
    assert without_health.likely == 2  # the lone e-mail address bears nobody
    assert dict(without_health.waterfall)["without_person"] == -6


def test_nobody() -> None:
    found = estimate(people_of(), NO_TYPOS, inputs_of(5, 5), damaged_bearing=2)
    assert (found.low, found.likely, found.high) == (0, 0, 2)
    assert set(found.basis.values()) == {0}
    assert per_theme(people_of(), found)["hiv"]["affirmed"] == Interval(0, 0, 0)


@pytest.mark.parametrize(
    ("basis", "row"),
    [
        ("ins", ANNE | {"ins": "I", "nir": "N"}),
        ("nir", ANNE | {"nir": "N"}),
        ("nir", {"nir_bad": "N"}),
        ("name_birth_date", ANNE | {"record_number": "R"}),
        ("name_birth_date", {"full": "ANNE MARTIN", "birth": "1980-05-17"}),
        ("pseudonym", {"pseudonym": "X", "birth": "1980-05-17"}),
        ("record_number", {"record_number": "R", "first": "ANNE"}),
        ("contact", {"email": "E"}),
    ],
)
def test_basis(basis: str, row: dict[str, Any]) -> None:
    found = estimate(people_of(row), NO_TYPOS, inputs_of(1))
    assert found.basis == dict.fromkeys(BASES, 0) | {basis: 1}


def test_a_person_counts_once_per_theme_under_the_strongest_status() -> None:
    people = people_of(
        ANNE | {"themes": theme_bit("hiv", "negated") | theme_bit("cancer", "tested"), "email": "E1"},
        ANNE | {"themes": theme_bit("hiv", "affirmed"), "email": "E2"},
        PAUL | {"themes": theme_bit("hiv", "tested") | theme_bit("blood_group", "affirmed")},
        PAUL | {"birth": "2015-02-04", "themes": theme_bit("hiv", "tested")},
    )
    found = estimate(people, NO_TYPOS, inputs_of(4))
    assert (found.low, found.likely, found.high) == (2, 3, 3)
    themes = per_theme(people, found)
    assert set(themes) == set(THEMES)
    assert themes["hiv"] == {"affirmed": (1, 1, 1), "tested": (1, 2, 2), "negated": (0, 0, 0)}
    assert themes["cancer"]["tested"] == (1, 1, 1)
    assert themes["blood_group"]["affirmed"] == (1, 1, 1)


def test_categories_and_flags() -> None:
    people = people_of(
        ANNE | {"categories": category_bit("name") | category_bit("nir"), "flags": flag_bit("email"), "nir": "N"},
        ANNE | {"categories": category_bit("name"), "flags": flag_bit("credentials")},
        PAUL | {"categories": category_bit("name"), "flags": flag_bit("minor")},
    )
    found = estimate(people, NO_TYPOS, inputs_of(3))
    counts = per_category(people, found, CATEGORIES)
    assert counts["name"] == (2, 2, 2)
    assert counts["nir"] == (1, 1, 1)
    assert counts["genetic_data"] == (0, 0, 0)
    expected = dict.fromkeys(FLAGS, 0) | {"minor": 1, "email": 1, "credentials": 1}
    assert per_flag(people, found, FLAGS) == expected


def test_nothing_personal_is_shown() -> None:
    found = estimate(people_of(ANNE), typos_of(ANNE), inputs_of(1))
    assert str(print_of("name", "ANNE")) not in repr(found)


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "rows": st.integers(1, 3),
            "bears": st.integers(0, 2),
            "placeholder": st.sampled_from([False, False, True]),
            "themes": st.integers(0, 63),
            "categories": st.integers(0, 7),
        },
        optional={
            "input": st.integers(0, 1),
            "kind": st.sampled_from([0, 0, 1]),
            "nir": st.sampled_from(["N1", "N2", None]),
            "nir_own": st.sampled_from([True, False, None]),
            "birth": st.sampled_from(["1980-05-07", "1980-07-05"]),
            "first": st.sampled_from(["LEO", "LEA", "ANNE"]),
            "last": st.sampled_from(["MARTIN", "MARTN"]),
            "phone": st.sampled_from(["T1", "T2"]),
        },
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, damaged=st.integers(0, 3), data=st.data())
def test_laws(rows: list[dict[str, Any]], damaged: int, data: st.DataObject) -> None:
    people, typos = people_of(*rows), typos_of(*rows)
    patients = sum(row["rows"] for row in rows if row.get("kind") != 1)
    inputs = pl.concat(
        [inputs_of(patients + damaged, damaged), inputs_of(0, health=False).with_columns(input=pl.lit(1, pl.UInt32))]
    )
    found = estimate(people, typos, inputs, damaged)
    assert found.low <= found.likely <= found.high
    assert sum(found.basis.values()) == found.likely
    *steps, (last, persons) = found.waterfall
    assert (last, persons) == ("persons", found.likely)
    assert sum(count for _, count in steps) == persons
    assert all(count <= 0 for step, count in steps if step not in ("rows", "further_people"))
    intervals = [one for theme in per_theme(people, found).values() for one in theme.values()]
    for one in [*intervals, *per_category(people, found, CATEGORIES).values()]:
        assert one.low <= one.likely <= one.high <= found.high
    # Neither the order of rows nor how identical ones are grouped changes anything.
    order = data.draw(st.permutations(range(len(rows))))
    split = [one for row in rows for one in ([row | {"rows": 1}] * row["rows"])]
    for other in (people[order], people_of(*split)):
        again = estimate(other, typos, inputs, damaged)
        assert again == found
        assert per_theme(other, again) == per_theme(people, found)


# A population whose truth is known -----------------------------------------------------------------------------------

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SYLLABLES = (
    "MA",
    "LE",
    "RI",
    "TO",
    "BEL",
    "CHAR",
    "DU",
    "PON",
    "GAR",
    "LIN",
    "ROU",
    "VE",
    "SA",
    "NI",
    "KA",
    "JO",
    "EL",
    "OU",
)


def slip(rng: np.random.Generator, name: str) -> str:
    at, way, letter = int(rng.integers(len(name))), int(rng.integers(4)), LETTERS[int(rng.integers(26))]
    if way == 0 and len(name) > 2:
        return name[:at] + name[at + 1 :]
    if way == 1:
        return name[:at] + letter + name[at:]
    if way == 2 and at + 1 < len(name):
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + letter + name[at + 1 :]


def vocabulary(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    names: set[str] = set()
    while len(names) < count:
        names.add("".join(rng.choice(SYLLABLES, int(rng.integers(2, 4)))))
    weight = 1 / np.arange(1, count + 1) ** 0.8
    return np.array(sorted(names)), weight / weight.sum()


def population(rng: np.random.Generator, size: int) -> list[dict[str, Any]]:
    """Adults with a NIR of their own, 15 % children under a parent's, twins among both."""
    (firsts, first_weight), (lasts, last_weight) = vocabulary(rng, 150), vocabulary(rng, 1500)
    persons: list[dict[str, Any]] = []
    adults: list[dict[str, Any]] = []
    while len(persons) < size:
        child = bool(adults) and rng.random() < 0.15
        twins = 1 + (rng.random() < 0.03)
        start, days = ("2006-01-01", 6500) if child else ("1930-01-01", 27000)
        birth = str(np.datetime64(start) + int(rng.integers(days)))
        parent = adults[int(rng.integers(len(adults)))] if child else None
        family = parent["last"] if parent else str(rng.choice(lasts, p=last_weight))
        home = parent["address"] if parent else f"A{len(persons)}"
        for first in rng.choice(firsts, twins, p=first_weight, replace=False):
            sex = str(rng.integers(1, 3))
            one = {"first": str(first), "last": family, "maiden": None, "birth": birth, "sex": sex, "address": home}
            if not child and sex == "2" and rng.random() < 0.5:
                one |= {"maiden": family, "last": str(rng.choice(lasts, p=last_weight))}
            one |= {"nir": parent["nir"] if parent else f"N{len(persons)}", "nir_own": not child}
            persons.append(one)
            if not child:
                adults.append(one)
    return persons[:size]


def records(
    rng: np.random.Generator, persons: list[dict[str, Any]], missing: float, typo: float
) -> list[dict[str, Any]]:
    """A third of the people on several rows; NIR missing or with a wrong key (1 %), names misspelt field by field."""
    rows = []
    for person in persons:
        hiv = theme_bit("hiv", OWN_STATUSES[int(rng.integers(3))]) if rng.random() < 0.1 else 0
        for _ in range(1 + (int(rng.integers(1, 4)) if rng.random() < 1 / 3 else 0)):
            row = person | {"themes": hiv}
            for name in ("first", "last", "maiden"):
                if row[name] and rng.random() < typo:
                    row[name] = slip(rng, row[name])
            fate = rng.random()
            if fate < missing + 0.01:
                row |= {"nir": None, "nir_own": None, "nir_bad": None if fate < missing else person["nir"] + " wrong"}
            rows.append({name: value for name, value in row.items() if value is not None})
    return rows


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("missing", "typo", "width", "off"),
    [(0.0, 0.0, 0.0075, 0.003), (0.1, 0.02, 0.03, 0.003), (0.2, 0.02, 0.04, 0.005), (0.6, 0.1, 0.2, 0.01)],
)
def test_population(seed: int, missing: float, typo: float, width: float, off: float) -> None:
    rng = np.random.default_rng(seed)
    persons = population(rng, 1200)
    rows = records(rng, persons, missing, typo)
    found = estimate(people := people_of(*rows), typos_of(*rows), inputs_of(len(rows)))
    assert found.low <= len(persons) <= found.high
    assert found.high - found.low < width * len(persons)
    assert abs(found.likely - len(persons)) <= off * len(persons)
    affirmed = per_theme(people, found)["hiv"]["affirmed"]
    assert affirmed.low <= affirmed.likely <= affirmed.high
