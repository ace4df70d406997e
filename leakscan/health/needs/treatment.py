"""Rules for ambiguous terms of the theme `treatment`: drugs."""

from __future__ import annotations

from leakscan.health.rules import Need

NEEDS: dict[str, tuple[Need, ...]] = {
    "ths": (
        Need(only=r"ths|ipp|aap|epo|ains|atb", caps=True),
        Need(
            only=r"ipp",
            forbids=r"@ *(n\b|no\b|:|\d{3}|fusion\w*|doublon\w*|patient|erron\w*|inconnu|manquant|incorrect"
            r"|different|errone)|\b(doublons?|fusion\w*|identite\w*|numero|n)[ .:]{1,3}@",
        ),
        Need(only=r"pilules?", forbids=r"cardio|imparfaite"),
    ),
    "drug": (
        Need(only=r"creon|ceris|omix|ogast", requires=r"\b(sous|mg|cp|gel\w*|prend|traitement|ttt)\b|@ *[0-9]|^ *@ *$"),
        Need(
            only=r"foster|ogast|omix|concerta|litalir|renvela|advil",
            forbids=r"\b(m|mme|mr|dr|docteur|rue"
            r"|avenue)\b[. ]+@",
        ),
        Need(only=r"lithium", forbids=r"batter|pile|ion|accu|dosage"),
        Need(only=r"alcool", forbids=r"."),
    ),
}
