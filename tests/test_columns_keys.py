"""Numbers called after people: whose they are by their header, and which of several is the patient's."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest

from leakscan.columns import settle
from leakscan.columns.hints import words
from leakscan.columns.keys import called_after_people, own_prefix, without
from leakscan.records import Table, column_id

ROWS = 12
CELLS = {
    "counted": [str(at + 1) for at in range(ROWS)],
    "few": [str(at % 5 + 1) for at in range(ROWS)],
    "codes": [f"P{at % 5 + 1:04}" for at in range(ROWS)],
    "uuids": [f"{at % 5:08x}-93b1-4c52-8d7e-0a1b2c3d4e5f" for at in range(ROWS)],
    "dates": [f"2023-02-{at + 1:02}" for at in range(ROWS)],
    "names": ["Odile", "Gaspard", "Solene", "Yannick"] * 3,
    "words": ["Asthme", "Fracture", "Cancer du foie", "Sepsis"] * 3,
    "gaps": ["7", *[""] * (ROWS - 1)],
}


def roles(*columns: tuple[str, str]) -> list[tuple[str | None, float]]:
    """Role and confidence of columns, each a header and the kind of its cells."""
    head = pl.DataFrame({column_id(at): CELLS[kind] for at, (_, kind) in enumerate(columns)})
    table = Table("csv", "utf-8", tuple(header for header, _ in columns), True, head)
    return [(column.role, column.confidence) for column in settle(table)]


@pytest.mark.parametrize(
    ("headers", "prefix"),
    [
        (("cli_id", "cli_nom", "cli_prenom", "cli_ville"), "cli"),
        (("ordo_id", "ordo_cliId", "ordo_date"), "ordo"),
        (("id_patient", "id_medecin", "id_service"), ""),
        (("nom", "prenom", "date_naissance"), ""),
        (("patient_id", "nom", "prenom"), ""),
        ((), ""),
    ],
)
def test_the_word_that_headers_of_a_table_begin_with(headers: Sequence[str], prefix: str) -> None:
    assert own_prefix(headers) == prefix


@pytest.mark.parametrize(
    ("header", "prefix", "expected"),
    [
        ("ordo_cliId", "ordo", True),
        ("rdv_usager", "rdv", True),
        ("resident_id", "", True),
        ("num_benef", "", True),
        ("idPatient", "", True),
        ("fk_malade", "", True),
        ("patient", "", True),
        ("patients", "", False),
        ("nb_patients", "", False),
        ("medecin_id", "", False),
        ("patient_medecin_id", "", False),
        ("client_age", "", False),
        ("id", "", False),
        ("ordo_id", "ordo", False),
    ],
)
def test_headers_that_ask_for_the_number_of_a_person(header: str, prefix: str, expected: bool) -> None:
    assert called_after_people(without(prefix, header)) is expected
    assert without("", header) == words(header)


@pytest.mark.parametrize("kind", ["few", "codes", "uuids"])
def test_numbers_under_the_name_of_people(kind: str) -> None:
    found = roles(("ordo_id", "counted"), ("ordo_cliId", kind), ("ordo_date", "dates"), ("ordo_note", "words"))
    assert found[1] == ("record_number", 0.9)


@pytest.mark.parametrize(
    ("header", "kind"),
    [("resident", "names"), ("usager", "words"), ("beneficiaire", "dates"), ("patients", "few"), ("ordo_medId", "few")],
)
def test_what_is_no_number_of_a_person(header: str, kind: str) -> None:
    assert roles(("code", "counted"), (header, kind), ("note", "words"))[1][0] != "record_number"


@pytest.mark.parametrize(
    "columns",
    [
        (("id", "counted"), ("admission_id", "counted"), ("patient_id", "codes"), ("diagnostic", "words")),
        (("rapport_id", "counted"), ("patient_id", "few"), ("num_dossier", "counted"), ("conclusion", "words")),
        (("ordo_id", "counted"), ("ordo_num_dossier", "counted"), ("ordo_cliId", "few"), ("ordo_note", "words")),
    ],
)
def test_of_several_numbers_the_one_called_after_patients(columns: Sequence[tuple[str, str]]) -> None:
    found = roles(*columns)
    numbers = [(confidence, header) for (role, confidence), (header, _) in zip(found, columns, strict=True)
               if role == "record_number"]  # fmt: skip
    assert "patient" in max(numbers)[1] or "cli" in max(numbers)[1]
    assert max(numbers)[0] > max([0.0, *(confidence for confidence, _ in sorted(numbers)[:-1])])


def test_a_number_that_hardly_any_row_has_goes_before_none() -> None:
    found = roles(("num_dossier", "codes"), ("ipp", "gaps"), ("diagnostic", "words"))
    assert found[0][0] == "record_number"
    assert found[0][1] >= found[1][1] or found[1][0] != "record_number"


@pytest.mark.parametrize("rows", [40, 1_600])
@pytest.mark.parametrize(
    ("header", "repeated", "expected"),
    [
        ("ind_id", False, "record_number"),
        ("sujet_num", False, "record_number"),
        ("id", False, "record_number"),
        ("etage_id", True, None),
        ("idem", False, None),
        ("poids", False, None),
    ],
)
def test_the_number_of_each_row_in_a_table_of_people(
    header: str, repeated: bool, expected: str | None, rows: int
) -> None:
    """However long the table is; a number that comes again is that of something else."""
    first, last = ("Odile", "Gaspard", "Solene", "Yannick", "Marie"), ("LEMOINE", "POULAIN", "GARNIER", "COSQUER")
    cells = {
        header: [str(1 + (at // 2 if repeated else at)) for at in range(rows)],
        "nom": [last[at % 4] for at in range(rows)],
        "prenom": [first[at % 5] for at in range(rows)],
    }
    head = pl.DataFrame({column_id(at): column for at, column in enumerate(cells.values())})
    assert settle(Table("csv", "utf-8", tuple(cells), True, head))[0].role == expected
