"""The invented people behind the unseen layouts: households, insured parents, twins, homonyms, and their numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import unseen_names as names
import unseen_places as places
from unseen_styles import without_accents

if TYPE_CHECKING:
    import random

AS_OF = dt.date(2026, 1, 1)
"""The day on which the truth counts ages."""
_FIRST_BIRTH = dt.date(1927, 1, 1)
_PHONE_BLOCKS = ("019900", "026191", "035301", "046571", "053649")
_MOBILE_BLOCK = "063998"
_BLOOD = (("A+", 37), ("O+", 36), ("B+", 9), ("O-", 6), ("A-", 7), ("AB+", 3), ("B-", 1), ("AB-", 1))


@dataclass(eq=False, slots=True)
class Person:
    """One patient, or an insured person under whose number patients are filed. Everything here is invented."""

    index: int
    female: bool
    last: str
    birth_name: str
    first: str
    born: dt.date
    birth: tuple[int, int, int]
    birth_place: str
    nir: str
    address: str
    complement: str
    postcode: str
    city: str
    phone: str
    mobile: str
    email: str
    mutuelle: str
    mutuelle_no: str
    blood: str
    iban: str
    login: str
    chance: tuple[float, ...]
    holder: Person | None = None
    numbered: bool = True
    patient: bool = True
    placeholder: bool = False

    @property
    def filed_nir(self) -> str:
        """13 characters of the number the patient is filed under: their own, or the insured parent's or spouse's."""
        return (self.holder or self).nir


@dataclass
class Town:
    """What households are drawn from: the random stream, the numbers already given, and how the layout behaves."""

    rng: random.Random
    child_share: float
    missing_nir: float
    odd_numbers: bool
    lunar: bool
    people: list[Person] = field(default_factory=list)
    used_nirs: set[str] = field(default_factory=set)
    used_identities: set[tuple[str, str, dt.date]] = field(default_factory=set)
    phones: list[str] = field(default_factory=list)
    mobiles: list[str] = field(default_factory=list)


def nir_key(thirteen: str) -> str:
    """Key of a 13-character number: 97 - (number mod 97), with 2A read as 19 and 2B as 18; two digits."""
    return f"{97 - int(thirteen.replace('2A', '19').replace('2B', '18')) % 97:02}"


def luhn_digit(digits: str) -> str:
    """Luhn check digit to append to `digits`."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def ean_digit(twelve: str) -> str:
    """EAN-13 check digit to append to twelve digits."""
    return str(-sum(int(char) * (3 if place % 2 else 1) for place, char in enumerate(twelve)) % 10)


def digits(rng: random.Random, count: int) -> str:
    """`count` random digits, leading zeros kept."""
    return f"{rng.randrange(10**count):0{count}}"


def iban(rng: random.Random) -> str:
    """A French IBAN (27 characters) of an invented bank 9xxxx, with right RIB key and check digits."""
    bank, branch, account = "9" + digits(rng, 4), digits(rng, 5), digits(rng, 11)
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97
    body = f"{bank}{branch}{account}{key:02}"
    check = 98 - int(f"{body}152700") % 97
    return f"FR{check:02}{body}"


def _own_nir(town: Town, birth: tuple[int, int, int], department: str, *, female: bool) -> str:
    """Draw an unused 13-character number: communes 950-989 (95-99 overseas), a country code and a high order abroad."""
    rng = town.rng
    while True:
        sex = "2" if female else "1"
        if town.odd_numbers and rng.random() < 0.01:
            number = f"{rng.choice('78')}{rng.choice('01')}{rng.randint(950, 989)}{digits(rng, 8)}"  # NNP
        else:
            if town.odd_numbers and rng.random() < 0.006:
                sex = "4" if female else "3"  # NIA
            month = birth[1] or rng.choice([20, 31, 35, 42, 50, 77, 99])
            order = digits(rng, 3)
            if department[:2] in {"97", "98"}:
                place = department[:3] + str(rng.randint(95, 99))
            elif len(department) == 5:
                place, order = department, str(rng.randint(900, 999))
            else:
                place = f"{department}{rng.randint(950, 989)}"
            number = f"{sex}{birth[0] % 100:02}{month:02}{place}{'001' if order == '000' else order}"
        if number not in town.used_nirs:
            town.used_nirs.add(number)
            return number


