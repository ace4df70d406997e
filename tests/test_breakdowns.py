"""Breakdowns and overlaps against a population whose truth is known, and against people counted one by one."""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from conftest import AS_OF
from hypothesis import given, settings
from hypothesis import strategies as st
from population import FIELDS, Row, population

from leakscan.options import ScanOptions
from leakscan.persons import breakdowns, memberships
from leakscan.persons.bits import department_name, exam_year_name
from leakscan.persons.disclosure import SMALL_CELL
from leakscan.report import build_report
from leakscan.scan import scan
from leakscan.traits import LABORATORY_CODE, ages, traits, traits_of_number

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import populations

HEADER = (*FIELDS, "code_postal", "code_labo")
BANDS = ((0, "0-5"), (6, "6-14"), (15, "15-17"), (18, "18-24"), (25, "25-34"), (35, "35-44"), (45, "45-54"),
         (55, "55-64"), (65, "65-74"), (75, "75-84"), (85, "85+"))  # fmt: skip
POSTCODES = ("75013", "69003", "2A004", "20200", "97410", "13008")


def clean(size: int, seed: int) -> list[list[str]]:
    """Cells of so many people with a record or two each, under HEADER."""
    homes: dict[str, tuple[str, str]] = {}
    rng = random.Random(seed)
    rows = population(size, seed)
    for row in rows:
        homes.setdefault(row["nir"], (rng.choice(POSTCODES), rng.choice(("LB01", "LB02", "LB03"))))
    return [[*(row[field] for field in FIELDS), *homes[row["nir"]]] for row in rows]


def nirs(rows: Sequence[Sequence[str]]) -> set[str]:
    return {row[0] for row in rows}


def by_person(rows: Sequence[Sequence[str]], tell: Callable[[Row], str]) -> Counter[str]:
    told = {(row[0], tell(dict(zip(HEADER, row, strict=True)))) for row in rows}
    return Counter(value for _, value in told)


def band(row: Row) -> str:
    day, month, year = (int(part) for part in row["date_naissance"].split("/"))
    age = AS_OF.year - year - ((month, day) > (AS_OF.month, AS_OF.day))
    return max((low, name) for low, name in BANDS if low <= age)[1]


def born_in(row: Row) -> str:
    """By the NIR, where it is the person's own; the invented population has a few that are not."""
    _, month, year = row["date_naissance"].split("/")
    department = row["nir"][5:7]
    if row["nir"][1:5] != year[2:] + month:
        return ""
    return "99" if year < "1968" and department > "90" else department


def assert_told(table: dict[str, Any], truth: Counter[str]) -> None:
    """What is shown is true, what is small is not shown, and nobody is told of who is not there."""
    assert not table["withheld"]
    cells = {cell["value"]: cell["people"] for cell in table["cells"]}
    for value, people in truth.items():
        assert cells[value] in ({None} if people < SMALL_CELL else {None, people}), value
    assert all(people in (0, None) for value, people in cells.items() if value not in truth)
    assert sum(people is None for people in cells.values()) <= sum(people < SMALL_CELL for people in truth.values()) + 2


def test_a_clean_population_is_told_as_it_is(write_table: Callable[..., Path], report_of: Callable[..., Any]) -> None:
    rows = clean(600, 3)
    report = report_of(write_table("labo.csv", [HEADER, *rows]))
    persons, told = report["persons"], report["persons"]["breakdowns"]
    assert persons["likely"] == 600
    assert_told(told["age_bands"], by_person(rows, band))
    assert_told(told["sex"], by_person(rows, lambda row: {"M": "man", "F": "woman"}[row["sexe"]]))
    born = by_person(rows, born_in)
    assert told["birth_department"]["unknown"] == born.pop("", 0)
    assert_told(told["birth_department"], born)
    homes = {"75013": "75", "69003": "69", "2A004": "2A", "20200": "2B", "97410": "974", "13008": "13"}
    assert_told(told["residence_department"], by_person(rows, lambda row: homes[row["code_postal"]]))
    assert_told(told["exam_years"], by_person(rows, lambda row: row["date_prelevement"][-4:]))
    assert [told[name]["unknown"] for name in ("age_bands", "sex", "residence_department", "exam_years")] == [0] * 4
    truth = by_person(rows, lambda row: row["code_labo"]).most_common()
    assert [(entry["code"], entry["people"]) for entry in told["laboratories"]["listed"]] == truth
    assert told["channels"]["email"] == {"reachable": 600, "shared": 0}
    assert told["k_anonymity"] is None
    shown = [cell["people"] for cell in told["age_bands"]["cells"][:3]]
    assert None in shown or sum(shown) == persons["minors"]


