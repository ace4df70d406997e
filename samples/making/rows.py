"""One row of an export: what a laboratory writes down about one patient on one visit, slips included."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from making import laboratories, words
from making.health import Health
from making.laboratories import Laboratory
from making.layouts import FIELDS, Layout
from making.people import People, Person, nir_key
from making.truth import CATEGORIES, Truth

DATE_FORMATS: dict[str, Callable[[date, str], str]] = {
    "dmy/": lambda day, _: f"{day.day:02d}/{day.month:02d}/{day.year}",
    "dmy.": lambda day, _: f"{day.day:02d}.{day.month:02d}.{day.year}",
    "dmy-": lambda day, _: f"{day.day:02d}-{day.month:02d}-{day.year}",
    "ymd": lambda day, _: f"{day.year}{day.month:02d}{day.day:02d}",
    "ddmmyyyy": lambda day, _: f"{day.day:02d}{day.month:02d}{day.year}",
    "iso": lambda day, _: f"{day.year}-{day.month:02d}-{day.day:02d}",
    "iso_time": lambda day, time: f"{day.year}-{day.month:02d}-{day.day:02d}T{time}:00",
    "dmy/hm": lambda day, time: f"{day.day:02d}/{day.month:02d}/{day.year} {time}",
}
"""How a day (and a time HH:MM) is written."""

PLACEHOLDERS = (
    ("TEST", "TEST", "01/01/1900", "111111111111111"),
    ("ANONYME", "X", "01/01/1900", ""),
    ("PATIENT", "TEST", "01/01/2000", "999999999999999"),
    ("XXXX", "XXXX", "01/01/1900", "000000000000000"),
)
"""Identities that stand for nobody: last name, first name, birth date, NIR."""

_NAME_TYPO = 0.02
_NIR_ABSENT_ON_ROW = 0.043
_NIR_WRONG = 0.0112
_EPOCH = date(1970, 1, 1)


class Rows:
    """Writes rows for one file and counts, as it writes, what they hold."""

    def __init__(self, rng: Random, layout: Layout, people: People, truth: Truth) -> None:
        """Rows of that layout; `truth` is added to."""
        self._rng = rng
        self._layout = layout
        self._people = people
        self._truth = truth
        self._keys = [key for _, key in layout.columns]
        self._shown = frozenset(self._keys)
        self._health = Health(rng, layout, self._shown)
        self._categories = [
            (place, 1 << CATEGORIES.index(category))
            for place, key in enumerate(self._keys)
            if (category := FIELDS[key].category) is not None
        ]
        self._birth = DATE_FORMATS[layout.birth_format]
        self._exam = DATE_FORMATS[layout.exam_format]
        self._date = DATE_FORMATS[layout.date_format]
        self._serials = [0] * laboratories.LABORATORY_COUNT
        self._requests = 0
        self._batch = 0
        self._last_nir_right = self._last_nir_wrong = self._last_nir_unreadable = False

    def intact(self, person: Person, laboratory: Laboratory, exam: date) -> list[str]:
        """A whole row; the person's and the file's truth are brought up to date."""
        values: dict[str, str] = {"empty": ""}
        wrote_nir = self._fill_nir(values, person, laboratory)
        self._fill_identity(values, person, laboratory, birth_needed=not wrote_nir)
        self._fill_contact(values, person, laboratory)
        self._fill_visit(values, person, laboratory, exam)
        self._fill_prescriber(values, laboratory)
        self._fill_noise(values, person, exam)
        self._health.fill(values, person, laboratory, exam)
        row = [values[key] for key in self._keys]
        for place, bit in self._categories:
            if row[place]:
                person.categories |= bit
        person.rows += 1
        person.last_row = row
        if "exam_date" in self._shown:
            self._truth.note_exam(person, exam)
        self._truth.laboratories.add(laboratory.index)
        return row

    def repeated(self, row: list[str]) -> list[str]:
        """The same row once more, as a faulty export does; counted."""
        truth = self._truth
        truth.repeated_rows += 1
        truth.nir_rows += self._last_nir_right
        truth.nir_wrong_key_rows += self._last_nir_wrong
        truth.nir_unreadable_rows += self._last_nir_unreadable
        truth.ins_rows += bool("ins" in self._shown and row[self._keys.index("ins")])
        return row

    def damaged(self, row: list[str]) -> list[str]:
        """An intact row as fields of a damaged one: cut short, or with one field too many."""
        cells = [cell.replace("\n", " ").replace('"', "").replace(self._layout.delimiter, " ") for cell in row]
        for place, key in enumerate(self._keys):
            # Comments are left out, so that nothing about a person stands in damaged rows only.
            if key in {"comment", "comment2"}:
                cells[place] = ""
        if self._rng.random() < 0.5:
            cut = self._rng.randrange(3, len(cells) - 2)
            return [*cells[:cut], cells[cut][: len(cells[cut]) // 2]]
        extra = self._rng.randrange(2, len(cells) - 1)
        return [*cells[:extra], cells[extra][:2], cells[extra][2:], *cells[extra + 1 :]]

    def placeholder(self, laboratory: Laboratory, exam: date) -> list[str]:
        """A row that is about nobody: a test patient, an anonymous sample."""
        last, first, birth, nir = self._rng.choice(PLACEHOLDERS)
        day = date(int(birth[6:]), 1, 1)
        values = dict.fromkeys(self._shown, "")
        values |= {"last_name": last, "first_name": first, "full_name": f"{last} {first}"}
        values |= {"nir": nir, "nir13": nir[:13], "nir_key": nir[13:], "sex": self._layout.sexes[0]}
        values |= {"birth_date": self._birth(day, "00:00")}
        values |= {"lab_code": laboratory.code, "lab_name": laboratory.name, "exam_date": self._exam(exam, "08:00")}
        values |= {"request_number": self._request(laboratory, exam), "status": "ANNULE"}
        self._truth.placeholder_rows += 1
        self._truth.laboratories.add(laboratory.index)
        if "exam_date" in self._shown:
            first_exam, last_exam = self._truth.first_exam, self._truth.last_exam
            self._truth.first_exam = min(first_exam or exam, exam)
            self._truth.last_exam = max(last_exam or exam, exam)
        return [values[key] for key in self._keys]

    def _fill_nir(self, values: dict[str, str], person: Person, laboratory: Laboratory) -> bool:
        rng, truth = self._rng, self._truth
        self._last_nir_right = self._last_nir_wrong = self._last_nir_unreadable = False
        values["ins"] = ""
        if "ins" in self._shown and (person.serial * 31 % 100) < 35 and person.nir[0] in "12":
            values["ins"] = person.nir + nir_key(person.nir)
            truth.ins_rows += 1
        values["nir"] = values["nir13"] = values["nir_key"] = ""
        if person.no_nir or rng.random() < _NIR_ABSENT_ON_ROW:
            return False
        nir = person.filed_nir
        if person.other_nir and rng.random() < 0.4:
            nir = person.other_nir
        key = nir_key(nir)
        style = laboratory.nir_style
        split = "nir13" in self._shown
        keyless = style.startswith("thirteen")
        if not keyless and rng.random() < _NIR_WRONG:
            nir, key = self._wrong(nir, key)
            self._last_nir_wrong = True
            truth.nir_wrong_key_rows += 1
        elif self._layout.excel_share and rng.random() < self._layout.excel_share and nir.isdigit():
            values["nir"] = f"{nir[0]},{nir[1:6]}E+14"
            self._last_nir_unreadable = True
            truth.nir_unreadable_rows += 1
            return False
        else:
            self._last_nir_right = True
            truth.nir_rows += 1
        if split:
            values["nir13"] = laboratories.NIR_STYLES["thirteen_spaced" if style == "spaced" else "thirteen"](nir, key)
            values["nir_key"] = "" if keyless else key
        else:
            values["nir"] = laboratories.NIR_STYLES[style](nir, key)
        return True

    def _wrong(self, nir: str, key: str) -> tuple[str, str]:
        rng = self._rng
        while True:
            if rng.random() < 0.5:
                other = f"{rng.randrange(1, 98):02d}"
                if other != key:
                    return nir, other
            else:
                place = rng.choice((1, 2, 7, 8, 9, 10, 11, 12))
                changed = nir[:place] + str(rng.randrange(10)) + nir[place + 1 :]
                if nir_key(changed) != key:
                    return changed, key

    def _fill_identity(
        self, values: dict[str, str], person: Person, laboratory: Laboratory, *, birth_needed: bool
    ) -> None:
        rng = self._rng
        style = laboratories.NAME_STYLES[laboratory.name_style]
        last, maiden, first = person.last_name, person.birth_name, person.first_name
        if last == maiden and not laboratory.repeats_maiden_name:
            maiden = ""
        elif maiden and last != maiden and rng.random() < 0.05:
            # Filed under the birth name only.
            last, maiden = maiden, ""
        last = style(words.typo(rng, last) if rng.random() < _NAME_TYPO else last)
        maiden = style(words.typo(rng, maiden) if maiden and rng.random() < _NAME_TYPO else maiden)
        first = words.typo(rng, first) if rng.random() < _NAME_TYPO else first
        first = style(first.replace("-", " ") if laboratory.index % 3 == 0 else first)
        values["last_name"], values["maiden_name"], values["first_name"] = last, maiden, first
        kind = laboratory.index % 4
        if kind == 0 and maiden and maiden != last:
            values["full_name"] = f"{last} née {maiden} {first}"
        elif kind == 1:
            values["full_name"] = f"{last}, {first}"
        else:
            values["full_name"] = f"{last.upper()} {first}"
        child = person.insured == "E"
        values["sex"] = self._layout.sexes[person.sex == "F"]
        values["title"] = "ENFANT" if child else "M." if person.sex == "M" else "MME" if person.serial % 7 else "MLLE"
        hidden = not birth_needed and not child and rng.random() < 0.004
        values["birth_date"] = "" if hidden else self._birth(person.birth, "00:00")
        values["birth_place"] = style(person.birth_place)
        values["benef_quality"] = person.insured
        values["birth_rank"] = person.rank

    def _fill_contact(self, values: dict[str, str], person: Person, laboratory: Laboratory) -> None:
        rng = self._rng
        if person.rows:
            if rng.random() < 0.03:
                self._people.move(person)
            if person.phone_mobile and rng.random() < 0.02:
                self._people.new_mobile(person)
        style = laboratories.NAME_STYLES[laboratory.name_style]
        phone = laboratories.PHONE_STYLES[laboratory.phone_style]
        values["address"], values["address2"] = style(person.address), style(person.address2)
        values["postcode"], values["city"] = person.postcode, style(person.city)
        values["phone_home"] = phone(person.phone_home) if person.phone_home else ""
        values["phone_mobile"] = phone(person.phone_mobile) if person.phone_mobile else ""
        values["phone_work"] = phone(person.phone_work) if person.phone_work else ""
        values["email"] = person.email
        values["mutuelle"], values["mutuelle_number"] = person.mutuelle, person.mutuelle_number
        values["blood_group"], values["iban"] = person.blood, person.iban
        values["login"], values["password"] = person.login, ""
        if person.password and "password" in self._shown:
            person.digest = person.digest or self._secret(person.password)
            values["password"] = person.digest

    def _secret(self, password: str) -> str:
        kind = self._layout.stored_as
        if kind == "clear":
            return password
        if kind == "bcrypt":
            alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
            return "$2y$10$" + "".join(self._rng.choice(alphabet) for _ in range(53))
        return hashlib.new(kind, password.encode(), usedforsecurity=False).hexdigest()

    def _fill_visit(self, values: dict[str, str], person: Person, laboratory: Laboratory, exam: date) -> None:
        rng = self._rng
        number = person.patient_numbers.get(laboratory.index)
        if number is None:
            self._serials[laboratory.index] += rng.randrange(1, 9)
            number = person.patient_numbers[laboratory.index] = 10_000 + self._serials[laboratory.index]
        time = f"{rng.randrange(7, 12):02d}:{rng.randrange(0, 60, 5):02d}"
        edited = exam + timedelta(days=rng.choice((0, 0, 1, 1, 2, 5)))
        # Each laboratory numbers its patients from 10,000 on: the same number means somebody else elsewhere.
        values["patient_number"] = str(number)
        values["request_number"] = self._request(laboratory, exam)
        values["exam_date"], values["exam_time"] = self._exam(exam, time), time
        values["presc_date"] = self._date(exam - timedelta(days=rng.randrange(31)), time)
        values["edit_date"] = self._date(edited, time)
        values["invoice_date"] = self._date(edited + timedelta(days=rng.randrange(20)), time)
        values["created_date"] = self._date(exam, time)
        values["lab_code"], values["lab_name"] = laboratory.code, laboratory.name
        values["finess"] = laboratory.finess

    def _request(self, laboratory: Laboratory, exam: date) -> str:
        self._requests += 1
        return f"{laboratory.index + 1:02d}{exam.year % 100:02d}{exam.month:02d}{self._requests:06d}"

    def _fill_prescriber(self, values: dict[str, str], laboratory: Laboratory) -> None:
        chance = self._rng.random()
        for key in ("prescriber", "rpps", "adeli", "presc_postcode", "presc_city"):
            values[key] = ""
        if chance < 0.04:
            return
        place = int(len(laboratory.prescribers) * self._rng.random() ** 1.3)
        prescriber = laboratory.prescribers[place]
        values["prescriber"] = laboratory.prescriber_names[place]
        values["rpps"] = prescriber.rpps if chance < 0.92 else ""
        values["adeli"] = prescriber.adeli if chance < 0.8 else ""
        values["presc_postcode"], values["presc_city"] = prescriber.postcode, prescriber.city
        if "prescriber" in self._shown:
            self._truth.prescribers.add(int(prescriber.rpps))

    def _fill_noise(self, values: dict[str, str], person: Person, exam: date) -> None:
        rng = self._rng
        if rng.random() < 0.02:
            self._batch += 1
        amount = rng.randrange(800, 12_000)
        share = amount * 60 // 100
        values["amount"] = f"{amount / 100:.2f}".replace(".", ",")
        values["part_amo"] = f"{share / 100:.2f}".replace(".", ",")
        values["part_amc"] = f"{(amount - share) / 100:.2f}".replace(".", ",")
        batch = self._batch
        values["ref15"] = f"1840675{950 + batch % 40}{batch * 7 % 1000:03d}{batch * 13 % 100:02d}"
        shape = f"{rng.choice('12')}{rng.randrange(10, 99)}{rng.randrange(1, 13):02d}75"
        values["ean"] = words.ean13(f"{shape}{rng.randrange(95, 99)}{rng.randrange(1000):03d}")
        values["epoch_ms"] = str((exam - _EPOCH).days * 86_400_000 + rng.randrange(86_400_000))
        values["siret"] = words.luhn(f"99988{person.serial % 40:04d}{person.serial % 7:04d}")
        values["fraction"] = fraction(rng)
        values["regime"] = ("01", "01", "01", "02", "03")[person.serial % 5]
        values["caisse"] = str(11 + person.serial % 80 * 10)[:3]
        values["centre"] = f"{person.serial % 9:04d}"
        values["urgent"] = "O" if rng.random() < 0.05 else "N"
        values["fasting"] = "O" if rng.random() < 0.7 else "N"
        values["send_mode"] = ("COURRIER", "MAIL", "SERVEUR", "LABO")[person.serial % 4]
        values["tubes"] = str(rng.randrange(1, 6))
        values["language"] = "FR"
        values["version"] = "4.12.1"
        values["status"] = "VALIDE" if rng.random() < 0.97 else "PARTIEL"
        values["operator"] = ("MLB", "JPR", "SDU", "CHA", "NAT", "LGO")[rng.randrange(6)]


def fraction(rng: Random) -> str:
    """A decimal whose digits can pass for a NIR, such as 0.275590551181102 (35 inches in 127)."""
    return repr(rng.randrange(1, 127) / 127)[:17]
