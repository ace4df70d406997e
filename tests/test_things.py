"""Tables of things and of professionals: nobody in them is a patient; patients in oddly called tables stay patients."""

from __future__ import annotations

import json
from typing import Any

import pytest
from clinical import luhn
from documents import report_here

from leakscan.columns.professionals import DIRECTORY, DOCTORS_AMONG, DOCTORS_NUMBERED
from leakscan.columns.things import NAMED_THINGS, PROFESSIONALS
from leakscan.columns.things import THINGS as THINGS_WHY
from leakscan.explain.rules import FRENCH

ILL = ("Asthme", "Diabète de type 2", "Cancer du côlon", "Épilepsie")
SURNAMES = ("VERNAY", "PRUDHON", "LACOMBE", "MARTIN")
UNLISTED = ("Zbrzeznyk", "Khelifatou", "Xhrouettan", "Wolkmuthe")
FIRST = ("Odile", "Bastien", "Mireille", "Yannick")
BORN = ("1961-03-04", "1984-11-23", "1975-06-30", "1990-01-12")
DRUGS = ("Doliprane", "Spasfon", "Ventoline", "Metformine")
WARDS = ("Cardiologie", "Pédiatrie", "Oncologie", "Urgences")
SAID = ("Patient suivi pour un asthme", "Diabétique sous insuline", "Cancer du sein opéré", "Epilepsie traitée")
FILES = ("P00412", "P00977", "P01203", "P01544")
SEEN = ("2021-05-01", "2021-05-03", "2021-05-09", "2021-06-11")
PLACES = ("Clinique du Port", "Hôpital Nord", "Clinique des Ormes", "Centre hospitalier du Lac")
PHONES = ("0102030405", "0102030406", "0102030407", "0102030408")
Columns = dict[str, tuple[str, ...]]


def dump(**made: Columns) -> bytes:
    """Tables by name, each of columns by name; two underscores stand for the point behind a schema."""
    lines = []
    for name, columns in made.items():
        table = name.replace("__", ".")
        lines.append(f"CREATE TABLE {table} ({', '.join(f'{one} varchar(200)' for one in columns)});")
        for row in zip(*columns.values(), strict=True):
            cells = ", ".join("'" + cell.replace("'", "''") + "'" for cell in row)
            lines.append(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({cells});")
    return "\n".join(lines).encode()


def numbers(many: int = 4) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, many + 1))


def people(report: dict[str, Any]) -> int:
    return int(report["persons"]["likely"])


PATIENTS: dict[str, Columns] = {
    "consultation": {"nom": SURNAMES, "diagnostic": ILL},
    "analyse": {"id": numbers(), "nom": SURNAMES, "resultat_vih": ("positif", "négatif", "positif", "négatif")},
    "t1": {"nom": SURNAMES, "prenom": FIRST, "maladie": ILL},
    "service_patients": {"nom": UNLISTED, "diagnostic": ILL},
    "service": {"nom": UNLISTED, "diagnostic": ILL},
    "service_cardio": {"nom": UNLISTED, "prenom": FIRST, "diagnostic": ILL},
    "maladie": {"id": numbers(), "nom": SURNAMES, "libelle": ILL},
    "maladies": {"num_patient": FILES, "nom": ILL},
    "pathologie": {"nom": UNLISTED, "prenom": FIRST, "date_naissance": BORN, "pathologie": ILL},
    "pathologies": {"nom": UNLISTED, "description": SAID},
    "medicament": {"nom": UNLISTED, "prenom": FIRST, "medicament": DRUGS},
    "medicaments": {"nom": SURNAMES, "medicament": DRUGS},
    "traitement": {"nom": UNLISTED, "medicament": DRUGS},
    "allergie": {"nom": UNLISTED, "date_naissance": BORN, "allergie": ILL},
    "mutuelle": {"nom": UNLISTED, "prenom": FIRST, "pathologie": ILL},
    "departement": {"ipp": FILES, "nom": UNLISTED, "diagnostic": ILL},
    "chambre": {"numero": numbers(), "nom": UNLISTED, "diagnostic": ILL},
    "laboratoire": {"nom": UNLISTED, "date_prelevement": SEEN, "resultat_vih": ("positif", "négatif") * 2},
    "ville": {"nom": SURNAMES, "maladie": ILL},
    "unite": {"nom_patient": UNLISTED, "diagnostic": ILL},
    "espece": {"nom": SURNAMES, "prenom": FIRST, "diagnostic": ILL},
    "medecin": {"nom": SURNAMES, "prenom": FIRST, "diagnostic": ILL},
    "medecins": {"nom": SURNAMES, "prenom": FIRST, "date_naissance": BORN, "diagnostic": ILL},
    "medecin_patient": {"nom": SURNAMES, "prenom": FIRST, "maladie": ILL},
    "infirmiere": {"nom": SURNAMES, "prenom": FIRST, "commentaire": SAID},
    "suivi_medecin": {"nom": SURNAMES, "prenom": FIRST, "diagnostic": ILL},
    "employe": {"nom": SURNAMES, "prenom": FIRST, "maladie": ILL},
    "donneur": {"nom": SURNAMES, "groupe_sanguin": ("A+", "O-", "B+", "O+")},
    "animal": {"nom": SURNAMES, "prenom": FIRST, "diagnostic": ILL},
    "region": {"nom": UNLISTED, "age": ("54", "31", "77", "12"), "traitement": DRUGS},
    "sejour": {"num_dossier": FILES, "nom": PLACES, "date_entree": SEEN, "diagnostic": ILL},
}
"""Each table holds four patients, whatever it is called."""


