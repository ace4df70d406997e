"""Invented people and their families, with a NIR that no living person is likely to own."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from making import words

THEMES = (
    "hiv",
    "cancer",
    "pregnancy",
    "genetic",
    "treatment",
    "sti_hepatitis",
    "mental_health",
    "addiction",
    "other_condition",
)
"""The themes of the truth."""

_THEME_WEIGHTS = (12, 20, 0, 8, 12, 9, 11, 8, 20)
"""Pregnancy is drawn by age and sex."""
_FERTILE = 44
_DOMAINS = ("example.com", "example.org", "example.net", "orange.example.com", "sfr.example.net", "boite.example.org")
_COMMUNES = 40 * 999
"""Commune codes 950 to 989 times order numbers 001 to 999."""
_BLOOD = ("A+", "A+", "A+", "O+", "O+", "O+", "B+", "AB+", "A-", "O-", "B-", "AB-")
_PASSWORD_WORDS = ("soleil", "Bretagne", "chaton", "azerty", "doudou", "Loulou", "motdepasse", "marseille", "papillon")


def nir_key(nir13: str) -> str:
    """The two check digits of a 13-character NIR: 97 - (number mod 97), Corsica 2A as 19 and 2B as 18."""
    return f"{97 - int(nir13.replace('2A', '19').replace('2B', '18')) % 97:02d}"


def years_before(day: date, years: int) -> date:
    """The same day some years before (29 February becomes 28)."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


class Person:
    """One patient: stable attributes, and what the written rows have revealed so far (the truth)."""

    __slots__ = (
        "address",
        "address2",
        "birth",
        "birth_name",
        "birth_place",
        "blood",
        "categories",
        "city",
        "digest",
        "email",
        "filed_nir",
        "first_exam",
        "first_name",
        "genetic_data",
        "iban",
        "insured",
        "last_name",
        "last_row",
        "login",
        "mutuelle",
        "mutuelle_number",
        "nir",
        "no_nir",
        "other_nir",
        "password",
        "patient_numbers",
        "phone_home",
        "phone_mobile",
        "phone_work",
        "postcode",
        "rank",
        "rows",
        "serial",
        "sex",
        "theme",
        "themes",
    )

    def __init__(self, serial: int, sex: str, birth: date) -> None:
        """A person without attributes yet; `serial` is unique in the file."""
        self.serial = serial
        self.sex = sex
        self.birth = birth
        self.birth_name = self.last_name = self.first_name = self.birth_place = ""
        self.address = self.address2 = self.postcode = self.city = ""
        self.phone_home = self.phone_mobile = self.phone_work = self.email = ""
        self.mutuelle = self.mutuelle_number = self.blood = self.iban = self.login = self.password = self.digest = ""
        self.nir = self.filed_nir = self.other_nir = self.theme = ""
        self.no_nir = False
        self.insured = "A"
        self.rank = "1"
        self.rows = 0
        self.categories = 0
        self.genetic_data = False
        self.first_exam: date | None = None
        self.themes: dict[str, str] = {}
        self.patient_numbers: dict[int, int] = {}
        self.last_row: list[str] | None = None

    def age(self, day: date) -> int:
        """Completed years on a day."""
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))


