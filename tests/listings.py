"""Printed listings and drawn tables, and files that only look so: bytes, and what they hold."""

from __future__ import annotations

from stacked import FIRST, LAST, Case, text

TITLES = ("NUM DOSSIER", "NOM", "PRENOM", "NE LE", "MED TRAITANT")
WIDTHS = (11, 12, 10, 10, 14)
HEADING = "CENTRE HOSPITALIER DE X   LISTE DES ENTREES   PAGE {}"


def people(count: int, begin: int = 0) -> list[tuple[str, ...]]:
    return [
        (f"{70010 + n:08}", LAST[n % 14], FIRST[n % 12].upper(), f"{1 + n % 28:02}/{1 + n % 12:02}/{1940 + n % 70}",
         f"DR {LAST[n * 3 % 14]}")
        for n in range(begin, begin + count)
    ]  # fmt: skip


def line(cells: tuple[str, ...], gap: str = "  ", widths: tuple[int, ...] = WIDTHS) -> str:
    return gap.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def rule(gap: str = "  ", mark: str = "-", widths: tuple[int, ...] = WIDTHS) -> str:
    return gap.join(mark * width for width in widths)


def page(
    number: int, rows: list[str], *, heading: str = HEADING, under: str | None = None, total: str = ""
) -> list[str]:
    lines = [heading.format(number), "", line(TITLES), rule() if under is None else under, *rows]
    return [*lines, *([total] if total else [])]


def pages(size: int = 20, many: int = 2, feed: str = "\f", **given: str) -> list[str]:
    found: list[str] = []
    for number in range(many):
        own = page(number + 1, [line(one) for one in people(size, size * number)], **given)
        if number and feed:
            own[0] = feed + own[0]
        found += own
    return found


def drawn(left: str, mark: str, right: str) -> list[str]:
    return [left + mark.join(f" {cell.ljust(width)} " for cell, width in zip(one, WIDTHS, strict=True)) + right
            for one in (TITLES, *people(40))]  # fmt: skip


def between(left: str, mark: str, right: str) -> str:
    return left + mark.join("-" * (width + 2) for width in WIDTHS) + right


_GROUPED = [one for n in range(4) for one in (f"SERVICE : {('CARDIOLOGIE', 'UROLOGIE', 'PNEUMOLOGIE', 'MEDECINE')[n]}",
                                              *(line(row) for row in people(10, 10 * n)), "")]  # fmt: skip
_WRAPPED = [
    one
    for n, row in enumerate(people(40))
    for one in ([line(row)] if n % 8 else [line(row), " " * 51 + "REMPLACE PAR X"])
]
_PSQL, _MYSQL, _PIPES = drawn("", "|", ""), drawn("|", "|", "|"), drawn("|", "|", "|")
_ORG = between("|", "+", "|")
READ = (TITLES, 40)
OUTER = (("column_1", *TITLES, "column_7"), 40)

LISTINGS: dict[str, Case] = {
    "two pages": Case(text(pages()), (READ,)),
    "one page": Case(text(pages(40, 1)), (READ,)),
    "ten pages of four": Case(text(pages(4, 10)), (READ,)),
    "no form feeds": Case(text(pages(feed="")), (READ,)),
    "a form feed alone on its line": Case(text(pages(feed="\f\n")), (READ,)),
    "CR LF": Case(text(pages(), end="\r\n"), (READ,)),
    "a rule of equal signs": Case(text(pages(under=rule(mark="="))), (READ,)),
    "a rule without gaps": Case(text(pages(under="-" * 65)), (READ,)),
    "totals of pages": Case(text(pages(total="TOTAL : 20"), "TOTAL GENERAL : 40"), (READ,)),
    "groups": Case(text(HEADING.format(1), "", line(TITLES), rule(), _GROUPED), (READ,)),
    "wrapped lines": Case(text(HEADING.format(1), "", line(TITLES), rule(), _WRAPPED), (READ,)),
    "rules above and below the titles": Case(
        text(HEADING.format(1), rule(), line(TITLES), rule(), [line(one) for one in people(40)], rule()), (READ,)
    ),
    "a rule above the titles": Case(
        text([one for n in range(2) for one in (HEADING.format(n + 1), "-" * 70, line(TITLES),
                                                *(line(row) for row in people(20, 20 * n)), "-" * 70)]), (READ,)
    ),
    "no rule, but pages": Case(text(pages(under="")), (READ,)),
    "SQL*Plus": Case(
        text("", line(TITLES, " "), rule(" "), [line(one, " ") for one in people(20)], "", line(TITLES, " "), rule(" "),
             [line(one, " ") for one in people(20, 20)], "", "40 rows selected."),
        (READ,),
    ),
    "psql": Case(text(_PSQL[0], between("", "+", ""), _PSQL[1:], "(40 rows)"), (READ,)),
    "mysql": Case(
        text(between("+", "+", "+"), _MYSQL[0], between("+", "+", "+"), _MYSQL[1:], between("+", "+", "+"),
             "40 rows in set (0.00 sec)"),
        (OUTER,),
    ),
    "Markdown": Case(text("# Entrées", "", _PIPES[0], between("|", "|", "|"), _PIPES[1:]), (OUTER,)),
    "Org mode": Case(text(_ORG, _PIPES[0], _ORG, _PIPES[1:], _ORG), (OUTER,)),
    "cp850": Case(text(pages(heading="HÔPITAL DE X   ENTRÉES   PAGE {}"), encoding="cp850"), (READ,)),
}  # fmt: skip
"""One table each."""

_RESULTS = [
    "ANALYSE          RESULTAT   UNITE    NORMES",
    "---------------  ---------  -------  ------",
    *(
        f"{name:<17}{n + 1},02       g/L      0.70-1.10"
        for n, name in enumerate(("Glycémie", "Urée", "Ferritine", "CRP"))
    ),
]
_LETTER = [
    "LABORATOIRE DE X",
    "",
    "Patient : DUPONT Jean, né le 01/02/1960",
    "",
    *_RESULTS,
    "",
    "Sérologie VIH positive.",
    "Bien à vous, Dr MARTIN",
]

OTHERS: dict[str, tuple[bytes, str, int]] = {
    "results in a letter": (text(_LETTER), "text", 1),
    "underlined headings": (
        text([x for n in range(5) for x in (f"Nom du service {n}", "-----------------", "Du texte.", "")]),
        "text",
        1,
    ),
    "a rule in a mail": (text("Bonjour,", "Le patient va bien.", "----------------", "De : X", "A : Y"), "text", 1),
    "Markdown prose": (text("# Titre", "", "Un patient | un médecin.", "", "---", "", "Fin."), "text", 1),
    "no rule": (text(line(TITLES), [line(one) for one in people(40)]), "fixed_width", 40),
    "bars in rows of dashes": (
        text("nom|prenom|note", [f"{LAST[n % 14]}|{FIRST[n % 12]}|-" for n in range(40)]),
        "delimited",
        40,
    ),
    "dashes for nothing": (
        text("nom|prenom|note", "-|-|-", [f"{LAST[n % 14]}|{FIRST[n % 12]}|x{n}" for n in range(40)]),
        "delimited",
        41,
    ),
}
"""Bytes, the format that reads them, and how many rows it gives."""
