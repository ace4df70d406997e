"""Small invented files: broken JSON, literals in source code, XML with ancestors; how many people each is about.

`STILL` are files that a reader of literals must leave alone: what reads each, and how many people it is about.
"""

# ruff: noqa: E501 - files, not code

from __future__ import annotations

import json

PEOPLE = [
    ("Vasseur", "Odile", "1950-03-12", "06 39 98 01 11", "VIH"),
    ("Delmotte", "Karim", "1987-11-02", "06 39 98 01 12", "asthme"),
    ("Ferrand", "Lucie", "1972-07-25", "06 39 98 01 13", "diabète"),
    ("Guichard", "Noé", "2009-01-30", "06 39 98 01 14", "épilepsie"),
]
FIELDS = ("nom", "prenom", "date_naissance", "telephone", "pathologie")
RECORDS = [dict(zip(FIELDS, one, strict=True)) for one in PEOPLE]
KEYS = ("nom", "prenom", "dateNaissance", "telephone", "pathologie")


def lines(pattern: str, people: list[tuple[str, ...]] = PEOPLE) -> str:
    """A pattern with {0} .. {4} and the parts of the birth date {y} {m} {d} for each person."""
    return "\n".join(
        pattern.format(*one, y=one[2][:4], m=int(one[2][5:7]), d=int(one[2][8:]), n=n)
        for n, one in enumerate(people, 1)
    )


def literal(keys: tuple[str, ...] = KEYS, *, sign: str = ": ", quote: str = "'", between: str = ", ") -> str:
    """A pattern for the inside of one literal."""
    return between.join(f"{key}{sign}{quote}{{{at}}}{quote}" for at, key in enumerate(keys))


def each(opened: str, pattern: str, closed: str) -> str:
    """Literals one under the other, commas between."""
    return ",\n".join(
        "  " + opened + pattern.format(*one, y=one[2][:4], m=int(one[2][5:7]), d=int(one[2][8:]), n=n) + closed
        for n, one in enumerate(PEOPLE, 1)
    )


def tall(opened: str, pattern: str, closed: str) -> str:
    """The same, a field a line."""
    return each(opened + "\n    ", pattern.replace(", ", ",\n    "), ",\n  " + closed)


ONE = json.dumps(RECORDS[0], ensure_ascii=False)
ARRAY = json.dumps(RECORDS, ensure_ascii=False, indent=1)
ROWS = ",\n".join(json.dumps(one, ensure_ascii=False) for one in RECORDS)

BROKEN: dict[str, tuple[str, int]] = {
    "an object, trailing comma": (ONE[:-1] + ", }", 1),
    "an object over lines, trailing comma": (json.dumps(RECORDS[0], indent=2)[:-2] + ",\n}\n", 1),
    "an object, text behind": (ONE + "\nfin de l'export\n", 1),
    "an array, trailing commas": ("[" + ROWS.replace("}", ",}") + ",]", 4),
    "an array over lines, trailing commas": (ARRAY.replace("\n }", ",\n }").replace("}\n]", "},\n]"), 4),
    "an array, text behind": (ARRAY + "\n-- fin de l'export du service --\n", 4),
    "a document, trailing comma": ('{"patients": [' + ROWS + '], "total": 4,}', 4),
    "line comment above": ("// export de l'\"annuaire\" {1}\n" + ARRAY, 4),
    "block comment above": ("/* export\n de l'annuaire: \"x */\n" + ARRAY, 4),
    "comments between": (ARRAY.replace(" {\n", " // l'un d'eux \"\n {\n"), 4),
    "hash comments": ("# export du service\n" + ARRAY, 4),
    "single quotes": (str(RECORDS), 4),
    "single quotes, an object": (str(RECORDS[0]), 1),
    "NaN and None": (
        "[" + each("{", '"nom": "{0}", "prenom": "{1}", "date_naissance": "{2}", "poids": NaN, "sexe": None, "ok": True', "}") + "]",
        4,
    ),
    "cut behind a record": (ARRAY[: ARRAY.rindex("{")], 3),
    "cut within a record": (ARRAY[: ARRAY.rindex('"telephone"') + 14], 4),
    "cut object": (ONE[: ONE.index('"pathologie"') + 16], 1),
    "closing bracket missing": (ARRAY.rstrip()[:-1], 4),
    "a document cut": ('{"service": "X", "patients": [' + ROWS, 4),
    "documents one behind the other": ("[" + ROWS.replace("},\n{", "}]\n[{") + "]", 4),
    "objects, a broken one between": (
        "\n".join(json.dumps(one, indent=1)[:-2] + (",\n}" if at == 1 else "\n}") for at, one in enumerate(RECORDS)),
        4,
    ),
    "lines, one with a comma too many": ("\n".join(json.dumps(one)[:-1] + (",}" if at == 2 else "}") for at, one in enumerate(RECORDS)), 4),
    "comma missing between": ("[" + ROWS.replace("},", "}") + "]", 4),
    "names without quotes": ("[" + each("{", literal(FIELDS, quote='"'), "}") + "]", 4),
    "a line end in a text": ("[" + ROWS.replace("VIH", "VIH\nstable") + "]", 4),
    "a mark before": ("\ufeff" + ONE[:-1] + ",}", 1),
    "a quote too many": ("[" + ROWS.replace('"asthme"', '"asthme "léger" depuis"') + "]", 4),
}  # fmt: skip

