# ruff: noqa: E501, SIM905, UP030 - invented files stand in lines as long as they are
"""Invented files of cards and of YAML with what is true of them, and files that only look like them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

LAST = (
    "DUPRÉ",
    "MARTIN",
    "LE GOFF",
    "ROUX",
    "BENALI",
    "PETIT",
    "LEROY",
    "NGUYEN",
    "FAURE",
    "GARNIER",
    "COSTA",
    "BLANC",
)
FIRST = ("Léa", "Jean", "Zoé", "Paul", "Inès", "Luc", "Anaïs", "Marc", "Jeanne", "Omar", "Rose", "Hugo")
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
NOTES = ("cancer du sein", "entorse de la cheville", "contrôle annuel")


@dataclass(frozen=True)
class Person:
    """An invented patient."""

    last: str
    first: str
    born: tuple[int, int, int]
    nir: str
    note: str
    phone: str

    @property
    def slashed(self) -> str:
        return "{2:02}/{1:02}/{0}".format(*self.born)

    @property
    def iso(self) -> str:
        return "{0}-{1:02}-{2:02}".format(*self.born)

    @property
    def written(self) -> str:
        year, month, day = self.born
        return f"{day} {MONTHS[month - 1]} {year}"


def person(at: int) -> Person:
    born = (1940 + at * 3 % 50, 1 + at % 12, 1 + at * 7 % 28)
    sex = 2 - at % 2
    body = f"{sex}{born[0] % 100:02}{born[1]:02}75{100 + at:03}{200 + at:03}"
    return Person(
        LAST[at % 12] + ("" if at < 12 else f"-{LAST[at // 12 % 12]}"),
        FIRST[at % 12],
        born,
        f"{body}{97 - int(body) % 97:02}",
        NOTES[at % 3],
        f"06 39 98 {at % 100:02} {at * 7 % 100:02}",
    )


PEOPLE = tuple(person(at) for at in range(12))
CANCERS = sum(one.note == NOTES[0] for one in PEOPLE)


@dataclass(frozen=True)
class Case:
    """A file and what is true of it: cards or rows, people, people with cancer; columns that it must have."""

    data: bytes
    rows: int = 12
    people: int = 12
    cancer: int = CANCERS
    columns: tuple[str, ...] = ()


def fields(one: Person, born: str | None = None) -> list[tuple[str, str]]:
    return [
        ("Nom de famille", one.last),
        ("Prénom", one.first),
        ("Date de naissance", born or one.written),
        ("N° de sécurité sociale", one.nir),
        ("Motif", one.note),
    ]


LABELS = tuple(label for label, _ in fields(PEOPLE[0]))


def lines(pairs: Sequence[tuple[str, str]], between: str = " : ") -> str:
    return "".join(f"{label}{between}{value}\n" for label, value in pairs)


def cards(
    write: Callable[[Person], str] = lambda one: lines(fields(one)),
    parted: str = "\n",
    people: Sequence[Person] = PEOPLE,
) -> str:
    return parted.join(write(one) for one in people)


def _dotted(one: Person) -> str:
    return "".join(f"{label} {'.' * (30 - len(label))} {value}\n" for label, value in fields(one))


def _aligned(one: Person) -> str:
    return "".join(f"{label:<24}: {value}\n" for label, value in fields(one))


def _missing(one: Person) -> str:
    at = PEOPLE.index(one)
    return lines([pair for place, pair in enumerate(fields(one)) if place != at % 5 or place == 4])


def _long(one: Person) -> str:
    told = f"douleur depuis trois semaines,\n        suivi pour {one.note},\n        revoir dans un mois"
    return lines([*fields(one)[:4], ("Motif", told), ("Téléphone", one.phone)])


def _ldif(one: Person) -> str:
    at = PEOPLE.index(one)
    coded = base64.b64encode(one.last.encode()).decode()
    return (
        f"dn: uid=p{at},ou=patients,dc=exemple,dc=fr\nobjectClass: person\nobjectClass: inetOrgPerson\n"
        f"sn:: {coded}\ngivenName:: {base64.b64encode(one.first.encode()).decode()}\n"
        f"dateNaissance: {one.iso}\nnir: {one.nir}\ndescription: suivi pour {one.note[:6]}\n {one.note[6:]}\n"
    )


def _vertical(one: Person) -> str:
    at = PEOPLE.index(one)
    pairs = [("id", str(at)), ("nom", one.last), ("prenom", one.first), ("date_naissance", one.iso), ("nir", one.nir)]
    pairs += [("commentaire", f"suivi\npour {one.note}"), ("email", "NULL")]
    shown = "".join(f"{label:>14}: {value}\n" for label, value in pairs)
    return f"{'*' * 27} {at + 1}. row {'*' * 27}\n{shown}"


def _expanded(one: Person) -> str:
    at = PEOPLE.index(one)
    pairs = [("nom", one.last), ("prenom", one.first), ("date_naissance", one.iso), ("nir", one.nir)]
    shown = "".join(f"{label:<14} | {value}\n" for label, value in pairs)
    return f"-[ RECORD {at + 1} ]--+{'-' * 20}\n{shown}{'motif':<14} | suivi          +\n{'':<14} | {one.note}\n"


def _pairs(one: Person) -> str:
    return (
        f"nom={one.last}\nprenom={one.first}\ndate_naissance={one.iso}\nnir={one.nir}\nmotif={one.note}\n"
        f"telephone={one.phone}\n"
    )


def _two_a_line(one: Person) -> str:
    return (
        f"Nom : {one.last}    Prénom : {one.first}\nNé(e) le : {one.slashed}    NIR : {one.nir}\n"
        f"Motif de consultation : {one.note}\n"
    )


def _sections(one: Person) -> str:
    first, rest = fields(one)[:4], fields(one)[4:]
    return f"{lines(first)}\n{lines([*rest, ('Médecin traitant', 'Dr Hélène VASSEUR')])}"


def _english(one: Person) -> str:
    return lines([
        ("Last Name", one.last), ("First Name", one.first), ("Date of Birth", one.iso), ("SSN", one.nir),
        ("Diagnosis", one.note),
    ], ": ")  # fmt: skip


def _marked(one: Person) -> str:
    return "".join(f"- **{label}** : {value}\n" for label, value in fields(one))


def _free(one: Person) -> str:
    return f"{lines(fields(one)[:4])}Vu ce jour en consultation.\nOn retient : {one.note}.\n"


def _titled(one: Person) -> str:
    at = PEOPLE.index(one) + 1
    title = f"Fiche n° {at}"
    return f"{title}\n{'-' * len(title)}\n{lines(fields(one))}"


BEFORE = "Extraction du 12 mars 2024, service de sénologie.\nListe des patients convoqués ce mois.\n\n"
AFTER = "\nFin de la liste. Document interne, ne pas diffuser.\n"
RULE = "-" * 40 + "\n"

CARDS: dict[str, Case] = {
    "colons and blank lines": Case(cards().encode(), columns=LABELS),
    "equals and rules": Case(cards(lambda one: lines(fields(one), " = "), RULE).encode(), columns=LABELS),
    "dot leaders and double rules": Case(cards(_dotted, "=" * 50 + "\n").encode(), columns=LABELS),
    "tabs": Case(cards(lambda one: lines(fields(one), "\t")).encode(), columns=LABELS),
    "nothing between": Case(cards(parted="").encode(), columns=LABELS),
    "patients numbered": Case(
        "".join(f"Patient {at}\n{lines(fields(one))}" for at, one in enumerate(PEOPLE, 1)).encode(), columns=LABELS
    ),
    "sheets numbered": Case(cards(_titled).encode(), columns=LABELS),
    "form feeds": Case(cards(parted="\f").encode(), columns=LABELS),
    "values of several lines": Case(cards(_long).encode(), columns=(*LABELS, "Téléphone")),
    "labels missing": Case(cards(_missing).encode(), columns=LABELS),
    "prose around": Case((BEFORE + cards() + AFTER).encode(), columns=LABELS),
    "prose around, rules": Case((BEFORE + RULE + cards(parted=RULE) + RULE + AFTER).encode(), columns=LABELS),
    "a blank line after each": Case(cards().replace("\n\n", "\n").replace("\n", "\n\n").encode(), columns=LABELS),
    "aligned": Case(cards(_aligned).encode(), columns=LABELS),
    "cp1252, CR LF": Case(cards().replace("\n", "\r\n").encode("cp1252"), columns=LABELS),
    "UTF-16": Case(cards().encode("utf-16"), columns=LABELS),
    "capitals without a blank": Case(
        cards(lambda one: lines([(label.upper(), value) for label, value in fields(one)], ":")).encode(),
        columns=tuple(label.upper() for label in LABELS),
    ),
    "two cards and a rule": Case(
        cards(parted="*" * 30 + "\n", people=PEOPLE[:2]).encode(), rows=2, people=2, cancer=1, columns=LABELS
    ),
    "two labels in a line": Case(cards(_two_a_line).encode(), columns=("Nom", "Prénom", "NIR")),
    "cards in two parts": Case(cards(_sections).encode(), columns=(*LABELS, "Médecin traitant")),
    "English": Case(cards(_english).encode(), columns=("Last Name", "SSN", "Diagnosis")),
    "Markdown": Case(cards(_marked).encode(), columns=LABELS),
    "free text in cards": Case(cards(_free).encode(), columns=LABELS[:4]),
    "LDIF": Case(cards(_ldif).encode(), columns=("dn", "sn", "givenName", "nir", "description")),
    "mysql": Case((cards(_vertical, "") + "12 rows in set (0.00 sec)\n").encode(), columns=("nom", "nir", "commentaire")),
    "psql": Case(cards(_expanded, "").encode(), columns=("nom", "prenom", "nir", "motif")),
    "key=value": Case(cards(_pairs).encode(), columns=("nom", "prenom", "nir", "motif", "telephone")),
}  # fmt: skip


def mapping(one: Person) -> dict[str, Any]:
    return {
        "nom": one.last, "prenom": one.first, "date_naissance": one.iso, "nir": one.nir, "telephone": one.phone,
        "motif": one.note,
    }  # fmt: skip


def block(pairs: dict[str, Any], indent: str = "") -> str:
    return "".join(f"{indent}{key}: {value}\n" for key, value in pairs.items())


def listed(one: Person, indent: str = "") -> str:
    return f"{indent}- {block(mapping(one), indent + '  ').lstrip()}"


PATIENTS = [mapping(one) for one in PEOPLE]
_YAML: dict[str, tuple[str, Any]] = {
    "a list": ("---\n" + "".join(map(listed, PEOPLE)), PATIENTS),
    "a list in a document": (
        "version: 2\nservice: sénologie\npatients:\n" + "".join(listed(one, "  ") for one in PEOPLE),
        {"version": "2", "service": "sénologie", "patients": PATIENTS},
    ),
    "Rails fixtures": (
        "# fixtures of patients\n\n" + "\n".join(f"patient_{at}:\n{block(mapping(one), '  ')}" for at, one in enumerate(PEOPLE)),
        {f"patient_{at}": mapping(one) for at, one in enumerate(PEOPLE)},
    ),
    "Symfony fixtures": (
        "App\\Entity\\Patient:\n" + "".join(f"  patient_{at}:\n{block(mapping(one), '    ')}" for at, one in enumerate(PEOPLE)),
        {"App\\Entity\\Patient": {f"patient_{at}": mapping(one) for at, one in enumerate(PEOPLE)}},
    ),
    "Django fixtures": (
        "".join(
            f"- model: clinic.patient\n  pk: {at}\n  fields:\n{block(mapping(one), '    ')}" for at, one in enumerate(PEOPLE)
        ),
        [{"model": "clinic.patient", "pk": str(at), "fields": mapping(one)} for at, one in enumerate(PEOPLE)],
    ),
    "documents": ("".join(f"---\n{block(mapping(one))}" for one in PEOPLE) + "...\n", PATIENTS),
    "exams within": (
        "".join(
            listed(one) + f"  examens:\n    - acte: NFS\n      resultat: '12'\n    - acte: TSH\n      resultat: '{at}'\n"
            for at, one in enumerate(PEOPLE)
        ),
        [
            {**mapping(one), "examens": [{"acte": "NFS", "resultat": "12"}, {"acte": "TSH", "resultat": str(at)}]}
            for at, one in enumerate(PEOPLE)
        ],
    ),
    "merge keys": (
        "defaut: &defaut\n  ville: Lyon\n  pays: France\npatients:\n"
        + "".join(listed(one, "  ") + "    <<: *defaut\n" for one in PEOPLE),
        {
            "defaut": {"ville": "Lyon", "pays": "France"},
            "patients": [{**one, "ville": "Lyon", "pays": "France"} for one in PATIENTS],
        },
    ),
    "flow mappings": ("patients:\n" + "".join(f"  - {json.dumps(one, ensure_ascii=False)}\n" for one in PATIENTS), {"patients": PATIENTS}),
    "folded texts": (
        "".join(listed(one).replace(f"motif: {one.note}", f"motif: >-\n    suivi pour\n    {one.note}") for one in PEOPLE),
        [{**mapping(one), "motif": f"suivi pour {one.note}"} for one in PEOPLE],
    ),
    "Ruby's tags": (
        "---\n" + "".join("- !ruby/object:Patient\n" + block({**mapping(one), "decede": "", "vu": "~"}, "  ") for one in PEOPLE),
        [{**mapping(one), "decede": None, "vu": None} for one in PEOPLE],
    ),
}  # fmt: skip
YAML: dict[str, Case] = {
    name: Case(text.encode(), rows=24 if name == "exams within" else 12) for name, (text, _) in _YAML.items()
}
SAME_JSON: dict[str, bytes] = {name: json.dumps(same, ensure_ascii=False).encode() for name, (_, same) in _YAML.items()}

_ONE = PEOPLE[0]
_LETTER = (
    f"CENTRE HOSPITALIER DE L'EXEMPLE\n\nNom : {_ONE.last}\nPrénom : {_ONE.first}\nDate de naissance : {_ONE.slashed}\n"
    f"NIR : {_ONE.nir}\n\nCher confrère,\n\nJe vous remercie de m'avoir adressé cette patiente suivie pour {_ONE.note}.\n"
    "L'examen est rassurant. Je la revois dans trois mois.\n\nMotif : surveillance\nTraitement : tamoxifène\n"
)
LOOK_ALIKES: dict[str, str] = {
    "a letter": _LETTER,
    "a report of one patient and those around": (
        f"PATIENT\nNom : {_ONE.last}\nPrénom : {_ONE.first}\nDate de naissance : {_ONE.slashed}\nNIR : {_ONE.nir}\n\n"
        "MÉDECIN TRAITANT\nNom : VASSEUR\nPrénom : Hélène\nTéléphone : 01 39 98 00 01\n\n"
        f"PERSONNE À PRÉVENIR\nNom : {_ONE.last}\nPrénom : Yves\nTéléphone : 06 39 98 00 02\n\nMotif : {_ONE.note}\n"
    ),
    "results of one patient": (
        f"Nom : {_ONE.last}\nPrénom : {_ONE.first}\nNIR : {_ONE.nir}\n\n"
        + "\n".join(
            f"Examen : E{at}\nRésultat : {at}\nUnité : g/L\nNormes : 1 à 9\nDate : 12/0{at}/2024\n" for at in range(1, 8)
        )
        + f"\nConclusion : suivi d'un {_ONE.note}\n"
    ),
    "visits of one patient": (
        f"Patiente : {_ONE.last} {_ONE.first}\nNée le : {_ONE.slashed}\n\n"
        + "\n".join(f"Date : 0{at}/03/2024\nMédecin : Dr VASSEUR\nNote : stable, {_ONE.note}\n" for at in range(1, 7))
    ),
    "INI": "".join(f"[base{at}]\nhost = db{at}\nport = 5432\nuser = app\npassword = secret{at}\nname = clinique\n\n" for at in range(6)),
    "environment": "DB_HOST=localhost\nDB_PORT=5432\nDB_NAME=clinique\nDB_USER=app\nAPP_NAME=labo\nAPP_EMAIL=a@exemple.fr\n" * 4,
    "properties": "".join(f"service{at}.name=labo\nservice{at}.url=http://exemple.fr\nservice{at}.user=app\n\n" for at in range(8)),
    "mail headers": "".join(
        f"De : a{at}@exemple.fr\nÀ : b{at}@exemple.fr\nObjet : réunion {at}\nDate : 0{at}/03/2024\nNom : Dupont\nTél : 0639980{at}00\n\n"
        for at in range(1, 6)
    ),
    "a log": "".join(f"2024-03-12 10:00:{at:02} INFO nom=app{at} prenom=x date=hier nir=aucun\n" for at in range(20)),
    "code": "".join(f"def nom{at}(self):\n    nom = self.nom\n    prenom: str = self.prenom\n    return nom\n\n" for at in range(8)),
    "a changelog": "".join(f"Version : 1.{at}\nDate : 0{at}/01/2024\nAuteur : Zoé\nNom : sortie {at}\n- correction : tri\n\n" for at in range(1, 9)),
    "a questionnaire": (
        f"Nom : {_ONE.last}\nPrénom : {_ONE.first}\nDate de naissance : {_ONE.slashed}\n\n"
        + "\n".join(f"Question {at} : avez-vous mal ?\nRéponse : oui\nNote : {at}\nCommentaire : rien\nDate : hier\n" for at in range(1, 9))
    ),
    "packages": "".join(
        f"Name: paquet{at}\nVersion: 1.{at}\nSummary: rien\nAuthor: Zoé\nAuthor-email: z@exemple.fr\nLicense: MIT\nLocation: /usr\n---\n"
        for at in range(8)
    ),
    "processors": "".join(f"processor\t: {at}\nmodel name\t: X\ncpu family\t: 6\nstepping\t: 2\naddress sizes\t: 39 bits\n\n" for at in range(8)),
    "commits": "".join(f"commit {at}a3f\nAuthor: Zoé <z@exemple.fr>\nDate: 2024-03-0{at}\n\n    nom : corrige\n\n" for at in range(1, 9)),
    "a roster of names": "".join(f"Semaine {at}\nDupont Jean : lundi\nMartin Zoé : mardi\nRoux Paul : jeudi\nPetit Luc : samedi\nFaure Rose : repos\n\n" for at in range(1, 9)),
    "compose": "services:\n" + "".join(f"  web{at}:\n    image: labo\n    ports: ['80:80']\n    user: app\n    name: w{at}\n" for at in range(4)),
    "OpenAPI": (
        "openapi: 3.0.0\ncomponents:\n  schemas:\n    Patient:\n      properties:\n"
        + "".join(f"        {key}:\n          type: string\n          description: le {key}\n" for key in PATIENTS[0])
    ),
    "translations": "fr:\n  attributes:\n    patient:\n      nom: Nom\n      prenom: Prénom\n    medecin:\n      nom: Nom\n      prenom: Prénom\n",
    "pipeline": "stages:\n- name: build\n  script: make\n- name: test\n  script: make test\n- name: envoi\n  email: a@exemple.fr\n",
    "front matter": '---\nnom: Dupont\nprenom: Jean\n---\n# Compte rendu\n\nLe patient : va bien. Il dit: "rien".\n',
    "one YAML patient": block(PATIENTS[0]),
    "broken YAML": "- nom: [Dupont\n  prenom: Jean\n- nom: }Martin\n",
}  # fmt: skip
