"""The columns of the unseen layouts that have a role: what each writes in a row, and whether that tells its role alone.

A factory takes the layout's context and returns (filler, told): `filler(row)` is the cell's text; `told` says whether
the content gives the role away where no header does. What is not told is nobody's fault: its truth is `*`.
"""

from __future__ import annotations

import datetime as dt
import random

import unseen_clinical as clinical
from unseen_people import Person, digits, nir_key
from unseen_rows import Context, Factory, Filler, Row, write_date, write_nir
from unseen_styles import without_accents


def _nir(ctx: Context) -> tuple[Filler, bool]:
    alone = "nir_key" not in ctx.keys and "nir13" in ctx.keys
    told = "ins" not in ctx.keys and (not alone or "birth_date" in ctx.keys)

    def fill(row: Row) -> str:
        if not row.nir:
            return ""
        if "nir_key" in ctx.keys or alone:
            return row.nir
        style = row.lab.nir_style
        return write_nir("nbsp" if style == "13 2 narrow" and not ctx.unicode else style, row.nir, row.key)

    return fill, told


def _nir_key(ctx: Context) -> tuple[Filler, bool]:
    return (lambda row: row.key if row.nir else ""), "ins" not in ctx.keys


def _ins(ctx: Context) -> tuple[Filler, bool]:
    fill = ctx.rng.choice([0.3, 0.6, 0.9])
    style = ctx.rng.choice(["compact", "compact", "13 2", "spaced"])

    def cell(row: Row) -> str:
        own = row.person.nir
        return write_nir(style, own, nir_key(own)) if row.person.chance[0] < fill and not row.person.placeholder else ""

    return cell, False


def _last_name(ctx: Context) -> tuple[Filler, bool]:
    def fill(row: Row) -> str:
        flip = ctx.flip_rate and not row.first_of_person and ctx.rng.random() < ctx.flip_rate
        return ctx.misspell(ctx.spell(row.person.birth_name if flip else row.person.last))

    return fill, "maiden_name" not in ctx.keys


def _first_name(ctx: Context) -> tuple[Filler, bool]:
    return (lambda row: ctx.misspell(ctx.spell(row.person.first))), True


def _maiden_name(ctx: Context) -> tuple[Filler, bool]:
    everyone = ctx.rng.random() < 0.4

    def fill(row: Row) -> str:
        person = row.person
        married = person.female and person.birth_name != person.last
        return ctx.spell(person.birth_name) if (everyone or married) and not person.placeholder else ""

    return fill, False


def _full_name(ctx: Context) -> tuple[Filler, bool]:
    form = ctx.rng.choice(["{l} {f}", "{l} {f}", "{f} {l}", "{t} {l} {f}", "{l}, {f}", "{L} {f}", "{t} {l}{n} {f}"])

    def fill(row: Row) -> str:
        person = row.person
        last, first = ctx.misspell(ctx.spell(person.last)), ctx.misspell(ctx.spell(person.first))
        wed = person.female and person.birth_name != person.last
        born = f" née {ctx.spell(person.birth_name)}" if wed else ""
        text = form.format(l=last, L=last.upper(), f=first, t="Mme" if person.female else "M.", n=born)
        return text if ctx.accents else without_accents(text)

    return fill, True


def _title(ctx: Context) -> tuple[Filler, bool]:
    woman, man, girl = ctx.rng.choice(
        [
            ("MME", "M", "MLLE"),
            ("Mme", "M.", "Mlle"),
            ("Madame", "Monsieur", "Madame"),
            ("MME", "MR", "ENF"),
            ("Mme", "Mr", "Mme"),
        ]
    )

    def fill(row: Row) -> str:
        young = row.person.born.year > row.exam.year - 18
        return (girl if young else woman) if row.person.female else man

    return fill, True


def _sex(ctx: Context) -> tuple[Filler, bool]:
    woman, man, told = ctx.rng.choice(
        [
            ("F", "M", True),
            ("F", "M", True),
            ("F", "H", True),
            ("2", "1", False),
            ("Féminin", "Masculin", True),
            ("FEMALE", "MALE", True),
        ]
    )
    return (lambda row: woman if row.person.female else man), told


def _birth_date(ctx: Context) -> tuple[Filler, bool]:
    style = ctx.date_style()
    midnight = " 00:00:00" if style in {"yyyy-mm-dd", "dd/mm/yyyy"} and ctx.rng.random() < 0.2 else ""
    missing = ctx.rng.choice([0.0, 0.0, 0.0, 0.01, 0.03])

    def fill(row: Row) -> str:
        if missing and not row.first_of_person and ctx.rng.random() < missing:
            return ""
        return write_date(style, *row.person.birth) + midnight

    return fill, True


