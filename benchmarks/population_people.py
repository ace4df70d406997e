"""People of a synthetic population: households, their numbers, what they share, what changes in their lives."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

import population_names as names
from population_words import CITIES, MAIL_HOSTS, STREETS

AS_OF = date(2026, 1, 1)
"""The day on which the truth says who is a minor; no visit is later."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a household lives."""

    address: str
    postcode: str
    city: str


@dataclass(frozen=True, slots=True)
class Society:
    """Rates of one population, drawn once: shares from 0 to 1 of people, of children or of couples.

    `residents` is the share of the old who live in one `residence`, under its address and its telephone.
    """

    naming: names.Naming
    region: str
    twins: float
    insured_children: float
    insured_spouses: float
    namesakes: float
    movers: float
    newlyweds: float
    shared_phone: float
    shared_mail: float
    waiting: float
    unknown_day: float
    lunar: float
    visits_power: float
    residents: float
    residence: tuple[Home, str]


@dataclass(frozen=True, slots=True)
class Person:
    """One human being and the truth about them. `insured` is the number they are filed under if it is not their own.

    Until `settled` the person is known by `waiting` (an NIA); from `moved` on they live at `later`; from `wed` on they
    bear `married`. `unknown` is "" or how an unknown birth day is written: `first` (1 January) or `lunar`.
    """

    number: int
    sex: str
    birth: date
    last: str
    first: str
    second: str
    nir: str
    married: str
    wed: date
    insured: str
    waiting: str
    settled: date
    unknown: str
    home: Home
    later: Home
    moved: date
    phone: str
    mail: str
    household: int
    twin: bool

    @property
    def minor(self) -> bool:
        """Whether they are under 18 on `AS_OF`."""
        return (AS_OF.year - self.birth.year, AS_OF.month - self.birth.month, AS_OF.day - self.birth.day) < (18, 0, 0)


def key_of(digits: str) -> str:
    """The two digits of control of a number of 13 characters."""
    plain = digits.replace("2A", "19").replace("2B", "18") if digits[5:7] in {"2A", "2B"} else digits
    return f"{97 - int(plain) % 97:02d}" if plain.isdigit() else "00"


def draw_society(rng: random.Random) -> Society:
    """The rates of one population."""
    region = rng.choice(tuple(CITIES))
    postcode, city = rng.choice(CITIES[region])
    residence = Home(f"EHPAD {rng.choice(('Les Glycines', 'Bel Air', 'Saint-Joseph'))}", postcode, city)
    return Society(
        naming=names.draw_naming(rng),
        region=region,
        twins=rng.uniform(0.01, 0.03),
        insured_children=rng.uniform(0.1, 0.4),
        insured_spouses=rng.uniform(0.0, 0.08),
        namesakes=rng.uniform(0.0, 0.01),
        movers=rng.uniform(0.02, 0.15),
        newlyweds=rng.uniform(0.01, 0.06),
        shared_phone=rng.uniform(0.2, 0.8),
        shared_mail=rng.uniform(0.1, 0.6),
        waiting=0.005,
        unknown_day=rng.uniform(0.1, 0.4),
        lunar=rng.uniform(0.0, 0.25),
        visits_power=rng.uniform(1.1, 2.2),
        residents=rng.choice((0.0, 0.1, 0.4)),
        residence=(residence, _phone(rng, mobile=False)),
    )


def draw_visits(society: Society, rng: random.Random) -> int:
    """Visits of one person: one to twelve, most of them few."""
    return min(12, int(rng.paretovariate(society.visits_power)))


def _home(society: Society, rng: random.Random) -> Home:
    region = society.region if rng.random() < 0.93 else rng.choice(tuple(CITIES))
    postcode, city = rng.choice(CITIES[region])
    return Home(f"{rng.randint(1, 140)} {rng.choice(STREETS)}", postcode, city)


def _phone(rng: random.Random, *, mobile: bool) -> str:
    return f"0{rng.choice('667') if mobile else rng.choice('12345')}{rng.randrange(10**8):08d}"


