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
    ),
    "neg_near": ("non", "0", "zero"),
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
    ),
    "pos_after": (
        "(positif|positive|positifs|positives|pos|posit|positiv|positivite|faiblement positif|faible positif|positifs)",
        "(confirme|confirmee|confirmes|avere|averee|retrouve|retrouvee|detecte|detectee|detectes|decele|isole|isolee)",
        "(present|presente|presents|presence|reactif|reactive|oui|yes|detected|mute|mutee|homozygote|heterozygote)",
        "(connu|connue|connus|traite|traitee|opere|operee|suivi|suivie|decouvert|decouverte|evolutif|evolutive|actif)",
        "(sous traitement|sous tt|sous ttt|sous trt|chronique|ancien|ancienne|gueri|guerie|depuis|stade|en remission)",
    ),
    "pos_before": (
        "(porteur|porteuse|infecte|infectee|atteint|atteinte|contamine|contaminee) (d|de|du|par|par le|par la|de la)",
        "(suivi|suivie|traite|traitee|hospitalise|hospitalisee|opere|operee) (pour|d|de|du|pour un|pour une|pour son)",
        "(suivi|decouverte|decouverte de|decouverte d|confirmation de|porteur|porteuse|positif pour|positive pour)",
        "(traitement|ttt|tt|bilan d extension) (de|du|d|pour|)",
        "(surveillance|surveillance d|decede|decedee|diagnostic positif) (de|du|d|pour|)",
    ),
    "test_before": (
        (
            "(depistage|depister|depist|dep|screening)( organise| systematique| combine| neonatal| prenatal|)"
            "( de| d| du| des| de l| un| une|)"
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
    ),
    "lab_before": (
        "(serologie|serologies|sero|seros|serodiag|serodiagnostic|serodiagnostics|sd|serum|serotheque)( de| du| de l|)",
        "(bilan|bilans|controle|controler|control|ctrl|ctrle)",
        "(verif|prelevement|prelever|analyse|analyses|examen|examens)",
        "(check up|checkup|ordonnance|ordo|bio|biologie|resultat|resultats|attente|envoi|envoye|technique|tube|tubes)",
    ),
    "lab_word": (
        "(nfs|crp|vs|iono|ionogramme|tsh|ferritine|rai|creat|creatinine|glycemie|ecbu|bilan hepatique|asat|alat|ggt)",
        "(tp|tca|inr|plaquettes|hemogramme|hba1c|uree|transaminases|bhc|phosphatases|ldh|electrophorese|bandelette)",
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
    ),
    "taken_after": ("(preleve|prelevee|preleves|prelevement fait|envoye|envoyee|envoyes|transmis|transmise)",),
    "consent": (
        "(consentement|consent|accord ecrit)( genetique| eclaire| signe| recueilli| a signer| joint| scanne|)",
    ),
    "stopped": (
        "(arrete|arretee|arretes|arretees|stoppe|stoppee|stoppes|stop|interrompu|interrompue|suspendu|suspendue)",
        "(termine|terminee|finie|fini|abandonne|abandonnee|sevre|sevree)",
    ),
    "family": (
        "(pere|papa|mere|maman|soeur|soeurs|frere|freres|tante|tantes|oncle|oncles|cousin|cousine|cousins|neveu|niece)",
        "(grand|gd|gde|grande|arriere grand) (mere|pere|parents|tante|oncle)",
        "(grands parents|gm|gp|gdm|gdp|gmm|gmp|gpm|gpp|gd mere|beau pere|belle mere|belle soeur|beau frere|parents)",
        "(conjoint|conjointe|mari|epoux|epouse|partenaire|partenaires|compagnon|compagne|concubin|concubine|copain)",
        "(fils|fille|filles|jumeau|jumelle|ami|amie|petit ami|petite amie|ex mari|ex conjoint|ascendants|fratrie)",
        "(cas index|cas source|patient source|sujet source|source|personne source|patient index|entourage|proche)",
        "(fille|fils|mere|pere|soeur) (de la|du|de notre|d une|d un) (patient|patiente)",
        "(frere|conjoint|mari|epouse|enfant|bebe) (de la|du|de notre|d une|d un) (patient|patiente)",
        "(sa|son) (femme|homme|ex|enfant|bebe|voisin|colocataire)",
    ),
    "family_all": (
        "(atcd|antecedent|antecedents|antcd|ant) (familial|familiaux|fam|familiale)",
        "(atcds|hist|histoire|contexte|heredite) (familial|familiaux|fam|familiale)",
        "(atcdf|atf|familial|familiaux|famille|heredite|cote maternel|cote paternel|branche maternelle|familiale)",
        "(atcd|antecedents|antecedent) (chez|maternels|paternels|maternel|paternel|dans la famille|famille)",
        "(dans la famille|branche paternelle|lignee maternelle|lignee paternelle|apparente|apparentes|apparentee)",
    ),
    "patient": (
        "(patient|patiente|pat|pt|pte|lui meme|elle meme|le patient|la patiente|personnel|personnels|personnelle)",
        "(atcd|antecedents|antecedent|atcds) (perso|personnel|personnels|person|medicaux|chirurgicaux|pers)",
        "(mere|pere|maman|papa) (de|d) ({1..9}|un|une|deux|trois|quatre|cinq|six|famille|jumeaux|plusieurs)( enfants|)",
        "(fille|fils|garcon|enfant|bebe) (de|d|age de|agee de) {1..18} (ans|mois|an|jours)",
        "(future|jeune|nouvelle) (mere|maman)",
        "(jeune fille|mere celibataire|petite fille de|accompagnee de son mari)",
    ),
    "conditional": ("(si|en cas de|en cas d|au cas ou|if|prevenir si|appeler si)",),
    "turn": (
        "(mais|car|cependant|toutefois|neanmoins|hormis|sauf|excepte|exceptee|but|except|pourtant|malgre)",
        "(par contre|en revanche|a part|mis a part|en dehors d|en dehors de|en dehors du|par ailleurs|a l exception)",
    ),
    "block": (
        "(pas|non|n est pas|n etait pas|n etant pas) (a jeun|venu|venue|joignable|disponible|presente|presentee)",
        "(pas|plus|sans|aucun|aucune) (de |d |)(doute|evolution|changement|modification|recidive|rechute|progression)",
        "(pas|plus|sans|aucun|aucune) (de |d |)(traitement|ttt|suivi|contre indication|complication|controle|courrier)",
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
