"""Rules for ambiguous terms of infections, tumours, births and genes; `needs` joins them with the others."""

from __future__ import annotations

from leakscan.health.rules import Need

_TUMOUR = (
    r"\b(k|cancer\w*|carcino\w*|adk|adenoca\w*|neo|tumeur\w*|tumoral\w*|metasta\w*|chimio\w*|radioth\w*|onco\w*"
    r"|sein|prostate"
    r"|prost|colon|poumon|lymphome\w*|leucemi\w*|hemopathie\w*|myelome|melanome|gleason|psa|mastectomie"
    r"|prostatectomie)\b"
)
_GENETICS = (
    r"\b(mut\w*|gene|genes|genet\w*|variants?|delet\w*|duplic\w*|pathogene|vus|classe|htz|hmz|hetero\w*|homoz\w*"
    r"|porteu\w*|sequen\w*|panel|ngs|constitution\w*|germinal\w*|somatique|exon|hereditaire|onco\w*|famili\w*|apc"
    r"|biologie mol\w*|leiden|thrombo\w*|20210|g20210a|sein|colon|poumon|jak2|statut|oncogenet\w*)\b"
)
_BIRTH = (
    r"\b(enceinte|grossesse\w*|gross|hcg|bhcg|obst\w*|gyneco\w*|sa|ddr|t21|ht21|foet\w*|accouch\w*|echo\w*|toxo\w*"
    r"|rubeole|rai|rhesus|maternite|patiente|sage femme|depistage|primipare|multipare|cesar\w*|pv|terme)\b"
)
_STOCK = (
    r"\b(reactifs?|kits?|lots?|stocks?|commande\w*|livraison|cassettes?|coffrets?|calibra\w*|cqi|eeq|cqe"
    r"|controle qualite"
    r"|fournisseur|automate|formation|reunion|procedure|affiche\w*|campagne|conference|perime\w*|flacons?|dlu)\b"
)

NEEDS_OF_CORE: dict[str, tuple[Need, ...]] = {
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
    "notstaff": (Need(forbids=_STOCK + r"|prise en charge des|reportee|\bprotocole affich"),),
    "genital": (
        Need(
            only=r"tricho|mycoplasmes?|mycoplasma.*|m hominis|ureaplasme|gardnerella|morpions",
            forbids=r"pneumon|pulmon|respir|cheveu|dermato|capill",
        ),
        Need(only=r"tricho", requires=r"\b(pv|vagin\w*|gono|chlam\w*|ist|mst|leuco\w*|recherche|pos|neg|uretr\w*)\b"),
        Need(
            only=r"gardnerella|phtiriase|ureaplasme",
            requires=r"\b(pv|vagin\w*|pubi\w*|ist|uretr\w*|genit\w*|sperm\w*|pcr)\b",
        ),
    ),
    "rvs": (
        Need(
            only=r"rvs12|svr12|rvs 12|rvs|svr|reponse virologique soutenue|aad|interferon riba",
            requires=r"\b(vhc|hcv|hep\w*|viro\w*|sofosbuvir|epclusa|maviret|cirrhose|f\d)\b",
        ),
    ),
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
        Need(only=r".*", forbids=_STOCK),
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
            forbids=r"@ *[:=]? *(a )?\d{2,3}( *bpm| */|\b(?! sa))?$|\b(bpm|battements|ta|pouls|puls\w*|spo2|sat"
            r"|cardiaque|fr|tension"
            r"|temp\w*)\b|@ *[:=/] *\d".replace("(?! sa)", ""),
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
        Need(only=r"genome|exome", forbids=_STOCK),
        Need(
            only=r"genome|wes|wgs|caryos?|cgh|etude moleculaire|analyse moleculaire",
            forbids=r"bacter\w*|virus|viral\w*|sars|grippe",
        ),
        Need(only=r"geneticien\w*", forbids=r"\b(dr|docteur|pr|secretariat|recrutement|poste)\b"),
    ),
    "guthrie": (
        Need(
            only=r".*",
            forbids=_STOCK + r"|\b(navette|secretariat|telephone|tel|poste|demenage\w*|etage|ferme\w*|horaires?)\b",
        ),
        Need(
            only=r"enquete familiale|arbre genealogique|depistage familial|sudoral",
            requires=_GENETICS + r"|\b(hla|mucovisc\w*|test|k|cancer|famille)\b",
        ),
        Need(only=r"depistage neonatal.*|guthrie|test de guthrie", forbids=r"surdite|auditi\w*|oea"),
    ),
}
"""Rules by name, as in `needs`."""
