"""Rules for ambiguous terms of the theme `genetic`: genes, mutations and diseases that are inherited."""

from __future__ import annotations

from leakscan.health.needs.surroundings import OTHER_VIRUS, STOCK
from leakscan.health.rules import Need

_CLINIC = (
    r"\b(maladie|syndrome|sd|atteint\w*|depist\w*|recherche|diagnostic|suspicion|mutation|gene|porteu\w*"
    r"|suivi|ald|recuse\w*|evoque\w*|suspect\w*|cuivre|ceruloplasmin\w*|ugt1a1|enzym\w*|msh\d|mlh1|pms2|fbn1|connu\w*"
    r"|confirm\w*|bilirubin\w*|kayser|replagal|fabrazyme|cerezyme|myozyme|atcd|famil\w*|porteur sain|caryo\w*)\b"
)
_GENETICS = (
    r"\b(mut\w*|gene|genes|genet\w*|variants?|delet\w*|duplic\w*|pathogene|vus|classe|htz|hmz|hetero\w*|homoz\w*"
    r"|porteu\w*|sequen\w*|panel|ngs|constitution\w*|germinal\w*|somatique|exon|hereditaire|onco\w*|famili\w*|apc"
    r"|biologie mol\w*|leiden|thrombo\w*|20210|g20210a|sein|colon|poumon|jak2|statut|oncogenet\w*)\b"
)

