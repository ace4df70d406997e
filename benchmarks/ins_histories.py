"""Test identities met more than once: statuses of an identity over time, two editors, paper that was scanned."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import chain

from ins_identities import NIA_OID, Identity, Registry, Style, without_accents
from ins_writing import FRENCH, ISO, WARDS, Form, Written, delimited, exam, misdialled, mistyped
from population_people import key_of

People = Sequence[Identity]
_STATUSES = {
    1: ("QUALIFIEE",),
    2: ("PROVISOIRE", "RECUPEREE"),
    3: ("PROVISOIRE", "RECUPEREE", "QUALIFIEE"),
    4: ("PROVISOIRE", "VALIDEE", "RECUPEREE", "QUALIFIEE"),
}
_EARLY = {"PROVISOIRE", "VALIDEE"}
"""Statuses before the number is told."""
COMMON = 6_000 / 14_369
"""Share of the first editor's people whom the second one has too."""
_LETTERS = {"O": "0", "I": "1", "S": "5", "B": "8", "Z": "2"}
_DIGITS = {"0": "O", "1": "I", "5": "S", "8": "B"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a history."""

    last: str
    first: str
    firsts: str
    number: str
    oid: str
    born: str
    used: str = ""


def _statuses(rows: int, rng: random.Random) -> tuple[str, ...]:
    if rows == 1 and rng.random() < 0.3:
        return ("PROVISOIRE",)
    return ("RECUPEREE", "QUALIFIEE") if rows == 2 and rng.random() < 0.5 else _STATUSES[rows]


@dataclass(slots=True)
class _Desk:
    """Writes histories; `told`: rows have a record number, so that a row without a number is still somebody's."""

    rng: random.Random
    taken: set[str]
    told: bool

    def rows(self, who: Identity, at: int) -> list[list[str]]:
        """One to four rows of one person; one of them is right and holds the number."""
        rng = self.rng
        statuses = _statuses(rng.choices((1, 2, 3, 4), (25, 35, 25, 15))[0], rng)
        right = rng.randrange(len(statuses))
        second = rng.random() < 0.01
        record, other = f"{10000000 + at * 13 % 9999991:08}", f"{50000000 + at * 17 % 9999991:08}"
        day = date(2021, 1, 4) + timedelta(rng.randint(0, 900))
        waiting = self._waiting(who)
        found = []
        for step, status in enumerate(statuses):
            listed = who.first if status in _EARLY and rng.random() < 0.5 else who.all_firsts
            used = who.used_last if rng.random() < 0.5 else ""
            entry = Entry(who.last, who.first, listed, who.number, who.oid, who.date(ISO), used)
            if step != right:
                entry = self._slipped(entry, who, status, waiting)
            moved = second and step == len(statuses) - 1 != right and entry.number == who.number
            place = who.place if status != "PROVISOIRE" or rng.random() < 0.4 else ""
            row = [entry.last, entry.firsts, entry.first, who.sex, entry.born, place, entry.number, entry.oid]
            row += [entry.used, status, day.isoformat()]
            found.append([other if moved else record, *row, rng.choice(WARDS)] if self.told else row)
            day += timedelta(rng.randint(1, 200))
        return found

    def _waiting(self, who: Identity) -> str:
        while True:
            body = f"{'7' if who.sex == 'M' else '8'}{who.body[1:10]}{self.rng.randint(1, 999):03}"
            if body not in self.taken:
                return body

    def _slipped(self, entry: Entry, who: Identity, status: str, waiting: str) -> Entry:
        """A row with an error, or none."""
        rng, drawn = self.rng, self.rng.random()
        safe = not who.ambiguous and not who.risky and who.born[1] != 0  # known by name and date alone
        if drawn < 0.45 and status in _EARLY and (safe or self.told):
            last = mistyped(entry.last, rng) if self.told and rng.random() < 0.06 else entry.last
            return replace(entry, last=last, number="", oid="")
        if drawn < 0.55 and status == "PROVISOIRE" and safe and not who.provisional:
            self.taken.add(waiting)
            return replace(entry, number=waiting + key_of(waiting), oid=NIA_OID)
        if drawn > 0.95 and rng.random() < 0.5:
            return replace(entry, last=mistyped(entry.last, rng))
        if drawn > 0.95:
            first = mistyped(entry.first, rng)
            return replace(entry, first=first, firsts=first + entry.firsts.removeprefix(entry.first))
        return self._misread(entry, who, drawn, known=safe or self.told)

    def _misread(self, entry: Entry, who: Identity, drawn: float, *, known: bool) -> Entry:
        if drawn > 0.93 and known:
            return replace(entry, number=misdialled(entry.number, self.taken, self.rng))
        if drawn > 0.88 and who.used_last:
            return replace(entry, last=who.used_last, used="")
        return replace(entry, born="") if drawn > 0.86 else entry


def _history(people: People, rng: random.Random, *, told: bool) -> Written:
    desk = _Desk(rng, {who.body for who in people}, told)
    rows = list(chain.from_iterable(desk.rows(who, at) for at, who in enumerate(people)))
    head = [
        "nom_naissance", "prenoms_naissance", "premier_prenom", "sexe", "date_naissance", "lieu_naissance",
        "matricule_ins", "oid", "nom_utilise", "statut_identite", "date_statut",
    ]  # fmt: skip
    if told:
        rng.shuffle(rows)
        head = ["ipp", *head, "service"]
    return delimited(head, rows)


def _first_editor(people: People) -> Written:
    head = ("Nom de naissance", "Prénoms", "Sexe", "Date de naissance", "COG", "Matricule INS", "OID")
    rows = [(who.last, who.all_firsts, who.sex, who.date(FRENCH), who.place, who.number, who.oid) for who in people]
    return delimited(head, rows, bom=True)


def _second_editor(common: People, others: People, rng: random.Random) -> Written:
    """First names but one are lost, and half of the hyphens; of the common ones some lack a number or have a typo."""
    rows = []
    for who, shared in [*((who, True) for who in common), *((who, False) for who in others)]:
        number, last = f"{who.body} {key_of(who.body)}", who.last.replace("-", " ") if rng.random() < 0.5 else who.last
        if shared and not who.ambiguous and not who.risky and who.born[1] and rng.random() < 0.01:
            number, last = "", who.last
        elif shared and rng.random() < 0.015:
            last = mistyped(last, rng)
        used, sex = who.used_last if rng.random() < 0.6 else "", "1" if who.sex == "M" else "2"
        rows.append((number, last, used, who.first, who.date(ISO), sex, who.place))
    rng.shuffle(rows)
    head = ("ins", "birth_name", "used_name", "given_name", "birth_date", "sex", "birth_place")
    return delimited(head, rows, "\t", end="\n")


def two_editors(rng: random.Random, count: int) -> tuple[Written, Written, int]:
    """Tables of two editors with people in common, and how many people are in both together."""
    people = Registry(rng, Style(test=0.15)).draw(count)
    names = {who.known_by() for who in people}
    common = rng.sample(people, round(count * COMMON))
    drawn = Registry(rng, Style(test=0.1), frozenset(who.body for who in people)).draw(count)
    others = [who for who in drawn if who.known_by() not in names][: count - len(common)]
    return _first_editor(people), _second_editor(common, others, rng), count + len(others)


def _misseen(text: str, confused: dict[str, str], share: float, rng: random.Random) -> str:
    """A cell in which a share of the time one or two letters are taken for digits, or digits for letters."""
    if rng.random() > share:
        return text
    places = [at for at, letter in enumerate(text) if letter in confused]
    chosen = set(rng.sample(places, min(len(places), rng.choice((1, 1, 2)))))
    return "".join(confused[letter] if at in chosen else letter for at, letter in enumerate(text))


def _scanned_row(who: Identity, rng: random.Random) -> list[str]:
    year, month, day = who.born
    if month and 0 < day <= 12 and month != day and rng.random() < 0.026:
        month, day = day, month
    last, firsts = who.last, who.all_firsts if rng.random() < 0.6 else who.first
    if rng.random() < 0.5:
        last, firsts = without_accents(last), without_accents(firsts)
    number = _misseen(who.body, _DIGITS, 0.05, rng) + _misseen(key_of(who.body), _DIGITS, 0.02, rng)
    return [
        _misseen(last[:20].rstrip(), _LETTERS, 0.05, rng), _misseen(firsts[:20].rstrip(), _LETTERS, 0.05, rng), who.sex,
        _misseen(f"{day:02}/{month:02}/{year:04}", _DIGITS, 0.02, rng), _misseen(who.place, _DIGITS, 0.02, rng), number,
    ]  # fmt: skip


def _scanned(people: People, rng: random.Random, *, again: bool) -> Written:
    """Paper read by a machine: digits and letters taken for one another, names cut; `again`: up to three exams each."""
    head = ["NOM NAISSANCE", "PRENOMS", "SEXE", "DATE NAISSANCE", "LIEU", "MATRICULE INS"]
    if not again:
        return delimited(head, [_scanned_row(who, rng) for who in people], encoding="latin-1")
    rows = [
        [*_scanned_row(who, rng), exam(rng)[0]]
        for who in people
        for _ in range(rng.choices((1, 2, 3), (60, 30, 10))[0])
    ]
    rng.shuffle(rows)
    return delimited([*head, "EXAMEN"], rows)


HISTORIES = (
    Form(
        "16_historique_avec_ipp.csv", Style(test=0.12, provisional=0.02, authority="real"),
        partial(_history, told=True), "drawn",
    ),
    Form(
        "17_historique_sans_ipp.csv", Style(test=0.15, provisional=0.02, authority="mixed"),
        partial(_history, told=False), "drawn",
    ),
    Form("20_numerisation_multiple.csv", Style(test=0.12, accents=True), partial(_scanned, again=True)),
    Form("21_numerisation_simple.csv", Style(test=0.3, accents=True), partial(_scanned, again=False)),
)  # fmt: skip
