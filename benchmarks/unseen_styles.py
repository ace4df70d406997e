"""How a layout writes its headers: spaces, snakes, camels, vendor prefixes, table.column; with or without accents."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

_STOP = {"de", "du", "d", "des", "la", "l", "et", "n", "à"}
_BLOCK_PREFIX = {
    "patient": ("PAT", "PATIENT", "P", "BEN"),
    "cover": ("ASS", "DROITS", "COUV"),
    "exam": ("EXA", "DOS", "EX"),
    "presc": ("PRES", "PRESC", "MED"),
    "admin": ("ADM", "SYS", "GES"),
}
_BLOCK_TABLE = {
    "patient": ("patient", "pat", "tbl_patient"),
    "cover": ("assure", "droits", "couverture"),
    "exam": ("examen", "demande", "dossier"),
    "presc": ("prescripteur", "medecin", "presc"),
    "admin": ("gestion", "sys", "admin"),
}
STYLES: tuple[str, ...] = (
    "plain",
    "plain",
    "upper",
    "snake",
    "upper_snake",
    "upper_snake",
    "camel",
    "pascal",
    "kebab",
    "compact",
    "vendor",
    "vendor",
    "block",
    "block",
    "dotted",
)
VENDORS: tuple[str, ...] = ("T1_", "T01_", "X_", "LGC_", "SIL.", "F_", "Z1", "A.", "tb1_", "exp_", "CH_", "V_")


@dataclass(frozen=True)
class HeaderStyle:
    """How one layout writes its headers."""

    style: str
    vendor: str
    prefixes: dict[str, str]
    tables: dict[str, str]
    accents: bool
    weights: tuple[float, ...]


def draw_style(rng: random.Random) -> HeaderStyle:
    """Draw a layout's way of writing headers: its join style, its prefixes and the registers it mixes."""
    weights = rng.choice(
        [
            (8.0, 1.0, 0.0, 0.0, 0.2),
            (1.0, 8.0, 0.0, 0.0, 0.1),
            (0.5, 0.5, 8.0, 0.0, 0.0),
            (3.0, 3.0, 3.0, 0.0, 0.3),
            (2.0, 3.0, 0.5, 0.4, 0.2),
            (0.3, 1.0, 0.3, 6.0, 0.0),
            (4.0, 2.0, 0.5, 0.0, 3.0),
            (5.0, 4.0, 0.0, 0.0, 0.0),
        ]
    )
    return HeaderStyle(
        style=rng.choice(STYLES),
        vendor=rng.choice(VENDORS),
        prefixes={block: rng.choice(names) for block, names in _BLOCK_PREFIX.items()},
        tables={block: rng.choice(names) for block, names in _BLOCK_TABLE.items()},
        accents=rng.random() < 0.5,
        weights=weights,
    )


def without_accents(text: str) -> str:
    """Drop diacritics and spell ligatures out, as old systems do."""
    text = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae")
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def write_header(rng: random.Random, pool: tuple[str, ...], block: str, style: HeaderStyle) -> str:
    """Draw one of a pool's alternatives and write it in the layout's style."""
    weights = [weight if text else 0.0 for weight, text in zip(style.weights, pool, strict=False)]
    if not any(weights):
        weights = [1.0 if text else 0.0 for text in pool]
    text = rng.choice(rng.choices(pool, weights)[0].split("|"))
    if not style.accents or style.style not in {"plain", "upper"}:
        text = without_accents(text)
    return join_words(text, block, style)


def join_words(text: str, block: str, style: HeaderStyle) -> str:
    """Write a header's words in the style of the layout: spaces, snakes, camels, prefixes or table.column."""
    if style.style == "plain":
        return text
    if style.style == "upper":
        return text.upper()
    words = [
        word
        for word in re.split(
            r"[^0-9A-Za-z]+", without_accents(text.replace("(e)", "").replace("n°", "no ").replace("N°", "No "))
        )
        if word
    ]
    kept = [word for word in words if word.lower() not in _STOP]
    words = kept if len("".join(kept)) > 2 else words
    snake = "_".join(words)
    written: dict[str, str] = {
        "snake": snake.lower(),
        "upper_snake": snake.upper(),
        "camel": words[0].lower() + "".join(word.capitalize() for word in words[1:]),
        "pascal": "".join(word.capitalize() for word in words),
        "kebab": "-".join(words).lower(),
        "compact": "".join(words).upper(),
        "vendor": style.vendor + (snake.upper() if style.vendor.isupper() else snake.lower()),
        "block": f"{style.prefixes[block]}_{snake.upper()}",
        "dotted": f"{style.tables[block]}.{snake.lower()}",
    }
    return written[style.style]