def _birth_place(rng: random.Random) -> tuple[str, str]:
    """(department or 99 + country, name of the place)."""
    if rng.random() < 0.09:
        code, country = rng.choice(places.COUNTRIES)
        return f"99{code}", country
    postcode, city = rng.choice(places.CITIES)
    if postcode.startswith("20"):
        return ("2A" if postcode < "20200" else "2B"), city
    return (postcode[:3] if postcode.startswith("97") else postcode[:2]), city


def _member(town: Town, home: dict[str, str], *, female: bool, last: str, birth_name: str, born: dt.date) -> Person:
    """Add one person of a household whose (last name, first name, birth date) nobody has yet."""
    rng = town.rng
    pool = names.FEMALE_NAMES if female else names.MALE_NAMES
    first = rng.choice(pool)
    while (without_accents(last), without_accents(first), born) in town.used_identities:
        first = rng.choice(pool)
    town.used_identities.add((without_accents(last), without_accents(first), born))
    department, place = _birth_place(rng)
    birth = (born.year, born.month, born.day)
    if town.lunar and born.year < 1990 and rng.random() < 0.004:
        birth = rng.choice([(born.year, 2, 31), (born.year, born.month, 0), (born.year, 0, 0)])
    adult = born.year <= AS_OF.year - 15
    index = len(town.people)
    mail = (
        without_accents(f"{first[0] if rng.random() < 0.4 else first}.{last}").lower().replace(" ", "").replace("'", "")
    )
    owner = Person(
        index=index,
        female=female,
        last=last,
        birth_name=birth_name,
        first=first,
        born=born,
        birth=birth,
        birth_place=place,
        nir=_own_nir(town, birth, department, female=female),
        phone=home["phone"],
        mobile=town.mobiles[index % len(town.mobiles)] if adult else home["mobile"],
        email=f"{mail}{rng.choice(['', '', str(born.year % 100), str(index)])}@{rng.choice(places.MAIL_HOSTS)}",
        mutuelle=home["mutuelle"],
        mutuelle_no=home["mutuelle_no"],
        blood=rng.choices([name for name, _ in _BLOOD], [weight for _, weight in _BLOOD])[0],
        iban=home["iban"],
        login=f"{mail.replace('.', '')[:7]}{index % 1000:03}",
        chance=tuple(rng.random() for _ in range(12)),
        address=home["address"],
        complement=home["complement"],
        postcode=home["postcode"],
        city=home["city"],
    )
    town.people.append(owner)
    return owner


def _home(town: Town) -> dict[str, str]:
    """What a household shares."""
    rng = town.rng
    postcode, city = rng.choice(places.CITIES)
    number = f"{rng.randint(1, 190)}{rng.choice(['', '', '', '', ' bis', ' ter', 'B', ','])}"
    if rng.random() < 0.04:
        street = rng.choice(["Lieu-dit Kerhuel", "Le Bourg", "Ferme des Aulnes", "La Grange", "Les Quatre Vents"])
    else:
        street = f"{number} {rng.choice(places.STREET_KINDS)} {rng.choice(places.STREET_NAMES)}"
    return {
        "address": street,
        "complement": rng.choice(places.COMPLEMENTS),
        "postcode": postcode,
        "city": city,
        "phone": town.phones[len(town.people) % len(town.phones)],
        "mobile": town.mobiles[len(town.people) % len(town.mobiles)],
        "mutuelle": rng.choice(places.MUTUELLES),
        "mutuelle_no": digits(rng, 8),
        "iban": iban(rng),
    }


def _day(rng: random.Random, first: dt.date, last: dt.date) -> dt.date:
    return first + dt.timedelta(days=rng.randrange(max(1, (last - first).days)))


