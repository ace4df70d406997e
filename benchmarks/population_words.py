"""Words of a synthetic laboratory: towns, streets, exams, remarks, and the headers that different software writes."""

from __future__ import annotations


def _parts(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split("|"))


CITIES = {
    "bretagne": [
        ("29000", "Quimper"), ("29200", "Brest"), ("35000", "Rennes"), ("56000", "Vannes"), ("56100", "Lorient"),
        ("22000", "Saint-Brieuc"), ("22300", "Lannion"), ("29600", "Morlaix"), ("35400", "Saint-Malo"),
        ("56300", "Pontivy"),
        ("29900", "Concarneau"), ("35300", "Fougères"), ("22100", "Dinan"), ("56400", "Auray"),
    ],
    "nord": [
        ("59000", "Lille"), ("59100", "Roubaix"), ("59200", "Tourcoing"), ("59500", "Douai"), ("62000", "Arras"),
        ("62100", "Calais"), ("59140", "Dunkerque"), ("62300", "Lens"), ("59300", "Valenciennes"), ("62400", "Béthune"),
        ("59190", "Hazebrouck"), ("80000", "Amiens"), ("62500", "Saint-Omer"),
    ],
    "centre": [
        ("45000", "Orléans"), ("18000", "Bourges"), ("36000", "Châteauroux"), ("37000", "Tours"), ("41000", "Blois"),
        ("28000", "Chartres"), ("45200", "Montargis"), ("28100", "Dreux"), ("18100", "Vierzon"), ("45500", "Gien"),
        ("41100", "Vendôme"), ("37400", "Amboise"), ("45190", "Beaugency"),
    ],
    "sud": [
        ("13001", "Marseille"), ("13005", "Marseille"), ("13100", "Aix-en-Provence"), ("83000", "Toulon"),
        ("06000", "Nice"),
        ("84000", "Avignon"), ("30000", "Nîmes"), ("34000", "Montpellier"), ("13200", "Arles"), ("83400", "Hyères"),
        ("06400", "Cannes"), ("20000", "Ajaccio"), ("20200", "Bastia"), ("13500", "Martigues"),
    ],
    "paris": [
        ("75011", "Paris"), ("75018", "Paris"), ("75020", "Paris"), ("93200", "Saint-Denis"), ("93100", "Montreuil"),
        ("94000", "Créteil"), ("92000", "Nanterre"), ("92100", "Boulogne-Billancourt"), ("95000", "Cergy"),
        ("91000", "Évry"), ("78000", "Versailles"), ("77000", "Melun"), ("94200", "Ivry-sur-Seine"),
        ("93300", "Aubervilliers"),
    ],
    "est": [
        ("67000", "Strasbourg"), ("68100", "Mulhouse"), ("57000", "Metz"), ("54000", "Nancy"), ("68000", "Colmar"),
        ("88000", "Épinal"), ("67500", "Haguenau"), ("57100", "Thionville"), ("67600", "Sélestat"),
        ("25000", "Besançon"),
        ("21000", "Dijon"), ("90000", "Belfort"),
    ],
}  # fmt: skip

STREETS = _parts(
    """
rue de la Gare| rue des Lilas| avenue Jean Jaurès| rue Victor Hugo| place de l'Église| rue Pasteur| impasse
des Acacias| boulevard Gambetta| chemin du Moulin| rue du Général de Gaulle| allée des Tilleuls| rue des
Écoles| route de Paris| rue Carnot| résidence Les Pins| rue Émile Zola| lieu-dit La Croix| rue du 8 Mai 1945|
cours de la République| rue des Rosiers| rue Haute| avenue de Verdun| square Mozart| rue du Stade| rue Saint-
Michel| quai de la Marne| rue de l'Abbé Grégoire
"""
)

MAIL_HOSTS = (
    "gmail.com",
    "orange.fr",
    "wanadoo.fr",
    "free.fr",
    "hotmail.fr",
    "sfr.fr",
    "laposte.net",
    "yahoo.fr",
    "live.fr",
)

EXAMS = [
    ("NFS", "Numération formule sanguine", "4,5"),
    ("GLY", "Glycémie à jeun", "0,98"),
    ("TSH", "TSH ultrasensible", "2,1"),
    ("HIV", "Sérologie VIH 1+2", "Négatif"),
    ("CHOL", "Cholestérol total", "2,05"),
    ("CREA", "Créatinine", "78"),
    ("HBA1C", "Hémoglobine glyquée", "6,2"),
    ("HCG", "Beta HCG plasmatique", "1250"),
    ("ECBU", "ECBU", "Stérile"),
    ("INR", "INR", "2,4"),
    ("CRP", "CRP", "12"),
    ("FER", "Ferritine", "85"),
    ("VITD", "Vitamine D", "24"),
    ("PSA", "PSA total", "1,8"),
    ("HBS", "Antigène HBs", "Négatif"),
    ("RAI", "RAI", "Négatif"),
    ("GRP", "Groupe sanguin ABO", "A+"),
    ("TOXO", "Sérologie toxoplasmose", "Immunisée"),
    ("IONO", "Ionogramme sanguin", "140"),
    ("ASAT", "ASAT", "22"),
    ("COVID", "RT-PCR SARS-CoV-2", "Non détecté"),
    ("CHLAM", "PCR Chlamydia", "Détecté"),
    ("FROT", "Frottis", "Normal"),
    ("LITH", "Lithium", "0,7"),
    ("TP", "Taux de prothrombine", "92"),
    ("HEMOC", "Hémoculture", "Stérile"),
]

