"""People in prose: what rules and pipeline must find, what they must not, and the laws that hold for any text."""

from __future__ import annotations

import logging
import random
import subprocess
import sys

import polars as pl
import pytest

from leakscan.names import LABELS, SPANS_SCHEMA, find_people
from leakscan.names.candidates import promising
from leakscan.names.known import paired
from leakscan.names.pipeline import PIECE_CHARS, _pieces
from leakscan.names.spans import Spans
from leakscan.names.titles import titled
from leakscan.names.written_dates import dated

NAMES = {"PATIENT", "PRESCRIBER", "PERSON"}

BY_RULE = [
    ("adressée par le Dr Jean-Paul MARTIN pour bilan", [("PRESCRIBER", "Jean-Paul MARTIN")]),
    ("Vu par le docteur Lefèvre ce matin", [("PRESCRIBER", "Lefèvre")]),
    ("Dr.DUBOIS-MARTIN, cardiologue", [("PRESCRIBER", "DUBOIS-MARTIN")]),
    ("PR A. LE GOFF CHEF DE SERVICE", [("PRESCRIBER", "A. LE GOFF")]),
    ("Prescrit par Mme Durand", [("PRESCRIBER", "Durand")]),
    ("Opérateur : K. Oyelaran", [("PRESCRIBER", "K. Oyelaran")]),
    ("Nom : de la tour, sans objet", [("PATIENT", "de la tour")]),
    ("nom : kowalczyk\nprénom : anouk", [("PATIENT", "kowalczyk"), ("PATIENT", "anouk")]),
    ('patient="NGUYEN VAN Minh" poste 4', [("PATIENT", "NGUYEN VAN Minh")]),
    ("Mme DA SILVA Maria, née le 02/01/1978", [("PATIENT", "DA SILVA Maria"), ("BIRTH_DATE", "02/01/1978")]),
    ("M. Benkacem va mieux", [("PERSON", "Benkacem")]),
    ("Personne de confiance : Awa DIOP", [("PERSON", "Awa DIOP")]),
]
"""Texts whose spans come from rules alone, whatever the pipeline says."""

DATES = [
    ("vu le 12/03/2020", ["12/03/2020"]),
    ("le 3 mars 2021 puis le 28.09", ["3 mars 2021", "28.09"]),
    ("1er février 99", ["1er février 99"]),
    ("imprimé le vingt-deux août deux mille dix-sept", ["vingt-deux août deux mille dix-sept"]),
    ("0 5 0 8 2 0 1 4 DUPONT", ["0 5 0 8 2 0 1 4"]),
    ("revu le 23avr et le 01sep2018", ["23avr", "01sep2018"]),
    ("opéré en 1998, greffé en mai 2004", ["1998", "mai 2004"]),
    ("13 / 03 / 2020", ["13 / 03 / 2020"]),
    ("séjour du 08-09/08/07", ["08-09/08/07"]),
    ("2021-04-30T10:00", ["2021-04-30"]),
    ("loi du 4 mars 2002 relative aux droits des malades", []),
    ("tension 12/8, score 10/10, page 2/23", []),
    ("06.12.34.56.78 et 75013", []),
    ("Ferritine 2013 ng/mL", []),
    ("fracture du 1/3 distal, perte de 2000 g", []),
]