def test_files_overlap_as_they_were_written(write_table: Callable[..., Path], report_of: Callable[..., Any]) -> None:
    rows = clean(300, 5)
    people = sorted(nirs(rows))
    shares = {
        "a.csv": people[:150],
        "b.csv": people[100:220],
        "c.csv": people[:30] + people[210:],
        "d.csv": people[140:160],
    }
    paths = {name: write_table(name, [HEADER, *(row for row in rows if row[0] in own)]) for name, own in shares.items()}
    persons = report_of(*paths.values())["persons"]
    assert persons["likely"] == len(people)
    seen: set[str] = set()
    for entry, own in zip(persons["by_input"], shares.values(), strict=True):
        others = {nir for other in shares.values() if other is not own for nir in other}
        expected = (len(own), len(others & {*own}), len({*own} - others), len({*own} - seen))
        assert tuple(entry[name] for name in ("people", "shared", "only_here", "new")) == expected
        seen |= {*own}
    assert sum(entry["new"] for entry in persons["by_input"]) == len(people)
    every = [[i, j, len({*one} & {*two})] for (i, one), (j, two) in combinations(enumerate(shares.values()), 2)]
    assert persons["overlap"] == {"pairs": [pair for pair in every if pair[2]], "reason": None}


def test_themes_of_one_person_combine_across_files(
    write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    rows = [dict(zip(HEADER, row, strict=True)) for row in clean(40, 7)]
    ones = list({row["nir"]: row for row in rows}.values())
    files = {"a.csv": "sérologie VIH négative", "b.csv": "VIH positif, sous Biktarvy", "c.csv": "cancer du sein opéré"}
    paths = [
        write_table(name, [HEADER, *([*{**row, "commentaire": note}.values()] for row in ones)])
        for name, note in files.items()
    ]
    persons = report_of(*paths)["persons"]
    assert persons["likely"] == 40
    hiv = {status: found["likely"] for status, found in persons["by_theme"]["hiv"].items()}
    assert hiv == {"affirmed": 40, "tested": 0, "negated": 0}
    assert persons["by_theme"]["cancer"]["affirmed"]["likely"] == 40
    assert [entry["shared"] for entry in persons["by_input"]] == [40, 40, 40]


def test_copies_of_a_file_are_one_line(write_table: Callable[..., Path], report_of: Callable[..., Any]) -> None:
    rows = [HEADER, *clean(20, 9)]
    found = report_of(*(write_table(name, rows) for name in ("a.csv", "b.csv", "c.csv")))["persons"]["by_input"]
    assert [(Path(entry["path"]).name, entry["copies"], entry["people"], entry["shared"]) for entry in found] == [
        ("a.csv", 2, 20, 0)
    ]


def test_a_population_over_several_files_is_near_its_truth(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    index = next(
        index
        for index in range(0, 500, len(populations.CELLS))
        if len(populations.draw_population(7, index, 20).sheets) > 2
    )
    drawn = populations.draw_population(7, index, 400)
    populations.write(tmp_path, drawn, 7, index)
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    names = sorted(truth["files"])
    persons = report_of(*(tmp_path / name for name in names), as_of=date.fromisoformat(truth["as_of"]))["persons"]
    people = {Path(entry["path"]).name: entry["people"] for entry in persons["by_input"]}
    for name in names:
        assert abs(people[name] - truth["files"][name]["people"]) <= 0.05 * truth["files"][name]["people"] + 2, name
    within = {
        name: {person for file, _, person in truth["mapping"] if file == name and person is not None} for name in names
    }
    matrix = {(i, j): people for i, j, people in persons["overlap"]["pairs"]}
    for i, j in combinations(range(len(names)), 2):
        both = len(within[names[i]] & within[names[j]])
        assert abs(matrix.get((i, j), 0) - both) <= 0.1 * both + 5


# ---- laboratories, channels, k-anonymity


def with_laboratories(cells: Sequence[str], finess: Sequence[str] = ()) -> list[list[str]]:
    """Ten people of each laboratory."""
    rows = {row[0]: row for row in clean(10 * len(cells), 11)}
    numbers = [number for number in (finess or [""] * len(cells)) for _ in range(10)]
    laboratories = [cell for cell in cells for _ in range(10)]
    return [[*row[:-1], cell, number] for row, cell, number in zip(rows.values(), laboratories, numbers, strict=True)]


def laboratories(report: dict[str, Any]) -> list[tuple[Any, ...]]:
    found = report["persons"]["breakdowns"]["laboratories"]["listed"]
    return sorted(
        ((entry["code"], entry["finess"], entry["people"]) for entry in found), key=lambda entry: tuple(map(str, entry))
    )


def test_a_laboratory_is_shown_by_code_and_finess_alone(
    write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    cells, numbers = ("LB01", "LABO 12", "DURANDEAU GISELE", "GIS1234567"), ("750000002", "", "", "750000003")
    path = write_table("labo.csv", [(*HEADER, "finess"), *with_laboratories(cells, numbers)])
    report = report_of(path)
    assert laboratories(report) == [
        ("LABO 12", None, 10),
        ("LB01", "750000002", 10),
        (None, None, 10),
        (None, None, 10),
    ]
    text = json.dumps(report, ensure_ascii=False).casefold()
    assert not any(part in text for part in ("durandeau", "gisele", "gis1234567", "750000003"))


def test_without_a_laboratory_column_the_finess_number_is_the_laboratory(
    write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    rows = [[*row[:-2], row[-1]] for row in with_laboratories(("", ""), ("750000002", "2B0000004"))]
    report = report_of(write_table("labo.csv", [(*HEADER[:-1], "finess"), *rows]))
    assert laboratories(report) == [(None, "2B0000004", 10), (None, "750000002", 10)]
    assert report["laboratories"] == {"distinct": 2}


def test_small_laboratories_are_not_listed(write_table: Callable[..., Path], report_of: Callable[..., Any]) -> None:
    rows = with_laboratories(("LB01", "LB02", "LB03"))
    for row, code in zip(rows[:3], ("LB04", "LB04", "LB05"), strict=True):
        row[-2] = code
    told = report_of(write_table("labo.csv", [(*HEADER, "finess"), *rows]))["persons"]["breakdowns"]["laboratories"]
    assert [(entry["number"], entry["code"], entry["people"]) for entry in told["listed"]] == [
        (1, "LB02", 10),
        (2, "LB03", 10),
    ]
    assert (told["not_listed"], told["suppressed"]) == (3, 3)


@pytest.mark.parametrize("cell", ["LB01", "L1", "LABO 12", "LAB-3B", "0012", "SITE 4"])
def test_what_may_be_shown_of_a_laboratory(cell: str) -> None:
    assert pl.Series([cell]).str.contains(LABORATORY_CODE).all()


@pytest.mark.parametrize(
    "cell", ["MARTIN", "LEA1", "JEAN 12", "0639980076", "19840312", "120384", "184127645108946", "LY", "LB 1 2"]
)
def test_what_may_be_somebody_is_never_shown(cell: str) -> None:
    assert not pl.Series([cell]).str.contains(LABORATORY_CODE).any()


def test_people_who_share_a_channel(write_table: Callable[..., Path], report_of: Callable[..., Any]) -> None:
    rows = [*{row[0]: row for row in clean(60, 13)}.values()]
    at = FIELDS.index("email")
    for row in rows[:6]:
        row[at] = rows[0][at]
    rows[10][FIELDS.index("telephone")] = rows[11][FIELDS.index("telephone")]
    channels = report_of(write_table("labo.csv", [HEADER, *rows]))["persons"]["breakdowns"]["channels"]
    assert channels["email"] == {"reachable": 60, "shared": 6}
    assert channels["phone"] == {"reachable": 60, "shared": None, "suppressed": True}


def test_contacts_in_shares_are_as_contacts_at_once(
    write_table: Callable[..., Path], report_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [*{row[0]: row for row in clean(60, 13)}.values()]
    for row, other in zip(rows[:20], rows[20:40], strict=True):
        row[FIELDS.index("telephone")] = other[FIELDS.index("telephone")]
    path = write_table("labo.csv", [HEADER, *rows])
    whole = report_of(path)["persons"]["breakdowns"]
    monkeypatch.setattr(breakdowns, "PRINTS_AT_ONCE", 7)
    assert report_of(path)["persons"]["breakdowns"] == whole
    assert whole["channels"]["phone"]["shared"] == 40


def test_people_without_a_name_by_how_many_are_like_them(
    write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    likes = [1] * 5 + [3] * 2 + [6, 12]
    rows, number = [], 0
    for group, size in enumerate(likes):
        for _ in range(size):
            number += 1
            body = f"1840{1 + group % 9}{group + 10}269{number:03d}"
            rows.append(
                [
                    f"{body}{97 - int(body) % 97:02d}",
                    f"{group + 1:02d}/0{1 + group % 9}/1984",
                    "M",
                    "75013",
                    "02/03/2020",
                    "RAS",
                ]
            )
    header = ("nir", "date_naissance", "sexe", "code_postal", "date_prelevement", "commentaire")
    persons = report_of(write_table("labo.csv", [header, *rows]))["persons"]
    assert persons["likely"] == number
    assert persons["breakdowns"]["k_anonymity"] == {"people": number, "k1": 5, "k2_4": 6, "k5_9": 6, "k10_more": 12}


# ---- many inputs


Pairs = list[tuple[int, int]]


def parts_of(pairs: Pairs) -> Callable[[], Iterator[memberships.Pairs]]:
    """The pairs in three parts, some of them twice."""

    def give() -> Iterator[memberships.Pairs]:
        for part in (pairs[:3], pairs[2:], []):
            yield tuple(np.array([pair[place] for pair in part], np.uint32) for place in (0, 1))  # type: ignore[misc]

    return give


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), max_size=40))
def test_memberships_are_counted_as_one_by_one(pairs: Pairs) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memberships, "PEOPLE_AT_ONCE", 3)
        patch.setattr(memberships, "ROWS_AT_ONCE", 2)
        found = memberships.memberships(parts_of(pairs), 10, 6, matrix=True)
    within = [{person for person, group in pairs if group == own} for own in range(6)]
    assert found.people.tolist() == [len(own) for own in within]
    others = [set().union(*(other for j, other in enumerate(within) if j != i)) for i in range(6)]
    assert found.alone.tolist() == [len(own - other) for own, other in zip(within, others, strict=True)]
    assert found.new.tolist() == [len(own - set().union(*within[:i])) for i, own in enumerate(within)]
    assert found.shared is not None
    several = [own & other for own, other in zip(within, others, strict=True)]
    assert found.shared.tolist() == [[len(one & two) for two in several] for one in several]


def test_ten_thousand_inputs_are_no_matrix() -> None:
    pairs = [(person, (person * 7 + more) % 10_000) for person in range(20_000) for more in range(person % 3 + 1)]
    found = memberships.memberships(parts_of(pairs), 20_000, 10_000)
    assert found.shared is None
    assert found.people.sum() == len(set(pairs))
    assert found.new.sum() == 20_000


def test_beyond_so_many_inputs_the_matrix_is_left_out(
    write_table: Callable[..., Path], report_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breakdowns, "MATRIX_INPUTS", 2)
    rows = clean(30, 15)
    paths = [write_table(f"{part}.csv", [HEADER, *rows[part::3], *rows[:2]]) for part in range(3)]
    persons = report_of(*paths)["persons"]
    assert persons["overlap"] == {"pairs": None, "reason": "more than 2 inputs have people"}
    assert len(persons["by_input"]) == 3


# ---- traits


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        ("2008-01-01", 18), ("2008-01-02", 17), ("2026-01-01", 0), ("2026-01-02", None), ("1906-01-01", 120),
        ("1905-01-01", None), ("1984-13-00", 41), ("", None),
    ],
)  # fmt: skip
def test_age_in_whole_years(birth: str, age: int | None) -> None:
    assert ages(pl.Series([birth]), AS_OF).to_list() == [age]


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"nir": "1840675451089"}, ("man", "75", None)),
        ({"nir": "2840697412089"}, ("woman", "974", None)),
        ({"nir": "284062A004089"}, ("woman", "2A", None)),
        ({"nir": "2840620004089"}, ("woman", "20", None)),
        ({"nir": "2840699109089"}, ("woman", "99", None)),
        ({"nir": "2500692109089", "birth_date": "1950-06-01"}, ("woman", "99", None)),
        ({"nir": "2840692109089", "birth_date": "1984-06-01"}, ("woman", "92", None)),
        ({"nir": "7112312345678"}, (None, None, None)),
        ({"nir": "1840675451089", "nir_own": False}, (None, None, None)),
        ({"nir": "1840675451089", "nir_own": False, "ins": "2100313451089", "sex": "x"}, ("woman", "13", None)),
        ({"nir": "1840675451089", "sex": "f", "postcode": "20090"}, ("woman", "75", "2A")),
        ({"birth_place": "99109", "postcode": "20200"}, (None, "99", "2B")),
        ({"birth_place": "PARIS", "postcode": "98800"}, (None, None, "988")),
        ({"birth_place": "2B033", "postcode": "2A004"}, (None, "2B", "2A")),
    ],
)
def test_traits_of_a_record(record: dict[str, Any], told: tuple[str | None, str | None, str | None]) -> None:
    columns = ("ins", "nir", "birth_date", "birth_place", "postcode", "sex")
    schema = {**dict.fromkeys(columns, pl.String), "nir_own": pl.Boolean}
    row = pl.DataFrame([{**dict.fromkeys(schema), **record}], schema=schema)
    assert told_of(row.select(traits(pl.lit(None, pl.Int16))).item()) == told


