"""Invented people laid out otherwise than as rows, with what a scan must find; and tables that only look like it."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl
import xlsxwriter
from documents import BIRTHS, FIRST, NAMES, PHONES, nir

Rows = Sequence[Sequence[str]]
NOTES = (
    "VIH positif", "hypertension", "grossesse en cours", "cancer du sein", "diabète de type 2", "asthme",
    "sérologie VIH positive", "migraine",
)  # fmt: skip
FRENCH = ("nom", "prenom", "date_naissance", "ville", "diagnostic")
LABELS = ("Nom", "Prénom", "Date de naissance", "Ville", "Diagnostic")
ENGLISH = ("last_name", "first_name", "date_of_birth", "city", "diagnosis")
TOWNS = ("Rennes", "Brest", "Vannes", "Nantes", "Quimper", "Lorient", "Dinan", "Angers")
COLUMNS = list(zip(NAMES, FIRST, BIRTHS, TOWNS, NOTES, strict=True))
"""Eight people: last name, first name, birth date, town, what they have; no number and no contact tells them apart."""
NUMBERED = [
    (*person[:3], nir(at), phone, person[4]) for at, (person, phone) in enumerate(zip(COLUMNS, PHONES, strict=True))
]
NUMBERS = ("nom_usage", "prenom", "ddn", "nir", "tel", "diag")


@dataclass(frozen=True)
class Layout:
    """A file and its truth: how many people and records, with a name, with a birth date, with HIV; rows of the file."""

    name: str
    data: bytes
    rows: int
    people: int = 8
    records: int = 8
    hiv: int = 2
    named: int | None = None


def delimited(rows: Rows, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(rows: Rows) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Feuille")
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell:
                    sheet.write_string(row, column, cell)
    return out.getvalue()


def parquet(rows: Rows) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(list(rows[1:]), schema=list(rows[0]), orient="row").write_parquet(out)
    return out.getvalue()


def objects(rows: Rows) -> bytes:
    return json.dumps([dict(zip(rows[0], row, strict=True)) for row in rows[1:]], ensure_ascii=False).encode()


def inserts(table: str, rows: Rows) -> bytes:
    quoted = (", ".join("'" + cell.replace("'", "''") + "'" for cell in row) for row in rows[1:])
    names = ", ".join(f"`{name}`" for name in rows[0])
    return "".join(f"INSERT INTO `{table}` ({names}) VALUES ({row});\n" for row in quoted).encode()


def long(titles: Sequence[str] = FRENCH, first: int = 0, people: Rows = COLUMNS) -> list[list[str]]:
    """A row per person and field, without a header."""
    return [
        [str(first + number), title, cell]
        for number, person in enumerate(people)
        for title, cell in zip(titles, person, strict=True)
    ]


def shuffled(rows: Rows) -> list[Sequence[str]]:
    mixed = list(rows)
    random.Random(7).shuffle(mixed)
    return mixed


def _usermeta() -> list[list[str]]:
    rows, number = [["umeta_id", "user_id", "meta_key", "meta_value"]], 900
    kept = (("rich_editing", "true"), ("wp_capabilities", 'a:1:{s:10:"subscriber";b:1;}'), ("show_admin_bar", "false"))
    for user, person in enumerate(COLUMNS, 41):
        for key, cell in (*zip(ENGLISH, person, strict=True), ("nickname", f"u{user}"), *kept):
            number += 1
            rows.append([str(number), str(user), key, cell])
    return rows


def _exams() -> list[list[str]]:
    rows = [["dossier", "rubrique", "contenu"]]
    for number, (last, first, birth, *_) in enumerate(COLUMNS):
        rows += [[f"D{number:03d}", title, cell] for title, cell in zip(LABELS[:3], (last, first, birth), strict=True)]
        for exam in range(1 + number % 3):
            told = "positif" if number in (2, 5) and exam == 1 + (number == 5) else "négatif"
            rows += [[f"D{number:03d}", "Examen", "VIH" if exam else "Glycémie"]]
            rows += [[f"D{number:03d}", "Résultat", told if exam else "1,02 g/L"]]
    return rows


def _typed() -> list[list[str]]:
    rows = [["person_id", "concept", "value_text", "value_datetime", "value_numeric"]]
    for number, person in enumerate(COLUMNS):
        for title, cell in (*zip(LABELS, person, strict=True), ("Taille", f"{160 + number}")):
            day, month, year = cell.split("/") if title == LABELS[2] else ("", "", "")
            date = f"{year}-{month}-{day}" if year else ""
            number_of = cell if title == "Taille" else ""
            rows.append([f"{1000 + number}", title, "" if date or number_of else cell, date, number_of])
    return rows


def forms(labels: Sequence[str] = LABELS, people: Rows = COLUMNS, blank: int = 0) -> list[list[str]]:
    rows: list[list[str]] = []
    for person in people:
        rows += [["", ""]] * blank if rows else []
        rows += [list(pair) for pair in zip(labels, person, strict=True)]
    return rows


def _without_some() -> list[list[str]]:
    rows = []
    for number, person in enumerate(COLUMNS):
        pairs = zip(LABELS, person, strict=True)
        rows += [
            [label, cell] for at, (label, cell) in enumerate(pairs) if (number, at) not in ((3, 0), (5, 2), (6, 3))
        ]
    return rows


def _redcap() -> list[list[str]]:
    head = ["record", "redcap_event_name", "field_name", "value"]
    return [head, *([f"{int(n) + 1}", "inclusion_arm_1", title, cell] for n, title, cell in long(ENGLISH))]


def _transposed(labels: Sequence[str] = LABELS) -> list[list[str]]:
    return [[label, *cells] for label, *cells in zip(labels, *COLUMNS, strict=True)]


HEAD = [["patient_id", "champ", "valeur"]]
LONG = HEAD + long()
BY_FIELD = HEAD + sorted(long(), key=lambda row: FRENCH.index(row[1]))
MANY = [(NAMES[n % 8], FIRST[n // 8 % 8], f"{1 + n % 28:02d}/{1 + n % 12:02d}/{1940 + n}", TOWNS[n % 7], NOTES[n % 8])
        for n in range(64)]  # fmt: skip
TURNED: tuple[Layout, ...] = (
    Layout("long.csv", delimited(LONG), 40),
    Layout("long_without_header.csv", delimited(LONG[1:]), 40),
    Layout("long_by_field.csv", delimited(BY_FIELD), 40),
    Layout("long_shuffled.csv", delimited(HEAD + shuffled(long())), 40),
    Layout("long_old.tsv", delimited([["id_personne", "libelle", "reponse"], *long(LABELS)], "\t", "cp1252"), 40),
    Layout("long_redcap.csv", delimited(_redcap(), ","), 40),
    Layout("long_usermeta.csv", delimited(_usermeta(), ","), 72),
    Layout("long_usermeta.sql", inserts("wp_usermeta", _usermeta()), 72),
    Layout("long.json", objects(LONG), 40),
    Layout("long.parquet", parquet(LONG), 40),
    Layout("long.xlsx", workbook(LONG), 40),
    Layout("long_typed.csv", delimited(_typed()), 48),
    Layout("long_exams.csv", delimited(_exams()), 54, hiv=2),
    Layout("long_many.csv", delimited(HEAD + long(people=MANY)), 320, people=64, records=64, hiv=16),
    Layout("long_two_people.csv", delimited(HEAD + long(people=COLUMNS[:2])), 10, people=2, records=2, hiv=1),
    Layout("long_numbers.csv", delimited(HEAD + long(NUMBERS, people=NUMBERED)), 48),
    Layout("forms.csv", delimited(forms()), 40),
    Layout("forms_blank_rows.csv", delimited(forms(blank=1)), 47),
    Layout("forms.xlsx", workbook(forms(blank=2)), 40),
    Layout("forms_colons.xlsx", workbook([[f"{a} :" if a else "", "", b] for a, b in forms(blank=1)]), 40),
    Layout("forms_under_header.csv", delimited([["Rubrique", "Valeur"], *forms()]), 40),
    Layout("forms_without_some.csv", delimited(_without_some()), 37),
    Layout("forms.json", objects([["label", "valeur"], *forms()]), 40),
    Layout("forms_many.csv", delimited(forms(people=MANY)), 320, people=64, records=64, hiv=16),
    Layout("form_of_one.xlsx", workbook(forms(people=COLUMNS[:1])), 5, people=1, records=1, hiv=1),
    Layout("form_of_one.csv", delimited(forms(people=COLUMNS[:1])), 5, people=1, records=1, hiv=1),
    Layout("transposed.csv", delimited(_transposed()), 5),
    Layout("transposed.xlsx", workbook(_transposed()), 5),
    Layout("transposed.tsv", delimited(_transposed(ENGLISH), "\t"), 5),
    Layout(
        "transposed_numbered.csv", delimited([["Rubrique", *(f"Patient {n}" for n in range(1, 9))], *_transposed()]), 6
    ),
)

ANALYSES = ("VIH", "Glycémie", "Groupe sanguin", "Sexe chromosomique", "Nom du germe", "Date de prélèvement")
TEXTS = (("first_name", "Prénom", "First name", "Vorname"), ("last_name", "Nom", "Last name", "Nachname"),
         ("birth_date", "Date de naissance", "Date of birth", "Geburtstag"), ("email", "Courriel", "E-mail", "E-Mail"),
         ("phone", "Téléphone", "Phone", "Telefon"), ("save", "Enregistrer", "Save", "Speichern"))  # fmt: skip
FIELDS = (("nom", "texte", "Nom de famille"), ("prenom", "texte", "Prénom usuel"), ("nir", "texte", "N° de sécu"),
          ("date_naissance", "date", "Date de naissance"), ("email", "texte", "Courriel"))  # fmt: skip
WIDE = [["dossier", *FRENCH], *([f"{n}", *person] for n, person in enumerate(COLUMNS))]
UNTURNED: tuple[tuple[str, bytes], ...] = (
    ("results.csv", delimited([["dossier", "analyse", "resultat"],
        *([f"{n}", a, ("positif", "1,02", "A+", "46 XX", "E. coli", "03/04/2024")[at]]
          for n in range(20) for at, a in enumerate(ANALYSES))])),
    ("results_named.csv", delimited([["nom", "prenom", "ddn", "analyse", "resultat"],
        *([*person[:3], a, "négatif"] for person in COLUMNS for a in ANALYSES)])),
    ("results.xlsx", workbook([["Nom", "Prénom", "Né le", "Analyse", "Résultat"],
        *([*person[:3], a, "négatif"] for person in COLUMNS for a in ANALYSES)])),
    ("measures.csv", delimited([["patient", "mesure", "valeur"],
        *([f"{n}", m, f"{30 + n}"] for n in range(20) for m in ("Âge", "Poids", "Taille", "Sexe"))])),
    ("people.csv", delimited(WIDE)),
    ("people.parquet", parquet(WIDE)),
    ("two_columns.csv", delimited([["Nom", "Téléphone"], *([p[0], p[4]] for p in COLUMNS)])),
    ("few_people.xlsx", workbook([WIDE[0], *WIDE[1:3]])),
    ("settings.csv", delimited([["cle", "valeur"], ["nom", "Portail des patients"], ["email", "contact@labo.example"],
        ["telephone", "01 23 45 67 89"], ["adresse", "3 rue des Lilas"], ["theme", "bleu"], ["langue", "fr"]])),
    ("ini.csv", delimited([["section", "cle", "valeur"],
        *([s, k, v] for s in ("smtp", "ldap", "base") for k, v in (("nom", f"{s}-relais"), ("email", f"{s}@lab.fr"),
          ("login", "service"), ("password", "changer"), ("port", "25"), ("telephone", "0123456789")))])),
    ("translations.csv", delimited([["cle", "fr", "en", "de"], *TEXTS])),
    ("translations_long.csv", delimited([["cle", "langue", "texte"],
        *([row[0], lang, row[1 + at]] for row in TEXTS for at, lang in enumerate(("fr", "en", "de")))])),
    ("prices.csv", delimited([["code", "libelle", "prix"], *([f"{n:04d}", f"Acte {n}", f"{n}.5"] for n in range(30))])),
    ("departments.csv", delimited([["departement", "indicateur", "valeur"],
        *([f"{d:02d}", i, f"{d * 7}"] for d in range(1, 30) for i in ("Sexe F", "Sexe M", "Naissances", "VIH"))])),
    ("departments_wide.csv", delimited([["Indicateur", "22", "29", "35"], ["Naissances", "12", "30", "40"],
        ["Sexe F", "51", "49", "50"], ["Décès", "1", "2", "3"], ["Âge moyen", "41", "42", "43"]])),
    ("code_book.csv", delimited([["champ", "type", "libelle"], *FIELDS])),
    ("code_book_forms.csv", delimited([["formulaire", "champ", "libelle"],
        *([form, field, told] for form in ("inclusion", "suivi", "sortie") for field, _, told in FIELDS)])),
    ("schema.csv", delimited([["table", "colonne", "type"],
        *([table, field, kind] for table in ("patients", "medecins", "contacts") for field, kind, _ in FIELDS)])),
    ("filled.csv", delimited([["champ", "rempli", "distincts"],
        *([field, f"{90 + n} %", f"{n}000"] for n, (field, _, _) in enumerate(FIELDS))])),
    ("mapping.csv", delimited([["source", "cible"], *zip(FRENCH, ENGLISH, strict=True)])),
    ("answers.csv", delimited([["question", "modalite", "effectif"], ["Sexe", "Homme", "120"], ["Sexe", "Femme", "140"],
        ["Âge", "18-25", "30"], ["Âge", "26-40", "90"], ["Ville", "Rennes", "70"], ["Ville", "Brest", "60"]])),
    ("first_names.csv", delimited([["sexe", "prenom", "annee", "nombre"],
        *(["1", name, f"{year}", "40"] for name in FIRST for year in (1990, 2000, 2010))])),
)  # fmt: skip
"""Tables that must stay as they are."""

MAKERS: dict[str, Callable[..., bytes]] = {"csv": delimited, "json": objects, "parquet": parquet, "xlsx": workbook}