def _mail(first: str, last: str, rng: random.Random) -> str:
    plain = names_in_ascii(f"{first}.{last}") if rng.random() < 0.7 else names_in_ascii(f"{first[:1]}{last}")
    tail = str(rng.randint(1, 99)) if rng.random() < 0.5 else ""
    return f"{plain}{tail}@{rng.choice(MAIL_HOSTS)}"


ACCENTS = str.maketrans(
    "àâäçéèêëîïôöùûüÿñãõíóúáÀÂÄÇÉÈÊËÎÏÔÖÙÛÜÑÃÕÍÓÚÁ", "aaaceeeeiioouuuynaoiouaAAACEEEEIIOOUUUNAOIOUA"
)


def names_in_ascii(text: str) -> str:
    """Lower-case letters without accents, spaces or apostrophes."""
    return text.lower().translate(ACCENTS).replace(" ", "").replace("'", "")


class Registry:
    """Gives out numbers of the register, each once: the only state of a population while it is built."""

    def __init__(self, rng: random.Random, region: str) -> None:
        """An empty register; most people are born in the departments of `region`."""
        self._rng = rng
        self._given: set[str] = set()
        self._departments = sorted({postcode[:2] for postcode, _ in CITIES[region]})

    def number(self, sex: str, birth: date, origin: str, unknown: str, *, head: str | None = None) -> str:
        """15 characters for one birth; `head` ("1" to "8") stands for the sex while one waits to be registered."""
        rng = self._rng
        abroad = origin != "france" and (birth.year < 1975 or rng.random() < 0.35)
        month = birth.month if not unknown else rng.choice((*range(20, 43), *range(50, 60)))
        if abroad:
            place = f"99{rng.choice((352, 351, 350, 139, 109, 134, 127, 208, 341, 335, 326, 216, 243))}"
        elif rng.random() < 0.03:
            place = f"97{rng.randint(1, 4)}{rng.randint(1, 24):02d}"
        else:
            department = rng.choice(self._departments) if rng.random() < 0.7 else f"{rng.randint(1, 95):02d}"
            if department == "20":
                department = "20" if birth.year < 1976 else rng.choice(("2A", "2B"))
            place = f"{department}{rng.randint(1, 330):03d}"
        stem = f"{head or ('2' if sex == 'f' else '1')}{birth.year % 100:02d}{month:02d}{place}"
        return self._free(stem, rng.randint(1, 420))

    def beside(self, nir: str, sex: str) -> str:
        """The number of a twin: the next order of the same day and place."""
        return self._free(("2" if sex == "f" else "1") + nir[1:10], int(nir[10:13]) % 998 + 1)

    def _free(self, stem: str, order: int) -> str:
        while (digits := f"{stem}{order:03d}") in self._given:
            order = order % 998 + 1
        self._given.add(digits)
        return digits + key_of(digits)


NEVER = date(9999, 1, 1)
FIRST_DAY, LAST_DAY = date(2016, 1, 1), date(2025, 12, 31)


def _day(rng: random.Random, first: date, last: date) -> date:
    return first + timedelta(rng.randrange((last - first).days + 1))


def _some_day(rng: random.Random, share: float) -> date:
    return _day(rng, FIRST_DAY, LAST_DAY) if rng.random() < share else NEVER


