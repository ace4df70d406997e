"""Cues: the words around a mention that settle its status, as spellings of `lexicon` (folded, `(a|b|)` alternatives).

The idea is that of ConText (Harkema 2009) and its French versions: a cue, the direction in which it works, and what
ends its scope. What the cues do stands in `status`.
"""

from __future__ import annotations

WORDS_OF_CUE: dict[str, tuple[str, ...]] = {
    "neg_before": (
        "(pas|point|plus) (d|de|du|des)( |) (nouvelle |notion de |notion d |signe de |signes de |signe d |)",
        "(pas|plus)",
        "(absence|absences) (de|d|du|des|totale de)",
        "(sans|sans notion de|sans signe de|aucun|aucune|aucun signe de|ni|jamais|jamais de|jamais eu de|jamais d)",
        "(n a pas|n a jamais|n est pas|ne presente pas|n a pas de|il n y a pas|ne retrouve pas|ne montre pas)",
        "(negatif|negative|negatifs) (pour|pour le|pour la|pour les)",
        "(indemne|exempt|exempte) (de|d|du)",
        "(non) (porteur|porteuse|atteint|atteinte) (d|de|du|de la)",
        "(exclut|elimine|ecarte|nie|nie toute|nie tout|dement|infirme|infirme le|elimine un|ecarte un|ecarte une)",
        "(seronegatif|seronegative) (pour|pour le|au|vih|hiv|vhc|vhb|pour la)",
        "(no|without|negative for|denies|not)",
        "(depistage|test|recherche) (negatif|negative|negatifs|neg) (pour|de|du|pour le)",
        "(serologie|pcr|resultat|resultats) (negatif|negative|negatifs|neg) (pour|de|du|pour le)",
        (
            "(pas|point|aucun|aucune|sans|0|ni|zero) (d |)(argument|arg|argt|arguments|elements|stigmate|trace|"
            "image|indice) (pour|pr|en faveur d|d|de)"
        ),
        (
            "(0|zero|nulle|aucune) (notion|signe|signes|antecedent|atcd|prise|trace|symptome|consommation|conso)"
            " (de|d|pr|pour)"
        ),
        "(ras|rien) (cote|en faveur de|en faveur d|au plan|sur le plan)",
        "(rien n evoque|rien n oriente vers|n evoque pas|n oriente pas vers|ne plaide pas pour|pas compatible avec)",
        "(pas evocateur|peu evocateur|non evocateur|incompatible avec|non compatible avec)( de| d| avec|)",
        "(il serait faux de|on ne peut|ne peut on|impossible de) parler d",
        (
            "(n avait|n aurait|n ont|n avait jamais|n a plus|n est plus|n y a|n existe|n etait) (pas|aucun|"
            "aucune|plus|jamais)"
        ),
        "(n a pas|n ont pas|n a jamais) (mis en evidence|montre|retrouve|objective|identifie|trouve|revele|decele)",
        (
            "(met|mettent|montre|montrent|retrouve|retrouvent|revele|objective|signale|rapporte|decrit|presente)"
            " (pas|aucun|aucune|ni|plus)"
        ),
        "(permet|permis|permettent|permettant) (d|de) (exclure|eliminer|ecarter|infirmer)",
        "(pa|pad|ps|pq) (de|d)",
        (
            "(dit|affirme|declare|assure|jure|pretend) (ne pas|ne plus|n avoir jamais) (avoir|etre|prendre|"
            "consommer|fumer|boire|)"
        ),
        "jamais (eu|fait|pris|connu|ete|consomme|fume|recu)( de| d|)",
        "(indemnes|exempts|libre|exemptes) (de|d|du)",
        (
            "(etiquete|etiquetee|note|notee|saisi|saisie|code|codee|mentionne|indique|renseigne|declare|classe|"
            "coche) (a tort|par erreur) comme"
        ),
        "(abs|abscence|absense|absences) (de|d)",
        "(faussement|erreur de diagnostic|faux diagnostic)( de| d|)",
        "(exclusion|elimination) (de|d|du)",
        "n est pas (atteint|atteinte|porteur|porteuse|concerne|concernee|malade)( d| de| du| de la| par| par le|)",
        "pu (exclure|eliminer|ecarter|infirmer)( une| un| la| le| l|)",
    ),
    "neg_near": (
        "non",
        "0",
        "zero",
    ),
    "neg_after": (
        "(negatif|negative|negatifs|negatives|negat|negativ|neg|nega|negs|negativee|negatifs tous|negatif a ce jour)",
        "(non|pas|jamais) (retrouve|detecte|detectable|decele|mis en evidence|confirme|vu|objective|reactif|reactive)",
        "(non|pas) (retrouvee|detectee|decelee|retrouves|detectes)",
        "(non|pas) (mise en evidence|confirmee|reactifs|presente|present)",
        "(non|pas) (retrouvees|detectees|visualise|visualisee|identifie|identifiee|observe|observee|quantifiable)",
        "(absent|absente|absents|absentes|absence|aucun|aucune|nul|nulle|neant|ras|indetectable|indetectables)",
        "(exclu|exclue|exclus|exclues|elimine|eliminee|elimines|ecarte|ecartee|infirme|infirmee|infirmes)",
        "(non|not detected|undetectable|non reactif|nonreactif)",
        "(inferieur au seuil|sous le seuil|normal|normale|normaux)",
        "(pas|rien|nein|no|faux positif|faussement positif)",
        (
            "(ecartes|ecartees|recuse|recusee|recuses|recusees|refute|refutee|invalide|invalidee|dementi|"
            "dementie|dementis)"
        ),
        "(non|pas) (retenu|retenue|retenus|retenues|prouve|prouvee|affirme|affirmee)",
        (
            "(ne peut|ne peuvent|n a pu|n a pas pu|n a pas|n est pas|n etait pas|n ont pas) (etre|ete) (retenu|"
            "retenue|confirme|confirmee|affirme|porte|pose|mis en evidence|mise en evidence|retrouve|retrouvee|"
            "detecte|detectee|identifie|identifiee)"
        ),
        "(n a pas|n ont pas|n a jamais) (mis en evidence|montre|retrouve|objective|identifie|trouve|revele|decele)",
        (
            "(n est pas|n etait pas|n a jamais ete) (retenu|retenue|confirme|confirmee|retrouve|retrouvee|"
            "detecte|detectee|mis en evidence|mise en evidence|identifie|identifiee|detectable)"
        ),
        (
            "(impossible|inutile|sans objet|non concerne|non concernee|pas concernee|non porteur|non porteuse|"
            "non atteint|non atteinte)"
        ),
        (
            "(sans particularite|non significatif|non significative|non pathologique|dans les normes|conforme|"
            "inf au seuil|infra seuil)"
        ),
        (
            "(non detectes|non detectees|non decele|non decelee|non immunise|non immunisee|inf|indet|indetect|"
            "indetec|indete)"
        ),
        "(sauvage|wild type|wt|sans anomalie|sans mutation|46 xx|46 xy|xx|xy)",
        "(neant|neg partout|tout negatif|tous negatifs|toutes negatives|toutes neg|tous neg|tt neg|tout neg)",
    ),
    "pos_after": (
        (
            "(positif|positive|positifs|positives|pos|posit|positiv|positivite|faiblement positif|faible positif|"
            "positifs)"
        ),
        "(confirme|confirmee|confirmes|avere|averee|retrouve|retrouvee|detecte|detectee|detectes|decele|isole|isolee)",
        "(present|presente|presents|presence|reactif|reactive|oui|yes|detected|mute|mutee|homozygote|heterozygote)",
        "(connu|connue|connus|traite|traitee|opere|operee|suivi|suivie|decouvert|decouverte|evolutif|evolutive|actif)",
        "(sous traitement|sous tt|sous ttt|sous trt|chronique|ancien|ancienne|gueri|guerie|depuis|stade|en remission)",
        (
            "(confirmes|confirmees|prouve|prouvee|affirme|diagnostiquee|diagnostiques|annonce|annoncee|equilibre|"
            "equilibree)"
        ),
        (
            "(stable|stabilise|stabilisee|ttee|tte|ttes|traites|traitees|operes|operees|connues|anciens|"
            "anciennes|de longue date)"
        ),
        "(revenu|revenue|revenus|sorti|sortie|rendu|rendue) (positif|positive|positifs)",
    ),
    "pos_before": (
        "(porteur|porteuse|infecte|infectee|atteint|atteinte|contamine|contaminee) (d|de|du|par|par le|par la|de la)",
        "(suivi|suivie|traite|traitee|hospitalise|hospitalisee|opere|operee) (pour|d|de|du|pour un|pour une|pour son)",
        "(suivi|decouverte|decouverte de|decouverte d|confirmation de|porteur|porteuse|positif pour|positive pour)",
        "(traitement|ttt|tt|bilan d extension) (de|du|d|pour|)",
        "(surveillance|surveillance d|decede|decedee|diagnostic positif) (de|du|d|pour|)",
        (
            "(confirme|confirment|confirmant|revele|revelent|revelant|objective|met en evidence|"
            "mettant en evidence|diagnostic)( d| de| un| une| la| le| l|)"
        ),
        "(positif|positive|positifs|positives|pos) (a|au|aux|en)",
        "(porteurs|infectes|atteints|contamines|atteintes) (d|de|du|par|par le|de la)",
    ),
    "test_before": (
        "(refuse|refus|decline|refuse le|refus du|refus de|refuse un|refuse la)",
        (
            "(depistage|depister|depist|dep|screening)( organise| systematique| combine| neonatal| prenatal|"
            ")( de| d| du| des| de l| un| une|)"
        ),
        "(rech|recherche|rechercher|recher|r )( de| d| du| des| de l| un| une|)",
        "(suspicion|suspicions|suspecte|suspecter|suspect|susp|suspectee|suspicion forte)( de| d| du| un| une|)",
        "(hypothese|eventualite|eventuel|eventuelle|possible|probable)( de| d|)",
        "(peur|crainte|craint|doute|doute sur|risque)( de| d|)",
        "(exclure|eliminer|ecarter|confirmer|verifier|infirmer|pour eliminer|pour exclure|d eliminer)( un| une| la|)",
        "(exposition|exposee|expose|contact|prevention|prophylaxie|cas contact)( a| au| aux| avec| du| de| d| a un|)",
        "(demande|demander|demandes|prescription|prescrire|a faire|faire|prevoir|refaire|completer par|ajouter|ajout)",
        "(test|tests|tester|teste|testee|statut|autotest)( de| du|)",
        "(trod|elisa|dosage|doser|pcr|marqueur|marqueurs|screen)( de| du|)",
        "(question|demande de|compatible avec|evocateur de|evoquant|evoque|orientation vers|bilan de depistage)( un|)",
        "(pense|penser|pensons|songe|songer) (a|plutot a|donc a)( un| une| l| la|)",
        (
            "(crains|craignons|redoute|redoutons|soupcon|soupcons|soupconne|suspectons|suspectent|craindre|"
            "evoquer|evoquons)( d| de| un| une|)"
        ),
        "(fait|faire|faisant|faisait|doit|font) (penser a|suspecter|craindre|evoquer|rechercher|redouter)( un| une|)",
        (
            "(discuter|discute|discutons|possibilite|eventuels|eventualite|probabilite|presomption|presume|"
            "possiblement|peut etre)( d| de| un| une|)"
        ),
        (
            "(recherchons|recherchez|cherche|cherchons|cherchera|recherchera|a la recherche|chercher|"
            "investigation)( d| de| un| une| des|)"
        ),
        (
            "(image|images|lesion|aspect|masse|nodule|fixation|opacite|tableau|signes|clinique) (suspect|"
            "suspecte|suspectes|evocateur|evocatrice|evocateurs|compatible|douteux|douteuse)( de| d| avec|)"
        ),
        (
            "(rajout|rajouter|rajoute|ajoute|accord|accord pour|propose|proposer|proposition|souhaite|voudrait|"
            "reclame|veut|veut faire)( un| une| le| la|)"
        ),
        (
            "(verifier|s assurer|assurer|controler|confirmer|constater|attester|garantir|verification)( de|)"
            " l absence (de|d|du|)"
        ),
        (
            "(n exclut pas|n elimine pas|n ecarte pas|sans exclure|sans eliminer|ne permet pas d exclure|"
            "ne permet pas d eliminer|ne peut exclure|ne pas meconnaitre|ne pas passer a cote d|"
            "sans pouvoir eliminer|sans pouvoir exclure)( un| une| l| le| la| de|)"
        ),
        "(a moins d|a moins de|a moins que ce soit)( un| une|)",
        "(anapath|histo|histologie|biopsie|anatomopathologie|resultats|ponction) en (attente|cours)",
        (
            "(avis sur|etude|exploration|explorations|reconfirmer|recontroler|redepister|penser au|penser aux|"
            "orienter vers|en faveur d|en faveur de)( un| une| de|)"
        ),
        "(risque|risques) (de|d) (contamination|transmission|exposition)( au| a| par| du| de|)",
    ),
    "lab_before": (
        (
            "(serologie|serologies|sero|seros|serodiag|serodiagnostic|serodiagnostics|sd|serum|serotheque)( de|"
            " du| de l|)"
        ),
        "(bilan|bilans|controle|controler|control|ctrl|ctrle)",
        "(verif|prelevement|prelever|analyse|analyses|examen|examens)",
        "(check up|checkup|ordonnance|ordo|bio|biologie|resultat|resultats|attente|envoi|envoye|technique|tube|tubes)",
        (
            "(res|resu|resul|result|rslt|rslts|resultas|tubes pr|tube pr|tube pour|prise de sang|pds|prescrip|"
            "prescr|labo)( de| du| d|)"
        ),
    ),
    "lab_word": (
        "(nfs|crp|vs|iono|ionogramme|tsh|ferritine|rai|creat|creatinine|glycemie|ecbu|bilan hepatique|asat|alat|ggt)",
        "(tp|tca|inr|plaquettes|hemogramme|hba1c|uree|transaminases|bhc|phosphatases|ldh|electrophorese|bandelette)",
        (
            "(pcr|igg|igm|elisa|sero|serologie|serologies|culture|avidite|fcu|frottis|ecouvillon|premier jet|"
            "1er jet|urines|3 sites)"
        ),
        "(rubeole|nf|plaq|na k|iono sang|bh|bilan lipidique|ferri|vit d|b12|ldl|toxo rubeole|groupe|gpe|rai|hb|hte)",
    ),
    "test_after": (
        "(a|restent a|reste a) (faire|controler|rechercher|prevoir|refaire)",
        "(a|restent a|reste a) (verifier|confirmer|eliminer|recontroler|doser)",
        "(en cours|en attente|attendu|attendue|attendus|demande)",
        "(demandee|demandes|demandees|prescrit|prescrite|svp|stp)",
        "(a envoyer|a transmettre)",
        "(possible|possibles|probable|suspecte|suspectee|suspect|eventuel|eventuelle|douteux|douteuse|equivoque)",
        "(inconnu|inconnue|non connu|non connue|non fait|non faite|non faits|non realise|non realisee|non teste)",
        "(indetermine|indeterminee|limite|a suivre|resultat a suivre)",
        "(refuse|refusee|a ajouter|a rajouter|s il vous plait)",
        "(a evoquer|a discuter|a exclure|en cours d exploration|a completer)",
        (
            "(a) (craindre|redouter|evaluer|explorer|documenter|eclaircir|caracteriser|depister|ecarter|infirmer|"
            "repeter|reevaluer|recontroler|eliminer|prouver|demander|discuter|prelever|programmer)"
        ),
        "(reste|restent) a (explorer|eliminer|prouver|evaluer|documenter|exclure|demander|confirmer|determiner)",
        (
            "(doit|doivent|devra|devrait|pourra|pourrait|peut) etre (elimine|eliminee|exclu|exclue|ecarte|"
            "ecartee|recherche|recherchee|evoque|evoquee|confirme|confirmee|repete|repetee|refait|refaite|"
            "controle|controlee|verifie|verifiee|discute|discutee|suspecte|suspectee)"
        ),
        (
            "(a ete|est|sont|ont ete|etait|fut|semble|parait) (evoque|evoquee|evoques|suspecte|suspectee|"
            "recherche|recherchee|recherches|discute|discutee|envisage|envisagee|soulevee|redoute|redoutee|"
            "demande|demandee|possible|probable)"
        ),
        (
            "(evoque|evoquee|envisage|envisagee|suspectes|presume|presumee|discute|discutee|recherchee|"
            "recherchees|recherches)"
        ),
        "recherche (devant|chez|dans|ce jour|demandee)",
        (
            "(non|pas|toujours pas|tjs pas|jamais) (encore |encor |)(recu|recue|recus|recues|rendu|rendue|rendus|"
            "arrive|arrivee|parvenu|parvenue|disponible|sorti|sortie|dispo|la|revenu|revenue|termine|valide|"
            "validee)"
        ),
        (
            "(non|pas) (contributif|contributive|concluant|concluante|interpretable|conclusif|conclusive|exclu|"
            "exclue|exclus|elimine|eliminee|ecarte|ecartee)"
        ),
        (
            "(n est pas|n etait pas|n a pas ete|ne peut etre|n est pas encore|ne peut pas etre) (exclu|exclue|"
            "elimine|eliminee|ecarte|ecartee|exclus|exclues|connu|connue|rendu|rendue|disponible)"
        ),
        (
            "(en instance|en suspens|instance|attente|en att|att|a venir|s il te plait|peu probable|"
            "peu vraisemblable|vraisemblable|plausible|ininterpretable)"
        ),
        (
            "(doit|devra|devront|sera|seront|serait|est a|sont a|merci de|pourra) (faire|refaire|controler|"
            "rechercher|fait|faite|faits|faites|realise|realisee|prescrit|prescrite|preleve|prelevee)"
        ),
    ),
    "taken_after": (
        "(preleve|prelevee|preleves|prelevement fait|envoye|envoyee|envoyes|transmis|transmise)",
        (
            "(urgent|urgente|urgt|en urgence|prenuptial|prenuptiale|prenatal|prenatale|preop|pre op|"
            "preoperatoire|fait|faite|faits|faites|fait ce jour)"
        ),
        (
            "(avant) (bloc|scanner|irm|chimio|intervention|biotherapie|don|greffe|pma|fiv|anti tnf|grossesse|"
            "conception|radio|tdm)"
        ),
        (
            "(effectue|effectuee|realise|realisee|realises|j0|j15|j30|j45|m1|m3|m6|s6|cote|cotee|cotes|facture|"
            "facturee|anonyme|en plus|supplementaire)"
        ),
        (
            "(ok biologiste|ok bio|ok patient|accord patient|preleves|prelevees|technique|techniquee|de controle|"
            "controle|a controler|propose|proposee)"
        ),
        (
            "(sur) (tube|tube sec|serum|plasma|sang|fcu|frottis|uu|urines|urine|pv|prelevement|ecouvillon|sperme|"
            "gorge|lcr|edta|le tube|meme tube)"
        ),
    ),
    "consent": (
        "(consentement|consent|accord ecrit)( genetique| eclaire| signe| recueilli| a signer| joint| scanne|)",
    ),
    "stopped": (
        "(arrete|arretee|arretes|arretees|stoppe|stoppee|stoppes|stop|interrompu|interrompue|suspendu|suspendue)",
        "(abandonne|abandonnee|sevre|sevree)",
    ),
    "family": (
        (
            "(frangin|frangine|soueur|seur|conjt|cjt|parten|gdmere|gdpere|g mere|g pere|arr gd pere|arr gd mere|"
            "apparentee|ascendant|descendant|descendants|collateraux|cousins germains|cousin germain|"
            "cousine germaine|arriere grand oncle|grand oncle|grande tante)"
        ),
        (
            "(pere|papa|mere|maman|soeur|soeurs|frere|freres|tante|tantes|oncle|oncles|cousin|cousine|cousins|"
            "neveu|niece)"
        ),
        "(grand|gd|gde|grande|arriere grand) (mere|pere|parents|tante|oncle)",
        "(grands parents|gm|gp|gdm|gdp|gmm|gmp|gpm|gpp|gd mere|beau pere|belle mere|belle soeur|beau frere|parents)",
        "(conjoint|conjointe|mari|epoux|epouse|partenaire|partenaires|compagnon|compagne|concubin|concubine|copain)",
        "(fils|fille|filles|jumeau|jumelle|ami|amie|petit ami|petite amie|ex mari|ex conjoint|ascendants|fratrie)",
        "(cas index|cas source|patient source|sujet source|source|personne source|patient index|entourage|proche)",
        "(fille|fils|mere|pere|soeur) (de la|du|de notre|d une|d un) (patient|patiente)",
        "(frere|conjoint|mari|epouse|enfant|bebe) (de la|du|de notre|d une|d un) (patient|patiente)",
        "(sa|son) (femme|homme|ex|enfant|bebe|voisin|colocataire)",
        (
            "(conjoin|partenair|partener|partner|tonton|tata|papi|mamie|papy|mamy|pepe|gendre|bru|beau fils|"
            "belle fille|fiance|fiancee|amant|donneur)"
        ),
        (
            "(mec|meuf|keum|petit copain|petite copine|plan cul|mon mari|ma femme|notre fille|notre fils|"
            "concubins|pacse|pacsee)"
        ),
        "avec (une personne|un homme|une femme|personne|quelqu un|un partenaire|partenaire|un inconnu|un client)",
        "(rapport|rapports|relation|relations)( non protege| non proteges| sexuel| sexuels| a risque|) avec",
        (
            "({1..5}|deux|trois|quatre|un|une|premier|1er|autre|dernier) (enfants|enfant|fils|filles|freres|"
            "soeurs|tantes|cousins|frere|soeur)"
        ),
        "(demi) (frere|soeur|freres|soeurs)",
        (
            "(petits enfants|petit fils|collegue|voisin|voisine|colocataire|coloc|copine|ex femme|ex compagnon|"
            "ex copain|geniteur|jumelles|jumeaux)"
        ),
        (
            "(gm|gp|oncle|oncles|tante|tantes|cousin|cousine|grand mere|grand pere|gd mere|gd pere|lignee|"
            "branche|cote) (pat|mat|maternel|maternelle|paternel|paternelle|maternelles|paternelles)"
        ),
        "(ses|leurs) (enfants|filles|fils|parents|freres|soeurs|2 filles|2 soeurs|deux filles|deux soeurs)",
    ),
    "family_all": (
        "(atcd|antecedent|antecedents|antcd|ant) (familial|familiaux|fam|familiale)",
        "(atcds|hist|histoire|contexte|heredite) (familial|familiaux|fam|familiale)",
        "(atcdf|atf|familial|familiaux|famille|heredite|cote maternel|cote paternel|branche maternelle|familiale)",
        "(atcd|antecedents|antecedent) (chez|maternels|paternels|maternel|paternel|dans la famille|famille)",
        "(dans la famille|branche paternelle|lignee maternelle|lignee paternelle|apparente|apparentes|apparentee)",
        "(atcd|atcds|antecedents|antecedent) (fx|famil|famille|fmx|fmlx|des parents|du cote)",
        (
            "(terrain familial|cas familiaux|cas familial|plusieurs cas|chez les apparentes|apparente du|"
            "1er degre|premier degre)"
        ),
        "(cote) (mere|pere|de la mere|du pere|de sa mere|de son pere)",
    ),
    "patient": (
        "(patient|patiente|pat|pt|pte|lui meme|elle meme|le patient|la patiente|personnel|personnels|personnelle)",
        "(atcd|antecedents|antecedent|atcds) (perso|personnel|personnels|person|medicaux|chirurgicaux|pers)",
        (
            "(mere|pere|maman|papa) (de|d) ({1..9}|un|une|deux|trois|quatre|cinq|six|famille|jumeaux|"
            "plusieurs)( enfants|)"
        ),
        "(fille|fils|garcon|enfant|bebe) (de|d|age de|agee de) {1..18} (ans|mois|an|jours)",
        "(future|jeune|nouvelle) (mere|maman)",
        "(jeune fille|mere celibataire|petite fille de|accompagnee de son mari)",
        "(gp|gpe) (sang|sanguin|abo|rh|sg)",
        "(chez) (elle|lui|le patient|la patiente|ce patient|cette patiente|notre patient|notre patiente)",
        (
            "(personnellement|lui|elle) (est|a|presente|atteint|atteinte|porteur|porteuse|suivi|suivie|traite|"
            "traitee|sous)"
        ),
    ),
    "conditional": (
        "(si|en cas de|en cas d|au cas ou|if|prevenir si|appeler si)",
        "(s il|s ils|s elle|s il y a|dans l hypothese d|dans l hypothese ou|sous reserve|a supposer que)",
    ),
    "turn": (
        "(mais|car|cependant|toutefois|neanmoins|hormis|sauf|excepte|exceptee|but|except|pourtant|malgre)",
        "(par contre|en revanche|a part|mis a part|en dehors d|en dehors de|en dehors du|par ailleurs|a l exception)",
    ),
    "block": (
        "(pas|non|n est pas|n etait pas|n etant pas) (a jeun|venu|venue|joignable|disponible|presente|presentee)",
        "(pas|plus|sans|aucun|aucune) (de |d |)(doute|evolution|changement|modification|recidive|rechute|progression)",
        (
            "(pas|plus|sans|aucun|aucune) (de |d |)(traitement|ttt|suivi|contre indication|complication|controle|"
            "courrier)"
        ),
        "(pas|plus|sans|aucun|aucune) (de |d |)(allergie au|surveillance|observance|nouvelles|resultat|resultats|rdv)",
        "(pas|sans|non|ni) (encore|seulement|lie|liee|oublier|compliquee|complique|observant|observante|stabilise)",
        "(traitement|ttt|suivi|evolution|changement|recidive|observance|complication|contre indication|lie a|liee a)",
        "(depistage|serologie|serologies|test|recherche|controle|bilan|nouvelle serologie) (de|d|du|des|pour|)",
        "(sans|pas de|pas) (emploi|profession|mutuelle|carte vitale|travail|rdv|ordonnance|domicile|nouvelle|a jeun)",
    ),
    "vaccine": (
        "(vaccin|vaccins|vaccination|vaccinations|vaccine|vaccinee)( anti|)",
        "(vaccinal|vaccinale|vacc|vac|rappel|immunite)( anti|)",
        "(immunise|immunisee|immunisation|rappel vaccin|rappel vaccinal|schema vaccinal|statut vaccinal)",
    ),
    "corrected": (
        (
            "(n a pas ete|n est pas|n ont pas ete) (retrouve|retrouvee|retenu|retenue|detecte|detectee|"
            "mis en evidence|mise en evidence)"
        ),
        "(par erreur|a tort|a enlever|a supprimer|a retirer|a effacer|a rayer|erreur de saisie|erreur de frappe)",
        "(erreur de dossier|erreur de patient|mention erronee|faux diagnostic|ne l est pas|n en a pas|n en est pas)",
        "diagnostic (recuse|ecarte|elimine|infirme|non retenu|errone|refute|corrige|abandonne)",
        "(n est pas) (atteint|atteinte|porteur|porteuse|concerne|concernee|malade)",
        "(finalement|au final|en fait) (non|pas|negatif|negative|neg)",
        "(fausse alerte|fausse positivite|mauvais dossier|pas le bon patient|pas le bon dossier|homonyme)",
    ),
    "not_but": (
        (
            "(ce n est pas|c est pas|il ne s agit pas|ne s agit pas|n est pas|non pas|et non|et pas|au lieu)( d|"
            " de| du|)( un| une|)"
        ),
    ),
    "also_other": (
        (
            "(conjoint|conjointe|mari|epouse|partenaire|compagnon|compagne|pere|mere|frere|soeur|fils|fille|"
            "jumelle|jumeau|enfant|enfants|bebe) (negatif|negative|neg|indemne|indemnes|sain|saine|non porteur|"
            "non porteuse|inconnu|a traiter|a depister|a tester)"
        ),
        (
            "comme (sa|son|ses) (mere|pere|soeur|frere|fils|fille|tante|oncle|cousine|cousin|mari|femme|conjoint|"
            "freres|soeurs)"
        ),
        "(pere|mere|frere|soeur) et (pere|mere|frere|soeur|fils|fille|tante|oncle) (aussi|idem|egalement|atteints)",
        (
            "(pere|mere|frere|soeur|conjoint|conjointe|mari|epouse|partenaire|partenair|fils|fille|jumeau|"
            "jumelle|compagnon|compagne|tante|oncle|cousin|cousine|femme) (aussi|idem|oui|egalement|pareil|"
            "aussi atteint|aussi atteinte|positif|positive)"
        ),
    ),
    "self_not": (
        "(test|serologie|pcr|resultat|depistage) (negatif|negative|neg) (chez|pour) (le patient|la patiente|elle|lui)",
        "(pas|non) (elle|lui|la patiente|le patient)",
        "(elle|lui|la patiente|le patient) (non|indemne)",
        (
            "(elle|lui|patiente|patient|la patiente|le patient|elle meme|lui meme) (negative|negatif|neg|"
            "non porteuse|non porteur|indemne|est negative|est negatif|n est pas porteuse|n est pas porteur|"
            "non mutee|non mute|ne l est pas)"
        ),
    ),
    "self_also": (
        (
            "(patient|patiente|elle|lui|lui meme|elle meme|le patient|la patiente) (aussi|egalement|idem|positif|"
            "positive|oui|mute|mutee|heterozygote|htz|atteinte aussi|porteuse aussi|porteur aussi)"
        ),
        "(patient|patiente|elle|il) est (aussi|egalement|positif|positive|heterozygote|mutee|mute)",
    ),
    "self_test": (
        (
            "(serologie|depistage|test|bilan|recherche|prelevement|trod|caryotype) (a faire|demande|demandee|"
            "prescrit|prescrite|svp|du patient|chez le patient|chez la patiente|ce jour|patient|patiente|"
            "pour elle|pour lui|conseille|propose)"
        ),
        (
            "(veut|souhaite|demande|voudrait|vient) (un |pour un |pour |)(test|depistage|etre teste|etre testee|"
            "se faire depister|se faire tester|une serologie|la serologie)"
        ),
        (
            "(se faire depister|etre teste|etre testee|a depister|depister la patiente|depister le patient|"
            "depister l enfant)"
        ),
        (
            "(test cible|depistage chez|demande un depistage|demande depistage|souhaite un depistage|"
            "souhaite depistage|recherche chez la patiente|recherche chez le patient|recherche ciblee|"
            "test presymptomatique|enquete genetique|depistage demande|test demande|recherche demandee|"
            "depistage a faire|recherche a faire|demande un test|a tester)"
        ),
    ),
    "filler": (
        "(souhaite|veut|desire|voudrait) pas (le|de|un|faire|faire le|faire de|refaire)",
        "(s avere|s averent|se revele|se revelent|s est avere|s est averee|bien connu|ne pas)",
        (
            "(ne pas|ne plus|ne jamais) (laisser|oublier|appeler|rappeler|donner|communiquer|faxer|envoyer|dire|"
            "divulguer|transmettre|mettre|ecrire|parler|prevenir|informer|annoncer|evoquer|mentionner|rendre|"
            "imprimer|afficher|facturer|piquer|prelever|utiliser|confondre|remettre|adresser|poster|montrer|"
            "noter|inscrire|diffuser|negliger|repondre|contacter|reveler)"
        ),
        "(recuse|recusee) (pour|chirurgicalement|par|a la|de la|au bloc)",
        "(veut|veux|souhaite|ose|sait|peut|doit) pas (que|ke|qu|dire|en parler|parler|le dire|reveler|divulguer)",
        (
            "(pas|non) (que|seulement|uniquement|tout a fait|toujours|grave|encore ne|etonnant|surprenant|"
            "de souci|de soucis|sur|sure)"
        ),
        "(jusqua|jusqu a|jusqu au|ad) (negatif|negativation|neg|negative|normalisation|zero)",
    ),
    "code_cim10": (
        (
            "(cim10|cim 10|cim|icd10|icd 10|code cim|code cim 10|code cim10|code diag|code diagnostic|codes diag|"
            "diag|diagnostic)"
        ),
        "(diagnostic principal|diagnostic associe|dp|das|dx|codage|ald|ald 30|ald 31|diagnostics|pathologie codee)",
    ),
    "code_nabm": ("(nabm|acte|actes|code acte|codes actes|code nabm|nomenclature|cotation|cotations|cotes|bln)",),
    "code_loinc": ("(loinc|code loinc|codes loinc)",),
    "code_ccam": ("(ccam|code ccam|acte ccam|actes ccam|acte|actes)",),
    "code_atc": ("(atc|code atc|classe atc)",),
    "street": (
        "(rue|avenue|av|bd|bld|boulevard|chemin|che|impasse)",
        "(imp|allee|allees|place|quai|square|residence|lotissement|lot)",
        "(lieu dit|passage|hameau|ruelle|sentier|faubourg|rond point|cours|esplanade|pont|venelle|zac|za|clos|villa)",
    ),
    "title": ("(mme|mr|mlle|m|madame|monsieur|mademoiselle|me|maitre|mesdames)",),
    "doctor": ("(dr|docteur|pr|professeur|drs|dre)",),
    "allergy": (
        "(allergie|allergies|allergique|allergiques|intolerance|intolerant|intolerante|anaphylaxie|hypersensibilite)",
        "(contre indication|contre indique|ci)",
    ),
}
"""Spellings of each cue, by class; `status` says what each class does."""

CUES: tuple[str, ...] = tuple(WORDS_OF_CUE)
"""Cue classes in the order of their codes."""
