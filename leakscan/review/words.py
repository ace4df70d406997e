"""What the review says beside the explanations, as key -> (English, French)."""

from __future__ import annotations

from leakscan.i18n import LANGUAGES

WORDS: dict[str, tuple[str, str]] = {
    "head.state": ("", ""),
    "head.number": ("no.", "n°"),
    "head.column": ("column", "colonne"),
    "head.role": ("role", "rôle"),
    "head.confidence": ("conf.", "conf."),
    "head.share": ("share", "part"),
    "head.found": ("also found", "aussi trouvé"),
    "head.file": ("input", "fichier"),
    "key.accept": ("accept", "accepter"),
    "key.reject": ("no role", "sans rôle"),
    "key.change": ("change role", "changer le rôle"),
    "key.undo": ("undo", "annuler"),
    "key.next": ("next open", "suivante"),
    "key.save": ("save", "enregistrer"),
    "key.quit": ("quit", "quitter"),
    "key.close": ("close", "fermer"),
    "total.people": ("people {likely} ({low} to {high})", "personnes {likely} ({low} à {high})"),
    "total.stand": ("as counted", "comme comptées"),
    "total.again": (
        "counted under the OLD roles: scan again with --role to count them",
        "comptées sous les ANCIENS rôles : relancer avec --role pour les compter",
    ),
    "total.themes": ("themes: {names}", "thèmes : {names}"),
    "total.no_themes": ("no health theme", "aucun thème de santé"),
    "total.done": (
        "{accepted} accepted, {corrected} corrected of {columns} columns",
        "{accepted} acceptées, {corrected} corrigées sur {columns} colonnes",
    ),
    "total.more": ("; {count} more are not shown", " ; {count} de plus ne sont pas montrées"),
    "total.band": ("{band}, score {score}", "{band}, note {score}"),
    "total.before": (" (was {band}, {score})", " (était {band}, {score})"),
    "choose.title": (
        "Role of column {number}: type to find, Enter to take",
        "Rôle de la colonne {number} : taper, puis Entrée",
    ),
    "choose.none": ("none", "aucun"),
    "why.now": ("Now {role}, by your word. As the scan found it:", "Désormais {role}, selon vous. Selon l'analyse :"),
    "say.saved": ("Saved: {file}", "Enregistré : {file}"),
    "say.nothing": ("Nothing was corrected: there is nothing to save.", "Rien n'a été corrigé : rien à enregistrer."),
    "say.unsaved": (
        "Corrections are not saved: press again to leave without them.",
        "Corrections non enregistrées : appuyer encore pour quitter sans elles.",
    ),
    "say.failed": ("Not saved: {why}", "Non enregistré : {why}"),
}


def say(key: str, lang: str, **values: object) -> str:
    """A text in a language, with its `{values}` filled in."""
    return WORDS[key][LANGUAGES.index(lang)].format(**values)
