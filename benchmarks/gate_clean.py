"""Clean office and technical files for the gate: written before its policy was measured, and not changed for it since.

Nobody in them is a patient. They hold what such files do: names of colleagues, phones of firms, long numbers, dates,
and words of health where a hospital buys, trains or programs.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

FIRST = [
    "Anne",
    "Julien",
    "Sophie",
    "Karim",
    "Hélène",
    "Marc",
    "Inès",
    "Thomas",
    "Élodie",
    "Bruno",
    "Fatou",
    "Pierre",
    "Camille",
    "Yves",
    "Nadège",
    "Olivier",
]
LAST = [
    "Berthier",
    "Lacombe",
    "N'Diaye",
    "Kowalski",
    "Ferrand",
    "Olivet",
    "Pasquier",
    "Rey",
    "Thibault",
    "Vasseur",
    "Morvan",
    "Zidi",
    "Castel",
    "Roux",
]
FIRMS = "Mécanord SAS|Ateliers Roussel|Imprimerie du Port|Soluvia|Transports Legrand|BTP Armor|Verre & Cie|Optibois"
FIRMS_ = FIRMS.split("|")
TOWNS = ["Lyon", "Rennes", "Nantes", "Lille", "Dijon", "Pau", "Metz", "Brest"]
TOPICS = [
    "le budget de l'informatique",
    "la migration du serveur de fichiers",
    "le plan de formation",
    "les travaux du bâtiment C",
    "la campagne de prévention contre la grippe",
    "le marché des fournitures de laboratoire",
    "l'accueil des stagiaires",
    "la sécurité des postes de travail",
    "le renouvellement des automates de biologie",
    "la charte graphique",
]
DECISIONS = [
    "le devis est validé",
    "le point est reporté au mois prochain",
    "un groupe de travail est constitué",
    "la mise en production est fixée au 14",
    "le fournisseur doit fournir un calendrier",
    "aucune remarque n'est formulée",
]
PRODUCTS = [
    "Gants nitrile taille M",
    "Clavier filaire",
    "Tube sec 5 ml",
    "Seringue 10 ml stérile",
    "Ramette A4",
    "Écran 24 pouces",
    "Test rapide VIH (boîte de 25)",
    "Réactif glycémie",
    "Chaise de bureau",
    "Paracétamol 500 mg (boîte)",
    "Vis inox M6",
]


def name(rng: Random) -> str:
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def day(rng: Random) -> date:
    return date(2021, 1, 1) + timedelta(days=rng.randrange(1500))


def phone(rng: Random) -> str:
    return f"0{rng.randrange(1, 6)} " + " ".join(f"{rng.randrange(100):02d}" for _ in range(4))


def siret(rng: Random) -> str:
    return f"{rng.randrange(10**13, 10**14)}"


def minutes(rng: Random) -> str:
    present = ", ".join(name(rng) for _ in range(rng.randrange(3, 8)))
    points = "\n\n".join(
        f"{at}. {topic.capitalize()}\n{name(rng)} présente {topic}. Après discussion, {rng.choice(DECISIONS)}."
        for at, topic in enumerate(rng.sample(TOPICS, rng.randrange(2, 6)), 1)
    )
    return (
        f"COMPTE RENDU DE RÉUNION\nDate : {day(rng):%d/%m/%Y}\nPrésents : {present}\nExcusé : {name(rng)}\n\n{points}\n\n"
        f"Prochaine réunion le {day(rng):%d/%m/%Y} à {rng.randrange(8, 18)} h 30, salle {rng.randrange(100, 400)}.\n"
    )


def invoice(rng: Random) -> str:
    lines = "\n".join(
        f"{rng.randrange(10**5, 10**6)}  {rng.choice(PRODUCTS):34} {rng.randrange(1, 40):4} {rng.random() * 90:8.2f} EUR"
        for _ in range(rng.randrange(2, 12))
    )
    return (
        f"FACTURE n° F{rng.randrange(2020, 2026)}-{rng.randrange(10**5):05d}\n{rng.choice(FIRMS_)}\n"
        f"SIRET {siret(rng)}\n{rng.randrange(1, 90)} rue de la Gare, {rng.randrange(10, 95)}000 {rng.choice(TOWNS)}\n"
        f"Tél. {phone(rng)}\n\nClient : {rng.choice(FIRMS_)}\nÀ l'attention de {name(rng)}\n\n{lines}\n\n"
        f"IBAN FR76 3000 {rng.randrange(1000, 9999)} {rng.randrange(1000, 9999)} {rng.randrange(1000, 9999)}\n"
        f"Date d'échéance : {day(rng):%d/%m/%Y}\n"
    )


def code(rng: Random) -> str:
    noun = rng.choice(("patient", "order", "sample", "invoice", "sensor", "user"))
    return (
        f'"""Service of {noun}s."""\n\nimport datetime\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass '
        f"{noun.capitalize()}:\n    nir: str\n    last_name: str\n    birth_date: datetime.date\n    created: float = "
        f"{rng.randrange(1_600_000_000, 1_700_000_000)}.{rng.randrange(1000)}\n\n\ndef find(session, number):\n"
        f'    """Find a {noun} by its number; see ticket #{rng.randrange(10**4)} by {name(rng)}."""\n'
        f"    rows = session.execute('select * from {noun} where id = ?', (number,))\n"
        f"    return [{noun.capitalize()}(*row) for row in rows]\n\n\nMAGIC = 0x{rng.randrange(16**12):012x}\n"
        f"LIMITS = {[rng.randrange(10 ** rng.randrange(1, 15)) for _ in range(rng.randrange(3, 30))]}\n"
    )


