"""One invented population, and how each format writes it: the same people must come out of all of them."""

from __future__ import annotations

import csv
import io
import json
import random
import sqlite3
import tempfile
from base64 import b64encode
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

FIRST = {
    1: ("JEAN", "PIERRE", "LOUIS", "HUGO", "KARIM", "YANIS"),
    2: ("MARIE", "LEA", "CHLOE", "SONIA", "INES", "NINA"),
}
LAST = ("MARTIN", "DUPONT", "LEROY", "MOREAU", "GARNIER", "FAURE", "ROUSSEL", "BLANC", "GUERIN", "BOYER", "CHEVALIER")
NOTES = (
    "VIH positif, sous Biktarvy",
    "RAS",
    "cancer du sein opéré",
    "grossesse 12 SA",
    "",
    "sérologie VIH négative",
    "à jeun",
)
FIELDS = ("nir", "nom", "prenom", "date_naissance", "sexe", "telephone", "email", "date_prelevement", "prescripteur",
          "commentaire")  # fmt: skip
Row = dict[str, str]


def population(size: int, seed: int = 1) -> list[Row]:
    """Rows of so many people, one in three of whom comes twice."""
    rng = random.Random(seed)
    rows: list[Row] = []
    for number in range(size):
        sex = rng.choice((1, 2))
        year, month, day = rng.randint(1930, 2008), rng.randint(1, 12), rng.randint(1, 28)
        body = f"{sex}{year % 100:02d}{month:02d}{rng.randint(1, 95):02d}{rng.randint(1, 900):03d}{number + 1:03d}"
        body = body.replace("20", "21") if body[5:7] == "20" else body
        first, last = rng.choice(FIRST[sex]), rng.choice(LAST)
        row = {
            "nir": f"{body}{97 - int(body) % 97:02d}",
            "nom": last,
            "prenom": first,
            "date_naissance": f"{day:02d}/{month:02d}/{year}",
            "sexe": "MF"[sex - 1],
            "telephone": f"06{rng.randint(10_000_000, 99_999_999)}",
            "email": f"{first.lower()}.{last.lower()}{number}@example.org",
            "date_prelevement": f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/2020",
            "prescripteur": f"Dr {rng.choice(LAST)} {rng.choice(FIRST[1])}",
            "commentaire": rng.choice(NOTES),
        }
        rows.append(row)
        if number % 3 == 0:
            rows.append({**row, "date_prelevement": "15/06/2020", "commentaire": rng.choice(NOTES)})
    return rows


def frame(rows: Sequence[Row]) -> pl.DataFrame:
    """The rows as a frame of text."""
    return pl.DataFrame(rows, schema=dict.fromkeys(FIELDS, pl.String))


