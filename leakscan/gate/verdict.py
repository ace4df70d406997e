"""What the gate says of an upload: an action, the rule behind it, and counts. No value of anybody is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from leakscan.i18n import counted, label, number, phrase
from leakscan.records import THEMES

Action = Literal["allow", "review", "block"]
ACTIONS: tuple[Action, ...] = ("allow", "review", "block")
"""What may become of an upload, mildest first."""

ERROR, TIMEOUT, LIMIT = "error", "timeout", "limit"
ENCRYPTED, UNREADABLE, OPAQUE = "encrypted", "unreadable", "opaque"
ALLOW_LIST, DEFAULT = "allow-list", "default"
FAILED: tuple[str, ...] = (ERROR, TIMEOUT, LIMIT, ENCRYPTED, UNREADABLE, OPAQUE)
RESERVED: tuple[str, ...] = (*FAILED, ALLOW_LIST, DEFAULT)
"""Rules that stand in no policy: what went wrong, the allow-list, and that no rule matched."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of an upload, and why.

    `rule`: the rule that decided, or one of `RESERVED`. `reasons`: codes such as `persons_likely>=1`. `counts`: people
    (`persons_low`, `persons_likely`, `persons_high`), distinct numbers (`nir`, `ins`), likely people per theme.
    `id`: the same for the same content, policy and key.
    """

    action: Action
    rule: str
    reasons: tuple[str, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    id: str = ""

    def sentence(self, lang: Literal["fr", "en"]) -> str:
        """The verdict in one line: action, rule, counts and id, never what the upload holds."""
        parts = [phrase(f"gate.{self.action}", lang), self._why(lang)]
        found = self._found(lang)
        if found:
            parts.append(found)
        return " ".join([*parts, phrase("gate.reference", lang, id=self.id)])

    def _why(self, lang: str) -> str:
        return phrase(f"gate.why.{self.rule}" if self.rule in RESERVED else "gate.why.rule", lang, rule=self.rule)

    def _found(self, lang: str) -> str:
        counts = self.counts
        told = []
        if counts.get("persons_high"):
            low, high = (number(counts.get(f"persons_{name}", 0), lang) for name in ("low", "high"))
            people = counted(counts.get("persons_likely", 0), "person", lang)
            told.append(phrase("gate.people", lang, people=people, low=low, high=high))
        told += [f"{name.upper()} {number(counts[name], lang)}" for name in ("nir", "ins") if counts.get(name)]
        themes = [label("theme", theme, lang) for theme in THEMES if counts.get(theme)]
        if themes:
            told.append(", ".join(themes))
        return "" if not told else phrase("gate.found", lang, found="; ".join(told))

    def as_json(self) -> dict[str, object]:
        """The verdict as plain JSON, with its sentences in both languages."""
        return {
            "schema": "leakscan-verdict/1",
            "action": self.action,
            "rule": self.rule,
            "reasons": list(self.reasons),
            "counts": dict(self.counts),
            "id": self.id,
            "sentence": {"fr": self.sentence("fr"), "en": self.sentence("en")},
        }


def stricter(one: Action, other: Action) -> Action:
    """The stricter of two actions."""
    return max(one, other, key=ACTIONS.index)
