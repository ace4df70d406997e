"""The draft of a notification under art. 33, whole or one per controller: sections in the order of the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakscan.renderers.drafts import incident
from leakscan.renderers.drafts.article34 import sheet
from leakscan.renderers.drafts.consequences import authorities, consequences, measures
from leakscan.renderers.drafts.controllers import CANNOT_SPLIT, controllers, part_of, union
from leakscan.renderers.drafts.differences import differences
from leakscan.renderers.drafts.fields import TO_COMPLETE, Draft
from leakscan.renderers.drafts.figures import data, persons

if TYPE_CHECKING:
    from leakscan.renderers.renderer import RenderOptions, Report

TITLE = "Projet de notification d'une violation de données à caractère personnel"

_STATUS = (
    "Projet établi d'après un rapport d'analyse automatisée, en vue de la notification prévue à l'article 33 du "
    "règlement (UE) 2016/679 (RGPD). Il ne vaut ni notification, ni qualification juridique : il appartient au "
    "responsable de traitement de le vérifier, de le compléter et de l'adresser à la CNIL."
)
_HOW_TO_READ = (
    "Toute réponse renvoie à ce qui l'établit : une pièce (P), un fichier (F), un comptage ou une autre donnée du "
    f"rapport. Ce que l'analyse des fichiers ne peut faire connaître porte la mention « {TO_COMPLETE} »."
)
_PREAMBLE = (_STATUS, _HOW_TO_READ)


def drafts(report: Report, options: RenderOptions) -> tuple[Draft, ...]:
    """The draft of the whole leak, then one per controller where `options.split_by` asks for them.

    What is said of the whole is found once: a report may have a hundred thousand inputs and dozens of controllers.
    """
    since, split_by = options.since, options.split_by
    first, then = incident.notification(report, since), incident.breach(report)
    figures = [data(report), persons(report), consequences(report), measures(report)]
    last = [sheet(report), *([] if since is None else [differences(report, since)])]
    told_once = [] if split_by is None else [union(report, split_by)]
    whole = (first, incident.controller_section(None), then, *figures, authorities(), *last, *told_once)
    return (
        Draft(TITLE, _PREAMBLE, whole),
        *(
            Draft(
                f"{TITLE} : {controller.name}",
                (*_PREAMBLE, CANNOT_SPLIT),
                (
                    first,
                    incident.controller_section(controller),
                    then,
                    *(part_of(section, report, controller) for section in figures),
                    authorities(),
                    *(part_of(section, report, controller) for section in last),
                ),
                controller,
            )
            for controller in controllers(report, split_by)
        ),
    )