@pytest.mark.parametrize("name", PATIENTS)
def test_patients_stay_patients_in_a_table_of_any_name(name: str) -> None:
    assert people(report_here(dump(**{name: PATIENTS[name]}))) == 4


OF_PATIENTS: dict[str, Columns] = {
    "etablissement": {"id": numbers(8), "etablissement_nom": PLACES * 2, "diagnostic": ILL * 2, "date": SEEN * 2},
    "mutuelle": {
        "dossier": tuple(f"D{at}37" for at in range(8)),
        "mutu_nom": ("MGEN", "April") * 4,
        "diagnostic": ILL * 2,
    },
    "service": {"dossier": tuple(f"D{at}37" for at in range(8)), "serv_nom": WARDS * 2, "diagnostic": ILL * 2},
    "pathologie": {"dossier": tuple(f"D{at}37" for at in range(8)), "path_nom": ILL * 2, "date_examen": SEEN * 2},
}
"""Eight patients each, known by numbers alone."""


@pytest.mark.parametrize("name", OF_PATIENTS)
def test_patients_known_by_number_stay_beside_what_things_are_called(name: str) -> None:
    assert people(report_here(dump(**{name: OF_PATIENTS[name]}))) == 8


PATIENT = {"id": numbers(), "nom": SURNAMES, "prenom": FIRST, "date_naissance": BORN, "diagnostic": ILL}
THINGS: dict[str, Columns] = {
    "pathologie": {"path_nom": ILL},
    "maladie": {"id": numbers(), "nom": ("Grippe", "Parasites intestinaux", "Infection respiratoire", "Coupure"),
                "description": ("Infection virale", "Vers dans l'intestin", "Toux fréquente", "Plaie à surveiller")},
    "medicament": {"id": numbers(), "medi_nom": DRUGS, "medi_stock": numbers()},
    "app__medicaments": {"id": numbers(), "nom": DRUGS, "indication": ILL},
    "mutuelle": {"mutu_nom": ("MGEN", "Harmonie Mutuelle", "Mutuelle du Port", "April"), "mutu_tel": PHONES},
    "public__departements": {"id": numbers(), "nom": ("Dakar", "Thiès", "Kolda", "Louga"), "population": numbers()},
    "service": {"serv_id": numbers(), "serv_nom": WARDS},
    "ref_services": {"id": numbers(), "nom": WARDS, "telephone": PHONES},
    "ordre": {"id": numbers(), "nom": ("Mammifères", "Oiseaux", "Reptiles", "Poissons")},
    "animal": {"id": numbers(), "nom": ("Simba", "Nala", "Luna", "Felix"), "date_vaccin": SEEN},
    "laboratoires": {"id": numbers(), "nom": PLACES, "adresse": ("3 quai Nord",) * 4},
    "lieux": {"nom": PLACES, "telephone": PHONES, "analyses": ("Glycémie, Sérologie VIH",) * 4},
    "formulaire": {"nom": DRUGS, "prix": numbers()},
}  # fmt: skip


