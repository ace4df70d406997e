"""Writes administrative.tsv: 5,000 harmless notes of laboratories, wards and offices (seeded; every name is invented)."""
import os
import random
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
WANTED = 5000

WORDS = {
    "nom": """Martin Bernard Dubois Robert Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia David Bertrand Roux
        Vincent Fournier Morel Girard Mercier Blanc Guerin Boyer Garnier Chevalier Francois Legrand Gauthier Perrin Robin Clement
        Morin Nicolas Henry Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noel Meyer Dufour Meunier Brun
        Blanchard Giraud Joly Riviere Lucas Brunet Gaillard Barbier Arnaud Martinez Gerard Roche Renard Schmitt Roy Leroux Colin
        Vidal Caron Picard Lopez Fabre Benali Haddad Diallo Traore Nguyen Kone Ferreira Costa Rossi Kowalski Grosse Grossetête
        Cancelier Hivert Depresle Tabacchi Lafièvre Lynch Duchenne Charcot Leprêtre Violleau Marfaing Chimiot Sidobre Gonod Enceau""".split(),
    "prenom": """Lucie Karim Sonia Paul Martine Nadia Julien Sophie Thomas Aïcha Pierre Camille Hugo Léa Mehdi Chantal Gérard Inès
        Olivier Fatou Bruno Élodie Samir Monique Quentin Yasmine Alain Noémie Ousmane Brigitte Théo Agathe""".split(),
    "jour": "lundi mardi mercredi jeudi vendredi samedi".split(),
    "jr": "lun. mar. mer. jeu. ven. sam.".split(),
    "mois": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "ville": """Angers Bourges Vannes Tarbes Albi Dole Morlaix Saintes Niort Auch Gap Vichy Laon Dax Foix Lannion Redon Flers
        Cancale Honfleur Cholet Saumur Vierzon Issoire Thiers Privas Mende Rodez Cahors Lunel""".split(),
    "rue": """Pasteur|Curie|du Moulin|des Lilas|de la Gare|Victor-Hugo|du Lazaret|des Hivernelles|Charcot|de la Maternité|du Cancer|
        de la Prison|du Temple|de l'Hôpital|Jean-Jaurès|des Archives|de l'Abbaye|Pinel|de la Quarantaine|du Vieux-Port|Laennec|
        de Verdun|du Stade|des Tanneurs|Georges-Sand|de la Grossinière|de la Maladrerie|du Couvent|Sainte-Anne|des Tilleuls""".replace("\n", "").split("|"),
    "soc": """Medilab SA|Transports Roux|Bioserv SA|Labofroid|Papeterie Morel|Nord Logistique|Vernet SAS|Hygitech|Copiplus|Gaz Service|
        Atelier Dupré|Alizé Informatique|Sécuritas Ouest|Blanchisserie Colin|Menuiserie Faure|Eau Claire SARL|Interim Santé|Frigo Express""".replace("\n", "").split("|"),
    "tube": """EDTA|sec|citraté|hépariné|fluoré|bouchon violet|bouchon bleu|bouchon vert|gel|pédiatrique|boraté|microtube""".split("|"),
    "exam": """NFS|CRP|ionogramme|VS|créatinine|urée|ferritine|TP|TCA|bilan lipidique|glycémie|transaminases|bilirubine|calcium|
        phosphore|magnésium|protides|albumine|fibrinogène|réticulocytes|zinc|folates""".replace("\n", "").replace("        ", "").split("|"),
    "app": """automate de chimie|centrifugeuse 2|imprimante étiquettes|scanner de l'accueil|onduleur|frigo 3|congélateur -80|
        microscope poste 1|hotte|compteur hémato|agitateur|osmoseur|passeur|étuve|enceinte climatique|lecteur code-barres|fax|
        borne d'appel|climatisation|pneumatique""".replace("\n", "").replace("        ", "").split("|"),
    "fourn": """gants nitrile|embouts 200 µL|écouvillons|papier A4|étiquettes|aiguilles vertes|flacons d'hémoculture|cotons|
        garrots|sachets triple emballage|pots à urines|lames|lamelles|rouleaux thermiques|solution hydroalcoolique|masques|
        boîtes à aiguilles|cupules""".replace("\n", "").replace("        ", "").split("|"),
    "piece": """carte Vitale|ordonnance|attestation de mutuelle|pièce d'identité|feuille de soins|bon de transport|justificatif de domicile|
        fiche de prélèvement|formulaire de consentement au traitement des données|chèque|facture|relevé d'identité bancaire""".replace("\n", "").replace("        ", "").split("|"),
    "site": """site Nord|site Gare|plateau technique|antenne Sud|site des Halles|centre-ville|annexe B|site Pasteur|bâtiment C|
        accueil principal|dépôt Est|site du Port""".replace("\n", "").replace("        ", "").split("|"),
    "serv": """comptabilité|secrétariat|standard|informatique|logistique|qualité|facturation|accueil|ressources humaines|
        direction|achats|archives|blanchisserie|cuisine|sécurité|maintenance""".replace("\n", "").replace("        ", "").split("|"),
    "qui": """biologiste|technicienne|coursier|secrétaire|préleveur|stagiaire|cadre|interne|agent d'accueil|responsable qualité|
        informaticien|remplaçante""".replace("\n", "").replace("        ", "").split("|"),
    "parent": "sa fille|son fils|son mari|sa femme|sa mère|son père|son frère|sa sœur|une voisine|son tuteur|sa belle-sœur".split("|"),
    "sujet": """budget|planning d'été|travaux du hall|tri des déchets|nouveau logiciel|parking|badges|contrat d'entretien|horaires d'ouverture|
        délais de rendu|circuit du courrier|charte graphique|entretien annuel|plan de formation|déménagement|pot de départ""".replace("\n", "").replace("        ", "").split("|"),
    "motif": """grève|neige|travaux|panne de secteur|jour férié|inventaire|formation du personnel|coupure d'eau|manque de personnel|
        déménagement|exercice incendie|marathon""".replace("\n", "").replace("        ", "").split("|"),
    "mutu": "MGEN MAAF MNH Harmonie MACIF AG2R Swisslife Malakoff Apivia Mutami".split(),
    "logi": "LIS|middleware|serveur de résultats|portail patients|messagerie sécurisée|logiciel de stock|module facturation|annuaire".split("|"),
    "kit": "VIH combo|hCG|Ag HBs|PSA|TSH|CMV IgG|ferritine|troponine|D-dimères|CRP|grippe A/B|HbA1c".split("|"),
    "repas": "galette|café|pot de départ|barbecue|repas de Noël|crêpes|pique-nique".split("|"),
    "objet": "parapluie|écharpe|lunettes|doudou|téléphone|trousseau de clés|sac à dos|gilet bleu|casque de vélo|portefeuille".split("|"),
    "bras": "bras gauche|bras droit|main gauche|main droite|pli du coude droit|pli du coude gauche".split("|"),
}

