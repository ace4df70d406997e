"""People whom a title, a role, a field or a signature gives away, by regexes over a line of texts.

Source: writings of French letters, forms, laboratory reports and signature blocks; general knowledge.
"""

from __future__ import annotations

from functools import cache

import polars as pl
import regex

from leakscan.names.spans import PATIENT, PERSON, PRESCRIBER, Line, Spans

TITLED_CONFIDENCE = 0.9
"""Of a name behind a title, a role or the name of a field."""

_GAP = r"[ \t\u00a0]{1,3}"
_LATE = r"(?![\p{L}'\u2019])"
_STREETS = (
    r"(?:rue|avenue|ave?\.?|boulevard|bd\.?|place|pl\.?|all[ée]e|impasse|square|quai|cours|chemin|route|esplanade"
    r"|passage"
    r"|cit[ée]|pont|stade|[ée]cole|coll[èe]ge|lyc[ée]e|h[ôo]pital|clinique|centre|r[ée]sidence|fondation|institut"
    r"|pavillon"
    r"|b[âa]timent|salle|prix|pharmacie)"
)
_NO_STREET = rf"(?<!(?i:\b{_STREETS}\s+(?:(?:du|de\s+la|de|des|le)\s+)?))"
_STOP = (
    r"(?:pour|par|et|ou|mais|donc|sur|sous|dans|avec|sans|chez|aux?|à|en|qui|que|dont|est|ont|lors|suite|depuis"
    r"|vue?|ce|cette"
    r"|son|sa|ses|ils?|elles?|non|oui|hier|demain|tr[èe]s|bien|cher|ch[èe]re|t[ée]l\w*|fax|mail|courriel|rpps"
    r"|adeli|finess|nir"
    r"|ipp|nip|ddn|n|service|sce|chu|chr|ch|h[ôo]pital|cliniques?|juniors?|seniors?|cabinet|labo\w*|urgences?"
    r"|bilan|prescri\w*|adress\w*|demand\w*"
    r"|m[ée]decins?|consult\w*|rdv|rendez|copie|patiente?s?|traitante?|r[ée]f[ée]rente?|g[ée]n[ée]raliste"
    r"|sp[ée]cialiste"
    r"|\p{L}{2,20}(?:logue|iatre|logie|iatrie|iste)|interne|externe|chef|cadre|secr\w*|ide|as|positi(?:f|ve)"
    r"|n[ée]gati(?:f|ve)"
    r"|n[ée]e?s?|[ée]pouse|[ée]pse|ép|veuve|drs?|docteurs?|prs?|prof\w*|mme|mlle|melle|mr|m|monsieur|madame|rue"
    r"|avenue|bd"
    r"|boulevard|contact\w*|pr[ée]venu\w*|appel\w*|avis[ée]?\w*|souhait\w*|r[ée]sultats?|compte|ordonnance|date"
    r"|cc|ps|le|la"
    r"|les|l|du|des|un|une|nom|pr[ée]noms?|sexe|[âa]ge|dossier|chambre|lit|conclusion|examens?|traitement|objet"
    r"|concerne"
    r"|signature|cachet|page|fait|imprim\w*|valid\w*|sign[ée]\w*|dict[ée]\w*|tap[ée]\w*|garde|astreinte|absente?"
    r"|inconnue?"
    r"|janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|dipl[ôo]m[ée]e?|ancien|conventionn\w*|assistante?"
    r"|praticien\w*)"
)
_PARTICLE = r"(?:de[ ]la|de|du|des|da|dos|le|la|van|von|der|den|ben|bel|el|al|ait|ould)"
_INITIALS = rf"(?:\p{{Lu}}\p{{L}}?\.(?:[ ]?-?\p{{Lu}}\.){{0,3}}(?:-\p{{Lu}})?|\p{{Lu}}{{1,2}}(?:-\p{{Lu}})?){_LATE}"
_COMPOUND = rf"(?:['\u2019\-]\p{{L}}{{1,30}}){{0,3}}+{_LATE}"
_CAPITAL = rf"(?!(?i:{_STOP}){_LATE})(?:[DLOdl]['\u2019])?\p{{Lu}}\p{{L}}{{1,30}}{_COMPOUND}"
_ANY = rf"(?!(?i:{_STOP}){_LATE})\p{{L}}{{2,30}}{_COMPOUND}"
_NAME = (
    rf"(?:{_INITIALS}{_GAP}?)?(?:(?i:{_PARTICLE}){_GAP}){{0,2}}{_CAPITAL}"
    rf"(?:{_GAP}(?:(?i:{_PARTICLE}){_GAP}){{0,2}}{_CAPITAL}){{0,2}}(?:{_GAP}{_INITIALS})?"
)
_LOWER = rf"(?:(?:{_PARTICLE}){_GAP}){{0,2}}{_ANY}(?:{_GAP}{_ANY}){{0,2}}"
_TITLE = r"(?:(?i:docteurs?|professeurs?|prof)|D[Rr]s?|dr|P[Rr]s?)"
_CIVIL = r"(?:M(?:me|lle|elle|r)|MME|MLLE|MR|M|Madame|MADAME|Monsieur|MONSIEUR|Mademoiselle|MADEMOISELLE)"
_AFTER_TITLE = rf"(?:\.?{_GAP}|\.)"
_BY = (
    r"(?i:(?:prescrite?s?|adress[ée]e?s?|envoy[ée]e?s?|demand[ée]e?s?|suivie?s?|op[ée]r[ée]e?s?|valid[ée]e?s?"
    r"|sign[ée]e?s?|dict[ée]e?s?"
    r"|r[ée]dig[ée]e?s?|examin[ée]e?s?|re[çc]ue?s?|vue?s?|revue?s?)[ ]par(?:[ ]l[ea])?)"
)
_CHARGE = (
    r"(?i:m[ée]decins?(?:[ ](?:traitant|prescripteur|r[ée]f[ée]rent|demandeur|adresseur|responsable"
    r"|correspondant))?|prescripteur"
    r"|prescriptrice|op[ée]rateur|op[ée]ratrice|chirurgien(?:ne)?|anesth[ée]siste|radiologue"
    r"|biologistes?(?:[ ]responsable)?|praticiens?"
    r"|correspondant|pr[ée]leveu[rs]e?|interne|senior|endoscopiste)"
)
_FIELD = (
    r"(?i:nom(?:[ ](?:d['\u2019]usage|usuel|de[ ](?:famille|naissance|jeune[ ]fille)|patronymique"
    r"|marital))?(?:[ ]?(?:et|/|,)?[ ]?pr[ée]noms?)?"
    r"(?:[ ]du[ ]patient|[ ]de[ ]la[ ]patiente)?|pr[ée]noms?(?:[ ]usuel)?|patiente?|identit[ée]"
    r"|b[ée]n[ée]ficiaire|assur[ée]e?|malade)"
)
_KIN = (
    r"(?i:personne[ ](?:à[ ]pr[ée]venir|de[ ]confiance)|tut(?:eur|rice)|curat(?:eur|rice)|secr[ée]taire|idel?"
    r"|infirmi[èe]re?|kin[ée]|sage-femme"
    r"|assistante[ ]sociale|cadre(?:[ ]de[ ]sant[ée])?|psychologue|di[ée]t[ée]ticienne)"
)
_BORN = r"[ ]?[,(]?[ ]?(?i:n[ée]e?(?:\(e\))?[ ](?:le|[àa]|en)|ddn|n[ée]\(e\))(?!\p{L})"
_OTHER = r"(?:[Nn]ée|NEE|NÉE|[ÉéEe]pouse|EPOUSE|ÉPOUSE|[Éé]pse|EPSE|[ée]p\.|[Vv]euve|VEUVE|[Vv]ve|VVE)"
_RELATIVE = r"(?:fille|fils|mari|femme|mère|père|sœur|soeur|frère|compagne|compagnon|conjointe?|nièce|neveu|cousine?)"
_EDGE = r"(?<![\p{L}0-9'\u2019\-])"

