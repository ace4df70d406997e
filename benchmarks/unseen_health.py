"""What the unseen layouts say about health: comments with their claims, acts, results, diagnoses and drugs.

A claim is (theme, status) about the row's patient, or status `other_person` for what is said of a relative.
A phrase may begin with `F:` (women of 15 to 48 only), `W:` (women), `M:` (men) or `A:` (adults).
"""

from __future__ import annotations

Claim = tuple[str, str]

_TABLE = """
[hiv affirmed]
HIV+ connu|patient séropositif VIH depuis 2009|VIH positif, CV indétectable|suivi VIH au CHU
sérologie VIH positive confirmée par WB|infection VIH stade B|PVVIH, bilan semestriel|HIV pos. connu du labo
VIH + annoncé par le médecin le jour même|Contrôle VIH1 positif confirmé
[hiv affirmed+treatment affirmed]
sous ARV depuis 3 ans, VIH connu|VIH traité par Biktarvy|TTT Triumeq|trithérapie en cours (VIH)
sous Genvoya, contrôle CV|patient sous Dovato
[hiv tested]
demande sérologie VIH|dépistage VIH à la demande du patient|ajout VIH sur tube restant|sérologie VIH demandée par tel.
HIV à rajouter svp|bilan prénuptial avec VIH demandé|AES, sérologie VIH à J0
[hiv negated]
VIH négatif|sérologie HIV nég.|pas de VIH|VIH 1+2 : négatif, rendu au patient|non porteur du VIH
[hiv other_person]
conjoint séropositif VIH|A:mari VIH+|mère VIH+ connue|partenaire HIV positif
[cancer affirmed]
W:cancer du sein opéré en 2016|W:K sein G, suivi|ATCD K colon|M:K prostate, suivi PSA|A:lymphome en rémission
leucémie, bilan hebdo|A:adénocarcinome pulmonaire connu|mélanome opéré l'an dernier|A:métastases hépatiques
tumeur maligne du rein|A:myélome, surveillance
[cancer affirmed+treatment affirmed]
A:chimio J8, NFS à faxer avant 14h|chimiothérapie en cours|cure de chimio n° 3 ce jour|W:K sein sous tamoxifène
A:sous Glivec pour LMC|A:cancer traité par Xeloda
[cancer negated]
pas de cancer connu|A:biopsie : absence de cellules cancéreuses|pas d'antécédent de cancer
[cancer tested]
A:suspicion de cancer, bilan demandé|recherche de cancer colorectal|A:bilan ? néo, demandé en urgence
[cancer other_person]
mère décédée d'un cancer du sein|père K prostate|A:soeur suivie pour un cancer de l'ovaire
ATCD familial : cancer du côlon chez le père
[pregnancy affirmed]
F:enceinte 12 SA|F:grossesse 28 SA, G2P1|F:femme enceinte, 2e écho faite|F:gross. en cours
F:bHCG positif, grossesse débutante|F:enceinte de 5 mois|F:2e trimestre de grossesse|F:grossesse gémellaire 20SA
F:patiente enceinte, terme prévu en juin
[pregnancy tested]
F:test de grossesse demandé|F:bHCG à ajouter, retard de règles|F:grossesse ? bHCG demandés
[pregnancy negated]
F:pas de grossesse en cours|F:non enceinte|F:test de grossesse négatif|F:bHCG nég, pas enceinte
[pregnancy other_person]
M:épouse enceinte|A:fille enceinte de 3 mois|M:femme enceinte de 3 mois, couple suivi
[genetic affirmed]
trisomie 21|drépanocytose SS|porteur mutation facteur V Leiden hétérozygote|mucoviscidose suivie|W:mutation BRCA1
hémochromatose C282Y homozygote|maladie de Huntington|thalassémie mineure|hémophilie A connue
[genetic tested]
recherche mutation facteur V demandée|A:consentement génétique signé, recherche BRCA
recherche de drépanocytose demandée|A:test génétique hémochromatose demandé
[genetic negated]
absence de mutation du facteur V|A:mutation BRCA non retrouvée|pas de drépanocytose
[genetic other_person]
frère trisomique 21|fils atteint de mucoviscidose|père hémophile|mère porteuse d'une mutation BRCA1
[treatment affirmed]
sous AVK|sous Previscan, INR cible 2-3|TTT Kardegic 75|sous Eliquis 5 mg x2|antibio depuis 48h (Augmentin)
sous corticoïdes 20 mg/j|TT : Coumadine|sous Xarelto|traitement par Cordarone en cours
[treatment negated]
pas de traitement|aucun traitement en cours|pas d'anticoagulant|sans traitement ce jour
[treatment other_person]
mari sous Previscan
[sti_hepatitis affirmed]
hépatite C chronique|Ag HBs positif connu|syphilis ancienne|VHC + ancien|A:chlamydia positif
hépatite B chronique, suivi|A:gonocoque positif
[sti_hepatitis tested]
ajout sérologie hépatite B|A:bilan IST demandé|TPHA VDRL demandés|VHC à rajouter|dépistage VHB VHC
[sti_hepatitis negated]
VHC négatif|Ag HBs négatif|TPHA VDRL nég|pas d'hépatite
[sti_hepatitis other_person]
A:conjoint porteur hépatite B|mère Ag HBs +
[mental_health affirmed]
A:dépression sévère|schizophrénie suivie au CMP|trouble bipolaire|A:patient psychotique, agité au prélèvement
anorexie mentale|A:syndrome dépressif
[mental_health affirmed+treatment affirmed]
A:trouble bipolaire sous lithium|A:schizophrénie sous Risperdal|A:sous Zyprexa (schizophrénie)
[mental_health negated]
pas de dépression
[mental_health other_person]
mère schizophrène, venue accompagnée
[addiction affirmed]
A:éthylisme chronique|A:OH chronique, gamma GT|A:toxicomane IV|A:alcoolisme, sevrage prévu|A:dépendance aux opiacés
A:addiction cocaïne
[addiction affirmed+treatment affirmed]
A:sous Subutex|A:TSO méthadone 40 mg|A:substitution par Méthadone
[addiction negated]
A:pas d'alcool ni drogue|A:pas de toxicomanie
[addiction other_person]
A:mari alcoolique|père alcoolique
[other_condition affirmed]
diabète type 2|diabétique connu|A:insuffisance rénale chronique, dialysé|asthme|épilepsie|A:cirrhose|A:HTA
polyarthrite rhumatoïde|hypothyroïdie|sclérose en plaques|maladie de Crohn|A:insuffisant cardiaque
[other_condition affirmed+treatment affirmed]
diabète type 1 sous insuline|diabétique sous insuline Lantus
[other_condition negated]
pas de diabète|non diabétique
[other_condition other_person]
père diabétique|frère épileptique
"""


