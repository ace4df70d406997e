"""What French notes say about health: one table of texts and the (theme, status) pairs that each must give.

A line reads `text => theme:status theme:status`; nothing after the arrow means that the text says nothing of health.
The status is that of `strongest`: one per theme. a = affirmed, t = tested, n = negated, o = other person.
"""

from __future__ import annotations

import polars as pl
import pytest

from leakscan.health import find_mentions, strongest

STATUS = {"a": "affirmed", "t": "tested", "n": "negated", "o": "other_person"}

HIV = """
VIH + sous Biktarvy => hiv:a treatment:a
Patient VIH+ => hiv:a
VIH positif connu depuis 1998 => hiv:a
vih pos => hiv:a
HIV 1 confirmé => hiv:a
AcVHC=POS (CV indétectable) => sti_hepatitis:a
sérologieVHC positive, CV indétectable =>
VIH=POS (CV indétectable) => hiv:a
séropositif => hiv:a
SEROPOSITIVE DEPUIS 2003 => hiv:a
S\u00c9ROPOSITIF => hiv:a
sida stade C => hiv:a
Stade SIDA => hiv:a
patient porteur du virus de l'immunodéficience humaine => hiv:a
PVVIH suivi au CHU => hiv:a
Infection par le VIH traitée => hiv:a
CV indétectable => hiv:a
CV < 20 copies => hiv:a
Charge virale indétectable => hiv:a
charge virale VIH : 45 000 cp/ml => hiv:a
CD4 = 350 => hiv:a
trithérapie bien tolérée => hiv:a treatment:a
sous ARV => hiv:a treatment:a
traitement antirétroviral => hiv:a treatment:a
Genvoya 1cp/j => hiv:a treatment:a
TRIUMEQ => hiv:a treatment:a
VIH neg => hiv:n
VIH - => hiv:n
VIH- => hiv:n
VIH (-) => hiv:n
HIV négatif => hiv:n
vih: non => hiv:n
VIH = 0 => hiv:n
sérologie VIH négative => hiv:n
Sérologie HIV 1 et 2 : NEGATIVE => hiv:n
Absence d'anticorps anti-VIH => hiv:n
pas de VIH => hiv:n
VIH non détecté => hiv:n
pas de séropositivité VIH => hiv:n
test VIH non réactif => hiv:n
sérologie VIH => hiv:t
SERO VIH => hiv:t
dépistage VIH => hiv:t
rech. VIH => hiv:t
recherche VIH svp => hiv:t
VIH ? => hiv:t
VIH à faire => hiv:t
demande sérologie HIV => hiv:t
Bilan : NFS, CRP, VIH => hiv:t
contrôle VIH à 3 mois => hiv:t
TROD VIH => hiv:t
AES du 12/03 => hiv:t
sous PrEP => hiv:t treatment:a
suspicion de primo-infection VIH => hiv:t
statut VIH inconnu => hiv:t
conjoint VIH+ => hiv:o
partenaire séropositif => hiv:o
mère VIH+ => hiv:o
né de mère séropositive => hiv:o
AES, patient source VIH + => hiv:t
suivi VIH => hiv:a
séronégatif => hiv:n
séronégative pour le VIH => hiv:n
hiver 2019 =>
archives du service =>
vihiers 49310 =>
CV envoyé par mail =>
joindre son CV et sa lettre de motivation =>
Sidaction 2019 : don de 20 euros =>
sidaner jean =>
charge virale VHC positive => sti_hepatitis:a
V.I.H. positif => hiv:a
VIH1 + => hiv:a
sérologie VIH positive => hiv:a
Western blot VIH positif => hiv:a
ELISA VIH pos, WB en cours => hiv:a
VIH ++ => hiv:a
vih (+) => hiv:a
découverte séropositivité => hiv:a
Ag p24 négatif => hiv:n
"""

