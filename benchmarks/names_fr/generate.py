r"""Synthetic French hospital text with the places of people, dates, addresses and hospitals: `python -m benchmarks.names_fr.generate`.

Templates (`templates/*.txt`) are one per line: `\n` is a line end, `[a|b|]` a choice, `{SLOT}` is filled. One seed gives
one text. Every tenth template and every tenth name of the lexicon are held out for measuring.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.names_fr import spelling as s
from benchmarks.names_fr import words as w
from benchmarks.names_fr.noise import noisy
from benchmarks.names_fr.people import People, titled

TEMPLATES = Path(__file__).parent / "templates"
_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_SLOT = re.compile(r"\{([A-Za-z0-9]+)\}")
_PLAIN_TITLES = (
    "Dr",
    "Dr",
    "Dr",
    "Dr",
    "Dr.",
    "Docteur",
    "Docteur",
    "DR",
    "Pr",
    "Pr.",
    "Professeur",
    "DOCTEUR",
    "dr",
    "Pr",
)
_CIVIL = (
    "M.",
    "M.",
    "Mme",
    "Mme",
    "Mme",
    "Mr",
    "Monsieur",
    "Madame",
    "Mlle",
    "MME",
    "M",
    "Mr.",
    "MR",
    "MADAME",
    "MONSIEUR",
    "Mademoiselle",
    "Melle",
)
_SHARES = {
    "letters": 22,
    "laboratory": 14,
    "notes": 26,
    "forms": 17,
    "headers": 11,
    "mails": 5,
    "negatives": 17,
    "dates": 6,
}


class Piece(NamedTuple):
    """A run of text; `label` is None for what is nobody's."""

    text: str
    label: str | None


class Span(NamedTuple):
    """Characters of a text, end exclusive."""

    start: int
    end: int
    label: str


class Sample(NamedTuple):
    """A text and what it holds, in order."""

    text: str
    spans: list[Span]


