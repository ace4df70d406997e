"""Who stands in a table of INS test identities: series and families of test people, odd names, twins, namesakes.

Written blind to the rules of leakscan, as imitation of a public table of 14,369 test identities. Everybody is
invented; each has one number of their own, with the right key.
"""

from __future__ import annotations

import random
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import population_names as names
import unseen_names
from ins_words import HOME, LETTERS, MEN, OF_BOTH, OFFICIAL, REMARKS, SERIES, WOMEN, drawn_place, in_letters
from population_people import key_of

NIR_OID, NIA_OID, TEST_OID, DEMO_OID = (f"1.2.250.1.213.1.4.{last}" for last in (8, 9, 10, 11))
FEW = 60
"""With fewer test people than this the official cases are left out."""
_FOREIGN, _FREQUENT = 0.12, 0.62
"""Of last names: those of families from abroad, and (both together) of frequent ones; the others are rare."""
_RARE = (*names.TAIL, *unseen_names.SURNAMES)
_PARTICLES = ("DE LA ", "DE ", "VAN DER ", "DU ", "D'", "EL ", "BEN ", "LE ", "N'", "O'")
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FICTIVE_MONTHS = (20, 20, 20, *range(30, 43), *range(50, 100))
"""What stands for the month in the number of somebody whose month is not known."""

Sex = Literal["M", "F"]
Day = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Style:
    """Shares of one table. `test`: test people; `home`: of these, those for whom the table tells another town.

    `provisional`: numbers of those who wait for theirs (NIA); `lunar`: dates that no calendar has; `fictive`: months
    that are none within the number; `unnumbered`: rows without a number; `clash`: numbers that tell another year;
    `former`: people with an older number beside theirs. `authority`: which OIDs.
    """

    test: float = 0.18
    accents: bool = False
    provisional: float = 0.03
    lunar: float = 0.012
    fictive: float = 0.02
    corsica: float = 0.025
    unnumbered: float = 0.0
    authority: Literal["test", "real", "mixed"] = "test"
    home: float = 0.5
    clash: float = 0.003
    namesakes: float = 0.01
    former: float = 0.0


@dataclass(slots=True)
class Identity:
    """One person. `place`: of the table, the number may hold another; `ambiguous`, `risky`: not known by name alone.

    A month or day that is not known is 0. `former`: an older number, without its key.
    """

    last: str
    firsts: list[str]
    sex: Sex
    born: Day
    place: str = ""
    body: str = ""
    provisional: bool = False
    oid: str = TEST_OID
    used_last: str = ""
    used_first: str = ""
    answer: str = "00"
    comment: str = ""
    former: str = ""
    numbered: bool = True
    ambiguous: bool = False
    risky: bool = False
    series: bool = False
    at: int = field(default=-1)

    @property
    def number(self) -> str:
        """The number and its key."""
        return self.body + key_of(self.body)

    @property
    def first(self) -> str:
        """The first of the first names."""
        return self.firsts[0]

    @property
    def all_firsts(self) -> str:
        """All first names, as a table lists them."""
        return " ".join(self.firsts)

    @property
    def kind(self) -> str:
        """Of the number."""
        return "NIA" if self.provisional else "NIR"

    def date(self, form: str) -> str:
        """The birth date, as `{0:04}-{1:02}-{2:02}` says it of year, month and day."""
        return form.format(*self.born)

    def known_by(self) -> tuple[str, str, int]:
        """What tells people apart who have no number: with the year alone, to be on the safe side."""
        return plain(self.last), plain(self.first), self.born[0]


def without_accents(text: str) -> str:
    """Letters alone, ligatures in two."""
    for joined, apart in (("œ", "oe"), ("Œ", "OE"), ("æ", "ae"), ("Æ", "AE")):
        text = text.replace(joined, apart)
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def plain(text: str) -> str:
    """Capitals without accents and what stands between them."""
    return "".join(letter for letter in without_accents(text).upper() if letter.isalnum())


def surname(rng: random.Random) -> str:
    """A last name: of a family from abroad, a frequent one or a rare one."""
    drawn = rng.random()
    if drawn < _FOREIGN:
        return names.ABROAD[rng.choice(tuple(names.ORIGINS))][0].draw(rng)
    return names.HEAD.draw(rng) if drawn < _FREQUENT else rng.choice(_RARE)


