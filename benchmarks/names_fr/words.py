"""Words of French hospitals for the generator, written from general knowledge; `a b|c d` is a list of two."""

from __future__ import annotations


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", " ").split("|") if part.strip())


SERVICES = _list("""cardiologie|néphrologie|Cardiologie|Pneumologie|pneumologie|médecine interne|Médecine Interne|rhumatologie
|Rhumatologie|chirurgie viscérale|Chirurgie Digestive|chirurgie orthopédique|urologie|Urologie|gériatrie|Gériatrie aiguë
|neurologie|Neurologie|neurochirurgie|dermatologie|Dermatologie|hématologie|Hématologie clinique|oncologie|Oncologie médicale
|réanimation|Réanimation polyvalente|USIC|soins intensifs|Urgences|SAU|UHCD|maternité|Maternité|gynécologie-obstétrique
|pédiatrie|Pédiatrie|néonatalogie|psychiatrie|Psychiatrie adulte|ORL|ophtalmologie|Ophtalmologie|radiologie|Imagerie médicale
|médecine nucléaire|hépato-gastro-entérologie|Gastro-entérologie|diabétologie|endocrinologie|Endocrinologie-Diabétologie
|maladies infectieuses|Maladies Infectieuses et Tropicales|SSR|USLD|hospitalisation de jour|HDJ|HAD|soins palliatifs|CMP
|chirurgie vasculaire|chirurgie thoracique|CHIRURGIE THORACIQUE|CARDIOLOGIE|MEDECINE POLYVALENTE|addictologie|dialyse""")
SPECIALITIES = _list("""cardiologue|Cardiologue|néphrologue|Médecine générale|médecin généraliste|Médecin généraliste|Chirurgien
|chirurgien orthopédiste|Chirurgie digestive|dermatologue|Dermatologie - Vénérologie|gynécologue|Gynécologue-obstétricien
|pédiatre|psychiatre|Neurologue|pneumologue|rhumatologue|ORL|ophtalmologiste|Ophtalmologie|gastro-entérologue|Oncologue
|radiothérapeute|radiologue|anesthésiste-réanimateur|urgentiste|gériatre|diabétologue|endocrinologue|hématologue|infectiologue
|biologiste|anatomopathologiste|médecin du sport|allergologue|stomatologue|chirurgien-dentiste|PH|PU-PH|CCA|interne""")
DISEASES = _list("""une pneumopathie|pneumopathie lobaire|une insuffisance cardiaque|insuffisance rénale chronique|HTA|hypertension
|diabète de type 2|diabète|un diabète insulinodépendant|BPCO|asthme|un syndrome coronarien|infarctus du myocarde|IDM|ACFA
|fibrillation auriculaire|AVC ischémique|un AIT|épilepsie|migraine|une sclérose en plaques|SEP|cancer du sein|adénocarcinome
colique|cancer bronchique|lymphome|myélome|leucémie aiguë|cirrhose|hépatite C|hépatite B|VIH|tuberculose|pyélonéphrite|cystite
|érysipèle|sepsis|une septicémie|cholécystite|appendicite|sigmoïdite|pancréatite aiguë|occlusion|hernie inguinale|éventration
|fracture du col fémoral|fracture du poignet|coxarthrose|gonarthrose|lombosciatique|canal lombaire étroit|ostéoporose|goutte
|polyarthrite rhumatoïde|spondylarthrite|lupus|psoriasis|eczéma|mélanome|un carcinome basocellulaire|hypothyroïdie
|hyperthyroïdie|goitre|obésité|dénutrition|anémie ferriprive|thrombopénie|phlébite|embolie pulmonaire|AOMI|anévrisme de l'aorte
|rétrécissement aortique|glaucome|cataracte|DMLA|otite|sinusite|angine|bronchite|grippe|COVID-19|gastro-entérite|constipation
|RGO|ulcère gastrique|polypes coliques|rectocolite|endométriose|fibrome utérin|grossesse normale|prééclampsie|HPP|dépression
|trouble bipolaire|schizophrénie|démence|trouble anxieux|éthylisme|tabagisme sevré|toxicomanie|lithiase urinaire|HBP|incontinence
|escarres|plaie de jambe|brûlure|traumatisme crânien|entorse de cheville|tendinite|syndrome dépressif|trouble du rythme""")
SYMPTOMS = _list("""dyspnée|douleur thoracique|une dyspnée d'effort|palpitations|œdèmes des membres inférieurs|toux|toux grasse
|fièvre à 39|hyperthermie|frissons|asthénie|amaigrissement|perte d'appétit|nausées|vomissements|diarrhée|constipation
|douleurs abdominales|épigastralgies|rectorragies|méléna|hématurie|brûlures mictionnelles|céphalées|vertiges|malaise
|perte de connaissance|chute à domicile|chutes à répétition|confusion|agitation|troubles du sommeil|insomnie|anxiété
|tristesse|lombalgies|douleur de hanche|gonalgies|cervicalgies|arthralgies|raideur matinale|impotence fonctionnelle|paresthésies
|faiblesse du bras droit|trouble de la parole|baisse d'acuité visuelle|acouphènes|odynophagie|dysphagie|prurit|éruption
cutanée|rougeur|suintement de la plaie|pansement propre|cicatrice propre|pas de plainte|abdomen souple|apyrétique|bon état général
|appétit conservé|selles normales|diurèse conservée|constantes stables|saturation correcte|douleur cotée à 4|métrorragies""")
EXAMS = _list("""échographie|scanner thoracique|IRM cérébrale|IRM|scanner|radiographie du thorax|échographie cardiaque|ETT|ECG|EEG
|EMG|coronarographie|épreuve d'effort|Holter|coloscopie|fibroscopie|gastroscopie|bilan biologique|bilan préopératoire|ponction
lombaire|biopsie|myélogramme|TEP scanner|scintigraphie osseuse|mammographie|densitométrie|spirométrie|EFR|polysomnographie|doppler
|audiogramme|fond d'œil|appendicectomie|cholécystectomie|Appendicectomie|hystérectomie|Hystérectomie|césarienne|thyroïdectomie
|PTH droite|PTG gauche|prothèse de hanche|arthroscopie|cure de hernie|amygdalectomie|colectomie|pontage|angioplastie|ablation
du stérilet|pose de PAC|détartrage|infiltration|kinésithérapie|transfusion|dialyse|chimiothérapie|radiothérapie|chambre implantable""")
TESTS = _list("""NFS|Hémoglobine|HEMOGLOBINE|Leucocytes|Plaquettes|PLAQUETTES|Hématies|Hématocrite|VGM|CCMH|Glycémie|GLYCEMIE|HbA1c
|Créatinine|CREATININE|Créatininémie|Urée|DFG|Sodium|Potassium|Chlore|Calcium|Phosphore|Magnésium|Bicarbonates|Protéines|Albumine
|CRP|VS|Fibrinogène|TP|TCA|INR|D-Dimères|Ferritine|FERRITINE|Fer sérique|Transferrine|CST|Vitamine B12|Folates|Vitamine D|TSH|T3L|T4L
|Cholestérol total|HDL|LDL|Triglycérides|ASAT|ALAT|GGT|Gamma GT|PAL|Bilirubine|Lipase|Troponine|BNP|NT-proBNP|PSA|ACE|CA 125|CA 19-9
|AFP|Bêta-HCG|Procalcitonine|Lactates|pH|PaO2|PaCO2|Ag HBs|Ac anti-HBs|VIH 1-2|VHC|CMV|EBV|Toxoplasmose|Rubéole|TPHA|Facteur
rhumatoïde|ANCA|AAN|C3|C4|IgG|IgA|IgM|Électrophorèse|Ionogramme|IONOGRAMME|ECBU|Hémoculture|Coproculture|Calcémie|Kaliémie|Natrémie
|Polynucléaires neutrophiles|Lymphocytes|Monocytes|Éosinophiles|Réticulocytes|Prolactine|Cortisol|PTH|Oestradiol|Testostérone""")
UNITS = _list("""g/L|g/dL|mmol/L|µmol/L|mg/L|UI/L|%|/mm3|G/L|T/L|ng/mL|pg/mL|mUI/L|fl|mm|s|U/mL|mL/min/1.73m²|mg/dl""")
EPONYMS = _list("""Parkinson|Alzheimer|Basedow|Hashimoto|Crohn|Horton|Hodgkin|Paget|Dupuytren|Raynaud|Sjögren|Gougerot-Sjögren
|Willebrand|Waldenström|Kaposi|Down|Turner|Klinefelter|Marfan|Ehlers-Danlos|Addison|Cushing|Conn|Behçet|Biermer|Wegener
|Guillain-Barré|Charcot|Charcot-Marie-Tooth|Huntington|Creutzfeldt-Jakob|Menière|Ménière|Tourette|Gilles de la Tourette|Wilson
|Gilbert|Barrett|Mallory-Weiss|Whipple|Hirschsprung|Verneuil|Lyme|Lapeyronie|Scheuermann|Osgood-Schlatter|Legg-Calvé-Perthes
|Still|Kawasaki|Fallot|Eisenmenger|Brugada|Wolff-Parkinson-White|Romano-Ward|Bouveret|Glasgow|Norton|Braden|Apgar|Child-Pugh
|Child|Gleason|Breslow|Clark|Wells|Fagerström|Hamilton|Beck|Epworth|Lequesne|Karnofsky|Gustilo|Garden|Salter-Harris|Killip
|Fontaine|Leriche|Sokolow|Hoehn et Yahr|Rankin|Barthel|Katz|Lawton|Zarit|Folstein|Balthazar|Ranson|Forrest|Hinchey|Bishop|Silverman
|Tanner|Fitzpatrick|Spetzler|Fisher|Hunt et Hess|Bosniak|Masaoka|Ann Arbor|Binet|Rai|Sézary|Ewing|Wilms|Babinski|Lasègue
|Murphy|Kernig|Brudzinski|Romberg|Homans|Tinel|Phalen|Lhermitte|Trendelenburg|Allen|Weber|Rinne|Schirmer|Coombs|Cacchi-Ricci
|Arnold|Claude Bernard-Horner|Korsakoff|Gayet-Wernicke|Broca|Bartter|Gitelman|Alport|Berger|Goodpasture|Fabry|Gaucher|Pompe|Mackenzie""")
CITIES = _list("""Paris|Lyon|Marseille|Toulouse|Nantes|Lille|Bordeaux|Strasbourg|Rennes|Brest|Quimper|Vannes|Rouen|Caen|Le Havre
|Amiens|Reims|Nancy|Metz|Dijon|Besançon|Grenoble|Saint-Étienne|Clermont-Ferrand|Limoges|Poitiers|Tours|Orléans|Angers|Le Mans
|Montpellier|Nîmes|Perpignan|Nice|Toulon|Avignon|Aix-en-Provence|Ajaccio|Bastia|Pau|Bayonne|Créteil|Bobigny|Argenteuil|Versailles
|Levallois-Perret|Boulogne-Billancourt|Saint-Denis|Montreuil|Ivry-sur-Seine|Vitry-sur-Seine|Melun|Meaux|Évry|Chartres|Blois
|Bourges|Auxerre|Troyes|Colmar|Mulhouse|Belfort|Annecy|Chambéry|Valence|Roanne|Villeurbanne|Bron|Fort-de-France|Cayenne|Saint-Pierre
|ISSY LES MOULINEAUX|LE KREMLIN BICETRE|NEUILLY SUR SEINE|SAINT MAUR DES FOSSES|Châteauroux|Guéret|Aurillac|Mende|Tarbes|Agen""")
COUNTRIES = _list("""France|Suisse|Belgique|Algérie|Maroc|Tunisie|Sénégal|Mali|Portugal|Espagne|Italie|Pologne|Turquie|Vietnam|Canada
|Switzerland|Allemagne|Cameroun|Côte d'Ivoire|Congo|Haïti|Roumanie|Chine|Liban""")
FAMOUS = _list("""Victor Hugo|Jean Jaurès|Pasteur|Louis Pasteur|Charles de Gaulle|du Général de Gaulle|du Docteur Roux|du Dr Calmette
|du Professeur Calmette|Émile Zola|Jules Ferry|Gambetta|Jean Moulin|Pierre Curie|Marie Curie|Pierre et Marie Curie|Voltaire
|Anatole France|du Maréchal Foch|Foch|du Maréchal Leclerc|Jean-Jacques Rousseau|Blaise Pascal|Henri Barbusse|Albert Thomas
|Paul Vaillant-Couturier|Salvador Allende|Claude Bernard|Saint-Michel|Sainte-Anne|Saint-Martin|Notre-Dame|Étienne Dolet
|Aristide Briand|Camille Desmoulins|du Docteur Paul Brousse|Edouard Vaillant|Berthelot|Lavoisier|Descartes|Laënnec|Gabriel Péri""")
PLAIN_STREETS = _list("""des Lilas|des Roses|de la Gare|de la République|de la Paix|du Moulin|des Écoles|de l'Église|des Acacias|du Château
|de la Mairie|des Tilleuls|du Stade|de la Fontaine|des Glycines|du Port|de la Liberté|des Cerisiers|du 8 Mai 1945|du 11 Novembre
|de Paris|de Lyon|des Peupliers|du Parc|haute|basse|de Bretagne|du Bac|des Martyrs|de l'Hôpital|du Pré Vert|de la Croix Blanche""")
STREET_TYPES = _list("""rue|rue|rue|rue|avenue|av.|av|boulevard|bd|Bd|place|allée|impasse|chemin|route|quai|square|cours|passage|Rue|Avenue
|Boulevard|RUE|AVENUE|villa|résidence|faubourg""")
HOSPITAL_NAMES = _list("""Bichat|Tenon|Cochin|Necker|Mondor|Henri Mondor|Henri-Mondor|Beaujon|Lariboisière|Saint-Louis|Saint-Antoine
|la Pitié-Salpêtrière|Pitié-Salpêtrière|la Salpêtrière|Bicêtre|Antoine-Béclère|Ambroise-Paré|Raymond-Poincaré|Avicenne|Jean-Verdier
|Robert-Debré|Trousseau|Louis-Mourier|Foch|Georges-Pompidou|européen Georges-Pompidou|HEGP|Hôtel-Dieu|Édouard-Herriot|Édouard Herriot
|de la Croix-Rousse|Lyon-Sud|Pellegrin|Haut-Lévêque|Purpan|Rangueil|Larrey|la Timone|de la Conception|Nord|Sainte-Marguerite
|Pontchaillou|Hautepierre|Claude-Huriez|Huriez|Salengro|Roger Salengro|Jeanne de Flandre|Laënnec|Bretonneau|Trousseau|Charles-Nicolle
|Michallon|Pasteur|l'Archet|Lapeyronie|Gui de Chauliac|Carémeau|Estaing|Gabriel-Montpied|Dupuytren|Morvan|Cavale Blanche
|Sainte-Anne|Paul-Brousse|Charles-Foix|Émile-Roux|Corentin-Celton|Rothschild|Broca|Vaugirard|Fernand-Widal|Sainte-Périne|Percy|Bégin
|Marie-Lannelongue|Delafontaine|André-Grégoire|André-Mignot|Simone-Veil|René-Dubos|Victor-Dupouy|Max-Fourestier|Robert-Ballanger""")
CLINIC_NAMES = _list("""des Cèdres|du Parc|Saint-Jean|Sainte-Marie|Pasteur|du Millénaire|de l'Alma|Bizet|Geoffroy Saint-Hilaire
|Jouvenet|de la Sauvegarde|du Tonkin|Saint-Augustin|des Lilas|Ambroise Paré|Claude Bernard|Médicale du Parc|Turin|Monceau|Belledonne
|Convert|Mathilde|de l'Europe|Saint-Vincent|Jules Verne|Bretéché|Victor Pauchet|Rive Gauche|Les Franciscaines""")
HOMES = _list(
    "Les Lilas|Les Tilleuls|Résidence du Parc|La Roseraie|Les Jardins d'Arcadie|Bel Air|Sainte-Claire|Le Clos Fleuri|Les Opalines"
)
PHARMACIES = _list("du Centre|de la Gare|Lafayette|des Halles|Principale|de la Mairie|du Marché|centrale")
LABORATORIES = _list("""Laboratoire Cerballiance|LABORATOIRE DE BIOLOGIE MÉDICALE|Biogroup|SELAS BIOLAB|LABM du Centre|Laboratoire Eurofins
|Laboratoire de biologie médicale des Halles|SYNLAB|Laboratoire central|BIOANALYSE|LABORATOIRE D'ANALYSES MEDICALES""")
JOBS = _list("IDE|AS|kiné|infirmière|Infirmier|interne|Interne|psychologue|diététicienne|Secrétaire|sage-femme|cadre")
DAYTIME = _list("au matin|dans l'après-midi|hier|ce matin|au coucher")
DOSES = _list("""1 cp matin et soir|1 cp/j|2 cp par jour|500 mg x 3/j|1 g/j|20 mg|10 mg le soir|75 mg|5 mg|100 mg/j|40 mg : 1 matin
|1 gél matin|IV 1g x2|1 sachet|2 bouffées|14 UI le soir|1 ampoule|0,4 ml SC|1 patch|si douleur|pendant 7 jours|QSP 1 mois|50 mg/5 ml
|1 fois par jour|3 fois par jour|1 comprimé|en continu|à visée antalgique""")
WORDS = _list("""patient|patiente|traitement|douleur|évolution|favorable|service|médecin|infirmier|infirmière|domicile|famille|épouse
|mari|fils|fille|enfant|enfants|consultation|ordonnance|résultat|résultats|bilan|examen|surveillance|contrôle|prévoir|poursuite|arrêt
|reprise|introduction|absence|présence|droite|gauche|bilatéral|normal|normale|anormal|modéré|sévère|aigu|chronique|important|stable
|avant|après|pendant|depuis|jusque|environ|chez|avec|sans|sous|selon|donc|ainsi|cependant|toutefois|par ailleurs|notamment|veuillez
|merci|bonjour|cordialement|rendez-vous|urgence|hospitalisation|sortie|entrée|transfert|retour|ambulance|taxi|dossier|courrier|copie
|compte|rendu|lettre|fiche|formulaire|certificat|arrêt de travail|prise|charge|équipe|soins|pansement|perfusion|sonde|cathéter|tension
|pouls|température|saturation|poids|taille|régime|repas|sommeil|marche|fauteuil|lit|chambre|couloir|étage|bâtiment|parking|accueil
|codage|facturation|mutuelle|carte vitale|assurance|mandat|écriture|observations|remarque|attention|important|urgent|confidentiel
|cœur|poumon|rein|foie|rate|estomac|côlon|rectum|vessie|utérus|ovaire|prostate|sein|thyroïde|cerveau|moelle|os|muscle|peau|œil
|oreille|nez|gorge|bras|jambe|main|pied|genou|hanche|épaule|coude|poignet|cheville|rachis|crâne|thorax|abdomen|bassin|artère|veine
|valve|aorte|nerf|ganglion|tumeur|lésion|nodule|kyste|masse|fracture|plaie|cicatrice|hématome|œdème|rougeur|fièvre|toux|nausée
|allergie|intolérance|antécédent|antécédents|chirurgie|anesthésie|biopsie|scanner|radio|échographie|prélèvement|sang|urine|selles
|culture|germe|antibiotique|antalgique|vaccin|insuline|aspirine|paracétamol|morphine|corticoïde|chimiothérapie|radiothérapie|greffe
|dialyse|transfusion|rééducation|kinésithérapie|psychothérapie|grossesse|accouchement|césarienne|nourrisson|adolescent|adulte
|retraité|salarié|employé|ouvrier|agriculteur|enseignant|commerçant|célibataire|marié|divorcé|veuf|autonome|dépendant|tabac|alcool
|contacter|rappeler|voir|revoir|adresser|confirmer|annuler|reporter|valider|envoyer|recevoir|joindre|demander|proposer|refuser
|calvitie|conserver|boire|manger|dormir|marcher|parler|respirer|tousser|saigner|tomber|vivre|mourir|guérir|opérer|soigner|piquer
|junior|juniors|senior|cliniques|loisirs|janvier|lundi|mardi|jeudi|semaine|mois|année|matin|soir|nuit|jour|heure|minute|hier|demain|bientôt|toujours|jamais|parfois|souvent
|bleu|rouge|blanc|noir|vert|jaune|grand|petit|long|court|rond|dur|mou|chaud|froid|sec|humide|propre|sale|clair|trouble|vieux|jeune
|maison|jardin|voiture|travail|école|église|village|ville|campagne|montagne|mer|soleil|pluie|neige|arbre|fleur|chien|chat|oiseau
|interprétation|conclusion|technique|indication|renseignements cliniques|méthode|référence|norme|valeur|taux|dosage|unité|seuil""")
VERBS = _list("""trait|surveill|contrôl|dos|prélev|inject|administr|not|observ|examin|auscult|palp|mesur|pes|mont|lev|couch|port|pos|chang
|retir|ôt|aspir|drain|lav|nettoy|désinfect|bross|mobilis|stimul|rassur|écout|parl|expliqu|inform|téléphon|appel|rappel|transmett|envoy|adress
|orient|transport|accompagn|aid|assist|install|aliment|hydrat|perfus|transfus|opér|incis|sutur|ligatur|clamp|dissoci|réséqu|coagul|irrig|ponctionn
|biopsi|dilat|intub|ventil|extub|sédat|réveill|endorm|stabilis|aggrav|amélior|diminu|augment|persist|dur|cess|arrêt|continu|rest|chut|march|gliss
|bless|brûl|cass|fractur|luxat|gonfl|saign|suint|cicatris|infect|colonis|isol|cultiv|identifi|séquenc|analys|interprét|valid|sign|imprim|archiv|cod
|factur|rembours|pay|déclar|signal|demand|propos|refus|accept|annul|report|confirm|organis|planifi|programm|prépar|termin|commenc|quitt|entr|retourn""")
BRANDS = _list("""Medtronic|Siemens|Philips|Abbott|Roche Cobas|Sysmex|HoloCare|MonoScan|CardioView|Fujifilm|GE Healthcare|Boston Scientific|Novartis
|Sanofi|Pfizer|Servier|Biogen|Dexcom|Omron|Olympus|Stryker|Zimmer|Smith Nephew|Vitalograph|Philips HeartStart|Doctolib|Ameli|Medical|Software
|Version|Report|Online|System|Health|Care|Single Day|Multi Channel|OL Medical|Windows|Excel|Word|PDF|Outlook""")
