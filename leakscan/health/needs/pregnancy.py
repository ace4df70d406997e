"""Rules for ambiguous terms of the theme `pregnancy`: pregnancies, births and what helps to conceive."""

from __future__ import annotations

from leakscan.health.needs.surroundings import HEART
from leakscan.health.rules import Need

_BIRTH = (
    r"\b(enceinte|grossesse\w*|gross|hcg|bhcg|obst\w*|gyneco\w*|sa|ddr|t21|ht21|foet\w*|accouch\w*|echo\w*|toxo\w*"
    r"|rubeole|rai|rhesus|maternite|patiente|sage femme|depistage|primipare|multipare|cesar\w*|pv|terme)\b"
)

NEEDS: dict[str, tuple[Need, ...]] = {
    "enceinte": (
        Need(
            forbids=r"(\b(l|d|cette|ces|des|les|aux|en|mur|murs|premiere|double|grande|l. ?interieur de l)['. ] *@)"
            r"|(\b(une|cette|grande|petite|vieille) @)"
            r"|@ *(du|de l|de la|des|d.)[ '](bat|etabl|hop|clin|ecole|site|chateau|ville|usine|lab|service"
            r"|prison|stade|parc"
            r"|entrep|magasin|fort|stock|col|tribun|univ|gare|quartier|cit)"
            r"|@ *(thermo|clim|acoust|fortif|bluetooth|frigo|refrig|sterile|de confin|de stock|chauffante"
            r"|sportive|scolaire"
            r"|securis|prive|portable|sans fil|froide|bose|jbl|hifi|fermee|reglementee)",
        ),
    ),
    "gestation": (
        Need(
            only=r"gestations?",
            forbids=r"@ *(du|de ce|de l.|d.un)? *(projet|idee|dossier|loi|reforme)"
            r"|projets? (est )?en @",
        ),
    ),
    "weeks": (
        Need(
            forbids=r"\b(societe|ets|etablissements|sarl|capital|groupe|euros?|boulevard|rue|bp"
            r"|cs)\b[^\n]{0,15}@"
            r"|@ (fille|mere|maman|soeur|femme|compagne|conjointe|petite|voisine|famille|carte|mutuelle|tension"
            r"|date|prise"
            r"|belle|tante|cousine|niece|premiere|derniere|demande|glycemie|temperature|douleur)\b"
        ),
    ),
    "ddr": (
        Need(forbids=r"\b(pas|non) (de )?(enceinte|grossesse)|menopaus"),
        Need(only=r"ddr", forbids=r"\b(ram|memoire|barrette|go|gb|pc|sdram)\b"),
    ),
    "dpa": (
        Need(
            only=r"terme (le|au)|a terme le|avant terme|terme prevu",
            requires=r"@[^a-z\n]{0,4}(\d|le|au|pour|janv|fev|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec)"
            r"|nee? @|accouch",
            forbids=r"contrat|bail|loyer|echeance|paiement|pret|credit|placement|moratoire|convention"
            r"|abonnement|cdd|stage",
        ),
        Need(only=r"dpa", caps=True, forbids=r"societe|rgpd|contrat"),
        Need(only=r"delivrance.*|voie basse", forbids=r"tension|courant|electri"),
    ),
    "noheart": (Need(forbids=HEART),),
    "fiv": (
        Need(only=r"fiv|pma|amp|tec", caps=True),
        Need(
            only=r"amp|tec|pma",
            requires=r"\b(fiv|icsi|infertil\w*|bilan|parcours|suivi|protocole|enfant"
            r"|couple|ovul\w*|amh)\b",
        ),
        Need(only=r"infertilites?|inseminations?", forbids=r"bovin|animal"),
    ),
    "saweeks": (
        Need(
            requires=r"^ *@ *($|[^a-z0-9])|" + _BIRTH.replace("|sa|", "|") + r"|^ *@ *(echo|ok|rdv|toxo|j\d)",
            forbids=r"\b(capital|rue|societe|euros?|ets|bp|avenue|groupe)\b",
        ),
    ),
    "trimester": (
        Need(
            requires=_BIRTH + r"|\b(bilan|bilans|serologies?|prelevement|hgpo|glycemie)\b|@ *(de )?gross",
            forbids=r"\b(facturation|budget|exercice|comptab\w*|activite|planning|conges|commande|20\d\d"
            r"|chiffre|paiement|loyer"
            r"|chomage|stage|reunion|salaire|scolaire|cotisation\w*|indicateurs?|statist\w*)\b",
        ),
    ),
    "accouche": (
        Need(
            forbids=r"@[^\n.;,]{0,28}\b(logiciel|projet|reforme|dossier|site|loi|module|version|automate)\b"
            r"|\b(dans la|difficile) @ du"
        ),
        Need(
            only=r"voie basse|peridurale", forbids=r"tension|courant|electri|infiltration|injection|sciatique|lombaire"
        ),
        Need(
            only=r"peridurale", requires=_BIRTH + r"|\b(analgesie|travail|pose|pre|consult\w*|bilan)\b|^ *@ *$|avant @"
        ),
    ),
    "hpp": (
        Need(
            only=r"hpp|avb|acct|accht|bishop",
            caps=True,
            requires=_BIRTH + r"|\b(j\d|post|partum|deliv\w*|hemorr\w*|score)\b|^ *@",
        ),
        Need(only=r"forceps|deliverance|travail spontane|gestation", requires=_BIRTH),
        Need(only=r"baby blues|cesars?", forbids=r"\b(mr|mme|m|rue|avenue|dr|prenom|place)\b[. ]+@|@ [a-z]+ne\b"),
        Need(
            only=r"cesars?", requires=_BIRTH + r"|\b(j\d|post|atcd|suites?|programmee|urgence|antecedent|avant|pre)\b"
        ),
        Need(only=r"bishop", requires=r"score"),
    ),
    "fc": (
        Need(
            requires=r"\b(menace de|risque de|une|atcd( de)?|antecedents?( de)?|curetage( pour)?"
            r"|aspiration pour|suite|post|apres|sa"
            r"|saigne\w*|gross\w*|\d) *@"
            r"|@ *(hier|spont\w*|preco\w*|tardive|a repet\w*|recente|il y a|a \d+ ?sa|t1|curetage|hcg|bhcg"
            r"|complete|incomplete"
            r"|en cours|x ?\d\b|sa soeur|en \d{4}|ce jour)",
            forbids=r"@ *[:=]? *(a )?\d{2,3}( *bpm| */|\b)?$|\b(bpm|battements|ta|pouls|puls\w*|spo2|sat"
            r"|cardiaque|fr|tension"
            r"|temp\w*)\b|@ *[:=/] *\d",
        ),
    ),
    "curetage": (
        Need(only=r"curetage", requires=_BIRTH + r"|\b(fc|fcs|uter\w*|aspiration|retention|metro\w*)\b"),
        Need(only=r"avortee?|itg", forbids=r"\b(projet|tentative|mission|essai|prelevement|echec)\b"),
        Need(only=r"\d fcs", forbids=r"reglement"),
    ),
    "pul": (Need(only=r"pul", caps=True, requires=_BIRTH),),
    "amnio": (Need(only=r"psf|pvc foetal", caps=True, requires=_BIRTH),),
    "ifm": (Need(only=r"ifm", caps=True, requires=_BIRTH),),
    "msm": (
        Need(only=r"msm|dpi|cpdp", caps=True, requires=_BIRTH + r"|\b(marqueurs?|seriques?|embryon\w*|fiv|genet\w*)\b"),
    ),
    "rcf": (
        Need(only=r"rcf|maf|la teinte|cn \d|pp siege", caps=True, requires=_BIRTH),
        Need(only=r"placenta.*", forbids=r"\b(extrait|creme|cosmet\w*|banque|recherche sur)\b"),
        Need(only=r"cerclage.*", forbids=r"rotul|os|fracture|aortique|estomac|annulaire|hanche|femur"),
        Need(only=r"maturation pulmonaire|atosiban|tractocile", forbids=r"nourrisson"),
        Need(only=r"presentation cephalique|bichoriale|monochoriale|gemell?aire", forbids=r"frere|soeur"),
    ),
    "lactation": (
        Need(
            only=r"lactation|allaiter|allaitement artificiel|galactophorite",
            forbids=r"vache|prl|prolactin\w*|bovin|chien\w*",
        ),
    ),
    "transfer": (
        Need(
            only=r".*transfert",
            requires=r"\b(embryon\w*|fiv|icsi|hcg|bhcg|tec|blasto\w*|j\d+|pma)\b",
        ),
        Need(only=r"\d (fiv|icsi|tec|iac|fivs).*", forbids=r"tarif"),
        Need(only=r"rang.*", forbids=r"ordre"),
    ),
    "iad": (
        Need(
            only=r"iad|iac|iiu",
            caps=True,
            requires=_BIRTH + r"|\b(fiv|infert\w*|pma|inseminat\w*|sperm\w*|bilan|cycle)\b",
        ),
        Need(only=r"amh", forbids=r"\b(association|handicap\w*)\b"),
        Need(
            only=r"sterilites?.*",
            forbids=r"\b(controle|test|essai|salle|flacon\w*|culture|milieu|lot|materiel|zone|champ)\b",
        ),
    ),
    "delay": (
        Need(
            only=r"retard \d+ .*|test g|tdg",
            requires=r"\b(hcg|bhcg|regles|enceinte|test|gross\w*|ddr|gyneco)\b",
            forbids=r"\b(livraison|colis|paiement|train|coursier|transport|facture|navette|rendu|courrier)\b",
        ),
    ),
}