def delimited(rows: Sequence[Row], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """A row per line."""
    out = io.StringIO()
    writer = csv.DictWriter(out, FIELDS, delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def _written(write: Callable[[Path], object], suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rows{suffix}"
        write(path)
        return path.read_bytes()


def parquet(rows: Sequence[Row]) -> bytes:
    """Two row groups, dates as dates."""
    dated = frame(rows).with_columns(pl.col("date_naissance").str.to_date("%d/%m/%Y"))
    return _written(lambda path: dated.write_parquet(path, row_group_size=len(rows) // 2 + 1), ".parquet")


def arrow(rows: Sequence[Row]) -> bytes:
    """An Arrow file."""
    return _written(lambda path: frame(rows).write_ipc(path), ".arrow")


def avro(rows: Sequence[Row]) -> bytes:
    """An Avro container."""
    return _written(lambda path: frame(rows).write_avro(path), ".avro")


def workbook(rows: Sequence[Row]) -> bytes:
    """A workbook whose second, hidden sheet holds the rows."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("Lisez-moi").write(0, 0, "Export du laboratoire")
        sheet = book.add_worksheet("Données")
        for at, field in enumerate(FIELDS):
            sheet.write(0, at, field)
        for line, row in enumerate(rows, 1):
            for at, field in enumerate(FIELDS):
                sheet.write_string(line, at, row[field])
        sheet.hide()
    return out.getvalue()


def sqlite(rows: Sequence[Row]) -> bytes:
    """A database of two tables."""

    def write(path: Path) -> None:
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE parametres (cle TEXT, valeur TEXT)")
            database.execute("INSERT INTO parametres VALUES ('version', '12')")
            database.execute(f"CREATE TABLE patients ({', '.join(f'{field} TEXT' for field in FIELDS)})")
            marks = ", ".join("?" * len(FIELDS))
            filled = [tuple(row[field] for field in FIELDS) for row in rows]
            database.executemany(f"INSERT INTO patients VALUES ({marks})", filled)

    return _written(write, ".db")


def json_array(rows: Sequence[Row]) -> bytes:
    """An object with the rows in an array."""
    return json.dumps({"export": {"date": "2020-11-01", "patients": list(rows)}}, ensure_ascii=False, indent=1).encode()


def json_lines(rows: Sequence[Row]) -> bytes:
    """An object per line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def xml(rows: Sequence[Row]) -> bytes:
    """An element per row."""
    from xml.sax.saxutils import escape

    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<export>"]
    for row in rows:
        fields = "".join(f"<{field}>{escape(row[field])}</{field}>" for field in FIELDS)
        lines += ["<patient>", fields, "</patient>"]
    return "\n".join([*lines, "</export>"]).encode()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def mysql(rows: Sequence[Row]) -> bytes:
    """A dump with extended inserts."""
    head = "-- MySQL dump 10.13\nDROP TABLE IF EXISTS `patients`;\nCREATE TABLE `patients` (\n"
    head += ",\n".join(f"  `{field}` varchar(255) DEFAULT NULL" for field in FIELDS) + "\n) ENGINE=InnoDB;\n"
    values = ",".join("(" + ",".join(_quoted(row[field]) for field in FIELDS) + ")" for row in rows)
    return f"{head}LOCK TABLES `patients` WRITE;\nINSERT INTO `patients` VALUES {values};\nUNLOCK TABLES;\n".encode()


def postgres(rows: Sequence[Row]) -> bytes:
    """A dump with COPY."""
    lines = ["--\n-- PostgreSQL database dump\n--\n", f"COPY public.patients ({', '.join(FIELDS)}) FROM stdin;"]
    lines += ["\t".join(row[field] for field in FIELDS) for row in rows]
    return "\n".join([*lines, "\\.\n", "--\n-- PostgreSQL database dump complete\n--\n"]).encode()


def html(rows: Sequence[Row]) -> bytes:
    """A page with a table."""
    from html import escape

    cells = "".join(f"<th>{field}</th>" for field in FIELDS)
    body = "".join("<tr>" + "".join(f"<td>{escape(row[f])}</td>" for f in FIELDS) + "</tr>\n" for row in rows)
    head = "<!DOCTYPE html><html><head><meta charset='utf-8'></head>"
    return f"{head}<body><table><tr>{cells}</tr>{body}</table></body></html>".encode()


def mail(rows: Sequence[Row]) -> bytes:
    """A message with the rows attached."""
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "labo@example.org", "archive@example.org", "export"
    message.set_content("Bonjour, voici l'export demandé.\n")
    message.add_attachment(delimited(rows), maintype="text", subtype="csv", filename="export.csv")
    return message.as_bytes()


def hl7(rows: Sequence[Row]) -> bytes:
    """A message per row."""
    messages = []
    authority = "ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO"
    for number, row in enumerate(rows):
        day, month, year = row["date_naissance"].split("/")
        taken = "".join(reversed(row["date_prelevement"].split("/")))
        doctor = row["prescripteur"].removeprefix("Dr ").replace(" ", "^")
        born, contact = f"{year}{month}{day}", f"|||||{row['telephone']}^^CP^{row['email']}"
        messages.append("\r".join([
            f"MSH|^~\\&|LABO|BIO|DPI|HOP|{taken}1200||ORU^R01|{number}|P|2.5|||||FRA|UNICODE UTF-8",
            f"PID|1||{row['nir']}^^^{authority}^INS||{row['nom']}^{row['prenom']}^^^^^L||{born}|{row['sexe']}{contact}",
            f"OBR|1|||BILAN^Bilan|||{taken}|||||||||^{doctor}",
            f"NTE|1||{row['commentaire']}",
        ]))  # fmt: skip
    return "\r".join(messages).encode() + b"\r"


def fhir(rows: Sequence[Row]) -> bytes:
    """A bundle of patients and what was noted of them."""
    entries = []
    for number, row in enumerate(rows):
        born = "-".join(reversed(row["date_naissance"].split("/")))
        taken = "-".join(reversed(row["date_prelevement"].split("/")))
        patient = {
            "resourceType": "Patient", "id": f"p{number}",
            "identifier": [{"system": "urn:oid:1.2.250.1.213.1.4.8", "value": row["nir"]}],
            "name": [{"family": row["nom"], "given": [row["prenom"]]}], "birthDate": born,
            "telecom": [{"system": "phone", "value": row["telephone"]}, {"system": "email", "value": row["email"]}],
        }  # fmt: skip
        report = {
            "resourceType": "DiagnosticReport", "id": f"r{number}", "status": "final", "code": {"text": "Bilan"},
            "subject": {"reference": f"Patient/p{number}"}, "effectiveDateTime": taken,
            "conclusion": row["commentaire"],
        }  # fmt: skip
        entries += [{"resource": patient}, {"resource": report}]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}, ensure_ascii=False).encode()


def letter(row: Row) -> str:
    """One person's letter."""
    return (
        f"Laboratoire des Tilleuls\nPatient : {row['nom']} {row['prenom']}\nNIR : {row['nir']}\n"
        f"Né(e) le {row['date_naissance']}\nPrescrit par {row['prescripteur']}\n"
        f"Prélèvement du {row['date_prelevement']}\n\n{row['commentaire']}\n"
    )


def base64_of(data: bytes) -> str:
    """Bytes as a message carries them."""
    return b64encode(data).decode()


TABLES: dict[str, Callable[[Sequence[Row]], bytes]] = {
    "semicolons": delimited,
    "tabs in UTF-16": lambda rows: delimited(rows, "\t", "utf-16"),
    "cp1252": lambda rows: delimited(rows, ",", "cp1252"),
    "parquet": parquet,
    "arrow": arrow,
    "avro": avro,
    "workbook": workbook,
    "sqlite": sqlite,
    "json": json_array,
    "json lines": json_lines,
    "xml": xml,
    "mysqldump": mysql,
    "pg_dump": postgres,
    "html": html,
    "mail": mail,
}
"""Formats in which a row is a row."""

MESSAGES: dict[str, Callable[[Sequence[Row]], bytes]] = {"hl7": hl7, "fhir": fhir}
"""Formats with fields of their own: the people are the same, what else is counted may differ."""