_RULES: tuple[tuple[str, int], ...] = (
    (rf"{_EDGE}(?:{_NO_STREET}){_TITLE}{_AFTER_TITLE}(?P<n>{_NAME})", PRESCRIBER),
    (rf"{_EDGE}{_BY}[ ]?:?[ ]?(?:{_CIVIL}{_AFTER_TITLE})?(?P<n>{_NAME})", PRESCRIBER),
    (
        rf"{_EDGE}{_CHARGE}[ \t]?[:=][ \t]*(?:(?:{_CIVIL}|{_TITLE}){_AFTER_TITLE})?(?P<n>{_NAME}|(?-i:{_LOWER}))",
        PRESCRIBER,
    ),
    (rf"{_EDGE}{_FIELD}[ \t]?[:=][ \t]*[\"'«]?[ ]?(?:{_CIVIL}{_AFTER_TITLE})?(?P<n>{_NAME}|{_LOWER})", PATIENT),
    (rf"{_EDGE}{_KIN}[ \t]?:[ \t]*(?:{_CIVIL}{_AFTER_TITLE})?(?P<n>{_NAME})", PERSON),
    (rf"{_EDGE}{_CIVIL}{_AFTER_TITLE}(?P<n>{_NAME})(?={_BORN})", PATIENT),
    (rf"{_EDGE}(?P<n>{_NAME})(?={_BORN})", PATIENT),
    (rf"{_EDGE}{_CIVIL}{_AFTER_TITLE}(?P<n>{_NAME})", PERSON),
    (rf"{_EDGE}{_OTHER}{_GAP}(?P<n>{_NAME})", PERSON),
    (rf"{_EDGE}{_RELATIVE}{_GAP}(?P<n>{_CAPITAL}(?:{_GAP}{_CAPITAL})?)", PERSON),
)