STI = """
Ag HBs + => sti_hepatitis:a
Ag HBs négatif => sti_hepatitis:n
AgHBs - => sti_hepatitis:n
hépatite C chronique => sti_hepatitis:a
Hépatite B guérie => sti_hepatitis:a
VHC neg => sti_hepatitis:n
VHC + => sti_hepatitis:a
VIH neg, VHC pos => hiv:n sti_hepatitis:a
VIH-, VHC+ => hiv:n sti_hepatitis:a
VIH+ VHC- => hiv:a sti_hepatitis:n
VIH, VHB, VHC négatifs => hiv:n sti_hepatitis:n
VIH/VHC/VHB neg => hiv:n sti_hepatitis:n
sérologies VIH VHB VHC => hiv:t sti_hepatitis:t
pas de VIH, VHB, VHC => hiv:n sti_hepatitis:n
ni VIH ni VHC => hiv:n sti_hepatitis:n
TPHA VDRL => sti_hepatitis:t
TPHA + VDRL + => sti_hepatitis:a
TPHA négatif => sti_hepatitis:n
syphilis => sti_hepatitis:a
syphilis traitée en 2010 => sti_hepatitis:a
dépistage syphilis => sti_hepatitis:t
PCR chlamydia positive => sti_hepatitis:a
PCR Chlamydia trachomatis : négatif => sti_hepatitis:n
recherche gonocoque => sti_hepatitis:t
chlamydiae + => sti_hepatitis:a
bilan IST => sti_hepatitis:t
dépistage MST => sti_hepatitis:t
HPV 16 positif => sti_hepatitis:a
herpès génital => sti_hepatitis:a
condylomes => sti_hepatitis:a
vaccin hépatite B =>
vacciné contre l'hépatite B =>
Harvoni 12 semaines => sti_hepatitis:a treatment:a
urétrite à gonocoque => sti_hepatitis:a
Neisseria gonorrhoeae non retrouvé => sti_hepatitis:n
VIH - VHB - VHC - => hiv:n sti_hepatitis:n
VIH - VHC + => hiv:n sti_hepatitis:a
VHC - VIH + => hiv:a sti_hepatitis:n
VIH +, VHC - => hiv:a sti_hepatitis:n
HIV - / HCV + depuis 2010 => hiv:n sti_hepatitis:a
VIH : - VHC : + => hiv:n sti_hepatitis:a
VHC + anti VIH - => hiv:n sti_hepatitis:a
co-infection VIH - VHC => hiv:a sti_hepatitis:a
VIH/VHC + => hiv:a sti_hepatitis:a
VIH-VHC + => hiv:a sti_hepatitis:a
VIH - VHC => hiv:t sti_hepatitis:t
père hépatite B => sti_hepatitis:o
"""

CANCER = """
K sein opéré => cancer:a
K du sein gauche => cancer:a
K prostate => cancer:a
ATCD K colon => cancer:a
KC ovaire => cancer:a
K. poumon => cancer:a
ADK colique => cancer:a
néo pulmonaire => cancer:a
NEO SEIN DROIT => cancer:a
néoplasie mammaire => cancer:a
cancer => cancer:a
CANCER DU SEIN => cancer:a
cancer du sein triple négatif => cancer:a
antécédent de cancer du col => cancer:a
tumeur maligne du rein => cancer:a
carcinome épidermoïde => cancer:a
adénocarcinome prostatique Gleason 7 => cancer:a
lymphome de Hodgkin => cancer:a
maladie de Hodgkin en rémission => cancer:a
LLC stade A => cancer:a
LMC sous Glivec => cancer:a treatment:a
LAM => cancer:a
myélome multiple => cancer:a
mélanome malin => cancer:a
métastases hépatiques => cancer:a
leucémie aiguë => cancer:a
chimio en cours => cancer:a treatment:a
sous chimiothérapie => cancer:a treatment:a
radiothérapie en 2015 => cancer:a treatment:a
hormonothérapie par Tamoxifène => cancer:a treatment:a
Keytruda toutes les 3 semaines => cancer:a treatment:a
PSA => cancer:t
PSA 4,5 => cancer:t
CA 15-3 => cancer:t
ACE et CA19-9 => cancer:t
dépistage cancer colorectal => cancer:t
suspicion K sein => cancer:t
K poumon ? => cancer:t
cancer du sein éliminé => cancer:n
pas de cancer => cancer:n
absence de cellules malignes => cancer:n
pas d'antécédent de cancer => cancer:n
pas de néoplasie connue => cancer:n
père K prostate => cancer:o
mère : cancer du sein => cancer:o
ATCD familiaux : K colon => cancer:o
ATCD familial de cancer du sein => cancer:o
cancer du sein chez sa mère => cancer:o
K sein (tante maternelle) => cancer:o
soeur décédée d'un cancer de l'ovaire => cancer:o
sœur cancer du sein => cancer:o
K sein 2012, mère K sein => cancer:a
pas de récidive de son cancer => cancer:a
suivi cancer du sein => cancer:a
bilan d'extension cancer prostate => cancer:a
12 chemin du Cancer =>
rue du Cancer =>
tropique du Cancer =>
signe du cancer =>
né sous le signe astrologique Cancer =>
K 6,2 =>
K+ 4.5 mmol/l =>
K = 3,8 hémolysé =>
Mme Cancer =>
Monsieur CANCER Paul =>
Ligue contre le cancer =>
don à la ligue nationale contre le cancer =>
Institut national du cancer =>
congrès sur le cancer =>
10 k euros =>
tumeur bénigne => other_condition:a
LNH B diffus => cancer:a
CBP => cancer:a
CBNPC => cancer:a
mastectomie droite => cancer:a
myélodysplasie => cancer:a
SMD => cancer:a
polyglobulie de Vaquez => cancer:a
Herceptin => cancer:a treatment:a
cancérologie =>
RAS hormis K thyroïde => cancer:a
Hormis un K thyroïde, pas d'ATCD => cancer:a
"""

