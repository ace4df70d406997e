"""Phrases of the audit of the linkage, as those of `leakscan.phrases`: key -> (English, French)."""

from __future__ import annotations

AUDIT_PHRASES: dict[str, tuple[str, str]] = {
    "count.pair": ("pair|pairs", "paire|paires"),
    "count.distinct_record": ("distinct record|distinct records", "enregistrement distinct|enregistrements distincts"),
    # the dialog
    "audit.pair": ("Pair {at} of {all}: {left} beside {right}", "Paire {at} sur {all} : {left} face à {right}"),
    "audit.merged": ("counted as one person: {rule}", "comptés comme une personne : {rule}"),
    "audit.apart": ("counted as two people: {why} ({rule})", "comptés comme deux personnes : {why} ({rule})"),
    "audit.missing_both": ("missing on both: {fields}", "absents des deux : {fields}"),
    "audit.score": ("score {score} (merged from {least} on)", "score {score} (fusion à partir de {least})"),
    "audit.one_of": ("1 of {count} people", "1 personne sur {count}"),
    "audit.ask": (
        "one person? [s] same  [d] different  [?] cannot tell  [q] stop, go on later: ",
        "une seule personne ? [s] même  [d] différente  [?] indécidable  [q] arrêter, reprendre plus tard : ",
    ),
    "audit.again": ("answer s, d, ? or q", "répondez s, d, ? ou q"),
    "audit.stopped": (
        "{left} left; the answers are in {file}, and the same command goes on from there",
        "reste {left} ; les réponses sont dans {file}, la même commande reprend là",
    ),
    "audit.nothing": (
        "nothing to audit: nobody was merged, or nearly, by anything that is not certain",
        "rien à vérifier : personne n'a été fusionné, ou presque, par ce qui n'est pas certain",
    ),
    "audit.others": (
        "{count} answers are about other pairs than those drawn, and not used",
        "{count} réponses portent sur d'autres paires que celles tirées, et ne servent pas",
    ),
    # rules and strata
    "rule.rare_names": ("names that are rare here", "noms rares ici"),
    "rule.shorter": ("a shorter form of the first name", "une forme courte du prénom"),
    "rule.birth_date": ("same names, another birth date", "mêmes noms, autre date de naissance"),
    "rule.doubled_number": ("same names, two numbers", "mêmes noms, deux numéros"),
    "rule.agreement": ("most agrees", "l'essentiel concorde"),
    "rule.misspelt": ("a misspelt name", "un nom mal orthographié"),
    "rule.scored": ("the score of what agrees", "le score de ce qui concorde"),
    "rule.incomplete": ("something is missing on one side", "il manque quelque chose d'un côté"),
    "rule.possible": ("doubtful agreement", "concordance douteuse"),
    "stratum.conflict": ("kept apart by a conflict", "séparés par un conflit"),
    "stratum.nearly": ("just under the threshold", "juste sous le seuil"),
    "stratum.possible": ("merged in the lower bound only", "fusionnés dans la borne basse seulement"),
    # fields
    "field.last_name": ("last name", "nom"),
    "field.first_name": ("first name", "prénom"),
    "field.birth_date": ("birth date", "date de naissance"),
    "field.sex": ("sex", "sexe"),
    "field.nir": ("NIR", "NIR"),
    "field.ins": ("INS", "INS"),
    "field.record_number": ("record number", "numéro de dossier"),
    "field.address": ("postal address", "adresse postale"),
    "field.phone": ("phone", "téléphone"),
    "field.email": ("e-mail", "e-mail"),
    "field.source_file": ("source file", "fichier source"),
    "state.agrees": ("agrees", "concorde"),
    "state.agrees_normalised": ("agrees after normalising", "concorde après normalisation"),
    "state.one_slip": ("one slip apart", "une faute de frappe"),
    "state.differs": ("differs", "diffère"),
    "state.missing_one": ("missing on one side", "absent d'un côté"),
    "state.missing_both": ("missing on both", "absents des deux"),
    # the outcome
    "audit.title": ("AUDIT OF THE LINKAGE", "VÉRIFICATION DES RAPPROCHEMENTS"),
    "audit.answered": (
        "{answered} of {drawn} answered (could not be told: {undecided})",
        "{answered} sur {drawn} jugées (indécidables : {undecided})",
    ),
    "audit.by": ("by {reviewer}", "par {reviewer}"),
    "audit.on": ("last answer {time}", "dernière réponse {time}"),
    "audit.wrong": (
        "wrong merges: {share} (95 %: {low} to {high}) of {pairs} that are not certain",
        "fusions à tort : {share} (95 % : {low} à {high}) de {pairs} non certaines",
    ),
    "audit.missed": (
        "missed merges: {share} (95 %: {low} to {high}) of {pairs} nearly merged",
        "fusions manquées : {share} (95 % : {low} à {high}) de {pairs} presque fusionnées",
    ),
    "audit.no_wrong": ("wrong merges: nothing to tell ({pairs})", "fusions à tort : rien à en dire ({pairs})"),
    "audit.no_missed": ("missed merges: nothing to tell ({pairs})", "fusions manquées : rien à en dire ({pairs})"),
    "opinion.title": ("SECOND OPINION ON THE COUNT", "SECOND AVIS SUR LE COMPTE"),
    "opinion.people": (
        "{by} {version} counts {people} where leakscan counts {likely}, of {identities} distinct identities",
        "{by} {version} compte {people} là où leakscan compte {likely}, sur {identities} identités distinctes",
    ),
    "opinion.pairs": (
        "pairs put together by both {both}, by leakscan alone {ours}, by it alone {theirs}",
        "paires réunies par les deux {both}, par leakscan seul {ours}, par lui seul {theirs}",
    ),
    "opinion.none": ("{by} {version} has none: {reason}", "{by} {version} n'en a pas : {reason}"),
    "opinion_reason.untrained": (
        "it could not be trained on these records",
        "il n'a pas pu apprendre de ces enregistrements",
    ),
    "opinion_reason.memory": ("it needs more memory than it may take", "il lui faut plus de mémoire que permis"),
    "opinion_reason.too_many": ("there are too many identities", "il y a trop d'identités"),
    "audit.likely": (
        "by these answers the likely count would be {value} ({low} to {high}); it stays {likely}",
        "selon ces réponses le compte probable serait {value} ({low} à {high}) ; il reste {likely}",
    ),
}
