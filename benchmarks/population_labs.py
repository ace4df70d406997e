"""Laboratories: how each files its patients, and what a clerk enters for a person on one day.

A registration is what was typed when a file was opened. Its slips stay on all later rows, until the clerk types the
identity anew (`retyping`), opens a second file (`recreating`), or updates what has changed in the person's life.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from population_names import first_name, last_name
from population_people import Person, Society, key_of
from population_typing import (
    TITLES,
    initials,
    loosen,
    mistype,
    mistype_date,
    mistype_digits,
    mistype_mail,
    mistype_nir,
    styled,
)
from population_words import DUMMY_NIRS

Triple = tuple[int, int, int]
HURRY = ((0.5, 0.7), (1.5, 0.25), (5.5, 0.05))
"""(factor, share): how hurried a clerk is over one registration; the mean factor is 1, so slips cluster by record."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is asked of a population: the chance of a typo per field of a registration, and of a missing number."""

    typos: float
    missing_nir: float


@dataclass(slots=True)
class Tally:
    """What was in fact typed in one population: filled fields, typos, registrations, registrations without a number."""

    fields: int = 0
    typos: int = 0
    registrations: int = 0
    without_nir: int = 0


@dataclass(frozen=True, slots=True)
class Lab:
    """Habits of one laboratory; rates are shares of registrations unless said otherwise."""

    number: int
    style: str
    other_style: float
    birth_name_first: bool
    either_column: float
    maiden_left_out: float
    joined_names: float
    loose: float
    swapped_fields: float
    swapped_days: float
    guessed_days: float
    missing_birth: float
    missing_first: float
    initials: float
    titles: float
    seconds: float
    wrong_sex: float
    retyping: float
    recreating: float
    updating: float
    recomputes_key: bool
    dummy_nir: str
    dummy_birth: bool
    dummy_phone: str
    dummy_mail: str
    ins_known: float
    phone_known: float
    prefix: str
    reused_numbers: float
    doctors: tuple[str, ...]
    missing_for_person: float


@dataclass(slots=True)
class Entry:
    """One registration: the texts as typed, dates as (year, month, day), `nir` with 15 characters or empty."""

    person: int
    number: str
    last: str
    maiden: str
    first: str
    birth: Triple | None
    sex: str
    nir: str
    ins: str
    address: str
    postcode: str
    city: str
    phone: str
    mail: str
    state: tuple[bool, bool, bool]


def _some(rng: random.Random, most: float, *, none: float = 0.3) -> float:
    return 0.0 if rng.random() < none else rng.uniform(0, most)


def draw_lab(number: int, society: Society, missing_for_person: float, rng: random.Random) -> Lab:
    """A laboratory with habits of its own."""
    doctors = []
    for _ in range(rng.randint(8, 50)):
        name = last_name(society.naming, "france", rng)
        first = first_name("france", rng.choice("fm"), rng.randint(1950, 1988), rng)
        doctors.append(rng.choice((f"DR {name.upper()} {first.upper()}", f"Dr {name}", f"{name.upper()} {first}")))
    return Lab(
        number=number,
        style=rng.choices(("upper", "upper_accents", "title", "title_plain", "lost"), (55, 10, 22, 10, 3))[0],
        other_style=_some(rng, 0.3, none=0.4),
        birth_name_first=rng.random() < 0.3,
        either_column=rng.uniform(0.02, 0.2),
        maiden_left_out=rng.uniform(0.1, 0.6),
        joined_names=_some(rng, 0.05),
        loose=rng.uniform(0.05, 0.4),
        swapped_fields=rng.uniform(0.001, 0.01),
        swapped_days=_some(rng, 0.01),
        guessed_days=_some(rng, 0.01),
        missing_birth=_some(rng, 0.05),
        missing_first=_some(rng, 0.02),
        initials=_some(rng, 0.02, none=0.5),
        titles=_some(rng, 0.04, none=0.5),
        seconds=_some(rng, 0.1, none=0.5),
        wrong_sex=_some(rng, 0.01),
        retyping=rng.choices((0.0, 0.05, 0.25, 1.0), (35, 25, 20, 20))[0],
        recreating=_some(rng, 0.08),
        updating=rng.uniform(0.4, 1.0),
        recomputes_key=rng.random() < 0.2,
        dummy_nir=rng.choice(DUMMY_NIRS) if rng.random() < 0.15 else "",
        dummy_birth=rng.random() < 0.2,
        dummy_phone=rng.choice(("0000000000", "0600000000", f"02{rng.randrange(10**8):08d}"))
        if rng.random() < 0.12
        else "",
        dummy_mail=rng.choice(("nc@nc.fr", "aucun@aucun.fr", "contact@labo-bio.fr")) if rng.random() < 0.12 else "",
        ins_known=rng.uniform(0.3, 0.95),
        phone_known=rng.uniform(0.5, 1.0),
        prefix=rng.choice(("", "", "", "P", f"{rng.choice('ABCDEL')}{rng.randint(1, 9)}-")),
        reused_numbers=_some(rng, 0.01, none=0.5),
        doctors=tuple(doctors),
        missing_for_person=missing_for_person,
    )


