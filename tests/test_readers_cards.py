"""Cards of labels and values, and YAML of people: what they give, whatever the chunks, and what is none of them."""

from __future__ import annotations

import random
from typing import Any

import card_files
import pytest
from card_files import CARDS, LOOK_ALIKES, PEOPLE, SAME_JSON, YAML, Case
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import tables
from tables import report_here

from leakscan.readers import choose, labelled, yaml, yaml_documents
from leakscan.readers.heads import Head
from leakscan.readers.labels import named, told_by
from leakscan.records import ReadOptions

FILES: dict[str, Case] = {
    **{f"cards: {name}": case for name, case in CARDS.items()},
    **{f"YAML: {name}": case for name, case in YAML.items()},
}


def format_of(data: bytes) -> str:
    reader = choose(Head(data, ReadOptions()))
    return reader if isinstance(reader, str) else reader.format


@pytest.mark.parametrize("name", FILES)
def test_people_and_their_health(name: str) -> None:
    case = FILES[name]
    report = report_here(case.data)
    cancer = report["persons"]["by_theme"]["cancer"]["affirmed"]["likely"]
    assert format_of(case.data) == (labelled.FORMAT if name.startswith("cards") else yaml.FORMAT)
    assert (report["records"], report["records_damaged"]) == (case.rows, 0)
    assert (report["persons"]["likely"], cancer) == (case.people, case.cancer)


@pytest.mark.parametrize("name", CARDS)
def test_a_row_per_card_and_a_column_per_label(name: str) -> None:
    case = CARDS[name]
    table = tables(case.data)[None]
    assert [row[0] for row in table.rows] == list(range(1, case.rows + 1))
    assert set(case.columns) <= set(table.columns)
    # each person's number and name stand in one row
    for row, one in zip(table.rows, PEOPLE, strict=False):
        missing = name == "labels missing"
        assert missing or (one.nir in row and one.last in row)
        assert any(one.note in cell.replace("\n", " ") for cell in row[1:])
    assert table.ranges[-1][1] == len(case.data)
    assert all(before[1] == after[0] for before, after in zip(table.ranges, table.ranges[1:], strict=False))


@pytest.mark.parametrize("name", CARDS)
@pytest.mark.parametrize("size", [300])
def test_the_size_of_chunks_does_not_matter(name: str, size: int) -> None:
    whole, cut = tables(CARDS[name].data)[None], tables(CARDS[name].data, ReadOptions(block_bytes=size))[None]
    assert (cut.columns, cut.rows, cut.texts) == (whole.columns, whole.rows, whole.texts)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.lists(st.booleans(), min_size=5, max_size=5).filter(any), min_size=3, max_size=12),
    st.sampled_from(["\n", "", "-----\n", "=====\n\n", "\f", "\n\n\n"]),
    st.sampled_from([" : ", " = ", "\t", " ........ "]),
    st.integers(150, 600),
)
def test_cards_of_any_labels_in_any_chunks(filled: list[list[bool]], parted: str, between: str, size: int) -> None:
    """Whatever labels lack and whatever parts cards: no chunk changes what is read, and no word is lost."""
    texts = []
    for one, given_ in zip(PEOPLE, filled, strict=False):
        pairs = [pair for pair, has in zip(card_files.fields(one), given_, strict=True) if has]
        texts.append(card_files.lines(pairs, between))
    data = parted.join(texts).encode()
    whole, cut = tables(data)[None], tables(data, ReadOptions(block_bytes=size))[None]
    assert (cut.columns, cut.rows, cut.texts) == (whole.columns, whole.rows, whole.texts)
    said = " ".join([*(str(cell) for row in whole.rows for cell in row[1:]), *whole.texts, *whole.columns])
    assert all(one.nir in said for one, has in zip(PEOPLE, filled, strict=False) if has[3])


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_what_only_looks_like_them_stays_as_it_was(name: str) -> None:
    assert format_of(LOOK_ALIKES[name].encode()) not in (labelled.FORMAT, yaml.FORMAT)


def test_a_letter_keeps_its_patient_and_theme() -> None:
    report = report_here(LOOK_ALIKES["a letter"].encode())
    assert (report["records"], report["persons"]["likely"]) == (1, 1)
    assert report["persons"]["by_theme"]["cancer"]["affirmed"]["likely"] == 1


def test_lines_without_a_label_stay_with_their_card() -> None:
    table = tables(CARDS["free text in cards"].data)[None]
    assert table.columns[-1] == labelled.REST
    assert [row[-1] for row in table.rows[:2]] == [
        f"Vu ce jour en consultation.\nOn retient : {one.note}." for one in PEOPLE[:2]
    ] or all(one.note in " ".join(row[1:]) for one, row in zip(PEOPLE, table.rows, strict=True))


def test_what_stands_around_is_searched_and_no_record() -> None:
    table = tables(CARDS["prose around"].data)[None]
    assert len(table.texts) == 2
    assert table.met["asides"] == 2
    assert "sénologie" in table.texts[0]