PREGNANCY = """
enceinte => pregnancy:a
ENCEINTE DE 3 MOIS => pregnancy:a
Femme enceinte 12 SA => pregnancy:a
G3P2 12 SA => pregnancy:a
G2 P1 => pregnancy:a
31 SA + 4 => pregnancy:a
12SA => pregnancy:a
grossesse en cours => pregnancy:a
grossesse gémellaire => pregnancy:a
DDR 12/03/2020 => pregnancy:a
terme prévu le 12/06 => pregnancy:a
DPA : 3 mars => pregnancy:a
semaines d'aménorrhée => pregnancy:a
accouchement le 12/05 => pregnancy:a
post-partum => pregnancy:a
bHCG => pregnancy:t
béta HCG => pregnancy:t
β-HCG positif => pregnancy:a
bhcg neg => pregnancy:n
HCG < 5 => pregnancy:n
bHCG 4500 => pregnancy:a
test de grossesse => pregnancy:t
test de grossesse positif => pregnancy:a
test de grossesse négatif => pregnancy:n
pas de grossesse en cours => pregnancy:n
non enceinte => pregnancy:n
pas enceinte => pregnancy:n
grossesse ? => pregnancy:t
suspicion de grossesse => pregnancy:t
DPNI => pregnancy:a genetic:t
dépistage T21 => pregnancy:a genetic:t
IVG médicamenteuse => pregnancy:a
IVG 2015 => pregnancy:a
IVG, BNP élevé, OAP => other_condition:a
IMG => pregnancy:a
FCS à 8 SA => pregnancy:a
fausse couche => pregnancy:a
GEU => pregnancy:a
primipare => pregnancy:a
multipare, césarienne en 2012 => pregnancy:a
diabète gestationnel => pregnancy:a other_condition:a
toxo IgG neg grossesse => pregnancy:a other_condition:n
FIV en cours => pregnancy:t
soeur enceinte => pregnancy:o
épouse enceinte => pregnancy:o
conjointe enceinte de 6 mois => pregnancy:o
dans l'enceinte du bâtiment =>
l'enceinte de l'hôpital est fermée =>
mur d'enceinte =>
enceinte thermostatée à 37 =>
Dupont SA =>
SA Laboratoires Martin =>
sa mère vient chercher les résultats =>
à court terme =>
en terme de délai =>
contrat à terme =>
grossesse extra-utérine => pregnancy:a
gestation pour autrui => pregnancy:a
recours à une mère porteuse => pregnancy:a
DPNI, patiente de 38 ans => pregnancy:a genetic:t
travail à temps plein =>
HTA gravidique => pregnancy:a other_condition:a
allaitement => pregnancy:a
"""