NOBODY = [
    "maladie de Parkinson et syndrome de Cushing",
    "score de Glasgow à 15, signe de Babinski négatif",
    "5 rue du Dr Roux",
    "avenue du Docteur Calmette",
    "suivi à l'hôpital Georges-Pompidou",
    "Basedow traité par NEOMERCAZOLE",
    "Dr de garde, médecin traitant absent",
    "prescrit par voie orale",
    "PARACETAMOL 1 g, AMOXICILLINE 500 mg",
    "Hémoglobine 12,4 g/dL, Plaquettes 250 G/L",
    'uri = os.getenv("PATIENT_URI")\nclient = MongoClient(uri)\ndb = client["hiv_center"]',
    "const { EmbedBuilder, ActionRowBuilder, StringSelectMenuBuilder } = require('discord.js')",
    'print("✅ Users inserted (passwords hashed)")',
    "Une anomalie familiale directe ou indirecte. Cela ne signifie pas que vous êtes malade.",
    "# --- Tableau 16 : Activité de laboratoire",
    "if (!res.ok) {\n  throw new Error(`Erreur VIH : ${res.status}`);\n}",
    "const manifest = JSON.parse(fs.readFileSync(racine)); // patient séropositif",
    "assert.throws(() => saisonDe('2026'), /Saison Fermante/); // patient né en 1970",
    "# Étude OBSERV-PREP Bretagne Nord : suivi de patients séropositifs",
    "Avis favorable : CPP Ouest VI, patients séropositifs",
    "Un partenaire séropositif ? Ceci n'est pas un diagnostic médical.",
    "",
    "ok",
]

PROSE = [
    ("Récapitulatif pour OUEDRAOGO Aminata : bilan normal", "OUEDRAOGO Aminata"),
    ("Équipe réunie en staff : Camille Foulon", "Camille Foulon"),
    ("TRISTAN GUILLAUMOT 02/01/1978 entré ce jour", "TRISTAN GUILLAUMOT"),
    ("Infirmiers :\nG. Tudor, Q. Pinchon, Y. Kaczmarek", "Q. Pinchon"),
    ("sa fille Martine est prévenue", "Martine"),
    ('print("Camille Foulon, née le 03/04/1980")', "Camille Foulon"),
    ("Appelé la fille, Rose Kowalczyk, ce jour. Cela ira.", "Rose Kowalczyk"),
    ("Cordialement,\nSolène Kerbrat\nSecrétaire médicale", "Solène Kerbrat"),
]
"""Names without a title, which only the pipeline finds."""


def cut(texts: list[str], found: pl.DataFrame) -> list[tuple[str, str]]:
    return [
        (label, texts[row][start:end])
        for row, label, start, end in found.select("row", "label", "start", "end").iter_rows()
    ]


def listed(text: str, spans: Spans) -> list[tuple[str, str]]:
    places = zip(spans.label.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True)
    return [(LABELS[label], text[start:end]) for label, start, end in places]


@pytest.mark.parametrize(("text", "expected"), BY_RULE)
def test_rules_find_people(text: str, expected: list[tuple[str, str]]) -> None:
    texts = pl.Series([text])
    both = Spans.joined((titled(texts), dated(texts)))
    assert listed(text, both) == expected


@pytest.mark.parametrize(("text", "expected"), BY_RULE)
def test_what_rules_find_is_found(text: str, expected: list[tuple[str, str]]) -> None:
    found = cut([text], find_people(pl.Series([text])))
    assert [label in NAMES for label, _ in found] == [label in NAMES for label, _ in expected]
    assert all(there in name or name in there for (_, name), (_, there) in zip(expected, found, strict=True))


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_dates_in_all_writings(text: str, expected: list[str]) -> None:
    assert [name for _, name in listed(text, dated(pl.Series([text])))] == expected


@pytest.mark.parametrize("text", NOBODY)
def test_no_person_where_there_is_none(text: str) -> None:
    assert [name for label, name in cut([text], find_people(pl.Series([text]))) if label in NAMES] == []


@pytest.mark.parametrize(("text", "name"), PROSE)
def test_names_without_a_title(text: str, name: str) -> None:
    found = [there for label, there in cut([text], find_people(pl.Series([text]))) if label in NAMES]
    assert any(name in there for there in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("revue avec Rose Kowalczyk", ["Rose Kowalczyk"]),
        ("DIOP Awa et DA COSTA Jean-Sasha", ["DIOP Awa", "COSTA Jean-Sasha"]),
        ("Bilan Normal, Rose Bonbon Paris", ["Rose Bonbon"]),
        ("Scanner Thoracique, Jean Paracetamol", []),
    ],
)
def test_a_known_first_name_beside_an_unknown_word(text: str, expected: list[str]) -> None:
    assert [name for _, name in listed(text, paired(pl.Series([text])))] == expected


