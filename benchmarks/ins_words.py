"""Words of a table of test identities: numbers in letters, names of series, official test cases, places of birth."""

from __future__ import annotations

import random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_UNITS = _words(
    "ZERO UN DEUX TROIS QUATRE CINQ SIX SEPT HUIT NEUF DIX ONZE DOUZE TREIZE QUATORZE QUINZE SEIZE DIX-SEPT DIX-HUIT "
    "DIX-NEUF"
)
_TENS = _words("VINGT TRENTE QUARANTE CINQUANTE SOIXANTE")
LETTERS = _words("A BE CE DE E EFFE GE ACHE I JI KA ELLE EMME ENNE O PE CU ERRE ESSE TE U VE DOUBLEVE IXE IGREC ZEDE")
"""How letters are called: names of test people when numbers ran out."""

SERIES = (
    *("PAT-", "INSI-FAMILLE-", "SNS-", "TEST-", "TESTINS-", "ADR", "EDITEUR-", "DMP-", "SEGUR-", "PFI-", "MES-"),
    *("NIR-", "VITALE-", "ECETINSI-", "NESSI ", "LOT-", "PATIENT ", "CNDA-", "RECETTE-", "D'TEST-", "QUALIF-"),
    "HOMOL ",
)
"""What stands before the number in letters: PAT-TROIS."""
MEN = (
    *("DOMINIQUE", "PIERRE-ALAIN", "LAURENT", "ANTHONY", "MICHELANGELO", "GATIEN", "JEAN", "TOUSSAINT", "LEONARDO"),
    *("CAMILLE", "PRENOM", "PAUL"),
)
WOMEN = (
    *("DOMINIQUE", "RUTH", "RUTH ISABELLE", "NATHALIE", "ZOE", "CATARINA", "MARIE-LOUISE", "OLA", "MURIEL"),
    *("CAMILLE", "CLAUDE", "ANNE"),
)
OF_BOTH = {"DOMINIQUE", "CAMILLE", "CLAUDE", "PRENOM", "ALIX", "MAXENCE", "SACHA"}
"""First names of men and women."""

HOME = "63220"
"""The town that editors write for people whose number tells another one."""
OFFICIAL: tuple[tuple[str, str, str, str, str, str | None], ...] = (
    ("PAT-TROIS", "DOMINIQUE MARIE-LOUISE", "F", "1979-03-28", HOME, "2790351215189"),
    ("DESMAUX", "NATHALIE", "F", "1955-06-15", "99999", "2550699999999"),
    ("TCHITCHI", "CATARINA BELLA", "F", "1936-06-21", HOME, "2360663220836"),
    ("ECETINSI", "PIERRE-ALAIN MURIEL FLORIANT", "M", "2009-07-14", HOME, "1090763220834"),
    ("ADRUN", "ZOE", "F", "1975-12-31", HOME, None),
    ("ADRDEUX", "LAURENT", "M", "1981-01-01", HOME, None),
    ("ADRTROIS", "TOUSSAINT", "M", "1960-01-01", "2B020", None),
    ("ADRQUATRE", "JULES", "M", "1983-04-04", HOME, None),
    ("DE VINCI", "LEONARDO", "M", "2014-02-01", HOME, None),
    ("DE VINCI", "LEONARDO", "M", "2014-02-01", "37003", None),
    ("DE VINCI", "RUTH", "F", "1975-04-04", HOME, None),
    ("DE VINCI", "RUTH ISABELLE", "F", "1977-07-14", HOME, None),
    ("NESSI", "RUTH ISABELLE", "F", "1977-07-14", HOME, None),
    ("NESSI", "MICHELANGELO ANTHONY", "M", "1985-08-02", "2A020", None),
    ("CORSE", "ANTHONY", "M", "1980-03-02", "2B020", None),
    ("HOUILLES", "PIERRE PAUL JACQUES", "M", "1993-01-27", HOME, None),
    ("HERMAN", "GATIEN", "M", "1981-03-24", HOME, None),
    ("D'ARTAGNAN DE L'HERAULT", "PIERRE-ALAIN", "M", "2001-06-17", HOME, None),
    ("D'AEION", "COEUR", "M", "1987-01-01", "2B020", None),
    ("PROVISOIRE", "MATRICULE", "M", "2009-07-01", HOME, None),
    ("INSI", "PRENOM", "M", "1990-01-01", HOME, None),
    ("LUNAIRE", "MARIE", "F", "1950-00-00", "99350", None),
    ("O", "YU", "M", "1988-08-08", "99216", None),
    ("A", "B", "F", "1999-09-09", HOME, None),
    ("Y", "JEAN", "M", "1947-02-11", "80001", None),
    ("L'HERMITE-D'OR", "ANNE-SOPHIE N'DEYE", "F", "1991-11-30", "75114", None),
    ("SANS PRENOM", "SP", "F", "1948-00-00", "99246", None),
    (
        "NOM-TRES-LONG-DE-TEST-POUR-LA-TRONCATURE-DES-CHAMPS-A-CINQUANTE",
        "MARIE-CHRISTINE ANNE-CHARLOTTE JEANNE-ANTOINETTE", "F", "1966-05-16", HOME, None,
    ),
)  # fmt: skip
"""Last name, first names, sex, birth date, town of the table, and the number where it is known."""

