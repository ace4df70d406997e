"""The lines behind an unseen layout: who came when to which laboratory, for what, and which number stands on file."""

from __future__ import annotations

import datetime as dt
import random

import unseen_health as health
import unseen_names as names
import unseen_places as places
from unseen_people import Person, digits, draw_people, luhn_digit, nir_key
from unseen_rows import NIR_STYLES, Context, Laboratory, Prescriber, Row


def _draw_prescribers(rng: random.Random, count: int) -> list[Prescriber]:
    """Draw prescribers who differ in surname, RPPS and ADELI."""
    people: list[Prescriber] = []
    for index, last in enumerate(rng.sample(names.SURNAMES, count)):
        female = rng.random() < 0.5
        rpps = f"10{digits(rng, 2)}{index:04}{digits(rng, 2)}"
        adeli = f"{rng.randint(10, 95)}1{index:03}{digits(rng, 2)}"
        first = rng.choice(names.FEMALE_NAMES if female else names.MALE_NAMES)
        people.append(Prescriber(index, last, first, female, rpps + luhn_digit(rpps), adeli + luhn_digit(adeli)))
    return people


def _draw_laboratories(rng: random.Random, count: int, *, own_styles: bool) -> list[Laboratory]:
    """Draw laboratories; with `own_styles` each writes NIRs its own way."""
    style = rng.choice(NIR_STYLES)
    stem = rng.choice(["L{:02}", "LAB{:03}", "{:03}", "S{}", "SITE{:02}"])
    labs: list[Laboratory] = []
    for index, name in enumerate(rng.sample(places.LAB_WORDS, count)):
        finess = f"{rng.randint(10, 95)}0{index:02}{digits(rng, 3)}"
        labs.append(
            Laboratory(
                index,
                name,
                stem.format(index + 1),
                finess + luhn_digit(finess),
                rng.choice(NIR_STYLES) if own_styles else style,
            )
        )
    return labs


def _draw_act(
    rng: random.Random, kinds: list[str], context: Context, *, radiology: bool
) -> tuple[tuple[str, str, str | None], str]:
    """Draw an act (code, label, theme) and its result; positive results only where a header names their column."""
    if radiology:
        return ("ZCQK002", rng.choice(health.RADIOLOGY_LABELS), None), rng.choice(
            ["Normal", "Pas d'anomalie", "cf CR", ""]
        )
    act = rng.choice(health.ACT_LABELS)
    if "act_code" not in kinds and rng.random() < 0.08:
        label, theme = rng.choice(health.SEROLOGY_LABELS)
        act = ("0000", label, theme)
    if act[2] is None:
        return act, f"{rng.uniform(0.1, 300):.{rng.randint(0, 2)}f}".replace(".", context.decimal)
    positive = not context.bare and rng.random() < 0.08
    return act, rng.choice(health.POSITIVE if positive else health.NEGATIVE)


def _number_on_file(rng: random.Random, kinds: list[str], person: Person, wrong_rate: float) -> tuple[str, str, str]:
    """Draw the 13 characters, the key and the state (right, wrong or empty) of the number on one row."""
    number = person.filed_nir
    key, state = nir_key(number), "right"
    keyed = "nir_key" in kinds or "nir" in kinds
    if keyed and rng.random() < wrong_rate:
        state = "wrong"
        if rng.random() < 0.5:
            key = f"{(int(key) + rng.randint(1, 90)) % 97 + 1:02}"
            state = "right" if key == nir_key(number) else "wrong"
        else:
            place = rng.randint(10, 12)
            number = number[:place] + str((int(number[place]) + rng.randint(1, 9)) % 10) + number[place + 1 :]
    return number, key, state


def _drug_of(person: Person, request: int) -> tuple[str, str, str | None]:
    """Draw what somebody is on: everyday drugs mostly, the same at nearly every exam."""
    rng = random.Random(f"drug {person.login} {request if person.chance[2] < 0.2 else 0}")
    return rng.choice(health.DRUGS if rng.random() < 0.4 else health.DRUGS[:9])


def _placeholder(rng: random.Random, model: Person) -> Person:
    """Make a test identity that is nobody."""
    blank = {name: getattr(model, name) for name in Person.__slots__}
    last, first = rng.choice([("TEST", "TEST"), ("PATIENT", "TEST"), ("XXXX", "XXXX"), ("ESSAI", "Essai")])
    blank |= {
        "last": last,
        "birth_name": last,
        "first": first,
        "born": dt.date(1900, 1, 1),
        "birth": (1900, 1, 1),
        "city": "",
        "holder": None,
        "numbered": False,
        "placeholder": True,
        "index": 0,
    }
    return Person(**blank)


