"""A statement: a code, the numbers and names in it, and the sentence that says it in a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from leakscan.explain.rules import in_french
from leakscan.explain.words import WORDS
from leakscan.i18n import LANGUAGES, decimal, label, number, percent
from leakscan.severity import sentence as reason_sentence
from leakscan.untrusted import harmless

_SHARES = frozenset(("fit", "filled", "share"))
_FAMILIES = {name: name for name in ("theme", "status", "basis", "factor", "recipients", "band")} | {
    "before_band": "band"
}
"""What has a label of its own in `phrases`."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that is so: `code` names the sentence, `values` are what stands in it, as the report has it."""

    code: str
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def plain(self, lang: str) -> dict[str, Any]:
        """As JSON has it: code, values and sentence."""
        return {"code": self.code, "values": dict(self.values), "sentence": sentence(self, lang)}


def words(key: str, lang: str) -> str:
    """A text of `WORDS` in a language, as it stands."""
    return WORDS[key][LANGUAGES.index(lang)]


def sentence(said: Statement, lang: str) -> str:
    """The sentence of a statement: numbers as the language writes them, names harmless."""
    shown = {name: _shown(name, value, lang) for name, value in said.values.items()}
    if "code" in said.values:
        shown["why"] = reason_sentence(said.values["code"], said.values["themes"], lang)
    return words(said.code, lang).format(**shown)


def _shown(name: str, value: object, lang: str) -> str:
    if isinstance(value, bool) or value is None:
        return words("word.none" if value is None else "word.yes" if value else "word.no", lang)
    if isinstance(value, int | float):
        return _number(name, value, lang)
    if isinstance(value, list | tuple):
        return ", ".join(harmless(str(one)) for one in value)
    text = str(value)
    if f"{name}.{text}" in WORDS:
        return words(f"{name}.{text}", lang)
    if name == "rule":
        return harmless(in_french(text) if lang == "fr" else text)
    return harmless(label(_FAMILIES[name], text, lang) if name in _FAMILIES else text)


def _number(name: str, value: float, lang: str) -> str:
    if name in _SHARES:
        return percent(float(value), lang)
    return number(value, lang) if isinstance(value, int) else decimal(value, lang)