_PHP = literal(("'nom'", "'prenom'", "'date_naissance'", "'telephone'", "'pathologie'"), sign=" => ")
_RUBY = literal((":nom", ":prenom", ":date_naissance", ":telephone", ":pathologie"), sign=" => ", quote='"')
_PY = literal(tuple(f'"{name}"' for name in FIELDS), quote='"')
_GO = literal(("Nom", "Prenom", "DateNaissance", "Telephone", "Pathologie"), quote='"')
_EN = (
    literal(("firstName", "lastName", "dateOfBirth", "phone", "condition"))
    .replace("{0}", "{x}")
    .replace("{1}", "{0}")
    .replace("{x}", "{1}")
)
_JS_HEAD = "import { Patient } from './types';\n\n// données de l'essai\nexport const patients: Patient[] = [\n"
_JS_TAIL = "\n];\n\nexport function find(id: number) {\n  return patients.find((p) => p.id === id);\n}\n"
_PHP_HEAD = "<?php\n\nuse App\\Models\\Patient;\n\nclass Seeder\n{\n    public function run()\n    {\n"
_PHP_TAIL = "\n    }\n}\n"

LITERALS: dict[str, tuple[str, int]] = {
    "js, a line each": (_JS_HEAD + each("{ id: 1, ", literal(), " }") + _JS_TAIL, 4),
    "js, a field a line": (_JS_HEAD + tall("{", "id: {n}, " + literal(), "}") + _JS_TAIL, 4),
    "js, english": (_JS_HEAD + tall("{", _EN, "}") + _JS_TAIL, 4),
    "js, all on one line": (("const patients = [" + each("{", literal(), "}") + "];").replace("\n", " "), 4),
    "js, quoted keys": ("var bdd = {\n\t'eleve': '',\n\t'patients': [\n" + tall("{", _PY, "}") + "]\n};\n", 4),
    "js, new Date": (_JS_HEAD + tall("{", "nom: '{0}', prenom: '{1}', naissance: new Date('{2}')", "}") + _JS_TAIL, 4),
    "js, nested": (_JS_HEAD + tall("{", "id: {n}, nom: '{0}', prenom: '{1}', naissance: '{2}', contact: {{ tel: '{3}' }}", "}") + _JS_TAIL, 4),
    "js, module": ("module.exports = {\n  up: async (q) => q.bulkInsert('Patients', [\n" + each("{", literal() + ", createdAt: new Date()", "}") + "], {}),\n};\n", 4),
    "js, by key": ("const dossiers = {\n" + lines("  p{n}: {{ nom: '{0}', prenom: '{1}', naissance: '{2}' }},") + "\n};\n", 4),
    "js, calls": ("const { create } = require('./db');\n" + lines("create({{ nom: '{0}', prenom: '{1}', naissance: '{2}' }});"), 4),
    "js, template strings": (_JS_HEAD + each("{", literal(quote="`"), "}") + _JS_TAIL, 4),
    "ts, types as well": ("interface P { nom: string; prenom: string; naissance: Date }\nconst l: P[] = [\n" + each("{", literal(), "}") + "] as P[];", 4),
    "php arrays": (_PHP_HEAD + "$data = [\n" + each("[", _PHP, "]") + ",\n];" + _PHP_TAIL, 4),
    "php arrays, a field a line": (_PHP_HEAD + "$data = [\n" + tall("[", _PHP, "]") + ",\n];" + _PHP_TAIL, 4),
    "php array()": (_PHP_HEAD + "return array(\n" + each("array(", _PHP, ")") + "\n);" + _PHP_TAIL, 4),
    "php inserts": (_PHP_HEAD + lines("DB::table('patients')->insert([\n 'id' => Id::make(['table' => 'x', 'length' => 5]),\n " + _PHP + ",\n]);") + _PHP_TAIL, 4),
    "php setters": (_PHP_HEAD + lines("$p = new Patient();\n$p->setNom('{0}');\n$p->setPrenom('{1}');\n$p->setTelephone('{3}');\n$p->setDateNaissance(new \\DateTime('{2}'));\n$m->persist($p);") + _PHP_TAIL, 4),
    "php setter chains": (_PHP_HEAD + lines("$p = (new Patient())->setNom('{0}')->setPrenom('{1}')\n    ->setDateNaissance(new \\DateTime('{2}'));") + _PHP_TAIL, 4),
    "php setters, one person": (_PHP_HEAD + lines("$p->setNom('{0}');\n$p->setPrenom('{1}');\n$p->setTelephone('{3}');\n$p->setDateNaissance(new \\DateTime('{2}'));", PEOPLE[:1]) + _PHP_TAIL, 1),
    "java setters": ("class A { void run() {\n" + lines('Patient p{n} = new Patient();\np{n}.setNom("{0}");\np{n}.setPrenom("{1}");\np{n}.setDateNaissance(LocalDate.of({y}, {m}, {d}));') + "\n} }", 4),
    "python dicts, a line each": ("patients = [\n" + each("{", _PY, "}") + ",\n]\n", 4),
    "python dicts, a field a line": ("# données fictives\nfrom datetime import date\n\npatients = [\n" + tall("{", _PY, "}") + ",\n]\n\ndef names():\n    return [p['nom'] for p in patients]\n", 4),
    "python keywords": ("from datetime import date\n\n" + lines('Patient(nom="{0}", prenom="{1}", date_naissance=date({y}, {m}, {d})).save()'), 4),
    "python keywords, over lines": ("from datetime import date\n\nP = [\n" + tall("Patient(", 'nom="{0}", prenom="{1}", date_naissance=date({y}, {m}, {d})', ")") + "\n]\n", 4),
    "python dict()": ("rows = [\n" + each("dict(", "nom='{0}', prenom='{1}', naissance='{2}'", ")") + "]\n", 4),
    "ruby create": ("# encoding: utf-8\n" + lines('Patient.create!(nom: "{0}", prenom: "{1}", birth_date: Date.new({y}, {m}, {d}), tel: "{3}")'), 4),
    "ruby hashes": ("Patient.create([\n" + each("{", _RUBY, "}") + "\n])\n", 4),
    "dart": ("import 'model.dart';\n\nfinal patients = <Patient>[\n" + tall("Patient(", "nom: '{0}', prenom: '{1}', dateNaissance: DateTime({y}, {m}, {d})", ")") + ",\n];\n", 4),
    "go": ("package seed\n\nvar patients = []Patient{\n" + each("{", _GO, "}") + ",\n}\n", 4),
    "go, dates by call": ("package seed\n\nvar patients = []Patient{\n" + tall("Patient{", 'Nom: "{0}", Prenom: "{1}", Naissance: time.Date({y}, {m}, {d}, 0, 0, 0, 0, time.UTC)', "}") + ",\n}\n", 4),
    "kotlin": ("val patients = listOf(\n" + each("Patient(", 'nom = "{0}", prenom = "{1}", naissance = LocalDate.of({y}, {m}, {d})', ")") + "\n)\n", 4),
    "without a name": ("const reponses = [\n" + lines("  {{ age: 2{n}, sexe: 'Femme', poids: 7{n}, taille: 17{n}, vih: 'Non', patient_id: 'P00{n}' }},") + "\n];\n", 4),
    "in a fence": ("# Guide\n\nPour créer un dossier :\n\n```json\n[" + ROWS + "]\n```\n\nFin.\n", 4),
}  # fmt: skip