GENETIC = """
BRCA1 muté => genetic:a
mutation BRCA2 => genetic:a
mucoviscidose => genetic:a
drépanocytose SS => genetic:a
trait drépanocytaire => genetic:a
trisomie 21 => genetic:a
syndrome de Down => genetic:a
X fragile => genetic:a
Huntington => genetic:a
chorée de Huntington => genetic:a
caryotype => genetic:t
caryotype normal => genetic:n
hémochromatose => genetic:a
HFE C282Y homozygote => genetic:a
mutation facteur V Leiden hétérozygote => genetic:a
facteur V Leiden absent => genetic:n
recherche facteur V Leiden => genetic:t
thalassémie mineure => genetic:a
béta-thalassémie => genetic:a
myopathie de Duchenne => genetic:a
maladie génétique => genetic:a
consultation génétique => genetic:t
hémophilie A => genetic:a
frère hémophile => genetic:o
Pas de mutation BRCA => genetic:n
recherche mutation JAK2 => genetic:t cancer:t
mutation JAK2 V617F présente => genetic:a
syndrome de Turner => genetic:a
Klinefelter => genetic:a
neurofibromatose => genetic:a
porteur sain mucoviscidose => genetic:a
HLA B27 + => genetic:a
HLA B27 négatif => genetic:n
syndrome de Lynch => genetic:a
phénylcétonurie => genetic:a
maladie de Gaucher => genetic:a
mère BRCA1 => genetic:o
génie génétique =>
mutation professionnelle =>
demande de mutation à Lyon =>
Rue Huntington =>
déficit en G6PD => genetic:a
ATCD familiaux de mucoviscidose => genetic:o
HTZ facteur II => genetic:a
"""

MENTAL = """
dépression => mental_health:a
état dépressif => mental_health:a
bipolaire sous lithium => mental_health:a treatment:a
schizophrénie => mental_health:a
TS médicamenteuse => mental_health:a
tentative de suicide en 2014 => mental_health:a
TS en 2014 => mental_health:a
hospitalisé en psychiatrie => mental_health:a
suivi psy => mental_health:a
anorexie mentale => mental_health:a
pas de dépression => mental_health:n
père bipolaire => mental_health:o
Zyprexa => mental_health:a treatment:a
sous antidépresseurs => mental_health:a treatment:a
burn out => mental_health:a
autisme => mental_health:a
la TS du mois (tournée secteur) =>
maladie d'Alzheimer => other_condition:a
démence => mental_health:a
Seroplex 10 => mental_health:a treatment:a
dépression atmosphérique =>
"""

ADDICTION = """
OH chronique => addiction:a
alcoolisme => addiction:a
éthylisme chronique sevré => addiction:a
toxicomane => addiction:a
Méthadone 60 mg => addiction:a treatment:a
Subutex => addiction:a treatment:a
cannabis + => addiction:a
recherche de cannabis => addiction:t
cocaïne négatif => addiction:n
tabac 20 PA => addiction:a
tabagisme => addiction:a
non fumeur => addiction:n
ex-fumeur => addiction:a
pas d'alcool => addiction:n
héroïne IV => addiction:a
nie toute toxicomanie => addiction:n
mari alcoolique => addiction:o
alcool à 70° pour désinfection =>
alcoolémie => addiction:t
bureau de tabac =>
"""

OTHER = """
diabète type 2 => other_condition:a
DNID => other_condition:a
HTA => other_condition:a
HTA, diabète => other_condition:a
insuffisance rénale chronique => other_condition:a
sous AVK => treatment:a
non porteur du VIH => hiv:n
non porteuse de l'hépatite B => sti_hepatitis:n
non atteint de cancer => cancer:n
non infecté par le VIH => hiv:n
Kardegic 75 => treatment:a
sous Levothyrox 75 => treatment:a other_condition:a
insuline rapide => treatment:a other_condition:a
metformine 1000 => treatment:a other_condition:a
amoxicilline 1g x 3 => treatment:a
Ampicilline R =>
Ampicilline : R, Gentamicine : S =>
Hémoculture : ampicilline : R gentamicine : S =>
Ciprofloxacine résistant =>
Amoxicilline/ac. clavulanique I =>
Souche résistante à la méticilline =>
germe sensible à la vancomycine, mis sous vancomycine 1 g => treatment:a
amoxicilline 1 g, germe sensible => treatment:a
amoxicilline sensible au goût => treatment:a
sous amoxicilline depuis lundi => treatment:a
cancer résistant au tamoxifène => cancer:a treatment:a
allergie pénicilline => other_condition:a
pas de diabète => other_condition:n
pas d'HTA, ni diabète => other_condition:n
mère diabétique => other_condition:o
mère diabétique, patiente enceinte => other_condition:o pregnancy:a
asthme => other_condition:a
BPCO => other_condition:a
SEP => other_condition:a
sep 2019 =>
dialyse 3x/sem => other_condition:a
greffe rénale => other_condition:a
hypothyroïdie => other_condition:a
Crohn => other_condition:a
Covid + => other_condition:a
PCR COVID négative => other_condition:n
pas de traitement =>
RAS =>
à jeun depuis 12h =>
prélèvement difficile =>
patient désagréable, impayé =>
tube hémolysé, à refaire =>
résultats à faxer au Dr Martin =>
Mutuelle à jour, carte vitale non présentée =>
pas de doute : diabète => other_condition:a
AVC en 2011 => other_condition:a
violences conjugales => other_special:a
viol => other_special:a
détenu maison d'arrêt de Fresnes => other_special:a
AME => other_special:a
bénéficiaire AME => other_special:a
garde à vue => other_special:a
témoin de Jéhovah => other_special:a
HSH => other_special:a
transgenre => other_special:a
pas de violences => other_special:n
sans papiers => other_special:a
vol et viol de domicile =>
groupe A+ => blood_group:a
groupe sanguin O NEG => blood_group:a
Gpe AB Rh + => blood_group:a
groupe sanguin => blood_group:t
rhésus négatif => blood_group:a
groupe B+ RAI neg => blood_group:a
classe A+ =>
groupe A =>
Groupe Bertrand SA =>
note : A+ =>
"""