@pytest.mark.parametrize("name", THINGS)
def test_names_of_things_are_nobody_s(name: str) -> None:
    assert people(report_here(dump(**{name: THINGS[name]}))) == 0
    assert people(report_here(dump(patient=PATIENT, **{name: THINGS[name]}))) == 4


def test_a_table_called_after_doctors_lists_prescribers() -> None:
    names = {"med_nom": UNLISTED, "med_prenom": FIRST, "med_tel": PHONES}
    report = report_here(dump(patient=PATIENT, medecin=names))
    assert (people(report), report["prescribers"]["distinct"]) == (4, 4)


CODES = (
    '<?xml version="1.0"?><RetrieveValueSetResponse><ValueSet id="1.2.3" displayName="JDV Antecedents Obstetricaux">'
    "<ConceptList>{}</ConceptList></ValueSet></RetrieveValueSetResponse>"
)


def test_a_set_of_codes_is_no_patient() -> None:
    rows = [
        f'<Concept code="O{at}" codeSystem="1.2.250" displayName="{one}"/>'
        for at, one in enumerate(("Fausse couche", *ILL))
    ]
    assert people(report_here(CODES.format("".join(rows)).encode())) == 0


def test_records_of_patients_with_systems_of_codes_stay() -> None:
    rows = [
        f"<patient><nom>{last}</nom><sexe code='F' codeSystem='2'/><maladie>{ill}</maladie></patient>"
        for last, ill in zip(SURNAMES, ILL, strict=True)
    ]
    assert people(report_here(f"<patients>{''.join(rows)}</patients>".encode())) == 4


LABORATORY = {"nom": "Laboratoire du Port", "telephone": "+33556010203", "analyses": "Glycémie, Sérologie VIH"}


@pytest.mark.parametrize(
    ("records", "patients"),
    [
        ([LABORATORY], 0),
        ([LABORATORY, LABORATORY | {"nom": "Clinique des Ormes"}], 0),
        ([LABORATORY | {"nom": "Vernay"}], 1),
        ([LABORATORY | {"prenom": "Odile", "nom": "Centre"}], 1),
        ([LABORATORY | {"numero_patient": "P00412"}], 1),
        ([LABORATORY | {"date_prelevement": "2021-05-01", "resultat": "positif"}], 1),
    ],
)
def test_what_a_laboratory_offers_is_nobody_s(records: list[dict[str, str]], patients: int) -> None:
    assert people(report_here(json.dumps(records).encode())) == patients


DOCTOR = {"nom": "Martin", "prenom": "Dr. Sophie", "numeroRPPS": "10005173140", "specialite": "Cardiologie"}
UNNUMBERED = {"nom": "Martin", "prenom": "Dr. Sophie"}
JEAN = {"nom": "Dupont", "prenom": "Jean", "dateNaissance": "1980-01-01", "antecedents": "asthme"}
ANNE = {"nom": "Vernay", "prenom": "Anne", "dateNaissance": "1961-03-04", "antecedents": "diabète"}
ILL_DOCTOR = {"nom": "Martin", "prenom": "Dr. Sophie", "dateNaissance": "1970-02-03", "antecedents": "cancer du sein"}


@pytest.mark.parametrize(
    ("records", "patients", "prescribers"),
    [
        ((JEAN, DOCTOR), 1, 1),
        ((JEAN, DOCTOR, ANNE), 2, 1),
        ((JEAN, ILL_DOCTOR, ANNE), 3, 1),
        ((JEAN, ANNE, ILL_DOCTOR | {"numeroRPPS": "10005173140"}), 3, 1),
        ((JEAN, ANNE, DOCTOR | {"antecedents": "cancer du sein"}), 3, 1),
        ((JEAN, ANNE, DOCTOR | {"diagnostic": "lombosciatique"}), 3, 1),
        (tuple(one | {"numPatient": f"P0041{at}"} for at, one in enumerate((JEAN, ANNE, DOCTOR))), 3, 1),
        (tuple(one | {"rpps_medecin": "10005173140"} for one in (JEAN, ANNE, UNNUMBERED)), 3, 1),
        (tuple(one | {"rpps": "10005173140"} for one in (JEAN, ANNE, ILL_DOCTOR)), 3, 1),
    ],
)
def test_a_first_name_with_dr_and_an_rpps_is_the_professional(
    records: tuple[dict[str, str], ...], patients: int, prescribers: int
) -> None:
    report = report_here(json.dumps(records).encode())
    assert (people(report), report["prescribers"]["distinct"]) == (patients, prescribers)


