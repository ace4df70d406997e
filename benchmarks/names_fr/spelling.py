"""How things are written in the generator: dates, numbers, phones, addresses, invented ordinary words. All from one `Random`."""

from __future__ import annotations

from pathlib import Path
from random import Random

from benchmarks.names_fr import words as w

_MONTHS = ("janvier février mars avril mai juin juillet août septembre octobre novembre décembre").split()
_SHORT = ("janv jan|fév fev févr|mars mar|avr|mai|juin jun|juil jul|août aou|sept sep|oct|nov|déc dec").split("|")
_ENGLISH = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt"}
_ONES = (
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf"
).split()
_STEMS = (
    "card neur hépat gastr derm path cyt log phys therm graph chim bact vir immun gyn psych radi pneum néphr rhumat hémat "
    "ost my arthr céphal angi lymph thromb gluc lip prot transf sécr produc appar form compos ordonn prescr consult hospit "
    "mobil stabil régul contrôl évalu négoc répar install charg march pass tourn class détermin observ répart confirm"
).split()
_ENDINGS = (
    "ologie ite ose isme ique aire ation ement ité eur euse if ive able ence ance ectomie otomie oscopie ographie algie émie "
    "urie pathie ine ol ide one ate ium mab tinib azole ase er ir é ée és ées ait ant ent ons ez ie ien ienne al ale aux"
).split()

_VERB_ENDINGS = "er é ée és ées e ent ons ez ait aient ant era eront erait ation ateur euse age ement able".split()


def _ordinary() -> list[str]:
    """Words of column headers, which are no names."""
    path = Path(__file__).resolve().parents[2] / "models" / "lexicon" / "headers.tsv"
    phrases = (line.split("\t")[1] for line in path.read_text(encoding="utf-8").splitlines()[1:])
    return sorted({word for phrase in phrases for word in phrase.split() if len(word) > 2})


_ORDINARY = _ordinary()


def in_words(number: int, rng: Random) -> str:
    """A number below 100 in French words, hyphens or blanks between them."""
    tie = rng.choice("- ")
    if number < len(_ONES):
        return _ONES[number] if tie == "-" else _ONES[number].replace("-", rng.choice("- "))
    ten = 60 if 70 <= number < 80 else 80 if number >= 80 else number // 10 * 10
    rest = number - ten
    if rest == 0:
        return _TENS[ten]
    joint = " et " if rest in {1, 11} and ten < 80 else tie
    return f"{_TENS[ten]}{joint}{_ONES[rest]}"


def _year(rng: Random, low: int, high: int) -> int:
    return rng.randint(low, high)


def _month(month: int, rng: Random) -> str:
    draw = rng.random()
    name = _MONTHS[month - 1]
    if draw > 0.72:
        name = rng.choice(_SHORT[month - 1].split()) + rng.choice(("", "", "."))
    elif draw > 0.69:
        name = _ENGLISH[month - 1]
    draw = rng.random()
    return name.upper() if draw > 0.93 else name.capitalize() if draw > 0.78 else name


def date(rng: Random, low: int = 1985, high: int = 2079) -> str:
    """A whole date in one of the writings met in reports; years from `low` to `high`."""
    if (low, high) == (1985, 2079) and rng.random() < 0.8:
        low, high = 2005, 2032
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), _year(rng, low, high)
    draw = rng.random()
    if draw < 0.42:
        return f"{day:02d}/{month:02d}/{year}"
    if draw < 0.50:
        return f"{day:02d}/{month:02d}/{year % 100:02d}"
    if draw < 0.54:
        return f"{day}/{month}/{rng.choice((year, year % 100)):02d}"
    if draw < 0.62:
        mark = rng.choice(".--.|")
        return f"{day:02d}{mark}{month:02d}{mark}{rng.choice((year, year, year % 100)):02d}"
    if draw < 0.65:
        return f"{day}.{month}.{year}"
    if draw < 0.68:
        mark = rng.choice(("/", "-", ".", "/", "|"))
        gap = rng.choice((" ", "  ", " "))
        return f"{day:02d}{gap}{mark}{rng.choice((gap, ''))}{month:02d}{rng.choice((gap, ''))}{mark}{gap}{year}"
    if draw < 0.71:
        return f"{day:02d} {month:02d} {rng.choice((year, year, year % 100)):02d}"
    if draw < 0.73:
        return f"{year}-{month:02d}-{day:02d}"
    if draw < 0.745:
        return f"{day:02d}{month:02d}{year}"
    if draw < 0.90:
        first = "1er" if day == 1 and rng.random() < 0.8 else str(day)
        written = rng.choice((year, year, year, year, year % 100))
        return f"{first} {_month(month, rng)} {written:02d}"
    if draw < 0.94:
        weekday = rng.choice("lundi mardi mercredi jeudi vendredi samedi dimanche".split())
        return f"{weekday} {day} {_MONTHS[month - 1]}{rng.choice((f' {year}', ''))}"
    if draw < 0.96:
        return f"{day:02d}{rng.choice(('', '-', '.', ' '))}{_month(month, rng).strip('.')}{rng.choice(('', '-', ' '))}{year}"
    return _date_in_words(day, month, year, rng)


