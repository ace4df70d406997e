"""An INS whose key stands apart, as an INSi answer has it: one number, in one row as in many."""

from __future__ import annotations

import json

import pytest
from documents import nir, report_here
from reading import tables

from leakscan.readers.xml_around import without_wrappers

ENVELOPE = (
    '<?xml version="1.0"?>\n<s:Envelope xmlns:s="urn:s"><s:Body><RESULTAT xmlns="urn:r">{}</RESULTAT></s:Body>'
    "</s:Envelope>"
)
OID = "1.2.250.1.213.1.4.8"


def answer(number: str, oid: str = OID) -> str:
    return (
        "<CR><CodeCR>00</CodeCR></CR><INDIVIDU><INSACTIF><IdIndividu>"
        f"<NumIdentifiant>{number[:13]}</NumIdentifiant><Cle>{number[13:]}</Cle></IdIndividu><OID>{oid}</OID></INSACTIF>"
        "<TIQ><NomNaissance>PANNETIER</NomNaissance><ListePrenom>GAEL LOUIS</ListePrenom><Sexe>M</Sexe>"
        "<DateNaissance>2001-01-12</DateNaissance></TIQ></INDIVIDU>"
    )


def found(text: str) -> dict[str, int]:
    return dict(report_here(text.encode())["persons"]["basis"])


RIGHT = nir(3)
WRONG = RIGHT[:13] + f"{int(RIGHT[13:]) % 97 + 1:02d}"
AS_JSON = {
    "INSACTIF": {"IdIndividu": {"NumIdentifiant": RIGHT[:13], "Cle": RIGHT[13:]}, "OID": OID},
    "TIQ": {"Nom": "PANNETIER"},
}

CASES = {
    "one answer": (ENVELOPE.format(answer(RIGHT)), 1, 0),
    "answers of several": ("".join(ENVELOPE.format(answer(nir(at))) for at in range(6)), 6, 0),
    "JSON": (json.dumps([AS_JSON]), 1, 0),
    "a table of one row": (f"nom;nir;cle\nVASSEUR;{RIGHT[:13]};{RIGHT[13:]}\nLEGRIS;;\n", 0, 1),
    "without an OID": (ENVELOPE.format(answer(RIGHT, "").replace("INSACTIF", "ACTIF")), 0, 1),
    "a wrong key": (ENVELOPE.format(answer(WRONG)), 0, 0),
    "a key of something else": (
        ENVELOPE.format(answer(RIGHT).replace("Cle>", "Clef>", 2).replace("Clef>", "Poids>")),
        0,
        0,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_number_and_key_are_one_ins(case: str) -> None:
    text, ins, numbers = CASES[case]
    basis = found(text)
    assert (basis["ins"], basis["nir"]) == (ins, numbers)


def test_many_rows_of_numbers_with_keys_apart() -> None:
    rows = "".join(f"N{at};{nir(at)[:13]};{nir(at)[13:]};{OID}\n" for at in range(8))
    assert found("nom;matricule;cle;oid\n" + rows)["ins"] == 8
    rows = "".join(f"N{at};{nir(at)[:13]};{nir(at)[13:]}\n" for at in range(8))
    assert found("nom;matricule;cle\n" + rows)["nir"] == 8
    whole = "".join(f"N{at};{nir(at)}\n" for at in range(8))
    assert found("nom;matricule_ins\n" + whole)["ins"] == 8


def test_the_oid_is_no_number() -> None:
    (table,) = tables(ENVELOPE.format(answer(RIGHT)).encode()).values()
    frame_columns = [name.rpartition(".")[2] for name in table.columns]
    assert frame_columns[:4] == ["CodeCR", "NumIdentifiant", "Cle", "OID"]


WRAPPED = {
    "an envelope": ({"Body.R.A.x": "1", "Body.R.B.y": "2"}, {"A.x": "1", "B.y": "2"}),
    "a patient": ({"Body.Patient.x": "1", "Body.Patient.y": "2"}, {"Patient.x": "1", "Patient.y": "2"}),
    "nothing shared": ({"A.x": "1", "B.y": "2"}, {"A.x": "1", "B.y": "2"}),
    "one field": ({"Body.R.x": "1"}, {"Body.R.x": "1"}),
    "a field on the way": ({"Body.x": "1", "Body.R.y": "2"}, {"x": "1", "R.y": "2"}),
    "none": ({}, {}),
}


@pytest.mark.parametrize("case", WRAPPED)
def test_what_lies_around_all_fields_is_in_no_name(case: str) -> None:
    row, expected = WRAPPED[case]
    assert without_wrappers(row) == expected