def javascript(rng: Random) -> str:
    return (
        "export const routes = {\n"
        + "".join(f"  r{at}: '/api/v{rng.randrange(4)}/{rng.choice(LAST).lower()}/{at}',\n" for at in range(9))
        + "};\n// eslint-disable-next-line\nfunction testVih(result) { return result === 'positif' ? 1 : 0; }\n"
        + f"const build = '{rng.randrange(16**16):016x}';\n"
    )


def log(rng: Random) -> str:
    clock = 1_650_000_000 + rng.randrange(10**7)
    kinds = ("GET /index.html 200", "POST /login 302", "worker restarted", "cache miss key=%d", "slow query %d ms")
    return "".join(
        f"2024-0{rng.randrange(1, 10)}-{rng.randrange(10, 29)} {rng.randrange(10, 24)}:{rng.randrange(10, 60)}:17,"
        f"{rng.randrange(1000):03d} {rng.choice(('INFO', 'WARN', 'DEBUG'))} [{clock + at}] 10.0.{rng.randrange(256)}."
        f"{rng.randrange(256)} {rng.choice(kinds).replace('%d', str(rng.randrange(10**13)))}\n"
        for at in range(rng.randrange(5, 200))
    )


def config(rng: Random) -> str:
    if rng.random() < 0.5:
        return (
            f"[server]\nhost = srv{rng.randrange(99)}.example.net\nport = {rng.randrange(1024, 65000)}\n\n[mail]\nadmin = "
            f"support@example.org\ntimeout = {rng.randrange(900)}\n\n[paths]\ndata = /srv/{rng.choice(LAST).lower()}\n"
        )
    return "services:\n" + "".join(
        f"  app{at}:\n    image: registry.example.com/app{at}:{rng.randrange(9)}.{rng.randrange(20)}\n    ports:\n"
        f"      - '{rng.randrange(1024, 9999)}:80'\n    environment:\n      - TZ=Europe/Paris\n"
        for at in range(rng.randrange(1, 6))
    )


def table(head: list[str], rows: list[list[str]], mark: str) -> str:
    return "\n".join(mark.join(row) for row in [head, *rows]) + "\n"


def products(rng: Random) -> tuple[list[str], list[list[str]]]:
    rows = [
        [f"{rng.randrange(10**12, 10**13)}", rng.choice(PRODUCTS), f"{rng.random() * 200:.2f}", str(rng.randrange(999)),
         rng.choice(FIRMS_), f"{day(rng):%d/%m/%Y}"]
        for _ in range(rng.randrange(3, 120))
    ]  # fmt: skip
    return ["EAN", "Désignation", "Prix HT", "Stock", "Fournisseur", "Mis à jour"], rows


def firms(rng: Random) -> tuple[list[str], list[list[str]]]:
    rows = [
        [rng.choice(FIRMS_), siret(rng), rng.choice(LAST), rng.choice(FIRST), phone(rng),
         f"contact{at}@example.com", rng.choice(TOWNS)]
        for at in range(rng.randrange(3, 60))
    ]  # fmt: skip
    return ["Société", "SIRET", "Nom du contact", "Prénom", "Téléphone", "Courriel", "Ville"], rows


def sensors(rng: Random) -> tuple[list[str], list[list[str]]]:
    start = 1_700_000_000_000 + rng.randrange(10**9)
    rows = [
        [str(start + at * 1000), f"S{rng.randrange(40):03d}", f"{15 + rng.random() * 10:.3f}", f"{rng.random():.6f}"]
        for at in range(rng.randrange(3, 400))
    ]
    return ["timestamp", "sensor", "temperature", "humidity"], rows


def ledger(rng: Random) -> tuple[list[str], list[list[str]]]:
    rows = [
        ["AC", "Achats", f"{at:06d}", f"{day(rng):%Y%m%d}", f"{rng.randrange(4 * 10**5, 7 * 10**5)}",
         rng.choice(FIRMS_), f"FA{rng.randrange(10**8)}", f"{rng.random() * 4000:.2f}".replace(".", ",")]
        for at in range(rng.randrange(3, 90))
    ]  # fmt: skip
    return [
        "JournalCode",
        "JournalLib",
        "EcritureNum",
        "EcritureDate",
        "CompteNum",
        "CompAuxLib",
        "PieceRef",
        "Debit",
    ], rows


