"""Rules for ambiguous terms of the theme `other_special`: violence, prison, rights, sexual life and religion."""

from __future__ import annotations

from leakscan.health.rules import Need

NEEDS: dict[str, tuple[Need, ...]] = {
    "agression": (
        Need(only=r"msf", caps=True, requires=r"excis|mutil|victime"),
        Need(
            only=r"agressions?|agresse\w*|harcelement|violences?",
            forbids=r"verbale|du personnel|a l'accueil|envers|lutte|referent|incident|formation|etude|brigade|agent",
        ),
    ),
    "viol": (
        Need(forbids=r"@[ -](en|le|du|la)[ -]"),
        Need(
            forbids=r"@ (de|du) (domicile|secret|droit|contrat|reglement|donnees|sepulture|propriete)"
            r"|\bvol et @"
        ),
    ),
    "detention": (
        Need(
            only=r"detention|detenue?s?",
            forbids=r"@ *(de|d|du|par|le|la|les|a \d)[ '](parts|titres|capital"
            r"|stup|arme|actions|chien|un)",
        ),
        Need(only=r"ecrou", forbids=r"vis|boulon|clef|cle de"),
        Need(only=r"gav|ucsa|usmp", caps=True),
        Need(only=r"prison|penitentiaire", forbids=r"\b(rue|avenue|administration|surveillant\w*)\b"),
    ),
    "ame": (
        Need(
            requires=r"\b(beneficiaire|benef|droits?|carte|attestation|tp|mutuelle|cmu\w*|css|sous|regime"
            r"|couverture|caisse|secu\w*"
            r"|prise en charge|pec|patiente?|oui|a l)\b|^[^a-z]*@[^a-z]*$|@[^a-z\n]{0,3}(\d|en|jusqu|valable"
            r"|ouvert|a jour|expire|ok)",
            forbids=r"\b(son|mon|ton|une|belle|soeur|etat d|corps et|l|de l|grande|bonne|dame)['. -]*@",
        ),
    ),
    "sdf": (
        Need(only=r"sdf|mna|ofpra", caps=True, forbids=r"stade de france"),
        Need(only=r"refugie\w*|migrant\w*", forbids=r"aide aux|association|rue"),
        Need(
            only=r"migration",
            forbids=r"@ *(d|de|des|du|vers|sql|technique|informatique)\b|serveur|fichier|donnees|base|logiciel|version"
            r"|systeme|projet|script|schema|cellulaire|calcul|messagerie",
        ),
    ),
    "gay": (
        Need(
            only=r"gay",
            requires=r"\b(patient|homme|couple|relation\w*|est|sauna|bar|orientation|hsh|homo\w*"
            r"|rapports?)\b",
        ),
        Need(only=r"confession|mtf|ftm", caps=True, requires=r"trans|hormono|genre"),
        Need(only=r"rapports? sexuels?|sexualite|vie sexuelle", forbids=r"education"),
    ),
    "religion": (
        Need(
            only=r"juif|juive|chretiene?s?|chretienne|catholique|religieu\w*|religion|confession|protestante?",
            requires=r"\b(patiente?|religion|confession|refus|regime|est|famille|rite|circoncision|origine|de)\b",
            forbids=r"\b(hopital|ecole|institut|lycee|etablissement|universite|clinique|m|mme|mr|dr|rue"
            r"|secours|cimetiere)\b|\bst\b",
        ),
        Need(only=r"religieu\w*", requires=r"\b(patiente?|conviction|refus|motif)\b"),
        Need(only=r"islam|ramadan", forbids=r"rue|\b(m|mme|mr|dr)\b"),
    ),
}
