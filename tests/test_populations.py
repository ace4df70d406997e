"""The generator of populations (benchmarks/populations.py): same seed same bytes, and its truth is true."""

import csv
import json
import random
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import population_labs as labs
import population_names as names
import population_people as folk
import population_typing as typing
import populations
from population_words import CONTROLS, NOBODIES

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
PEOPLE = 400
SEED = 7
CLEAN, MISSING_ONLY, WORST = 0, 4, len(populations.CELLS) - 1
SOME = (CLEAN, MISSING_ONLY, 7, 13, 20, WORST)


def read(path, facts):
    with path.open(encoding=facts["encoding"], newline="") as stream:
        header, *rows = csv.reader(stream, delimiter=facts["separator"])
    return header, rows


@pytest.fixture(scope="module")
def drawn():
    return {index: populations.draw_population(SEED, index, PEOPLE) for index in SOME}


@pytest.fixture(scope="module")
def folders(drawn, tmp_path_factory):
    root = tmp_path_factory.mktemp("populations")
    for index, population in drawn.items():
        populations.write(root / str(index), population, SEED, index)
    return {index: root / str(index) for index in drawn}


@pytest.fixture(scope="module")
def truths(folders):
    return {index: json.loads((folder / "truth.json").read_text(encoding="utf-8")) for index, folder in folders.items()}


def test_the_same_numbers_make_the_same_bytes_and_others_do_not(folders, tmp_path):
    command = [sys.executable, str(BENCHMARKS / "populations.py"), str(tmp_path), "--count", "1"]
    subprocess.run([*command, "--people", str(PEOPLE), "--seed", str(SEED)], check=True, capture_output=True)
    again = {path.name: path.read_bytes() for path in (tmp_path / "population_0000").iterdir()}
    assert again == {path.name: path.read_bytes() for path in folders[CLEAN].iterdir()}
    other = populations.draw_population(SEED + 1, CLEAN, PEOPLE)
    assert [one.nir for one in other.people] != [one.nir for one in populations.draw_population(SEED, 0, PEOPLE).people]


@pytest.mark.parametrize("index", SOME)
def test_truth_is_what_the_mapping_says(index, folders, truths):
    truth = truths[index]
    by_file = defaultdict(list)
    for name, at, person in truth["mapping"]:
        by_file[name].append(person)
        assert at == len(by_file[name])
    assert set(by_file) == set(truth["files"]) == {path.name for path in folders[index].iterdir()} - {"truth.json"}
    everybody = set()
    for name, facts in truth["files"].items():
        header, rows = read(folders[index] / name, facts)
        assert header == [column["header"] for column in facts["columns"]]
        assert len(rows) == facts["rows"] == len(by_file[name])
        assert [at for at, row in enumerate(rows, 1) if len(row) > len(header)] == facts["damaged_rows"]
        assert all(len(row) >= len(header) for row in rows)
        lost = set(facts["damaged_rows"])
        readable = [one for at, one in enumerate(by_file[name], 1) if one is not None and at not in lost]
        assert facts["people"] == len(set(readable))
        assert facts["records"] == len(readable)
        everybody |= set(readable)
    assert truth["people"] == len(everybody)
    assert 0.98 * PEOPLE <= truth["people"] <= PEOPLE
    assert 0 < truth["minors"] < truth["people"]


@pytest.mark.parametrize("index", SOME)
def test_rates_are_near_what_the_cell_asks(index, truths):
    truth = truths[index]
    asked, measured = truth["cell"], truth["measured"]
    assert measured["typos"] == pytest.approx(asked["typos"], rel=0.15, abs=0.005 if asked["typos"] else 0)
    assert measured["missing_nir"] == pytest.approx(asked["missing_nir"], abs=0.07)
    assert 0.005 * PEOPLE <= measured["twins"] <= 0.04 * PEOPLE


@pytest.mark.parametrize("index", SOME)
def test_overlap_of_files_is_near_what_was_drawn(index, truths):
    truth = truths[index]
    assert truth["measured"]["in_several_files"] == pytest.approx(truth["rates"]["overlap"] * PEOPLE, abs=0.1 * PEOPLE)


def test_children_under_a_parents_number_are_as_many_as_was_drawn(drawn, truths):
    children = {index: [one for one in population.people if one.minor] for index, population in drawn.items()}
    expected = sum(len(children[index]) * truths[index]["rates"]["insured_children"] for index in drawn)
    assert sum(one.insured != "" for some in children.values() for one in some) == pytest.approx(expected, rel=0.3)


def test_the_grid_is_covered_once_in_each_round():
    assert len(set(populations.CELLS)) == len(populations.CELLS) == len(populations.TYPOS) * len(populations.MISSING)