def draw_rows(kinds: list[str], context: Context, count: int) -> list[Row]:
    """Draw the file's lines: people with one or several exams, each exam on one or several lines."""
    rng = context.rng
    repeat = rng.choice([1.2, 1.7, 2.5])
    lines = 1.0 if not {"act", "act_code"} & set(kinds) else rng.choice([1.0, 1.0, 2.2])
    people = draw_people(
        rng,
        int(count / repeat / lines * 1.4) + 5,
        child_share=rng.choice([0.05, 0.2, 0.4]),
        missing_nir=rng.choice([0.0, 0.02, 0.05, 0.1, 0.2, 0.3]),
        odd=rng.random() < 0.4,
    )
    rng.shuffle(people)
    labs = _draw_laboratories(rng, rng.choice([1, 3, 8, 20]), own_styles=rng.random() < 0.3)
    doctors = _draw_prescribers(rng, max(3, min(300, count // rng.choice([10, 30, 80]))))
    start = dt.date(rng.randint(2010, 2022), rng.randint(1, 12), 1)
    days = min(rng.choice([300, 900, 2100]), (dt.date(2025, 9, 30) - start).days)
    wrong_rate = rng.choice([0.0, 0.005, 0.01, 0.02])
    radiology = "result" not in kinds and "act_code" not in kinds and rng.random() < 0.4
    drug_share = rng.choice([0.03, 0.1, 0.25])
    rows: list[Row] = []
    request = rng.randrange(1000, 90_000)
    placeholder = rng.randrange(len(people)) if rng.random() < 0.3 else -1
    for position, drawn in enumerate(people):
        if drawn.born >= start + dt.timedelta(days=days):
            continue
        person = _placeholder(rng, drawn) if position == placeholder else drawn
        exams = 1 if rng.random() < 1 / repeat else 1 + min(12, int(rng.expovariate(1 / repeat)))
        lab, doctor = rng.choice(labs), rng.choice(doctors)
        first = True
        for _ in range(exams):
            request += 1
            earliest = max(start, person.born + dt.timedelta(days=1))
            day = earliest + dt.timedelta(days=rng.randint(0, (start + dt.timedelta(days=days) - earliest).days))
            exam = dt.datetime.combine(day, dt.time(rng.randint(6, 18), rng.choice([0, 5, 10, 20, 30, 45])))
            if rng.random() < 0.15:
                doctor = rng.choice(doctors)
            for line in range(1 if lines == 1 else rng.choice([1, 2, 3])):
                act, result = _draw_act(rng, kinds, context, radiology=radiology)
                number, key, state = (
                    _number_on_file(rng, kinds, person, wrong_rate) if person.numbered else ("", "", "")
                )
                drug = _drug_of(person, request) if person.chance[1] < drug_share and not person.placeholder else None
                rows.append(
                    Row(
                        len(rows),
                        person,
                        exam,
                        first,
                        request,
                        line,
                        lab,
                        doctor,
                        number,
                        key,
                        state,
                        act,
                        result,
                        drug,
                    )
                )
                first = False
                if len(rows) == count:
                    return _sorted(rng, rows)
    return _top_up(rng, rows, count)


def _top_up(rng: random.Random, rows: list[Row], count: int) -> list[Row]:
    """Repeat earlier exams on later days until the file has its rows."""
    while len(rows) < count:
        model = rng.choice(rows)
        fields = {name: getattr(model, name) for name in Row.__slots__ if name != "claims"}
        rows.append(Row(**(fields | {"number": len(rows), "request": 200_000 + len(rows), "first_of_person": False})))
    return _sorted(rng, rows)


def _sorted(rng: random.Random, rows: list[Row]) -> list[Row]:
    """Put lines in the order of requests, dates, names or none."""
    match rng.choice(["request", "exam", "name", "none"]):
        case "exam":
            rows.sort(key=lambda row: row.exam)
        case "name":
            rows.sort(key=lambda row: (row.person.last, row.person.first))
        case "none":
            rng.shuffle(rows)
    for number, row in enumerate(rows):
        row.number = number
    return rows