def _parse(table: str) -> tuple[tuple[str, str, tuple[Claim, ...]], ...]:
    """Turn the table above into (who, text, claims)."""
    rows: list[tuple[str, str, tuple[Claim, ...]]] = []
    claims: tuple[Claim, ...] = ()
    for line in table.strip().splitlines():
        if line.startswith("["):
            parts = [part.split() for part in line.strip("[]").split("+")]
            claims = tuple((theme, status) for theme, status in parts)
            continue
        for text in line.split("|"):
            who = text[0] if text[1:2] == ":" else "*"
            rows.append((who, text[2:] if who != "*" else text, claims))
    return tuple(rows)


PHRASES: tuple[tuple[str, str, tuple[Claim, ...]], ...] = _parse(_TABLE)
"""(who it can be said of, text, claims)."""

_NOTES = """
à jeun|non à jeun|n'était pas à jeun ce matin|carte vitale non présentée|CV à mettre à jour|tiers payant refusé
faxer les résultats au médecin|résultats à envoyer au cabinet|doit 12,50 EUR|règlement CB|réglé en espèces
prélèvement difficile|veines fragiles, prendre 23G|bras gauche uniquement|malaise au prélèvement
prélevé à domicile par IDE|prélèvement externe|tube hémolysé, à reprélever|tube insuffisant|ordonnance à renouveler
ordonnance illisible|rappeler le patient|rdv annulé|viendra chercher ses résultats samedi|résultats au guichet
ne pas envoyer par la poste|courrier revenu NPAI|adresse à vérifier|doublon à fusionner|identité vérifiée le 03/02
nom mal orthographié sur l'ordonnance|pièce d'identité vue|mineur accompagné|patient pressé|parle peu français
sonner fort|code porte 4521B|2e étage sans ascenseur|sonner chez le voisin|clé chez gardien
heure de prélèvement non précisée|prélevé à 7h45|bocal urines remis|attente mutuelle|mutuelle refusée|facture envoyée
transmis à la facturation|dossier repris de l'ancien logiciel|appel du cabinet le 12/04|médecin prévenu à 16h20
copie au patient|voir ordonnance scannée|urgent|URGENT avant midi|résultat urgent tel.|pas de résultats par internet
accès serveur donné|mot de passe oublié, réinitialisé|VU PAR BIOLOGISTE|RAS|ras|ok|OK vu|à revoir|voir avec Sylvie
erreur de saisie corrigée|conservation sérothèque|envoi sous-traitance|reçu hors délai|préleveuse : Nadine
code tarif à vérifier|patient de passage
"""

NEUTRAL: tuple[str, ...] = tuple(_NOTES.strip().replace("\n", "|").split("|"))
"""Notes that say nothing about health."""