@dataclass(slots=True)
class Desk:
    """The registrations of one laboratory while visits come in."""

    lab: Lab
    cell: Cell
    rng: random.Random
    tally: Tally
    never_numbered: set[int]
    opened: dict[int, Entry] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    next_number: int = 0

    def visit(self, person: Person, day: date) -> Entry:
        """The registration that a visit on this day is filed under."""
        rng = self.rng
        entry = self.opened.get(person.number)
        state = (day >= person.moved, day >= person.wed, bool(person.waiting) and day < person.settled)
        if entry is None or rng.random() < self.lab.recreating / 3:
            entry = type_entry(self, person, state, self._open())
        elif rng.random() < self.lab.retyping:
            entry = type_entry(self, person, state, entry.number)
        elif entry.state != state and rng.random() < self.lab.updating:
            fresh = type_entry(self, person, state, entry.number)
            entry = _updated(entry, fresh)
        else:
            return entry
        self.opened[person.number] = entry
        return entry

    def _open(self) -> str:
        """A patient number: the next one, or one that was somebody else's before."""
        if self.numbers and self.rng.random() < self.lab.reused_numbers:
            return self.rng.choice(self.numbers)
        if not self.next_number:
            self.next_number = self.rng.choice((1, 1, 1000, 20000, 100000))
        self.next_number += self.rng.choice((1, 1, 1, 2, 5))
        self.numbers.append(f"{self.lab.prefix}{self.next_number}")
        return self.numbers[-1]


def _updated(old: Entry, fresh: Entry) -> Entry:
    """The old registration with only that typed anew which has changed in life: home, name or number."""
    moved, wed, waits = (now != before for now, before in zip(fresh.state, old.state, strict=True))
    return Entry(
        person=old.person,
        number=old.number,
        last=fresh.last if wed else old.last,
        maiden=fresh.maiden if wed else old.maiden,
        first=old.first,
        birth=old.birth,
        sex=old.sex,
        nir=fresh.nir if waits else old.nir,
        ins=fresh.ins if waits else old.ins,
        address=fresh.address if moved else old.address,
        postcode=fresh.postcode if moved else old.postcode,
        city=fresh.city if moved else old.city,
        phone=old.phone,
        mail=old.mail,
        state=fresh.state,
    )


def _shown_birth(person: Person, desk: Desk) -> Triple | None:
    """The birth date as the clerk is told it, before slips; None where it is left out."""
    rng, lab = desk.rng, desk.lab
    if rng.random() < lab.missing_birth:
        return (1900, 1, 1) if lab.dummy_birth else None
    born = person.birth
    if person.unknown == "lunar":
        told = ((born.year, 0, 0), (born.year, 1, 1), (born.year, 13 + person.number % 8, 1), (born.year, 2, 31))
        return rng.choices(told, (8, 8, 3, 1))[0]
    if person.unknown == "first" or rng.random() < lab.guessed_days:
        return (born.year, 1, 1)
    if born.day <= 12 and rng.random() < lab.swapped_days * 365 / 144:
        return (born.year, born.day, born.month)
    return (born.year, born.month, born.day)


def _shown_names(person: Person, desk: Desk, *, wed: bool) -> tuple[str, str]:
    """(last, maiden) as told: in a house that files by birth name, the second is the name of use."""
    rng, lab = desk.rng, desk.lab
    birth = loosen(person.last, rng) if rng.random() < lab.loose else person.last
    if not (wed and person.married):
        return birth, birth if not lab.birth_name_first and rng.random() < 0.15 else ""
    used = loosen(person.married, rng) if rng.random() < lab.loose else person.married
    if rng.random() < lab.joined_names:
        joint = rng.choice((f"{birth} Ep {used}", f"{used} Née {birth}", f"{birth}-{used}", f"{used} Nee {birth}"))
        return joint, ""
    pair = (birth, used) if lab.birth_name_first else (used, birth)
    if rng.random() < lab.either_column:
        pair = pair[::-1]
    return (pair[0], "") if rng.random() < lab.maiden_left_out else pair


