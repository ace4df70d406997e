"""What resolves an ambiguous term: the rules that the `needs` column of the lexicon names.

A rule reads the folded characters around a mention, written `left@right` with the mention in the place of `@`, at most
REACH on each side. Rust regex syntax.
"""

from __future__ import annotations

from functools import cache

from leakscan.data import model_file
from leakscan.health.needs_core import NEEDS_OF_CORE
from leakscan.health.rules import Need

_HEART = (
    r"\b(bnp|nt[ -]?pro\w*|probnp|fevg|fe|nyha|entresto|omi|omis|orthopnee|crepitants?|poussees?|homme"
    r"|diuretiques?|lasilix"
    r"|aldactone|spiro\w*|bisoprolol|epanchement|ischem\w*|valv\w*|acfa|fa|rythm\w*|vg|hvg|aigue sur|patient"
    r"|oap|cardia\w*|coeur|dyspne\w*|oedeme\w*|ic|icg|insuffisance|ins|hta|vd|od|lasix|furosemide"
    r"|troponine|ett|echo ?coeur|hypertroph\w*|ventricul\w*|decompens\w*|stenose|tronc|coro\w*|globale|pace|ivd)\b"
)
_HIV = r"\b(vih|hiv|sida|cd4|arv|seropo\w*|retrovir\w*|antiretro\w*|pvvih|charge virale|immunodep\w*)\b"
_OTHER_VIRUS = r"\b(vhc|vhb|hcv|hbv|hepatite|covid|sars|cmv|ebv|bk|adenovirus|hhv|zika)\b"
_NUMBER = r"@[^a-z0-9\n]{0,4}\d"
_CLINIC = (
    r"\b(maladie|syndrome|sd|atteint\w*|depist\w*|recherche|diagnostic|suspicion|mutation|gene|porteu\w*"
    r"|suivi|ald|recuse\w*|evoque\w*|suspect\w*|cuivre|ceruloplasmin\w*|ugt1a1|enzym\w*|msh\d|mlh1|pms2|fbn1|connu\w*"
    r"|confirm\w*|bilirubin\w*|kayser|replagal|fabrazyme|cerezyme|myozyme|atcd|famil\w*|porteur sain|caryo\w*)\b"
)

