"""Files that hold several tables under each other, and files that only look so: bytes, and what they hold."""

from __future__ import annotations

from dataclasses import dataclass

LAST = [
    "DUPONT",
    "MARTIN",
    "PETIT",
    "ROUX",
    "LEGRAND",
    "MOREL",
    "GIRARD",
    "FAURE",
    "BLANC",
    "HENRY",
    "COLIN",
    "LEROY",
    "BONNET",
    "LAMBERT",
]
FIRST = ["Jean", "Marie", "Paul", "Léa", "Luc", "Zoé", "Anne", "Hugo", "Emma", "Louis", "Jules", "Alice"]
PATIENT = "id;nom;prenom;naissance;tel"
EXAM = "id_patient;date;examen;resultat;prescripteur"
WIDE = "id_patient;date_entree;date_sortie;service;medecin;diagnostic;traitement;montant;commentaire"
DRUG = "id_patient;medicament;date"
CODE = "code;libelle"


@dataclass(frozen=True)
class Case:
    """Some bytes; each table that is to be read as (columns, rows); rows that are damaged in all."""

    data: bytes
    tables: tuple[tuple[tuple[str, ...], int], ...]
    damaged: int = 0


def patients(count: int = 40, begin: int = 0) -> list[str]:
    return [
        f"{1000 + n};{LAST[n % 14]};{FIRST[n % 12]};{1 + n % 28:02}/{1 + n % 12:02}/{1940 + n % 70};06{39980000 + n:08}"
        for n in range(begin, begin + count)
    ]


def exams(count: int = 40) -> list[str]:
    result = ("positif", "négatif")
    return [
        f"{1000 + n};{1 + n % 28:02}/03/2024;Sérologie VIH;{result[n % 2]};Dr {LAST[n * 3 % 14]}" for n in range(count)
    ]


def stays(count: int = 40) -> list[str]:
    return [
        f"{1000 + n};{1 + n % 28:02}/04/2024;{1 + n % 28:02}/05/2024;Cardiologie;Dr {LAST[n % 14]};I10;aspirine;{n},50;"
        for n in range(count)
    ]


def drugs(count: int = 40) -> list[str]:
    return [f"{1000 + n};{('aspirine', 'metformine')[n % 2]};{1 + n % 28:02}/03/2024" for n in range(count)]


def codes(count: int = 40) -> list[str]:
    return [f"{100 + n};{('glycémie', 'créatinine', 'ferritine')[n % 3]}" for n in range(count)]


def text(*parts: str | list[str], end: str = "\n", encoding: str = "utf-8") -> bytes:
    lines = [line for part in parts for line in ([part] if isinstance(part, str) else part)]
    return "".join(line + end for line in lines).encode(encoding)


def padded(lines: list[str], width: int) -> list[str]:
    return [line + ";" * (width - 1 - line.count(";")) for line in lines]


def quoted(lines: list[str]) -> list[str]:
    return [";".join(f'"{cell}"' for cell in line.split(";")) for line in lines]


def columns(line: str) -> tuple[str, ...]:
    return tuple(line.split(";"))


P, X, W, D, C = columns(PATIENT), columns(EXAM), columns(WIDE), columns(DRUG), columns(CODE)
BOTH = ((P, 40), (X, 40))
UNNAMED = tuple(f"column_{n}" for n in range(1, 10))
_PLAIN = text("Patients", PATIENT, patients(), "", "Examens", EXAM, exams())
_PASTED = '1;"voir ce qui suit :\n\nExamens\n' + EXAM + "\n" + "\n".join(exams(5)) + '";x;01/02/1960;0639980001'

