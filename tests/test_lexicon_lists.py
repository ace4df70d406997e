"""The word lists behind column roles and name columns: form, size, and headers that must never drift."""

from __future__ import annotations

import re

import pytest

from leakscan.data import model_file
from leakscan.records import ROLES

HEADERS = ("role", "phrase", "strength")
PHRASE = r"[a-z]+( [a-z]+)*"
NAME = r"[A-Z]+([ '-][A-Z]+)*"

# file, columns, least number of rows, form of the first column
LISTS = [
    ("headers.tsv", HEADERS, 1200, r"[a-z_]+"),
    ("first_names.tsv", ("name", "sex"), 1500, NAME),
    ("surnames.tsv", ("name", "word"), 2000, NAME),
    ("cities.tsv", ("name",), 600, NAME),
    ("countries.tsv", ("name",), 150, NAME),
    ("mutuelles.tsv", ("name",), 100, r"[A-Z0-9]+( [A-Z0-9]+)*"),
    ("specialties.tsv", ("name",), 120, r"[A-Z]+( [A-Z]+)*"),
    ("street_types.tsv", ("word",), 100, PHRASE),
]

# header as normalised tokens, role, strength
HEADER_EXAMPLES = [
    ("nom", "last_name", "strong"),
    ("nom naiss", "maiden_name", "strong"),
    ("nom jf", "maiden_name", "strong"),
    ("prenom", "first_name", "strong"),
    ("nom prenom", "full_name", "strong"),
    ("ddn", "birth_date", "strong"),
    ("dob", "birth_date", "strong"),
    ("lieu de naissance", "birth_place", "strong"),
    ("num secu", "nir", "strong"),
    ("nir assure", "nir", "strong"),
    ("num assure", "nir", "strong"),
    ("cle ss", "nir_key", "strong"),
    ("matricule ins", "ins", "strong"),
    ("nir beneficiaire", "ins", "strong"),
    ("ipp", "record_number", "strong"),
    ("nom medecin", "prescriber", "strong"),
    ("nom mutuelle", "mutuelle", "strong"),
    ("adresse mail", "email", "strong"),
    ("dt prel", "exam_date", "strong"),
    ("sampling date", "exam_date", "strong"),
    ("date prescription", "date", "strong"),
    ("date", "date", "weak"),
    ("mdp", "password", "strong"),
    ("nom assure", "other", "strong"),
    ("cp prescripteur", "other", "strong"),
    ("heure prelevement", "other", "strong"),
    ("saisi par", "other", "strong"),
    ("siret", "other", "strong"),
]


def rows(name: str) -> list[tuple[str, ...]]:
    """All lines of a list below models/lexicon, its header line first, as tuples of cells."""
    text = model_file(f"lexicon/{name}").read_text(encoding="utf-8")
    return [tuple(line.split("\t")) for line in text.splitlines()]


@pytest.mark.parametrize(("name", "columns", "least", "form"), LISTS)
def test_a_list_is_normalised_sorted_and_long_enough(
    name: str, columns: tuple[str, ...], least: int, form: str
) -> None:
    header, *body = rows(name)
    assert header == columns
    assert len(body) >= least
    assert [row for row in body if len(row) != len(columns)] == []
    assert [row[0] for row in body if not re.fullmatch(form, row[0])] == []
    assert body == sorted(body)


@pytest.mark.parametrize("name", [name for name, *_ in LISTS if name != "headers.tsv"])
def test_no_word_twice(name: str) -> None:
    words = [row[0] for row in rows(name)[1:]]
    assert len(words) == len(set(words))


def test_header_phrases_are_normalised() -> None:
    assert [phrase for _, phrase, _ in rows("headers.tsv")[1:] if not re.fullmatch(PHRASE, phrase)] == []


def test_a_header_phrase_has_one_role() -> None:
    phrases = [phrase for _, phrase, _ in rows("headers.tsv")[1:]]
    assert len(phrases) == len(set(phrases))


def test_every_role_has_headers_and_no_other_role_is_named() -> None:
    body = rows("headers.tsv")[1:]
    assert {role for role, _, _ in body} == {*ROLES, "other"}
    assert {role for role, _, strength in body if strength == "strong"} == {*ROLES, "other"}
    assert {strength for *_, strength in body} == {"strong", "weak"}


@pytest.mark.parametrize(("phrase", "role", "strength"), HEADER_EXAMPLES)
def test_header_examples(phrase: str, role: str, strength: str) -> None:
    assert {(r, s) for r, p, s in rows("headers.tsv")[1:] if p == phrase} == {(role, strength)}


@pytest.mark.parametrize("phrase", ["code", "de", "du", "l", "n", "num", "numero", "t", "x", "col", "le", "la"])
def test_generic_words_are_no_header(phrase: str) -> None:
    assert phrase not in {p for _, p, _ in rows("headers.tsv")[1:]}


def test_flags_take_their_values() -> None:
    assert {sex for _, sex in rows("first_names.tsv")[1:]} == {"f", "m", "x"}
    assert {word for _, word in rows("surnames.tsv")[1:]} == {"0", "1"}
    surnames = {row[0]: row[1] for row in rows("surnames.tsv")[1:]}
    assert (surnames["PETIT"], surnames["RENARD"], surnames["MARTIN"], surnames["DUPONT"]) == ("1", "1", "0", "0")