def told_of(packed: int) -> tuple[str | None, str | None, str | None]:
    birth, residence = packed >> 7 & 127, packed & 127
    return (
        (None, "woman", "man")[packed >> 14 & 3],
        department_name(birth) if birth else None,
        department_name(residence) if residence else None,
    )


def test_traits_of_a_number_alone() -> None:
    numbers = pl.DataFrame({"number": ["1840675451089", "7112312345678"]})
    found = numbers.select(traits_of_number(pl.col("number"))).to_series()
    assert [told_of(packed) for packed in found] == [("man", "75", None), (None, None, None)]


def test_years_of_exams_have_names() -> None:
    assert [exam_year_name(bit) for bit in (0, 1, 30, 31)] == ["<2005", "2005", "2034", ">=2035"]


@pytest.mark.parametrize(
    "text",
    [
        "rien du tout\n" * 4,
        "ref;libelle;laboratoire\n1;vis;LB01\n2;clou;LB02\n",
        "Dr Nathalie Durand, RPPS 10003456789\n",
    ],
)
def test_of_nobody_the_short_way_says_what_the_long_one_does(text, tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text(text)
    options = ScanOptions(as_of=AS_OF)
    ledger = scan([str(tmp_path / "a.txt")], options)
    short = build_report(ledger, options)["persons"]
    monkeypatch.setattr("leakscan.report.breakdowns", breakdowns._told)
    assert short == build_report(ledger, options)["persons"]
    assert short["likely"] == 0
