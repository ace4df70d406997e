"""Leaks that are not tables: letters to prescribers, and the log of a results portal."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from making import laboratories, words
from making.health import Health
from making.laboratories import Laboratory
from making.layouts import Layout
from making.people import People, Person, nir_key
from making.truth import CATEGORIES, Truth

LAYOUTS = ("letters", "portal_log")
"""The text layouts."""

_LETTER = """{lab}
{lab_city}

{city}, le {today}

{prescriber}

Objet : {title} {last} {first}, né{e} le {birth}
{nir_line}Date du prélèvement : {exam}

{greeting},

Veuillez trouver ci-joint les résultats de votre patient{e}, domicilié{e} {address}, {postcode} {city}.
Commentaire du biologiste : {comment}
{phone_line}
Nous restons à votre disposition pour tout renseignement.

Le biologiste
"""
_NIR_LABELS = ("N° de sécurité sociale", "NIR", "Numéro SS", "Immatriculation")
_MACHINE_LINES = (
    "INFO  sauvegarde terminée en {n} s",
    "WARN  file d'impression lente ({n} documents)",
    "INFO  lot FSE {ref} transmis",
    "ERROR connexion automate COM{n} perdue",
    "INFO  purge des sessions, horodatage {epoch}",
)


def _describe(name: str) -> Layout:
    """The layout as the truth and the health fields need it: one comment, no columns."""
    return Layout(
        name=name,
        suffix=".log" if name == "portal_log" else "",
        encoding="utf-8",
        delimiter="",
        newline="\n",
        header=False,
        columns=(),
        first_exam=date(2018, 1, 8),
        last_exam=date(2020, 10, 20),
    )


class _Texts:
    """Invents visits and tells them in prose or in log lines."""

    def __init__(self, layout: Layout, rows: int, seed: int) -> None:
        self.rng = Random(f"{layout.name} {seed}")
        self.truth = Truth()
        self.people = People(self.rng, layout.first_exam, layout.last_exam)
        self.labs = laboratories.laboratories(self.rng, rows, unicode_spaces=True)
        self.health = Health(self.rng, layout, frozenset({"comment"}))
        self.seen: list[Person] = []
        self._family: list[Person] = []
        self._day = layout.first_exam

    def visit(self) -> tuple[Person, Laboratory, date]:
        """The next patient; one in five was there before."""
        rng = self.rng
        laboratory = rng.choice(self.labs)
        if self.seen and rng.random() < 0.2:
            person = rng.choice(self.seen)
        else:
            if not self._family:
                self._family, self._day = self.people.family()
            person = self._family.pop()
            self.seen.append(person)
            return self._noted(person, laboratory, self._day)
        return self._noted(person, laboratory, person.first_exam or self._day)

    def nir(self, person: Person, laboratory: Laboratory) -> str:
        """The NIR as the laboratory writes it, with its key always; "" where none is known."""
        if person.no_nir or self.rng.random() < 0.05:
            return ""
        self.truth.nir_rows += 1
        person.categories |= 1 << CATEGORIES.index("nir")
        style = laboratory.nir_style
        style = "spaced" if style.startswith("thirteen") or style in {"apostrophe", "point_zero"} else style
        return laboratories.NIR_STYLES[style](person.filed_nir, nir_key(person.filed_nir))

    def see(self, person: Person, *categories: str) -> None:
        """Remember that a text shows these categories of the person."""
        for category in categories:
            person.categories |= 1 << CATEGORIES.index(category)

    def _noted(self, person: Person, laboratory: Laboratory, day: date) -> tuple[Person, Laboratory, date]:
        person.rows += 1
        self.truth.laboratories.add(laboratory.index)
        return person, laboratory, day


def _letter(texts: _Texts) -> str:
    rng = texts.rng
    person, laboratory, exam = texts.visit()
    values: dict[str, str] = {}
    while not values.get("comment"):
        texts.health.fill(values, person, laboratory, exam)
    place = rng.randrange(len(laboratory.prescribers))
    prescriber = laboratory.prescribers[place]
    texts.truth.prescribers.add(int(prescriber.rpps))
    texts.truth.note_exam(person, exam)
    texts.see(person, "name", "birth_date", "prescriber", "exam_date")
    if person.address:
        texts.see(person, "address")
    nir = texts.nir(person, laboratory)
    phone = person.phone_mobile
    if phone:
        texts.see(person, "phone")
    today = exam + timedelta(days=2)
    return _LETTER.format(
        lab=laboratory.name,
        lab_city=f"{prescriber.postcode} {prescriber.city.upper()}",
        city=person.city or prescriber.city,
        postcode=person.postcode or prescriber.postcode,
        address=person.address or "à l'adresse connue",
        today=f"{today.day:02d}/{today.month:02d}/{today.year}",
        prescriber=f"{'Docteur' if prescriber.title == 'Dr' else 'Professeur'} {prescriber.first_name} "
        f"{prescriber.last_name.upper()}",
        greeting=rng.choice(("Cher confrère", "Chère consœur", "Docteur", "Cher ami")),
        title="M." if person.sex == "M" else "Mme",
        last=person.last_name.upper(),
        first=person.first_name,
        e="e" if person.sex == "F" else "",
        birth=f"{person.birth.day:02d}/{person.birth.month:02d}/{person.birth.year}",
        nir_line=f"{rng.choice(_NIR_LABELS)} : {nir}\n" if nir else "",
        exam=f"{exam.day:02d}/{exam.month:02d}/{exam.year}",
        comment=values["comment"],
        phone_line=f"Le patient peut être joint au {phone}.\n" if phone else "",
    )


def _log_line(texts: _Texts, moment: int) -> str:
    rng = texts.rng
    stamp = f"2020-10-{1 + moment // 1440 % 28:02d} {moment // 60 % 24:02d}:{moment % 60:02d}:{rng.randrange(60):02d}"
    if rng.random() < 0.25:
        line = rng.choice(_MACHINE_LINES)
        reference = f"1840675{rng.randrange(950, 990)}{rng.randrange(10**5):05d}"
        epoch = 1_601_510_400_000 + moment * 60_000
        return f"{stamp} {line.format(n=rng.randrange(2, 90), ref=reference, epoch=epoch)}"
    person, laboratory, _ = texts.visit()
    texts.see(person, "name", "birth_date")
    nir = texts.nir(person, laboratory)
    login = ""
    if person.login:
        texts.see(person, "credentials")
        login = f" login={person.login} motdepasse={person.password}"
    birth = f"{person.birth.day:02d}/{person.birth.month:02d}/{person.birth.year}"
    name = f"{words.plain(person.last_name).upper()} {person.first_name}"
    written = f' nss="{nir}"' if nir else ""
    return f'{stamp} INFO  consultation labo={laboratory.code} patient="{name}" ddn={birth}{written}{login}'


def write(name: str, rows: int, seed: int, out: Path) -> tuple[Path, dict[str, Any]]:
    """Write letters (a folder of documents) or a portal log (one record per line) and return the truth about it."""
    layout = _describe(name)
    texts = _Texts(layout, rows, seed)
    path = out / (layout.name + layout.suffix)
    texts.truth.rows = rows
    if name == "letters":
        path.mkdir(exist_ok=True)
        for number in range(1, rows + 1):
            (path / f"letter_{number:04d}.txt").write_text(_letter(texts), encoding=layout.encoding, newline="\n")
    else:
        with path.open("w", encoding=layout.encoding, newline="\n") as file:
            moment = 0
            for _ in range(rows):
                moment += texts.rng.randrange(1, 40)
                file.write(_log_line(texts, moment) + "\n")
    for person in texts.seen:
        texts.truth.settle(person)
    truth = texts.truth.as_json(layout, path.name, seed)
    shown = zip(CATEGORIES, texts.truth.categories, strict=True)
    truth["persons_by_category"] |= {category: count for category, count in shown if count}
    truth["delimiter"] = None
    if name == "letters":
        truth["documents"] = rows
    return path, truth