@dataclass
class Writer:
    """Fills templates from one seed."""

    rng: Random
    held_out: bool = False

    def __post_init__(self) -> None:
        self.people = People(self.rng, self.held_out)
        self.templates = {
            path.stem: [
                line
                for at, line in enumerate(path.read_text(encoding="utf-8").splitlines())
                if (at % 10 == 3) == self.held_out
            ]
            for path in sorted(TEMPLATES.glob("*.txt"))
        }
        self.slots = self._slots()

    def samples(self) -> Iterator[Sample]:
        """Documents without end: one to six templates each, most from one register, with noise."""
        while True:
            yield self.sample()

    def sample(self) -> Sample:
        rng = self.rng
        main = rng.choices(list(_SHARES), list(_SHARES.values()))[0]
        pieces: list[Piece] = []
        for at in range(rng.choices((1, 2, 3, 4, 6), (50, 22, 14, 8, 6))[0]):
            register = main if rng.random() < 0.6 else rng.choices(list(_SHARES), list(_SHARES.values()))[0]
            if at:
                pieces.append(
                    Piece(rng.choices(("\n", " ", "\n\n", "  ", " - ", ". "), (40, 28, 10, 8, 4, 10))[0], None)
                )
            pieces += self.filled(rng.choice(self.templates[register]))
        return joined(noisy(pieces, rng))

    def filled(self, template: str) -> list[Piece]:
        """One template with its choices made and its slots filled."""
        text = template.replace("\\n", "\n").replace("\\t", "\t")
        while found := _CHOICE.search(text):
            text = text[: found.start()] + self.rng.choice(found[1].split("|")) + text[found.end() :]
        pieces, at = [], 0
        for slot in _SLOT.finditer(text):
            pieces.append(Piece(text[at : slot.start()], None))
            pieces += self.slots[slot[1]]()
            at = slot.end()
        pieces.append(Piece(text[at:], None))
        return [
            Piece(part.replace("[", "").replace("]", "") if label is None else part, label) for part, label in pieces
        ]

    def _slots(self) -> dict[str, Callable[[], list[Piece]]]:
        rng, people = self.rng, self.people

        def plain(make: Callable[[], str], label: str | None = None) -> Callable[[], list[Piece]]:
            return lambda: [Piece(make(), label)]

        def pick(values: tuple[str, ...]) -> Callable[[], list[Piece]]:
            return lambda: [Piece(rng.choice(values), None)]

        def case(name: str) -> str:
            return rng.choice((name, name.upper(), name.upper()))

        def local() -> str:
            first, last = people.first().lower(), people.surname().lower()
            text = rng.choice(
                (
                    f"{first}.{last}",
                    f"{first[0]}{last}",
                    f"{last}.{first[0]}",
                    f"secretariat.{last}",
                    "contact",
                    last,
                    f"{first}-{last}",
                )
            )
            return re.sub(r"[^a-z0-9.\-]", "", text)

        def drug() -> str:
            name = rng.choice(_DRUGS)
            return rng.choice((name, name.capitalize(), name.upper(), name.upper()))

        def doctor() -> list[Piece]:
            if rng.random() < 0.25:
                return [Piece(people.full(), "PERSON")]
            if rng.random() < 0.5:
                return [Piece(rng.choice(_CIVIL) + " ", None), Piece(people.full(alone=0.4), "PERSON")]
            return [
                Piece(rng.choice(_PLAIN_TITLES) + " ", None),
                Piece(people.full(initials=0.3, alone=0.3), "PRESCRIBER"),
            ]

        def age() -> str:
            years = rng.randint(1, 99)
            return rng.choice(
                (f"{years} ans", f"{years} ans", f"{years}ans", f"{years} a", f"{years} mois", f"de {years} ans")
            )

        def year() -> int:
            return rng.randint(1918, 2015)

        return {
            "PAT": plain(people.full, "PATIENT"),
            "PATL": plain(lambda: people.full(initials=0.06, alone=0.45), "PATIENT"),
            "PF": plain(
                lambda: rng.choice(
                    (people.first(), people.first(), people.first().upper(), f"{people.first()}, {people.first()}")
                ),
                "PATIENT",
            ),
            "SN": plain(lambda: case(people.surname()), "PATIENT"),
            "SNM": plain(lambda: case(people.surname()), "PATIENT"),
            "SNP": plain(lambda: case(people.surname()), "PERSON"),
            "SNT": plain(lambda: case(people.surname()), "PERSON"),
            "sn": plain(lambda: people.surname().lower(), "PATIENT"),
            "pf": plain(lambda: people.first().lower(), "PATIENT"),
            "pat": plain(lambda: people.full().lower(), "PATIENT"),
            "doc": plain(lambda: people.full(initials=0.2).lower(), "PRESCRIBER"),
            "DOC": plain(lambda: people.full(initials=0.3, alone=0.25), "PRESCRIBER"),
            "DOCI": plain(lambda: people.full(initials=0.75), "PRESCRIBER"),
            "PRE": doctor,
            "PER": plain(lambda: people.full(initials=0.08), "PERSON"),
            "PERL": plain(lambda: people.full(alone=0.4), "PERSON"),
            "FN": plain(people.first, "PERSON"),
            "DR": lambda: [Piece(rng.choice(_PLAIN_TITLES), None)],
            "CIV": lambda: [Piece(rng.choice(_CIVIL), None)],
            "CIVO": lambda: [Piece(rng.choice(("", rng.choice(_CIVIL) + " ")), None)],
            "DATE": plain(lambda: s.date(rng), "EXAM_DATE"),
            "PDATE": plain(lambda: s.partial_date(rng), "EXAM_DATE"),
            "DOB": plain(lambda: s.date(rng, 1920, 2024), "BIRTH_DATE"),
            "YDOB": plain(lambda: str(year()), "BIRTH_DATE"),
            "SDATE": plain(lambda: s.spaced(f"{rng.randint(1, 28):02d}{rng.randint(1, 12):02d}{year()}"), "EXAM_DATE"),
            "SDOB": plain(lambda: s.spaced(f"{rng.randint(1, 28):02d}{rng.randint(1, 12):02d}{year()}"), "BIRTH_DATE"),
            "LAWDATE": plain(
                lambda: (
                    f"{rng.randint(1, 28)} {rng.choice(('mars', 'avril', 'juin', 'août', 'janvier'))} {rng.randint(1975, 2024)}"
                )
            ),
            "ADR": plain(lambda: s.address(rng), "ADDRESS"),
            "ADRL": plain(lambda: s.address(rng, lines=rng.random() < 0.85), "ADDRESS"),
            "HOSP": plain(lambda: s.hospital(rng), "HOSPITAL"),
            "HOSPF": plain(lambda: s.hospital(rng), "HOSPITAL"),
            "HOSPS": plain(lambda: rng.choice(w.HOSPITAL_NAMES).removeprefix("de "), "HOSPITAL"),
            "CLIN": plain(lambda: rng.choice(w.CLINIC_NAMES)),
            "EHPAD": pick(w.HOMES),
            "PHARMA": pick(w.PHARMACIES),
            "STREETN": pick((*w.FAMOUS, *w.PLAIN_STREETS)),
            "EPON": pick(w.EPONYMS),
            "EPONP": pick(w.FAMOUS),
            "CITY": plain(lambda: case(rng.choice(w.CITIES)) if rng.random() < 0.3 else rng.choice(w.CITIES)),
            "COUNTRY": pick(w.COUNTRIES),
            "SERV": pick(w.SERVICES),
            "SPEC": pick(w.SPECIALITIES),
            "DX": pick(w.DISEASES),
            "SYM": pick(w.SYMPTOMS),
            "ACT": pick(w.EXAMS),
            "ACTC": pick(w.TESTS),
            "ACTF": pick(
                (
                    *w.SERVICES[:6],
                    "Biochimie",
                    "Hématologie",
                    "Parasitologie",
                    "Virologie",
                    "Bactériologie",
                    "Génétique",
                )
            ),
            "RES": plain(lambda: s.result_line(rng)),
            "ORG": pick(w.LABORATORIES),
            "ORGB": pick(tuple(name.upper() for name in w.LABORATORIES)),
            "DRUG": plain(drug),
            "DOSE": pick(w.DOSES),
            "TIME": plain(lambda: s.clock(rng)),
            "TEL": plain(lambda: s.phone(rng)),
            "MAIL": plain(lambda: s.mail(rng, local())),
            "IPP": plain(lambda: s.digits(rng, 6, 12)),
            "NUM": plain(lambda: s.digits(rng, 4, 11)),
            "NUMV": plain(lambda: s.number(rng)),
            "NIR": plain(lambda: s.nir(rng)),
            "SNIR": plain(lambda: s.spaced(s.nir(rng))),
            "SNUM": plain(lambda: s.spaced(s.digits(rng, 7, 9))),
            "NN": plain(lambda: str(rng.randint(2, 95))),
            "N": plain(lambda: str(rng.randint(0, 9))),
            "SEX": pick(("M", "F", "H", "Masculin", "Féminin", "Masc", "Fem", "Homme", "Femme")),
            "AGE": plain(age),
            "AGEN": plain(lambda: f"{rng.randint(1, 99)} ans"),
            "JUNK": plain(lambda: s.junk(rng) if rng.random() < 0.6 else s.junk_capital(rng)),
            "JUNKC": plain(lambda: s.junk_capital(rng)),
            "JUNK2": plain(lambda: "".join(rng.choice("ABCDEFGHLMNPRST") for _ in range(2))),
        }


