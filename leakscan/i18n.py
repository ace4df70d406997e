"""What leakscan says to people, in English and in French, and how it writes numbers in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakscan.phrases import PHRASES

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: tuple[str, ...] = ("en", "fr")
"""Languages of the outputs; the first is the default."""

THIN_SPACE = "\u202f"
"""Narrow no-break space between thousands, as both languages' typography (ISO 80000-1) asks."""


_LEAST = 0.001
_FEW = 0.1
"""Shares below the first are only said to be small; below the second (and above 99 %) a decimal place tells more."""


def language(environ: Mapping[str, str]) -> str:
    """Language of the outputs by the POSIX locale variables, strongest first; English unless they say French."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(variable, "")
        if value:
            return "fr" if value.lower().startswith("fr") else "en"
    return LANGUAGES[0]


def phrase(key: str, lang: str, **values: object) -> str:
    """The phrase of a key in a language, with its `{values}` filled in; KeyError for a key that does not exist."""
    return PHRASES[key][LANGUAGES.index(lang)].format(**values)


def label(family: str, name: str, lang: str) -> str:
    """Label of a name from an open set (a theme, a band, a step ...): the name itself when it has no phrase."""
    key = f"{family}.{name}"
    return phrase(key, lang) if key in PHRASES else name.replace("_", " ")


def number(value: int, lang: str = "en") -> str:
    """An integer with thin spaces between thousands, the same in both languages."""
    del lang
    return f"{value:,}".replace(",", THIN_SPACE)


def counted(value: int, key: str, lang: str) -> str:
    """A number and its noun, singular or plural: phrases hold `singular|plural`; French counts 0 as singular."""
    singular, plural = phrase(f"count.{key}", lang).split("|")
    alone = value == 1 or (value == 0 and lang == "fr")
    return f"{number(value, lang)} {singular if alone else plural}"


def decimal(value: float, lang: str) -> str:
    """A score or factor, at least one digit after the mark and at most two: 5.0, 0.25."""
    text = f"{value:.2f}".removesuffix("0")
    return text.replace(".", ",") if lang == "fr" else text


def percent(share: float, lang: str) -> str:
    """A share 0..1 as a percentage that never rounds something to nothing, nor nearly all to all."""
    if share <= 0:
        text = "0"
    elif share < _LEAST:
        text = "<0.1"
    elif share >= 1:
        text = "100"
    elif _FEW <= share <= 1 - _FEW / 10:
        text = f"{share * 100:.0f}"
    else:
        text = f"{min(share * 100, 99.9):.1f}"
    text = text.replace(".", ",") if lang == "fr" else text
    return f"{text}{THIN_SPACE}%"