MIXED = """
Enceinte 12 SA, VIH négatif => pregnancy:a hiv:n
Cancer du sein, VIH négatif => cancer:a hiv:n
pas d'allergie, cancer du sein en 2012 => other_condition:n cancer:a
VIH+, enceinte de 20 SA, sous Isentress => hiv:a pregnancy:a treatment:a
Pas de VIH, enceinte => hiv:n pregnancy:a
sans emploi, VIH+ => hiv:a
Mère de 3 enfants, K sein => cancer:a
HTA ; père K prostate ; VIH neg => other_condition:a cancer:o hiv:n
Pas de diabète mais VIH + => other_condition:n hiv:a
HTA. Diabète. Père décédé d'un infarctus. => other_condition:a
grossesse non désirée, IVG programmée => pregnancy:a
DIABETE TYPE 1 SOUS INSULINE, PAS DE GROSSESSE => other_condition:a treatment:a pregnancy:n
patiente suivie pour un lymphome, sérologie VIH demandée => cancer:a hiv:t
VIH neg. Enceinte. => hiv:n pregnancy:a
rech. chlamydia. Enceinte => sti_hepatitis:t pregnancy:a
bilan pré-opératoire, groupe + RAI => blood_group:t
pas de métastase, cancer du rein opéré => cancer:a
VIH  neg /  VHC   pos => hiv:n sti_hepatitis:a
Sérologie VIH : en cours => hiv:t
Hépatite B : Ag HBs négatif, Ac anti-HBs positif => sti_hepatitis:n
Anticorps anti-VIH 1 et 2 : non détectés => hiv:n
Prévenir si VIH positif => hiv:t
La fille de la patiente est atteinte de mucoviscidose => genetic:o
Mère porteuse du trait drépanocytaire => genetic:o
Sérologies hépatites B et C, VIH, syphilis négatives => hiv:n sti_hepatitis:n
Patient décédé d'un cancer du pancréas => cancer:a
recherche de cellules malignes : absence => cancer:n
pas d'HTA, diabète, cancer => other_condition:n cancer:n
cancer de la prostate, PSA normal => cancer:a
Truvada en PrEP => hiv:t treatment:a
Pas enceinte, DDR 12/03 => pregnancy:n
IRC stade 4 => other_condition:a
Trisomie 21 : risque faible => pregnancy:a genetic:t
fax au Dr Enceinte =>
Impasse du Sida =>
Carte de groupe : O+ => blood_group:a
ATCD perso : K sein. ATCD familiaux : diabète => cancer:a other_condition:o
"""

NOTES_SIDE_BY_SIDE = """
sans rendez-vous - asthme => other_condition:a
pas de monnaie / diabète type 2 => other_condition:a
drépanocytose SS - paiement refusé => genetic:a
maladie de Crohn - ordonnance à vérifier => other_condition:a
VIH - négatif => hiv:n
VIH - VHB - VHC : négatif => hiv:n sti_hepatitis:n
VHB / VHC / VIH négatifs => hiv:n sti_hepatitis:n
recherche - VIH => hiv:t
mère - cancer du sein => cancer:o
épilepsie - non connue => other_condition:t
malade de passage. Maladie de Huntington => genetic:a
antibiotiques en cours hépatite C => sti_hepatitis:a treatment:a
12 passage de l'hépatite =>
3 cours du Sida =>
recherche de cancer du col : négatif => cancer:n
recherche d'un cancer du col => cancer:t
fonds de recherche contre le cancer =>
? leucémie, NFS à refaire => cancer:t
T21 à 14 SA, consentement signé => pregnancy:a genetic:t
mutation BRCA1 retrouvée, consentement au dossier => genetic:a
recherche BRCA, consentement à signer => genetic:t
Previscan arrêté en mars => treatment:a
AVK arrêtés le 12/03 => treatment:a
Triumeq arrêté => hiv:a treatment:a
sous Previscan, sport arrêté => treatment:a
asthme prélevé à domicile => other_condition:a
VIH prélevé ce jour => hiv:t
HTA - non à jeun => other_condition:a
HTA non présente => other_condition:n
HIV négatif, patient non à jeun => hiv:n
suivi VIH au CHU / RAS => hiv:a
suivi VIH au CHU - ordonnance à vérifier => hiv:a
VIH - RAS => hiv:n
VIH, VHB à faire => hiv:t sti_hepatitis:t
TSO méthadone 60 mg => addiction:a treatment:a
"""

