"""What the forms of a table of test identities share: delimited bytes, dates, exams, wards, errors of people."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ins_identities import Identity, Style

ISO, FRENCH = "{0:04}-{1:02}-{2:02}", "{2:02}/{1:02}/{0:04}"
COMPACT, COMPACT_FRENCH = "{0:04}{1:02}{2:02}", "{2:02}{1:02}{0:04}"
"""Birth dates as they are written; what is not known is 0."""

WARDS = (
    *("CARDIOLOGIE", "MATERNITE", "PEDIATRIE", "URGENCES", "CHIR V", "ONCOLOGIE", "PSYCHIATRIE A", "GERIATRIE"),
    *("NEPHROLOGIE", "REANIMATION", "HDJ INFECTIOLOGIE", "NEONATOLOGIE", "CONSULTATIONS EXTERNES"),
)
_EXAMS: tuple[tuple[str, str, Callable[[random.Random], str]], ...] = (
    ("NFS", "Hémoglobine", lambda rng: f"{rng.uniform(8, 17):.1f} g/dL"),
    ("Glycémie", "Glucose", lambda rng: f"{rng.uniform(0.6, 2.4):.2f} g/L"),
    ("TSH", "TSH", lambda rng: f"{rng.uniform(0.1, 9):.2f} mUI/L"),
    ("Sérologie VIH", "Ag/Ac VIH", lambda rng: "Positif" if rng.random() < 0.03 else "Négatif"),
    ("Beta-HCG", "hCG", lambda rng: rng.choice(("< 2 UI/L", "1450 UI/L", "34 000 UI/L"))),
    ("PSA", "PSA total", lambda rng: f"{rng.uniform(0.1, 12):.2f} ng/mL"),
    ("Créatinine", "Créatinine", lambda rng: f"{rng.randint(40, 210)} µmol/L"),
    ("Cholestérol", "LDL", lambda rng: f"{rng.uniform(0.5, 2.6):.2f} g/L"),
    ("PCR SARS-CoV-2", "PCR", lambda rng: rng.choice(("Détecté", "Non détecté"))),
    ("HbA1c", "HbA1c", lambda rng: f"{rng.uniform(4.5, 11):.1f} %"),
)


@dataclass(frozen=True, slots=True)
class Written:
    """A file, and how many records of people it holds."""

    data: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a table. `order`: of its people, as they were `drawn`, `shuffled` or `sorted` by name."""

    file: str
    style: Style
    write: Callable[[Sequence[Identity], random.Random], Written]
    order: Literal["drawn", "shuffled", "sorted"] = "shuffled"

    def ordered(self, people: Iterable[Identity], rng: random.Random) -> list[Identity]:
        """The people of this table as they stand in it."""
        found = list(people)
        if self.order == "shuffled":
            rng.shuffle(found)
        elif self.order == "sorted":
            found.sort(key=lambda who: (who.last, who.first))
        return found


def delimited(
    head: Sequence[str],
    rows: Sequence[Sequence[object]],
    separator: str = ";",
    encoding: str = "utf-8",
    *,
    bom: bool = False,
    quotes_all: bool = False,
    end: str = "\r\n",
) -> Written:
    """A file with a separator; `bom`: a mark of UTF-8 stands before it, true or not."""
    text = io.StringIO()
    quoting: Literal[0, 1] = csv.QUOTE_ALL if quotes_all else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end)
    writer.writerow(head)
    writer.writerows(rows)
    plain = text.getvalue()
    if encoding == "latin-1":
        plain = plain.replace("œ", "oe").replace("Œ", "OE")
    errors = "replace" if encoding == "latin-1" else "strict"
    return Written((b"\xef\xbb\xbf" if bom else b"") + plain.encode(encoding, errors), len(rows))


def exam(rng: random.Random) -> tuple[str, str, str]:
    """Name of an exam, what it looks for, and its result."""
    name, analyte, result = rng.choice(_EXAMS)
    return name, analyte, result(rng)


def mistyped(text: str, rng: random.Random) -> str:
    """A name with two letters turned, one left out, doubled or another; short ones are kept."""
    if len(text) < 4:
        return text
    at, kind = rng.randrange(1, len(text) - 1), rng.random()
    if kind < 0.3:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind < 0.55:
        return text[:at] + text[at + 1 :]
    if kind < 0.75:
        return text[: at + 1] + text[at:]
    return text[:at] + rng.choice("AEIOULRNST") + text[at + 1 :]


def misdialled(number: str, taken: set[str], rng: random.Random) -> str:
    """A number and its key with one digit of another kind, so that it is nobody's."""
    while True:
        at, digit = rng.randrange(1, 14), rng.choice("0123456789")
        changed = number[:at] + digit + number[at + 1 :]
        if number[at].isdigit() and digit != number[at] and changed[:13] not in taken:
            return changed
