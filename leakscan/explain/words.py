"""The sentences of an explanation, as key -> (English, French)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "word.none": ("none", "aucun"),
    "word.yes": ("yes", "oui"),
    "word.no": ("no", "non"),
    # headings
    "heading.columns": ("COLUMNS", "COLONNES"),
    "heading.people": ("HOW MANY PEOPLE", "COMBIEN DE PERSONNES"),
    "heading.band": ("HOW BAD", "GRAVITÉ"),
    "heading.corrections": ("CORRECTIONS", "CORRECTIONS"),
    # columns
    "column.role": ("{role}, confidence {confidence}.", "{role}, confiance {confidence}."),
    "column.none": ("No role.", "Aucun rôle."),
    "column.header": ('Its header reads "{phrase}": +{header}.', "Son en-tête dit « {phrase} » : +{header}."),
    "column.no_header": ("Its header says nothing of this role.", "Son en-tête ne dit rien de ce rôle."),
    "column.cells": (
        "Its cells look like such values: +{cells}.",
        "Ses cellules ressemblent à de telles valeurs : +{cells}.",
    ),
    "column.fit": (
        "{fit} of the cells at the head can be this role.",
        "{fit} des cellules du début peuvent avoir ce rôle.",
    ),
    "column.few": ("Too few cells at the head to judge by.", "Trop peu de cellules au début pour en juger."),
    "column.filled": ("{filled} of the rows at the head are filled.", "{filled} des lignes du début sont remplies."),
    "column.rule": ("Decided by what stands around it: {rule}.", "Décidé par ce qui l'entoure : {rule}."),
    "column.next": ("Next came {next} with {next_score}.", "Venait ensuite {next} avec {next_score}."),
    "column.nearest": (
        "Nearest was {next} with {next_score}; {needed} is needed.",
        "Le plus proche était {next} avec {next_score} ; il faut {needed}.",
    ),
    "column.against": (
        "Its scores spoke for {next} with {next_score}; what stands around it spoke against.",
        "Ses notes allaient à {next} avec {next_score} ; ce qui l'entoure disait le contraire.",
    ),
    "column.no_reason": ("The report does not say why.", "Le rapport ne dit pas pourquoi."),
    "column.found": (
        "{records} records hold such a value ({share}), {distinct} distinct.",
        "{records} enregistrements ont une telle valeur ({share}), {distinct} distinctes.",
    ),
    "column.shapes": ("Shapes: {shapes}.", "Formes : {shapes}."),
    "column.also": (
        "Found in it: {entity}, in {records} records ({share}).",
        "Trouvé dedans : {entity}, dans {records} enregistrements ({share}).",
    ),
    "column.theme": (
        "It tells of {theme} ({status}) in {records} records ({share}).",
        "Elle parle de {theme} ({status}) dans {records} enregistrements ({share}).",
    ),
    "column.corrected": (
        "Corrected by {who} at {when} (UTC): from {before} to {role}.",
        "Corrigée par {who} le {when} (UTC) : de {before} à {role}.",
    ),
    "column.more": ("{count} more: --column or --json.", "{count} de plus : --column ou --json."),
    # people
    "people.likely": (
        "{likely} people, between {low} and {high}.",
        "{likely} personnes, entre {low} et {high}.",
    ),
    "people.rows": ("{count} rows were read.", "{count} lignes ont été lues."),
    "people.damaged": (
        "{count} rows are damaged: they name nobody safely, and only widen the upper figure.",
        "{count} lignes sont abîmées : elles ne nomment personne sûrement et n'élargissent que le chiffre du haut.",
    ),
    "people.without_person": (
        "{count} rows bear no person: no number of one, no surname with a birth date, nothing that counts alone.",
        "{count} lignes ne portent personne : ni numéro, ni nom avec date de naissance, rien qui compte seul.",
    ),
    "people.placeholders": (
        "{count} rows stand for nobody (test patients, names typed for want of one): not counted.",
        "{count} lignes ne sont personne (patients tests, noms saisis faute de mieux) : non comptées.",
    ),
    "people.records": ("{count} records bear a person.", "{count} enregistrements portent une personne."),
    "people.identities": ("They hold {count} distinct identities.", "Ils contiennent {count} identités distinctes."),
    "people.merged": (
        "{strength}: {merges} merged by {rule}.",
        "{strength} : {merges} fusionnées par {rule}.",
    ),
    "people.possible_only": (
        "Possible merges count in the lower figure alone.",
        "Les fusions possibles ne comptent que dans le chiffre du bas.",
    ),
    "people.repeats": (
        "{count} records only repeat a person that another record names for certain.",
        "{count} enregistrements ne font que répéter une personne qu'un autre nomme sûrement.",
    ),
    "people.merges": (
        "{count} more were merged as probably the same.",
        "{count} de plus ont été fusionnées comme probablement les mêmes.",
    ),
    "people.further_people": (
        "{count} further people are named inside the rows' texts.",
        "{count} autres personnes sont citées dans les textes des lignes.",
    ),
    "people.unread_by_model": (
        "{count} are the model's, for rows that were not read.",
        "{count} viennent du modèle, pour les lignes non lues.",
    ),
    "people.basis": ("Counted on {basis}: {count}.", "Comptées sur {basis} : {count}."),
    "people.low": (
        "The lower figure is {count} lower for {reason}.",
        "Le chiffre du bas est plus bas de {count} pour {reason}.",
    ),
    "people.high": (
        "The upper figure is {count} higher for {reason}.",
        "Le chiffre du haut est plus haut de {count} pour {reason}.",
    ),
    "people.sampled": (
        "Too many to be linked whole: {blocks} of {of} blocks were; merges are those of the blocks.",
        "Trop pour être reliées toutes : {blocks} blocs sur {of} l'ont été ; les fusions sont celles des blocs.",
    ),
    "people.patients": (
        "{count} of {of} inputs are about patients: in them a name, a contact or a number alone bears a person.",
        "{count} fichiers sur {of} concernent des patients : un nom, un contact ou un numéro seul y suffit.",
    ),
    "people.not_all": (
        "Not everything was read: there may be more people.",
        "Tout n'a pas été lu : il peut y avoir plus de personnes.",
    ),
    "people.no_linkage": (
        "The report does not say which rules merged them: it was made by an earlier version.",
        "Le rapport ne dit pas quelles règles les ont fusionnées : il vient d'une version antérieure.",
    ),
    "strength.certain": ("certain", "certain"),
    "strength.likely": ("likely", "probable"),
    "strength.possible": ("possible", "possible"),
    "rule.own_number": (
        "the INS, or the NIR where it is the patient's own",
        "l'INS, ou le NIR quand c'est celui du patient",
    ),
    "rule.pseudonym": ("one pseudonym", "un même pseudonyme"),
    "rule.nir_and_more": (
        "one NIR with a first name or birth date",
        "un même NIR avec un prénom ou une date de naissance",
    ),
    "rule.name_and_birth": ("one name and birth date", "mêmes nom et date de naissance"),
    "rule.record_number": ("one record number within its input", "un même numéro de dossier dans son fichier"),
    "rule.email_alone": ("one e-mail address and nothing else", "une même adresse e-mail et rien d'autre"),
    "rule.rare_names": ("names too rare to meet by chance", "des noms trop rares pour une rencontre fortuite"),
    "rule.shorter_names": ("a shorter form of one name", "une forme plus courte d'un même nom"),
    "rule.birth_date_slip": ("birth dates one slip apart", "des dates de naissance à une faute près"),
    "rule.two_numbers": ("one name and birth date under two numbers", "mêmes nom et naissance sous deux numéros"),
    "rule.one_difference": ("all in common but one thing", "tout en commun sauf une chose"),
    "rule.misspelt_names": ("a misspelt name", "un nom mal orthographié"),
    "rule.much_in_common": ("more in common than chance brings", "plus en commun que n'apporte le hasard"),
    "rule.something_missing": (
        "nothing against it where something is missing",
        "rien contre là où quelque chose manque",
    ),
    "rule.namesakes": ("one name and neither birth date nor number", "un même nom, sans date de naissance ni numéro"),
    "rule.several_candidates": (
        "something missing, and several whom it fits",
        "il manque quelque chose, et plusieurs conviennent",
    ),
    "rule.name_alone": ("a name alone", "un nom seul"),
    "rule.relatives": (
        "a number in a text that may be a patient's",
        "un numéro dans un texte, peut-être celui d'un patient",
    ),
    "reason.possible": ("merges that are only possible", "les fusions seulement possibles"),
    "reason.unseen": (
        "slips that no rule sees, by those that were found",
        "les fautes qu'aucune règle ne voit, d'après celles trouvées",
    ),
    "reason.namesakes": ("namesakes of whom nothing but the name is known", "homonymes dont seul le nom est connu"),
    "reason.residue": ("what no link can tell", "ce qu'aucun lien ne peut dire"),
    "reason.sampling": ("the error of the sample", "l'erreur de l'échantillon"),
    "reason.uncertain": ("merges that are likely, not certain", "les fusions probables, non certaines"),
    "reason.damaged": ("damaged rows in which an identity stands", "les lignes abîmées où se trouve une identité"),
    "reason.nameless": (
        "numbers without a name among records that have one",
        "les numéros sans nom parmi des enregistrements qui en ont un",
    ),
    # band
    "band.score": (
        "{band}: score {score} = {dpc} data x {ei} identity + {cb} circumstances.",
        "{band} : note {score} = {dpc} données x {ei} identité + {cb} circonstances.",
    ),
    "band.nobody": ("{band}: nobody was found.", "{band} : personne n'a été trouvé."),
    "band.bounds": (
        "Low below 2, medium below 3, high below 4, very high from 4 on.",
        "Faible sous 2, moyenne sous 3, élevée sous 4, très élevée à partir de 4.",
    ),
    "band.decides": ("{factor} {value}: {why}", "{factor} {value} : {why}"),
    "band.also": ("also, without effect: {why}", "aussi, sans effet : {why}"),
    "band.what_if": (
        "Recipients {recipients}, malice {malicious}: {score}, {band}.",
        "Destinataires {recipients}, malveillance {malicious} : {score}, {band}.",
    ),
    "band.at_least": ("At least: not everything was read.", "Au moins : tout n'a pas été lu."),
    # corrections
    "correction.made": (
        "{path}, column {column}: {before} becomes {role}.",
        "{path}, colonne {column} : {before} devient {role}.",
    ),
    "correction.none": (
        "Nothing changes: the columns have these roles.",
        "Rien ne change : les colonnes ont ces rôles.",
    ),
    "correction.band": (
        "Severity computed anew: {before_band} ({before_score}) becomes {band} ({score}).",
        "Gravité recalculée : {before_band} ({before_score}) devient {band} ({score}).",
    ),
    "correction.band_same": (
        "Severity computed anew: still {band} ({score}).",
        "Gravité recalculée : toujours {band} ({score}).",
    ),
    "correction.withdrawn": (
        "Lines of evidence under the old roles that are withdrawn: {count}. The cells were not read again.",
        "Lignes de preuve retirées sous les anciens rôles : {count}. Les cellules n'ont pas été relues.",
    ),
    "correction.gained": ("New data categories: {names}.", "Nouvelles catégories de données : {names}."),
    "correction.lost": (
        "Data categories that have no column any more: {names}.",
        "Catégories de données sans colonne désormais : {names}.",
    ),
    "correction.stand": (
        "The people stand: no count rests on these columns.",
        "Les personnes tiennent : aucun compte ne repose sur ces colonnes.",
    ),
    "correction.again": (
        "The people do NOT stand: {likely} were counted under the old roles, and a report holds counts, not cells.",
        "Les personnes ne tiennent PAS : {likely} comptées sous les anciens rôles ; un rapport n'a pas de cellules.",
    ),
    "correction.how": (
        "Count them again with the command below, or with --rescan where the inputs still lie at their paths.",
        "Recomptez-les par la commande ci-dessous, ou par --rescan si les fichiers sont encore à leur place.",
    ),
    "correction.counted": (
        "Counted again from the inputs: {before_likely} people become {likely}, between {low} and {high}.",
        "Recompté depuis les fichiers : {before_likely} personnes deviennent {likely}, entre {low} et {high}.",
    ),
    "correction.options": (
        "Add the options of reading of the first scan (--encoding, --delimiter ...), if it had any.",
        "Ajoutez les options de lecture de la première analyse (--encoding, --delimiter ...) s'il y en avait.",
    ),
    "correction.others": (
        "and with them the other {count} inputs of the first scan",
        "et avec eux les {count} autres fichiers de la première analyse",
    ),
    "correction.masked": (
        "A number in a path was replaced when the report was made: put the real path in.",
        "Un numéro dans un chemin a été remplacé dans le rapport : mettez le vrai chemin.",
    ),
}