def given(rng: random.Random, sex: Sex, year: int) -> str:
    """A first name of that generation; one in five from anywhere."""
    if rng.random() < 0.2:
        return rng.choice(unseen_names.MALE_NAMES if sex == "M" else unseen_names.FEMALE_NAMES)
    origin = rng.choice(tuple(names.ORIGINS)) if rng.random() < _FOREIGN else "france"
    return names.first_name(origin, sex.lower(), year, rng)


class Registry:
    """Draws the people of one table; `taken`: numbers that are somebody else's."""

    def __init__(self, rng: random.Random, style: Style, taken: frozenset[str] = frozenset()) -> None:
        self.rng, self.style = rng, style
        self.taken = set(taken)
        self.people: list[Identity] = []

    def draw(self, count: int) -> list[Identity]:
        """So many people: test people first, then others, then namesakes of both."""
        test, others = int(count * self.style.test), count - int(count * self.style.namesakes)
        if test > FEW:
            self._official()
        while (room := test - len(self.people)) > 0:
            drawn = self.rng.random()
            (self._series if drawn < 0.62 else self._family if drawn < 0.85 else self._odd)(room)
        while (room := others - len(self.people)) > 0:
            drawn = self.rng.random()
            (self._twins if drawn < 0.03 else self._siblings if drawn < 0.08 else self._anybody)(room)
        models = list(self.people)
        while len(self.people) < count:
            self._namesake(self.rng.choice(models))
        self._settle()
        assert len({who.body for who in self.people}) == len(self.people) == count
        return self.people

    def _written(self, name: str) -> str:
        return name.upper() if self.style.accents else without_accents(name.upper())

    def _surname(self) -> str:
        return self._written(surname(self.rng))

    def _sex(self) -> Sex:
        return "M" if self.rng.random() < 0.5 else "F"

    def _day(self, *, young: bool = False) -> Day:
        rng, drawn = self.rng, self.rng.random()
        if drawn < 0.013:
            year = rng.randint(1903, 1925)
        elif drawn < 0.03:
            year = rng.randint(2024, 2025)
        elif drawn < 0.21 or young:
            year = rng.randint(2007, 2025)
        else:
            year = int(rng.triangular(1926, 2007, 1965))
        if rng.random() < 0.02:
            year = rng.choice((1900, 1920, 2000, 1940))
        month = rng.randint(1, 12)
        day = rng.randint(1, _MONTH_DAYS[month - 1])
        return (year, 1, 1) if rng.random() < 0.03 else (year, month, day)

    def _firsts(self, sex: Sex, year: int, count: int | None = None) -> list[str]:
        wanted = count or self.rng.choices((1, 2, 3, 4, 5), (34, 30, 27, 8, 1))[0]
        found: list[str] = []
        while len(found) < wanted:
            name = self._written(given(self.rng, sex, year))
            if name not in found:
                found.append(name)
        return found

    def _add(
        self,
        who: Identity,
        place: str | None = None,
        order: int | None = None,
        body: str | None = None,
        table_place: str | None = None,
    ) -> Identity:
        """Give somebody a number. `place` and `order` stand in it, `table_place` in the table."""
        rng, style = self.rng, self.style
        if body is None and who.born[1] and rng.random() < style.lunar:
            self._make_lunar(who)
        fictive = (who.born[1] == 0 and rng.random() < 0.8) or rng.random() < style.fictive
        place = place or drawn_place(rng, who.born[0], style.corsica)
        who.body = body or self._body(who, place, order, fictive=fictive)
        self.taken.add(who.body)
        who.place = table_place or place
        if who.place.startswith("20"):
            who.place = rng.choice(("2A", "2B")) + who.place[2:]
        real = NIA_OID if who.provisional else NIR_OID
        choices = {"test": (TEST_OID,), "real": (real,), "mixed": (real, real, TEST_OID, DEMO_OID)}
        who.oid = rng.choice(choices[style.authority])
        if who.born[0] < 2005 and rng.random() < (0.33 if who.sex == "F" else 0.03):
            other = self._surname()
            who.used_last = other if rng.random() < 0.75 else f"{who.last}{rng.choice('- ')}{other}"
        if len(who.firsts) > 1 and rng.random() < 0.03:
            who.used_first = who.firsts[1]
        if rng.random() < style.former:
            who.former = self._former(who)
        who.at = len(self.people)
        self.people.append(who)
        return who

    def _make_lunar(self, who: Identity) -> None:
        year, month, _ = who.born
        drawn = self.rng.random()
        who.born = (year, 0, 0) if drawn < 0.55 else (year, month, 0) if drawn < 0.9 else (year, 2, 31)

    def _body(self, who: Identity, place: str, order: int | None, *, fictive: bool) -> str:
        rng = self.rng
        sexes = {"M": ("7773" if who.provisional else "1"), "F": ("8884" if who.provisional else "2")}[who.sex]
        while True:
            month = rng.choice(_FICTIVE_MONTHS) if fictive else who.born[1] or rng.randint(1, 12)
            slip = rng.choice((-1, 1, 10)) if rng.random() < self.style.clash else 0
            last = order or rng.choice((rng.randint(1, 40), rng.randint(1, 999)))
            body = f"{rng.choice(sexes)}{(who.born[0] + slip) % 100:02}{month:02}{place}{last:03}"
            if body not in self.taken:
                return body
            order = None if order is None or order > 990 else order + 1

    def _former(self, who: Identity) -> str:
        while True:
            waiting = f"{'7' if who.sex == 'M' else '8'}{who.body[1:10]}{self.rng.randint(1, 999):03}"
            other_sex = f"{'2' if who.body[0] == '1' else '1'}{who.body[1:10]}{self.rng.randint(1, 999):03}"
            body = self.rng.choice((waiting, other_sex))
            if body not in self.taken:
                self.taken.add(body)
                return body

    def _new(self, last: str, firsts: list[str], sex: Sex, born: Day) -> Identity:
        return Identity(last, firsts, sex, born, provisional=self.rng.random() < self.style.provisional)

    def _official(self) -> None:
        for last, firsts, sex, born, place, body in OFFICIAL:
            if body in self.taken:
                continue
            year, month, day = map(int, born.split("-"))
            who = Identity(last, firsts.split(), "M" if sex == "M" else "F", (year, month, day), series=True)
            order = self.rng.choice((None, 830 + self.rng.randint(0, 9)))
            who.comment = self.rng.choice((f"Cas CNDA 2.0{self.rng.randint(1, 9)}", "", "ne pas modifier"))
            self._add(who, "99100" if place == "99999" else place, order, body, place)

    def _table_home(self) -> str | None:
        return HOME if self.rng.random() < self.style.home else None

    def _series(self, room: int) -> None:
        """People called by a running number: often of one first name, one birth date or one town."""
        rng = self.rng
        base = rng.choice(SERIES) if rng.random() < 0.8 else self._surname()[:9] + rng.choice(("-", "", " "))
        start = rng.choice((1, 1, rng.randint(2, 700)))
        sex, born = self._sex(), self._day()
        firsts = rng.choice(MEN if sex == "M" else WOMEN).split()
        same_first, same_day, running = rng.random() < 0.5, rng.random() < 0.4, rng.random() < 0.6
        place = rng.choice((HOME, HOME, "51215", drawn_place(rng, born[0], 0.1)))
        order = rng.choice((1, 830, 189, rng.randint(1, 800)))
        for step in range(min(room, rng.randint(3, 60))):
            label = in_letters(start + step)
            if rng.random() < 0.015:
                label = "-".join(LETTERS[(start + step + letter) % 26] for letter in range(2))
            if not same_first:
                sex = self._sex()
                firsts = rng.choice(MEN if sex == "M" else WOMEN).split()
                firsts += self._firsts(sex, 1980, 1) if rng.random() < 0.3 else []
            who = self._new(self._written(base + label), list(firsts), sex, born if same_day else self._day())
            who.series = who.risky = True
            self._add(who, place if running else None, order + step if running else None, None, self._table_home())

    def _family(self, room: int) -> None:
        """Parents and children, who may be called by numbers."""
        rng = self.rng
        base = rng.choice(("INSI-FAMILLE-", "FAMILLE-", ""))
        last = base + in_letters(rng.randint(1, 300)) if base else self._surname()
        counted, child_born = rng.random() < 0.4, self._day(young=True)
        for member in range(min(room, rng.randint(2, 6))):
            sex: Sex = ("M", "F")[member] if member < 2 else self._sex()
            born = child_born if rng.random() < 0.5 else self._day(young=True)
            if member < 2:
                born = (rng.randint(1965, 1995), rng.randint(1, 12), rng.randint(1, 28))
            who = self._new(last, [in_letters(member + 1)] if counted else self._firsts(sex, born[0]), sex, born)
            who.series = who.risky = True
            self._add(who, rng.choice((HOME, None)), None, None, self._table_home())

    def _odd(self, _: int) -> None:
        """One letter, letters spoken, particles, apostrophes, three names in one."""
        rng, sex, born = self.rng, self._sex(), self._day()
        forms: tuple[Callable[[], str], ...] = (
            lambda: "D'" + surname(rng),
            lambda: "-".join(surname(rng) for _ in range(3)),
            lambda: f"DE {surname(rng)} DE L'{rng.choice(('HERAULT', 'ISLE', 'ORNE'))}",
            lambda: rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            lambda: f"{rng.choice('XYZOAEIU')} {surname(rng)}",
            lambda: "-".join(rng.sample(LETTERS, rng.randint(2, 5))),
            lambda: f"{surname(rng)} EPOUSE {surname(rng)}",
            lambda: "TEST" + surname(rng),
            lambda: f"{surname(rng)} {in_letters(rng.randint(1, 99))}",
        )
        firsts = self._firsts(sex, born[0]) if rng.random() < 0.8 else [rng.choice("ABCDEFGHIJ")]
        who = self._new(self._written(rng.choice(forms)()), firsts, sex, born)
        who.series = True
        self._add(who, rng.choice((HOME, None)))

    def _anybody(self, _: int = 0) -> Identity:
        rng, drawn, name = self.rng, self.rng.random(), surname(self.rng)
        if drawn < 0.045:
            name += rng.choice(("-", " ")) + surname(rng)
        elif drawn < 0.05:
            name = rng.choice(_PARTICLES) + name
        elif drawn < 0.0508:
            name = rng.choice("ABEIKLOQUXYZ")
        sex, born = self._sex(), self._day()
        return self._add(self._new(self._written(name), self._firsts(sex, born[0]), sex, born))

    def _twins(self, room: int) -> None:
        one = self._anybody()
        one.risky = True
        one.comment = self.rng.choice(("Jumeau", "jumeaux", "", ""))
        for later in range(min(room - 1, 2 if self.rng.random() < 0.06 else 1)):
            sex = self.rng.choice((one.sex, self._sex()))
            firsts = [name for name in self._firsts(sex, one.born[0], 5) if name != one.first]
            other = self._new(one.last, firsts[: self.rng.randint(1, 3)], sex, one.born)
            self._add(other, one.body[5:10], min(999, int(one.body[10:]) + 1 + later))
            other.born, other.risky, other.comment = one.born, True, one.comment

    def _siblings(self, room: int) -> None:
        one = self._anybody()
        for _ in range(min(room - 1, self.rng.randint(1, 3))):
            sex, year = self._sex(), min(2025, one.born[0] + self.rng.randint(-9, 9))
            born = (year, self.rng.randint(1, 12), self.rng.randint(1, 28))
            other = self._new(one.last, self._firsts(sex, year), sex, born)
            self._add(other, one.body[5:10] if self.rng.random() < 0.5 else None)

    def _namesake(self, model: Identity) -> None:
        """Somebody of the same names and mostly the same birth date, with a number of their own of the same kind."""
        rng, drawn = self.rng, self.rng.random()
        who = Identity(model.last, list(model.firsts), model.sex, model.born, provisional=model.provisional)
        if drawn < 0.12:
            who.born = self._day()
        elif drawn < 0.2 and model.first in OF_BOTH:
            who.sex = "F" if model.sex == "M" else "M"
        same_place = drawn > 0.65
        self._add(who, model.body[5:10] if same_place else None, None, None, model.place if same_place else None)
        if who.born[1] == 0:
            who.born = model.born
        who.comment = rng.choice(("Homonyme", "homonyme parfait", "CR 02 attendu sans lieu de naissance", ""))
        who.answer = rng.choice(("00", "02"))

    def _settle(self) -> None:
        """Say who is known by name and year alone; comment; leave some without a number among these."""
        alike: dict[tuple[str, str, int], list[Identity]] = defaultdict(list)
        for who in self.people:
            alike[who.known_by()].append(who)
        for who in self.people:
            who.ambiguous = len(alike[who.known_by()]) > 1
            if not who.comment:
                who.comment = self._comment(who)
            if not who.ambiguous and not who.risky and self.rng.random() < self.style.unnumbered:
                who.numbered, who.answer, who.comment = False, "01", "Aucune identité trouvée"

    def _comment(self, who: Identity) -> str:
        if who.provisional:
            return self.rng.choice(("NIA - en attente de certification", "NIA", ""))
        if who.born[1] == 0:
            return self.rng.choice(("date lunaire", "date de naissance incomplète", ""))
        return self.rng.choice(REMARKS) if self.rng.random() < 0.02 else ""