REMARKS = (
    *("Prénom composé avec tiret", "voir aussi NESSI RUTH", "apostrophe", "ne pas utiliser avant recette"),
    *("né à l'étranger", "Alsace-Moselle", "certifié le 12/03/2021"),
)

_COUNTRIES = _words(
    "352 350 351 109 127 134 139 122 131 132 140 208 243 247 216 217 246 261 301 303 309 312 313 317 322 323 324 326 "
    "327 328 330 331 333 335 341 390 397 404 416 417 419 422 424 501 514"
)
_CITIES = {
    "06": ("088",), "13": ("055",), "21": ("231",), "31": ("555",), "33": ("063",), "34": ("172",), "35": ("238",),
    "38": ("185",), "42": ("218",), "44": ("109",), "51": ("454", "215"), "59": ("350", "512", "178"),
    "63": ("113", "220"), "67": ("482",), "69": ("123", "381", "266"), "75": tuple(f"1{n:02}" for n in range(1, 21)),
    "76": ("540", "351"),
}  # fmt: skip
_OVERSEAS = ("971", "972", "973", "974", "974", "974", "976", "987", "988")
_SMALL = {"75", "90", "92", "93", "94"}
"""Departments of few towns."""


def in_letters(number: int) -> str:
    """A number below 1,000 as French test people are called by it: QUATRE-VINGT-DIX-SEPT."""
    if number < 20:
        return _UNITS[number]
    tens, unit = divmod(number, 10)
    if number < 70:
        return _TENS[tens - 2] + ("", "-ET-UN")[unit == 1] + (f"-{_UNITS[unit]}" if unit > 1 else "")
    if number < 80:
        return "SOIXANTE-ET-ONZE" if number == 71 else f"SOIXANTE-{_UNITS[number - 60]}"
    if number < 100:
        return "QUATRE-VINGTS" if number == 80 else f"QUATRE-VINGT-{_UNITS[number - 80]}"
    hundreds, rest = divmod(number, 100)
    return ("" if hundreds == 1 else f"{_UNITS[hundreds]}-") + "CENT" + (f"-{in_letters(rest)}" if rest else "")


def drawn_place(rng: random.Random, year: int, corsica: float) -> str:
    """Department and town of a birth as a number holds them: abroad, overseas, Corsica before and since 1976."""
    drawn = rng.random()
    if drawn < 0.085:
        return "99" + rng.choice(_COUNTRIES)
    if drawn < 0.125:
        return f"{rng.choice(_OVERSEAS)}{rng.randint(1, 29):02}"
    if drawn < 0.125 + corsica:
        department = rng.choice(("2A", "2B")) if year >= 1976 or rng.random() < 0.3 else "20"
        return department + rng.choice(("004", "033", "020", f"{rng.randint(1, 360):03}"))
    if drawn < 0.17 and year < 1963:  # departments of Algeria
        return f"{rng.choice(('91', '92', '93', '94', '95', '96'))}{rng.randint(1, 420):03}"
    if rng.random() < 0.35:
        department = rng.choice(tuple(_CITIES))
        return department + rng.choice(_CITIES[department])
    department = f"{rng.choice([number for number in range(1, 96) if number != 20]):02}"
    return f"{department}{rng.randint(1, 120 if department in _SMALL else 480):03}"