CODES_IN_TEXT = """
CIM10 C50.9 => cancer:a
C50.9 => cancer:a
C18.7 sigmoïde opéré => cancer:a
DP : B24 => hiv:a
Z21 => hiv:a
(E11.9) => other_condition:a
CIM-10 : B20, C61 => hiv:a cancer:a
NABM 0388 => hiv:t
acte 4004 => pregnancy:a genetic:t
LOINC 7917-8 => hiv:t
LOINC 21198-7 HCG neg => pregnancy:n
CCAM JNMD001 => pregnancy:a
ATC J05AR20 => hiv:a treatment:a
T38.5 depuis hier =>
P72.5 =>
B12 et folates =>
acte du 12/03 =>
dossier 0388 =>
chambre C12 =>
facture 7917-8 =>
"""

MISSPELLED = """
mucovicidose => genetic:a
drepanocitoze => genetic:a
hemofilie A => genetic:a
siphilis ancienne => sti_hepatitis:a
mari syfilis => sti_hepatitis:o
pas dhépatite B => sti_hepatitis:n
caryotipe demandé => genetic:t
melanomme dos 2018 => cancer:a
bilan grosessse => pregnancy:a
serologie VHI négatve => hiv:n
canser du sein => cancer:a
cancre de la prostate opéré => cancer:a
le cancre de la classe =>
patient prostré, prostrate =>
pression artérielle prise =>
médicament générique =>
Mme Drepanos =>
"""

OTHER_WORDS = """
ce n'est pas VIH+ mais VHB+ => hiv:n sti_hepatitis:a
K prostate noté par erreur => cancer:n
étiquetée Marfan, diagnostic récusé => genetic:n
mère BRCA1, patiente non porteuse => genetic:n
pas de cancer, mais sa jumelle oui => cancer:n
drépanocytose SS, père aussi => genetic:a
Merci de vérifier l'absence de grossesse => pregnancy:t
Une grossesse n'est pas exclue. => pregnancy:t
Une maladie de Fabry a été évoquée. => genetic:t
Le dépistage de la syphilis s'avère non réactif. => sti_hepatitis:n
VIH pas encore rendu => hiv:t
HIV 1+2 URGENT => hiv:t
VIH PRENUPTIAL => hiv:t
VIH Ø => hiv:n
VIH index 0,12 => hiv:n
REFAIRE HCG DANS 48H => pregnancy:t
ttt pr K prostate => cancer:a
CFTR CONJOINT => genetic:o
AES, source VIH neg => hiv:t
traitement post-exposition par Biktarvy => hiv:t treatment:a
pas d'argument pour un K => cancer:n
K 3,9 hémolysé =>
néo éliminé au TDM => cancer:n
néo-natal : buvard =>
G0P0 => pregnancy:n
IIG IIP => pregnancy:a
SA 16 écho ok => pregnancy:a
Dupont SA 12 rue Pasteur =>
menace de FC => pregnancy:a
FC 72/min, TA 12/8 =>
poussée d'IVG, OMI => other_condition:a
pT2N0 marges saines => cancer:a
XELOX C3 => cancer:a treatment:a
C2J8 => cancer:a treatment:a
BIRADS 5 => cancer:t
panel sein-ovaire en cours => genetic:t
PKD1 muté => genetic:a
exposition au musée =>
TPE-PME, remise fournisseur =>
IST : institut technique =>
HFE = code agence 12 =>
CV à jour transmis aux RH =>
collecte de la Ligue contre le cacner =>
LBM des Trois Rivières =>
DPI ouvert, patiente attendue =>
il n'est pas porteur du VIH => hiv:n
VIH+ chez le conjoint => hiv:o
VIH : sérologie demandée => hiv:t
refuse VIH => hiv:t
ne souhaite pas le test VIH => hiv:t
enfant né de mère VIH+ => hiv:o
VIH+, père atteint d'un cancer => hiv:a cancer:o
mère BRCA1, patiente aussi => genetic:a
tension 12/9. Sa fille accompagne =>
échec FIV2 => pregnancy:a
"""

