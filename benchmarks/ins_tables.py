"""How test identities are written in tables: delimited, workbooks, fixed width, a dump of a database."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

from ins_identities import Identity, Style
from ins_writing import COMPACT, COMPACT_FRENCH, FRENCH, ISO, WARDS, Form, Written, delimited, exam
from population_people import key_of

People = Sequence[Identity]
_CREATED = datetime(2024, 1, 1, tzinfo=UTC)
_EDITORS = (
    "Nom de naissance", "Liste des prénoms de naissance", "Premier prénom de naissance", "Sexe", "Date de naissance",
    "Code lieu de naissance (COG)", "Matricule INS", "OID", "Nom utilisé", "Prénom utilisé", "Code retour INSi",
    "Commentaire",
)  # fmt: skip
_WIDTHS = {
    "NOM": 32, "PRENOMS": 48, "PRENOM1": 20, "S": 2, "DATNAIS": 9, "COG": 6, "MATRICULE": 14, "CL": 3, "OID": 22,
}  # fmt: skip
_DUMP_HEAD = """-- MySQL dump 10.13
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `ins_identite`;
CREATE TABLE `ins_identite` (
  `id` int NOT NULL AUTO_INCREMENT,
  `nom_naissance` varchar(100),
  `prenoms` varchar(200),
  `prenom1` varchar(60),
  `sexe` char(1),
  `date_naissance` date,
  `cog_naissance` char(5),
  `matricule` char(13),
  `cle` char(2),
  `oid` varchar(30),
  `nom_utilise` varchar(100),
  `code_cr` char(2),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
LOCK TABLES `ins_identite` WRITE;
"""
_INSERT = "INSERT INTO `ins_identite` VALUES "
_TUPLES = 500
"""Of one INSERT."""


def _title(text: str) -> str:
    return text.title().replace(" De L'", " de l'")


def _editors(people: People, encoding: str, *, bom: bool) -> Written:
    rows = [
        (
            who.last, who.all_firsts, who.first, who.sex, who.date(FRENCH), who.place,
            who.number if who.numbered else "", who.oid if who.numbered else "",
            who.used_last, who.used_first, who.answer, who.comment,
        )
        for who in people
    ]  # fmt: skip
    return delimited(_EDITORS, rows, encoding=encoding, bom=bom)


def _results(people: People, rng: random.Random) -> Written:
    head = (
        "id", "birth_name", "birth_given_names", "first_given_name", "sex", "birth_date", "birth_place_code",
        "ins_number", "ins_oid", "used_name", "exam", "result",
    )  # fmt: skip
    rows = []
    for at, who in enumerate(people, 1):
        name, _, result = exam(rng)
        sex = "male" if who.sex == "M" else "female"
        number, oid = (who.number, who.oid) if who.numbered else ("", "")
        told = (at, who.last, who.all_firsts, who.first, sex, who.date(ISO), who.place, number, oid, who.used_last)
        rows.append((*told, name, result))
    return delimited(head, rows, ",", end="\n")


def _without_key(people: People, _: random.Random) -> Written:
    head = ("NOM_NAISSANCE", "PRENOM", "PRENOMS", "SEXE", "DATE_NAISSANCE", "COG", "MATRICULE", "TYPE")
    rows = [
        (
            who.last, who.first, who.all_firsts, "1" if who.sex == "M" else "2", who.date(COMPACT), who.place, who.body,
            who.kind,
        )
        for who in people
    ]  # fmt: skip
    return delimited(head, rows, "\t", end="\n")


def _workbook(data: io.BytesIO) -> Any:
    import xlsxwriter

    book = xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"title": "INS", "created": _CREATED})
    return book


def _titled_workbook(people: People, rng: random.Random) -> Written:
    """Two lines of title, an empty one, then the header; real dates where the calendar has them; a second sheet."""
    data = io.BytesIO()
    book = _workbook(data)
    sheet, days = book.add_worksheet("Identités"), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write(0, 0, f"Table des identités INS de test - {len(people)} identités - version 12 du 04/03/2024")
    sheet.write(1, 0, "Diffusion restreinte aux éditeurs")
    head = ("N°", "Nom de naissance", "Prénoms", "1er prénom", "Sexe", "Né(e) le", "Code commune", "INS", "OID")
    sheet.write_row(3, 0, (*head, "Service", "Commentaires"))
    for at, who in enumerate(people):
        cells = (who.last, who.all_firsts, who.first, who.sex, who.date(FRENCH), who.place, who.number, who.oid)
        sheet.write_number(4 + at, 0, at + 1)
        for column, text in enumerate((*cells, rng.choice(WARDS), who.comment), 1):
            if text:
                sheet.write_string(4 + at, column, text)
        if born := _calendar_day(who):
            sheet.write_datetime(4 + at, 5, born, days)
    notes = book.add_worksheet("Lisez-moi")
    named = next((who for who in people if who.last == "PAT-TROIS"), people[0])
    notes.write_string(0, 0, "Les identités de cette table sont fictives.")
    notes.write_string(1, 0, f"Exemple : {named.last} {named.first}, INS {named.number}")
    notes.write_string(2, 0, "Contact : support-ins@exemple.fr")
    book.close()
    return Written(data.getvalue(), len(people))


def _calendar_day(who: Identity) -> date | None:
    """The birth date, where a workbook can hold it as a date."""
    try:
        born = date(*who.born)
    except ValueError:
        return None
    return born if born.year > 1900 else None


def _sheets(people: People, rng: random.Random) -> Written:
    """Sheets by kind of number, and one that repeats some of all."""
    settled = [who for who in people if not who.provisional]
    sheets = {
        "NIR": [who for who in settled if not who.series],
        "Cas de test": [who for who in settled if who.series],
        "NIA": [who for who in people if who.provisional],
        "Extrait CNDA": rng.sample(people, len(people) // 20),
    }
    data = io.BytesIO()
    book = _workbook(data)
    head = ("Matricule INS", "Clé", "Nom de naissance", "Prénom(s)", "Sexe", "Date de naissance", "Lieu (INSEE)")
    for name, held in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, head)
        for at, who in enumerate(held, 1):
            cells = (who.body, key_of(who.body), who.last, who.all_firsts, who.sex, who.date(FRENCH), who.place)
            sheet.write_row(at, 0, cells)
    book.close()
    return Written(data.getvalue(), sum(map(len, sheets.values())))


def _separate_key(people: People, _: random.Random) -> Written:
    head = (
        "nom_nais", "prenoms_nais", "sexe", "ddn", "insee_nais", "matricule", "cle", "oid", "nom_utilise",
        "statut_insi",
    )  # fmt: skip
    rows = [
        (
            who.last, who.all_firsts, "Masculin" if who.sex == "M" else "Féminin", who.date(FRENCH), who.place,
            who.body, key_of(who.body), who.oid, who.used_last, who.answer,
        )
        for who in people
    ]  # fmt: skip
    return delimited(head, rows, quotes_all=True)


def _spaced(people: People, _: random.Random) -> Written:
    cuts = (0, 1, 3, 5, 7, 10, 13, 15)
    rows = [
        (
            " ".join(who.number[a:b] for a, b in pairwise(cuts)), _title(who.last),
            ", ".join(map(_title, who.firsts)), "H" if who.sex == "M" else "F", who.date("{2:02}-{1:02}-{0:04}"),
            who.place, _title(who.used_last),
        )
        for who in people
    ]  # fmt: skip
    return delimited(("INS", "Nom", "Prénoms", "S", "Naissance", "Lieu", "Nom d'usage"), rows, bom=True)


def _without_date(people: People, _: random.Random) -> Written:
    head = ("matricule_ins", "nom_naissance", "prenoms_naissance", "sexe", "lieu_naissance", "oid")
    rows = [(who.number, who.last, who.all_firsts, who.sex, who.place, who.oid) for who in people]
    return delimited(head, rows, end="\n")


def _dump(people: People, _: random.Random) -> Written:
    def literal(value: str) -> str:
        return "'" + value.replace("'", "\\'") + "'" if value else "NULL"

    tuples = []
    for at, who in enumerate(people, 1):
        traits = (who.last, who.all_firsts, who.first, who.sex, who.date(ISO), who.place)
        cells = (*traits, who.body, key_of(who.body), who.oid, who.used_last, who.answer)
        tuples.append(f"({at},{','.join(map(literal, cells))})")
    inserts = (_INSERT + ",".join(tuples[at : at + _TUPLES]) + ";\n" for at in range(0, len(tuples), _TUPLES))
    return Written((_DUMP_HEAD + "".join(inserts) + "UNLOCK TABLES;\n").encode(), len(people))


def _fixed(people: People, _: random.Random) -> Written:
    """Fixed width with a header; what is too long is cut."""

    def line(cells: Sequence[str]) -> str:
        return "".join(
            cell[: width - 1].ljust(width) for cell, width in zip(cells, _WIDTHS.values(), strict=True)
        ).rstrip()

    traits = ((who.last, who.all_firsts, who.first, who.sex, who.date(COMPACT_FRENCH), who.place) for who in people)
    numbers = ((who.body, key_of(who.body), who.oid) for who in people)
    rows = ((*told, *number) for told, number in zip(traits, numbers, strict=True))
    lines = [line(tuple(_WIDTHS)), *map(line, rows), ""]
    return Written("\r\n".join(lines).encode(), len(people))


def _fixed_bare(people: People, _: random.Random) -> Written:
    """Fixed width without a header, and nothing between sex, date, town, number, key and the last digit of the OID."""
    lines = (
        f"{who.last[:30]:30}{who.all_firsts[:40]:40}{'1' if who.sex == 'M' else '2'}{who.date(COMPACT)}{who.place}"
        f"{who.number}{who.oid[-1]}\n"
        for who in people
    )
    return Written("".join(lines).encode("latin-1", "replace"), len(people))


TABLES = (
    Form("01a_editeurs_utf8.csv", Style(unnumbered=0.004), lambda people, _: _editors(people, "utf-8", bom=True)),
    Form(
        "01b_editeurs_latin1.csv", Style(accents=True, test=0.1, authority="mixed"),
        lambda people, _: _editors(people, "latin-1", bom=False), "drawn",
    ),
    Form(
        "01c_editeurs_fausse_marque.csv", Style(accents=True, test=0.35, provisional=0.06, lunar=0.03),
        lambda people, _: _editors(people, "latin-1", bom=True),
    ),
    Form("04_resultats.csv", Style(test=0.08, authority="real", unnumbered=0.003), _results, "drawn"),
    Form("05_sans_cle.tsv", Style(test=0.25, provisional=0.05), _without_key),
    Form("06_titres.xlsx", Style(test=0.3, accents=True, lunar=0.02), _titled_workbook, "drawn"),
    Form("07_cle_separee.csv", Style(test=0.15, authority="mixed", corsica=0.08), _separate_key, "sorted"),
    Form("08_espaces.csv", Style(test=0.2, fictive=0.06), _spaced),
    Form("09_sans_date.csv", Style(test=0.2, lunar=0, provisional=0.02), _without_date),
    Form("14_sauvegarde.sql", Style(test=0.2, authority="mixed", provisional=0.04), _dump),
    Form("15a_largeur_fixe.txt", Style(test=0.2), _fixed, "drawn"),
    Form("15b_largeur_fixe_nue.txt", Style(test=0.05, authority="real"), _fixed_bare, "drawn"),
    Form("23_feuilles.xlsx", Style(test=0.3, namesakes=0.02), _sheets, "drawn"),
)  # fmt: skip