_ACTS = "".join(f"<acte id='{n}' jour='2024-05-0{n}'>soin {n}</acte>" for n in range(1, 7))
_ACT_ATTRIBUTES = "".join(f"<acte id='{n}' code='AMI{n}'/>" for n in range(1, 7))
_ROWS = "".join(
    f"<patient><nom>{one[0]}</nom><prenom>{one[1]}</prenom><naissance>{one[2]}</naissance></patient>" for one in PEOPLE
)

ANCESTORS: dict[str, tuple[str, int]] = {
    "a practice and its acts": (f"<cabinet nom='Soins du Port' adresse='2 rue du Quai, 33000 Bordeaux'>{_ACTS}</cabinet>", 0),
    "a practice and its codes": (f"<cabinet nom='Vernier' adresse='2 rue du Quai'>{_ACT_ATTRIBUTES}</cabinet>", 0),
    "a practice, patients and acts": (f"<cabinet nom='Soins du Port'><adresse><rue>2 rue du Quai</rue><ville>Bordeaux</ville></adresse><patients>{_ROWS}</patients><actes>{_ACTS}</actes></cabinet>", 4),
    "a practice, patients and acts that sound like illness": (f"<cabinet nom='Soins du Port'><adresse><rue>2 rue du Quai</rue><ville>Bordeaux</ville></adresse><patients>{_ROWS}</patients><actes>" + "".join(f"<acte id='10{n}'>{one}</acte>" for n, one in enumerate(("Injection de chimiothérapie", "Pansement d'ulcère étendu", "Prélèvement sanguin", "Saignée"))) + "</actes></cabinet>", 4),
    "a practice and acts that sound like illness": ("<cabinet nom='Vernier'>" + "".join(f"<acte id='10{n}'>{one}</acte>" for n, one in enumerate(("Injection de chimiothérapie", "Pansement d'ulcère étendu", "Dépistage du VIH", "Saignée"))) + "</cabinet>", 0),
    "a patient known by name, treatments with numbers": ("<patient nom='Vasseur' prenom='Odile'>" + "".join(f"<soin id='10{n}'><texte>{one}</texte></soin>" for n, one in enumerate(("Injection de chimiothérapie", "Pansement d'ulcère", "Traitement du VIH", "Saignée"))) + "</patient>", 1),
    "a hospital and its wards": ("<hopital><nom>Bellevue</nom><adresse>3 quai Nord</adresse><tel>0556010203</tel>" + "".join(f"<unite code='U{n}'><lits>{n}</lits></unite>" for n in range(1, 6)) + "</hopital>", 0),
    "a laboratory and its exams": ("<laboratoire nom='Labo Sud' telephone='0556010203'>" + "".join(f"<examen code='E{n}'><prix>{n}</prix></examen>" for n in range(1, 6)) + "</laboratoire>", 0),
    "a patient and his exams": ("<dossier><patient><nom>Vasseur</nom><prenom>Odile</prenom><naissance>1950-03-12</naissance></patient><examens>" + "".join(f"<examen id='{n}'><acte>NFS</acte><resultat>{n}</resultat></examen>" for n in range(1, 6)) + "</examens></dossier>", 1),
    "a patient's attributes and exams": ("<patient nom='Vasseur' prenom='Odile' naissance='1950-03-12'>" + "".join(f"<examen id='{n}'><acte>NFS</acte></examen>" for n in range(1, 6)) + "</patient>", 1),
    "a patient known by name and address, acts with numbers": (f"<patient nom='Vasseur' prenom='Odile' adresse='2 rue du Quai, 33000 Bordeaux'>{_ACT_ATTRIBUTES}<motif>VIH</motif></patient>", 1),
    "two patients and their exams": ("<export>" + "".join(f"<patient nom='{one[0]}' prenom='{one[1]}' naissance='{one[2]}'>" + "<examen id='1'><acte>NFS</acte></examen><examen id='2'><acte>TSH</acte></examen>" + "</patient>" for one in PEOPLE) + "</export>", 4),
    "a hospital and its patients": (f"<etablissement><nom>Bellevue</nom><adresse>3 quai Nord</adresse>{_ROWS}</etablissement>", 4),
    "a sender and patients": (f"<export><emetteur nom='Vernier' telephone='0556010203'/><patients>{_ROWS}</patients></export>", 4),
}  # fmt: skip