def test_two_names_joined_by_born_are_one_person() -> None:
    text = "Mme DURAND née LEFEBVRE, vue le 12/03/2020"
    assert cut([text], find_people(pl.Series([text])))[0][1] == "DURAND née LEFEBVRE"


TEXTS = [text for text, _ in (*BY_RULE, *DATES, *PROSE)] + NOBODY
"""All texts of the tables above."""


def test_the_order_of_rows_does_not_matter() -> None:
    shuffled = random.Random(4).sample(TEXTS, len(TEXTS))
    one, other = find_people(pl.Series(TEXTS)), find_people(pl.Series(shuffled))
    assert sorted(with_text(TEXTS, one)) == sorted(with_text(shuffled, other))


def test_how_a_batch_is_split_does_not_matter() -> None:
    whole = with_text(TEXTS, find_people(pl.Series(TEXTS)))
    parts = [TEXTS[at : at + 7] for at in range(0, len(TEXTS), 7)]
    assert [line for part in parts for line in with_text(part, find_people(pl.Series(part)))] == whole


def test_repeats_and_nulls_keep_their_rows() -> None:
    text = "Dr MARTIN a vu Mme DURAND"
    found = find_people(pl.Series([None, text, "", text], dtype=pl.String))
    assert found["row"].to_list() == [1, 1, 3, 3]
    assert find_people(pl.Series([], dtype=pl.String)).is_empty()
    assert find_people(pl.Series([None], dtype=pl.String)).schema == SPANS_SCHEMA


def with_text(texts: list[str], found: pl.DataFrame) -> list[tuple[str, str, int, int, float]]:
    return [(texts[row], label, start, end, round(sure, 6)) for row, label, start, end, sure in found.iter_rows()]


def test_spans_lie_apart_within_their_text() -> None:
    found = find_people(pl.Series(TEXTS))
    assert found.height > len(BY_RULE)
    lengths = pl.Series(TEXTS).str.len_chars().gather(found["row"])
    assert (found["start"] < found["end"]).all()
    assert (found["end"] <= lengths).all()
    assert found["confidence"].is_between(0, 1, closed="right").all()
    gaps = found.with_columns(before=pl.col("end").shift().over("row")).drop_nulls("before")
    assert (gaps["before"] <= gaps["start"]).all()


def test_a_long_text_is_read_in_pieces_and_to_its_end() -> None:
    text = "Le bilan est normal. " * 2_000 + "Prescrit par le Dr Kowalczyk\n" + "x" * (3 * PIECE_CHARS)
    pieces = list(_pieces(pl.Series([text])))
    assert "".join(piece for _, _, piece in pieces) == text
    assert max(len(piece) for _, _, piece in pieces) <= PIECE_CHARS
    assert [at for _, at, _ in pieces] == [text.index(pieces[0][2]), *(at for _, at, _ in pieces[1:])]
    assert ("PRESCRIBER", "Kowalczyk") in cut([text], find_people(pl.Series([text])))


def test_ordinary_texts_are_no_candidates() -> None:
    texts = pl.Series(
        ["Hémoglobine normale", "bilan ce jour", "Merci à Foulon", "nom : foulon", "VU", "La Tension est stable"]
    )
    assert promising(texts).to_list() == [2, 3]


def test_nothing_found_holds_a_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        found = find_people(pl.Series(["nom : KOWALCZYKOWNA Anouk \ud7ff\U0001f600\x00 née le 02/01/1978"]))
    assert found.height
    assert pl.String not in found.dtypes
    assert "KOWALCZYKOWNA" not in caplog.text.upper()


@pytest.mark.parametrize("texts", [[], ["bilan normal", "5 comprimés par jour", "Hémoglobine 12,4"]])
def test_spacy_is_not_imported_before_a_text_needs_it(texts: list[str]) -> None:
    code = (
        "import sys, polars as pl; from leakscan.names import find_people;"
        f"find_people(pl.Series({texts!r}, dtype=pl.String)); sys.exit('spacy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