_NEEDS: dict[str, tuple[Need, ...]] = {
    "": (),
    "hivnear": (Need(requires=_HIV),),
    "aidsdisease": (Need(requires=_HIV),),
    "notother": (
        Need(
            forbids=r"@[^\n.;,]{0,12}\b(vhc|vhb|hep\w*|cmv|ebv|toxo\w*|rubeole|varicelle|covid|zona"
            r"|hbs)\b"
        ),
    ),
    "hivload": (Need(forbids=_OTHER_VIRUS),),
    "cv": (
        Need(
            requires=r"@[^a-z0-9]{0,4}(vih|hiv|indet\w*|detect\w*|blip|rebond|inf|<|>|nd\b|neg\w*|non detect\w*"
            r"|controlee|plasmatique|\d[\d .]*(cop\w*|cp"
            r"|c/ml|ml|log))",
            forbids=_OTHER_VIRUS,
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
    "hepatitis": (),
    "fta": (Need(only=r"fta|bw|rpr", caps=True),),
    "notlungchlam": (Need(forbids=r"@[^\n.;,]{0,4}(pneumon\w*|psittaci|philae?)"),),
    "ct": (),
    "ist": (
        Need(
            only=r"ist|mst",
            forbids=r"@ *[-/] *\d|\b(institut|ecole|convention|technique|universit\w*|master|stage|licence|info"
            r"|informatique"
            r"|formation|english|he|she|it|time)\b",
        ),
    ),
    "cancer": (
        Need(
            forbids=r"(\b(ligue|association|asso|vente|brioches?|tombola|loto|kermesse|concert|urne|cagnotte"
            r"|fondation|institut|congres|colloque|campagne|formation|reunion"
            r"|seminaire"
            r"|gala|course|marche|magazine|article|livre|film|plan|journee mondiale|lutte|dons?"
            r"|collecte|stand"
            r"|exposition|conference|affiche|brochure|tropiques?|horoscope|astro\w*|zodia\w*|signe)\b[^\n.;:]{0,22}"
            r"(contre|sur|du|le|de|pour|:)( le| la| les| l.)? ?(signe)?@)|recherche (contre|sur) (le|les) @"
            r"|(contre le @[^\n]{0,20}\b(paris"
            r"|association)\b)"
            r"|\b(gemeaux|sagittaire|capricorne|verseau|scorpion)\b|poste d[^\n]{0,3}@",
        ),
    ),
    "knumber": (Need(forbids=_NUMBER + r"|@ *[+=<>]"),),
    "lh": (Need(only=r"lh|lnh|gist", caps=True), Need(only=r"lh", forbids=r"fsh|oestr|prog|prl|@ *[:=]? *\d")),
    "meta": (
        Need(
            only=r"metas?",
            requires=r"@ *(hepat|oss|cereb|pulm|gangl|foie|mult|\.? *$)|\b(k|cancer|adk"
            r"|neo)\b",
        ),
    ),
    "chimio": (
        Need(only=r"irradiation|rayons?|rth", forbids=r"\b(magasin|uv|soleil|radio ?protection|solaires?|x)\b"),
        Need(only=r"rayons?", requires=r"\b(cancer|k|chimio|seances?|sein|prostate)\b"),
        Need(
            only=r"hormonotherapie|immunotherapie",
            forbids=r"menopaus|substitut|\btrans\b|mtf|ftm|dysphorie|genre|allerg|desensib|transgenre|transition"
            r"|thyro|acarien|pollen",
        ),
    ),
    "psa": (Need(only=r"psa", forbids=r"peugeot|citroen|groupe|vehicule|stellantis|usine|rhumat|articul"),),
    "ace": (Need(only=r"ace", forbids=r"\b(inhibiteur|tennis|angiotensine|service)\b"),),
    "mpl": (Need(only=r"mpl|calr", caps=True, requires=r"jak|mut|calr|mpl|bcr"),),
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
    "noheart": (Need(forbids=_HEART),),
    "heart": (Need(requires=_HEART),),
    "fiv": (
        Need(only=r"fiv|pma|amp|tec", caps=True),
        Need(
            only=r"amp|tec|pma",
            requires=r"\b(fiv|icsi|infertil\w*|bilan|parcours|suivi|protocole|enfant"
            r"|couple|ovul\w*|amh)\b",
        ),
        Need(only=r"infertilites?|inseminations?", forbids=r"bovin|animal"),
    ),
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
            forbids=_OTHER_VIRUS + r"|\b(vih|hpv|virus|bacter\w*|rhd|erythro\w*"
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
            r"|interne|chef) [^\n]{0,14}@|@ *[:,] *(navette|fax|poste|code|etage|batiment)",
        ),
        Need(
            only=r"psy",
            requires=r"\b(suivi|atcd|troubles?|hospi\w*|traitement|consult\w*|antecedents?|cs|ttt"
            r"|terrain|pb|probleme) @",
        ),
        Need(only=r"troubles du comportement", forbids=r"aliment"),
    ),
    "irs": (Need(only=r"irs", caps=True, requires=r"sous|ttt|trait|depress"),),
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
            r"|non|oui|actif|jamais|stop\w*|social\w*|modere\w*|nie|dans le sang)",
            forbids=r"@ *(a )?(70|90|iod|benzyl|modif|isopro|polyv|dena)|desinf|antisep|gel |hydro|sans @ pour",
        ),
    ),
    "cdt": (Need(only=r"cdt", caps=True),),
    "addict": (Need(forbids=r"@ion|addiction @"),),
    "drogue": (
        Need(only=r"poppers?", requires=r"conso|usage|prend|sniff|inhal|chemsex|hsh|drog|addic|toxi|sous"),
        Need(only=r"ghb|gbl|lsd|thc|mdma", caps=False),
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
            forbids=r"\b(vih|hiv|cancer|k|sida|drepa\w*|muco\w*|psy\w*|schizo\w*|bipol\w*|depress\w*|vhc|hepatite"
            r"|hemophil\w*|tumeur|lymphome)\b",
        ),
        Need(
            only=r"aveugles?|sourds?|handicap\w*|premature\w*",
            forbids=r"essai|etude|rupture|insertion|place"
            r"|parking|acces|double",
        ),
        Need(only=r"invalidite", forbids=r"garantie|contrat"),
    ),
    "malaise": (Need(only=r"malaises?|vertiges?|intolerances?", forbids=r"social|des hauteurs"),),
    "ths": (
        Need(only=r"ths|ipp|aap|epo|ains|atb", caps=True),
        Need(
            only=r"ipp",
            forbids=r"@ *(n\b|no\b|:|\d{3}|fusion\w*|doublon\w*|patient|erron\w*|inconnu|manquant|incorrect"
            r"|different|errone)|\b(doublons?|fusion\w*|identite\w*|numero|n)[ .:]{1,3}@",
        ),
        Need(only=r"pilules?", forbids=r"cardio|imparfaite"),
    ),
    "agression": (
        Need(only=r"msf", caps=True, requires=r"excis|mutil|victime"),
        Need(
            only=r"agressions?|agresse\w*|harcelement|violences?",
            forbids=r"verbale|du personnel|a l'accueil|envers|lutte|referent|incident|formation|etude|brigade|agent",
        ),
    ),
    "viol": (
        Need(forbids=r"@[ -](en|le|du|la)[ -]"),
        Need(
            forbids=r"@ (de|du) (domicile|secret|droit|contrat|reglement|donnees|sepulture|propriete)"
            r"|\bvol et @"
        ),
    ),
    "detention": (
        Need(
            only=r"detention|detenue?s?",
            forbids=r"@ *(de|d|du|par|le|la|les|a \d)[ '](parts|titres|capital"
            r"|stup|arme|actions|chien|un)",
        ),
        Need(only=r"ecrou", forbids=r"vis|boulon|clef|cle de"),
        Need(only=r"gav|ucsa|usmp", caps=True),
        Need(only=r"prison|penitentiaire", forbids=r"\b(rue|avenue|administration|surveillant\w*)\b"),
    ),
    "ame": (
        Need(
            requires=r"\b(beneficiaire|benef|droits?|carte|attestation|tp|mutuelle|cmu\w*|css|sous|regime"
            r"|couverture|caisse|secu\w*"
            r"|prise en charge|pec|patiente?|oui|a l)\b|^[^a-z]*@[^a-z]*$|@[^a-z\n]{0,3}(\d|en|jusqu|valable"
            r"|ouvert|a jour|expire|ok)",
            forbids=r"\b(son|mon|ton|une|belle|soeur|etat d|corps et|l|de l|grande|bonne|dame)['. -]*@",
        ),
    ),
    "sdf": (
        Need(only=r"sdf|mna|ofpra", caps=True, forbids=r"stade de france"),
        Need(only=r"refugie\w*|migrant\w*", forbids=r"aide aux|association|rue"),
    ),
    "gay": (
        Need(
            only=r"gay",
            requires=r"\b(patient|homme|couple|relation\w*|est|sauna|bar|orientation|hsh|homo\w*"
            r"|rapports?)\b",
        ),
        Need(only=r"confession|mtf|ftm", caps=True, requires=r"trans|hormono|genre"),
        Need(only=r"rapports? sexuels?|sexualite|vie sexuelle", forbids=r"education"),
    ),
    "religion": (
        Need(
            only=r"juif|juive|chretiene?s?|chretienne|catholique|religieu\w*|religion|confession|protestante?",
            requires=r"\b(patiente?|religion|confession|refus|regime|est|famille|rite|circoncision|origine|de)\b",
            forbids=r"\b(hopital|ecole|institut|lycee|etablissement|universite|clinique|m|mme|mr|dr|rue"
            r"|secours|cimetiere)\b|\bst\b",
        ),
        Need(only=r"religieu\w*", requires=r"\b(patiente?|conviction|refus|motif)\b"),
        Need(only=r"islam|ramadan", forbids=r"rue|\b(m|mme|mr|dr)\b"),
    ),
    "sign": (Need(requires=r"@ ?:? ?[+-] ?1\b|@ *(\(? ?[+-] ?\)?)( *$| *[^a-z0-9 ]|\s+[a-z]| *\))"),),
    "rh": (
        Need(
            only=r"rh (pos|neg|positif|negatif|positive|negative)",
            forbids=r"her2|sein|recepteur|re |rp "
            r"|cancer|carcinome|ki67",
        ),
    ),
    "rhsign": (
        Need(
            requires=r"@ ?(d )?(\(? ?[+-] ?\)?)( *$| *[^a-z0-9 ]|\s+[a-z])|@ ?: ?[+-]",
            forbids=r"her2|sein|recepteur|\bre\b|\brp\b|cancer|carcinome|ki67|ressources",
        ),
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


@cache
def all_needs() -> dict[str, tuple[Need, ...]]:
    """All rules by name: those above, of `needs_core`, and of models/lexicon/needs.tsv, where a name may have rows.

    Each rule of a name must hold for the terms that it is for.
    """
    rules = _NEEDS | NEEDS_OF_CORE
    lines = model_file("lexicon/needs.tsv").read_text(encoding="utf-8").split("\n")
    for line in filter(None, lines[1:]):
        name, only, caps, requires, forbids = line.split("\t")
        rules[name] = (*rules.get(name, ()), Need(requires, forbids, only, caps == "caps"))
    # What a drug says of the mind needs all that it needs to be a drug.
    rules["drugmind"] = (*rules["drug"], *rules["drugmind"])
    return rules
