"""How a secretary errs (slips on an AZERTY keyboard, names spelled by ear, digits transposed), and how names look.

A typo always changes the text. Names are typed as `Lefèvre`; capitals and accents are a matter of style afterwards.
"""

from __future__ import annotations

import random
import re

from population_people import ACCENTS, key_of

_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn")
_PAD = {
    "0": "12",
    "1": "024",
    "2": "135",
    "3": "26",
    "4": "157",
    "5": "2468",
    "6": "359",
    "7": "48",
    "8": "579",
    "9": "68",
}


def _neighbours() -> dict[str, str]:
    near: dict[str, str] = {}
    for level, row in enumerate(_ROWS):
        for place, letter in enumerate(row):
            beside = row[max(0, place - 1) : place] + row[place + 1 : place + 2]
            for other in (level - 1, level + 1):
                if 0 <= other < len(_ROWS):
                    beside += _ROWS[other][max(0, place - 1) : place + 1]
            near[letter] = beside
    return near | _PAD


NEAR = _neighbours()

SPELLED = (
    ("ph", "f"), ("f(?=[aeiou])", "ph"), ("y", "i"), ("(?<=[a-z])i(?=[a-z])", "y"), ("nn", "n"),
    ("(?<=[aeo])n(?=[ei])", "nn"), ("ll", "l"), ("(?<=[aeiou])l(?=[aeiou])", "ll"), ("tt", "t"),
    ("(?<=[aeo])t(?=e)", "tt"), ("mm", "m"), ("rr", "r"), ("(?<=[aeiou])r(?=[aeiou])", "rr"),
    ("(?<=[aeiou])ss(?=[aeiou])", "c"), ("eau(?=x?$)", "au"), ("au", "o"), ("aud$", "aut"), ("ault$", "aut"),
    ("ot$", "eau"), ("ck", "k"), ("k", "c"), ("qu", "k"), ("th", "t"), ("t(?=[hio])", "th"), ("ei", "ai"),
    ("ai", "ei"), ("ain$", "in"), ("in$", "ain"), ("z", "s"), ("(?<=[aeiou])s(?=[aeiou])", "z"),
    ("[stdx]$", ""), ("e$", ""), ("(?<=[nrlt])$", "e"), ("(?<=[aeiut])$", "s"), ("er$", "é"), ("et$", "ai"),
    ("ie$", "y"), ("c(?=[ei])", "s"), ("oi", "oy"), ("an(?=[tdcg])", "en"), ("en(?=[tdcg])", "an"),
    ("ge", "je"), ("j", "g"), ("h", ""), ("ou", "oo"), ("ç", "ss"),
)  # fmt: skip
"""(what is heard, how it may be written): the first finds its place in a name, the second stands there after."""

BY_EAR = tuple((re.compile(heard), written) for heard, written in SPELLED)


def mistype(text: str, rng: random.Random) -> str:
    """A name, town or address with one slip or one spelling by ear; texts of one letter gain one."""
    low = text.lower()
    if len(low) < 2:
        return text + rng.choice("aeirs")
    for _ in range(8):
        kind = rng.random()
        at = rng.randrange(len(low))
        letter = low[at]
        if kind < 0.3:
            fitting = [(heard, written) for heard, written in BY_EAR if heard.search(low)]
            heard, written = rng.choice(fitting) if fitting else (re.compile("$"), "e")
            changed = heard.sub(written, low, count=1)
        elif kind < 0.52:
            changed = low[:at] + rng.choice(NEAR.get(letter, "s")) + low[at + 1 :]
        elif kind < 0.66:
            changed = low[:at] + letter + low[at:]
        elif kind < 0.84:
            changed = low[:at] + low[at + 1 :]
        else:
            changed = low[:at] + low[at + 1 : at + 2] + letter + low[at + 2 :]
        changed = changed.strip()
        if changed and changed != low:
            return changed.title()
    return text + "e"