def test_numbers_between_cards_stay_with_their_card() -> None:
    data = "".join(f"Dossier n° 77{at}\n{card_files.lines(card_files.fields(one))}" for at, one in enumerate(PEOPLE))
    table = tables(data.encode())[None]
    assert ["77" in row[-1] for row in table.rows] == [True] * 12


def test_a_card_without_end_is_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelled, "CARD_BYTES", 4_000)
    head = card_files.cards()
    tail = ("mot sans fin ni label " * 20 + "\n") * 12
    data = (head + "\nNom de famille : X\n" + tail + PEOPLE[0].nir + "\n").encode()
    table = tables(data, ReadOptions(block_bytes=1_000))[None]
    assert {row[2] for row in table.damaged} == {"card_cut"}
    numbers = sorted(row[0] for row in [*table.rows, *table.damaged])
    assert numbers == list(range(1, len(numbers) + 1))


def test_labels_that_look_like_values_or_names_are_no_columns() -> None:
    nir = PEOPLE[0].nir
    base = card_files.cards()
    rare = base.replace("Motif : entorse", "Jean DUVAL : ami\nMotif : entorse", 1)
    assert "Jean DUVAL" not in tables(rare.encode())[None].columns
    assert any("Jean DUVAL" in row[-1] for row in tables(rare.encode())[None].rows)
    numbered = base.replace("Motif : ", f"Dossier {nir} : ouvert\nMotif : ")
    read = tables(numbered.encode())[None]
    assert not any(nir in column for column in read.columns)
    assert any(nir in row[-1] for row in read.rows)
    assert named(["Examen", "Dupont Jean", "Date"], known=False) == ["Examen", "column_2", "Date"]


@pytest.mark.parametrize(
    ("labels", "people"),
    [
        (("Nom", "Prénom", "Motif"), True),
        (("sn", "givenName"), True),
        (("Né(e) le", "NIR"), True),
        (("N° de sécurité sociale", "Date de naissance"), True),
        (("Nom du médecin", "Prénom du médecin"), False),
        (("Name", "Version", "License", "Email"), False),
        (("host", "port", "name"), False),
        (("Téléphone", "Adresse"), False),
    ],
)
def test_labels_of_people(labels: tuple[str, ...], people: bool) -> None:
    assert told_by(labels).persons is people


def _cells(data: bytes) -> list[dict[str, Any]]:
    read = tables(data)
    return [
        {name: cell for name, cell in zip(table.columns, row[1:], strict=True) if cell}
        for table in read.values()
        for row in table.rows
    ]


@pytest.mark.parametrize("name", YAML)
def test_yaml_gives_what_the_same_json_gives(name: str) -> None:
    assert _cells(YAML[name].data) == _cells(SAME_JSON[name])


def test_comments_of_yaml_are_searched() -> None:
    table = tables(YAML["a list"].data + b"# revoir Jean DUVAL\n")[None]
    assert table.texts == ["revoir Jean DUVAL"]


LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]\n" for at in range(1, 12)
)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (LAUGHS, "aliases make more than"),
        ("deep: " + "[" * 150 + "]" * 150 + "\n", "levels"),
        ("itself: &me [*me]\n", "broken"),
        ("broken: [1, 2\n", "broken"),
    ],
)
def test_yaml_that_costs_too_much_or_breaks_is_text(more: str, why: str) -> None:
    begun = "patients:\n" + "".join(card_files.listed(one, "  ") for one in PEOPLE) * 40
    data = (begun + more).encode()
    assert len(begun) > 64 << 10
    report = report_here(data)
    (own,) = report["inputs"]
    assert own["format"] == "text"
    assert any(warning["code"] == "yaml_as_text" and why in warning["message"] for warning in report["warnings"])
    assert report["persons"]["likely"] >= len(PEOPLE)


def test_yaml_beyond_its_size_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "YAML_BYTES", 1_000)
    report = report_here(YAML["a list"].data)
    assert report["inputs"][0]["format"] == "text"
    assert "yaml_as_text" in {warning["code"] for warning in report["warnings"]}


def test_aliases_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_documents, "ALIASES", 10)
    text = "a: &a x\n" + "b:\n" + "- *a\n" * 11
    with pytest.raises(yaml_documents.TooCostly):
        list(yaml_documents.documents(text))


def test_yaml_in_utf_16_and_long_fixtures() -> None:
    assert len(tables(YAML["a list"].data.decode().encode("utf-16"))[None].rows) == 12
    chance = random.Random(1)
    many = "".join(
        f"p{at}:\n{card_files.block(card_files.mapping(chance.choice(PEOPLE)), '  ')}" for at in range(3_000)
    )
    assert len(tables(many.encode())[None].rows) == 3_000


def test_no_tag_of_yaml_makes_anything() -> None:
    text = "- !!python/object/apply:os.system ['exit 1']\n- !ruby/object:Gem {nom: x}\n"
    assert list(yaml_documents.documents(text)) == [[["exit 1"], {"nom": "x"}]]