TEMPLATES = """
Rappeler M. {nom} {jour} après {h}h
Mme {nom} viendra chercher ses résultats {jour}
M. {nom} : {parent} passera à {h}h
tel {tel} ne répond pas
n° {tel} non attribué
laissé message au {tel} à {hm}
Dr {nom} absent jusqu'au {date}
Dr {nom} remplacé par Dr {nom2}
Merci d'envoyer un double au docteur {nom}
Double à Dr {nom}, {ville}
FAX {serv} {num4}
résultats envoyés par mail le {date}
résultats remis à {parent} le {date}
à remettre en main propre à Mme {nom}
envoyer par la poste, {n} rue {rue}
changement d'adresse : {n} rue {rue}, {ville}
adresse fausse, retour courrier {date}
{n} rue {rue}, code {num4}, interphone {nom}
domicile {jour} {h}h, {n} rue {rue}
étage {d}, porte {d2}, sonner chez {nom}
chien méchant, {n} bis rue {rue}
clé chez la gardienne, {n} avenue {rue}
prélèvement à domicile reporté à {jour} {h}h
tournée {ville} décalée à {hm}
tournée annulée, {motif}
navette {site} complète {jour}
coursier en retard de {n} min
colis {soc} reçu le {date}
colis {soc} ouvert, réserve notée par {prenom}
sac isotherme n° {n} perdu entre {site} et {site2}
glacière {n} à désinfecter
livraison {fourn} reportée au {date}
commande {fourn} x{n}, bon {num4}
rupture de {fourn}, {site}
stock {fourn} : {n}
{fourn} périmés le {date}
réf. {num4} remplacée par {num5}
tube {tube} manquant
tube {tube} insuffisant, à re-prélever {jour}
tube {tube} non étiqueté, refusé à {hm}
tube {tube} reçu à {hm}, centrifugé
tube {tube} cassé dans le transport, {site}
{n} tubes {tube} à conserver en sérothèque
2 EDTA + {d} {tube}
ajouter {exam} sur tube {tube}
{exam} à ajouter, vu avec {prenom}
{exam} + {exam2}
FAIRE {exam} ET {exam2}
{exam} en double, à annuler
{exam} déjà faite le {date}
{exam} non remboursée, HN {eur} €
contrôle {exam} dans {d} jours
renouveler {exam} tous les {d} mois
prescription de {exam} illisible, appeler Dr {nom}
à jeun depuis {h}h
non à jeun, {exam} maintenue, vu {prenom}
prélevé à {hm} par {prenom}
prélevé {bras} à {hm}
ne piquer qu'au {bras}, demande de M. {nom}
préfère {prenom} pour la prise de sang du {jour}
urines de 24 h : {num4} mL
recueil débuté {jour} {hm}
heure de recueil absente, flacon {n}
hémolyse, recontrôler {exam} {jour}
sérum lactescent, {exam} rendu sous réserve
délai dépassé de {d} h pour {exam}
échantillon {num5} sous-traité, feuille jointe
envoi sous-traitance {jour} {hm}, sac {n}
retour sous-traitant attendu le {date}
rendu partiel, reste {exam}
{exam} : vérifier la saisie, dossier {num5}
dossier {num5} doublon de {num5b}
dossier {num5} annulé, erreur de {qui}
NIP {num5} fusionné
date de naissance à corriger : {ddn}
nom de naissance {nom}, nom d'usage {nom2}
orthographe : {nom} et non {nom2}
homonyme de {prenom} {nom}, attention
prénom {prenom} à vérifier sur {piece}
{piece} absente
{piece} à scanner
{piece} illisible, redemander à Mme {nom}
oublié {piece}, revient {jour}
{piece} reçue le {date}, classée par {prenom}
manque {piece} au dossier {num5}
mutuelle {mutu} radiée
mutuelle {mutu} jusqu'au {date}
PEC {mutu} refusée, motif {num4}
tiers payant {mutu} OK
télétransmission rejetée, lot {num4}
FSE {num4} à refaire
solde {eur} €
M. {nom} doit {eur} €
chèque {eur} € encaissé le {date}
payé {eur} € en CB
avoir n° {num4}, {eur} €
facture {soc} {eur} € HT
total HT {eur} €, TVA {d}
remise {d} % chez {soc}
devis {soc} signé le {date}
relance {d}, impayé de {eur} €
écart de caisse {eur} € {jour}
virement {soc} du {date} non reçu
contrat {soc} à renouveler en {mois}
{soc} : appel de {prenom}, rappeler au {tel}
{soc} passe {jour} à {h}h pour {app}
{app} en panne
{app} en panne depuis {hm}, SAV prévenu
{app} : maintenance préventive le {date}
{app} révisé par {soc}
alarme {app} à {hm}
{app} redémarré par {prenom} à {hm}
{app} HS ({site}), utiliser {site2}
température {app} : {d},{d2} °C
CIQ {exam} niveau {d} hors limites, recalibré
calibration {exam} faite à {hm}
lot {num5} de {exam} validé par {prenom}
réactif {kit} lot {num5} reçu
kit {kit} à recommander, reste {d}
EEQ {kit} à rendre {jour}
contrôle {kit} passé à {hm}, conforme
{logi} lent depuis {hm}
{logi} indisponible {jour} de {h}h à {h2}h
mise à jour {logi} le {date}
mot de passe {logi} réinitialisé pour {prenom}
message rejeté par {logi}, code {num4}
compte de {prenom} {nom} à fermer dans {logi}
virus détecté sur le poste {n}, {logi} arrêté
réunion {sujet} {jour} {h}h
réunion {serv} reportée au {date}
ordre du jour : {sujet}, {sujet2}
bilan positif de la réunion « {sujet} »
avis négatif de la direction sur {sujet}
note de service n° {n} : {sujet}
formation {logi} pour {prenom}, {jour}
CV de {prenom} {nom} reçu
CV à jour transmis aux RH par {prenom}
entretien d'embauche {prenom} {nom}, {jour} {hm}
congés de {prenom} du {n} au {n2} {mois}
{prenom} remplace {prenom2} {jour}
planning {mois} à revoir avec {prenom}
garde du {date} : {prenom}
{qui} demandé {jour}, {site}
badge {num4} de {prenom} désactivé
vestiaire {n} : clé perdue par {prenom}
stage de {prenom}, lycée de {ville}, convention signée
archives {mois} {annee}, carton {n}
archives {annee} à détruire
congés d'hiver {annee}, {prenom} absente
fermé {jour}, {motif}
{site} fermé le {date} ({motif})
ouverture {site} à {hm}
SA 9h-12h, {site}, fermé en {mois}
stationnement interdit dans l'enceinte ({site}) {jour}
groupe scolaire {nom} : visite le {date}
groupe électrogène, {site}, testé {jour}
rue {rue} barrée, {motif}
coupure haute tension HT, {site}, le {date}
{objet} oublié en salle d'attente {jour}
{objet} trouvé, {site}
{repas} de {prenom} {jour} à {h}h
collecte de la Ligue contre le cancer, {site}, {jour}
affiches Octobre rose à poser ({site}) avant {jour}
réclamation n° {num4} de M. {nom}, attente trop longue
NC {num4} ouverte, délai de rendu {exam}
audit interne {serv} le {date}
procédure {num4} relue par {prenom}
habilitation {app} de {prenom} à signer
voir avec {qui}
vu {prenom} {hm}
transmis à {prenom}
classé par {prenom} le {date}
ne pas appeler avant {h}h
appeler plutôt le {tel}
en vacances à {ville} jusqu'au {date}
maison de campagne à {ville}, courrier là-bas
ne parle pas français, {parent} traduit
vient en taxi {jour} {h}h, facture {soc}
pressé, part à {hm}
rdv du {date} décalé à {hm}
rdv {jour} {hm} non honoré
pas venu {jour}
revient {jour} avec {piece}
client mécontent, geste commercial {eur} €
correspondant : Dr {nom}, {ville}
médecin traitant : Dr {nom} et non Dr {nom2}
cachet du Dr {nom} illisible
ordonnance du {date}, valable {d} mois
ordonnance non signée, rappeler Dr {nom}
Nous vous prions d'agréer, docteur {nom}, nos salutations distinguées
Cher confrère {nom}, je vous remercie de votre courrier du {date}
Je vous adresse les documents demandés le {date} par Mme {nom}
Le secrétariat sera joignable au {tel} à partir de {h}h
Votre rendez-vous est confirmé {jour} {date} à {hm}
Veuillez trouver ci-joint la facture n° {num5} de {eur} €
service d'oncologie : nouveau fax {tel}
secrétariat de la maternité déplacé, {site}
consultation de diabétologie : navette de {hm} supprimée
étage psychiatrie, code portail {num4}
LOINC {num4}-{d} à mapper ({exam})
casier C{n}, clé chez {prenom}
code postal de {ville} à corriger
table {logi} rechargée le {date}
libellé {exam} modifié dans {logi}
déchets enlevés {jour} par {soc}, {n} fûts
bacs n° {n} à {n2} rangés {site}
extincteur {n} contrôlé par {soc}
K. {nom}, poste {n}
""".strip().split("\n")


