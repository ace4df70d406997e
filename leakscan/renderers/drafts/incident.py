"""What a notification says of itself, of who notifies, and of the breach (art. 33, 1 to 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakscan.i18n import counted, phrase
from leakscan.renderers.drafts.fields import Controller, Field, Section
from leakscan.renderers.drafts.french import day, figure, plural, size

if TYPE_CHECKING:
    from leakscan.renderers.renderer import Report

MOST_FILES = 20
"""Files that a cell cites; the annex gives the SHA-256 of those, the report of all."""


def notification(report: Report, since: Report | None) -> Section:
    """First or complementary, and why late; and whether the people are still those of roles that were corrected."""
    kind = (
        Field("notification.type", "Type de notification", hint="initiale, complète ou complémentaire (art. 33, 4)")
        if since is None
        else Field(
            "notification.type",
            "Type de notification",
            "complémentaire (art. 33, 4) : établie d'après un rapport plus récent que celui de la notification "
            "précédente",
            ("/scan", "since:/scan"),
        )
    )
    return Section(
        "1. La notification",
        (
            kind,
            Field(
                "notification.previous",
                "Numéro de la notification précédente",
                hint="attribué par la CNIL ; sans objet pour une première notification",
            ),
            Field(
                "notification.late",
                "Motifs du retard au-delà de 72 heures",
                hint="art. 33, 1 ; sans objet si le délai est tenu",
            ),
            Field("notification.person", "Personne qui notifie", hint="nom, qualité, coordonnées"),
            *_corrected(report),
        ),
    )


def _corrected(report: Report) -> tuple[Field, ...]:
    """A reserve on every number of people, where roles were corrected and nobody has counted again."""
    stale = [at for at, one in enumerate(report.get("corrections", ())) if one["people"] == "count_again"]
    if not stale:
        return ()
    told = (
        f"rôles corrigés après l'analyse pour {counted(len(stale), 'column', 'fr')} : les nombres de personnes "
        "sont ceux d'avant et doivent être recomptés"
    )
    pointers = tuple(f"/corrections/{at}" for at in stale[:MOST_FILES])
    return (Field("notification.corrected", "Réserve sur les nombres de personnes", told, pointers),)


def controller_section(controller: Controller | None) -> Section:
    """Who answers for the data: nothing of it is in a leak, but a number of the laboratory may be."""
    finess = controller.entry["finess"] if controller else None
    code = controller.entry["code"] if controller else None
    pointer = (controller.pointer,) if controller else ()
    return Section(
        "2. Le responsable de traitement",
        (
            Field("controller.name", "Dénomination et forme juridique"),
            Field("controller.code", "Code du laboratoire dans les données", f"« {code} »", pointer)
            if code
            else Field("controller.code", "Code du laboratoire dans les données", hint="s'il en existe un"),
            Field("controller.finess", "Numéro FINESS", finess, pointer)
            if finess
            else Field("controller.finess", "Numéro FINESS"),
            Field("controller.siren", "Numéro SIREN"),
            Field("controller.address", "Adresse"),
            Field(
                "controller.dpo",
                "Délégué à la protection des données ou autre point de contact",
                hint="nom et coordonnées (art. 33, 3, b)",
            ),
            Field(
                "controller.processor",
                "Sous-traitant en cause et date à laquelle il a averti le responsable",
                hint="art. 33, 2 et art. 28",
            ),
            Field("controller.joint", "Autres responsables concernés par la même violation"),
        ),
    )


def breach(report: Report) -> Section:
    """What happened: the scan knows the files, what was read of them, and where they lay."""
    return Section(
        "3. La violation",
        (
            Field("breach.aware", "Date et heure de la prise de connaissance", hint="elle ouvre le délai de 72 heures"),
            Field("breach.begin", "Date et heure du début de la violation"),
            Field("breach.end", "Date et heure de la fin de la violation", hint="ou : violation en cours"),
            Field("breach.discovery", "Circonstances de la découverte"),
            Field(
                "breach.nature",
                "Nature de la violation",
                hint="perte de confidentialité, d'intégrité ou de disponibilité",
            ),
            Field("breach.origin", "Origine et cause", hint="acte interne ou externe, accidentel ou malveillant"),
            Field(
                "breach.recipients",
                "Personnes ayant eu accès aux données",
                hint="l'examen des fichiers ne les fait pas connaître",
            ),
            _files(report),
            _unread(report),
            _exposure(report),
            _period(report),
            _laboratories(report),
        ),
    )


def _files(report: Report) -> Field:
    """The files that were looked at, by their place in the report."""
    inputs = report["inputs"]
    outermost = [at for at, given in enumerate(inputs) if given["member"] is None]
    sizes = [inputs[at]["bytes"] for at in outermost]
    told = f"{counted(len(outermost), 'input', 'fr')}"
    if None not in sizes:
        told += f", {size(sum(sizes))}"
    inner = len(inputs) - len(outermost)
    if inner:
        told += f" ; {plural(inner, 'élément contenu', 'éléments contenus')} dans ces fichiers"
    told += ". Les empreintes SHA-256 figurent en annexe"
    if len(outermost) > MOST_FILES:
        told += f" pour les {MOST_FILES} premiers, au rapport pour tous"
    return Field(
        "breach.files",
        "Fichiers examinés",
        told + ".",
        tuple(f"/inputs/{at}" for at in outermost[:MOST_FILES]) or ("/inputs",),
    )


def _unread(report: Report) -> Field:
    """What was not read, so that nobody takes a part for all."""
    inputs = report["inputs"]
    unread = [at for at, given in enumerate(inputs) if given["status"] != "scanned"]
    said = []
    if report["scan"].get("interrupted"):
        said.append("l'analyse a été interrompue")
    if report["scan"]["sampled"]:
        said.append("premier regard : une partie seulement de chaque fichier a été lue")
    if unread:
        skipped = sum(inputs[at]["status"] == "skipped" for at in unread)
        partial = len(unread) - skipped
        said.append(
            f"{plural(skipped, 'élément non lu', 'éléments non lus')}, "
            f"{plural(partial, 'lu en partie', 'lus en partie')}, sur {figure(len(inputs))}"
        )
    if not said:
        return Field("breach.unread", "Ce qui n'a pas été lu", "tout a été lu", ("/scan/complete",))
    scope = (
        "Les nombres de personnes qui suivent sont des projections à toutes les lignes, d'après un modèle."
        if report["scan"]["sampled"]
        else "Les chiffres qui suivent ne portent que sur ce qui a été lu."
    )
    value = f"{' ; '.join(said)}. {scope}"
    pointers = ("/scan/complete", *(f"/inputs/{at}" for at in unread[:MOST_FILES]))
    return Field("breach.unread", "Ce qui n'a pas été lu", value, pointers)


def _exposure(report: Report) -> Field:
    """Who could read the files where they lay when they were scanned."""
    label, ident = "Accès aux fichiers là où ils ont été examinés", "breach.exposure"
    opened = [
        at for at, given in enumerate(report["inputs"]) if (given.get("exposure") or {}).get("open_to") is not None
    ]
    if not opened:
        return Field(ident, label, hint="l'emplacement examiné ne le disait pas")
    parts = []
    for who in ("everyone", "group", "owner"):
        count = sum(report["inputs"][at]["exposure"]["open_to"] == who for at in opened)
        if count:
            parts.append(phrase(f"details.open_to_{who}", "fr", inputs=counted(count, "input", "fr")))
    return Field(
        ident,
        label,
        " ; ".join(parts),
        tuple(f"/inputs/{at}/exposure" for at in opened[:MOST_FILES]),
        hint="une copie de travail ne dit rien de l'emplacement d'origine",
    )


def _period(report: Report) -> Field:
    """The days of the examinations."""
    dates: Any = report["exam_dates"]
    if dates["first"] is None:
        return Field("breach.period", "Période des examens", hint="aucune date d'examen n'a été relevée")
    return Field(
        "breach.period",
        "Période des examens",
        f"du {day(dates['first'])} au {day(dates['last'])}",
        ("/exam_dates/first", "/exam_dates/last"),
    )


def _laboratories(report: Report) -> Field:
    """How many laboratories the data tell apart."""
    found = report["laboratories"]["distinct"]
    label, ident = "Laboratoires distingués par les données", "breach.laboratories"
    if not found:
        return Field(ident, label, hint="aucun code ni numéro de laboratoire n'a été relevé")
    return Field(
        ident,
        label,
        f"{counted(found, 'laboratory', 'fr')} ; chacun peut être responsable de traitement pour ses patients",
        ("/laboratories/distinct",),
    )
