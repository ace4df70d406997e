"""Rules for ambiguous terms of the theme `addiction`: alcohol, tobacco and drugs of abuse."""

from __future__ import annotations

from leakscan.health.rules import Need

NEEDS: dict[str, tuple[Need, ...]] = {
    "sevrage": (
        Need(
            only=r"sevrage",
            requires=r"\b(oh|alcool\w*|tabac|tabagique|ethyl\w*|cannabis|opiac\w*|benzo\w*|hero\w*|coca\w*"
            r"|cure de|addict\w*|dt)\b",
            forbids=r"maternel|ventil|allaitement|cortic|oxygen",
        ),
        Need(only=r"dts", caps=True, requires=r"alcool|oh|sevrage|ivresse"),
        Need(only=r"ivres?", requires=r"alcool|\boh\b|ivresse|patient|urgences|chute|mort|etat|volant|g/l|agit|^ *@"),
    ),
    "alcoolique": (
        Need(
            forbids=r"\b(solution|steatose non|boissons?|antiseptique|teinture|extrait"
            r"|gel) (non )?@|non[ -]@"
        ),
    ),
    "alcool": (
        Need(
            requires=r"\b(pas|sans|aucun|conso\w*|consommation|sevrage|tabac|abus|prise|intox\w*|reprise|soupcon"
            r"|nie|probleme"
            r"|dependan\w*|boit|exces|oh"
            r"|0|occasionnel\w*|nie|arret|addiction|usage|tox\w*|rechute|sous|cure|prises)\b[^\n.;]{0,14}@"
            r"|@[^\n.;]{0,6}\b(0|occas\w*|tabac|chronique|excess\w*|sevr\w*|quotid\w*|massif|aigu\w*|\+"
            r"|\d+ ?(verres?|g|l|uv)|cannabis"
            r"|non|oui|neant|ras|rien|aucune?|never|none|zero"
            r"|actif|jamais|stop\w*|social\w*|modere\w*|nie|dans le sang)",
            forbids=r"@ *(a )?(70|90|iod|benzyl|modif|isopro|polyv|dena)|desinf|antisep|gel |hydro|sans @ pour",
        ),
    ),
    "cdt": (Need(only=r"cdt", caps=True),),
    "addict": (Need(forbids=r"@ion|addiction @"),),
    "drogue": (
        Need(only=r"poppers?", requires=r"conso|usage|prend|sniff|inhal|chemsex|hsh|drog|addic|toxi|sous"),
        Need(only=r"ghb|gbl|lsd|thc|mdma", caps=False),
        # The upper lobe of the right lung.
        Need(
            only=r"lsd",
            forbids=r"nodul|opacit|masse|lobe|lobaire|condens|verre depoli|pulm|poumon|thora|bronch|scann"
            r"|\b(tdm|tep|rx)\b|radio|pleur|atelect|pneumo|infiltr|emphys|fibro|segment|foyer|lesion|kyste|bulle|crepit|murmure|auscult"
            r"|syndrome (inter|alv)|\b\d+ ?[mc]m\b|\b(lsg|lid|lig|lm)\b",
        ),
        Need(
            only=r"crack|speed|heroine|poppers|slam|drogue",
            forbids=r"roman|film|test du|internet|network"
            r"|livre|mode|speed dating",
        ),
        Need(only=r"crack|speed", requires=r"coca|fume|drog|toxi|addic|conso|inject|usage|sevrage"),
        Need(
            only=r"drogues?|stupefiants?",
            forbids=r"brigade|office|trafic|police|ordonnance securisee"
            r"|registre|coffre",
        ),
    ),
    "tabac": (
        Need(
            only=r"fume",
            requires=r"\b(ne|patient\w*|il|elle|ils) ([a-z]+ )?@|@ *(\d+ *(cig|paq|pa)|pas\b|plus\b|du cannabis)",
            forbids=r"saumon|verre"
            r"|poisson|noir",
        ),
        Need(
            only=r"tabac|fumeurs|tabagisme",
            forbids=r"\b(mois|journee|jour|lieu|hopital|espace|espaces|zone|coin|abri|terrasse|local|cour) (sans "
            r"|mondiale sans |pour )?@|\b(bureaux?|bar|cafe|debit|presse|rue|le) (de |du )?@|@ *(presse|journaux"
            r"|loto|epicerie)",
        ),
        Need(only=r"nicotine", forbids=r"acide"),
    ),
    "substitution": (
        Need(
            only=r"substitution|tso|traitement substitutif|slam|ud?v?i|mesusage",
            requires=r"\b(opiac\w*|methadone|subutex|bupre\w*|hero\w*|toxi\w*|addict\w*|csapa|chemsex|coca\w*"
            r"|drog\w*|3mmc)\b",
        ),
    ),
}