def _adult(
    society: Society, registry: Registry, household: int, home: Home, rng: random.Random, **known: str
) -> Person:
    age = max(18, min(99, int(rng.gauss(52, 19)))) if "age" not in known else max(18, int(known["age"]))
    birth = _day(rng, date(AS_OF.year - age - 1, 1, 2), date(AS_OF.year - age - 1, 12, 31))
    if "birth" in known:
        birth = date.fromisoformat(known["birth"])
    origin = known.get("origin") or names.draw_origin(society.naming, rng)
    sex = known.get("sex") or rng.choice("fm")
    unknown = ""
    if origin in {"maghreb", "africa", "asia"} and birth.year < 1985 and rng.random() < society.unknown_day:
        unknown = "lunar" if rng.random() < society.lunar else "first"
        birth = date(birth.year, 1, 1)
    last = known.get("last") or names.last_name(society.naming, origin, rng)
    first = known.get("first") or names.first_name(origin, sex, birth.year, rng)
    nir = registry.number(sex, birth, origin, "" if unknown == "first" and rng.random() < 0.5 else unknown)
    waits = rng.random() < society.waiting * (1 if origin == "france" else 3) / 1.2
    return Person(
        number=-1,
        sex=sex,
        birth=birth,
        last=last,
        first=first,
        second=names.first_name(origin, sex, birth.year - 25, rng),
        nir=nir,
        married="",
        wed=NEVER,
        insured="",
        waiting=registry.number(sex, birth, origin, unknown, head="8" if sex == "f" else "7") if waits else "",
        settled=_day(rng, FIRST_DAY, LAST_DAY) if waits else FIRST_DAY,
        unknown=unknown,
        home=home,
        later=_home(society, rng),
        moved=_some_day(rng, society.movers),
        phone=_phone(rng, mobile=rng.random() < 0.75),
        mail=_mail(first, last, rng) if rng.random() < 0.7 else "",
        household=household,
        twin=False,
    )


def _wed(woman: Person, name: str, newlyweds: float, rng: random.Random) -> Person:
    """A woman who bears this name of use from her wedding on: long ago, or within the years of the files."""
    wed = _some_day(rng, newlyweds)
    grown = woman.birth.replace(day=1, year=woman.birth.year + 20)
    return replace(woman, married=name, wed=max(grown, FIRST_DAY if wed == NEVER else wed))


def _couple(
    society: Society, registry: Registry, household: int, age: int, rng: random.Random
) -> tuple[Person, Person]:
    home = _home(society, rng)
    origin = names.draw_origin(society.naming, rng)
    man = _adult(society, registry, household, home, rng, sex="m", origin=origin, age=str(age))
    hers = origin if rng.random() < 0.8 else "france"
    woman = _adult(society, registry, household, home, rng, sex="f", origin=hers, age=str(age - rng.randint(-3, 6)))
    woman = replace(woman, moved=man.moved, later=man.later)
    if rng.random() < 0.7:
        both = f"{woman.last}-{man.last}"
        woman = _wed(woman, both if rng.random() < 0.08 else man.last, society.newlyweds * 2, rng)
    if rng.random() < society.insured_spouses:
        woman = replace(woman, insured=man.nir)
    if rng.random() < society.shared_phone:
        woman = replace(woman, phone=man.phone)
    if rng.random() < society.shared_mail:
        woman = replace(woman, mail=man.mail)
    return man, woman


def _child(
    society: Society, registry: Registry, parents: tuple[Person, Person], birth: date, rng: random.Random
) -> Person:
    father, mother = parents
    sex = rng.choice("fm")
    last = rng.choices((father.last, mother.last, f"{mother.last} {father.last}"), (80, 12, 8))[0]
    first = names.first_name("france", sex, birth.year, rng)
    if sex == "m" and rng.random() < 0.004:
        first = father.first
    keeper = mother if rng.random() < 0.65 else father
    grown = birth.year < AS_OF.year - 15
    return Person(
        number=-1,
        sex=sex,
        birth=birth,
        last=last,
        first=first,
        second=rng.choice((father.first, names.first_name("france", sex, birth.year - 50, rng))),
        nir=registry.number(sex, birth, "france", ""),
        married="",
        wed=NEVER,
        insured=keeper.nir if rng.random() < society.insured_children else "",
        waiting="",
        settled=FIRST_DAY,
        unknown="",
        home=mother.home,
        later=mother.later,
        moved=mother.moved,
        phone=_phone(rng, mobile=True) if grown and rng.random() > society.shared_phone else keeper.phone,
        mail=_mail(first, last, rng) if grown and rng.random() > society.shared_mail else keeper.mail,
        household=mother.household,
        twin=False,
    )