def _plain(name: str, slot: int, shares: tuple[float, ...], *, spell: bool, told: bool) -> Factory:
    """Fill a column with an attribute of the person, left out for a stable part of the people."""

    def factory(ctx: Context) -> tuple[Filler, bool]:
        share = ctx.rng.choice(shares)

        def fill(row: Row) -> str:
            if row.person.chance[slot] >= share or row.person.placeholder:
                return ""
            text: str = getattr(row.person, name)
            return ctx.spell(text) if spell else text

        return fill, told

    return factory


def _city(ctx: Context) -> tuple[Filler, bool]:
    return (lambda row: ctx.spell(row.person.city)), "birth_place" not in ctx.keys


def _phone(name: str, slot: int) -> Factory:
    def factory(ctx: Context) -> tuple[Filler, bool]:
        share = ctx.rng.choice([0.5, 0.8, 0.95])
        style = ctx.rng.choice(["plain", "plain", "spaced", "spaced", "dots", "+33", "cut", "dashes"])
        mark = {"spaced": " ", "dots": ".", "dashes": "-"}.get(style, "")

        def fill(row: Row) -> str:
            if row.person.chance[slot] >= share or row.person.placeholder:
                return ""
            number: str = getattr(row.person, name)
            if style in {"+33", "cut"}:
                return f"{'+33' if style == '+33' else ''}{number[1:]}"
            return mark.join(number[place : place + 2] for place in range(0, 10, 2))

        return fill, style != "cut"

    return factory


def _blood(ctx: Context) -> tuple[Filler, bool]:
    share = ctx.rng.choice([0.05, 0.15, 0.4])
    style = ctx.rng.choice(["A+", "A POS", "A Rh+", "A Positif"])

    def fill(row: Row) -> str:
        if row.person.chance[5] >= share or row.person.placeholder:
            return ""
        group, sign = row.person.blood[:-1], row.person.blood[-1]
        words = {"A POS": (" POS", " NEG"), "A Rh+": (" Rh+", " Rh-"), "A Positif": (" Positif", " Négatif")}
        return group + words.get(style, ("+", "-"))[sign == "-"]

    return fill, True


def _iban(ctx: Context) -> tuple[Filler, bool]:
    share, spaced = ctx.rng.choice([0.03, 0.1, 0.3]), ctx.rng.random() < 0.5

    def fill(row: Row) -> str:
        text = row.person.iban if row.person.chance[6] < share and not row.person.placeholder else ""
        return " ".join(text[place : place + 4] for place in range(0, len(text), 4)) if spaced else text

    return fill, True


def _number(kind: str) -> Factory:
    """Fill a column with a number of the patient, of the request or of the sample."""

    def factory(ctx: Context) -> tuple[Filler, bool]:
        start, mark = ctx.rng.randrange(10_000, 800_000), ctx.rng.choice(["", "", "P", "D", "19-", "LAB", "00"])
        width = ctx.rng.choice([6, 7, 8, 10])

        def fill(row: Row) -> str:
            value = {"patient": row.person.index * 3, "request": row.request, "sample": row.request * 10 + row.line}[
                kind
            ]
            return f"{mark}{start + value:0{width}}"

        return fill, False

    return factory