def _drugs() -> list[str]:
    path = Path(__file__).resolve().parents[2] / "models" / "lexicon" / "drugs.tsv"
    names = [line.split("\t")[0] for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return [name for name in names if re.fullmatch(r"[a-z]{4,}", name)]


_DRUGS = _drugs()


_NAMES = {"PATIENT", "PRESCRIBER", "PERSON"}


def joined(pieces: list[Piece]) -> Sample:
    """The text of pieces, with the places of those that have a label; blanks at their ends belong to nobody.

    Two names of one kind with a blank between them, as a surname and a first name in two fields, are one.
    """
    text = ""
    spans: list[Span] = []
    for part, label in pieces:
        inner = part.strip()
        if label is not None and inner:
            start = len(text) + len(part) - len(part.lstrip())
            last = spans[-1] if spans else None
            if last and last.label == label and label in _NAMES and (text + part)[last.end : start] in {" ", "  "}:
                start = spans.pop().start
            spans.append(Span(start, len(text) + len(part.rstrip()), label))
        text += part
    return Sample(text, spans)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--held-out", action="store_true", help="templates and names that training never saw")
    arguments = parser.parse_args()
    writer = Writer(Random(arguments.seed), arguments.held_out)
    for _ in range(arguments.count):
        text, spans = writer.sample()
        marked = [{"start": start, "end": end, "label": label} for start, end, label in spans]
        sys.stdout.write(json.dumps({"text": text, "spans": marked}, ensure_ascii=False) + "\n")


__all__ = ["Piece", "Sample", "Span", "Writer", "joined", "titled"]

if __name__ == "__main__":
    main()
