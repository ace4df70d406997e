"""Column roles: what headers say, what cells say, and what columns say about one another, on small hand-made tables."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
from stdnum import luhn
from stdnum.fr import nir as oracle

from leakscan.columns import settle
from leakscan.columns.hints import read_header, words
from leakscan.columns.settle import unmatched
from leakscan.records import ROLES, Table, column_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROWS = 60
SURNAMES = str.split(
    "DUBOIS PETIT DURAND LEROY MOREAU LEFEBVRE GARCIA ROUX FOURNIER MOREL GIRARD LEFEVRE MERCIER DUPONT LAMBERT BONNET "
    "MARTINEZ LEGRAND GARNIER FAURE ROUSSEAU BLANC GUERIN MULLER ROUSSEL PERRIN MATHIEU MARTIN GAUTIER DUMONT"
)
"""Two of them are first names as well, as in a real column."""
AMBIGUOUS_SURNAMES = str.split(
    "MARTIN BERNARD THOMAS PETIT ROBERT RICHARD DURAND DUBOIS MOREAU LAURENT SIMON MICHEL LEFEBVRE LEROY DAVID "
    "VINCENT FOURNIER ANDRE"
)
"""The most frequent surnames of France: every second one is a first name."""
FIRST_NAMES = {
    "1": str.split(
        "JEAN PIERRE MICHEL ANDRE PHILIPPE ALAIN BERNARD JACQUES DANIEL PATRICK THIERRY NICOLAS JULIEN KEVIN"
    ),
    "2": str.split("MARIE JEANNE FRANCOISE MONIQUE CATHERINE NATHALIE ISABELLE SYLVIE MARTINE LAURA EMILIE CELINE"),
}
CITIES = {
    "69003": "LYON",
    "31000": "TOULOUSE",
    "13001": "MARSEILLE",
    "35000": "RENNES",
    "59000": "LILLE",
    "06000": "NICE",
}
COMMENTS = (
    "A jeun depuis ce matin",
    "Prelevement difficile, rappeler le patient",
    "Resultats a envoyer au medecin traitant",
)


def made_table() -> dict[str, list[str]]:
    """Sixty invented patients, one column per kind of value."""
    chance = random.Random(5)
    table: dict[str, list[str]] = {}

    def put(**cells: str) -> None:
        for name, cell in cells.items():
            table.setdefault(name, []).append(cell)

    for number in range(ROWS):
        sex = chance.choice("12")
        birth = date(1930, 1, 1) + timedelta(days=chance.randrange(29_000))
        exam = date(2018, 1, 3) + timedelta(days=chance.randrange(900))
        body = f"{sex}{birth:%y%m}{chance.choice(('69', '31', '13'))}9{chance.randrange(50, 89)}{number + 1:03d}"
        parent = (
            f"{chance.choice('12')}{chance.randrange(40, 90):02d}{chance.randrange(1, 13):02d}69955{number + 400:03d}"
        )
        insured = parent if number % 4 == 0 else body
        surname, postcode = chance.choice(SURNAMES), chance.choice(list(CITIES))
        given_name = chance.choice(FIRST_NAMES[sex])
        rpps = f"1099{chance.randrange(10**6):06d}"
        put(
            nir=insured + oracle.calc_check_digits(insured),
            nir13=insured,
            key=oracle.calc_check_digits(insured),
            ins=body + oracle.calc_check_digits(body),
            nir13_alone=body,
            last_name=surname,
            maiden_name=chance.choice(SURNAMES) if number % 3 == 0 else "",
            first_name=given_name,
            full_name=f"{surname} {given_name}",
            sex_letter="MF"[int(sex) - 1],
            sex_digit=sex,
            birth=f"{birth:%d/%m/%Y}",
            exam=f"{exam:%d/%m/%Y}",
            invoice=f"{exam + timedelta(days=chance.randrange(1, 6)):%d/%m/%Y}",
            postcode=postcode,
            city=CITIES[postcode],
            address=f"{chance.randrange(1, 99)} rue des {chance.choice(('Lilas', 'Acacias', 'Tilleuls', 'Ormes'))}",
            phone=f"0639980{chance.randrange(1000):03d}",
            email=f"{given_name.lower()}.{surname.lower()}{number}@example.com",
            blood_group=chance.choice(("A+", "O+", "B-", "AB+")),
            rpps=rpps + luhn.calc_check_digit(rpps),
            prescriber=chance.choice(("Dr LEROUX Paul", "Dr SALMON Anne", "Dr GUYOT Luc")),
            comment=chance.choice(COMMENTS) + f", tube {number}",
            amount=f"{chance.randrange(10, 90)},{chance.randrange(100):02d}",
            counter=str(100_000 + 7 * number),
            ean13=_ean13(f"{chance.randrange(10**11, 2 * 10**11)}"),
        )
    return table


def _ean13(body: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return body + str(-total % 10)


CELLS = made_table()


def table_of(columns: Sequence[tuple[str | None, str]], cells: Mapping[str, list[str]] = CELLS) -> Table:
    """A table of (header, kind of value) columns; no header at all where the first is None."""
    has_header = bool(columns) and columns[0][0] is not None
    names = tuple(header or f"column_{index + 1}" for index, (header, _) in enumerate(columns))
    head = pl.DataFrame({column_id(index): cells[kind] for index, (_, kind) in enumerate(columns)})
    return Table("delimited", "utf-8", names, has_header, head, delimiter=";")


def roles_of(*columns: tuple[str | None, str], overrides: Mapping[str, str] | None = None) -> list[str | None]:
    return [column.role for column in settle(table_of(columns), overrides)]


def unnamed(*kinds: str) -> list[str | None]:
    return roles_of(*((None, kind) for kind in kinds))


# ---- headers


@pytest.mark.parametrize(
    ("role", "headers"),
    [
        ("nir", ("NIR", "N_SECU", "NumSecu", "N° sécurité sociale", "num_ss", "nss", "social security number")),
        ("nir_key", ("CLE_NIR", "clé nir", "Clé")),
        ("ins", ("INS", "Matricule INS", "ins_nir")),
        ("last_name", ("NOM", "Nom patient", "PAT_NOM", "last name", "patientLastName", "surname", "Nom usuel")),
        ("maiden_name", ("NOM_JF", "Nom de jeune fille", "NomDeNaissance", "maiden_name", "nom patronymique")),
        ("first_name", ("Prénom", "PRENOM1", "firstName", "given name", "prenoms")),
        ("full_name", ("Nom et prénom", "NOM_PRENOM", "full name")),
        ("title", ("Civilité", "CIV", "title")),
        ("sex", ("Sexe", "SEX", "gender", "genre")),
        ("birth_date", ("DDN", "Date de naissance", "DT_NAISS", "dateNaissance", "birth date", "dob", "Né(e) le")),
        ("birth_place", ("Lieu de naissance", "LIEU_NAISS", "birth place")),
        ("address", ("Adresse", "ADR1", "adresse_2", "address line 1", "Rue")),
        ("postcode", ("CP", "Code postal", "CODE_POST", "zip code")),
        ("city", ("Ville", "Commune", "city")),
        ("phone", ("Téléphone", "TEL_PORT", "tel domicile", "mobile phone", "portable")),
        ("email", ("E-mail", "Mail", "adresse mail", "courriel", "email_address")),
        ("mutuelle", ("Mutuelle", "organisme complémentaire", "AMC")),
        ("blood_group", ("Groupe sanguin", "GRP_SANG", "blood group")),
        ("iban", ("IBAN", "code iban")),
        ("record_number", ("N° dossier", "NUM_DOSSIER", "ref patient", "IPP", "record number")),
        ("login", ("Login", "user name", "LOGIN_WEB")),
        ("password", ("Mot de passe", "MDP", "password", "pwd")),
        ("prescriber", ("Prescripteur", "Médecin prescripteur", "Nom du prescripteur", "prescribing doctor")),
        ("rpps", ("RPPS", "N° RPPS", "rpps_prescripteur")),
        ("adeli", ("ADELI", "num adeli")),
        ("finess", ("FINESS", "n° finess")),
        ("laboratory", ("Laboratoire", "code labo", "laboratory", "nom du labo")),
        ("exam_date", ("Date prélèvement", "DT_PRELEV", "date examen", "exam date", "sampling date")),
        ("date", ("Date facture", "date édition", "created_at", "Date prescription")),
        ("act", ("Acte", "Code NABM", "analyses", "test")),
        ("result", ("Résultat", "result", "valeur résultat")),
        ("diagnosis", ("Diagnostic", "CIM10", "diagnosis")),
        ("drug", ("Médicament", "drug", "traitement")),
        ("comment", ("Commentaire", "COMMENT", "observations", "remarques", "notes")),
        ("other", ("Montant", "tarif", "quantité", "telephone du medecin")),
    ],
)
def test_headers_name_their_role(role: str, headers: tuple[str, ...]) -> None:
    assert {header: _best(header) for header in headers} == dict.fromkeys(headers, role)


def _best(header: str) -> str | None:
    hints = read_header(header)
    return hints[0].role if hints else None


@pytest.mark.parametrize("header", ["", "   ", "zzz", "qsdfgh", "X1", "???", "17", "a", "_"])
def test_headers_that_say_nothing(header: str) -> None:
    assert [hint for hint in read_header(header) if hint.role in ROLES] == []


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("DATE_NAISS", ("date", "naiss")),
        ("dateNaissance", ("date", "naissance")),
        ("Prénom", ("prenom",)),
        ("N° Sécu.", ("n", "secu")),
        ("ADR2", ("adr", "2")),
        ("RPPSMedecin", ("rpps", "medecin")),
        ("cœur", ("coeur",)),
        ("", ()),
    ],
)
def test_words_of_a_header(header: str, expected: tuple[str, ...]) -> None:
    assert words(header) == expected


def test_hints_are_ranked_and_between_0_and_1() -> None:
    for header in ("DDN", "Date de naissance", "CLE_NIR", "Nom du prescripteur", "identifiant", "x"):
        hints = read_header(header)
        scores = [hint.score for hint in hints]
        assert scores == sorted(scores, reverse=True), header
        assert len({hint.role for hint in hints}) == len(hints), header
        assert all(0 < score <= 1 for score in scores), header


# ---- tables


def test_a_table_with_plain_headers() -> None:
    columns = (
        ("NOM", "last_name"), ("PRENOM", "first_name"), ("DDN", "birth"), ("SEXE", "sex_digit"), ("N_SECU", "nir"),
        ("ADRESSE", "address"), ("CP", "postcode"), ("VILLE", "city"), ("TEL", "phone"), ("MAIL", "email"),
        ("GROUPE", "blood_group"), ("PRESCRIPTEUR", "prescriber"), ("RPPS", "rpps"), ("DT_PRELEV", "exam"),
        ("MONTANT", "amount"), ("COMMENTAIRE", "comment"),
    )  # fmt: skip
    assert roles_of(*columns) == [
        "last_name", "first_name", "birth_date", "sex", "nir",
        "address", "postcode", "city", "phone", "email",
        "blood_group", "prescriber", "rpps", "exam_date",
        None, "comment",
    ]  # fmt: skip


def test_the_same_table_without_headers() -> None:
    kinds = (
        "last_name", "first_name", "birth", "sex_digit", "nir", "address", "postcode", "city", "phone", "email",
        "blood_group", "prescriber", "rpps", "exam", "amount", "comment",
    )  # fmt: skip
    assert unnamed(*kinds) == [
        "last_name", "first_name", "birth_date", "sex", "nir", "address", "postcode", "city", "phone", "email",
        "blood_group", "prescriber", "rpps", "exam_date", None, "comment",
    ]  # fmt: skip


def test_surnames_that_are_first_names_too_are_told_by_the_first_names_beside_them() -> None:
    ambiguous = {**CELLS, "last_name": [AMBIGUOUS_SURNAMES[row % len(AMBIGUOUS_SURNAMES)] for row in range(ROWS)]}
    for kinds in (("last_name", "first_name", "birth"), ("first_name", "last_name", "birth")):
        columns = settle(table_of([(None, kind) for kind in kinds], ambiguous))
        assert [column.role for column in columns[:2]] == list(kinds[:2])


@pytest.mark.parametrize("header", ["Résident", None])
def test_titles_and_other_last_names_around_a_name_say_nothing_of_it(header: str | None) -> None:
    girls = FIRST_NAMES["2"]
    named = [
        f"Mme {SURNAMES[row % 30]} {girls[row % 12].title()} née {SURNAMES[(row + 7) % 30]} {SURNAMES[(row + 9) % 30]}"
        for row in range(ROWS)
    ]
    columns = settle(table_of([(header, "named"), ("DDN", "birth")], {**CELLS, "named": named}))
    assert [column.role for column in columns] == ["full_name", "birth_date"]


def test_several_first_names_beside_surnames_are_no_whole_names() -> None:
    boys, girls = FIRST_NAMES["1"], FIRST_NAMES["2"]
    several = [f"{girls[row % 12]} {boys[row % 14]}{' ZELIHA' if row % 5 == 0 else ''}" for row in range(ROWS)]
    people = {**CELLS, "several": several, "whole": [f"{boys[row % 14]} {SURNAMES[row % 30]}" for row in range(ROWS)]}
    for kinds, roles in (
        (("last_name", "several", "birth", "nir"), ["last_name", "first_name", "birth_date", "nir"]),
        (("several", "last_name", "birth"), ["first_name", "last_name", "birth_date"]),
    ):
        assert [column.role for column in settle(table_of([(None, kind) for kind in kinds], people))] == roles
    doctors = settle(table_of([(None, kind) for kind in ("last_name", "whole", "birth", "nir")], people))
    assert doctors[1].role != "first_name"


@pytest.mark.parametrize(("share", "rows", "role"), [(1, 60, "prescriber"), (1, 3, "last_name"), (3, 60, "last_name")])
def test_a_column_of_doctors_alone_names_no_patients(share: int, rows: int, role: str) -> None:
    cells = [f"{'Dr ' if row % share == 0 else ''}{SURNAMES[row % 30].title()}" for row in range(ROWS)]
    people = {kind: column[:rows] for kind, column in {**CELLS, "doctor": cells}.items()}
    found = settle(table_of([("nom", "doctor"), ("cabinet", "city"), ("tel", "phone")], people))
    assert found[0].role == role
    born = settle(table_of([("nom", "doctor"), ("ddn", "birth"), ("tel", "phone")], people))
    assert born[0].role == "last_name"


def test_headers_never_seen() -> None:
    columns = (("ZK1", "nir"), ("ZK2", "email"), ("ZK3", "phone"), ("ZK4", "birth"), ("ZK5", "exam"), ("ZK6", "amount"))
    assert roles_of(*columns) == ["nir", "email", "phone", "birth_date", "exam_date", None]


@pytest.mark.parametrize(
    ("header", "kind", "role"),
    [
        ("TELEPHONE", "nir", "nir"),
        ("COMMENTAIRE", "nir", "nir"),
        ("N_SECU", "email", "email"),
        ("NIR", "ean13", None),
        ("NIR", "comment", "comment"),
        ("RPPS", "last_name", "last_name"),
        ("DDN", "phone", "phone"),
        ("NIR", "amount", None),
        ("EMAIL", "counter", None),
    ],
)
def test_cells_overrule_a_misleading_header(header: str, kind: str, role: str | None) -> None:
    others = (("DATE DE NAISSANCE", "birth"), ("PRENOM", "first_name"), ("VILLE", "city"))
    assert roles_of((header, kind), *others)[0] == role


@pytest.mark.parametrize("header", ["CLE", "K", None])
def test_a_key_belongs_to_the_number_it_is_right_for(header: str | None) -> None:
    if header is None:
        assert unnamed("last_name", "nir13", "key", "birth") == ["last_name", "nir", "nir_key", "birth_date"]
    else:
        assert roles_of(("NOM", "last_name"), ("NUM", "nir13"), (header, "key"))[1:] == ["nir", "nir_key"]


def test_two_digits_that_are_nobodys_key_are_none() -> None:
    shuffled = {**CELLS, "key": [f"{(7 * row) % 97 + 1:02d}" for row in range(ROWS)]}
    table = table_of(((None, "last_name"), (None, "nir13"), (None, "key"), (None, "birth")), shuffled)
    assert "nir_key" not in [column.role for column in settle(table)]


@pytest.mark.parametrize(("header", "born"), [("Né(e)", True), ("NÉE", True), ("Entré(e)", False)])
def test_dates_under_the_word_born(header: str, born: bool) -> None:
    years = (2012, 2016, 2018, 2014, 2010)
    frame = pl.DataFrame({"c0": list("12345"), "c1": [f"1{at}/03/{year}" for at, year in enumerate(years)]})
    frame = frame.rename({name: column_id(at) for at, name in enumerate(frame.columns)})
    table = Table("delimited", "utf-8", ("Ch", header), has_header=True, head=frame)
    assert (settle(table)[1].role == "birth_date") == born


def test_thirteen_digits_are_proved_by_the_birth_date_and_refuted_by_ean13() -> None:
    assert unnamed("last_name", "nir13_alone", "birth") == ["last_name", "nir", "birth_date"]
    assert unnamed("last_name", "ean13", "birth") == ["last_name", None, "birth_date"]


@pytest.mark.parametrize(
    "columns",
    [
        (("NIR", "nir"), ("INS", "ins"), ("DDN", "birth")),
        (("NIR_ASSURE", "nir"), ("NUM2", "ins"), ("DDN", "birth")),
        (("NSS", "nir"), ("MTRCL", "ins"), ("DDN", "birth")),
        (("NIR", "nir"), ("MATRICULE", "ins"), ("DDN", "birth")),
        ((None, "nir"), (None, "ins"), (None, "birth")),
    ],
)
def test_the_patients_own_number_beside_the_insured_ones(columns: tuple[tuple[str | None, str], ...]) -> None:
    assert roles_of(*columns) == ["nir", "ins", "birth_date"]


@pytest.mark.parametrize(
    "order", [("birth", "exam", "invoice"), ("exam", "birth", "invoice"), ("invoice", "exam", "birth")]
)
@pytest.mark.parametrize("number", ["nir", "last_name"])
def test_birth_exam_and_other_dates_are_told_apart_by_content(order: tuple[str, ...], number: str) -> None:
    expected = {"birth": "birth_date", "exam": "exam_date", "invoice": "date"}
    roles = unnamed(number, "first_name", "prescriber", *order)
    assert roles[3:] == [expected[kind] for kind in order]


def test_dates_of_a_list_without_patients_are_no_exams() -> None:
    assert "exam_date" not in unnamed("amount", "exam", "invoice", "counter")


def test_surnames_under_headers_of_other_things_are_nobodys_unless_something_of_people_stands_beside() -> None:
    assert roles_of(("NCC", "last_name"), ("LIBELLE", "last_name"), ("ZZZ", "city"))[:2] == [None, None]
    assert roles_of(("NCC", "last_name"), ("DDN", "birth"))[0] == "last_name"
    assert unnamed("last_name", "city")[0] == "last_name"


def test_few_surnames_beside_first_names_and_births_that_reach_back() -> None:
    rows = {
        "last": ["NGUYEN", "DA-SILVA", "PETIT"],
        "first": ["Aurore", "Paul", "Claire"],
        "born": ["01/09/1981", "10/11/1977", "07/07/1979"],
        "exam": ["03/07/2024", "23/11/2023", "23/05/2023"],
        "act": ["Sérologie VIH", "hCG", "PSA"],
    }
    found = [column.role for column in settle(table_of([(None, name) for name in rows], rows))]
    assert found[:3] == ["last_name", "first_name", "birth_date"]


def test_a_postcode_is_known_by_its_city() -> None:
    assert unnamed("last_name", "postcode", "city") == ["last_name", "postcode", "city"]
    assert unnamed("counter", "amount")[0] != "postcode"


def test_empty_columns_have_the_role_their_header_names_or_none() -> None:
    cells = {**CELLS, "empty": [""] * ROWS}
    columns = (("COMMENTAIRE", "empty"), ("ZZ", "empty"), ("NOM", "last_name"))
    assert [column.role for column in settle(table_of(columns, cells))] == ["comment", None, "last_name"]


def test_a_table_without_rows_is_judged_by_its_headers() -> None:
    head = pl.DataFrame({"c0": [], "c1": []}, schema={"c0": pl.String, "c1": pl.String})
    table = Table("delimited", "utf-8", ("NIR", "NOM"), has_header=True, head=head, delimiter=";")
    assert [column.role for column in settle(table)] == ["nir", "last_name"]


def test_running_text_is_one_comment() -> None:
    text = Table("text", "utf-8", ("text",), has_header=False, head=pl.DataFrame({"c0": ["a", "b"]}), kind="text")
    assert [column.role for column in settle(text)] == ["comment"]


@pytest.mark.parametrize("header", ["TEXTE", "ZZZ", None])
@pytest.mark.parametrize("times", [3, 200])
def test_letters_in_a_column_are_comments_whatever_stands_in_them(header: str | None, times: int) -> None:
    letter = (
        "Je vois ce jour Mme Roux, 12 rue des Lilas à Saint Jean sur Loire, née le 12/03/1950, Dr Petit, labo Bio. "
    )
    cells = {"letter": [f"{n} " + letter * times for n in range(9)], "number": [str(n) for n in range(9)]}
    named = [("NUMERO" if header else None, "number"), (header, "letter")]
    assert settle(table_of(named, cells))[1].role == "comment"


def test_a_format_that_knows_its_fields_is_believed() -> None:
    known = Table(
        "hl7", "utf-8", ("a", "b"), has_header=False, head=pl.DataFrame({"c0": ["x"], "c1": ["y"]}), roles=("nir", None)
    )
    assert [column.role for column in settle(known)] == ["nir", None]


def test_every_decision_has_a_reason_and_a_confidence() -> None:
    for column in settle(table_of((("NOM", "last_name"), ("N_SECU", "nir"), ("MONTANT", "amount"), ("DDN", "birth")))):
        assert 0 <= column.confidence <= 1
        assert column.reasons or column.role is None
        assert not any(cell in reason for reason in column.reasons for cell in CELLS["last_name"] + CELLS["nir"])


# ---- overrides

NAMED = (("NOM", "last_name"), ("N_SECU", "nir"), ("DDN", "birth"))


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({"NOM": "city"}, ["city", "nir", "birth_date"]),
        ({"2": "record_number"}, ["last_name", "record_number", "birth_date"]),
        ({"DDN": "none"}, ["last_name", "nir", None]),
        ({"NOM": "comment", "3": "exam_date"}, ["comment", "nir", "exam_date"]),
    ],
)
def test_the_user_overrides_a_role(overrides: dict[str, str], expected: list[str | None]) -> None:
    assert roles_of(*NAMED, overrides=overrides) == expected


def test_an_override_reaches_a_table_without_header_by_number() -> None:
    columns = tuple((None, kind) for kind in ("last_name", "first_name", "counter"))
    assert roles_of(*columns, overrides={"3": "record_number"})[2] == "record_number"
    assert roles_of(*columns, overrides={"column_3": "record_number"})[2] == "record_number"


def test_overrides_that_name_no_column_are_listed() -> None:
    assert unmatched(table_of(NAMED), {"NOM": "city", "NIX": "nir", "3": "date", "17": "nir"}) == ["NIX", "17"]


# ---- headers that say nothing, slips and beginnings


@pytest.mark.parametrize("header", ["ZONE_2", "zone 4", "Champ 3", "TYPE", "P_ZONE_9", "LIBELLE 2", "code 1"])
def test_a_header_that_says_nothing_does_not_speak_against_the_cells(header: str) -> None:
    others = (("NOM", "last_name"), ("DATE DE NAISSANCE", "birth"), ("VILLE", "city"), ("MAIL", "email"))
    assert roles_of(*others, (header, "first_name"))[-1] == "first_name"


@pytest.mark.parametrize("header", ["NOM FICHIER", "SAISI PAR"])
def test_a_header_that_says_something_else_does(header: str) -> None:
    others = (("NOM", "last_name"), ("PRENOM", "first_name"), ("DATE DE NAISSANCE", "birth"), ("VILLE", "city"))
    assert roles_of(*others, (header, "first_name"))[-1] is None


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("nomm", "last_name"),
        ("villle", "city"),
        ("adressse", "address"),
        ("NOM_MED", "prescriber"),
        ("ECHANT", "record_number"),
        ("DOS_ECHANT", "record_number"),
        ("NUMMUT", "mutuelle"),
        ("TELEFONNUMMER", "phone"),
        ("Festnetz", "phone"),
    ],
)
def test_slips_beginnings_and_consonants(header: str, role: str) -> None:
    assert _best(header) == role


@pytest.mark.parametrize(
    "header", ["Nom du transporté", "nom du passager", "Nom de la personne amenée", "nom des enfants"]
)
def test_a_word_that_links_others_is_no_slip_of_a_doctor(header: str) -> None:
    assert "prescriber" not in {hint.role for hint in read_header(header)}
    assert roles_of((header, "full_name"), ("Né le", "birth"))[0] == "full_name"


@pytest.mark.parametrize(("header", "role"), [("IDNTFNT", "login"), ("MDCMNT", "drug"), ("TRTMNT", "drug")])
def test_consonants_alone_name_a_role_among_others(header: str, role: str) -> None:
    assert role in {hint.role for hint in read_header(header)}


# ---- what cells say against a header


def _filled(**more: list[str]) -> dict[str, list[str]]:
    return {**CELLS, **more}


_CHANCE = random.Random(8)
MORE = _filled(
    amounts=[f"{_CHANCE.randrange(0, 90)},{_CHANCE.randrange(100):02d} EUR" for _ in range(ROWS)],
    codes=[_CHANCE.choice(("AB12", "KX07", "TR55")) for _ in range(ROWS)],
    notes=[
        f"{_CHANCE.choice(('fax au cabinet', 'sonner deux fois', 'diabete connu depuis'))} {n}" for n in range(ROWS)
    ],
    complements=[f"{_CHANCE.choice(('Bat', 'Residence', 'chez Mme'))} {n} du Parc" for n in range(ROWS)],
    tubes=[f"0{_CHANCE.randrange(10**8, 9 * 10**8)}" for _ in range(ROWS)],
    insurers=[_CHANCE.choice(("MGEN", "HARMONIE MUTUELLE", "MNH", "AG2R")) for _ in range(ROWS)],
    requests=[f"{_CHANCE.randrange(1, 28):02d}2004{n:06d}" for n in range(ROWS)],
    values=[_CHANCE.choice(("Positif", "Négatif")) if n % 20 == 7 else f"{n}.{n % 9}" for n in range(ROWS)],
    abroad=[_CHANCE.choice(("LYON", "Lille", "RENNES", "Portugal", "Maroc", "NICE")) for _ in range(ROWS)],
    sites=[f"LB{_CHANCE.randrange(1, 9):02d}" for _ in range(ROWS)],
    titled=[_CHANCE.choice(("Docteur Roux Anne", "Petit Paul", "Pr Morel Luc", "Blanc Marie")) for _ in range(ROWS)],
)


@pytest.mark.parametrize(
    ("header", "kind", "role"),
    [
        ("MUTUELLE", "amounts", None),
        ("MUTUELLE", "insurers", "mutuelle"),
        ("LIBRE 1", "codes", None),
        ("LIBRE 1", "notes", "comment"),
        ("ADRESSE 3", "notes", "comment"),
        ("ADRESSE 3", "complements", "address"),
        ("NUM_ECH", "tubes", "record_number"),
        ("TELEPHONE", "tubes", "phone"),
        ("LABORATOIRE", "insurers", "mutuelle"),
        ("DIAGNOSTIC", "requests", None),
        ("LIB_PRES", "full_name", "prescriber"),
        ("VLL", "abroad", "birth_place"),
        ("VILLE", "abroad", "city"),
        ("TRAITEMENT", "requests", None),
        ("IDENTIFIANT", "codes", "login"),
        ("ZZ", "titled", "prescriber"),
    ],
)
def test_cells_that_cannot_be_what_the_header_says(header: str, kind: str, role: str | None) -> None:
    columns = (("NOM", "last_name"), ("PRENOM", "first_name"), ("DDN", "birth"), ("VILLE", "city"), (header, kind))
    assert settle(table_of(columns, MORE))[-1].role == role


@pytest.mark.parametrize(
    ("kind", "role"),
    [("values", "result"), ("amounts", None), ("abroad", "birth_place"), ("city", "city"), ("sites", "laboratory")],
)
def test_what_cells_say_without_headers(kind: str, role: str | None) -> None:
    columns = [(None, name) for name in ("last_name", "first_name", "birth", "exam", kind)]
    assert settle(table_of(columns, MORE))[-1].role == role


# ---- columns told by one another


def _visits(people: int = 150, each: int = 3) -> dict[str, list[str]]:
    """Invented patients on several rows each, in no order, with numbers of their own, of the request and of nobody."""
    chance = random.Random(3)
    rows: list[dict[str, str]] = []
    for person in range(people):
        birth = date(1935, 1, 1) + timedelta(days=chance.randrange(27_000))
        given, surname = chance.choice(FIRST_NAMES["1"]), chance.choice(SURNAMES)
        company = f"{chance.randrange(10**13, 10**14)}"
        number = f"19-{chance.randrange(10**5, 10**6)}"
        fund = chance.choice(("0751", "1310", "0441", "6900", "0310", "3340", "0590", "3502", "0132"))
        rows += [
            {
                "last_name": surname,
                "first_name": given,
                "whole": f"{surname} {given}",
                "birth": f"{birth:%d/%m/%Y}",
                "patient": number,
                "serial": str(10_000 + person),
                "fund": fund,
                "siret": company,
                "act": chance.choice(("0552", "1104", "0592", "1610", "5201", "0126", "1804", "0996", "1208")),
                "time": f"{chance.randrange(7, 19):02d}{chance.randrange(0, 60, 15):02d}",
                "doctor": f"{SURNAMES[chance.randrange(9)]} {chance.choice(FIRST_NAMES['2'][:2])}",
                "doctors_last": SURNAMES[chance.randrange(30)],
                "doctors_first": chance.choice(FIRST_NAMES["2"]),
                "login": f"{surname[:6].lower()}{chance.randrange(99)}",
                "secret": f"{chance.choice(('chaton', 'soleil', 'doudou'))}{chance.randrange(10**4)}",
            }
            for _ in range(each)
        ]
    chance.shuffle(rows)
    for place, row in enumerate(rows):
        exam = date(2021, 3, 1) + timedelta(days=chance.randrange(900))
        row["exam"], row["printed"] = f"{exam:%d/%m/%Y}", f"{exam + timedelta(days=chance.randrange(3)):%d/%m/%Y}"
        row["child"] = f"{exam - timedelta(days=chance.randrange(9, 2_900)):%d/%m/%Y}"
        row["act_label"] = f"GLYCEMIE {'ABCDEFGHI'[int(row['act']) % 9]} {row['act'][::-1]}"
        row["request"] = f"{chance.randrange(1, 9):02d}2104{place:06d}"
        row["epoch"] = str(1_600_000_000_000 + chance.randrange(10**11))
    return {name: [row[name] for row in rows] for name in rows[0]}


VISITS = _visits()


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (("last_name", "first_name", "birth", "request"), "record_number"),
        (("last_name", "first_name", "birth", "serial"), "record_number"),
        (("last_name", "first_name", "birth", "patient"), "record_number"),
        (("last_name", "first_name", "birth", "epoch"), None),
        (("last_name", "first_name", "birth", "act"), "act"),
        (("last_name", "first_name", "birth", "act_label", "act"), "act"),
        (("last_name", "first_name", "birth", "act_label", "fund"), None),
        (("last_name", "first_name", "birth", "time"), None),
        (("last_name", "first_name", "birth", "fund"), None),
        (("whole", "birth", "doctor"), "prescriber"),
        (("doctor", "birth", "whole"), "full_name"),
        (("whole", "birth", "doctors_last"), "prescriber"),
        (("whole", "birth", "last_name"), "last_name"),
        (("last_name", "doctors_first", "whole"), "full_name"),
        (("last_name", "first_name", "siret"), None),
        (("last_name", "first_name", "birth", "login"), "login"),
        (("last_name", "first_name", "birth", "login", "serial", "secret"), "password"),
        (("last_name", "first_name", "birth", "secret"), None),
    ],
)
def test_the_last_column_without_headers(kinds: tuple[str, ...], expected: str | None) -> None:
    assert settle(table_of([(None, kind) for kind in kinds], VISITS))[-1].role == expected


def test_of_several_record_numbers_the_patients_own_is_the_surest() -> None:
    columns = (
        ("NOM", "last_name"),
        ("DDN", "birth"),
        ("N DEMANDE", "request"),
        ("N TUBE", "epoch"),
        ("IPP", "patient"),
    )
    settled = settle(table_of(columns, VISITS))
    assert settled[-1].role == "record_number"
    assert settled[-1].confidence > max(column.confidence for column in settled if column.index in (2, 3))


def test_codes_under_the_word_patient_are_its_number() -> None:
    columns = (("NOM", "last_name"), ("PRENOM", "first_name"), ("DDN", "birth"), ("PATIENT", "patient"))
    assert settle(table_of(columns, VISITS))[-1].role == "record_number"


def test_the_prescribers_first_name_is_not_the_patients() -> None:
    columns = (("PREN X", "doctors_first"), ("NOM", "last_name"), ("PRENOM", "first_name"), ("DDN", "birth"))
    assert [column.role for column in settle(table_of(columns, VISITS))] == [
        None,
        "last_name",
        "first_name",
        "birth_date",
    ]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ((("DATE EDITION", "birth"), ("DDN", "printed"), ("DATE PRELEVEMENT", "exam")), ["birth_date", "date"]),
        ((("DATE FICHE", "birth"), ("DDN", "child"), ("DATE PRELEVEMENT", "exam")), [None, "birth_date"]),
        ((("DDN ASSURE", "birth"), ("DDN", "child"), ("DATE PRELEVEMENT", "exam")), [None, "birth_date"]),
    ],
)
def test_births_under_swapped_headers_and_of_children(
    columns: tuple[tuple[str, str], ...], expected: list[str | None]
) -> None:
    """A column called birth whose dates follow the exams holds none; children's births are recent, but precede them."""
    others = (("NOM", "last_name"), ("PRENOM", "first_name"))
    found = [column.role for column in settle(table_of((*others, *columns), VISITS))][2:4]
    assert all(role == wanted for role, wanted in zip(found, expected, strict=True) if wanted)
