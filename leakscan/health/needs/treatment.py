"""Rules for ambiguous terms of the theme `treatment`: drugs."""

from __future__ import annotations

from leakscan.health.rules import Need

_ANTIBIOTICS = (
    r".*(?:cilline|cycline|oxacine|micine|mycine|penem|nidazole|bactam|planine)|amik\w*|cef\w*|bactrim.*|augmentin.*"
    r"|cotrim\w*|trimeth\w*|sulfameth\w*|fosfo\w*|nitrofur\w*|vanco\w*|linezolide?|colistine|colimycine|rifamp\w*"
    r"|fusidi\w*|tazo\w*|aztreonam|chloramphenicol|acide nalidixique"
)
_SUSCEPTIBLE = (
    r"@(?:[ /+]+(?:ac(?:ide)?[. ]*)?clav\w*)?[ :=|^()-]{1,4}(?:(?:non )?(?:sensible|susceptible)s?|resistante?s?"
    r"|intermediaires?|sdd|[rsi])\b *(?:$|[,;/.)|(<>=]|[0-9]"
    r"|[a-z][a-z /+.]{3,25}[ :=|^]{1,3}(?:[rsi]|sensible|resistante?|intermediaire)\b)"
)
"""A line of an antibiogram, alone or before the next one: what a germ yields to is given to nobody yet."""
_RESISTING = r"\b(?:resistan\w+|sensible|sensibilite)s? (?:a|aux?) (?:la |les |l.)?@"

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
        Need(only=_ANTIBIOTICS, forbids=rf"{_SUSCEPTIBLE}|{_RESISTING}"),
    ),
}
