"""Invented French letters of hospitals and laboratories, some 5 kB each, for the speed of prose.

`letters(seed)` yields them without end: mostly plain prose, filled from slots so that hardly two sentences are alike;
a NIR in `NIR_SHARE` of them, a sensitive finding in `FINDING_SHARE`. Nothing is known of their truth: they measure
seconds, not recall (samples/generate.py and the unseen layouts do that).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from speed_inputs import LAST_EXAM, Person, day, full_nir, patients
from speed_sentences import FINDINGS, PLAIN, SLOTS

NIR_SHARE = 0.45
FINDING_SHARE = 0.3
SHORTEST, LONGEST = 26, 75
"""Sentences of a letter."""
_PARAGRAPH = 5
_GREETINGS = ("Cher confrère,", "Chère consœur,", "Docteur,", "Cher ami,", "Chers collègues,", "Madame, Monsieur,")
_CLOSINGS = (
    "En vous remerciant de votre confiance, je vous prie de croire à mes sentiments les meilleurs.",
    "Restant à votre disposition, je vous adresse mes salutations confraternelles.",
    "Bien confraternellement,",
    "Avec mes remerciements pour ce suivi partagé,",
)
_LABELS = ("N° de sécurité sociale", "NIR", "Numéro SS", "Immatriculation", "N° assuré")
_PLACES = ("Centre hospitalier de", "Laboratoire de biologie de", "Clinique du parc de", "Maison de santé de", "CHU de")


def letters(seed: int) -> Iterator[str]:
    """Letters without end; the same seed gives the same letters."""
    rng = Random(f"letters {seed}")
    for person in patients(rng):
        yield letter(rng, person)


def letter(rng: Random, person: Person) -> str:
    """One letter about a person."""
    exam = person.first_exam or LAST_EXAM - timedelta(days=rng.randrange(900))
    city = person.city or "Saumur"
    head = [
        f"{rng.choice(_PLACES)} {city}\nService de {rng.choice(SLOTS['service'])}",
        f"Tél. 01 99 00 {rng.randrange(100):02d} {rng.randrange(100):02d}",
        f"{city}, le {day(exam + timedelta(days=rng.randrange(1, 9)))}",
        _subject(rng, person),
        rng.choice(_GREETINGS),
    ]
    sentences = [filled(rng, rng.choice(PLAIN), exam) for _ in range(rng.randrange(SHORTEST, LONGEST))]
    if rng.random() < FINDING_SHARE:
        sentences.insert(rng.randrange(len(sentences)), filled(rng, rng.choice(FINDINGS), exam))
    body = [" ".join(sentences[start : start + _PARAGRAPH]) for start in range(0, len(sentences), _PARAGRAPH)]
    foot = [rng.choice(_CLOSINGS), f"Dr {rng.choice(SLOTS['medecin'])}"]
    return "\n\n".join((*head, *body, *foot)) + "\n"


def _subject(rng: Random, person: Person) -> str:
    e = "e" if person.sex == "F" else ""
    title = "Mme" if person.sex == "F" else "M."
    lines = [f"Objet : {title} {person.last_name.upper()} {person.first_name}, né{e} le {day(person.birth)}"]
    if rng.random() < NIR_SHARE:
        number = full_nir(person)
        if rng.random() < 0.5:
            cuts = (0, 1, 3, 5, 7, 10, 13, 15)
            number = " ".join(number[start:end] for start, end in pairwise(cuts))
        lines.append(f"{rng.choice(_LABELS)} : {number}")
    if person.address and rng.random() < 0.6:
        lines.append(f"Demeurant {person.address}, {person.postcode} {person.city}")
    return "\n".join(lines)


_FIGURES: dict[str, Callable[[Random, date], str]] = {
    "jour": lambda rng, exam: day(exam + timedelta(days=rng.randrange(-60, 61))),
    "nombre": lambda rng, _: str(rng.randrange(2, 40)),
    "heure": lambda rng, _: f"{rng.randrange(7, 20)} h {rng.randrange(60):02d}",
    "mesure": lambda rng, _: f"{rng.uniform(0.2, 180):.1f}".replace(".", ","),
    "tension": lambda rng, _: f"{rng.randrange(10, 17)}/{rng.randrange(5, 10)}",
    "dose": lambda rng, _: f"{rng.choice((5, 10, 20, 40, 50, 100, 250, 500, 1000))} mg",
}


class _Slots(dict[str, str]):
    """Slots of one sentence, drawn when it asks for them."""

    def __init__(self, rng: Random, exam: date) -> None:
        """Slots for a letter about an exam of that day."""
        super().__init__()
        self._rng = rng
        self._exam = exam

    def __missing__(self, name: str) -> str:
        if name in SLOTS:
            return self._rng.choice(SLOTS[name])
        return _FIGURES[name](self._rng, self._exam)


def filled(rng: Random, template: str, exam: date) -> str:
    """A sentence with its slots filled, beginning with a capital."""
    text = template.format_map(_Slots(rng, exam))
    return text[0].upper() + text[1:]
