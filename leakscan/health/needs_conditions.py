"""Rules of ambiguous terms: diseases, symptoms, their codes and letters, and blood groups."""

from __future__ import annotations

from leakscan.health.rules import Need

CONDITIONS: dict[str, tuple[Need, ...]] = {
    "symptom": (
        Need(forbids=r"\b(acheteuse|reseau|internet|serveur|logiciel|imprimante|alarme|plaquettes de|tension electrique|frigo|stock|ventes|cours de|courant"
             r"|onduleur|neige|objets?|ordinateur|automate|etuve|enceinte|congelateur|clinique de la|clud|centre anti|consultation|unite|equipe|comite|formation|journee|affiche|plaquette|devise|sirop|livraison|commande)\b[^\n.;]{0,14}@"
             r"|@ *(de |du |des |d.|de la |de l.)?(tension|neige|stock|courant|pression|branche|objet|temperature|serveur|reseau|plaquettes|prix|chiffre|ventes|materiel|pierre|glace)"
             r"|\b(secretaire|collegue|technicien\w*|coursier|infirmiere? (absent|remplac)\w*|personnel|salariee?|employee?)\b"),
        Need(only=r"vagal|traumatisme|trauma|tc|chutes?|boutons?|ganglions?|pale|infections?|rales|reflux|toux|tousse|vomis?|gea|omi|adp|pdc|mvv|hto|acr|sfu|aeg|dlrs?|dleur|bav oeil|rhino|raideur|masse|colique|coliques|morsure|brulures|corps etranger|pleurs|coupure au|collapsus|reflux|hoquet|douleurs?|gastro|rash|convulsion",
             forbids=r"\b(cs|consult\w*|avis|rdv|service|suivi en|vu en|hdj|unite|externe|interne|chef)( de| en)? @|@ *(d.arret|marche|poussoir|rouge de|de manchette|enterologue|enterologie|scopie|logie)|\b(bouton|touche|appuyer|dr|docteur|service de|fax|compte rendu|cr|arret d.urgence)\b[^\n.;]{0,10}@|@[ -]*(enterolog|log|scan\b)"),
        Need(only=r"anorexie", forbids=r"\b(tca|type|mental\w*|psy\w*|restrictive|boulim\w*)\b"),
        Need(only=r"tc|gea|omi|adp|pdc|mvv|hto|acr|aeg|sfu|hsmg", caps=True),
        Need(only=r"tc", requires=r"\b(pdc|glasgow|chute|scan\w*|avp|trauma\w*|leger|grave|sous|enfant|aod|avk)\b"),
    ),
    "hta": (Need(only=r"hta", forbids=r"haute tension|enedis|edf|electri|coupure|transfo"),),
    "cardio2": (
        Need(only=r"irc|ira|irt|irct|irca|iraf|mrc", forbids=r"\b(canal|chat|terroris\w*|tuyau|prime)\b"),
        Need(only=r"ic|im|it|ra|vd|st|tv|fv|cia|pm|dr|rac|ti|dai|dav|tap|hpn|eti|aic|rdp|iac|iao|rao|dsr|ivd|icd|ico|sca|bav|esv|tvs|bav od",
             caps=True,
             requires=r"\b(hta|cardi\w*|bnp|probnp|atcds?|troponine|tropo|fevg|avk|aod|eliquis|xarelto|fa|acfa|oap|idm|coro\w*|dyspnee|omi|nyha|serree?|tavi|valve|valvul\w*|mitral\w*|aort\w*|lasilix|entresto|furosemide|severe|moderee?|decomp\w*|decompensation|insuf\w*|vg|ivg|ett|souffle|pontage|stents?|ecg|st\b|irc|pace\w*|bloc|defib\w*|diab\w*|dt2|retin\w*|fo|ophtal\w*|stade|poussee|sus|apres)\b",
             forbids=r"\b(facture|poste|bureau|interphone|television|kine|rue|salle|informatique|msg|salaire|@ ?it)\b"),
        Need(only=r"st", requires=r"\b(sus|sous|decalage)\b"),
        Need(only=r"idm", forbids=r"institut|master|identit|\bidm ?:"),
    ),
    "cim": (
        Need(
            requires=r"@ ?\.\d|^ *@ +(suivie?|sous|connue?s?|stabil\w*|traitee?|severe|ttt|atcds?|depuis|ancien\w*|en remission|equilibre\w*|decomp\w*|operee?)\b|^ *@ *$|\b(cim|cim10|cim 10|code|diag\w*|dp|das|dr|ald)\b[^\n]{0,8}@|@[^\n]{0,3}\("
        ),
        Need(
            forbids=r"\b(casier|porte|salle|lot|lots|chambre|lit|bat\w*|box|etage|place|poste|quai|rayon|badge|armoire|tiroir|carton"
            r"|vitamine|vit|ref|reference|page|ligne|sac|bus|route|autoroute|sortie|bureau|code porte|portail|module|case|fiche|erreur|tube|automate)\b[. :n]{0,4}@|@[-/][a-z0-9]",
        ),
        Need(only=r"[abcdhijklmnpqrst]\d\d", requires=r"@ ?\.\d|\b(cim|cim10|cim 10|code cim|diag\w*)\b|^ *@ +[a-z]{2}",
             forbids=r"^ *@ *(h|de|du|a|apres|post|apr|ok|fait|le|les|et|controle|vanco|ctrl|en|du|au|sous|basse?s?|bas|elev\w*|norm\w*|dosage|soir|matin|reh\w*|avant|suiv\w*|champix|tpe|min|jours?|sortie|retour|pour|sp|chimio\w*|postop\w*|nfs|crp|bilan)\b"),
        Need(only=r"[jstmh]\d\d", requires=r"@ ?\.\d|\b(cim|cim10|code cim)\b|^ *@ +(pr|polyarth|lupus|goutte|gonar|coxar|lombal|osteop|asthme|bpco|pneumo|bronch|grippe|cataracte|glaucome|fracture|sinusite|angine|otite)"),
        Need(only=r"b12|d3|d2", requires=r"@ ?\.\d"),
        Need(only=r"(t|a|s|c|d|l)(1\d|2[0-4])", requires=r"@ ?\.\d|\bcim"),
    ),
    "germ2": (
        Need(only=r"infecte?e?|infections?|surinfect\w*|abces|plaie infectee|rage|adeno virus|candida|proteus|serratia|listeria|entérocoque|oreillon|poux|gale|anthrax cutane|teigne|muguet|imf|itl|bk|polio|tetanos|cholera|typhoide|diphterie|rage|variole|mycose|cholesterol|icd|palu|lepre|chik|icd|verrues?",
             forbids=r"\b(vaccin\w*|rappel|dtp|virus|ordinateur|logiciel|poste|pc|controle des|comite|clin|lutte|prevention des|risque d|hygiene|fiche|reactif|kit|eau|eaux|aliment\w*|surface\w*|piscine|legumes?)\b"),
        Need(only=r"cholesterol|quantiferon|infection|infections|candida|klebsiell\w*|hdl|exces de cholesterol|rotavirus|salmonelles?|campylo|norovirus|listeria|pseudomonas",
             forbids=r"\b(hdl|ldl|total|dosage|bilan|ct|tg|triglycerides|alimentaire|cantine|eau|piscine|creme|aeros?|tour|culture|pour eliminer)\b|@ *(hdl|ldl|total|:|=|\d)|\b(ist|vih|hiv)\b"),
        Need(only=r"cholesterol", requires=r"\b(exces|trop|eleve|pb|probleme|traite\w*|sous|a du|famil\w*|suivi|regime|hta)\b"),
        Need(only=r"quantiferon", requires=r"@ *(:|=)? *(\+|pos)"),
        Need(only=r"infecte?e?", requires=r"\b(plaie|kyste|escarre|ongle|cicatrice|ulcere|orteil|pied|materiel|prothese|bouton|dent|sur|kt|sonde|hematome|orl|pulm\w*)\b"),
        Need(only=r"bk|imf|itl|icd|tbe|tbc", caps=True, forbids=r"virus|burger"),
        Need(only=r"grippal|grippes?|influenza|coqueluches?|varicelle|rougeoles?|rubeoles?|polio|tetanos|zona", forbids=r"vaccin|campagne|rappel|aviaire"),
        Need(only=r"rage", requires=r"\b(morsure|chien|vaccin|exposition|serologie)\b"),
        Need(only=r"anthrax cutane|hantavirus|ebola", forbids=r"alerte sanitaire"),
    ),
    "letters": (
        Need(only=r"pr", caps=True,
             requires=r"\b(fr|ccp|accp|mtx|methotrexate|metho|poly\w*|lupus|sep|spa|rhumato\w*|erosi\w*|biotherapie|rituximab|humira|enbrel|embrel|orencia|roactemra|arava|plaquenil|seroneg\w*|seropos\w*|sous|poussee|signe de|destructrice|deformante|m0[56])\b|@ *[?]|(atcd|pas de|susp\w*|pour|recherche|suivi) (une |de |d.)?@ *([,;.?]|$)",
             forbids=r"@[. ]+[a-z]{4,} *($|[,;]|\d)|\b(chez|chu|service|double|courrier|rdv|avis|cs) (au |le |du |pour )?@"),
        Need(only=r"spa", caps=True, requires=r"\b(hla\w*|b27|axiale|periph\w*|rhumato\w*|anti tnf|biotherapie|humira|enbrel|cosentyx|ains|sacro\w*|suivi|atcd|poussee|bassdai|uveite|simponi|remicade|taltz)\b|^ *@[^a-z]*$|@ *\?",
             forbids=r"\b(chien|chat|animal|don|refuge|piscine)\b"),
        Need(only=r"led|les", caps=True, requires=r"\b(lupus|aan|dna|adn|plaquenil|poussee|nephr\w*|sapl|complement|cutane|systemique|benlysta|renal|suivi|atcd)\b", forbids=r"\b(ampoule|eclairage|tube|neon|ecran|panneau)\b"),
        Need(only=r"rp|gs|sjs|sds|fm|ei|sam|em|eb|sad|ms|amp|mas|sfc|tms|afm|sfc|fm|mat|tcc|ias|iln|iaas|iasp|ehh|tnc|mav|rsp|hpth?|hptp|hlp|pca|lch|lca|srh|sirs|sgb|paget|acc|tiac|prnc|pidc|mcas|dg|map|pe|rpm|ptt|pti|icd",
             caps=True,
             requires=r"\b(gougerot|sec|fibro\w*|psoria\w*|autogreffe|emb\w*|plaq\w*|valv\w*|hemoc\w*|fievre|macrophag\w*|ferritine|cognit\w*|memoire|dem\w*|mnes\w*|pth|calcium|calcemie|parathyr\w*|statine|ldl|neuro\w*|emg|ivig|igiv|genou|ligament\w*|irm|poussee|suivi|atcds?|sous|corticotherapie|rituximab|revolade|adamts\w*|schizocyt\w*|hemolyse|sa|semaines|enceinte|grossesse|g\d|regime|hgpo|insuline|bu|hta|proteinurie|repas|digestive?|diarrhee|atb|operee?|rupture|severe|traitee?|ald|douleur\w*|recherche|vascul\w*|rdv neuro|c diff\w*)\b|@ *\?",
             forbids=r"\b(salle|societe|formation|reunion|facture|master|lot|cp|courrier|rdv)\b"),
        Need(only=r"dg|map|pe|rpm", requires=r"\b(sa|semaines?|enceinte|grossesse|g\d\w*|regime|hgpo|hypertension|proteinurie|bu|proteines|t[23]|membranes|hospi\w*|celestene|tocolyse|accouch\w*|terme|obst\w*|mater\w*|hellp)\b|\d ?sa\b"),
        Need(only=r"cn", caps=True, requires=r"\b(recidiv\w*|calculs?|lithias\w*|droite?|gauche|febrile|hyperalg\w*|uroscan\w*|uscan|ains)\b"),
        Need(only=r"hp", caps=True, requires=r"\b(test|resp\w*|eradi\w*|gastr\w*|ulcere|pylori|recherche|biops\w*|breath|uree|pylera|serologie|antigene|selles|positif|neg\w*|fogd)\b", forbids=r"imprimante|cartouche|toner|scanner|psy"),
        Need(only=r"tih", caps=True),
        Need(only=r"bmr|bhre?|epc|erv|blse|sar[mv]", forbids=r"\b(affiche|formation|bidon)\b"),
        Need(only=r"sep", forbids=r"@[. :]*(19|20)\d\d|\d[ -/]*@|@ *\d{1,2}\b|\b(lundi|mardi|jeudi|aout|oct|juil|planning|septembre)\b|@\. *="),
        Need(only=r"sla", forbids=r"contrat|service|delai|niveau"),
        Need(only=r"ppr|sopk|opk|mgus|civd|hlh|lsh|ahai|shu|nmo|raa|sdrc|rgo|sepsis|mni", caps=True),
        Need(only=r"bmr|epc|erv", caps=True),
    ),
    "renal": (
        Need(only=r"pna|iur|iua|rau|rua|rvu|fav|gvh|hd|hdc|rtup|htbp|hbp|lgm|hsf|gnmp|gnrp|iu", caps=True),
        Need(only=r"hd|hdc|fav|rau|rua", requires=r"\b(dialyse\w*|hemodial\w*|irc\w*|irt|renal\w*|x ?3|3x|sem\w*|centre|seances?|greff\w*|prostate|hbp|sonde|sonda\w*|uree|creat\w*|thrombos\w*|bras|abord|k)\b", forbids=r"\b(ecran|disque|video|camera|tv|hdmi)\b"),
        Need(only=r"greffon|rejet aigu|uretere|nephro|epididymite|impuissante?|incontinente?|calculs", forbids=r"\b(dr|docteur|service|fax|secretariat|telecom\w*|logiciel|excel|feuille|formule)\b"),
        Need(only=r"dialyse|hemodialyse|centre de dialyse", forbids=r"\b(navette|coursier|fax|telephone|reunion|eau|eaux|bain|service|livraison|secretariat|centre|horaires?|tournee)\b[^\n.;]{0,20}@|@ *:? *(navette|fax|tel|coursier|ferme)"),
    ),
    "neuro": (
        Need(only=r"zonas?|charcot|infirme|alitee?|grabataires?|lata|gir [12]|avf|norb|dvp|sjsr|ictus|fin de vie|palliati\w*|parkinson|soins palliatifs|alzheimer",
             forbids=r"\b(rue|av|avenue|dr|docteur|pr|m|mr|mme|place|bd|boulevard|salle|hopital|institut|service|navette|reunion|formation|zone|association|unite|france|centre|journee|equipe|batiment|pavillon|espace)\b[. ]*(de |d.|des |en |mondiale )?@"),
        Need(only=r"lata|avf|norb|dvp|sjsr", caps=True),
    ),
    "anemia": (
        Need(only=r"mat|dip|dicv|acc lupique", caps=True, requires=r"\b(plaq\w*|schizo\w*|immun\w*|igg?|ig|shu|ptt)\b"),
        Need(only=r"martiale|surcharge martiale|eosinophilie|lymphopenie|lymphocytose|macrocytose|microcytose|thrombocytose|neutropenie|rai positives?", forbids=r"\b(cour|arts?)\b"),
        Need(only=r"martiale", requires=r"carence|anemie|supplem"),
    ),
    "allergyterms": (
        Need(only=r"all", requires=r"@\.? *(iode|peni\w*|latex|amox\w*|aspirine|sparadrap|ains|augmentin|arachid\w*|pollens?|acariens?|venin|lait|oeufs?|bactrim|codeine|morphine|paracet\w*|produit)", forbids=r"\b(leuc\w*|for|and)\b"),
        Need(only=r"allergies?|allerg\w*|alergi\w*", forbids=r"\b(allergolog\w*|reactifs?|panel|automate|kit|formation|congres)\b"),
        Need(only=r"pso|dress", caps=True),
        Need(only=r"lyell|lichen|naevus|lipome|verneuil|maladie de verneuil|acne severe", forbids=r"\b(rue|dr|mme?|mr|place)\b[. ]+@"),
    ),
    "handicap": (
        Need(only=r"fauteuil|en fauteuil|pmr|mdph|aah|rqth|invalide|non voyante?|langue des signes|sourde? muett?e?|aveugles?|handicapes|maladie grave|cartes? d invalidite|ald 100|ald exonerante",
             forbids=r"\b(place|parking|acces|rampe|toilettes|wc|reservee?|salle d attente|bureau|accessibilite|casse|reparer|commande|porte|stationnement|travaux|norme\w*|ascenseur|essai|double|test en|etude|lettre|rupture|insertion|referent|code|numero|bac)\b"),
        Need(only=r"pmr|aah|mdph|rqth|meniere|uveites", caps=False),
        Need(only=r"fauteuil|en fauteuil", requires=r"\b(roulant|patient\w*|en|deplac\w*|sdb|domicile|vient)\b"),
    ),
    "dg": (Need(caps=True, requires=r"\b(sa|enceinte|grossesse|hgpo|regime|g\d\w*)\b|\d ?sa\b", forbids=r"\b(direct\w*|general\w*|douanes|sante)\b"),),
    "abo": (
        Need(
            requires=r"@ ?\(?[+-]|@[ ,;:(-]*(rh|rhesus|d |rai|kell|k[+-]|pos|neg)|\b(phenotype|carte|sanguin|sang|rai|cgr|abo|rh|rhesus|gs)\b|\b(carte|sang\w*)[^\n]{0,8}@",
            forbids=r"@ *(:|-) *[a-z]{3,} (de|d|du)|\b(scolaire|electro\w*|musique|planning|equipe|reunion|travail|whatsapp)\b",
        ),
        Need(only=r".* (a|b|0|a b)", forbids=r"@ *(ete|l|la|le|un|une|ce|deux|trois|faire|voir|refaire|verifier|completer|nouveau|fournir|appeler|rappeler|recontroler|transmettre|scanner|revoir|jour|prelever)\b|@ *[a-z]{2,} *[a-z]{2,}"),
    ),
    "abo2": (
        Need(
            only=r".* (a|b|0)",
            requires=r"@ *($|[,;.()+]|- *$|/|rh|d (pos|neg)|pos|neg|rai|kell|rem|le \d|du \d|connu|k ?[+-])",
            forbids=r"@ *(ete|jour|la|le|une?|faire|voir)\b",
        ),
        Need(only=r"(carte|gs|gp|abo) \w+", forbids=r"\b(vitale|bancaire|cb|sim|identite|visite|memoire|graphique|mutuelle)\b|@ *[a-z]+ de\b|\bgs ?1\b"),
    ),
    "heparin": (
        Need(
            forbids=r"\b(tubes?|edta|microtubes?|citrates?|flacons?|bouchons?|secs?|seringues?|capillaires?|gazo\w*|verts?|litium|lithium"
            r"|sodium|fluorur\w*|gel|plasma|sur|vacutainer|stock|rupture|commande\w*|boites?|lots?|manque)\b[^\n.;]{0,12}@|\b\d+ ?x? ?@|\+ ?\d* ?@|@[^\n.;]{0,6}(\+ ?\d|edta|manquant|casse)",
        ),
    ),
    "embolism": (
        Need(
            only=r"ep",
            caps=True,
            requires=r"\b(sous|avk|anticoag\w*|aod|eliquis|xarelto|pradaxa|previscan|coumadine|sintrom|lovenox|innohep|hnf|hbpm|heparin\w*|tinzap\w*|curatif"
            r"|tvp|phlebite|atcds?|antecedents?|bilaterale|massive|suspicion|susp|d ?dim\w*|ddim\w*|angio\w*|scanner|segmentaire|proximale|distale|grave|leiden"
            r"|elimin\w*|idm|avc|post|recidiv\w*|dyspnee|douleur|thorac\w*|bnp|tropo\w*|cancer|(19|20)\d\d|thrombo\w*|pnp|oap|pas d.|il y a|mtev|mvte|provoquee?)\b|@ *(\?|\+|-|$)|^ *@[^a-z]*$",
            forbids=r"\b(electrophorese|elp|ecole|eps|lot|page|episode|saison)\b|@ ?(prot|hb)",
        ),
        Need(
            only=r"fa",
            caps=True,
            requires=r"\b(sous|avk|anticoag\w*|aod|eliquis|xarelto|previscan|pradaxa|lixiana|coumadine|sintrom|heparin\w*|digox\w*|digoxinemie|cordarone"
            r"|flecaine|amiodarone|bisoprolol|hta|ic|icc|dt2|avc|ait|paroxyst\w*|permanente|persistante|acfa|atcds?|ecg|rapide|lente|emboligene|valvul\w*|cardio\w*"
            r"|tsh|inr|irc|bpco|oap|flutter|ablation|choc|cee|h \d\d|f \d\d|hematurie|i48|passage en|tachy\w*|pm|idm|aomi|bnp|pas de|decouverte|chads\w*)\b|^ *@[^a-z]*$|/@|@/",
            forbids=r"\b(facture|fascicule|facebook|fax|famas)\b|@ ?\d{3}",
        ),
    ),
    "rhabo": (Need(forbids=r"her2|sein|recepteur|cancer|carcinome|ki67|\b(hep\w*|grippe|vit\w*|ressources)\b"),),
    "rhesussign": (Need(requires=r"@ ?:? ?\(?[+-]|@ ?:? ?-?1\b|@ ?[:=] ?(pos|neg)", forbids=r"her2|recepteur|ressources|carcinome|ki67"),),
    "aboword": (
        Need(
            forbids=r"\b(hep\w*|virale|grippes?|influenza|flu|strepto\w*|vhb|ag|facteur|vit\w*|virus|toxines?|type|classe|note|lot|plan|bat\w*|hall|porte"
            r"|salle|etage|niveau|cepheid|hemophilie|gripp\w*|ige|angine|panier|categorie|colonne|case|option|annexe|site|antenne|cellules?|lymphocytes?|cd|filiere|lnh|lymphome|pile|piles|test|controle|serie|groupe scolaire|coxsackie|streptocoque|sgb|sggb|cov|omicron|cat|liste|a|b|et|ou)[ ./+&-]{0,4}(a ?[/&+-]? ?)?@"
            r"|/ ?@|@ *(:|=)? *(en|pour|a|au|des?|du|d.) *(le |la |les |l.)?(grippe|covid|hepat|borne|compta)|borne|oxyd",
        ),
        Need(only=r"a \w+", requires=r"^ *@|[,;:./(+-] *@|\b(groupe\w*|gr|gs|gpe|sang\w*|patiente?|pat|pt|mere|nn|bebe|bb|rai|cgr|pfc|conjoint|mari|enceinte|donneur|receveur|ancien|jour|rh\w*|abo|carte|gp|femme|pere|enfant|cordon|accouchee|det\w*|sa|est|primipare|pheno\w*|multipare|g\d\w*)\.? @"),
    ),
    "abosign": (
        Need(
            requires=r"@ ?\(?([+]{1,2}|-)\)?( *$|[,;./):]| [a-z0-9(])|@ rai\b",
            forbids=r"\b(energ\w*|pile|classe|note|hepatite|grippe|vit\w*|bat\w*|batiment|plan|lot|strepto\w*|notation|mention|h2|co2|spo2|certif\w*|niveau|classement|score|permis|categorie|ph|borne|temoin|controle|virus|anti|vhb|hbs|ige|ag|annexe|site|antenne|etage|porte|hall|bloc)\b[^\n.;]{0,10}@|o *- *(\d|[a-z]{3,} *-)",
        ),
        Need(only=r"(ab|o|.* (a|b|ab))", forbids=r"@ +- +[a-z]|@ ?- ?\d"),
    ),
    "abodet": (Need(requires=r"\b(groupe|gs|abo|rh\w*|sang\w*|rai|[abo] ?[+-]|a pos|o pos|o neg|a neg|carte|cgr)\b"),),
}
"""Rules by name, as in `needs`."""