REMARKS = (
    "à jeun",
    "prélèvement à domicile",
    "patient sous AVK",
    "grossesse en cours",
    "résultat à faxer",
    "urgent",
    "difficile à piquer",
    "carte Vitale non présentée",
    "a rappeler; absent le matin",
    "tiers payant, mutuelle à jour",
    "diabète type 2",
    "traitement en cours",
    "2e détermination",
    "envoyer à la famille",
    "contrôle dans 3 mois",
    "RAS",
)

CONTROLS = (
    "CQ NIVEAU 1",
    "CQ NIVEAU 2",
    "CONTROLE BIORAD",
    "CONTROLE INTERNE",
    "CALIBRATEUR LOT 4471",
    "TEMOIN NEGATIF",
    "EEQ 2021-03",
    "BLANC REACTIF",
)

NOBODIES = (
    ("TEST", "TEST"),
    ("PATIENT", "INCONNU"),
    ("ANONYME", "X"),
    ("XXX", "XXX"),
    ("ESSAI", "INFORMATIQUE"),
    ("TEST", "PATIENT"),
    ("ANONYME", ""),
    ("INCONNU", "INCONNU"),
    ("ZZTEST", "FORMATION"),
    ("NE PAS UTILISER", "DOUBLON"),
    ("SOUS X", "ANONYME"),
)

DUMMY_NIRS = ("1000000000000", "2999999999999", "1111111111111", "1990199999999", "2222222222222", "9999999999999")

HEADERS = {
    "last": ("NOM", "Nom", "nom_patient", "PAT_NOM", "NomUsuel", "Nom d'usage", "NOMU", "LASTNAME"),
    "maiden": (
        "NOM_JF",
        "Nom de jeune fille",
        "nom_naissance",
        "PAT_NOM_NAISS",
        "NomNaissance",
        "Nom de naissance",
        "NOMJF",
        "MAIDENNAME",
    ),
    "full": ("NOM_PRENOM", "Nom Prénom", "patient", "PAT_IDENTITE", "Patient", "Nom et prénom", "NOMPRE", "FULLNAME"),
    "first": ("PRENOM", "Prénom", "prenom_patient", "PAT_PRENOM", "Prenom", "Prénom", "PREN", "FIRSTNAME"),
    "birth": (
        "DATE_NAISSANCE",
        "Né(e) le",
        "date_naissance",
        "PAT_DDN",
        "DateNaissance",
        "Date de naissance",
        "DDN",
        "BIRTHDATE",
    ),
    "sex": ("SEXE", "Sexe", "sexe", "PAT_SEXE", "Sexe", "Civilité/Sexe", "SX", "SEX"),
    "nir": ("NUM_SECU", "N° Sécu", "numero_ss", "PAT_NSS", "NumSecu", "N° de sécurité sociale", "NSS", "SSN"),
    "key": ("CLE_SECU", "Clé", "cle_ss", "PAT_CLE", "CleSecu", "Clé", "CLE", "SSNKEY"),
    "ins": ("INS", "INS", "matricule_ins", "PAT_INS", "MatriculeINS", "INS NIR", "INSNIR", "INS"),
    "address": ("ADRESSE", "Adresse", "adresse", "PAT_ADR1", "Adresse1", "Adresse", "ADR", "ADDRESS"),
    "postcode": ("CODE_POSTAL", "CP", "code_postal", "PAT_CP", "CodePostal", "Code postal", "CPOST", "ZIP"),
    "city": ("VILLE", "Ville", "commune", "PAT_VILLE", "Ville", "Ville", "VIL", "CITY"),
    "phone": ("TELEPHONE", "Tél.", "telephone", "PAT_TEL", "TelPortable", "Téléphone", "TEL", "PHONE"),
    "mail": ("EMAIL", "E-mail", "email", "PAT_MAIL", "Email", "Adresse mail", "MEL", "EMAIL"),
    "number": (
        "NUM_PATIENT",
        "N° patient",
        "id_patient",
        "PAT_ID",
        "NumPatient",
        "Numéro de dossier patient",
        "IPP",
        "PATIENTID",
    ),
    "visit": (
        "NUM_DEMANDE",
        "N° dossier",
        "id_demande",
        "DEM_ID",
        "NumDemande",
        "Numéro de demande",
        "NDOS",
        "REQUESTID",
    ),
    "day": (
        "DATE_PRELEVEMENT",
        "Prélevé le",
        "date_examen",
        "DEM_DATE",
        "DatePrelevement",
        "Date de l'examen",
        "DPREL",
        "SAMPLEDATE",
    ),
    "code": ("CODE_EXAMEN", "Code", "code_analyse", "EXA_CODE", "CodeAnalyse", "Code analyse", "CEXA", "TESTCODE"),
    "exam": ("LIBELLE_EXAMEN", "Analyse", "libelle_analyse", "EXA_LIB", "LibelleAnalyse", "Examen", "LEXA", "TESTNAME"),
    "result": ("RESULTAT", "Résultat", "resultat", "EXA_RES", "Resultat", "Résultat", "RES", "RESULT"),
    "doctor": (
        "PRESCRIPTEUR",
        "Médecin",
        "prescripteur",
        "PRE_NOM",
        "Prescripteur",
        "Médecin prescripteur",
        "MEDP",
        "DOCTOR",
    ),
    "remark": ("COMMENTAIRE", "Remarque", "commentaire", "DEM_COM", "Commentaire", "Observations", "COMM", "COMMENTS"),
    "site": ("SITE", "Labo", "site", "LAB_SITE", "SitePrelevement", "Laboratoire", "LABO", "SITE"),
    "clerk": ("SAISI_PAR", "Saisie", "operateur", "DEM_USER", "Operateur", "Saisi par", "OPER", "OPERATOR"),
}
"""By kind of column, one spelling per house of software."""
