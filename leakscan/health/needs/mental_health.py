"""Rules for ambiguous terms of the theme `mental_health`: diseases of the mind, their places and drugs."""

from __future__ import annotations

from leakscan.health.rules import Need

NEEDS: dict[str, tuple[Need, ...]] = {
    "depression": (
        Need(
            forbids=r"@[^\n.;,]{0,4}(atmosph|tropicale|barom|econom|respir|medull|articul|tympan|geograph"
            r"|du segment|de terrain)"
            r"|\b(immuno|meteo|cyclone|vents?|sous|pluie)\b[ -]?@",
        ),
    ),
    "tag": (Need(only=r"tags?", caps=True, requires=r"anxi|depress|troubles?|suivi|psy"),),
    "ts": (
        Need(
            requires=r"@[^\n.;,a-z]{0,3}(medic|med\b|aux|ce jour|hier|iv\b|veines|par|en \d{4}|\(|x ?\d|le \d"
            r"|a repet|recente|\d{4}|ancienne"
            r"|grave|recidiv|il y a|imv"
            r"|phleb|pendaison)|\b(atcd|antecedents?|post|apres|psy\w*|suicid\w*|depress\w*|hdt|plusieurs"
            r"|multiples|\d) (de |d.)?@",
            forbids=r"tournee|secteur|salaire|mensuel",
        ),
    ),
    "tca": (
        Need(
            only=r"tca",
            requires=r"\b(pas de|maigr\w*|psy\w*|anorex\w*|boulim\w*|aliment\w*|adolesc\w*|imc|suivi|hyperphag\w*"
            r"|depress\w*)\b",
            forbids=r"\b(tp|ratio|plaquettes|heparine|inr|fibrinogene|temoin|hemostase)\b",
        ),
        Need(only=r"anorexique", forbids=r"fievre|aeg"),
    ),
    "tsa": (
        Need(
            only=r"tsa|ted|tda h",
            caps=True,
            requires=r"\b(autis\w*|troubles?|enfant|suivi|psy\w*|mdph"
            r"|tdah|dys\w*|cmp)\b",
        ),
    ),
    "toc": (
        Need(
            only=r"toc",
            caps=True,
            requires=r"\b(anxi\w*|depress\w*|troubles?|suivi|psy\w*|obsess\w*"
            r"|compuls\w*|traite\w*|atcd)\b",
        ),
        Need(only=r"confusions?", forbids=r"@[^\n]{0,8}(entre|de|d|avec|sur|identit|dossier|nom|tube)|erreur"),
        Need(
            only=r"borderlines?|delire.*|dissociation|etats? limites?|demente?s?",
            requires=r"psy|troubles?"
            r"|personnal|suivi|aigu|hall",
        ),
        Need(only=r"debilite|nevrotique|hysterie", forbids=r"collective"),
    ),
    "psy": (
        Need(only=r"ect|cmp|cmpp|hdt", caps=True),
        Need(
            only=r"psychiatri\w*|psychiatrie|pedopsychiatri\w*",
            forbids=r"\b(dr|docteur|service|secretariat|etage|batiment|pavillon|pole|navette|accueil|fax|coursier"
            r"|interne|chef) [^\n]{0,14}@|@ *[:,] *(navette|fax|poste|code|etage|batiment)"
            r"|\b(service|specialite|departement|uf|pole)[\"']? ?[=:] ?[\"']?@"
            r"|\bstages? (en |de |d |au |)@",
        ),
        Need(
            only=r"psy",
            requires=r"\b(suivi|atcd|troubles?|hospi\w*|traitement|consult\w*|antecedents?|cs|ttt"
            r"|terrain|pb|probleme) @",
        ),
        Need(only=r"troubles du comportement", forbids=r"aliment"),
    ),
    "irs": (Need(only=r"irs", caps=True, requires=r"sous|ttt|trait|depress"),),
}
