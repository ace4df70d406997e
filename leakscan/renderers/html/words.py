"""The words of the page alone, as key -> (English, French); what the outputs share is in `leakscan.phrases`."""

from __future__ import annotations

from leakscan.i18n import LANGUAGES

WORDS: dict[str, tuple[str, str]] = {
    # the page
    "title": ("Leak report", "Rapport de fuite"),
    "skip": ("Skip to the report", "Aller au rapport"),
    "see": ("see", "voir"),
    "contents": ("Contents", "Sommaire"),
    "footer": (
        (
            "Made by leakscan {version}, rules {rules}. Ages on {as_of}. No value of the data is in this file: "
            "samples are shapes, every digit a 9, every letter an A or a."
        ),
        (
            "Produit par leakscan {version}, règles {rules}. Âges au {as_of}. Aucune valeur des données n'est dans ce "
            "fichier : les exemples sont des formes, chaque chiffre un 9, chaque lettre un A ou un a."
        ),
    ),
    "shown_of": (
        "The largest {shown} of {total} are shown; the JSON report has all.",
        "Les {shown} plus grands sur {total} sont montrés ; le rapport JSON les a tous.",
    ),
    "hidden": (
        "* below 5 people, or hidden because it would give such a figure away",
        "* moins de 5 personnes, ou masqué car ce chiffre en révélerait un tel",
    ),
    "withheld": (
        "Every figure here is too small to be shown.",
        "Tous ces chiffres sont trop petits pour être montrés.",
    ),
    "unknown": ("unknown", "inconnu"),
    # the bar of links
    "short.actions": ("Actions", "Actions"),
    "short.themes": ("Themes", "Thèmes"),
    "short.data": ("Data", "Données"),
    "short.people": ("People", "Personnes"),
    "short.overlap": ("Overlap", "Recoupement"),
    "short.count": ("Count", "Compte"),
    "short.severity": ("Severity", "Gravité"),
    "short.exposure": ("Exposure", "Exposition"),
    "short.unread": ("Not read", "Non lu"),
    "short.evidence": ("Evidence", "Preuves"),
    "short.files": ("Files", "Fichiers"),
    # headings
    "nav.actions": ("First actions", "Premières actions"),
    "nav.themes": ("Health themes", "Thèmes de santé"),
    "nav.data": ("Personal data", "Données personnelles"),
    "nav.people": ("Who they are", "Qui sont ces personnes"),
    "nav.overlap": ("Files and people", "Fichiers et personnes"),
    "nav.count": ("How the count was reached", "Comment le compte est fait"),
    "nav.severity": ("Severity worksheet", "Fiche de gravité"),
    "nav.exposure": ("Exposure", "Exposition"),
    "nav.unread": ("Not read, and warnings", "Non lu et avertissements"),
    "nav.evidence": ("Evidence by figure", "Preuves par chiffre"),
    "nav.files": ("Files and columns", "Fichiers et colonnes"),
    # headline
    "head.people": ("people affected, likely", "personnes touchées, vraisemblablement"),
    "head.least": ("people at least, by a first look", "personnes au moins, selon un premier regard"),
    "head.exact": ("the interval meets in one figure", "l'intervalle se réduit à un chiffre"),
    "head.severity": ("Severity", "Gravité"),
    "head.scale": ("Severity {score} on a scale from 0 to 5", "Gravité {score} sur une échelle de 0 à 5"),
    "head.records_note": (
        "A record is a row of a table, a message or a document. Records are not people.",
        "Un enregistrement est une ligne d'une table, un message ou un document. Ce ne sont pas des personnes.",
    ),
    "head.credentials": ("with portal credentials", "avec identifiants de portail"),
    "head.minors": ("minors on {as_of}", "mineurs au {as_of}"),
    "head.minors_exam": ("minors at their exam", "mineurs lors de l'examen"),
    "head.exams": ("exams", "examens"),
    "head.exams_span": ("{first} to {last}", "{first} au {last}"),
    # first actions
    "act.credentials": ("Reset the portal passwords now", "Réinitialiser les mots de passe du portail maintenant"),
    "act.credentials_text": (
        (
            "{people} with a login and a password in the data. Reset all of them, close open sessions, and look for "
            "sign-ins since the leak."
        ),
        (
            "{people} avec identifiant et mot de passe dans les données. Les réinitialiser tous, fermer les sessions "
            "ouvertes et chercher les connexions depuis la fuite."
        ),
    ),
    "act.credentials_nobody": (
        "Logins and passwords are in the data, with nobody they belong to. Reset them and close open sessions.",
        (
            "Des identifiants et mots de passe sont dans les données, sans titulaire connu. Les réinitialiser et "
            "fermer les sessions ouvertes."
        ),
    ),
    "act.exposed": ("Close the files that everybody can read", "Fermer les fichiers lisibles par tous"),
    "act.exposed_text": (
        "{inputs} with people: open to everyone where the scan read them. Keep a copy as evidence, then close them.",
        (
            "{inputs} avec des personnes : ouvert à tous là où l'analyse l'a lu. En garder une copie comme preuve, "
            "puis fermer l'accès."
        ),
    ),
    "act.laboratories": ("Call these laboratories", "Appeler ces laboratoires"),
    "act.laboratories_text": (
        "{laboratories} in the data, the largest first. Each may be a controller, with a notification of its own.",
        (
            "{laboratories} dans les données, les plus grands d'abord. Chacun peut être responsable de traitement, "
            "avec sa propre notification."
        ),
    ),
    "act.laboratories_unnamed": (
        "{laboratories} in the data; which ones is not told by a code. See the columns.",
        "{laboratories} dans les données, sans code qui les désigne. Voir les colonnes.",
    ),
    "act.inform": ("Plan how people are told", "Prévoir comment informer les personnes"),
    "act.inform_text": (
        (
            "Who can be reached by which channel. A contact that several people share, or a letter that names a theme, "
            "can itself disclose."
        ),
        (
            "Qui est joignable, et comment. Une coordonnée partagée, ou un courrier qui nomme un thème, peut elle-même "
            "révéler."
        ),
    ),
    "act.minors": ("Take care with minors", "Faire attention aux mineurs"),
    "act.minors_text": (
        "{now} on {as_of}. Decide who is told: the minor, the parents, or neither by post.",
        "{now} au {as_of}. Décider qui informer : le mineur, les parents, ou ni l'un ni l'autre par courrier.",
    ),
    "act.unread": ("Read what was not read", "Lire ce qui n'a pas été lu"),
    "act.unread_text": (
        "{unread} of {inputs} skipped or read in part: the figures are of the rest.",
        "{unread} sur {inputs} : sautés ou lus en partie. Les chiffres portent sur le reste.",
    ),
    "act.part_text": (
        "Only a part was read on purpose: scan all of it.",
        "Une partie seulement a été lue : tout analyser.",
    ),
    "act.circumstances": ("Say who got the data", "Dire qui a eu les données"),
    "act.circumstances_text": (
        "The severity assumes unknown recipients. The worksheet shows what another answer would change.",
        "La gravité suppose des destinataires inconnus. La fiche montre ce qu'une autre réponse changerait.",
    ),
    "act.none": ("Nothing asks for an action at once.", "Rien n'appelle d'action immédiate."),
    # tables
    "col.channel": ("channel", "canal"),
    "col.reachable": ("reachable", "joignables"),
    "col.shared": ("shared with others", "partagé avec d'autres"),
    "col.age": ("age", "âge"),
    "col.year": ("year", "année"),
    "col.sex": ("sex", "sexe"),
    "col.department": ("department", "département"),
    "col.step": ("step", "étape"),
    "col.count": ("count", "nombre"),
    "col.factor": ("factor", "facteur"),
    "col.value": ("value", "valeur"),
    "col.reason": ("reason", "raison"),
    "col.rule": ("rule", "règle"),
    "col.evidence": ("evidence", "preuve"),
    "col.place": ("file and column", "fichier et colonne"),
    "col.distinct": ("distinct", "distincts"),
    "col.confidence": ("confidence", "confiance"),
    "col.only_here": ("only here", "ici seulement"),
    "col.state": ("state", "état"),
    "col.message": ("message", "message"),
    "col.where": ("where", "où"),
    "col.role": ("role", "rôle"),
    "col.finding": ("finding", "détection"),
    "col.shapes": ("shapes", "formes"),
    # sections
    "themes.note": (
        "People, once per theme under the strongest status: affirmed, else tested, else negated.",
        "Personnes, une fois par thème sous le statut le plus fort : affirmé, sinon testé, sinon nié.",
    ),
    "data.note": (
        "The bar is the likely number, the line behind it the interval.",
        "La barre est le nombre vraisemblable, le trait derrière elle l'intervalle.",
    ),
    "people.age": ("By age on {as_of}", "Par âge au {as_of}"),
    "people.sex": ("By sex", "Par sexe"),
    "people.years": ("By exam year", "Par année d'examen"),
    "people.years_note": (
        "A person counts in every year with an exam.",
        "Une personne compte chaque année où elle a un examen.",
    ),
    "people.residence": ("By department of residence", "Par département de résidence"),
    "people.birth": ("By department of birth", "Par département de naissance"),
    "people.map": (
        "Map of the French departments as tiles; the figures are in the table below",
        "Carte des départements français en tuiles ; les chiffres sont dans la table ci-dessous",
    ),
    "people.map_table": ("Figures of the map", "Chiffres de la carte"),
    "people.unique": (
        "Without a name, postcode, birth date and sex: {k1} of {people} people are the only one of theirs.",
        "Sans nom, par code postal, date de naissance et sexe : {k1} personnes sur {people} sont seules de leur sorte.",
    ),
    "people.prescribers": (
        "{prescribers} named in the records. The largest has {most} people; {few} have too few to be told.",
        "{prescribers} nommés dans les enregistrements. Le plus grand a {most} personnes ; {few} en ont trop peu.",
    ),
    "data.model": (
        "After a first look, these figures grow by the factor of the model: none is a count.",
        "Après un premier regard, ces chiffres suivent le facteur du modèle : aucun n'est un compte.",
    ),
    "people.only_read": ("Of what was read only.", "De ce qui a été lu seulement."),
    "overlap.matrix": ("People that two files share", "Personnes communes à deux fichiers"),
    "overlap.matrix_note": (
        "The darker, the larger the part of the smaller file. The largest {shown} of {total}.",
        "Plus c'est foncé, plus grande est la part du plus petit fichier. Les {shown} plus grands sur {total}.",
    ),
    "overlap.none": ("No two of the largest files share people.", "Parmi les plus grands, aucun fichier n'en partage."),
    "overlap.copies": ("and {count} of the same content", "et {count} de même contenu"),
    "count.from_rows": ("From records to people", "Des enregistrements aux personnes"),
    "count.basis": ("What people were identified by", "Ce qui identifie les personnes"),
    "count.placeholders": (
        "{count} placeholder identities were met and count nobody.",
        "{count} identités fictives ont été rencontrées et ne comptent personne.",
    ),
    "severity.formula": ("severity = data x identity + circumstances", "gravité = données x identité + circonstances"),
    "severity.what_if": ("If the circumstances were others", "Si les circonstances étaient autres"),
    "severity.benign": ("no malicious intent", "sans malveillance"),
    "severity.malicious": ("malicious intent", "malveillance"),
    "severity.current": ("this report", "ce rapport"),
    "severity.decides": ("decides", "décide"),
    "exposure.none": ("The source does not tell who could read it.", "La source ne dit pas qui pouvait lire."),
    "unread.none": ("Everything was read.", "Tout a été lu."),
    "warnings.none": ("No warning.", "Aucun avertissement."),
    "evidence.note": (
        "For every figure: the columns that it comes from, most records first. The rule names what was recognised.",
        "Pour chaque chiffre : les colonnes d'où il vient, les plus fournies d'abord. La règle dit ce qui est reconnu.",
    ),
    "evidence.more": ("{count} more places", "{count} autres endroits"),
    "files.sha256": ("SHA-256", "SHA-256"),
    "files.bytes": ("bytes", "octets"),
    "files.format": ("format", "format"),
    "files.open_to": ("readable by", "lisible par"),
    "files.modified": ("last change", "dernier changement"),
    "files.damaged": ("damaged", "abîmés"),
    "files.more_columns": ("{count} more lines: see the JSON report", "{count} lignes de plus : voir le rapport JSON"),
    "open_to.everyone": ("everyone", "tous"),
    "open_to.group": ("a group", "un groupe"),
    "open_to.owner": ("the owner", "le propriétaire"),
    "input.scanned": ("read", "lu"),
    "topic.name": ("name", "nom"),
    "topic.act": ("columns of acts", "colonnes d'actes"),
    "topic.result": ("columns of results", "colonnes de résultats"),
    "topic.sex": ("sex", "sexe"),
    "topic.residence": ("residence", "résidence"),
    "topic.birth_place": ("place of birth", "lieu de naissance"),
    "topic.laboratory": ("laboratory", "laboratoire"),
}
"""Every phrase that only this page says."""


def say(key: str, lang: str, **values: object) -> str:
    """The page's phrase of a key in a language, filled in; KeyError for a key that does not exist."""
    return WORDS[key][LANGUAGES.index(lang)].format(**values)