STACKED: dict[str, Case] = {
    "titles and an empty line": Case(_PLAIN, BOTH),
    "comma": Case(_PLAIN.replace(b";", b","), BOTH),
    "tab": Case(_PLAIN.replace(b";", b"\t"), BOTH),
    "bar": Case(_PLAIN.replace(b";", b"|"), BOTH),
    "lines end in CR LF": Case(_PLAIN.replace(b"\n", b"\r\n"), BOTH),
    "lines end in CR": Case(_PLAIN.replace(b"\n", b"\r"), BOTH),
    "UTF-16": Case(_PLAIN.decode().encode("utf-16"), BOTH),
    "cp1252": Case(_PLAIN.decode().encode("cp1252"), BOTH),
    "an empty line alone": Case(text(PATIENT, patients(), "", EXAM, exams()), BOTH),
    "two empty lines and blanks": Case(text(PATIENT, patients(), "", "   ", "Examens", "", EXAM, exams()), BOTH),
    "a title alone": Case(text("Patients", PATIENT, patients(), "Examens", EXAM, exams()), BOTH),
    "nothing between": Case(text(PATIENT, patients(), EXAM, exams()), BOTH),
    "nothing between, wider": Case(text(PATIENT, patients(), WIDE, stays()), ((P, 40), (W, 40))),
    "narrower": Case(text(PATIENT, patients(), "", DRUG, drugs()), ((P, 40), (D, 40))),
    "two columns": Case(text(PATIENT, patients(), "", "Codes", CODE, codes()), ((P, 40), (C, 40))),
    "three tables": Case(
        text(PATIENT, patients(), "", EXAM, exams(), "", "Séjours", WIDE, stays(12)), ((P, 40), (X, 40), (W, 12))
    ),
    "one without rows": Case(
        text("Patients", PATIENT, patients(), "", "Traitements", DRUG, "", "Examens", EXAM, exams()),
        ((P, 40), (D, 0), (X, 40)),
    ),
    "the last without rows": Case(text("Patients", PATIENT, patients(), "", "Examens", EXAM), ((P, 40), (X, 0))),
    "a pair of tables per site": Case(
        text(PATIENT, patients(20), "", EXAM, exams(20), "", PATIENT, patients(20, 20), "", EXAM, exams(20)),
        ((P, 40), (X, 20), (X, 20)),
    ),
    "filled up by a spreadsheet": Case(
        text(
            padded(["Patients", PATIENT, *patients()], 9),
            ";" * 8,
            "Séjours;;;;;;;;",
            WIDE,
            stays(),
            padded([";", "Traitements", DRUG, *drugs()], 9),
        ),
        (((*P, *UNNAMED[5:]), 40), (W, 40), ((*D, *UNNAMED[3:]), 40)),
    ),
    "all cells in quotes": Case(
        text("Patients", quoted([PATIENT, *patients()]), "", "Examens", quoted([EXAM, *exams()])), BOTH
    ),
    "quoted cells of several lines": Case(
        text(
            PATIENT + ";commentaire",
            [row + ';"une ligne\n\nune autre"' for row in patients()],
            "",
            EXAM + ";note",
            [row + ';"à revoir\nVIH"' for row in exams()],
        ),
        (((*P, "commentaire"), 40), ((*X, "note"), 40)),
    ),
    "few rows, then many wider ones": Case(text(PATIENT, patients(6), "", WIDE, stays(400)), ((P, 6), (W, 400))),
    "many rows, then few": Case(text(PATIENT, patients(3000), "", DRUG, drugs(2)), ((P, 3000), (D, 2))),
    "one row each": Case(text("Patient", PATIENT, patients(1), "", "Examen", EXAM, exams(1)), ((P, 1), (X, 1))),
    "the first without a header": Case(text(patients(), "", "Examens", EXAM, exams()), ((UNNAMED[:5], 40), (X, 40))),
    "below what an export says of itself": Case(
        text(
            "Laboratoire;BIOLAB",
            "Date d'export;12/03/2024",
            "",
            "Patients",
            PATIENT,
            patients(),
            "",
            "Examens",
            EXAM,
            exams(),
        ),
        BOTH,
    ),
    "marks around titles": Case(
        text("=== Patients ===", PATIENT, patients(), "", "=== Examens ===", EXAM, exams()), BOTH
    ),
    "a total below each": Case(
        text("Patients", PATIENT, patients(), "TOTAL : 40", "", "Examens", EXAM, exams(), "TOTAL : 40"), BOTH, 2
    ),
    "a declared delimiter": Case(text("sep=;", PATIENT, patients(), "", EXAM, exams()), BOTH),
    "files with byte order marks put together": Case(
        b"\xef\xbb\xbf" + text(PATIENT, patients()) + b"\xef\xbb\xbf" + text(EXAM, exams()), BOTH
    ),
    "columns change places": Case(
        text(
            PATIENT,
            patients(),
            "prenom;nom;id;tel;naissance",
            [";".join(row.split(";")[n] for n in (2, 1, 0, 4, 3)) for row in patients(40, 40)],
        ),
        ((P, 40), (("prenom", "nom", "id", "tel", "naissance"), 40)),
    ),
    "damage in both": Case(
        text(PATIENT, patients(), "9;coupe", "", EXAM, exams(), "1;01/02/2024;x;y;Dr Z;de trop"), BOTH, 2
    ),
}
"""Several tables in one file."""

_WORDS = [f"{LAST[n % 14]};{FIRST[n % 12]};{('Rennes', 'Brest', 'Lorient')[n % 3]}" for n in range(300)]
_VARIABLES = ["id;Numéro du patient;nombre", "nom;Nom du patient;texte", "naissance;Date de naissance;date",
              "tel;Téléphone;texte", "sexe;Sexe;code", "obs;Commentaire;texte"]  # fmt: skip