def training(rng: Random) -> tuple[list[str], list[list[str]]]:
    rows = [
        [name(rng), rng.choice(("Achats", "Informatique", "Logistique")), rng.choice(("Hygiène", "Excel", "Incendie")),
         f"{day(rng):%d/%m/%Y}", rng.choice(("présent", "absent"))]
        for _ in range(rng.randrange(3, 40))
    ]  # fmt: skip
    return ["Agent", "Service", "Formation", "Date de session", "Présence"], rows


TABLES = (products, firms, sensors, ledger, training)


def delimited(rng: Random) -> str:
    return table(*rng.choice(TABLES)(rng), rng.choice(";,\t|"))


def api(rng: Random) -> str:
    if rng.random() < 0.4:
        head, rows = rng.choice(TABLES)(rng)
        return json.dumps(
            [dict(zip(head, row, strict=True)) for row in rows], ensure_ascii=False, indent=rng.choice((None, 2))
        )
    return json.dumps(
        {
            "status": "ok", "count": rng.randrange(90), "next": f"https://api.example.com/v1/items?page={rng.randrange(99)}",
            "items": [
                {"id": rng.randrange(10**15), "uuid": f"{rng.randrange(16**32):032x}", "updated_at": f"{day(rng)}T08:00:00Z",
                 "owner": {"login": rng.choice(LAST).lower(), "admin": rng.random() < 0.2}, "score": rng.random()}
                for _ in range(rng.randrange(1, 40))
            ],
        },
        indent=2,
    )  # fmt: skip


def schema(rng: Random) -> str:
    return "".join(
        f"CREATE TABLE {noun} (\n  id BIGINT PRIMARY KEY,\n  nir CHAR(15),\n  nom VARCHAR({rng.randrange(40, 200)}),\n"
        f"  date_naissance DATE,\n  resultat_vih VARCHAR(10),\n  cree_le TIMESTAMP DEFAULT now()\n);\n"
        f"CREATE INDEX ix_{noun} ON {noun} (nom);\n"
        for noun in rng.sample(("patient", "examen", "prescripteur", "facture", "article"), rng.randrange(1, 5))
    ) + "".join(f"INSERT INTO reference (id, libelle) VALUES ({at}, '{rng.choice(PRODUCTS)}');\n" for at in range(6))


def page(rng: Random) -> str:
    items = "".join(f"<li>{topic.capitalize()} : {rng.choice(DECISIONS)}</li>" for topic in rng.sample(TOPICS, 4))
    return (
        f"<html><head><title>Intranet</title></head><body><h1>{rng.choice(FIRMS_)}</h1><ul>{items}</ul></body></html>\n"
    )


def manual(rng: Random) -> str:
    return f"# Mode d'emploi\n\nVersion {rng.randrange(9)}.{rng.randrange(30)}, {name(rng)}.\n\n" + "\n".join(
        f"## Étape {at}\n\nOuvrir le menu, choisir l'option {rng.randrange(90)} et attendre {rng.randrange(60)} secondes.\n"
        for at in range(1, rng.randrange(3, 10))
    )


def mail(rng: Random) -> str:
    return (
        f"From: {rng.choice(FIRST)} <{rng.choice(LAST).lower()}@example.com>\nTo: equipe@example.com\nSubject: "
        f"{rng.choice(TOPICS)}\nDate: {day(rng):%a, %d %b %Y} 09:12:00 +0200\nContent-Type: text/plain; charset=utf-8\n\n"
        f"Bonjour,\n\nSuite à notre échange sur {rng.choice(TOPICS)}, {rng.choice(DECISIONS)}.\n"
        f"Mon numéro : {phone(rng)}.\n\nCordialement,\n{name(rng)}\n{rng.choice(FIRMS_)}\n"
    )


def workbook(rng: Random) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for at in range(rng.randrange(1, 3)):
            head, rows = rng.choice(TABLES)(rng)
            sheet = book.add_worksheet(f"Feuil{at + 1}")
            for row, cells in enumerate([head, *rows]):
                sheet.write_row(row, 0, cells)
    return out.getvalue()


def text_document(rng: Random) -> bytes:
    import docx

    document = docx.Document()
    for line in minutes(rng).splitlines():
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


KINDS: tuple[tuple[str, str, Callable[[Random], str | bytes]], ...] = (
    ("minutes", "txt", minutes), ("invoice", "txt", invoice), ("code", "py", code), ("javascript", "js", javascript),
    ("log", "log", log), ("config", "conf", config), ("table", "csv", delimited), ("table2", "csv", delimited),
    ("api", "json", api), ("schema", "sql", schema), ("page", "html", page), ("manual", "md", manual),
    ("mail", "eml", mail), ("workbook", "xlsx", workbook), ("document", "docx", text_document),
)  # fmt: skip


def clean_files(count: int, seed: int) -> list[tuple[str, bytes]]:
    """So many files, name and bytes, kind after kind; the same seed gives the same texts."""
    files = []
    for at in range(count):
        kind, suffix, made = KINDS[at % len(KINDS)]
        given = made(Random(f"clean {seed} {at}"))
        files.append((f"{kind}_{at:03d}.{suffix}", given.encode() if isinstance(given, str) else given))
    return files