_CSV = "nom;prenom;date_naissance;telephone;pathologie\n" + "\n".join(map(";".join, PEOPLE)) + "\n"

STILL: dict[str, tuple[str, str, int]] = {
    "imports": ("import { a, b as c } from './x';\nimport d, { e } from 'y';\nexport { a, e };\nexport default function f() { return { a, c }; }\n", "text", 0),
    "settings": ("module.exports = {\n" + "\n".join(f"  {{ name: 'svc{n}', host: '10.0.0.{n}', port: 80{n}0, user: 'svc', timeout: 30, email: true }}," for n in range(1, 6)) + "\n};\n", "", 0),
    "routes": ("const routes = [\n" + "\n".join(f"  {{ path: '/p{n}', name: 'page{n}', component: Page{n}, title: 'Page {n}', icon: 'i', order: {n} }}," for n in range(1, 6)) + "\n];\n", "", 0),
    "form fields": ("const champs = [\n" + "\n".join(f"  {{ name: '{key}', label: '{key}', type: 'text', required: true, order: {n} }}," for n, key in enumerate(KEYS)) + "\n];\n", "", 0),
    "translations": ("export default {\n  fr: { nom: 'Nom', prenom: 'Prénom', email: 'Courriel', telephone: 'Téléphone', sexe: 'Sexe' },\n  en: { nom: 'Last name', prenom: 'First name', email: 'E-mail', telephone: 'Phone', sexe: 'Sex' },\n};\n", "", 0),
    "messages": ("const erreurs = {\n  creation: { nom: 'Le nom est requis', prenom: 'Le prénom est requis', email: 'Adresse non valide' },\n  edition: { nom: 'Le nom est requis', prenom: 'Le prénom est requis', email: 'Adresse non valide' },\n};\n", "", 0),
    "empty forms": ("const vide = { nom: '', prenom: '', dateNaissance: '', telephone: '' };\nconst autre = { nom: '', prenom: '', dateNaissance: '', telephone: '' };\nuseState({ nom: '', prenom: '', age: 0 });\n", "", 0),
    "types": ("export interface Patient {\n  nom: string;\n  prenom: string;\n  naissance: Date | null;\n}\nexport interface Medecin {\n  nom: string;\n  prenom: string;\n  naissance: Date;\n}\n", "", 0),
    "schema": ("const s = new Schema({ nom: { type: String, required: true }, prenom: { type: String }, naissance: { type: Date } });\nconst t = new Schema({ nom: { type: String }, prenom: { type: String }, naissance: Date });\n", "", 0),
    "style sheet": (".nom { color: red; width: 10px; }\n.prenom { color: blue; width: 20px; }\n@media print { .age { display: none } }\n", "", 0),
    "made up by a library": ("for i in range(20):\n    Patient(nom=fake.last_name(), prenom=fake.first_name(), date_naissance=fake.date()).save()\n    Patient(nom=fake.last_name(), prenom=fake.first_name(), date_naissance=fake.date()).save()\n", "", 0),
    "code without literals": ("def f(nom, prenom):\n    \"\"\"Say it's him.\"\"\"\n    return {**nom, 'x': prenom}\n\n\ndef g(age):\n    return f(age, {'y': [1, 2, 3]})\n", "", 0),
    "mappings of columns": ("mapping = {'nom': 'last_name', 'prenom': 'first_name', 'naissance': 'birth_date'}\nother = {'nom': 'c1', 'prenom': 'c2', 'naissance': 'c3'}\n", "", 0),
    "a table": (_CSV, "delimited", 4),
    "a table with JSON in a cell": ("id;donnees\n" + "\n".join(f'{n};"{{""nom"": ""{one[0]}"", ""prenom"": ""{one[1]}"", ""naissance"": ""{one[2]}""}}"' for n, one in enumerate(PEOPLE)) + "\n", "delimited", 4),
    "a log": ("\n".join(f'2024-05-0{n} 10:00:00 INFO created {{"nom": "{one[0]}", "prenom": "{one[1]}", "naissance": "{one[2]}"}}' for n, one in enumerate(PEOPLE, 1)) + "\n", "text", 4),
    "sound lines": ("\n".join(map(json.dumps, RECORDS)), "json", 4),
    "sound array": (ARRAY, "json", 4),
    "sound document": (json.dumps({"service": "X", "patients": RECORDS}), "json", 4),
    "sound object": (ONE, "json", 1),
    "sound XML": (f"<patients>{_ROWS}</patients>", "xml", 4),
    "a letter": ("Cher confrère,\n\nJ'ai vu Madame Odile Vasseur, née le 12/03/1950 (suivie ici [depuis 2004]).\nElle prend {rien}.\n\nCordialement,\nDr Noir\n", "text", 1),
    "a page of advice": ("# Conseils\n\nAppeler `f(nom=\"x\")` ou écrire { nom: 'x', prenom: 'y' } dans le fichier.\nPuis { nom: 'z', prenom: 't' } encore.\n", "", 0),
}  # fmt: skip
"""Name: text, format ("" for text or delimited as before), people."""
