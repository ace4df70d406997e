"""Rules for ambiguous terms of the theme `cancer`: cancers, their markers and their treatment."""

from __future__ import annotations

from leakscan.health.needs.surroundings import STOCK
from leakscan.health.rules import Need

_NUMBER = r"@[^a-z0-9\n]{0,4}\d"
_TUMOUR = (
    r"\b(k|cancer\w*|carcino\w*|adk|adenoca\w*|neo|tumeur\w*|tumoral\w*|metasta\w*|chimio\w*|radioth\w*|onco\w*"
    r"|sein|prostate"
    r"|prost|colon|poumon|lymphome\w*|leucemi\w*|hemopathie\w*|myelome|melanome|gleason|psa|mastectomie"
    r"|prostatectomie)\b"
)

NEEDS: dict[str, tuple[Need, ...]] = {
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
    "kalone": (
        Need(
            requires=r"\b(argument|arg|argt|suspicion|susp|suspecte?s?|evocat\w*|evoqu\w*|atcd|antecedents?"
            r"|recidive|recherche"
            r"|abs|absence|diagnostic|diag|notion|cas|deced\w*|pas|aucun|cote|chimio|hormonal|traite\w*"
            r"|suivi\w*|ttt|sous|post"
            r"|pour|pr|hepatite|vih|eliminer|exclure|peur|depistage|famili\w*|fam|pere|mere|soeur|frere|tante|oncle)"
            r"[.,: ]*(de |d'|d |du |un |pr |pour |le |son |l'|sur )*@"
            r"|@ *(opere|operee|connu|evolutif|elimine|ecarte|recuse|infirme|metast\w*|suspecte?|probable"
            r"|possible|sous chimio|en remission|traite\b)"
            r"|: k ?\?",
            forbids=r"@ *[-+=<>:,]? *\d|@ *[+=<>]|@ *[-] *\w"
            r"|\b(na|cl|iono\w*|potass\w*|creat\w*|mmol|meq|hemolys\w*|ecg|kaliem\w*|diffu\w*|kcl|vit\w*|avk"
            r"|euros?|tube)\b"
            r"|@[ -]*(nat\w*|mercazol\w*|codion|cort\w*|vessie|vascul\w*|synephr\w*|bladder|adjuv\w*|sporine"
            r"|form\w*)\b",
        ),
    ),
    "malignite": (Need(only=r"acutisation|blastose", requires=_TUMOUR + r"|\b(smd|lam|lmc|llc|blastes?|moelle)\b"),),
    "malt": (
        Need(only=r"malt|castleman|richter|lzm|bowen", requires=_TUMOUR + r"|\b(maladie|lnh|llc|suivi\w*)\b"),
        Need(only=r"aml|cll", requires=_TUMOUR),
    ),
    "tne": (Need(only=r"tne", requires=_TUMOUR),),
    "meta2": (
        Need(
            only=r"(lesions|localisations|adenopathies|meta|mets) .*",
            requires=_TUMOUR + r"|@[^a-z]*$|secondaires|@",
            forbids=r"\b(psoria\w*|traumat\w*|chute|fracture\w*|hepatite)\b",
        ),
        Need(
            only=r"(lesions|adenopathies) (?:osseus.*|hepat.*|cereb.*|pulm.*|gangl.*|surre.*|cutan.*|os|foie"
            r"|poumon|cerveau|hep)",
            requires=_TUMOUR,
        ),
    ),
    "chip": (Need(only=r"chip|pipac", caps=True, requires=_TUMOUR + r"|carcinose"),),
    "tnm": (
        Need(
            requires=_TUMOUR + r"|\b(marges?|n\d|m\d|grade|sbr|r0|vessie|rein|thyroide|melanome|exerese|anapath\w*)\b"
        ),
    ),
    "ipss": (
        Need(only=r"ipss|ipss|iss|r iss", caps=True, requires=_TUMOUR + r"|\b(smd|myelo\w*)\b"),
        Need(
            only=r"figo|stade figo|dukes|breslow|ann arbor|binet [abc]|isup \d|child.*",
            forbids=r"\b(rue|m|mme|dr)\b[. ]+@",
        ),
    ),
    "msi": (
        Need(
            only=r"msi|her 2|alk positif|ros1|pdl1|pd l1|dmmr|berges saines|limites saines|ras sauvage|triple neg\w*"
            r"|rupture capsulaire|triple negatif",
            requires=_TUMOUR
            + r"|\b(brca\w*|her2|ki67|sbr|exerese|naevus|ganglion\w*|grade|immunohisto\w*|anapath\w*)\b|^ *@",
        ),
        Need(only=r"rupture capsulaire", requires=_TUMOUR, forbids=r"prothese|genou|epaule"),
    ),
    "whipple": (
        Need(only=r"whipple", forbids=r"tropherym\w*|maladie|antibio\w*|pcr"),
        Need(only=r"curage|gros bras", requires=_TUMOUR + r"|\b(axillaire|gangl\w*|inguinal|pelvien)\b"),
        Need(only=r"reconstruction mammaire", forbids=r"esthet"),
    ),
    "protocol": (
        Need(
            only=r"tac|vad|bep|tpf|flot|bacop|7 3|krd|vrd|vcd|vtd|beva|ec taxol|5 fu|tcx4|capecitabine",
            requires=_TUMOUR + r"|\b(c\d+|j\d+|cures?|cycles?|protocole|sous|hebdo|beva\w*|arrete)\b|^ *@ *$",
        ),
        Need(only=r"flot|tac|vad|bep|beva|7 3", caps=True),
    ),
    "ict": (
        Need(only=r"ict", caps=True, requires=_TUMOUR),
        Need(
            only=r"\d+e(me)? cure|cure \d+ .*",
            requires=_TUMOUR + r"|\b(protocole|aplasie|tolere\w*|nfs)\b",
            forbids=r"thermal\w*|desintox\w*|sevrage|fer\b|vitamin\w*|alcool\w*",
        ),
        Need(only=r"stereotaxie", requires=_TUMOUR + r"|\b(rt|seances?|meta\w*)\b"),
        Need(only=r"[cj]\d+ ?[cj]\d+", forbids=r"\b(lot|cellule|excel|case|salle|place|armoire|etagere|bat\w*)\b"),
        Need(only=r"aplasie febrile", forbids=r"@ *\?"),
    ),
    "rtnear": (Need(requires=_TUMOUR, forbids=r"@ *[-]? *(pcr|lamp)|ss ?rt"),),
    "roma": (
        Need(
            only=r"roma|s100|calcitonine|septine 9|ca15|ca19|thyrocalcitonine",
            forbids=r"\b(rue|ville|rome|hepatite|pro)\b[ -]*@|procalci",
        ),
        Need(only=r"roma", caps=True, requires=r"\b(he4|ca125|ovaire|score)\b"),
        Need(only=r".*", forbids=STOCK),
    ),
}
