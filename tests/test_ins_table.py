"""The benchmark of INS test identities (benchmarks/ins_table.py): its tables are what it says, small ones come out."""

import random
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from stdnum.fr import nir as stdnum_nir

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import ins_table
from ins_identities import FEW, Registry, Style, plain
from ins_words import OFFICIAL, in_letters

PEOPLE, SEED = 200, 7
SMALL = ("01a", "06", "20", "editeur")


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return ins_table.make(tmp_path_factory.mktemp("ins"), PEOPLE, SEED, SMALL)


def drawn(style, count=1_000):
    return Registry(random.Random(SEED), style).draw(count)


@pytest.mark.parametrize("word", ["01a", "06", "20", "editeur"])
def test_small_tables_are_counted_right(word, tables):
    chosen = [table for table in tables if word in table.name]
    assert chosen
    for table in chosen:
        found = ins_table.measure(table)
        assert found.met, found.line()


def test_two_editors_are_scanned_apart_and_together(tables):
    first, second, both = (table for table in tables if "editeur_" in table.name)
    assert both.files == first.files + second.files
    assert PEOPLE < both.people < first.people + second.people


def test_the_same_numbers_make_the_same_bytes_and_others_do_not(tables, tmp_path):
    again = ins_table.make(tmp_path / "again", PEOPLE, SEED, SMALL)
    other = ins_table.make(tmp_path / "other", PEOPLE, SEED + 1, SMALL)
    for one, same, another in zip(tables, again, other, strict=True):
        assert [path.read_bytes() for path in one.files] == [path.read_bytes() for path in same.files]
        assert [path.read_bytes() for path in one.files] != [path.read_bytes() for path in another.files]


def test_every_form_is_written_and_no_two_have_one_name(tmp_path):
    made = ins_table.make(tmp_path, 40, SEED)
    names = [path.name for table in made for path in table.files if len(table.files) == 1]
    assert len(set(names)) == len(names) == len(ins_table.FORMS) + len(ins_table.EDITORS)
    assert {path.name for path in tmp_path.iterdir()} == {*names, "truth.json"}
    assert ins_table.made(tmp_path, 40, SEED) == made
    with pytest.raises(SystemExit, match="seed 7"):
        ins_table.made(tmp_path, 40, SEED + 1)


def test_numbers_are_ones_own_and_have_the_right_key():
    people = drawn(Style(former=0.1))
    bodies = [who.body for who in people] + [who.former for who in people if who.former]
    assert len(set(bodies)) == len(bodies) > len(people)
    assert all(stdnum_nir.calc_check_digits(who.body) == who.number[13:] for who in people)


def test_official_cases_come_first_where_there_are_enough_test_people():
    assert [who.last for who in drawn(Style(test=0.2))[: len(OFFICIAL)]] == [last for last, *_ in OFFICIAL]
    assert drawn(Style(test=FEW / 1_000))[0].last != OFFICIAL[0][0]


def test_who_has_no_number_is_known_by_name_and_year_alone():
    people = drawn(Style(unnumbered=0.2, namesakes=0.05))
    without = [who for who in people if not who.numbered]
    assert len(without) > 50
    for who in without:
        alike = [other for other in people if other.known_by() == who.known_by()]
        assert alike == [who], plain(who.last)


def test_namesakes_have_numbers_of_one_kind():
    people = drawn(Style(namesakes=0.1, provisional=0.3, test=0))
    models = {(who.last, who.all_firsts, who.born): who for who in people[:900]}
    pairs = [(models.get((who.last, who.all_firsts, who.born)), who) for who in people[900:]]
    alike = [(model, who) for model, who in pairs if model is not None]
    assert len(alike) > 50
    assert all(model.provisional == who.provisional and model.body != who.body for model, who in alike)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "UN"), (17, "DIX-SEPT"), (20, "VINGT"), (21, "VINGT-ET-UN"), (35, "TRENTE-CINQ"), (70, "SOIXANTE-DIX"),
        (71, "SOIXANTE-ET-ONZE"), (80, "QUATRE-VINGTS"), (81, "QUATRE-VINGT-UN"), (97, "QUATRE-VINGT-DIX-SEPT"),
        (100, "CENT"), (203, "DEUX-CENT-TROIS"), (760, "SEPT-CENT-SOIXANTE"),
    ],
)  # fmt: skip
def test_numbers_in_letters(number, words):
    assert in_letters(number) == words
    assert all(in_letters(one) != in_letters(two) for one, two in pairwise(range(1, 999)))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("PAT-TROIS;279035121518989\nPAT-TROIS;279035121518989\n", 1),
        ('"2790351215189";"89"\n', 1),
        ("2 79 03 51 215 189 89\n2 36 06 63 220 836 07\n", 1),
        ("2790351215189 89\n1840176451089\n", 1),
        ("1800 2A 279035121518990 9279035121518989\n", 0),
        ("nom;prenom\n", 0),
    ],
)
def test_numbers_of_a_real_table_are_counted_apart(text, count, tmp_path):
    (tmp_path / "table.csv").write_text(text, encoding="utf-8")
    assert ins_table.numbers_in(tmp_path / "table.csv") == count


def test_a_workbook_is_counted_by_its_texts(tables):
    table = next(table for table in tables if table.name.endswith(".xlsx"))
    assert ins_table.real(table.files[0], None).people == ins_table.numbers_in(table.files[0]) == PEOPLE


@pytest.mark.parametrize(("people", "code"), [("200", 0), ("206", 1)])
def test_a_real_table_is_held_against_its_truth(people, code, tables, monkeypatch, capsys):
    path = next(table.files[0] for table in tables if table.name.startswith("01a"))
    monkeypatch.setattr(sys, "argv", ["ins_table.py", "--table", str(path), "--people", people])
    assert ins_table.main() == code
    printed = capsys.readouterr().out
    assert path.name in printed
    assert f"{1 - code} of 1 within" in printed


def test_a_table_without_numbers_needs_its_truth(tmp_path):
    (tmp_path / "table.csv").write_text("nom;prenom\nMARTIN;ZOE\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="--people"):
        ins_table.real(tmp_path / "table.csv", None)
    assert ins_table.real(tmp_path / "table.csv", 1).people == 1