ORDINARY: dict[str, Case] = {
    "the same header again": Case(text(PATIENT, patients(), PATIENT, patients(40, 40)), ((P, 80),)),
    "the same header again behind an empty line": Case(
        text("Patients", PATIENT, patients(), "", PATIENT, patients(40, 40)), ((P, 80),)
    ),
    "the same header in other letters": Case(
        text(PATIENT, patients(), PATIENT.upper(), patients(40, 40), quoted([PATIENT]), patients(5, 80)), ((P, 85),)
    ),
    "a header on every page": Case(
        text([line for n in range(10) for line in (PATIENT, *patients(20, 20 * n))]), ((P, 200),)
    ),
    "a header on every page behind its title": Case(
        text([line for n in range(10) for line in (f"Page {n + 1}", PATIENT, *patients(20, 20 * n))]), ((P, 200),), 9
    ),
    "ragged rows": Case(
        text(PATIENT, [row if n % 3 else row.rpartition(";")[0] for n, row in enumerate(patients())]), ((P, 40),)
    ),
    "comments with words of headers": Case(
        text(PATIENT + ";commentaire", [f"{row};nom prénom date" for row in patients()]), (((*P, "commentaire"), 40),)
    ),
    "what an export says of itself": Case(
        text("Laboratoire;BIOLAB", "Type;Patient", "Date d'export;12/03/2024", "", PATIENT, patients()), ((P, 40),)
    ),
    "what a spreadsheet says of itself": Case(
        text(padded(["Laboratoire;BIOLAB", "Type;Patient", "Utilisateur;admin", ""], 5), PATIENT, patients()),
        ((P, 40),),
    ),
    "totals": Case(text(PATIENT, patients(), "TOTAL;40;;;", "Nombre de patients;40"), ((P, 41),), 1),
    "one column": Case(text("email", [f"nom{n}@exemple.fr" for n in range(40)]), ((("email",), 40),)),
    "titles of two kinds": Case(
        text(PATIENT, "Numéro;Nom de famille;Prénom usuel;Date de naissance;Téléphone", patients()), ((P, 41),)
    ),
    "a row of units": Case(
        text(
            "id;nom;date;valeur;unite",
            "code;texte;jour;nombre;texte",
            [f"{n};glucose;{1 + n % 28:02}/03/2024;{n};g" for n in range(40)],
        ),
        ((("id", "nom", "date", "valeur", "unite"), 41),),
    ),
    "a strange row of words": Case(
        text(PATIENT, patients(20), "patient;sans;résultat;à;rappeler", patients(20, 20)), ((P, 41),)
    ),
    "a strange row of titles": Case(text(PATIENT, patients(20), "nom;prénom;date", patients(20, 20)), ((P, 40),), 1),
    "a strange row behind an empty line": Case(
        text(PATIENT, patients(20), "", "nom;prénom;date", patients(20, 20)), ((P, 40),), 1
    ),
    "an empty line between all rows": Case(
        text([line for row in (PATIENT, *patients()) for line in (row, "")]), ((P, 40),)
    ),
    "a legend below": Case(
        text(PATIENT, patients(), "", "Légende", "H = homme;F = femme", "N = normal;P = pathologique"), ((P, 40),), 3
    ),
    "words alone": Case(text("nom;prenom;ville", _WORDS), ((("nom", "prenom", "ville"), 300),)),
    "a dictionary of data": Case(text("variable;libelle;type", _VARIABLES), ((("variable", "libelle", "type"), 6),)),
    "a dictionary with empty lines": Case(
        text("variable;libelle;type", _VARIABLES[:3], "", _VARIABLES[3:]), ((("variable", "libelle", "type"), 6),)
    ),
    "a mapping of names": Case(
        text("source;cible", [f"{one};{one}_patient" for one in ("nom", "prenom", "tel", "date", "adresse", "sexe")]),
        ((UNNAMED[:2], 7),),
    ),
    "no header": Case(text(patients()), ((UNNAMED[:5], 40),)),
    "a table pasted into a cell": Case(text(PATIENT, patients(), _PASTED), ((P, 41),)),
    "groups": Case(
        text(PATIENT, [line for n in range(4) for line in (f"Service {n};;;;", *patients(10, 10 * n))]), ((P, 44),)
    ),
    "what was written at the end": Case(
        text(PATIENT, patients(), "", "Exporté le;12/03/2024", "Par;admin"), ((P, 40),), 2
    ),
}
"""One table each."""