def _twin(society: Society, registry: Registry, of: Person, rng: random.Random) -> Person:
    """Somebody born on the same day of the same mother; names may begin alike, but are never the same."""
    sex = of.sex if rng.random() < 0.65 else rng.choice("fm")
    first = of.first
    while first == of.first:
        first = names.first_name("france", sex, of.birth.year, rng)
    apart = AS_OF.year - of.birth.year > 24
    twin = replace(of, sex=sex, first=first, nir=registry.beside(of.nir, sex), waiting="", married="", twin=True)
    if apart:
        return replace(
            twin, home=_home(society, rng), phone=_phone(rng, mobile=True), mail=_mail(first, of.last, rng), moved=NEVER
        )
    return twin


def _family(society: Society, registry: Registry, household: int, rng: random.Random, *, twins: bool) -> list[Person]:
    """Parents, who may never have been patients themselves, and their children at home."""
    age = rng.randint(24, 58)
    parents = _couple(society, registry, household, age, rng)
    members = [parent for parent in parents if rng.random() < 0.75]
    for _ in range(rng.choices((1, 2, 3, 4), (38, 40, 17, 5))[0]):
        young = max(0, min(23, age - rng.randint(20, 36)))
        birth = _day(rng, date(AS_OF.year - 1 - young, 1, 1), date(AS_OF.year - 1 - young, 12, 28))
        child = _child(society, registry, parents, birth, rng)
        if twins:
            child = replace(child, twin=True)
            return [*members, child, _twin(society, registry, child, rng)]
        if rng.random() < 0.6:
            members.append(child)
    return members


def draw_people(society: Society, count: int, latest: date, rng: random.Random) -> list[Person]:
    """`count` people born by `latest`, numbered from 0 in the order of their households."""
    registry = Registry(rng, society.region)
    people: list[Person] = []
    household = twins = 0
    while len(people) < count:
        household += 1
        if twins < society.twins * len(people) and len(people) + 4 <= count:
            twins += 2
            if rng.random() < 0.4:
                one = replace(_adult(society, registry, household, _home(society, rng), rng), twin=True)
                drawn = [one, _twin(society, registry, one, rng)]
            else:
                drawn = _family(society, registry, household, rng, twins=True)
        elif (kind := rng.random()) < 0.42:
            drawn = [_single(society, registry, household, people, rng)]
        elif kind < 0.65:
            couple = _couple(society, registry, household, max(20, int(rng.gauss(55, 17))), rng)
            drawn = [member for member in couple if rng.random() < 0.8]
        else:
            drawn = _family(society, registry, household, rng, twins=False)
        people += [person for person in drawn if person.birth <= latest]
    return [replace(person, number=number) for number, person in enumerate(people[:count])]


def _single(society: Society, registry: Registry, household: int, people: list[Person], rng: random.Random) -> Person:
    """Somebody on their own; some bear the whole name of a stranger, a few of these were born on the same day."""
    home = _home(society, rng)
    if people and rng.random() < society.namesakes / 0.42:
        like = rng.choice(people)
        age = AS_OF.year - like.birth.year - 1
        known = {"last": like.last, "first": like.first, "sex": like.sex}
        if rng.random() < 0.15 and age >= 18:
            known["age"] = str(age)
            if rng.random() < 0.15:
                known["birth"] = like.birth.isoformat()
        return _adult(society, registry, household, home, rng, **known)
    person = _adult(society, registry, household, home, rng)
    if person.birth.year < AS_OF.year - 75 and rng.random() < society.residents:
        home, phone = society.residence
        person = replace(person, home=home, later=home, phone=phone, mail="")
    if person.sex == "f" and rng.random() < 0.4:
        partner = names.last_name(society.naming, "france", rng)
        return _wed(person, partner, society.newlyweds, rng)
    return person