_GATE = (
    r"(?i)(?:^|[^a-z])(?:drs?|docteurs?|prs?|prof|professeurs?|m|mr|mme|mlle|melle|madame|monsieur"
    r"|mademoiselle)(?:\.|[ \t])"
    r"|(?i)(?:par|nom|noms|patient|patiente|identit.|assur.|assur.e|malade|b.n.ficiaire|usuel|usage|famille"
    r"|naissance|fille|patronymique"
    r"|marital)[ \t]?[:= ]|(?i)[a-z][ \t]?[:=]|(?i)\bn.e?(?:\(e\))? |(?i)ddn|(?i)pouse |(?i)pse |(?i)p\. "
    r"|(?i)veuve |(?i)vve "
    r"|fille |fils |mari |femme |m.re |p.re |s(?:œ|oe)ur |fr.re |compagn|conjoint|ni.ce |neveu |cousin"
)
"""What a text must hold for any rule; Rust's regex, no look-around."""


@cache
def _compiled() -> tuple[tuple[regex.Pattern[str], int], ...]:
    return tuple((regex.compile(pattern), label) for pattern, label in _RULES)


def titled(texts: pl.Series) -> Spans:
    """People by title, role, field or signature in texts without null; of two rules the earlier one stands."""
    numbers = texts.str.contains(_GATE).arg_true()
    some = texts.gather(numbers)
    if some.is_empty():
        return Spans.of([], TITLED_CONFIDENCE)
    line = Line.of(some)
    found = Spans.of([], TITLED_CONFIDENCE)
    for pattern, label in _compiled():
        places = [(*match.span("n"), label) for match in pattern.finditer(line.text)]
        more = line.spans(places, TITLED_CONFIDENCE)
        found = Spans.joined((found, more.where(more.first_over(found) < 0)))
    number = numbers.to_numpy().astype("int64")[found.number]
    return Spans(number, found.start, found.end, found.label, found.confidence)
