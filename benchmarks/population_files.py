"""Files of a synthetic population: which columns, how written, and the rows that stand for nobody."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from population_labs import Entry, Lab, Triple
from population_people import FIRST_DAY, LAST_DAY, Person, key_of
from population_words import CONTROLS, DUMMY_NIRS, EXAMS, HEADERS, NOBODIES, REMARKS

VISIT_KINDS = frozenset({"visit", "day", "code", "exam", "result", "doctor", "remark", "site", "clerk"})


@dataclass(frozen=True, slots=True)
class Layout:
    """One file: its name, columns (kind, header), spelling of dates and numbers, bytes on disk, and period."""

    name: str
    lab: int
    columns: tuple[tuple[str, str], ...]
    dates: tuple[str, ...]
    nir_form: str
    phone_form: str
    sexes: tuple[str, str]
    separator: str
    encoding: str
    newline: str
    quoted: bool
    order: str
    first: date
    last: date
    lines_per_visit: int
    placeholders: float
    controls: float
    repeated: float


@dataclass(slots=True)
class Row:
    """A data row: what it is sorted by, its cells, whose it is (None: nobody's), and whether it is damaged."""

    day: date
    cells: list[str]
    person: int | None
    damaged: bool = False


@dataclass(slots=True)
class Sheet:
    """The rows of one file while they are written."""

    layout: Layout
    lab: Lab
    rows: list[Row] = field(default_factory=list)
    visits: int = 0
    drawn: dict[int, tuple[Entry, list[str]]] = field(default_factory=dict)


WAYS = (
    (";", "cp1252"),
    (";", "cp1252"),
    (";", "utf-8"),
    (";", "utf-8-sig"),
    (",", "utf-8"),
    ("\t", "cp1252"),
    ("\t", "utf-8"),
)
"""(separator, encoding) of exports; a pair that stands twice is twice as frequent."""

DATE_FORMS: dict[str, Callable[[Triple], str]] = {
    "d/m/y": lambda one: f"{one[2]:02d}/{one[1]:02d}/{one[0]:04d}",
    "y-m-d": lambda one: f"{one[0]:04d}-{one[1]:02d}-{one[2]:02d}",
    "ymd": lambda one: f"{one[0]:04d}{one[1]:02d}{one[2]:02d}",
    "dmy": lambda one: f"{one[2]:02d}{one[1]:02d}{one[0]:04d}",
    "d.m.y": lambda one: f"{one[2]:02d}.{one[1]:02d}.{one[0]:04d}",
    "d-m-y": lambda one: f"{one[2]:02d}-{one[1]:02d}-{one[0]:04d}",
    "d/m/yy": lambda one: f"{one[2]:02d}/{one[1]:02d}/{one[0] % 100:02d}",
    "short": lambda one: f"{one[2]}/{one[1]}/{one[0]}",
    "stamp": lambda one: f"{one[0]:04d}-{one[1]:02d}-{one[2]:02d} 00:00:00",
    "d/m/y h": lambda one: f"{one[2]:02d}/{one[1]:02d}/{one[0]:04d} 00:00",
}
_DATE_ODDS = (34, 18, 10, 5, 4, 5, 9, 3, 6, 6)

NIR_FORMS: dict[str, Callable[[str], str]] = {
    "15": lambda nir: nir,
    "13": lambda nir: nir[:13],
    "13+key": lambda nir: nir[:13],
    "spaced": lambda nir: " ".join((nir[0], nir[1:3], nir[3:5], nir[5:7], nir[7:10], nir[10:13], nir[13:])),
    "13 2": lambda nir: f"{nir[:13]} {nir[13:]}",
}


def _phone(form: str, phone: str) -> str:
    if form == "pairs":
        return " ".join(phone[at : at + 2] for at in range(0, 10, 2))
    if form == "dots":
        return ".".join(phone[at : at + 2] for at in range(0, 10, 2))
    return f"+33{phone[1:]}" if form == "abroad" else phone


def draw_layout(place: int, lab: Lab, rng: random.Random) -> Layout:
    """A file in the habits of some laboratory software."""
    house = rng.randrange(8)
    nir_form = rng.choices(tuple(NIR_FORMS), (45, 12, 18, 15, 10))[0]
    kinds = ["full"] if rng.random() < 0.1 else ["last", *(["maiden"] * (rng.random() < 0.6)), "first"]
    if rng.random() < 0.06:
        kinds.reverse()
    if rng.random() < 0.96:
        kinds.append("birth")
    numbers = ["nir"] * (rng.random() < 0.85)
    if numbers and nir_form == "13+key":
        numbers.append("key")
    identity = [*kinds]
    for kind, share in (
        ("sex", 0.85),
        ("ins", 0.2),
        ("address", 0.4),
        ("postcode", 0.65),
        ("city", 0.65),
        ("phone", 0.6),
    ):
        if rng.random() < share:
            identity.append(kind)
    identity += ["mail"] * (rng.random() < 0.4)
    at = rng.choice((0, len(identity), len(kinds)))
    identity[at:at] = numbers
    identity[0:0] = ["number"] * (rng.random() < 0.75)
    exam = ["visit"] * (rng.random() < 0.6) + ["day"]
    exam += rng.choice((["code"], ["exam"], ["code", "exam"], ["exam"]))
    exam += ["result"] * (rng.random() < 0.5) + ["doctor"]
    for kind, share in (("remark", 0.45), ("site", 0.4), ("clerk", 0.25)):
        exam += [kind] * (rng.random() < share)
    both = exam + identity if rng.random() < 0.25 else identity + exam
    main = rng.choices(tuple(DATE_FORMS), _DATE_ODDS)[0]
    separator, encoding = rng.choice(WAYS)
    began = FIRST_DAY + timedelta(rng.randrange(3000))
    names = rng.choice(("export_{}", "labo{}", "EXTRACTION_{}", "patients_{}", "resultats{}", "sauvegarde_{}"))
    headers = {kind: HEADERS[kind][house] for kind in both}
    if lab.birth_name_first:
        headers |= {
            "last": ("NOM_NAISSANCE", "Nom de naissance")[house % 2],
            "maiden": ("NOM_USUEL", "Nom d'usage")[house % 2],
        }
    return Layout(
        name=names.format(place + 1)
        + (rng.choice((".tsv", ".txt")) if separator == "\t" else rng.choice((".csv", ".csv", ".txt"))),
        lab=lab.number,
        columns=tuple((kind, headers[kind]) for kind in both),
        dates=(main, rng.choice(tuple(DATE_FORMS))) if rng.random() < 0.08 else (main,),
        nir_form=nir_form,
        phone_form=rng.choice(("plain", "plain", "pairs", "dots", "abroad")),
        sexes=rng.choice((("F", "M"), ("F", "M"), ("2", "1"), ("F", "H"), ("Féminin", "Masculin"), ("Mme", "M."))),
        separator=separator,
        encoding=encoding,
        newline=rng.choice(("\r\n", "\n")),
        quoted=rng.random() < 0.15,
        order=rng.choice(("day", "day", "cells", "shuffled", "person")),
        first=began,
        last=min(LAST_DAY, began + timedelta(rng.randint(300, 2000))),
        lines_per_visit=3 if rng.random() < 0.2 else 1,
        placeholders=rng.choice((0.0, 0.001, 0.005, 0.02, 0.08)),
        controls=rng.choice((0.0, 0.0, 0.002, 0.02)),
        repeated=rng.choice((0.0, 0.0, 0.002, 0.01)),
    )


def _identity(layout: Layout, entry: Entry, rng: random.Random) -> list[str]:
    """The cells of one registration in this file; columns of the visit are left empty."""
    dates = DATE_FORMS[layout.dates[0] if len(layout.dates) == 1 or rng.random() < 0.8 else layout.dates[1]]
    texts = {
        "last": entry.last,
        "maiden": entry.maiden,
        "full": f"{entry.last} {entry.first}".strip(),
        "first": entry.first,
        "birth": dates(entry.birth) if entry.birth else "",
        "sex": layout.sexes[entry.sex == "m"],
        "nir": NIR_FORMS[layout.nir_form](entry.nir) if entry.nir else "",
        "key": entry.nir[13:],
        "ins": entry.ins,
        "address": entry.address,
        "postcode": entry.postcode,
        "city": entry.city,
        "phone": _phone(layout.phone_form, entry.phone) if entry.phone else "",
        "mail": entry.mail,
        "number": entry.number,
    }
    return [texts.get(kind, "") for kind, _ in layout.columns]


def _visit_cells(sheet: Sheet, day: date, doctor: str, rng: random.Random) -> dict[str, str]:
    code, label, result = rng.choice(EXAMS)
    return {
        "visit": f"{day.year % 100:02d}{sheet.visits:06d}",
        "day": DATE_FORMS[sheet.layout.dates[0]]((day.year, day.month, day.day)),
        "code": code,
        "exam": label,
        "result": result,
        "doctor": doctor,
        "remark": rng.choice(REMARKS) if rng.random() < 0.25 else "",
        "site": f"LABO {'ABC'[sheet.visits % 3]}",
        "clerk": ("ADM", "SEC1", "SEC2", "JLB")[sheet.visits % 4],
    }


def _fill(sheet: Sheet, cells: list[str], visit: dict[str, str]) -> list[str]:
    return [
        visit[kind] if kind in VISIT_KINDS else cell
        for (kind, _), cell in zip(sheet.layout.columns, cells, strict=True)
    ]


def add_visit(sheet: Sheet, entry: Entry, day: date, rng: random.Random) -> None:
    """The rows of one visit of one person; the identity is rendered once per registration."""
    kept = sheet.drawn.get(entry.person)
    if kept is None or kept[0] is not entry:
        kept = sheet.drawn[entry.person] = (entry, _identity(sheet.layout, entry, rng))
    sheet.visits += 1
    doctors = sheet.lab.doctors
    doctor = doctors[entry.person % len(doctors)] if rng.random() < 0.7 else rng.choice(doctors)
    for _ in range(rng.randint(1, sheet.layout.lines_per_visit) if sheet.layout.lines_per_visit > 1 else 1):
        sheet.rows.append(Row(day, _fill(sheet, kept[1], _visit_cells(sheet, day, doctor, rng)), entry.person))


def _day_within(layout: Layout, rng: random.Random) -> date:
    return layout.first + timedelta(rng.randrange((layout.last - layout.first).days + 1))


def add_nobodies(sheet: Sheet, rng: random.Random) -> None:
    """Rows that count nobody: identities of trial and anonymity under one number, and quality controls."""
    layout = sheet.layout
    real = len(sheet.rows)
    nir = rng.choice(DUMMY_NIRS)
    number = f"{sheet.lab.prefix}{rng.choice((0, 1, 9999, 999999))}"
    for _ in range(round(real * layout.placeholders * rng.uniform(0.5, 1.5))):
        last, first = rng.choice(NOBODIES)
        birth = (1900, 1, 1) if rng.random() < 0.6 else (rng.randint(1940, 2010), 1, 1)
        entry = Entry(
            -1, number, last, "", first, birth if rng.random() < 0.9 else None, rng.choice("fm"), nir + key_of(nir), "",
            "", "", "", "0000000000" if rng.random() < 0.3 else "", "", (False, False, False),
        )  # fmt: skip
        day = _day_within(layout, rng)
        sheet.visits += 1
        visit = _visit_cells(sheet, day, rng.choice(sheet.lab.doctors), rng)
        sheet.rows.append(Row(day, _fill(sheet, _identity(layout, entry, rng), visit), None))
    names = [at for at, (kind, _) in enumerate(layout.columns) if kind in {"last", "full"}]
    for _ in range(round(real * layout.controls * rng.uniform(0.5, 1.5))):
        day = _day_within(layout, rng)
        sheet.visits += 1
        cells = _fill(sheet, [""] * len(layout.columns), _visit_cells(sheet, day, "", rng))
        if rng.random() < 0.7:
            cells[names[0]] = rng.choice(CONTROLS)
        sheet.rows.append(Row(day, cells, None))


def finish(sheet: Sheet, rng: random.Random, damage: float) -> None:
    """Repeat some rows, put them in the order of the export, and damage some with separators too many."""
    for row in [row for row in sheet.rows if row.person is not None and rng.random() < sheet.layout.repeated]:
        sheet.rows.append(Row(row.day, list(row.cells), row.person))
    order = sheet.layout.order
    if order == "shuffled":
        rng.shuffle(sheet.rows)
    elif order == "day":
        sheet.rows.sort(key=lambda row: row.day)
    elif order == "cells":
        sheet.rows.sort(key=lambda row: row.cells[:3])
    for row in sheet.rows:
        if rng.random() < damage:
            at = rng.randint(1, len(row.cells) - 1)
            more = [""] * rng.randint(1, 3)
            if len(more) > 1 or row.cells[-1]:  # one separator more behind an empty end is no damage
                row.cells[at:at] = more
                row.damaged = True


def to_bytes(sheet: Sheet) -> bytes:
    """The file: header, rows, encoded; what the encoding lacks becomes `?`."""
    layout = sheet.layout
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=layout.separator,
        lineterminator=layout.newline,
        quoting=csv.QUOTE_ALL if layout.quoted else csv.QUOTE_MINIMAL,
    )
    writer.writerow([header for _, header in layout.columns])
    writer.writerows(row.cells for row in sheet.rows)
    return text.getvalue().encode(layout.encoding, errors="replace")


def truth_of(sheet: Sheet, people: list[Person]) -> dict[str, object]:
    """What is true of one file: people and minors on its readable rows, rows, and how it is laid out."""
    readable = Counter(row.person for row in sheet.rows if row.person is not None and not row.damaged)
    layout = sheet.layout
    return {
        "people": len(readable),
        "minors": sum(people[number].minor for number in readable),
        "records": readable.total(),
        "rows": len(sheet.rows),
        "damaged_rows": [at for at, row in enumerate(sheet.rows, 1) if row.damaged],
        "lab": layout.lab,
        "columns": [{"kind": kind, "header": header} for kind, header in layout.columns],
        "separator": layout.separator,
        "encoding": layout.encoding,
        "date_forms": list(layout.dates),
        "nir_form": layout.nir_form,
        "retyping": sheet.lab.retyping,
    }