CARE = """
Doliprane si besoin => treatment:a
sous ttt => treatment:a
ttt habituel inchangé => treatment:a
traitement du dossier en cours =>
eau de traitement =>
dossier traité par Lucie =>
1 cp matin et soir => treatment:a
20 mg x 2 => treatment:a
protéinurie 300 mg/j => other_condition:a
ne prend aucun traitement => treatment:n
Humira /15 j => treatment:a other_condition:a
Kaftrio => treatment:a genetic:a
sous nouvirumab depuis mars => treatment:a
perfusion de fictozomib 2 mg => treatment:a
son père prend du testorapril => treatment:o
pas de zolmocilline => treatment:n
réserpine 0,25 mg => treatment:a
dosage de la cystatine C =>
vient servir de témoin avec Christine et Loreline =>
cholestérol total 2,1 g/L =>
rail crépitant, platine du dossier =>
prochaine visite au printemps =>
Ocrevus S24 => treatment:a other_condition:a
Entresto => treatment:a other_condition:a
Wegovy 1 mg => treatment:a other_condition:a
Spravato => treatment:a mental_health:a
Zolgensma => treatment:a genetic:a
Enhertu C3 => treatment:a cancer:a
Ice Tea offert =>
protocole ICE C2, lymphome => treatment:a cancer:a
Mme Jasmine Leroy =>
sous Jasmine => treatment:a
transfusé de 2 CGR => treatment:a
tube hépariné insuffisant =>
2 EDTA + 1 héparine =>
héparine en cours => treatment:a
IPP fusionné =>
sous IPP => treatment:a
"""

BODY_AND_MIND = """
fièvre et toux =>
pas de fièvre =>
NODULE LID 6 MM => other_condition:a
Opacité du LSD sur le scanner =>
intox au LSD aux urgences => addiction:a
consomme LSD et cannabis => addiction:a
Coxalgie G => other_condition:a
motif=mal+de+dos => other_condition:a
au dos de la feuille, pas de mal =>
pas de cervicalgie => other_condition:n
rachialgies chroniques => other_condition:a
capteurs de glycémie en continu => other_condition:a
glycémie à jeun et surveillance de la glycémie =>
machine à PPC => other_condition:a
PPC 2024 à budgéter =>
extracteur d'oxygène => other_condition:a
bouteille d'oxygène vide =>
prothèse externe du sein => cancer:a
prothèses dentaires =>
frais de maternité => pregnancy:a
congé maternité de la secrétaire =>
trouble anxieux, ALD pas à jour => mental_health:a
pédopsychiatrie, en ALD => mental_health:a
diabétique, en ALD => other_condition:a
VIH connu, dossier pas en règle => hiv:a
diabète : pas => other_condition:n
vaccin encéphalite japonaise =>
encéphalite japonaise => other_condition:a
acide folique 5 mg => treatment:a
phobique des piqûres => mental_health:a
K rein opéré, néphrectomie => cancer:a
PR sous MTX => other_condition:a treatment:a
PR DUPONT absent =>
double au Pr Dupont =>
chimio pr lymphome => cancer:a treatment:a
EP 2019 => other_condition:a
FA sous Eliquis => other_condition:a treatment:a
HTA : haute tension =>
IST : institut supérieur technique =>
F32.2 => mental_health:a
E11.9 => other_condition:a
F20 compresseur à purger =>
casier B09 =>
B12 basse =>
épisode dépressif majeur => mental_health:a
suivi CMP, IDS scénarisées => mental_health:a
confusion de dossier avec un homonyme =>
état confusionnel => other_condition:a
OH++ => addiction:a
EOH : non => addiction:n
25 OH vitamine D =>
stup négatifs => addiction:n
joint torique du robinet =>
10 cig/j => addiction:a
n'a jamais fumé => addiction:n
espace fumeurs =>
"""