def _password(ctx: Context) -> tuple[Filler, bool]:
    kind = ctx.rng.choice(["clear", "clear", "word", "md5", "sha1", "sha256", "bcrypt"])
    share = ctx.rng.choice([0.3, 0.7, 1.0])

    def secret(person: Person) -> str:
        rng = random.Random(f"{person.login}{kind}{ctx.rows}")
        if kind == "clear":
            return "".join(rng.choices("abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=8))
        if kind == "word":
            return (
                without_accents(rng.choice(["Soleil", "Loulou", person.first, "azerty", "Bretagne"]))
                + digits(rng, 3)
                + rng.choice(["", "!"])
            )
        if kind == "bcrypt":
            return "$2y$10$" + "".join(
                rng.choices("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", k=53)
            )
        return f"{rng.getrandbits(256):064x}"[: {"md5": 32, "sha1": 40, "sha256": 64}[kind]]

    return (
        lambda row: secret(row.person) if row.person.chance[7] < share and not row.person.placeholder else ""
    ), kind == "bcrypt"


def _prescriber(ctx: Context) -> tuple[Filler, bool]:
    form = ctx.rng.choice(["Dr {l} {f}", "DR {l}", "Docteur {f} {l}", "{l} {f}", "{l}", "Dr. {i}. {l}", "{l} {i}."])
    upper, accents = ctx.rng.random() < 0.5, ctx.rng.random() < 0.5

    def fill(row: Row) -> str:
        doctor = row.prescriber
        text = form.format(l=doctor.last.upper() if upper else doctor.last, f=doctor.first, i=doctor.first[0])
        return text if accents else without_accents(text)

    return fill, form.upper().startswith(("DR", "DOCTEUR"))


def _laboratory(ctx: Context) -> tuple[Filler, bool]:
    named = ctx.rng.random() < 0.5
    return (lambda row: row.lab.name if named else row.lab.code), False


def _exam_date(ctx: Context) -> tuple[Filler, bool]:
    style = ctx.date_style()
    clock = ctx.rng.choice(["", "", " %H:%M", " %H:%M:%S", "T%H:%M:%S" if style == "yyyy-mm-dd" else " %Hh%M"])
    if style in {"yyyymmdd", "ddmmyyyy"} and clock:
        clock = "%H%M%S" if style == "yyyymmdd" else ""

    def fill(row: Row) -> str:
        return write_date(style, row.exam.year, row.exam.month, row.exam.day) + (
            row.exam.strftime(clock) if clock else ""
        )

    return fill, False


def _other_date(first_day: int, last_day: int, share: float = 1.0) -> Factory:
    """Fill a column with a date some days before or after the exam."""

    def factory(ctx: Context) -> tuple[Filler, bool]:
        style = ctx.date_style()

        def fill(row: Row) -> str:
            rng = random.Random(row.request * 31 + first_day)
            if share < 1 and rng.random() >= share:
                return ""
            day = row.exam.date() + dt.timedelta(days=rng.randint(first_day, last_day))
            day = max(day, row.person.born)
            return write_date(style, day.year, day.month, day.day)

        return fill, False

    return factory


FACTORIES: dict[str, Factory] = {
    "nir": _nir,
    "nir_key": _nir_key,
    "ins": _ins,
    "last_name": _last_name,
    "first_name": _first_name,
    "maiden_name": _maiden_name,
    "full_name": _full_name,
    "title": _title,
    "sex": _sex,
    "birth_date": _birth_date,
    "birth_place": _plain("birth_place", 1, (0.3, 0.7, 1.0), spell=True, told=False),
    "address": _plain("address", 2, (0.85, 0.97, 1.0), spell=True, told=True),
    "address2": _plain("complement", 3, (0.05, 0.15), spell=True, told=False),
    "postcode": _plain("postcode", 2, (1.0, 0.98), spell=False, told=True),
    "city": _city,
    "phone": _phone("phone", 8),
    "mobile": _phone("mobile", 9),
    "email": _plain("email", 4, (0.15, 0.4, 0.7), spell=False, told=True),
    "mutuelle": _plain("mutuelle", 10, (0.5, 0.8, 0.95), spell=True, told=True),
    "mutuelle_no": _plain("mutuelle_no", 10, (0.5, 0.8), spell=False, told=False),
    "blood_group": _blood,
    "iban": _iban,
    "patient_no": _number("patient"),
    "request_no": _number("request"),
    "sample_no": _number("sample"),
    "login": _plain("login", 7, (0.3, 0.7, 1.0), spell=False, told=False),
    "password": _password,
    "prescriber": _prescriber,
    "rpps": lambda _ctx: ((lambda row: row.prescriber.rpps), True),
    "adeli": lambda _ctx: ((lambda row: row.prescriber.adeli), False),
    "finess": lambda _ctx: ((lambda row: row.lab.finess), False),
    "laboratory": _laboratory,
    "exam_date": _exam_date,
    "edition_date": _other_date(0, 9),
    "invoice_date": _other_date(0, 40),
    "prescription_date": _other_date(-30, 0),
    "created_at": _other_date(0, 2),
    "admission": _other_date(-4, 0, 0.4),
    "discharge": _other_date(0, 6, 0.4),
    "act": clinical.act,
    "act_code": clinical.act_code,
    "result": lambda _ctx: ((lambda row: row.result), False),
    "diagnosis": clinical.diagnosis,
    "drug": clinical.drug(0),
    "atc": clinical.drug(1),
    "cip": lambda _ctx: (clinical.cip13, True),
    "comment": clinical.comment,
    "comment2": clinical.comment,
}
