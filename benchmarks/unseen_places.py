"""Cities, streets, insurers, laboratories and hospital words of the unseen layouts: a list of its own."""

from __future__ import annotations

_CITY_TEXT = """
01000 Bourg-en-Bresse|01100 Oyonnax|02100 Saint-Quentin|02200 Soissons|03200 Vichy|03000 Moulins|04100 Manosque
05000 Gap|06000 Nice|06400 Cannes|06600 Antibes|07100 Annonay|08000 Charleville-Mézières|09000 Foix|10000 Troyes
11000 Carcassonne|11100 Narbonne|12000 Rodez|12100 Millau|13001 Marseille|13100 Aix-en-Provence|13200 Arles
13500 Martigues|14000 Caen|14100 Lisieux|15000 Aurillac|16000 Angoulême|16100 Cognac|17000 La Rochelle|17100 Saintes
18000 Bourges|19100 Brive-la-Gaillarde|19000 Tulle|21000 Dijon|21200 Beaune|22000 Saint-Brieuc|22300 Lannion
23000 Guéret|24000 Périgueux|24100 Bergerac|25000 Besançon|25200 Montbéliard|26000 Valence|26200 Montélimar
27000 Évreux|27200 Vernon|28000 Chartres|28100 Dreux|29200 Brest|29000 Quimper|29600 Morlaix|30000 Nîmes|30100 Alès
31000 Toulouse|31700 Blagnac|32000 Auch|33000 Bordeaux|33600 Pessac|33120 Arcachon|34000 Montpellier|34200 Sète
34500 Béziers|35000 Rennes|35400 Saint-Malo|35500 Vitré|36000 Châteauroux|37000 Tours|37500 Chinon|38000 Grenoble
38200 Vienne|39000 Lons-le-Saunier|39100 Dole|40000 Mont-de-Marsan|40100 Dax|41000 Blois|42000 Saint-Étienne
42300 Roanne|43000 Le Puy-en-Velay|44000 Nantes|44600 Saint-Nazaire|45000 Orléans|45200 Montargis|46000 Cahors
47000 Agen|47300 Villeneuve-sur-Lot|48000 Mende|49000 Angers|49300 Cholet|50100 Cherbourg|50000 Saint-Lô
51100 Reims|51000 Châlons-en-Champagne|52000 Chaumont|53000 Laval|54000 Nancy|54300 Lunéville|55100 Verdun
56100 Lorient|56000 Vannes|57000 Metz|57100 Thionville|58000 Nevers|59000 Lille|59140 Dunkerque|59300 Valenciennes
59500 Douai|59100 Roubaix|60000 Beauvais|60200 Compiègne|61000 Alençon|62000 Arras|62100 Calais|62300 Lens
63000 Clermont-Ferrand|63200 Riom|64000 Pau|64100 Bayonne|65000 Tarbes|66000 Perpignan|67000 Strasbourg
67500 Haguenau|68000 Colmar|68100 Mulhouse|69003 Lyon|69100 Villeurbanne|69200 Vénissieux|70000 Vesoul|71000 Mâcon
71100 Chalon-sur-Saône|72000 Le Mans|73000 Chambéry|73200 Albertville|74000 Annecy|74200 Thonon-les-Bains|75011 Paris
75018 Paris|75006 Paris|76000 Rouen|76600 Le Havre|76200 Dieppe|77100 Meaux|77000 Melun|78000 Versailles
78200 Mantes-la-Jolie|79000 Niort|80000 Amiens|80100 Abbeville|81000 Albi|81100 Castres|82000 Montauban|83000 Toulon
83600 Fréjus|84000 Avignon|84200 Carpentras|85000 La Roche-sur-Yon|85100 Les Sables-d'Olonne|86000 Poitiers
87000 Limoges|88000 Épinal|89000 Auxerre|89100 Sens|90000 Belfort|91000 Évry|91300 Massy|92100 Boulogne-Billancourt
92000 Nanterre|93200 Saint-Denis|93100 Montreuil|94000 Créteil|94400 Vitry-sur-Seine|95100 Argenteuil|95000 Cergy
20000 Ajaccio|20137 Porto-Vecchio|20200 Bastia|20250 Corte|97110 Pointe-à-Pitre|97200 Fort-de-France|97300 Cayenne
97400 Saint-Denis|97410 Saint-Pierre|97600 Mamoudzou
"""

CITIES: tuple[tuple[str, str], ...] = tuple(
    (entry[:5], entry[6:].strip()) for line in _CITY_TEXT.strip().splitlines() for entry in line.split("|") if entry
)
"""(postcode, city)."""

COUNTRIES: tuple[tuple[str, str], ...] = (
    ("109", "Allemagne"), ("122", "Pologne"), ("127", "Italie"), ("131", "Belgique"), ("134", "Espagne"),
    ("139", "Portugal"), ("205", "Liban"), ("208", "Turquie"), ("216", "Chine"), ("243", "Vietnam"), ("312", "Congo"),
    ("322", "Cameroun"), ("326", "Côte d'Ivoire"), ("333", "Madagascar"), ("335", "Mali"), ("341", "Sénégal"),
    ("350", "Maroc"), ("351", "Tunisie"), ("352", "Algérie"), ("401", "Canada"),
)  # fmt: skip
"""(country part of a NIR of somebody born abroad, country)."""

