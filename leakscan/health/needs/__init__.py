"""What resolves an ambiguous term: the rules that the `needs` column of the lexicon names, a module per theme.

A rule reads the folded characters around a mention, written `left@right` with the mention in the place of `@`, at most
REACH on each side. Rust regex syntax.
"""

from __future__ import annotations

from functools import cache

from leakscan.data import model_file
from leakscan.health.needs import (
    addiction,
    blood_group,
    cancer,
    genetic,
    hiv,
    mental_health,
    other_condition,
    other_special,
    pregnancy,
    sti_hepatitis,
    treatment,
)
from leakscan.health.rules import Need

_THEMES = (
    hiv,
    sti_hepatitis,
    cancer,
    pregnancy,
    genetic,
    mental_health,
    addiction,
    other_condition,
    other_special,
    blood_group,
    treatment,
)


@cache
def all_needs() -> dict[str, tuple[Need, ...]]:
    """All rules by name: those of the themes, and of models/lexicon/needs.tsv, where a name may have rows.

    Each rule of a name must hold for the terms that it is for. The empty name is that of terms that need nothing.
    """
    rules: dict[str, tuple[Need, ...]] = {"": ()}
    for theme in _THEMES:
        rules |= theme.NEEDS
    lines = model_file("lexicon/needs.tsv").read_text(encoding="utf-8").split("\n")
    for line in filter(None, lines[1:]):
        name, only, caps, requires, forbids = line.split("\t")
        rules[name] = (*rules.get(name, ()), Need(requires, forbids, only, caps == "caps"))
    # What a drug says of the mind needs all that it needs to be a drug.
    rules["drugmind"] = (*rules["drug"], *rules["drugmind"])
    return rules