def _shown_nir(person: Person, desk: Desk, *, waits: bool) -> str:
    """The number on the card that was shown; "" where none was, or the dummy number of the house."""
    rng, lab = desk.rng, desk.lab
    by_person = desk.cell.missing_nir * lab.missing_for_person
    by_chance = (desk.cell.missing_nir - by_person) / max(1 - by_person, 1e-9)
    if person.number in desk.never_numbered or rng.random() < by_chance:
        return lab.dummy_nir
    if waits:
        return person.waiting
    if person.insured and rng.random() < 0.88:
        return person.insured
    return person.nir


SLIPS: dict[str, Callable[[str, random.Random], str]] = {
    "last": mistype,
    "maiden": mistype,
    "first": mistype,
    "address": mistype,
    "city": mistype,
    "postcode": mistype_digits,
    "phone": mistype_digits,
    "mail": mistype_mail,
}
STYLED = ("last", "maiden", "first", "address", "city")


def type_entry(desk: Desk, person: Person, state: tuple[bool, bool, bool], number: str) -> Entry:
    """One registration typed from scratch, with the slips of one moment."""
    entry = _told(desk, person, state, number)
    _slip(desk, entry)
    _dress(desk, entry, person)
    return entry


def _told(desk: Desk, person: Person, state: tuple[bool, bool, bool], number: str) -> Entry:
    """What the clerk is told or shown, and enters if nothing slips."""
    rng, lab = desk.rng, desk.lab
    moved, wed, waits = state
    last, maiden = _shown_names(person, desk, wed=wed)
    first = "" if rng.random() < lab.missing_first else person.first
    nir = _shown_nir(person, desk, waits=waits)
    home = person.later if moved else person.home
    return Entry(
        person=person.number,
        number=number,
        last=last,
        maiden=maiden,
        first=loosen(first, rng) if first and rng.random() < lab.loose else first,
        birth=_shown_birth(person, desk),
        sex=person.sex if rng.random() >= lab.wrong_sex else ("m" if person.sex == "f" else "f"),
        nir=nir,
        ins=person.nir if nir not in {"", lab.dummy_nir} and not waits and rng.random() < lab.ins_known else "",
        address=home.address,
        postcode=home.postcode,
        city=home.city,
        phone=person.phone if rng.random() < lab.phone_known else "",
        mail=person.mail if rng.random() < lab.phone_known else "",
        state=state,
    )


def _slip(desk: Desk, entry: Entry) -> None:
    """Typos, each field by itself at the chance of a clerk in this hurry; the tally counts filled fields and slips."""
    rng, tally = desk.rng, desk.tally
    chance = desk.cell.typos * rng.choices([one for one, _ in HURRY], [share for _, share in HURRY])[0]

    def slips() -> bool:
        tally.fields += 1
        slipped = rng.random() < chance
        tally.typos += slipped
        return slipped

    for name, slip in SLIPS.items():
        if (typed := getattr(entry, name)) and slips():
            setattr(entry, name, slip(typed, rng))
    if entry.birth and slips():
        entry.birth = mistype_date(entry.birth, rng)
    own = entry.nir not in {"", desk.lab.dummy_nir}
    tally.registrations += 1
    tally.without_nir += not own
    if own and slips():
        entry.nir = mistype_nir(entry.nir, rng, recomputes=desk.lab.recomputes_key)
    elif entry.nir and not own:
        entry.nir += key_of(entry.nir)


def _dress(desk: Desk, entry: Entry, person: Person) -> None:
    """What is no typo but a way to fill the form: initials, second names, fields swapped, titles, fillers, capitals."""
    rng, lab = desk.rng, desk.lab
    if entry.first and rng.random() < lab.initials:
        entry.first = initials(entry.first, rng)
    elif entry.first and rng.random() < lab.seconds:
        entry.first += rng.choice((" ", ", ")) + person.second
    if entry.first and rng.random() < lab.swapped_fields:
        entry.last, entry.first = entry.first, entry.last
    if rng.random() < lab.titles:
        entry.last = rng.choice(("Enf. ", "Enfant ", "Bb ") if person.minor else TITLES[person.sex]) + entry.last
    entry.phone = entry.phone or lab.dummy_phone
    entry.mail = entry.mail or lab.dummy_mail
    style = lab.style
    if rng.random() < lab.other_style:
        style = rng.choice(("upper", "upper", "title", "title_plain"))
    for name in STYLED:
        setattr(entry, name, styled(getattr(entry, name), style))
