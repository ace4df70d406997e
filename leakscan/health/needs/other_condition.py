"""Rules for ambiguous terms of the theme `other_condition`: diseases of any other kind."""

from __future__ import annotations

from leakscan.health.needs.surroundings import HEART
from leakscan.health.rules import Need

NEEDS: dict[str, tuple[Need, ...]] = {
    "did": (
        Need(only=r"did|db2", caps=True),
        Need(
            only=r"dt1|dt2",
            forbids=r"vaccin|polio|coq|revaxis|repevax"
            r"|rappel",
        ),
    ),
    "ado": (Need(only=r"ado", caps=True, requires=r"sous|diab|metf|insul|dnid|ttt"),),
    "cardio": (
        Need(
            only=r"fa",
            requires=r"\b(sous|avk|anticoag\w*|aod|eliquis|xarelto|previscan|hta|paroxyst\w*"
            r"|permanente|acfa|atcd|ecg)\b",
        ),
        Need(
            only=r"ep",
            requires=r"\b(tvp|phlebite|atcd|bilaterale|anticoag\w*|avk|massive|suspicion"
            r"|d ?dimeres?|dimeres)\b",
        ),
        Need(only=r"mi|hf|ic|sca", requires=r"\b(hta|cardi\w*|bnp|atcd|troponine|st)\b"),
    ),
    "ait": (
        Need(only=r"ait", caps=True, requires=r"avc|atcd|antecedent|neuro|scann|kardegic|\d{4}|en "),
        Need(only=r"sca|bav|stents?|idm", caps=True),
        Need(only=r"flutter|avc", forbids=r"\bapp\b|developp"),
    ),
    "anemie": (Need(only=r"thyroidit.*|obes.*", forbids=r"lutte contre"),),
    "germ": (
        Need(only=r"oreillons?", forbids=r"abricot|peche|sirop|fruit"),
        Need(only=r"grippe|zika|gale", forbids=r"vaccin|saisonniere a venir|campagne|aviaire"),
    ),
    "sep": (
        Need(
            only=r"sep",
            forbids=r"@[. ]*(19|20)\d\d|\d[ -/]*@|@ *\d{1,2}\b|\b(lundi|mardi|jeudi|aout|oct|juil|planning"
            r"|septembre)\b",
        ),
        Need(only=r"sla", forbids=r"contrat|service|delai"),
    ),
    "goutte": (
        Need(only=r"gouttes?", requires=r"crise|uric|colchi|allopur|acces|atcd|hta"),
        Need(only=r"stomie|pols?ypes?|intolerance|ulceres?|occlusion", forbids=r"dentaire"),
        Need(only=r"rch|ppr|sapl", caps=True),
        Need(only=r"hernies?|fissure", forbids=r"mur|beton"),
    ),
    "imc": (
        Need(only=r"imc", requires=r"@[^\n]{0,4}([3-9]\d|> ?30)"),
        Need(
            only=r"ald",
            caps=True,
            forbids=r"\b(vih|hiv|cancer|k|sida|drepa\w*|muco\w*|[a-z]*psy\w*|anxi\w*|autis\w*|schizo\w*|bipol\w*|depress\w*|vhc|hepatite"
            r"|hemophil\w*|tumeur|lymphome)\b",
        ),
        Need(
            only=r"aveugles?|sourds?|handicap\w*|premature\w*",
            forbids=r"essai|etude|rupture|insertion|place"
            r"|parking|acces|double",
        ),
        Need(only=r"invalidite", forbids=r"garantie|contrat"),
    ),
    "heart": (Need(requires=HEART),),
}