NEEDS: dict[str, tuple[Need, ...]] = {
    "genetique": (
        Need(
            requires=_CLINIC + r"|\b(anomalie|risque|affection|consult\w*|famili\w*|conseil|origine|panel"
            r"|hereditaire|terrain)\b",
            forbids=r"\b(genie|manipulation|fichier|bovine|animale|semences?|ogm|empreintes?|service"
            r"|laboratoire|institut)\b",
        ),
    ),
    "mutation": (
        Need(
            requires=r"\b(gene\w*|porteu\w*|brca\w*|exon|pathogene|htz|hmz|heteroz\w*|homoz\w*|germinale|somatique"
            r"|constitutionnelle|kras|egfr"
            r"|braf|nras|jak2|calr|tp53|hfe|cftr|f508\w*|leiden|facteur|palb2|fmr1|proteine|hereditaire"
            r"|famil\w*|classe [45]"
            r"|v600e|t790m|idh1|flt3|npm1)\b",
            forbids=r"professionnelle|poste|services?|demande|economique|ecologique|digitale|numerique|interne",
        ),
    ),
    "muco": (Need(only=r"muco", forbids=r"@ *(site|sal|rheum|gel)"),),
    "eponym": (
        Need(
            only=r"turner|hunter|hurler|gilbert|wilson|fabry|gaucher|pompe|krabbe|becker|duchenne|rett|usher"
            r"|alport|lynch|marfan"
            r"|noonan|fanconi|steinert|willebrand|brugada|klinefelter|bourneville|huntington|steinert"
            r"|friedreich|minkowski.*",
            requires=_CLINIC + r"|\b(von|myopathie|choree|choreique|ataxie|genetique|heredit\w*|htz|hmz|positif"
            r"|negatif)\b|^ *@[^a-z]*$",
            forbids=r"\b(rue|avenue|bd|place|dr|docteur|m|mme|mr|pr|professeur|monsieur|madame|allee|impasse)\b[. ]+@",
        ),
        Need(
            only=r"turner|hunter|hurler|gilbert|wilson|fabry|gaucher|pompe|becker|lynch|duchenne|alport",
            requires=_CLINIC + r"|\b(myopathie|genetique|heredit\w*)\b",
        ),
        Need(only=r"paf|sma|pkr|vwd", caps=True, forbids=r"sans|reste|vehicule|francais|\bdsma"),
    ),
    "caryo": (
        Need(only=r"fish|ngs|cgh|acpa", caps=True),
        Need(
            only=r"genotyp\w*|sequencage",
            forbids=OTHER_VIRUS + r"|\b(vih|hpv|virus|bacter\w*|rhd|erythro\w*"
            r"|germe)\b",
        ),
        Need(
            only=r"biologie moleculaire|fish|ngs|sequencage|exomes?|panel de genes?",
            forbids=r"covid|sars"
            r"|bacter|virus|poisson",
        ),
    ),
    "leiden": (
        Need(
            only=r"facteur v|leiden",
            requires=r"\b(htz|hmz|mut\w*|leiden|heteroz\w*|homoz\w*|recherche|facteur|anomalie|genet\w*)\b",
            forbids=r"universit|ville|pays bas|dosage|activite",
        ),
    ),
    "htz": (
        Need(
            only=r"facteur ii|facteur v",
            requires=r"\b(htz|hmz|mut\w*|leiden|heteroz\w*|homoz\w*|g20210a|recherche)\b",
            forbids=r"\b(dosage|activite|taux)\b",
        ),
    ),
    "hla": (Need(only=r"hla", caps=True, forbids=r"anti"),),
    "notcode": (Need(forbids=r"@ *= *code|\b(agence|code client|fournisseur|imprimante|badge)\b"),),
    "rarename": (
        Need(
            only=r"rotor|osler|maladie d osler|kabuki|costello|pendred|apert|crouzon|gorlin|cowden|bruton"
            r"|fanconi|lobstein|canavan"
            r"|charcot marie|stickler|sotos|prader|zellweger|goldenhar|stargardt|rho|mody|melas|merrf|canavan"
            r"|kostmann|alagille"
            r"|waardenburg|shwachman",
            forbids=r"\b(rue|avenue|dr|docteur|m|mme|mr|pr|service|hopital|place)\b[. ]+@|panaris|faux|endocardite",
        ),
        Need(
            only=r"rotor|costello|crouzon|bruton|lobstein|gorlin|prader|osler|apert|kabuki|sotos|xo|45x"
            r"|trisomie|deletion|delection"
            r"|delecion|duplication|cmt|fmf|sedh|hcs|pxe|hht|davd|dics|dm1|xlh|dystrophie.*|translocation t"
            r"|mody \d|nanisme",
            requires=_GENETICS
            + r"|\b(maladie|syndrome|sd|synd|atteint\w*|suivi\w*|diagnostic|suspicion|caryo\w*|chromosom\w*"
            r"|turner|22q\w*|1?\dq\w*"
            r"|myopathie|diabete|periodique|myotonique|musculaire|acpa|cgh|bras|connu\w*|atcd|mefv)\b|^ *@ *$"
            r"|^ *@ *[^a-z ]",
        ),
        Need(only=r"duplication|deletion|inversion.*", forbids=r"dossier|fichier|etiquette|donnees|document"),
        Need(only=r"cmt|fmf|hht|hcs|pxe|davd|dics|dm1|xlh|sedh", caps=True),
        Need(only=r"trisomie", forbids=r"@ *(21|18|13) *: *risque|risque (de )?@|depistage (de la |de )?@"),
    ),
    "gene": (
        Need(
            requires=_GENETICS
            + r"|@ *(pos\w*|neg\w*|recherch\w*|en cours|en attente|demande\w*|wt|sauvage|a faire|[+-] *$|\?)",
            forbids=r"\b(agence|code|salle|badge|imprimante|reactif|kit|lot)\b",
        ),
        Need(
            only=r"ret|met|fh|ar|rho|eng|fus|dmd|apc|atm|proc|alk|arx|gba|pah|ttr|ttn|btk|gck|hbb|dpd|fv|fii"
            r"|f[258 v]+|f ii|f \d|htt"
            r"|ttn|mitf|mpl|shox|gjb2|stat3|sos1",
            caps=True,
            requires=r"\b(mut\w*|genes?|variants?|delet\w*|pathogene|vus|htz|hmz|hetero\w*|homoz\w*|porteu\w*"
            r"|exon|leiden|20210"
            r"|g20210a|deficit|recherche|panel)\b",
        ),
        Need(
            only=r"f[0-9]|fv|fii|f \d|f v|f ii|f8|f9|vwf|vwd",
            forbids=r"\b(dosage|activite|taux|batiment|salle|touche)\b",
        ),
    ),
    "b27": (
        Need(
            only=r"b27",
            caps=True,
            requires=r"\b(hla|spondyl\w*|spa|sacro\w*|uveite|arthr\w*|recherche|pr)\b|^ *@ *[^ a-z]|^ *@ *$",
        ),
        Need(only=r"genome|exome", forbids=STOCK),
        Need(
            only=r"genome|wes|wgs|caryos?|cgh|etude moleculaire|analyse moleculaire",
            forbids=r"bacter\w*|virus|viral\w*|sars|grippe",
        ),
        Need(only=r"geneticien\w*", forbids=r"\b(dr|docteur|pr|secretariat|recrutement|poste)\b"),
    ),
    "guthrie": (
        Need(
            only=r".*",
            forbids=STOCK + r"|\b(navette|secretariat|telephone|tel|poste|demenage\w*|etage|ferme\w*|horaires?)\b",
        ),
        Need(
            only=r"enquete familiale|arbre genealogique|depistage familial|sudoral",
            requires=_GENETICS + r"|\b(hla|mucovisc\w*|test|k|cancer|famille)\b",
        ),
        Need(only=r"depistage neonatal.*|guthrie|test de guthrie", forbids=r"surdite|auditi\w*|oea"),
    ),
}