STREET_KINDS: tuple[str, ...] = (
    "rue", "rue", "rue", "rue", "avenue", "boulevard", "chemin", "impasse", "allée", "place", "route", "quai", "square",
    "cours", "passage", "sentier", "av.", "bd", "r.", "chem.", "imp.", "montée", "faubourg", "lotissement",
)  # fmt: skip
STREET_NAMES: tuple[str, ...] = tuple(
    """
de la République|Victor Hugo|des Lilas|du Général Leclerc|Jean Moulin|de la Gare|Pasteur|de l'Église|du Moulin
des Écoles|Émile Zola|de Verdun|des Acacias|Gambetta|de la Fontaine|Jules Ferry|du Stade|des Tilleuls|de la Mairie
Aristide Briand|du 8 Mai 1945|du 11 Novembre|de la Liberté|des Cerisiers|Claude Debussy|du Château|Saint-Jacques
des Vignes|de Bretagne|Marie Curie|Georges Clemenceau|de la Paix|du Pont Neuf|des Peupliers|Louis Aragon|Molière
de la Maternité|de l'Hôpital|du Tropique du Cancer|Gustave Roussy|des Alouettes|Jean-Baptiste Clément|du Lavoir
de l'Ancienne Léproserie|des Frères Lumière|Albert Camus|de la Source|du Docteur Roux|du Docteur Calmette|Voltaire
des Primevères|de la Croix Blanche|Anatole France|du Maréchal Foch|de la Poste|des Chênes|Paul Éluard|du Bois Joli
des Sœurs Hospitalières|Henri Barbusse|de la Tuilerie|Romain Rolland|des Hirondelles|Ambroise Paré|de Lattre de Tassigny
du Vieux Port|de l'Abbaye|Saint-Exupéry|des Marronniers|Camille Claudel|des Remparts|du Four à Chaux|Olympe de Gouges
""".strip()
    .replace("\n", "|")
    .split("|")
)
COMPLEMENTS: tuple[str, ...] = (
    "Bât A", "Bât. C apt 12", "Résidence Les Pins", "Apt 4", "3e étage", "Chez M. et Mme", "BP 12", "Lieu-dit Le Bourg",
    "Escalier B", "Rés. du Parc", "EHPAD Les Glycines", "Appartement 203", "Porte gauche", "Hameau de la Combe",
    "Foyer Sainte-Anne", "Lot. des Prés", "Entrée 2", "Villa Mon Repos",
)  # fmt: skip

MUTUELLES: tuple[str, ...] = (
    "MGEN", "Harmonie Mutuelle", "AG2R La Mondiale", "Malakoff Humanis", "MACIF", "MAAF Santé", "MATMUT", "Swiss Life",
    "AXA Santé", "Allianz", "Groupama", "Pro BTP", "April Santé", "Mutuelle Générale", "MNH", "MNT", "Intériale", "MGP",
    "Apicil", "Aésio Mutuelle", "Klésia", "La Mutuelle Verte", "Solimut Mutuelle", "Mutuelle Bleue", "Generali",
    "Unéo", "Mutuelle des Cheminots", "Mutex", "CCMO Mutuelle", "Eovi MCD Mutuelle", "Adréa Mutuelle", "MMA", "GMF",
    "Mutuelle de France Unie", "Radiance Mutuelle", "Just Mutuelle", "Viasanté Mutuelle", "Mutualia", "Alan",
    "Crédit Agricole Assurances", "Humanis Prévoyance", "Ociane Mutuelle",
)  # fmt: skip

LAB_WORDS: tuple[str, ...] = (
    "Laboratoire des Arcades", "Labo du Centre", "Laboratoire Saint-Roch", "SELAS Bio Littoral", "LBM des Deux Rives",
    "Laboratoire de la Vallée", "Biologie Médicale du Parc", "Laboratoire Pasteur-Gare", "LABM du Vieux Moulin",
    "Laboratoire Bio-Ouest", "Laboratoire Kermorvan", "LBM Sainte-Claire", "Laboratoire du Haut-Pays",
    "SELARL Analysis",
    "Laboratoire des Tanneurs", "Laboratoire Bellerive", "LBM Sud-Biologie", "Laboratoire du Marché", "Labo Grand-Rue",
    "Laboratoire Les Cèdres", "LBM Plaine et Monts", "Laboratoire Rive Gauche", "Laboratoire des Halles",
    "Bio Médicale Estuaire", "Laboratoire Croix-Rousse Bio", "LBM Aliénor", "Laboratoire de l'Octroi",
    "Labo Bio Causses",
)  # fmt: skip
SPECIALITIES: tuple[str, ...] = (
    "Médecine générale", "Cardiologie", "Pédiatrie", "Dermatologie", "Rhumatologie", "Gynécologie", "Pneumologie",
    "Endocrinologie", "Urologie", "Ophtalmologie", "Sage-femme", "ORL", "Gastro-entérologie", "Chirurgie",
)  # fmt: skip
STAFF: tuple[str, ...] = (
    "mdupin", "sleroy", "admin", "labo1", "ACCUEIL", "t.garnier", "nadege", "KLB", "secr2", "automate", "jpm",
    "biolog1",
    "CVL", "import", "rvidal", "prel03", "interface", "eg", "m.costa",
)  # fmt: skip
JOBS: tuple[str, ...] = (
    "retraité",
    "employée",
    "agriculteur",
    "étudiant",
    "enseignante",
    "cadre",
    "artisan",
    "sans profession",
    "infirmière",
)
MAIL_HOSTS: tuple[str, ...] = (
    "example.com",
    "example.net",
    "example.org",
    "mail.example.com",
    "poste.example.net",
    "libre.example.org",
)
