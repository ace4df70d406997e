"""Fixed width whose digits run together: cut where numbers, dates and sexes prove themselves, and nowhere else."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from reading import tables

from leakscan.readers import choose, positions
from leakscan.readers.heads import Head
from leakscan.records import ReadOptions

NAMES = ("LEROY", "GARNIER", "FONTAINE", "CHEVALIER", "ROUX", "BLANCHARD", "GUERIN", "BOYER", "MULLER", "HENRY")
FIRST = ("ANNE", "LUC", "CLAIRE", "HUGO", "INES", "PAUL", "EMMA", "LOUIS", "ALICE", "JULES", "MARIE-CHRISTINE")


def format_of(data: bytes) -> str:
    reader = choose(Head(data, ReadOptions()))
    return reader if isinstance(reader, str) else reader.format


@dataclass(frozen=True)
class Person:
    last: str
    first: str
    sex: str
    born: tuple[str, str, str]
    body: str

    @property
    def key(self) -> str:
        return f"{97 - int(self.body.replace('2A', '19').replace('2B', '18')) % 97:02}"

    @property
    def letter(self) -> str:
        return "FM"[self.sex == "1"]

    def date(self, layout: str) -> str:
        year, month, day = self.born
        return layout.replace("YYYY", year).replace("YY", year[2:]).replace("MM", month).replace("DD", day)


def people(count: int, *, departments: tuple[str, ...] = ("75", "33", "69", "13", "97")) -> Iterator[Person]:
    draw = random.Random(count)
    for at in range(count):
        sex = "12"[(at * 7 // 3) % 2]
        born = (f"{draw.randrange(1931, 2012)}", f"{draw.randrange(1, 13):02}", f"{draw.randrange(1, 29):02}")
        body = f"{sex}{born[0][2:]}{born[1]}{draw.choice(departments)}{draw.randrange(1, 999):03}{at + 1:03}"
        yield Person(draw.choice(NAMES), draw.choice(FIRST), sex, born, body)


Layout = Callable[[Person, int], tuple[str, ...]]
CUT: dict[str, tuple[int, Layout]] = {
    "nothing but digits": (30, lambda p, _: (p.sex, p.date("YYYYMMDD"), p.body, p.key)),
    "names before a run of digits": (
        40,
        lambda p, at: (f"{p.last:<12}", f"{p.first:<15}", p.sex, p.date("DDMMYYYY"), f"{at:05}", p.body, p.key, "8"),
    ),
    "a number without key, and its birth date": (
        25,
        lambda p, at: (
            f"{at:09}",
            p.body,
            f"{p.last:<20}",
            f"{p.first:<15}",
            p.date("DDMMYYYY"),
            p.sex,
            f"{at + 7} RUE",
        ),
    ),
    "a key in another place": (20, lambda p, at: (f"{at % 7:06}", p.body, f"{at * 37 % 100:05}", p.key, "00", p.last)),
    "six digits of a date": (20, lambda p, at: (p.date("DDMMYY"), f"{at:04}", p.body, p.key, f"{p.first:<16}")),
    "letters as sexes": (20, lambda p, at: (f"AB{at:03}", p.letter, p.body, p.key, p.letter, f"{p.last:<12}")),
    "slashes": (20, lambda p, _: (p.letter, p.date("DD/MM/YYYY"), p.body, p.key, f"{p.last:<12}", "1")),
    "births without a number": (
        60,
        lambda p, at: (f"{p.last:<14}", f"{p.first:<15}", f"{at:07}", p.date("YYYYMMDD"), p.sex, "75012"),
    ),
    "few lines": (9, lambda p, at: (f"{at % 3}", p.body, p.key, p.date("YYYYMMDD"), f"{p.last:<12}")),
}


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("case", CUT)
def test_digits_are_cut_where_they_prove_what_they_are(case: str, ends: str) -> None:
    count, layout = CUT[case]
    rows = [layout(person, at) for at, person in enumerate(people(count))]
    data = "".join("".join(row) + ends for row in rows).encode()
    assert format_of(data) == positions.FORMAT
    found = tables(data)[None]
    names = [column for row in rows for column in row if not column.isdigit()]
    assert len(found.rows) == count
    for row, wanted in zip(found.rows, rows, strict=True):
        cells = set(row[1:])
        for at, cell in enumerate(wanted):
            if len(cell) in (8, 10, 13) and cell[0].isdigit():
                assert cell in cells, row
            elif cell in names and cell.endswith(" ") and at + 1 < len(wanted):
                assert cell.strip() in cells, row


GOODS = ("VIS INOX", "ECROU", "JOINT TORIQUE", "COURROIE", "FILTRE HUILE", "ROULEMENT")
draw = random.Random(5)


def lines(row: Callable[[int], str], count: int = 60) -> str:
    return "".join(
        f"{draw.choice(GOODS):<16}{row(at)}  {draw.randrange(900):>6}  LYON{at % 3}    A\n" for at in range(count)
    )


LEFT_ALONE = {
    "numbers that begin with the day they were made": lines(
        lambda at: f"202{at % 3}{at % 12 + 1:02}{at % 28 + 1:02}{at:05}"
    ),
    "a type, a day, and what is counted": lines(
        lambda at: f"{at % 2 + 1}26{at % 12 + 1:02}{at % 28 + 1:02}{at + 1:06}7"
    ),
    "articles": lines(lambda at: f"3{draw.randrange(10**11, 10**12)}{at:05}"),
    "telephones and postcodes": lines(lambda at: f"06{draw.randrange(10**8):08}{draw.randrange(1, 96):02}{at:03}"),
    "amounts": lines(lambda _: f"{draw.randrange(10**6):013}{draw.randrange(10**6):013}"),
}


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_numbers_of_things_are_whole(case: str) -> None:
    assert format_of(LEFT_ALONE[case].encode()) == positions.FORMAT
    found = tables(LEFT_ALONE[case].encode())[None]
    for row, line in zip(found.rows, LEFT_ALONE[case].splitlines(), strict=True):
        assert line[16:].split()[0] in row


NOT_FIXED = {
    "even lines of digits": "".join(f"{draw.randrange(10**63, 10**64)}\n" for _ in range(60)),
    "times": "".join(
        f"202605{at % 28 + 1:02}{at % 24:02}{at:02}{at:02}{draw.randrange(10**9):09}\n" for at in range(60)
    ),
    "a table": "".join(f"{one.body}{one.key};{one.date('DD/MM/YYYY')};{one.last:<12}  ;x\n" for one in people(30)),
    "two columns": "".join(f"{one.body} {one.key}  {one.last} {one.first}\n" for one in people(30)),
    "a log": "".join(
        f"2026-05-03 10:00:{at:02}  INFO  dossier {one.body}{one.key}x {one.last}\n"
        for at, one in enumerate(people(30))
    ),
}


@pytest.mark.parametrize("case", NOT_FIXED)
def test_other_texts_stay_what_they_are(case: str) -> None:
    assert format_of(NOT_FIXED[case].encode()) != positions.FORMAT


def test_the_first_and_the_last_line_may_be_of_another_kind() -> None:
    rows = [
        f"02{at:06}{one.body}{one.key}{one.date('YYYYMMDD')}{one.last:<12}{one.first:<16}"
        for at, one in enumerate(people(12))
    ]
    text = "\n".join(["01FICHIER20260301CAISSE DE L'OUEST", *rows, "99000012"]) + "\n"
    found = tables(text.encode())[None]
    assert [row[2] for row in found.rows if row[2]] == [row[8:21] for row in rows]
    assert len(found.rows) + len(found.damaged) == 14


@pytest.mark.parametrize("codes", [("00", "01", "02", "99"), ("E", "P", "A", "F"), ("ENT", "PAT", "ACT", "FIN")])
def test_lines_of_one_kind_are_the_people(codes: tuple[str, ...]) -> None:
    first, person, act, last = codes
    lines = [f"{first}20260301CAISSE DE L'OUEST"]
    rows = [
        f"{at:06}{one.body}{one.key}{one.date('YYYYMMDD')}{one.last:<12}{one.first:<16}"
        for at, one in enumerate(people(12))
    ]
    for at, row in enumerate(rows):
        lines += [person + row, *(f"{act}{at:06}B{at % 3}24 2026030{at % 9}CONSULTATION" for _ in range(at % 4))]
    text = "\n".join([*lines, f"{last}000012"]) + "\n"
    assert format_of(text.encode()) == positions.FORMAT
    found = tables(text.encode())[None]
    assert [row[-5:-2] for row in found.rows] == [(row[6:19], row[19:21], row[21:29]) for row in rows]
    assert [row[-2] for row in found.rows] == [row[29:41].strip() for row in rows]
    assert len(found.damaged) == len(lines) + 1 - 12


@pytest.mark.parametrize("departments", [("75",), ("2A", "2B", "13")])
def test_numbers_from_corsica_and_lines_without_number(departments: tuple[str, ...]) -> None:
    rows = [
        f"{at:05}{' ' * 15 if at % 9 == 4 else one.body + one.key}{one.last:<14}{one.first:<16}"
        for at, one in enumerate(people(40, departments=departments))
    ]
    found = tables("\n".join(rows).encode())[None]
    assert [row[2] + row[3] for row in found.rows] == [row[5:20].strip() for row in rows]
    assert [row[4] for row in found.rows] == [row[20:34].strip() for row in rows]


def test_titles_one_blank_apart_stand_over_their_own_columns() -> None:
    rows = [f"{one.last:<14} {one.letter} {one.date('DDMMYYYY')} {one.body} {one.key}" for one in people(20)]
    found = tables("\n".join([f"{'NOM':<14} S {'NE LE':<8} {'MATRICULE':<13} CL", *rows]).encode())[None]
    assert found.columns == ("NOM", "S", "NE LE", "MATRICULE", "CL")


TITLED: dict[str, tuple[str, Callable[[Person], str], tuple[str, ...]]] = {
    "a letter and a date": ("S NE LE", lambda p: f"{p.letter} {p.date('DDMMYYYY')}", ("S", "NE LE")),
    "a date and a letter": ("NE LE    S", lambda p: f"{p.date('DDMMYYYY')} {p.letter}", ("NE LE", "S")),
    "one column": ("LE JOUR", lambda p: p.date("DD.MM.YYYY"), ("LE JOUR",)),
    "the groups of a telephone": ("NO DU BUREAU", lambda p: f"01 4{p.sex} 17 26 {p.key}", ("NO DU BUREAU",)),
    "a title that begins elsewhere": ("UNITE BAT", lambda p: f"{p.letter} {p.date('DDMMYY')}", ("UNITE BAT",)),
    "a word and a name": ("LE MEDECIN", lambda p: f"DR {p.last}", ("LE MEDECIN",)),
}


@pytest.mark.parametrize("case", TITLED)
def test_a_title_parts_columns_of_letters_and_of_digits(case: str) -> None:
    title, row, wanted = TITLED[case]
    rows = [f"{one.last:<14} {row(one):<15}  {'actif' if at % 3 else 'parti'}" for at, one in enumerate(people(20))]
    found = tables("\n".join([f"{'NOM':<14} {title:<15}  ETAT", *rows]).encode())[None]
    assert found.columns == ("NOM", *wanted, "ETAT")