def _date_in_words(day: int, month: int, year: int, rng: Random) -> str:
    first = rng.choice((in_words(day, rng), in_words(day, rng), str(day)))
    if day == 1:
        first = "premier"
    middle = rng.choice((_MONTHS[month - 1], _MONTHS[month - 1], f"{month:02d}"))
    if rng.random() < 0.35:
        return f"{first} {middle} {year}"
    hundred = "deux mille" if year >= 2000 else rng.choice(("mille neuf cent", "mil neuf cent", "mille neuf-cent"))
    rest = in_words(year % 100, rng) if year % 100 else ""
    if rng.random() < 0.15 and year % 100:
        rest = str(year % 100)
    return f"{first} {middle} {hundred} {rest}".strip()


def partial_date(rng: Random) -> str:
    """A date that lacks a part: month and year, year, day and month, month."""
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), _year(rng, 1948, 2027)
    draw = rng.random()
    if draw < 0.26:
        return f"{_month(month, rng)} {rng.choice((year, year, year, year % 100)):02d}"
    if draw < 0.50:
        return str(year)
    if draw < 0.60:
        return f"{month:02d}/{rng.choice((year, year, year % 100)):02d}"
    if draw < 0.72:
        mark = rng.choice("/./-")
        return rng.choice((f"{day:02d}{mark}{month:02d}", f"{day}/{month}", f"{day:02d} / {month:02d}"))
    if draw < 0.84:
        return f"{day} {_month(month, rng)}"
    if draw < 0.88:
        return f"{rng.choice(('', f'{day:02d}'))}{_month(month, rng).strip('.')}{rng.choice(('', str(year)))}"
    if draw < 0.91:
        return f"{year} {_MONTHS[month - 1]}"
    if draw < 0.96:
        season = rng.choice(("l'été", "fin", "début", "mi", "printemps", "hiver", "automne"))
        return f"{season} {year}" if season != "l'été" else f"été {year}"
    return date(rng)


def spaced(text: str) -> str:
    """Digits with a blank after each, as forms with boxes are read."""
    return " ".join(text)


def clock(rng: Random) -> str:
    hour, minute = rng.randint(0, 23), rng.randint(0, 59)
    return rng.choice(
        (
            f"{hour:02d}:{minute:02d}",
            f"{hour}h{minute:02d}",
            f"{hour}h",
            f"{hour:02d}H{minute:02d}",
            f"{hour} h {minute:02d}",
        )
    )


def digits(rng: Random, low: int, high: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(rng.randint(low, high)))


def phone(rng: Random) -> str:
    pairs = ["0" + rng.choice("12345679"), *(digits(rng, 2, 2) for _ in range(4))]
    draw = rng.random()
    if draw < 0.06:
        return " ".join(pairs[: rng.randint(2, 4)])
    if draw < 0.12:
        return rng.choice(("+33 ", "+33(0)", "(33) ", "0033 ")) + " ".join([pairs[0][1], *pairs[1:]])
    return rng.choice((" ", " ", " ", ".", ".", "-", "", " . ")).join(pairs)


def number(rng: Random) -> str:
    draw = rng.random()
    if draw < 0.4:
        return str(rng.randint(1, 400))
    return f"{rng.randint(0, 300)}{rng.choice(',.')}{rng.randint(0, 99)}"


def nir(rng: Random) -> str:
    return f"{rng.choice('12')}{digits(rng, 2, 2)}{rng.randint(1, 12):02d}{digits(rng, 10, 10)}"


