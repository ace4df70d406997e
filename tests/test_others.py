"""Columns of somebody else than the patients: parents, accounts, contacts; and tables where they are patients."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from documents import report_here
from test_things import dump

from leakscan.columns.others import OF_A_CONTACT, OF_SOMEBODY_ELSE, OF_THE_HOLDER
from leakscan.explain.rules import FRENCH

if TYPE_CHECKING:
    from collections.abc import Callable

Cells = dict[str, tuple[str, ...]]
SURNAMES = ("VERNAY", "PRUDHON", "LACOMBE", "MARTIN", "OZANNE", "TISSERAND", "BOUVIER", "GRANIER")
FIRST = ("Odile", "Bastien", "Mireille", "Yannick", "Sabrina", "Quentin", "Lucienne", "Hugo")
BORN = tuple(f"{1950 + 7 * at}-0{at + 1}-1{at}" for at in range(8))
THEIR_SURNAMES = ("PRUDHON", "COLLET", "LACOMBE", "DUBOIS", "OZANNE", "TISSERAND", "JOLIVET", "GRANIER")
THEIR_FIRST = ("Karine", "Gilles", "Farid", "Agathe", "Noémie", "Patrick", "Élise", "Bruno")
PHONES = tuple(f"06 39 98 00 {at:02d}" for at in range(10, 18))
MAILS = tuple(f"compte{at}@example.com" for at in range(8))
ILL = ("asthme", "diabète", "grossesse", "épilepsie", "asthme", "diabète", "angine", "cancer du sein")
NUMBERED = tuple(str(48_213 + 7 * at) for at in range(16))
WHOLE = tuple(f"{last} {first}" for last, first in zip(SURNAMES, FIRST, strict=True))
THEIR_WHOLE = tuple(f"{last} {first}" for last, first in zip(THEIR_SURNAMES, THEIR_FIRST, strict=True))


def table(folder: Path, cells: Cells, name: str = "export") -> Path:
    path = folder / f"{name}.csv"
    rows = [tuple(cells), *zip(*cells.values(), strict=True)]
    path.write_text("\n".join(";".join(row) for row in rows) + "\n")
    return path


def roles(report: dict[str, Any]) -> dict[str, str | None]:
    return {one["column"]: one["role"] for one in report["inputs"][0]["roles"]}


def beside(last: str, first: str, *own: str) -> Cells:
    """Patients' names and what is theirs, behind the names of somebody else."""
    names = own or ("nom", "prenom", "date_naissance")
    return {
        last: THEIR_SURNAMES, first: THEIR_FIRST, **dict(zip(names, (SURNAMES, FIRST, BORN), strict=True)),
        "motif": ILL,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("last", "first"),
    [
        ("account_last_name", "account_first_name"),
        ("user.lastName", "user.firstName"),
        ("nom_titulaire", "prenom_titulaire"),
        ("compteNom", "comptePrenom"),
        ("Nom aidant", "Prénom aidant"),
        ("tutrice_nom", "tutrice_prenom"),
        ("Nom resp. légal 1", "Prénom resp. légal 1"),
        ("owner_surname", "owner_first_name"),
        ("nom du déclarant", "prénom du déclarant"),
        ("nom_parent1", "prenom_parent1"),
        ("appelant_nom", "appelant_prenom"),
    ],
)
@pytest.mark.parametrize(
    "own", [(), ("patient_last_name", "patient_first_name", "patient_birthdate"), ("nomEleve", "prenomEleve", "ne_le")]
)
def test_names_of_somebody_else_are_not_the_patients(
    last: str, first: str, own: tuple[str, ...], tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    cells = beside(last, first, *own)
    again = {column: (*values, *values) for column, values in cells.items()}
    again[last] = (*THEIR_SURNAMES, *SURNAMES)
    again[first] = (*THEIR_FIRST, *THEIR_FIRST[::-1])  # booked again, by somebody else
    report = report_of(table(tmp_path, again))
    assert report["persons"]["likely"] == 8
    assert roles(report)[last] is None
    assert roles(report)[first] is None


@pytest.mark.parametrize(
    "header", ["Resp. légal 1", "Accompagnant", "Aidant principal", "Personne à contacter", "Parent"]
)
def test_whole_names_of_somebody_else(header: str, tmp_path: Path, report_of: Callable[..., Any]) -> None:
    """Two of one family are born on the same day of two months: what they share is their mother."""
    cells = {
        "NOM": ("OZANNE", "OZANNE", *SURNAMES[2:]), "PRENOM": FIRST,
        "NE LE": ("2012-03-11", "2012-04-11", *BORN[2:]), header: ("Mme OZANNE Karine",) * 2 + THEIR_WHOLE[2:],
        "Tél": PHONES[:1] * 2 + PHONES[2:8], "Observations": ILL,
    }  # fmt: skip
    report = report_of(table(tmp_path, cells))
    assert roles(report)[header] is None
    assert [report["persons"][end] for end in ("low", "likely", "high")] == [8, 8, 8]


def test_who_has_an_account_and_no_profile_is_no_patient(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    lines = [f'{{"user": {{"firstName": "{first}", "lastName": "{last}", "email": "{mail}", "phone": "{phone}"}}}}'
             for first, last, mail, phone in zip(THEIR_FIRST, THEIR_SURNAMES, MAILS, PHONES, strict=True)]  # fmt: skip
    lines += [f'{{"profile": {{"givenName": "{first}", "familyName": "{last}", "birthDate": "{born}"}}, "type": "new"}}'
              for first, last, born in zip(FIRST, SURNAMES, BORN, strict=True)]  # fmt: skip
    lines += [f'{{"profile": {{"id": "p{at}"}}, "reason": "{ill}"}}' for at, ill in enumerate(ILL)]
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join(lines) + "\n")
    assert report_of(path)["persons"]["likely"] == 8


@pytest.mark.parametrize("empty", [1, 4, 7])
def test_who_books_for_himself_is_the_patient_where_nobody_else_is_named(
    empty: int, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    own = ("patient_nom", "patient_prenom", "patient_naissance")
    cells = beside("compte_nom", "compte_prenom", *own) | {"compte_naissance": BORN[::-1], "compte_mail": MAILS}
    for column in own:
        cells[column] = (*cells[column][: 8 - empty], *("",) * empty)
    report = report_of(table(tmp_path, cells))
    assert [report["persons"][end] for end in ("low", "likely", "high")] == [8, 8, 8]
    assert report["persons"]["basis"]["name_birth_date"] == 8


def test_a_contact_of_somebody_else_beside_an_illness_is_a_patients(
    tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    cells = beside("nom_parent", "prenom_parent") | {"tel_parent": PHONES}
    for own in ("nom", "prenom", "date_naissance"):
        cells[own] = (*cells[own][:6], "", "")
    assert report_of(table(tmp_path, cells))["persons"]["likely"] == 8


@pytest.mark.parametrize(
    "cells",
    [
        {"user_nom": SURNAMES, "user_prenom": FIRST, "user_naissance": BORN, "diagnostic": ILL},
        {"contact_nom": SURNAMES, "contact_prenom": FIRST, "diagnostic": ILL},
        {"nom_mere": SURNAMES, "prenom_mere": FIRST, "prenom_enfant": THEIR_FIRST, "ne_le": BORN, "diagnostic": ILL},
        {"nom": SURNAMES, "prenom": FIRST, "nom_urgence": THEIR_SURNAMES, "diagnostic": ILL},
        {"Nom": SURNAMES, "Prénom": FIRST, "Email contact": MAILS, "Tél. contact": PHONES, "diagnostic": ILL},
    ],
    ids=["users alone", "contacts alone", "mothers whose children have no surname", "half a name", "own contacts"],
)
def test_who_else_would_be_nobody_stays(cells: Cells, tmp_path: Path, report_of: Callable[..., Any]) -> None:
    report = report_of(table(tmp_path, cells))
    assert report["persons"]["likely"] == 8
    assert {"last_name", "first_name"} & set(roles(report).values())


def test_a_couple_stays_as_it_is(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    cells = beside("conjoint_nom", "conjoint_prenom") | {"conjoint_date_naissance": BORN[::-1], "email": MAILS}
    found = roles(report_of(table(tmp_path, cells)))
    assert found["nom"] == "last_name"
    assert found["date_naissance"] == "birth_date"


KIN = ("fils", "fille", "Conjointe", "tuteur UDAF", "nièce", "belle-sœur", "Petit-fils", "voisine")
OF_RESIDENTS = {"nom": THEIR_SURNAMES, "prenom": THEIR_FIRST, "tel": PHONES, "mail": MAILS}


@pytest.mark.parametrize("whose", ["resident", "Nom patient", "usager", "Élève"])
@pytest.mark.parametrize("related", ["lien", "Lien de parenté", "qualité", "relation"])
def test_who_is_called_by_kinship_is_no_patient(
    whose: str, related: str, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    residents = {"nom": SURNAMES, "prenom": FIRST, "ne_le": BORN, "pathologie": ILL}
    report = report_of(
        table(tmp_path, residents, "suivi"), table(tmp_path, {whose: WHOLE, related: KIN, **OF_RESIDENTS}, "aidants")
    )
    assert report["persons"]["likely"] == 8
    assert report["persons"]["reachable"]["phone"] == 0


@pytest.mark.parametrize("key", ["resident_id", "num_patient", "idEleve"])
def test_whom_to_call_for_a_number(key: str, tmp_path: Path, report_of: Callable[..., Any]) -> None:
    numbers = tuple(f"R{at:04d}" for at in range(8))
    residents = {key: numbers, "nom": SURNAMES, "prenom": FIRST, "ne_le": BORN, "pathologie": ILL}
    called = {key: (*numbers[:4], *numbers[:4]), "lien": KIN, **OF_RESIDENTS}
    report = report_of(table(tmp_path, residents, "suivi"), table(tmp_path, called, "proches"))
    assert report["persons"]["likely"] == 8


@pytest.mark.parametrize("name", ["contacts", "personnes_a_prevenir", "aidants2024", "TuteursEtCurateurs", "familles"])
def test_whom_to_call_as_the_table_is_called(name: str) -> None:
    """Tables in files of their own are known by their content alone, whatever these files are called."""
    residents = {"id_patient": NUMBERED[:8], "nom": SURNAMES, "prenom": FIRST, "ne_le": BORN, "pathologie": ILL}
    called = {"id_patient": NUMBERED[:8], **OF_RESIDENTS}
    assert report_here(dump(suivi=residents, **{name: called}), "base.sql")["persons"]["likely"] == 8


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("cas_contacts", {"patient_index": WHOLE, **OF_RESIDENTS}),
        ("contacts", {**OF_RESIDENTS, "motif": ILL}),
        ("contacts", {"id_patient": NUMBERED[:8], **OF_RESIDENTS, "ddn": BORN}),
        ("familles", {"num_patient": NUMBERED[:8], **OF_RESIDENTS, "diagnostic": ILL}),
        ("clients", {"id_patient": NUMBERED[:8], **OF_RESIDENTS}),
    ],
)
def test_who_is_ill_in_a_table_of_contacts_stays(name: str, cells: Cells) -> None:
    report = report_here(dump(**{name: cells}), "base.sql")
    told = [one["role"] for given in report["inputs"] for one in given["roles"] if one["column"] == "nom"]
    assert told == ["last_name"]


@pytest.mark.parametrize(
    "cells",
    [
        {"id_patient": FIRST, "nom": SURNAMES, "prenom": FIRST, "ddn": BORN, "à prévenir": THEIR_WHOLE, "lien": KIN},
        {"patient": ("oui",) * 8, "nom": SURNAMES, "prenom": FIRST, "lien": ("fort", "faible") * 4, "motif": ILL},
        {"nom": SURNAMES, "prenom": FIRST, "lien": KIN, "pathologie": ILL},
    ],
    ids=["patients with whom to call", "another link", "relatives who are ill"],
)
def test_patients_beside_a_kinship_stay(cells: Cells, tmp_path: Path, report_of: Callable[..., Any]) -> None:
    report = report_of(table(tmp_path, cells, "fichier"))
    assert report["persons"]["likely"] == 8
    assert roles(report)["nom"] == "last_name"


def test_the_reasons_are_told_in_french() -> None:
    assert {OF_A_CONTACT, OF_SOMEBODY_ELSE, OF_THE_HOLDER} <= FRENCH.keys()


def headless(folder: Path, *columns: tuple[str, ...]) -> Path:
    path = folder / "suite.csv"
    path.write_text("\n".join(";".join(row) for row in zip(*columns, strict=True)) + "\n")
    return path


TWICE = (*SURNAMES, *SURNAMES)
BOOKERS = ((*THEIR_SURNAMES[:4], *SURNAMES[4:]) * 2, (*THEIR_FIRST[:4], *FIRST[4:]) * 2)
WHOSE = (
    (SURNAMES[:4] + SURNAMES[4:] + ("COLLET", "OZANNE", "JOLIVET", "MARTIN") + SURNAMES[4:]),
    (FIRST[:4] + FIRST[4:] + ("Noa", "Lina", "Adam", "Zoé") + FIRST[4:]),
    (BORN + tuple(f"201{at}-0{at + 2}-2{at}" for at in range(4)) + BORN[4:]),
)


@pytest.mark.parametrize("behind", [False, True], ids=["account in front", "account behind"])
def test_without_headers_the_names_that_decide_the_birth_are_the_patients(
    behind: bool, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    mails, phones = MAILS * 2, PHONES * 2
    account, patient = (*BOOKERS[::-1], mails, phones), (WHOSE[1], WHOSE[0], WHOSE[2])
    parts = (patient, (ILL * 2,), account) if behind else (account, (ILL * 2,), patient)
    report = report_of(headless(tmp_path, NUMBERED, *(column for part in parts for column in part)))
    found = list(roles(report).values())
    begin = 1 if behind else 6
    assert found[begin : begin + 3] == ["first_name", "last_name", "birth_date"]
    assert not {"last_name", "maiden_name", "first_name"} & {*found[:begin], *found[begin + 3 :]}
    assert report["persons"]["likely"] == 12


def test_without_headers_a_second_first_name_and_a_maiden_name_stay(
    tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    second = (*THEIR_FIRST, *THEIR_FIRST)
    maiden = str.split("MOREAU GARNIER LEROY ROUX FAURE MERCIER BLANC GUERIN PERRIN MULLER ROUSSEL LEGRAND")
    sparse = (*maiden, "", "", "", "")
    path = headless(tmp_path, NUMBERED, WHOSE[0], WHOSE[1], second, sparse, WHOSE[2], ILL * 2)
    assert "maiden_name" in roles(report_of(path)).values()
