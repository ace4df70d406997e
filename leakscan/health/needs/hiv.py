"""Rules for ambiguous terms of the theme `hiv`: the virus, its tests, its drugs and an exposure to it."""

from __future__ import annotations

from leakscan.health.needs.surroundings import OTHER_VIRUS, STOCK
from leakscan.health.rules import Need

_HIV = r"\b(vih|hiv|sida|cd4|arv|seropo\w*|retrovir\w*|antiretro\w*|pvvih|charge virale|immunodep\w*)\b"

NEEDS: dict[str, tuple[Need, ...]] = {
    "hivnear": (Need(requires=_HIV),),
    "aidsdisease": (Need(requires=_HIV),),
    "notother": (
        Need(
            forbids=r"@[^\n.;,]{0,12}\b(vhc|vhb|hep\w*|cmv|ebv|toxo\w*|rubeole|varicelle|covid|zona"
            r"|hbs)\b"
        ),
    ),
    "hivload": (Need(forbids=OTHER_VIRUS),),
    "cv": (
        Need(
            requires=r"@[^a-z0-9]{0,4}(vih|hiv|indet\w*|detect\w*|blip|rebond|inf|<|>|nd\b|neg\w*|non detect\w*"
            r"|controlee|plasmatique|\d[\d .]*(cop\w*|cp"
            r"|c/ml|ml|log))",
            forbids=OTHER_VIRUS,
        ),
    ),
    "cd4": (Need(only=r"t4", requires=r"\b(t8|cd\d|lymphocytes?|vih)\b"),),
    "nottrod": (Need(forbids=r"\b(angine|strepto\w*|covid|antigenique|grippe|vhc|hepatite|cov)\b"),),
    "notvhc": (Need(forbids=r"\b(vhc|hcv|hepatite|hta|antihypert\w*|bk|pylori|asthme|bronch\w*|bpco|ovarien\w*)\b"),),
    "arv": (Need(only=r"tar|haart|cart|multitherapie", caps=True, requires=_HIV),),
    "aes": (
        Need(
            caps=True,
            requires=r"\b(source|vih|hiv|piqure|sang\w*|exposition|bilan|serolog\w*|suivi|kit|tpe|declaration"
            r"|j\d+|m\d|protocole)\b"
            r"|@ *(du|le|ce|il|a|:|$|\d)|^ *@",
        ),
    ),
    "prep": (
        Need(
            only=r"prep",
            requires=r"\b(vih|hiv|hsh|sous|ist|truvada|descovy|initiation|renouvellement|suivi|consult\w*|par"
            r"|demande|bilan|sa|schema|pt|pte|patiente?|arret\w*|prend|renouvel\w*|debut\w*|ordonnance|mise"
            r"|indication|cs"
            r"|prise de|depistage|rapports?|tenofovir|emtri\w*) (de |la |une |d'une |le )?@|@ *(schema"
            r"|2 ?[-+] ?1|a la demande|continu\w*|quotid\w*|discontinu\w*|orale|inject\w*|commenc\w*|debut\w*"
            r"|depuis|arret\w*|renouv\w*|ok|en cours|m\d|s\d|j\d|tolere\w*)|@[^\n]{0,25}\b(vih"
            r"|hiv|ist|hsh|truvada"
            r"|emtri\w*|descovy)\b|^ *@ *$",
        ),
    ),
    "typo": (
        Need(
            only=r"vhi|hvi|viih|hiiv|hivv|vihh|viv",
            requires=r"\b(sero\w*|serol\w*|test\w*|depist\w*|rech\w*|pos|positi\w*|posit\w*|neg\w*|atteint\w*"
            r"|infect\w*|virus"
            r"|atcd|statut|bilan|attente|demande\w*|faire|vhc|vhb|hbs|syph\w*|controle|contact|conjoint\w*"
            r"|partenaire\w*"
            r"|trod|elisa|suivi|confirme\w*|au|du|le)\b|@ *[+-]|^ *@ *$",
        ),
    ),
    "blip": (Need(only=r"blip", requires=r"\b(cv|vih|hiv|charge|copies|arv)\b"),),
    "hivdrug": (
        Need(only=r"efv|rpv|cab.*|[a-z]+ r", requires=r"\b(vih|hiv|arv|sous|ttt|tt|traitement|cp|tdf|ftc|3tc|dtg)\b"),
    ),
    "notstaff": (Need(forbids=STOCK + r"|prise en charge des|reportee|\bprotocole affich"),),
}