@pytest.mark.parametrize(
    ("prescribers", "role"),
    [
        (("Dr VERNAY", "PRUDHON", "Dr LACOMBE", "MARTIN J"), "prescriber"),
        (("Dr Odile", "Bastien", "Mireille", "Yannick"), "first_name"),
    ],
)
def test_a_header_of_two_meanings_is_settled_by_its_cells(prescribers: tuple[str, ...], role: str) -> None:
    rows = zip(SURNAMES, BORN, prescribers, SAID, strict=True)
    text = "PAT_NOM;PAT_DDN;PRE_NOM;REMARQUE\n" + "".join(f"{';'.join(row)}\n" for row in rows)
    told = {one["column"]: one["role"] for one in report_here(text.encode())["inputs"][0]["roles"]}
    assert told["PRE_NOM"] == role


def test_why_rows_are_nobody_is_known_in_french() -> None:
    assert {THINGS_WHY, NAMED_THINGS, PROFESSIONALS, DOCTORS_AMONG, DOCTORS_NUMBERED} <= set(FRENCH)


def roles(report: dict[str, Any]) -> dict[str, str | None]:
    return {one["column"]: one["role"] for read in report["inputs"] for one in read["roles"]}


def test_clear_headers_of_names_are_not_swapped_by_a_few_cells() -> None:
    made = {
        "nom": ("safia", "hajar", "amel"),
        "prenom": ("bouchouk", "ayadi", "hanoun"),
        "username": ("safia", "hajar", "amel"),
    }
    found = roles(report_here(dump(patient=made | {"date_naissance": BORN[:3]})))
    assert (found["nom"], found["prenom"], found["username"]) == ("last_name", "first_name", "login")


def test_many_cells_say_more_than_headers() -> None:
    lasts = str.split("VERNAY PRUDHON LACOMBE TISSERAND BOUVIER GARROS MOREAU LEFEBVRE DURAND FOURNIER GIRARD MERCIER")
    firsts = str.split("Odile Bastien Mireille Yannick Solange Corentin Marie Sylvie Thierry Nicolas Julien Celine")
    found = roles(report_here(dump(patient={"nom": tuple(firsts), "prenom": tuple(lasts), "diagnostic": ILL * 3})))
    assert (found["nom"], found["prenom"]) == ("first_name", "last_name")


@pytest.mark.parametrize(
    "number", ["2 65 07 32 046 984 06", "2 65 07 06 146 984 06", "265073204698406", "1 84 11 69 123 045 16"]
)
def test_a_number_of_social_security_gives_no_phone(number: str) -> None:
    made = {
        "nom": SURNAMES,
        "prenom": FIRST,
        "date_naissance": BORN,
        "num_secu": (number, *("1 90 01 75 116 005 84",) * 3),
    }
    report = report_here(dump(client=made))
    assert (people(report), report["persons"]["by_category"]["phone"]["likely"]) == (4, 0)


def test_a_phone_beside_a_number_of_social_security_stays() -> None:
    made = {"nom": SURNAMES, "date_naissance": BORN, "num_secu": ("2 65 07 32 046 984 06",) * 4, "tel": PHONES}
    assert report_here(dump(client=made))["persons"]["by_category"]["phone"]["likely"] == 4


