"""Laboratories with habits of their own (how they write a NIR, a name, a phone), and their prescribers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from making import words

LABORATORY_COUNT = 28


@dataclass(frozen=True, slots=True)
class Prescriber:
    """Somebody who prescribes; no two share first and last name."""

    last_name: str
    first_name: str
    title: str
    rpps: str
    adeli: str
    postcode: str
    city: str


@dataclass(frozen=True, slots=True)
class Laboratory:
    """A laboratory: one spelling of everything, kept on all its rows."""

    index: int
    code: str
    name: str
    finess: str
    nir_style: str
    name_style: str
    phone_style: str
    comment_style: str
    repeats_maiden_name: bool
    prescribers: tuple[Prescriber, ...]
    prescriber_names: tuple[str, ...]


def _spaced(nir13: str) -> str:
    return " ".join((nir13[0], nir13[1:3], nir13[3:5], nir13[5:7], nir13[7:10], nir13[10:]))


NIR_STYLES: dict[str, Callable[[str, str], str]] = {
    "compact": lambda nir, key: nir + key,
    "spaced": lambda nir, key: f"{_spaced(nir)} {key}",
    "split": lambda nir, key: f"{nir} {key}",
    "dots": lambda nir, key: f"{_spaced(nir)} {key}".replace(" ", "."),
    "dashes": lambda nir, key: f"{_spaced(nir)} {key}".replace(" ", "-"),
    "nbsp": lambda nir, key: f"{_spaced(nir)} {key}".replace(" ", "\u00a0"),
    "narrow_nbsp": lambda nir, key: f"{_spaced(nir)} {key}".replace(" ", "\u202f"),
    "lower": lambda nir, key: (nir + key).lower(),
    "apostrophe": lambda nir, key: f"'{nir}{key}",
    "point_zero": lambda nir, key: nir + key if "2A" in nir or "2B" in nir else f"{nir}{key}.0",
    "thirteen": lambda nir, key: nir[:13] + key[:0],
    "thirteen_spaced": lambda nir, key: _spaced(nir) + key[:0],
}
"""How laboratories write 13 characters and key; `thirteen...` leave the key out."""

_KEYED = (
    *("compact", "spaced", "split", "compact", "dots", "spaced"),
    *("dashes", "nbsp", "lower", "apostrophe", "point_zero"),
)

PRESCRIBER_STYLES: tuple[Callable[[Prescriber], str], ...] = (
    lambda p: words.plain(f"{p.title.upper()} {p.last_name} {p.first_name}").upper(),
    lambda p: f"{p.title} {p.first_name} {p.last_name}",
    lambda p: f"{words.plain(p.last_name).upper()} {p.first_name}",
    lambda p: f"{'Docteur' if p.title == 'Dr' else 'Professeur'} {p.last_name} {p.first_name}",
    lambda p: words.plain(f"{p.last_name} {p.first_name} ({p.title})").upper(),
    lambda p: f"{p.title}. {words.plain(p.last_name).upper()} {p.first_name}",
    lambda p: words.plain(f"{p.last_name} {p.first_name}").upper(),
)

PHONE_STYLES: dict[str, Callable[[str], str]] = {
    "compact": lambda digits: digits,
    "spaced": lambda digits: " ".join(digits[at : at + 2] for at in range(0, 10, 2)),
    "dots": lambda digits: ".".join(digits[at : at + 2] for at in range(0, 10, 2)),
    "plus": lambda digits: "+33" + digits[1:],
    "zeros": lambda digits: "0033" + digits[1:],
}

NAME_STYLES: dict[str, Callable[[str], str]] = {
    "upper_plain": lambda text: words.plain(text).upper(),
    "upper": str.upper,
    "title": lambda text: text,
    "title_plain": words.plain,
}


def _prescriber(rng: Random, number: int, taken: set[frozenset[str]]) -> Prescriber:
    while True:
        last, first = words.skewed(rng, words.surnames()), words.skewed(rng, words.first_names(rng.choice("MF")))
        tokens = frozenset(words.plain(f"{last} {first}").upper().split())
        if tokens not in taken:
            taken.add(tokens)
            break
    city, postcode = rng.choice(words.cells("cities.tsv"))[:2]
    return Prescriber(
        last_name=last,
        first_name=first,
        title="Pr" if rng.random() < 0.04 else "Dr",
        rpps=words.luhn(f"1099{number:06d}"),
        adeli=words.luhn(f"{postcode[:2]}1{number % 100_000:05d}"),
        postcode=postcode,
        city=city,
    )


def laboratories(rng: Random, rows: int, *, unicode_spaces: bool) -> list[Laboratory]:
    """The 28 laboratories of a file of that size; each prescriber belongs to one or two of them."""
    taken: set[frozenset[str]] = set()
    count = max(2 * LABORATORY_COUNT, min(2_800, rows // 9))
    lists: list[list[Prescriber]] = [[] for _ in range(LABORATORY_COUNT)]
    for number in range(count):
        prescriber = _prescriber(rng, number, taken)
        home = number % LABORATORY_COUNT
        lists[home].append(prescriber)
        if rng.random() < 0.25:
            lists[(home + rng.randrange(1, LABORATORY_COUNT)) % LABORATORY_COUNT].append(prescriber)
    keyed = [*_KEYED, "narrow_nbsp"] if unicode_spaces else list(_KEYED)
    styles = [keyed[index % len(keyed)] for index in range(LABORATORY_COUNT - 3)]
    styles += ["thirteen", "thirteen", "thirteen_spaced"]
    rng.shuffle(styles)
    made = []
    for index, name in enumerate(words.lines("laboratories.txt")):
        style = rng.choice(PRESCRIBER_STYLES)
        made.append(
            Laboratory(
                index=index,
                code=f"LB{index + 1:02d}",
                name=words.plain(name).upper() if rng.random() < 0.6 else name,
                finess=words.luhn(f"{rng.randrange(1, 96):02d}99{index:04d}"),
                nir_style=styles[index],
                name_style=rng.choice(("upper_plain", "upper_plain", "upper", "title", "title_plain")),
                phone_style=rng.choice(tuple(PHONE_STYLES)),
                comment_style=rng.choice(("as_is", "as_is", "as_is", "upper_plain")),
                repeats_maiden_name=rng.random() < 0.3,
                prescribers=tuple(lists[index]),
                prescriber_names=tuple(style(prescriber) for prescriber in lists[index]),
            )
        )
    return made
