"""Rules of ambiguous terms: treatment, mind, addiction, and the ways of life."""

from __future__ import annotations

from leakscan.health.rules import Need

CONDUCT: dict[str, tuple[Need, ...]] = {
    "undertreatment": (
        Need(
            forbids=r"@ *(du |de |de la |des |de l.|d.)?(dossier|demande|facture|facturation|reclamation|donnees|commande"
            r"|courrier|mail|appel|image|information|resultat|eaux?|dechet|air|anomalie|nc|texte|salaire|paie|litige"
            r"|retour|effluent|prelevement|echantillon|tube|stock|surface|linge|incident|plainte)"
            r"|\b(eau|eaux|station|salle|centre|delai|delais|unite|plateau|logiciel|produit|dossiers?|demandes?|factures?"
            r"|commandes?|courriers?|reclamations?) (en |d.|de |du |sous )?@"
        ),
    ),
    "treatedcase": (
        Need(
            forbids=r"\b(dossiers?|demandes?|fax|factures?|reclamations?|appels?|courriers?|mails?|commandes?|messages?"
            r"|tickets?|nc|anomalies?|incidents?|litiges?|devis|feuilles?|echantillons?|prelevements?|tubes?|urgences?"
            r"|eaux?|dechets?|bilans?|ordonnances?|avoir|retours?|colis|bons?|lots?|impayes?|sujet|point|question"
            r"|cas|priorite|signalements?|plaintes?|fsei?|donnees|resultats?|bois|surfaces?|toiture)\b[^\n.;]{0,25}@"
        ),
    ),
    "substituted": (Need(only=r"substituee?|supplementee?", requires=r"thyr|surren|hypo|cort|fer\b|vit|carence|gonad|\bb12|ferr"),),
    "perfusion": (Need(forbids=r"\b(pompe|pied|sets?|commande|stock|lot|ligne|tubulure|materiel|kit)s? (a |de |pour )?@"),),
    "transfusion": (
        Need(
            forbids=r"\b(refus\w*|refuse toute|refuse la|refuse les|centre de|service|medecine|securite|comite|depot|etablissement"
            r"|reunion|formation|correspondant|depot de sang) (de |d.|toute |la |les )?@|@ *(sanguine )?(formation|reunion)"
        ),
    ),
    "posology": (
        Need(
            forbids=r"\b(proteinur\w*|calciur\w*|\w+urie|debit|glucosur\w*|excretion|etalon\w*|calibr\w*|concentration de"
            r"|kit|reactif|stock|lot|commande|flacons?|commander)\b|peremption"
        ),
    ),
    "radio": (
        Need(
            caps=True,
            requires=r"\b(k|cancer|neo|adk|sein|prost\w*|tumeur|hodgkin|lymphome|gy|grays?|seances?|chimio\w*|carcinome|orl|mantelet"
            r"|vessie|rectum|oesophage|poumon|col|endometre|meta\w*|os|cerebrale|stupp|folfox|glio\w*|mastectomie|tumorectomie)\b",
            forbids=r"\b(r?t.?pcr|rtt|code|tech)\b|@ *[- ]?pcr",
        ),
    ),
    "tpe": (
        Need(
            caps=True,
            requires=r"\b(vih|hiv|aes|debut\w*|fin|j ?\d+|urgences|viol\w*|exposition|rapports?|donne|pris|prescrit\w*|kit|sous"
            r"|28|initi\w*|prep|source|piqure|arret\w*|sem\w*|stop\w*|suivi|preservatif|refuse|poursui\w*|truvada|biktarvy"
            r"|eviplera|serolog\w*|bilan|non|debute)\b|^ *@[^a-z]*$",
            forbids=r"@[- /]*(pme|sumup|ingenico|cb)|\b(carte|paiement|bancaire|cb|terminal|remise|artisan|entreprise|panne|ticket"
            r"|rouleau\w*|encaisse\w*)\b",
        ),
    ),
    "mph": (Need(caps=True, requires=r"\b(tdah?|ritaline|sous|concerta|hyperact\w*|mg|lp)\b"),),
    "edc": (Need(only=r"edm|pep|edc", caps=True, forbids=r"\b(edition|ecole|achat)\b"),),
    "psyletters": (
        Need(only=r"tpb|tag|esa|tbp|tdi|dpp|tda|tnd|tpl|esp[at]|bdp|ids|bpm",
            requires=r"\b(psy\w*|anxi\w*|depress\w*|troubles?|suivi\w*|hospi\w*|depist\w*|epds|idees?|insomn\w*|uhtcd|spdt|sdre"
            r"|angoiss\w*|suic\w*|pas d|sous|traite\w*|scenar\w*|severe|recherche|atcds?|adoles\w*|enfant|mdph|cmpp?|isole\w*"
            r"|lithium|sau|noires|f\d\d|hdt|automut\w*|ts|post partum|stress|autis\w*|ado|phase)\b|\? *$|\bf\d\d"),
        Need(only=r"tsa|tdah", caps=True,
            forbids=r"\b(tournee|secteur|salaire|facture|contrat|taxe|technicien\w*|transport|societe|sa|sarl|bus)\b"),
        Need(only=r"bda", caps=True, forbids=r"banque|dessin|base de donnees"),
    ),
    "psydisorder": (Need(forbids=r"\b(dr|docteur|service|secretariat|interne|chef) [^\n]{0,14}@"),),
    "psyprefix": (Need(forbids=r"\b(dr|docteur|professeur|pr|service|secretariat|interne|chef|etage|pole|batiment|pavillon|unite de|navette|hopital|centre|chu|fax|coursier|accueil)\b[^\n.;]{0,18}@|@ *:? *(navette|fax|poste|etage|code|batiment)"),),
    "suicide": (Need(only=r"pendaison|pmv|passage a l acte|phlebotomie|ingestion volontaire|intox medicamenteuse|intoxication medicamenteuse|abus medicamenteux|immolation",
                     forbids=r"\b(hemochrom\w*|ferritine|polyglobulie|accident\w*|porte manteau|saignees?)\b"),),
    "psyplace": (
        Need(only=r"hp", caps=True, requires=r"\b(psy\w*|hospi\w*|sortie|schizo\w*|bipol\w*|hdt|spdt)\b", forbids=r"\b(test|pylori|eradi\w*|imprimante|cartouche|gastrite|ulcere|scanner|toner)\b"),
        Need(only=r"ho|umd|usip|chs|ehs|sdre|sdt|spi|spdtu|aspdre|tcc|ime|itep|esat|emdr|cattp|cmpea", caps=True,
             requires=r"\b(psy\w*|hospi\w*|suivi\w*|placee?|sortie|patient\w*|enfant|transf\w*|soins|therap\w*|contrainte|sous|autis\w*|schizo\w*|depress\w*|anx\w*|trouble\w*|handic\w*|en|hospitalise\w*)\b",
             forbids=r"\b(navette|coursier|facture|tournee|fax|livraison)\b"),
        Need(only=r"psychiatre|psychologue|psychotherapeute|psychanalyse|cmpp|sessad|cmp enfant",
             requires=r"\b(suivie?|par|adressee?|vu|voit|son|sa|consulte\w*|avis|suivi|orient\w*|cs|rdv|chez|traitee?|prescrit\w*) (un |une |le |la |son |sa |avec |chez |par |en |au |du |de )*(son |sa |un |une |le |la |au )?@",
             forbids=r"\b(formation|reunion|fax|navette|recrut\w*|poste|embauche|cv|interv\w*|du travail|demenag\w*|absente?|remplac\w*)\b"),
    ),
    "psysign": (
        Need(only=r"mci|dft|dys|mmse|fugue", caps=True, requires=r"\b(troubles?|cognit\w*|memoire|demence|demente?|alzheimer|neuro\w*|enfant|suivi|bilan|dyslexi\w*|\d\d? ?/ ?30)\b"),
        Need(only=r"confuse?|agitee?|agitation|fugue|deambulation|desorientee?|desorientation|agressivite|apathie|mutisme|cauchemars|hyperacti\w*|dementia",
             forbids=r"\b(thermique|magnet\w*|plaque|incubateur|agitateur|dossier|situation|explication|note|ecriture|prescription|ordonnance|rotation|agent|client\w*|accueil|guichet|salle|vortex|min|tube|automate|melange|incendie|propos|mail|jour|periode|semaine|courte|logiciel|message|adresse)\b"),
        Need(only=r"perte de memoire|pertes de memoire|trouble de memoire", forbids=r"\b(vive|ordinateur|pc|serveur|usb)\b"),
    ),
    "psyscale": (Need(only=r"hamilton|beck|ados|edinburgh|mini mental|y bocs|bprs|panss|madrs|epds|gad 7|phq ?9|adi r|ygtss",
                      requires=r"\b(psy\w*|depress\w*|score|echelle|questionnaire|edc|anxi\w*|autis\w*|tsa|dpp|post partum|remplie?|passation|a faire|programme\w*|mnes\w*|memoire|cotation|bipol\w*|schizo\w*|toc)\b",
                      forbids=r"\b(dr|docteur|rue|m|mme|mr)\b[. ]+@"),),
    "oh": (
        Need(only=r"oh", requires=r"@ *(\+|:|=|0|non\b|nie|sevr|chron|occas|actif|ancien|excess|tabac|quotid|/|,|\.|;|\(|\d|$|aigu|massif|soci)|\b(conso\w*|tabac|pas d.?|cirrhose|atcd|sevrage|intox\w*|sous|pb|probleme|abus|exces|ni|h \d\d)[ ,/+-]*@",
             forbids=r"\b\d+[ -]*@|@[ -]*(vit|d\b|d2|d3|prog|b12|cortico|pregn)|naoh|ph\b|ion|titrage|@ *- *:|\b(ohio|l.)@"),
    ),
    "iea": (
        Need(only=r"iea|ipm", caps=True, requires=r"\b(urgences?|alcool\w*|g/?l|g|glasgow|ivre\w*|cellule|sau|aux|rep\w*|recid\w*|hospi\w*|chute|tc|coma|\d+[.,]\d+)\b"),
        Need(only=r"delirium|binge", forbids=r"(post op|confus|tremens@)"),
        Need(only=r"postcure|post cure|alcoologie|alcoologue|desintoxication", forbids=r"\b(dr|docteur|secretariat|fax|navette|chimio\w*|formation|reunion|service d|iode|cancer)\b"),
    ),
    "wine": (Need(forbids=r"\b(solution|gel|hydro|cuisson|livraison|pot|cadeau|commande|caisse|bouchon|don)\b"),),
    "toxic": (
        Need(only=r"accroc?|accro a|accro au|tox|joints|un joint|shit|beuh|weed|hash|kush|spice|coke|coc|hero|heroin|taz|proto|lean|fixe de coke|shoote?|sniffe?|snif|injecteur|injectrice|cbd|protoxyde|exta|ecsta|khat|crackeu\w*|slameur|slam|poppers|coca sniff",
             requires=r"\b(conso\w*|fume\w*|drog\w*|toxi\w*|addic\w*|sevr\w*|cannabis|coca\w*|hero\w*|usage\w*|prend|prise|abus|inject\w*|iv|methado\w*|metha|subutex|alcool|oh|tabac|soirees?|festif|recreatif|chemsex|thc|mdma|jours?|positif|pos|atcd|hsh|opiac\w*|dependan\w*|depuis|arret\w*|stop\w*|sniff\w*|joints?|azote|3mmc|ghb)\b",
             forbids=r"\b(silicone|etanche|torique|plomb\w*|pompe|centrifug\w*|joint de|culasse|robinet|hplc|serin\w*|automate|ascenseur|panne|document|ci joint|epaule|genou|fuite|huile|boutique|coca cola)\b"),
        Need(only=r"dependance a la|dependance a l|dependance au|dependance aux|mesusage de|abus de substances?|dependant a la",
             requires=r"@ *.{0,3}(alcool|opi|benzo|cannabis|coca|hero|nicot|tabac|jeu|morph|trama|code|drog|medic|bzd|crack|amphet|ecran|subst|zopic|zolpi|fentan|oxy|lyrica|prega|subu|metha|somnif|corti|thc|protox)"),
        Need(only=r"abus de medicaments|overdose", forbids=r"formation"),
    ),
    "stup": (Need(only=r"tox|stups?|toxiques?|toxique", requires=r"\b(urin\w*|neg\w*|pos\w*|recherche|depist\w*|salivaire|sanguin\w*|test|dosage|conso\w*|prise|prend|bilan|pas|sous|absence|nie|aucun\w*|permis|police|gendarmerie|requisition|screening|non|demand\w*|controle|absence|usage|sans)\b",
                  forbids=r"\b(dechets?|produits?|ordonnance|registre|coffre|armoire|gaz|fumees?|megacolon|epidermique|substances?|commande|brigade|stock|hepatite|hepatopathie)\b"),),
    "cdt2": (
        Need(only=r"cdt|etg", caps=True, forbids=r"\b(contrat|cdd)\b"),
        Need(only=r"audit|cage|cast|dast|fcage|mini toxi|ethanol", caps=True, requires=r"\b(alcool\w*|questionnaire|score|addict\w*|oh|tabac|cannabis|remis|boit|conso\w*)\b", forbids=r"\b(interne|externe|cofrac|qualite|comptab\w*|iso|processus|hygiene)\b"),
    ),
    "tabac2": (
        Need(only=r"tab|fumait|fumer|pipe|cigares|cigarettes?|roulees|puff|vape|snus|iqos|chicha|narguile|refume|fumeurs|tabagie|e cig|tabaco",
             requires=r"\b(pa|patiente?|paq\w*|sevr\w*|arret\w*|conso\w*|depuis|ans|jour|j|actif|active|stop\w*|bpco|alcool|oh|ex|0|non|pas|fume\w*|tabac\w*|cannabis|nicot\w*|\d+)\b",
             forbids=r"\b(espace|interdit|interdiction|cendrier|zone|bar|cafe|allume|local|terrasse|parking|porte|devant|mois sans|journee sans|cour|salle|balcon|bistrot|entree)\b"),
        Need(only=r"tabacologie|tabacologue", requires=r"\b(suivie?|cs|consult\w*|adresse\w*|orient\w*|vu|rdv)\b", forbids=r"formation|affiche"),
    ),
    "smoke": (Need(only=r"\d+ (pa|p a)", forbids=r"\b(systole|ta|tension|pression|adresse|bat|lot)\b|@ ?(diast|syst|ss)"),
              Need(forbids=r"\b(centrale|kpa|hpa|cpa)\b")),
    "elsa": (Need(only=r"elsa|csst", caps=True, requires=r"\b(addic\w*|alcool\w*|tabac\w*|oh|liaison|sevr\w*|vu|suivi)\b"),
             Need(forbids=r"\b(reunion|formation|navette|fax|facture|affiche|plaquette|partenariat|convention|coursier|demenag\w*)\b")),
    "aid": (
        Need(only=r"ame|css|c2s|cmuc?|cmu c|acs|puma|ame soins urgents", caps=True,
             requires=r"\b(beneficiaires?|benef|droits?|carte|attestation|tiers payant|tp|mutuelle|cmu\w*|css|c2s|acs|ame|sous|regime|couverture|couverte?"
             r"|caisse|cpam|secu\w*|prise en charge|pec|patiente?|oui|date|expiree?s?|jusqu.?|valable|valide|ouverte?s?|renouvel\w*|fin|a jour|demande|en cours"
             r"|attente|pas d.?|non|ok|perime\w*|accordee?|refusee?|depuis|enfant|mere|sans|transformee|participative|gratuite|totale?|scanne\w*|copie|verif\w*|ni|est|sa|son|a l.?|dossier|renouvellement|\d\d/\d\d\w*)\b|^[^a-z]*@[^a-z]*$|@[^a-z\n]{0,4}\d",
             forbids=r"\b(son|mon|ton|belle|soeur|etat d|corps et|grande|bonne|dame|fichier|html|feuille de style|logiciel|menu|supprimer|syndrome|coronarien\w*|atelier|devis|chaussures?|basket|ancien code|code logiciel)\b"),
        Need(only=r"dsuv", caps=True),
    ),
    "aid2": (
        Need(only=r"precarite|precaires?|rsa|aspa|tutelle|sous tutelle|curatelle|sous curatelle|majeure? protegee?|mandataire judiciaire|ase|pmi|assistante sociale|suivi social|foyer de l enfance|aemo|juge des enfants|surendett\w*|sans ressources|sans revenus|habilitation familiale|sauvegarde de justice|c2s|consultation pass|la pass|pass sante",
             forbids=r"\b(cle|cles|chiffrement|rsa \d+|algorithme|ars|autorite de|ministere|emploi|contrat|facture|fax|reunion|formation|equilibre|menu|fichier|supprimer|navette|poste|absente?|vaccin\w*|passe?port|culture)\b"),
        Need(only=r"ase|rsa|pmi|aspa", caps=True),
        Need(only=r"la pass|pass sante|consultation pass", requires=r"\b(hospi\w*|vu|suivi|orient\w*|sans|droits|consult\w*|adresse\w*|migr\w*)\b"),
    ),
    "violence": (
        Need(only=r"violente?|coups|coups par|battue|frappee|victimes?|abus|abusee|agressions?|agressee?|harcelee?|emprise|signalement|itt|umj|bataclan|attentat|torture|esclavage|persecutions|maltrait|violee?s?|viols|signalement judiciaire|excisee?|exciser|excisions|inceste\w*|sevices?|prostitue\w*|tds|violences?|enfance en danger|maltraitan\w*|agression physique|attentats?",
             forbids=r"\b(d.agents?|envers|le personnel|verbale|a l.?accueil|agents? d.accueil|propos|coup de fil|evenement indesirable|fiche|incident|formation|referente?|stock|orage|vent|choc|coups de feutre|materiovigilance|reactovigilance|pharmacovigilance|effet|grippe|intoxication|panne|informatique|phishing|vol|fraude|secretaire|reglement|inondation|chaleur|escroquerie|son succes|de marche|affiche|campagne|brochure|plaquette|journee|semaine|numero|3919|ligne|orages?|gambe|concert|orchestre)\b|@ (de confiance|de pouvoir|d.alcool|de medicament|de langage|de biens|de position|de son succes|de la route|ischem|de l.amiante)|@ *(de|d.) *(gambe|amour)"),
        Need(only=r"coups|battue|frappee|victimes?|abus|abusee|emprise|signalement|itt|umj|tds|violente?|attentat|torture|agressee?",
             requires=r"\b(mari|conjoint|compagnon|conj|pere|mere|frere|ex|beau|plainte|violences?|certificat|constat|femme|enfant|patiente?|agression\w*|sexuel\w*|conjug\w*|police|gendarmerie|gav|viol\w*|maltrait\w*|procureur|jours?|attentat\w*|migrant\w*|demandeu\w*|refugie\w*|guerre|pays|domicile|subis?|blessures?|coups|psycholog\w*|physiques?|sevices|viole|sous|itt|judiciaire|umj|requisition|hsh|chemsex|discuter|evaluer|stress|espt)\b"),
        Need(only=r"itt|tds|mgf|umj", caps=True),
    ),
    "sexlife": (
        Need(only=r"bi|trans|queer|homo|genre|transition|transition en cours|dysphorie|capote|escort|vierge|hymen|libido|vie intime|h to f|f to h|ne femme|nee homme|gays|msm|fsf|rnp|sans preservatif|libertinage|adultere|infidel\w*|nouveau partenaire|nouvelle partenaire|plusieurs partenaires|nombreux partenaires|tds|sexologue|sexologie|prises? de risques?|intersexe|sodomie|non binaire|prise de risque|contact sexuel",
             requires=r"\b(sex\w*|partenaires?|rapports?|ist|vih|hiv|hsh|prep|depist\w*|homme|femme|patiente?|hormon\w*|testo\w*|oestro\w*|estradiol|androcur|mtf|ftm|capote|preservatif|chir\w*|suivie?|genre|tpe|depuis|pb|dechir\w*|craqu\w*|rupture|couple|certificat|baisse|trouble\w*|non protege\w*|identite|bilan|gono\w*|chlam\w*|syphilis|relation\w*|dysfonction\w*|ado\w*|personne|demande)\b",
             forbids=r"\b(fournisseurs?|commercial\w*|contrat|convention|reseau|numerique|energetique|voiture|ford|vitre|projet|mutuelle|logiciel|papier|huile|page|support|dvd|cd|bobine|acide gras|trans ?gras|en tout genre|ce genre|du genre|associe\w*|sponsor\w*|financ\w*|juridique|laboratoires? partenaire|hebdo|annuel)\b"),
    ),
    "religion2": (
        Need(only=r"tj|orthodoxe|pasteur|moine|pretre|imam|rabbin|secte|pratiquante?|croyante?|priere|prieres|careme|voilee|couvent|monastere|sikh|athee|pieuse|halal|kasher|casher|hallal|bonne soeur|muslim|mormon|sabbat|shabbat|chabbat|hindoue?|croyances|circoncis|circoncision|juifs|catholiques|chretiens|ramadan en cours|soeurs religieuses|aumonier|aumonerie|evangelique|evangeliste|adventiste",
             requires=r"\b(patiente?s?|refus\w*|religi\w*|transfus\w*|sang|demand\w*|motif|croya\w*|jeune|regime|prlv|prelevement|repas|convictions?|culte|juif|juive|musulman\w*|catholique|protestant\w*|chretien\w*|rituelle?|enfant|fils|garcon|bilan pre\w*|avant|jehovah|foi|confession|pratiqu\w*|epo|famille|femme|homme|visite|bouddhiste|confess\w*|nourriture|sa|son)\b",
             forbids=r"\b(site|institut|rue|hopital|hospital\w*|antenne|navette|depot|clinique|avenue|m|mr|mme|dr|docteur|ecole|cantine du|traiteur|place|impasse|chemin|allee|merci|prieres? de|pieuse|annexe|tenue|lycee|college)\b[. ]*@|@ *(de|d.) *(rappeler|prelever|faxer|noter|contacter|voir|faire|transmettre|renvoyer|laisser|ne pas|bien|verifier)"),
        Need(only=r"tj", caps=True, requires=r"\b(temoin|jehovah|refus\w*|transf\w*|sang)\b"),
        Need(only=r"refus de transfusion.*|refus transfusion|refuse.*|refus de sang", forbids=r"prelev|prise de sang"),
    ),
    "ethnic": (Need(requires=r"\b(patiente?s?|sujet|drepa\w*|hemoglob\w*|dfg|ckd\w*|mdrd|hplc|neutro\w*|creat\w*|origine\w*|g6pd|thalass\w*)\b", forbids=r"\b(union|coupe|restaurant|peste|chat)\b"),),
    "union": (Need(forbids=r"\b(cse|reunion|bureau|affichage|local|heures|election\w*|panneau|convoc\w*|rh|planning|absence)\b"),),
    "kit": (Need(forbids=r"@ *(remis|donne|rendu|fourni|tpe|aes|d.urgence|envoye au patient|fait|de depistage (remis|rendu))|\b(remis|rendu|donne|retour) (du |le |un |de )?@"),),
    "expired": (
        Need(
            requires=r"\b(kits?|lots?|reactifs?|trousses?|stocks?|tubes?|flacons?|boites?|cassettes?|vaccins?|bandelettes?|milieux?|calib\w*|solutions?)\b[^\n;]{0,40}@|@ (de stock|fournisseur|labo\w*|chez|jusqu)"
        ),
    ),
    "lotnumber": (Need(requires=r"@ *(n[o .]{0,3})?\d|@ *(de |d.)?(reactif|kit|recu|change|perime)"),),
    "qccontrol": (
        Need(
            only=r"(non )?conformes?|passes? a",
            requires=r"\b(controles?|cq|ciq|cqi|kits?|lots?|reactifs?|calib\w*|niveaux?)\b[^\n;]{0,40}@",
        ),
        Need(only=r"recue?s?|a rendre", requires=r"\b(kits?|lots?|reactifs?|calib\w*|colis|eeq|controles?|affiches?|cartons?)\b[^\n;]{0,40}@"),
    ),
    "meeting": (Need(forbids=r"@ *(de |d.)?(concertation|pluridisc|rcp|onco)"),),
    "leaflet": (
        Need(
            requires=r"@ *(sur|d.info\w*|de prevention|du depistage|de depistage|a (mettre|distribuer|disposer|commander)|publicitaires?|explicatives?|patients?)"
        ),
    ),
    "guide": (
        Need(only=r"guides?", requires=r"\b(un|le|les|nouveau|des|du|ce|mini) @|^ *@", forbids=r"@ *(par|sous|scan|echo)"),
        Need(only=r"memo|fiches?", requires=r"@ *(d.info\w*|de poste|technique|conseil|patient|reflexe|pratique|de proc\w*|de non conf\w*|:|sur|d.incident)"),
    ),
    "reminder": (
        Need(
            requires=r"^ *@ *: *(la |le |les |l.)?(toute?s?|tous|penser|ne pas|il faut|merci|serologie|demandes?|prelevements?|bien|verifier|test)",
            forbids=r"\b(patiente?|mme|m\.|mr|il|elle|son|sa)\b",
        ),
    ),
    "noticeword": (
        Need(
            only=r"formations?|articles?|projets?|conferences?|revue|presse|these|stand|ateliers?|restaurant|concerts?|cinema|theatre|associations?|ligue"
            r"|comite|referente?s?|campagnes?|collectes?|procedures?|inscriptions?|embauche|diplome|master|panneau|a tous|affichage|audits?|journees|documentation"
            r"|statistiques|indicateurs|recruter|fondation|quete|candidature|magazine|article|magazines|salle d attente|consignes|habilitations?",
            forbids=r"\b(en|visite d.|bilan d.|avant|projet de|par|sur le lieu de|desir de|cours de|lieu de|therap\w*|psy\w*|groupe de|medicale? d.|examen d.|apres|malaise en|panique en|avec|collecte de|recueil|urines?) @"
            r"|@ *(de grossesse|d.enfant|parental|de vie|de soins|therap\w*|de (kystes?|lesions?|plaque|calculs?|caillots?|l.os|pus|sang|liquide|nodule)|medicamenteuses?|urin\w*|24|d.urines|chirurgicale|invasive|disciplinaire|judiciaire|de divorce)",
        ),
    ),
    "environment": (
        Need(only=r"eaux?", requires=r"@ *(de|du|d.|des) *(piscine|reseau|puits|source|forage|bain|consommation|chaude|baignade|ville|process|osmose|dialyse|surface|tours?|robinet)|\b(prelevements?|analyse|controle) (de |d.|des )?@"),
        Need(only=r"alimentaires?", requires=r"^ *@ *:|\b(hygiene|controle|prelevements?|echantillons?|analyses?|microbio\w*) @", forbids=r"\b(troubles?|conduites?|comportements?|intox\w*|allergie|bolus|complements?|regime|tiac)\b"),
        Need(only=r"chien|chienne|chat|chatte|cheval|jument|vache|bovins?|ovin|lapin", requires=r"^ *@|\bveto|veterinaire|\b(pour|du|le) @ ", forbids=r"\b(morsure|mordue?|griff\w*|allerg\w*|poils?|phanere\w*|epithelium|chute|maladie|mechant|foie|sang|contact|ige|serum|immunoglob\w*|cartilage)\b"),
        Need(only=r"piscine|cantine|elevage|abattoir|ecs", requires=r"\b(eau|prelev\w*|controle|surface|analyse|echant\w*|creme|plat|denree)\b"),
    ),
    "place": (
        Need(requires=r"\b(consultations?|service|etage|secretariat|unite|pole|maternite|centre|salle|batiment|hopital|hdj|accueil)\b|^ *@", forbids=r"\b(hospitalise\w*|transfere\w*|adressee?|vih|hiv|vhc|hbs|syphilis|rdv|demandee?|faite?|neg\w*|pos\w*)\b"),
    ),
}
"""Rules by name, as in `needs`."""