RPPS = ("10100047116", "10100047488", "10100047850", "10100048221")
BORN_IN_BOOK = {"nom": SURNAMES, "prenom": FIRST, "date_naissance": BORN}
SKILLS = ("Médecine du VIH", "Addictologie - CSAPA", "Psychiatrie adulte", "Néphrologie - dialyse")
NOTES = ("suit des patients séropositifs", "", "patients sous TSO", "")
DIRECTORIES = (
    {"rpps": RPPS, **BORN_IN_BOOK, "savoirFaire": SKILLS, "modeExercice": ("libéral",) * 4, "commentaire": NOTES},
    {"idNationalPs": tuple(f"8{one}" for one in RPPS), "civilite": ("Dr",) * 4, **BORN_IN_BOOK, "specialite": SKILLS},
    {"rpps": RPPS, **BORN_IN_BOOK, "specialite": SKILLS, "telephone": PHONES, "finess": ("350000030",) * 4},
    {
        "civilite": ("Dr", "Dr", "Pr", "Dr"),
        "rpps": RPPS,
        **BORN_IN_BOOK,
        "secteur": ("1", "2", "1", "1"),
        "note": NOTES,
    },
)
NO_DIRECTORIES = (
    {**BORN_IN_BOOK, "specialite": SKILLS, "rpps": RPPS, "motif": SAID},
    {**BORN_IN_BOOK, "rpps": RPPS, "specialite": SKILLS, "secteur": ("A",) * 4, "diagnostic": ILL},
    {**BORN_IN_BOOK, "specialite": SKILLS, "secteur": ("A",) * 4, "rpps_medecin": RPPS, "commentaire": SAID},
    {**BORN_IN_BOOK, "specialite": SKILLS, "secteur": ("A",) * 4, "rpps": RPPS[:1] * 4, "commentaire": SAID},
    {**BORN_IN_BOOK, "rpps": RPPS, "commentaire": SAID},
    {**BORN_IN_BOOK, "specialite": SKILLS, "rpps": RPPS, "cabinet": PLACES, "commentaire": SAID},
    {**BORN_IN_BOOK, "specialite": SKILLS, "rpps": RPPS, "cabinet": PLACES, "info": SAID},
)


def records(columns: Columns) -> bytes:
    return json.dumps([dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]).encode()


@pytest.mark.parametrize("columns", DIRECTORIES)
def test_a_directory_holds_prescribers_whatever_it_tells_of_them(columns: Columns) -> None:
    found = report_here(records(columns))
    assert people(found) == 0
    assert found["prescribers"]["distinct"] == 4
    assert people(report_here(dump(annuaire_rpps_2=columns))) == 0


def test_who_lacks_the_number_in_a_directory_is_in_it_all_the_same() -> None:
    names = tuple(f"VER{letter}NAY" for letter in "abcdefghijkl")
    known = tuple(luhn(f"1010004{at:03d}") for at in range(11))
    columns = {"rpps": (*known, ""), "nom": names, "specialite": ("Médecine du VIH",) * 12, "secteur": ("1",) * 12}
    found = report_here(records(columns | {"commentaire": ("",) * 11 + ("consulte le mardi",)}))
    assert people(found) == 0
    assert found["prescribers"]["distinct"] >= 11


@pytest.mark.parametrize("columns", NO_DIRECTORIES)
def test_patients_with_the_number_of_their_doctor_stay_patients(columns: Columns) -> None:
    found = report_here(records(columns))
    assert people(found) == 4
    assert found["severity"]["band"] == "very_high"


def test_the_reason_of_a_directory_is_told_in_french() -> None:
    assert DIRECTORY in FRENCH


@pytest.mark.parametrize(
    "columns",
    [
        {"provider_id": ("11", "12", "13", "14"), "name": ("Schmitt, Anaïs", "Le Gall, Yann", "Ba, Awa", "Roux, Jean")},
        {"id_medecin": ("1", "2", "3", "4"), "nom": ("SCHMITT", "LE GALL", "BA", "ROUX"),
         "prenom": ("Anaïs", "Yann", "Awa", "Jean"), "ville": ("Brest", "Dax", "Lens", "Metz")},
        {"med_id": ("1", "2", "3", "4"), "med_nom": ("SCHMITT", "LE GALL", "BA", "ROUX"),
         "med_prenom": ("Anaïs", "Yann", "Awa", "Jean"), "med_rpps": RPPS},
    ],
    ids=["provider_id", "id_medecin", "med_rpps"],
)  # fmt: skip
def test_who_is_numbered_as_a_professional_is_one(columns: Columns) -> None:
    acts = {"id": ("1", "2", "3", "4"), "patient_id": ("7", "7", "8", "9"), "motif": SAID}
    found = report_here(dump(liste=columns, consultation=acts))
    assert people(found) == 3


def test_a_doctor_beside_each_patient_makes_nobody_a_doctor() -> None:
    columns = {"id_medecin": ("1", "2", "1", "2"), "nom": ("SCHMITT", "LE GALL", "BA", "ROUX"),
               "prenom": ("Anaïs", "Yann", "Awa", "Jean"), "motif": SAID}  # fmt: skip
    assert people(report_here(dump(consultation=columns))) == 4