ACT_LABELS: tuple[tuple[str, str, str | None], ...] = (
    ("1104", "Hémogramme (NFS + plaquettes)", None), ("0552", "Glycémie à jeun", None), ("0592", "Créatinine", None),
    ("1610", "Ionogramme complet", None), ("0126", "Taux de prothrombine / INR", None),
    ("0996", "Bilan lipidique", None),
    ("1804", "Protéine C réactive", None), ("5201", "ECBU", None), ("1139", "Vitamine D (25-OH)", None),
    ("0522", "Transaminases ASAT ALAT", None), ("0519", "Gamma GT", None), ("1208", "TSH", None),
    ("0888", "Ferritine", None), ("1127", "Vitesse de sédimentation", None), ("0593", "Urée sanguine", None),
    ("0388", "Sérologie VIH 1+2", "hiv"),
)  # fmt: skip
"""(NABM code, label, theme when the act tests for one)."""
SEROLOGY_LABELS: tuple[tuple[str, str], ...] = (
    ("Antigène HBs", "sti_hepatitis"), ("Sérologie hépatite C (Ac anti-VHC)", "sti_hepatitis"),
    ("Sérologie syphilis TPHA VDRL", "sti_hepatitis"), ("Dépistage VIH (Ag p24 + Ac)", "hiv"),
)  # fmt: skip
"""Labels used only where acts are written as labels."""
RADIOLOGY_LABELS: tuple[str, ...] = (
    "Radiographie thorax face", "Radio du genou droit 2 inc.", "Scanner cérébral sans injection", "IRM rachis lombaire",
    "Échographie abdominale", "Scanner abdomino-pelvien", "IRM genou gauche", "Radio bassin face",
    "Écho-doppler veineux MI",
    "Panoramique dentaire", "Radiographie main gauche", "Échographie thyroïdienne", "TDM sinus", "IRM épaule droite",
    "Ostéodensitométrie", "Radio ASP", "Arthroscanner épaule", "Échographie rénale et vésicale",
)  # fmt: skip
NEGATIVE: tuple[str, ...] = ("Négatif", "NEGATIF", "Négative", "NEG", "négatif")
POSITIVE: tuple[str, ...] = ("Positif", "POSITIF", "POS", "positif")

DIAGNOSES: tuple[tuple[str, Claim | None], ...] = (
    ("I10", ("other_condition", "affirmed")), ("E11.9", ("other_condition", "affirmed")),
    ("J45.9", ("other_condition", "affirmed")), ("N18.3", ("other_condition", "affirmed")),
    ("K50.0", ("other_condition", "affirmed")), ("G40.9", ("other_condition", "affirmed")),
    ("B24", ("hiv", "affirmed")), ("Z21", ("hiv", "affirmed")), ("Z11.4", ("hiv", "tested")),
    ("C50.9", ("cancer", "affirmed")), ("C18.7", ("cancer", "affirmed")), ("C34.1", ("cancer", "affirmed")),
    ("F32.1", ("mental_health", "affirmed")), ("F20.0", ("mental_health", "affirmed")),
    ("F10.2", ("addiction", "affirmed")), ("Q90.9", ("genetic", "affirmed")), ("E84.0", ("genetic", "affirmed")),
    ("D57.1", ("genetic", "affirmed")), ("B18.1", ("sti_hepatitis", "affirmed")), ("Z80.3", ("cancer", "other_person")),
    ("Z00.0", None), ("Z01.7", None), ("Z02.6", None), ("Z00.0", None), ("Z01.7", None), ("Z00.0", None),
)  # fmt: skip
"""(CIM-10 code, claim)."""
COMMON_DIAGNOSES: tuple[tuple[str, Claim | None], ...] = (*DIAGNOSES[:6], *DIAGNOSES[-6:], *DIAGNOSES[-6:])
"""What most people with a code have."""

DRUGS: tuple[tuple[str, str, str | None], ...] = (
    ("DOLIPRANE 1 g cpr", "N02BE01", None), ("AMOXICILLINE 500 mg gél", "J01CA04", None),
    ("KARDEGIC 75 mg", "B01AC06", None), ("INEXIUM 20 mg", "A02BC05", None), ("SPASFON 80 mg", "A03AX12", None),
    ("EFFERALGAN 500 mg", "N02BE01", None), ("AUGMENTIN 1 g", "J01CR02", None), ("UVEDOSE 100000 UI", "A11CC05", None),
    ("DOLIPRANE 500 mg", "N02BE01", None), ("BIKTARVY 50/200/25", "J05AR20", "hiv"), ("TRIUMEQ cpr", "J05AR13", "hiv"),
    ("GLIVEC 400 mg", "L01EA01", "cancer"), ("HERCEPTIN 150 mg", "L01FD01", "cancer"),
    ("RISPERDAL 2 mg", "N05AX08", "mental_health"), ("ZYPREXA 10 mg", "N05AH03", "mental_health"),
    ("SUBUTEX 8 mg", "N07BC01", "addiction"), ("HARVONI 90/400", "J05AP51", "sti_hepatitis"),
    ("LANTUS SOLOSTAR", "A10AE04", "other_condition"),
)  # fmt: skip
"""(drug, ATC code, theme that it reveals)."""