def fill(template, rng):
    values = {key: rng.choice(words).strip() for key, words in WORDS.items()}
    for key in ("nom", "prenom", "site", "exam", "sujet"):
        values[key + "2"] = rng.choice([word.strip() for word in WORDS[key] if word.strip() != values[key]])
    n = rng.randint(2, 20)
    h = rng.randint(7, 16)
    values.update(
        n=n, n2=n + rng.randint(1, 9), d=rng.randint(1, 9), d2=rng.randint(0, 9), h=h, h2=h + rng.randint(1, 3),
        hm="%dh%02d" % (rng.randint(7, 18), rng.randrange(0, 60, 5)),
        date=rng.choice(("%02d/%02d", "%d/%d")) % (rng.randint(1, 28), rng.randint(1, 12)),
        ddn="%02d/%02d/%d" % (rng.randint(1, 28), rng.randint(1, 12), rng.randint(1930, 2020)),
        annee=rng.randint(2009, 2024),
        tel="0%d 00 %02d %02d %02d" % (rng.randint(1, 5), rng.randint(0, 99), rng.randint(0, 99), rng.randint(0, 99)),
        eur=rng.choice(("%d,%02d" % (rng.randint(3, 240), rng.randint(0, 99)), str(rng.randint(3, 240)))),
        num4=rng.randint(1000, 9999), num5=rng.randint(10000, 99999), num5b=rng.randint(10000, 99999))
    return template.format(**values)