@pytest.mark.parametrize("index", SOME)
def test_nobody_is_no_person(index, drawn):
    people = drawn[index].people
    identities = {last for last, _ in NOBODIES} | set(CONTROLS)
    assert not identities & {one.last.upper() for one in people}
    found = Counter()
    for sheet in drawn[index].sheets:
        at = next(place for place, (kind, _) in enumerate(sheet.layout.columns) if kind in {"last", "full"})
        for row in sheet.rows:
            name = row.cells[at]
            if row.person is not None:
                assert name not in identities
                assert 0 <= row.person < len(people)
            elif not row.damaged:
                found[name == "" or any(name.startswith(one) for one in identities)] += 1
    assert set(found) <= {True}


def test_some_population_holds_rows_of_nobody(truths):
    assert sum(truth["measured"]["rows_of_nobody"] for truth in truths.values()) > 0


def test_without_typos_every_number_is_that_of_somebody(drawn, truths):
    seen = 0
    for index in (CLEAN, MISSING_ONLY):
        assert truths[index]["measured"]["typos"] == 0
        population = drawn[index]
        known = {number[:13] for one in population.people for number in (one.nir, one.insured, one.waiting) if number}
        known |= {sheet.lab.dummy_nir for sheet in population.sheets} | {""}
        for sheet in population.sheets:
            places = [at for at, (kind, _) in enumerate(sheet.layout.columns) if kind == "nir"]
            rows = [row for row in sheet.rows if row.person is not None and not row.damaged]
            cells = [row.cells[at].replace(" ", "")[:13] for row in rows for at in places]
            assert set(cells) <= known
            seen += sum(cell != "" for cell in cells)
    assert seen > 0


def test_people_have_numbers_of_their_own_with_right_keys(drawn):
    for population in drawn.values():
        numbers = [one.nir for one in population.people]
        assert len(set(numbers)) == len(numbers) == PEOPLE
        assert all(folk.key_of(nir[:13]) == nir[13:] for nir in numbers)
        assert all(one.insured != one.nir for one in population.people)
    assert folk.key_of("2840576451089") == f"{97 - 2840576451089 % 97:02d}"
    assert folk.key_of("184122A451089") == f"{97 - 1841219451089 % 97:02d}"


def test_twins_share_their_birth_and_not_their_first_name(drawn):
    pairs = defaultdict(list)
    for index, population in drawn.items():
        for one in population.people:
            if one.twin:
                pairs[index, one.household].append(one)
    whole = [pair for pair in pairs.values() if len(pair) == 2]
    assert len(whole) > len(SOME)
    assert all(one.birth == two.birth and one.last == two.last and one.first != two.first for one, two in whole)


def test_visits_are_no_earlier_than_birth_nor_later_than_the_day_of_truth(drawn):
    for population in drawn.values():
        for sheet in population.sheets:
            real = [row for row in sheet.rows if row.person is not None]
            assert all(population.people[row.person].birth <= row.day < folk.AS_OF for row in real)


def test_a_minor_is_under_eighteen_on_the_day(drawn):
    one = drawn[CLEAN].people[0]
    assert replace(one, birth=date(2008, 1, 2)).minor
    assert not replace(one, birth=date(2008, 1, 1)).minor


@pytest.mark.parametrize("text", ["Lefèvre", "Li", "Le Gall", "Jean-Pierre", "O", "Philippe", "23 rue de la Gare"])
def test_a_typo_changes_a_text(text):
    rng = random.Random(3)
    slipped = {typing.mistype(text, rng) for _ in range(50)}
    assert text.lower() not in {one.lower() for one in slipped}
    assert len(slipped) > 2


def test_a_typo_keeps_the_length_of_numbers_and_makes_a_day_of_the_calendar():
    rng = random.Random(4)
    nir = "284057645108997"
    for _ in range(300):
        slipped = typing.mistype_nir(nir, rng, recomputes=False)
        assert slipped != nir
        assert len(slipped) == 15
        anew = typing.mistype_nir(nir, rng, recomputes=True)
        assert anew[:13] != nir[:13]
        assert folk.key_of(anew[:13]) == anew[13:]
        born = typing.mistype_date((1984, 2, 28), rng)
        assert born != (1984, 2, 28)
        assert date(*born) < folk.AS_OF


def test_hurry_gathers_typos_without_adding_any():
    assert sum(factor * share for factor, share in labs.HURRY) == pytest.approx(1)
    assert sum(share for _, share in labs.HURRY) == pytest.approx(1)
    assert max(factor for factor, _ in labs.HURRY) * max(populations.TYPOS) < 1


def test_the_name_lists_are_as_long_as_promised():
    assert len(names.HEAD.names) >= 600
    assert len({name for one in names.GENERATIONS.values() for name in one.names}) >= 300
    rng = random.Random(5)
    drawn = Counter(names.HEAD.draw(rng) for _ in range(4000))
    assert drawn["Martin"] > 10 * drawn["Van Damme"]


def test_names_change_at_weddings_of_grown_women(drawn):
    married = [one for population in drawn.values() for one in population.people if one.married]
    assert len(married) > PEOPLE / 10
    assert all(one.sex == "f" and one.wed.year >= one.birth.year + 20 for one in married)