LIFE_AND_BLOOD = """
C2S jusqu'au 30/09 => other_special:a
CSS RENOUVELEE => other_special:a
feuille de style CSS =>
mari violent => other_special:a
client violent envers le personnel =>
refus de transfusion, Jéhovah => other_special:a
site Pasteur =>
rupture de préservatif => other_special:a
rapport d'activité =>
sous escorte => other_special:a
A NEG => blood_group:a
O négatif => blood_group:a
AB Rh - => blood_group:a
B RH+ => blood_group:a
A rhésus positif => blood_group:a
gpe A neg => blood_group:a
carte de groupe A1 => blood_group:a
hépatite B négatif => sti_hepatitis:n
classe énergétique A+ =>
pile AB neg =>
plan B =>
RAI neg =>
"""

HOUSE = """
réactif VIH lot 12 reçu =>
kit hCG à recommander =>
EEQ grippe A/B à rendre jeudi =>
contrôle PSA passé à 9h25, conforme =>
affiche dépistage du cancer =>
réunion VIH reportée =>
RCP cancer du sein => cancer:a
formation diabète jeudi =>
patiente enceinte, formation annulée => pregnancy:a
dépistage cancer colorectal, kit remis => cancer:t
plaquettes 45 000, leucémie => cancer:a
plaquette sur le cancer =>
étage psychiatrie, code portail 9656 =>
service=psychiatrie&page=2 =>
"service": "pédopsychiatrie" =>
motif=suivi psychiatrie => mental_health:a
motif: addictologie => addiction:a
rapport de stage en psychiatrie à reprendre =>
stage de psychiatrie validé =>
sortie de stage, suivi en psychiatrie => mental_health:a
quotité partagée avec néphro =>
détachée en néphro jusqu'au 12 =>
renfort dialyse du 12 au 14 =>
détachée en psychiatrie jusqu'en mars =>
prêtée en chimio le 12 =>
vacataire CSAPA =>
pool psychiatrie, AM prolongé =>
suivi en néphro => other_condition:a
patient partagé avec néphro => other_condition:a
affectée de diabète => other_condition:a
VIH, dossier partagé avec l'hôpital => hiv:a
décision partagée avec cancérologue, cancer du sein => cancer:a
prise en charge partagée avec néphro => other_condition:a
Saison invalide =>
Format de date invalide =>
Code postal invalide =>
Token invalide ou expiré =>
patient invalide depuis 2010 => other_condition:a
consultation de diabétologie : navette supprimée =>
eau de piscine, legionelles =>
AME périmée => other_special:a
"""

FAMILIES = {
    "codes in text": CODES_IN_TEXT,
    "misspelled": MISSPELLED,
    "other words": OTHER_WORDS,
    "care": CARE,
    "body and mind": BODY_AND_MIND,
    "life and blood": LIFE_AND_BLOOD,
    "house": HOUSE,
    "notes side by side": NOTES_SIDE_BY_SIDE,
    "hiv": HIV,
    "sti_hepatitis": STI,
    "cancer": CANCER,
    "pregnancy": PREGNANCY,
    "genetic": GENETIC,
    "mental_health": MENTAL,
    "addiction": ADDICTION,
    "other": OTHER,
    "mixed": MIXED,
}


def parse(block: str) -> list[tuple[str, frozenset[tuple[str, str]]]]:
    """Cases of one block: text and the expected (theme, status) pairs."""
    cases = []
    for line in block.strip().splitlines():
        text, _, wanted = line.rpartition("=>")
        pairs = (pair.split(":") for pair in wanted.split())
        cases.append((text.strip(), frozenset((theme, STATUS[status]) for theme, status in pairs)))
    return cases


def read(texts: list[str]) -> list[frozenset[tuple[str, str]]]:
    """(theme, status) pairs found in each text."""
    found = strongest(find_mentions(pl.Series("t", texts, dtype=pl.String)))
    rows: dict[int, set[tuple[str, str]]] = {}
    for row, theme, status in found.iter_rows():
        rows.setdefault(row, set()).add((theme, status))
    return [frozenset(rows.get(i, set())) for i in range(len(texts))]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_example_and_counterexample(family: str) -> None:
    cases = parse(FAMILIES[family])
    wrong = [
        f"{text!r}: wanted {sorted(wanted)}, found {sorted(found)}"
        for (text, wanted), found in zip(cases, read([text for text, _ in cases]), strict=True)
        if wanted != found
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_table_is_large_enough() -> None:
    assert sum(len(parse(block)) for block in FAMILIES.values()) >= 250