def bare(text):
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def swap(text, rng):
    """One slip of the fingers inside a word."""
    places = [i for i in range(1, len(text) - 2) if text[i - 1:i + 3].isalpha()]
    if not places:
        return text
    i = rng.choice(places)
    return rng.choice((text[:i] + text[i + 1:], text[:i] + text[i] + text[i:], text[:i] + text[i + 1] + text[i] + text[i + 2:]))


def habit(text, rng):
    draw = rng.random()
    if draw < 0.60:
        return text
    if draw < 0.72:
        return bare(text).upper()
    if draw < 0.80:
        return bare(text)
    if draw < 0.88:
        return text.lower()
    if draw < 0.94:
        return swap(text, rng)
    return text + rng.choice((" svp", " !", ".", " (vu)", " - merci", " ?"))


def main():
    rng = random.Random(20240611)
    assert len(set(TEMPLATES)) == len(TEMPLATES) >= 150, len(TEMPLATES)
    seen, out = set(), []
    while len(out) < WANTED:
        for number, template in enumerate(TEMPLATES, 1):
            text = " ".join(habit(fill(template, rng), rng).split())
            key = bare(text).lower()
            if key in seen or len(out) == WANTED:
                continue
            seen.add(key)
            out.append(("a%03d" % number, text))
    with open(os.path.join(HERE, "administrative.tsv"), "w", encoding="utf-8", newline="") as handle:
        handle.write("family\ttext\n")
        handle.writelines("%s\t%s\n" % row for row in sorted(out, key=lambda row: row[0]))


if __name__ == "__main__":
    main()