def _children(town: Town, home: dict[str, str], parents: list[Person], count: int) -> None:
    """Add children, twins now and then; the young ones are filed under a parent's number."""
    rng = town.rng
    eldest = max(parents, key=lambda parent: parent.born)
    earliest = eldest.born + dt.timedelta(days=7000)
    latest = min(dt.date(2025, 6, 1), eldest.born + dt.timedelta(days=15000))
    twin: dt.date | None = None
    for _ in range(count):
        born = twin or _day(rng, earliest, latest)
        name = parents[0].last if parents[0].last == parents[-1].last or rng.random() < 0.9 else parents[-1].last
        child = _member(town, home, female=rng.random() < 0.5, last=name, birth_name=name, born=born)
        if born.year > AS_OF.year - 20 and rng.random() < 0.88:
            child.holder = parents[0] if twin else rng.choice(parents)
        twin = None if twin or rng.random() > 0.05 else born
        child.patient = rng.random() < (0.9 if twin else 0.4 + town.child_share)


def _household(town: Town) -> None:
    """Add one household: a person, perhaps a partner, perhaps children."""
    rng = town.rng
    home = _home(town)
    age = int(rng.triangular(19, 97, 48))
    born = dt.date(AS_OF.year - age, 1, 1) + dt.timedelta(days=rng.randrange(365))
    born = max(born, _FIRST_BIRTH)
    name = rng.choice(names.SURNAMES)
    head = _member(town, home, female=rng.random() < 0.45, last=name, birth_name=name, born=born)
    parents = [head]
    if head.female and rng.random() < 0.4:  # a widow, or her husband is not a patient
        head.last = rng.choice(names.SURNAMES)
    elif rng.random() < 0.5:
        other = max(_FIRST_BIRTH, born + dt.timedelta(days=rng.randint(-2500, 2500)))
        own = rng.choice(names.SURNAMES)
        shares = rng.random() < 0.65
        spouse = _member(
            town, home, female=not head.female, last=own, birth_name=own, born=min(other, dt.date(2006, 1, 1))
        )
        wife, husband = (head, spouse) if head.female else (spouse, head)
        if shares:
            wife.last = husband.last if rng.random() < 0.9 else f"{husband.last}-{wife.last}"
        spouse.patient = rng.random() < 0.6
        if rng.random() < 0.03:
            spouse.holder = head
        parents = [husband, wife]
    if 22 < age < 62 and rng.random() < 0.35 + town.child_share:
        _children(town, home, parents, rng.choice([1, 1, 2, 2, 3]))
    head.patient = rng.random() < 0.85


def draw_people(rng: random.Random, count: int, *, child_share: float, missing_nir: float, odd: bool) -> list[Person]:
    """Draw at least `count` patients (with the relatives they are filed under, who are no patients of their own)."""
    town = Town(rng, child_share, missing_nir, odd, lunar=odd)
    town.phones = [f"{block}{number:04}" for block in _PHONE_BLOCKS for number in range(0, 10_000, 7)]
    town.mobiles = [f"{_MOBILE_BLOCK}{number:04}" for number in range(10_000)]
    rng.shuffle(town.phones)
    rng.shuffle(town.mobiles)
    patients = 0
    while patients < count:
        before = len(town.people)
        _household(town)
        patients += sum(person.patient for person in town.people[before:])
        if rng.random() < 0.006:
            patients += _homonym(town)
    for person in town.people:
        person.numbered = rng.random() >= missing_nir
    _settle_identities(town.people)
    return [person for person in town.people if person.patient]


def _homonym(town: Town) -> int:
    """Add somebody of another household with the name of an earlier person and another birth date."""
    rng = town.rng
    model = rng.choice(town.people)
    born = _day(rng, _FIRST_BIRTH, dt.date(2006, 1, 1))
    if born == model.born:
        return 0
    twin = _member(town, _home(town), female=model.female, last=model.last, birth_name=model.last, born=born)
    twin.first = model.first
    return 1


def _settle_identities(people: list[Person]) -> None:
    """Keep (last name, first name, birth date) unique after marriages: of two alike the later one is no patient."""
    seen: set[tuple[str, str, tuple[int, int, int]]] = set()
    for person in people:
        identity = (without_accents(person.last).lower(), without_accents(person.first).lower(), person.birth)
        if identity in seen:
            person.patient = False
        seen.add(identity)