def mistype_digits(digits: str, rng: random.Random) -> str:
    """Digits with two transposed (half of the time), one off by a key of the pad, or one doubled over its neighbour."""
    for _ in range(12):
        at = rng.randrange(len(digits) - 1)
        kind = rng.random()
        if kind < 0.5:
            changed = digits[:at] + digits[at + 1 : at + 2] + digits[at : at + 1] + digits[at + 2 :]
        elif kind < 0.9:
            changed = digits[:at] + rng.choice(_PAD.get(digits[at], "0")) + digits[at + 1 :]
        else:
            changed = digits[: at + 1] + digits[at : at + 1] + digits[at + 2 :]
        if changed != digits:
            return changed
    return digits[:-1] + ("1" if digits[-1] != "1" else "2")


def mistype_date(triple: tuple[int, int, int], rng: random.Random) -> tuple[int, int, int]:
    """(year, month, day) with a slip that laboratory software lets pass: a day of the calendar that is not to come."""
    written = f"{triple[2]:02d}{triple[1]:02d}{triple[0]:04d}"
    for _ in range(12):
        slipped = mistype_digits(written, rng)
        day, month, year = int(slipped[:2]), int(slipped[2:4]), int(slipped[4:])
        if 1 <= day <= 28 + 2 * (month != 2) and 1 <= month <= 12 and 1905 <= year <= 2025:
            return year, month, day
    return triple[0], triple[1], triple[2] % 28 + 1


def mistype_nir(nir: str, rng: random.Random, *, recomputes: bool) -> str:
    """A number of 15 with a slip in its 13 digits; the key stays wrong, unless the software computes it anew."""
    if rng.random() < 0.12 and not recomputes:
        return nir[:13] + mistype_digits(nir[13:], rng)
    body = nir[:13]
    slipped = mistype_digits(body, rng)
    if {"2A", "2B"} & {body[5:7]} and slipped[5:7] != body[5:7]:
        slipped = body[:-1] + str((int(body[-1]) + 1) % 10)
    return slipped + (key_of(slipped) if recomputes else nir[13:])


def mistype_mail(mail: str, rng: random.Random) -> str:
    """An address whose local part has a slip without a space or an accent."""
    local, _, host = mail.partition("@")
    changed = mistype(local, rng).lower().translate(ACCENTS).replace(" ", "")
    return f"{changed if changed != local else local + 'e'}@{host}"


TITLES = {"f": ("Mme ", "Mlle ", "MME ", "Madame "), "m": ("M. ", "Mr ", "MR ", "Monsieur ")}


def loosen(name: str, rng: random.Random) -> str:
    """A compound name or a name with a particle in one of its other spellings; a plain name as it is."""
    if name.startswith(("Saint", "Sainte")) and rng.random() < 0.5:
        return name.replace("Sainte", "Ste", 1).replace("Saint", "St", 1).replace("-", " ")
    if "-" in name:
        return name.replace("-", rng.choice((" ", " ", "", " - ")))
    if " " in name:
        return name.replace(" ", rng.choice(("", "", "-")), 1)
    return name.replace("'", rng.choice((" ", "", "' "))) if "'" in name else name


def initials(first: str, rng: random.Random) -> str:
    """`J.`, `J` or `J-P` for a first name."""
    parts = first.split("-")
    if len(parts) > 1:
        return "-".join(part[:1] for part in parts)
    return first[:1] + rng.choice((".", ""))


def styled(text: str, style: str) -> str:
    """A text in the house style: `upper` (no accents), `upper_accents`, `title`, `title_plain`, `lost` (`H?L?NE`)."""
    if style == "upper":
        return text.translate(ACCENTS).upper()
    if style == "upper_accents":
        return text.upper()
    if style == "title_plain":
        return text.translate(ACCENTS)
    if style == "lost":
        return "".join(letter if letter.isascii() else "?" for letter in text.upper())
    return text
