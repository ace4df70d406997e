"""The rules of `leakscan.columns` that decide over the scores, in French: the report has their English."""

from __future__ import annotations

import re

FRENCH: dict[str, str] = {
    "running text": "texte courant",
    "a course, a mark or a job, which is no illness": "une formation, une note ou un emploi, qui n'est pas une maladie",
    "each row has an RPPS of its own, and what a directory says of a practice": (
        "un RPPS propre à chaque ligne, et ce qu'un annuaire dit d'un cabinet"
    ),
    "the day of a course": "le jour d'une formation",
    "the format says so": "le format le dit",
    "set by --role": "fixé par --role",
    "corrected by hand": "corrigé à la main",
    "the key column is right for its numbers": "la colonne des clés convient à ses numéros",
    "holds the keys of '{name}'": "contient les clés de « {name} »",
    "year and month agree with '{name}'": "année et mois s'accordent avec « {name} »",
    "agrees with birth dates more often than the other number": "s'accorde plus avec les naissances que l'autre",
    "holds the letters of a sex": "contient les lettres d'un sexe",
    "agrees with the first digit of the NIR": "s'accorde avec le premier chiffre du NIR",
    "one nine-digit number per prescriber": "un numéro de neuf chiffres par prescripteur",
    "few nine-digit numbers with right check digits": "peu de numéros de neuf chiffres, aux clés justes",
    "goes with the laboratories' numbers": "va avec les numéros des laboratoires",
    "surnames, the fullest such column nearest to the first names": "noms, la colonne la plus remplie près des prénoms",
    "a second surname, filled on a part of the rows or often the same": (
        "un second nom, sur une partie des lignes ou souvent le même"
    ),
    "of somebody else, whom its header names": "d'une autre personne, que nomme l'en-tête",
    "of who holds the account, where no patient is named": "du titulaire du compte, là où aucun patient n'est nommé",
    "of who is to be called, as their kinship says": "de la personne à prévenir, comme le dit le lien de parenté",
    "holds last and first names": "contient noms et prénoms",
    "holds first names, whatever its header": "contient des prénoms, quel que soit l'en-tête",
    "holds surnames, whatever its header": "contient des noms, quel que soit l'en-tête",
    "surnames that no patient bears": "des noms qu'aucun patient ne porte",
    "names of few people, repeated": "noms de peu de personnes, répétés",
    "made of the patients' names": "fait des noms des patients",
    "single words that go with a login": "mots seuls qui vont avec un identifiant",
    "codes under the word patient": "codes sous le mot patient",
    "numbers under the name of people": "numéros sous le nom de personnes",
    "a key and no value": "une clé, et non une valeur",
    "all of them are doctors": "tous sont des médecins",
    "several first names of each, beside the surnames": "plusieurs prénoms de chacun, à côté des noms",
    "numbers of insured people in another form than a NIR": "numéros d'assurés d'une autre forme qu'un NIR",
    "holds the OID of the INS": "contient l'OID de l'INS",
    "nothing else tells whom the results are about": "rien d'autre ne dit de qui sont les résultats",
    "a number for each row, or numbers given in turn": "un numéro par ligne, ou donnés à la suite",
    "each patient has one such number": "chaque patient a un tel numéro",
    "one code for each act beside it": "un code pour chaque acte à côté",
    "codes of four digits that change from visit to visit": "codes de quatre chiffres qui changent à chaque visite",
    "the number under which one patient stands": "le numéro sous lequel se trouve un patient",
    "the number that joins the rows of one person": "le numéro qui réunit les lignes d'une personne",
    "reaches far back or repeats what the NIR says": "remonte loin ou répète ce que dit le NIR",
    "repeats what the NIR says, whatever its header": "répète ce que dit le NIR, quel que soit l'en-tête",
    "too recent to be a birth, and another column is one": (
        "trop récent pour une naissance, et une autre colonne en est une"
    ),
    "recent dates": "dates récentes",
    "dates": "dates",
    "the date from which the others follow within days": "la date que les autres suivent à quelques jours",
    "each of its codes stands with one city": "chacun de ses codes va avec une ville",
    "five digits beside a city or an address": "cinq chiffres à côté d'une ville ou d'une adresse",
    "words beside a postcode": "mots à côté d'un code postal",
    "some of its places are countries, where people are born but no patient lives": (
        "certains de ses lieux sont des pays, où l'on naît mais où ne vit aucun patient"
    ),
    "a number of each subject of a study in the first column": "un numéro par sujet dans la première colonne",
    "a number of each row's own in the first column": "un numéro propre à chaque ligne dans la première colonne",
    "the number of a study": "le numéro d'une étude",
    "the initials of a person": "les initiales d'une personne",
    "what a person goes by": "le nom sous lequel une personne se présente",
    "the age beside what a person goes by": "l'âge à côté du nom sous lequel une personne se présente",
    "the year of a birth beside its month and day": "l'année d'une naissance à côté de son mois et de son jour",
    "the month of a birth beside its year": "le mois d'une naissance à côté de son année",
    "the day of a birth beside its year": "le jour d'une naissance à côté de son année",
    "of several numbers the one called after patients": "de plusieurs numéros, celui qui porte le nom des patients",
    "specialities of medicine beside names, and nothing of patients": (
        "des spécialités médicales à côté de noms, et rien de patients"
    ),
    "rows are things, which nobody's name calls": "les lignes sont des choses, que ne désigne le nom de personne",
    "what a thing is called": "le nom d'une chose",
    "the table is called after professionals": "la table porte le nom de professionnels",
    "names under a clear header, some of them of doctors": "noms sous un en-tête clair, dont certains de médecins",
    "names, of whom those with an RPPS are professionals": "noms, dont ceux qui ont un RPPS sont des professionnels",
    "its header says so, and names stand beside it": "l'en-tête le dit, et des noms sont à côté",
    "a city that no postcode goes with": "une ville qu'aucun code postal n'accompagne",
}
"""English sentence -> French; `{name}` is another column's name. A test holds it against the rules."""


def in_french(rule: str) -> str:
    """A rule's sentence in French; as it stands where it is not known, as what an earlier version said."""
    if rule in FRENCH:
        return FRENCH[rule]
    for english, french in FRENCH.items():
        before, brace, after = english.partition("{name}")
        if brace and (found := re.fullmatch(f"{re.escape(before)}(.*){re.escape(after)}", rule, re.DOTALL)):
            return french.replace("{name}", found[1])
    return rule
