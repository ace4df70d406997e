"""Leaks of patients for the gate, of all shapes and down to three rows: written before its policy was measured.

Everybody is invented. Half of the tables carry a NIR; the others identify by name and birth date, or by name and contact.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path
from random import Random

FIRST = [
    "Jeanne",
    "Hervé",
    "Lucie",
    "Émile",
    "Claire",
    "Nadia",
    "Paul",
    "Ginette",
    "Rayan",
    "Solène",
    "Mohamed",
    "Aurore",
    "Lucas",
    "Odile",
    "Tiago",
    "Mathilde",
]
LAST = [
    "MARTIN",
    "LEFÈVRE",
    "GARNIER",
    "BENALI",
    "DA-SILVA",
    "GUÉRIN",
    "LE-GOFF",
    "NGUYEN",
    "PETIT",
    "FAURE",
    "OKONKWO",
    "BRUNEAU",
    "SCHMITT",
    "ROCHE",
]
NOTES = [
    "sérologie VIH positive",
    "diabète de type 2 sous metformine",
    "grossesse en cours, 22 SA",
    "cancer du sein traité",
    "hépatite C, charge virale détectable",
    "dépression, sous sertraline",
    "asthme allergique",
    "bilan préopératoire normal",
    "BRCA1 : variant pathogène",
    "créatinine élevée, à contrôler",
    "syphilis, TPHA positif",
    "sevrage alcoolique en cours",
]
ACTS = ["NFS", "Glycémie", "Sérologie VIH", "TSH", "Bilan lipidique", "hCG", "PSA", "Ferritine"]
STREETS = ["rue des Lilas", "avenue Jean Jaurès", "place du Marché", "chemin des Vignes", "boulevard Voltaire"]
TOWNS = (("69003", "LYON"), ("35000", "RENNES"), ("44000", "NANTES"), ("59800", "LILLE"), ("21000", "DIJON"))
HEADS = (
    {"last": "NOM", "first": "PRENOM", "born": "DATE_NAISS", "nir": "NIR", "phone": "TEL", "note": "COMMENTAIRE",
     "day": "DATE_EXAM", "act": "ANALYSE", "street": "ADRESSE", "town": "VILLE", "code": "CP", "mail": "EMAIL"},
    {"last": "Nom patient", "first": "Prénom", "born": "Né(e) le", "nir": "N° sécurité sociale", "phone": "Portable",
     "note": "Observations", "day": "Prélevé le", "act": "Examen", "street": "Rue", "town": "Commune",
     "code": "Code postal", "mail": "Courriel"},
    {"last": "last_name", "first": "first_name", "born": "birth_date", "nir": "ssn", "phone": "phone",
     "note": "diagnosis", "day": "sample_date", "act": "test", "street": "address", "town": "city", "code": "zip",
     "mail": "email"},
)  # fmt: skip
FIELDS = (
    ("last", "first", "born", "nir", "phone", "day", "act", "note"),
    ("nir", "last", "first", "born", "street", "code", "town", "note"),
    ("last", "first", "born", "day", "act", "note"),
    ("last", "first", "born", "mail", "phone", "note"),
    ("last", "first", "nir", "day"),
    ("last", "first", "phone", "act", "day", "note"),
)


def person(rng: Random) -> dict[str, str]:
    born = date(1932, 1, 1) + timedelta(days=rng.randrange(33_000))
    sex = rng.randrange(1, 3)
    body = f"{sex}{born:%y%m}{rng.randrange(1, 96):02d}{rng.randrange(1, 990):03d}{rng.randrange(1, 999):03d}"
    body = body[:5] + body[5:].replace("20", "21", 1) if body[5:7] == "20" else body
    first, last, (code, town) = rng.choice(FIRST), rng.choice(LAST), rng.choice(TOWNS)
    exam = date(2023, 1, 1) + timedelta(days=rng.randrange(900))
    return {
        "last": last, "first": first, "nir": f"{body}{97 - int(body) % 97:02d}", "born": f"{born:%d/%m/%Y}",
        "iso": f"{born:%Y%m%d}", "sex": "MF"[sex - 1], "phone": "06" + f"{rng.randrange(10**8):08d}", "act": rng.choice(ACTS),
        "note": rng.choice(NOTES), "day": f"{exam:%d/%m/%Y}", "street": f"{rng.randrange(1, 99)} {rng.choice(STREETS)}",
        "code": code, "town": town, "mail": f"{first}.{last}{rng.randrange(99)}@example.org".lower().replace("é", "e"),
    }  # fmt: skip


def rows_of(rng: Random) -> int:
    return rng.choice((3, 3, 4, 5, 8, 20, 60))


def rows(rng: Random) -> tuple[list[str], list[list[str]]]:
    fields, heads = rng.choice(FIELDS), rng.choice(HEADS)
    people = [person(rng) for _ in range(rows_of(rng))]
    return [heads[field] for field in fields], [[one[field] for field in fields] for one in people]


def table(rng: Random) -> bytes:
    head, cells = rows(rng)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=rng.choice(";,\t|"), lineterminator=rng.choice(("\n", "\r\n")))
    writer.writerows([head, *cells])
    return out.getvalue().encode(rng.choice(("utf-8", "cp1252", "utf-8-sig", "utf-16")))


def headless(rng: Random) -> bytes:
    fields = rng.choice(FIELDS[:3])
    people = [person(rng) for _ in range(rows_of(rng))]
    return "".join(";".join(one[field] for field in fields) + "\n" for one in people).encode()


def objects(rng: Random) -> bytes:
    head, cells = rows(rng)
    made = [dict(zip(head, row, strict=True)) for row in cells]
    if rng.random() < 0.4:
        return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in made).encode()
    return json.dumps(made if rng.random() < 0.5 else {"patients": made}, ensure_ascii=False, indent=2).encode()


def nested(rng: Random) -> bytes:
    people = [person(rng) for _ in range(rows_of(rng))]
    made = [
        {"patient": {"nom": one["last"], "prenom": one["first"], "dateNaissance": one["born"], "nir": one["nir"]},
         "examens": [{"date": one["day"], "libelle": one["act"], "conclusion": one["note"]}]}
        for one in people
    ]  # fmt: skip
    return json.dumps({"total": len(made), "data": made}, ensure_ascii=False).encode()


def statements(rng: Random) -> bytes:
    head, cells = rows(rng)
    names = ", ".join(f"`{name}`" for name in head)
    quoted = [", ".join("'" + cell.replace("'", "''") + "'" for cell in row) for row in cells]
    return "".join(f"INSERT INTO `patients` ({names}) VALUES ({row});\n" for row in quoted).encode()


def copied(rng: Random) -> bytes:
    people = [person(rng) for _ in range(rows_of(rng))]
    lines = "".join("\t".join(one[key] for key in ("last", "first", "born", "nir", "note")) + "\n" for one in people)
    return f"COPY public.patient (nom, prenom, date_naissance, nir, commentaire) FROM stdin;\n{lines}\\.\n".encode()


def workbook(rng: Random) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    head, cells = rows(rng)
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        if rng.random() < 0.4:
            book.add_worksheet("Accueil").write_row(0, 0, ["Export du laboratoire"])
        sheet = book.add_worksheet("Patients")
        for at, row in enumerate([head, *cells]):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def zipped(rng: Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        archive.writestr("lisez-moi.txt", "Export du mois.\n")
        made = rng.choice((table, objects, letter, workbook))(rng)
        archive.writestr(f"export/donnees.{rng.choice(('csv', 'txt', 'dat'))}", made)
    return out.getvalue()


def squeezed(rng: Random) -> bytes:
    return gzip.compress(table(rng), mtime=0)


def letter_text(rng: Random) -> str:
    one = person(rng)
    title = "Monsieur" if one["sex"] == "M" else "Madame"
    number = f"N° de sécurité sociale : {one['nir']}\n" if rng.random() < 0.5 else ""
    return rng.choice(
        (
            (
                f"Cher confrère,\n\nJe vous adresse {title} {one['last']} {one['first']}, né(e) le {one['born']}, pour avis.\n"
                f"{number}Antécédents : {one['note']}.\nJe vous remercie de le recevoir.\n\nDr Anne BERTHIER\n"
            ),
            (
                f"CENTRE HOSPITALIER\nCompte rendu de consultation du {one['day']}\n\nPatient : {one['last']} {one['first']}\n"
                f"Date de naissance : {one['born']}\n{number}Conclusion : {one['note']}.\n"
            ),
            (
                f"Laboratoire du Parc\n\n{title} {one['first']} {one['last']}\nDDN : {one['born']}   Tél : {one['phone']}\n"
                f"{number}\n{one['act']} du {one['day']}\n{one['note']}\nValidé par le biologiste.\n"
            ),
        )
    )


def letter(rng: Random) -> bytes:
    return letter_text(rng).encode(rng.choice(("utf-8", "cp1252")))


def document(rng: Random) -> bytes:
    import docx

    made = docx.Document()
    for line in letter_text(rng).splitlines():
        made.add_paragraph(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def mail(rng: Random) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "secretariat@example.org", "partenaire@example.com"
    message["Subject"] = rng.choice(("Dossiers", "Résultats", "Suite à votre appel"))
    if rng.random() < 0.5:
        message.set_content("Bonjour,\nVeuillez trouver le fichier ci-joint.\n")
        made, kind = (table(rng), "csv") if rng.random() < 0.5 else (workbook(rng), "xlsx")
        message.add_attachment(made, maintype="application", subtype="octet-stream", filename=f"liste.{kind}")
    else:
        message.set_content(letter_text(rng))
    return message.as_bytes()


def messages(rng: Random) -> bytes:
    made = []
    for at in range(rows_of(rng)):
        one = person(rng)
        made.append(
            f"MSH|^~\\&|LABO|CH|DPI|CH|202401011200||ORU^R01|{at}|P|2.5|||||FRA|UNICODE UTF-8\r"
            f"PID|1||{at + 500}^^^CH^PI~{one['nir']}^^^NIR^NH||{one['last']}^{one['first']}||{one['iso']}|{one['sex']}\r"
            f"OBR|1|||{one['act']}|||202401010800\rOBX|1|TX|X^{one['act']}||{one['note']}||||||F\r"
        )
    return "\n".join(made).encode()


def page(rng: Random) -> bytes:
    head, cells = rows(rng)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in [head, *cells])
    return f"<html><meta charset=utf-8><body><h2>Patients</h2><table>{lines}</table></body></html>".encode()


def aligned(rng: Random) -> bytes:
    head, cells = rows(rng)
    widths = [max(len(row[at]) for row in [head, *cells]) + 2 for at in range(len(head))]
    return "".join(
        "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
        for row in [head, *cells]
    ).encode()


def markup(rng: Random) -> bytes:
    people = [person(rng) for _ in range(rows_of(rng))]
    keys = {"nom": "last", "prenom": "first", "dateNaissance": "born", "nir": "nir", "resultat": "note"}
    lines = "".join(
        "<patient>" + "".join(f"<{tag}>{one[key]}</{tag}>" for tag, key in keys.items()) + "</patient>\n"
        for one in people
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<export>\n{lines}</export>\n'.encode()


def forms(rng: Random) -> bytes:
    made = []
    for _ in range(rows_of(rng)):
        one = person(rng)
        made.append(
            f"Nom : {one['last']}\nPrénom : {one['first']}\nDate de naissance : {one['born']}\n"
            f"Téléphone : {one['phone']}\nMotif : {one['note']}\n"
        )
    return "\n".join(made).encode()


def log(rng: Random) -> bytes:
    people = [person(rng) for _ in range(rows_of(rng))]
    return "".join(
        f"2024-03-0{1 + at % 9} 10:1{at % 10}:07 INFO import patient nom={one['last']} prenom={one['first']} "
        f"nele={one['born']} nir={one['nir']} statut=ok\n"
        for at, one in enumerate(people)
    ).encode()


def generated(rng: Random) -> bytes:
    """A table of the samples' generator, of few rows."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))
    import generate

    with tempfile.TemporaryDirectory() as folder:
        layout = f"varied_{rng.randrange(60):02d}"
        return Path(generate.generate(layout, rng.randrange(3, 40), rng.randrange(10**6), Path(folder))).read_bytes()


KINDS: tuple[tuple[str, str, Callable[[Random], bytes]], ...] = (
    ("table", "csv", table), ("table2", "csv", table), ("headless", "txt", headless), ("objects", "json", objects),
    ("nested", "json", nested), ("statements", "sql", statements), ("copied", "sql", copied),
    ("workbook", "xlsx", workbook), ("zipped", "zip", zipped), ("squeezed", "csv.gz", squeezed),
    ("letter", "txt", letter), ("document", "docx", document), ("mail", "eml", mail), ("messages", "hl7", messages),
    ("page", "html", page), ("aligned", "txt", aligned), ("markup", "xml", markup), ("forms", "txt", forms),
    ("log", "log", log), ("generated", "csv", generated),
)  # fmt: skip


def leaks(count: int, seed: int) -> list[tuple[str, bytes]]:
    """So many leaks, name and bytes, kind after kind; the same seed gives the same people."""
    return [
        (f"{kind}_{at:03d}.{suffix}", made(Random(f"leak {seed} {at}")))
        for at in range(count)
        for kind, suffix, made in (KINDS[at % len(KINDS)],)
    ]