def result_line(rng: Random) -> str:
    """A line of a laboratory report: test, value, unit, range."""
    test, value, unit = rng.choice(w.TESTS), number(rng), rng.choice(w.UNITS)
    gap = rng.choice((" ", "  ", "\t", " : ", "      ", " = "))
    low = rng.randint(1, 90)
    extent = rng.choice(
        ("", f" ({low} - {low * 2})", f"   {low},0 à {low * 2},0", f"  [{low}-{low * 3}]", f"   VR : < {low}")
    )
    return f"{test}{gap}{value} {unit}{extent}"


def address(rng: Random, *, lines: bool = False) -> str:
    """A street, most often with postcode and town."""
    street = rng.choice(w.STREET_TYPES)
    name = rng.choice(w.FAMOUS if rng.random() < 0.45 else w.PLAIN_STREETS)
    house = str(rng.randint(1, 180)) if rng.random() < 0.95 else in_words(rng.randint(2, 19), rng)
    house += rng.choice(("", "", "", "", " bis", " ter", f"-{rng.randint(2, 90)}", "B"))
    written = f"{house}{rng.choice((' ', ' ', ' ', ', '))}{street} {name}"
    if rng.random() < 0.12:
        written = rng.choice(("Bât. B, ", "Appt 12, ", "Résidence les Pins, ", "Lieu-dit Kerbiriou, ")) + written
    code = rng.choice((digits(rng, 5, 5), f"{rng.randint(1, 95):02d}{rng.choice(('000', '100', '200', '300', '400'))}"))
    if rng.random() < 0.05:
        code = f"{code[:2]} {code[2:]}"
    town = rng.choice(w.CITIES)
    if rng.random() < 0.35:
        town = town.upper()
    if rng.random() < 0.08:
        town += rng.choice((" cedex", " CEDEX 05", " Cedex 12"))
    if lines:
        return f"{written}\n{code} {town}"
    if rng.random() < 0.78:
        written += rng.choice((" ", ", ", ", ", " - ")) + f"{code}{rng.choice((' ', ' ', ' ', ', '))}{town}"
    return written.upper() if rng.random() < 0.1 else written


def hospital(rng: Random) -> str:
    """A hospital with its kind, or a clinic."""
    name = rng.choice(w.HOSPITAL_NAMES)
    if rng.random() < 0.12:
        name = name.upper()
    draw = rng.random()
    if draw < 0.55:
        return f"{rng.choice(('Hôpital', 'hôpital', 'Hôpital', 'HOPITAL', 'HÔPITAL', 'Hopital', 'Hôpitaux', 'Groupe hospitalier'))} {name}"
    if draw < 0.72:
        return f"{rng.choice(('CHU', 'CH', 'CHR', 'CHU de', 'Centre Hospitalier de', 'Centre hospitalier', 'CH de'))} {rng.choice(w.CITIES)}"
    if draw < 0.90:
        return f"{rng.choice(('Clinique', 'clinique', 'CLINIQUE', 'Polyclinique', 'Centre médical', 'Institut'))} {rng.choice(w.CLINIC_NAMES)}"
    return f"{rng.choice(('H.', 'GH', 'GHU', 'Hop.', 'Hôp.'))} {name}"


def junk(rng: Random) -> str:
    """An ordinary word: real, a form of a verb, made of the stem and ending of one, or letters that abbreviate."""
    draw = rng.random()
    if draw < 0.38:
        return rng.choice(w.WORDS)
    if draw < 0.52:
        return rng.choice(_ORDINARY)
    if draw < 0.66:
        return rng.choice(w.VERBS) + rng.choice(_VERB_ENDINGS)
    if draw < 0.72:
        letters = "".join(rng.choice("ABCDEFGHIKLMNOPRSTUVXYZ") for _ in range(rng.randint(2, 5)))
        return letters + rng.choice(("", "", "", str(rng.randint(1, 99)), "+"))
    if draw < 0.76:
        return rng.choice(w.BRANDS)
    word = rng.choice(_STEMS) + rng.choice(_ENDINGS)
    return rng.choice(("", "", "", "", "anti", "hyper", "post-", "pré", "ré")) + word


def junk_capital(rng: Random) -> str:
    word = junk(rng)
    return word.upper() if rng.random() < 0.35 else word.capitalize()


def mail(rng: Random, local: str) -> str:
    host = rng.choice(
        (
            "aphp.fr",
            "chu-nantes.fr",
            "gmail.com",
            "orange.fr",
            "wanadoo.fr",
            "hotmail.fr",
            "exemple.org",
            "free.fr",
            "labo-x.com",
            "ght.fr",
        )
    )
    return f"{local}{rng.choice(('', '', str(rng.randint(1, 99))))}@{host}"