class People:
    """Makes families of patients, one after another; keeps only what uniqueness needs."""

    def __init__(self, rng: Random, first: date, last: date) -> None:
        """People who were examined between the two days."""
        self._rng = rng
        self._first = first
        self._days = (last - first).days
        self._serial = 0
        self._abroad: dict[str, int] = {}
        self._namesake: tuple[str, str, str] | None = None

    def family(self) -> tuple[list[Person], date]:
        """One to five patients who share a household, and the day of the first of their exams."""
        rng = self._rng
        day = self._first + timedelta(days=int(self._days * rng.random()))
        chance = rng.random()
        if chance < 0.82:
            return [self._adult(day, self._adult_birth(day))], day
        if chance < 0.87:
            return self._couple(day), day
        return self._parents_and_children(day), day

    def _couple(self, day: date) -> list[Person]:
        one = self._adult(day, self._adult_birth(day))
        other = self._adult(day, one.birth + timedelta(days=self._rng.randrange(-1500, 1500)))
        self._share_home(one, other)
        if self._rng.random() < 0.5:
            other.filed_nir, other.insured, other.no_nir = one.nir, "C", one.no_nir
        return [one, other]

    def _parents_and_children(self, day: date) -> list[Person]:
        rng = self._rng
        eldest = day - timedelta(days=rng.randrange(5, 16 * 365))
        parents = [self._adult(day, years_before(eldest, rng.randrange(20, 42))) for _ in range(2)]
        self._share_home(parents[0], parents[1])
        insured, other = parents if rng.random() < 0.6 else parents[::-1]
        births = [eldest]
        if rng.random() < 0.1:
            births.append(eldest)
        for _ in range(rng.choices((0, 1, 2), (60, 30, 10))[0]):
            birth = births[-1] + timedelta(days=rng.randrange(400, 1500))
            if birth < day - timedelta(days=5):
                births.append(birth)
        children: list[Person] = []
        for birth in births:
            twin = children[-1] if children and children[-1].birth == birth else None
            child = self._child(birth, insured, twin, [sibling.first_name for sibling in children])
            child.filed_nir = insured.nir
            if rng.random() < 0.04 and not twin:
                child.other_nir = other.nir
            children.append(child)
        patients = parents[: rng.choices((0, 1, 2), (40, 40, 20))[0]]
        return patients + children

    def _child(self, birth: date, insured: Person, twin: Person | None, taken: list[str]) -> Person:
        rng = self._rng
        child = self._new(rng.choice("MF"), birth)
        child.birth_name = child.last_name = insured.last_name
        names = words.first_names(child.sex)
        child.first_name = words.skewed(rng, names)
        while any(_alike(words.plain(child.first_name), words.plain(name)) for name in taken):
            child.first_name = rng.choice(names)
        child.insured = "E"
        child.rank = "2" if twin else "1"
        self._share_home(insured, child)
        child.phone_mobile, child.phone_work = insured.phone_mobile, ""
        child.mutuelle, child.mutuelle_number = insured.mutuelle, insured.mutuelle_number
        child.email = insured.email if rng.random() < 0.5 else ""
        child.blood = rng.choice(_BLOOD) if rng.random() < 0.08 else ""
        child.birth_place, department = self._birth_place(birth)
        child.nir = self._nir(child, department)
        child.no_nir = rng.random() < 0.06
        child.theme = self._theme(3) if rng.random() < 0.03 else ""
        return child

    def _adult(self, day: date, birth: date) -> Person:
        rng = self._rng
        person = self._new("F" if rng.random() < 0.56 else "M", birth)
        self._name(person)
        self._home(person)
        person.birth_place, department = self._birth_place(birth)
        person.nir = person.filed_nir = self._nir(person, department)
        person.no_nir = rng.random() < 0.06
        serial = person.serial
        if rng.random() < 0.8:
            person.phone_mobile = f"063998{serial:04d}" if serial < 10_000 else f"0799{serial % 1_000_000:06d}"
        if rng.random() < 0.15:
            person.phone_work = f"026191{serial:04d}" if serial < 10_000 else f"0261{serial % 1_000_000:06d}"
        if rng.random() < 0.5:
            local = words.plain(f"{person.first_name}.{person.last_name}").lower().replace(" ", "").replace("'", "")
            person.email = f"{local}{rng.choice(('', '.', '_'))}{serial}@{rng.choice(_DOMAINS)}"
        if rng.random() < 0.75:
            person.mutuelle = words.skewed(rng, words.lines("mutuelles.txt"))
            person.mutuelle_number = f"{rng.randrange(10**7, 10**8)}"
        if rng.random() < 0.15:
            person.blood = rng.choice(_BLOOD)
        if rng.random() < 0.15:
            person.iban = _iban(rng)
        if rng.random() < 0.28:
            person.login = f"{words.plain(person.last_name)[:6].lower().replace(' ', '')}{serial}"
            person.password = _password(rng)
        if rng.random() < 0.085:
            person.theme = self._theme(person.age(day) if person.sex == "F" else 99)
        return person

    def _new(self, sex: str, birth: date) -> Person:
        self._serial += 1
        return Person(self._serial, sex, birth)

    def _adult_birth(self, day: date) -> date:
        rng = self._rng
        youngest = 16 if rng.random() < 0.02 else 18
        age = youngest + int((97 - youngest) * rng.betavariate(1.4, 1.6))
        return years_before(day, age) - timedelta(days=rng.randrange(365))

    def _name(self, person: Person) -> None:
        rng = self._rng
        chance = rng.random()
        if chance < 0.008:
            person.birth_name = person.last_name = rng.choice(words.surnames_health())
        elif chance < 0.05:
            person.birth_name = f"{words.skewed(rng, words.surnames())}-{words.skewed(rng, words.surnames())}"
            person.last_name = person.birth_name
        else:
            person.birth_name = person.last_name = words.skewed(rng, words.surnames())
        person.first_name = words.skewed(rng, words.first_names(person.sex))
        if person.sex == "F" and chance >= 0.008 and rng.random() < 0.5:
            husband = (
                rng.choice(words.surnames_health()) if rng.random() < 0.005 else words.skewed(rng, words.surnames())
            )
            person.last_name = husband if rng.random() < 0.93 else f"{person.birth_name}-{husband}"
        if rng.random() < 0.012 and self._namesake and self._namesake[2] == person.sex:
            person.last_name, person.first_name, _ = self._namesake
            person.birth_name = person.last_name
        if rng.random() < 0.05:
            self._namesake = (person.last_name, person.first_name, person.sex)

    def _home(self, person: Person) -> None:
        rng = self._rng
        street = rng.choice(words.lines("streets_health.txt" if rng.random() < 0.012 else "streets.txt"))
        if rng.random() < 0.97:
            person.address = f"{rng.randrange(1, 160)}{rng.choice(('', '', '', '', ' bis', ' ter'))} {street}"
            person.city, person.postcode = rng.choice(words.cells("cities.tsv"))[:2]
        if rng.random() < 0.15:
            person.address2 = (
                rng.choice(("Bât", "Appt", "Résidence Les Pins, esc.", "Étage")) + f" {rng.randrange(1, 40)}"
            )
        if rng.random() < 0.45:
            serial = person.serial
            person.phone_home = f"019900{serial:04d}" if serial < 10_000 else f"0199{serial % 1_000_000:06d}"

    def move(self, person: Person) -> None:
        """Give the person another address (rare: attributes are stable)."""
        phone = person.phone_home
        self._home(person)
        person.phone_home = phone

    def new_mobile(self, person: Person) -> None:
        """Give the person another mobile number (rare)."""
        self._serial += 1
        person.phone_mobile = f"063998{self._serial:04d}" if self._serial < 10_000 else f"0799{self._serial:06d}"

    def _share_home(self, one: Person, other: Person) -> None:
        other.address, other.address2, other.postcode = one.address, one.address2, one.postcode
        other.city, other.phone_home = one.city, one.phone_home

    def _theme(self, woman_age: int) -> str:
        if 16 <= woman_age <= _FERTILE and self._rng.random() < 0.4:
            return "pregnancy"
        return self._rng.choices(THEMES, _THEME_WEIGHTS)[0]

    def _birth_place(self, birth: date) -> tuple[str, str]:
        rng = self._rng
        if rng.random() < 0.08:
            country, code = rng.choice(words.cells("countries.tsv"))[:2]
            return country, "99" + code
        city, postcode = rng.choice(words.cells("cities.tsv"))[:2]
        if postcode.startswith("97"):
            return city, postcode[:3]
        if postcode.startswith("20"):
            # Corsica was department 20 until 1976; numbers written 2A / 2B are met for earlier births as well.
            if birth.year < 1976 and rng.random() < 0.7:
                return city, "20"
            return city, "2A" if postcode < "20200" else "2B"
        return city, postcode[:2]

    def _nir(self, person: Person, department: str) -> str:
        rng = self._rng
        chance = rng.random()
        place = person.serial * 7919 % _COMMUNES
        if chance < 0.012:
            # NNP and MIG: no month or department; a second digit 2 would mark a fictitious number.
            return f"{rng.choice('7856')}{rng.choice('01')}{950 + place % 40}{(place * 7919 + 48_271) % 10**8:08d}"
        sex = "1" if person.sex == "M" else "2"
        if chance < 0.016:
            sex = "7" if sex == "1" else "8"
        month = f"{person.birth.month:02d}"
        if len(department) == 5:
            if chance > 0.95:
                month = str(rng.choice((20, 31, 35, 42, 50, 63, 99)))
            head = f"{sex}{person.birth.year % 100:02d}{month}{department}"
            order = self._abroad.get(head, 999)
            self._abroad[head] = order - 1
            return f"{head}{order:03d}"
        head = f"{sex}{person.birth.year % 100:02d}{month}{department}"
        if len(department) == 3:
            return f"{head}{95 + place % 5}{place // 5 % 999 + 1:03d}"
        return f"{head}{950 + place % 40}{place // 40 + 1:03d}"


def _alike(one: str, other: str) -> bool:
    """Whether two names are within one slip of each other (twins must stay told apart)."""
    if abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) <= 2
    short, long = sorted((one, other), key=len)
    return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


def _iban(rng: Random) -> str:
    body = f"99999{rng.randrange(10**5):05d}{rng.randrange(10**11):011d}{rng.randrange(97):02d}"
    check = 98 - int(body + "152700") % 97
    return f"FR{check:02d}{body}"


def _password(rng: Random) -> str:
    if rng.random() < 0.5:
        return rng.choice(_PASSWORD_WORDS) + str(rng.randrange(1, 2020))
    return "".join(rng.choice("abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(8))
